/* cd-grid-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one table of the program: watchlist, blotter, tape, ladder, holdings and every long list. Only the visible rows exist as
 * widgets; the model is asked only for them; a row is drawn again only when its item notifies, and only its own cells. Each row is a
 * ROW with its cells as accessible name, told at most twice a second; the cell with the focus is a GRID_CELL. While the pointer is
 * down no row moves, and an action belongs to the row that was under it when it went down. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-colours.h"

G_BEGIN_DECLS

#define CD_GRID_TEXT_MAX 128

/**
 * CdGridCell: what a cell shows. @span: the text runs over all columns (gap rows, headings).
 * @bar_bp: length of the bar behind the cell in basis points of its width.
 * @back_tone: colour laid thinly behind the cell; %CD_TONE_TEXT (the zero) = none
 */
typedef struct
{
  char text[CD_GRID_TEXT_MAX];
  CdTone tone;
  gboolean bold, italic, span;
  int bar_bp;
  CdTone bar_tone;
  gboolean strike;
  CdTone back_tone;
} CdGridCell;

typedef void (*CdGridCellFunc) (gpointer item, guint column, CdGridCell *cell, gpointer data);
/* Returns: (transfer full) (nullable): the tooltip of a cell. */
typedef char *(*CdGridTooltipFunc) (gpointer item, guint column, gpointer data);

typedef enum
{
  CD_GRID_COLUMN_PLAIN = 0,
  CD_GRID_COLUMN_SORTABLE = 1 << 0, /* a click on its title emits "sort" */
  CD_GRID_COLUMN_FLASH = 1 << 1,    /* lights up for 400 ms when its text changes; not with reduced motion */
  CD_GRID_COLUMN_HIDDEN = 1 << 2,   /* at first */
} CdGridColumnFlags;

/**
 * CdGridColumn:
 * @width: in pixels at the normal font size
 * @expand: takes what is left
 * @optional: given up, the last one first, when the view is too narrow
 * @flags: further traits
 */
typedef struct
{
  const char *title; /* translated by the caller */
  int width;
  gboolean right;
  gboolean expand;
  gboolean optional;
  CdGridColumnFlags flags;
} CdGridColumn;

#define CD_TYPE_GRID_VIEW (cd_grid_view_get_type ())
G_DECLARE_FINAL_TYPE (CdGridView, cd_grid_view, CD, GRID_VIEW, GtkWidget)

/**
 * cd_grid_view_new:
 * @label: accessible name of the table
 * @columns: (array length=n_columns): copied; titles too
 *
 * Signals: "activate" (item) on Enter or double click; "selected" (item, nullable) when the selection changes; "sort" (column: uint,
 * add: boolean, with Shift) on a click on the title of a sortable column; "row-pressed" (item, button: uint, x: double, y: double)
 * before the selection follows; "columns-changed" when the user changed a width.
 */
GtkWidget *cd_grid_view_new (const char *label, const CdGridColumn *columns, guint n_columns, CdGridCellFunc func, gpointer data);
void cd_grid_view_set_model (CdGridView *self, GListModel *model);
void cd_grid_view_set_placeholder (CdGridView *self, const char *text);
void cd_grid_view_set_row_height (CdGridView *self, int height);
void cd_grid_view_set_show_header (CdGridView *self, gboolean show);
void cd_grid_view_set_tooltip_func (CdGridView *self, CdGridTooltipFunc func); /* else a text that does not fit is its own tooltip */
gpointer cd_grid_view_get_selected (CdGridView *self);               /* (transfer none) (nullable) */
void cd_grid_view_select (CdGridView *self, guint position, gboolean scroll);
guint cd_grid_view_get_selected_position (CdGridView *self);         /* GTK_INVALID_LIST_POSITION */
guint cd_grid_view_get_focus_column (CdGridView *self);              /* where Left and Right have gone */
void cd_grid_view_refresh (CdGridView *self);                        /* all visible rows */
void cd_grid_view_queue_row (CdGridView *self, guint position);      /* one row, if it is visible */
guint cd_grid_view_n_realised (CdGridView *self);                    /* for tests */

/* Columns by their number in the array of cd_grid_view_new(). */
void cd_grid_view_set_column_hidden (CdGridView *self, guint column, gboolean hidden);
void cd_grid_view_set_column_width (CdGridView *self, guint column, int width);
int cd_grid_view_get_column_width (CdGridView *self, guint column);  /* as wanted, not as placed */
void cd_grid_view_move_column (CdGridView *self, guint column, guint place); /* @place counts from the left */
void cd_grid_view_set_sort (CdGridView *self, int column, GtkSortType type); /* the mark only; -1 = none */

G_END_DECLS
