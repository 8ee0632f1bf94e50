/* cd-stall-guard.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is pressed while the window stands still is not carried out when it moves again (fault F51): it was meant for what was on the
 * screen, and nobody knows any more what that was. cd_desk_has_stood() says when: input that waits then is swallowed until none of it is
 * left, but for signs that are typed into a field. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-desk.h"

G_BEGIN_DECLS

/* Watches over the input of all windows for @desk as long as @window lives. Last of all that listens to keys of @window: whoever comes
 * last hears first. */
void cd_stall_guard_attach (GtkWindow *window, CdDesk *desk);

G_END_DECLS
