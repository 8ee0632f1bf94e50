/* cd-cache-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "cd-cache.h"

#include <sys/types.h>

G_BEGIN_DECLS

struct _CdCache
{
  CdEnv *env; /* (owned) */
  char *path; /* (owned) */
  CdDb *db;   /* (owned) (nullable): NULL only while a rebuild has failed */
  gboolean rebuilt;
  dev_t device; /* of the open file: another one at its path means that it was deleted */
  ino_t inode;
};

/* Begins a transaction when none is open: TRUE in @alone then. Reopens a cache that was deleted under us. */
gboolean cd_cache_enter (CdCache *cache, gboolean *alone, GError **error);
/* Ends what cd_cache_enter() began: commits when @ok, else rolls back. Returns @ok and the success of the commit. */
gboolean cd_cache_leave (CdCache *cache, gboolean alone, gboolean ok, GError **error);
sqlite3_stmt *cd_cache_statement (CdCache *cache, const char *sql, GError **error);

G_END_DECLS
