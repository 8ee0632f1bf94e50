/* cd-cover.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Covering one entity's shortfall from the asks that stand in the books now, at the least cost. Pure: the same asks give the same
 * plan. What the visible books do not hold is said as missing, never priced at the last level.
 */
#pragma once

#include "cd-num.h"
#include "cd-rules.h"

G_BEGIN_DECLS

#define CD_COVER_NO_SUB_CAP (-1)

/**
 * CdCoverAsk: one level on the ask side of one instrument.
 * @code: (not nullable): instrument; borrowed until the plan is made
 * @price_e4: above 0, in the currency of the plan
 * @qty: units at the level, 0 or more
 * @level: 0 is the best level of its book
 * @credit: an offset credit, eligible for the year; it takes room
 * @sub_cap: index into the sub-rooms that the credit takes room of, or %CD_COVER_NO_SUB_CAP
 */
typedef struct
{
  const char *code;
  gint64 price_e4;
  gint64 qty;
  guint level;
  gboolean credit;
  int sub_cap;
} CdCoverAsk;

/**
 * CdCoverInput:
 * @asks: levels of every instrument that may be surrendered for the year, or offset for it; in any order
 * @shortfall: units to be covered
 * @offset_room: units that may still be offset, held and countable credits already taken off
 * @sub_rooms: (array length=n_sub_rooms): room of each sub-cap
 * @best_levels: levels deeper than this are out of reach (national market: 5); 0 = all
 * @max_order_exclusive: an order must be smaller than this (listed agreement: 100,000 t); 0 = no limit
 */
typedef struct
{
  const CdCoverAsk *asks;
  gsize n_asks;
  gint64 shortfall;
  gint64 offset_room;
  const gint64 *sub_rooms;
  gsize n_sub_rooms;
  guint best_levels;
  gint64 max_order_exclusive;
  CdCurrency ccy;
} CdCoverInput;

/**
 * CdCoverOrder: one order to be staged: a pick at one level of one book.
 */
typedef struct
{
  char *code;
  gint64 price_e4;
  gint64 qty;
  guint level;
  gboolean credit;
  CdMoney amount; /* price × quantity, exact */
} CdCoverOrder;

/**
 * CdCoverPlan:
 * @orders: (element-type CdCoverOrder): cheapest first
 * @units: what the orders buy
 * @missing: what of the shortfall the visible levels do not hold
 * @offset_units: of @units, credits
 * @allowances_only: cost of the same units without credits, and whether the books hold so many allowances
 */
typedef struct
{
  GPtrArray *orders;
  gint64 units;
  gint64 missing;
  gint64 offset_units;
  CdMoney cost;
  gboolean has_allowances_only;
  CdMoney allowances_only;
  CdTrace *trace;
} CdCoverPlan;

#define CD_COVER_ERROR (cd_cover_error_quark ())
GQuark cd_cover_error_quark (void);
typedef enum
{
  CD_COVER_ERROR_INPUT = 1, /* a price, quantity or index that cannot be */
  CD_COVER_ERROR_RANGE = 2, /* the cost does not fit */
} CdCoverError;

/**
 * cd_cover_plan:
 * @error: a %CD_COVER_ERROR naming the ask at fault
 *
 * The most units that can be had up to the shortfall, and of all ways to have them the cheapest, to the 10⁻⁴ of a currency unit. Taking
 * the cheapest unit that still has room is exact here: with one buyer and a cap over credits, with sub-caps inside it, the sets of
 * units that may be bought form a matroid. Among equal prices allowances go first, so that room is kept, then the caller's order.
 *
 * Returns: (transfer full) (nullable): the plan; with nothing short an empty one
 */
CdCoverPlan *cd_cover_plan (const CdCoverInput *input, GError **error);
void cd_cover_plan_free (CdCoverPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdCoverPlan, cd_cover_plan_free)

G_END_DECLS
