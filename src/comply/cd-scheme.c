/* cd-scheme.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-scheme.h"

void
cd_task_free (CdTask *task)
{
  g_free (task->id);
  g_free (task->name_zh);
  g_free (task->name_en);
  g_free (task->source);
  g_free (task);
}

void
cd_compliance_year_free (CdComplianceYear *year)
{
  g_free (year->sector);
  g_free (year->label_zh);
  g_free (year->label_en);
  g_clear_pointer (&year->tasks, g_ptr_array_unref);
  g_clear_pointer (&year->usable_vintages, g_array_unref);
  g_free (year->vintages_source);
  g_free (year);
}

void
cd_offset_sub_cap_free (CdOffsetSubCap *cap)
{
  g_free (cap->id);
  g_free (cap->origin_not);
  g_free (cap->type_only);
  g_free (cap->source);
  g_free (cap);
}

void
cd_offset_rule_free (CdOffsetRule *rule)
{
  g_clear_pointer (&rule->sub_caps, g_ptr_array_unref);
  g_clear_pointer (&rule->types, g_ptr_array_unref);
  g_clear_pointer (&rule->excluded_project_types, g_ptr_array_unref);
  g_free (rule->source);
  g_free (rule);
}

void
cd_penalty_free (CdPenalty *penalty)
{
  g_free (penalty->price_window);
  g_free (penalty->text_zh);
  g_free (penalty->text_en);
  g_free (penalty->source);
  g_free (penalty);
}

void
cd_carry_over_free (CdCarryOver *carry)
{
  g_free (carry->source);
  g_free (carry);
}

void
cd_relief_free (CdRelief *relief)
{
  g_free (relief->sector);
  g_free (relief->source);
  g_free (relief);
}

void
cd_borrowing_free (CdBorrowing *borrowing)
{
  g_free (borrowing->sector);
  g_free (borrowing->source);
  g_free (borrowing);
}

void
cd_scheme_free (CdScheme *scheme)
{
  if (!scheme)
    return;
  g_free (scheme->id);
  g_clear_pointer (&scheme->zone, cd_zone_unref);
  g_clear_pointer (&scheme->years, g_ptr_array_unref);
  g_clear_pointer (&scheme->offsets, g_ptr_array_unref);
  g_clear_pointer (&scheme->penalties, g_ptr_array_unref);
  g_clear_pointer (&scheme->carry_overs, g_ptr_array_unref);
  g_clear_pointer (&scheme->reliefs, g_ptr_array_unref);
  g_clear_pointer (&scheme->allocations, g_ptr_array_unref);
  g_clear_pointer (&scheme->borrowings, g_ptr_array_unref);
  g_free (scheme->auto_collect_source);
  g_free (scheme->leaver_rule_zh);
  g_free (scheme->leaver_rule_en);
  g_free (scheme->verify_gate_source);
  g_clear_pointer (&scheme->report_only_sources, g_ptr_array_unref);
  g_free (scheme);
}

const CdComplianceYear *
cd_scheme_year (const CdScheme *scheme, int year, const char *sector)
{
  const CdComplianceYear *general = NULL;

  for (guint i = 0; i < scheme->years->len; i++)
    {
      const CdComplianceYear *row = g_ptr_array_index (scheme->years, i);

      if (row->year != year)
        continue;
      if (g_strcmp0 (row->sector, sector) == 0)
        return row;
      if (g_strcmp0 (row->sector, "all") == 0)
        general = row;
    }
  return general;
}

const CdTask *
cd_compliance_year_task (const CdComplianceYear *year, const char *task_id)
{
  for (guint i = 0; i < year->tasks->len; i++)
    {
      const CdTask *task = g_ptr_array_index (year->tasks, i);

      if (g_str_equal (task->id, task_id))
        return task;
    }
  return NULL;
}

const CdOffsetRule *
cd_scheme_offset_rule (const CdScheme *scheme, int year)
{
  for (guint i = 0; i < scheme->offsets->len; i++)
    {
      const CdOffsetRule *rule = g_ptr_array_index (scheme->offsets, i);

      if (year >= rule->year_from && year <= rule->year_to)
        return rule;
    }
  return NULL;
}

const CdAllocationRule *
cd_scheme_allocation (const CdScheme *scheme, int year, const char *sector)
{
  for (guint i = 0; i < scheme->allocations->len; i++)
    {
      const CdAllocationRule *rule = g_ptr_array_index (scheme->allocations, i);

      if (year >= rule->year_from && year <= rule->year_to && g_strcmp0 (rule->sector, sector) == 0)
        return rule;
    }
  return NULL;
}

const CdRelief *
cd_scheme_relief (const CdScheme *scheme, int year, const char *sector)
{
  for (guint i = 0; i < scheme->reliefs->len; i++)
    {
      const CdRelief *relief = g_ptr_array_index (scheme->reliefs, i);

      if (year >= relief->year_from && year <= relief->year_to && g_strcmp0 (relief->sector, sector) == 0)
        return relief;
    }
  return NULL;
}

const CdPenalty *
cd_scheme_penalty (const CdScheme *scheme, CdAct act, int stage, gboolean person, gint64 gains_e4, CdDate on)
{
  for (guint i = 0; i < scheme->penalties->len; i++)
    {
      const CdPenalty *rule = g_ptr_array_index (scheme->penalties, i);

      if (rule->act == act && rule->stage == stage && rule->person == person && gains_e4 >= rule->gains_from && (rule->gains_below == 0 || gains_e4 < rule->gains_below) && on >= rule->from && (rule->to == CD_DATE_NONE || on <= rule->to))
        return rule;
    }
  return NULL;
}

gboolean
cd_compliance_year_accepts (const CdComplianceYear *year, int vintage)
{
  for (guint i = 0; i < year->usable_vintages->len; i++)
    if (g_array_index (year->usable_vintages, int, i) == vintage)
      return TRUE;
  return FALSE;
}

gboolean
cd_scheme_verification_passes (const CdScheme *scheme, CdMass verified, CdMass spot, CdTrace *trace)
{
  gint64 diff = ABS (verified.e3 - spot.e3);
  gint64 share = 0;
  gboolean too_much;

  if (scheme->verify_gate_mass_e3 == 0 && scheme->verify_gate_bp == 0)
    return TRUE;
  /* "10 % or more" includes 10 %; "more than 1,000 t" does not include 1,000 t. */
  if (verified.e3 > 0 && !cd_i64_mul_div (diff, 10000, verified.e3, CD_ROUND_FLOOR, &share))
    share = G_MAXINT64;
  too_much = (scheme->verify_gate_mass_e3 > 0 && diff > scheme->verify_gate_mass_e3) || (scheme->verify_gate_bp > 0 && share >= scheme->verify_gate_bp);
  cd_trace_add (trace, "verification.gate", scheme->verify_gate_source, too_much ? "returned" : "accepted",
                "verified=%" G_GINT64_FORMAT " kg; spot check=%" G_GINT64_FORMAT " kg; difference=%" G_GINT64_FORMAT " bp", verified.e3, spot.e3, share);
  return !too_much;
}
