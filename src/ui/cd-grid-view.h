/* cd-grid-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one table of the program: watchlist, blotter, tape, ladder, holdings and every long list. Only the visible rows exist as
 * widgets; the model is asked only for them; a row is drawn again only when its item notifies "revision". Each row is a ROW with
 * its cells as accessible name, told at most twice a second; each title is a COLUMN_HEADER; the focused cell is one real
 * GRID_CELL. Main thread.
 *
 * A live table is safe to touch: while the pointer is pressed or a row is chosen by keyboard, rows keep their places and a mark
 * counts what waits. What a press does, it does to the row that stood under the pointer when it began.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-colours.h"
#include "cd-grid-order.h"
#include "cd-layout.h"

G_BEGIN_DECLS

#define CD_GRID_TEXT_MAX 256
#define CD_GRID_ROW_HEIGHT 22

/**
 * CdGridCell: what a cell shows. @span: the text runs over all columns (gap rows, headings).
 * @bar_bp: length of the bar behind the cell in basis points of its width.
 */
typedef struct
{
  char text[CD_GRID_TEXT_MAX];
  CdTone tone;
  gboolean bold, italic, span;
  int bar_bp;
  CdTone bar_tone;
} CdGridCell;

typedef void (*CdGridCellFunc) (gpointer item, guint column, CdGridCell *cell, gpointer data);

/**
 * CdGridSortFunc: what a cell is sorted by. %FALSE: by what it shows, figures as figures and words by the language's order.
 */
typedef gboolean (*CdGridSortFunc) (gpointer item, guint column, CdGridKey *key, gpointer data);

/**
 * CdGridColumn:
 * @width: in pixels at the normal font size
 * @expand: takes what is left
 * @optional: given up, the last one first, when the view is too narrow and the user has not arranged the columns himself
 * @id: (nullable): stable name in layout.json; the place of the column when %NULL
 * @help: (nullable): a sentence, translated by the caller
 * @hidden: only on request
 * @flash: marks a changed figure for 400 ms
 * @actions: the cell holds so many marks of equal width that can be clicked
 */
typedef struct
{
  const char *title; /* translated by the caller */
  int width;
  gboolean right;
  gboolean expand;
  gboolean optional;
  const char *id;
  const char *help;
  gboolean hidden;
  gboolean flash;
  guint actions;
} CdGridColumn;

#define CD_TYPE_GRID_VIEW (cd_grid_view_get_type ())
G_DECLARE_FINAL_TYPE (CdGridView, cd_grid_view, CD, GRID_VIEW, GtkWidget)

/**
 * cd_grid_view_new:
 * @label: accessible name of the table
 * @columns: (array length=n_columns): copied; texts too
 *
 * Signals: "activate" (item) on Enter or double click: without a handler all cells of the row are shown in a window; "selected"
 * (item, nullable) when the selection changes; "action" (item, column id, slot) on a click on a mark; "layout-changed" after
 * sorting, resizing, moving, choosing or zooming by the user.
 */
GtkWidget *cd_grid_view_new (const char *label, const CdGridColumn *columns, guint n_columns, CdGridCellFunc func, gpointer data);
void cd_grid_view_set_model (CdGridView *self, GListModel *model);
void cd_grid_view_set_placeholder (CdGridView *self, const char *text);
const char *cd_grid_view_get_placeholder (CdGridView *self); /* (nullable) */
void cd_grid_view_set_show_header (CdGridView *self, gboolean show);
gpointer cd_grid_view_get_selected (CdGridView *self);                        /* (transfer none) (nullable) */
void cd_grid_view_select (CdGridView *self, guint position, gboolean scroll); /* by place in the table */
guint cd_grid_view_get_selected_position (CdGridView *self);                  /* GTK_INVALID_LIST_POSITION */
void cd_grid_view_refresh (CdGridView *self);                                 /* all visible rows */
/* @stale: the source of all rows is lost or late: they are drawn as old, and exported as such, until it is called again. */
void cd_grid_view_set_stale (CdGridView *self, gboolean stale);
guint cd_grid_view_n_realised (CdGridView *self);                 /* for tests */
guint cd_grid_view_n_rows (CdGridView *self);                     /* after the filter */
gpointer cd_grid_view_dup_row (CdGridView *self, guint position); /* (transfer full) (nullable) */

/* Order. */
void cd_grid_view_set_sort_func (CdGridView *self, CdGridSortFunc func, gpointer data);
void cd_grid_view_set_default_sort (CdGridView *self, const char *id, gboolean descending);
/* As a click on the title: ascending, descending, none; with @add as the second key. */
void cd_grid_view_toggle_sort (CdGridView *self, guint column, gboolean add);
guint cd_grid_view_get_sort (CdGridView *self, CdGridSort *sort);
void cd_grid_view_set_filter (CdGridView *self, CdGridFilterFunc func, gpointer data);
void cd_grid_view_refilter (CdGridView *self);
/* FALSE: for tables that change only where their user acts. */
void cd_grid_view_set_freezes (CdGridView *self, gboolean freezes);
gboolean cd_grid_view_is_frozen (CdGridView *self);
guint cd_grid_view_n_waiting (CdGridView *self);
void cd_grid_view_thaw (CdGridView *self);

/* Columns. */
void cd_grid_view_resize_column (CdGridView *self, guint column, int width); /* pixels at zoom 100 */
int cd_grid_view_get_column_width (CdGridView *self, guint column);          /* as drawn; 0 = not shown */
void cd_grid_view_move_column (CdGridView *self, guint column, int by);
void cd_grid_view_show_column (CdGridView *self, guint column, gboolean show);
void cd_grid_view_reset_columns (CdGridView *self);
guint cd_grid_view_get_column (CdGridView *self);                       /* of the cell that has the focus */
guint cd_grid_view_get_column_order (CdGridView *self, guint *columns); /* shown ones, left to right; returns how many */
void cd_grid_view_choose_columns (CdGridView *self);                    /* opens the window */
void cd_grid_view_get_layout (CdGridView *self, CdLayoutTable *out);    /* @out->id is the caller's */
void cd_grid_view_set_layout (CdGridView *self, const CdLayoutTable *layout);

/* Size. */
/* The height it asks for follows the number of rows, within these bounds: a short table takes what it needs. */
void cd_grid_view_set_fit (CdGridView *self, guint min_rows, guint max_rows);
void cd_grid_view_set_row_height (CdGridView *self, int height); /* at zoom 100 */
void cd_grid_view_set_zoom (CdGridView *self, int zoom);         /* per cent */
int cd_grid_view_get_zoom (CdGridView *self);

/* The chosen rows as shown, tab-separated, titles first; (transfer full). */
char *cd_grid_view_dup_text (CdGridView *self);

/* cd-grid-export.c: all rows as shown, with a last column that says which hold old figures: UTF-8 with a mark, for a spreadsheet; no
 * cell is taken for a formula. (transfer full). */
char *cd_grid_view_dup_csv (CdGridView *self);
void cd_grid_view_export (CdGridView *self); /* asks where to */
void cd_grid_view_export_to (CdGridView *self, GFile *file);

/* Flashes of all tables: off also where the system asks for reduced motion. */
void cd_grid_view_set_flashes (gboolean on);
gboolean cd_grid_view_get_flashes (void);

G_END_DECLS
