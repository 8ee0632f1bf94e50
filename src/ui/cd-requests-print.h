/* cd-requests-print.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The approval sheet (审批单) on paper or as PDF: figures, checks of the moment of printing, the persons, and the hash of the version
 * in full, so that paper and bytes can be laid side by side. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-desk-requests.h"

G_BEGIN_DECLS

/* Asks where to: a printer, or a file. */
void cd_requests_print (GtkWindow *parent, CdDesk *desk, gpointer row);
/* A4 as PDF at @path; an older file of that name is replaced. */
gboolean cd_requests_print_pdf (CdDesk *desk, gpointer row, const char *path, GError **error);

G_END_DECLS
