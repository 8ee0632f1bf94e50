/* keys-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "keys-fixture.h"

#include "cd-lock-shade.h"
#include "cd-window-private.h"

/* --- Keyboard -------------------------------------------------------------------------------------------------------- */

static void
ended_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *)data = TRUE;
}

static gboolean
is_set (gpointer flag)
{
  return *(gboolean *)flag;
}

/* The loop runs on meanwhile, so that the window takes what is pressed. */
void
run (const char *command)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "/bin/sh", "-c", command, NULL);
  gboolean ended = FALSE;

  g_assert_no_error (error);
  g_subprocess_wait_check_async (process, NULL, ended_cb, &ended);
  test_wait (is_set, &ended, command);
}

void
press (const char *keys)
{
  g_autofree char *command = g_strdup_printf ("xdotool key --clearmodifiers %s", keys);

  run (command);
}

/* "<Control><Shift>b" as the program that presses it writes it: "ctrl+shift+b". */
static char *
to_press (const char *key)
{
  g_autoptr (GString) text = g_string_new (key);

  g_string_replace (text, "<Control>", "ctrl+", 0);
  g_string_replace (text, "<Shift>", "shift+", 0);
  g_string_replace (text, "<Alt>", "alt+", 0);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
is_active (gpointer window)
{
  return gtk_window_is_active (window);
}

static GtkApplication *application;

void
keys_setup (Keys *k, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  setup (&k->f, data);
  /* One for all: a second one of the name cannot be on the bus beside it. */
  if (!application)
    {
      application = GTK_APPLICATION (adw_application_new ("io.github.carbondesk.Carbondesk.Test", G_APPLICATION_NON_UNIQUE));
      g_application_register (G_APPLICATION (application), NULL, &error);
      g_assert_no_error (error);
    }
  k->application = application;
  k->window = cd_window_new (k->application, k->f.desk, NULL, 1600, 1000);
  k->lock = cd_lock_new (cd_desk_get_env (k->f.desk));
  cd_lock_shade_attach (ADW_APPLICATION_WINDOW (k->window), k->f.desk, k->lock, NULL);
  gtk_window_present (GTK_WINDOW (k->window));
  gtk_test_widget_wait_for_draw (k->window);
  test_wait_frames (k->window, 3);
  run ("xdotool windowfocus $(xdotool search --sync --onlyvisible --name . | tail -n 1)");
  test_wait (is_active, k->window, "the window has the keyboard");
}

void
keys_teardown (Keys *k, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (k->window));
  g_object_unref (k->lock);
  teardown (&k->f, data);
}

CdTradePage *
page (Keys *k)
{
  return CD_TRADE_PAGE (CD_WINDOW (k->window)->trade);
}

CdTicketView *
ticket (Keys *k)
{
  return cd_trade_page_get_ticket (page (k));
}

char *reached; /* detailed name of the action that a key reached last */
guint n_reached;

static void
reached_cb (GSimpleAction *action, GVariant *parameter, gpointer group)
{
  g_autofree char *name = g_strdup_printf ("%s.%s", (const char *)group, g_action_get_name (G_ACTION (action)));

  g_free (reached);
  reached = g_action_print_detailed_name (name, parameter);
  n_reached++;
}

gboolean
close_cb (GtkWindow *window, gpointer data)
{
  g_free (reached);
  reached = g_strdup ("window.close");
  n_reached++;
  return TRUE;
}

/* The same names, which only say that they were reached. */
void
stand_in (GActionMap *map, const char *group)
{
  g_auto (GStrv) names = g_action_group_list_actions (G_ACTION_GROUP (map));

  for (int i = 0; names[i]; i++)
    {
      const GVariantType *type = g_action_group_get_action_parameter_type (G_ACTION_GROUP (map), names[i]);
      g_autoptr (GSimpleAction) action = g_simple_action_new (names[i], type);

      g_signal_connect (action, "activate", G_CALLBACK (reached_cb), (gpointer)group);
      g_action_map_add_action (map, G_ACTION (action));
    }
}

gboolean
one_more (gpointer before)
{
  return n_reached > *(guint *)before;
}

void
press_binding (Keys *k, const CdKeyBinding *binding, const char *key)
{
  g_auto (GStrv) steps = g_strsplit (key, " ", 2);
  g_autofree char *first = to_press (steps[0]);
  g_autofree char *second = steps[1] ? to_press (steps[1]) : NULL;
  g_autofree char *what = g_strdup_printf ("%s reaches %s", key, binding->action);
  g_autoptr (GVariant) target = NULL;
  g_autofree char *name = NULL, *wanted = NULL;
  guint before = n_reached;

  g_test_message ("%s", what);
  cd_trade_page_focus (page (k), CD_PANE_BLOTTER);
  if (binding->flags & CD_KEY_MONEY)
    let_guards_pass ();
  if (binding->flags & CD_KEY_HOLD)
    {
      g_autofree char *down = g_strdup_printf ("xdotool keydown %s", first);
      g_autofree char *up = g_strdup_printf ("xdotool keyup %s", first);

      /* Let go at once it does nothing. */
      press (first);
      g_assert_cmpuint (n_reached, ==, before);
      run (down);
      test_wait (one_more, &before, what);
      run (up);
    }
  else
    {
      g_autofree char *both = g_strdup_printf ("%s %s", first, second ? second : "");

      press (both);
      test_wait (one_more, &before, what);
    }
  g_assert_true (g_action_parse_detailed_name (binding->action, &name, &target, NULL));
  wanted = g_action_print_detailed_name (name, target);
  g_assert_cmpstr (reached, ==, wanted);
  g_assert_cmpuint (n_reached, ==, before + 1);
}
