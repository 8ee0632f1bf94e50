/* cd-timeline-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Time from left to right with today's mark: single instants as marks whose labels find a free lane, and spans as bars, each in a row
 * of its own. What is past has the smaller part of the width. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-colours.h"
#include "cd-time.h"

G_BEGIN_DECLS

#define CD_TYPE_TIMELINE_VIEW (cd_timeline_view_get_type ())
G_DECLARE_FINAL_TYPE (CdTimelineView, cd_timeline_view, CD, TIMELINE_VIEW, GtkWidget)

/* @height: in pixels; it grows where a narrow one needs more rows for its texts. */
GtkWidget *cd_timeline_view_new (const char *label, int height);
/* begin, add…, end. @from_us before @now_us before @to_us, else they are moved apart. */
void cd_timeline_view_begin (CdTimelineView *self, const CdZone *zone, gint64 from_us, gint64 now_us, gint64 to_us);
void cd_timeline_view_add_mark (CdTimelineView *self, gint64 at_us, const char *text, CdTone tone, gboolean bold);
/* @to_us 0: its end is not known, the bar is open. @text stands at its left. */
void cd_timeline_view_add_bar (CdTimelineView *self, gint64 to_us, const char *text, CdTone tone);
/* A vertical line through everything, named at its foot. */
void cd_timeline_view_add_line (CdTimelineView *self, gint64 at_us, const char *text, CdTone tone);
void cd_timeline_view_end (CdTimelineView *self);

G_END_DECLS
