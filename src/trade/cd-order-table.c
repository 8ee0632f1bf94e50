/* cd-order-table.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-order-table.h"

GQuark
cd_order_error_quark (void)
{
  return g_quark_from_static_string ("cd-order-error-quark");
}

#define S(state) CD_ORDER_##state
#define E(event) CD_EVENT_##event

/* A fill leads to PARTIAL here; apply() makes it FILLED when nothing is left. */
static const CdTransition table[CD_ORDER_N_STATES][CD_ORDER_N_EVENTS] = {
  [S (DRAFT)] = {
      [E (CHECKS_PASS)] = { 1, S (CHECKED) },
      [E (DENY)] = { 3, S (DENIED) },
  },
  [S (CHECKED)] = {
      [E (COMMIT_INTENT)] = { 2, S (INTENT) },
      [E (DENY)] = { 3, S (DENIED) },
  },
  [S (INTENT)] = {
      [E (COMMIT_SENDING)] = { 4, S (SENDING) },
      [E (NEVER_SENT)] = { 5, S (NOT_PLACED) },
      [E (OTHER_EPOCH)] = { 29, S (INTENT) },
      [E (RESTORED)] = { 6, S (UNKNOWN) },
  },
  [S (SENDING)] = {
      [E (AMBIGUOUS)] = { 6, S (UNKNOWN) },
      [E (NOT_WRITTEN)] = { 7, S (INTENT) },
      [E (ACK_PENDING)] = { 8, S (PENDING_NEW) },
      [E (ACK)] = { 8, S (WORKING) },
      [E (REFUSED)] = { 9, S (REJECTED) },
      [E (FILL)] = { 13, S (PARTIAL) },
      [E (FILL_KNOWN)] = { 16, S (SENDING) },
      [E (OTHER_EPOCH)] = { 29, S (SENDING) },
      [E (RESTORED)] = { 6, S (UNKNOWN) },
  },
  [S (UNKNOWN)] = {
      [E (AMBIGUOUS)] = { 6, S (UNKNOWN) },
      [E (ACK_PENDING)] = { 8, S (PENDING_NEW) },
      [E (ACK)] = { 8, S (WORKING) },
      [E (REFUSED)] = { 9, S (REJECTED) },
      [E (RESEND)] = { 10, S (UNKNOWN) },
      [E (FENCED)] = { 11, S (NOT_PLACED) },
      [E (EXPIRY)] = { 12, S (NOT_PLACED) },
      [E (FILL)] = { 13, S (PARTIAL) },
      [E (FILL_KNOWN)] = { 16, S (UNKNOWN) },
      [E (MANUAL)] = { 14, S (UNKNOWN) },
      [E (NOT_LISTED)] = { 28, S (UNKNOWN) },
      [E (OTHER_EPOCH)] = { 29, S (UNKNOWN) },
      /* Of a restored order the end may be the first thing that is heard again. */
      [E (RESTORED)] = { 6, S (UNKNOWN) },
      [E (BUST)] = { 18, S (UNKNOWN) },
      [E (CANCELLED)] = { 27, S (CANCELLED) },
      [E (EXPIRED)] = { 27, S (EXPIRED) },
      [E (REPLACED)] = { 24, S (UNKNOWN) },
  },
  [S (PENDING_NEW)] = {
      [E (ACK_PENDING)] = { 8, S (PENDING_NEW) },
      [E (ACK)] = { 8, S (WORKING) },
      [E (REFUSED)] = { 9, S (REJECTED) },
      [E (FILL)] = { 15, S (PARTIAL) },
      [E (FILL_KNOWN)] = { 16, S (PENDING_NEW) },
      [E (CANCELLED)] = { 27, S (CANCELLED) },
      [E (EXPIRED)] = { 27, S (EXPIRED) },
      [E (NOT_LISTED)] = { 28, S (PENDING_NEW) },
      [E (OTHER_EPOCH)] = { 29, S (PENDING_NEW) },
      [E (RESTORED)] = { 6, S (UNKNOWN) },
  },
#define LIVE_CELLS(self)                      \
  [E (ACK)] = { 8, self },                    \
     [E (FILL)] = { 15, S (PARTIAL) },        \
     [E (FILL_KNOWN)] = { 16, self },         \
     [E (BUST)] = { 18, self },               \
     [E (CANCEL_SENT)] = { 19, self },        \
     [E (CANCELLED)] = { 27, S (CANCELLED) }, \
     [E (CANCEL_REJECTED)] = { 21, self },    \
     [E (CANCEL_AMBIGUOUS)] = { 22, self },   \
     [E (REPLACE_SENT)] = { 23, self },       \
     [E (REPLACED)] = { 24, self },           \
     [E (REPLACE_REJECTED)] = { 25, self },   \
     [E (REPLACE_AMBIGUOUS)] = { 26, self },  \
     [E (EXPIRED)] = { 27, S (EXPIRED) },     \
     [E (NOT_LISTED)] = { 28, self },         \
     [E (OTHER_EPOCH)] = { 29, self },        \
     [E (RESTORED)] = { 6, S (UNKNOWN) }
  [S (WORKING)] = { LIVE_CELLS (S (WORKING)), [E (SUSPENDED)] = { 15, S (SUSPENDED) } },
  [S (PARTIAL)] = { LIVE_CELLS (S (PARTIAL)), [E (SUSPENDED)] = { 15, S (SUSPENDED) } },
  [S (SUSPENDED)] = { LIVE_CELLS (S (SUSPENDED)), [E (RESUMED)] = { 15, S (WORKING) } },
/* A cancel that came too late is answered after the last fill: it only ends the request. */
#define FINAL_CELLS(self)                    \
  [E (ACK)] = { 16, self },                  \
     [E (FILL_KNOWN)] = { 16, self },        \
     [E (BUST)] = { 18, self },              \
     [E (CANCEL_REJECTED)] = { 21, self },   \
     [E (CANCEL_AMBIGUOUS)] = { 22, self },  \
     [E (REPLACE_REJECTED)] = { 25, self },  \
     [E (REPLACE_AMBIGUOUS)] = { 26, self }, \
     [E (NOT_LISTED)] = { 28, self },        \
     [E (OTHER_EPOCH)] = { 29, self }
  [S (FILLED)] = { FINAL_CELLS (S (FILLED)) },
  [S (CANCELLED)] = { FINAL_CELLS (S (CANCELLED)), [E (FILL)] = { 17, S (CANCELLED) }, [E (CANCELLED)] = { 16, S (CANCELLED) } },
  [S (EXPIRED)] = { FINAL_CELLS (S (EXPIRED)), [E (FILL)] = { 17, S (EXPIRED) }, [E (EXPIRED)] = { 16, S (EXPIRED) } },
  [S (REJECTED)] = { [E (REFUSED)] = { 16, S (REJECTED) }, [E (OTHER_EPOCH)] = { 29, S (REJECTED) }, [E (NOT_LISTED)] = { 28, S (REJECTED) } },
  [S (NOT_PLACED)] = { [E (FENCED)] = { 16, S (NOT_PLACED) }, [E (OTHER_EPOCH)] = { 29, S (NOT_PLACED) }, [E (NOT_LISTED)] = { 28, S (NOT_PLACED) } },
};

CdTransition
cd_order_cell (CdOrderState state, CdOrderEventKind event)
{
  CdTransition cell;

  g_return_val_if_fail ((guint)state < CD_ORDER_N_STATES && (guint)event < CD_ORDER_N_EVENTS, ((CdTransition){ 31, 0 }));

  cell = table[state][event];
  return cell.rule ? cell : (CdTransition){ 31, (guint8)state };
}

static void
exec_free (gpointer data)
{
  CdOrderExec *exec = data;

  g_free (exec->exec_id);
  g_free (exec);
}

CdOrder *
cd_order_new (const char *key, const char *account, const char *instrument, CdSide side, CdOrderKind kind, gint64 price_e4, gint64 qty)
{
  CdOrder *order = g_new0 (CdOrder, 1);

  g_strlcpy (order->key, key, sizeof order->key);
  order->account = g_strdup (account);
  order->instrument = g_strdup (instrument);
  order->side = side;
  order->kind = kind;
  order->price_e4 = price_e4;
  order->qty = qty;
  order->leaves = qty;
  order->execs = g_ptr_array_new_with_free_func (exec_free);
  return order;
}

void
cd_order_free (CdOrder *order)
{
  if (!order)
    return;
  g_free (order->account);
  g_free (order->instrument);
  g_free (order->order_id);
  g_free (order->epoch);
  g_free (order->code);
  g_ptr_array_unref (order->execs);
  g_free (order);
}

static CdOrderExec *
find_exec (const CdOrder *order, const char *exec_id)
{
  for (guint i = 0; exec_id && i < order->execs->len; i++)
    {
      CdOrderExec *exec = g_ptr_array_index (order->execs, i);

      if (g_str_equal (exec->exec_id, exec_id))
        return exec;
    }
  return NULL;
}

gboolean
cd_order_is_final (const CdOrder *order)
{
  switch (order->state)
    {
    case CD_ORDER_DENIED:
    case CD_ORDER_REJECTED:
    case CD_ORDER_NOT_PLACED:
    case CD_ORDER_FILLED:
    case CD_ORDER_CANCELLED:
    case CD_ORDER_EXPIRED:
      return TRUE;
    case CD_ORDER_DRAFT:
    case CD_ORDER_CHECKED:
    case CD_ORDER_INTENT:
    case CD_ORDER_SENDING:
    case CD_ORDER_UNKNOWN:
    case CD_ORDER_PENDING_NEW:
    case CD_ORDER_WORKING:
    case CD_ORDER_PARTIAL:
    case CD_ORDER_SUSPENDED:
    case CD_ORDER_N_STATES:
      break;
    }
  return FALSE;
}

gboolean
cd_order_is_unknown (const CdOrder *order)
{
  return order->state == CD_ORDER_UNKNOWN || (order->req != CD_REQ_NONE && order->req_unknown);
}

gboolean
cd_order_is_working (const CdOrder *order)
{
  return order->state == CD_ORDER_WORKING || order->state == CD_ORDER_PARTIAL || order->state == CD_ORDER_SUSPENDED || order->state == CD_ORDER_PENDING_NEW;
}

static gboolean
quarantine (CdOrder *order, const CdOrderEvent *event, const char *why, GError **error)
{
  order->check = TRUE;
  g_set_error (error, CD_ORDER_ERROR, CD_ORDER_ERROR_QUARANTINE, "order %s in state %s: event %s: %s", order->key, cd_order_state_name (order->state), cd_order_event_name (event->kind), why);
  return FALSE;
}

/* The quantities a fill would lead to; FALSE when they break I6. */
static gboolean
take_fill (CdOrder *order, const CdOrderEvent *event, GError **error)
{
  CdOrderExec *exec;
  gint64 cum, amount, total;

  if (!event->exec_id || event->qty <= 0 || event->price_e4 <= 0)
    return quarantine (order, event, "a fill needs an execution id, a quantity and a price", error);
  if (!cd_i64_add (order->cum, event->qty, &cum) || cum > order->qty)
    return quarantine (order, event, "the fills would exceed the order", error);
  if (!cd_i64_mul (event->qty, event->price_e4, &amount) || !cd_i64_add (order->filled_amount_e4, amount, &total))
    return quarantine (order, event, "the amount does not fit", error);
  exec = g_new0 (CdOrderExec, 1);
  exec->exec_id = g_strdup (event->exec_id);
  exec->qty = event->qty;
  exec->price_e4 = event->price_e4;
  g_ptr_array_add (order->execs, exec);
  order->cum = cum;
  order->filled_amount_e4 = total;
  return TRUE;
}

static gboolean
take_bust (CdOrder *order, const CdOrderEvent *event, GError **error)
{
  CdOrderExec *exec = find_exec (order, event->exec_id);

  if (!exec || exec->busted)
    return quarantine (order, event, "no such execution to undo", error);
  exec->busted = TRUE;
  order->cum -= exec->qty;
  order->filled_amount_e4 -= exec->qty * exec->price_e4;
  return TRUE;
}

/* An answer ends only the request it belongs to: an old one may come again while another request is out. */
static void
end_request (CdOrder *order, CdOrderReq req)
{
  if (order->req != req)
    return;
  order->req = CD_REQ_NONE;
  order->req_unknown = FALSE;
}

static gboolean
take_request (CdOrder *order, const CdOrderEvent *event, GError **error)
{
  switch (event->kind)
    {
    case CD_EVENT_CANCEL_SENT:
    case CD_EVENT_REPLACE_SENT:
      /* One request at a time; but a cancel whose fate is not known may be asked for again: it can only happen once (T22). */
      if (order->req != CD_REQ_NONE && !(event->kind == CD_EVENT_CANCEL_SENT && order->req == CD_REQ_CANCEL && order->req_unknown))
        return quarantine (order, event, "another request is outstanding", error);
      order->req = event->kind == CD_EVENT_CANCEL_SENT ? CD_REQ_CANCEL : CD_REQ_REPLACE;
      order->req_unknown = FALSE;
      order->replace_price_e4 = event->price_e4;
      order->replace_qty = event->qty;
      return TRUE;
    case CD_EVENT_CANCEL_REJECTED:
    case CD_EVENT_REPLACE_REJECTED:
      end_request (order, event->kind == CD_EVENT_CANCEL_REJECTED ? CD_REQ_CANCEL : CD_REQ_REPLACE);
      return TRUE;
    case CD_EVENT_CANCEL_AMBIGUOUS:
    case CD_EVENT_REPLACE_AMBIGUOUS:
      if (order->req == (event->kind == CD_EVENT_CANCEL_AMBIGUOUS ? CD_REQ_CANCEL : CD_REQ_REPLACE))
        order->req_unknown = TRUE;
      return TRUE;
    case CD_EVENT_REPLACED:
      if (event->qty < order->cum || event->qty <= 0 || event->price_e4 <= 0)
        return quarantine (order, event, "a change below what is filled", error);
      order->price_e4 = event->price_e4;
      order->qty = event->qty;
      end_request (order, CD_REQ_REPLACE);
      return TRUE;
    default:
      return TRUE;
    }
}

/* What an event carries besides the change of state. */
static gboolean
take_payload (CdOrder *order, const CdOrderEvent *event, GError **error)
{
  switch (event->kind)
    {
    case CD_EVENT_FILL:
      return take_fill (order, event, error);
    case CD_EVENT_BUST:
      return take_bust (order, event, error);
    case CD_EVENT_COMMIT_SENDING:
    case CD_EVENT_RESEND:
      order->copies++;
      return TRUE;
    case CD_EVENT_NOT_WRITTEN:
      if (order->copies != 1)
        return quarantine (order, event, "more than one copy was written", error);
      order->copies = 0;
      return TRUE;
    case CD_EVENT_NOT_LISTED:
      order->check |= cd_order_is_working (order);
      return TRUE;
    case CD_EVENT_OTHER_EPOCH:
      order->check |= !cd_order_is_final (order);
      return TRUE;
    case CD_EVENT_REFUSED:
    case CD_EVENT_DENY:
    case CD_EVENT_NEVER_SENT:
      g_free (order->code);
      order->code = g_strdup (event->code);
      return TRUE;
    default:
      return take_request (order, event, error);
    }
}

static void
settle_state (CdOrder *order, const CdOrderEvent *event, CdOrderState to)
{
  if (event->kind == CD_EVENT_MANUAL)
    to = event->manual_to;
  if ((event->kind == CD_EVENT_RESUMED || (event->kind == CD_EVENT_ACK && order->state == CD_ORDER_UNKNOWN)) && order->cum > 0)
    to = CD_ORDER_PARTIAL;
  if ((to == CD_ORDER_WORKING || to == CD_ORDER_PARTIAL || to == CD_ORDER_SUSPENDED) && order->cum == order->qty)
    to = CD_ORDER_FILLED;
  if (event->kind == CD_EVENT_BUST && order->state == CD_ORDER_FILLED)
    order->check = TRUE;
  if (event->kind == CD_EVENT_FILL && (order->state == CD_ORDER_CANCELLED || order->state == CD_ORDER_EXPIRED))
    order->late_fill = TRUE;
  order->state = to;
  if (cd_order_is_final (order))
    {
      order->leaves = 0;
      order->req = CD_REQ_NONE;
      order->req_unknown = FALSE;
    }
  else
    order->leaves = order->qty - order->cum;
}

gboolean
cd_order_apply (CdOrder *order, const CdOrderEvent *event, CdTransition *transition, GError **error)
{
  CdTransition cell;
  CdOrderEvent actual = *event;

  /* A known execution id is never a second fill (T16). */
  if (actual.kind == CD_EVENT_FILL && find_exec (order, actual.exec_id))
    actual.kind = CD_EVENT_FILL_KNOWN;
  cell = cd_order_cell (order->state, actual.kind);
  if (transition)
    *transition = cell;
  if (cell.rule == 31)
    return quarantine (order, &actual, "not in the table", error);
  if (actual.kind == CD_EVENT_MANUAL && !cd_order_is_final (&(CdOrder){ .state = actual.manual_to }))
    return quarantine (order, &actual, "a manual record must name an end state", error);
  if (!take_payload (order, &actual, error))
    return FALSE;
  if (actual.order_id && g_strcmp0 (actual.order_id, order->order_id) != 0)
    {
      g_free (order->order_id);
      order->order_id = g_strdup (actual.order_id);
    }
  if (actual.epoch && actual.kind != CD_EVENT_OTHER_EPOCH && g_strcmp0 (actual.epoch, order->epoch) != 0)
    {
      g_free (order->epoch);
      order->epoch = g_strdup (actual.epoch);
    }
  if (actual.at_us)
    order->last_answer_us = actual.at_us;
  settle_state (order, &actual, (CdOrderState)cell.to);
  g_assert (order->cum >= 0 && order->cum <= order->qty && order->leaves >= 0);
  return TRUE;
}

CdOrderLabel
cd_order_label (const CdOrder *order)
{
  if (order->check)
    return CD_LABEL_CHECK;
  if (order->state == CD_ORDER_UNKNOWN)
    return CD_LABEL_UNKNOWN_NEW;
  if (order->req == CD_REQ_REPLACE)
    return order->req_unknown ? CD_LABEL_UNKNOWN_REPLACE : CD_LABEL_REPLACING;
  if (order->req == CD_REQ_CANCEL)
    return order->req_unknown ? CD_LABEL_UNKNOWN_CANCEL : CD_LABEL_CANCELLING;
  if (order->state == CD_ORDER_SENDING || order->state == CD_ORDER_INTENT)
    return CD_LABEL_SENDING;
  return CD_LABEL_STATE;
}

const char *
cd_order_state_name (CdOrderState state)
{
  static const char *const names[] = { "draft", "checked", "denied", "intent", "sending", "unknown", "rejected", "not_placed", "pending_new", "working", "partial", "suspended", "filled", "cancelled", "expired" };

  return (guint)state < G_N_ELEMENTS (names) ? names[state] : "";
}

const char *
cd_order_event_name (CdOrderEventKind event)
{
  static const char *const names[] = { "checks_pass", "commit_intent", "deny", "commit_sending", "never_sent", "ambiguous", "not_written", "ack_pending", "ack", "refused", "resend", "fenced", "expiry", "fill", "fill_known", "bust", "cancel_sent", "cancelled", "cancel_rejected", "cancel_ambiguous", "replace_sent", "replaced", "replace_rejected", "replace_ambiguous", "expired", "not_listed", "other_epoch", "manual", "suspended", "resumed", "restored" };

  return (guint)event < G_N_ELEMENTS (names) ? names[event] : "";
}
