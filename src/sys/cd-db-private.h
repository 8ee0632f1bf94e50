/* cd-db-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "cd-db.h"

G_BEGIN_DECLS

#define CD_DB_RECENT 16

struct _CdDb
{
  sqlite3 *handle; /* (owned) */
  CdEnv *env;      /* (owned) */
  char *path;      /* (owned) */
  CdDbProfile profile;
  gboolean read_only;
  gboolean broken; /* an I/O error happened: nothing that follows can be trusted */
  gboolean in_transaction;
  int version;
  int wal_frames;         /* in the WAL after the last commit */
  GHashTable *statements; /* (element-type utf8 sqlite3_stmt) (owned) */

  /* The same literal comes again and again: found by its address, and believed after one comparison. */
  struct
  {
    const char *address;
    const char *sql;    /* (borrowed) key in the table */
    sqlite3_stmt *stmt; /* (borrowed) */
  } recent[CD_DB_RECENT];
};

#define CD_DB_WAL_BYTES (4 * 1024 * 1024)
/* Pages after which a commit checkpoints by itself. For the journal it is what its WAL holds at its first size; for the cache 16 MiB,
 * which is what a start after a crash has to read again. */
#define CD_DB_JOURNAL_FRAMES_MAX 1000
#define CD_DB_CACHE_FRAMES_MAX 4096

/* Sets @error from @rc and what SQLite says, and marks the connection broken after I/O errors. Always returns FALSE. */
gboolean cd_db_fail (CdDb *db, int rc, const char *doing, GError **error);
void cd_db_statement_free (gpointer stmt);
gboolean cd_db_migrate (CdDb *db, gint32 application_id, const char *const *migrations, GError **error);
gboolean cd_db_check_schema (CdDb *db, const char *const *migrations, GError **error);

G_END_DECLS
