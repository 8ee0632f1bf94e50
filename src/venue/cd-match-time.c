/* cd-match-time.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Price, then time. An order trades with the best of the other side as far as its price reaches; what is left rests at the end of
 * its level's queue, unless it was immediate. Nobody trades with himself: an order that meets one of its own account stops there
 * and loses its rest, since resting it would leave the book crossed.
 */
#include "cd-ladder.h"

/* Trades; returns what is left. *@self: stopped at an own order. */
static inline gint64
trade (CdMatch *match, const CdMatchOrder *order, gboolean *self)
{
  int s = cd_ladder_index (order->side);
  CdLadderSide *other = &match->side[1 - s];
  gint64 left = order->qty;

  *self = FALSE;
  while (left > 0 && cd_ladder_crosses (s, order->tick, other->best))
    {
      guint32 maker = other->rungs[other->best].head;
      gint64 qty = MIN (left, match->slots[maker].qty);

      if (G_UNLIKELY (cd_ladder_account (&match->slots[maker]) == order->account))
        {
          *self = TRUE;
          return left;
        }
      left -= qty;
      cd_ladder_execute (match, maker, order->tag, order->side, qty);
    }
  return left;
}

static CdMatchResult
enter (CdMatch *match, const CdMatchOrder *order, CdMatchRef *ref)
{
  int s = cd_ladder_index (order->side);
  CdMatchOrder rest = *order;
  gboolean self = FALSE;

  *ref = 0;
  if (!cd_ladder_in_range (match, order->tick, order->qty, order->account))
    return CD_MATCH_RANGE;
  if (cd_ladder_crosses (s, order->tick, match->side[1 - s].best))
    {
      if (cd_ladder_ring_room (match) < match->side[1 - s].n)
        return CD_MATCH_FULL;
      /* Checked before anything trades: an order is never half refused for want of room. One maker gone makes room. */
      if (match->free_slot == 0 && match->unused_slot > match->config.max_orders && !order->immediate)
        return CD_MATCH_FULL;
      rest.qty = trade (match, order, &self);
    }
  if (self)
    return CD_MATCH_SELF;
  if (rest.qty == 0 || order->immediate)
    return CD_MATCH_OK;
  return cd_ladder_rest (match, &rest, ref);
}

/* Whoever wants to trade at a price enters an order with it. */
static CdMatchResult
probe (const CdMatch *match, const CdMatchOrder *taker, CdMatchRef named)
{
  return CD_MATCH_NOT_HERE;
}

static CdMatchResult
take (CdMatch *match, const CdMatchOrder *taker, CdMatchRef named)
{
  return CD_MATCH_NOT_HERE;
}

static CdMatchResult
replace (CdMatch *match, CdMatchRef *ref, guint32 tick, gint64 qty)
{
  CdSlot *slot;
  CdMatchOrder order;
  gboolean self = FALSE;
  int s;

  if (!cd_ladder_live (match, *ref))
    return CD_MATCH_UNKNOWN;
  if (!cd_ladder_in_range (match, tick, qty, 0))
    return CD_MATCH_RANGE;
  if (cd_ladder_reduce (match, *ref, tick, qty))
    return CD_MATCH_OK;
  slot = &match->slots[*ref];
  s = cd_ladder_side_of (slot);
  if (cd_ladder_crosses (s, tick, match->side[1 - s].best))
    {
      if (cd_ladder_ring_room (match) < match->side[1 - s].n)
        return CD_MATCH_FULL;
      order = (CdMatchOrder){ slot->tag, qty, tick, cd_ladder_account (slot), s == 0 ? CD_SIDE_BUY : CD_SIDE_SELL, FALSE };
      cd_ladder_unlink (match, *ref);
      qty = trade (match, &order, &self);
      if (self || qty == 0)
        {
          cd_ladder_drop_slot (match, *ref);
          *ref = 0;
          return self ? CD_MATCH_SELF : CD_MATCH_OK;
        }
    }
  else
    cd_ladder_unlink (match, *ref);
  /* The same slot: the reference stays. */
  slot->tick = tick;
  slot->qty = qty;
  cd_ladder_link (match, *ref);
  return CD_MATCH_OK;
}

const CdMatchOps cd_match_time_ops = { "price_time", enter, probe, take, cd_ladder_cancel, replace };
