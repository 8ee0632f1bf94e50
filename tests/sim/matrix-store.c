/* matrix-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Faults of the disk below the journal while the desk runs: no room, errors of writing and of sync.
 */
#include "matrix.h"

#include <glib/gstdio.h>
#include <string.h>

#define ACCOUNT "HD-POWER"
#define CODE "CEA25"
#define PLENTY (G_GINT64_CONSTANT (1) << 40)
#define LITTLE (10 * 1000 * 1000)
#define LOOK_MS 6000 /* the desk looks for room every five seconds */

typedef struct
{
  FaultKind kind;
  const char *at;     /* (nullable): from this probe on; NULL = from the press on */
  guint nth;          /* so many probes of that name pass before */
  guint after;        /* so many operations succeed before */
  gboolean once;      /* one operation; else all that follow */
  gboolean reserve;   /* the disk is full as long as the reserve holds its room */
  gboolean low_first; /* that there is little room has been noticed before */
  gboolean order;     /* an order is pressed before what is looked at: something has to be written */
} Fault;

static const Fault *
fault_of (const MatrixRun *run)
{
  return run->driver->data;
}

static const char *
reserve_file (MatrixRun *run)
{
  static char *path;

  g_free (path);
  return path = g_build_filename (run->w.dir, "data", "carbondesk", "practice", "sim", "reserve", NULL);
}

static void
begin (MatrixRun *run)
{
  const Fault *f = fault_of (run);

  if (f->kind == FAULT_FULL)
    cd_env_test_set_free_bytes (run->w.env, f->reserve ? LITTLE : CD_SPACE_LOW_BYTES);
  if (f->reserve)
    fault_vfs.while_there = reserve_file (run);
  else
    g_unlink (reserve_file (run));
  fault_vfs.only = "journal.db";
  fault_vfs.kind = f->kind;
  fault_vfs.fault_at = fault_vfs.ops + 1 + f->after;
  fault_vfs.sticky = !f->once;
  fault_vfs.hit = FALSE;
}

static void
probe_cb (SimWorld *w, const char *name, gpointer data)
{
  MatrixRun *run = data;
  const Fault *f = fault_of (run);

  if (!f->at || strcmp (name, f->at) != 0 || run->step++ != f->nth)
    return;
  begin (run);
}

static void
settled_cb (SimWorld *w, gpointer data)
{
  MatrixRun *run = data;

  if (fault_vfs.hit && run->fired == 0)
    matrix_fired (run);
  matrix_watch (w, run);
}

static gboolean
others_cb (gpointer data)
{
  MatrixRun *run = data;

  if (run->on && run->w.desk && cd_desk_get_quote (run->w.desk, CODE))
    matrix_others_list (run);
  return run->on;
}

static void
arm (MatrixRun *run)
{
  const Fault *f = fault_of (run);

  run->script = (SimScript){ .data = run, .settled = settled_cb, .probe = probe_cb };
  if (run->op == MATRIX_FEED)
    cd_env_timer_add_full (run->w.env, NULL, 400, TRUE, others_cb, run, NULL);
  if (f->low_first)
    {
      cd_env_test_set_free_bytes (run->w.env, LITTLE);
      sim_advance (&run->w, LOOK_MS);
      if (!cd_desk_is_locked (run->w.desk))
        matrix_fail (run, "little room, and not locked");
      matrix_fired (run);
    }
  if (!f->at)
    begin (run);
}

static void
press (MatrixRun *run)
{
  if (fault_of (run)->order)
    {
      matrix_press_as (run, MATRIX_NEW);
      sim_advance (&run->w, 300);
    }
  matrix_press (run);
}

static void
room_again (MatrixRun *run)
{
  cd_env_test_set_free_bytes (run->w.env, PLENTY);
  sim_advance (&run->w, LOOK_MS);
}

/* --- What is asked for in words --------------------------------------------------------------------------------------- */

/* A cancel leaves while nothing new does: what the reserve gave free is for it. */
static void
cancel_via_reserve (MatrixRun *run)
{
  gboolean is_cancel = run->variant == 0;

  if ((is_cancel || !fault_of (run)->low_first) && g_file_test (reserve_file (run), G_FILE_TEST_EXISTS))
    matrix_fail (run, "the reserve was not used");
  if (is_cancel && (run->last != MATRIX_DONE || matrix_effects (run) != 1))
    matrix_fail (run, "the cancel: known as %s%s%s", matrix_known_name (run->last), run->said ? ": " : "", run->said ? run->said->message : "");
  if (is_cancel && (matrix_count_records (run, CD_JOURNAL_ORDER_INTENT, run->command_key) != 1 || matrix_count_records (run, CD_JOURNAL_ORDER_SENDING, run->command_key) != 1))
    matrix_fail (run, "the cancel left, and the journal does not have it");
  if (!is_cancel && (run->last == MATRIX_DONE || matrix_effects (run) != 0))
    matrix_fail (run, "a change left");
  if (!run->locked)
    matrix_fail (run, "never locked");
}

static void
not_stored (MatrixRun *run)
{
  const CdQuote *quote = cd_desk_get_quote (run->w.desk, CODE);
  const CdBook *book = cd_venue_book (run->w.venue, CODE);

  if (quote->feed.seq + 2 < cd_book_seq (book))
    matrix_fail (run, "the book stands at %" G_GUINT64_FORMAT ", the venue's at %" G_GUINT64_FORMAT, quote->feed.seq, cd_book_seq (book));
  if (matrix_count_records (run, fault_of (run)->at ? CD_JOURNAL_ORDER_SENDING : CD_JOURNAL_ORDER_INTENT, NULL) != 0)
    matrix_fail (run, "the record is in the journal");
}

/* What cannot be written cannot be sent: the person is told another way to the venue. */
static void
told_to_phone (MatrixRun *run)
{
  if (run->variant == 0 && !matrix_was_told (run, "cancel.phone", run->key))
    matrix_fail (run, "nobody is told to phone the venue for the cancel");
}

static const MatrixDriver drivers[] = {
#define ALL MATRIX_COMMANDS
#define MADE (NEW | MATRIX_BIT (MATRIX_REGISTRY) | MATRIX_BIT (MATRIX_APPROVE))
#define FULL(ops, words, ...)                                                                                           \
  {                                                                                                                     \
    33, ops, words, arm, .press = press, .heal = room_again, .data = &(const Fault) { .kind = FAULT_FULL, __VA_ARGS__ } \
  }
#define FAILS(ops, words, ...)                                                  \
  {                                                                             \
    34, ops, words, arm, .press = press, .data = &(const Fault) { __VA_ARGS__ } \
  }
  FULL (MADE, "from the press on"),
  FULL (MADE, "from COMMIT 2 on", .at = "intent.durable"),
  FULL (MADE, "until the reserve goes, from the press on", .reserve = TRUE),
  FULL (MADE, "until the reserve goes, from COMMIT 2 on", .at = "intent.durable", .reserve = TRUE),
#define CANCEL(words, ...)                                                                                                                                                             \
  {                                                                                                                                                                                    \
    33, CHANGE, words, arm, .press = press, .during = cancel_via_reserve, .heal = room_again, .codes = "", .data = &(const Fault) { .kind = FAULT_FULL, .reserve = TRUE, __VA_ARGS__ } \
  }
  CANCEL ("from the press on"),
  CANCEL ("little room was noticed before", .low_first = TRUE),
  CANCEL ("from COMMIT 2 on", .at = "intent.durable"),
#define LIVE(words, ...)                                                                                                                                      \
  {                                                                                                                                                           \
    33, FEED, words, arm, .press = press, .during = not_stored, .heal = room_again, .data = &(const Fault) { .kind = FAULT_FULL, .order = TRUE, __VA_ARGS__ } \
  }
  LIVE ("at the first write"),
  LIVE ("at the second write", .after = 1),
  LIVE ("at COMMIT 2", .at = "intent.durable"),
  FULL (FILES, "at the first write"),
  FULL (FILES, "at the second write", .after = 1),
  FULL (FILES, "the reserve still there", .reserve = TRUE),
  FULL (SYNC | LOGIN, "at an order before", .order = TRUE),
  FULL (SYNC | LOGIN, "at COMMIT 2 of an order before", .order = TRUE, .at = "intent.durable"),
  FULL (SYNC | LOGIN, "until the reserve goes, at an order before", .order = TRUE, .reserve = TRUE),
  FAILS (MADE, "writing, from the press on", .kind = FAULT_WRITE),
  FAILS (MADE, "half a write, once", .kind = FAULT_SHORT, .once = TRUE),
  FAILS (MADE, "sync, once", .kind = FAULT_SYNC, .once = TRUE),
  FAILS (MADE, "sync of COMMIT 2", .kind = FAULT_SYNC, .at = "intent.durable"),
#define PHONE(words, ...)                                                                                   \
  {                                                                                                         \
    34, CHANGE, words, arm, .press = press, .during = told_to_phone, .data = &(const Fault) { __VA_ARGS__ } \
  }
  PHONE ("writing, from the press on", .kind = FAULT_WRITE),
  PHONE ("sync, once", .kind = FAULT_SYNC, .once = TRUE),
  PHONE ("half a write of COMMIT 2", .kind = FAULT_SHORT, .at = "intent.durable"),
  FAILS (FILES, "writing", .kind = FAULT_WRITE),
  FAILS (FILES, "half a write", .kind = FAULT_SHORT, .once = TRUE),
  FAILS (FILES, "sync", .kind = FAULT_SYNC, .once = TRUE),
  FAILS (FEED | SYNC | LOGIN, "writing, at an order before", .kind = FAULT_WRITE, .order = TRUE),
  FAILS (FEED | SYNC | LOGIN, "sync, once, at an order before", .kind = FAULT_SYNC, .once = TRUE, .order = TRUE),
  FAILS (FEED | SYNC | LOGIN, "sync of COMMIT 2 of an order before", .kind = FAULT_SYNC, .at = "intent.durable", .order = TRUE),
};

const MatrixDriver *
matrix_store_drivers (guint *n)
{
  *n = G_N_ELEMENTS (drivers);
  return drivers;
}
