/* test-matrix.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   test-matrix FOLDER [--part K N]        every cell that is made here, as TAP; FOLDER holds matrix.tsv
 *   test-matrix FOLDER --report            the matrix and its count
 *   test-matrix FOLDER --missing           the cells that nobody makes and nobody speaks of
 *   test-matrix FOLDER --cell FAULT OP     one cell, OP from 0; OP 8: the whole row
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "matrix.h"

static guint n_cases, n_bad, n_points;

/* Returns: (nullable): the points that do not hold */
static char *
run_cell (guint fault, MatrixOp op)
{
  g_autoptr (GPtrArray) drivers = matrix_drivers_of (fault, op);
  GString *bad = g_string_new (NULL);

  for (guint i = 0; i < drivers->len; i++)
    for (guint variant = 0; variant < matrix_variants (op); variant++)
      {
        const MatrixDriver *driver = g_ptr_array_index (drivers, i);
        g_autofree char *failed = matrix_run (driver, op, variant);

        n_points++;
        if (failed)
          g_string_append_printf (bad, "# %s (%u): %s\n", driver->point, variant, failed);
      }
  if (drivers->len * matrix_variants (op) < MATRIX_POINTS_MIN)
    g_string_append_printf (bad, "# %u points, expected %d\n", drivers->len * matrix_variants (op), MATRIX_POINTS_MIN);
  return g_string_free (bad, bad->len == 0);
}

static void
report_cell (guint fault, MatrixOp op)
{
  const char *why;
  MatrixMark mark = matrix_mark (fault, op, &why);
  g_autofree char *bad = run_cell (fault, op);
  gboolean ok = mark == MATRIX_MARK_DIFFERS ? bad != NULL : bad == NULL;

  n_cases++;
  n_bad += !ok;
  printf ("%s %u F%u %s: %s\n", ok ? "ok" : "not ok", n_cases, fault, matrix_op_name (op), matrix_text (fault, op));
  if (mark == MATRIX_MARK_DIFFERS && bad)
    printf ("# differs: %s\n", why);
  else if (mark == MATRIX_MARK_DIFFERS)
    printf ("# it does what the text says: take it out of matrix-marks.tsv\n");
  if (bad)
    printf ("%s", bad);
  fflush (stdout);
}

static void
check_text (void)
{
  guint n = 0;

  for (guint fault = 1; fault <= MATRIX_FAULTS; fault++)
    for (guint op = 0; op < MATRIX_N_OPS; op++)
      n += strcmp (matrix_text (fault, op), "–") != 0;
  n_cases++;
  n_bad += n != MATRIX_CELLS;
  printf ("%s %u the table has %u cells\n", n == MATRIX_CELLS ? "ok" : "not ok", n_cases, n);
}

/* Nothing is made and called waiting, and nothing is left out unsaid. */
static void
check_marks (void)
{
  guint bad = 0;

  for (guint fault = 1; fault <= MATRIX_FAULTS; fault++)
    for (guint op = 0; op < MATRIX_N_OPS; op++)
      {
        MatrixMark mark = matrix_mark (fault, op, NULL);
        g_autoptr (GPtrArray) drivers = matrix_drivers_of (fault, op);
        gboolean made = drivers->len > 0, wants = mark == MATRIX_MARK_HERE || mark == MATRIX_MARK_DIFFERS;

        if (made == wants && mark != MATRIX_MARK_MISSING)
          continue;
        bad++;
        printf ("# F%u %s: %s\n", fault, matrix_op_name (op), made ? "made, and said to be made elsewhere, or no cell" : "neither made nor said why not");
      }
  n_cases++;
  n_bad += bad != 0;
  printf ("%s %u every cell is made, or it is said why not\n", bad ? "not ok" : "ok", n_cases);
}

static void
print_missing (void)
{
  for (guint fault = 1; fault <= MATRIX_FAULTS; fault++)
    for (guint op = 0; op < MATRIX_N_OPS; op++)
      if (matrix_mark (fault, op, NULL) == MATRIX_MARK_MISSING)
        printf ("F%u\t%s\n", fault, matrix_op_name (op));
}

static void
run_row (guint fault, guint only)
{
  for (guint op = 0; op < MATRIX_N_OPS; op++)
    {
      MatrixMark mark = matrix_mark (fault, op, NULL);

      if ((only == MATRIX_N_OPS || only == op) && (mark == MATRIX_MARK_HERE || mark == MATRIX_MARK_DIFFERS))
        report_cell (fault, op);
    }
}

static void
run_all (guint part, guint parts)
{
  gint64 begin = g_get_monotonic_time ();
  guint number = 0;

  if (part == 0)
    {
      check_text ();
      check_marks ();
    }
  for (guint fault = 1; fault <= MATRIX_FAULTS; fault++)
    for (guint op = 0; op < MATRIX_N_OPS; op++)
      {
        MatrixMark mark = matrix_mark (fault, op, NULL);

        if ((mark == MATRIX_MARK_HERE || mark == MATRIX_MARK_DIFFERS) && number++ % parts == part)
          report_cell (fault, op);
      }
  printf ("# %u points in %" G_GINT64_FORMAT " ms\n", n_points, (g_get_monotonic_time () - begin) / 1000);
  if (part == 0)
    matrix_report ();
  printf ("1..%u\n", n_cases);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "C.UTF-8");
  if (argc < 2 || !matrix_load (argv[1], &error))
    {
      fprintf (stderr, "%s\n", error ? error->message : "usage: test-matrix FOLDER [--part K N | --report | --missing | --cell FAULT OP]");
      return 2;
    }
  if (argc == 3 && strcmp (argv[2], "--report") == 0)
    matrix_report ();
  else if (argc == 3 && strcmp (argv[2], "--missing") == 0)
    print_missing ();
  else if (argc == 5 && strcmp (argv[2], "--cell") == 0)
    run_row ((guint)g_ascii_strtoull (argv[3], NULL, 10), (guint)g_ascii_strtoull (argv[4], NULL, 10));
  else if (argc == 5 && strcmp (argv[2], "--part") == 0)
    run_all ((guint)g_ascii_strtoull (argv[3], NULL, 10), (guint)g_ascii_strtoull (argv[4], NULL, 10));
  else if (argc == 2)
    run_all (0, 1);
  else
    return 2;
  return n_bad ? 1 : 0;
}
