/* cd-import-quotes.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * "Import quotes…": the file is chosen through the portal, read with progress, taken whole or not at all; bad rows are named.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-desk.h"

G_BEGIN_DECLS

/* @instrument: (nullable): of a file that does not name one. */
void cd_import_quotes_choose (GtkWindow *parent, CdDesk *desk, const char *instrument);
/* The same for a file that is known. Returns: (transfer none): the window that shows the progress, then the outcome */
GtkWindow *cd_import_quotes_file (GtkWindow *parent, CdDesk *desk, GFile *file, const char *instrument);

G_END_DECLS
