/* cd-figure-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-figure-list.h"

#include <string.h>

#define CD_TYPE_FIGURE_ROW (cd_figure_row_get_type ())
G_DECLARE_FINAL_TYPE (CdFigureRow, cd_figure_row, CD, FIGURE_ROW, CdRow)
struct _CdFigureRow
{
  CdRow parent_instance;
  char name[CD_GRID_TEXT_MAX], value[CD_GRID_TEXT_MAX];
  CdTone tone;
  const char *rule; /* (nullable) */
};
G_DEFINE_FINAL_TYPE (CdFigureRow, cd_figure_row, CD_TYPE_ROW)
static void
cd_figure_row_class_init (CdFigureRowClass *klass)
{
}
static void
cd_figure_row_init (CdFigureRow *self)
{
}

struct _CdFigureList
{
  GtkWidget parent_instance;

  GtkWidget *grid;  /* child */
  GListStore *rows; /* (owned) */
  guint next;
};

G_DEFINE_FINAL_TYPE (CdFigureList, cd_figure_list, GTK_TYPE_WIDGET)

static guint activate_signal;

static void
cell_func (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  const CdFigureRow *row = item;

  g_strlcpy (cell->text, column == 0 ? row->name : row->value, sizeof cell->text);
  /* A sentence without a figure has the whole line. */
  cell->span = row->value[0] == 0;
  cell->tone = column == 0 ? CD_TONE_DIM : row->tone;
  cell->bold = column == 1;
}

void
cd_figure_list_begin (CdFigureList *self)
{
  self->next = 0;
}

void
cd_figure_list_add_explained (CdFigureList *self, const char *name, const char *value, CdTone tone, const char *rule)
{
  g_autoptr (CdFigureRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), self->next);

  if (!row)
    {
      row = g_object_new (CD_TYPE_FIGURE_ROW, NULL);
      g_list_store_append (self->rows, row);
    }
  self->next++;
  row->rule = rule;
  if (strcmp (row->name, name) == 0 && strcmp (row->value, value) == 0 && row->tone == tone)
    return;
  g_strlcpy (row->name, name, sizeof row->name);
  g_strlcpy (row->value, value, sizeof row->value);
  row->tone = tone;
  cd_row_changed (CD_ROW (row));
}

void
cd_figure_list_add (CdFigureList *self, const char *name, const char *value, CdTone tone)
{
  cd_figure_list_add_explained (self, name, value, tone, NULL);
}

const char *
cd_figure_list_get_focused_rule (CdFigureList *self)
{
  const CdFigureRow *row = cd_grid_view_get_selected (CD_GRID_VIEW (self->grid));

  return row && (gtk_widget_get_state_flags (self->grid) & GTK_STATE_FLAG_FOCUS_WITHIN) ? row->rule : NULL;
}

void
cd_figure_list_end (CdFigureList *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->rows));

  if (n > self->next)
    g_list_store_splice (self->rows, self->next, n - self->next, NULL, 0);
}

void
cd_figure_list_set_stale (CdFigureList *self, gboolean stale)
{
  cd_grid_view_set_stale (CD_GRID_VIEW (self->grid), stale);
}

static void
cd_figure_list_dispose (GObject *object)
{
  CdFigureList *self = CD_FIGURE_LIST (object);

  g_clear_pointer (&self->grid, gtk_widget_unparent);
  g_clear_object (&self->rows);
  G_OBJECT_CLASS (cd_figure_list_parent_class)->dispose (object);
}

static void
cd_figure_list_class_init (CdFigureListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_figure_list_dispose;
  activate_signal = g_signal_new ("activate", CD_TYPE_FIGURE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
cd_figure_list_init (CdFigureList *self)
{
  self->rows = g_list_store_new (CD_TYPE_FIGURE_ROW);
}

static void
activate_cb (CdFigureList *self)
{
  g_signal_emit (self, activate_signal, 0);
}

GtkWidget *
cd_figure_list_new (const char *label)
{
  return cd_figure_list_new_wide (label, 128);
}

GtkWidget *
cd_figure_list_new_wide (const char *label, int value_width)
{
  const CdGridColumn columns[] = { { "", 90, FALSE, TRUE, FALSE }, { "", value_width, TRUE, FALSE, FALSE } };
  CdFigureList *self = g_object_new (CD_TYPE_FIGURE_LIST, NULL);

  self->grid = cd_grid_view_new (label, columns, G_N_ELEMENTS (columns), cell_func, self);
  cd_grid_view_set_show_header (CD_GRID_VIEW (self->grid), FALSE);
  cd_grid_view_set_model (CD_GRID_VIEW (self->grid), G_LIST_MODEL (self->rows));
  gtk_widget_set_parent (self->grid, GTK_WIDGET (self));
  g_signal_connect_swapped (self->grid, "activate", G_CALLBACK (activate_cb), self);
  return GTK_WIDGET (self);
}
