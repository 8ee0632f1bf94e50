/* cd-env.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The object and its dispatch. The two implementations are in cd-env-real.c and cd-env-test.c.
 */
#include "cd-env-private.h"
#include "cd-paths.h"
#include "cd-sys-error.h"
#include "cd-transport.h"

GQuark
cd_sys_error_quark (void)
{
  return g_quark_from_static_string ("cd-sys-error-quark");
}

struct _CdEnv
{
  gatomicrefcount refs;
  const CdEnvOps *ops;  /* (borrowed) static */
  gpointer data;        /* (owned) */
  CdEnvProbeFunc probe; /* (nullable) */
  gpointer probe_data;
  GMutex mutex;
  GHashTable *shared; /* (element-type utf8 CdEnvWorker) (owned) (mutex mutex): workers of cd_env_run_task */
};

struct _CdEnvWorker
{
  CdEnv *env;        /* (owned) (nullable): shared workers do not keep their CdEnv alive */
  CdEnv *dispatch;   /* (borrowed) */
  gpointer instance; /* (owned) */
};

CdEnv *
cd_env_new (const CdEnvOps *ops, gpointer data)
{
  g_return_val_if_fail (ops != NULL, NULL);
  g_assert (ops->real_us && ops->boot_us && ops->random_bytes && ops->get_string && ops->timer_add && ops->timer_cancel);
  g_assert (ops->worker_new && ops->worker_push && ops->worker_is_current && ops->worker_free);

  CdEnv *env = g_new0 (CdEnv, 1);
  g_atomic_ref_count_init (&env->refs);
  env->ops = ops;
  env->data = data;
  g_mutex_init (&env->mutex);
  return env;
}

CdEnv *
cd_env_default (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once))
    g_once_init_leave (&once, (gsize)cd_env_new (&cd_env_real_ops, cd_env_real_data_new ()));
  return (CdEnv *)once;
}

CdEnv *
cd_env_ref (CdEnv *env)
{
  g_return_val_if_fail (env != NULL, NULL);
  g_atomic_ref_count_inc (&env->refs);
  return env;
}

void
cd_env_unref (CdEnv *env)
{
  g_return_if_fail (env != NULL);
  if (!g_atomic_ref_count_dec (&env->refs))
    return;
  g_clear_pointer (&env->shared, g_hash_table_unref);
  if (env->ops->free)
    env->ops->free (env->data);
  g_mutex_clear (&env->mutex);
  g_free (env);
}

gpointer
cd_env_get_data (CdEnv *env, const CdEnvOps *ops)
{
  g_assert (env != NULL && env->ops == ops);
  return env->data;
}

gint64
cd_env_real_us (CdEnv *env)
{
  return env->ops->real_us (env->data);
}

gint64
cd_env_boot_us (CdEnv *env)
{
  return env->ops->boot_us (env->data);
}

gint64
cd_env_slept_us (CdEnv *env)
{
  return env->ops->slept_us ? env->ops->slept_us (env->data) : 0;
}

void
cd_env_random_bytes (CdEnv *env, void *out, gsize len)
{
  env->ops->random_bytes (env->data, out, len);
}

guint32
cd_env_random_u32 (CdEnv *env)
{
  guint32 value;
  env->ops->random_bytes (env->data, &value, sizeof value);
  return value;
}

const char *
cd_env_get_string (CdEnv *env, const char *name)
{
  g_return_val_if_fail (name != NULL && *name != '\0', NULL);
  const char *value = env->ops->get_string (env->data, name);
  return value != NULL && *value != '\0' ? value : NULL;
}

guint64
cd_env_timer_add (CdEnv *env, GMainContext *context, guint ms, GSourceFunc func, gpointer data)
{
  return cd_env_timer_add_full (env, context, ms, FALSE, func, data, NULL);
}

guint64
cd_env_timer_add_full (CdEnv *env, GMainContext *context, guint ms, gboolean repeat, GSourceFunc func, gpointer data, GDestroyNotify destroy)
{
  g_return_val_if_fail (func != NULL, 0);
  return env->ops->timer_add (env->data, context, ms, repeat, func, data, destroy);
}

void
cd_env_timer_cancel (CdEnv *env, guint64 id)
{
  if (id != 0)
    env->ops->timer_cancel (env->data, id);
}

void
cd_env_clear_timer (CdEnv *env, guint64 *id)
{
  guint64 old = *id;
  *id = 0;
  cd_env_timer_cancel (env, old);
}

static CdEnvWorker *
worker_new (CdEnv *env, const char *name, gboolean keep_env)
{
  CdEnvWorker *worker = g_new0 (CdEnvWorker, 1);
  worker->env = keep_env ? cd_env_ref (env) : NULL;
  worker->dispatch = env;
  worker->instance = env->ops->worker_new (env->data, name);
  return worker;
}

CdEnvWorker *
cd_env_worker_new (CdEnv *env, const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);
  return worker_new (env, name, TRUE);
}

void
cd_env_worker_push (CdEnvWorker *worker, CdEnvTaskFunc func, gpointer data)
{
  g_return_if_fail (worker != NULL && func != NULL);
  worker->dispatch->ops->worker_push (worker->dispatch->data, worker->instance, func, data);
}

gboolean
cd_env_worker_is_current (CdEnvWorker *worker)
{
  return worker->dispatch->ops->worker_is_current (worker->dispatch->data, worker->instance);
}

void
cd_env_worker_free (CdEnvWorker *worker)
{
  if (worker == NULL)
    return;
  worker->dispatch->ops->worker_free (worker->dispatch->data, worker->instance);
  g_clear_pointer (&worker->env, cd_env_unref);
  g_free (worker);
}

void
cd_env_run_task (CdEnv *env, const char *name, CdEnvTaskFunc func, gpointer data)
{
  g_return_if_fail (name != NULL && func != NULL);
  CdEnvWorker *worker;

  g_mutex_lock (&env->mutex);
  if (env->shared == NULL)
    env->shared = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)cd_env_worker_free);
  worker = g_hash_table_lookup (env->shared, name);
  if (worker == NULL)
    {
      worker = worker_new (env, name, FALSE);
      g_hash_table_insert (env->shared, g_strdup (name), worker);
    }
  g_mutex_unlock (&env->mutex);
  cd_env_worker_push (worker, func, data);
}

const char *
cd_env_vfs_name (CdEnv *env)
{
  return env->ops->vfs_name ? env->ops->vfs_name (env->data) : NULL;
}

gint64
cd_env_free_bytes (CdEnv *env, const char *dir)
{
  return env->ops->free_bytes ? env->ops->free_bytes (env->data, dir) : cd_paths_free_bytes (dir);
}

void
cd_env_set_probe (CdEnv *env, CdEnvProbeFunc func, gpointer data)
{
  env->probe = func;
  env->probe_data = data;
}

gboolean
cd_env_has_threads (CdEnv *env)
{
  return !env->ops->no_threads;
}

void
cd_env_probe (CdEnv *env, const char *name)
{
  if (env->probe)
    env->probe (name, env->probe_data);
}

const CdTransportOps *
cd_env_transport (CdEnv *env, gpointer *data)
{
  return env->ops->transport ? env->ops->transport (env->data, data) : NULL;
}
