/* test-paths.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-paths.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct
{
  char *dir;
  CdEnv *env;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *data_home = NULL;
  g_autofree char *cache_home = NULL;

  f->dir = g_dir_make_tmp ("cd-paths-XXXXXX", NULL);
  f->env = cd_env_test_new (0, 1);
  data_home = g_build_filename (f->dir, "data", NULL);
  cache_home = g_build_filename (f->dir, "cache", NULL);
  cd_env_test_set_string (f->env, "XDG_DATA_HOME", data_home);
  cd_env_test_set_string (f->env, "XDG_CACHE_HOME", cache_home);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_true (cd_paths_remove_tree (f->dir, NULL));
  g_assert_false (g_file_test (f->dir, G_FILE_TEST_EXISTS));
  g_free (f->dir);
  cd_env_unref (f->env);
}

static void
test_names (Fixture *f, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (64, 'a');
  g_autofree char *too_long = g_strnfill (65, 'a');
  const char *good[] = { "a", "default", "Plant_2.a-b", "2026", longest };
  const char *bad[] = { "", ".", "..", ".hidden", "-x", "a/b", "a\\b", "a b", "a\n", "配额", "a\xff", "*", too_long };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (cd_profile_name_check (good[i], NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_false (cd_profile_name_check (bad[i], &error));
      g_assert_error (error, CD_SYS_ERROR, CD_SYS_ERROR_NAME);
      g_clear_error (&error);
      g_assert_null (cd_paths_open (f->env, CD_PROFILE_LIVE, bad[i], &error));
      g_assert_error (error, CD_SYS_ERROR, CD_SYS_ERROR_NAME);
    }
}

static guint
mode_of (const char *path)
{
  struct stat st;
  g_assert_cmpint (lstat (path, &st), ==, 0);
  return st.st_mode & 07777;
}

static void
test_layout (Fixture *f, gconstpointer data)
{
  g_autoptr (CdPaths) paths = cd_paths_open (f->env, CD_PROFILE_PRACTICE, "demo", NULL);
  g_autoptr (CdPaths) live = cd_paths_open (f->env, CD_PROFILE_LIVE, "demo", NULL);
  g_autofree char *journal = g_build_filename (f->dir, "data/carbondesk/practice/demo/journal.db", NULL);
  g_autofree char *cache = g_build_filename (f->dir, "cache/carbondesk/practice/demo/cache.db", NULL);

  g_assert_nonnull (paths);
  g_assert_nonnull (live);
  g_assert_cmpstr (cd_paths_journal_file (paths), ==, journal);
  g_assert_cmpstr (cd_paths_cache_file (paths), ==, cache);
  g_assert_cmpstr (cd_paths_journal_file (live), !=, journal);
  g_assert_cmpuint (mode_of (cd_paths_data_dir (paths)), ==, 0700);
  g_assert_cmpuint (mode_of (cd_paths_cache_dir (paths)), ==, 0700);
  g_assert_cmpuint (mode_of (cd_paths_imports_dir (paths)), ==, 0700);
  g_assert_cmpuint (mode_of (cd_paths_venue_dir (paths)), ==, 0700);
  g_assert_null (cd_paths_venue_dir (live));
  g_assert_cmpint (cd_paths_kind (live), ==, CD_PROFILE_LIVE);
  g_assert_cmpint (cd_paths_free_bytes (cd_paths_data_dir (paths)), >, 0);
  g_assert_cmpint (cd_paths_free_bytes ("/does/not/exist"), ==, -1);
}

static void
test_lock (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  CdPaths *paths = cd_paths_open (f->env, CD_PROFILE_PRACTICE, "demo", &error);
  int status;

  g_assert_no_error (error);
  g_assert_null (cd_paths_open (f->env, CD_PROFILE_PRACTICE, "demo", &error));
  g_assert_error (error, CD_SYS_ERROR, CD_SYS_ERROR_IN_USE);
  g_assert_nonnull (strstr (error->message, "in use"));

  pid_t child = fork ();
  if (child == 0)
    {
      g_autoptr (CdPaths) other = cd_paths_open (f->env, CD_PROFILE_PRACTICE, "demo", NULL);
      g_autoptr (CdPaths) another = cd_paths_open (f->env, CD_PROFILE_PRACTICE, "another", NULL);
      _exit (other == NULL && another != NULL ? 0 : 1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);

  cd_paths_unref (cd_paths_ref (paths));
  g_assert_null (cd_paths_open (f->env, CD_PROFILE_PRACTICE, "demo", NULL));
  cd_paths_unref (paths);
  paths = cd_paths_open (f->env, CD_PROFILE_PRACTICE, "demo", NULL);
  g_assert_nonnull (paths);
  cd_paths_unref (paths);
}

static void
test_refuses_open_folders (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = NULL;
  g_autofree char *target = g_build_filename (f->dir, "target", NULL);
  g_autofree char *link_name = g_build_filename (f->dir, "data/carbondesk/practice/linked", NULL);
  CdPaths *paths = cd_paths_open (f->env, CD_PROFILE_PRACTICE, "demo", NULL);

  dir = g_strdup (cd_paths_data_dir (paths));
  cd_paths_unref (paths);
  g_assert_cmpint (g_chmod (dir, 0770), ==, 0);
  g_assert_null (cd_paths_open (f->env, CD_PROFILE_PRACTICE, "demo", &error));
  g_assert_error (error, CD_SYS_ERROR, CD_SYS_ERROR_FOLDER);
  g_assert_nonnull (strstr (error->message, "chmod 700"));
  g_clear_error (&error);

  g_assert_cmpint (g_mkdir (target, 0700), ==, 0);
  g_assert_cmpint (symlink (target, link_name), ==, 0);
  g_assert_null (cd_paths_open (f->env, CD_PROFILE_PRACTICE, "linked", &error));
  g_assert_error (error, CD_SYS_ERROR, CD_SYS_ERROR_FOLDER);
  g_clear_error (&error);

  cd_env_test_set_string (f->env, "XDG_DATA_HOME", "relative");
  cd_env_test_set_string (f->env, "HOME", NULL);
  g_assert_null (cd_paths_open (f->env, CD_PROFILE_PRACTICE, "demo", &error));
  g_assert_error (error, CD_SYS_ERROR, CD_SYS_ERROR_FOLDER);
}

static void
test_list (Fixture *f, gconstpointer data)
{
  g_auto (GStrv) none = cd_paths_list (f->env, CD_PROFILE_PRACTICE);
  g_autofree char *stray = g_build_filename (f->dir, "data/carbondesk/practice/file", NULL);

  g_assert_cmpuint (g_strv_length (none), ==, 0);
  cd_paths_unref (cd_paths_open (f->env, CD_PROFILE_PRACTICE, "b", NULL));
  cd_paths_unref (cd_paths_open (f->env, CD_PROFILE_PRACTICE, "a", NULL));
  g_assert_true (g_file_set_contents (stray, "", 0, NULL));
  g_auto (GStrv) two = cd_paths_list (f->env, CD_PROFILE_PRACTICE);
  g_assert_cmpuint (g_strv_length (two), ==, 2);
  g_assert_cmpstr (two[0], ==, "a");
  g_assert_cmpstr (two[1], ==, "b");
}

static void
test_write_and_remove (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *file = g_build_filename (f->dir, "file", NULL);
  g_autofree char *outside = g_build_filename (f->dir, "outside", NULL);
  g_autofree char *tree = g_build_filename (f->dir, "tree", NULL);
  g_autofree char *deep = g_build_filename (tree, "a/b/c", NULL);
  g_autofree char *link_name = g_build_filename (deep, "link", NULL);
  g_autofree char *text = NULL;
  gsize len;

  g_assert_true (cd_paths_write_file (file, "one\0two", 7, &error));
  g_assert_true (cd_paths_write_file (file, "short", 5, &error));
  g_assert_true (g_file_get_contents (file, &text, &len, NULL));
  g_assert_cmpmem (text, len, "short", 5);
  g_assert_cmpuint (mode_of (file), ==, 0600);
  g_assert_false (cd_paths_write_file ("/does/not/exist/file", "x", 1, &error));
  g_assert_error (error, CD_SYS_ERROR, CD_SYS_ERROR_IO);

  g_assert_cmpint (g_mkdir_with_parents (deep, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (outside, 0700), ==, 0);
  g_assert_cmpint (symlink (outside, link_name), ==, 0);
  g_assert_true (cd_paths_remove_tree (tree, NULL));
  g_assert_false (g_file_test (tree, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (outside, G_FILE_TEST_IS_DIR));
  g_assert_true (cd_paths_remove_tree (tree, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/paths/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("names", test_names);
  ADD ("layout", test_layout);
  ADD ("lock", test_lock);
  ADD ("refuses-open-folders", test_refuses_open_folders);
  ADD ("list", test_list);
  ADD ("write-and-remove", test_write_and_remove);
  return g_test_run ();
}
