/* cd-chart-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Candles with volume, or the depth of the book. The range fits itself until the user moves it: the wheel and +/− zoom about the
 * pointer, dragging and Shift+arrows pan, the pointer or the arrows read off a bar, 0 fits again. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-bars.h"
#include "cd-book.h"

G_BEGIN_DECLS

#define CD_TYPE_CHART_VIEW (cd_chart_view_get_type ())
G_DECLARE_FINAL_TYPE (CdChartView, cd_chart_view, CD, CHART_VIEW, GtkWidget)

GtkWidget *cd_chart_view_new (void);
/* @bars: (transfer none) (element-type CdBar), oldest first. @daily: days instead of minutes. */
void cd_chart_view_set_bars (CdChartView *self, const GArray *bars, gboolean daily);
/* Days that came from a file and not from this venue: sorted (element-type CdDate) (nullable); drawn hollow. */
void cd_chart_view_set_imported (CdChartView *self, const GArray *days);
/* Lines across the chart; 0 = none. */
void cd_chart_view_set_levels (CdChartView *self, gint64 prev_close_e4, gint64 limit_low_e4, gint64 limit_high_e4);
void cd_chart_view_set_placeholder (CdChartView *self, const char *text);
/* Depth instead of candles. */
void cd_chart_view_set_show_depth (CdChartView *self, gboolean depth);
void cd_chart_view_set_depth (CdChartView *self, const CdLevel *bids, guint n_bids, const CdLevel *asks, guint n_asks, gboolean stale);
/* The range fits itself again: another instrument or span. */
void cd_chart_view_fit (CdChartView *self);
void cd_chart_view_zoom (CdChartView *self, int by); /* steps about the middle; more than 0 = fewer bars */
/* What is visible: index of the first bar and how many; for tests. */
void cd_chart_view_get_range (CdChartView *self, guint *first, guint *n);

G_END_DECLS
