/* test-bad-databases.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What may have happened to a profile's files while the program was not looking, by the numbers of the catalogue (reliability E8). A journal
 * is refused as it is, or opens for reading only with what is good of it; a cache is begun anew. No wrong record, no wrong figure, and
 * the file that was found is not touched.
 */
#include "store-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define N_RECORDS 3

typedef enum
{
  READ_ONLY, /* opens, untouched, for reading only */
  WARNED,    /* opens, says that records are missing */
  REFUSED,   /* does not open */
  FINE,      /* harmless */
} Verdict;

typedef struct
{
  const char *number;
  void (*damage) (const char *path, const char *sql);
  const char *sql; /* (nullable) */
  Verdict verdict;
  const char *named; /* (nullable): stands in the message */
} Case;

/* --- Damage --------------------------------------------------------------------------------------------------------------------- */

static void
remove_beside (const char *path, const char *suffix)
{
  g_autofree char *name = g_strconcat (path, suffix, NULL);

  g_unlink (name);
}

static void
empty_with_log (const char *path, const char *sql)
{
  g_assert_cmpint (truncate (path, 0), ==, 0);
}

static void
empty (const char *path, const char *sql)
{
  g_assert_cmpint (truncate (path, 0), ==, 0);
  remove_beside (path, "-wal");
}

static void
gone (const char *path, const char *sql)
{
  g_assert_cmpint (g_unlink (path), ==, 0);
  remove_beside (path, "-wal");
}

static void
first_bytes (const char *path, const char *sql)
{
  FILE *file = fopen (path, "r+b");

  remove_beside (path, "-wal"); /* which may hold the first page anew */
  g_assert_cmpuint (fwrite ("SQLite format 4\n", 1, 16, file), ==, 16);
  fclose (file);
}

static void
run_sql (const char *path, const char *sql)
{
  sqlite3 *raw;
  char *message = NULL;

  remove_beside (path, "-wal");
  g_assert_cmpint (sqlite3_open (path, &raw), ==, SQLITE_OK);
  sqlite3_exec (raw, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
  sqlite3_close (raw);
}

/* The same with the guards of the journal taken away and put back, so that only the rows differ. */
static void
edit_rows (const char *path, const char *sql)
{
  g_autofree char *all = g_strconcat ("PRAGMA writable_schema = ON; CREATE TEMP TABLE guard AS SELECT * FROM sqlite_schema WHERE type = 'trigger';"
                                      "DROP TRIGGER journal_is_not_changed; DROP TRIGGER journal_is_not_deleted;",
                                      sql, ";"
                                           "INSERT INTO sqlite_schema SELECT * FROM guard; DROP TABLE guard",
                                      NULL);

  run_sql (path, all);
}

static void
log_gone (const char *path, const char *sql)
{
  remove_beside (path, "-wal");
}

static void
log_of_another (const char *path, const char *sql)
{
  g_autofree char *other = g_strconcat (path, ".other", NULL);
  g_autofree char *other_log = g_strconcat (other, "-wal", NULL);
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  g_autofree char *bytes = NULL;
  gsize len;
  sqlite3 *raw;

  g_assert_cmpint (sqlite3_open (other, &raw), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (raw, "PRAGMA journal_mode = WAL; CREATE TABLE theirs (x); INSERT INTO theirs VALUES (zeroblob (9000))", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_true (g_file_get_contents (other_log, &bytes, &len, NULL));
  sqlite3_close (raw);
  g_unlink (other);
  g_assert_true (g_file_set_contents_full (log, bytes, (gssize)len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
}

/* Nobody can write there, root neither. */
static void
shared_memory_is_a_folder (const char *path, const char *sql)
{
  g_autofree char *name = g_strconcat (path, "-shm", NULL);

  g_unlink (name);
  g_assert_cmpint (g_mkdir (name, 0500), ==, 0);
}

static void
link_instead (const char *path, const char *sql)
{
  g_autofree char *real = g_strconcat (path, ".real", NULL);

  g_assert_cmpint (g_rename (path, real), ==, 0);
  g_assert_cmpint (symlink (real, path), ==, 0);
}

static void
second_name (const char *path, const char *sql)
{
  g_autofree char *other = g_strconcat (path, ".second", NULL);

  g_assert_cmpint (link (path, other), ==, 0);
}

static void
readable_by_all (const char *path, const char *sql)
{
  g_assert_cmpint (g_chmod (path, 0644), ==, 0);
}

#define COLUMNS "seq, at_us, kind, key, body, prev, hash, source, boot_us, offset_us"

static const Case journal_cases[] = {
  { "DB1/with-log", empty_with_log, NULL, READ_ONLY, "log" },
  { "DB1/alone", empty, NULL, WARNED, "record 3" },
  { "DB1/gone", gone, NULL, WARNED, "record 3" },
  { "DB2", first_bytes, NULL, READ_ONLY, "journal.db" },
  { "DB3", run_sql, "PRAGMA application_id = 1", READ_ONLY, "journal.db" },
  { "DB4", run_sql, "PRAGMA user_version = 99", READ_ONLY, "newer" },
  { "DB7", log_gone, NULL, FINE, NULL },
  { "DB8", log_of_another, NULL, READ_ONLY, "another program" },
  { "DB9", shared_memory_is_a_folder, NULL, FINE, NULL },
  { "DB13/hash", edit_rows, "UPDATE journal SET hash = zeroblob (32) WHERE seq = 2", READ_ONLY, "record 2" },
  { "DB13/body", edit_rows, "UPDATE journal SET body = CAST ('order 9' AS BLOB) WHERE seq = 2", READ_ONLY, "record 2" },
  { "DB14", edit_rows, "DELETE FROM journal WHERE seq = 3", WARNED, "record 3" },
  { "DB15", run_sql, "INSERT INTO journal (" COLUMNS ") SELECT seq + 1, at_us, kind, key, body, hash, hash, source, boot_us, offset_us FROM journal WHERE seq = 3", READ_ONLY, "record 4" },
  { "DB16/trigger", run_sql, "CREATE TRIGGER planted AFTER INSERT ON journal BEGIN SELECT 1; END", READ_ONLY, "journal.db" },
  { "DB16/view", run_sql, "CREATE VIEW planted AS SELECT 1", READ_ONLY, "journal.db" },
  { "DB17", edit_rows, "UPDATE sqlite_schema SET sql = replace (sql, 'at_us INTEGER', 'at_us TEXT') WHERE name = 'journal'", READ_ONLY, "journal.db" },
  { "DB18", edit_rows, "UPDATE sqlite_schema SET sql = replace (sql, 'STRICT', '') WHERE name = 'journal'", READ_ONLY, "journal.db" },
  { "DB22", edit_rows, "CREATE TABLE copy AS SELECT * FROM journal; INSERT INTO copy SELECT * FROM copy WHERE seq = 2; DROP TABLE journal; ALTER TABLE copy RENAME TO journal", READ_ONLY, "journal.db" },
  { "DB24/link", link_instead, NULL, REFUSED, "journal.db" },
  { "DB24/second-name", second_name, NULL, REFUSED, "journal.db" },
  { "DB24/readable", readable_by_all, NULL, REFUSED, "journal.db" },
};

/* --- The journal --------------------------------------------------------------------------------------------------------------------- */

static gboolean
truth_cb (const CdJournalRow *row, gpointer data)
{
  guint *n = data;
  g_autofree char *expected = g_strdup_printf ("order %u", *n + 1);
  gsize len;
  const char *body = g_bytes_get_data (row->body, &len);

  if (g_str_equal (row->kind, CD_JOURNAL_ALERT))
    return TRUE;
  g_assert_cmpmem (body, len, expected, strlen (expected));
  ++*n;
  return TRUE;
}

static void
fill (Fixture *f)
{
  CdStore *store = open_ok (f);
  Answers answers = { store, 1, 0, 0, 0 };

  for (guint i = 1; i <= N_RECORDS; i++)
    {
      g_autofree char *body = g_strdup_printf ("order %u", i);

      append (&answers, body);
    }
  WAIT_FOR (answers.n == N_RECORDS);
  close_store (store);
}

static void
assert_written (Fixture *f, CdStore *store, gboolean may)
{
  Answers answers = { store, 0, 0, 0, 0 };
  CdStoreStats stats;

  cd_store_get_stats (store, &stats);
  answers.next = stats.last_seq + 1;
  append (&answers, "order 4");
  WAIT_FOR (answers.n == 1);
  g_assert_cmpuint (answers.failed, ==, may ? 0 : 1);
  if (!may)
    g_assert_cmpint (answers.code, ==, CD_STORE_ERROR_READ_ONLY);
}

static void
test_journal (Fixture *f, gconstpointer data)
{
  const Case *c = data;
  const char *path = cd_paths_journal_file (f->paths);
  g_autofree char *before = NULL, *after = NULL, *said = NULL;
  g_autoptr (GError) error = NULL;
  gsize before_len = 0, after_len = 0;
  CdStore *store;
  guint n = 0;

  fill (f);
  c->damage (path, c->sql);
  g_file_get_contents (path, &before, &before_len, NULL);
  store = open_store (f, &error);
  if (c->verdict == REFUSED)
    {
      g_assert_null (store);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, c->named));
    }
  else
    {
      g_assert_no_error (error);
      said = c->verdict == READ_ONLY ? cd_store_get_problem (store) : cd_store_dup_warning (store);
      g_test_message ("%s", said);
      g_assert_true ((said != NULL) == (c->verdict != FINE));
      if (c->named)
        g_assert_nonnull (strstr (said, c->named));
      cd_store_replay (store, truth_cb, &n);
      if (c->verdict == FINE)
        g_assert_cmpuint (n, ==, N_RECORDS);
      assert_written (f, store, c->verdict != READ_ONLY);
      close_store (store);
    }
  if (c->verdict == READ_ONLY || c->verdict == REFUSED)
    {
      g_file_get_contents (path, &after, &after_len, NULL);
      g_assert_cmpmem (before, before_len, after, after_len);
    }
}

/* --- The cache ------------------------------------------------------------------------------------------------------------------------ */

static const Case cache_cases[] = {
  { "DB1/cache", empty, NULL, WARNED, NULL },
  { "DB2/cache", first_bytes, NULL, WARNED, NULL },
  { "DB3/cache", run_sql, "PRAGMA application_id = 1", WARNED, NULL },
  { "DB4/cache", run_sql, "PRAGMA user_version = 99", WARNED, NULL },
  { "DB7/cache", log_gone, NULL, FINE, NULL },
  { "DB8/cache", log_of_another, NULL, WARNED, NULL },
  { "DB9/cache", shared_memory_is_a_folder, NULL, FINE, NULL },
  { "DB16/cache", run_sql, "CREATE TABLE planted (x)", WARNED, NULL },
  { "DB17/cache", run_sql, "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace (sql, 'volume INTEGER', 'volume TEXT') WHERE name = 'bar'", WARNED, NULL },
  { "DB18/cache", run_sql, "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace (sql, 'STRICT, ', '') WHERE name = 'bar'", WARNED, NULL },
};

static const CdBar bar = { .day = 20000, .start_us = G_GINT64_CONSTANT (20000) * CD_USEC_PER_DAY, .open_e4 = 970000, .high_e4 = 980000, .low_e4 = 960000, .close_e4 = 975000, .volume = 1000, .amount_e4 = 970000000 };

static void
test_cache (Fixture *f, gconstpointer data)
{
  const Case *c = data;
  const char *path = cd_paths_cache_file (f->paths);
  g_autoptr (GError) error = NULL;
  g_autoptr (CdCache) cache = cd_cache_open (f->env, path, &error);
  g_autoptr (GArray) bars = NULL;

  g_assert_no_error (error);
  g_assert_true (cd_cache_put_bars (cache, "CEA25", 0, &bar, 1, &error));
  g_clear_pointer (&cache, cd_cache_close);
  remove_beside (path, "-wal");
  c->damage (path, c->sql);
  cache = cd_cache_open (f->env, path, &error);
  g_assert_no_error (error);
  g_assert_true (cd_cache_was_rebuilt (cache) == (c->verdict != FINE));
  bars = cd_cache_get_bars (cache, "CEA25", 0, G_MININT64, 10, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (bars->len, ==, c->verdict == FINE ? 1 : 0);
  if (bars->len == 1)
    g_assert_cmpint (g_array_index (bars, CdBar, 0).close_e4, ==, bar.close_e4);
  g_assert_true (cd_cache_put_bars (cache, "CEA25", 0, &bar, 1, &error));
}

/* DB26: a log that would never end is taken into the file on the way. */
static void
test_long_log (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdJournal) journal = cd_journal_open (f->env, cd_paths_journal_file (f->paths), &error);
  g_autofree char *body = g_strnfill (2000, 'x');
  gint64 longest = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < 8000; i++)
    {
      g_assert_cmpint (cd_journal_append (journal, CD_JOURNAL_SESSION, "", body, 2000, &error), >, 0);
      longest = MAX (longest, cd_db_wal_bytes (cd_journal_db (journal)));
    }
  g_test_message ("16 MB in 8,000 commits, the log at most %" G_GINT64_FORMAT " bytes", longest);
  g_assert_cmpint (longest, <, 8 * 1024 * 1024);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (journal_cases) + G_N_ELEMENTS (cache_cases); i++)
    {
      gboolean journal = i < G_N_ELEMENTS (journal_cases);
      const Case *c = journal ? &journal_cases[i] : &cache_cases[i - G_N_ELEMENTS (journal_cases)];
      g_autofree char *path = g_strconcat ("/badinput/", c->number, NULL);

      g_test_add (path, Fixture, c, set_up, journal ? test_journal : test_cache, tear_down);
    }
  g_test_add ("/badinput/DB26", Fixture, NULL, set_up, test_long_log, tear_down);
  return g_test_run ();
}
