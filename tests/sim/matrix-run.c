/* matrix-run.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One point of one cell: a world, made ready; the fault is armed, the operation pressed, what shows is judged; the fault is over, and
 * what is left is judged again.
 */
#include "matrix.h"

#include <stdio.h>
#include <string.h>

#define WAIT_MS 7000
#define HEALED_MS 26000  /* past the deadline of an order and two readings */
#define CHANGED_MS 42000 /* and past the reading of orders, which closes a change of which no answer came */
#define TRIES 400

void
matrix_fail (MatrixRun *run, const char *format, ...)
{
  va_list args;

  if (run->failed)
    return;
  va_start (args, format);
  run->failed = g_strdup_vprintf (format, args);
  va_end (args);
}

void
matrix_fired (MatrixRun *run)
{
  if (run->fired++ == 0)
    run->fired_us = cd_env_boot_us (run->w.env);
}

void
matrix_live (MatrixRun *run, gint64 ms)
{
  SimWorld *w = &run->w;

  for (gint64 at = 0; at < ms && !w->broken && !(w->desk && cd_desk_get_state (w->desk) == CD_DESK_LIVE && !cd_desk_is_locked (w->desk)); at += 50)
    sim_advance (w, 50);
}

void
matrix_person (MatrixRun *run, const char *person)
{
  cd_desk_switch_person (run->w.desk, person);
  matrix_live (run, 10000);
  sim_advance (&run->w, 400);
}

static void
count_frame (MatrixRun *run, const char *text)
{
  g_autoptr (CdWireCommand) command = cd_wire_command_parse (text, strlen (text), NULL);

  if (command && run->on && run->command_key && g_strcmp0 (command->key, run->command_key) != 0)
    run->commands++;
}

static gint64
up_cb (SimWorld *w, SimLine *line, const char *text, gpointer data)
{
  MatrixRun *run = data;

  if (line->is_private)
    count_frame (run, text);
  return SIM_UP_PASS;
}

static SimGet
get_cb (SimWorld *w, const char *method, const char *path, const char *body, gpointer data)
{
  MatrixRun *run = data;

  run->gets += !body && run->fired > 0;
  return SIM_GET_PASS;
}

static void
disarm (MatrixRun *run)
{
  run->on = FALSE;
  run->script = (SimScript){ .data = run, .up = up_cb, .get = get_cb, .settled = matrix_watch };
  sim_world_heal (&run->w);
}

/* What the venue said meanwhile comes with the next line. */
static void
heal (MatrixRun *run)
{
  disarm (run);
  if (run->driver->heal)
    run->driver->heal (run);
  sim_lines_cut (&run->w, "the fault is over");
  if (run->w.desk && (cd_desk_get_state (run->w.desk) == CD_DESK_FAILED || cd_desk_store_is_readable_only (run->w.desk)))
    sim_world_reopen (&run->w);
  /* A line that will not be tried again by itself: the person signs in once more. */
  if (run->w.desk && run->w.desk->client && cd_trade_client_get_state (run->w.desk->client) == CD_LINK_FAILED)
    sim_world_reopen (&run->w);
  if (run->w.desk && run->w.desk->status.link == CD_LINK_FAILED)
    sim_world_reopen (&run->w);
  if (run->w.desk && (run->w.desk->foreign || run->w.desk->rights_taken))
    cd_desk_reconcile (run->w.desk); /* a person has looked */
  sim_advance (&run->w, run->op == MATRIX_CHANGE ? CHANGED_MS : HEALED_MS);
}

static void
remember (MatrixRun *run)
{
  CdDesk *desk = run->w.desk;

  run->before = matrix_figures (run);
  run->holdings_before_us = desk->holdings_boot_us;
  run->log_before = g_list_model_get_n_items (cd_desk_get_log (desk));
  run->frames_before = run->count.sent;
  run->first = run->last = MATRIX_NOTHING;
  run->on = TRUE;
}

static void
play (MatrixRun *run)
{
  const char *codes = run->driver->codes ? run->driver->codes : matrix_codes (run->fault, run->op);

  matrix_live (run, 15000);
  sim_advance (&run->w, 700);
  if (cd_desk_get_state (run->w.desk) != CD_DESK_LIVE)
    matrix_fail (run, "the world did not come to life: %s", cd_desk_get_problem (run->w.desk));
  if (!run->failed)
    matrix_prepare (run);
  if (run->failed || run->w.broken)
    return;
  remember (run);
  run->driver->arm (run);
  if (run->driver->press)
    run->driver->press (run);
  else
    matrix_press (run);
  sim_advance (&run->w, run->driver->wait_ms ? run->driver->wait_ms : WAIT_MS);
  if (run->w.broken)
    return;
  if (!codes && !run->driver->during)
    matrix_fail (run, "nothing is asked for");
  if (run->fired == 0)
    matrix_fail (run, "the fault did not strike");
  if (!run->failed)
    matrix_judge (run, codes ? codes : "");
  if (!run->failed && run->driver->during)
    run->driver->during (run);
  if (run->driver->gone || run->failed)
    return;
  heal (run);
  if (!run->failed && !run->w.broken)
    matrix_judge_end (run, codes ? codes : "");
}

char *
matrix_run (const MatrixDriver *driver, MatrixOp op, guint variant)
{
  static guint number;
  MatrixRun *run = g_new0 (MatrixRun, 1);
  char *failed;

  run->driver = driver;
  run->fault = driver->fault;
  run->op = op;
  run->variant = variant;
  run->log = g_string_new (NULL);
  run->count.probe_hits = g_hash_table_new (g_str_hash, g_str_equal);
  run->w.posts = TRUE;
  run->w.script = &run->script;
  disarm (run);
  number++;
  /* Seeds of worlds without the days before, which take long to play. */
  sim_world_open (&run->w, number * 8 + 1 + number % 7, &run->count);
  play (run);
  if (run->w.broken)
    matrix_fail (run, "%s", run->w.broken);
  disarm (run);
  run->script = (SimScript){ .data = run };
  g_clear_pointer (&run->w.broken, g_free);
  sim_world_close (&run->w);
  g_free (run->w.broken);
  failed = g_steal_pointer (&run->failed);
  if (failed && g_getenv ("CARBONDESK_MATRIX_LOG"))
    printf ("%s", run->log->str);
  g_hash_table_unref (run->count.probe_hits);
  g_string_free (run->log, TRUE);
  g_clear_error (&run->said);
  g_free (run->key);
  g_free (run->command_key);
  g_free (run->before);
  g_free (run->kept);
  g_free (run);
  return failed;
}
