/* cd-command-book.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * book replay: recorded feeds rebuilt, and held against what the venue itself says. What a file is shows in its contents: LOBSTER
 * messages have six columns and states four a level; Binance snapshots have a column more than diffs.
 */
#include "cd-command-private.h"

#include <string.h>

#include "cd-replay.h"

#define FILES_MAX 64
#define LEVELS_MAX 1000

typedef struct
{
  const char *path;
  char *shown;
  char *text;
  gboolean states; /* LOBSTER states, or Binance snapshots */
} Input;

typedef struct
{
  CdCommandIo *io;
  const char *format;
  gboolean summary;
  guint levels;
  guint64 rows, checked, matched;
} Replay;

static void
input_free (gpointer data)
{
  Input *input = data;

  g_free (input->shown);
  g_free (input->text);
  g_free (input);
}

/* --- What is what ---------------------------------------------------------------------------------------------------------- */

static guint
count_in_first_line (const char *text, char mark)
{
  guint n = 0;

  for (; *text && *text != '\n'; text++)
    n += *text == mark;
  return n;
}

static gboolean
recognise (Replay *r, Input *input)
{
  guint commas = count_in_first_line (input->text, ','), tabs = count_in_first_line (input->text, '\t');

  if (g_str_equal (r->format, "lobster"))
    {
      input->states = commas + 1 != 6;
      if (commas + 1 == 6 || (commas + 1) % 4 == 0)
        return TRUE;
      cd_command_no (r->io, input->shown, "row 1", "expected six columns (messages) or four a level (order book), found %u", *input->text ? commas + 1 : 0);
      return FALSE;
    }
  input->states = g_str_equal (r->format, "binance") && tabs == 2;
  if (tabs == 1 || input->states)
    return TRUE;
  cd_command_no (r->io, input->shown, "line 1", "expected receive time and message parted by a tab%s", g_str_equal (r->format, "binance") ? ", or receive time, symbol and snapshot" : "");
  return FALSE;
}

static GPtrArray *
read_inputs (Replay *r, const CdCommandArgs *args)
{
  g_autoptr (GPtrArray) inputs = g_ptr_array_new_with_free_func (input_free);

  for (guint i = 0; i < args->n_files; i++)
    {
      Input *input = g_new0 (Input, 1);

      g_ptr_array_add (inputs, input);
      input->path = args->files[i];
      input->shown = g_filename_display_name (input->path);
      input->text = cd_command_read_lines (r->io, input->path);
      if (!input->text || !recognise (r, input))
        return NULL;
    }
  return g_steal_pointer (&inputs);
}

/* --- Rows and counts --------------------------------------------------------------------------------------------------------- */

static void
take_row (const char *row, gpointer data)
{
  Replay *r = data;
  CdJsonWriter *json = cd_command_json (r->io);

  r->rows++;
  if (r->summary)
    return;
  cd_command_print (r->io, "%s\n", row);
  if (json)
    cd_json_writer_string (json, NULL, row);
}

/* One comparison done: its count, and what it says when not all of it matched. */
static CdCommandStatus
finish (Replay *r, const Input *input, const char *what, gboolean read, CdReplayResult *result, GError *error)
{
  CdCommandStatus status = CD_COMMAND_DONE;

  r->checked += result->checked;
  r->matched += result->matched;
  if (!read)
    status = cd_command_no (r->io, input->shown, NULL, "%s", error->message);
  else if (result->matched < result->checked)
    status = cd_command_no (r->io, input->shown, result->first_mismatch, "first of %" G_GUINT64_FORMAT " mismatches, %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " %s match", result->checked - result->matched, result->matched, result->checked, what);
  if (r->summary && read)
    {
      g_autofree char *name = cd_command_display_name (input->path);

      cd_command_print (r->io, "%s %s: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT "\n", name, what, result->matched, result->checked);
    }
  cd_replay_result_clear (result);
  return status;
}

/* --- Formats ------------------------------------------------------------------------------------------------------------------- */

static Input *
only_one (Replay *r, GPtrArray *inputs, gboolean states, gboolean *too_many)
{
  Input *found = NULL;

  for (guint i = 0; i < inputs->len; i++)
    {
      Input *input = g_ptr_array_index (inputs, i);

      if (input->states != states)
        continue;
      if (found)
        {
          *too_many = TRUE;
          cd_command_usage (r->io, input->shown, "a second file of %s, expected one besides “%s”", states ? "states" : "messages", found->shown);
        }
      found = input;
    }
  return found;
}

static CdCommandStatus
replay_lobster (Replay *r, GPtrArray *inputs)
{
  CdReplayResult result = { .row = take_row, .row_data = r, .row_levels = r->levels };
  g_autoptr (GError) error = NULL;
  gboolean too_many = FALSE, read;
  Input *messages = only_one (r, inputs, FALSE, &too_many), *states = only_one (r, inputs, TRUE, &too_many);

  if (too_many)
    return CD_COMMAND_USAGE;
  if (!messages)
    return cd_command_usage (r->io, "FILE", "expected the message file too (six columns)");
  if (states)
    read = cd_replay_lobster (messages->text, states->text, &result, &error);
  else
    {
      cd_command_note (r->io, "%s: no order-book file: the book is built from the orders that the messages enter, and compared with nothing", messages->shown);
      read = cd_replay_lobster_messages (messages->text, &result, &error);
    }
  /* The reader says in front which of the two files is at fault. */
  if (!read && states && g_str_has_prefix (error->message, "messages, "))
    return finish (r, messages, "rows", read, &result, error);
  return finish (r, states ? states : messages, "rows", read, &result, error);
}

/* With snapshots the books are rebuilt; the sequence of the diffs is checked in any case. */
static CdCommandStatus
replay_binance (Replay *r, GPtrArray *inputs)
{
  CdReplayResult steps = { 0 }, book = { .row = take_row, .row_data = r, .row_levels = r->levels };
  g_autoptr (GError) steps_error = NULL;
  g_autoptr (GError) book_error = NULL;
  gboolean too_many = FALSE, read;
  Input *diffs = only_one (r, inputs, FALSE, &too_many), *snapshots = only_one (r, inputs, TRUE, &too_many);
  CdCommandStatus status;

  if (too_many)
    return CD_COMMAND_USAGE;
  if (!diffs)
    return cd_command_usage (r->io, "FILE", "expected the file of diffs too (receive time and message)");
  read = cd_replay_binance (diffs->text, &steps, &steps_error);
  status = finish (r, diffs, "sequence steps", read, &steps, steps_error);
  if (!snapshots)
    {
      cd_command_note (r->io, "%s: no snapshots: only the sequence is checked, there is no book to rebuild", diffs->shown);
      return status;
    }
  read = cd_replay_binance_book (snapshots->text, diffs->text, &book, &book_error);
  return cd_command_worse (status, finish (r, diffs, "best prices", read, &book, book_error));
}

static CdCommandStatus
replay_feed (Replay *r, GPtrArray *inputs, gboolean (*replay) (const char *, CdReplayResult *, GError **))
{
  CdCommandStatus status = CD_COMMAND_DONE;

  for (guint i = 0; i < inputs->len; i++)
    {
      const Input *input = g_ptr_array_index (inputs, i);
      CdReplayResult result = { .row = take_row, .row_data = r, .row_levels = r->levels };
      g_autoptr (GError) error = NULL;
      gboolean read = replay (input->text, &result, &error);

      if (read && result.checked == 0)
        status = cd_command_no (r->io, input->shown, NULL, "no checksum in it, expected messages of %s", r->format);
      status = cd_command_worse (status, finish (r, input, "checksums", read, &result, error));
    }
  return status;
}

static CdCommandStatus
replay_all (Replay *r, GPtrArray *inputs)
{
  if (g_str_equal (r->format, "lobster"))
    return replay_lobster (r, inputs);
  if (g_str_equal (r->format, "binance"))
    return replay_binance (r, inputs);
  return replay_feed (r, inputs, g_str_equal (r->format, "kraken") ? cd_replay_kraken : cd_replay_okx);
}

CdCommandStatus
cd_command_book_replay (CdCommandIo *io, const CdCommandArgs *args)
{
  static const char *const formats[] = { "lobster", "kraken", "binance", "okx", NULL };
  Replay r = { .io = io, .format = args->format, .summary = args->summary };
  CdJsonWriter *json = cd_command_json (io);
  g_autoptr (GPtrArray) inputs = NULL;
  CdCommandStatus status = CD_COMMAND_NO;
  gint64 levels = 0;

  if (!g_strv_contains (formats, args->format))
    return cd_command_usage (io, "--format", "“%.40s”: expected lobster, kraken, binance or okx", args->format);
  if (args->n_files > FILES_MAX)
    return cd_command_usage (io, "FILE", "expected at most %d files", FILES_MAX);
  if (args->levels && (!cd_decimal_parse (args->levels, -1, 0, &levels, NULL) || levels < 1 || levels > LEVELS_MAX))
    return cd_command_usage (io, "--levels", "“%.40s”: expected a number from 1 to %d", args->levels, LEVELS_MAX);
  r.levels = (guint)levels;
  inputs = read_inputs (&r, args);
  if (json)
    {
      cd_json_writer_string (json, "format", args->format);
      cd_json_writer_begin_array (json, "rows");
    }
  if (inputs)
    status = replay_all (&r, inputs);
  if (!json)
    return status;
  cd_json_writer_end_array (json);
  cd_json_writer_int (json, "n_rows", (gint64)r.rows);
  cd_json_writer_int (json, "checked", (gint64)r.checked);
  cd_json_writer_int (json, "matched", (gint64)r.matched);
  return status;
}
