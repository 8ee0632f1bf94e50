/* cd-frame-guard.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-frame-guard-private.h"

#define OPCODE_CONTINUATION 0x0
#define OPCODE_TEXT 0x1
#define OPCODE_BINARY 0x2
#define OPCODE_CLOSE 0x8
#define OPCODE_PING 0x9
#define OPCODE_PONG 0xa
#define CONTROL_PAYLOAD_MAX 125
#define MASK_LEN 4

typedef struct
{
  gboolean fin;
  guint8 reserved;
  guint8 opcode;
  gboolean masked;
  gboolean minimal; /* the length is written in the shortest form */
  guint64 payload;
  gsize head_len;
} FrameHead;

void
cd_frame_guard_init (CdFrameGuard *guard)
{
  *guard = (CdFrameGuard){
    .mode = CD_STREAM_GUARD_OFF,
    .message_max = CD_STREAM_MESSAGE_MAX,
    .control_per_s_max = CD_STREAM_CONTROL_PER_S_MAX,
  };
}

static gboolean
parse_head (const guint8 *data, gsize len, FrameHead *head)
{
  if (len < 2)
    return FALSE;

  guint8 short_len = data[1] & 0x7f;
  gsize extra = short_len == 126 ? 2 : short_len == 127 ? 8
                                                        : 0;

  head->fin = (data[0] & 0x80) != 0;
  head->reserved = data[0] & 0x70;
  head->opcode = data[0] & 0x0f;
  head->masked = (data[1] & 0x80) != 0;
  head->head_len = 2 + extra + (head->masked ? MASK_LEN : 0);
  if (len < head->head_len)
    return FALSE;

  head->payload = short_len;
  head->minimal = TRUE;
  if (extra > 0)
    {
      head->payload = 0;
      for (gsize i = 0; i < extra; i++)
        head->payload = head->payload << 8 | data[2 + i];
      head->minimal = extra == 2 ? head->payload > 125 : head->payload > G_MAXUINT16;
    }
  return TRUE;
}

static gboolean
check_control (CdFrameGuard *guard, CdEnv *env, const FrameHead *head, GError **error)
{
  gint64 now_us = cd_env_boot_us (env);

  if (head->payload > CONTROL_PAYLOAD_MAX || !head->fin)
    {
      g_set_error (error, CD_SYS_ERROR, CD_SYS_ERROR_FRAME, "control frame 0x%x of %" G_GUINT64_FORMAT " bytes%s, expected at most %d in one frame",
                   head->opcode, head->payload, head->fin ? "" : " in fragments", CONTROL_PAYLOAD_MAX);
      return FALSE;
    }
  if (head->opcode == OPCODE_CLOSE && head->payload == 1)
    {
      g_set_error (error, CD_SYS_ERROR, CD_SYS_ERROR_FRAME, "close frame with half a status code");
      return FALSE;
    }
  if (now_us - guard->window_us >= G_USEC_PER_SEC || guard->window_us == 0)
    {
      guard->window_us = now_us;
      guard->window_count = 0;
    }
  if (++guard->window_count > guard->control_per_s_max)
    {
      g_set_error (error, CD_SYS_ERROR, CD_SYS_ERROR_FLOOD, "more than %u control frames in one second", guard->control_per_s_max);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_data (CdFrameGuard *guard, const FrameHead *head, GError **error)
{
  gboolean continuation = head->opcode == OPCODE_CONTINUATION;

  if (continuation != guard->in_message)
    {
      g_set_error (error, CD_SYS_ERROR, CD_SYS_ERROR_FRAME, "%s",
                   continuation ? "continuation frame without a beginning" : "new message inside a fragmented one");
      return FALSE;
    }
  /* Both terms are bounded, so the sum cannot wrap: message_bytes never passes message_max. */
  if (head->payload > guard->message_max || guard->message_bytes + head->payload > guard->message_max)
    {
      g_set_error (error, CD_SYS_ERROR, CD_SYS_ERROR_TOO_LARGE, "message of more than %" G_GSIZE_FORMAT " bytes", guard->message_max);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_head (CdFrameGuard *guard, CdEnv *env, const FrameHead *head, GError **error)
{
  gboolean known = head->opcode <= OPCODE_BINARY || (head->opcode >= OPCODE_CLOSE && head->opcode <= OPCODE_PONG);
  gboolean must_mask = guard->mode == CD_STREAM_GUARD_SERVER;

  if (head->reserved != 0 || !known)
    {
      g_set_error (error, CD_SYS_ERROR, CD_SYS_ERROR_FRAME, "frame with reserved bits 0x%02x, opcode 0x%x", head->reserved, head->opcode);
      return FALSE;
    }
  if (head->masked != must_mask)
    {
      g_set_error (error, CD_SYS_ERROR, CD_SYS_ERROR_FRAME, "frame is %s, expected the contrary from a %s",
                   head->masked ? "masked" : "not masked", must_mask ? "client" : "server");
      return FALSE;
    }
  if (!head->minimal)
    {
      g_set_error (error, CD_SYS_ERROR, CD_SYS_ERROR_FRAME, "frame length not in its shortest form");
      return FALSE;
    }
  return head->opcode >= OPCODE_CLOSE ? check_control (guard, env, head, error) : check_data (guard, head, error);
}

static void
enter_frame (CdFrameGuard *guard, const FrameHead *head)
{
  guard->frames++;
  guard->payload_left = head->payload;
  guard->closing = head->opcode == OPCODE_CLOSE;
  if (head->opcode >= OPCODE_CLOSE)
    {
      guard->controls++;
      return;
    }
  guard->message_bytes += head->payload;
  guard->in_message = !head->fin;
  if (head->fin)
    {
      guard->messages++;
      guard->message_bytes = 0;
    }
}

gsize
cd_frame_guard_scan (CdFrameGuard *guard, CdEnv *env, const guint8 *data, gsize len, GError **error)
{
  gsize at = 0;

  if (guard->mode == CD_STREAM_GUARD_OFF)
    return len;
  while (at < len && !guard->closed)
    {
      FrameHead head;

      if (guard->payload_left > 0)
        {
          gsize n = (gsize)MIN (guard->payload_left, (guint64)(len - at));
          guard->payload_left -= n;
          at += n;
        }
      else
        {
          if (!parse_head (data + at, len - at, &head))
            break;
          if (!check_head (guard, env, &head, error))
            break;
          enter_frame (guard, &head);
          at += head.head_len;
        }
      if (guard->closing && guard->payload_left == 0)
        guard->closed = TRUE;
    }
  return at;
}

gboolean
cd_frame_guard_is_cut (const CdFrameGuard *guard, gsize held)
{
  if (guard->mode == CD_STREAM_GUARD_OFF || guard->closed)
    return FALSE;
  return held > 0 || guard->payload_left > 0 || guard->in_message;
}
