/* cd-trade-client-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "cd-http.h"
#include "cd-link.h"
#include "cd-trade-client.h"

G_BEGIN_DECLS

struct _CdTradeClient
{
  GObject parent_instance;

  CdEnv *env;           /* (owned) */
  CdEndpoint *endpoint; /* (owned) */
  CdHttp *http;         /* (owned) */

  CdLink *link; /* (owned) (nullable) */
  CdLinkState state;
  char *error, *epoch;
  gint64 last_rx_us;
  guint attempt;
  gboolean opened, closed;
  guint venue_facts; /* of CdSendFact: what the venue declares */
  guint64 check_timer, retry_timer;

  GHashTable *pending;  /* key -> Pending; those that were reported too, as long as they are among the last */
  GQueue reported;      /* their keys, oldest first (owned) */
  guint n_open;         /* of @pending, not reported yet */
  GHashTable *last_seq; /* account -> guint64 */
  GPtrArray *reads;     /* under way; each removes itself */

  CdTradeClientFuncs funcs;
  gpointer data;
};

/* cd-trade-client-send.c */
void cd_trade_client_pending_init (CdTradeClient *self);
void cd_trade_client_pending_free (CdTradeClient *self);
void cd_trade_client_take_answer (CdTradeClient *self, const CdWireAnswer *answer);
/* The line has gone; @exposed: what its stream may have let out. */
void cd_trade_client_classify_lost (CdTradeClient *self, guint64 exposed);
void cd_trade_client_classify_rest (CdTradeClient *self); /* nobody will hear of it later */

/* cd-trade-client-read.c */
void cd_trade_client_drop_read (gpointer read);

G_END_DECLS
