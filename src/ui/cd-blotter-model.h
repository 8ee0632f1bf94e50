/* cd-blotter-model.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a table of the blotter shows: orders or fills, and at their time the rows that say where something was not heard. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-desk.h"

G_BEGIN_DECLS

/* @rows: orders, or fills. Items are #CdGapRow and those. (transfer full) */
GListModel *cd_blotter_model_new (CdDesk *desk, GListModel *rows);
/* After an order became UNKNOWN, or is no more. */
void cd_blotter_model_sort (GListModel *self);

G_END_DECLS
