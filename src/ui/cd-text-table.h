/* cd-text-table.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A table whose rows are worked out from somewhere else and said anew at every update. Rows are kept by position, so that focus and
 * selection stay while figures change, and only changed rows are drawn again. Main thread.
 */
#pragma once

#include "cd-grid-view.h"
#include "cd-rows.h"

G_BEGIN_DECLS

#define CD_TEXT_TABLE_COLUMNS_MAX 12

#define CD_TYPE_TEXT_TABLE (cd_text_table_get_type ())
G_DECLARE_FINAL_TYPE (CdTextTable, cd_text_table, CD, TEXT_TABLE, GtkWidget)

/* @columns: (array length=n): at most %CD_TEXT_TABLE_COLUMNS_MAX */
GtkWidget *cd_text_table_new (const char *label, const CdGridColumn *columns, guint n);
GtkWidget *cd_text_table_get_grid (CdTextTable *self); /* (transfer none) */
/* begin; then for each row add_row and its cells; end. Cells not said are empty. */
void cd_text_table_begin (CdTextTable *self);
void cd_text_table_add_row (CdTextTable *self);
void cd_text_table_cell (CdTextTable *self, guint column, const char *text, CdTone tone);
void cd_text_table_bold (CdTextTable *self, guint column);
void cd_text_table_bar (CdTextTable *self, guint column, int bp, CdTone tone);
void cd_text_table_end (CdTextTable *self);

G_END_DECLS
