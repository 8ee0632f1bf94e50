/* test-doubted.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An answer that proves nothing leaves the order UNKNOWN, and it must prove nothing to the next start either, which has the journal alone.
 */
#include <locale.h>
#include <string.h>

#include "late-fixture.h"

typedef struct
{
  const char *name;
  const char *verdict; /* (nullable): what is said instead of accepted */
  gboolean other_body;
} Spoiled;

#define HASH "\"body_sha256\":\""

static const Spoiled *spoiled; /* what becomes of the answer to an order */
static guint n_spoiled;

static char *
down_cb (SimWorld *w, SimLine *line, const char *text, gpointer data)
{
  g_autoptr (GString) other = g_string_new (text);

  /* The event would say what the answer does not. */
  if (line->is_private && strstr (text, "\"kind\":\"order.new\""))
    return NULL;
  if (!line->is_private || !strstr (text, "\"type\":\"answer\"") || !strstr (text, "\"op\":\"order.new\""))
    return g_strdup (text);
  n_spoiled++;
  if (spoiled->verdict)
    g_assert_cmpuint (g_string_replace (other, "\"verdict\":\"accepted\"", spoiled->verdict, 1), ==, 1);
  if (spoiled->other_body)
    memset (strstr (other->str, HASH) + strlen (HASH), '0', 8);
  return g_string_free (g_steal_pointer (&other), FALSE);
}

static void
test_order (gconstpointer data)
{
  Late late;
  CdQuote *quote;
  CdOrderDraft draft = { .account = LATE_ACCOUNT, .instrument = LATE_CODE, .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .qty = 100 };
  CdOrderRow *row;
  g_autofree char *key = NULL;
  g_autoptr (GError) error = NULL;

  spoiled = data;
  n_spoiled = 0;
  late_open (&late);
  late.script.down = down_cb;
  /* Nothing else tells either, as long as this program runs. */
  late.slow = "/";
  late.slow_ms = 60000;
  late.n_slow = 1000;
  quote = cd_desk_get_quote (late.w.desk, LATE_CODE);
  draft.price_e4 = quote->feed.bids[0].price - 300;
  row = cd_desk_submit (late.w.desk, &draft, "cover", &error);
  g_assert_no_error (error);
  key = g_strdup (row->order->key);
  sim_pressed (&late.w, key);
  g_assert_true (late_pass (&late, 1000));
  g_assert_cmpuint (n_spoiled, ==, 1);
  g_assert_cmpint (row->order->state, ==, CD_ORDER_UNKNOWN);
  g_assert_true (row->order->check);
  sim_world_reopen (&late.w);
  sim_advance (&late.w, 100);
  row = g_hash_table_lookup (late.w.desk->order_by_key, key);
  g_assert_nonnull (row);
  g_assert_cmpint (row->order->state, ==, CD_ORDER_UNKNOWN);
  g_assert_true (row->order->check);
  /* Asked for, it is what it is at the venue. */
  late.n_slow = 0;
  late.script.down = NULL;
  g_assert_true (late_pass (&late, 70000));
  g_assert_cmpint (row->order->state, ==, CD_ORDER_WORKING);
  g_assert_nonnull (row->order->order_id);
  late_close (&late);
}

int
main (int argc, char **argv)
{
  static const Spoiled cases[] = {
    { "accepted-of-another-body", NULL, TRUE },
    { "rejected-of-another-body", "\"verdict\":\"rejected\",\"code\":\"price.band\"", TRUE },
    { "mismatch", "\"verdict\":\"rejected\",\"code\":\"key.mismatch\"", FALSE },
  };

  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/doubted/order/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_order);
    }
  return g_test_run ();
}
