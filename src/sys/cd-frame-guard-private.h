/* cd-frame-guard-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Walks over WebSocket frames (RFC 6455 section 5) without copying a byte, and says how far they are lawful.
 */
#pragma once

#include "cd-stream.h"

G_BEGIN_DECLS

typedef struct
{
  CdStreamGuard mode;
  gsize message_max;
  guint control_per_s_max;

  guint64 payload_left;  /* of the frame we are in */
  guint64 message_bytes; /* payload of the message so far, all fragments */
  gboolean in_message;   /* a fragmented message is open */
  gboolean closing;      /* the frame we are in is a close frame */
  gboolean closed;       /* a whole close frame has passed: nothing after it matters */
  gint64 window_us;      /* start of the second in which control frames are counted */
  guint window_count;

  guint64 frames;
  guint64 messages;
  guint64 controls;
} CdFrameGuard;

void cd_frame_guard_init (CdFrameGuard *guard);

/* Returns how many of the @len bytes may be handed on. A head that is still incomplete is held back; so is everything from the
 * first unlawful head on, and then @error is set. */
gsize cd_frame_guard_scan (CdFrameGuard *guard, CdEnv *env, const guint8 *data, gsize len, GError **error);

/* Whether an end of the stream here would cut something: @held = bytes of a head that were held back. */
gboolean cd_frame_guard_is_cut (const CdFrameGuard *guard, gsize held);

G_END_DECLS
