/* cd-lock-shade.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-lock-shade.h"

#include "cd-key-map.h"
#include "cd-lock-view.h"

#define MINUTES_DEFAULT 10
#define KEY "cd-lock-shade"

typedef struct
{
  AdwApplicationWindow *window; /* borrowed: owns us */
  CdDesk *desk;                 /* (owned) */
  CdLock *lock;                 /* (owned) */
  GSettings *settings;          /* (owned) (nullable) */
  GtkWidget *content;           /* (owned) (nullable): what the window held; not NULL = covered */
  GtkWidget *focus;             /* weak: where the keys went */
  GPtrArray *silenced;          /* names of the actions that were on */
  GPtrArray *watched;           /* windows whose input we hear, weak */
  double x, y;                  /* of the pointer */
} Shade;

/* --- Input ----------------------------------------------------------------------------------------------------------- */

static gboolean
is_input (Shade *self, GdkEvent *event)
{
  double x, y;

  switch ((int)gdk_event_get_event_type (event))
    {
    case GDK_KEY_PRESS:
    case GDK_BUTTON_PRESS:
    case GDK_SCROLL:
    case GDK_TOUCH_BEGIN:
    case GDK_TOUCH_UPDATE:
    case GDK_TOUCHPAD_SWIPE:
    case GDK_TOUCHPAD_PINCH:
      return TRUE;
    case GDK_MOTION_NOTIFY:
      /* GTK makes such an event of its own when something moves below a pointer that rests. */
      if (!gdk_event_get_position (event, &x, &y) || (x == self->x && y == self->y))
        return FALSE;
      self->x = x;
      self->y = y;
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
event_cb (GtkEventController *controller, GdkEvent *event, gpointer data)
{
  Shade *self = data;

  if (is_input (self, event))
    cd_lock_touch (self->lock);
  return GDK_EVENT_PROPAGATE;
}

/* --- Other windows --------------------------------------------------------------------------------------------------- */

static gboolean
destroy_cb (gpointer window)
{
  gtk_window_destroy (GTK_WINDOW (window));
  return G_SOURCE_REMOVE;
}

/* A file that was being read may open its window now. */
static void
realize_cb (GtkWidget *window, Shade *self)
{
  if (!self->content)
    return;
  gtk_widget_set_opacity (window, 0);
  g_idle_add_full (G_PRIORITY_HIGH, destroy_cb, g_object_ref (window), g_object_unref);
}

static void
window_gone_cb (gpointer data, GObject *window)
{
  g_ptr_array_remove_fast (((Shade *)data)->watched, window);
}

static void
watch_window (Shade *self, GtkWidget *window)
{
  GtkEventController *events;

  if (g_ptr_array_find (self->watched, window, NULL))
    return;
  g_ptr_array_add (self->watched, window);
  g_object_weak_ref (G_OBJECT (window), window_gone_cb, self);
  events = gtk_event_controller_legacy_new ();
  gtk_event_controller_set_propagation_phase (events, GTK_PHASE_CAPTURE);
  gtk_event_controller_set_name (events, KEY);
  g_signal_connect (events, "event", G_CALLBACK (event_cb), self);
  gtk_widget_add_controller (window, events);
  if (window != GTK_WIDGET (self->window))
    g_signal_connect (window, "realize", G_CALLBACK (realize_cb), self);
}

static void
windows_cb (GListModel *windows, guint position, guint removed, guint added, gpointer data)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      watch_window (data, window);
    }
}

static void
unwatch_windows (Shade *self)
{
  for (guint i = 0; i < self->watched->len; i++)
    {
      GtkWidget *window = g_ptr_array_index (self->watched, i);
      g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (window);

      g_object_weak_unref (G_OBJECT (window), window_gone_cb, self);
      g_signal_handlers_disconnect_by_data (window, self);
      for (guint k = 0; k < g_list_model_get_n_items (controllers); k++)
        {
          g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, k);

          if (g_strcmp0 (gtk_event_controller_get_name (controller), KEY) == 0)
            g_signal_handlers_disconnect_by_data (controller, self);
        }
    }
}

/* Closing answers a question with its "no"; what will not close is destroyed. */
static void
close_others (Shade *self)
{
  GListModel *windows = gtk_window_get_toplevels ();
  g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (window != GTK_WIDGET (self->window))
        g_ptr_array_add (others, g_steal_pointer (&window));
    }
  for (guint i = 0; i < others->len; i++)
    {
      GtkWidget *window = g_ptr_array_index (others, i);

      if (gtk_widget_get_realized (window))
        gtk_window_close (GTK_WINDOW (window));
      if (gtk_widget_get_visible (window))
        gtk_window_destroy (GTK_WINDOW (window));
    }
}

static void
close_popovers (GtkWidget *widget)
{
  if (GTK_IS_POPOVER (widget))
    gtk_popover_popdown (GTK_POPOVER (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    close_popovers (child);
}

static void
empty_labels (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget))
    gtk_label_set_text (GTK_LABEL (widget), "");
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    empty_labels (child);
}

/* The tooltip is a child of the window itself and keeps what it said last, shown or not. */
static void
empty_tooltip (GtkWidget *window)
{
  for (GtkWidget *child = gtk_widget_get_first_child (window); child; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_NATIVE (child) && !GTK_IS_POPOVER (child))
      {
        gtk_widget_set_visible (child, FALSE);
        empty_labels (child);
      }
}

/* --- Actions --------------------------------------------------------------------------------------------------------- */

static void
silence (Shade *self)
{
  g_auto (GStrv) names = g_action_group_list_actions (G_ACTION_GROUP (self->window));

  cd_key_dispatch_set_enabled (GTK_WINDOW (self->window), FALSE);
  for (guint i = 0; names[i]; i++)
    {
      GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->window), names[i]);

      if (!G_IS_SIMPLE_ACTION (action) || !g_action_get_enabled (action))
        continue;
      g_simple_action_set_enabled (G_SIMPLE_ACTION (action), FALSE);
      g_ptr_array_add (self->silenced, g_strdup (names[i]));
    }
}

static void
unsilence (Shade *self)
{
  for (guint i = 0; i < self->silenced->len; i++)
    g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->window), g_ptr_array_index (self->silenced, i))), TRUE);
  cd_key_dispatch_set_enabled (GTK_WINDOW (self->window), TRUE);
  g_ptr_array_set_size (self->silenced, 0);
}

/* --- Covering -------------------------------------------------------------------------------------------------------- */

static void
unlock_cb (GtkWidget *view, Shade *self)
{
  cd_lock_open (self->lock);
}

static void
cover (Shade *self)
{
  GtkWidget *view = cd_lock_view_new (self->lock, cd_desk_get_identity (self->desk));

  g_signal_connect (view, "unlock", G_CALLBACK (unlock_cb), self);
  g_set_weak_pointer (&self->focus, gtk_window_get_focus (GTK_WINDOW (self->window)));
  self->content = g_object_ref (adw_application_window_get_content (self->window));
  /* A field that is taken out must have lost the keys before. */
  gtk_window_set_focus (GTK_WINDOW (self->window), NULL);
  close_popovers (self->content);
  silence (self);
  adw_application_window_set_content (self->window, view);
  empty_tooltip (GTK_WIDGET (self->window));
  close_others (self);
  gtk_widget_grab_focus (view);
}

static void
uncover (Shade *self)
{
  g_autoptr (GtkWidget) content = g_steal_pointer (&self->content);

  gtk_window_set_focus (GTK_WINDOW (self->window), NULL);
  adw_application_window_set_content (self->window, content);
  unsilence (self);
  if (self->focus && gtk_widget_is_ancestor (self->focus, content))
    gtk_widget_grab_focus (self->focus);
  g_clear_weak_pointer (&self->focus);
}

static void
changed_cb (CdLock *lock, Shade *self)
{
  gboolean closed = cd_lock_get_reason (lock) != CD_LOCK_NOT;

  /* First the desk: what is shown may be late, what is sent may not. */
  cd_desk_set_held (self->desk, closed ? "desk.locked" : NULL);
  if (closed && !self->content)
    cover (self);
  else if (!closed && self->content)
    uncover (self);
}

static void
gone_cb (Shade *self)
{
  cd_lock_close (self->lock, CD_LOCK_TOKEN);
}

static void
window_destroyed_cb (GtkWidget *window, gpointer data)
{
  g_object_set_data (G_OBJECT (window), KEY, NULL);
}

static void
lock_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cd_lock_close (((Shade *)data)->lock, CD_LOCK_HAND);
}

static void
settings_cb (Shade *self)
{
  cd_lock_set_minutes (self->lock, self->settings ? (guint)g_settings_get_int (self->settings, "lock-after") : MINUTES_DEFAULT);
}

static void
shade_free (gpointer data)
{
  Shade *self = data;

  g_signal_handlers_disconnect_by_data (gtk_window_get_toplevels (), self);
  unwatch_windows (self);
  g_signal_handlers_disconnect_by_data (self->lock, self);
  if (cd_desk_get_identity (self->desk))
    g_signal_handlers_disconnect_by_data (cd_desk_get_identity (self->desk), self);
  if (self->settings)
    g_signal_handlers_disconnect_by_data (self->settings, self);
  g_clear_weak_pointer (&self->focus);
  g_clear_object (&self->content);
  g_clear_object (&self->settings);
  g_ptr_array_unref (self->silenced);
  g_ptr_array_unref (self->watched);
  g_object_unref (self->lock);
  g_object_unref (self->desk);
  g_free (self);
}

/* A key behind a secret: nothing is shown before it is open, and nothing else opens the window. */
static void
follow_identity (Shade *self)
{
  CdIdentity *identity = cd_desk_get_identity (self->desk);

  if (!identity || cd_identity_get_guard (identity) == CD_GUARD_NONE)
    return;
  g_signal_connect_swapped (identity, "gone", G_CALLBACK (gone_cb), self);
  cd_lock_set_guarded (self->lock, TRUE);
  if (!cd_identity_get_certificate (identity))
    cd_lock_close (self->lock, CD_LOCK_START);
}

void
cd_lock_shade_attach (AdwApplicationWindow *window, CdDesk *desk, CdLock *lock, GSettings *settings)
{
  static const GActionEntry entries[] = { { "lock", lock_cb } };
  Shade *self = g_new0 (Shade, 1);
  GListModel *windows = gtk_window_get_toplevels ();

  self->window = window;
  self->desk = g_object_ref (desk);
  self->lock = g_object_ref (lock);
  self->settings = settings ? g_object_ref (settings) : NULL;
  self->silenced = g_ptr_array_new_with_free_func (g_free);
  self->watched = g_ptr_array_new ();
  g_object_set_data_full (G_OBJECT (window), KEY, self, shade_free);
  g_signal_connect (window, "destroy", G_CALLBACK (window_destroyed_cb), NULL);
  g_action_map_add_action_entries (G_ACTION_MAP (window), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect (windows, "items-changed", G_CALLBACK (windows_cb), self);
  windows_cb (windows, 0, 0, g_list_model_get_n_items (windows), self);
  if (settings)
    g_signal_connect_swapped (settings, "changed::lock-after", G_CALLBACK (settings_cb), self);
  settings_cb (self);
  g_signal_connect (lock, "changed", G_CALLBACK (changed_cb), self);
  follow_identity (self);
  changed_cb (lock, self);
}
