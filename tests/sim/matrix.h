/* matrix.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The fault matrix of reliability (c): 52 faults by 8 operations. matrix.tsv is its text, word by word. A driver makes one fault for
 * some operations, at three points or more; each point is a world of the simulator. What is required is read out of the text:
 * letters are checks (matrix-judge.c), words stand in a table of their own (matrix-table.c).
 *
 *   matrix-table.c    the text, the lists of what other tests make and what waits, the report
 *   matrix-run.c      one world: ready, armed, pressed, judged, healed, judged again
 *   matrix-ops.c      the operations
 *   matrix-judge.c    the codes
 *   matrix-checks.c   what cells say in words
 *   matrix-wire.c     faults of the wire at commands: F1–F22
 *   matrix-lines.c    the same at the book feed, the lists and the login
 *   matrix-events.c   reports, the venue, both lines: F20–F28, F47, F49–F52
 *   matrix-machine.c  kills and power: F29–F32, F40
 *   matrix-clock.c    the clock and sleep: F41, F42
 *   matrix-rights.c   rights are taken: F45
 *   matrix-store.c    the disk below the journal while the desk runs: F33, F34
 *   matrix-start.c    what a desk finds at its start: F35–F39
 *   matrix-files.c    export, import, backup; matrix-files-kill.c: killed inside the writing of a file
 */
#pragma once

#include "cd-ws-connect.h"
#include "sim.h"

G_BEGIN_DECLS

#define MATRIX_FAULTS 52
#define MATRIX_CELLS 348
#define MATRIX_POINTS_MIN 3

typedef enum
{
  MATRIX_NEW,      /* new order */
  MATRIX_CHANGE,   /* cancel, replace */
  MATRIX_REGISTRY, /* registry send */
  MATRIX_APPROVE,  /* approve, withdraw */
  MATRIX_FEED,     /* book feed */
  MATRIX_SYNC,     /* holdings, orders sync */
  MATRIX_FILES,    /* export, import, backup */
  MATRIX_LOGIN,    /* login, lock */
  MATRIX_N_OPS,
} MatrixOp;
#define MATRIX_BIT(op) (1u << (op))
/* Short, for the tables of drivers. */
#define NEW MATRIX_BIT (MATRIX_NEW)
#define CHANGE MATRIX_BIT (MATRIX_CHANGE)
#define REGISTRY MATRIX_BIT (MATRIX_REGISTRY)
#define APPROVE MATRIX_BIT (MATRIX_APPROVE)
#define FEED MATRIX_BIT (MATRIX_FEED)
#define SYNC MATRIX_BIT (MATRIX_SYNC)
#define FILES MATRIX_BIT (MATRIX_FILES)
#define LOGIN MATRIX_BIT (MATRIX_LOGIN)
#define MATRIX_COMMANDS (MATRIX_BIT (MATRIX_NEW) | MATRIX_BIT (MATRIX_CHANGE) | MATRIX_BIT (MATRIX_REGISTRY) | MATRIX_BIT (MATRIX_APPROVE))

/* What is known of the thing that was pressed. */
typedef enum
{
  MATRIX_NOTHING, /* it was refused at the press, or not pressed */
  MATRIX_PENDING,
  MATRIX_UNKNOWN,
  MATRIX_DONE,
  MATRIX_REFUSED, /* by the venue, or a change that is off again */
  MATRIX_NEVER,   /* it never left */
} MatrixKnown;

typedef struct _MatrixRun MatrixRun;

/**
 * MatrixDriver:
 * @ops: bits of the operations it is for
 * @point: what happens when and where, in words
 * @arm: before the press; sets what of run->script it needs
 * @press: (nullable): instead of the operation's own
 * @during: (nullable): more than what the codes ask for; says what does not hold with matrix_fail()
 * @heal: (nullable): before the world is judged a second time
 * @wait_ms: from the press to the first judgement; 0 = 7,000
 * @codes: (nullable): instead of those of the text, for a point at which only a part of them can show
 * @gone: the world cannot be expected to be live and to agree at the end
 */
typedef struct
{
  guint fault;
  guint ops;
  const char *point;
  void (*arm) (MatrixRun *run);
  void (*press) (MatrixRun *run);
  void (*during) (MatrixRun *run);
  void (*heal) (MatrixRun *run);
  guint wait_ms;
  const char *codes;
  gboolean gone;
  gconstpointer data;
} MatrixDriver;

struct _MatrixRun
{
  SimWorld w;
  SimCount count;
  SimScript script;
  const MatrixDriver *driver;
  guint fault;
  MatrixOp op;
  guint variant; /* of the operation */
  char *failed;  /* the first thing that does not hold */

  /* The subject */
  char *key;            /* of the order, or the id of the instruction or request */
  char *command_key;    /* of the command that was pressed */
  gint64 price_e4, qty; /* of a replace */
  gint64 old_price_e4, old_qty;
  gint64 moved;        /* units that the instruction moves */
  gint64 units_before; /* at the venue */
  GError *said;        /* what the press was refused with */
  gboolean started;
  char *before; /* figures that must stand */

  /* Of the fault */
  gboolean on;     /* armed, not healed */
  guint fired;     /* how often it has struck */
  gint64 fired_us; /* boot time of the first time */
  gint64 holdings_before_us, cash_before_us;
  guint step; /* a driver's own */
  char *kept; /* a driver's own */

  /* Of a file */
  gboolean answered, done;

  /* Seen since it was armed */
  MatrixKnown first, last;
  guint frames_before, gets; /* exchanges that reached the venue */
  guint commands;            /* different keys on the wire */
  gboolean locked, stale, every_stale, read_only, failed_state, denied_figures, gap_live;
  gint64 stale_us; /* boot time when the first quote was not live */
  guint log_before;
  int worst; /* level of the log since */
  GString *log;
};

G_GNUC_PRINTF (2, 3)
void matrix_fail (MatrixRun *run, const char *format, ...);
void matrix_fired (MatrixRun *run);

/* matrix-ops.c */
guint matrix_variants (MatrixOp op);
void matrix_prepare (MatrixRun *run);
void matrix_press (MatrixRun *run);
void matrix_press_as (MatrixRun *run, MatrixOp op); /* with a subject of its own: what else a person may try */
MatrixKnown matrix_known (MatrixRun *run);
gboolean matrix_is_mine (MatrixRun *run, const char *text); /* a command, or an answer to it */
CdOrderRow *matrix_order (MatrixRun *run);                  /* (nullable) */
CdInstructionRow *matrix_instruction (MatrixRun *run);      /* (nullable) */
CdRequestRow *matrix_request (MatrixRun *run);              /* (nullable) */
guint matrix_effects (MatrixRun *run);                      /* at the venue */
const char *matrix_known_name (MatrixKnown known);
void matrix_person (MatrixRun *run, const char *person);
void matrix_live (MatrixRun *run, gint64 ms);                 /* until the desk is live */
GPtrArray *matrix_records (MatrixRun *run, const char *kind); /* (element-type utf8): their keys */
guint matrix_count_records (MatrixRun *run, const char *kind, const char *key);
void matrix_at_venue (MatrixRun *run, const char *person, CdWireOp op, CdWireBody *body); /* behind the desk's back */
/* An order of our own that stands first in the book, and one of another house that takes some of it. */
void matrix_put_first (MatrixRun *run);
void matrix_take_some (MatrixRun *run, gint64 qty);
void matrix_others_list (MatrixRun *run);              /* a change of the book */
void matrix_roles (MatrixRun *run, const char *roles); /* of the person at the desk, by the authority; "back" = as at first */
char *matrix_figures (MatrixRun *run);                 /* what the desk shows of holdings and cash */
gint64 matrix_venue_units (MatrixRun *run, const char *bucket);

/* matrix-judge.c */
void matrix_judge (MatrixRun *run, const char *codes);
void matrix_judge_end (MatrixRun *run, const char *codes);
void matrix_watch (SimWorld *w, gpointer data);

/* matrix-checks.c */
void matrix_never_stale (MatrixRun *run);
void matrix_same_figures (MatrixRun *run);
void matrix_one_fill_each (MatrixRun *run);
void matrix_not_resent (MatrixRun *run);
void matrix_of_another_time (MatrixRun *run);
void matrix_locked_in_between (MatrixRun *run);
void matrix_signed_in_again (MatrixRun *run);
void matrix_refused_as_closed (MatrixRun *run);
void matrix_truth_only (MatrixRun *run);
void matrix_allowed_or_lapsed (MatrixRun *run);
void matrix_labelled_closed (MatrixRun *run);
void matrix_nothing_happens (MatrixRun *run);
void matrix_never_too_late (MatrixRun *run);
void matrix_filled_all_the_same (MatrixRun *run);
void matrix_adopted (MatrixRun *run);

gboolean matrix_was_told (MatrixRun *run, const char *code, const char *text);

/* matrix-files.c */
void matrix_import (MatrixRun *run, const char *text); /* @text: (nullable): of a file; a good one when not given */
guint matrix_imported_days (MatrixRun *run);

/* matrix-run.c. Returns: (nullable) (transfer full): what does not hold */
char *matrix_run (const MatrixDriver *driver, MatrixOp op, guint variant);

/* The drivers, a table each. */
const MatrixDriver *matrix_wire_drivers (guint *n);
const MatrixDriver *matrix_lines_drivers (guint *n);
const MatrixDriver *matrix_events_drivers (guint *n);
const MatrixDriver *matrix_machine_drivers (guint *n);
const MatrixDriver *matrix_clock_drivers (guint *n);
const MatrixDriver *matrix_rights_drivers (guint *n);
const MatrixDriver *matrix_store_drivers (guint *n);
const MatrixDriver *matrix_start_drivers (guint *n);
const MatrixDriver *matrix_files_drivers (guint *n);
const MatrixDriver *matrix_files_kill_drivers (guint *n);
GPtrArray *matrix_drivers_of (guint fault, MatrixOp op); /* (element-type MatrixDriver) */

/* matrix-table.c */
typedef enum
{
  MATRIX_MARK_NONE,      /* – */
  MATRIX_MARK_HERE,      /* made here */
  MATRIX_MARK_ELSEWHERE, /* made by another test */
  MATRIX_MARK_WAITS,     /* for a feature that does not exist */
  MATRIX_MARK_DIFFERS,   /* made here, and the program does something else */
  MATRIX_MARK_MISSING,   /* nobody makes it */
} MatrixMark;
gboolean matrix_load (const char *folder, GError **error);
const char *matrix_text (guint fault, MatrixOp op); /* "–" = not applicable */
const char *matrix_name (guint fault);
const char *matrix_op_name (MatrixOp op);
const char *matrix_codes (guint fault, MatrixOp op); /* letters; (nullable): words that nobody has put into letters */
MatrixMark matrix_mark (guint fault, MatrixOp op, const char **why);
void matrix_report (void);

G_END_DECLS
