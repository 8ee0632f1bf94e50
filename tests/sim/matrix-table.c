/* matrix-table.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The text of the matrix, what becomes of each cell, and the report.
 */
#include "matrix.h"

#include <stdio.h>
#include <string.h>

typedef struct
{
  char *text;
  char *codes; /* (nullable) */
  MatrixMark mark;
  char *why; /* (nullable) */
} Cell;

static Cell cells[MATRIX_FAULTS + 1][MATRIX_N_OPS];
static char *names[MATRIX_FAULTS + 1];

static const char *const op_names[MATRIX_N_OPS] = { "new order", "cancel / replace", "registry send", "approve / withdraw", "book feed", "holdings, orders sync", "export, import, backup", "login, lock" };

const char *
matrix_text (guint fault, MatrixOp op)
{
  return cells[fault][op].text;
}

const char *
matrix_name (guint fault)
{
  return names[fault];
}

const char *
matrix_op_name (MatrixOp op)
{
  return op_names[op];
}

const char *
matrix_codes (guint fault, MatrixOp op)
{
  return cells[fault][op].codes;
}

/* What is said in words, as letters; see matrix-judge.c. A driver may ask for more. */
static const struct
{
  const char *text, *codes;
} words[] = {
  { "REJECTED", "r" },
  { "reject → back", "b" },
  { "Q, poll", "Q" },
  { "E L (defect)", "E L" },
  { "U (no library resend)", "U" },
  { "U, back off, no new orders W", "U L W" },
  { "not final: Q until fence/deadline", "Q" },
  { "lock", "k" },
  { "relock", "k" },
  { "I (one key)", "I" },
  { "live", "l" },
  { "live W", "l W" },
  { "live, not stored W", "l W" },
  { "ok", "o" },
  { "phone desk text", "D E" },
  { "retry ≤3 then D", "D" },
  { "R E, export, venue list shown read-only", "R E" },
  { "venue's own UI", "D E" },
  { "rebuild, L until done", "L" },
  { "D until done", "D" },
  { "all open → U, L", "U L" },
};

/* Letters alone: "U E L". */
static char *
codes_of (const char *text)
{
  if (strspn (text, "JUQIDSPLRVEW ") == strlen (text))
    return g_strdup (text);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (text, words[i].text) == 0)
      return g_strdup (words[i].codes);
  return NULL;
}

GPtrArray *
matrix_drivers_of (guint fault, MatrixOp op)
{
  static const MatrixDriver *(*const tables[]) (guint *) = { matrix_wire_drivers, matrix_lines_drivers, matrix_events_drivers, matrix_machine_drivers, matrix_clock_drivers, matrix_rights_drivers, matrix_store_drivers, matrix_start_drivers, matrix_files_drivers, matrix_files_kill_drivers };
  GPtrArray *found = g_ptr_array_new ();

  for (guint t = 0; t < G_N_ELEMENTS (tables); t++)
    {
      guint n;
      const MatrixDriver *drivers = tables[t](&n);

      for (guint i = 0; i < n; i++)
        if (drivers[i].fault == fault && (drivers[i].ops & MATRIX_BIT (op)))
          g_ptr_array_add (found, (gpointer)&drivers[i]);
    }
  return found;
}

static gboolean
load_text (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "matrix.tsv", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;
  lines = g_strsplit (g_strchomp (text), "\n", -1);
  for (guint i = 1; lines[i]; i++)
    {
      g_auto (GStrv) columns = g_strsplit (lines[i], "\t", -1);
      g_autofree char *name = g_strdup_printf ("F%u", i);

      if (i > MATRIX_FAULTS || g_strv_length (columns) != MATRIX_N_OPS + 2 || strcmp (columns[0], name) != 0)
        {
          g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s:%u: expected %s, a name and %d cells", path, i + 1, name, MATRIX_N_OPS);
          return FALSE;
        }
      names[i] = g_strdup (columns[1]);
      for (guint op = 0; op < MATRIX_N_OPS; op++)
        {
          cells[i][op].text = g_strdup (columns[op + 2]);
          cells[i][op].codes = codes_of (columns[op + 2]);
        }
    }
  return TRUE;
}

/* FAULT, column, mark and reason: what is not made here, or is made and differs. */
static gboolean
load_marks (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "matrix-marks.tsv", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;
  lines = g_strsplit (g_strchomp (text), "\n", -1);
  for (guint i = 0; lines[i]; i++)
    {
      g_auto (GStrv) columns = g_strsplit (lines[i], "\t", -1);
      guint fault = 0, op = MATRIX_N_OPS;
      MatrixMark mark = MATRIX_MARK_NONE;

      if (*lines[i] == '#' || *lines[i] == '\0')
        continue;
      if (g_strv_length (columns) == 4)
        {
          fault = (guint)g_ascii_strtoull (columns[0] + 1, NULL, 10);
          for (guint k = 0; k < MATRIX_N_OPS; k++)
            if (strcmp (columns[1], op_names[k]) == 0)
              op = k;
          mark = strcmp (columns[2], "elsewhere") == 0 ? MATRIX_MARK_ELSEWHERE : strcmp (columns[2], "waits") == 0 ? MATRIX_MARK_WAITS
                                                                             : strcmp (columns[2], "differs") == 0 ? MATRIX_MARK_DIFFERS
                                                                                                                   : MATRIX_MARK_NONE;
        }
      if (fault < 1 || fault > MATRIX_FAULTS || op == MATRIX_N_OPS || mark == MATRIX_MARK_NONE || !*columns[3] || cells[fault][op].why)
        {
          g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s:%u: expected FAULT, column, elsewhere, waits or differs, and why; each cell once", path, i + 1);
          return FALSE;
        }
      cells[fault][op].mark = mark;
      cells[fault][op].why = g_strdup (columns[3]);
    }
  return TRUE;
}

gboolean
matrix_load (const char *folder, GError **error)
{
  return load_text (folder, error) && load_marks (folder, error);
}

MatrixMark
matrix_mark (guint fault, MatrixOp op, const char **why)
{
  const Cell *cell = &cells[fault][op];
  g_autoptr (GPtrArray) drivers = matrix_drivers_of (fault, op);

  if (why)
    *why = cell->why;
  if (strcmp (cell->text, "–") == 0)
    return MATRIX_MARK_NONE;
  if (cell->mark)
    return cell->mark;
  return drivers->len > 0 ? MATRIX_MARK_HERE : MATRIX_MARK_MISSING;
}

void
matrix_report (void)
{
  static const char *const marks[] = { "–", "ok", "elsewhere", "waits", "DIFFERS", "MISSING" };
  guint sums[G_N_ELEMENTS (marks)] = { 0 }, points = 0;

  printf ("# %-4s", "");
  for (guint op = 0; op < MATRIX_N_OPS; op++)
    printf (" %-11.11s", op_names[op]);
  printf ("\n");
  for (guint fault = 1; fault <= MATRIX_FAULTS; fault++)
    {
      printf ("# F%-3u", fault);
      for (guint op = 0; op < MATRIX_N_OPS; op++)
        {
          MatrixMark mark = matrix_mark (fault, op, NULL);
          g_autoptr (GPtrArray) drivers = matrix_drivers_of (fault, op);

          sums[mark]++;
          points += mark == MATRIX_MARK_HERE ? drivers->len * matrix_variants (op) : 0;
          printf (" %s%-11s", mark == MATRIX_MARK_NONE ? "" : "", mark == MATRIX_MARK_NONE ? "-" : marks[mark]);
        }
      printf (" %s\n", names[fault]);
    }
  printf ("# %u of %d cells automated here at %u points, %u by other tests, %u differ, %u wait, %u missing\n", sums[MATRIX_MARK_HERE], MATRIX_CELLS, points, sums[MATRIX_MARK_ELSEWHERE], sums[MATRIX_MARK_DIFFERS], sums[MATRIX_MARK_WAITS], sums[MATRIX_MARK_MISSING]);
}
