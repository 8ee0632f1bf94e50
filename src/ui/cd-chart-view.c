/* cd-chart-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plain rectangles only: a candle is two of them. The newest bars stand at the right; the wheel and +/− change how many fit.
 */
#include "cd-chart-view.h"

#include <glib/gi18n.h>
#include <math.h>

#include "cd-colours.h"
#include "cd-format.h"

#define AXIS_WIDTH 64
#define AXIS_HEIGHT 18
#define VOLUME_SHARE 0.2
#define SLOT_MIN 3
#define SLOT_MAX 28

struct _CdChartView
{
  GtkWidget parent_instance;

  GArray *bars; /* CdBar */
  gboolean daily;
  gint64 prev_close_e4, limit_low_e4, limit_high_e4;
  char *placeholder;
  int slot; /* pixels a bar */
  double pointer_x, pointer_y;
  gboolean pointer_in;
};

G_DEFINE_FINAL_TYPE (CdChartView, cd_chart_view, GTK_TYPE_WIDGET)

/* What one drawing works with. */
typedef struct
{
  CdChartView *self;
  GtkSnapshot *snapshot;
  double width, height, volume_top; /* of the plot, without the axes */
  guint first, n;
  double low, high;
  gint64 volume_max;
} Plot;

static double
y_of (const Plot *p, double price)
{
  return p->high > p->low ? (p->high - price) / (p->high - p->low) * (p->volume_top - 12) + 6 : p->volume_top / 2;
}

static void
text_at (const Plot *p, const char *text, double x, double y, CdTone tone, gboolean centre)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (p->self), text);
  PangoAttrList *attributes = pango_attr_list_new ();
  int w, h;

  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_attr_list_insert (attributes, pango_attr_scale_new (0.85));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_get_pixel_size (layout, &w, &h);
  gtk_snapshot_save (p->snapshot);
  gtk_snapshot_translate (p->snapshot, &GRAPHENE_POINT_INIT (centre ? x - w / 2.0 : x, y - h / 2.0));
  gtk_snapshot_append_layout (p->snapshot, layout, cd_colours_get (tone));
  gtk_snapshot_restore (p->snapshot);
}

static void
rect (const Plot *p, CdTone tone, double alpha, double x, double y, double w, double h)
{
  GdkRGBA colour = *cd_colours_get (tone);

  colour.alpha = (float)alpha;
  gtk_snapshot_append_color (p->snapshot, &colour, &GRAPHENE_RECT_INIT (x, y, w, MAX (h, 1)));
}

static void
find_range (Plot *p)
{
  p->low = G_MAXDOUBLE;
  p->high = 0;
  for (guint i = p->first; i < p->first + p->n; i++)
    {
      const CdBar *bar = &g_array_index (p->self->bars, CdBar, i);
      double low = bar->low_e4 ? bar->low_e4 : bar->close_e4;
      double high = bar->high_e4 ? bar->high_e4 : bar->close_e4;

      p->low = MIN (p->low, low);
      p->high = MAX (p->high, high);
      p->volume_max = MAX (p->volume_max, bar->volume);
    }
  if (p->self->prev_close_e4)
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

/* 1, 2 or 5 times a power of ten, so that there are four to eight lines. */
static double
nice_step (double range)
{
  double raw = range / 6;
  double power = pow (10, floor (log10 (raw)));
  double part = raw / power;

  return (part < 1.5 ? 1 : part < 3.5 ? 2
                       : part < 7.5   ? 5
                                      : 10)
         * power;
}

static void
draw_grid (const Plot *p)
{
  double step = nice_step (p->high - p->low);

  for (double price = ceil (p->low / step) * step; price <= p->high; price += step)
    {
      char label[CD_FORMAT_BUF];
      double y = y_of (p, price);

      rect (p, CD_TONE_LINE, 0.6, 0, y, p->width, 1);
      text_at (p, cd_format_price ((gint64)price, label), p->width + 6, y, CD_TONE_DIM, FALSE);
    }
  if (p->self->prev_close_e4)
    {
      double y = y_of (p, p->self->prev_close_e4);

      for (double x = 0; x < p->width; x += 8)
        rect (p, CD_TONE_FLAT, 0.7, x, y, 4, 1);
    }
}

static void
label_of (CdChartView *self, const CdBar *bar, char *out)
{
  if (self->daily)
    {
      int month, day;

      cd_date_to_ymd (bar->day, NULL, &month, &day);
      g_snprintf (out, CD_FORMAT_BUF, "%02d-%02d", month, day);
    }
  else
    {
      cd_format_time (NULL, bar->start_us, out);
      out[5] = 0;
    }
}

static void
draw_bars (const Plot *p)
{
  CdChartView *self = p->self;
  guint every = (guint)MAX (90 / self->slot, 1);
  double body = MAX (self->slot - 2, 1);

  for (guint i = 0; i < p->n; i++)
    {
      const CdBar *bar = &g_array_index (self->bars, CdBar, p->first + i);
      double x = p->width - (p->n - i) * self->slot;
      CdTone tone = bar->close_e4 == bar->open_e4 ? CD_TONE_FLAT : cd_colours_change (bar->close_e4, bar->open_e4);
      double top = y_of (p, MAX (bar->open_e4, bar->close_e4));
      double bottom = y_of (p, MIN (bar->open_e4, bar->close_e4));

      if (bar->high_e4)
        rect (p, tone, 1, x + floor (body / 2), y_of (p, bar->high_e4), 1, y_of (p, bar->low_e4) - y_of (p, bar->high_e4));
      rect (p, tone, 1, x, top, body, bottom - top);
      if (p->volume_max > 0 && bar->volume > 0)
        {
          double h = (p->height - p->volume_top - 4) * bar->volume / p->volume_max;

          rect (p, tone, 0.55, x, p->height - h, body, h);
        }
      if ((p->first + i) % every == 0)
        {
          char label[CD_FORMAT_BUF];

          label_of (self, bar, label);
          text_at (p, label, x + body / 2, p->height + AXIS_HEIGHT / 2.0, CD_TONE_DIM, TRUE);
        }
    }
}

static void
draw_crosshair (const Plot *p)
{
  CdChartView *self = p->self;
  int from_right = (int)((p->width - self->pointer_x) / self->slot);
  const CdBar *bar;
  char label[CD_FORMAT_BUF], o[CD_FORMAT_BUF], h[CD_FORMAT_BUF], l[CD_FORMAT_BUF], c[CD_FORMAT_BUF], v[CD_FORMAT_BUF];
  g_autofree char *text = NULL;

  if (!self->pointer_in || self->pointer_x > p->width || from_right < 0 || (guint)from_right >= p->n)
    return;
  bar = &g_array_index (self->bars, CdBar, p->first + p->n - 1 - (guint)from_right);
  rect (p, CD_TONE_DIM, 0.5, self->pointer_x, 0, 1, p->height);
  rect (p, CD_TONE_DIM, 0.5, 0, self->pointer_y, p->width, 1);
  label_of (self, bar, label);
  /* Translators: open, high, low, close, volume */
  text = g_strdup_printf (_ ("%1$s  O %2$s  H %3$s  L %4$s  C %5$s  V %6$s t"), label, cd_format_price (bar->open_e4, o), cd_format_price (bar->high_e4, h), cd_format_price (bar->low_e4, l), cd_format_price (bar->close_e4, c), cd_format_units (bar->volume, v));
  text_at (p, text, 8, 12, CD_TONE_TEXT, FALSE);
}

static void
draw_last (const Plot *p)
{
  const CdBar *bar = &g_array_index (p->self->bars, CdBar, p->self->bars->len - 1);
  char label[CD_FORMAT_BUF];
  double y = y_of (p, bar->close_e4);
  CdTone tone = cd_colours_change (bar->close_e4, p->self->prev_close_e4);

  rect (p, tone, 0.9, p->width, y - 8, AXIS_WIDTH, 16);
  rect (p, CD_TONE_VIEW, 0.85, p->width + 1, y - 7, AXIS_WIDTH - 2, 14);
  text_at (p, cd_format_price (bar->close_e4, label), p->width + 6, y, tone, FALSE);
}

static void
cd_chart_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CdChartView *self = CD_CHART_VIEW (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  Plot p = { .self = self, .snapshot = snapshot, .width = width - AXIS_WIDTH, .height = height - AXIS_HEIGHT };

  gtk_snapshot_append_color (snapshot, cd_colours_get (CD_TONE_VIEW), &GRAPHENE_RECT_INIT (0, 0, width, height));
  if (p.width < 40 || p.height < 40)
    return;
  if (self->bars->len == 0)
    {
      if (self->placeholder)
        text_at (&p, self->placeholder, width / 2.0, height / 2.0, CD_TONE_DIM, TRUE);
      return;
    }
  p.volume_top = p.height * (1 - VOLUME_SHARE);
  p.n = MIN (self->bars->len, (guint)(p.width / self->slot));
  p.first = self->bars->len - p.n;
  find_range (&p);
  draw_grid (&p);
  draw_bars (&p);
  draw_last (&p);
  draw_crosshair (&p);
}

static void
tell_label (CdChartView *self)
{
  char c[CD_FORMAT_BUF], v[CD_FORMAT_BUF];
  g_autofree char *label = NULL;

  if (self->bars->len > 0)
    {
      const CdBar *bar = &g_array_index (self->bars, CdBar, self->bars->len - 1);

      label = g_strdup_printf (_ ("Price chart, last %1$s, volume %2$s t"), cd_format_price (bar->close_e4, c), cd_format_units (bar->volume, v));
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label ? label : _ ("Price chart"), -1);
}

void
cd_chart_view_set_bars (CdChartView *self, const GArray *bars, gboolean daily)
{
  g_array_set_size (self->bars, 0);
  if (bars->len)
    g_array_append_vals (self->bars, bars->data, bars->len);
  self->daily = daily;
  tell_label (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cd_chart_view_set_levels (CdChartView *self, gint64 prev_close_e4, gint64 limit_low_e4, gint64 limit_high_e4)
{
  self->prev_close_e4 = prev_close_e4;
  self->limit_low_e4 = limit_low_e4;
  self->limit_high_e4 = limit_high_e4;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cd_chart_view_set_placeholder (CdChartView *self, const char *text)
{
  g_free (self->placeholder);
  self->placeholder = g_strdup (text);
}

static void
motion_cb (GtkEventControllerMotion *controller, double x, double y, CdChartView *self)
{
  self->pointer_in = TRUE;
  self->pointer_x = x;
  self->pointer_y = y;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
leave_cb (GtkEventControllerMotion *controller, CdChartView *self)
{
  self->pointer_in = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
zoom (CdChartView *self, int by)
{
  self->slot = CLAMP (self->slot + by, SLOT_MIN, SLOT_MAX);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
scroll_cb (GtkEventControllerScroll *controller, double dx, double dy, CdChartView *self)
{
  zoom (self, dy > 0 ? -1 : 1);
  return GDK_EVENT_STOP;
}

static gboolean
key_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, CdChartView *self)
{
  if (keyval == GDK_KEY_plus || keyval == GDK_KEY_KP_Add || keyval == GDK_KEY_equal)
    zoom (self, 1);
  else if (keyval == GDK_KEY_minus || keyval == GDK_KEY_KP_Subtract)
    zoom (self, -1);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
cd_chart_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? 110 : 200;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? 300 : 500;
}

static void
cd_chart_view_finalize (GObject *object)
{
  CdChartView *self = CD_CHART_VIEW (object);

  g_array_unref (self->bars);
  g_free (self->placeholder);
  G_OBJECT_CLASS (cd_chart_view_parent_class)->finalize (object);
}

static void
cd_chart_view_class_init (CdChartViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cd_chart_view_finalize;
  GTK_WIDGET_CLASS (klass)->snapshot = cd_chart_view_snapshot;
  GTK_WIDGET_CLASS (klass)->measure = cd_chart_view_measure;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "cdchart");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_IMG);
}

static void
cd_chart_view_init (CdChartView *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->bars = g_array_new (FALSE, FALSE, sizeof (CdBar));
  self->slot = 9;
  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect (motion, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  tell_label (self);
}

GtkWidget *
cd_chart_view_new (void)
{
  return g_object_new (CD_TYPE_CHART_VIEW, NULL);
}
