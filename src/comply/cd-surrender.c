/* cd-surrender.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the registry refuses, and the client before it.
 */
#include "cd-obligation-private.h"

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

/* Each line alone would be checked against the same balance. */
static gboolean
check_distinct (const CdSurrenderLine *lines, gsize n, GError **error)
{
  for (gsize i = 0; i < n; i++)
    for (gsize k = i + 1; k < n; k++)
      if (g_str_equal (lines[i].code, lines[k].code))
        {
          g_set_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_INPUT, "%s: expected each code on one line", lines[i].code);
          return FALSE;
        }
  return TRUE;
}

/* Reserved units that stay reserved take no room from this surrender: only what is accepted, submitted or on a line does. */
static gboolean
check_room (const CdObligationInput *in, const CdOffsetSubCap *sub, const char *name, const char *source, gint64 cap, const CdSurrenderLine *credits, gsize n_credits, GError **error)
{
  gint64 taken = 0, asked = 0;

  for (gsize i = 0; i < in->n_credits; i++)
    if (!sub || cd_offset_sub_cap_covers (sub, &in->credits[i]))
      taken += in->credits[i].used + in->credits[i].submitted;
  for (gsize i = 0; i < n_credits; i++)
    if (!sub || cd_offset_sub_cap_covers (sub, find_credit (in, credits[i].code)))
      asked += credits[i].qty;
  if (asked == 0 || asked <= cap - taken)
    return TRUE;
  g_set_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_RULE, "offset.room: %s: cap %" G_GINT64_FORMAT " t, used and submitted %" G_GINT64_FORMAT " t, asked for %" G_GINT64_FORMAT " t (%s)", name, cap, taken, asked, source);
  return FALSE;
}

static gboolean
check_rooms (const CdObligationInput *in, const CdObligation *o, const CdOffsetRule *rule, const CdSurrenderLine *credits, gsize n_credits, GError **error)
{
  if (n_credits == 0)
    return TRUE;
  if (!check_room (in, NULL, "all credits", rule->source, o->offset_cap, credits, n_credits, error))
    return FALSE;
  for (guint k = 0; k < rule->sub_caps->len; k++)
    {
      const CdOffsetSubCap *sub = g_ptr_array_index (rule->sub_caps, k);

      if (!check_room (in, sub, sub->id, sub->source, ((CdSubRoom *)g_ptr_array_index (o->sub_rooms, k))->cap, credits, n_credits, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_owed (const CdObligationInput *in, const CdObligation *o, gint64 sum, GError **error)
{
  gint64 pending = 0;

  for (gsize i = 0; i < in->n_vintages; i++)
    pending += in->vintages[i].submitted;
  for (gsize i = 0; i < in->n_credits; i++)
    pending += in->credits[i].submitted;
  if (sum <= o->remaining - pending)
    return TRUE;
  g_set_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_INPUT, "surrender.more_than_owed: %" G_GINT64_FORMAT " t, still owed %" G_GINT64_FORMAT " t", sum, MAX (0, o->remaining - pending));
  return FALSE;
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
  gint64 sum = 0;

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
  if (!check_distinct (allowances, n_allowances, error) || !check_distinct (credits, n_credits, error))
    return FALSE;
  /* Every line is within a holding, and holdings are bounded: the sum fits. */
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
  return check_rooms (input, o, rule, credits, n_credits, error) && check_owed (input, o, sum, error);
}
