/* cd-grid-children.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The rows and bars of a table: as many as its size and its order ask for. They are made between frames and never while places are
 * given out: GTK leaves out of a frame whatever then has no place, with everything around it, and the page would be blank.
 */
#include "cd-grid-private.h"

#include <glib/gi18n.h>

void
cd_grid_view_set_stale (CdGridView *self, gboolean stale)
{
  if (self->layout.stale == stale)
    return;
  self->layout.stale = stale;
  cd_grid_view_refresh (self);
}

void
cd_grid_ensure_rows (CdGridView *self, guint wanted)
{
  while (self->rows->len < wanted)
    {
      GtkWidget *row = cd_grid_row_new (&self->layout);

      /* Behind the cell, the bars and the mark, which lie over the rows. */
      gtk_widget_insert_after (row, GTK_WIDGET (self), self->rows->len ? g_ptr_array_index (self->rows, self->rows->len - 1) : NULL);
      g_ptr_array_add (self->rows, row);
    }
  while (self->rows->len > wanted)
    {
      GtkWidget *row = g_ptr_array_steal_index (self->rows, self->rows->len - 1);

      gtk_widget_unparent (row);
    }
}

static void
ensure_bar (CdGridView *self, GtkWidget **bar, GtkOrientation orientation)
{
  if (*bar)
    return;
  *bar = gtk_scrollbar_new (orientation, orientation == GTK_ORIENTATION_VERTICAL ? self->vertical : self->horizontal);
  gtk_accessible_update_property (GTK_ACCESSIBLE (*bar), GTK_ACCESSIBLE_PROPERTY_LABEL, orientation == GTK_ORIENTATION_VERTICAL ? _ ("Scroll rows") : _ ("Scroll columns"), -1);
  gtk_widget_set_child_visible (*bar, FALSE);
  gtk_widget_set_parent (*bar, GTK_WIDGET (self));
}

/* Whether the children are those that the size and the rows ask for. */
static gboolean
is_settled (CdGridView *self)
{
  return self->rows->len == MIN (cd_grid_order_n (self->order), cd_grid_n_visible (self)) && (self->vbar || !self->has_vbar) && (self->hbar || !self->has_hbar);
}

static void
settle (CdGridView *self)
{
  cd_grid_ensure_rows (self, MIN (cd_grid_order_n (self->order), cd_grid_n_visible (self)));
  if (self->has_vbar)
    ensure_bar (self, &self->vbar, GTK_ORIENTATION_VERTICAL);
  if (self->has_hbar)
    ensure_bar (self, &self->hbar, GTK_ORIENTATION_HORIZONTAL);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static gboolean
settle_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  CdGridView *self = CD_GRID_VIEW (widget);

  self->settle_tick = 0;
  if (!is_settled (self))
    settle (self);
  return G_SOURCE_REMOVE;
}

void
cd_grid_place_in_bar (CdGridView *self)
{
  guint visible = MAX (cd_grid_n_visible (self), 1);
  guint n = cd_grid_order_n (self->order);

  self->top = MIN (self->top, n > visible ? n - visible : 0);
  gtk_adjustment_configure (self->vertical, self->top, 0, n, 1, visible, visible);
  self->has_vbar = n > visible;
}

void
cd_grid_update_bar (CdGridView *self)
{
  gboolean had = self->has_vbar;

  cd_grid_place_in_bar (self);
  if (!is_settled (self))
    settle (self);
  else if (had != self->has_vbar)
    gtk_widget_queue_allocate (GTK_WIDGET (self));
}

void
cd_grid_settle_later (CdGridView *self)
{
  if (!is_settled (self) && !self->settle_tick)
    self->settle_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), settle_cb, NULL, NULL);
}
