/* cd-replay-binance.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A book from a snapshot and diffs, held against the best prices that the venue sends on another channel.
 */
#include "cd-replay-private.h"

#include "cd-json.h"

#include <string.h>

#define SCALE 8

typedef struct
{
  gint64 id;
  CdLevel bid, ask;
} Best;

typedef struct
{
  CdBook *book;
  gint64 last; /* id of the last diff applied */
  gboolean broken;
  GArray *best; /* Best, in the order they came; ids rise */
} Symbol;

typedef struct
{
  GHashTable *symbols;
  CdReplayResult *result;
} Replay;

static void
symbol_free (gpointer data)
{
  Symbol *symbol = data;

  cd_book_free (symbol->book);
  g_array_unref (symbol->best);
  g_free (symbol);
}

static gboolean
decimal_of (const CdJson *at, const char *member, gint64 *out, GError **error)
{
  const char *text;

  if (!cd_json_get_string (at, member, &text, NULL))
    {
      g_set_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_TYPE, "%s: expected a decimal as text", member ? member : "level");
      return FALSE;
    }
  return cd_decimal_parse (text, -1, SCALE, out, error);
}

static gboolean
apply_side (CdBook *book, CdSide side, const CdJson *message, const char *member, GError **error)
{
  CdJson levels;

  if (!cd_json_get_array (message, member, &levels, NULL))
    {
      g_set_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_MISSING, "%s: expected a list of levels", member);
      return FALSE;
    }
  for (guint i = 0; i < cd_json_length (&levels); i++)
    {
      CdJson level = cd_json_at (&levels, i);
      CdJson price, qty;
      gint64 p, q;

      if (cd_json_length (&level) < 2)
        {
          g_set_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_VALUE, "%s[%u]: expected price and quantity", member, i);
          return FALSE;
        }
      price = cd_json_at (&level, 0);
      qty = cd_json_at (&level, 1);
      if (!decimal_of (&price, NULL, &p, error) || !decimal_of (&qty, NULL, &q, error))
        return FALSE;
      cd_book_set (book, side, p, q, 0);
    }
  return TRUE;
}

/* --- Snapshots ---------------------------------------------------------------------------------------------------------- */

static gboolean
take_snapshot (Replay *r, const char *line, GError **error)
{
  g_auto (GStrv) cells = g_strsplit (line, "\t", 3);
  g_autoptr (CdJsonDoc) doc = NULL;
  Symbol *symbol;
  CdJson root;

  if (g_strv_length (cells) < 3)
    {
      g_set_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_SYNTAX, "expected receive time, symbol and snapshot, parted by tabs");
      return FALSE;
    }
  doc = cd_json_parse (cells[2], -1, CD_JSON_SIZE_MAX, error);
  if (!doc)
    return FALSE;
  root = cd_json_root (doc);
  symbol = g_new0 (Symbol, 1);
  symbol->book = cd_book_new (SCALE, SCALE);
  symbol->best = g_array_new (FALSE, FALSE, sizeof (Best));
  g_hash_table_insert (r->symbols, g_strdup (cells[1]), symbol);
  if (!cd_json_get_int (&root, "lastUpdateId", 0, G_MAXINT64, &symbol->last, NULL))
    {
      g_set_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_MISSING, "lastUpdateId: expected a number");
      return FALSE;
    }
  return apply_side (symbol->book, CD_SIDE_BUY, &root, "bids", error) && apply_side (symbol->book, CD_SIDE_SELL, &root, "asks", error);
}

/* --- Diffs -------------------------------------------------------------------------------------------------------------- */

static gboolean
take_best (Symbol *symbol, const CdJson *data, GError **error)
{
  Best best = { 0 };

  if (!cd_json_get_int (data, "u", 0, G_MAXINT64, &best.id, NULL))
    return TRUE;
  if (!decimal_of (data, "b", &best.bid.price, error) || !decimal_of (data, "B", &best.bid.qty, error) || !decimal_of (data, "a", &best.ask.price, error) || !decimal_of (data, "A", &best.ask.qty, error))
    return FALSE;
  g_array_append_val (symbol->best, best);
  return TRUE;
}

/* The best prices that held at @id: the last sent up to then, if one was sent later too. */
static const Best *
best_at (const Symbol *symbol, gint64 id)
{
  const Best *found = NULL;

  for (guint i = 0; i < symbol->best->len; i++)
    {
      const Best *best = &g_array_index (symbol->best, Best, i);

      if (best->id > id)
        return found;
      found = best;
    }
  return NULL;
}

static gboolean
is_best (const CdBook *book, CdSide side, const CdLevel *theirs)
{
  CdLevel ours;

  return cd_book_level (book, side, 0, &ours) && ours.price == theirs->price && ours.qty == theirs->qty;
}

static void
give_row (const Replay *r, const Symbol *symbol, const char *name, const char *line, guint row)
{
  g_autoptr (GString) out = NULL;

  if (!r->result->row)
    return;
  out = cd_replay_row_begin (row, line, name);
  cd_replay_row_book (out, symbol->book, cd_replay_row_levels (r->result), SCALE);
  r->result->row (out->str, r->result->row_data);
}

static gboolean
take_diff (Replay *r, Symbol *symbol, const char *name, const CdJson *data, gint64 first, gint64 last, const char *line, guint row, GError **error)
{
  const Best *best;

  /* Older than the snapshot, or behind a gap. */
  if (last <= symbol->last || symbol->broken)
    return TRUE;
  if (first > symbol->last + 1)
    {
      symbol->broken = TRUE;
      cd_replay_count (r->result, FALSE, "line %u, %s: a gap, U %" G_GINT64_FORMAT " after u %" G_GINT64_FORMAT, row, name, first, symbol->last);
      return TRUE;
    }
  if (!apply_side (symbol->book, CD_SIDE_BUY, data, "b", error) || !apply_side (symbol->book, CD_SIDE_SELL, data, "a", error))
    return FALSE;
  symbol->last = last;
  give_row (r, symbol, name, line, row);
  best = best_at (symbol, last);
  if (best)
    cd_replay_count (r->result, is_best (symbol->book, CD_SIDE_BUY, &best->bid) && is_best (symbol->book, CD_SIDE_SELL, &best->ask), "line %u, %s: other best prices at u %" G_GINT64_FORMAT, row, name, last);
  return TRUE;
}

/* @diffs: take the diffs; else the best prices. */
static gboolean
take_message (Replay *r, const char *line, const char *json, gboolean diffs, guint row, GError **error)
{
  g_autoptr (CdJsonDoc) doc = cd_json_parse (json, -1, CD_JSON_SIZE_MAX, error);
  CdJson root, data;
  const char *name;
  gint64 first, last;
  gboolean is_diff;
  Symbol *symbol;

  if (!doc)
    return FALSE;
  root = cd_json_root (doc);
  if (!cd_json_find (&root, "data", &data) || !cd_json_get_string (&data, "s", &name, NULL))
    return TRUE;
  symbol = g_hash_table_lookup (r->symbols, name);
  if (!symbol)
    return TRUE; /* without a snapshot there is no book */
  is_diff = cd_json_get_int (&data, "U", 0, G_MAXINT64, &first, NULL) && cd_json_get_int (&data, "u", 0, G_MAXINT64, &last, NULL);
  if (is_diff != diffs)
    return TRUE;
  return is_diff ? take_diff (r, symbol, name, &data, first, last, line, row, error) : take_best (symbol, &data, error);
}

static gboolean
each_message (Replay *r, char **rows, gboolean diffs, GError **error)
{
  for (guint i = 0; rows[i]; i++)
    {
      const char *tab = strchr (rows[i], '\t');

      if (tab && !take_message (r, rows[i], tab + 1, diffs, i + 1, error))
        {
          g_prefix_error (error, "line %u: ", i + 1);
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
cd_replay_binance_book (const char *snapshots, const char *diffs, CdReplayResult *result, GError **error)
{
  g_autoptr (GHashTable) symbols = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, symbol_free);
  g_auto (GStrv) heads = g_strsplit (snapshots, "\n", -1);
  g_auto (GStrv) rows = g_strsplit (diffs, "\n", -1);
  Replay r = { symbols, result };

  for (guint i = 0; heads[i]; i++)
    if (*heads[i] && !take_snapshot (&r, heads[i], error))
      {
        g_prefix_error (error, "snapshot %u: ", i + 1);
        return FALSE;
      }
  /* The best prices first: each diff needs the ones around it. */
  return each_message (&r, rows, FALSE, error) && each_message (&r, rows, TRUE, error);
}
