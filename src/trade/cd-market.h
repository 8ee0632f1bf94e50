/* cd-market.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A market as its pack describes it: instruments, trading modes, calendar. Immutable after load; safe in every thread.
 */
#pragma once

#include "cd-calendar.h"
#include "cd-num.h"
#include "cd-rules.h"

G_BEGIN_DECLS

/* Frozen numbers. */
typedef enum
{
  CD_SIDE_BUY = 1,
  CD_SIDE_SELL = 2,
} CdSide;

typedef enum
{
  CD_MODE_LIST = 1,    /* 挂牌协议 listed agreement */
  CD_MODE_BLOCK = 2,   /* 大宗协议 */
  CD_MODE_AUCTION = 3, /* 单向竞价 */
} CdMode;

typedef enum
{
  CD_KIND_LIST = 1,  /* 挂牌: put a listing into the book */
  CD_KIND_PICK = 2,  /* 摘牌: take a listing or from a level, at once or not at all */
  CD_KIND_LIMIT = 3, /* price-time markets */
  CD_KIND_BLOCK = 4, /* block intent, or acceptance of one */
  CD_KIND_AUCTION_BID = 5,
} CdOrderKind;

typedef enum
{
  CD_MATCH_QUOTE_PICK = 1,
  CD_MATCH_PRICE_TIME = 2,
  CD_MATCH_NEGOTIATED = 3,
  CD_MATCH_AUCTION = 4,
} CdMatchKind;

typedef enum
{
  CD_INSTRUMENT_ALLOWANCE = 1,
  CD_INSTRUMENT_CREDIT = 2,    /* one project and monitoring batch */
  CD_INSTRUMENT_COMPOSITE = 3, /* an index, not tradable */
} CdInstrumentKind;

/**
 * CdInstrument:
 * @code: the key (display names change, codes do not)
 * @vintage: the compliance year of an allowance: 2020 for "19-20"; 0 for credits
 */
typedef struct
{
  char *code;
  char *name_zh; /* today's display name */
  char *name_en;
  CdInstrumentKind kind;
  int vintage;
  int vintage_from;              /* 2019 for "19-20", else the vintage */
  CdDate first_trade;            /* CD_DATE_NONE when not listed yet */
  CdRuleSeries *first_ref_price; /* e4 */
  gint64 tick_e4;
  gint64 lot;
  CdCurrency ccy;
  /* credits */
  char *project;
  char *project_type; /* "offshore_wind", "forestry", … */
  char *origin;       /* region of origin, e.g. "CN-11" */
  CdDate registered;  /* date of registration */
  CdRuleStatus status;
  char *source;
} CdInstrument;

/**
 * CdModeRule: one trading mode. Sizes and bands are series by date; look them up with the day of the order.
 */
typedef struct
{
  CdMode mode;
  char *name_zh;
  char *name_en;
  CdMatchKind match;
  CdRuleSeries *min_qty;           /* units; empty series = none */
  CdRuleSeries *max_qty_exclusive; /* units */
  CdRuleSeries *band_bp;           /* basis points: 1000 = ±10 % */
  CdRounding band_rounding;
  GArray *sessions;   /* (element-type CdSession) */
  int visible_levels; /* 5; 0 = all */
  gboolean enters_close;
  CdDate from;
  CdDate to;
  char *source;
} CdModeRule;

typedef struct
{
  CdDate from;
  CdDate to;
  GPtrArray *codes; /* char* */
  GArray *weights;  /* gint64, equal weights as parts: P = sum(w_i × p_i) / sum(w) */
  char *source;
} CdCompositePeriod;

typedef struct _CdMarket CdMarket;
struct _CdMarket
{
  char *id; /* "cn-cea" */
  char *name_zh;
  char *name_en;
  CdCurrency ccy;
  CdCalendar *calendar;
  GPtrArray *instruments; /* CdInstrument */
  GPtrArray *modes;       /* CdModeRule */
  GPtrArray *composite;   /* CdCompositePeriod */
  char *composite_code;
  CdRuleSeries *t_plus;             /* days until a purchase may be sold again */
  CdRuleSeries *sale_cash_reusable; /* 1 = the same day */
  CdRuleSeries *position_limit;     /* units of allowances that one account may hold */
  CdRuleSeries *position_own;       /* (nullable): 1 = a unit with a duty may hold what it was issued for the year on top */
  CdRuleSeries *fee_bp;             /* mostly unverified */
  CdRuleSeries *collar_above;       /* e4; (nullable): no price collar */
  CdRuleSeries *collar_below;       /* e4 */
  CdRuleSeries *collar_days;        /* trading days in a row */
  gint64 close_min_qty;             /* VWAP close only from this many units on (0 = any) */
  gboolean natural_persons;         /* who may hold an account */
  char *eligible_zh;                /* who may hold an account, in words */
  char *eligible_en;
  int settlement_confirm; /* 1: lapses (deemed accepted) at the next opening */
};

void cd_market_free (CdMarket *market);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdMarket, cd_market_free)
void cd_instrument_free (CdInstrument *instrument);
void cd_mode_rule_free (CdModeRule *rule);
void cd_composite_period_free (CdCompositePeriod *period);

const CdInstrument *cd_market_instrument (const CdMarket *market, const char *code); /* (nullable) */
const CdModeRule *cd_market_mode (const CdMarket *market, CdMode mode, CdDate day);  /* (nullable) */

typedef enum
{
  CD_SESSION_CLOSED,
  CD_SESSION_OPEN,
  CD_SESSION_BREAK,   /* between two sessions of one day */
  CD_SESSION_UNKNOWN, /* the calendar does not cover the day */
} CdSessionState;

/**
 * cd_market_session_at:
 * @next_change_us: (out) (nullable): the instant at which the state changes next, 0 when unknown
 */
CdSessionState cd_market_session_at (const CdMarket *market, CdMode mode, gint64 at_us, gint64 *next_change_us);

/**
 * cd_market_band:
 * @reference: previous close of the same vintage
 *
 * Lower and upper limit price: reference × (1 ± band), rounded as the rule says to the instrument's tick (china-rules 2.1, 13.1).
 *
 * Returns: %FALSE when the mode has no band on that day
 */
gboolean cd_market_band (const CdModeRule *rule, CdDate day, CdPrice reference, gint64 tick_e4, CdPrice *low, CdPrice *high);

typedef enum
{
  CD_COLLAR_NONE = 0,
  CD_COLLAR_AUCTION = 1,  /* the authority may sell */
  CD_COLLAR_BUY_BACK = 2, /* the authority may buy back */
  CD_COLLAR_UNKNOWN = 3,  /* the triggers on that day are not verified, or there is no collar */
} CdCollar;

/**
 * cd_market_collar:
 * @averages_e4: (array length=n): daily weighted averages of the last trading days, the newest last
 *
 * Whether the last days in a row were all above, or all below, what the rule of @day says.
 */
CdCollar cd_market_collar (const CdMarket *market, CdDate day, const gint64 *averages_e4, gsize n);

/* Weighted composite of prices on @day, half-up to 0.01; FALSE when a weight has no price. */
typedef gboolean (*CdPriceOf) (const char *code, CdPrice *price, gpointer data);
gboolean cd_market_composite (const CdMarket *market, CdDate day, CdPriceOf price_of, gpointer data, CdPrice *out);

const char *cd_side_name (CdSide side);            /* "buy" | "sell" */
const char *cd_mode_name (CdMode mode);            /* "list" | "block" | "auction" */
const char *cd_order_kind_name (CdOrderKind kind); /* "list" | "pick" | "limit" | "block" | "auction_bid" */
gboolean cd_side_parse (const char *text, CdSide *out);
gboolean cd_mode_parse (const char *text, CdMode *out);
gboolean cd_order_kind_parse (const char *text, CdOrderKind *out);

G_END_DECLS
