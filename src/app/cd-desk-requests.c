/* cd-desk-requests.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-desk-requests.h"

#include <string.h>

#include "cd-desk-private.h"
#include "cd-mutant.h"

typedef struct
{
  gboolean stopped;
  char *by, *reason;
  gint64 at_us;
  guint64 seq; /* of the event; 0 = from the session */
} CdDeskVeto;

void
cd_desk_veto_free (gpointer veto)
{
  g_free (((CdDeskVeto *)veto)->by);
  g_free (((CdDeskVeto *)veto)->reason);
  g_free (veto);
}

/* --- Rights ---------------------------------------------------------------------------------------------------------- */

static CdDate
today (CdDesk *self)
{
  const CdPack *pack = self->packs->len ? g_ptr_array_index (self->packs, 0) : NULL;
  gint64 now = cd_desk_get_market_time (self);

  return pack && now ? cd_zone_date_of (cd_calendar_zone (pack->market->calendar), now, NULL) : CD_DATE_NONE;
}

gboolean
cd_desk_deputy_is_active (CdDesk *self, const CdDeputyRow *row)
{
  CdDate day = today (self);

  return !row->ended && day != CD_DATE_NONE && row->from <= day && day <= row->to;
}

gboolean
cd_desk_may_approve (CdDesk *self, const char *account)
{
  const CdPerson *person = cd_desk_get_person (self);

  if (!person || !account)
    return FALSE;
  if (person->may_approve && g_strcmp0 (person->account, account) == 0)
    return TRUE;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->deputies)); i++)
    {
      g_autoptr (CdDeputyRow) row = g_list_model_get_item (G_LIST_MODEL (self->deputies), i);

      if (g_str_equal (row->person, person->id) && g_str_equal (row->account, account) && cd_desk_deputy_is_active (self, row))
        return TRUE;
    }
  return FALSE;
}

static void
set_rights (CdDesk *self, CdRequestRow *row)
{
  gboolean mine = self->person && g_strcmp0 (row->by, self->person) == 0;
  gboolean proposed = g_strcmp0 (row->state, "proposed") == 0, approved = g_strcmp0 (row->state, "approved") == 0;

  row->may_decide = (!mine || CD_MUTANT (SAMEPERSON)) && row->readable && (proposed || approved) && cd_desk_may_approve (self, row->account);
  row->may_send = mine && approved && !g_hash_table_contains (self->order_by_key, row->order_key);
  row->may_change = mine && (proposed || approved);
}

void
cd_desk_requests_rights (CdDesk *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->approvals)); i++)
    {
      g_autoptr (CdRequestRow) row = g_list_model_get_item (G_LIST_MODEL (self->approvals), i);

      set_rights (self, row);
      cd_row_changed (CD_ROW (row));
    }
  cd_desk_instructions_rights (self);
}

/* --- Lists and events ------------------------------------------------------------------------------------------------ */

static CdRequestRow *
find_request (CdDesk *self, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->approvals)); i++)
    {
      g_autoptr (CdRequestRow) row = g_list_model_get_item (G_LIST_MODEL (self->approvals), i);

      if (g_str_equal (row->id, id))
        return row;
    }
  return NULL;
}

/* What is approved has to be readable, and be what its hash says. */
static void
read_order (CdRequestRow *row)
{
  g_autoptr (CdWireBody) body = cd_wire_body_parse (CD_WIRE_OP_ORDER_NEW, row->order, strlen (row->order), NULL);
  g_autofree char *hash = cd_sha256_hex (row->order, strlen (row->order));

  row->readable = body && g_str_equal (hash, row->hash) && g_strcmp0 (body->by, row->by) == 0;
  if (!row->readable)
    return;
  cd_row_set_text (&row->instrument, body->instrument);
  cd_row_set_text (&row->listing, body->listing);
  cd_row_set_text (&row->purpose, body->purpose ? body->purpose : "");
  row->side = body->side;
  row->kind = body->kind;
  row->price_e4 = body->price_e4;
  row->qty = body->qty;
}

/* The server has it: the draft behind it goes, in whatever state the request is. */
static void
drop_staged (CdDesk *self, const char *order_key)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->staged)); i-- > 0;)
    {
      g_autoptr (CdStagedRow) staged = g_list_model_get_item (G_LIST_MODEL (self->staged), i);

      if (g_strcmp0 (staged->request_key, order_key) == 0)
        cd_desk_staged_gone (self, staged, "requested", order_key);
    }
}

/* A question that was lost: the server does not have it, and has looked when it was too late to take it. */
static void
free_staged (CdDesk *self, const char *account, const CdWireList *list)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->staged)); i++)
    {
      g_autoptr (CdStagedRow) staged = g_list_model_get_item (G_LIST_MODEL (self->staged), i);
      gboolean listed = FALSE;

      if (!staged->request_key || g_strcmp0 (staged->account, account) != 0 || list->server_time_us <= staged->request_until_us + CD_LATE_US)
        continue;
      for (guint k = 0; k < list->items->len && !listed; k++)
        listed = g_strcmp0 (g_array_index (list->items, CdWireRequestRow, k).order_key, staged->request_key) == 0;
      if (listed)
        continue;
      cd_desk_staged_asked (self, staged, NULL, 0);
      cd_desk_alert (self, 1, "orders", "rejected", "%s", "deadline.passed");
    }
}

void
cd_desk_requests_forget (CdDesk *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->approvals)); i++)
    {
      g_autoptr (CdRequestRow) row = g_list_model_get_item (G_LIST_MODEL (self->approvals), i);

      /* A sheet may still show it. */
      row->may_decide = row->may_send = row->may_change = FALSE;
      cd_row_changed (CD_ROW (row));
    }
  g_list_store_remove_all (self->approvals);
  g_list_store_remove_all (self->deputies);
  g_hash_table_remove_all (self->vetoes);
}

void
cd_desk_requests_apply (CdDesk *self, const char *account, const CdWireList *list)
{
  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireRequestRow *item = &g_array_index (list->items, CdWireRequestRow, i);
      CdRequestRow *row = find_request (self, item->id);
      gboolean is_new = !row;

      if (is_new)
        {
          row = g_object_new (CD_TYPE_REQUEST_ROW, NULL);
          row->id = g_strdup (item->id);
          row->account = g_strdup (item->account);
          row->instrument = g_strdup ("");
          row->purpose = g_strdup ("");
          row->state = g_strdup ("");
          row->by = g_strdup ("");
          row->order_key = g_strdup ("");
        }
      cd_row_set_text (&row->state, item->state);
      cd_row_set_text (&row->hash, item->hash);
      cd_row_set_text (&row->by, item->by);
      cd_row_set_text (&row->decided_by, item->decided_by);
      cd_row_set_text (&row->deputy_for, item->deputy_for);
      cd_row_set_text (&row->reason, item->reason);
      cd_row_set_text (&row->order_key, item->order_key);
      cd_row_set_text (&row->order_id, item->order_id);
      row->version = item->version;
      row->at_us = item->at_us;
      row->unknown = FALSE;
      cd_row_set_text (&row->order, item->order);
      read_order (row);
      drop_staged (self, row->order_key); /* whoever sits here now */
      set_rights (self, row);
      cd_row_changed (CD_ROW (row));
      /* When all is said of it: filters look at a row as it comes. */
      if (is_new)
        {
          g_list_store_insert (self->approvals, 0, row);
          g_object_unref (row);
        }
    }
  free_staged (self, account, list);
}

void
cd_desk_deputies_apply (CdDesk *self, const char *account, const CdWireList *list)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->deputies)); i-- > 0;)
    {
      g_autoptr (CdDeputyRow) row = g_list_model_get_item (G_LIST_MODEL (self->deputies), i);

      if (g_str_equal (row->account, account))
        g_list_store_remove (self->deputies, i);
    }
  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireDeputyRow *item = &g_array_index (list->items, CdWireDeputyRow, i);
      g_autoptr (CdDeputyRow) row = g_object_new (CD_TYPE_DEPUTY_ROW, NULL);

      row->id = g_strdup (item->id);
      row->account = g_strdup (item->account);
      row->by = g_strdup (item->by);
      row->person = g_strdup (item->person);
      row->reason = g_strdup (item->reason);
      row->from = item->from;
      row->to = item->to;
      row->ended = item->ended;
      g_list_store_append (self->deputies, row);
    }
  cd_desk_requests_rights (self);
}

static void
set_veto (CdDesk *self, const char *account, gboolean stopped, const char *by, const char *reason, gint64 at_us, guint64 seq)
{
  CdDeskVeto *veto = g_new0 (CdDeskVeto, 1);

  veto->stopped = stopped;
  veto->by = g_strdup (by ? by : "");
  veto->reason = g_strdup (reason ? reason : "");
  veto->at_us = at_us;
  veto->seq = seq;
  g_hash_table_insert (self->vetoes, g_strdup (account), veto);
}

/* The server's word on whether one stands, unless an event has come that the session did not know of yet; who and why came with the event. */
void
cd_desk_requests_session (CdDesk *self, const CdWireAccount *account)
{
  const CdDeskVeto *known = g_hash_table_lookup (self->vetoes, account->id);

  if ((known && known->stopped) != account->stopped && (!known || known->seq <= account->last_seq))
    set_veto (self, account->id, account->stopped, NULL, NULL, 0, 0);
}

void
cd_desk_requests_event (CdDesk *self, const CdWireEvent *event, gboolean live)
{
  gboolean stopped;

  if (event->kind == CD_WIRE_EVENT_ACCOUNT)
    {
      stopped = g_strcmp0 (event->state, "stopped") == 0;
      set_veto (self, event->account, stopped, event->by, event->reason, event->at_us, event->seq);
      if (!live)
        return;
      cd_desk_alert (self, stopped ? 1 : 0, "orders", stopped ? "veto" : "veto.released", "%s: %s", event->by ? event->by : "", event->reason ? event->reason : "");
      cd_desk_emit (self, CD_DESK_SIGNAL_STATE);
    }
  else if (live && event->kind == CD_WIRE_EVENT_RIGHTS && g_strcmp0 (event->person, self->person) == 0)
    cd_desk_rights_changed (self);
  else if (live && event->kind == CD_WIRE_EVENT_REQUEST)
    cd_desk_alert (self, 0, "orders", "request", "%s", event->state ? event->state : "");
}

void
cd_desk_request_outcome (CdDesk *self, CdDeskRequest *request, CdSendOutcome outcome, const CdWireAnswer *answer)
{
  CdRequestRow *row = request->instruction_id ? find_request (self, request->instruction_id) : NULL;
  gboolean refused = outcome == CD_SEND_NOT_WRITTEN || outcome == CD_SEND_REFUSED || (outcome == CD_SEND_ANSWERED && answer->verdict == CD_WIRE_REJECTED);

  if (row)
    {
      row->unknown = outcome == CD_SEND_AMBIGUOUS;
      cd_row_changed (CD_ROW (row));
    }
  for (guint i = 0; refused && request->staged_id && i < g_list_model_get_n_items (G_LIST_MODEL (self->staged)); i++)
    {
      g_autoptr (CdStagedRow) staged = g_list_model_get_item (G_LIST_MODEL (self->staged), i);

      if (g_str_equal (staged->id, request->staged_id))
        cd_desk_staged_asked (self, staged, NULL, 0);
    }
  cd_desk_refresh_soon (self);
}

/* --- Sending --------------------------------------------------------------------------------------------------------- */

static gboolean
check_state (gboolean allowed, GError **error)
{
  if (allowed)
    return TRUE;
  g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE, "instruction.state");
  return FALSE;
}

static gboolean
check_reason (const char *reason, GError **error)
{
  g_autofree char *text = g_strstrip (g_strdup (reason ? reason : ""));

  if (*text)
    return TRUE;
  g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_INPUT, "reason.missing");
  return FALSE;
}

static void
send (CdDesk *self, const char *key, const char *account, const char *request_id, const CdStagedRow *staged, const CdWireBody *body)
{
  CdDeskRequest *request = g_new0 (CdDeskRequest, 1);
  g_autofree char *text = cd_wire_body_print (body);

  request->kind = CD_REQUEST_APPROVAL;
  request->key = key ? g_strdup (key) : cd_desk_new_key (self);
  request->instruction_id = g_strdup (request_id);
  request->staged_id = g_strdup (staged ? staged->id : NULL);
  request->command = cd_wire_command_new (body->op, request->key, account, staged ? staged->request_until_us : 0, text);
  cd_desk_send (self, request);
}

char *
cd_desk_print_order (CdDesk *self, const CdOrderDraft *draft, const char *purpose)
{
  const CdWireBody body = cd_desk_order_body (self, draft, purpose);

  return cd_wire_body_print (&body);
}

char *
cd_desk_request_approval (CdDesk *self, CdStagedRow *staged, GError **error)
{
  const CdOrderDraft draft = cd_desk_staged_draft (staged);
  g_autofree char *order = NULL, *order_key = NULL;
  char *id;
  CdWireBody body = { .op = CD_WIRE_OP_REQUEST_PROPOSE };

  if (!cd_desk_check_unlocked (self, error))
    return NULL;
  if (staged->request_key || staged->sent || staged->expired)
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE, staged->request_key ? "staged.asked" : staged->expired ? "staged.expired"
                                                                                                                     : "staged.gone");
      return NULL;
    }
  order = cd_desk_print_order (self, &draft, staged->purpose);
  order_key = cd_desk_new_key (self);
  id = cd_desk_new_key (self);
  body.order_key = order_key;
  body.order = order;
  /* The record first: after a crash the draft is known to be asked for, and is not sent beside its request. */
  cd_desk_staged_asked (self, staged, order_key, cd_desk_venue_now (self) + CD_ORDER_DEADLINE_US);
  send (self, id, staged->account, id, staged, &body);
  return id;
}

gboolean
cd_desk_request_edit (CdDesk *self, CdRequestRow *row, gint64 price_e4, gint64 qty, GError **error)
{
  CdOrderDraft draft = cd_desk_request_draft (row);
  g_autofree char *order = NULL, *order_key = CD_MUTANT (KEYPERVERSION) ? cd_desk_new_key (self) : g_strdup (row->order_key);
  CdWireBody body = { .op = CD_WIRE_OP_REQUEST_EDIT, .id = row->id, .version = row->version, .order_key = order_key };

  if (!cd_desk_check_unlocked (self, error) || !check_state (row->may_change && row->readable, error))
    return FALSE;
  if (price_e4 <= 0 || qty <= 0)
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_INPUT, "expected a price and a quantity above 0");
      return FALSE;
    }
  draft.price_e4 = price_e4;
  draft.qty = qty;
  order = cd_desk_print_order (self, &draft, row->purpose);
  body.order = order;
  send (self, NULL, row->account, row->id, NULL, &body);
  return TRUE;
}

static gboolean
end (CdDesk *self, CdRequestRow *row, CdWireOp op, gboolean allowed, int version, const char *reason, GError **error)
{
  const CdWireBody body = { .op = op, .id = row->id, .version = version, .reason = (char *)reason };

  if (!cd_desk_check_unlocked (self, error) || !check_state (allowed, error) || !check_reason (reason, error))
    return FALSE;
  send (self, NULL, row->account, row->id, NULL, &body);
  return TRUE;
}

gboolean
cd_desk_request_withdraw (CdDesk *self, CdRequestRow *row, const char *reason, GError **error)
{
  if (CD_MUTANT (LOCALWDR) && row->may_change)
    {
      cd_row_set_text (&row->state, "withdrawn");
      return TRUE;
    }
  return end (self, row, CD_WIRE_OP_REQUEST_WITHDRAW, row->may_change, row->version, reason, error);
}

gboolean
cd_desk_request_refuse (CdDesk *self, CdRequestRow *row, int version, const char *reason, GError **error)
{
  return end (self, row, CD_WIRE_OP_REQUEST_REFUSE, row->may_decide, version, reason, error);
}

gboolean
cd_desk_request_approve (CdDesk *self, CdRequestRow *row, int version, const char *hash, GError **error)
{
  const CdWireBody body = { .op = CD_WIRE_OP_REQUEST_APPROVE, .id = row->id, .version = version, .hash = (char *)hash };

  if (!cd_desk_check_unlocked (self, error) || !check_state (row->may_decide && g_str_equal (row->state, "proposed"), error))
    return FALSE;
  send (self, NULL, row->account, row->id, NULL, &body);
  return TRUE;
}

CdOrderDraft
cd_desk_request_draft (const CdRequestRow *row)
{
  return (CdOrderDraft){
    .account = row->account,
    .instrument = row->instrument,
    .side = row->side,
    .kind = row->kind,
    .price_e4 = row->price_e4,
    .qty = row->qty,
    .listing_id = row->listing,
  };
}

gsize
cd_desk_request_check (CdDesk *self, CdRequestRow *row, CdCheckResult *results, gsize n_max, CdPreview *preview)
{
  const CdOrderDraft draft = cd_desk_request_draft (row);

  gsize n, kept = 0;

  if (!row->readable)
    return 0;
  n = cd_desk_check_within (self, &draft, row->purpose, 0, results, n_max, preview);
  /* The right to enter is that of the one who asks and sends, not of the reader. */
  for (gsize i = 0; i < n; i++)
    if (results[i].id != CD_CHECK_RIGHTS || g_strcmp0 (row->by, self->person) == 0)
      results[kept++] = results[i];
  return kept;
}

CdOrderRow *
cd_desk_request_send (CdDesk *self, CdRequestRow *row, GError **error)
{
  const CdOrderDraft draft = cd_desk_request_draft (row);
  g_autofree char *key = CD_MUTANT (PERSTATION) ? cd_desk_new_key (self) : g_strdup (row->order_key);
  CdOrderRow *order;

  if (!check_state (row->may_send && row->readable, error))
    return NULL;
  order = cd_desk_submit_approved (self, &draft, row->purpose, key, row->order, error);
  set_rights (self, row);
  cd_row_changed (CD_ROW (row));
  return order;
}

/* --- Deputies and vetoes --------------------------------------------------------------------------------------------- */

gboolean
cd_desk_appoint_deputy (CdDesk *self, const char *account, const char *person, CdDate from, CdDate to, GError **error)
{
  const CdWireBody body = { .op = CD_WIRE_OP_DEPUTY_APPOINT, .person = (char *)person, .from = from, .to = to };

  if (!cd_desk_check_unlocked (self, error))
    return FALSE;
  if (!person || from == CD_DATE_NONE || to == CD_DATE_NONE || to < from)
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_INPUT, "deputy.dates");
      return FALSE;
    }
  send (self, NULL, account, NULL, NULL, &body);
  return TRUE;
}

gboolean
cd_desk_end_deputy (CdDesk *self, CdDeputyRow *row, const char *reason, GError **error)
{
  const CdWireBody body = { .op = CD_WIRE_OP_DEPUTY_END, .id = row->id, .reason = (char *)reason };

  if (!cd_desk_check_unlocked (self, error) || !check_state (!row->ended, error) || !check_reason (reason, error))
    return FALSE;
  send (self, NULL, row->account, NULL, NULL, &body);
  return TRUE;
}

void
cd_desk_get_veto (CdDesk *self, const char *account, CdVeto *out)
{
  const CdDeskVeto *veto = account ? g_hash_table_lookup (self->vetoes, account) : NULL;

  *out = veto ? (CdVeto){ veto->stopped, veto->by, veto->reason, veto->at_us } : (CdVeto){ FALSE, "", "", 0 };
}

gboolean
cd_desk_set_veto (CdDesk *self, const char *account, gboolean stop, const char *reason, GError **error)
{
  const CdWireBody body = { .op = stop ? CD_WIRE_OP_ACCOUNT_STOP : CD_WIRE_OP_ACCOUNT_RELEASE, .reason = (char *)reason };

  if (!cd_desk_check_unlocked (self, error) || !check_reason (reason, error))
    return FALSE;
  send (self, NULL, account, NULL, NULL, &body);
  return TRUE;
}

GListModel *
cd_desk_get_requests (CdDesk *self)
{
  return G_LIST_MODEL (self->approvals);
}

GListModel *
cd_desk_get_deputies (CdDesk *self)
{
  return G_LIST_MODEL (self->deputies);
}
