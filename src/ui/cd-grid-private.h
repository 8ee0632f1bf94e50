/* cd-grid-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The inside of #CdGridView, shared by the files that make it up: rows and selection (cd-grid-view.c), columns and header
 * (cd-grid-columns.c), keys and pointer (cd-grid-input.c).
 */
#pragma once

#include "cd-grid-row.h"

G_BEGIN_DECLS

#define CD_GRID_HEADER_HEIGHT 22

/* The cell with the focus: a widget of its own, since assistive technology follows the focus. */
#define CD_TYPE_GRID_FOCUS (cd_grid_focus_get_type ())
G_DECLARE_FINAL_TYPE (CdGridFocus, cd_grid_focus, CD, GRID_FOCUS, GtkWidget)

struct _CdGridView
{
  GtkWidget parent_instance;

  CdGridLayout layout;
  GPtrArray *rows;               /* CdGridRow, children */
  GtkWidget *focus;              /* child: the cell with the focus */
  GtkWidget *scrollbar;          /* child */
  GtkAdjustment *adjustment;     /* borrowed from the scrollbar: in rows */
  PangoLayout *titles[CD_GRID_COLUMNS_MAX];

  GListModel *model;             /* (owned) (nullable) */
  GObject *selected_item;        /* (owned) (nullable): follows the item when rows move */
  GObject *pressed_item;         /* (owned) (nullable): what a double click has to find again */
  char *placeholder;             /* (owned) (nullable) */
  CdGridTooltipFunc tooltip_func;

  int row_height;
  gboolean show_header;
  guint top;                     /* first visible position */
  guint selected;
  guint focus_column;
  int sort_column;               /* -1 = none */
  GtkSortType sort_type;
  gboolean pressed, pending;     /* the pointer is down; the model changed meanwhile */
  int resize_column;             /* -1 = none */
  int resize_width;              /* at the start of the drag */
  double scrolled;               /* part of a row that the wheel has left over */
};

/* cd-grid-view.c */
guint cd_grid_n_items (CdGridView *self);
guint cd_grid_n_visible (CdGridView *self); /* whole rows */
int cd_grid_header_height (CdGridView *self);
void cd_grid_set_top (CdGridView *self, gint64 top);
void cd_grid_place_focus (CdGridView *self);
void cd_grid_emit_activate (CdGridView *self);
void cd_grid_emit_pressed (CdGridView *self, GObject *item, guint button, double x, double y);
void cd_grid_emit_sort (CdGridView *self, guint column, gboolean add);
void cd_grid_emit_columns_changed (CdGridView *self);
void cd_grid_thaw (CdGridView *self);
CdGridRow *cd_grid_row_at (CdGridView *self, double y); /* (nullable): none in the header or below the last */

/* cd-grid-columns.c */
void cd_grid_place_columns (CdGridView *self, int width);
void cd_grid_draw_header (CdGridView *self, GtkSnapshot *snapshot, int width);
void cd_grid_forget_fonts (CdGridView *self);
int cd_grid_column_at (CdGridView *self, double x);        /* -1 = none */
int cd_grid_border_at (CdGridView *self, double x, double y); /* the column left of the border; -1 = none */
guint cd_grid_step_column (CdGridView *self, guint from, int by);
void cd_grid_draw_text (GtkSnapshot *snapshot, PangoLayout *text, float x, float y, CdTone tone);

/* cd-grid-input.c */
void cd_grid_add_input (CdGridView *self);

G_END_DECLS
