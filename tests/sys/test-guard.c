/* test-guard.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What CdStream lets through: frames that RFC 6455 and our limits allow, whatever the pieces they come in.
 */
#include "stream-fixture.h"

#include <string.h>

typedef struct
{
  const char *name;
  CdStreamGuard guard;
  const char *bytes;
  gsize len;
  gsize delivered; /* bytes that come through before the fault */
  int code;        /* 0 = lawful */
} FrameCase;

#define FRAME(text) text, sizeof (text) - 1
#define MASK "\x01\x02\x03\x04"

static const FrameCase frame_cases[] = {
  { "text", CD_STREAM_GUARD_CLIENT, FRAME ("\x81\x02hi"), 4, 0 },
  { "binary", CD_STREAM_GUARD_CLIENT, FRAME ("\x82\x02hi"), 4, 0 },
  { "fragments with a ping between", CD_STREAM_GUARD_CLIENT, FRAME ("\x01\x01h\x89\x00\x80\x01i"), 8, 0 },
  { "masked from a client", CD_STREAM_GUARD_SERVER, FRAME ("\x81\x82" MASK "hi"), 8, 0 },
  { "rsv1 (compression)", CD_STREAM_GUARD_CLIENT, FRAME ("\xc1\x02hi"), 0, CD_SYS_ERROR_FRAME },
  { "rsv2", CD_STREAM_GUARD_CLIENT, FRAME ("\xa1\x02hi"), 0, CD_SYS_ERROR_FRAME },
  { "rsv3", CD_STREAM_GUARD_CLIENT, FRAME ("\x91\x02hi"), 0, CD_SYS_ERROR_FRAME },
  { "opcode 3", CD_STREAM_GUARD_CLIENT, FRAME ("\x81\x02hi\x83\x02no"), 4, CD_SYS_ERROR_FRAME },
  { "opcode 11", CD_STREAM_GUARD_CLIENT, FRAME ("\x8b\x00"), 0, CD_SYS_ERROR_FRAME },
  { "masked from a server", CD_STREAM_GUARD_CLIENT, FRAME ("\x81\x82" MASK "hi"), 0, CD_SYS_ERROR_FRAME },
  { "not masked from a client", CD_STREAM_GUARD_SERVER, FRAME ("\x81\x02hi"), 0, CD_SYS_ERROR_FRAME },
  { "ping of 126 bytes", CD_STREAM_GUARD_CLIENT, FRAME ("\x89\x7e\x00\x7e"), 0, CD_SYS_ERROR_FRAME },
  { "ping of 60,000 bytes", CD_STREAM_GUARD_CLIENT, FRAME ("\x89\x7e\xea\x60"), 0, CD_SYS_ERROR_FRAME },
  { "ping in fragments", CD_STREAM_GUARD_CLIENT, FRAME ("\x09\x00"), 0, CD_SYS_ERROR_FRAME },
  { "close with one byte", CD_STREAM_GUARD_CLIENT, FRAME ("\x88\x01\x03"), 0, CD_SYS_ERROR_FRAME },
  { "continuation without start", CD_STREAM_GUARD_CLIENT, FRAME ("\x80\x02hi"), 0, CD_SYS_ERROR_FRAME },
  { "message inside a message", CD_STREAM_GUARD_CLIENT, FRAME ("\x01\x01h\x81\x01i"), 3, CD_SYS_ERROR_FRAME },
  { "length 5 in two bytes", CD_STREAM_GUARD_CLIENT, FRAME ("\x81\x7e\x00\x05hello"), 0, CD_SYS_ERROR_FRAME },
  { "length 65535 in eight bytes", CD_STREAM_GUARD_CLIENT, FRAME ("\x81\x7f\x00\x00\x00\x00\x00\x00\xff\xff"), 0, CD_SYS_ERROR_FRAME },
  { "length with the top bit", CD_STREAM_GUARD_CLIENT, FRAME ("\x81\x7f\x80\x00\x00\x00\x00\x00\x00\x00"), 0, CD_SYS_ERROR_TOO_LARGE },
  { "1 MiB and a byte", CD_STREAM_GUARD_CLIENT, FRAME ("\x81\x7f\x00\x00\x00\x00\x00\x10\x00\x01"), 0, CD_SYS_ERROR_TOO_LARGE },
  { "fragments of 1 MiB and a byte", CD_STREAM_GUARD_CLIENT, FRAME ("\x01\x01h\x80\x7f\x00\x00\x00\x00\x00\x10\x00\x00"), 3, CD_SYS_ERROR_TOO_LARGE },
  { "cut in the head", CD_STREAM_GUARD_CLIENT, FRAME ("\x81"), 0, CD_SYS_ERROR_CUT },
  { "cut in the length", CD_STREAM_GUARD_CLIENT, FRAME ("\x81\x02hi\x81\x7e\x01"), 4, CD_SYS_ERROR_CUT },
  { "cut in the body", CD_STREAM_GUARD_CLIENT, FRAME ("\x81\x05hell"), 6, CD_SYS_ERROR_CUT },
  { "cut between fragments", CD_STREAM_GUARD_CLIENT, FRAME ("\x01\x02hi"), 4, CD_SYS_ERROR_CUT },
  { "bytes after a close frame", CD_STREAM_GUARD_CLIENT, FRAME ("\x88\x02\x03\xe8\xff\xff\xff"), 4, 0 },
};

/* Feeds @bytes in pieces of @step and reads everything; returns how many bytes came through. */
static gsize
feed (CdEnv *env, const FrameCase *c, gsize step, GError **error)
{
  CdPipe *near, *far;
  guint8 buffer[256];
  gsize total = 0, sent = 0;
  gboolean over = FALSE;

  cd_pipe_new_pair (0, &near, &far);
  g_autoptr (CdStream) stream = cd_stream_new (env, G_IO_STREAM (near));
  GPollableInputStream *in = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (G_IO_STREAM (stream)));
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (far));
  cd_stream_set_guard (stream, c->guard);
  while (!over)
    {
      g_autoptr (GError) local = NULL;
      gssize n = g_pollable_input_stream_read_nonblocking (in, buffer, sizeof buffer, NULL, &local);
      if (n > 0)
        {
          g_assert_cmpmem (buffer, (gsize)n, c->bytes + total, (gsize)n);
          total += (gsize)n;
        }
      else if (n == 0)
        over = TRUE;
      else if (!g_error_matches (local, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          over = TRUE;
        }
      else if (sent < c->len)
        {
          gsize piece = MIN (step, c->len - sent);
          g_assert_cmpint (g_output_stream_write (out, c->bytes + sent, piece, NULL, NULL), ==, (gssize)piece);
          sent += piece;
        }
      else
        g_assert_true (g_io_stream_close (G_IO_STREAM (far), NULL, NULL));
    }
  g_object_unref (near);
  g_object_unref (far);
  return total;
}

static void
test_guard_cases (void)
{
  g_autoptr (CdEnv) env = cd_env_test_new (0, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (frame_cases); i++)
    for (gsize step = 1; step <= 16; step++)
      {
        const FrameCase *c = &frame_cases[i];
        g_autoptr (GError) error = NULL;
        gsize total = feed (env, c, step, &error);

        g_test_message ("%s in pieces of %" G_GSIZE_FORMAT ": %" G_GSIZE_FORMAT " bytes, %s", c->name, step, total, error ? error->message : "no error");
        g_assert_cmpuint (total, ==, c->delivered);
        if (c->code != 0)
          g_assert_error (error, CD_SYS_ERROR, c->code);
        else
          g_assert_no_error (error);
      }
}

/* A lawful random stream passes unchanged whatever the pieces; one flipped reserved bit stops it exactly at its frame. */
static void
test_guard_random (void)
{
  g_autoptr (CdEnv) env = cd_env_test_new (0, 2);

  for (guint round = 0; round < 300; round++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (GError) error = NULL;
      guint n_frames = (guint)g_test_rand_int_range (1, 30);
      guint bad = (guint)g_test_rand_int_range (0, (gint32)n_frames);
      gsize bad_at = 0;
      FrameCase c = { .guard = CD_STREAM_GUARD_CLIENT };

      for (guint i = 0; i < n_frames; i++)
        {
          gsize len = (gsize)(g_test_rand_bit () ? g_test_rand_int_range (0, 126) : g_test_rand_int_range (126, 3000));
          guint8 head[4] = { 0x82, (guint8)(len < 126 ? len : 126), (guint8)(len >> 8), (guint8)len };
          g_autofree guint8 *payload = g_malloc0 (len + 1);
          if (i == bad)
            bad_at = bytes->len;
          g_byte_array_append (bytes, head, len < 126 ? 2 : 4);
          g_byte_array_append (bytes, payload, (guint)len);
        }
      c.bytes = (const char *)bytes->data;
      c.len = bytes->len;
      g_assert_cmpuint (feed (env, &c, (gsize)g_test_rand_int_range (1, 5000), &error), ==, bytes->len);
      g_assert_no_error (error);

      bytes->data[bad_at] |= (guint8)(0x10 << g_test_rand_int_range (0, 3));
      g_assert_cmpuint (feed (env, &c, (gsize)g_test_rand_int_range (1, 5000), &error), ==, bad_at);
      g_assert_error (error, CD_SYS_ERROR, CD_SYS_ERROR_FRAME);
    }
}

static void
test_guard_flood (void)
{
  g_autoptr (CdEnv) env = cd_env_test_new (0, 3);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  FrameCase c = { .guard = CD_STREAM_GUARD_CLIENT };

  for (guint i = 0; i < CD_STREAM_CONTROL_PER_S_MAX + 1; i++)
    g_byte_array_append (bytes, (const guint8 *)"\x89\x00", 2);
  c.bytes = (const char *)bytes->data;
  c.len = bytes->len;
  g_assert_cmpuint (feed (env, &c, 64, &error), ==, 2 * CD_STREAM_CONTROL_PER_S_MAX);
  g_assert_error (error, CD_SYS_ERROR, CD_SYS_ERROR_FLOOD);
  g_clear_error (&error);
  c.len -= 2;
  g_assert_cmpuint (feed (env, &c, 64, &error), ==, 2 * CD_STREAM_CONTROL_PER_S_MAX);
  g_assert_no_error (error);
}

/* libsoup above the guard: no message of an unlawful frame or after it reaches the handler. */
static void
test_guard_under_libsoup (void)
{
  GIOStream *client, *server;
  Pair pair = { .in_order = TRUE };
  static const char script[] = "\x81\x02"
                               "0 "
                               "\xc1\x02"
                               "1 "
                               "\x81\x02"
                               "2 ";

  tcp_pair (&client, &server);
  pair.client_stream = cd_stream_new (cd_env_default (), client);
  cd_stream_set_guard (pair.client_stream, CD_STREAM_GUARD_CLIENT);
  pair.client = websocket_over (pair.client_stream, SOUP_WEBSOCKET_CONNECTION_CLIENT);
  g_signal_connect (pair.client, "message", G_CALLBACK (count_message_cb), &pair);
  g_signal_connect (pair.client, "error", G_CALLBACK (error_cb), &pair);
  g_signal_connect (pair.client, "closed", G_CALLBACK (closed_cb), &pair);
  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (server), script, sizeof script - 1, NULL, NULL, NULL));
  WAIT_FOR (pair.closed == 1);
  g_assert_cmpuint (pair.received, ==, 1);
  g_assert_cmpuint (pair.errors, ==, 1);
  g_assert_error (cd_stream_get_error (pair.client_stream), CD_SYS_ERROR, CD_SYS_ERROR_FRAME);
  g_object_unref (pair.client);
  g_assert_finalize_object (pair.client_stream);
  g_object_unref (client);
  g_object_unref (server);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_handler ("libsoup", G_LOG_LEVEL_DEBUG, ignore_log_cb, NULL);
  g_test_add_func ("/guard/cases", test_guard_cases);
  g_test_add_func ("/guard/random", test_guard_random);
  g_test_add_func ("/guard/flood", test_guard_flood);
  g_test_add_func ("/guard/under-libsoup", test_guard_under_libsoup);
  return g_test_run ();
}
