/* test-imports.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Real files through the importer, and recorded feeds through a whole book. What cannot be taken is refused with its row; the README
 * beside this file says why the ones of today are.
 */
#include "cd-csv.h"
#include "cd-quotes-import.h"
#include "cd-replay.h"
#include "external-data.h"

#include <string.h>

/* --- Daily quotes ----------------------------------------------------------------------------------------------------------- */

static guint
lines_of (const char *text)
{
  guint n = 0;

  for (; *text; text++)
    n += *text == '\n' && text[1];
  return n;
}

/* All rows or none: of a file that is refused each bad row is named. */
static void
import_file (const char *path)
{
  g_autofree char *text = external_text (path);
  g_autofree char *base = g_path_get_basename (path);
  /* The file's name begins with the market's. */
  g_auto (GStrv) parts = g_strsplit (base, "_", 2);
  g_autoptr (GPtrArray) faults = cd_import_faults_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (CdQuotes) quotes = cd_quotes_import (text, strlen (text), parts[0], faults, &error);
  guint rows = lines_of (text);

  g_assert_true ((quotes != NULL) == (faults->len == 0));
  if (!quotes)
    {
      g_assert_error (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_ROWS);
      external_print ("rows imported", path, 0, rows);
    }
  for (guint i = 0; i < faults->len; i++)
    {
      const CdImportFault *fault = g_ptr_array_index (faults, i);

      g_assert_cmpuint (fault->row, >=, 2);
      g_assert_cmpuint (fault->row, <=, rows + 1);
      g_test_message ("row %u, %s: found “%s”, expected %s", fault->row, fault->column ? fault->column : "the row", fault->found, fault->expected);
    }
  if (!quotes)
    return;
  external_print ("rows imported", path, quotes->rows->len, rows);
  for (guint i = 0; i < quotes->warnings->len; i++)
    {
      const CdImportFault *warning = g_ptr_array_index (quotes->warnings, i);

      g_test_message ("taken, but row %u, %s: found “%s”, expected %s", warning->row, warning->column ? warning->column : "the row", warning->found, warning->expected);
    }
  /* Rows that only repeat another one are dropped with a warning each; nothing else is. */
  g_assert_cmpuint (quotes->rows->len, <=, rows);
  g_assert_cmpuint (quotes->rows->len + quotes->warnings->len, >=, rows);
}

static void
test_quotes (void)
{
  g_autoptr (GPtrArray) files = external_find ("cn_carbon", "", ".csv");

  if (external_absent (files, "daily quotes"))
    return;
  for (guint i = 0; i < files->len; i++)
    import_file (files->pdata[i]);
}

/* The header and the first rows, which are good: what follows is the fault of the one byte that is changed. */
static char *
good_head (const char *path)
{
  g_autofree char *text = external_text (path);
  const char *end = text;

  for (guint i = 0; i < 12 && strchr (end, '\n'); i++)
    end = strchr (end, '\n') + 1;
  return g_strndup (text, (gsize)(end - text));
}

static void
damage_file (const char *path)
{
  g_autofree char *head = good_head (path);
  const gsize len = strlen (head);
  const guint rounds = 3000;
  guint refused = 0;
  g_autoptr (GPtrArray) none = cd_import_faults_new ();
  g_autoptr (CdQuotes) whole = cd_quotes_import (head, len, "X", none, NULL);

  g_assert_nonnull (whole);
  for (guint round = 0; round < rounds; round++)
    {
      g_autofree char *text = g_strdup (head);
      g_autoptr (GPtrArray) faults = cd_import_faults_new ();
      g_autoptr (GError) error = NULL;
      g_autoptr (CdQuotes) quotes = NULL;

      text[g_test_rand_int_range (0, (gint32)len)] = (char)g_test_rand_int_range (1, 256);
      quotes = cd_quotes_import (text, len, "X", faults, &error);
      g_assert_true ((quotes != NULL) != (error != NULL));
      g_assert_true (!quotes || faults->len == 0);
      refused += quotes == NULL;
    }
  external_print ("files with one byte changed, refused", path, refused, rounds);
  /* A digit changed into another one is a good file with another figure; most changes are none. */
  g_assert_cmpuint (refused, >, rounds / 2);
  g_assert_cmpuint (refused, <, rounds);
}

static void
test_damaged (void)
{
  g_autoptr (GPtrArray) files = external_find ("cn_carbon", "", ".csv");

  if (external_absent (files, "daily quotes"))
    return;
  for (guint i = 0; i < files->len; i++)
    damage_file (files->pdata[i]);
}

/* --- Recorded feeds ------------------------------------------------------------------------------------------------------------- */

/* The diffs of the day that the snapshots are of: the rest of the name is the same. */
static char *
snapshots_for (const GPtrArray *snapshots, const char *diffs)
{
  const char *day = strstr (diffs, "binance_diffs") + strlen ("binance_diffs");
  g_autofree char *stem = g_strndup (day, (gsize)(strstr (day, ".tsv") - day));

  for (guint i = 0; i < snapshots->len; i++)
    if (strstr (snapshots->pdata[i], stem))
      return external_text (snapshots->pdata[i]);
  return NULL;
}

static char *
without_line (const char *text, const char *with)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n = g_strv_length (lines), gone = n / 2;
  GString *out = g_string_new (NULL);

  while (lines[gone] && !strstr (lines[gone], with))
    gone++;
  for (guint i = 0; i < n; i++)
    if (i != gone && *lines[i])
      g_string_append_printf (out, "%s\n", lines[i]);
  return g_string_free (out, FALSE);
}

/* Of a good recording one size is changed in one state: that row must be the one that differs. */
static void
test_lobster_altered (void)
{
  g_autoptr (GPtrArray) books = external_find ("lobster", "", "_orderbook.csv");

  if (external_absent (books, "order books"))
    return;
  for (guint i = 0; i < books->len; i++)
    {
      const char *path = books->pdata[i];
      g_autofree char *stem = g_strndup (path, (gsize)(g_strrstr (path, "_orderbook.csv") - path));
      g_autofree char *plain = g_strconcat (stem, "_message.csv", NULL);
      g_autofree char *packed = g_strconcat (plain, ".xz", NULL);
      g_autofree char *messages = external_text (g_file_test (plain, G_FILE_TEST_EXISTS) ? plain : packed);
      g_autofree char *states = external_text (path);
      g_auto (GStrv) rows = g_strsplit (states, "\n", -1);
      guint middle = g_strv_length (rows) / 2;
      g_auto (GStrv) cells = g_strsplit (rows[middle], ",", -1);
      g_autofree char *altered = NULL;
      g_autofree char *place = g_strdup_printf ("row %u", middle + 1);
      CdReplayResult whole = { 0 }, result = { 0 };

      /* The size of the best ask. */
      g_free (cells[1]);
      cells[1] = g_strdup ("999999937");
      g_free (rows[middle]);
      rows[middle] = g_strjoinv (",", cells);
      altered = g_strjoinv ("\n", rows);
      g_assert_true (cd_replay_lobster (messages, states, &whole, NULL));
      g_assert_true (cd_replay_lobster (messages, altered, &result, NULL));
      external_print ("lobster with one size changed", path, result.matched, result.checked);
      g_assert_cmpuint (result.matched, <, whole.matched);
      if (whole.matched == whole.checked)
        g_assert_cmpstr (result.first_mismatch, ==, place);
      cd_replay_result_clear (&whole);
      cd_replay_result_clear (&result);
    }
}

static void
test_binance_book (void)
{
  g_autoptr (GPtrArray) snapshots = external_find ("l2_checksum", "binance_snapshots", ".tsv");
  g_autoptr (GPtrArray) files = external_find ("l2_checksum", "binance_diffs", ".tsv");

  if (external_absent (snapshots, "snapshots") || external_absent (files, "diffs"))
    return;
  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *heads = snapshots_for (snapshots, files->pdata[i]);
      g_autofree char *diffs = external_text (files->pdata[i]);
      g_autofree char *gap = without_line (diffs, "depthUpdate");
      CdReplayResult result = { 0 }, broken = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_nonnull (heads);
      g_assert_true (cd_replay_binance_book (heads, diffs, &result, &error));
      g_assert_no_error (error);
      external_print ("best prices of the book", files->pdata[i], result.matched, result.checked);
      g_assert_cmpuint (result.checked, >, 0);
      g_assert_cmpuint (result.matched, ==, result.checked);
      g_assert_true (cd_replay_binance_book (heads, gap, &broken, NULL));
      external_print ("with one diff left out", files->pdata[i], broken.matched, broken.checked);
      g_assert_cmpuint (broken.matched, <, broken.checked);
      cd_replay_result_clear (&result);
      cd_replay_result_clear (&broken);
    }
}

/* Recordings of OKX are read as well where there are any; their absence is no fault of the data. */
static void
test_okx (void)
{
  g_autoptr (GPtrArray) files = external_find ("l2_checksum", "okx", ".tsv");

  external_print ("recordings of OKX", NULL, files->len, files->len);
  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *text = external_text (files->pdata[i]);
      CdReplayResult result = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_true (cd_replay_okx (text, &result, &error));
      g_assert_no_error (error);
      external_print ("okx", files->pdata[i], result.matched, result.checked);
      g_assert_cmpuint (result.checked, >, 0);
      g_assert_cmpuint (result.matched, ==, result.checked);
      cd_replay_result_clear (&result);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/external/quotes", test_quotes);
  g_test_add_func ("/external/quotes-damaged", test_damaged);
  g_test_add_func ("/external/lobster-altered", test_lobster_altered);
  g_test_add_func ("/external/binance-book", test_binance_book);
  g_test_add_func ("/external/okx", test_okx);
  return g_test_run ();
}
