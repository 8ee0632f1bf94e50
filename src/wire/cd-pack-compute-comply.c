/* cd-pack-compute-comply.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Worked examples of the compliance half: offsets, carry-over, vintages, deadlines, relief, the verification gate.
 */
#include "cd-pack-compute-private.h"

#include "cd-obligation.h"

static gboolean
get_year (const CdJson *given, int *out, CdJsonFaults *faults)
{
  gint64 year;

  if (!cd_json_get_int (given, "year", 2000, 2100, &year, faults))
    return FALSE;
  *out = (int)year;
  return TRUE;
}

static gboolean
get_row (const CdPack *pack, const CdJson *given, const CdComplianceYear **out, CdJsonFaults *faults)
{
  const char *sector;
  int year;

  if (!get_year (given, &year, faults) || !cd_json_get_string (given, "sector", &sector, faults))
    return FALSE;
  *out = cd_scheme_year (pack->scheme, year, sector);
  if (!*out)
    cd_json_fault (faults, given, "year", "reference", "expected a compliance year and sector of the pack");
  return *out != NULL;
}

static gboolean
get_offset_rule (const CdPack *pack, const CdJson *given, const CdOffsetRule **out, CdJsonFaults *faults)
{
  int year;

  if (!get_year (given, &year, faults))
    return FALSE;
  *out = cd_scheme_offset_rule (pack->scheme, year);
  if (!*out)
    cd_json_fault (faults, given, "year", "reference", "expected a year with an offset rule");
  return *out != NULL;
}

gboolean
cd_pack_compute_carry_over (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error)
{
  gint64 to_year, sold, bought, holding;

  if (!cd_json_get_int (given, "to_year", 2000, 2100, &to_year, faults) || !cd_json_get_i64 (given, "sold", &sold, faults) || !cd_json_get_i64 (given, "bought", &bought, faults) || !cd_json_get_i64 (given, "holding", &holding, faults))
    return FALSE;
  for (guint i = 0; i < pack->scheme->carry_overs->len; i++)
    {
      const CdCarryOver *carry = g_ptr_array_index (pack->scheme->carry_overs, i);

      if (carry->to_year != to_year)
        continue;
      cd_json_writer_i64 (out, "units", cd_carry_over_amount (carry, sold, bought, holding, NULL));
      return TRUE;
    }
  cd_json_fault (faults, given, "to_year", "reference", "expected a year with a carry-over rule");
  return FALSE;
}

static gint64
optional (const CdJson *given, const char *member, int scale, CdJsonFaults *faults)
{
  gint64 value = 0;

  if (cd_json_present (given, member))
    cd_json_get_decimal (given, member, scale, &value, faults);
  return value;
}

gboolean
cd_pack_compute_offset_cap (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error)
{
  CdObligationInput input = { .scheme = pack->scheme, .market = pack->market, .as_of = CD_DATE_NONE };
  const CdOffsetRule *rule;
  gint64 units;

  if (!get_offset_rule (pack, given, &rule, faults))
    return FALSE;
  input.verified.e3 = optional (given, "verified", 3, faults);
  input.prev_year_emissions.e3 = optional (given, "prev_year_emissions", 3, faults);
  input.approved = optional (given, "approved", 0, faults);
  input.issued = optional (given, "issued", 0, faults);
  if (!cd_offset_cap (rule, rule->cap_bp, &input, &units, error))
    return FALSE;
  cd_json_writer_i64 (out, "cap", units);
  /* What still has to be delivered in allowances, and what of it is missing. */
  cd_json_writer_i64 (out, "allowances", MAX (0, input.verified.e3 / 1000 - units));
  cd_json_writer_i64 (out, "to_buy", MAX (0, input.verified.e3 / 1000 - units - input.issued));
  cd_json_writer_begin_object (out, "sub_caps");
  for (guint i = 0; i < rule->sub_caps->len; i++)
    {
      const CdOffsetSubCap *sub = g_ptr_array_index (rule->sub_caps, i);

      if (!cd_offset_cap (rule, sub->cap_bp, &input, &units, error))
        {
          cd_json_writer_end_object (out);
          return FALSE;
        }
      cd_json_writer_i64 (out, sub->id, units);
    }
  cd_json_writer_end_object (out);
  return TRUE;
}

/* The lot is one of the pack's credits, or is described in the example. */
static gboolean
get_lot (const CdPack *pack, const CdJson *given, CdCreditHolding *lot, CdJsonFaults *faults)
{
  const CdInstrument *instrument;
  CdJson at;

  lot->registered = lot->generated = CD_DATE_NONE;
  lot->type = "CCER";
  if (cd_json_present (given, "type") && !cd_json_get_string (given, "type", &lot->type, faults))
    return FALSE;
  if (cd_json_present (given, "lot"))
    {
      if (!cd_json_get_object (given, "lot", &at, faults))
        return FALSE;
      lot->code = "EXAMPLE";
      if (cd_json_present (&at, "project_type"))
        cd_json_get_string (&at, "project_type", &lot->project_type, faults);
      if (cd_json_has (&at, "registered"))
        cd_json_get_date (&at, "registered", &lot->registered, faults);
      if (cd_json_has (&at, "generated"))
        cd_json_get_date (&at, "generated", &lot->generated, faults);
      return cd_json_faults_count (faults) == 0;
    }
  if (!cd_json_get_string (given, "instrument", &lot->code, faults))
    return FALSE;
  instrument = cd_market_instrument (pack->market, lot->code);
  if (!instrument || instrument->kind != CD_INSTRUMENT_CREDIT)
    {
      cd_json_fault (faults, given, "instrument", "reference", "expected a credit of the pack");
      return FALSE;
    }
  lot->project_type = instrument->project_type;
  lot->origin = instrument->origin;
  lot->registered = instrument->registered;
  return TRUE;
}

gboolean
cd_pack_compute_eligibility (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error)
{
  static const char *const reasons[] = { NULL, "type", "registered", "generated", "expired", "project_type", "unknown_date" };
  const CdOffsetRule *rule;
  CdCreditHolding lot = { 0 };
  CdEligibility verdict;
  CdDate on;

  if (!get_offset_rule (pack, given, &rule, faults) || !get_lot (pack, given, &lot, faults) || !cd_json_get_date (given, "on", &on, faults))
    return FALSE;
  verdict = cd_offset_eligibility (rule, &lot, on, NULL);
  cd_json_writer_bool (out, "eligible", verdict == CD_ELIGIBLE);
  cd_json_writer_string (out, "reason", reasons[verdict]);
  return TRUE;
}

gboolean
cd_pack_compute_surrender_matrix (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error)
{
  const CdComplianceYear *row;
  gint64 vintage;

  if (!get_row (pack, given, &row, faults))
    return FALSE;
  cd_json_writer_string (out, "status", cd_rule_status_name (row->vintages_status));
  if (cd_json_present (given, "vintage"))
    {
      if (!cd_json_get_int (given, "vintage", 2000, 2100, &vintage, faults))
        return FALSE;
      cd_json_writer_bool (out, "accepted", cd_compliance_year_accepts (row, (int)vintage));
      return TRUE;
    }
  cd_json_writer_begin_array (out, "vintages");
  for (guint i = 0; i < row->usable_vintages->len; i++)
    cd_json_writer_int (out, NULL, g_array_index (row->usable_vintages, int, i));
  cd_json_writer_end_array (out);
  return TRUE;
}

gboolean
cd_pack_compute_deadline (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error)
{
  static const char *const owners[] = { "ours", "authority", "verifier", "register" };
  const CdComplianceYear *row;
  const CdTask *task;
  const char *id;
  char buf[CD_DATE_BUF];

  if (!get_row (pack, given, &row, faults) || !cd_json_get_string (given, "task", &id, faults))
    return FALSE;
  task = cd_compliance_year_task (row, id);
  if (!task)
    {
      cd_json_fault (faults, given, "task", "reference", "expected a task of that year and sector");
      return FALSE;
    }
  cd_json_writer_date (out, "due", task->due);
  cd_json_writer_string (out, "due_time", cd_time_of_day_print (task->due_s, buf));
  cd_json_writer_string (out, "owner", owners[task->owner]);
  cd_json_writer_string (out, "status", cd_rule_status_name (task->status));
  return TRUE;
}

gboolean
cd_pack_compute_relief (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error)
{
  gint64 initial, verified;
  const char *sector;
  int year;

  if (!get_year (given, &year, faults) || !cd_json_get_string (given, "sector", &sector, faults) || !cd_json_get_i64 (given, "initial", &initial, faults) || !cd_json_get_decimal (given, "verified", 3, &verified, faults))
    return FALSE;
  for (guint i = 0; i < pack->scheme->reliefs->len; i++)
    {
      const CdRelief *relief = g_ptr_array_index (pack->scheme->reliefs, i);
      gint64 approved;

      if (year < relief->year_from || year > relief->year_to || !g_str_equal (relief->sector, sector))
        continue;
      approved = cd_relief_approved (relief, initial, (CdMass){ verified }, NULL);
      cd_json_writer_i64 (out, "approved", approved);
      cd_json_writer_i64 (out, "gap", MAX (0, (verified + 999) / 1000 - approved));
      return TRUE;
    }
  cd_json_fault (faults, given, "year", "reference", "expected a year and sector with a relief rule");
  return FALSE;
}

gboolean
cd_pack_compute_pre_allocation (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error)
{
  gint64 verified, share;

  if (!cd_json_get_decimal (given, "prev_year_verified", 3, &verified, faults) || !cd_json_get_decimal (given, "share_pct", 2, &share, faults))
    return FALSE;
  cd_json_writer_i64 (out, "units", cd_pre_allocation (verified, (int)share));
  return TRUE;
}

gboolean
cd_pack_compute_verification_gate (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error)
{
  CdMass verified, spot;

  if (!cd_json_get_decimal (given, "verified", 3, &verified.e3, faults) || !cd_json_get_decimal (given, "spot_check", 3, &spot.e3, faults))
    return FALSE;
  cd_json_writer_bool (out, "passes", cd_scheme_verification_passes (pack->scheme, verified, spot, NULL));
  return TRUE;
}

/* The penalties that bind on a deadline day, in money for a shortfall at an average price where they are multiples of it. */
gboolean
cd_pack_compute_penalty (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error)
{
  gint64 stage, shortfall, price, gains, low, high;
  CdAct act = CD_ACT_SURRENDER;
  gboolean person = FALSE;
  const CdPenalty *penalty;
  const char *text;
  CdDate on;

  if (!cd_json_get_date (given, "deadline", &on, faults) || !cd_json_get_int (given, "stage", 1, 9, &stage, faults))
    return FALSE;
  shortfall = optional (given, "shortfall", 0, faults);
  price = optional (given, "average_price", 4, faults);
  gains = optional (given, "gains", 4, faults);
  if (cd_json_present (given, "act") && cd_json_get_string (given, "act", &text, faults))
    act = g_str_equal (text, "late_report") ? CD_ACT_LATE_REPORT : g_str_equal (text, "false_report") ? CD_ACT_FALSE_REPORT
                                                                                                      : CD_ACT_SURRENDER;
  if (cd_json_present (given, "subject") && cd_json_get_string (given, "subject", &text, faults))
    person = g_str_equal (text, "person");
  penalty = cd_scheme_penalty (pack->scheme, act, (int)stage, person, gains, on);
  if (penalty)
    {
      low = penalty->low;
      high = penalty->high;
      if ((penalty->kind == CD_PENALTY_MULTIPLE_OF_PRICE && !cd_i64_mul (price, shortfall, &gains)) || (penalty->kind != CD_PENALTY_FIXED_RANGE && (!cd_i64_mul_div (gains, penalty->low, 100, CD_ROUND_HALF_UP, &low) || !cd_i64_mul_div (gains, penalty->high, 100, CD_ROUND_HALF_UP, &high))))
        {
          cd_json_fault (faults, given, "shortfall", "range", "expected a shortfall whose penalty fits");
          return FALSE;
        }
      cd_json_writer_decimal (out, "low", low, 4, 2);
      cd_json_writer_decimal (out, "high", high, 4, 2);
      cd_json_writer_bool (out, "deduct_next_year", penalty->deduct_next_year);
      return TRUE;
    }
  cd_json_fault (faults, given, "stage", "reference", "expected a stage that the pack has for that deadline");
  return FALSE;
}
