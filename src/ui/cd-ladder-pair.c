/* cd-ladder-pair.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-ladder-pair.h"

#include <glib/gi18n.h>

#include "cd-format.h"

#define LEVELS 5
#define N_COLUMNS 8

typedef struct
{
  CdLevel level;
  gint64 mine;
} Half;

#define CD_TYPE_PAIR_ROW (cd_pair_row_get_type ())
G_DECLARE_FINAL_TYPE (CdPairRow, cd_pair_row, CD, PAIR_ROW, CdRow)
struct _CdPairRow
{
  CdRow parent_instance;
  Half bid, ask;
  gint64 largest;
  gboolean stale;
};
G_DEFINE_FINAL_TYPE (CdPairRow, cd_pair_row, CD_TYPE_ROW)
static void
cd_pair_row_class_init (CdPairRowClass *klass)
{
}
static void
cd_pair_row_init (CdPairRow *self)
{
}

/* Both halves have the same columns; the right one is the mirror of the left one. */
static void
cell_func (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  const CdPairRow *row = item;
  gboolean right = column >= N_COLUMNS / 2;
  guint inner = right ? N_COLUMNS - 1 - column : column;
  const Half *half = right ? &row->ask : &row->bid;
  char buf[CD_FORMAT_BUF];

  cell->italic = row->stale;
  cell->tone = row->stale ? CD_TONE_STALE : CD_TONE_TEXT;
  if (half->level.qty == 0)
    return;
  if (inner == 0 && half->mine > 0)
    {
      g_strlcpy (cell->text, cd_format_units (half->mine, buf), sizeof cell->text);
      cell->tone = CD_TONE_OWN;
    }
  else if (inner == 1 && half->level.orders > 0)
    {
      g_snprintf (cell->text, sizeof cell->text, "%d", half->level.orders);
      cell->tone = CD_TONE_DIM;
    }
  else if (inner == 2)
    {
      g_strlcpy (cell->text, cd_format_units (half->level.qty, buf), sizeof cell->text);
      cell->bar_bp = row->largest > 0 ? (int)(half->level.qty * 10000 / row->largest) : 0;
      cell->bar_tone = row->stale ? CD_TONE_STALE : right ? CD_TONE_SELL
                                                          : CD_TONE_BUY;
    }
  else if (inner == 3)
    {
      g_strlcpy (cell->text, cd_format_price (half->level.price, buf), sizeof cell->text);
      cell->bold = TRUE;
      if (!row->stale)
        cell->tone = right ? CD_TONE_SELL : CD_TONE_BUY;
    }
}

GtkWidget *
cd_ladder_pair_new (GListStore **rows)
{
  const CdGridColumn columns[N_COLUMNS] = {
    { _ ("Mine t"), 50, TRUE, FALSE, TRUE },
    { _ ("Quotes"), 40, TRUE, FALSE, TRUE },
    { _ ("Qty t"), 62, TRUE, TRUE, FALSE },
    { _ ("Bid"), 58, TRUE, FALSE, FALSE },
    { _ ("Ask"), 58, TRUE, FALSE, FALSE },
    { _ ("Qty t"), 62, TRUE, TRUE, FALSE },
    { _ ("Quotes"), 40, TRUE, FALSE, TRUE },
    { _ ("Mine t"), 50, TRUE, FALSE, TRUE },
  };
  GtkWidget *grid = cd_grid_view_new (_ ("Order book in two columns"), columns, N_COLUMNS, cell_func, NULL);

  *rows = g_list_store_new (CD_TYPE_PAIR_ROW);
  for (int i = 0; i < LEVELS; i++)
    {
      g_autoptr (CdPairRow) row = g_object_new (CD_TYPE_PAIR_ROW, NULL);

      g_list_store_append (*rows, row);
    }
  gtk_widget_set_name (grid, "book-pair");
  cd_grid_view_set_freezes (CD_GRID_VIEW (grid), FALSE);
  cd_grid_view_set_model (CD_GRID_VIEW (grid), G_LIST_MODEL (*rows));
  return grid;
}

static Half
half_of (CdDesk *desk, const char *code, CdSide side, const CdLevel *levels, guint n, guint i)
{
  Half half = { .level = i < n ? levels[i] : (CdLevel){ 0 } };

  if (half.level.qty)
    half.mine = cd_desk_own_at (desk, code, side, half.level.price);
  return half;
}

void
cd_ladder_pair_fill (GListStore *rows, CdDesk *desk, const char *code)
{
  CdQuote *quote = cd_desk_get_quote (desk, code);
  gint64 largest = 0;

  for (guint i = 0; quote && i < LEVELS; i++)
    {
      if (i < quote->feed.n_bids)
        largest = MAX (largest, quote->feed.bids[i].qty);
      if (i < quote->feed.n_asks)
        largest = MAX (largest, quote->feed.asks[i].qty);
    }
  for (guint i = 0; i < LEVELS; i++)
    {
      g_autoptr (CdPairRow) row = g_list_model_get_item (G_LIST_MODEL (rows), i);

      row->bid = quote ? half_of (desk, code, CD_SIDE_BUY, quote->feed.bids, quote->feed.n_bids, i) : (Half){ 0 };
      row->ask = quote ? half_of (desk, code, CD_SIDE_SELL, quote->feed.asks, quote->feed.n_asks, i) : (Half){ 0 };
      row->largest = largest;
      row->stale = !quote || quote->fresh != CD_FRESH_LIVE;
      cd_row_changed (CD_ROW (row));
    }
}

gboolean
cd_ladder_pair_at (GtkWidget *grid, GObject *item, CdSide *side, CdLevel *level)
{
  const CdPairRow *row = CD_PAIR_ROW (item);

  *side = cd_grid_view_get_column (CD_GRID_VIEW (grid)) < N_COLUMNS / 2 ? CD_SIDE_BUY : CD_SIDE_SELL;
  *level = *side == CD_SIDE_BUY ? row->bid.level : row->ask.level;
  return level->qty > 0;
}
