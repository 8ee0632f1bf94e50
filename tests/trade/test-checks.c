/* test-checks.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every check just below, at and just above its limit; the cases of china-rules 13.2.
 */
#include "cd-checks.h"
#include "market-fixture.h"

#include <string.h>

typedef struct
{
  CdMarket *market;
  CdBook *book;
  CdOrderDraft draft;
  CdCheckInput in;
} Fixture;

/* A good order that passes everything; each test bends one thing. */
static void
setup (Fixture *f, gconstpointer data)
{
  f->market = market_fixture_new ();
  f->book = cd_book_new (4, 0);
  f->draft = (CdOrderDraft){ .account = "A", .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = 970000, .qty = 100 };
  f->in = (CdCheckInput){
    .market = f->market,
    .draft = &f->draft,
    .market_time_us = market_fixture_at (f->market, "2026-12-14", "13:20"),
    .reference_e4 = 974100,
    .book = f->book,
    .cash_available_e4 = G_GINT64_CONSTANT (1000000000) * CD_E4,
    .units_trading = 1000000,
    .may_enter = TRUE,
  };
}

static void
teardown (Fixture *f, gconstpointer data)
{
  cd_book_free (f->book);
  cd_market_free (f->market);
}

/* The one result of a check; the check must be there and every other one must pass. */
static CdCheckResult
run_one (Fixture *f, CdCheckId id)
{
  CdCheckResult results[32], found = { 0 };
  gsize n = cd_checks_run (&f->in, results, G_N_ELEMENTS (results));

  g_assert_cmpuint (n, >, 5);
  for (gsize i = 0; i < n; i++)
    {
      if (i > 0)
        g_assert_cmpint (results[i].id, >, results[i - 1].id);
      g_assert_cmpstr (results[i].code, ==, cd_check_code (results[i].id));
      if (results[i].id == id)
        found = results[i];
      else
        g_assert_cmpint (results[i].verdict, ==, CD_CHECK_PASS);
    }
  g_assert_cmpint (found.id, ==, id);
  if (found.verdict == CD_CHECK_BLOCK)
    g_assert_cmpint (cd_checks_first_block (results, n)->id, ==, id);
  else
    g_assert_null (cd_checks_first_block (results, n));
  return found;
}

#define PASSES(id) g_assert_cmpint (run_one (f, (id)).verdict, ==, CD_CHECK_PASS)
#define BLOCKS(id) g_assert_cmpint (run_one (f, (id)).verdict, ==, CD_CHECK_BLOCK)

static void
test_good (Fixture *f, gconstpointer data)
{
  PASSES (CD_CHECK_SESSION);
}

static void
test_session (Fixture *f, gconstpointer data)
{
  static const struct
  {
    CdOrderKind kind;
    const char *date, *time;
    gboolean open;
  } cases[] = {
    { CD_KIND_LIST, "2026-12-14", "13:00:00", TRUE },
    { CD_KIND_LIST, "2026-12-14", "12:59:59", FALSE },
    { CD_KIND_LIST, "2026-12-14", "11:29:59", TRUE },
    { CD_KIND_LIST, "2026-12-14", "11:30:01", FALSE },
    { CD_KIND_LIST, "2026-12-14", "14:59:59", TRUE },
    { CD_KIND_LIST, "2026-12-14", "15:00:00", FALSE },
    { CD_KIND_LIST, "2026-12-14", "09:30:00", TRUE },
    { CD_KIND_LIST, "2026-12-14", "09:29:59", FALSE },
    { CD_KIND_BLOCK, "2026-12-14", "10:00:00", FALSE },
    { CD_KIND_BLOCK, "2026-12-14", "13:00:00", TRUE },
    { CD_KIND_LIST, "2026-10-10", "10:00:00", FALSE }, /* a working Saturday */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      f->draft.kind = cases[i].kind;
      f->draft.qty = cases[i].kind == CD_KIND_BLOCK ? 100000 : 100;
      f->in.market_time_us = market_fixture_at (f->market, cases[i].date, cases[i].time);
      g_test_message ("%s %s %s", cd_order_kind_name (cases[i].kind), cases[i].date, cases[i].time);
      g_assert_cmpint (run_one (f, CD_CHECK_SESSION).verdict, ==, cases[i].open ? CD_CHECK_PASS : CD_CHECK_BLOCK);
    }
  g_array_index (market_fixture_mode (f->market, CD_MODE_LIST)->sessions, CdSession, 1).close_inclusive = TRUE;
  f->draft.kind = CD_KIND_LIST;
  f->draft.qty = 100;
  f->in.market_time_us = market_fixture_at (f->market, "2026-12-14", "15:00:00");
  PASSES (CD_CHECK_SESSION);
}

/* 2024-02-09 was closed although no statutory holiday. CEA24 and CEA25 did not trade yet, so only the session is looked at. */
static void
test_exchange_closure (Fixture *f, gconstpointer data)
{
  CdCheckResult results[32];

  f->in.market_time_us = market_fixture_at (f->market, "2024-02-09", "10:00");
  cd_checks_run (&f->in, results, G_N_ELEMENTS (results));
  g_assert_cmpint (results[0].id, ==, CD_CHECK_SESSION);
  g_assert_cmpint (results[0].verdict, ==, CD_CHECK_BLOCK);
  f->in.market_time_us = market_fixture_at (f->market, "2024-02-08", "10:00");
  cd_checks_run (&f->in, results, G_N_ELEMENTS (results));
  g_assert_cmpint (results[0].verdict, ==, CD_CHECK_PASS);
}

static void
test_instrument (Fixture *f, gconstpointer data)
{
  CdCheckResult results[32];
  gsize n;

  f->draft.instrument = "COMCEA";
  BLOCKS (CD_CHECK_INSTRUMENT);
  f->draft.instrument = "CEA26";
  BLOCKS (CD_CHECK_INSTRUMENT);
  f->draft.instrument = "CEA24";
  PASSES (CD_CHECK_INSTRUMENT);
  /* The first day itself is in time, the day before is not. */
  f->draft.instrument = "CEA25";
  f->in.market_time_us = market_fixture_at (f->market, "2026-01-05", "10:00");
  PASSES (CD_CHECK_INSTRUMENT);
  f->in.market_time_us = market_fixture_at (f->market, "2026-01-02", "10:00");
  BLOCKS (CD_CHECK_INSTRUMENT);
  /* Nothing more can be said about an instrument that is not there. */
  f->draft.instrument = "NOPE";
  n = cd_checks_run (&f->in, results, G_N_ELEMENTS (results));
  g_assert_cmpint (results[n - 1].id, <=, CD_CHECK_KIND);
  g_assert_cmpint (cd_checks_first_block (results, n)->id, ==, CD_CHECK_INSTRUMENT);
}

static void
test_kind (Fixture *f, gconstpointer data)
{
  CdModeRule *list = market_fixture_mode (f->market, CD_MODE_LIST);

  PASSES (CD_CHECK_KIND);
  f->draft.kind = CD_KIND_LIMIT;
  BLOCKS (CD_CHECK_KIND);
  list->match = CD_MATCH_PRICE_TIME;
  PASSES (CD_CHECK_KIND);
  f->draft.kind = CD_KIND_LIST;
  BLOCKS (CD_CHECK_KIND);
  /* Where the pack says price-time nobody chooses his counterparty. */
  f->draft.kind = CD_KIND_PICK;
  cd_book_set (f->book, CD_SIDE_SELL, 970000, 500, 2);
  BLOCKS (CD_CHECK_KIND);
  list->match = CD_MATCH_QUOTE_PICK;
  PASSES (CD_CHECK_KIND);
}

static void
test_tick (Fixture *f, gconstpointer data)
{
  CdCheckResult result;

  f->draft.price_e4 = 974050; /* 97.405 */
  result = run_one (f, CD_CHECK_TICK);
  g_assert_cmpint (result.verdict, ==, CD_CHECK_BLOCK);
  /* The two prices that would do. */
  g_assert_cmpint (result.a, ==, 974000);
  g_assert_cmpint (result.b, ==, 974100);
  f->draft.price_e4 = 974000;
  PASSES (CD_CHECK_TICK);
  f->draft.price_e4 = 974001;
  BLOCKS (CD_CHECK_TICK);
  f->draft.price_e4 = 973999;
  BLOCKS (CD_CHECK_TICK);
}

static void
test_band (Fixture *f, gconstpointer data)
{
  /* 97.41 × 0.9 = 87.669, × 1.1 = 107.151 */
  static const struct
  {
    gint64 price_e4;
    gboolean ok;
  } cases[] = { { 876600, FALSE }, { 876700, TRUE }, { 876800, TRUE }, { 1071400, TRUE }, { 1071500, TRUE }, { 1071600, FALSE } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CdCheckResult result;

      f->draft.price_e4 = cases[i].price_e4;
      result = run_one (f, CD_CHECK_BAND);
      g_assert_cmpint (result.verdict, ==, cases[i].ok ? CD_CHECK_PASS : CD_CHECK_BLOCK);
      g_assert_cmpint (result.a, ==, 876700);
      g_assert_cmpint (result.b, ==, 1071500);
      g_assert_cmpstr (result.source, ==, "test: band_bp");
    }
  /* Blocks: 68.19 to 126.63. */
  f->draft.kind = CD_KIND_BLOCK;
  f->draft.qty = 100000;
  f->draft.price_e4 = 681900;
  PASSES (CD_CHECK_BAND);
  f->draft.price_e4 = 681800;
  BLOCKS (CD_CHECK_BAND);
  f->draft.price_e4 = 1266300;
  PASSES (CD_CHECK_BAND);
  f->draft.price_e4 = 1266400;
  BLOCKS (CD_CHECK_BAND);
}

static void
test_sizes (Fixture *f, gconstpointer data)
{
  f->draft.qty = 99998;
  PASSES (CD_CHECK_MAX_QTY);
  f->draft.qty = 99999;
  PASSES (CD_CHECK_MAX_QTY);
  f->draft.qty = 100000;
  BLOCKS (CD_CHECK_MAX_QTY);
  f->draft.kind = CD_KIND_BLOCK;
  PASSES (CD_CHECK_MIN_QTY);
  f->draft.qty = 100001;
  PASSES (CD_CHECK_MIN_QTY);
  f->draft.qty = 99999;
  BLOCKS (CD_CHECK_MIN_QTY);
}

static void
test_lot (Fixture *f, gconstpointer data)
{
  CdInstrument *instrument = g_ptr_array_index (f->market->instruments, 1);

  f->draft.qty = 0;
  BLOCKS (CD_CHECK_LOT);
  f->draft.qty = 1;
  PASSES (CD_CHECK_LOT);
  instrument->lot = 10;
  f->draft.qty = 19;
  BLOCKS (CD_CHECK_LOT);
  f->draft.qty = 20;
  PASSES (CD_CHECK_LOT);
  f->draft.qty = 21;
  BLOCKS (CD_CHECK_LOT);
}

static void
test_cash (Fixture *f, gconstpointer data)
{
  CdCheckResult result;

  f->in.cash_available_e4 = 970000 * 100;
  PASSES (CD_CHECK_CASH);
  f->in.cash_available_e4++;
  PASSES (CD_CHECK_CASH);
  f->in.cash_available_e4 -= 2;
  result = run_one (f, CD_CHECK_CASH);
  g_assert_cmpint (result.verdict, ==, CD_CHECK_BLOCK);
  g_assert_cmpint (result.a, ==, 970000 * 100);
  g_assert_cmpint (result.b, ==, 970000 * 100 - 1);
}

static void
test_units (Fixture *f, gconstpointer data)
{
  f->draft.side = CD_SIDE_SELL;
  f->in.units_trading = 99;
  BLOCKS (CD_CHECK_UNITS);
  f->in.units_trading = 100;
  PASSES (CD_CHECK_UNITS);
  f->in.units_trading = 101;
  PASSES (CD_CHECK_UNITS);
}

/* What was bought today is not for sale today, and the refusal says that this is why. */
static void
test_t_plus (Fixture *f, gconstpointer data)
{
  CdCheckResult results[32];
  gboolean said = FALSE;
  gsize n;

  f->draft.side = CD_SIDE_SELL;
  f->in.units_bought_today = 50;
  f->in.units_trading = 100;
  PASSES (CD_CHECK_T_PLUS);
  f->in.units_trading = 99;
  n = cd_checks_run (&f->in, results, G_N_ELEMENTS (results));
  g_assert_cmpint (cd_checks_first_block (results, n)->id, ==, CD_CHECK_UNITS);
  for (gsize i = 0; i < n; i++)
    said |= results[i].id == CD_CHECK_T_PLUS && results[i].verdict == CD_CHECK_BLOCK;
  g_assert_true (said);
}

static void
test_position (Fixture *f, gconstpointer data)
{
  f->in.position = 2000000 - 101;
  PASSES (CD_CHECK_POSITION);
  f->in.position++;
  PASSES (CD_CHECK_POSITION);
  f->in.position++;
  BLOCKS (CD_CHECK_POSITION);
  /* What was issued for the year counts only where the rule says so. */
  f->in.own_allocation = 1;
  BLOCKS (CD_CHECK_POSITION);
  f->market->position_own = market_fixture_series ("position_own", 1);
  PASSES (CD_CHECK_POSITION);
  f->in.position++;
  BLOCKS (CD_CHECK_POSITION);
  f->in.own_allocation = G_MAXINT64;
  PASSES (CD_CHECK_POSITION);
}

/* A pick takes one of the best five levels, and no more than stands there. */
static void
test_level (Fixture *f, gconstpointer data)
{
  CdCheckResult result;

  for (int i = 0; i < 6; i++)
    cd_book_set (f->book, CD_SIDE_SELL, 970000 + i * 100, 100, 1);
  f->draft.kind = CD_KIND_PICK;
  f->draft.price_e4 = 970400;
  PASSES (CD_CHECK_LEVEL);
  f->draft.price_e4 = 970500; /* the sixth */
  BLOCKS (CD_CHECK_LEVEL);
  f->draft.price_e4 = 969900; /* nothing there */
  result = run_one (f, CD_CHECK_LEVEL);
  g_assert_cmpint (result.verdict, ==, CD_CHECK_BLOCK);
  g_assert_cmpint (result.b, ==, 0);
  f->draft.price_e4 = 970000;
  f->draft.qty = 99;
  PASSES (CD_CHECK_LEVEL);
  f->draft.qty = 100;
  PASSES (CD_CHECK_LEVEL);
  f->draft.qty = 101;
  result = run_one (f, CD_CHECK_LEVEL);
  g_assert_cmpint (result.verdict, ==, CD_CHECK_BLOCK);
  g_assert_cmpint (result.a, ==, 101);
  g_assert_cmpint (result.b, ==, 100);
  /* A market that shows everything lets everything be picked. */
  market_fixture_mode (f->market, CD_MODE_LIST)->visible_levels = 0;
  f->draft.qty = 100;
  f->draft.price_e4 = 970500;
  PASSES (CD_CHECK_LEVEL);
  /* A seller picks bids. */
  f->draft.side = CD_SIDE_SELL;
  BLOCKS (CD_CHECK_LEVEL);
  cd_book_set (f->book, CD_SIDE_BUY, 970500, 100, 1);
  PASSES (CD_CHECK_LEVEL);
}

static void
test_self (Fixture *f, gconstpointer data)
{
  for (int i = -1; i <= 1; i++)
    cd_book_set (f->book, CD_SIDE_SELL, 970000 + i * 100, 500, 1);
  f->draft.kind = CD_KIND_PICK;
  f->in.own_opposite_best_e4 = 970000;
  f->draft.price_e4 = 969900;
  PASSES (CD_CHECK_SELF);
  f->draft.price_e4 = 970000;
  BLOCKS (CD_CHECK_SELF);
  f->draft.price_e4 = 970100;
  BLOCKS (CD_CHECK_SELF);
  /* A listing takes nothing by itself: crossing an own quote with one is no trade. */
  f->draft.kind = CD_KIND_LIST;
  PASSES (CD_CHECK_SELF);
}

static void
test_limits (Fixture *f, gconstpointer data)
{
  f->in.max_notional_e4 = 970000 * 100;
  PASSES (CD_CHECK_LIMIT);
  f->in.max_notional_e4 += 1;
  PASSES (CD_CHECK_LIMIT);
  f->in.max_notional_e4 -= 2;
  BLOCKS (CD_CHECK_LIMIT);
}

static void
test_conduct (Fixture *f, gconstpointer data)
{
  f->in.may_enter = FALSE;
  BLOCKS (CD_CHECK_RIGHTS);
  f->in.may_enter = TRUE;
  f->in.duplicate_recent = TRUE;
  BLOCKS (CD_CHECK_DUPLICATE);
  f->in.duplicate_recent = FALSE;
  f->in.book_stale = TRUE;
  BLOCKS (CD_CHECK_STALE);
}

static void
test_overflow (Fixture *f, gconstpointer data)
{
  CdCheckResult results[32];
  gsize n;

  f->in.reference_e4 = 0;
  f->draft.price_e4 = G_MAXINT64 / 100 * 100;
  f->draft.qty = 2;
  n = cd_checks_run (&f->in, results, G_N_ELEMENTS (results));
  g_assert_cmpint (results[n - 1].id, ==, CD_CHECK_OVERFLOW);
  g_assert_cmpint (results[n - 1].verdict, ==, CD_CHECK_BLOCK);
}

/* The caller's room is never overrun. */
static void
test_room (Fixture *f, gconstpointer data)
{
  CdCheckResult results[32], guard;

  memset (&guard, 0xa5, sizeof guard);
  for (gsize room = 0; room < 8; room++)
    {
      results[room] = guard;
      g_assert_cmpuint (cd_checks_run (&f->in, results, room), ==, room);
      g_assert_cmpint (memcmp (&results[room], &guard, sizeof guard), ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/checks/" name, Fixture, NULL, setup, func, teardown)
  ADD ("good", test_good);
  ADD ("session", test_session);
  ADD ("exchange-closure", test_exchange_closure);
  ADD ("instrument", test_instrument);
  ADD ("kind", test_kind);
  ADD ("tick", test_tick);
  ADD ("band", test_band);
  ADD ("sizes", test_sizes);
  ADD ("lot", test_lot);
  ADD ("cash", test_cash);
  ADD ("units", test_units);
  ADD ("t-plus", test_t_plus);
  ADD ("position", test_position);
  ADD ("level", test_level);
  ADD ("self", test_self);
  ADD ("limits", test_limits);
  ADD ("conduct", test_conduct);
  ADD ("overflow", test_overflow);
  ADD ("room", test_room);
  return g_test_run ();
}
