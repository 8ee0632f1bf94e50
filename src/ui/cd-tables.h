/* cd-tables.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tables of the trade workspace, each a #CdGridView over a model of the desk.
 */
#pragma once

#include "cd-desk.h"
#include "cd-grid-view.h"

G_BEGIN_DECLS

GtkWidget *cd_watchlist_new (CdDesk *desk);
GtkWidget *cd_working_table_new (CdDesk *desk, GListModel *model);
GtkWidget *cd_fills_table_new (CdDesk *desk, GListModel *model);
GtkWidget *cd_tape_new (CdDesk *desk);
GtkWidget *cd_holdings_table_new (CdDesk *desk, GListModel *model);
GtkWidget *cd_blocks_table_new (CdDesk *desk, GListModel *model);

/* Open block intents as rows; refreshed from the desk. */
#define CD_TYPE_BLOCK_ROW (cd_block_row_get_type ())
G_DECLARE_FINAL_TYPE (CdBlockRow, cd_block_row, CD, BLOCK_ROW, CdRow)
struct _CdBlockRow
{
  CdRow parent_instance;
  CdFeedBlock block;
};
void cd_blocks_model_update (GListStore *store, CdDesk *desk, const char *code);

G_END_DECLS
