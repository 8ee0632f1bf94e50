/* cd-columns.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-columns.h"

#include <glib/gi18n.h>

#define LEAST 360

struct _CdColumns
{
  GtkWidget parent_instance;

  guint n;
  GtkWidget *column[CD_COLUMNS_MAX];    /* (owned) */
  GtkWidget *page[CD_COLUMNS_MAX];      /* of the stack: holds the column while it is a page */
  GtkWidget *split[CD_COLUMNS_MAX - 1]; /* the first holds the second; (nullable) */
  GtkWidget *pages, *stack;             /* child: switcher and stack */
  gboolean narrow;
  int side_by_side; /* what the columns last asked for */
  guint source;
};

G_DEFINE_FINAL_TYPE (CdColumns, cd_columns, GTK_TYPE_WIDGET)

/* Both arrangements are there all the time, so that what is kept in layout.json has a place in either. */
static void
arrange (CdColumns *self, gboolean narrow)
{
  self->narrow = narrow;
  if (narrow)
    {
      cd_split_set_children (CD_SPLIT (self->split[0]), NULL, self->split[1]);
      if (self->n == 3)
        cd_split_set_children (CD_SPLIT (self->split[1]), NULL, NULL);
      for (guint i = 0; i < self->n; i++)
        gtk_box_append (GTK_BOX (self->page[i]), self->column[i]);
    }
  else
    {
      for (guint i = 0; i < self->n; i++)
        if (gtk_widget_get_parent (self->column[i]) == self->page[i])
          gtk_box_remove (GTK_BOX (self->page[i]), self->column[i]);
      if (self->n == 3)
        cd_split_set_children (CD_SPLIT (self->split[1]), self->column[1], self->column[2]);
      cd_split_set_children (CD_SPLIT (self->split[0]), self->column[0], self->n == 3 ? self->split[1] : self->column[1]);
    }
  gtk_widget_set_child_visible (self->split[0], !narrow);
  gtk_widget_set_child_visible (self->pages, narrow);
}

/* Better a page each than columns that are cut off. */
static gboolean
is_too_narrow (CdColumns *self, int width)
{
  return width < MAX (CD_COLUMNS_WIDE, self->side_by_side);
}

static gboolean
arrange_cb (gpointer data)
{
  CdColumns *self = data;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autoptr (GObject) focus = root && gtk_root_get_focus (root) ? g_object_ref (G_OBJECT (gtk_root_get_focus (root))) : NULL;
  gboolean inside = focus && gtk_widget_is_ancestor (GTK_WIDGET (focus), GTK_WIDGET (self));

  self->source = 0;
  arrange (self, is_too_narrow (self, gtk_widget_get_width (GTK_WIDGET (self))));
  /* Who was typing goes on typing. */
  if (inside && gtk_widget_is_ancestor (GTK_WIDGET (focus), GTK_WIDGET (self)))
    {
      cd_columns_reveal (self, GTK_WIDGET (focus));
      gtk_widget_grab_focus (GTK_WIDGET (focus));
    }
  gtk_widget_queue_resize (GTK_WIDGET (self));
  return G_SOURCE_REMOVE;
}

static GtkWidget *
shown (CdColumns *self)
{
  return self->narrow ? self->pages : self->split[0];
}

static void
cd_columns_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  int least;

  gtk_widget_measure (shown (CD_COLUMNS (widget)), 1 - orientation, -1, &least, NULL, NULL, NULL);
  gtk_widget_measure (shown (CD_COLUMNS (widget)), orientation, for_size < 0 ? -1 : MAX (for_size, least), minimum, natural, NULL, NULL);
  /* Columns side by side are no reason not to become narrower. */
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = MIN (*minimum, LEAST);
}

static void
cd_columns_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  CdColumns *self = CD_COLUMNS (widget);
  int least, least_height;

  gtk_widget_measure (shown (self), GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  if (!self->narrow)
    self->side_by_side = least;
  if (is_too_narrow (self, width) != (self->narrow != 0) && !self->source)
    self->source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, arrange_cb, self, NULL);
  width = MAX (width, least);
  gtk_widget_measure (shown (self), GTK_ORIENTATION_VERTICAL, width, &least_height, NULL, NULL, NULL);
  gtk_widget_size_allocate (shown (self), &(GtkAllocation){ 0, 0, width, MAX (height, least_height) }, -1);
}

static void
cd_columns_dispose (GObject *object)
{
  CdColumns *self = CD_COLUMNS (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_pointer (&self->split[0], gtk_widget_unparent);
  g_clear_pointer (&self->pages, gtk_widget_unparent);
  for (guint i = 0; i < self->n; i++)
    g_clear_object (&self->column[i]);
  G_OBJECT_CLASS (cd_columns_parent_class)->dispose (object);
}

static void
cd_columns_class_init (CdColumnsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_columns_dispose;
  GTK_WIDGET_CLASS (klass)->measure = cd_columns_measure;
  GTK_WIDGET_CLASS (klass)->size_allocate = cd_columns_size_allocate;
}

static void
cd_columns_init (CdColumns *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

static void
build_pages (CdColumns *self, const char *id, const CdColumn *columns)
{
  GtkWidget *switcher = gtk_stack_switcher_new ();

  self->pages = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->stack = gtk_stack_new ();
  gtk_widget_set_name (self->stack, id);
  gtk_widget_set_vexpand (self->stack, TRUE);
  for (guint i = 0; i < self->n; i++)
    {
      self->page[i] = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
      gtk_stack_add_titled (GTK_STACK (self->stack), self->page[i], columns[i].id, columns[i].title);
    }
  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (switcher), GTK_STACK (self->stack));
  gtk_accessible_update_property (GTK_ACCESSIBLE (switcher), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Pages of the workspace"), -1);
  gtk_widget_add_css_class (switcher, "compact");
  gtk_widget_add_css_class (switcher, "column-switcher");
  gtk_widget_set_halign (switcher, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->pages), switcher);
  gtk_box_append (GTK_BOX (self->pages), self->stack);
  gtk_widget_set_parent (self->pages, GTK_WIDGET (self));
}

GtkWidget *
cd_columns_new (const char *id, const CdColumn *columns, guint n)
{
  CdColumns *self;

  g_return_val_if_fail (n >= 2 && n <= CD_COLUMNS_MAX, NULL);

  self = g_object_new (CD_TYPE_COLUMNS, NULL);
  self->n = n;
  for (guint i = 0; i < n; i++)
    {
      self->column[i] = g_object_ref_sink (columns[i].child);
      gtk_widget_set_vexpand (self->column[i], TRUE);
      if (i + 1 < n)
        {
          g_autofree char *name = g_strdup_printf ("%s-after-%s", id, columns[i].id);

          self->split[i] = cd_split_new (name, GTK_ORIENTATION_HORIZONTAL, NULL, NULL, &columns[i].wanted);
        }
    }
  gtk_widget_set_parent (self->split[0], GTK_WIDGET (self));
  build_pages (self, id, columns);
  arrange (self, FALSE);
  return GTK_WIDGET (self);
}

gboolean
cd_columns_get_narrow (CdColumns *self)
{
  return self->narrow;
}

void
cd_columns_reveal (CdColumns *self, GtkWidget *widget)
{
  for (guint i = 0; i < self->n; i++)
    if (self->narrow && (widget == self->column[i] || gtk_widget_is_ancestor (widget, self->column[i])))
      gtk_stack_set_visible_child (GTK_STACK (self->stack), self->page[i]);
}
