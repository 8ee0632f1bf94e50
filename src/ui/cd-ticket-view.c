/* cd-ticket-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-format.h"
#include "cd-ticket-private.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (CdTicketView, cd_ticket_view, GTK_TYPE_WIDGET)

static const char *const purposes[] = { "", "cover", "offset", "sell" };

const char *
cd_ticket_view_purpose (CdTicketView *self)
{
  guint i = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->purpose));

  return i < G_N_ELEMENTS (purposes) ? purposes[i] : "";
}

/* --- Fields ---------------------------------------------------------------------------------------------------------- */

void
cd_ticket_view_say (CdTicketView *self, const char *text)
{
  gtk_label_set_text (GTK_LABEL (self->input_error), text ? text : "");
  gtk_widget_set_visible (self->input_error, text != NULL);
}

static void
mark_field (CdTicketView *self, int wrong)
{
  GtkWidget *const entries[CD_TICKET_N_FIELDS] = { self->price, self->qty, self->amount, self->until };

  for (int i = 0; i < CD_TICKET_N_FIELDS; i++)
    {
      if (i == wrong)
        gtk_widget_add_css_class (entries[i], "error");
      else
        gtk_widget_remove_css_class (entries[i], "error");
      gtk_accessible_update_state (GTK_ACCESSIBLE (entries[i]), GTK_ACCESSIBLE_STATE_INVALID, i == wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
    }
}

static gboolean
read_fields (CdTicketView *self, CdTicketFigures *figures, CdTicketField *field, GError **error)
{
  const CdMarket *market = cd_ticket_view_market (self);
  CdQuote *quote = cd_desk_get_quote (self->desk, self->instrument);
  const char *const *names = g_get_language_names ();
  const CdTicketTexts texts = {
    { gtk_editable_get_text (GTK_EDITABLE (self->price)), gtk_editable_get_text (GTK_EDITABLE (self->qty)), gtk_editable_get_text (GTK_EDITABLE (self->amount)), gtk_editable_get_text (GTK_EDITABLE (self->until)) }
  };

  *figures = (CdTicketFigures){ 0 };
  *field = CD_TICKET_N_FIELDS;
  return !market || cd_ticket_read (&texts, cd_number_style_for_locale (names[0]), quote && quote->instrument ? quote->instrument->lot : 1, cd_calendar_zone (market->calendar), cd_desk_get_market_time (self->desk), figures, field, error);
}

gboolean
cd_ticket_view_draft (CdTicketView *self, CdOrderDraft *draft, CdTicketFigures *figures)
{
  const CdEntity *entity = cd_desk_get_entity (self->desk);
  g_autoptr (GError) error = NULL;
  CdTicketField field;

  *draft = (CdOrderDraft){
    .account = entity ? entity->id : "",
    .instrument = self->instrument ? self->instrument : "",
    .side = cd_ticket_view_side (self),
    .kind = cd_ticket_view_kind (self),
    .listing_id = cd_ticket_view_kind (self) == CD_KIND_PICK || cd_ticket_view_kind (self) == CD_KIND_BLOCK ? self->listing : NULL,
  };
  if (!read_fields (self, figures, &field, &error))
    {
      GtkWidget *const entries[CD_TICKET_N_FIELDS] = { self->price, self->qty, self->amount, self->until };
      g_autofree char *text = cd_format_typed_error (error, gtk_editable_get_text (GTK_EDITABLE (entries[field])));

      mark_field (self, (int)field);
      cd_ticket_view_say (self, text);
      *figures = (CdTicketFigures){ 0 };
      return FALSE;
    }
  mark_field (self, -1);
  draft->price_e4 = figures->price_e4;
  draft->qty = figures->qty;
  return TRUE;
}

void
cd_ticket_view_set_price (CdTicketView *self, gint64 price_e4)
{
  char buf[CD_DECIMAL_BUF];

  gtk_editable_set_text (GTK_EDITABLE (self->price), price_e4 > 0 ? cd_decimal_print (price_e4, 4, 2, buf) : "");
}

void
cd_ticket_view_set_qty (CdTicketView *self, gint64 qty)
{
  char buf[CD_DECIMAL_BUF];

  gtk_editable_set_text (GTK_EDITABLE (self->qty), qty > 0 ? cd_decimal_print (qty, 0, 0, buf) : "");
}

/* --- What is shown --------------------------------------------------------------------------------------------------- */

static void
show_title (CdTicketView *self)
{
  gboolean locked = cd_desk_is_locked (self->desk);
  CdQuote *quote = cd_desk_get_quote (self->desk, self->instrument);
  g_autofree char *title = NULL;

  if (self->amend)
    title = g_strdup_printf (_ ("Change order %1$s · %2$s"), self->amend->order->order_id, self->instrument);
  else
    title = g_strdup_printf (_ ("Ticket · %s"), self->instrument);
  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_widget_set_tooltip_text (self->title, quote ? cd_format_pick (quote->name_zh, quote->name_en) : NULL);
  gtk_label_set_text (GTK_LABEL (self->lock_label), locked ? _ ("locked") : "");
  gtk_widget_set_visible (self->lock_label, locked);
}

/* It was filled, cancelled, or became unknown meanwhile: what is typed is not an order of its own now. */
static void
end_amend (CdTicketView *self)
{
  const gboolean filling = self->filling;

  g_clear_object (&self->amend);
  self->filling = TRUE;
  cd_ticket_view_set_qty (self, 0);
  self->filling = filling;
}

void
cd_ticket_view_refresh (CdTicketView *self)
{
  const CdMarket *market;
  CdTicketFigures figures;
  CdOrderDraft draft;
  CdPreview preview;
  CdTicketTyped typed;
  CdMode mode;
  gboolean readable;

  if (!self->instrument)
    return;
  if (self->amend && !cd_desk_may_change (self->desk, self->amend))
    end_amend (self);
  market = cd_ticket_view_market (self);
  readable = cd_ticket_view_draft (self, &draft, &figures);
  if (readable)
    cd_ticket_view_say (self, NULL);
  mode = draft.kind == CD_KIND_BLOCK ? CD_MODE_BLOCK : CD_MODE_LIST;
  typed = (draft.price_e4 > 0 ? CD_TICKET_HAS_PRICE : 0) | (draft.qty > 0 ? CD_TICKET_HAS_QTY : 0);
  self->n_results = cd_desk_check (self->desk, &draft, cd_ticket_view_purpose (self), self->results, CD_TICKET_CHECKS_MAX, &preview);
  show_title (self);
  cd_ticket_lines_show_preview (&self->lines, &draft, &figures, market ? cd_ticket_close_us (market, mode, cd_desk_get_market_time (self->desk)) : 0, &preview);
  cd_ticket_lines_show_checks (&self->lines, self->results, self->n_results, typed, preview.cash_now_e4);
  cd_ticket_view_show_buttons (self, &draft, &figures, readable && draft.qty > 0 && draft.price_e4 > 0);
}

/* --- Changes --------------------------------------------------------------------------------------------------------- */

static void
input_changed_cb (CdTicketView *self)
{
  if (self->desk && !self->filling)
    cd_ticket_view_refresh (self);
}

static void
kind_changed_cb (CdTicketView *self)
{
  if (!self->filling && cd_ticket_view_kind (self) != CD_KIND_PICK)
    g_clear_pointer (&self->listing, g_free);
  input_changed_cb (self);
}

/* One handler for the four tabs and the two sides of a block; only the toggle that is on speaks. */
static void
tab_toggled_cb (GtkToggleButton *toggle, CdTicketView *self)
{
  if (!self->desk || !self->instrument || !gtk_toggle_button_get_active (toggle))
    return;
  if (!self->filling)
    {
      g_clear_pointer (&self->listing, g_free);
      g_clear_object (&self->amend);
    }
  cd_ticket_view_update_tabs (self);
  input_changed_cb (self);
}

/* --- From outside ---------------------------------------------------------------------------------------------------- */

void
cd_ticket_view_set_instrument (CdTicketView *self, const char *code)
{
  CdQuote *quote;

  if (g_strcmp0 (code, self->instrument) == 0)
    return;
  g_free (self->instrument);
  self->instrument = g_strdup (code);
  g_clear_pointer (&self->listing, g_free);
  g_clear_object (&self->amend);
  quote = cd_desk_get_quote (self->desk, code);
  self->filling = TRUE;
  cd_ticket_view_set_qty (self, 0);
  gtk_editable_set_text (GTK_EDITABLE (self->amount), "");
  gtk_editable_set_text (GTK_EDITABLE (self->until), "");
  cd_ticket_view_set_price (self, quote ? quote->feed.stats.last_e4 : 0);
  cd_ticket_view_update_tabs (self);
  self->filling = FALSE;
  cd_ticket_view_refresh (self);
}

const char *
cd_ticket_view_get_instrument (CdTicketView *self)
{
  return self->instrument;
}

void
cd_ticket_view_set_side (CdTicketView *self, CdSide side)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (side == CD_SIDE_BUY ? self->buy_toggle : self->sell_toggle), TRUE);
}

void
cd_ticket_view_set_confirm (CdTicketView *self, CdTicketConfirm confirm)
{
  self->confirm = confirm;
  cd_ticket_view_disarm (self);
}

static void
show_side (CdTicketView *self, CdSide side, CdOrderKind kind)
{
  if (kind == CD_KIND_BLOCK)
    {
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->block_toggle), TRUE);
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (side == CD_SIDE_BUY ? self->block_buy : self->block_sell), TRUE);
    }
  else
    cd_ticket_view_set_side (self, side);
  cd_ticket_view_update_tabs (self);
  cd_ticket_view_choose_kind (self, kind);
}

void
cd_ticket_view_fill (CdTicketView *self, CdSide side, CdOrderKind kind, gint64 price_e4, gint64 qty, const char *listing)
{
  self->filling = TRUE;
  g_clear_object (&self->amend);
  show_side (self, side, kind);
  g_free (self->listing);
  self->listing = g_strdup (listing);
  cd_ticket_view_set_price (self, price_e4);
  gtk_editable_set_text (GTK_EDITABLE (self->amount), "");
  if (qty > 0)
    cd_ticket_view_set_qty (self, qty);
  self->filling = FALSE;
  cd_ticket_view_refresh (self);
}

void
cd_ticket_view_amend (CdTicketView *self, CdOrderRow *row)
{
  if (row)
    {
      const CdOrder *o = row->order;

      cd_ticket_view_set_instrument (self, o->instrument);
      cd_ticket_view_fill (self, o->side, o->kind, o->price_e4, o->qty, NULL);
    }
  else if (self->amend)
    end_amend (self);
  g_set_object (&self->amend, row);
  cd_ticket_view_refresh (self);
}

void
cd_ticket_view_join (CdTicketView *self, CdSide side)
{
  CdQuote *quote = cd_desk_get_quote (self->desk, self->instrument);

  if (!quote)
    return;
  if (side == CD_SIDE_BUY && quote->feed.n_bids)
    cd_ticket_view_set_price (self, quote->feed.bids[0].price);
  else if (side == CD_SIDE_SELL && quote->feed.n_asks)
    cd_ticket_view_set_price (self, quote->feed.asks[0].price);
}

void
cd_ticket_view_focus (CdTicketView *self)
{
  gtk_widget_grab_focus (*gtk_editable_get_text (GTK_EDITABLE (self->price)) ? self->qty : self->price);
}

void
cd_ticket_view_focus_purpose (CdTicketView *self)
{
  gtk_widget_grab_focus (self->purpose);
  g_signal_emit_by_name (self->purpose, "activate");
}

CdTrace *
cd_ticket_view_explain (CdTicketView *self)
{
  const CdCheckResult *result = cd_checks_first_block (self->results, self->n_results);
  CdTicketFigures figures;
  CdOrderDraft draft;

  if (!cd_ticket_view_draft (self, &draft, &figures) || self->n_results == 0)
    return NULL;
  for (gsize i = 0; !result && i < self->n_results; i++)
    if (self->results[i].verdict == CD_CHECK_WARN)
      result = &self->results[i];
  return cd_desk_explain_check (self->desk, &draft, result ? result : &self->results[self->n_results - 1]);
}

/* --- Object ---------------------------------------------------------------------------------------------------------- */

static void
fill_purposes (CdTicketView *self)
{
  const char *const names[] = { _ ("Trading"), _ ("Cover the obligation"), _ ("Offset"), _ ("Sell the surplus"), NULL };
  g_autoptr (GtkStringList) list = gtk_string_list_new (names);

  gtk_drop_down_set_model (GTK_DROP_DOWN (self->purpose), G_LIST_MODEL (list));
}

static void
cd_ticket_view_dispose (GObject *object)
{
  CdTicketView *self = CD_TICKET_VIEW (object);

  g_clear_pointer (&self->root, gtk_widget_unparent);
  g_clear_object (&self->amend);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (cd_ticket_view_parent_class)->dispose (object);
}

static void
cd_ticket_view_finalize (GObject *object)
{
  CdTicketView *self = CD_TICKET_VIEW (object);

  g_free (self->instrument);
  g_free (self->listing);
  g_free (self->armed_text);
  G_OBJECT_CLASS (cd_ticket_view_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_child (klass, CdTicketView, root);
  gtk_widget_class_bind_template_child (klass, CdTicketView, title);
  gtk_widget_class_bind_template_child (klass, CdTicketView, lock_label);
  gtk_widget_class_bind_template_child (klass, CdTicketView, buy_toggle);
  gtk_widget_class_bind_template_child (klass, CdTicketView, sell_toggle);
  gtk_widget_class_bind_template_child (klass, CdTicketView, block_toggle);
  gtk_widget_class_bind_template_child (klass, CdTicketView, auction_toggle);
  gtk_widget_class_bind_template_child (klass, CdTicketView, side_box);
  gtk_widget_class_bind_template_child (klass, CdTicketView, block_buy);
  gtk_widget_class_bind_template_child (klass, CdTicketView, block_sell);
  gtk_widget_class_bind_template_child (klass, CdTicketView, pages);
  gtk_widget_class_bind_template_child (klass, CdTicketView, auction_text);
  gtk_widget_class_bind_template_child (klass, CdTicketView, kind);
  gtk_widget_class_bind_template_child (klass, CdTicketView, purpose);
  gtk_widget_class_bind_template_child (klass, CdTicketView, price);
  gtk_widget_class_bind_template_child (klass, CdTicketView, qty);
  gtk_widget_class_bind_template_child (klass, CdTicketView, amount);
  gtk_widget_class_bind_template_child (klass, CdTicketView, until);
  gtk_widget_class_bind_template_child (klass, CdTicketView, chips);
  gtk_widget_class_bind_template_child (klass, CdTicketView, input_error);
  gtk_widget_class_bind_template_child (klass, CdTicketView, again_box);
  gtk_widget_class_bind_template_child (klass, CdTicketView, again);
  gtk_widget_class_bind_template_child (klass, CdTicketView, buttons);
  gtk_widget_class_bind_template_child (klass, CdTicketView, stage);
  gtk_widget_class_bind_template_child (klass, CdTicketView, send);
  gtk_widget_class_bind_template_child (klass, CdTicketView, send_label);
  gtk_widget_class_bind_template_child (klass, CdTicketView, stops);
  gtk_widget_class_bind_template_child (klass, CdTicketView, preview);
  gtk_widget_class_bind_template_child (klass, CdTicketView, checks);
}

static void
cd_ticket_view_class_init (CdTicketViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = cd_ticket_view_dispose;
  object_class->finalize = cd_ticket_view_finalize;
  gtk_widget_class_set_css_name (widget_class, "ticket");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_FORM);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/carbondesk/Carbondesk/ui/cd-ticket-view.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, input_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, kind_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, tab_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, cd_ticket_send_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, cd_ticket_stage_clicked_cb);
}

static void
cd_ticket_view_init (CdTicketView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->filling = TRUE;
  fill_purposes (self);
  self->filling = FALSE;
  cd_ticket_view_add_input (self);
  cd_ticket_lines_init (&self->lines, GTK_BOX (self->stops), GTK_GRID (self->preview), GTK_BOX (self->checks));
}

GtkWidget *
cd_ticket_view_new (CdDesk *desk)
{
  CdTicketView *self = g_object_new (CD_TYPE_TICKET_VIEW, NULL);

  self->desk = g_object_ref (desk);
  cd_ticket_view_add_guards (self);
  return GTK_WIDGET (self);
}
