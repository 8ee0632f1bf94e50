/* cd-ladder-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The book: asks above, the last price between, bids below; each level opens to its listings (Right, Left), own quotes marked,
 * limit prices with a lock. Signals: "take" (side of the taker: int, price e4: gint64, qty: gint64, listing: string, nullable) on
 * Enter. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-desk.h"

G_BEGIN_DECLS

#define CD_TYPE_LADDER_VIEW (cd_ladder_view_get_type ())
G_DECLARE_FINAL_TYPE (CdLadderView, cd_ladder_view, CD, LADDER_VIEW, GtkWidget)

GtkWidget *cd_ladder_view_new (CdDesk *desk);
void cd_ladder_view_set_instrument (CdLadderView *self, const char *code);
void cd_ladder_view_refresh (CdLadderView *self);
GtkWidget *cd_ladder_view_get_grid (CdLadderView *self); /* for the focus */
/* Two columns, bids beside asks, without the listings of a level. */
void cd_ladder_view_set_pair (CdLadderView *self, gboolean pair);
gboolean cd_ladder_view_get_pair (CdLadderView *self);

G_END_DECLS
