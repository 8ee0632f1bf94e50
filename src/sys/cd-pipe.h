/* cd-pipe.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A connected pair of GIOStreams in memory, pollable in both directions: the transport of the simulator and of tests that must
 * decide when a byte arrives. What one end writes the other reads. Both ends belong to one thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CD_TYPE_PIPE (cd_pipe_get_type ())
G_DECLARE_FINAL_TYPE (CdPipe, cd_pipe, CD, PIPE, GIOStream)

/**
 * cd_pipe_new_pair:
 * @capacity: bytes that lie between a write and its read before writing would block; 0 = 64 KiB
 * @a: (out) (transfer full)
 * @b: (out) (transfer full)
 */
void cd_pipe_new_pair (gsize capacity, CdPipe **a, CdPipe **b);

/**
 * cd_pipe_hold:
 * While held, what the peer writes to this end lies in the pipe and cannot be read (a slow wire).
 */
void cd_pipe_hold (CdPipe *self, gboolean hold);

/**
 * cd_pipe_cut:
 * Ends the connection as a cable does: after @deliver more bytes towards this end reading fails with
 * %G_IO_ERROR_CONNECTION_CLOSED when @reset, else it ends; writes from this end fail at once.
 */
void cd_pipe_cut (CdPipe *self, gsize deliver, gboolean reset);

/**
 * cd_pipe_pending: bytes written by the peer and not read by this end yet.
 */
gsize cd_pipe_pending (CdPipe *self);

G_END_DECLS
