/* matrix-clock.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The clock of the machine is set (F41), and the machine sleeps (F42): no line is cut by that here, nothing tells the desk but its
 * own clocks.
 */
#include "matrix.h"

#include <string.h>

#define ACCOUNT "HD-POWER"

typedef enum
{
  AT_ONCE, /* before the press */
  PRESSED, /* behind it, while nothing is answered yet */
  ANSWER,  /* with the answer on its way */
} When;

typedef struct
{
  When when;
  gint64 step_us, sleep_us;
} Fault;

static const Fault *
fault_of (const MatrixRun *run)
{
  return run->driver->data;
}

static void
strike (MatrixRun *run)
{
  const Fault *f = fault_of (run);
  CdReconcileSummary summary;

  cd_desk_get_reconcile_summary (run->w.desk, &summary);
  run->holdings_before_us = summary.holdings_age_us;
  if (f->sleep_us)
    cd_env_test_suspend (run->w.env, f->sleep_us);
  if (f->step_us)
    cd_env_test_step_real (run->w.env, f->step_us);
  matrix_fired (run);
}

static char *
down_cb (SimWorld *w, SimLine *line, const char *text, gpointer data)
{
  MatrixRun *run = data;

  if (!run->fired && line->is_private && run->command_key && matrix_is_mine (run, text))
    strike (run);
  return g_strdup (text);
}

static void
arm (MatrixRun *run)
{
  run->script = (SimScript){ .data = run, .settled = matrix_watch };
  if (fault_of (run)->when == ANSWER)
    run->script.down = down_cb;
  if (fault_of (run)->when == AT_ONCE)
    strike (run);
}

static void
press (MatrixRun *run)
{
  /* A change of price asks for the lock to be off again, as a new order does; a cancel passes at once. */
  if (fault_of (run)->step_us && run->op == MATRIX_CHANGE && run->variant == 1)
    {
      sim_advance (&run->w, 50);
      matrix_live (run, 5000);
    }
  /* The loop turns before it hears anything. */
  if (run->op == MATRIX_FILES)
    sim_pump (&run->w);
  if (run->op != MATRIX_FEED && (run->op != MATRIX_SYNC || fault_of (run)->step_us))
    matrix_press (run);
  if (fault_of (run)->when == PRESSED)
    strike (run);
}

/* What was pressed right behind it was refused with a reason, and nothing of it left. */
static void
refused_at_the_press (MatrixRun *run)
{
  if (run->started || !run->said || !*run->said->message)
    matrix_fail (run, "L: pressed behind it, and not refused with a reason");
  else if (matrix_effects (run) != 0)
    matrix_fail (run, "L: it left");
}

/* Seen from before the sleep to behind it: no price is live over it, at no moment. */
static void
never_live_over_it (MatrixRun *run)
{
  if (!run->every_stale)
    matrix_fail (run, "S: a price stayed live over the sleep");
  if (run->stale_us > run->fired_us)
    matrix_fail (run, "S: stale only %" G_GINT64_FORMAT " ms behind it", (run->stale_us - run->fired_us) / 1000);
}

/* The ages of what is shown are those of the clock that nobody sets. */
static void
ages_stand (MatrixRun *run)
{
  gint64 elapsed = cd_env_boot_us (run->w.env) - run->fired_us;
  CdReconcileSummary summary;
  CdCash cash;

  cd_desk_get_reconcile_summary (run->w.desk, &summary);
  cd_desk_get_cash (run->w.desk, ACCOUNT, &cash);
  if (summary.holdings_age_us < 0 || summary.holdings_age_us > run->holdings_before_us + elapsed || cash.age_us < 0 || cash.age_us > run->holdings_before_us + elapsed + CD_USEC_PER_SEC)
    matrix_fail (run, "the ages went with the clock: %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT " ms", summary.holdings_age_us / 1000, cash.age_us / 1000);
}

typedef struct
{
  gint64 offset_us;
  guint n;
} Stamp;

static gboolean
stamp_cb (const CdJournalRow *row, gpointer data)
{
  Stamp *stamp = data;

  if (g_str_equal (row->kind, CD_JOURNAL_IMPORT))
    {
      stamp->offset_us = row->offset_us;
      stamp->n++;
    }
  return TRUE;
}

static gpointer
stamp_func (CdJournal *journal, CdCache *cache, gpointer data, GError **error)
{
  cd_journal_foreach (journal, 1, stamp_cb, data, error);
  return NULL;
}

/* The record says how far our clock was from the venue's when it was written. */
static void
stamp_tells (MatrixRun *run)
{
  Stamp stamp = { 0 };

  cd_store_run_async (run->w.desk->store, stamp_func, &stamp, NULL, NULL, NULL, NULL, NULL);
  sim_pump (&run->w);
  if (stamp.n != 1 || !run->done)
    matrix_fail (run, "not imported: %u records", stamp.n);
  else if (ABS (stamp.offset_us + fault_of (run)->step_us) > CD_USEC_PER_SEC)
    matrix_fail (run, "the record's offset is %" G_GINT64_FORMAT " ms", stamp.offset_us / 1000);
}

/* Whole, or not at all. */
static void
whole_or_not (MatrixRun *run)
{
  guint records = matrix_count_records (run, CD_JOURNAL_IMPORT, NULL), days = matrix_imported_days (run);

  if (!run->answered || records != (run->done ? 1 : 0) || days != (run->done ? 2 : 0))
    matrix_fail (run, "%u records, %u days, %s", records, days, run->done ? "done" : run->answered ? "refused"
                                                                                                   : "no answer");
}

static void
step_probe_cb (SimWorld *w, const char *name, gpointer data)
{
  MatrixRun *run = data;

  if (!run->fired && g_str_equal (name, "import.kept"))
    strike (run);
}

static void
arm_inside (MatrixRun *run)
{
  run->script = (SimScript){ .data = run, .settled = matrix_watch, .probe = step_probe_cb };
}

#define S CD_USEC_PER_SEC
#define MINUTE (60 * S)
#define AT(fault, operations, words, letters, check, ...)                                                                    \
  {                                                                                                                          \
    fault, operations, words, arm, .press = press, .codes = letters, .during = check, .data = &(const Fault) { __VA_ARGS__ } \
  }
#define SOON(fault, operations, words, letters, check, ...)                                                                                  \
  {                                                                                                                                          \
    fault, operations, words, arm, .press = press, .codes = letters, .during = check, .wait_ms = 100, .data = &(const Fault) { __VA_ARGS__ } \
  }

/* Each way of setting a clock. */
#define STEPS(operations, letters, check)                                                       \
  AT (41, operations, "ten seconds on", letters, check, AT_ONCE, .step_us = 10 * S),            \
      AT (41, operations, "three seconds back", letters, check, AT_ONCE, .step_us = -3 * S),    \
      AT (41, operations, "a day back", letters, check, AT_ONCE, .step_us = -24 * 60 * MINUTE), \
      AT (41, operations, "an hour on", letters, check, AT_ONCE, .step_us = 60 * MINUTE)
/* Asleep for less than the limit of a heartbeat, for more, and for longer than anybody waits. */
#define SLEEPS(operations, letters, check)                                                 \
  AT (42, operations, "for 0.2 s", letters, check, AT_ONCE, .sleep_us = S / 5),            \
      AT (42, operations, "for a second", letters, check, AT_ONCE, .sleep_us = S),         \
      AT (42, operations, "for five seconds", letters, check, AT_ONCE, .sleep_us = 5 * S), \
      AT (42, operations, "for twenty minutes", letters, check, AT_ONCE, .sleep_us = 20 * MINUTE)

static const MatrixDriver drivers[] = {
  STEPS (NEW, "L W", refused_at_the_press),
  STEPS (CHANGE, "o", NULL),
  STEPS (REGISTRY | APPROVE, "L", refused_at_the_press),
  STEPS (FEED, "l", NULL),
  STEPS (SYNC, "W", ages_stand),
  STEPS (FILES, "", stamp_tells),
  SLEEPS (NEW | REGISTRY | APPROVE, "L", refused_at_the_press),
  AT (42, NEW, "behind the press", "L Q", NULL, PRESSED, .sleep_us = 3 * S),
  AT (42, CHANGE, "for a second, behind the press", "Q", NULL, PRESSED, .sleep_us = S),
  AT (42, CHANGE, "for twenty minutes, behind the press", "Q", NULL, PRESSED, .sleep_us = 20 * MINUTE),
  AT (42, CHANGE, "with the answer on its way", "Q", NULL, ANSWER, .sleep_us = 5 * S),
  SLEEPS (FEED, "S", never_live_over_it),
  SOON (42, SYNC, "for 0.2 s", "P", NULL, AT_ONCE, .sleep_us = S / 5),
  SOON (42, SYNC, "for five seconds", "P", NULL, AT_ONCE, .sleep_us = 5 * S),
  SOON (42, SYNC, "for twenty minutes", "P", NULL, AT_ONCE, .sleep_us = 20 * MINUTE),
  AT (42, FILES, "before it", "", whole_or_not, AT_ONCE, .sleep_us = 20 * MINUTE),
  AT (42, FILES, "behind the press", "", whole_or_not, PRESSED, .sleep_us = 5 * S),
  { 42, FILES, "inside the writing", arm_inside, .codes = "", .during = whole_or_not, .data = &(const Fault){ .sleep_us = 20 * MINUTE } },
  SOON (42, LOGIN, "before it", "k", NULL, AT_ONCE, .sleep_us = S),
  SOON (42, LOGIN, "in its middle", "k", NULL, PRESSED, .sleep_us = 5 * S),
  SOON (42, LOGIN, "in its middle, for twenty minutes", "k", NULL, PRESSED, .sleep_us = 20 * MINUTE),
};

const MatrixDriver *
matrix_clock_drivers (guint *n)
{
  *n = G_N_ELEMENTS (drivers);
  return drivers;
}
