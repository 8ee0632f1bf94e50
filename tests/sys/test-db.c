/* test-db.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What CdDb promises about a file: settings, identity, migrations, refusal of what is not ours, one sync per commit, and a file
 * that is whole after a kill at any moment.
 */
#include "cd-db.h"
#include "fault-vfs.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define APP_ID 0x43447473

static const char *const version_1[] = {
  "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;",
  NULL,
};
static const char *const version_3[] = {
  "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;",
  "ALTER TABLE item ADD COLUMN amount INTEGER NOT NULL DEFAULT 0;",
  "CREATE TABLE other (id INTEGER PRIMARY KEY) STRICT; INSERT INTO other VALUES (7);",
  NULL,
};

typedef struct
{
  char *dir;
  char *file;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  f->dir = g_dir_make_tmp ("cd-db-XXXXXX", &error);
  g_assert_no_error (error);
  f->file = g_build_filename (f->dir, "test.db", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (f->dir, 0, NULL);
  const char *name;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (f->dir, name, NULL);
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (f->dir), ==, 0);
  g_free (f->dir);
  g_free (f->file);
}

static CdDb *
open_ok (const char *file, CdDbProfile profile, const char *const *migrations)
{
  g_autoptr (GError) error = NULL;
  CdDb *db = cd_db_open (cd_env_default (), file, profile, APP_ID, migrations, &error);
  g_assert_no_error (error);
  return db;
}

static void
assert_refused (const char *file, const char *const *migrations, int code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL, *after = NULL;
  gsize before_len = 0, after_len = 0;

  g_file_get_contents (file, &before, &before_len, NULL);
  g_assert_null (cd_db_open (cd_env_default (), file, CD_DB_JOURNAL, APP_ID, migrations, &error));
  g_assert_error (error, CD_DB_ERROR, code);
  g_assert_nonnull (strstr (error->message, file));
  g_file_get_contents (file, &after, &after_len, NULL);
  g_assert_cmpmem (before, before_len, after, after_len);
}

static gint64
query (CdDb *db, const char *sql)
{
  g_autoptr (GError) error = NULL;
  gint64 value;
  g_assert_true (cd_db_query_int64 (db, sql, &value, &error));
  g_assert_no_error (error);
  return value;
}

static void
run_sql (const char *file, const char *sql)
{
  sqlite3 *raw;
  g_assert_cmpint (sqlite3_open (file, &raw), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (raw, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (raw);
}

static void
test_settings (Fixture *f, gconstpointer data)
{
  struct stat st;
  g_autoptr (CdDb) db = open_ok (f->file, CD_DB_JOURNAL, version_1);

  g_assert_cmpint (query (db, "PRAGMA synchronous"), ==, 2);
  g_assert_cmpint (query (db, "PRAGMA foreign_keys"), ==, 1);
  g_assert_cmpint (query (db, "PRAGMA trusted_schema"), ==, 0);
  g_assert_cmpint (query (db, "PRAGMA application_id"), ==, APP_ID);
  g_assert_cmpint (query (db, "PRAGMA cache_size"), ==, -8192);
  g_assert_cmpint (cd_db_version (db), ==, 1);
  g_assert_cmpint (stat (f->file, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  g_assert_cmpint (cd_db_wal_bytes (db), >=, 4 * 1024 * 1024);
  /* The WAL was grown without growing the file. */
  g_assert_cmpint (st.st_size, <=, 64 * 1024);
  g_autofree char *shm = g_strconcat (f->file, "-shm", NULL);
  g_assert_false (g_file_test (shm, G_FILE_TEST_EXISTS));
}

static void
test_second_opener (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdDb) db = open_ok (f->file, CD_DB_JOURNAL, version_1);
  g_assert_null (cd_db_open (cd_env_default (), f->file, CD_DB_JOURNAL, APP_ID, version_1, &error));
  g_assert_error (error, CD_DB_ERROR, CD_DB_ERROR_BUSY);
}

static void
test_migrates_and_refuses_newer (Fixture *f, gconstpointer data)
{
  CdDb *db = open_ok (f->file, CD_DB_JOURNAL, version_1);
  g_assert_true (cd_db_exec (db, "INSERT INTO item (name) VALUES ('kept')", NULL));
  cd_db_close (db);

  db = open_ok (f->file, CD_DB_JOURNAL, version_3);
  g_assert_cmpint (cd_db_version (db), ==, 3);
  g_assert_cmpint (query (db, "SELECT count(*) FROM item WHERE name = 'kept' AND amount = 0"), ==, 1);
  g_assert_cmpint (query (db, "SELECT id FROM other"), ==, 7);
  cd_db_close (db);

  assert_refused (f->file, version_1, CD_DB_ERROR_NEWER);
  db = open_ok (f->file, CD_DB_JOURNAL, version_3);
  cd_db_close (db);
}

/* The newest writes still lie in the WAL: a refusal must not move them either. */
static void
test_newer_is_left_alone (Fixture *f, gconstpointer data)
{
  g_autofree char *wal = g_strconcat (f->file, "-wal", NULL);
  g_autofree char *before = NULL, *after = NULL;
  gsize before_len, after_len;
  int status;
  pid_t child = fork ();

  if (child == 0)
    {
      CdDb *db = open_ok (f->file, CD_DB_JOURNAL, version_3);
      cd_db_exec (db, "INSERT INTO item (name) VALUES ('in the log')", NULL);
      raise (SIGKILL);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status));
  g_assert_true (g_file_get_contents (wal, &before, &before_len, NULL));
  assert_refused (f->file, version_1, CD_DB_ERROR_NEWER);
  g_assert_true (g_file_get_contents (wal, &after, &after_len, NULL));
  g_assert_cmpmem (before, before_len, after, after_len);

  g_autoptr (CdDb) look = cd_db_open_read_only (cd_env_default (), f->file, APP_ID, NULL);
  g_assert_nonnull (look);
  g_assert_cmpint (cd_db_version (look), ==, 3);
  g_assert_cmpint (query (look, "SELECT count(*) FROM item"), ==, 1);
  g_assert_false (cd_db_exec (look, "DELETE FROM item", NULL));
}

static void
test_failed_migration_changes_nothing (Fixture *f, gconstpointer data)
{
  static const char *const bad[] = {
    "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;",
    "CREATE TABLE half (id INTEGER PRIMARY KEY) STRICT; INSERT INTO nowhere VALUES (1);",
    NULL,
  };
  g_autoptr (GError) error = NULL;

  cd_db_close (open_ok (f->file, CD_DB_JOURNAL, version_1));
  g_assert_null (cd_db_open (cd_env_default (), f->file, CD_DB_JOURNAL, APP_ID, bad, &error));
  g_assert_error (error, CD_DB_ERROR, CD_DB_ERROR_SQL);
  g_assert_nonnull (strstr (error->message, "migration 2"));
  g_autoptr (CdDb) db = open_ok (f->file, CD_DB_JOURNAL, version_1);
  g_assert_cmpint (query (db, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), ==, 0);
}

static void
test_refuses_foreign_files (Fixture *f, gconstpointer data)
{
  g_autofree char *link_name = g_build_filename (f->dir, "link.db", NULL);
  g_autofree char *junk = g_strnfill (8192, 'j');

  g_assert_true (g_file_set_contents (f->file, junk, -1, NULL));
  g_chmod (f->file, 0600);
  assert_refused (f->file, version_1, CD_DB_ERROR_FOREIGN);

  g_unlink (f->file);
  run_sql (f->file, "CREATE TABLE theirs (x); PRAGMA application_id = 99; PRAGMA user_version = 1");
  g_chmod (f->file, 0600);
  assert_refused (f->file, version_1, CD_DB_ERROR_FOREIGN);

  g_assert_cmpint (symlink (f->file, link_name), ==, 0);
  assert_refused (link_name, version_1, CD_DB_ERROR_OPEN);
  g_unlink (link_name);

  g_unlink (f->file);
  cd_db_close (open_ok (f->file, CD_DB_JOURNAL, version_1));
  g_chmod (f->file, 0644);
  assert_refused (f->file, version_1, CD_DB_ERROR_OPEN);
  g_chmod (f->file, 0600);
  g_assert_cmpint (link (f->file, link_name), ==, 0);
  assert_refused (f->file, version_1, CD_DB_ERROR_OPEN);
}

static void
test_refuses_changed_schema (Fixture *f, gconstpointer data)
{
  static const char *const plants[] = {
    "CREATE TRIGGER planted AFTER INSERT ON item BEGIN DELETE FROM item; END",
    "CREATE VIEW planted AS SELECT 1",
    "CREATE TABLE planted (x)",
    "CREATE INDEX planted ON item (name)",
    "DROP TABLE item; CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
    "DROP TABLE item",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (plants); i++)
    {
      g_autoptr (GError) error = NULL;
      cd_db_close (open_ok (f->file, CD_DB_CACHE, version_1));
      run_sql (f->file, plants[i]);
      g_assert_null (cd_db_open (cd_env_default (), f->file, CD_DB_CACHE, APP_ID, version_1, &error));
      g_assert_error (error, CD_DB_ERROR, CD_DB_ERROR_SCHEMA);
      g_unlink (f->file);
    }
}

/* The log alone is left: SQLite would delete it. It may be all there is. */
static void
test_orphan_log (Fixture *f, gconstpointer data)
{
  g_autofree char *wal = g_strconcat (f->file, "-wal", NULL);
  g_autofree char *before = NULL, *after = NULL;
  gsize before_len, after_len;

  cd_db_close (open_ok (f->file, CD_DB_JOURNAL, version_1));
  g_assert_true (g_file_get_contents (wal, &before, &before_len, NULL));
  /* Gone, empty, or cut to a few bytes: SQLite would delete the log, or write what it holds into the stump. */
  for (gssize left = -1; left < 8; left++)
    {
      g_autofree char *stump = NULL;
      gsize stump_len;

      g_unlink (f->file);
      if (left >= 0)
        g_assert_true (g_file_set_contents_full (f->file, "SQLite format 3", left, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
      g_autoptr (GError) error = NULL;
      g_assert_null (cd_db_open (cd_env_default (), f->file, CD_DB_JOURNAL, APP_ID, version_1, &error));
      g_assert_error (error, CD_DB_ERROR, CD_DB_ERROR_CORRUPT);
      g_clear_error (&error);
      g_assert_null (cd_db_open_read_only (cd_env_default (), f->file, APP_ID, &error));
      g_assert_nonnull (error);
      if (left >= 0)
        g_assert_true (g_file_get_contents (f->file, &stump, &stump_len, NULL) && stump_len == (gsize)left);
      g_clear_pointer (&after, g_free);
      g_assert_true (g_file_get_contents (wal, &after, &after_len, NULL));
      g_assert_cmpmem (before, before_len, after, after_len);
    }
}

static void
test_transactions (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdDb) db = open_ok (f->file, CD_DB_CACHE, version_1);
  sqlite3_stmt *insert = cd_db_statement (db, "INSERT INTO item (id, name) VALUES (?1, ?2)", &error);

  g_assert_true (cd_db_begin (db, &error));
  g_assert_true (cd_db_in_transaction (db));
  sqlite3_bind_int64 (insert, 1, 1);
  cd_db_bind_text (insert, 2, "one");
  g_assert_true (cd_db_run (db, insert, &error));
  cd_db_rollback (db);
  g_assert_cmpint (query (db, "SELECT count(*) FROM item"), ==, 0);

  g_assert_true (cd_db_begin (db, &error));
  insert = cd_db_statement (db, "INSERT INTO item (id, name) VALUES (?1, ?2)", &error);
  sqlite3_bind_int64 (insert, 1, 1);
  cd_db_bind_text (insert, 2, "one");
  g_assert_true (cd_db_run (db, insert, &error));
  sqlite3_bind_int64 (insert, 1, 1);
  g_assert_false (cd_db_run (db, insert, &error));
  g_assert_error (error, CD_DB_ERROR, CD_DB_ERROR_CONSTRAINT);
  g_clear_error (&error);
  g_assert_true (cd_db_commit (db, &error));
  g_assert_cmpint (query (db, "SELECT count(*) FROM item"), ==, 1);

  /* STRICT: text is not a number. */
  g_assert_false (cd_db_exec (db, "INSERT INTO item (id, name) VALUES ('1,000', 'x')", &error));
  g_assert_error (error, CD_DB_ERROR, CD_DB_ERROR_SQL);
  g_clear_error (&error);
  g_assert_false (cd_db_query_int64 (db, "SELECT id FROM item WHERE id = 99", &(gint64){ 0 }, &error));
  g_assert_error (error, CD_DB_ERROR, CD_DB_ERROR_SQL);
  g_assert_true (cd_db_quick_check (db, NULL));
}

static void
test_backup (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *copy = g_build_filename (f->dir, "copy.db", NULL);
  CdDb *db = open_ok (f->file, CD_DB_JOURNAL, version_1);

  g_assert_true (cd_db_exec (db, "INSERT INTO item (name) VALUES ('a'), ('b')", NULL));
  g_assert_true (cd_db_backup (db, copy, &error));
  g_assert_no_error (error);
  g_assert_false (cd_db_backup (db, copy, &error));
  g_assert_error (error, CD_DB_ERROR, CD_DB_ERROR_OPEN);
  cd_db_close (db);
  db = open_ok (copy, CD_DB_JOURNAL, version_1);
  g_assert_cmpint (query (db, "SELECT count(*) FROM item"), ==, 2);
  cd_db_close (db);
}

/* --- Syncs ------------------------------------------------------------------------------------------------------------ */

static void
test_one_sync_per_commit (Fixture *f, gconstpointer data)
{
  g_autoptr (CdEnv) env = fault_vfs_env ();
  g_autoptr (CdDb) db = cd_db_open (env, f->file, CD_DB_JOURNAL, APP_ID, version_1, NULL);
  gint64 wal_bytes = cd_db_wal_bytes (db);

  fault_vfs.syncs = 0;
  for (guint i = 0; i < 500; i++)
    {
      g_assert_true (cd_db_begin (db, NULL));
      g_assert_true (cd_db_exec (db, "INSERT INTO item (name) VALUES ('x'), ('y')", NULL));
      g_assert_true (cd_db_commit (db, NULL));
    }
  g_assert_cmpuint (fault_vfs.syncs, ==, 500);
  g_assert_cmpint (cd_db_wal_bytes (db), ==, wal_bytes);
  g_assert_true (cd_db_checkpoint (db, NULL));
  g_assert_cmpint (cd_db_wal_bytes (db), ==, wal_bytes);
}

static void
test_failed_sync_is_not_retried (Fixture *f, gconstpointer data)
{
  g_autoptr (CdEnv) env = fault_vfs_env ();
  g_autoptr (GError) error = NULL;
  CdDb *db = cd_db_open (env, f->file, CD_DB_JOURNAL, APP_ID, version_1, NULL);

  g_assert_true (cd_db_exec (db, "INSERT INTO item (name) VALUES ('durable')", NULL));
  fault_vfs.syncs = 0;
  fault_vfs.kind = FAULT_SYNC;
  fault_vfs.fault_at = fault_vfs.ops + 1; /* once: a second sync would "succeed" */
  g_assert_true (cd_db_begin (db, NULL));
  g_assert_true (cd_db_exec (db, "INSERT INTO item (name) VALUES ('doubtful')", NULL));
  g_assert_false (cd_db_commit (db, &error));
  g_assert_error (error, CD_DB_ERROR, CD_DB_ERROR_IO);
  g_assert_true (cd_db_is_broken (db));
  g_clear_error (&error);
  fault_vfs.writes = 0;
  g_assert_false (cd_db_exec (db, "INSERT INTO item (name) VALUES ('never')", &error));
  g_assert_error (error, CD_DB_ERROR, CD_DB_ERROR_IO);
  g_clear_error (&error);
  g_assert_false (cd_db_checkpoint (db, &error));
  cd_db_close (db);
  g_assert_cmpuint (fault_vfs.syncs, ==, 1);
  g_assert_cmpuint (fault_vfs.writes, ==, 0);

  g_chmod (f->file, 0600); /* made by the VFS of the test */
  db = open_ok (f->file, CD_DB_JOURNAL, version_1);
  g_assert_cmpint (query (db, "SELECT count(*) FROM item WHERE name = 'durable'"), ==, 1);
  g_assert_cmpint (query (db, "SELECT count(*) FROM item WHERE name = 'never'"), ==, 0);
  cd_db_close (db);
}

/* Killed at any moment: every commit that was reported is there, and the file is whole. */
static void
test_kill (Fixture *f, gconstpointer data)
{
  for (guint round = 0; round < 25; round++)
    {
      int fds[2], status;
      gint64 reported = 0;
      g_assert_cmpint (pipe (fds), ==, 0);
      pid_t child = fork ();
      if (child == 0)
        {
          CdDb *db = cd_db_open (cd_env_default (), f->file, CD_DB_JOURNAL, APP_ID, version_1, NULL);
          gint64 n;
          cd_db_query_int64 (db, "SELECT coalesce (max (id), 0) FROM item", &n, NULL);
          while (TRUE)
            {
              g_autofree char *sql = g_strdup_printf ("INSERT INTO item VALUES (%" G_GINT64_FORMAT ", hex (randomblob (600)))", ++n);
              if (!cd_db_begin (db, NULL) || !cd_db_exec (db, sql, NULL) || !cd_db_commit (db, NULL) || write (fds[1], &n, sizeof n) != sizeof n)
                _exit (1);
            }
        }
      close (fds[1]);
      gint64 want = g_test_rand_int_range (1, 200);
      for (gint64 i = 0; i < want; i++)
        g_assert_cmpint (read (fds[0], &reported, sizeof reported), ==, sizeof reported);
      kill (child, SIGKILL);
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      gint64 more;
      while (read (fds[0], &more, sizeof more) == sizeof more)
        reported = more;
      close (fds[0]);

      g_autoptr (CdDb) db = open_ok (f->file, CD_DB_JOURNAL, version_1);
      g_assert_true (cd_db_quick_check (db, NULL));
      gint64 max = query (db, "SELECT max (id) FROM item");
      g_assert_cmpint (max, >=, reported);
      g_assert_cmpint (max, <=, reported + 1);
      g_assert_cmpint (query (db, "SELECT count(*) FROM item"), ==, max);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/db/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("settings", test_settings);
  ADD ("second-opener", test_second_opener);
  ADD ("migrates-and-refuses-newer", test_migrates_and_refuses_newer);
  ADD ("newer-is-left-alone", test_newer_is_left_alone);
  ADD ("failed-migration-changes-nothing", test_failed_migration_changes_nothing);
  ADD ("refuses-foreign-files", test_refuses_foreign_files);
  ADD ("refuses-changed-schema", test_refuses_changed_schema);
  ADD ("orphan-log", test_orphan_log);
  ADD ("transactions", test_transactions);
  ADD ("backup", test_backup);
  ADD ("one-sync-per-commit", test_one_sync_per_commit);
  ADD ("failed-sync-is-not-retried", test_failed_sync_is_not_retried);
  ADD ("kill", test_kill);
  return g_test_run ();
}
