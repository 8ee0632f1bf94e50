/* cd-journal-export.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A journal as text that needs no program of ours: one JSON object a line, UTF-8. The first line names the form, then come the
 * records that hold, in order, then a line that says how it ended.
 *
 *   {"journal_export":"1","records":"sha256 chain, see DESIGN.md"}
 *   {"seq":"1","at_us":"…","boot_us":"…","offset_us":"…","source":"here","kind":"…","key":"…","body":"…","prev":"<hex>","hash":"<hex>"}
 *   {"end":"complete"}  or  {"end":"record 7: its hash is not that of its contents"}
 *
 * A body that is not text is "body_base64". Members that an old record does not have are absent. Synchronous.
 */
#pragma once

#include "cd-file-writer.h"
#include "cd-journal.h"

G_BEGIN_DECLS

/**
 * cd_journal_export:
 * @path: replaced at once, when all is written
 * @n: (out): records written
 * @why: (out) (transfer full) (nullable): what ended it before the last record
 *
 * Errors: the file cannot be written. A bad record is no error: what stands before it is exported.
 */
gboolean cd_journal_export (CdJournal *journal, const char *path, gint64 *n, char **why, GError **error);

/**
 * cd_journal_export_into:
 * @out: gets the lines; others may come behind them, and the caller finishes it
 *
 * Parameters and errors as of cd_journal_export().
 */
gboolean cd_journal_export_into (CdJournal *journal, CdFileWriter *out, gint64 *n, char **why, GError **error);

G_END_DECLS
