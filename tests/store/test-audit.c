/* test-audit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The journal as evidence: signed heads, every kind of tampering against a long log, past versions of the schema.
 */
#include "cd-paths.h"
#include "journal-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

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
  f->dir = g_dir_make_tmp ("cd-audit-XXXXXX", NULL);
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

static char *
beside (const Fixture *f, const char *suffix)
{
  return g_strconcat (f->file, suffix, NULL);
}

static void
fill (Fixture *f, const char *path, gint64 n, CdJournalAnchor *head)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdJournal) journal = cd_journal_open (f->env, path, &error);

  g_assert_no_error (error);
  g_assert_true (cd_journal_begin (journal, NULL));
  for (gint64 i = 1; i <= n; i++)
    {
      g_autofree char *body = g_strdup_printf ("{\"n\":\"%" G_GINT64_FORMAT "\"}", i);
      cd_env_test_advance (f->env, 1000);
      cd_journal_set_offset (journal, i % 3 == 0 ? CD_JOURNAL_NO_TIME : i);
      g_assert_cmpint (cd_journal_append (journal, i % 2 ? CD_JOURNAL_ORDER_INTENT : CD_JOURNAL_ORDER_EVENT, "PXKEY", body, strlen (body), NULL), >, 0);
    }
  g_assert_true (cd_journal_commit (journal, NULL));
  g_assert_true (cd_db_checkpoint (cd_journal_db (journal), NULL));
  if (head != NULL)
    cd_journal_head (journal, head);
}

/* --- Heads ------------------------------------------------------------------------------------------------------------ */

static void
test_key (Fixture *f, gconstpointer data)
{
  g_autofree char *key = beside (f, ".key");
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  struct stat st;
  CdSigner *signer = cd_signer_open (f->file, &error);

  g_assert_no_error (error);
  g_assert_cmpint (g_stat (key, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  id = g_strdup (cd_signer_key_id (signer));
  g_assert_cmpuint (strlen (id), ==, 64);
  cd_signer_free (signer);
  signer = cd_signer_open (f->file, &error);
  g_assert_cmpstr (cd_signer_key_id (signer), ==, id);
  cd_signer_free (signer);

  g_chmod (key, 0640);
  g_assert_null (cd_signer_open (f->file, &error));
  g_assert_error (error, CD_STORE_ERROR, CD_STORE_ERROR_KEY);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents_full (key, "no key", -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  g_assert_null (cd_signer_open (f->file, &error));
  g_assert_error (error, CD_STORE_ERROR, CD_STORE_ERROR_KEY);
}

/* Every byte of the line that is signed counts; and of two lines a torn one leaves the other. */
static void
test_head_lines (Fixture *f, gconstpointer data)
{
  g_autoptr (CdSigner) signer = cd_signer_open (f->file, NULL);
  g_autofree char *head_path = beside (f, ".head");
  g_autofree char *pub_path = beside (f, ".pub");
  g_autofree char *pem = NULL, *bytes = NULL;
  CdJournalAnchor anchor = { .seq = 7 };
  CdHead head;
  gsize len;

  memset (anchor.hash, 0xa5, sizeof anchor.hash);
  g_assert_true (g_file_get_contents (pub_path, &pem, NULL, NULL));
  g_autofree char *line = cd_signer_sign (signer, &anchor, START_US);
  g_assert_true (cd_head_parse (line, pem, &head, NULL));
  g_assert_cmpint (head.anchor.seq, ==, 7);
  g_assert_cmpint (head.at_us, ==, START_US);
  g_assert_cmpmem (head.anchor.hash, 32, anchor.hash, 32);
  for (gsize i = 0; i < strlen (line); i++)
    for (guint bit = 0; bit < 8; bit++)
      {
        g_autoptr (GError) error = NULL;
        line[i] ^= (char)(1 << bit);
        g_assert_false (cd_head_parse (line, pem, &head, &error));
        g_assert_error (error, CD_STORE_ERROR, CD_STORE_ERROR_HEAD);
        line[i] ^= (char)(1 << bit);
      }

  for (gint64 seq = 1; seq <= 9; seq++)
    {
      anchor.seq = seq;
      g_assert_true (cd_signer_write (signer, &anchor, START_US + seq, seq == 9, NULL));
      g_assert_true (cd_head_read (f->file, NULL, NULL, &head, NULL));
      g_assert_cmpint (head.anchor.seq, ==, seq);
    }
  g_assert_true (g_file_get_contents (head_path, &bytes, &len, NULL));
  g_assert_cmpuint (len, ==, 2 * CD_HEAD_LINE_MAX);
  /* A new signer goes on where the older line is. */
  g_autoptr (CdSigner) again = cd_signer_open (f->file, NULL);
  anchor.seq = 10;
  g_assert_true (cd_signer_write (again, &anchor, START_US, FALSE, NULL));
  g_assert_true (g_file_get_contents (head_path, &bytes, &len, NULL));
  g_assert_nonnull (strstr (bytes, "\"seq\":\"9\""));
  g_assert_nonnull (strstr (bytes, "\"seq\":\"10\""));
  for (gsize at = 0; at < 2 * CD_HEAD_LINE_MAX; at += 17)
    {
      char kept = bytes[at];
      bytes[at] = '#';
      g_assert_true (g_file_set_contents (head_path, bytes, (gssize)len, NULL));
      g_assert_true (cd_head_read (f->file, NULL, NULL, &head, NULL));
      g_assert_cmpint (head.anchor.seq, >=, 9);
      bytes[at] = kept;
    }
}

/* --- Tampering: P33 --------------------------------------------------------------------------------------------------- */

#define N_RECORDS 10000

typedef enum
{
  FLIP,
  DELETE,
  INSERT,
  SWAP,
  REPLAY,
  REDATE,
  RESIGN,
  TRUNCATE,
  N_MUTATIONS,
} Mutation;

static const char *const mutation_names[N_MUTATIONS] = { "flip", "delete", "insert", "swap", "replay", "re-date", "re-sign", "truncate" };

#define ALL "at_us, kind, key, body, prev, hash, boot_us, offset_us, source"
#define SHIFT "UPDATE journal SET seq = -seq WHERE seq > @; UPDATE journal SET seq = 1 - seq WHERE seq < 0;"

static void
run_at (const char *path, const char *format, gint64 n)
{
  g_auto (GStrv) pieces = g_strsplit (format, "@", -1);
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, n);
  g_autofree char *sql = g_strjoinv (number, pieces);

  journal_fixture_edit (path, sql);
}

/* A record that is right in itself and follows the one before it; all later ones move up. */
static void
insert_record (const char *path, gint64 n)
{
  guint8 prev[32], hash[32];
  g_autoptr (GString) sql = g_string_new ("PRAGMA ignore_check_constraints = ON; " SHIFT "INSERT INTO journal (seq, " ALL ") SELECT @ + 1, at_us, kind, key, CAST ('forged' AS BLOB), hash, X'");
  sqlite3 *raw;
  sqlite3_stmt *stmt;

  g_assert_cmpint (sqlite3_open (path, &raw), ==, SQLITE_OK);
  sqlite3_prepare_v2 (raw, "SELECT hash, at_us, kind, key, boot_us, coalesce (offset_us, -9223372036854775807 - 1), source FROM journal WHERE seq = ?1", -1, &stmt, NULL);
  sqlite3_bind_int64 (stmt, 1, n);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  memcpy (prev, sqlite3_column_blob (stmt, 0), 32);
  journal_fixture_hash (prev, n + 1, sqlite3_column_int64 (stmt, 1), (const char *)sqlite3_column_text (stmt, 2), (const char *)sqlite3_column_text (stmt, 3), "forged", 6,
                        sqlite3_column_int64 (stmt, 4), sqlite3_column_int64 (stmt, 5), (const char *)sqlite3_column_text (stmt, 6), hash);
  sqlite3_finalize (stmt);
  sqlite3_close (raw);
  for (guint i = 0; i < 32; i++)
    g_string_append_printf (sql, "%02x", hash[i]);
  g_string_append (sql, "', boot_us, offset_us, source FROM journal WHERE seq = @");
  run_at (path, sql->str, n);
}

/* Makes the change and returns the number that the report must name; 0 = only a head can tell. */
static gint64
mutate (Fixture *f, const char *path, Mutation mutation, gint64 n)
{
  switch (mutation)
    {
    case FLIP:
      run_at (path, "UPDATE journal SET body = CAST (substr (CAST (body AS TEXT), 1, length (body) - 1) || '|' AS BLOB) WHERE seq = @", n);
      return n;
    case DELETE:
      run_at (path, "DELETE FROM journal WHERE seq = @", n);
      return n;
    case INSERT:
      insert_record (path, n);
      return n + 2;
    case SWAP:
      run_at (path, "PRAGMA ignore_check_constraints = ON; UPDATE journal SET seq = -1 WHERE seq = @; UPDATE journal SET seq = @ WHERE seq = @ + 1; UPDATE journal SET seq = @ + 1 WHERE seq = -1", n);
      return n;
    case REPLAY:
      run_at (path, "PRAGMA ignore_check_constraints = ON; " SHIFT "INSERT INTO journal (seq, " ALL ") SELECT seq + 1, " ALL " FROM journal WHERE seq = @", n);
      return n + 1;
    case REDATE:
      run_at (path, "UPDATE journal SET at_us = at_us - 86400000000 WHERE seq = @", n);
      return n;
    case RESIGN:
      journal_fixture_rewrite (path, n, "forged");
      return 0;
    case TRUNCATE:
      run_at (path, "DELETE FROM journal WHERE seq >= @", n);
      return n;
    case N_MUTATIONS:
      break;
    }
  g_assert_not_reached ();
}

/* The forger has no key of ours: he makes one, and signs what he wrote. */
static void
sign_with_another_key (Fixture *f, const char *path)
{
  g_autofree char *key = g_strconcat (path, ".key", NULL);
  g_autofree char *head = g_strconcat (path, ".head", NULL);
  g_autoptr (CdJournal) journal = cd_journal_open_read_only (f->env, path, NULL);
  CdJournalAnchor anchor;

  g_unlink (key);
  g_unlink (head);
  g_autoptr (CdSigner) signer = cd_signer_open (path, NULL);
  cd_journal_head (journal, &anchor);
  g_assert_true (cd_signer_write (signer, &anchor, START_US, FALSE, NULL));
}

static guint
sample_size (void)
{
  const char *text = g_getenv ("CARBONDESK_TAMPER_RECORDS");
  guint64 n = text != NULL ? g_ascii_strtoull (text, NULL, 10) : 120;
  return (guint)CLAMP (n, 1, N_RECORDS);
}

static gint64
pick (guint i, guint n_samples)
{
  if (n_samples == N_RECORDS)
    return i + 1;
  /* The ends always, the rest by chance. */
  return i == 0 ? 1 : i == 1 ? N_RECORDS
                             : g_test_rand_int_range (1, N_RECORDS + 1);
}

static void
test_tampering (Fixture *f, gconstpointer data)
{
  g_autofree char *victim = g_build_filename (f->dir, "victim.db", NULL);
  g_autofree char *head_path = beside (f, ".head");
  g_autofree char *pub_path = beside (f, ".pub");
  guint n_samples = sample_size (), found[N_MUTATIONS] = { 0 };
  CdJournalAnchor anchor;
  CdJournalReport report;
  g_autoptr (GError) none = NULL;
  g_autoptr (CdSigner) signer = cd_signer_open (f->file, NULL);

  fill (f, f->file, N_RECORDS, &anchor);
  g_assert_true (cd_signer_write (signer, &anchor, START_US, TRUE, NULL));
  g_assert_true (cd_journal_verify_file (f->env, f->file, NULL, NULL, &report, &none));
  g_assert_no_error (none);
  g_assert_cmpint (report.records, ==, N_RECORDS);
  g_assert_cmpint (report.head_seq, ==, N_RECORDS);
  g_assert_cmpint (report.first_bad, ==, 0);
  g_assert_cmpstr (report.key_id, ==, cd_signer_key_id (signer));

  for (guint m = 0; m < N_MUTATIONS; m++)
    for (guint i = 0; i < n_samples; i++)
      {
        gint64 n = pick (i, n_samples), named;
        gboolean cut;
        g_autoptr (GError) error = NULL;

        if ((m == INSERT || m == SWAP || m == REPLAY) && n == N_RECORDS)
          n--; /* there is nothing behind the last one */
        cut = m == TRUNCATE || (m == DELETE && n == N_RECORDS);
        journal_fixture_copy (f->file, victim);
        named = mutate (f, victim, (Mutation)m, n);
        if (m == RESIGN)
          sign_with_another_key (f, victim);
        if (cd_journal_verify_file (f->env, victim, head_path, pub_path, &report, &error))
          g_error ("%s of record %" G_GINT64_FORMAT " was not found", mutation_names[m], n);
        if (named != 0)
          g_assert_cmpint (report.first_bad, ==, named);
        g_assert_cmpint (report.records, <=, m == RESIGN ? N_RECORDS : named);
        g_assert_true (error->domain == CD_STORE_ERROR);
        g_assert_cmpint (error->code, ==, (int)(cut ? CD_STORE_ERROR_CUT : CD_STORE_ERROR_TAMPERED));
        g_clear_error (&error);
        /* With nothing but the forger's own head beside the file, the key is another one. */
        if (m == RESIGN)
          {
            g_assert_false (cd_journal_verify_file (f->env, victim, NULL, pub_path, &report, &error));
            g_assert_error (error, CD_STORE_ERROR, CD_STORE_ERROR_HEAD);
          }
        found[m]++;
      }
  for (guint m = 0; m < N_MUTATIONS; m++)
    g_test_message ("%s: %u made, %u found", mutation_names[m], n_samples, found[m]);
  g_test_message ("tampering: %u made in a log of %d records, %u found", n_samples * N_MUTATIONS, N_RECORDS, found[0] + found[1] + found[2] + found[3] + found[4] + found[5] + found[6] + found[7]);
}

/* --- Past schemas ----------------------------------------------------------------------------------------------------- */

static gboolean
check_v1_row (const CdJournalRow *row, gpointer data)
{
  gint64 *n = data;

  g_assert_cmpint (row->seq, ==, ++*n);
  if (row->seq <= 50)
    {
      g_assert_null (row->source);
      g_assert_cmpint (row->boot_us, ==, CD_JOURNAL_NO_TIME);
      g_assert_cmpint (row->at_us, ==, 1000 + row->seq);
    }
  else
    g_assert_cmpstr (row->source, ==, CD_JOURNAL_SOURCE_HERE);
  return TRUE;
}

static void
test_version_1 (Fixture *f, gconstpointer data)
{
  g_autofree char *copy = beside (f, ".v1");
  g_autofree char *restored = g_build_filename (f->dir, "restored.db", NULL);
  g_autoptr (GError) error = NULL;
  CdJournalReport report;
  gint64 n = 0;

  journal_fixture_make_v1 (f->file, 50);
  g_assert_true (cd_journal_verify_file (f->env, f->file, NULL, NULL, &report, &error)); /* without migrating */
  g_assert_no_error (error);
  g_assert_cmpint (report.records, ==, 50);

  g_autoptr (CdJournal) journal = cd_journal_open (f->env, f->file, &error);
  g_assert_no_error (error);
  g_assert_cmpint (cd_db_version (cd_journal_db (journal)), ==, 2);
  g_assert_cmpint (cd_journal_append (journal, "session", "", "x", 1, &error), ==, 51);
  g_assert_true (cd_journal_foreach (journal, 1, check_v1_row, &n, &error));
  g_assert_cmpint (n, ==, 51);

  /* What was put aside is the old file, and comes up again. */
  g_assert_true (cd_journal_verify_file (f->env, copy, NULL, NULL, &report, &error));
  g_assert_cmpint (report.records, ==, 50);
  journal_fixture_copy (copy, restored);
  g_autoptr (CdJournal) again = cd_journal_open (f->env, restored, &error);
  g_assert_no_error (error);
  g_assert_cmpint (cd_journal_last_seq (again), ==, 50);
  g_assert_true (cd_journal_verify (again, NULL, &error));
}

static void
test_newer_version (Fixture *f, gconstpointer data)
{
  g_autofree char *before = NULL, *after = NULL;
  gsize before_len, after_len;
  CdJournalReport report;

  fill (f, f->file, 20, NULL);
  journal_fixture_edit (f->file, "ALTER TABLE journal ADD COLUMN later TEXT; PRAGMA user_version = 3");
  g_assert_true (g_file_get_contents (f->file, &before, &before_len, NULL));
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;

      if (i == 0)
        g_assert_null (cd_journal_open (f->env, f->file, &error));
      else if (i == 1)
        g_assert_null (cd_journal_open_read_only (f->env, f->file, &error));
      else
        g_assert_false (cd_journal_verify_file (f->env, f->file, NULL, NULL, &report, &error));
      g_assert_error (error, CD_DB_ERROR, CD_DB_ERROR_NEWER);
    }
  g_assert_true (g_file_get_contents (f->file, &after, &after_len, NULL));
  g_assert_cmpmem (before, before_len, after, after_len);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/audit/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("key", test_key);
  ADD ("head-lines", test_head_lines);
  ADD ("tampering", test_tampering);
  ADD ("version-1", test_version_1);
  ADD ("newer-version", test_newer_version);
  return g_test_run ();
}
