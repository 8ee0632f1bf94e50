/* cd-lock-watch.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-lock-watch.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

/* For the locked picture to be drawn. */
#define DRAW_MS 250

#define LOGIND "org.freedesktop.login1"
#define MANAGER LOGIND ".Manager"
#define MANAGER_PATH "/org/freedesktop/login1"
#define SESSION LOGIND ".Session"

typedef struct
{
  GDBusConnection *bus; /* (owned) */
  guint id;
} Subscription;

struct _CdLockWatch
{
  CdEnv *env;                /* (owned) */
  CdLock *lock;              /* (owned) */
  GDBusConnection *system;   /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned): of the calls on their way */
  GArray *subscriptions;     /* Subscription */
  char *session_path;        /* (nullable): not known, then a lock of any session locks us */
  int inhibitor;             /* -1 = none */
  guint64 timer;
};

static void
subscription_clear (gpointer data)
{
  Subscription *subscription = data;

  g_dbus_connection_signal_unsubscribe (subscription->bus, subscription->id);
  g_object_unref (subscription->bus);
}

static void
subscribe (CdLockWatch *self, GDBusConnection *bus, const char *sender, const char *interface, const char *member, const char *path, GDBusSignalCallback callback)
{
  Subscription subscription = { g_object_ref (bus), g_dbus_connection_signal_subscribe (bus, sender, interface, member, path, NULL, G_DBUS_SIGNAL_FLAGS_NONE, callback, self, NULL) };

  g_array_append_val (self->subscriptions, subscription);
}

/* --- The screen ------------------------------------------------------------------------------------------------------ */

static void
active_changed_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal, GVariant *parameters, gpointer data)
{
  gboolean active = FALSE;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &active);
  if (active)
    cd_lock_close (((CdLockWatch *)data)->lock, CD_LOCK_SESSION);
}

static void
session_lock_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal, GVariant *parameters, gpointer data)
{
  CdLockWatch *self = data;

  if (!self->session_path || g_str_equal (self->session_path, path))
    cd_lock_close (self->lock, CD_LOCK_SESSION);
}

static void
session_path_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  /* A service of the user has no session of its own: then each lock counts as ours. */
  if (reply)
    g_variant_get (reply, "(o)", &((CdLockWatch *)data)->session_path);
}

/* --- Sleep ----------------------------------------------------------------------------------------------------------- */

static void
release_inhibitor (CdLockWatch *self)
{
  if (self->inhibitor >= 0)
    close (self->inhibitor);
  self->inhibitor = -1;
}

static gboolean
drawn_cb (gpointer data)
{
  CdLockWatch *self = data;

  self->timer = 0;
  release_inhibitor (self);
  return G_SOURCE_REMOVE;
}

static void
inhibitor_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  CdLockWatch *self = data;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (source), &fds, result, &error);
  gint32 index = -1;

  if (!reply || !fds)
    return;
  g_variant_get (reply, "(h)", &index);
  release_inhibitor (self);
  self->inhibitor = g_unix_fd_list_get (fds, index, NULL);
}

static void
take_inhibitor (CdLockWatch *self)
{
  g_dbus_connection_call_with_unix_fd_list (self->system, LOGIND, MANAGER_PATH, MANAGER, "Inhibit", g_variant_new ("(ssss)", "sleep", "Carbondesk", "Locks before sleep", "delay"), G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, self->cancellable, inhibitor_cb, self);
}

static void
sleep_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal, GVariant *parameters, gpointer data)
{
  CdLockWatch *self = data;
  gboolean before = TRUE;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &before);
  /* Also on waking: the signal before may have come too late or not at all. */
  cd_lock_close (self->lock, CD_LOCK_SLEEP);
  cd_env_clear_timer (self->env, &self->timer);
  if (before)
    self->timer = cd_env_timer_add (self->env, NULL, DRAW_MS, drawn_cb, self);
  else
    take_inhibitor (self);
}

/* --- Public ---------------------------------------------------------------------------------------------------------- */

gboolean
cd_lock_watch_delays_sleep (CdLockWatch *self)
{
  return self->inhibitor >= 0;
}

CdLockWatch *
cd_lock_watch_new (CdEnv *env, CdLock *lock, GDBusConnection *session, GDBusConnection *system)
{
  static const char *const savers[] = { "org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver" };
  CdLockWatch *self = g_new0 (CdLockWatch, 1);

  self->env = cd_env_ref (env);
  self->lock = g_object_ref (lock);
  self->system = system ? g_object_ref (system) : NULL;
  self->cancellable = g_cancellable_new ();
  self->subscriptions = g_array_new (FALSE, FALSE, sizeof (Subscription));
  g_array_set_clear_func (self->subscriptions, subscription_clear);
  self->inhibitor = -1;
  for (gsize i = 0; session && i < G_N_ELEMENTS (savers); i++)
    subscribe (self, session, savers[i], savers[i], "ActiveChanged", NULL, active_changed_cb);
  if (system)
    {
      subscribe (self, system, LOGIND, SESSION, "Lock", NULL, session_lock_cb);
      subscribe (self, system, LOGIND, MANAGER, "PrepareForSleep", MANAGER_PATH, sleep_cb);
      /* 0 is the process that asks. */
      g_dbus_connection_call (system, LOGIND, MANAGER_PATH, MANAGER, "GetSessionByPID", g_variant_new ("(u)", 0u), G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, session_path_cb, self);
      take_inhibitor (self);
    }
  return self;
}

void
cd_lock_watch_free (CdLockWatch *self)
{
  if (!self)
    return;
  g_cancellable_cancel (self->cancellable);
  g_array_unref (self->subscriptions);
  cd_env_clear_timer (self->env, &self->timer);
  release_inhibitor (self);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->system);
  g_object_unref (self->lock);
  cd_env_unref (self->env);
  g_free (self->session_path);
  g_free (self);
}
