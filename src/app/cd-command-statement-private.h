/* cd-command-statement-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Imported statements as the journal knows them.
 */
#pragma once

#include "cd-command-private.h"
#include "cd-imports.h"
#include "cd-journal.h"
#include "cd-statement.h"

G_BEGIN_DECLS

/* Whether @record is of a statement, and of which kind. */
gboolean cd_command_statement_of (const CdJournalRow *record, CdStatementKind *kind);
/* Its rows, from the bytes that were kept; (transfer full) (nullable). */
CdStatement *cd_command_statement_load (const CdPaths *paths, const CdJournalRow *record, CdStatementKind kind, GError **error);
/* What is no regular file is refused: a link would be replaced or followed. */
gboolean cd_command_check_output (CdCommandIo *io, const char *path);
/* Says what was wrong, without naming @path twice. FALSE. */
gboolean cd_command_write_failed (CdCommandIo *io, const char *path, const GError *error);
/* Replaces @path at once, or not at all; what is no regular file is refused. */
gboolean cd_command_write_output (CdCommandIo *io, const char *path, const char *text, gsize len);

G_END_DECLS
