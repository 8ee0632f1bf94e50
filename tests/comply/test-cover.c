/* test-cover.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The least-cost cover: a worked figure, its limits, and an oracle that tries every way on small books.
 */
#include "comply-fixture.h"

#include <string.h>

static CdCoverPlan *
plan_of (const CdCoverInput *input)
{
  g_autoptr (GError) error = NULL;
  CdCoverPlan *plan = cd_cover_plan (input, &error);

  g_assert_no_error (error);
  g_assert_nonnull (plan);
  return plan;
}

static void
assert_order (const CdCoverPlan *plan, guint i, const char *code, gint64 price_e4, gint64 qty)
{
  const CdCoverOrder *order;

  g_assert_cmpuint (i, <, plan->orders->len);
  order = g_ptr_array_index (plan->orders, i);
  g_assert_cmpstr (order->code, ==, code);
  g_assert_cmpint (order->price_e4, ==, price_e4);
  g_assert_cmpint (order->qty, ==, qty);
  g_assert_cmpint (order->amount.e4, ==, price_e4 * qty);
}

/* 70,000 t short, room for 12,000 credits: the second credit level is bought only as far as the room reaches. */
static void
test_worked_figure (void)
{
  const CdCoverAsk asks[] = {
    { "CEA25", 700000, 20000, 0, FALSE, 0 },
    { "CEA25", 705000, 30000, 1, FALSE, 0 },
    { "CEA25", 710000, 50000, 2, FALSE, 0 },
    { "CCER-1", 660000, 10000, 0, TRUE, CD_COVER_NO_SUB_CAP },
    { "CCER-1", 690000, 10000, 1, TRUE, CD_COVER_NO_SUB_CAP },
  };
  const CdCoverInput input = { .asks = asks, .n_asks = G_N_ELEMENTS (asks), .shortfall = 70000, .offset_room = 12000, .best_levels = 5, .max_order_exclusive = 100000, .ccy = CD_CURRENCY_CNY };
  g_autoptr (CdCoverPlan) plan = plan_of (&input);

  g_assert_cmpuint (plan->orders->len, ==, 5);
  assert_order (plan, 0, "CCER-1", 660000, 10000);
  assert_order (plan, 1, "CCER-1", 690000, 2000);
  assert_order (plan, 2, "CEA25", 700000, 20000);
  assert_order (plan, 3, "CEA25", 705000, 30000);
  assert_order (plan, 4, "CEA25", 710000, 8000);
  /* 660,000 + 138,000 + 1,400,000 + 2,115,000 + 568,000 */
  g_assert_cmpint (plan->cost.e4, ==, 4881000 * CD_E4);
  g_assert_cmpint (plan->cost.ccy, ==, CD_CURRENCY_CNY);
  g_assert_cmpint (plan->offset_units, ==, 12000);
  g_assert_cmpint (plan->missing, ==, 0);
  g_assert_true (plan->has_allowances_only);
  g_assert_cmpint (plan->allowances_only.e4, ==, (1400000 + 2115000 + 1420000) * CD_E4);
  g_assert_nonnull (obligation_fixture_step (plan->trace, "cover.cost", "4881000.00"));
}

static void
test_limits (void)
{
  const CdCoverAsk asks[] = {
    { "CEA25", 700000, 250000, 4, FALSE, 0 },
    { "CEA25", 600000, 1000, 5, FALSE, 0 }, /* the sixth level is out of reach, however cheap */
  };
  CdCoverInput input = { .asks = asks, .n_asks = 2, .shortfall = 260000, .best_levels = 5, .max_order_exclusive = 100000, .ccy = CD_CURRENCY_CNY };
  g_autoptr (CdCoverPlan) plan = plan_of (&input);
  g_autoptr (CdCoverPlan) all = NULL;
  g_autoptr (CdCoverPlan) none = NULL;

  /* 99,999 t is a listed order, 100,000 t is none. */
  g_assert_cmpuint (plan->orders->len, ==, 3);
  assert_order (plan, 0, "CEA25", 700000, 99999);
  assert_order (plan, 1, "CEA25", 700000, 99999);
  assert_order (plan, 2, "CEA25", 700000, 50002);
  g_assert_cmpint (plan->missing, ==, 10000);
  g_assert_nonnull (obligation_fixture_step (plan->trace, "cover.missing", "10000 t"));

  input.best_levels = 0;
  input.max_order_exclusive = 0;
  all = plan_of (&input);
  g_assert_cmpuint (all->orders->len, ==, 2);
  assert_order (all, 0, "CEA25", 600000, 1000);
  assert_order (all, 1, "CEA25", 700000, 250000);
  g_assert_cmpint (all->missing, ==, 9000);

  input.shortfall = 0;
  none = plan_of (&input);
  g_assert_cmpuint (none->orders->len, ==, 0);
  g_assert_cmpint (none->cost.e4, ==, 0);
}

/* At the same price the room for credits is kept. */
static void
test_ties (void)
{
  const CdCoverAsk asks[] = { { "CCER-1", 700000, 100, 0, TRUE, CD_COVER_NO_SUB_CAP }, { "CEA26", 700000, 100, 0, FALSE, 0 }, { "CEA25", 700000, 100, 0, FALSE, 0 } };
  const CdCoverInput input = { .asks = asks, .n_asks = 3, .shortfall = 150, .offset_room = 1000, .ccy = CD_CURRENCY_CNY };
  g_autoptr (CdCoverPlan) plan = plan_of (&input);

  assert_order (plan, 0, "CEA26", 700000, 100);
  assert_order (plan, 1, "CEA25", 700000, 50);
  g_assert_cmpint (plan->offset_units, ==, 0);
}

static void
test_bad_input (void)
{
  CdCoverAsk ask = { "CEA25", 700000, 10, 0, FALSE, 0 };
  CdCoverInput input = { .asks = &ask, .n_asks = 1, .shortfall = 5, .ccy = CD_CURRENCY_CNY };
  static const CdCoverAsk bad[] = { { NULL, 1, 1, 0, FALSE, 0 }, { "A", 0, 1, 0, FALSE, 0 }, { "A", -1, 1, 0, FALSE, 0 }, { "A", 1, -1, 0, FALSE, 0 }, { "A", 1, 1, 0, TRUE, 0 }, { "A", 1, 1, 0, TRUE, -2 } };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      ask = bad[i];
      g_assert_null (cd_cover_plan (&input, &error));
      g_assert_error (error, CD_COVER_ERROR, CD_COVER_ERROR_INPUT);
      g_clear_error (&error);
    }
  ask = (CdCoverAsk){ "A", G_MAXINT64, 10, 0, FALSE, 0 };
  g_assert_null (cd_cover_plan (&input, &error));
  g_assert_error (error, CD_COVER_ERROR, CD_COVER_ERROR_RANGE);
  g_clear_error (&error);
  input.shortfall = -1;
  g_assert_null (cd_cover_plan (&input, &error));
  g_assert_error (error, CD_COVER_ERROR, CD_COVER_ERROR_INPUT);
}

/* --- Oracle: every quantity of every level is tried --------------------------------------------------------------------- */

typedef struct
{
  const CdCoverInput *in;
  gint64 taken[8];
  gint64 best_units, best_cost;
} Oracle;

static gboolean
allowed (const Oracle *o)
{
  gint64 credits = 0, sub[4] = { 0 };

  for (gsize i = 0; i < o->in->n_asks; i++)
    {
      const CdCoverAsk *ask = &o->in->asks[i];

      if (!ask->credit)
        continue;
      credits += o->taken[i];
      if (ask->sub_cap != CD_COVER_NO_SUB_CAP)
        sub[ask->sub_cap] += o->taken[i];
    }
  for (gsize k = 0; k < o->in->n_sub_rooms; k++)
    if (sub[k] > o->in->sub_rooms[k])
      return FALSE;
  return credits <= o->in->offset_room;
}

static void
judge (Oracle *o)
{
  gint64 units = 0, cost = 0;

  for (gsize i = 0; i < o->in->n_asks; i++)
    {
      units += o->taken[i];
      cost += o->taken[i] * o->in->asks[i].price_e4;
    }
  if (units > o->in->shortfall || !allowed (o))
    return;
  if (units < o->best_units || (units == o->best_units && cost >= o->best_cost))
    return;
  o->best_units = units;
  o->best_cost = cost;
}

static void
try_all (Oracle *o, gsize i)
{
  if (i == o->in->n_asks)
    {
      judge (o);
      return;
    }
  for (o->taken[i] = 0; o->taken[i] <= o->in->asks[i].qty; o->taken[i]++)
    if (o->in->best_levels == 0 || o->in->asks[i].level < o->in->best_levels || o->taken[i] == 0)
      try_all (o, i + 1);
  o->taken[i] = 0;
}

static void
check_orders (const CdCoverPlan *plan, const CdCoverInput *input)
{
  gint64 units = 0, cost = 0, credits = 0;

  for (guint i = 0; i < plan->orders->len; i++)
    {
      const CdCoverOrder *order = g_ptr_array_index (plan->orders, i);

      g_assert_cmpint (order->qty, >, 0);
      g_assert_true (input->max_order_exclusive == 0 || order->qty < input->max_order_exclusive);
      units += order->qty;
      cost += order->qty * order->price_e4;
      credits += order->credit ? order->qty : 0;
    }
  g_assert_cmpint (units, ==, plan->units);
  g_assert_cmpint (cost, ==, plan->cost.e4);
  g_assert_cmpint (credits, ==, plan->offset_units);
  g_assert_cmpint (units + plan->missing, ==, input->shortfall);
}

static void
test_oracle (void)
{
  static const char *const codes[] = { "A", "B", "C" };

  for (int round = 0; round < 3000; round++)
    {
      CdCoverAsk asks[6];
      const gint64 sub_rooms[] = { g_test_rand_int_range (0, 5), g_test_rand_int_range (0, 5) };
      CdCoverInput input = { .asks = asks, .shortfall = g_test_rand_int_range (0, 16), .offset_room = g_test_rand_int_range (0, 8), .sub_rooms = sub_rooms, .n_sub_rooms = 2, .ccy = CD_CURRENCY_CNY };
      Oracle oracle = { .in = &input, .best_units = -1 };
      g_autoptr (CdCoverPlan) plan = NULL;

      input.n_asks = (gsize)g_test_rand_int_range (0, 7);
      input.best_levels = (guint)g_test_rand_int_range (0, 4);
      input.max_order_exclusive = g_test_rand_int_range (0, 2) ? g_test_rand_int_range (2, 5) : 0;
      for (gsize i = 0; i < input.n_asks; i++)
        asks[i] = (CdCoverAsk){ codes[g_test_rand_int_range (0, 3)], g_test_rand_int_range (1, 9), g_test_rand_int_range (0, 5), (guint)g_test_rand_int_range (0, 4), g_test_rand_int_range (0, 2), g_test_rand_int_range (-1, 2) };
      plan = plan_of (&input);
      try_all (&oracle, 0);
      g_assert_cmpint (plan->units, ==, oracle.best_units);
      g_assert_cmpint (plan->cost.e4, ==, oracle.best_cost);
      check_orders (plan, &input);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/comply/cover/worked-figure", test_worked_figure);
  g_test_add_func ("/comply/cover/limits", test_limits);
  g_test_add_func ("/comply/cover/ties", test_ties);
  g_test_add_func ("/comply/cover/bad-input", test_bad_input);
  g_test_add_func ("/comply/cover/oracle", test_oracle);
  return g_test_run ();
}
