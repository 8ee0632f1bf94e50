/* test-overtaken.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Answers that come late: what is newer stays on the screen, whichever way it came.
 */
#include <locale.h>
#include <string.h>

#include "late-fixture.h"

/* --- Instructions ------------------------------------------------------------------------------------------------------- */

static CdInstructionRow *
instruction (Late *late)
{
  g_autoptr (CdInstructionRow) row = g_list_model_get_item (cd_desk_get_instructions (late->w.desk), 0);

  return row;
}

static gboolean
executed (gpointer data)
{
  return g_strcmp0 (instruction (data)->state, "executed") == 0;
}

static gint64
to_surrender (Late *late)
{
  const CdHoldingRow *row = cd_desk_holding (late->w.desk, LATE_ACCOUNT, LATE_CODE);

  return row->to_surrender;
}

/* Proposed here, shown as proposed. */
static char *
transfer (Late *late)
{
  g_autoptr (GError) error = NULL;
  char *id = cd_desk_propose_transfer (late->w.desk, LATE_ACCOUNT, LATE_CODE, 10, TRUE, &error);

  g_assert_no_error (error);
  sim_pressed (&late->w, id);
  g_assert_true (late_pass (late, 1000));
  g_assert_cmpstr (instruction (late)->state, ==, "proposed");
  g_assert_nonnull (instruction (late)->hash);
  return id;
}

static void
confirm (Late *late, const char *id)
{
  const CdWireInstruction body = { .id = (char *)id, .version = 1, .hash = instruction (late)->hash };
  g_autofree char *text = cd_wire_instruction_print (CD_WIRE_OP_INSTRUCTION_CONFIRM, &body);

  g_free (late_act (late, "power-second", LATE_ACCOUNT, CD_WIRE_OP_INSTRUCTION_CONFIRM, text));
}

/* The venue looks, then something happens, then what it saw comes: after the event, and after the next list. */
static void
look_before (Late *late, const char *path, guint ms)
{
  late->slow = path;
  late->slow_ms = ms;
  late->n_slow = 1;
  late->looked = 0;
  cd_desk_refresh_soon (late->w.desk);
  for (guint i = 0; i < 100 && late->looked == 0; i++)
    sim_advance (&late->w, 10);
  g_assert_cmpuint (late->looked, ==, 1);
}

static void
test_instruction_list (void)
{
  Late late;
  g_autofree char *id = NULL;

  late_open (&late);
  id = transfer (&late);
  late.holds = executed;
  look_before (&late, "/instructions", 4000);
  confirm (&late, id);
  g_assert_true (late_pass (&late, 1500));
  g_assert_true (late.held);
  g_assert_true (late_pass (&late, 5000));
  late_close (&late);
}

/* Nothing but the event has come: the list is still older than that. */
static void
test_instruction_event (void)
{
  Late late;
  g_autofree char *id = NULL;

  late_open (&late);
  id = transfer (&late);
  late.holds = executed;
  look_before (&late, "/instructions", 300);
  late.slow_ms = 3000;
  late.n_slow = 10;
  confirm (&late, id);
  g_assert_true (late_pass (&late, 1500));
  g_assert_true (late.held);
  g_assert_true (late_pass (&late, 8000));
  late_close (&late);
}

static gint64 before_units;

static gboolean
moved (gpointer data)
{
  return to_surrender (data) == before_units + 10;
}

static void
test_holdings (void)
{
  Late late;
  g_autofree char *id = NULL;

  late_open (&late);
  before_units = to_surrender (&late);
  id = transfer (&late);
  look_before (&late, "/holdings", 4000);
  confirm (&late, id);
  late.holds = moved;
  g_assert_true (late_pass (&late, 1500));
  g_assert_true (late.held);
  g_assert_true (late_pass (&late, 5000));
  late_close (&late);
}

static gint64 before_cash;

static gboolean
cash_moved (gpointer data)
{
  CdCash cash;

  cd_desk_get_cash (((Late *)data)->w.desk, LATE_ACCOUNT, &cash);
  return cash.available_e4 == before_cash - 5 * CD_E4;
}

static void
test_cash (void)
{
  Late late;
  g_autofree char *id = NULL;
  CdCash cash;

  late_open (&late);
  cd_desk_get_cash (late.w.desk, LATE_ACCOUNT, &cash);
  before_cash = cash.available_e4;
  look_before (&late, "/cash", 4000);
  id = cd_desk_propose_cash (late.w.desk, LATE_ACCOUNT, 5 * CD_E4, FALSE, NULL);
  sim_pressed (&late.w, id);
  g_assert_true (late_pass (&late, 300));
  confirm (&late, id);
  late.holds = cash_moved;
  g_assert_true (late_pass (&late, 1500));
  g_assert_true (late.held);
  g_assert_true (late_pass (&late, 5000));
  late_close (&late);
}

/* --- Two persons -------------------------------------------------------------------------------------------------------- */

static CdRequestRow *
request (Late *late)
{
  g_autoptr (CdRequestRow) row = g_list_model_get_item (cd_desk_get_requests (late->w.desk), 0);

  return row;
}

static gboolean
approved (gpointer data)
{
  return g_str_equal (request (data)->state, "approved") && request (data)->may_send;
}

static void
ask (Late *late)
{
  CdQuote *quote = cd_desk_get_quote (late->w.desk, LATE_CODE);
  const CdOrderDraft draft = { .account = LATE_ACCOUNT, .instrument = LATE_CODE, .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = quote->feed.bids[0].price - 300, .qty = 100 };
  g_autoptr (GError) error = NULL;
  CdStagedRow *staged = cd_desk_stage (late->w.desk, &draft, "cover", NULL, 0, &error);
  g_autofree char *id = NULL;

  g_assert_no_error (error);
  id = cd_desk_request_approval (late->w.desk, staged, &error);
  g_assert_no_error (error);
  g_assert_true (late_pass (late, 1500));
  g_assert_cmpstr (request (late)->state, ==, "proposed");
}

static void
approve (Late *late)
{
  const CdWireBody body = { .op = CD_WIRE_OP_REQUEST_APPROVE, .id = request (late)->id, .version = request (late)->version, .hash = request (late)->hash };
  g_autofree char *text = cd_wire_body_print (&body);

  sim_requests_read_by (&late->w, "power-second", body.id, body.version, body.hash);
  g_free (late_act (late, "power-second", LATE_ACCOUNT, CD_WIRE_OP_REQUEST_APPROVE, text));
}

static void
test_request (void)
{
  Late late;

  late_open (&late);
  ask (&late);
  look_before (&late, "/requests", 4000);
  approve (&late);
  late.holds = approved;
  g_assert_true (late_pass (&late, 1500));
  g_assert_true (late.held);
  g_assert_true (late_pass (&late, 5000));
  late_close (&late);
}

static gboolean
has_deputy (gpointer data)
{
  return g_list_model_get_n_items (cd_desk_get_deputies (((Late *)data)->w.desk)) == 1;
}

static void
test_deputy (void)
{
  Late late;
  CdDate day;
  CdWireBody body = { .op = CD_WIRE_OP_DEPUTY_APPOINT, .person = (char *)"cement-second" };
  g_autofree char *text = NULL;

  late_open (&late);
  day = cd_zone_date_of (cd_calendar_zone (late.w.packs[0]->market->calendar), sim_market_now (&late.w), NULL);
  body.from = day;
  body.to = day + 3;
  text = cd_wire_body_print (&body);
  look_before (&late, "/deputies", 4000);
  g_free (late_act (&late, "power-second", LATE_ACCOUNT, CD_WIRE_OP_DEPUTY_APPOINT, text));
  late.holds = has_deputy;
  g_assert_true (late_pass (&late, 1500));
  g_assert_true (late.held);
  g_assert_true (late_pass (&late, 5000));
  late_close (&late);
}

static void
veto (Late *late, gboolean stop)
{
  const CdWireBody body = { .op = stop ? CD_WIRE_OP_ACCOUNT_STOP : CD_WIRE_OP_ACCOUNT_RELEASE, .reason = (char *)"limit of the day reached" };
  g_autofree char *text = cd_wire_body_print (&body);

  g_free (late_act (late, "power-second", LATE_ACCOUNT, body.op, text));
}

static gboolean
is_stopped (gpointer data)
{
  CdVeto now;

  cd_desk_get_veto (((Late *)data)->w.desk, LATE_ACCOUNT, &now);
  return now.stopped && g_str_equal (now.by, "power-second");
}

static gboolean
is_released (gpointer data)
{
  return !is_stopped (data);
}

static void
session_before (Late *late, gboolean stop)
{
  late->slow = "session";
  late->slow_ms = 2000;
  late->n_slow = 1;
  late->looked = 0;
  cd_desk_reconcile_start (late->w.desk);
  for (guint i = 0; i < 100 && late->looked == 0; i++)
    sim_advance (&late->w, 10);
  g_assert_cmpuint (late->looked, ==, 1);
  veto (late, stop);
}

/* The session was read before the veto: it does not lift it; nor does one from before the release put it back. */
static void
test_veto (void)
{
  Late late;

  late_open (&late);
  late.holds = is_stopped;
  session_before (&late, TRUE);
  g_assert_true (late_pass (&late, 300));
  g_assert_true (late.held);
  g_assert_true (late_pass (&late, 5000));
  late.held = FALSE;
  late.holds = NULL;
  session_before (&late, FALSE);
  g_assert_true (late_pass (&late, 300));
  late.holds = is_released;
  g_assert_true (late_pass (&late, 5000));
  g_assert_true (late.held);
  late_close (&late);
}

/* --- Orders ------------------------------------------------------------------------------------------------------------- */

/* A list from before a change does not prove the change back, of which no answer came. */
static void
test_replace (void)
{
  Late late;
  CdOrderRow *row;
  gint64 price;

  late_open (&late);
  row = late_working (&late, 400);
  price = row->order->price_e4;
  late.slow = "/orders?";
  late.slow_ms = 9000;
  late.n_slow = 1;
  late.looked = 0;
  cd_desk_ask_orders (late.w.desk);
  for (guint i = 0; i < 100 && late.looked == 0; i++)
    sim_advance (&late.w, 10);
  g_assert_true (cd_desk_replace (late.w.desk, row, price - 100, 100, NULL));
  g_assert_true (late_pass (&late, 500));
  g_assert_cmpint (row->order->price_e4, ==, price - 100);
  late.swallow = "order.replace";
  g_assert_true (cd_desk_replace (late.w.desk, row, price, 100, NULL));
  g_assert_true (late_pass (&late, 5200));
  g_assert_true (row->order->req_unknown);
  /* The old list comes now, and shows what was asked for. */
  g_assert_true (late_pass (&late, 3700));
  g_assert_cmpint (row->order->price_e4, ==, price - 100);
  late_close (&late);
}

/* The trades of one account do not take the place of another's. */
static void
test_two_accounts (void)
{
  Late late;
  CdOrderRow *row;
  CdDate day;
  CdWireBody body = { .op = CD_WIRE_OP_DEPUTY_APPOINT, .person = (char *)"cement-second" };
  g_autofree char *text = NULL, *pick = NULL;

  late_open (&late);
  row = late_working (&late, -100);
  day = cd_zone_date_of (cd_calendar_zone (late.w.packs[0]->market->calendar), sim_market_now (&late.w), NULL);
  body.from = day;
  body.to = day + 3;
  text = cd_wire_body_print (&body);
  g_free (late_act (&late, "power-second", LATE_ACCOUNT, CD_WIRE_OP_DEPUTY_APPOINT, text));
  cd_desk_switch_person (late.w.desk, "cement-second");
  late_live (&late);
  g_assert_cmpuint (cd_desk_get_entities (late.w.desk)->len, ==, 2);
  late.lose = "order.fill";
  late.n_lose = 4;
  body = (CdWireBody){ .op = CD_WIRE_OP_ORDER_NEW, .instrument = (char *)LATE_CODE, .side = CD_SIDE_SELL, .kind = CD_KIND_PICK, .price_e4 = row->order->price_e4, .qty = 30, .by = (char *)"cement-trader" };
  pick = cd_wire_body_print (&body);
  g_free (late_act (&late, "cement-trader", "HD-CEMENT", CD_WIRE_OP_ORDER_NEW, pick));
  /* The orders of the one account come when the trades of both have come. */
  late.slow = LATE_ACCOUNT "/orders?";
  late.slow_ms = 500;
  late.n_slow = 100;
  g_assert_true (late_pass (&late, 4000));
  late_live (&late);
  g_assert_cmpint (row->order->cum, ==, 30);
  g_assert_false (row->order->check);
  late_close (&late);
}

/* --- A number that is missing ------------------------------------------------------------------------------------------- */

static CdGapRow *
gap (Late *late)
{
  g_autoptr (CdGapRow) row = g_list_model_get_item (cd_desk_get_gaps (late->w.desk), 0);

  return row;
}

static gboolean was_reading, was_locked;

static void
look_at_gap (gpointer data, const char *name)
{
  Late *late = data;
  CdGapRow *row = gap (late);

  was_reading |= row && row->state == CD_GAP_READING && g_strcmp0 (row->account, LATE_ACCOUNT) == 0;
  was_locked |= cd_desk_is_locked (late->w.desk);
}

/* One event of an order is lost and the next comes: a hole with its number, nothing new leaves, everything is read again, and what was
 * missed is there. */
static void
skip (const char *lost, guint n, gint64 missed)
{
  Late late;
  CdOrderRow *row;
  guint rows;
  CdWireBody body;
  g_autofree char *pick = NULL;

  late_open (&late);
  row = late_working (&late, -100);
  rows = g_list_model_get_n_items (cd_desk_get_gaps (late.w.desk));
  was_reading = was_locked = FALSE;
  late.at_probe = look_at_gap;
  late.wanted = "reconcile.session";
  late.lose = lost;
  late.n_lose = n;
  body = (CdWireBody){ .op = CD_WIRE_OP_ORDER_NEW, .instrument = (char *)LATE_CODE, .side = CD_SIDE_SELL, .kind = CD_KIND_PICK, .price_e4 = row->order->price_e4, .qty = 30, .by = (char *)"cement-trader" };
  pick = cd_wire_body_print (&body);
  g_free (late_act (&late, "cement-trader", "HD-CEMENT", CD_WIRE_OP_ORDER_NEW, pick));
  g_assert_true (late_pass (&late, 3000));
  late_live (&late);
  g_assert_cmpuint (late.n_lose, ==, 0);
  g_assert_true (was_reading);
  g_assert_true (was_locked);
  g_assert_cmpuint (g_list_model_get_n_items (cd_desk_get_gaps (late.w.desk)), ==, rows + 1);
  g_assert_cmpstr (gap (&late)->account, ==, LATE_ACCOUNT);
  g_assert_cmpint (gap (&late)->missed, ==, missed);
  g_assert_cmpint (gap (&late)->state, ==, CD_GAP_READ);
  g_assert_cmpint (gap (&late)->lasted_us, >, 0);
  g_assert_cmpint (gap (&late)->to_us, >=, gap (&late)->from_us);
  g_assert_cmpint (row->order->cum, ==, 30);
  g_assert_cmpuint (g_list_model_get_n_items (cd_desk_get_fills (late.w.desk)), ==, 1);
  late_close (&late);
}

static void
test_skipped_fill (void)
{
  skip ("\"order.fill\"", 1, 1);
}

/* Nothing follows: the heartbeat says what was told last. */
static void
test_skipped_last (void)
{
  skip ("\"type\":\"event\"", 1, 1);
}

/* A venue that lost the end of its log and keeps its database begins again at a number that we had: what comes under it is news. */
static void
test_forgotten (void)
{
  Late late;
  CdOrderRow *row;
  CdWireBody body;
  g_autofree char *pick = NULL;

  late_open (&late);
  row = late_working (&late, -100);
  cd_trade_client_set_last_seq (late.w.desk->client, LATE_ACCOUNT, 100000);
  sim_lines_cut (&late.w, "the venue starts again");
  late_pass (&late, 300);
  late_live (&late);
  body = (CdWireBody){ .op = CD_WIRE_OP_ORDER_NEW, .instrument = (char *)LATE_CODE, .side = CD_SIDE_SELL, .kind = CD_KIND_PICK, .price_e4 = row->order->price_e4, .qty = 30, .by = (char *)"cement-trader" };
  pick = cd_wire_body_print (&body);
  g_free (late_act (&late, "cement-trader", "HD-CEMENT", CD_WIRE_OP_ORDER_NEW, pick));
  /* By the event, long before the orders are read again. */
  late_pass (&late, 1000);
  g_assert_cmpint (row->order->cum, ==, 30);
  g_assert_cmpuint (g_list_model_get_n_items (cd_desk_get_fills (late.w.desk)), ==, 1);
  late_close (&late);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add_func ("/overtaken/" name, func)
  ADD ("instruction/list", test_instruction_list);
  ADD ("instruction/event", test_instruction_event);
  ADD ("holdings", test_holdings);
  ADD ("cash", test_cash);
  ADD ("request", test_request);
  ADD ("deputy", test_deputy);
  ADD ("veto", test_veto);
  ADD ("replace", test_replace);
  ADD ("two-accounts", test_two_accounts);
  ADD ("skipped/fill", test_skipped_fill);
  ADD ("skipped/last", test_skipped_last);
  ADD ("forgotten", test_forgotten);
  return g_test_run ();
}
