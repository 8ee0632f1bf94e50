/* cd-tables.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-tables.h"

#include <glib/gi18n.h>

#include "cd-format.h"

#define COPY(cell, value) g_strlcpy ((cell)->text, (value), sizeof (cell)->text)

/* --- Watchlist ------------------------------------------------------------------------------------------------------- */

static void
watch_name (const CdQuote *q, CdGridCell *cell)
{
  if (q->not_usable_year)
    {
      g_snprintf (cell->text, sizeof cell->text, _ ("%1$s · not for surrender %2$d"), cd_format_pick (q->name_zh, q->name_en), q->not_usable_year);
      cell->tone = CD_TONE_WARN;
    }
  else if (q->offset_ineligible)
    {
      g_snprintf (cell->text, sizeof cell->text, _ ("%s · no offset"), cd_format_pick (q->name_zh, q->name_en));
      cell->tone = CD_TONE_WARN;
    }
  else
    COPY (cell, cd_format_pick (q->name_zh, q->name_en));
}

static void
watch_func (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  const CdQuote *q = item;
  const CdFeedStats *s = &q->feed.stats;
  gboolean live = q->fresh == CD_FRESH_LIVE;
  char buf[CD_FORMAT_BUF];
  gint64 last = s->last_e4 ? s->last_e4 : s->prev_close_e4;

  if (column == 0)
    {
      COPY (cell, q->code);
      cell->bold = TRUE;
      if (q->not_usable_year || q->offset_ineligible)
        cell->tone = CD_TONE_WARN;
      return;
    }
  if (column == 5)
    {
      watch_name (q, cell);
      return;
    }
  cell->italic = !live;
  cell->tone = live ? CD_TONE_TEXT : CD_TONE_STALE;
  if (column == 1)
    {
      COPY (cell, cd_format_price (last, buf));
      if (live)
        cell->tone = cd_colours_change (s->last_e4, s->prev_close_e4);
      cell->bold = TRUE;
    }
  else if (column == 2)
    {
      COPY (cell, cd_format_change_bp (s->last_e4, s->prev_close_e4, buf));
      if (live)
        cell->tone = cd_colours_change (s->last_e4, s->prev_close_e4);
    }
  else if (column == 3)
    COPY (cell, q->feed.n_bids ? cd_format_price (q->feed.bids[0].price, buf) : "–");
  else if (column == 4)
    COPY (cell, q->feed.n_asks ? cd_format_price (q->feed.asks[0].price, buf) : "–");
}

GtkWidget *
cd_watchlist_new (CdDesk *desk)
{
  const CdGridColumn columns[] = {
    { _ ("Code"), 120, FALSE, FALSE, FALSE },
    { .title = _ ("Last"), .width = 58, .right = TRUE, .flash = TRUE },
    { _ ("Chg %"), 68, TRUE, FALSE, FALSE },
    { .title = _ ("Bid"), .width = 58, .right = TRUE, .flash = TRUE },
    { .title = _ ("Ask"), .width = 58, .right = TRUE, .flash = TRUE },
    { _ ("Name"), 130, FALSE, TRUE, TRUE },
  };
  GtkWidget *grid = cd_grid_view_new (_ ("Watchlist"), columns, G_N_ELEMENTS (columns), watch_func, desk);

  cd_grid_view_set_model (CD_GRID_VIEW (grid), cd_desk_get_quotes (desk));
  cd_grid_view_set_placeholder (CD_GRID_VIEW (grid), _ ("No quotes yet"));
  return grid;
}

/* --- Orders ---------------------------------------------------------------------------------------------------------- */

static void
order_state (const CdOrderRow *row, CdDesk *desk, CdGridCell *cell)
{
  const CdOrder *o = row->order;

  if (cd_order_is_unknown (o))
    {
      g_autofree char *age = cd_format_age (cd_env_real_us (cd_desk_get_env (desk)) - o->created_at_us);

      g_snprintf (cell->text, sizeof cell->text, _ ("%1$s for %2$s, asking"), cd_format_order_label (o), age);
      cell->tone = CD_TONE_BLOCK;
      cell->bold = TRUE;
      return;
    }
  COPY (cell, cd_format_order_label (o));
  if (o->check)
    cell->tone = CD_TONE_BLOCK;
  else if (row->is_working)
    cell->tone = CD_TONE_OWN;
  else if (o->state == CD_ORDER_REJECTED || o->state == CD_ORDER_DENIED)
    cell->tone = CD_TONE_BLOCK;
  else
    cell->tone = CD_TONE_DIM;
}

static void
order_cell (const CdOrderRow *row, guint column, CdGridCell *cell, CdDesk *desk)
{
  const CdOrder *o = row->order;
  char buf[CD_FORMAT_BUF];
  gint64 average = 0;

  switch (column)
    {
    case 0:
      COPY (cell, row->market_us ? cd_format_time (NULL, row->market_us, buf) : "–");
      cell->tone = CD_TONE_DIM;
      break;
    case 1:
      COPY (cell, o->instrument);
      cell->bold = TRUE;
      break;
    case 2:
      COPY (cell, cd_format_side (o->side));
      cell->tone = o->side == CD_SIDE_BUY ? CD_TONE_BUY : CD_TONE_SELL;
      break;
    case 3:
      COPY (cell, cd_format_kind (o->kind));
      break;
    case 4:
      COPY (cell, cd_format_price (o->price_e4, buf));
      break;
    case 5:
      COPY (cell, cd_format_units (o->qty, buf));
      break;
    case 6:
      COPY (cell, cd_format_units (o->cum, buf));
      break;
    case 7:
      COPY (cell, cd_format_units (o->leaves, buf));
      break;
    case 8:
      if (o->cum > 0 && cd_i64_mul_div (o->filled_amount_e4, 1, o->cum, CD_ROUND_HALF_UP, &average))
        COPY (cell, cd_format_price (average, buf));
      break;
    case 9:
      order_state (row, desk, cell);
      break;
    case 10:
      if (o->code)
        {
          g_autofree char *reason = cd_format_code (o->code, 0, 0);

          COPY (cell, reason);
        }
      cell->tone = CD_TONE_DIM;
      break;
    case 11:
      COPY (cell, o->order_id ? o->order_id : "");
      cell->tone = CD_TONE_DIM;
      break;
    default:
      break;
    }
}

/* A hole runs over the whole row, in the first column. */
static void
gap_cell (const char *text, gboolean over, gboolean first, CdGridCell *cell)
{
  if (!first)
    return;
  COPY (cell, text);
  cell->span = TRUE;
  cell->tone = over ? CD_TONE_DIM : CD_TONE_WARN;
}

static gboolean
is_gap (gpointer item, gboolean first, CdGridCell *cell, CdDesk *desk)
{
  g_autofree char *text = NULL;

  if (!CD_IS_GAP_ROW (item))
    return FALSE;
  text = cd_format_gap (item, cd_env_boot_us (cd_desk_get_env (desk)));
  gap_cell (text, CD_GAP_ROW (item)->state == CD_GAP_READ, first, cell);
  return TRUE;
}

/* Change and cancel, where they are possible. */
static void
order_func (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  CdOrderRow *row = item;

  if (is_gap (item, column == 0, cell, data))
    return;
  if (column > 0)
    order_cell (row, column - 1, cell, data);
  else if (cd_desk_may_change (data, row))
    COPY (cell, "✎ ✕");
}

GtkWidget *
cd_working_table_new (CdDesk *desk, GListModel *model)
{
  const CdGridColumn columns[] = {
    { .title = _ ("Actions"), .width = 48, .id = "actions", .help = _ ("✎ changes the order, ✕ cancels it."), .actions = 2 },
    { _ ("Time"), 68, FALSE, FALSE, FALSE },
    { _ ("Instrument"), 100, FALSE, FALSE, FALSE },
    { _ ("Side"), 42, FALSE, FALSE, FALSE },
    { _ ("Kind"), 56, FALSE, FALSE, TRUE },
    { _ ("Price"), 62, TRUE, FALSE, FALSE },
    { _ ("Qty t"), 68, TRUE, FALSE, FALSE },
    { .title = _ ("Filled"), .width = 68, .right = TRUE, .flash = TRUE },
    { .title = _ ("Left"), .width = 68, .right = TRUE, .flash = TRUE },
    { _ ("Avg"), 62, TRUE, FALSE, TRUE },
    { _ ("Status"), 130, FALSE, TRUE, FALSE },
    { _ ("Reason"), 170, FALSE, TRUE, TRUE },
    { _ ("Order no."), 80, FALSE, FALSE, TRUE },
  };
  GtkWidget *grid = cd_grid_view_new (_ ("Orders"), columns, G_N_ELEMENTS (columns), order_func, desk);

  cd_grid_view_set_model (CD_GRID_VIEW (grid), model);
  cd_grid_view_set_placeholder (CD_GRID_VIEW (grid), _ ("No orders. Choose a quote in the book and press Enter to fill the ticket."));
  return grid;
}

/* --- Fills ----------------------------------------------------------------------------------------------------------- */

static void
fill_func (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  const CdFillRow *f = item;
  char buf[CD_FORMAT_BUF];
  char date[CD_DATE_BUF];

  if (is_gap (item, column == 1, cell, data))
    return;
  switch (column)
    {
    case 0:
      COPY (cell, f->day == CD_DATE_NONE ? "" : cd_date_print (f->day, date));
      cell->tone = CD_TONE_DIM;
      break;
    case 1:
      COPY (cell, cd_format_time (NULL, f->at_us, buf));
      cell->tone = CD_TONE_DIM;
      break;
    case 2:
      COPY (cell, f->exec_id);
      break;
    case 3:
      COPY (cell, f->instrument);
      cell->bold = TRUE;
      break;
    case 4:
      COPY (cell, cd_format_side (f->side));
      cell->tone = f->side == CD_SIDE_BUY ? CD_TONE_BUY : CD_TONE_SELL;
      break;
    case 5:
      COPY (cell, cd_format_price (f->price_e4, buf));
      break;
    case 6:
      COPY (cell, cd_format_units (f->qty, buf));
      break;
    case 7:
      COPY (cell, cd_format_money (f->amount_e4, buf));
      break;
    case 8:
      {
        g_autofree char *step = cd_format_settle_step (f);

        COPY (cell, step);
        cell->tone = f->step == CD_SETTLE_OBJECTED ? CD_TONE_BLOCK : f->step == CD_SETTLE_CONFIRMED ? CD_TONE_LINK
                                                                                                    : CD_TONE_TEXT;
        break;
      }
    default:
      break;
    }
}

GtkWidget *
cd_fills_table_new (CdDesk *desk, GListModel *model)
{
  const CdGridColumn columns[] = {
    { _ ("Day"), 86, FALSE, FALSE, TRUE },
    { _ ("Time"), 74, FALSE, FALSE, FALSE },
    { _ ("Trade no."), 74, FALSE, FALSE, TRUE },
    { _ ("Instrument"), 112, FALSE, FALSE, FALSE },
    { _ ("Side"), 48, FALSE, FALSE, FALSE },
    { _ ("Price"), 68, TRUE, FALSE, FALSE },
    { _ ("Qty t"), 80, TRUE, FALSE, FALSE },
    { _ ("Amount ¥"), 120, TRUE, FALSE, FALSE },
    { _ ("Settlement"), 150, FALSE, TRUE, FALSE },
  };
  GtkWidget *grid = cd_grid_view_new (_ ("Fills"), columns, G_N_ELEMENTS (columns), fill_func, desk);

  cd_grid_view_set_model (CD_GRID_VIEW (grid), model);
  cd_grid_view_set_placeholder (CD_GRID_VIEW (grid), _ ("No fills yet"));
  return grid;
}

/* --- Tape ------------------------------------------------------------------------------------------------------------ */

static void
tape_func (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  const CdTapeRow *row = item;
  const CdFeedTrade *t = &row->trade;
  char buf[CD_FORMAT_BUF];

  if (t->gap)
    {
      g_autofree char *text = cd_format_tape_gap (row);

      gap_cell (text, row->refilled >= t->qty, column == 0, cell);
      return;
    }
  if (column == 0)
    {
      COPY (cell, cd_format_time (NULL, t->at_us, buf));
      cell->tone = CD_TONE_DIM;
    }
  else if (column == 1)
    {
      COPY (cell, cd_format_price (t->price_e4, buf));
      cell->tone = t->side == CD_SIDE_BUY ? CD_TONE_BUY : CD_TONE_SELL;
    }
  else if (column == 2)
    COPY (cell, cd_format_units (t->qty, buf));
  else if (column == 3)
    {
      COPY (cell, t->mode == CD_MODE_BLOCK ? cd_format_mode (CD_MODE_BLOCK) : row->mine ? _ ("mine")
                                                                                        : "");
      cell->tone = t->mode == CD_MODE_BLOCK ? CD_TONE_BLOCK : CD_TONE_OWN;
    }
}

GtkWidget *
cd_tape_new (CdDesk *desk)
{
  const CdGridColumn columns[] = {
    { _ ("Time"), 76, FALSE, FALSE, FALSE },
    { _ ("Price"), 74, TRUE, TRUE, FALSE },
    { _ ("Qty t"), 80, TRUE, TRUE, FALSE },
    { _ ("Mode"), 64, FALSE, FALSE, FALSE },
  };
  GtkWidget *grid = cd_grid_view_new (_ ("Tape"), columns, G_N_ELEMENTS (columns), tape_func, desk);

  cd_grid_view_set_placeholder (CD_GRID_VIEW (grid), _ ("No trades yet"));
  return grid;
}

/* --- Holdings -------------------------------------------------------------------------------------------------------- */

static void
holding_func (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  const CdHoldingRow *h = item;
  char buf[CD_FORMAT_BUF];

  if (column == 0)
    {
      COPY (cell, h->asset);
      cell->bold = TRUE;
    }
  else if (column == 1)
    COPY (cell, cd_format_units (h->total, buf));
  else if (column == 2)
    COPY (cell, cd_format_units (h->to_sell, buf));
  else if (column == 3)
    COPY (cell, cd_format_units (h->to_surrender, buf));
  else if (column == 4 && h->bucket[CD_BUCKET_BOUGHT_TODAY])
    {
      COPY (cell, cd_format_units (h->bucket[CD_BUCKET_BOUGHT_TODAY], buf));
      cell->tone = CD_TONE_OWN;
    }
}

GtkWidget *
cd_holdings_table_new (CdDesk *desk, GListModel *model)
{
  const CdGridColumn columns[] = {
    { _ ("Asset"), 104, FALSE, TRUE, FALSE },
    { .title = _ ("Total t"), .width = 78, .right = TRUE, .flash = TRUE },
    { .title = _ ("To sell"), .width = 70, .right = TRUE, .flash = TRUE },
    { .title = _ ("To surrender"), .width = 82, .right = TRUE, .flash = TRUE },
    { _ ("Bought today"), 82, TRUE, FALSE, TRUE },
  };
  GtkWidget *grid = cd_grid_view_new (_ ("Holdings"), columns, G_N_ELEMENTS (columns), holding_func, desk);

  cd_grid_view_set_model (CD_GRID_VIEW (grid), model);
  cd_grid_view_set_placeholder (CD_GRID_VIEW (grid), _ ("No holdings"));
  return grid;
}

/* --- Blocks ---------------------------------------------------------------------------------------------------------- */

G_DEFINE_FINAL_TYPE (CdBlockRow, cd_block_row, CD_TYPE_ROW)
static void
cd_block_row_class_init (CdBlockRowClass *klass)
{
}
static void
cd_block_row_init (CdBlockRow *self)
{
}

static void
block_func (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  const CdFeedBlock *b = &((CdBlockRow *)item)->block;
  char buf[CD_FORMAT_BUF];

  if (column == 0)
    COPY (cell, b->id);
  else if (column == 1)
    {
      COPY (cell, b->code);
      cell->bold = TRUE;
    }
  else if (column == 2)
    {
      COPY (cell, cd_format_side (b->side));
      cell->tone = b->side == CD_SIDE_BUY ? CD_TONE_BUY : CD_TONE_SELL;
    }
  else if (column == 3)
    COPY (cell, cd_format_price (b->price_e4, buf));
  else if (column == 4)
    COPY (cell, cd_format_units (b->qty, buf));
  else if (column == 5)
    COPY (cell, b->party);
}

GtkWidget *
cd_blocks_table_new (CdDesk *desk, GListModel *model)
{
  const CdGridColumn columns[] = {
    { _ ("Intent"), 70, FALSE, FALSE, FALSE },
    { _ ("Instrument"), 110, FALSE, FALSE, FALSE },
    { _ ("Side"), 50, FALSE, FALSE, FALSE },
    { _ ("Price"), 74, TRUE, FALSE, FALSE },
    { _ ("Qty t"), 90, TRUE, FALSE, FALSE },
    { _ ("Counterparty"), 120, FALSE, TRUE, FALSE },
  };
  GtkWidget *grid = cd_grid_view_new (_ ("Block intents"), columns, G_N_ELEMENTS (columns), block_func, desk);

  cd_grid_view_set_model (CD_GRID_VIEW (grid), model);
  cd_grid_view_set_placeholder (CD_GRID_VIEW (grid), _ ("No open block intents"));
  return grid;
}

void
cd_blocks_model_update (GListStore *store, CdDesk *desk, const char *code)
{
  const GArray *blocks = cd_desk_get_blocks (desk);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (store));
  gboolean same = n == blocks->len;

  for (guint i = 0; same && i < n; i++)
    {
      g_autoptr (CdBlockRow) row = g_list_model_get_item (G_LIST_MODEL (store), i);

      same = g_str_equal (row->block.id, g_array_index (blocks, CdFeedBlock, i).id);
    }
  if (same)
    return;
  g_list_store_remove_all (store);
  for (guint i = 0; i < blocks->len; i++)
    {
      CdBlockRow *row = g_object_new (CD_TYPE_BLOCK_ROW, NULL);

      row->block = g_array_index (blocks, CdFeedBlock, i);
      g_list_store_append (store, row);
      g_object_unref (row);
    }
}
