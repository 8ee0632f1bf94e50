/* cd-quotes-import.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-quotes-private.h"

#include "cd-id.h"

#include <stddef.h>
#include <string.h>

/* The exchange's two answers round one turnover differently; a yuan more is another figure (china-rules 13.4). */
#define AMOUNT_SLACK_E4 (1 * CD_E4)

CdDailyQuote *
cd_daily_quote_new (guint row)
{
  CdDailyQuote *q = g_new0 (CdDailyQuote, 1);

  q->row = row;
  q->day = CD_DATE_NONE;
  q->list_qty = q->list_amount_e4 = q->block_qty = q->block_amount_e4 = q->auction_qty = q->auction_amount_e4 = -1;
  q->all_qty = q->all_amount_e4 = q->year_qty = q->year_amount_e4 = q->total_qty = q->total_amount_e4 = -1;
  q->change_bp = CD_QUOTE_NO_CHANGE;
  return q;
}

void
cd_daily_quote_free (CdDailyQuote *quote)
{
  g_free (quote->instrument);
  g_free (quote);
}

void
cd_quotes_free (CdQuotes *quotes)
{
  if (!quotes)
    return;
  g_ptr_array_unref (quotes->rows);
  g_ptr_array_unref (quotes->warnings);
  g_free (quotes);
}

/* --- One row ------------------------------------------------------------------------------------------------------------ */

gboolean
cd_quotes_take_code (CdQuotesReader *reader, CdDailyQuote *quote, const char *column, const char *text)
{
  g_autofree char *code = g_strstrip (g_strdup (text ? text : ""));

  if (!cd_ident_valid (code))
    {
      cd_import_fault (reader->faults, quote->row, column, text, "the code of an instrument: 1 to 64 of A-Z a-z 0-9 . _ : -");
      return FALSE;
    }
  quote->instrument = g_steal_pointer (&code);
  return TRUE;
}

void
cd_quotes_take_figure (CdQuotesReader *reader, guint row, const char *column, const char *text, int scale, gint64 *out)
{
  gint64 value = 0;
  CdCell cell = cd_import_number (text, scale, &value);

  if (cell == CD_CELL_VALUE && value >= 0)
    *out = value;
  else if (cell != CD_CELL_EMPTY)
    cd_import_fault (reader->faults, row, column, text, scale == 0 ? "a whole number, 0 or more" : "a number with at most %d decimals, 0 or more", scale);
}

static void
price_fault (CdQuotesReader *reader, const CdDailyQuote *q, const char *column, gint64 price)
{
  char found[CD_DECIMAL_BUF], low[CD_DECIMAL_BUF], high[CD_DECIMAL_BUF];

  cd_import_fault (reader->faults, q->row, column, cd_decimal_print (price, 4, 2, found), "a price from %s to %s, the day's lowest and highest", cd_decimal_print (q->low_e4, 4, 2, low), cd_decimal_print (q->high_e4, 4, 2, high));
}

static gboolean
outside (const CdDailyQuote *q, gint64 price)
{
  return price != 0 && q->low_e4 != 0 && q->high_e4 != 0 && (price < q->low_e4 || price > q->high_e4);
}

/* A day without trades repeats the previous close as its open and close, with 0.00 as high and low: nothing to compare then. */
static void
check_prices (CdQuotesReader *reader, const CdDailyQuote *q)
{
  char found[CD_DECIMAL_BUF], low[CD_DECIMAL_BUF];

  if (q->high_e4 != 0 && q->low_e4 > q->high_e4)
    {
      cd_import_fault (reader->faults, q->row, "high", cd_decimal_print (q->high_e4, 4, 2, found), "a highest price not below the lowest, %s", cd_decimal_print (q->low_e4, 4, 2, low));
      return;
    }
  if (outside (q, q->open_e4))
    price_fault (reader, q, "open", q->open_e4);
  if (outside (q, q->close_e4))
    price_fault (reader, q, "close", q->close_e4);
}

static void
compare_sum (CdQuotesReader *reader, const CdDailyQuote *q, const char *column, gint64 all, gint64 list, gint64 block, gint64 slack, int scale)
{
  char found[CD_DECIMAL_BUF], sum[CD_DECIMAL_BUF];
  gint64 total;

  if (all < 0 || list < 0 || block < 0 || !cd_i64_add (list, block, &total) || ABS (all - total) <= slack)
    return;
  cd_import_fault (reader->warnings, q->row, column, cd_decimal_print (all, scale, 0, found), "%s, the sum of the modes", cd_decimal_print (total, scale, 0, sum));
}

void
cd_quotes_check_row (CdQuotesReader *reader, const CdDailyQuote *q)
{
  if (!(q->open_e4 || q->high_e4 || q->low_e4 || q->close_e4) && q->list_qty < 0 && q->block_qty < 0 && q->auction_qty < 0 && q->all_qty < 0)
    {
      cd_import_fault (reader->faults, q->row, NULL, "", "at least one price or quantity");
      return;
    }
  check_prices (reader, q);
  compare_sum (reader, q, "all volume", q->all_qty, q->list_qty, q->block_qty, 0, 0);
  compare_sum (reader, q, "all turnover", q->all_amount_e4, q->list_amount_e4, q->block_amount_e4, AMOUNT_SLACK_E4, 4);
}

/* --- All rows ----------------------------------------------------------------------------------------------------------- */

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const CdDailyQuote *x = *(const CdDailyQuote *const *)a;
  const CdDailyQuote *y = *(const CdDailyQuote *const *)b;
  int order = strcmp (x->instrument, y->instrument);

  if (order != 0)
    return order;
  if (x->day != y->day)
    return x->day < y->day ? -1 : 1;
  return x->row < y->row ? -1 : x->row > y->row;
}

/* From the first price on the struct holds nothing but 64-bit figures. */
static gboolean
same_figures (const CdDailyQuote *a, const CdDailyQuote *b)
{
  const gsize first = offsetof (CdDailyQuote, open_e4);

  return memcmp (&a->open_e4, &b->open_e4, sizeof *a - first) == 0;
}

/* A row that only repeats another one is dropped with a warning; two that differ cannot both be true. */
static void
drop_repeated (CdQuotesReader *reader)
{
  g_ptr_array_sort (reader->rows, compare_rows);
  for (guint i = 1; i < reader->rows->len;)
    {
      const CdDailyQuote *before = g_ptr_array_index (reader->rows, i - 1);
      const CdDailyQuote *row = g_ptr_array_index (reader->rows, i);
      char day[CD_DATE_BUF];

      if (row->day != before->day || strcmp (row->instrument, before->instrument) != 0)
        {
          i++;
          continue;
        }
      if (same_figures (before, row))
        cd_import_fault (reader->warnings, row->row, NULL, row->instrument, "one row for %s; row %u says the same and was taken", cd_date_print (row->day, day), before->row);
      else
        cd_import_fault (reader->faults, row->row, NULL, row->instrument, "one row for %s; row %u has other figures", cd_date_print (row->day, day), before->row);
      g_ptr_array_remove_index (reader->rows, i);
    }
}

static gboolean
is_json (const char *text)
{
  while (g_ascii_isspace (*text))
    text++;
  return *text == '{' || *text == '[';
}

CdQuotes *
cd_quotes_import (const void *bytes, gsize len, const char *instrument, GPtrArray *faults, GError **error)
{
  const char *encoding = NULL;
  g_autofree char *text = cd_import_text (bytes, len, &encoding, error);
  g_autoptr (CdQuotes) quotes = NULL;
  CdQuotesReader reader;

  if (!text)
    return NULL;
  quotes = g_new0 (CdQuotes, 1);
  quotes->encoding = encoding;
  quotes->rows = reader.rows = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_daily_quote_free);
  quotes->warnings = reader.warnings = cd_import_faults_new ();
  reader.faults = faults;
  if (is_json (text) ? !cd_quotes_read_json (&reader, text, error) : !cd_quotes_read_table (&reader, bytes, len, instrument, &quotes->encoding, error))
    return NULL;
  for (guint i = 0; i < reader.rows->len; i++)
    cd_quotes_check_row (&reader, g_ptr_array_index (reader.rows, i));
  drop_repeated (&reader);
  if (!cd_import_faults_to_error (faults, error))
    return NULL;
  if (reader.rows->len == 0)
    {
      g_set_error (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_SYNTAX, "expected at least one row of quotes");
      return NULL;
    }
  return g_steal_pointer (&quotes);
}
