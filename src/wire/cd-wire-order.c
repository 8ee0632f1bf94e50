/* cd-wire-order.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-wire-order.h"

#include "cd-wire-fields.h"
#include "cd-wire-put.h"

#define OP(op) (1u << (op))

static const CdFieldName op_names[] = {
  { CD_WIRE_OP_ORDER_NEW, "order.new" },
  { CD_WIRE_OP_ORDER_CANCEL, "order.cancel" },
  { CD_WIRE_OP_ORDER_REPLACE, "order.replace" },
  { CD_WIRE_OP_FENCE, "fence" },
  { CD_WIRE_OP_SETTLEMENT_CONFIRM, "settlement.confirm" },
  { CD_WIRE_OP_SETTLEMENT_OBJECT, "settlement.object" },
  { CD_WIRE_OP_INSTRUCTION_PROPOSE, "instruction.propose" },
  { CD_WIRE_OP_INSTRUCTION_EDIT, "instruction.edit" },
  { CD_WIRE_OP_INSTRUCTION_CONFIRM, "instruction.confirm" },
  { CD_WIRE_OP_INSTRUCTION_REFUSE, "instruction.refuse" },
  { CD_WIRE_OP_INSTRUCTION_WITHDRAW, "instruction.withdraw" },
  { CD_WIRE_OP_INSTRUCTION_REVIEW, "instruction.review" },
  { CD_WIRE_OP_REQUEST_PROPOSE, "request.propose" },
  { CD_WIRE_OP_REQUEST_EDIT, "request.edit" },
  { CD_WIRE_OP_REQUEST_APPROVE, "request.approve" },
  { CD_WIRE_OP_REQUEST_REFUSE, "request.refuse" },
  { CD_WIRE_OP_REQUEST_WITHDRAW, "request.withdraw" },
  { CD_WIRE_OP_ACCOUNT_STOP, "account.stop" },
  { CD_WIRE_OP_ACCOUNT_RELEASE, "account.release" },
  { CD_WIRE_OP_DEPUTY_APPOINT, "deputy.appoint" },
  { CD_WIRE_OP_DEPUTY_END, "deputy.end" },
  { CD_WIRE_OP_PRACTICE_ROLES, "practice.roles" },
  { 0, NULL },
};

static const CdFieldName verdict_names[] = {
  { CD_WIRE_ACCEPTED, "accepted" },
  { CD_WIRE_REJECTED, "rejected" },
  { CD_WIRE_IN_PROGRESS, "in_progress" },
  { 0, NULL },
};

static const CdFieldName event_names[] = {
  { CD_WIRE_EVENT_ORDER_NEW, "order.new" },
  { CD_WIRE_EVENT_ORDER_FILL, "order.fill" },
  { CD_WIRE_EVENT_ORDER_CANCELLED, "order.cancelled" },
  { CD_WIRE_EVENT_ORDER_EXPIRED, "order.expired" },
  { CD_WIRE_EVENT_ORDER_REPLACED, "order.replaced" },
  { CD_WIRE_EVENT_SETTLEMENT_DAY, "settlement.day" },
  { CD_WIRE_EVENT_INSTRUCTION, "instruction" },
  { CD_WIRE_EVENT_BALANCE, "balance" },
  { CD_WIRE_EVENT_OBLIGATION, "obligation" },
  { CD_WIRE_EVENT_REQUEST, "request" },
  { CD_WIRE_EVENT_ACCOUNT, "account" },
  { CD_WIRE_EVENT_DEPUTY, "deputy" },
  { CD_WIRE_EVENT_RIGHTS, "rights" },
  { 0, NULL },
};

#define OFF(member) G_STRUCT_OFFSET (CdWireCommand, member)
static const CdField command_fields[] = {
  { "op", CD_FIELD_ENUM, CD_FIELD_REQUIRED, OFF (op), op_names, 0 },
  { "key", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (key), NULL, 0 },
  { "account", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (account), NULL, 0 },
  { "deadline", CD_FIELD_INSTANT, CD_FIELD_OPTIONAL, OFF (deadline_us), NULL, 0 },
  CD_FIELD_END
};
#undef OFF

#define OFF(member) G_STRUCT_OFFSET (CdWireBody, member)
#define NEW OP (CD_WIRE_OP_ORDER_NEW)
#define CHANGE (OP (CD_WIRE_OP_ORDER_CANCEL) | OP (CD_WIRE_OP_ORDER_REPLACE))
#define REPLACE OP (CD_WIRE_OP_ORDER_REPLACE)
#define FENCE OP (CD_WIRE_OP_FENCE)
#define OBJECT OP (CD_WIRE_OP_SETTLEMENT_OBJECT)
#define SETTLEMENT (OP (CD_WIRE_OP_SETTLEMENT_CONFIRM) | OBJECT)
#define WISH (OP (CD_WIRE_OP_REQUEST_PROPOSE) | OP (CD_WIRE_OP_REQUEST_EDIT))
#define DECIDE (OP (CD_WIRE_OP_REQUEST_EDIT) | OP (CD_WIRE_OP_REQUEST_APPROVE) | OP (CD_WIRE_OP_REQUEST_REFUSE) | OP (CD_WIRE_OP_REQUEST_WITHDRAW))
#define STOP (OP (CD_WIRE_OP_ACCOUNT_STOP) | OP (CD_WIRE_OP_ACCOUNT_RELEASE))
#define APPOINT OP (CD_WIRE_OP_DEPUTY_APPOINT)
#define ENDED OP (CD_WIRE_OP_DEPUTY_END)
#define GIVEN (OBJECT | STOP | ENDED | OP (CD_WIRE_OP_REQUEST_REFUSE) | OP (CD_WIRE_OP_REQUEST_WITHDRAW))
static const CdField body_fields[] = {
  { "instrument", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (instrument), NULL, NEW },
  { "side", CD_FIELD_ENUM, CD_FIELD_REQUIRED, OFF (side), cd_wire_side_names, NEW },
  { "kind", CD_FIELD_ENUM, CD_FIELD_REQUIRED, OFF (kind), cd_wire_order_kind_names, NEW },
  { "order_id", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (order_id), NULL, CHANGE },
  { "price", CD_FIELD_E4, CD_FIELD_REQUIRED, OFF (price_e4), NULL, NEW | REPLACE },
  { "qty", CD_FIELD_I64, CD_FIELD_REQUIRED, OFF (qty), NULL, NEW | REPLACE },
  { "cum", CD_FIELD_I64, CD_FIELD_REQUIRED, OFF (cum), NULL, REPLACE },
  { "listing", CD_FIELD_IDENT, CD_FIELD_OPTIONAL, OFF (listing), NULL, NEW },
  { "purpose", CD_FIELD_IDENT, CD_FIELD_OPTIONAL, OFF (purpose), NULL, NEW },
  { "by", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (by), NULL, NEW },
  { "key", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (key), NULL, FENCE },
  { "date", CD_FIELD_DATE, CD_FIELD_REQUIRED, OFF (date), NULL, SETTLEMENT },
  { "id", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (id), NULL, DECIDE | ENDED },
  { "version", CD_FIELD_INT, CD_FIELD_REQUIRED, OFF (version), NULL, DECIDE },
  { "hash", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (hash), NULL, OP (CD_WIRE_OP_REQUEST_APPROVE) },
  { "order_key", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (order_key), NULL, WISH },
  { "order", CD_FIELD_TEXT, CD_FIELD_REQUIRED, OFF (order), NULL, WISH },
  { "person", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (person), NULL, APPOINT | OP (CD_WIRE_OP_PRACTICE_ROLES) },
  { "from", CD_FIELD_DATE, CD_FIELD_REQUIRED, OFF (from), NULL, APPOINT },
  { "to", CD_FIELD_DATE, CD_FIELD_REQUIRED, OFF (to), NULL, APPOINT },
  { "roles", CD_FIELD_TEXT, CD_FIELD_REQUIRED, OFF (roles), NULL, OP (CD_WIRE_OP_PRACTICE_ROLES) },
  { "reason", CD_FIELD_TEXT, CD_FIELD_REQUIRED, OFF (reason), NULL, GIVEN },
  CD_FIELD_END
};
#undef OFF
#undef NEW
#undef CHANGE
#undef REPLACE
#undef FENCE
#undef OBJECT
#undef SETTLEMENT
#undef WISH
#undef DECIDE
#undef STOP
#undef APPOINT
#undef ENDED
#undef GIVEN

#define OFF(member) G_STRUCT_OFFSET (CdWireAnswer, member)
static const CdField answer_fields[] = {
  { "op", CD_FIELD_ENUM, CD_FIELD_REQUIRED, OFF (op), op_names, 0 },
  { "key", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (key), NULL, 0 },
  { "account", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (account), NULL, 0 },
  { "body_sha256", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (body_sha256), NULL, 0 },
  { "epoch", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (epoch), NULL, 0 },
  { "verdict", CD_FIELD_ENUM, CD_FIELD_REQUIRED, OFF (verdict), verdict_names, 0 },
  { "order_id", CD_FIELD_IDENT, CD_FIELD_OPTIONAL, OFF (order_id), NULL, 0 },
  { "id", CD_FIELD_IDENT, CD_FIELD_OPTIONAL, OFF (id), NULL, 0 },
  { "code", CD_FIELD_IDENT, CD_FIELD_OPTIONAL, OFF (code), NULL, 0 },
  { "detail", CD_FIELD_TEXT, CD_FIELD_OPTIONAL, OFF (detail), NULL, 0 },
  { "replayed", CD_FIELD_BOOL, CD_FIELD_REQUIRED, OFF (replayed), NULL, 0 },
  { "server_time", CD_FIELD_INSTANT, CD_FIELD_REQUIRED, OFF (server_time_us), NULL, 0 },
  { "market_time", CD_FIELD_INSTANT, CD_FIELD_REQUIRED, OFF (market_time_us), NULL, 0 },
  CD_FIELD_END
};
static const CdField answer_figures[] = {
  { "a", CD_FIELD_I64, CD_FIELD_SIGNED, OFF (a), NULL, 0 },
  { "b", CD_FIELD_I64, CD_FIELD_SIGNED, OFF (b), NULL, 0 },
  CD_FIELD_END
};
#undef OFF

#define OFF(member) G_STRUCT_OFFSET (CdWireEvent, member)
#define NEW OP (CD_WIRE_EVENT_ORDER_NEW)
#define FILL OP (CD_WIRE_EVENT_ORDER_FILL)
#define REPLACED OP (CD_WIRE_EVENT_ORDER_REPLACED)
#define ENDED (OP (CD_WIRE_EVENT_ORDER_CANCELLED) | OP (CD_WIRE_EVENT_ORDER_EXPIRED))
#define ORDER (NEW | FILL | REPLACED | ENDED)
#define SETTLEMENT OP (CD_WIRE_EVENT_SETTLEMENT_DAY)
#define INSTRUCTION OP (CD_WIRE_EVENT_INSTRUCTION)
#define BALANCE OP (CD_WIRE_EVENT_BALANCE)
#define OBLIGATION OP (CD_WIRE_EVENT_OBLIGATION)
#define REQUEST OP (CD_WIRE_EVENT_REQUEST)
#define ACCOUNT OP (CD_WIRE_EVENT_ACCOUNT)
#define DEPUTY OP (CD_WIRE_EVENT_DEPUTY)
#define RIGHTS OP (CD_WIRE_EVENT_RIGHTS)
static const CdField event_fields[] = {
  { "account", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (account), NULL, 0 },
  { "seq", CD_FIELD_COUNT, CD_FIELD_REQUIRED, OFF (seq), NULL, 0 },
  { "epoch", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (epoch), NULL, 0 },
  { "kind", CD_FIELD_ENUM, CD_FIELD_REQUIRED, OFF (kind), event_names, 0 },
  { "at", CD_FIELD_INSTANT, CD_FIELD_REQUIRED, OFF (at_us), NULL, 0 },
  { "order_id", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (order_id), NULL, ORDER },
  { "order_id", CD_FIELD_IDENT, CD_FIELD_OPTIONAL, OFF (order_id), NULL, REQUEST },
  { "key", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (key), NULL, ORDER },
  { "order_key", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (key), NULL, REQUEST },
  { "exec_id", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (exec_id), NULL, FILL },
  { "instrument", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (instrument), NULL, ORDER },
  { "side", CD_FIELD_ENUM, CD_FIELD_REQUIRED, OFF (side), cd_wire_side_names, ORDER },
  { "order_kind", CD_FIELD_ENUM, CD_FIELD_REQUIRED, OFF (order_kind), cd_wire_order_kind_names, NEW },
  { "price", CD_FIELD_E4, CD_FIELD_REQUIRED, OFF (price_e4), NULL, NEW | REPLACED },
  { "px", CD_FIELD_E4, CD_FIELD_REQUIRED, OFF (price_e4), NULL, FILL },
  { "qty", CD_FIELD_I64, CD_FIELD_REQUIRED, OFF (qty), NULL, NEW | FILL | REPLACED },
  { "cum", CD_FIELD_I64, CD_FIELD_REQUIRED, OFF (cum), NULL, FILL | REPLACED | ENDED },
  { "leaves", CD_FIELD_I64, CD_FIELD_REQUIRED, OFF (leaves), NULL, ORDER },
  { "amount", CD_FIELD_E4, CD_FIELD_REQUIRED, OFF (amount_e4), NULL, FILL },
  { "date", CD_FIELD_DATE, CD_FIELD_REQUIRED, OFF (date), NULL, SETTLEMENT },
  { "id", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (id), NULL, INSTRUCTION | REQUEST | DEPUTY },
  { "instruction_kind", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (instruction_kind), NULL, INSTRUCTION },
  { "state", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (state), NULL, SETTLEMENT | INSTRUCTION | REQUEST | ACCOUNT | DEPUTY },
  { "version", CD_FIELD_INT, CD_FIELD_REQUIRED, OFF (version), NULL, INSTRUCTION | REQUEST },
  { "hash", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (hash), NULL, INSTRUCTION | REQUEST },
  { "by", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (by), NULL, INSTRUCTION | REQUEST | ACCOUNT | DEPUTY | RIGHTS },
  { "confirmed_by", CD_FIELD_IDENT, CD_FIELD_OPTIONAL, OFF (confirmed_by), NULL, INSTRUCTION | REQUEST },
  { "reason", CD_FIELD_TEXT, CD_FIELD_OPTIONAL, OFF (reason), NULL, ENDED | INSTRUCTION | SETTLEMENT | REQUEST | ACCOUNT | DEPUTY },
  { "receipt", CD_FIELD_IDENT, CD_FIELD_OPTIONAL, OFF (receipt), NULL, INSTRUCTION },
  { "received_at", CD_FIELD_INSTANT, CD_FIELD_OPTIONAL, OFF (received_us), NULL, INSTRUCTION },
  { "zone", CD_FIELD_TEXT, CD_FIELD_OPTIONAL, OFF (zone), NULL, INSTRUCTION },
  { "deadline", CD_FIELD_INSTANT, CD_FIELD_OPTIONAL, OFF (deadline_us), NULL, INSTRUCTION },
  { "in_time", CD_FIELD_IDENT, CD_FIELD_OPTIONAL, OFF (in_time), NULL, INSTRUCTION },
  { "tx_id", CD_FIELD_IDENT, CD_FIELD_OPTIONAL, OFF (tx_id), NULL, INSTRUCTION },
  { "deputy_for", CD_FIELD_IDENT, CD_FIELD_OPTIONAL, OFF (deputy_for), NULL, INSTRUCTION | REQUEST },
  { "person", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (person), NULL, DEPUTY | RIGHTS },
  { "from", CD_FIELD_DATE, CD_FIELD_REQUIRED, OFF (from), NULL, DEPUTY },
  { "to", CD_FIELD_DATE, CD_FIELD_REQUIRED, OFF (to), NULL, DEPUTY },
  { "asset", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (asset), NULL, BALANCE },
  { "bucket", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (bucket), NULL, BALANCE },
  { "balance", CD_FIELD_I64, CD_FIELD_SIGNED, OFF (balance), NULL, BALANCE },
  { "year", CD_FIELD_INT, CD_FIELD_REQUIRED, OFF (year), NULL, OBLIGATION },
  { "owed", CD_FIELD_I64, CD_FIELD_REQUIRED, OFF (owed), NULL, OBLIGATION },
  { "surrendered", CD_FIELD_I64, CD_FIELD_REQUIRED, OFF (surrendered), NULL, OBLIGATION },
  { "offset", CD_FIELD_I64, CD_FIELD_REQUIRED, OFF (offset), NULL, OBLIGATION },
  { "closed", CD_FIELD_BOOL, CD_FIELD_REQUIRED, OFF (closed), NULL, OBLIGATION },
  CD_FIELD_END
};
/* What an event of any kind has; all that is read of a kind this version does not know. */
static const CdField event_head[] = {
  { "account", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (account), NULL, 0 },
  { "seq", CD_FIELD_COUNT, CD_FIELD_REQUIRED, OFF (seq), NULL, 0 },
  { "epoch", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (epoch), NULL, 0 },
  CD_FIELD_END
};
#undef OFF
#undef NEW
#undef FILL
#undef REPLACED
#undef ENDED
#undef ORDER
#undef SETTLEMENT
#undef INSTRUCTION
#undef BALANCE
#undef OBLIGATION
#undef REQUEST
#undef ACCOUNT
#undef DEPUTY
#undef RIGHTS

const char *
cd_wire_op_name (CdWireOp op)
{
  const char *name = cd_field_name_of (op_names, (int)op);

  return name ? name : "none";
}

gboolean
cd_wire_op_parse (const char *text, CdWireOp *out)
{
  for (const CdFieldName *n = op_names; n->name; n++)
    if (strcmp (n->name, text) == 0)
      {
        *out = (CdWireOp)n->value;
        return TRUE;
      }
  return FALSE;
}

const char *
cd_wire_event_kind_name (CdWireEventKind kind)
{
  const char *name = cd_field_name_of (event_names, (int)kind);

  return name ? name : "unknown";
}

/* --- Commands --- */

CdWireCommand *
cd_wire_command_new (CdWireOp op, const char *key, const char *account, gint64 deadline_us, const char *body)
{
  CdWireCommand *command = g_new0 (CdWireCommand, 1);

  command->op = op;
  command->key = g_strdup (key);
  command->account = g_strdup (account);
  command->deadline_us = deadline_us;
  command->body = g_strdup (body);
  return command;
}

CdWireCommand *
cd_wire_command_copy (const CdWireCommand *command)
{
  return cd_wire_command_new (command->op, command->key, command->account, command->deadline_us, command->body);
}

void
cd_wire_command_free (CdWireCommand *command)
{
  if (!command)
    return;
  cd_fields_clear (command_fields, command);
  g_free (command->body);
  g_free (command);
}

void
cd_wire_command_write (GString *out, const CdWireCommand *command)
{
  g_string_append_c (out, '{');
  cd_fields_write (out, command_fields, 0, command);
  cd_fields_key (out, "body");
  cd_put_string (out, command->body);
  g_string_append_c (out, '}');
}

CdWireCommand *
cd_wire_command_parse (const char *text, gsize len, GError **error)
{
  g_autoptr (CdJsonDoc) doc = cd_wire_doc (text, len, CD_WIRE_COMMAND_MAX, error);
  g_autoptr (CdJsonFaults) faults = NULL;
  g_autoptr (CdWireCommand) command = NULL;
  const char *body = NULL;
  CdJson root;

  if (!doc)
    return NULL;
  root = cd_json_root (doc);
  faults = cd_json_faults_new ();
  command = g_new0 (CdWireCommand, 1);
  cd_fields_read (command_fields, 0, &root, command, faults);
  if (cd_json_get_string (&root, "body", &body, faults) && strlen (body) > CD_WIRE_BODY_MAX)
    cd_json_fault (faults, &root, "body", "limit", "at most %d bytes", CD_WIRE_BODY_MAX);
  command->body = g_strdup (body);
  if (!cd_wire_no_faults (faults, error))
    return NULL;
  return g_steal_pointer (&command);
}

/* --- Bodies --- */

void
cd_wire_body_free (CdWireBody *body)
{
  if (!body)
    return;
  cd_fields_clear (body_fields, body);
  g_free (body);
}

char *
cd_wire_body_print (const CdWireBody *body)
{
  GString *out = g_string_new ("{");

  cd_fields_write (out, body_fields, OP (body->op), body);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

CdWireBody *
cd_wire_body_parse (CdWireOp op, const char *text, gsize len, GError **error)
{
  g_autoptr (CdJsonDoc) doc = cd_wire_doc (text, len, CD_WIRE_BODY_MAX, error);
  g_autoptr (CdJsonFaults) faults = NULL;
  g_autoptr (CdWireBody) body = NULL;
  CdJson root;

  if (!doc)
    return NULL;
  root = cd_json_root (doc);
  faults = cd_json_faults_new ();
  body = g_new0 (CdWireBody, 1);
  body->op = op;
  cd_fields_read (body_fields, OP (op), &root, body, faults);
  if (!cd_wire_no_faults (faults, error))
    return NULL;
  return g_steal_pointer (&body);
}

/* --- Answers --- */

CdWireAnswer *
cd_wire_answer_copy (const CdWireAnswer *answer)
{
  CdWireAnswer *copy = g_memdup2 (answer, sizeof *answer);

  cd_fields_copy (answer_fields, answer, copy);
  return copy;
}

void
cd_wire_answer_free (CdWireAnswer *answer)
{
  if (!answer)
    return;
  cd_fields_clear (answer_fields, answer);
  g_free (answer);
}

void
cd_wire_answer_write (GString *out, const CdWireAnswer *answer)
{
  g_string_append (out, "{\"type\":\"answer\"");
  cd_fields_write (out, answer_fields, 0, answer);
  if (answer->has_ab)
    cd_fields_write (out, answer_figures, 0, answer);
  g_string_append_c (out, '}');
}

static void
check_type (const CdJson *root, const char *type, CdJsonFaults *faults)
{
  const char *text = NULL;

  if (cd_json_get_string (root, "type", &text, faults) && strcmp (text, type) != 0)
    cd_json_fault (faults, root, "type", "value", "\"%s\"", type);
}

CdWireAnswer *
cd_wire_answer_parse (const char *text, gsize len, GError **error)
{
  g_autoptr (CdJsonDoc) doc = cd_wire_doc (text, len, CD_WIRE_MESSAGE_MAX, error);
  g_autoptr (CdJsonFaults) faults = NULL;
  g_autoptr (CdWireAnswer) answer = NULL;
  CdJson root;

  if (!doc)
    return NULL;
  root = cd_json_root (doc);
  faults = cd_json_faults_new ();
  answer = g_new0 (CdWireAnswer, 1);
  check_type (&root, "answer", faults);
  cd_fields_read (answer_fields, 0, &root, answer, faults);
  answer->has_ab = cd_json_present (&root, "a") || cd_json_present (&root, "b");
  if (answer->has_ab)
    cd_fields_read (answer_figures, 0, &root, answer, faults);
  if (!cd_wire_no_faults (faults, error))
    return NULL;
  return g_steal_pointer (&answer);
}

/* --- Events --- */

CdWireEvent *
cd_wire_event_copy (const CdWireEvent *event)
{
  CdWireEvent *copy = g_memdup2 (event, sizeof *event);

  cd_fields_copy (event_fields, event, copy);
  return copy;
}

void
cd_wire_event_free (CdWireEvent *event)
{
  if (!event)
    return;
  cd_fields_clear (event_fields, event);
  g_free (event);
}

void
cd_wire_event_write (GString *out, const CdWireEvent *event)
{
  g_string_append (out, "{\"type\":\"event\"");
  cd_fields_write (out, event_fields, OP (event->kind), event);
  g_string_append_c (out, '}');
}

CdWireEvent *
cd_wire_event_parse (const char *text, gsize len, GError **error)
{
  g_autoptr (CdJsonDoc) doc = cd_wire_doc (text, len, CD_WIRE_MESSAGE_MAX, error);
  g_autoptr (CdJsonFaults) faults = NULL;
  g_autoptr (CdWireEvent) event = NULL;
  const char *kind = NULL;
  CdJson root;

  if (!doc)
    return NULL;
  root = cd_json_root (doc);
  faults = cd_json_faults_new ();
  event = g_new0 (CdWireEvent, 1);
  event->date = CD_DATE_NONE;
  check_type (&root, "event", faults);
  if (cd_json_get_string (&root, "kind", &kind, faults))
    for (const CdFieldName *n = event_names; n->name; n++)
      if (strcmp (n->name, kind) == 0)
        event->kind = (CdWireEventKind)n->value;
  cd_fields_read (event->kind == CD_WIRE_EVENT_UNKNOWN ? event_head : event_fields, OP (event->kind), &root, event, faults);
  if (event->seq == 0)
    cd_json_fault (faults, &root, "seq", "range", "1 or more");
  if (!cd_wire_no_faults (faults, error))
    return NULL;
  return g_steal_pointer (&event);
}
