/* cd-grid-input.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keys and pointer of a table: what is chosen, what an action is bound to, and when the rows stand still.
 */
#include <glib/gi18n.h>

#include "cd-grid-private.h"

#define ZOOM_MIN 60
#define ZOOM_MAX 200
#define ZOOM_STEP 10
#define WIDTH_STEP 8

/* --- Freeze ---------------------------------------------------------------------------------------------------------- */

static void
update_freeze (CdGridView *self)
{
  if (self->freezes && (self->pressed || (self->by_keyboard && self->has_focus)))
    cd_grid_order_freeze (self->order);
  else
    cd_grid_order_thaw (self->order);
}

void
cd_grid_view_thaw (CdGridView *self)
{
  self->by_keyboard = FALSE;
  update_freeze (self);
}

void
cd_grid_view_set_freezes (CdGridView *self, gboolean freezes)
{
  self->freezes = freezes;
  update_freeze (self);
}

gboolean
cd_grid_view_is_frozen (CdGridView *self)
{
  return cd_grid_order_is_frozen (self->order);
}

guint
cd_grid_view_n_waiting (CdGridView *self)
{
  return cd_grid_order_n_waiting (self->order);
}

/* --- Selection ------------------------------------------------------------------------------------------------------- */

void
cd_grid_select_place (CdGridView *self, guint place, gboolean scroll, gboolean extend)
{
  g_autoptr (GObject) item = cd_grid_order_get (self->order, place);
  guint visible = MAX (cd_grid_n_visible (self), 1);
  gboolean changed = item != self->selected_item;

  /* The place of a row that left is no row. */
  if (!item && place < cd_grid_order_n (self->order))
    return;
  self->selected = item ? place : GTK_INVALID_LIST_POSITION;
  self->selected_model = item ? cd_grid_order_model_place (self->order, place) : CD_GRID_NO_PLACE;
  if (!extend || self->anchor == GTK_INVALID_LIST_POSITION)
    self->anchor = self->selected;
  g_set_object (&self->selected_item, item);
  if (item && scroll && place < self->top)
    cd_grid_set_top (self, place);
  else if (item && scroll && place >= self->top + visible)
    cd_grid_set_top (self, (gint64)place - visible + 1);
  cd_grid_bind (self);
  if (changed)
    cd_grid_emit (self, "selected", self->selected_item);
}

void
cd_grid_view_select (CdGridView *self, guint position, gboolean scroll)
{
  cd_grid_select_place (self, position, scroll, FALSE);
}

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

static void
find_selected (CdGridView *self, guint place, guint removed, guint added)
{
  guint at = self->selected_model;

  if (at == CD_GRID_NO_PLACE || at < place)
    return;
  if (at >= place + removed)
    {
      self->selected_model = at - removed + added;
      return;
    }
  /* Taken out, or put back elsewhere in the same breath. */
  self->selected_model = CD_GRID_NO_PLACE;
  for (guint i = place; i < place + added && self->selected_model == CD_GRID_NO_PLACE; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (self->model, i);

      if (item == self->selected_item)
        self->selected_model = i;
    }
}

/* The selection belongs to the item, not to the place. */
void
cd_grid_follow_selection (CdGridView *self, guint place, guint removed, guint added)
{
  guint before = self->selected;

  if (!self->selected_item)
    return;
  find_selected (self, place, removed, added);
  self->selected = self->selected_model == CD_GRID_NO_PLACE ? CD_GRID_NO_PLACE : cd_grid_order_find (self->order, self->selected_model);
  if (self->selected == CD_GRID_NO_PLACE)
    {
      self->selected = self->anchor = GTK_INVALID_LIST_POSITION;
      self->selected_model = CD_GRID_NO_PLACE;
      g_clear_object (&self->selected_item);
      cd_grid_emit (self, "selected", NULL);
      return;
    }
  /* Rows that were chosen together need not stand together any more. */
  if (self->anchor == before || self->selected != before)
    self->anchor = self->selected;
}

/* --- Keys ------------------------------------------------------------------------------------------------------------ */

void
cd_grid_open (CdGridView *self, GObject *item)
{
  if (!item)
    return;
  if (g_signal_has_handler_pending (self, g_signal_lookup ("activate", CD_TYPE_GRID_VIEW), 0, FALSE))
    cd_grid_emit (self, "activate", item);
  else
    cd_grid_show_details (self, item);
}

char *
cd_grid_view_dup_text (CdGridView *self)
{
  guint columns[CD_GRID_COLUMNS_MAX];
  guint n_columns = cd_grid_view_get_column_order (self, columns);
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean chosen = self->selected != GTK_INVALID_LIST_POSITION;
  guint from = chosen ? MIN (self->selected, self->anchor) : 1;
  guint to = chosen ? MAX (self->selected, self->anchor) : 0;
  const char *gap = "";

  for (guint c = 0; c < n_columns; c++)
    if (!self->layout.columns[columns[c]].actions)
      {
        g_string_append_printf (text, "%s%s", gap, self->layout.columns[columns[c]].title);
        gap = "\t";
      }
  for (guint i = from; i <= to; i++)
    {
      g_autoptr (GObject) item = cd_grid_order_get (self->order, i);
      CdGridCell cell;

      gap = "\n";
      for (guint c = 0; item && c < n_columns; c++)
        {
          if (self->layout.columns[columns[c]].actions)
            continue;
          cd_grid_cell_read (&self->layout, item, columns[c], &cell);
          /* A cell is one line and one field, or the rows would not line up again. */
          g_strdelimit (cell.text, "\t\n\r", ' ');
          g_string_append_printf (text, "%s%s", gap, cell.text);
          gap = "\t";
        }
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
copy (CdGridView *self)
{
  g_autofree char *text = cd_grid_view_dup_text (self);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static gboolean
control_key (CdGridView *self, guint keyval, GdkModifierType state)
{
  gboolean shift = (state & GDK_SHIFT_MASK) != 0;

  switch (keyval)
    {
    case GDK_KEY_c:
    case GDK_KEY_C:
    case GDK_KEY_Insert:
      if (shift)
        return FALSE;
      copy (self);
      return TRUE;
    case GDK_KEY_s:
    case GDK_KEY_S:
      if (shift)
        return FALSE;
      cd_grid_view_export (self);
      return TRUE;
    case GDK_KEY_a:
    case GDK_KEY_A:
      if (cd_grid_order_n (self->order) > 0)
        {
          cd_grid_select_place (self, 0, FALSE, FALSE);
          cd_grid_select_place (self, cd_grid_order_n (self->order) - 1, FALSE, TRUE);
        }
      return TRUE;
    case GDK_KEY_0:
    case GDK_KEY_KP_0:
      cd_grid_view_set_zoom (self, 100);
      cd_grid_emit_layout_changed (self);
      return TRUE;
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      cd_grid_view_set_zoom (self, self->layout.zoom + (keyval == GDK_KEY_minus || keyval == GDK_KEY_KP_Subtract ? -ZOOM_STEP : ZOOM_STEP));
      cd_grid_emit_layout_changed (self);
      return TRUE;
    case GDK_KEY_Left:
    case GDK_KEY_Right:
      if (!shift)
        return FALSE;
      cd_grid_view_move_column (self, self->column, keyval == GDK_KEY_Left ? -1 : 1);
      return TRUE;
    default:
      return FALSE;
    }
}

static void
show_column_of_focus (CdGridView *self)
{
  int x = self->layout.x[self->column], width = self->layout.width[self->column];
  int view = gtk_widget_get_width (GTK_WIDGET (self)) - (self->has_vbar && self->vbar ? gtk_widget_get_width (self->vbar) : 0);

  if (x < 0)
    cd_grid_set_left (self, self->left + x);
  else if (x + width > view)
    cd_grid_set_left (self, self->left + MIN (x, x + width - view));
}

static gboolean
column_key (CdGridView *self, guint keyval, GdkModifierType state)
{
  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_Right:
      if ((state & GDK_ALT_MASK) && (state & GDK_SHIFT_MASK))
        {
          int width = self->layout.width[self->column] * 100 / self->layout.zoom;

          cd_grid_view_resize_column (self, self->column, width + (keyval == GDK_KEY_Left ? -WIDTH_STEP : WIDTH_STEP));
          return TRUE;
        }
      if (state & (GDK_ALT_MASK | GDK_SHIFT_MASK))
        return FALSE;
      self->column = cd_grid_columns_neighbour (self, self->column, keyval == GDK_KEY_Left ? -1 : 1);
      show_column_of_focus (self);
      cd_grid_bind (self);
      return TRUE;
    case GDK_KEY_Menu:
      cd_grid_menu_show (self, self->column, MAX (self->layout.x[self->column], 0), cd_grid_header_height (self));
      return TRUE;
    case GDK_KEY_F10:
      if (!(state & GDK_SHIFT_MASK))
        return FALSE;
      cd_grid_menu_show (self, self->column, MAX (self->layout.x[self->column], 0), cd_grid_header_height (self));
      return TRUE;
    default:
      return FALSE;
    }
}

/* Where a key leads to from @at; -2 when it is no such key. */
static gint64
place_of_key (CdGridView *self, guint keyval, gint64 at, gint64 n)
{
  gint64 page = MAX (cd_grid_n_visible (self), 2) - 1;

  switch (keyval)
    {
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      return MAX (at, 1) - 1;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      return at + 1;
    case GDK_KEY_Page_Up:
    case GDK_KEY_KP_Page_Up:
      return at - page < 0 ? 0 : at - page;
    case GDK_KEY_Page_Down:
    case GDK_KEY_KP_Page_Down:
      return at + page;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      return 0;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      return n - 1;
    default:
      return -2;
    }
}

static gboolean
key_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, CdGridView *self)
{
  gint64 n = cd_grid_order_n (self->order);
  gint64 at = self->selected == GTK_INVALID_LIST_POSITION ? -1 : (gint64)self->selected;
  gint64 to;

  if (state & GDK_CONTROL_MASK)
    return state & GDK_ALT_MASK ? GDK_EVENT_PROPAGATE : control_key (self, keyval, state);
  if (column_key (self, keyval, state))
    return GDK_EVENT_STOP;
  if (state & GDK_ALT_MASK || n == 0)
    return GDK_EVENT_PROPAGATE;
  if (keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter)
    {
      g_autoptr (GObject) item = self->selected_item ? g_object_ref (self->selected_item) : NULL;

      cd_grid_open (self, item);
      return GDK_EVENT_STOP;
    }
  if (keyval == GDK_KEY_Escape && cd_grid_order_is_frozen (self->order))
    {
      cd_grid_view_thaw (self);
      return GDK_EVENT_STOP;
    }
  to = place_of_key (self, keyval, at, n);
  if (to == -2)
    return GDK_EVENT_PROPAGATE;
  self->by_keyboard = TRUE;
  update_freeze (self);
  cd_grid_select_place (self, (guint)CLAMP (to, 0, n - 1), TRUE, (state & GDK_SHIFT_MASK) != 0);
  return GDK_EVENT_STOP;
}

void
cd_grid_focus_changed (CdGridView *self, gboolean focused)
{
  self->has_focus = focused;
  if (!focused)
    self->by_keyboard = FALSE;
  update_freeze (self);
  if (focused && self->selected == GTK_INVALID_LIST_POSITION && cd_grid_order_n (self->order) > 0)
    cd_grid_select_place (self, 0, TRUE, FALSE);
  cd_grid_bind (self);
}

/* --- Pointer --------------------------------------------------------------------------------------------------------- */

static guint
place_at (CdGridView *self, int y)
{
  int row = y < cd_grid_header_height (self) ? -1 : (y - cd_grid_header_height (self)) / self->row_height;

  if (row < 0 || row >= (int)self->rows->len || self->top + (guint)row >= cd_grid_order_n (self->order))
    return CD_GRID_NO_PLACE;
  return self->top + (guint)row;
}

static guint
slot_at (CdGridView *self, guint column, int x)
{
  const CdGridLayout *l = &self->layout;

  if (column == CD_GRID_NO_PLACE || !l->columns[column].actions)
    return CD_GRID_NO_PLACE;
  return (guint)((x - l->x[column]) * (int)l->columns[column].actions / MAX (l->width[column], 1));
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, CdGridView *self)
{
  guint place = place_at (self, (int)y);
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  g_autoptr (GObject) before = self->press_item ? g_object_ref (self->press_item) : NULL;
  guint column = cd_grid_columns_at (self, (int)x);

  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->by_keyboard = FALSE;
  self->pressed = TRUE;
  g_clear_object (&self->press_item);
  update_freeze (self);
  if (place == CD_GRID_NO_PLACE)
    return;
  self->press_item = cd_grid_order_get (self->order, place);
  self->press_column = column;
  self->press_slot = slot_at (self, column, (int)x);
  if (column != CD_GRID_NO_PLACE)
    self->column = column;
  cd_grid_select_place (self, place, FALSE, (state & GDK_SHIFT_MASK) != 0);
  /* Rows may have moved between the two presses: both must have met the same one. */
  if (n_press == 2 && self->press_item && before == self->press_item && self->press_slot == CD_GRID_NO_PLACE)
    cd_grid_open (self, before);
}

static void
end_press (CdGridView *self)
{
  self->pressed = FALSE;
  update_freeze (self);
}

static void
released_cb (GtkGestureClick *gesture, int n_press, double x, double y, CdGridView *self)
{
  guint column = cd_grid_columns_at (self, (int)x);
  guint slot = slot_at (self, column, (int)x);
  g_autoptr (GObject) item = self->press_item ? g_object_ref (self->press_item) : NULL;

  /* Only where it began, and once: the second click of a double one is no second order. */
  if (item && n_press == 1 && slot != CD_GRID_NO_PLACE && slot == self->press_slot && column == self->press_column)
    {
      guint place = place_at (self, (int)y);
      g_autoptr (GObject) under = place == CD_GRID_NO_PLACE ? NULL : cd_grid_order_get (self->order, place);

      if (under == item)
        cd_grid_emit_action (self, item, column, slot);
    }
  end_press (self);
}

static void
stopped_cb (GtkGesture *gesture, GdkEventSequence *sequence, CdGridView *self)
{
  if (self->pressed)
    end_press (self);
}

static gboolean
scroll_cb (GtkEventControllerScroll *controller, double dx, double dy, CdGridView *self)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));

  if (state & GDK_CONTROL_MASK)
    {
      if (dy != 0)
        {
          cd_grid_view_set_zoom (self, self->layout.zoom + (dy > 0 ? -ZOOM_STEP : ZOOM_STEP));
          cd_grid_emit_layout_changed (self);
        }
      return GDK_EVENT_STOP;
    }
  if (state & GDK_SHIFT_MASK && dx == 0)
    dx = dy;
  else if (dy != 0)
    cd_grid_set_top (self, (gint64)self->top + (dy > 0 ? 3 : -3));
  if (dx != 0)
    cd_grid_set_left (self, self->left + (dx > 0 ? 60 : -60));
  return GDK_EVENT_STOP;
}

void
cd_grid_view_set_zoom (CdGridView *self, int zoom)
{
  zoom = CLAMP (zoom, ZOOM_MIN, ZOOM_MAX);
  if (self->layout.zoom == zoom)
    return;
  self->layout.zoom = zoom;
  self->row_height = MAX (self->base_height * zoom / 100, 14);
  cd_grid_columns_changed (self);
}

int
cd_grid_view_get_zoom (CdGridView *self)
{
  return self->layout.zoom;
}

guint
cd_grid_view_get_column (CdGridView *self)
{
  return self->column;
}

static void
focus_in_cb (GtkEventControllerFocus *controller, CdGridView *self)
{
  cd_grid_focus_changed (self, TRUE);
}

static void
focus_out_cb (GtkEventControllerFocus *controller, CdGridView *self)
{
  cd_grid_focus_changed (self, FALSE);
}

void
cd_grid_input_init (CdGridView *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  g_signal_connect (focus, "enter", G_CALLBACK (focus_in_cb), self);
  g_signal_connect (focus, "leave", G_CALLBACK (focus_out_cb), self);
  gtk_widget_add_controller (self->cell, focus);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  g_signal_connect (click, "released", G_CALLBACK (released_cb), self);
  g_signal_connect (click, "end", G_CALLBACK (stopped_cb), self);
  g_signal_connect (click, "cancel", G_CALLBACK (stopped_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}
