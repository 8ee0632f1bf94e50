/* cd-first-run.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is asked once: which keys. It does not stand in the way, and the preferences ask the same at any time. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A bar for the top of the window; NULL when it has been answered. */
GtkWidget *cd_first_run_new (GSettings *settings);

G_END_DECLS
