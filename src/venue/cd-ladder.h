/* cd-ladder.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the matchers share: one flat level for every tick and side, a queue in each, orders in one arena, and a bitmap in two
 * levels that finds the next price in a few instructions. Private to the matchers; inline because it is the hot path.
 */
#pragma once

#include "cd-match.h"

G_BEGIN_DECLS

#define CD_LADDER_NONE G_MAXUINT32

/* An order: 32 bytes, two to a cache line. @qty 0 = the slot is free, and @next leads to the next free one. */
typedef struct
{
  gint64 qty;
  guint64 tag;
  guint32 next, prev;
  guint32 tick;
  guint32 account_side; /* account << 1 | side */
} CdSlot;

typedef struct
{
  gint64 qty;
  guint32 head, tail;
  guint32 n;
} CdRung;

typedef struct
{
  CdRung *rungs;
  guint64 *bits;    /* a bit for each tick that has orders */
  guint64 *summary; /* a bit for each word of @bits that is not 0 */
  guint32 best;     /* CD_LADDER_NONE when empty */
  guint32 n;        /* orders */
} CdLadderSide;

struct _CdMatch
{
  const CdMatchOps *ops;
  CdMatchConfig config;
  CdLadderSide side[2]; /* bids, asks */
  CdSlot *slots;        /* 0 is never used */
  guint32 free_slot, unused_slot;
  CdMatchExec *ring;
  guint32 ring_mask, ring_read, ring_write;
};

static inline int
cd_ladder_index (CdSide side)
{
  return side == CD_SIDE_BUY ? 0 : 1;
}

static inline guint32
cd_ladder_account (const CdSlot *slot)
{
  return slot->account_side >> 1;
}

static inline int
cd_ladder_side_of (const CdSlot *slot)
{
  return (int)(slot->account_side & 1);
}

/* Whether an order of side @s at @tick trades with one at @other of the other side. */
static inline gboolean
cd_ladder_crosses (int s, guint32 tick, guint32 other)
{
  return other != CD_LADDER_NONE && (s == 0 ? tick >= other : tick <= other);
}

static inline guint32
cd_ladder_down (const CdLadderSide *side, guint32 from)
{
  guint32 w = from >> 6;
  guint64 word = side->bits[w] & (~G_GUINT64_CONSTANT (0) >> (63 - (from & 63)));
  guint32 s;

  if (word)
    return (w << 6) + 63 - (guint32)__builtin_clzll (word);
  s = w >> 6;
  word = side->summary[s] & ((G_GUINT64_CONSTANT (1) << (w & 63)) - 1);
  while (!word)
    {
      if (s-- == 0)
        return CD_LADDER_NONE;
      word = side->summary[s];
    }
  w = (s << 6) + 63 - (guint32)__builtin_clzll (word);
  return (w << 6) + 63 - (guint32)__builtin_clzll (side->bits[w]);
}

static inline guint32
cd_ladder_up (const CdLadderSide *side, guint32 from, guint32 n_words)
{
  guint32 w = from >> 6;
  guint64 word = side->bits[w] & (~G_GUINT64_CONSTANT (0) << (from & 63));
  guint32 s = w >> 6;

  if (word)
    return (w << 6) + (guint32)__builtin_ctzll (word);
  word = (w & 63) == 63 ? 0 : side->summary[s] & (~G_GUINT64_CONSTANT (0) << ((w & 63) + 1));
  while (!word)
    {
      if (++s >= n_words)
        return CD_LADDER_NONE;
      word = side->summary[s];
    }
  w = (s << 6) + (guint32)__builtin_ctzll (word);
  return (w << 6) + (guint32)__builtin_ctzll (side->bits[w]);
}

/* The next level on side @s behind @tick, CD_LADDER_NONE at the end. */
static inline guint32
cd_ladder_behind (const CdMatch *match, int s, guint32 tick)
{
  if (s == 0)
    return tick == 0 ? CD_LADDER_NONE : cd_ladder_down (&match->side[0], tick - 1);
  return tick + 1 >= match->config.n_ticks ? CD_LADDER_NONE : cd_ladder_up (&match->side[1], tick + 1, match->config.n_ticks >> 12);
}

static inline guint32
cd_ladder_take_slot (CdMatch *match)
{
  guint32 ref = match->free_slot;

  if (ref)
    {
      match->free_slot = match->slots[ref].next;
      return ref;
    }
  return match->unused_slot <= match->config.max_orders ? match->unused_slot++ : 0;
}

static inline void
cd_ladder_drop_slot (CdMatch *match, guint32 ref)
{
  match->slots[ref].qty = 0;
  match->slots[ref].next = match->free_slot;
  match->free_slot = ref;
}

/* At the end of its level's queue. */
static inline void
cd_ladder_link (CdMatch *match, guint32 ref)
{
  CdSlot *slot = &match->slots[ref];
  int s = cd_ladder_side_of (slot);
  CdLadderSide *side = &match->side[s];
  guint32 tick = slot->tick;
  CdRung *rung = &side->rungs[tick];

  slot->next = 0;
  slot->prev = rung->tail;
  if (rung->tail)
    match->slots[rung->tail].next = ref;
  else
    {
      rung->head = ref;
      side->bits[tick >> 6] |= G_GUINT64_CONSTANT (1) << (tick & 63);
      side->summary[tick >> 12] |= G_GUINT64_CONSTANT (1) << ((tick >> 6) & 63);
      if (side->best == CD_LADDER_NONE || (s == 0 ? tick > side->best : tick < side->best))
        side->best = tick;
    }
  rung->tail = ref;
  rung->n++;
  rung->qty += slot->qty;
  side->n++;
}

static inline void
cd_ladder_unlink (CdMatch *match, guint32 ref)
{
  const CdSlot *slot = &match->slots[ref];
  int s = cd_ladder_side_of (slot);
  CdLadderSide *side = &match->side[s];
  guint32 tick = slot->tick;
  CdRung *rung = &side->rungs[tick];

  if (slot->prev)
    match->slots[slot->prev].next = slot->next;
  else
    rung->head = slot->next;
  if (slot->next)
    match->slots[slot->next].prev = slot->prev;
  else
    rung->tail = slot->prev;
  rung->n--;
  rung->qty -= slot->qty;
  side->n--;
  if (rung->head)
    return;
  side->bits[tick >> 6] &= ~(G_GUINT64_CONSTANT (1) << (tick & 63));
  if (side->bits[tick >> 6] == 0)
    side->summary[tick >> 12] &= ~(G_GUINT64_CONSTANT (1) << ((tick >> 6) & 63));
  if (tick == side->best)
    side->best = cd_ladder_behind (match, s, tick);
}

static inline gboolean
cd_ladder_live (const CdMatch *match, CdMatchRef ref)
{
  return ref != 0 && ref < match->unused_slot && match->slots[ref].qty > 0;
}

/* Executions that fit before the reader has to come. */
static inline guint32
cd_ladder_ring_room (const CdMatch *match)
{
  return match->ring_mask + 1 - (match->ring_write - match->ring_read);
}

static inline gboolean
cd_ladder_in_range (const CdMatch *match, guint32 tick, gint64 qty, guint32 account)
{
  return tick < match->config.n_ticks && qty > 0 && account <= G_MAXUINT32 >> 1;
}

/* Takes @qty from a maker; a maker with nothing left leaves the ladder. */
static inline void
cd_ladder_execute (CdMatch *match, guint32 maker, guint64 taker_tag, CdSide taker_side, gint64 qty)
{
  CdSlot *slot = &match->slots[maker];
  CdMatchExec *exec = &match->ring[match->ring_write++ & match->ring_mask];

  exec->maker_tag = slot->tag;
  exec->taker_tag = taker_tag;
  exec->qty = qty;
  exec->maker_leaves = slot->qty - qty;
  exec->tick = slot->tick;
  exec->taker_side = taker_side;
  if (exec->maker_leaves == 0)
    {
      cd_ladder_unlink (match, maker);
      cd_ladder_drop_slot (match, maker);
      return;
    }
  match->side[cd_ladder_side_of (slot)].rungs[slot->tick].qty -= qty;
  slot->qty -= qty;
}

/* Rests without a look at the other side. */
CdMatchResult cd_ladder_rest (CdMatch *match, const CdMatchOrder *order, CdMatchRef *ref);
CdMatchResult cd_ladder_cancel (CdMatch *match, CdMatchRef ref);
/* TRUE when it was enough to make the order smaller where it stands. */
gboolean cd_ladder_reduce (CdMatch *match, CdMatchRef ref, guint32 tick, gint64 qty);
/* Replaces where orders never meet by themselves: a smaller quantity keeps its place, anything else goes to the end of its level. */
CdMatchResult cd_ladder_move (CdMatch *match, CdMatchRef ref, guint32 tick, gint64 qty, gint64 min_qty);

extern const CdMatchOps cd_match_pick_ops, cd_match_time_ops, cd_match_block_ops;

G_END_DECLS
