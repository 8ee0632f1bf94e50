/* cd-stall-guard.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-stall-guard.h"

typedef struct
{
  CdDesk *desk;       /* (owned) */
  GHashTable *down;   /* hardware codes of keys that went down late, until they are up: what they repeat was not pressed either */
  GHashTable *inputs; /* toplevel (never looked into) -> the controller that it was given (owned) */
} Guard;

/* --- Input ------------------------------------------------------------------------------------------------------------- */

/* A sign for the field that has the focus: it can be seen and taken back, and a number without its middle digits cannot. */
static gboolean
is_typing (GtkWidget *toplevel, GdkEvent *event)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (toplevel));
  guint keyval = gdk_key_event_get_keyval (event);

  if (!focus || !(GTK_IS_EDITABLE (focus) || GTK_IS_TEXT (focus) || GTK_IS_TEXT_VIEW (focus)))
    return FALSE;
  if (gdk_event_get_modifier_state (event) & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK))
    return FALSE;
  return keyval == GDK_KEY_BackSpace || keyval == GDK_KEY_Delete || g_unichar_isprint (gdk_keyval_to_unicode (keyval));
}

/* Swallowed and not only refused: a button that is pressed by a key acts a quarter of a second later. */
static gboolean
event_cb (GtkEventController *controller, GdkEvent *event, gpointer data)
{
  GtkWidget *toplevel = gtk_event_controller_get_widget (controller);
  Guard *g = g_object_get_data (G_OBJECT (data), "stall-guard");
  GdkEventType type = gdk_event_get_event_type (event);
  gboolean late = g && cd_desk_has_stood (g->desk);

  if (g && type == GDK_KEY_RELEASE)
    g_hash_table_remove (g->down, GUINT_TO_POINTER (gdk_key_event_get_keycode (event)));
  if (!g || (type != GDK_KEY_PRESS && type != GDK_BUTTON_PRESS && type != GDK_TOUCH_BEGIN && type != GDK_BUTTON_RELEASE && type != GDK_TOUCH_END))
    return GDK_EVENT_PROPAGATE;
  cd_desk_set_input_late (g->desk, late);
  if (type == GDK_KEY_PRESS && g_hash_table_contains (g->down, GUINT_TO_POINTER (gdk_key_event_get_keycode (event))))
    return GDK_EVENT_STOP;
  if (!late || type == GDK_BUTTON_RELEASE || type == GDK_TOUCH_END || (type == GDK_KEY_PRESS && is_typing (toplevel, event)))
    return GDK_EVENT_PROPAGATE;
  if (type == GDK_KEY_PRESS)
    g_hash_table_add (g->down, GUINT_TO_POINTER (gdk_key_event_get_keycode (event)));
  cd_desk_check_seen (g->desk, NULL);
  return GDK_EVENT_STOP;
}

/* Each time anew: controllers that were added meanwhile would hear before ours. */
static void
listen (GtkWidget *toplevel, GtkWindow *window)
{
  Guard *g = g_object_get_data (G_OBJECT (window), "stall-guard");
  GtkEventController *old = g_hash_table_lookup (g->inputs, toplevel);
  GtkEventController *input = gtk_event_controller_legacy_new ();

  /* A toplevel that is gone took it along, and another one may stand where it stood. */
  if (old && gtk_event_controller_get_widget (old) == toplevel)
    gtk_widget_remove_controller (toplevel, old);
  gtk_event_controller_set_propagation_phase (input, GTK_PHASE_CAPTURE);
  g_signal_connect_object (input, "event", G_CALLBACK (event_cb), window, 0);
  gtk_widget_add_controller (toplevel, input);
  g_hash_table_insert (g->inputs, toplevel, g_object_ref (input));
}

static void
toplevels_cb (GListModel *toplevels, guint position, guint removed, guint added, GtkWindow *window)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GtkWidget) toplevel = g_list_model_get_item (toplevels, i);

      g_signal_connect_object (toplevel, "map", G_CALLBACK (listen), window, 0);
      if (gtk_widget_get_mapped (toplevel))
        listen (toplevel, window);
    }
}

/* --- Public ------------------------------------------------------------------------------------------------------------ */

static void
guard_free (Guard *g)
{
  cd_desk_set_input_late (g->desk, FALSE);
  g_hash_table_unref (g->inputs);
  g_hash_table_unref (g->down);
  g_object_unref (g->desk);
  g_free (g);
}

void
cd_stall_guard_attach (GtkWindow *window, CdDesk *desk)
{
  Guard *g = g_new0 (Guard, 1);
  GListModel *toplevels = gtk_window_get_toplevels ();

  g->desk = g_object_ref (desk);
  g->down = g_hash_table_new (NULL, NULL);
  g->inputs = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  g_object_set_data_full (G_OBJECT (window), "stall-guard", g, (GDestroyNotify)guard_free);
  g_signal_connect_object (toplevels, "items-changed", G_CALLBACK (toplevels_cb), window, 0);
  toplevels_cb (toplevels, 0, 0, g_list_model_get_n_items (toplevels), window);
}
