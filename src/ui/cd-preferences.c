/* cd-preferences.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Preferences only: money, orders and rules never live here.
 */
#include "cd-preferences.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "cd-key-editor.h"

#define SETTINGS_ID "io.github.carbondesk.Carbondesk"

static void
selected_cb (AdwComboRow *row, GParamSpec *pspec, GSettings *settings)
{
  g_settings_set_enum (settings, g_object_get_data (G_OBJECT (row), "key"), (int)adw_combo_row_get_selected (row));
}

static void
add_choice (AdwPreferencesGroup *group, GSettings *settings, const char *key, const char *title, const char *const *names)
{
  GtkWidget *row = adw_combo_row_new ();
  g_autoptr (GtkStringList) list = gtk_string_list_new (names);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (list));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), (guint)g_settings_get_enum (settings, key));
  g_object_set_data (G_OBJECT (row), "key", (gpointer)key);
  g_signal_connect_object (row, "notify::selected", G_CALLBACK (selected_cb), settings, 0);
  adw_preferences_group_add (group, row);
}

static void
add_height (AdwPreferencesGroup *group, GSettings *settings)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *spin = gtk_spin_button_new_with_range (20, 40, 1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Row height"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Row height"), -1);
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  g_settings_bind (settings, "row-height", spin, "value", G_SETTINGS_BIND_DEFAULT);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), spin);
  adw_preferences_group_add (group, row);
}

static void
add_lock (AdwPreferencesGroup *group, GSettings *settings)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *spin = gtk_spin_button_new_with_range (0, 60, 1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Lock after minutes without input"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ ("0 = never; with a PIN or a passphrase 15 at most"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Lock after minutes without input"), -1);
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  g_settings_bind (settings, "lock-after", spin, "value", G_SETTINGS_BIND_DEFAULT);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), spin);
  adw_preferences_group_add (group, row);
}

void
cd_preferences_show (GtkWindow *parent)
{
  const char *const colours[] = { _ ("By language"), _ ("Mainland: red up, green down"), _ ("International: green up, red down"), _ ("Colour-blind: orange up, blue down"), NULL };
  const char *const schemes[] = { _ ("Follow the system, dark if it does not say"), _ ("Dark"), _ ("Light"), NULL };
  const char *const maps[] = { _ ("By language"), _ ("GNOME"), _ ("Mainland trading programs"), NULL };
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = source ? g_settings_schema_source_lookup (source, SETTINGS_ID, TRUE) : NULL;
  GtkWidget *window = adw_preferences_window_new ();
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *keys = adw_preferences_group_new ();
  const char *const questions[] = { _ ("Always"), _ ("From the size of a block on"), _ ("Never"), NULL };

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _ ("Look"));
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (keys), _ ("Keys and orders"));
  if (schema)
    {
      GSettings *settings = g_settings_new (SETTINGS_ID);

      g_object_set_data_full (G_OBJECT (window), "settings", settings, g_object_unref);
      add_choice (ADW_PREFERENCES_GROUP (group), settings, "market-colours", _ ("Market colours"), colours);
      add_choice (ADW_PREFERENCES_GROUP (group), settings, "colour-scheme", _ ("Appearance"), schemes);
      add_height (ADW_PREFERENCES_GROUP (group), settings);
      add_lock (ADW_PREFERENCES_GROUP (group), settings);
      add_choice (ADW_PREFERENCES_GROUP (keys), settings, "key-map", _ ("Keys"), maps);
      add_choice (ADW_PREFERENCES_GROUP (keys), settings, "confirm-orders", _ ("Ask before an order is sent"), questions);
    }
  else
    adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), _ ("Preferences are not installed; the defaults are in force."));
  adw_preferences_page_set_title (ADW_PREFERENCES_PAGE (page), _ ("General"));
  adw_preferences_page_set_icon_name (ADW_PREFERENCES_PAGE (page), "preferences-system-symbolic");
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
  if (schema)
    adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (keys));
  else
    g_object_unref (g_object_ref_sink (keys));
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), ADW_PREFERENCES_PAGE (page));
  if (schema)
    cd_key_editor_add (ADW_PREFERENCES_WINDOW (window), g_object_get_data (G_OBJECT (window), "settings"));
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_present (GTK_WINDOW (window));
}
