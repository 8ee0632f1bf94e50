/* cd-stall-guard.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-stall-guard.h"

#define STALL_US (CD_USEC_PER_SEC / 2)
#define TURN_MS 200 /* the loop turns at least so often, with nothing to do */

typedef struct
{
  CdDesk *desk;     /* (owned) */
  CdEnv *env;       /* of the desk */
  GSource *turns;   /* (owned) */
  GSource *drained; /* (owned) (nullable): runs when no input waits any more */
  GHashTable *down; /* hardware codes of keys that went down late, until they are up: what they repeat was not pressed either */
  gboolean late, told;
} Guard;

typedef struct
{
  GSource source;
  Guard *guard;
  gint64 last_us;
} Turns;

/* --- The loop ---------------------------------------------------------------------------------------------------------- */

static void
set_late (Guard *g, gboolean late)
{
  g->late = late;
  g->told = FALSE;
  cd_desk_set_input_late (g->desk, late);
}

static gboolean
has_stood (GSource *source)
{
  Turns *turns = (Turns *)source;
  gint64 now = cd_env_boot_us (turns->guard->env);

  if (now - turns->last_us > STALL_US)
    return TRUE;
  turns->last_us = now;
  return FALSE;
}

static gboolean
prepare (GSource *source, int *timeout)
{
  *timeout = TURN_MS;
  return has_stood (source);
}

/* Below input and drawing: GDK hands out one event a turn, and as long as one waits nothing of this priority is called. */
static gboolean
drained_cb (gpointer data)
{
  Guard *g = data;

  set_late (g, FALSE);
  g_clear_pointer (&g->drained, g_source_unref);
  return G_SOURCE_REMOVE;
}

static gboolean
dispatch (GSource *source, GSourceFunc func, gpointer data)
{
  Turns *turns = (Turns *)source;
  Guard *g = turns->guard;

  turns->last_us = cd_env_boot_us (g->env);
  g->late = TRUE;
  if (g->drained)
    return G_SOURCE_CONTINUE;
  g->drained = g_idle_source_new ();
  g_source_set_priority (g->drained, G_PRIORITY_LOW);
  g_source_set_callback (g->drained, drained_cb, g, NULL);
  g_source_attach (g->drained, NULL);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs funcs = { .prepare = prepare, .check = has_stood, .dispatch = dispatch };

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

  if (g && type == GDK_KEY_RELEASE)
    g_hash_table_remove (g->down, GUINT_TO_POINTER (gdk_key_event_get_keycode (event)));
  if (!g || (type != GDK_KEY_PRESS && type != GDK_BUTTON_PRESS && type != GDK_TOUCH_BEGIN && type != GDK_BUTTON_RELEASE && type != GDK_TOUCH_END))
    return GDK_EVENT_PROPAGATE;
  cd_desk_set_input_late (g->desk, g->late);
  if (type == GDK_KEY_PRESS && g_hash_table_contains (g->down, GUINT_TO_POINTER (gdk_key_event_get_keycode (event))))
    return GDK_EVENT_STOP;
  if (!g->late || type == GDK_BUTTON_RELEASE || type == GDK_TOUCH_END || (type == GDK_KEY_PRESS && is_typing (toplevel, event)))
    return GDK_EVENT_PROPAGATE;
  if (type == GDK_KEY_PRESS)
    g_hash_table_add (g->down, GUINT_TO_POINTER (gdk_key_event_get_keycode (event)));
  if (!g->told)
    cd_desk_check_seen (g->desk, NULL);
  g->told = TRUE;
  return GDK_EVENT_STOP;
}

/* Each time anew: controllers that were added meanwhile would hear before ours. */
static void
listen (GtkWidget *toplevel, GtkWindow *window)
{
  GtkEventController *old = g_object_get_data (G_OBJECT (toplevel), "stall-guard-input");
  GtkEventController *input = gtk_event_controller_legacy_new ();

  if (old)
    gtk_widget_remove_controller (toplevel, old);
  gtk_event_controller_set_propagation_phase (input, GTK_PHASE_CAPTURE);
  g_signal_connect_object (input, "event", G_CALLBACK (event_cb), window, 0);
  gtk_widget_add_controller (toplevel, input);
  g_object_set_data (G_OBJECT (toplevel), "stall-guard-input", input);
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
  g_source_destroy (g->turns);
  g_source_unref (g->turns);
  if (g->drained)
    {
      g_source_destroy (g->drained);
      g_source_unref (g->drained);
    }
  cd_desk_set_input_late (g->desk, FALSE);
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
  g->env = cd_desk_get_env (desk);
  g->down = g_hash_table_new (NULL, NULL);
  g->turns = g_source_new (&funcs, sizeof (Turns));
  ((Turns *)g->turns)->guard = g;
  ((Turns *)g->turns)->last_us = cd_env_boot_us (g->env);
  g_source_set_priority (g->turns, G_PRIORITY_HIGH);
  g_source_set_static_name (g->turns, "carbondesk-stall");
  g_source_attach (g->turns, NULL);
  g_object_set_data_full (G_OBJECT (window), "stall-guard", g, (GDestroyNotify)guard_free);
  g_signal_connect_object (toplevels, "items-changed", G_CALLBACK (toplevels_cb), window, 0);
  toplevels_cb (toplevels, 0, 0, g_list_model_get_n_items (toplevels), window);
}

gboolean
cd_stall_guard_is_late (GtkWindow *window)
{
  const Guard *g = g_object_get_data (G_OBJECT (window), "stall-guard");

  return g && g->late;
}
