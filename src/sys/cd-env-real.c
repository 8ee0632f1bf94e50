/* cd-env-real.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The real machine behind CdEnv: kernel clocks, getrandom, GSource timers, one thread per worker.
 */
#include "cd-env-private.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

typedef struct
{
  GMutex mutex;
  GHashTable *strings; /* (element-type utf8 utf8) (owned) (mutex mutex): values are kept for ever, so callers may hold them */
  GHashTable *timers;  /* (element-type guint64 GSource) (owned) (mutex mutex) */
  guint64 last_timer;  /* (mutex mutex) */
} RealEnv;

typedef struct
{
  RealEnv *env; /* (borrowed) */
  guint64 id;
  gboolean repeat;
  GSourceFunc func;
  gpointer data;
  GDestroyNotify destroy;
} RealTimer;

typedef struct
{
  CdEnvTaskFunc func;
  gpointer data;
} RealJob;

typedef struct
{
  GThread *thread; /* (owned) */
  GMutex mutex;
  GCond cond;
  GQueue jobs;   /* (element-type RealJob) (mutex mutex) */
  gboolean stop; /* (mutex mutex) */
} RealWorker;

static gint64
clock_us (clockid_t clock)
{
  struct timespec ts;

  if (clock_gettime (clock, &ts) != 0)
    g_error ("clock %d cannot be read: %s", (int)clock, g_strerror (errno));
  return (gint64)ts.tv_sec * G_USEC_PER_SEC + ts.tv_nsec / 1000;
}

static gint64
real_real_us (gpointer data)
{
  return clock_us (CLOCK_REALTIME);
}

static gint64
real_boot_us (gpointer data)
{
  return clock_us (CLOCK_BOOTTIME);
}

static gint64
real_slept_us (gpointer data)
{
  return clock_us (CLOCK_BOOTTIME) - clock_us (CLOCK_MONOTONIC);
}

static void
real_random_bytes (gpointer data, void *out, gsize len)
{
  guint8 *at = out;

  while (len > 0)
    {
      ssize_t n = getrandom (at, len, 0);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        g_error ("getrandom: %s", g_strerror (errno));
      at += n;
      len -= (gsize)n;
    }
}

static const char *
real_get_string (gpointer data, const char *name)
{
  RealEnv *self = data;
  char *value;

  g_mutex_lock (&self->mutex);
  if (!g_hash_table_lookup_extended (self->strings, name, NULL, (gpointer *)&value))
    {
      value = g_strdup (g_getenv (name));
      g_hash_table_insert (self->strings, g_strdup (name), value);
    }
  g_mutex_unlock (&self->mutex);
  return value;
}

static gboolean
real_timer_fire (gpointer user_data)
{
  RealTimer *timer = user_data;
  gboolean again = timer->func (timer->data);
  return timer->repeat && again ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
real_timer_free (gpointer user_data)
{
  RealTimer *timer = user_data;
  RealEnv *self = timer->env;

  g_mutex_lock (&self->mutex);
  GSource *source = g_hash_table_lookup (self->timers, &timer->id);
  if (source != NULL)
    g_hash_table_steal (self->timers, &timer->id);
  g_mutex_unlock (&self->mutex);
  g_clear_pointer (&source, g_source_unref);
  if (timer->destroy)
    timer->destroy (timer->data);
  g_free (timer);
}

static guint64
real_timer_add (gpointer data, GMainContext *context, guint ms, gboolean repeat, GSourceFunc func, gpointer user_data, GDestroyNotify destroy)
{
  RealEnv *self = data;
  RealTimer *timer = g_new0 (RealTimer, 1);
  GSource *source = g_timeout_source_new (ms);
  guint64 id;

  timer->env = self;
  timer->repeat = repeat;
  timer->func = func;
  timer->data = user_data;
  timer->destroy = destroy;

  g_mutex_lock (&self->mutex);
  id = timer->id = ++self->last_timer;
  g_hash_table_insert (self->timers, &timer->id, source);
  g_mutex_unlock (&self->mutex);

  g_source_set_static_name (source, "CdEnv timer");
  g_source_set_callback (source, real_timer_fire, timer, real_timer_free);
  /* The table owns our reference; the context takes its own. */
  g_source_attach (source, context ? context : g_main_context_get_thread_default ());
  return id;
}

static void
real_timer_cancel (gpointer data, guint64 id)
{
  RealEnv *self = data;

  g_mutex_lock (&self->mutex);
  GSource *source = g_hash_table_lookup (self->timers, &id);
  if (source != NULL)
    g_source_ref (source);
  g_mutex_unlock (&self->mutex);
  if (source == NULL)
    return;
  g_source_destroy (source); /* runs real_timer_free, which leaves the table */
  g_source_unref (source);
}

static gpointer
real_worker_run (gpointer user_data)
{
  RealWorker *worker = user_data;
  GMainContext *context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  g_mutex_lock (&worker->mutex);
  while (TRUE)
    {
      RealJob *job = g_queue_pop_head (&worker->jobs);
      if (job == NULL && worker->stop)
        break;
      if (job == NULL)
        {
          g_cond_wait (&worker->cond, &worker->mutex);
          continue;
        }
      g_mutex_unlock (&worker->mutex);
      job->func (job->data);
      g_free (job);
      g_mutex_lock (&worker->mutex);
    }
  g_mutex_unlock (&worker->mutex);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  return NULL;
}

static gpointer
real_worker_new (gpointer data, const char *name)
{
  RealWorker *worker = g_new0 (RealWorker, 1);

  g_mutex_init (&worker->mutex);
  g_cond_init (&worker->cond);
  g_queue_init (&worker->jobs);
  /* The thread may look at its own handle, so it starts only when the handle is stored. */
  g_mutex_lock (&worker->mutex);
  worker->thread = g_thread_new (name, real_worker_run, worker);
  g_mutex_unlock (&worker->mutex);
  return worker;
}

static void
real_worker_push (gpointer data, gpointer instance, CdEnvTaskFunc func, gpointer user_data)
{
  RealWorker *worker = instance;
  RealJob *job = g_new (RealJob, 1);

  job->func = func;
  job->data = user_data;
  g_mutex_lock (&worker->mutex);
  g_assert (!worker->stop);
  g_queue_push_tail (&worker->jobs, job);
  g_cond_signal (&worker->cond);
  g_mutex_unlock (&worker->mutex);
}

static gboolean
real_worker_is_current (gpointer data, gpointer instance)
{
  RealWorker *worker = instance;
  return worker->thread == g_thread_self ();
}

static void
real_worker_free (gpointer data, gpointer instance)
{
  RealWorker *worker = instance;

  g_assert (worker->thread != g_thread_self ());
  g_mutex_lock (&worker->mutex);
  worker->stop = TRUE;
  g_cond_signal (&worker->cond);
  g_mutex_unlock (&worker->mutex);
  g_thread_join (worker->thread);
  g_assert (g_queue_is_empty (&worker->jobs));
  g_mutex_clear (&worker->mutex);
  g_cond_clear (&worker->cond);
  g_free (worker);
}

static void
real_free (gpointer data)
{
  RealEnv *self = data;

  g_assert (g_hash_table_size (self->timers) == 0);
  g_hash_table_unref (self->timers);
  g_hash_table_unref (self->strings);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

gpointer
cd_env_real_data_new (void)
{
  RealEnv *self = g_new0 (RealEnv, 1);

  g_mutex_init (&self->mutex);
  self->strings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->timers = g_hash_table_new (g_int64_hash, g_int64_equal);
  return self;
}

const CdEnvOps cd_env_real_ops = {
  .real_us = real_real_us,
  .boot_us = real_boot_us,
  .slept_us = real_slept_us,
  .random_bytes = real_random_bytes,
  .get_string = real_get_string,
  .timer_add = real_timer_add,
  .timer_cancel = real_timer_cancel,
  .worker_new = real_worker_new,
  .worker_push = real_worker_push,
  .worker_is_current = real_worker_is_current,
  .worker_free = real_worker_free,
  .free = real_free,
};
