/* cd-env-test.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The driven machine: nothing happens in it unless its driver advances the clock. Same calls, same seed, same history.
 */
#include "cd-env-private.h"
#include "cd-paths.h"
#include "cd-transport.h"

#include <string.h>

typedef struct
{
  guint64 id;
  gint64 due_us;
  gint64 period_us; /* 0 = fires once */
  GSourceFunc func;
  gpointer data;
  GDestroyNotify destroy;
} TestTimer;

typedef struct
{
  CdEnvTaskFunc func;
  gpointer data;
} TestJob;

typedef struct
{
  GQueue jobs; /* (element-type TestJob) (owned) */
  guint depth; /* how often it runs right now, one inside the other: at most one */
} TestWorker;

typedef struct
{
  gint64 real_us;
  gint64 boot_us;
  gint64 slept_us;
  guint64 random_state;
  GHashTable *strings; /* (element-type utf8 utf8) (owned) */
  GPtrArray *retired;  /* (element-type utf8) (owned): values replaced while somebody may hold them */
  GPtrArray *timers;   /* (element-type TestTimer) (owned): unordered; few */
  GPtrArray *workers;  /* (element-type TestWorker) (borrowed) */
  guint64 last_timer;
  gboolean hold;
  char *vfs;         /* (owned) (nullable) */
  gint64 free_bytes; /* -1 = not set */
  const CdTransportOps *transport;
  gpointer transport_data;
} TestEnv;

static const CdEnvOps test_ops;

static gint64
test_real_us (gpointer data)
{
  return ((TestEnv *)data)->real_us;
}

static gint64
test_boot_us (gpointer data)
{
  return ((TestEnv *)data)->boot_us;
}

static gint64
test_slept_us (gpointer data)
{
  return ((TestEnv *)data)->slept_us;
}

/* SplitMix64: small, and every seed gives a full-length sequence. Not for secrets, which a simulator has none of. */
static guint64
next_random (TestEnv *self)
{
  guint64 z = (self->random_state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));
  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

static void
test_random_bytes (gpointer data, void *out, gsize len)
{
  guint8 *at = out;

  while (len > 0)
    {
      guint64 value = GUINT64_TO_LE (next_random (data));
      gsize n = MIN (len, sizeof value);
      memcpy (at, &value, n);
      at += n;
      len -= n;
    }
}

static const char *
test_get_string (gpointer data, const char *name)
{
  return g_hash_table_lookup (((TestEnv *)data)->strings, name);
}

static guint64
test_timer_add (gpointer data, GMainContext *context, guint ms, gboolean repeat, GSourceFunc func, gpointer user_data, GDestroyNotify destroy)
{
  TestEnv *self = data;
  TestTimer *timer = g_new0 (TestTimer, 1);

  timer->id = ++self->last_timer;
  timer->due_us = self->boot_us + (gint64)ms * 1000;
  /* A period of 0 ms would fire for ever inside one advance. */
  timer->period_us = repeat ? MAX ((gint64)ms * 1000, 1) : 0;
  timer->func = func;
  timer->data = user_data;
  timer->destroy = destroy;
  g_ptr_array_add (self->timers, timer);
  return timer->id;
}

static void
test_timer_free (TestTimer *timer)
{
  if (timer->destroy)
    timer->destroy (timer->data);
  g_free (timer);
}

static TestTimer *
find_timer (TestEnv *self, guint64 id, guint *index)
{
  for (guint i = 0; i < self->timers->len; i++)
    {
      TestTimer *timer = g_ptr_array_index (self->timers, i);
      if (timer->id == id)
        {
          *index = i;
          return timer;
        }
    }
  return NULL;
}

static void
test_timer_cancel (gpointer data, guint64 id)
{
  TestEnv *self = data;
  guint index;
  TestTimer *timer = find_timer (self, id, &index);

  if (timer == NULL)
    return;
  g_ptr_array_remove_index (self->timers, index);
  test_timer_free (timer);
}

static TestTimer *
next_timer (TestEnv *self)
{
  TestTimer *best = NULL;

  for (guint i = 0; i < self->timers->len; i++)
    {
      TestTimer *timer = g_ptr_array_index (self->timers, i);
      if (best == NULL || timer->due_us < best->due_us || (timer->due_us == best->due_us && timer->id < best->id))
        best = timer;
    }
  return best;
}

static void
fire_timer (TestEnv *self, TestTimer *timer)
{
  guint64 id = timer->id;
  guint index;
  gboolean again;

  if (timer->period_us > 0)
    timer->due_us += timer->period_us;
  else
    timer->due_us = G_MAXINT64; /* stays in the list so that cancelling from inside itself works */
  again = timer->func (timer->data);

  timer = find_timer (self, id, &index);
  if (timer != NULL && (timer->period_us == 0 || !again))
    {
      g_ptr_array_remove_index (self->timers, index);
      test_timer_free (timer);
    }
}

guint
cd_env_test_advance (CdEnv *env, gint64 us)
{
  TestEnv *self = cd_env_get_data (env, &test_ops);
  gint64 end = self->boot_us + us;
  guint fired = 0;
  TestTimer *timer;

  g_return_val_if_fail (us >= 0, 0);
  while ((timer = next_timer (self)) != NULL && timer->due_us <= end)
    {
      gint64 step = MAX (timer->due_us - self->boot_us, 0);
      self->boot_us += step;
      self->real_us += step;
      fire_timer (self, timer);
      fired++;
    }
  self->real_us += end - self->boot_us;
  self->boot_us = end;
  return fired;
}

gint64
cd_env_test_next_timer_us (CdEnv *env)
{
  TestTimer *timer = next_timer (cd_env_get_data (env, &test_ops));
  return timer != NULL && timer->due_us != G_MAXINT64 ? timer->due_us : -1;
}

void
cd_env_test_step_real (CdEnv *env, gint64 delta_us)
{
  TestEnv *self = cd_env_get_data (env, &test_ops);
  self->real_us += delta_us;
}

void
cd_env_test_suspend (CdEnv *env, gint64 us)
{
  TestEnv *self = cd_env_get_data (env, &test_ops);

  self->boot_us += us;
  self->real_us += us;
  self->slept_us += us;
  for (guint i = 0; i < self->timers->len; i++)
    {
      TestTimer *timer = g_ptr_array_index (self->timers, i);
      if (timer->due_us != G_MAXINT64)
        timer->due_us += us;
    }
}

void
cd_env_test_set_string (CdEnv *env, const char *name, const char *value)
{
  TestEnv *self = cd_env_get_data (env, &test_ops);
  g_autofree char *key = NULL;
  char *old;

  if (g_hash_table_steal_extended (self->strings, name, (gpointer *)&key, (gpointer *)&old))
    g_ptr_array_add (self->retired, old);
  if (value != NULL)
    g_hash_table_insert (self->strings, g_strdup (name), g_strdup (value));
}

void
cd_env_test_set_vfs (CdEnv *env, const char *vfs_name)
{
  TestEnv *self = cd_env_get_data (env, &test_ops);
  g_free (self->vfs);
  self->vfs = g_strdup (vfs_name);
}

static const char *
test_vfs_name (gpointer data)
{
  return ((TestEnv *)data)->vfs;
}

void
cd_env_test_set_transport (CdEnv *env, const CdTransportOps *ops, gpointer data)
{
  TestEnv *self = cd_env_get_data (env, &test_ops);
  self->transport = ops;
  self->transport_data = data;
}

static gconstpointer
test_transport (gpointer data, gpointer *transport_data)
{
  TestEnv *self = data;
  *transport_data = self->transport_data;
  return self->transport;
}

/* Work pushed by work runs after it, as it would on a thread. */
static void
drain_worker (TestWorker *worker)
{
  TestJob *job;

  if (worker->depth > 0)
    return;
  worker->depth++;
  while ((job = g_queue_pop_head (&worker->jobs)) != NULL)
    {
      job->func (job->data);
      g_free (job);
    }
  worker->depth--;
}

static gpointer
test_worker_new (gpointer data, const char *name)
{
  TestEnv *self = data;
  TestWorker *worker = g_new0 (TestWorker, 1);

  g_queue_init (&worker->jobs);
  g_ptr_array_add (self->workers, worker);
  return worker;
}

static void
test_worker_push (gpointer data, gpointer instance, CdEnvTaskFunc func, gpointer user_data)
{
  TestEnv *self = data;
  TestWorker *worker = instance;
  TestJob *job = g_new (TestJob, 1);

  job->func = func;
  job->data = user_data;
  g_queue_push_tail (&worker->jobs, job);
  if (!self->hold)
    drain_worker (worker);
}

static gboolean
test_worker_is_current (gpointer data, gpointer instance)
{
  return ((TestWorker *)instance)->depth > 0;
}

static void
test_worker_free (gpointer data, gpointer instance)
{
  TestEnv *self = data;
  TestWorker *worker = instance;

  g_assert (worker->depth == 0);
  drain_worker (worker);
  g_ptr_array_remove (self->workers, worker);
  g_free (worker);
}

void
cd_env_test_hold_workers (CdEnv *env, gboolean hold)
{
  TestEnv *self = cd_env_get_data (env, &test_ops);

  self->hold = hold;
  for (guint i = 0; !hold && i < self->workers->len; i++)
    drain_worker (g_ptr_array_index (self->workers, i));
}

static void
test_free (gpointer data)
{
  TestEnv *self = data;

  while (self->timers->len > 0)
    test_timer_free (g_ptr_array_steal_index (self->timers, self->timers->len - 1));
  g_ptr_array_unref (self->timers);
  g_assert (self->workers->len == 0);
  g_ptr_array_unref (self->workers);
  g_ptr_array_unref (self->retired);
  g_hash_table_unref (self->strings);
  g_free (self->vfs);
  g_free (self);
}

static gint64
test_free_bytes (gpointer data, const char *dir)
{
  TestEnv *self = data;
  return self->free_bytes >= 0 ? self->free_bytes : cd_paths_free_bytes (dir);
}

void
cd_env_test_set_free_bytes (CdEnv *env, gint64 bytes)
{
  TestEnv *self = cd_env_get_data (env, &test_ops);
  self->free_bytes = bytes;
}

static const CdEnvOps test_ops = {
  .real_us = test_real_us,
  .boot_us = test_boot_us,
  .slept_us = test_slept_us,
  .random_bytes = test_random_bytes,
  .get_string = test_get_string,
  .timer_add = test_timer_add,
  .timer_cancel = test_timer_cancel,
  .worker_new = test_worker_new,
  .worker_push = test_worker_push,
  .worker_is_current = test_worker_is_current,
  .worker_free = test_worker_free,
  .vfs_name = test_vfs_name,
  .free_bytes = test_free_bytes,
  .transport = test_transport,
  .no_threads = TRUE,
  .free = test_free,
};

CdEnv *
cd_env_test_new (gint64 start_real_us, guint64 seed)
{
  TestEnv *self = g_new0 (TestEnv, 1);

  self->real_us = start_real_us;
  self->boot_us = G_USEC_PER_SEC;
  self->free_bytes = -1;
  self->random_state = seed;
  self->strings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->retired = g_ptr_array_new_with_free_func (g_free);
  self->timers = g_ptr_array_new ();
  self->workers = g_ptr_array_new ();
  return cd_env_new (&test_ops, self);
}
