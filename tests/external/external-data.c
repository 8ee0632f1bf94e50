/* external-data.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "external-data.h"

#include <string.h>

static char *
data_folder (void)
{
  const char *given = g_getenv ("CARBONDESK_TESTDATA");

  return given ? g_strdup (given) : g_build_filename (g_getenv ("CARBONDESK_SRCDIR"), "..", "shared", "testdata", NULL);
}

static int
by_name (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

GPtrArray *
external_find (const char *folder, const char *prefix, const char *suffix)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *root = data_folder ();
  g_autofree char *path = g_build_filename (root, folder, NULL);
  g_autofree char *packed = g_strconcat (suffix, ".xz", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    if (g_str_has_prefix (name, prefix) && (g_str_has_suffix (name, suffix) || g_str_has_suffix (name, packed)))
      g_ptr_array_add (found, g_build_filename (path, name, NULL));
  g_ptr_array_sort (found, by_name);
  return found;
}

gboolean
external_absent (const GPtrArray *found, const char *what)
{
  g_autofree char *root = data_folder ();

  if (found->len > 0)
    return FALSE;
  if (g_strcmp0 (g_getenv ("CI"), "true") == 0)
    g_test_fail_printf ("no %s: with CI=true the data must be there (CARBONDESK_TESTDATA=%s)", what, root);
  else
    g_test_skip_printf ("no %s in %s", what, root);
  return TRUE;
}

char *
external_text (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  if (g_str_has_suffix (path, ".xz"))
    {
      const char *argv[] = { "xz", "-dc", path, NULL };
      int status = 0;

      g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &text, NULL, &status, &error);
      g_assert_no_error (error);
      g_assert_true (g_spawn_check_wait_status (status, &error));
    }
  else
    g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (text);
  return text;
}

void
external_print (const char *name, const char *path, guint64 good, guint64 all)
{
  g_autofree char *base = path ? g_path_get_basename (path) : NULL;

  g_test_message ("%s%s%s: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT, name, base ? " " : "", base ? base : "", good, all);
}
