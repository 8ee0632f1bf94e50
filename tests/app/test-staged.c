/* test-staged.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Staged orders at the real desk: kept over a restart, checked again while they wait, sent once and only when asked, discarded and
 * brought back.
 */
#include <string.h>

#include "desk-fixture.h"

static CdOrderDraft
listing_draft (Fixture *f, gint64 qty)
{
  CdQuote *quote = cd_desk_get_quote (f->desk, "CEA25");

  return (CdOrderDraft){ .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = quote->feed.stats.limit_low_e4 + 100, .qty = qty };
}

static guint
n_staged (Fixture *f)
{
  return g_list_model_get_n_items (cd_desk_get_staged (f->desk));
}

static CdStagedRow *
stage (Fixture *f, gint64 qty, const char *purpose, const char *plan)
{
  const CdOrderDraft draft = listing_draft (f, qty);
  g_autoptr (GError) error = NULL;
  CdStagedRow *row = cd_desk_stage (f->desk, &draft, purpose, plan, 0, &error);

  g_assert_no_error (error);
  return row;
}

static CdStagedRow *
staged_at (Fixture *f, guint i)
{
  g_autoptr (CdStagedRow) row = g_list_model_get_item (cd_desk_get_staged (f->desk), i);

  return row;
}

static gboolean
is_working (Fixture *f, gconstpointer data)
{
  return ((const CdOrderRow *)data)->order->state == CD_ORDER_WORKING;
}

static guint
n_orders (Fixture *f)
{
  return g_list_model_get_n_items (cd_desk_get_orders (f->desk));
}

/* Everything that was said about it is there again after a restart, and nothing was sent. */
static void
test_survives (Fixture *f, gconstpointer data)
{
  CdStagedRow *row = stage (f, 1200, "cover", "P261214-1");
  g_autofree char *id = g_strdup (row->id);
  gint64 created = row->created_us, expires = row->expires_us, price = row->price_e4;

  g_assert_cmpint (created, >, 0);
  g_assert_cmpint (expires, >, created);
  g_assert_cmpstr (row->by, ==, "power-trader");
  stage (f, 1300, "", NULL);
  close_desk (f);
  open_desk (f);
  WAIT_FOR (f, is_live, NULL);
  g_assert_cmpuint (n_staged (f), ==, 2);
  row = staged_at (f, 1);
  g_assert_cmpstr (row->id, ==, id);
  g_assert_cmpstr (row->account, ==, "HD-POWER");
  g_assert_cmpstr (row->instrument, ==, "CEA25");
  g_assert_cmpint (row->side, ==, CD_SIDE_BUY);
  g_assert_cmpint (row->kind, ==, CD_KIND_LIST);
  g_assert_cmpint (row->price_e4, ==, price);
  g_assert_cmpint (row->qty, ==, 1200);
  g_assert_cmpstr (row->purpose, ==, "cover");
  g_assert_cmpstr (row->by, ==, "power-trader");
  g_assert_cmpstr (row->plan, ==, "P261214-1");
  g_assert_cmpint (row->created_us, ==, created);
  g_assert_cmpint (row->expires_us, ==, expires);
  g_assert_cmpint (staged_at (f, 0)->qty, ==, 1300);
  g_assert_cmpuint (n_orders (f), ==, 0);
}

/* Sent once: the row goes, the order comes, and neither a second press nor a restart brings it back. */
static void
test_sent_once (Fixture *f, gconstpointer data)
{
  g_autoptr (CdStagedRow) row = g_object_ref (stage (f, 700, "cover", "P261214-1"));
  g_autoptr (GError) error = NULL;
  CdOrderRow *order = cd_desk_staged_send (f->desk, row, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (n_staged (f), ==, 0);
  g_assert_cmpstr (order->purpose, ==, "cover");
  g_assert_cmpstr (order->order->key, !=, row->id);
  g_assert_null (cd_desk_staged_send (f->desk, row, &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE);
  g_clear_error (&error);
  g_assert_false (cd_desk_staged_restore (f->desk, row, &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE);
  WAIT_FOR (f, is_working, order);
  close_desk (f);
  open_desk (f);
  WAIT_FOR (f, is_live, NULL);
  g_assert_cmpuint (n_staged (f), ==, 0);
  g_assert_cmpuint (n_orders (f), ==, 1);
}

/* A desk that is closed in the turn of the press: either the draft or the order is there afterwards, never both and never none. */
static void
test_closed_in_the_turn (Fixture *f, gconstpointer data)
{
  CdStagedRow *row = stage (f, 640, "", NULL);
  g_autoptr (GError) error = NULL;

  cd_desk_staged_send (f->desk, row, &error);
  g_assert_no_error (error);
  close_desk (f);
  open_desk (f);
  WAIT_FOR (f, is_live, NULL);
  g_assert_cmpuint (n_staged (f) + n_orders (f), ==, 1);
}

static void
test_discard_and_undo (Fixture *f, gconstpointer data)
{
  g_autoptr (CdStagedRow) row = g_object_ref (stage (f, 500, "cover", NULL));
  g_autoptr (CdStagedRow) other = g_object_ref (stage (f, 600, "cover", NULL));
  g_autoptr (GError) error = NULL;

  g_assert_true (cd_desk_staged_discard (f->desk, row, &error));
  g_assert_true (cd_desk_staged_discard (f->desk, other, &error));
  g_assert_cmpuint (n_staged (f), ==, 0);
  g_assert_false (cd_desk_staged_discard (f->desk, row, NULL));
  g_assert_true (cd_desk_staged_restore (f->desk, row, &error));
  g_assert_true (cd_desk_staged_change (f->desk, row, row->price_e4 + 100, 550, &error));
  g_assert_no_error (error);
  close_desk (f);
  open_desk (f);
  WAIT_FOR (f, is_live, NULL);
  g_assert_cmpuint (n_staged (f), ==, 1);
  g_assert_cmpint (staged_at (f, 0)->qty, ==, 550);
  g_assert_cmpint (staged_at (f, 0)->price_e4, ==, row->price_e4);
  g_assert_cmpuint (n_orders (f), ==, 0);
}

static gboolean
is_closed_now (Fixture *f, gconstpointer data)
{
  const CdStagedRow *row = data;

  return row->checked && row->n_block > 0 && row->worst.id == CD_CHECK_SESSION;
}

static gboolean
passes_now (Fixture *f, gconstpointer data)
{
  const CdStagedRow *row = data;

  return row->checked && row->n_block == 0;
}

static gboolean
is_expired (Fixture *f, gconstpointer data)
{
  return ((const CdStagedRow *)data)->expired;
}

/* "Checks now" are of now: in session it passes; after the close the session blocks it, then the draft itself is too old. */
static void
test_checks_now (Fixture *f, gconstpointer data)
{
  CdStagedRow *day = stage (f, 800, "cover", NULL);
  const CdOrderDraft draft = listing_draft (f, 900);
  g_autoptr (GError) error = NULL;
  CdStagedRow *week = cd_desk_stage (f->desk, &draft, "cover", NULL, cd_desk_get_market_time (f->desk) + 5 * CD_USEC_PER_DAY, &error);
  CdStagedRow *rows[] = { day, week };

  g_assert_true (day->checked);
  g_assert_cmpuint (day->n_block, ==, 0);
  cd_desk_clock_set_paused (f->desk, TRUE);
  cd_desk_clock_skip (f->desk, "close");
  WAIT_FOR (f, closed_today, NULL);
  WAIT_FOR (f, is_closed_now, week);
  cd_desk_clock_skip (f->desk, "session");
  WAIT_FOR (f, is_expired, day);
  g_assert_false (week->expired);
  g_assert_null (cd_desk_staged_send (f->desk, day, &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE);
  g_assert_cmpuint (n_orders (f), ==, 0);
  WAIT_FOR (f, has_book, "CEA25");
  /* The clock may be in the session before the desk has heard that it is open: until then the session blocks, as it should. */
  WAIT_FOR (f, passes_now, week);
  /* Last, since the desk is locked whenever it reconciles. */
  WAIT_FOR (f, is_live, NULL);
  /* The good one goes, the other stays. */
  g_assert_cmpuint (cd_desk_staged_send_all (f->desk, rows, 2), ==, 1);
  g_assert_cmpuint (n_staged (f), ==, 1);
  g_assert_true (staged_at (f, 0) == day);
}

static gboolean
is_offline (Fixture *f, gconstpointer data)
{
  return cd_desk_get_state (f->desk) == CD_DESK_OFFLINE;
}

/* Without a line drafts can still be made; nothing of them leaves. */
static void
test_offline (Fixture *f, gconstpointer data)
{
  CdStagedRow *row;
  g_autoptr (GError) error = NULL;

  cd_desk_kill_venue_for_test (f->desk);
  WAIT_FOR (f, is_offline, NULL);
  row = stage (f, 450, "cover", NULL);
  g_assert_null (cd_desk_staged_send (f->desk, row, &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_LOCKED);
  g_assert_cmpuint (n_staged (f), ==, 1);
}

/* What is no order at all is not kept. */
static void
test_refused_drafts (Fixture *f, gconstpointer data)
{
  const CdOrderDraft good = listing_draft (f, 10);
  CdOrderDraft bad[4] = { good, good, good, good };

  bad[0].qty = 0;
  bad[1].price_e4 = 0;
  bad[2].instrument = "XYZ";
  bad[3].account = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (cd_desk_stage (f->desk, &bad[i], "", NULL, 0, &error));
      g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_INPUT);
    }
  g_assert_cmpuint (n_staged (f), ==, 0);
}

/* Numbers of plans go on over a restart. */
static void
test_plan_numbers (Fixture *f, gconstpointer data)
{
  g_autofree char *first = cd_desk_new_plan_number (f->desk);
  g_autofree char *second = cd_desk_new_plan_number (f->desk);
  g_autofree char *third = NULL;

  g_assert_cmpstr (first, ==, "P261214-1");
  g_assert_cmpstr (second, ==, "P261214-2");
  stage (f, 100, "cover", second);
  close_desk (f);
  open_desk (f);
  WAIT_FOR (f, is_live, NULL);
  third = cd_desk_new_plan_number (f->desk);
  g_assert_cmpstr (third, ==, "P261214-3");
}

int
main (int argc, char **argv)
{
  desk_tests_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/staged/" name, Fixture, NULL, setup, func, teardown)
  ADD ("survives", test_survives);
  ADD ("sent-once", test_sent_once);
  ADD ("closed-in-the-turn", test_closed_in_the_turn);
  ADD ("discard-and-undo", test_discard_and_undo);
  ADD ("checks-now", test_checks_now);
  ADD ("offline", test_offline);
  ADD ("refused-drafts", test_refused_drafts);
  ADD ("plan-numbers", test_plan_numbers);
  return g_test_run ();
}
