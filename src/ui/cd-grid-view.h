/* cd-grid-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one table of the program: watchlist, blotter, tape, ladder, holdings and every long list. Only the visible rows exist as
 * widgets; the model is asked only for them; a row is drawn again only when its item notifies "revision". Each row is a ROW with
 * its cells as accessible name, told at most twice a second. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-colours.h"

G_BEGIN_DECLS

#define CD_GRID_TEXT_MAX 256

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
 * CdGridColumn:
 * @width: in pixels at the normal font size
 * @expand: takes what is left
 * @optional: given up, the last one first, when the view is too narrow
 */
typedef struct
{
  const char *title; /* translated by the caller */
  int width;
  gboolean right;
  gboolean expand;
  gboolean optional;
} CdGridColumn;

#define CD_TYPE_GRID_VIEW (cd_grid_view_get_type ())
G_DECLARE_FINAL_TYPE (CdGridView, cd_grid_view, CD, GRID_VIEW, GtkWidget)

/**
 * cd_grid_view_new:
 * @label: accessible name of the table
 * @columns: (array length=n_columns): copied; titles too
 *
 * Signals: "activate" (item) on Enter or double click; "selected" (item, nullable) when the selection changes.
 */
GtkWidget *cd_grid_view_new (const char *label, const CdGridColumn *columns, guint n_columns, CdGridCellFunc func, gpointer data);
void cd_grid_view_set_model (CdGridView *self, GListModel *model);
void cd_grid_view_set_placeholder (CdGridView *self, const char *text);
void cd_grid_view_set_row_height (CdGridView *self, int height);
void cd_grid_view_set_show_header (CdGridView *self, gboolean show);
gpointer cd_grid_view_get_selected (CdGridView *self); /* (transfer none) (nullable) */
void cd_grid_view_select (CdGridView *self, guint position, gboolean scroll);
guint cd_grid_view_get_selected_position (CdGridView *self); /* GTK_INVALID_LIST_POSITION */
void cd_grid_view_refresh (CdGridView *self);                /* all visible rows */
guint cd_grid_view_n_realised (CdGridView *self);            /* for tests */

G_END_DECLS
