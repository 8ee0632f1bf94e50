/* cd-grid-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the view shares with its rows. Private to the grid.
 */
#pragma once

#include "cd-glyphs.h"
#include "cd-grid-view.h"

G_BEGIN_DECLS

#define CD_GRID_COLUMNS_MAX 24
#define CD_GRID_PAD 6

/* Geometry shared by the header and all rows of a view. */
typedef struct
{
  guint n;
  CdGridColumn columns[CD_GRID_COLUMNS_MAX];
  guint order[CD_GRID_COLUMNS_MAX]; /* columns from the left */
  int x[CD_GRID_COLUMNS_MAX];
  int width[CD_GRID_COLUMNS_MAX]; /* 0 = given up or hidden */
  CdGlyphs *glyphs[2][2];         /* (owned) (nullable): [bold][italic]; made when first drawn with */
  CdGridCellFunc func;
  gpointer data;
} CdGridLayout;

#define CD_TYPE_GRID_ROW (cd_grid_row_get_type ())
G_DECLARE_FINAL_TYPE (CdGridRow, cd_grid_row, CD, GRID_ROW, GtkWidget)

GtkWidget *cd_grid_row_new (CdGridLayout *layout); /* @layout outlives the row */
void cd_grid_row_bind (CdGridRow *self, GObject *item, guint position, gboolean selected, gboolean focused);
GObject *cd_grid_row_get_item (CdGridRow *self);
void cd_grid_row_update (CdGridRow *self);
void cd_grid_row_relayout (CdGridRow *self);
const CdGridCell *cd_grid_row_get_cell (CdGridRow *self, guint column);
gboolean cd_grid_row_is_cut (CdGridRow *self, guint column); /* the text does not fit */
guint cd_grid_row_n_snapshots (CdGridRow *self);             /* for tests */

G_END_DECLS
