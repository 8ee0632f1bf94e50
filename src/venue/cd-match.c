/* cd-match.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-ladder.h"

#define TICKS_STEP 4096 /* one word of the summary */

static const CdMatchOps *const ops[] = {
  [CD_MATCH_QUOTE_PICK] = &cd_match_pick_ops,
  [CD_MATCH_PRICE_TIME] = &cd_match_time_ops,
  [CD_MATCH_NEGOTIATED] = &cd_match_block_ops,
};

const CdMatchOps *
cd_match_ops (CdMatchKind kind)
{
  return (guint)kind < G_N_ELEMENTS (ops) ? ops[kind] : NULL;
}

static guint32
whole_steps (guint32 n_ticks)
{
  return (n_ticks + TICKS_STEP - 1) / TICKS_STEP * TICKS_STEP;
}

gboolean
cd_match_is_like (const CdMatch *match, CdMatchKind kind, const CdMatchConfig *config)
{
  const CdMatchConfig *own = &match->config;

  return match->ops == cd_match_ops (kind) && own->n_ticks == whole_steps (config->n_ticks) && own->max_orders == config->max_orders && own->visible_levels == config->visible_levels && own->min_qty == config->min_qty && own->reduce_keeps_place == config->reduce_keeps_place;
}

CdMatch *
cd_match_new (CdMatchKind kind, const CdMatchConfig *config)
{
  CdMatch *match;
  guint32 ring = 16;

  g_return_val_if_fail (cd_match_ops (kind) != NULL, NULL);
  g_return_val_if_fail (config->n_ticks > 0 && config->n_ticks <= 1u << 28 && config->max_orders > 0 && config->max_orders < 1u << 30, NULL);
  match = g_new0 (CdMatch, 1);
  match->ops = cd_match_ops (kind);
  match->config = *config;
  match->config.n_ticks = whole_steps (config->n_ticks);
  while (ring < config->max_orders)
    ring *= 2;
  for (int s = 0; s < 2; s++)
    {
      CdLadderSide *side = &match->side[s];

      side->rungs = g_new0 (CdRung, match->config.n_ticks);
      side->bits = g_new0 (guint64, match->config.n_ticks / 64);
      side->summary = g_new0 (guint64, match->config.n_ticks / TICKS_STEP);
      side->best = CD_LADDER_NONE;
    }
  match->slots = g_new0 (CdSlot, (gsize)config->max_orders + 1);
  match->unused_slot = 1;
  match->ring = g_new0 (CdMatchExec, ring);
  match->ring_mask = ring - 1;
  return match;
}

void
cd_match_free (CdMatch *match)
{
  if (!match)
    return;
  for (int s = 0; s < 2; s++)
    {
      g_free (match->side[s].rungs);
      g_free (match->side[s].bits);
      g_free (match->side[s].summary);
    }
  g_free (match->slots);
  g_free (match->ring);
  g_free (match);
}

CdMatchResult
cd_match_enter (CdMatch *match, const CdMatchOrder *order, CdMatchRef *ref)
{
  return match->ops->enter (match, order, ref);
}

CdMatchResult
cd_match_probe (const CdMatch *match, const CdMatchOrder *taker, CdMatchRef named)
{
  return match->ops->probe (match, taker, named);
}

CdMatchResult
cd_match_take (CdMatch *match, const CdMatchOrder *taker, CdMatchRef named)
{
  return match->ops->take (match, taker, named);
}

CdMatchResult
cd_match_cancel (CdMatch *match, CdMatchRef ref)
{
  return match->ops->cancel (match, ref);
}

CdMatchResult
cd_match_replace (CdMatch *match, CdMatchRef *ref, guint32 tick, gint64 qty)
{
  return match->ops->replace (match, ref, tick, qty);
}

gboolean
cd_match_next_exec (CdMatch *match, CdMatchExec *out)
{
  if (match->ring_read == match->ring_write)
    return FALSE;
  *out = match->ring[match->ring_read++ & match->ring_mask];
  return TRUE;
}

/* --- What the matchers share ------------------------------------------------------------------------------------------- */

CdMatchResult
cd_ladder_rest (CdMatch *match, const CdMatchOrder *order, CdMatchRef *ref)
{
  guint32 slot = cd_ladder_take_slot (match);

  *ref = slot;
  if (slot == 0)
    return CD_MATCH_FULL;
  match->slots[slot].qty = order->qty;
  match->slots[slot].tag = order->tag;
  match->slots[slot].tick = order->tick;
  match->slots[slot].account_side = order->account << 1 | (guint32)cd_ladder_index (order->side);
  cd_ladder_link (match, slot);
  return CD_MATCH_OK;
}

CdMatchResult
cd_ladder_cancel (CdMatch *match, CdMatchRef ref)
{
  if (!cd_ladder_live (match, ref))
    return CD_MATCH_UNKNOWN;
  cd_ladder_unlink (match, ref);
  cd_ladder_drop_slot (match, ref);
  return CD_MATCH_OK;
}

gboolean
cd_ladder_reduce (CdMatch *match, CdMatchRef ref, guint32 tick, gint64 qty)
{
  CdSlot *slot = &match->slots[ref];

  if (!match->config.reduce_keeps_place || slot->tick != tick || qty > slot->qty)
    return FALSE;
  match->side[cd_ladder_side_of (slot)].rungs[tick].qty -= slot->qty - qty;
  slot->qty = qty;
  return TRUE;
}

CdMatchResult
cd_ladder_move (CdMatch *match, CdMatchRef ref, guint32 tick, gint64 qty, gint64 min_qty)
{
  if (!cd_ladder_live (match, ref))
    return CD_MATCH_UNKNOWN;
  if (!cd_ladder_in_range (match, tick, qty, 0) || qty < min_qty)
    return CD_MATCH_RANGE;
  if (cd_ladder_reduce (match, ref, tick, qty))
    return CD_MATCH_OK;
  cd_ladder_unlink (match, ref);
  match->slots[ref].tick = tick;
  match->slots[ref].qty = qty;
  cd_ladder_link (match, ref);
  return CD_MATCH_OK;
}

/* --- Reading --------------------------------------------------------------------------------------------------------- */

CdMatchLevel
cd_match_level_at (const CdMatch *match, CdSide side, guint32 tick)
{
  CdMatchLevel level = { tick, 0, 0 };

  if (tick < match->config.n_ticks)
    {
      const CdRung *rung = &match->side[cd_ladder_index (side)].rungs[tick];

      level.orders = rung->n;
      level.qty = rung->qty;
    }
  return level;
}

gboolean
cd_match_level (const CdMatch *match, CdSide side, guint index, CdMatchLevel *out)
{
  int s = cd_ladder_index (side);
  guint32 tick = match->side[s].best;

  for (; index > 0 && tick != CD_LADDER_NONE; index--)
    tick = cd_ladder_behind (match, s, tick);
  if (tick == CD_LADDER_NONE)
    return FALSE;
  *out = cd_match_level_at (match, side, tick);
  return TRUE;
}

guint32
cd_match_count (const CdMatch *match, CdSide side)
{
  return match->side[cd_ladder_index (side)].n;
}

void
cd_match_foreach (const CdMatch *match, CdSide side, CdMatchFunc func, gpointer data)
{
  int s = cd_ladder_index (side);

  for (guint32 tick = match->side[s].best; tick != CD_LADDER_NONE; tick = cd_ladder_behind (match, s, tick))
    for (guint32 ref = match->side[s].rungs[tick].head; ref; ref = match->slots[ref].next)
      {
        const CdSlot *slot = &match->slots[ref];
        const CdMatchOrder order = { slot->tag, slot->qty, slot->tick, cd_ladder_account (slot), side, FALSE };

        func (ref, &order, data);
      }
}

static void
hash_order (CdMatchRef ref, const CdMatchOrder *order, gpointer data)
{
  guint64 *h = data;
  const guint64 words[] = { order->tag, (guint64)order->qty, order->tick, order->account, order->side };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    for (int byte = 0; byte < 8; byte++)
      *h = (*h ^ (words[i] >> (8 * byte) & 0xff)) * G_GUINT64_CONSTANT (1099511628211);
}

guint64
cd_match_hash (const CdMatch *match)
{
  guint64 h = G_GUINT64_CONSTANT (14695981039346656037);

  cd_match_foreach (match, CD_SIDE_BUY, hash_order, &h);
  cd_match_foreach (match, CD_SIDE_SELL, hash_order, &h);
  return h;
}
