/* cd-lock.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-lock.h"

#include "cd-time.h"

#define MINUTE_US (60 * CD_USEC_PER_SEC)

struct _CdLock
{
  GObject parent_instance;

  CdEnv *env; /* (owned) */
  CdLockReason reason;
  guint minutes; /* as set */
  gboolean guarded;
  gint64 touched_us;
  guint64 timer;
};

G_DEFINE_FINAL_TYPE (CdLock, cd_lock, G_TYPE_OBJECT)

static guint changed_signal;

guint
cd_lock_get_minutes (CdLock *self)
{
  if (!self->guarded)
    return self->minutes;
  return self->minutes == 0 ? CD_LOCK_GUARDED_MINUTES_MAX : MIN (self->minutes, CD_LOCK_GUARDED_MINUTES_MAX);
}

/* How long until the time is out; 0 = it is; -1 = never. */
static gint64
left_us (CdLock *self)
{
  guint minutes = cd_lock_get_minutes (self);

  if (minutes == 0)
    return -1;
  return MAX (self->touched_us + minutes * MINUTE_US - cd_env_boot_us (self->env), 0);
}

static void arm (CdLock *self);

static gboolean
timer_cb (gpointer data)
{
  CdLock *self = data;

  self->timer = 0;
  if (left_us (self) == 0)
    cd_lock_close (self, CD_LOCK_IDLE);
  else
    arm (self);
  return G_SOURCE_REMOVE;
}

/* One timer for what is left; it is not moved by each input but looks again when it fires. */
static void
arm (CdLock *self)
{
  gint64 left = left_us (self);

  if (self->timer || self->reason != CD_LOCK_NOT || left < 0)
    return;
  self->timer = cd_env_timer_add (self->env, NULL, (guint)((left + 999) / 1000), timer_cb, self);
}

static void
arm_again (CdLock *self)
{
  cd_env_clear_timer (self->env, &self->timer);
  arm (self);
}

void
cd_lock_set_minutes (CdLock *self, guint minutes)
{
  self->minutes = minutes;
  arm_again (self);
}

void
cd_lock_set_guarded (CdLock *self, gboolean guarded)
{
  if (self->guarded == guarded)
    return;
  self->guarded = guarded;
  arm_again (self);
  g_signal_emit (self, changed_signal, 0);
}

gboolean
cd_lock_get_guarded (CdLock *self)
{
  return self->guarded;
}

void
cd_lock_touch (CdLock *self)
{
  if (self->reason != CD_LOCK_NOT)
    return;
  if (left_us (self) == 0)
    cd_lock_close (self, CD_LOCK_IDLE);
  else
    self->touched_us = cd_env_boot_us (self->env);
}

void
cd_lock_close (CdLock *self, CdLockReason reason)
{
  g_return_if_fail (reason != CD_LOCK_NOT);

  if (reason <= self->reason)
    return;
  self->reason = reason;
  cd_env_clear_timer (self->env, &self->timer);
  g_signal_emit (self, changed_signal, 0);
}

void
cd_lock_open (CdLock *self)
{
  if (self->reason == CD_LOCK_NOT)
    return;
  self->reason = CD_LOCK_NOT;
  self->touched_us = cd_env_boot_us (self->env);
  arm_again (self);
  g_signal_emit (self, changed_signal, 0);
}

CdLockReason
cd_lock_get_reason (CdLock *self)
{
  return self->reason;
}

static void
cd_lock_finalize (GObject *object)
{
  CdLock *self = CD_LOCK (object);

  cd_env_clear_timer (self->env, &self->timer);
  cd_env_unref (self->env);
  G_OBJECT_CLASS (cd_lock_parent_class)->finalize (object);
}

static void
cd_lock_class_init (CdLockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cd_lock_finalize;
  changed_signal = g_signal_new ("changed", CD_TYPE_LOCK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cd_lock_init (CdLock *self)
{
}

CdLock *
cd_lock_new (CdEnv *env)
{
  CdLock *self = g_object_new (CD_TYPE_LOCK, NULL);

  self->env = cd_env_ref (env);
  self->touched_us = cd_env_boot_us (env);
  return self;
}
