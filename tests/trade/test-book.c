/* test-book.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The book against one that is too simple to be wrong; bars and the day's figures.
 */
#include "cd-bars.h"
#include "cd-book.h"
#include "cd-id.h"

#include <string.h>

/* --- The naive book: a sorted copy of everything after every question -------------------------------------------------- */

#define PRICES 400

typedef struct
{
  CdLevel at[2][PRICES];
} Naive;

static gsize
naive_sorted (const Naive *naive, CdSide side, CdLevel *out)
{
  gsize n = 0;

  for (int i = 0; i < PRICES; i++)
    {
      const CdLevel *level = side == CD_SIDE_BUY ? &naive->at[0][PRICES - 1 - i] : &naive->at[1][i];

      if (level->qty != 0)
        out[n++] = *level;
    }
  return n;
}

static guint32
naive_crc (const Naive *naive)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (int s = 0; s < 2; s++)
    {
      CdLevel levels[PRICES];
      gsize n = naive_sorted (naive, s == 0 ? CD_SIDE_SELL : CD_SIDE_BUY, levels);

      for (gsize i = 0; i < MIN (n, 10); i++)
        g_string_append_printf (text, "%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT ":", levels[i].price, levels[i].qty);
    }
  return cd_crc32 (0, text->str, text->len);
}

static void
compare (const CdBook *book, const Naive *naive)
{
  for (int s = 0; s < 2; s++)
    {
      CdSide side = s == 0 ? CD_SIDE_BUY : CD_SIDE_SELL;
      CdLevel levels[PRICES], got;
      gsize n = naive_sorted (naive, side, levels);

      g_assert_cmpuint (cd_book_depth (book, side), ==, n);
      for (gsize i = 0; i < n; i++)
        {
          g_assert_true (cd_book_level (book, side, i, &got));
          g_assert_cmpint (got.price, ==, levels[i].price);
          g_assert_cmpint (got.qty, ==, levels[i].qty);
          g_assert_cmpint (got.orders, ==, levels[i].orders);
        }
      g_assert_false (cd_book_level (book, side, n, &got));
    }
  g_assert_cmphex (cd_book_crc (book), ==, naive_crc (naive));
}

static void
check_cost (const CdBook *book, const Naive *naive, CdSide taker, gint64 qty, gsize max_levels)
{
  CdLevel levels[PRICES];
  gsize n = naive_sorted (naive, taker == CD_SIDE_BUY ? CD_SIDE_SELL : CD_SIDE_BUY, levels);
  gint64 got = 0, amount = 0, worst = 0, book_amount, book_worst;

  for (gsize i = 0; i < n && (max_levels == 0 || i < max_levels) && got < qty; i++)
    for (gint64 unit = 0; unit < levels[i].qty && got < qty; unit++)
      {
        got++;
        amount += levels[i].price;
        worst = levels[i].price;
      }
  g_assert_cmpint (cd_book_cost (book, taker, qty, max_levels, &book_amount, &book_worst), ==, got);
  g_assert_cmpint (book_amount, ==, amount);
  g_assert_cmpint (book_worst, ==, worst);
}

static void
test_oracle (void)
{
  g_autoptr (CdBook) book = cd_book_new (4, 0);
  Naive *naive = g_new0 (Naive, 1);

  for (int op = 0; op < 100000; op++)
    {
      int s = g_test_rand_int_range (0, 2);
      int i = g_test_rand_int_range (0, PRICES);
      CdSide side = s == 0 ? CD_SIDE_BUY : CD_SIDE_SELL;
      /* Deletes, changes and new levels; both sides over the same prices, so that the book is crossed most of the time. */
      gint64 qty = g_test_rand_int_range (0, 3) == 0 ? 0 : g_test_rand_int_range (1, 50);
      gint32 orders = qty ? g_test_rand_int_range (1, 9) : 0;
      CdLevel found;

      cd_book_set (book, side, 700000 + i * 100, qty, orders);
      naive->at[s][i] = (CdLevel){ 700000 + i * 100, qty, orders };
      g_assert_cmpint (cd_book_find (book, side, 700000 + i * 100, &found), ==, qty != 0);
      if (qty)
        g_assert_cmpint (found.qty, ==, qty);
      if (op % 50 == 0 || op < 200)
        {
          compare (book, naive);
          check_cost (book, naive, side, g_test_rand_int_range (1, 2000), g_test_rand_int_range (0, 7));
        }
    }
  compare (book, naive);
  g_free (naive);
}

/* In a quote-picking market a bid above an ask is no error: both stand until somebody picks them. */
static void
test_crossed (void)
{
  g_autoptr (CdBook) book = cd_book_new (4, 0);
  CdLevel bid, ask;

  cd_book_begin_snapshot (book, "e1", 1);
  cd_book_set (book, CD_SIDE_BUY, 980000, 100, 1);
  cd_book_set (book, CD_SIDE_SELL, 970000, 200, 2);
  g_assert_true (cd_book_level (book, CD_SIDE_BUY, 0, &bid));
  g_assert_true (cd_book_level (book, CD_SIDE_SELL, 0, &ask));
  g_assert_cmpint (bid.price, >, ask.price);
  g_assert_cmpint (bid.qty, ==, 100);
  g_assert_cmpint (ask.qty, ==, 200);
}

static void
test_sequence (void)
{
  g_autoptr (CdBook) book = cd_book_new (4, 0);

  g_assert_false (cd_book_synced (book));
  g_assert_cmpint (cd_book_begin_delta (book, 0, 1), ==, CD_BOOK_RESYNC);
  cd_book_begin_snapshot (book, "e1", 7);
  g_assert_true (cd_book_synced (book));
  g_assert_cmpint (cd_book_begin_delta (book, 6, 7), ==, CD_BOOK_SKIPPED);
  g_assert_cmpuint (cd_book_seq (book), ==, 7);
  g_assert_cmpint (cd_book_begin_delta (book, 7, 8), ==, CD_BOOK_APPLIED);
  g_assert_cmpint (cd_book_begin_delta (book, 9, 10), ==, CD_BOOK_RESYNC);
  g_assert_false (cd_book_synced (book));
  /* After a gap nothing counts until the next snapshot, not even what would fit. */
  g_assert_cmpint (cd_book_begin_delta (book, 8, 9), ==, CD_BOOK_RESYNC);
  cd_book_set (book, CD_SIDE_BUY, 1, 1, 1);
  cd_book_begin_snapshot (book, "e1", 20);
  g_assert_cmpuint (cd_book_depth (book, CD_SIDE_BUY), ==, 0);
  cd_book_mark_gap (book);
  g_assert_cmpint (cd_book_begin_delta (book, 20, 21), ==, CD_BOOK_RESYNC);
}

static void
test_truncate (void)
{
  g_autoptr (CdBook) book = cd_book_new (4, 0);
  CdLevel level;

  for (int i = 1; i <= 12; i++)
    {
      cd_book_set (book, CD_SIDE_BUY, i, 10 * i, 1);
      cd_book_set (book, CD_SIDE_SELL, 100 + i, 10 * i, 1);
    }
  cd_book_truncate (book, CD_SIDE_BUY, 5);
  cd_book_truncate (book, CD_SIDE_SELL, 0);
  g_assert_cmpuint (cd_book_depth (book, CD_SIDE_BUY), ==, 5);
  g_assert_cmpuint (cd_book_depth (book, CD_SIDE_SELL), ==, 0);
  g_assert_true (cd_book_level (book, CD_SIDE_BUY, 0, &level));
  g_assert_cmpint (level.price, ==, 12);
  g_assert_true (cd_book_level (book, CD_SIDE_BUY, 4, &level));
  g_assert_cmpint (level.price, ==, 8);
}

/* --- Bars and the day ------------------------------------------------------------------------------------------------ */

static void
test_bars (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdZone) zone = cd_zone_new ("Asia/Shanghai", &error);
  g_autoptr (CdBars) minutes = cd_bars_new (60 * CD_USEC_PER_SEC);
  g_autoptr (CdBars) days = cd_bars_new (0);
  gint64 t = cd_zone_to_us (zone, cd_date_from_ymd (2026, 12, 14), 9 * 3600 + 1800);
  static const struct
  {
    int second;
    gint64 price_e4, qty;
  } trades[] = { { 0, 970000, 10 }, { 30, 971000, 20 }, { 59, 969000, 5 }, { 60, 972000, 7 }, { 600, 968000, 1 } };
  CdBar bar;

  g_assert_no_error (error);
  g_assert_false (cd_bars_last (minutes, &bar));
  for (gsize i = 0; i < G_N_ELEMENTS (trades); i++)
    {
      cd_bars_add_trade (minutes, zone, t + trades[i].second * CD_USEC_PER_SEC, trades[i].price_e4, trades[i].qty);
      cd_bars_add_trade (days, zone, t + trades[i].second * CD_USEC_PER_SEC, trades[i].price_e4, trades[i].qty);
    }
  g_assert_cmpuint (cd_bars_count (minutes), ==, 3);
  bar = *cd_bars_get (minutes, 0);
  g_assert_cmpint (bar.start_us, ==, t);
  g_assert_cmpint (bar.open_e4, ==, 970000);
  g_assert_cmpint (bar.high_e4, ==, 971000);
  g_assert_cmpint (bar.low_e4, ==, 969000);
  g_assert_cmpint (bar.close_e4, ==, 969000);
  g_assert_cmpint (bar.volume, ==, 35);
  g_assert_cmpint (bar.amount_e4, ==, 970000 * 10 + 971000 * 20 + 969000 * 5);
  /* One trade more in the first minute, told late. */
  cd_bars_add_trade (minutes, zone, t + CD_USEC_PER_SEC, 975000, 1);
  g_assert_cmpuint (cd_bars_count (minutes), ==, 3);
  g_assert_cmpint (cd_bars_get (minutes, 0)->high_e4, ==, 975000);
  g_assert_cmpuint (cd_bars_count (days), ==, 1);
  g_assert_true (cd_bars_last (days, &bar));
  g_assert_cmpint (bar.day, ==, cd_date_from_ymd (2026, 12, 14));
  g_assert_cmpint (bar.start_us, ==, cd_zone_to_us (zone, bar.day, 0));
  g_assert_cmpint (bar.close_e4, ==, 968000);
  g_assert_cmpint (bar.volume, ==, 43);
  bar.close_e4 = 1;
  cd_bars_put (days, &bar);
  g_assert_cmpuint (cd_bars_count (days), ==, 1);
  g_assert_cmpint (cd_bars_get (days, 0)->close_e4, ==, 1);
}

/* Trades in any order make the same highs, lows and volumes as sorted ones. */
static void
test_bars_random (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdZone) zone = cd_zone_new ("Asia/Shanghai", &error);
  g_autoptr (CdBars) bars = cd_bars_new (60 * CD_USEC_PER_SEC);
  gint64 base = cd_zone_to_us (zone, cd_date_from_ymd (2026, 12, 14), 13 * 3600);
  gint64 high[120] = { 0 }, low[120], volume[120] = { 0 };
  gsize used = 0;

  for (gsize i = 0; i < 120; i++)
    low[i] = G_MAXINT64;
  for (int op = 0; op < 20000; op++)
    {
      int second = g_test_rand_int_range (0, 7200);
      gint64 price = g_test_rand_int_range (900000, 1000000);
      gint64 qty = g_test_rand_int_range (1, 1000);

      cd_bars_add_trade (bars, zone, base + second * CD_USEC_PER_SEC, price, qty);
      high[second / 60] = MAX (high[second / 60], price);
      low[second / 60] = MIN (low[second / 60], price);
      volume[second / 60] += qty;
    }
  for (int i = 0; i < 120; i++)
    {
      const CdBar *bar;

      if (volume[i] == 0)
        continue;
      bar = cd_bars_get (bars, used++);
      g_assert_cmpint (bar->start_us, ==, base + i * 60 * CD_USEC_PER_SEC);
      g_assert_cmpint (bar->high_e4, ==, high[i]);
      g_assert_cmpint (bar->low_e4, ==, low[i]);
      g_assert_cmpint (bar->volume, ==, volume[i]);
    }
  g_assert_cmpuint (cd_bars_count (bars), ==, used);
}

static void
test_close (void)
{
  CdDayStats stats;

  cd_day_stats_begin (&stats, 974100);
  /* No trade: the close is that of yesterday. */
  g_assert_cmpint (cd_day_stats_close_e4 (&stats, 0), ==, 974100);
  g_assert_true (cd_day_stats_add (&stats, CD_MODE_BLOCK, 900000, 200000));
  g_assert_cmpint (cd_day_stats_close_e4 (&stats, 0), ==, 974100);
  g_assert_cmpint (stats.last_e4, ==, 0);
  g_assert_true (cd_day_stats_add (&stats, CD_MODE_LIST, 970000, 1));
  g_assert_true (cd_day_stats_add (&stats, CD_MODE_LIST, 970100, 1));
  /* 97.005: half up. */
  g_assert_cmpint (cd_day_stats_close_e4 (&stats, 0), ==, 970100);
  g_assert_true (cd_day_stats_add (&stats, CD_MODE_LIST, 970000, 1));
  g_assert_cmpint (cd_day_stats_close_e4 (&stats, 0), ==, 970000);
  g_assert_cmpint (cd_day_stats_close_e4 (&stats, 3), ==, 970000);
  g_assert_cmpint (cd_day_stats_close_e4 (&stats, 4), ==, 974100);
  g_assert_cmpint (stats.open_e4, ==, 970000);
  g_assert_cmpint (stats.high_e4, ==, 970100);
  g_assert_cmpint (stats.low_e4, ==, 970000);
  g_assert_cmpint (stats.last_e4, ==, 970000);
  g_assert_cmpint (stats.block_volume, ==, 200000);
  g_assert_cmpint (stats.trades, ==, 4);
  /* What does not fit is refused and changes nothing. */
  {
    CdDayStats before = stats;

    g_assert_false (cd_day_stats_add (&stats, CD_MODE_LIST, G_MAXINT64 / 2, 3));
    g_assert_false (cd_day_stats_add (&stats, CD_MODE_LIST, G_MAXINT64 - 1, 1));
    g_assert_false (cd_day_stats_add (&stats, CD_MODE_BLOCK, G_MAXINT64 - 1, 1));
    g_assert_cmpint (memcmp (&before, &stats, sizeof stats), ==, 0);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/book/oracle", test_oracle);
  g_test_add_func ("/book/crossed", test_crossed);
  g_test_add_func ("/book/sequence", test_sequence);
  g_test_add_func ("/book/truncate", test_truncate);
  g_test_add_func ("/bars/minutes-and-days", test_bars);
  g_test_add_func ("/bars/random", test_bars_random);
  g_test_add_func ("/bars/close", test_close);
  return g_test_run ();
}
