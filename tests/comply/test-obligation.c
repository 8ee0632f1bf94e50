/* test-obligation.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The figures of an obligation against worked ones (china-rules 4 to 8 and 13.3).
 */
#include "comply-fixture.h"

typedef struct
{
  CdScheme *scheme;
  CdMarket *market;
  CdObligationInput input;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->scheme = g_str_equal (data, "beijing") ? scheme_fixture_beijing () : scheme_fixture_national ();
  f->market = scheme_fixture_market ();
  f->input = (CdObligationInput){
    .scheme = f->scheme,
    .market = f->market,
    .year = 2025,
    .sector = "power",
    .verified_final = TRUE,
    .now_us = market_fixture_at (f->market, "2026-12-14", "13:20"),
    .as_of = CD_DATE_NONE,
  };
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  cd_scheme_free (f->scheme);
  cd_market_free (f->market);
}

static void
set_vintages (Fixture *f, const CdVintageHolding *vintages, gsize n)
{
  f->input.vintages = vintages;
  f->input.n_vintages = n;
}

static void
set_credits (Fixture *f, const CdCreditHolding *credits, gsize n)
{
  f->input.credits = credits;
  f->input.n_credits = n;
}

static void
assert_at (gint64 at_us, const CdMarket *market, const char *date, const char *time)
{
  char got[CD_INSTANT_BUF], expected[CD_INSTANT_BUF];

  g_assert_cmpstr (cd_instant_print (at_us, got), ==, cd_instant_print (market_fixture_at (market, date, time), expected));
}

/* 2,800,000 t verified, 2,576,000 t approved: a gap of 224,000 t, of which credits may fill 140,000 t. */
static void
test_demo_plant (Fixture *f, gconstpointer data)
{
  const CdVintageHolding vintages[] = { { .code = "CEA25", .vintage = 2025, .registry = 2576000 } };
  g_autoptr (CdObligation) bare = NULL;
  g_autoptr (CdObligation) with_credits = NULL;
  g_autoptr (CdObligation) covered = NULL;
  CdCreditHolding lot = { .code = "CCER-1", .type = "CCER", .registered = market_fixture_day ("2025-03-07"), .generated = CD_DATE_NONE, .registry = 140000 };
  CdVintageHolding more = { .code = "CEA25", .vintage = 2025, .registry = 2576000, .trading = 84000 };

  f->input.verified.e3 = G_GINT64_CONSTANT (2800000000);
  f->input.approved = f->input.issued = 2576000;
  set_vintages (f, vintages, 1);
  bare = obligation_fixture_evaluate (&f->input);
  g_assert_cmpint (bare->owed, ==, 2800000);
  g_assert_cmpint (bare->usable_registry, ==, 2576000);
  g_assert_cmpint (bare->shortfall, ==, 224000);
  g_assert_cmpint (bare->offset_cap, ==, 140000);
  g_assert_cmpint (bare->offset_room, ==, 140000);
  g_assert_cmpint (bare->coverage_bp, ==, 9200);

  set_credits (f, &lot, 1);
  with_credits = obligation_fixture_evaluate (&f->input);
  g_assert_cmpint (with_credits->offset_countable, ==, 140000);
  g_assert_cmpint (with_credits->shortfall, ==, 84000);
  g_assert_cmpint (with_credits->coverage_bp, ==, 9700);

  set_vintages (f, &more, 1);
  covered = obligation_fixture_evaluate (&f->input);
  g_assert_cmpint (covered->shortfall, ==, 0);
  g_assert_cmpint (covered->surplus, ==, 0);
  g_assert_cmpint (covered->usable_trading, ==, 84000);
  g_assert_cmpint (covered->coverage_bp, ==, 10000);
  g_assert_cmpuint (covered->penalties->len, ==, 0);
}

/* The surrender is whole allowances: a kilogram more is a tonne more. */
static void
test_rounding (Fixture *f, gconstpointer data)
{
  static const struct
  {
    gint64 kg, owed;
  } cases[] = { { 0, 0 }, { 1, 1 }, { 999, 1 }, { 1000, 1 }, { 1001, 2 }, { G_GINT64_CONSTANT (2800000001), 2800001 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CdObligation) o = NULL;

      f->input.verified.e3 = cases[i].kg;
      o = obligation_fixture_evaluate (&f->input);
      g_assert_cmpint (o->owed, ==, cases[i].owed);
      g_assert_cmpint (o->coverage_bp, ==, cases[i].owed ? 0 : 10000);
    }
}

static void
test_vintages_2025 (Fixture *f, gconstpointer data)
{
  const CdVintageHolding vintages[] = {
    { .code = "CEA24", .vintage = 2024, .registry = 500000, .trading = 7, .order_locked = 3 },
    { .code = "CEA25", .vintage = 2025, .registry = 400000 },
    { .code = "CEA26", .vintage = 2026, .registry = 100000 },
  };
  g_autoptr (CdObligation) o = NULL;

  f->input.verified.e3 = 1000000000;
  set_vintages (f, vintages, G_N_ELEMENTS (vintages));
  o = obligation_fixture_evaluate (&f->input);
  g_assert_cmpint (o->offset_cap, ==, 50000);
  g_assert_cmpint (o->usable_registry, ==, 500000);
  g_assert_cmpint (o->unusable_vintage, ==, 500010);
  g_assert_cmpint (o->shortfall, ==, 500000);
  g_assert_nonnull (obligation_fixture_step (o->trace, "vintage.not_usable", "500010 t"));
  g_assert_true (cd_compliance_year_accepts (cd_scheme_year (f->scheme, 2025, "power"), 2026));
  g_assert_false (cd_compliance_year_accepts (cd_scheme_year (f->scheme, 2025, "power"), 2024));
}

/* Registered on 2024-01-22 is too early: the rule says after. */
static void
test_credits_2025 (Fixture *f, gconstpointer data)
{
  const CdCreditHolding credits[] = {
    { .code = "ON-THE-DAY", .type = "CCER", .registered = market_fixture_day ("2024-01-22"), .generated = CD_DATE_NONE, .registry = 10000 },
    { .code = "DAY-AFTER", .type = "CCER", .registered = market_fixture_day ("2024-01-23"), .generated = CD_DATE_NONE, .registry = 60000 },
    { .code = "NO-DATE", .type = "CCER", .registered = CD_DATE_NONE, .generated = CD_DATE_NONE, .registry = 1 },
    { .code = "OTHER", .type = "VCS", .registered = market_fixture_day ("2025-01-01"), .generated = CD_DATE_NONE, .registry = 5 },
  };
  g_autoptr (CdObligation) o = NULL;

  f->input.verified.e3 = 1000000000;
  set_credits (f, credits, G_N_ELEMENTS (credits));
  o = obligation_fixture_evaluate (&f->input);
  g_assert_cmpint (o->offset_cap, ==, 50000);
  g_assert_cmpint (obligation_fixture_lot (o, "ON-THE-DAY")->eligible, ==, CD_INELIGIBLE_REGISTERED);
  g_assert_cmpint (obligation_fixture_lot (o, "DAY-AFTER")->eligible, ==, CD_ELIGIBLE);
  g_assert_cmpint (obligation_fixture_lot (o, "DAY-AFTER")->counted, ==, 50000);
  g_assert_cmpint (obligation_fixture_lot (o, "DAY-AFTER")->stranded, ==, 10000);
  g_assert_cmpint (obligation_fixture_lot (o, "NO-DATE")->eligible, ==, CD_INELIGIBLE_UNKNOWN);
  g_assert_cmpint (obligation_fixture_lot (o, "OTHER")->eligible, ==, CD_INELIGIBLE_TYPE);
  g_assert_cmpint (o->offset_countable, ==, 50000);
  g_assert_cmpint (o->offset_stranded, ==, 10000 + 10000 + 1 + 5);
  g_assert_cmpint (o->shortfall, ==, 950000);
}

/* Issued 11,000, verified 12,000: the cap is 550 of what was issued, of which 275 from elsewhere; 450 allowances are to be bought. */
static void
test_beijing_2020 (Fixture *f, gconstpointer data)
{
  const CdVintageHolding vintages[] = { { .code = "BEA20", .vintage = 2020, .registry = 11000 } };
  const CdCreditHolding credits[] = {
    { .code = "HEBEI", .type = "CCER", .origin = "CN-13", .registered = CD_DATE_NONE, .generated = CD_DATE_NONE, .registry = 1000 },
    { .code = "LOCAL", .type = "CCER", .origin = "CN-11", .registered = CD_DATE_NONE, .generated = CD_DATE_NONE, .registry = 275 },
  };
  g_autoptr (CdObligation) o = NULL;
  g_autoptr (CdObligation) verified_base = NULL;
  const CdSubRoom *sub;

  f->input.year = 2020;
  f->input.sector = "heat"; /* the row of all sectors serves */
  f->input.now_us = market_fixture_at (f->market, "2021-09-06", "10:00");
  f->input.verified.e3 = 12000000;
  f->input.approved = f->input.issued = 11000;
  set_vintages (f, vintages, 1);
  set_credits (f, credits, 2);
  o = obligation_fixture_evaluate (&f->input);
  sub = g_ptr_array_index (o->sub_rooms, 0);
  g_assert_cmpint (o->owed, ==, 12000);
  g_assert_cmpint (o->offset_cap, ==, 550);
  g_assert_cmpint (sub->cap, ==, 275);
  g_assert_cmpint (sub->room, ==, 275);
  g_assert_cmpint (obligation_fixture_lot (o, "HEBEI")->counted, ==, 275);
  g_assert_cmpstr (obligation_fixture_lot (o, "HEBEI")->sub_cap, ==, "ccer_outside");
  g_assert_cmpint (obligation_fixture_lot (o, "LOCAL")->counted, ==, 275);
  g_assert_null (obligation_fixture_lot (o, "LOCAL")->sub_cap);
  g_assert_cmpint (o->owed - o->offset_cap, ==, 11450);
  g_assert_cmpint (o->shortfall, ==, 450);

  scheme_fixture_offset (f->scheme, 2020)->base = CD_CAP_VERIFIED_EMISSIONS;
  verified_base = obligation_fixture_evaluate (&f->input);
  g_assert_cmpint (verified_base->offset_cap, ==, 600);
  g_assert_cmpint (verified_base->owed - verified_base->offset_cap, ==, 11400);
  g_assert_cmpint (verified_base->shortfall, ==, 425); /* 300 from elsewhere and 275 local ones */
}

/* Local units first or last, the sub-cap leaves the same total. */
static void
test_beijing_local_only (Fixture *f, gconstpointer data)
{
  const CdCreditHolding elsewhere[] = { { .code = "HEBEI", .type = "CCER", .origin = "CN-13", .registered = CD_DATE_NONE, .generated = CD_DATE_NONE, .registry = 1000 } };
  const CdCreditHolding local[] = { { .code = "LOCAL", .type = "CCER", .origin = "CN-11", .registered = CD_DATE_NONE, .generated = CD_DATE_NONE, .registry = 1000 } };
  g_autoptr (CdObligation) a = NULL;
  g_autoptr (CdObligation) b = NULL;

  f->input.year = 2020;
  f->input.verified.e3 = 12000000;
  f->input.issued = 11000;
  set_credits (f, elsewhere, 1);
  a = obligation_fixture_evaluate (&f->input);
  g_assert_cmpint (a->offset_countable, ==, 275);
  set_credits (f, local, 1);
  b = obligation_fixture_evaluate (&f->input);
  g_assert_cmpint (b->offset_countable, ==, 550);
}

/* Reserved and submitted credits take room; what is beyond it does not cover anything, however it is called. */
static void
test_pending_offsets (Fixture *f, gconstpointer data)
{
  CdDate registered = market_fixture_day ("2025-03-07");
  const CdCreditHolding credits[] = {
    { .code = "A", .type = "CCER", .registered = registered, .generated = CD_DATE_NONE, .reserved = 30000 },
    { .code = "B", .type = "CCER", .registered = registered, .generated = CD_DATE_NONE, .submitted = 15000, .registry = 20000 },
    { .code = "C", .type = "CCER", .registered = registered, .generated = CD_DATE_NONE, .used = 4000, .reserved = 9000 },
    { .code = "OLD", .type = "CCER", .registered = market_fixture_day ("2016-01-01"), .generated = CD_DATE_NONE, .reserved = 2000 },
  };
  g_autoptr (CdObligation) o = NULL;

  f->input.verified.e3 = 1000000000;
  set_credits (f, credits, G_N_ELEMENTS (credits));
  o = obligation_fixture_evaluate (&f->input);
  g_assert_cmpint (o->surrendered, ==, 4000);
  g_assert_cmpint (o->offset_used, ==, 60000);
  g_assert_cmpint (o->offset_room, ==, 0);
  g_assert_cmpint (o->offset_pending, ==, 46000);
  g_assert_cmpint (o->offset_countable, ==, 0);
  g_assert_cmpint (obligation_fixture_lot (o, "B")->counted, ==, 15000);
  g_assert_cmpint (obligation_fixture_lot (o, "A")->counted, ==, 30000);
  g_assert_cmpint (obligation_fixture_lot (o, "C")->counted, ==, 1000);
  g_assert_cmpint (obligation_fixture_lot (o, "OLD")->counted, ==, 0);
  g_assert_cmpint (o->offset_stranded, ==, 20000 + 8000 + 2000);
  g_assert_cmpint (o->shortfall, ==, 1000000 - 50000);
}

static void
test_deadlines (Fixture *f, gconstpointer data)
{
  g_autoptr (CdObligation) o = NULL;
  const CdDeadline *d;

  f->input.verified.e3 = 1000000;
  o = obligation_fixture_evaluate (&f->input);
  g_assert_cmpint (o->deadline_status, ==, CD_RULE_IN_FORCE);
  assert_at (o->deadline_us, f->market, "2027-01-01", "00:00");
  /* 2026-12-31 trades: the last safe purchase is the close of the day before. */
  assert_at (o->last_safe_buy_us, f->market, "2026-12-30", "15:00");
  g_assert_cmpint (o->sessions_left, ==, 13);
  d = obligation_fixture_deadline (o, "last_buy_list");
  g_assert_cmpint (d->at_us, ==, o->last_safe_buy_us);
  g_assert_cmpint (d->owner, ==, CD_OWNER_OURS);
  g_assert_cmpint (obligation_fixture_deadline (o, "last_transfer")->at_us, ==, o->deadline_us);
  g_assert_cmpint (obligation_fixture_deadline (o, "verify")->owner, ==, CD_OWNER_VERIFIER);
  assert_at (obligation_fixture_deadline (o, "verify")->at_us, f->market, "2026-07-01", "00:00");
  g_assert_cmpint (obligation_fixture_deadline (o, "approve")->owner, ==, CD_OWNER_AUTHORITY);
  d = obligation_fixture_deadline (o, "offset_apply");
  g_assert_cmpint (d->at_us, ==, 0);
  g_assert_cmpint (d->status, ==, CD_RULE_UNVERIFIED);
  g_assert_nonnull (obligation_fixture_step (o->trace, "deadline.offset_apply", "not verified"));
}

/* A session counts until its close, and no longer. */
static void
test_sessions_left (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *date, *time;
    int left;
  } cases[] = {
    { "2026-12-30", "14:59", 1 },
    { "2026-12-30", "15:00", 1 },
    { "2026-12-30", "15:01", 0 },
    { "2026-12-29", "15:00", 2 },
    { "2026-12-29", "15:01", 1 },
    { "2026-12-27", "12:00", 3 },
    { "2026-12-31", "09:30", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CdObligation) o = NULL;

      f->input.now_us = market_fixture_at (f->market, cases[i].date, cases[i].time);
      o = obligation_fixture_evaluate (&f->input);
      g_test_message ("%s %s", cases[i].date, cases[i].time);
      g_assert_cmpint (o->sessions_left, ==, cases[i].left);
    }
}

/* 2023-12-31 was a Sunday: the transfer is due on Friday the 29th, so what was bought on Thursday still is in time. */
static void
test_deadline_on_sunday (Fixture *f, gconstpointer data)
{
  g_autoptr (CdObligation) o = NULL;

  f->input.year = 2022;
  f->input.now_us = market_fixture_at (f->market, "2023-12-01", "10:00");
  o = obligation_fixture_evaluate (&f->input);
  assert_at (o->last_safe_buy_us, f->market, "2023-12-28", "15:00");
  assert_at (obligation_fixture_deadline (o, "last_transfer")->at_us, f->market, "2023-12-30", "00:00");
  assert_at (o->deadline_us, f->market, "2024-01-01", "00:00");
}

/* A calendar that does not know the year gives no date; it never guesses one. */
static void
test_calendar_unknown (Fixture *f, gconstpointer data)
{
  g_autoptr (CdObligation) o = NULL;

  scheme_fixture_task (f->scheme, 2025, "power", "surrender")->due = market_fixture_day ("2027-06-30");
  o = obligation_fixture_evaluate (&f->input);
  g_assert_cmpint (o->last_safe_buy_us, ==, 0);
  g_assert_cmpint (o->sessions_left, ==, -1);
  g_assert_cmpint (o->deadline_us, >, 0);
  g_assert_null (obligation_fixture_deadline (o, "last_buy_list"));
  g_assert_nonnull (obligation_fixture_step (o->trace, "deadline.last_buy", "not known"));
}

static const CdPenaltyEstimate *
penalty_at (const CdObligation *o, guint i)
{
  g_assert_cmpuint (i, <, o->penalties->len);
  return g_ptr_array_index (o->penalties, i);
}

/* 10,000 t short: by the rule in force on the day of the deadline. */
static void
test_penalties (Fixture *f, gconstpointer data)
{
  g_autoptr (CdObligation) flat = NULL;
  g_autoptr (CdObligation) multiple = NULL;
  g_autoptr (CdObligation) staged = NULL;

  f->input.verified.e3 = 10000000;
  f->input.price_e4 = 654300;
  f->input.year = 2022;
  flat = obligation_fixture_evaluate (&f->input);
  g_assert_cmpuint (flat->penalties->len, ==, 1);
  g_assert_cmpint (penalty_at (flat, 0)->low.e4, ==, 20000 * CD_E4);
  g_assert_cmpint (penalty_at (flat, 0)->high.e4, ==, 30000 * CD_E4);
  g_assert_true (penalty_at (flat, 0)->deduct_next_year);

  f->input.year = 2024;
  multiple = obligation_fixture_evaluate (&f->input);
  g_assert_cmpuint (multiple->penalties->len, ==, 1);
  g_assert_true (penalty_at (multiple, 0)->has_amount);
  g_assert_cmpint (penalty_at (multiple, 0)->low.e4, ==, 3271500 * CD_E4);
  g_assert_cmpint (penalty_at (multiple, 0)->high.e4, ==, 6543000 * CD_E4);
  g_assert_cmpint (penalty_at (multiple, 0)->low.ccy, ==, CD_CURRENCY_CNY);

  f->input.year = 2025;
  staged = obligation_fixture_evaluate (&f->input);
  g_assert_cmpuint (staged->penalties->len, ==, 2);
  g_assert_cmpint (penalty_at (staged, 0)->stage, ==, 1);
  g_assert_cmpint (penalty_at (staged, 0)->low.e4, ==, 1000000 * CD_E4);
  g_assert_cmpint (penalty_at (staged, 0)->high.e4, ==, 5000000 * CD_E4);
  g_assert_false (penalty_at (staged, 0)->deduct_next_year);
  g_assert_cmpint (penalty_at (staged, 1)->stage, ==, 2);
  g_assert_cmpint (penalty_at (staged, 1)->low.e4, ==, 3271500 * CD_E4);
  g_assert_cmpint (penalty_at (staged, 1)->high.e4, ==, 6543000 * CD_E4);
  g_assert_nonnull (obligation_fixture_step (staged->trace, "penalty", "3271500.00 – 6543000.00"));
}

/* The last day of one rule and the first of the next. */
static void
test_penalty_boundary (Fixture *f, gconstpointer data)
{
  CdTask *surrender = scheme_fixture_task (f->scheme, 2025, "power", "surrender");
  g_autoptr (CdObligation) before = NULL;
  g_autoptr (CdObligation) after = NULL;

  f->input.verified.e3 = 10000000;
  f->input.price_e4 = 654300;
  surrender->due = market_fixture_day ("2026-08-14");
  before = obligation_fixture_evaluate (&f->input);
  g_assert_cmpuint (before->penalties->len, ==, 1);
  surrender->due = market_fixture_day ("2026-08-15");
  after = obligation_fixture_evaluate (&f->input);
  g_assert_cmpuint (after->penalties->len, ==, 2);
}

/* What is not known is said so; it is no figure, least of all 0. */
static void
test_penalty_unknown (Fixture *f, gconstpointer data)
{
  CdPenalty *first = g_ptr_array_index (f->scheme->penalties, 2);
  g_autoptr (CdObligation) o = NULL;

  f->input.verified.e3 = 10000000;
  first->status = CD_RULE_UNVERIFIED;
  first->deduction_status_unverified = TRUE;
  o = obligation_fixture_evaluate (&f->input);
  g_assert_false (penalty_at (o, 0)->verified_rule);
  g_assert_false (penalty_at (o, 0)->has_amount);
  g_assert_true (penalty_at (o, 0)->deduction_unverified);
  g_assert_true (penalty_at (o, 1)->verified_rule);
  g_assert_false (penalty_at (o, 1)->has_amount); /* no price */
  g_assert_nonnull (obligation_fixture_step (o->trace, "penalty", "not verified"));
  g_assert_nonnull (obligation_fixture_step (o->trace, "penalty", "no price is known"));
}

static void
test_unverified_rules (Fixture *f, gconstpointer data)
{
  const CdCreditHolding lot = { .code = "A", .type = "CCER", .registered = CD_DATE_NONE, .generated = CD_DATE_NONE, .registry = 5, .reserved = 7, .used = 2 };
  g_autoptr (GError) error = NULL;
  g_autoptr (CdObligation) o = NULL;

  f->input.year = 2021;
  f->input.verified.e3 = 1000000;
  scheme_fixture_year (f->scheme, 2021, "all")->vintages_status = CD_RULE_UNVERIFIED;
  g_assert_null (cd_obligation_evaluate (&f->input, &error));
  g_assert_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_RULE);
  g_clear_error (&error);
  f->input.year = 2031;
  g_assert_null (cd_obligation_evaluate (&f->input, &error));
  g_assert_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_RULE);
  g_clear_error (&error);

  /* Known vintages, unknown offsets and day: figures, with what is not known flagged. */
  f->input.year = 2021;
  scheme_fixture_year (f->scheme, 2021, "all")->vintages_status = CD_RULE_IN_FORCE;
  set_credits (f, &lot, 1);
  o = obligation_fixture_evaluate (&f->input);
  g_assert_cmpint (o->offset_status, ==, CD_RULE_UNVERIFIED);
  g_assert_cmpint (o->deadline_status, ==, CD_RULE_UNVERIFIED);
  g_assert_cmpint (o->deadline_us, ==, 0);
  g_assert_cmpint (o->last_safe_buy_us, ==, 0);
  g_assert_cmpint (o->sessions_left, ==, -1);
  g_assert_cmpint (o->surrendered, ==, 2); /* accepted is accepted */
  g_assert_cmpint (o->shortfall, ==, 998); /* and what is pending counts by no rule */
  g_assert_nonnull (obligation_fixture_step (o->trace, "offset.cap", "not verified"));
}

static void
assert_refused (const CdObligationInput *input, CdObligationError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (cd_obligation_evaluate (input, &error));
  g_assert_error (error, CD_OBLIGATION_ERROR, (int)code);
}

static void
test_bad_input (Fixture *f, gconstpointer data)
{
  CdVintageHolding vintage = { .code = "CEA25", .vintage = 2025, .registry = -1 };
  CdCreditHolding credit = { .code = "A", .type = "CCER", .registered = CD_DATE_NONE, .generated = CD_DATE_NONE };

  f->input.verified.e3 = -1;
  assert_refused (&f->input, CD_OBLIGATION_ERROR_INPUT);
  f->input.verified.e3 = G_MAXINT64;
  assert_refused (&f->input, CD_OBLIGATION_ERROR_RANGE);
  f->input.verified.e3 = 0;
  f->input.approved = -1;
  assert_refused (&f->input, CD_OBLIGATION_ERROR_INPUT);
  f->input.approved = 0;
  set_vintages (f, &vintage, 1);
  assert_refused (&f->input, CD_OBLIGATION_ERROR_INPUT);
  vintage.registry = G_MAXINT64;
  assert_refused (&f->input, CD_OBLIGATION_ERROR_RANGE);
  set_vintages (f, NULL, 0);
  set_credits (f, &credit, 1);
  credit.reserved = -5;
  assert_refused (&f->input, CD_OBLIGATION_ERROR_INPUT);
}

/* Each figure has a step that names its rule, where it stands written, what went in and what came out. */
static void
test_trace (Fixture *f, gconstpointer data)
{
  static const char *const rules[] = { "owed", "vintage.usable", "offset.cap", "offset.eligibility", "offset.room", "offset.counted", "remaining", "shortfall", "coverage", "cover.cost", "deadline.surrender", "deadline.last_buy", "penalty" };
  const CdVintageHolding vintage = { .code = "CEA25", .vintage = 2025, .registry = 100 };
  const CdCreditHolding credit = { .code = "A", .type = "CCER", .registered = market_fixture_day ("2025-01-01"), .generated = CD_DATE_NONE, .registry = 10 };
  g_autoptr (CdObligation) o = NULL;

  f->input.verified.e3 = 1000000;
  f->input.price_e4 = 800000;
  f->input.cover_price_e4 = 970000;
  set_vintages (f, &vintage, 1);
  set_credits (f, &credit, 1);
  o = obligation_fixture_evaluate (&f->input);
  g_assert_true (o->has_cover_cost);
  g_assert_cmpint (o->cover_cost.e4, ==, 890 * 97 * CD_E4);
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      g_test_message ("%s", rules[i]);
      g_assert_nonnull (obligation_fixture_step (o->trace, rules[i], NULL));
    }
  for (guint i = 0; i < o->trace->steps->len; i++)
    {
      const CdTraceStep *step = g_ptr_array_index (o->trace->steps, i);

      g_assert_cmpstr (step->source, !=, "");
      g_assert_cmpstr (step->inputs, !=, "");
      g_assert_cmpstr (step->result, !=, "");
    }
}

#define ADD(name, scheme, function) g_test_add ("/comply/obligation/" name, Fixture, scheme, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("demo-plant", "national", test_demo_plant);
  ADD ("rounding", "national", test_rounding);
  ADD ("vintages-2025", "national", test_vintages_2025);
  ADD ("credits-2025", "national", test_credits_2025);
  ADD ("beijing-2020", "beijing", test_beijing_2020);
  ADD ("beijing-local-only", "beijing", test_beijing_local_only);
  ADD ("pending-offsets", "national", test_pending_offsets);
  ADD ("deadlines", "national", test_deadlines);
  ADD ("sessions-left", "national", test_sessions_left);
  ADD ("deadline-on-sunday", "national", test_deadline_on_sunday);
  ADD ("calendar-unknown", "national", test_calendar_unknown);
  ADD ("penalties", "national", test_penalties);
  ADD ("penalty-boundary", "national", test_penalty_boundary);
  ADD ("penalty-unknown", "national", test_penalty_unknown);
  ADD ("unverified-rules", "beijing", test_unverified_rules);
  ADD ("bad-input", "national", test_bad_input);
  ADD ("trace", "national", test_trace);
  return g_test_run ();
}
