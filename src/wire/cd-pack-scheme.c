/* cd-pack-scheme.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The compliance half of a pack: offsets, penalties, carry-over, relief and what happens around the deadline.
 */
#include "cd-pack-private.h"

#include <string.h>

/* No scheme we know lets offsets cover more than a fifth; a looser limit is a mistake that would strand credits. */
#define CAP_BP_MAX 2000
#define MONEY_MAX (G_GINT64_CONSTANT (1000000000) * CD_E4)

static const CdFigureSpec cap_spec = { CD_FIGURE_DECIMAL, 2, 0, CAP_BP_MAX, NULL, "a limit in percent" };
static const CdFigureSpec pct_spec = { CD_FIGURE_DECIMAL, 2, 0, 10000, NULL, "percent" };
static const CdFigureSpec date_spec = { CD_FIGURE_DATE, 0, 0, 0, NULL, "a date" };
static const CdFigureSpec bool_spec = { CD_FIGURE_BOOL, 0, 0, 0, NULL, "true or false" };
static const CdFigureSpec list_spec = { CD_FIGURE_LIST, 0, 0, 0, NULL, "a list" };
static const CdFigureSpec text_spec = { CD_FIGURE_TEXT, 0, 0, 0, NULL, "a text in zh and en" };
static const CdFigureSpec units_spec = { CD_FIGURE_DECIMAL, 0, 0, G_GINT64_CONSTANT (1000000000000), NULL, "a quantity" };
static const CdFigureSpec ratio_spec = { CD_FIGURE_DECIMAL, 4, 0, 1000000, NULL, "a factor" };
static const CdFigureSpec mass_spec = { CD_FIGURE_DECIMAL, 3, 0, G_GINT64_CONSTANT (1000000000000), NULL, "a mass" };
static const CdFigureSpec money_spec = { CD_FIGURE_DECIMAL, 4, 0, MONEY_MAX, NULL, "an amount of money" };
static const CdFigureSpec multiple_spec = { CD_FIGURE_DECIMAL, 2, 1, 10000, NULL, "a multiple" };
static const char *const bases[] = { "verified_emissions", "issued_allowances", "initial_allowances", "prev_year_emissions", "shortfall", NULL };
static const CdFigureSpec base_spec = { CD_FIGURE_WORD, 0, 0, 0, bases, "the base of the limit" };
static const char *const penalty_kinds[] = { "fixed_range", "multiple_of_price", "multiple_of_gains", NULL };
static const char *const acts[] = { "surrender", "late_report", "false_report", NULL };
static const char *const subjects[] = { "unit", "person", NULL };
static const char *const price_windows[] = { "month_before_deadline", "none", NULL };
static const CdFigureSpec window_spec = { CD_FIGURE_WORD, 0, 0, 0, price_windows, "the window of the average price" };

static void
take_strings (CdPackReader *reader, const CdJson *at, const char *member, GPtrArray *out)
{
  g_auto (CdFigure) figure = { 0 };
  CdJson holder, list;

  if (!cd_pack_read_figure (reader, at, member, &list_spec, TRUE, &figure) || !cd_figure_node (&figure, &holder, &list))
    return;
  for (guint i = 0; i < cd_json_length (&list); i++)
    {
      CdJson item = cd_json_at (&list, i);
      char *text = NULL;

      if (cd_pack_read_id (reader, &item, NULL, &text))
        g_ptr_array_add (out, text);
    }
}

static CdDate
take_date (CdPackReader *reader, const CdJson *at, const char *member, gboolean required)
{
  g_auto (CdFigure) figure = { 0 };

  if (!cd_pack_read_figure (reader, at, member, &date_spec, required, &figure) || !figure.has_value)
    return CD_DATE_NONE;
  return (CdDate)figure.value;
}

static gint64
take_number (CdPackReader *reader, const CdJson *at, const char *member, const CdFigureSpec *spec, gboolean required, CdRuleStatus *status, char **source)
{
  g_auto (CdFigure) figure = { 0 };

  if (!cd_pack_read_figure (reader, at, member, spec, required, &figure))
    return 0;
  if (status)
    *status = figure.status;
  if (source)
    {
      g_free (*source);
      *source = g_strdup (figure.source);
    }
  return figure.has_value ? figure.value : 0;
}

/* --- Offsets ------------------------------------------------------------------------------------------------------------- */

static void
read_sub_cap (CdPackReader *reader, const CdJson *at, CdOffsetRule *rule)
{
  CdOffsetSubCap *cap = g_new0 (CdOffsetSubCap, 1);
  CdRuleStatus status = CD_RULE_UNVERIFIED;

  cd_json_only_members (at, reader->faults, "id", "origin_not", "type_only", "cap_pct", NULL);
  g_ptr_array_add (rule->sub_caps, cap);
  cd_pack_read_id (reader, at, "id", &cap->id);
  if (cd_json_present (at, "origin_not"))
    cd_pack_read_id (reader, at, "origin_not", &cap->origin_not);
  if (cd_json_present (at, "type_only"))
    cd_pack_read_id (reader, at, "type_only", &cap->type_only);
  if (!cap->origin_not && !cap->type_only)
    cd_json_fault (reader->faults, at, NULL, "missing", "expected origin_not or type_only: a sub-limit of everything is the limit itself");
  cap->cap_bp = (int)take_number (reader, at, "cap_pct", &cap_spec, TRUE, &status, &cap->source);
  if (cap->cap_bp > rule->cap_bp)
    cd_json_fault (reader->faults, at, "cap_pct", "range", "expected a sub-limit not above the limit");
}

static void
read_offset (CdPackReader *reader, const CdJson *at)
{
  CdScheme *scheme = reader->pack->scheme;
  CdOffsetRule *rule = g_new0 (CdOffsetRule, 1);
  g_auto (CdFigure) base = { 0 };
  CdJson subs;

  cd_json_only_members (at, reader->faults, "year_from", "year_to", "cap_pct", "base", "sub_caps", "types", "registered_after", "generated_after", "usable_until", "excluded_project_types", NULL);
  rule->sub_caps = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_offset_sub_cap_free);
  rule->types = g_ptr_array_new_with_free_func (g_free);
  rule->excluded_project_types = g_ptr_array_new_with_free_func (g_free);
  if (cd_pack_read_years (reader, at, &rule->year_from, &rule->year_to))
    for (guint i = 0; i < scheme->offsets->len; i++)
      {
        const CdOffsetRule *other = g_ptr_array_index (scheme->offsets, i);

        if (other->year_from <= rule->year_to && rule->year_from <= other->year_to)
          cd_json_fault (reader->faults, at, "year_from", "overlap", "expected one offset rule a year");
      }
  g_ptr_array_add (scheme->offsets, rule);
  rule->cap_bp = (int)take_number (reader, at, "cap_pct", &cap_spec, TRUE, &rule->status, &rule->source);
  if (cd_pack_read_figure (reader, at, "base", &base_spec, TRUE, &base) && base.has_value)
    rule->base = (CdCapBase)(base.value + 1);
  else
    rule->status = CD_RULE_UNVERIFIED;
  take_strings (reader, at, "types", rule->types);
  take_strings (reader, at, "excluded_project_types", rule->excluded_project_types);
  rule->registered_after = take_date (reader, at, "registered_after", FALSE);
  rule->generated_after = take_date (reader, at, "generated_after", FALSE);
  rule->usable_until = take_date (reader, at, "usable_until", FALSE);
  if (!cd_json_get_array (at, "sub_caps", &subs, reader->faults))
    return;
  for (guint i = 0; i < cd_json_length (&subs); i++)
    {
      CdJson sub = cd_json_at (&subs, i);

      read_sub_cap (reader, &sub, rule);
    }
}

/* --- Penalties ------------------------------------------------------------------------------------------------------------- */

static void
read_deduction (CdPackReader *reader, const CdJson *at, CdPenalty *penalty)
{
  g_auto (CdFigure) figure = { 0 };

  if (!cd_pack_read_figure (reader, at, "deduct_next_year", &bool_spec, TRUE, &figure))
    return;
  penalty->deduction_status_unverified = figure.status == CD_RULE_UNVERIFIED;
  penalty->deduct_next_year = figure.has_value && figure.value;
}

static void
read_penalty (CdPackReader *reader, const CdJson *at)
{
  CdPenalty *penalty = g_new0 (CdPenalty, 1);
  g_auto (CdFigure) window = { 0 };
  const CdFigureSpec *spec;
  gint64 stage;
  int kind = 0, word;

  cd_json_only_members (at, reader->faults, "act", "subject", "gains_from", "gains_below", "from", "to", "stage", "kind", "low", "high", "deduct_next_year", "price_window", "text", NULL);
  g_ptr_array_add (reader->pack->scheme->penalties, penalty);
  cd_pack_read_date_or_null (reader, at, "from", &penalty->from);
  cd_pack_read_date_or_null (reader, at, "to", &penalty->to);
  if (penalty->to != CD_DATE_NONE && penalty->to < penalty->from)
    cd_json_fault (reader->faults, at, "to", "period", "expected a last day not before the first");
  if (cd_json_get_int (at, "stage", 1, 9, &stage, reader->faults))
    penalty->stage = (int)stage;
  if (!cd_pack_read_word (reader, at, "kind", penalty_kinds, &kind))
    return;
  penalty->kind = (CdPenaltyKind)(kind + 1);
  /* Without a word it is the surrender of the unit. */
  if (cd_json_present (at, "act") && cd_pack_read_word (reader, at, "act", acts, &word))
    penalty->act = (CdAct)word;
  if (cd_json_present (at, "subject") && cd_pack_read_word (reader, at, "subject", subjects, &word))
    penalty->person = word == 1;
  penalty->gains_from = take_number (reader, at, "gains_from", &money_spec, FALSE, NULL, NULL);
  penalty->gains_below = take_number (reader, at, "gains_below", &money_spec, FALSE, NULL, NULL);
  spec = penalty->kind == CD_PENALTY_FIXED_RANGE ? &money_spec : &multiple_spec;
  penalty->low = take_number (reader, at, "low", spec, TRUE, &penalty->status, &penalty->source);
  penalty->high = take_number (reader, at, "high", spec, TRUE, NULL, NULL);
  if (penalty->high < penalty->low)
    cd_json_fault (reader->faults, at, "high", "range", "expected a highest penalty not below the lowest");
  read_deduction (reader, at, penalty);
  if (cd_pack_read_figure (reader, at, "price_window", &window_spec, TRUE, &window) && window.has_value)
    penalty->price_window = g_strdup (price_windows[window.value]);
  cd_pack_read_name (reader, at, "text", &penalty->text_zh, &penalty->text_en);
}

/* --- Carry-over and relief ---------------------------------------------------------------------------------------------------- */

static void
read_carry_over (CdPackReader *reader, const CdJson *at)
{
  CdCarryOver *carry = g_new0 (CdCarryOver, 1);
  gint64 to_year, first, last, ratio, divisor;

  cd_json_only_members (at, reader->faults, "to_year", "from_vintage", "to_vintage", "base_units", "ratio", "net_sale_from", "net_sale_to", "holding_at", "apply_until", NULL);
  g_ptr_array_add (reader->pack->scheme->carry_overs, carry);
  if (cd_json_get_int (at, "to_year", 2000, 2100, &to_year, reader->faults))
    carry->to_year = (int)to_year;
  if (cd_json_get_int (at, "from_vintage", 2000, 2100, &first, reader->faults))
    carry->from_vintage = (int)first;
  if (cd_json_get_int (at, "to_vintage", 2000, 2100, &last, reader->faults))
    carry->to_vintage = (int)last;
  if (carry->to_vintage < carry->from_vintage || carry->to_vintage >= carry->to_year)
    cd_json_fault (reader->faults, at, "to_vintage", "period", "expected a vintage from from_vintage on and before to_year");
  carry->base_units = take_number (reader, at, "base_units", &units_spec, TRUE, &carry->status, &carry->source);
  ratio = take_number (reader, at, "ratio", &ratio_spec, TRUE, NULL, NULL);
  divisor = CD_E4;
  while (ratio % 10 == 0 && divisor > 1)
    {
      ratio /= 10;
      divisor /= 10;
    }
  carry->ratio_num = ratio;
  carry->ratio_den = divisor;
  carry->net_sale_from = take_date (reader, at, "net_sale_from", TRUE);
  carry->net_sale_to = take_date (reader, at, "net_sale_to", TRUE);
  carry->holding_at = take_date (reader, at, "holding_at", TRUE);
  carry->apply_until = take_date (reader, at, "apply_until", TRUE);
  if (carry->net_sale_to < carry->net_sale_from)
    cd_json_fault (reader->faults, at, "net_sale_to", "period", "expected a last day not before the first");
}

static void
read_relief (CdPackReader *reader, const CdJson *at)
{
  CdRelief *relief = g_new0 (CdRelief, 1);

  cd_json_only_members (at, reader->faults, "year_from", "year_to", "sector", "gap_cap_pct", "surplus_cap_pct", "gas_exempt", NULL);
  g_ptr_array_add (reader->pack->scheme->reliefs, relief);
  cd_pack_read_years (reader, at, &relief->year_from, &relief->year_to);
  cd_pack_read_id (reader, at, "sector", &relief->sector);
  relief->gap_cap_bp = (int)take_number (reader, at, "gap_cap_pct", &pct_spec, TRUE, &relief->status, &relief->source);
  relief->surplus_cap_bp = (int)take_number (reader, at, "surplus_cap_pct", &pct_spec, TRUE, NULL, NULL);
  relief->gas_exempt = take_number (reader, at, "gas_exempt", &bool_spec, TRUE, NULL, NULL) != 0;
}

/* --- Around the deadline -------------------------------------------------------------------------------------------------------- */

static void
read_leavers (CdPackReader *reader, const CdJson *scheme)
{
  CdScheme *out = reader->pack->scheme;
  g_auto (CdFigure) text = { 0 };
  CdJson at, holder, node;

  if (!cd_json_has (scheme, "leavers") || !cd_json_get_object (scheme, "leavers", &at, reader->faults))
    return;
  cd_json_only_members (&at, reader->faults, "text", "tradable_until", NULL);
  if (cd_pack_read_figure (reader, &at, "text", &text_spec, TRUE, &text) && cd_figure_node (&text, &holder, &node))
    {
      cd_pack_read_text (reader, &node, "zh", &out->leaver_rule_zh);
      cd_pack_read_text (reader, &node, "en", &out->leaver_rule_en);
    }
  out->leaver_until = take_date (reader, &at, "tradable_until", TRUE);
}

static void
read_gate (CdPackReader *reader, const CdJson *scheme)
{
  CdScheme *out = reader->pack->scheme;
  CdJson at;

  if (!cd_json_has (scheme, "verification_gate") || !cd_json_get_object (scheme, "verification_gate", &at, reader->faults))
    return;
  cd_json_only_members (&at, reader->faults, "more_than_mass", "at_least_pct", NULL);
  out->verify_gate_mass_e3 = take_number (reader, &at, "more_than_mass", &mass_spec, TRUE, NULL, &out->verify_gate_source);
  out->verify_gate_bp = (int)take_number (reader, &at, "at_least_pct", &pct_spec, TRUE, NULL, NULL);
}

static void
read_each (CdPackReader *reader, const CdJson *scheme, const char *member, void (*read) (CdPackReader *, const CdJson *))
{
  CdJson list;

  if (!cd_json_get_array (scheme, member, &list, reader->faults))
    return;
  for (guint i = 0; i < cd_json_length (&list); i++)
    {
      CdJson item = cd_json_at (&list, i);

      read (reader, &item);
    }
}

void
cd_pack_read_scheme (CdPackReader *reader, const CdJson *root)
{
  CdScheme *out = reader->pack->scheme;
  CdJson scheme;

  if (!cd_json_get_object (root, "scheme", &scheme, reader->faults))
    return;
  cd_json_only_members (&scheme, reader->faults, "years", "offsets", "penalties", "carry_overs", "reliefs", "allocations", "borrowings", "auto_collect", "leavers", "verification_gate", "report_only_sources", NULL);
  cd_pack_read_compliance_years (reader, &scheme);
  read_each (reader, &scheme, "offsets", read_offset);
  read_each (reader, &scheme, "penalties", read_penalty);
  read_each (reader, &scheme, "carry_overs", read_carry_over);
  read_each (reader, &scheme, "reliefs", read_relief);
  if (cd_json_present (&scheme, "allocations"))
    read_each (reader, &scheme, "allocations", cd_pack_read_allocation);
  if (cd_json_present (&scheme, "borrowings"))
    read_each (reader, &scheme, "borrowings", cd_pack_read_borrowing);
  out->auto_collect = take_number (reader, &scheme, "auto_collect", &bool_spec, FALSE, NULL, &out->auto_collect_source) != 0;
  read_leavers (reader, &scheme);
  read_gate (reader, &scheme);
  if (cd_json_present (&scheme, "report_only_sources"))
    take_strings (reader, &scheme, "report_only_sources", out->report_only_sources);
}
