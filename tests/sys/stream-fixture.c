/* stream-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "stream-fixture.h"

#include <gio/gio.h>
#include <gnutls/x509.h>

gboolean
limit_cb (gpointer data)
{
  g_error ("nothing happened within %d ms", LIMIT_MS);
  return G_SOURCE_REMOVE;
}

void
result_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

void
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

void
error_cb (SoupWebsocketConnection *connection, GError *error, gpointer data)
{
  ((Pair *)data)->errors++;
}

void
closed_cb (SoupWebsocketConnection *connection, gpointer data)
{
  ((Pair *)data)->closed++;
}

SoupWebsocketConnection *
websocket_over (CdStream *stream, SoupWebsocketConnectionType type)
{
  g_autoptr (GUri) uri = g_uri_parse ("wss://localhost/", SOUP_HTTP_URI_FLAGS, NULL);
  SoupWebsocketConnection *connection = soup_websocket_connection_new (G_IO_STREAM (stream), uri, type, NULL, NULL, NULL);
  soup_websocket_connection_set_max_incoming_payload_size (connection, CD_STREAM_MESSAGE_MAX);
  return connection;
}

void
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

gboolean
accept_any_certificate_cb (GTlsConnection *connection, GTlsCertificate *certificate, GTlsCertificateFlags flags, gpointer data)
{
  return TRUE; /* the certificate is the test's own */
}

/* Made at run time: no key lies in the repository. */
GTlsCertificate *
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

void
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

void
pipe_pair (GIOStream **client, GIOStream **server)
{
  CdPipe *a, *b;
  cd_pipe_new_pair (0, &a, &b);
  *client = G_IO_STREAM (a);
  *server = G_IO_STREAM (b);
}

void
ignore_log_cb (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
}
