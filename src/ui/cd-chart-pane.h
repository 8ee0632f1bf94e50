/* cd-chart-pane.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The chart of the chosen instrument with its tabs: five minutes, days, depth. Days that were imported are marked, and the pane
 * names the file they came from. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-chart-view.h"
#include "cd-desk.h"

G_BEGIN_DECLS

typedef enum
{
  CD_CHART_MINUTES,
  CD_CHART_DAYS,
  CD_CHART_DEPTH,
  CD_CHART_N_TABS,
} CdChartTab;

#define CD_TYPE_CHART_PANE (cd_chart_pane_get_type ())
G_DECLARE_FINAL_TYPE (CdChartPane, cd_chart_pane, CD, CHART_PANE, GtkWidget)

GtkWidget *cd_chart_pane_new (CdDesk *desk);
void cd_chart_pane_set_instrument (CdChartPane *self, const char *code);
void cd_chart_pane_set_tab (CdChartPane *self, CdChartTab tab);
CdChartTab cd_chart_pane_get_tab (CdChartPane *self);
/* Prices, bars or the book changed. */
void cd_chart_pane_refresh (CdChartPane *self);
CdChartView *cd_chart_pane_get_view (CdChartPane *self);

G_END_DECLS
