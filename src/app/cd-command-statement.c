/* cd-command-statement.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * import allocation, holdings, fills: a statement into a profile: its bytes under their SHA-256, a record in the journal, its rows in the
 * cache. All of it or nothing; the same file again changes nothing.
 */
#include "cd-command-statement-private.h"

#include <string.h>

#include "cd-cache.h"

typedef struct
{
  CdCommandIo *io;
  char *file;
  GBytes *bytes;
  CdStatement *statement;
  CdPaths *paths;
  CdJournal *journal;
  char *sha256;
  gint64 record;
  guint known; /* rows that an earlier statement has already */
  gboolean again;
} Run;

static void
run_clear (Run *run)
{
  g_free (run->file);
  g_clear_pointer (&run->bytes, g_bytes_unref);
  g_clear_pointer (&run->statement, cd_statement_free);
  g_clear_pointer (&run->journal, cd_journal_close);
  g_clear_pointer (&run->paths, cd_paths_unref);
  g_free (run->sha256);
}

static void
say_faults (Run *run, const GPtrArray *faults)
{
  for (guint i = 0; i < faults->len; i++)
    {
      const CdImportFault *fault = g_ptr_array_index (faults, i);
      g_autofree char *place = fault->column ? g_strdup_printf ("row %u, column %s", fault->row, fault->column) : g_strdup_printf ("row %u", fault->row);

      cd_command_no (run->io, run->file, place, "“%s”: expected %s", fault->found ? fault->found : "", fault->expected);
    }
}

static gboolean
read_statement (Run *run, CdStatementKind kind, const char *path)
{
  g_autoptr (GPtrArray) faults = cd_import_faults_new ();
  g_autoptr (GError) error = NULL;
  gsize len;
  const void *data;

  run->bytes = cd_command_read_settled (run->io, path, CD_IMPORT_BYTES_MAX);
  if (!run->bytes)
    return FALSE;
  data = g_bytes_get_data (run->bytes, &len);
  run->statement = cd_statement_parse (kind, data, len, faults, &error);
  say_faults (run, faults);
  if (!run->statement && faults->len == 0)
    {
      g_autofree char *columns = g_strjoinv (", ", (char **)cd_statement_columns (kind));

      cd_command_no (run->io, run->file, NULL, "%s (the columns are %s)", error->message, columns);
    }
  return run->statement != NULL;
}

/* --- What is there already ---------------------------------------------------------------------------------------------------- */

typedef struct
{
  Run *run;
  GHashTable *rows; /* key -> the cells of an earlier row, joined */
} Earlier;

gboolean
cd_command_statement_of (const CdJournalRow *record, CdStatementKind *kind)
{
  gsize len;
  const char *text = g_bytes_get_data (record->body, &len);
  g_autoptr (CdJsonDoc) doc = g_str_equal (record->kind, CD_JOURNAL_STATEMENT) ? cd_json_parse (text, (gssize)len, 0, NULL) : NULL;
  const char *what = NULL;
  CdJson root;

  if (!doc)
    return FALSE;
  root = cd_json_root (doc);
  return cd_json_get_string (&root, "what", &what, NULL) && cd_statement_kind_parse (what, kind);
}

CdStatement *
cd_command_statement_load (const CdPaths *paths, const CdJournalRow *record, CdStatementKind kind, GError **error)
{
  g_autoptr (GPtrArray) faults = cd_import_faults_new ();
  g_autoptr (GBytes) bytes = cd_imports_get (cd_paths_imports_dir (paths), record->key, error);
  gsize len;
  const void *data = bytes ? g_bytes_get_data (bytes, &len) : NULL;

  return bytes ? cd_statement_parse (kind, data, len, faults, error) : NULL;
}

static gboolean
earlier_func (const CdJournalRow *record, gpointer data)
{
  Earlier *earlier = data;
  Run *run = earlier->run;
  g_autoptr (CdStatement) statement = NULL;
  CdStatementKind kind;

  if (!cd_command_statement_of (record, &kind) || kind != run->statement->kind)
    return TRUE;
  if (g_str_equal (record->key, run->sha256))
    {
      run->again = TRUE;
      run->record = record->seq;
    }
  /* A holding and an allocation may be another one tomorrow; a trade may not. */
  if (kind != CD_STATEMENT_FILLS)
    return TRUE;
  statement = cd_command_statement_load (run->paths, record, kind, NULL);
  for (guint i = 0; statement && i < statement->rows->len; i++)
    {
      const CdStatementRow *row = g_ptr_array_index (statement->rows, i);

      g_hash_table_insert (earlier->rows, g_strdup (row->key), g_strjoinv ("|", row->cells));
    }
  return TRUE;
}

/* FALSE with every row named that says something else than an earlier statement said of the same trade. */
static gboolean
compare_with_earlier (Run *run)
{
  Earlier earlier = { run, g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free) };
  g_autoptr (GHashTable) owned = earlier.rows;
  g_autoptr (GPtrArray) faults = cd_import_faults_new ();
  g_autoptr (GError) error = NULL;

  if (!cd_journal_foreach (run->journal, 1, earlier_func, &earlier, &error))
    {
      cd_command_no (run->io, cd_paths_journal_file (run->paths), NULL, "%s", error->message);
      return FALSE;
    }
  for (guint i = 0; i < run->statement->rows->len; i++)
    {
      const CdStatementRow *row = g_ptr_array_index (run->statement->rows, i);
      const char *before = g_hash_table_lookup (owned, row->key);
      g_autofree char *now = g_strjoinv ("|", row->cells);

      if (before && g_str_equal (before, now))
        run->known++;
      else if (before)
        cd_import_fault (faults, row->line, cd_statement_columns (run->statement->kind)[0], row->key, "the figures of an earlier statement: %s", before);
    }
  say_faults (run, faults);
  return faults->len == 0;
}

/* --- Keeping it ---------------------------------------------------------------------------------------------------------------- */

static GBytes *
about (const Run *run)
{
  g_autoptr (CdJsonWriter) json = cd_json_writer_new ();
  char *text;

  cd_json_writer_begin_object (json, NULL);
  cd_json_writer_string (json, "what", cd_statement_kind_name (run->statement->kind));
  cd_json_writer_string (json, "file", run->file);
  cd_json_writer_string (json, "encoding", run->statement->encoding);
  cd_json_writer_int (json, "rows", run->statement->rows->len);
  cd_json_writer_end_object (json);
  text = cd_json_writer_finish (json);
  return g_bytes_new_take (text, strlen (text));
}

static CdCacheStatementRow *
cache_row (const Run *run, const CdStatementRow *row)
{
  const char *const *columns = cd_statement_columns (run->statement->kind);
  g_autoptr (CdJsonWriter) json = cd_json_writer_new ();
  CdCacheStatementRow *out = g_new0 (CdCacheStatementRow, 1);
  char *text;

  cd_json_writer_begin_object (json, NULL);
  for (guint i = 0; columns[i]; i++)
    cd_json_writer_string (json, columns[i], row->cells[i]);
  cd_json_writer_end_object (json);
  text = cd_json_writer_finish (json);
  out->line = row->line;
  out->account = g_strdup (cd_statement_cell (run->statement, row, "account"));
  out->kind = g_strdup (cd_statement_kind_name (run->statement->kind));
  out->key = g_strdup (row->key);
  out->body = g_bytes_new_take (text, strlen (text));
  return out;
}

/* The cache can be made again: its trouble undoes nothing. */
static void
fill_cache (Run *run)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdCache) cache = cd_cache_open (cd_command_env (run->io), cd_paths_cache_file (run->paths), &error);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_cache_statement_row_free);
  CdJournalAnchor head;

  for (guint i = 0; i < run->statement->rows->len; i++)
    g_ptr_array_add (rows, cache_row (run, g_ptr_array_index (run->statement->rows, i)));
  cd_journal_head (run->journal, &head);
  if (cache && cd_cache_put_statement (cache, run->sha256, rows, &error))
    cd_cache_put_anchor (cache, &head, NULL);
  else
    cd_command_note (run->io, "%s: kept, but not in the cache: %s", run->file, error->message);
}

static gboolean
keep (Run *run)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = about (run);
  g_autofree char *sha256 = NULL;

  if (!cd_imports_put (cd_paths_imports_dir (run->paths), run->journal, CD_JOURNAL_STATEMENT, run->bytes, body, &sha256, &error))
    {
      cd_command_no (run->io, cd_paths_journal_file (run->paths), NULL, "%s", error->message);
      return FALSE;
    }
  run->record = cd_journal_last_seq (run->journal);
  fill_cache (run);
  return TRUE;
}

/* --- The answer ----------------------------------------------------------------------------------------------------------------- */

static void
say (const Run *run, const char *profile, gboolean dry)
{
  CdJsonWriter *json = cd_command_json (run->io);
  const char *kind = cd_statement_kind_name (run->statement->kind);
  guint rows = run->statement->rows->len;

  if (dry)
    cd_command_print (run->io, "%s: %s, %u rows, %u known; nothing was kept\n", profile, kind, rows, run->known);
  else if (run->again)
    cd_command_print (run->io, "%s: %s, %u rows, the same file as record %" G_GINT64_FORMAT "; nothing was added\n", profile, kind, rows, run->record);
  else
    cd_command_print (run->io, "%s: %s, %u rows, %u known, SHA-256 %s, record %" G_GINT64_FORMAT "\n", profile, kind, rows, run->known, run->sha256, run->record);
  if (!json)
    return;
  cd_json_writer_string (json, "profile", profile);
  cd_json_writer_string (json, "what", kind);
  cd_json_writer_string (json, "sha256", run->sha256);
  if (run->record > 0)
    cd_json_writer_int (json, "record", run->record);
  else
    cd_json_writer_null (json, "record");
  cd_json_writer_int (json, "rows", rows);
  cd_json_writer_int (json, "known", run->known);
  cd_json_writer_bool (json, "again", run->again);
  cd_json_writer_bool (json, "dry_run", dry);
}

/* A dry run looks at a profile that is there, and makes none. */
static CdCommandStatus
into_profile (Run *run, const CdCommandArgs *args)
{
  CdCommandStatus status;
  g_autoptr (GError) error = NULL;
  const char *path;

  run->paths = cd_command_profile (run->io, args->profile, !args->dry_run, &status);
  if (!run->paths)
    return status;
  path = cd_paths_journal_file (run->paths);
  run->journal = args->dry_run ? cd_journal_open_read_only (cd_command_env (run->io), path, &error) : cd_journal_open (cd_command_env (run->io), path, &error);
  if (!run->journal)
    return cd_command_no (run->io, path, NULL, "%s", error->message);
  if (!compare_with_earlier (run))
    return CD_COMMAND_NO;
  return run->again || args->dry_run || keep (run) ? CD_COMMAND_DONE : CD_COMMAND_NO;
}

static CdCommandStatus
import_statement (CdCommandIo *io, const CdCommandArgs *args, CdStatementKind kind)
{
  Run run = { .io = io };
  CdCommandStatus status = CD_COMMAND_NO;

  run.file = cd_command_display_name (args->files[0]);
  if (read_statement (&run, kind, args->files[0]))
    {
      run.sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, run.bytes);
      status = into_profile (&run, args);
    }
  if (status == CD_COMMAND_DONE)
    {
      g_autofree char *profile = g_strdup_printf ("%s/%s", cd_profile_kind_name (cd_paths_kind (run.paths)), cd_paths_profile (run.paths));

      say (&run, profile, args->dry_run);
    }
  run_clear (&run);
  return status;
}

CdCommandStatus
cd_command_import_allocation (CdCommandIo *io, const CdCommandArgs *args)
{
  return import_statement (io, args, CD_STATEMENT_ALLOCATION);
}

CdCommandStatus
cd_command_import_holdings (CdCommandIo *io, const CdCommandArgs *args)
{
  return import_statement (io, args, CD_STATEMENT_HOLDINGS);
}

CdCommandStatus
cd_command_import_fills (CdCommandIo *io, const CdCommandArgs *args)
{
  return import_statement (io, args, CD_STATEMENT_FILLS);
}
