/* test-stream.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CdStream between two real WebSocket ends, over a pipe in memory, over TCP and over TLS.
 */
#include "stream-fixture.h"

#include <string.h>

static void
echo_message_cb (SoupWebsocketConnection *connection, int type, GBytes *message, gpointer data)
{
  Pair *pair = data;
  pair->echoed++;
  soup_websocket_connection_send_message (connection, type, message);
}

static void
pair_start (Pair *pair, CdEnv *env, GIOStream *client_base, GIOStream *server_base)
{
  *pair = (Pair){ .env = cd_env_ref (env), .in_order = TRUE };
  pair->client_stream = cd_stream_new (env, client_base);
  pair->server_stream = cd_stream_new (env, server_base);
  cd_stream_set_guard (pair->client_stream, CD_STREAM_GUARD_CLIENT);
  cd_stream_set_guard (pair->server_stream, CD_STREAM_GUARD_SERVER);
  pair->client = websocket_over (pair->client_stream, SOUP_WEBSOCKET_CONNECTION_CLIENT);
  pair->server = websocket_over (pair->server_stream, SOUP_WEBSOCKET_CONNECTION_SERVER);
  g_signal_connect (pair->client, "error", G_CALLBACK (error_cb), pair);
  g_signal_connect (pair->server, "error", G_CALLBACK (error_cb), pair);
  g_signal_connect (pair->client, "closed", G_CALLBACK (closed_cb), pair);
  g_signal_connect (pair->server, "closed", G_CALLBACK (closed_cb), pair);
}

static void
pair_clear (Pair *pair)
{
  g_signal_handlers_disconnect_by_data (pair->client, pair);
  g_signal_handlers_disconnect_by_data (pair->server, pair);
  g_clear_object (&pair->client);
  g_clear_object (&pair->server);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (pair->client_stream);
  g_assert_finalize_object (pair->server_stream);
  cd_env_unref (pair->env);
}

static void
send_number (SoupWebsocketConnection *connection, guint number, gsize size)
{
  g_autofree char *text = g_malloc (size + 1);
  int n = g_snprintf (text, size + 1, "%u ", number);
  memset (text + n, 'x', size - (gsize)n);
  text[size] = '\0';
  soup_websocket_connection_send_text (connection, text);
}

/* Sends @total messages of @size bytes from the server and waits for all; keeps the backlog bounded by the stream's own count. */
static void
exchange (Pair *pair, guint total, gsize size)
{
  guint sent = 0;
  gulong id = g_signal_connect (pair->client, "message", G_CALLBACK (count_message_cb), pair);
  guint limit = g_timeout_add (LIMIT_MS, limit_cb, NULL);

  while (pair->received < total)
    {
      for (guint i = 0; i < 200 && sent < total && cd_stream_get_queued (pair->server_stream) < 1024 * 1024; i++)
        send_number (pair->server, sent++, size);
      g_main_context_iteration (NULL, sent == total);
    }
  g_source_remove (limit);
  g_signal_handler_disconnect (pair->client, id);
  g_assert_true (pair->in_order);
  g_assert_cmpuint (pair->received_bytes, ==, (guint64)total * size);
}

static void
close_both (Pair *pair)
{
  soup_websocket_connection_close (pair->client, SOUP_WEBSOCKET_CLOSE_NORMAL, "done");
  WAIT_FOR (pair->closed == 2);
  g_assert_cmpuint (pair->errors, ==, 0);
  g_assert_cmpuint (soup_websocket_connection_get_close_code (pair->server), ==, SOUP_WEBSOCKET_CLOSE_NORMAL);
  g_assert_cmpuint (soup_websocket_connection_get_close_code (pair->client), ==, SOUP_WEBSOCKET_CLOSE_NORMAL);
}

typedef void (*MakePair) (GIOStream **client, GIOStream **server);

static void
test_messages (gconstpointer data)
{
  MakePair make = (MakePair)(void (*) (void))data;
  GIOStream *client, *server;
  Pair pair;
  CdStreamStats stats;

  make (&client, &server);
  pair_start (&pair, cd_env_default (), client, server);
  g_object_unref (client);
  g_object_unref (server);
  exchange (&pair, 100000, 120);
  cd_stream_get_stats (pair.client_stream, &stats);
  g_assert_cmpuint (stats.frames_in, ==, 100000);
  g_assert_cmpuint (stats.messages_in, ==, 100000);
  g_assert_cmpuint (stats.bytes_in, ==, G_GUINT64_CONSTANT (100000) * 122);
  cd_stream_get_stats (pair.server_stream, &stats);
  g_assert_cmpuint (stats.bytes_accepted, ==, stats.bytes_written);
  g_assert_cmpuint (stats.bytes_queued_now, ==, 0);
  g_assert_cmpuint (stats.writes, <, 10000); /* many messages a write */
  close_both (&pair);
  pair_clear (&pair);
}

static void
test_large_messages (gconstpointer data)
{
  MakePair make = (MakePair)(void (*) (void))data;
  GIOStream *client, *server;
  Pair pair;

  make (&client, &server);
  pair_start (&pair, cd_env_default (), client, server);
  g_object_unref (client);
  g_object_unref (server);
  exchange (&pair, 50, 700000);
  close_both (&pair);
  pair_clear (&pair);
}

/* Every answer written in one turn leaves in one call, and it leaves before the loop sleeps. */
static void
test_one_write_per_turn (void)
{
  GIOStream *client, *server;
  Pair pair;
  CdStreamStats before, after;

  tcp_pair (&client, &server);
  pair_start (&pair, cd_env_default (), client, server);
  g_object_unref (client);
  g_object_unref (server);
  g_signal_connect (pair.server, "message", G_CALLBACK (echo_message_cb), &pair);
  g_signal_connect (pair.client, "message", G_CALLBACK (count_message_cb), &pair);

  cd_stream_get_stats (pair.server_stream, &before);
  for (guint i = 0; i < 50; i++)
    send_number (pair.client, i, 100);
  cd_stream_get_stats (pair.client_stream, &after);
  g_assert_cmpuint (after.writes, ==, 0);
  g_assert_cmpuint (cd_stream_get_queued (pair.client_stream), ==, 50 * 106);
  g_assert_cmpuint (cd_stream_bytes_exposed (pair.client_stream), ==, 0);
  WAIT_FOR (pair.received == 50);
  cd_stream_get_stats (pair.client_stream, &after);
  g_assert_cmpuint (after.writes, ==, 1);
  cd_stream_get_stats (pair.server_stream, &after);
  g_assert_cmpuint (after.writes, ==, 1);
  g_assert_cmpuint (cd_stream_bytes_exposed (pair.client_stream), ==, 50 * 106);
  g_assert_cmpuint (cd_stream_bytes_written (pair.client_stream), ==, 50 * 106);
  close_both (&pair);
  pair_clear (&pair);
}

/* --- Fairness, backlog, head ------------------------------------------------------------------------------------------ */

static gboolean
count_idle_cb (gpointer data)
{
  (*(guint *)data)++;
  return G_SOURCE_CONTINUE;
}

static void
spend_time_cb (SoupWebsocketConnection *connection, int type, GBytes *message, gpointer data)
{
  Pair *pair = data;
  gint64 end = cd_env_boot_us (pair->env) + 200;

  pair->received++;
  while (cd_env_boot_us (pair->env) < end)
    ;
}

/* A slow reader under a flood: work of lower priority than the socket still gets its turns. */
static void
test_flood_does_not_starve (void)
{
  GIOStream *client, *server;
  Pair pair;
  guint idle_runs = 0, during;
  guint sent = 0;
  CdStreamStats stats;

  tcp_pair (&client, &server);
  pair_start (&pair, cd_env_default (), client, server);
  g_object_unref (client);
  g_object_unref (server);
  g_signal_connect (pair.client, "message", G_CALLBACK (spend_time_cb), &pair);
  guint idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE + 20, count_idle_cb, &idle_runs, NULL);
  for (sent = 0; sent < 2000; sent++)
    send_number (pair.server, sent, 250);
  WAIT_FOR (pair.received >= 1900);
  during = idle_runs;
  g_source_remove (idle);
  WAIT_FOR (pair.received == 2000);
  cd_stream_get_stats (pair.client_stream, &stats);
  g_test_message ("%u turns of the idle source, %" G_GUINT64_FORMAT " pauses", during, stats.pauses);
  /* 1,900 messages of 200 us are 380 ms of work: without pauses the idle source would see a handful of turns at most. */
  g_assert_cmpuint (stats.pauses, >=, 20);
  g_assert_cmpuint (during, >=, 20);
  close_both (&pair);
  pair_clear (&pair);
}

static void
test_slow_peer_is_counted (void)
{
  CdPipe *near, *far;
  guint8 block[8192] = { 0 };
  guint64 accepted = 0;
  g_autoptr (GError) error = NULL;

  cd_pipe_new_pair (32768, &near, &far);
  g_autoptr (CdStream) stream = cd_stream_new (cd_env_default (), G_IO_STREAM (near));
  GPollableOutputStream *out = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (G_IO_STREAM (stream)));
  cd_stream_set_limits (stream, 0, 200000, 0);
  while (error == NULL)
    {
      gssize n = g_pollable_output_stream_write_nonblocking (out, block, sizeof block, NULL, &error);
      accepted += n > 0 ? (guint64)n : 0;
    }
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpuint (cd_stream_bytes_accepted (stream), ==, accepted);
  g_assert_cmpuint (cd_stream_bytes_written (stream), ==, 32768);
  g_assert_cmpuint (cd_stream_bytes_exposed (stream), ==, 32768);
  g_assert_cmpuint (cd_stream_get_queued (stream), ==, 200000);
  g_assert_false (g_pollable_output_stream_is_writable (out));

  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (far));
  guint64 read = 0;
  while (read < accepted)
    {
      gssize n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (in), block, sizeof block, NULL, NULL);
      read += n > 0 ? (guint64)n : 0;
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_cmpuint (cd_stream_get_queued (stream), ==, 0);
  g_assert_true (g_pollable_output_stream_is_writable (out));
  g_object_unref (near);
  g_object_unref (far);
}

/* The bytes of a frame that never left can be proven not to have left. */
static void
test_proof_of_nothing_left (void)
{
  CdPipe *near, *far;
  guint8 block[100] = { 0 };

  cd_pipe_new_pair (4096, &near, &far);
  g_autoptr (CdStream) stream = cd_stream_new (cd_env_default (), G_IO_STREAM (near));
  GPollableOutputStream *out = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (G_IO_STREAM (stream)));
  guint64 position = cd_stream_bytes_accepted (stream);
  g_assert_cmpint (g_pollable_output_stream_write_nonblocking (out, block, sizeof block, NULL, NULL), ==, 100);
  g_assert_cmpuint (cd_stream_bytes_exposed (stream), <=, position);
  cd_pipe_cut (near, 0, TRUE);
  g_assert_false (cd_stream_flush_now (stream));
  g_assert_nonnull (cd_stream_get_error (stream));
  /* Offered to a base that failed: from here on the bytes count as possibly gone. */
  g_assert_cmpuint (cd_stream_bytes_exposed (stream), ==, position + 100);
  g_assert_cmpuint (cd_stream_bytes_written (stream), ==, position);
  g_object_unref (near);
  g_object_unref (far);
}

static void
test_read_head (void)
{
  static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x02hi";
  gsize head_len = strlen (answer) - 4;

  for (gsize cut = 0; cut < sizeof answer - 1; cut++)
    {
      CdPipe *near, *far;
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      guint8 rest[16];

      cd_pipe_new_pair (0, &near, &far);
      g_autoptr (CdStream) stream = cd_stream_new (cd_env_default (), G_IO_STREAM (near));
      GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (far));
      cd_stream_read_head_async (stream, 8192, NULL, result_cb, &result);
      g_assert_true (g_output_stream_write_all (out, answer, cut, NULL, NULL, NULL));
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_assert_true ((result != NULL) == (cut >= head_len));
      g_assert_true (g_output_stream_write_all (out, answer + cut, sizeof answer - 1 - cut, NULL, NULL, NULL));
      WAIT_FOR (result != NULL);
      g_autoptr (GBytes) head = cd_stream_read_head_finish (stream, result, &error);
      g_assert_no_error (error);
      g_assert_cmpmem (g_bytes_get_data (head, NULL), g_bytes_get_size (head), answer, head_len);
      cd_stream_set_guard (stream, CD_STREAM_GUARD_CLIENT);
      gsize got = 0;
      while (got < 4)
        {
          gssize n = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (stream)), rest + got, sizeof rest - got, NULL, &error);
          g_assert_no_error (error);
          got += (gsize)n;
        }
      g_assert_cmpmem (rest, got, "\x81\x02hi", 4);
      g_object_unref (near);
      g_object_unref (far);
    }
}

static void
test_read_head_refuses (void)
{
  static const struct
  {
    gsize len;
    gboolean close;
    int code;
  } cases[] = { { 4096, FALSE, CD_SYS_ERROR_TOO_LARGE }, { 100, TRUE, CD_SYS_ERROR_CUT }, { 0, TRUE, CD_SYS_ERROR_CUT } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CdPipe *near, *far;
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *text = g_strnfill (cases[i].len, 'x');

      cd_pipe_new_pair (0, &near, &far);
      g_autoptr (CdStream) stream = cd_stream_new (cd_env_default (), G_IO_STREAM (near));
      g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (far)), text, cases[i].len, NULL, NULL, NULL));
      if (cases[i].close)
        g_io_stream_close (G_IO_STREAM (far), NULL, NULL);
      cd_stream_read_head_async (stream, 4096, NULL, result_cb, &result);
      WAIT_FOR (result != NULL);
      g_assert_null (cd_stream_read_head_finish (stream, result, &error));
      g_assert_error (error, CD_SYS_ERROR, cases[i].code);
      g_object_unref (near);
      g_object_unref (far);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_handler ("libsoup", G_LOG_LEVEL_DEBUG, ignore_log_cb, NULL); /* several lines a frame */
#define CAST(f) ((gconstpointer)(void (*) (void)) (f))
  g_test_add_data_func ("/stream/messages/pipe", CAST (pipe_pair), test_messages);
  g_test_add_data_func ("/stream/messages/tcp", CAST (tcp_pair), test_messages);
  g_test_add_data_func ("/stream/messages/tls", CAST (tls_pair), test_messages);
  g_test_add_data_func ("/stream/large/pipe", CAST (pipe_pair), test_large_messages);
  g_test_add_data_func ("/stream/large/tcp", CAST (tcp_pair), test_large_messages);
  g_test_add_data_func ("/stream/large/tls", CAST (tls_pair), test_large_messages);
  g_test_add_func ("/stream/one-write-per-turn", test_one_write_per_turn);
  g_test_add_func ("/stream/flood-does-not-starve", test_flood_does_not_starve);
  g_test_add_func ("/stream/slow-peer-is-counted", test_slow_peer_is_counted);
  g_test_add_func ("/stream/proof-of-nothing-left", test_proof_of_nothing_left);
  g_test_add_func ("/stream/read-head", test_read_head);
  g_test_add_func ("/stream/read-head-refuses", test_read_head_refuses);
  return g_test_run ();
}
