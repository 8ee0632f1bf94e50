/* test-hold.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is locked in the middle of a step, and what a crash leaves of an instruction: a desk over the real venue.
 */
#include "cd-desk-private.h"
#include "desk-fixture.h"

#include <string.h>

static const char *stop_at; /* a step at which the kill switch is thrown */
static Fixture *fixture;

static void
probe_cb (const char *name, gpointer data)
{
  if (stop_at && strcmp (name, stop_at) == 0)
    {
      stop_at = NULL;
      cd_desk_set_stopped (fixture->desk, TRUE);
    }
}

static CdOrderRow *
submit (Fixture *f, gint64 qty)
{
  CdQuote *quote = cd_desk_get_quote (f->desk, "CEA25");
  const CdOrderDraft draft = { .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = quote->feed.stats.limit_low_e4 + 100, .qty = qty };
  g_autoptr (GError) error = NULL;
  CdOrderRow *row = cd_desk_submit (f->desk, &draft, "", &error);

  g_assert_no_error (error);
  return row;
}

static gboolean
is_working (Fixture *f, gconstpointer data)
{
  return ((const CdOrderRow *)data)->is_working && is_live (f, NULL);
}

static gboolean
has_state (Fixture *f, gconstpointer data)
{
  return ((const CdOrderRow *)data)->order->state == CD_ORDER_NOT_PLACED;
}

/* The lock comes after COMMIT 1, or after COMMIT 2 and before the first byte: nothing leaves, and that is on record. */
static void
test_stopped_in_between (Fixture *f, gconstpointer data)
{
  CdOrderRow *row;
  g_autofree char *key = NULL;

  fixture = f;
  stop_at = data;
  row = submit (f, 33);
  key = g_strdup (row->order->key);
  WAIT_FOR (f, has_state, row);
  g_assert_null (stop_at);
  cd_desk_set_stopped (f->desk, FALSE);
  cd_desk_reconcile (f->desk);
  WAIT_FOR (f, is_live, NULL);
  g_assert_null (row->order->order_id);
  close_desk (f);
  open_desk (f);
  WAIT_FOR (f, is_live, NULL);
  row = g_hash_table_lookup (f->desk->order_by_key, key);
  g_assert_cmpint (row->order->state, ==, CD_ORDER_NOT_PLACED);
  WAIT_FOR (f, has_book, "CEA25");
}

/* A cancel may always leave. */
static void
test_cancel_while_stopped (Fixture *f, gconstpointer data)
{
  CdOrderRow *row = submit (f, 34);
  g_autoptr (GError) error = NULL;

  WAIT_FOR (f, is_working, row);
  cd_desk_set_stopped (f->desk, TRUE);
  g_assert_true (cd_desk_cancel (f->desk, row, &error));
  WAIT_FOR (f, is_final, row);
  g_assert_cmpint (row->order->state, ==, CD_ORDER_CANCELLED);
  cd_desk_set_stopped (f->desk, FALSE);
}

static gboolean
is_sending (Fixture *f, gconstpointer data)
{
  return ((const CdOrderRow *)data)->order->state == CD_ORDER_SENDING;
}

/* An answer that is not ours: the order is UNKNOWN, everything new is locked until a reconcile that began later has ended. */
static void
test_foreign (Fixture *f, gconstpointer data)
{
  CdOrderRow *row = submit (f, 35);

  WAIT_FOR (f, is_sending, row);
  cd_desk_orders_outcome (f->desk, row->order->key, (CdSendOutcome)GPOINTER_TO_INT (data), NULL);
  g_assert_cmpint (row->order->state, ==, CD_ORDER_UNKNOWN);
  g_assert_true (row->order->check);
  g_assert_true (cd_desk_is_locked (f->desk));
  /* Neither the end of the reconcile that was on its way nor a look at the orders alone unlocks. */
  f->desk->reconciled = TRUE;
  cd_desk_set_state (f->desk, CD_DESK_LIVE, NULL);
  g_assert_true (cd_desk_is_locked (f->desk));
  WAIT_FOR (f, is_working, row);
  g_assert_cmpint (row->order->qty, ==, 35);
}

static void
journal_proposal (Fixture *f, const char *id, gboolean sending)
{
  const CdWireInstruction body = { .kind = CD_WIRE_INSTRUCTION_TRANSFER, .from = (char *)"trading", .to = (char *)"registry", .asset = (char *)"CEA25", .qty = 77, .version = 1 };
  g_autofree char *text = cd_wire_instruction_print (CD_WIRE_OP_INSTRUCTION_PROPOSE, &body);
  g_autoptr (CdWireCommand) command = cd_wire_command_new (CD_WIRE_OP_INSTRUCTION_PROPOSE, id, "HD-POWER", 0, text);
  g_autoptr (GString) frame = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL, nothing = g_bytes_new_static ("", 0);

  cd_wire_command_write (frame, command);
  bytes = g_bytes_new (frame->str, frame->len);
  cd_store_append (f->desk->store, CD_JOURNAL_INSTRUCTION_INTENT, id, bytes);
  if (sending)
    cd_store_append (f->desk->store, CD_JOURNAL_INSTRUCTION_SENDING, id, nothing);
}

/* A crash between COMMIT 2 and the answer, and one before it: the registry has neither. */
static void
test_proposal_survives (Fixture *f, gconstpointer data)
{
  g_autofree char *sent = cd_desk_new_key (f->desk), *unsent = cd_desk_new_key (f->desk);

  journal_proposal (f, sent, TRUE);
  journal_proposal (f, unsent, FALSE);
  close_desk (f);
  open_desk (f);
  WAIT_FOR (f, is_live, NULL);
  g_assert_nonnull (instruction (f, sent));
  g_assert_true (instruction (f, sent)->unknown);
  g_assert_cmpstr (instruction (f, sent)->state, ==, "sending");
  g_assert_nonnull (strstr (instruction (f, sent)->summary, "77"));
  g_assert_nonnull (instruction (f, unsent));
  g_assert_false (instruction (f, unsent)->unknown);
  g_assert_cmpstr (instruction (f, unsent)->state, ==, "rejected");
  /* Another list of the registry closes nothing. */
  cd_desk_reconcile (f->desk);
  WAIT_FOR (f, is_live, NULL);
  g_assert_true (instruction (f, sent)->unknown);
  WAIT_FOR (f, has_book, "CEA25");
}

int
main (int argc, char **argv)
{
  desk_tests_init (&argc, &argv);
  cd_env_set_probe (cd_env_default (), probe_cb, NULL);
  g_test_add ("/hold/after-commit-1", Fixture, "intent.durable", setup, test_stopped_in_between, teardown);
  g_test_add ("/hold/after-commit-2", Fixture, "sending.durable", setup, test_stopped_in_between, teardown);
  g_test_add ("/hold/cancel", Fixture, NULL, setup, test_cancel_while_stopped, teardown);
  g_test_add ("/hold/foreign", Fixture, GINT_TO_POINTER (CD_SEND_FOREIGN), setup, test_foreign, teardown);
  g_test_add ("/hold/epoch", Fixture, GINT_TO_POINTER (CD_SEND_EPOCH), setup, test_foreign, teardown);
  g_test_add ("/hold/proposal", Fixture, NULL, setup, test_proposal_survives, teardown);
  return g_test_run ();
}
