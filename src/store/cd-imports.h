/* cd-imports.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The raw bytes of every imported file and statement, kept under their SHA-256 in the folder imports/, each with a journal record
 * of kind "import" (or "statement") whose key is that hash. Synchronous; on the store thread.
 */
#pragma once

#include "cd-journal.h"

G_BEGIN_DECLS

#define CD_IMPORTS_BYTES_MAX (64 * 1024 * 1024)

/**
 * cd_imports_put:
 * @kind: %CD_JOURNAL_IMPORT or %CD_JOURNAL_STATEMENT
 * @about: (nullable): body of the record: where the bytes came from and what they are
 * @sha256: (out) (transfer full): 64 hex digits
 *
 * Writes the bytes durably, then appends the record. The same bytes again give a second record and no second file.
 */
gboolean cd_imports_put (const char *dir, CdJournal *journal, const char *kind, GBytes *bytes, GBytes *about, char **sha256, GError **error);

/**
 * cd_imports_get: (transfer full): the bytes, checked against their hash. Errors: %CD_STORE_ERROR_IMPORT.
 */
GBytes *cd_imports_get (const char *dir, const char *sha256, GError **error);

/**
 * cd_imports_verify: whether every record of kind import or statement has its bytes, unchanged.
 */
gboolean cd_imports_verify (const char *dir, CdJournal *journal, GError **error);

/**
 * cd_imports_sweep:
 * Removes what an earlier version of the program left that died while it wrote: files named by a hash, a dot and six characters. No
 * others. Nobody may be writing there. What is left today goes when the profile is opened (sys/cd-file-writer.h).
 */
void cd_imports_sweep (const char *dir);

G_END_DECLS
