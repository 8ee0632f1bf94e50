/* cd-registry-tables.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-registry-tables.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cd-format.h"

#define COPY(cell, value) g_strlcpy ((cell)->text, (value), sizeof (cell)->text)

G_DEFINE_FINAL_TYPE (CdSettlementRow, cd_settlement_row, CD_TYPE_ROW)
static void
cd_settlement_row_class_init (CdSettlementRowClass *klass)
{
}
static void
cd_settlement_row_init (CdSettlementRow *self)
{
}

static const CdBucket buckets[] = { CD_BUCKET_TRADING, CD_BUCKET_REGISTRY, CD_BUCKET_BOUGHT_TODAY, CD_BUCKET_ORDER_LOCKED, CD_BUCKET_IN_TRANSFER, CD_BUCKET_PENDING_OFFSET, CD_BUCKET_SUBMITTED, CD_BUCKET_SURRENDERED, CD_BUCKET_CANCELLED, CD_BUCKET_PLEDGED, CD_BUCKET_JUDICIAL, CD_BUCKET_REGULATOR, CD_BUCKET_CARRY_FROZEN };

static void
balance_func (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  const CdHoldingRow *row = item;
  char buf[CD_FORMAT_BUF];

  if (column == 0)
    {
      COPY (cell, row->asset);
      cell->bold = TRUE;
    }
  else if (column == 1)
    COPY (cell, cd_format_units (row->total, buf));
  else if (row->bucket[buckets[column - 2]] != 0)
    COPY (cell, cd_format_units (row->bucket[buckets[column - 2]], buf));
}

static void
settlement_func (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  const CdSettlement *s = &((CdSettlementRow *)item)->settlement;
  char buf[CD_FORMAT_BUF];
  char date[CD_DATE_BUF];

  if (column == 0)
    COPY (cell, cd_date_print (s->day, date));
  else if (column == 1)
    {
      COPY (cell, cd_format_settlement_state (s->state));
      cell->tone = g_str_equal (s->state, "settled") ? CD_TONE_WARN : CD_TONE_TEXT;
    }
  else if (column == 2)
    COPY (cell, cd_format_units (s->bought, buf));
  else if (column == 3)
    COPY (cell, cd_format_units (s->sold, buf));
  else
    COPY (cell, cd_format_money (s->amount_bought_e4 - s->amount_sold_e4, buf));
}

/* The summary holds codes and figures; the two sides of a transfer have words. */
static void
summary_cell (const CdInstructionRow *row, CdGridCell *cell)
{
  const char *summary = row->summary ? row->summary : "";
  const char *way = strstr (summary, " · ");

  if (!way)
    {
      COPY (cell, summary);
      return;
    }
  g_snprintf (cell->text, sizeof cell->text, "%.*s · %s", (int)(way - summary), summary, g_str_has_suffix (way, "registry") ? _ ("to the register") : _ ("to trading"));
}

static void
instruction_func (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  CdDesk *desk = data;
  const CdInstructionRow *row = item;

  switch (column)
    {
    case 0:
      COPY (cell, cd_format_instruction_kind (row->kind));
      cell->bold = TRUE;
      break;
    case 1:
      summary_cell (row, cell);
      break;
    case 2:
      COPY (cell, row->unknown ? cd_format_instruction_state ("unknown") : cd_format_instruction_state (row->state));
      cell->tone = row->unknown || g_str_equal (row->state, "rejected") || g_str_equal (row->state, "refused") ? CD_TONE_BLOCK : g_str_equal (row->state, "executed") ? CD_TONE_LINK
                                                                                                                                                                      : CD_TONE_WARN;
      break;
    case 3:
      COPY (cell, cd_format_person (desk, row->by));
      break;
    case 4:
      COPY (cell, cd_format_person (desk, row->confirmed_by));
      break;
    case 5:
      if (row->receipt)
        COPY (cell, row->receipt);
      else if (row->reason)
        {
          g_autofree char *reason = cd_format_code (row->reason, 0, 0);

          COPY (cell, reason);
        }
      break;
    case 6:
      if (row->at_us)
        {
          g_autofree char *at = cd_format_date_time (NULL, row->at_us);

          COPY (cell, at);
          cell->tone = CD_TONE_DIM;
        }
      break;
    default:
      break;
    }
}

static GtkWidget *
table_new (const char *name, GtkWidget *grid, GListModel *model, const char *empty)
{
  gtk_widget_set_name (grid, name);
  cd_grid_view_set_model (CD_GRID_VIEW (grid), model);
  cd_grid_view_set_placeholder (CD_GRID_VIEW (grid), empty);
  return grid;
}

GtkWidget *
cd_balances_table_new (CdDesk *desk, GListModel *model)
{
  const CdGridColumn columns[] = {
    { _ ("Asset"), 110, FALSE, FALSE, FALSE },
    { _ ("Total t"), 80, TRUE, TRUE, FALSE },
    { _ ("Free, trading"), 80, TRUE, FALSE, FALSE },
    { _ ("Free, register"), 80, TRUE, FALSE, FALSE },
    { _ ("Bought today"), 80, TRUE, FALSE, TRUE },
    { _ ("In orders"), 76, TRUE, FALSE, TRUE },
    { _ ("In transfer"), 76, TRUE, FALSE, FALSE },
    { _ ("Pending offset"), 76, TRUE, FALSE, FALSE },
    { _ ("Submitted"), 76, TRUE, FALSE, FALSE },
    { _ ("Surrendered"), 80, TRUE, FALSE, TRUE },
    { _ ("Cancelled units"), 92, TRUE, FALSE, TRUE },
    { _ ("Pledged"), 76, TRUE, FALSE, TRUE },
    { _ ("Court freeze"), 84, TRUE, FALSE, TRUE },
    { _ ("Regulator's freeze"), 110, TRUE, FALSE, TRUE },
    { _ ("Carry-over freeze"), 110, TRUE, FALSE, TRUE },
  };

  return table_new ("balances", cd_grid_view_new (_ ("Balances"), columns, G_N_ELEMENTS (columns), balance_func, NULL), model, _ ("No holdings known yet"));
}

GtkWidget *
cd_settlements_table_new (CdDesk *desk, GListModel *model)
{
  const CdGridColumn days[] = {
    { _ ("Day"), 96, FALSE, FALSE, FALSE },
    { _ ("Settlement"), 180, FALSE, TRUE, FALSE },
    { _ ("Bought t"), 92, TRUE, FALSE, FALSE },
    { _ ("Sold t"), 92, TRUE, FALSE, FALSE },
    { _ ("Net paid ¥"), 130, TRUE, FALSE, FALSE },
  };

  return table_new ("settlements", cd_grid_view_new (_ ("Settlements"), days, G_N_ELEMENTS (days), settlement_func, NULL), model, _ ("No trades to settle"));
}

GtkWidget *
cd_instructions_table_new (CdDesk *desk, GListModel *model)
{
  const CdGridColumn columns[] = {
    { _ ("Kind"), 96, FALSE, FALSE, FALSE },
    { _ ("Content"), 150, FALSE, TRUE, FALSE },
    { _ ("State"), 130, FALSE, TRUE, FALSE },
    { _ ("Proposed by"), 90, FALSE, FALSE, FALSE },
    { _ ("Confirmed by"), 90, FALSE, FALSE, FALSE },
    { _ ("Receipt or reason"), 110, FALSE, TRUE, FALSE },
    { _ ("Time"), 116, TRUE, FALSE, TRUE },
  };

  return table_new ("instructions", cd_grid_view_new (_ ("Instructions"), columns, G_N_ELEMENTS (columns), instruction_func, desk), model, _ ("No instructions yet"));
}
