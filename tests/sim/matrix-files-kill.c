/* matrix-files-kill.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A program that is killed inside the writing of one file. It is written without a name, synced, linked, and over an old file renamed; the
 * calls of fsync(), linkat() and renameat() come by here, since those of a program stand before those of the C library. The writing is done
 * by a copy of this process, which kills itself in the middle; a desk is then started on what it has left. Every call of the way is
 * killed in sys/test-file-writer.c.
 */
#include "matrix.h"

#include "cd-command.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

typedef enum
{
  NOWHERE,
  AT_SYNC,   /* all is written, nothing is durable */
  AT_RENAME, /* durable, beside the old one, or without a name */
  BEHIND,    /* it has its name */
} Where;

typedef struct
{
  Where where;
} Fault;

static Where die_at;

int
fsync (int fd)
{
  if (die_at == AT_SYNC)
    raise (SIGKILL);
  return (int)syscall (SYS_fsync, fd);
}

static int
give_name (int rc, gboolean its_own)
{
  if (die_at == BEHIND && rc == 0 && its_own)
    raise (SIGKILL);
  return rc;
}

int
linkat (int from, const char *old, int to, const char *name, int flags)
{
  gboolean its_own = name[0] != '.'; /* not one beside it */

  /* Over an old file the link to its name is refused, and it is the rename that counts. */
  if (die_at == AT_RENAME && its_own && faccessat (to, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
    raise (SIGKILL);
  return give_name ((int)syscall (SYS_linkat, from, old, to, name, flags), its_own);
}

int
renameat (int from, const char *old, int to, const char *name)
{
  if (die_at == AT_RENAME)
    raise (SIGKILL);
  return give_name ((int)syscall (SYS_renameat2, from, old, to, name, 0), TRUE);
}

static Where
where (const MatrixRun *run)
{
  return ((const Fault *)run->driver->data)->where;
}

static void
arm (MatrixRun *run)
{
  run->script = (SimScript){ .data = run, .settled = matrix_watch };
}

static void
in_a_copy (MatrixRun *run, void (*func) (MatrixRun *run))
{
  pid_t child = fork ();
  int status = 0;

  if (child == 0)
    {
      die_at = where (run);
      func (run);
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  if (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL)
    matrix_fired (run);
  else
    matrix_fail (run, "it was not killed");
}

/* --- Import ------------------------------------------------------------------------------------------------------------- */

static char *
imports_folder (MatrixRun *run)
{
  return g_build_filename (run->w.dir, "data", "carbondesk", "practice", "sim", "imports", NULL);
}

static void
import_here (MatrixRun *run)
{
  matrix_import (run, NULL);
  sim_pump (&run->w);
}

static void
press_import (MatrixRun *run)
{
  in_a_copy (run, import_here);
  sim_desk_stop (&run->w);
  sim_desk_open (&run->w);
}

static void
temporary_gone (MatrixRun *run)
{
  g_autofree char *folder = imports_folder (run);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)) != NULL)
    if (strlen (name) != 64)
      matrix_fail (run, "%s is left", name);
  if (matrix_count_records (run, CD_JOURNAL_IMPORT, NULL) != 0 || matrix_imported_days (run) != 0)
    matrix_fail (run, "a part of it was taken");
  matrix_import (run, NULL);
  sim_advance (&run->w, 500);
  if (!run->done || matrix_imported_days (run) == 0)
    matrix_fail (run, "it cannot be imported again: %s", run->said ? run->said->message : "no answer");
}

/* --- Export over an old file -------------------------------------------------------------------------------------------- */

#define OLD_TEXT "what was exported yesterday\n"

static char *
output (MatrixRun *run)
{
  return g_build_filename (run->w.dir, "blotter.csv", NULL);
}

static void
write_cb (gboolean error_stream, const char *text, gsize len, gpointer data)
{
}

static void
export_here (MatrixRun *run)
{
  g_autofree char *path = output (run);
  CdCommandArgs args = { .profile = "sim", .output = path };
  CdCommandIo *io = cd_command_io_new (run->w.env, "export", FALSE, write_cb, NULL);

  cd_command_io_free (io, cd_command_export_blotter (io, &args));
}

static void
press_export (MatrixRun *run)
{
  g_autofree char *path = output (run);

  matrix_press_as (run, MATRIX_NEW);
  sim_advance (&run->w, 600);
  sim_desk_stop (&run->w);
  if (!g_file_set_contents (path, OLD_TEXT, -1, NULL))
    matrix_fail (run, "no file to export over");
  in_a_copy (run, export_here);
  sim_desk_open (&run->w);
}

/* Nothing of a killed export is left in the person's folder once the program has been started again. */
static void
nothing_beside (MatrixRun *run)
{
  g_autoptr (GDir) dir = g_dir_open (run->w.dir, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "blotter.csv.") || g_str_has_prefix (name, ".carbondesk-"))
      matrix_fail (run, "%s is left", name);
}

/* Never a part. That the sync comes before the rename is what makes it hold without power: killed at the first sync, the old one stands. */
static void
old_intact (MatrixRun *run)
{
  g_autofree char *path = output (run);
  g_autofree char *text = NULL;
  gboolean is_new;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    {
      matrix_fail (run, "no file");
      return;
    }
  is_new = strstr (text, run->key) != NULL && g_str_has_suffix (text, "\n");
  if (where (run) == BEHIND ? !is_new : !g_str_equal (text, OLD_TEXT))
    matrix_fail (run, "the file holds “%.40s”", text);
  nothing_beside (run);
}

#define IMPORT(fault, words, at)                                                                                          \
  {                                                                                                                       \
    fault, FILES, words, arm, .press = press_import, .during = temporary_gone, .codes = "", .data = &(const Fault) { at } \
  }
#define EXPORT(words, at)                                                                                          \
  {                                                                                                                \
    32, FILES, words, arm, .press = press_export, .during = old_intact, .codes = "", .data = &(const Fault) { at } \
  }

static const MatrixDriver drivers[] = {
  IMPORT (29, "before the sync", AT_SYNC),
  IMPORT (29, "before the rename", AT_RENAME),
  IMPORT (29, "behind the rename", BEHIND),
  EXPORT ("before the sync", AT_SYNC),
  EXPORT ("before the rename", AT_RENAME),
  EXPORT ("behind the rename", BEHIND),
  IMPORT (40, "before the sync", AT_SYNC),
  IMPORT (40, "before the rename", AT_RENAME),
  IMPORT (40, "behind the rename", BEHIND),
};

const MatrixDriver *
matrix_files_kill_drivers (guint *n)
{
  *n = G_N_ELEMENTS (drivers);
  return drivers;
}
