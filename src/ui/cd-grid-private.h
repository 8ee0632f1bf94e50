/* cd-grid-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The inside of the table, shared by cd-grid-*.c only:
 *
 *   cd-grid-view.c     the widget: size, drawing, rows on the screen
 *   cd-grid-order.c    which row stands where
 *   cd-grid-sort.c     the table and its order
 *   cd-grid-input.c    keys, pointer, selection, freeze
 *   cd-grid-columns.c  width, place, sort and layout of columns
 *   cd-grid-fit.c      how wide they are
 *   cd-grid-header.c   titles and their menu
 *   cd-grid-chooser.c  the windows "Choose columns" and "Details"
 *   cd-grid-cell.c     the focused cell
 *   cd-grid-export.c   the table as a file
 *   cd-grid-row.c      one row
 */
#pragma once

#include "cd-grid-row.h"
#include "cd-grid-view.h"

G_BEGIN_DECLS

struct _CdGridView
{
  GtkWidget parent_instance;

  char *label;
  CdGridLayout layout;
  CdGridOrder *order;
  GListModel *model; /* borrowed from the order */
  CdGridSortFunc sort_func;
  gpointer sort_data;
  CdGridSort default_sort;
  gboolean has_default_sort;
  gboolean arranged;                    /* the user has arranged the columns */
  int title_width[CD_GRID_COLUMNS_MAX]; /* natural, measured */
  guint n_dropped;                      /* optional columns without room */
  GPtrArray *rows;                      /* CdGridRow, children */
  GtkWidget *header, *cell;             /* children */
  GtkWidget *vbar, *hbar, *news, *menu; /* children; (nullable): made when first needed */
  GtkAdjustment *vertical, *horizontal; /* (owned): in rows; in pixels */
  char *placeholder;
  int base_height, row_height;
  guint fit_min, fit_max, fit_rows; /* rows to ask height for; what was asked last */
  gboolean show_header, freezes, has_vbar, has_hbar;
  guint top;         /* first visible place */
  int left, content; /* pixels scrolled; of all columns */

  guint selected, anchor; /* places; rows between them are chosen */
  guint selected_model;   /* place in the model */
  GObject *selected_item; /* (owned) (nullable): follows the item when rows move */
  guint column;           /* of the focused cell */
  guint menu_column;
  gboolean by_keyboard, pressed, has_focus;
  GObject *press_item; /* (owned) (nullable) */
  guint press_column, press_slot;
  guint stale_source;
  guint settle_tick; /* rows or bars are missing: made before the next frame */
};

/* cd-grid-view.c */
int cd_grid_header_height (CdGridView *self);
guint cd_grid_n_visible (CdGridView *self);
void cd_grid_bind (CdGridView *self);
void cd_grid_set_top (CdGridView *self, gint64 top);
void cd_grid_set_left (CdGridView *self, int left);
void cd_grid_emit_layout_changed (CdGridView *self);
void cd_grid_emit (CdGridView *self, const char *signal, GObject *item);
void cd_grid_emit_action (CdGridView *self, GObject *item, guint column, guint slot);

void cd_grid_update_bar (CdGridView *self); /* not while places are given out: then the two below */
void cd_grid_place_in_bar (CdGridView *self);
void cd_grid_settle_later (CdGridView *self);
void cd_grid_ensure_rows (CdGridView *self, guint wanted);

void cd_grid_fit (CdGridView *self); /* after the number of rows changed */

/* cd-grid-sort.c */
void cd_grid_sort_init (CdGridView *self);

/* cd-grid-input.c */
void cd_grid_input_init (CdGridView *self);
void cd_grid_select_place (CdGridView *self, guint place, gboolean scroll, gboolean extend);
void cd_grid_focus_changed (CdGridView *self, gboolean focused);
void cd_grid_open (CdGridView *self, GObject *item);
/* After places moved. */
void cd_grid_follow_selection (CdGridView *self, guint place, guint removed, guint added);

/* cd-grid-columns.c */
void cd_grid_columns_init (CdGridView *self, const CdGridColumn *columns, guint n);
void cd_grid_columns_clear (CdGridView *self);
void cd_grid_columns_place (CdGridView *self, int width);
guint cd_grid_columns_neighbour (CdGridView *self, guint column, int by); /* drawn one, or the same */
guint cd_grid_columns_at (CdGridView *self, int x);                       /* or CD_GRID_NO_PLACE */
void cd_grid_columns_changed (CdGridView *self);
const char *cd_grid_column_id (CdGridView *self, guint column, char *buf); /* @buf of CD_LAYOUT_ID_MAX */

/* cd-grid-fit.c */
void cd_grid_fit_columns (CdGridView *self, int width); /* sets the widths */
void cd_grid_fit_forget (CdGridView *self);             /* what was measured: other rows, another font */

/* cd-grid-header.c */
GtkWidget *cd_grid_header_new (CdGridView *view);
void cd_grid_header_update (GtkWidget *header); /* texts, sort marks */
int cd_grid_header_title_width (GtkWidget *header, guint column);
void cd_grid_menu_show (CdGridView *self, guint column, int x, int y);
void cd_grid_menu_class_init (GtkWidgetClass *klass);

/* cd-grid-chooser.c */
void cd_grid_show_details (CdGridView *self, GObject *item);

/* cd-grid-cell.c */
GtkWidget *cd_grid_cell_new (void);
void cd_grid_cell_tell (GtkWidget *cell, const char *label, guint row, guint column);

G_END_DECLS
