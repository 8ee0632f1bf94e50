/* cd-ladder-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-ladder-view.h"

#include <glib/gi18n.h>

#include "cd-format.h"
#include "cd-grid-view.h"
#include "cd-ladder-pair.h"

#define LEVELS 5

/* One row of the ladder. The level rows stay the same objects while figures change, so that nothing jumps under the hand. */
#define CD_TYPE_LADDER_ROW (cd_ladder_row_get_type ())
G_DECLARE_FINAL_TYPE (CdLadderRow, cd_ladder_row, CD, LADDER_ROW, CdRow)
struct _CdLadderRow
{
  CdRow parent_instance;
  enum
  {
    ROW_LEVEL,
    ROW_MIDDLE,
    ROW_LISTING,
  } kind;
  CdSide side;
  int number; /* 1–5 */
  CdLevel level;
  gint64 cum, mine, largest;
  gboolean limit, stale, open;
  char text[CD_GRID_TEXT_MAX];
  CdTone tone;
  CdListing listing;
};
G_DEFINE_FINAL_TYPE (CdLadderRow, cd_ladder_row, CD_TYPE_ROW)
static void
cd_ladder_row_class_init (CdLadderRowClass *klass)
{
}
static void
cd_ladder_row_init (CdLadderRow *self)
{
}

struct _CdLadderView
{
  GtkWidget parent_instance;

  CdDesk *desk;    /* (owned) */
  char *code;      /* (owned) (nullable) */
  GtkWidget *grid; /* child */
  GtkWidget *pair; /* child: the same in two columns */
  GListStore *pair_rows;
  GListStore *rows;
  CdLadderRow *asks[LEVELS], *bids[LEVELS], *middle; /* borrowed from rows */
  guint n_listings;
};

G_DEFINE_FINAL_TYPE (CdLadderView, cd_ladder_view, GTK_TYPE_WIDGET)

enum
{
  TAKE,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

static void
level_cell (const CdLadderRow *row, guint column, CdGridCell *cell)
{
  char buf[CD_FORMAT_BUF];
  gboolean empty = row->level.qty == 0;

  cell->italic = row->stale;
  cell->tone = row->stale ? CD_TONE_STALE : CD_TONE_TEXT;
  switch (column)
    {
    case 0:
      /* Translators: name of a level of the book: "A1" for the best ask; in Chinese 卖一 */
      g_snprintf (cell->text, sizeof cell->text, row->side == CD_SIDE_SELL ? _ ("Ask %d") : _ ("Bid %d"), row->number);
      cell->tone = CD_TONE_DIM;
      break;
    case 1:
      if (!empty)
        g_snprintf (cell->text, sizeof cell->text, "%s%s", row->limit ? "🔒 " : "", cd_format_price (row->level.price, buf));
      if (!row->stale)
        cell->tone = row->side == CD_SIDE_SELL ? CD_TONE_SELL : CD_TONE_BUY;
      cell->bold = TRUE;
      break;
    case 2:
      if (!empty)
        g_strlcpy (cell->text, cd_format_units (row->level.qty, buf), sizeof cell->text);
      cell->bar_bp = row->largest > 0 ? (int)(row->level.qty * 10000 / row->largest) : 0;
      cell->bar_tone = row->stale ? CD_TONE_STALE : row->side == CD_SIDE_SELL ? CD_TONE_SELL
                                                                              : CD_TONE_BUY;
      break;
    case 3:
      if (!empty && row->level.orders > 0)
        g_snprintf (cell->text, sizeof cell->text, "%s%d", row->open ? "▾ " : "▸ ", row->level.orders);
      cell->tone = CD_TONE_DIM;
      break;
    case 4:
      if (!empty)
        g_strlcpy (cell->text, cd_format_units (row->cum, buf), sizeof cell->text);
      cell->tone = CD_TONE_DIM;
      break;
    case 5:
      if (row->mine > 0)
        g_strlcpy (cell->text, cd_format_units (row->mine, buf), sizeof cell->text);
      cell->tone = CD_TONE_OWN;
      break;
    default:
      break;
    }
}

static void
listing_cell (const CdLadderRow *row, guint column, CdGridCell *cell)
{
  char buf[CD_FORMAT_BUF];

  cell->tone = row->listing.mine ? CD_TONE_OWN : CD_TONE_DIM;
  if (column == 0)
    g_snprintf (cell->text, sizeof cell->text, "  · ");
  else if (column == 1)
    g_strlcpy (cell->text, row->listing.id, sizeof cell->text);
  else if (column == 2)
    g_strlcpy (cell->text, cd_format_units (row->listing.qty, buf), sizeof cell->text);
  else if (column == 4)
    g_strlcpy (cell->text, cd_format_time (NULL, row->listing.at_us, buf), sizeof cell->text);
  else if (column == 5)
    g_strlcpy (cell->text, row->listing.mine ? _ ("mine") : row->listing.party, sizeof cell->text);
}

static void
cell_func (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  const CdLadderRow *row = item;

  if (row->kind == ROW_LEVEL)
    level_cell (row, column, cell);
  else if (row->kind == ROW_LISTING)
    listing_cell (row, column, cell);
  else if (column == 0)
    {
      g_strlcpy (cell->text, row->text, sizeof cell->text);
      cell->span = TRUE;
      cell->bold = TRUE;
      cell->tone = row->tone;
      cell->italic = row->stale;
    }
}

/* --- Figures --------------------------------------------------------------------------------------------------------- */

static void
fill_level (CdLadderView *self, CdLadderRow *row, const CdQuote *quote, const CdLevel *levels, guint n, int index, gint64 largest, gint64 *cum)
{
  const CdFeedStats *stats = quote ? &quote->feed.stats : NULL;

  row->level = (guint)index < n ? levels[index] : (CdLevel){ 0 };
  *cum += row->level.qty;
  row->cum = *cum;
  row->largest = largest;
  row->stale = !quote || quote->fresh != CD_FRESH_LIVE;
  row->mine = row->level.qty ? cd_desk_own_at (self->desk, self->code, row->side, row->level.price) : 0;
  row->limit = stats && row->level.qty && (row->level.price == stats->limit_high_e4 || row->level.price == stats->limit_low_e4);
  cd_row_changed (CD_ROW (row));
}

static gint64
largest_of (const CdLevel *levels, guint n)
{
  gint64 largest = 0;

  for (guint i = 0; i < MIN (n, LEVELS); i++)
    largest = MAX (largest, levels[i].qty);
  return largest;
}

static void
fill_middle (CdLadderView *self, const CdQuote *quote)
{
  CdLadderRow *row = self->middle;
  char last[CD_FORMAT_BUF], change[CD_FORMAT_BUF], percent[CD_FORMAT_BUF], vwap[CD_FORMAT_BUF];
  const CdFeedStats *s = quote ? &quote->feed.stats : NULL;
  gint64 average = 0;

  row->stale = !quote || quote->fresh != CD_FRESH_LIVE;
  if (!s || quote->fresh == CD_FRESH_NONE)
    g_strlcpy (row->text, _ ("no prices yet"), sizeof row->text);
  else if (row->stale)
    {
      g_autofree char *age = cd_format_age (quote->age_us);

      g_snprintf (row->text, sizeof row->text, _ ("STALE for %1$s · last %2$s"), age, cd_format_price (s->last_e4, last));
    }
  else
    {
      if (s->list_qty > 0 && !cd_i64_mul_div (s->list_amount_e4, 1, s->list_qty, CD_ROUND_HALF_UP, &average))
        average = 0;
      average -= average % 100;
      g_snprintf (row->text, sizeof row->text, _ ("%1$s  %2$s  %3$s · avg %4$s"), cd_format_price (s->last_e4 ? s->last_e4 : s->prev_close_e4, last), cd_format_change (s->last_e4, s->prev_close_e4, change), cd_format_change_bp (s->last_e4, s->prev_close_e4, percent), cd_format_price (average, vwap));
    }
  row->tone = row->stale ? CD_TONE_STALE : cd_colours_change (s ? s->last_e4 : 0, s ? s->prev_close_e4 : 0);
  cd_row_changed (CD_ROW (row));
}

static guint
position_of (CdLadderView *self, CdLadderRow *row)
{
  guint position = 0;

  g_list_store_find (self->rows, row, &position);
  return position;
}

/* The rows of the open level stand below it. */
static void
place_listings (CdLadderView *self)
{
  CdSide side = CD_SIDE_BUY;
  gint64 price = 0;
  const GArray *listings = self->code ? cd_desk_get_listings (self->desk, self->code, &side, &price) : NULL;
  CdLadderRow *owner = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->rows));)
    {
      g_autoptr (CdLadderRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), i);

      if (row->kind == ROW_LISTING)
        g_list_store_remove (self->rows, i);
      else
        {
          row->open = FALSE;
          i++;
        }
    }
  for (int i = 0; listings && i < LEVELS; i++)
    {
      CdLadderRow *row = side == CD_SIDE_SELL ? self->asks[i] : self->bids[i];

      if (row->level.qty && row->level.price == price)
        owner = row;
    }
  if (!owner)
    return;
  owner->open = TRUE;
  for (guint i = 0; i < listings->len; i++)
    {
      CdLadderRow *row = g_object_new (CD_TYPE_LADDER_ROW, NULL);

      row->kind = ROW_LISTING;
      row->side = side;
      row->listing = g_array_index (listings, CdListing, i);
      g_list_store_insert (self->rows, position_of (self, owner) + 1 + i, row);
      g_object_unref (row);
    }
  cd_row_changed (CD_ROW (owner));
}

void
cd_ladder_view_refresh (CdLadderView *self)
{
  CdQuote *quote = cd_desk_get_quote (self->desk, self->code);
  gint64 cum = 0;
  gint64 largest = quote ? MAX (largest_of (quote->feed.asks, quote->feed.n_asks), largest_of (quote->feed.bids, quote->feed.n_bids)) : 0;

  for (int i = 0; i < LEVELS; i++)
    fill_level (self, self->asks[i], quote, quote ? quote->feed.asks : NULL, quote ? quote->feed.n_asks : 0, i, largest, &cum);
  cum = 0;
  for (int i = 0; i < LEVELS; i++)
    fill_level (self, self->bids[i], quote, quote ? quote->feed.bids : NULL, quote ? quote->feed.n_bids : 0, i, largest, &cum);
  fill_middle (self, quote);
  if (gtk_widget_get_visible (self->pair))
    cd_ladder_pair_fill (self->pair_rows, self->desk, self->code);
}

void
cd_ladder_view_set_instrument (CdLadderView *self, const char *code)
{
  if (g_strcmp0 (self->code, code) == 0)
    return;
  if (self->code)
    cd_desk_close_level (self->desk, self->code);
  g_free (self->code);
  self->code = g_strdup (code);
  cd_ladder_view_refresh (self);
  place_listings (self);
}

/* --- Input ----------------------------------------------------------------------------------------------------------- */

static void
activate_cb (CdGridView *grid, GObject *item, CdLadderView *self)
{
  CdLadderRow *row = CD_LADDER_ROW (item);
  CdSide taker = row->side == CD_SIDE_SELL ? CD_SIDE_BUY : CD_SIDE_SELL;

  if (row->kind == ROW_LEVEL && row->level.qty > 0)
    g_signal_emit (self, signals[TAKE], 0, (int)taker, row->level.price, row->level.qty, NULL);
  else if (row->kind == ROW_LISTING && !row->listing.mine)
    g_signal_emit (self, signals[TAKE], 0, (int)taker, row->listing.price_e4, row->listing.qty, row->listing.id);
}

static void
pair_activate_cb (CdGridView *grid, GObject *item, CdLadderView *self)
{
  CdSide side;
  CdLevel level;

  if (cd_ladder_pair_at (GTK_WIDGET (grid), item, &side, &level))
    g_signal_emit (self, signals[TAKE], 0, (int)(side == CD_SIDE_SELL ? CD_SIDE_BUY : CD_SIDE_SELL), level.price, level.qty, NULL);
}

/* Fills the ticket without leaving the book. */
static gboolean
pair_key_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, CdLadderView *self)
{
  GObject *item = cd_grid_view_get_selected (CD_GRID_VIEW (self->pair));

  if (keyval != GDK_KEY_space || !item)
    return GDK_EVENT_PROPAGATE;
  pair_activate_cb (CD_GRID_VIEW (self->pair), item, self);
  gtk_widget_grab_focus (self->pair);
  return GDK_EVENT_STOP;
}

static gboolean
key_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, CdLadderView *self)
{
  CdLadderRow *row = cd_grid_view_get_selected (CD_GRID_VIEW (self->grid));

  if (keyval == GDK_KEY_space && row)
    {
      activate_cb (CD_GRID_VIEW (self->grid), G_OBJECT (row), self);
      gtk_widget_grab_focus (self->grid);
      return GDK_EVENT_STOP;
    }
  if (keyval == GDK_KEY_Right && row && row->kind == ROW_LEVEL && row->level.qty > 0)
    {
      cd_desk_open_level (self->desk, self->code, row->side, row->level.price);
      return GDK_EVENT_STOP;
    }
  if (keyval == GDK_KEY_Left && self->code)
    {
      cd_desk_close_level (self->desk, self->code);
      return GDK_EVENT_STOP;
    }
  if (keyval == GDK_KEY_Home)
    {
      cd_grid_view_select (CD_GRID_VIEW (self->grid), position_of (self, self->middle), TRUE);
      return GDK_EVENT_STOP;
    }
  return GDK_EVENT_PROPAGATE;
}

static void
levels_cb (CdDesk *desk, CdLadderView *self)
{
  place_listings (self);
}

static CdLadderRow *
add_row (CdLadderView *self, int kind, CdSide side, int number)
{
  CdLadderRow *row = g_object_new (CD_TYPE_LADDER_ROW, NULL);

  row->kind = kind;
  row->side = side;
  row->number = number;
  g_list_store_append (self->rows, row);
  g_object_unref (row);
  return row;
}

static void
cd_ladder_view_dispose (GObject *object)
{
  CdLadderView *self = CD_LADDER_VIEW (object);

  g_clear_pointer (&self->grid, gtk_widget_unparent);
  g_clear_pointer (&self->pair, gtk_widget_unparent);
  g_clear_object (&self->rows);
  g_clear_object (&self->pair_rows);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->code, g_free);
  G_OBJECT_CLASS (cd_ladder_view_parent_class)->dispose (object);
}

static void
cd_ladder_view_class_init (CdLadderViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_ladder_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  signals[TAKE] = g_signal_new ("take", CD_TYPE_LADDER_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4, G_TYPE_INT, G_TYPE_INT64, G_TYPE_INT64, G_TYPE_STRING);
}

static void
cd_ladder_view_init (CdLadderView *self)
{
  const CdGridColumn columns[] = {
    { _ ("Level"), 54, FALSE, FALSE, FALSE },
    { _ ("Price"), 74, TRUE, TRUE, FALSE },
    { _ ("Qty t"), 74, TRUE, TRUE, FALSE },
    { _ ("Quotes"), 54, TRUE, FALSE, FALSE },
    { _ ("Cum t"), 74, TRUE, FALSE, TRUE },
    { _ ("Mine t"), 66, TRUE, FALSE, FALSE },
  };
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->rows = g_list_store_new (CD_TYPE_LADDER_ROW);
  for (int i = LEVELS - 1; i >= 0; i--)
    self->asks[i] = add_row (self, ROW_LEVEL, CD_SIDE_SELL, i + 1);
  self->middle = add_row (self, ROW_MIDDLE, CD_SIDE_BUY, 0);
  for (int i = 0; i < LEVELS; i++)
    self->bids[i] = add_row (self, ROW_LEVEL, CD_SIDE_BUY, i + 1);
  self->grid = cd_grid_view_new (_ ("Order book"), columns, G_N_ELEMENTS (columns), cell_func, self);
  /* Its rows stand still by themselves; the listings of a level come because they were asked for. */
  cd_grid_view_set_freezes (CD_GRID_VIEW (self->grid), FALSE);
  cd_grid_view_set_model (CD_GRID_VIEW (self->grid), G_LIST_MODEL (self->rows));
  gtk_widget_set_parent (self->grid, GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (self->grid, keys);
  g_signal_connect (self->grid, "activate", G_CALLBACK (activate_cb), self);
  self->pair = cd_ladder_pair_new (&self->pair_rows);
  gtk_widget_set_visible (self->pair, FALSE);
  gtk_widget_set_parent (self->pair, GTK_WIDGET (self));
  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (pair_key_cb), self);
  gtk_widget_add_controller (self->pair, keys);
  g_signal_connect (self->pair, "activate", G_CALLBACK (pair_activate_cb), self);
}

GtkWidget *
cd_ladder_view_new (CdDesk *desk)
{
  CdLadderView *self = g_object_new (CD_TYPE_LADDER_VIEW, NULL);

  self->desk = g_object_ref (desk);
  g_signal_connect_object (desk, "book-levels-changed", G_CALLBACK (levels_cb), self, 0);
  return GTK_WIDGET (self);
}

GtkWidget *
cd_ladder_view_get_grid (CdLadderView *self)
{
  return gtk_widget_get_visible (self->pair) ? self->pair : self->grid;
}

void
cd_ladder_view_set_pair (CdLadderView *self, gboolean pair)
{
  GtkWidget *focus = gtk_widget_get_focus_child (GTK_WIDGET (self));

  gtk_widget_set_visible (self->pair, pair);
  gtk_widget_set_visible (self->grid, !pair);
  cd_ladder_view_refresh (self);
  if (focus)
    gtk_widget_grab_focus (cd_ladder_view_get_grid (self));
}

gboolean
cd_ladder_view_get_pair (CdLadderView *self)
{
  return gtk_widget_get_visible (self->pair);
}
