/* cd-db.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opening and closing. Until the file is known to be ours and of a version we understand, not a byte of it is changed: the
 * checkpoint that SQLite makes at close is switched off during that time.
 */
#include "cd-db-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

GQuark
cd_db_error_quark (void)
{
  return g_quark_from_static_string ("cd-db-error-quark");
}

#define BUSY_MS 1000
#define MEMORY ":memory:"

typedef struct
{
  const char *name;
  const char *value;
  const char *expected; /* what reading it back gives */
} Pragma;

static const Pragma common_pragmas[] = {
  { "foreign_keys", "ON", "1" },
  { "cell_size_check", "ON", "1" },
  { "trusted_schema", "OFF", "0" },
  { "temp_store", "MEMORY", "2" },
  { "mmap_size", "0", "0" },
  { "wal_autocheckpoint", "0", "0" }, /* cd_db_commit() decides, so that one commit is one fdatasync */
};
static const Pragma journal_pragmas[] = {
  { "journal_mode", "WAL", "wal" },
  { "synchronous", "FULL", "2" },
  { "journal_size_limit", "-1", "-1" }, /* a WAL that keeps its size is overwritten in place: no metadata to sync */
  { "cache_size", "-8192", "-8192" },
};
static const Pragma cache_pragmas[] = {
  { "journal_mode", "WAL", "wal" },
  { "synchronous", "NORMAL", "1" },
  { "journal_size_limit", "67108864", "67108864" },
  { "cache_size", "-65536", "-65536" },
};

gboolean
cd_db_fail (CdDb *db, int rc, const char *doing, GError **error)
{
  int code = CD_DB_ERROR_SQL;

  switch (rc & 0xff)
    {
    case SQLITE_IOERR:
      code = CD_DB_ERROR_IO;
      db->broken = TRUE;
      break;
    case SQLITE_CORRUPT:
      code = CD_DB_ERROR_CORRUPT;
      break;
    case SQLITE_NOTADB:
      code = CD_DB_ERROR_FOREIGN;
      break;
    case SQLITE_FULL:
      code = CD_DB_ERROR_FULL;
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      code = CD_DB_ERROR_BUSY;
      break;
    case SQLITE_CONSTRAINT:
      code = CD_DB_ERROR_CONSTRAINT;
      break;
    case SQLITE_READONLY:
      code = CD_DB_ERROR_READ_ONLY;
      break;
    case SQLITE_CANTOPEN:
      code = CD_DB_ERROR_OPEN;
      break;
    default:
      break;
    }
  g_set_error (error, CD_DB_ERROR, code, "%s: %s: %s (SQLite %d)", db->path, doing,
               db->handle != NULL ? sqlite3_errmsg (db->handle) : sqlite3_errstr (rc), rc);
  return FALSE;
}

/* --- The file --------------------------------------------------------------------------------------------------------- */

/* SQLite deletes a log whose file is empty, and writes it into one that was cut short. In a journal that log may be all that is left
 * of what was done. */
static gboolean
check_orphan_log (CdDb *db, GError **error)
{
  enum
  {
    HEADER = 100 /* bytes of every SQLite file */
  };
  struct stat st;

  if ((db->profile != CD_DB_JOURNAL && !db->read_only) || cd_db_wal_bytes (db) == 0 || (stat (db->path, &st) == 0 && st.st_size >= HEADER))
    return TRUE;
  g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_CORRUPT, "%s: the file is missing, empty or cut, but its log %s-wal is there: put the file back from a backup, or move the log away",
               db->path, db->path);
  return FALSE;
}

static gboolean
check_file (CdDb *db, GError **error)
{
  struct stat st;

  if (!check_orphan_log (db, error))
    return FALSE;
  if (lstat (db->path, &st) != 0)
    {
      if (errno == ENOENT && !db->read_only)
        {
          int fd = open (db->path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
          if (fd >= 0)
            {
              close (fd);
              return TRUE;
            }
        }
      g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_OPEN, "%s: %s", db->path, g_strerror (errno));
      return FALSE;
    }
  if (!S_ISREG (st.st_mode))
    {
      g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_OPEN, "%s: expected a regular file (a symbolic link is not accepted)", db->path);
      return FALSE;
    }
  if (db->read_only)
    return TRUE;
  if (access (db->path, W_OK) != 0 && errno == EROFS)
    {
      g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_READ_ONLY, "%s: %s", db->path, g_strerror (EROFS));
      return FALSE;
    }
  if (st.st_nlink > 1)
    {
      g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_OPEN, "%s: the file has a second name (hard link), expected one", db->path);
      return FALSE;
    }
  if (st.st_mode & (S_IRWXG | S_IRWXO))
    {
      g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_OPEN, "%s: others may use the file; run: chmod 600 %s", db->path, db->path);
      return FALSE;
    }
  return TRUE;
}

/* --- Pragmas ---------------------------------------------------------------------------------------------------------- */

static gboolean
read_pragma (CdDb *db, const char *name, char **out, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("PRAGMA %s", name);
  sqlite3_stmt *stmt = NULL;
  int rc = sqlite3_prepare_v2 (db->handle, sql, -1, &stmt, NULL);

  if (rc == SQLITE_OK)
    rc = sqlite3_step (stmt);
  if (rc == SQLITE_ROW)
    *out = g_strdup ((const char *)sqlite3_column_text (stmt, 0));
  sqlite3_finalize (stmt);
  return rc == SQLITE_ROW || cd_db_fail (db, rc, sql, error);
}

static gboolean
set_pragma (CdDb *db, const Pragma *pragma, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("PRAGMA %s = %s", pragma->name, pragma->value);
  g_autofree char *got = NULL;
  int rc;

  /* A database in memory has no log and no file to map; asked, it answers with another word or with none. */
  if (strcmp (db->path, MEMORY) == 0 && (strcmp (pragma->name, "journal_mode") == 0 || strcmp (pragma->name, "mmap_size") == 0))
    return TRUE;
  rc = sqlite3_exec (db->handle, sql, NULL, NULL, NULL);
  if (rc != SQLITE_OK)
    return cd_db_fail (db, rc, sql, error);
  if (!read_pragma (db, pragma->name, &got, error))
    return FALSE;
  if (g_ascii_strcasecmp (got ? got : "", pragma->expected) == 0)
    return TRUE;
  g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_PRAGMA, "%s: PRAGMA %s is \"%s\", expected \"%s\"", db->path, pragma->name, got ? got : "", pragma->expected);
  return FALSE;
}

static int
wal_hook (void *data, sqlite3 *handle, const char *schema, int frames)
{
  ((CdDb *)data)->wal_frames = frames;
  return SQLITE_OK;
}

static gboolean
set_pragmas (CdDb *db, GError **error)
{
  const Pragma *own = db->profile == CD_DB_JOURNAL ? journal_pragmas : cache_pragmas;
  gsize n_own = db->profile == CD_DB_JOURNAL ? G_N_ELEMENTS (journal_pragmas) : G_N_ELEMENTS (cache_pragmas);

  for (gsize i = 0; i < n_own; i++)
    if (!set_pragma (db, &own[i], error))
      return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (common_pragmas); i++)
    if (!set_pragma (db, &common_pragmas[i], error))
      return FALSE;
  /* wal_autocheckpoint and this hook share one place: the hook must come last. */
  sqlite3_wal_hook (db->handle, wal_hook, db);
  return TRUE;
}

/* --- Whose file is it? ------------------------------------------------------------------------------------------------ */

static gboolean
check_identity (CdDb *db, gint32 application_id, int newest, GError **error)
{
  gint64 id, version, tables;

  if (!cd_db_query_int64 (db, "PRAGMA application_id", &id, error) || !cd_db_query_int64 (db, "PRAGMA user_version", &version, error) || !cd_db_query_int64 (db, "SELECT count(*) FROM sqlite_schema", &tables, error))
    return FALSE;
  /* Two bytes of the head say by which version of the format it may be read and written. Where only the first is damaged, SQLite opens the
   * file and refuses every write to come. */
  if (!db->read_only && sqlite3_db_readonly (db->handle, "main") == 1 && access (db->path, W_OK) == 0)
    {
      g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_CORRUPT, "%s: the head of the file says that only a later version of the format may write it: the head is damaged", db->path);
      return FALSE;
    }
  if (id == 0 && version == 0 && tables == 0)
    {
      if (!db->read_only)
        return TRUE;
      g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_EMPTY, "%s: holds nothing", db->path);
      return FALSE;
    }
  if (id != application_id)
    {
      g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_FOREIGN, "%s: application id is 0x%08x, expected 0x%08x: the file belongs to another program",
                   db->path, (guint)id, (guint)application_id);
      return FALSE;
    }
  if (version < 1 || version > G_MAXINT)
    {
      g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_SCHEMA, "%s: schema version is %" G_GINT64_FORMAT ", expected 1 or more", db->path, version);
      return FALSE;
    }
  if (!db->read_only && version > newest)
    {
      g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_NEWER, "%s: schema version is %" G_GINT64_FORMAT ", this program knows up to %d: a newer version wrote it",
                   db->path, version, newest);
      return FALSE;
    }
  db->version = (int)version;
  return TRUE;
}

/* Brings the WAL to its working size once, so that later commits overwrite it in place: a transaction larger than the page
 * cache spills into the WAL, and rolling it back leaves the main file as it was. */
static gboolean
grow_wal (CdDb *db, GError **error)
{
  g_autofree char *sql = NULL;
  gboolean ok;

  if (db->profile != CD_DB_JOURNAL || strcmp (db->path, MEMORY) == 0 || cd_db_wal_bytes (db) >= CD_DB_WAL_BYTES)
    return TRUE;
  sql = g_strdup_printf ("CREATE TABLE wal_fill (b BLOB); INSERT INTO wal_fill VALUES (zeroblob (%d));", CD_DB_WAL_BYTES + CD_DB_WAL_BYTES / 16);
  ok = cd_db_exec (db, "PRAGMA cache_size = 16; PRAGMA cache_spill = 16", error) && cd_db_begin (db, error);
  if (ok)
    {
      ok = cd_db_exec (db, sql, error);
      cd_db_rollback (db);
    }
  if (!ok || !cd_db_exec (db, "PRAGMA cache_spill = ON; PRAGMA cache_size = -8192", error))
    return FALSE;
  /* A commit that changes nothing syncs the whole log once: else its blocks would be allocated during the first real commits. */
  g_autofree char *touch = g_strdup_printf ("PRAGMA user_version = %d", db->version);
  return cd_db_exec (db, touch, error);
}

static CdDb *
db_new (CdEnv *env, const char *path, CdDbProfile profile, gboolean read_only)
{
  CdDb *db = g_new0 (CdDb, 1);

  db->env = cd_env_ref (env);
  db->path = g_strdup (path);
  db->profile = profile;
  db->read_only = read_only;
  db->statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, cd_db_statement_free);
  return db;
}

static gboolean
open_handle (CdDb *db, GError **error)
{
  const char *vfs = cd_env_vfs_name (db->env);
  int rc;

  if (strcmp (db->path, MEMORY) != 0 && vfs == NULL && !check_file (db, error))
    return FALSE;
  /* A file that nobody here can write needs no lock, and on a disk that is read-only none can be had. */
  if (db->read_only && vfs == NULL && access (db->path, W_OK) != 0 && errno == EROFS)
    vfs = "unix-none";
  rc = sqlite3_open_v2 (db->path, &db->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE, vfs);
  if (rc != SQLITE_OK)
    return cd_db_fail (db, rc, "cannot open", error);
  sqlite3_busy_timeout (db->handle, BUSY_MS);
  sqlite3_db_config (db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (db->handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
  sqlite3_db_config (db->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
  sqlite3_db_config (db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sqlite3_db_config (db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  /* Before the first read: then no shared memory file is made, and no second connection can get in between. */
  return cd_db_exec (db, "PRAGMA locking_mode = EXCLUSIVE", error);
}

CdDb *
cd_db_open (CdEnv *env, const char *path, CdDbProfile profile, gint32 application_id, const char *const *migrations, GError **error)
{
  int keep = 1;

  g_return_val_if_fail (env != NULL && path != NULL && migrations != NULL, NULL);
  g_autoptr (CdDb) db = db_new (env, path, profile, FALSE);

  if (!open_handle (db, error) || !check_identity (db, application_id, (int)g_strv_length ((GStrv)migrations), error) || !set_pragmas (db, error) || !cd_db_migrate (db, application_id, migrations, error) || !cd_db_check_schema (db, migrations, error))
    return NULL;
  sqlite3_db_config (db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
  if (profile == CD_DB_JOURNAL)
    sqlite3_file_control (db->handle, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
  if (!grow_wal (db, error))
    return NULL;
  return g_steal_pointer (&db);
}

CdDb *
cd_db_open_resource (CdEnv *env, const char *path, CdDbProfile profile, gint32 application_id, const char *resource_folder, const char *name, GError **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  g_autoptr (GPtrArray) owners = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  /* Resource data is zero-terminated and lives as long as the program. */
  for (guint n = 1;; n++)
    {
      g_autofree char *file = g_strdup_printf ("%s/%04u-%s.sql", resource_folder, n, name);
      GBytes *bytes = g_resources_lookup_data (file, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
      if (bytes == NULL)
        break;
      g_ptr_array_add (owners, bytes);
      g_ptr_array_add (texts, (gpointer)g_bytes_get_data (bytes, NULL));
    }
  if (texts->len == 0)
    {
      g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_SCHEMA, "%s: no migration %s/0001-%s.sql in this program", path, resource_folder, name);
      return NULL;
    }
  g_ptr_array_add (texts, NULL);
  return cd_db_open (env, path, profile, application_id, (const char *const *)texts->pdata, error);
}

gboolean
cd_db_is_new (const char *path)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  struct stat st;

  return (lstat (path, &st) != 0 || st.st_size == 0) && (lstat (wal, &st) != 0 || st.st_size == 0);
}

CdDb *
cd_db_open_read_only (CdEnv *env, const char *path, gint32 application_id, GError **error)
{
  g_autoptr (CdDb) db = db_new (env, path, CD_DB_CACHE, TRUE);

  /* A log can be read only by a connection that may lock; query_only and the missing checkpoint keep every byte in place. */
  if (!open_handle (db, error) || !check_identity (db, application_id, G_MAXINT, error) || !cd_db_exec (db, "PRAGMA query_only = ON", error))
    return NULL;
  return g_steal_pointer (&db);
}

void
cd_db_close (CdDb *db)
{
  if (db == NULL)
    return;
  g_hash_table_remove_all (db->statements);
  cd_db_rollback (db);
  g_hash_table_unref (db->statements);
  /* After an I/O error a checkpoint would move pages that nobody vouches for. */
  if (db->handle != NULL && db->broken)
    sqlite3_db_config (db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  if (db->handle != NULL)
    {
      int rc = sqlite3_close (db->handle);
      g_assert (rc == SQLITE_OK);
    }
  g_free (db->path);
  cd_env_unref (db->env);
  g_free (db);
}

const char *
cd_db_path (const CdDb *db)
{
  return db->path;
}

int
cd_db_version (const CdDb *db)
{
  return db->version;
}

sqlite3 *
cd_db_handle (CdDb *db)
{
  return db->handle;
}

gboolean
cd_db_is_broken (const CdDb *db)
{
  return db->broken;
}

CdEnv *
cd_db_env (CdDb *db)
{
  return db->env;
}
