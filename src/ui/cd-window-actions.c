/* cd-window-actions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every verb as an action, so that menus, keys and assistive tools reach the same thing.
 */
#include <glib/gi18n.h>

#include "cd-comply-page.h"
#include "cd-explain.h"
#include "cd-import-quotes.h"
#include "cd-preferences.h"
#include "cd-registry-page.h"
#include "cd-window-private.h"

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
cancel_all_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_desk_cancel_all (((CdWindow *)data)->desk, NULL);
}

static void
cancel_instrument_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_desk_cancel_all (((CdWindow *)data)->desk, cd_ticket_view_get_instrument (ticket (data)));
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
preferences_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_preferences_show (GTK_WINDOW (data));
}

static void
shortcuts_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CdWindow *self = data;

  cd_key_map_show (GTK_WINDOW (self), self->settings ? (CdKeyMap)g_settings_get_enum (self->settings, "key-map") : CD_KEY_MAP_AUTO);
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

void
cd_window_add_actions (CdWindow *self)
{
  static const GActionEntry entries[] = {
    { "buy", buy_cb },
    { "sell", sell_cb },
    { "send", send_cb },
    { "stage", stage_cb },
    { "purpose", purpose_cb },
    { "cancel", cancel_cb },
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
    { "preferences", preferences_cb },
    { "shortcuts", shortcuts_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  if (!self->settings)
    return;
  g_signal_connect_object (self->settings, "changed::confirm-orders", G_CALLBACK (settings_changed_cb), self, G_CONNECT_SWAPPED);
  settings_changed_cb (self);
}
