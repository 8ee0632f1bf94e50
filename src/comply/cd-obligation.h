/* cd-obligation.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The obligation of one entity for one year: what is owed, with what it can be met, what is short, until when, and what happens
 * by stage if nothing is done. Pure: no clock, no I/O; every figure with its trace.
 */
#pragma once

#include "cd-scheme.h"

G_BEGIN_DECLS

typedef struct
{
  const char *code;
  int vintage;
  gint64 trading;  /* tradable now */
  gint64 registry; /* can be surrendered now */
  gint64 bought_today;
  gint64 order_locked;
  gint64 submitted;    /* in a surrender not yet reviewed */
  gint64 other_frozen; /* judicial, pledged, regulator, carry-over */
  gint64 surrendered;  /* already surrendered for this year */
} CdVintageHolding;

typedef struct
{
  const char *code; /* lot */
  const char *type; /* "CCER" */
  const char *project_type;
  const char *origin;
  CdDate registered;
  CdDate generated; /* CD_DATE_NONE unknown */
  gint64 trading;
  gint64 registry;
  gint64 bought_today;
  gint64 reserved; /* 待抵销 for this year */
  gint64 submitted;
  gint64 used; /* already offset for this year */
} CdCreditHolding;

typedef struct
{
  const CdScheme *scheme;
  const CdMarket *market;
  int year;
  const char *sector;
  CdMass verified;         /* within the compliance boundary */
  gboolean verified_final; /* FALSE = forecast or reported */
  gint64 approved;         /* approved (核定) allowances, units */
  gint64 issued;           /* issued for the year, units (base of the Beijing cap) */
  CdMass prev_year_emissions;
  const CdVintageHolding *vintages;
  gsize n_vintages;
  const CdCreditHolding *credits;
  gsize n_credits;
  gint64 now_us;         /* market time */
  CdDate as_of;          /* which rules were known; CD_DATE_NONE = today's */
  gint64 price_e4;       /* average market price for the penalty estimate; 0 = not known */
  gint64 cover_price_e4; /* best ask of the cheapest usable allowance; 0 = not known */
} CdObligationInput;

/* Why a credit lot is not eligible. Frozen. */
typedef enum
{
  CD_ELIGIBLE = 0,
  CD_INELIGIBLE_TYPE = 1,
  CD_INELIGIBLE_REGISTERED = 2, /* registration date not after the rule's */
  CD_INELIGIBLE_GENERATED = 3,
  CD_INELIGIBLE_EXPIRED = 4,
  CD_INELIGIBLE_PROJECT = 5,
  CD_INELIGIBLE_UNKNOWN = 6, /* a date the rule needs is not known */
} CdEligibility;

typedef struct
{
  char *code;
  CdEligibility eligible;
  char *sub_cap;   /* id of the first sub-cap it falls under (each one binds); (nullable) */
  gint64 counted;  /* units of it that count within the room: submitted, reserved and held ones, in this order */
  gint64 held;     /* of @counted, neither submitted nor reserved yet */
  gint64 stranded; /* units beyond the room or not eligible, for this purpose */
} CdLotVerdict;

/* @used includes reserved and submitted; @room is what is left of @cap after it. */
typedef struct
{
  char *id; /* sub-cap id */
  gint64 cap, used, room;
} CdSubRoom;

typedef struct
{
  int stage;
  gboolean verified_rule;
  gboolean has_amount;
  CdMoney low, high;
  gboolean deduct_next_year;
  gboolean deduction_unverified; /* whether next year's allocation is cut is not verified: @deduct_next_year says nothing */
  char *text_zh, *text_en, *source;
} CdPenaltyEstimate;

typedef struct
{
  char *id;     /* "surrender", "last_buy_list", "last_transfer" … */
  gint64 at_us; /* 0 = not known */
  CdDutyOwner owner;
  CdRuleStatus status;
  char *source;
} CdDeadline;

#define CD_COVERAGE_BP_MAX 1000000

typedef struct
{
  gint64 owed;        /* units to be surrendered in all (mass rounded up to whole units) */
  gint64 surrendered; /* allowances + offsets already accepted */
  gint64 remaining;
  gint64 usable_registry;                      /* eligible vintages, registry-available */
  gint64 usable_trading;                       /* eligible vintages, still to be transferred */
  gint64 unusable_vintage;                     /* held but not accepted for this year */
  gint64 offset_cap, offset_used, offset_room; /* used includes reserved and submitted */
  gint64 offset_countable;                     /* credits held that count within the room */
  gint64 offset_pending;                       /* credits reserved or submitted that count within the cap */
  gint64 offset_stranded;
  CdRuleStatus offset_status;   /* CD_RULE_UNVERIFIED: the offset figures above are not known, not 0 */
  CdRuleStatus vintages_status; /* of what may be surrendered; never unverified */
  gint64 shortfall;             /* > 0 short; allowances + countable credits against remaining */
  gint64 surplus;
  int coverage_bp;    /* covered / owed in basis points; above 10000 with a surplus, at most %CD_COVERAGE_BP_MAX */
  gint64 deadline_us; /* surrender; 0 = unverified */
  CdRuleStatus deadline_status;
  gint64 last_safe_buy_us; /* last moment at which a listed purchase settles, transfers and can be submitted in time */
  int sessions_left;       /* trading days left to last_safe_buy, -1 unknown */
  gboolean has_cover_cost;
  CdMoney cover_cost;   /* shortfall at cover_price (the app refines it with the book) */
  GPtrArray *lots;      /* CdLotVerdict */
  GPtrArray *sub_rooms; /* CdSubRoom */
  GPtrArray *penalties; /* CdPenaltyEstimate */
  GPtrArray *deadlines; /* CdDeadline */
  CdTrace *trace;
} CdObligation;

#define CD_OBLIGATION_ERROR (cd_obligation_error_quark ())
GQuark cd_obligation_error_quark (void);
typedef enum
{
  CD_OBLIGATION_ERROR_RULE = 1, /* no rule for that year and sector, or only an unverified one */
  CD_OBLIGATION_ERROR_INPUT = 2,
  CD_OBLIGATION_ERROR_RANGE = 3,
} CdObligationError;

/**
 * cd_obligation_evaluate:
 * @input: one entity, one year; every quantity from 0 to 10¹²
 * @error: a %CD_OBLIGATION_ERROR
 *
 * Owed = surrendered + covered + shortfall, always. Same input, same figures and same trace, in any thread.
 *
 * Returns: (transfer full) (nullable): the figures, or %NULL with @error naming the rule or input at fault
 */
CdObligation *cd_obligation_evaluate (const CdObligationInput *input, GError **error);
void cd_obligation_free (CdObligation *obligation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdObligation, cd_obligation_free)

/* Eligibility of one lot under the rule of the year; @trace (nullable). */
CdEligibility cd_offset_eligibility (const CdOffsetRule *rule, const CdCreditHolding *lot, CdDate on, CdTrace *trace);
/* Cap in units: floor(base × bp / 10000). */
gboolean cd_offset_cap (const CdOffsetRule *rule, int bp, const CdObligationInput *input, gint64 *out_units, GError **error);

/**
 * cd_surrender_check:
 *
 * What the registry (and the client before it) refuses: vintages not accepted for the year, more than registry-available,
 * offsets beyond the room or ineligible, more than owed. @allowances are (code, vintage, qty), @credits (code, qty).
 *
 * Returns: %TRUE when it may be proposed; else @error says which line, the limit and the source
 */
typedef struct
{
  const char *code;
  gint64 qty;
} CdSurrenderLine;
gboolean cd_surrender_check (const CdObligationInput *input,
                             const CdSurrenderLine *allowances,
                             gsize n_allowances,
                             const CdSurrenderLine *credits,
                             gsize n_credits,
                             GError **error);

/* 核定 and issue arithmetic (china-rules 3.3, 6.4, 13.3). */
gint64 cd_carry_over_amount (const CdCarryOver *rule, gint64 sold, gint64 bought, gint64 holding, CdTrace *trace);
/* The holding that counts: judicial freezes with it, what is in a surrender or cancellation not yet reviewed without it. */
gint64 cd_carry_over_holding (gint64 trading, gint64 registry, gint64 judicial, gint64 submitted);
/**
 * cd_carry_over_best_sale:
 * @holding: before the sale
 * @kept: (out): what can be carried over then
 *
 * Selling raises the limit and lowers what is left. Returns: the smallest further sale after which the most is kept; 0 when none helps
 */
gint64 cd_carry_over_best_sale (const CdCarryOver *rule, gint64 sold, gint64 bought, gint64 holding, gint64 *kept);
/* Units that may be borrowed for the gap between verified and approved; 0 where it is forbidden or the gap too small. */
gint64 cd_borrowing_amount (const CdBorrowing *rule, CdMass verified, gint64 approved, CdTrace *trace);
gint64 cd_relief_approved (const CdRelief *relief, gint64 initial, CdMass verified, CdTrace *trace);
gint64 cd_relief_approved_gas (const CdRelief *relief, gint64 initial, CdMass verified, CdTrace *trace); /* one gas-fired unit */
const char *cd_cap_base_name (CdCapBase base);                                                           /* as packs write it: "verified_emissions" … */
gint64 cd_pre_allocation (gint64 prev_year_verified_e3, int share_bp);                                   /* rounded down to whole units */

G_END_DECLS
