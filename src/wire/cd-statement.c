/* cd-statement.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-statement.h"

#include <string.h>

#include "cd-id.h"
#include "cd-ledger.h"
#include "cd-market.h"

#define COLUMNS_MAX 9
#define TEXT_MAX 200

typedef enum
{
  IDENT,
  TEXT,
  YEAR,
  QTY,      /* whole units from 0 */
  QTY_SOME, /* from 1 */
  PRICE,    /* above 0 */
  AMOUNT,   /* price × quantity, when given */
  DAY,
  SIDE,
  BUCKET,
} CellKind;

typedef struct
{
  const char *name;
  CellKind kind;
  gboolean required, is_key;
  const char *otherwise; /* (nullable): stands for an empty cell */
} Column;

static const Column allocation[] = {
  { "account", IDENT, TRUE, TRUE, NULL },
  { "year", YEAR, TRUE, TRUE, NULL },
  { "instrument", IDENT, FALSE, TRUE, NULL },
  { "quantity", QTY, TRUE, FALSE, NULL },
  { "sector", IDENT, FALSE, FALSE, NULL },
  { "document", TEXT, FALSE, FALSE, NULL },
  { NULL, TEXT, FALSE, FALSE, NULL },
};
static const Column holdings[] = {
  { "account", IDENT, TRUE, TRUE, NULL },
  { "asset", IDENT, TRUE, TRUE, NULL },
  { "bucket", BUCKET, FALSE, TRUE, "registry" },
  { "quantity", QTY, TRUE, FALSE, NULL },
  { "as_of", DAY, TRUE, FALSE, NULL },
  { NULL, TEXT, FALSE, FALSE, NULL },
};
static const Column fills[] = {
  { "exec_id", IDENT, TRUE, TRUE, NULL },
  { "account", IDENT, TRUE, FALSE, NULL },
  { "instrument", IDENT, TRUE, FALSE, NULL },
  { "side", SIDE, TRUE, FALSE, NULL },
  { "price", PRICE, TRUE, FALSE, NULL },
  { "quantity", QTY_SOME, TRUE, FALSE, NULL },
  { "date", DAY, TRUE, FALSE, NULL },
  { "order_id", IDENT, FALSE, FALSE, NULL },
  { "amount", AMOUNT, FALSE, FALSE, NULL },
  { NULL, TEXT, FALSE, FALSE, NULL },
};

static const struct
{
  CdStatementKind kind;
  const char *name;
  const Column *columns;
  const char *names[COLUMNS_MAX + 1];
} kinds[] = {
  { CD_STATEMENT_ALLOCATION, "allocation", allocation, { "account", "year", "instrument", "quantity", "sector", "document", NULL } },
  { CD_STATEMENT_HOLDINGS, "holdings", holdings, { "account", "asset", "bucket", "quantity", "as_of", NULL } },
  { CD_STATEMENT_FILLS, "fills", fills, { "exec_id", "account", "instrument", "side", "price", "quantity", "date", "order_id", "amount", NULL } },
};

const char *
cd_statement_kind_name (CdStatementKind kind)
{
  return kinds[kind - 1].name;
}

gboolean
cd_statement_kind_parse (const char *text, CdStatementKind *out)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].name, text))
      {
        *out = kinds[i].kind;
        return TRUE;
      }
  return FALSE;
}

const char *const *
cd_statement_columns (CdStatementKind kind)
{
  return kinds[kind - 1].names;
}

static void
row_free (gpointer data)
{
  CdStatementRow *row = data;

  g_free (row->key);
  g_strfreev (row->cells);
  g_free (row);
}

void
cd_statement_free (CdStatement *statement)
{
  if (!statement)
    return;
  g_ptr_array_unref (statement->rows);
  g_free (statement);
}

const char *
cd_statement_cell (const CdStatement *statement, const CdStatementRow *row, const char *column)
{
  const Column *columns = kinds[statement->kind - 1].columns;

  for (guint i = 0; columns[i].name; i++)
    if (g_str_equal (columns[i].name, column))
      return row->cells[i];
  return "";
}

/* --- Cells -------------------------------------------------------------------------------------------------------------------- */

static char *
number (const char *text, int scale, gint64 least, const char **expected)
{
  char buf[CD_DECIMAL_BUF];
  gint64 value;

  *expected = scale ? "a price above 0 with at most four decimals" : least ? "a whole number above 0"
                                                                           : "a whole number, 0 or more";
  if (cd_import_number (text, scale, &value) != CD_CELL_VALUE || value < least)
    return NULL;
  return g_strdup (cd_decimal_print (value, scale, scale ? 2 : 0, buf));
}

static char *
day (const char *text, const char **expected)
{
  char buf[CD_DATE_BUF];
  CdDate date;

  *expected = "a day such as 2026-12-14";
  return cd_import_date (text, &date) == CD_CELL_VALUE ? g_strdup (cd_date_print (date, buf)) : NULL;
}

static char *
side (const char *text, const char **expected)
{
  *expected = "buy or sell";
  if (g_str_equal (text, "buy") || g_str_equal (text, "买入") || g_str_equal (text, "买"))
    return g_strdup ("buy");
  return g_str_equal (text, "sell") || g_str_equal (text, "卖出") || g_str_equal (text, "卖") ? g_strdup ("sell") : NULL;
}

static gboolean
is_year (const char *text)
{
  return strlen (text) == 4 && strspn (text, "0123456789") == 4 && strcmp (text, "2000") >= 0 && strcmp (text, "2100") <= 0;
}

/* The canonical text; %NULL and what was expected. */
static char *
read_cell (CellKind kind, const char *text, const char **expected)
{
  CdBucket bucket;

  switch (kind)
    {
    case IDENT:
      *expected = "a code: 1 to 64 of A-Z a-z 0-9 . _ : -";
      return cd_ident_valid (text) ? g_strdup (text) : NULL;
    case TEXT:
      *expected = "at most 200 bytes on one line";
      return strlen (text) <= TEXT_MAX && !strpbrk (text, "\r\n") ? g_strdup (text) : NULL;
    case YEAR:
      *expected = "a year such as 2025";
      return is_year (text) ? g_strdup (text) : NULL;
    case QTY:
      return number (text, 0, 0, expected);
    case QTY_SOME:
      return number (text, 0, 1, expected);
    case PRICE:
    case AMOUNT:
      return number (text, 4, 1, expected);
    case DAY:
      return day (text, expected);
    case SIDE:
      return side (text, expected);
    case BUCKET:
      *expected = "a bucket such as registry or trading";
      return cd_bucket_parse (text, &bucket) && bucket != CD_BUCKET_WORLD && bucket < CD_BUCKET_CASH_AVAILABLE ? g_strdup (text) : NULL;
    }
  return NULL;
}

/* --- Rows ---------------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  const CdCsv *csv;
  const Column *columns;
  int at[COLUMNS_MAX]; /* where the file has the column, -1 = not */
  GPtrArray *faults;
} Reading;

static gboolean
find_columns (Reading *r, GError **error)
{
  guint known = 0, n = cd_csv_n_columns (r->csv);

  for (guint i = 0; r->columns[i].name; i++)
    {
      r->at[i] = -1;
      for (guint k = 0; k < n; k++)
        if (g_str_equal (cd_csv_name (r->csv, k), r->columns[i].name))
          {
            if (r->at[i] >= 0)
              {
                g_set_error (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_COLUMNS, "row 1: the column “%s” stands there twice", r->columns[i].name);
                return FALSE;
              }
            r->at[i] = (int)k;
            known++;
          }
      if (r->columns[i].required && r->at[i] < 0)
        {
          g_set_error (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_COLUMNS, "row 1: no column “%s”", r->columns[i].name);
          return FALSE;
        }
    }
  if (known == n)
    return TRUE;
  g_set_error (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_COLUMNS, "row 1: %u columns that are not known", n - known);
  return FALSE;
}

/* What cannot be two things at once: the amount is price times quantity, to the last digit. */
static void
check_amount (const Reading *r, const CdStatementRow *row)
{
  gint64 price, qty, amount;
  char buf[CD_DECIMAL_BUF];
  CdMoney money;

  if (r->columns != fills || !row->cells[4] || !row->cells[5] || !row->cells[8] || !*row->cells[8])
    return;
  if (!cd_decimal_parse (row->cells[4], -1, 4, &price, NULL) || !cd_decimal_parse (row->cells[5], -1, 0, &qty, NULL) || !cd_decimal_parse (row->cells[8], -1, 4, &amount, NULL))
    return;
  if (!cd_price_times (CD_PRICE_CNY (price), CD_UNITS (qty), &money))
    cd_import_fault (r->faults, row->line, "quantity", row->cells[5], "an amount that fits");
  else if (money.e4 != amount)
    cd_import_fault (r->faults, row->line, "amount", row->cells[8], "%s: price times quantity", cd_decimal_print (money.e4, 4, 2, buf));
}

static CdStatementRow *
read_row (const Reading *r, guint index)
{
  CdStatementRow *row = g_new0 (CdStatementRow, 1);
  g_autoptr (GString) key = g_string_new (NULL);

  row->line = cd_csv_line (r->csv, index);
  row->cells = g_new0 (char *, COLUMNS_MAX + 1);
  for (guint i = 0; r->columns[i].name; i++)
    {
      const Column *column = &r->columns[i];
      const char *text = r->at[i] < 0 ? "" : cd_csv_plain (cd_csv_cell (r->csv, index, (guint)r->at[i]));
      const char *expected = "a value";

      if (!*text && column->required)
        cd_import_fault (r->faults, row->line, column->name, "", "a value");
      row->cells[i] = *text ? read_cell (column->kind, text, &expected) : g_strdup (column->otherwise ? column->otherwise : "");
      if (!row->cells[i])
        {
          cd_import_fault (r->faults, row->line, column->name, text, "%s", expected);
          row->cells[i] = g_strdup ("");
        }
      if (column->is_key)
        g_string_append_printf (key, "%s%s", key->len ? "/" : "", row->cells[i]);
    }
  row->key = g_string_free (g_steal_pointer (&key), FALSE);
  check_amount (r, row);
  return row;
}

CdStatement *
cd_statement_parse (CdStatementKind kind, const void *bytes, gsize len, GPtrArray *faults, GError **error)
{
  g_autoptr (CdCsv) csv = cd_csv_parse (bytes, len, faults, error);
  g_autoptr (CdStatement) statement = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  Reading r = { .csv = csv, .columns = kinds[kind - 1].columns, .faults = faults };

  if (!csv || !find_columns (&r, error))
    return NULL;
  statement = g_new0 (CdStatement, 1);
  statement->kind = kind;
  statement->encoding = cd_csv_encoding (csv);
  statement->rows = g_ptr_array_new_with_free_func (row_free);
  for (guint i = 0; i < cd_csv_n_rows (csv); i++)
    {
      CdStatementRow *row = read_row (&r, i);
      const CdStatementRow *first = g_hash_table_lookup (seen, row->key);

      g_ptr_array_add (statement->rows, row);
      if (first)
        cd_import_fault (faults, row->line, r.columns[0].name, row->key, "it once, it stands in row %u already", first->line);
      else
        g_hash_table_insert (seen, row->key, row);
    }
  if (!cd_import_faults_to_error (faults, error))
    return NULL;
  if (statement->rows->len > 0)
    return g_steal_pointer (&statement);
  g_set_error (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_SYNTAX, "expected at least one row below the header");
  return NULL;
}
