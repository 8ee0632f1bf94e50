/* test-lock.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When the workstation locks: by a driven clock, and by a desktop of our own on a bus of our own.
 */
#include "cd-lock-watch.h"
#include "cd-time.h"

#include <gio/gunixfdlist.h>
#include <string.h>
#include <unistd.h>

#define MINUTE_US (60 * CD_USEC_PER_SEC)

typedef struct
{
  CdEnv *env;
  CdLock *lock;
  guint changes;
} Fixture;

static void
changed_cb (CdLock *lock, Fixture *f)
{
  f->changes++;
}

static void
setup (Fixture *f, gconstpointer data)
{
  f->env = cd_env_test_new (1781000000 * CD_USEC_PER_SEC, 1);
  f->lock = cd_lock_new (f->env);
  cd_lock_set_minutes (f->lock, 10);
  g_signal_connect (f->lock, "changed", G_CALLBACK (changed_cb), f);
}

static void
teardown (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->lock);
  g_assert_cmpint (cd_env_test_next_timer_us (f->env), ==, -1);
  cd_env_unref (f->env);
}

static void
test_idle (Fixture *f, gconstpointer data)
{
  cd_env_test_advance (f->env, 10 * MINUTE_US - 1000);
  g_assert_cmpint (cd_lock_get_reason (f->lock), ==, CD_LOCK_NOT);
  cd_lock_touch (f->lock);
  cd_env_test_advance (f->env, 10 * MINUTE_US - 1000);
  g_assert_cmpint (cd_lock_get_reason (f->lock), ==, CD_LOCK_NOT);
  cd_env_test_advance (f->env, 1000);
  g_assert_cmpint (cd_lock_get_reason (f->lock), ==, CD_LOCK_IDLE);
  g_assert_cmpuint (f->changes, ==, 1);
  /* Keys do not open it. */
  cd_lock_touch (f->lock);
  g_assert_cmpint (cd_lock_get_reason (f->lock), ==, CD_LOCK_IDLE);
  cd_lock_open (f->lock);
  cd_env_test_advance (f->env, 10 * MINUTE_US - 1000);
  g_assert_cmpint (cd_lock_get_reason (f->lock), ==, CD_LOCK_NOT);
  cd_env_test_advance (f->env, 1000);
  g_assert_cmpint (cd_lock_get_reason (f->lock), ==, CD_LOCK_IDLE);
}

/* The wall clock has no part in it. */
static void
test_wall_clock (Fixture *f, gconstpointer data)
{
  cd_env_test_step_real (f->env, 24 * 60 * MINUTE_US);
  cd_env_test_advance (f->env, 9 * MINUTE_US);
  cd_env_test_step_real (f->env, -48 * 60 * MINUTE_US);
  g_assert_cmpint (cd_lock_get_reason (f->lock), ==, CD_LOCK_NOT);
  cd_env_test_advance (f->env, MINUTE_US);
  g_assert_cmpint (cd_lock_get_reason (f->lock), ==, CD_LOCK_IDLE);
}

static void
test_setting (Fixture *f, gconstpointer data)
{
  cd_lock_set_minutes (f->lock, 0);
  g_assert_cmpuint (cd_lock_get_minutes (f->lock), ==, 0);
  cd_env_test_advance (f->env, 48 * 60 * MINUTE_US);
  g_assert_cmpint (cd_lock_get_reason (f->lock), ==, CD_LOCK_NOT);
  /* With a secret "never" does not hold, nor an hour. */
  cd_lock_touch (f->lock);
  cd_lock_set_guarded (f->lock, TRUE);
  g_assert_cmpuint (cd_lock_get_minutes (f->lock), ==, CD_LOCK_GUARDED_MINUTES_MAX);
  cd_lock_set_minutes (f->lock, 60);
  g_assert_cmpuint (cd_lock_get_minutes (f->lock), ==, CD_LOCK_GUARDED_MINUTES_MAX);
  cd_lock_set_minutes (f->lock, 5);
  g_assert_cmpuint (cd_lock_get_minutes (f->lock), ==, 5);
  cd_env_test_advance (f->env, 5 * MINUTE_US);
  g_assert_cmpint (cd_lock_get_reason (f->lock), ==, CD_LOCK_IDLE);
}

static void
test_reasons (Fixture *f, gconstpointer data)
{
  cd_lock_close (f->lock, CD_LOCK_SESSION);
  cd_lock_close (f->lock, CD_LOCK_HAND);
  g_assert_cmpint (cd_lock_get_reason (f->lock), ==, CD_LOCK_SESSION);
  cd_lock_close (f->lock, CD_LOCK_TOKEN);
  g_assert_cmpint (cd_lock_get_reason (f->lock), ==, CD_LOCK_TOKEN);
  g_assert_cmpuint (f->changes, ==, 2);
}

/* --- A clock that jumps in sleep, with timers that do not ------------------------------------------------------------- */

typedef struct
{
  gint64 boot_us;
  guint timers;
} Sleeper;

static gint64
sleeper_clock (gpointer data)
{
  return ((Sleeper *)data)->boot_us;
}

static void
sleeper_random (gpointer data, void *out, gsize len)
{
  memset (out, 0, len);
}

static const char *
sleeper_string (gpointer data, const char *name)
{
  return NULL;
}

static guint64
sleeper_timer_add (gpointer data, GMainContext *context, guint ms, gboolean repeat, GSourceFunc func, gpointer user_data, GDestroyNotify destroy)
{
  return ++((Sleeper *)data)->timers;
}

static void
sleeper_timer_cancel (gpointer data, guint64 id)
{
}

static gpointer
sleeper_worker_new (gpointer data, const char *name)
{
  return NULL;
}

static void
sleeper_worker_push (gpointer data, gpointer worker, CdEnvTaskFunc func, gpointer user_data)
{
  func (user_data);
}

static gboolean
sleeper_worker_is_current (gpointer data, gpointer worker)
{
  return TRUE;
}

static void
sleeper_worker_free (gpointer data, gpointer worker)
{
}

/* The first key after a night comes before any timer. */
static void
test_first_key_after_sleep (void)
{
  static const CdEnvOps ops = {
    .real_us = sleeper_clock,
    .boot_us = sleeper_clock,
    .random_bytes = sleeper_random,
    .get_string = sleeper_string,
    .timer_add = sleeper_timer_add,
    .timer_cancel = sleeper_timer_cancel,
    .worker_new = sleeper_worker_new,
    .worker_push = sleeper_worker_push,
    .worker_is_current = sleeper_worker_is_current,
    .worker_free = sleeper_worker_free,
  };
  Sleeper sleeper = { 1000, 0 };
  g_autoptr (CdEnv) env = cd_env_new (&ops, &sleeper);
  g_autoptr (CdLock) lock = cd_lock_new (env);

  cd_lock_set_minutes (lock, 10);
  g_assert_cmpuint (sleeper.timers, ==, 1);
  sleeper.boot_us += 9 * MINUTE_US;
  cd_lock_touch (lock);
  g_assert_cmpint (cd_lock_get_reason (lock), ==, CD_LOCK_NOT);
  sleeper.boot_us += 11 * MINUTE_US;
  cd_lock_touch (lock);
  g_assert_cmpint (cd_lock_get_reason (lock), ==, CD_LOCK_IDLE);
}

/* --- A desktop of our own --------------------------------------------------------------------------------------------- */

typedef struct
{
  Fixture f;
  GTestDBus *bus;
  GDBusConnection *ours, *theirs; /* the workstation, the desktop */
  CdLockWatch *watch;
  guint inhibits, asked;
  gboolean has_session;
  int pipe[2]; /* the writing end is the inhibitor */
} Desktop;

static void
method_cb (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *method, GVariant *parameters, GDBusMethodInvocation *call, gpointer data)
{
  Desktop *d = data;

  if (g_str_equal (method, "GetSessionByPID"))
    {
      d->asked++;
      if (d->has_session)
        g_dbus_method_invocation_return_value (call, g_variant_new ("(o)", "/org/freedesktop/login1/session/ours"));
      else
        g_dbus_method_invocation_return_dbus_error (call, "org.freedesktop.login1.NoSessionForPID", "none");
      return;
    }
  {
    g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
    const char *what, *mode;

    g_variant_get (parameters, "(&s&s&s&s)", &what, NULL, NULL, &mode);
    g_assert_cmpstr (what, ==, "sleep");
    g_assert_cmpstr (mode, ==, "delay");
    g_assert_cmpint (pipe (d->pipe), ==, 0);
    g_unix_fd_list_append (fds, d->pipe[1], NULL);
    close (d->pipe[1]);
    d->inhibits++;
    g_dbus_method_invocation_return_value_with_unix_fd_list (call, g_variant_new ("(h)", 0), fds);
  }
}

static void
own_name (Desktop *d, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (d->theirs, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName", g_variant_new ("(su)", name, 4u), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
}

static gboolean
late_cb (gpointer data)
{
  g_error ("not within 20 s");
  return G_SOURCE_REMOVE;
}

#define WAIT(condition)                                       \
  do                                                          \
    {                                                         \
      guint late = g_timeout_add_seconds (20, late_cb, NULL); \
      while (!(condition))                                    \
        g_main_context_iteration (NULL, TRUE);                \
      g_source_remove (late);                                 \
    }                                                         \
  while (0)

static GDBusConnection *
connect_to (GTestDBus *bus)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (bus), G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

static void
desktop_setup (Desktop *d, gconstpointer data)
{
  static const char xml[] = "<node><interface name='org.freedesktop.login1.Manager'>"
                            "<method name='GetSessionByPID'><arg type='u' direction='in'/><arg type='o' direction='out'/></method>"
                            "<method name='Inhibit'><arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='h' direction='out'/></method>"
                            "</interface></node>";
  static const GDBusInterfaceVTable vtable = { .method_call = method_cb };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, NULL);
  g_autoptr (GError) error = NULL;

  setup (&d->f, NULL);
  d->has_session = data != NULL;
  d->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (d->bus);
  d->ours = connect_to (d->bus);
  d->theirs = connect_to (d->bus);
  own_name (d, "org.freedesktop.login1");
  own_name (d, "org.freedesktop.ScreenSaver");
  own_name (d, "org.gnome.ScreenSaver");
  g_dbus_connection_register_object (d->theirs, "/org/freedesktop/login1", node->interfaces[0], &vtable, d, NULL, &error);
  g_assert_no_error (error);
  /* One bus serves as both. */
  d->watch = cd_lock_watch_new (d->f.env, d->f.lock, d->ours, d->ours);
  WAIT (d->inhibits == 1 && d->asked == 1 && cd_lock_watch_delays_sleep (d->watch));
  /* Answers to earlier calls have come, and the signals are subscribed to, when the bus answers this one. */
  g_variant_unref (g_dbus_connection_call_sync (d->ours, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId", NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL));
}

static void
desktop_teardown (Desktop *d, gconstpointer data)
{
  cd_lock_watch_free (d->watch);
  teardown (&d->f, NULL);
  close (d->pipe[0]);
  g_dbus_connection_close_sync (d->ours, NULL, NULL);
  g_dbus_connection_close_sync (d->theirs, NULL, NULL);
  g_object_unref (d->ours);
  g_object_unref (d->theirs);
  g_test_dbus_down (d->bus);
  g_object_unref (d->bus);
}

static void
say (Desktop *d, const char *path, const char *interface, const char *signal, GVariant *parameters)
{
  g_autoptr (GError) error = NULL;

  g_dbus_connection_emit_signal (d->theirs, NULL, path, interface, signal, parameters, &error);
  g_assert_no_error (error);
}

static void
test_screen (Desktop *d, gconstpointer data)
{
  const char *const savers[] = { "org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver" };
  const char *const paths[] = { "/ScreenSaver", "/org/gnome/ScreenSaver" };

  for (int i = 0; i < 2; i++)
    {
      say (d, paths[i], savers[i], "ActiveChanged", g_variant_new ("(b)", TRUE));
      WAIT (cd_lock_get_reason (d->f.lock) == CD_LOCK_SESSION);
      /* The end of the screen lock opens nothing; a malformed signal does nothing. */
      say (d, paths[i], savers[i], "ActiveChanged", g_variant_new ("(b)", FALSE));
      say (d, paths[i], savers[i], "ActiveChanged", g_variant_new ("(s)", "yes"));
      say (d, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep", g_variant_new ("(b)", TRUE));
      WAIT (cd_lock_get_reason (d->f.lock) == CD_LOCK_SLEEP);
      cd_lock_open (d->f.lock);
    }
}

static void
test_session_lock (Desktop *d, gconstpointer data)
{
  say (d, "/org/freedesktop/login1/session/another", "org.freedesktop.login1.Session", "Lock", NULL);
  if (!d->has_session)
    {
      /* Not known which is ours: on the safe side. */
      WAIT (cd_lock_get_reason (d->f.lock) == CD_LOCK_SESSION);
      return;
    }
  say (d, "/org/freedesktop/login1/session/ours", "org.freedesktop.login1.Session", "Unlock", NULL);
  say (d, "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver", "ActiveChanged", g_variant_new ("(b)", FALSE));
  say (d, "/org/freedesktop/login1/session/ours", "org.freedesktop.login1.Session", "Lock", NULL);
  WAIT (cd_lock_get_reason (d->f.lock) == CD_LOCK_SESSION);
  /* Only one of the two locked. */
  g_assert_cmpuint (d->f.changes, ==, 1);
}

/* logind waits until the picture is the locked one, not for ever; after waking it waits again the next time. */
static void
test_sleep (Desktop *d, gconstpointer data)
{
  char c;

  say (d, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep", g_variant_new ("(b)", TRUE));
  WAIT (cd_lock_get_reason (d->f.lock) == CD_LOCK_SLEEP);
  g_assert_true (cd_lock_watch_delays_sleep (d->watch));
  cd_env_test_advance (d->f.env, CD_USEC_PER_SEC);
  g_assert_false (cd_lock_watch_delays_sleep (d->watch));
  g_assert_cmpint (read (d->pipe[0], &c, 1), ==, 0); /* the writing end is closed */
  close (d->pipe[0]);
  cd_lock_open (d->f.lock);
  /* The signal before was lost: waking locks as well. */
  say (d, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep", g_variant_new ("(b)", FALSE));
  WAIT (cd_lock_get_reason (d->f.lock) == CD_LOCK_SLEEP && d->inhibits == 2 && cd_lock_watch_delays_sleep (d->watch));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/lock/idle", Fixture, NULL, setup, test_idle, teardown);
  g_test_add ("/lock/wall-clock", Fixture, NULL, setup, test_wall_clock, teardown);
  g_test_add ("/lock/setting", Fixture, NULL, setup, test_setting, teardown);
  g_test_add ("/lock/reasons", Fixture, NULL, setup, test_reasons, teardown);
  g_test_add_func ("/lock/first-key-after-sleep", test_first_key_after_sleep);
  g_test_add ("/lock/screen", Desktop, "session", desktop_setup, test_screen, desktop_teardown);
  g_test_add ("/lock/session", Desktop, "session", desktop_setup, test_session_lock, desktop_teardown);
  g_test_add ("/lock/session-unknown", Desktop, NULL, desktop_setup, test_session_lock, desktop_teardown);
  g_test_add ("/lock/sleep", Desktop, "session", desktop_setup, test_sleep, desktop_teardown);
  return g_test_run ();
}
