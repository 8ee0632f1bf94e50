/* cd-window.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one window: header, compliance strip, four workspaces, status line.
 */
#pragma once

#include <adwaita.h>

#include "cd-desk.h"
#include "cd-key-map.h"

G_BEGIN_DECLS

#define CD_TYPE_WINDOW (cd_window_get_type ())
G_DECLARE_FINAL_TYPE (CdWindow, cd_window, CD, WINDOW, AdwApplicationWindow)

/* @settings: (nullable). @width, @height: in application pixels; panes are laid out for them. */
GtkWidget *cd_window_new (GtkApplication *application, CdDesk *desk, GSettings *settings, int width, int height);
void cd_window_set_workspace (CdWindow *self, int number);
/* What is asked once, at the top of the window; see cd-first-run.h. */
void cd_window_ask_once (CdWindow *self);
/* Writes what is drawn as PNG. */
gboolean cd_window_shoot (CdWindow *self, const char *path);

G_END_DECLS
