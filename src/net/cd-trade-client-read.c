/* cd-trade-client-read.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The read-only lists over HTTP (reliability F-3): identity encoding, no redirect, a limit for the whole exchange and for the body.
 */
#include "cd-trade-client-private.h"
#include "cd-ws-connect.h"

#define READ_MS_MAX 15000
#define BODY_MAX (8 * 1024 * 1024)

typedef struct
{
  CdEnv *env;                /* (owned) */
  GCancellable *cancellable; /* (owned): of this exchange */
  GCancellable *outer;       /* (owned) (nullable) */
  gulong outer_id;
  char *url;            /* (owned) */
  SoupMessage *message; /* (owned) (nullable) */
  GByteArray *body;     /* (owned) */
  guint64 timer;
  gboolean timed_out;
} Exchange;

static void
exchange_free (Exchange *x)
{
  cd_env_clear_timer (x->env, &x->timer);
  if (x->outer)
    g_cancellable_disconnect (x->outer, x->outer_id);
  g_clear_object (&x->outer);
  g_clear_object (&x->cancellable);
  g_clear_object (&x->message);
  g_free (x->url);
  g_clear_pointer (&x->body, g_byte_array_unref);
  cd_env_unref (x->env);
  g_free (x);
}

typedef struct
{
  CdTradeClient *client; /* (owned) */
  char *key;
} Later;

static gboolean
later_cb (gpointer data)
{
  Later *later = data;

  if (later->client->funcs.outcome && !later->client->closed)
    later->client->funcs.outcome (later->client, later->key, CD_SEND_NOT_WRITTEN, NULL, later->client->data);
  g_object_unref (later->client);
  g_free (later->key);
  g_free (later);
  return G_SOURCE_REMOVE;
}

void
cd_trade_client_report_later (CdTradeClient *self, const char *key)
{
  Later *later = g_new0 (Later, 1);

  later->client = g_object_ref (self);
  later->key = g_strdup (key);
  g_idle_add_full (G_PRIORITY_DEFAULT, later_cb, later, NULL);
}

static gboolean
ensure_session (CdTradeClient *self, GError **error)
{
  g_autoptr (GTlsDatabase) trust = NULL;

  if (self->session)
    return TRUE;
  trust = cd_endpoint_trust (self->endpoint, error);
  if (!trust)
    return FALSE;
  self->session = soup_session_new_with_options ("tls-database", trust, "timeout", 15, "idle-timeout", 30, "max-conns-per-host", 4, NULL);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_CONTENT_DECODER);
  return TRUE;
}

static void
fail (GTask *task, const GError *cause)
{
  Exchange *x = g_task_get_task_data (task);

  if (x->timed_out)
    g_task_return_new_error (task, CD_NET_ERROR, CD_NET_ERROR_TIMEOUT, "%s: no answer within %d s", x->url, READ_MS_MAX / 1000);
  else
    g_task_return_new_error (task, CD_NET_ERROR, CD_NET_ERROR_BODY, "%s: %s", x->url, cause ? cause->message : "the answer cannot be read");
  g_object_unref (task);
}

static void read_more (GTask *task, GInputStream *stream);

static void
finish (GTask *task, guint status, gint64 announced)
{
  Exchange *x = g_task_get_task_data (task);

  cd_env_clear_timer (x->env, &x->timer);
  if (announced >= 0 && announced != (gint64)x->body->len)
    g_task_return_new_error (task, CD_NET_ERROR, CD_NET_ERROR_BODY, "the answer was cut: %u of %" G_GINT64_FORMAT " bytes", x->body->len, announced);
  else if (status != SOUP_STATUS_OK)
    {
      g_autoptr (CdWireProblem) problem = cd_wire_problem_parse ((const char *)x->body->data, x->body->len, NULL);

      g_task_return_new_error (task, CD_NET_ERROR, CD_NET_ERROR_STATUS, "status %u%s%s", status, problem ? ": " : "", problem ? problem->code : "");
    }
  else
    g_task_return_pointer (task, g_byte_array_free_to_bytes (g_steal_pointer (&x->body)), (GDestroyNotify)g_bytes_unref);
  g_object_unref (task);
}

static void
finish_message (GTask *task)
{
  Exchange *x = g_task_get_task_data (task);
  SoupMessageHeaders *headers = soup_message_get_response_headers (x->message);
  gboolean told = soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH;

  finish (task, soup_message_get_status (x->message), told ? soup_message_headers_get_content_length (headers) : -1);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  GTask *task = data;
  Exchange *x = g_task_get_task_data (task);

  if (!bytes || x->body->len + g_bytes_get_size (bytes) > BODY_MAX)
    {
      fail (task, error);
      return;
    }
  if (g_bytes_get_size (bytes) == 0)
    {
      finish_message (task);
      return;
    }
  g_byte_array_append (x->body, g_bytes_get_data (bytes, NULL), (guint)g_bytes_get_size (bytes));
  read_more (task, G_INPUT_STREAM (source));
}

static void
read_more (GTask *task, GInputStream *stream)
{
  Exchange *x = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (stream, 65536, G_PRIORITY_DEFAULT, x->cancellable, read_cb, task);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  GTask *task = data;
  Exchange *x = g_task_get_task_data (task);

  if (!stream || soup_message_headers_get_one (soup_message_get_response_headers (x->message), "Content-Encoding"))
    {
      fail (task, error);
      return;
    }
  read_more (task, stream);
}

static gboolean
late_cb (gpointer data)
{
  Exchange *x = data;

  x->timer = 0;
  x->timed_out = TRUE;
  g_cancellable_cancel (x->cancellable);
  return G_SOURCE_REMOVE;
}

static void
outer_cancelled_cb (GCancellable *outer, gpointer data)
{
  g_cancellable_cancel (G_CANCELLABLE (data));
}

/* The certificate must be on the connection before the handshake: the TLS library keeps resumable sessions by server and
 * certificate, and would otherwise resume the session of the public stream, or of the person who sat here before. */
static void
network_event_cb (SoupMessage *message, GSocketClientEvent event, GIOStream *connection, gpointer data)
{
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING && G_IS_TLS_CONNECTION (connection))
    g_tls_connection_set_certificate (G_TLS_CONNECTION (connection), G_TLS_CERTIFICATE (data));
}

/* Of a transport that is not libsoup: the same limits and the same look at the answer. */
static void
reply_cb (guint status, gint64 announced, GBytes *body, const GError *error, gpointer data)
{
  GTask *task = data;
  Exchange *x = g_task_get_task_data (task);

  if (error || !body || g_bytes_get_size (body) > BODY_MAX)
    {
      fail (task, error);
      return;
    }
  g_byte_array_append (x->body, g_bytes_get_data (body, NULL), (guint)g_bytes_get_size (body));
  finish (task, status, announced);
}

static gboolean
exchange_elsewhere (CdTradeClient *self, GTask *task, const char *method, const char *path, const char *body)
{
  Exchange *x = g_task_get_task_data (task);
  gpointer transport;
  const CdTransportOps *ops = cd_env_transport (self->env, &transport);

  if (!ops)
    return FALSE;
  x->timer = cd_env_timer_add (self->env, NULL, READ_MS_MAX, late_cb, x);
  ops->exchange (transport, self->endpoint, method, path, body, x->cancellable, reply_cb, task);
  return TRUE;
}

static void
exchange (CdTradeClient *self, const char *method, const char *path, const char *body, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, NULL, callback, data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = NULL;
  Exchange *x = g_new0 (Exchange, 1);

  x->env = cd_env_ref (self->env);
  x->cancellable = g_cancellable_new ();
  x->body = g_byte_array_new ();
  x->url = g_strdup_printf ("%s/v1/%s", self->endpoint->url, path);
  g_task_set_task_data (task, x, (GDestroyNotify)exchange_free);
  if (cancellable)
    {
      x->outer = g_object_ref (cancellable);
      x->outer_id = g_cancellable_connect (cancellable, G_CALLBACK (outer_cancelled_cb), g_object_ref (x->cancellable), g_object_unref);
    }
  if (exchange_elsewhere (self, task, method, path, body))
    return;
  if (!ensure_session (self, &error))
    {
      fail (task, error);
      return;
    }
  certificate = cd_endpoint_certificate (self->endpoint, &error);
  x->message = soup_message_new (method, x->url);
  if (error || !x->message)
    {
      fail (task, error);
      return;
    }
  /* A new line each time: SoupServer of libsoup 3.2 knows the client certificate only for the first request of a connection. */
  soup_message_add_flags (x->message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_NEW_CONNECTION);
  soup_message_headers_replace (soup_message_get_request_headers (x->message), "Accept-Encoding", "identity");
  if (certificate)
    g_signal_connect_data (x->message, "network-event", G_CALLBACK (network_event_cb), g_object_ref (certificate), (GClosureNotify)(void (*) (void))g_object_unref, 0);
  if (body)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

      soup_message_set_request_body_from_bytes (x->message, "application/json", bytes);
    }
  x->timer = cd_env_timer_add (self->env, NULL, READ_MS_MAX, late_cb, x);
  soup_session_send_async (self->session, x->message, G_PRIORITY_DEFAULT, x->cancellable, sent_cb, task);
}

void
cd_trade_client_get_async (CdTradeClient *self, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  exchange (self, SOUP_METHOD_GET, path, NULL, cancellable, callback, data);
}

GBytes *
cd_trade_client_get_finish (CdTradeClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
cd_trade_client_post_practice_async (CdTradeClient *self, const char *path, const char *body, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  exchange (self, SOUP_METHOD_POST, path, body, cancellable, callback, data);
}

GBytes *
cd_trade_client_post_practice_finish (CdTradeClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
