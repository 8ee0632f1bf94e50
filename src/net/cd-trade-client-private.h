/* cd-trade-client-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <libsoup/soup.h>
#include <string.h>

#include "cd-link.h"
#include "cd-trade-client.h"

G_BEGIN_DECLS

struct _CdTradeClient
{
  GObject parent_instance;

  CdEnv *env;           /* (owned) */
  CdEndpoint *endpoint; /* (owned) */
  SoupSession *session; /* (owned) (nullable): reads */

  CdLink *link; /* (owned) (nullable) */
  CdLinkState state;
  char *error, *epoch;
  gint64 last_rx_us;
  guint attempt;
  gboolean opened, closed;
  guint64 check_timer, retry_timer;

  GHashTable *pending;  /* key -> Pending */
  GHashTable *last_seq; /* account -> guint64 */

  CdTradeClientFuncs funcs;
  gpointer data;
};

/* %CD_SEND_NOT_WRITTEN for @key, from the main loop. */
void cd_trade_client_report_later (CdTradeClient *self, const char *key);

G_END_DECLS
