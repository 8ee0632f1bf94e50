/* cd-replay-okx.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The checksum is made of the text as sent, so the levels keep theirs beside the book's integers.
 */
#include "cd-replay-private.h"

#include "cd-id.h"
#include "cd-json.h"

#include <string.h>

#define SCALE 9
#define CHECKED_LEVELS 25

typedef struct
{
  CdBook *book;
  GHashTable *text[2]; /* gint64 price -> "price:size" as sent; bids, asks */
  gint64 seq;          /* 0 = none yet */
} OkxBook;

typedef struct
{
  GHashTable *books;
  CdReplayResult *result;
  const char *line;
  guint row;
} Replay;

static OkxBook *
okx_book_new (void)
{
  OkxBook *okx = g_new0 (OkxBook, 1);

  okx->book = cd_book_new (SCALE, SCALE);
  for (int s = 0; s < 2; s++)
    okx->text[s] = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  return okx;
}

static void
okx_book_free (gpointer data)
{
  OkxBook *okx = data;

  cd_book_free (okx->book);
  g_hash_table_unref (okx->text[0]);
  g_hash_table_unref (okx->text[1]);
  g_free (okx);
}

static gboolean
text_at (const CdJson *level, guint column, const char **out)
{
  CdJson cell;

  if (cd_json_length (level) <= column)
    return FALSE;
  cell = cd_json_at (level, column);
  return cd_json_get_string (&cell, NULL, out, NULL);
}

static gboolean
apply_level (OkxBook *okx, int s, const CdJson *level, GError **error)
{
  const char *price_text, *size_text;
  gint64 price, size;

  if (!text_at (level, 0, &price_text) || !text_at (level, 1, &size_text))
    {
      g_set_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_TYPE, "%s: expected price and size as text", s ? "asks" : "bids");
      return FALSE;
    }
  if (!cd_decimal_parse (price_text, -1, SCALE, &price, error) || !cd_decimal_parse (size_text, -1, SCALE, &size, error))
    return FALSE;
  cd_book_set (okx->book, s ? CD_SIDE_SELL : CD_SIDE_BUY, price, size, 0);
  if (size == 0)
    g_hash_table_remove (okx->text[s], &price);
  else
    g_hash_table_replace (okx->text[s], g_memdup2 (&price, sizeof price), g_strconcat (price_text, ":", size_text, NULL));
  return TRUE;
}

static gboolean
apply_side (OkxBook *okx, int s, const CdJson *item, GError **error)
{
  CdJson levels;

  if (!cd_json_find (item, s ? "asks" : "bids", &levels))
    return TRUE;
  for (guint i = 0; i < cd_json_length (&levels); i++)
    {
      CdJson level = cd_json_at (&levels, i);

      if (!apply_level (okx, s, &level, error))
        return FALSE;
    }
  return TRUE;
}

static void
append_level (const OkxBook *okx, int s, gsize index, GString *out)
{
  CdLevel level;

  if (!cd_book_level (okx->book, s ? CD_SIDE_SELL : CD_SIDE_BUY, index, &level))
    return;
  if (out->len > 0)
    g_string_append_c (out, ':');
  g_string_append (out, g_hash_table_lookup (okx->text[s], &level.price));
}

/* Bid and ask in turn, best first; where one side ends the other goes on alone. */
static gint32
checksum (const OkxBook *okx)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < CHECKED_LEVELS; i++)
    for (int s = 0; s < 2; s++)
      append_level (okx, s, i, text);
  return (gint32)cd_crc32 (0, text->str, text->len);
}

/* Prices and sizes as sent. */
static void
give_row (const Replay *r, const OkxBook *okx, const char *name)
{
  g_autoptr (GString) out = NULL;

  if (!r->result->row)
    return;
  out = cd_replay_row_begin (r->row, r->line, name);
  for (gsize i = 0; i < cd_replay_row_levels (r->result); i++)
    for (int s = 1; s >= 0; s--)
      {
        g_autofree char *text = NULL;
        CdLevel level;

        if (cd_book_level (okx->book, s ? CD_SIDE_SELL : CD_SIDE_BUY, i, &level))
          text = g_strdelimit (g_strdup (g_hash_table_lookup (okx->text[s], &level.price)), ":", ',');
        g_string_append_printf (out, ",%s", text ? text : ",");
      }
  r->result->row (out->str, r->result->row_data);
}

static gboolean
take_item (Replay *r, const char *name, gboolean snapshot, const CdJson *item, GError **error)
{
  OkxBook *okx = g_hash_table_lookup (r->books, name);
  gint64 theirs, seq = 0, prev = 0;

  if (!okx || snapshot)
    {
      okx = okx_book_new ();
      g_hash_table_replace (r->books, g_strdup (name), okx);
    }
  if (cd_json_get_int (item, "seqId", 0, G_MAXINT64, &seq, NULL) && cd_json_get_int (item, "prevSeqId", -1, G_MAXINT64, &prev, NULL))
    {
      if (okx->seq)
        cd_replay_count (r->result, prev == okx->seq, "line %u, %s: prevSeqId %" G_GINT64_FORMAT " after seqId %" G_GINT64_FORMAT, r->row, name, prev, okx->seq);
      okx->seq = seq;
    }
  if (!apply_side (okx, 0, item, error) || !apply_side (okx, 1, item, error))
    return FALSE;
  if (cd_json_get_int (item, "checksum", G_MININT32, G_MAXINT32, &theirs, NULL))
    cd_replay_count (r->result, checksum (okx) == theirs, "line %u, %s: ours %d, theirs %" G_GINT64_FORMAT, r->row, name, checksum (okx), theirs);
  give_row (r, okx, name);
  return TRUE;
}

static gboolean
take_message (Replay *r, const char *json, GError **error)
{
  g_autoptr (CdJsonDoc) doc = cd_json_parse (json, -1, CD_JSON_SIZE_MAX, error);
  CdJson root, arg, data;
  const char *action, *name = NULL;

  if (!doc)
    return FALSE;
  root = cd_json_root (doc);
  if (!cd_json_is_object (&root) || !cd_json_get_string (&root, "action", &action, NULL) || !cd_json_get_array (&root, "data", &data, NULL))
    return TRUE; /* an event of the connection, or another channel */
  if (cd_json_find (&root, "arg", &arg))
    cd_json_get_string (&arg, "instId", &name, NULL);
  for (guint i = 0; i < cd_json_length (&data); i++)
    {
      CdJson item = cd_json_at (&data, i);
      const char *own = name;

      if (!own && !cd_json_get_string (&item, "instrument_id", &own, NULL))
        {
          g_set_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_MISSING, "expected arg.instId, or instrument_id in data[%u]", i);
          return FALSE;
        }
      if (!take_item (r, own, g_str_equal (action, "snapshot") || g_str_equal (action, "partial"), &item, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
cd_replay_okx (const char *lines, CdReplayResult *result, GError **error)
{
  g_autoptr (GHashTable) books = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, okx_book_free);
  g_auto (GStrv) rows = g_strsplit (lines, "\n", -1);
  Replay r = { .books = books, .result = result };

  for (guint i = 0; rows[i]; i++)
    {
      const char *tab = strchr (rows[i], '\t');

      r.row = i + 1;
      r.line = rows[i];
      if (tab && !take_message (&r, tab + 1, error))
        {
          g_prefix_error (error, "line %u: ", r.row);
          return FALSE;
        }
    }
  return TRUE;
}
