/* test-env.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Both implementations of CdEnv against the same promises, and those that only one of them makes.
 */
#include "cd-env.h"

#include <string.h>

#define LIMIT_MS 10000

typedef struct
{
  CdEnv *env;
  GString *log;
  guint64 id;
  guint destroyed;
} Log;

typedef struct
{
  Log *log;
  const char *text;
} Entry;

static gboolean
note_cb (gpointer data)
{
  Entry *entry = data;
  g_string_append (entry->log->log, entry->text);
  return G_SOURCE_REMOVE;
}

static gboolean
cancel_self_cb (gpointer data)
{
  Log *log = data;
  g_string_append_c (log->log, 'c');
  cd_env_clear_timer (log->env, &log->id);
  return G_SOURCE_CONTINUE;
}

static gboolean
three_times_cb (gpointer data)
{
  Log *log = data;
  g_string_append_c (log->log, 'r');
  return log->log->len < 3 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
destroyed_cb (gpointer data)
{
  ((Log *)data)->destroyed++;
}

static void
test_driven_clock (void)
{
  g_autoptr (CdEnv) env = cd_env_test_new (5000000, 1);

  g_assert_cmpint (cd_env_real_us (env), ==, 5000000);
  g_assert_cmpint (cd_env_boot_us (env), ==, 1000000);
  g_assert_cmpuint (cd_env_test_advance (env, 250), ==, 0);
  g_assert_cmpint (cd_env_real_us (env), ==, 5000250);
  cd_env_test_step_real (env, -1000000);
  g_assert_cmpint (cd_env_real_us (env), ==, 4000250);
  g_assert_cmpint (cd_env_boot_us (env), ==, 1000250);
}

static void
test_driven_timers (void)
{
  g_autoptr (CdEnv) env = cd_env_test_new (0, 1);
  g_autoptr (GString) text = g_string_new (NULL);
  Log log = { env, text, 0, 0 };
  Entry a = { &log, "a" }, b = { &log, "b" }, c = { &log, "c" };

  cd_env_timer_add (env, NULL, 30, note_cb, &c);
  cd_env_timer_add (env, NULL, 10, note_cb, &a);
  cd_env_timer_add (env, NULL, 10, note_cb, &b);
  guint64 gone = cd_env_timer_add_full (env, NULL, 20, FALSE, note_cb, &c, NULL);
  cd_env_timer_cancel (env, gone);
  cd_env_timer_cancel (env, gone);
  g_assert_cmpint (cd_env_test_next_timer_us (env), ==, 1010000);
  g_assert_cmpuint (cd_env_test_advance (env, 9999), ==, 0);
  g_assert_cmpuint (cd_env_test_advance (env, 1), ==, 2);
  g_assert_cmpstr (text->str, ==, "ab");
  g_assert_cmpuint (cd_env_test_advance (env, 100000), ==, 1);
  g_assert_cmpstr (text->str, ==, "abc");
  g_assert_cmpint (cd_env_test_next_timer_us (env), ==, -1);

  g_string_truncate (text, 0);
  log.id = cd_env_timer_add_full (env, NULL, 5, TRUE, cancel_self_cb, &log, destroyed_cb);
  g_assert_cmpuint (cd_env_test_advance (env, 100000), ==, 1);
  g_assert_cmpuint (log.destroyed, ==, 1);

  g_string_truncate (text, 0);
  cd_env_timer_add_full (env, NULL, 5, TRUE, three_times_cb, &log, destroyed_cb);
  g_assert_cmpuint (cd_env_test_advance (env, 100000), ==, 3);
  g_assert_cmpuint (log.destroyed, ==, 2);
}

static void
test_driven_random (void)
{
  guint8 one[64], two[64], other[64];
  g_autoptr (CdEnv) a = cd_env_test_new (0, 42);
  g_autoptr (CdEnv) b = cd_env_test_new (0, 42);
  g_autoptr (CdEnv) c = cd_env_test_new (0, 43);

  cd_env_random_bytes (a, one, sizeof one);
  cd_env_random_bytes (b, two, sizeof two);
  cd_env_random_bytes (c, other, sizeof other);
  g_assert_cmpmem (one, sizeof one, two, sizeof two);
  g_assert_cmpint (memcmp (one, other, sizeof one), !=, 0);
}

static void
test_driven_strings (void)
{
  g_autoptr (CdEnv) env = cd_env_test_new (0, 1);

  g_assert_null (cd_env_get_string (env, "HOME"));
  cd_env_test_set_string (env, "HOME", "/x");
  const char *held = cd_env_get_string (env, "HOME");
  cd_env_test_set_string (env, "HOME", "");
  g_assert_null (cd_env_get_string (env, "HOME"));
  g_assert_cmpstr (held, ==, "/x");
}

static void
push_more_cb (gpointer data)
{
  Entry *entry = data;
  g_string_append (entry->log->log, entry->text);
}

static void
test_driven_workers (void)
{
  g_autoptr (CdEnv) env = cd_env_test_new (0, 1);
  g_autoptr (GString) text = g_string_new (NULL);
  Log log = { env, text, 0, 0 };
  Entry a = { &log, "a" }, b = { &log, "b" };
  CdEnvWorker *worker = cd_env_worker_new (env, "test");

  cd_env_worker_push (worker, push_more_cb, &a);
  g_assert_cmpstr (text->str, ==, "a");
  g_assert_false (cd_env_worker_is_current (worker));
  cd_env_test_hold_workers (env, TRUE);
  cd_env_worker_push (worker, push_more_cb, &b);
  cd_env_run_task (env, "shared", push_more_cb, &a);
  g_assert_cmpstr (text->str, ==, "a");
  cd_env_test_hold_workers (env, FALSE);
  g_assert_cmpstr (text->str, ==, "aba");
  cd_env_worker_free (worker);
}

static void
test_real_clock (void)
{
  CdEnv *env = cd_env_default ();
  gint64 last = cd_env_boot_us (env);

  for (guint i = 0; i < 10000; i++)
    {
      gint64 now = cd_env_boot_us (env);
      g_assert_cmpint (now, >=, last);
      last = now;
    }
  g_assert_cmpint (cd_env_real_us (env), >, G_GINT64_CONSTANT (1577836800) * G_USEC_PER_SEC); /* 2020 */
}

static gboolean
limit_cb (gpointer data)
{
  g_error ("no timer within %d ms", LIMIT_MS);
  return G_SOURCE_REMOVE;
}

static void
test_real_timers (void)
{
  CdEnv *env = cd_env_default ();
  g_autoptr (GString) text = g_string_new (NULL);
  Log log = { env, text, 0, 0 };
  Entry a = { &log, "a" }, b = { &log, "b" };
  guint limit = g_timeout_add (LIMIT_MS, limit_cb, NULL);

  cd_env_timer_add (env, NULL, 20, note_cb, &b);
  cd_env_timer_add (env, NULL, 1, note_cb, &a);
  guint64 gone = cd_env_timer_add_full (env, NULL, 1, FALSE, note_cb, &b, NULL);
  cd_env_timer_cancel (env, gone);
  while (text->len < 2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (text->str, ==, "ab");

  log.id = cd_env_timer_add_full (env, NULL, 1, TRUE, cancel_self_cb, &log, destroyed_cb);
  while (log.destroyed == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (text->str, ==, "abc");
  g_string_truncate (text, 0);
  cd_env_timer_add_full (env, NULL, 1, TRUE, three_times_cb, &log, destroyed_cb);
  while (log.destroyed == 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (text->str, ==, "rrr");
  g_source_remove (limit);
}

typedef struct
{
  CdEnvWorker *worker;
  GThread *thread;
  guint next; /* what the worker expects: it alone writes it */
  gboolean in_order;
} Order;

typedef struct
{
  Order *order;
  guint number;
} Step;

static void
step_cb (gpointer data)
{
  Step *step = data;
  g_assert_true (cd_env_worker_is_current (step->order->worker));
  g_assert_true (g_thread_self () != step->order->thread);
  if (step->number != step->order->next++)
    step->order->in_order = FALSE;
  g_free (step);
}

static void
test_real_workers (void)
{
  Order order = { .worker = cd_env_worker_new (cd_env_default (), "order"), .thread = g_thread_self (), .in_order = TRUE };

  g_assert_false (cd_env_worker_is_current (order.worker));
  for (guint i = 0; i < 10000; i++)
    {
      Step *step = g_new (Step, 1);
      *step = (Step){ &order, i };
      cd_env_worker_push (order.worker, step_cb, step);
    }
  cd_env_worker_free (order.worker);
  g_assert_cmpuint (order.next, ==, 10000);
  g_assert_true (order.in_order);
}

static void
test_real_random (void)
{
  guint8 one[32] = { 0 }, two[32] = { 0 };
  cd_env_random_bytes (cd_env_default (), one, sizeof one);
  cd_env_random_bytes (cd_env_default (), two, sizeof two);
  g_assert_cmpint (memcmp (one, two, sizeof one), !=, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/env/driven/clock", test_driven_clock);
  g_test_add_func ("/env/driven/timers", test_driven_timers);
  g_test_add_func ("/env/driven/random", test_driven_random);
  g_test_add_func ("/env/driven/strings", test_driven_strings);
  g_test_add_func ("/env/driven/workers", test_driven_workers);
  g_test_add_func ("/env/real/clock", test_real_clock);
  g_test_add_func ("/env/real/timers", test_real_timers);
  g_test_add_func ("/env/real/workers", test_real_workers);
  g_test_add_func ("/env/real/random", test_real_random);
  return g_test_run ();
}
