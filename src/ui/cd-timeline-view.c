/* cd-timeline-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-timeline-view.h"

#include <glib/gi18n.h>

#include "cd-format.h"
#include "cd-timeline-place.h"

#define LANE 18
#define BAR_ROW 20
#define FOOT 20
#define PAD 8
#define BAR_NAMES 250
#define PAST_PART 0.40
#define LANES_MAX 8
#define CUT_LEAST 5 /* of the width: where nothing else helps, a text of the past that is longer is cut in its middle */
#define CUT_MOST 8

typedef enum
{
  MARK,
  BAR,
  LINE,
} ItemKind;

typedef struct
{
  ItemKind kind;
  gint64 at_us;
  char *text;
  CdTone tone;
  gboolean bold;
} Item;

struct _CdTimelineView
{
  GtkWidget parent_instance;

  char *label; /* (owned) */
  int height;
  GArray *items;      /* Item */
  const CdZone *zone; /* borrowed from a pack, which lives as long as the desk */
  gint64 from_us, now_us, to_us;
  GArray *asked, *placed; /* CdTimelineLabel: what was placed last, and where; a search is too long for every frame */
  double asked_width, asked_now;
  char *measured;              /* (owned) (nullable): the texts and the day that these hold for: */
  int lanes_width, lanes, cut; /* how many rows of text a width needs, and how long each may be; 0 = as long as it is */
};

G_DEFINE_FINAL_TYPE (CdTimelineView, cd_timeline_view, GTK_TYPE_WIDGET)

static void
item_clear (gpointer data)
{
  g_free (((Item *)data)->text);
}

static gboolean
has_bars (CdTimelineView *self)
{
  for (guint i = 0; i < self->items->len; i++)
    if (g_array_index (self->items, Item, i).kind == BAR)
      return TRUE;
  return FALSE;
}

static double
part (gint64 at, gint64 from, gint64 to)
{
  return to > from ? CLAMP ((double)(at - from) / (double)(to - from), 0, 1) : 0;
}

/* Where an instant stands in so many pixels. The names of bars keep the left to themselves. */
static double
x_within (CdTimelineView *self, gint64 at_us, int all)
{
  double left = has_bars (self) ? MIN (BAR_NAMES, all * 0.55) : PAD;
  double width = all - left - PAD;
  double past = self->from_us < self->now_us ? PAST_PART : 0;

  if (at_us <= self->now_us)
    return left + width * past * part (at_us, self->from_us, self->now_us);
  return left + width * past + width * (1 - past) * part (at_us, self->now_us, self->to_us);
}

static double
x_of (CdTimelineView *self, gint64 at_us)
{
  return x_within (self, at_us, gtk_widget_get_width (GTK_WIDGET (self)));
}

/* --- Drawing --------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CdTimelineView *self;
  GtkSnapshot *snapshot;
  PangoLayout *layout;
  int height;
} Draw;

static void
text_at (Draw *d, const char *text, double x, double y, CdTone tone, gboolean bold, int max_width)
{
  PangoAttrList *attrs = pango_attr_list_new ();

  pango_attr_list_insert (attrs, pango_attr_weight_new (bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL));
  pango_layout_set_attributes (d->layout, attrs);
  pango_layout_set_text (d->layout, text, -1);
  pango_layout_set_width (d->layout, max_width > 0 ? max_width * PANGO_SCALE : -1);
  /* The date at the end is what one looks for. */
  pango_layout_set_ellipsize (d->layout, max_width > 0 ? PANGO_ELLIPSIZE_MIDDLE : PANGO_ELLIPSIZE_NONE);
  pango_attr_list_unref (attrs);
  if (!d->snapshot)
    return;
  gtk_snapshot_save (d->snapshot);
  gtk_snapshot_translate (d->snapshot, &GRAPHENE_POINT_INIT ((float)x, (float)y));
  gtk_snapshot_append_layout (d->snapshot, d->layout, cd_colours_get (tone));
  gtk_snapshot_restore (d->snapshot);
}

static int
width_of (Draw *d, const char *text, gboolean bold)
{
  Draw measure = { .self = d->self, .layout = d->layout };
  int w;

  text_at (&measure, text, 0, 0, CD_TONE_TEXT, bold, 0);
  pango_layout_get_pixel_size (d->layout, &w, NULL);
  return w;
}

static void
fill (Draw *d, double x, double y, double w, double h, CdTone tone, float alpha)
{
  GdkRGBA colour = *cd_colours_get (tone);

  colour.alpha *= alpha;
  gtk_snapshot_append_color (d->snapshot, &colour, &GRAPHENE_RECT_INIT ((float)x, (float)y, (float)MAX (w, 1), (float)MAX (h, 1)));
}

static void
draw_months (Draw *d)
{
  CdTimelineView *self = d->self;
  int y, m, day;
  double last = -100, now = x_of (self, self->now_us);

  cd_date_to_ymd (cd_zone_date_of (self->zone, self->from_us, NULL), &y, &m, &day);
  for (int i = 0; i < 30; i++)
    {
      gint64 at;
      double x;
      char text[16];

      m++;
      if (m > 12)
        {
          m = 1;
          y++;
        }
      at = cd_zone_to_us (self->zone, cd_date_from_ymd (y, m, 1), 0);
      if (at > self->to_us)
        break;
      x = x_of (self, at);
      fill (d, x, d->height - FOOT, 1, 4, CD_TONE_DIM, 1);
      /* Today's own words stand to the right of its line. */
      if (x - last < 56 || (x > now - 56 && x < now + 140))
        continue;
      g_snprintf (text, sizeof text, "%d-%02d", y, m);
      text_at (d, text, x + 3, d->height - FOOT + 2, CD_TONE_DIM, FALSE, 0);
      last = x;
    }
}

/* The days ahead, by week, where there is room for them. */
static void
draw_weeks (Draw *d)
{
  CdTimelineView *self = d->self;
  CdDate day = cd_zone_date_of (self->zone, self->now_us, NULL);
  double now = x_of (self, self->now_us);

  if (self->to_us - self->now_us > 80 * CD_USEC_PER_DAY)
    return;
  for (day += 8 - cd_date_weekday (day); cd_zone_to_us (self->zone, day, 0) < self->to_us; day += 7)
    {
      double x = x_of (self, cd_zone_to_us (self->zone, day, 0));
      char date[CD_DATE_BUF];

      fill (d, x, d->height - FOOT, 1, 4, CD_TONE_DIM, 1);
      if (x > now + 140)
        text_at (d, cd_date_print (day, date) + 5, x + 3, d->height - FOOT + 2, CD_TONE_DIM, FALSE, 0);
    }
}

static void
draw_today (Draw *d)
{
  CdTimelineView *self = d->self;
  g_autofree char *date = cd_format_date (self->zone, self->now_us);
  g_autofree char *text = g_strdup_printf (_ ("today %s"), date);
  double x = x_of (self, self->now_us);

  fill (d, x, has_bars (self) ? 0 : d->height - FOOT, 2, has_bars (self) ? d->height - FOOT + 4 : 4, CD_TONE_LINK, 1);
  if (!has_bars (self))
    text_at (d, text, x + 5, d->height - FOOT + 2, CD_TONE_LINK, TRUE, 0);
}

/* A line from lane @lane down to the axis, with a gap where a text stands in its way. */
static void
draw_stem (Draw *d, const GArray *labels, double x, double w, int lane, CdTone tone, float alpha)
{
  int foot = d->height - FOOT;

  for (int at = lane; 2 + at * LANE < foot; at++)
    {
      gboolean covered = FALSE;
      int y = 2 + at * LANE;

      for (guint i = 0; i < labels->len && !covered; i++)
        {
          const CdTimelineLabel *label = &g_array_index (labels, CdTimelineLabel, i);

          covered = label->lane == at && cd_timeline_covers (label, x, at);
        }
      if (!covered)
        fill (d, x, y, w, MIN (y + LANE, foot) - y, tone, alpha);
    }
}

/* The same labels at the same pixels stay where they are. */
static void
place (CdTimelineView *self, GArray *labels, int lanes, double now)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  gboolean same = self->asked->len == labels->len && self->asked_width == width && self->asked_now == now;

  for (guint i = 0; same && i < labels->len; i++)
    {
      const CdTimelineLabel *a = &g_array_index (self->asked, CdTimelineLabel, i), *b = &g_array_index (labels, CdTimelineLabel, i);

      same = a->x == b->x && a->width == b->width;
    }
  if (!same)
    {
      g_array_set_size (self->asked, 0);
      g_array_append_vals (self->asked, labels->data, labels->len);
      self->asked_width = width;
      self->asked_now = now;
      cd_timeline_place ((CdTimelineLabel *)labels->data, labels->len, lanes, width, now);
      g_array_set_size (self->placed, 0);
      g_array_append_vals (self->placed, labels->data, labels->len);
      return;
    }
  g_array_set_size (labels, 0);
  g_array_append_vals (labels, self->placed->data, self->placed->len);
}

static GArray *
labels_within (Draw *d, int width)
{
  GArray *labels = g_array_new (FALSE, FALSE, sizeof (CdTimelineLabel));

  for (guint i = 0; i < d->self->items->len; i++)
    {
      const Item *item = &g_array_index (d->self->items, Item, i);
      CdTimelineLabel label = { .x = (int)x_within (d->self, item->at_us, width), .width = item->kind == MARK ? width_of (d, item->text, item->bold) : 0 };

      if (d->self->cut && item->at_us < d->self->now_us)
        label.width = MIN (label.width, d->self->cut);
      if (item->kind == MARK)
        g_array_append_val (labels, label);
    }
  return labels;
}

static gboolean
fits (CdTimelineView *self, int width, int least)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
  Draw draw = { .self = self, .layout = layout };
  g_autoptr (GArray) labels = labels_within (&draw, width);

  for (self->lanes = least; self->lanes <= LANES_MAX; self->lanes++)
    if (cd_timeline_place ((CdTimelineLabel *)labels->data, labels->len, self->lanes, width, (int)x_within (self, self->now_us, width)))
      return TRUE;
  return FALSE;
}

/* The rows that the texts need so that none stands upon another or across a line: the narrower, the more, and then the shorter. */
static int
lanes_for (CdTimelineView *self, int width)
{
  int least = (self->height - FOOT - 2) / LANE;

  if (has_bars (self))
    return least;
  if (width == self->lanes_width)
    return self->lanes;
  self->lanes_width = width;
  self->cut = 0;
  if (fits (self, width, least))
    return self->lanes;
  for (int of = CUT_LEAST; of <= CUT_MOST; of++)
    {
      self->cut = width / of;
      if (fits (self, width, least))
        return self->lanes;
    }
  self->lanes = least;
  return self->lanes;
}

static void
draw_marks (Draw *d)
{
  CdTimelineView *self = d->self;
  g_autoptr (GArray) labels = NULL;
  int lanes = CLAMP ((d->height - FOOT - 2) / LANE, 1, LANES_MAX);
  double now = (int)x_of (self, self->now_us);
  guint k = 0;

  /* How far texts are cut is a matter of this width, and not of another one that was asked about since. */
  lanes_for (self, gtk_widget_get_width (GTK_WIDGET (self)));
  labels = labels_within (d, gtk_widget_get_width (GTK_WIDGET (self)));
  place (self, labels, lanes, now);
  for (guint i = 0; i < self->items->len; i++)
    {
      const Item *item = &g_array_index (self->items, Item, i);
      const CdTimelineLabel *label;

      if (item->kind != MARK)
        continue;
      label = &g_array_index (labels, CdTimelineLabel, k++);
      draw_stem (d, labels, label->x, 1, label->lane, item->tone, 0.7f);
      fill (d, label->x - 2, d->height - FOOT - 2, 5, 5, item->tone, 1);
      text_at (d, item->text, label->from, 1 + label->lane * LANE, item->tone, item->bold, item->at_us < self->now_us ? self->cut : 0);
    }
  draw_stem (d, labels, now, 2, 0, CD_TONE_LINK, 1);
}

static void
draw_bars (Draw *d)
{
  CdTimelineView *self = d->self;
  double now = x_of (self, self->now_us);
  double right = gtk_widget_get_width (GTK_WIDGET (self)) - PAD;
  int row = 0;

  for (guint i = 0; i < self->items->len; i++)
    {
      const Item *item = &g_array_index (self->items, Item, i);
      double y = 2 + row * BAR_ROW;
      double end = item->at_us ? x_of (self, item->at_us) : right;

      if (item->kind != BAR)
        continue;
      text_at (d, item->text, PAD, y, CD_TONE_TEXT, FALSE, (int)(now - PAD - 8));
      fill (d, now, y + 3, end - now, BAR_ROW - 8, item->tone, item->at_us ? 0.75f : 0.35f);
      if (!item->at_us)
        text_at (d, _ ("end not known"), now + 6, y, CD_TONE_TEXT, FALSE, 0);
      row++;
    }
}

static void
draw_lines (Draw *d)
{
  for (guint i = 0; i < d->self->items->len; i++)
    {
      const Item *item = &g_array_index (d->self->items, Item, i);
      double x = x_of (d->self, item->at_us);
      int w;

      if (item->kind != LINE)
        continue;
      w = width_of (d, item->text, FALSE);
      fill (d, x, 0, 2, d->height - FOOT + 4, item->tone, 1);
      text_at (d, item->text, MIN (x + 4, gtk_widget_get_width (GTK_WIDGET (d->self)) - w - 2), d->height - FOOT + 2, item->tone, FALSE, 0);
    }
}

static void
cd_timeline_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CdTimelineView *self = CD_TIMELINE_VIEW (widget);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, NULL);
  Draw draw = { self, snapshot, layout, gtk_widget_get_height (widget) };
  int width = gtk_widget_get_width (widget);

  if (!self->zone)
    return;
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float)width, (float)draw.height));
  fill (&draw, 0, draw.height - FOOT, width, 1, CD_TONE_LINE, 1);
  if (!has_bars (self))
    {
      draw_months (&draw);
      draw_weeks (&draw);
    }
  draw_bars (&draw);
  draw_lines (&draw);
  draw_marks (&draw);
  draw_today (&draw);
  gtk_snapshot_pop (snapshot);
}

static void
cd_timeline_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  CdTimelineView *self = CD_TIMELINE_VIEW (widget);

  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? self->height : 200;
  if (orientation == GTK_ORIENTATION_VERTICAL && for_size > 0 && self->zone)
    *minimum = *natural = MAX (self->height, FOOT + 2 + lanes_for (self, for_size) * LANE);
}

static GtkSizeRequestMode
cd_timeline_view_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* --- Contents -------------------------------------------------------------------------------------------------------- */

void
cd_timeline_view_begin (CdTimelineView *self, const CdZone *zone, gint64 from_us, gint64 now_us, gint64 to_us)
{
  g_array_set_size (self->items, 0);
  self->zone = zone;
  self->now_us = now_us;
  self->from_us = MIN (from_us, now_us);
  self->to_us = MAX (to_us, now_us + CD_USEC_PER_DAY);
}

static void
add (CdTimelineView *self, ItemKind kind, gint64 at_us, const char *text, CdTone tone, gboolean bold)
{
  const Item item = { kind, at_us, g_strdup (text), tone, bold };

  g_array_append_val (self->items, item);
}

void
cd_timeline_view_add_mark (CdTimelineView *self, gint64 at_us, const char *text, CdTone tone, gboolean bold)
{
  add (self, MARK, at_us, text, tone, bold);
}

void
cd_timeline_view_add_bar (CdTimelineView *self, gint64 to_us, const char *text, CdTone tone)
{
  add (self, BAR, to_us, text, tone, FALSE);
}

void
cd_timeline_view_add_line (CdTimelineView *self, gint64 at_us, const char *text, CdTone tone)
{
  add (self, LINE, at_us, text, tone, FALSE);
}

static int
compare_items (gconstpointer a, gconstpointer b)
{
  const Item *x = a, *y = b;

  if (x->kind != MARK || y->kind != MARK)
    return 0;
  return x->at_us < y->at_us ? -1 : x->at_us > y->at_us;
}

void
cd_timeline_view_end (CdTimelineView *self)
{
  g_autoptr (GString) spoken = g_string_new (self->label);

  if (!has_bars (self))
    g_array_sort (self->items, compare_items);
  for (guint i = 0; i < self->items->len; i++)
    g_string_append_printf (spoken, "; %s", g_array_index (self->items, Item, i).text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken->str, -1);
  g_string_append_printf (spoken, "; %" G_GINT64_FORMAT, self->now_us / CD_USEC_PER_DAY);
  if (g_strcmp0 (spoken->str, self->measured) != 0)
    {
      g_free (self->measured);
      self->measured = g_strdup (spoken->str);
      self->lanes_width = 0;
      gtk_widget_queue_resize (GTK_WIDGET (self));
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
cd_timeline_view_finalize (GObject *object)
{
  CdTimelineView *self = CD_TIMELINE_VIEW (object);

  g_array_unref (self->items);
  g_array_unref (self->asked);
  g_array_unref (self->placed);
  g_free (self->label);
  g_free (self->measured);
  G_OBJECT_CLASS (cd_timeline_view_parent_class)->finalize (object);
}

static void
cd_timeline_view_class_init (CdTimelineViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cd_timeline_view_finalize;
  GTK_WIDGET_CLASS (klass)->snapshot = cd_timeline_view_snapshot;
  GTK_WIDGET_CLASS (klass)->measure = cd_timeline_view_measure;
  GTK_WIDGET_CLASS (klass)->get_request_mode = cd_timeline_view_get_request_mode;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "timeline");
}

static void
cd_timeline_view_init (CdTimelineView *self)
{
  self->items = g_array_new (FALSE, TRUE, sizeof (Item));
  self->asked = g_array_new (FALSE, FALSE, sizeof (CdTimelineLabel));
  self->placed = g_array_new (FALSE, FALSE, sizeof (CdTimelineLabel));
  g_array_set_clear_func (self->items, item_clear);
}

GtkWidget *
cd_timeline_view_new (const char *label, int height)
{
  CdTimelineView *self = g_object_new (CD_TYPE_TIMELINE_VIEW, NULL);

  self->label = g_strdup (label);
  self->height = height;
  return GTK_WIDGET (self);
}
