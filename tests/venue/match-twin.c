/* match-twin.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "match-twin.h"

Entry *
twin_find (Twin *twin, CdMatchRef ref)
{
  for (guint i = 0; i < twin->entries->len; i++)
    if (g_array_index (twin->entries, Entry, i).ref == ref)
      return &g_array_index (twin->entries, Entry, i);
  return NULL;
}

static void
twin_remove (Twin *twin, const Entry *entry)
{
  g_array_remove_index (twin->entries, (guint)(entry - (const Entry *)twin->entries->data));
}

static void
twin_execute (Twin *twin, Entry *maker, const CdMatchOrder *taker, gint64 qty)
{
  const CdMatchExec exec = { maker->order.tag, taker->tag, qty, maker->order.qty - qty, maker->order.tick, taker->side };

  g_array_append_val (twin->execs, exec);
  maker->order.qty -= qty;
  if (maker->order.qty == 0)
    twin_remove (twin, maker);
}

gboolean
better (CdSide side, guint32 a, guint32 b)
{
  return side == CD_SIDE_BUY ? a > b : a < b;
}

/* The best of @side, in its level the first. */
static Entry *
twin_best (Twin *twin, CdSide side)
{
  Entry *best = NULL;

  for (guint i = 0; i < twin->entries->len; i++)
    {
      Entry *e = &g_array_index (twin->entries, Entry, i);

      if (e->order.side != side)
        continue;
      if (!best || better (side, e->order.tick, best->order.tick) || (e->order.tick == best->order.tick && e->place < best->place))
        best = e;
    }
  return best;
}

CdSide
other_side (CdSide side)
{
  return side == CD_SIDE_BUY ? CD_SIDE_SELL : CD_SIDE_BUY;
}

static gboolean
crosses (Twin *twin, const CdMatchOrder *order)
{
  Entry *best = twin_best (twin, other_side (order->side));

  return best && !better (other_side (order->side), order->tick, best->order.tick);
}

static gint64
twin_trade (Twin *twin, const CdMatchOrder *order, gboolean *self)
{
  gint64 left = order->qty;

  *self = FALSE;
  while (left > 0 && crosses (twin, order))
    {
      Entry *maker = twin_best (twin, other_side (order->side));
      gint64 qty = MIN (left, maker->order.qty);

      if (maker->order.account == order->account)
        {
          *self = TRUE;
          return left;
        }
      left -= qty;
      twin_execute (twin, maker, order, qty);
    }
  return left;
}

static CdMatchResult
twin_rest (Twin *twin, const CdMatchOrder *order)
{
  Entry entry = { *order, ++twin->next_place, 0 };

  if (twin->entries->len >= twin->config.max_orders)
    return CD_MATCH_FULL;
  g_array_append_val (twin->entries, entry);
  return CD_MATCH_OK;
}

CdMatchResult
twin_enter (Twin *twin, const CdMatchOrder *order, gboolean *rested)
{
  CdMatchOrder rest = *order;
  gboolean self = FALSE;
  CdMatchResult result;

  *rested = FALSE;
  if (order->qty <= 0 || order->tick >= twin->config.n_ticks || order->account > G_MAXINT32 || (twin->kind == CD_MATCH_NEGOTIATED && order->qty < twin->config.min_qty))
    return CD_MATCH_RANGE;
  if (twin->kind == CD_MATCH_PRICE_TIME && crosses (twin, order))
    {
      if (twin->entries->len >= twin->config.max_orders && !order->immediate)
        return CD_MATCH_FULL;
      rest.qty = twin_trade (twin, order, &self);
    }
  if (self)
    return CD_MATCH_SELF;
  if (twin->kind == CD_MATCH_PRICE_TIME && (rest.qty == 0 || order->immediate))
    return CD_MATCH_OK;
  result = twin_rest (twin, &rest);
  *rested = result == CD_MATCH_OK;
  return result;
}

/* How many prices of @side are better than @tick. */
static guint
levels_before (Twin *twin, CdSide side, guint32 tick)
{
  g_autoptr (GHashTable) ticks = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < twin->entries->len; i++)
    {
      const Entry *e = &g_array_index (twin->entries, Entry, i);

      if (e->order.side == side && better (side, e->order.tick, tick))
        g_hash_table_add (ticks, GUINT_TO_POINTER (e->order.tick));
    }
  return g_hash_table_size (ticks);
}

/* The first in the queue of the level that is not the taker's own, if any. */
static Entry *
first_of_others (Twin *twin, const CdMatchOrder *taker, gint64 *others, gint64 *all)
{
  Entry *first = NULL;

  *others = *all = 0;
  for (guint i = 0; i < twin->entries->len; i++)
    {
      Entry *e = &g_array_index (twin->entries, Entry, i);

      if (e->order.side == taker->side || e->order.tick != taker->tick)
        continue;
      *all += e->order.qty;
      if (e->order.account == taker->account)
        continue;
      *others += e->order.qty;
      if (!first || e->place < first->place)
        first = e;
    }
  return first;
}

static CdMatchResult
twin_pick (Twin *twin, const CdMatchOrder *taker, CdMatchRef named)
{
  Entry *e = named ? twin_find (twin, named) : NULL;
  gint64 others, all;
  gint64 left = taker->qty;

  first_of_others (twin, taker, &others, &all);
  if (all == 0)
    return CD_MATCH_GONE;
  if (twin->config.visible_levels && levels_before (twin, other_side (taker->side), taker->tick) >= twin->config.visible_levels)
    return CD_MATCH_LEVEL;
  if (named)
    {
      if (!e || e->order.side == taker->side || e->order.tick != taker->tick)
        return CD_MATCH_GONE;
      if (e->order.account == taker->account)
        return CD_MATCH_SELF;
      if (e->order.qty < left)
        return CD_MATCH_GONE;
      twin_execute (twin, e, taker, left);
      return CD_MATCH_OK;
    }
  if (others < left)
    return all >= left ? CD_MATCH_SELF : CD_MATCH_GONE;
  while (left > 0)
    {
      gint64 qty;

      e = first_of_others (twin, taker, &others, &all);
      qty = MIN (left, e->order.qty);
      left -= qty;
      twin_execute (twin, e, taker, qty);
    }
  return CD_MATCH_OK;
}

CdMatchResult
twin_take (Twin *twin, const CdMatchOrder *taker, CdMatchRef named)
{
  Entry *e;

  if (twin->kind == CD_MATCH_PRICE_TIME)
    return CD_MATCH_NOT_HERE;
  if (taker->qty <= 0 || taker->tick >= twin->config.n_ticks || taker->account > G_MAXINT32)
    return CD_MATCH_RANGE;
  if (twin->kind == CD_MATCH_QUOTE_PICK)
    return twin_pick (twin, taker, named);
  e = named ? twin_find (twin, named) : NULL;
  if (!e || e->order.side == taker->side || e->order.tick != taker->tick || e->order.qty != taker->qty)
    return CD_MATCH_GONE;
  if (e->order.account == taker->account)
    return CD_MATCH_SELF;
  twin_execute (twin, e, taker, taker->qty);
  return CD_MATCH_OK;
}

CdMatchResult
twin_cancel (Twin *twin, CdMatchRef ref)
{
  Entry *e = twin_find (twin, ref);

  if (!e || ref == 0)
    return CD_MATCH_UNKNOWN;
  twin_remove (twin, e);
  return CD_MATCH_OK;
}

CdMatchResult
twin_replace (Twin *twin, CdMatchRef *ref, guint32 tick, gint64 qty)
{
  Entry *e = *ref ? twin_find (twin, *ref) : NULL;
  Entry changed;
  gboolean self = FALSE;

  if (!e)
    return CD_MATCH_UNKNOWN;
  if (qty <= 0 || tick >= twin->config.n_ticks || (twin->kind == CD_MATCH_NEGOTIATED && qty < twin->config.min_qty))
    return CD_MATCH_RANGE;
  if (twin->config.reduce_keeps_place && tick == e->order.tick && qty <= e->order.qty)
    {
      e->order.qty = qty;
      return CD_MATCH_OK;
    }
  changed = *e;
  twin_remove (twin, e);
  changed.order.tick = tick;
  changed.order.qty = qty;
  if (twin->kind == CD_MATCH_PRICE_TIME)
    changed.order.qty = twin_trade (twin, &changed.order, &self);
  if (self || changed.order.qty == 0)
    {
      *ref = 0;
      return self ? CD_MATCH_SELF : CD_MATCH_OK;
    }
  changed.place = ++twin->next_place;
  g_array_append_val (twin->entries, changed);
  return CD_MATCH_OK;
}
