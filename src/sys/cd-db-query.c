/* cd-db-query.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Statements, transactions, checks and copies.
 */
#include "cd-db-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BACKUP_PAGES 1024

void
cd_db_statement_free (gpointer stmt)
{
  sqlite3_finalize (stmt); /* says again what the last step said */
}

static gboolean
refuse_broken (CdDb *db, GError **error)
{
  if (!db->broken)
    return FALSE;
  g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_IO, "%s: an I/O error happened before; the file must be opened again", db->path);
  return TRUE;
}

static sqlite3_stmt *
prepare (CdDb *db, const char *sql, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  const char *tail = NULL;
  int rc = sqlite3_prepare_v3 (db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, &tail);

  if (rc != SQLITE_OK || stmt == NULL)
    {
      cd_db_fail (db, rc, sql, error);
      return NULL;
    }
  g_assert (strspn (tail, " \n;") == strlen (tail));
  g_hash_table_insert (db->statements, g_strdup (sql), stmt);
  return stmt;
}

sqlite3_stmt *
cd_db_statement (CdDb *db, const char *sql, GError **error)
{
  gsize slot = (GPOINTER_TO_SIZE (sql) >> 4) % CD_DB_RECENT;
  char *key = NULL;
  sqlite3_stmt *stmt = NULL;

  if (refuse_broken (db, error))
    return NULL;
  if (db->recent[slot].address == sql && strcmp (db->recent[slot].sql, sql) == 0)
    stmt = db->recent[slot].stmt;
  else
    {
      if (!g_hash_table_contains (db->statements, sql) && prepare (db, sql, error) == NULL)
        return NULL;
      g_hash_table_lookup_extended (db->statements, sql, (gpointer *)&key, (gpointer *)&stmt);
      db->recent[slot].address = sql;
      db->recent[slot].sql = key;
      db->recent[slot].stmt = stmt;
    }
  sqlite3_reset (stmt);
  sqlite3_clear_bindings (stmt);
  return stmt;
}

CdDbStep
cd_db_step (CdDb *db, sqlite3_stmt *stmt, GError **error)
{
  int rc;

  if (refuse_broken (db, error))
    return CD_DB_STEP_ERROR;
  rc = sqlite3_step (stmt);
  if (rc == SQLITE_ROW)
    return CD_DB_STEP_ROW;
  if (rc != SQLITE_DONE)
    cd_db_fail (db, rc, sqlite3_sql (stmt), error);
  sqlite3_reset (stmt);
  return rc == SQLITE_DONE ? CD_DB_STEP_DONE : CD_DB_STEP_ERROR;
}

gboolean
cd_db_run (CdDb *db, sqlite3_stmt *stmt, GError **error)
{
  CdDbStep step = cd_db_step (db, stmt, error);

  if (step == CD_DB_STEP_ROW)
    {
      sqlite3_reset (stmt);
      g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_SQL, "%s: %s: gave a row where none was expected", db->path, sqlite3_sql (stmt));
    }
  return step == CD_DB_STEP_DONE;
}

gboolean
cd_db_exec (CdDb *db, const char *sql, GError **error)
{
  int rc;

  if (refuse_broken (db, error))
    return FALSE;
  rc = sqlite3_exec (db->handle, sql, NULL, NULL, NULL);
  return rc == SQLITE_OK || cd_db_fail (db, rc, sql, error);
}

gboolean
cd_db_query_int64 (CdDb *db, const char *sql, gint64 *out, GError **error)
{
  sqlite3_stmt *stmt = cd_db_statement (db, sql, error);
  CdDbStep step;

  if (stmt == NULL)
    return FALSE;
  step = cd_db_step (db, stmt, error);
  if (step == CD_DB_STEP_ROW)
    {
      *out = sqlite3_column_int64 (stmt, 0);
      sqlite3_reset (stmt);
      return TRUE;
    }
  if (step == CD_DB_STEP_DONE)
    g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_SQL, "%s: %s: no row", db->path, sql);
  return FALSE;
}

gboolean
cd_db_begin (CdDb *db, GError **error)
{
  sqlite3_stmt *stmt;

  g_assert (!db->in_transaction);
  stmt = cd_db_statement (db, "BEGIN IMMEDIATE", error);
  if (stmt == NULL || !cd_db_run (db, stmt, error))
    return FALSE;
  db->in_transaction = TRUE;
  return TRUE;
}

gboolean
cd_db_commit (CdDb *db, GError **error)
{
  sqlite3_stmt *stmt;

  g_assert (db->in_transaction);
  stmt = cd_db_statement (db, "COMMIT", error);
  if (stmt == NULL || !cd_db_run (db, stmt, error))
    {
      cd_db_rollback (db);
      return FALSE;
    }
  db->in_transaction = FALSE;
  /* The commit is done and stays done; a checkpoint that fails shows in cd_db_is_broken() and stops the next write. */
  if (db->wal_frames >= (db->profile == CD_DB_JOURNAL ? CD_DB_JOURNAL_FRAMES_MAX : CD_DB_CACHE_FRAMES_MAX))
    cd_db_checkpoint (db, NULL);
  return TRUE;
}

void
cd_db_rollback (CdDb *db)
{
  /* Some errors have rolled back by themselves; then this is a harmless error, and broken must not stop it. */
  if (db->in_transaction && !sqlite3_get_autocommit (db->handle))
    sqlite3_exec (db->handle, "ROLLBACK", NULL, NULL, NULL);
  db->in_transaction = FALSE;
}

gboolean
cd_db_in_transaction (CdDb *db)
{
  return db->in_transaction;
}

void
cd_db_bind_text (sqlite3_stmt *stmt, int index, const char *text)
{
  int rc = text != NULL ? sqlite3_bind_text (stmt, index, text, -1, SQLITE_STATIC) : sqlite3_bind_null (stmt, index);
  g_assert (rc == SQLITE_OK);
}

void
cd_db_bind_bytes (sqlite3_stmt *stmt, int index, const void *data, gsize len)
{
  /* A NULL pointer would bind NULL, which is not the same as no bytes. */
  int rc = sqlite3_bind_blob64 (stmt, index, len > 0 ? data : "", len, SQLITE_STATIC);
  g_assert (rc == SQLITE_OK);
}

const char *
cd_db_column_text (sqlite3_stmt *stmt, int column)
{
  return (const char *)sqlite3_column_text (stmt, column);
}

GBytes *
cd_db_column_bytes (sqlite3_stmt *stmt, int column)
{
  const void *data = sqlite3_column_blob (stmt, column);
  return g_bytes_new (data, (gsize)sqlite3_column_bytes (stmt, column));
}

static gboolean
run_check (CdDb *db, const char *sql, GError **error)
{
  sqlite3_stmt *stmt = cd_db_statement (db, sql, error);
  CdDbStep step;
  gboolean ok;

  if (stmt == NULL)
    return FALSE;
  step = cd_db_step (db, stmt, error);
  if (step != CD_DB_STEP_ROW)
    return FALSE;
  ok = strcmp (cd_db_column_text (stmt, 0), "ok") == 0;
  if (!ok)
    g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_CORRUPT, "%s: %s: %s", db->path, sql, cd_db_column_text (stmt, 0));
  sqlite3_reset (stmt);
  return ok;
}

gboolean
cd_db_quick_check (CdDb *db, GError **error)
{
  return run_check (db, "PRAGMA quick_check(1)", error);
}

gboolean
cd_db_checkpoint (CdDb *db, GError **error)
{
  int rc;

  if (refuse_broken (db, error))
    return FALSE;
  rc = sqlite3_wal_checkpoint_v2 (db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  if (rc == SQLITE_OK)
    db->wal_frames = 0;
  return rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED || cd_db_fail (db, rc, "checkpoint", error);
}

gint64
cd_db_wal_bytes (CdDb *db)
{
  g_autofree char *wal = g_strconcat (db->path, "-wal", NULL);
  struct stat st;
  return stat (wal, &st) == 0 ? (gint64)st.st_size : 0;
}

int
cd_db_wal_frames (const CdDb *db)
{
  return db->wal_frames;
}

/* --- Backup ----------------------------------------------------------------------------------------------------------- */

static gboolean
sync_path (const char *path, int flags, GError **error)
{
  int fd = open (path, flags | O_CLOEXEC);
  gboolean ok = fd >= 0 && fsync (fd) == 0;

  if (!ok)
    g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_IO, "%s: cannot sync: %s", path, g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return ok;
}

static gboolean
copy_pages (CdDb *db, CdDb *copy, GError **error)
{
  sqlite3_backup *backup = sqlite3_backup_init (copy->handle, "main", db->handle, "main");
  int rc;

  if (backup == NULL)
    return cd_db_fail (copy, sqlite3_errcode (copy->handle), "backup", error);
  do
    rc = sqlite3_backup_step (backup, BACKUP_PAGES);
  while (rc == SQLITE_OK);
  sqlite3_backup_finish (backup);
  if (rc != SQLITE_DONE)
    return cd_db_fail (copy, rc, "backup", error);
  /* A backup is one file: without a log of its own. */
  return cd_db_exec (copy, "PRAGMA journal_mode = DELETE", error) && run_check (copy, "PRAGMA integrity_check(1)", error);
}

gboolean
cd_db_backup (CdDb *db, const char *path, GError **error)
{
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  CdDb copy = { .path = part, .env = db->env };
  gboolean ok = FALSE;
  int fd;

  if (refuse_broken (db, error))
    return FALSE;
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_OPEN, "%s: exists already, expected a new file", path);
      return FALSE;
    }
  unlink (part);
  fd = open (part, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_OPEN, "%s: %s", part, g_strerror (errno));
      return FALSE;
    }
  close (fd);

  int rc = sqlite3_open_v2 (part, &copy.handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, cd_env_vfs_name (db->env));
  copy.statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, cd_db_statement_free);
  if (rc == SQLITE_OK)
    ok = copy_pages (db, &copy, error);
  else
    cd_db_fail (&copy, rc, "cannot open", error);
  g_hash_table_unref (copy.statements);
  sqlite3_close (copy.handle);

  ok = ok && sync_path (part, O_RDONLY, error);
  if (ok && rename (part, path) != 0)
    {
      g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_IO, "%s: cannot rename: %s", part, g_strerror (errno));
      ok = FALSE;
    }
  if (!ok)
    unlink (part);
  return ok && sync_path (folder, O_RDONLY | O_DIRECTORY, error);
}
