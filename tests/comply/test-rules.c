/* test-rules.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Carry-over, relief, pre-allocation, the verification gate, bases of caps, and what the register refuses (china-rules 3.3, 5, 6, 13.3).
 */
#include "comply-fixture.h"

static const CdCarryOver national_carry_over = { .to_year = 2025, .from_vintage = 2020, .to_vintage = 2024, .base_units = 10000, .ratio_num = 3, .ratio_den = 2, .status = CD_RULE_IN_FORCE, .source = (char *)"test: carry-over" };

static void
test_carry_over (void)
{
  static const struct
  {
    gint64 sold, bought, holding, carried;
  } cases[] = {
    { 120000, 40000, 300000, 130000 },
    { 0, 50000, 8000, 8000 },
    { 33333, 0, 500000, 59999 }, /* 59,999.5 is rounded down */
    { 0, 0, 6000, 6000 },
    { 40000, 40000, 300000, 10000 },
    { 0, 0, 0, 0 },
    { 148000, 0, 380000 - 148000, 232000 }, /* the best a holder of 380,000 can do */
    { 147999, 0, 380000 - 147999, 231998 },
    { 148001, 0, 380000 - 148001, 231999 },
    { G_MAXINT64, 0, 5, 5 },
    { G_MAXINT64, G_MININT64, 5, 5 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CdTrace) trace = cd_trace_new ();

      g_assert_cmpint (cd_carry_over_amount (&national_carry_over, cases[i].sold, cases[i].bought, cases[i].holding, trace), ==, cases[i].carried);
      g_assert_cmpuint (trace->steps->len, ==, 1);
    }
}

/* More sold or more held never carries less; never more than is held. */
static void
test_carry_over_monotone (void)
{
  for (int i = 0; i < 20000; i++)
    {
      gint64 sold = g_test_rand_int_range (0, 1000000), bought = g_test_rand_int_range (0, 1000000), holding = g_test_rand_int_range (0, 1000000);
      gint64 carried = cd_carry_over_amount (&national_carry_over, sold, bought, holding, NULL);

      g_assert_cmpint (carried, <=, holding);
      g_assert_cmpint (cd_carry_over_amount (&national_carry_over, sold + 1, bought, holding, NULL), >=, carried);
      g_assert_cmpint (cd_carry_over_amount (&national_carry_over, sold, bought, holding + 1, NULL), >=, carried);
      g_assert_cmpint (cd_carry_over_amount (&national_carry_over, sold, bought + 1, holding, NULL), <=, carried);
    }
}

static void
test_relief_power (void)
{
  const CdRelief power = { .sector = (char *)"power", .gap_cap_bp = 2000, .gas_exempt = TRUE, .status = CD_RULE_IN_FORCE, .source = (char *)"test: relief" };
  static const struct
  {
    gint64 initial, verified_e3, approved;
  } cases[] = {
    { 700000, 1000000000, 800000 },
    { 800000, 1000000000, 800000 },
    { 799999, 1000000000, 800000 },
    { 900000, 1000000000, 900000 },
    { 1200000, 1000000000, 1200000 }, /* a surplus is kept */
    { 0, 1001, 0 },                   /* 0.8 t is rounded down, as every approved quantity is */
    { 0, 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (cd_relief_approved (&power, cases[i].initial, (CdMass){ cases[i].verified_e3 }, NULL), ==, cases[i].approved);
  g_assert_cmpint (cd_relief_approved_gas (&power, 900, (CdMass){ 1000999 }, NULL), ==, 1000);
  g_assert_cmpint (cd_relief_approved_gas (&power, 1100, (CdMass){ 1000999 }, NULL), ==, 1100);
}

/* alpha is held within ±3 %: A = floor (E × (1 + alpha)). */
static void
test_relief_three_percent (void)
{
  const CdRelief cement = { .sector = (char *)"cement", .gap_cap_bp = 300, .surplus_cap_bp = 300, .status = CD_RULE_IN_FORCE, .source = (char *)"test: relief" };
  const CdRelief one_figure = { .sector = (char *)"cement", .surplus_cap_bp = 300, .status = CD_RULE_IN_FORCE, .source = (char *)"test: relief" };
  static const struct
  {
    gint64 initial, verified_e3, approved;
  } cases[] = {
    { 1100000, 1000000000, 1030000 }, { 1030001, 1000000000, 1030000 }, { 1015000, 1000000000, 1015000 }, { 992500, 1000000000, 992500 }, { 969999, 1000000000, 970000 }, { 0, 1000000000, 970000 }, { 0, 999999000, 969999 }, { 2000000, 999999000, 1029998 }
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CdTrace) trace = cd_trace_new ();

      g_assert_cmpint (cd_relief_approved (&cement, cases[i].initial, (CdMass){ cases[i].verified_e3 }, trace), ==, cases[i].approved);
      g_assert_cmpint (cd_relief_approved (&one_figure, cases[i].initial, (CdMass){ cases[i].verified_e3 }, NULL), ==, cases[i].approved);
      g_assert_nonnull (obligation_fixture_step (trace, "relief", NULL));
    }
}

static void
test_pre_allocation (void)
{
  g_assert_cmpint (cd_pre_allocation (3579400, 5000), ==, 1789); /* 1,789.70 */
  g_assert_cmpint (cd_pre_allocation (G_GINT64_CONSTANT (2800000000), 7000), ==, 1960000);
  g_assert_cmpint (cd_pre_allocation (1999, 5000), ==, 0);
  g_assert_cmpint (cd_pre_allocation (2000, 5000), ==, 1);
}

static void
test_verification_gate (void)
{
  g_autoptr (CdScheme) scheme = scheme_fixture_beijing ();
  static const struct
  {
    gint64 verified_e3, spot_e3;
    gboolean passes;
  } cases[] = {
    { 50000000, 51000000, TRUE },  /* exactly 1,000 t is not more than 1,000 t */
    { 50000000, 51000001, FALSE }, /* a kilogram more is */
    { 50000000, 48999999, FALSE },
    { 9000000, 9900000, FALSE }, /* 10 % includes 10 % */
    { 9000000, 9899999, TRUE },
    { 9000000, 8100000, FALSE },
    { 9000000, 9000000, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (cd_scheme_verification_passes (scheme, (CdMass){ cases[i].verified_e3 }, (CdMass){ cases[i].spot_e3 }, NULL), ==, cases[i].passes);
}

static void
test_cap_bases (void)
{
  const CdObligationInput input = { .verified = { 12000999 }, .approved = 11500, .issued = 11000, .prev_year_emissions = { 13000000 } };
  static const struct
  {
    CdCapBase base;
    const char *name;
    gint64 units;
  } cases[] = {
    { CD_CAP_VERIFIED_EMISSIONS, "verified_emissions", 600 },
    { CD_CAP_ISSUED_ALLOWANCES, "issued_allowances", 550 },
    { CD_CAP_INITIAL_ALLOWANCES, "initial_allowances", 550 },
    { CD_CAP_PREV_YEAR_EMISSIONS, "prev_year_emissions", 650 },
    { CD_CAP_SHORTFALL, "shortfall", 25 }, /* 5 % of 500.999 t */
  };
  g_autoptr (GError) error = NULL;
  gint64 units;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const CdOffsetRule rule = { .base = cases[i].base };

      g_assert_true (cd_offset_cap (&rule, 500, &input, &units, &error));
      g_assert_no_error (error);
      g_assert_cmpint (units, ==, cases[i].units);
      g_assert_cmpstr (cd_cap_base_name (cases[i].base), ==, cases[i].name);
    }
  /* No deficit, no room: never below 0. */
  g_assert_true (cd_offset_cap (&(CdOffsetRule){ .base = CD_CAP_SHORTFALL }, 500, &(CdObligationInput){ .verified = { 1000 }, .approved = 50 }, &units, &error));
  g_assert_cmpint (units, ==, 0);
  g_assert_false (cd_offset_cap (&(CdOffsetRule){ .base = CD_CAP_ISSUED_ALLOWANCES }, 500, &(CdObligationInput){ .issued = G_MAXINT64 }, &units, &error));
  g_assert_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_RANGE);
}

static void
test_eligibility (void)
{
  g_autoptr (CdScheme) scheme = scheme_fixture_national ();
  CdOffsetRule *rule = scheme_fixture_offset (scheme, 2025);
  CdDate good = market_fixture_day ("2025-06-01"), on = market_fixture_day ("2026-12-01");
  CdCreditHolding lot = { .code = "L", .type = "CCER", .project_type = "forestry", .registered = good, .generated = good };

  g_assert_cmpint (cd_offset_eligibility (rule, &lot, on, NULL), ==, CD_ELIGIBLE);
  lot.type = NULL;
  g_assert_cmpint (cd_offset_eligibility (rule, &lot, on, NULL), ==, CD_INELIGIBLE_TYPE);
  lot.type = "CCER";
  g_ptr_array_add (rule->excluded_project_types, g_strdup ("hydro"));
  lot.project_type = "hydro";
  g_assert_cmpint (cd_offset_eligibility (rule, &lot, on, NULL), ==, CD_INELIGIBLE_PROJECT);
  lot.project_type = "forestry";
  rule->generated_after = good;
  g_assert_cmpint (cd_offset_eligibility (rule, &lot, on, NULL), ==, CD_INELIGIBLE_GENERATED);
  lot.generated = good + 1;
  g_assert_cmpint (cd_offset_eligibility (rule, &lot, on, NULL), ==, CD_ELIGIBLE);
  lot.generated = CD_DATE_NONE;
  g_assert_cmpint (cd_offset_eligibility (rule, &lot, on, NULL), ==, CD_INELIGIBLE_UNKNOWN);
  rule->generated_after = CD_DATE_NONE;
  rule->usable_until = on;
  g_assert_cmpint (cd_offset_eligibility (rule, &lot, on, NULL), ==, CD_ELIGIBLE);
  g_assert_cmpint (cd_offset_eligibility (rule, &lot, on + 1, NULL), ==, CD_INELIGIBLE_EXPIRED);
}

/* --- What the register refuses ------------------------------------------------------------------------------------------ */

typedef struct
{
  CdScheme *scheme;
  CdMarket *market;
  CdVintageHolding vintages[2];
  CdCreditHolding credits[2];
  CdObligationInput input;
} Register;

/* 1,000,000 t owed, 700,000 in the register, 40,000 submitted, cap 50,000 of which 5,000 are used. */
static void
register_set_up (Register *r, gconstpointer data)
{
  CdDate registered = market_fixture_day ("2025-06-01");

  r->scheme = scheme_fixture_national ();
  r->market = scheme_fixture_market ();
  r->vintages[0] = (CdVintageHolding){ .code = "CEA25", .vintage = 2025, .registry = 990000, .trading = 300000, .submitted = 40000 };
  r->vintages[1] = (CdVintageHolding){ .code = "CEA24", .vintage = 2024, .registry = 500000 };
  r->credits[0] = (CdCreditHolding){ .code = "GOOD", .type = "CCER", .origin = "CN-13", .registered = registered, .generated = CD_DATE_NONE, .reserved = 60000, .registry = 90000, .used = 5000 };
  r->credits[1] = (CdCreditHolding){ .code = "OLD", .type = "CCER", .registered = market_fixture_day ("2016-01-01"), .generated = CD_DATE_NONE, .reserved = 10 };
  r->input = (CdObligationInput){ .scheme = r->scheme, .market = r->market, .year = 2025, .sector = "power", .verified = { 1000000000 }, .verified_final = TRUE, .vintages = r->vintages, .n_vintages = 2, .credits = r->credits, .n_credits = 2, .now_us = market_fixture_at (r->market, "2026-12-14", "13:20"), .as_of = CD_DATE_NONE };
}

static void
register_tear_down (Register *r, gconstpointer data)
{
  cd_scheme_free (r->scheme);
  cd_market_free (r->market);
}

/* @code: (nullable): what the message begins with; %NULL = accepted */
static void
assert_verdict (Register *r, const char *allowance, gint64 units, const char *credit, gint64 offset, const char *code)
{
  const CdSurrenderLine a = { allowance, units }, c = { credit, offset };
  g_autoptr (GError) error = NULL;
  gboolean ok = cd_surrender_check (&r->input, &a, allowance ? 1 : 0, &c, credit ? 1 : 0, &error);

  g_test_message ("%s %" G_GINT64_FORMAT ", %s %" G_GINT64_FORMAT ": %s", allowance, units, credit, offset, error ? error->message : "accepted");
  g_assert_cmpint (ok, ==, code == NULL);
  if (code)
    g_assert_true (g_str_has_prefix (error->message, code));
}

static void
test_surrender (Register *r, gconstpointer data)
{
  assert_verdict (r, "CEA25", 910000, "GOOD", 45000, NULL);
  assert_verdict (r, "CEA25", 955000, NULL, 0, NULL);
  assert_verdict (r, "CEA25", 955001, NULL, 0, "surrender.more_than_owed:");
  assert_verdict (r, "CEA25", 910001, "GOOD", 45000, "surrender.more_than_owed:");
  assert_verdict (r, "CEA25", 990001, NULL, 0, "balance.insufficient:"); /* what is in the trading system does not count */
  assert_verdict (r, "CEA24", 1, NULL, 0, "vintage.not_usable:");
  assert_verdict (r, "CEA26", 1, NULL, 0, "balance.insufficient:");
  assert_verdict (r, NULL, 0, "GOOD", 45001, "offset.room:");
  assert_verdict (r, NULL, 0, "GOOD", 60001, "balance.insufficient:");
  assert_verdict (r, NULL, 0, "OLD", 1, "offset.ineligible:");
  assert_verdict (r, NULL, 0, "NONE", 1, "offset.ineligible:");
  assert_verdict (r, "CEA25", 0, NULL, 0, "CEA25:");
  assert_verdict (r, "CEA25", -1, NULL, 0, "CEA25:");
  assert_verdict (r, NULL, 0, "GOOD", 0, "GOOD:");
  assert_verdict (r, NULL, 0, NULL, 0, "a surrender needs");
}

/* The same units on two lines are still the same units. */
static void
test_surrender_twice (Register *r, gconstpointer data)
{
  const CdSurrenderLine twice[] = { { "CEA25", 450000 }, { "CEA25", 450000 } };
  g_autoptr (GError) error = NULL;

  g_assert_false (cd_surrender_check (&r->input, twice, 2, NULL, 0, &error));
  g_assert_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_INPUT);
}

static void
test_surrender_sub_cap (Register *r, gconstpointer data)
{
  scheme_fixture_add_sub_cap (scheme_fixture_offset (r->scheme, 2025), "outside", "CN-11", NULL, 250);
  assert_verdict (r, NULL, 0, "GOOD", 20000, NULL); /* 25,000 less the 5,000 used */
  assert_verdict (r, NULL, 0, "GOOD", 20001, "offset.room: outside:");
  r->credits[0].origin = "CN-11";
  assert_verdict (r, NULL, 0, "GOOD", 45000, NULL);
}

static void
test_surrender_unverified (Register *r, gconstpointer data)
{
  scheme_fixture_offset (r->scheme, 2025)->status = CD_RULE_UNVERIFIED;
  assert_verdict (r, NULL, 0, "GOOD", 1, "offset.ineligible:");
  assert_verdict (r, "CEA25", 10, NULL, 0, NULL);
  scheme_fixture_year (r->scheme, 2025, "power")->vintages_status = CD_RULE_UNVERIFIED;
  assert_verdict (r, "CEA25", 10, NULL, 0, "test-national:");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/comply/rules/carry-over", test_carry_over);
  g_test_add_func ("/comply/rules/carry-over-monotone", test_carry_over_monotone);
  g_test_add_func ("/comply/rules/relief-power", test_relief_power);
  g_test_add_func ("/comply/rules/relief-three-percent", test_relief_three_percent);
  g_test_add_func ("/comply/rules/pre-allocation", test_pre_allocation);
  g_test_add_func ("/comply/rules/verification-gate", test_verification_gate);
  g_test_add_func ("/comply/rules/cap-bases", test_cap_bases);
  g_test_add_func ("/comply/rules/eligibility", test_eligibility);
  g_test_add ("/comply/rules/surrender", Register, NULL, register_set_up, test_surrender, register_tear_down);
  g_test_add ("/comply/rules/surrender-twice", Register, NULL, register_set_up, test_surrender_twice, register_tear_down);
  g_test_add ("/comply/rules/surrender-sub-cap", Register, NULL, register_set_up, test_surrender_sub_cap, register_tear_down);
  g_test_add ("/comply/rules/surrender-unverified", Register, NULL, register_set_up, test_surrender_unverified, register_tear_down);
  return g_test_run ();
}
