/* cd-key-dispatch.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a key that is pressed to an action. The window looks at keys before anything inside it, and at hardware codes, so that
 * neither an input method nor another layout swallows one; what belongs into a text field goes there.
 */
#include "cd-key-map.h"

#include "cd-chart-view.h"
#include "cd-grid-view.h"
#include "cd-ticket-view.h"

#define FOCUS_GUARD_US (300 * 1000)
#define HOLD_MS 600
#define CHORD_US (3 * G_USEC_PER_SEC)
#define HINTS_MS 1000

typedef struct
{
  GtkWindow *window;  /* borrowed: owns us */
  CdEnv *env;         /* (owned) */
  GtkWidget *blotter; /* borrowed from the window */
  gboolean off;
  CdKeyTyped typed;
  gpointer typed_data;
  GHashTable *down; /* hardware codes that are pressed */
  gint64 focus_us;
  const CdKeyBinding *holding; /* its key is down, its time not over */
  guint hold_code;
  guint64 hold_timer;
  char *chord; /* (owned) (nullable): first key of two */
  gint64 chord_us;
  guint64 hints_timer;
} Dispatch;

/* --- Hardware codes -------------------------------------------------------------------------------------------------- */

/* Where the keys are on a keyboard whose layout has none of them (evdev codes + 8). */
static guint
usual_code (guint keyval)
{
  static const char rows[][11] = { "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm,./" };
  static const guint first[] = { 10, 24, 38, 52 };
  guint lower = gdk_keyval_to_lower (keyval);

  for (gsize r = 0; r < G_N_ELEMENTS (rows); r++)
    for (guint i = 0; rows[r][i]; i++)
      if ((guint)rows[r][i] == lower)
        return first[r] + i;
  if (keyval >= GDK_KEY_F1 && keyval <= GDK_KEY_F10)
    return 67 + keyval - GDK_KEY_F1;
  return keyval == GDK_KEY_question ? 61 : 0;
}

static guint
code_of (GdkDisplay *display, guint keyval, gboolean *needs_shift)
{
  g_autofree GdkKeymapKey *keys = NULL;
  int n = 0;

  *needs_shift = FALSE;
  if (gdk_display_map_keyval (display, keyval, &keys, &n))
    for (int level = 0; level <= 1; level++)
      for (int i = 0; i < n; i++)
        if (keys[i].group == 0 && keys[i].level == level)
          {
            *needs_shift = level == 1 && !(keyval >= GDK_KEY_A && keyval <= GDK_KEY_Z);
            return keys[i].keycode;
          }
  *needs_shift = keyval == GDK_KEY_question;
  return usual_code (keyval);
}

static gboolean
matches (Dispatch *d, const char *key, guint keycode, GdkModifierType state)
{
  GdkModifierType mods;
  guint keyval;
  gboolean shift;
  guint code;

  gtk_accelerator_parse (key, &keyval, &mods);
  if (!keyval)
    return FALSE;
  code = code_of (gtk_widget_get_display (GTK_WIDGET (d->window)), keyval, &shift);
  if (shift)
    mods |= GDK_SHIFT_MASK;
  return code == keycode && mods == state;
}

static gboolean
same_step (const char *a, const char *b)
{
  GdkDisplay *display = gdk_display_get_default ();
  GdkModifierType mods[2];
  guint keyval[2], code[2];
  const char *keys[] = { a, b };

  for (int i = 0; i < 2; i++)
    {
      gboolean shift;

      gtk_accelerator_parse (keys[i], &keyval[i], &mods[i]);
      code[i] = keyval[i] ? code_of (display, keyval[i], &shift) : 0;
      if (code[i] && shift)
        mods[i] |= GDK_SHIFT_MASK;
    }
  return code[0] && code[0] == code[1] && mods[0] == mods[1];
}

gboolean
cd_key_map_same (const char *a, const char *b)
{
  g_auto (GStrv) first = g_strsplit (a, " ", 2);
  g_auto (GStrv) second = g_strsplit (b, " ", 2);

  if (!first[0] || !second[0] || !same_step (first[0], second[0]))
    return FALSE;
  return !first[1] || !second[1] || same_step (first[1], second[1]);
}

/* --- What has the focus ---------------------------------------------------------------------------------------------- */

static GtkWidget *
focus (Dispatch *d)
{
  return gtk_root_get_focus (GTK_ROOT (d->window));
}

static gboolean
in_text (GtkWidget *widget)
{
  return widget && (GTK_IS_EDITABLE (widget) || GTK_IS_TEXT (widget) || GTK_IS_TEXT_VIEW (widget) || gtk_widget_get_ancestor (widget, GTK_TYPE_POPOVER));
}

static void
focus_cb (Dispatch *d)
{
  d->focus_us = cd_env_boot_us (d->env);
}

/* --- Actions --------------------------------------------------------------------------------------------------------- */

static gboolean
activate (Dispatch *d, const CdKeyBinding *binding)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;

  if (!g_action_parse_detailed_name (binding->action, &name, &target, NULL))
    return FALSE;
  return gtk_widget_activate_action_variant (GTK_WIDGET (d->window), name, target);
}

static gboolean
hold_cb (gpointer data)
{
  Dispatch *d = data;
  const CdKeyBinding *binding = d->holding;

  d->hold_timer = 0;
  d->holding = NULL;
  if (binding)
    activate (d, binding);
  return G_SOURCE_REMOVE;
}

static void
end_hold (Dispatch *d)
{
  cd_env_clear_timer (d->env, &d->hold_timer);
  d->holding = NULL;
}

static gboolean
take (Dispatch *d, const CdKeyBinding *binding, guint keycode, gboolean repeated)
{
  if (binding->flags & CD_KEY_HOLD)
    {
      if (repeated)
        return TRUE;
      end_hold (d);
      d->holding = binding;
      d->hold_code = keycode;
      d->hold_timer = cd_env_timer_add (d->env, NULL, HOLD_MS, hold_cb, d);
      return TRUE;
    }
  /* Taken all the same: nobody else may make money of it either. */
  if (binding->flags & CD_KEY_MONEY && (repeated || cd_env_boot_us (d->env) - d->focus_us < FOCUS_GUARD_US))
    return TRUE;
  return activate (d, binding);
}

/* Whether the key belongs to what has the focus: signs into text, Delete into a table that is not the blotter. */
static gboolean
belongs_to_focus (Dispatch *d, const CdKeyBinding *binding, const char *key)
{
  GtkWidget *at = focus (d);
  guint keyval;
  GdkModifierType mods;

  if (binding->flags & CD_KEY_BLOTTER)
    return !at || !gtk_widget_is_ancestor (at, d->blotter);
  gtk_accelerator_parse (key, &keyval, &mods);
  if (!in_text (at) || mods & ~GDK_SHIFT_MASK || (keyval >= GDK_KEY_F1 && keyval <= GDK_KEY_F12))
    return FALSE;
  return !(binding->flags & CD_KEY_TICKET) || !gtk_widget_get_ancestor (at, CD_TYPE_TICKET_VIEW);
}

/* The key as one that is pressed now, after @d->chord when there is one. Sets @begins when it is the first of two. */
static const CdKeyBinding *
find_binding (Dispatch *d, guint keycode, GdkModifierType state, char **begins)
{
  gsize n;
  const CdKeyBinding *bindings = cd_key_map_bindings (&n);

  for (gsize i = 0; i < n; i++)
    {
      const char *const *keys = cd_key_map_keys_in_force (&bindings[i]);

      for (int k = 0; keys[k] && !(bindings[i].flags & CD_KEY_LOCAL); k++)
        {
          g_auto (GStrv) steps = g_strsplit (keys[k], " ", 2);

          if (d->chord)
            {
              if (steps[1] && g_str_equal (steps[0], d->chord) && matches (d, steps[1], keycode, state))
                return &bindings[i];
              continue;
            }
          if (!matches (d, steps[0], keycode, state) || belongs_to_focus (d, &bindings[i], steps[0]))
            continue;
          if (!steps[1])
            return &bindings[i];
          g_free (*begins);
          *begins = g_strdup (steps[0]);
        }
    }
  return NULL;
}

/* A letter or digit where no text is entered: the wizard. In map A in tables only. */
static gboolean
type_ahead (Dispatch *d, guint keyval, guint keycode, GdkModifierType state)
{
  GtkWidget *at = focus (d);
  g_autofree guint *keyvals = NULL;
  g_autofree GdkKeymapKey *keys = NULL;
  int n = 0;
  char text[2] = { 0 };

  if (!d->typed || state & ~GDK_SHIFT_MASK || in_text (at) || (at && CD_IS_CHART_VIEW (at)))
    return FALSE;
  if (cd_key_map_in_force () != CD_KEY_MAP_MAINLAND && !(at && (CD_IS_GRID_VIEW (at) || gtk_widget_get_ancestor (at, CD_TYPE_GRID_VIEW))))
    return FALSE;
  if (keyval >= GDK_KEY_KP_0 && keyval <= GDK_KEY_KP_9)
    text[0] = (char)('0' + keyval - GDK_KEY_KP_0);
  else if (!gdk_display_map_keycode (gtk_widget_get_display (GTK_WIDGET (d->window)), keycode, &keys, &keyvals, &n))
    return FALSE;
  for (int i = 0; i < n && !*text; i++)
    if (keys[i].group == 0 && keys[i].level == 0 && keyvals[i] < 0x80 && g_ascii_isalnum ((char)keyvals[i]))
      text[0] = (char)keyvals[i];
  if (!*text)
    return FALSE;
  d->typed (text, d->typed_data);
  return TRUE;
}

static gboolean
hints_cb (gpointer data)
{
  Dispatch *d = data;

  d->hints_timer = 0;
  cd_key_hints_show (d->window, TRUE);
  return G_SOURCE_REMOVE;
}

static void
end_hints (Dispatch *d)
{
  cd_env_clear_timer (d->env, &d->hints_timer);
  cd_key_hints_show (d->window, FALSE);
}

static gboolean
press (Dispatch *d, guint keyval, guint keycode, GdkModifierType state)
{
  gboolean repeated = !g_hash_table_add (d->down, GUINT_TO_POINTER (keycode));
  g_autofree char *begins = NULL;
  const CdKeyBinding *binding;

  if (keyval == GDK_KEY_Control_L || keyval == GDK_KEY_Control_R)
    {
      if (!repeated && !d->hints_timer)
        d->hints_timer = cd_env_timer_add (d->env, NULL, HINTS_MS, hints_cb, d);
      return FALSE;
    }
  if (keyval >= GDK_KEY_Shift_L && keyval <= GDK_KEY_Hyper_R)
    return FALSE;
  end_hints (d);
  state &= gtk_accelerator_get_default_mod_mask ();
  if (d->chord && cd_env_boot_us (d->env) - d->chord_us > CHORD_US)
    g_clear_pointer (&d->chord, g_free);
  binding = find_binding (d, keycode, state, &begins);
  if (binding)
    {
      g_clear_pointer (&d->chord, g_free);
      return take (d, binding, keycode, repeated);
    }
  if (begins)
    {
      g_free (d->chord);
      d->chord = g_steal_pointer (&begins);
      d->chord_us = cd_env_boot_us (d->env);
      return TRUE;
    }
  /* Something else than a second key ends the pair, and is itself again. */
  if (d->chord)
    {
      g_clear_pointer (&d->chord, g_free);
      g_hash_table_remove (d->down, GUINT_TO_POINTER (keycode));
      return press (d, keyval, keycode, state);
    }
  /* What is left of a held key when its modifiers are let go first is not typed. */
  return !repeated && type_ahead (d, keyval, keycode, state);
}

static void
release (Dispatch *d, guint keyval, guint keycode)
{
  g_hash_table_remove (d->down, GUINT_TO_POINTER (keycode));
  if (d->holding && d->hold_code == keycode)
    end_hold (d);
  if (keyval == GDK_KEY_Control_L || keyval == GDK_KEY_Control_R)
    end_hints (d);
}

static gboolean
pressed_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, gpointer data)
{
  Dispatch *d = data;

  return !d->off && press (d, keyval, keycode, state) ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
}

static void
released_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, gpointer data)
{
  release (data, keyval, keycode);
}

/* Keys that are released elsewhere are never seen up. */
static void
active_cb (Dispatch *d)
{
  g_hash_table_remove_all (d->down);
  end_hold (d);
  end_hints (d);
  focus_cb (d);
}

static void
dispatch_free (Dispatch *d)
{
  cd_env_clear_timer (d->env, &d->hold_timer);
  cd_env_clear_timer (d->env, &d->hints_timer);
  g_hash_table_unref (d->down);
  g_free (d->chord);
  cd_env_unref (d->env);
  g_free (d);
}

void
cd_key_dispatch_install (GtkWindow *window, CdEnv *env, GtkWidget *blotter, CdKeyTyped typed, gpointer data)
{
  Dispatch *d = g_new0 (Dispatch, 1);
  GtkEventController *keys = gtk_event_controller_key_new ();

  d->window = window;
  d->env = cd_env_ref (env);
  d->blotter = blotter;
  d->typed = typed;
  d->typed_data = data;
  d->down = g_hash_table_new (NULL, NULL);
  g_object_set_data_full (G_OBJECT (window), "key-dispatch", d, (GDestroyNotify)dispatch_free);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (pressed_cb), d);
  g_signal_connect (keys, "key-released", G_CALLBACK (released_cb), d);
  gtk_widget_add_controller (GTK_WIDGET (window), keys);
  g_signal_connect_swapped (window, "notify::focus-widget", G_CALLBACK (focus_cb), d);
  g_signal_connect_swapped (window, "notify::is-active", G_CALLBACK (active_cb), d);
}

void
cd_key_dispatch_set_enabled (GtkWindow *window, gboolean enabled)
{
  Dispatch *d = g_object_get_data (G_OBJECT (window), "key-dispatch");

  if (!d)
    return;
  d->off = !enabled;
  active_cb (d);
}
