/* cd-ws-connect.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-ws-connect.h"

#include <string.h>

#define ATTEMPT_MS_MAX 10000
#define HEAD_MAX 8192
#define WS_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

GQuark
cd_net_error_quark (void)
{
  return g_quark_from_static_string ("cd-net-error-quark");
}

typedef struct
{
  CdEnv *env;                /* (owned) */
  CdEndpoint *endpoint;      /* (owned) */
  CdTrust *trust;            /* (owned) */
  char *path;                /* (owned) */
  GUri *uri;                 /* (owned) */
  char *key;                 /* (owned): Sec-WebSocket-Key */
  CdStream *stream;          /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned): of this attempt */
  GCancellable *outer;       /* (owned) (nullable) */
  gulong outer_id;
  guint64 timer;
  gboolean timed_out;
} Attempt;

static void
attempt_free (Attempt *a)
{
  cd_env_clear_timer (a->env, &a->timer);
  if (a->outer)
    g_cancellable_disconnect (a->outer, a->outer_id);
  g_clear_object (&a->outer);
  g_clear_object (&a->cancellable);
  g_clear_object (&a->stream);
  g_clear_object (&a->trust);
  g_clear_pointer (&a->uri, g_uri_unref);
  cd_endpoint_free (a->endpoint);
  cd_env_unref (a->env);
  g_free (a->path);
  g_free (a->key);
  g_free (a);
}

GUri *
cd_endpoint_uri (const CdEndpoint *endpoint, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (endpoint->url, G_URI_FLAGS_NONE, NULL);
  const char *host = uri ? g_uri_get_host (uri) : NULL;
  const char *path = uri ? g_uri_get_path (uri) : NULL;

  if (uri && g_strcmp0 (g_uri_get_scheme (uri), "https") == 0 && host && *host && g_str_is_ascii (endpoint->url) && !g_hostname_is_ascii_encoded (host) && g_uri_get_port (uri) > 0 && !g_uri_get_userinfo (uri) && (*path == '\0' || strcmp (path, "/") == 0) && !g_uri_get_query (uri) && !g_uri_get_fragment (uri))
    return g_steal_pointer (&uri);
  g_set_error (error, CD_NET_ERROR, CD_NET_ERROR_URL, "%s: expected https://HOST:PORT, a host in plain letters and nothing more", endpoint->url);
  return NULL;
}

CdEndpoint *
cd_endpoint_copy (const CdEndpoint *endpoint)
{
  CdEndpoint *copy = g_new0 (CdEndpoint, 1);

  copy->url = g_strdup (endpoint->url);
  copy->ca_path = g_strdup (endpoint->ca_path);
  copy->crl_path = g_strdup (endpoint->crl_path);
  copy->cert_path = g_strdup (endpoint->cert_path);
  copy->key_path = g_strdup (endpoint->key_path);
  copy->certificate = endpoint->certificate ? g_object_ref (endpoint->certificate) : NULL;
  return copy;
}

void
cd_endpoint_free (CdEndpoint *endpoint)
{
  if (!endpoint)
    return;
  g_free (endpoint->url);
  g_free (endpoint->ca_path);
  g_free (endpoint->crl_path);
  g_free (endpoint->cert_path);
  g_free (endpoint->key_path);
  g_clear_object (&endpoint->certificate);
  g_free (endpoint);
}

GTlsCertificate *
cd_endpoint_certificate (const CdEndpoint *endpoint, GError **error)
{
  g_autoptr (GError) local = NULL;
  GTlsCertificate *certificate;

  if (endpoint->certificate)
    return g_object_ref (endpoint->certificate);
  if (!endpoint->cert_path)
    return NULL;
  certificate = g_tls_certificate_new_from_files (endpoint->cert_path, endpoint->key_path ? endpoint->key_path : endpoint->cert_path, &local);
  if (!certificate)
    g_set_error (error, CD_NET_ERROR, CD_NET_ERROR_CERTIFICATE, "%s: expected a certificate and its key in PEM form: %s", endpoint->cert_path, local->message);
  return certificate;
}

guint
cd_net_backoff_ms (CdEnv *env, guint attempt)
{
  guint base = attempt >= 6 ? 30000 : 500u << attempt;
  guint ms = base / 2 + cd_env_random_u32 (env) % (base + 1);

  return MIN (ms, 30000);
}

gboolean
cd_net_error_is_final (const GError *error)
{
  return g_error_matches (error, CD_NET_ERROR, CD_NET_ERROR_CERTIFICATE) || g_error_matches (error, CD_NET_ERROR, CD_NET_ERROR_URL);
}

static void
fail (GTask *task, CdNetError code, const char *what, const GError *cause)
{
  Attempt *a = g_task_get_task_data (task);

  if (a->outer && g_cancellable_is_cancelled (a->outer))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
  else if (a->timed_out)
    g_task_return_new_error (task, CD_NET_ERROR, CD_NET_ERROR_TIMEOUT, "%s: no connection within %d s", a->endpoint->url, ATTEMPT_MS_MAX / 1000);
  else
    g_task_return_new_error (task, CD_NET_ERROR, code, "%s: %s%s%s", a->endpoint->url, what, cause ? ": " : "", cause ? cause->message : "");
  g_object_unref (task);
}

static gboolean
timeout_cb (gpointer data)
{
  Attempt *a = data;

  a->timer = 0;
  a->timed_out = TRUE;
  g_cancellable_cancel (a->cancellable);
  return G_SOURCE_REMOVE;
}

static void
outer_cancelled_cb (GCancellable *outer, gpointer data)
{
  g_cancellable_cancel (G_CANCELLABLE (data));
}

static char *
expected_accept (const char *key)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 digest[20];
  gsize len = sizeof digest;

  g_checksum_update (sum, (const guchar *)key, -1);
  g_checksum_update (sum, (const guchar *)WS_GUID, -1);
  g_checksum_get_digest (sum, digest, &len);
  return g_base64_encode (digest, len);
}

/* The status line and the three headers that make a 101 one; each header at most once. */
static gboolean
check_head (Attempt *a, GBytes *head, char **why)
{
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  g_autofree char *accept = expected_accept (a->key);
  g_autofree char *reason = NULL;
  SoupHTTPVersion version;
  const char *bytes;
  const char *got;
  gsize len;
  guint status = 0;

  bytes = g_bytes_get_data (head, &len);
  if (!soup_headers_parse_response (bytes, (int)len, headers, &version, &status, &reason))
    {
      *why = g_strdup ("the answer to the handshake is no HTTP");
      return FALSE;
    }
  if (status != SOUP_STATUS_SWITCHING_PROTOCOLS)
    {
      *why = g_strdup_printf ("the handshake was answered with status %u, expected 101", status);
      return FALSE;
    }
  got = soup_message_headers_get_one (headers, "Sec-WebSocket-Accept");
  if (soup_message_headers_get_list (headers, "Sec-WebSocket-Protocol"))
    {
      *why = g_strdup ("the 101 answer chooses a protocol that was not offered");
      return FALSE;
    }
  if (!soup_message_headers_header_equals (headers, "Upgrade", "websocket") || !soup_message_headers_header_contains (headers, "Connection", "upgrade") || g_strcmp0 (got, accept) != 0 || soup_message_headers_get_list (headers, "Sec-WebSocket-Extensions"))
    {
      *why = g_strdup ("the 101 answer does not belong to our handshake");
      return FALSE;
    }
  return TRUE;
}

static void
head_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) head = cd_stream_read_head_finish (CD_STREAM (source), result, &error);
  g_autofree char *why = NULL;
  GTask *task = data;
  Attempt *a = g_task_get_task_data (task);
  SoupWebsocketConnection *connection;

  if (!head)
    {
      fail (task, CD_NET_ERROR_HANDSHAKE, "the handshake was not answered", error);
      return;
    }
  if (!check_head (a, head, &why))
    {
      fail (task, CD_NET_ERROR_HANDSHAKE, why, NULL);
      return;
    }
  cd_stream_set_guard (a->stream, CD_STREAM_GUARD_CLIENT);
  connection = soup_websocket_connection_new (G_IO_STREAM (a->stream), a->uri, SOUP_WEBSOCKET_CONNECTION_CLIENT, NULL, NULL, NULL);
  soup_websocket_connection_set_max_incoming_payload_size (connection, CD_WS_FRAME_MAX);
  cd_env_clear_timer (a->env, &a->timer);
  g_task_return_pointer (task, connection, g_object_unref);
  g_object_unref (task);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  GTask *task = data;
  Attempt *a = g_task_get_task_data (task);

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    fail (task, CD_NET_ERROR_HANDSHAKE, "the handshake could not be written", error);
  else
    cd_stream_read_head_async (a->stream, HEAD_MAX, a->cancellable, head_cb, task);
}

static void
send_handshake (GTask *task)
{
  Attempt *a = g_task_get_task_data (task);
  guint8 nonce[16];
  char *request;
  gsize len;

  cd_env_random_bytes (a->env, nonce, sizeof nonce);
  a->key = g_base64_encode (nonce, sizeof nonce);
  request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\nAccept-Encoding: identity\r\n\r\n",
                             a->path,
                             g_uri_get_host (a->uri),
                             g_uri_get_port (a->uri),
                             a->key);
  len = strlen (request);
  g_object_set_data_full (G_OBJECT (task), "request", request, g_free);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (a->stream)), request, len, G_PRIORITY_DEFAULT, a->cancellable, written_cb, task);
}

static void
tls_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  GTlsConnection *tls = G_TLS_CONNECTION (source);
  GTask *task = data;
  Attempt *a = g_task_get_task_data (task);
  GTlsProtocolVersion version;

  if (!g_tls_connection_handshake_finish (tls, result, &error))
    {
      /* A refused certificate does not become better by trying again; a cut line may. */
      gboolean is_final = g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE) || g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED);

      g_autofree char *reason = is_final ? cd_trust_dup_reason (a->trust) : NULL;

      fail (task, is_final ? CD_NET_ERROR_CERTIFICATE : CD_NET_ERROR_CONNECT, reason ? reason : "TLS", error);
      return;
    }
  version = g_tls_connection_get_protocol_version (tls);
  if (version != G_TLS_PROTOCOL_VERSION_TLS_1_2 && version != G_TLS_PROTOCOL_VERSION_TLS_1_3)
    {
      fail (task, CD_NET_ERROR_CERTIFICATE, "a TLS version of the past", NULL);
      return;
    }
  /* Asked once more of the connection itself, whatever the library made of it. */
  if (g_tls_connection_get_peer_certificate_errors (tls) != 0 || !cd_trust_check_line (a->trust, G_IO_STREAM (tls), g_uri_get_host (a->uri), &error))
    {
      fail (task, CD_NET_ERROR_CERTIFICATE, "the venue's certificate is not accepted", error);
      return;
    }
  a->stream = cd_stream_new (a->env, G_IO_STREAM (tls));
  send_handshake (task);
}

static void
tcp_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) tcp = g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (source), result, &error);
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GSocketConnectable) identity = NULL;
  g_autoptr (GIOStream) tls = NULL;
  GTask *task = data;
  Attempt *a = g_task_get_task_data (task);

  if (!tcp)
    {
      fail (task, CD_NET_ERROR_CONNECT, "cannot connect", error);
      return;
    }
  g_socket_set_option (g_socket_connection_get_socket (tcp), 6 /* IPPROTO_TCP */, 1 /* TCP_NODELAY */, 1, NULL);
  certificate = cd_endpoint_certificate (a->endpoint, &error);
  if (certificate)
    cd_trust_check_own (a->trust, certificate, &error);
  if (error)
    {
      fail (task, CD_NET_ERROR_CERTIFICATE, "certificates", error);
      return;
    }
  identity = g_network_address_new (g_uri_get_host (a->uri), (guint16)g_uri_get_port (a->uri));
  tls = g_tls_client_connection_new (G_IO_STREAM (tcp), identity, &error);
  if (!tls)
    {
      fail (task, CD_NET_ERROR_CONNECT, "TLS is not available", error);
      return;
    }
  g_tls_connection_set_database (G_TLS_CONNECTION (tls), G_TLS_DATABASE (a->trust));
  if (certificate)
    g_tls_connection_set_certificate (G_TLS_CONNECTION (tls), certificate);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, a->cancellable, tls_cb, task);
}

void
cd_ws_connect_async (CdEnv *env, const CdEndpoint *endpoint, CdTrust *trust, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GTask *task = g_task_new (NULL, NULL, callback, data);
  Attempt *a = g_new0 (Attempt, 1);

  a->env = cd_env_ref (env);
  a->endpoint = cd_endpoint_copy (endpoint);
  a->trust = g_object_ref (trust);
  a->path = g_strdup (path);
  a->cancellable = g_cancellable_new ();
  g_task_set_task_data (task, a, (GDestroyNotify)attempt_free);
  if (cancellable)
    {
      a->outer = g_object_ref (cancellable);
      a->outer_id = g_cancellable_connect (cancellable, G_CALLBACK (outer_cancelled_cb), g_object_ref (a->cancellable), g_object_unref);
    }
  a->uri = cd_endpoint_uri (endpoint, &error);
  if (!a->uri)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      g_object_unref (task);
      return;
    }
  a->timer = cd_env_timer_add (env, NULL, ATTEMPT_MS_MAX, timeout_cb, a);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_connect_to_host_async (client, g_uri_get_host (a->uri), (guint16)g_uri_get_port (a->uri), a->cancellable, tcp_cb, task);
}

SoupWebsocketConnection *
cd_ws_connect_finish (GAsyncResult *result, CdStream **stream, GError **error)
{
  SoupWebsocketConnection *connection = g_task_propagate_pointer (G_TASK (result), error);

  if (connection && stream)
    {
      Attempt *a = g_task_get_task_data (G_TASK (result));

      *stream = g_object_ref (a->stream);
    }
  return connection;
}

gboolean
cd_ws_check_line (CdTrust *trust, const CdEndpoint *endpoint, CdStream *stream, GError **error)
{
  g_autoptr (GUri) uri = cd_endpoint_uri (endpoint, error);

  return uri && cd_trust_check_line (trust, cd_stream_get_base (stream), g_uri_get_host (uri), error);
}
