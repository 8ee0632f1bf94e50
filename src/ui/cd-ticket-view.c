/* cd-ticket-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-format.h"
#include "cd-ticket-private.h"

#include <glib/gi18n.h>

/* A send within this time after the focus came to the ticket is taken for a slip. */
#define FOCUS_GUARD_US (300 * 1000)

struct _CdTicketView
{
  GtkWidget parent_instance;

  CdDesk *desk;     /* (owned) */
  char *instrument; /* (owned) (nullable) */
  char *listing;    /* (owned) (nullable): the one that a pick names */
  gboolean filling; /* fields are being set by us */
  gint64 focus_us;
  CdTicketLines lines;
  CdCheckResult results[CD_TICKET_CHECKS_MAX];
  gsize n_results;

  /* Template widgets */
  GtkWidget *root;
  GtkWidget *title;
  GtkWidget *lock_label;
  GtkWidget *buy_toggle;
  GtkWidget *sell_toggle;
  GtkWidget *kind;
  GtkWidget *purpose;
  GtkWidget *price;
  GtkWidget *qty;
  GtkWidget *chips;
  GtkWidget *input_error;
  GtkWidget *send;
  GtkWidget *send_label;
  GtkWidget *preview;
  GtkWidget *checks;
};

G_DEFINE_FINAL_TYPE (CdTicketView, cd_ticket_view, GTK_TYPE_WIDGET)

static const char *const purposes[] = { "", "cover", "offset", "sell" };
static const CdOrderKind kinds[] = { CD_KIND_LIST, CD_KIND_PICK, CD_KIND_BLOCK };

static CdSide
get_side (CdTicketView *self)
{
  return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->buy_toggle)) ? CD_SIDE_BUY : CD_SIDE_SELL;
}

static CdOrderKind
get_kind (CdTicketView *self)
{
  guint i = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->kind));

  return i < G_N_ELEMENTS (kinds) ? kinds[i] : CD_KIND_LIST;
}

static const char *
get_purpose (CdTicketView *self)
{
  guint i = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->purpose));

  return i < G_N_ELEMENTS (purposes) ? purposes[i] : "";
}

static gboolean
parse_field (GtkWidget *entry, int scale, gint64 *out, GError **error)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (entry));
  const char *const *names = g_get_language_names ();

  *out = 0;
  if (*text == 0)
    return TRUE;
  if (!cd_number_parse_typed (text, cd_number_style_for_locale (names[0]), scale, out, error))
    return FALSE;
  if (*out <= 0)
    {
      g_set_error_literal (error, CD_NUM_ERROR, CD_NUM_ERROR_RANGE, _ ("more than 0 is expected"));
      return FALSE;
    }
  return TRUE;
}

static gboolean
get_draft (CdTicketView *self, CdOrderDraft *draft)
{
  const CdEntity *entity = cd_desk_get_entity (self->desk);
  g_autoptr (GError) error = NULL;
  gboolean ok;

  *draft = (CdOrderDraft){
    .account = entity ? entity->id : "",
    .instrument = self->instrument ? self->instrument : "",
    .side = get_side (self),
    .kind = get_kind (self),
    .listing_id = get_kind (self) == CD_KIND_PICK ? self->listing : NULL,
  };
  ok = parse_field (self->price, 4, &draft->price_e4, &error) && parse_field (self->qty, 0, &draft->qty, &error);
  gtk_widget_set_visible (self->input_error, !ok);
  gtk_label_set_text (GTK_LABEL (self->input_error), ok ? "" : error->message);
  return ok;
}

static void
show_send (CdTicketView *self, const CdOrderDraft *draft, gboolean can_send)
{
  char price[CD_FORMAT_BUF], qty[CD_FORMAT_BUF];
  g_autofree char *text = NULL;

  if (draft->qty > 0 && draft->price_e4 > 0)
    /* Translators: "Pick buy 10,000 t CEA25 @ 97.05" */
    text = g_strdup_printf (_ ("%1$s %2$s %3$s t %4$s @ %5$s"),
                            cd_format_kind (draft->kind),
                            cd_format_side (draft->side),
                            cd_format_units (draft->qty, qty),
                            draft->instrument,
                            cd_format_price (draft->price_e4, price));
  else
    text = g_strdup (_ ("Enter price and quantity"));
  gtk_label_set_text (GTK_LABEL (self->send_label), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->send), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_set_sensitive (self->send, can_send);
  if (draft->side == CD_SIDE_BUY)
    {
      gtk_widget_add_css_class (self->send, "side-buy");
      gtk_widget_remove_css_class (self->send, "side-sell");
    }
  else
    {
      gtk_widget_add_css_class (self->send, "side-sell");
      gtk_widget_remove_css_class (self->send, "side-buy");
    }
}

void
cd_ticket_view_refresh (CdTicketView *self)
{
  CdOrderDraft draft;
  CdPreview preview;
  gboolean readable = get_draft (self, &draft);
  gboolean locked = cd_desk_is_locked (self->desk);
  gboolean complete = readable && draft.qty > 0 && draft.price_e4 > 0;
  g_autofree char *title = NULL;

  if (!self->instrument)
    return;
  self->n_results = cd_desk_check (self->desk, &draft, get_purpose (self), self->results, CD_TICKET_CHECKS_MAX, &preview);
  title = g_strdup_printf (_ ("Ticket · %s"), self->instrument);
  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_label_set_text (GTK_LABEL (self->lock_label), locked ? _ ("locked") : "");
  gtk_widget_set_visible (self->lock_label, locked);
  cd_ticket_lines_show_preview (&self->lines, self->desk, &draft, &preview);
  /* An empty ticket has nothing to check yet: only what holds whatever is typed. */
  cd_ticket_lines_show_checks (&self->lines, self->results, complete ? self->n_results : 0);
  show_send (self, &draft, complete && !locked && !cd_checks_first_block (self->results, self->n_results));
}

/* --- Fields ---------------------------------------------------------------------------------------------------------- */

static void
input_changed_cb (CdTicketView *self)
{
  if (self->desk && !self->filling)
    cd_ticket_view_refresh (self);
}

static void
kind_changed_cb (CdTicketView *self)
{
  if (get_kind (self) != CD_KIND_PICK)
    g_clear_pointer (&self->listing, g_free);
  input_changed_cb (self);
}

static void
side_toggled_cb (CdTicketView *self)
{
  if (!self->filling)
    g_clear_pointer (&self->listing, g_free);
  input_changed_cb (self);
}

static void
set_price (CdTicketView *self, gint64 price_e4)
{
  char buf[CD_DECIMAL_BUF];

  gtk_editable_set_text (GTK_EDITABLE (self->price), price_e4 > 0 ? cd_decimal_print (price_e4, 4, 2, buf) : "");
}

static void
set_qty (CdTicketView *self, gint64 qty)
{
  char buf[CD_DECIMAL_BUF];

  gtk_editable_set_text (GTK_EDITABLE (self->qty), qty > 0 ? cd_decimal_print (qty, 0, 0, buf) : "");
}

static void
step_field (CdTicketView *self, GtkWidget *entry, int scale, gint64 step)
{
  gint64 value = 0;

  if (!parse_field (entry, scale, &value, NULL) || !cd_i64_add (value, step, &value) || value <= 0)
    return;
  if (entry == self->price)
    set_price (self, value);
  else
    set_qty (self, value);
  gtk_editable_set_position (GTK_EDITABLE (entry), -1);
}

static gboolean
key_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, gpointer data)
{
  CdTicketView *self = data;
  GtkWidget *entry = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (controller));
  CdQuote *quote = cd_desk_get_quote (self->desk, self->instrument);
  gint64 tick = quote && quote->instrument ? quote->instrument->tick_e4 : 100;
  gint64 times = state & GDK_SHIFT_MASK ? 10 : 1;
  gint64 direction = keyval == GDK_KEY_Up || keyval == GDK_KEY_KP_Up ? 1 : keyval == GDK_KEY_Down || keyval == GDK_KEY_KP_Down ? -1
                                                                                                                               : 0;

  if (direction == 0)
    return GDK_EVENT_PROPAGATE;
  if (entry == self->price)
    step_field (self, entry, 4, direction * times * tick);
  else
    step_field (self, entry, 0, direction * times * 100);
  return GDK_EVENT_STOP;
}

static void
focus_enter_cb (GtkEventControllerFocus *controller, gpointer data)
{
  CdTicketView *self = data;

  self->focus_us = cd_env_boot_us (cd_desk_get_env (self->desk));
}

/* --- Chips ----------------------------------------------------------------------------------------------------------- */

/* What the side allows: units that can be sold, or units that the cash buys at the price. */
static gint64
side_limit (CdTicketView *self)
{
  const CdEntity *entity = cd_desk_get_entity (self->desk);
  CdOrderDraft draft;
  CdCash cash;
  gint64 units = 0;

  if (!entity || !get_draft (self, &draft))
    return 0;
  if (draft.side == CD_SIDE_SELL)
    {
      GListModel *holdings = cd_desk_get_holdings (self->desk);

      for (guint i = 0; i < g_list_model_get_n_items (holdings); i++)
        {
          g_autoptr (CdHoldingRow) row = g_list_model_get_item (holdings, i);

          if (g_str_equal (row->account, entity->id) && g_strcmp0 (row->asset, self->instrument) == 0)
            return row->to_sell;
        }
      return 0;
    }
  cd_desk_get_cash (self->desk, entity->id, &cash);
  if (draft.price_e4 <= 0 || !cd_i64_mul_div (cash.available_e4 + cash.unsettled_e4, 1, draft.price_e4, CD_ROUND_FLOOR, &units))
    return 0;
  return units;
}

static gint64
shortage (CdTicketView *self)
{
  const CdEntity *entity = cd_desk_get_entity (self->desk);
  GListModel *rows = cd_desk_get_obligations (self->desk);

  for (guint i = 0; entity && i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdObligationRow) row = g_list_model_get_item (rows, i);

      if (g_str_equal (row->account, entity->id) && row->figures && !row->closed)
        return row->figures->shortfall;
    }
  return 0;
}

void
cd_ticket_view_chip (CdTicketView *self, guint index)
{
  const CdMarket *market = NULL;
  const CdPack *pack = cd_desk_get_pack_of (self->desk, self->instrument);
  gint64 limit = side_limit (self);
  gint64 qty = 0;

  if (index < 4 && !cd_i64_mul_div (limit, index + 1, 4, CD_ROUND_FLOOR, &qty))
    qty = 0;
  else if (index == 4)
    qty = limit;
  else if (index == 5)
    qty = limit > 0 ? MIN (shortage (self), limit) : shortage (self);
  market = pack ? pack->market : NULL;
  if (market && get_kind (self) != CD_KIND_BLOCK)
    {
      const CdModeRule *rule = cd_market_mode (market, CD_MODE_LIST, cd_zone_date_of (cd_calendar_zone (market->calendar), cd_desk_get_market_time (self->desk), NULL));
      const CdRuleValue *cap = rule ? cd_rule_series_at_practice (rule->max_qty_exclusive, cd_zone_date_of (cd_calendar_zone (market->calendar), cd_desk_get_market_time (self->desk), NULL)) : NULL;

      if (cap && cap->has_value)
        qty = MIN (qty, cap->value - 1);
    }
  set_qty (self, qty);
}

static void
chip_clicked_cb (GtkButton *button, gpointer data)
{
  cd_ticket_view_chip (CD_TICKET_VIEW (data), GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "index")));
}

static void
add_chips (CdTicketView *self)
{
  const char *const labels[] = { "25%", "50%", "75%", "100%", N_ ("usable"), N_ ("short") };
  const char *const names[] = { N_ ("Quantity 25 %"), N_ ("Quantity 50 %"), N_ ("Quantity 75 %"), N_ ("Quantity 100 %"), N_ ("Quantity usable"), N_ ("Quantity of the shortage") };

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    {
      GtkWidget *chip = gtk_button_new_with_label (i < 4 ? labels[i] : _ (labels[i]));

      gtk_widget_add_css_class (chip, "chip");
      g_object_set_data (G_OBJECT (chip), "index", GUINT_TO_POINTER (i));
      gtk_accessible_update_property (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_PROPERTY_LABEL, _ (names[i]), -1);
      g_signal_connect (chip, "clicked", G_CALLBACK (chip_clicked_cb), self);
      gtk_box_append (GTK_BOX (self->chips), chip);
    }
}

/* --- Send ------------------------------------------------------------------------------------------------------------ */

void
cd_ticket_view_send (CdTicketView *self)
{
  g_autoptr (GError) error = NULL;
  CdOrderDraft draft;

  if (cd_env_boot_us (cd_desk_get_env (self->desk)) - self->focus_us < FOCUS_GUARD_US)
    return;
  if (!get_draft (self, &draft) || draft.qty <= 0 || draft.price_e4 <= 0)
    return;
  if (!cd_desk_submit (self->desk, &draft, get_purpose (self), &error))
    {
      gtk_label_set_text (GTK_LABEL (self->input_error), error->message);
      gtk_widget_set_visible (self->input_error, TRUE);
      return;
    }
  g_clear_pointer (&self->listing, g_free);
  set_qty (self, 0);
  cd_ticket_view_refresh (self);
}

static void
send_clicked_cb (CdTicketView *self)
{
  cd_ticket_view_send (self);
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
  quote = cd_desk_get_quote (self->desk, code);
  self->filling = TRUE;
  set_qty (self, 0);
  set_price (self, quote ? quote->feed.stats.last_e4 : 0);
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

static void
set_kind (CdTicketView *self, CdOrderKind kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i] == kind)
      gtk_drop_down_set_selected (GTK_DROP_DOWN (self->kind), i);
}

void
cd_ticket_view_fill (CdTicketView *self, CdSide side, CdOrderKind kind, gint64 price_e4, gint64 qty, const char *listing)
{
  self->filling = TRUE;
  cd_ticket_view_set_side (self, side);
  set_kind (self, kind);
  g_free (self->listing);
  self->listing = g_strdup (listing);
  set_price (self, price_e4);
  if (qty > 0)
    set_qty (self, qty);
  self->filling = FALSE;
  cd_ticket_view_refresh (self);
}

void
cd_ticket_view_join (CdTicketView *self, CdSide side)
{
  CdQuote *quote = cd_desk_get_quote (self->desk, self->instrument);

  if (!quote)
    return;
  if (side == CD_SIDE_BUY && quote->feed.n_bids)
    set_price (self, quote->feed.bids[0].price);
  else if (side == CD_SIDE_SELL && quote->feed.n_asks)
    set_price (self, quote->feed.asks[0].price);
}

void
cd_ticket_view_focus (CdTicketView *self)
{
  gtk_widget_grab_focus (*gtk_editable_get_text (GTK_EDITABLE (self->price)) ? self->qty : self->price);
}

CdTrace *
cd_ticket_view_explain (CdTicketView *self)
{
  const CdCheckResult *result = cd_checks_first_block (self->results, self->n_results);
  CdOrderDraft draft;

  if (!get_draft (self, &draft) || self->n_results == 0)
    return NULL;
  for (gsize i = 0; !result && i < self->n_results; i++)
    if (self->results[i].verdict == CD_CHECK_WARN)
      result = &self->results[i];
  return cd_desk_explain_check (self->desk, &draft, result ? result : &self->results[self->n_results - 1]);
}

/* --- Object ---------------------------------------------------------------------------------------------------------- */

static void
add_keys (CdTicketView *self, GtkWidget *entry)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (entry, keys);
  g_signal_connect (focus, "enter", G_CALLBACK (focus_enter_cb), self);
  gtk_widget_add_controller (entry, focus);
}

static void
fill_drop_downs (CdTicketView *self)
{
  const char *kind_names[G_N_ELEMENTS (kinds) + 1] = { NULL };
  const char *const purpose_names[] = { _ ("Trading"), _ ("Cover the obligation"), _ ("Offset"), _ ("Sell the surplus"), NULL };
  g_autoptr (GtkStringList) kind_list = NULL;
  g_autoptr (GtkStringList) purpose_list = gtk_string_list_new (purpose_names);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    kind_names[i] = cd_format_kind (kinds[i]);
  kind_list = gtk_string_list_new (kind_names);
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->kind), G_LIST_MODEL (kind_list));
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->purpose), G_LIST_MODEL (purpose_list));
}

static void
cd_ticket_view_dispose (GObject *object)
{
  CdTicketView *self = CD_TICKET_VIEW (object);

  g_clear_pointer (&self->root, gtk_widget_unparent);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (cd_ticket_view_parent_class)->dispose (object);
}

static void
cd_ticket_view_finalize (GObject *object)
{
  CdTicketView *self = CD_TICKET_VIEW (object);

  g_free (self->instrument);
  g_free (self->listing);
  G_OBJECT_CLASS (cd_ticket_view_parent_class)->finalize (object);
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
  gtk_widget_class_bind_template_child (widget_class, CdTicketView, root);
  gtk_widget_class_bind_template_child (widget_class, CdTicketView, title);
  gtk_widget_class_bind_template_child (widget_class, CdTicketView, lock_label);
  gtk_widget_class_bind_template_child (widget_class, CdTicketView, buy_toggle);
  gtk_widget_class_bind_template_child (widget_class, CdTicketView, sell_toggle);
  gtk_widget_class_bind_template_child (widget_class, CdTicketView, kind);
  gtk_widget_class_bind_template_child (widget_class, CdTicketView, purpose);
  gtk_widget_class_bind_template_child (widget_class, CdTicketView, price);
  gtk_widget_class_bind_template_child (widget_class, CdTicketView, qty);
  gtk_widget_class_bind_template_child (widget_class, CdTicketView, chips);
  gtk_widget_class_bind_template_child (widget_class, CdTicketView, input_error);
  gtk_widget_class_bind_template_child (widget_class, CdTicketView, send);
  gtk_widget_class_bind_template_child (widget_class, CdTicketView, send_label);
  gtk_widget_class_bind_template_child (widget_class, CdTicketView, preview);
  gtk_widget_class_bind_template_child (widget_class, CdTicketView, checks);
  gtk_widget_class_bind_template_callback (widget_class, input_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, kind_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, side_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, send_clicked_cb);
}

static void
cd_ticket_view_init (CdTicketView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->filling = TRUE;
  fill_drop_downs (self);
  self->filling = FALSE;
  add_chips (self);
  add_keys (self, self->price);
  add_keys (self, self->qty);
  cd_ticket_lines_init (&self->lines, GTK_GRID (self->preview), GTK_BOX (self->checks));
}

GtkWidget *
cd_ticket_view_new (CdDesk *desk)
{
  CdTicketView *self = g_object_new (CD_TYPE_TICKET_VIEW, NULL);

  self->desk = g_object_ref (desk);
  return GTK_WIDGET (self);
}
