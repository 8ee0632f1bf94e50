/* cd-worker.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-worker.h"

GQuark
cd_store_error_quark (void)
{
  return g_quark_from_static_string ("cd-store-error-quark");
}

struct _CdWorker
{
  CdEnvWorker *worker; /* (owned) */
  guint queue_max;
  GMutex mutex;
  gboolean closed;     /* (mutex mutex) */
  CdWorkerStats stats; /* (mutex mutex) */
};

typedef struct
{
  CdWorker *worker; /* (borrowed): it outlives its jobs */
  GTask *task;      /* (owned) */
  GTaskThreadFunc func;
} Job;

CdWorker *
cd_worker_new (CdEnv *env, const char *name, guint queue_max)
{
  CdWorker *worker = g_new0 (CdWorker, 1);

  worker->worker = cd_env_worker_new (env, name);
  worker->queue_max = queue_max;
  g_mutex_init (&worker->mutex);
  return worker;
}

static void
job_run (gpointer data)
{
  Job *job = data;
  CdWorker *worker = job->worker;

  if (!g_task_return_error_if_cancelled (job->task))
    job->func (job->task, g_task_get_source_object (job->task), g_task_get_task_data (job->task), g_task_get_cancellable (job->task));
  g_object_unref (job->task);
  g_free (job);
  g_mutex_lock (&worker->mutex);
  worker->stats.queued--;
  worker->stats.done++;
  g_mutex_unlock (&worker->mutex);
}

/* Counts the task in, or says why not. */
static GError *
admit (CdWorker *worker)
{
  GError *error = NULL;

  g_mutex_lock (&worker->mutex);
  if (worker->closed)
    error = g_error_new_literal (CD_STORE_ERROR, CD_STORE_ERROR_CLOSED, "the store is closed");
  else if (worker->stats.queued >= worker->queue_max)
    error = g_error_new (CD_STORE_ERROR, CD_STORE_ERROR_QUEUE_FULL, "%u tasks wait for the disk already", worker->stats.queued);
  else
    {
      worker->stats.queued++;
      worker->stats.queued_max = MAX (worker->stats.queued_max, worker->stats.queued);
    }
  worker->stats.refused += error != NULL;
  g_mutex_unlock (&worker->mutex);
  return error;
}

void
cd_worker_queue (CdWorker *worker, GTask *task, GTaskThreadFunc func)
{
  GError *error = admit (worker);
  Job *job;

  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  job = g_new (Job, 1);
  job->worker = worker;
  job->task = g_object_ref (task);
  job->func = func;
  cd_env_worker_push (worker->worker, job_run, job);
}

void
cd_worker_free (CdWorker *worker)
{
  if (worker == NULL)
    return;
  g_mutex_lock (&worker->mutex);
  worker->closed = TRUE;
  g_mutex_unlock (&worker->mutex);
  cd_env_worker_free (worker->worker);
  g_assert (worker->stats.queued == 0);
  g_mutex_clear (&worker->mutex);
  g_free (worker);
}

gboolean
cd_worker_is_current (CdWorker *worker)
{
  return cd_env_worker_is_current (worker->worker);
}

void
cd_worker_get_stats (CdWorker *worker, CdWorkerStats *stats)
{
  g_mutex_lock (&worker->mutex);
  *stats = worker->stats;
  g_mutex_unlock (&worker->mutex);
}
