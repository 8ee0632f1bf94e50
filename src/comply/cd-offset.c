/* cd-offset.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Offset caps, eligibility of lots, and the arithmetic of pre-allocation and relief (china-rules 3.3, 5, 6.4, 13.3).
 */
#include "cd-obligation.h"

static gboolean
listed (const GPtrArray *names, const char *name)
{
  for (guint i = 0; name && names && i < names->len; i++)
    if (g_str_equal (g_ptr_array_index (names, i), name))
      return TRUE;
  return FALSE;
}

static CdEligibility
judge (const CdOffsetRule *rule, const CdCreditHolding *lot, CdDate on)
{
  if (!listed (rule->types, lot->type))
    return CD_INELIGIBLE_TYPE;
  if (listed (rule->excluded_project_types, lot->project_type))
    return CD_INELIGIBLE_PROJECT;
  if (rule->registered_after != CD_DATE_NONE)
    {
      if (lot->registered == CD_DATE_NONE)
        return CD_INELIGIBLE_UNKNOWN;
      if (lot->registered <= rule->registered_after)
        return CD_INELIGIBLE_REGISTERED;
    }
  if (rule->generated_after != CD_DATE_NONE)
    {
      if (lot->generated == CD_DATE_NONE)
        return CD_INELIGIBLE_UNKNOWN;
      if (lot->generated <= rule->generated_after)
        return CD_INELIGIBLE_GENERATED;
    }
  if (rule->usable_until != CD_DATE_NONE && on > rule->usable_until)
    return CD_INELIGIBLE_EXPIRED;
  return CD_ELIGIBLE;
}

CdEligibility
cd_offset_eligibility (const CdOffsetRule *rule, const CdCreditHolding *lot, CdDate on, CdTrace *trace)
{
  static const char *const results[] = { "eligible", "type not accepted", "registered too early", "generated too early", "no longer usable", "project type excluded", "a date is not known" };
  CdEligibility verdict = judge (rule, lot, on);
  char registered[CD_DATE_BUF], after[CD_DATE_BUF];

  cd_trace_add (trace, "offset.eligibility", rule->source, results[verdict],
                "lot=%s; type=%s; project=%s; registered=%s; must be after=%s",
                lot->code,
                lot->type,
                lot->project_type ? lot->project_type : "",
                cd_date_print (lot->registered, registered),
                cd_date_print (rule->registered_after, after));
  return verdict;
}

const char *
cd_cap_base_name (CdCapBase base)
{
  switch (base)
    {
    case CD_CAP_VERIFIED_EMISSIONS:
      return "verified_emissions";
    case CD_CAP_ISSUED_ALLOWANCES:
      return "issued_allowances";
    case CD_CAP_INITIAL_ALLOWANCES:
      return "initial_allowances";
    case CD_CAP_PREV_YEAR_EMISSIONS:
      return "prev_year_emissions";
    case CD_CAP_SHORTFALL:
      return "shortfall";
    }
  return "unknown";
}

gboolean
cd_offset_cap (const CdOffsetRule *rule, int bp, const CdObligationInput *input, gint64 *out_units, GError **error)
{
  gint64 base_e3 = 0;
  gboolean ok = TRUE;

  switch (rule->base)
    {
    case CD_CAP_VERIFIED_EMISSIONS:
      base_e3 = input->verified.e3;
      break;
    case CD_CAP_PREV_YEAR_EMISSIONS:
      base_e3 = input->prev_year_emissions.e3;
      break;
    case CD_CAP_ISSUED_ALLOWANCES:
    case CD_CAP_INITIAL_ALLOWANCES:
      ok = cd_i64_mul (input->issued, 1000, &base_e3);
      break;
    case CD_CAP_SHORTFALL:
      ok = cd_i64_mul (input->approved, 1000, &base_e3) && cd_i64_sub (input->verified.e3, base_e3, &base_e3);
      base_e3 = MAX (0, base_e3);
      break;
    }
  if (!ok || !cd_i64_mul_div (base_e3, bp, 10000 * 1000, CD_ROUND_FLOOR, out_units))
    {
      g_set_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_RANGE, "offset cap: the base does not fit");
      return FALSE;
    }
  return TRUE;
}

static void
trace_relief (const CdRelief *relief, const char *rule, gint64 initial, CdMass verified, gint64 approved, CdTrace *trace)
{
  g_autofree char *result = g_strdup_printf ("%" G_GINT64_FORMAT " t", approved);

  cd_trace_add (trace, rule, relief->source, result, "initial=%" G_GINT64_FORMAT " t; verified=%" G_GINT64_FORMAT " kg; gap cap=%d bp; surplus cap=%d bp; status=%s", initial, verified.e3, relief->gap_cap_bp, relief->surplus_cap_bp, cd_rule_status_name (relief->status));
}

/* Approved quantities are rounded down (china-rules 3.3), at both ends. */
gint64
cd_relief_approved (const CdRelief *relief, gint64 initial, CdMass verified, CdTrace *trace)
{
  gint64 approved = initial, least, most;

  if (relief->gap_cap_bp > 0 && cd_i64_mul_div (verified.e3, 10000 - relief->gap_cap_bp, 10000 * 1000, CD_ROUND_FLOOR, &least))
    approved = MAX (approved, least);
  /* The sectors with a limit of ± so much are held at both ends. */
  if (relief->surplus_cap_bp > 0 && cd_i64_mul_div (verified.e3, 10000 + relief->surplus_cap_bp, 10000 * 1000, CD_ROUND_FLOOR, &most) && cd_i64_mul_div (verified.e3, 10000 - relief->surplus_cap_bp, 10000 * 1000, CD_ROUND_FLOOR, &least))
    approved = CLAMP (approved, least, most);
  trace_relief (relief, "relief", initial, verified, approved, trace);
  return approved;
}

gint64
cd_relief_approved_gas (const CdRelief *relief, gint64 initial, CdMass verified, CdTrace *trace)
{
  gint64 approved = relief->gas_exempt ? MAX (initial, verified.e3 / 1000) : initial;

  trace_relief (relief, "relief.gas", initial, verified, approved, trace);
  return approved;
}

gint64
cd_pre_allocation (gint64 prev_year_verified_e3, int share_bp)
{
  gint64 units = 0;

  if (!cd_i64_mul_div (prev_year_verified_e3, share_bp, 10000 * 1000, CD_ROUND_FLOOR, &units))
    return 0;
  return units;
}
