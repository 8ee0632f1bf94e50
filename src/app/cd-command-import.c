/* cd-command-import.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * import quotes: daily quotes from a file into a profile: its bytes under their SHA-256, a record in the journal, bars in the cache.
 */
#include "cd-command-private.h"

#include <string.h>

#include "cd-cache.h"
#include "cd-imports.h"
#include "cd-paths.h"
#include "cd-quotes-bars.h"

#define TAIL 1000

typedef struct
{
  CdCommandIo *io;
  char *file;
  GBytes *bytes;
  CdQuotes *quotes;
  CdPaths *paths;
  char *sha256;
  gint64 record;
} Import;

static void
import_clear (Import *import)
{
  g_free (import->file);
  g_clear_pointer (&import->bytes, g_bytes_unref);
  g_clear_pointer (&import->quotes, cd_quotes_free);
  g_clear_pointer (&import->paths, cd_paths_unref);
  g_free (import->sha256);
}

/* --- The file ------------------------------------------------------------------------------------------------------------- */

static void
say_fault (Import *import, const CdImportFault *fault)
{
  g_autofree char *place = fault->column ? g_strdup_printf ("row %u, column %s", fault->row, fault->column) : g_strdup_printf ("row %u", fault->row);

  cd_command_no (import->io, import->file, place, "“%s”: expected %s", fault->found ? fault->found : "", fault->expected);
}

static CdQuotes *
try_name_of_file (Import *import, const void *data, gsize len, GPtrArray *faults, GError **error)
{
  g_autofree char *name = cd_quotes_name_from_file (import->file);
  g_autoptr (GError) again = NULL;
  CdQuotes *quotes = NULL;

  if (!name || !g_error_matches (*error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_COLUMNS))
    return NULL;
  g_ptr_array_set_size (faults, 0);
  quotes = cd_quotes_import (data, len, name, faults, &again);
  if (quotes)
    cd_command_note (import->io, "%s: instrument %s, by the file's name; --instrument names another", import->file, name);
  else if (faults->len == 0 && !g_error_matches (again, CD_IMPORT_ERROR, CD_IMPORT_ERROR_COLUMNS))
    {
      g_clear_error (error);
      g_propagate_error (error, g_steal_pointer (&again));
    }
  return quotes;
}

static gboolean
read_quotes (Import *import, const CdCommandArgs *args)
{
  g_autoptr (GPtrArray) faults = cd_import_faults_new ();
  g_autoptr (GError) error = NULL;
  gsize len;
  const void *data;

  import->bytes = cd_command_read_settled (import->io, args->files[0], CD_IMPORT_BYTES_MAX);
  if (!import->bytes)
    return FALSE;
  data = g_bytes_get_data (import->bytes, &len);
  import->quotes = cd_quotes_import (data, len, args->instrument, faults, &error);
  if (!import->quotes && !args->instrument)
    import->quotes = try_name_of_file (import, data, len, faults, &error);
  if (import->quotes && import->quotes->rows->len > 0)
    return TRUE;
  for (guint i = 0; i < faults->len; i++)
    say_fault (import, g_ptr_array_index (faults, i));
  if (faults->len == 0)
    cd_command_no (import->io, import->file, NULL, "%s", error ? error->message : "no quotes in it, expected at least one");
  return FALSE;
}

/* --- The profile ------------------------------------------------------------------------------------------------------------ */

static gboolean
keep (Import *import, CdJournalAnchor *head)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = cd_quotes_about (import->quotes, import->file);
  g_autoptr (CdJournal) journal = cd_journal_open (cd_command_env (import->io), cd_paths_journal_file (import->paths), &error);

  if (!journal || !cd_journal_verify_tail (journal, TAIL, NULL, &error) || !cd_imports_put (cd_paths_imports_dir (import->paths), journal, CD_JOURNAL_IMPORT, import->bytes, body, &import->sha256, &error))
    {
      cd_command_no (import->io, cd_paths_journal_file (import->paths), NULL, "%s", error->message);
      return FALSE;
    }
  import->record = cd_journal_last_seq (journal);
  cd_journal_head (journal, head);
  return TRUE;
}

/* --- Bars ---------------------------------------------------------------------------------------------------------------------- */

/* The zone of the market that has the instrument; quotes of instruments that no pack has are those of Chinese markets. */
static CdZone *
zone_of (const char *code)
{
  g_auto (GStrv) ids = cd_pack_list_builtin ();
  CdZone *zone = NULL;

  for (guint i = 0; ids[i] && !zone; i++)
    {
      g_autoptr (CdPack) pack = cd_pack_load_builtin (ids[i], NULL);

      if (pack && cd_market_instrument (pack->market, code))
        zone = cd_zone_ref (pack->scheme->zone);
    }
  return zone ? zone : cd_zone_new ("Asia/Shanghai", NULL);
}

static gboolean
put_instrument (CdCache *cache, const GPtrArray *rows, guint first, guint end, GError **error)
{
  const CdDailyQuote *quote = g_ptr_array_index (rows, first);
  g_autoptr (GArray) bars = g_array_new (FALSE, TRUE, sizeof (CdBar));
  g_autoptr (CdZone) zone = zone_of (quote->instrument);

  for (guint i = first; zone && i < end; i++)
    {
      CdBar bar = cd_quotes_bar (g_ptr_array_index (rows, i), zone);

      g_array_append_val (bars, bar);
    }
  return cd_cache_put_bars (cache, quote->instrument, 0, (const CdBar *)(gpointer)bars->data, bars->len, error);
}

/* What the runs of one instrument each work with. */
typedef struct
{
  Import *import;
  CdCache *cache;
} Run;

static gboolean
put_run (const CdQuotes *quotes, guint first, guint end, gpointer data)
{
  const Run *run = data;
  g_autoptr (GError) error = NULL;

  if (put_instrument (run->cache, quotes->rows, first, end, &error))
    return TRUE;
  cd_command_note (run->import->io, "%s: kept, but not shown in charts until the cache is rebuilt: %s", run->import->file, error->message);
  return FALSE;
}

/* The cache can be made again: its trouble undoes nothing. */
static void
fill_cache (Import *import, const CdJournalAnchor *head)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdCache) cache = cd_cache_open (cd_command_env (import->io), cd_paths_cache_file (import->paths), &error);

  if (!cache)
    {
      cd_command_note (import->io, "%s: kept, but not shown in charts until the cache is rebuilt: %s", import->file, error->message);
      return;
    }
  {
    Run run = { import, cache };

    if (cd_quotes_each_instrument (import->quotes, put_run, &run))
      cd_cache_put_anchor (cache, head, NULL);
  }
}

/* --- The answer ------------------------------------------------------------------------------------------------------------------ */

static gboolean
say_run (const CdQuotes *quotes, guint first, guint end, gpointer data)
{
  Import *import = data;
  const CdDailyQuote *from = g_ptr_array_index (quotes->rows, first), *to = g_ptr_array_index (quotes->rows, end - 1);
  CdJsonWriter *json = cd_command_json (import->io);
  char a[CD_DATE_BUF], b[CD_DATE_BUF];

  cd_command_print (import->io, "%s: %u days, %s to %s\n", from->instrument, end - first, cd_date_print (from->day, a), cd_date_print (to->day, b));
  if (!json)
    return TRUE;
  cd_json_writer_begin_object (json, NULL);
  cd_json_writer_string (json, "code", from->instrument);
  cd_json_writer_int (json, "rows", end - first);
  cd_json_writer_date (json, "from", from->day);
  cd_json_writer_date (json, "to", to->day);
  cd_json_writer_end_object (json);
  return TRUE;
}

static void
say_warnings (Import *import)
{
  CdJsonWriter *json = cd_command_json (import->io);

  if (json)
    cd_json_writer_begin_array (json, "warnings");
  for (guint i = 0; i < import->quotes->warnings->len; i++)
    {
      const CdImportFault *fault = g_ptr_array_index (import->quotes->warnings, i);

      cd_command_note (import->io, "%s: row %u%s%s: taken, although it says “%s”, expected %s", import->file, fault->row, fault->column ? ", column " : "", fault->column ? fault->column : "", fault->found ? fault->found : "", fault->expected);
      if (!json)
        continue;
      cd_json_writer_begin_object (json, NULL);
      cd_json_writer_int (json, "row", fault->row);
      cd_json_writer_string (json, "column", fault->column);
      cd_json_writer_string (json, "message", fault->expected);
      cd_json_writer_end_object (json);
    }
  if (json)
    cd_json_writer_end_array (json);
}

static void
say (Import *import)
{
  CdJsonWriter *json = cd_command_json (import->io);
  g_autofree char *profile = g_strdup_printf ("%s/%s", cd_profile_kind_name (cd_paths_kind (import->paths)), cd_paths_profile (import->paths));

  cd_command_print (import->io, "%s: %u rows, SHA-256 %s, record %" G_GINT64_FORMAT "\n", profile, import->quotes->rows->len, import->sha256, import->record);
  if (json)
    {
      cd_json_writer_string (json, "profile", profile);
      cd_json_writer_string (json, "sha256", import->sha256);
      cd_json_writer_int (json, "record", import->record);
      cd_json_writer_int (json, "rows", import->quotes->rows->len);
      cd_json_writer_begin_array (json, "instruments");
    }
  cd_quotes_each_instrument (import->quotes, say_run, import);
  if (json)
    cd_json_writer_end_array (json);
  say_warnings (import);
}

CdCommandStatus
cd_command_import_quotes (CdCommandIo *io, const CdCommandArgs *args)
{
  Import import = { .io = io };
  CdCommandStatus status = CD_COMMAND_NO;
  CdJournalAnchor head = { 0 };

  import.file = cd_command_display_name (args->files[0]);
  if (read_quotes (&import, args))
    import.paths = cd_command_profile (io, args->profile, TRUE, &status);
  if (import.paths && !keep (&import, &head))
    status = CD_COMMAND_NO;
  else if (import.paths)
    {
      fill_cache (&import, &head);
      say (&import);
    }
  import_clear (&import);
  return status;
}
