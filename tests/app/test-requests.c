/* test-requests.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two desks, two profiles, two persons with a certificate each, against one real venue: what the maker asks for reaches the approver,
 * and only what he read and approved is sent.
 */
#include <string.h>

#include "cd-desk-requests.h"
#include "two-fixture.h"

/* --- Conditions ------------------------------------------------------------------------------------------------------ */

static CdRequestRow *
request (Fixture *f, const char *id)
{
  GListModel *rows = cd_desk_get_requests (f->desk);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdRequestRow) row = g_list_model_get_item (rows, i);

      if (g_str_equal (row->id, id))
        return row;
    }
  return NULL;
}

static gboolean
request_is (Fixture *f, gconstpointer data)
{
  const InState *want = data;
  CdRequestRow *row = request (f, want->id);

  return row && g_str_equal (row->state, want->state);
}

typedef struct
{
  const char *id;
  int version;
} AtVersion;

static gboolean
at_version (Fixture *f, gconstpointer data)
{
  const AtVersion *want = data;
  CdRequestRow *row = request (f, want->id);

  return row && row->version == want->version;
}

static guint
n_staged (Fixture *f)
{
  return g_list_model_get_n_items (cd_desk_get_staged (f->desk));
}

static guint
n_orders (Fixture *f)
{
  return g_list_model_get_n_items (cd_desk_get_orders (f->desk));
}

static gboolean
nothing_staged (Fixture *f, gconstpointer data)
{
  return n_staged (f) == 0;
}

static gboolean
is_working (Fixture *f, gconstpointer data)
{
  return ((const CdOrderRow *)data)->is_working;
}

/* What the last alert of a kind said. */
static void
alert_cb (CdDesk *desk, int level, const char *code, const char *text, GString *said)
{
  g_string_append_printf (said, "%s=%s\n", code, text);
}

static gboolean
was_said (Fixture *f, gconstpointer data)
{
  const gconstpointer *args = data;

  return strstr (((const GString *)args[0])->str, args[1]) != NULL;
}

static char *
ask (Two *two, gint64 qty)
{
  CdQuote *quote = cd_desk_get_quote (two->maker.desk, "CEA25");
  const CdOrderDraft draft = { .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = quote->feed.bids[0].price, .qty = qty };
  g_autoptr (GError) error = NULL;
  CdStagedRow *staged = cd_desk_stage (two->maker.desk, &draft, "cover", "", 0, &error);
  char *id;

  g_assert_no_error (error);
  id = cd_desk_request_approval (two->maker.desk, staged, &error);
  g_assert_no_error (error);
  g_assert_nonnull (id);
  /* Asked for: it is not sent beside its request. */
  if (n_staged (&two->maker) > 0)
    {
      g_assert_null (cd_desk_staged_send (two->maker.desk, staged, &error));
      g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE);
    }
  WAIT_FOR (&two->maker, nothing_staged, NULL);
  WAIT_FOR (&two->maker, request_is, (&(InState){ id, "proposed" }));
  WAIT_FOR (&two->checker, request_is, (&(InState){ id, "proposed" }));
  return id;
}

static void
approve (Two *two, const char *id, const char *then)
{
  CdRequestRow *row = request (&two->checker, id);
  g_autoptr (GError) error = NULL;

  g_assert_true (cd_desk_request_approve (two->checker.desk, row, row->version, row->hash, &error));
  g_assert_no_error (error);
  WAIT_FOR (&two->maker, request_is, (&(InState){ id, then }));
}

/* --- Cases ----------------------------------------------------------------------------------------------------------- */

/* Approved by the second person, sent by the first, as the very order. */
static void
test_approved (Two *two, gconstpointer data)
{
  g_autofree char *id = ask (two, 1200);
  CdRequestRow *mine = request (&two->maker, id), *theirs = request (&two->checker, id);
  g_autoptr (GError) error = NULL;
  CdCheckResult results[32];
  CdPreview preview;
  CdOrderRow *order;

  g_assert_false (mine->may_decide);
  g_assert_false (mine->may_send);
  g_assert_true (theirs->may_decide);
  g_assert_true (theirs->readable);
  g_assert_cmpstr (theirs->instrument, ==, "CEA25");
  g_assert_cmpint (theirs->qty, ==, 1200);
  g_assert_cmpstr (theirs->hash, ==, mine->hash);
  /* Everything he needs to decide is worked out on his own desk. */
  g_assert_cmpuint (cd_desk_request_check (two->checker.desk, theirs, results, G_N_ELEMENTS (results), &preview), >, 0);
  g_assert_true (preview.has_amount);
  g_assert_null (cd_checks_first_block (results, cd_desk_request_check (two->checker.desk, theirs, results, G_N_ELEMENTS (results), NULL)));
  g_assert_false (cd_desk_request_approve (two->maker.desk, mine, mine->version, mine->hash, &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE);
  g_clear_error (&error);
  approve (two, id, "approved");
  g_assert_cmpstr (mine->decided_by, ==, "power-second");
  g_assert_cmpuint (n_orders (&two->maker), ==, 0); /* approving places nothing */
  g_assert_true (mine->may_send);
  order = cd_desk_request_send (two->maker.desk, mine, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (order->order->key, ==, mine->order_key);
  WAIT_FOR (&two->maker, is_working, order);
  WAIT_FOR (&two->checker, request_is, (&(InState){ id, "placed" }));
  g_assert_null (cd_desk_request_send (two->maker.desk, mine, &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE);
}

/* The maker edits between the look and the press: what was read is not what would be approved. */
static void
test_race (Two *two, gconstpointer data)
{
  g_autofree char *id = ask (two, 500);
  CdRequestRow *mine = request (&two->maker, id), *theirs = request (&two->checker, id);
  g_autofree char *read_hash = g_strdup (theirs->hash);
  g_autoptr (GString) said = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_signal_connect (two->checker.desk, "alert", G_CALLBACK (alert_cb), said);
  g_assert_true (cd_desk_request_edit (two->maker.desk, mine, mine->price_e4, 90000, &error));
  WAIT_FOR (&two->maker, at_version, (&(AtVersion){ id, 2 }));
  g_assert_true (cd_desk_request_approve (two->checker.desk, theirs, 1, read_hash, &error));
  WAIT_FOR (&two->checker, was_said, ((const gconstpointer[]){ said, "rejected=instruction.stale" }));
  WAIT_FOR (&two->checker, at_version, (&(AtVersion){ id, 2 }));
  g_assert_cmpstr (theirs->state, ==, "proposed");
  g_assert_cmpint (theirs->qty, ==, 90000);
  /* An edit after the approval voids it as well. */
  approve (two, id, "approved");
  g_assert_true (cd_desk_request_edit (two->maker.desk, mine, mine->price_e4, 700, &error));
  WAIT_FOR (&two->maker, at_version, (&(AtVersion){ id, 3 }));
  g_assert_cmpstr (mine->state, ==, "proposed");
  g_assert_null (mine->decided_by);
  g_assert_null (cd_desk_request_send (two->maker.desk, mine, &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE);
  g_signal_handlers_disconnect_by_data (two->checker.desk, said);
}

/* The same race for an instruction of the registry. */
static void
test_instruction (Two *two, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) said = g_string_new (NULL);
  g_autofree char *id = cd_desk_propose_transfer (two->maker.desk, "HD-POWER", "CEA25", 100, TRUE, &error);
  CdInstructionRow *row;

  g_assert_no_error (error);
  g_signal_connect (two->checker.desk, "alert", G_CALLBACK (alert_cb), said);
  WAIT_FOR (&two->checker, in_state, (&(InState){ id, "proposed" }));
  row = instruction (&two->checker, id);
  g_assert_true (row->may_confirm);
  g_assert_false (instruction (&two->maker, id)->may_confirm);
  g_assert_true (cd_desk_confirm_instruction_seen (two->checker.desk, row, row->version, "0000000000000000000000000000000000000000000000000000000000000000", &error));
  WAIT_FOR (&two->checker, was_said, ((const gconstpointer[]){ said, "rejected=instruction.stale" }));
  g_assert_true (cd_desk_confirm_instruction_seen (two->checker.desk, row, row->version, row->hash, &error));
  WAIT_FOR (&two->maker, in_state, (&(InState){ id, "executed" }));
  g_signal_handlers_disconnect_by_data (two->checker.desk, said);
}

/* A refusal has a reason, which reaches the maker; nothing can be sent after it. */
static void
test_refused (Two *two, gconstpointer data)
{
  g_autofree char *id = ask (two, 300);
  CdRequestRow *mine = request (&two->maker, id), *theirs = request (&two->checker, id);
  g_autoptr (GError) error = NULL;

  g_assert_false (cd_desk_request_refuse (two->checker.desk, theirs, theirs->version, "  ", &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_INPUT);
  g_clear_error (&error);
  g_assert_true (cd_desk_request_refuse (two->checker.desk, theirs, theirs->version, "too dear before the auction", &error));
  WAIT_FOR (&two->maker, request_is, (&(InState){ id, "refused" }));
  g_assert_cmpstr (mine->reason, ==, "too dear before the auction");
  g_assert_null (cd_desk_request_send (two->maker.desk, mine, &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE);
}

/* Requests are of their day: after the close neither side can do anything with them. */
static void
test_expired (Two *two, gconstpointer data)
{
  g_autofree char *id = ask (two, 300);
  g_autoptr (GError) error = NULL;

  approve (two, id, "approved");
  cd_desk_clock_skip (two->maker.desk, "close");
  WAIT_FOR (&two->maker, request_is, (&(InState){ id, "lapsed" }));
  WAIT_FOR (&two->checker, request_is, (&(InState){ id, "lapsed" }));
  g_assert_null (cd_desk_request_send (two->maker.desk, request (&two->maker, id), &error));
  g_assert_false (request (&two->checker, id)->may_decide);
}

static gboolean
has_deputy (Fixture *f, gconstpointer data)
{
  g_autoptr (CdDeputyRow) row = g_list_model_get_item (cd_desk_get_deputies (f->desk), 0);

  return row && g_str_equal (row->person, "cement-second") && row->ended == *(const gboolean *)data;
}

static gboolean
sees_request (Fixture *f, gconstpointer data)
{
  CdRequestRow *row = request (f, data);

  return row && row->may_decide;
}

/* A deputy between two dates decides in the place of the approver, and not after his end. */
static void
test_deputy (Two *two, gconstpointer data)
{
  const CdPack *pack = cd_desk_get_pack (two->maker.desk, "cn-cea");
  CdDate day = cd_zone_date_of (cd_calendar_zone (pack->market->calendar), cd_desk_get_market_time (two->maker.desk), NULL);
  g_autofree char *id = ask (two, 400);
  g_autoptr (GError) error = NULL;
  gboolean ended = FALSE;

  g_assert_false (cd_desk_appoint_deputy (two->checker.desk, "HD-POWER", "cement-second", day, day - 1, &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_INPUT);
  g_clear_error (&error);
  g_assert_true (cd_desk_appoint_deputy (two->checker.desk, "HD-POWER", "cement-second", day, day + 3, &error));
  WAIT_FOR (&two->checker, has_deputy, &ended);
  close_desk (&two->checker);
  open_checker (two, "cement-second");
  WAIT_FOR (&two->checker, sees_request, id);
  approve (two, id, "approved");
  g_assert_cmpstr (request (&two->maker, id)->decided_by, ==, "cement-second");
  g_assert_cmpstr (request (&two->maker, id)->deputy_for, ==, "power-second");
  {
    g_autoptr (CdDeputyRow) row = g_list_model_get_item (cd_desk_get_deputies (two->checker.desk), 0);

    g_assert_false (cd_desk_end_deputy (two->checker.desk, row, "", &error));
    g_clear_error (&error);
    g_assert_true (cd_desk_end_deputy (two->checker.desk, row, "back early", &error));
  }
  ended = TRUE;
  WAIT_FOR (&two->maker, has_deputy, &ended);
  /* What he approved stands on the right of the one he stood in for. */
  g_assert_nonnull (cd_desk_request_send (two->maker.desk, request (&two->maker, id), &error));
  WAIT_FOR (&two->maker, request_is, (&(InState){ id, "placed" }));
}

static gboolean
is_stopped (Fixture *f, gconstpointer data)
{
  CdVeto veto;

  cd_desk_get_veto (f->desk, "HD-POWER", &veto);
  return veto.stopped == *(const gboolean *)data;
}

static gboolean
is_cancelled (Fixture *f, gconstpointer data)
{
  return cd_order_is_final (((const CdOrderRow *)data)->order);
}

/* A veto stops what is new on every desk, with who and why; it cancels nothing, and cancels pass. */
static void
test_veto (Two *two, gconstpointer data)
{
  CdQuote *quote = cd_desk_get_quote (two->maker.desk, "CEA25");
  const CdOrderDraft draft = { .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = quote->feed.bids[0].price, .qty = 100 };
  g_autoptr (GError) error = NULL;
  CdOrderRow *order = cd_desk_submit (two->maker.desk, &draft, "cover", &error);
  const gboolean on = TRUE, off = FALSE;
  CdVeto veto;

  g_assert_no_error (error);
  WAIT_FOR (&two->maker, is_working, order);
  g_assert_false (cd_desk_set_veto (two->checker.desk, "HD-POWER", TRUE, "", &error));
  g_clear_error (&error);
  g_assert_true (cd_desk_set_veto (two->checker.desk, "HD-POWER", TRUE, "limit of the day reached", &error));
  WAIT_FOR (&two->maker, is_stopped, &on);
  WAIT_FOR (&two->checker, is_stopped, &on);
  cd_desk_get_veto (two->maker.desk, "HD-POWER", &veto);
  g_assert_cmpstr (veto.by, ==, "power-second");
  g_assert_cmpstr (veto.reason, ==, "limit of the day reached");
  g_assert_true (order->is_working); /* it never cancels */
  g_assert_null (cd_desk_submit_again (two->maker.desk, &draft, "cover", &error));
  g_assert_cmpstr (error->message, ==, "account.stopped");
  g_clear_error (&error);
  g_assert_false (cd_desk_replace (two->maker.desk, order, draft.price_e4, 200, &error));
  g_clear_error (&error);
  g_assert_true (cd_desk_cancel (two->maker.desk, order, &error));
  WAIT_FOR (&two->maker, is_cancelled, order);
  /* It stands over a restart of a desk, with its person and reason. */
  close_desk (&two->checker);
  open_checker (two, "power-second");
  WAIT_FOR (&two->checker, is_stopped, &on);
  cd_desk_get_veto (two->checker.desk, "HD-POWER", &veto);
  g_assert_cmpstr (veto.by, ==, "power-second");
  g_assert_true (cd_desk_set_veto (two->checker.desk, "HD-POWER", FALSE, "new limit from the board", &error));
  WAIT_FOR (&two->maker, is_stopped, &off);
  g_assert_nonnull (cd_desk_submit_again (two->maker.desk, &draft, "cover", &error));
}

int
main (int argc, char **argv)
{
  desk_tests_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/requests/" name, Two, NULL, two_setup, func, two_teardown)
  ADD ("approved", test_approved);
  ADD ("race", test_race);
  ADD ("instruction", test_instruction);
  ADD ("refused", test_refused);
  ADD ("expired", test_expired);
  ADD ("deputy", test_deputy);
  ADD ("veto", test_veto);
  return g_test_run ();
}
