/* cd-timeline-place.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the labels of a timeline go. A mark has a stem from its label down to the axis; no label may stand across a stem, across
 * the line of today, or upon another label. Pure.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CdTimelineLabel:
 * @x: of the stem; labels are sorted by it
 * @width: of the text, in pixels
 * @lane: (out): 0 is on top; the stem reaches from there to the axis
 * @from: (out): left edge of the text
 */
typedef struct
{
  double x;
  int width;
  int lane;
  double from;
} CdTimelineLabel;

/**
 * cd_timeline_place:
 * @width: of the view
 * @now_x: of the line of today, which runs over the whole height
 *
 * Returns: %FALSE when no arrangement without a crossing was found; then as few as the search saw, and the drawer leaves gaps in
 * the lines
 */
gboolean cd_timeline_place (CdTimelineLabel *labels, guint n, int lanes, double width, double now_x);
/* Whether the text of @label stands over a line at @x that reaches through lanes @lane and below. */
gboolean cd_timeline_covers (const CdTimelineLabel *label, double x, int lane);

G_END_DECLS
