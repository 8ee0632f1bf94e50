/* cd-grid-chooser.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two windows of a table: which columns, with a sentence on each; and everything about one row.
 */
#include <adwaita.h>
#include <glib/gi18n.h>

#include "cd-grid-private.h"

static gboolean
escape_cb (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

static GtkWidget *
open_window (CdGridView *self, const char *title, GtkWidget *list, GtkWidget *button, int width, int height)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *bar = adw_header_bar_new ();
  GtkEventController *keys = gtk_shortcut_controller_new ();
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scrolled, TRUE);
  if (button)
    adw_header_bar_pack_start (ADW_HEADER_BAR (bar), button);
  gtk_box_append (GTK_BOX (content), bar);
  gtk_box_append (GTK_BOX (content), scrolled);
  adw_window_set_content (ADW_WINDOW (window), content);
  gtk_window_set_title (GTK_WINDOW (window), title);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  if (GTK_IS_WINDOW (root))
    gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (root));
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys), gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0), gtk_callback_action_new (escape_cb, NULL, NULL)));
  gtk_widget_add_controller (window, keys);
  gtk_window_present (GTK_WINDOW (window));
  return window;
}

/* --- Choose columns -------------------------------------------------------------------------------------------------- */

typedef struct
{
  CdGridView *view; /* (owned) */
  GtkWidget *list;  /* borrowed: lives as long as the window */
  gboolean filling;
} Chooser;

static void fill (Chooser *self);

static void
shown_cb (GtkCheckButton *check, GParamSpec *pspec, Chooser *self)
{
  guint column = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (check), "column"));

  if (self->filling)
    return;
  cd_grid_view_show_column (self->view, column, gtk_check_button_get_active (check));
  /* The last one cannot go. */
  self->filling = TRUE;
  gtk_check_button_set_active (check, self->view->layout.shown[column]);
  self->filling = FALSE;
}

static void
move_cb (GtkButton *button, Chooser *self)
{
  guint column = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "column"));

  cd_grid_view_move_column (self->view, column, GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "by")));
  fill (self);
}

static GtkWidget *
move_button (Chooser *self, guint column, int by)
{
  GtkWidget *button = gtk_button_new_from_icon_name (by < 0 ? "go-up-symbolic" : "go-down-symbolic");
  g_autofree char *label = g_strdup_printf (by < 0 ? _ ("Move %s left") : _ ("Move %s right"), self->view->layout.columns[column].title);

  g_object_set_data (G_OBJECT (button), "column", GUINT_TO_POINTER (column));
  g_object_set_data (G_OBJECT (button), "by", GINT_TO_POINTER (by));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  g_signal_connect (button, "clicked", G_CALLBACK (move_cb), self);
  return button;
}

static GtkWidget *
column_row (Chooser *self, guint column)
{
  const CdGridColumn *c = &self->view->layout.columns[column];
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *check = gtk_check_button_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), *c->title ? c->title : "–");
  if (c->help)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), c->help);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), self->view->layout.shown[column]);
  g_object_set_data (G_OBJECT (check), "column", GUINT_TO_POINTER (column));
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, c->title, -1);
  g_signal_connect (check, "notify::active", G_CALLBACK (shown_cb), self);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), move_button (self, column, -1));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), move_button (self, column, 1));
  return row;
}

static void
fill (Chooser *self)
{
  GtkWidget *child;

  self->filling = TRUE;
  while ((child = gtk_widget_get_first_child (self->list)))
    gtk_list_box_remove (GTK_LIST_BOX (self->list), child);
  for (guint k = 0; k < self->view->layout.n; k++)
    gtk_list_box_append (GTK_LIST_BOX (self->list), column_row (self, self->view->layout.order[k]));
  self->filling = FALSE;
}

static void
reset_cb (GtkButton *button, Chooser *self)
{
  cd_grid_view_reset_columns (self->view);
  fill (self);
}

static void
chooser_free (gpointer data)
{
  Chooser *self = data;

  g_object_unref (self->view);
  g_free (self);
}

void
cd_grid_view_choose_columns (CdGridView *view)
{
  Chooser *self = g_new0 (Chooser, 1);
  GtkWidget *reset = gtk_button_new_with_label (_ ("Reset"));
  g_autofree char *title = g_strdup_printf (_ ("Columns of %s"), view->label);
  GtkWidget *window;

  self->view = g_object_ref (view);
  self->list = gtk_list_box_new ();
  fill (self);
  g_signal_connect (reset, "clicked", G_CALLBACK (reset_cb), self);
  window = open_window (view, title, self->list, reset, 520, 640);
  g_object_set_data_full (G_OBJECT (window), "chooser", self, chooser_free);
}

/* --- Details --------------------------------------------------------------------------------------------------------- */

void
cd_grid_show_details (CdGridView *self, GObject *item)
{
  GtkWidget *list = gtk_list_box_new ();
  g_autofree char *title = g_strdup_printf (_ ("Details · %s"), self->label);

  for (guint k = 0; k < self->layout.n; k++)
    {
      guint i = self->layout.order[k];
      GtkWidget *row, *value;
      CdGridCell cell;

      cd_grid_cell_read (&self->layout, item, i, &cell);
      if (self->layout.columns[i].actions || cell.text[0] == 0)
        continue;
      row = adw_action_row_new ();
      value = gtk_label_new (cell.text);
      gtk_label_set_selectable (GTK_LABEL (value), TRUE);
      gtk_label_set_wrap (GTK_LABEL (value), TRUE);
      gtk_label_set_xalign (GTK_LABEL (value), 1);
      gtk_widget_add_css_class (value, "number");
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), self->layout.columns[i].title);
      if (self->layout.columns[i].help)
        adw_action_row_set_subtitle (ADW_ACTION_ROW (row), self->layout.columns[i].help);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), value);
      gtk_list_box_append (GTK_LIST_BOX (list), row);
    }
  open_window (self, title, list, NULL, 560, 620);
}
