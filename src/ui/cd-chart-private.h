/* cd-chart-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The inside of the chart: cd-chart-view.c holds state and input, cd-chart-draw.c draws candles, cd-chart-depth.c the depth.
 */
#pragma once

#include "cd-chart-view.h"
#include "cd-colours.h"

G_BEGIN_DECLS

#define CD_CHART_AXIS_WIDTH 64
#define CD_CHART_AXIS_HEIGHT 18
#define CD_CHART_LEVELS 5 /* as many as the market shows */

struct _CdChartView
{
  GtkWidget parent_instance;

  GArray *bars;     /* CdBar */
  GArray *imported; /* CdDate, sorted */
  gboolean daily;
  gint64 prev_close_e4, limit_low_e4, limit_high_e4;
  char *placeholder;

  /* Range. Fitted: from the data; else what the user left. */
  gboolean fitted;
  double slot;       /* pixels a bar */
  double right;      /* bars hidden beyond the right edge; negative = room */
  double drag_right; /* @right when the drag began */

  /* Reading off. */
  double pointer_x, pointer_y;
  gboolean pointer_in;
  int cursor; /* bar chosen by keyboard, -1 = none */

  gboolean depth, depth_stale;
  CdLevel bids[CD_CHART_LEVELS], asks[CD_CHART_LEVELS];
  guint n_bids, n_asks;
};

/* What one drawing works with. */
typedef struct
{
  CdChartView *self;
  GtkSnapshot *snapshot;
  double width, height, volume_top; /* of the plot, without the axes */
  double low, high;
  gint64 volume_max;
} CdPlot;

/* cd-chart-view.c */
void cd_chart_view_layout (CdChartView *self, double width);                         /* slot and right while fitted */
void cd_chart_view_visible (CdChartView *self, double width, int *first, int *last); /* last is excluded */
double cd_chart_view_x_of (CdChartView *self, double width, int index);              /* left edge of a bar */
char *cd_chart_view_describe (CdChartView *self, int index);                         /* (transfer full) values of a bar in words */

/* cd-chart-draw.c */
void cd_chart_text (const CdPlot *p, const char *text, double x, double y, CdTone tone, gboolean centre);
void cd_chart_rect (const CdPlot *p, CdTone tone, double alpha, double x, double y, double w, double h);
double cd_chart_nice_step (double range, double parts);
void cd_chart_draw_bars (CdChartView *self, GtkSnapshot *snapshot, int width, int height);
void cd_chart_label_of (CdChartView *self, const CdBar *bar, char *out, gsize len);
int cd_chart_bar_at (CdChartView *self, double width, double x); /* -1 = none */

/* cd-chart-depth.c */
void cd_chart_draw_depth (CdChartView *self, GtkSnapshot *snapshot, int width, int height);

G_END_DECLS
