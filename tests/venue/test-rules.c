/* test-rules.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the venue does because the pack says so: when a purchase may be sold, how much one entity may hold, what silence means.
 */
#include "venue-fixture.h"

#include <string.h>

#define POWER "HD-POWER"
#define CEMENT "HD-CEMENT"
#define LIST "{\"instrument\":\"CEA25\",\"side\":\"%s\",\"kind\":\"list\",\"price\":\"%s\",\"qty\":\"%d\",\"by\":\"x\"}"
#define PICK "{\"instrument\":\"CEA25\",\"side\":\"%s\",\"kind\":\"pick\",\"price\":\"%s\",\"qty\":\"%d\",\"by\":\"x\"}"
#define T_PLUS_IS(n) "\"t_plus\": [\n      {\"value\": \"" n "\""

typedef VenueFixture Fixture;

static gint64
at (int year, int month, int day, int hour, int minute)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdZone) zone = cd_zone_new ("Asia/Shanghai", &error);

  g_assert_no_error (error);
  return cd_zone_to_us (zone, cd_date_from_ymd (year, month, day), (hour * 60 + minute) * 60);
}

/* A price at which nobody else stands: below the best bid and far from it, by the cement works for the power plant. */
static void
trade (Fixture *f, int qty)
{
  char price[CD_DECIMAL_BUF];
  const char *best = cd_decimal_print (venue_fixture_best (f, "CEA25", CD_SIDE_BUY) - 20000, 4, 2, price);

  g_free (venue_fixture_try (f, "cement-trader", CD_WIRE_OP_ORDER_NEW, CEMENT, NULL, LIST, "sell", best, qty));
  g_free (venue_fixture_try (f, "power-trader", CD_WIRE_OP_ORDER_NEW, POWER, NULL, PICK, "buy", best, qty));
}

static gint64
held (Fixture *f, CdBucket bucket)
{
  return venue_fixture_balance (f, POWER, "CEA25", bucket);
}

static CdDate
today (Fixture *f)
{
  g_autoptr (CdZone) zone = cd_zone_new ("Asia/Shanghai", NULL);

  return cd_zone_date_of (zone, cd_venue_market_time (f->venue), NULL);
}

/* --- When a purchase may be sold ------------------------------------------------------------------------------------- */

/* Not after the close, not on the days without trading: at the opening of @free. Sold before, it is refused; then it is not. */
static void
check_release (Fixture *f, CdDate free_on)
{
  gint64 before = held (f, CD_BUCKET_TRADING);
  int all = (int)before + 700;

  trade (f, 700);
  g_assert_cmpint (held (f, CD_BUCKET_BOUGHT_TODAY), ==, 700);
  venue_fixture_skip (f, "close");
  for (int days = 0; today (f) < free_on; days++)
    {
      g_assert_cmpint (days, <, 30);
      g_assert_cmpint (held (f, CD_BUCKET_BOUGHT_TODAY), ==, 700);
      g_assert_cmpint (held (f, CD_BUCKET_TRADING), ==, before);
      g_free (venue_fixture_try (f, "power-trader", CD_WIRE_OP_INSTRUCTION_PROPOSE, POWER, "balance.insufficient", "{\"kind\":\"transfer\",\"from\":\"trading\",\"to\":\"registry\",\"asset\":\"CEA25\",\"qty\":\"%d\",\"version\":1}", all));
      cd_venue_advance (f->venue, cd_venue_market_time (f->venue) + 24 * 3600 * CD_USEC_PER_SEC);
    }
  g_assert_cmpint (today (f), ==, free_on);
  venue_fixture_skip (f, "close");
  g_assert_cmpint (held (f, CD_BUCKET_BOUGHT_TODAY), ==, 0);
  g_assert_cmpint (held (f, CD_BUCKET_TRADING), ==, before + 700);
}

/* Just before the opening it is held, at the opening it is sold. */
static void
check_opening (Fixture *f, gint64 opening_us)
{
  gint64 before = held (f, CD_BUCKET_TRADING);

  trade (f, 300);
  cd_venue_advance (f->venue, opening_us - 1);
  g_assert_cmpint (held (f, CD_BUCKET_BOUGHT_TODAY), ==, 300);
  cd_venue_advance (f->venue, opening_us);
  g_assert_cmpint (held (f, CD_BUCKET_TRADING), ==, before + 300);
  g_free (venue_fixture_try (f, "power-trader", CD_WIRE_OP_ORDER_NEW, POWER, NULL, LIST, "sell", "105.00", (int)before + 300));
}

static void
run_at (const char *t_plus, gint64 start_us, CdDate free_on, gint64 opening_us)
{
  Fixture f = { 0 };

  venue_fixture_setup_changed (&f, T_PLUS_IS ("1"), t_plus, start_us);
  if (free_on != CD_DATE_NONE)
    check_release (&f, free_on);
  else
    check_opening (&f, opening_us);
  venue_fixture_teardown (&f, NULL);
}

static void
test_next_day (void)
{
  /* Monday to Tuesday. */
  run_at (T_PLUS_IS ("1"), at (2026, 12, 14, 13, 20), cd_date_from_ymd (2026, 12, 15), 0);
  run_at (T_PLUS_IS ("1"), at (2026, 12, 14, 13, 20), CD_DATE_NONE, at (2026, 12, 15, 9, 30));
}

static void
test_weekend (void)
{
  run_at (T_PLUS_IS ("1"), at (2026, 12, 18, 13, 20), cd_date_from_ymd (2026, 12, 21), 0);
  run_at (T_PLUS_IS ("1"), at (2026, 12, 18, 13, 20), CD_DATE_NONE, at (2026, 12, 21, 9, 30));
}

/* 2026: National Day from Thursday 1 October on; the market is back on Thursday 8 October. 25 September is a Friday. */
static void
test_holiday (void)
{
  run_at (T_PLUS_IS ("1"), at (2026, 9, 30, 13, 20), cd_date_from_ymd (2026, 10, 8), 0);
  run_at (T_PLUS_IS ("1"), at (2026, 9, 24, 13, 20), cd_date_from_ymd (2026, 9, 28), 0);
}

/* The number is the pack's: two trading days over a weekend. */
static void
test_two_days (void)
{
  run_at (T_PLUS_IS ("2"), at (2026, 12, 14, 13, 20), cd_date_from_ymd (2026, 12, 16), 0);
  run_at (T_PLUS_IS ("2"), at (2026, 12, 18, 13, 20), cd_date_from_ymd (2026, 12, 22), 0);
  run_at (T_PLUS_IS ("2"), at (2026, 12, 18, 13, 20), CD_DATE_NONE, at (2026, 12, 22, 9, 30));
}

/* Where the rule says none, a purchase is sold on the same day. */
static void
test_same_day (void)
{
  Fixture f = { 0 };
  gint64 before;

  venue_fixture_setup_changed (&f, T_PLUS_IS ("1"), T_PLUS_IS ("0"), 0);
  before = held (&f, CD_BUCKET_TRADING);
  trade (&f, 500);
  g_assert_cmpint (held (&f, CD_BUCKET_BOUGHT_TODAY), ==, 0);
  g_free (venue_fixture_try (&f, "power-trader", CD_WIRE_OP_ORDER_NEW, POWER, NULL, LIST, "sell", "105.00", (int)before + 500));
  venue_fixture_teardown (&f, NULL);
}

/* Purchases of several days wait apart. */
static void
test_two_purchases (void)
{
  Fixture f = { 0 };
  gint64 before;

  venue_fixture_setup_changed (&f, T_PLUS_IS ("1"), T_PLUS_IS ("2"), 0);
  before = held (&f, CD_BUCKET_TRADING);
  trade (&f, 100);
  trade (&f, 11);
  venue_fixture_skip (&f, "next_day");
  trade (&f, 40);
  g_assert_cmpint (held (&f, CD_BUCKET_BOUGHT_TODAY), ==, 151);
  venue_fixture_skip (&f, "next_day");
  g_assert_cmpint (held (&f, CD_BUCKET_BOUGHT_TODAY), ==, 40);
  g_assert_cmpint (held (&f, CD_BUCKET_TRADING), ==, before + 111);
  venue_fixture_skip (&f, "next_day");
  g_assert_cmpint (held (&f, CD_BUCKET_BOUGHT_TODAY), ==, 0);
  g_assert_cmpint (held (&f, CD_BUCKET_TRADING), ==, before + 151);
  venue_fixture_teardown (&f, NULL);
}

/* --- How much one entity may hold -------------------------------------------------------------------------------------- */

#define HEAT "BJ-HEAT"
#define BEA_BLOCK "{\"instrument\":\"BEA\",\"side\":\"buy\",\"kind\":\"block\",\"price\":\"72.60\",\"qty\":\"%d\",\"by\":\"x\"}"
#define BEA_LIST "{\"instrument\":\"BEA\",\"side\":\"buy\",\"kind\":\"list\",\"price\":\"72.60\",\"qty\":\"%d\",\"by\":\"x\"}"

static void
refused_at (Fixture *f, CdWireOp op, gint64 most, gint64 after, const char *format, ...) G_GNUC_PRINTF (5, 6);

static void
refused_at (Fixture *f, CdWireOp op, gint64 most, gint64 after, const char *format, ...)
{
  g_autoptr (CdWireAnswer) answer = NULL;
  g_autofree char *body = NULL;
  va_list args;

  va_start (args, format);
  body = g_strdup_vprintf (format, args);
  va_end (args);
  answer = venue_fixture_send (f, "heat-trader", op, HEAT, body);
  g_assert_cmpstr (answer->code, ==, "position.limit");
  g_assert_cmpint (answer->a, ==, most);
  g_assert_cmpint (answer->b, ==, after);
}

/* Beijing: 1,000,000 t and the own 11,000 t of the year. 11,000 t are held, so the boundary lies at 1,000,000 t more; bids count. */
static void
test_position (void)
{
  Fixture f = { 0 };
  g_autofree char *block = NULL;
  g_autofree char *bid = NULL;

  venue_fixture_setup (&f, "beijing-2021");
  g_free (venue_fixture_instruct (&f, HEAT, "heat-trader", "heat-second", "{\"kind\":\"cash_in\",\"amount\":\"100000000\",\"version\":1}"));
  refused_at (&f, CD_WIRE_OP_ORDER_NEW, 1011000, 1011001, BEA_BLOCK, 1000001);
  block = venue_fixture_try (&f, "heat-trader", CD_WIRE_OP_ORDER_NEW, HEAT, NULL, BEA_BLOCK, 1000000);
  refused_at (&f, CD_WIRE_OP_ORDER_NEW, 1011000, 1011001, BEA_LIST, 1);
  /* A change counts the order once. */
  refused_at (&f, CD_WIRE_OP_ORDER_REPLACE, 1011000, 1011001, "{\"order_id\":\"%s\",\"price\":\"72.60\",\"qty\":\"1000001\",\"cum\":\"0\"}", block);
  g_free (venue_fixture_try (&f, "heat-trader", CD_WIRE_OP_ORDER_REPLACE, HEAT, NULL, "{\"order_id\":\"%s\",\"price\":\"72.60\",\"qty\":\"999990\",\"cum\":\"0\"}", block));
  bid = venue_fixture_try (&f, "heat-trader", CD_WIRE_OP_ORDER_NEW, HEAT, NULL, BEA_LIST, 10);
  refused_at (&f, CD_WIRE_OP_ORDER_NEW, 1011000, 1011001, BEA_LIST, 1);
  /* Credits are no allowances. */
  g_free (venue_fixture_try (&f, "heat-trader", CD_WIRE_OP_ORDER_NEW, HEAT, NULL, "{\"instrument\":\"CCER-HE-2002\",\"side\":\"buy\",\"kind\":\"list\",\"price\":\"28.00\",\"qty\":\"100\",\"by\":\"x\"}"));
  /* Taken back, it counts no more. */
  g_free (venue_fixture_try (&f, "heat-trader", CD_WIRE_OP_ORDER_CANCEL, HEAT, NULL, "{\"order_id\":\"%s\"}", bid));
  g_free (venue_fixture_try (&f, "heat-trader", CD_WIRE_OP_ORDER_NEW, HEAT, NULL, BEA_LIST, 10));
  venue_fixture_teardown (&f, NULL);
}

/* Where no limit is known there is none: the national number was never found. */
static void
test_no_position (void)
{
  Fixture f = { 0 };

  venue_fixture_setup (&f, NULL);
  g_free (venue_fixture_instruct (&f, POWER, "power-trader", "power-second", "{\"kind\":\"cash_in\",\"amount\":\"9000000000\",\"version\":1}"));
  cd_venue_advance (f.venue, at (2026, 12, 14, 14, 0));
  g_free (venue_fixture_try (&f, "power-trader", CD_WIRE_OP_ORDER_NEW, POWER, NULL, "{\"instrument\":\"CEA25\",\"side\":\"buy\",\"kind\":\"block\",\"price\":\"97.00\",\"qty\":\"90000000\",\"by\":\"x\"}"));
  venue_fixture_teardown (&f, NULL);
}

/* --- What silence means ------------------------------------------------------------------------------------------------- */

#define CONFIRM_IS(word) "\"practice_assumption\": {\"value\": \"" word "\""
#define OBJECT "{\"date\":\"2026-12-18\",\"reason\":\"%s\"}"

static const char *
settlement (Fixture *f, const char *account)
{
  g_autoptr (CdWireList) list = cd_venue_list (f->venue, CD_WIRE_LIST_SETTLEMENTS, account, "power-trader", FALSE, 0, 0);

  g_assert_cmpuint (list->items->len, ==, 1);
  return g_intern_string (g_array_index (list->items, CdWireSettlementRow, 0).state);
}

/* Friday's trades: until Monday 09:30 an objection counts, from then on silence has confirmed. */
static void
test_deemed (void)
{
  Fixture f = { 0 };

  venue_fixture_setup_changed (&f, CONFIRM_IS ("deemed_at_next_open"), CONFIRM_IS ("deemed_at_next_open"), at (2026, 12, 18, 13, 20));
  trade (&f, 100);
  g_assert_cmpstr (settlement (&f, POWER), ==, "pending");
  g_free (venue_fixture_try (&f, "power-trader", CD_WIRE_OP_SETTLEMENT_OBJECT, POWER, "instruction.state", OBJECT, "early"));
  venue_fixture_skip (&f, "close");
  g_assert_cmpstr (settlement (&f, POWER), ==, "settled");
  cd_venue_advance (f.venue, at (2026, 12, 21, 9, 30) - 1);
  g_assert_cmpstr (settlement (&f, CEMENT), ==, "settled");
  /* In writing: without words it is none. */
  g_free (venue_fixture_try (&f, "power-trader", CD_WIRE_OP_SETTLEMENT_OBJECT, POWER, "reason.missing", OBJECT, " "));
  g_free (venue_fixture_try (&f, "power-trader", CD_WIRE_OP_SETTLEMENT_OBJECT, POWER, NULL, OBJECT, "100 t too many"));
  cd_venue_advance (f.venue, at (2026, 12, 21, 9, 30));
  g_assert_cmpstr (settlement (&f, POWER), ==, "objected");
  g_assert_cmpstr (settlement (&f, CEMENT), ==, "deemed");
  g_free (venue_fixture_try (&f, "cement-trader", CD_WIRE_OP_SETTLEMENT_OBJECT, CEMENT, "instruction.state", OBJECT, "late"));
  g_free (venue_fixture_try (&f, "cement-trader", CD_WIRE_OP_SETTLEMENT_CONFIRM, CEMENT, "instruction.state", "{\"date\":\"2026-12-18\"}"));
  venue_fixture_teardown (&f, NULL);
}

/* A market whose rules know no such thing: the statement waits for its answer, days later too. */
static void
test_not_deemed (void)
{
  Fixture f = { 0 };

  venue_fixture_setup_changed (&f, CONFIRM_IS ("deemed_at_next_open"), CONFIRM_IS ("none"), at (2026, 12, 18, 13, 20));
  trade (&f, 100);
  venue_fixture_skip (&f, "close");
  venue_fixture_skip (&f, "next_day");
  venue_fixture_skip (&f, "next_day");
  g_assert_cmpstr (settlement (&f, POWER), ==, "settled");
  g_assert_cmpstr (settlement (&f, CEMENT), ==, "settled");
  g_free (venue_fixture_try (&f, "power-trader", CD_WIRE_OP_SETTLEMENT_CONFIRM, POWER, NULL, "{\"date\":\"2026-12-18\"}"));
  g_free (venue_fixture_try (&f, "cement-trader", CD_WIRE_OP_SETTLEMENT_OBJECT, CEMENT, NULL, OBJECT, "never agreed"));
  venue_fixture_skip (&f, "next_day");
  g_assert_cmpstr (settlement (&f, POWER), ==, "confirmed");
  g_assert_cmpstr (settlement (&f, CEMENT), ==, "objected");
  venue_fixture_teardown (&f, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rules/release/next-day", test_next_day);
  g_test_add_func ("/rules/release/weekend", test_weekend);
  g_test_add_func ("/rules/release/holiday", test_holiday);
  g_test_add_func ("/rules/release/two-days", test_two_days);
  g_test_add_func ("/rules/release/same-day", test_same_day);
  g_test_add_func ("/rules/release/two-purchases", test_two_purchases);
  g_test_add_func ("/rules/position/beijing", test_position);
  g_test_add_func ("/rules/position/none", test_no_position);
  g_test_add_func ("/rules/settlement/deemed", test_deemed);
  g_test_add_func ("/rules/settlement/not-deemed", test_not_deemed);
  return g_test_run ();
}
