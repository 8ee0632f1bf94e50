/* cd-key-editor.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The page of the preferences on which each key is changed.
 */
#include "cd-key-editor.h"

#include <glib/gi18n.h>

#include "cd-key-map.h"

typedef struct
{
  GSettings *settings; /* (owned) */
  GPtrArray *rows;     /* borrowed from the page */
  AdwPreferencesWindow *window;
} Editor;

typedef struct
{
  Editor *editor;
  const CdKeyBinding *binding;
  GtkWidget *row, *label, *reset;
} Row;

/* A key that is asked for. */
typedef struct
{
  Row *row;
  GtkWidget *window, *fault;
} Asked;

static void
editor_free (gpointer data)
{
  Editor *editor = data;

  g_object_unref (editor->settings);
  g_ptr_array_unref (editor->rows);
  g_free (editor);
}

static void
show (Row *row)
{
  g_autofree char *label = cd_key_map_label (row->binding->action);
  const char *text = label ? label : _ ("none");
  g_autofree char *name = g_strdup_printf ("%s: %s", _ (row->binding->title), text);

  gtk_label_set_text (GTK_LABEL (row->label), text);
  gtk_widget_set_visible (row->reset, cd_key_own_has (row->binding));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
changed_cb (GObject *window)
{
  Editor *editor = g_object_get_data (window, "key-editor");

  for (guint i = 0; i < editor->rows->len; i++)
    show (g_ptr_array_index (editor->rows, i));
}

/* --- Asking for a key -------------------------------------------------------------------------------------------------- */

static gboolean
pressed_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, Asked *asked)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));
  GdkModifierType mods = state & gtk_accelerator_get_default_mod_mask ();
  g_autofree char *key = NULL, *fault = NULL;
  guint plain = keyval;

  if (gdk_key_event_is_modifier (event))
    return FALSE;
  if (keyval == GDK_KEY_Escape && !mods)
    {
      gtk_window_close (GTK_WINDOW (asked->window));
      return TRUE;
    }
  /* The key as it is without Shift and in the first layout: keys are compared by where they are. */
  gdk_display_translate_key (gtk_widget_get_display (asked->window), keycode, 0, 0, &plain, NULL, NULL, NULL);
  key = keyval == GDK_KEY_BackSpace && !mods ? g_strdup ("") : gtk_accelerator_name (plain, mods);
  fault = cd_key_own_set (asked->row->editor->settings, asked->row->binding, key);
  if (!fault)
    {
      gtk_window_close (GTK_WINDOW (asked->window));
      return TRUE;
    }
  gtk_label_set_text (GTK_LABEL (asked->fault), fault);
  gtk_widget_set_visible (asked->fault, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (asked->window), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, fault, -1);
  return TRUE;
}

static GtkWidget *
line (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (label, style);
  return label;
}

static void
ask_cb (GtkWidget *button, Row *row)
{
  Asked *asked = g_new0 (Asked, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkEventController *keys = gtk_event_controller_key_new ();

  asked->row = row;
  asked->window = adw_window_new ();
  asked->fault = line ("", "block-text");
  g_object_set_data_full (G_OBJECT (asked->window), "asked", asked, g_free);
  gtk_widget_set_visible (asked->fault, FALSE);
  gtk_widget_set_margin_start (box, 24);
  gtk_widget_set_margin_end (box, 24);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 24);
  gtk_box_append (GTK_BOX (box), line (_ (row->binding->title), "title-2"));
  gtk_box_append (GTK_BOX (box), line (_ ("Press the new key. Backspace: no key. Esc: leave it as it is."), "dim-label"));
  gtk_box_append (GTK_BOX (box), asked->fault);
  gtk_box_append (GTK_BOX (content), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (content), box);
  adw_window_set_content (ADW_WINDOW (asked->window), content);
  gtk_window_set_title (GTK_WINDOW (asked->window), _ ("New key"));
  gtk_window_set_modal (GTK_WINDOW (asked->window), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (asked->window), 420, -1);
  gtk_window_set_transient_for (GTK_WINDOW (asked->window), GTK_WINDOW (row->editor->window));
  /* The application's keys must not act while they are being asked for. */
  gtk_window_set_application (GTK_WINDOW (asked->window), NULL);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (pressed_cb), asked);
  gtk_widget_add_controller (asked->window, keys);
  gtk_window_present (GTK_WINDOW (asked->window));
}

/* --- Page --------------------------------------------------------------------------------------------------------------- */

static void
reset_cb (GtkWidget *button, Row *row)
{
  g_autofree char *fault = cd_key_own_unset (row->editor->settings, row->binding);

  if (fault)
    adw_preferences_window_add_toast (row->editor->window, adw_toast_new (fault));
}

static void
reset_all_cb (GtkWidget *button, Editor *editor)
{
  cd_key_own_clear (editor->settings);
}

static GtkWidget *
small_button (const char *icon, const char *name)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  return button;
}

static void
add_row (Editor *editor, AdwPreferencesGroup *group, const CdKeyBinding *binding)
{
  Row *row = g_new0 (Row, 1);
  g_autofree char *change = g_strdup_printf (_ ("Change the key: %s"), _ (binding->title));
  g_autofree char *usual = g_strdup_printf (_ ("The usual key again: %s"), _ (binding->title));
  GtkWidget *button = small_button ("document-edit-symbolic", change);

  row->editor = editor;
  row->binding = binding;
  row->row = adw_action_row_new ();
  row->label = gtk_label_new (NULL);
  row->reset = small_button ("edit-undo-symbolic", usual);
  gtk_widget_add_css_class (row->label, "dim-label");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row->row), _ (binding->title));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row->row), row->label);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row->row), row->reset);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row->row), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row->row), button);
  g_signal_connect (button, "clicked", G_CALLBACK (ask_cb), row);
  g_signal_connect (row->reset, "clicked", G_CALLBACK (reset_cb), row);
  g_ptr_array_add (editor->rows, row);
  adw_preferences_group_add (group, row->row);
  show (row);
}

static void
add_groups (Editor *editor, AdwPreferencesPage *page)
{
  gsize n;
  const CdKeyBinding *bindings = cd_key_map_bindings (&n);
  g_autoptr (GHashTable) groups = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize i = 0; i < n; i++)
    {
      GtkWidget *group = g_hash_table_lookup (groups, bindings[i].group);

      if (bindings[i].flags & CD_KEY_LOCAL)
        continue;
      if (!group)
        {
          group = adw_preferences_group_new ();
          adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _ (bindings[i].group));
          g_hash_table_insert (groups, (gpointer)bindings[i].group, group);
          adw_preferences_page_add (page, ADW_PREFERENCES_GROUP (group));
        }
      add_row (editor, ADW_PREFERENCES_GROUP (group), &bindings[i]);
    }
}

void
cd_key_editor_add (AdwPreferencesWindow *window, GSettings *settings)
{
  Editor *editor = g_new0 (Editor, 1);
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *first = adw_preferences_group_new ();
  GtkWidget *all = gtk_button_new_with_label (_ ("All as in the set"));

  editor->settings = g_object_ref (settings);
  editor->rows = g_ptr_array_new_with_free_func (g_free);
  editor->window = window;
  g_object_set_data_full (G_OBJECT (window), "key-editor", editor, editor_free);
  adw_preferences_page_set_title (ADW_PREFERENCES_PAGE (page), _ ("Keys"));
  adw_preferences_page_set_icon_name (ADW_PREFERENCES_PAGE (page), "input-keyboard-symbolic");
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (first), _ ("Own keys"));
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (first), _ ("They hold for the set of keys that is in force. A key that is taken is refused with the name of what it does."));
  gtk_widget_set_valign (all, GTK_ALIGN_CENTER);
  g_signal_connect (all, "clicked", G_CALLBACK (reset_all_cb), editor);
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (first), all);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (first));
  add_groups (editor, ADW_PREFERENCES_PAGE (page));
  adw_preferences_window_add (window, ADW_PREFERENCES_PAGE (page));
  /* After the main window, which puts them in force. */
  g_signal_connect_object (settings, "changed", G_CALLBACK (changed_cb), window, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}
