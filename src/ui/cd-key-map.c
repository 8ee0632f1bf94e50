/* cd-key-map.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-key-map.h"

#include <glib/gi18n.h>

#include "cd-format.h"

static const CdKeyBinding bindings[] = {
  { "win.buy", N_ ("Buy the chosen instrument"), N_ ("Orders"), { { "<Control>b" }, { "F1" } } },
  { "win.sell", N_ ("Sell the chosen instrument"), N_ ("Orders"), { { "<Control><Shift>b" }, { "F2" } } },
  { "win.send", N_ ("Send the ticket"), N_ ("Orders"), { { "<Control><Shift>Return" }, { "<Control><Shift>Return" } } },
  { "win.cancel", N_ ("Cancel the chosen order"), N_ ("Orders"), { { "<Control>Delete" }, { "<Control>Delete", "F3" } } },
  { "win.cancel-instrument", N_ ("Cancel all orders of the instrument"), N_ ("Orders"), { { "<Control><Shift>1" }, { "<Control><Shift>1" } } },
  { "win.cancel-all", N_ ("Cancel all orders"), N_ ("Orders"), { { "<Control><Shift>3" }, { "<Control><Shift>3" } } },
  { "win.stop", N_ ("Stop sending; cancels still pass"), N_ ("Orders"), { { "<Control><Shift>x" }, { "<Control><Shift>x" } } },
  { "win.join-bid", N_ ("Price of the best bid"), N_ ("Ticket"), { { "<Alt>j" }, { "<Alt>j" } } },
  { "win.join-ask", N_ ("Price of the best ask"), N_ ("Ticket"), { { "<Alt>k" }, { "<Alt>k" } } },
  { "win.chip(0)", N_ ("Quantity 25 %"), N_ ("Ticket"), { { "<Control><Alt>1" }, { "<Control><Alt>1" } } },
  { "win.chip(3)", N_ ("Quantity 100 %"), N_ ("Ticket"), { { "<Control><Alt>4" }, { "<Control><Alt>4" } } },
  { "win.chip(5)", N_ ("Quantity of the shortage"), N_ ("Ticket"), { { "<Control><Alt>6" }, { "<Control><Alt>6" } } },
  { "win.pane(1)", N_ ("Book"), N_ ("Panes"), { { "<Control>1" }, { "<Control>1" } } },
  { "win.pane(2)", N_ ("Blotter"), N_ ("Panes"), { { "<Control>2" }, { "<Control>2", "F4" } } },
  { "win.pane(3)", N_ ("Holdings"), N_ ("Panes"), { { "<Control>3" }, { "<Control>3" } } },
  { "win.pane(4)", N_ ("Chart"), N_ ("Panes"), { { "<Control>4" }, { "<Control>4" } } },
  { "win.pane(5)", N_ ("Ticket"), N_ ("Panes"), { { "<Control>5" }, { "<Control>5", "F12" } } },
  { "win.pane(6)", N_ ("Watchlist"), N_ ("Panes"), { { "<Control>6" }, { "<Control>6", "F6" } } },
  { "win.workspace(1)", N_ ("Trade"), N_ ("Workspaces"), { { "<Alt>1" }, { "<Alt>1" } } },
  { "win.workspace(2)", N_ ("Comply"), N_ ("Workspaces"), { { "<Alt>2" }, { "<Alt>2" } } },
  { "win.workspace(3)", N_ ("Registry"), N_ ("Workspaces"), { { "<Alt>3" }, { "<Alt>3" } } },
  { "win.workspace(4)", N_ ("Reconcile"), N_ ("Workspaces"), { { "<Alt>4" }, { "<Alt>4" } } },
  { "win.previous-instrument", N_ ("Previous instrument"), N_ ("Workspaces"), { { "<Control>Page_Up" }, { "<Control>Page_Up" } } },
  { "win.next-instrument", N_ ("Next instrument"), N_ ("Workspaces"), { { "<Control>Page_Down" }, { "<Control>Page_Down" } } },
  { "win.cover", N_ ("Cover plan"), N_ ("Workspaces"), { { "<Control>l" }, { "<Control>l" } } },
  { "win.what-if", N_ ("What if"), N_ ("Workspaces"), { { "<Control><Shift>l" }, { "<Control><Shift>l" } } },
  { "win.surrender", N_ ("Surrender"), N_ ("Workspaces"), { { "<Control>u" }, { "<Control>u" } } },
  { "win.explain", N_ ("Explain the figure"), N_ ("General"), { { "<Control>e" }, { "<Control>e" } } },
  { "win.reconcile", N_ ("Reconcile now"), N_ ("General"), { { "F5" }, { "F5" } } },
  { "win.clock-pause", N_ ("Pause or run the practice clock"), N_ ("Practice"), { { "<Control><Shift>p" }, { "<Control><Shift>p" } } },
  { "win.clock-skip('close')", N_ ("Skip to the close"), N_ ("Practice"), { { "<Control><Shift>c" }, { "<Control><Shift>c" } } },
  { "win.clock-skip('next_day')", N_ ("Skip to the next trading day"), N_ ("Practice"), { { "<Control><Shift>n" }, { "<Control><Shift>n" } } },
  { "win.clock-skip('deadline')", N_ ("Skip to the deadline"), N_ ("Practice"), { { "<Control><Shift>d" }, { "<Control><Shift>d" } } },
  { "win.next-person", N_ ("Next person"), N_ ("Practice"), { { "<Control><Shift>u" }, { "<Control><Shift>u" } } },
  { "win.preferences", N_ ("Preferences"), N_ ("General"), { { "<Control>comma" }, { "<Control>comma" } } },
  { "win.shortcuts", N_ ("Keyboard shortcuts"), N_ ("General"), { { "<Control>question" }, { "<Control>question", "<Control>F1" } } },
  { "win.lock", N_ ("Lock the workstation"), N_ ("General"), { { "<Control><Alt>l" }, { "<Control><Alt>l" } } },
  { "app.quit", N_ ("Quit"), N_ ("General"), { { "<Control>q" }, { "<Control>q" } } },
};

const CdKeyBinding *
cd_key_map_bindings (gsize *n)
{
  *n = G_N_ELEMENTS (bindings);
  return bindings;
}

CdKeyMap
cd_key_map_resolve (CdKeyMap map)
{
  if (map != CD_KEY_MAP_AUTO)
    return map;
  return cd_format_is_chinese () ? CD_KEY_MAP_MAINLAND : CD_KEY_MAP_GNOME;
}

void
cd_key_map_apply (GtkApplication *application, CdKeyMap map)
{
  int which = cd_key_map_resolve (map) == CD_KEY_MAP_MAINLAND ? 1 : 0;

  for (gsize i = 0; i < G_N_ELEMENTS (bindings); i++)
    gtk_application_set_accels_for_action (application, bindings[i].action, bindings[i].keys[which]);
}

void
cd_key_map_show (GtkWindow *parent, CdKeyMap map)
{
  int which = cd_key_map_resolve (map) == CD_KEY_MAP_MAINLAND ? 1 : 0;
  g_autoptr (GString) ui = g_string_new ("<interface><object class='GtkShortcutsWindow' id='w'><property name='modal'>1</property><child><object class='GtkShortcutsSection'><property name='section-name'>all</property><property name='max-height'>14</property>");
  const char *group = NULL;
  g_autoptr (GtkBuilder) builder = NULL;
  GtkWindow *window;

  for (gsize i = 0; i < G_N_ELEMENTS (bindings); i++)
    {
      g_autofree char *keys = g_strjoinv (" ", (char **)bindings[i].keys[which]);
      g_autofree char *item = g_markup_printf_escaped ("<child><object class='GtkShortcutsShortcut'><property name='title'>%s</property><property name='accelerator'>%s</property></object></child>", _ (bindings[i].title), keys);

      if (g_strcmp0 (group, bindings[i].group) != 0)
        {
          g_autofree char *head = g_markup_printf_escaped ("<child><object class='GtkShortcutsGroup'><property name='title'>%s</property>", _ (bindings[i].group));

          if (group)
            g_string_append (ui, "</object></child>");
          g_string_append (ui, head);
          group = bindings[i].group;
        }
      g_string_append (ui, item);
    }
  g_string_append (ui, "</object></child></object></child></object></interface>");
  builder = gtk_builder_new_from_string (ui->str, -1);
  window = GTK_WINDOW (gtk_builder_get_object (builder, "w"));
  gtk_window_set_transient_for (window, parent);
  gtk_window_present (window);
}
