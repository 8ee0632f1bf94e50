/* cd-store-open.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opening a profile's files. The journal is irreplaceable: whatever is wrong with it, not a byte of it is changed, what holds is
 * shown, and nothing is written or sent. The cache is replaceable: whatever is wrong with it, there is another one.
 */
#include "cd-journal-export.h"
#include "cd-store-private.h"

#include <string.h>

#define WORKER_NAME "cd-store"
#define WORKER_SPARE 8 /* room for our own jobs when others have filled the queue */

static gboolean
collect_row (const CdJournalRow *row, gpointer data)
{
  CdJournalRow *copy = g_memdup2 (row, sizeof *row);

  copy->kind = g_strdup (row->kind);
  copy->key = g_strdup (row->key);
  copy->source = g_strdup (row->source);
  copy->body = g_bytes_ref (row->body);
  g_ptr_array_add (data, copy);
  return TRUE;
}

static void
warn (CdStore *store, const char *text)
{
  g_autofree char *before = store->warning;
  store->warning = before != NULL ? g_strdup_printf ("%s; %s", before, text) : g_strdup (text);
}

/* --- The end of the journal against what is known elsewhere ------------------------------------------------------------- */

/* An end that was cut, or a copy that is older than what was signed, is told and recorded, not refused: the way back is to ask
 * the venue, and that needs an open profile. */
static gboolean
compare_with (CdStore *store, const CdJournalAnchor *anchor, gboolean *cut, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (cd_journal_verify_tail (store->journal, 0, anchor, &local))
    return TRUE;
  if (!g_error_matches (local, CD_STORE_ERROR, CD_STORE_ERROR_CUT))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!*cut)
    warn (store, local->message);
  *cut = TRUE;
  return TRUE;
}

static gboolean
compare_with_anchors (CdStore *store, GError **error)
{
  g_autoptr (GError) local = NULL;
  CdJournalAnchor anchor = { 0 };
  CdHead head = { 0 };
  gboolean cut = FALSE;

  if (!cd_head_read (cd_paths_journal_file (store->paths), NULL, NULL, &head, &local))
    warn (store, local->message);
  if (!compare_with (store, &head.anchor, &cut, error))
    return FALSE;
  g_clear_error (&local);
  if (!cd_cache_get_anchor (store->cache, &anchor, &local))
    cd_store_mind_cache (store, local);
  g_clear_error (&local);
  if (anchor.seq == 0 || compare_with (store, &anchor, &cut, &local))
    return TRUE;
  /* A head that is signed, as new and right, outweighs a cache that anybody may have written. */
  if (head.anchor.seq >= anchor.seq)
    {
      warn (store, local->message);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The warning is a record as well, and the anchors start again from here. */
static gboolean
record_warning (CdStore *store, GError **error)
{
  gint64 seq;

  if (store->warning != NULL)
    {
      seq = cd_journal_append (store->journal, CD_JOURNAL_ALERT, "journal.cut", store->warning, strlen (store->warning), error);
      if (seq == 0 || !cd_journal_foreach (store->journal, seq, collect_row, store->replay, error))
        return FALSE;
    }
  cd_store_write_anchor (store, FALSE);
  return TRUE;
}

/* --- Opening for reading only ------------------------------------------------------------------------------------------- */

/* In use is no damage, and a link or a file that others may write is not ours to look into. */
static gboolean
is_refused (const GError *error)
{
  return error->domain == CD_DB_ERROR && (error->code == CD_DB_ERROR_BUSY || error->code == CD_DB_ERROR_OPEN);
}

static gboolean
is_damage (const GError *error)
{
  return error->domain == CD_STORE_ERROR || error->code == CD_DB_ERROR_CORRUPT || error->code == CD_DB_ERROR_FOREIGN || error->code == CD_DB_ERROR_SCHEMA;
}

/* Beside the journal, named by its last good record: the same damage makes the same file, once. */
static void
salvage (CdStore *store)
{
  const CdJournalRow *last = g_ptr_array_index (store->replay, store->replay->len - 1);
  g_autofree char *path = g_strdup_printf ("%s.good-%" G_GINT64_FORMAT "-%02x%02x%02x%02x.jsonl", cd_paths_journal_file (store->paths), last->seq,
                                           last->hash[0], last->hash[1], last->hash[2], last->hash[3]);
  g_autofree char *why = NULL;
  g_autoptr (GError) error = NULL;
  gint64 n;

  if (!g_file_test (path, G_FILE_TEST_EXISTS) && !cd_journal_export (store->journal, path, &n, &why, &error))
    g_info ("nothing could be saved from the journal: %s", error->message);
  else
    store->salvage = g_steal_pointer (&path);
}

static void
open_for_reading (CdStore *store, const GError *reason)
{
  g_clear_pointer (&store->journal, cd_journal_close);
  g_clear_pointer (&store->signer, cd_signer_free);
  g_ptr_array_set_size (store->replay, 0);
  store->read_only = g_strdup (reason->message);
  cd_store_set_problem (store, reason->message);
  store->journal = cd_journal_open_read_only (store->env, cd_paths_journal_file (store->paths), NULL);
  if (store->journal == NULL)
    return;
  cd_journal_foreach (store->journal, 1, collect_row, store->replay, NULL);
  if (store->replay->len > 0 && is_damage (reason))
    salvage (store);
}

/* --- Opening ---------------------------------------------------------------------------------------------------------- */

static gboolean
open_cache (CdStore *store, GError **error)
{
  g_autoptr (GError) local = NULL;

  store->cache = cd_cache_open (store->env, cd_paths_cache_file (store->paths), &local);
  if (store->cache != NULL)
    return TRUE;
  if (g_error_matches (local, CD_DB_ERROR, CD_DB_ERROR_BUSY))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  g_info ("the cache is kept in memory: %s", local->message);
  store->cache = cd_cache_open (store->env, CD_CACHE_IN_MEMORY, error);
  return store->cache != NULL;
}

/* Everything is read before the file is opened for writing: what is found bad must not have been touched by the opening itself,
 * which brings the log to its size and the schema to its version. */
static gboolean
look_first (CdStore *store, gint64 *last, gboolean *begins, GError **error)
{
  const char *path = cd_paths_journal_file (store->paths);
  g_autoptr (GError) local = NULL;

  *last = 0;
  *begins = TRUE;
  if (cd_db_is_new (path))
    return TRUE;
  store->journal = cd_journal_open_read_only (store->env, path, &local);
  if (g_error_matches (local, CD_DB_ERROR, CD_DB_ERROR_EMPTY))
    return TRUE;
  if (store->journal == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!cd_journal_foreach (store->journal, 1, collect_row, store->replay, error) || !compare_with_anchors (store, error))
    return FALSE;
  *last = cd_journal_last_seq (store->journal);
  *begins = FALSE;
  g_clear_pointer (&store->journal, cd_journal_close);
  return TRUE;
}

static gboolean
open_journal (CdStore *store, GError **error)
{
  const char *path = cd_paths_journal_file (store->paths);
  g_autoptr (GError) local = NULL;
  gint64 last;
  gboolean begins;

  if (!look_first (store, &last, &begins, error))
    return FALSE;
  cd_env_probe (store->env, "open.read");
  store->journal = cd_journal_open (store->env, path, error);
  if (store->journal == NULL)
    return FALSE;
  if (cd_journal_last_seq (store->journal) != last)
    {
      g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_TAMPERED, "%s: ends with record %" G_GINT64_FORMAT ", a moment ago with %" G_GINT64_FORMAT, path,
                   cd_journal_last_seq (store->journal), last);
      return FALSE;
    }
  /* A file that is gone altogether was cut as well, when a head or the cache still knows of it. */
  if (begins && !compare_with_anchors (store, error))
    return FALSE;
  cd_env_probe (store->env, "open.made");
  store->signer = cd_signer_open (path, &local);
  if (store->signer == NULL)
    warn (store, local->message);
  return record_warning (store, error);
}

static void
open_job (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  CdStore *store = data;
  GError *error = NULL;

  CD_ASSERT_STORE (store->worker);
  if (open_cache (store, &error) && !open_journal (store, &error) && !is_refused (error))
    {
      open_for_reading (store, error);
      g_clear_error (&error);
    }
  if (error != NULL)
    {
      g_clear_pointer (&store->signer, cd_signer_free);
      g_clear_pointer (&store->cache, cd_cache_close);
      g_clear_pointer (&store->journal, cd_journal_close);
      g_task_return_error (task, error);
      return;
    }
  if (store->read_only == NULL)
    cd_imports_sweep (cd_paths_imports_dir (store->paths));
  cd_store_sample_space (store);
  store->cache_rebuilt = cd_cache_was_rebuilt (store->cache);
  store->stats.last_seq = store->journal != NULL ? cd_journal_last_seq (store->journal) : 0;
  g_task_return_boolean (task, TRUE);
}

static CdStore *
store_new (CdEnv *env, CdPaths *paths)
{
  CdStore *store = g_new0 (CdStore, 1);

  g_atomic_ref_count_init (&store->refs);
  store->env = cd_env_ref (env);
  store->paths = cd_paths_ref (paths);
  store->worker = cd_worker_new (env, WORKER_NAME, CD_STORE_QUEUE_MAX + WORKER_SPARE);
  store->owner = g_thread_self ();
  store->context = g_main_context_ref_thread_default ();
  store->reserve_file = g_build_filename (cd_paths_data_dir (paths), "reserve", NULL);
  store->replay = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_journal_row_free);
  store->turn = cd_store_new_batch ();
  store->queue = cd_store_new_batch ();
  g_mutex_init (&store->mutex);
  cd_store_attach_turn (store);
  return store;
}

void
cd_store_open_async (CdEnv *env, CdPaths *paths, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (env != NULL && paths != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  CdStore *store = store_new (env, paths);
  g_task_set_source_tag (task, cd_store_open_async);
  /* The task owns the store until finish takes it; freed on the owner's thread, where the callback is. */
  g_task_set_task_data (task, store, NULL);
  g_task_set_check_cancellable (task, FALSE);
  cd_worker_queue (store->worker, task, open_job);
}

CdStore *
cd_store_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, cd_store_open_async), NULL);
  CdStore *store = g_task_get_task_data (G_TASK (result));

  if (g_task_propagate_boolean (G_TASK (result), error))
    return store;
  cd_store_unref (store);
  return NULL;
}
