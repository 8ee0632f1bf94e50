/* test-market.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bands (china-rules 13.1), sessions and closed days (13.2), the composite (2.1, 11.3).
 */
#include "market-fixture.h"

static gint64
price (const char *text)
{
  g_autoptr (GError) error = NULL;
  gint64 e4;

  cd_decimal_parse (text, -1, 4, &e4, &error);
  g_assert_no_error (error);
  return e4;
}

static void
check_band (const CdModeRule *rule, const char *reference, const char *low_expected, const char *high_expected)
{
  CdPrice low, high;

  g_assert_true (cd_market_band (rule, market_fixture_day ("2026-12-14"), CD_PRICE_CNY (price (reference)), 100, &low, &high));
  if (low_expected)
    g_assert_cmpint (low.e4, ==, price (low_expected));
  if (high_expected)
    g_assert_cmpint (high.e4, ==, price (high_expected));
  g_assert_cmpuint (low.ccy, ==, CD_CURRENCY_CNY);
  g_assert_cmpuint (high.ccy, ==, CD_CURRENCY_CNY);
}

static void
test_band_vectors (void)
{
  static const struct
  {
    const char *reference, *low, *high;
  } list[] = {
    { "52.96", NULL, "58.26" },
    { "90.25", NULL, "99.28" }, /* 99.275: a tie goes up */
    { "50.05", NULL, "55.06" },
    { "61.05", NULL, "67.16" },
    { "67.15", NULL, "73.87" },
    { "44.08", NULL, "48.49" },
    { "42.64", NULL, "46.90" },
    { "49.03", "44.13", NULL },
    { "100.88", "90.79", NULL },
    { "102.56", "92.30", NULL },
    /* The lowest trade of that day was 52.09, inside the limit of 52.083 rounded to 52.08. */
    { "57.87", "52.08", NULL },
    { "43.46", "39.11", NULL },
    { "82.10", "73.89", NULL },
    { "60.03", "54.03", NULL },
  },
    block[] = {
      { "43.16", "30.21", NULL },
      { "78.72", "55.10", NULL },
      { "71.33", "49.93", NULL },
      { "74.20", "51.94", NULL },
      { "60.00", "42.00", NULL },
      { "98.35", "68.85", NULL },
      { "47.19", NULL, "61.35" },
    };
  g_autoptr (CdMarket) market = market_fixture_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (list); i++)
    check_band (market_fixture_mode (market, CD_MODE_LIST), list[i].reference, list[i].low, list[i].high);
  for (gsize i = 0; i < G_N_ELEMENTS (block); i++)
    check_band (market_fixture_mode (market, CD_MODE_BLOCK), block[i].reference, block[i].low, block[i].high);
}

/* The rulebook's own arithmetic in fen, over every price the market has ever seen and beyond. */
static void
test_band_every_fen (void)
{
  g_autoptr (CdMarket) market = market_fixture_new ();
  const CdModeRule *rule = market_fixture_mode (market, CD_MODE_LIST);
  CdDate day = market_fixture_day ("2026-12-14");

  for (gint64 fen = 1; fen <= 30000; fen++)
    {
      CdPrice low, high;

      g_assert_true (cd_market_band (rule, day, CD_PRICE_CNY (fen * 100), 100, &low, &high));
      g_assert_cmpint (high.e4, ==, (fen * 110 + 50) / 100 * 100);
      g_assert_cmpint (low.e4, ==, (fen * 90 + 50) / 100 * 100);
    }
}

static void
test_band_unknown (void)
{
  g_autoptr (CdMarket) market = market_fixture_new ();
  CdModeRule *rule = market_fixture_mode (market, CD_MODE_LIST);
  CdDate day = market_fixture_day ("2026-12-14");
  CdPrice low, high;

  g_assert_false (cd_market_band (rule, day, CD_PRICE_CNY (0), 100, &low, &high));
  g_assert_false (cd_market_band (rule, day, CD_PRICE_CNY (G_MAXINT64), 1, &low, &high));
  cd_rule_series_free (rule->band_bp);
  rule->band_bp = cd_rule_series_new ("band_bp", 0);
  /* A band that is not known is never a band of nothing. */
  g_assert_false (cd_market_band (rule, day, CD_PRICE_CNY (970000), 100, &low, &high));
}

static void
check_session (const CdMarket *market, CdMode mode, const char *date, const char *time, CdSessionState expected, const char *next_date, const char *next_time)
{
  gint64 next = -1;

  g_test_message ("%s %s %s", cd_mode_name (mode), date, time);
  g_assert_cmpint (cd_market_session_at (market, mode, market_fixture_at (market, date, time), &next), ==, expected);
  g_assert_cmpint (next, ==, next_date ? market_fixture_at (market, next_date, next_time) : 0);
}

static void
test_sessions (void)
{
  g_autoptr (CdMarket) market = market_fixture_new ();
  CdModeRule *list = market_fixture_mode (market, CD_MODE_LIST);

  check_session (market, CD_MODE_LIST, "2026-12-14", "09:29:59", CD_SESSION_CLOSED, "2026-12-14", "09:30");
  check_session (market, CD_MODE_LIST, "2026-12-14", "09:30:00", CD_SESSION_OPEN, "2026-12-14", "11:30");
  check_session (market, CD_MODE_LIST, "2026-12-14", "11:29:59", CD_SESSION_OPEN, "2026-12-14", "11:30");
  check_session (market, CD_MODE_LIST, "2026-12-14", "11:30:01", CD_SESSION_BREAK, "2026-12-14", "13:00");
  check_session (market, CD_MODE_LIST, "2026-12-14", "13:00:00", CD_SESSION_OPEN, "2026-12-14", "15:00");
  check_session (market, CD_MODE_LIST, "2026-12-14", "15:00:00", CD_SESSION_CLOSED, "2026-12-15", "09:30");
  g_array_index (list->sessions, CdSession, 1).close_inclusive = TRUE;
  g_assert_cmpint (cd_market_session_at (market, CD_MODE_LIST, market_fixture_at (market, "2026-12-14", "15:00:00"), NULL), ==, CD_SESSION_OPEN);
  g_assert_cmpint (cd_market_session_at (market, CD_MODE_LIST, market_fixture_at (market, "2026-12-14", "15:00:01"), NULL), ==, CD_SESSION_CLOSED);
  /* Blocks trade in the afternoon only. */
  check_session (market, CD_MODE_BLOCK, "2026-12-14", "10:00:00", CD_SESSION_CLOSED, "2026-12-14", "13:00");
  check_session (market, CD_MODE_BLOCK, "2026-12-14", "14:59:59", CD_SESSION_OPEN, "2026-12-14", "15:00");
  /* A working Saturday is no trading day; a Friday that the exchange closed is none either. */
  check_session (market, CD_MODE_LIST, "2026-10-10", "10:00:00", CD_SESSION_CLOSED, "2026-10-12", "09:30");
  check_session (market, CD_MODE_LIST, "2024-02-09", "10:00:00", CD_SESSION_CLOSED, "2024-02-12", "09:30");
  check_session (market, CD_MODE_LIST, "2026-10-01", "10:00:00", CD_SESSION_CLOSED, "2026-10-02", "09:30");
  /* Nobody knows the holidays of 2027 yet. */
  check_session (market, CD_MODE_LIST, "2027-01-04", "10:00:00", CD_SESSION_UNKNOWN, NULL, NULL);
  check_session (market, CD_MODE_AUCTION, "2026-12-14", "10:00:00", CD_SESSION_CLOSED, NULL, NULL);
}

typedef struct
{
  gint64 cea24, cea25;
} Prices;

static gboolean
price_of (const char *code, CdPrice *out, gpointer data)
{
  const Prices *p = data;

  *out = CD_PRICE_CNY (g_str_equal (code, "CEA24") ? p->cea24 : p->cea25);
  return out->e4 > 0;
}

static void
test_composite (void)
{
  g_autoptr (CdMarket) market = market_fixture_new ();
  CdDate day = market_fixture_day ("2026-12-14");
  Prices p = { 780000, 970000 };
  CdPrice out;

  g_assert_true (cd_market_composite (market, day, price_of, &p, &out));
  g_assert_cmpint (out.e4, ==, 922500); /* (3 × 97 + 78) ÷ 4 */
  p = (Prices){ 780100, 970100 };       /* 92.26 exactly */
  g_assert_true (cd_market_composite (market, day, price_of, &p, &out));
  g_assert_cmpint (out.e4, ==, 922600);
  p = (Prices){ 780200, 970000 }; /* 92.255: a tie goes up */
  g_assert_true (cd_market_composite (market, day, price_of, &p, &out));
  g_assert_cmpint (out.e4, ==, 922600);
  p = (Prices){ 780100, 970000 }; /* 92.2525 */
  g_assert_true (cd_market_composite (market, day, price_of, &p, &out));
  g_assert_cmpint (out.e4, ==, 922500);
  p = (Prices){ 0, 970000 };
  g_assert_false (cd_market_composite (market, day, price_of, &p, &out));
  g_assert_false (cd_market_composite (market, market_fixture_day ("2027-01-04"), price_of, &p, &out));
}

/* The mean of five vintages on 2025-12-31 (china-rules 11.3). */
static gboolean
price_of_five (const char *code, CdPrice *out, gpointer data)
{
  static const gint64 closes[] = { 740000, 745200, 738100, 744300, 763900 };

  *out = CD_PRICE_CNY (closes[code[0] - '0']);
  return TRUE;
}

static void
test_composite_mean (void)
{
  g_autoptr (CdMarket) market = market_fixture_new ();
  CdCompositePeriod *period = g_ptr_array_index (market->composite, 0);
  CdPrice out;

  g_ptr_array_set_size (period->codes, 0);
  g_array_set_size (period->weights, 0);
  for (int i = 0; i < 5; i++)
    {
      const gint64 one = 1;

      g_ptr_array_add (period->codes, g_strdup_printf ("%d", i));
      g_array_append_val (period->weights, one);
    }
  g_assert_true (cd_market_composite (market, period->from, price_of_five, NULL, &out));
  g_assert_cmpint (out.e4, ==, 746300);
}

static void
test_names (void)
{
  for (int i = CD_SIDE_BUY; i <= CD_SIDE_SELL; i++)
    {
      CdSide side = 0;

      g_assert_true (cd_side_parse (cd_side_name ((CdSide)i), &side));
      g_assert_cmpint (side, ==, i);
    }
  for (int i = CD_MODE_LIST; i <= CD_MODE_AUCTION; i++)
    {
      CdMode mode = 0;

      g_assert_true (cd_mode_parse (cd_mode_name ((CdMode)i), &mode));
      g_assert_cmpint (mode, ==, i);
    }
  for (int i = CD_KIND_LIST; i <= CD_KIND_AUCTION_BID; i++)
    {
      CdOrderKind kind = 0;

      g_assert_true (cd_order_kind_parse (cd_order_kind_name ((CdOrderKind)i), &kind));
      g_assert_cmpint (kind, ==, i);
    }
  {
    CdSide side = CD_SIDE_SELL;

    g_assert_false (cd_side_parse ("BUY", &side));
    g_assert_false (cd_side_parse (NULL, &side));
    g_assert_cmpint (side, ==, CD_SIDE_SELL);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/market/band/vectors", test_band_vectors);
  g_test_add_func ("/market/band/every-fen", test_band_every_fen);
  g_test_add_func ("/market/band/unknown", test_band_unknown);
  g_test_add_func ("/market/sessions", test_sessions);
  g_test_add_func ("/market/composite/weights", test_composite);
  g_test_add_func ("/market/composite/mean", test_composite_mean);
  g_test_add_func ("/market/names", test_names);
  return g_test_run ();
}
