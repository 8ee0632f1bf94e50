/* cd-desk-submit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The user's verbs on orders: each makes one request with a key of its own and hands it to cd_desk_send().
 */
#include "cd-desk-private.h"

#include <string.h>

#define CHECKS_MAX 32

char *
cd_desk_new_key (CdDesk *self)
{
  guint8 random[16];
  char buf[CD_KEY_BUF];

  cd_env_random_bytes (self->env, random, sizeof random);
  return g_strdup (cd_key_make (CD_KEY_PRACTICE, random, buf));
}

static CdDeskRequest *
request_new (CdDesk *self, CdRequestKind kind, CdWireOp op, const char *key, const char *account, const char *order_key, gint64 deadline_us, const CdWireBody *body)
{
  CdDeskRequest *request = g_new0 (CdDeskRequest, 1);
  g_autofree char *text = cd_wire_body_print (body);

  request->kind = kind;
  request->key = g_strdup (key);
  request->order_key = g_strdup (order_key);
  request->command = cd_wire_command_new (op, key, account, deadline_us, text);
  return request;
}

gboolean
cd_desk_check_unlocked (CdDesk *self, GError **error)
{
  g_autofree char *reason = NULL;

  if (!cd_desk_check_seen (self, error))
    return FALSE;
  cd_desk_look_at_clocks (self);
  if (!cd_desk_is_locked (self))
    return TRUE;
  reason = cd_desk_store_reason (self);
  if (!reason)
    reason = g_strdup (cd_desk_hold_reason (self));
  if (!reason)
    reason = g_strdup (self->stopped ? "sending is stopped" : cd_desk_get_problem (self) ? cd_desk_get_problem (self)
                                                                                         : "not reconciled yet");
  g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_LOCKED, "%s", reason);
  return FALSE;
}

gint64
cd_desk_venue_now (CdDesk *self)
{
  const CdFeedStatus *status = &self->status;
  const gint64 now = cd_env_boot_us (self->env);

  if (status->market_boot_us)
    return status->server_time_us + now - status->market_boot_us;
  /* The feed has said nothing yet: no order leaves before a session was read. */
  return self->session_boot_us ? self->session_time_us + now - self->session_boot_us : cd_env_real_us (self->env);
}

/* Counted on the clock that nobody sets, so it is right in the moment after a step of ours. */
gint64
cd_desk_server_offset (CdDesk *self)
{
  return self->status.market_boot_us ? cd_desk_venue_now (self) - cd_env_real_us (self->env) : 0;
}

gint64
cd_desk_order_age_us (CdDesk *self, const CdOrderRow *row)
{
  return row->made_boot_us ? cd_env_boot_us (self->env) - row->made_boot_us : MAX (cd_env_real_us (self->env) - row->order->created_at_us, 0);
}

/* What a second person approved. */
typedef struct
{
  const char *key, *body;
} Approved;

/* The risk person's veto on the account: nothing new, no change; cancels pass. */
static gboolean
check_veto (CdDesk *self, const char *account, GError **error)
{
  CdVeto veto;

  cd_desk_get_veto (self, account, &veto);
  if (!veto.stopped)
    return TRUE;
  g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_LOCKED, "account.stopped");
  return FALSE;
}

CdWireBody
cd_desk_order_body (CdDesk *self, const CdOrderDraft *draft, const char *purpose)
{
  return (CdWireBody){
    .op = CD_WIRE_OP_ORDER_NEW,
    .instrument = (char *)draft->instrument,
    .side = draft->side,
    .kind = draft->kind,
    .price_e4 = draft->price_e4,
    .qty = draft->qty,
    .listing = (char *)draft->listing_id,
    .purpose = purpose && *purpose ? (char *)purpose : NULL,
    .by = self->person,
  };
}

static void
send_new (CdDesk *self, const CdOrder *order, const CdOrderDraft *draft, const char *purpose, const Approved *approved)
{
  const CdWireBody body = cd_desk_order_body (self, draft, purpose);
  CdDeskRequest *request = request_new (self, CD_REQUEST_NEW, CD_WIRE_OP_ORDER_NEW, order->key, draft->account, order->key, order->deadline_us, &body);

  if (approved)
    {
      cd_wire_command_free (request->command);
      request->command = cd_wire_command_new (CD_WIRE_OP_ORDER_NEW, order->key, draft->account, order->deadline_us, approved->body);
    }
  cd_desk_send (self, request);
}

static CdOrderRow *
submit (CdDesk *self, const CdOrderDraft *draft, const char *purpose, CdStagedRow *staged, gboolean again, const Approved *approved, GError **error)
{
  CdCheckResult results[CHECKS_MAX];
  gsize n;
  const CdCheckResult *block;
  g_autofree char *key = NULL;
  CdOrder *order;
  CdOrderRow *row;
  const CdOrderEvent passed = { .kind = CD_EVENT_CHECKS_PASS };

  if (!cd_desk_check_unlocked (self, error) || !check_veto (self, draft->account, error))
    return NULL;
  if (cd_desk_difference_locks (self, draft->account, draft->instrument))
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_LOCKED, "difference.open");
      return NULL;
    }
  if (staged)
    n = cd_desk_staged_check (self, staged, results, CHECKS_MAX, NULL);
  else if (again || approved)
    n = cd_desk_check_within (self, draft, purpose, 0, results, CHECKS_MAX, NULL);
  else
    n = cd_desk_check (self, draft, purpose, results, CHECKS_MAX, NULL);
  block = cd_checks_first_block (results, n);
  if (block)
    {
      g_autofree char *text = g_strdup_printf ("{\"account\":\"%s\",\"instrument\":\"%s\",\"code\":\"%s\"}", draft->account, draft->instrument, block->code);
      g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

      cd_store_append (self->store, CD_JOURNAL_ORDER_DENIED, "", bytes);
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_REFUSED, "%s", block->code);
      return NULL;
    }
  key = approved ? g_strdup (approved->key) : cd_desk_new_key (self);
  cd_env_probe (self->env, "desk.submit");
  /* Before the intent and in the same turn, hence in the same commit: no draft outlives its order. */
  if (staged)
    cd_desk_staged_gone (self, staged, "sent", key);
  order = cd_order_new (key, draft->account, draft->instrument, draft->side, draft->kind, draft->price_e4, draft->qty);
  order->created_at_us = cd_env_real_us (self->env);
  order->deadline_us = cd_desk_venue_now (self) + CD_ORDER_DEADLINE_US;
  row = cd_desk_add_order (self, order, purpose, self->person);
  row->market_us = cd_desk_get_market_time (self);
  row->made_boot_us = cd_env_boot_us (self->env);
  cd_desk_apply (self, row, &passed);
  send_new (self, order, draft, purpose, approved);
  return row;
}

/* An approval places one order. */
static gboolean
check_key_is_new (CdDesk *self, const char *key, GError **error)
{
  if (!g_hash_table_contains (self->order_by_key, key))
    return TRUE;
  g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE, "staged.gone");
  return FALSE;
}

CdOrderRow *
cd_desk_submit_staged (CdDesk *self, const CdOrderDraft *draft, const char *purpose, CdStagedRow *staged, const char *key, const char *body, GError **error)
{
  const Approved approved = { key, body };

  if (key && !check_key_is_new (self, key, error))
    return NULL;
  return submit (self, draft, purpose, staged, FALSE, key ? &approved : NULL, error);
}

CdOrderRow *
cd_desk_submit (CdDesk *self, const CdOrderDraft *draft, const char *purpose, GError **error)
{
  return submit (self, draft, purpose, NULL, FALSE, NULL, error);
}

CdOrderRow *
cd_desk_submit_again (CdDesk *self, const CdOrderDraft *draft, const char *purpose, GError **error)
{
  return submit (self, draft, purpose, NULL, TRUE, NULL, error);
}

CdOrderRow *
cd_desk_submit_approved (CdDesk *self, const CdOrderDraft *draft, const char *purpose, const char *key, const char *body, GError **error)
{
  const Approved approved = { key, body };

  return check_key_is_new (self, key, error) ? submit (self, draft, purpose, NULL, FALSE, &approved, error) : NULL;
}

gboolean
cd_desk_may_change (CdDesk *self, CdOrderRow *row)
{
  return cd_desk_is_of_now (self, row->order) && cd_order_is_working (row->order) && row->order->req == CD_REQ_NONE && row->order->order_id;
}

static gboolean
check_changeable (CdDesk *self, CdOrderRow *row, GError **error)
{
  if (cd_desk_may_change (self, row))
    return TRUE;
  g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE, "order.final");
  return FALSE;
}

/* Cancels may always leave: also while new orders are locked, and again when it is not known what became of the first (T22). */
gboolean
cd_desk_cancel (CdDesk *self, CdOrderRow *row, GError **error)
{
  gboolean again = cd_desk_is_of_now (self, row->order) && cd_order_is_working (row->order) && row->order->order_id && row->order->req == CD_REQ_CANCEL && row->order->req_unknown;
  CdWireBody body = { .op = CD_WIRE_OP_ORDER_CANCEL, .order_id = row->order->order_id };
  const CdOrderEvent sent = { .kind = CD_EVENT_CANCEL_SENT };
  g_autofree char *key = NULL;

  if (!cd_desk_check_seen (self, error) || (!again && !check_changeable (self, row, error)) || !cd_desk_apply (self, row, &sent))
    return FALSE;
  cd_env_probe (self->env, "desk.cancel");
  key = cd_desk_new_key (self);
  cd_desk_send (self, request_new (self, CD_REQUEST_CANCEL, CD_WIRE_OP_ORDER_CANCEL, key, row->order->account, row->order->key, 0, &body));
  return TRUE;
}

gboolean
cd_desk_replace (CdDesk *self, CdOrderRow *row, gint64 price_e4, gint64 qty, GError **error)
{
  CdWireBody body = { .op = CD_WIRE_OP_ORDER_REPLACE, .order_id = row->order->order_id, .price_e4 = price_e4, .qty = qty, .cum = row->order->cum };
  const CdOrderEvent sent = { .kind = CD_EVENT_REPLACE_SENT, .price_e4 = price_e4, .qty = qty };
  g_autofree char *key = NULL;

  if (!cd_desk_check_unlocked (self, error) || !check_veto (self, row->order->account, error) || !check_changeable (self, row, error))
    return FALSE;
  if (qty <= row->order->cum || price_e4 <= 0)
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_INPUT, "expected a price above 0 and more than the %" G_GINT64_FORMAT " t already filled", row->order->cum);
      return FALSE;
    }
  if (!cd_desk_apply (self, row, &sent))
    return FALSE;
  cd_env_probe (self->env, "desk.replace");
  row->order->req_deadline_us = cd_desk_venue_now (self) + CD_ORDER_DEADLINE_US;
  key = cd_desk_new_key (self);
  cd_desk_send (self, request_new (self, CD_REQUEST_REPLACE, CD_WIRE_OP_ORDER_REPLACE, key, row->order->account, row->order->key, row->order->req_deadline_us, &body));
  return TRUE;
}

/* NULL = any. */
static guint
cancel_where (CdDesk *self, const char *instrument, const char *account)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->orders));
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);
  guint sent = 0;

  for (guint i = 0; i < n; i++)
    {
      CdOrderRow *row = g_list_model_get_item (G_LIST_MODEL (self->orders), i);

      g_ptr_array_add (rows, row);
    }
  for (guint i = 0; i < rows->len; i++)
    {
      CdOrderRow *row = g_ptr_array_index (rows, i);

      if (row->is_working && (!instrument || g_strcmp0 (instrument, row->order->instrument) == 0) && (!account || g_strcmp0 (account, row->order->account) == 0) && cd_desk_cancel (self, row, NULL))
        sent++;
    }
  return sent;
}

guint
cd_desk_cancel_all (CdDesk *self, const char *instrument)
{
  return cancel_where (self, instrument, NULL);
}

guint
cd_desk_cancel_account (CdDesk *self, const char *account)
{
  return cancel_where (self, NULL, account);
}

gboolean
cd_desk_fence (CdDesk *self, CdOrderRow *row, GError **error)
{
  CdWireBody body = { .op = CD_WIRE_OP_FENCE, .key = row->order->key };
  g_autofree char *key = NULL;

  if (!cd_desk_check_seen (self, error))
    return FALSE;
  if (row->order->state != CD_ORDER_UNKNOWN || !cd_desk_is_of_now (self, row->order))
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE, "order.final");
      return FALSE;
    }
  key = cd_desk_new_key (self);
  cd_desk_send (self, request_new (self, CD_REQUEST_FENCE, CD_WIRE_OP_FENCE, key, row->order->account, row->order->key, 0, &body));
  return TRUE;
}
