/* cd-desk-registry.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Registry instructions: proposed by one person, confirmed by another, reviewed by the authority. The instruction id is the key;
 * a confirmation repeats version and hash of what was read. Nothing is sent again by itself.
 */
#include "cd-desk-private.h"

#include <string.h>

#include "cd-json.h"

/* The record of what provably did not leave; behind it the code of why, where it was kept back. */
#define NOT_WRITTEN "not-written"

static CdInstructionRow *
ensure_row (CdDesk *self, const char *id, const char *account)
{
  CdInstructionRow *row = g_hash_table_lookup (self->instruction_by_id, id);

  if (row)
    return row;
  row = g_object_new (CD_TYPE_INSTRUCTION_ROW, NULL);
  row->id = g_strdup (id);
  row->account = g_strdup (account);
  row->state = g_strdup ("sending");
  g_list_store_insert (self->instructions, 0, row);
  g_hash_table_insert (self->instruction_by_id, row->id, row);
  g_object_unref (row);
  return row;
}

static void
add_lines (GString *text, const GArray *lines)
{
  for (guint i = 0; lines && i < lines->len; i++)
    {
      const CdWireLine *line = &g_array_index (lines, CdWireLine, i);

      g_string_append_printf (text, "%s%s %" G_GINT64_FORMAT, text->len ? " + " : "", line->asset, line->qty);
    }
}

/* Codes and figures; the words around them are made in ui/. */
char *
cd_desk_instruction_summary (const CdWireInstruction *content)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char amount[CD_DECIMAL_BUF];

  add_lines (text, content->allowances);
  add_lines (text, content->credits);
  if (content->asset)
    g_string_append_printf (text, "%s %" G_GINT64_FORMAT, content->asset, content->qty);
  if (content->amount_e4)
    g_string_append_printf (text, "%s", cd_decimal_print (content->amount_e4, 4, 2, amount));
  if (content->from && content->to)
    g_string_append_printf (text, " · %s → %s", content->from, content->to);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* The bytes of a version, where they are those of its hash: what a second person decides on outside of the registry. */
static void
set_content (CdInstructionRow *row, const CdWireInstruction *content)
{
  static const CdWireOp ops[] = { CD_WIRE_OP_INSTRUCTION_PROPOSE, CD_WIRE_OP_INSTRUCTION_EDIT };

  for (gsize i = 0; content && i < G_N_ELEMENTS (ops); i++)
    {
      g_autofree char *text = cd_wire_instruction_print (ops[i], content);
      g_autofree char *hash = cd_sha256_hex (text, strlen (text));

      if (g_strcmp0 (hash, row->hash) != 0)
        continue;
      cd_row_set_text (&row->content, text);
      return;
    }
  cd_row_set_text (&row->content, NULL);
}

static void
set_rights (CdDesk *self, CdInstructionRow *row)
{
  const CdPerson *person = cd_desk_get_person (self);
  gboolean other = person && g_strcmp0 (person->id, row->by) != 0;
  gboolean approver = cd_desk_may_approve (self, row->account);

  row->may_confirm = other && approver && g_strcmp0 (row->state, "proposed") == 0;
  row->may_review = person && person->may_review && g_strcmp0 (row->state, "in_review") == 0;
  row->may_withdraw = person && (person->may_enter || approver) && g_strcmp0 (row->state, "proposed") == 0;
}

void
cd_desk_instructions_apply (CdDesk *self, const char *account, const CdWireList *list)
{
  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireInstructionRow *item = &g_array_index (list->items, CdWireInstructionRow, i);
      CdInstructionRow *row;

      if (!cd_desk_newest_row (self, item->id, list->as_of_seq))
        continue;
      row = ensure_row (self, item->id, item->account);
      cd_row_set_text (&row->state, item->state);
      cd_row_set_text (&row->hash, item->hash);
      cd_row_set_text (&row->by, item->by);
      cd_row_set_text (&row->confirmed_by, item->confirmed_by);
      cd_row_set_text (&row->reason, item->reason);
      cd_row_set_text (&row->receipt, item->receipt);
      row->at_us = item->at_us;
      row->unknown = FALSE;
      if (item->content)
        {
          g_free (row->summary);
          row->summary = cd_desk_instruction_summary (item->content);
          cd_row_set_text (&row->kind, cd_wire_instruction_kind_name (item->content->kind));
          row->version = item->content->version;
          row->year = item->content->year;
          g_clear_pointer (&row->about, cd_wire_instruction_free);
          row->about = cd_wire_instruction_copy (item->content);
          set_content (row, item->content);
        }
      set_rights (self, row);
      cd_row_changed (CD_ROW (row));
    }
  self->registry_boot_us = cd_env_boot_us (self->env);
  cd_desk_obligations_update (self); /* what balances are bound for stands in the instructions */
}

static void
take_event (CdDesk *self, const CdWireEvent *event)
{
  CdInstructionRow *row = ensure_row (self, event->id, event->account);

  cd_desk_newest_told (self, event->id, event->seq);
  if (g_strcmp0 (row->hash, event->hash) != 0)
    cd_row_set_text (&row->content, NULL); /* until the list has the new version */
  cd_row_set_text (&row->state, event->state);
  cd_row_set_text (&row->kind, event->instruction_kind);
  cd_row_set_text (&row->hash, event->hash);
  cd_row_set_text (&row->by, event->by);
  cd_row_set_text (&row->confirmed_by, event->confirmed_by);
  cd_row_set_text (&row->reason, event->reason);
  cd_row_set_text (&row->receipt, event->receipt);
  row->version = event->version;
  row->at_us = event->at_us;
  row->unknown = FALSE;
  set_rights (self, row);
  cd_row_changed (CD_ROW (row));
}

void
cd_desk_instruction_event (CdDesk *self, const CdWireEvent *event)
{
  take_event (self, event);
  cd_desk_alert (self, 0, "registry", "instruction", "%s %s", event->instruction_kind, event->state);
}

void
cd_desk_instruction_outcome (CdDesk *self, CdDeskRequest *request, CdSendOutcome outcome, const CdWireAnswer *answer)
{
  CdInstructionRow *row = request->instruction_id ? g_hash_table_lookup (self->instruction_by_id, request->instruction_id) : NULL;

  if (outcome == CD_SEND_NOT_WRITTEN || outcome == CD_SEND_REFUSED)
    {
      g_autofree char *text = request->stayed ? g_strdup_printf (NOT_WRITTEN " %s", request->stayed) : g_strdup (NOT_WRITTEN);
      g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

      cd_store_append (self->store, CD_JOURNAL_INSTRUCTION_EVENT, request->key, body);
    }
  if (outcome == CD_SEND_ANSWERED && answer->verdict == CD_WIRE_REJECTED)
    cd_desk_alert (self, 1, "registry", "rejected", "%s", answer->code ? answer->code : "");
  if (!row)
    return;
  if (outcome == CD_SEND_ANSWERED && answer->verdict == CD_WIRE_REJECTED && g_str_equal (row->state, "sending"))
    {
      cd_row_set_text (&row->state, "rejected");
      cd_row_set_text (&row->reason, answer->code);
    }
  else if ((outcome == CD_SEND_NOT_WRITTEN || outcome == CD_SEND_REFUSED) && g_str_equal (row->state, "sending"))
    {
      cd_row_set_text (&row->state, "rejected");
      cd_row_set_text (&row->reason, outcome == CD_SEND_NOT_WRITTEN ? "never.sent" : "refused.before_intake");
    }
  else if (outcome == CD_SEND_AMBIGUOUS || outcome == CD_SEND_POLL)
    row->unknown = TRUE;
  cd_row_changed (CD_ROW (row));
  cd_desk_refresh_soon (self);
}

/* --- From the journal ------------------------------------------------------------------------------------------------ */

static void
replay_intent (CdDesk *self, const CdJournalRow *record, GHashTable *steps)
{
  gsize len;
  const char *text = g_bytes_get_data (record->body, &len);
  g_autoptr (CdWireCommand) command = cd_wire_command_parse (text, len, NULL);
  g_autoptr (CdWireInstruction) body = NULL;
  CdInstructionRow *row;

  if (!command)
    return;
  body = cd_wire_instruction_parse (command->op, command->body, strlen (command->body), NULL);
  if (!body)
    return; /* of a settlement */
  if (command->op != CD_WIRE_OP_INSTRUCTION_PROPOSE)
    {
      g_hash_table_replace (steps, g_strdup (command->key), g_strdup (body->id));
      return;
    }
  g_hash_table_replace (steps, g_strdup (command->key), g_strdup (command->key));
  row = ensure_row (self, command->key, command->account);
  g_free (row->summary);
  row->summary = cd_desk_instruction_summary (body);
  cd_row_set_text (&row->kind, cd_wire_instruction_kind_name (body->kind));
  cd_row_set_text (&row->state, "rejected"); /* never left, unless the next record says otherwise */
  cd_row_set_text (&row->reason, "never.sent");
  row->version = body->version;
  row->year = body->year;
}

/* What was sent and not answered is UNKNOWN until the registry lists it; the registry alone knows nothing of what never came. */
void
cd_desk_instruction_replay (CdDesk *self, const CdJournalRow *record, const CdWireEvent *event, GHashTable *steps)
{
  const char *id = g_hash_table_lookup (steps, record->key);
  CdInstructionRow *row = id ? g_hash_table_lookup (self->instruction_by_id, id) : NULL;

  if (event && event->kind == CD_WIRE_EVENT_INSTRUCTION)
    take_event (self, event);
  else if (g_str_equal (record->kind, CD_JOURNAL_INSTRUCTION_INTENT))
    replay_intent (self, record, steps);
  else if (row && g_str_equal (record->kind, CD_JOURNAL_INSTRUCTION_SENDING))
    {
      row->unknown = TRUE;
      if (g_str_equal (row->state, "rejected"))
        {
          cd_row_set_text (&row->state, "sending");
          cd_row_set_text (&row->reason, NULL);
        }
    }
  else if (row && g_str_equal (record->kind, CD_JOURNAL_INSTRUCTION_EVENT))
    {
      /* About to be written, and then provably not. */
      row->unknown = FALSE;
      if (g_str_equal (row->state, "sending"))
        {
          cd_row_set_text (&row->state, "rejected");
          cd_row_set_text (&row->reason, "never.sent");
        }
    }
  else if (row && !event && g_str_equal (record->kind, CD_JOURNAL_ORDER_EVENT))
    {
      gsize len;
      const char *text = g_bytes_get_data (record->body, &len);
      g_autoptr (CdWireAnswer) answer = cd_wire_answer_parse (text, len, NULL);

      if (!answer || answer->verdict == CD_WIRE_IN_PROGRESS)
        return;
      row->unknown = FALSE;
      if (!g_str_equal (row->state, "sending"))
        return;
      cd_row_set_text (&row->state, answer->verdict == CD_WIRE_REJECTED ? "rejected" : "proposed");
      cd_row_set_text (&row->reason, answer->code);
    }
}

/* What an old copy of the journal says of the registry was true once. */
void
cd_desk_instructions_restored (CdDesk *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->instructions)); i++)
    {
      g_autoptr (CdInstructionRow) row = g_list_model_get_item (G_LIST_MODEL (self->instructions), i);
      gboolean unsent = g_strcmp0 (row->reason, "never.sent") == 0; /* the record that says that it was may be lost */

      if (unsent)
        {
          cd_row_set_text (&row->state, "sending");
          cd_row_set_text (&row->reason, NULL);
        }
      row->unknown |= unsent || g_str_equal (row->state, "sending") || g_str_equal (row->state, "proposed") || g_str_equal (row->state, "in_review");
      cd_row_changed (CD_ROW (row));
    }
}

void
cd_desk_instructions_rights (CdDesk *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->instructions)); i++)
    {
      g_autoptr (CdInstructionRow) row = g_list_model_get_item (G_LIST_MODEL (self->instructions), i);

      set_rights (self, row);
      cd_row_changed (CD_ROW (row));
    }
}

/* --- Sending --------------------------------------------------------------------------------------------------------- */

static void
send_step (CdDesk *self, CdWireOp op, const char *key, const char *account, const char *instruction_id, const CdWireInstruction *body)
{
  CdDeskRequest *request = g_new0 (CdDeskRequest, 1);
  g_autofree char *text = cd_wire_instruction_print (op, body);

  request->kind = CD_REQUEST_INSTRUCTION;
  request->key = g_strdup (key);
  request->instruction_id = g_strdup (instruction_id);
  request->command = cd_wire_command_new (op, key, account, 0, text);
  cd_desk_send (self, request);
}

static char *
propose (CdDesk *self, const char *account, CdWireInstruction *body, GError **error)
{
  CdInstructionRow *row;
  char *id;

  if (!cd_desk_check_unlocked (self, error) || !cd_desk_check_may_propose (self, account, body->kind, error))
    return NULL;
  id = cd_desk_new_key (self);
  body->version = 1;
  row = ensure_row (self, id, account);
  row->summary = cd_desk_instruction_summary (body);
  row->kind = g_strdup (cd_wire_instruction_kind_name (body->kind));
  row->version = 1;
  row->year = body->year;
  row->by = g_strdup (self->person);
  row->at_us = cd_desk_get_market_time (self);
  cd_row_changed (CD_ROW (row));
  send_step (self, CD_WIRE_OP_INSTRUCTION_PROPOSE, id, account, id, body);
  return id;
}

static gboolean
check_qty (gint64 qty, GError **error)
{
  if (qty > 0)
    return TRUE;
  g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_INPUT, "expected a quantity above 0");
  return FALSE;
}

char *
cd_desk_propose_transfer (CdDesk *self, const char *account, const char *asset, gint64 qty, gboolean to_registry, GError **error)
{
  CdWireInstruction body = {
    .kind = CD_WIRE_INSTRUCTION_TRANSFER,
    .from = (char *)(to_registry ? "trading" : "registry"),
    .to = (char *)(to_registry ? "registry" : "trading"),
    .asset = (char *)asset,
    .qty = qty,
  };

  return check_qty (qty, error) ? propose (self, account, &body, error) : NULL;
}

char *
cd_desk_propose_reserve (CdDesk *self, const char *account, const char *lot, gint64 qty, int year, GError **error)
{
  CdWireInstruction body = { .kind = CD_WIRE_INSTRUCTION_RESERVE, .asset = (char *)lot, .qty = qty, .year = year };

  return check_qty (qty, error) ? propose (self, account, &body, error) : NULL;
}

char *
cd_desk_propose_release (CdDesk *self, const char *account, const char *lot, gint64 qty, int year, GError **error)
{
  CdWireInstruction body = { .kind = CD_WIRE_INSTRUCTION_RELEASE, .asset = (char *)lot, .qty = qty, .year = year };

  return check_qty (qty, error) ? propose (self, account, &body, error) : NULL;
}

static CdObligationRow *
find_obligation (CdDesk *self, const char *account, int year)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->obligations));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdObligationRow) row = g_list_model_get_item (G_LIST_MODEL (self->obligations), i);

      if (row->year == year && g_strcmp0 (row->account, account) == 0)
        return row;
    }
  return NULL;
}

/* Refused here, before anything left: on record all the same. */
static void
deny (CdDesk *self, const char *account, const char *kind, const GError *why)
{
  g_autoptr (CdJsonWriter) w = cd_json_writer_new ();
  g_autofree char *text = NULL;
  g_autoptr (GBytes) body = NULL;

  cd_json_writer_begin_object (w, NULL);
  cd_json_writer_string (w, "account", account);
  cd_json_writer_string (w, "kind", kind);
  cd_json_writer_string (w, "by", self->person ? self->person : "");
  cd_json_writer_string (w, "why", why ? why->message : "");
  cd_json_writer_end_object (w);
  text = cd_json_writer_finish (w);
  body = g_bytes_new (text, strlen (text));
  cd_store_append (self->store, CD_JOURNAL_INSTRUCTION_DENIED, "", body);
}

char *
cd_desk_propose_surrender (CdDesk *self, const char *account, int year, const CdSurrenderLine *allowances, gsize n_allowances, const CdSurrenderLine *credits, gsize n_credits, GError **error)
{
  g_autoptr (CdWireInstruction) body = cd_wire_instruction_new ();
  CdObligationRow *row = find_obligation (self, account, year);

  if (!cd_desk_check_unlocked (self, error))
    return NULL;
  if (!row || !cd_desk_check_surrender (self, row, allowances, n_allowances, credits, n_credits, error))
    {
      if (!row)
        g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE, "year.closed");
      deny (self, account, "surrender", error ? *error : NULL);
      return NULL;
    }
  body->kind = CD_WIRE_INSTRUCTION_SURRENDER;
  body->year = year;
  for (gsize i = 0; i < n_allowances; i++)
    cd_wire_instruction_add_allowance (body, allowances[i].code, allowances[i].qty);
  for (gsize i = 0; i < n_credits; i++)
    cd_wire_instruction_add_credit (body, credits[i].code, credits[i].qty);
  return propose (self, account, body, error);
}

char *
cd_desk_propose_cancellation (CdDesk *self, const char *account, const char *asset, gint64 qty, const char *reason, GError **error)
{
  CdWireInstruction body = { .kind = CD_WIRE_INSTRUCTION_CANCEL, .asset = (char *)asset, .qty = qty, .reason = (char *)reason };

  return check_qty (qty, error) ? propose (self, account, &body, error) : NULL;
}

char *
cd_desk_propose_cash (CdDesk *self, const char *account, gint64 amount_e4, gboolean in, GError **error)
{
  CdWireInstruction body = { .kind = in ? CD_WIRE_INSTRUCTION_CASH_IN : CD_WIRE_INSTRUCTION_CASH_OUT, .amount_e4 = amount_e4 };

  return check_qty (amount_e4, error) ? propose (self, account, &body, error) : NULL;
}

static gboolean
step (CdDesk *self, CdInstructionRow *row, int version, CdWireOp op, gboolean allowed, CdWireInstruction *body, GError **error)
{
  g_autofree char *key = NULL;

  if (!cd_desk_check_unlocked (self, error))
    return FALSE;
  if (!allowed)
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE, "instruction.state");
      return FALSE;
    }
  body->id = row->id;
  body->version = version;
  key = cd_desk_new_key (self);
  send_step (self, op, key, row->account, row->id, body);
  return TRUE;
}

gboolean
cd_desk_confirm_instruction (CdDesk *self, CdInstructionRow *row, GError **error)
{
  return cd_desk_confirm_instruction_seen (self, row, row->version, row->hash, error);
}

gboolean
cd_desk_confirm_instruction_seen (CdDesk *self, CdInstructionRow *row, int version, const char *hash, GError **error)
{
  CdWireInstruction body = { .hash = (char *)hash };

  return step (self, row, version, CD_WIRE_OP_INSTRUCTION_CONFIRM, row->may_confirm, &body, error);
}

gboolean
cd_desk_refuse_instruction (CdDesk *self, CdInstructionRow *row, const char *reason, GError **error)
{
  CdWireInstruction body = { .reason = (char *)reason };

  return step (self, row, row->version, CD_WIRE_OP_INSTRUCTION_REFUSE, row->may_confirm, &body, error);
}

gboolean
cd_desk_withdraw_instruction (CdDesk *self, CdInstructionRow *row, GError **error)
{
  CdWireInstruction body = { .reason = (char *)"withdrawn" };

  return step (self, row, row->version, CD_WIRE_OP_INSTRUCTION_WITHDRAW, row->may_withdraw, &body, error);
}

gboolean
cd_desk_review_instruction (CdDesk *self, CdInstructionRow *row, gboolean pass, const char *reason, GError **error)
{
  CdWireInstruction body = { .verdict = (char *)(pass ? "pass" : "refuse"), .reason = (char *)(reason ? reason : "") };

  return step (self, row, row->version, CD_WIRE_OP_INSTRUCTION_REVIEW, row->may_review, &body, error);
}

static gboolean
settlement (CdDesk *self, CdWireOp op, CdDate day, const char *reason, GError **error)
{
  CdWireBody body = { .op = op, .date = day, .reason = (char *)reason };
  CdDeskRequest *request;
  g_autofree char *text = NULL;

  if (!cd_desk_check_unlocked (self, error))
    return FALSE;
  text = cd_wire_body_print (&body);
  request = g_new0 (CdDeskRequest, 1);
  request->kind = CD_REQUEST_SETTLEMENT;
  request->key = cd_desk_new_key (self);
  request->command = cd_wire_command_new (op, request->key, self->entity, 0, text);
  cd_desk_send (self, request);
  return TRUE;
}

gboolean
cd_desk_confirm_settlement (CdDesk *self, CdDate day, GError **error)
{
  return settlement (self, CD_WIRE_OP_SETTLEMENT_CONFIRM, day, NULL, error);
}

gboolean
cd_desk_object_settlement (CdDesk *self, CdDate day, const char *reason, GError **error)
{
  return settlement (self, CD_WIRE_OP_SETTLEMENT_OBJECT, day, reason, error);
}

GListModel *
cd_desk_get_instructions (CdDesk *self)
{
  return G_LIST_MODEL (self->instructions);
}
