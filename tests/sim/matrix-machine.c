/* matrix-machine.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Faults of the machine: the program killed and the power gone between two steps, and what stands after the next start.
 */
#include "matrix.h"

#include <string.h>

typedef struct
{
  const char *probe; /* where it dies */
  guint after;       /* and how many of that name pass before */
  gboolean power;
  guint opened;
} Fault;

static const Fault *
fault_of (const MatrixRun *run)
{
  return run->driver->data;
}

static void
probe_cb (SimWorld *w, const char *name, gpointer data)
{
  MatrixRun *run = data;
  const Fault *f = fault_of (run);

  if (run->step > f->after || strcmp (name, f->probe) != 0 || run->step++ < f->after)
    return;
  matrix_fired (run);
  w->crash_in = 0;
  w->crash_power = f->power;
  w->crash_seed = (guint32)sim_random (w);
}

/* After the kill no line comes about: what is known then is known from the disk alone. */
static GError *
open_cb (SimWorld *w, SimLine *line, gpointer data)
{
  MatrixRun *run = data;

  return run->fired ? g_error_new (CD_NET_ERROR, CD_NET_ERROR_CONNECT, "not yet") : NULL;
}

static gint64
up_cb (SimWorld *w, SimLine *line, const char *text, gpointer data)
{
  MatrixRun *run = data;

  run->commands += line->is_private && run->command_key && !matrix_is_mine (run, text);
  return SIM_UP_PASS;
}

static void
arm (MatrixRun *run)
{
  run->script = (SimScript){ .data = run, .open = open_cb, .up = up_cb, .settled = matrix_watch, .probe = probe_cb };
}

static void
press_reconcile (MatrixRun *run)
{
  cd_desk_reconcile (run->w.desk);
}

static void
started_again (MatrixRun *run)
{
  if (run->w.opened != 2)
    matrix_fail (run, "started %u times, expected 2", run->w.opened);
}

/* The journal has it, and it never left. */
static void
never_left (MatrixRun *run)
{
  const SimGhost *ghost = run->command_key ? g_hash_table_lookup (run->w.ghosts, run->command_key) : NULL;
  MatrixKnown known = matrix_known (run);

  started_again (run);
  if (ghost && ghost->frames > 0)
    matrix_fail (run, "it left");
  if ((run->op == MATRIX_NEW || run->op == MATRIX_REGISTRY) && known != MATRIX_NEVER)
    matrix_fail (run, "known as %s, expected never sent", matrix_known_name (known));
  if ((run->op == MATRIX_CHANGE || run->op == MATRIX_APPROVE) && (known == MATRIX_DONE || known == MATRIX_UNKNOWN || known == MATRIX_PENDING))
    matrix_fail (run, "known as %s, and it never left", matrix_known_name (known));
}

/* Not even an intent: nothing has happened. */
static void
no_trace (MatrixRun *run)
{
  MatrixKnown known = matrix_known (run);

  started_again (run);
  if (run->count.sent != run->frames_before || matrix_effects (run) != 0)
    matrix_fail (run, "something left");
  if (known == MATRIX_DONE || known == MATRIX_UNKNOWN || known == MATRIX_PENDING)
    matrix_fail (run, "known as %s, and nothing was committed", matrix_known_name (known));
  if (run->op == MATRIX_CHANGE && !cd_order_is_working (matrix_order (run)->order))
    matrix_fail (run, "the order is %s", cd_order_state_name (matrix_order (run)->order->state));
}

/* What was typed would be there again as a draft. */
static void
no_trace_but_the_draft (MatrixRun *run)
{
  no_trace (run);
  if (g_list_model_get_n_items (cd_desk_get_staged (run->w.desk)) == 0)
    matrix_fail (run, "what was typed is gone");
}

static void
unknown_after_start (MatrixRun *run)
{
  started_again (run);
  /* The list of requests is the server's: without a line nothing of it is shown. */
  if (!matrix_request (run) && run->op == MATRIX_APPROVE && !matrix_instruction (run))
    return;
  if (matrix_known (run) != MATRIX_UNKNOWN)
    matrix_fail (run, "U: known as %s after the start, expected unknown", matrix_known_name (matrix_known (run)));
  if (run->commands > 0)
    matrix_fail (run, "U: %u other commands", run->commands);
}

/* Without a line nothing is live, and nothing is 0 that is not known. */
static void
not_live_after_start (MatrixRun *run)
{
  GListModel *quotes = cd_desk_get_quotes (run->w.desk);
  GListModel *holdings = cd_desk_get_holdings (run->w.desk);
  CdCash cash;

  started_again (run);
  for (guint i = 0; i < g_list_model_get_n_items (quotes); i++)
    {
      g_autoptr (CdQuote) quote = g_list_model_get_item (quotes, i);

      if (quote->fresh == CD_FRESH_LIVE)
        matrix_fail (run, "S: %s is live", quote->code);
    }
  cd_desk_get_cash (run->w.desk, "HD-POWER", &cash);
  if (cash.fresh == CD_FRESH_LIVE || (cash.fresh == CD_FRESH_NONE && g_list_model_get_n_items (holdings) > 0))
    matrix_fail (run, "P: shown as live, or as figures that nobody has read");
}

#define KILL(fault, ops, words, check, where, with)                                                                                 \
  {                                                                                                                                 \
    fault, ops, words, arm, .during = check, .wait_ms = 3000, .codes = "", .data = &(const Fault) { .probe = where, .power = with } \
  }
#define BEFORE_2(fault, with)                                                                    \
  KILL (fault, MATRIX_COMMANDS, "COMMIT 1 is on the disk", never_left, "journal.durable", with), \
      KILL (fault, MATRIX_COMMANDS, "its head is signed", never_left, "head.after", with),       \
      KILL (fault, MATRIX_COMMANDS, "the desk knows that it is", never_left, "intent.durable", with)
#define AFTER_2(fault, with)                                                                              \
  KILL (fault, MATRIX_COMMANDS, "COMMIT 2 is on the disk", unknown_after_start, "sending.durable", with), \
      KILL (fault, MATRIX_COMMANDS, "before the frame", unknown_after_start, "client.send.before", with), \
      KILL (fault, MATRIX_COMMANDS, "behind the frame", unknown_after_start, "client.send.after", with),  \
      KILL (fault, MATRIX_COMMANDS, "the frame is handed over", unknown_after_start, "command.handed", with)
#define BEFORE_1(fault, with, kept)                                                                                                  \
  KILL (fault, MATRIX_BIT (MATRIX_NEW), "the checks have passed", kept, "desk.submit", with),                                        \
      KILL (fault, MATRIX_BIT (MATRIX_NEW) | MATRIX_BIT (MATRIX_REGISTRY), "it is pressed", kept, "intent.pressed", with),           \
      KILL (fault, MATRIX_BIT (MATRIX_NEW) | MATRIX_BIT (MATRIX_REGISTRY), "before the first write", kept, "journal.written", with), \
      KILL (fault, MATRIX_BIT (MATRIX_CHANGE) | MATRIX_BIT (MATRIX_APPROVE), "it is pressed", no_trace, "intent.pressed", with),     \
      KILL (fault, MATRIX_BIT (MATRIX_CHANGE) | MATRIX_BIT (MATRIX_APPROVE), "before the first write", no_trace, "journal.written", with)
#define LISTS(fault, with)                                                                                                                                                                                                      \
  { fault, FEED | SYNC, "at the session", arm, .press = press_reconcile, .during = not_live_after_start, .wait_ms = 3000, .codes = "", .data = &(const Fault){ .probe = "reconcile.session", .power = with } },                 \
      { fault, FEED | SYNC, "between two lists", arm, .press = press_reconcile, .during = not_live_after_start, .wait_ms = 3000, .codes = "", .data = &(const Fault){ .probe = "reconcile.list", .after = 3, .power = with } }, \
      { fault, FEED | SYNC, "at the end", arm, .press = press_reconcile, .during = not_live_after_start, .wait_ms = 3000, .codes = "", .data = &(const Fault){ .probe = "reconcile.done", .power = with } },                    \
      { fault, LOGIN, "at the hello", arm, .during = started_again, .wait_ms = 3000, .codes = "k", .data = &(const Fault){ .probe = "client.hello", .power = with } },                                                          \
      { fault, LOGIN, "at the session", arm, .during = started_again, .wait_ms = 3000, .codes = "k", .data = &(const Fault){ .probe = "reconcile.session", .power = with } },                                                   \
  {                                                                                                                                                                                                                             \
    fault, LOGIN, "between two lists", arm, .during = started_again, .wait_ms = 3000, .codes = "k", .data = &(const Fault) { .probe = "reconcile.list", .after = 3, .power = with }                                             \
  }

static const MatrixDriver drivers[] = {
  BEFORE_1 (29, FALSE, no_trace_but_the_draft),
  LISTS (29, FALSE),
  BEFORE_2 (30, FALSE),
  LISTS (30, FALSE),
  AFTER_2 (31, FALSE),
  LISTS (31, FALSE),
  BEFORE_1 (32, TRUE, no_trace),
  BEFORE_2 (32, TRUE),
  AFTER_2 (32, TRUE),
  LISTS (32, TRUE),
  /* GLib ends a program that it can give no memory, and the kernel kills one that has taken too much: between two steps, as here. */
  AFTER_2 (40, FALSE),
  LISTS (40, FALSE),
};

const MatrixDriver *
matrix_machine_drivers (guint *n)
{
  *n = G_N_ELEMENTS (drivers);
  return drivers;
}
