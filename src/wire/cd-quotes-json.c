/* cd-quotes-json.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Daily quotes as the exchange's quotes page gets them. Undocumented; what each member holds was found from five years of answers
 * (china-rules 12, 13.4).
 */
#include "cd-quotes-private.h"

#include "cd-json.h"

#define AMOUNT_SLACK_E4 (1 * CD_E4)

typedef struct
{
  CdQuotesReader *reader;
  GHashTable *by_key; /* "CODE day" -> CdDailyQuote (borrowed) */
  guint item;
} Walk;

/* The member as text; %NULL when it is absent or null. */
static const char *
text_of (Walk *walk, const CdJson *item, const char *member, char buf[CD_DECIMAL_BUF])
{
  const char *text = NULL;
  gint64 number;

  if (!cd_json_has (item, member))
    return NULL;
  if (cd_json_get_string (item, member, &text, NULL))
    return text;
  if (cd_json_get_int (item, member, G_MININT64, G_MAXINT64, &number, NULL))
    return cd_decimal_print (number, 0, 0, buf);
  cd_import_fault (walk->reader->faults, walk->item, member, "", "a text or a whole number");
  return NULL;
}

static void
take (Walk *walk, const CdJson *item, const char *member, int scale, gint64 *out)
{
  char buf[CD_DECIMAL_BUF];
  const char *text = text_of (walk, item, member, buf);

  if (text)
    cd_quotes_take_figure (walk->reader, walk->item, member, text, scale, out);
}

/* The quote of the item's instrument and day, made when it is the first one. */
static CdDailyQuote *
quote_of (Walk *walk, const CdJson *item, const char *day_member, const char *code_member)
{
  char buf[CD_DECIMAL_BUF];
  const char *day_text = text_of (walk, item, day_member, buf);
  CdDailyQuote *quote = cd_daily_quote_new (walk->item), *known;
  const char *code = NULL;
  g_autofree char *key = NULL;

  if (!day_text || cd_import_date (day_text, &quote->day) != CD_CELL_VALUE)
    {
      cd_import_fault (walk->reader->faults, walk->item, day_member, day_text, "a day as 20261214");
      cd_daily_quote_free (quote);
      return NULL;
    }
  cd_json_get_string (item, code_member, &code, NULL);
  if (!cd_quotes_take_code (walk->reader, quote, code_member, code))
    {
      cd_daily_quote_free (quote);
      return NULL;
    }
  key = g_strdup_printf ("%s %d", quote->instrument, quote->day);
  known = g_hash_table_lookup (walk->by_key, key);
  if (known)
    {
      cd_daily_quote_free (quote);
      return known;
    }
  g_ptr_array_add (walk->reader->rows, quote);
  g_hash_table_insert (walk->by_key, g_steal_pointer (&key), quote);
  return quote;
}

/* What was known must be what is said now, within @slack; @out keeps the finer of the two. */
static void
join (Walk *walk, const char *member, int scale, gint64 slack, gint64 said, gint64 *out)
{
  char found[CD_DECIMAL_BUF], known[CD_DECIMAL_BUF];

  if (said < 0 || said == *out)
    return;
  if (*out < 0)
    {
      *out = said;
      return;
    }
  cd_decimal_print (said, scale, 0, found);
  cd_decimal_print (*out, scale, 0, known);
  if (ABS (said - *out) > slack)
    {
      cd_import_fault (walk->reader->faults, walk->item, member, found, "%s, as another item of the same day says", known);
      return;
    }
  cd_import_fault (walk->reader->warnings, walk->item, member, found, "%s, as another item of the same day says; the figure with more decimals was taken", known);
  if (said % CD_E4 != 0)
    *out = said;
}

static void
join_amounts (Walk *walk, const CdJson *item, const char *units, const char *amount, gint64 *qty, gint64 *amount_e4)
{
  gint64 said_qty = -1, said_amount = -1;

  take (walk, item, units, 0, &said_qty);
  take (walk, item, amount, 4, &said_amount);
  join (walk, units, 0, 0, said_qty, qty);
  join (walk, amount, 4, AMOUNT_SLACK_E4, said_amount, amount_e4);
}

static void
take_price (Walk *walk, const CdJson *item, const char *member, gint64 *out)
{
  gint64 said = 0;

  take (walk, item, member, 4, &said);
  if (said == 0)
    return;
  if (*out != 0 && *out != said)
    {
      char found[CD_DECIMAL_BUF], known[CD_DECIMAL_BUF];

      cd_import_fault (walk->reader->faults, walk->item, member, cd_decimal_print (said, 4, 2, found), "%s, as another item of the same day says", cd_decimal_print (*out, 4, 2, known));
    }
  *out = said;
}

/* One item of queryMarketByDate. The last four members hold something else than they are called. */
static void
take_market (Walk *walk, const CdJson *item)
{
  CdDailyQuote *quote = quote_of (walk, item, "quotPoin", "subjCode");
  char buf[CD_DECIMAL_BUF];
  const char *change;

  if (!quote)
    return;
  take_price (walk, item, "openPric", &quote->open_e4);
  take_price (walk, item, "highPric", &quote->high_e4);
  take_price (walk, item, "lowPric", &quote->low_e4);
  take_price (walk, item, "closPric", &quote->close_e4);
  take_price (walk, item, "lastClosPric", &quote->prev_close_e4);
  change = text_of (walk, item, "chanRate", buf);
  if (change && cd_import_percent (change, &quote->change_bp) == CD_CELL_BAD)
    cd_import_fault (walk->reader->faults, walk->item, "chanRate", change, "a percentage such as 6.73%%");
  join_amounts (walk, item, "dealQty", "dealAmt", &quote->list_qty, &quote->list_amount_e4);
  join_amounts (walk, item, "limiUpPric", "limiDownPric", &quote->year_qty, &quote->year_amount_e4);
  join_amounts (walk, item, "averPric", "updaTime", &quote->total_qty, &quote->total_amount_e4);
}

/* One item of querySubStat: a mode of a day. */
static void
take_stat (Walk *walk, const CdJson *item)
{
  CdDailyQuote *quote = quote_of (walk, item, "tradeDate", "subjectCode");
  char buf[CD_DECIMAL_BUF];
  const char *mode = quote ? text_of (walk, item, "tradeMethod", buf) : NULL;

  if (!quote)
    return;
  if (g_strcmp0 (mode, "10") == 0)
    {
      join_amounts (walk, item, "tradeVolume", "tradeAmount", &quote->list_qty, &quote->list_amount_e4);
      join_amounts (walk, item, "yearVolume", "yearAmount", &quote->year_qty, &quote->year_amount_e4);
      join_amounts (walk, item, "totalVolume", "totalAmount", &quote->total_qty, &quote->total_amount_e4);
    }
  else if (g_strcmp0 (mode, "20") == 0)
    join_amounts (walk, item, "tradeVolume", "tradeAmount", &quote->block_qty, &quote->block_amount_e4);
  else if (g_strcmp0 (mode, "21") == 0)
    join_amounts (walk, item, "tradeVolume", "tradeAmount", &quote->auction_qty, &quote->auction_amount_e4);
  else
    cd_import_fault (walk->reader->faults, walk->item, "tradeMethod", mode, "10 (listed), 20 (block) or 21 (auction)");
}

static void walk_value (Walk *walk, const CdJson *value);

static void
walk_array (Walk *walk, const CdJson *array)
{
  for (guint i = 0; i < cd_json_length (array); i++)
    {
      CdJson item = cd_json_at (array, i);

      walk_value (walk, &item);
    }
}

/* An answer with its data, an item, or a list of either. */
static void
walk_value (Walk *walk, const CdJson *value)
{
  CdJson data;
  gboolean success = TRUE;

  if (cd_json_is_array (value))
    {
      walk_array (walk, value);
      return;
    }
  if (cd_json_is_object (value) && cd_json_find (value, "data", &data))
    {
      if (cd_json_has (value, "success") && (!cd_json_get_bool (value, "success", &success, NULL) || !success))
        cd_import_fault (walk->reader->faults, walk->item + 1, "success", success ? "" : "false", "an answer that succeeded");
      else if (cd_json_has (value, "data"))
        walk_value (walk, &data);
      return;
    }
  walk->item++;
  if (cd_json_is_object (value) && cd_json_present (value, "subjCode"))
    take_market (walk, value);
  else if (cd_json_is_object (value) && cd_json_present (value, "subjectCode"))
    take_stat (walk, value);
  else
    cd_import_fault (walk->reader->faults, walk->item, NULL, "", "an item with subjCode (a quote) or subjectCode (a mode of a day)");
}

gboolean
cd_quotes_read_json (CdQuotesReader *reader, const char *text, GError **error)
{
  g_autoptr (GError) inner = NULL;
  g_autoptr (CdJsonDoc) doc = cd_json_parse (text, -1, CD_IMPORT_BYTES_MAX, &inner);
  Walk walk = { .reader = reader };
  CdJson root;

  if (!doc)
    {
      g_set_error (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_SYNTAX, "expected JSON: %s", inner->message);
      return FALSE;
    }
  walk.by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  root = cd_json_root (doc);
  walk_value (&walk, &root);
  g_hash_table_unref (walk.by_key);
  return TRUE;
}
