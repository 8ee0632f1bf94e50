/* cd-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Appending with group commit, closing. Opening is in cd-store-open.c.
 *
 *   owner    append, append, append | end of the turn: hand over        callbacks
 *   store                           | one transaction, one fdatasync |  anchor, checkpoint when idle
 *
 * While the store thread is in fdatasync, later turns add to the queue; the next transaction takes all of it.
 */
#include "cd-store-private.h"

#include <string.h>

#define CHECKPOINT_FRAMES 256 /* 1 MiB: worth moving when nobody waits */

typedef struct
{
  GSource source;
  CdStore *store; /* (borrowed): it destroys the source before it goes */
} TurnSource;

void
cd_store_assert_owner (CdStore *store)
{
  g_assert (store->owner == g_thread_self ());
}

static void
append_free (gpointer data)
{
  CdStoreAppend *append = data;

  g_free (append->kind);
  g_free (append->key);
  g_bytes_unref (append->body);
  g_clear_object (&append->task);
  g_clear_error (&append->error);
  g_free (append);
}

GPtrArray *
cd_store_new_batch (void)
{
  return g_ptr_array_new_with_free_func (append_free);
}

void
cd_store_set_problem (CdStore *store, const char *text)
{
  g_mutex_lock (&store->mutex);
  g_free (store->problem);
  store->problem = g_strdup (text);
  g_mutex_unlock (&store->mutex);
}

/* --- Committing (store thread) ---------------------------------------------------------------------------------------- */

static gboolean
write_once (CdStore *store, GPtrArray *batch, guint *n_written, GError **error)
{
  *n_written = 0;
  cd_env_probe (store->env, "journal.begin");
  if (!cd_journal_begin (store->journal, error))
    return FALSE;
  for (guint i = 0; i < batch->len; i++)
    {
      CdStoreAppend *append = g_ptr_array_index (batch, i);
      gsize len;
      const void *body = g_bytes_get_data (append->body, &len);

      append->seq = cd_journal_append (store->journal, append->kind, append->key, body, len, &append->error);
      if (append->seq != 0)
        {
          (*n_written)++;
          continue;
        }
      /* A bad argument is the fault of one record; anything else is a fault of the file. */
      if (append->error->domain == CD_STORE_ERROR)
        continue;
      g_propagate_error (error, g_steal_pointer (&append->error));
      cd_journal_rollback (store->journal);
      return FALSE;
    }
  if (*n_written == 0)
    {
      cd_journal_rollback (store->journal);
      return TRUE;
    }
  cd_env_probe (store->env, "journal.written");
  if (!cd_journal_commit (store->journal, error))
    return FALSE;
  cd_env_probe (store->env, "journal.durable");
  return TRUE;
}

/* A full disk is the one trouble that a second try may follow: nothing was lost, and the reserve makes room. */
static gboolean
write_batch (CdStore *store, GPtrArray *batch, guint *n_written, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (store->read_only != NULL)
    {
      g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_READ_ONLY, "%s", store->read_only);
      return FALSE;
    }
  if (store->journal == NULL)
    {
      g_set_error_literal (error, CD_STORE_ERROR, CD_STORE_ERROR_CLOSED, "the store is closed");
      return FALSE;
    }
  if (write_once (store, batch, n_written, &local))
    return TRUE;
  if (!g_error_matches (local, CD_DB_ERROR, CD_DB_ERROR_FULL) || !cd_reserve_release (store->reserve_file))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  g_info ("the disk is full: the reserve is used");
  return write_once (store, batch, n_written, error);
}

static void
answer_batch (CdStore *store, GPtrArray *batch, const GError *failure)
{
  for (guint i = 0; i < batch->len; i++)
    {
      CdStoreAppend *append = g_ptr_array_index (batch, i);
      const GError *error = failure != NULL ? failure : append->error;

      if (append->task == NULL)
        {
          if (error != NULL)
            cd_store_set_problem (store, error->message);
        }
      else if (error != NULL)
        g_task_return_error (append->task, g_error_copy (error));
      else
        g_task_return_int (append->task, append->seq);
    }
}

static void
count_batch (CdStore *store, guint n_all, guint n_written, gint64 took_us, gboolean ok)
{
  g_mutex_lock (&store->mutex);
  store->stats.waiting -= n_all;
  if (ok && n_written > 0)
    {
      store->stats.appended += n_written;
      store->stats.commits++;
      store->stats.commit_us_max = MAX (store->stats.commit_us_max, took_us);
      store->stats.last_seq = cd_journal_last_seq (store->journal);
    }
  g_mutex_unlock (&store->mutex);
}

void
cd_store_mind_cache (CdStore *store, const GError *error)
{
  g_autoptr (GError) local = NULL;
  gboolean damaged = g_error_matches (error, CD_STORE_ERROR, CD_STORE_ERROR_DAMAGED);
  gboolean corrupt = error->domain == CD_DB_ERROR && (error->code == CD_DB_ERROR_CORRUPT || error->code == CD_DB_ERROR_FOREIGN || error->code == CD_DB_ERROR_IO);

  CD_ASSERT_STORE (store->worker);
  /* Messages of CdDb begin with the file: the journal may be as damaged, but must never be replaced. */
  if (!damaged && !(corrupt && g_str_has_prefix (error->message, cd_paths_cache_file (store->paths))))
    return;
  g_info ("cache is begun anew: %s", error->message);
  if (!cd_cache_rebuild (store->cache, &local))
    g_info ("cache cannot be begun anew: %s", local->message);
  g_mutex_lock (&store->mutex);
  store->cache_rebuilt = TRUE;
  g_mutex_unlock (&store->mutex);
}

/* Where the journal ends now, kept in two other places: in the cache, and signed beside the journal. Neither is waited for: they
 * may lag behind the journal and never lead. */
void
cd_store_write_anchor (CdStore *store, gboolean durable)
{
  g_autoptr (GError) error = NULL;
  CdJournalAnchor head;

  cd_journal_head (store->journal, &head);
  cd_env_probe (store->env, "head.before");
  if (!cd_cache_put_anchor (store->cache, &head, &error))
    cd_store_mind_cache (store, error);
  g_clear_error (&error);
  if (store->signer != NULL && head.seq > 0 && !cd_signer_write (store->signer, &head, cd_env_real_us (store->env), durable, &error))
    g_info ("%s", error->message);
  cd_env_probe (store->env, "head.after");
}

/* Doubt about the journal ends writing: what was said to be durable may not be, and only reading it afresh can tell. */
static void
doubt_journal (CdStore *store, const GError *error)
{
  if (error->domain == CD_DB_ERROR && error->code != CD_DB_ERROR_FULL && error->code != CD_DB_ERROR_BUSY && store->read_only == NULL)
    store->read_only = g_strdup (error->message);
}

/* Store thread. How much room there is; the reserve comes back with the room. */
void
cd_store_sample_space (CdStore *store)
{
  const char *dir = cd_paths_data_dir (store->paths);
  gint64 free_bytes = cd_env_free_bytes (store->env, dir);

  if (store->read_only == NULL && (free_bytes < 0 || free_bytes >= CD_SPACE_LOW_BYTES + CD_RESERVE_BYTES))
    cd_reserve_make (store->reserve_file);
  g_mutex_lock (&store->mutex);
  store->space = cd_space_look (store->env, dir);
  g_mutex_unlock (&store->mutex);
}

static GPtrArray *
take_queue (CdStore *store)
{
  GPtrArray *batch;

  g_mutex_lock (&store->mutex);
  batch = store->queue;
  store->queue = cd_store_new_batch ();
  store->job_scheduled = FALSE;
  g_mutex_unlock (&store->mutex);
  return batch;
}

static gboolean
queue_is_empty (CdStore *store)
{
  g_mutex_lock (&store->mutex);
  gboolean empty = store->queue->len == 0;
  g_mutex_unlock (&store->mutex);
  return empty;
}

static void
commit_job (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  CdStore *store = data;
  g_autoptr (GPtrArray) batch = take_queue (store);
  g_autoptr (GError) error = NULL;
  gint64 begin_us = cd_env_boot_us (store->env);
  guint n_written = 0;
  gboolean ok;

  CD_ASSERT_STORE (store->worker);
  ok = write_batch (store, batch, &n_written, &error);
  if (!ok)
    doubt_journal (store, error);
  count_batch (store, batch->len, n_written, cd_env_boot_us (store->env) - begin_us, ok);
  cd_store_set_problem (store, ok ? NULL : error->message);
  answer_batch (store, batch, error);
  if (ok && n_written > 0)
    {
      cd_store_write_anchor (store, FALSE);
      cd_store_sample_space (store);
      if (cd_db_wal_frames (cd_journal_db (store->journal)) >= CHECKPOINT_FRAMES && queue_is_empty (store))
        {
          cd_env_probe (store->env, "checkpoint.before");
          cd_db_checkpoint (cd_journal_db (store->journal), NULL);
          cd_env_probe (store->env, "checkpoint.after");
        }
    }
  else if (!ok)
    cd_store_sample_space (store);
  g_task_return_boolean (task, TRUE);
}

/* --- The end of the turn (owner) -------------------------------------------------------------------------------------- */

void
cd_store_end_turn (CdStore *store)
{
  gboolean schedule;

  cd_store_assert_owner (store);
  if (store->turn->len == 0)
    return;
  g_mutex_lock (&store->mutex);
  g_ptr_array_extend_and_steal (store->queue, g_steal_pointer (&store->turn));
  schedule = !store->job_scheduled;
  store->job_scheduled = TRUE;
  g_mutex_unlock (&store->mutex);
  store->turn = cd_store_new_batch ();
  if (schedule)
    {
      g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);
      g_task_set_task_data (task, store, NULL);
      cd_worker_queue (store->worker, task, commit_job);
    }
}

static gboolean
turn_source_prepare (GSource *source, int *timeout)
{
  *timeout = -1;
  cd_store_end_turn (((TurnSource *)source)->store);
  return FALSE;
}

static gboolean
turn_source_check (GSource *source)
{
  return FALSE;
}

static gboolean
turn_source_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs turn_source_funcs = { turn_source_prepare, turn_source_check, turn_source_dispatch, NULL };

void
cd_store_attach_turn (CdStore *store)
{
  store->turn_source = g_source_new (&turn_source_funcs, sizeof (TurnSource));
  ((TurnSource *)store->turn_source)->store = store;
  g_source_set_static_name (store->turn_source, "CdStore turn");
  g_source_set_priority (store->turn_source, G_MININT);
  g_source_attach (store->turn_source, store->context);
}

/* --- Appending (owner) ------------------------------------------------------------------------------------------------ */

static GError *
admit_append (CdStore *store)
{
  GError *error = NULL;

  g_mutex_lock (&store->mutex);
  if (store->closing)
    error = g_error_new_literal (CD_STORE_ERROR, CD_STORE_ERROR_CLOSED, "the store is closed");
  else if (store->stats.waiting >= CD_STORE_QUEUE_MAX)
    error = g_error_new (CD_STORE_ERROR, CD_STORE_ERROR_QUEUE_FULL, "%u records wait for the disk already", store->stats.waiting);
  else
    {
      store->stats.waiting++;
      store->stats.waiting_max = MAX (store->stats.waiting_max, store->stats.waiting);
    }
  store->stats.refused += error != NULL;
  g_mutex_unlock (&store->mutex);
  return error;
}

static void
append_record (CdStore *store, const char *kind, const char *key, GBytes *body, GTask *task)
{
  g_autoptr (GError) error = admit_append (store);
  CdStoreAppend *append;

  if (error != NULL)
    {
      if (task != NULL)
        g_task_return_error (task, g_error_copy (error));
      else
        cd_store_set_problem (store, error->message);
      return;
    }
  append = g_new0 (CdStoreAppend, 1);
  append->kind = g_strdup (kind);
  append->key = g_strdup (key);
  append->body = g_bytes_ref (body);
  append->task = task != NULL ? g_object_ref (task) : NULL;
  g_ptr_array_add (store->turn, append);
}

void
cd_store_append_async (CdStore *store, const char *kind, const char *key, GBytes *body, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (store != NULL && kind != NULL && key != NULL && body != NULL);
  cd_store_assert_owner (store);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  g_task_set_source_tag (task, cd_store_append_async);
  /* What is durable stays so: a late cancel must not hide it. */
  g_task_set_check_cancellable (task, FALSE);
  append_record (store, kind, key, body, task);
}

gint64
cd_store_append_finish (CdStore *store, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, cd_store_append_async), 0);
  gssize seq = g_task_propagate_int (G_TASK (result), error);
  return seq > 0 ? seq : 0;
}

void
cd_store_append (CdStore *store, const char *kind, const char *key, GBytes *body)
{
  g_return_if_fail (store != NULL && kind != NULL && key != NULL && body != NULL);
  cd_store_assert_owner (store);
  append_record (store, kind, key, body, NULL);
}

/* --- Closing ---------------------------------------------------------------------------------------------------------- */

static void
close_job (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  CdStore *store = data;

  CD_ASSERT_STORE (store->worker);
  if (store->journal != NULL && store->cache != NULL && store->read_only == NULL)
    cd_store_write_anchor (store, TRUE);
  g_clear_pointer (&store->signer, cd_signer_free);
  g_clear_pointer (&store->cache, cd_cache_close);
  g_clear_pointer (&store->journal, cd_journal_close);
  g_task_return_boolean (task, TRUE);
}

static void
begin_close (CdStore *store, GTask *task)
{
  cd_store_end_turn (store);
  g_source_destroy (store->turn_source);
  g_clear_pointer (&store->turn_source, g_source_unref);
  g_mutex_lock (&store->mutex);
  store->closing = TRUE;
  g_mutex_unlock (&store->mutex);
  g_task_set_task_data (task, store, NULL);
  cd_worker_queue (store->worker, task, close_job);
}

void
cd_store_close_async (CdStore *store, GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (store != NULL && !store->closing);
  cd_store_assert_owner (store);

  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, data);
  g_task_set_source_tag (task, cd_store_close_async);
  begin_close (store, task);
}

gboolean
cd_store_close_finish (CdStore *store, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, cd_store_close_async), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

CdStore *
cd_store_ref (CdStore *store)
{
  g_atomic_ref_count_inc (&store->refs);
  return store;
}

void
cd_store_unref (CdStore *store)
{
  if (!g_atomic_ref_count_dec (&store->refs))
    return;
  cd_store_assert_owner (store);
  if (!store->closing)
    {
      g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);
      begin_close (store, task);
    }
  cd_worker_free (store->worker); /* waits for the disk */
  g_assert (store->queue->len == 0 && store->turn->len == 0);
  g_ptr_array_unref (store->queue);
  g_ptr_array_unref (store->turn);
  g_clear_pointer (&store->replay, g_ptr_array_unref);
  g_mutex_clear (&store->mutex);
  g_main_context_unref (store->context);
  cd_paths_unref (store->paths);
  cd_env_unref (store->env);
  g_free (store->problem);
  g_free (store->warning);
  g_free (store->read_only);
  g_free (store->salvage);
  g_free (store->reserve_file);
  g_free (store);
}

/* --- Looking ---------------------------------------------------------------------------------------------------------- */

gsize
cd_store_replay (CdStore *store, CdJournalFunc func, gpointer data)
{
  gsize n = 0;

  cd_store_assert_owner (store);
  for (guint i = 0; store->replay != NULL && i < store->replay->len; i++)
    {
      n++;
      if (!func (g_ptr_array_index (store->replay, i), data))
        break;
    }
  return n;
}

void
cd_store_forget_replay (CdStore *store)
{
  cd_store_assert_owner (store);
  g_clear_pointer (&store->replay, g_ptr_array_unref);
}

char *
cd_store_get_problem (CdStore *store)
{
  g_mutex_lock (&store->mutex);
  char *text = g_strdup (store->problem);
  g_mutex_unlock (&store->mutex);
  return text;
}

char *
cd_store_dup_warning (CdStore *store)
{
  g_mutex_lock (&store->mutex);
  char *text = g_strdup (store->warning);
  g_mutex_unlock (&store->mutex);
  return text;
}

void
cd_store_get_stats (CdStore *store, CdStoreStats *stats)
{
  g_mutex_lock (&store->mutex);
  *stats = store->stats;
  g_mutex_unlock (&store->mutex);
}

gboolean
cd_store_cache_was_rebuilt (CdStore *store)
{
  g_mutex_lock (&store->mutex);
  gboolean rebuilt = store->cache_rebuilt;
  g_mutex_unlock (&store->mutex);
  return rebuilt;
}

char *
cd_store_dup_salvage (CdStore *store)
{
  g_mutex_lock (&store->mutex);
  char *path = g_strdup (store->salvage);
  g_mutex_unlock (&store->mutex);
  return path;
}

CdSpace
cd_store_get_space (CdStore *store)
{
  g_mutex_lock (&store->mutex);
  CdSpace space = store->space;
  g_mutex_unlock (&store->mutex);
  return space;
}

CdPaths *
cd_store_get_paths (CdStore *store)
{
  return store->paths;
}
