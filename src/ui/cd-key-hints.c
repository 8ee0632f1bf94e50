/* cd-key-hints.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keys printed over the controls that they work, while Ctrl is held.
 */
#include "cd-colours.h"
#include "cd-key-map.h"

#define CD_TYPE_KEY_HINTS (cd_key_hints_get_type ())
G_DECLARE_FINAL_TYPE (CdKeyHints, cd_key_hints, CD, KEY_HINTS, GtkWidget)
struct _CdKeyHints
{
  GtkWidget parent_instance;
};
G_DEFINE_FINAL_TYPE (CdKeyHints, cd_key_hints, GTK_TYPE_WIDGET)

void
cd_key_hints_mark (GtkWidget *widget, const char *action)
{
  g_object_set_data_full (G_OBJECT (widget), "key-action", g_strdup (action), g_free);
}

static void
draw_hint (CdKeyHints *self, GtkSnapshot *snapshot, GtkWidget *widget, const char *action)
{
  g_autofree char *text = cd_key_map_label (action);
  g_autoptr (PangoLayout) layout = NULL;
  graphene_rect_t bounds;
  int w, h;
  float x, y;

  if (!text || !gtk_widget_compute_bounds (widget, GTK_WIDGET (self), &bounds))
    return;
  layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  pango_layout_get_pixel_size (layout, &w, &h);
  x = MAX (bounds.origin.x + bounds.size.width - (float)w - 10, 0);
  y = MAX (bounds.origin.y - 4, 0);
  gtk_snapshot_append_color (snapshot, cd_colours_get (CD_TONE_OWN), &GRAPHENE_RECT_INIT (x, y, (float)w + 8, (float)h + 2));
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x + 4, y + 1));
  gtk_snapshot_append_layout (snapshot, layout, cd_colours_get (CD_TONE_VIEW));
  gtk_snapshot_restore (snapshot);
}

static void
visit (CdKeyHints *self, GtkSnapshot *snapshot, GtkWidget *widget)
{
  const char *action = g_object_get_data (G_OBJECT (widget), "key-action");

  if (!gtk_widget_get_mapped (widget))
    return;
  if (action)
    draw_hint (self, snapshot, widget, action);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    visit (self, snapshot, child);
}

static void
cd_key_hints_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GtkWidget *content = gtk_overlay_get_child (GTK_OVERLAY (gtk_widget_get_parent (widget)));

  if (content)
    visit (CD_KEY_HINTS (widget), snapshot, content);
}

static void
cd_key_hints_class_init (CdKeyHintsClass *klass)
{
  GTK_WIDGET_CLASS (klass)->snapshot = cd_key_hints_snapshot;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
cd_key_hints_init (CdKeyHints *self)
{
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
cd_key_hints_wrap (GtkWindow *window, GtkWidget *content)
{
  GtkWidget *overlay = gtk_overlay_new ();
  GtkWidget *hints = g_object_new (CD_TYPE_KEY_HINTS, NULL);

  gtk_overlay_set_child (GTK_OVERLAY (overlay), content);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), hints);
  g_object_set_data (G_OBJECT (window), "key-hints", hints);
  return overlay;
}

void
cd_key_hints_show (GtkWindow *window, gboolean show)
{
  GtkWidget *hints = g_object_get_data (G_OBJECT (window), "key-hints");

  if (hints)
    gtk_widget_set_visible (hints, show);
}

gboolean
cd_key_hints_are_shown (GtkWindow *window)
{
  GtkWidget *hints = g_object_get_data (G_OBJECT (window), "key-hints");

  return hints && gtk_widget_get_visible (hints);
}
