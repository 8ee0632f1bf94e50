/* cd-desk-orders.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Orders from the press of the button to the last evidence. Every command goes the same way: COMMIT 1 (intent with the exact
 * bytes), COMMIT 2 (about to write), the line, its outcome. Every answer and event is in the journal before it changes a row.
 */
#include "cd-desk-private.h"
#include "cd-order-lives.h"

#include <string.h>

#include "cd-mutant.h"

void
cd_desk_request_free (CdDeskRequest *request)
{
  g_free (request->key);
  g_free (request->order_key);
  g_free (request->instruction_id);
  g_free (request->staged_id);
  g_free (request->person);
  g_clear_pointer (&request->command, cd_wire_command_free);
  g_free (request);
}

/* --- Rows ------------------------------------------------------------------------------------------------------------ */

CdOrderRow *
cd_desk_add_order (CdDesk *self, CdOrder *order, const char *purpose, const char *by)
{
  CdOrderRow *row = g_object_new (CD_TYPE_ORDER_ROW, NULL);

  row->order = order;
  row->purpose = g_strdup (purpose ? purpose : "");
  row->by = g_strdup (by ? by : "");
  g_list_store_insert (self->orders, 0, row);
  g_hash_table_insert (self->order_by_key, order->key, row);
  if (order->order_id)
    g_hash_table_insert (self->order_by_id, g_strdup (order->order_id), row);
  g_object_unref (row);
  return row;
}

/* UNKNOWN stands before everything else; behind it the newest first. */
static int
compare_rows (gconstpointer a, gconstpointer b, gpointer data)
{
  const CdOrderRow *x = a, *y = b;
  gboolean ux = cd_order_is_unknown (x->order), uy = cd_order_is_unknown (y->order);

  if (ux != uy)
    return ux ? -1 : 1;
  return x->order->created_at_us > y->order->created_at_us ? -1 : x->order->created_at_us < y->order->created_at_us;
}

/* Balances are read again a moment after an order works or trades; until then they do not say what it took. What a reconcile brings comes
 * with the balances of the same reading. */
static void
note_taking (CdDesk *self, CdOrderRow *row)
{
  const CdOrder *order = row->order;

  if (!row->is_working && !(cd_order_is_final (order) && order->cum > 0))
    return;
  if (order->qty == row->took_qty && order->price_e4 == row->took_price_e4)
    return;
  row->took_qty = order->qty;
  row->took_price_e4 = order->price_e4;
  if (self->state == CD_DESK_LIVE)
    {
      row->took_boot_us = cd_env_boot_us (self->env);
      cd_desk_refresh_soon (self);
    }
}

void
cd_desk_order_changed (CdDesk *self, CdOrderRow *row)
{
  gboolean unknown = cd_order_is_unknown (row->order);
  g_autoptr (CdOrderRow) first = g_list_model_get_item (G_LIST_MODEL (self->orders), 0);

  row->is_working = cd_order_is_working (row->order);
  note_taking (self, row);
  if (row->order->order_id && cd_desk_is_of_now (self, row->order) && !g_hash_table_contains (self->order_by_id, row->order->order_id))
    g_hash_table_insert (self->order_by_id, g_strdup (row->order->order_id), row);
  cd_row_changed (CD_ROW (row));
  if ((unknown && first != row) || (!unknown && first == row))
    g_list_store_sort (self->orders, compare_rows, NULL);
  if (row->order->state == CD_ORDER_UNKNOWN)
    cd_desk_ask_unknown_later (self);
}

gboolean
cd_desk_apply (CdDesk *self, CdOrderRow *row, const CdOrderEvent *event)
{
  g_autoptr (GError) error = NULL;
  CdTransition transition;
  gboolean ok = cd_order_apply (row->order, event, &transition, &error);

  if (!ok)
    {
      /* T31: what was said is kept in the journal; nothing changes but the mark. */
      cd_desk_alert (self, 2, "orders", "difference", "%s", error->message);
    }
  cd_desk_order_changed (self, row);
  return ok;
}

/* --- The way of a command -------------------------------------------------------------------------------------------- */

static CdOrderRow *
row_of_request (CdDesk *self, const CdDeskRequest *request)
{
  return request->order_key ? g_hash_table_lookup (self->order_by_key, request->order_key) : NULL;
}

static void
apply_simple (CdDesk *self, CdOrderRow *row, CdOrderEventKind kind, const char *code)
{
  const CdOrderEvent event = { .kind = kind, .code = code, .at_us = cd_env_real_us (self->env) };

  if (row)
    cd_desk_apply (self, row, &event);
}

/* The same for what we conclude ourselves: the journal keeps it, or the order's life could not be told from it. */
static void
apply_local (CdDesk *self, CdOrderRow *row, CdOrderEventKind kind, const char *code)
{
  if (!row)
    return;
  apply_simple (self, row, kind, code);
  cd_desk_note (self, row->order, kind, code);
}

typedef struct
{
  CdDesk *desk; /* (owned) */
  char *key;    /* of the request */
} Step;

static Step *
step_new (CdDesk *self, const char *key)
{
  Step *step = g_new0 (Step, 1);

  step->desk = g_object_ref (self);
  step->key = g_strdup (key);
  return step;
}

static void
step_free (Step *step)
{
  g_object_unref (step->desk);
  g_free (step->key);
  g_free (step);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Step, step_free)

/* Nothing left: the disk refused the record, or it is too late to start. */
static void
give_up (CdDesk *self, CdDeskRequest *request, const char *code)
{
  CdOrderRow *row = row_of_request (self, request);

  if (request->kind == CD_REQUEST_NEW && row)
    {
      if (row->order->state == CD_ORDER_CHECKED)
        apply_simple (self, row, CD_EVENT_DENY, code);
      else
        apply_local (self, row, CD_EVENT_NEVER_SENT, code);
    }
  else if (request->kind == CD_REQUEST_CANCEL)
    {
      apply_local (self, row, CD_EVENT_CANCEL_REJECTED, code);
      /* The order goes on at the venue, and no other way of ours leads there. */
      if (g_str_equal (code, "store.failed"))
        cd_desk_alert (self, 2, "orders", "cancel.phone", "%s", request->order_key);
    }
  else if (request->kind == CD_REQUEST_REPLACE)
    apply_local (self, row, CD_EVENT_REPLACE_REJECTED, code);
  else if (request->kind == CD_REQUEST_INSTRUCTION)
    {
      request->stayed = code;
      cd_desk_instruction_outcome (self, request, CD_SEND_NOT_WRITTEN, NULL);
    }
  else if (request->kind == CD_REQUEST_APPROVAL)
    cd_desk_request_outcome (self, request, CD_SEND_NOT_WRITTEN, NULL);
  cd_desk_alert (self, 1, "orders", "rejected", "%s", code);
  g_hash_table_remove (self->requests, request->key);
}

static void
sending_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Step) step = data;
  CdDesk *self = step->desk;
  CdDeskRequest *request = g_hash_table_lookup (self->requests, step->key);
  g_autoptr (GError) error = NULL;

  if (cd_store_append_finish (self->store, result, &error) == 0)
    {
      if (request)
        give_up (self, request, "store.failed");
      return;
    }
  if (!request)
    return;
  cd_env_probe (self->env, "sending.durable");
  if (request->kind == CD_REQUEST_NEW && row_of_request (self, request))
    {
      const CdOrderEvent event = { .kind = CD_EVENT_COMMIT_SENDING, .epoch = self->ready->epoch, .at_us = cd_env_real_us (self->env) };

      cd_desk_apply (self, row_of_request (self, request), &event);
    }
  /* A disk may be slow: what is locked or late by now does not leave. */
  request->stayed = cd_desk_last_look (self, request);
  if (request->stayed)
    cd_desk_orders_outcome (self, request->key, CD_SEND_NOT_WRITTEN, NULL);
  else if (CD_MUTANT (SENDFIRST))
    ; /* it left long ago */
  else if (self->client)
    {
      cd_trade_client_send (self->client, request->command, 1);
      cd_env_probe (self->env, "command.handed");
    }
  else
    cd_desk_orders_outcome (self, request->key, CD_SEND_NOT_WRITTEN, NULL);
}

static void
intent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Step) step = data;
  CdDesk *self = step->desk;
  CdDeskRequest *request = g_hash_table_lookup (self->requests, step->key);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  const char *stays;
  gboolean is_instruction;

  if (cd_store_append_finish (self->store, result, &error) == 0)
    {
      if (request)
        give_up (self, request, "store.failed");
      return;
    }
  if (!request)
    return;
  cd_env_probe (self->env, "intent.durable");
  if (request->kind == CD_REQUEST_NEW)
    apply_simple (self, row_of_request (self, request), CD_EVENT_COMMIT_INTENT, NULL);
  stays = cd_desk_last_look (self, request);
  if (stays)
    {
      give_up (self, request, stays);
      return;
    }
  is_instruction = request->kind == CD_REQUEST_INSTRUCTION || request->kind == CD_REQUEST_SETTLEMENT || request->kind == CD_REQUEST_APPROVAL;
  cd_store_append_async (self->store, is_instruction ? CD_JOURNAL_INSTRUCTION_SENDING : CD_JOURNAL_ORDER_SENDING, request->key, nothing, NULL, sending_cb, step_new (self, request->key));
}

void
cd_desk_send (CdDesk *self, CdDeskRequest *request)
{
  g_autoptr (GString) frame = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  gboolean is_instruction = request->kind == CD_REQUEST_INSTRUCTION || request->kind == CD_REQUEST_SETTLEMENT || request->kind == CD_REQUEST_APPROVAL;

  cd_env_probe (self->env, "intent.pressed");
  cd_desk_look_pressed (self, request);
  cd_wire_command_write (frame, request->command);
  bytes = g_bytes_new (frame->str, frame->len);
  g_hash_table_insert (self->requests, request->key, request);
  if (CD_MUTANT (SENDFIRST) && self->client)
    cd_trade_client_send (self->client, request->command, 1);
  cd_store_append_async (self->store, is_instruction ? CD_JOURNAL_INSTRUCTION_INTENT : CD_JOURNAL_ORDER_INTENT, request->key, bytes, NULL, intent_cb, step_new (self, request->key));
}

/* --- Outcomes and events --------------------------------------------------------------------------------------------- */

static void
answer_new (CdDesk *self, CdOrderRow *row, const CdWireAnswer *answer)
{
  CdOrderEvent event = { .order_id = answer->order_id, .epoch = answer->epoch, .code = answer->code, .at_us = cd_env_real_us (self->env) };

  if (row->order->state != CD_ORDER_SENDING && row->order->state != CD_ORDER_UNKNOWN)
    return; /* events were faster: they are the stronger evidence */
  event.kind = answer->verdict == CD_WIRE_ACCEPTED ? CD_EVENT_ACK : CD_EVENT_REFUSED;
  cd_desk_apply (self, row, &event);
  if (answer->verdict == CD_WIRE_REJECTED)
    cd_desk_alert (self, 1, "orders", "rejected", "%s", answer->code ? answer->code : "");
}

static void
answer_other (CdDesk *self, CdDeskRequest *request, const CdWireAnswer *answer)
{
  CdOrderRow *row = row_of_request (self, request);
  gboolean rejected = answer->verdict == CD_WIRE_REJECTED;

  switch (request->kind)
    {
    case CD_REQUEST_CANCEL:
      if (rejected)
        apply_simple (self, row, CD_EVENT_CANCEL_REJECTED, answer->code);
      break;
    case CD_REQUEST_REPLACE:
      if (rejected)
        apply_simple (self, row, CD_EVENT_REPLACE_REJECTED, answer->code);
      break;
    case CD_REQUEST_FENCE:
      if (!rejected && row && row->order->state == CD_ORDER_UNKNOWN)
        apply_simple (self, row, CD_EVENT_FENCED, NULL);
      break;
    case CD_REQUEST_INSTRUCTION:
      cd_desk_instruction_outcome (self, request, CD_SEND_ANSWERED, answer);
      break;
    case CD_REQUEST_APPROVAL:
      cd_desk_request_outcome (self, request, CD_SEND_ANSWERED, answer);
      break;
    case CD_REQUEST_SETTLEMENT:
      cd_desk_refresh_soon (self);
      break;
    case CD_REQUEST_NEW:
      break;
    }
  if (rejected && request->kind != CD_REQUEST_INSTRUCTION)
    cd_desk_alert (self, 1, "orders", "rejected", "%s", answer->code ? answer->code : "");
}

/* What must never be: nobody pressed for this one. For the mutant alone. */
static void
send_as_new (CdDesk *self, const CdDeskRequest *old)
{
  CdDeskRequest *request = g_new0 (CdDeskRequest, 1);

  request->kind = CD_REQUEST_NEW;
  request->key = cd_desk_new_key (self);
  request->command = cd_wire_command_new (old->command->op, request->key, old->command->account, old->command->deadline_us, old->command->body);
  cd_desk_send (self, request);
}

static void
outcome_without_answer (CdDesk *self, CdDeskRequest *request, CdSendOutcome outcome)
{
  CdOrderRow *row = row_of_request (self, request);
  gboolean unwritten = outcome == CD_SEND_NOT_WRITTEN;
  gboolean nothing = unwritten || outcome == CD_SEND_REFUSED; /* the venue does not have it */
  const char *code = outcome == CD_SEND_REFUSED ? "refused.before_intake" : request->stayed;

  switch (request->kind)
    {
    case CD_REQUEST_NEW:
      if (row && row->order->state != CD_ORDER_SENDING)
        break; /* events were faster: they are the stronger evidence */
      apply_local (self, row, unwritten ? CD_EVENT_NOT_WRITTEN : nothing || CD_MUTANT (TIMEOUT) ? CD_EVENT_REFUSED
                                                                                                : CD_EVENT_AMBIGUOUS,
                   code);
      if (CD_MUTANT (NEWKEY) && !nothing)
        send_as_new (self, request);
      if (unwritten)
        apply_local (self, row, CD_EVENT_NEVER_SENT, code);
      break;
    case CD_REQUEST_CANCEL:
      apply_local (self, row, nothing ? CD_EVENT_CANCEL_REJECTED : CD_EVENT_CANCEL_AMBIGUOUS, code);
      break;
    case CD_REQUEST_REPLACE:
      apply_local (self, row, nothing ? CD_EVENT_REPLACE_REJECTED : CD_EVENT_REPLACE_AMBIGUOUS, code);
      break;
    case CD_REQUEST_INSTRUCTION:
      cd_desk_instruction_outcome (self, request, outcome, NULL);
      break;
    case CD_REQUEST_APPROVAL:
      cd_desk_request_outcome (self, request, outcome, NULL);
      break;
    case CD_REQUEST_FENCE:
    case CD_REQUEST_SETTLEMENT:
      break;
    }
  if (code)
    cd_desk_alert (self, 1, "orders", "rejected", "%s", code);
  else if (unwritten)
    cd_desk_alert (self, 1, "orders", "rejected", "%s", "never.sent");
  else
    cd_desk_alert (self, outcome == CD_SEND_POLL ? 1 : 2, "orders", "unknown", "%s", request->key);
}

void
cd_desk_orders_outcome (CdDesk *self, const char *key, CdSendOutcome outcome, const CdWireAnswer *answer)
{
  CdDeskRequest *request = g_hash_table_lookup (self->requests, key);
  CdOrderRow *row = g_hash_table_lookup (self->order_by_key, key);

  cd_env_probe (self->env, "answer.taken");
  if (answer)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GBytes) bytes = NULL;

      /* The next start reads the records alone: what proves nothing now must prove nothing then. */
      cd_wire_answer_write (text, answer);
      bytes = g_bytes_new (text->str, text->len);
      cd_store_append (self->store, outcome == CD_SEND_ANSWERED ? CD_JOURNAL_ORDER_EVENT : CD_JOURNAL_ORDER_DOUBTED, key, bytes);
    }
  if (outcome == CD_SEND_FOREIGN || outcome == CD_SEND_EPOCH || outcome == CD_SEND_DEFECT)
    {
      /* What became of ours is not known either. Nothing new leaves until a whole reconcile that began after this has ended. */
      if (request)
        outcome_without_answer (self, request, CD_SEND_AMBIGUOUS);
      self->suspect = TRUE;
      /* What the registry executes stays executed: a person looks first. */
      self->foreign |= request && (request->kind == CD_REQUEST_INSTRUCTION || request->kind == CD_REQUEST_SETTLEMENT);
      cd_desk_emit (self, CD_DESK_SIGNAL_STATE);
      apply_local (self, row, CD_EVENT_OTHER_EPOCH, NULL);
      cd_desk_alert (self, 2, "orders", "difference", "%s", key);
      cd_desk_reconcile_start (self);
      return;
    }
  if (outcome == CD_SEND_ANSWERED && answer->verdict == CD_WIRE_REJECTED && g_strcmp0 (answer->code, "rights.missing") == 0)
    cd_desk_rights_changed (self);
  if (outcome == CD_SEND_ANSWERED && row)
    answer_new (self, row, answer);
  if (!request)
    return;
  if (outcome != CD_SEND_ANSWERED)
    {
      outcome_without_answer (self, request, outcome);
      /* An ambiguous one is kept: its answer may still come. */
      if (outcome == CD_SEND_NOT_WRITTEN || outcome == CD_SEND_REFUSED)
        g_hash_table_remove (self->requests, key);
      return;
    }
  if (request->kind != CD_REQUEST_NEW)
    answer_other (self, request, answer);
  g_hash_table_remove (self->requests, key);
}

static CdOrderRow *
row_of_event (CdDesk *self, const CdWireEvent *event)
{
  CdOrderRow *row = event->key ? g_hash_table_lookup (self->order_by_key, event->key) : NULL;

  if (row || !event->order_id)
    return row;
  row = g_hash_table_lookup (self->order_by_id, event->order_id);
  return row && cd_order_is_of (row->order, event->key, event->order_id) ? row : NULL;
}

/* T30: somebody else's order on our account, or one whose journal was lost: shown, read only. */
static CdOrderRow *
add_external (CdDesk *self, const CdWireEvent *event)
{
  CdOrder *order = cd_order_adopt (event, cd_env_real_us (self->env));
  CdOrderRow *row;

  /* R8: after a restore these are most likely our own, of which the journal lost the record. */
  if (self->restored)
    cd_desk_alert (self, 2, "reconcile", "journal.lost", "%s", order->key);
  row = cd_desk_add_order (self, order, "", "");
  row->made_boot_us = cd_env_boot_us (self->env);
  cd_desk_alert (self, 1, "orders", "external", "%s", row->order->key);
  return row;
}

void
cd_desk_add_fill (CdDesk *self, const CdWireEvent *event, const CdOrder *order)
{
  g_autofree char *id = g_strdup_printf ("%s/%s/%s", event->account, event->exec_id, order->key);
  const CdPack *pack = cd_desk_get_pack_of (self, order->instrument);
  CdFillRow *fill;

  if (g_hash_table_contains (self->fill_by_id, id))
    return;
  fill = g_object_new (CD_TYPE_FILL_ROW, NULL);
  fill->exec_id = g_strdup (event->exec_id);
  fill->order_id = g_strdup (event->order_id);
  fill->key = g_strdup (order->key);
  fill->account = g_strdup (event->account);
  fill->instrument = g_strdup (order->instrument);
  fill->side = order->side;
  fill->price_e4 = event->price_e4;
  fill->qty = event->qty;
  fill->amount_e4 = event->amount_e4;
  fill->at_us = event->at_us;
  fill->seq = event->seq;
  fill->day = pack ? cd_zone_date_of (cd_calendar_zone (pack->market->calendar), event->at_us, NULL) : CD_DATE_NONE;
  fill->step = CD_SETTLE_TRADED;
  g_list_store_insert (self->fills, 0, fill);
  g_hash_table_insert (self->fill_by_id, g_steal_pointer (&id), fill);
  g_object_unref (fill);
}

void
cd_desk_orders_apply_event (CdDesk *self, const CdWireEvent *event, gboolean live)
{
  CdOrderRow *row = row_of_event (self, event);
  CdOrderEvent e;

  if (!row && event->kind == CD_WIRE_EVENT_ORDER_NEW)
    row = add_external (self, event);
  if (row && row->market_us == 0 && event->kind == CD_WIRE_EVENT_ORDER_NEW)
    row->market_us = event->at_us;
  if (row)
    cd_desk_newest_told (self, row->order->key, event->seq);
  if (!row || !cd_order_event_of_wire (event, cd_env_real_us (self->env), &e))
    return;
  if (cd_order_was_adopted_by (row->order, event))
    {
      cd_desk_order_changed (self, row); /* it works: it can be cancelled, and counts */
      return;
    }
  if (!cd_desk_apply (self, row, &e))
    return;
  if (event->kind == CD_WIRE_EVENT_ORDER_FILL)
    {
      cd_desk_add_fill (self, event, row->order);
      if (live)
        cd_desk_alert (self, 0, "orders", "fill", "%s %s", row->order->instrument, event->exec_id);
    }
}

/* The record first, then the row: what is shown as done is in the journal. */
typedef struct
{
  CdDesk *desk;
  CdWireEvent *event;
} Recorded;

static void
recorded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Recorded *recorded = data;
  CdDesk *self = recorded->desk;
  g_autoptr (GError) error = NULL;

  /* Not written: the lock is on. What the venue said is shown all the same, and asked for again at the next start, since the
   * journal does not have it. */
  cd_env_probe (self->env, "event.recorded");
  if (cd_store_append_finish (self->store, result, &error) == 0)
    cd_desk_store_tick (self);
  else
    {
      guint64 *seq = g_new (guint64, 1);

      *seq = recorded->event->seq;
      g_hash_table_insert (self->last_seq, g_strdup (recorded->event->account), seq);
    }
  cd_desk_orders_apply_event (self, recorded->event, TRUE);
  cd_desk_refresh_soon (self);
  cd_wire_event_free (recorded->event);
  g_object_unref (self);
  g_free (recorded);
}

void
cd_desk_orders_event (CdDesk *self, const CdWireEvent *event)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  Recorded *recorded;

  cd_env_probe (self->env, "event.taken");
  cd_desk_holdings_event (self, event);
  if (event->kind == CD_WIRE_EVENT_INSTRUCTION)
    cd_desk_instruction_event (self, event);
  cd_desk_requests_event (self, event, TRUE);
  if (event->kind == CD_WIRE_EVENT_BALANCE || event->kind == CD_WIRE_EVENT_UNKNOWN)
    {
      cd_desk_refresh_soon (self);
      return;
    }
  cd_wire_event_write (text, event);
  bytes = g_bytes_new (text->str, text->len);
  recorded = g_new0 (Recorded, 1);
  recorded->desk = g_object_ref (self);
  recorded->event = cd_wire_event_copy (event);
  cd_store_append_async (self->store, CD_JOURNAL_ORDER_EVENT, event->key ? event->key : "", bytes, NULL, recorded_cb, recorded);
}
