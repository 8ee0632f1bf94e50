/* cd-gauge-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-gauge-view.h"

struct _CdGaugeView
{
  GtkWidget parent_instance;

  char *label, *text; /* (owned) */
  int value_bp;
  CdTone tone;
  gboolean stale;
};

G_DEFINE_FINAL_TYPE (CdGaugeView, cd_gauge_view, GTK_TYPE_WIDGET)

static void
cd_gauge_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CdGaugeView *self = CD_GAUGE_VIEW (widget);
  float width = gtk_widget_get_width (widget);
  float height = gtk_widget_get_height (widget);
  GdkRGBA back = *cd_colours_get (CD_TONE_LINE);
  GdkRGBA bar = *cd_colours_get (self->stale ? CD_TONE_STALE : self->tone);
  g_autoptr (PangoLayout) text = gtk_widget_create_pango_layout (widget, self->text);
  int w, h;

  bar.alpha = 0.45f;
  gtk_snapshot_append_color (snapshot, &back, &GRAPHENE_RECT_INIT (0, 0, width, height));
  gtk_snapshot_append_color (snapshot, &bar, &GRAPHENE_RECT_INIT (0, 0, width * CLAMP (self->value_bp, 0, 10000) / 10000.0f, height));
  pango_layout_get_pixel_size (text, &w, &h);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (8, (height - h) / 2));
  gtk_snapshot_append_layout (snapshot, text, cd_colours_get (self->stale ? CD_TONE_STALE : CD_TONE_TEXT));
  gtk_snapshot_restore (snapshot);
}

static void
cd_gauge_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? 22 : 120;
}

static void
cd_gauge_view_finalize (GObject *object)
{
  CdGaugeView *self = CD_GAUGE_VIEW (object);

  g_free (self->label);
  g_free (self->text);
  G_OBJECT_CLASS (cd_gauge_view_parent_class)->finalize (object);
}

static void
cd_gauge_view_class_init (CdGaugeViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cd_gauge_view_finalize;
  GTK_WIDGET_CLASS (klass)->snapshot = cd_gauge_view_snapshot;
  GTK_WIDGET_CLASS (klass)->measure = cd_gauge_view_measure;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_IMG);
}

static void
cd_gauge_view_init (CdGaugeView *self)
{
}

GtkWidget *
cd_gauge_view_new (const char *label)
{
  CdGaugeView *self = g_object_new (CD_TYPE_GAUGE_VIEW, NULL);

  self->label = g_strdup (label);
  self->text = g_strdup ("");
  return GTK_WIDGET (self);
}

void
cd_gauge_view_set (CdGaugeView *self, int value_bp, CdTone tone, const char *text)
{
  g_autofree char *label = g_strdup_printf ("%s: %s", self->label, text);

  if (self->value_bp == value_bp && self->tone == tone && g_strcmp0 (self->text, text) == 0)
    return;
  self->value_bp = value_bp;
  self->tone = tone;
  g_free (self->text);
  self->text = g_strdup (text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cd_gauge_view_set_stale (CdGaugeView *self, gboolean stale)
{
  if (self->stale == stale)
    return;
  self->stale = stale;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
