/* cd-stream-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "cd-frame-guard-private.h"

G_BEGIN_DECLS

typedef struct _CdStreamInput CdStreamInput;
typedef struct _CdStreamOutput CdStreamOutput;

struct _CdStream
{
  GIOStream parent;

  CdEnv *env;                      /* (owned) */
  GIOStream *base;                 /* (owned) */
  GPollableInputStream *base_in;   /* (borrowed) from base */
  GPollableOutputStream *base_out; /* (borrowed) from base */
  gboolean base_is_tls;
  GThread *thread;
  GMainContext *context;  /* (owned) */
  CdStreamInput *input;   /* (owned) */
  CdStreamOutput *output; /* (owned) */
  gboolean closing;

  /* What came in: [start, valid) may be handed on, [valid, end) waits for the rest of a frame head. */
  guint8 *in;
  gsize in_start, in_valid, in_end;
  gboolean eof;
  gboolean drained; /* the last read of a socket was short: another one now would only say "would block" */
  GError *dead;     /* (owned) (nullable): why reading is over */
  CdFrameGuard guard;

  /* Time budget of reading. */
  gint64 budget_us;
  gint64 turn_us; /* when this turn of reading began; 0 = not reading */
  gint64 busy_us; /* reading time since the loop last had a chance to do everything else */
  guint reads_unchecked;
  gboolean paused;
  guint64 pause_timer;
  GPtrArray *in_sources; /* (element-type GSource) (borrowed): they leave when finalized */

  /* What goes out: [out_start, out_end) of @out. */
  guint8 *out; /* (owned) */
  gsize out_start, out_end, out_size;
  gsize queue_max;
  GSource *flush_source; /* (owned) (nullable): its prepare is the end of every turn */
  GSource *out_watch;    /* (owned) (nullable): the base would block */
  GError *write_error;   /* (owned) (nullable) */
  GTask *close_task;     /* (owned) (nullable): waits for the queue to drain */
  guint64 close_timer;

  CdStreamStats stats; /* the four byte counters of writing are read from other threads: atomically */
};

static inline gsize
cd_stream_queued (const CdStream *self)
{
  return self->out_end - self->out_start;
}

/* cd-stream.c */
void cd_stream_finish_close (CdStream *self);

/* cd-stream-io.c */
void cd_stream_scan_input (CdStream *self);
/* As g_pollable_stream_read(): bytes, 0 at the end, -1 with an error. */
gssize cd_stream_fill_input (CdStream *self, gboolean blocking, GCancellable *cancellable, GError **error);
gssize cd_stream_read (CdStream *self, void *buffer, gsize count, gboolean blocking, GCancellable *cancellable, GError **error);
gssize cd_stream_write (CdStream *self, const void *buffer, gsize count, gboolean blocking, GCancellable *cancellable, GError **error);
gboolean cd_stream_drain (CdStream *self, GCancellable *cancellable, GError **error); /* blocking flush */
gboolean cd_stream_can_read_now (CdStream *self);
gboolean cd_stream_can_write_now (CdStream *self);
void cd_stream_turn_begins (CdStream *self);
void cd_stream_assert_thread (CdStream *self);

/* cd-stream-halves.c */
CdStreamInput *cd_stream_input_new (CdStream *stream);
CdStreamOutput *cd_stream_output_new (CdStream *stream);
void cd_stream_input_detach (CdStreamInput *self);
void cd_stream_output_detach (CdStreamOutput *self);

#define CD_STREAM_PRIORITY_PAUSED G_PRIORITY_DEFAULT_IDLE

G_END_DECLS
