/* cd-comply-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Workspace 2: what is owed, how it is covered, the offsets, and what happens by stage if nothing is done.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-desk.h"

G_BEGIN_DECLS

#define CD_TYPE_COMPLY_PAGE (cd_comply_page_get_type ())
G_DECLARE_FINAL_TYPE (CdComplyPage, cd_comply_page, CD, COMPLY_PAGE, GtkWidget)

GtkWidget *cd_comply_page_new (CdDesk *desk);
void cd_comply_page_explain (CdComplyPage *self); /* the focused figure, else all of the chosen obligation */
void cd_comply_page_show_cover (CdComplyPage *self, gboolean what_if);

G_END_DECLS
