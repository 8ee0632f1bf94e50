/* cd-cover.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-cover.h"

#include <stdlib.h>

/* Sums of quantities and of room stay far from the edge of 64 bits. */
#define COVER_UNITS_MAX G_GINT64_CONSTANT (1000000000000)

GQuark
cd_cover_error_quark (void)
{
  return g_quark_from_static_string ("cd-cover-error-quark");
}

typedef struct
{
  const CdCoverInput *in;
  const CdCoverAsk **sorted; /* cheapest first */
  gsize n_sorted;
  gint64 room;
  gint64 *sub_room;
} Search;

static void
order_free (gpointer data)
{
  CdCoverOrder *order = data;

  g_free (order->code);
  g_free (order);
}

void
cd_cover_plan_free (CdCoverPlan *plan)
{
  if (!plan)
    return;
  g_ptr_array_unref (plan->orders);
  cd_trace_free (plan->trace);
  g_free (plan);
}

static gboolean
check_ask (const CdCoverInput *in, gsize i, GError **error)
{
  const CdCoverAsk *ask = &in->asks[i];

  if (!ask->code || ask->price_e4 <= 0 || ask->qty < 0 || ask->qty > COVER_UNITS_MAX)
    {
      g_set_error (error, CD_COVER_ERROR, CD_COVER_ERROR_INPUT, "ask %" G_GSIZE_FORMAT " (%s): expected a code, a price above 0 and a quantity from 0 to %" G_GINT64_FORMAT, i, ask->code ? ask->code : "no code", COVER_UNITS_MAX);
      return FALSE;
    }
  if (ask->credit && ask->sub_cap != CD_COVER_NO_SUB_CAP && (ask->sub_cap < 0 || (gsize)ask->sub_cap >= in->n_sub_rooms))
    {
      g_set_error (error, CD_COVER_ERROR, CD_COVER_ERROR_INPUT, "ask %" G_GSIZE_FORMAT " (%s): expected a sub-cap below %" G_GSIZE_FORMAT ", found %d", i, ask->code, in->n_sub_rooms, ask->sub_cap);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_input (const CdCoverInput *in, GError **error)
{
  if (in->shortfall < 0 || in->shortfall > COVER_UNITS_MAX || in->max_order_exclusive < 0 || in->max_order_exclusive == 1)
    {
      g_set_error (error, CD_COVER_ERROR, CD_COVER_ERROR_INPUT, "expected a shortfall from 0 to %" G_GINT64_FORMAT " and a limit that an order of one unit keeps", COVER_UNITS_MAX);
      return FALSE;
    }
  for (gsize i = 0; i < in->n_asks; i++)
    if (!check_ask (in, i, error))
      return FALSE;
  return TRUE;
}

/* The addresses give the caller's order: all asks stand in one array. */
static int
compare_asks (gconstpointer a, gconstpointer b)
{
  const CdCoverAsk *x = *(const CdCoverAsk *const *)a;
  const CdCoverAsk *y = *(const CdCoverAsk *const *)b;

  if (x->price_e4 != y->price_e4)
    return x->price_e4 < y->price_e4 ? -1 : 1;
  if (x->credit != y->credit)
    return x->credit ? 1 : -1;
  return x < y ? -1 : x > y;
}

static void
search_begin (Search *s, const CdCoverInput *in)
{
  s->in = in;
  s->sorted = g_new0 (const CdCoverAsk *, MAX (in->n_asks, 1));
  for (gsize i = 0; i < in->n_asks; i++)
    if (in->asks[i].qty > 0 && (in->best_levels == 0 || in->asks[i].level < in->best_levels))
      s->sorted[s->n_sorted++] = &in->asks[i];
  qsort (s->sorted, s->n_sorted, sizeof *s->sorted, compare_asks);
  s->room = MAX (0, in->offset_room);
  s->sub_room = g_new0 (gint64, MAX (in->n_sub_rooms, 1));
  for (gsize i = 0; i < in->n_sub_rooms; i++)
    s->sub_room[i] = MAX (0, in->sub_rooms[i]);
}

static void
search_end (Search *s)
{
  g_free (s->sorted);
  g_free (s->sub_room);
}

/* How much of the level may still be bought. */
static gint64
available (const Search *s, const CdCoverAsk *ask)
{
  gint64 qty = ask->qty;

  if (!ask->credit)
    return qty;
  qty = MIN (qty, s->room);
  return ask->sub_cap == CD_COVER_NO_SUB_CAP ? qty : MIN (qty, s->sub_room[ask->sub_cap]);
}

/* One level may need several orders: each must stay below the limit of the mode. */
static gboolean
add_orders (CdCoverPlan *plan, const CdCoverInput *in, const CdCoverAsk *ask, gint64 qty)
{
  gint64 most = in->max_order_exclusive ? in->max_order_exclusive - 1 : qty;

  while (qty > 0)
    {
      CdCoverOrder *order = g_new0 (CdCoverOrder, 1);

      order->code = g_strdup (ask->code);
      order->price_e4 = ask->price_e4;
      order->qty = MIN (qty, most);
      order->level = ask->level;
      order->credit = ask->credit;
      g_ptr_array_add (plan->orders, order);
      if (!cd_price_times ((CdPrice){ ask->price_e4, in->ccy }, CD_UNITS (order->qty), &order->amount) || !cd_money_add (plan->cost, order->amount, &plan->cost))
        return FALSE;
      qty -= order->qty;
    }
  return TRUE;
}

static void
trace_level (CdCoverPlan *plan, const CdCoverAsk *ask, gint64 qty, const Search *s)
{
  g_autofree char *result = g_strdup_printf ("%" G_GINT64_FORMAT " t", qty);
  char price[CD_DECIMAL_BUF];

  cd_trace_add (plan->trace, ask->credit ? "cover.credit" : "cover.allowance", "order book", result, "code=%s; level=%u; price=%s; offered=%" G_GINT64_FORMAT "; room left=%" G_GINT64_FORMAT, ask->code, ask->level + 1, cd_decimal_print (ask->price_e4, 4, 2, price), ask->qty, s->room);
}

static gboolean
fill (Search *s, CdCoverPlan *plan)
{
  plan->missing = s->in->shortfall;
  for (gsize i = 0; i < s->n_sorted && plan->missing > 0; i++)
    {
      const CdCoverAsk *ask = s->sorted[i];
      gint64 qty = MIN (available (s, ask), plan->missing);

      if (qty <= 0)
        continue;
      if (ask->credit)
        {
          s->room -= qty;
          plan->offset_units += qty;
          if (ask->sub_cap != CD_COVER_NO_SUB_CAP)
            s->sub_room[ask->sub_cap] -= qty;
        }
      plan->missing -= qty;
      plan->units += qty;
      trace_level (plan, ask, qty, s);
      if (!add_orders (plan, s->in, ask, qty))
        return FALSE;
    }
  return TRUE;
}

/* What the same units would cost without credits: the worth of the room. */
static void
compare_without_credits (const Search *s, CdCoverPlan *plan)
{
  CdMoney cost = { 0, s->in->ccy };
  gint64 left = plan->units;

  for (gsize i = 0; i < s->n_sorted && left > 0; i++)
    {
      const CdCoverAsk *ask = s->sorted[i];
      gint64 qty = MIN (ask->qty, left);
      CdMoney part;

      if (ask->credit)
        continue;
      if (!cd_price_times ((CdPrice){ ask->price_e4, s->in->ccy }, CD_UNITS (qty), &part) || !cd_money_add (cost, part, &cost))
        return;
      left -= qty;
    }
  if (left > 0)
    return;
  plan->has_allowances_only = TRUE;
  plan->allowances_only = cost;
}

static void
trace_total (CdCoverPlan *plan, const CdCoverInput *in)
{
  g_autofree char *missing = g_strdup_printf ("%" G_GINT64_FORMAT " t", plan->missing);
  char cost[CD_DECIMAL_BUF];

  cd_trace_add (plan->trace, "cover.cost", "order book", cd_decimal_print (plan->cost.e4, 4, 2, cost), "units=%" G_GINT64_FORMAT "; of them credits=%" G_GINT64_FORMAT "; orders=%u", plan->units, plan->offset_units, plan->orders->len);
  cd_trace_add (plan->trace, "cover.missing", "order book", missing, "shortfall=%" G_GINT64_FORMAT "; in reach=%" G_GINT64_FORMAT "; best levels=%u", in->shortfall, plan->units, in->best_levels);
}

CdCoverPlan *
cd_cover_plan (const CdCoverInput *input, GError **error)
{
  g_autoptr (CdCoverPlan) plan = NULL;
  Search search = { 0 };
  gboolean fits;

  if (!check_input (input, error))
    return NULL;
  plan = g_new0 (CdCoverPlan, 1);
  plan->orders = g_ptr_array_new_with_free_func (order_free);
  plan->trace = cd_trace_new ();
  plan->cost.ccy = plan->allowances_only.ccy = input->ccy;
  search_begin (&search, input);
  fits = fill (&search, plan);
  if (fits)
    compare_without_credits (&search, plan);
  search_end (&search);
  if (!fits)
    {
      g_set_error (error, CD_COVER_ERROR, CD_COVER_ERROR_RANGE, "the cost of covering %" G_GINT64_FORMAT " t does not fit", input->shortfall);
      return NULL;
    }
  trace_total (plan, input);
  return g_steal_pointer (&plan);
}
