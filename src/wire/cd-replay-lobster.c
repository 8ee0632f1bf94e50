/* cd-replay-lobster.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * LOBSTER files: a message file, and the order-book file whose row k is the state right after message k.
 */
#include "cd-replay-private.h"

#include <string.h>

#define LEVELS_MAX 200
#define EMPTY G_GINT64_CONSTANT (9999999999)

typedef struct
{
  CdLevel asks[LEVELS_MAX], bids[LEVELS_MAX];
  guint n_asks, n_bids, levels;
} State;

typedef struct
{
  gint64 type, id, size, price;
  CdSide side;
} Message;

/* --- Rows ------------------------------------------------------------------------------------------------------------- */

static gboolean
parse_state (const char *line, guint row, State *state, GError **error)
{
  g_auto (GStrv) fields = g_strsplit (line, ",", -1);
  guint n = g_strv_length (fields);

  memset (state, 0, sizeof *state);
  state->levels = n / 4;
  if (n == 0 || n % 4 != 0 || state->levels > LEVELS_MAX)
    {
      g_set_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_VALUE, "row %u: expected four columns a level and at most %d levels, found %u columns", row, LEVELS_MAX, n);
      return FALSE;
    }
  for (guint i = 0; i < state->levels; i++)
    {
      gint64 v[4];

      for (guint k = 0; k < 4; k++)
        if (!cd_decimal_parse (g_strstrip (fields[4 * i + k]), -1, 0, &v[k], NULL))
          {
            g_set_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_VALUE, "row %u, column %u: expected a whole number, found “%.40s”", row, 4 * i + k + 1, fields[4 * i + k]);
            return FALSE;
          }
      if (v[1] > 0 && v[0] != EMPTY)
        state->asks[state->n_asks++] = (CdLevel){ v[0], v[1], 0 };
      if (v[3] > 0 && v[2] != -EMPTY)
        state->bids[state->n_bids++] = (CdLevel){ v[2], v[3], 0 };
    }
  return TRUE;
}

static gboolean
parse_message (const char *line, guint row, Message *message, GError **error)
{
  static const char *const expected[] = { "a time", "a type from 1 to 7", "an order id", "a size", "a price", "1 or -1" };
  g_auto (GStrv) fields = g_strsplit (line, ",", -1);
  gint64 v[6] = { 0 };

  if (g_strv_length (fields) < 6)
    {
      g_set_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_VALUE, "row %u: expected time,type,id,size,price,direction, found %u columns", row, g_strv_length (fields));
      return FALSE;
    }
  for (guint k = 1; k < 6; k++)
    if (!cd_decimal_parse (g_strstrip (fields[k]), -1, 0, &v[k], NULL) || (k == 1 && (v[k] < 1 || v[k] > 7)) || (k == 3 && v[k] < 0) || (k == 5 && ABS (v[k]) != 1))
      {
        g_set_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_VALUE, "row %u, column %u: expected %s, found “%.40s”", row, k + 1, expected[k], fields[k]);
        return FALSE;
      }
  *message = (Message){ v[1], v[2], v[3], v[4], v[5] == 1 ? CD_SIDE_BUY : CD_SIDE_SELL };
  return TRUE;
}

/* Types 1 to 4 change the visible book; hidden executions, crosses and halts do not. */
static gboolean
changes_book (const Message *message)
{
  return message->type >= 1 && message->type <= 4;
}

static void
add_to_level (CdBook *book, const Message *message, gint64 change)
{
  CdLevel level = { 0 };

  cd_book_find (book, message->side, message->price, &level);
  cd_book_set (book, message->side, message->price, MAX (level.qty + change, 0), 0);
}

/* In the column form of the order-book file, so that the two can be compared line by line. */
static void
give_row (const CdBook *book, guint levels, const CdReplayResult *result)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < levels; i++)
    {
      CdLevel ask = { EMPTY, 0, 0 }, bid = { -EMPTY, 0, 0 };

      cd_book_level (book, CD_SIDE_SELL, i, &ask);
      cd_book_level (book, CD_SIDE_BUY, i, &bid);
      g_string_append_printf (out, "%s%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT, i > 0 ? "," : "", ask.price, ask.qty, bid.price, bid.qty);
    }
  result->row (out->str, result->row_data);
}

/* --- With states ---------------------------------------------------------------------------------------------------------- */

/* Levels we know must be the file's; what the file shows below them is taken over. */
static gboolean
compare_side (CdBook *book, CdSide side, const CdLevel *levels, guint n, guint visible)
{
  gboolean same = TRUE;
  gsize known;

  cd_book_truncate (book, side, visible);
  known = cd_book_depth (book, side);
  for (guint i = 0; i < n; i++)
    {
      CdLevel ours;

      if (i >= known)
        cd_book_set (book, side, levels[i].price, levels[i].qty, 0);
      else if (!cd_book_level (book, side, i, &ours) || ours.price != levels[i].price || ours.qty != levels[i].qty)
        same = FALSE;
    }
  return same && known <= n;
}

static gboolean
compare_state (CdBook *book, const State *state)
{
  gboolean asks = compare_side (book, CD_SIDE_SELL, state->asks, state->n_asks, state->levels);
  gboolean bids = compare_side (book, CD_SIDE_BUY, state->bids, state->n_bids, state->levels);

  return asks && bids;
}

static guint
count_rows (char **rows)
{
  guint n = 0;

  while (rows[n] && *rows[n])
    n++;
  return n;
}

static gboolean
replay_row (CdBook *book, const char *message_row, const State *state, guint row, CdReplayResult *result, GError **error)
{
  Message message;
  gboolean same;

  if (!parse_message (message_row, row, &message, error))
    {
      g_prefix_error (error, "messages, ");
      return FALSE;
    }
  if (row == 1)
    compare_state (book, state);
  else
    {
      if (changes_book (&message))
        add_to_level (book, &message, message.type == 1 ? message.size : -message.size);
      same = compare_state (book, state);
      cd_replay_count (result, same, "row %u", row);
      if (result->row && !same)
        give_row (book, state->levels, result);
      if (!same)
        {
          /* Go on from what the file says: each row is judged by itself. */
          cd_book_clear (book);
          compare_state (book, state);
          return TRUE;
        }
    }
  if (result->row)
    give_row (book, result->row_levels > 0 ? MIN (result->row_levels, state->levels) : state->levels, result);
  return TRUE;
}

gboolean
cd_replay_lobster (const char *messages, const char *states, CdReplayResult *result, GError **error)
{
  g_auto (GStrv) message_rows = g_strsplit (messages, "\n", -1);
  g_auto (GStrv) state_rows = g_strsplit (states, "\n", -1);
  g_autoptr (CdBook) book = cd_book_new (4, 0);
  g_autofree State *state = g_new0 (State, 1);
  guint n_messages = count_rows (message_rows), n_states = count_rows (state_rows);

  if (n_messages != n_states)
    {
      g_set_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_VALUE, "expected as many rows of messages as of states, found %u and %u", n_messages, n_states);
      return FALSE;
    }
  for (guint i = 0; i < n_states; i++)
    {
      guint levels = state->levels;

      if (!parse_state (state_rows[i], i + 1, state, error))
        {
          g_prefix_error (error, "states, ");
          return FALSE;
        }
      if (i > 0 && state->levels != levels)
        {
          g_set_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_VALUE, "states, row %u: expected %u levels as in the rows before, found %u", i + 1, levels, state->levels);
          return FALSE;
        }
      if (!replay_row (book, message_rows[i], state, i + 1, result, error))
        return FALSE;
    }
  return TRUE;
}

/* --- Messages alone --------------------------------------------------------------------------------------------------------- */

static void
apply_known (CdBook *book, GHashTable *orders, const Message *message)
{
  gint64 *left = g_hash_table_lookup (orders, &message->id);
  gint64 taken;

  if (message->type == 1)
    {
      g_hash_table_replace (orders, g_memdup2 (&message->id, sizeof message->id), g_memdup2 (&message->size, sizeof message->size));
      add_to_level (book, message, message->size);
      return;
    }
  if (!left || !changes_book (message))
    return;
  taken = message->type == 3 ? *left : MIN (*left, message->size);
  add_to_level (book, message, -taken);
  *left -= taken;
  if (*left == 0)
    g_hash_table_remove (orders, &message->id);
}

gboolean
cd_replay_lobster_messages (const char *messages, CdReplayResult *result, GError **error)
{
  g_auto (GStrv) rows = g_strsplit (messages, "\n", -1);
  g_autoptr (CdBook) book = cd_book_new (4, 0);
  g_autoptr (GHashTable) orders = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);

  for (guint i = 0; rows[i] && *rows[i]; i++)
    {
      Message message;

      if (!parse_message (rows[i], i + 1, &message, error))
        return FALSE;
      apply_known (book, orders, &message);
      if (result->row)
        give_row (book, cd_replay_row_levels (result), result);
    }
  return TRUE;
}
