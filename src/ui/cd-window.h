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
#include "cd-layout.h"

G_BEGIN_DECLS

#define CD_TYPE_WINDOW (cd_window_get_type ())
G_DECLARE_FINAL_TYPE (CdWindow, cd_window, CD, WINDOW, AdwApplicationWindow)

/* @settings: (nullable). @width, @height: in application pixels. */
GtkWidget *cd_window_new (GtkApplication *application, CdDesk *desk, GSettings *settings, int width, int height);
void cd_window_set_workspace (CdWindow *self, int number);
/* What is asked once, at the top of the window; see cd-first-run.h. */
void cd_window_ask_once (CdWindow *self);
/* Writes what is drawn as PNG. */
gboolean cd_window_shoot (CdWindow *self, const char *path);

/**
 * CdWindowRestore:
 * @CD_WINDOW_RESTORE_SIZE: the size of the window too: nobody else has decided about it
 * @CD_WINDOW_RESTORE_PLACE: the workspace and the instrument too
 */
typedef enum
{
  CD_WINDOW_RESTORE_SIZE = 1 << 0,
  CD_WINDOW_RESTORE_PLACE = 1 << 1,
} CdWindowRestore;

/**
 * cd_window_keep_layout:
 * @path: (nullable): layout.json; %NULL when there is no profile to keep it in
 *
 * Brings back how the screen was left, and keeps it from now on, for each person and each size class of the window: a change is
 * written half a second later. A file that cannot be read is renamed, said in the log, and the screen is as designed; a newer one
 * is said and left alone.
 */
void cd_window_keep_layout (CdWindow *self, const char *path, CdWindowRestore what);
/* As designed, for this person and size class; a toast takes it back. */
void cd_window_reset_layout (CdWindow *self);

G_END_DECLS
