/* cd-chart-draw.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plain rectangles only: a candle is two of them, a hollow one four.
 */
#include <glib/gi18n.h>
#include <math.h>

#include "cd-chart-private.h"
#include "cd-format.h"

#define VOLUME_SHARE 0.2

static PangoLayout *
layout_of (const CdPlot *p, const char *text)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (p->self), text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_attr_list_insert (attributes, pango_attr_scale_new (0.85));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  return layout;
}

void
cd_chart_text (const CdPlot *p, const char *text, double x, double y, CdTone tone, gboolean centre)
{
  g_autoptr (PangoLayout) layout = layout_of (p, text);
  int w, h;

  pango_layout_get_pixel_size (layout, &w, &h);
  gtk_snapshot_save (p->snapshot);
  gtk_snapshot_translate (p->snapshot, &GRAPHENE_POINT_INIT (centre ? x - w / 2.0 : x, y - h / 2.0));
  gtk_snapshot_append_layout (p->snapshot, layout, cd_colours_get (tone));
  gtk_snapshot_restore (p->snapshot);
}

void
cd_chart_rect (const CdPlot *p, CdTone tone, double alpha, double x, double y, double w, double h)
{
  GdkRGBA colour = *cd_colours_get (tone);

  colour.alpha = (float)alpha;
  gtk_snapshot_append_color (p->snapshot, &colour, &GRAPHENE_RECT_INIT (x, y, MAX (w, 1), MAX (h, 1)));
}

/* 1, 2 or 5 times a power of ten, so that there are about @parts lines. */
double
cd_chart_nice_step (double range, double parts)
{
  double raw = range / parts;
  double power = pow (10, floor (log10 (raw)));
  double part = raw / power;

  return (part < 1.5 ? 1 : part < 3.5 ? 2
                       : part < 7.5   ? 5
                                      : 10)
         * power;
}

static double
y_of (const CdPlot *p, double price)
{
  return p->high > p->low ? (p->high - price) / (p->high - p->low) * (p->volume_top - 12) + 6 : p->volume_top / 2;
}

static void
find_range (CdPlot *p, int first, int last)
{
  p->low = G_MAXDOUBLE;
  p->high = 0;
  for (int i = first; i < last; i++)
    {
      const CdBar *bar = &g_array_index (p->self->bars, CdBar, i);
      double low = bar->low_e4 ? bar->low_e4 : bar->close_e4;
      double high = bar->high_e4 ? bar->high_e4 : bar->close_e4;

      p->low = MIN (p->low, low);
      p->high = MAX (p->high, high);
      p->volume_max = MAX (p->volume_max, bar->volume);
    }
  if (p->self->prev_close_e4 && !p->self->daily)
    {
      p->low = MIN (p->low, p->self->prev_close_e4);
      p->high = MAX (p->high, p->self->prev_close_e4);
    }
  if (p->high - p->low < 2000)
    {
      p->low -= 1000;
      p->high += 1000;
    }
}

static gboolean
is_level_seen (const CdPlot *p, gint64 price_e4)
{
  return price_e4 > 0 && y_of (p, price_e4) >= 2 && y_of (p, price_e4) <= p->volume_top;
}

static void
draw_level (const CdPlot *p, gint64 price_e4, CdTone tone)
{
  for (double x = 0; is_level_seen (p, price_e4) && x < p->width; x += 8)
    cd_chart_rect (p, tone, 0.7, x, y_of (p, price_e4), 4, 1);
}

/* After the candles, on a ground of its own. */
static void
draw_level_name (const CdPlot *p, gint64 price_e4, CdTone tone, const char *name)
{
  char price[CD_FORMAT_BUF];
  g_autofree char *text = g_strdup_printf ("%s %s", name, cd_format_price (price_e4, price));

  g_autoptr (PangoLayout) layout = layout_of (p, text);
  int w, h;

  if (!is_level_seen (p, price_e4))
    return;
  pango_layout_get_pixel_size (layout, &w, &h);
  cd_chart_rect (p, CD_TONE_VIEW, 0.85, 3, y_of (p, price_e4) - 2 - h, w + 6, h);
  cd_chart_text (p, text, 6, y_of (p, price_e4) - 2 - h / 2.0, tone, FALSE);
}

static void
draw_grid (const CdPlot *p)
{
  double step = cd_chart_nice_step (p->high - p->low, 6);

  for (double price = ceil (p->low / step) * step; price <= p->high; price += step)
    {
      char label[CD_FORMAT_BUF];
      double y = y_of (p, price);

      cd_chart_rect (p, CD_TONE_LINE, 0.6, 0, y, p->width, 1);
      cd_chart_text (p, cd_format_price ((gint64)price, label), p->width + 6, y, CD_TONE_DIM, FALSE);
    }
  draw_level (p, p->self->prev_close_e4, CD_TONE_FLAT);
  draw_level (p, p->self->limit_high_e4, CD_TONE_WARN);
  draw_level (p, p->self->limit_low_e4, CD_TONE_WARN);
}

static void
draw_level_names (const CdPlot *p)
{
  draw_level_name (p, p->self->prev_close_e4, CD_TONE_FLAT, _ ("prev"));
  draw_level_name (p, p->self->limit_high_e4, CD_TONE_WARN, _ ("limit up"));
  draw_level_name (p, p->self->limit_low_e4, CD_TONE_WARN, _ ("limit down"));
}

void
cd_chart_label_of (CdChartView *self, const CdBar *bar, char *out, gsize len)
{
  char buf[CD_FORMAT_BUF];

  if (self->daily)
    {
      char date[CD_DATE_BUF];

      g_strlcpy (out, cd_date_print (bar->day, date), len);
      return;
    }
  cd_format_time (NULL, bar->start_us, buf);
  buf[5] = 0;
  g_strlcpy (out, buf, len);
}

static int
compare_days (gconstpointer a, gconstpointer b)
{
  const CdDate *x = a, *y = b;

  return *x < *y ? -1 : *x > *y;
}

static gboolean
is_imported (CdChartView *self, CdDate day)
{
  return self->daily && self->imported->len > 0 && g_array_binary_search (self->imported, &day, compare_days, NULL);
}

static void
draw_candle (const CdPlot *p, const CdBar *bar, double x, double body)
{
  CdTone tone = bar->close_e4 == bar->open_e4 ? CD_TONE_FLAT : cd_colours_change (bar->close_e4, bar->open_e4);
  double top = y_of (p, MAX (bar->open_e4, bar->close_e4));
  double bottom = y_of (p, MIN (bar->open_e4, bar->close_e4));
  double middle = x + floor (body / 2);

  if (bar->high_e4)
    {
      cd_chart_rect (p, tone, 1, middle, y_of (p, bar->high_e4), 1, top - y_of (p, bar->high_e4));
      cd_chart_rect (p, tone, 1, middle, bottom, 1, y_of (p, bar->low_e4) - bottom);
    }
  if (bar->volume == 0 && bar->high_e4 == 0)
    cd_chart_rect (p, CD_TONE_DIM, 0.6, x, top, body, 1);
  else if (is_imported (p->self, bar->day) && body >= 4)
    {
      cd_chart_rect (p, tone, 1, x, top, body, 1);
      cd_chart_rect (p, tone, 1, x, bottom, body, 1);
      cd_chart_rect (p, tone, 1, x, top, 1, bottom - top);
      cd_chart_rect (p, tone, 1, x + body - 1, top, 1, bottom - top);
    }
  else
    cd_chart_rect (p, tone, 1, x, top, body, bottom - top);
  if (p->volume_max > 0 && bar->volume > 0)
    {
      double h = (p->height - p->volume_top - 4) * (double)bar->volume / (double)p->volume_max;

      cd_chart_rect (p, tone, 0.55, x, p->height - h, body, h);
    }
}

/* Minutes are named at the half hours and where a session begins, days where a month or year begins. */
static gboolean
begins (CdChartView *self, int i)
{
  const CdBar *bar = &g_array_index (self->bars, CdBar, i);
  const CdBar *before = i > 0 ? &g_array_index (self->bars, CdBar, i - 1) : NULL;
  int month, month_before = 0, second;

  if (!self->daily)
    {
      second = (int)(bar->start_us / CD_USEC_PER_SEC % 86400);
      return !before || second % 1800 == 0 || bar->start_us - before->start_us > 3600 * CD_USEC_PER_SEC;
    }
  cd_date_to_ymd (bar->day, NULL, &month, NULL);
  if (before)
    cd_date_to_ymd (before->day, NULL, &month_before, NULL);
  return month != month_before;
}

static void
draw_axis_label (const CdPlot *p, const CdBar *bar, double x)
{
  char label[CD_FORMAT_BUF];

  cd_chart_label_of (p->self, bar, label, sizeof label);
  cd_chart_rect (p, CD_TONE_LINE, 0.6, x, 0, 1, p->height);
  cd_chart_text (p, label, x, p->height + CD_CHART_AXIS_HEIGHT / 2.0, CD_TONE_DIM, TRUE);
}

static void
draw_all (const CdPlot *p, int first, int last)
{
  CdChartView *self = p->self;
  double body = MAX (floor (self->slot) - (self->slot >= 4 ? 2 : 0), 1);
  double apart = self->daily ? 84 : 48, labelled = -apart;

  for (int i = first; i < last; i++)
    {
      double x = cd_chart_view_x_of (self, p->width, i);

      if (begins (self, i) && x >= 20 && x + 20 <= p->width && x - labelled >= apart)
        {
          draw_axis_label (p, &g_array_index (self->bars, CdBar, i), x + floor (body / 2));
          labelled = x;
        }
    }
  for (int i = first; i < last; i++)
    draw_candle (p, &g_array_index (self->bars, CdBar, i), floor (cd_chart_view_x_of (self, p->width, i)), body);
}

int
cd_chart_bar_at (CdChartView *self, double width, double x)
{
  int first, last, i;

  cd_chart_view_visible (self, width, &first, &last);
  i = (int)floor ((x - cd_chart_view_x_of (self, width, 0)) / self->slot);
  return i >= first && i < last ? i : -1;
}

static void
draw_crosshair (const CdPlot *p)
{
  CdChartView *self = p->self;
  int i = self->pointer_in && self->pointer_x <= p->width ? cd_chart_bar_at (self, p->width, self->pointer_x) : self->cursor;
  g_autofree char *text = NULL;
  double x;

  if (i < 0 || (guint)i >= self->bars->len)
    return;
  x = floor (cd_chart_view_x_of (self, p->width, i) + self->slot / 2) - 1;
  if (x < 0 || x > p->width)
    return;
  cd_chart_rect (p, CD_TONE_DIM, 0.6, x, 0, 1, p->height);
  if (self->pointer_in && self->pointer_y < p->volume_top)
    {
      char price[CD_FORMAT_BUF];
      double at = p->high - (self->pointer_y - 6) / (p->volume_top - 12) * (p->high - p->low);

      cd_chart_rect (p, CD_TONE_DIM, 0.6, 0, self->pointer_y, p->width, 1);
      cd_chart_rect (p, CD_TONE_HEADER, 1, p->width, self->pointer_y - 8, CD_CHART_AXIS_WIDTH, 16);
      cd_chart_text (p, cd_format_price ((gint64)(at / 100) * 100, price), p->width + 6, self->pointer_y, CD_TONE_TEXT, FALSE);
    }
  text = cd_chart_view_describe (self, i);
  cd_chart_rect (p, CD_TONE_VIEW, 0.85, 2, 2, p->width - 4, 18);
  cd_chart_text (p, text, 8, 11, CD_TONE_TEXT, FALSE);
}

static void
draw_last (const CdPlot *p)
{
  const CdBar *bar = &g_array_index (p->self->bars, CdBar, p->self->bars->len - 1);
  char label[CD_FORMAT_BUF];
  double y = y_of (p, bar->close_e4);
  CdTone tone = cd_colours_change (bar->close_e4, p->self->prev_close_e4);

  if (y < 0 || y > p->volume_top)
    return;
  cd_chart_rect (p, tone, 0.9, p->width, y - 8, CD_CHART_AXIS_WIDTH, 16);
  cd_chart_rect (p, CD_TONE_VIEW, 0.85, p->width + 1, y - 7, CD_CHART_AXIS_WIDTH - 2, 14);
  cd_chart_text (p, cd_format_price (bar->close_e4, label), p->width + 6, y, tone, FALSE);
}

void
cd_chart_draw_bars (CdChartView *self, GtkSnapshot *snapshot, int width, int height)
{
  CdPlot p = { .self = self, .snapshot = snapshot, .width = width - CD_CHART_AXIS_WIDTH, .height = height - CD_CHART_AXIS_HEIGHT };
  int first, last;

  if (p.width < 40 || p.height < 40)
    return;
  if (self->bars->len == 0)
    {
      if (self->placeholder)
        cd_chart_text (&p, self->placeholder, width / 2.0, height / 2.0, CD_TONE_DIM, TRUE);
      return;
    }
  cd_chart_view_layout (self, p.width);
  cd_chart_view_visible (self, p.width, &first, &last);
  if (first >= last)
    return;
  p.volume_top = floor (p.height * (1 - VOLUME_SHARE));
  find_range (&p, first, last);
  draw_grid (&p);
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, p.width, height));
  draw_all (&p, first, last);
  gtk_snapshot_pop (snapshot);
  draw_level_names (&p);
  draw_last (&p);
  draw_crosshair (&p);
}
