/* test-desk.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The desk against the real venue process: start, reconcile, the main job with two persons and the authority, a lost venue, a
 * desk killed in the middle.
 */
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "desk-fixture.h"

static void
test_live (Fixture *f, gconstpointer data)
{
  CdObligationRow *row = NULL;
  g_autoptr (CdObligationRow) first = g_list_model_get_item (cd_desk_get_obligations (f->desk), 0);
  CdCash cash;

  row = first;
  g_assert_cmpstr (row->account, ==, "HD-POWER");
  g_assert_nonnull (row->figures);
  g_assert_cmpint (row->figures->owed, ==, 2800000);
  g_assert_cmpint (row->figures->offset_cap, ==, 140000);
  g_assert_cmpint (row->figures->shortfall, ==, 224000);
  cd_desk_get_cash (f->desk, "HD-POWER", &cash);
  g_assert_cmpint (cash.available_e4, ==, G_GINT64_CONSTANT (60000000) * CD_E4);
  g_assert_cmpint (cd_desk_get_quote (f->desk, "CEA24")->not_usable_year, ==, 2025);
}

/* What the ticket refuses never leaves. */
static void
test_refused_here (Fixture *f, gconstpointer data)
{
  const CdOrderDraft draft = { .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = 9999900, .qty = 10 };
  g_autoptr (GError) error = NULL;

  g_assert_null (cd_desk_submit (f->desk, &draft, "", &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_REFUSED);
  g_assert_cmpstr (error->message, ==, "price.band");
  g_assert_cmpuint (g_list_model_get_n_items (cd_desk_get_orders (f->desk)), ==, 0);
}

static gboolean
is_working (Fixture *f, gconstpointer data)
{
  return ((const CdOrderRow *)data)->order->state == CD_ORDER_WORKING;
}

/* A listing of our own rests, is seen, survives a restart of everything, and is cancelled. */
static void
test_listing_survives (Fixture *f, gconstpointer data)
{
  CdQuote *quote = cd_desk_get_quote (f->desk, "CEA25");
  const CdOrderDraft draft = { .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = quote->feed.stats.limit_low_e4 + 100, .qty = 777 };
  g_autoptr (GError) error = NULL;
  CdOrderRow *row = cd_desk_submit (f->desk, &draft, "cover", &error);
  g_autofree char *key = NULL;
  g_autoptr (CdOrderRow) again = NULL;

  g_assert_no_error (error);
  WAIT_FOR (f, is_working, row);
  key = g_strdup (row->order->key);
  close_desk (f);
  open_desk (f);
  WAIT_FOR (f, is_live, NULL);
  again = g_list_model_get_item (cd_desk_get_orders (f->desk), 0);
  g_assert_cmpstr (again->order->key, ==, key);
  g_assert_cmpint (again->order->state, ==, CD_ORDER_WORKING);
  g_assert_cmpstr (again->purpose, ==, "cover");
  g_assert_true (cd_desk_cancel (f->desk, again, &error));
  WAIT_FOR (f, is_final, again);
  g_assert_cmpint (again->order->state, ==, CD_ORDER_CANCELLED);
}

static gboolean
is_settled (Fixture *f, gconstpointer fill)
{
  return ((const CdFillRow *)fill)->step == CD_SETTLE_SETTLED && cd_desk_get_settlements (f->desk)->len > 0;
}

static void
test_main_job (Fixture *f, gconstpointer data)
{
  gint64 trading = holding (f, "CEA25")->bucket[CD_BUCKET_TRADING];
  g_autoptr (GError) error = NULL;
  g_autofree char *transfer = NULL;
  g_autofree char *room = NULL;
  CdFillRow *fill;

  cd_desk_clock_set_paused (f->desk, TRUE);
  buy (f, "CEA25", 500, "cover");
  WAIT_FOR (f, holds, (&(Want){ "CEA25", CD_BUCKET_BOUGHT_TODAY, 500 }));
  fill = g_list_model_get_item (cd_desk_get_fills (f->desk), 0);
  g_assert_cmpint (fill->step, ==, CD_SETTLE_TRADED);
  cd_desk_clock_skip (f->desk, "close");
  WAIT_FOR (f, closed_today, NULL);
  /* The closing price comes on one line, the settlement on another. */
  WAIT_FOR (f, is_settled, fill);
  g_object_unref (fill);
  cd_desk_confirm_settlement (f->desk, g_array_index (cd_desk_get_settlements (f->desk), CdSettlement, 0).day, &error);
  g_assert_no_error (error);
  /* Settled, but what was bought is free only at the next opening. */
  g_assert_cmpint (holding (f, "CEA25")->bucket[CD_BUCKET_BOUGHT_TODAY], ==, 500);
  cd_desk_clock_skip (f->desk, "next_day");
  WAIT_FOR (f, holds, (&(Want){ "CEA25", CD_BUCKET_TRADING, trading + 500 }));
  transfer = cd_desk_propose_transfer (f->desk, "HD-POWER", "CEA25", trading + 500, TRUE, &error);
  g_assert_no_error (error);
  confirm_as_second (f, transfer, "executed");
  become (f, "power-trader");
  /* More than the register holds is refused by the registry, and says so. */
  room = cd_desk_propose_reserve (f->desk, "HD-POWER", "CCER-OW-2501", 999, 2025, &error);
  g_assert_no_error (error);
  WAIT_FOR (f, in_state, (&(InState){ room, "rejected" }));
  g_assert_cmpstr (instruction (f, room)->reason, ==, "balance.insufficient");
}

/* The venue dies: nothing is live, nothing new leaves; the words say so. */
static gboolean
is_offline (Fixture *f, gconstpointer data)
{
  return cd_desk_get_state (f->desk) == CD_DESK_OFFLINE && cd_desk_get_quote (f->desk, "CEA25")->fresh != CD_FRESH_LIVE;
}

static void
test_killed_venue (Fixture *f, gconstpointer data)
{
  const CdOrderDraft draft = { .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = 900000, .qty = 10 };
  g_autoptr (GError) error = NULL;

  cd_desk_kill_venue_for_test (f->desk);
  WAIT_FOR (f, is_offline, NULL);
  g_assert_true (cd_desk_is_locked (f->desk));
  g_assert_null (cd_desk_submit (f->desk, &draft, "", &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_LOCKED);
}

static gboolean
is_resolved (Fixture *f, gconstpointer data)
{
  const CdOrderRow *row = data;

  return row->order->state != CD_ORDER_UNKNOWN;
}

static gboolean
is_sending (Fixture *f, gconstpointer data)
{
  const CdOrderRow *row = data;

  return row->order->state == CD_ORDER_SENDING;
}

static gboolean
is_unknown (Fixture *f, gconstpointer data)
{
  return !is_resolved (f, data);
}

/* Halts the practice venue, the only child, so that it reads nothing more. */
static void
halt_venue (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/children", (int)getpid ());
  g_autofree char *children = NULL;
  int pid;

  g_assert_true (g_file_get_contents (path, &children, NULL, NULL));
  pid = atoi (children);
  g_assert_cmpint (pid, >, 0);
  g_assert_cmpint (kill (pid, SIGSTOP), ==, 0);
}

static CdOrderRow *
send_to_nobody (Fixture *f)
{
  CdQuote *quote = cd_desk_get_quote (f->desk, "CEA25");
  const CdOrderDraft draft = { .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = quote->feed.stats.limit_low_e4 + 100, .qty = 888 };
  g_autoptr (GError) error = NULL;
  CdOrderRow *row;

  halt_venue ();
  row = cd_desk_submit (f->desk, &draft, "", &error);
  g_assert_no_error (error);
  WAIT_FOR (f, is_sending, row);
  return row;
}

/* The venue dies with an order on its way. After the restart it is first not found before its deadline, which proves nothing:
 * the desk must go on asking while it is live until the fate is known, and never send it again. */
static void
test_lost_on_the_way (Fixture *f, gconstpointer data)
{
  CdOrderRow *row = send_to_nobody (f);
  g_autofree char *key = g_strdup (row->order->key);
  g_autoptr (CdOrderRow) again = NULL;

  cd_desk_kill_venue_for_test (f->desk);
  WAIT_FOR (f, is_unknown, row);
  close_desk (f);
  open_desk (f);
  WAIT_FOR (f, is_live, NULL);
  again = g_list_model_get_item (cd_desk_get_orders (f->desk), 0);
  g_assert_cmpstr (again->order->key, ==, key);
  WAIT_FOR (f, is_resolved, again);
  g_assert_cmpint (again->order->state, ==, CD_ORDER_NOT_PLACED);
}

/* Another person takes the seat while an order is on its way: it does not stand as being sent for ever. */
static void
test_switch_on_the_way (Fixture *f, gconstpointer data)
{
  CdOrderRow *row = send_to_nobody (f);

  cd_desk_switch_person (f->desk, "power-second");
  g_assert_cmpint (row->order->state, !=, CD_ORDER_SENDING);
  cd_desk_kill_venue_for_test (f->desk);
  WAIT_FOR (f, is_offline, NULL);
}

/* The window may be closed at any moment of the start: nothing goes on behind it, and the profile opens again. */
static void
test_stop_while_starting (void)
{
  Fixture f = { .profile = "test-stop" };

  for (guint turns = 0; turns < 400; turns = turns * 2 + 1)
    {
      open_desk (&f);
      for (guint i = 0; i < turns && cd_desk_get_state (f.desk) != CD_DESK_LIVE; i++)
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpint (cd_desk_get_state (f.desk), !=, CD_DESK_FAILED);
      close_desk (&f);
    }
}

int
main (int argc, char **argv)
{
  desk_tests_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/desk/" name, Fixture, NULL, setup, func, teardown)
  ADD ("live", test_live);
  ADD ("refused-here", test_refused_here);
  ADD ("listing-survives", test_listing_survives);
  ADD ("main-job", test_main_job);
  ADD ("killed-venue", test_killed_venue);
  ADD ("lost-on-the-way", test_lost_on_the_way);
  ADD ("switch-on-the-way", test_switch_on_the_way);
  g_test_add_func ("/desk/stop-while-starting", test_stop_while_starting);
  return g_test_run ();
}
