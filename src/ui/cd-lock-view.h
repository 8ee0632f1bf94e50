/* cd-lock-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a locked window shows: that it is locked, why, what goes on below, and how it opens. No figure and no name of a person or
 * an instrument.
 */
#pragma once

#include <adwaita.h>

#include "cd-identity.h"
#include "cd-lock.h"

G_BEGIN_DECLS

#define CD_TYPE_LOCK_VIEW (cd_lock_view_get_type ())
G_DECLARE_FINAL_TYPE (CdLockView, cd_lock_view, CD, LOCK_VIEW, GtkWidget)

/**
 * cd_lock_view_new:
 * @identity: (nullable): whose secret opens; without one, or with a key that has none, a button does
 *
 * Signal "unlock": the secret was right, or somebody pressed the button.
 */
GtkWidget *cd_lock_view_new (CdLock *lock, CdIdentity *identity);

G_END_DECLS
