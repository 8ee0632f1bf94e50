/* test-cache.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The cache gives back what it was given, by pages; it may be deleted or damaged at any moment, and then is begun anew.
 */
#include "cd-cache.h"
#include "cd-paths.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct
{
  char *dir;
  char *file;
  CdEnv *env;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = g_dir_make_tmp ("cd-cache-XXXXXX", NULL);
  f->file = g_build_filename (f->dir, "cache.db", NULL);
  f->env = cd_env_test_new (0, 1);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_true (cd_paths_remove_tree (f->dir, NULL));
  g_free (f->dir);
  g_free (f->file);
  cd_env_unref (f->env);
}

static CdCache *
open_ok (Fixture *f, gboolean rebuilt)
{
  g_autoptr (GError) error = NULL;
  CdCache *cache = cd_cache_open (f->env, f->file, &error);
  g_assert_no_error (error);
  g_assert_true (cd_cache_was_rebuilt (cache) == rebuilt);
  return cache;
}

static CdBar
bar_of (CdDate day)
{
  CdBar bar;
  memset (&bar, 0, sizeof bar);
  bar.day = day;
  bar.start_us = (gint64)day * CD_USEC_PER_DAY;
  bar.open_e4 = 970000 + day;
  bar.high_e4 = 980000 + day;
  bar.low_e4 = 960000 + day;
  bar.close_e4 = 975000 + day;
  bar.volume = 1000 + day;
  bar.amount_e4 = G_GINT64_CONSTANT (97000000000) + day;
  return bar;
}

static void
put_days (CdCache *cache, const char *instrument, CdDate from, CdDate to)
{
  g_autoptr (GArray) bars = g_array_new (FALSE, FALSE, sizeof (CdBar));
  g_autoptr (GError) error = NULL;

  for (CdDate day = to; day >= from; day--)
    {
      CdBar bar = bar_of (day);
      g_array_append_val (bars, bar);
    }
  g_assert_true (cd_cache_put_bars (cache, instrument, 0, (const CdBar *)(void *)bars->data, bars->len, &error));
  g_assert_no_error (error);
}

static void
assert_bar (GArray *bars, guint index, CdDate day)
{
  const CdBar *got = &g_array_index (bars, CdBar, index);
  CdBar expected = bar_of (day);

  g_assert_cmpint (got->day, ==, expected.day);
  g_assert_cmpint (got->start_us, ==, expected.start_us);
  g_assert_cmpint (got->open_e4, ==, expected.open_e4);
  g_assert_cmpint (got->high_e4, ==, expected.high_e4);
  g_assert_cmpint (got->low_e4, ==, expected.low_e4);
  g_assert_cmpint (got->close_e4, ==, expected.close_e4);
  g_assert_cmpint (got->volume, ==, expected.volume);
  g_assert_cmpint (got->amount_e4, ==, expected.amount_e4);
}

static void
test_pages (Fixture *f, gconstpointer data)
{
  g_autoptr (CdCache) cache = open_ok (f, TRUE);
  CdDate next = 1;

  put_days (cache, "CEA25", 1, 950);
  put_days (cache, "CEA24", 1, 10);
  put_days (cache, "CEA25", 400, 500); /* again: replaced, not doubled */
  for (gint64 after = G_MININT64;;)
    {
      g_autoptr (GArray) page = cd_cache_get_bars (cache, "CEA25", 0, after, CD_CACHE_PAGE, NULL);
      if (page->len == 0)
        break;
      g_assert_cmpuint (page->len, ==, (guint)MIN (CD_CACHE_PAGE, 951 - next));
      for (guint i = 0; i < page->len; i++)
        assert_bar (page, i, next++);
      after = g_array_index (page, CdBar, page->len - 1).day;
    }
  g_assert_cmpint (next, ==, 951);

  for (guint limit = 0; limit <= 12; limit++)
    {
      g_autoptr (GArray) last = cd_cache_get_last_bars (cache, "CEA24", 0, limit, NULL);
      guint n = MIN (limit, 10);
      g_assert_cmpuint (last->len, ==, n);
      for (guint i = 0; i < n; i++)
        assert_bar (last, i, (CdDate)(10 - n + i + 1));
    }
  g_autoptr (GArray) none = cd_cache_get_bars (cache, "CEA26", 0, G_MININT64, 10, NULL);
  g_assert_cmpuint (none->len, ==, 0);

  /* Of two figures for one day in one batch the later one stays; minutes do not meet days. */
  CdBar twice[2] = { bar_of (5), bar_of (5) };
  twice[1].close_e4 = 1;
  g_assert_true (cd_cache_put_bars (cache, "CEA26", 0, twice, 2, NULL));
  g_assert_true (cd_cache_put_bars (cache, "CEA26", 60 * CD_USEC_PER_SEC, twice, 1, NULL));
  g_autoptr (GArray) one = cd_cache_get_bars (cache, "CEA26", 0, G_MININT64, 10, NULL);
  g_assert_cmpuint (one->len, ==, 1);
  g_assert_cmpint (g_array_index (one, CdBar, 0).close_e4, ==, 1);
}

static CdCacheEvent
event_of (const char *epoch, gint64 seq)
{
  return (CdCacheEvent){ (char *)"HD-POWER", (char *)epoch, seq, seq * 10, (char *)"order.fill", (char *)"O1", g_bytes_new_static ("{}", 2) };
}

static int
apply (CdCache *cache, const char *epoch, gint64 seq)
{
  CdCacheEvent event = event_of (epoch, seq);
  g_autoptr (GError) error = NULL;
  gboolean ok = cd_cache_apply_event (cache, &event, &error);
  g_bytes_unref (event.body);
  return ok ? 0 : error->code;
}

static void
assert_applied (CdCache *cache, const char *account, const char *epoch, gint64 seq)
{
  g_autofree char *got = NULL;
  gint64 got_seq;
  g_assert_true (cd_cache_last_applied (cache, account, &got, &got_seq, NULL));
  g_assert_cmpstr (got, ==, epoch);
  g_assert_cmpint (got_seq, ==, seq);
}

static void
test_events (Fixture *f, gconstpointer data)
{
  CdCache *cache = open_ok (f, TRUE);

  assert_applied (cache, "HD-POWER", "", 0);
  g_assert_cmpint (apply (cache, "e1", 1), ==, 0);
  for (gint64 seq = 2; seq <= 450; seq++)
    g_assert_cmpint (apply (cache, "e1", seq), ==, 0);
  g_assert_cmpint (apply (cache, "e1", 17), ==, 0); /* again: harmless */
  g_assert_cmpint (apply (cache, "e1", 452), ==, CD_STORE_ERROR_ARGUMENT);
  assert_applied (cache, "HD-POWER", "e1", 450);
  cd_cache_close (cache);
  cache = open_ok (f, FALSE);
  assert_applied (cache, "HD-POWER", "e1", 450);

  gint64 next = 450;
  for (gint64 before = G_MAXINT64;;)
    {
      g_autoptr (GPtrArray) page = cd_cache_get_events (cache, "HD-POWER", before, CD_CACHE_PAGE, NULL);
      if (page->len == 0)
        break;
      for (guint i = 0; i < page->len; i++)
        {
          CdCacheEvent *event = g_ptr_array_index (page, i);
          g_assert_cmpint (event->seq, ==, next);
          g_assert_cmpint (event->at_us, ==, next * 10);
          g_assert_cmpstr (event->kind, ==, "order.fill");
          next--;
        }
      before = next + 1;
    }
  g_assert_cmpint (next, ==, 0);

  /* Another incarnation of the venue: what was known of the old one is not shown as its history. */
  g_assert_cmpint (apply (cache, "e2", 7), ==, 0);
  assert_applied (cache, "HD-POWER", "e2", 7);
  g_autoptr (GPtrArray) page = cd_cache_get_events (cache, "HD-POWER", G_MAXINT64, CD_CACHE_PAGE, NULL);
  g_assert_cmpuint (page->len, ==, 1);
  cd_cache_close (cache);
}

static void
test_statements_and_values (Fixture *f, gconstpointer data)
{
  g_autoptr (CdCache) cache = open_ok (f, TRUE);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_cache_statement_row_free);
  g_autoptr (GError) error = NULL;
  g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "x", 1);
  CdJournalAnchor anchor = { .seq = 77 }, back;
  gint64 at_us;

  for (gint64 line = 1; line <= 250; line++)
    {
      CdCacheStatementRow *row = g_new0 (CdCacheStatementRow, 1);
      row->line = line;
      row->account = g_strdup ("HD-POWER");
      row->kind = g_strdup ("fill");
      row->key = g_strdup_printf ("F%" G_GINT64_FORMAT, line);
      row->body = g_bytes_new (&line, sizeof line);
      g_ptr_array_add (rows, row);
    }
  for (guint twice = 0; twice < 2; twice++)
    g_assert_true (cd_cache_put_statement (cache, sha256, rows, &error));
  g_autoptr (GPtrArray) page = cd_cache_get_statement (cache, sha256, 200, CD_CACHE_PAGE, &error);
  g_assert_cmpuint (page->len, ==, 50);
  g_assert_cmpstr (((CdCacheStatementRow *)g_ptr_array_index (page, 0))->key, ==, "F201");
  g_assert_false (cd_cache_put_statement (cache, "not a hash", rows, &error));
  g_assert_error (error, CD_DB_ERROR, CD_DB_ERROR_CONSTRAINT);
  g_clear_error (&error);

  g_autoptr (GBytes) value = g_bytes_new_static ("book", 4);
  g_assert_null (cd_cache_get_value (cache, "book.CEA25", &at_us, &error));
  g_assert_no_error (error);
  g_assert_true (cd_cache_put_value (cache, "book.CEA25", 123, value, &error));
  g_autoptr (GBytes) got = cd_cache_get_value (cache, "book.CEA25", &at_us, &error);
  g_assert_true (g_bytes_equal (got, value));
  g_assert_cmpint (at_us, ==, 123);
  g_assert_false (cd_cache_put_value (cache, "a b", 1, value, &error));
  g_assert_error (error, CD_STORE_ERROR, CD_STORE_ERROR_ARGUMENT);

  memset (anchor.hash, 7, sizeof anchor.hash);
  g_assert_true (cd_cache_get_anchor (cache, &back, NULL));
  g_assert_cmpint (back.seq, ==, 0);
  g_assert_true (cd_cache_put_anchor (cache, &anchor, NULL));
  g_assert_true (cd_cache_get_anchor (cache, &back, NULL));
  g_assert_cmpmem (&anchor, sizeof anchor, &back, sizeof back);
}

/* --- Deleted, damaged, foreign ---------------------------------------------------------------------------------------- */

static guint
count_days (CdCache *cache)
{
  g_autoptr (GArray) bars = cd_cache_get_bars (cache, "CEA25", 0, G_MININT64, 10000, NULL);
  g_assert_nonnull (bars);
  return bars->len;
}

static void
test_deleted_while_open (Fixture *f, gconstpointer data)
{
  g_autofree char *wal = g_strconcat (f->file, "-wal", NULL);
  CdCache *cache = open_ok (f, TRUE);

  put_days (cache, "CEA25", 1, 10);
  g_unlink (f->file);
  g_unlink (wal);
  g_assert_cmpuint (count_days (cache), ==, 10); /* reading goes on */
  put_days (cache, "CEA25", 20, 22);             /* writing begins anew, where the next start will look */
  g_assert_true (cd_cache_was_rebuilt (cache));
  g_assert_cmpuint (count_days (cache), ==, 3);
  cd_cache_close (cache);
  cache = open_ok (f, FALSE);
  g_assert_cmpuint (count_days (cache), ==, 3);
  cd_cache_close (cache);
}

/* Only the file deleted and its log left behind, after a kill: the log must not come to life in a new file. */
static void
test_log_of_a_deleted_file (Fixture *f, gconstpointer data)
{
  g_autofree char *wal = g_strconcat (f->file, "-wal", NULL);
  int status;
  pid_t child = fork ();

  if (child == 0)
    {
      CdCache *cache = cd_cache_open (f->env, f->file, NULL);
      put_days (cache, "CEA25", 1, 10);
      raise (SIGKILL);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (g_file_test (wal, G_FILE_TEST_EXISTS));
  g_unlink (f->file);
  g_autoptr (CdCache) cache = open_ok (f, TRUE);
  g_assert_cmpuint (count_days (cache), ==, 0);
  put_days (cache, "CEA25", 1, 2);
  g_assert_cmpuint (count_days (cache), ==, 2);
}

static void
assert_rebuilt_from (Fixture *f, const void *bytes, gsize len)
{
  g_autofree char *bad = g_strconcat (f->file, ".bad", NULL);
  g_autofree char *kept = NULL;
  gsize kept_len;

  g_assert_true (cd_paths_write_file (f->file, bytes, len, NULL));
  CdCache *cache = open_ok (f, TRUE);
  g_assert_cmpuint (count_days (cache), ==, 0);
  put_days (cache, "CEA25", 1, 3);
  cd_cache_close (cache);
  g_assert_true (g_file_get_contents (bad, &kept, &kept_len, NULL));
  g_assert_cmpmem (kept, kept_len, bytes, len);
  cache = open_ok (f, FALSE);
  g_assert_cmpuint (count_days (cache), ==, 3);
  cd_cache_close (cache);
  g_unlink (bad);
  g_unlink (f->file);
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
test_begun_anew (Fixture *f, gconstpointer data)
{
  static const char *const edits[] = {
    "PRAGMA user_version = 99",
    "PRAGMA application_id = 1",
    "CREATE TABLE planted (x)",
    "DROP TABLE event",
  };
  g_autofree char *junk = g_strnfill (20000, 'j');

  assert_rebuilt_from (f, junk, 20000);
  assert_rebuilt_from (f, "SQLite format 3", 16);
  for (gsize i = 0; i < G_N_ELEMENTS (edits); i++)
    {
      g_autofree char *bytes = NULL;
      gsize len;
      CdCache *cache = open_ok (f, TRUE);
      put_days (cache, "CEA25", 1, 10);
      cd_cache_close (cache);
      run_sql (f->file, edits[i]);
      g_assert_true (g_file_get_contents (f->file, &bytes, &len, NULL));
      g_unlink (f->file);
      assert_rebuilt_from (f, bytes, len);
    }
}

/* Each byte of the head, changed in three ways: whatever SQLite makes of it, the cache opens and can be written, and what it shows was put
 * into it. */
static void
test_head (Fixture *f, gconstpointer data)
{
  static const guint8 changes[] = { 0x01, 0x2a, 0xff };
  g_autofree char *wal = g_strconcat (f->file, "-wal", NULL), *bytes = NULL;
  CdCache *cache = cd_cache_open (f->env, f->file, NULL);
  g_autoptr (GBytes) value = g_bytes_new_static ("1", 1);
  guint rebuilt = 0;
  gsize len;

  put_days (cache, "CEA25", 1, 10);
  cd_cache_close (cache);
  g_assert_true (g_file_get_contents (f->file, &bytes, &len, NULL));
  for (gsize i = 0; i < 100 * G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GArray) bars = NULL;
      guint8 change = changes[i % G_N_ELEMENTS (changes)];
      gsize at = i / G_N_ELEMENTS (changes);

      bytes[at] ^= (char)change;
      g_unlink (wal);
      g_unlink (f->file);
      g_assert_true (g_file_set_contents_full (f->file, bytes, (gssize)len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
      bytes[at] ^= (char)change;
      cache = cd_cache_open (f->env, f->file, &error);
      if (!cache)
        g_error ("byte %" G_GSIZE_FORMAT " changed by 0x%02x: %s", at, change, error->message);
      rebuilt += cd_cache_was_rebuilt (cache);
      bars = cd_cache_get_bars (cache, "CEA25", 0, G_MININT64, 1000, NULL);
      for (guint k = 0; bars && k < bars->len; k++)
        assert_bar (bars, k, g_array_index (bars, CdBar, k).day);
      if (!cd_cache_put_value (cache, "x", 1, value, &error) && !g_error_matches (error, CD_DB_ERROR, CD_DB_ERROR_CORRUPT))
        g_error ("byte %" G_GSIZE_FORMAT " changed by 0x%02x: cannot be written: %s", at, change, error->message);
      cd_cache_close (cache);
    }
  g_test_message ("%u of 300 begun anew", rebuilt);
  g_assert_cmpuint (rebuilt, >, 30);
}

static void
test_wrong_figure_is_never_shown (Fixture *f, gconstpointer data)
{
  static const char *const columns[] = { "at", "start_us", "day", "open_e4", "high_e4", "low_e4", "close_e4", "volume", "amount_e4", "checksum" };

  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *sql = g_strdup_printf ("UPDATE bar SET %s = %s + 1 WHERE at = 10", columns[i], columns[i]);
      CdCache *cache = cd_cache_open (f->env, f->file, NULL);
      put_days (cache, "CEA25", 1, 10);
      cd_cache_close (cache);
      run_sql (f->file, sql);
      cache = open_ok (f, FALSE);
      g_assert_null (cd_cache_get_bars (cache, "CEA25", 0, G_MININT64, 100, &error));
      g_assert_error (error, CD_STORE_ERROR, CD_STORE_ERROR_DAMAGED);
      g_assert_true (cd_cache_rebuild (cache, NULL));
      g_assert_true (cd_cache_was_rebuilt (cache));
      g_assert_cmpuint (count_days (cache), ==, 0);
      cd_cache_close (cache);
    }
}

/* One bit flipped anywhere: right figures, fewer figures, or a refusal; never a wrong figure. */
static void
test_flipped_bits (Fixture *f, gconstpointer data)
{
  g_autofree char *bytes = NULL;
  g_autofree char *wal = g_strconcat (f->file, "-wal", NULL);
  gsize len;
  guint refused = 0;
  CdCache *cache = open_ok (f, TRUE);

  put_days (cache, "CEA25", 1, 300);
  cd_cache_close (cache);
  g_assert_true (g_file_get_contents (f->file, &bytes, &len, NULL));
  for (guint round = 0; round < 500; round++)
    {
      gsize at = (gsize)g_test_rand_int_range (0, (gint32)len);
      char bit = (char)(1 << g_test_rand_int_range (0, 8));

      bytes[at] ^= bit;
      g_unlink (wal);
      g_unlink (f->file);
      g_assert_true (g_file_set_contents_full (f->file, bytes, (gssize)len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
      bytes[at] ^= bit;
      cache = cd_cache_open (f->env, f->file, NULL);
      g_assert_nonnull (cache);
      g_autoptr (GArray) bars = cd_cache_get_bars (cache, "CEA25", 0, G_MININT64, 1000, NULL);
      refused += bars == NULL || bars->len < 300;
      for (guint i = 0; bars != NULL && i < bars->len; i++)
        assert_bar (bars, i, g_array_index (bars, CdBar, i).day);
      cd_cache_close (cache);
    }
  g_test_message ("%u of 500 flips noticed", refused);
  g_assert_cmpuint (refused, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/cache/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("pages", test_pages);
  ADD ("events", test_events);
  ADD ("statements-and-values", test_statements_and_values);
  ADD ("deleted-while-open", test_deleted_while_open);
  ADD ("log-of-a-deleted-file", test_log_of_a_deleted_file);
  ADD ("begun-anew", test_begun_anew);
  ADD ("wrong-figure-is-never-shown", test_wrong_figure_is_never_shown);
  ADD ("head", test_head);
  ADD ("flipped-bits", test_flipped_bits);
  return g_test_run ();
}
