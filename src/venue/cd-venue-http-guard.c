/* cd-venue-http-guard.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A request that does not come to its end: whoever begins one and does not finish it in time is cut off, and keeps no connection.
 */
#include <sys/socket.h>

#include "cd-venue-server-private.h"

#define REQUEST_MS 10000

typedef struct
{
  CdVenueServer *server;
  SoupServerMessage *msg; /* it owns the closure that owns this */
  guint64 timer;
} Guard;

void
cd_venue_http_reset (SoupServerMessage *msg)
{
  GSocket *socket = soup_server_message_get_socket (msg);
  const struct linger now = { 1, 0 };

  if (!socket)
    return;
  setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  g_socket_shutdown (socket, TRUE, TRUE, NULL);
}

static gboolean
late_cb (gpointer data)
{
  Guard *guard = data;

  guard->timer = 0;
  cd_venue_http_reset (guard->msg);
  return G_SOURCE_REMOVE;
}

static void
whole_cb (SoupServerMessage *msg, gpointer data)
{
  Guard *guard = data;

  cd_env_clear_timer (guard->server->env, &guard->timer);
}

static void
guard_free (gpointer data, GClosure *closure)
{
  whole_cb (NULL, data);
  g_free (data);
}

void
cd_venue_http_guard (CdVenueServer *self, SoupServerMessage *msg)
{
  Guard *guard = g_new0 (Guard, 1);

  guard->server = self;
  guard->msg = msg;
  g_signal_connect_data (msg, "got-body", G_CALLBACK (whole_cb), guard, guard_free, 0);
  /* A kept connection may be silent for as long as it likes; the time runs from the head on. */
  g_signal_connect (msg, "disconnected", G_CALLBACK (whole_cb), guard);
  guard->timer = cd_env_timer_add (self->env, NULL, REQUEST_MS, late_cb, guard);
}
