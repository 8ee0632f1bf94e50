/* test-order-table.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every cell of the table of reliability D4 by its names, what an event does that is in no cell, and requests that cross on the
 * wire in every order.
 */
#include "cd-order-table.h"

#include <string.h>

#define KEY "PXAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define QTY 1000
#define PRICE 970500

/* "event rule state": one row per state; what stands nowhere is T31 and changes nothing. "=" is the state itself. */
static const struct
{
  const char *state;
  const char *cells;
} expected[] = {
  { "draft", "checks_pass 1 checked|deny 3 denied" },
  { "checked", "commit_intent 2 intent|deny 3 denied" },
  { "denied", "" },
  { "intent", "commit_sending 4 sending|never_sent 5 not_placed|other_epoch 29 =|restored 6 unknown" },
  { "sending", "ambiguous 6 unknown|not_written 7 intent|ack_pending 8 pending_new|ack 8 working|refused 9 rejected|fill 13 partial|fill_known 16 =|other_epoch 29 =|restored 6 unknown" },
  { "unknown", "ambiguous 6 =|ack_pending 8 pending_new|ack 8 working|refused 9 rejected|resend 10 =|fenced 11 not_placed|expiry 12 not_placed|fill 13 partial|fill_known 16 =|manual 14 =|not_listed 28 =|other_epoch 29 =|restored 6 =|bust 18 =|cancelled 27 cancelled|expired 27 expired|replaced 24 =" },
  { "rejected", "refused 16 =|not_listed 28 =|other_epoch 29 =" },
  { "not_placed", "fenced 16 =|not_listed 28 =|other_epoch 29 =" },
  { "pending_new", "ack_pending 8 =|ack 8 working|refused 9 rejected|fill 15 partial|fill_known 16 =|cancelled 27 cancelled|expired 27 expired|not_listed 28 =|other_epoch 29 =|restored 6 unknown" },
#define LIVE "ack 8 =|fill 15 partial|fill_known 16 =|bust 18 =|cancel_sent 19 =|cancelled 27 cancelled|cancel_rejected 21 =|cancel_ambiguous 22 =|replace_sent 23 =|replaced 24 =|replace_rejected 25 =|replace_ambiguous 26 =|expired 27 expired|not_listed 28 =|other_epoch 29 =|restored 6 unknown"
  { "working", LIVE "|suspended 15 suspended" },
  { "partial", LIVE "|suspended 15 suspended" },
  { "suspended", LIVE "|resumed 15 working" },
#define FINAL "ack 16 =|fill_known 16 =|bust 18 =|cancel_rejected 21 =|cancel_ambiguous 22 =|replace_rejected 25 =|replace_ambiguous 26 =|not_listed 28 =|other_epoch 29 ="
  { "filled", FINAL },
  { "cancelled", FINAL "|fill 17 =|cancelled 16 =" },
  { "expired", FINAL "|fill 17 =|expired 16 =" },
};

static void
test_names (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert_cmpint (G_N_ELEMENTS (expected), ==, CD_ORDER_N_STATES);
  for (int s = 0; s < CD_ORDER_N_STATES; s++)
    g_assert_cmpstr (cd_order_state_name ((CdOrderState)s), ==, expected[s].state);
  for (int e = 0; e < CD_ORDER_N_EVENTS; e++)
    {
      g_assert_cmpstr (cd_order_event_name ((CdOrderEventKind)e), !=, "");
      g_assert_true (g_hash_table_add (seen, (gpointer)cd_order_event_name ((CdOrderEventKind)e)));
    }
}

/* The cell as the rows above have it. */
static CdTransition
expected_cell (int state, int event)
{
  g_auto (GStrv) cells = g_strsplit (expected[state].cells, "|", -1);

  for (char **cell = cells; *cell; cell++)
    {
      g_auto (GStrv) parts = g_strsplit (*cell, " ", 3);

      if (!g_str_equal (parts[0], cd_order_event_name ((CdOrderEventKind)event)))
        continue;
      for (int s = 0; s < CD_ORDER_N_STATES; s++)
        if (g_str_equal (parts[2], "=") ? s == state : g_str_equal (parts[2], cd_order_state_name ((CdOrderState)s)))
          return (CdTransition){ (guint8)g_ascii_strtoull (parts[1], NULL, 10), (guint8)s };
      g_assert_not_reached ();
    }
  return (CdTransition){ 31, (guint8)state };
}

static void
test_cells (void)
{
  guint listed = 0, written = 0;

  for (int s = 0; s < CD_ORDER_N_STATES; s++)
    {
      for (const char *p = expected[s].cells; *p; p++)
        written += *p == '|' || p == expected[s].cells;
      for (int e = 0; e < CD_ORDER_N_EVENTS; e++)
        {
          CdTransition got = cd_order_cell ((CdOrderState)s, (CdOrderEventKind)e), want = expected_cell (s, e);

          if (got.rule != want.rule || got.to != want.to)
            g_error ("%s × %s: T%d to %s, expected T%d to %s", expected[s].state, cd_order_event_name ((CdOrderEventKind)e), got.rule, cd_order_state_name ((CdOrderState)got.to), want.rule, cd_order_state_name ((CdOrderState)want.to));
          listed += got.rule != 31;
        }
    }
  g_test_message ("%u of %u cells are listed", listed, (guint)(CD_ORDER_N_STATES * CD_ORDER_N_EVENTS));
  g_assert_cmpuint (listed, ==, written); /* no name above is misspelt */
}

/* --- Driving one order -------------------------------------------------------------------------------------------------- */

static guint n_execs; /* so that every fill has an id of its own */

static gboolean
apply_full (CdOrder *order, CdOrderEventKind kind, const char *exec_id, gint64 qty, CdOrderState manual_to, GError **error)
{
  g_autofree char *own = exec_id ? NULL : g_strdup_printf ("E%u", ++n_execs);
  const CdOrderEvent event = { .kind = kind, .exec_id = exec_id ? exec_id : own, .qty = qty, .price_e4 = PRICE, .manual_to = manual_to, .code = "price.band" };

  return cd_order_apply (order, &event, NULL, error);
}

static void
take (CdOrder *order, CdOrderEventKind kind, gint64 qty)
{
  GError *error = NULL;

  apply_full (order, kind, NULL, qty, CD_ORDER_FILLED, &error);
  g_assert_no_error (error);
}

static void
refuse (CdOrder *order, CdOrderEventKind kind, const char *exec_id, gint64 qty)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (apply_full (order, kind, exec_id, qty, CD_ORDER_DRAFT, &error));
  g_assert_error (error, CD_ORDER_ERROR, CD_ORDER_ERROR_QUARANTINE);
  g_assert_true (order->check);
}

/* Everything an order holds, but the flag that a quarantine raises. */
static char *
digest (const CdOrder *o)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s %s %s %d %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d %d %d ", o->key, o->account, o->instrument, o->side, o->kind, o->price_e4, o->qty, o->cum, o->leaves, o->filled_amount_e4, o->state, o->req, o->req_unknown);
  g_string_append_printf (text, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s %s %s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %u %d %d", o->replace_price_e4, o->replace_qty, o->order_id ? o->order_id : "-", o->epoch ? o->epoch : "-", o->code ? o->code : "-", o->deadline_us, o->created_at_us, o->last_answer_us, o->copies, o->external, o->late_fill);
  for (guint i = 0; i < o->execs->len; i++)
    {
      const CdOrderExec *exec = g_ptr_array_index (o->execs, i);

      g_string_append_printf (text, " %s:%" G_GINT64_FORMAT "@%" G_GINT64_FORMAT "%s", exec->exec_id, exec->qty, exec->price_e4, exec->busted ? "!" : "");
    }
  return g_string_free (text, FALSE);
}

static void
check_invariants (const CdOrder *order)
{
  gint64 cum = 0, amount = 0;

  for (guint i = 0; i < order->execs->len; i++)
    {
      const CdOrderExec *exec = g_ptr_array_index (order->execs, i);

      cum += exec->busted ? 0 : exec->qty;
      amount += exec->busted ? 0 : exec->qty * exec->price_e4;
    }
  g_assert_cmpint (order->cum, ==, cum); /* I6 */
  g_assert_cmpint (order->filled_amount_e4, ==, amount);
  g_assert_cmpint (order->cum, <=, order->qty);
  g_assert_cmpint (order->leaves, ==, cd_order_is_final (order) ? 0 : order->qty - order->cum);
  if (cd_order_is_final (order))
    g_assert_cmpint (order->req, ==, CD_REQ_NONE);
  else
    g_assert_cmpint (order->leaves, >, 0); /* what has nothing left is filled, not alive */
  if (order->state == CD_ORDER_PARTIAL)
    g_assert_false (cd_order_is_final (order));
  g_assert_false (order->req == CD_REQ_NONE && order->req_unknown);
}

/* An order that came to @state by events, never by hand. */
static CdOrder *
order_in (CdOrderState state)
{
  static const struct
  {
    CdOrderState before;
    CdOrderEventKind event;
  } ways[CD_ORDER_N_STATES] = {
    [CD_ORDER_CHECKED] = { CD_ORDER_DRAFT, CD_EVENT_CHECKS_PASS },
    [CD_ORDER_DENIED] = { CD_ORDER_CHECKED, CD_EVENT_DENY },
    [CD_ORDER_INTENT] = { CD_ORDER_CHECKED, CD_EVENT_COMMIT_INTENT },
    [CD_ORDER_SENDING] = { CD_ORDER_INTENT, CD_EVENT_COMMIT_SENDING },
    [CD_ORDER_UNKNOWN] = { CD_ORDER_SENDING, CD_EVENT_AMBIGUOUS },
    [CD_ORDER_REJECTED] = { CD_ORDER_SENDING, CD_EVENT_REFUSED },
    [CD_ORDER_NOT_PLACED] = { CD_ORDER_UNKNOWN, CD_EVENT_FENCED },
    [CD_ORDER_PENDING_NEW] = { CD_ORDER_SENDING, CD_EVENT_ACK_PENDING },
    [CD_ORDER_WORKING] = { CD_ORDER_SENDING, CD_EVENT_ACK },
    [CD_ORDER_PARTIAL] = { CD_ORDER_WORKING, CD_EVENT_FILL },
    [CD_ORDER_SUSPENDED] = { CD_ORDER_WORKING, CD_EVENT_SUSPENDED },
    [CD_ORDER_FILLED] = { CD_ORDER_PARTIAL, CD_EVENT_FILL },
    [CD_ORDER_CANCELLED] = { CD_ORDER_PARTIAL, CD_EVENT_CANCELLED },
    [CD_ORDER_EXPIRED] = { CD_ORDER_WORKING, CD_EVENT_EXPIRED },
  };
  CdOrder *order;

  if (state == CD_ORDER_DRAFT)
    return cd_order_new (KEY, "A", "CEA25", CD_SIDE_BUY, CD_KIND_LIST, PRICE, QTY);
  order = order_in (ways[state].before);
  take (order, ways[state].event, state == CD_ORDER_FILLED ? order->leaves : 400);
  g_assert_cmpint (order->state, ==, state);
  check_invariants (order);
  return order;
}

static void
test_unlisted (void)
{
  guint n = 0;

  for (int s = 0; s < CD_ORDER_N_STATES; s++)
    for (int e = 0; e < CD_ORDER_N_EVENTS; e++)
      {
        g_autoptr (CdOrder) order = NULL;
        g_autofree char *before = NULL;
        g_autofree char *after = NULL;

        if (expected_cell (s, e).rule != 31)
          continue;
        order = order_in ((CdOrderState)s);
        before = digest (order);
        g_assert_false (order->check);
        refuse (order, (CdOrderEventKind)e, NULL, 100);
        after = digest (order);
        g_assert_cmpstr (after, ==, before);
        g_assert_cmpint (cd_order_label (order), ==, CD_LABEL_CHECK);
        n++;
      }
  g_test_message ("%u cells quarantine", n);
}

/* Each listed cell with an event that carries what it needs: it leads where the table says. */
static void
test_listed (void)
{
  for (int s = 0; s < CD_ORDER_N_STATES; s++)
    for (int e = 0; e < CD_ORDER_N_EVENTS; e++)
      {
        CdTransition want = expected_cell (s, e), got;
        g_autoptr (CdOrder) order = NULL;
        g_autoptr (GError) error = NULL;
        CdOrderEvent event = { .kind = (CdOrderEventKind)e, .exec_id = "new", .qty = 100, .price_e4 = PRICE, .manual_to = CD_ORDER_CANCELLED, .code = "x", .order_id = "V1", .at_us = 5 };
        gboolean none_to_undo, final;

        if (want.rule == 31)
          continue;
        order = order_in ((CdOrderState)s);
        final = cd_order_is_final (order);
        none_to_undo = e == CD_EVENT_BUST && order->execs->len == 0;
        if (e == CD_EVENT_BUST && !none_to_undo)
          event.exec_id = ((CdOrderExec *)g_ptr_array_index (order->execs, 0))->exec_id;
        if (e == CD_EVENT_REPLACED)
          event.qty = 2 * QTY;
        if (none_to_undo)
          {
            refuse (order, CD_EVENT_BUST, "new", 100);
            g_assert_cmpint (order->state, ==, s);
            continue;
          }
        cd_order_apply (order, &event, &got, &error);
        g_assert_no_error (error);
        g_assert_cmpint (got.rule, ==, want.rule);
        g_assert_cmpint (order->state, ==, e == CD_EVENT_MANUAL ? CD_ORDER_CANCELLED : (CdOrderState)want.to);
        g_assert_true (!final || (int)order->state == s); /* an end is an end */
        g_assert_cmpstr (order->order_id, ==, "V1");
        g_assert_cmpint (order->last_answer_us, ==, 5);
        check_invariants (order);
      }
}

/* --- Single rules ------------------------------------------------------------------------------------------------------- */

static void
test_fills (void)
{
  g_autoptr (CdOrder) order = order_in (CD_ORDER_WORKING);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  g_assert_true (apply_full (order, CD_EVENT_FILL, "X1", 300, 0, NULL));
  before = digest (order);
  g_assert_true (apply_full (order, CD_EVENT_FILL, "X1", 300, 0, NULL)); /* T16: the same execution twice */
  g_assert_true (apply_full (order, CD_EVENT_FILL, "X1", 900, 0, NULL));
  after = digest (order);
  g_assert_cmpstr (after, ==, before);
  g_assert_false (order->check);
  refuse (order, CD_EVENT_FILL, "X2", 701); /* one more than is left */
  refuse (order, CD_EVENT_FILL, "X2", 0);
  refuse (order, CD_EVENT_FILL, "X2", -1);
  refuse (order, CD_EVENT_FILL, "X2", G_MAXINT64);
  g_assert_cmpint (order->cum, ==, 300);
  g_assert_true (apply_full (order, CD_EVENT_FILL, "X2", 700, 0, NULL));
  g_assert_cmpint (order->state, ==, CD_ORDER_FILLED);
  refuse (order, CD_EVENT_FILL, "X3", 1);
  g_assert_true (apply_full (order, CD_EVENT_FILL, "X2", 700, 0, NULL)); /* T16 holds after the end too */
  check_invariants (order);
}

static void
test_bust (void)
{
  g_autoptr (CdOrder) order = order_in (CD_ORDER_WORKING);

  g_assert_true (apply_full (order, CD_EVENT_FILL, "X1", 300, 0, NULL));
  g_assert_true (apply_full (order, CD_EVENT_FILL, "X2", 200, 0, NULL));
  g_assert_true (apply_full (order, CD_EVENT_BUST, "X1", 0, 0, NULL));
  g_assert_cmpint (order->cum, ==, 200);
  g_assert_cmpint (order->leaves, ==, 800);
  check_invariants (order);
  refuse (order, CD_EVENT_BUST, "X1", 0); /* it is undone already */
  refuse (order, CD_EVENT_BUST, "X9", 0);
  g_assert_true (apply_full (order, CD_EVENT_FILL, "X1", 300, 0, NULL)); /* and does not come back by being repeated */
  g_assert_cmpint (order->cum, ==, 200);
  check_invariants (order);
}

static void
test_late_fill (void)
{
  g_autoptr (CdOrder) order = order_in (CD_ORDER_CANCELLED);

  take (order, CD_EVENT_FILL, 600);
  g_assert_cmpint (order->state, ==, CD_ORDER_CANCELLED);
  g_assert_true (order->late_fill);
  g_assert_cmpint (order->cum, ==, QTY);
  check_invariants (order);
  refuse (order, CD_EVENT_FILL, NULL, 1);
  check_invariants (order);
}

static void
test_copies (void)
{
  g_autoptr (CdOrder) order = order_in (CD_ORDER_SENDING);

  g_assert_cmpuint (order->copies, ==, 1);
  take (order, CD_EVENT_NOT_WRITTEN, 0);
  g_assert_cmpuint (order->copies, ==, 0);
  take (order, CD_EVENT_COMMIT_SENDING, 0);
  take (order, CD_EVENT_AMBIGUOUS, 0);
  take (order, CD_EVENT_RESEND, 0);
  g_assert_cmpuint (order->copies, ==, 2);
  g_assert_true (cd_order_is_unknown (order));
  refuse (order, CD_EVENT_MANUAL, NULL, 0); /* names no end */
  g_assert_cmpint (order->state, ==, CD_ORDER_UNKNOWN);
  cd_order_free (order);
  order = order_in (CD_ORDER_SENDING);
  order->copies = 2; /* nothing leads here, but a wrong "nothing was written" would send twice */
  refuse (order, CD_EVENT_NOT_WRITTEN, NULL, 0);
  g_assert_cmpint (order->state, ==, CD_ORDER_SENDING);
}

/* A fill may overtake the pause of its order; what was filled stays so when the pause ends. */
static void
test_suspended (void)
{
  g_autoptr (CdOrder) order = order_in (CD_ORDER_PARTIAL);

  take (order, CD_EVENT_SUSPENDED, 0);
  take (order, CD_EVENT_RESUMED, 0);
  g_assert_cmpint (order->state, ==, CD_ORDER_PARTIAL);
  take (order, CD_EVENT_SUSPENDED, 0);
  take (order, CD_EVENT_REPLACE_SENT, 400);
  take (order, CD_EVENT_REPLACED, 400); /* down to what is filled: nothing is left to pause */
  g_assert_cmpint (order->state, ==, CD_ORDER_FILLED);
  check_invariants (order);
}

/* One request at a time; an answer ends only the request it belongs to (an old answer may come twice). */
static void
test_requests (void)
{
  g_autoptr (CdOrder) order = order_in (CD_ORDER_WORKING);

  take (order, CD_EVENT_REPLACE_SENT, 2000);
  refuse (order, CD_EVENT_CANCEL_SENT, NULL, 0);
  order->check = FALSE;
  take (order, CD_EVENT_CANCEL_REJECTED, 0);
  take (order, CD_EVENT_CANCEL_AMBIGUOUS, 0);
  g_assert_cmpint (cd_order_label (order), ==, CD_LABEL_REPLACING);
  take (order, CD_EVENT_REPLACE_AMBIGUOUS, 0);
  g_assert_cmpint (cd_order_label (order), ==, CD_LABEL_UNKNOWN_REPLACE);
  g_assert_cmpint (order->replace_qty, ==, 2000); /* both sets of figures stay in sight */
  g_assert_cmpint (order->qty, ==, QTY);
  take (order, CD_EVENT_REPLACED, 2000);
  g_assert_cmpint (order->qty, ==, 2000);
  g_assert_cmpint (cd_order_label (order), ==, CD_LABEL_STATE);
  take (order, CD_EVENT_CANCEL_SENT, 0);
  take (order, CD_EVENT_REPLACE_REJECTED, 0);
  g_assert_cmpint (cd_order_label (order), ==, CD_LABEL_CANCELLING);
  take (order, CD_EVENT_CANCEL_AMBIGUOUS, 0);
  g_assert_cmpint (cd_order_label (order), ==, CD_LABEL_UNKNOWN_CANCEL);
  take (order, CD_EVENT_REPLACED, 1500); /* the venue's word on quantity counts; the cancel is still out */
  g_assert_cmpint (order->req, ==, CD_REQ_CANCEL);
  take (order, CD_EVENT_FILL, 100);
  refuse (order, CD_EVENT_REPLACED, NULL, 99); /* below what is filled */
  g_assert_cmpint (order->qty, ==, 1500);
  check_invariants (order);
}

/* --- Everything that may cross on the wire, in every order --------------------------------------------------------------- */

static const CdOrderEventKind crossing[] = { CD_EVENT_FILL, CD_EVENT_FILL, CD_EVENT_CANCELLED, CD_EVENT_CANCEL_REJECTED, CD_EVENT_REPLACED, CD_EVENT_REPLACE_REJECTED, CD_EVENT_EXPIRED };
#define N_CROSSING ((int)G_N_ELEMENTS (crossing))

static CdOrder *
start (int which)
{
  CdOrder *order = order_in (which < 2 ? CD_ORDER_WORKING : which == 2 ? CD_ORDER_PARTIAL
                                                                       : CD_ORDER_SUSPENDED);

  if (which == 1 || which == 3)
    take (order, CD_EVENT_REPLACE_SENT, 500);
  if (which == 2)
    take (order, CD_EVENT_CANCEL_SENT, 0);
  return order;
}

/* The first FILL of the list is for all that is left, the second for a part. */
static void
step (CdOrder *order, int choice, guint *refused)
{
  const gint64 qty = choice == 0 ? MAX (order->leaves, 1) : choice == 1 ? 150
                                                                        : 500;
  const CdOrderReq ended[] = { 0, 0, 0, CD_REQ_CANCEL, CD_REQ_REPLACE, CD_REQ_REPLACE, 0 };
  gboolean was_final = cd_order_is_final (order);
  CdOrderState state = order->state;
  CdOrderReq req = order->req;
  gint64 cum = order->cum;
  g_autofree char *before = digest (order);
  g_autofree char *after = NULL;

  if (!apply_full (order, crossing[choice], NULL, qty, 0, NULL))
    {
      after = digest (order);
      g_assert_cmpstr (after, ==, before);
      g_assert_true (order->check);
      (*refused)++;
    }
  else if (!was_final && !cd_order_is_final (order))
    g_assert_cmpint (order->req, ==, req == ended[choice] ? CD_REQ_NONE : req);
  g_assert_cmpint (order->cum, >=, cum); /* I7: nobody undid anything */
  g_assert_true (!was_final || order->state == state);
  check_invariants (order);
}

static void
test_interleavings (void)
{
  const int depth = 4;
  int n = 1;
  guint refused = 0, ends[CD_ORDER_N_STATES] = { 0 };

  for (int d = 0; d < depth; d++)
    n *= N_CROSSING;
  for (int which = 0; which < 4; which++)
    for (int i = 0; i < n; i++)
      {
        g_autoptr (CdOrder) order = start (which);
        int rest = i;

        for (int d = 0; d < depth; d++, rest /= N_CROSSING)
          step (order, rest % N_CROSSING, &refused);
        ends[order->state]++;
      }
  g_test_message ("%d ways: %u filled, %u cancelled, %u expired; %u events quarantined", n * 4, ends[CD_ORDER_FILLED], ends[CD_ORDER_CANCELLED], ends[CD_ORDER_EXPIRED], refused);
  g_assert_cmpuint (ends[CD_ORDER_FILLED], >, 0);
  g_assert_cmpuint (ends[CD_ORDER_CANCELLED], >, 0);
  g_assert_cmpuint (ends[CD_ORDER_EXPIRED], >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/order-table/names", test_names);
  g_test_add_func ("/order-table/cells", test_cells);
  g_test_add_func ("/order-table/unlisted", test_unlisted);
  g_test_add_func ("/order-table/listed", test_listed);
  g_test_add_func ("/order-table/fills", test_fills);
  g_test_add_func ("/order-table/bust", test_bust);
  g_test_add_func ("/order-table/late-fill", test_late_fill);
  g_test_add_func ("/order-table/copies", test_copies);
  g_test_add_func ("/order-table/suspended", test_suspended);
  g_test_add_func ("/order-table/requests", test_requests);
  g_test_add_func ("/order-table/interleavings", test_interleavings);
  return g_test_run ();
}
