/* cd-match.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Matching: one interface, one matcher for each kind of rule. A matcher knows orders, prices and queues; it knows no money, no
 * sessions and no clock: whoever calls it has checked those. One thread.
 *
 * All memory is taken when a matcher is made; no call allocates. Prices are ticks counted from the ladder's base, so that a price is
 * an index and nothing is divided on the way.
 *
 *   quote picking   (china-rules 2.1)  cd-match-pick.c   listings rest, crossed ones too; a pick takes at once or fails
 *   price and time                     cd-match-time.c   an order trades with what it crosses, the rest of it rests
 *   negotiated      (china-rules 2.1)  cd-match-block.c  an intent is taken whole by a counterparty, or stands
 */
#pragma once

#include "cd-market.h"

G_BEGIN_DECLS

/* An order at rest. 0 = none. Valid until the order is filled or cancelled; then the number is used again. */
typedef guint32 CdMatchRef;

typedef enum
{
  CD_MATCH_OK,
  CD_MATCH_GONE,     /* what was to be taken is not there, not at that price, or not in that quantity */
  CD_MATCH_LEVEL,    /* there, but deeper than the levels that may be taken */
  CD_MATCH_SELF,     /* it would be a trade with oneself; an order that trades loses what was left of it */
  CD_MATCH_RANGE,    /* tick outside the ladder, or quantity outside the limits */
  CD_MATCH_FULL,     /* no room for another order, or for the executions this one could cause */
  CD_MATCH_UNKNOWN,  /* no such order at rest */
  CD_MATCH_NOT_HERE, /* the rule kind has no such command */
} CdMatchResult;

/**
 * CdMatchOrder:
 * @tag: the caller's; comes back in executions
 * @account: below 2³¹; equal numbers never trade with each other
 * @qty: more than 0
 * @immediate: price and time: what does not trade at once is dropped
 */
typedef struct
{
  guint64 tag;
  gint64 qty;
  guint32 tick;
  guint32 account;
  CdSide side;
  gboolean immediate;
} CdMatchOrder;

/**
 * CdMatchExec: one execution, always at the maker's price.
 * @maker_leaves: 0 = the maker is gone and its reference free
 */
typedef struct
{
  guint64 maker_tag, taker_tag;
  gint64 qty, maker_leaves;
  guint32 tick;
  CdSide taker_side;
} CdMatchExec;

/**
 * CdMatchConfig:
 * @n_ticks: prices the ladder holds; rounded up to a multiple of 4096
 * @max_orders: orders at rest at the same time, and executions that may wait to be read
 * @visible_levels: how many of the best levels may be picked from; 0 = all
 * @min_qty: negotiated: smallest intent
 * @reduce_keeps_place: a smaller quantity at the same price stays where it stands in its queue
 */
typedef struct
{
  guint32 n_ticks;
  guint32 max_orders;
  guint visible_levels;
  gint64 min_qty;
  gboolean reduce_keeps_place;
} CdMatchConfig;

typedef struct _CdMatch CdMatch;

typedef struct
{
  const char *name;
  /* Puts an order in. @ref: (out): where it rests; 0 when nothing of it does. */
  CdMatchResult (*enter) (CdMatch *match, const CdMatchOrder *order, CdMatchRef *ref);
  /* What take() would answer; changes nothing. */
  CdMatchResult (*probe) (const CdMatch *match, const CdMatchOrder *taker, CdMatchRef named);
  /* Takes at the price of @taker: from the order @named, or with 0 from the level. All of it at once, or nothing. */
  CdMatchResult (*take) (CdMatch *match, const CdMatchOrder *taker, CdMatchRef named);
  CdMatchResult (*cancel) (CdMatch *match, CdMatchRef ref);
  /* @qty: what is to be left. @ref: (inout): may become another one, or 0 when it traded away. */
  CdMatchResult (*replace) (CdMatch *match, CdMatchRef *ref, guint32 tick, gint64 qty);
} CdMatchOps;

/* (nullable): NULL for a rule kind without a matcher. */
const CdMatchOps *cd_match_ops (CdMatchKind kind);

CdMatch *cd_match_new (CdMatchKind kind, const CdMatchConfig *config);
void cd_match_free (CdMatch *match);
/* Whether a new one of @kind and @config would be like this one. */
gboolean cd_match_is_like (const CdMatch *match, CdMatchKind kind, const CdMatchConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdMatch, cd_match_free)

CdMatchResult cd_match_enter (CdMatch *match, const CdMatchOrder *order, CdMatchRef *ref);
CdMatchResult cd_match_probe (const CdMatch *match, const CdMatchOrder *taker, CdMatchRef named);
CdMatchResult cd_match_take (CdMatch *match, const CdMatchOrder *taker, CdMatchRef named);
CdMatchResult cd_match_cancel (CdMatch *match, CdMatchRef ref);
CdMatchResult cd_match_replace (CdMatch *match, CdMatchRef *ref, guint32 tick, gint64 qty);

/* Oldest execution that was not read yet. FALSE = none. They wait in a ring; a command that could overrun it is refused as full. */
gboolean cd_match_next_exec (CdMatch *match, CdMatchExec *out);

/* --- Reading --------------------------------------------------------------------------------------------------------- */

typedef struct
{
  guint32 tick;
  guint32 orders;
  gint64 qty;
} CdMatchLevel;

/* Level 0 is the best. FALSE beyond the depth. */
gboolean cd_match_level (const CdMatch *match, CdSide side, guint index, CdMatchLevel *out);
/* The level at @tick; quantity 0 when there is none. */
CdMatchLevel cd_match_level_at (const CdMatch *match, CdSide side, guint32 tick);
guint32 cd_match_count (const CdMatch *match, CdSide side); /* orders at rest */
typedef void (*CdMatchFunc) (CdMatchRef ref, const CdMatchOrder *order, gpointer data);
/* Best level first, in a level the first in the queue first. */
void cd_match_foreach (const CdMatch *match, CdSide side, CdMatchFunc func, gpointer data);
/* Of everything at rest, queues in their order. References are no part of it. */
guint64 cd_match_hash (const CdMatch *match);

G_END_DECLS
