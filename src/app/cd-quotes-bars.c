/* cd-quotes-bars.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-quotes-bars.h"

#include <string.h>

#include "cd-json.h"

CdBar
cd_quotes_bar (const CdDailyQuote *quote, const CdZone *zone)
{
  CdBar bar = { .day = quote->day, .start_us = cd_zone_to_us (zone, quote->day, 0), .open_e4 = quote->open_e4, .high_e4 = quote->high_e4, .low_e4 = quote->low_e4, .close_e4 = quote->close_e4 };

  bar.volume = quote->all_qty >= 0 ? quote->all_qty : MAX (quote->list_qty, 0) + MAX (quote->block_qty, 0);
  bar.amount_e4 = quote->all_amount_e4 >= 0 ? quote->all_amount_e4 : MAX (quote->list_amount_e4, 0) + MAX (quote->block_amount_e4, 0);
  return bar;
}

char *
cd_quotes_name_from_file (const char *file)
{
  g_autofree char *stem = g_strndup (file, strcspn (file, "_-. "));
  gboolean plain = *stem != 0;

  for (const char *p = stem; *p; p++)
    plain &= g_ascii_isalnum (*p);
  return plain ? g_ascii_strup (stem, -1) : NULL;
}

gboolean
cd_quotes_each_instrument (const CdQuotes *quotes, CdQuotesRunFunc func, gpointer data)
{
  const GPtrArray *rows = quotes->rows;
  guint first = 0;

  for (guint i = 1; i <= rows->len; i++)
    if (i == rows->len || !g_str_equal (((CdDailyQuote *)g_ptr_array_index (rows, i))->instrument, ((CdDailyQuote *)g_ptr_array_index (rows, first))->instrument))
      {
        if (!func (quotes, first, i, data))
          return FALSE;
        first = i;
      }
  return TRUE;
}

static gboolean
write_code (const CdQuotes *quotes, guint first, guint end, gpointer json)
{
  cd_json_writer_string (json, NULL, ((CdDailyQuote *)g_ptr_array_index (quotes->rows, first))->instrument);
  return TRUE;
}

GBytes *
cd_quotes_about (const CdQuotes *quotes, const char *file)
{
  g_autoptr (CdJsonWriter) json = cd_json_writer_new ();
  g_autofree char *base = g_utf8_make_valid (file, -1);
  char *text;

  cd_json_writer_begin_object (json, NULL);
  cd_json_writer_string (json, "what", "quotes");
  cd_json_writer_string (json, "file", base);
  cd_json_writer_string (json, "encoding", quotes->encoding);
  cd_json_writer_int (json, "rows", quotes->rows->len);
  cd_json_writer_begin_array (json, "instruments");
  cd_quotes_each_instrument (quotes, write_code, json);
  cd_json_writer_end_array (json);
  cd_json_writer_end_object (json);
  text = cd_json_writer_finish (json);
  return g_bytes_new_take (text, strlen (text));
}
