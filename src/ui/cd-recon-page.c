/* cd-recon-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-recon-page.h"

#include <glib/gi18n.h>

#include "cd-format.h"
#include "cd-tables.h"

struct _CdReconPage
{
  GtkWidget parent_instance;

  CdDesk *desk;    /* (owned) */
  GtkWidget *root; /* child */
  GtkWidget *summary, *orders, *log, *fence;
  GtkFilterListModel *open; /* (owned): UNKNOWN or CHECK */
};

G_DEFINE_FINAL_TYPE (CdReconPage, cd_recon_page, GTK_TYPE_WIDGET)

static gboolean
needs_decision (gpointer item, gpointer data)
{
  const CdOrderRow *row = item;

  return cd_order_is_unknown (row->order) || row->order->check;
}

static void
log_func (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  const CdLogRow *row = item;
  char buf[CD_FORMAT_BUF];

  if (column == 0)
    g_strlcpy (cell->text, cd_format_time (NULL, row->at_us, buf), sizeof cell->text);
  else if (column == 1)
    g_strlcpy (cell->text, row->source, sizeof cell->text);
  else if (column == 2)
    {
      g_autofree char *text = cd_format_log (row);

      g_strlcpy (cell->text, text, sizeof cell->text);
    }
  cell->tone = row->level == 2 ? CD_TONE_BLOCK : row->level == 1 ? CD_TONE_WARN
                                             : column < 2        ? CD_TONE_DIM
                                                                 : CD_TONE_TEXT;
}

static void
update (CdReconPage *self)
{
  guint n = 0;
  g_autofree char *text = NULL;

  gtk_filter_changed (gtk_filter_list_model_get_filter (self->open), GTK_FILTER_CHANGE_DIFFERENT);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->open));
  if (cd_desk_is_locked (self->desk))
    text = g_strdup_printf (_ ("Not reconciled: new orders are locked. %s"), cd_desk_get_problem (self->desk) ? cd_desk_get_problem (self->desk) : "");
  else
    text = g_strdup_printf (ngettext ("Reconciled. %d order needs a decision.", "Reconciled. %d orders need a decision.", n), (int)n);
  gtk_label_set_text (GTK_LABEL (self->summary), text);
}

static void
fence_cb (GtkButton *button, CdReconPage *self)
{
  CdOrderRow *row = cd_grid_view_get_selected (CD_GRID_VIEW (self->orders));
  g_autoptr (GError) error = NULL;

  if (row && !cd_desk_fence (self->desk, row, &error))
    {
      g_autofree char *words = cd_format_code (error->message, 0, 0);

      gtk_label_set_text (GTK_LABEL (self->summary), words);
    }
}

static void
cd_recon_page_dispose (GObject *object)
{
  CdReconPage *self = CD_RECON_PAGE (object);

  g_clear_pointer (&self->root, gtk_widget_unparent);
  g_clear_object (&self->open);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (cd_recon_page_parent_class)->dispose (object);
}

static void
cd_recon_page_class_init (CdReconPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_recon_page_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
cd_recon_page_init (CdReconPage *self)
{
}

GtkWidget *
cd_recon_page_new (CdDesk *desk)
{
  const CdGridColumn columns[] = { { _ ("Time"), 80, FALSE, FALSE, FALSE }, { _ ("Source"), 100, FALSE, FALSE, FALSE }, { _ ("Event"), 400, FALSE, TRUE, FALSE } };
  CdReconPage *self = g_object_new (CD_TYPE_RECON_PAGE, NULL);
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *again = gtk_button_new_with_label (_ ("Reconcile now"));

  self->desk = g_object_ref (desk);
  self->open = gtk_filter_list_model_new (g_object_ref (cd_desk_get_orders (desk)), GTK_FILTER (gtk_custom_filter_new (needs_decision, NULL, NULL)));
  self->root = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->summary = gtk_label_new ("");
  self->fence = gtk_button_new_with_label (_ ("Fence unknown order"));
  self->orders = cd_working_table_new (desk, G_LIST_MODEL (self->open));
  cd_grid_view_set_placeholder (CD_GRID_VIEW (self->orders), _ ("No order is unknown or in doubt"));
  self->log = cd_grid_view_new (_ ("Log"), columns, G_N_ELEMENTS (columns), log_func, self);
  cd_grid_view_set_model (CD_GRID_VIEW (self->log), cd_desk_get_log (desk));
  gtk_label_set_xalign (GTK_LABEL (self->summary), 0);
  gtk_widget_set_hexpand (self->summary, TRUE);
  gtk_widget_add_css_class (bar, "pane-title");
  gtk_widget_add_css_class (bar, "compact");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (again), "win.reconcile");
  gtk_box_append (GTK_BOX (bar), self->summary);
  gtk_box_append (GTK_BOX (bar), self->fence);
  gtk_box_append (GTK_BOX (bar), again);
  gtk_widget_set_size_request (self->orders, -1, 180);
  gtk_widget_set_vexpand (self->log, TRUE);
  gtk_box_append (GTK_BOX (self->root), bar);
  gtk_box_append (GTK_BOX (self->root), self->orders);
  gtk_box_append (GTK_BOX (self->root), self->log);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
  g_signal_connect (self->fence, "clicked", G_CALLBACK (fence_cb), self);
  g_signal_connect_object (desk, "state-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "account-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
