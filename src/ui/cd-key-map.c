/* cd-key-map.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-key-map.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cd-format.h"

static const CdKeyBinding bindings[] = {
  { "win.buy", N_ ("Buy the chosen instrument"), N_ ("Orders"), { { "<Control>b" }, { "F1" } }, 0 },
  { "win.sell", N_ ("Sell the chosen instrument"), N_ ("Orders"), { { "<Control><Shift>b" }, { "F2" } }, 0 },
  { "win.stage", N_ ("Stage the ticket"), N_ ("Orders"), { { "<Control>Return" }, { "<Control>Return" } }, CD_KEY_MONEY },
  { "win.send", N_ ("Send the ticket"), N_ ("Orders"), { { "<Control><Shift>Return" }, { "<Control><Shift>Return" } }, CD_KEY_MONEY },
  { "win.amend", N_ ("Change the chosen order"), N_ ("Orders"), { { "<Control>m" }, { "<Control>m" } }, 0 },
  { "win.cancel", N_ ("Cancel the chosen order"), N_ ("Orders"), { { "Delete", "KP_Delete" }, { "Delete", "KP_Delete" } }, CD_KEY_MONEY | CD_KEY_BLOTTER },
  { "win.blotter('working')", N_ ("Working orders"), N_ ("Orders"), { { NULL }, { "F3" } }, 0 },
  { "win.blotter('all')", N_ ("All orders"), N_ ("Orders"), { { NULL }, { "F4" } }, 0 },
  { "win.cancel-instrument", N_ ("Cancel all orders of the instrument (hold)"), N_ ("Orders"), { { "<Control><Shift>1" }, { "<Control><Shift>1" } }, CD_KEY_HOLD },
  { "win.cancel-entity", N_ ("Cancel all orders of the entity (hold)"), N_ ("Orders"), { { "<Control><Shift>2" }, { "<Control><Shift>2" } }, CD_KEY_HOLD },
  { "win.cancel-all", N_ ("Cancel all orders (hold)"), N_ ("Orders"), { { "<Control><Shift>3" }, { "<Control><Shift>3" } }, CD_KEY_HOLD },
  { "win.stop", N_ ("Stop sending; cancels still pass"), N_ ("Orders"), { { "<Control><Shift>x" }, { "<Control><Shift>x" } }, 0 },
  { "win.join-bid", N_ ("Price of the best bid"), N_ ("Ticket"), { { "<Alt>j" }, { "<Alt>j", "KP_Add" } }, CD_KEY_TICKET },
  { "win.join-ask", N_ ("Price of the best ask"), N_ ("Ticket"), { { "<Alt>k" }, { "<Alt>k", "KP_Subtract" } }, CD_KEY_TICKET },
  { "win.purpose", N_ ("Choose the purpose"), N_ ("Ticket"), { { "<Alt>p" }, { "<Alt>p" } }, 0 },
  { "win.chip(0)", N_ ("Quantity 25 %"), N_ ("Ticket"), { { "<Alt>q 1" }, { "<Alt>q 1" } }, 0 },
  { "win.chip(1)", N_ ("Quantity 50 %"), N_ ("Ticket"), { { "<Alt>q 2" }, { "<Alt>q 2" } }, 0 },
  { "win.chip(2)", N_ ("Quantity 75 %"), N_ ("Ticket"), { { "<Alt>q 3" }, { "<Alt>q 3" } }, 0 },
  { "win.chip(3)", N_ ("Quantity 100 %"), N_ ("Ticket"), { { "<Alt>q 4" }, { "<Alt>q 4" } }, 0 },
  { "win.chip(4)", N_ ("Quantity usable"), N_ ("Ticket"), { { "<Alt>q 5" }, { "<Alt>q 5" } }, 0 },
  { "win.chip(5)", N_ ("Quantity of the shortage"), N_ ("Ticket"), { { "<Alt>q 6" }, { "<Alt>q 6" } }, 0 },
  { "ticket.step", N_ ("One step more or less in the field"), N_ ("Ticket"), { { "Up", "Down" }, { "Up", "Down" } }, CD_KEY_LOCAL },
  { "ticket.steps", N_ ("Ten steps more or less in the field"), N_ ("Ticket"), { { "<Shift>Up", "<Shift>Down" }, { "<Shift>Up", "<Shift>Down" } }, CD_KEY_LOCAL },
  { "ticket.leave", N_ ("Leave the order as it is"), N_ ("Ticket"), { { "Escape" }, { "Escape" } }, CD_KEY_LOCAL },
  { "book.take", N_ ("Fill the ticket from the row"), N_ ("Order book"), { { "Return" }, { "Return" } }, CD_KEY_LOCAL },
  { "book.stay", N_ ("Fill the ticket and stay in the book"), N_ ("Order book"), { { "space" }, { "space" } }, CD_KEY_LOCAL },
  { "book.open", N_ ("Open or close the quotes of a level"), N_ ("Order book"), { { "Right", "Left" }, { "Right", "Left" } }, CD_KEY_LOCAL },
  { "book.centre", N_ ("Centre the book"), N_ ("Order book"), { { "Home" }, { "Home" } }, CD_KEY_LOCAL },
  { "win.pane(1)", N_ ("Book"), N_ ("Panes"), { { "<Control>1" }, { "<Control>1" } }, 0 },
  { "win.pane(2)", N_ ("Blotter"), N_ ("Panes"), { { "<Control>2" }, { "<Control>2" } }, 0 },
  { "win.pane(3)", N_ ("Holdings"), N_ ("Panes"), { { "<Control>3" }, { "<Control>3" } }, 0 },
  { "win.pane(4)", N_ ("Chart"), N_ ("Panes"), { { "<Control>4" }, { "<Control>4" } }, 0 },
  { "win.pane(5)", N_ ("Ticket"), N_ ("Panes"), { { "<Control>5" }, { "<Control>5", "F12" } }, 0 },
  { "win.pane(6)", N_ ("Watchlist"), N_ ("Panes"), { { "<Control>6" }, { "<Control>6", "F6" } }, 0 },
  { "win.book-form", N_ ("Book in one or two columns"), N_ ("Panes"), { { "F8" }, { "<Shift>F8" } }, 0 },
  { "win.chart-span", N_ ("Five minutes, days, depth"), N_ ("Panes"), { { "<Shift>F8" }, { "F8" } }, 0 },
  { "win.dense", N_ ("Dense, normal or wide rows"), N_ ("Panes"), { { "<Control>d" }, { "<Control>d" } }, 0 },
  { "win.workspace(1)", N_ ("Trade"), N_ ("Workspaces"), { { "<Alt>1" }, { "<Alt>1" } }, 0 },
  { "win.workspace(2)", N_ ("Comply"), N_ ("Workspaces"), { { "<Alt>2" }, { "<Alt>2" } }, 0 },
  { "win.workspace(3)", N_ ("Registry"), N_ ("Workspaces"), { { "<Alt>3" }, { "<Alt>3" } }, 0 },
  { "win.workspace(4)", N_ ("Reconcile"), N_ ("Workspaces"), { { "<Alt>4" }, { "<Alt>4" } }, 0 },
  { "win.next-workspace", N_ ("Next workspace"), N_ ("Workspaces"), { { "<Control>Tab" }, { "<Control>Tab" } }, 0 },
  { "win.previous-instrument", N_ ("Previous instrument"), N_ ("Workspaces"), { { "<Control>Page_Up" }, { "<Control>Page_Up", "Page_Up" } }, 0 },
  { "win.next-instrument", N_ ("Next instrument"), N_ ("Workspaces"), { { "<Control>Page_Down" }, { "<Control>Page_Down", "Page_Down" } }, 0 },
  { "win.cover", N_ ("Cover plan"), N_ ("Workspaces"), { { "<Control>l" }, { "<Control>l" } }, 0 },
  { "win.what-if", N_ ("What if"), N_ ("Workspaces"), { { "<Control><Shift>l" }, { "<Control><Shift>l" } }, 0 },
  { "win.surrender", N_ ("Surrender"), N_ ("Workspaces"), { { "<Control>u" }, { "<Control>u" } }, 0 },
  { "win.approvals", N_ ("Approvals"), N_ ("Workspaces"), { { "<Control><Shift>a" }, { "<Control><Shift>a" } }, 0 },
  { "win.wizard", N_ ("Keyboard wizard"), N_ ("General"), { { "<Control>k", "<Control>f" }, { "<Control>k", "<Control>f" } }, 0 },
  { "win.explain", N_ ("Explain the figure"), N_ ("General"), { { "<Control>e" }, { "<Control>e" } }, 0 },
  { "win.facts", N_ ("Facts of the instrument"), N_ ("General"), { { "<Control>i" }, { "<Control>i", "F10" } }, 0 },
  { "win.reconcile", N_ ("Reconcile now"), N_ ("General"), { { "F5" }, { "F5" } }, 0 },
  { "win.preferences", N_ ("Preferences"), N_ ("General"), { { "<Control>comma" }, { "<Control>comma" } }, 0 },
  { "win.shortcuts", N_ ("Keyboard shortcuts"), N_ ("General"), { { "<Control>question", "F1" }, { "<Control>question", "<Control>F1" } }, 0 },
  { "win.lock", N_ ("Lock the workstation"), N_ ("General"), { { "<Control><Alt>l" }, { "<Control><Alt>l" } }, 0 },
  { "win.menu", N_ ("Main menu"), N_ ("General"), { { "F10" }, { "<Alt>F10" } }, 0 },
  { "window.close", N_ ("Close the window"), N_ ("General"), { { "<Control>w" }, { "<Control>w" } }, 0 },
  { "app.quit", N_ ("Quit"), N_ ("General"), { { "<Control>q" }, { "<Control>q" } }, 0 },
  { "table.export", N_ ("Export the table"), N_ ("Tables"), { { "<Control>s" }, { "<Control>s" } }, CD_KEY_LOCAL },
  { "table.copy", N_ ("Copy the chosen rows"), N_ ("Tables"), { { "<Control>c" }, { "<Control>c" } }, CD_KEY_LOCAL },
  { "table.all", N_ ("Choose all rows"), N_ ("Tables"), { { "<Control>a" }, { "<Control>a" } }, CD_KEY_LOCAL },
  { "table.zoom", N_ ("Larger or smaller"), N_ ("Tables"), { { "<Control>plus", "<Control>minus" }, { "<Control>plus", "<Control>minus" } }, CD_KEY_LOCAL },
  { "table.size", N_ ("Normal size"), N_ ("Tables"), { { "<Control>0" }, { "<Control>0" } }, CD_KEY_LOCAL },
  { "table.column", N_ ("Move the column"), N_ ("Tables"), { { "<Control><Shift>Left", "<Control><Shift>Right" }, { "<Control><Shift>Left", "<Control><Shift>Right" } }, CD_KEY_LOCAL },
  { "win.clock-pause", N_ ("Pause or run the practice clock"), N_ ("Practice"), { { "<Control><Shift>p" }, { "<Control><Shift>p" } }, 0 },
  { "win.clock-skip('close')", N_ ("Skip to the close"), N_ ("Practice"), { { "<Control><Shift>c" }, { "<Control><Shift>c" } }, 0 },
  { "win.clock-skip('next_day')", N_ ("Skip to the next trading day"), N_ ("Practice"), { { "<Control><Shift>n" }, { "<Control><Shift>n" } }, 0 },
  { "win.clock-skip('deadline')", N_ ("Skip to the deadline"), N_ ("Practice"), { { "<Control><Shift>d" }, { "<Control><Shift>d" } }, 0 },
  { "win.next-person", N_ ("Next person"), N_ ("Practice"), { { "<Control><Shift>u" }, { "<Control><Shift>u" } }, 0 },
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

/* --- In force -------------------------------------------------------------------------------------------------------- */

static CdKeyMap in_force = CD_KEY_MAP_GNOME;

CdKeyMap
cd_key_map_in_force (void)
{
  return in_force;
}

const char *const *
cd_key_map_keys_of (const CdKeyBinding *binding, CdKeyMap map)
{
  return binding->keys[map == CD_KEY_MAP_MAINLAND ? 1 : 0];
}

static char *
label_of_key (const char *key)
{
  g_auto (GStrv) steps = g_strsplit (key, " ", 2);
  g_autoptr (GString) text = g_string_new (NULL);

  for (int i = 0; steps[i]; i++)
    {
      guint keyval;
      GdkModifierType mods;
      g_autofree char *label = NULL;

      gtk_accelerator_parse (steps[i], &keyval, &mods);
      label = gtk_accelerator_get_label (keyval, mods);
      g_string_append_printf (text, "%s%s", i ? " " : "", label);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
cd_key_map_label (const char *action)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bindings); i++)
    if (g_str_equal (bindings[i].action, action))
      {
        const char *const *keys = cd_key_map_keys_in_force (&bindings[i]);

        return keys[0] ? label_of_key (keys[0]) : NULL;
      }
  return NULL;
}

/* GTK 4.8 frees the controller of a menu's button twice when the key of its action goes away, and it goes away whenever the menu leaves its
 * window, as the lock makes it do. A key that is written in the menu itself stays. */
void
cd_key_map_menu_append (GMenu *menu, const char *label, const char *action)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, action);

  for (gsize i = 0; i < G_N_ELEMENTS (bindings); i++)
    if (g_str_equal (bindings[i].action, action))
      {
        const char *key = cd_key_map_keys_in_force (&bindings[i])[0];

        if (key && !strchr (key, ' '))
          g_menu_item_set_attribute (item, "accel", "s", key);
      }
  g_menu_append_item (menu, item);
}

/* Menus show what the application knows; a key without a modifier, or one that is guarded, is the dispatcher's alone. */
void
cd_key_map_apply (GtkApplication *application, CdKeyMap map)
{
  in_force = cd_key_map_resolve (map);
  for (gsize i = 0; application && i < G_N_ELEMENTS (bindings); i++)
    {
      const char *const *keys = cd_key_map_keys_in_force (&bindings[i]);
      const char *shown[3] = { NULL };
      int n = 0;

      if (bindings[i].flags & CD_KEY_LOCAL)
        continue;
      for (int k = 0; keys[k]; k++)
        if (strchr (keys[k], '<') && !strchr (keys[k], ' ') && !(bindings[i].flags & (CD_KEY_MONEY | CD_KEY_HOLD)))
          shown[n++] = keys[k];
      gtk_application_set_accels_for_action (application, bindings[i].action, shown);
    }
}

/* --- Help window ----------------------------------------------------------------------------------------------------- */

static void
append_binding (GString *ui, const CdKeyBinding *binding, const char *const *keys)
{
  g_autofree char *all = g_strjoinv (" ", (char **)keys);
  g_autofree char *item = NULL;

  /* Two keys one after the other are written with "+" there; the title says the second one. */
  if (strchr (keys[0], ' '))
    {
      g_autofree char *label = label_of_key (keys[0]);
      g_autofree char *title = g_strdup_printf ("%s (%s)", _ (binding->title), label);
      g_auto (GStrv) steps = g_strsplit (keys[0], " ", 2);

      item = g_markup_printf_escaped ("<child><object class='GtkShortcutsShortcut'><property name='title'>%s</property><property name='accelerator'>%s</property></object></child>", title, steps[0]);
    }
  else
    item = g_markup_printf_escaped ("<child><object class='GtkShortcutsShortcut'><property name='title'>%s</property><property name='accelerator'>%s</property></object></child>", _ (binding->title), all);
  g_string_append (ui, item);
}

static void
append_group (GString *ui, const char *group, CdKeyMap map) /* AUTO: the keys in force */
{
  g_autofree char *head = g_markup_printf_escaped ("<child><object class='GtkShortcutsGroup'><property name='title'>%s</property>", _ (group));

  g_string_append (ui, head);
  for (gsize i = 0; i < G_N_ELEMENTS (bindings); i++)
    {
      const char *const *keys = map == CD_KEY_MAP_AUTO ? cd_key_map_keys_in_force (&bindings[i]) : cd_key_map_keys_of (&bindings[i], map);

      if (keys[0] && g_str_equal (bindings[i].group, group))
        append_binding (ui, &bindings[i], keys);
    }
  g_string_append (ui, "</object></child>");
}

static void
append_section (GString *ui, const char *name, const char *title, CdKeyMap map)
{
  g_autofree char *head = g_markup_printf_escaped ("<child><object class='GtkShortcutsSection'><property name='section-name'>%s</property><property name='title'>%s</property><property name='max-height'>14</property>", name, title);

  g_string_append (ui, head);
  for (gsize i = 0; i < G_N_ELEMENTS (bindings); i++)
    {
      gboolean seen = FALSE;

      for (gsize k = 0; k < i; k++)
        seen = seen || g_str_equal (bindings[k].group, bindings[i].group);
      if (!seen)
        append_group (ui, bindings[i].group, map);
    }
  g_string_append (ui, "</object></child>");
}

GtkWindow *
cd_key_map_show (GtkWindow *parent)
{
  const gboolean mainland = in_force == CD_KEY_MAP_MAINLAND;
  const char *const names[] = { _ ("GNOME"), _ ("Mainland trading programs") };
  g_autofree char *ours = g_strdup_printf (_ ("In force: %s"), names[mainland]);
  g_autoptr (GString) ui = g_string_new ("<interface><object class='GtkShortcutsWindow' id='w'><property name='modal'>1</property>");
  g_autoptr (GtkBuilder) builder = NULL;
  GtkWindow *window;

  append_section (ui, "in-force", ours, CD_KEY_MAP_AUTO);
  append_section (ui, "other", names[!mainland], mainland ? CD_KEY_MAP_GNOME : CD_KEY_MAP_MAINLAND);
  g_string_append (ui, "</object></interface>");
  builder = gtk_builder_new_from_string (ui->str, -1);
  window = GTK_WINDOW (gtk_builder_get_object (builder, "w"));
  gtk_window_set_transient_for (window, parent);
  gtk_window_present (window);
  return window;
}
