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
#include "cd-send-class.h"

G_BEGIN_DECLS

#define CD_TYPE_TRADE_CLIENT (cd_trade_client_get_type ())
G_DECLARE_FINAL_TYPE (CdTradeClient, cd_trade_client, CD, TRADE_CLIENT, GObject)

CdTradeClient *cd_trade_client_new (CdEnv *env, const CdEndpoint *endpoint);
/* Connects and stays connected until closed; "state-changed" tells. @from_seq: per account last seq + 1 is asked by the client
 * through cd_trade_client_set_last_seq() before connecting. */
void cd_trade_client_open (CdTradeClient *self);
/* Drops the line and opens another: the machine slept, and what the old one was connected to may be gone. */
void cd_trade_client_reconnect (CdTradeClient *self, const char *why);
void cd_trade_client_close (CdTradeClient *self);
CdLinkState cd_trade_client_get_state (CdTradeClient *self);
const char *cd_trade_client_get_epoch (CdTradeClient *self);
const char *cd_trade_client_get_error (CdTradeClient *self);
gint64 cd_trade_client_get_last_rx_us (CdTradeClient *self); /* boot time */
void cd_trade_client_set_last_seq (CdTradeClient *self, const char *account, guint64 seq);

/**
 * CdTradeClientFuncs: what the desk is told. All on the main thread; never from inside cd_trade_client_send().
 * @outcome: once for each call of cd_trade_client_send(); and again when an answer comes later that says more: a verdict after
 *   %CD_SEND_AMBIGUOUS, or one that contradicts. %CD_SEND_FOREIGN may name a key that was never sent.
 * @event: every private event once, in order; a gap is reported by @gap before the next one
 * @behind: the venue opens the stream of the same database with fewer events of the account than it has told. What it tells from there on is
 *   news, whatever its number; the line is opened again
 */
typedef struct
{
  void (*state) (CdTradeClient *client, CdLinkState state, gpointer data);
  void (*outcome) (CdTradeClient *client, const char *key, CdSendOutcome outcome, const CdWireAnswer *answer, gpointer data);
  void (*event) (CdTradeClient *client, const CdWireEvent *event, gpointer data);
  void (*gap) (CdTradeClient *client, const char *account, guint64 expected, guint64 got, gpointer data);
  void (*behind) (CdTradeClient *client, const char *account, guint64 told, guint64 known, gpointer data);
} CdTradeClientFuncs;
void cd_trade_client_set_funcs (CdTradeClient *self, const CdTradeClientFuncs *funcs, gpointer data);

/**
 * cd_trade_client_send:
 * @command: op, key, account, deadline and the exact body bytes
 * @copies: of this command that can have left, on all lines and in earlier lives, this one counted
 *
 * Hands one copy to the line. The caller has made COMMIT 1 and COMMIT 2 before. It goes as a frame of the private stream; when that is
 * not live, as one POST on a new connection. Neither way is tried after the other, and nothing is repeated. No connection is reported
 * as %CD_SEND_NOT_WRITTEN; no answer within 5 s, or a lost line after the first byte, as %CD_SEND_AMBIGUOUS; all of it by the table of
 * cd-send-class.h. A key may be sent again only when its last copy has its outcome. Closing the client reports what is still open,
 * before cd_trade_client_close() returns.
 */
void cd_trade_client_send (CdTradeClient *self, const CdWireCommand *command, guint copies);

/* What the session says the venue can do. @capabilities: (nullable) (element-type utf8): nothing is taken for granted before. */
void cd_trade_client_set_capabilities (CdTradeClient *self, const GPtrArray *capabilities);

/**
 * cd_trade_client_list_async:
 * @path: under /v1, e.g. "accounts/HD-POWER/orders?state=open"
 *
 * Reads a whole list: its pages are followed and must be of one moment (as_of_seq) and of the epoch of the stream; at most 200 pages and
 * %CD_WIRE_LIST_MAX rows; anything else is an error, never a part. Parsed on a worker.
 */
void cd_trade_client_list_async (CdTradeClient *self, CdWireListKind kind, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
CdWireList *cd_trade_client_list_finish (CdTradeClient *self, GAsyncResult *result, GError **error); /* (transfer full) */

/**
 * cd_trade_client_by_key_async:
 * What the venue has of one order, read consistently. An answer of another epoch or for another key is an error, not evidence.
 */
void cd_trade_client_by_key_async (CdTradeClient *self, const char *key, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
CdWireByKey *cd_trade_client_by_key_finish (CdTradeClient *self, GAsyncResult *result, GError **error); /* (transfer full) */

/* Reads anything else: path under /v1, e.g. "session". The whole exchange has a deadline of its own; the
 * body is capped at 8 MiB. The answer is the body of a 200; any other status is an error with the venue's code. */
void cd_trade_client_get_async (CdTradeClient *self, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
GBytes *cd_trade_client_get_finish (CdTradeClient *self, GAsyncResult *result, GError **error); /* (transfer full) */
/* POST to a practice route ("practice/clock"); never used for orders. */
void cd_trade_client_post_practice_async (CdTradeClient *self, const char *path, const char *body, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
GBytes *cd_trade_client_post_practice_finish (CdTradeClient *self, GAsyncResult *result, GError **error);

G_END_DECLS
