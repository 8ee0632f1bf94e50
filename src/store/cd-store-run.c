/* cd-store-run.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything that is not an append: work on the store thread, in order with the appends around it.
 */
#include "cd-store-private.h"

typedef struct
{
  CdStore *store; /* (borrowed): the store waits for its jobs before it goes */
  CdStoreFunc func;
  gpointer data;
  GDestroyNotify destroy_data;
  GDestroyNotify destroy_result;
} Run;

static void
run_free (gpointer data)
{
  Run *run = data;

  if (run->destroy_data != NULL)
    run->destroy_data (run->data);
  g_free (run);
}

static void
run_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Run *run = task_data;
  CdStore *store = run->store;
  GError *error = NULL;
  gpointer result = NULL;

  CD_ASSERT_STORE (store->worker);
  if (store->cache == NULL)
    g_set_error_literal (&error, CD_STORE_ERROR, CD_STORE_ERROR_CLOSED, "the store is closed");
  else
    result = run->func (store->journal, store->cache, run->data, &error);
  g_assert (store->journal == NULL || !cd_db_in_transaction (cd_journal_db (store->journal)));

  GDestroyNotify destroy = run->destroy_data;
  run->destroy_data = NULL;
  if (destroy != NULL)
    destroy (run->data);
  if (error == NULL)
    {
      g_task_return_pointer (task, result, run->destroy_result);
      return;
    }
  if (store->cache != NULL)
    cd_store_mind_cache (store, error);
  if (store->journal != NULL && cd_db_is_broken (cd_journal_db (store->journal)))
    {
      if (store->read_only == NULL)
        store->read_only = g_strdup (error->message);
      cd_store_set_problem (store, store->read_only);
    }
  g_task_return_error (task, error);
}

static void
queue_run (CdStore *store, gpointer tag, CdStoreFunc func, gpointer data, GDestroyNotify destroy_data, GDestroyNotify destroy_result, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Run *run = g_new0 (Run, 1);
  CdWorkerStats stats;

  cd_store_assert_owner (store);
  run->store = store;
  run->func = func;
  run->data = data;
  run->destroy_data = destroy_data;
  run->destroy_result = destroy_result;
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, run, run_free);

  cd_worker_get_stats (store->worker, &stats);
  if (store->closing)
    g_task_return_new_error (task, CD_STORE_ERROR, CD_STORE_ERROR_CLOSED, "the store is closed");
  else if (stats.queued >= CD_STORE_QUEUE_MAX)
    g_task_return_new_error (task, CD_STORE_ERROR, CD_STORE_ERROR_QUEUE_FULL, "%u tasks wait for the disk already", stats.queued);
  else
    {
      /* What was appended before must be there when the work begins. */
      cd_store_end_turn (store);
      cd_worker_queue (store->worker, task, run_job);
    }
}

void
cd_store_run_async (CdStore *store, CdStoreFunc func, gpointer data, GDestroyNotify destroy_data, GDestroyNotify destroy_result, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (store != NULL && func != NULL);
  queue_run (store, cd_store_run_async, func, data, destroy_data, destroy_result, cancellable, callback, user_data);
}

gpointer
cd_store_run_finish (CdStore *store, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, cd_store_run_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- Imports ---------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CdStore *store; /* (borrowed) */
  char *dir;
  char *kind;
  GBytes *bytes;
  GBytes *about;
} Import;

static void
import_free (gpointer data)
{
  Import *import = data;

  g_free (import->dir);
  g_free (import->kind);
  g_bytes_unref (import->bytes);
  g_clear_pointer (&import->about, g_bytes_unref);
  g_free (import);
}

static gpointer
import_func (CdJournal *journal, CdCache *cache, gpointer data, GError **error)
{
  Import *import = data;
  char *sha256 = NULL;

  if (import->store->read_only != NULL)
    {
      g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_READ_ONLY, "%s", import->store->read_only);
      return NULL;
    }
  return cd_imports_put (import->dir, journal, import->kind, import->bytes, import->about, &sha256, error) ? sha256 : NULL;
}

void
cd_store_import_async (CdStore *store, const char *kind, GBytes *bytes, GBytes *about, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (store != NULL && kind != NULL && bytes != NULL);
  Import *import = g_new0 (Import, 1);

  import->store = store;
  import->dir = g_strdup (cd_paths_imports_dir (store->paths));
  import->kind = g_strdup (kind);
  import->bytes = g_bytes_ref (bytes);
  import->about = about != NULL ? g_bytes_ref (about) : NULL;
  queue_run (store, cd_store_import_async, import_func, import, import_free, g_free, cancellable, callback, data);
}

char *
cd_store_import_finish (CdStore *store, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, cd_store_import_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- Quotes ----------------------------------------------------------------------------------------------------------- */

typedef struct
{
  char *instrument;
  gint64 span_us;
  GArray *bars; /* (nullable) */
  guint limit;
} Bars;

static void
bars_free (gpointer data)
{
  Bars *bars = data;

  g_free (bars->instrument);
  g_clear_pointer (&bars->bars, g_array_unref);
  g_free (bars);
}

static gpointer
put_bars_func (CdJournal *journal, CdCache *cache, gpointer data, GError **error)
{
  Bars *bars = data;

  return GINT_TO_POINTER (cd_cache_put_bars (cache, bars->instrument, bars->span_us, (const CdBar *)(void *)bars->bars->data, bars->bars->len, error));
}

static gpointer
get_bars_func (CdJournal *journal, CdCache *cache, gpointer data, GError **error)
{
  Bars *bars = data;

  return cd_cache_get_last_bars (cache, bars->instrument, bars->span_us, bars->limit, error);
}

void
cd_store_put_bars_async (CdStore *store, const char *instrument, gint64 span_us, GArray *bars, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (store != NULL && instrument != NULL && bars != NULL);
  Bars *work = g_new0 (Bars, 1);

  work->instrument = g_strdup (instrument);
  work->span_us = span_us;
  work->bars = g_array_ref (bars);
  queue_run (store, cd_store_put_bars_async, put_bars_func, work, bars_free, NULL, cancellable, callback, data);
}

gboolean
cd_store_put_bars_finish (CdStore *store, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, cd_store_put_bars_async), FALSE);
  return GPOINTER_TO_INT (g_task_propagate_pointer (G_TASK (result), error));
}

void
cd_store_get_bars_async (CdStore *store, const char *instrument, gint64 span_us, guint limit, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (store != NULL && instrument != NULL);
  Bars *work = g_new0 (Bars, 1);

  work->instrument = g_strdup (instrument);
  work->span_us = span_us;
  work->limit = limit;
  queue_run (store, cd_store_get_bars_async, get_bars_func, work, bars_free, (GDestroyNotify)g_array_unref, cancellable, callback, data);
}

GArray *
cd_store_get_bars_finish (CdStore *store, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, cd_store_get_bars_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- Verification ----------------------------------------------------------------------------------------------------- */

static gpointer
verify_func (CdJournal *journal, CdCache *cache, gpointer data, GError **error)
{
  const char *dir = data;
  CdJournalAnchor anchor = { 0 };
  gboolean known = cd_cache_get_anchor (cache, &anchor, NULL);

  if (journal == NULL)
    {
      g_set_error_literal (error, CD_STORE_ERROR, CD_STORE_ERROR_READ_ONLY, "the journal cannot be read");
      return NULL;
    }
  return GINT_TO_POINTER (cd_journal_verify (journal, known ? &anchor : NULL, error) && cd_imports_verify (dir, journal, error));
}

void
cd_store_verify_async (CdStore *store, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (store != NULL);
  queue_run (store, cd_store_verify_async, verify_func, g_strdup (cd_paths_imports_dir (store->paths)), g_free, NULL, cancellable, callback, data);
}

gboolean
cd_store_verify_finish (CdStore *store, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, cd_store_verify_async), FALSE);
  return GPOINTER_TO_INT (g_task_propagate_pointer (G_TASK (result), error));
}

/* --- Clock and room --------------------------------------------------------------------------------------------------- */

static gpointer
offset_func (CdJournal *journal, CdCache *cache, gpointer data, GError **error)
{
  if (journal != NULL)
    cd_journal_set_offset (journal, *(gint64 *)data);
  return NULL;
}

void
cd_store_set_offset (CdStore *store, gint64 offset_us)
{
  queue_run (store, cd_store_set_offset, offset_func, g_memdup2 (&offset_us, sizeof offset_us), g_free, NULL, NULL, NULL, NULL);
}

static gpointer
look_func (CdJournal *journal, CdCache *cache, gpointer data, GError **error)
{
  cd_store_sample_space (data);
  return NULL;
}

void
cd_store_look (CdStore *store)
{
  queue_run (store, cd_store_look, look_func, store, NULL, NULL, NULL, NULL, NULL);
}
