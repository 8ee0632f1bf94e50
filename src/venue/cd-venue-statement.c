/* cd-venue-statement.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The statement of an account: every change of a balance, in the order in which it happened, with what stood there afterwards and what
 * it was for. It is read from the account's own events, which are kept for good and numbered without gaps, so that statement and
 * stream can never tell two stories.
 *
 * What a change was for stands in the event behind it: in this engine whoever moves units or cash says why right afterwards, at the
 * same market time. Two moves have no event of their own: what an account was opened with, and the release of a purchase (T+1).
 */
#include "cd-venue-private.h"

#include <string.h>

typedef struct
{
  const GPtrArray *events;
  GArray *changes;  /* gint64, by place in @events; of a balance */
  guint first_told; /* place of the first event that is no balance */
} Statement;

static const CdWireEvent *
event_at (const Statement *s, guint i)
{
  return i < s->events->len ? g_ptr_array_index (s->events, i) : NULL;
}

static gboolean
is_balance (const Statement *s, guint i)
{
  const CdWireEvent *e = event_at (s, i);

  return e && e->kind == CD_WIRE_EVENT_BALANCE;
}

static gint64
change_at (const Statement *s, guint i)
{
  return g_array_index (s->changes, gint64, i);
}

/* Two ends of one move inside the account: out of a bucket, into the next. */
static gboolean
is_move (const Statement *s, guint i)
{
  const CdWireEvent *from = event_at (s, i), *to = event_at (s, i + 1);

  return is_balance (s, i) && is_balance (s, i + 1) && from->at_us == to->at_us && g_str_equal (from->asset, to->asset) && change_at (s, i) < 0 && change_at (s, i) == -change_at (s, i + 1);
}

static gboolean
is_release (const Statement *s, guint i)
{
  return is_move (s, i) && g_str_equal (event_at (s, i)->bucket, "bought_today") && g_str_equal (event_at (s, i + 1)->bucket, "trading");
}

/* (nullable): the event that says why. */
static const CdWireEvent *
told_by (const Statement *s, guint i)
{
  const CdWireEvent *why;
  guint j = i;

  while (is_balance (s, j) && event_at (s, j)->at_us == event_at (s, i)->at_us)
    j++;
  why = event_at (s, j);
  return why && why->at_us == event_at (s, i)->at_us ? why : NULL;
}

static void
describe (const Statement *s, guint i, CdWireMovementRow *row)
{
  const CdWireEvent *why = told_by (s, i);
  char day[CD_DATE_BUF];

  if (is_release (s, i) || (i > 0 && is_release (s, i - 1)))
    {
      row->cause = g_strdup ("release");
      return;
    }
  if (i < s->first_told && row->change > 0 && row->change == row->balance && (i == 0 || !is_move (s, i - 1)))
    {
      row->cause = g_strdup ("opening");
      return;
    }
  row->cause = g_strdup (why ? cd_wire_event_kind_name (why->kind) : "other");
  if (!why)
    return;
  if (why->kind == CD_WIRE_EVENT_INSTRUCTION)
    {
      row->ref = g_strdup (why->id);
      row->what = g_strdup (why->instruction_kind);
    }
  else if (why->kind == CD_WIRE_EVENT_SETTLEMENT_DAY)
    row->ref = g_strdup (cd_date_print (why->date, day));
  else
    {
      row->ref = g_strdup (why->exec_id ? why->exec_id : why->order_id);
      row->what = g_strdup (why->instrument);
    }
}

static void
take_changes (Statement *s)
{
  g_autoptr (GHashTable) balances = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  s->first_told = s->events->len;
  for (guint i = 0; i < s->events->len; i++)
    {
      const CdWireEvent *e = event_at (s, i);
      gint64 change = 0;

      if (e->kind == CD_WIRE_EVENT_BALANCE)
        {
          char *key = g_strconcat (e->asset, " ", e->bucket, NULL);
          const gint64 *before = g_hash_table_lookup (balances, key);

          change = e->balance - (before ? *before : 0);
          g_hash_table_insert (balances, key, g_memdup2 (&e->balance, sizeof e->balance));
        }
      else
        s->first_told = MIN (s->first_told, i);
      g_array_append_val (s->changes, change);
    }
}

void
cd_venue_add_statement (const CdVenue *venue, CdWireList *list, const char *account)
{
  Statement s = { cd_venue_events (venue, account), NULL, 0 };

  if (!s.events)
    return;
  s.changes = g_array_new (FALSE, FALSE, sizeof (gint64));
  take_changes (&s);
  for (guint i = 0; i < s.events->len; i++)
    {
      const CdWireEvent *e = event_at (&s, i);
      CdWireMovementRow row = { .seq = e->seq, .at_us = e->at_us, .balance = e->balance, .change = change_at (&s, i) };

      if (!is_balance (&s, i) || row.change == 0 || !cd_bucket_parse (e->bucket, &row.bucket))
        continue;
      row.account = g_strdup (account);
      row.asset = g_strdup (e->asset);
      describe (&s, i, &row);
      g_array_append_val (list->items, row);
    }
  g_array_unref (s.changes);
}
