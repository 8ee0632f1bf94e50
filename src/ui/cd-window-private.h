/* cd-window-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "cd-trade-page.h"
#include "cd-window.h"

G_BEGIN_DECLS

struct _CdWindow
{
  AdwApplicationWindow parent_instance;

  CdDesk *desk;        /* (owned) */
  GSettings *settings; /* (owned) (nullable) */
  GtkWidget *toasts, *stack, *strip;
  GtkWidget *trade, *comply, *registry, *recon;
  GtkWidget *wizard, *menu_button, *clock_button;
  GtkWidget *entity_drop, *person_drop, *clock_label, *session_label, *lines_label, *pause_button, *status_label, *state_label;
  gboolean filling; /* the drop-downs are being set by us */
  guint ticks;
  int row_height; /* without settings */

  CdLayouts *layouts; /* (owned) (nullable): as kept */
  CdLayout *screen;   /* borrowed from @layouts (nullable): the one shown */
  char *layout_file;  /* (owned) (nullable): NULL = not ours to write */
  guint layout_source, layout_follow;
  gboolean arranging; /* what moves now is moved by us */
};

/* cd-window-header.c */
GtkWidget *cd_window_build_header (CdWindow *self);
void cd_window_fill_menus (CdWindow *self);
void cd_window_update_clock (CdWindow *self);
void cd_window_update_people (CdWindow *self);

/* cd-window-layout.c */
void cd_window_layout_resized (CdWindow *self);
void cd_window_layout_end (CdWindow *self); /* writes what waits */

/* cd-window-actions.c */
void cd_window_add_actions (CdWindow *self);
void cd_window_add_keys (CdWindow *self);

/* cd-window.c */
void cd_window_say (CdWindow *self, const char *text);      /* in passing */
void cd_window_set_row_height (CdWindow *self, int height); /* of every table */

G_END_DECLS
