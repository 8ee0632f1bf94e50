/* cd-link.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-link.h"

#include "cd-time.h"
#include "cd-ws-connect.h"

/* Certificates of a line are looked at this often. */
#define CHECK_US (5 * CD_USEC_PER_SEC)

struct _CdLink
{
  gatomicrefcount refs; /* the owner, and what is under way */
  CdEnv *env;           /* (owned) */
  CdTransportFuncs funcs;
  gpointer user_data;
  gboolean closed; /* by the owner: nothing is called any more */
  gboolean ended;  /* and was reported: a line that broke a rule ends once, whatever the library reads or says of it afterwards */

  /* libsoup */
  CdEndpoint *endpoint;                /* (owned) (nullable) */
  CdTrust *trust;                      /* (owned) (nullable) */
  gint64 checked_us;                   /* boot time when the certificates were looked at last */
  GCancellable *cancellable;           /* (owned) (nullable) */
  SoupWebsocketConnection *connection; /* (owned) (nullable) */
  CdStream *stream;                    /* (owned) (nullable) */

  /* another transport */
  const CdTransportOps *ops;
  gpointer line; /* (owned) (nullable) */
};

static CdLink *
link_ref (CdLink *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static void
link_unref (CdLink *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_object (&self->cancellable);
  g_clear_object (&self->trust);
  cd_endpoint_free (self->endpoint);
  cd_env_unref (self->env);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdLink, link_unref)

/* --- libsoup --------------------------------------------------------------------------------------------------------- */

static void
report_end (CdLink *self, const GError *error)
{
  g_autoptr (CdLink) keep = link_ref (self);

  if (self->closed || self->ended)
    return;
  self->ended = TRUE;
  self->funcs.closed (error, self->user_data);
}

static void
ws_message_cb (SoupWebsocketConnection *connection, SoupWebsocketDataType type, GBytes *message, CdLink *self)
{
  g_autoptr (CdLink) keep = link_ref (self);
  g_autoptr (GError) error = NULL;
  gsize len;
  const char *text = g_bytes_get_data (message, &len);

  if (self->closed || self->ended)
    return;
  if (type == SOUP_WEBSOCKET_DATA_TEXT)
    {
      self->funcs.message (text, len, self->user_data);
      return;
    }
  error = g_error_new (CD_NET_ERROR, CD_NET_ERROR_BODY, "a message that is no text");
  report_end (self, error);
}

static void
ws_closed_cb (SoupWebsocketConnection *connection, CdLink *self)
{
  report_end (self, self->stream ? cd_stream_get_error (self->stream) : NULL);
}

static void
ws_error_cb (SoupWebsocketConnection *connection, GError *error, CdLink *self)
{
  report_end (self, error);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CdLink) self = data;
  g_autoptr (GError) error = NULL;
  CdStream *stream = NULL;
  SoupWebsocketConnection *connection = cd_ws_connect_finish (result, &stream, &error);

  if (self->closed)
    {
      if (stream)
        g_io_stream_close (G_IO_STREAM (stream), NULL, NULL);
      g_clear_object (&connection);
      g_clear_object (&stream);
      return;
    }
  if (!connection)
    {
      report_end (self, error);
      return;
    }
  self->connection = connection;
  self->stream = stream;
  g_signal_connect (connection, "message", G_CALLBACK (ws_message_cb), self);
  g_signal_connect (connection, "closed", G_CALLBACK (ws_closed_cb), self);
  g_signal_connect (connection, "error", G_CALLBACK (ws_error_cb), self);
  self->checked_us = cd_env_boot_us (self->env); /* in the handshake */
  self->funcs.opened (self->user_data);
}

static void
close_connection (CdLink *self)
{
  if (self->connection)
    {
      g_signal_handlers_disconnect_by_data (self->connection, self);
      if (soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
        soup_websocket_connection_close (self->connection, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
    }
  g_clear_object (&self->connection);
  if (self->stream)
    g_io_stream_close (G_IO_STREAM (self->stream), NULL, NULL);
  g_clear_object (&self->stream);
}

/* --- Public ---------------------------------------------------------------------------------------------------------- */

CdLink *
cd_link_open (CdEnv *env, const CdEndpoint *endpoint, const char *path, const CdTransportFuncs *funcs, gpointer user_data)
{
  CdLink *self = g_new0 (CdLink, 1);
  gpointer transport = NULL;

  g_atomic_ref_count_init (&self->refs);
  self->env = cd_env_ref (env);
  self->funcs = *funcs;
  self->user_data = user_data;
  self->ops = cd_env_transport (env, &transport);
  if (self->ops)
    self->line = self->ops->open (transport, endpoint, path, funcs, user_data);
  else
    {
      self->cancellable = g_cancellable_new ();
      self->endpoint = cd_endpoint_copy (endpoint);
      self->trust = cd_trust_new (env, endpoint);
      cd_ws_connect_async (env, endpoint, self->trust, path, self->cancellable, connected_cb, link_ref (self));
    }
  return self;
}

void
cd_link_close (CdLink *self)
{
  if (!self)
    return;
  self->closed = TRUE;
  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  close_connection (self);
  if (self->line)
    self->ops->free (g_steal_pointer (&self->line));
  link_unref (self);
}

gboolean
cd_link_is_open (CdLink *self)
{
  if (!self)
    return FALSE;
  if (self->ops)
    return self->ops->is_open (self->line);
  return self->connection && soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN;
}

gboolean
cd_link_check (CdLink *self, GError **error)
{
  gint64 now;

  if (!cd_link_is_open (self) || !self->stream)
    return TRUE;
  now = cd_env_boot_us (self->env);
  if (now - self->checked_us < CHECK_US)
    return TRUE;
  self->checked_us = now;
  return cd_ws_check_line (self->trust, self->endpoint, self->stream, error);
}

void
cd_link_send (CdLink *self, const char *text)
{
  if (self->ops)
    self->ops->send (self->line, text);
  else
    soup_websocket_connection_send_text (self->connection, text);
}

guint64
cd_link_bytes_accepted (CdLink *self)
{
  if (self->ops)
    return self->ops->accepted (self->line);
  return self->stream ? cd_stream_bytes_accepted (self->stream) : 0;
}

guint64
cd_link_bytes_exposed (CdLink *self)
{
  if (self->ops)
    return self->ops->exposed (self->line);
  return self->stream ? cd_stream_bytes_exposed (self->stream) : 0;
}
