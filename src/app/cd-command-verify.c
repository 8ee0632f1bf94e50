/* cd-command-verify.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * verify journal: whether the chain of a journal still holds, without changing a byte of it.
 */
#include "cd-command-private.h"

#include "cd-head.h"
#include "cd-imports.h"

/* The imports of a profile lie beside its journal; a copy of the journal alone has none. */
static CdCommandStatus
verify_imports (CdCommandIo *io, const char *path, const char *shown)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *imports = g_build_filename (folder, "imports", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (CdJournal) journal = NULL;

  if (!g_file_test (imports, G_FILE_TEST_IS_DIR))
    return CD_COMMAND_DONE;
  journal = cd_journal_open_read_only (cd_command_env (io), path, &error);
  if (journal && cd_imports_verify (imports, journal, &error))
    return CD_COMMAND_DONE;
  return cd_command_no (io, shown, NULL, "%s", error->message);
}

static CdCommandStatus
say_failure (CdCommandIo *io, const char *shown, const CdJournalReport *report, const GError *error)
{
  g_autofree char *place = report->first_bad > 0 ? g_strdup_printf ("record %" G_GINT64_FORMAT, report->first_bad) : NULL;

  if (g_error_matches (error, CD_DB_ERROR, CD_DB_ERROR_BUSY))
    return cd_command_no (io, shown, NULL, "in use: another program has this profile open");
  return cd_command_no (io, shown, place, "%s", error->message);
}

CdCommandStatus
cd_command_verify_journal (CdCommandIo *io, const CdCommandArgs *args)
{
  const char *path = args->files[0];
  g_autofree char *shown = g_filename_display_name (path);
  g_autoptr (GError) error = NULL;
  CdJsonWriter *json = cd_command_json (io);
  CdJournalReport report = { 0 };
  CdCommandStatus status;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return cd_command_no (io, shown, NULL, "expected the journal.db of a profile, found no file");
  if (cd_journal_verify_file (cd_command_env (io), path, args->head, args->key, &report, &error))
    status = verify_imports (io, path, shown);
  else
    status = say_failure (io, shown, &report, error);
  if (status == CD_COMMAND_DONE)
    cd_command_print (io, "%s: %" G_GINT64_FORMAT " records, unbroken%s\n", shown, report.records, report.head_seq > 0 ? ", as the signed head says" : "; no signed head");
  if (!json)
    return status;
  cd_json_writer_string (json, "file", shown);
  cd_json_writer_int (json, "records", report.records);
  if (report.first_bad > 0)
    cd_json_writer_int (json, "first_bad", report.first_bad);
  else
    cd_json_writer_null (json, "first_bad");
  cd_json_writer_int (json, "head_seq", report.head_seq);
  cd_json_writer_string (json, "head_key", *report.key_id ? report.key_id : NULL);
  return status;
}
