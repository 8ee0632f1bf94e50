/* test-last-look.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is forbidden between the press and the first byte does not leave, is closed as never sent, and the journal says why.
 */
#include <locale.h>
#include <string.h>

#include "late-fixture.h"

typedef struct
{
  const char *probe; /* where it strikes */
  const char *code;  /* why it stays */
  void (*strike) (gpointer late, const char *name);
} Point;

static guint n_struck;

static gboolean
once (Late *late)
{
  late->at_probe = NULL;
  n_struck++;
  return TRUE;
}

/* --- What strikes ------------------------------------------------------------------------------------------------------- */

static void
veto (gpointer data, const char *name)
{
  Late *late = data;
  const CdWireBody body = { .op = CD_WIRE_OP_ACCOUNT_STOP, .reason = (char *)"limit of the day reached" };
  CdWireEvent event = { .kind = CD_WIRE_EVENT_ACCOUNT, .account = (char *)LATE_ACCOUNT, .state = (char *)"stopped", .by = (char *)"power-second", .reason = body.reason };
  g_autofree char *text = cd_wire_body_print (&body);

  once (late);
  g_free (late_act (late, "power-second", LATE_ACCOUNT, body.op, text));
  cd_desk_requests_event (late->w.desk, &event, TRUE); /* it comes at this very moment */
}

static void
lose_roles (gpointer data, const char *name)
{
  Late *late = data;
  const CdWireBody body = { .op = CD_WIRE_OP_PRACTICE_ROLES, .person = late->w.desk->person, .roles = (char *)"view" };
  g_autofree char *text = cd_wire_body_print (&body);
  g_autoptr (CdWireSession) session = NULL;

  once (late);
  g_free (late_act (late, "province", LATE_ACCOUNT, body.op, text));
  session = cd_venue_session (late->w.venue, late->w.desk->person);
  cd_desk_take_session (late->w.desk, session);
}

static void
difference (gpointer data, const char *name)
{
  Late *late = data;
  const CdDifference d = { .kind = "balance", .account = LATE_ACCOUNT, .subject = LATE_CODE, .asset = LATE_CODE, .has_exchange = TRUE, .exchange = 2, .has_ledger = TRUE, .ledger = 1, .at_once = TRUE };

  once (late);
  cd_desk_difference_seen (late->w.desk, &d);
}

static void
other_person (gpointer data, const char *name)
{
  Late *late = data;

  once (late);
  /* As if the new session had been read already: only the name of the person is in the way. */
  g_free (late->w.desk->person);
  late->w.desk->person = g_strdup ("power-second");
}

/* --- What is asked for -------------------------------------------------------------------------------------------------- */

static gboolean
was_told (Late *late, const char *code)
{
  GListModel *log = cd_desk_get_log (late->w.desk);

  for (guint i = 0; i < g_list_model_get_n_items (log); i++)
    {
      g_autoptr (CdLogRow) row = g_list_model_get_item (log, i);

      if (g_str_equal (row->code, "rejected") && g_str_equal (row->text, code))
        return TRUE;
    }
  return FALSE;
}

static void
arm (Late *late, const Point *point)
{
  n_struck = 0;
  late->wanted = point->probe;
  late->at_probe = point->strike;
  late->n_commands = 0;
}

/* --- Orders ------------------------------------------------------------------------------------------------------------- */

static CdOrderRow *
press (Late *late)
{
  CdQuote *quote = cd_desk_get_quote (late->w.desk, LATE_CODE);
  const CdOrderDraft draft = { .account = LATE_ACCOUNT, .instrument = LATE_CODE, .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = quote->feed.bids[0].price - 300, .qty = 100 };
  g_autoptr (GError) error = NULL;
  CdOrderRow *row = cd_desk_submit (late->w.desk, &draft, "cover", &error);

  g_assert_no_error (error);
  sim_pressed (&late->w, row->order->key);
  return row;
}

static void
test_new (gconstpointer data)
{
  const Point *point = data;
  Late late;
  CdOrderRow *row;
  g_autofree char *key = NULL;

  late_open (&late);
  arm (&late, point);
  row = press (&late);
  key = g_strdup (row->order->key);
  g_assert_true (late_pass (&late, 1000));
  g_assert_cmpuint (n_struck, ==, 1);
  g_assert_cmpuint (late.n_commands, ==, 0);
  g_assert_cmpint (row->order->state, ==, CD_ORDER_NOT_PLACED);
  g_assert_true (was_told (&late, point->code));
  /* The next start says the same, from the journal. */
  sim_world_reopen (&late.w);
  g_assert_true (late_pass (&late, 3000));
  row = g_hash_table_lookup (late.w.desk->order_by_key, key);
  g_assert_cmpint (row->order->state, ==, CD_ORDER_NOT_PLACED);
  g_assert_cmpstr (row->order->code, ==, point->code);
  late_close (&late);
}

static void
test_replace (gconstpointer data)
{
  const Point *point = data;
  Late late;
  CdOrderRow *row;
  gint64 price;

  late_open (&late);
  row = late_working (&late, 400);
  price = row->order->price_e4;
  arm (&late, point);
  g_assert_true (cd_desk_replace (late.w.desk, row, price - 100, 100, NULL));
  g_assert_true (late_pass (&late, 1000));
  g_assert_cmpuint (n_struck, ==, 1);
  g_assert_cmpuint (late.n_commands, ==, 0);
  g_assert_true (row->is_working);
  g_assert_cmpint (row->order->req, ==, CD_REQ_NONE);
  g_assert_cmpint (row->order->price_e4, ==, price);
  g_assert_true (was_told (&late, point->code));
  late_close (&late);
}

/* A cancel always leaves. */
static void
test_cancel (gconstpointer data)
{
  Late late;
  CdOrderRow *row;

  late_open (&late);
  row = late_working (&late, 400);
  arm (&late, data);
  g_assert_true (cd_desk_cancel (late.w.desk, row, NULL));
  g_assert_true (late_pass (&late, 1000));
  g_assert_cmpuint (n_struck, ==, 1);
  g_assert_cmpuint (late.n_commands, ==, 1);
  g_assert_true (cd_order_is_final (row->order));
  late_close (&late);
}

/* --- Instructions and approvals ----------------------------------------------------------------------------------------- */

static void
test_propose (gconstpointer data)
{
  const Point *point = data;
  Late late;
  g_autofree char *id = NULL;
  CdInstructionRow *row;

  late_open (&late);
  arm (&late, point);
  id = cd_desk_propose_transfer (late.w.desk, LATE_ACCOUNT, LATE_CODE, 10, TRUE, NULL);
  sim_pressed (&late.w, id);
  g_assert_true (late_pass (&late, 1000));
  g_assert_cmpuint (n_struck, ==, 1);
  g_assert_cmpuint (late.n_commands, ==, 0);
  row = g_hash_table_lookup (late.w.desk->instruction_by_id, id);
  g_assert_cmpstr (row->state, ==, "rejected");
  g_assert_cmpstr (row->reason, ==, "never.sent");
  g_assert_true (was_told (&late, point->code));
  sim_world_reopen (&late.w);
  g_assert_true (late_pass (&late, 3000));
  row = g_hash_table_lookup (late.w.desk->instruction_by_id, id);
  g_assert_cmpstr (row->state, ==, "rejected");
  g_assert_false (row->unknown);
  g_assert_cmpstr (row->reason, ==, "never.sent");
  late_close (&late);
}

/* The second person presses Confirm, and is none any more before it leaves. */
static void
test_confirm (gconstpointer data)
{
  const Point *point = data;
  Late late;
  g_autofree char *id = NULL;
  CdInstructionRow *row;
  g_autoptr (GError) error = NULL;

  late_open (&late);
  id = cd_desk_propose_transfer (late.w.desk, LATE_ACCOUNT, LATE_CODE, 10, TRUE, NULL);
  sim_pressed (&late.w, id);
  g_assert_true (late_pass (&late, 1000));
  cd_desk_switch_person (late.w.desk, "power-second");
  late_live (&late);
  row = g_hash_table_lookup (late.w.desk->instruction_by_id, id);
  arm (&late, point);
  g_assert_true (cd_desk_confirm_instruction (late.w.desk, row, &error));
  g_assert_no_error (error);
  g_assert_true (late_pass (&late, 1000));
  g_assert_cmpuint (n_struck, ==, 1);
  g_assert_cmpuint (late.n_commands, ==, 0);
  g_assert_cmpstr (row->state, ==, "proposed");
  g_assert_false (row->unknown);
  g_assert_false (row->may_confirm);
  g_assert_true (was_told (&late, point->code));
  late_close (&late);
}

int
main (int argc, char **argv)
{
  static const Point points[] = {
    { "intent.durable", "account.stopped", veto },
    { "sending.durable", "account.stopped", veto },
    { "intent.durable", "rights.missing", lose_roles },
    { "sending.durable", "rights.missing", lose_roles },
    { "intent.durable", "person.changed", other_person },
    { "sending.durable", "person.changed", other_person },
    { "intent.durable", "difference.open", difference },
    { "sending.durable", "difference.open", difference },
  };

  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (points); i++)
    {
      const Point *p = &points[i];
      struct
      {
        const char *what;
        void (*func) (gconstpointer data);
        gboolean wanted;
      } cases[] = {
        { "new", test_new, TRUE },
        { "replace", test_replace, p->strike == veto || p->strike == lose_roles },
        { "cancel", test_cancel, p->strike == veto },
        { "propose", test_propose, p->strike == lose_roles || p->strike == other_person },
        { "confirm", test_confirm, p->strike == lose_roles },
      };

      for (gsize k = 0; k < G_N_ELEMENTS (cases); k++)
        {
          g_autofree char *path = g_strdup_printf ("/last-look/%s/%s/%s", cases[k].what, p->code, p->probe);

          if (cases[k].wanted)
            g_test_add_data_func (path, p, cases[k].func);
        }
    }
  return g_test_run ();
}
