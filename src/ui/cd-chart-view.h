/* cd-chart-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Candles with volume. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-bars.h"

G_BEGIN_DECLS

#define CD_TYPE_CHART_VIEW (cd_chart_view_get_type ())
G_DECLARE_FINAL_TYPE (CdChartView, cd_chart_view, CD, CHART_VIEW, GtkWidget)

GtkWidget *cd_chart_view_new (void);
/* @bars: (transfer none) (element-type CdBar), oldest first. @daily: days instead of minutes. */
void cd_chart_view_set_bars (CdChartView *self, const GArray *bars, gboolean daily);
/* Lines across the chart; 0 = none. */
void cd_chart_view_set_levels (CdChartView *self, gint64 prev_close_e4, gint64 limit_low_e4, gint64 limit_high_e4);
void cd_chart_view_set_placeholder (CdChartView *self, const char *text);

G_END_DECLS
