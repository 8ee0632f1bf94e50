/* cd-surrender.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the registry refuses, and the client before it.
 */
#include "cd-obligation.h"

static const CdVintageHolding *
find_vintage (const CdObligationInput *in, const char *code)
{
  for (gsize i = 0; i < in->n_vintages; i++)
    if (g_str_equal (in->vintages[i].code, code))
      return &in->vintages[i];
  return NULL;
}

static const CdCreditHolding *
find_credit (const CdObligationInput *in, const char *code)
{
  for (gsize i = 0; i < in->n_credits; i++)
    if (g_str_equal (in->credits[i].code, code))
      return &in->credits[i];
  return NULL;
}

static gboolean
check_allowance (const CdObligationInput *in, const CdComplianceYear *year, const CdSurrenderLine *line, GError **error)
{
  const CdVintageHolding *held = find_vintage (in, line->code);
  gint64 free_units = held ? held->registry : 0;

  if (line->qty <= 0)
    {
      g_set_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_INPUT, "%s: expected a quantity above 0", line->code);
      return FALSE;
    }
  if (held && !cd_compliance_year_accepts (year, held->vintage))
    {
      g_set_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_RULE, "vintage.not_usable: %s cannot be surrendered for %d (%s)", line->code, in->year, year->vintages_source);
      return FALSE;
    }
  if (line->qty > free_units)
    {
      g_set_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_INPUT, "balance.insufficient: %s: needs %" G_GINT64_FORMAT " t, free in the register %" G_GINT64_FORMAT " t", line->code, line->qty, free_units);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_credit (const CdObligationInput *in, const CdOffsetRule *rule, const CdSurrenderLine *line, CdDate today, GError **error)
{
  const CdCreditHolding *held = find_credit (in, line->code);

  if (line->qty <= 0)
    {
      g_set_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_INPUT, "%s: expected a quantity above 0", line->code);
      return FALSE;
    }
  if (!held || !rule || rule->status == CD_RULE_UNVERIFIED || cd_offset_eligibility (rule, held, today, NULL) != CD_ELIGIBLE)
    {
      g_set_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_RULE, "offset.ineligible: %s cannot be used for %d (%s)", line->code, in->year, rule ? rule->source : "no rule");
      return FALSE;
    }
  if (line->qty > held->reserved)
    {
      g_set_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_INPUT, "balance.insufficient: %s: needs %" G_GINT64_FORMAT " t, pending offset %" G_GINT64_FORMAT " t", line->code, line->qty, held->reserved);
      return FALSE;
    }
  return TRUE;
}

gboolean
cd_surrender_check (const CdObligationInput *input,
                    const CdSurrenderLine *allowances,
                    gsize n_allowances,
                    const CdSurrenderLine *credits,
                    gsize n_credits,
                    GError **error)
{
  g_autoptr (CdObligation) o = cd_obligation_evaluate (input, error);
  const CdComplianceYear *year;
  const CdOffsetRule *rule;
  CdDate today;
  gint64 sum = 0, pending = 0;

  if (!o)
    return FALSE;
  year = cd_scheme_year (input->scheme, input->year, input->sector);
  rule = cd_scheme_offset_rule (input->scheme, input->year);
  today = cd_zone_date_of (input->scheme->zone, input->now_us, NULL);
  if (n_allowances + n_credits == 0)
    {
      g_set_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_INPUT, "a surrender needs at least one line");
      return FALSE;
    }
  for (gsize i = 0; i < n_allowances; i++)
    {
      if (!check_allowance (input, year, &allowances[i], error))
        return FALSE;
      sum += allowances[i].qty;
    }
  for (gsize i = 0; i < n_credits; i++)
    {
      if (!check_credit (input, rule, &credits[i], today, error))
        return FALSE;
      sum += credits[i].qty;
    }
  for (gsize i = 0; i < input->n_vintages; i++)
    pending += input->vintages[i].submitted;
  for (gsize i = 0; i < input->n_credits; i++)
    pending += input->credits[i].submitted;
  /* Reserving refused what is beyond the cap; together with what is submitted it must still hold here. */
  if (rule && o->offset_used > o->offset_cap)
    {
      g_set_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_RULE, "offset.room: cap %" G_GINT64_FORMAT " t, used and reserved %" G_GINT64_FORMAT " t (%s)", o->offset_cap, o->offset_used, rule->source);
      return FALSE;
    }
  if (sum > o->remaining - pending)
    {
      g_set_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_INPUT, "surrender.more_than_owed: %" G_GINT64_FORMAT " t, still owed %" G_GINT64_FORMAT " t", sum, o->remaining - pending);
      return FALSE;
    }
  return TRUE;
}
