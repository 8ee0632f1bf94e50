/* cd-stall-guard.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is pressed while the window stands still is not carried out when it moves again (fault F51): it was meant for what was on the
 * screen, and nobody knows any more what that was. The main loop stands still when it does not turn for half a second. Input that
 * waits then is late until none of it is left: it is swallowed, but for signs that are typed into a field. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-desk.h"

G_BEGIN_DECLS

/* Watches over the input of all windows for @desk as long as @window lives. Last of all that listens to keys of @window: whoever comes
 * last hears first. */
void cd_stall_guard_attach (GtkWindow *window, CdDesk *desk);
/* Whether the event that is being handled had to wait; %FALSE for a window that has no guard. */
gboolean cd_stall_guard_is_late (GtkWindow *window);

G_END_DECLS
