/* cd-lock.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether the workstation is locked, and why (reliability P34, T19). A locked workstation shows no figure and sends nothing new;
 * the lines, the journal and reconcile go on below. This is the decision alone: ui/cd-lock-shade.c covers the window,
 * cd-lock-watch.c hears of the screen and of sleep.
 *
 * Ages are those of CdEnv's boot clock, which counts suspend. Main thread.
 */
#pragma once

#include "cd-env.h"

G_BEGIN_DECLS

/* A workstation whose key asks for a PIN or a passphrase locks after this at the latest, whatever the setting says. */
#define CD_LOCK_GUARDED_MINUTES_MAX 15

typedef enum
{
  CD_LOCK_NOT,     /* open */
  CD_LOCK_HAND,    /* by key or menu */
  CD_LOCK_IDLE,    /* no input */
  CD_LOCK_SESSION, /* the screen was locked */
  CD_LOCK_SLEEP,   /* the computer goes to sleep */
  CD_LOCK_START,   /* nobody has signed in yet */
  CD_LOCK_TOKEN,   /* the token was pulled */
} CdLockReason;

/**
 * CdLock: signal "changed" after it was locked, for another reason as well, or opened.
 */
#define CD_TYPE_LOCK (cd_lock_get_type ())
G_DECLARE_FINAL_TYPE (CdLock, cd_lock, CD, LOCK, GObject)

CdLock *cd_lock_new (CdEnv *env);

/**
 * cd_lock_set_minutes:
 * @minutes: without input; 0 = never, which holds only as long as nothing is guarded
 */
void cd_lock_set_minutes (CdLock *self, guint minutes);
guint cd_lock_get_minutes (CdLock *self); /* that are in force; 0 = never */

/* Whether only a PIN or a passphrase opens. */
void cd_lock_set_guarded (CdLock *self, gboolean guarded);
gboolean cd_lock_get_guarded (CdLock *self);

/**
 * cd_lock_touch: somebody pressed a key or moved the mouse. An input that comes after the time is out locks and counts for nothing:
 * timers stand still in sleep.
 */
void cd_lock_touch (CdLock *self);

/* Locks. When it is locked already, the more serious reason stays, in the order of #CdLockReason. */
void cd_lock_close (CdLock *self, CdLockReason reason);
/* Opens. Whoever calls this has checked the secret. */
void cd_lock_open (CdLock *self);
CdLockReason cd_lock_get_reason (CdLock *self);

G_END_DECLS
