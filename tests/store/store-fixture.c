/* store-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "store-fixture.h"

#include <string.h>

gboolean
limit_cb (gpointer data)
{
  g_error ("nothing happened within %d ms", LIMIT_MS);
  return G_SOURCE_REMOVE;
}

void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->dir = g_dir_make_tmp ("cd-store-XXXXXX", NULL);
  f->data_root = g_build_filename (f->dir, "data", NULL);
  f->cache_root = g_build_filename (f->dir, "cache", NULL);
  f->env = data != NULL ? cd_env_test_new (G_GINT64_CONSTANT (1700000000000000), 1) : cd_env_ref (cd_env_default ());
  f->paths = cd_paths_open_at (f->data_root, f->cache_root, CD_PROFILE_PRACTICE, "test", &error);
  g_assert_no_error (error);
}

void
tear_down (Fixture *f, gconstpointer data)
{
  cd_paths_unref (f->paths);
  cd_env_unref (f->env);
  g_assert_true (cd_paths_remove_tree (f->dir, NULL));
  g_free (f->dir);
  g_free (f->data_root);
  g_free (f->cache_root);
}

void
result_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

CdStore *
open_store (Fixture *f, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  cd_store_open_async (f->env, f->paths, NULL, result_cb, &result);
  WAIT_FOR (result != NULL);
  return cd_store_open_finish (result, error);
}

CdStore *
open_ok (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  CdStore *store = open_store (f, &error);
  g_assert_no_error (error);
  return store;
}

void
close_store (CdStore *store)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  cd_store_close_async (store, result_cb, &result);
  WAIT_FOR (result != NULL);
  g_assert_true (cd_store_close_finish (store, result, &error));
  g_assert_no_error (error);
  cd_store_unref (store);
}

void
appended_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Answers *answers = data;
  g_autoptr (GError) error = NULL;
  gint64 seq = cd_store_append_finish (answers->store, result, &error);

  answers->n++;
  if (seq == 0)
    {
      answers->failed++;
      answers->code = error->code;
      return;
    }
  g_assert_cmpint (seq, ==, answers->next);
  answers->next++;
}

void
append (Answers *answers, const char *body)
{
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  cd_store_append_async (answers->store, CD_JOURNAL_ORDER_INTENT, "PXKEY", bytes, NULL, appended_cb, answers);
}
