/* cd-command-export.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * export blotter, fills, holdings, obligations, and statement: what a profile knows, as a table or as JSON, each row with the record or the file it
 * comes from and since when it was known. Texts are made inert: no spreadsheet takes one for a formula. Nothing in the profile changes.
 */
#include "cd-command-sheet-private.h"
#include "cd-command-statement-private.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cd-cache.h"
#include "cd-desk-kept.h"
#include "cd-file-writer.h"
#include "cd-order-lives.h"
#include "cd-wire-list.h"

/* What the journal says, gathered in one reading. */
typedef struct
{
  CdSheet *sheet;
  CdOrderLives *lives;
  GHashTable *last;   /* order key -> CdSheetKnown: the newest record about it */
  GHashTable *seen;   /* exec ids */
  GPtrArray *records; /* (element-type CdJournalRow): statements, copied as far as needed */
  GHashTable *years;  /* "account/year" -> Obligation */
  GHashTable *newest; /* account -> Newest */
  gboolean fills;
} Reading;

/* The newest event of an account. */
typedef struct
{
  char *epoch;
  guint64 seq;
} Newest;

/* --- The journal ---------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  char *account;
  int year;
  gint64 owed, surrendered, offset;
  gboolean closed;
  CdSheetKnown known;
} Year;

static void
year_free (gpointer data)
{
  g_free (((Year *)data)->account);
  g_free (data);
}

static void
put_fill (Reading *r, const CdWireEvent *event, const CdJournalRow *record)
{
  const CdSheetKnown known = { record->seq, record->at_us };
  CdSheet *sheet = r->sheet;

  if (!event->exec_id || !g_hash_table_add (r->seen, g_strdup (event->exec_id)))
    return;
  cd_sheet_begin_row (sheet);
  cd_sheet_put_text (sheet, event->exec_id);
  cd_sheet_put_text (sheet, event->account);
  cd_sheet_put_text (sheet, event->instrument);
  cd_sheet_put_text (sheet, cd_side_name (event->side));
  cd_sheet_put_number (sheet, event->price_e4, 4);
  cd_sheet_put_number (sheet, event->qty, 0);
  cd_sheet_put_number (sheet, event->amount_e4, 4);
  cd_sheet_put_time (sheet, event->at_us);
  cd_sheet_put_text (sheet, event->order_id);
  cd_sheet_put_text (sheet, event->key);
  cd_sheet_end_row (sheet, "venue", &known);
}

static void
take_year (Reading *r, const CdWireEvent *event, const CdJournalRow *record)
{
  Year *year = g_new0 (Year, 1);

  *year = (Year){ g_strdup (event->account), event->year, event->owed, event->surrendered, event->offset, event->closed, { record->seq, record->at_us } };
  g_hash_table_replace (r->years, g_strdup_printf ("%s/%d", event->account, event->year), year);
}

static void
newest_free (gpointer data)
{
  g_free (((Newest *)data)->epoch);
  g_free (data);
}

static void
take_newest (Reading *r, const CdWireEvent *event)
{
  Newest *newest = g_hash_table_lookup (r->newest, event->account);

  if (!newest)
    g_hash_table_insert (r->newest, g_strdup (event->account), newest = g_new0 (Newest, 1));
  if (g_strcmp0 (newest->epoch, event->epoch) == 0 && newest->seq >= event->seq)
    return;
  g_free (newest->epoch);
  newest->epoch = g_strdup (event->epoch);
  newest->seq = event->seq;
}

static gboolean
record_func (const CdJournalRow *record, gpointer data)
{
  Reading *r = data;
  g_autoptr (CdWireEvent) event = NULL;
  CdStatementKind kind;
  CdSheetKnown *known;

  cd_order_lives_take (r->lives, record, &event);
  if (*record->key && g_str_has_prefix (record->kind, "order."))
    {
      known = g_new (CdSheetKnown, 1);
      *known = (CdSheetKnown){ record->seq, record->at_us };
      g_hash_table_replace (r->last, g_strdup (record->key), known);
    }
  if (event)
    take_newest (r, event);
  if (event && event->kind == CD_WIRE_EVENT_ORDER_FILL && r->fills)
    put_fill (r, event, record);
  if (event && event->kind == CD_WIRE_EVENT_OBLIGATION)
    take_year (r, event, record);
  if (cd_command_statement_of (record, &kind))
    {
      CdJournalRow *copy = g_new0 (CdJournalRow, 1);

      copy->seq = record->seq;
      copy->at_us = record->at_us;
      copy->kind = g_strdup (record->kind);
      copy->key = g_strdup (record->key);
      copy->body = g_bytes_ref (record->body);
      g_ptr_array_add (r->records, copy);
    }
  return TRUE;
}

static gboolean
read_journal (Reading *r, CdSheet *sheet, gboolean fills)
{
  g_autoptr (GError) error = NULL;

  r->sheet = sheet;
  r->fills = fills;
  r->lives = cd_order_lives_new (NULL);
  r->last = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  r->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  r->years = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, year_free);
  r->newest = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, newest_free);
  r->records = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_journal_row_free);
  if (cd_journal_foreach (sheet->journal, 1, record_func, r, &error))
    return TRUE;
  cd_command_no (sheet->io, cd_paths_journal_file (sheet->paths), NULL, "%s", error->message);
  return FALSE;
}

static void
reading_clear (Reading *r)
{
  cd_order_lives_free (r->lives);
  g_hash_table_unref (r->last);
  g_hash_table_unref (r->seen);
  g_hash_table_unref (r->years);
  g_hash_table_unref (r->newest);
  g_ptr_array_unref (r->records);
}

/* Of the statements of one kind each in turn, or the newest alone. */
static gboolean
each_statement (Reading *r, CdStatementKind kind, gboolean newest, void (*put) (Reading *r, const CdStatement *statement, const CdStatementRow *row, const CdSheetKnown *known))
{
  for (guint i = r->records->len; i-- > 0;)
    {
      const CdJournalRow *record = g_ptr_array_index (r->records, i);
      const CdSheetKnown known = { record->seq, record->at_us };
      g_autoptr (CdStatement) statement = NULL;
      g_autoptr (GError) error = NULL;
      CdStatementKind of;

      if (!cd_command_statement_of (record, &of) || of != kind)
        continue;
      statement = cd_command_statement_load (r->sheet->paths, record, kind, &error);
      if (!statement)
        {
          cd_command_no (r->sheet->io, cd_paths_imports_dir (r->sheet->paths), record->key, "%s", error->message);
          return FALSE;
        }
      for (guint k = 0; k < statement->rows->len; k++)
        put (r, statement, g_ptr_array_index (statement->rows, k), &known);
      if (newest)
        break;
    }
  return TRUE;
}

/* --- What is exported ------------------------------------------------------------------------------------------------------------- */

static const char *const blotter_columns[] = { "key", "order_id", "account", "instrument", "side", "kind", "price", "quantity", "filled", "leaves", "amount", "state", "unknown", "code", "purpose", "by", "created_at", "source", "record", "known_at", NULL };
static const char *const fill_columns[] = { "exec_id", "account", "instrument", "side", "price", "quantity", "amount", "at", "order_id", "key", "source", "record", "known_at", NULL };
static const char *const holding_columns[] = { "account", "asset", "bucket", "quantity", "as_of", "source", "record", "known_at", NULL };
static const char *const movement_columns[] = { "number", "at", "account", "asset", "bucket", "movement", "balance", "cause", "ref", "what", "as_of", "old", "source", "record", "known_at", NULL };
static const char *const obligation_columns[] = { "account", "year", "owed", "surrendered", "offset", "closed", "approved", "source", "record", "known_at", NULL };

static gboolean
fill_blotter (CdSheet *sheet)
{
  Reading r = { NULL };
  gboolean ok = read_journal (&r, sheet, FALSE);
  const GPtrArray *lives = cd_order_lives_all (r.lives);

  for (guint i = 0; ok && i < lives->len; i++)
    {
      const CdOrderLife *life = g_ptr_array_index (lives, i);
      const CdOrder *order = life->order;

      cd_sheet_begin_row (sheet);
      cd_sheet_put_text (sheet, order->key);
      cd_sheet_put_text (sheet, order->order_id);
      cd_sheet_put_text (sheet, order->account);
      cd_sheet_put_text (sheet, order->instrument);
      cd_sheet_put_text (sheet, cd_side_name (order->side));
      cd_sheet_put_text (sheet, cd_order_kind_name (order->kind));
      cd_sheet_put_number (sheet, order->price_e4, 4);
      cd_sheet_put_number (sheet, order->qty, 0);
      cd_sheet_put_number (sheet, order->cum, 0);
      cd_sheet_put_number (sheet, order->leaves, 0);
      cd_sheet_put_number (sheet, order->filled_amount_e4, 4);
      cd_sheet_put_text (sheet, cd_order_state_name (order->state));
      cd_sheet_put_text (sheet, cd_order_is_unknown (order) ? "yes" : "no");
      cd_sheet_put_text (sheet, order->code);
      cd_sheet_put_text (sheet, life->purpose);
      cd_sheet_put_text (sheet, life->by);
      cd_sheet_put_time (sheet, order->created_at_us);
      cd_sheet_end_row (sheet, order->external ? "venue" : "here", g_hash_table_lookup (r.last, order->key));
    }
  reading_clear (&r);
  return ok;
}

static void
put_fill_of_file (Reading *r, const CdStatement *statement, const CdStatementRow *row, const CdSheetKnown *known)
{
  static const char *const columns[] = { "account", "instrument", "side", "price", "quantity", "amount", "date", "order_id" };

  if (!g_hash_table_add (r->seen, g_strdup (row->key)))
    return;
  cd_sheet_begin_row (r->sheet);
  cd_sheet_put_text (r->sheet, row->key);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    cd_sheet_put_text (r->sheet, cd_statement_cell (statement, row, columns[i]));
  cd_sheet_put_text (r->sheet, "");
  cd_sheet_end_row (r->sheet, "file", known);
}

static gboolean
fill_fills (CdSheet *sheet)
{
  Reading r = { NULL };
  gboolean ok = read_journal (&r, sheet, TRUE) && each_statement (&r, CD_STATEMENT_FILLS, FALSE, put_fill_of_file);

  reading_clear (&r);
  return ok;
}

static void
put_holding_of_file (Reading *r, const CdStatement *statement, const CdStatementRow *row, const CdSheetKnown *known)
{
  cd_sheet_begin_row (r->sheet);
  for (guint i = 0; i < 5; i++)
    cd_sheet_put_text (r->sheet, cd_statement_cell (statement, row, holding_columns[i]));
  cd_sheet_end_row (r->sheet, "file", known);
}

static gboolean
put_balances (CdSheet *sheet, GBytes *bytes, gint64 at_us, GError **error)
{
  gsize len;
  const char *text = g_bytes_get_data (bytes, &len);
  g_autoptr (CdWireList) list = cd_wire_list_parse (CD_WIRE_LIST_HOLDINGS, text, len, error);
  const CdSheetKnown known = { 0, at_us };

  for (guint i = 0; list && i < list->items->len; i++)
    {
      const CdWireBalanceRow *row = &g_array_index (list->items, CdWireBalanceRow, i);

      cd_sheet_begin_row (sheet);
      cd_sheet_put_text (sheet, row->account);
      cd_sheet_put_text (sheet, row->asset);
      cd_sheet_put_text (sheet, cd_bucket_name (row->bucket));
      cd_sheet_put_number (sheet, row->balance, 0);
      cd_sheet_put_time (sheet, list->market_time_us);
      cd_sheet_end_row (sheet, "venue", &known);
    }
  return list != NULL;
}

static gboolean
put_movements (CdSheet *sheet, GBytes *bytes, gint64 at_us, const Reading *r, GError **error)
{
  gsize len;
  const char *text = g_bytes_get_data (bytes, &len);
  g_autoptr (CdWireList) list = cd_wire_list_parse (CD_WIRE_LIST_STATEMENT, text, len, error);
  const CdSheetKnown known = { 0, at_us };

  for (guint i = 0; list && i < list->items->len; i++)
    {
      const CdWireMovementRow *row = &g_array_index (list->items, CdWireMovementRow, i);
      const Newest *newest = g_hash_table_lookup (r->newest, row->account);
      int scale = row->bucket < CD_BUCKET_CASH_AVAILABLE ? 0 : 4;

      cd_sheet_begin_row (sheet);
      cd_sheet_put_number (sheet, (gint64)row->seq, 0);
      cd_sheet_put_time (sheet, row->at_us);
      cd_sheet_put_text (sheet, row->account);
      cd_sheet_put_text (sheet, row->asset);
      cd_sheet_put_text (sheet, cd_bucket_name (row->bucket));
      cd_sheet_put_number (sheet, row->change, scale);
      cd_sheet_put_number (sheet, row->balance, scale);
      cd_sheet_put_text (sheet, row->cause);
      cd_sheet_put_text (sheet, row->ref);
      cd_sheet_put_text (sheet, row->what);
      cd_sheet_put_time (sheet, list->market_time_us);
      cd_sheet_put_text (sheet, newest && (g_strcmp0 (newest->epoch, list->epoch) != 0 || newest->seq > list->as_of_seq) ? "yes" : "no");
      cd_sheet_end_row (sheet, "venue", &known);
    }
  return list != NULL;
}

/* The lists that the venue gave last, as the desk kept them. An account of which none was kept has no row: nothing is guessed. */
static gboolean
put_kept (CdSheet *sheet, const char *prefix, const Reading *r)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdCache) cache = cd_cache_open (cd_command_env (sheet->io), cd_paths_cache_file (sheet->paths), &error);
  g_autoptr (GBytes) index = cache ? cd_cache_get_value (cache, CD_DESK_KEPT_ACCOUNTS, NULL, &error) : NULL;
  g_autofree char *names = index ? g_strndup (g_bytes_get_data (index, NULL), g_bytes_get_size (index)) : NULL;
  g_auto (GStrv) accounts = g_strsplit (names ? names : "", "\n", -1);

  for (guint i = 0; !error && accounts[i]; i++)
    {
      g_autofree char *name = g_strconcat (prefix, accounts[i], NULL);
      gint64 at_us = 0;
      g_autoptr (GBytes) bytes = *accounts[i] ? cd_cache_get_value (cache, name, &at_us, &error) : NULL;

      if (bytes && g_str_equal (prefix, CD_DESK_STATEMENT_VALUE))
        put_movements (sheet, bytes, at_us, r, &error);
      else if (bytes)
        put_balances (sheet, bytes, at_us, &error);
    }
  if (!error)
    return TRUE;
  cd_command_no (sheet->io, cd_paths_cache_file (sheet->paths), NULL, "%s", error->message);
  return FALSE;
}

static gboolean
fill_statement (CdSheet *sheet)
{
  Reading r = { NULL };
  gboolean ok = read_journal (&r, sheet, FALSE) && put_kept (sheet, CD_DESK_STATEMENT_VALUE, &r);

  reading_clear (&r);
  return ok;
}

static gboolean
fill_holdings (CdSheet *sheet)
{
  Reading r = { NULL };
  gboolean ok = read_journal (&r, sheet, FALSE) && put_kept (sheet, CD_DESK_HOLDINGS_VALUE, &r) && each_statement (&r, CD_STATEMENT_HOLDINGS, TRUE, put_holding_of_file);

  reading_clear (&r);
  return ok;
}

static int
compare_years (gconstpointer a, gconstpointer b)
{
  const Year *x = *(const Year *const *)a, *y = *(const Year *const *)b;
  int by_account = strcmp (x->account, y->account);

  return by_account ? by_account : x->year - y->year;
}

static void
put_allocation_of_file (Reading *r, const CdStatement *statement, const CdStatementRow *row, const CdSheetKnown *known)
{
  cd_sheet_begin_row (r->sheet);
  cd_sheet_put_text (r->sheet, cd_statement_cell (statement, row, "account"));
  cd_sheet_put_text (r->sheet, cd_statement_cell (statement, row, "year"));
  for (guint i = 0; i < 4; i++)
    cd_sheet_put_text (r->sheet, "");
  cd_sheet_put_text (r->sheet, cd_statement_cell (statement, row, "quantity"));
  cd_sheet_end_row (r->sheet, "file", known);
}

static gboolean
fill_obligations (CdSheet *sheet)
{
  Reading r = { NULL };
  gboolean ok = read_journal (&r, sheet, FALSE);
  g_autoptr (GPtrArray) years = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, r.years);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (years, value);
  g_ptr_array_sort (years, compare_years);
  for (guint i = 0; ok && i < years->len; i++)
    {
      const Year *year = g_ptr_array_index (years, i);

      cd_sheet_begin_row (sheet);
      cd_sheet_put_text (sheet, year->account);
      cd_sheet_put_number (sheet, year->year, 0);
      cd_sheet_put_number (sheet, year->owed, 0);
      cd_sheet_put_number (sheet, year->surrendered, 0);
      cd_sheet_put_number (sheet, year->offset, 0);
      cd_sheet_put_text (sheet, year->closed ? "yes" : "no");
      cd_sheet_put_text (sheet, "");
      cd_sheet_end_row (sheet, "venue", &year->known);
    }
  ok = ok && each_statement (&r, CD_STATEMENT_ALLOCATION, TRUE, put_allocation_of_file);
  reading_clear (&r);
  return ok;
}

/* --- Where it goes ------------------------------------------------------------------------------------------------------------------ */

gboolean
cd_command_check_output (CdCommandIo *io, const char *path)
{
  g_autofree char *shown = g_filename_display_name (path);
  struct stat st;

  /* A link would be replaced or followed, and a device or a pipe is no file that can be whole or absent. */
  if (lstat (path, &st) != 0 || S_ISREG (st.st_mode))
    return TRUE;
  cd_command_no (io, shown, NULL, "expected a new name or a regular file, found a link, a folder, a pipe or a device");
  return FALSE;
}

gboolean
cd_command_write_failed (CdCommandIo *io, const char *path, const GError *error)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *prefix = g_strconcat (shown, ": ", NULL);

  cd_command_no (io, shown, NULL, "%s", g_str_has_prefix (error->message, prefix) ? error->message + strlen (prefix) : error->message);
  return FALSE;
}

gboolean
cd_command_write_output (CdCommandIo *io, const char *path, const char *text, gsize len)
{
  g_autoptr (GError) error = NULL;

  return cd_command_check_output (io, path) && (cd_file_write (cd_command_env (io), path, text, len, 0600, &error) || cd_command_write_failed (io, path, error));
}

static CdCommandStatus
finish (CdSheet *sheet, const CdCommandArgs *args)
{
  g_autofree char *header = g_strjoinv (",", (char **)sheet->columns);
  g_autofree char *profile = g_strdup_printf ("%s/%s", cd_profile_kind_name (cd_paths_kind (sheet->paths)), cd_paths_profile (sheet->paths));
  CdJsonWriter *json = cd_command_json (sheet->io);
  g_autofree char *rows = NULL;
  g_autofree char *text = NULL;

  cd_json_writer_end_array (sheet->json);
  rows = cd_json_writer_finish (sheet->json);
  if (g_strcmp0 (args->format, "json") == 0)
    text = g_strdup_printf ("{\"what\":\"%s\",\"profile\":\"%s\",\"records\":%" G_GINT64_FORMAT ",\"rows\":%s}\n", sheet->what, profile, cd_journal_last_seq (sheet->journal), rows);
  else
    text = g_strdup_printf ("%s\n%s", header, sheet->csv->str);
  if (args->output && !cd_command_write_output (sheet->io, args->output, text, strlen (text)))
    return CD_COMMAND_NO;
  if (args->output)
    cd_command_print (sheet->io, "%s: %u rows\n", args->output, sheet->rows);
  else
    cd_command_print (sheet->io, "%s", text);
  if (json)
    {
      cd_json_writer_string (json, "profile", profile);
      cd_json_writer_int (json, "records", cd_journal_last_seq (sheet->journal));
      cd_json_writer_int (json, "n_rows", sheet->rows);
      cd_json_writer_raw (json, "rows", rows);
    }
  return CD_COMMAND_DONE;
}

static CdCommandStatus export(CdCommandIo *io, const CdCommandArgs *args, const char *what, const char *const *columns, gboolean (*fill) (CdSheet *sheet))
{
  CdSheet sheet = { .io = io, .what = what, .columns = columns };
  CdCommandStatus status;
  g_autoptr (GError) error = NULL;

  if (args->format && !g_str_equal (args->format, "csv") && !g_str_equal (args->format, "json"))
    return cd_command_usage (io, "--format", "“%.40s”: expected csv or json", args->format);
  sheet.paths = cd_command_profile (io, args->profile, FALSE, &status);
  if (!sheet.paths)
    return status;
  sheet.journal = cd_journal_open_read_only (cd_command_env (io), cd_paths_journal_file (sheet.paths), &error);
  if (sheet.journal)
    {
      sheet.csv = g_string_new (NULL);
      sheet.json = cd_json_writer_new ();
      cd_json_writer_begin_array (sheet.json, NULL);
      status = fill (&sheet) ? finish (&sheet, args) : CD_COMMAND_NO;
      g_string_free (sheet.csv, TRUE);
      cd_json_writer_free (sheet.json);
      cd_journal_close (sheet.journal);
    }
  else
    status = cd_command_no (io, cd_paths_journal_file (sheet.paths), NULL, "%s", error->message);
  cd_paths_unref (sheet.paths);
  return status;
}

CdCommandStatus
cd_command_export_blotter (CdCommandIo *io, const CdCommandArgs *args)
{
  return export(io, args, "blotter", blotter_columns, fill_blotter);
}

CdCommandStatus
cd_command_export_fills (CdCommandIo *io, const CdCommandArgs *args)
{
  return export(io, args, "fills", fill_columns, fill_fills);
}

CdCommandStatus
cd_command_export_holdings (CdCommandIo *io, const CdCommandArgs *args)
{
  return export(io, args, "holdings", holding_columns, fill_holdings);
}

CdCommandStatus
cd_command_export_obligations (CdCommandIo *io, const CdCommandArgs *args)
{
  return export(io, args, "obligations", obligation_columns, fill_obligations);
}

CdCommandStatus
cd_command_statement (CdCommandIo *io, const CdCommandArgs *args)
{
  return export(io, args, "statement", movement_columns, fill_statement);
}
