/* cd-store.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Journal, cache and imports of one profile, behind one worker thread. Everything here is asynchronous and called on the thread
 * that opened the store (asserted); callbacks come back on its main context.
 *
 * Group commit: all appends made in one turn of the main loop, and those that arrive while the disk is busy, share one commit and
 * one fdatasync. Callbacks of appends come in the order of the appends.
 *
 * Trouble: after an I/O error of the journal nothing is written any more (cd_store_get_problem()); the profile must be opened
 * again. A full disk uses the reserve first (cd-reserve.h). A journal that is damaged, changed, of a newer version or on a disk
 * that cannot be written opens for reading only, untouched: what is good of it is replayed, and nothing can be appended. Trouble
 * of the cache never stops anything: it is rebuilt, at worst in memory.
 */
#pragma once

#include "cd-cache.h"
#include "cd-imports.h"
#include "cd-paths.h"
#include "cd-reserve.h"

G_BEGIN_DECLS

#define CD_STORE_QUEUE_MAX 10000 /* appends, and other tasks, that may wait */

typedef struct _CdStore CdStore;

typedef struct
{
  guint64 appended; /* records durable since open */
  guint64 commits;  /* and in how many commits */
  guint waiting;    /* appends not durable yet */
  guint waiting_max;
  guint64 refused; /* because too many were waiting */
  gint64 last_seq;
  gint64 commit_us_max; /* slowest commit */
} CdStoreStats;

/**
 * cd_store_open_async:
 * @paths: (transfer none): kept while the store is open
 * Opens or makes both files, verifies every record of the journal while reading it, compares it with the anchor, and keeps the
 * records for cd_store_replay(). Errors: %CD_DB_ERROR_BUSY (in use), %CD_DB_ERROR_OPEN (no file of ours). A cut end (an old copy put
 * back) opens, with cd_store_dup_warning(): orders that existed are missing, so nothing may leave before the venue's own list has
 * been read. All other trouble opens for reading only, with cd_store_get_problem().
 */
void cd_store_open_async (CdEnv *env, CdPaths *paths, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
CdStore *cd_store_open_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT; /* (transfer full) */
CdStore *cd_store_ref (CdStore *store);
void cd_store_unref (CdStore *store); /* the last one closes and waits for the disk; better: cd_store_close_async() first */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdStore, cd_store_unref)

/**
 * cd_store_close_async:
 * Makes everything appended so far durable, then closes. Nothing may be called afterwards but unref.
 */
void cd_store_close_async (CdStore *store, GAsyncReadyCallback callback, gpointer data);
gboolean cd_store_close_finish (CdStore *store, GAsyncResult *result, GError **error);

/**
 * cd_store_replay:
 * Delivers the records that existed at open, in order, on the calling thread: the state is rebuilt from them. Synchronous, from
 * memory. Returns: how many were delivered.
 */
gsize cd_store_replay (CdStore *store, CdJournalFunc func, gpointer data);
void cd_store_forget_replay (CdStore *store); /* frees them */

/**
 * cd_store_append_async:
 * @kind: one of CD_JOURNAL_*
 * @key: at most 128 bytes; may be ""
 * @body: (transfer none): the exact bytes
 * The callback means: durable. Until then nothing that depends on the record may leave the machine.
 */
void cd_store_append_async (CdStore *store, const char *kind, const char *key, GBytes *body, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gint64 cd_store_append_finish (CdStore *store, GAsyncResult *result, GError **error); /* number of the record, 0 on error */

/* The same without waiting, for records that nothing depends on (session, alert). A failure shows in cd_store_get_problem(). */
void cd_store_append (CdStore *store, const char *kind, const char *key, GBytes *body);

/**
 * cd_store_import_async: keeps the raw bytes and their journal record. The answer is the SHA-256 in hex.
 * @about: (nullable)
 */
void cd_store_import_async (CdStore *store, const char *kind, GBytes *bytes, GBytes *about, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
char *cd_store_import_finish (CdStore *store, GAsyncResult *result, GError **error); /* (transfer full) */

/* Daily quotes (span 0) and bars; see cd_cache_put_bars(). @bars: (element-type CdBar) (transfer none): not changed afterwards */
void cd_store_put_bars_async (CdStore *store, const char *instrument, gint64 span_us, GArray *bars, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean cd_store_put_bars_finish (CdStore *store, GAsyncResult *result, GError **error);
/* The newest @limit, oldest first. */
void cd_store_get_bars_async (CdStore *store, const char *instrument, gint64 span_us, guint limit, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
GArray *cd_store_get_bars_finish (CdStore *store, GAsyncResult *result, GError **error); /* (transfer full) (element-type CdBar) */

/**
 * CdStoreFunc:
 * Runs on the store thread. Returns: what cd_store_run_finish() gives back; on failure NULL with @error set.
 */
typedef gpointer (*CdStoreFunc) (CdJournal *journal, CdCache *cache, gpointer data, GError **error);

/**
 * cd_store_run_async:
 * Any other work on journal and cache, in order with everything else.
 * @destroy_data: (nullable): for @data, when the work is over; on the store thread
 * @destroy_result: (nullable): for a result that nobody took
 */
void cd_store_run_async (CdStore *store, CdStoreFunc func, gpointer data, GDestroyNotify destroy_data, GDestroyNotify destroy_result, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gpointer cd_store_run_finish (CdStore *store, GAsyncResult *result, GError **error);

/* Full verification of journal and imports, in the background. */
void cd_store_verify_async (CdStore *store, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean cd_store_verify_finish (CdStore *store, GAsyncResult *result, GError **error);

/**
 * cd_store_get_problem:
 * Returns: (nullable) (transfer full): why nothing can be written any more
 */
char *cd_store_get_problem (CdStore *store);

/**
 * cd_store_dup_warning:
 * Returns: (nullable) (transfer full): what was wrong at open although it could be opened; an alert record says the same
 */
char *cd_store_dup_warning (CdStore *store);

/* The file with all records that hold, made when the journal turned out to be damaged. (nullable) (transfer full) */
char *cd_store_dup_salvage (CdStore *store);

/* Room on the disk, as it was at the last commit or cd_store_look(). */
CdSpace cd_store_get_space (CdStore *store);
void cd_store_look (CdStore *store); /* takes a new sample soon; makes the reserve again when there is room */

/* Venue clock minus ours, for the records from now on. */
void cd_store_set_offset (CdStore *store, gint64 offset_us);
void cd_store_get_stats (CdStore *store, CdStoreStats *stats);
gboolean cd_store_cache_was_rebuilt (CdStore *store);
CdPaths *cd_store_get_paths (CdStore *store); /* (transfer none) */

G_END_DECLS
