/* cd-pane.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What every pane of the trade workspace has: a head with its title, and how old what it shows is, in words. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-desk.h"

G_BEGIN_DECLS

GtkWidget *cd_pane_title_new (const char *text);
/* @extra: (nullable): on the right of the head. */
GtkWidget *cd_pane_new (GtkWidget *title, GtkWidget *extra, GtkWidget *content);
/* @head, then @content with the rest of the height. */
GtkWidget *cd_pane_below (GtkWidget *head, GtkWidget *content);

/* A bar of buttons and entries, as high as a title. */
GtkWidget *cd_pane_bar_new (void);
/* At the end of @bar. @clicked: (nullable) */
GtkWidget *cd_pane_button (GtkWidget *bar, const char *label, GCallback clicked, gpointer data);
/* The same for a field: @label is its accessible name and stands in it while it is empty. @width: in characters */
GtkWidget *cd_pane_entry (GtkWidget *bar, const char *label, int width);
/* A line of words that takes no room while there are none. */
void cd_pane_say (GtkWidget *label, const char *words);

/* @name: of the widget, for tests. */
GtkWidget *cd_pane_age_new (const char *name);
void cd_pane_age_show (GtkWidget *age, CdFreshness fresh, gint64 age_us);
/* Returns whether what came by the line is to be drawn as old. */
gboolean cd_pane_age_show_line (GtkWidget *age, CdDesk *desk, CdLine line);
/* The same for units and cash: those of all accounts are read together. */
gboolean cd_pane_age_show_holdings (GtkWidget *age, CdDesk *desk);
/* Words and figures outside of tables in the style of what is old. */
void cd_pane_show_stale (GtkWidget *label, gboolean stale);

G_END_DECLS
