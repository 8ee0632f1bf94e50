/* cd-stream-halves.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The input and the output stream of a CdStream, and their pollable sources.
 */
#include "cd-stream-private.h"

typedef struct
{
  GSource source;
  CdStream *stream; /* (owned) */
  GObject *half;    /* (owned) */
  gboolean reading;
  GSource *child; /* (borrowed) (nullable): source of the base, owned by the parent source */
} HalfSource;

static void
half_source_add_child (HalfSource *self)
{
  GSource *child;

  if (self->child != NULL || !self->reading)
    return;
  child = g_pollable_input_stream_create_source (self->stream->base_in, NULL);
  g_source_set_dummy_callback (child);
  g_source_add_child_source (&self->source, child);
  self->child = child;
  g_source_unref (child);
}

static gboolean
half_source_prepare (GSource *source, int *timeout)
{
  HalfSource *self = (HalfSource *)source;

  *timeout = -1;
  return self->reading ? cd_stream_can_read_now (self->stream) : cd_stream_can_write_now (self->stream);
}

static gboolean
half_source_check (GSource *source)
{
  int timeout;
  return half_source_prepare (source, &timeout);
}

static gboolean
half_source_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  HalfSource *self = (HalfSource *)source;
  gboolean again;

  if (self->reading)
    cd_stream_turn_begins (self->stream);
  again = callback != NULL ? ((GPollableSourceFunc)(void (*) (void))callback) (self->half, data) : G_SOURCE_REMOVE;
  /* A source that began with bytes in the buffer had no need to watch the base; from now on it has. */
  if (again && !g_source_is_destroyed (source))
    half_source_add_child (self);
  return again;
}

static void
half_source_finalize (GSource *source)
{
  HalfSource *self = (HalfSource *)source;

  if (self->reading)
    g_ptr_array_remove_fast (self->stream->in_sources, source);
  g_clear_object (&self->half);
  g_clear_object (&self->stream);
}

static gboolean
half_source_closure_callback (GObject *half, gpointer data)
{
  GValue param = G_VALUE_INIT, result = G_VALUE_INIT;
  gboolean again;

  g_value_init (&result, G_TYPE_BOOLEAN);
  g_value_init (&param, G_TYPE_OBJECT);
  g_value_set_object (&param, half);
  g_closure_invoke (data, &result, 1, &param, NULL);
  again = g_value_get_boolean (&result);
  g_value_unset (&param);
  g_value_unset (&result);
  return again;
}

static GSourceFuncs half_source_funcs = {
  half_source_prepare,
  half_source_check,
  half_source_dispatch,
  half_source_finalize,
  G_SOURCE_FUNC (half_source_closure_callback),
};

static GSource *
half_source_new (CdStream *stream, gpointer half, gboolean reading, GCancellable *cancellable)
{
  GSource *source = g_source_new (&half_source_funcs, sizeof (HalfSource));
  HalfSource *self = (HalfSource *)source;

  g_source_set_static_name (source, reading ? "CdStream input" : "CdStream output");
  self->stream = g_object_ref (stream);
  self->half = g_object_ref (half);
  self->reading = reading;
  if (reading)
    {
      g_ptr_array_add (stream->in_sources, source);
      if (stream->paused)
        g_source_set_priority (source, CD_STREAM_PRIORITY_PAUSED);
      if (!cd_stream_can_read_now (stream))
        half_source_add_child (self);
    }
  if (cancellable != NULL)
    {
      g_autoptr (GSource) child = g_cancellable_source_new (cancellable);
      g_source_set_dummy_callback (child);
      g_source_add_child_source (source, child);
    }
  return source;
}

/* A half whose stream is gone: always ready, so that its user asks and hears the error. */
static GSource *
detached_source_new (gpointer half)
{
  g_autoptr (GSource) child = g_timeout_source_new (0);
  GSource *source = g_pollable_source_new (G_OBJECT (half));

  g_source_set_dummy_callback (child);
  g_source_add_child_source (source, child);
  return source;
}

static gssize
fail_closed (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "stream is closed");
  return -1;
}

/* --- Input ------------------------------------------------------------------------------------------------------------ */

struct _CdStreamInput
{
  GInputStream parent;
  CdStream *stream; /* (borrowed) (nullable): NULL once it is gone */
};
typedef GInputStreamClass CdStreamInputClass;

static GType cd_stream_input_get_type (void);
static void cd_stream_input_pollable_init (GPollableInputStreamInterface *iface);
G_DEFINE_TYPE_WITH_CODE (CdStreamInput, cd_stream_input, G_TYPE_INPUT_STREAM, G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, cd_stream_input_pollable_init))

static gssize
cd_stream_input_read_nonblocking (GPollableInputStream *pollable, void *buffer, gsize count, GError **error)
{
  CdStreamInput *self = (CdStreamInput *)pollable;
  return self->stream ? cd_stream_read (self->stream, buffer, count, FALSE, NULL, error) : fail_closed (error);
}

static gssize
cd_stream_input_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  CdStreamInput *self = (CdStreamInput *)stream;
  return self->stream ? cd_stream_read (self->stream, buffer, count, TRUE, cancellable, error) : fail_closed (error);
}

static gboolean
cd_stream_input_is_readable (GPollableInputStream *pollable)
{
  CdStreamInput *self = (CdStreamInput *)pollable;
  return self->stream == NULL || cd_stream_can_read_now (self->stream) || g_pollable_input_stream_is_readable (self->stream->base_in);
}

static GSource *
cd_stream_input_create_source (GPollableInputStream *pollable, GCancellable *cancellable)
{
  CdStreamInput *self = (CdStreamInput *)pollable;
  return self->stream ? half_source_new (self->stream, self, TRUE, cancellable) : detached_source_new (self);
}

static void
cd_stream_input_class_init (CdStreamInputClass *klass)
{
  klass->read_fn = cd_stream_input_read;
}

static void
cd_stream_input_init (CdStreamInput *self)
{
}

static void
cd_stream_input_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = cd_stream_input_is_readable;
  iface->create_source = cd_stream_input_create_source;
  iface->read_nonblocking = cd_stream_input_read_nonblocking;
}

CdStreamInput *
cd_stream_input_new (CdStream *stream)
{
  CdStreamInput *self = g_object_new (cd_stream_input_get_type (), NULL);
  self->stream = stream;
  return self;
}

void
cd_stream_input_detach (CdStreamInput *self)
{
  self->stream = NULL;
}

/* --- Output ----------------------------------------------------------------------------------------------------------- */

struct _CdStreamOutput
{
  GOutputStream parent;
  CdStream *stream; /* (borrowed) (nullable): NULL once it is gone */
};
typedef GOutputStreamClass CdStreamOutputClass;

static GType cd_stream_output_get_type (void);
static void cd_stream_output_pollable_init (GPollableOutputStreamInterface *iface);
G_DEFINE_TYPE_WITH_CODE (CdStreamOutput, cd_stream_output, G_TYPE_OUTPUT_STREAM, G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM, cd_stream_output_pollable_init))

static gssize
cd_stream_output_write_nonblocking (GPollableOutputStream *pollable, const void *buffer, gsize count, GError **error)
{
  CdStreamOutput *self = (CdStreamOutput *)pollable;
  return self->stream ? cd_stream_write (self->stream, buffer, count, FALSE, NULL, error) : fail_closed (error);
}

static gssize
cd_stream_output_write (GOutputStream *stream, const void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  CdStreamOutput *self = (CdStreamOutput *)stream;
  return self->stream ? cd_stream_write (self->stream, buffer, count, TRUE, cancellable, error) : fail_closed (error);
}

static gboolean
cd_stream_output_flush (GOutputStream *stream, GCancellable *cancellable, GError **error)
{
  CdStreamOutput *self = (CdStreamOutput *)stream;
  return self->stream == NULL || cd_stream_drain (self->stream, cancellable, error);
}

static void
cd_stream_output_flush_async (GOutputStream *stream, int priority, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  CdStreamOutput *self = (CdStreamOutput *)stream;
  g_autoptr (GTask) task = g_task_new (stream, cancellable, callback, data);

  /* What the base does not take now leaves by itself when it can. */
  if (self->stream != NULL)
    cd_stream_flush_now (self->stream);
  if (self->stream != NULL && self->stream->write_error != NULL)
    g_task_return_error (task, g_error_copy (self->stream->write_error));
  else
    g_task_return_boolean (task, TRUE);
}

static gboolean
cd_stream_output_flush_finish (GOutputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
cd_stream_output_is_writable (GPollableOutputStream *pollable)
{
  CdStreamOutput *self = (CdStreamOutput *)pollable;
  return self->stream == NULL || cd_stream_can_write_now (self->stream);
}

static GSource *
cd_stream_output_create_source (GPollableOutputStream *pollable, GCancellable *cancellable)
{
  CdStreamOutput *self = (CdStreamOutput *)pollable;
  return self->stream ? half_source_new (self->stream, self, FALSE, cancellable) : detached_source_new (self);
}

static void
cd_stream_output_class_init (CdStreamOutputClass *klass)
{
  klass->write_fn = cd_stream_output_write;
  klass->flush = cd_stream_output_flush;
  klass->flush_async = cd_stream_output_flush_async;
  klass->flush_finish = cd_stream_output_flush_finish;
}

static void
cd_stream_output_init (CdStreamOutput *self)
{
}

static void
cd_stream_output_pollable_init (GPollableOutputStreamInterface *iface)
{
  iface->is_writable = cd_stream_output_is_writable;
  iface->create_source = cd_stream_output_create_source;
  iface->write_nonblocking = cd_stream_output_write_nonblocking;
}

CdStreamOutput *
cd_stream_output_new (CdStream *stream)
{
  CdStreamOutput *self = g_object_new (cd_stream_output_get_type (), NULL);
  self->stream = stream;
  return self;
}

void
cd_stream_output_detach (CdStreamOutput *self)
{
  self->stream = NULL;
}
