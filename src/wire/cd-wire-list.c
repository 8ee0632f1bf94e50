/* cd-wire-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-wire-list.h"

#include "cd-wire-list-private.h"
#include "cd-wire-put.h"
#include "cd-wire-registry-private.h"

typedef struct
{
  guint64 count;
  char *digest;
} ListCheck;

#define OFF(member) G_STRUCT_OFFSET (ListCheck, member)
static const CdField check_fields[] = {
  { "count", CD_FIELD_COUNT, CD_FIELD_REQUIRED, OFF (count), NULL, 0 },
  { "digest", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (digest), NULL, 0 },
  CD_FIELD_END
};
#undef OFF

#define OFF(member) G_STRUCT_OFFSET (CdWireList, member)
static const CdField list_fields[] = {
  { "as_of_seq", CD_FIELD_COUNT, CD_FIELD_REQUIRED, OFF (as_of_seq), NULL, 0 },
  { "next", CD_FIELD_TEXT, CD_FIELD_NULLABLE, OFF (next), NULL, 0 },
  { "epoch", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (epoch), NULL, 0 },
  { "server_time", CD_FIELD_INSTANT, CD_FIELD_REQUIRED, OFF (server_time_us), NULL, 0 },
  { "market_time", CD_FIELD_INSTANT, CD_FIELD_REQUIRED, OFF (market_time_us), NULL, 0 },
  CD_FIELD_END
};
#undef OFF

CdWireList *
cd_wire_list_new (CdWireListKind kind)
{
  CdWireList *list = g_new0 (CdWireList, 1);

  list->kind = kind;
  list->items = g_array_new (FALSE, TRUE, (guint)cd_wire_row_type (kind)->size);
  return list;
}

static void
clear_row (CdWireListKind kind, gpointer row)
{
  cd_fields_clear (cd_wire_row_type (kind)->fields, row);
  if (kind == CD_WIRE_LIST_INSTRUCTIONS)
    g_clear_pointer (&((CdWireInstructionRow *)row)->content, cd_wire_instruction_free);
}

void
cd_wire_list_free (CdWireList *list)
{
  if (!list)
    return;
  for (guint i = 0; i < list->items->len; i++)
    clear_row (list->kind, list->items->data + i * cd_wire_row_type (list->kind)->size);
  g_array_unref (list->items);
  cd_fields_clear (list_fields, list);
  g_free (list);
}

void
cd_wire_instruction_row_clear (CdWireInstructionRow *row)
{
  clear_row (CD_WIRE_LIST_INSTRUCTIONS, row);
}

void
cd_wire_obligation_row_clear (CdWireObligationRow *row)
{
  clear_row (CD_WIRE_LIST_OBLIGATIONS, row);
}

static void
write_row (GString *out, CdWireListKind kind, const void *row)
{
  g_string_append_c (out, '{');
  cd_fields_write (out, cd_wire_row_type (kind)->fields, 0, row);
  if (kind == CD_WIRE_LIST_INSTRUCTIONS)
    {
      const CdWireInstructionRow *instruction = row;

      cd_fields_key (out, "version");
      cd_put_end (out, cd_put_i64 (cd_put_begin (out, CD_PUT_I64_MAX), instruction->content->version));
      cd_wire_instruction_write_content (out, instruction->content);
    }
  g_string_append_c (out, '}');
}

static void
read_row (CdWireListKind kind, const CdJson *item, gpointer row, CdJsonFaults *faults)
{
  gint64 version = 0;

  cd_fields_read (cd_wire_row_type (kind)->fields, 0, item, row, faults);
  if (kind == CD_WIRE_LIST_INSTRUCTIONS)
    {
      CdWireInstructionRow *instruction = row;

      instruction->content = cd_wire_instruction_new ();
      if (cd_json_get_int (item, "version", 1, G_MAXINT, &version, faults))
        instruction->content->version = (int)version;
      cd_wire_instruction_read_content (item, instruction->content, faults);
      instruction->content->id = g_strdup (instruction->id);
    }
}

static const void *
row_at (const CdWireList *list, guint i)
{
  return list->items->data + i * cd_wire_row_type (list->kind)->size;
}

static char *
list_digest (const CdWireList *list)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; i < list->items->len; i++)
    {
      g_string_truncate (line, 0);
      write_row (line, list->kind, row_at (list, i));
      g_string_append_c (line, '\n');
      g_checksum_update (sum, (const guchar *)line->str, (gssize)line->len);
    }
  return g_strdup (g_checksum_get_string (sum));
}

void
cd_wire_list_write (GString *out, const CdWireList *list)
{
  g_autofree char *digest = list_digest (list);
  ListCheck check = { list->items->len, digest };

  g_string_append (out, "{\"items\":[");
  for (guint i = 0; i < list->items->len; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      write_row (out, list->kind, row_at (list, i));
    }
  g_string_append_c (out, ']');
  cd_fields_write (out, check_fields, 0, &check);
  cd_fields_write (out, list_fields, 0, list);
  g_string_append_c (out, '}');
}

static void
read_items (CdWireList *list, const CdJson *root, CdJsonFaults *faults)
{
  CdJson array;
  guint n;

  if (!cd_json_get_array (root, "items", &array, faults))
    return;
  n = cd_json_length (&array);
  if (n > CD_WIRE_LIST_MAX)
    {
      cd_json_fault (faults, root, "items", "limit", "at most %d items; the rest by the cursor", CD_WIRE_LIST_MAX);
      return;
    }
  g_array_set_size (list->items, n);
  for (guint i = 0; i < n; i++)
    {
      CdJson item = cd_json_at (&array, i);

      if (!cd_json_is_object (&item))
        {
          cd_json_fault (faults, &item, NULL, "type", "an object");
          g_array_set_size (list->items, i);
          return;
        }
      read_row (list->kind, &item, list->items->data + i * cd_wire_row_type (list->kind)->size, faults);
    }
}

/* One order in two rows: which of them holds cannot be told, for rows have no number. */
static gboolean
check_orders_once (const CdWireList *list, GError **error)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; list->kind == CD_WIRE_LIST_ORDERS && i < list->items->len; i++)
    {
      const char *id = g_array_index (list->items, CdWireOrderRow, i).order_id;

      if (g_hash_table_add (ids, (gpointer)id))
        continue;
      g_set_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_DUPLICATE, "$.items[%u].order_id: %.64s stands there already, expected each order once", i, id);
      return FALSE;
    }
  return TRUE;
}

CdWireList *
cd_wire_list_read (CdWireListKind kind, const CdJson *root, GError **error)
{
  g_autoptr (CdJsonFaults) faults = cd_json_faults_new ();
  g_autoptr (CdWireList) list = cd_wire_list_new (kind);
  g_autofree char *digest = NULL;
  ListCheck check = { 0, NULL };

  read_items (list, root, faults);
  cd_fields_read (check_fields, 0, root, &check, faults);
  cd_fields_read (list_fields, 0, root, list, faults);
  if (!cd_wire_no_faults (faults, error))
    {
      g_free (check.digest);
      return NULL;
    }
  digest = list_digest (list);
  if (check.count != list->items->len || strcmp (digest, check.digest) != 0)
    {
      g_set_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_DIGEST, "$.items: %u items, expected %" G_GUINT64_FORMAT " with digest %s", list->items->len, check.count, check.digest);
      g_free (check.digest);
      return NULL;
    }
  g_free (check.digest);
  return check_orders_once (list, error) ? g_steal_pointer (&list) : NULL;
}

CdWireList *
cd_wire_list_parse (CdWireListKind kind, const char *text, gsize len, GError **error)
{
  g_autoptr (CdJsonDoc) doc = cd_wire_doc (text, len, CD_WIRE_LIST_BYTES_MAX, error);
  CdJson root;

  if (!doc)
    return NULL;
  root = cd_json_root (doc);
  return cd_wire_list_read (kind, &root, error);
}
