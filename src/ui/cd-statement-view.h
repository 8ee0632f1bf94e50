/* cd-statement-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The statement (流水) of the chosen account: every movement of units and cash with its reason, and what stood in the bucket afterwards;
 * by asset and by period. Copying and export are those of every table. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-desk.h"

G_BEGIN_DECLS

#define CD_TYPE_STATEMENT_VIEW (cd_statement_view_get_type ())
G_DECLARE_FINAL_TYPE (CdStatementView, cd_statement_view, CD, STATEMENT_VIEW, GtkWidget)

GtkWidget *cd_statement_view_new (CdDesk *desk);

G_END_DECLS
