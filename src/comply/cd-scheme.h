/* cd-scheme.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The compliance half of a pack: years, tasks with their owners, which vintages may be surrendered, offsets, carry-over,
 * relief and penalties. Immutable after load. Every date and figure carries its source and status.
 */
#pragma once

#include "cd-allocation.h"
#include "cd-market.h"

G_BEGIN_DECLS

/* Who must act. */
typedef enum
{
  CD_OWNER_OURS, /* the emitting unit */
  CD_OWNER_AUTHORITY,
  CD_OWNER_VERIFIER,
  CD_OWNER_REGISTER,
} CdDutyOwner;

/* Sectors as a string id: "power", "steel", "cement", "aluminium", "heat", "all". */

/**
 * CdTask: one dated duty of a compliance year.
 * @id: "report", "verify", "pre_issue", "approve", "issue", "offset_apply", "surrender", "enforce_report" …
 * @due: %CD_DATE_NONE when unverified
 * @due_s: second of the day by which it is due (86400 = end of the day)
 */
typedef struct
{
  char *id;
  char *name_zh;
  char *name_en;
  CdDutyOwner owner;
  CdDate due;
  int due_s;
  CdRuleStatus status;
  char *source;
} CdTask;

typedef struct
{
  int year;       /* emission year; 2020 for the joint 2019-20 period */
  int year_from;  /* 2019 for 2019-20 */
  char *sector;   /* "power" … or "all" */
  char *label_zh; /* "2025年度（2026-12-31 清缴）" */
  char *label_en;
  GPtrArray *tasks;        /* CdTask */
  GArray *usable_vintages; /* int: vintages that may be surrendered for this year */
  CdRuleStatus vintages_status;
  char *vintages_source;
} CdComplianceYear;

/* Base of an offset cap (china-rules 5). Frozen. */
typedef enum
{
  CD_CAP_VERIFIED_EMISSIONS = 1,
  CD_CAP_ISSUED_ALLOWANCES = 2,
  CD_CAP_INITIAL_ALLOWANCES = 3,
  CD_CAP_PREV_YEAR_EMISSIONS = 4,
  CD_CAP_SHORTFALL = 5,
} CdCapBase;

/**
 * CdOffsetSubCap: a part of the cap, e.g. credits from outside the region at most 2.5 % of the same base.
 */
typedef struct
{
  char *id;
  char *origin_not; /* region id: applies to credits whose origin is another one; (nullable) */
  char *type_only;  /* applies to this credit type only; (nullable) */
  int cap_bp;
  char *source;
} CdOffsetSubCap;

typedef struct
{
  int year_from, year_to;
  int cap_bp; /* 500 = 5 % */
  CdCapBase base;
  GPtrArray *sub_caps;     /* CdOffsetSubCap */
  GPtrArray *types;        /* char*: accepted credit types: "CCER", … */
  CdDate registered_after; /* strictly after; CD_DATE_NONE = no such filter */
  CdDate generated_after;
  CdDate usable_until;               /* of the credit, e.g. old CCER 2024-12-31 */
  GPtrArray *excluded_project_types; /* char* */
  CdRuleStatus status;
  char *source;
} CdOffsetRule;

/* Penalty kinds. Frozen. */
typedef enum
{
  CD_PENALTY_FIXED_RANGE = 1,       /* low … high in money */
  CD_PENALTY_MULTIPLE_OF_PRICE = 2, /* (low … high) × shortfall × average price */
  CD_PENALTY_MULTIPLE_OF_GAINS = 3, /* (low … high) × unlawful gains */
} CdPenaltyKind;

/* What is punished. Frozen. */
typedef enum
{
  CD_ACT_SURRENDER = 0,    /* surrendered too little */
  CD_ACT_LATE_REPORT = 1,  /* report, verification or data late or lacking */
  CD_ACT_FALSE_REPORT = 2, /* data made up or hidden */
} CdAct;

typedef struct
{
  CdDate from, to; /* period of the act (deadline day) */
  CdAct act;
  gboolean person; /* of a natural person, not of the unit */
  /* of unlawful gains, e4 money: binds from @gains_from on (0 = any) and below @gains_below (0 = no end) */
  gint64 gains_from, gains_below;
  int stage; /* 1, 2 … */
  CdPenaltyKind kind;
  gint64 low, high; /* e4 money, or multiples in hundredths (500 = 5×) */
  gboolean deduct_next_year;
  gboolean deduction_status_unverified;
  char *price_window; /* "month_before_deadline" */
  char *text_zh;
  char *text_en;
  CdRuleStatus status;
  char *source;
} CdPenalty;

typedef struct
{
  int to_year;                  /* 2025 */
  int from_vintage, to_vintage; /* 2020 … 2024 */
  gint64 base_units;            /* B */
  gint64 ratio_num, ratio_den;  /* R = 3/2 */
  CdDate net_sale_from, net_sale_to;
  CdDate holding_at;
  CdDate apply_until;
  CdRuleStatus status;
  char *source;
} CdCarryOver;

typedef struct
{
  int year_from, year_to;
  char *sector;
  int gap_cap_bp;     /* 2000: gap at most 20 % of verified; 0 = none */
  int surplus_cap_bp; /* ±3 % sectors: 300; 0 = none */
  gboolean gas_exempt;
  CdRuleStatus status;
  char *source;
} CdRelief;

/**
 * CdBorrowing: units of a later year used early (预支).
 * @allowed: %FALSE: forbidden for these years
 * @min_gap_bp: gap rate from which it may be asked for
 * @max_share_bp: of the gap
 */
typedef struct
{
  int year_from, year_to;
  char *sector;
  gboolean allowed;
  int min_gap_bp, max_share_bp;
  int from_vintage;
  gboolean tradable;
  CdRuleStatus status;
  char *source;
} CdBorrowing;

typedef struct _CdScheme CdScheme;
struct _CdScheme
{
  char *id; /* as the market's */
  CdZone *zone;
  GPtrArray *years;       /* CdComplianceYear */
  GPtrArray *offsets;     /* CdOffsetRule */
  GPtrArray *penalties;   /* CdPenalty */
  GPtrArray *carry_overs; /* CdCarryOver */
  GPtrArray *reliefs;     /* CdRelief */
  GPtrArray *allocations; /* CdAllocationRule */
  GPtrArray *borrowings;  /* CdBorrowing */
  gboolean auto_collect;  /* the register collects automatically after the deadline (Beijing) */
  char *auto_collect_source;
  char *leaver_rule_zh, *leaver_rule_en; /* (nullable) */
  CdDate leaver_until;                   /* leavers' allowances tradable until */
  /* verification gate (Beijing): returned when the spot check differs by more than mass_e3 or at least bp of the total; 0 = none */
  gint64 verify_gate_mass_e3;
  int verify_gate_bp;
  char *verify_gate_source;
  GPtrArray *report_only_sources; /* char*: reported, outside the compliance boundary (e.g. mobile sources, purchased heat) */
};

void cd_scheme_free (CdScheme *scheme);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdScheme, cd_scheme_free)
void cd_task_free (CdTask *task);
void cd_compliance_year_free (CdComplianceYear *year);
void cd_offset_rule_free (CdOffsetRule *rule);
void cd_offset_sub_cap_free (CdOffsetSubCap *cap);
void cd_penalty_free (CdPenalty *penalty);
void cd_carry_over_free (CdCarryOver *carry);
void cd_relief_free (CdRelief *relief);
void cd_borrowing_free (CdBorrowing *borrowing);

/* The row of (year, sector), else of (year, "all"); (nullable). */
const CdComplianceYear *cd_scheme_year (const CdScheme *scheme, int year, const char *sector);
const CdTask *cd_compliance_year_task (const CdComplianceYear *year, const char *task_id);           /* (nullable) */
const CdOffsetRule *cd_scheme_offset_rule (const CdScheme *scheme, int year);                        /* (nullable) */
const CdAllocationRule *cd_scheme_allocation (const CdScheme *scheme, int year, const char *sector); /* (nullable) */
const CdRelief *cd_scheme_relief (const CdScheme *scheme, int year, const char *sector);             /* (nullable) */
/**
 * cd_scheme_penalty:
 * @on: day of the act (of a surrender the deadline)
 * @gains_e4: unlawful gains; 0 = none or not known
 *
 * Returns: (nullable): the rule for that act, stage and subject on that day
 */
const CdPenalty *cd_scheme_penalty (const CdScheme *scheme, CdAct act, int stage, gboolean person, gint64 gains_e4, CdDate on);
gboolean cd_compliance_year_accepts (const CdComplianceYear *year, int vintage);
/* FALSE = returned: |spot - verified| > mass or ≥ bp of the unit's total. */
gboolean cd_scheme_verification_passes (const CdScheme *scheme, CdMass verified, CdMass spot, CdTrace *trace);

G_END_DECLS
