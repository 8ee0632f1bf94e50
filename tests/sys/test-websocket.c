/* test-websocket.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CdStream where the programs use it: under a WebSocket of SoupServer, taken over after the upgrade, and under a client that
 * makes the handshake itself. Plain and with TLS.
 */
#include "stream-fixture.h"

#include <string.h>

typedef struct
{
  SoupServer *server;
  guint16 port;
  gboolean tls;
  CdStream *stream; /* of the server's end */
  SoupWebsocketConnection *connection;
  guint echoed;
} Venue;

static void
echo_cb (SoupWebsocketConnection *connection, int type, GBytes *message, gpointer data)
{
  ((Venue *)data)->echoed++;
  soup_websocket_connection_send_message (connection, type, message);
}

static void
upgraded_cb (SoupServerMessage *message, gpointer data)
{
  Venue *venue = data;
  g_autoptr (SoupServerMessage) held = g_object_ref (message);
  g_autoptr (GIOStream) base = soup_server_message_steal_connection (message);

  venue->stream = cd_stream_new (cd_env_default (), base);
  cd_stream_set_guard (venue->stream, CD_STREAM_GUARD_SERVER);
  venue->connection = websocket_over (venue->stream, SOUP_WEBSOCKET_CONNECTION_SERVER);
  g_signal_connect (venue->connection, "message", G_CALLBACK (echo_cb), venue);
}

static void
request_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  if (soup_websocket_server_process_handshake (message, NULL, NULL, NULL, NULL))
    g_signal_connect (message, "wrote-informational", G_CALLBACK (upgraded_cb), data);
  else
    soup_server_message_set_status (message, SOUP_STATUS_BAD_REQUEST, NULL);
}

static void
venue_start (Venue *venue, gboolean tls)
{
  g_autoptr (GTlsCertificate) certificate = tls ? test_certificate () : NULL;
  g_autoptr (GError) error = NULL;
  GSList *uris;

  memset (venue, 0, sizeof *venue);
  venue->tls = tls;
  venue->server = soup_server_new (tls ? "tls-certificate" : NULL, certificate, NULL);
  soup_server_add_early_handler (venue->server, NULL, request_cb, venue, NULL);
  g_assert_true (soup_server_listen_local (venue->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY | (tls ? SOUP_SERVER_LISTEN_HTTPS : 0), &error));
  g_assert_no_error (error);
  uris = soup_server_get_uris (venue->server);
  venue->port = (guint16)g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
}

static void
venue_stop (Venue *venue)
{
  g_clear_object (&venue->connection);
  if (venue->stream != NULL)
    g_assert_finalize_object (venue->stream);
  soup_server_disconnect (venue->server);
  g_clear_object (&venue->server);
}

static void
any_certificate_event_cb (GSocketClient *client, GSocketClientEvent event, GSocketConnectable *connectable, GIOStream *connection, gpointer data)
{
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
    g_signal_connect (connection, "accept-certificate", G_CALLBACK (accept_any_certificate_cb), NULL);
}

/* The client's side of the upgrade, as cd-net does it. */
static CdStream *
connect_client (Venue *venue)
{
  static const char request[] = "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GAsyncResult) connected = NULL, answered = NULL;
  g_autoptr (GError) error = NULL;

  g_socket_client_set_tls (client, venue->tls);
  g_signal_connect (client, "event", G_CALLBACK (any_certificate_event_cb), NULL);
  g_socket_client_connect_to_host_async (client, "127.0.0.1", venue->port, NULL, result_cb, &connected);
  WAIT_FOR (connected != NULL);
  g_autoptr (GSocketConnection) tcp = g_socket_client_connect_to_host_finish (client, connected, &error);
  g_assert_no_error (error);
  GIOStream *base = venue->tls ? g_tcp_wrapper_connection_get_base_io_stream (G_TCP_WRAPPER_CONNECTION (tcp)) : G_IO_STREAM (tcp);
  CdStream *stream = cd_stream_new (cd_env_default (), base);

  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (stream)), request, sizeof request - 1, NULL, NULL, &error));
  cd_stream_read_head_async (stream, 8192, NULL, result_cb, &answered);
  WAIT_FOR (answered != NULL);
  g_autoptr (GBytes) head = cd_stream_read_head_finish (stream, answered, &error);
  g_assert_no_error (error);
  g_autofree char *text = g_strndup (g_bytes_get_data (head, NULL), g_bytes_get_size (head));
  g_assert_true (g_str_has_prefix (text, "HTTP/1.1 101 "));
  g_assert_nonnull (strstr (text, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")); /* RFC 6455, 1.3 */
  cd_stream_set_guard (stream, CD_STREAM_GUARD_CLIENT);
  return stream;
}

static void
test_upgrade (gconstpointer data)
{
  Venue venue;
  Pair pair = { .in_order = TRUE };

  venue_start (&venue, data != NULL);
  pair.client_stream = connect_client (&venue);
  pair.client = websocket_over (pair.client_stream, SOUP_WEBSOCKET_CONNECTION_CLIENT);
  g_signal_connect (pair.client, "message", G_CALLBACK (count_message_cb), &pair);
  g_signal_connect (pair.client, "error", G_CALLBACK (error_cb), &pair);
  g_signal_connect (pair.client, "closed", G_CALLBACK (closed_cb), &pair);
  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u message", i);
      soup_websocket_connection_send_text (pair.client, text);
      if (i % 50 == 0)
        g_main_context_iteration (NULL, FALSE);
    }
  WAIT_FOR (pair.received == 20000);
  g_assert_true (pair.in_order);
  g_assert_cmpuint (venue.echoed, ==, 20000);
  soup_websocket_connection_close (pair.client, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  WAIT_FOR (pair.closed == 1);
  g_assert_cmpuint (pair.errors, ==, 0);
  WAIT_FOR (soup_websocket_connection_get_state (venue.connection) == SOUP_WEBSOCKET_STATE_CLOSED);
  g_object_unref (pair.client);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (pair.client_stream);
  venue_stop (&venue);
}

/* A client that stops obeying the rules after the upgrade is cut off, and the message never arrives. */
static void
test_hostile_client (gconstpointer data)
{
  Venue venue;
  static const char frames[] = "\x81\x82\x01\x02\x03\x04hi" /* lawful */
                               "\x81\x02no";                /* not masked */
  g_autoptr (GError) error = NULL;

  venue_start (&venue, data != NULL);
  CdStream *client = connect_client (&venue);
  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (client)), frames, sizeof frames - 1, NULL, NULL, &error));
  WAIT_FOR (venue.connection != NULL && soup_websocket_connection_get_state (venue.connection) == SOUP_WEBSOCKET_STATE_CLOSED);
  g_assert_error (cd_stream_get_error (venue.stream), CD_SYS_ERROR, CD_SYS_ERROR_FRAME);
  g_assert_cmpuint (venue.echoed, <=, 1);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (client);
  venue_stop (&venue);
}

/* The line is cut without a close frame: the client hears of it. */
static void
test_cut_line (gconstpointer data)
{
  Venue venue;
  Pair pair = { .in_order = TRUE };

  venue_start (&venue, data != NULL);
  pair.client_stream = connect_client (&venue);
  pair.client = websocket_over (pair.client_stream, SOUP_WEBSOCKET_CONNECTION_CLIENT);
  g_signal_connect (pair.client, "closed", G_CALLBACK (closed_cb), &pair);
  WAIT_FOR (venue.connection != NULL);
  g_assert_true (g_io_stream_close (G_IO_STREAM (venue.stream), NULL, NULL));
  WAIT_FOR (pair.closed == 1);
  g_assert_cmpuint (soup_websocket_connection_get_close_code (pair.client), ==, 0);
  g_object_unref (pair.client);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (pair.client_stream);
  venue_stop (&venue);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_handler ("libsoup", G_LOG_LEVEL_DEBUG, ignore_log_cb, NULL);
#define ADD(name, func)                                        \
  g_test_add_data_func ("/websocket/plain/" name, NULL, func); \
  g_test_add_data_func ("/websocket/tls/" name, "tls", func)
  ADD ("upgrade", test_upgrade);
  ADD ("hostile-client", test_hostile_client);
  ADD ("cut-line", test_cut_line);
  return g_test_run ();
}
