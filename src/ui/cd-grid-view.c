/* cd-grid-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-grid-view.h"

#include "cd-grid-row.h"

#define HEADER_HEIGHT 22
#define PAD 6

struct _CdGridView
{
  GtkWidget parent_instance;

  CdGridLayout layout;
  GListModel *model;         /* (owned) (nullable) */
  GPtrArray *rows;           /* CdGridRow, children */
  GtkWidget *scrollbar;      /* child */
  GtkAdjustment *adjustment; /* borrowed from the scrollbar: in rows */
  PangoLayout *titles[CD_GRID_COLUMNS_MAX];
  char *placeholder;
  int row_height;
  gboolean show_header;
  guint top; /* first visible position */
  guint selected;
  GObject *selected_item; /* (owned) (nullable): follows the item when rows move */
};

G_DEFINE_FINAL_TYPE (CdGridView, cd_grid_view, GTK_TYPE_WIDGET)

enum
{
  ACTIVATE,
  SELECTED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

static guint
n_items (CdGridView *self)
{
  return self->model ? g_list_model_get_n_items (self->model) : 0;
}

static int
header_height (CdGridView *self)
{
  return self->show_header ? HEADER_HEIGHT : 0;
}

static guint
n_visible (CdGridView *self)
{
  int height = gtk_widget_get_height (GTK_WIDGET (self)) - header_height (self);

  return height > 0 ? (guint)(height / self->row_height) : 0;
}

/* --- Columns --------------------------------------------------------------------------------------------------------- */

static void
place_columns (CdGridView *self, int width)
{
  CdGridLayout *l = &self->layout;
  int fixed = 0, n_expand = 0, x = 0;

  for (guint i = 0; i < l->n; i++)
    {
      l->width[i] = l->columns[i].width;
      fixed += l->columns[i].width;
    }
  for (guint i = l->n; fixed > width && i-- > 0;)
    if (l->columns[i].optional)
      {
        fixed -= l->width[i];
        l->width[i] = 0;
      }
  for (guint i = 0; i < l->n; i++)
    n_expand += l->columns[i].expand && l->width[i] > 0;
  for (guint i = 0; i < l->n; i++)
    {
      if (fixed > width && l->width[i] > 0)
        l->width[i] = l->width[i] * width / fixed;
      else if (l->columns[i].expand && l->width[i] > 0)
        l->width[i] += (width - fixed) / n_expand;
      l->x[i] = x;
      x += l->width[i];
    }
}

/* --- Rows ------------------------------------------------------------------------------------------------------------ */

static void
bind_rows (CdGridView *self)
{
  guint n = n_items (self);
  gboolean focused = gtk_widget_has_focus (GTK_WIDGET (self));

  for (guint i = 0; i < self->rows->len; i++)
    {
      CdGridRow *row = g_ptr_array_index (self->rows, i);
      guint position = self->top + i;
      g_autoptr (GObject) item = position < n ? g_list_model_get_item (self->model, position) : NULL;
      gboolean selected = item && position == self->selected;

      cd_grid_row_bind (row, item, selected, selected && focused);
      gtk_widget_set_child_visible (GTK_WIDGET (row), item != NULL);
    }
}

static void
ensure_rows (CdGridView *self, guint wanted)
{
  while (self->rows->len < wanted)
    {
      GtkWidget *row = cd_grid_row_new (&self->layout);

      gtk_widget_set_parent (row, GTK_WIDGET (self));
      g_ptr_array_add (self->rows, row);
    }
  while (self->rows->len > wanted)
    {
      GtkWidget *row = g_ptr_array_steal_index (self->rows, self->rows->len - 1);

      gtk_widget_unparent (row);
    }
}

static void
update_adjustment (CdGridView *self)
{
  guint visible = MAX (n_visible (self), 1);
  guint n = n_items (self);

  self->top = MIN (self->top, n > visible ? n - visible : 0);
  gtk_adjustment_configure (self->adjustment, self->top, 0, n, 1, visible, visible);
  gtk_widget_set_visible (self->scrollbar, n > visible);
}

static void
set_top (CdGridView *self, gint64 top)
{
  guint visible = MAX (n_visible (self), 1);
  guint n = n_items (self);
  guint max = n > visible ? n - visible : 0;
  guint wanted = (guint)CLAMP (top, 0, (gint64)max);

  if (wanted == self->top)
    return;
  self->top = wanted;
  gtk_adjustment_set_value (self->adjustment, wanted);
  bind_rows (self);
}

static void
scrolled_cb (GtkAdjustment *adjustment, CdGridView *self)
{
  set_top (self, (gint64)gtk_adjustment_get_value (adjustment));
}

/* --- Selection ------------------------------------------------------------------------------------------------------- */

gpointer
cd_grid_view_get_selected (CdGridView *self)
{
  return self->selected_item;
}

guint
cd_grid_view_get_selected_position (CdGridView *self)
{
  return self->selected;
}

void
cd_grid_view_select (CdGridView *self, guint position, gboolean scroll)
{
  g_autoptr (GObject) item = position < n_items (self) ? g_list_model_get_item (self->model, position) : NULL;
  guint visible = MAX (n_visible (self), 1);
  gboolean changed = item != self->selected_item;

  self->selected = item ? position : GTK_INVALID_LIST_POSITION;
  g_set_object (&self->selected_item, item);
  if (item && scroll && position < self->top)
    set_top (self, position);
  else if (item && scroll && position >= self->top + visible)
    set_top (self, (gint64)position - visible + 1);
  bind_rows (self);
  if (changed)
    g_signal_emit (self, signals[SELECTED], 0, item);
}

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, CdGridView *self)
{
  /* The selection belongs to the item, not to the place: find it again. */
  if (self->selected_item)
    {
      guint n = n_items (self);
      guint found = GTK_INVALID_LIST_POSITION;

      for (guint i = 0; i < n && found == GTK_INVALID_LIST_POSITION; i++)
        {
          g_autoptr (GObject) item = g_list_model_get_item (model, i);

          if (item == self->selected_item)
            found = i;
        }
      self->selected = found;
      if (found == GTK_INVALID_LIST_POSITION)
        {
          g_clear_object (&self->selected_item);
          g_signal_emit (self, signals[SELECTED], 0, NULL);
        }
    }
  update_adjustment (self);
  bind_rows (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
key_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, CdGridView *self)
{
  gint64 n = n_items (self);
  gint64 at = self->selected == GTK_INVALID_LIST_POSITION ? -1 : (gint64)self->selected;
  gint64 page = MAX (n_visible (self), 2) - 1;
  gint64 to;

  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK) || n == 0)
    return GDK_EVENT_PROPAGATE;
  switch (keyval)
    {
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      to = MAX (at, 1) - 1;
      break;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      to = at + 1;
      break;
    case GDK_KEY_Page_Up:
      to = at - page;
      break;
    case GDK_KEY_Page_Down:
      to = at + page;
      break;
    case GDK_KEY_Home:
      to = 0;
      break;
    case GDK_KEY_End:
      to = n - 1;
      break;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      if (self->selected_item)
        g_signal_emit (self, signals[ACTIVATE], 0, self->selected_item);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
  cd_grid_view_select (self, (guint)CLAMP (to, 0, n - 1), TRUE);
  return GDK_EVENT_STOP;
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, CdGridView *self)
{
  int row = ((int)y - header_height (self)) / self->row_height;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (y < header_height (self) || row < 0)
    return;
  if (self->top + (guint)row >= n_items (self))
    return;
  {
    g_autoptr (GObject) before = self->selected_item ? g_object_ref (self->selected_item) : NULL;

    cd_grid_view_select (self, self->top + (guint)row, FALSE);
    /* Rows may have moved between the two presses: both must have met the same one. */
    if (before != self->selected_item)
      return;
  }
  if (n_press == 2 && self->selected_item)
    g_signal_emit (self, signals[ACTIVATE], 0, self->selected_item);
}

static gboolean
scroll_cb (GtkEventControllerScroll *controller, double dx, double dy, CdGridView *self)
{
  if (dy != 0)
    set_top (self, (gint64)self->top + (dy > 0 ? 3 : -3));
  return GDK_EVENT_STOP;
}

static void
focus_cb (GtkWidget *widget, GParamSpec *pspec, gpointer data)
{
  CdGridView *self = CD_GRID_VIEW (widget);

  if (gtk_widget_has_focus (widget) && self->selected == GTK_INVALID_LIST_POSITION && n_items (self) > 0)
    cd_grid_view_select (self, 0, TRUE);
  bind_rows (self);
}

/* --- Widget ---------------------------------------------------------------------------------------------------------- */

static void
cd_grid_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  CdGridView *self = CD_GRID_VIEW (widget);

  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      *minimum = header_height (self) + 2 * self->row_height;
      *natural = header_height (self) + 6 * self->row_height;
      return;
    }
  *minimum = *natural = 0;
  for (guint i = 0; i < self->layout.n; i++)
    {
      if (!self->layout.columns[i].optional)
        *minimum += self->layout.columns[i].width * 2 / 3;
      *natural += self->layout.columns[i].width;
    }
}

static void
cd_grid_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  CdGridView *self = CD_GRID_VIEW (widget);
  int top = header_height (self);
  int bar;

  ensure_rows (self, n_visible (self));
  update_adjustment (self);
  gtk_widget_measure (self->scrollbar, GTK_ORIENTATION_HORIZONTAL, -1, &bar, NULL, NULL, NULL);
  place_columns (self, width - (gtk_widget_get_visible (self->scrollbar) ? bar : 0));
  bind_rows (self);
  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);
      GtkAllocation place = { 0, top + (int)i * self->row_height, MAX (width - (gtk_widget_get_visible (self->scrollbar) ? bar : 0), 0), self->row_height };

      gtk_widget_measure (row, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
      gtk_widget_size_allocate (row, &place, -1);
      gtk_widget_queue_draw (row);
    }
  if (gtk_widget_get_visible (self->scrollbar))
    gtk_widget_size_allocate (self->scrollbar, &(GtkAllocation){ width - bar, top, bar, MAX (height - top, 0) }, -1);
}

static void
draw_text (GtkWidget *widget, GtkSnapshot *snapshot, PangoLayout *text, double x, double y, CdTone tone)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
  gtk_snapshot_append_layout (snapshot, text, cd_colours_get (tone));
  gtk_snapshot_restore (snapshot);
}

static void
draw_header (CdGridView *self, GtkSnapshot *snapshot, int width)
{
  gtk_snapshot_append_color (snapshot, cd_colours_get (CD_TONE_HEADER), &GRAPHENE_RECT_INIT (0, 0, width, HEADER_HEIGHT));
  for (guint i = 0; i < self->layout.n; i++)
    {
      int w = self->layout.width[i];
      int text_height;

      if (w == 0)
        continue;
      if (!self->titles[i])
        {
          self->titles[i] = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->layout.columns[i].title);
          pango_layout_set_ellipsize (self->titles[i], PANGO_ELLIPSIZE_END);
        }
      pango_layout_set_width (self->titles[i], MAX (w - 2 * PAD, 1) * PANGO_SCALE);
      pango_layout_set_alignment (self->titles[i], self->layout.columns[i].right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
      pango_layout_get_pixel_size (self->titles[i], NULL, &text_height);
      draw_text (GTK_WIDGET (self), snapshot, self->titles[i], self->layout.x[i] + PAD, (HEADER_HEIGHT - text_height) / 2, CD_TONE_DIM);
    }
}

static void
cd_grid_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CdGridView *self = CD_GRID_VIEW (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);

  gtk_snapshot_append_color (snapshot, cd_colours_get (CD_TONE_VIEW), &GRAPHENE_RECT_INIT (0, 0, width, height));
  if (self->show_header)
    draw_header (self, snapshot, width);
  if (n_items (self) == 0 && self->placeholder)
    {
      g_autoptr (PangoLayout) text = gtk_widget_create_pango_layout (widget, self->placeholder);
      int w, h;

      pango_layout_set_width (text, MAX (width - 24, 1) * PANGO_SCALE);
      pango_layout_set_alignment (text, PANGO_ALIGN_CENTER);
      pango_layout_get_pixel_size (text, &w, &h);
      draw_text (widget, snapshot, text, 12, header_height (self) + MAX ((height - header_height (self) - h) / 2, 4), CD_TONE_DIM);
    }
  GTK_WIDGET_CLASS (cd_grid_view_parent_class)->snapshot (widget, snapshot);
}

static void
cd_grid_view_dispose (GObject *object)
{
  CdGridView *self = CD_GRID_VIEW (object);

  cd_grid_view_set_model (self, NULL);
  if (self->rows)
    ensure_rows (self, 0);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->scrollbar, gtk_widget_unparent);
  for (guint i = 0; i < CD_GRID_COLUMNS_MAX; i++)
    g_clear_object (&self->titles[i]);
  G_OBJECT_CLASS (cd_grid_view_parent_class)->dispose (object);
}

static void
cd_grid_view_finalize (GObject *object)
{
  CdGridView *self = CD_GRID_VIEW (object);

  for (guint i = 0; i < self->layout.n; i++)
    g_free ((char *)self->layout.columns[i].title);
  cd_grid_layout_clear_glyphs (&self->layout);
  g_free (self->placeholder);
  G_OBJECT_CLASS (cd_grid_view_parent_class)->finalize (object);
}

static void
cd_grid_view_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  CdGridView *self = CD_GRID_VIEW (widget);

  GTK_WIDGET_CLASS (cd_grid_view_parent_class)->css_changed (widget, change);
  for (guint i = 0; i < CD_GRID_COLUMNS_MAX; i++)
    g_clear_object (&self->titles[i]);
  cd_grid_layout_clear_glyphs (&self->layout);
  for (guint i = 0; self->rows && i < self->rows->len; i++)
    cd_grid_row_relayout (g_ptr_array_index (self->rows, i));
}

static void
cd_grid_view_class_init (CdGridViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = cd_grid_view_dispose;
  object_class->finalize = cd_grid_view_finalize;
  widget_class->measure = cd_grid_view_measure;
  widget_class->size_allocate = cd_grid_view_size_allocate;
  widget_class->snapshot = cd_grid_view_snapshot;
  widget_class->css_changed = cd_grid_view_css_changed;
  gtk_widget_class_set_css_name (widget_class, "cdgrid");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TABLE);
  signals[ACTIVATE] = g_signal_new ("activate", CD_TYPE_GRID_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_OBJECT);
  signals[SELECTED] = g_signal_new ("selected", CD_TYPE_GRID_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_OBJECT);
}

static void
cd_grid_view_init (CdGridView *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkGesture *click = gtk_gesture_click_new ();

  self->row_height = 22;
  self->show_header = TRUE;
  self->selected = GTK_INVALID_LIST_POSITION;
  self->rows = g_ptr_array_new ();
  self->scrollbar = gtk_scrollbar_new (GTK_ORIENTATION_VERTICAL, NULL);
  gtk_widget_set_parent (self->scrollbar, GTK_WIDGET (self));
  self->adjustment = gtk_scrollbar_get_adjustment (GTK_SCROLLBAR (self->scrollbar));
  g_signal_connect (self->adjustment, "value-changed", G_CALLBACK (scrolled_cb), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  g_signal_connect (self, "notify::has-focus", G_CALLBACK (focus_cb), NULL);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
cd_grid_view_new (const char *label, const CdGridColumn *columns, guint n_columns, CdGridCellFunc func, gpointer data)
{
  CdGridView *self = g_object_new (CD_TYPE_GRID_VIEW, NULL);

  g_return_val_if_fail (n_columns <= CD_GRID_COLUMNS_MAX, NULL);

  self->layout.n = n_columns;
  self->layout.func = func;
  self->layout.data = data;
  for (guint i = 0; i < n_columns; i++)
    {
      self->layout.columns[i] = columns[i];
      self->layout.columns[i].title = g_strdup (columns[i].title);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return GTK_WIDGET (self);
}

void
cd_grid_view_set_model (CdGridView *self, GListModel *model)
{
  if (self->model == model)
    return;
  if (self->model)
    g_signal_handlers_disconnect_by_func (self->model, items_changed_cb, self);
  g_set_object (&self->model, model);
  self->top = 0;
  self->selected = GTK_INVALID_LIST_POSITION;
  g_clear_object (&self->selected_item);
  if (model)
    g_signal_connect (model, "items-changed", G_CALLBACK (items_changed_cb), self);
  if (self->scrollbar)
    {
      update_adjustment (self);
      bind_rows (self);
    }
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
cd_grid_view_set_placeholder (CdGridView *self, const char *text)
{
  g_free (self->placeholder);
  self->placeholder = g_strdup (text);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cd_grid_view_set_row_height (CdGridView *self, int height)
{
  self->row_height = CLAMP (height, 18, 48);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
cd_grid_view_set_show_header (CdGridView *self, gboolean show)
{
  self->show_header = show;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
cd_grid_view_refresh (CdGridView *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    cd_grid_row_update (g_ptr_array_index (self->rows, i));
}

guint
cd_grid_view_n_realised (CdGridView *self)
{
  return self->rows->len;
}
