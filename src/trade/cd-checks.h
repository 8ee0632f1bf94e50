/* cd-checks.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pre-trade checks. Pure: everything they need is in the input. The same table of checks is used by the ticket (live, before
 * anything is sent) and by the practice venue (as the exchange's own validation), so that both say the same thing in the same code.
 */
#pragma once

#include "cd-book.h"
#include "cd-market.h"

G_BEGIN_DECLS

/* Frozen; the wire sends the names. */
typedef enum
{
  CD_CHECK_SESSION = 1,      /* session.closed */
  CD_CHECK_INSTRUMENT = 2,   /* instrument.unknown / not_tradable / not_listed */
  CD_CHECK_KIND = 3,         /* kind.not_allowed */
  CD_CHECK_TICK = 4,         /* price.tick */
  CD_CHECK_BAND = 5,         /* price.band */
  CD_CHECK_LOT = 6,          /* qty.lot */
  CD_CHECK_MAX_QTY = 7,      /* qty.max */
  CD_CHECK_MIN_QTY = 8,      /* qty.min */
  CD_CHECK_CASH = 9,         /* cash.insufficient */
  CD_CHECK_UNITS = 10,       /* units.insufficient */
  CD_CHECK_T_PLUS = 11,      /* units.bought_today */
  CD_CHECK_LEVEL = 12,       /* pick.level: beyond the best five, gone, or larger than the listing */
  CD_CHECK_SELF = 13,        /* self.trade */
  CD_CHECK_RIGHTS = 14,      /* rights.missing */
  CD_CHECK_LIMIT = 15,       /* limit.notional: the desk's or operator's own hard limit */
  CD_CHECK_DUPLICATE = 16,   /* order.duplicate within 10 s */
  CD_CHECK_STALE = 17,       /* book.stale */
  CD_CHECK_POSITION = 18,    /* position.limit */
  CD_CHECK_DEADLINE = 19,    /* sale uncovers an obligation, or a purchase settles too late (client) */
  CD_CHECK_OFFSET_ROOM = 20, /* beyond the offset limit: stranded for this purpose (client) */
  CD_CHECK_ELIGIBLE = 21,    /* unit cannot be surrendered for the year in question (client) */
  CD_CHECK_OVERFLOW = 22,    /* amount does not fit */
} CdCheckId;

typedef enum
{
  CD_CHECK_PASS,
  CD_CHECK_WARN,
  CD_CHECK_BLOCK,
  CD_CHECK_NOT_APPLICABLE,
} CdCheckVerdict;

/**
 * CdCheckResult: one line of the check list. @a and @b are the figures of the sentence (limits, have/need), in the
 * unit of the check: e4 for prices and money, units for quantities; texts are made from them in ui/cd-format.
 */
typedef struct
{
  CdCheckId id;
  CdCheckVerdict verdict;
  const char *code; /* stable wire code, static */
  gint64 a;
  gint64 b;
  const char *source; /* rule source, borrowed from the market; (nullable) */
} CdCheckResult;

typedef struct
{
  const char *account;
  const char *instrument;
  CdSide side;
  CdOrderKind kind;
  gint64 price_e4;
  gint64 qty;
  const char *listing_id; /* pick of one listing; (nullable) */
} CdOrderDraft;

/**
 * CdCheckInput: everything the checks look at.
 */
typedef struct
{
  const CdMarket *market;
  const CdOrderDraft *draft;
  gint64 market_time_us;
  gint64 reference_e4; /* previous close; 0 = not known */
  const CdBook *book;  /* (nullable); scale 4/0 */
  gboolean book_stale;
  gint64 cash_available_e4; /* usable for buying */
  gint64 units_trading;     /* tradable now */
  gint64 units_bought_today;
  gint64 position;             /* allowances of the market held, all buckets, and what own open bids may still bring */
  gint64 own_allocation;       /* issued to the account for the newest compliance year; 0 = no duty, or not known */
  gint64 own_opposite_best_e4; /* best own resting quote on the other side, 0 = none */
  gint64 max_notional_e4;      /* operator's limit, 0 = none */
  gboolean may_enter;          /* right "enter" */
  gboolean duplicate_recent;
} CdCheckInput;

/**
 * cd_checks_run:
 * @results: (out caller-allocates) (array length=n_max)
 *
 * Runs all checks that apply, in the fixed order of #CdCheckId.
 *
 * Returns: how many results were written
 */
gsize cd_checks_run (const CdCheckInput *input, CdCheckResult *results, gsize n_max);
/* First blocking result, or NULL. */
const CdCheckResult *cd_checks_first_block (const CdCheckResult *results, gsize n);
const char *cd_check_code (CdCheckId id);

G_END_DECLS
