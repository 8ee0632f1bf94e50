/* test-journal.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The journal keeps what it was given, loses nothing that was reported, and finds every way of changing it.
 */
#include "cd-imports.h"
#include "cd-journal.h"
#include "cd-paths.h"
#include "journal-fixture.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_US G_GINT64_CONSTANT (1700000000000000)

typedef struct
{
  char *dir;
  char *file;
  CdEnv *env;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = g_dir_make_tmp ("cd-journal-XXXXXX", NULL);
  f->file = g_build_filename (f->dir, "journal.db", NULL);
  f->env = cd_env_test_new (START_US, 1);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_true (cd_paths_remove_tree (f->dir, NULL));
  g_free (f->dir);
  g_free (f->file);
  cd_env_unref (f->env);
}

static CdJournal *
open_ok (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  CdJournal *journal = cd_journal_open (f->env, f->file, &error);
  g_assert_no_error (error);
  return journal;
}

static gint64
append_ok (CdJournal *journal, const char *kind, const char *key, const char *body)
{
  g_autoptr (GError) error = NULL;
  gint64 seq = cd_journal_append (journal, kind, key, body, strlen (body), &error);
  g_assert_no_error (error);
  return seq;
}

static void
assert_hash (const guint8 hash[CD_JOURNAL_HASH_LEN], const char *expected)
{
  char text[2 * CD_JOURNAL_HASH_LEN + 1];
  for (gsize i = 0; i < CD_JOURNAL_HASH_LEN; i++)
    g_snprintf (text + 2 * i, 3, "%02x", hash[i]);
  g_assert_cmpstr (text, ==, expected);
}

/* The rule of the chain as an outsider would compute it: the figures come from another implementation. */
static void
test_golden_hash (Fixture *f, gconstpointer data)
{
  g_autoptr (CdJournal) journal = open_ok (f);
  CdJournalAnchor head;

  cd_journal_head (journal, &head);
  g_assert_cmpint (head.seq, ==, 0);
  g_assert_cmpint (append_ok (journal, CD_JOURNAL_ORDER_INTENT, "PXABC", "{\"qty\":\"5\"}"), ==, 1);
  cd_journal_head (journal, &head);
  assert_hash (head.hash, "ba19799d1849156f02e4820d782815ca097ba03d5b6a91f39b4d4644e4a0b2c0");
  cd_env_test_advance (f->env, 1);
  g_assert_cmpint (append_ok (journal, CD_JOURNAL_SESSION, "", ""), ==, 2);
  cd_journal_head (journal, &head);
  g_assert_cmpint (head.seq, ==, 2);
  assert_hash (head.hash, "25c3f5549916e0a54a2535621f3df3b27ca7e59ff2ea8c95946a81e5dd567740");
  cd_journal_set_offset (journal, -2500);
  g_assert_cmpint (append_ok (journal, CD_JOURNAL_ORDER_EVENT, "", "x"), ==, 3);
  cd_journal_head (journal, &head);
  assert_hash (head.hash, "8c11ab1777675729944da6bf57d347bce6eea117c7e35e04615938365fe9c2d4");
}

typedef struct
{
  GPtrArray *bodies;
  guint n;
  guint stop_after;
} Expect;

static gboolean
compare_row (const CdJournalRow *row, gpointer data)
{
  Expect *expect = data;
  g_assert_true (g_bytes_equal (row->body, g_ptr_array_index (expect->bodies, (guint)row->seq - 1)));
  g_assert_cmpint (row->at_us, ==, START_US + row->seq * 10);
  g_assert_cmpint (row->boot_us, ==, 1000000 + row->seq * 10);
  g_assert_cmpint (row->offset_us, ==, CD_JOURNAL_NO_TIME);
  g_assert_cmpstr (row->source, ==, CD_JOURNAL_SOURCE_VENUE);
  expect->n++;
  return expect->n != expect->stop_after;
}

static void
test_round_trip (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) bodies = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  CdJournal *journal = open_ok (f);

  for (gint64 i = 1; i <= 500; i++)
    {
      gsize len = (gsize)(i % 7 == 0 ? 0 : g_test_rand_int_range (1, 9000));
      guint8 *bytes = g_malloc (len + 1);
      for (gsize k = 0; k < len; k++)
        bytes[k] = (guint8)g_test_rand_int ();
      cd_env_test_advance (f->env, 10);
      g_assert_cmpint (cd_journal_append (journal, CD_JOURNAL_ORDER_EVENT, "键", bytes, len, NULL), ==, i);
      g_ptr_array_add (bodies, g_bytes_new_take (bytes, len));
      if (i % 100 == 0)
        {
          cd_journal_close (journal);
          journal = open_ok (f);
          g_assert_cmpint (cd_journal_last_seq (journal), ==, i);
        }
    }
  Expect all = { bodies, 0, 0 }, some = { bodies, 0, 0 }, stopped = { bodies, 0, 3 }, none = { bodies, 0, 0 };
  g_assert_true (cd_journal_foreach (journal, 1, compare_row, &all, NULL));
  g_assert_cmpuint (all.n, ==, 500);
  g_assert_true (cd_journal_foreach (journal, 401, compare_row, &some, NULL));
  g_assert_cmpuint (some.n, ==, 100);
  g_assert_true (cd_journal_foreach (journal, 1, compare_row, &stopped, NULL));
  g_assert_cmpuint (stopped.n, ==, 3);
  g_assert_true (cd_journal_foreach (journal, 501, compare_row, &none, NULL));
  g_assert_cmpuint (none.n, ==, 0);
  g_assert_true (cd_journal_verify (journal, NULL, NULL));
  cd_journal_close (journal);

  /* The command line looks without changing a byte. */
  g_autofree char *before = NULL, *after = NULL;
  gsize before_len, after_len;
  g_assert_true (g_file_get_contents (f->file, &before, &before_len, NULL));
  g_autoptr (CdJournal) look = cd_journal_open_read_only (f->env, f->file, NULL);
  g_assert_true (cd_journal_verify (look, NULL, NULL));
  g_assert_cmpint (cd_journal_append (look, "session", "", "", 0, NULL), ==, 0);
  g_assert_true (g_file_get_contents (f->file, &after, &after_len, NULL));
  g_assert_cmpmem (before, before_len, after, after_len);
}

static void
test_batches (Fixture *f, gconstpointer data)
{
  g_autoptr (CdJournal) journal = open_ok (f);
  CdJournalAnchor before, after;

  append_ok (journal, "session", "", "1");
  cd_journal_head (journal, &before);
  g_assert_true (cd_journal_begin (journal, NULL));
  g_assert_cmpint (append_ok (journal, "session", "", "2"), ==, 2);
  g_assert_cmpint (append_ok (journal, "session", "", "3"), ==, 3);
  g_assert_cmpint (cd_journal_last_seq (journal), ==, 1); /* not durable yet */
  cd_journal_rollback (journal);
  cd_journal_head (journal, &after);
  g_assert_cmpmem (&before, sizeof before, &after, sizeof after);
  g_assert_true (cd_journal_begin (journal, NULL));
  g_assert_cmpint (append_ok (journal, "session", "", "2"), ==, 2);
  g_assert_true (cd_journal_commit (journal, NULL));
  g_assert_cmpint (cd_journal_last_seq (journal), ==, 2);
  g_assert_true (cd_journal_verify (journal, &before, NULL));
}

static void
test_refuses_arguments (Fixture *f, gconstpointer data)
{
  g_autoptr (CdJournal) journal = open_ok (f);
  g_autofree char *long_kind = g_strnfill (49, 'k');
  g_autofree char *long_key = g_strnfill (129, 'k');
  const char *kinds[] = { "", "Order", "a b", "订单", long_kind };
  const char *keys[] = { long_key, "\xff" };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_cmpint (cd_journal_append (journal, kinds[i], "", "", 0, &error), ==, 0);
      g_assert_error (error, CD_STORE_ERROR, CD_STORE_ERROR_ARGUMENT);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    g_assert_cmpint (cd_journal_append (journal, "session", keys[i], "", 0, NULL), ==, 0);
  g_assert_cmpint (cd_journal_append (journal, "session", "", "", (gsize)CD_JOURNAL_BODY_MAX + 1, NULL), ==, 0);
  g_assert_cmpint (cd_journal_last_seq (journal), ==, 0);
}

/* --- Tampering -------------------------------------------------------------------------------------------------------- */

#define N_RECORDS 60

static void
fill (Fixture *f, CdJournalAnchor *anchor)
{
  CdJournal *journal = open_ok (f);

  for (guint i = 1; i <= N_RECORDS; i++)
    {
      g_autofree char *body = g_strdup_printf ("{\"n\":\"%u\"}", i);
      cd_env_test_advance (f->env, 1000);
      append_ok (journal, i % 2 ? CD_JOURNAL_ORDER_INTENT : CD_JOURNAL_ORDER_SENDING, "PXKEY", body);
    }
  cd_journal_head (journal, anchor);
  cd_journal_close (journal);
}

/* @named: the record the message must name; 0 = the cut */
static void
assert_found (Fixture *f, const char *sql_format, gint64 n, gint64 named, const CdJournalAnchor *anchor)
{
  g_autofree char *victim = g_build_filename (f->dir, "victim.db", NULL);
  g_auto (GStrv) pieces = g_strsplit (sql_format, "@", -1);
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, n);
  g_autofree char *sql = g_strjoinv (number, pieces);
  g_autofree char *expected = g_strdup_printf ("record %" G_GINT64_FORMAT ":", named);
  g_autoptr (GError) error = NULL;

  journal_fixture_copy (f->file, victim);
  journal_fixture_edit (victim, sql);
  g_autoptr (CdJournal) journal = cd_journal_open (f->env, victim, &error);
  if (journal != NULL)
    g_assert_false (cd_journal_verify (journal, anchor, &error));
  if (named == 0)
    g_assert_error (error, CD_STORE_ERROR, CD_STORE_ERROR_CUT);
  else
    {
      g_assert_error (error, CD_STORE_ERROR, CD_STORE_ERROR_TAMPERED);
      if (strstr (error->message, expected) == NULL)
        g_error ("%s: expected %s in \"%s\"", sql, expected, error->message);
    }
}

static void
test_tamper (Fixture *f, gconstpointer data)
{
  CdJournalAnchor anchor;
  fill (f, &anchor);

  for (gint64 n = 1; n <= N_RECORDS; n++)
    {
      gboolean last = n == N_RECORDS;

      assert_found (f, "UPDATE journal SET body = CAST ('{\"n\":\"0\"}' AS BLOB) WHERE seq = @", n, n, &anchor);
      assert_found (f, "UPDATE journal SET kind = 'order.denied' WHERE seq = @", n, n, &anchor);
      assert_found (f, "UPDATE journal SET key = 'PXOTHER' WHERE seq = @", n, n, &anchor);
      assert_found (f, "UPDATE journal SET at_us = at_us - 1 WHERE seq = @", n, n, &anchor);
      assert_found (f, "UPDATE journal SET boot_us = boot_us + 1 WHERE seq = @", n, n, &anchor);
      assert_found (f, "UPDATE journal SET offset_us = 0 WHERE seq = @", n, n, &anchor);
      assert_found (f, "UPDATE journal SET source = 'venue' WHERE seq = @", n, n, &anchor);
      assert_found (f, "UPDATE journal SET boot_us = NULL, source = NULL WHERE seq = @", n, n, &anchor);
      assert_found (f, "UPDATE journal SET hash = zeroblob (32) WHERE seq = @", n, n, &anchor);
      assert_found (f, "UPDATE journal SET prev = randomblob (32) WHERE seq = @", n, n, &anchor);
      assert_found (f, "DELETE FROM journal WHERE seq = @", n, last ? 0 : n, &anchor);
      if (last)
        continue;
      /* Delete and close the gap; exchange two; repeat one; everything from here on cut off. */
      assert_found (f, "DELETE FROM journal WHERE seq = @; UPDATE journal SET seq = seq - 1 WHERE seq > @", n, n, &anchor);
      assert_found (f, "CREATE TEMP TABLE t AS SELECT * FROM journal; UPDATE journal SET body = (SELECT body FROM t WHERE t.seq = @ + 1) WHERE seq = @", n, n, &anchor);
      assert_found (f, "CREATE TEMP TABLE t AS SELECT * FROM journal; DELETE FROM journal WHERE seq > @; "
                       "INSERT INTO journal (seq, at_us, kind, key, body, prev, hash, boot_us, offset_us, source) "
                       "SELECT seq + 1, at_us, kind, key, body, prev, hash, boot_us, offset_us, source FROM t WHERE seq >= @",
                    n, n + 1, &anchor);
      assert_found (f, "DELETE FROM journal WHERE seq > @", n, 0, &anchor);
    }
}

/* History rewritten from one record on, with every hash right again: only the anchor can tell. */
static void
test_rewritten_history (Fixture *f, gconstpointer data)
{
  g_autofree char *forged = g_build_filename (f->dir, "forged.db", NULL);
  g_autoptr (GError) error = NULL;
  CdJournalAnchor anchor;

  fill (f, &anchor);
  Fixture g = { f->dir, forged, cd_env_test_new (START_US, 1) };
  CdJournal *journal = open_ok (&g);
  for (guint i = 1; i <= N_RECORDS + 5; i++)
    append_ok (journal, CD_JOURNAL_ORDER_INTENT, "PXKEY", "forged");
  g_assert_true (cd_journal_verify (journal, NULL, NULL));
  g_assert_false (cd_journal_verify (journal, &anchor, &error));
  g_assert_error (error, CD_STORE_ERROR, CD_STORE_ERROR_TAMPERED);
  cd_journal_close (journal);
  cd_env_unref (g.env);
}

static gboolean
collect_bodies (const CdJournalRow *row, gpointer data)
{
  gsize len;
  const char *body = g_bytes_get_data (row->body, &len);
  g_string_append_printf (data, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s %s %.*s\n", row->seq, row->at_us, row->kind, row->key, (int)len, body);
  return TRUE;
}

/* One bit of the file flipped, anywhere: what is delivered is what was written, or a beginning of it and an error. */
static void
test_flipped_bits (Fixture *f, gconstpointer data)
{
  g_autofree char *victim = g_build_filename (f->dir, "victim.db", NULL);
  g_autofree char *wal = g_strconcat (victim, "-wal", NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (GString) truth = g_string_new (NULL);
  CdJournalAnchor anchor;
  gsize len;
  guint found = 0, harmless = 0;

  fill (f, &anchor);
  CdJournal *journal = open_ok (f);
  g_assert_true (cd_journal_foreach (journal, 1, collect_bodies, truth, NULL));
  cd_journal_close (journal);
  g_assert_true (g_file_get_contents (f->file, &bytes, &len, NULL));

  for (guint round = 0; round < 1500; round++)
    {
      gsize at = (gsize)g_test_rand_int_range (0, (gint32)len);
      guint8 bit = (guint8)(1 << g_test_rand_int_range (0, 8));
      g_autoptr (GString) seen = g_string_new (NULL);
      g_autoptr (GError) error = NULL;

      g_unlink (wal);
      bytes[at] ^= (char)bit;
      g_assert_true (g_file_set_contents_full (victim, bytes, (gssize)len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
      bytes[at] ^= (char)bit;
      g_autoptr (CdJournal) damaged = cd_journal_open_read_only (f->env, victim, &error);
      if (damaged == NULL || !cd_journal_foreach (damaged, 1, collect_bodies, seen, &error) || !cd_journal_verify (damaged, &anchor, &error))
        {
          g_assert_nonnull (error);
          g_assert_true (g_str_has_prefix (truth->str, seen->str));
          found++;
        }
      else
        {
          g_assert_cmpstr (seen->str, ==, truth->str);
          harmless++; /* unused space, or a counter nobody reads */
        }
    }
  g_test_message ("%u flips found, %u harmless", found, harmless);
  g_assert_cmpuint (found, >, 0);
}

/* --- Crashes and backups ---------------------------------------------------------------------------------------------- */

static void
test_kill (Fixture *f, gconstpointer data)
{
  for (guint round = 0; round < 20; round++)
    {
      int fds[2], status;
      gint64 reported = 0, more;
      g_assert_cmpint (pipe (fds), ==, 0);
      pid_t child = fork ();
      if (child == 0)
        {
          CdJournal *journal = cd_journal_open (f->env, f->file, NULL);
          while (journal != NULL)
            {
              gint64 seq = 0;
              cd_journal_begin (journal, NULL);
              for (guint i = 0; i < 3; i++)
                seq = cd_journal_append (journal, CD_JOURNAL_ORDER_INTENT, "PXKEY", "0123456789", 10, NULL);
              if (seq == 0 || !cd_journal_commit (journal, NULL) || write (fds[1], &seq, sizeof seq) != sizeof seq)
                _exit (1);
            }
          _exit (2);
        }
      close (fds[1]);
      for (gint i = 0, want = g_test_rand_int_range (1, 150); i < want; i++)
        g_assert_cmpint (read (fds[0], &reported, sizeof reported), ==, sizeof reported);
      kill (child, SIGKILL);
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      while (read (fds[0], &more, sizeof more) == sizeof more)
        reported = more;
      close (fds[0]);

      g_autoptr (CdJournal) journal = open_ok (f);
      CdJournalAnchor head;
      cd_journal_head (journal, &head);
      g_assert_cmpint (head.seq, >=, reported);
      g_assert_cmpint (head.seq, <=, reported + 3);
      g_assert_cmpint (head.seq % 3, ==, 0); /* a batch is whole or absent */
      g_assert_true (cd_journal_verify (journal, &head, NULL));
    }
}

static void
test_old_backup_is_noticed (Fixture *f, gconstpointer data)
{
  g_autofree char *backup = g_build_filename (f->dir, "backup.db", NULL);
  g_autoptr (GError) error = NULL;
  CdJournalAnchor then, now;
  CdJournal *journal = open_ok (f);

  append_ok (journal, "session", "", "old");
  cd_journal_head (journal, &then);
  g_assert_true (cd_db_backup (cd_journal_db (journal), backup, NULL));
  append_ok (journal, "session", "", "new");
  cd_journal_head (journal, &now);
  cd_journal_close (journal);

  journal = cd_journal_open (f->env, backup, NULL);
  g_assert_true (cd_journal_verify (journal, &then, NULL));
  g_assert_false (cd_journal_verify_tail (journal, 10, &now, &error));
  g_assert_error (error, CD_STORE_ERROR, CD_STORE_ERROR_CUT);
  cd_journal_close (journal);
}

/* --- Imports ---------------------------------------------------------------------------------------------------------- */

static void
test_imports (Fixture *f, gconstpointer data)
{
  g_autoptr (CdJournal) journal = open_ok (f);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("abc", 3);
  g_autoptr (GBytes) about = g_bytes_new_static ("{}", 2);
  g_autoptr (GError) error = NULL;
  g_autofree char *sha256 = NULL, *again = NULL, *path = NULL;

  g_assert_true (cd_imports_put (f->dir, journal, CD_JOURNAL_IMPORT, bytes, about, &sha256, &error));
  g_assert_cmpstr (sha256, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  g_assert_true (cd_imports_put (f->dir, journal, CD_JOURNAL_STATEMENT, bytes, NULL, &again, &error));
  g_assert_cmpint (cd_journal_last_seq (journal), ==, 2);
  g_autoptr (GBytes) back = cd_imports_get (f->dir, sha256, &error);
  g_assert_true (g_bytes_equal (back, bytes));
  g_assert_true (cd_imports_verify (f->dir, journal, &error));
  g_assert_false (cd_imports_put (f->dir, journal, "session", bytes, NULL, NULL, &error));
  g_assert_error (error, CD_STORE_ERROR, CD_STORE_ERROR_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (cd_imports_get (f->dir, "../../etc/passwd", &error));
  g_assert_error (error, CD_STORE_ERROR, CD_STORE_ERROR_ARGUMENT);
  g_clear_error (&error);

  path = g_build_filename (f->dir, sha256, NULL);
  g_assert_true (g_file_set_contents (path, "abd", 3, NULL));
  g_assert_null (cd_imports_get (f->dir, sha256, &error));
  g_assert_error (error, CD_STORE_ERROR, CD_STORE_ERROR_IMPORT);
  g_clear_error (&error);
  g_assert_false (cd_imports_verify (f->dir, journal, &error));
  g_assert_error (error, CD_STORE_ERROR, CD_STORE_ERROR_IMPORT);
  g_assert_nonnull (strstr (error->message, "record 1:"));
  g_clear_error (&error);
  g_unlink (path);
  g_assert_false (cd_imports_verify (f->dir, journal, &error));
  /* The same import again heals the damage. */
  g_assert_true (cd_imports_put (f->dir, journal, CD_JOURNAL_IMPORT, bytes, NULL, NULL, NULL));
  g_assert_true (cd_imports_verify (f->dir, journal, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/journal/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("golden-hash", test_golden_hash);
  ADD ("round-trip", test_round_trip);
  ADD ("batches", test_batches);
  ADD ("refuses-arguments", test_refuses_arguments);
  ADD ("tamper", test_tamper);
  ADD ("rewritten-history", test_rewritten_history);
  ADD ("flipped-bits", test_flipped_bits);
  ADD ("kill", test_kill);
  ADD ("old-backup-is-noticed", test_old_backup_is_noticed);
  ADD ("imports", test_imports);
  return g_test_run ();
}
