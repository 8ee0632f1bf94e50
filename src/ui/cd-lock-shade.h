/* cd-lock-shade.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Covers a window while its #CdLock is closed (reliability P34). What the window held is taken out of it, and with that out of the
 * picture and out of the accessible tree alike; every other window of the program is closed, none can open; each action but "quit" is
 * switched off, so that no key sends, cancels or shows; the desk is held. What was taken out lives on and is put back as it was.
 */
#pragma once

#include <adwaita.h>

#include "cd-desk.h"
#include "cd-lock.h"

G_BEGIN_DECLS

/**
 * cd_lock_shade_attach:
 * @settings: (nullable): "lock-after" is followed
 *
 * Gives @window the action "win.lock" and watches the input in all windows of the program. Ends with @window.
 */
void cd_lock_shade_attach (AdwApplicationWindow *window, CdDesk *desk, CdLock *lock, GSettings *settings);

G_END_DECLS
