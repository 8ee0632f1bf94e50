/* cd-pack-allocation.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rules of allocation, of borrowing, and the worked examples that compute them.
 */
#include "cd-pack-compute-private.h"

#include "cd-allocation.h"
#include "cd-obligation.h"

static const CdFigureSpec list_spec = { CD_FIGURE_LIST, 0, 0, 0, NULL, "a list" };
static const CdFigureSpec pct_spec = { CD_FIGURE_DECIMAL, 2, 0, 10000, NULL, "percent" };
static const CdFigureSpec number_spec = { CD_FIGURE_DECIMAL, 6, 0, 1000 * CD_E6, NULL, "a number" };
static const CdFigureSpec base_spec = { CD_FIGURE_DECIMAL, 6, CD_E6 / 2, 2 * CD_E6, NULL, "a base from 0.5 to 2" };
static const CdFigureSpec bool_spec = { CD_FIGURE_BOOL, 0, 0, 0, NULL, "true or false" };
static const char *const kinds[] = { "power_supply", "power_generation", "power_exponential", "intensity", "verified", NULL };
static const char *const fuels[] = { "coal", "gas", NULL };

/* --- Figures -------------------------------------------------------------------------------------------------------------- */

/* The least certain figure of a rule decides how sure the rule is; what has no value names it. */
static void
mark (CdAllocationRule *rule, const CdFigure *figure, const char *member)
{
  if (figure->status > rule->status)
    rule->status = figure->status;
  if (!rule->source)
    rule->source = g_strdup (figure->source);
  if ((!figure->has_value || figure->status == CD_RULE_UNVERIFIED) && !rule->unverified)
    {
      rule->unverified = g_strdup (member);
      g_free (rule->source);
      rule->source = g_strdup (figure->source);
    }
}

static gint64
take (CdPackReader *reader, const CdJson *at, const char *member, const CdFigureSpec *spec, CdAllocationRule *rule)
{
  g_auto (CdFigure) figure = { 0 };

  if (!cd_pack_read_figure (reader, at, member, spec, TRUE, &figure))
    return 0;
  mark (rule, &figure, member);
  return figure.has_value ? figure.value : 0;
}

typedef void (*ReadItem) (CdPackReader *reader, const CdJson *item, CdAllocationRule *rule);

static void
take_list (CdPackReader *reader, const CdJson *at, const char *member, CdAllocationRule *rule, ReadItem read)
{
  g_auto (CdFigure) figure = { 0 };
  CdJson holder, list;

  if (!cd_pack_read_figure (reader, at, member, &list_spec, TRUE, &figure))
    return;
  mark (rule, &figure, member);
  if (!cd_figure_node (&figure, &holder, &list))
    return;
  if (cd_json_length (&list) == 0)
    cd_json_fault (reader->faults, &list, NULL, "empty", "expected at least one item");
  for (guint i = 0; i < cd_json_length (&list); i++)
    {
      CdJson item = cd_json_at (&list, i);

      read (reader, &item, rule);
    }
}

static gint64
number (CdPackReader *reader, const CdJson *at, const char *member, int scale, gint64 min, gint64 max)
{
  gint64 value = min;
  char low[CD_DECIMAL_BUF], high[CD_DECIMAL_BUF];

  if (cd_json_get_decimal (at, member, scale, &value, reader->faults) && (value < min || value > max))
    cd_json_fault (reader->faults, at, member, "range", "expected a number from %s to %s", cd_decimal_print (min, scale, 0, low), cd_decimal_print (max, scale, 0, high));
  return CLAMP (value, min, max);
}

static void
read_class (CdPackReader *reader, const CdJson *item, CdAllocationRule *rule)
{
  CdAllocationClass *class = g_new0 (CdAllocationClass, 1);
  int fuel = 0;

  cd_json_only_members (item, reader->faults, "class", "fuel", "load_adjusted", "power", "heat", NULL);
  if (!cd_pack_read_id (reader, item, "class", &class->id))
    class->id = g_strdup ("");
  for (guint i = 0; i < rule->classes->len; i++)
    if (g_str_equal (((CdAllocationClass *)g_ptr_array_index (rule->classes, i))->id, class->id))
      cd_json_fault (reader->faults, item, "class", "duplicate", "expected each class once");
  g_ptr_array_add (rule->classes, class);
  if (cd_pack_read_word (reader, item, "fuel", fuels, &fuel))
    class->gas = fuel == 1;
  cd_json_get_bool (item, "load_adjusted", &class->load_adjusted, reader->faults);
  /* Nothing burns so badly that it emits more for a MWh, or a GJ. */
  class->power_e6 = number (reader, item, "power", 6, 1, 3 * CD_E6);
  class->heat_e6 = number (reader, item, "heat", 6, 1, CD_E6);
}

static void
read_step (CdPackReader *reader, const CdJson *item, CdAllocationRule *rule)
{
  CdAllocationStep step;

  cd_json_only_members (item, reader->faults, "from", "at", "start", "slope", NULL);
  step.from_bp = number (reader, item, "from", 2, 0, 20000);
  step.at_bp = number (reader, item, "at", 2, 0, 20000);
  step.start_e6 = number (reader, item, "start", 6, 0, 10 * CD_E6);
  step.slope_e6 = number (reader, item, "slope", 6, 0, CD_E6);
  if (rule->steps->len > 0 && g_array_index (rule->steps, CdAllocationStep, rule->steps->len - 1).from_bp <= step.from_bp)
    cd_json_fault (reader->faults, item, "from", "order", "expected steps from the highest load down");
  g_array_append_val (rule->steps, step);
}

static void
read_term (CdPackReader *reader, const CdJson *item, CdAllocationRule *rule)
{
  CdAllocationTerm term;

  cd_json_only_members (item, reader->faults, "factor", "scale", NULL);
  term.factor_e6 = number (reader, item, "factor", 6, 0, 1000 * CD_E6);
  term.scale_e6 = number (reader, item, "scale", 6, CD_E6, 1000 * CD_E6);
  g_array_append_val (rule->terms, term);
}

/* --- Rules ---------------------------------------------------------------------------------------------------------------- */

static void
read_power (CdPackReader *reader, const CdJson *at, CdAllocationRule *rule)
{
  take_list (reader, at, "benchmarks", rule, read_class);
  rule->below_bp = take (reader, at, "load_below_pct", &pct_spec, rule);
  rule->constant_e6 = take (reader, at, "load_constant", &number_spec, rule);
  if (rule->kind == CD_ALLOCATION_POWER_EXPONENTIAL)
    {
      take_list (reader, at, "load_terms", rule, read_term);
      return;
    }
  rule->slope_e6 = take (reader, at, "load_slope", &number_spec, rule);
  rule->base_e6 = take (reader, at, "load_base", &base_spec, rule);
  if (rule->kind == CD_ALLOCATION_POWER_GENERATION)
    return;
  take_list (reader, at, "load_steps", rule, read_step);
  rule->cooling_air_e6 = take (reader, at, "cooling_air", &number_spec, rule);
  rule->heat_coal_e6 = take (reader, at, "heat_coal", &number_spec, rule);
  rule->heat_gas_e6 = take (reader, at, "heat_gas", &number_spec, rule);
}

static void
check_members (CdPackReader *reader, const CdJson *at, CdAllocationKind kind)
{
  switch (kind)
    {
    case CD_ALLOCATION_POWER_SUPPLY:
      cd_json_only_members (at, reader->faults, "year_from", "year_to", "sector", "kind", "pre_share_pct", "benchmarks", "load_below_pct", "load_constant", "load_slope", "load_base", "load_steps", "cooling_air", "heat_coal", "heat_gas", NULL);
      break;
    case CD_ALLOCATION_POWER_GENERATION:
      cd_json_only_members (at, reader->faults, "year_from", "year_to", "sector", "kind", "pre_share_pct", "benchmarks", "load_below_pct", "load_constant", "load_slope", "load_base", NULL);
      break;
    case CD_ALLOCATION_POWER_EXPONENTIAL:
      cd_json_only_members (at, reader->faults, "year_from", "year_to", "sector", "kind", "pre_share_pct", "benchmarks", "load_below_pct", "load_constant", "load_terms", NULL);
      break;
    case CD_ALLOCATION_INTENSITY:
      cd_json_only_members (at, reader->faults, "year_from", "year_to", "sector", "kind", "pre_share_pct", "slope", "limit_pct", "beyond_pct", NULL);
      break;
    default:
      cd_json_only_members (at, reader->faults, "year_from", "year_to", "sector", "kind", "pre_share_pct", "limit_pct", NULL);
      break;
    }
}

void
cd_pack_read_allocation (CdPackReader *reader, const CdJson *at)
{
  g_auto (CdFigure) share = { 0 };
  CdAllocationRule *rule = cd_allocation_rule_new ();
  int kind = 0;

  for (guint i = 0; i < reader->pack->scheme->allocations->len; i++)
    {
      const CdAllocationRule *other = g_ptr_array_index (reader->pack->scheme->allocations, i);
      gint64 from = 0, to = 0;
      const char *sector = "";

      if (cd_json_get_int (at, "year_from", 0, 9999, &from, NULL) && cd_json_get_int (at, "year_to", 0, 9999, &to, NULL) && cd_json_get_string (at, "sector", &sector, NULL) && g_strcmp0 (other->sector, sector) == 0 && other->year_from <= to && from <= other->year_to)
        cd_json_fault (reader->faults, at, "year_from", "overlap", "expected one rule of allocation a year and sector");
    }
  g_ptr_array_add (reader->pack->scheme->allocations, rule);
  cd_pack_read_years (reader, at, &rule->year_from, &rule->year_to);
  cd_pack_read_id (reader, at, "sector", &rule->sector);
  if (!cd_pack_read_word (reader, at, "kind", kinds, &kind))
    return;
  rule->kind = (CdAllocationKind)(kind + 1);
  check_members (reader, at, rule->kind);
  if (cd_pack_read_figure (reader, at, "pre_share_pct", &pct_spec, TRUE, &share))
    {
      rule->pre_share_known = share.has_value;
      rule->pre_share_bp = (int)share.value;
    }
  if (rule->kind == CD_ALLOCATION_INTENSITY)
    {
      rule->slope_e6 = take (reader, at, "slope", &number_spec, rule);
      rule->limit_bp = take (reader, at, "limit_pct", &pct_spec, rule);
      rule->beyond_bp = take (reader, at, "beyond_pct", &pct_spec, rule);
    }
  else if (rule->kind == CD_ALLOCATION_VERIFIED)
    take (reader, at, "limit_pct", &pct_spec, rule);
  else
    read_power (reader, at, rule);
}

void
cd_pack_read_borrowing (CdPackReader *reader, const CdJson *at)
{
  g_auto (CdFigure) allowed = { 0 }, gap = { 0 }, share = { 0 }, tradable = { 0 };
  CdBorrowing *rule = g_new0 (CdBorrowing, 1);
  gint64 from;

  cd_json_only_members (at, reader->faults, "year_from", "year_to", "sector", "allowed", "min_gap_pct", "max_share_of_gap_pct", "from_vintage", "tradable", NULL);
  g_ptr_array_add (reader->pack->scheme->borrowings, rule);
  cd_pack_read_years (reader, at, &rule->year_from, &rule->year_to);
  cd_pack_read_id (reader, at, "sector", &rule->sector);
  if (cd_pack_read_figure (reader, at, "allowed", &bool_spec, TRUE, &allowed))
    {
      rule->allowed = allowed.has_value && allowed.value;
      rule->status = allowed.status;
      rule->source = g_strdup (allowed.source);
    }
  if (!rule->allowed)
    return;
  if (cd_pack_read_figure (reader, at, "min_gap_pct", &pct_spec, TRUE, &gap))
    rule->min_gap_bp = (int)gap.value;
  if (cd_pack_read_figure (reader, at, "max_share_of_gap_pct", &pct_spec, TRUE, &share))
    rule->max_share_bp = (int)share.value;
  if (cd_pack_read_figure (reader, at, "tradable", &bool_spec, TRUE, &tradable))
    rule->tradable = tradable.has_value && tradable.value;
  if (cd_json_get_int (at, "from_vintage", 2000, 2100, &from, reader->faults))
    rule->from_vintage = (int)from;
  if (rule->from_vintage <= rule->year_to)
    cd_json_fault (reader->faults, at, "from_vintage", "period", "expected a vintage after the years that borrow from it");
}

/* --- Examples ---------------------------------------------------------------------------------------------------------------- */

static gboolean
optional (const CdJson *given, const char *member, int scale, gint64 *out, CdJsonFaults *faults)
{
  return cd_json_present (given, member) && cd_json_get_decimal (given, member, scale, out, faults);
}

static gboolean
get_sector (const CdJson *given, int *year, const char **sector, CdJsonFaults *faults)
{
  gint64 value;

  if (!cd_json_get_int (given, "year", 2000, 2100, &value, faults) || !cd_json_get_string (given, "sector", sector, faults))
    return FALSE;
  *year = (int)value;
  return TRUE;
}

gboolean
cd_pack_compute_allocation (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error)
{
  CdAllocationUnit unit = { .load_bp = -1 };
  CdAllocationResult result;
  const CdAllocationRule *rule;
  const char *sector, *cooling;
  int year;

  if (!get_sector (given, &year, &sector, faults))
    return FALSE;
  rule = cd_scheme_allocation (pack->scheme, year, sector);
  if (!rule)
    {
      cd_json_fault (faults, given, "year", "reference", "expected a year and sector with a rule of allocation");
      return FALSE;
    }
  if (rule->unverified)
    {
      cd_json_writer_null (out, "initial");
      cd_json_writer_string (out, "status", cd_rule_status_name (rule->status));
      return TRUE;
    }
  if (cd_json_present (given, "class"))
    cd_json_get_string (given, "class", &unit.class_id, faults);
  if (cd_json_present (given, "cooling") && cd_json_get_string (given, "cooling", &cooling, faults))
    unit.air_cooled = g_str_equal (cooling, "air");
  optional (given, "output_mwh", 3, &unit.output_e3, faults);
  optional (given, "heat_gj", 3, &unit.heat_e3, faults);
  optional (given, "load_pct", 2, &unit.load_bp, faults);
  optional (given, "heat_ratio_pct", 2, &unit.heat_ratio_bp, faults);
  optional (given, "verified", 3, &unit.verified_e3, faults);
  optional (given, "balance", 6, &unit.balance_e6, faults);
  optional (given, "intensity", 6, &unit.intensity_e6, faults);
  if (cd_json_faults_count (faults) > 0 || !cd_allocation_unit (rule, &unit, &result, NULL, error))
    return FALSE;
  cd_json_writer_i64 (out, "power", result.power);
  cd_json_writer_i64 (out, "heat", result.heat);
  cd_json_writer_decimal (out, "factor", result.factor_e6, 6, 0);
  cd_json_writer_i64 (out, "initial", result.initial);
  cd_json_writer_string (out, "status", cd_rule_status_name (rule->status));
  return TRUE;
}

gboolean
cd_pack_compute_borrowing (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error)
{
  const char *sector;
  gint64 verified, approved;
  int year;

  if (!get_sector (given, &year, &sector, faults) || !cd_json_get_decimal (given, "verified", 3, &verified, faults) || !cd_json_get_i64 (given, "approved", &approved, faults))
    return FALSE;
  for (guint i = 0; i < pack->scheme->borrowings->len; i++)
    {
      const CdBorrowing *rule = g_ptr_array_index (pack->scheme->borrowings, i);

      if (year < rule->year_from || year > rule->year_to || !g_str_equal (rule->sector, sector))
        continue;
      cd_json_writer_i64 (out, "units", cd_borrowing_amount (rule, (CdMass){ verified }, approved, NULL));
      return TRUE;
    }
  cd_json_fault (faults, given, "year", "reference", "expected a year and sector with a rule of borrowing");
  return FALSE;
}

gboolean
cd_pack_compute_collar (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error)
{
  static const char *const names[] = { "none", "auction", "buy_back", "unknown" };
  g_autoptr (GArray) averages = g_array_new (FALSE, FALSE, sizeof (gint64));
  CdJson list;
  CdDate day;

  if (!cd_json_get_date (given, "date", &day, faults) || !cd_json_get_array (given, "averages", &list, faults))
    return FALSE;
  for (guint i = 0; i < cd_json_length (&list); i++)
    {
      CdJson item = cd_json_at (&list, i);
      gint64 price;

      if (!cd_json_get_decimal (&item, NULL, 4, &price, faults))
        return FALSE;
      g_array_append_val (averages, price);
    }
  cd_json_writer_string (out, "trigger", names[cd_market_collar (pack->market, day, (const gint64 *)(gpointer)averages->data, averages->len)]);
  return TRUE;
}
