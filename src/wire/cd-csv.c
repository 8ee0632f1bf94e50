/* cd-csv.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One pass over the text, in place: cells are cut out of it and unquoted where they stand.
 */
#include "cd-csv.h"

#include <string.h>

struct _CdCsv
{
  char *text; /* (owned): the cells point into it */
  const char *encoding;
  char separator;
  guint n_columns;
  GArray *cells; /* char*: the header, then row by row */
  GArray *lines; /* guint: one for each row, the header first */
};

typedef struct
{
  CdCsv *csv;
  char *at;
  guint line;
} Parser;

void
cd_csv_free (CdCsv *csv)
{
  if (!csv)
    return;
  g_free (csv->text);
  g_array_unref (csv->cells);
  g_array_unref (csv->lines);
  g_free (csv);
}

/* The one that stands most often in the header, outside quotes. */
static char
guess_separator (const char *text)
{
  static const char marks[] = { ',', ';', '\t' };
  guint count[G_N_ELEMENTS (marks)] = { 0 };
  gboolean quoted = FALSE;
  gsize best = 0;

  for (; *text && (quoted || (*text != '\n' && *text != '\r')); text++)
    {
      if (*text == '"')
        quoted = !quoted;
      for (gsize i = 0; !quoted && i < G_N_ELEMENTS (marks); i++)
        count[i] += *text == marks[i];
    }
  for (gsize i = 1; i < G_N_ELEMENTS (marks); i++)
    if (count[i] > count[best])
      best = i;
  return marks[best];
}

static gboolean
syntax_error (GError **error, guint line, const char *expected)
{
  g_set_error (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_SYNTAX, "line %u: expected %s", line, expected);
  return FALSE;
}

/* A quoted cell, unquoted in place. @p->at stands behind the closing quote afterwards. */
static gboolean
take_quoted (Parser *p, char **cell, GError **error)
{
  guint first = p->line;
  char *out = ++p->at;

  *cell = out;
  for (;;)
    {
      if (*p->at == 0)
        return syntax_error (error, first, "a closing quote");
      if (*p->at == '"')
        {
          if (p->at[1] != '"')
            break;
          p->at++;
        }
      p->line += *p->at == '\n';
      *out++ = *p->at++;
    }
  p->at++;
  if (*p->at && *p->at != p->csv->separator && *p->at != '\r' && *p->at != '\n')
    return syntax_error (error, p->line, "a separator or the end of the line behind a closing quote");
  *out = 0;
  return TRUE;
}

/* Cuts the end of a cell; @more: another one follows in this row. */
static void
end_cell (Parser *p, gboolean *more)
{
  char mark = *p->at;

  *more = mark == p->csv->separator;
  if (mark == 0)
    return;
  *p->at++ = 0;
  if (mark == '\r' && *p->at == '\n')
    p->at++;
  p->line += !*more;
}

static gboolean
take_row (Parser *p, GError **error)
{
  gboolean more = TRUE;
  guint n = 0;

  while (more)
    {
      char *cell = p->at;

      if (*p->at == '"' && !take_quoted (p, &cell, error))
        return FALSE;
      while (*p->at && *p->at != p->csv->separator && *p->at != '\n' && *p->at != '\r')
        p->at++;
      if (p->at - cell > CD_CSV_CELL_MAX || ++n > CD_CSV_COLUMNS_MAX)
        {
          g_set_error (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_SIZE, "line %u: expected at most %d columns of at most %d bytes", p->line, CD_CSV_COLUMNS_MAX, CD_CSV_CELL_MAX);
          return FALSE;
        }
      end_cell (p, &more);
      g_array_append_val (p->csv->cells, cell);
    }
  return TRUE;
}

/* Keeps the row just taken, or forgets it as a fault. */
static void
keep_row (CdCsv *csv, guint first_cell, guint line, GPtrArray *faults)
{
  guint n = csv->cells->len - first_cell;

  if (csv->n_columns == 0)
    {
      csv->n_columns = n;
      for (guint i = 0; i < n; i++)
        g_strstrip (g_array_index (csv->cells, char *, i));
    }
  else if (n != csv->n_columns)
    {
      cd_import_fault (faults, line, NULL, g_array_index (csv->cells, char *, first_cell), "%u cells as in the header, not %u", csv->n_columns, n);
      g_array_set_size (csv->cells, first_cell);
      return;
    }
  g_array_append_val (csv->lines, line);
}

static gboolean
take_rows (CdCsv *csv, GPtrArray *faults, GError **error)
{
  Parser p = { csv, csv->text, 1 };

  while (*p.at)
    {
      guint first_cell = csv->cells->len, line = p.line;

      if (*p.at == '\n' || *p.at == '\r')
        {
          p.at += p.at[0] == '\r' && p.at[1] == '\n' ? 2 : 1;
          p.line++;
          continue;
        }
      if (!take_row (&p, error))
        return FALSE;
      if (csv->lines->len > CD_CSV_ROWS_MAX)
        {
          g_set_error (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_SIZE, "line %u: expected at most %d rows", line, CD_CSV_ROWS_MAX);
          return FALSE;
        }
      keep_row (csv, first_cell, line, faults);
    }
  return csv->n_columns > 0 || syntax_error (error, 1, "a header");
}

CdCsv *
cd_csv_parse (const void *bytes, gsize len, GPtrArray *faults, GError **error)
{
  g_autoptr (CdCsv) csv = g_new0 (CdCsv, 1);

  csv->cells = g_array_new (FALSE, FALSE, sizeof (char *));
  csv->lines = g_array_new (FALSE, FALSE, sizeof (guint));
  csv->text = cd_import_text (bytes, len, &csv->encoding, error);
  if (!csv->text)
    return NULL;
  csv->separator = guess_separator (csv->text);
  if (!take_rows (csv, faults, error))
    return NULL;
  return g_steal_pointer (&csv);
}

const char *
cd_csv_encoding (const CdCsv *csv)
{
  return csv->encoding;
}

char
cd_csv_separator (const CdCsv *csv)
{
  return csv->separator;
}

guint
cd_csv_n_columns (const CdCsv *csv)
{
  return csv->n_columns;
}

guint
cd_csv_n_rows (const CdCsv *csv)
{
  return csv->lines->len - 1;
}

const char *
cd_csv_name (const CdCsv *csv, guint column)
{
  g_assert (column < csv->n_columns);
  return g_array_index (csv->cells, char *, column);
}

const char *
cd_csv_cell (const CdCsv *csv, guint row, guint column)
{
  g_assert (column < csv->n_columns && row < cd_csv_n_rows (csv));
  return g_array_index (csv->cells, char *, (row + 1) * csv->n_columns + column);
}

guint
cd_csv_line (const CdCsv *csv, guint row)
{
  g_assert (row < cd_csv_n_rows (csv));
  return g_array_index (csv->lines, guint, row + 1);
}

/* --- Writing --------------------------------------------------------------------------------------------------------------- */

static gboolean
begins_formula (const char *text)
{
  switch (g_utf8_get_char (text))
    {
    case '=':
    case '+':
    case '-':
    case '@':
    case '\t':
    case '\r':
    case '\n':
    case 0xFF1D: /* the full-width forms */
    case 0xFF0B:
    case 0xFF0D:
    case 0xFF20:
      return TRUE;
    default:
      return FALSE;
    }
}

/* A text that has apostrophes of its own there gets one more, so that the way back is the same for all. */
char *
cd_csv_inert (const char *text)
{
  return begins_formula (text + strspn (text, "'")) ? g_strconcat ("'", text, NULL) : g_strdup (text);
}

const char *
cd_csv_plain (const char *cell)
{
  return *cell == '\'' && begins_formula (cell + strspn (cell, "'")) ? cell + 1 : cell;
}

void
cd_csv_append (GString *out, const char *cell)
{
  if (!strpbrk (cell, ",;\t\"\r\n"))
    {
      g_string_append (out, cell);
      return;
    }
  g_string_append_c (out, '"');
  for (const char *p = cell; *p; p++)
    {
      if (*p == '"')
        g_string_append_c (out, '"');
      g_string_append_c (out, *p);
    }
  g_string_append_c (out, '"');
}
