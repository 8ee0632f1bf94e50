/* cd-journal.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-journal.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#define SQL_FOLDER "/io/github/carbondesk/Carbondesk/sql"
#define KIND_MAX 48
#define SCHEMA_VERSION 2 /* of the last file NNNN-journal.sql */

struct _CdJournal
{
  CdEnv *env;              /* (owned) */
  CdDb *db;                /* (owned) */
  gnutls_hash_hd_t hash;   /* (owned): SHA-256 */
  CdJournalAnchor durable; /* last record of the last commit */
  CdJournalAnchor head;    /* last record written, committed or not */
  gint64 offset_us;        /* venue clock minus ours */
  gint64 bad_seq;          /* first record found bad */
};

void
cd_journal_row_free (CdJournalRow *row)
{
  g_free (row->kind);
  g_free (row->key);
  g_free (row->source);
  g_bytes_unref (row->body);
  g_free (row);
}

/* --- The chain -------------------------------------------------------------------------------------------------------- */

static void
hash_bytes (gnutls_hash_hd_t hash, const void *data, gsize len)
{
  int rc = len > 0 ? gnutls_hash (hash, data, len) : 0;
  g_assert (rc == 0);
}

static void
hash_number (gnutls_hash_hd_t hash, guint64 value, gsize n_bytes)
{
  guint8 bytes[8];

  for (gsize i = 0; i < n_bytes; i++)
    bytes[i] = (guint8)(value >> (8 * (n_bytes - 1 - i)));
  hash_bytes (hash, bytes, n_bytes);
}

static void
hash_field (gnutls_hash_hd_t hash, const void *data, gsize len)
{
  hash_number (hash, len, 4);
  hash_bytes (hash, data, len);
}

/* @hash is kept by the journal: reading the digest makes it ready for the next record. */
static void
hash_record (gnutls_hash_hd_t hash, const guint8 prev[CD_JOURNAL_HASH_LEN], const CdJournalRow *row, guint8 out[CD_JOURNAL_HASH_LEN])
{
  gsize len;
  const void *body = g_bytes_get_data (row->body, &len);

  hash_bytes (hash, prev, CD_JOURNAL_HASH_LEN);
  hash_number (hash, (guint64)row->seq, 8);
  hash_number (hash, (guint64)row->at_us, 8);
  hash_field (hash, row->kind, strlen (row->kind));
  hash_field (hash, row->key, strlen (row->key));
  hash_field (hash, body, len);
  /* What precedes ends by its own lengths, so that no record of one form can be read as one of the other. */
  if (row->source != NULL)
    {
      hash_number (hash, (guint64)row->boot_us, 8);
      hash_number (hash, (guint64)row->offset_us, 8);
      hash_field (hash, row->source, strlen (row->source));
    }
  gnutls_hash_output (hash, out);
}

void
cd_journal_row_hash (const guint8 prev[CD_JOURNAL_HASH_LEN], const CdJournalRow *row, guint8 out[CD_JOURNAL_HASH_LEN])
{
  gnutls_hash_hd_t hash;

  if (gnutls_hash_init (&hash, GNUTLS_DIG_SHA256) != 0)
    g_error ("SHA-256 is not there");
  hash_record (hash, prev, row, out);
  gnutls_hash_deinit (hash, NULL);
}

static gboolean G_GNUC_PRINTF (4, 5)
    tampered (CdJournal *journal, gint64 seq, GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *what = g_strdup_vprintf (format, args);
  va_end (args);
  journal->bad_seq = seq;
  g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_TAMPERED, "%s: record %" G_GINT64_FORMAT ": %s", cd_db_path (journal->db), seq, what);
  return FALSE;
}

/* --- Reading ---------------------------------------------------------------------------------------------------------- */

#define COLUMNS "seq, at_us, kind, key, body, prev, hash"
#define MORE_COLUMNS ", boot_us, offset_us, source"

/* A text with a zero byte inside would hash as less than it is. */
static gboolean
read_text (CdJournal *journal, sqlite3_stmt *stmt, int column, gint64 seq, char **out, GError **error)
{
  *out = g_strdup (cd_db_column_text (stmt, column));
  if (*out != NULL && (int)strlen (*out) == sqlite3_column_bytes (stmt, column))
    return TRUE;
  return tampered (journal, seq, error, "text with a zero byte");
}

static gboolean
read_more (CdJournal *journal, sqlite3_stmt *stmt, CdJournalRow *row, GError **error)
{
  row->boot_us = row->offset_us = CD_JOURNAL_NO_TIME;
  if (sqlite3_column_count (stmt) <= 7 || sqlite3_column_type (stmt, 9) == SQLITE_NULL)
    return TRUE;
  if (sqlite3_column_type (stmt, 7) != SQLITE_INTEGER)
    return tampered (journal, row->seq, error, "column boot_us has the wrong type");
  row->boot_us = sqlite3_column_int64 (stmt, 7);
  if (sqlite3_column_type (stmt, 8) != SQLITE_NULL)
    row->offset_us = sqlite3_column_int64 (stmt, 8);
  return read_text (journal, stmt, 9, row->seq, &row->source, error);
}

static gboolean
read_row (CdJournal *journal, sqlite3_stmt *stmt, CdJournalRow *row, GError **error)
{
  static const int types[] = { SQLITE_INTEGER, SQLITE_INTEGER, SQLITE_TEXT, SQLITE_TEXT, SQLITE_BLOB, SQLITE_BLOB, SQLITE_BLOB };

  row->seq = sqlite3_column_int64 (stmt, 0);
  for (int i = 0; i < (int)G_N_ELEMENTS (types); i++)
    if (sqlite3_column_type (stmt, i) != types[i])
      return tampered (journal, row->seq, error, "column %s has the wrong type", sqlite3_column_name (stmt, i));
  if (sqlite3_column_bytes (stmt, 5) != CD_JOURNAL_HASH_LEN || sqlite3_column_bytes (stmt, 6) != CD_JOURNAL_HASH_LEN)
    return tampered (journal, row->seq, error, "hash of the wrong length");
  row->at_us = sqlite3_column_int64 (stmt, 1);
  row->body = cd_db_column_bytes (stmt, 4);
  memcpy (row->prev, sqlite3_column_blob (stmt, 5), CD_JOURNAL_HASH_LEN);
  memcpy (row->hash, sqlite3_column_blob (stmt, 6), CD_JOURNAL_HASH_LEN);
  return read_text (journal, stmt, 2, row->seq, &row->kind, error) && read_text (journal, stmt, 3, row->seq, &row->key, error) && read_more (journal, stmt, row, error);
}

static void
clear_row (CdJournalRow *row)
{
  g_clear_pointer (&row->kind, g_free);
  g_clear_pointer (&row->key, g_free);
  g_clear_pointer (&row->source, g_free);
  g_clear_pointer (&row->body, g_bytes_unref);
}

static gboolean
check_row (CdJournal *journal, const CdJournalRow *row, const CdJournalAnchor *before, GError **error)
{
  guint8 expected[CD_JOURNAL_HASH_LEN];

  if (row->seq != before->seq + 1)
    return tampered (journal, before->seq + 1, error, "is missing; the next one is %" G_GINT64_FORMAT, row->seq);
  if (memcmp (row->prev, before->hash, CD_JOURNAL_HASH_LEN) != 0)
    return tampered (journal, row->seq, error, "does not follow record %" G_GINT64_FORMAT, before->seq);
  hash_record (journal->hash, row->prev, row, expected);
  if (memcmp (row->hash, expected, CD_JOURNAL_HASH_LEN) != 0)
    return tampered (journal, row->seq, error, "its hash is not that of its contents");
  return TRUE;
}

static gboolean
read_anchor (CdJournal *journal, gint64 seq, CdJournalAnchor *out, GError **error)
{
  sqlite3_stmt *stmt;
  CdDbStep step;

  *out = (CdJournalAnchor){ 0 };
  if (seq == 0)
    return TRUE;
  stmt = cd_db_statement (journal->db, "SELECT hash FROM journal WHERE seq = ?1", error);
  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, seq);
  step = cd_db_step (journal->db, stmt, error);
  if (step == CD_DB_STEP_ERROR)
    return FALSE;
  if (step == CD_DB_STEP_DONE || sqlite3_column_bytes (stmt, 0) != CD_JOURNAL_HASH_LEN)
    {
      sqlite3_reset (stmt);
      return tampered (journal, seq, error, step == CD_DB_STEP_DONE ? "is missing" : "hash of the wrong length");
    }
  out->seq = seq;
  memcpy (out->hash, sqlite3_column_blob (stmt, 0), CD_JOURNAL_HASH_LEN);
  sqlite3_reset (stmt);
  return TRUE;
}

/* A damaged page is damage of the record it should hold, and the message should say which. */
static void
name_the_record (CdJournal *journal, gint64 seq, GError **error)
{
  if (error == NULL || *error == NULL || !g_error_matches (*error, CD_DB_ERROR, CD_DB_ERROR_CORRUPT))
    return;
  g_autoptr (GError) cause = g_steal_pointer (error);
  tampered (journal, seq, error, "cannot be read: %s", cause->message);
}

gboolean
cd_journal_foreach (CdJournal *journal, gint64 from_seq, CdJournalFunc func, gpointer data, GError **error)
{
  static const char sql_1[] = "SELECT " COLUMNS " FROM journal WHERE seq >= ?1 ORDER BY seq";
  static const char sql_2[] = "SELECT " COLUMNS MORE_COLUMNS " FROM journal WHERE seq >= ?1 ORDER BY seq";
  CdJournalAnchor before;
  GError *local = NULL;
  sqlite3_stmt *stmt;
  gboolean more = TRUE;

  g_return_val_if_fail (from_seq >= 1, FALSE);
  journal->bad_seq = 0;
  if (!read_anchor (journal, MIN (from_seq - 1, journal->head.seq), &before, error))
    return FALSE;
  if (from_seq > journal->head.seq)
    return TRUE;
  stmt = cd_db_statement (journal->db, cd_db_version (journal->db) >= 2 ? sql_2 : sql_1, error);
  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, from_seq);
  while (more && cd_db_step (journal->db, stmt, &local) == CD_DB_STEP_ROW)
    {
      CdJournalRow row = { 0 };

      if (read_row (journal, stmt, &row, &local) && check_row (journal, &row, &before, &local))
        {
          before.seq = row.seq;
          memcpy (before.hash, row.hash, CD_JOURNAL_HASH_LEN);
          more = func == NULL || func (&row, data);
        }
      else
        more = FALSE;
      clear_row (&row);
    }
  sqlite3_reset (stmt);
  if (local == NULL && more && before.seq != journal->head.seq)
    tampered (journal, before.seq + 1, &local, "is missing");
  if (local == NULL)
    return TRUE;
  name_the_record (journal, before.seq + 1, &local);
  g_propagate_error (error, local);
  return FALSE;
}

/* --- Verifying -------------------------------------------------------------------------------------------------------- */

static gboolean
check_anchor (CdJournal *journal, const CdJournalAnchor *anchor, GError **error)
{
  CdJournalAnchor found;

  if (anchor == NULL || anchor->seq == 0)
    return TRUE;
  if (anchor->seq > journal->head.seq)
    {
      journal->bad_seq = journal->head.seq + 1;
      g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_CUT,
                   "%s: ends with record %" G_GINT64_FORMAT ", but record %" G_GINT64_FORMAT " existed: the end was cut off, or an old copy was put back",
                   cd_db_path (journal->db), journal->head.seq, anchor->seq);
      return FALSE;
    }
  if (!read_anchor (journal, anchor->seq, &found, error))
    return FALSE;
  if (memcmp (found.hash, anchor->hash, CD_JOURNAL_HASH_LEN) != 0)
    return tampered (journal, anchor->seq, error, "is not the one that was anchored: history before it was rewritten");
  return TRUE;
}

gboolean
cd_journal_verify (CdJournal *journal, const CdJournalAnchor *anchor, GError **error)
{
  return cd_journal_foreach (journal, 1, NULL, NULL, error) && check_anchor (journal, anchor, error);
}

gboolean
cd_journal_verify_tail (CdJournal *journal, gint64 n, const CdJournalAnchor *anchor, GError **error)
{
  gint64 from = MAX (journal->head.seq - MAX (n, 0) + 1, 1);
  return cd_journal_foreach (journal, from, NULL, NULL, error) && check_anchor (journal, anchor, error);
}

/* --- Writing ---------------------------------------------------------------------------------------------------------- */

static gboolean
check_argument (const char *kind, const char *key, gsize len, GError **error)
{
  gsize kind_len = strlen (kind);
  gboolean kind_ok = kind_len >= 1 && kind_len <= KIND_MAX;

  for (const char *p = kind; kind_ok && *p != '\0'; p++)
    kind_ok = g_ascii_islower (*p) || g_ascii_isdigit (*p) || strchr ("._-", *p) != NULL;
  if (!kind_ok)
    {
      g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_ARGUMENT, "journal kind \"%s\", expected 1 to %d of a-z 0-9 . _ -", kind, KIND_MAX);
      return FALSE;
    }
  if (strlen (key) > CD_JOURNAL_KEY_MAX || !g_utf8_validate (key, -1, NULL))
    {
      g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_ARGUMENT, "journal key of %" G_GSIZE_FORMAT " bytes, expected UTF-8 of at most %d", strlen (key), CD_JOURNAL_KEY_MAX);
      return FALSE;
    }
  if (len > CD_JOURNAL_BODY_MAX)
    {
      g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_ARGUMENT, "journal body of %" G_GSIZE_FORMAT " bytes, expected at most %d", len, CD_JOURNAL_BODY_MAX);
      return FALSE;
    }
  return TRUE;
}

static const char *
source_of (const char *kind)
{
  if (g_str_has_suffix (kind, ".event"))
    return CD_JOURNAL_SOURCE_VENUE;
  if (strcmp (kind, CD_JOURNAL_IMPORT) == 0 || strcmp (kind, CD_JOURNAL_STATEMENT) == 0 || strcmp (kind, CD_JOURNAL_REQUEST_DECISION) == 0)
    return CD_JOURNAL_SOURCE_FILE;
  return strcmp (kind, CD_JOURNAL_MANUAL) == 0 ? CD_JOURNAL_SOURCE_PEOPLE : CD_JOURNAL_SOURCE_HERE;
}

static gboolean
insert_record (CdJournal *journal, const char *kind, const char *key, const void *body, gsize len, GError **error)
{
  static const char sql[] = "INSERT INTO journal (" COLUMNS MORE_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
  sqlite3_stmt *stmt = cd_db_statement (journal->db, sql, error);
  g_autoptr (GBytes) bytes = g_bytes_new_static (len > 0 ? body : "", len);
  CdJournalAnchor next = { .seq = journal->head.seq + 1 };
  const CdJournalRow row = {
    .seq = next.seq,
    .at_us = cd_env_real_us (journal->env),
    .boot_us = cd_env_boot_us (journal->env),
    .offset_us = journal->offset_us,
    .kind = (char *)kind,
    .key = (char *)key,
    .source = (char *)source_of (kind),
    .body = bytes,
  };

  if (stmt == NULL)
    return FALSE;
  hash_record (journal->hash, journal->head.hash, &row, next.hash);
  sqlite3_bind_int64 (stmt, 1, row.seq);
  sqlite3_bind_int64 (stmt, 2, row.at_us);
  cd_db_bind_text (stmt, 3, kind);
  cd_db_bind_text (stmt, 4, key);
  cd_db_bind_bytes (stmt, 5, body, len);
  cd_db_bind_bytes (stmt, 6, journal->head.hash, CD_JOURNAL_HASH_LEN);
  cd_db_bind_bytes (stmt, 7, next.hash, CD_JOURNAL_HASH_LEN);
  sqlite3_bind_int64 (stmt, 8, row.boot_us);
  if (row.offset_us != CD_JOURNAL_NO_TIME)
    sqlite3_bind_int64 (stmt, 9, row.offset_us);
  cd_db_bind_text (stmt, 10, row.source);
  if (!cd_db_run (journal->db, stmt, error))
    return FALSE;
  journal->head = next;
  return TRUE;
}

gboolean
cd_journal_begin (CdJournal *journal, GError **error)
{
  return cd_db_begin (journal->db, error);
}

gboolean
cd_journal_commit (CdJournal *journal, GError **error)
{
  if (!cd_db_commit (journal->db, error))
    {
      journal->head = journal->durable;
      return FALSE;
    }
  journal->durable = journal->head;
  return TRUE;
}

void
cd_journal_rollback (CdJournal *journal)
{
  cd_db_rollback (journal->db);
  journal->head = journal->durable;
}

gint64
cd_journal_append (CdJournal *journal, const char *kind, const char *key, const void *body, gsize len, GError **error)
{
  gboolean alone = !cd_db_in_transaction (journal->db);

  g_return_val_if_fail (kind != NULL && key != NULL, 0);
  if (!check_argument (kind, key, len, error))
    return 0;
  if (alone && !cd_journal_begin (journal, error))
    return 0;
  if (!insert_record (journal, kind, key, body, len, error))
    {
      if (alone)
        cd_journal_rollback (journal);
      return 0;
    }
  if (alone && !cd_journal_commit (journal, error))
    return 0;
  return journal->head.seq;
}

/* --- Opening ---------------------------------------------------------------------------------------------------------- */

static CdJournal *
journal_new (CdEnv *env, CdDb *db, GError **error)
{
  g_autoptr (CdJournal) journal = g_new0 (CdJournal, 1);
  gint64 last;

  journal->env = cd_env_ref (env);
  journal->db = db;
  journal->offset_us = CD_JOURNAL_NO_TIME;
  int rc = gnutls_hash_init (&journal->hash, GNUTLS_DIG_SHA256);
  g_assert (rc == 0);
  if (!cd_db_query_int64 (db, "SELECT coalesce (max (seq), 0) FROM journal", &last, error) || !read_anchor (journal, last, &journal->head, error))
    return NULL;
  journal->durable = journal->head;
  return g_steal_pointer (&journal);
}

CdJournal *
cd_journal_open (CdEnv *env, const char *path, GError **error)
{
  CdDb *db = cd_db_open_resource (env, path, CD_DB_JOURNAL, CD_JOURNAL_APPLICATION_ID, SQL_FOLDER, "journal", error);
  return db != NULL ? journal_new (env, db, error) : NULL;
}

CdJournal *
cd_journal_open_read_only (CdEnv *env, const char *path, GError **error)
{
  CdDb *db = cd_db_open_read_only (env, path, CD_JOURNAL_APPLICATION_ID, error);

  /* What a later version added may be part of its hashes: to call them wrong would be a lie. */
  if (db != NULL && cd_db_version (db) > SCHEMA_VERSION)
    {
      g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_NEWER, "%s: schema version is %d, this program knows up to %d: a newer version wrote it", path, cd_db_version (db), SCHEMA_VERSION);
      g_clear_pointer (&db, cd_db_close);
    }
  return db != NULL ? journal_new (env, db, error) : NULL;
}

void
cd_journal_close (CdJournal *journal)
{
  if (journal == NULL)
    return;
  cd_db_close (journal->db);
  gnutls_hash_deinit (journal->hash, NULL);
  cd_env_unref (journal->env);
  g_free (journal);
}

void
cd_journal_set_offset (CdJournal *journal, gint64 offset_us)
{
  journal->offset_us = offset_us;
}

gint64
cd_journal_bad_seq (CdJournal *journal)
{
  return journal->bad_seq;
}

gint64
cd_journal_last_seq (CdJournal *journal)
{
  return journal->durable.seq;
}

void
cd_journal_head (CdJournal *journal, CdJournalAnchor *head)
{
  *head = journal->durable;
}

CdDb *
cd_journal_db (CdJournal *journal)
{
  return journal->db;
}
