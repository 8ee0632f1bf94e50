/* cd-match-block.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Negotiated blocks (大宗协议). An intent of at least the smallest size stands until a counterparty takes it: by name, at its
 * price and whole. Intents never meet by themselves.
 */
#include "cd-ladder.h"

static CdMatchResult
enter (CdMatch *match, const CdMatchOrder *order, CdMatchRef *ref)
{
  *ref = 0;
  if (!cd_ladder_in_range (match, order->tick, order->qty, order->account) || order->qty < match->config.min_qty)
    return CD_MATCH_RANGE;
  return cd_ladder_rest (match, order, ref);
}

static CdMatchResult
probe (const CdMatch *match, const CdMatchOrder *taker, CdMatchRef named)
{
  const CdSlot *slot;

  if (!cd_ladder_in_range (match, taker->tick, taker->qty, taker->account))
    return CD_MATCH_RANGE;
  if (!cd_ladder_live (match, named))
    return CD_MATCH_GONE;
  slot = &match->slots[named];
  if (cd_ladder_side_of (slot) == cd_ladder_index (taker->side))
    return CD_MATCH_GONE;
  if (slot->tick != taker->tick || slot->qty != taker->qty)
    return CD_MATCH_GONE;
  if (cd_ladder_account (slot) == taker->account)
    return CD_MATCH_SELF;
  return cd_ladder_ring_room (match) == 0 ? CD_MATCH_FULL : CD_MATCH_OK;
}

static CdMatchResult
take (CdMatch *match, const CdMatchOrder *taker, CdMatchRef named)
{
  CdMatchResult result = probe (match, taker, named);

  if (result == CD_MATCH_OK)
    cd_ladder_execute (match, named, taker->tag, taker->side, taker->qty);
  return result;
}

/* Whoever read the old intent cannot take the new one by mistake: the price and the quantity must be those he saw. */
static CdMatchResult
replace (CdMatch *match, CdMatchRef *ref, guint32 tick, gint64 qty)
{
  return cd_ladder_move (match, *ref, tick, qty, match->config.min_qty);
}

const CdMatchOps cd_match_block_ops = { "negotiated", enter, probe, take, cd_ladder_cancel, replace };
