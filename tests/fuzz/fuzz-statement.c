/* fuzz-statement.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a statement of the registry, the exchange or the broker. What is taken has each key once and cells that are canonical:
 * printed as a table they are read to the same again.
 */
#include "cd-statement.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

/* Cells with commas, quotes and line feeds are what the quoting is for. */
static char *
print (const CdStatement *statement)
{
  const char *const *columns = cd_statement_columns (statement->kind);
  GString *out = g_string_new (NULL);

  for (guint i = 0; columns[i]; i++)
    g_string_append_printf (out, "%s%s", i ? "," : "", columns[i]);
  g_string_append_c (out, '\n');
  for (guint row = 0; row < statement->rows->len; row++)
    {
      const CdStatementRow *r = g_ptr_array_index (statement->rows, row);

      for (guint i = 0; columns[i]; i++)
        {
          g_auto (GStrv) parts = g_strsplit (r->cells[i], "\"", -1);
          g_autofree char *text = g_strjoinv ("\"\"", parts);

          g_assert (g_utf8_validate (r->cells[i], -1, NULL));
          g_string_append_printf (out, "%s\"%s\"", i ? "," : "", text);
        }
      g_string_append_c (out, '\n');
    }
  return g_string_free (out, FALSE);
}

static void
check (const CdStatement *statement)
{
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_import_fault_free);
  g_autoptr (GHashTable) keys = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *text = print (statement), *second = NULL;
  g_autoptr (CdStatement) again = cd_statement_parse (statement->kind, text, strlen (text), faults, NULL);

  for (guint row = 0; row < statement->rows->len; row++)
    if (!g_hash_table_add (keys, ((const CdStatementRow *)g_ptr_array_index (statement->rows, row))->key))
      fuzz_fail ("one key twice");
  if (!again)
    fuzz_fail ("taken, but not from its own canonical form:\n%s", text);
  second = print (again);
  if (strcmp (text, second) != 0)
    fuzz_fail ("read to another:\n%s\n%s", text, second);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_import_fault_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (CdStatement) statement = NULL;

  if (size < 1)
    return 0;
  statement = cd_statement_parse (1 + data[0] % 3, data + 1, size - 1, faults, &error);
  if (statement)
    check (statement);
  else if (!error || !g_utf8_validate (error->message, -1, NULL))
    fuzz_fail ("refused without a message that can be shown");
  return 0;
}
