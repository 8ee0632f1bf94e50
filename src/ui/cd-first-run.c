/* cd-first-run.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-first-run.h"

#include <glib/gi18n.h>

#include "cd-key-map.h"

static void
clicked_cb (GtkButton *button, GSettings *settings)
{
  GtkWidget *bar = gtk_widget_get_parent (GTK_WIDGET (button));

  g_settings_set_enum (settings, "key-map", GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "map")));
  g_settings_set_boolean (settings, "first-run-done", TRUE);
  gtk_widget_set_visible (bar, FALSE);
}

static void
add_button (GtkWidget *bar, GSettings *settings, const char *text, CdKeyMap map)
{
  GtkWidget *button = gtk_button_new_with_label (text);

  g_object_set_data (G_OBJECT (button), "map", GINT_TO_POINTER (map));
  g_signal_connect_object (button, "clicked", G_CALLBACK (clicked_cb), settings, 0);
  gtk_widget_add_css_class (button, "flat");
  gtk_box_append (GTK_BOX (bar), button);
}

GtkWidget *
cd_first_run_new (GSettings *settings)
{
  GtkWidget *bar, *label, *keys;

  if (!settings || g_settings_get_boolean (settings, "first-run-done"))
    return NULL;
  bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  label = gtk_label_new (_ ("Which keys? GNOME: Ctrl+B buys, Ctrl+K finds. Mainland trading programs: F1 buys, F2 sells, typed letters find."));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (label, gtk_label_get_text (GTK_LABEL (label)));
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (bar, "first-run");
  gtk_box_append (GTK_BOX (bar), label);
  add_button (bar, settings, _ ("GNOME"), CD_KEY_MAP_GNOME);
  add_button (bar, settings, _ ("Mainland trading programs"), CD_KEY_MAP_MAINLAND);
  keys = gtk_button_new_with_label (_ ("All keys"));
  gtk_widget_add_css_class (keys, "flat");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (keys), "win.shortcuts");
  gtk_box_append (GTK_BOX (bar), keys);
  return bar;
}
