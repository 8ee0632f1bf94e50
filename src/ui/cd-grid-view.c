/* cd-grid-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>

#include <string.h>

#include "cd-grid-private.h"

#define HEADER_HEIGHT 22
#define BAR 11
#define WIDTH_MIN_MAX 320

G_DEFINE_FINAL_TYPE (CdGridView, cd_grid_view, GTK_TYPE_WIDGET)

enum
{
  ACTIVATE,
  SELECTED,
  ACTION,
  LAYOUT_CHANGED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];
static gboolean flashes = TRUE;

void
cd_grid_emit (CdGridView *self, const char *signal, GObject *item)
{
  g_signal_emit (self, g_str_equal (signal, "activate") ? signals[ACTIVATE] : signals[SELECTED], 0, item);
}

void
cd_grid_emit_action (CdGridView *self, GObject *item, guint column, guint slot)
{
  char buf[CD_LAYOUT_ID_MAX];

  g_signal_emit (self, signals[ACTION], 0, item, cd_grid_column_id (self, column, buf), slot);
}

void
cd_grid_emit_layout_changed (CdGridView *self)
{
  g_signal_emit (self, signals[LAYOUT_CHANGED], 0);
}

void
cd_grid_view_set_flashes (gboolean on)
{
  flashes = on;
}

gboolean
cd_grid_view_get_flashes (void)
{
  GtkSettings *settings = gtk_settings_get_default ();
  gboolean animations = TRUE;

  if (settings)
    g_object_get (settings, "gtk-enable-animations", &animations, NULL);
  return flashes && animations;
}

int
cd_grid_header_height (CdGridView *self)
{
  return self->show_header ? HEADER_HEIGHT * self->layout.zoom / 100 : 0;
}

guint
cd_grid_n_visible (CdGridView *self)
{
  int height = gtk_widget_get_height (GTK_WIDGET (self)) - cd_grid_header_height (self);

  if (self->has_hbar && self->hbar)
    height -= gtk_widget_get_height (self->hbar);
  return height > 0 ? (guint)(height / self->row_height) : 0;
}

/* --- Rows ------------------------------------------------------------------------------------------------------------ */

static gboolean
is_chosen (CdGridView *self, guint place)
{
  if (self->selected == GTK_INVALID_LIST_POSITION)
    return FALSE;
  return place >= MIN (self->selected, self->anchor) && place <= MAX (self->selected, self->anchor);
}

/* "Last 97.25, CEA25, row 1 of 10": first what is asked for, then where it stands. */
static void
tell_cell (CdGridView *self)
{
  guint columns[CD_GRID_COLUMNS_MAX];
  guint n_columns = cd_grid_view_get_column_order (self, columns);
  CdGridCell cell, name;
  g_autofree char *label = NULL;

  if (!self->has_focus)
    return;
  if (!self->selected_item || n_columns == 0)
    {
      cd_grid_cell_tell (self->cell, self->placeholder && cd_grid_order_n (self->order) == 0 ? self->placeholder : self->label, 0, 0);
      return;
    }
  cd_grid_cell_read (&self->layout, self->selected_item, self->column, &cell);
  cd_grid_cell_read (&self->layout, self->selected_item, columns[self->layout.columns[columns[0]].actions && n_columns > 1 ? 1 : 0], &name);
  if (g_str_equal (cell.text, name.text))
    /* Translators: the focused cell of a table: title and text, then its place */
    label = g_strdup_printf (_ ("%1$s %2$s, row %3$u of %4$u"), self->layout.columns[self->column].title, cell.text, self->selected + 1, cd_grid_order_n (self->order));
  else
    label = g_strdup_printf (_ ("%1$s %2$s, %3$s, row %4$u of %5$u"), self->layout.columns[self->column].title, cell.text, name.text, self->selected + 1, cd_grid_order_n (self->order));
  cd_grid_cell_tell (self->cell, label, self->selected, self->column);
}

/* Over the drawn cell; over the first row's place when there is none, so that the focus always has a place. */
static void
place_cell (CdGridView *self)
{
  int x = 0, y = cd_grid_header_height (self), width = MAX (gtk_widget_get_width (GTK_WIDGET (self)), 1), height = 1;

  if (self->layout.width[self->column] == 0)
    for (guint k = 0; k < self->layout.n; k++)
      if (self->layout.width[self->layout.order[k]] > 0 && !self->layout.columns[self->layout.order[k]].actions)
        {
          self->column = self->layout.order[k];
          break;
        }
  if (self->selected_item && self->selected >= self->top && self->selected < self->top + self->rows->len)
    {
      x = self->layout.x[self->column];
      width = MAX (self->layout.width[self->column], 1);
      y += (int)(self->selected - self->top) * self->row_height;
      height = self->row_height;
    }
  gtk_widget_measure (self->cell, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_size_allocate (self->cell, &(GtkAllocation){ x, y, width, height }, -1);
  gtk_widget_queue_draw (self->cell);
}

static void
news_cb (GtkButton *button, CdGridView *self)
{
  cd_grid_view_thaw (self);
  cd_grid_set_top (self, 0);
}

static void
ensure_news (CdGridView *self)
{
  if (self->news)
    return;
  self->news = gtk_button_new ();
  gtk_widget_add_css_class (self->news, "grid-news");
  gtk_widget_set_focusable (self->news, FALSE);
  gtk_widget_set_tooltip_text (self->news, _ ("Rows keep their places while you work on them. Esc or a click lets the new ones in."));
  gtk_widget_set_visible (self->news, FALSE);
  g_signal_connect (self->news, "clicked", G_CALLBACK (news_cb), self);
  gtk_widget_set_parent (self->news, GTK_WIDGET (self));
}

static void
update_news (CdGridView *self)
{
  guint n = cd_grid_order_n_waiting (self->order);
  g_autofree char *text = NULL;

  if (n == 0 && !self->news)
    return;
  ensure_news (self);
  if (n > 0)
    {
      text = g_strdup_printf (ngettext ("%u new", "%u new", n), n);
      gtk_button_set_label (GTK_BUTTON (self->news), text);
    }
  gtk_widget_set_visible (self->news, n > 0);
}

static void
bind_rows (CdGridView *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      CdGridRow *row = g_ptr_array_index (self->rows, i);
      guint place = self->top + i;
      g_autoptr (GObject) item = cd_grid_order_get (self->order, place);
      gboolean selected = item && is_chosen (self, place);

      cd_grid_row_bind (row, item, selected, item && place == self->selected && self->has_focus);
      gtk_widget_set_child_visible (GTK_WIDGET (row), item != NULL);
    }
  tell_cell (self);
  if (gtk_widget_get_width (GTK_WIDGET (self)) > 0)
    place_cell (self);
}

void
cd_grid_bind (CdGridView *self)
{
  bind_rows (self);
  update_news (self);
}

void
cd_grid_set_top (CdGridView *self, gint64 top)
{
  guint visible = MAX (cd_grid_n_visible (self), 1);
  guint n = cd_grid_order_n (self->order);
  guint max = n > visible ? n - visible : 0;
  guint wanted = (guint)CLAMP (top, 0, (gint64)max);

  if (wanted == self->top)
    return;
  self->top = wanted;
  gtk_adjustment_set_value (self->vertical, wanted);
  cd_grid_bind (self);
}

void
cd_grid_set_left (CdGridView *self, int left)
{
  if (left == self->left)
    return;
  self->left = MAX (left, 0);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
scrolled_cb (GtkAdjustment *adjustment, CdGridView *self)
{
  cd_grid_set_top (self, (gint64)gtk_adjustment_get_value (adjustment));
}

static void
scrolled_aside_cb (GtkAdjustment *adjustment, CdGridView *self)
{
  cd_grid_set_left (self, (int)gtk_adjustment_get_value (adjustment));
}

/* --- Widget ---------------------------------------------------------------------------------------------------------- */

static void
measure_titles (CdGridView *self)
{
  for (guint i = 0; self->show_header && i < self->layout.n; i++)
    if (self->title_width[i] == 0)
      self->title_width[i] = cd_grid_header_title_width (self->header, i);
}

/* An empty table says why it is empty. */
static guint
fitting_rows (CdGridView *self)
{
  guint n = cd_grid_order_n (self->order);

  return CLAMP (n == 0 && self->placeholder ? 2 : n, self->fit_min, self->fit_max);
}

void
cd_grid_fit (CdGridView *self)
{
  guint rows = fitting_rows (self);

  if (rows == self->fit_rows)
    return;
  self->fit_rows = rows;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
cd_grid_view_set_fit (CdGridView *self, guint min_rows, guint max_rows)
{
  g_return_if_fail (min_rows <= max_rows);

  self->fit_min = min_rows;
  self->fit_max = max_rows;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
cd_grid_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  CdGridView *self = CD_GRID_VIEW (widget);

  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      *minimum = cd_grid_header_height (self) + (int)MIN (self->fit_min, 2) * self->row_height;
      *natural = cd_grid_header_height (self) + (int)fitting_rows (self) * self->row_height + (self->has_hbar ? BAR : 0);
      return;
    }
  *minimum = *natural = 0;
  for (guint i = 0; i < self->layout.n; i++)
    {
      if (!self->layout.columns[i].optional && self->layout.shown[i])
        *minimum += self->layout.columns[i].width * 2 / 3;
      if (self->layout.shown[i])
        *natural += self->layout.columns[i].width;
    }
  *minimum = MIN (*minimum, WIDTH_MIN_MAX);
  *natural = MAX (*natural, *minimum);
}

static void
place_bar (GtkWidget *bar, gboolean shown, const GtkAllocation *place)
{
  if (!bar)
    return;
  gtk_widget_set_child_visible (bar, shown);
  if (!shown)
    return;
  gtk_widget_measure (bar, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_size_allocate (bar, place, -1);
}

static void
allocate_children (CdGridView *self, int inner, int width, int height, int bar, int hbar)
{
  int top = cd_grid_header_height (self), mark_width, mark_height;

  gtk_widget_set_child_visible (self->header, self->show_header);
  if (self->show_header)
    {
      gtk_widget_measure (self->header, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
      gtk_widget_size_allocate (self->header, &(GtkAllocation){ 0, 0, width, top }, -1);
    }
  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);
      GtkAllocation place = { 0, top + (int)i * self->row_height, MAX (inner, 0), self->row_height };

      gtk_widget_measure (row, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
      gtk_widget_size_allocate (row, &place, -1);
      gtk_widget_queue_draw (row);
    }
  place_bar (self->vbar, self->has_vbar, &(GtkAllocation){ width - bar, top, bar, MAX (height - top - hbar, 1) });
  place_bar (self->hbar, self->has_hbar, &(GtkAllocation){ 0, height - hbar, MAX (inner, 1), hbar });
  if (!self->news || !gtk_widget_get_visible (self->news))
    return;
  gtk_widget_measure (self->news, GTK_ORIENTATION_HORIZONTAL, -1, &mark_width, NULL, NULL, NULL);
  gtk_widget_measure (self->news, GTK_ORIENTATION_VERTICAL, mark_width, &mark_height, NULL, NULL, NULL);
  gtk_widget_size_allocate (self->news, &(GtkAllocation){ MAX (inner - mark_width - 6, 0), top + 3, mark_width, mark_height }, -1);
}

static void
cd_grid_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  CdGridView *self = CD_GRID_VIEW (widget);
  int bar, hbar = 0, inner, body;
  guint visible;

  measure_titles (self);
  bar = BAR;
  body = height - cd_grid_header_height (self);
  visible = body > 0 ? (guint)(body / self->row_height) : 0;
  inner = width - (cd_grid_order_n (self->order) > visible ? bar : 0);
  cd_grid_columns_place (self, inner);
  self->has_hbar = self->content > inner && inner > 0;
  if (self->has_hbar)
    {
      hbar = BAR;
      body -= hbar;
      visible = body > 0 ? (guint)(body / self->row_height) : 0;
      if (inner == width && cd_grid_order_n (self->order) > visible)
        cd_grid_columns_place (self, inner = width - bar);
      gtk_adjustment_configure (self->horizontal, self->left, 0, self->content, 30, inner, inner);
    }
  cd_grid_place_in_bar (self);
  allocate_children (self, inner, width, height, bar, hbar);
  bind_rows (self);
  for (guint i = visible; i < self->rows->len; i++)
    gtk_widget_set_child_visible (g_ptr_array_index (self->rows, i), FALSE);
  cd_grid_settle_later (self);
  if (self->menu)
    gtk_popover_present (GTK_POPOVER (self->menu));
}

static void
cd_grid_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CdGridView *self = CD_GRID_VIEW (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);

  gtk_snapshot_append_color (snapshot, cd_colours_get (CD_TONE_VIEW), &GRAPHENE_RECT_INIT (0, 0, width, height));
  if (cd_grid_order_n (self->order) == 0 && self->placeholder)
    {
      g_autoptr (PangoLayout) text = gtk_widget_create_pango_layout (widget, self->placeholder);
      int w, h, top = cd_grid_header_height (self);

      pango_layout_set_width (text, MAX (width - 24, 1) * PANGO_SCALE);
      pango_layout_set_wrap (text, PANGO_WRAP_WORD_CHAR);
      pango_layout_set_alignment (text, PANGO_ALIGN_CENTER);
      pango_layout_get_pixel_size (text, &w, &h);
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (12, top + MAX (MIN ((height - top - h) / 2, 60), 4)));
      gtk_snapshot_append_layout (snapshot, text, cd_colours_get (CD_TONE_DIM));
      gtk_snapshot_restore (snapshot);
    }
  GTK_WIDGET_CLASS (cd_grid_view_parent_class)->snapshot (widget, snapshot);
}

static gboolean
cd_grid_view_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (CD_GRID_VIEW (widget)->cell);
}

/* One stop for Tab: the cell; neither bars nor mark. */
static gboolean
cd_grid_view_focus (GtkWidget *widget, GtkDirectionType direction)
{
  CdGridView *self = CD_GRID_VIEW (widget);

  return gtk_widget_has_focus (self->cell) ? FALSE : gtk_widget_grab_focus (self->cell);
}

static void
cd_grid_view_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  CdGridView *self = CD_GRID_VIEW (widget);

  GTK_WIDGET_CLASS (cd_grid_view_parent_class)->css_changed (widget, change);
  cd_grid_fit_forget (self);
  cd_grid_layout_clear_glyphs (&self->layout);
  for (guint i = 0; self->rows && i < self->rows->len; i++)
    cd_grid_row_relayout (g_ptr_array_index (self->rows, i));
}

static void
cd_grid_view_dispose (GObject *object)
{
  CdGridView *self = CD_GRID_VIEW (object);

  g_clear_handle_id (&self->stale_source, g_source_remove);
  if (self->order)
    cd_grid_view_set_model (self, NULL);
  if (self->rows)
    cd_grid_ensure_rows (self, 0);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->header, gtk_widget_unparent);
  g_clear_pointer (&self->cell, gtk_widget_unparent);
  g_clear_pointer (&self->news, gtk_widget_unparent);
  g_clear_pointer (&self->vbar, gtk_widget_unparent);
  g_clear_pointer (&self->hbar, gtk_widget_unparent);
  g_clear_object (&self->vertical);
  g_clear_object (&self->horizontal);
  g_clear_object (&self->press_item);
  g_clear_pointer (&self->order, cd_grid_order_free);
  G_OBJECT_CLASS (cd_grid_view_parent_class)->dispose (object);
}

static void
cd_grid_view_finalize (GObject *object)
{
  CdGridView *self = CD_GRID_VIEW (object);

  cd_grid_columns_clear (self);
  cd_grid_layout_clear_glyphs (&self->layout);
  g_free (self->placeholder);
  g_free (self->label);
  G_OBJECT_CLASS (cd_grid_view_parent_class)->finalize (object);
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
  widget_class->grab_focus = cd_grid_view_grab_focus;
  widget_class->focus = cd_grid_view_focus;
  gtk_widget_class_set_css_name (widget_class, "cdgrid");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TABLE);
  cd_grid_menu_class_init (widget_class);
  signals[ACTIVATE] = g_signal_new ("activate", CD_TYPE_GRID_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_OBJECT);
  signals[SELECTED] = g_signal_new ("selected", CD_TYPE_GRID_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_OBJECT);
  signals[ACTION] = g_signal_new ("action", CD_TYPE_GRID_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3, G_TYPE_OBJECT, G_TYPE_STRING, G_TYPE_UINT);
  signals[LAYOUT_CHANGED] = g_signal_new ("layout-changed", CD_TYPE_GRID_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cd_grid_view_init (CdGridView *self)
{
  self->base_height = self->row_height = CD_GRID_ROW_HEIGHT;
  self->show_header = self->freezes = TRUE;
  self->fit_min = self->fit_max = 6;
  self->selected = self->anchor = GTK_INVALID_LIST_POSITION;
  self->selected_model = CD_GRID_NO_PLACE;
  self->rows = g_ptr_array_new ();
  cd_grid_sort_init (self);
  self->cell = cd_grid_cell_new ();
  self->vertical = g_object_ref_sink (gtk_adjustment_new (0, 0, 0, 1, 1, 1));
  self->horizontal = g_object_ref_sink (gtk_adjustment_new (0, 0, 0, 1, 1, 1));
  g_signal_connect (self->vertical, "value-changed", G_CALLBACK (scrolled_cb), self);
  g_signal_connect (self->horizontal, "value-changed", G_CALLBACK (scrolled_aside_cb), self);
  gtk_widget_set_parent (self->cell, GTK_WIDGET (self));
  cd_grid_input_init (self);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
cd_grid_view_new (const char *label, const CdGridColumn *columns, guint n_columns, CdGridCellFunc func, gpointer data)
{
  CdGridView *self;

  g_return_val_if_fail (n_columns <= CD_GRID_COLUMNS_MAX, NULL);

  self = g_object_new (CD_TYPE_GRID_VIEW, NULL);
  self->label = g_strdup (label);
  self->layout.func = func;
  self->layout.data = data;
  cd_grid_columns_init (self, columns, n_columns);
  self->header = cd_grid_header_new (self);
  gtk_widget_insert_before (self->header, GTK_WIDGET (self), self->cell);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return GTK_WIDGET (self);
}

void
cd_grid_view_set_model (CdGridView *self, GListModel *model)
{
  if (self->model == model)
    return;
  self->model = model;
  cd_grid_fit_forget (self);
  self->top = 0;
  self->selected = self->anchor = GTK_INVALID_LIST_POSITION;
  self->selected_model = CD_GRID_NO_PLACE;
  g_clear_object (&self->selected_item);
  cd_grid_order_set_model (self->order, model);
  if (self->rows && self->header)
    {
      cd_grid_update_bar (self);
      cd_grid_bind (self);
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

const char *
cd_grid_view_get_placeholder (CdGridView *self)
{
  return self->placeholder;
}

void
cd_grid_view_set_row_height (CdGridView *self, int height)
{
  self->base_height = CLAMP (height, 18, 48);
  self->row_height = MAX (self->base_height * self->layout.zoom / 100, 14);
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
  tell_cell (self);
}

guint
cd_grid_view_n_realised (CdGridView *self)
{
  return self->rows->len;
}

guint
cd_grid_view_n_rows (CdGridView *self)
{
  return cd_grid_order_n (self->order);
}

gpointer
cd_grid_view_dup_row (CdGridView *self, guint position)
{
  return cd_grid_order_get (self->order, position);
}
