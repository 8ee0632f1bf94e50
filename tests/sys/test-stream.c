/* test-stream.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CdStream between two real WebSocket ends, over a pipe in memory, over TCP and over TLS, and against frames that no lawful
 * peer would send.
 */
#include "cd-pipe.h"
#include "cd-stream.h"

#include <gio/gio.h>
#include <gnutls/x509.h>
#include <libsoup/soup.h>
#include <string.h>

#define LIMIT_MS 30000

typedef struct
{
  CdEnv *env;
  CdStream *client_stream;
  CdStream *server_stream;
  SoupWebsocketConnection *client;
  SoupWebsocketConnection *server;
  guint received;
  guint64 received_bytes;
  gboolean in_order;
  guint echoed;
  guint errors;
  guint closed;
} Pair;

static gboolean
limit_cb (gpointer data)
{
  g_error ("nothing happened within %d ms", LIMIT_MS);
  return G_SOURCE_REMOVE;
}

/* Runs the loop until @condition holds; the limit is a failure. */
#define WAIT_FOR(condition)                                   \
  do                                                          \
    {                                                         \
      guint limit = g_timeout_add (LIMIT_MS, limit_cb, NULL); \
      while (!(condition))                                    \
        g_main_context_iteration (NULL, TRUE);                \
      g_source_remove (limit);                                \
    }                                                         \
  while (0)

static void
result_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

static void
count_message_cb (SoupWebsocketConnection *connection, int type, GBytes *message, gpointer data)
{
  Pair *pair = data;
  gsize len;
  const char *text = g_bytes_get_data (message, &len);
  guint number = (guint)g_ascii_strtoull (text, NULL, 10);

  if (number != pair->received)
    pair->in_order = FALSE;
  pair->received++;
  pair->received_bytes += len;
}

static void
echo_message_cb (SoupWebsocketConnection *connection, int type, GBytes *message, gpointer data)
{
  Pair *pair = data;
  pair->echoed++;
  soup_websocket_connection_send_message (connection, type, message);
}

static void
error_cb (SoupWebsocketConnection *connection, GError *error, gpointer data)
{
  ((Pair *)data)->errors++;
}

static void
closed_cb (SoupWebsocketConnection *connection, gpointer data)
{
  ((Pair *)data)->closed++;
}

static SoupWebsocketConnection *
websocket_over (CdStream *stream, SoupWebsocketConnectionType type)
{
  g_autoptr (GUri) uri = g_uri_parse ("wss://localhost/", SOUP_HTTP_URI_FLAGS, NULL);
  SoupWebsocketConnection *connection = soup_websocket_connection_new (G_IO_STREAM (stream), uri, type, NULL, NULL, NULL);
  soup_websocket_connection_set_max_incoming_payload_size (connection, CD_STREAM_MESSAGE_MAX);
  return connection;
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

/* --- Transports ------------------------------------------------------------------------------------------------------- */

static void
tcp_pair (GIOStream **client, GIOStream **server)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GSocketClient) socket_client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (g_socket_listener_add_address (listener, any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error));
  *client = G_IO_STREAM (g_socket_client_connect (socket_client, G_SOCKET_CONNECTABLE (bound), NULL, &error));
  g_assert_no_error (error);
  *server = G_IO_STREAM (g_socket_listener_accept (listener, NULL, NULL, &error));
  g_assert_no_error (error);
  GIOStream *ends[] = { *client, *server };
  for (guint i = 0; i < 2; i++)
    g_socket_set_option (g_socket_connection_get_socket (G_SOCKET_CONNECTION (ends[i])), 6 /* TCP */, 1 /* NODELAY */, 1, NULL);
}

static gboolean
accept_any_certificate_cb (GTlsConnection *connection, GTlsCertificate *certificate, GTlsCertificateFlags flags, gpointer data)
{
  return TRUE; /* the certificate is the test's own */
}

/* Made at run time: no key lies in the repository. */
static GTlsCertificate *
test_certificate (void)
{
  g_autoptr (GError) error = NULL;
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t crt;
  gnutls_datum_t key_pem, crt_pem;
  const time_t now = (time_t)(cd_env_real_us (cd_env_default ()) / G_USEC_PER_SEC);

  g_assert_cmpint (gnutls_x509_privkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_init (&crt), ==, 0);
  gnutls_x509_crt_set_version (crt, 3);
  gnutls_x509_crt_set_serial (crt, "\x01", 1);
  gnutls_x509_crt_set_dn (crt, "CN=localhost", NULL);
  gnutls_x509_crt_set_activation_time (crt, now - 3600);
  gnutls_x509_crt_set_expiration_time (crt, now + 3600);
  gnutls_x509_crt_set_key (crt, key);
  g_assert_cmpint (gnutls_x509_crt_sign2 (crt, crt, key, GNUTLS_DIG_SHA256, 0), ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_export2 (key, GNUTLS_X509_FMT_PEM, &key_pem), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_PEM, &crt_pem), ==, 0);
  g_autofree char *pem = g_strdup_printf ("%.*s\n%.*s\n", (int)crt_pem.size, (char *)crt_pem.data, (int)key_pem.size, (char *)key_pem.data);
  GTlsCertificate *certificate = g_tls_certificate_new_from_pem (pem, -1, &error);
  g_assert_no_error (error);
  gnutls_free (key_pem.data);
  gnutls_free (crt_pem.data);
  gnutls_x509_crt_deinit (crt);
  gnutls_x509_privkey_deinit (key);
  return certificate;
}

static void
tls_pair (GIOStream **client, GIOStream **server)
{
  g_autoptr (GIOStream) tcp_client = NULL;
  g_autoptr (GIOStream) tcp_server = NULL;
  g_autoptr (GTlsCertificate) certificate = test_certificate ();
  g_autoptr (GAsyncResult) client_result = NULL;
  g_autoptr (GAsyncResult) server_result = NULL;
  g_autoptr (GError) error = NULL;

  tcp_pair (&tcp_client, &tcp_server);
  *client = g_tls_client_connection_new (tcp_client, NULL, &error);
  g_assert_no_error (error);
  *server = g_tls_server_connection_new (tcp_server, certificate, &error);
  g_assert_no_error (error);
  g_signal_connect (*client, "accept-certificate", G_CALLBACK (accept_any_certificate_cb), NULL);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (*client), 0, NULL, result_cb, &client_result);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (*server), 0, NULL, result_cb, &server_result);
  WAIT_FOR (client_result != NULL && server_result != NULL);
  g_assert_true (g_tls_connection_handshake_finish (G_TLS_CONNECTION (*client), client_result, &error));
  g_assert_true (g_tls_connection_handshake_finish (G_TLS_CONNECTION (*server), server_result, &error));
}

static void
pipe_pair (GIOStream **client, GIOStream **server)
{
  CdPipe *a, *b;
  cd_pipe_new_pair (0, &a, &b);
  *client = G_IO_STREAM (a);
  *server = G_IO_STREAM (b);
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

/* --- The guard -------------------------------------------------------------------------------------------------------- */

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

static void
ignore_log_cb (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
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
  g_test_add_func ("/stream/guard/cases", test_guard_cases);
  g_test_add_func ("/stream/guard/random", test_guard_random);
  g_test_add_func ("/stream/guard/flood", test_guard_flood);
  g_test_add_func ("/stream/guard/under-libsoup", test_guard_under_libsoup);
  g_test_add_func ("/stream/flood-does-not-starve", test_flood_does_not_starve);
  g_test_add_func ("/stream/slow-peer-is-counted", test_slow_peer_is_counted);
  g_test_add_func ("/stream/proof-of-nothing-left", test_proof_of_nothing_left);
  g_test_add_func ("/stream/read-head", test_read_head);
  g_test_add_func ("/stream/read-head-refuses", test_read_head_refuses);
  return g_test_run ();
}
