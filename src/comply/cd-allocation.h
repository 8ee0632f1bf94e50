/* cd-allocation.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Allowances by benchmark (china-rules 7): one function for each kind of rule; every parameter comes from the pack, with its status and
 * source. Exact: powers and exponentials too are computed in integers. Pure, any thread.
 */
#pragma once

#include "cd-num.h"
#include "cd-rules.h"

G_BEGIN_DECLS

/* Frozen. */
typedef enum
{
  CD_ALLOCATION_POWER_SUPPLY = 1,      /* 供电量: Qe × Be × Fl × Fr × Ff + Qh × Bh, Ff by steps */
  CD_ALLOCATION_POWER_GENERATION = 2,  /* 发电量: Qe × Be × Ff + Qh × Bh, Ff = base^(constant − slope × F) */
  CD_ALLOCATION_POWER_EXPONENTIAL = 3, /* the same, Ff = constant − Σ factor × (1 − e^(−F / scale)), F in percent points */
  CD_ALLOCATION_INTENSITY = 4,         /* E × (1 + α), α = slope × (BP − I) / BP within limits */
  CD_ALLOCATION_VERIFIED = 5,          /* as much as was verified */
  CD_ALLOCATION_N_KINDS = 6,
} CdAllocationKind;

#define CD_E6 G_GINT64_CONSTANT (1000000)

/**
 * CdAllocationClass: the benchmark of one class of units.
 * @power_e6: t per MWh
 * @heat_e6: t per GJ
 * @load_adjusted: whether Ff applies (conventional coal)
 */
typedef struct
{
  char *id;
  gboolean gas;
  gboolean load_adjusted;
  gint64 power_e6, heat_e6;
} CdAllocationClass;

/* From a load of @from_bp on: Ff = start + slope × (at − F), F in percent points. */
typedef struct
{
  gint64 from_bp, at_bp, start_e6, slope_e6;
} CdAllocationStep;

/* factor × (1 − e^(−F / scale)) */
typedef struct
{
  gint64 factor_e6, scale_e6;
} CdAllocationTerm;

/**
 * CdAllocationRule:
 * @classes: (element-type CdAllocationClass)
 * @steps: (element-type CdAllocationStep): of the supply kind, highest first
 * @terms: (element-type CdAllocationTerm): of the exponential kind
 * @below_bp: Ff is 1 from this load on
 * @status: the least certain of all parameters
 * @unverified: (nullable): name of a parameter that has no verified value
 */
typedef struct
{
  int year_from, year_to;
  char *sector;
  CdAllocationKind kind;
  GPtrArray *classes;
  GArray *steps;
  GArray *terms;
  gint64 below_bp, base_e6, constant_e6, slope_e6;
  gint64 cooling_air_e6, heat_coal_e6, heat_gas_e6;
  gint64 limit_bp, beyond_bp;
  int pre_share_bp;
  gboolean pre_share_known;
  CdRuleStatus status;
  char *unverified;
  char *source;
} CdAllocationRule;

CdAllocationRule *cd_allocation_rule_new (void);
void cd_allocation_rule_free (CdAllocationRule *rule);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdAllocationRule, cd_allocation_rule_free)

/**
 * CdAllocationUnit: one generating unit, or one works.
 * @class_id: of power units
 * @output_e3: MWh sent out (supply kind) or generated
 * @load_bp: load factor (负荷系数), 6000 = 60 %; -1 = not given
 * @heat_ratio_bp: of the supply kind
 * @verified_e3: kg
 * @balance_e6: BP, published after verification; 0 = not known yet
 * @as_verified: a unit whose allocation equals its verified emissions by rule
 */
typedef struct
{
  const char *class_id;
  gint64 output_e3, heat_e3;
  gint64 load_bp, heat_ratio_bp;
  gboolean air_cooled;
  gint64 verified_e3;
  gint64 balance_e6, intensity_e6;
  gboolean as_verified;
} CdAllocationUnit;

typedef struct
{
  gint64 factor_e6; /* all corrections of the power part together */
  gint64 power, heat;
  gint64 initial; /* units */
  gboolean gas;
} CdAllocationResult;

#define CD_ALLOCATION_ERROR (cd_allocation_error_quark ())
GQuark cd_allocation_error_quark (void);
typedef enum
{
  CD_ALLOCATION_ERROR_RULE = 1, /* a parameter that is not verified */
  CD_ALLOCATION_ERROR_INPUT = 2,
  CD_ALLOCATION_ERROR_RANGE = 3,
} CdAllocationError;

/**
 * cd_allocation_unit:
 * @trace: (nullable)
 * @error: a %CD_ALLOCATION_ERROR
 *
 * Power, heat and sum are rounded down, factors half-up to six decimals (china-rules 3.3).
 *
 * Returns: %FALSE when it cannot be said
 */
gboolean cd_allocation_unit (const CdAllocationRule *rule, const CdAllocationUnit *unit, CdAllocationResult *result, CdTrace *trace, GError **error);

const char *cd_allocation_kind_name (CdAllocationKind kind); /* "power_supply" … */

/* e^x at 15 decimals, |x| up to 30; and the natural logarithm of @base_e6 from 0.5 to 2. */
gboolean cd_fixed_exp (gint64 x_e15, gint64 *out_e15);
gint64 cd_fixed_ln (gint64 base_e6);

G_END_DECLS
