/* cd-ladder-pair.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The book in two columns: bids on the left, asks on the right, level beside level. Main thread.
 */
#pragma once

#include "cd-desk.h"
#include "cd-grid-view.h"

G_BEGIN_DECLS

/* A #CdGridView of five rows; @rows keeps them. */
GtkWidget *cd_ladder_pair_new (GListStore **rows);
void cd_ladder_pair_fill (GListStore *rows, CdDesk *desk, const char *code);
/* What stands under the chosen column of @item: the side of its quotes; FALSE when nothing does. */
gboolean cd_ladder_pair_at (GtkWidget *grid, GObject *item, CdSide *side, CdLevel *level);

G_END_DECLS
