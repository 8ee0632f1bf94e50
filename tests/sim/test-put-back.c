/* test-put-back.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A venue that was put back to an earlier moment of its database: what it has lost is in doubt, and what it counts anew is news.
 */
#include <locale.h>

#include "late-fixture.h"

static gboolean
was_told (Late *late, const char *code)
{
  GListModel *log = cd_desk_get_log (late->w.desk);

  for (guint i = 0; i < g_list_model_get_n_items (log); i++)
    {
      g_autoptr (CdLogRow) row = g_list_model_get_item (log, i);

      if (g_str_equal (row->code, code))
        return TRUE;
    }
  return FALSE;
}

/* The venue is started on its database as it was so many commands ago. */
static void
put_back (Late *late, guint commands)
{
  g_ptr_array_set_size (late->w.log, late->w.log->len - commands);
  sim_venue_start (&late->w, FALSE);
  sim_advance (&late->w, 8000);
}

static void
lost_tail (gboolean meanwhile)
{
  Late late;
  CdOrderRow *kept, *lost;
  g_autofree char *kept_key = NULL, *lost_key = NULL;

  late_open (&late);
  kept = late_working (&late, 300);
  lost = late_working (&late, 400);
  kept_key = g_strdup (kept->order->key);
  lost_key = g_strdup (lost->order->key);
  if (meanwhile)
    sim_desk_stop (&late.w);
  put_back (&late, 1);
  if (meanwhile)
    sim_desk_open (&late.w);
  late_live (&late);
  kept = g_hash_table_lookup (late.w.desk->order_by_key, kept_key);
  lost = g_hash_table_lookup (late.w.desk->order_by_key, lost_key);
  g_assert_true (was_told (&late, "venue.behind"));
  g_assert_true (lost->order->check);
  g_assert_false (cd_order_is_final (lost->order)); /* absence closes nothing */
  g_assert_true (kept->is_working);
  g_assert_false (kept->order->check);
  late_close (&late);
}

static void
test_lost_tail (void)
{
  lost_tail (FALSE);
}

static void
test_lost_tail_meanwhile (void)
{
  lost_tail (TRUE);
}

/* An order that gets the number of one that was lost is another one, also at the next start. */
static void
test_same_number (void)
{
  CdWireBody body = { .op = CD_WIRE_OP_ORDER_NEW, .instrument = (char *)LATE_CODE, .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .qty = 30, .by = (char *)"power-trader" };
  g_autofree char *text = NULL, *key = NULL;
  Late late;
  CdOrderRow *row, *lost;

  late_open (&late);
  body.price_e4 = cd_desk_get_quote (late.w.desk, LATE_CODE)->feed.bids[0].price - 500;
  text = cd_wire_body_print (&body);
  lost = late_working (&late, 300);
  late_working (&late, 400);
  put_back (&late, 2);
  late_live (&late);
  key = late_act (&late, "power-trader", LATE_ACCOUNT, CD_WIRE_OP_ORDER_NEW, text);
  sim_advance (&late.w, 500);
  row = g_hash_table_lookup (late.w.desk->order_by_key, key);
  g_assert_nonnull (row);
  g_assert_true (row->is_working);
  g_assert_cmpstr (row->order->order_id, ==, lost->order->order_id);
  g_assert_true (lost->order->check);
  /* And at the next start. */
  sim_world_reopen (&late.w);
  late_live (&late);
  row = g_hash_table_lookup (late.w.desk->order_by_key, key);
  g_assert_nonnull (row);
  g_assert_true (row->is_working);
  g_assert_false (row->order->check);
  late_close (&late);
}

static guint
n_above (Late *late, guint64 seq)
{
  GListModel *rows = cd_desk_get_statement (late->w.desk);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdMovementRow) row = g_list_model_get_item (rows, i);

      n += row->seq > seq;
    }
  return n;
}

/* No line of what never was stays in the statement, and what came under the same numbers stands there. */
static void
test_statement (void)
{
  Late late;
  guint64 last;

  late_open (&late);
  cd_desk_watch_statement (late.w.desk, TRUE);
  late_working (&late, 300);
  late_working (&late, 400);
  sim_advance (&late.w, 60000);
  last = cd_venue_last_seq (late.w.venue, LATE_ACCOUNT);
  g_assert_cmpuint (n_above (&late, 0), >, 0);
  put_back (&late, 2);
  late_live (&late);
  sim_advance (&late.w, 60000);
  g_assert_cmpuint (cd_venue_last_seq (late.w.venue, LATE_ACCOUNT), <, last);
  g_assert_cmpuint (n_above (&late, 0), >, 0);
  g_assert_cmpuint (n_above (&late, cd_venue_last_seq (late.w.venue, LATE_ACCOUNT)), ==, 0);
  g_assert_cmpint (cd_desk_get_statement_freshness (late.w.desk, NULL), ==, CD_FRESH_LIVE);
  late_close (&late);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/put-back/lost-tail", test_lost_tail);
  g_test_add_func ("/put-back/lost-tail/meanwhile", test_lost_tail_meanwhile);
  g_test_add_func ("/put-back/same-number", test_same_number);
  g_test_add_func ("/put-back/statement", test_statement);
  return g_test_run ();
}
