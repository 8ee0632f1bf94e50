/* matrix-files.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Export, import, backup. The operation is the import of a file of daily quotes into the desk that runs: its bytes and their record have
 * to be durable before a day of it is shown.
 */
#include "matrix.h"

#include <string.h>

#define CODE "CEA25"

typedef struct
{
  const char *text; /* of the file; NULL = a good one */
} Fault;

static const char good[] = "date,instrument,open,high,low,close,volume\n2025-03-03,CEA25,96.00,97.50,95.10,97.00,120000\n2025-03-04,CEA25,97.00,98.00,96.50,97.80,90000\n";

static void
imported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  MatrixRun *run = data;
  CdDeskImported imported;
  g_autoptr (GPtrArray) faults = NULL;
  g_autoptr (GError) error = NULL;

  run->done = cd_desk_import_quotes_finish (CD_DESK (source), result, &imported, &faults, &error);
  run->answered = TRUE;
  if (error && !run->said)
    run->said = g_steal_pointer (&error);
}

void
matrix_import (MatrixRun *run, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text ? text : good, strlen (text ? text : good));

  run->done = run->answered = FALSE;
  g_clear_error (&run->said);
  cd_desk_import_quotes_async (run->w.desk, bytes, "cea.csv", NULL, NULL, imported_cb, run);
}

guint
matrix_imported_days (MatrixRun *run)
{
  const GArray *days = cd_desk_get_imported_days (run->w.desk, CODE);

  return days ? days->len : 0;
}

/* --- An answer that cannot be read: the file itself --------------------------------------------------------------------- */

static void
arm (MatrixRun *run)
{
  run->script = (SimScript){ .data = run, .settled = matrix_watch };
}

static void
press_bad (MatrixRun *run)
{
  matrix_fired (run);
  matrix_import (run, ((const Fault *)run->driver->data)->text);
}

/* Neither a day of it nor its record. */
static void
nothing_taken (MatrixRun *run)
{
  if (matrix_count_records (run, CD_JOURNAL_IMPORT, NULL) != 0)
    matrix_fail (run, "the import is in the journal");
}

#define BAD(words, bytes)                                                                                                                           \
  {                                                                                                                                                 \
    9, MATRIX_BIT (MATRIX_FILES), words, arm, .press = press_bad, .during = nothing_taken, .wait_ms = 500, .data = &(const Fault) { .text = bytes } \
  }

static const MatrixDriver drivers[] = {
  BAD ("no table", "\"\x01\x02 {not a table"),
  BAD ("other columns", "when,what,how much\n2025-03-03,CEA25,97.00\n"),
  BAD ("one number of many that is none", "date,instrument,open,high,low,close,volume\n2025-03-03,CEA25,96.00,97.50,95.10,97.00,120000\n2025-03-04,CEA25,97.00,98.00,96.50,9x7.80,90000\n"),
  BAD ("nothing", ""),
};

const MatrixDriver *
matrix_files_drivers (guint *n)
{
  *n = G_N_ELEMENTS (drivers);
  return drivers;
}
