/* comply-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "comply-fixture.h"

static void
add_task (CdComplianceYear *year, const char *id, CdDutyOwner owner, const char *due, int due_s, CdRuleStatus status)
{
  CdTask *task = g_new0 (CdTask, 1);

  task->id = g_strdup (id);
  task->name_zh = g_strdup (id);
  task->name_en = g_strdup (id);
  task->owner = owner;
  task->due = due ? market_fixture_day (due) : CD_DATE_NONE;
  task->due_s = due_s;
  task->status = status;
  task->source = g_strdup_printf ("test: task %s", id);
  g_ptr_array_add (year->tasks, task);
}

/* @vintages: ends with 0; (nullable): nobody knows them. */
static CdComplianceYear *
add_year (CdScheme *scheme, int number, const char *sector, const int *vintages)
{
  CdComplianceYear *year = g_new0 (CdComplianceYear, 1);

  year->year = year->year_from = number;
  year->sector = g_strdup (sector);
  year->label_zh = g_strdup_printf ("%d年度", number);
  year->label_en = g_strdup_printf ("%d", number);
  year->tasks = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_task_free);
  year->usable_vintages = g_array_new (FALSE, FALSE, sizeof (int));
  for (; vintages && *vintages; vintages++)
    g_array_append_val (year->usable_vintages, *vintages);
  year->vintages_status = year->usable_vintages->len ? CD_RULE_IN_FORCE : CD_RULE_UNVERIFIED;
  year->vintages_source = g_strdup_printf ("test: vintages of %d", number);
  g_ptr_array_add (scheme->years, year);
  return year;
}

static CdOffsetRule *
add_offset (CdScheme *scheme, int from, int to, CdCapBase base, const char *registered_after)
{
  CdOffsetRule *rule = g_new0 (CdOffsetRule, 1);

  rule->year_from = from;
  rule->year_to = to;
  rule->cap_bp = 500;
  rule->base = base;
  rule->sub_caps = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_offset_sub_cap_free);
  rule->types = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (rule->types, g_strdup ("CCER"));
  rule->excluded_project_types = g_ptr_array_new_with_free_func (g_free);
  rule->registered_after = registered_after ? market_fixture_day (registered_after) : CD_DATE_NONE;
  rule->generated_after = CD_DATE_NONE;
  rule->usable_until = CD_DATE_NONE;
  rule->status = CD_RULE_IN_FORCE;
  rule->source = g_strdup_printf ("test: offset rule of %d to %d", from, to);
  g_ptr_array_add (scheme->offsets, rule);
  return rule;
}

static CdPenalty *
add_penalty (CdScheme *scheme, const char *from, const char *to, int stage, CdPenaltyKind kind, gint64 low, gint64 high)
{
  CdPenalty *penalty = g_new0 (CdPenalty, 1);

  penalty->from = market_fixture_day (from);
  penalty->to = to ? market_fixture_day (to) : CD_DATE_NONE;
  penalty->stage = stage;
  penalty->kind = kind;
  penalty->low = low;
  penalty->high = high;
  penalty->price_window = g_strdup ("month_before_deadline");
  penalty->text_zh = g_strdup ("处罚");
  penalty->text_en = g_strdup ("penalty");
  penalty->status = CD_RULE_IN_FORCE;
  penalty->source = g_strdup_printf ("test: penalty from %s", from);
  g_ptr_array_add (scheme->penalties, penalty);
  return penalty;
}

static CdScheme *
scheme_new (const char *id)
{
  g_autoptr (GError) error = NULL;
  CdScheme *scheme = g_new0 (CdScheme, 1);

  scheme->id = g_strdup (id);
  scheme->zone = cd_zone_new ("Asia/Shanghai", &error);
  g_assert_no_error (error);
  scheme->years = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_compliance_year_free);
  scheme->offsets = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_offset_rule_free);
  scheme->penalties = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_penalty_free);
  scheme->carry_overs = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_carry_over_free);
  scheme->reliefs = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_relief_free);
  scheme->report_only_sources = g_ptr_array_new_with_free_func (g_free);
  scheme->leaver_until = CD_DATE_NONE;
  return scheme;
}

static void
add_national_years (CdScheme *scheme)
{
  static const int until_2023[] = { 2020, 2021, 2022, 2023, 0 };
  static const int until_2024[] = { 2020, 2021, 2022, 2023, 2024, 0 };
  static const int from_2025[] = { 2025, 2026, 0 };
  CdComplianceYear *power;

  add_task (add_year (scheme, 2022, "power", until_2023), "surrender", CD_OWNER_OURS, "2023-12-31", 86400, CD_RULE_IN_FORCE);
  add_task (add_year (scheme, 2023, "power", until_2023), "surrender", CD_OWNER_OURS, "2024-12-31", 86400, CD_RULE_IN_FORCE);
  add_task (add_year (scheme, 2024, "power", until_2024), "surrender", CD_OWNER_OURS, "2025-12-31", 86400, CD_RULE_IN_FORCE);
  power = add_year (scheme, 2025, "power", from_2025);
  add_task (power, "report", CD_OWNER_OURS, "2026-03-31", 86400, CD_RULE_IN_FORCE);
  add_task (power, "verify", CD_OWNER_VERIFIER, "2026-06-30", 86400, CD_RULE_IN_FORCE);
  add_task (power, "approve", CD_OWNER_AUTHORITY, "2026-09-20", 86400, CD_RULE_IN_FORCE);
  add_task (power, "issue", CD_OWNER_AUTHORITY, "2026-09-30", 86400, CD_RULE_IN_FORCE);
  add_task (power, "offset_apply", CD_OWNER_OURS, NULL, 86400, CD_RULE_UNVERIFIED);
  add_task (power, "surrender", CD_OWNER_OURS, "2026-12-31", 86400, CD_RULE_IN_FORCE);
  add_task (add_year (scheme, 2025, "cement", from_2025), "surrender", CD_OWNER_OURS, "2026-12-31", 86400, CD_RULE_IN_FORCE);
  add_task (add_year (scheme, 2026, "power", NULL), "surrender", CD_OWNER_OURS, NULL, 86400, CD_RULE_UNVERIFIED);
}

CdScheme *
scheme_fixture_national (void)
{
  CdScheme *scheme = scheme_new ("test-national");

  add_national_years (scheme);
  add_offset (scheme, 2022, 2024, CD_CAP_VERIFIED_EMISSIONS, NULL);
  add_offset (scheme, 2025, 2026, CD_CAP_VERIFIED_EMISSIONS, "2024-01-22");
  add_penalty (scheme, "2021-02-01", "2024-04-30", 1, CD_PENALTY_FIXED_RANGE, 20000 * CD_E4, 30000 * CD_E4)->deduct_next_year = TRUE;
  add_penalty (scheme, "2024-05-01", "2026-08-14", 1, CD_PENALTY_MULTIPLE_OF_PRICE, 500, 1000)->deduct_next_year = TRUE;
  add_penalty (scheme, "2026-08-15", NULL, 1, CD_PENALTY_FIXED_RANGE, 1000000 * CD_E4, 5000000 * CD_E4);
  add_penalty (scheme, "2026-08-15", NULL, 2, CD_PENALTY_MULTIPLE_OF_PRICE, 500, 1000);
  return scheme;
}

CdScheme *
scheme_fixture_beijing (void)
{
  static const int until_2020[] = { 2019, 2020, 0 };
  CdScheme *scheme = scheme_new ("test-beijing");

  add_task (add_year (scheme, 2020, "all", until_2020), "surrender", CD_OWNER_OURS, "2021-10-15", 86400, CD_RULE_IN_FORCE);
  add_task (add_year (scheme, 2021, "all", until_2020), "surrender", CD_OWNER_OURS, NULL, 86400, CD_RULE_UNVERIFIED);
  scheme_fixture_add_sub_cap (add_offset (scheme, 2014, 2020, CD_CAP_ISSUED_ALLOWANCES, NULL), "ccer_outside", "CN-11", "CCER", 250);
  add_offset (scheme, 2021, 2025, CD_CAP_ISSUED_ALLOWANCES, NULL)->status = CD_RULE_UNVERIFIED;
  add_penalty (scheme, "2013-12-27", NULL, 1, CD_PENALTY_MULTIPLE_OF_PRICE, 300, 500);
  scheme->verify_gate_mass_e3 = 1000 * 1000;
  scheme->verify_gate_bp = 1000;
  scheme->verify_gate_source = g_strdup ("test: gate");
  return scheme;
}

CdMarket *
scheme_fixture_market (void)
{
  CdMarket *market = market_fixture_new ();

  for (int year = 2021; year <= 2026; year++)
    cd_calendar_cover_year (market->calendar, year);
  /* Of the days that the tests touch, these close. */
  cd_calendar_add_holiday (market->calendar, market_fixture_day ("2021-10-01"));
  cd_calendar_add_holiday (market->calendar, market_fixture_day ("2026-09-25"));
  return market;
}

void
scheme_fixture_add_sub_cap (CdOffsetRule *rule, const char *id, const char *origin_not, const char *type_only, int cap_bp)
{
  CdOffsetSubCap *cap = g_new0 (CdOffsetSubCap, 1);

  cap->id = g_strdup (id);
  cap->origin_not = g_strdup (origin_not);
  cap->type_only = g_strdup (type_only);
  cap->cap_bp = cap_bp;
  cap->source = g_strdup_printf ("test: sub-cap %s", id);
  g_ptr_array_add (rule->sub_caps, cap);
}

CdOffsetRule *
scheme_fixture_offset (CdScheme *scheme, int year)
{
  return (CdOffsetRule *)cd_scheme_offset_rule (scheme, year);
}

CdComplianceYear *
scheme_fixture_year (CdScheme *scheme, int year, const char *sector)
{
  return (CdComplianceYear *)cd_scheme_year (scheme, year, sector);
}

CdTask *
scheme_fixture_task (CdScheme *scheme, int year, const char *sector, const char *id)
{
  return (CdTask *)cd_compliance_year_task (scheme_fixture_year (scheme, year, sector), id);
}

CdObligation *
obligation_fixture_evaluate (const CdObligationInput *input)
{
  g_autoptr (GError) error = NULL;
  CdObligation *o = cd_obligation_evaluate (input, &error);

  g_assert_no_error (error);
  g_assert_nonnull (o);
  return o;
}

const CdTraceStep *
obligation_fixture_step (const CdTrace *trace, const char *rule, const char *result)
{
  for (guint i = 0; i < trace->steps->len; i++)
    {
      const CdTraceStep *step = g_ptr_array_index (trace->steps, i);

      if (g_str_equal (step->rule, rule) && (!result || g_str_equal (step->result, result)))
        return step;
    }
  return NULL;
}

const CdDeadline *
obligation_fixture_deadline (const CdObligation *o, const char *id)
{
  for (guint i = 0; i < o->deadlines->len; i++)
    {
      const CdDeadline *deadline = g_ptr_array_index (o->deadlines, i);

      if (g_str_equal (deadline->id, id))
        return deadline;
    }
  return NULL;
}

const CdLotVerdict *
obligation_fixture_lot (const CdObligation *o, const char *code)
{
  for (guint i = 0; i < o->lots->len; i++)
    {
      const CdLotVerdict *lot = g_ptr_array_index (o->lots, i);

      if (g_str_equal (lot->code, code))
        return lot;
    }
  return NULL;
}

#define D "%" G_GINT64_FORMAT " "

static void
dump_lists (const CdObligation *o, GString *out)
{
  for (guint i = 0; i < o->lots->len; i++)
    {
      const CdLotVerdict *lot = g_ptr_array_index (o->lots, i);

      g_string_append_printf (out, "lot %s %d %s " D D "\n", lot->code, lot->eligible, lot->sub_cap ? lot->sub_cap : "-", lot->counted, lot->stranded);
    }
  for (guint i = 0; i < o->sub_rooms->len; i++)
    {
      const CdSubRoom *room = g_ptr_array_index (o->sub_rooms, i);

      g_string_append_printf (out, "room %s " D D D "\n", room->id, room->cap, room->used, room->room);
    }
  for (guint i = 0; i < o->penalties->len; i++)
    {
      const CdPenaltyEstimate *p = g_ptr_array_index (o->penalties, i);

      g_string_append_printf (out, "penalty %d %d %d " D D "%u %d %d %s\n", p->stage, p->verified_rule, p->has_amount, p->low.e4, p->high.e4, p->low.ccy, p->deduct_next_year, p->deduction_unverified, p->source);
    }
  for (guint i = 0; i < o->deadlines->len; i++)
    {
      const CdDeadline *d = g_ptr_array_index (o->deadlines, i);

      g_string_append_printf (out, "deadline %s " D "%d %d %s\n", d->id, d->at_us, d->owner, d->status, d->source);
    }
  for (guint i = 0; i < o->trace->steps->len; i++)
    {
      const CdTraceStep *step = g_ptr_array_index (o->trace->steps, i);

      g_string_append_printf (out, "step %s|%s|%s|%s\n", step->rule, step->source, step->inputs, step->result);
    }
}

char *
obligation_fixture_dump (const CdObligation *o)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, D D D D D D, o->owed, o->surrendered, o->remaining, o->usable_registry, o->usable_trading, o->unusable_vintage);
  g_string_append_printf (out, D D D D D D "%d %d ", o->offset_cap, o->offset_used, o->offset_room, o->offset_countable, o->offset_pending, o->offset_stranded, o->offset_status, o->vintages_status);
  g_string_append_printf (out, D D "%d " D "%d " D "%d %d " D "\n", o->shortfall, o->surplus, o->coverage_bp, o->deadline_us, o->deadline_status, o->last_safe_buy_us, o->sessions_left, o->has_cover_cost, o->cover_cost.e4);
  dump_lists (o, out);
  return g_string_free (out, FALSE);
}
