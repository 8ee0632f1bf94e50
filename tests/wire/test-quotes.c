/* test-quotes.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files that people bring: dirty as they are (china-rules 13.4), taken whole or not at all, every bad row named.
 */
#include "cd-csv.h"
#include "cd-quotes-import.h"

#include <string.h>

/* --- Cells ------------------------------------------------------------------------------------------------------------- */

static void
test_numbers (void)
{
  static const struct
  {
    const char *text;
    int scale;
    CdCell cell;
    gint64 value;
  } cases[] = {
    { "4103953 ", 0, CD_CELL_VALUE, 4103953 },
    { "210,230,053.25", 4, CD_CELL_VALUE, G_GINT64_CONSTANT (2102300532500) },
    { " 1,234 ", 0, CD_CELL_VALUE, 1234 },
    { "-", 4, CD_CELL_EMPTY, 0 },
    { "--", 4, CD_CELL_EMPTY, 0 },
    { "—", 4, CD_CELL_EMPTY, 0 },
    { "  ", 4, CD_CELL_EMPTY, 0 },
    { "", 0, CD_CELL_EMPTY, 0 },
    { "0.00", 4, CD_CELL_VALUE, 0 },
    { ".5", 4, CD_CELL_VALUE, 5000 },
    { "007", 0, CD_CELL_VALUE, 7 },
    { "-3.5", 4, CD_CELL_VALUE, -35000 },
    { "１２，３４５．６", 4, CD_CELL_VALUE, 123456000 },
    { "　97.05　", 4, CD_CELL_VALUE, 970500 },
    { "70,074.00（BEA）", 4, CD_CELL_VALUE, 700740000 },
    { "70,074.00(BEA)", 4, CD_CELL_VALUE, 700740000 },
    { "12 (万吨)", 0, CD_CELL_VALUE, 12 },
    { "97.80500000", 4, CD_CELL_VALUE, 978050 },
    { "70.074.00（BEA）", 4, CD_CELL_BAD, 0 },
    { "1,23", 0, CD_CELL_BAD, 0 },
    { "1,2345", 0, CD_CELL_BAD, 0 },
    { "1234,567", 0, CD_CELL_BAD, 0 },
    { ",123", 0, CD_CELL_BAD, 0 },
    { "1,,234", 0, CD_CELL_BAD, 0 },
    { "1.5,000", 4, CD_CELL_BAD, 0 },
    { "1,234,", 0, CD_CELL_BAD, 0 },
    { "2.1E8", 4, CD_CELL_BAD, 0 },
    { "+5", 0, CD_CELL_BAD, 0 },
    { "1.23456", 4, CD_CELL_BAD, 0 },
    { "1.5", 0, CD_CELL_BAD, 0 },
    { "12a", 0, CD_CELL_BAD, 0 },
    { "(BEA)", 0, CD_CELL_BAD, 0 },
    { "5()", 0, CD_CELL_BAD, 0 },
    { "5(1)", 0, CD_CELL_BAD, 0 },
    { ".", 4, CD_CELL_BAD, 0 },
    { "99999999999999999999", 0, CD_CELL_BAD, 0 },
    { "6.73%", 4, CD_CELL_BAD, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 value = 0;

      g_test_message ("“%s”", cases[i].text);
      g_assert_cmpint (cd_import_number (cases[i].text, cases[i].scale, &value), ==, cases[i].cell);
      if (cases[i].cell == CD_CELL_VALUE)
        g_assert_cmpint (value, ==, cases[i].value);
    }
}

static void
test_percent (void)
{
  gint64 bp = 0;

  g_assert_cmpint (cd_import_percent ("6.73%", &bp), ==, CD_CELL_VALUE);
  g_assert_cmpint (bp, ==, 673);
  g_assert_cmpint (cd_import_percent ("-0.01%", &bp), ==, CD_CELL_VALUE);
  g_assert_cmpint (bp, ==, -1);
  g_assert_cmpint (cd_import_percent ("１０％", &bp), ==, CD_CELL_VALUE);
  g_assert_cmpint (bp, ==, 1000);
  g_assert_cmpint (cd_import_percent ("-", &bp), ==, CD_CELL_EMPTY);
  g_assert_cmpint (cd_import_percent ("6.73", &bp), ==, CD_CELL_BAD);
  g_assert_cmpint (cd_import_percent ("%", &bp), ==, CD_CELL_BAD);
  g_assert_cmpint (cd_import_percent ("0.001%", &bp), ==, CD_CELL_BAD);
}

static void
test_dates (void)
{
  static const char *const good[] = { "2026-01-05", "2026/1/5", "2026/01/05", "20260105", "2026年1月5日", "２０２６－０１－０５", " 2026-1-5 " };
  static const char *const bad[] = { "2026-13-01", "2026-02-30", "05.01.2026", "2026-01/05", "2026-01-05x", "202601055", "2026年1月5", "26-1-5", "2026-1", "x", "-" };
  CdDate day;

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_test_message ("%s", good[i]);
      g_assert_cmpint (cd_import_date (good[i], &day), ==, CD_CELL_VALUE);
      g_assert_cmpint (day, ==, cd_date_from_ymd (2026, 1, 5));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_test_message ("%s", bad[i]);
      g_assert_cmpint (cd_import_date (bad[i], &day), ==, CD_CELL_BAD);
    }
  g_assert_cmpint (cd_import_date ("", &day), ==, CD_CELL_EMPTY);
}

/* --- Tables ------------------------------------------------------------------------------------------------------------- */

static CdCsv *
parse_csv (const char *text, GPtrArray *faults)
{
  g_autoptr (GError) error = NULL;
  CdCsv *csv = cd_csv_parse (text, strlen (text), faults, &error);

  g_assert_no_error (error);
  g_assert_nonnull (csv);
  return csv;
}

static void
test_csv (void)
{
  g_autoptr (GPtrArray) faults = cd_import_faults_new ();
  g_autoptr (CdCsv) csv = parse_csv ("a, b ,c\r\n1,\"x, \"\"y\"\"\nz\",3\r\n\r\n4,5\n6,,\n", faults);

  g_assert_cmpuint (cd_csv_n_columns (csv), ==, 3);
  g_assert_cmpstr (cd_csv_name (csv, 1), ==, "b");
  g_assert_cmpuint (cd_csv_n_rows (csv), ==, 2);
  g_assert_cmpstr (cd_csv_cell (csv, 0, 1), ==, "x, \"y\"\nz");
  g_assert_cmpuint (cd_csv_line (csv, 0), ==, 2);
  g_assert_cmpstr (cd_csv_cell (csv, 1, 0), ==, "6");
  g_assert_cmpstr (cd_csv_cell (csv, 1, 2), ==, "");
  g_assert_cmpuint (cd_csv_line (csv, 1), ==, 6);
  g_assert_cmpuint (faults->len, ==, 1);
  g_assert_cmpuint (((CdImportFault *)g_ptr_array_index (faults, 0))->row, ==, 5);
}

static void
test_csv_separators (void)
{
  static const struct
  {
    const char *text;
    char separator;
  } cases[] = { { "a;b;c\n1;2,5;3\n", ';' }, { "a\tb\n1\t2\n", '\t' }, { "a,b\n1,2\n", ',' }, { "\"x;y;z\",b\n1,2\n", ',' }, { "a\n1\n", ',' } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) faults = cd_import_faults_new ();
      g_autoptr (CdCsv) csv = parse_csv (cases[i].text, faults);

      g_assert_cmpint (cd_csv_separator (csv), ==, cases[i].separator);
      g_assert_cmpuint (cd_csv_n_rows (csv), ==, 1);
      g_assert_cmpuint (faults->len, ==, 0);
    }
}

static void
test_csv_bad (void)
{
  static const struct
  {
    const char *bytes;
    gsize len;
    int code;
  } cases[] = {
    { "a,\"b\n1,2\n", 9, CD_IMPORT_ERROR_SYNTAX },
    { "a,\"b\"x\n", 7, CD_IMPORT_ERROR_SYNTAX },
    { "", 0, CD_IMPORT_ERROR_SYNTAX },
    { "\n\n", 2, CD_IMPORT_ERROR_SYNTAX },
    { "a\0b", 3, CD_IMPORT_ERROR_ENCODING },
    { "a\xFF\xFF\n", 4, CD_IMPORT_ERROR_ENCODING },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) faults = cd_import_faults_new ();
      g_autoptr (GError) error = NULL;

      g_assert_null (cd_csv_parse (cases[i].bytes, cases[i].len, faults, &error));
      g_assert_error (error, CD_IMPORT_ERROR, cases[i].code);
    }
}

/* No text is a formula to a spreadsheet, and what was written is read back as it was. */
static void
test_csv_inert (void)
{
  static const char *const texts[] = { "", "a", "=1+1", "=cmd|'/C calc'!A0", "+1", "-1+2", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1+1", "＋1", "－1", "＠x", "'=1", "''=1", "'", "'a", "a=1", " =1", "华能", "\"=1" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *inert = cd_csv_inert (texts[i]);
      g_autoptr (GString) cell = g_string_new ("h\n");
      g_autoptr (GPtrArray) faults = cd_import_faults_new ();
      g_autoptr (CdCsv) csv = NULL;

      g_assert_null (strchr ("=+-@\t\r\n", *inert ? *inert : 'a'));
      g_assert_cmpstr (cd_csv_plain (inert), ==, texts[i]);
      if (!*texts[i])
        continue;
      cd_csv_append (cell, inert);
      csv = parse_csv (cell->str, faults);
      g_assert_cmpstr (cd_csv_plain (cd_csv_cell (csv, 0, 0)), ==, texts[i]);
    }
}

/* Whatever the bytes: an answer or a reason, never a crash, and every cell can be read. */
static void
test_csv_random (void)
{
  static const char alphabet[] = "ab1,;\t\"\n\r \xE5\x90\xA8\xFF";

  for (int round = 0; round < 20000; round++)
    {
      char bytes[64];
      gsize len = (gsize)g_test_rand_int_range (0, 64);
      g_autoptr (GPtrArray) faults = cd_import_faults_new ();
      g_autoptr (GError) error = NULL;
      g_autoptr (CdCsv) csv = NULL;

      for (gsize i = 0; i < len; i++)
        bytes[i] = alphabet[g_test_rand_int_range (0, sizeof alphabet - 1)];
      csv = cd_csv_parse (bytes, len, faults, &error);
      g_assert_true ((csv != NULL) != (error != NULL));
      for (guint r = 0; csv && r < cd_csv_n_rows (csv); r++)
        for (guint c = 0; c < cd_csv_n_columns (csv); c++)
          g_assert_true (g_utf8_validate (cd_csv_cell (csv, r, c), -1, NULL));
    }
}

/* --- Quotes ------------------------------------------------------------------------------------------------------------- */

static CdQuotes *
import_ok (const char *bytes, gsize len, const char *instrument)
{
  g_autoptr (GPtrArray) faults = cd_import_faults_new ();
  g_autoptr (GError) error = NULL;
  CdQuotes *quotes = cd_quotes_import (bytes, len, instrument, faults, &error);

  g_assert_no_error (error);
  g_assert_nonnull (quotes);
  g_assert_cmpuint (faults->len, ==, 0);
  return quotes;
}

static const CdDailyQuote *
row_of (const CdQuotes *quotes, guint i)
{
  g_assert_cmpuint (i, <, quotes->rows->len);
  return g_ptr_array_index (quotes->rows, i);
}

#define MODES "date,all_close,all_volume_t,all_turnover_cny,listed_close,listed_open,listed_high,listed_low,listed_volume_t,listed_turnover_cny,block_volume_t,block_turnover_cny\n"

static void
test_modes (void)
{
  static const char text[] = MODES "2022-08-05,58.5,68765,4022752.5,,,,,,,,\n"
                                   "2021-07-16,51.23,4103953,210230053.25,51.23,48,51.8,48,4103953,210230053.25,0,0\n"
                                   "2023-01-06,55,300,16500,55,55,55,55,100,5500,150,8250\n";
  g_autoptr (CdQuotes) quotes = import_ok (text, strlen (text), "CEA");
  const CdDailyQuote *first = row_of (quotes, 0);
  const CdImportFault *warning;

  g_assert_cmpuint (quotes->rows->len, ==, 3);
  g_assert_cmpstr (first->instrument, ==, "CEA");
  g_assert_cmpint (first->day, ==, cd_date_from_ymd (2021, 7, 16)); /* sorted */
  g_assert_cmpuint (first->row, ==, 3);
  g_assert_cmpint (first->open_e4, ==, 480000);
  g_assert_cmpint (first->close_e4, ==, 512300);
  g_assert_cmpint (first->list_qty, ==, 4103953);
  g_assert_cmpint (first->list_amount_e4, ==, G_GINT64_CONSTANT (2102300532500));
  g_assert_cmpint (first->block_qty, ==, 0);
  g_assert_cmpint (row_of (quotes, 1)->close_e4, ==, 585000); /* the listed cell is empty */
  g_assert_cmpint (row_of (quotes, 1)->list_qty, ==, -1);
  g_assert_cmpint (row_of (quotes, 1)->all_qty, ==, 68765);
  /* 300 t in all, 250 t in the modes: taken, and said. Both figures of the row are off. */
  g_assert_cmpuint (quotes->warnings->len, ==, 2);
  warning = g_ptr_array_index (quotes->warnings, 0);
  g_assert_cmpuint (warning->row, ==, 4);
  g_assert_cmpstr (warning->column, ==, "all volume");
}

static const char chinese[] = "交易日期,市场交易指数,开盘价,最高价,最低价,成交均价,收盘价,成交量(吨),成交额（元）,涨跌幅\n"
                              "2022/3/3,SZA-2016,4.82,4.82,4.82,4.82,4.82,\"1,200 \",\"5,784.00\",-0.01%\n"
                              "2022年3月4日,SZA-2016,4.82,0.00,0.00,-,4.82,0,0,-\n";

static void
check_chinese (const CdQuotes *quotes)
{
  g_assert_cmpuint (quotes->rows->len, ==, 2);
  g_assert_cmpstr (row_of (quotes, 0)->instrument, ==, "SZA-2016");
  g_assert_cmpint (row_of (quotes, 0)->all_qty, ==, 1200);
  g_assert_cmpint (row_of (quotes, 0)->all_amount_e4, ==, 57840000);
  g_assert_cmpint (row_of (quotes, 0)->change_bp, ==, -1);
  /* No trade that day: high and low of 0.00 are none. */
  g_assert_cmpint (row_of (quotes, 1)->high_e4, ==, 0);
  g_assert_cmpint (row_of (quotes, 1)->close_e4, ==, 48200);
  g_assert_cmpint (row_of (quotes, 1)->change_bp, ==, CD_QUOTE_NO_CHANGE);
}

static void
test_encodings (void)
{
  static const char *const names[] = { "GBK", "GB18030", "UTF-16" };
  g_autofree char *marked = g_strconcat ("\xEF\xBB\xBF", chinese, NULL);
  g_autoptr (CdQuotes) plain = import_ok (chinese, strlen (chinese), NULL);
  g_autoptr (CdQuotes) with_mark = import_ok (marked, strlen (marked), NULL);

  check_chinese (plain);
  g_assert_cmpstr (plain->encoding, ==, "UTF-8");
  check_chinese (with_mark);
  g_assert_cmpstr (with_mark->encoding, ==, "UTF-8 with BOM");
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gsize len = 0;
      g_autofree char *bytes = g_convert (chinese, -1, names[i], "UTF-8", NULL, &len, NULL);
      g_autoptr (CdQuotes) quotes = NULL;

      g_assert_nonnull (bytes);
      quotes = import_ok (bytes, len, NULL);
      check_chinese (quotes);
      g_assert_cmpstr (quotes->encoding, ==, i == 2 ? "UTF-16" : "GB18030");
    }
}

static void
assert_fault (const GPtrArray *faults, guint i, guint row, const char *column)
{
  const CdImportFault *fault;

  g_assert_cmpuint (i, <, faults->len);
  fault = g_ptr_array_index (faults, i);
  g_test_message ("row %u, %s: found “%s”, expected %s", fault->row, fault->column, fault->found, fault->expected);
  g_assert_cmpuint (fault->row, ==, row);
  g_assert_cmpstr (fault->column, ==, column);
  g_assert_cmpstr (fault->expected, !=, "");
}

/* Every bad row is named, with what was expected, and the good ones among them are not taken. */
static void
test_bad_rows (void)
{
  static const char text[] = "date,instrument,open,high,low,close,volume_t\n"
                             "2026-01-05,CEA25,97,98,96,97,100\n"
                             "2026-02-30,CEA25,97,98,96,97,100\n"
                             "2026-01-06,CEA25,97,98,96,97\n"
                             "2026-01-07,CEA 25,97,98,96,97,100\n"
                             "2026-01-08,CEA25,97x,98,96,97,100\n"
                             "2026-01-09,CEA25,97,98,96,-97,100\n"
                             "2026-01-12,CEA25,97,96,98,97,100\n"
                             "2026-01-13,CEA25,99,98,96,97,100\n"
                             "2026-01-14,CEA25,,,,,\n"
                             "2026-01-05,CEA25,97,98,96,97.01,100\n"
                             "2026-01-15,CEA25,97,98,96,97,10.5\n";
  g_autoptr (GPtrArray) faults = cd_import_faults_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (cd_quotes_import (text, strlen (text), NULL, faults, &error));
  g_assert_error (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_ROWS);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "nothing was imported"));
  g_assert_cmpuint (faults->len, ==, 10);
  /* First what is no table, then what is no value, then what does not fit together. */
  assert_fault (faults, 0, 4, NULL);
  assert_fault (faults, 1, 3, "date");
  assert_fault (faults, 2, 5, "instrument");
  assert_fault (faults, 3, 6, "open");
  assert_fault (faults, 4, 7, "close");
  assert_fault (faults, 5, 12, "volume_t");
  assert_fault (faults, 6, 8, "high");
  assert_fault (faults, 7, 9, "open");
  assert_fault (faults, 8, 10, NULL);
  assert_fault (faults, 9, 11, NULL);
}

/* One single bad figure in each place of a good file: always refused, always with its row. */
static void
test_every_cell (void)
{
  static const char *const cells[] = { "2026-01-05", "CEA25", "97", "98", "96", "97", "100" };

  for (gsize bad = 0; bad < G_N_ELEMENTS (cells); bad++)
    {
      g_autoptr (GString) text = g_string_new ("date,instrument,open,high,low,close,volume_t\n2026-01-04,CEA25,97,98,96,97,100\n");
      g_autoptr (GPtrArray) faults = cd_import_faults_new ();
      g_autoptr (GError) error = NULL;

      for (gsize i = 0; i < G_N_ELEMENTS (cells); i++)
        g_string_append_printf (text, "%s%s", i ? "," : "", i == bad ? "?!" : cells[i]);
      g_assert_null (cd_quotes_import (text->str, text->len, NULL, faults, &error));
      g_assert_error (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_ROWS);
      g_assert_cmpuint (((CdImportFault *)g_ptr_array_index (faults, 0))->row, ==, 3);
    }
}

static void
test_columns (void)
{
  static const char *const texts[] = { "instrument,close\nCEA25,97\n", "date,instrument\n2026-01-05,CEA25\n", "date,close\n2026-01-05,97\n", "date,instrument,close,close\n2026-01-05,CEA25,97,98\n" };
  static const char header[] = "date,instrument,close\n";
  g_autoptr (GPtrArray) faults = cd_import_faults_new ();
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_null (cd_quotes_import (texts[i], strlen (texts[i]), NULL, faults, &error));
      g_assert_error (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_COLUMNS);
      g_clear_error (&error);
    }
  g_assert_null (cd_quotes_import (header, strlen (header), NULL, faults, &error));
  g_assert_error (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_SYNTAX);
}

static void
test_repeated (void)
{
  static const char text[] = "date,instrument,close\n2026-01-05,CEA25,97\n2026-01-05,CEA24,80\n2026-01-05,CEA25,97.00\n";
  g_autoptr (CdQuotes) quotes = import_ok (text, strlen (text), NULL);

  g_assert_cmpuint (quotes->rows->len, ==, 2);
  g_assert_cmpstr (row_of (quotes, 0)->instrument, ==, "CEA24");
  g_assert_cmpuint (quotes->warnings->len, ==, 1);
  g_assert_cmpuint (((CdImportFault *)g_ptr_array_index (quotes->warnings, 0))->row, ==, 4);
}

/* --- The exchange's JSON ------------------------------------------------------------------------------------------------- */

#define QUOTE(clos, amount) \
  "{\"success\":true,\"data\":[{\"quotPoin\":\"20210716\",\"subjCode\":\"CEA\",\"subjName\":\"碳排放配额\",\"closPric\":\"" clos "\",\"lastClosPric\":\"-\",\"openPric\":\"48.00\",\"highPric\":\"52.80\",\"lowPric\":\"48.00\",\"chanRate\":\"6.73%\",\"chanPric\":\"3.23\",\"dealQty\":\"4103953 \",\"dealAmt\":\"" amount "\",\"limiUpPric\":\"4,103,953\",\"limiDownPric\":\"210,230,053.25\",\"averPric\":\"4103953\",\"updaTime\":\"210230053.25\"}]}"
#define STAT(mode, qty, amount) \
  "{\"success\":true,\"data\":[{\"tradeDate\":\"20210716\",\"subjectCode\":\"CEA\",\"tradeMethod\":\"" mode "\",\"tradeVolume\":\"" qty "\",\"tradeAmount\":\"" amount "\",\"yearVolume\":\"4103953\",\"yearAmount\":\"210230053.25\",\"totalVolume\":\"4103953\",\"totalAmount\":\"210230053.25\"}]}"

static void
test_json_quote (void)
{
  static const char text[] = QUOTE ("51.23", "210,230,053.00");
  g_autoptr (CdQuotes) quotes = import_ok (text, strlen (text), NULL);
  const CdDailyQuote *q = row_of (quotes, 0);

  g_assert_cmpstr (q->instrument, ==, "CEA");
  g_assert_cmpint (q->day, ==, cd_date_from_ymd (2021, 7, 16));
  g_assert_cmpint (q->close_e4, ==, 512300);
  g_assert_cmpint (q->prev_close_e4, ==, 0);
  g_assert_cmpint (q->high_e4, ==, 528000);
  g_assert_cmpint (q->low_e4, ==, 480000);
  g_assert_cmpint (q->change_bp, ==, 673);
  g_assert_cmpint (q->list_qty, ==, 4103953);
  /* The misnamed ones: volumes and turnovers, no limits, no average, no time. */
  g_assert_cmpint (q->year_qty, ==, 4103953);
  g_assert_cmpint (q->year_amount_e4, ==, G_GINT64_CONSTANT (2102300532500));
  g_assert_cmpint (q->total_qty, ==, 4103953);
  g_assert_cmpint (q->total_amount_e4, ==, G_GINT64_CONSTANT (2102300532500));
}

/* Both answers of a day: the turnovers differ by less than a yuan, and the finer one stays. */
static void
test_json_joined (void)
{
  static const char text[] = "[" QUOTE ("51.23", "210,230,053.00") "," STAT ("10", "4103953", "210230053.25") "," STAT ("20", "0", "0") "," STAT ("21", "0", "0") "]";
  g_autoptr (CdQuotes) quotes = import_ok (text, strlen (text), NULL);
  const CdDailyQuote *q = row_of (quotes, 0);

  g_assert_cmpuint (quotes->rows->len, ==, 1);
  g_assert_cmpint (q->list_amount_e4, ==, G_GINT64_CONSTANT (2102300532500));
  g_assert_cmpint (q->block_qty, ==, 0);
  g_assert_cmpint (q->auction_qty, ==, 0);
  g_assert_cmpuint (quotes->warnings->len, ==, 1);
}

static void
test_json_bad (void)
{
  static const struct
  {
    const char *text;
    guint item;
    const char *column;
  } cases[] = {
    { "[" QUOTE ("51.23", "210230053") "," STAT ("10", "4103954", "210230053") "]", 2, "tradeVolume" },
    { "[" QUOTE ("51.23", "210230053") "," STAT ("10", "4103953", "210230055") "]", 2, "tradeAmount" },
    { "[" QUOTE ("51.23", "1") "," QUOTE ("51.24", "1") "]", 2, "closPric" },
    { STAT ("99", "1", "1"), 1, "tradeMethod" },
    { QUOTE ("53", "1"), 1, "close" },
    { "{\"success\":false,\"data\":[]}", 1, "success" },
    { "[1]", 1, NULL },
    { "[{\"subjCode\":\"CEA\"}]", 1, "quotPoin" },
    { "[{\"subjCode\":\"CEA\",\"quotPoin\":\"20210799\",\"closPric\":\"5\"}]", 1, "quotPoin" },
    { "[{\"subjCode\":7,\"quotPoin\":\"20210716\"}]", 1, "subjCode" },
    { "[{\"subjCode\":\"CEA\",\"quotPoin\":\"20210716\",\"closPric\":51.23}]", 1, "closPric" },
    { "[{\"subjCode\":\"CEA\",\"quotPoin\":\"20210716\",\"closPric\":[]}]", 1, "closPric" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) faults = cd_import_faults_new ();
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].text);
      g_assert_null (cd_quotes_import (cases[i].text, strlen (cases[i].text), NULL, faults, &error));
      g_assert_error (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_ROWS);
      assert_fault (faults, 0, cases[i].item, cases[i].column);
    }
}

/* A file without a byte has no pointer either: it is refused as any other without a table. */
static void
test_nothing (void)
{
  g_autoptr (GPtrArray) faults = cd_import_faults_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = cd_import_text (NULL, 0, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "");
  g_assert_null (cd_quotes_import (NULL, 0, "CEA", faults, &error));
  g_assert_nonnull (error);
}

static void
test_json_syntax (void)
{
  static const char *const texts[] = { "{", "[1,]", "{\"a\":1,\"a\":2}", "[]", "{\"success\":true,\"data\":null}" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GPtrArray) faults = cd_import_faults_new ();
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", texts[i]);
      g_assert_null (cd_quotes_import (texts[i], strlen (texts[i]), NULL, faults, &error));
      g_assert_nonnull (error);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/quotes/numbers", test_numbers);
  g_test_add_func ("/wire/quotes/percent", test_percent);
  g_test_add_func ("/wire/quotes/dates", test_dates);
  g_test_add_func ("/wire/quotes/csv", test_csv);
  g_test_add_func ("/wire/quotes/csv-separators", test_csv_separators);
  g_test_add_func ("/wire/quotes/csv-bad", test_csv_bad);
  g_test_add_func ("/wire/quotes/csv-inert", test_csv_inert);
  g_test_add_func ("/wire/quotes/csv-random", test_csv_random);
  g_test_add_func ("/wire/quotes/modes", test_modes);
  g_test_add_func ("/wire/quotes/encodings", test_encodings);
  g_test_add_func ("/wire/quotes/bad-rows", test_bad_rows);
  g_test_add_func ("/wire/quotes/every-cell", test_every_cell);
  g_test_add_func ("/wire/quotes/columns", test_columns);
  g_test_add_func ("/wire/quotes/repeated", test_repeated);
  g_test_add_func ("/wire/quotes/json-quote", test_json_quote);
  g_test_add_func ("/wire/quotes/json-joined", test_json_joined);
  g_test_add_func ("/wire/quotes/json-bad", test_json_bad);
  g_test_add_func ("/wire/quotes/json-syntax", test_json_syntax);
  g_test_add_func ("/wire/quotes/nothing", test_nothing);
  return g_test_run ();
}
