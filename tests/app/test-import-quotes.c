/* test-import-quotes.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Daily quotes from a file at the real desk: whole or not at all, kept over a restart, made again when the cache is gone, never
 * before the venue's own days and never from a day to come.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "cd-bars.h"
#include "cd-import.h"
#include "cd-paths.h"
#include "desk-fixture.h"

static const char good[] = "date,instrument,open,high,low,close,volume\n"
                           "2025-12-30,CEA25,70.10,71.00,69.90,70.50,1200\n"
                           "2025-12-29,CEA25,69.10,70.40,69.00,70.10,800\n"
                           "2025-12-31,CEA25,70.50,72.00,70.40,71.80,3000\n"
                           "2031-01-02,CEA25,170.50,172.00,170.40,171.80,3000\n"
                           "2025-12-31,CEA24,60.50,62.00,60.40,61.80,500\n";
static const char bad[] = "date,instrument,open,high,low,close,volume\n"
                          "2025-12-28,CEA25,69.10,70.40,69.00,70.10,800\n"
                          "2025-12-29,CEA25,69.10,60.40,69.00,70.10,800\n"
                          "2025-13-01,CEA25,69.10,70.40,69.00,70.10,many\n";

typedef struct
{
  gboolean done, ok;
  CdDeskImported result;
  GPtrArray *faults;
  GError *error;
} Outcome;

static void
imported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;

  outcome->ok = cd_desk_import_quotes_finish (CD_DESK (source), result, &outcome->result, &outcome->faults, &outcome->error);
  outcome->done = TRUE;
}

static void
outcome_clear (Outcome *outcome)
{
  g_clear_pointer (&outcome->faults, g_ptr_array_unref);
  g_clear_error (&outcome->error);
  *outcome = (Outcome){ 0 };
}

static void
import (Fixture *f, const char *text, const char *name, GCancellable *cancellable, Outcome *outcome)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  cd_desk_import_quotes_async (f->desk, bytes, name, NULL, cancellable, imported_cb, outcome);
  WAIT_FOR (f, flag_set, &outcome->done);
}

static gboolean
has_days (Fixture *f, gconstpointer data)
{
  const GArray *days = cd_desk_get_imported_days (f->desk, "CEA25");

  return days && days->len == GPOINTER_TO_UINT (data);
}

/* Before the venue has told the time no day is known to be over, and none of a file is shown. */
static gboolean
has_clock (Fixture *f, gconstpointer data)
{
  return cd_desk_get_market_time (f->desk) != 0;
}

static gboolean
find_bar (Fixture *f, const char *date, CdBar *out)
{
  g_autoptr (GArray) bars = cd_desk_dup_bars (f->desk, "CEA25", 0);
  CdDate day, before = CD_DATE_NONE;
  gboolean found = FALSE;

  g_assert_true (cd_date_parse (date, &day, NULL));
  for (guint i = 0; i < bars->len; i++)
    {
      const CdBar *bar = &g_array_index (bars, CdBar, i);

      g_assert_cmpint (bar->day, >, before);
      before = bar->day;
      if (bar->day == day)
        {
          *out = *bar;
          found = TRUE;
        }
    }
  return found;
}

static void
assert_there (Fixture *f)
{
  CdBar bar;

  g_assert_true (find_bar (f, "2025-12-30", &bar));
  g_assert_cmpint (bar.close_e4, ==, 705000);
  g_assert_cmpint (bar.volume, ==, 1200);
  g_assert_false (find_bar (f, "2031-01-02", &bar));
  g_assert_cmpstr (cd_desk_get_import_source (f->desk, "CEA25"), ==, "history.csv");
}

static void
test_kept (Fixture *f, gconstpointer data)
{
  Outcome outcome = { 0 };
  CdPaths *paths;
  g_autofree char *cache = NULL;
  g_autoptr (GError) error = NULL;

  import (f, good, "history.csv", NULL, &outcome);
  g_assert_no_error (outcome.error);
  g_assert_cmpuint (outcome.result.rows, ==, 5);
  g_assert_cmpuint (outcome.result.instruments, ==, 2);
  g_assert_cmpstr (outcome.result.code, ==, "CEA24");
  g_assert_true (has_days (f, GUINT_TO_POINTER (4)));
  assert_there (f);
  outcome_clear (&outcome);
  /* After a restart, from the cache. */
  close_desk (f);
  open_desk (f);
  WAIT_FOR (f, is_live, NULL);
  WAIT_FOR (f, has_days, GUINT_TO_POINTER (4));
  WAIT_FOR (f, has_clock, NULL);
  assert_there (f);
  /* And from the bytes, when the cache is gone. */
  close_desk (f);
  paths = cd_paths_open (cd_env_default (), CD_PROFILE_PRACTICE, f->profile, &error);
  g_assert_no_error (error);
  cache = g_strdup (cd_paths_cache_file (paths));
  cd_paths_unref (paths);
  g_assert_cmpint (g_unlink (cache), ==, 0);
  open_desk (f);
  WAIT_FOR (f, is_live, NULL);
  WAIT_FOR (f, has_days, GUINT_TO_POINTER (4));
  WAIT_FOR (f, has_clock, NULL);
  assert_there (f);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  Outcome outcome = { 0 };

  import (f, bad, "bad.csv", NULL, &outcome);
  g_assert_false (outcome.ok);
  g_assert_error (outcome.error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_ROWS);
  /* Each bad row is named, and the good one was not taken either. */
  g_assert_cmpuint (outcome.faults->len, >=, 2);
  g_assert_cmpuint (((CdImportFault *)g_ptr_array_index (outcome.faults, 0))->row, >=, 3);
  g_assert_true (cd_desk_get_imported_days (f->desk, "CEA25") == NULL || cd_desk_get_imported_days (f->desk, "CEA25")->len == 0);
  outcome_clear (&outcome);
}

static void
test_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Outcome outcome = { 0 };

  g_cancellable_cancel (cancellable);
  import (f, good, "history.csv", cancellable, &outcome);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (cd_desk_get_imported_days (f->desk, "CEA25") == NULL || cd_desk_get_imported_days (f->desk, "CEA25")->len == 0);
  outcome_clear (&outcome);
}

static gboolean
has_minutes (Fixture *f, gconstpointer data)
{
  g_autoptr (GArray) bars = cd_desk_dup_bars (f->desk, "CEA25", 5 * 60 * CD_USEC_PER_SEC);

  return bars->len > 20;
}

static void
test_minutes (Fixture *f, gconstpointer data)
{
  g_autoptr (GArray) bars = NULL;

  WAIT_FOR (f, has_minutes, NULL);
  bars = cd_desk_dup_bars (f->desk, "CEA25", 5 * 60 * CD_USEC_PER_SEC);

  /* No slot of a session is skipped: steps of five minutes, and one break at noon. */
  for (guint i = 1; i < bars->len; i++)
    {
      gint64 step = (g_array_index (bars, CdBar, i).start_us - g_array_index (bars, CdBar, i - 1).start_us) / CD_USEC_PER_SEC;

      g_assert_true (step == 300 || (step == 5700 && g_array_index (bars, CdBar, i - 1).start_us % (86400 * CD_USEC_PER_SEC) == (3 * 3600 + 25 * 60) * CD_USEC_PER_SEC));
    }
}

int
main (int argc, char **argv)
{
  desk_tests_init (&argc, &argv);
  g_test_add ("/import-quotes/kept", Fixture, NULL, setup, test_kept, teardown);
  g_test_add ("/import-quotes/refused", Fixture, NULL, setup, test_refused, teardown);
  g_test_add ("/import-quotes/cancelled", Fixture, NULL, setup, test_cancelled, teardown);
  g_test_add ("/import-quotes/minutes", Fixture, NULL, setup, test_minutes, teardown);
  return g_test_run ();
}
