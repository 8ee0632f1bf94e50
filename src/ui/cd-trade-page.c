/* cd-trade-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-trade-page-private.h"

#include <glib/gi18n.h>

#include "cd-blotter-model.h"
#include "cd-chart-pane.h"
#include "cd-chips.h"
#include "cd-columns.h"
#include "cd-format.h"
#include "cd-ladder-view.h"
#include "cd-pane.h"
#include "cd-tables.h"

G_DEFINE_FINAL_TYPE (CdTradePage, cd_trade_page, GTK_TYPE_WIDGET)

enum
{
  CHOSEN,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

/* --- Content --------------------------------------------------------------------------------------------------------- */

static void
update_titles (CdTradePage *self)
{
  CdQuote *quote = cd_desk_get_quote (self->desk, self->code);
  g_autofree char *book = NULL;

  if (!quote)
    return;
  book = g_strdup_printf (_ ("Book · %s"), quote->code);
  gtk_label_set_text (GTK_LABEL (self->book_title), book);
}

static void
update_cash (CdTradePage *self)
{
  const CdEntity *entity = cd_desk_get_entity (self->desk);
  char a[CD_FORMAT_BUF], f[CD_FORMAT_BUF], u[CD_FORMAT_BUF];
  g_autofree char *text = NULL;
  CdCash cash;

  cd_desk_get_cash (self->desk, entity ? entity->id : NULL, &cash);
  if (cash.fresh == CD_FRESH_NONE)
    text = g_strdup (_ ("Cash not known yet"));
  else
    text = g_strdup_printf (_ ("Cash ¥%1$s · frozen %2$s · sold today %3$s"), cd_format_money (cash.available_e4, a), cd_format_money (cash.frozen_e4, f), cd_format_money (cash.unsettled_e4, u));
  gtk_label_set_text (GTK_LABEL (self->cash_label), text);
  gtk_widget_set_tooltip_text (self->cash_label, text);
}

/* --- Ages ------------------------------------------------------------------------------------------------------------ */

static void
update_ages (CdTradePage *self)
{
  CdQuote *quote = cd_desk_get_quote (self->desk, self->code);
  CdFreshness fresh = quote ? quote->fresh : CD_FRESH_NONE;
  gint64 age = quote ? quote->age_us : 0;
  gboolean old;

  old = cd_pane_age_show_line (self->age[AGE_WATCHLIST], self->desk, CD_LINE_MARKET);
  cd_grid_view_set_stale (CD_GRID_VIEW (self->blocks), old);
  cd_pane_age_show (self->age[AGE_BOOK], fresh, age);
  cd_pane_age_show (self->age[AGE_TAPE], fresh, age);
  cd_grid_view_set_stale (CD_GRID_VIEW (self->tape), fresh != CD_FRESH_LIVE);
  old = cd_pane_age_show_line (self->age[AGE_BLOTTER], self->desk, CD_LINE_ORDERS);
  cd_grid_view_set_stale (CD_GRID_VIEW (self->working), old);
  cd_grid_view_set_stale (CD_GRID_VIEW (self->fills), old);
  cd_grid_view_set_stale (CD_GRID_VIEW (self->all), old);
  old = cd_pane_age_show_holdings (self->age[AGE_HOLDINGS], self->desk);
  cd_grid_view_set_stale (CD_GRID_VIEW (self->holdings), old);
  cd_pane_show_stale (self->cash_label, old);
}

static void
choose (CdTradePage *self, const char *code)
{
  g_autofree char *only = NULL;

  if (g_strcmp0 (self->code, code) == 0)
    return;
  g_free (self->code);
  self->code = g_strdup (code);
  cd_ladder_view_set_instrument (CD_LADDER_VIEW (self->ladder), code);
  cd_ticket_view_set_instrument (CD_TICKET_VIEW (self->ticket), code);
  cd_grid_view_set_model (CD_GRID_VIEW (self->tape), cd_desk_get_tape (self->desk, code));
  update_titles (self);
  cd_chart_pane_set_instrument (CD_CHART_PANE (self->chart), code);
  only = g_strdup_printf (_ ("Only %s"), code);
  cd_chips_set_label (CD_CHIPS (self->chips), CHIP_INSTRUMENT, only);
  if (cd_chips_get (CD_CHIPS (self->chips), CHIP_INSTRUMENT))
    cd_trade_filter_blotter (self);
  g_signal_emit (self, signals[CHOSEN], 0);
}

static gboolean
is_working_func (gpointer item, gpointer data)
{
  const CdOrderRow *row = item;

  return !cd_order_is_final (row->order);
}

static gboolean
is_own_func (gpointer item, gpointer data)
{
  const CdHoldingRow *row = item;
  const CdEntity *entity = cd_desk_get_entity (CD_DESK (data));

  return entity && g_str_equal (row->account, entity->id) && (row->total != 0 || row->bucket[CD_BUCKET_SURRENDERED] != 0);
}

static void
refilter (GtkFilterListModel *model)
{
  gtk_filter_changed (gtk_filter_list_model_get_filter (model), GTK_FILTER_CHANGE_DIFFERENT);
}

/* --- Signals of the desk --------------------------------------------------------------------------------------------- */

static gboolean
select_code (CdTradePage *self, const char *code)
{
  for (guint i = 0; i < cd_grid_view_n_rows (CD_GRID_VIEW (self->watchlist)); i++)
    {
      g_autoptr (CdQuote) quote = cd_grid_view_dup_row (CD_GRID_VIEW (self->watchlist), i);

      if (quote && g_strcmp0 (quote->code, code) == 0)
        {
          cd_grid_view_select (CD_GRID_VIEW (self->watchlist), i, TRUE);
          return TRUE;
        }
    }
  return FALSE;
}

/* What was chosen last; else the year that is due next, which stands first: what a newcomer wants to see. */
static void
choose_first (CdTradePage *self, CdQuote *quote)
{
  g_autoptr (CdQuote) first = g_list_model_get_item (cd_desk_get_quotes (self->desk), 0);

  if (quote->feed.n_asks == 0 || (quote != first && g_strcmp0 (quote->code, self->wanted) != 0))
    return;
  if (!self->wanted || !select_code (self, self->wanted))
    select_code (self, quote->code);
}

static void
quote_changed_cb (CdDesk *desk, CdQuote *quote, CdTradePage *self)
{
  if (!self->code)
    choose_first (self, quote);
  if (g_strcmp0 (quote->code, self->code) != 0)
    return;
  cd_ladder_view_refresh (CD_LADDER_VIEW (self->ladder));
  cd_ticket_view_refresh (CD_TICKET_VIEW (self->ticket));
}

static void
clock_changed_cb (CdDesk *desk, CdTradePage *self)
{
  self->ticks++;
  cd_ladder_view_refresh (CD_LADDER_VIEW (self->ladder));
  cd_blocks_model_update (self->block_rows, self->desk, self->code);
  if (self->ticks % 4 != 0)
    return;
  update_titles (self);
  update_ages (self);
  cd_chart_pane_refresh (CD_CHART_PANE (self->chart));
  update_cash (self);
  cd_ticket_view_refresh (CD_TICKET_VIEW (self->ticket));
  refilter (self->working_model);
  /* Ages in words stand in the rows too. */
  cd_grid_view_refresh (CD_GRID_VIEW (gtk_stack_get_visible_child (GTK_STACK (self->blotter_stack))));
}

static void
account_changed_cb (CdDesk *desk, CdTradePage *self)
{
  update_cash (self);
  refilter (self->own_holdings);
  refilter (self->working_model);
  cd_ticket_view_refresh (CD_TICKET_VIEW (self->ticket));
}

static void
state_changed_cb (CdDesk *desk, CdTradePage *self)
{
  refilter (self->working_model);
  update_ages (self);
  cd_ladder_view_refresh (CD_LADDER_VIEW (self->ladder));
  cd_ticket_view_refresh (CD_TICKET_VIEW (self->ticket));
}

static void
orders_changed_cb (GListModel *model, guint position, guint removed, guint added, CdTradePage *self)
{
  refilter (self->working_model);
  cd_blotter_model_sort (self->working_rows);
  cd_blotter_model_sort (self->all_rows);
}

/* --- Signals of the views -------------------------------------------------------------------------------------------- */

static void
watch_selected_cb (CdGridView *grid, GObject *item, CdTradePage *self)
{
  if (item)
    choose (self, ((CdQuote *)item)->code);
}

static void
watch_activate_cb (CdGridView *grid, GObject *item, CdTradePage *self)
{
  choose (self, ((CdQuote *)item)->code);
  cd_trade_page_focus (self, CD_PANE_BOOK);
}

static void
take_cb (CdLadderView *ladder, int side, gint64 price_e4, gint64 qty, const char *listing, CdTradePage *self)
{
  cd_ticket_view_fill (CD_TICKET_VIEW (self->ticket), (CdSide)side, CD_KIND_PICK, price_e4, listing ? qty : 0, listing);
  cd_trade_page_focus (self, CD_PANE_TICKET);
}

static void
block_activate_cb (CdGridView *grid, GObject *item, CdTradePage *self)
{
  const CdFeedBlock *b = &((CdBlockRow *)item)->block;

  choose (self, b->code);
  cd_ticket_view_fill (CD_TICKET_VIEW (self->ticket), b->side == CD_SIDE_SELL ? CD_SIDE_BUY : CD_SIDE_SELL, CD_KIND_BLOCK, b->price_e4, b->qty, b->id);
  cd_trade_page_focus (self, CD_PANE_TICKET);
}

static CdOrderRow *
selected_order (CdTradePage *self)
{
  GtkWidget *table = gtk_stack_get_visible_child (GTK_STACK (self->blotter_stack));

  GObject *row = table == self->working || table == self->all ? cd_grid_view_get_selected (CD_GRID_VIEW (table)) : NULL;

  return row && CD_IS_ORDER_ROW (row) ? CD_ORDER_ROW (row) : NULL;
}

void
cd_trade_page_cancel_selected (CdTradePage *self)
{
  CdOrderRow *row = selected_order (self);

  if (row)
    cd_desk_cancel (self->desk, row, NULL);
}

const char *
cd_trade_page_amend_selected (CdTradePage *self)
{
  CdOrderRow *row = selected_order (self);

  if (!row)
    return _ ("Choose an order in the blotter first");
  if (cd_order_is_unknown (row->order))
    return _ ("It is not known what became of this order: ask again before it is changed");
  if (!cd_desk_may_change (self->desk, row))
    return _ ("Only a working order can be changed");
  choose (self, row->order->instrument);
  cd_ticket_view_amend (CD_TICKET_VIEW (self->ticket), row);
  cd_ticket_view_focus (CD_TICKET_VIEW (self->ticket));
  return NULL;
}

/* The marks of a row: what the keys do, by hand. The press has chosen the row. */
static void
order_action_cb (CdGridView *grid, GObject *item, const char *column, guint slot, CdTradePage *self)
{
  if (cd_grid_view_get_selected (grid) == (gpointer)item)
    gtk_widget_activate_action (GTK_WIDGET (self), slot == 0 ? "win.amend" : "win.cancel", NULL);
}

/* --- Layout ---------------------------------------------------------------------------------------------------------- */

/* What stands on the right of a pane's head: how old it is, and then @more. */
static GtkWidget *
with_age (CdTradePage *self, Age which, const char *name, GtkWidget *more, GtkWidget *most)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->age[which] = cd_pane_age_new (name);
  gtk_box_append (GTK_BOX (box), self->age[which]);
  if (more)
    gtk_box_append (GTK_BOX (box), more);
  if (most)
    gtk_box_append (GTK_BOX (box), most);
  return box;
}

static GtkWidget *
build_blotter (CdTradePage *self)
{
  const char *const labels[N_CHIPS] = { _ ("Buys"), _ ("Sells"), _ ("This instrument"), _ ("Today") };
  GtkWidget *switcher = gtk_stack_switcher_new ();

  self->blotter_stack = gtk_stack_new ();
  self->working_rows = cd_blotter_model_new (self->desk, G_LIST_MODEL (self->working_model));
  self->all_rows = cd_blotter_model_new (self->desk, cd_desk_get_orders (self->desk));
  self->fill_rows = cd_blotter_model_new (self->desk, cd_desk_get_fills (self->desk));
  self->working = cd_working_table_new (self->desk, self->working_rows);
  self->fills = cd_fills_table_new (self->desk, self->fill_rows);
  self->all = cd_working_table_new (self->desk, self->all_rows);
  self->blocks = cd_blocks_table_new (self->desk, G_LIST_MODEL (self->block_rows));
  gtk_stack_add_titled (GTK_STACK (self->blotter_stack), self->working, "working", _ ("Working"));
  gtk_stack_add_titled (GTK_STACK (self->blotter_stack), self->fills, "fills", _ ("Fills"));
  gtk_stack_add_titled (GTK_STACK (self->blotter_stack), self->all, "all", _ ("All"));
  gtk_stack_add_titled (GTK_STACK (self->blotter_stack), self->blocks, "blocks", _ ("Blocks"));
  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (switcher), GTK_STACK (self->blotter_stack));
  gtk_widget_add_css_class (switcher, "compact");
  gtk_widget_set_name (self->blotter_stack, "blotter");
  gtk_widget_set_name (self->working, "orders-working");
  gtk_widget_set_name (self->fills, "fills");
  gtk_widget_set_name (self->all, "orders-all");
  gtk_widget_set_name (self->blocks, "blocks");
  g_signal_connect (self->working, "action", G_CALLBACK (order_action_cb), self);
  g_signal_connect (self->all, "action", G_CALLBACK (order_action_cb), self);
  g_signal_connect (self->blocks, "activate", G_CALLBACK (block_activate_cb), self);
  self->chips = cd_chips_new (labels, N_CHIPS);
  gtk_widget_set_name (self->chips, "blotter-chips");
  cd_grid_view_set_filter (CD_GRID_VIEW (self->working), cd_trade_order_passes, self);
  cd_grid_view_set_filter (CD_GRID_VIEW (self->all), cd_trade_order_passes, self);
  cd_grid_view_set_filter (CD_GRID_VIEW (self->fills), cd_trade_fill_passes, self);
  cd_grid_view_set_filter (CD_GRID_VIEW (self->blocks), cd_trade_block_passes, self);
  g_signal_connect_swapped (self->chips, "changed", G_CALLBACK (cd_trade_filter_blotter), self);
  g_signal_connect_swapped (self->blotter_stack, "notify::visible-child", G_CALLBACK (cd_trade_offer_chips), self);
  return cd_pane_new (cd_pane_title_new (_ ("Blotter")), with_age (self, AGE_BLOTTER, "blotter-age", switcher, cd_chips_get_button (CD_CHIPS (self->chips))), cd_pane_below (self->chips, self->blotter_stack));
}

static GtkWidget *
build_left (CdTradePage *self)
{
  self->watchlist = cd_watchlist_new (self->desk);
  self->ticket = cd_ticket_view_new (self->desk);
  g_signal_connect (self->watchlist, "selected", G_CALLBACK (watch_selected_cb), self);
  g_signal_connect (self->watchlist, "activate", G_CALLBACK (watch_activate_cb), self);
  gtk_widget_set_name (self->watchlist, "watchlist");
  cd_grid_view_set_fit (CD_GRID_VIEW (self->watchlist), 4, 12);
  return cd_split_new ("trade-watchlist", GTK_ORIENTATION_VERTICAL, cd_pane_new (cd_pane_title_new (_ ("Watchlist")), with_age (self, AGE_WATCHLIST, "watchlist-age", NULL, NULL), self->watchlist), self->ticket, &(CdSplitDefault){ CD_SPLIT_FIT_START, 300, 0, 0 });
}

static GtkWidget *
build_right (CdTradePage *self)
{
  const char *const tape_labels[N_TAPE_CHIPS] = { _ ("Mine"), _ ("Blocks") };
  GtkWidget *bottom = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *lower;

  self->ladder = cd_ladder_view_new (self->desk);
  self->tape = cd_tape_new (self->desk);
  self->tape_chips = cd_chips_new (tape_labels, N_TAPE_CHIPS);
  gtk_widget_set_name (self->tape_chips, "tape-chips");
  cd_grid_view_set_filter (CD_GRID_VIEW (self->tape), cd_trade_trade_passes, self);
  g_signal_connect_swapped (self->tape_chips, "changed", G_CALLBACK (cd_grid_view_refilter), self->tape);
  self->holdings = cd_holdings_table_new (self->desk, G_LIST_MODEL (self->own_holdings));
  self->book_title = cd_pane_title_new (_ ("Book"));
  self->cash_label = cd_pane_title_new ("");
  gtk_widget_add_css_class (self->cash_label, "cash");
  /* The last figure is money too: a second line rather than three dots. */
  gtk_label_set_ellipsize (GTK_LABEL (self->cash_label), PANGO_ELLIPSIZE_NONE);
  gtk_label_set_wrap (GTK_LABEL (self->cash_label), TRUE);
  gtk_widget_set_name (self->cash_label, "cash");
  gtk_widget_set_vexpand (self->holdings, TRUE);
  gtk_box_append (GTK_BOX (bottom), self->holdings);
  gtk_box_append (GTK_BOX (bottom), self->cash_label);
  g_signal_connect (self->ladder, "take", G_CALLBACK (take_cb), self);
  gtk_widget_set_name (self->tape, "tape");
  gtk_widget_set_name (self->holdings, "holdings");
  gtk_widget_set_name (cd_ladder_view_get_grid (CD_LADDER_VIEW (self->ladder)), "book");
  cd_grid_view_set_fit (CD_GRID_VIEW (self->holdings), 6, 10);
  cd_grid_view_set_fit (CD_GRID_VIEW (cd_ladder_view_get_grid (CD_LADDER_VIEW (self->ladder))), 11, 11);
  lower = cd_split_new ("trade-tape", GTK_ORIENTATION_VERTICAL, cd_pane_new (cd_pane_title_new (_ ("Tape")), with_age (self, AGE_TAPE, "tape-age", cd_chips_get_button (CD_CHIPS (self->tape_chips)), NULL), cd_pane_below (self->tape_chips, self->tape)), cd_pane_new (cd_pane_title_new (_ ("Holdings")), with_age (self, AGE_HOLDINGS, "holdings-age", NULL, NULL), bottom), &(CdSplitDefault){ CD_SPLIT_FIT_END, 580, 0, 0 });
  return cd_split_new ("trade-book", GTK_ORIENTATION_VERTICAL, cd_pane_new (self->book_title, with_age (self, AGE_BOOK, "book-age", NULL, NULL), self->ladder), lower, &(CdSplitDefault){ CD_SPLIT_FIT_START, 600, 0, 0 });
}

CdTicketView *
cd_trade_page_get_ticket (CdTradePage *self)
{
  return CD_TICKET_VIEW (self->ticket);
}

void
cd_trade_page_focus (CdTradePage *self, CdTradePane which)
{
  GtkWidget *const panes[] = {
    [CD_PANE_BOOK] = cd_ladder_view_get_grid (CD_LADDER_VIEW (self->ladder)),
    [CD_PANE_BLOTTER] = gtk_stack_get_visible_child (GTK_STACK (self->blotter_stack)),
    [CD_PANE_HOLDINGS] = self->holdings,
    [CD_PANE_CHART] = self->chart,
    [CD_PANE_TICKET] = self->ticket,
    [CD_PANE_WATCHLIST] = self->watchlist,
  };

  cd_columns_reveal (CD_COLUMNS (self->root), panes[which]);
  if (which == CD_PANE_TICKET)
    cd_ticket_view_focus (CD_TICKET_VIEW (self->ticket));
  else
    gtk_widget_grab_focus (panes[which]);
}

GtkWidget *
cd_trade_page_get_blotter (CdTradePage *self)
{
  return self->blotter_stack;
}

void
cd_trade_page_show_blotter (CdTradePage *self, const char *tab)
{
  gtk_stack_set_visible_child_name (GTK_STACK (self->blotter_stack), tab);
  cd_trade_page_focus (self, CD_PANE_BLOTTER);
}

void
cd_trade_page_toggle_book_form (CdTradePage *self)
{
  cd_ladder_view_set_pair (CD_LADDER_VIEW (self->ladder), !cd_ladder_view_get_pair (CD_LADDER_VIEW (self->ladder)));
}

void
cd_trade_page_next_chart (CdTradePage *self)
{
  CdChartPane *chart = CD_CHART_PANE (self->chart);

  cd_chart_pane_set_tab (chart, (CdChartTab)((cd_chart_pane_get_tab (chart) + 1) % CD_CHART_N_TABS));
}

const char *
cd_trade_page_get_instrument (CdTradePage *self)
{
  return self->code;
}

gboolean
cd_trade_page_open_instrument (CdTradePage *self, const char *code)
{
  for (guint i = 0; i < cd_grid_view_n_rows (CD_GRID_VIEW (self->watchlist)); i++)
    {
      g_autoptr (CdQuote) quote = cd_grid_view_dup_row (CD_GRID_VIEW (self->watchlist), i);

      if (!g_str_equal (quote->code, code))
        continue;
      cd_grid_view_select (CD_GRID_VIEW (self->watchlist), i, TRUE);
      choose (self, code);
      cd_trade_page_focus (self, CD_PANE_BOOK);
      return TRUE;
    }
  return FALSE;
}

gboolean
cd_trade_page_open_order (CdTradePage *self, const char *order_id)
{
  for (guint i = 0; i < cd_grid_view_n_rows (CD_GRID_VIEW (self->all)); i++)
    {
      g_autoptr (CdOrderRow) row = cd_grid_view_dup_row (CD_GRID_VIEW (self->all), i);

      if (!CD_IS_ORDER_ROW (row) || g_strcmp0 (row->order->order_id, order_id) != 0)
        continue;
      cd_trade_page_show_blotter (self, "all");
      cd_grid_view_select (CD_GRID_VIEW (self->all), i, TRUE);
      return TRUE;
    }
  return FALSE;
}

void
cd_trade_page_step_instrument (CdTradePage *self, int by)
{
  guint at = cd_grid_view_get_selected_position (CD_GRID_VIEW (self->watchlist));
  gint64 to = at == GTK_INVALID_LIST_POSITION ? 0 : (gint64)at + by;

  if (to >= 0)
    cd_grid_view_select (CD_GRID_VIEW (self->watchlist), (guint)to, TRUE);
}

void
cd_trade_page_set_instrument (CdTradePage *self, const char *code)
{
  g_free (self->wanted);
  self->wanted = g_strdup (code);
  if (self->code)
    select_code (self, code);
}

static void
cd_trade_page_dispose (GObject *object)
{
  CdTradePage *self = CD_TRADE_PAGE (object);

  g_clear_pointer (&self->root, gtk_widget_unparent);
  g_clear_object (&self->working_rows);
  g_clear_object (&self->all_rows);
  g_clear_object (&self->fill_rows);
  g_clear_object (&self->working_model);
  g_clear_object (&self->own_holdings);
  g_clear_object (&self->block_rows);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->code, g_free);
  g_clear_pointer (&self->wanted, g_free);
  G_OBJECT_CLASS (cd_trade_page_parent_class)->dispose (object);
}

static void
cd_trade_page_class_init (CdTradePageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_trade_page_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  signals[CHOSEN] = g_signal_new ("chosen", CD_TYPE_TRADE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cd_trade_page_init (CdTradePage *self)
{
}

GtkWidget *
cd_trade_page_new (CdDesk *desk)
{
  CdTradePage *self = g_object_new (CD_TYPE_TRADE_PAGE, NULL);
  GtkWidget *left, *middle;

  self->desk = g_object_ref (desk);
  self->block_rows = g_list_store_new (CD_TYPE_BLOCK_ROW);
  self->working_model = gtk_filter_list_model_new (g_object_ref (cd_desk_get_orders (desk)), GTK_FILTER (gtk_custom_filter_new (is_working_func, NULL, NULL)));
  self->own_holdings = gtk_filter_list_model_new (g_object_ref (cd_desk_get_holdings (desk)), GTK_FILTER (gtk_custom_filter_new (is_own_func, desk, NULL)));
  self->chart = cd_chart_pane_new (desk);
  left = build_left (self);
  middle = cd_split_new ("trade-chart", GTK_ORIENTATION_VERTICAL, self->chart, build_blotter (self), &(CdSplitDefault){ CD_SPLIT_SHARE_START, 500, 0, 0 });
  self->root = cd_columns_new ("trade", (CdColumn[]){
                                            { "watchlist", _ ("Watchlist and ticket"), left, { CD_SPLIT_SHARE_START, 277, 376, 530 } },
                                            { "chart", _ ("Chart and blotter"), middle, { CD_SPLIT_SHARE_END, 320, 346, 460 } },
                                            { "book", _ ("Book, tape and holdings"), build_right (self), { CD_SPLIT_SHARE_START, 0, 0, 0 } },
                                        },
                               3);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
  update_ages (self);
  update_cash (self);
  g_signal_connect_object (desk, "quote-changed", G_CALLBACK (quote_changed_cb), self, 0);
  g_signal_connect_object (desk, "clock-changed", G_CALLBACK (clock_changed_cb), self, 0);
  g_signal_connect_object (desk, "account-changed", G_CALLBACK (account_changed_cb), self, 0);
  g_signal_connect_object (desk, "state-changed", G_CALLBACK (state_changed_cb), self, 0);
  g_signal_connect_object (cd_desk_get_orders (desk), "items-changed", G_CALLBACK (orders_changed_cb), self, 0);
  return GTK_WIDGET (self);
}
