/* cd-gauge-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A bar of how much of something is covered or used. Its colour goes flat, warn, block: never red or green. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-colours.h"

G_BEGIN_DECLS

#define CD_TYPE_GAUGE_VIEW (cd_gauge_view_get_type ())
G_DECLARE_FINAL_TYPE (CdGaugeView, cd_gauge_view, CD, GAUGE_VIEW, GtkWidget)

GtkWidget *cd_gauge_view_new (const char *label);
/* @value_bp: 10000 = full. */
void cd_gauge_view_set (CdGaugeView *self, int value_bp, CdTone tone, const char *text);
void cd_gauge_view_set_stale (CdGaugeView *self, gboolean stale); /* worked out from old figures: drawn as such */

G_END_DECLS
