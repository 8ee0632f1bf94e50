/* cd-blotter-model.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-blotter-model.h"

static gint64
real_time (gpointer row)
{
  return CD_IS_GAP_ROW (row) ? CD_GAP_ROW (row)->from_real_us : CD_ORDER_ROW (row)->order->created_at_us;
}

static gint64
market_time (gpointer row)
{
  return CD_IS_GAP_ROW (row) ? CD_GAP_ROW (row)->from_us : CD_FILL_ROW (row)->at_us;
}

static gboolean
is_unknown (gpointer row)
{
  return CD_IS_ORDER_ROW (row) && cd_order_is_unknown (CD_ORDER_ROW (row)->order);
}

/* UNKNOWN before everything else; behind it the newest first. An order is told by the clock it was made by, a fill by the market's. */
static int
compare_rows (gconstpointer a, gconstpointer b, gpointer data)
{
  gpointer p = (gpointer)a, q = (gpointer)b;
  gboolean fill = CD_IS_FILL_ROW (p) || CD_IS_FILL_ROW (q);
  gint64 x = fill ? market_time (p) : real_time (p), y = fill ? market_time (q) : real_time (q);

  if (is_unknown (p) != is_unknown (q))
    return is_unknown (p) ? -1 : 1;
  return x > y ? -1 : x < y;
}

GListModel *
cd_blotter_model_new (CdDesk *desk, GListModel *rows)
{
  GListStore *both = g_list_store_new (G_TYPE_LIST_MODEL);

  g_list_store_append (both, cd_desk_get_gaps (desk));
  g_list_store_append (both, rows);
  return G_LIST_MODEL (gtk_sort_list_model_new (G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (both))), GTK_SORTER (gtk_custom_sorter_new (compare_rows, NULL, NULL))));
}

void
cd_blotter_model_sort (GListModel *self)
{
  gtk_sorter_changed (gtk_sort_list_model_get_sorter (GTK_SORT_LIST_MODEL (self)), GTK_SORTER_CHANGE_DIFFERENT);
}
