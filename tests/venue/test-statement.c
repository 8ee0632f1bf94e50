/* test-statement.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The statement of an account over whole days of seeded commands: it adds up to the holdings, each line to the one before it, and what
 * belongs to a trade or to an instruction is that trade's and that instruction's.
 */
#include "venue-fixture.h"

#include <string.h>

#define POWER "HD-POWER"
#define MAKER "power-trader"
#define CHECKER "power-second"
#define DAYS 6
#define STEPS 60

typedef VenueFixture Fixture;

static CdWireList *
read_list (Fixture *f, CdWireListKind kind)
{
  return cd_venue_list (f->venue, kind, POWER, MAKER, FALSE, 0, 0);
}

/* Sums of changes by any word of the lines. */
static gint64 *
sum_of (GHashTable *sums, const char *a, const char *b)
{
  g_autofree char *key = g_strconcat (a, " ", b, NULL);
  gint64 *sum = g_hash_table_lookup (sums, key);

  if (!sum)
    {
      sum = g_new0 (gint64, 1);
      g_hash_table_insert (sums, g_steal_pointer (&key), sum);
    }
  return sum;
}

static GHashTable *
sums_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
check_holdings (Fixture *f, GHashTable *balances)
{
  const CdWireListKind kinds[] = { CD_WIRE_LIST_HOLDINGS, CD_WIRE_LIST_CASH };
  GHashTableIter iter;
  gpointer key, value;

  for (gsize k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      g_autoptr (CdWireList) list = read_list (f, kinds[k]);

      for (guint i = 0; i < list->items->len; i++)
        {
          const CdWireBalanceRow *row = &g_array_index (list->items, CdWireBalanceRow, i);
          gint64 *sum = sum_of (balances, row->asset, cd_bucket_name (row->bucket));

          g_assert_cmpint (*sum, ==, row->balance);
          *sum = 0;
        }
    }
  /* And nothing is left that the holdings do not have. */
  g_hash_table_iter_init (&iter, balances);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_assert_cmpint (*(gint64 *)value, ==, 0);
}

static void
check_trades (Fixture *f, GHashTable *by_ref)
{
  g_autoptr (CdWireList) list = read_list (f, CD_WIRE_LIST_EXECUTIONS);

  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireExecutionRow *row = &g_array_index (list->items, CdWireExecutionRow, i);
      gint64 sign = row->side == CD_SIDE_BUY ? 1 : -1;

      g_assert_cmpint (*sum_of (by_ref, row->exec_id, row->instrument), ==, sign * row->qty);
      g_assert_cmpint (*sum_of (by_ref, row->exec_id, "CNY"), ==, -sign * row->amount_e4);
    }
}

static void
check_statement (Fixture *f)
{
  g_autoptr (CdWireList) list = read_list (f, CD_WIRE_LIST_STATEMENT);
  g_autoptr (GHashTable) balances = sums_new (), by_ref = sums_new ();
  guint64 last = 0;

  g_assert_cmpuint (list->items->len, >, 0);
  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireMovementRow *row = &g_array_index (list->items, CdWireMovementRow, i);
      gint64 *balance = sum_of (balances, row->asset, cd_bucket_name (row->bucket));

      g_assert_cmpuint (row->seq, >, last);
      last = row->seq;
      g_assert_cmpint (row->change, !=, 0);
      *balance += row->change;
      g_assert_cmpint (*balance, ==, row->balance);
      g_assert_cmpstr (row->cause, !=, "other");
      if (g_str_equal (row->cause, "opening") || g_str_equal (row->cause, "release"))
        g_assert_null (row->ref);
      else
        {
          g_assert_nonnull (row->ref);
          *sum_of (by_ref, row->ref, row->asset) += row->change;
        }
    }
  check_trades (f, by_ref);
  check_holdings (f, balances);
}

/* The days had everything in them that a statement can show. */
static void
check_causes (Fixture *f)
{
  static const char *const causes[] = { "opening", "order.new", "order.fill", "order.cancelled", "order.expired", "settlement.day", "release", "instruction" };
  g_autoptr (CdWireList) list = read_list (f, CD_WIRE_LIST_STATEMENT);

  for (gsize c = 0; c < G_N_ELEMENTS (causes); c++)
    {
      guint n = 0;

      for (guint i = 0; i < list->items->len; i++)
        n += g_str_equal (g_array_index (list->items, CdWireMovementRow, i).cause, causes[c]);
      g_test_message ("%s: %u", causes[c], n);
      g_assert_cmpuint (n, >, 0);
    }
}

static void
order (Fixture *f, GRand *rand, CdSide side, const char *kind)
{
  gint64 price = venue_fixture_best (f, "CEA25", g_str_equal (kind, "pick") ? (side == CD_SIDE_BUY ? CD_SIDE_SELL : CD_SIDE_BUY) : side);
  char text[CD_DECIMAL_BUF];
  g_autofree char *body = NULL;
  g_autoptr (CdWireAnswer) answer = NULL;

  if (!price)
    return;
  body = g_strdup_printf ("{\"instrument\":\"CEA25\",\"side\":\"%s\",\"kind\":\"%s\",\"price\":\"%s\",\"qty\":\"%d\",\"by\":\"%s\"}",
                          cd_side_name (side), kind, cd_decimal_print (price, 4, 2, text), g_rand_int_range (rand, 1, 40) * 10, MAKER);
  answer = venue_fixture_send (f, MAKER, CD_WIRE_OP_ORDER_NEW, POWER, body);
}

static void
cancel (Fixture *f, GRand *rand)
{
  g_autoptr (CdWireList) list = cd_venue_list (f->venue, CD_WIRE_LIST_ORDERS, POWER, MAKER, TRUE, 0, 0);
  g_autofree char *body = NULL;
  g_autoptr (CdWireAnswer) answer = NULL;

  if (list->items->len == 0)
    return;
  body = g_strdup_printf ("{\"order_id\":\"%s\"}", g_array_index (list->items, CdWireOrderRow, g_rand_int_range (rand, 0, (gint32)list->items->len)).order_id);
  answer = venue_fixture_send (f, MAKER, CD_WIRE_OP_ORDER_CANCEL, POWER, body);
}

static void
instruct (Fixture *f, GRand *rand)
{
  static const char *const bodies[] = {
    "{\"kind\":\"transfer\",\"from\":\"registry\",\"to\":\"trading\",\"asset\":\"CEA25\",\"qty\":\"500\",\"version\":1}",
    "{\"kind\":\"transfer\",\"from\":\"trading\",\"to\":\"registry\",\"asset\":\"CEA25\",\"qty\":\"30\",\"version\":1}",
    "{\"kind\":\"cancel\",\"asset\":\"CEA25\",\"qty\":\"100\",\"reason\":\"green event\",\"version\":1}",
    "{\"kind\":\"cash_in\",\"amount\":\"1000.00\",\"version\":1}",
    "{\"kind\":\"cash_out\",\"amount\":\"500.00\",\"version\":1}",
  };
  g_autoptr (CdWireAnswer) answer = venue_fixture_send (f, MAKER, CD_WIRE_OP_INSTRUCTION_PROPOSE, POWER, bodies[g_rand_int_range (rand, 0, G_N_ELEMENTS (bodies))]);
  g_autofree char *body = NULL;
  g_autoptr (CdWireAnswer) then = NULL;

  if (answer->verdict != CD_WIRE_ACCEPTED || g_rand_int_range (rand, 0, 3) == 0)
    return; /* some stay locked */
  body = g_strdup_printf ("{\"id\":\"%s\",\"version\":1,\"reason\":\"not today\"}", answer->id);
  if (g_rand_boolean (rand))
    then = venue_fixture_send (f, CHECKER, CD_WIRE_OP_INSTRUCTION_REFUSE, POWER, body);
  else
    then = venue_fixture_send (f, MAKER, CD_WIRE_OP_INSTRUCTION_WITHDRAW, POWER, body);
}

static void
test_days (Fixture *f, gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (GPOINTER_TO_UINT (data));

  check_statement (f);
  for (int day = 0; day < DAYS; day++)
    {
      for (int step = 0; step < STEPS; step++)
        {
          cd_venue_advance (f->venue, cd_venue_market_time (f->venue) + g_rand_int_range (rand, 0, 60) * CD_USEC_PER_SEC);
          switch (g_rand_int_range (rand, 0, 6))
            {
            case 0:
              order (f, rand, CD_SIDE_BUY, "list");
              break;
            case 1:
              order (f, rand, CD_SIDE_SELL, "list");
              break;
            case 2:
              order (f, rand, CD_SIDE_BUY, "pick");
              break;
            case 3:
              order (f, rand, CD_SIDE_SELL, "pick");
              break;
            case 4:
              cancel (f, rand);
              break;
            default:
              instruct (f, rand);
            }
        }
      order (f, rand, CD_SIDE_SELL, "list"); /* one that lapses */
      check_statement (f);
      venue_fixture_skip (f, "close");
      check_statement (f);
      venue_fixture_skip (f, "next_day");
      check_statement (f);
    }
  check_causes (f);
}

static void
setup (Fixture *f, gconstpointer data)
{
  venue_fixture_setup (f, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/statement/days-1", Fixture, GUINT_TO_POINTER (1), setup, test_days, venue_fixture_teardown);
  g_test_add ("/statement/days-2", Fixture, GUINT_TO_POINTER (2), setup, test_days, venue_fixture_teardown);
  g_test_add ("/statement/days-3", Fixture, GUINT_TO_POINTER (3), setup, test_days, venue_fixture_teardown);
  return g_test_run ();
}
