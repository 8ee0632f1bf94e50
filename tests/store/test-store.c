/* test-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The store as the application uses it: asynchronous, with group commit, over the real machine and over the driven one.
 */
#include "cd-store.h"
#include "fault-vfs.h"
#include "store-fixture.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static gboolean
count_cb (const CdJournalRow *row, gpointer data)
{
  guint *n = data;
  g_assert_cmpint (row->seq, ==, ++*n);
  return TRUE;
}

static void
test_one_commit_per_turn (Fixture *f, gconstpointer data)
{
  CdStore *store = open_ok (f);
  Answers answers = { store, 1, 0, 0, 0 };
  CdStoreStats stats;
  guint n = 0;

  for (guint turn = 1; turn <= 20; turn++)
    {
      for (guint i = 0; i < 25; i++)
        append (&answers, "body");
      g_assert_cmpuint (answers.n, ==, (turn - 1) * 25); /* never from inside the call */
      WAIT_FOR (answers.n == turn * 25);
      cd_store_get_stats (store, &stats);
      g_assert_cmpuint (stats.commits, ==, turn);
      g_assert_cmpuint (stats.appended, ==, turn * 25);
      g_assert_cmpuint (stats.waiting, ==, 0);
    }
  g_assert_cmpint (stats.last_seq, ==, 500);
  g_assert_cmpuint (stats.waiting_max, ==, 25);
  g_assert_cmpuint (answers.failed, ==, 0);
  close_store (store);

  store = open_ok (f);
  g_assert_cmpuint (cd_store_replay (store, count_cb, &n), ==, 500);
  cd_store_forget_replay (store);
  g_assert_cmpuint (cd_store_replay (store, count_cb, &n), ==, 0);
  close_store (store);
}

/* What was appended just before closing, without waiting, is there. */
static void
test_close_keeps_everything (Fixture *f, gconstpointer data)
{
  CdStore *store = open_ok (f);
  g_autoptr (GBytes) body = g_bytes_new_static ("x", 1);
  guint n = 0;

  for (guint i = 0; i < 100; i++)
    cd_store_append (store, CD_JOURNAL_SESSION, "", body);
  close_store (store);
  store = open_ok (f);
  g_assert_cmpuint (cd_store_replay (store, count_cb, &n), ==, 100);
  for (guint i = 0; i < 100; i++)
    cd_store_append (store, CD_JOURNAL_SESSION, "", body);
  cd_store_unref (store); /* the short way */
  store = open_ok (f);
  n = 0;
  g_assert_cmpuint (cd_store_replay (store, count_cb, &n), ==, 200);
  close_store (store);
}

static void
test_bad_argument_harms_only_itself (Fixture *f, gconstpointer data)
{
  CdStore *store = open_ok (f);
  Answers answers = { store, 1, 0, 0, 0 };
  g_autoptr (GBytes) body = g_bytes_new_static ("x", 1);
  g_autofree char *problem = NULL;

  append (&answers, "1");
  cd_store_append_async (store, "Not A Kind", "", body, NULL, appended_cb, &answers);
  append (&answers, "2");
  WAIT_FOR (answers.n == 3);
  g_assert_cmpuint (answers.failed, ==, 1);
  g_assert_cmpint (answers.code, ==, CD_STORE_ERROR_ARGUMENT);
  g_assert_cmpint (answers.next, ==, 3);
  problem = cd_store_get_problem (store);
  g_assert_null (problem);
  close_store (store);
}

static void
test_queue_is_bounded (Fixture *f, gconstpointer data)
{
  CdStore *store = open_ok (f);
  Answers answers = { store, 1, 0, 0, 0 };
  CdStoreStats stats;

  for (guint i = 0; i < CD_STORE_QUEUE_MAX + 50; i++)
    append (&answers, "x");
  WAIT_FOR (answers.n == CD_STORE_QUEUE_MAX + 50);
  g_assert_cmpuint (answers.failed, ==, 50);
  g_assert_cmpint (answers.code, ==, CD_STORE_ERROR_QUEUE_FULL);
  cd_store_get_stats (store, &stats);
  g_assert_cmpuint (stats.waiting_max, ==, CD_STORE_QUEUE_MAX);
  g_assert_cmpuint (stats.refused, ==, 50);
  append (&answers, "x");
  WAIT_FOR (answers.n == CD_STORE_QUEUE_MAX + 51);
  g_assert_cmpuint (answers.failed, ==, 50);
  close_store (store);
}

static gpointer
last_seq_func (CdJournal *journal, CdCache *cache, gpointer data, GError **error)
{
  return GSIZE_TO_POINTER ((gsize)cd_journal_last_seq (journal) + 1000);
}

static gpointer
failing_func (CdJournal *journal, CdCache *cache, gpointer data, GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "on purpose");
  return NULL;
}

static void
test_run (Fixture *f, gconstpointer data)
{
  CdStore *store = open_ok (f);
  Answers answers = { store, 1, 0, 0, 0 };
  g_autoptr (GAsyncResult) first = NULL, second = NULL, third = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  append (&answers, "1");
  append (&answers, "2");
  cd_store_run_async (store, last_seq_func, NULL, NULL, NULL, NULL, result_cb, &first);
  cd_store_run_async (store, failing_func, g_strdup ("freed"), g_free, NULL, NULL, result_cb, &second);
  g_cancellable_cancel (cancellable);
  cd_store_run_async (store, last_seq_func, g_strdup ("freed"), g_free, NULL, cancellable, result_cb, &third);
  WAIT_FOR (first != NULL && second != NULL && third != NULL);
  /* In order: what was appended before is there. */
  g_assert_cmpuint (GPOINTER_TO_SIZE (cd_store_run_finish (store, first, &error)), ==, 1002);
  g_assert_null (cd_store_run_finish (store, second, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_null (cd_store_run_finish (store, third, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  WAIT_FOR (answers.n == 2);
  close_store (store);
}

static void
test_quotes_and_imports (Fixture *f, gconstpointer data)
{
  CdStore *store = open_ok (f);
  g_autoptr (GAsyncResult) put = NULL, get = NULL, import = NULL, verify = NULL, again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) bars = g_array_new (FALSE, TRUE, sizeof (CdBar));
  g_autoptr (GBytes) bytes = g_bytes_new_static ("date,close\n", 11);
  g_autofree char *file = NULL;

  g_assert_true (cd_store_cache_was_rebuilt (store));
  for (CdDate day = 1; day <= 300; day++)
    {
      CdBar bar;
      memset (&bar, 0, sizeof bar);
      bar.day = day;
      bar.close_e4 = 970000 + day;
      g_array_append_val (bars, bar);
    }
  cd_store_put_bars_async (store, "CEA25", 0, bars, NULL, result_cb, &put);
  cd_store_get_bars_async (store, "CEA25", 0, 250, NULL, result_cb, &get);
  cd_store_import_async (store, CD_JOURNAL_IMPORT, bytes, NULL, NULL, result_cb, &import);
  cd_store_verify_async (store, NULL, result_cb, &verify);
  WAIT_FOR (verify != NULL);
  g_assert_true (cd_store_put_bars_finish (store, put, &error));
  g_autoptr (GArray) got = cd_store_get_bars_finish (store, get, &error);
  g_assert_cmpuint (got->len, ==, 250);
  g_assert_cmpint (g_array_index (got, CdBar, 0).day, ==, 51);
  g_assert_cmpint (g_array_index (got, CdBar, 249).close_e4, ==, 970300);
  g_autofree char *sha256 = cd_store_import_finish (store, import, &error);
  g_assert_no_error (error);
  g_assert_true (cd_store_verify_finish (store, verify, &error));
  g_assert_no_error (error);

  file = g_build_filename (cd_paths_imports_dir (f->paths), sha256, NULL);
  g_assert_true (g_file_set_contents (file, "changed", -1, NULL));
  cd_store_verify_async (store, NULL, result_cb, &again);
  WAIT_FOR (again != NULL);
  g_assert_false (cd_store_verify_finish (store, again, &error));
  g_assert_error (error, CD_STORE_ERROR, CD_STORE_ERROR_IMPORT);
  close_store (store);
}

/* A journal whose end was cut opens with a warning and an alert record; one that was changed opens for reading only, and stays
 * as it is. */
static void
test_cut_and_changed (Fixture *f, gconstpointer data)
{
  CdStore *store = open_ok (f);
  Answers answers = { store, 1, 0, 0, 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *old = NULL, *none = NULL, *warning = NULL, *later = NULL, *problem = NULL;
  g_autofree char *wal = g_strconcat (cd_paths_journal_file (f->paths), "-wal", NULL);
  gsize len;
  guint n = 0;

  append (&answers, "order 1");
  WAIT_FOR (answers.n == 1);
  none = cd_store_dup_warning (store);
  g_assert_null (none);
  close_store (store);
  g_assert_true (g_file_get_contents (cd_paths_journal_file (f->paths), &old, &len, NULL));

  store = open_ok (f);
  answers = (Answers){ store, 2, 0, 0, 0 };
  append (&answers, "order 2");
  append (&answers, "order 3");
  WAIT_FOR (answers.n == 2);
  close_store (store);

  g_unlink (wal);
  g_assert_true (cd_paths_write_file (cd_paths_journal_file (f->paths), old, len, NULL));
  store = open_ok (f);
  warning = cd_store_dup_warning (store);
  g_assert_nonnull (strstr (warning, "record 3"));
  g_assert_cmpuint (cd_store_replay (store, count_cb, &n), ==, 2); /* order 1 and the alert */
  close_store (store);
  store = open_ok (f);
  later = cd_store_dup_warning (store);
  g_assert_null (later);
  close_store (store);

  /* One byte of a body: find it in the file, so that nothing but the record changes. */
  g_autofree char *bytes = NULL;
  g_assert_true (g_file_get_contents (cd_paths_journal_file (f->paths), &bytes, &len, NULL));
  char *at = memmem (bytes, len, "order 1", 7);
  g_assert_nonnull (at);
  at[6] = '9';
  g_unlink (wal);
  g_assert_true (cd_paths_write_file (cd_paths_journal_file (f->paths), bytes, len, NULL));
  store = open_store (f, &error);
  g_assert_no_error (error);
  problem = cd_store_get_problem (store);
  g_assert_nonnull (strstr (problem, "record 1:"));
  n = 0;
  g_assert_cmpuint (cd_store_replay (store, count_cb, &n), ==, 0);
  answers = (Answers){ store, 1, 0, 0, 0 };
  append (&answers, "never");
  WAIT_FOR (answers.n == 1);
  g_assert_cmpint (answers.code, ==, CD_STORE_ERROR_READ_ONLY);
  close_store (store);
  g_autofree char *after = NULL;
  gsize after_len;
  g_assert_true (g_file_get_contents (cd_paths_journal_file (f->paths), &after, &after_len, NULL));
  g_assert_cmpmem (bytes, len, after, after_len);
}

/* The cache is deleted, damaged or both while the store is open: the journal goes on. */
static void
test_cache_trouble_stops_nothing (Fixture *f, gconstpointer data)
{
  CdStore *store = open_ok (f);
  Answers answers = { store, 1, 0, 0, 0 };
  g_autofree char *wal = g_strconcat (cd_paths_cache_file (f->paths), "-wal", NULL);
  g_autofree char *problem = NULL;

  append (&answers, "1");
  WAIT_FOR (answers.n == 1);
  g_unlink (cd_paths_cache_file (f->paths));
  g_unlink (wal);
  append (&answers, "2");
  WAIT_FOR (answers.n == 2);
  close_store (store);
  g_assert_true (g_file_set_contents (cd_paths_cache_file (f->paths), "SQLite format 3 but not really", -1, NULL));
  g_chmod (cd_paths_cache_file (f->paths), 0600);
  store = open_ok (f);
  answers.store = store;
  g_assert_true (cd_store_cache_was_rebuilt (store));
  append (&answers, "3");
  WAIT_FOR (answers.n == 3);
  g_assert_cmpuint (answers.failed, ==, 0);
  problem = cd_store_get_problem (store);
  g_assert_null (problem);
  close_store (store);
}

/* Killed while appending: every record whose callback came is there. */
static void
test_kill (Fixture *f, gconstpointer data)
{
  for (guint round = 0; round < 10; round++)
    {
      int fds[2], status;
      gint64 reported = 0, more;
      guint n = 0;
      g_assert_cmpint (pipe (fds), ==, 0);
      pid_t child = fork ();
      if (child == 0)
        {
          CdStore *store = open_ok (f);
          CdStoreStats stats;
          cd_store_get_stats (store, &stats);
          Answers answers = { store, stats.last_seq + 1, 0, 0, 0 };
          for (gint64 told = 0;; told = answers.next - 1)
            {
              for (guint i = 0; i < 5; i++)
                append (&answers, "0123456789");
              WAIT_FOR (answers.next - 1 > told);
              gint64 seq = answers.next - 1;
              if (write (fds[1], &seq, sizeof seq) != sizeof seq)
                _exit (1);
            }
        }
      close (fds[1]);
      for (gint i = 0, want = g_test_rand_int_range (1, 60); i < want; i++)
        g_assert_cmpint (read (fds[0], &reported, sizeof reported), ==, sizeof reported);
      kill (child, SIGKILL);
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      while (read (fds[0], &more, sizeof more) == sizeof more)
        reported = more;
      close (fds[0]);
      CdStore *store = open_ok (f);
      g_autofree char *warning = cd_store_dup_warning (store);
      g_assert_null (warning);
      g_assert_cmpint ((gint64)cd_store_replay (store, count_cb, &n), >=, reported);
      close_store (store);
    }
}

/* A sync that fails is never repeated: nothing is written any more, and the user is told. */
static void
test_failed_sync_stops_writing (Fixture *f, gconstpointer data)
{
  CdStore *store;
  Answers answers = { NULL, 1, 0, 0, 0 };
  g_autofree char *problem = NULL;
  guint syncs, n = 0;

  cd_env_unref (f->env);
  f->env = fault_vfs_env ();
  fault_vfs.watch = "journal.db";
  store = answers.store = open_ok (f);
  append (&answers, "durable");
  WAIT_FOR (answers.n == 1);
  fault_vfs.kind = FAULT_SYNC;
  fault_vfs.fault_at = fault_vfs.ops + 1;
  append (&answers, "doubtful");
  append (&answers, "doubtful too");
  WAIT_FOR (answers.n == 3);
  g_assert_true (fault_vfs.hit);
  g_assert_cmpuint (answers.failed, ==, 2);
  g_assert_cmpint (answers.code, ==, CD_DB_ERROR_IO);
  problem = cd_store_get_problem (store);
  g_assert_nonnull (strstr (problem, "journal.db"));
  syncs = fault_vfs.watched_syncs;
  append (&answers, "never");
  WAIT_FOR (answers.n == 4);
  g_assert_cmpuint (answers.failed, ==, 3);
  close_store (store);
  g_assert_cmpuint (fault_vfs.watched_syncs, ==, syncs);

  fault_vfs.kind = FAULT_NONE;
  store = open_ok (f);
  g_assert_cmpuint (cd_store_replay (store, count_cb, &n), >=, 1);
  g_assert_cmpuint (n, <=, 3);
  close_store (store);
}

static void
test_second_opener (Fixture *f, gconstpointer data)
{
  CdStore *store = open_ok (f);
  g_autoptr (GError) error = NULL;

  /* The lock of the folder is the first hurdle; SQLite's own is the second. */
  g_assert_null (cd_paths_open_at (f->data_root, f->cache_root, CD_PROFILE_PRACTICE, "test", &error));
  g_assert_error (error, CD_SYS_ERROR, CD_SYS_ERROR_IN_USE);
  g_clear_error (&error);
  g_assert_null (open_store (f, &error));
  g_assert_error (error, CD_DB_ERROR, CD_DB_ERROR_BUSY);
  close_store (store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func)                                                     \
  g_test_add ("/store/real/" path, Fixture, NULL, set_up, func, tear_down); \
  g_test_add ("/store/driven/" path, Fixture, GINT_TO_POINTER (1), set_up, func, tear_down)
  /* Before the first thread: a child made by fork has only its own. */
  g_test_add ("/store/first/kill", Fixture, NULL, set_up, test_kill, tear_down);
  ADD ("one-commit-per-turn", test_one_commit_per_turn);
  ADD ("close-keeps-everything", test_close_keeps_everything);
  ADD ("bad-argument-harms-only-itself", test_bad_argument_harms_only_itself);
  ADD ("queue-is-bounded", test_queue_is_bounded);
  ADD ("run", test_run);
  ADD ("quotes-and-imports", test_quotes_and_imports);
  ADD ("cut-and-changed", test_cut_and_changed);
  ADD ("cache-trouble-stops-nothing", test_cache_trouble_stops_nothing);
  ADD ("second-opener", test_second_opener);
  g_test_add ("/store/driven/failed-sync-stops-writing", Fixture, NULL, set_up, test_failed_sync_stops_writing, tear_down);
  return g_test_run ();
}
