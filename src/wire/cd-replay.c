/* cd-replay.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-replay-private.h"

#include <string.h>

#include "cd-id.h"
#include "cd-json.h"

void
cd_replay_result_clear (CdReplayResult *result)
{
  g_clear_pointer (&result->first_mismatch, g_free);
}

GString *
cd_replay_row_begin (guint line, const char *time, const char *symbol)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "%u,%.*s,%s", line, (int)strcspn (time, "\t"), time, symbol);
  return out;
}

guint
cd_replay_row_levels (const CdReplayResult *result)
{
  return result->row_levels > 0 ? result->row_levels : CD_REPLAY_LEVELS_DEFAULT;
}

void
cd_replay_row_book (GString *out, const CdBook *book, guint levels, int scale)
{
  static const CdSide sides[] = { CD_SIDE_SELL, CD_SIDE_BUY };
  char price[CD_DECIMAL_BUF], size[CD_DECIMAL_BUF];

  for (guint i = 0; i < levels; i++)
    for (int s = 0; s < 2; s++)
      {
        CdLevel level;

        if (cd_book_level (book, sides[s], i, &level))
          g_string_append_printf (out, ",%s,%s", cd_decimal_print (level.price, scale, 0, price), cd_decimal_print (level.qty, scale, 0, size));
        else
          g_string_append (out, ",,");
      }
}

void
cd_replay_count (CdReplayResult *result, gboolean matched, const char *format, ...)
{
  va_list args;

  result->checked++;
  if (matched)
    {
      result->matched++;
      return;
    }
  if (result->first_mismatch)
    return;
  va_start (args, format);
  result->first_mismatch = g_strdup_vprintf (format, args);
  va_end (args);
}

/* --- Kraken ---------------------------------------------------------------------------------------------------------- */

/* A level with its text: trailing zeros belong to the checksum. */
typedef struct
{
  gint64 price; /* 10⁻⁹ */
  char *price_text, *size_text;
} KrakenLevel;

typedef struct
{
  GArray *half[2]; /* KrakenLevel: bids, asks, best first */
} KrakenBook;

static void
kraken_level_clear (gpointer data)
{
  KrakenLevel *level = data;

  g_free (level->price_text);
  g_free (level->size_text);
}

static void
kraken_book_free (gpointer data)
{
  KrakenBook *book = data;

  g_array_unref (book->half[0]);
  g_array_unref (book->half[1]);
  g_free (book);
}

static KrakenBook *
kraken_book_new (void)
{
  KrakenBook *book = g_new0 (KrakenBook, 1);

  for (int s = 0; s < 2; s++)
    {
      book->half[s] = g_array_new (FALSE, TRUE, sizeof (KrakenLevel));
      g_array_set_clear_func (book->half[s], kraken_level_clear);
    }
  return book;
}

static gboolean
kraken_set (KrakenBook *book, int side, const char *price_text, const char *size_text, GError **error)
{
  GArray *half = book->half[side];
  gint64 price, size;
  guint i = 0;
  KrakenLevel level;

  if (!cd_decimal_parse (price_text, -1, 9, &price, error) || !cd_decimal_parse (size_text, -1, 9, &size, error))
    return FALSE;
  while (i < half->len && (side == 0 ? g_array_index (half, KrakenLevel, i).price > price : g_array_index (half, KrakenLevel, i).price < price))
    i++;
  if (i < half->len && g_array_index (half, KrakenLevel, i).price == price)
    g_array_remove_index (half, i);
  if (size == 0)
    return TRUE;
  level = (KrakenLevel){ price, g_strdup (price_text), g_strdup (size_text) };
  g_array_insert_val (half, i, level);
  return TRUE;
}

static void
append_digits (GString *out, const char *text)
{
  gboolean started = FALSE;

  for (; *text; text++)
    {
      if (*text == '.' || (*text == '0' && !started))
        continue;
      started = TRUE;
      g_string_append_c (out, *text);
    }
}

static guint32
kraken_crc (const KrakenBook *book)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (int s = 1; s >= 0; s--)
    for (guint i = 0; i < 10 && i < book->half[s]->len; i++)
      {
        append_digits (text, g_array_index (book->half[s], KrakenLevel, i).price_text);
        append_digits (text, g_array_index (book->half[s], KrakenLevel, i).size_text);
      }
  return cd_crc32 (0, text->str, text->len);
}

static gboolean
text_of (const CdJson *at, const char **out)
{
  if (!JSON_NODE_HOLDS_VALUE (at->node) || json_node_get_value_type (at->node) != G_TYPE_STRING)
    return FALSE;
  *out = json_node_get_string (at->node);
  return TRUE;
}

static gboolean
kraken_side (KrakenBook *book, const CdJson *object, const char *member, int side, GError **error)
{
  CdJson levels;

  if (!cd_json_find (object, member, &levels))
    return TRUE;
  for (guint i = 0; i < cd_json_length (&levels); i++)
    {
      CdJson level = cd_json_at (&levels, i);
      CdJson price = cd_json_at (&level, 0), size = cd_json_at (&level, 1);
      const char *p, *s;

      if (!text_of (&price, &p) || !text_of (&size, &s))
        {
          g_set_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_TYPE, "%s[%u]: expected price and size as text", member, i);
          return FALSE;
        }
      if (!kraken_set (book, side, p, s, error))
        return FALSE;
    }
  return TRUE;
}

static void
kraken_row (const KrakenBook *book, guint line, const char *time, const char *pair, const CdReplayResult *result)
{
  g_autoptr (GString) out = NULL;

  if (!result->row)
    return;
  out = cd_replay_row_begin (line, time, pair);
  for (guint i = 0; i < cd_replay_row_levels (result); i++)
    for (int s = 1; s >= 0; s--)
      {
        const KrakenLevel *level = i < book->half[s]->len ? &g_array_index (book->half[s], KrakenLevel, i) : NULL;

        g_string_append_printf (out, ",%s,%s", level ? level->price_text : "", level ? level->size_text : "");
      }
  result->row (out->str, result->row_data);
}

static gboolean
kraken_line (GHashTable *books, const char *time, const char *json, guint row, CdReplayResult *result, GError **error)
{
  g_autoptr (CdJsonDoc) doc = cd_json_parse (json, -1, CD_JSON_SIZE_MAX, error);
  CdJson root, name;
  const char *pair, *checksum = NULL;
  KrakenBook *book;
  guint n;

  if (!doc)
    return FALSE;
  root = cd_json_root (doc);
  n = cd_json_length (&root);
  if (n < 4)
    return TRUE; /* an event of the connection */
  name = cd_json_at (&root, n - 1);
  if (!text_of (&name, &pair))
    return TRUE;
  book = g_hash_table_lookup (books, pair);
  if (!book)
    {
      book = kraken_book_new ();
      g_hash_table_insert (books, g_strdup (pair), book);
    }
  for (guint i = 1; i + 2 < n; i++)
    {
      CdJson part = cd_json_at (&root, i);

      if (!kraken_side (book, &part, "as", 1, error) || !kraken_side (book, &part, "bs", 0, error) || !kraken_side (book, &part, "a", 1, error) || !kraken_side (book, &part, "b", 0, error))
        return FALSE;
      cd_json_get_string (&part, "c", &checksum, NULL);
    }
  if (checksum)
    {
      g_autofree char *ours = g_strdup_printf ("%u", kraken_crc (book));

      cd_replay_count (result, g_str_equal (ours, checksum), "line %u, %s: ours %s, theirs %s", row, pair, ours, checksum);
    }
  kraken_row (book, row, time, pair, result);
  return TRUE;
}

gboolean
cd_replay_kraken (const char *lines, CdReplayResult *result, GError **error)
{
  g_autoptr (GHashTable) books = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, kraken_book_free);
  g_auto (GStrv) rows = g_strsplit (lines, "\n", -1);

  for (guint i = 0; rows[i]; i++)
    {
      const char *tab = strchr (rows[i], '\t');

      if (tab && !kraken_line (books, rows[i], tab + 1, i + 1, result, error))
        {
          g_prefix_error (error, "line %u: ", i + 1);
          return FALSE;
        }
    }
  return TRUE;
}

/* --- Binance --------------------------------------------------------------------------------------------------------- */

static gboolean
binance_line (GHashTable *last, const char *json, guint row, CdReplayResult *result, GError **error)
{
  g_autoptr (CdJsonDoc) doc = cd_json_parse (json, -1, CD_JSON_SIZE_MAX, error);
  CdJson root, data;
  const char *symbol;
  gint64 first, final_id;
  gint64 *before;

  if (!doc)
    return FALSE;
  root = cd_json_root (doc);
  if (!cd_json_find (&root, "data", &data) || !cd_json_get_int (&data, "U", 0, G_MAXINT64, &first, NULL) || !cd_json_get_int (&data, "u", 0, G_MAXINT64, &final_id, NULL) || !cd_json_get_string (&data, "s", &symbol, NULL))
    return TRUE; /* another kind of message */
  before = g_hash_table_lookup (last, symbol);
  if (before)
    cd_replay_count (result, first == *before + 1, "line %u, %s: U %" G_GINT64_FORMAT " after u %" G_GINT64_FORMAT, row, symbol, first, *before);
  else
    {
      before = g_new (gint64, 1);
      g_hash_table_insert (last, g_strdup (symbol), before);
    }
  *before = final_id;
  return TRUE;
}

gboolean
cd_replay_binance (const char *diffs, CdReplayResult *result, GError **error)
{
  g_autoptr (GHashTable) last = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) rows = g_strsplit (diffs, "\n", -1);

  for (guint i = 0; rows[i]; i++)
    {
      const char *tab = strchr (rows[i], '\t');

      if (tab && !binance_line (last, tab + 1, i + 1, result, error))
        {
          g_prefix_error (error, "line %u: ", i + 1);
          return FALSE;
        }
    }
  return TRUE;
}
