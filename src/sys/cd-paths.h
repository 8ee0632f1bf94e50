/* cd-paths.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where a profile lives:
 *   $XDG_DATA_HOME/carbondesk/{practice,live}/NAME/    journal.db imports/ layout.json lock venue/ (practice only)
 *   $XDG_CACHE_HOME/carbondesk/{practice,live}/NAME/   cache.db
 * Folders are made with mode 0700; a folder that group or others may write to is refused. An open CdPaths holds the lock:
 * a second opener, in this process or another, gets %CD_SYS_ERROR_IN_USE. The lock ends with the process, however it ends.
 */
#pragma once

#include "cd-env.h"
#include "cd-sys-error.h"

G_BEGIN_DECLS

typedef enum
{
  CD_PROFILE_PRACTICE,
  CD_PROFILE_LIVE,
} CdProfileKind;

typedef struct _CdPaths CdPaths;

/**
 * cd_profile_name_check:
 * 1–64 of [A-Za-z0-9_-] and '.', not starting with '.' or '-'. Errors: %CD_SYS_ERROR_NAME.
 */
gboolean cd_profile_name_check (const char *name, GError **error);
const char *cd_profile_kind_name (CdProfileKind kind); /* "practice", "live" */

/**
 * cd_paths_open:
 * Makes the folders that are missing, takes the lock, and removes what killed programs have left of files that they wrote, here and in a
 * person's folders. Errors: %CD_SYS_ERROR_NAME, _FOLDER, _IO, _IN_USE.
 */
CdPaths *cd_paths_open (CdEnv *env, CdProfileKind kind, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * cd_paths_open_at:
 * The same below folders of the caller's choice: @data_root and @cache_root stand for …/carbondesk. For tests and the command line.
 */
CdPaths *cd_paths_open_at (const char *data_root, const char *cache_root, CdProfileKind kind, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
CdPaths *cd_paths_ref (CdPaths *paths);
void cd_paths_unref (CdPaths *paths); /* the last one releases the lock */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdPaths, cd_paths_unref)

CdProfileKind cd_paths_kind (const CdPaths *paths);
const char *cd_paths_profile (const CdPaths *paths);
const char *cd_paths_data_dir (const CdPaths *paths);
const char *cd_paths_cache_dir (const CdPaths *paths);
const char *cd_paths_imports_dir (const CdPaths *paths);
const char *cd_paths_venue_dir (const CdPaths *paths);    /* NULL in a live profile; made by open */
const char *cd_paths_journal_file (const CdPaths *paths); /* …/journal.db */
const char *cd_paths_cache_file (const CdPaths *paths);   /* …/cache.db */
const char *cd_paths_layout_file (const CdPaths *paths);  /* …/layout.json */

/**
 * cd_paths_dup_data_dir:
 * Where the profile @name lives or would live; nothing is made. Returns: (transfer full) (nullable): %NULL without a home
 */
char *cd_paths_dup_data_dir (CdEnv *env, CdProfileKind kind, const char *name);

/**
 * cd_paths_list:
 * Names of the existing profiles of @kind, sorted. Returns: (transfer full): empty when there is none.
 */
GStrv cd_paths_list (CdEnv *env, CdProfileKind kind);

/**
 * cd_paths_free_bytes:
 * Bytes an unprivileged user may still write to the file system of @dir; -1 when unknown.
 */
gint64 cd_paths_free_bytes (const char *dir);

/**
 * cd_paths_write_file:
 * Replaces @path, a file of a profile, by @data at once and durably, mode 0600 (cd-file-writer.h). Errors: %CD_SYS_ERROR_IO.
 */
gboolean cd_paths_write_file (const char *path, const void *data, gsize len, GError **error);

/**
 * cd_paths_remove_tree:
 * Removes @dir and everything in it without following symbolic links. Used to reset a practice venue. A missing @dir is fine.
 */
gboolean cd_paths_remove_tree (const char *dir, GError **error);

G_END_DECLS
