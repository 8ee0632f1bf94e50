/* cd-stream.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One turn of the loop, with libsoup above:
 *
 *   prepare   the flush source offers the base what the last turn wrote
 *   poll
 *   dispatch  our input source -> libsoup reads 1 KiB at a time out of our 64 KiB -> messages -> answers are collected
 *
 * Answers to what was read leave as soon as the read buffer is empty, everything else at the end of the turn. That flush is in
 * prepare and not in a source that is dispatched: prepare of the next iteration is the first moment after all callbacks of
 * this one, it costs no extra poll, and it cannot be starved by a source of higher priority.
 */
#include "cd-stream-private.h"

#include <string.h>

#define CLOSE_LIMIT_MS 2000 /* how long a close waits for the queue to drain */

G_DEFINE_FINAL_TYPE (CdStream, cd_stream, G_TYPE_IO_STREAM)

typedef struct
{
  GSource source;
  CdStream *stream; /* (borrowed): it destroys the source before it goes */
} FlushSource;

static guint64
load_counter (const guint64 *counter)
{
  return __atomic_load_n (counter, __ATOMIC_RELAXED);
}

/* --- The end of the turn ---------------------------------------------------------------------------------------------- */

static gboolean
flush_source_prepare (GSource *source, int *timeout)
{
  CdStream *self = ((FlushSource *)source)->stream;

  *timeout = -1;
  if (cd_stream_queued (self) > 0 && self->out_watch == NULL && self->write_error == NULL)
    cd_stream_flush_now (self);
  return FALSE;
}

static gboolean
flush_source_check (GSource *source)
{
  return FALSE;
}

static gboolean
flush_source_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs flush_source_funcs = {
  flush_source_prepare,
  flush_source_check,
  flush_source_dispatch,
  NULL,
};

/* --- Closing ---------------------------------------------------------------------------------------------------------- */

static void
stop_sources (CdStream *self)
{
  if (self->flush_source != NULL)
    {
      g_source_destroy (self->flush_source);
      g_clear_pointer (&self->flush_source, g_source_unref);
    }
  if (self->out_watch != NULL)
    {
      g_source_destroy (self->out_watch);
      g_clear_pointer (&self->out_watch, g_source_unref);
    }
  cd_env_clear_timer (self->env, &self->pause_timer);
  cd_env_clear_timer (self->env, &self->close_timer);
}

static void
base_closed_cb (GObject *base, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (g_io_stream_close_finish (G_IO_STREAM (base), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
cd_stream_finish_close (CdStream *self)
{
  GTask *task = g_steal_pointer (&self->close_task);

  stop_sources (self);
  g_io_stream_close_async (self->base, g_task_get_priority (task), NULL, base_closed_cb, task);
}

static gboolean
close_limit_cb (gpointer data)
{
  CdStream *self = data;

  self->close_timer = 0;
  if (self->close_task != NULL)
    cd_stream_finish_close (self);
  return G_SOURCE_REMOVE;
}

static void
cd_stream_close_async (GIOStream *stream, int priority, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  CdStream *self = CD_STREAM (stream);

  cd_stream_assert_thread (self);
  self->closing = TRUE;
  self->close_task = g_task_new (stream, cancellable, callback, data);
  g_task_set_priority (self->close_task, priority);
  self->close_timer = cd_env_timer_add (self->env, self->context, CLOSE_LIMIT_MS, close_limit_cb, self);
  /* The last thing written is usually a close frame; it must not die in our buffer. Draining calls cd_stream_finish_close(). */
  cd_stream_flush_now (self);
}

static gboolean
cd_stream_close_finish (GIOStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
cd_stream_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  CdStream *self = CD_STREAM (stream);

  self->closing = TRUE;
  if (self->thread == g_thread_self () && self->write_error == NULL && cd_stream_queued (self) > 0 && self->out_watch == NULL)
    cd_stream_flush_now (self);
  stop_sources (self);
  return g_io_stream_close (self->base, cancellable, error);
}

/* --- Reading a head --------------------------------------------------------------------------------------------------- */

static void read_head_step (GTask *task);

static gboolean
read_head_ready_cb (GObject *base_in, gpointer data)
{
  read_head_step (data);
  return G_SOURCE_REMOVE;
}

static void
read_head_step (GTask *task)
{
  CdStream *self = g_task_get_source_object (task);
  gsize max_len = GPOINTER_TO_SIZE (g_task_get_task_data (task));
  gsize looked = 0;

  while (!g_task_return_error_if_cancelled (task))
    {
      GError *error = NULL;
      gsize len = self->in_end - self->in_start;
      const guint8 *at = self->in + self->in_start;
      const guint8 *end = memmem (at + looked, len - looked, "\r\n\r\n", 4);

      if (end != NULL && (gsize)(end + 4 - at) <= max_len)
        {
          gsize n = (gsize)(end + 4 - at);
          self->in_start += n;
          self->stats.bytes_delivered += n;
          g_task_return_pointer (task, g_bytes_new (at, n), (GDestroyNotify)g_bytes_unref);
          break;
        }
      if (end != NULL || len >= max_len)
        {
          g_task_return_new_error (task, CD_SYS_ERROR, CD_SYS_ERROR_TOO_LARGE, "no end of the head within %" G_GSIZE_FORMAT " bytes", max_len);
          break;
        }
      looked = len >= 3 ? len - 3 : 0;

      gssize got = cd_stream_fill_input (self, FALSE, g_task_get_cancellable (task), &error);
      if (got > 0)
        {
          self->in_valid = self->in_end;
          continue;
        }
      if (got < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          /* Watch the base and not ourselves: we have bytes, only not enough of them. */
          g_autoptr (GSource) source = g_pollable_input_stream_create_source (self->base_in, g_task_get_cancellable (task));
          g_error_free (error);
          g_source_set_callback (source, G_SOURCE_FUNC (read_head_ready_cb), g_object_ref (task), g_object_unref);
          g_source_attach (source, self->context);
          return;
        }
      if (got == 0)
        g_task_return_new_error (task, CD_SYS_ERROR, CD_SYS_ERROR_CUT, "the peer ended after %" G_GSIZE_FORMAT " bytes of a head", len);
      else
        g_task_return_error (task, error);
      break;
    }
}

void
cd_stream_read_head_async (CdStream *self, gsize max_len, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (CD_IS_STREAM (self));
  g_return_if_fail (max_len > 0);
  cd_stream_assert_thread (self);
  g_assert (self->guard.mode == CD_STREAM_GUARD_OFF);

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  g_task_set_source_tag (task, cd_stream_read_head_async);
  g_task_set_task_data (task, GSIZE_TO_POINTER (MIN (max_len, CD_STREAM_READ_SIZE)), NULL);
  read_head_step (task);
}

GBytes *
cd_stream_read_head_finish (CdStream *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- The object ------------------------------------------------------------------------------------------------------- */

static GInputStream *
cd_stream_get_input_stream (GIOStream *stream)
{
  return G_INPUT_STREAM (CD_STREAM (stream)->input);
}

static GOutputStream *
cd_stream_get_output_stream (GIOStream *stream)
{
  return G_OUTPUT_STREAM (CD_STREAM (stream)->output);
}

static void
cd_stream_dispose (GObject *object)
{
  CdStream *self = CD_STREAM (object);

  G_OBJECT_CLASS (cd_stream_parent_class)->dispose (object); /* closes */
  stop_sources (self);
  if (self->input != NULL)
    cd_stream_input_detach (self->input);
  if (self->output != NULL)
    cd_stream_output_detach (self->output);
  g_clear_object (&self->input);
  g_clear_object (&self->output);
}

static void
cd_stream_finalize (GObject *object)
{
  CdStream *self = CD_STREAM (object);

  g_assert (self->in_sources->len == 0);
  g_clear_pointer (&self->in_sources, g_ptr_array_unref);
  g_clear_object (&self->base);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->in, g_free);
  g_clear_pointer (&self->out, g_free);
  g_clear_error (&self->dead);
  g_clear_error (&self->write_error);
  g_clear_pointer (&self->env, cd_env_unref);
  G_OBJECT_CLASS (cd_stream_parent_class)->finalize (object);
}

static void
cd_stream_class_init (CdStreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GIOStreamClass *io_class = G_IO_STREAM_CLASS (klass);

  object_class->dispose = cd_stream_dispose;
  object_class->finalize = cd_stream_finalize;
  io_class->get_input_stream = cd_stream_get_input_stream;
  io_class->get_output_stream = cd_stream_get_output_stream;
  io_class->close_fn = cd_stream_close;
  io_class->close_async = cd_stream_close_async;
  io_class->close_finish = cd_stream_close_finish;
}

static void
cd_stream_init (CdStream *self)
{
  cd_frame_guard_init (&self->guard);
  self->budget_us = CD_STREAM_BUDGET_US;
  self->queue_max = CD_STREAM_QUEUE_MAX;
  self->in = g_malloc (CD_STREAM_READ_SIZE);
  self->in_sources = g_ptr_array_new ();
}

CdStream *
cd_stream_new (CdEnv *env, GIOStream *base)
{
  GInputStream *in = g_io_stream_get_input_stream (base);
  GOutputStream *out = g_io_stream_get_output_stream (base);

  g_return_val_if_fail (env != NULL, NULL);
  g_assert (G_IS_POLLABLE_INPUT_STREAM (in) && g_pollable_input_stream_can_poll (G_POLLABLE_INPUT_STREAM (in)));
  g_assert (G_IS_POLLABLE_OUTPUT_STREAM (out) && g_pollable_output_stream_can_poll (G_POLLABLE_OUTPUT_STREAM (out)));

  CdStream *self = g_object_new (CD_TYPE_STREAM, NULL);
  self->env = cd_env_ref (env);
  self->base = g_object_ref (base);
  self->base_in = G_POLLABLE_INPUT_STREAM (in);
  self->base_out = G_POLLABLE_OUTPUT_STREAM (out);
  self->base_is_tls = G_IS_TLS_CONNECTION (base);
  self->thread = g_thread_self ();
  self->context = g_main_context_ref_thread_default ();
  self->input = cd_stream_input_new (self);
  self->output = cd_stream_output_new (self);
  self->flush_source = g_source_new (&flush_source_funcs, sizeof (FlushSource));
  ((FlushSource *)self->flush_source)->stream = self;
  g_source_set_static_name (self->flush_source, "CdStream flush");
  g_source_set_priority (self->flush_source, G_MININT);
  g_source_attach (self->flush_source, self->context);
  return self;
}

GIOStream *
cd_stream_get_base (CdStream *self)
{
  return self->base;
}

void
cd_stream_set_guard (CdStream *self, CdStreamGuard guard)
{
  cd_stream_assert_thread (self);
  g_return_if_fail (self->guard.mode == CD_STREAM_GUARD_OFF);
  if (guard == CD_STREAM_GUARD_OFF)
    return;
  self->guard.mode = guard;
  self->in_valid = self->in_start;
  cd_stream_scan_input (self);
}

void
cd_stream_set_limits (CdStream *self, gsize message_max, gsize queue_max, guint control_per_s_max)
{
  cd_stream_assert_thread (self);
  if (message_max > 0)
    self->guard.message_max = MIN (message_max, (gsize)G_MAXINT32);
  if (queue_max > 0)
    self->queue_max = MIN (queue_max, (gsize)G_MAXINT32);
  if (control_per_s_max > 0)
    self->guard.control_per_s_max = control_per_s_max;
}

void
cd_stream_set_budget (CdStream *self, gint64 budget_us)
{
  cd_stream_assert_thread (self);
  self->budget_us = MAX (budget_us, 0);
}

guint64
cd_stream_get_queued (CdStream *self)
{
  guint64 written = load_counter (&self->stats.bytes_written);
  guint64 accepted = load_counter (&self->stats.bytes_accepted);
  return accepted > written ? accepted - written : 0;
}

guint64
cd_stream_bytes_accepted (CdStream *self)
{
  return load_counter (&self->stats.bytes_accepted);
}

guint64
cd_stream_bytes_written (CdStream *self)
{
  return load_counter (&self->stats.bytes_written);
}

guint64
cd_stream_bytes_exposed (CdStream *self)
{
  return load_counter (&self->stats.bytes_exposed);
}

void
cd_stream_get_stats (CdStream *self, CdStreamStats *stats)
{
  *stats = self->stats;
  stats->bytes_queued_now = cd_stream_queued (self);
  stats->frames_in = self->guard.frames;
  stats->messages_in = self->guard.messages;
  stats->control_in = self->guard.controls;
}

const GError *
cd_stream_get_error (CdStream *self)
{
  return self->dead != NULL ? self->dead : self->write_error;
}
