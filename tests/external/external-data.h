/* external-data.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the recorded data is and how it is read. The folder is CARBONDESK_TESTDATA, by default ../shared/testdata beside the sources.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full) (element-type filename): the files under @folder whose name begins and ends as given (or so and .xz), sorted. */
GPtrArray *external_find (const char *folder, const char *prefix, const char *suffix);
/* %TRUE when nothing was found: the case is skipped, or has failed where CI is true. */
gboolean external_absent (const GPtrArray *found, const char *what);
/* (transfer full): .xz goes through xz. */
char *external_text (const char *path);
/* "NAME FILE: GOOD of ALL"; @path: (nullable) */
void external_print (const char *name, const char *path, guint64 good, guint64 all);

G_END_DECLS
