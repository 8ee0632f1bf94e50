/* cd-stream-io.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The two buffers of a CdStream: filling and handing on, collecting and offering.
 */
#include "cd-stream-private.h"

#include <string.h>

#define FLUSH_AT (64 * 1024)   /* write inside the turn when this much is waiting: it is still in the CPU cache */
#define TLS_RECORD (16 * 1024) /* never offer TLS more than it takes, so that bytes_exposed stays tight */
#define OUT_KEEP (256 * 1024)  /* a larger buffer is given back when empty */
#define PAUSE_LIMIT_MS 20      /* longest pause when the rest of the loop is never done */
#define READS_PER_CLOCK 8

void
cd_stream_assert_thread (CdStream *self)
{
  g_assert (self->thread == g_thread_self ());
}

static void
store_counter (guint64 *counter, guint64 value)
{
  __atomic_store_n (counter, value, __ATOMIC_RELAXED);
}

/* --- Reading ---------------------------------------------------------------------------------------------------------- */

void
cd_stream_scan_input (CdStream *self)
{
  self->in_valid += cd_frame_guard_scan (&self->guard, self->env, self->in + self->in_valid, self->in_end - self->in_valid, &self->dead);
  if (self->guard.closed)
    self->in_end = self->in_valid; /* nothing counts after a close frame */
}

/* As g_pollable_stream_read(): bytes, 0 at the end, -1 with an error. The buffer must hold no whole frame head. */
gssize
cd_stream_fill_input (CdStream *self, gboolean blocking, GCancellable *cancellable, GError **error)
{
  gssize n;

  if (self->in_start > 0)
    {
      memmove (self->in, self->in + self->in_start, self->in_end - self->in_start);
      self->in_end -= self->in_start;
      self->in_valid -= self->in_start;
      self->in_start = 0;
    }
  g_assert (self->in_end < CD_STREAM_READ_SIZE);
  gsize room = CD_STREAM_READ_SIZE - self->in_end;
  n = g_pollable_stream_read (G_INPUT_STREAM (self->base_in), self->in + self->in_end, room, blocking, cancellable, error);
  if (n > 0)
    {
      self->in_end += (gsize)n;
      self->stats.bytes_in += (guint64)n;
      self->stats.reads++;
      self->drained = !self->base_is_tls && (gsize)n < room;
    }
  return n;
}

static void
end_pause (CdStream *self)
{
  self->paused = FALSE;
  self->busy_us = 0;
  cd_env_clear_timer (self->env, &self->pause_timer);
  for (guint i = 0; i < self->in_sources->len; i++)
    g_source_set_priority (g_ptr_array_index (self->in_sources, i), G_PRIORITY_DEFAULT);
}

static gboolean
pause_limit_cb (gpointer data)
{
  CdStream *self = data;

  self->pause_timer = 0;
  end_pause (self);
  return G_SOURCE_REMOVE;
}

/* Until it has run at idle priority, reading stands behind everything else that the loop has to do. */
static void
begin_pause (CdStream *self)
{
  self->paused = TRUE;
  self->stats.pauses++;
  self->pause_timer = cd_env_timer_add (self->env, self->context, PAUSE_LIMIT_MS, pause_limit_cb, self);
  for (guint i = 0; i < self->in_sources->len; i++)
    g_source_set_priority (g_ptr_array_index (self->in_sources, i), CD_STREAM_PRIORITY_PAUSED);
}

static void
turn_ends (CdStream *self)
{
  if (self->turn_us != 0)
    self->busy_us += cd_env_boot_us (self->env) - self->turn_us;
  self->turn_us = 0;
  self->reads_unchecked = 0;
}

void
cd_stream_turn_begins (CdStream *self)
{
  turn_ends (self);
  self->drained = FALSE;
  if (self->paused)
    end_pause (self);
}

static gboolean
budget_is_spent (CdStream *self)
{
  if (self->budget_us == 0)
    return FALSE;
  if (self->paused)
    return TRUE;
  if (self->turn_us == 0)
    {
      self->turn_us = cd_env_boot_us (self->env);
      if (self->busy_us < self->budget_us)
        return FALSE;
    }
  else
    {
      if (++self->reads_unchecked < READS_PER_CLOCK)
        return FALSE;
      self->reads_unchecked = 0;
      if (self->busy_us + cd_env_boot_us (self->env) - self->turn_us < self->budget_us)
        return FALSE;
    }
  turn_ends (self);
  begin_pause (self);
  return TRUE;
}

gssize
cd_stream_read (CdStream *self, void *buffer, gsize count, gboolean blocking, GCancellable *cancellable, GError **error)
{
  cd_stream_assert_thread (self);
  if (self->closing)
    {
      g_set_error_literal (error, CD_SYS_ERROR, CD_SYS_ERROR_CLOSED, "stream is closed");
      return -1;
    }
  if (!blocking && budget_is_spent (self))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "reading pauses for the rest of the loop");
      return -1;
    }
  while (TRUE)
    {
      g_autoptr (GError) local = NULL;
      gsize ready = self->in_valid - self->in_start;

      if (ready > 0)
        {
          gsize n = MIN (count, ready);
          memcpy (buffer, self->in + self->in_start, n);
          self->in_start += n;
          self->stats.bytes_delivered += n;
          return (gssize)n;
        }
      if (self->dead != NULL)
        {
          g_propagate_error (error, g_error_copy (self->dead));
          return -1;
        }
      if (self->eof)
        return 0;

      /* All that had arrived is answered: let the answers go before asking for more. */
      if (cd_stream_queued (self) > 0)
        cd_stream_flush_now (self);
      if (self->drained && !blocking)
        {
          self->drained = FALSE;
          turn_ends (self);
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "nothing more has arrived");
          return -1;
        }
      gssize got = cd_stream_fill_input (self, blocking, cancellable, &local);
      if (got > 0)
        cd_stream_scan_input (self);
      else if (got == 0)
        {
          self->eof = TRUE;
          if (cd_frame_guard_is_cut (&self->guard, self->in_end - self->in_valid))
            self->dead = g_error_new_literal (CD_SYS_ERROR, CD_SYS_ERROR_CUT, "the peer ended in the middle of a frame or of a fragmented message");
        }
      else
        {
          gboolean passing = g_error_matches (local, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) || g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED);
          turn_ends (self);
          if (!passing)
            self->dead = g_error_copy (local);
          g_propagate_error (error, g_steal_pointer (&local));
          return -1;
        }
    }
}

gboolean
cd_stream_can_read_now (CdStream *self)
{
  return self->in_start < self->in_valid || self->dead != NULL || self->eof || self->closing;
}

/* --- Writing ---------------------------------------------------------------------------------------------------------- */

static gboolean
out_watch_cb (GObject *base_out, gpointer data)
{
  CdStream *self = data;

  g_clear_pointer (&self->out_watch, g_source_unref);
  cd_stream_flush_now (self);
  return G_SOURCE_REMOVE;
}

static void
watch_output (CdStream *self)
{
  if (self->out_watch != NULL)
    return;
  self->out_watch = g_pollable_output_stream_create_source (self->base_out, NULL);
  g_source_set_static_name (self->out_watch, "CdStream drain");
  g_source_set_callback (self->out_watch, G_SOURCE_FUNC (out_watch_cb), self, NULL);
  g_source_attach (self->out_watch, self->context);
}

/* Offers the base one piece. Returns FALSE when nothing more can be done now. */
static gboolean
offer_output (CdStream *self, gboolean blocking, GCancellable *cancellable)
{
  g_autoptr (GError) local = NULL;
  gsize len = self->base_is_tls ? MIN (cd_stream_queued (self), TLS_RECORD) : cd_stream_queued (self);
  guint64 written = self->stats.bytes_written;
  guint64 exposed = self->stats.bytes_exposed;
  gssize n;

  store_counter (&self->stats.bytes_exposed, MAX (exposed, written + len));
  n = g_pollable_stream_write (G_OUTPUT_STREAM (self->base_out), self->out + self->out_start, len, blocking, cancellable, &local);
  if (n > 0)
    {
      self->stats.writes++;
      self->out_start += (gsize)n;
      store_counter (&self->stats.bytes_written, written + (guint64)n);
      /* A socket that took n bytes took no other; TLS may have sealed more than it admits. */
      if (!self->base_is_tls)
        store_counter (&self->stats.bytes_exposed, MAX (exposed, written + (guint64)n));
      return TRUE;
    }
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    {
      if (!self->base_is_tls)
        store_counter (&self->stats.bytes_exposed, exposed);
      watch_output (self);
      return FALSE;
    }
  if (!g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->write_error = local ? g_steal_pointer (&local) : g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "the base takes nothing more");
  return FALSE;
}

static void
out_is_empty (CdStream *self)
{
  self->out_start = self->out_end = 0;
  if (self->out_size > OUT_KEEP)
    {
      g_clear_pointer (&self->out, g_free);
      self->out_size = 0;
    }
  if (self->close_task != NULL)
    cd_stream_finish_close (self);
}

gboolean
cd_stream_flush_now (CdStream *self)
{
  cd_stream_assert_thread (self);
  if (self->out_watch != NULL)
    return FALSE; /* the base said that it would tell us */
  while (cd_stream_queued (self) > 0 && self->write_error == NULL && offer_output (self, FALSE, NULL))
    ;
  if (cd_stream_queued (self) == 0 || self->write_error != NULL)
    {
      gboolean clean = cd_stream_queued (self) == 0;
      out_is_empty (self);
      return clean;
    }
  return FALSE;
}

gboolean
cd_stream_drain (CdStream *self, GCancellable *cancellable, GError **error)
{
  cd_stream_assert_thread (self);
  while (cd_stream_queued (self) > 0 && self->write_error == NULL)
    if (!offer_output (self, TRUE, cancellable) && g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
  if (self->write_error != NULL)
    {
      g_propagate_error (error, g_error_copy (self->write_error));
      return FALSE;
    }
  out_is_empty (self);
  return TRUE;
}

static void
make_room (CdStream *self, gsize count)
{
  gsize used = cd_stream_queued (self);
  gsize size = MAX (self->out_size, 4096);

  if (self->out_size - self->out_end >= count)
    return;
  /* Moving costs no more than it frees when at least half of the buffer has left. */
  if (self->out_start >= used && self->out_size >= used + count)
    {
      memmove (self->out, self->out + self->out_start, used);
    }
  else
    {
      while (size < used + count)
        size *= 2; /* at most 2 * queue_max, which is bounded */
      guint8 *grown = g_malloc (size);
      if (used > 0)
        memcpy (grown, self->out + self->out_start, used);
      g_free (self->out);
      self->out = grown;
      self->out_size = size;
    }
  self->out_start = 0;
  self->out_end = used;
}

gssize
cd_stream_write (CdStream *self, const void *buffer, gsize count, gboolean blocking, GCancellable *cancellable, GError **error)
{
  cd_stream_assert_thread (self);
  if (self->closing)
    {
      g_set_error_literal (error, CD_SYS_ERROR, CD_SYS_ERROR_CLOSED, "stream is closed");
      return -1;
    }
  if (blocking && cd_stream_queued (self) >= self->queue_max && !cd_stream_drain (self, cancellable, error))
    return -1;
  if (self->write_error != NULL)
    {
      g_propagate_error (error, g_error_copy (self->write_error));
      return -1;
    }

  gsize n = MIN (count, self->queue_max - MIN (self->queue_max, cd_stream_queued (self)));
  if (n == 0 && count > 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "%" G_GSIZE_FORMAT " bytes wait for the peer", cd_stream_queued (self));
      return -1;
    }
  make_room (self, n);
  memcpy (self->out + self->out_end, buffer, n);
  self->out_end += n;
  store_counter (&self->stats.bytes_accepted, self->stats.bytes_accepted + n);
  self->stats.bytes_queued_max = MAX (self->stats.bytes_queued_max, cd_stream_queued (self));
  if (cd_stream_queued (self) >= FLUSH_AT)
    cd_stream_flush_now (self);
  return (gssize)n;
}

gboolean
cd_stream_can_write_now (CdStream *self)
{
  return self->closing || self->write_error != NULL || cd_stream_queued (self) < self->queue_max;
}
