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

#include "cd-desk.h"

#define LIMIT_S 60

typedef struct
{
  CdDesk *desk;
  char profile[16];
} Fixture;

typedef gboolean (*Condition) (Fixture *f, gconstpointer data);

static gboolean
late_cb (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
nudge_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the loop until @condition holds; never a fixed time. */
#define WAIT_FOR(f, condition, data) g_assert_true (wait_for (f, condition, data))
static gboolean
wait_for (Fixture *f, Condition condition, gconstpointer data)
{
  gboolean late = FALSE;
  guint timer = g_timeout_add_seconds (LIMIT_S, late_cb, &late);
  guint nudge = g_timeout_add (20, nudge_cb, NULL);

  while (!late && !condition (f, data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (nudge);
  if (!late)
    g_source_remove (timer);
  else
    g_test_message ("state %d, problem %s", cd_desk_get_state (f->desk), cd_desk_get_problem (f->desk));
  return !late;
}

static gboolean
is_live (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (cd_desk_get_state (f->desk), !=, CD_DESK_FAILED);
  return cd_desk_get_state (f->desk) == CD_DESK_LIVE && !cd_desk_is_locked (f->desk);
}

static gboolean
has_book (Fixture *f, gconstpointer data)
{
  CdQuote *quote = cd_desk_get_quote (f->desk, data);

  return quote && quote->fresh == CD_FRESH_LIVE && quote->feed.n_asks >= 3 && quote->feed.n_bids >= 3;
}

static void
alert_cb (CdDesk *desk, int level, const char *code, const char *text, Fixture *f)
{
  g_test_message ("alert %d %s: %s", level, code, text);
}

static void
open_desk (Fixture *f)
{
  const CdDeskConfig config = { .profile = f->profile };

  f->desk = cd_desk_new (cd_env_default (), &config);
  g_signal_connect (f->desk, "alert", G_CALLBACK (alert_cb), f);
  cd_desk_start (f->desk);
}

static void
setup (Fixture *f, gconstpointer data)
{
  static int number;

  g_snprintf (f->profile, sizeof f->profile, "test-%d", ++number);
  open_desk (f);
  WAIT_FOR (f, is_live, NULL);
  WAIT_FOR (f, has_book, "CEA25");
}

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  cd_desk_stop_finish (CD_DESK (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *)data = TRUE;
}

static gboolean
flag_set (Fixture *f, gconstpointer data)
{
  return *(const gboolean *)data;
}

static void
close_desk (Fixture *f)
{
  gboolean stopped = FALSE;

  cd_desk_stop_async (f->desk, stopped_cb, &stopped);
  WAIT_FOR (f, flag_set, &stopped);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (f->desk);
  f->desk = NULL;
}

static void
teardown (Fixture *f, gconstpointer data)
{
  close_desk (f);
}

/* --- Conditions ------------------------------------------------------------------------------------------------------ */

static CdHoldingRow *
holding (Fixture *f, const char *asset)
{
  GListModel *rows = cd_desk_get_holdings (f->desk);
  const CdEntity *entity = cd_desk_get_entity (f->desk);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdHoldingRow) row = g_list_model_get_item (rows, i);

      if (g_str_equal (row->asset, asset) && g_str_equal (row->account, entity->id))
        return row;
    }
  return NULL;
}

typedef struct
{
  const char *asset;
  CdBucket bucket;
  gint64 qty;
} Want;

static gboolean
holds (Fixture *f, gconstpointer data)
{
  const Want *want = data;
  CdHoldingRow *row = holding (f, want->asset);

  return row && row->bucket[want->bucket] == want->qty;
}

static gboolean
is_final (Fixture *f, gconstpointer data)
{
  return cd_order_is_final (((const CdOrderRow *)data)->order);
}

static CdInstructionRow *
instruction (Fixture *f, const char *id)
{
  GListModel *rows = cd_desk_get_instructions (f->desk);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdInstructionRow) row = g_list_model_get_item (rows, i);

      if (g_str_equal (row->id, id))
        return row;
    }
  return NULL;
}

typedef struct
{
  const char *id, *state;
} InState;

static gboolean
in_state (Fixture *f, gconstpointer data)
{
  const InState *want = data;
  CdInstructionRow *row = instruction (f, want->id);

  return row && g_str_equal (row->state, want->state) && is_live (f, NULL) && (!g_str_equal (want->state, "proposed") || row->hash);
}

static gboolean
closed_today (Fixture *f, gconstpointer data)
{
  CdQuote *quote = cd_desk_get_quote (f->desk, "CEA25");

  return quote->feed.stats.close_e4 != 0;
}

static gboolean
person_is (Fixture *f, gconstpointer data)
{
  const CdPerson *person = cd_desk_get_person (f->desk);

  return person && g_str_equal (person->id, data) && is_live (f, NULL);
}

/* --- Steps ----------------------------------------------------------------------------------------------------------- */

/* Picks at the best ask until @qty is bought; a quote that somebody else took is a normal outcome. */
static void
buy (Fixture *f, const char *code, gint64 qty, const char *purpose)
{
  for (int tries = 0; qty > 0 && tries < 400; tries++)
    {
      CdQuote *quote = cd_desk_get_quote (f->desk, code);
      g_autoptr (GError) error = NULL;
      CdOrderDraft draft;
      CdOrderRow *row;

      WAIT_FOR (f, has_book, code);
      draft = (CdOrderDraft){ .account = "HD-POWER", .instrument = code, .side = CD_SIDE_BUY, .kind = CD_KIND_PICK, .price_e4 = quote->feed.asks[0].price, .qty = MIN (quote->feed.asks[0].qty, qty) };
      row = cd_desk_submit (f->desk, &draft, purpose, &error);
      if (!row)
        {
          g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_REFUSED);
          g_main_context_iteration (NULL, TRUE);
          continue;
        }
      WAIT_FOR (f, is_final, row);
      qty -= row->order->cum;
    }
  g_assert_cmpint (qty, ==, 0);
}

static void
become (Fixture *f, const char *person)
{
  cd_desk_switch_person (f->desk, person);
  WAIT_FOR (f, person_is, person);
}

/* Proposed by the trader, confirmed by the second person. */
static void
confirm_as_second (Fixture *f, const char *id, const char *then)
{
  g_autoptr (GError) error = NULL;

  WAIT_FOR (f, in_state, (&(InState){ id, "proposed" }));
  g_assert_false (instruction (f, id)->may_confirm);
  become (f, "power-second");
  WAIT_FOR (f, in_state, (&(InState){ id, "proposed" }));
  cd_desk_confirm_instruction (f->desk, instruction (f, id), &error);
  g_assert_no_error (error);
  WAIT_FOR (f, in_state, (&(InState){ id, then }));
}

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
  WAIT_FOR (f, holds, (&(Want){ "CEA25", CD_BUCKET_TRADING, trading + 500 }));
  g_assert_cmpint (fill->step, ==, CD_SETTLE_SETTLED);
  g_object_unref (fill);
  cd_desk_confirm_settlement (f->desk, g_array_index (cd_desk_get_settlements (f->desk), CdSettlement, 0).day, &error);
  g_assert_no_error (error);
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
  g_autofree char *home = g_dir_make_tmp ("carbondesk-desk-XXXXXX", NULL);

  g_assert_true (g_setenv ("XDG_DATA_HOME", home, TRUE) && g_setenv ("XDG_CACHE_HOME", home, TRUE));
  g_test_init (&argc, &argv, NULL);
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
