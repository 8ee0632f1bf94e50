/* cd-ticket-input.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tabs, kinds, steps and chips of the ticket.
 */
#include "cd-format.h"
#include "cd-ticket-private.h"

#include <glib/gi18n.h>

/* --- Market of the instrument ---------------------------------------------------------------------------------------- */

const CdMarket *
cd_ticket_view_market (CdTicketView *self)
{
  const CdPack *pack = cd_desk_get_pack_of (self->desk, self->instrument);

  return pack ? pack->market : NULL;
}

CdDate
cd_ticket_view_today (CdTicketView *self, const CdMarket *market)
{
  return cd_zone_date_of (cd_calendar_zone (market->calendar), cd_desk_get_market_time (self->desk), NULL);
}

/* --- Tabs ------------------------------------------------------------------------------------------------------------ */

static gboolean
is_on (GtkWidget *toggle)
{
  return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (toggle));
}

CdTicketTab
cd_ticket_view_tab (CdTicketView *self)
{
  if (is_on (self->block_toggle))
    return CD_TICKET_TAB_BLOCK;
  if (is_on (self->auction_toggle))
    return CD_TICKET_TAB_AUCTION;
  return is_on (self->sell_toggle) ? CD_TICKET_TAB_SELL : CD_TICKET_TAB_BUY;
}

CdSide
cd_ticket_view_side (CdTicketView *self)
{
  if (cd_ticket_view_tab (self) == CD_TICKET_TAB_BLOCK)
    return is_on (self->block_sell) ? CD_SIDE_SELL : CD_SIDE_BUY;
  return is_on (self->sell_toggle) ? CD_SIDE_SELL : CD_SIDE_BUY;
}

CdOrderKind
cd_ticket_view_kind (CdTicketView *self)
{
  guint i = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->kind));

  return i < self->n_kinds ? self->kinds[i] : CD_KIND_LIST;
}

/* The kinds that the market's rule allows in this tab; a list that would not change stays as it is, with its choice. */
void
cd_ticket_view_update_kinds (CdTicketView *self)
{
  const CdMarket *market = cd_ticket_view_market (self);
  CdMode mode = cd_ticket_view_tab (self) == CD_TICKET_TAB_BLOCK ? CD_MODE_BLOCK : CD_MODE_LIST;
  const char *names[G_N_ELEMENTS (self->kinds) + 1] = { NULL };
  CdOrderKind kinds[3];
  gsize n = market ? cd_ticket_kinds (market, mode, cd_ticket_view_today (self, market), kinds) : 0;
  gboolean same = n == self->n_kinds && n > 0;
  gboolean filling = self->filling;
  g_autoptr (GtkStringList) list = NULL;

  for (gsize i = 0; i < n; i++)
    {
      same = same && kinds[i] == self->kinds[i];
      names[i] = cd_format_kind (kinds[i]);
    }
  if (same)
    return;
  for (gsize i = 0; i < n; i++)
    self->kinds[i] = kinds[i];
  self->n_kinds = n;
  list = gtk_string_list_new (names);
  self->filling = TRUE;
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->kind), G_LIST_MODEL (list));
  gtk_widget_set_sensitive (self->kind, n > 1);
  self->filling = filling;
}

void
cd_ticket_view_choose_kind (CdTicketView *self, CdOrderKind kind)
{
  cd_ticket_view_update_kinds (self);
  for (gsize i = 0; i < self->n_kinds; i++)
    if (self->kinds[i] == kind)
      gtk_drop_down_set_selected (GTK_DROP_DOWN (self->kind), (guint)i);
}

/* Block and auction are there where the market has a rule for them; an auction without a window says what it waits for. */
void
cd_ticket_view_update_tabs (CdTicketView *self)
{
  const CdMarket *market = cd_ticket_view_market (self);
  CdDate day = market ? cd_ticket_view_today (self, market) : CD_DATE_NONE;
  const CdModeRule *auction = market ? cd_market_mode (market, CD_MODE_AUCTION, day) : NULL;
  g_autofree char *text = NULL;
  char from[CD_DATE_BUF];

  gtk_widget_set_visible (self->block_toggle, market && cd_market_mode (market, CD_MODE_BLOCK, day));
  gtk_widget_set_visible (self->auction_toggle, auction != NULL);
  if ((!gtk_widget_get_visible (self->block_toggle) && is_on (self->block_toggle)) || (!auction && is_on (self->auction_toggle)))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->buy_toggle), TRUE);
  gtk_widget_set_visible (self->side_box, cd_ticket_view_tab (self) == CD_TICKET_TAB_BLOCK);
  gtk_stack_set_visible_child_name (GTK_STACK (self->pages), cd_ticket_view_tab (self) == CD_TICKET_TAB_AUCTION ? "auction" : "order");
  gtk_widget_set_visible (self->buttons, cd_ticket_view_tab (self) != CD_TICKET_TAB_AUCTION);
  cd_ticket_view_update_kinds (self);
  if (!auction)
    return;
  text = g_strdup_printf (_ ("%1$s: the rule is in force since %2$s (source %3$s). Floor, ceiling and window of an auction are set by the notice of each one. None is announced in this market, so there is nothing to bid in."),
                          cd_format_pick (auction->name_zh, auction->name_en),
                          cd_date_print (auction->from, from),
                          auction->source ? auction->source : "–");
  gtk_label_set_text (GTK_LABEL (self->auction_text), text);
}

/* --- Steps ----------------------------------------------------------------------------------------------------------- */

static void
step (CdTicketView *self, GtkWidget *entry, gint64 steps)
{
  CdQuote *quote = cd_desk_get_quote (self->desk, self->instrument);
  gint64 tick = quote && quote->instrument ? quote->instrument->tick_e4 : 100;
  gint64 by = entry == self->price ? tick : 100;
  CdOrderDraft draft;
  CdTicketFigures figures;
  gint64 value;

  if (!cd_ticket_view_draft (self, &draft, &figures))
    return;
  value = entry == self->price ? figures.price_e4 : figures.qty;
  if (!cd_i64_add (value, steps * by, &value) || value <= 0)
    return;
  if (entry == self->price)
    cd_ticket_view_set_price (self, value);
  else
    cd_ticket_view_set_qty (self, value);
  gtk_editable_set_position (GTK_EDITABLE (entry), -1);
}

static gboolean
key_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, gpointer data)
{
  CdTicketView *self = data;
  GtkWidget *entry = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (controller));
  gint64 times = state & GDK_SHIFT_MASK ? 10 : 1;

  if (keyval == GDK_KEY_Up || keyval == GDK_KEY_KP_Up)
    step (self, entry, times);
  else if (keyval == GDK_KEY_Down || keyval == GDK_KEY_KP_Down)
    step (self, entry, -times);
  else if (keyval == GDK_KEY_Escape && self->amend)
    cd_ticket_view_amend (self, NULL);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
icon_cb (GtkEntry *entry, GtkEntryIconPosition position, gpointer data)
{
  step (data, GTK_WIDGET (entry), position == GTK_ENTRY_ICON_PRIMARY ? -1 : 1);
}

static void
focus_enter_cb (GtkEventControllerFocus *controller, gpointer data)
{
  CdTicketView *self = data;

  self->focus_us = cd_env_boot_us (cd_desk_get_env (self->desk));
}

static void
add_steps (CdTicketView *self, GtkWidget *entry, const char *less, const char *more)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_entry_set_icon_from_icon_name (GTK_ENTRY (entry), GTK_ENTRY_ICON_PRIMARY, "list-remove-symbolic");
  gtk_entry_set_icon_from_icon_name (GTK_ENTRY (entry), GTK_ENTRY_ICON_SECONDARY, "list-add-symbolic");
  gtk_entry_set_icon_tooltip_text (GTK_ENTRY (entry), GTK_ENTRY_ICON_PRIMARY, less);
  gtk_entry_set_icon_tooltip_text (GTK_ENTRY (entry), GTK_ENTRY_ICON_SECONDARY, more);
  g_signal_connect (entry, "icon-press", G_CALLBACK (icon_cb), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (entry, keys);
}

/* --- Chips ----------------------------------------------------------------------------------------------------------- */

static gint64
to_sell (CdTicketView *self, const char *account)
{
  GListModel *holdings = cd_desk_get_holdings (self->desk);

  for (guint i = 0; i < g_list_model_get_n_items (holdings); i++)
    {
      g_autoptr (CdHoldingRow) row = g_list_model_get_item (holdings, i);

      if (g_str_equal (row->account, account) && g_strcmp0 (row->asset, self->instrument) == 0)
        return row->to_sell;
    }
  return 0;
}

/* What the side allows: units that can be sold, or units that the cash buys at the price. */
static gint64
side_limit (CdTicketView *self)
{
  const CdEntity *entity = cd_desk_get_entity (self->desk);
  CdOrderDraft draft;
  CdTicketFigures figures;
  CdCash cash;
  gint64 money;

  if (!entity || !cd_ticket_view_draft (self, &draft, &figures))
    return 0;
  if (draft.side == CD_SIDE_SELL)
    return to_sell (self, entity->id);
  cd_desk_get_cash (self->desk, entity->id, &cash);
  if (draft.price_e4 <= 0 || !cd_i64_add (cash.available_e4, cash.unsettled_e4, &money))
    return 0;
  return money / draft.price_e4;
}

static const CdObligation *
obligation (CdTicketView *self)
{
  const CdEntity *entity = cd_desk_get_entity (self->desk);
  GListModel *rows = cd_desk_get_obligations (self->desk);

  for (guint i = 0; entity && i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdObligationRow) row = g_list_model_get_item (rows, i);

      if (g_str_equal (row->account, entity->id) && row->figures && !row->closed)
        return row->figures;
    }
  return NULL;
}

/* Of a credit only what still counts for the obligation is usable; the rest would be stranded. */
static gint64
usable (CdTicketView *self, gint64 limit)
{
  CdQuote *quote = cd_desk_get_quote (self->desk, self->instrument);
  const CdObligation *figures = obligation (self);

  if (cd_ticket_view_side (self) == CD_SIDE_BUY && figures && quote && quote->instrument && quote->instrument->kind == CD_INSTRUMENT_CREDIT)
    return MIN (limit, MAX (figures->offset_room - figures->offset_countable, 0));
  return limit;
}

static gint64
cut_to_cap (CdTicketView *self, gint64 qty)
{
  const CdMarket *market = cd_ticket_view_market (self);
  CdDate day = market ? cd_ticket_view_today (self, market) : CD_DATE_NONE;
  const CdModeRule *rule = market && cd_ticket_view_kind (self) != CD_KIND_BLOCK ? cd_market_mode (market, CD_MODE_LIST, day) : NULL;
  const CdRuleValue *cap = rule ? cd_rule_series_at_practice (rule->max_qty_exclusive, day) : NULL;

  return cap && cap->has_value ? MIN (qty, cap->value - 1) : qty;
}

void
cd_ticket_view_chip (CdTicketView *self, guint index)
{
  const CdObligation *figures = obligation (self);
  gint64 limit = side_limit (self);
  gint64 qty = 0;

  if (index < 4 && !cd_i64_mul_div (limit, index + 1, 4, CD_ROUND_FLOOR, &qty))
    qty = 0;
  else if (index == 4)
    qty = usable (self, limit);
  else if (index == 5)
    qty = figures ? (limit > 0 ? MIN (figures->shortfall, limit) : figures->shortfall) : 0;
  gtk_editable_set_text (GTK_EDITABLE (self->amount), "");
  cd_ticket_view_set_qty (self, cut_to_cap (self, qty));
}

static void
chip_clicked_cb (GtkButton *button, gpointer data)
{
  cd_ticket_view_chip (CD_TICKET_VIEW (data), GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "index")));
}

static void
add_chips (CdTicketView *self)
{
  static const char *const labels[] = { "25%", "50%", "75%", "100%", N_ ("usable"), N_ ("short") };
  static const char *const names[] = { N_ ("Quantity 25 %"), N_ ("Quantity 50 %"), N_ ("Quantity 75 %"), N_ ("Quantity 100 %"), N_ ("Quantity usable"), N_ ("Quantity of the shortage") };

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    {
      GtkWidget *chip = gtk_button_new_with_label (i < 4 ? labels[i] : _ (labels[i]));

      gtk_widget_add_css_class (chip, "chip");
      gtk_widget_set_tooltip_text (chip, _ (names[i]));
      g_object_set_data (G_OBJECT (chip), "index", GUINT_TO_POINTER (i));
      gtk_accessible_update_property (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_PROPERTY_LABEL, _ (names[i]), -1);
      g_signal_connect (chip, "clicked", G_CALLBACK (chip_clicked_cb), self);
      gtk_box_append (GTK_BOX (self->chips), chip);
    }
}

void
cd_ticket_view_add_input (CdTicketView *self)
{
  GtkWidget *const entries[] = { self->price, self->qty, self->amount, self->until, self->again };

  add_chips (self);
  add_steps (self, self->price, _ ("One tick lower (Down)"), _ ("One tick higher (Up)"));
  add_steps (self, self->qty, _ ("100 t less (Down)"), _ ("100 t more (Up)"));
  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      GtkEventController *focus = gtk_event_controller_focus_new ();

      g_signal_connect (focus, "enter", G_CALLBACK (focus_enter_cb), self);
      gtk_widget_add_controller (entries[i], focus);
    }
}
