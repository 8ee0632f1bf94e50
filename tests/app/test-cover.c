/* test-cover.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The cover plan at the real desk: over the books that are live, within the room, without one's own listings, under assumptions, and
 * from the plan to staged orders that buy what it says.
 */
#include <string.h>

#include "cd-desk-cover.h"
#include "desk-fixture.h"

static CdObligationRow *
obligation (Fixture *f, const char *account)
{
  GListModel *rows = cd_desk_get_obligations (f->desk);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdObligationRow) row = g_list_model_get_item (rows, i);

      if (g_str_equal (row->account, account))
        return row;
    }
  g_assert_not_reached ();
}

static CdDeskCover *
cover_of (Fixture *f, const CdWhatIf *what_if)
{
  g_autoptr (GError) error = NULL;
  CdDeskCover *cover = cd_desk_cover (f->desk, obligation (f, "HD-POWER"), what_if, &error);

  g_assert_no_error (error);
  return cover;
}

static gint64
ask_at (Fixture *f, const char *code, gint64 price_e4)
{
  CdQuote *quote = cd_desk_get_quote (f->desk, code);

  for (guint k = 0; k < quote->feed.n_asks; k++)
    if (quote->feed.asks[k].price == price_e4)
      return quote->feed.asks[k].qty;
  return 0;
}

/* All credits trade and all books stand. */
static gboolean
has_books (Fixture *f, gconstpointer data)
{
  return has_book (f, "CEA25") && has_book (f, "CCER-OW-2501");
}

static void
start (Fixture *f, gconstpointer data)
{
  setup (f, data);
  WAIT_FOR (f, has_books, NULL);
  cd_desk_clock_set_paused (f->desk, TRUE);
}

static void
test_plan (Fixture *f, gconstpointer data)
{
  g_autoptr (CdDeskCover) cover = cover_of (f, NULL);
  gint64 sum = 0, units = 0, credits = 0, last_price = 0;

  g_assert_cmpint (cover->figures->shortfall, ==, 224000);
  g_assert_cmpint (cover->plan->units + cover->plan->missing, ==, 224000);
  for (guint i = 0; i < cover->plan->orders->len; i++)
    {
      const CdCoverOrder *order = g_ptr_array_index (cover->plan->orders, i);

      /* Every order stands in the book that the desk shows, within the best five, and is below the limit of the mode. */
      g_assert_cmpint (order->qty, <=, ask_at (f, order->code, order->price_e4));
      g_assert_cmpuint (order->level, <, 5);
      g_assert_cmpint (order->qty, <, 100000);
      g_assert_cmpint (order->price_e4, >=, last_price);
      g_assert_cmpstr (order->code, !=, "CEA24");
      g_assert_cmpstr (order->code, !=, "CCER-AF-1601");
      last_price = order->price_e4;
      sum += order->price_e4 * order->qty;
      units += order->qty;
      credits += order->credit ? order->qty : 0;
    }
  g_assert_cmpint (cover->plan->cost.e4, ==, sum);
  g_assert_cmpint (cover->plan->units, ==, units);
  g_assert_cmpint (cover->plan->offset_units, ==, credits);
  g_assert_cmpint (credits, <=, 140000);
  g_assert_cmpint (credits, >, 0);
  if (cover->has_one_book)
    g_assert_cmpint (cover->one_book.e4, >=, cover->plan->cost.e4);
  g_assert_cmpint (cover->cash_after_e4, ==, cover->cash_e4 - cover->plan->cost.e4);
}

/* The strip's figure is the plan's. */
static gboolean
row_agrees (Fixture *f, gconstpointer data)
{
  CdObligationRow *row = obligation (f, "HD-POWER");
  g_autoptr (CdDeskCover) cover = cover_of (f, NULL);

  return row->has_cover_now && row->cover_now.e4 == cover->plan->cost.e4 && row->cover_missing == cover->plan->missing;
}

static void
test_row_agrees (Fixture *f, gconstpointer data)
{
  WAIT_FOR (f, row_agrees, NULL);
}

static void
test_steps (Fixture *f, gconstpointer data)
{
  g_autoptr (CdDeskCover) cover = cover_of (f, NULL);
  const CdCoverStep *buy = &g_array_index (cover->steps, CdCoverStep, 0);
  const CdCoverStep *apply = &g_array_index (cover->steps, CdCoverStep, 2);
  const CdCoverStep *surrender = &g_array_index (cover->steps, CdCoverStep, 3);
  const CdPack *pack = cd_desk_get_pack (f->desk, "cn-cea");
  const CdZone *zone = cd_calendar_zone (pack->market->calendar);
  int second = 0;

  g_assert_cmpstr (buy->id, ==, "last_buy_list");
  g_assert_cmpint (buy->statutory_us, ==, cd_zone_to_us (zone, cd_date_from_ymd (2026, 12, 30), 15 * 3600));
  /* Five trading days earlier, at the same time of day. */
  g_assert_cmpint (cd_zone_date_of (zone, buy->internal_us, &second), ==, cd_date_from_ymd (2026, 12, 23));
  g_assert_cmpint (second, ==, 15 * 3600);
  g_assert_cmpint (buy->provincial_us, ==, 0);
  /* What the rulebook does not know stays unknown, also in the house's own column. */
  g_assert_cmpint (apply->status, ==, CD_RULE_UNVERIFIED);
  g_assert_cmpint (apply->statutory_us, ==, 0);
  g_assert_cmpint (apply->internal_us, ==, 0);
  g_assert_cmpint (surrender->statutory_us, ==, cd_zone_to_us (zone, cd_date_from_ymd (2026, 12, 31), 86400));
  g_assert_true (cd_desk_set_own_days (f->desk, "HD-POWER", 0, NULL));
  {
    g_autoptr (CdDeskCover) same = cover_of (f, NULL);

    g_assert_cmpint (g_array_index (same->steps, CdCoverStep, 0).internal_us, ==, buy->statutory_us);
  }
}

static gboolean
is_working (Fixture *f, gconstpointer data)
{
  return ((const CdOrderRow *)data)->order->state == CD_ORDER_WORKING;
}

static gboolean
own_is_seen (Fixture *f, gconstpointer data)
{
  return ask_at (f, "CEA25", *(const gint64 *)data) >= 1234 && cd_desk_get_quote (f->desk, "CEA25")->fresh == CD_FRESH_LIVE;
}

/* A listing of our own at the best ask is no supply. */
static void
test_own_listing (Fixture *f, gconstpointer data)
{
  CdQuote *quote = cd_desk_get_quote (f->desk, "CEA25");
  gint64 price = quote->feed.asks[0].price;
  const CdOrderDraft draft = { .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_SELL, .kind = CD_KIND_LIST, .price_e4 = price, .qty = 1234 };
  g_autoptr (GError) error = NULL;
  g_autoptr (CdDeskCover) cover = NULL;
  CdOrderRow *row = cd_desk_submit (f->desk, &draft, "sell", &error);
  gint64 planned = 0;

  g_assert_no_error (error);
  WAIT_FOR (f, is_working, row);
  WAIT_FOR (f, own_is_seen, &price);
  cover = cover_of (f, NULL);
  g_assert_cmpint (cover->own_units, ==, 1234);
  for (guint i = 0; i < cover->plan->orders->len; i++)
    {
      const CdCoverOrder *order = g_ptr_array_index (cover->plan->orders, i);

      planned += g_str_equal (order->code, "CEA25") && order->price_e4 == price ? order->qty : 0;
    }
  g_assert_cmpint (planned, <=, ask_at (f, "CEA25", price) - 1234);
}

static void
test_what_if (Fixture *f, gconstpointer data)
{
  g_autoptr (CdDeskCover) now = cover_of (f, NULL);
  g_autoptr (CdDeskCover) more = cover_of (f, &(CdWhatIf){ .emissions_bp = 300 });
  g_autoptr (CdDeskCover) dearer = cover_of (f, &(CdWhatIf){ .price_bp = 1000 });
  g_autoptr (CdDeskCover) later = cover_of (f, &(CdWhatIf){ .at_us = now->figures->last_safe_buy_us + 1 });
  g_autoptr (GError) error = NULL;
  const CdPenaltyEstimate *p = g_ptr_array_index (now->figures->penalties, 1);
  const CdPenaltyEstimate *q = g_ptr_array_index (dearer->figures->penalties, 1);

  /* 2,800,000 t and 3 %: 84,000 t more are owed, and the room grows by 5 % of that. */
  g_assert_cmpint (more->figures->owed, ==, 2884000);
  g_assert_cmpint (more->figures->shortfall, ==, 308000);
  g_assert_cmpint (more->figures->offset_cap, ==, 144200);
  g_assert_cmpint (dearer->figures->shortfall, ==, 224000);
  g_assert_cmpint (dearer->plan->units, ==, now->plan->units);
  g_assert_cmpint (dearer->plan->cost.e4, >, now->plan->cost.e4);
  if (p->has_amount)
    g_assert_cmpint (q->low.e4, >, p->low.e4);
  g_assert_cmpint (later->figures->sessions_left, ==, 0);
  g_assert_cmpint (now->figures->sessions_left, >, 0);
  g_assert_null (cd_desk_cover (f->desk, obligation (f, "HD-POWER"), &(CdWhatIf){ .price_bp = -6000 }, &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_INPUT);
}

static guint
n_staged (Fixture *f)
{
  return g_list_model_get_n_items (cd_desk_get_staged (f->desk));
}

static gboolean
is_final_order (Fixture *f, gconstpointer data)
{
  return cd_order_is_final (((const CdOrderRow *)data)->order);
}

/* Staged as planned; a second plan takes the place of the first; sent, the first one buys at its price. */
static void
test_stage (Fixture *f, gconstpointer data)
{
  g_autoptr (CdDeskCover) cover = cover_of (f, NULL);
  g_autofree char *first = NULL, *second = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (CdStagedRow) top = NULL;
  const CdCoverOrder *cheapest = g_ptr_array_index (cover->plan->orders, 0);
  CdOrderRow *order;
  guint n = cd_desk_stage_cover (f->desk, obligation (f, "HD-POWER"), &first, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, cover->plan->orders->len);
  g_assert_cmpuint (n_staged (f), ==, n);
  n = cd_desk_stage_cover (f->desk, obligation (f, "HD-POWER"), &second, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (first, !=, second);
  g_assert_cmpuint (n_staged (f), ==, n);
  {
    g_autoptr (CdDeskCover) again = cover_of (f, NULL);

    g_assert_cmpint (again->staged_units, ==, again->plan->units);
  }
  top = g_list_model_get_item (cd_desk_get_staged (f->desk), 0);
  g_assert_cmpstr (top->instrument, ==, cheapest->code);
  g_assert_cmpint (top->price_e4, ==, cheapest->price_e4);
  g_assert_cmpint (top->qty, ==, cheapest->qty);
  g_assert_cmpstr (top->purpose, ==, cheapest->credit ? "offset" : "cover");
  g_assert_cmpstr (top->plan, ==, second);
  g_assert_cmpuint (g_list_model_get_n_items (cd_desk_get_orders (f->desk)), ==, 0);
  order = cd_desk_staged_send (f->desk, top, &error);
  g_assert_no_error (error);
  WAIT_FOR (f, is_final_order, order);
  /* With the clock paused nobody else takes it. */
  g_assert_cmpint (order->order->state, ==, CD_ORDER_FILLED);
  g_assert_cmpint (order->order->cum, ==, top->qty);
}

/* What the books lack is said, and becomes bids below the size of a block; the plan then is for what is still open. */
static void
test_rest (Fixture *f, gconstpointer data)
{
  g_autoptr (CdDeskCover) cover = cover_of (f, NULL);
  g_autoptr (CdDeskCover) then = NULL;
  g_autofree char *number = NULL;
  g_autoptr (GError) error = NULL;
  CdCoverRest rest;
  gint64 bids = 0;
  guint n;

  cd_desk_cover_rest (f->desk, obligation (f, "HD-POWER"), cover, &rest);
  g_assert_cmpint (rest.units, ==, cover->plan->missing);
  g_assert_cmpint (rest.units, >, 99999);
  g_assert_cmpstr (rest.code, ==, "CEA25");
  g_assert_cmpuint (rest.orders, ==, 2);
  g_assert_cmpint (rest.suggested_e4, >=, rest.low_e4);
  g_assert_cmpint (rest.suggested_e4, <=, rest.high_e4);
  g_assert_cmpuint (cd_desk_stage_rest (f->desk, obligation (f, "HD-POWER"), 0, NULL, &error), ==, 0);
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_INPUT);
  g_clear_error (&error);
  n = cd_desk_stage_rest (f->desk, obligation (f, "HD-POWER"), rest.suggested_e4, &number, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, rest.orders);
  for (guint i = 0; i < n_staged (f); i++)
    {
      g_autoptr (CdStagedRow) row = g_list_model_get_item (cd_desk_get_staged (f->desk), i);

      g_assert_cmpint (row->kind, ==, CD_KIND_LIST);
      g_assert_cmpint (row->qty, <, 100000);
      g_assert_cmpstr (row->plan, ==, number);
      bids += row->qty;
    }
  g_assert_cmpint (bids, ==, rest.units);
  then = cover_of (f, NULL);
  g_assert_cmpint (then->bid_units, ==, bids);
  g_assert_cmpint (then->open_units, ==, 224000 - bids);
  g_assert_cmpint (then->plan->missing, ==, 0);
  /* The plan's own orders beside them; a second bid takes the place of the first. */
  g_assert_cmpuint (cd_desk_stage_cover (f->desk, obligation (f, "HD-POWER"), NULL, &error), ==, then->plan->orders->len);
  g_assert_cmpuint (cd_desk_stage_rest (f->desk, obligation (f, "HD-POWER"), rest.low_e4, NULL, &error), ==, n);
  g_assert_cmpuint (n_staged (f), ==, then->plan->orders->len + n);
  g_assert_cmpuint (g_list_model_get_n_items (cd_desk_get_orders (f->desk)), ==, 0);
}

static gboolean
staged_again (Fixture *f, gconstpointer data)
{
  return n_staged (f) > 0;
}

static gboolean
sent_all (Fixture *f, gconstpointer data)
{
  while (n_staged (f) > 0)
    {
      g_autoptr (CdStagedRow) row = g_list_model_get_item (cd_desk_get_staged (f->desk), 0);

      if (!cd_desk_staged_send (f->desk, row, NULL))
        return FALSE;
    }
  return TRUE;
}

/* The plan comes back when its orders are gone and the books fill, within the limit, and not after a person's no. */
static void
test_repeat (Fixture *f, gconstpointer data)
{
  CdQuote *quote = cd_desk_get_quote (f->desk, "CEA25");
  const gint64 limit = quote->feed.asks[1].price;
  g_autoptr (GError) error = NULL;

  g_assert_true (cd_desk_set_cover_repeat (f->desk, "HD-POWER", limit, &error));
  WAIT_FOR (f, staged_again, NULL);
  for (guint i = 0; i < n_staged (f); i++)
    {
      g_autoptr (CdStagedRow) row = g_list_model_get_item (cd_desk_get_staged (f->desk), i);

      g_assert_cmpint (row->price_e4, <=, limit);
    }
  g_assert_cmpuint (g_list_model_get_n_items (cd_desk_get_orders (f->desk)), ==, 0);
  cd_desk_clock_set_paused (f->desk, FALSE);
  WAIT_FOR (f, sent_all, NULL);
  WAIT_FOR (f, staged_again, NULL);
  {
    g_autoptr (CdStagedRow) row = g_list_model_get_item (cd_desk_get_staged (f->desk), 0);

    g_assert_true (cd_desk_staged_discard (f->desk, row, &error));
  }
  g_assert_cmpint (cd_desk_get_cover_repeat (f->desk, "HD-POWER"), ==, 0);
}

/* Own rules are of one entity and outlive a restart, with the person who set them. */
static void
test_own_rule (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  CdOwnRule rule;

  cd_desk_get_own_rule (f->desk, "HD-POWER", &rule);
  g_assert_cmpint (rule.days, ==, CD_OWN_DAYS_START);
  g_assert_cmpstr (rule.by, ==, "");
  g_assert_false (cd_desk_set_own_days (f->desk, "HD-POWER", CD_OWN_DAYS_MAX + 1, &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_INPUT);
  g_clear_error (&error);
  g_assert_true (cd_desk_set_own_days (f->desk, "HD-POWER", 8, &error));
  g_assert_true (cd_desk_set_cover_repeat (f->desk, "HD-POWER", 985000, &error));
  close_desk (f);
  open_desk (f);
  WAIT_FOR (f, is_live, NULL);
  cd_desk_get_own_rule (f->desk, "HD-POWER", &rule);
  g_assert_cmpint (rule.days, ==, 8);
  g_assert_cmpstr (rule.by, ==, "power-trader");
  g_assert_cmpint (rule.at_us, >, 0);
  g_assert_cmpint (cd_desk_get_cover_repeat (f->desk, "HD-POWER"), ==, 985000);
  cd_desk_get_own_rule (f->desk, "HD-CEMENT", &rule);
  g_assert_cmpint (rule.days, ==, CD_OWN_DAYS_START);
}

/* Who has nothing to cover has nothing to stage. */
static void
test_surplus (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  cd_desk_switch_person (f->desk, "cement-trader");
  WAIT_FOR (f, person_is, "cement-trader");
  g_assert_cmpuint (cd_desk_stage_cover (f->desk, obligation (f, "HD-CEMENT"), NULL, &error), ==, 0);
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE);
  g_assert_cmpuint (n_staged (f), ==, 0);
}

int
main (int argc, char **argv)
{
  desk_tests_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/cover/" name, Fixture, NULL, start, func, teardown)
  ADD ("plan", test_plan);
  ADD ("row-agrees", test_row_agrees);
  ADD ("steps", test_steps);
  ADD ("own-listing", test_own_listing);
  ADD ("what-if", test_what_if);
  ADD ("stage", test_stage);
  ADD ("rest", test_rest);
  ADD ("repeat", test_repeat);
  ADD ("own-rule", test_own_rule);
  ADD ("surplus", test_surplus);
  return g_test_run ();
}
