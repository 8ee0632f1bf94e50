/* cd-grid-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "cd-glyph-table.h"
#include "cd-grid-view.h"

G_BEGIN_DECLS

#define CD_GRID_COLUMNS_MAX 24
#define CD_GRID_PAD 6

/* Geometry shared by the header and all rows of a view. By column, except @order: places from left to right. */
typedef struct
{
  guint n;
  CdGridColumn columns[CD_GRID_COLUMNS_MAX];
  guint order[CD_GRID_COLUMNS_MAX];
  gboolean shown[CD_GRID_COLUMNS_MAX];
  int wanted[CD_GRID_COLUMNS_MAX]; /* chosen by the user at zoom 100; 0 = the default */
  int x[CD_GRID_COLUMNS_MAX];      /* in the view, may be negative when scrolled */
  int width[CD_GRID_COLUMNS_MAX];  /* 0 = not drawn */
  int zoom;                        /* per cent */
  gboolean stale;                  /* what all rows show is old */
  int need[CD_GRID_COLUMNS_MAX];   /* of figures and codes that were seen, at zoom 100; 0 = they have room */
  gboolean fit_asked;              /* places are given out anew before the next frame */
  CdGridCellFunc func;
  gpointer data;
  CdGlyphTable *glyphs[4]; /* (owned): plain, bold, italic, both; made when first drawn */
} CdGridLayout;

void cd_grid_layout_clear_glyphs (CdGridLayout *layout); /* the font changed, or the end */

#define CD_TYPE_GRID_ROW (cd_grid_row_get_type ())
G_DECLARE_FINAL_TYPE (CdGridRow, cd_grid_row, CD, GRID_ROW, GtkWidget)

GtkWidget *cd_grid_row_new (CdGridLayout *layout); /* @layout outlives the row */
void cd_grid_row_bind (CdGridRow *self, GObject *item, gboolean selected, gboolean focused);
GObject *cd_grid_row_get_item (CdGridRow *self);
void cd_grid_row_update (CdGridRow *self);
void cd_grid_row_relayout (CdGridRow *self);
const CdGridCell *cd_grid_row_get_cell (CdGridRow *self, guint column);
gboolean cd_grid_row_is_flashing (CdGridRow *self, guint column);

/* cd-grid-fit.c: @text of @width pixels, the margins included, was cut; @view: (type CdGridView) */
void cd_grid_fit_ask (CdGridLayout *layout, guint column, const char *text, int width, GtkWidget *view);

/* The text of a cell as a line: cut at a whole character. */
void cd_grid_cell_read (const CdGridLayout *layout, gpointer item, guint column, CdGridCell *cell);

G_END_DECLS
