/* matrix-events.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Faults of what the venue reports and of the venue itself: copies, gaps, strangers, a new database, a closed market, one line that is
 * silent while the other lives, and time that runs out in a queue.
 */
#include "matrix.h"

#include <string.h>

#define ACCOUNT "HD-POWER"
#define CODE "CEA25"

/* How events are treated. */
typedef struct
{
  gboolean copy;     /* each event about ours comes twice */
  gint64 late_ms;    /* and the copy so much later */
  gboolean replay;   /* the line is cut when it is over, and all is told from the first event on */
  gboolean later;    /* what is lost comes two seconds later */
  int lose;          /* so many events are lost */
  const char *at;    /* (nullable): only of this kind; or the type of a public message */
  const char *probe; /* (nullable): a machine fault strikes here */
  gboolean restart;  /* the venue comes again with another database */
  const char *skip;  /* (nullable): the clock of the market jumps there */
  gboolean mute_private, mute_lists, mute_public;
  const char *text; /* of a request to the feed, again */
  guint hold_at;    /* the disk is slow: at the first or second commit */
  gboolean others;  /* another house changes the book meanwhile */
  gboolean command; /* another workstation sends the very same command */
  gint64 command_ms;
} Fault;

static const Fault *
fault_of (const MatrixRun *run)
{
  return run->driver->data;
}

static SimLine *
line_of (MatrixRun *run, gboolean is_private)
{
  for (guint i = 0; i < run->w.lines->len; i++)
    {
      SimLine *line = g_ptr_array_index (run->w.lines, i);

      if (line->is_private == is_private && !line->client_gone && !line->closed && line->open)
        return line;
    }
  return NULL;
}

/* --- Copies and losses ------------------------------------------------------------------------------------------------ */

typedef struct
{
  MatrixRun *run;
  char *text;
  gboolean is_private;
} Copy;

static void
copy_free (gpointer data)
{
  g_free (((Copy *)data)->text);
  g_free (data);
}

static gboolean
copy_cb (gpointer data)
{
  Copy *copy = data;
  SimLine *line = line_of (copy->run, copy->is_private);

  copy->run->step = 1; /* a copy of a copy is none */
  if (line)
    sim_line_say (line, copy->text, copy->is_private, FALSE);
  copy->run->step = 0;
  return G_SOURCE_REMOVE;
}

static gboolean
is_wanted (MatrixRun *run, const SimLine *line, const char *text)
{
  const Fault *f = fault_of (run);
  g_autofree char *kind = f->at ? g_strdup_printf ("\"%s\"", f->at) : NULL;

  if (line->is_private != (run->op != MATRIX_FEED))
    return FALSE;
  if (line->is_private && !strstr (text, "\"type\":\"event\""))
    return FALSE;
  if (!line->is_private && !kind)
    return FALSE;
  return !kind || strstr (text, kind) != NULL;
}

static char *
down_cb (SimWorld *w, SimLine *line, const char *text, gpointer data)
{
  MatrixRun *run = data;
  const Fault *f = fault_of (run);
  Copy *copy;

  if ((line->is_private && f->mute_private && !strstr (text, "hello")) || (!line->is_private && f->mute_public))
    {
      matrix_fired (run);
      return NULL;
    }
  if (run->step == 1 || !is_wanted (run, line, text))
    return g_strdup (text);
  if (f->lose && run->fired >= (guint)f->lose)
    return g_strdup (text);
  if (f->lose)
    matrix_fired (run);
  if (f->lose && !f->later)
    return NULL;
  if (f->copy || f->later)
    {
      matrix_fired (run);
      copy = g_new0 (Copy, 1);
      copy->run = run;
      copy->text = g_strdup (text);
      copy->is_private = line->is_private;
      cd_env_timer_add_full (w->env, NULL, f->later ? 2000 : (guint)f->late_ms, FALSE, copy_cb, copy, copy_free);
    }
  return f->later ? NULL : g_strdup (text);
}

/* The whole past, whatever was asked for. */
static GError *
open_cb (SimWorld *w, SimLine *line, gpointer data)
{
  MatrixRun *run = data;

  if (line->is_private && fault_of (run)->replay)
    line->from_seq = 1;
  return NULL;
}

static gboolean
again_cb (gpointer data)
{
  MatrixRun *run = data;
  SimLine *line = line_of (run, TRUE);

  matrix_fired (run);
  if (line)
    sim_line_cut (line, "reset by peer");
  return G_SOURCE_REMOVE;
}

static gboolean
request_cb (gpointer data)
{
  MatrixRun *run = data;
  SimLine *line = line_of (run, FALSE);

  matrix_fired (run);
  if (line)
    sim_venue_request (&run->w, line, fault_of (run)->text);
  return G_SOURCE_REMOVE;
}

/* --- Lists ------------------------------------------------------------------------------------------------------------ */

static SimGet
get_cb (SimWorld *w, const char *method, const char *path, const char *body, gpointer data)
{
  MatrixRun *run = data;
  const Fault *f = fault_of (run);
  g_autoptr (GString) nobody = g_string_new (NULL);

  if (body)
    return SIM_GET_PASS;
  run->gets += run->fired > 0;
  if (f->copy && run->op == MATRIX_SYNC && (!f->at || strstr (path, f->at)))
    {
      matrix_fired (run);
      sim_venue_get (w, w->desk->person, path, NULL, nobody);
    }
  if (!f->mute_lists)
    return SIM_GET_PASS;
  matrix_fired (run);
  return SIM_GET_REFUSE;
}

/* --- The venue -------------------------------------------------------------------------------------------------------- */

static gboolean
venue_cb (gpointer data)
{
  MatrixRun *run = data;
  const Fault *f = fault_of (run);

  matrix_fired (run);
  if (f->restart)
    sim_venue_start (&run->w, TRUE);
  else
    sim_venue_skip (&run->w, f->skip);
  return G_SOURCE_REMOVE;
}

static void
probe_cb (SimWorld *w, const char *name, gpointer data)
{
  MatrixRun *run = data;
  const Fault *f = fault_of (run);

  if (!f->probe || run->step != 0 || strcmp (name, f->probe) != 0)
    return;
  run->step = 2;
  g_idle_add_full (G_PRIORITY_HIGH, venue_cb, run, NULL);
}

static gboolean
others_cb (gpointer data)
{
  MatrixRun *run = data;

  if (run->on && run->w.desk)
    matrix_others_list (run);
  return run->on;
}

/* --- Another workstation ---------------------------------------------------------------------------------------------- */

static gboolean
same_command_cb (gpointer data)
{
  Copy *copy = data;

  sim_ghost_frame (&copy->run->w, copy->text);
  sim_venue_command (&copy->run->w, NULL, copy->text);
  return G_SOURCE_REMOVE;
}

static gint64
up_cb (SimWorld *w, SimLine *line, const char *text, gpointer data)
{
  MatrixRun *run = data;
  const Fault *f = fault_of (run);
  Copy *copy;

  if (!line->is_private || !f->command || !matrix_is_mine (run, text))
    return SIM_UP_PASS;
  matrix_fired (run);
  copy = g_new0 (Copy, 1);
  copy->run = run;
  copy->text = g_strdup (text);
  if (f->command_ms)
    cd_env_timer_add_full (w->env, NULL, (guint)f->command_ms, FALSE, same_command_cb, copy, copy_free);
  else
    {
      same_command_cb (copy);
      copy_free (copy);
    }
  return SIM_UP_PASS;
}

static void
press_reconcile (MatrixRun *run)
{
  cd_desk_reconcile (run->w.desk);
}

static void
arm (MatrixRun *run)
{
  const Fault *f = fault_of (run);

  run->script = (SimScript){ .data = run, .open = open_cb, .up = up_cb, .down = down_cb, .get = get_cb, .settled = matrix_watch, .probe = probe_cb };
  if (f->replay)
    cd_env_timer_add (run->w.env, NULL, 1500, again_cb, run);
  if (f->text)
    cd_env_timer_add (run->w.env, NULL, f->late_ms ? (guint)f->late_ms : 10, request_cb, run);
  if (f->others)
    cd_env_timer_add_full (run->w.env, NULL, 400, TRUE, others_cb, run, NULL);
  if ((f->restart || f->skip) && !f->probe)
    venue_cb (run);
}

/* --- An order of which we do not know --------------------------------------------------------------------------------- */

static void
press_stranger (MatrixRun *run)
{
  CdQuote *quote = cd_desk_get_quote (run->w.desk, CODE);
  CdWireBody body = { .instrument = (char *)CODE, .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = quote->feed.stats.prev_close_e4 / 20 / 100 * 100 * 19, .qty = 7, .by = (char *)"power-trader" };

  if (!fault_of (run)->lose)
    matrix_fired (run);
  matrix_at_venue (run, "power-trader", CD_WIRE_OP_ORDER_NEW, &body);
}

static void
press_stranger_unheard (MatrixRun *run)
{
  sim_lines_cut (&run->w, "reset by peer");
  sim_advance (&run->w, 30);
  press_stranger (run);
}

/* --- A fill behind a cancel ------------------------------------------------------------------------------------------- */

static void
press_fill (MatrixRun *run)
{
  matrix_put_first (run);
  if (!run->failed)
    matrix_take_some (run, 5);
}

static void
press_fill_behind_cancel (MatrixRun *run)
{
  CdWireBody body = { .op = CD_WIRE_OP_ORDER_CANCEL };

  matrix_put_first (run);
  if (run->failed)
    return;
  run->on = TRUE;
  matrix_take_some (run, 5);
  body.order_id = matrix_order (run)->order->order_id;
  if (run->op == MATRIX_CHANGE)
    cd_desk_cancel (run->w.desk, matrix_order (run), &run->said);
  else
    {
      g_hash_table_add (run->w.cancels, g_strdup_printf ("%u/%s", run->w.epoch_number, body.order_id));
      matrix_at_venue (run, "power-trader", CD_WIRE_OP_ORDER_CANCEL, &body);
    }
}

/* --- One line is silent ------------------------------------------------------------------------------------------------ */

static gboolean
press_cb (gpointer data)
{
  matrix_press (data);
  return G_SOURCE_REMOVE;
}

/* The silence is there already, and nobody knows it yet. */
static void
press_later (MatrixRun *run)
{
  cd_env_timer_add (run->w.env, NULL, (guint)fault_of (run)->command_ms, press_cb, run);
}

static void
asked_by_lists (MatrixRun *run)
{
  if (run->gets == 0)
    matrix_fail (run, "nobody asked by REST while the stream was silent");
}

static void
done_all_the_same (MatrixRun *run)
{
  if (matrix_effects (run) != 1 || run->last != MATRIX_DONE)
    matrix_fail (run, "not done: %s%s%s", matrix_known_name (run->last), run->said ? ": " : "", run->said ? run->said->message : "");
}

/* Read again behind the back of the silent stream. */
static void
read_again (MatrixRun *run)
{
  asked_by_lists (run);
  if (run->w.desk->holdings_boot_us <= run->fired_us)
    matrix_fail (run, "holdings were not read again");
}

/* --- Closed ----------------------------------------------------------------------------------------------------------- */

static void
nothing_pressed (MatrixRun *run)
{
}

/* --- A slow disk ------------------------------------------------------------------------------------------------------ */

static gboolean
release_cb (gpointer data)
{
  cd_env_test_hold_workers (((MatrixRun *)data)->w.env, FALSE);
  return G_SOURCE_REMOVE;
}

static void
slow_probe_cb (SimWorld *w, const char *name, gpointer data)
{
  MatrixRun *run = data;

  if (strcmp (name, fault_of (run)->probe) != 0 || run->step != 0)
    return;
  run->step = 2;
  matrix_fired (run);
  cd_env_test_hold_workers (w->env, TRUE);
  cd_env_timer_add (w->env, NULL, fault_of (run)->late_ms ? (guint)fault_of (run)->late_ms : 12000, release_cb, run);
}

static void
arm_slow (MatrixRun *run)
{
  arm (run);
  run->script.probe = slow_probe_cb;
}

/* A cancel has no deadline; a change that is too late is off, and the order stands as it was. */
static void
kept_or_cancelled (MatrixRun *run)
{
  const CdOrderRow *row = matrix_order (run);

  if (run->variant == 0 ? run->last != MATRIX_DONE : run->last != MATRIX_REFUSED || matrix_effects (run) != 0 || row->order->price_e4 != run->old_price_e4 || row->order->qty != run->old_qty)
    matrix_fail (run, "%s, and the order is %s", matrix_known_name (run->last), row ? cd_order_state_name (row->order->state) : "nowhere");
}

/* --- What else is asked for ------------------------------------------------------------------------------------------- */

#define ALL MATRIX_COMMANDS
#define SENT (NEW | CHANGE | REGISTRY)
#define AT(fault, ops, words, ...)                                 \
  {                                                                \
    fault, ops, words, arm, .data = &(const Fault) { __VA_ARGS__ } \
  }
#define MORE(fault, ops, words, check, ...)                                                      \
  {                                                                                              \
    fault, ops, words, arm, .during = check, .codes = "", .data = &(const Fault) { __VA_ARGS__ } \
  }
#define EPOCH(ops, words, ...)                                                                                                                              \
  {                                                                                                                                                         \
    27, ops, words, arm, .during = matrix_not_resent, .heal = matrix_of_another_time, .codes = "L", .data = &(const Fault) { .restart = TRUE, __VA_ARGS__ } \
  }

static const MatrixDriver drivers[] = {
  MORE (20, FEED, "the subscription once more", matrix_never_stale, .text = "{\"op\":\"subscribe\",\"instruments\":[\"*\"]}"),
  MORE (20, FEED, "the subscription three seconds late", matrix_never_stale, .text = "{\"op\":\"subscribe\",\"instruments\":[\"*\"]}", .late_ms = 3000),
  MORE (20, FEED, "of one book", matrix_never_stale, .text = "{\"op\":\"subscribe\",\"instruments\":[\"CEA25\"]}", .late_ms = 700),
  MORE (20, SYNC, "of the session", matrix_same_figures, .copy = TRUE, .at = "session"),
  MORE (20, SYNC, "of holdings", matrix_same_figures, .copy = TRUE, .at = "holdings"),
  MORE (20, SYNC, "of every list", matrix_same_figures, .copy = TRUE),
  AT (22, ALL, "every event twice", .copy = TRUE),
  AT (22, ALL, "every event once more two seconds later", .copy = TRUE, .late_ms = 2000),
  AT (22, ALL, "all of them again on the next line", .replay = TRUE),
  MORE (22, FEED, "a change of a book twice", matrix_never_stale, .copy = TRUE, .at = "depth", .others = TRUE),
  { 22, FEED, "a trade twice", arm, .wait_ms = 150000, .during = matrix_never_stale, .codes = "", .data = &(const Fault){ .copy = TRUE, .at = "trade" } },
  { 22, FEED, "a trade once more two seconds later", arm, .wait_ms = 150000, .during = matrix_never_stale, .codes = "", .data = &(const Fault){ .copy = TRUE, .at = "trade", .late_ms = 2000 } },
  { 22, SYNC, "a fill twice", arm, .press = press_fill, .during = matrix_one_fill_each, .codes = "", .data = &(const Fault){ .copy = TRUE, .at = "order.fill" } },
  { 22, SYNC, "a fill once more two seconds later", arm, .press = press_fill, .during = matrix_one_fill_each, .codes = "", .data = &(const Fault){ .copy = TRUE, .at = "order.fill", .late_ms = 2000 } },
  { 22, SYNC, "all of it again on the next line", arm, .press = press_fill, .during = matrix_one_fill_each, .codes = "", .data = &(const Fault){ .replay = TRUE } },
  { 23, NEW, "the first event", arm, .codes = "Q L", .data = &(const Fault){ .lose = 1 } },
  { 23, NEW, "three events", arm, .codes = "Q L", .data = &(const Fault){ .lose = 3 } },
  { 23, NEW, "a balance", arm, .codes = "Q L", .data = &(const Fault){ .lose = 1, .at = "balance" } },
  AT (23, CHANGE | REGISTRY, "the first event", .lose = 1),
  AT (23, CHANGE | REGISTRY, "two events", .lose = 2),
  AT (23, CHANGE, "a balance", .lose = 1, .at = "balance"),
  AT (23, REGISTRY, "the event of an instruction", .lose = 1, .at = "instruction"),
  AT (23, FEED, "a change of a book", .lose = 1, .at = "depth", .others = TRUE),
  AT (23, FEED, "three changes of books", .lose = 3, .at = "depth", .others = TRUE),
  { 23, SYNC, "one event", arm, .press = press_stranger, .during = matrix_locked_in_between, .codes = "", .data = &(const Fault){ .lose = 1 } },
  { 23, SYNC, "three events", arm, .press = press_stranger, .during = matrix_locked_in_between, .codes = "", .data = &(const Fault){ .lose = 2 } },
  { 23, SYNC, "a balance", arm, .press = press_stranger, .during = matrix_locked_in_between, .codes = "", .data = &(const Fault){ .lose = 1, .at = "balance" } },
  { 24, NEW, "while the line lives", arm, .press = press_stranger, .during = matrix_adopted, .codes = "W L", .data = &(const Fault){ 0 } },
  { 24, NEW, "while the line is cut", arm, .press = press_stranger_unheard, .during = matrix_adopted, .codes = "W L", .data = &(const Fault){ 0 } },
  { 24, NEW, "twice", arm, .press = press_stranger, .during = matrix_adopted, .codes = "W L", .data = &(const Fault){ .copy = TRUE } },
  { 24, SYNC, "while the line lives", arm, .press = press_stranger, .during = matrix_adopted, .codes = "W", .data = &(const Fault){ 0 } },
  { 24, SYNC, "while the line is cut", arm, .press = press_stranger_unheard, .during = matrix_adopted, .codes = "W", .data = &(const Fault){ 0 } },
  { 24, SYNC, "twice", arm, .press = press_stranger, .during = matrix_adopted, .codes = "W", .data = &(const Fault){ .copy = TRUE } },
  { 25, NEW | CHANGE, "the fill is lost, the cancel comes", arm, .press = press_fill_behind_cancel, .during = matrix_filled_all_the_same, .codes = "W", .data = &(const Fault){ .lose = 1, .at = "order.fill" } },
  { 25, NEW | CHANGE, "the fill comes two seconds late too", arm, .press = press_fill_behind_cancel, .during = matrix_filled_all_the_same, .codes = "W", .data = &(const Fault){ .lose = 1, .at = "order.fill", .later = TRUE } },
  { 25, NEW | CHANGE, "and the line is cut", arm, .press = press_fill_behind_cancel, .during = matrix_filled_all_the_same, .codes = "W", .data = &(const Fault){ .lose = 1, .at = "order.fill", .replay = TRUE } },
  { 25, SYNC, "the fill is lost, the cancel comes", arm, .press = press_fill_behind_cancel, .during = matrix_filled_all_the_same, .codes = "", .data = &(const Fault){ .lose = 1, .at = "order.fill" } },
  { 25, SYNC, "the fill comes two seconds late too", arm, .press = press_fill_behind_cancel, .during = matrix_filled_all_the_same, .codes = "", .data = &(const Fault){ .lose = 1, .at = "order.fill", .later = TRUE } },
  { 25, SYNC, "and the line is cut", arm, .press = press_fill_behind_cancel, .during = matrix_filled_all_the_same, .codes = "", .data = &(const Fault){ .lose = 1, .at = "order.fill", .replay = TRUE } },
  AT (23, FEED, "two changes of books", .lose = 2, .at = "depth", .others = TRUE),
  EPOCH (ALL, "after the press", .probe = "intent.pressed"),
  EPOCH (ALL, "when COMMIT 2 is durable", .probe = "sending.durable"),
  EPOCH (ALL, "after the answer", .probe = "answer.taken"),
  { 27, FEED, "at once", arm, .data = &(const Fault){ .restart = TRUE } },
  { 27, FEED, "during a reconcile", arm, .press = press_reconcile, .data = &(const Fault){ .restart = TRUE, .probe = "reconcile.session" } },
  { 27, FEED, "when a reconcile is done", arm, .press = press_reconcile, .data = &(const Fault){ .restart = TRUE, .probe = "reconcile.done" } },
  { 27, SYNC, "at once", arm, .during = matrix_locked_in_between, .codes = "", .data = &(const Fault){ .restart = TRUE } },
  { 27, SYNC, "between session and lists", arm, .during = matrix_locked_in_between, .codes = "", .data = &(const Fault){ .restart = TRUE, .probe = "reconcile.session" } },
  { 27, SYNC, "between two lists", arm, .during = matrix_locked_in_between, .codes = "", .data = &(const Fault){ .restart = TRUE, .probe = "reconcile.list" } },
  { 27, LOGIN, "at the hello", arm, .during = matrix_signed_in_again, .data = &(const Fault){ .restart = TRUE, .probe = "client.hello" } },
  { 27, LOGIN, "at the session", arm, .during = matrix_signed_in_again, .data = &(const Fault){ .restart = TRUE, .probe = "reconcile.session" } },
  { 27, LOGIN, "at the lists", arm, .during = matrix_signed_in_again, .data = &(const Fault){ .restart = TRUE, .probe = "reconcile.list" } },
  { 28, NEW, "before the press", arm, .during = matrix_refused_as_closed, .codes = "D", .data = &(const Fault){ .skip = "close" } },
  { 28, NEW, "after the press", arm, .during = matrix_refused_as_closed, .codes = "D", .data = &(const Fault){ .skip = "close", .probe = "intent.pressed" } },
  { 28, NEW, "when COMMIT 2 is durable", arm, .during = matrix_refused_as_closed, .codes = "D", .data = &(const Fault){ .skip = "close", .probe = "sending.durable" } },
  { 28, CHANGE, "before the press", arm, .during = matrix_truth_only, .codes = "", .data = &(const Fault){ .skip = "close" } },
  { 28, CHANGE, "when COMMIT 2 is durable", arm, .during = matrix_truth_only, .codes = "", .data = &(const Fault){ .skip = "close", .probe = "sending.durable" } },
  { 28, REGISTRY, "before the press", arm, .during = matrix_truth_only, .codes = "", .data = &(const Fault){ .skip = "close" } },
  { 28, REGISTRY, "when COMMIT 2 is durable", arm, .during = matrix_truth_only, .codes = "", .data = &(const Fault){ .skip = "close", .probe = "sending.durable" } },
  { 28, APPROVE, "before the press", arm, .during = matrix_allowed_or_lapsed, .codes = "", .data = &(const Fault){ .skip = "close" } },
  { 28, FEED, "at the close", arm, .during = matrix_labelled_closed, .codes = "", .data = &(const Fault){ .skip = "close" } },
  { 28, FEED, "during a reconcile", arm, .press = press_reconcile, .during = matrix_labelled_closed, .codes = "", .data = &(const Fault){ .skip = "close", .probe = "reconcile.session" } },
  { 28, FEED, "when a reconcile is done", arm, .press = press_reconcile, .during = matrix_labelled_closed, .codes = "", .data = &(const Fault){ .skip = "close", .probe = "reconcile.done" } },
  { 28, SYNC, "at the close", arm, .during = matrix_nothing_happens, .codes = "", .data = &(const Fault){ .skip = "close" } },
  { 28, SYNC, "between session and lists", arm, .during = matrix_nothing_happens, .codes = "", .data = &(const Fault){ .skip = "close", .probe = "reconcile.session" } },
  { 28, SYNC, "between two lists", arm, .during = matrix_nothing_happens, .codes = "", .data = &(const Fault){ .skip = "close", .probe = "reconcile.list" } },
  { 28, LOGIN, "before", arm, .during = matrix_nothing_happens, .codes = "", .data = &(const Fault){ .skip = "close" } },
  { 28, LOGIN, "at the hello", arm, .during = matrix_nothing_happens, .codes = "", .data = &(const Fault){ .skip = "close", .probe = "client.hello" } },
  { 28, LOGIN, "at the session", arm, .during = matrix_nothing_happens, .codes = "", .data = &(const Fault){ .skip = "close", .probe = "reconcile.session" } },
  AT (47, SENT, "before ours", .command = TRUE),
  AT (47, SENT, "together with ours", .command = TRUE, .command_ms = 25),
  AT (47, SENT, "after ours", .command = TRUE, .command_ms = 2000),
  { 49, NEW, "silence from the press on", arm, .wait_ms = 12500, .during = matrix_truth_only, .codes = "L", .data = &(const Fault){ .mute_private = TRUE } },
  { 49, NEW, "and the line is copied", arm, .wait_ms = 12500, .during = matrix_truth_only, .codes = "L", .data = &(const Fault){ .mute_private = TRUE, .copy = TRUE } },
  { 49, NEW, "and the book moves", arm, .wait_ms = 12500, .during = matrix_truth_only, .codes = "L", .data = &(const Fault){ .mute_private = TRUE, .others = TRUE } },
  { 49, FEED, "at once", arm, .data = &(const Fault){ .mute_public = TRUE } },
  { 49, FEED, "while the book moves", arm, .data = &(const Fault){ .mute_public = TRUE, .others = TRUE } },
  AT (49, FEED, "heartbeats alone, while a book moves", .lose = 1000, .at = "hb", .others = TRUE),
  { 49, FEED, "heartbeats alone, during a reconcile", arm, .press = press_reconcile, .data = &(const Fault){ .lose = 1000, .at = "hb", .others = TRUE } },
  { 49, FEED, "during a reconcile", arm, .press = press_reconcile, .data = &(const Fault){ .mute_public = TRUE } },
  { 49, CHANGE, "silence from the press on", arm, .wait_ms = 12500, .during = asked_by_lists, .codes = "Q", .data = &(const Fault){ .mute_private = TRUE } },
  { 49, CHANGE, "for two seconds before", arm, .press = press_later, .wait_ms = 14500, .during = asked_by_lists, .codes = "Q", .data = &(const Fault){ .mute_private = TRUE, .command_ms = 2000 } },
  { 49, CHANGE, "for five seconds before", arm, .press = press_later, .wait_ms = 17500, .during = asked_by_lists, .codes = "Q", .data = &(const Fault){ .mute_private = TRUE, .command_ms = 5000 } },
  { 49, REGISTRY | APPROVE, "silence from the press on", arm, .wait_ms = 12500, .during = done_all_the_same, .codes = "", .data = &(const Fault){ .mute_private = TRUE } },
  { 49, REGISTRY | APPROVE, "for two seconds before", arm, .press = press_later, .wait_ms = 14500, .during = done_all_the_same, .codes = "", .data = &(const Fault){ .mute_private = TRUE, .command_ms = 2000 } },
  { 49, REGISTRY | APPROVE, "for five seconds before", arm, .press = press_later, .wait_ms = 17500, .during = done_all_the_same, .codes = "", .data = &(const Fault){ .mute_private = TRUE, .command_ms = 5000 } },
  { 49, SYNC, "at once", arm, .wait_ms = 15000, .during = read_again, .codes = "W", .data = &(const Fault){ .mute_private = TRUE } },
  { 49, SYNC, "and nothing is pressed", arm, .press = nothing_pressed, .wait_ms = 15000, .during = read_again, .codes = "W", .data = &(const Fault){ .mute_private = TRUE } },
  { 49, SYNC, "while the book moves", arm, .press = nothing_pressed, .wait_ms = 15000, .during = read_again, .codes = "W", .data = &(const Fault){ .mute_private = TRUE, .others = TRUE } },
  { 49, LOGIN, "from the start", arm, .wait_ms = 2000, .during = matrix_nothing_happens, .codes = "", .data = &(const Fault){ .mute_private = TRUE } },
  { 49, LOGIN, "with every list read twice", arm, .wait_ms = 2000, .during = matrix_nothing_happens, .codes = "", .data = &(const Fault){ .mute_private = TRUE, .copy = TRUE } },
  { 49, LOGIN, "while the book moves", arm, .wait_ms = 2000, .during = matrix_nothing_happens, .codes = "", .data = &(const Fault){ .mute_private = TRUE, .others = TRUE } },
  { 50, NEW, "from the press on", arm, .wait_ms = 35000, .codes = "L", .data = &(const Fault){ .mute_lists = TRUE } },
  { 50, REGISTRY, "from the press on", arm, .wait_ms = 35000, .codes = "L", .data = &(const Fault){ .mute_lists = TRUE } },
  { 50, NEW | REGISTRY, "with every event twice", arm, .wait_ms = 35000, .codes = "L", .data = &(const Fault){ .mute_lists = TRUE, .copy = TRUE } },
  { 50, NEW | REGISTRY, "while the book moves", arm, .wait_ms = 35000, .codes = "L", .data = &(const Fault){ .mute_lists = TRUE, .others = TRUE } },
  { 50, APPROVE, "from the press on", arm, .wait_ms = 35000, .codes = "L", .data = &(const Fault){ .mute_lists = TRUE } },
  { 50, CHANGE, "from the press on", arm, .data = &(const Fault){ .mute_lists = TRUE } },
  { 50, CHANGE, "with every event twice", arm, .data = &(const Fault){ .mute_lists = TRUE, .copy = TRUE } },
  { 50, CHANGE, "while the book moves", arm, .data = &(const Fault){ .mute_lists = TRUE, .others = TRUE } },
  { 50, FEED, "while the book moves", arm, .wait_ms = 35000, .during = matrix_never_stale, .codes = "", .data = &(const Fault){ .mute_lists = TRUE, .others = TRUE } },
  { 50, FEED, "during a reconcile", arm, .press = press_reconcile, .during = matrix_never_stale, .codes = "", .data = &(const Fault){ .mute_lists = TRUE } },
  { 50, FEED, "for a long time", arm, .wait_ms = 70000, .during = matrix_never_stale, .codes = "", .data = &(const Fault){ .mute_lists = TRUE } },
  { 50, SYNC, "at once", arm, .data = &(const Fault){ .mute_lists = TRUE } },
  { 50, SYNC, "with the periodic reading", arm, .press = nothing_pressed, .wait_ms = 70000, .data = &(const Fault){ .mute_lists = TRUE } },
  { 50, SYNC, "while the book moves", arm, .data = &(const Fault){ .mute_lists = TRUE, .others = TRUE } },
  { 50, LOGIN, "from the start", arm, .data = &(const Fault){ .mute_lists = TRUE } },
  { 50, LOGIN, "while the book moves", arm, .data = &(const Fault){ .mute_lists = TRUE, .others = TRUE } },
  { 50, LOGIN, "for a long time", arm, .wait_ms = 40000, .data = &(const Fault){ .mute_lists = TRUE } },
  { 52, NEW, "at COMMIT 1", arm_slow, .wait_ms = 20000, .during = matrix_never_too_late, .codes = "", .data = &(const Fault){ .probe = "intent.pressed" } },
  { 52, NEW, "at COMMIT 1, for less than the margin", arm_slow, .wait_ms = 20000, .during = matrix_never_too_late, .codes = "", .data = &(const Fault){ .probe = "intent.pressed", .late_ms = 9000 } },
  { 52, CHANGE, "at COMMIT 1", arm_slow, .wait_ms = 20000, .during = kept_or_cancelled, .codes = "Q", .data = &(const Fault){ .probe = "intent.pressed" } },
  { 52, CHANGE, "at COMMIT 1, for less than the margin", arm_slow, .wait_ms = 20000, .during = kept_or_cancelled, .codes = "Q", .data = &(const Fault){ .probe = "intent.pressed", .late_ms = 9000 } },
  { 52, CHANGE, "at COMMIT 2", arm_slow, .wait_ms = 20000, .during = kept_or_cancelled, .codes = "Q", .data = &(const Fault){ .probe = "intent.durable" } },
  { 52, NEW, "at COMMIT 2", arm_slow, .wait_ms = 20000, .during = matrix_never_too_late, .codes = "", .data = &(const Fault){ .probe = "intent.durable" } },
};

const MatrixDriver *
matrix_events_drivers (guint *n)
{
  *n = G_N_ELEMENTS (drivers);
  return drivers;
}
