/* cd-trade-client.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The private line of one person: commands as frames on the private WebSocket, answers, numbered events, and the read-only lists
 * for reconcile. It never decides to send a command again: what was sent and what is known of it is reported to the desk, which
 * owns the journal (COMMIT 1 and COMMIT 2) and the order table. Main thread.
 */
#pragma once

#include "cd-feed.h"
#include "cd-wire-list.h"

G_BEGIN_DECLS

#define CD_TYPE_TRADE_CLIENT (cd_trade_client_get_type ())
G_DECLARE_FINAL_TYPE (CdTradeClient, cd_trade_client, CD, TRADE_CLIENT, GObject)

/* What is known of one command after it was handed to the line (reliability D6). Frozen. */
typedef enum
{
  CD_SEND_NOT_WRITTEN = 1, /* provably no byte left */
  CD_SEND_ANSWERED = 2,    /* an answer with our key, account, body hash and epoch */
  CD_SEND_AMBIGUOUS = 3,   /* bytes left and no valid answer came: UNKNOWN */
  CD_SEND_FOREIGN = 4,     /* an answer that is not ours: lock */
  CD_SEND_EPOCH = 5,       /* answered by another epoch */
} CdSendOutcome;

CdTradeClient *cd_trade_client_new (CdEnv *env, const CdEndpoint *endpoint);
/* Connects and stays connected until closed; "state-changed" tells. @from_seq: per account last seq + 1 is asked by the client
 * through cd_trade_client_set_last_seq() before connecting. */
void cd_trade_client_open (CdTradeClient *self);
void cd_trade_client_close (CdTradeClient *self);
CdLinkState cd_trade_client_get_state (CdTradeClient *self);
const char *cd_trade_client_get_epoch (CdTradeClient *self);
const char *cd_trade_client_get_error (CdTradeClient *self);
gint64 cd_trade_client_get_last_rx_us (CdTradeClient *self); /* boot time */
void cd_trade_client_set_last_seq (CdTradeClient *self, const char *account, guint64 seq);

/**
 * CdTradeClientFuncs: what the desk is told. All on the main thread; never from inside cd_trade_client_send().
 * @outcome: exactly once per command handed to cd_trade_client_send()
 * @event: every private event once, in order; a gap is reported by @gap before the next one
 */
typedef struct
{
  void (*state) (CdTradeClient *client, CdLinkState state, gpointer data);
  void (*outcome) (CdTradeClient *client, const char *key, CdSendOutcome outcome, const CdWireAnswer *answer, gpointer data);
  void (*event) (CdTradeClient *client, const CdWireEvent *event, gpointer data);
  void (*gap) (CdTradeClient *client, const char *account, guint64 expected, guint64 got, gpointer data);
} CdTradeClientFuncs;
void cd_trade_client_set_funcs (CdTradeClient *self, const CdTradeClientFuncs *funcs, gpointer data);

/**
 * cd_trade_client_send:
 * @command: op, key, account, deadline and the exact body bytes
 *
 * Hands one command to the line. The caller has made COMMIT 1 and COMMIT 2 before. Not connected is reported as
 * %CD_SEND_NOT_WRITTEN. No answer within 5 s, or a lost line after the first byte, is %CD_SEND_AMBIGUOUS.
 */
void cd_trade_client_send (CdTradeClient *self, const CdWireCommand *command);

/* Reads a list: path under /v1, e.g. "accounts/HD-POWER/orders?state=open". The whole exchange has a deadline of its own; the
 * body is capped at 8 MiB. The answer is the body of a 200; any other status is an error with the venue's code. */
void cd_trade_client_get_async (CdTradeClient *self, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
GBytes *cd_trade_client_get_finish (CdTradeClient *self, GAsyncResult *result, GError **error); /* (transfer full) */
/* POST to a practice route ("practice/clock"); never used for orders. */
void cd_trade_client_post_practice_async (CdTradeClient *self, const char *path, const char *body, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
GBytes *cd_trade_client_post_practice_finish (CdTradeClient *self, GAsyncResult *result, GError **error);

G_END_DECLS
