/* matrix-rights.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rights are taken from the person at the desk (F45). No line is cut by that: the venue tells it, and refuses.
 */
#include "matrix.h"

#include <string.h>

typedef enum
{
  EARLIER, /* a second before the press */
  AT_ONCE, /* at the press: the desk does not know yet */
  PRESSED, /* behind it, before the command is there */
} When;

typedef struct
{
  When when;
  const char *left; /* roles that are left */
} Fault;

static void
strike (MatrixRun *run)
{
  const Fault *f = run->driver->data;

  matrix_roles (run, f->left);
  matrix_fired (run);
}

static void
arm (MatrixRun *run)
{
  const Fault *f = run->driver->data;

  run->script = (SimScript){ .data = run, .settled = matrix_watch };
  if (f->when == PRESSED)
    return;
  strike (run);
  if (f->when == EARLIER)
    sim_advance (&run->w, 1000);
}

static void
press (MatrixRun *run)
{
  const Fault *f = run->driver->data;

  matrix_press (run);
  if (f->when == PRESSED)
    strike (run);
}

static void
nobody (MatrixRun *run)
{
  const Fault *f = run->driver->data;

  if (f->when == PRESSED)
    strike (run);
}

static void
rights_back (MatrixRun *run)
{
  matrix_roles (run, "back");
}

/* Whatever way it went, nothing of it is at the venue, and the person knows why. */
static void
nothing_done (MatrixRun *run)
{
  const char *problem = cd_desk_get_problem (run->w.desk);

  if (matrix_effects (run) != 0)
    matrix_fail (run, "it took effect without the right");
  else if (run->last != MATRIX_NOTHING && run->last != MATRIX_REFUSED && run->last != MATRIX_NEVER)
    matrix_fail (run, "known as %s", matrix_known_name (run->last));
  else if (g_strcmp0 (problem, "rights.taken") != 0)
    matrix_fail (run, "the desk says %s", problem ? problem : "nothing");
}

static gboolean
is_free (MatrixRun *run)
{
  return cd_desk_get_state (run->w.desk) == CD_DESK_LIVE && !cd_desk_is_locked (run->w.desk);
}

/* A new line is no new sign-in. */
static void
until_signed_in (MatrixRun *run)
{
  g_autofree char *person = g_strdup (run->w.desk->person);

  sim_lines_cut (&run->w, "reset by peer");
  sim_advance (&run->w, 8000);
  if (cd_desk_get_state (run->w.desk) != CD_DESK_LIVE || g_strcmp0 (cd_desk_get_problem (run->w.desk), "rights.taken") != 0)
    matrix_fail (run, "re-login: free by a new line, or not there: %s", cd_desk_get_problem (run->w.desk));
  cd_desk_switch_person (run->w.desk, person);
  sim_advance (&run->w, 8000);
  if (!is_free (run))
    matrix_fail (run, "re-login: locked behind it: %s", cd_desk_get_problem (run->w.desk));
  cd_desk_switch_person (run->w.desk, "power-second");
}

#define AT(operations, words, letters, pressed, check, ...)                                                                                      \
  {                                                                                                                                              \
    45, operations, words, arm, .press = pressed, .codes = letters, .during = check, .heal = rights_back, .data = &(const Fault) { __VA_ARGS__ } \
  }
#define EACH(operations, letters, pressed, check)                                  \
  AT (operations, "a second before it", letters, pressed, check, EARLIER, "view"), \
      AT (operations, "at the press", letters, pressed, check, AT_ONCE, "view"),   \
      AT (operations, "behind the press, before the command is there", letters, pressed, check, PRESSED, "view")

static const MatrixDriver drivers[] = {
  EACH (NEW | APPROVE, NULL, press, nothing_done),
  EACH (REGISTRY, NULL, press, nothing_done),
  EACH (CHANGE, "Q", press, NULL),
  EACH (FEED | SYNC, NULL, press, NULL),
  EACH (FILES, NULL, press, NULL),
  AT (LOGIN, "all but to look", "k", nobody, until_signed_in, AT_ONCE, "view"),
  AT (LOGIN, "to enter", "k", nobody, until_signed_in, PRESSED, "view cash"),
  AT (LOGIN, "to move cash", "k", nobody, until_signed_in, EARLIER, "view enter"),
};

const MatrixDriver *
matrix_rights_drivers (guint *n)
{
  *n = G_N_ELEMENTS (drivers);
  return drivers;
}
