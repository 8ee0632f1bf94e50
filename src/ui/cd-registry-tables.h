/* cd-registry-tables.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tables of the registry page: balances by bucket, settlements by day, instructions with their two signatures. Main thread.
 */
#pragma once

#include "cd-desk.h"
#include "cd-grid-view.h"

G_BEGIN_DECLS

/* A settlement of the desk as a row. */
#define CD_TYPE_SETTLEMENT_ROW (cd_settlement_row_get_type ())
G_DECLARE_FINAL_TYPE (CdSettlementRow, cd_settlement_row, CD, SETTLEMENT_ROW, CdRow)
struct _CdSettlementRow
{
  CdRow parent_instance;
  CdSettlement settlement;
};

/* @model: of CdHoldingRow, of CdSettlementRow, of CdInstructionRow. The names of the widgets are "balances", "settlements" and
 * "instructions": the layout file knows the tables by them. */
GtkWidget *cd_balances_table_new (CdDesk *desk, GListModel *model);
GtkWidget *cd_settlements_table_new (CdDesk *desk, GListModel *model);
GtkWidget *cd_instructions_table_new (CdDesk *desk, GListModel *model);

G_END_DECLS
