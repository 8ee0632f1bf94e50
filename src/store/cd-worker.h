/* cd-worker.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One named worker that runs GTasks in the order in which they were queued. The queue is bounded and counted; what does not
 * fit fails at once with %CD_STORE_ERROR_QUEUE_FULL instead of growing. In the driven environment everything runs inline.
 */
#pragma once

#include "cd-env.h"

G_BEGIN_DECLS

#define CD_STORE_ERROR (cd_store_error_quark ())
GQuark cd_store_error_quark (void);

/* Values are frozen: they appear in logs. Append only. What SQLite said comes as CD_DB_ERROR instead. */
typedef enum
{
  CD_STORE_ERROR_QUEUE_FULL = 1, /* too much is waiting for the disk */
  CD_STORE_ERROR_CLOSED = 2,     /* closed, or closing */
  CD_STORE_ERROR_TAMPERED = 3,   /* a journal record is not what was written */
  CD_STORE_ERROR_CUT = 4,        /* records that are known to have existed are missing at the end */
  CD_STORE_ERROR_ARGUMENT = 5,   /* a kind, key or body that may not be stored */
  CD_STORE_ERROR_IMPORT = 6,     /* raw bytes that are missing or not those that were imported */
  CD_STORE_ERROR_DAMAGED = 7,    /* a cache row that fails its check: the cache must be rebuilt */
  CD_STORE_ERROR_KEY = 8,        /* the key that signs heads cannot be used */
  CD_STORE_ERROR_HEAD = 9,       /* a signed head that does not hold */
  CD_STORE_ERROR_READ_ONLY = 10, /* the journal is kept as it is: nothing is written, nothing leaves */
} CdStoreError;

typedef struct _CdWorker CdWorker;

typedef struct
{
  guint queued;     /* now */
  guint queued_max; /* ever */
  guint64 done;
  guint64 refused;
} CdWorkerStats;

/**
 * cd_worker_new:
 * @queue_max: tasks that may wait
 */
CdWorker *cd_worker_new (CdEnv *env, const char *name, guint queue_max) G_GNUC_WARN_UNUSED_RESULT;

/**
 * cd_worker_queue:
 * @task: (transfer none): @func must return it, on the worker; a cancelled task is returned without running @func
 * From any thread. After cd_worker_free() began, tasks fail with %CD_STORE_ERROR_CLOSED.
 */
void cd_worker_queue (CdWorker *worker, GTask *task, GTaskThreadFunc func);

/**
 * cd_worker_free:
 * Runs what is queued, then ends the thread and waits for it. Not from the worker.
 */
void cd_worker_free (CdWorker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdWorker, cd_worker_free)

gboolean cd_worker_is_current (CdWorker *worker);
void cd_worker_get_stats (CdWorker *worker, CdWorkerStats *stats); /* any thread */

/* At the entry of everything that touches SQLite. */
#define CD_ASSERT_STORE(worker) g_assert (cd_worker_is_current (worker))

G_END_DECLS
