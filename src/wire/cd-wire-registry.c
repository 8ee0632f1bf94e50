/* cd-wire-registry.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-wire-registry.h"

#include "cd-id.h"
#include "cd-wire-order.h"
#include "cd-wire-put.h"
#include "cd-wire-registry-private.h"

#define LINES_MAX 200
#define KIND(kind) (1u << (kind))
#define OP(op) (1u << (op))
#define OFF(member) G_STRUCT_OFFSET (CdWireInstruction, member)

static const CdFieldName kind_names[] = {
  { CD_WIRE_INSTRUCTION_TRANSFER, "transfer" },
  { CD_WIRE_INSTRUCTION_SURRENDER, "surrender" },
  { CD_WIRE_INSTRUCTION_RESERVE, "reserve" },
  { CD_WIRE_INSTRUCTION_RELEASE, "release" },
  { CD_WIRE_INSTRUCTION_CANCEL, "cancel" },
  { CD_WIRE_INSTRUCTION_CASH_IN, "cash_in" },
  { CD_WIRE_INSTRUCTION_CASH_OUT, "cash_out" },
  { 0, NULL },
};

#define TRANSFER KIND (CD_WIRE_INSTRUCTION_TRANSFER)
#define RESERVE (KIND (CD_WIRE_INSTRUCTION_RESERVE) | KIND (CD_WIRE_INSTRUCTION_RELEASE))
#define CANCEL KIND (CD_WIRE_INSTRUCTION_CANCEL)
#define SURRENDER KIND (CD_WIRE_INSTRUCTION_SURRENDER)
#define CASH (KIND (CD_WIRE_INSTRUCTION_CASH_IN) | KIND (CD_WIRE_INSTRUCTION_CASH_OUT))
static const CdField content_fields[] = {
  { "from", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (from), NULL, TRANSFER },
  { "to", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (to), NULL, TRANSFER },
  { "asset", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (asset), NULL, TRANSFER | RESERVE | CANCEL },
  { "qty", CD_FIELD_I64, CD_FIELD_REQUIRED, OFF (qty), NULL, TRANSFER | RESERVE | CANCEL },
  { "year", CD_FIELD_INT, CD_FIELD_REQUIRED, OFF (year), NULL, RESERVE | SURRENDER },
  { "amount", CD_FIELD_E4, CD_FIELD_REQUIRED, OFF (amount_e4), NULL, CASH },
  { "reason", CD_FIELD_TEXT, CD_FIELD_REQUIRED, OFF (reason), NULL, CANCEL },
  CD_FIELD_END
};
static const char *const content_names[] = { "from", "to", "asset", "qty", "year", "amount", "reason", "allowances", "credits" };

#define EDIT OP (CD_WIRE_OP_INSTRUCTION_EDIT)
#define PROPOSE OP (CD_WIRE_OP_INSTRUCTION_PROPOSE)
#define CONFIRM OP (CD_WIRE_OP_INSTRUCTION_CONFIRM)
#define END (OP (CD_WIRE_OP_INSTRUCTION_REFUSE) | OP (CD_WIRE_OP_INSTRUCTION_WITHDRAW))
#define REVIEW OP (CD_WIRE_OP_INSTRUCTION_REVIEW)
static const CdField step_fields[] = {
  { "id", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (id), NULL, EDIT | CONFIRM | END | REVIEW },
  { "version", CD_FIELD_INT, CD_FIELD_REQUIRED, OFF (version), NULL, PROPOSE | EDIT | CONFIRM | END },
  { "hash", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (hash), NULL, CONFIRM },
  { "version", CD_FIELD_INT, CD_FIELD_OPTIONAL, OFF (version), NULL, REVIEW },
  { "hash", CD_FIELD_IDENT, CD_FIELD_OPTIONAL, OFF (hash), NULL, REVIEW },
  { "balance_seq", CD_FIELD_COUNT, CD_FIELD_OPTIONAL, OFF (balance_seq), NULL, PROPOSE | EDIT | CONFIRM },
  { "verified", CD_FIELD_I64, CD_FIELD_OPTIONAL, OFF (verified_e3), NULL, PROPOSE | EDIT },
  { "verdict", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (verdict), NULL, REVIEW },
  { "reason", CD_FIELD_TEXT, CD_FIELD_REQUIRED, OFF (reason), NULL, END | REVIEW },
  CD_FIELD_END
};
#undef OFF

#define OFF(member) G_STRUCT_OFFSET (CdWireLine, member)
static const CdField line_fields[] = {
  { "asset", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (asset), NULL, 0 },
  { "qty", CD_FIELD_I64, CD_FIELD_REQUIRED, OFF (qty), NULL, 0 },
  CD_FIELD_END
};
#undef OFF

const char *
cd_wire_instruction_kind_name (CdWireInstructionKind kind)
{
  const char *name = cd_field_name_of (kind_names, (int)kind);

  return name ? name : "none";
}

gboolean
cd_wire_instruction_kind_parse (const char *text, CdWireInstructionKind *out)
{
  for (const CdFieldName *n = kind_names; n->name; n++)
    if (strcmp (n->name, text) == 0)
      {
        *out = (CdWireInstructionKind)n->value;
        return TRUE;
      }
  return FALSE;
}

static void
clear_line (gpointer item)
{
  g_free (((CdWireLine *)item)->asset);
}

static GArray *
lines_new (void)
{
  GArray *lines = g_array_new (FALSE, TRUE, sizeof (CdWireLine));

  g_array_set_clear_func (lines, clear_line);
  return lines;
}

CdWireInstruction *
cd_wire_instruction_new (void)
{
  CdWireInstruction *instruction = g_new0 (CdWireInstruction, 1);

  instruction->allowances = lines_new ();
  instruction->credits = lines_new ();
  return instruction;
}

static void
add_line (GArray *lines, const char *asset, gint64 qty)
{
  CdWireLine line = { g_strdup (asset), qty };

  g_array_append_val (lines, line);
}

void
cd_wire_instruction_add_allowance (CdWireInstruction *instruction, const char *asset, gint64 qty)
{
  add_line (instruction->allowances, asset, qty);
}

void
cd_wire_instruction_add_credit (CdWireInstruction *instruction, const char *asset, gint64 qty)
{
  add_line (instruction->credits, asset, qty);
}

CdWireInstruction *
cd_wire_instruction_copy (const CdWireInstruction *instruction)
{
  CdWireInstruction *copy = g_memdup2 (instruction, sizeof *instruction);

  copy->id = g_strdup (instruction->id);
  copy->from = g_strdup (instruction->from);
  copy->to = g_strdup (instruction->to);
  copy->asset = g_strdup (instruction->asset);
  copy->reason = g_strdup (instruction->reason);
  copy->hash = g_strdup (instruction->hash);
  copy->verdict = g_strdup (instruction->verdict);
  copy->allowances = lines_new ();
  copy->credits = lines_new ();
  for (guint i = 0; i < instruction->allowances->len; i++)
    add_line (copy->allowances, g_array_index (instruction->allowances, CdWireLine, i).asset, g_array_index (instruction->allowances, CdWireLine, i).qty);
  for (guint i = 0; i < instruction->credits->len; i++)
    add_line (copy->credits, g_array_index (instruction->credits, CdWireLine, i).asset, g_array_index (instruction->credits, CdWireLine, i).qty);
  return copy;
}

void
cd_wire_instruction_free (CdWireInstruction *instruction)
{
  if (!instruction)
    return;
  cd_fields_clear (content_fields, instruction);
  cd_fields_clear (step_fields, instruction);
  g_array_unref (instruction->allowances);
  g_array_unref (instruction->credits);
  g_free (instruction);
}

static void
write_lines (GString *out, const char *name, const GArray *lines)
{
  cd_fields_key (out, name);
  g_string_append_c (out, '[');
  for (guint i = 0; i < lines->len; i++)
    {
      g_string_append (out, i > 0 ? ",{" : "{");
      cd_fields_write (out, line_fields, 0, &g_array_index (lines, CdWireLine, i));
      g_string_append_c (out, '}');
    }
  g_string_append_c (out, ']');
}

void
cd_wire_instruction_write_content (GString *out, const CdWireInstruction *instruction)
{
  cd_fields_key (out, "kind");
  cd_put_string (out, cd_wire_instruction_kind_name (instruction->kind));
  cd_fields_write (out, content_fields, KIND (instruction->kind), instruction);
  if (instruction->kind == CD_WIRE_INSTRUCTION_SURRENDER)
    {
      write_lines (out, "allowances", instruction->allowances);
      write_lines (out, "credits", instruction->credits);
    }
}

static void
read_lines (const CdJson *object, const char *name, GArray *lines, CdJsonFaults *faults)
{
  CdJson array;

  if (!cd_json_get_array (object, name, &array, faults))
    return;
  if (cd_json_length (&array) > LINES_MAX)
    {
      cd_json_fault (faults, object, name, "limit", "at most %d lines", LINES_MAX);
      return;
    }
  for (guint i = 0; i < cd_json_length (&array); i++)
    {
      CdJson item = cd_json_at (&array, i);
      CdWireLine line = { NULL, 0 };

      if (!cd_json_is_object (&item))
        {
          cd_json_fault (faults, &item, NULL, "type", "an object");
          continue;
        }
      cd_fields_read (line_fields, 0, &item, &line, faults);
      g_array_append_val (lines, line);
    }
}

/* A member of another kind is a misunderstanding: refused, not skipped. */
static void
refuse_foreign (const CdJson *object, CdWireInstructionKind kind, CdJsonFaults *faults)
{
  for (guint i = 0; i < G_N_ELEMENTS (content_names); i++)
    {
      gboolean ours = kind == CD_WIRE_INSTRUCTION_SURRENDER && i >= 7;

      for (const CdField *field = content_fields; field->name; field++)
        ours |= strcmp (field->name, content_names[i]) == 0 && (field->mask & KIND (kind)) != 0;
      if (!ours && cd_json_present (object, content_names[i]) && strcmp (content_names[i], "reason") != 0)
        cd_json_fault (faults, object, content_names[i], "value", "no such member in an instruction of kind \"%s\"", cd_wire_instruction_kind_name (kind));
    }
}

void
cd_wire_instruction_read_content (const CdJson *object, CdWireInstruction *instruction, CdJsonFaults *faults)
{
  int kind = 0;

  if (!cd_fields_get_enum (object, "kind", kind_names, &kind, faults))
    return;
  instruction->kind = (CdWireInstructionKind)kind;
  cd_fields_read (content_fields, KIND (kind), object, instruction, faults);
  if (kind == CD_WIRE_INSTRUCTION_SURRENDER)
    {
      read_lines (object, "allowances", instruction->allowances, faults);
      read_lines (object, "credits", instruction->credits, faults);
    }
  refuse_foreign (object, instruction->kind, faults);
}

static gboolean
has_content (int op)
{
  return op == CD_WIRE_OP_INSTRUCTION_PROPOSE || op == CD_WIRE_OP_INSTRUCTION_EDIT;
}

char *
cd_wire_instruction_print (int op, const CdWireInstruction *instruction)
{
  GString *out = g_string_new ("{");

  cd_fields_write (out, step_fields, OP (op), instruction);
  if (has_content (op))
    cd_wire_instruction_write_content (out, instruction);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

CdWireInstruction *
cd_wire_instruction_parse (int op, const char *text, gsize len, GError **error)
{
  g_autoptr (CdJsonDoc) doc = cd_wire_doc (text, len, CD_WIRE_BODY_MAX, error);
  g_autoptr (CdJsonFaults) faults = NULL;
  g_autoptr (CdWireInstruction) instruction = NULL;
  CdJson root;

  if (!doc)
    return NULL;
  root = cd_json_root (doc);
  faults = cd_json_faults_new ();
  instruction = cd_wire_instruction_new ();
  cd_fields_read (step_fields, OP (op), &root, instruction, faults);
  if (has_content (op))
    cd_wire_instruction_read_content (&root, instruction, faults);
  if (instruction->verdict && strcmp (instruction->verdict, "pass") != 0 && strcmp (instruction->verdict, "refuse") != 0)
    cd_json_fault (faults, &root, "verdict", "value", "\"pass\" or \"refuse\"");
  if (!cd_wire_no_faults (faults, error))
    return NULL;
  return g_steal_pointer (&instruction);
}
