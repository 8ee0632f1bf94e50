/* cd-window-actions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every verb as an action, so that menus, keys and assistive tools reach the same thing.
 */
#include <glib/gi18n.h>

#include "cd-comply-page.h"
#include "cd-explain.h"
#include "cd-format.h"
#include "cd-import-quotes.h"
#include "cd-preferences.h"
#include "cd-registry-page.h"
#include "cd-window-private.h"
#include "cd-wizard-view.h"

static CdTicketView *
ticket (CdWindow *self)
{
  return cd_trade_page_get_ticket (CD_TRADE_PAGE (self->trade));
}

static void
open_ticket (CdWindow *self, CdSide side)
{
  cd_window_set_workspace (self, 1);
  cd_ticket_view_set_side (ticket (self), side);
  cd_ticket_view_focus (ticket (self));
}

static void
buy_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  open_ticket (data, CD_SIDE_BUY);
}

static void
sell_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  open_ticket (data, CD_SIDE_SELL);
}

static void
send_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_ticket_view_send (ticket (data));
}

static void
stage_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_ticket_view_stage (ticket (data));
}

static void
purpose_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_window_set_workspace (data, 1);
  cd_ticket_view_focus_purpose (ticket (data));
}

static void
cancel_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_trade_page_cancel_selected (CD_TRADE_PAGE (((CdWindow *)data)->trade));
}

static void
amend_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CdWindow *self = data;
  const char *why;

  cd_window_set_workspace (self, 1);
  why = cd_trade_page_amend_selected (CD_TRADE_PAGE (self->trade));
  if (why)
    cd_window_say (self, why);
}

static void
say_cancels (CdWindow *self, guint n)
{
  g_autofree char *text = g_strdup_printf (ngettext ("%u cancel sent", "%u cancels sent", n), n);

  cd_window_say (self, text);
}

static void
cancel_all_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  say_cancels (data, cd_desk_cancel_all (((CdWindow *)data)->desk, NULL));
}

static void
cancel_instrument_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  say_cancels (data, cd_desk_cancel_all (((CdWindow *)data)->desk, cd_ticket_view_get_instrument (ticket (data))));
}

static void
cancel_entity_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const CdEntity *entity = cd_desk_get_entity (((CdWindow *)data)->desk);

  if (entity)
    say_cancels (data, cd_desk_cancel_account (((CdWindow *)data)->desk, entity->id));
}

static void
blotter_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_window_set_workspace (data, 1);
  cd_trade_page_show_blotter (CD_TRADE_PAGE (((CdWindow *)data)->trade), g_variant_get_string (parameter, NULL));
}

static void
book_form_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_window_set_workspace (data, 1);
  cd_trade_page_toggle_book_form (CD_TRADE_PAGE (((CdWindow *)data)->trade));
}

static void
chart_span_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_window_set_workspace (data, 1);
  cd_trade_page_next_chart (CD_TRADE_PAGE (((CdWindow *)data)->trade));
}

static void
dense_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  static const int heights[] = { 22, 28, 36 };
  CdWindow *self = data;
  int now = self->settings ? g_settings_get_int (self->settings, "row-height") : self->row_height, next = heights[0];

  for (int i = 2; i >= 0; i--)
    if (heights[i] > now)
      next = heights[i];
  self->row_height = next;
  if (self->settings)
    g_settings_set_int (self->settings, "row-height", next);
  else
    cd_window_set_row_height (self, next);
}

static void
stop_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CdWindow *self = data;

  cd_desk_set_stopped (self->desk, !cd_desk_get_stopped (self->desk));
}

static void
join_bid_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_ticket_view_join (ticket (data), CD_SIDE_BUY);
}

static void
join_ask_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_ticket_view_join (ticket (data), CD_SIDE_SELL);
}

static void
chip_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_ticket_view_chip (ticket (data), (guint)g_variant_get_int32 (parameter));
}

static void
pane_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_window_set_workspace (data, 1);
  cd_trade_page_focus (CD_TRADE_PAGE (((CdWindow *)data)->trade), (CdTradePane)g_variant_get_int32 (parameter));
}

static void
workspace_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_window_set_workspace (data, g_variant_get_int32 (parameter));
}

static void
next_workspace_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CdWindow *self = data;
  GtkWidget *const pages[] = { self->trade, self->comply, self->registry, self->recon };
  GtkWidget *now = gtk_stack_get_visible_child (GTK_STACK (self->stack));

  for (int i = 0; i < 4; i++)
    if (pages[i] == now)
      {
        cd_window_set_workspace (self, (i + 1) % 4 + 1);
        return;
      }
}

static void
approvals_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CdWindow *self = data;

  cd_window_set_workspace (self, 3);
  cd_registry_page_show_requests (CD_REGISTRY_PAGE (self->registry));
}

static void
menu_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_menu_button_popup (GTK_MENU_BUTTON (((CdWindow *)data)->menu_button));
}

static void
wizard_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_wizard_view_open (CD_WIZARD_VIEW (((CdWindow *)data)->wizard), NULL);
}

static void
previous_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_trade_page_step_instrument (CD_TRADE_PAGE (((CdWindow *)data)->trade), -1);
}

static void
next_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_trade_page_step_instrument (CD_TRADE_PAGE (((CdWindow *)data)->trade), 1);
}

static void
explain_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CdWindow *self = data;

  if (gtk_stack_get_visible_child (GTK_STACK (self->stack)) == self->trade)
    {
      g_autoptr (CdTrace) trace = cd_ticket_view_explain (ticket (self));

      if (trace)
        cd_explain_show (GTK_WINDOW (self), _ ("Why this check"), trace);
    }
  else
    cd_comply_page_explain (CD_COMPLY_PAGE (self->comply));
}

static void
cover_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_window_set_workspace (data, 2);
  cd_comply_page_show_cover (CD_COMPLY_PAGE (((CdWindow *)data)->comply), FALSE);
}

static void
what_if_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_window_set_workspace (data, 2);
  cd_comply_page_show_cover (CD_COMPLY_PAGE (((CdWindow *)data)->comply), TRUE);
}

static void
surrender_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_window_set_workspace (data, 3);
  cd_registry_page_surrender (CD_REGISTRY_PAGE (((CdWindow *)data)->registry));
}

static void
reconcile_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_desk_reconcile (((CdWindow *)data)->desk);
}

static void
pause_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CdWindow *self = data;

  cd_desk_clock_set_paused (self->desk, !cd_desk_get_paused (self->desk));
}

static void
skip_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_desk_clock_skip (((CdWindow *)data)->desk, g_variant_get_string (parameter, NULL));
}

static void
rate_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_desk_clock_set_rate (((CdWindow *)data)->desk, g_variant_get_string (parameter, NULL));
}

static void
next_person_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CdWindow *self = data;
  const GPtrArray *persons = cd_desk_get_persons (self->desk);

  for (guint i = 0; i < persons->len; i++)
    if (g_ptr_array_index (persons, i) == cd_desk_get_person (self->desk))
      {
        const CdPerson *next = g_ptr_array_index (persons, (i + 1) % persons->len);

        cd_desk_switch_person (self->desk, next->id);
        return;
      }
}

static void
reset_layout_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_window_reset_layout (data);
}

static void
preferences_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_preferences_show (GTK_WINDOW (data));
}

static void
shortcuts_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_key_map_show (GTK_WINDOW (data));
}

static void
import_quotes_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  /* A file says itself what it holds; one that does not is named after its instrument. */
  cd_import_quotes_choose (GTK_WINDOW (data), ((CdWindow *)data)->desk, NULL);
}

static void
settings_changed_cb (CdWindow *self)
{
  cd_ticket_view_set_confirm (ticket (self), (CdTicketConfirm)g_settings_get_enum (self->settings, "confirm-orders"));
}

static void
add_fact (CdTrace *trace, const char *name, const CdInstrument *instrument, const char *value)
{
  cd_trace_add (trace, name, instrument->source ? instrument->source : "", value, "%s", instrument->code);
}

static void
facts_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CdWindow *self = data;
  const char *code = cd_trade_page_get_instrument (CD_TRADE_PAGE (self->trade));
  CdQuote *quote = code ? cd_desk_get_quote (self->desk, code) : NULL;
  const CdInstrument *i = quote ? quote->instrument : NULL;
  g_autoptr (CdTrace) trace = cd_trace_new ();
  char a[CD_FORMAT_BUF], date[CD_DATE_BUF];

  if (!i)
    return;
  add_fact (trace, _ ("Name"), i, cd_format_pick (i->name_zh, i->name_en));
  if (i->vintage)
    {
      g_snprintf (a, sizeof a, "%d", i->vintage);
      add_fact (trace, _ ("Vintage"), i, a);
    }
  if (i->project)
    add_fact (trace, _ ("Project"), i, i->project);
  if (i->registered != CD_DATE_NONE)
    add_fact (trace, _ ("Registered on"), i, cd_date_print (i->registered, date));
  add_fact (trace, _ ("First trading day"), i, i->first_trade == CD_DATE_NONE ? _ ("not listed yet") : cd_date_print (i->first_trade, date));
  add_fact (trace, _ ("Price step"), i, cd_format_price (i->tick_e4, a));
  add_fact (trace, _ ("Quantity step"), i, cd_format_units (i->lot, a));
  cd_explain_show (GTK_WINDOW (self), _ ("Facts of the instrument"), trace);
}

/* --- Keys ------------------------------------------------------------------------------------------------------------ */

static void
typed_cb (const char *text, gpointer data)
{
  CdWindow *self = data;

  if (gtk_widget_get_mapped (self->wizard))
    cd_wizard_view_open (CD_WIZARD_VIEW (self->wizard), text);
}

static void
chosen_cb (CdWizardView *wizard, int kind, const char *id, CdWindow *self)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;

  switch ((CdWizardKind)kind)
    {
    case CD_WIZARD_INSTRUMENT:
      cd_window_set_workspace (self, 1);
      cd_trade_page_open_instrument (CD_TRADE_PAGE (self->trade), id);
      break;
    case CD_WIZARD_ENTITY:
      cd_desk_set_entity (self->desk, id);
      break;
    case CD_WIZARD_ORDER:
      cd_window_set_workspace (self, 1);
      cd_trade_page_open_order (CD_TRADE_PAGE (self->trade), id);
      break;
    case CD_WIZARD_COMMAND:
      if (g_action_parse_detailed_name (id, &name, &target, NULL))
        gtk_widget_activate_action_variant (GTK_WIDGET (self), name, target);
      break;
    }
}

void
cd_window_add_keys (CdWindow *self)
{
  g_signal_connect_object (self->wizard, "chosen", G_CALLBACK (chosen_cb), self, 0);
  cd_key_dispatch_install (GTK_WINDOW (self), cd_desk_get_env (self->desk), cd_trade_page_get_blotter (CD_TRADE_PAGE (self->trade)), typed_cb, self);
}

void
cd_window_add_actions (CdWindow *self)
{
  static const GActionEntry entries[] = {
    { "buy", buy_cb },
    { "sell", sell_cb },
    { "send", send_cb },
    { "stage", stage_cb },
    { "purpose", purpose_cb },
    { "amend", amend_cb },
    { "cancel", cancel_cb },
    { "cancel-entity", cancel_entity_cb },
    { "blotter", blotter_cb, "s" },
    { "book-form", book_form_cb },
    { "chart-span", chart_span_cb },
    { "dense", dense_cb },
    { "next-workspace", next_workspace_cb },
    { "approvals", approvals_cb },
    { "menu", menu_cb },
    { "wizard", wizard_cb },
    { "facts", facts_cb },
    { "cancel-all", cancel_all_cb },
    { "cancel-instrument", cancel_instrument_cb },
    { "stop", stop_cb },
    { "join-bid", join_bid_cb },
    { "join-ask", join_ask_cb },
    { "chip", chip_cb, "i" },
    { "pane", pane_cb, "i" },
    { "workspace", workspace_cb, "i" },
    { "previous-instrument", previous_cb },
    { "next-instrument", next_cb },
    { "explain", explain_cb },
    { "cover", cover_cb },
    { "what-if", what_if_cb },
    { "surrender", surrender_cb },
    { "reconcile", reconcile_cb },
    { "clock-pause", pause_cb },
    { "clock-skip", skip_cb, "s" },
    { "clock-rate", rate_cb, "s" },
    { "next-person", next_person_cb },
    { "import-quotes", import_quotes_cb },
    { "reset-layout", reset_layout_cb },
    { "preferences", preferences_cb },
    { "shortcuts", shortcuts_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  if (!self->settings)
    return;
  g_signal_connect_object (self->settings, "changed::confirm-orders", G_CALLBACK (settings_changed_cb), self, G_CONNECT_SWAPPED);
  settings_changed_cb (self);
}
