/* cd-venue-http-faults.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the plan of faults does to one HTTP request.
 */
#include "cd-venue-server-private.h"

#define LOST_MS 60000 /* a request that is dropped: no client waits longer, and the connection is not kept for ever */

typedef struct
{
  CdVenueServer *server;
  SoupServerMessage *msg;
  guint64 timer;
  gboolean lost;
} Wait;

static void
gone_cb (SoupServerMessage *msg, gpointer data)
{
  Wait *wait = data;

  cd_env_clear_timer (wait->server->env, &wait->timer);
}

static void
wait_free (gpointer data, GClosure *closure)
{
  gone_cb (NULL, data);
  g_free (data);
}

static gboolean
over_cb (gpointer data)
{
  Wait *wait = data;
  SoupServerMessage *msg = wait->msg;

  wait->timer = 0;
  if (wait->lost)
    cd_venue_http_reset (msg);
  soup_server_message_unpause (msg);
  return G_SOURCE_REMOVE;
}

/* What the route has answered leaves after @ms. */
static void
wait_for (CdVenueServer *self, SoupServerMessage *msg, guint ms, gboolean lost)
{
  Wait *wait = g_new0 (Wait, 1);

  wait->server = self;
  wait->msg = msg; /* the message owns the closure that owns this */
  wait->lost = lost;
  g_signal_connect_data (msg, "disconnected", G_CALLBACK (gone_cb), wait, wait_free, 0);
  soup_server_message_pause (msg);
  wait->timer = cd_env_timer_add (self->env, NULL, ms, over_cb, wait);
}

gboolean
cd_venue_http_fault (CdVenueServer *self, SoupServerMessage *msg, CdVenueFault fault)
{
  static const char page[] = "<html><body><h1>The service is not available</h1></body></html>\n";

  switch (fault.kind)
    {
    case CD_VENUE_FAULT_STATUS:
      /* As a proxy in between would say it: not in our words. */
      soup_server_message_set_response (msg, "text/html", SOUP_MEMORY_STATIC, page, sizeof page - 1);
      soup_server_message_set_status (msg, fault.number, NULL);
      return TRUE;
    case CD_VENUE_FAULT_CUT:
      soup_server_message_set_status (msg, SOUP_STATUS_SERVICE_UNAVAILABLE, NULL);
      cd_venue_http_reset (msg);
      return TRUE;
    case CD_VENUE_FAULT_DROP:
      soup_server_message_set_status (msg, SOUP_STATUS_SERVICE_UNAVAILABLE, NULL);
      wait_for (self, msg, LOST_MS, TRUE);
      return TRUE;
    case CD_VENUE_FAULT_RESTART:
      soup_server_message_set_status (msg, SOUP_STATUS_SERVICE_UNAVAILABLE, NULL);
      wait_for (self, msg, LOST_MS, TRUE);
      cd_venue_server_restart (self);
      return TRUE;
    case CD_VENUE_FAULT_DELAY:
      wait_for (self, msg, fault.number, FALSE);
      return FALSE;
    default:
      return FALSE;
    }
}
