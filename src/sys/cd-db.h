/* cd-db.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One SQLite connection. Pragmas are set and read back, and a mismatch refuses the file; the schema is brought up by numbered
 * migrations, each in a transaction of its own; a file of another program or of a newer version is refused and left as it is.
 *
 * After an I/O error the connection is "broken": every further write is refused, because a second fsync that succeeds proves
 * nothing about what the first one lost. Close, open again, and believe only what is then read.
 *
 * Thread: one at a time, by the owner (the store thread, the venue's engine). The connection is opened without a mutex.
 */
#pragma once

#include "cd-env.h"
#include <sqlite3.h>

G_BEGIN_DECLS

#define CD_DB_ERROR (cd_db_error_quark ())
GQuark cd_db_error_quark (void);

/* Values are frozen: they appear in logs. Append only. */
typedef enum
{
  CD_DB_ERROR_OPEN = 1,    /* cannot be opened or made */
  CD_DB_ERROR_FOREIGN = 2, /* not a database, or of another program */
  CD_DB_ERROR_NEWER = 3,   /* written by a newer version of this program */
  CD_DB_ERROR_PRAGMA = 4,  /* a setting did not take */
  CD_DB_ERROR_SCHEMA = 5,  /* a migration failed, or the tables are not those of the version */
  CD_DB_ERROR_CORRUPT = 6, /* SQLite or a check found damage */
  CD_DB_ERROR_IO = 7,      /* read, write or sync failed; the connection is broken from here on */
  CD_DB_ERROR_FULL = 8,    /* no space left */
  CD_DB_ERROR_BUSY = 9,    /* another connection holds it */
  CD_DB_ERROR_CONSTRAINT = 10,
  CD_DB_ERROR_SQL = 11, /* anything else SQLite said */
  CD_DB_ERROR_READ_ONLY = 12,
  CD_DB_ERROR_EMPTY = 13, /* a file that was begun and holds nothing yet, opened for looking */
} CdDbError;

typedef enum
{
  CD_DB_JOURNAL, /* WAL kept at its size, synchronous=FULL, locking_mode=EXCLUSIVE: one fdatasync per commit */
  CD_DB_CACHE,   /* WAL, synchronous=NORMAL, EXCLUSIVE, 64 MiB page cache: may lose the last commits, never its shape */
} CdDbProfile;

typedef enum
{
  CD_DB_STEP_ERROR = -1,
  CD_DB_STEP_DONE = 0,
  CD_DB_STEP_ROW = 1,
} CdDbStep;

typedef struct _CdDb CdDb;

/**
 * cd_db_open:
 * @path: made with mode 0600 when missing; a symbolic link is refused. ":memory:" is allowed for tests.
 * @application_id: written into a new file, required of an old one
 * @migrations: (array zero-terminated=1): SQL of version 1, 2, …; strings must outlive the CdDb
 *
 * Brings the file to the version of the last migration. A journal of an older version is copied to @path.vN first (N: its
 * version). Errors: %CD_DB_ERROR, the message names the file.
 */
CdDb *cd_db_open (CdEnv *env, const char *path, CdDbProfile profile, gint32 application_id, const char *const *migrations, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * cd_db_open_resource:
 * The same with migrations from a folder of the program's resources: files NNNN-NAME.sql, NNNN counting from 0001 without
 * gaps, all of the same NAME (`@name`).
 */
CdDb *cd_db_open_resource (CdEnv *env, const char *path, CdDbProfile profile, gint32 application_id, const char *resource_folder, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * cd_db_open_read_only:
 * For looking at a file without changing a byte of it (the -wal is read when it lies beside it). No migration: an older or
 * newer version is reported by cd_db_version(), not refused.
 */
CdDb *cd_db_open_read_only (CdEnv *env, const char *path, gint32 application_id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * cd_db_is_new: whether opening @path would begin an empty file: it is missing or empty, and so is its log.
 */
gboolean cd_db_is_new (const char *path);

/**
 * cd_db_close:
 * Ends every statement, rolls back an open transaction, closes. NULL is fine.
 */
void cd_db_close (CdDb *db);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdDb, cd_db_close)

const char *cd_db_path (const CdDb *db);
int cd_db_version (const CdDb *db); /* PRAGMA user_version */
sqlite3 *cd_db_handle (CdDb *db);
CdEnv *cd_db_env (CdDb *db); /* (transfer none) */
gboolean cd_db_is_broken (const CdDb *db);

/**
 * cd_db_statement:
 * @sql: one statement. Prepared once and kept (the text is the key); comes back reset and with its bindings cleared, so the same
 *   text must not be in use twice at the same moment.
 * Returns: (transfer none) (nullable): bind with sqlite3_bind_*, read with sqlite3_column_*.
 */
sqlite3_stmt *cd_db_statement (CdDb *db, const char *sql, GError **error);

/**
 * cd_db_step:
 * One row, done, or an error. On done and on error the statement is reset, so that no read transaction stays open.
 */
CdDbStep cd_db_step (CdDb *db, sqlite3_stmt *stmt, GError **error);

/* A statement that gives no rows: step once, expect done. */
gboolean cd_db_run (CdDb *db, sqlite3_stmt *stmt, GError **error);

/* One or more statements without parameters. */
gboolean cd_db_exec (CdDb *db, const char *sql, GError **error);

/* The first column of the first row as an integer; an error when there is no row. */
gboolean cd_db_query_int64 (CdDb *db, const char *sql, gint64 *out, GError **error);

/**
 * cd_db_begin:
 * BEGIN IMMEDIATE. Transactions do not nest: a second begin is a programmer error (asserted).
 */
gboolean cd_db_begin (CdDb *db, GError **error);
gboolean cd_db_commit (CdDb *db, GError **error); /* when it fails the transaction has been rolled back */
void cd_db_rollback (CdDb *db);                   /* without an open transaction: nothing */
gboolean cd_db_in_transaction (CdDb *db);

/* Binding helpers: index counts from 1, like SQLite's. Text and bytes are not copied: they must live until the step. */
void cd_db_bind_text (sqlite3_stmt *stmt, int index, const char *text); /* @text: (nullable) */
void cd_db_bind_bytes (sqlite3_stmt *stmt, int index, const void *data, gsize len);
const char *cd_db_column_text (sqlite3_stmt *stmt, int column); /* NULL for NULL; valid until the next step */
GBytes *cd_db_column_bytes (sqlite3_stmt *stmt, int column);    /* (transfer full): empty for NULL */

/**
 * cd_db_quick_check: PRAGMA quick_check; the error holds the first finding. Reads the whole file: not at start-up.
 */
gboolean cd_db_quick_check (CdDb *db, GError **error);

/**
 * cd_db_checkpoint:
 * Copies the WAL back into the file without truncating it. Call when idle. Returns %FALSE on I/O errors only.
 */
gboolean cd_db_checkpoint (CdDb *db, GError **error);

/**
 * cd_db_wal_bytes: size of the -wal file now, 0 when there is none.
 */
gint64 cd_db_wal_bytes (CdDb *db);

/**
 * cd_db_wal_frames: pages in the WAL that are not in the file yet, after the last commit.
 */
int cd_db_wal_frames (const CdDb *db);

/**
 * cd_db_backup:
 * Writes a complete copy to @path (which must not exist), checks it, and only then gives it its name.
 */
gboolean cd_db_backup (CdDb *db, const char *path, GError **error);

G_END_DECLS
