/* cd-desk-reconcile.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reconcile (reliability D7): after start, reconnect, another epoch, a gap, or the operator's button. New orders are locked until
 * it is done; the private stream is open meanwhile and its events are applied by number. Lists are whole or they are asked again.
 */
#include "cd-desk-differences.h"
#include "cd-desk-private.h"
#include "cd-order-lives.h"

#include <string.h>

#include "cd-mutant.h"
#include "cd-ws-connect.h"

#define TRIES_MAX 3
#define RETRY_MS 2000
#define REFUSED_MS 30000
#define YOUNG_US (10 * CD_USEC_PER_SEC)

/* One round. A later round makes the answers of an earlier one meaningless. */
typedef struct
{
  CdDesk *desk; /* (owned) */
  guint round;
  CdWireListKind kind;
  char *account;
  char *key;
  gint64 asked_us;
  guint64 number;
  CdWireList *executions; /* (owned) (nullable): of the same account, held until the orders come */
} Ask;

static void ask_unknown (CdDesk *self);

static void
ask_free (Ask *ask)
{
  g_object_unref (ask->desk);
  g_clear_pointer (&ask->executions, cd_wire_list_free);
  g_free (ask->account);
  g_free (ask->key);
  g_free (ask);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ask, ask_free)

static Ask *
ask_new (CdDesk *self)
{
  Ask *ask = g_new0 (Ask, 1);

  ask->desk = g_object_ref (self);
  ask->round = self->reconcile_round;
  ask->asked_us = cd_env_boot_us (self->env);
  ask->number = cd_desk_newest_ask (self);
  return ask;
}

static gboolean
retry_cb (gpointer data)
{
  CdDesk *self = data;

  self->reconcile_timer = 0;
  cd_desk_reconcile_start (self);
  return G_SOURCE_REMOVE;
}

static void ask_unknown (CdDesk *self);

static gboolean
ask_again_cb (gpointer data)
{
  CdDesk *self = data;

  self->reconcile_timer = 0;
  if (self->stop_task || self->state != CD_DESK_LIVE || !self->reconciled)
    return G_SOURCE_REMOVE; /* the reconcile on the way asks for them all */
  self->reconcile_round++;
  self->reconcile_pending = 0;
  self->reconcile_again = FALSE;
  self->asking_again = TRUE;
  ask_unknown (self);
  return G_SOURCE_REMOVE;
}

/* An order whose fate is not known is asked for until it is: the first answer may come before its deadline has passed. */
void
cd_desk_ask_unknown_later (CdDesk *self)
{
  if (self->reconcile_timer == 0 && !self->stop_task && self->state == CD_DESK_LIVE && self->reconciled)
    self->reconcile_timer = cd_env_timer_add (self->env, NULL, RETRY_MS, ask_again_cb, self);
}

/* A redirect is no trouble of the line: somebody else answers there. */
static void
round_failed (CdDesk *self, const GError *error)
{
  int level = g_error_matches (error, CD_NET_ERROR, CD_NET_ERROR_REDIRECT) ? 2 : 1;
  const char *why = error->message;
  /* Who is not let in is not let in for asking more often. */
  gboolean refused = g_error_matches (error, CD_NET_ERROR, CD_NET_ERROR_REFUSED) && self->reconcile_tries > TRIES_MAX;
  guint wait_ms = refused ? REFUSED_MS : RETRY_MS * MIN (self->reconcile_tries, TRIES_MAX);

  self->reconcile_round++;
  self->reconcile_pending = 0;
  self->asking_again = FALSE;
  self->reconciled = FALSE; /* what cannot be asked is not known */
  cd_desk_alert (self, level, "reconcile", "difference", "%s", why);
  cd_desk_set_state (self, CD_DESK_RECONCILING, why);
  /* A question about single orders that waits for its time does nothing while the desk is not reconciled: it must not stand in the way. */
  cd_env_clear_timer (self->env, &self->reconcile_timer);
  if (!self->stop_task)
    self->reconcile_timer = cd_env_timer_add (self->env, NULL, wait_ms, retry_cb, self);
}

static void
round_done (CdDesk *self)
{
  CdReconcileSummary summary;

  if (self->asking_again)
    {
      self->asking_again = FALSE;
      if (self->reconcile_again)
        cd_desk_ask_unknown_later (self);
      cd_desk_differences_check (self);
      cd_desk_emit (self, CD_DESK_SIGNAL_ACCOUNT);
      return;
    }
  cd_env_probe (self->env, "reconcile.done");
  self->reconciled = TRUE;
  self->suspect = FALSE;
  self->reconcile_tries = 0;
  cd_desk_periodic_reconciled (self);
  cd_desk_differences_check (self);
  cd_desk_obligations_update (self);
  cd_desk_feed_tick (self);
  cd_desk_set_state (self, CD_DESK_LIVE, NULL);
  cd_desk_history_start (self);
  cd_desk_gaps_read (self);
  cd_desk_tapes_refill (self);
  cd_desk_get_reconcile_summary (self, &summary);
  cd_desk_alert (self, 0, "reconcile", "reconciled", "%u", summary.unknown + cd_desk_count_differences (self));
  cd_desk_emit (self, CD_DESK_SIGNAL_ACCOUNT);
  cd_desk_emit (self, CD_DESK_SIGNAL_STATE);
  if (self->reconcile_again)
    cd_desk_ask_unknown_later (self);
}

/* --- Orders and executions ------------------------------------------------------------------------------------------- */

static void
event_from_row (const CdWireOrderRow *row, CdWireEventKind kind, CdWireEvent *event)
{
  *event = (CdWireEvent){
    .kind = kind,
    .account = row->account,
    .order_id = row->order_id,
    .key = row->key,
    .instrument = row->instrument,
    .side = row->side,
    .order_kind = row->kind,
    .price_e4 = row->price_e4,
    .qty = row->qty,
    .cum = row->cum,
    .leaves = row->leaves,
    .date = CD_DATE_NONE,
    .at_us = row->at_us,
  };
}

static void
apply_orders (CdDesk *self, const CdWireList *list)
{
  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireOrderRow *row = &g_array_index (list->items, CdWireOrderRow, i);
      CdOrderRow *ours = g_hash_table_lookup (self->order_by_key, row->key);
      CdWireEvent event;

      event_from_row (row, CD_WIRE_EVENT_ORDER_NEW, &event);
      event.epoch = list->epoch;
      if (!ours || (!cd_order_is_final (ours->order) && cd_desk_newest_row (self, row->key, list->as_of_seq)))
        cd_desk_orders_apply_event (self, &event, FALSE);
    }
}

/* R5. Events may have overtaken the list: two readings must show the same. */
static void
compare_cum (CdDesk *self, CdOrderRow *ours, const CdWireOrderRow *row)
{
  const CdDifference d = {
    .kind = "order",
    .account = ours->order->account,
    .subject = row->order_id,
    .asset = ours->order->instrument,
    .has_exchange = TRUE,
    .exchange = row->cum,
    .has_ledger = TRUE,
    .ledger = ours->order->cum,
  };

  if (ours->order->cum == row->cum)
    cd_desk_difference_agrees (self, d.kind, d.account, d.subject);
  else if (cd_desk_difference_seen (self, &d) && !ours->order->check)
    {
      ours->order->check = TRUE;
      cd_desk_order_changed (self, ours);
    }
}

/* A change of which no answer came: the venue lists the order with one parameter set or the other, and after the deadline that is final. */
static void
resolve_replace (CdDesk *self, CdOrderRow *ours, const CdWireOrderRow *row, gint64 server_time_us)
{
  CdOrder *order = ours->order;
  CdOrderEvent e = { .kind = CD_EVENT_REPLACED, .price_e4 = row->price_e4, .qty = row->qty, .at_us = cd_env_real_us (self->env) };

  if (cd_order_is_final (order) || order->req != CD_REQ_REPLACE || !order->req_unknown)
    return;
  if (row->price_e4 == order->replace_price_e4 && row->qty == order->replace_qty)
    cd_desk_apply (self, ours, &e);
  else if (order->req_deadline_us && server_time_us > order->req_deadline_us + CD_LATE_US)
    {
      e.kind = CD_EVENT_REPLACE_REJECTED;
      if (cd_desk_apply (self, ours, &e))
        cd_desk_note (self, order, e.kind, "deadline.passed");
    }
}

/* After the executions: what is closed there is closed here, and the sums must agree. */
static void
close_orders (CdDesk *self, const CdWireList *list)
{
  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireOrderRow *row = &g_array_index (list->items, CdWireOrderRow, i);
      CdOrderRow *ours = g_hash_table_lookup (self->order_by_key, row->key);
      CdWireEvent event;

      if (!ours || !cd_desk_newest_row (self, row->key, list->as_of_seq))
        continue;
      if (!cd_order_is_final (ours->order) && (g_str_equal (row->state, "cancelled") || g_str_equal (row->state, "expired")))
        {
          event_from_row (row, g_str_equal (row->state, "cancelled") ? CD_WIRE_EVENT_ORDER_CANCELLED : CD_WIRE_EVENT_ORDER_EXPIRED, &event);
          cd_desk_orders_apply_event (self, &event, FALSE);
        }
      resolve_replace (self, ours, row, list->server_time_us);
      compare_cum (self, ours, row);
    }
}

/* T28: absence alone closes nothing. */
static void
mark_missing (CdDesk *self, const CdWireList *list, const char *account)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->orders));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdOrderRow) ours = g_list_model_get_item (G_LIST_MODEL (self->orders), i);
      gboolean listed = FALSE;
      const CdOrderEvent event = { .kind = CD_EVENT_NOT_LISTED };

      if (!ours->is_working || g_strcmp0 (ours->order->account, account) != 0 || !cd_desk_newest_row (self, ours->order->key, list->as_of_seq))
        continue;
      /* A round while orders may leave: what left just now may be younger than the list. */
      if (self->asking_again && cd_desk_order_age_us (self, ours) < YOUNG_US)
        continue;
      for (guint k = 0; k < list->items->len && !listed; k++)
        {
          const CdWireOrderRow *row = &g_array_index (list->items, CdWireOrderRow, k);

          listed = row->order_id && cd_order_is_of (ours->order, row->key, row->order_id);
        }
      if (!listed)
        cd_desk_apply (self, ours, &event);
    }
}

static void
count_list (CdDesk *self, CdWireListKind kind, guint n)
{
  CdReconcileSummary *s = &self->summary;

  if (self->asking_again)
    return;
  s->orders += kind == CD_WIRE_LIST_ORDERS ? n : 0;
  s->executions += kind == CD_WIRE_LIST_EXECUTIONS ? n : 0;
  s->balances += kind == CD_WIRE_LIST_HOLDINGS || kind == CD_WIRE_LIST_CASH ? n : 0;
  s->settlements += kind == CD_WIRE_LIST_SETTLEMENTS ? n : 0;
  s->instructions += kind == CD_WIRE_LIST_INSTRUCTIONS ? n : 0;
  s->obligations += kind == CD_WIRE_LIST_OBLIGATIONS ? n : 0;
}

static void
take_list (CdDesk *self, const Ask *ask, const CdWireList *list)
{
  /* What is shown was read later: so much the better. Trades are what they are, however old the reading. */
  if (!cd_desk_newest_list (self, ask->account, list, ask->number))
    {
      if (ask->executions)
        cd_desk_executions_apply (self, ask->executions);
      return;
    }
  switch (ask->kind)
    {
    case CD_WIRE_LIST_ORDERS:
      apply_orders (self, list);
      if (ask->executions)
        cd_desk_executions_apply (self, ask->executions);
      close_orders (self, list);
      mark_missing (self, list, ask->account);
      break;
    case CD_WIRE_LIST_HOLDINGS:
      cd_desk_holdings_apply (self, ask->account, list, ask->asked_us);
      break;
    case CD_WIRE_LIST_CASH:
      cd_desk_cash_apply (self, ask->account, list, ask->asked_us);
      break;
    case CD_WIRE_LIST_SETTLEMENTS:
      cd_desk_settlements_apply (self, ask->account, list);
      break;
    case CD_WIRE_LIST_INSTRUCTIONS:
      cd_desk_instructions_apply (self, ask->account, list);
      break;
    case CD_WIRE_LIST_OBLIGATIONS:
      cd_desk_obligations_apply (self, ask->account, list);
      break;
    case CD_WIRE_LIST_REQUESTS:
      cd_desk_requests_apply (self, ask->account, list);
      break;
    case CD_WIRE_LIST_DEPUTIES:
      cd_desk_deputies_apply (self, ask->account, list);
      break;
    default:
      break;
    }
}

static void ask_list (CdDesk *self, CdWireListKind kind, const char *account, CdWireList *executions);

/* The orders come after the executions, so that sums can be compared. */
static void
executions_recorded_cb (gpointer data)
{
  g_autoptr (Ask) ask = data;
  CdDesk *self = ask->desk;

  if (ask->round != self->reconcile_round || !self->client)
    return;
  ask_list (self, CD_WIRE_LIST_ORDERS, ask->account, g_steal_pointer (&ask->executions));
  self->reconcile_pending--;
}

static void
list_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Ask) ask = data;
  CdDesk *self = ask->desk;
  g_autoptr (GError) error = NULL;
  g_autoptr (CdWireList) list = cd_trade_client_list_finish (CD_TRADE_CLIENT (source), result, &error);

  if (ask->round != self->reconcile_round || CD_TRADE_CLIENT (source) != self->client)
    return;
  if (!list)
    {
      round_failed (self, error);
      return;
    }
  cd_env_probe (self->env, "reconcile.list");
  count_list (self, ask->kind, list->items->len);
  if (ask->kind == CD_WIRE_LIST_EXECUTIONS)
    {
      ask->executions = g_steal_pointer (&list);
      cd_desk_executions_record (self, ask->executions, executions_recorded_cb, ask);
      g_steal_pointer (&ask);
      return;
    }
  take_list (self, ask, list);
  if (--self->reconcile_pending == 0)
    ask_unknown (self);
}

/* Takes @executions: (nullable). */
static void
ask_list (CdDesk *self, CdWireListKind kind, const char *account, CdWireList *executions)
{
  Ask *ask = ask_new (self);
  g_autofree char *path = cd_desk_list_path (kind, account);

  ask->kind = kind;
  ask->account = g_strdup (account);
  ask->executions = executions;
  self->reconcile_pending++;
  cd_trade_client_list_async (self->client, kind, path, self->cancellable, list_cb, ask);
}

/* --- UNKNOWN --------------------------------------------------------------------------------------------------------- */

static void
resolve_by_key (CdDesk *self, CdOrderRow *row, const CdWireByKey *answer)
{
  CdWireEvent event;
  CdOrderEvent e = { .at_us = cd_env_real_us (self->env) };

  if (answer->found && g_strcmp0 (answer->order.state, "rejected") == 0)
    {
      e.kind = CD_EVENT_REFUSED;
      e.code = answer->order.code;
      if (cd_desk_apply (self, row, &e))
        cd_desk_note (self, row->order, e.kind, e.code);
    }
  else if (answer->found)
    {
      event_from_row (&answer->order, CD_WIRE_EVENT_ORDER_NEW, &event);
      event.epoch = answer->epoch;
      cd_desk_orders_apply_event (self, &event, FALSE);
    }
  else if (answer->fenced)
    {
      e.kind = CD_EVENT_FENCED;
      if (cd_desk_apply (self, row, &e))
        cd_desk_note (self, row->order, e.kind, NULL);
    }
  else if (CD_MUTANT (NOTFOUND) || (row->order->deadline_us && answer->server_time_us > row->order->deadline_us + CD_LATE_US))
    {
      /* Not found when the venue looked, after the deadline that it enforces itself (T12). When the answer came says nothing: an
       * order may overtake a slow one. */
      e.kind = CD_EVENT_EXPIRY;
      if (cd_desk_apply (self, row, &e))
        cd_desk_note (self, row->order, e.kind, NULL);
    }
}

static void
by_key_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Ask) ask = data;
  CdDesk *self = ask->desk;
  g_autoptr (GError) error = NULL;
  g_autoptr (CdWireByKey) answer = cd_trade_client_by_key_finish (CD_TRADE_CLIENT (source), result, &error);
  CdOrderRow *row = g_hash_table_lookup (self->order_by_key, ask->key);

  if (ask->round != self->reconcile_round || CD_TRADE_CLIENT (source) != self->client)
    return;
  if (!answer)
    {
      round_failed (self, error);
      return;
    }
  cd_env_probe (self->env, "reconcile.by-key");
  if (row && row->order->state == CD_ORDER_UNKNOWN && cd_desk_is_of_now (self, row->order) && g_strcmp0 (answer->epoch, self->ready->epoch) == 0)
    {
      resolve_by_key (self, row, answer);
      self->reconcile_again |= row->order->state == CD_ORDER_UNKNOWN;
    }
  if (--self->reconcile_pending == 0)
    round_done (self);
}

/* Another person may sit here than the one who sent it, and may not see that account: its orders wait for somebody who does. */
static gboolean
may_see (CdDesk *self, const char *account)
{
  for (guint i = 0; i < self->entities->len; i++)
    if (g_strcmp0 (((const CdEntity *)g_ptr_array_index (self->entities, i))->id, account) == 0)
      return TRUE;
  return FALSE;
}

static void
ask_unknown (CdDesk *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->orders));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (G_LIST_MODEL (self->orders), i);
      Ask *ask;

      if (row->order->state != CD_ORDER_UNKNOWN || !cd_desk_is_of_now (self, row->order) || !may_see (self, row->order->account))
        continue;
      ask = ask_new (self);
      ask->key = g_strdup (row->order->key);
      self->reconcile_pending++;
      cd_trade_client_by_key_async (self->client, row->order->key, self->cancellable, by_key_cb, ask);
    }
  if (self->reconcile_pending == 0)
    round_done (self);
}

/* --- Session --------------------------------------------------------------------------------------------------------- */

static void
session_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  static const CdWireListKind kinds[] = { CD_WIRE_LIST_EXECUTIONS, CD_WIRE_LIST_HOLDINGS, CD_WIRE_LIST_CASH, CD_WIRE_LIST_SETTLEMENTS, CD_WIRE_LIST_OBLIGATIONS, CD_WIRE_LIST_INSTRUCTIONS, CD_WIRE_LIST_REQUESTS, CD_WIRE_LIST_DEPUTIES };
  g_autoptr (Ask) ask = data;
  CdDesk *self = ask->desk;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = cd_trade_client_get_finish (CD_TRADE_CLIENT (source), result, &error);
  g_autoptr (CdWireSession) session = NULL;
  gsize len;

  if (ask->round != self->reconcile_round || CD_TRADE_CLIENT (source) != self->client)
    return;
  if (body)
    {
      const char *text = g_bytes_get_data (body, &len);

      session = cd_wire_session_parse (text, len, &error);
    }
  if (session && g_strcmp0 (session->epoch, cd_trade_client_get_epoch (self->client)) != 0)
    {
      g_set_error (&error, CD_NET_ERROR, CD_NET_ERROR_BODY, "a session of another epoch");
      g_clear_pointer (&session, cd_wire_session_free);
    }
  if (!session)
    {
      round_failed (self, error);
      return;
    }
  cd_env_probe (self->env, "reconcile.session");
  cd_desk_take_session (self, session);
  cd_trade_client_set_capabilities (self->client, session->capabilities);
  cd_desk_emit (self, CD_DESK_SIGNAL_ACCOUNT);
  for (guint i = 0; i < self->entities->len; i++)
    {
      const CdEntity *entity = g_ptr_array_index (self->entities, i);

      for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
        ask_list (self, kinds[k], entity->id, NULL);
    }
  if (self->entities->len == 0)
    ask_unknown (self);
}

/* The periodic look at orders: the same lists through the same table, while new orders may go on leaving. */
void
cd_desk_ask_orders (CdDesk *self)
{
  if (!self->client || self->entities->len == 0)
    return;
  self->reconcile_round++;
  self->reconcile_pending = 0;
  self->reconcile_again = FALSE;
  self->asking_again = TRUE;
  for (guint i = 0; i < self->entities->len; i++)
    ask_list (self, CD_WIRE_LIST_EXECUTIONS, ((const CdEntity *)g_ptr_array_index (self->entities, i))->id, NULL);
}

void
cd_desk_reconcile_start (CdDesk *self)
{
  g_autofree char *problem = NULL;

  if (!self->client || self->stop_task || cd_trade_client_get_state (self->client) != CD_LINK_LIVE)
    return;
  cd_env_clear_timer (self->env, &self->reconcile_timer);
  self->reconciled = FALSE;
  self->reconcile_again = self->asking_again = FALSE;
  self->reconcile_round++;
  self->reconcile_pending = 0;
  self->reconcile_tries++;
  cd_env_probe (self->env, "reconcile.start");
  self->periodic.began_at = cd_env_boot_us (self->env);
  self->summary.orders = self->summary.executions = self->summary.balances = self->summary.settlements = self->summary.instructions = self->summary.obligations = 0;
  /* What failed the last time is the reason until it works. */
  problem = self->reconcile_tries > 1 ? g_strdup (self->problem) : NULL;
  cd_desk_set_state (self, CD_DESK_RECONCILING, problem);
  cd_desk_gap_found (self);
  cd_trade_client_get_async (self->client, "session", self->cancellable, session_cb, ask_new (self));
}

void
cd_desk_reconcile (CdDesk *self)
{
  self->foreign = self->rights_taken = FALSE;
  cd_desk_reconcile_start (self);
}
