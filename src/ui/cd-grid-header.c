/* cd-grid-header.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The titles of a table, each a COLUMN_HEADER that says how its column is sorted. A click sorts, Shift adds the second key; the
 * right edge is dragged for the width, the title for the place; the right button opens the menu that the Menu key opens too.
 */
#include <glib/gi18n.h>

#include "cd-grid-private.h"

#define EDGE 5
#define MOVE 14

/* --- One title ------------------------------------------------------------------------------------------------------- */

#define CD_TYPE_GRID_TITLE (cd_grid_title_get_type ())
G_DECLARE_FINAL_TYPE (CdGridTitle, cd_grid_title, CD, GRID_TITLE, GtkWidget)

struct _CdGridTitle
{
  GtkWidget parent_instance;

  CdGridView *view; /* borrowed: the parent's parent */
  guint column;
  PangoLayout *text; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (CdGridTitle, cd_grid_title, GTK_TYPE_WIDGET)

/* "▲", "▼" or nothing; the second key has a small 2. */
static const char *
sort_mark (CdGridView *view, guint column, GtkAccessibleSort *order)
{
  static const char *const marks[2][2] = { { "▲", "▼" }, { "▲₂", "▼₂" } };
  CdGridSort sort[CD_GRID_SORT_MAX];
  guint n = cd_grid_view_get_sort (view, sort);

  *order = GTK_ACCESSIBLE_SORT_NONE;
  for (guint k = 0; k < n; k++)
    if (sort[k].column == column)
      {
        *order = sort[k].descending ? GTK_ACCESSIBLE_SORT_DESCENDING : GTK_ACCESSIBLE_SORT_ASCENDING;
        return marks[k][sort[k].descending ? 1 : 0];
      }
  return "";
}

static PangoLayout *
title_text (CdGridTitle *self)
{
  const CdGridLayout *l = &self->view->layout;
  GtkAccessibleSort order;
  const char *mark;
  g_autofree char *text = NULL;

  if (self->text)
    return self->text;
  mark = sort_mark (self->view, self->column, &order);
  text = g_strdup_printf ("%s%s%s", l->columns[self->column].title, *mark ? " " : "", mark);
  self->text = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  pango_layout_set_ellipsize (self->text, PANGO_ELLIPSIZE_END);
  if (l->zoom != 100)
    {
      PangoAttrList *attributes = pango_attr_list_new ();

      pango_attr_list_insert (attributes, pango_attr_scale_new (l->zoom / 100.0));
      pango_layout_set_attributes (self->text, attributes);
      pango_attr_list_unref (attributes);
    }
  return self->text;
}

static void
cd_grid_title_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CdGridTitle *self = CD_GRID_TITLE (widget);
  const CdGridColumn *column = &self->view->layout.columns[self->column];
  PangoLayout *text = title_text (self);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget), text_height;
  GtkAccessibleSort order;

  if (width <= 2 * CD_GRID_PAD)
    return;
  pango_layout_set_width (text, (width - 2 * CD_GRID_PAD) * PANGO_SCALE);
  pango_layout_set_alignment (text, column->right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
  pango_layout_get_pixel_size (text, NULL, &text_height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (CD_GRID_PAD, (height - text_height) / 2));
  gtk_snapshot_append_layout (snapshot, text, cd_colours_get (*sort_mark (self->view, self->column, &order) ? CD_TONE_LINK : CD_TONE_DIM));
  gtk_snapshot_restore (snapshot);
}

static void
update_title (CdGridTitle *self)
{
  GtkAccessibleSort order;

  g_clear_object (&self->text);
  sort_mark (self->view, self->column, &order);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_SORT, order, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
cd_grid_title_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (cd_grid_title_parent_class)->css_changed (widget, change);
  g_clear_object (&CD_GRID_TITLE (widget)->text);
}

static void
cd_grid_title_dispose (GObject *object)
{
  g_clear_object (&CD_GRID_TITLE (object)->text);
  G_OBJECT_CLASS (cd_grid_title_parent_class)->dispose (object);
}

static void
cd_grid_title_class_init (CdGridTitleClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cd_grid_title_dispose;
  widget_class->snapshot = cd_grid_title_snapshot;
  widget_class->css_changed = cd_grid_title_css_changed;
  gtk_widget_class_set_css_name (widget_class, "gridtitle");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_COLUMN_HEADER);
}

static void
cd_grid_title_init (CdGridTitle *self)
{
}

static GtkWidget *
title_new (CdGridView *view, guint column)
{
  CdGridTitle *self = g_object_new (CD_TYPE_GRID_TITLE, NULL);
  const CdGridColumn *c = &view->layout.columns[column];

  self->view = view;
  self->column = column;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, c->title, -1);
  if (c->help)
    {
      gtk_widget_set_tooltip_text (GTK_WIDGET (self), c->help);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, c->help, -1);
    }
  return GTK_WIDGET (self);
}

/* --- The row of titles ----------------------------------------------------------------------------------------------- */

#define CD_TYPE_GRID_HEADER (cd_grid_header_get_type ())
G_DECLARE_FINAL_TYPE (CdGridHeader, cd_grid_header, CD, GRID_HEADER, GtkWidget)

struct _CdGridHeader
{
  GtkWidget parent_instance;

  CdGridView *view; /* borrowed: the parent */
  GtkWidget *titles[CD_GRID_COLUMNS_MAX];
  guint column; /* being dragged, or CD_GRID_NO_PLACE */
  gboolean resizing, moved;
  int start_width;
};

G_DEFINE_FINAL_TYPE (CdGridHeader, cd_grid_header, GTK_TYPE_WIDGET)

static void
cd_grid_header_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  CdGridHeader *self = CD_GRID_HEADER (widget);
  const CdGridLayout *l = &self->view->layout;

  for (guint i = 0; self->titles[0] && i < l->n; i++)
    {
      gtk_widget_set_child_visible (self->titles[i], l->width[i] > 0);
      if (l->width[i] == 0)
        continue;
      gtk_widget_measure (self->titles[i], GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
      gtk_widget_size_allocate (self->titles[i], &(GtkAllocation){ l->x[i], 0, l->width[i], height }, -1);
    }
}

static void
cd_grid_header_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CdGridHeader *self = CD_GRID_HEADER (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  GdkRGBA line = *cd_colours_get (CD_TONE_LINE);

  gtk_snapshot_append_color (snapshot, cd_colours_get (CD_TONE_HEADER), &GRAPHENE_RECT_INIT (0, 0, width, height));
  for (guint i = 0; i < self->view->layout.n; i++)
    if (self->view->layout.width[i] > 0)
      gtk_snapshot_append_color (snapshot, &line, &GRAPHENE_RECT_INIT (self->view->layout.x[i] + self->view->layout.width[i] - 1, 4, 1, height - 8));
  GTK_WIDGET_CLASS (cd_grid_header_parent_class)->snapshot (widget, snapshot);
}

/* The column whose right edge is near, else the one below. */
static guint
column_at (CdGridHeader *self, int x, gboolean *edge)
{
  const CdGridLayout *l = &self->view->layout;

  *edge = TRUE;
  for (guint i = 0; i < l->n; i++)
    if (l->width[i] > 0 && ABS (x - (l->x[i] + l->width[i])) <= EDGE)
      return i;
  *edge = FALSE;
  return cd_grid_columns_at (self->view, x);
}

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, CdGridHeader *self)
{
  self->column = column_at (self, (int)x, &self->resizing);
  self->moved = FALSE;
  if (self->column == CD_GRID_NO_PLACE)
    return;
  self->start_width = self->view->layout.width[self->column];
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
drag_update_cb (GtkGestureDrag *gesture, double dx, double dy, CdGridHeader *self)
{
  if (self->column == CD_GRID_NO_PLACE || (!self->moved && ABS (dx) < (self->resizing ? 2 : MOVE)))
    return;
  self->moved = TRUE;
  if (self->resizing)
    cd_grid_view_resize_column (self->view, self->column, (self->start_width + (int)dx) * 100 / self->view->layout.zoom);
}

static void
drag_end_cb (GtkGestureDrag *gesture, double dx, double dy, CdGridHeader *self)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  double x, y;
  guint over;

  if (self->column == CD_GRID_NO_PLACE || self->resizing)
    return;
  if (!self->moved)
    {
      cd_grid_view_toggle_sort (self->view, self->column, (state & GDK_SHIFT_MASK) != 0);
      return;
    }
  gtk_gesture_drag_get_start_point (gesture, &x, &y);
  over = cd_grid_columns_at (self->view, CLAMP ((int)(x + dx), 0, gtk_widget_get_width (GTK_WIDGET (self)) - 1));
  if (over != CD_GRID_NO_PLACE && over != self->column)
    {
      guint columns[CD_GRID_COLUMNS_MAX];
      guint n = cd_grid_view_get_column_order (self->view, columns);
      int from = 0, to = 0;

      for (guint k = 0; k < n; k++)
        {
          if (columns[k] == self->column)
            from = (int)k;
          if (columns[k] == over)
            to = (int)k;
        }
      cd_grid_view_move_column (self->view, self->column, to - from);
    }
}

static void
menu_cb (GtkGestureClick *gesture, int n_press, double x, double y, CdGridHeader *self)
{
  guint column = cd_grid_columns_at (self->view, (int)x);

  if (column != CD_GRID_NO_PLACE)
    cd_grid_menu_show (self->view, column, (int)x, gtk_widget_get_height (GTK_WIDGET (self)));
}

static void
motion_cb (GtkEventControllerMotion *controller, double x, double y, CdGridHeader *self)
{
  gboolean edge;

  column_at (self, (int)x, &edge);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), edge ? "col-resize" : NULL);
}

/* Only for a table that is looked at: a dozen tables with a dozen titles each would burden every walk through the window. */
static void
cd_grid_header_map (GtkWidget *widget)
{
  CdGridHeader *self = CD_GRID_HEADER (widget);

  for (guint i = 0; !self->titles[i] && i < self->view->layout.n; i++)
    {
      self->titles[i] = title_new (self->view, i);
      gtk_widget_set_parent (self->titles[i], widget);
      update_title (CD_GRID_TITLE (self->titles[i]));
    }
  GTK_WIDGET_CLASS (cd_grid_header_parent_class)->map (widget);
}

static void
cd_grid_header_dispose (GObject *object)
{
  CdGridHeader *self = CD_GRID_HEADER (object);

  for (guint i = 0; i < CD_GRID_COLUMNS_MAX; i++)
    g_clear_pointer (&self->titles[i], gtk_widget_unparent);
  G_OBJECT_CLASS (cd_grid_header_parent_class)->dispose (object);
}

static void
cd_grid_header_class_init (CdGridHeaderClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cd_grid_header_dispose;
  widget_class->map = cd_grid_header_map;
  widget_class->size_allocate = cd_grid_header_size_allocate;
  widget_class->snapshot = cd_grid_header_snapshot;
  gtk_widget_class_set_css_name (widget_class, "gridheader");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ROW_GROUP);
}

static void
cd_grid_header_init (CdGridHeader *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *menu = gtk_gesture_click_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  self->column = CD_GRID_NO_PLACE;
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (menu), GDK_BUTTON_SECONDARY);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  g_signal_connect (menu, "pressed", G_CALLBACK (menu_cb), self);
  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (menu));
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
cd_grid_header_new (CdGridView *view)
{
  CdGridHeader *self = g_object_new (CD_TYPE_GRID_HEADER, NULL);

  self->view = view;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Columns"), -1);
  return GTK_WIDGET (self);
}

void
cd_grid_header_update (GtkWidget *widget)
{
  CdGridHeader *self = CD_GRID_HEADER (widget);

  for (guint i = 0; self->titles[0] && i < self->view->layout.n; i++)
    update_title (CD_GRID_TITLE (self->titles[i]));
}

int
cd_grid_header_title_width (GtkWidget *widget, guint column)
{
  CdGridHeader *self = CD_GRID_HEADER (widget);
  PangoLayout *text = gtk_widget_create_pango_layout (widget, self->view->layout.columns[column].title);
  int width;

  pango_layout_get_pixel_size (text, &width, NULL);
  g_object_unref (text);
  return width + 2 * CD_GRID_PAD + 1;
}

/* --- Menu ------------------------------------------------------------------------------------------------------------ */

static void
sort_by (CdGridView *self, gboolean descending, gboolean add)
{
  CdGridSort sort[CD_GRID_SORT_MAX];
  gboolean done = FALSE;

  /* Toggling goes round in three: at most that many steps to what was asked for. */
  for (int i = 0; i < 3 && !done; i++)
    {
      guint n;

      cd_grid_view_toggle_sort (self, self->menu_column, add);
      n = cd_grid_view_get_sort (self, sort);
      for (guint k = 0; k < n; k++)
        done |= sort[k].column == self->menu_column && (sort[k].descending != 0) == descending;
    }
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  CdGridView *self = CD_GRID_VIEW (widget);
  int width = self->layout.width[self->menu_column] * 100 / self->layout.zoom;

  if (g_str_equal (name, "grid.ascending"))
    sort_by (self, FALSE, FALSE);
  else if (g_str_equal (name, "grid.descending"))
    sort_by (self, TRUE, FALSE);
  else if (g_str_equal (name, "grid.second"))
    cd_grid_view_toggle_sort (self, self->menu_column, TRUE);
  else if (g_str_equal (name, "grid.wider"))
    cd_grid_view_resize_column (self, self->menu_column, width + 16);
  else if (g_str_equal (name, "grid.narrower"))
    cd_grid_view_resize_column (self, self->menu_column, width - 16);
  else if (g_str_equal (name, "grid.left"))
    cd_grid_view_move_column (self, self->menu_column, -1);
  else if (g_str_equal (name, "grid.right"))
    cd_grid_view_move_column (self, self->menu_column, 1);
  else if (g_str_equal (name, "grid.hide"))
    cd_grid_view_show_column (self, self->menu_column, FALSE);
  else if (g_str_equal (name, "grid.choose"))
    cd_grid_view_choose_columns (self);
  else if (g_str_equal (name, "grid.export"))
    cd_grid_view_export (self);
  else if (g_str_equal (name, "grid.reset"))
    cd_grid_view_reset_columns (self);
}

static const struct
{
  const char *action, *title;
} items[] = {
  { "grid.ascending", N_ ("Sort ascending") },
  { "grid.descending", N_ ("Sort descending") },
  { "grid.second", N_ ("Then by this column") },
  { NULL, NULL },
  { "grid.wider", N_ ("Wider") },
  { "grid.narrower", N_ ("Narrower") },
  { "grid.left", N_ ("Move left") },
  { "grid.right", N_ ("Move right") },
  { "grid.hide", N_ ("Hide column") },
  { NULL, NULL },
  { "grid.export", N_ ("Export the table…") },
  { "grid.choose", N_ ("Choose columns…") },
  { "grid.reset", N_ ("Reset columns") },
};

void
cd_grid_menu_class_init (GtkWidgetClass *klass)
{
  for (gsize i = 0; i < G_N_ELEMENTS (items); i++)
    if (items[i].action)
      gtk_widget_class_install_action (klass, items[i].action, NULL, menu_action);
}

void
cd_grid_menu_show (CdGridView *self, guint column, int x, int y)
{
  self->menu_column = column;
  if (!self->menu)
    {
      g_autoptr (GMenu) menu = g_menu_new ();
      GMenu *section = g_menu_new ();

      for (gsize i = 0; i < G_N_ELEMENTS (items); i++)
        if (items[i].action)
          g_menu_append (section, _ (items[i].title), items[i].action);
        else
          {
            g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
            g_object_unref (section);
            section = g_menu_new ();
          }
      g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
      g_object_unref (section);
      self->menu = gtk_popover_menu_new_from_model (G_MENU_MODEL (menu));
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
    }
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle){ x, y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}
