/* cd-env.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CdEnv is the only door to the clock, to randomness, to environment variables, to timers, to threads and (cd-transport.h) to
 * the wire. Everything else receives a CdEnv. There are two implementations: the real one (cd_env_default) and the driven one (cd_env_test_new), in
 * which the clock stands still until it is advanced, randomness comes from a seed, timers fire only while advancing, and
 * work for a worker runs inline. A third one can be made with cd_env_new().
 *
 * Threads: a CdEnv may be used from every thread. The driven one is meant for one thread and asserts nothing about it.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _CdEnv CdEnv;
typedef struct _CdEnvWorker CdEnvWorker;
typedef struct _CdEnvLoop CdEnvLoop;

/**
 * CdEnvTaskFunc:
 * A piece of work for a worker. Runs once, on the worker, in the order of pushing.
 */
typedef void (*CdEnvTaskFunc) (gpointer data);

/**
 * CdEnvOps:
 * What an implementation supplies. All members from @vfs_name on may be left out. @data is the implementation's own.
 */
typedef struct
{
  gint64 (*real_us) (gpointer data);                           /* UTC, microseconds since 1970 */
  gint64 (*boot_us) (gpointer data);                           /* never goes back, counts suspend */
  void (*random_bytes) (gpointer data, void *out, gsize len);  /* fills all of @out or aborts */
  const char *(*get_string) (gpointer data, const char *name); /* NULL when unset; valid as long as the CdEnv */
  guint64 (*timer_add) (gpointer data, GMainContext *context, guint ms, gboolean repeat, GSourceFunc func, gpointer user_data, GDestroyNotify destroy);
  void (*timer_cancel) (gpointer data, guint64 id);
  gpointer (*worker_new) (gpointer data, const char *name);
  void (*worker_push) (gpointer data, gpointer worker, CdEnvTaskFunc func, gpointer user_data);
  gboolean (*worker_is_current) (gpointer data, gpointer worker);
  void (*worker_free) (gpointer data, gpointer worker);                 /* runs what is queued, then joins */
  const char *(*vfs_name) (gpointer data);                              /* SQLite VFS; NULL = the default one */
  gint64 (*free_bytes) (gpointer data, const char *dir);                /* NULL = ask the file system */
  gconstpointer (*transport) (gpointer data, gpointer *transport_data); /* see cd-transport.h; NULL = libsoup */
  gint64 (*slept_us) (gpointer data);                                   /* NULL = it never sleeps */
  gboolean no_threads;                                                  /* everything runs inline */
  void (*free) (gpointer data);
} CdEnvOps;

/**
 * cd_env_default:
 * The real machine. Returns: (transfer none): one object for the whole life of the process.
 */
CdEnv *cd_env_default (void);

/**
 * cd_env_new:
 * @ops: must outlive the CdEnv (a static table)
 * @data: (transfer full): handed to every function, freed with @ops->free
 */
CdEnv *cd_env_new (const CdEnvOps *ops, gpointer data) G_GNUC_WARN_UNUSED_RESULT;
CdEnv *cd_env_ref (CdEnv *env);
void cd_env_unref (CdEnv *env);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdEnv, cd_env_unref)

/* --- Clock ----------------------------------------------------------------------------------------------------------- */

/**
 * cd_env_real_us:
 * UTC in microseconds since 1970-01-01. May jump. For time stamps; never for ages.
 */
gint64 cd_env_real_us (CdEnv *env);

/**
 * cd_env_boot_us:
 * Microseconds since boot, suspend included (CLOCK_BOOTTIME). Never goes back. For ages, deadlines of our own and rates.
 */
gint64 cd_env_boot_us (CdEnv *env);

/**
 * cd_env_slept_us:
 * How many microseconds of those since boot the machine was asleep. Never goes back by more than the reading of two clocks takes. What
 * was connected before it grew may be long gone at the other end.
 */
gint64 cd_env_slept_us (CdEnv *env);

/* --- Randomness and environment -------------------------------------------------------------------------------------- */

/**
 * cd_env_random_bytes:
 * Fills @out from the kernel (getrandom). Good enough for keys. Aborts when the kernel cannot: a weak key is worse.
 */
void cd_env_random_bytes (CdEnv *env, void *out, gsize len);
guint32 cd_env_random_u32 (CdEnv *env);

/**
 * cd_env_get_string:
 * An environment variable as it was when first asked for. Returns: (nullable) (transfer none): never an empty string.
 */
const char *cd_env_get_string (CdEnv *env, const char *name);

/* --- Timers ---------------------------------------------------------------------------------------------------------- */

/**
 * cd_env_timer_add:
 * @context: (nullable): where @func runs; NULL is the thread-default context of the caller
 * @ms: how long; it is measured on a clock that does not count suspend, so compare boot_us when that matters
 * @func: called once; for a repeating timer until it returns %G_SOURCE_REMOVE
 * Returns: a handle, never 0. It stays harmless after the timer has gone.
 */
guint64 cd_env_timer_add (CdEnv *env, GMainContext *context, guint ms, GSourceFunc func, gpointer data);
guint64 cd_env_timer_add_full (CdEnv *env, GMainContext *context, guint ms, gboolean repeat, GSourceFunc func, gpointer data, GDestroyNotify destroy);
void cd_env_timer_cancel (CdEnv *env, guint64 id);

/**
 * cd_env_clear_timer:
 * Cancels *@id when it is not 0, and makes it 0.
 */
void cd_env_clear_timer (CdEnv *env, guint64 *id);

/* --- Workers --------------------------------------------------------------------------------------------------------- */

/**
 * cd_env_worker_new:
 * One ordered queue served by one named thread (real) or run inline (driven). The thread has a main context of its own as
 * thread default, which nothing iterates. @name: at most 15 bytes show in ps.
 */
CdEnvWorker *cd_env_worker_new (CdEnv *env, const char *name) G_GNUC_WARN_UNUSED_RESULT;

/**
 * cd_env_worker_push:
 * From any thread. The work runs after everything pushed before it.
 */
void cd_env_worker_push (CdEnvWorker *worker, CdEnvTaskFunc func, gpointer data);

/**
 * cd_env_worker_is_current: whether the caller runs on @worker (for asserts).
 */
gboolean cd_env_worker_is_current (CdEnvWorker *worker);

/**
 * cd_env_worker_free:
 * Runs everything queued, ends the thread and waits for it. Not from the worker itself. Nothing may be pushed afterwards.
 */
void cd_env_worker_free (CdEnvWorker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdEnvWorker, cd_env_worker_free)

/**
 * cd_env_run_task:
 * Runs @func once on the shared worker called @worker, which is made when first named and lives as long as @env.
 * Tasks of one name run one after the other. In the driven environment @func has run when this returns.
 */
void cd_env_run_task (CdEnv *env, const char *worker, CdEnvTaskFunc func, gpointer data);

/**
 * cd_env_vfs_name: the SQLite VFS that files are opened with. Returns: (nullable): NULL for SQLite's own.
 */
const char *cd_env_vfs_name (CdEnv *env);

/**
 * cd_env_free_bytes: bytes that may still be written to the file system of @dir; -1 when unknown.
 */
gint64 cd_env_free_bytes (CdEnv *env, const char *dir);

/* --- Threads that wait for messages ---------------------------------------------------------------------------------- */

gboolean cd_env_has_threads (CdEnv *env);

/**
 * cd_env_loop_new:
 * @start, @stop: run on the new thread, with its main context as thread default: first and last
 *
 * A thread that iterates a main context of its own between cd_env_loop_run() and cd_env_loop_free(). In the driven environment
 * there is no thread: the context is the caller's, and all functions run inside these calls.
 */
CdEnvLoop *cd_env_loop_new (CdEnv *env, CdEnvTaskFunc start, CdEnvTaskFunc stop, gpointer data) G_GNUC_WARN_UNUSED_RESULT;
void cd_env_loop_run (CdEnvLoop *loop, const char *name);
GMainContext *cd_env_loop_context (CdEnvLoop *loop);                        /* (transfer none) */
void cd_env_loop_invoke (CdEnvLoop *loop, GSourceFunc func, gpointer data); /* any thread; once, on the loop */
void cd_env_loop_free (CdEnvLoop *loop);                                    /* ends and joins; not from itself */

/* --- Probes ---------------------------------------------------------------------------------------------------------- */

/**
 * CdEnvProbeFunc:
 * @name: of the step that is about to happen, or has just happened, as the name says
 * Called on whatever thread the step is on.
 */
typedef void (*CdEnvProbeFunc) (const char *name, gpointer data);

/**
 * cd_env_set_probe:
 * @func: (nullable): is told of every instrumented step: tests stop, kill or count there. Set it before there are threads.
 */
void cd_env_set_probe (CdEnv *env, CdEnvProbeFunc func, gpointer data);

/**
 * cd_env_probe:
 * @name: a literal, NOUN.STEP
 * Marks a step at which a crash, a kill or a power loss would find things half done. Costs nothing when nobody listens.
 */
void cd_env_probe (CdEnv *env, const char *name);

/* --- The driven environment ------------------------------------------------------------------------------------------ */

/**
 * cd_env_test_new:
 * @start_real_us: UTC at the start; boot_us starts at 1,000,000
 * @seed: of the random bytes; the same seed gives the same bytes
 *
 * No environment variable is set until cd_env_test_set_string().
 */
CdEnv *cd_env_test_new (gint64 start_real_us, guint64 seed) G_GNUC_WARN_UNUSED_RESULT;

/**
 * cd_env_test_advance:
 * Moves both clocks forward by @us and fires every timer that falls due, in the order of due times, each at its own time (and
 * on the caller's thread: contexts are not consulted). Timers added while firing fire too when due. Returns: how many fired.
 */
guint cd_env_test_advance (CdEnv *env, gint64 us);

/**
 * cd_env_test_next_timer_us: boot_us at which the next timer is due, or -1.
 */
gint64 cd_env_test_next_timer_us (CdEnv *env);

/**
 * cd_env_test_step_real: moves only UTC, as when somebody sets the clock. @delta_us may be negative.
 */
void cd_env_test_step_real (CdEnv *env, gint64 delta_us);
/* Both clocks go on by @us and nothing fires: timers do not count suspend. */
void cd_env_test_suspend (CdEnv *env, gint64 us);
void cd_env_test_set_string (CdEnv *env, const char *name, const char *value); /* @value: (nullable) */
void cd_env_test_set_free_bytes (CdEnv *env, gint64 bytes);                    /* -1 = what the file system says */
void cd_env_test_set_vfs (CdEnv *env, const char *vfs_name);                   /* @vfs_name: (nullable) */

/**
 * cd_env_test_hold_workers:
 * With @hold, pushed work is queued instead of run inline; releasing runs the queue. For testing what happens in between.
 */
void cd_env_test_hold_workers (CdEnv *env, gboolean hold);

G_END_DECLS
