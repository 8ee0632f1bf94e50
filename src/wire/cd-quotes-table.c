/* cd-quotes-table.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Daily quotes as a table. Columns are found by name; those nobody here knows are passed over.
 */
#include "cd-quotes-private.h"

#include "cd-csv.h"

#include <stddef.h>
#include <string.h>

typedef enum
{
  KIND_DAY,
  KIND_CODE,
  KIND_PRICE,
  KIND_UNITS,
  KIND_AMOUNT,
  KIND_PERCENT,
} Kind;

/* @names: the first that the file has counts. @spare: taken where the cell of the first is empty. */
typedef struct
{
  Kind kind;
  gsize offset;
  const char *names[7];
  const char *spare;
} Field;

#define AT(member) offsetof (CdDailyQuote, member)
static const Field fields[] = {
  { KIND_DAY, AT (day), { "date", "日期", "交易日期", "trade_date", NULL }, NULL },
  { KIND_CODE, AT (instrument), { "instrument", "code", "品种", "代码", "市场交易指数", NULL }, NULL },
  { KIND_PRICE, AT (open_e4), { "listed_open", "open", "开盘价", NULL }, "all_open" },
  { KIND_PRICE, AT (high_e4), { "listed_high", "high", "最高价", NULL }, "all_high" },
  { KIND_PRICE, AT (low_e4), { "listed_low", "low", "最低价", NULL }, "all_low" },
  { KIND_PRICE, AT (close_e4), { "listed_close", "close", "close_cny_t", "收盘价", NULL }, "all_close" },
  { KIND_PRICE, AT (prev_close_e4), { "prev_close", "昨收盘价", "前收盘价", NULL }, NULL },
  { KIND_UNITS, AT (list_qty), { "listed_volume_t", "挂牌协议成交量", NULL }, NULL },
  { KIND_AMOUNT, AT (list_amount_e4), { "listed_turnover_cny", "挂牌协议成交额", NULL }, NULL },
  { KIND_UNITS, AT (block_qty), { "block_volume_t", "大宗协议成交量", NULL }, NULL },
  { KIND_AMOUNT, AT (block_amount_e4), { "block_turnover_cny", "大宗协议成交额", NULL }, NULL },
  { KIND_UNITS, AT (all_qty), { "all_volume_t", "volume_t", "volume", "成交量", "成交数量", NULL }, NULL },
  { KIND_AMOUNT, AT (all_amount_e4), { "all_turnover_cny", "turnover_cny", "turnover", "成交额", "成交金额", NULL }, NULL },
  { KIND_PERCENT, AT (change_bp), { "change", "涨跌幅", NULL }, NULL },
};
#undef AT

#define NO_COLUMN G_MAXUINT

typedef struct
{
  guint column[G_N_ELEMENTS (fields)];
  guint spare[G_N_ELEMENTS (fields)];
} Columns;

/* A name with a unit in brackets behind ("成交量(吨)", "收盘价（元/吨）") is the name. */
static gboolean
is_named (const char *found, const char *name)
{
  const char *rest;

  if (!g_str_has_prefix (found, name))
    return FALSE;
  rest = found + strlen (name);
  return *rest == 0 || *rest == '(' || g_str_has_prefix (rest, "（");
}

/* %FALSE when two columns have the name. */
static gboolean
find_column (const CdCsv *csv, const char *name, guint *out, GError **error)
{
  *out = NO_COLUMN;
  for (guint i = 0; i < cd_csv_n_columns (csv); i++)
    {
      if (!is_named (cd_csv_name (csv, i), name))
        continue;
      if (*out != NO_COLUMN)
        {
          g_set_error (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_COLUMNS, "columns %u and %u: expected one column “%s”", *out + 1, i + 1, name);
          return FALSE;
        }
      *out = i;
    }
  return TRUE;
}

static gboolean
find_columns (const CdCsv *csv, Columns *at, GError **error)
{
  gboolean figures = FALSE;

  for (gsize f = 0; f < G_N_ELEMENTS (fields); f++)
    {
      at->column[f] = at->spare[f] = NO_COLUMN;
      for (gsize n = 0; fields[f].names[n] && at->column[f] == NO_COLUMN; n++)
        if (!find_column (csv, fields[f].names[n], &at->column[f], error))
          return FALSE;
      if (fields[f].spare && !find_column (csv, fields[f].spare, &at->spare[f], error))
        return FALSE;
      figures |= fields[f].kind >= KIND_PRICE && fields[f].kind <= KIND_UNITS && (at->column[f] != NO_COLUMN || at->spare[f] != NO_COLUMN);
    }
  if (at->column[0] == NO_COLUMN || !figures)
    {
      g_set_error (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_COLUMNS, "the first line: expected a column for the day (date, 日期) and at least one for a price or quantity (close, 收盘价, volume_t, 成交量 …)");
      return FALSE;
    }
  return TRUE;
}

static void
take_day (CdQuotesReader *reader, CdDailyQuote *quote, const char *column, const char *text)
{
  if (cd_import_date (text, &quote->day) != CD_CELL_VALUE)
    {
      quote->day = CD_DATE_NONE;
      cd_import_fault (reader->faults, quote->row, column, text, "a day as 2026-12-14, 2026/12/14, 20261214 or 2026年12月14日");
    }
}

static void
take_cell (CdQuotesReader *reader, CdDailyQuote *quote, const Field *field, const char *column, const char *text)
{
  gint64 *out = (gint64 *)(gpointer)((char *)quote + field->offset);

  switch (field->kind)
    {
    case KIND_DAY:
      take_day (reader, quote, column, text);
      break;
    case KIND_CODE:
      cd_quotes_take_code (reader, quote, column, text);
      break;
    case KIND_PRICE:
    case KIND_AMOUNT:
      cd_quotes_take_figure (reader, quote->row, column, text, 4, out);
      break;
    case KIND_UNITS:
      cd_quotes_take_figure (reader, quote->row, column, text, 0, out);
      break;
    case KIND_PERCENT:
      if (cd_import_percent (text, out) == CD_CELL_BAD)
        cd_import_fault (reader->faults, quote->row, column, text, "a percentage such as 6.73%%");
      break;
    }
}

static void
take_row (CdQuotesReader *reader, const CdCsv *csv, const Columns *at, guint row, const char *instrument)
{
  CdDailyQuote *quote = cd_daily_quote_new (cd_csv_line (csv, row));

  for (gsize f = 0; f < G_N_ELEMENTS (fields); f++)
    {
      guint column = at->column[f];

      if (at->spare[f] != NO_COLUMN && (column == NO_COLUMN || *cd_csv_cell (csv, row, column) == 0))
        column = at->spare[f];
      if (column != NO_COLUMN)
        take_cell (reader, quote, &fields[f], cd_csv_name (csv, column), cd_csv_cell (csv, row, column));
    }
  if (!quote->instrument && at->column[1] == NO_COLUMN)
    cd_quotes_take_code (reader, quote, NULL, instrument);
  if (quote->instrument && quote->day != CD_DATE_NONE)
    g_ptr_array_add (reader->rows, quote);
  else
    cd_daily_quote_free (quote);
}

gboolean
cd_quotes_read_table (CdQuotesReader *reader, const void *bytes, gsize len, const char *instrument, const char **encoding, GError **error)
{
  g_autoptr (CdCsv) csv = cd_csv_parse (bytes, len, reader->faults, error);
  Columns at;

  if (!csv || !find_columns (csv, &at, error))
    return FALSE;
  if (at.column[1] == NO_COLUMN && !instrument)
    {
      g_set_error (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_COLUMNS, "the first line: expected a column for the instrument (instrument, 品种), or the instrument to be named");
      return FALSE;
    }
  *encoding = cd_csv_encoding (csv);
  for (guint i = 0; i < cd_csv_n_rows (csv); i++)
    take_row (reader, csv, &at, i, instrument);
  return TRUE;
}
