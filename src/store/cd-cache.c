/* cd-cache.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opening, rebuilding, events, statements, values. Quotes are in cd-cache-bars.c.
 */
#include "cd-cache-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SQL_FOLDER "/io/github/carbondesk/Carbondesk/sql"
#define ANCHOR_NAME "journal.anchor"
#define NAME_LEN_MAX 64

void
cd_cache_event_free (CdCacheEvent *event)
{
  g_free (event->account);
  g_free (event->epoch);
  g_free (event->kind);
  g_free (event->key);
  g_clear_pointer (&event->body, g_bytes_unref);
  g_free (event);
}

void
cd_cache_statement_row_free (CdCacheStatementRow *row)
{
  g_free (row->account);
  g_free (row->kind);
  g_free (row->key);
  g_clear_pointer (&row->body, g_bytes_unref);
  g_free (row);
}

/* --- Opening and rebuilding ------------------------------------------------------------------------------------------- */

static void
remove_beside (const char *path, const char *suffix)
{
  g_autofree char *file = g_strconcat (path, suffix, NULL);
  g_unlink (file);
}

/* A log without its file belongs to a file that was deleted; in a new one it would come to life again. */
static void
remove_stale_log (const char *path)
{
  struct stat st;

  if (lstat (path, &st) == 0 && st.st_size > 0)
    return;
  remove_beside (path, "-wal");
  remove_beside (path, "-shm");
}

static gboolean
is_in_memory (CdCache *cache)
{
  return strcmp (cache->path, CD_CACHE_IN_MEMORY) == 0;
}

static gboolean
open_db (CdCache *cache, GError **error)
{
  struct stat st;

  if (!is_in_memory (cache))
    remove_stale_log (cache->path);
  cache->db = cd_db_open_resource (cache->env, cache->path, CD_DB_CACHE, CD_CACHE_APPLICATION_ID, SQL_FOLDER, "cache", error);
  if (cache->db == NULL)
    return FALSE;
  if (stat (cache->path, &st) == 0)
    {
      cache->device = st.st_dev;
      cache->inode = st.st_ino;
    }
  return TRUE;
}

static gboolean
move_aside (CdCache *cache, GError **error)
{
  g_autofree char *bad = g_strconcat (cache->path, ".bad", NULL);

  if (is_in_memory (cache))
    return TRUE;
  if (rename (cache->path, bad) != 0 && errno != ENOENT)
    {
      g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_OPEN, "%s: cannot be moved aside: %s", cache->path, g_strerror (errno));
      return FALSE;
    }
  remove_beside (cache->path, "-wal");
  remove_beside (cache->path, "-shm");
  return TRUE;
}

static gboolean
is_worth_rebuilding (const GError *error)
{
  if (error->domain != CD_DB_ERROR)
    return FALSE;
  switch ((CdDbError)error->code)
    {
    case CD_DB_ERROR_FOREIGN:
    case CD_DB_ERROR_NEWER:
    case CD_DB_ERROR_PRAGMA:
    case CD_DB_ERROR_SCHEMA:
    case CD_DB_ERROR_CORRUPT:
    case CD_DB_ERROR_SQL:
    case CD_DB_ERROR_CONSTRAINT:
    case CD_DB_ERROR_EMPTY:
      return TRUE;
    case CD_DB_ERROR_OPEN: /* a link, a folder, rights: moving it aside could hurt somebody else's file */
    case CD_DB_ERROR_IO:
    case CD_DB_ERROR_FULL:
    case CD_DB_ERROR_BUSY:
    case CD_DB_ERROR_READ_ONLY:
      return FALSE;
    }
  return FALSE;
}

CdCache *
cd_cache_open (CdEnv *env, const char *path, GError **error)
{
  g_autoptr (CdCache) cache = g_new0 (CdCache, 1);
  g_autoptr (GError) local = NULL;
  struct stat st;

  cache->env = cd_env_ref (env);
  cache->path = g_strdup (path);
  cache->rebuilt = lstat (path, &st) != 0 || st.st_size == 0;
  if (open_db (cache, &local))
    return g_steal_pointer (&cache);
  if (!is_worth_rebuilding (local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  g_info ("cache is begun anew: %s", local->message);
  cache->rebuilt = TRUE;
  if (!move_aside (cache, error) || !open_db (cache, error))
    return NULL;
  return g_steal_pointer (&cache);
}

void
cd_cache_close (CdCache *cache)
{
  if (cache == NULL)
    return;
  cd_db_close (cache->db);
  g_free (cache->path);
  cd_env_unref (cache->env);
  g_free (cache);
}

gboolean
cd_cache_was_rebuilt (CdCache *cache)
{
  return cache->rebuilt;
}

gboolean
cd_cache_rebuild (CdCache *cache, GError **error)
{
  g_clear_pointer (&cache->db, cd_db_close);
  cache->rebuilt = TRUE;
  return move_aside (cache, error) && open_db (cache, error);
}

CdDb *
cd_cache_db (CdCache *cache)
{
  return cache->db;
}

/* --- Transactions ----------------------------------------------------------------------------------------------------- */

static gboolean
was_deleted (CdCache *cache)
{
  struct stat st;
  if (is_in_memory (cache))
    return FALSE;
  return stat (cache->path, &st) != 0 || st.st_dev != cache->device || st.st_ino != cache->inode;
}

gboolean
cd_cache_begin (CdCache *cache, GError **error)
{
  if (cache->db == NULL || was_deleted (cache))
    {
      g_clear_pointer (&cache->db, cd_db_close);
      cache->rebuilt = TRUE;
      if (!open_db (cache, error))
        return FALSE;
    }
  return cd_db_begin (cache->db, error);
}

gboolean
cd_cache_commit (CdCache *cache, GError **error)
{
  return cd_db_commit (cache->db, error);
}

void
cd_cache_rollback (CdCache *cache)
{
  if (cache->db != NULL)
    cd_db_rollback (cache->db);
}

gboolean
cd_cache_enter (CdCache *cache, gboolean *alone, GError **error)
{
  *alone = cache->db == NULL || !cd_db_in_transaction (cache->db);
  return !*alone || cd_cache_begin (cache, error);
}

gboolean
cd_cache_leave (CdCache *cache, gboolean alone, gboolean ok, GError **error)
{
  if (ok && alone)
    return cd_cache_commit (cache, error);
  if (!ok && alone)
    cd_cache_rollback (cache);
  return ok;
}

sqlite3_stmt *
cd_cache_statement (CdCache *cache, const char *sql, GError **error)
{
  if (cache->db != NULL)
    return cd_db_statement (cache->db, sql, error);
  g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_OPEN, "%s: is not open", cache->path);
  return NULL;
}

/* --- Events of the venue ---------------------------------------------------------------------------------------------- */

gboolean
cd_cache_last_applied (CdCache *cache, const char *account, char **epoch, gint64 *seq, GError **error)
{
  sqlite3_stmt *stmt = cd_cache_statement (cache, "SELECT epoch, seq FROM applied WHERE account = ?1", error);
  CdDbStep step;

  if (stmt == NULL)
    return FALSE;
  cd_db_bind_text (stmt, 1, account);
  step = cd_db_step (cache->db, stmt, error);
  if (step == CD_DB_STEP_ERROR)
    return FALSE;
  *epoch = g_strdup (step == CD_DB_STEP_ROW ? cd_db_column_text (stmt, 0) : "");
  *seq = step == CD_DB_STEP_ROW ? sqlite3_column_int64 (stmt, 1) : 0;
  sqlite3_reset (stmt);
  return TRUE;
}

static gboolean
forget_account (CdCache *cache, const char *account, GError **error)
{
  sqlite3_stmt *stmt = cd_cache_statement (cache, "DELETE FROM event WHERE account = ?1", error);

  if (stmt == NULL)
    return FALSE;
  cd_db_bind_text (stmt, 1, account);
  return cd_db_run (cache->db, stmt, error);
}

static gboolean
write_event (CdCache *cache, const CdCacheEvent *event, GError **error)
{
  static const char insert[] = "INSERT OR REPLACE INTO event (account, seq, epoch, at_us, kind, key, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
  static const char mark[] = "INSERT OR REPLACE INTO applied (account, epoch, seq) VALUES (?1, ?2, ?3)";
  sqlite3_stmt *stmt = cd_cache_statement (cache, insert, error);
  gsize len;
  const void *body = g_bytes_get_data (event->body, &len);

  if (stmt == NULL)
    return FALSE;
  cd_db_bind_text (stmt, 1, event->account);
  sqlite3_bind_int64 (stmt, 2, event->seq);
  cd_db_bind_text (stmt, 3, event->epoch);
  sqlite3_bind_int64 (stmt, 4, event->at_us);
  cd_db_bind_text (stmt, 5, event->kind);
  cd_db_bind_text (stmt, 6, event->key);
  cd_db_bind_bytes (stmt, 7, body, len);
  if (!cd_db_run (cache->db, stmt, error))
    return FALSE;
  stmt = cd_cache_statement (cache, mark, error);
  if (stmt == NULL)
    return FALSE;
  cd_db_bind_text (stmt, 1, event->account);
  cd_db_bind_text (stmt, 2, event->epoch);
  sqlite3_bind_int64 (stmt, 3, event->seq);
  return cd_db_run (cache->db, stmt, error);
}

static gboolean
apply_event (CdCache *cache, const CdCacheEvent *event, GError **error)
{
  g_autofree char *epoch = NULL;
  gint64 last;

  if (!cd_cache_last_applied (cache, event->account, &epoch, &last, error))
    return FALSE;
  if (strcmp (epoch, event->epoch) == 0 && event->seq <= last)
    return TRUE;
  if (strcmp (epoch, event->epoch) != 0)
    return forget_account (cache, event->account, error) && write_event (cache, event, error);
  if (event->seq != last + 1)
    {
      g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_ARGUMENT, "event %" G_GINT64_FORMAT " of account %s, expected %" G_GINT64_FORMAT,
                   event->seq, event->account, last + 1);
      return FALSE;
    }
  return write_event (cache, event, error);
}

gboolean
cd_cache_apply_event (CdCache *cache, const CdCacheEvent *event, GError **error)
{
  gboolean alone;

  return cd_cache_enter (cache, &alone, error) && cd_cache_leave (cache, alone, apply_event (cache, event, error), error);
}

GPtrArray *
cd_cache_get_events (CdCache *cache, const char *account, gint64 before_seq, guint limit, GError **error)
{
  static const char sql[] = "SELECT seq, epoch, at_us, kind, key, body FROM event WHERE account = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3";
  sqlite3_stmt *stmt = cd_cache_statement (cache, sql, error);
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_cache_event_free);
  CdDbStep step;

  if (stmt == NULL)
    return NULL;
  cd_db_bind_text (stmt, 1, account);
  sqlite3_bind_int64 (stmt, 2, before_seq);
  sqlite3_bind_int64 (stmt, 3, limit);
  while ((step = cd_db_step (cache->db, stmt, error)) == CD_DB_STEP_ROW)
    {
      CdCacheEvent *event = g_new0 (CdCacheEvent, 1);
      event->account = g_strdup (account);
      event->seq = sqlite3_column_int64 (stmt, 0);
      event->epoch = g_strdup (cd_db_column_text (stmt, 1));
      event->at_us = sqlite3_column_int64 (stmt, 2);
      event->kind = g_strdup (cd_db_column_text (stmt, 3));
      event->key = g_strdup (cd_db_column_text (stmt, 4));
      event->body = cd_db_column_bytes (stmt, 5);
      g_ptr_array_add (events, event);
    }
  return step == CD_DB_STEP_DONE ? g_steal_pointer (&events) : NULL;
}

/* --- Statements ------------------------------------------------------------------------------------------------------- */

static gboolean
write_statement (CdCache *cache, const char *sha256, GPtrArray *rows, GError **error)
{
  static const char insert[] = "INSERT INTO statement (sha256, line, at_us, account, kind, key, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
  sqlite3_stmt *stmt = cd_cache_statement (cache, "DELETE FROM statement WHERE sha256 = ?1", error);

  if (stmt == NULL)
    return FALSE;
  cd_db_bind_text (stmt, 1, sha256);
  if (!cd_db_run (cache->db, stmt, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      const CdCacheStatementRow *row = g_ptr_array_index (rows, i);
      gsize len;
      const void *body = g_bytes_get_data (row->body, &len);

      stmt = cd_cache_statement (cache, insert, error);
      if (stmt == NULL)
        return FALSE;
      cd_db_bind_text (stmt, 1, sha256);
      sqlite3_bind_int64 (stmt, 2, row->line);
      sqlite3_bind_int64 (stmt, 3, row->at_us);
      cd_db_bind_text (stmt, 4, row->account);
      cd_db_bind_text (stmt, 5, row->kind);
      cd_db_bind_text (stmt, 6, row->key);
      cd_db_bind_bytes (stmt, 7, body, len);
      if (!cd_db_run (cache->db, stmt, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
cd_cache_put_statement (CdCache *cache, const char *sha256, GPtrArray *rows, GError **error)
{
  gboolean alone;

  return cd_cache_enter (cache, &alone, error) && cd_cache_leave (cache, alone, write_statement (cache, sha256, rows, error), error);
}

GPtrArray *
cd_cache_get_statement (CdCache *cache, const char *sha256, gint64 after_line, guint limit, GError **error)
{
  static const char sql[] = "SELECT line, at_us, account, kind, key, body FROM statement WHERE sha256 = ?1 AND line > ?2 ORDER BY line LIMIT ?3";
  sqlite3_stmt *stmt = cd_cache_statement (cache, sql, error);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_cache_statement_row_free);
  CdDbStep step;

  if (stmt == NULL)
    return NULL;
  cd_db_bind_text (stmt, 1, sha256);
  sqlite3_bind_int64 (stmt, 2, after_line);
  sqlite3_bind_int64 (stmt, 3, limit);
  while ((step = cd_db_step (cache->db, stmt, error)) == CD_DB_STEP_ROW)
    {
      CdCacheStatementRow *row = g_new0 (CdCacheStatementRow, 1);
      row->line = sqlite3_column_int64 (stmt, 0);
      row->at_us = sqlite3_column_int64 (stmt, 1);
      row->account = g_strdup (cd_db_column_text (stmt, 2));
      row->kind = g_strdup (cd_db_column_text (stmt, 3));
      row->key = g_strdup (cd_db_column_text (stmt, 4));
      row->body = cd_db_column_bytes (stmt, 5);
      g_ptr_array_add (rows, row);
    }
  return step == CD_DB_STEP_DONE ? g_steal_pointer (&rows) : NULL;
}

/* --- Values ----------------------------------------------------------------------------------------------------------- */

static gboolean
check_name (const char *name, GError **error)
{
  gsize len = strlen (name);
  gboolean ok = len >= 1 && len <= NAME_LEN_MAX;

  for (const char *p = name; ok && *p != '\0'; p++)
    ok = g_ascii_isalnum (*p) || strchr ("._:-", *p) != NULL;
  if (!ok)
    g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_ARGUMENT, "name \"%s\", expected 1 to %d of A-Z a-z 0-9 . _ : -", name, NAME_LEN_MAX);
  return ok;
}

static gboolean
write_value (CdCache *cache, const char *name, gint64 at_us, GBytes *value, GError **error)
{
  sqlite3_stmt *stmt = cd_cache_statement (cache, "INSERT OR REPLACE INTO value (name, at_us, value) VALUES (?1, ?2, ?3)", error);
  gsize len;
  const void *data = g_bytes_get_data (value, &len);

  if (stmt == NULL)
    return FALSE;
  cd_db_bind_text (stmt, 1, name);
  sqlite3_bind_int64 (stmt, 2, at_us);
  cd_db_bind_bytes (stmt, 3, data, len);
  return cd_db_run (cache->db, stmt, error);
}

gboolean
cd_cache_put_value (CdCache *cache, const char *name, gint64 at_us, GBytes *value, GError **error)
{
  gboolean alone;

  return check_name (name, error) && cd_cache_enter (cache, &alone, error) && cd_cache_leave (cache, alone, write_value (cache, name, at_us, value, error), error);
}

GBytes *
cd_cache_get_value (CdCache *cache, const char *name, gint64 *at_us, GError **error)
{
  sqlite3_stmt *stmt = cd_cache_statement (cache, "SELECT at_us, value FROM value WHERE name = ?1", error);
  GBytes *value = NULL;

  if (stmt == NULL)
    return NULL;
  cd_db_bind_text (stmt, 1, name);
  if (cd_db_step (cache->db, stmt, error) == CD_DB_STEP_ROW)
    {
      if (at_us != NULL)
        *at_us = sqlite3_column_int64 (stmt, 0);
      value = cd_db_column_bytes (stmt, 1);
      sqlite3_reset (stmt);
    }
  return value;
}

gboolean
cd_cache_put_anchor (CdCache *cache, const CdJournalAnchor *anchor, GError **error)
{
  guint8 raw[8 + CD_JOURNAL_HASH_LEN];
  guint64 seq = GUINT64_TO_BE ((guint64)anchor->seq);

  memcpy (raw, &seq, 8);
  memcpy (raw + 8, anchor->hash, CD_JOURNAL_HASH_LEN);
  g_autoptr (GBytes) value = g_bytes_new_static (raw, sizeof raw);
  return cd_cache_put_value (cache, ANCHOR_NAME, cd_env_real_us (cache->env), value, error);
}

gboolean
cd_cache_get_anchor (CdCache *cache, CdJournalAnchor *anchor, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) value = cd_cache_get_value (cache, ANCHOR_NAME, NULL, &local);
  guint64 seq;

  *anchor = (CdJournalAnchor){ 0 };
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (value == NULL || g_bytes_get_size (value) != 8 + CD_JOURNAL_HASH_LEN)
    return TRUE;
  memcpy (&seq, g_bytes_get_data (value, NULL), 8);
  anchor->seq = (gint64)GUINT64_FROM_BE (seq);
  memcpy (anchor->hash, (const guint8 *)g_bytes_get_data (value, NULL) + 8, CD_JOURNAL_HASH_LEN);
  return TRUE;
}
