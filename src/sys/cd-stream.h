/* cd-stream.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CdStream lies under every WebSocket, on the client and on the venue. It wraps a connected GIOStream whose two halves are
 * pollable (a GSocketConnection, a GTlsConnection, a CdPipe) and is itself pollable in both directions, so that
 * soup_websocket_connection_new() works over it. What it adds:
 *
 *  - Reading in 64 KiB pieces, handed on in slices, with a pause after a time budget: a flood never starves the loop.
 *  - Writes are collected and leave in one call: when all that was read has been handled, at the latest at the end of the turn of
 *    the main loop in which they were made.
 *  - A guard on what comes in: reserved bits and opcodes, control frames of at most 125 bytes, the mask of the right direction,
 *    order of fragments, the sum of the fragments of a message, control frames per second, an end in the middle of a frame.
 *    No byte of an offending frame head is handed on; after that the stream is dead (reads fail with %CD_SYS_ERROR).
 *  - Counters that answer "can a byte of this frame have left?" and "how far behind is this peer?".
 *
 * Thread: the one whose thread-default main context was current at construction; asserted at every entry but the counters.
 */
#pragma once

#include "cd-env.h"
#include "cd-sys-error.h"

G_BEGIN_DECLS

#define CD_TYPE_STREAM (cd_stream_get_type ())
G_DECLARE_FINAL_TYPE (CdStream, cd_stream, CD, STREAM, GIOStream)

#define CD_STREAM_READ_SIZE (64 * 1024)
#define CD_STREAM_MESSAGE_MAX (1024 * 1024)   /* default limit of one message, all fragments together */
#define CD_STREAM_QUEUE_MAX (4 * 1024 * 1024) /* default bytes kept for a slow peer before writes would block */
#define CD_STREAM_CONTROL_PER_S_MAX 200       /* default limit of ping, pong and close frames in one second */
#define CD_STREAM_BUDGET_US 4000              /* default time of reading before the loop gets a pause */

typedef enum
{
  CD_STREAM_GUARD_OFF,    /* bytes pass as they are (during the HTTP handshake) */
  CD_STREAM_GUARD_CLIENT, /* we are the client: frames that come in must not be masked */
  CD_STREAM_GUARD_SERVER, /* we are the server: frames that come in must be masked */
} CdStreamGuard;

/**
 * CdStreamStats:
 * Totals since construction. @bytes_queued_now is what we have accepted and the base has not taken yet.
 */
typedef struct
{
  guint64 bytes_in;         /* read from the base */
  guint64 bytes_delivered;  /* handed to the reader */
  guint64 bytes_accepted;   /* taken from the writer */
  guint64 bytes_exposed;    /* offered to the base at least once: an upper bound of what can have left */
  guint64 bytes_written;    /* confirmed by the base */
  guint64 bytes_queued_now; /* accepted - written */
  guint64 bytes_queued_max;
  guint64 reads;       /* calls of the base */
  guint64 writes;      /* calls of the base that took something */
  guint64 frames_in;   /* complete frame heads seen by the guard */
  guint64 messages_in; /* final data frames seen by the guard */
  guint64 control_in;
  guint64 pauses; /* times the budget was used up */
} CdStreamStats;

/**
 * cd_stream_new:
 * @base: (transfer none): connected; both halves must be pollable
 * Closing the CdStream closes @base.
 */
CdStream *cd_stream_new (CdEnv *env, GIOStream *base) G_GNUC_WARN_UNUSED_RESULT;

/**
 * cd_stream_get_base: (transfer none): for TLS details, peer addresses.
 */
GIOStream *cd_stream_get_base (CdStream *self);

/**
 * cd_stream_set_guard:
 * Takes effect with the next byte that has not been handed on yet: what is already in the read buffer is checked too.
 * May be switched on once; not off again.
 */
void cd_stream_set_guard (CdStream *self, CdStreamGuard guard);

/**
 * cd_stream_set_limits:
 * @message_max: bytes of one message, fragments added up; 0 keeps
 * @queue_max: bytes we keep for the peer before our writes would block; 0 keeps. What libsoup then queues is not counted:
 *   a sender that must know compares cd_stream_get_queued() with its own, lower limit.
 * @control_per_s_max: 0 keeps
 */
void cd_stream_set_limits (CdStream *self, gsize message_max, gsize queue_max, guint control_per_s_max);

/**
 * cd_stream_set_budget: how long reading may go on before the loop gets a pause. @budget_us: 0 = no pause.
 */
void cd_stream_set_budget (CdStream *self, gint64 budget_us);

/**
 * cd_stream_flush_now:
 * Offers what is queued to the base at once instead of at the end of the turn. Never blocks.
 * Returns: %TRUE when nothing is left.
 */
gboolean cd_stream_flush_now (CdStream *self);

/**
 * cd_stream_get_queued: bytes accepted and not yet taken by the base: how far this peer is behind. Any thread.
 */
guint64 cd_stream_get_queued (CdStream *self);

/**
 * cd_stream_bytes_accepted:
 * Position of the writer. Noted before a frame is sent, it is the place of its first byte (as long as fewer than queue_max
 * bytes are queued, because libsoup then holds nothing back). Any thread.
 */
guint64 cd_stream_bytes_accepted (CdStream *self);

/**
 * cd_stream_bytes_written: bytes the base has confirmed. Any thread.
 */
guint64 cd_stream_bytes_written (CdStream *self);

/**
 * cd_stream_bytes_exposed:
 * Upper bound of what can have left us, a failed or blocked attempt included (TLS may already have made a record of it).
 * "exposed <= position of the frame" is the proof that no byte of the frame left. Any thread.
 */
guint64 cd_stream_bytes_exposed (CdStream *self);

/**
 * cd_stream_get_stats: a consistent copy only on the stream's own thread.
 */
void cd_stream_get_stats (CdStream *self, CdStreamStats *stats);

/**
 * cd_stream_get_error:
 * Why the stream is dead. Returns: (nullable) (transfer none): %CD_SYS_ERROR for the guard, else what the base said.
 */
const GError *cd_stream_get_error (CdStream *self);

/**
 * cd_stream_read_head_async:
 * Reads up to and including the first empty line (CRLF CRLF), and not one byte more: what follows stays for the reader.
 * @max_len: beyond it the answer is %CD_SYS_ERROR_TOO_LARGE. An end before it is %CD_SYS_ERROR_CUT.
 */
void cd_stream_read_head_async (CdStream *self, gsize max_len, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
GBytes *cd_stream_read_head_finish (CdStream *self, GAsyncResult *result, GError **error); /* (transfer full) */

G_END_DECLS
