/* cd-cover-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The least-cost cover plan of one obligation over the live books: its orders, what it saves, until when each step is safe, and what if
 * the figures were others. Staging is the only verb; nothing is sent from here. Main thread.
 */
#pragma once

#include "cd-desk-cover.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CD_TYPE_COVER_VIEW (cd_cover_view_get_type ())
G_DECLARE_FINAL_TYPE (CdCoverView, cd_cover_view, CD, COVER_VIEW, GtkWidget)

GtkWidget *cd_cover_view_new (CdDesk *desk);
void cd_cover_view_update (CdCoverView *self, CdObligationRow *row); /* @row: (nullable) */
void cd_cover_view_focus (CdCoverView *self, gboolean what_if);
/* (nullable) (transfer full): why the plan is what it is, when the plan has the focus */
CdTrace *cd_cover_view_dup_focused_trace (CdCoverView *self);

G_END_DECLS
