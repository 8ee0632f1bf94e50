/* cd-command-verify.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * verify journal: whether the chain of a journal still holds, without changing a byte of it.
 */
#include "cd-command-private.h"

#include "cd-imports.h"

/* The imports of a profile lie beside its journal; a copy of the journal alone has none. */
static CdCommandStatus
verify_imports (CdCommandIo *io, CdJournal *journal, const char *path, const char *shown)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *imports = g_build_filename (folder, "imports", NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_test (imports, G_FILE_TEST_IS_DIR) || cd_imports_verify (imports, journal, &error))
    return CD_COMMAND_DONE;
  return cd_command_no (io, shown, NULL, "%s", error->message);
}

CdCommandStatus
cd_command_verify_journal (CdCommandIo *io, const CdCommandArgs *args)
{
  const char *path = args->files[0];
  g_autofree char *shown = g_filename_display_name (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (CdJournal) journal = NULL;
  CdJsonWriter *json = cd_command_json (io);
  CdCommandStatus status;
  CdJournalAnchor head;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return cd_command_no (io, shown, NULL, "expected the journal.db of a profile, found no file");
  journal = cd_journal_open_read_only (cd_command_env (io), path, &error);
  if (!journal || !cd_journal_verify (journal, NULL, &error))
    return cd_command_no (io, shown, NULL, "%s", g_error_matches (error, CD_DB_ERROR, CD_DB_ERROR_BUSY) ? "in use: another program has this profile open" : error->message);
  status = verify_imports (io, journal, path, shown);
  cd_journal_head (journal, &head);
  cd_command_print (io, "%s: %" G_GINT64_FORMAT " records, unbroken\n", shown, head.seq);
  if (!json)
    return status;
  cd_json_writer_string (json, "file", shown);
  cd_json_writer_int (json, "records", head.seq);
  return status;
}
