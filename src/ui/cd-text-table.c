/* cd-text-table.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-text-table.h"

#include <string.h>

#define TEXT_MAX 128

typedef struct
{
  char text[TEXT_MAX];
  CdTone tone;
  gboolean bold;
  int bar_bp;
  CdTone bar_tone;
} Cell;

#define CD_TYPE_TEXT_ROW (cd_text_row_get_type ())
G_DECLARE_FINAL_TYPE (CdTextRow, cd_text_row, CD, TEXT_ROW, CdRow)
struct _CdTextRow
{
  CdRow parent_instance;
  Cell cells[CD_TEXT_TABLE_COLUMNS_MAX];
};
G_DEFINE_FINAL_TYPE (CdTextRow, cd_text_row, CD_TYPE_ROW)
static void
cd_text_row_class_init (CdTextRowClass *klass)
{
}
static void
cd_text_row_init (CdTextRow *self)
{
}

struct _CdTextTable
{
  GtkWidget parent_instance;

  GtkWidget *grid;  /* child */
  GListStore *rows; /* (owned) */
  guint next;
  gboolean open; /* a row is being said */
  Cell cells[CD_TEXT_TABLE_COLUMNS_MAX];
};

G_DEFINE_FINAL_TYPE (CdTextTable, cd_text_table, GTK_TYPE_WIDGET)

static void
cell_func (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  const Cell *c = &((const CdTextRow *)item)->cells[column];

  g_strlcpy (cell->text, c->text, sizeof cell->text);
  cell->tone = c->tone;
  cell->bold = c->bold;
  cell->bar_bp = c->bar_bp;
  cell->bar_tone = c->bar_tone;
}

void
cd_text_table_begin (CdTextTable *self)
{
  self->next = 0;
  self->open = FALSE;
}

static void
close_row (CdTextTable *self)
{
  g_autoptr (CdTextRow) row = NULL;

  if (!self->open)
    return;
  self->open = FALSE;
  row = g_list_model_get_item (G_LIST_MODEL (self->rows), self->next);
  if (!row)
    {
      row = g_object_new (CD_TYPE_TEXT_ROW, NULL);
      memcpy (row->cells, self->cells, sizeof row->cells);
      g_list_store_append (self->rows, row);
    }
  else if (memcmp (row->cells, self->cells, sizeof row->cells) != 0)
    {
      memcpy (row->cells, self->cells, sizeof row->cells);
      cd_row_changed (CD_ROW (row));
    }
  self->next++;
}

void
cd_text_table_add_row (CdTextTable *self)
{
  close_row (self);
  memset (self->cells, 0, sizeof self->cells);
  self->open = TRUE;
}

void
cd_text_table_cell (CdTextTable *self, guint column, const char *text, CdTone tone)
{
  g_return_if_fail (self->open && column < CD_TEXT_TABLE_COLUMNS_MAX);

  g_strlcpy (self->cells[column].text, text, TEXT_MAX);
  self->cells[column].tone = tone;
}

void
cd_text_table_bold (CdTextTable *self, guint column)
{
  self->cells[column].bold = TRUE;
}

void
cd_text_table_bar (CdTextTable *self, guint column, int bp, CdTone tone)
{
  self->cells[column].bar_bp = bp;
  self->cells[column].bar_tone = tone;
}

void
cd_text_table_end (CdTextTable *self)
{
  guint n;

  close_row (self);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->rows));
  if (n > self->next)
    g_list_store_splice (self->rows, self->next, n - self->next, NULL, 0);
}

static void
cd_text_table_dispose (GObject *object)
{
  CdTextTable *self = CD_TEXT_TABLE (object);

  g_clear_pointer (&self->grid, gtk_widget_unparent);
  g_clear_object (&self->rows);
  G_OBJECT_CLASS (cd_text_table_parent_class)->dispose (object);
}

static void
cd_text_table_class_init (CdTextTableClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_text_table_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
cd_text_table_init (CdTextTable *self)
{
  self->rows = g_list_store_new (CD_TYPE_TEXT_ROW);
}

GtkWidget *
cd_text_table_get_grid (CdTextTable *self)
{
  return self->grid;
}

GtkWidget *
cd_text_table_new (const char *label, const CdGridColumn *columns, guint n)
{
  CdTextTable *self = g_object_new (CD_TYPE_TEXT_TABLE, NULL);

  g_return_val_if_fail (n <= CD_TEXT_TABLE_COLUMNS_MAX, GTK_WIDGET (self));
  self->grid = cd_grid_view_new (label, columns, n, cell_func, self);
  cd_grid_view_set_model (CD_GRID_VIEW (self->grid), G_LIST_MODEL (self->rows));
  gtk_widget_set_parent (self->grid, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}
