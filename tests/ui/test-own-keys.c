/* test-own-keys.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keys of one's own: what is pressed in the preferences works in the window, what is taken is refused with the name of what has it, a
 * settings file written by hand cannot take a key away; and a table as a file.
 */
#include "cd-grid-view.h"
#include "cd-key-editor.h"
#include "cd-ui-resources.h"
#include "cd-window-private.h"
#include "keys-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

static GSettings *
fresh_settings (void)
{
  GSettings *settings = g_settings_new ("io.github.carbondesk.Carbondesk");

  cd_key_map_apply (NULL, CD_KEY_MAP_MAINLAND);
  cd_key_own_clear (settings);
  cd_key_map_apply (NULL, CD_KEY_MAP_GNOME);
  cd_key_own_clear (settings);
  return settings;
}

static const CdKeyBinding *
binding (const char *action)
{
  gsize n;
  const CdKeyBinding *bindings = cd_key_map_bindings (&n);

  for (gsize i = 0; i < n; i++)
    if (g_str_equal (bindings[i].action, action))
      return &bindings[i];
  g_error ("no %s", action);
}

static void
assert_refused (char *fault, const char *part)
{
  g_autofree char *owned = fault;

  g_assert_nonnull (fault);
  if (!strstr (fault, part))
    g_error ("“%s” does not say “%s”", fault, part);
}

/* Each key of the map in force is refused for every other action, by the name of what has it. */
static void
test_taken (void)
{
  g_autoptr (GSettings) settings = fresh_settings ();
  gsize n;
  const CdKeyBinding *bindings = cd_key_map_bindings (&n);

  for (int map = CD_KEY_MAP_GNOME; map <= CD_KEY_MAP_MAINLAND; map++)
    {
      cd_key_map_apply (NULL, (CdKeyMap)map);
      for (gsize i = 0; i < n; i++)
        for (int k = 0; bindings[i].keys[map - 1][k]; k++)
          {
            g_auto (GStrv) steps = g_strsplit (bindings[i].keys[map - 1][k], " ", 2);
            g_autofree char *fault = cd_key_own_fault (binding (i == 0 ? "win.sell" : "win.buy"), steps[0]);

            if (!fault)
              g_error ("%s of %s is free", steps[0], bindings[i].action);
          }
    }
  cd_key_map_apply (NULL, CD_KEY_MAP_GNOME);
  assert_refused (cd_key_own_set (settings, binding ("win.buy"), "<Control>e"), "Explain the figure");
  assert_refused (cd_key_own_set (settings, binding ("win.buy"), "<Alt>q"), "Quantity 25 %");
  assert_refused (cd_key_own_set (settings, binding ("win.buy"), "<Control><Shift>slash"), "Keyboard shortcuts");
  assert_refused (cd_key_own_set (settings, binding ("win.buy"), "b"), "hold Ctrl or Alt");
  assert_refused (cd_key_own_set (settings, binding ("win.buy"), "Return"), "hold Ctrl or Alt");
  assert_refused (cd_key_own_set (settings, binding ("win.send"), "F7"), "too easily");
  assert_refused (cd_key_own_set (settings, binding ("win.buy"), "<Control>nothing"), "is no key");
  g_assert_false (cd_key_own_has (binding ("win.buy")));
}

static void
assert_keys (const char *action, const char *wanted)
{
  const char *const *keys = cd_key_map_keys_in_force (binding (action));
  g_autofree char *all = g_strjoinv (" ", (char **)keys);

  g_assert_cmpstr (all, ==, wanted);
}

static void
test_kept (void)
{
  g_autoptr (GSettings) settings = fresh_settings ();
  GVariantBuilder builder;

  g_assert_null (cd_key_own_set (settings, binding ("win.buy"), "F7"));
  g_assert_null (cd_key_own_set (settings, binding ("win.stop"), ""));
  /* What was given away is free for another, and does not come back as long as that has it. */
  g_assert_null (cd_key_own_set (settings, binding ("win.sell"), "<Control>b"));
  assert_refused (cd_key_own_unset (settings, binding ("win.buy")), "Sell");
  cd_key_own_load (settings);
  assert_keys ("win.buy", "F7");
  assert_keys ("win.sell", "<Control>b");
  assert_keys ("win.stop", "");
  /* The other map has its own. */
  cd_key_map_apply (NULL, CD_KEY_MAP_MAINLAND);
  cd_key_own_load (settings);
  assert_keys ("win.buy", "F1");
  cd_key_map_apply (NULL, CD_KEY_MAP_GNOME);
  cd_key_own_load (settings);
  g_assert_null (cd_key_own_unset (settings, binding ("win.sell")));
  g_assert_null (cd_key_own_unset (settings, binding ("win.buy")));
  assert_keys ("win.buy", "<Control>b");
  cd_key_own_clear (settings);
  assert_keys ("win.stop", "<Control><Shift>x");
  /* By hand: each faulty one is left out with a message of its own, the good one holds. */
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sas}"));
  g_variant_builder_add_parsed (&builder, "{'win.buy', ['<Control>e']}");
  g_variant_builder_add_parsed (&builder, "{'win.sell', ['F7']}");
  g_variant_builder_add_parsed (&builder, "{'win.lock', ['x']}");
  g_variant_builder_add_parsed (&builder, "{'book.take', ['F9']}");
  g_settings_set_value (settings, "own-keys-gnome", g_variant_builder_end (&builder));
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "*book.take*no action*");
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "*win.buy*taken*Explain*");
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "*win.lock*hold Ctrl*");
  cd_key_own_load (settings);
  g_test_assert_expected_messages ();
  assert_keys ("win.buy", "<Control>b");
  assert_keys ("win.sell", "F7");
  cd_key_own_clear (settings);
}

/* --- In the window ----------------------------------------------------------------------------------------------------- */

typedef struct
{
  GtkWidget *window;
  const char *text;
} Said;

static gboolean
is_said (gpointer data)
{
  const Said *s = data;

  return says (s->window, s->text);
}

static GtkWidget *
newest_window (void)
{
  GListModel *all = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (all, i);

      if (gtk_window_is_active (GTK_WINDOW (window)))
        return window;
    }
  return NULL;
}

static gboolean
is_new (gpointer before)
{
  GtkWidget *now = newest_window ();

  return now && now != before;
}

/* No window manager gives the keyboard on. */
static gboolean
is_gone (gpointer before)
{
  return newest_window () != before;
}

static gboolean
is_back (gpointer window)
{
  return newest_window () == window;
}

static gboolean
is_taken (gpointer data)
{
  return cd_key_own_has (binding ("win.buy"));
}

static void
test_pressed (Keys *k, gconstpointer data)
{
  g_autoptr (GSettings) settings = fresh_settings ();
  AdwPreferencesWindow *preferences = ADW_PREFERENCES_WINDOW (adw_preferences_window_new ());
  GtkWidget *asked;

  stand_in (G_ACTION_MAP (k->window), "win");
  cd_key_editor_add (preferences, settings);
  gtk_window_set_transient_for (GTK_WINDOW (preferences), GTK_WINDOW (k->window));
  gtk_window_present (GTK_WINDOW (preferences));
  test_wait (is_back, preferences, "the preferences have the keyboard");
  g_signal_emit_by_name (named (GTK_WIDGET (preferences), "Change the key: Buy the chosen instrument"), "clicked");
  test_wait (is_new, preferences, "the window that asks");
  asked = newest_window ();
  press ("ctrl+e");
  test_wait (is_said, &(Said){ asked, "is taken: Explain the figure" }, "the refusal by name");
  press ("F7");
  test_wait (is_taken, NULL, "the new key is taken");
  test_wait (is_gone, asked, "the window that asked closes");
  g_assert_true (says (GTK_WIDGET (preferences), "F7"));
  gtk_window_destroy (GTK_WINDOW (preferences));
  run ("xdotool windowfocus $(xdotool search --sync --onlyvisible --name . | tail -n 1)");
  test_wait (is_back, k->window, "the window has the keyboard");
  press_binding (k, binding ("win.buy"), "F7");
  cd_key_own_clear (settings);
  press_binding (k, binding ("win.buy"), "<Control>b");
}

/* What the menu writes beside an action: (transfer full) (nullable) */
static char *
menu_key (GtkWidget *button, const char *action)
{
  GMenuModel *menu = gtk_menu_button_get_menu_model (GTK_MENU_BUTTON (button));

  for (int i = 0; i < g_menu_model_get_n_items (menu); i++)
    {
      g_autofree char *name = NULL;
      char *key = NULL;

      if (!g_menu_model_get_item_attribute (menu, i, "action", "s", &name) || !g_str_equal (name, action))
        continue;
      g_menu_model_get_item_attribute (menu, i, "accel", "s", &key);
      return key;
    }
  g_error ("the menu has no %s", action);
}

static void
test_menu (Keys *k, gconstpointer data)
{
  g_autoptr (GSettings) settings = fresh_settings ();
  GtkWidget *window = cd_window_new (k->application, k->f.desk, settings, 1000, 700);
  g_autofree char *before = NULL, *after = NULL, *other = NULL;

  g_settings_set_enum (settings, "key-map", CD_KEY_MAP_GNOME);
  before = menu_key (CD_WINDOW (window)->menu_button, "win.preferences");
  g_assert_cmpstr (before, ==, "<Control>comma");
  g_assert_null (cd_key_own_set (settings, binding ("win.preferences"), "<Control>j"));
  after = menu_key (CD_WINDOW (window)->menu_button, "win.preferences");
  g_assert_cmpstr (after, ==, "<Control>j");
  g_settings_set_enum (settings, "key-map", CD_KEY_MAP_MAINLAND);
  other = menu_key (CD_WINDOW (window)->menu_button, "win.preferences");
  g_assert_cmpstr (other, ==, "<Control>comma");
  gtk_window_destroy (GTK_WINDOW (window));
  g_settings_reset (settings, "key-map");
  cd_key_map_apply (k->application, CD_KEY_MAP_GNOME);
  cd_key_own_clear (settings);
}

/* --- A table as a file ------------------------------------------------------------------------------------------------- */

static gboolean
is_there (gpointer file)
{
  g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, NULL, NULL);

  return info && g_file_info_get_size (info) > 0;
}

/* What @data is to become: the dialog that tells why. */
static gboolean
is_told (gpointer data)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window))
        *(AdwMessageDialog **)data = ADW_MESSAGE_DIALOG (window);
    }
  return *(AdwMessageDialog **)data != NULL;
}

static void
check_not_written (GtkWidget *grid, const char *path)
{
  g_autofree char *nowhere = g_build_filename (path, "gone", "rows.csv", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (nowhere);
  AdwMessageDialog *dialog = NULL;
  const char *body;

  cd_grid_view_export_to (CD_GRID_VIEW (grid), file);
  test_wait (is_told, &dialog, "why it was not written");
  body = adw_message_dialog_get_body (dialog);
  g_assert_true (g_str_has_prefix (body, nowhere));
  g_assert_nonnull (strstr (body, "no file can be made in its folder: choose another (No such file or directory)"));
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static void
cell (gpointer item, guint column, CdGridCell *out, gpointer data)
{
  const char *text = gtk_string_object_get_string (item);

  g_strlcpy (out->text, column == 0 ? text : "\u22121,000", sizeof out->text);
  if (g_str_equal (text, "old"))
    out->tone = CD_TONE_STALE;
}

static void
test_export (Keys *k, gconstpointer data)
{
  const CdGridColumn columns[] = { { .title = "Name", .width = 80, .id = "name" }, { .title = "Quantity, t", .width = 80, .right = TRUE, .id = "qty" } };
  const char *const texts[] = { "live", "old", "=1+1", "a \"b\", c", NULL };
  g_autoptr (GtkStringList) model = gtk_string_list_new (texts);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *grid = cd_grid_view_new ("Rows", columns, G_N_ELEMENTS (columns), cell, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_dir_make_tmp ("carbondesk-export-XXXXXX", &error);
  g_autofree char *name = g_build_filename (path, "rows.csv", NULL);
  g_autofree char *left = g_build_filename (path, ".carbondesk-1-2.part", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (name);
  g_autofree char *text = NULL;

  cd_grid_view_set_model (CD_GRID_VIEW (grid), G_LIST_MODEL (model));
  gtk_window_set_child (GTK_WINDOW (window), grid);
  gtk_window_present (GTK_WINDOW (window));
  /* As a killed export leaves it. */
  g_assert_true (g_file_set_contents (left, "Na", 2, NULL));
  cd_grid_view_export_to (CD_GRID_VIEW (grid), file);
  test_wait (is_there, file, "the file");
  g_assert_true (g_file_get_contents (name, &text, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==,
                   "\ufeffName,\"Quantity, t\",As shown\r\n"
                   "live,\"-1,000\",\r\n"
                   "old,\"-1,000\",old figures\r\n"
                   "'=1+1,\"-1,000\",\r\n"
                   "\"a \"\"b\"\", c\",\"-1,000\",\r\n");
  g_assert_false (g_file_test (left, G_FILE_TEST_EXISTS));
  check_not_written (grid, path);
  gtk_window_destroy (GTK_WINDOW (window));
  g_remove (name);
  g_rmdir (path);
}

int
main (int argc, char **argv)
{
  g_assert_true (g_setenv ("LANGUAGE", "en_US", TRUE));
  desk_tests_init (&argc, &argv);
  gtk_init ();
  adw_init ();
  g_resources_register (cd_ui_get_resource ());
  g_test_add_func ("/own-keys/taken", test_taken);
  g_test_add_func ("/own-keys/kept", test_kept);
  g_test_add ("/own-keys/pressed", Keys, NULL, keys_setup, test_pressed, keys_teardown);
  g_test_add ("/own-keys/menu", Keys, NULL, keys_setup, test_menu, keys_teardown);
  g_test_add ("/own-keys/export", Keys, NULL, keys_setup, test_export, keys_teardown);
  return g_test_run ();
}
