/* cd-pipe.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-pipe.h"

#include <string.h>

#define CAPACITY_DEFAULT (64 * 1024)

/* One direction. Shared by the writer's and the reader's end; outlives either. */
typedef struct
{
  gatomicrefcount refs;
  GByteArray *bytes; /* (owned) */
  gsize capacity;
  gsize deliver; /* bytes that still arrive; G_MAXSIZE while uncut */
  gboolean cut;
  gboolean reset;
  gboolean hold;
  gboolean writer_closed;
  gboolean reader_closed;
} Lane;

static Lane *
lane_new (gsize capacity)
{
  Lane *lane = g_new0 (Lane, 1);
  g_atomic_ref_count_init (&lane->refs);
  lane->bytes = g_byte_array_new ();
  lane->capacity = capacity;
  lane->deliver = G_MAXSIZE;
  return lane;
}

static Lane *
lane_ref (Lane *lane)
{
  g_atomic_ref_count_inc (&lane->refs);
  return lane;
}

static void
lane_unref (gpointer data)
{
  Lane *lane = data;
  if (!g_atomic_ref_count_dec (&lane->refs))
    return;
  g_byte_array_unref (lane->bytes);
  g_free (lane);
}

static gboolean
lane_readable (Lane *lane)
{
  if (lane->reader_closed)
    return TRUE;
  if (lane->cut && lane->deliver == 0)
    return TRUE;
  if (lane->hold)
    return FALSE;
  return lane->bytes->len > 0 || lane->writer_closed;
}

static gboolean
lane_writable (Lane *lane)
{
  return lane->writer_closed || lane->reader_closed || lane->cut || lane->bytes->len < lane->capacity;
}

/* --- Sources ---------------------------------------------------------------------------------------------------------- */

typedef struct
{
  GSource source;
  GObject *stream; /* (owned) */
  Lane *lane;      /* (owned) */
  gboolean reading;
} LaneSource;

static gboolean
lane_source_prepare (GSource *source, int *timeout)
{
  LaneSource *self = (LaneSource *)source;
  *timeout = -1;
  return self->reading ? lane_readable (self->lane) : lane_writable (self->lane);
}

static gboolean
lane_source_check (GSource *source)
{
  int timeout;
  return lane_source_prepare (source, &timeout);
}

static gboolean
lane_source_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  LaneSource *self = (LaneSource *)source;
  return callback ? ((GPollableSourceFunc)(void (*) (void))callback) (self->stream, data) : G_SOURCE_REMOVE;
}

static void
lane_source_finalize (GSource *source)
{
  LaneSource *self = (LaneSource *)source;
  g_clear_object (&self->stream);
  g_clear_pointer (&self->lane, lane_unref);
}

/* Lets the source be a child of g_pollable_source_new_full() and friends. */
static gboolean
lane_source_closure_callback (GObject *stream, gpointer data)
{
  GClosure *closure = data;
  GValue param = G_VALUE_INIT, result = G_VALUE_INIT;

  g_value_init (&result, G_TYPE_BOOLEAN);
  g_value_init (&param, G_TYPE_OBJECT);
  g_value_set_object (&param, stream);
  g_closure_invoke (closure, &result, 1, &param, NULL);
  gboolean again = g_value_get_boolean (&result);
  g_value_unset (&param);
  g_value_unset (&result);
  return again;
}

static GSourceFuncs lane_source_funcs = {
  lane_source_prepare,
  lane_source_check,
  lane_source_dispatch,
  lane_source_finalize,
  G_SOURCE_FUNC (lane_source_closure_callback),
};

static GSource *
lane_source_new (gpointer stream, Lane *lane, gboolean reading, GCancellable *cancellable)
{
  GSource *source = g_source_new (&lane_source_funcs, sizeof (LaneSource));
  LaneSource *self = (LaneSource *)source;

  g_source_set_static_name (source, "CdPipe");
  self->stream = g_object_ref (stream);
  self->lane = lane_ref (lane);
  self->reading = reading;
  if (cancellable != NULL)
    {
      GSource *child = g_cancellable_source_new (cancellable);
      g_source_set_dummy_callback (child);
      g_source_add_child_source (source, child);
      g_source_unref (child);
    }
  return source;
}

/* --- Input ------------------------------------------------------------------------------------------------------------ */

typedef struct
{
  GInputStream parent;
  Lane *lane; /* (owned) */
} PipeInput;
typedef GInputStreamClass PipeInputClass;

static void pipe_input_pollable_init (GPollableInputStreamInterface *iface);
static GType pipe_input_get_type (void);
G_DEFINE_TYPE_WITH_CODE (PipeInput, pipe_input, G_TYPE_INPUT_STREAM, G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, pipe_input_pollable_init))

static gssize
pipe_input_read_nonblocking (GPollableInputStream *stream, void *buffer, gsize count, GError **error)
{
  Lane *lane = ((PipeInput *)stream)->lane;

  if (!lane_readable (lane))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "nothing has arrived");
      return -1;
    }
  if (lane->cut && lane->deliver == 0 && lane->reset)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "connection reset");
      return -1;
    }
  if (lane->cut && lane->deliver == 0)
    return 0;

  gsize n = MIN (MIN (count, lane->bytes->len), lane->deliver);
  if (n > 0)
    {
      memcpy (buffer, lane->bytes->data, n);
      g_byte_array_remove_range (lane->bytes, 0, (guint)n);
    }
  if (lane->cut)
    lane->deliver -= n;
  return (gssize)n;
}

static gssize
pipe_input_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  /* Both ends live on one thread: waiting would wait for ever. */
  return pipe_input_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), buffer, count, error);
}

static gboolean
pipe_input_is_readable (GPollableInputStream *stream)
{
  return lane_readable (((PipeInput *)stream)->lane);
}

static GSource *
pipe_input_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  return lane_source_new (stream, ((PipeInput *)stream)->lane, TRUE, cancellable);
}

static void
pipe_input_finalize (GObject *object)
{
  lane_unref (((PipeInput *)object)->lane);
  G_OBJECT_CLASS (pipe_input_parent_class)->finalize (object);
}

static void
pipe_input_class_init (PipeInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pipe_input_finalize;
  klass->read_fn = pipe_input_read;
}

static void
pipe_input_init (PipeInput *self)
{
}

static void
pipe_input_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = pipe_input_is_readable;
  iface->create_source = pipe_input_create_source;
  iface->read_nonblocking = pipe_input_read_nonblocking;
}

/* --- Output ----------------------------------------------------------------------------------------------------------- */

typedef struct
{
  GOutputStream parent;
  Lane *lane; /* (owned) */
} PipeOutput;
typedef GOutputStreamClass PipeOutputClass;

static void pipe_output_pollable_init (GPollableOutputStreamInterface *iface);
static GType pipe_output_get_type (void);
G_DEFINE_TYPE_WITH_CODE (PipeOutput, pipe_output, G_TYPE_OUTPUT_STREAM, G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM, pipe_output_pollable_init))

static gssize
pipe_output_write_nonblocking (GPollableOutputStream *stream, const void *buffer, gsize count, GError **error)
{
  Lane *lane = ((PipeOutput *)stream)->lane;

  if (lane->writer_closed || lane->reader_closed || lane->cut)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, "the other end is gone");
      return -1;
    }
  gsize n = MIN (count, lane->capacity - MIN (lane->capacity, lane->bytes->len));
  if (n == 0 && count > 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "the pipe is full");
      return -1;
    }
  g_byte_array_append (lane->bytes, buffer, (guint)n);
  return (gssize)n;
}

static gssize
pipe_output_write (GOutputStream *stream, const void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  return pipe_output_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (stream), buffer, count, error);
}

static gboolean
pipe_output_is_writable (GPollableOutputStream *stream)
{
  return lane_writable (((PipeOutput *)stream)->lane);
}

static GSource *
pipe_output_create_source (GPollableOutputStream *stream, GCancellable *cancellable)
{
  return lane_source_new (stream, ((PipeOutput *)stream)->lane, FALSE, cancellable);
}

static void
pipe_output_finalize (GObject *object)
{
  lane_unref (((PipeOutput *)object)->lane);
  G_OBJECT_CLASS (pipe_output_parent_class)->finalize (object);
}

static void
pipe_output_class_init (PipeOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pipe_output_finalize;
  klass->write_fn = pipe_output_write;
}

static void
pipe_output_init (PipeOutput *self)
{
}

static void
pipe_output_pollable_init (GPollableOutputStreamInterface *iface)
{
  iface->is_writable = pipe_output_is_writable;
  iface->create_source = pipe_output_create_source;
  iface->write_nonblocking = pipe_output_write_nonblocking;
}

/* --- The end ---------------------------------------------------------------------------------------------------------- */

struct _CdPipe
{
  GIOStream parent;
  PipeInput *input;   /* (owned) */
  PipeOutput *output; /* (owned) */
};

G_DEFINE_FINAL_TYPE (CdPipe, cd_pipe, G_TYPE_IO_STREAM)

static GInputStream *
cd_pipe_get_input_stream (GIOStream *stream)
{
  return G_INPUT_STREAM (CD_PIPE (stream)->input);
}

static GOutputStream *
cd_pipe_get_output_stream (GIOStream *stream)
{
  return G_OUTPUT_STREAM (CD_PIPE (stream)->output);
}

static gboolean
cd_pipe_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  CdPipe *self = CD_PIPE (stream);
  self->input->lane->reader_closed = TRUE;
  self->output->lane->writer_closed = TRUE;
  return TRUE;
}

static void
cd_pipe_close_async (GIOStream *stream, int priority, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (stream, cancellable, callback, data);
  cd_pipe_close (stream, NULL, NULL);
  g_task_return_boolean (task, TRUE);
}

static gboolean
cd_pipe_close_finish (GIOStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
cd_pipe_finalize (GObject *object)
{
  CdPipe *self = CD_PIPE (object);
  g_clear_object (&self->input);
  g_clear_object (&self->output);
  G_OBJECT_CLASS (cd_pipe_parent_class)->finalize (object);
}

static void
cd_pipe_class_init (CdPipeClass *klass)
{
  GIOStreamClass *io_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cd_pipe_finalize;
  io_class->get_input_stream = cd_pipe_get_input_stream;
  io_class->get_output_stream = cd_pipe_get_output_stream;
  io_class->close_fn = cd_pipe_close;
  io_class->close_async = cd_pipe_close_async;
  io_class->close_finish = cd_pipe_close_finish;
}

static void
cd_pipe_init (CdPipe *self)
{
}

static CdPipe *
pipe_new (Lane *in, Lane *out)
{
  CdPipe *self = g_object_new (CD_TYPE_PIPE, NULL);
  self->input = g_object_new (pipe_input_get_type (), NULL);
  self->input->lane = lane_ref (in);
  self->output = g_object_new (pipe_output_get_type (), NULL);
  self->output->lane = lane_ref (out);
  return self;
}

void
cd_pipe_new_pair (gsize capacity, CdPipe **a, CdPipe **b)
{
  Lane *there = lane_new (capacity ? capacity : CAPACITY_DEFAULT);
  Lane *back = lane_new (capacity ? capacity : CAPACITY_DEFAULT);

  *a = pipe_new (back, there);
  *b = pipe_new (there, back);
  lane_unref (there);
  lane_unref (back);
}

void
cd_pipe_hold (CdPipe *self, gboolean hold)
{
  self->input->lane->hold = hold;
}

void
cd_pipe_cut (CdPipe *self, gsize deliver, gboolean reset)
{
  Lane *in = self->input->lane;

  in->cut = TRUE;
  in->reset = reset;
  in->deliver = MIN (deliver, in->bytes->len);
  self->output->lane->cut = TRUE;
  self->output->lane->reset = reset;
  self->output->lane->deliver = self->output->lane->bytes->len;
}

gsize
cd_pipe_pending (CdPipe *self)
{
  return self->input->lane->bytes->len;
}
