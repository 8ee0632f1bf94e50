/* cd-requests-sheet.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One thing that waits for a second person, with all that is needed to decide: figures, the checks of this moment, version and hash.
 * What the person has read is kept apart from what stands there now: after an edit nothing can be approved until the new version
 * has been read. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-colours.h"
#include "cd-desk-requests.h"

G_BEGIN_DECLS

#define CD_TYPE_REQUESTS_SHEET (cd_requests_sheet_get_type ())
G_DECLARE_FINAL_TYPE (CdRequestsSheet, cd_requests_sheet, CD, REQUESTS_SHEET, GtkWidget)

GtkWidget *cd_requests_sheet_new (CdDesk *desk);
/* @row: (nullable): a #CdRequestRow or #CdInstructionRow that the person chose: what it says now counts as read */
void cd_requests_sheet_set_row (CdRequestsSheet *self, gpointer row);
void cd_requests_sheet_refresh (CdRequestsSheet *self);
/* cd-requests-figures.c */
typedef void (*CdRequestsFunc) (const char *name, const char *value, CdTone tone, gpointer data);
/* @whole: the hash in full, as on paper */
void cd_requests_each_figure (CdDesk *desk, gpointer row, gboolean whole, CdRequestsFunc func, gpointer data);
/* The checks of this moment: mark and sentence. */
void cd_requests_each_check (CdDesk *desk, gpointer row, CdRequestsFunc func, gpointer data);
int cd_requests_version (gpointer row);
const char *cd_requests_hash (gpointer row);
/* Codes and figures of a row in one line, for tables. (transfer full) */
char *cd_requests_content (gpointer row);
/* State of a row in words. */
const char *cd_requests_state (gpointer row);

G_END_DECLS
