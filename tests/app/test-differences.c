/* test-differences.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The periodic reconcile and the queue of differences at the real desk. Our own ledger is made wrong on purpose: the desk must find
 * it by itself, lock the product, and let a person close it with a reason.
 */
#include <string.h>

#include "cd-desk-differences.h"
#include "desk-fixture.h"

static CdReconcileSummary
summary (Fixture *f)
{
  CdReconcileSummary s;

  cd_desk_get_reconcile_summary (f->desk, &s);
  return s;
}

static gboolean
has_rounds (Fixture *f, gconstpointer data)
{
  CdReconcileSummary s = summary (f);

  return s.periodic_orders >= 2 && s.periodic_holdings >= 2 && s.periodic_full >= 1 && is_live (f, NULL);
}

static void
test_periodic (Fixture *f, gconstpointer data)
{
  CdReconcileSummary s = summary (f);

  g_assert_cmpint (s.at_us, >, 0);
  g_assert_cmpuint (s.balances, >, 0);
  g_assert_cmpuint (s.obligations, >=, 1);
  g_assert_cmpuint (s.periodic_orders + s.periodic_holdings + s.periodic_full, ==, 0);
  cd_desk_set_periods_for_test (f->desk, CD_USEC_PER_SEC / 4, CD_USEC_PER_SEC / 2, 3 * CD_USEC_PER_SEC);
  WAIT_FOR (f, has_rounds, NULL);
  g_assert_cmpuint (cd_desk_count_differences (f->desk), ==, 0);
}

static gboolean
full_before_close (Fixture *f, gconstpointer data)
{
  return summary (f).periodic_full >= 1;
}

/* Once in the last two minutes before the close, and not again for the same close. */
static void
test_before_close (Fixture *f, gconstpointer data)
{
  cd_desk_clock_set_rate (f->desk, "600");
  WAIT_FOR (f, full_before_close, NULL);
  WAIT_FOR (f, closed_today, NULL);
  g_assert_cmpuint (summary (f).periodic_full, ==, 1);
}

/* Buying, selling, closing and settling leave our ledger equal to what they list. */
static gboolean
sold (Fixture *f, gconstpointer data)
{
  return cd_order_is_final (((const CdOrderRow *)data)->order) || ((const CdOrderRow *)data)->order->state == CD_ORDER_WORKING;
}

static gboolean
agrees (Fixture *f, gconstpointer data)
{
  gint64 exchange, registry, ledger;
  CdHoldingRow *row = holding (f, data);

  cd_desk_listed_units (row, &exchange, &registry);
  return cd_desk_ledger_units (f->desk, row->account, row->asset, &ledger) && ledger == exchange + registry;
}

static void
test_ledger_follows (Fixture *f, gconstpointer data)
{
  gint64 before, after;
  CdOrderDraft draft = { .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_SELL, .kind = CD_KIND_PICK, .qty = 300 };
  CdQuote *quote = cd_desk_get_quote (f->desk, "CEA25");
  g_autoptr (GError) error = NULL;
  CdOrderRow *row;

  cd_desk_clock_set_paused (f->desk, TRUE);
  g_assert_true (cd_desk_ledger_units (f->desk, "HD-POWER", "CEA25", &before));
  buy (f, "CEA25", 500, "cover");
  draft.price_e4 = quote->feed.bids[0].price;
  draft.qty = MIN (draft.qty, quote->feed.bids[0].qty);
  row = cd_desk_submit (f->desk, &draft, "sell", &error);
  g_assert_no_error (error);
  WAIT_FOR (f, sold, row);
  WAIT_FOR (f, agrees, "CEA25");
  g_assert_true (cd_desk_ledger_units (f->desk, "HD-POWER", "CEA25", &after));
  g_assert_cmpint (after, ==, before + 500 - row->order->cum);
  cd_desk_set_periods_for_test (f->desk, CD_USEC_PER_SEC / 4, CD_USEC_PER_SEC / 4, 60 * CD_USEC_PER_SEC);
  WAIT_FOR (f, has_book, "CEA25");
  cd_desk_clock_skip (f->desk, "close");
  WAIT_FOR (f, closed_today, NULL);
  WAIT_FOR (f, agrees, "CEA25");
  g_assert_cmpuint (cd_desk_count_differences (f->desk), ==, 0);
}

static gboolean
has_difference (Fixture *f, gconstpointer data)
{
  return cd_desk_count_differences (f->desk) == *(const guint *)data;
}

static CdDifferenceRow *
first_difference (Fixture *f)
{
  g_autoptr (CdDifferenceRow) row = g_list_model_get_item (cd_desk_get_differences (f->desk), 0);

  return row; /* the model keeps it */
}

static gboolean
is_resolved (Fixture *f, gconstpointer data)
{
  return first_difference (f) && first_difference (f)->resolved;
}

/* 17 t wrong in our own books: found by the periodic reading, locked, closed by itself when it is right again. */
static void
test_by_itself (Fixture *f, gconstpointer data)
{
  const guint one = 1;
  CdQuote *quote = cd_desk_get_quote (f->desk, "CEA25");
  const CdOrderDraft draft = { .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = quote->feed.stats.limit_low_e4 + 100, .qty = 10 };
  g_autoptr (GError) error = NULL;
  CdDifferenceRow *row;

  cd_desk_set_periods_for_test (f->desk, CD_USEC_PER_SEC / 4, CD_USEC_PER_SEC / 4, 3600 * CD_USEC_PER_SEC);
  cd_desk_ledger_bend_for_test (f->desk, "HD-POWER", "CEA25", 17);
  g_assert_cmpuint (cd_desk_count_differences (f->desk), ==, 0);
  WAIT_FOR (f, has_difference, &one);
  row = first_difference (f);
  g_assert_cmpstr (row->kind, ==, "holding");
  g_assert_cmpstr (row->subject, ==, "CEA25");
  g_assert_cmpint (row->exchange + row->registry, ==, row->ledger - 17);
  /* The product is locked until it is closed. */
  g_assert_null (cd_desk_submit (f->desk, &draft, "", &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_LOCKED);
  g_assert_cmpstr (error->message, ==, "difference.open");
  cd_desk_ledger_bend_for_test (f->desk, "HD-POWER", "CEA25", -17);
  WAIT_FOR (f, is_resolved, NULL);
  g_assert_cmpstr (row->reason, ==, "agrees");
  g_assert_cmpstr (row->resolved_by, ==, "");
}

/* A person takes it over, writes what was found out, and closes it; the journal keeps it over a restart. */
static void
test_by_a_person (Fixture *f, gconstpointer data)
{
  const guint one = 1;
  g_autoptr (GError) error = NULL;
  CdDifferenceRow *row;

  cd_desk_set_periods_for_test (f->desk, CD_USEC_PER_SEC / 4, CD_USEC_PER_SEC / 4, 3600 * CD_USEC_PER_SEC);
  cd_desk_ledger_bend_for_test (f->desk, "HD-POWER", "CEA25", -5);
  WAIT_FOR (f, has_difference, &one);
  row = first_difference (f);
  g_assert_true (cd_desk_difference_take (f->desk, row, "asked the register by telephone", &error));
  g_assert_cmpstr (row->owner, ==, "power-trader");
  g_assert_cmpstr (row->note, ==, "asked the register by telephone");
  g_assert_false (cd_desk_difference_resolve (f->desk, row, "", &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_INPUT);
  g_clear_error (&error);
  g_assert_true (cd_desk_difference_resolve (f->desk, row, "5 t were issued by the province", &error));
  g_assert_no_error (error);
  g_assert_cmpuint (cd_desk_count_differences (f->desk), ==, 0);
  g_assert_false (cd_desk_difference_resolve (f->desk, row, "again", &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE);
  WAIT_FOR (f, agrees, "CEA25");
  close_desk (f);
  open_desk (f);
  WAIT_FOR (f, is_live, NULL);
  row = first_difference (f);
  g_assert_true (row->resolved);
  g_assert_cmpstr (row->reason, ==, "5 t were issued by the province");
  g_assert_cmpstr (row->resolved_by, ==, "power-trader");
  WAIT_FOR (f, agrees, "CEA25");
}

int
main (int argc, char **argv)
{
  desk_tests_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/differences/" name, Fixture, NULL, setup, func, teardown)
  ADD ("periodic", test_periodic);
  ADD ("before-close", test_before_close);
  ADD ("ledger-follows", test_ledger_follows);
  ADD ("by-itself", test_by_itself);
  ADD ("by-a-person", test_by_a_person);
  return g_test_run ();
}
