/* cd-chart-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <math.h>

#include "cd-chart-private.h"
#include "cd-format.h"

#define SLOT_MIN 1.0
#define SLOT_MAX 48.0
#define SLOT_FIT_MAX 26.0
#define SLOTS_A_DAY 48 /* five minutes each, four hours */
#define DAYS_FITTED 120

G_DEFINE_FINAL_TYPE (CdChartView, cd_chart_view, GTK_TYPE_WIDGET)

/* --- Range ----------------------------------------------------------------------------------------------------------- */

/* A day of minutes is drawn as a whole day, so that the axis stands still while it fills; days fill the width. */
void
cd_chart_view_layout (CdChartView *self, double width)
{
  double n = self->bars->len;
  double slots = self->daily ? MIN (n, DAYS_FITTED) : MAX (n, SLOTS_A_DAY);

  if (!self->fitted || n == 0)
    return;
  self->slot = CLAMP (width / slots, SLOT_MIN, self->daily ? SLOT_FIT_MAX : SLOT_MAX);
  self->right = n * self->slot < width ? n - width / self->slot : 0;
}

double
cd_chart_view_x_of (CdChartView *self, double width, int index)
{
  return width - ((double)self->bars->len - self->right - index) * self->slot;
}

void
cd_chart_view_visible (CdChartView *self, double width, int *first, int *last)
{
  double end = (double)self->bars->len - self->right;

  *last = (int)CLAMP (ceil (end), 0, (double)self->bars->len);
  *first = (int)CLAMP (floor (end - width / self->slot), 0, (double)*last);
}

static double
plot_width (CdChartView *self)
{
  return MAX (gtk_widget_get_width (GTK_WIDGET (self)) - CD_CHART_AXIS_WIDTH, 1);
}

void
cd_chart_view_get_range (CdChartView *self, guint *first, guint *n)
{
  int from, to;

  cd_chart_view_layout (self, plot_width (self));
  cd_chart_view_visible (self, plot_width (self), &from, &to);
  *first = (guint)from;
  *n = (guint)(to - from);
}

/* What fits stays in sight whole; else a part of the view may be empty at either end. */
static void
clamp_right (CdChartView *self)
{
  double n = self->bars->len;
  double fits = plot_width (self) / self->slot;

  self->right = fits >= n ? CLAMP (self->right, n - fits, 0) : CLAMP (self->right, -fits / 4, n - fits * 3 / 4);
}

static void
pan (CdChartView *self, double bars)
{
  cd_chart_view_layout (self, plot_width (self));
  self->fitted = FALSE;
  self->right += bars;
  clamp_right (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* The bar under @x stays where it is. */
static void
zoom (CdChartView *self, double factor, double x)
{
  double width = plot_width (self), index;

  cd_chart_view_layout (self, width);
  index = (x - cd_chart_view_x_of (self, width, 0)) / self->slot;
  self->fitted = FALSE;
  self->slot = CLAMP (self->slot * factor, SLOT_MIN, SLOT_MAX);
  self->right = (double)self->bars->len - index - (width - x) / self->slot;
  clamp_right (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cd_chart_view_zoom (CdChartView *self, int by)
{
  zoom (self, pow (1.25, by), plot_width (self) / 2);
}

void
cd_chart_view_fit (CdChartView *self)
{
  self->fitted = TRUE;
  self->cursor = -1;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* --- Words ----------------------------------------------------------------------------------------------------------- */

char *
cd_chart_view_describe (CdChartView *self, int index)
{
  const CdBar *bar = &g_array_index (self->bars, CdBar, index);
  char label[CD_FORMAT_BUF], o[CD_FORMAT_BUF], h[CD_FORMAT_BUF], l[CD_FORMAT_BUF], c[CD_FORMAT_BUF], v[CD_FORMAT_BUF];
  gboolean imported = FALSE;

  for (guint i = 0; self->daily && i < self->imported->len; i++)
    imported |= g_array_index (self->imported, CdDate, i) == bar->day;
  cd_chart_label_of (self, bar, label, sizeof label);
  /* Translators: open, high, low, close, volume; then, where it applies, that the day came from a file */
  return g_strdup_printf (_ ("%1$s  O %2$s  H %3$s  L %4$s  C %5$s  V %6$s t%7$s"), label, cd_format_price (bar->open_e4, o), cd_format_price (bar->high_e4, h), cd_format_price (bar->low_e4, l), cd_format_price (bar->close_e4, c), cd_format_units (bar->volume, v), imported ? _ (" · imported") : "");
}

static void
tell_label (CdChartView *self)
{
  char c[CD_FORMAT_BUF], v[CD_FORMAT_BUF];
  g_autofree char *label = NULL;
  g_autofree char *bar = NULL;

  if (self->depth)
    label = g_strdup_printf (_ ("Depth chart, %1$u bid levels, %2$u ask levels"), self->n_bids, self->n_asks);
  else if (self->cursor >= 0 && (guint)self->cursor < self->bars->len)
    {
      bar = cd_chart_view_describe (self, self->cursor);
      label = g_strdup_printf (_ ("Price chart, %s"), bar);
    }
  else if (self->bars->len > 0)
    {
      const CdBar *last = &g_array_index (self->bars, CdBar, self->bars->len - 1);

      label = g_strdup_printf (_ ("Price chart, last %1$s, volume %2$s t"), cd_format_price (last->close_e4, c), cd_format_units (last->volume, v));
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label ? label : _ ("Price chart"), -1);
}

/* --- Content --------------------------------------------------------------------------------------------------------- */

void
cd_chart_view_set_bars (CdChartView *self, const GArray *bars, gboolean daily)
{
  /* What the user looks at stays in place while new bars come at the end. */
  if (!self->fitted && self->right > 0 && daily == self->daily && bars->len > self->bars->len)
    self->right += bars->len - self->bars->len;
  if (daily != self->daily)
    cd_chart_view_fit (self);
  g_array_set_size (self->bars, 0);
  if (bars->len)
    g_array_append_vals (self->bars, bars->data, bars->len);
  self->daily = daily;
  tell_label (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cd_chart_view_set_imported (CdChartView *self, const GArray *days)
{
  g_array_set_size (self->imported, 0);
  if (days && days->len)
    g_array_append_vals (self->imported, days->data, days->len);
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

void
cd_chart_view_set_show_depth (CdChartView *self, gboolean depth)
{
  self->depth = depth;
  tell_label (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cd_chart_view_set_depth (CdChartView *self, const CdLevel *bids, guint n_bids, const CdLevel *asks, guint n_asks, gboolean stale)
{
  self->n_bids = MIN (n_bids, CD_CHART_LEVELS);
  self->n_asks = MIN (n_asks, CD_CHART_LEVELS);
  for (guint i = 0; i < self->n_bids; i++)
    self->bids[i] = bids[i];
  for (guint i = 0; i < self->n_asks; i++)
    self->asks[i] = asks[i];
  self->depth_stale = stale;
  if (!self->depth)
    return;
  tell_label (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* --- Input ----------------------------------------------------------------------------------------------------------- */

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

static gboolean
scroll_cb (GtkEventControllerScroll *controller, double dx, double dy, CdChartView *self)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));

  if (self->depth)
    return GDK_EVENT_PROPAGATE;
  if (dx != 0 || state & GDK_SHIFT_MASK)
    pan (self, -(dx != 0 ? dx : dy) * 3);
  else
    zoom (self, pow (1.15, -dy), self->pointer_in ? self->pointer_x : plot_width (self));
  return GDK_EVENT_STOP;
}

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, CdChartView *self)
{
  cd_chart_view_layout (self, plot_width (self));
  self->drag_right = self->right;
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

static void
drag_update_cb (GtkGestureDrag *gesture, double dx, double dy, CdChartView *self)
{
  if (self->depth || fabs (dx) < 3)
    return;
  pan (self, self->drag_right + dx / self->slot - self->right);
}

static void
move_cursor (CdChartView *self, int to)
{
  int first, last, n = (int)self->bars->len;

  if (n == 0)
    return;
  self->cursor = CLAMP (to, 0, n - 1);
  cd_chart_view_layout (self, plot_width (self));
  cd_chart_view_visible (self, plot_width (self), &first, &last);
  if (self->cursor < first + 1 && first > 0)
    pan (self, first + 1 - self->cursor);
  else if (self->cursor >= last)
    pan (self, last - 1 - self->cursor);
  tell_label (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
key_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, CdChartView *self)
{
  int at = self->cursor >= 0 ? self->cursor : (int)self->bars->len;
  double middle = plot_width (self) / 2;

  if (self->depth || state & (GDK_CONTROL_MASK | GDK_ALT_MASK))
    return GDK_EVENT_PROPAGATE;
  switch (keyval)
    {
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
    case GDK_KEY_Up:
      zoom (self, 1.25, middle);
      break;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
    case GDK_KEY_Down:
      zoom (self, 0.8, middle);
      break;
    case GDK_KEY_Left:
      if (state & GDK_SHIFT_MASK)
        pan (self, MAX (plot_width (self) / self->slot / 8, 1));
      else
        move_cursor (self, at - 1);
      break;
    case GDK_KEY_Right:
      if (state & GDK_SHIFT_MASK)
        pan (self, -MAX (plot_width (self) / self->slot / 8, 1));
      else
        move_cursor (self, at + 1);
      break;
    case GDK_KEY_Home:
      move_cursor (self, 0);
      break;
    case GDK_KEY_End:
      move_cursor (self, (int)self->bars->len - 1);
      break;
    case GDK_KEY_0:
    case GDK_KEY_KP_0:
    case GDK_KEY_Escape:
      cd_chart_view_fit (self);
      tell_label (self);
      break;
    default:
      return GDK_EVENT_PROPAGATE;
    }
  return GDK_EVENT_STOP;
}

/* --- Object ---------------------------------------------------------------------------------------------------------- */

static void
cd_chart_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CdChartView *self = CD_CHART_VIEW (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);

  gtk_snapshot_append_color (snapshot, cd_colours_get (CD_TONE_VIEW), &GRAPHENE_RECT_INIT (0, 0, width, height));
  if (self->depth)
    cd_chart_draw_depth (self, snapshot, width, height);
  else
    cd_chart_draw_bars (self, snapshot, width, height);
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
  g_array_unref (self->imported);
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
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();

  self->bars = g_array_new (FALSE, FALSE, sizeof (CdBar));
  self->imported = g_array_new (FALSE, FALSE, sizeof (CdDate));
  self->fitted = TRUE;
  self->slot = 9;
  self->cursor = -1;
  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect (motion, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  tell_label (self);
}

GtkWidget *
cd_chart_view_new (void)
{
  return g_object_new (CD_TYPE_CHART_VIEW, NULL);
}
