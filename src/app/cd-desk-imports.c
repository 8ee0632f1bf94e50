/* cd-desk-imports.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Daily quotes that people bring. A file is read on a worker of its own, so that neither the window nor the journal waits for it;
 * its bytes and their record are durable before a day of it is shown. The cache holds the days; where it had to be begun anew they
 * are read again from the bytes.
 */
#include "cd-desk-private.h"

#include <string.h>

#include "cd-json.h"
#include "cd-quotes-bars.h"

#define DAYS_MAX 20000 /* of one instrument: longer than any carbon market has been open */

/* One file on its way; the data of a task. */
typedef struct
{
  CdDesk *desk; /* borrowed from the task's source */
  GBytes *bytes;
  char *name, *instrument;
  gboolean known; /* its bytes are in the profile already */
  CdQuotes *quotes;
  GPtrArray *faults;
  CdDeskImported result;
} Import;

static void
import_free (Import *import)
{
  g_clear_pointer (&import->bytes, g_bytes_unref);
  g_free (import->name);
  g_free (import->instrument);
  g_clear_pointer (&import->quotes, cd_quotes_free);
  g_clear_pointer (&import->faults, g_ptr_array_unref);
  g_free (import);
}

/* --- Days of an instrument ------------------------------------------------------------------------------------------- */

static int
compare_bars (gconstpointer a, gconstpointer b)
{
  const CdBar *x = a, *y = b;

  return x->day < y->day ? -1 : x->day > y->day;
}

static void
take_days (CdDesk *self, const char *code, const CdBar *bars, gsize n)
{
  CdDeskSeries *series = cd_desk_series (self, code);

  for (gsize i = 0; i < n; i++)
    {
      guint at;

      if (series->imported->len && g_array_binary_search (series->imported, &bars[i], compare_bars, &at))
        g_array_index (series->imported, CdBar, at) = bars[i];
      else
        {
          g_array_append_val (series->imported, bars[i]);
          if (series->imported->len > 1 && compare_bars (&g_array_index (series->imported, CdBar, series->imported->len - 2), &bars[i]) > 0)
            g_array_sort (series->imported, compare_bars);
        }
    }
  g_array_set_size (series->imported_days, 0);
  for (guint i = 0; i < series->imported->len; i++)
    g_array_append_val (series->imported_days, g_array_index (series->imported, CdBar, i).day);
}

const GArray *
cd_desk_get_imported_days (CdDesk *self, const char *code)
{
  CdDeskSeries *series = code ? g_hash_table_lookup (self->series, code) : NULL;

  return series ? series->imported_days : NULL;
}

const char *
cd_desk_get_import_source (CdDesk *self, const char *code)
{
  CdDeskSeries *series = code ? g_hash_table_lookup (self->series, code) : NULL;

  return series && series->source ? series->source : "";
}

static void
set_source (CdDesk *self, const char *code, const char *name)
{
  CdDeskSeries *series = cd_desk_series (self, code);

  g_free (series->source);
  series->source = g_strdup (name);
}

/* --- One file -------------------------------------------------------------------------------------------------------- */

static gboolean
show_run (const CdQuotes *quotes, guint first, guint end, gpointer data)
{
  Import *import = data;
  const CdDailyQuote *quote = g_ptr_array_index (quotes->rows, first);
  const CdPack *pack = cd_desk_get_pack_of (import->desk, quote->instrument);
  g_autoptr (CdZone) zone = pack ? cd_zone_ref (pack->scheme->zone) : cd_zone_new ("Asia/Shanghai", NULL);
  g_autoptr (GArray) bars = g_array_new (FALSE, FALSE, sizeof (CdBar));

  for (guint i = first; i < end; i++)
    {
      CdBar bar = cd_quotes_bar (g_ptr_array_index (quotes->rows, i), zone);

      g_array_append_val (bars, bar);
    }
  if (import->result.instruments++ == 0)
    {
      g_strlcpy (import->result.code, quote->instrument, sizeof import->result.code);
      import->result.from = quote->day;
      import->result.to = ((CdDailyQuote *)g_ptr_array_index (quotes->rows, end - 1))->day;
    }
  take_days (import->desk, quote->instrument, (const CdBar *)(gpointer)bars->data, bars->len);
  set_source (import->desk, quote->instrument, import->name);
  /* The cache can be made again: nobody waits for it. */
  if (import->desk->store)
    cd_store_put_bars_async (import->desk->store, quote->instrument, 0, bars, NULL, NULL, NULL);
  return TRUE;
}

static void
finish (GTask *task)
{
  Import *import = g_task_get_task_data (task);

  cd_quotes_each_instrument (import->quotes, show_run, import);
  import->result.rows = import->quotes->rows->len;
  import->result.warnings = import->quotes->warnings->len;
  if (!import->known)
    cd_desk_alert (import->desk, 0, "file", "imported", "%s", import->name);
  g_task_return_boolean (task, TRUE);
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Import *import = g_task_get_task_data (task);
  GError *error = NULL;
  g_autofree char *sha256 = import->desk->store ? cd_store_import_finish (import->desk->store, result, &error) : NULL;

  if (sha256)
    finish (task);
  else
    g_task_return_error (task, error ? error : g_error_new_literal (CD_DESK_ERROR, CD_DESK_ERROR_STORE, "the journal is closed"));
}

/* On the reader's thread: touches nothing but the import. */
static void
read_func (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Import *import = data;
  g_autofree char *guess = import->instrument ? NULL : cd_quotes_name_from_file (import->name);
  GError *error = NULL;
  gsize len;
  const void *bytes = g_bytes_get_data (import->bytes, &len);

  import->quotes = cd_quotes_import (bytes, len, import->instrument, import->faults, &error);
  if (!import->quotes && guess && g_error_matches (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_COLUMNS))
    {
      g_clear_error (&error);
      g_ptr_array_set_size (import->faults, 0);
      import->quotes = cd_quotes_import (bytes, len, guess, import->faults, &error);
    }
  if (import->quotes)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Back on the main thread: the inner task ended, @data is the outer one. */
static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Import *import = g_task_get_task_data (task);
  CdDesk *self = import->desk;
  GError *error = NULL;
  g_autoptr (GBytes) about = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (g_task_return_error_if_cancelled (task))
    return;
  if (import->known)
    {
      finish (task);
      return;
    }
  if (!self->store)
    {
      g_task_return_new_error (task, CD_DESK_ERROR, CD_DESK_ERROR_STORE, "the journal is not open");
      return;
    }
  about = cd_quotes_about (import->quotes, import->name);
  cd_store_import_async (self->store, CD_JOURNAL_IMPORT, import->bytes, about, NULL, kept_cb, g_object_ref (task));
}

static void
start_import (CdDesk *self, GBytes *bytes, const char *name, const char *instrument, gboolean known, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  Import *import = g_new0 (Import, 1);
  g_autoptr (GTask) read = NULL;

  import->desk = self;
  import->bytes = g_bytes_ref (bytes);
  import->name = g_strdup (name);
  import->instrument = g_strdup (instrument);
  import->known = known;
  import->faults = cd_import_faults_new ();
  g_task_set_task_data (task, import, (GDestroyNotify)import_free);
  if (!self->reader)
    self->reader = cd_worker_new (self->env, "import", 16);
  /* The outer task is kept by read_cb(), so the import outlives the reading. */
  read = g_task_new (self, NULL, read_cb, task);
  g_task_set_task_data (read, import, NULL);
  cd_worker_queue (self->reader, read, read_func);
}

void
cd_desk_import_quotes_async (CdDesk *self, GBytes *bytes, const char *name, const char *instrument, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  start_import (self, bytes, name, instrument, FALSE, cancellable, callback, data);
}

gboolean
cd_desk_import_quotes_finish (CdDesk *self, GAsyncResult *result, CdDeskImported *imported, GPtrArray **faults, GError **error)
{
  Import *import = g_task_get_task_data (G_TASK (result));

  if (imported)
    *imported = import->result;
  if (faults)
    *faults = g_ptr_array_ref (import->faults);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- What was imported before ---------------------------------------------------------------------------------------- */

/* A record of kind import: which instruments its file held, and what it was called. */
void
cd_desk_imports_replay (CdDesk *self, const CdJournalRow *record)
{
  gsize len;
  const char *text = g_bytes_get_data (record->body, &len);
  g_autoptr (CdJsonDoc) doc = cd_json_parse (text, (gssize)len, 0, NULL);
  const char *file = NULL, *what = NULL;
  CdJson root, codes;

  if (!doc)
    return;
  root = cd_json_root (doc);
  if (!cd_json_get_string (&root, "what", &what, NULL) || !g_str_equal (what, "quotes") || !cd_json_get_string (&root, "file", &file, NULL))
    return;
  g_ptr_array_add (self->imports, g_strdup_printf ("%s %s", record->key, file));
  if (!cd_json_get_array (&root, "instruments", &codes, NULL))
    return;
  for (guint i = 0; i < cd_json_length (&codes); i++)
    {
      CdJson item = cd_json_at (&codes, i);
      const char *code = NULL;

      if (cd_json_get_string (&item, NULL, &code, NULL))
        set_source (self, code, file);
    }
}

typedef struct
{
  CdDesk *desk; /* (owned) */
  char *text;   /* code, or "sha file" */
} Again;

static Again *
again_new (CdDesk *self, const char *text)
{
  Again *again = g_new (Again, 1);

  again->desk = g_object_ref (self);
  again->text = g_strdup (text);
  return again;
}

static void
again_free (Again *again)
{
  g_object_unref (again->desk);
  g_free (again->text);
  g_free (again);
}

static void
bars_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Again *again = data;
  g_autoptr (GArray) bars = again->desk->store ? cd_store_get_bars_finish (again->desk->store, result, NULL) : NULL;

  if (bars)
    take_days (again->desk, again->text, (const CdBar *)(gpointer)bars->data, bars->len);
  again_free (again);
}

/* On the store's thread. */
static gpointer
bytes_func (CdJournal *journal, CdCache *cache, gpointer data, GError **error)
{
  char **dir_sha = data;

  return cd_imports_get (dir_sha[0], dir_sha[1], error);
}

static void
bytes_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Again *again = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = again->desk->store ? cd_store_run_finish (again->desk->store, result, &error) : NULL;

  if (bytes)
    start_import (again->desk, bytes, strchr (again->text, ' ') + 1, NULL, TRUE, NULL, NULL, NULL);
  else if (error)
    cd_desk_alert (again->desk, 1, "file", "difference", "%s", error->message);
  again_free (again);
}

static void
read_again (CdDesk *self, const char *sha_and_file)
{
  char **dir_sha = g_new0 (char *, 3);

  dir_sha[0] = g_strdup (cd_paths_imports_dir (self->paths));
  dir_sha[1] = g_strndup (sha_and_file, strcspn (sha_and_file, " "));
  cd_store_run_async (self->store, bytes_func, dir_sha, (GDestroyNotify)g_strfreev, (GDestroyNotify)g_bytes_unref, NULL, bytes_cb, again_new (self, sha_and_file));
}

void
cd_desk_imports_start (CdDesk *self)
{
  GHashTableIter iter;
  gpointer code, series;

  if (cd_store_cache_was_rebuilt (self->store))
    {
      for (guint i = 0; i < self->imports->len; i++)
        read_again (self, g_ptr_array_index (self->imports, i));
      return;
    }
  g_hash_table_iter_init (&iter, self->series);
  while (g_hash_table_iter_next (&iter, &code, &series))
    if (((CdDeskSeries *)series)->source)
      cd_store_get_bars_async (self->store, code, 0, DAYS_MAX, NULL, bars_cb, again_new (self, code));
}
