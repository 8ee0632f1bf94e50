/* cd-lock-watch.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Closes a #CdLock when the desktop says that the screen was locked or that the computer goes to sleep: org.freedesktop.ScreenSaver
 * and org.gnome.ScreenSaver on the session bus, org.freedesktop.login1 on the system bus. Before sleep it keeps logind waiting (a
 * delay inhibitor) until the lock is closed, so that the first picture after waking is the locked one.
 *
 * A signal is never taken for an unlock: the desktop's password is not ours. Main thread.
 */
#pragma once

#include "cd-lock.h"

G_BEGIN_DECLS

typedef struct _CdLockWatch CdLockWatch;

/**
 * cd_lock_watch_new:
 * @session, @system: (nullable): the bus is not there; nothing is heard from it
 */
CdLockWatch *cd_lock_watch_new (CdEnv *env, CdLock *lock, GDBusConnection *session, GDBusConnection *system) G_GNUC_WARN_UNUSED_RESULT;
void cd_lock_watch_free (CdLockWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdLockWatch, cd_lock_watch_free)

/* Whether logind waits for us before it sleeps. */
gboolean cd_lock_watch_delays_sleep (CdLockWatch *watch);

G_END_DECLS
