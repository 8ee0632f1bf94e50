/* cd-http.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-http.h"

#include <libsoup/soup.h>
#include <string.h>

#include "cd-ws-connect.h"

#define READ_SIZE 65536
#define READ_CONNS_MAX 4
#define COMMAND_CONNS_MAX 64 /* one that the venue leaves waiting must not hold up the next */

struct _CdHttp
{
  CdEnv *env;            /* (owned) */
  CdEndpoint *endpoint;  /* (owned) */
  CdTrust *trust;        /* (owned) */
  SoupSession *reads;    /* (owned) */
  SoupSession *commands; /* (owned): a command never waits behind a long list */
};

struct _CdHttpExchange
{
  CdEnv *env;                   /* (owned) */
  CdTrust *trust;               /* (owned) */
  SoupSession *session;         /* (owned) (nullable) */
  SoupMessage *message;         /* (owned) (nullable) */
  GTlsCertificate *certificate; /* (owned) (nullable) */
  GCancellable *cancellable;    /* (owned) */
  GByteArray *body;             /* (owned) */
  GError *flaw;                 /* (owned) (nullable): why we gave up; the first reason stands */
  CdHttpFunc func;              /* (nullable): NULL once cancelled */
  gpointer data;
  guint64 timer;
  guint limit_ms;
  guint copies, interim, status;
  gboolean written, began;
};

static void
exchange_free (CdHttpExchange *x)
{
  cd_env_clear_timer (x->env, &x->timer);
  if (x->message)
    g_signal_handlers_disconnect_by_data (x->message, x);
  g_clear_object (&x->message);
  g_clear_object (&x->session);
  g_clear_object (&x->certificate);
  g_clear_object (&x->cancellable);
  g_clear_object (&x->trust);
  g_clear_error (&x->flaw);
  g_byte_array_unref (x->body);
  cd_env_unref (x->env);
  g_free (x);
}

static void give_up (CdHttpExchange *x, CdNetError code, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* The library is told to stop; its callback then reports. */
static void
give_up (CdHttpExchange *x, CdNetError code, const char *format, ...)
{
  va_list args;

  if (!x->flaw)
    {
      va_start (args, format);
      x->flaw = g_error_new_valist (CD_NET_ERROR, code, format, args);
      va_end (args);
    }
  g_cancellable_cancel (x->cancellable);
}

static void
end (CdHttpExchange *x, gboolean whole)
{
  g_autoptr (GBytes) body = NULL;
  CdHttpResult result = {
    .written = x->written,
    .copies = x->copies,
    .status = x->message ? soup_message_get_status (x->message) : x->status,
    .error = x->flaw,
  };

  if (whole && !x->flaw)
    result.body = body = g_byte_array_free_to_bytes (g_steal_pointer (&x->body));
  if (!x->body)
    x->body = g_byte_array_new ();
  if (x->func)
    x->func (&result, x->data);
  exchange_free (x);
}

/* --- What libsoup tells -------------------------------------------------------------------------------------------------- */

static void
starting_cb (SoupMessage *message, CdHttpExchange *x)
{
  /* The library announces a copy also after it was told to stop; of that one nothing leaves. */
  if (x->flaw)
    return;
  x->written = TRUE;
  if (++x->copies > 1)
    give_up (x, CD_NET_ERROR_BODY, "the library began a second copy");
}

/* Before anything of the second copy has left: cancelling here stops it. */
static void
restarted_cb (SoupMessage *message, CdHttpExchange *x)
{
  give_up (x, CD_NET_ERROR_BODY, "the library wanted to send the request again");
}

static void
interim_cb (SoupMessage *message, CdHttpExchange *x)
{
  if (++x->interim > CD_HTTP_INTERIM_MAX)
    give_up (x, CD_NET_ERROR_BODY, "more than %d interim answers", CD_HTTP_INTERIM_MAX);
}

static void
check_tls (CdHttpExchange *x, GTlsConnection *tls)
{
  GTlsProtocolVersion version = g_tls_connection_get_protocol_version (tls);

  g_autoptr (GError) error = NULL;

  /* Asked of the connection itself: the TLS library asks nobody when it resumes a session. */
  if (g_tls_connection_get_peer_certificate_errors (tls) != 0)
    give_up (x, CD_NET_ERROR_CERTIFICATE, "the venue's certificate is not accepted");
  else if (!cd_trust_check_line (x->trust, G_IO_STREAM (tls), g_uri_get_host (soup_message_get_uri (x->message)), &error))
    give_up (x, CD_NET_ERROR_CERTIFICATE, "%s", error->message);
  else if (version != G_TLS_PROTOCOL_VERSION_TLS_1_2 && version != G_TLS_PROTOCOL_VERSION_TLS_1_3)
    give_up (x, CD_NET_ERROR_CERTIFICATE, "a TLS version of the past");
}

/* The certificate must be on the connection before the handshake: the TLS library keeps resumable sessions by server and
 * certificate, and would otherwise resume the session of the public stream, or of the person who sat here before. libsoup itself
 * offers HTTP/2 and does not mind when TLS ends in the middle of a body: both are set right here, on each new connection. */
static void
network_event_cb (SoupMessage *message, GSocketClientEvent event, GIOStream *connection, CdHttpExchange *x)
{
  static const char *const protocols[] = { "http/1.1", NULL };

  if (!G_IS_TLS_CONNECTION (connection))
    return;
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
    {
      g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (connection), protocols);
      g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (connection), TRUE);
      if (x->certificate)
        g_tls_connection_set_certificate (G_TLS_CONNECTION (connection), x->certificate);
    }
  else if (event == G_SOCKET_CLIENT_TLS_HANDSHAKED)
    check_tls (x, G_TLS_CONNECTION (connection));
}

/* --- The answer -------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  gsize bytes;
  guint lines;
} HeadSize;

static void
count_head_cb (const char *name, const char *value, gpointer data)
{
  HeadSize *size = data;

  size->bytes += strlen (name) + strlen (value) + 4;
  size->lines++;
}

/* One Content-Length in plain digits, or "chunked"; the library takes the last of two lengths and reads to the end without any. */
static gboolean
check_framing (CdHttpExchange *x, SoupMessageHeaders *headers)
{
  const char *length = soup_message_headers_get_list (headers, "Content-Length");
  const char *transfer = soup_message_headers_get_list (headers, "Transfer-Encoding");
  gsize digits = length ? strspn (length, "0123456789") : 0;

  if (transfer && (length || g_ascii_strcasecmp (transfer, "chunked") != 0))
    give_up (x, CD_NET_ERROR_BODY, "the answer says its length in two ways");
  else if (!transfer && !length)
    give_up (x, CD_NET_ERROR_BODY, "the answer does not say its length");
  else if (length && (digits == 0 || length[digits] || digits > 9 || soup_message_headers_get_content_length (headers) > CD_HTTP_BODY_MAX))
    give_up (x, CD_NET_ERROR_BODY, "Content-Length: %s: expected one number of at most %d", length, CD_HTTP_BODY_MAX);
  return !x->flaw;
}

static gboolean
check_head (CdHttpExchange *x)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (x->message);
  HeadSize size = { 0 };

  soup_message_headers_foreach (headers, count_head_cb, &size);
  if (size.bytes > CD_HTTP_HEAD_MAX || size.lines > CD_HTTP_HEAD_LINES_MAX)
    give_up (x, CD_NET_ERROR_BODY, "a head of %u lines, expected at most %d of %d bytes", size.lines, CD_HTTP_HEAD_LINES_MAX, CD_HTTP_HEAD_MAX);
  else if (soup_message_get_http_version (x->message) > SOUP_HTTP_1_1)
    give_up (x, CD_NET_ERROR_BODY, "an answer in HTTP/2, which was not offered");
  else if (soup_message_headers_get_list (headers, "Content-Encoding"))
    give_up (x, CD_NET_ERROR_BODY, "an encoded body, which was not asked for");
  else if (soup_message_get_tls_peer_certificate_errors (x->message) != 0)
    give_up (x, CD_NET_ERROR_CERTIFICATE, "the venue's certificate is not accepted");
  return !x->flaw && check_framing (x, headers);
}

static gboolean
is_whole (CdHttpExchange *x)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (x->message);
  goffset length = soup_message_headers_get_content_length (headers);

  if (!soup_message_headers_get_list (headers, "Content-Length") || length == (goffset)x->body->len)
    return TRUE;
  give_up (x, CD_NET_ERROR_BODY, "the answer was cut: %u of %" G_GOFFSET_FORMAT " bytes", x->body->len, length);
  return FALSE;
}

static void read_more (CdHttpExchange *x, GInputStream *stream);

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  CdHttpExchange *x = data;
  gsize n = bytes ? g_bytes_get_size (bytes) : 0;

  if (!bytes)
    give_up (x, CD_NET_ERROR_BODY, "the answer was cut: %s", error->message);
  else if (x->body->len + n > CD_HTTP_BODY_MAX)
    give_up (x, CD_NET_ERROR_BODY, "a body of more than %d bytes", CD_HTTP_BODY_MAX);
  if (x->flaw || n == 0)
    {
      end (x, !x->flaw && is_whole (x));
      return;
    }
  g_byte_array_append (x->body, g_bytes_get_data (bytes, NULL), (guint)n);
  read_more (x, G_INPUT_STREAM (source));
}

static void
read_more (CdHttpExchange *x, GInputStream *stream)
{
  g_input_stream_read_bytes_async (stream, READ_SIZE, G_PRIORITY_DEFAULT, x->cancellable, read_cb, x);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  CdHttpExchange *x = data;

  if (!stream && error->domain == G_TLS_ERROR && !g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF))
    {
      g_autofree char *reason = x->written ? NULL : cd_trust_dup_reason (x->trust);

      give_up (x, g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE) ? CD_NET_ERROR_CERTIFICATE : CD_NET_ERROR_CONNECT, "%s%s%s", error->message, reason ? ": " : "", reason ? reason : "");
    }
  else if (!stream)
    give_up (x, x->written ? CD_NET_ERROR_BODY : CD_NET_ERROR_CONNECT, "%s", error->message);
  if (x->flaw || !check_head (x))
    end (x, FALSE);
  else
    read_more (x, stream);
}

/* --- The request ------------------------------------------------------------------------------------------------------------- */

static gboolean
late_cb (gpointer data)
{
  CdHttpExchange *x = data;

  x->timer = 0;
  give_up (x, CD_NET_ERROR_TIMEOUT, "no whole answer within %u ms", x->limit_ms);
  return G_SOURCE_REMOVE;
}

/* Of a transport that is not libsoup: the same limits and the same look at the answer. */
static void
reply_cb (guint status, gint64 announced, GBytes *body, const GError *error, gpointer data)
{
  CdHttpExchange *x = data;
  gsize len = body ? g_bytes_get_size (body) : 0;

  x->status = status;
  x->written = !g_error_matches (error, CD_NET_ERROR, CD_NET_ERROR_CONNECT);
  if (error || !body)
    give_up (x, CD_NET_ERROR_BODY, "%s", error ? error->message : "no answer");
  else if (len > CD_HTTP_BODY_MAX)
    give_up (x, CD_NET_ERROR_BODY, "a body of more than %d bytes", CD_HTTP_BODY_MAX);
  else if (announced >= 0 && announced != (gint64)len)
    give_up (x, CD_NET_ERROR_BODY, "the answer was cut: %" G_GSIZE_FORMAT " of %" G_GINT64_FORMAT " bytes", len, announced);
  else
    g_byte_array_append (x->body, g_bytes_get_data (body, NULL), (guint)len);
  end (x, !x->flaw);
}

static gboolean
start_elsewhere (CdHttpExchange *x, const CdHttp *http, const CdHttpRequest *request)
{
  gpointer transport;
  const CdTransportOps *ops = cd_env_transport (http->env, &transport);

  if (!ops)
    return FALSE;
  x->began = x->written = TRUE;
  x->copies = 1;
  x->timer = cd_env_timer_add (x->env, NULL, x->limit_ms, late_cb, x);
  ops->exchange (transport, http->endpoint, request->body ? "POST" : "GET", request->path, request->body, x->cancellable, reply_cb, x);
  return TRUE;
}

/* Nothing was begun: the report still comes from the main loop. */
static gboolean
never_began_cb (gpointer data)
{
  CdHttpExchange *x = data;

  x->timer = 0;
  end (x, FALSE);
  return G_SOURCE_REMOVE;
}

static gboolean
prepare (CdHttpExchange *x, const CdHttp *http, const CdHttpRequest *request)
{
  g_autofree char *url = g_strdup_printf ("%s/v1/%s", http->endpoint->url, request->path);
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GError) error = NULL;
  SoupMessageHeaders *headers;

  x->certificate = cd_endpoint_certificate (http->endpoint, &error);
  if (!error && x->certificate)
    cd_trust_check_own (http->trust, x->certificate, &error);
  if (error)
    {
      give_up (x, CD_NET_ERROR_CERTIFICATE, "%s", error->message);
      return FALSE;
    }
  uri = cd_endpoint_uri (http->endpoint, &error);
  if (uri)
    x->message = soup_message_new (request->body ? SOUP_METHOD_POST : SOUP_METHOD_GET, url);
  if (!x->message)
    {
      give_up (x, CD_NET_ERROR_URL, "%s", error ? error->message : url);
      return FALSE;
    }
  /* Never SOUP_MESSAGE_IDEMPOTENT. A new line each time: nothing is repeated on a reused one that was cut, and SoupServer of libsoup 3.2
   * knows the client certificate only for the first request of a connection. */
  soup_message_add_flags (x->message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_NEW_CONNECTION);
  headers = soup_message_get_request_headers (x->message);
  soup_message_headers_replace (headers, "Accept-Encoding", "identity");
  if (request->key)
    soup_message_headers_replace (headers, "Idempotency-Key", request->key);
  if (request->body)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (request->body, strlen (request->body));

      soup_message_set_request_body_from_bytes (x->message, "application/json", bytes);
    }
  return TRUE;
}

CdHttpExchange *
cd_http_start (CdHttp *http, const CdHttpRequest *request, CdHttpFunc func, gpointer data)
{
  CdHttpExchange *x = g_new0 (CdHttpExchange, 1);

  g_return_val_if_fail (!request->key || request->body, NULL);

  x->env = cd_env_ref (http->env);
  x->trust = g_object_ref (http->trust);
  x->cancellable = g_cancellable_new ();
  x->body = g_byte_array_new ();
  x->func = func;
  x->data = data;
  x->limit_ms = request->limit_ms;
  if (start_elsewhere (x, http, request))
    return x;
  if (!prepare (x, http, request))
    {
      x->timer = cd_env_timer_add (x->env, NULL, 0, never_began_cb, x);
      return x;
    }
  x->began = TRUE;
  x->session = g_object_ref (request->key ? http->commands : http->reads);
  g_signal_connect (x->message, "starting", G_CALLBACK (starting_cb), x);
  g_signal_connect (x->message, "restarted", G_CALLBACK (restarted_cb), x);
  g_signal_connect (x->message, "got-informational", G_CALLBACK (interim_cb), x);
  g_signal_connect (x->message, "network-event", G_CALLBACK (network_event_cb), x);
  x->timer = cd_env_timer_add (x->env, NULL, x->limit_ms, late_cb, x);
  soup_session_send_async (x->session, x->message, G_PRIORITY_DEFAULT, x->cancellable, sent_cb, x);
  return x;
}

gboolean
cd_http_cancel (CdHttpExchange *x)
{
  gboolean written = x->written;

  x->func = NULL;
  if (x->began)
    give_up (x, CD_NET_ERROR_TIMEOUT, "cancelled");
  else
    exchange_free (x);
  return written;
}

static SoupSession *
session_new (CdTrust *trust, int conns)
{
  SoupSession *session = soup_session_new_with_options ("tls-database", trust, "timeout", CD_HTTP_READ_MS_MAX / 1000, "idle-timeout", 30, "max-conns", conns, "max-conns-per-host", conns, "proxy-resolver", NULL, NULL);

  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_SNIFFER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_COOKIE_JAR);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CACHE);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_HSTS_ENFORCER);
  return session;
}

/* GLib 2.74 stands still for ever when one thread makes a class that asks for the type of an address while another one makes that
 * type: each waits for what the other holds. */
void
cd_http_prepare (void)
{
  static gsize prepared;

  if (g_once_init_enter (&prepared))
    {
      const GType types[] = { G_TYPE_INET_ADDRESS, G_TYPE_INET_SOCKET_ADDRESS, G_TYPE_NETWORK_ADDRESS, G_TYPE_NETWORK_SERVICE, G_TYPE_SOCKET_CLIENT, G_TYPE_TCP_CONNECTION, G_TYPE_PROXY_ADDRESS, G_TYPE_TASK, G_TYPE_CANCELLABLE, SOUP_TYPE_SESSION, SOUP_TYPE_MESSAGE, SOUP_TYPE_WEBSOCKET_CONNECTION, SOUP_TYPE_LOGGER };

      for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
        g_type_class_unref (g_type_class_ref (types[i]));
      g_object_unref (g_resolver_get_default ());
      g_tls_backend_get_default ();
      g_proxy_resolver_get_default ();
      g_once_init_leave (&prepared, 1);
    }
}

CdHttp *
cd_http_new (CdEnv *env, const CdEndpoint *endpoint)
{
  CdHttp *http = g_new0 (CdHttp, 1);

  http->env = cd_env_ref (env);
  http->endpoint = cd_endpoint_copy (endpoint);
  http->trust = cd_trust_new (env, endpoint);
  http->reads = session_new (http->trust, READ_CONNS_MAX);
  http->commands = session_new (http->trust, COMMAND_CONNS_MAX);
  return http;
}

void
cd_http_free (CdHttp *http)
{
  if (!http)
    return;
  soup_session_abort (http->reads);
  soup_session_abort (http->commands);
  g_object_unref (http->reads);
  g_object_unref (http->commands);
  g_object_unref (http->trust);
  cd_endpoint_free (http->endpoint);
  cd_env_unref (http->env);
  g_free (http);
}
