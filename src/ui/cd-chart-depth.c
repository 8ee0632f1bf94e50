/* cd-chart-depth.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What stands in the visible levels, added up from the best price outwards: bids to the left, asks to the right.
 */
#include <glib/gi18n.h>
#include <math.h>

#include "cd-chart-private.h"
#include "cd-format.h"

typedef struct
{
  CdPlot plot;
  gint64 most; /* units at the far end of the deeper side */
} Depth;

static gint64
sum (const CdLevel *levels, guint n)
{
  gint64 total = 0;

  for (guint i = 0; i < n; i++)
    total += levels[i].qty;
  return total;
}

static double
x_of (const Depth *d, double price)
{
  return (price - d->plot.low) / (d->plot.high - d->plot.low) * (d->plot.width - 20) + 10;
}

static double
y_of (const Depth *d, double units)
{
  return d->plot.height - units / (double)d->most * (d->plot.height - 24);
}

/* One staircase: each level's step reaches to the next worse price. */
static void
draw_side (const Depth *d, const CdLevel *levels, guint n, CdTone tone, double end)
{
  gint64 cum = 0;

  if (d->plot.self->depth_stale)
    tone = CD_TONE_STALE;
  for (guint i = 0; i < n; i++)
    {
      double from = x_of (d, levels[i].price);
      double to = i + 1 < n ? x_of (d, levels[i + 1].price) : end;
      double y;

      cum += levels[i].qty;
      y = y_of (d, cum);
      cd_chart_rect (&d->plot, tone, 0.25, MIN (from, to), y, fabs (to - from), d->plot.height - y);
      cd_chart_rect (&d->plot, tone, 1, MIN (from, to), y, fabs (to - from), 2);
      cd_chart_rect (&d->plot, tone, 1, from, y, 1, y_of (d, cum - levels[i].qty) - y);
    }
}

static void
draw_axes (const Depth *d)
{
  double step = cd_chart_nice_step ((double)d->most, 5);
  double price_step = cd_chart_nice_step (d->plot.high - d->plot.low, MAX (d->plot.width / 110, 2));
  char text[CD_FORMAT_BUF];

  for (double units = step; units <= (double)d->most; units += step)
    {
      cd_chart_rect (&d->plot, CD_TONE_LINE, 0.6, 0, y_of (d, units), d->plot.width, 1);
      cd_chart_text (&d->plot, cd_format_units ((gint64)units, text), d->plot.width + 6, y_of (d, units), CD_TONE_DIM, FALSE);
    }
  for (double price = ceil (d->plot.low / price_step) * price_step; price <= d->plot.high; price += price_step)
    if (x_of (d, price) > 20 && x_of (d, price) < d->plot.width - 20)
      cd_chart_text (&d->plot, cd_format_price ((gint64)price, text), x_of (d, price), d->plot.height + CD_CHART_AXIS_HEIGHT / 2.0, CD_TONE_DIM, TRUE);
}

static void
draw_reading (const Depth *d)
{
  CdChartView *self = d->plot.self;
  double price = d->plot.low + (self->pointer_x - 10) / (d->plot.width - 20) * (d->plot.high - d->plot.low);
  gint64 cum = 0;
  char at[CD_FORMAT_BUF], units[CD_FORMAT_BUF];
  g_autofree char *text = NULL;
  gboolean asks = self->n_asks > 0 && price >= (double)self->asks[0].price;

  if (!self->pointer_in || self->pointer_x > d->plot.width)
    return;
  for (guint i = 0; asks && i < self->n_asks && (double)self->asks[i].price <= price; i++)
    cum += self->asks[i].qty;
  for (guint i = 0; !asks && i < self->n_bids && (double)self->bids[i].price >= price; i++)
    cum += self->bids[i].qty;
  cd_chart_rect (&d->plot, CD_TONE_DIM, 0.6, self->pointer_x, 0, 1, d->plot.height);
  /* Translators: price and how much can be had up to it */
  text = g_strdup_printf (_ ("%1$s: %2$s t up to here"), cd_format_price ((gint64)(price / 100) * 100, at), cd_format_units (cum, units));
  cd_chart_text (&d->plot, text, 8, 11, CD_TONE_TEXT, FALSE);
}

void
cd_chart_draw_depth (CdChartView *self, GtkSnapshot *snapshot, int width, int height)
{
  Depth d = { { .self = self, .snapshot = snapshot, .width = width - CD_CHART_AXIS_WIDTH, .height = height - CD_CHART_AXIS_HEIGHT }, 0 };
  const CdLevel *low = self->n_bids ? &self->bids[self->n_bids - 1] : self->n_asks ? &self->asks[0]
                                                                                   : NULL;
  const CdLevel *high = self->n_asks ? &self->asks[self->n_asks - 1] : self->n_bids ? &self->bids[0]
                                                                                    : NULL;

  if (d.plot.width < 40 || d.plot.height < 40)
    return;
  if (!low || !high)
    {
      cd_chart_text (&d.plot, _ ("Nothing stands in the book"), width / 2.0, height / 2.0, CD_TONE_DIM, TRUE);
      return;
    }
  d.most = MAX (MAX (sum (self->bids, self->n_bids), sum (self->asks, self->n_asks)), 1);
  d.plot.low = (double)MIN (low->price, high->price) - 500;
  d.plot.high = (double)MAX (low->price, high->price) + 500;
  draw_axes (&d);
  draw_side (&d, self->bids, self->n_bids, CD_TONE_BUY, 0);
  draw_side (&d, self->asks, self->n_asks, CD_TONE_SELL, d.plot.width);
  draw_reading (&d);
}
