/* cd-grid-cell.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one cell of a table that has the focus: a real widget, so that keys arrive and assistive tools read it. It lies over the
 * drawn cell, shows a ring, and lets the pointer through.
 */
#include "cd-grid-private.h"

#define CD_TYPE_GRID_CELL_VIEW (cd_grid_cell_view_get_type ())
G_DECLARE_FINAL_TYPE (CdGridCellView, cd_grid_cell_view, CD, GRID_CELL_VIEW, GtkWidget)

struct _CdGridCellView
{
  GtkWidget parent_instance;

  char *label;
  guint row, column;
};

G_DEFINE_FINAL_TYPE (CdGridCellView, cd_grid_cell_view, GTK_TYPE_WIDGET)

void
cd_grid_cell_tell (GtkWidget *widget, const char *label, guint row, guint column)
{
  CdGridCellView *self = CD_GRID_CELL_VIEW (widget);

  if (self->row != row || self->column != column)
    gtk_accessible_update_relation (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_RELATION_ROW_INDEX, (int)row + 1, GTK_ACCESSIBLE_RELATION_COL_INDEX, (int)column + 1, -1);
  self->row = row;
  self->column = column;
  if (g_strcmp0 (self->label, label) == 0)
    return;
  g_free (self->label);
  self->label = g_strdup (label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
cd_grid_cell_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  const GdkRGBA *ring = cd_colours_get (CD_TONE_LINK);
  GskRoundedRect outline;

  if (!gtk_widget_has_focus (widget) || height <= 1)
    return;
  gsk_rounded_rect_init_from_rect (&outline, &GRAPHENE_RECT_INIT (0, 0, width, height), 2);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]){ 1, 1, 1, 1 }, (GdkRGBA[4]){ *ring, *ring, *ring, *ring });
}

static void
cd_grid_cell_view_finalize (GObject *object)
{
  g_free (CD_GRID_CELL_VIEW (object)->label);
  G_OBJECT_CLASS (cd_grid_cell_view_parent_class)->finalize (object);
}

static void
cd_grid_cell_view_class_init (CdGridCellViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cd_grid_cell_view_finalize;
  GTK_WIDGET_CLASS (klass)->snapshot = cd_grid_cell_view_snapshot;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "gridcell");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GRID_CELL);
}

static void
cd_grid_cell_view_init (CdGridCellView *self)
{
  self->row = self->column = CD_GRID_NO_PLACE;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}

GtkWidget *
cd_grid_cell_new (void)
{
  return g_object_new (CD_TYPE_GRID_CELL_VIEW, NULL);
}
