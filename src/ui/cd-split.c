/* cd-split.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-split.h"

struct _CdSplit
{
  GtkWidget parent_instance;

  GtkWidget *paned; /* child */
  CdSplitDefault wanted;
  int share;
  guint source;
  gboolean ours; /* the divider is being moved by us, or by the size of the window */
};

G_DEFINE_FINAL_TYPE (CdSplit, cd_split, GTK_TYPE_WIDGET)

enum
{
  MOVED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

/* --- Place ----------------------------------------------------------------------------------------------------------- */

static int
room (CdSplit *self)
{
  gboolean aside = gtk_orientable_get_orientation (GTK_ORIENTABLE (self->paned)) == GTK_ORIENTATION_HORIZONTAL;

  return aside ? gtk_widget_get_width (GTK_WIDGET (self)) : gtk_widget_get_height (GTK_WIDGET (self));
}

static int
natural_size (CdSplit *self, gboolean start)
{
  GtkPaned *paned = GTK_PANED (self->paned);
  GtkOrientation orientation = gtk_orientable_get_orientation (GTK_ORIENTABLE (paned));
  GtkWidget *child = start ? gtk_paned_get_start_child (paned) : gtk_paned_get_end_child (paned);
  int across = orientation == GTK_ORIENTATION_HORIZONTAL ? gtk_widget_get_height (GTK_WIDGET (self)) : gtk_widget_get_width (GTK_WIDGET (self));
  int minimum_across, natural = 0;

  if (!child)
    return 0;
  gtk_widget_measure (child, 1 - orientation, -1, &minimum_across, NULL, NULL, NULL);
  gtk_widget_measure (child, orientation, MAX (across, minimum_across), NULL, &natural, NULL, NULL);
  return natural;
}

/* Of the first pane, before the bounds of the two. */
static int
wanted_position (CdSplit *self, int size)
{
  const CdSplitDefault *w = &self->wanted;
  gboolean start = w->rule == CD_SPLIT_SHARE_START || w->rule == CD_SPLIT_FIT_START;
  gboolean fit = w->rule == CD_SPLIT_FIT_START || w->rule == CD_SPLIT_FIT_END;
  int most = size * w->share / 1000;
  int own = fit ? MIN (natural_size (self, start), most) : most;

  if (self->share >= 0)
    return size * self->share / 1000;
  own = MAX (own, w->min);
  if (w->max > 0)
    own = MIN (own, w->max);
  return start ? own : size - own;
}

static int
target (CdSplit *self)
{
  int min, max;

  g_object_get (self->paned, "min-position", &min, "max-position", &max, NULL);
  return CLAMP (wanted_position (self, room (self)), min, MAX (min, max));
}

/* Sizes are being given out when it turns out that the divider is to move: it can only be moved after that. */
static gboolean
place_cb (gpointer data)
{
  CdSplit *self = data;

  self->source = 0;
  if (room (self) <= 0)
    return G_SOURCE_REMOVE;
  self->ours = TRUE;
  gtk_paned_set_position (GTK_PANED (self->paned), target (self));
  self->ours = FALSE;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  return G_SOURCE_REMOVE;
}

static void
place_soon (CdSplit *self)
{
  if (!self->source)
    self->source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, place_cb, self, NULL);
}

static void
position_cb (CdSplit *self)
{
  int size = room (self);

  if (self->ours || size <= 0)
    return;
  self->share = CLAMP (gtk_paned_get_position (GTK_PANED (self->paned)) * 1000 / size, 0, 1000);
  g_signal_emit (self, signals[MOVED], 0);
}

/* --- Widget ---------------------------------------------------------------------------------------------------------- */

static void
cd_split_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  gtk_widget_measure (CD_SPLIT (widget)->paned, orientation, for_size, minimum, natural, NULL, NULL);
}

static void
cd_split_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  CdSplit *self = CD_SPLIT (widget);

  self->ours = TRUE;
  gtk_widget_size_allocate (self->paned, &(GtkAllocation){ 0, 0, width, height }, -1);
  self->ours = FALSE;
  if (ABS (target (self) - gtk_paned_get_position (GTK_PANED (self->paned))) > (self->share >= 0))
    place_soon (self);
}

static void
cd_split_dispose (GObject *object)
{
  CdSplit *self = CD_SPLIT (object);

  g_clear_handle_id (&self->source, g_source_remove);
  if (self->paned)
    g_signal_handlers_disconnect_by_data (self->paned, self);
  g_clear_pointer (&self->paned, gtk_widget_unparent);
  G_OBJECT_CLASS (cd_split_parent_class)->dispose (object);
}

static void
cd_split_class_init (CdSplitClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_split_dispose;
  GTK_WIDGET_CLASS (klass)->measure = cd_split_measure;
  GTK_WIDGET_CLASS (klass)->size_allocate = cd_split_size_allocate;
  signals[MOVED] = g_signal_new ("moved", CD_TYPE_SPLIT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cd_split_init (CdSplit *self)
{
  self->share = -1;
}

GtkWidget *
cd_split_new (const char *id, GtkOrientation orientation, GtkWidget *start, GtkWidget *end, const CdSplitDefault *wanted)
{
  CdSplit *self = g_object_new (CD_TYPE_SPLIT, "name", id, NULL);

  self->wanted = *wanted;
  self->paned = gtk_paned_new (orientation);
  gtk_paned_set_shrink_start_child (GTK_PANED (self->paned), FALSE);
  gtk_paned_set_shrink_end_child (GTK_PANED (self->paned), FALSE);
  gtk_widget_set_parent (self->paned, GTK_WIDGET (self));
  cd_split_set_children (self, start, end);
  g_signal_connect_swapped (self->paned, "notify::position", G_CALLBACK (position_cb), self);
  return GTK_WIDGET (self);
}

void
cd_split_set_children (CdSplit *self, GtkWidget *start, GtkWidget *end)
{
  gboolean fixed_start = self->wanted.rule == CD_SPLIT_SHARE_START || self->wanted.rule == CD_SPLIT_FIT_START;

  self->ours = TRUE;
  if (gtk_paned_get_start_child (GTK_PANED (self->paned)) != start)
    gtk_paned_set_start_child (GTK_PANED (self->paned), start);
  if (gtk_paned_get_end_child (GTK_PANED (self->paned)) != end)
    gtk_paned_set_end_child (GTK_PANED (self->paned), end);
  gtk_paned_set_resize_start_child (GTK_PANED (self->paned), !fixed_start);
  gtk_paned_set_resize_end_child (GTK_PANED (self->paned), fixed_start);
  self->ours = FALSE;
}

int
cd_split_get_share (CdSplit *self)
{
  return self->share;
}

void
cd_split_set_share (CdSplit *self, int share)
{
  self->share = CLAMP (share, -1, 1000);
  place_soon (self);
}

int
cd_split_get_position (CdSplit *self)
{
  return gtk_paned_get_position (GTK_PANED (self->paned));
}

void
cd_split_move (CdSplit *self, int position)
{
  gtk_paned_set_position (GTK_PANED (self->paned), position);
}
