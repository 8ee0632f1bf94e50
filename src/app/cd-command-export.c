/* cd-command-export.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * export blotter, fills, holdings, obligations: what a profile knows, as a table or as JSON, each row with the record or the file it
 * comes from and since when it was known. Texts are made inert: no spreadsheet takes one for a formula. Nothing in the profile changes.
 */
#include "cd-command-statement-private.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cd-cache.h"
#include "cd-desk-kept.h"
#include "cd-order-lives.h"
#include "cd-wire-list.h"

#define COLUMNS_MAX 24

/**
 * Sheet: a table under way: cells are put in the order of the columns.
 */
typedef struct
{
  CdCommandIo *io;
  CdPaths *paths;
  CdJournal *journal;
  const char *what;
  const char *const *columns;
  GString *csv;
  CdJsonWriter *json; /* a list of rows */
  guint column, rows;
} Sheet;

/* What the journal says, gathered in one reading. */
typedef struct
{
  Sheet *sheet;
  CdOrderLives *lives;
  GHashTable *last;   /* order key -> Known: the newest record about it */
  GHashTable *seen;   /* exec ids */
  GPtrArray *records; /* (element-type CdJournalRow): statements, copied as far as needed */
  GHashTable *years;  /* "account/year" -> Obligation */
  gboolean fills;
} Reading;

typedef struct
{
  gint64 seq, at_us;
} Known;

/* --- Cells -------------------------------------------------------------------------------------------------------------------- */

static void
begin_row (Sheet *sheet)
{
  sheet->column = 0;
  sheet->rows++;
  cd_json_writer_begin_object (sheet->json, NULL);
}

static void
put_raw (Sheet *sheet, const char *cell, const char *value)
{
  const char *name = sheet->columns[sheet->column++];

  g_assert (name);
  if (sheet->column > 1)
    g_string_append_c (sheet->csv, ',');
  cd_csv_append (sheet->csv, cell);
  cd_json_writer_string (sheet->json, name, value && *value ? value : NULL);
}

static void
put_text (Sheet *sheet, const char *text)
{
  g_autofree char *inert = cd_csv_inert (text ? text : "");

  put_raw (sheet, inert, text);
}

/* A figure is a figure: a minus in front of it is no formula. */
static void
put_number (Sheet *sheet, gint64 value, int scale)
{
  char buf[CD_DECIMAL_BUF];

  cd_decimal_print (value, scale, scale ? 2 : 0, buf);
  put_raw (sheet, buf, buf);
}

static void
put_time (Sheet *sheet, gint64 at_us)
{
  char buf[CD_INSTANT_BUF];

  put_text (sheet, at_us > 0 ? cd_instant_print (at_us, buf) : "");
}

/* Where the row comes from: "source,record,known_at". */
static void
end_row (Sheet *sheet, const char *source, const Known *known)
{
  put_text (sheet, source);
  if (known && known->seq > 0)
    put_number (sheet, known->seq, 0);
  else
    put_text (sheet, "");
  put_time (sheet, known ? known->at_us : 0);
  g_assert (!sheet->columns[sheet->column]);
  g_string_append_c (sheet->csv, '\n');
  cd_json_writer_end_object (sheet->json);
}

/* --- The journal ---------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  char *account;
  int year;
  gint64 owed, surrendered, offset;
  gboolean closed;
  Known known;
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
  const Known known = { record->seq, record->at_us };
  Sheet *sheet = r->sheet;

  if (!event->exec_id || !g_hash_table_add (r->seen, g_strdup (event->exec_id)))
    return;
  begin_row (sheet);
  put_text (sheet, event->exec_id);
  put_text (sheet, event->account);
  put_text (sheet, event->instrument);
  put_text (sheet, cd_side_name (event->side));
  put_number (sheet, event->price_e4, 4);
  put_number (sheet, event->qty, 0);
  put_number (sheet, event->amount_e4, 4);
  put_time (sheet, event->at_us);
  put_text (sheet, event->order_id);
  put_text (sheet, event->key);
  end_row (sheet, "venue", &known);
}

static void
take_year (Reading *r, const CdWireEvent *event, const CdJournalRow *record)
{
  Year *year = g_new0 (Year, 1);

  *year = (Year){ g_strdup (event->account), event->year, event->owed, event->surrendered, event->offset, event->closed, { record->seq, record->at_us } };
  g_hash_table_replace (r->years, g_strdup_printf ("%s/%d", event->account, event->year), year);
}

static gboolean
record_func (const CdJournalRow *record, gpointer data)
{
  Reading *r = data;
  g_autoptr (CdWireEvent) event = NULL;
  CdStatementKind kind;
  Known *known;

  cd_order_lives_take (r->lives, record, &event);
  if (*record->key && g_str_has_prefix (record->kind, "order."))
    {
      known = g_new (Known, 1);
      *known = (Known){ record->seq, record->at_us };
      g_hash_table_replace (r->last, g_strdup (record->key), known);
    }
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
read_journal (Reading *r, Sheet *sheet, gboolean fills)
{
  g_autoptr (GError) error = NULL;

  r->sheet = sheet;
  r->fills = fills;
  r->lives = cd_order_lives_new (NULL);
  r->last = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  r->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  r->years = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, year_free);
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
  g_ptr_array_unref (r->records);
}

/* Of the statements of one kind each in turn, or the newest alone. */
static gboolean
each_statement (Reading *r, CdStatementKind kind, gboolean newest, void (*put) (Reading *r, const CdStatement *statement, const CdStatementRow *row, const Known *known))
{
  for (guint i = r->records->len; i-- > 0;)
    {
      const CdJournalRow *record = g_ptr_array_index (r->records, i);
      const Known known = { record->seq, record->at_us };
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
static const char *const obligation_columns[] = { "account", "year", "owed", "surrendered", "offset", "closed", "approved", "source", "record", "known_at", NULL };

static gboolean
fill_blotter (Sheet *sheet)
{
  Reading r = { NULL };
  gboolean ok = read_journal (&r, sheet, FALSE);
  const GPtrArray *lives = cd_order_lives_all (r.lives);

  for (guint i = 0; ok && i < lives->len; i++)
    {
      const CdOrderLife *life = g_ptr_array_index (lives, i);
      const CdOrder *order = life->order;

      begin_row (sheet);
      put_text (sheet, order->key);
      put_text (sheet, order->order_id);
      put_text (sheet, order->account);
      put_text (sheet, order->instrument);
      put_text (sheet, cd_side_name (order->side));
      put_text (sheet, cd_order_kind_name (order->kind));
      put_number (sheet, order->price_e4, 4);
      put_number (sheet, order->qty, 0);
      put_number (sheet, order->cum, 0);
      put_number (sheet, order->leaves, 0);
      put_number (sheet, order->filled_amount_e4, 4);
      put_text (sheet, cd_order_state_name (order->state));
      put_text (sheet, cd_order_is_unknown (order) ? "yes" : "no");
      put_text (sheet, order->code);
      put_text (sheet, life->purpose);
      put_text (sheet, life->by);
      put_time (sheet, order->created_at_us);
      end_row (sheet, order->external ? "venue" : "here", g_hash_table_lookup (r.last, order->key));
    }
  reading_clear (&r);
  return ok;
}

static void
put_fill_of_file (Reading *r, const CdStatement *statement, const CdStatementRow *row, const Known *known)
{
  static const char *const columns[] = { "account", "instrument", "side", "price", "quantity", "amount", "date", "order_id" };

  if (!g_hash_table_add (r->seen, g_strdup (row->key)))
    return;
  begin_row (r->sheet);
  put_text (r->sheet, row->key);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    put_text (r->sheet, cd_statement_cell (statement, row, columns[i]));
  put_text (r->sheet, "");
  end_row (r->sheet, "file", known);
}

static gboolean
fill_fills (Sheet *sheet)
{
  Reading r = { NULL };
  gboolean ok = read_journal (&r, sheet, TRUE) && each_statement (&r, CD_STATEMENT_FILLS, FALSE, put_fill_of_file);

  reading_clear (&r);
  return ok;
}

static void
put_holding_of_file (Reading *r, const CdStatement *statement, const CdStatementRow *row, const Known *known)
{
  begin_row (r->sheet);
  for (guint i = 0; i < 5; i++)
    put_text (r->sheet, cd_statement_cell (statement, row, holding_columns[i]));
  end_row (r->sheet, "file", known);
}

static gboolean
put_balances (Sheet *sheet, GBytes *bytes, gint64 at_us, GError **error)
{
  gsize len;
  const char *text = g_bytes_get_data (bytes, &len);
  g_autoptr (CdWireList) list = cd_wire_list_parse (CD_WIRE_LIST_HOLDINGS, text, len, error);
  const Known known = { 0, at_us };

  for (guint i = 0; list && i < list->items->len; i++)
    {
      const CdWireBalanceRow *row = &g_array_index (list->items, CdWireBalanceRow, i);

      begin_row (sheet);
      put_text (sheet, row->account);
      put_text (sheet, row->asset);
      put_text (sheet, cd_bucket_name (row->bucket));
      put_number (sheet, row->balance, 0);
      put_time (sheet, list->market_time_us);
      end_row (sheet, "venue", &known);
    }
  return list != NULL;
}

/* The lists that the venue gave last, as the desk kept them. An account of which none was kept has no row: nothing is guessed. */
static gboolean
put_holdings_of_venue (Sheet *sheet)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdCache) cache = cd_cache_open (cd_command_env (sheet->io), cd_paths_cache_file (sheet->paths), &error);
  g_autoptr (GBytes) index = cache ? cd_cache_get_value (cache, CD_DESK_HOLDINGS_ACCOUNTS, NULL, &error) : NULL;
  g_autofree char *names = index ? g_strndup (g_bytes_get_data (index, NULL), g_bytes_get_size (index)) : NULL;
  g_auto (GStrv) accounts = g_strsplit (names ? names : "", "\n", -1);

  for (guint i = 0; !error && accounts[i]; i++)
    {
      g_autofree char *name = g_strconcat (CD_DESK_HOLDINGS_VALUE, accounts[i], NULL);
      gint64 at_us = 0;
      g_autoptr (GBytes) bytes = *accounts[i] ? cd_cache_get_value (cache, name, &at_us, &error) : NULL;

      if (bytes)
        put_balances (sheet, bytes, at_us, &error);
    }
  if (!error)
    return TRUE;
  cd_command_no (sheet->io, cd_paths_cache_file (sheet->paths), NULL, "%s", error->message);
  return FALSE;
}

static gboolean
fill_holdings (Sheet *sheet)
{
  Reading r = { NULL };
  gboolean ok = read_journal (&r, sheet, FALSE) && put_holdings_of_venue (sheet) && each_statement (&r, CD_STATEMENT_HOLDINGS, TRUE, put_holding_of_file);

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
put_allocation_of_file (Reading *r, const CdStatement *statement, const CdStatementRow *row, const Known *known)
{
  begin_row (r->sheet);
  put_text (r->sheet, cd_statement_cell (statement, row, "account"));
  put_text (r->sheet, cd_statement_cell (statement, row, "year"));
  for (guint i = 0; i < 4; i++)
    put_text (r->sheet, "");
  put_text (r->sheet, cd_statement_cell (statement, row, "quantity"));
  end_row (r->sheet, "file", known);
}

static gboolean
fill_obligations (Sheet *sheet)
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

      begin_row (sheet);
      put_text (sheet, year->account);
      put_number (sheet, year->year, 0);
      put_number (sheet, year->owed, 0);
      put_number (sheet, year->surrendered, 0);
      put_number (sheet, year->offset, 0);
      put_text (sheet, year->closed ? "yes" : "no");
      put_text (sheet, "");
      end_row (sheet, "venue", &year->known);
    }
  ok = ok && each_statement (&r, CD_STATEMENT_ALLOCATION, TRUE, put_allocation_of_file);
  reading_clear (&r);
  return ok;
}

/* --- Where it goes ------------------------------------------------------------------------------------------------------------------ */

gboolean
cd_command_write_output (CdCommandIo *io, const char *path, const char *text, gsize len)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_autoptr (GError) error = NULL;
  struct stat st;

  /* A link would be replaced or followed, and a device or a pipe is no file that can be whole or absent. */
  if (lstat (path, &st) == 0 && !S_ISREG (st.st_mode))
    {
      cd_command_no (io, shown, NULL, "expected a new name or a regular file, found a link, a folder, a pipe or a device");
      return FALSE;
    }
  if (cd_paths_write_file (path, text, len, &error))
    return TRUE;
  cd_command_no (io, shown, NULL, "%s", error->message);
  return FALSE;
}

static CdCommandStatus
finish (Sheet *sheet, const CdCommandArgs *args)
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

static CdCommandStatus export(CdCommandIo *io, const CdCommandArgs *args, const char *what, const char *const *columns, gboolean (*fill) (Sheet *sheet))
{
  Sheet sheet = { .io = io, .what = what, .columns = columns };
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
