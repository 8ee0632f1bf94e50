/* cd-match-pick.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Quote picking (挂牌/摘牌). Listings rest, also where a bid stands at or above an ask. A pick takes at one price level among the
 * best ones of the other side: from the listing it names, or from the level's listings in the order of their arrival; all of its
 * quantity at once, or nothing. Several levels are several picks.
 */
#include "cd-ladder.h"

static CdMatchResult
enter (CdMatch *match, const CdMatchOrder *order, CdMatchRef *ref)
{
  *ref = 0;
  if (!cd_ladder_in_range (match, order->tick, order->qty, order->account))
    return CD_MATCH_RANGE;
  return cd_ladder_rest (match, order, ref);
}

static gboolean
is_visible (const CdMatch *match, int s, guint32 tick)
{
  guint32 at = match->side[s].best;

  for (guint i = 0; at != CD_LADDER_NONE && (match->config.visible_levels == 0 || i < match->config.visible_levels); i++)
    {
      if (at == tick)
        return TRUE;
      at = cd_ladder_behind (match, s, at);
    }
  return FALSE;
}

static CdMatchResult
probe_named (const CdMatch *match, const CdMatchOrder *taker, CdMatchRef named)
{
  const CdSlot *slot;

  if (!cd_ladder_live (match, named))
    return CD_MATCH_GONE;
  slot = &match->slots[named];
  if (cd_ladder_side_of (slot) == cd_ladder_index (taker->side) || slot->tick != taker->tick)
    return CD_MATCH_GONE;
  if (cd_ladder_account (slot) == taker->account)
    return CD_MATCH_SELF;
  return slot->qty < taker->qty ? CD_MATCH_GONE : CD_MATCH_OK;
}

static CdMatchResult
probe_level (const CdMatch *match, const CdMatchOrder *taker)
{
  const CdRung *rung = &match->side[1 - cd_ladder_index (taker->side)].rungs[taker->tick];
  gint64 others = 0;

  for (guint32 ref = rung->head; ref && others < taker->qty; ref = match->slots[ref].next)
    if (cd_ladder_account (&match->slots[ref]) != taker->account)
      others += match->slots[ref].qty;
  if (others >= taker->qty)
    return CD_MATCH_OK;
  return rung->qty >= taker->qty ? CD_MATCH_SELF : CD_MATCH_GONE;
}

static CdMatchResult
probe (const CdMatch *match, const CdMatchOrder *taker, CdMatchRef named)
{
  int other = 1 - cd_ladder_index (taker->side);

  if (!cd_ladder_in_range (match, taker->tick, taker->qty, taker->account))
    return CD_MATCH_RANGE;
  if (match->side[other].rungs[taker->tick].n == 0)
    return CD_MATCH_GONE;
  if (!is_visible (match, other, taker->tick))
    return CD_MATCH_LEVEL;
  if (cd_ladder_ring_room (match) < match->side[other].rungs[taker->tick].n)
    return CD_MATCH_FULL;
  return named ? probe_named (match, taker, named) : probe_level (match, taker);
}

static CdMatchResult
take (CdMatch *match, const CdMatchOrder *taker, CdMatchRef named)
{
  CdMatchResult result = probe (match, taker, named);
  gint64 left = taker->qty;
  guint32 next;

  if (result != CD_MATCH_OK)
    return result;
  if (named)
    {
      cd_ladder_execute (match, named, taker->tag, taker->side, left);
      return CD_MATCH_OK;
    }
  for (guint32 ref = match->side[1 - cd_ladder_index (taker->side)].rungs[taker->tick].head; left > 0; ref = next)
    {
      gint64 qty = MIN (left, match->slots[ref].qty);

      next = match->slots[ref].next;
      if (cd_ladder_account (&match->slots[ref]) == taker->account)
        continue;
      left -= qty;
      cd_ladder_execute (match, ref, taker->tag, taker->side, qty);
    }
  return CD_MATCH_OK;
}

static CdMatchResult
replace (CdMatch *match, CdMatchRef *ref, guint32 tick, gint64 qty)
{
  return cd_ladder_move (match, *ref, tick, qty, 1);
}

const CdMatchOps cd_match_pick_ops = { "quote_pick", enter, probe, take, cd_ladder_cancel, replace };
