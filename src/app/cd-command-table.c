/* cd-command-table.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-command-table-private.h"

#include <string.h>

struct _CdCommandTable
{
  CdCommandIo *io;
  char *file;
  CdCsv *csv;
  GPtrArray *faults; /* CdImportFault */
};

void
cd_command_table_free (CdCommandTable *table)
{
  g_free (table->file);
  g_clear_pointer (&table->csv, cd_csv_free);
  g_ptr_array_unref (table->faults);
  g_free (table);
}

/* --- The header ---------------------------------------------------------------------------------------------------------- */

static int
find_column (const CdCommandTable *table, const char *name)
{
  for (guint i = 0; i < cd_csv_n_columns (table->csv); i++)
    if (g_str_equal (cd_csv_name (table->csv, i), name))
      return (int)i;
  return -1;
}

static gboolean
check_header (CdCommandTable *table, const char *const *required, const char *const *optional, gboolean (*extra) (const char *, gpointer), gpointer data)
{
  g_autofree char *list = g_strjoinv (", ", (char **)required);
  g_autofree char *more = g_strjoinv (", ", (char **)optional);
  gboolean good = TRUE;

  for (guint i = 0; required[i]; i++)
    if (find_column (table, required[i]) < 0)
      good = cd_command_no (table->io, table->file, "row 1", "no column “%s”, expected a header with %s", required[i], list) == CD_COMMAND_DONE;
  for (guint i = 0; i < cd_csv_n_columns (table->csv); i++)
    {
      const char *name = cd_csv_name (table->csv, i);

      if (find_column (table, name) != (int)i)
        good = cd_command_no (table->io, table->file, "row 1", "the column “%.60s” stands there twice", name) == CD_COMMAND_DONE;
      else if (!g_strv_contains (required, name) && !g_strv_contains (optional, name) && !(extra && extra (name, data)))
        good = cd_command_no (table->io, table->file, "row 1", "the column “%.60s” is not known, expected %s, and if wanted %s", name, list, more) == CD_COMMAND_DONE;
    }
  return good;
}

CdCommandTable *
cd_command_table_read (CdCommandIo *io, const char *path, const char *const *required, const char *const *optional, gboolean (*extra) (const char *name, gpointer data), gpointer data)
{
  g_autoptr (CdCommandTable) table = g_new0 (CdCommandTable, 1);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize len;
  const void *raw;

  table->io = io;
  table->file = g_filename_display_name (path);
  table->faults = cd_import_faults_new ();
  bytes = cd_command_read (io, path, CD_IMPORT_BYTES_MAX);
  if (!bytes)
    return NULL;
  raw = g_bytes_get_data (bytes, &len);
  table->csv = cd_csv_parse (raw, len, table->faults, &error);
  if (!table->csv)
    {
      cd_command_no (io, table->file, NULL, "%s", error->message);
      return NULL;
    }
  if (!check_header (table, required, optional, extra, data) || !cd_command_table_finish (table))
    return NULL;
  if (cd_csv_n_rows (table->csv) == 0)
    {
      cd_command_no (io, table->file, "row 2", "expected at least one row below the header");
      return NULL;
    }
  return g_steal_pointer (&table);
}

const char *
cd_command_table_file (const CdCommandTable *table)
{
  return table->file;
}

guint
cd_command_table_n_rows (const CdCommandTable *table)
{
  return cd_csv_n_rows (table->csv);
}

guint
cd_command_table_line (const CdCommandTable *table, guint row)
{
  return cd_csv_line (table->csv, row);
}

const CdCsv *
cd_command_table_csv (const CdCommandTable *table)
{
  return table->csv;
}

/* --- Cells ------------------------------------------------------------------------------------------------------------------ */

/* The cell; %NULL for an absent column. */
static const char *
cell_of (const CdCommandTable *table, guint row, const char *column)
{
  int index = find_column (table, column);

  return index < 0 ? NULL : cd_csv_cell (table->csv, row, (guint)index);
}

void
cd_command_table_fault (CdCommandTable *table, guint row, const char *column, const char *format, ...)
{
  g_autofree char *expected = NULL;
  const char *cell = cell_of (table, row, column);
  va_list args;

  /* One fault a cell: what cannot be read need not be missed as well. */
  for (guint i = 0; i < table->faults->len; i++)
    {
      const CdImportFault *fault = g_ptr_array_index (table->faults, i);

      if (fault->row == cd_csv_line (table->csv, row) && g_strcmp0 (fault->column, column) == 0)
        return;
    }
  va_start (args, format);
  expected = g_strdup_vprintf (format, args);
  va_end (args);
  cd_import_fault (table->faults, cd_csv_line (table->csv, row), column, cell ? cell : "", "%s", expected);
}

gboolean
cd_command_table_text (CdCommandTable *table, guint row, const char *column, const char **out)
{
  const char *cell = cell_of (table, row, column);

  if (!cell)
    return FALSE;
  while (g_ascii_isspace (*cell))
    cell++;
  if (!*cell)
    return FALSE;
  if (strlen (cell) > 200 || g_ascii_isspace (cell[strlen (cell) - 1]))
    {
      cd_command_table_fault (table, row, column, "expected at most 200 bytes without blanks behind");
      return FALSE;
    }
  *out = cell;
  return TRUE;
}

static gboolean
number_in (CdCommandTable *table, guint row, const char *column, const char *cell, int scale, gint64 *out)
{
  CdCell kind = cd_import_number (cell, scale, out);

  if (kind == CD_CELL_VALUE && *out >= 0)
    return TRUE;
  if (kind != CD_CELL_EMPTY)
    cd_command_table_fault (table, row, column, scale > 0 ? "expected a number from 0 with at most %d decimals" : "expected a whole number from 0", scale);
  return FALSE;
}

gboolean
cd_command_table_number (CdCommandTable *table, guint row, const char *column, int scale, gint64 *out)
{
  const char *cell = cell_of (table, row, column);

  return cell && number_in (table, row, column, cell, scale, out);
}

gboolean
cd_command_table_cell_number (CdCommandTable *table, guint row, guint column, int scale, gint64 *out)
{
  return number_in (table, row, cd_csv_name (table->csv, column), cd_csv_cell (table->csv, row, column), scale, out);
}

gboolean
cd_command_table_date (CdCommandTable *table, guint row, const char *column, CdDate *out)
{
  const char *cell = cell_of (table, row, column);
  CdCell kind = cell ? cd_import_date (cell, out) : CD_CELL_EMPTY;

  if (kind == CD_CELL_BAD)
    cd_command_table_fault (table, row, column, "expected a day as YYYY-MM-DD");
  return kind == CD_CELL_VALUE;
}

gboolean
cd_command_table_word (CdCommandTable *table, guint row, const char *column, const char *const *words, int *out)
{
  g_autofree char *list = NULL;
  const char *text;

  if (!cd_command_table_text (table, row, column, &text))
    return FALSE;
  for (int i = 0; words[i]; i++)
    if (g_str_equal (words[i], text))
      {
        *out = i;
        return TRUE;
      }
  list = g_strjoinv (", ", (char **)words);
  cd_command_table_fault (table, row, column, "expected one of %s", list);
  return FALSE;
}

gboolean
cd_command_table_yes (CdCommandTable *table, guint row, const char *column, gboolean *out)
{
  static const char *const words[] = { "yes", "no", "是", "否", "1", "0", NULL };
  int word;

  if (!cd_command_table_word (table, row, column, words, &word))
    return FALSE;
  *out = word % 2 == 0;
  return TRUE;
}

gboolean
cd_command_table_finish (CdCommandTable *table)
{
  for (guint i = 0; i < table->faults->len; i++)
    {
      const CdImportFault *fault = g_ptr_array_index (table->faults, i);
      g_autofree char *place = fault->column ? g_strdup_printf ("row %u, column %s", fault->row, fault->column) : g_strdup_printf ("row %u", fault->row);

      if (g_str_has_prefix (fault->expected, "expected "))
        cd_command_no (table->io, table->file, place, "“%s”: %s", fault->found ? fault->found : "", fault->expected);
      else
        cd_command_no (table->io, table->file, place, "“%s”: expected %s", fault->found ? fault->found : "", fault->expected);
    }
  return table->faults->len == 0;
}

/* --- Answers ----------------------------------------------------------------------------------------------------------------- */

/* A figure, which may begin with a minus, is no formula. */
static gboolean
is_figure (const char *text)
{
  return text[strspn (text, "-0123456789.")] == 0;
}

void
cd_command_cell (CdCommandIo *io, const char *given)
{
  g_autofree char *text = given && !is_figure (given) ? cd_csv_inert (given) : g_strdup (given);

  if (text && strpbrk (text, ",\"\r\n"))
    {
      g_auto (GStrv) parts = g_strsplit (text, "\"", -1);
      g_autofree char *doubled = g_strjoinv ("\"\"", parts);

      cd_command_print (io, "\"%s\"", doubled);
    }
  else
    cd_command_print (io, "%s", text ? text : "");
}

void
cd_command_trace (CdCommandIo *io, const CdTrace *trace)
{
  CdJsonWriter *json = cd_command_json (io);

  if (!json)
    return;
  cd_json_writer_begin_array (json, "trace");
  for (guint i = 0; i < trace->steps->len; i++)
    {
      const CdTraceStep *step = g_ptr_array_index (trace->steps, i);

      cd_json_writer_begin_object (json, NULL);
      cd_json_writer_string (json, "rule", step->rule);
      cd_json_writer_string (json, "source", step->source);
      cd_json_writer_string (json, "inputs", step->inputs);
      cd_json_writer_string (json, "result", step->result);
      cd_json_writer_end_object (json);
    }
  cd_json_writer_end_array (json);
}
