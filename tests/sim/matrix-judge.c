/* matrix-judge.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The codes of the matrix as checks, and what holds in every cell: no guess, no second effect, no other key by itself, no figure that
 * is 0 because it is not known.
 */
#include "matrix.h"

#include <string.h>

#define ACCOUNT "HD-POWER"
#define CODE "CEA25"
/* Silence is noticed after 2.5 s, looked for every 0.5 s, and the desk looks four times a second. */
#define STALE_US_MAX (3500 * 1000)
#define HOLDINGS_MS_MAX 65000

/* --- While it goes on ------------------------------------------------------------------------------------------------- */

static void
watch_quotes (MatrixRun *run)
{
  GListModel *quotes = cd_desk_get_quotes (run->w.desk);
  guint live = 0, n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (quotes); i++)
    {
      g_autoptr (CdQuote) quote = g_list_model_get_item (quotes, i);

      if (!cd_venue_book (run->w.venue, quote->code))
        continue;
      n++;
      live += quote->fresh == CD_FRESH_LIVE;
    }
  if (run->fired && live < n && !run->stale)
    {
      run->stale = TRUE;
      run->stale_us = cd_env_boot_us (run->w.env);
    }
  run->every_stale |= run->fired && live == 0;
}

static void
watch_log (MatrixRun *run)
{
  GListModel *log = cd_desk_get_log (run->w.desk);
  guint n = g_list_model_get_n_items (log);

  for (guint i = n; i-- > 0;)
    {
      g_autoptr (CdLogRow) row = g_list_model_get_item (log, i);

      if (i >= n - MIN (run->log_before, n))
        continue;
      run->worst = MAX (run->worst, row->level);
      g_string_append_printf (run->log, "# %9.3f %d %s %s %s\n", (double)cd_env_boot_us (run->w.env) / 1e6, row->level, row->source, row->code, row->text);
    }
  run->log_before = n;
}

/* Nothing new may leave while it is locked, whatever is pressed. */
static void
try_while_locked (MatrixRun *run)
{
  CdQuote *quote = cd_desk_get_quote (run->w.desk, CODE);
  const CdOrderDraft draft = { .account = ACCOUNT, .instrument = CODE, .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = quote ? quote->feed.stats.prev_close_e4 : 970000, .qty = 1 };
  g_autoptr (GError) error = NULL, other = NULL;
  g_autofree char *id = NULL;

  if (cd_desk_submit (run->w.desk, &draft, "cover", &error) || !g_error_matches (error, CD_DESK_ERROR, CD_DESK_ERROR_LOCKED) || !*error->message)
    matrix_fail (run, "a new order while locked was not refused with a reason");
  id = cd_desk_propose_transfer (run->w.desk, ACCOUNT, CODE, 1, TRUE, &other);
  if (id || !other || !*other->message)
    matrix_fail (run, "an instruction while locked was not refused with a reason");
}

void
matrix_watch (SimWorld *w, gpointer data)
{
  MatrixRun *run = data;
  MatrixKnown known;

  if (!w->desk || w->dead || !run->on)
    return;
  known = matrix_known (run);
  if (known != run->last)
    g_string_append_printf (run->log, "# %9.3f   %s\n", (double)cd_env_boot_us (w->env) / 1e6, matrix_known_name (known));
  run->last = known;
  if (run->first <= MATRIX_PENDING && known > MATRIX_PENDING)
    run->first = known;
  watch_quotes (run);
  watch_log (run);
  if (run->fired && cd_desk_is_locked (w->desk) && !run->locked)
    {
      run->locked = TRUE;
      g_string_append_printf (run->log, "# %9.3f   locked\n", (double)cd_env_boot_us (w->env) / 1e6);
      try_while_locked (run);
    }
}

/* --- Codes ------------------------------------------------------------------------------------------------------------ */

static guint
frames_of (MatrixRun *run)
{
  const SimGhost *ghost = run->command_key ? g_hash_table_lookup (run->w.ghosts, run->command_key) : NULL;

  return ghost ? ghost->frames : 0;
}

static void
judge_journaled (MatrixRun *run)
{
  const char *kind = run->op == MATRIX_NEW || run->op == MATRIX_CHANGE ? CD_JOURNAL_ORDER_INTENT : CD_JOURNAL_INSTRUCTION_INTENT;

  if (!run->command_key)
    matrix_fail (run, "J: nothing was pressed: %s", run->said ? run->said->message : "");
  else if (matrix_count_records (run, kind, run->command_key) != 1)
    matrix_fail (run, "J: the intent is not in the journal");
  else if (frames_of (run) != 0 || matrix_effects (run) != 0)
    matrix_fail (run, "J: something left");
  else if (run->first != MATRIX_NEVER)
    matrix_fail (run, "J: first known as %s, expected never sent", matrix_known_name (run->first));
}

static void
judge_unknown (MatrixRun *run)
{
  if (run->first != MATRIX_UNKNOWN)
    matrix_fail (run, "U: first known as %s, expected unknown%s%s", matrix_known_name (run->first), run->said ? ": " : "", run->said ? run->said->message : "");
  else if (run->commands > 0)
    matrix_fail (run, "U: %u other commands left by themselves", run->commands);
  else if (frames_of (run) > 1 && run->fault != 20)
    matrix_fail (run, "U: %u copies left", frames_of (run));
}

/* The last thing that was proven stands, and somebody asks. */
static void
judge_query (MatrixRun *run)
{
  guint effects = matrix_effects (run);

  if (run->last == MATRIX_DONE && effects == 0)
    matrix_fail (run, "Q: done, and the venue has not done it");
  else if ((run->last == MATRIX_REFUSED || run->last == MATRIX_NEVER) && effects > 0)
    matrix_fail (run, "Q: %s, and the venue has done it", matrix_known_name (run->last));
  else if (run->commands > 0)
    matrix_fail (run, "Q: %u other commands left by themselves", run->commands);
}

static void
judge_login_denied (MatrixRun *run)
{
  const char *problem = cd_desk_get_problem (run->w.desk);

  if (cd_desk_get_state (run->w.desk) == CD_DESK_LIVE)
    matrix_fail (run, "D: signed in");
  else if (!cd_desk_is_locked (run->w.desk))
    matrix_fail (run, "D: not locked");
  else if (!problem || !*problem)
    matrix_fail (run, "D: no reason is told");
  else if (run->count.sent != run->frames_before)
    matrix_fail (run, "D: a command left");
}

static void
judge_denied (MatrixRun *run)
{
  if (run->op == MATRIX_LOGIN)
    {
      judge_login_denied (run);
      return;
    }
  if (matrix_effects (run) != 0 || (run->op == MATRIX_FILES && run->done) || matrix_imported_days (run) != 0)
    matrix_fail (run, "D: it took effect");
  else if (run->op == MATRIX_FILES && !run->answered)
    matrix_fail (run, "D: no answer");
  else if (run->last == MATRIX_DONE || run->last == MATRIX_UNKNOWN || run->last == MATRIX_PENDING)
    matrix_fail (run, "D: known as %s", matrix_known_name (run->last));
  else if (!(run->said && *run->said->message) && run->worst < 1)
    matrix_fail (run, "D: no reason is told");
}

static void
judge_stale (MatrixRun *run)
{
  if (!run->stale)
    matrix_fail (run, "S: no price was stale");
  else if (run->stale_us - run->fired_us > STALE_US_MAX)
    matrix_fail (run, "S: stale only after %" G_GINT64_FORMAT " ms", (run->stale_us - run->fired_us) / 1000);
}

/* Old figures stand, and say that they are old. */
static void
judge_partial (MatrixRun *run)
{
  g_autofree char *now = matrix_figures (run);
  CdDeskState state = cd_desk_get_state (run->w.desk);
  const char *problem = cd_desk_get_problem (run->w.desk);
  gint64 elapsed = cd_env_boot_us (run->w.env) - run->fired_us;
  gboolean orders = run->kept && (strstr (run->kept, "orders") || strstr (run->kept, "executions"));
  CdReconcileSummary summary;
  CdCash cash;

  cd_desk_get_reconcile_summary (run->w.desk, &summary);
  cd_desk_get_cash (run->w.desk, ACCOUNT, &cash);
  if (strcmp (now, run->before) != 0)
    matrix_fail (run, "P: figures changed: %s, before %s", now, run->before);
  else if (orders ? summary.orders_age_us < elapsed : run->w.desk->holdings_boot_us > run->fired_us)
    matrix_fail (run, "P: the old figures got a new age");
  else if (state == CD_DESK_LIVE && cash.fresh == CD_FRESH_LIVE)
    matrix_fail (run, "P: shown as whole and live");
  else if (state != CD_DESK_LIVE && (!problem || !*problem))
    matrix_fail (run, "P: no reason is told");
}

static void
judge_read_only (MatrixRun *run)
{
  guint frames = run->count.sent;

  try_while_locked (run);
  if (!cd_desk_is_locked (run->w.desk))
    matrix_fail (run, "R: not locked");
  sim_advance (&run->w, 200);
  if (run->count.sent != frames)
    matrix_fail (run, "R: something left");
}

static void
judge_idempotent (MatrixRun *run)
{
  guint effects = matrix_effects (run);

  if (effects != 1)
    matrix_fail (run, "I: %u effects", effects);
  else if (run->last != MATRIX_DONE)
    matrix_fail (run, "I: known as %s", matrix_known_name (run->last));
}

/* Prices go on: none was stale, and the books move. */
static void
judge_live (MatrixRun *run)
{
  if (run->stale)
    matrix_fail (run, "live: a price was stale");
  else if (cd_desk_get_line (run->w.desk, CD_LINE_MARKET, NULL) != CD_LINK_LIVE)
    matrix_fail (run, "live: the line is not");
}

/* The fault is none of its business. */
static void
judge_ok (MatrixRun *run)
{
  CdCash cash;

  cd_desk_get_cash (run->w.desk, ACCOUNT, &cash);
  if (run->op == MATRIX_FEED)
    judge_live (run);
  else if (run->op == MATRIX_SYNC && (cash.fresh != CD_FRESH_LIVE || run->w.desk->holdings_boot_us < run->fired_us))
    matrix_fail (run, "ok: not read again");
  else if (run->op == MATRIX_LOGIN && (cd_desk_get_state (run->w.desk) != CD_DESK_LIVE || g_strcmp0 (run->w.desk->person, "power-second") != 0))
    matrix_fail (run, "ok: not signed in: %s", cd_desk_get_problem (run->w.desk));
  else if (run->op < MATRIX_FEED && (run->last != MATRIX_DONE || matrix_effects (run) != 1))
    matrix_fail (run, "ok: known as %s%s%s", matrix_known_name (run->last), run->said ? ": " : "", run->said ? run->said->message : "");
}

static void
judge_one (MatrixRun *run, char code)
{
  switch (code)
    {
    case 'J':
      judge_journaled (run);
      break;
    case 'U':
      judge_unknown (run);
      break;
    case 'Q':
      judge_query (run);
      break;
    case 'I':
      judge_idempotent (run);
      break;
    case 'D':
      judge_denied (run);
      break;
    case 'S':
      judge_stale (run);
      break;
    case 'P':
      judge_partial (run);
      break;
    case 'L':
      if (!run->locked)
        matrix_fail (run, "L: never locked");
      break;
    case 'R':
      judge_read_only (run);
      break;
    case 'E':
      if (run->worst < 2)
        matrix_fail (run, "E: nobody was called");
      break;
    case 'W':
      if (run->worst < 1)
        matrix_fail (run, "W: no warning");
      break;
    case 'b':
      if (run->first != MATRIX_REFUSED || !matrix_order (run) || !cd_order_is_working (matrix_order (run)->order))
        matrix_fail (run, "back: first known as %s", matrix_known_name (run->first));
      break;
    case 'l':
      judge_live (run);
      break;
    case 'o':
      judge_ok (run);
      break;
    case 'k':
      if (!cd_desk_is_locked (run->w.desk) || !cd_desk_get_problem (run->w.desk))
        matrix_fail (run, "lock: not locked with a reason");
      break;
    case 'r':
      if (run->first != MATRIX_REFUSED || matrix_effects (run) != 0)
        matrix_fail (run, "rejected: first known as %s", matrix_known_name (run->first));
      break;
    default:
      break;
    }
}

static void
judge_always (MatrixRun *run)
{
  if (matrix_effects (run) > 1)
    matrix_fail (run, "two effects");
}

void
matrix_judge (MatrixRun *run, const char *codes)
{
  judge_always (run);
  for (const char *at = codes; *at; at++)
    if (*at != ' ')
      judge_one (run, *at);
}

/* --- When it is over -------------------------------------------------------------------------------------------------- */

static void
agree_instructions (MatrixRun *run)
{
  const char *person = run->w.desk->person;
  g_autoptr (CdWireList) list = cd_venue_list (run->w.venue, CD_WIRE_LIST_INSTRUCTIONS, ACCOUNT, person, FALSE, 0, 0);

  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireInstructionRow *theirs = &g_array_index (list->items, CdWireInstructionRow, i);
      const CdInstructionRow *ours = g_hash_table_lookup (run->w.desk->instruction_by_id, theirs->id);

      if (!ours || g_strcmp0 (ours->state, theirs->state) != 0 || ours->unknown)
        matrix_fail (run, "the end: instruction %s is %s here%s, %s at the venue", theirs->id, ours ? ours->state : "nowhere", ours && ours->unknown ? " and unknown" : "", theirs->state);
    }
}

static void
agree_holdings (MatrixRun *run)
{
  g_autoptr (CdWireList) list = cd_venue_list (run->w.venue, CD_WIRE_LIST_HOLDINGS, ACCOUNT, run->w.desk->person, FALSE, 0, 0);

  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireBalanceRow *theirs = &g_array_index (list->items, CdWireBalanceRow, i);
      const CdHoldingRow *ours = cd_desk_holding (run->w.desk, ACCOUNT, theirs->asset);

      if (!ours || ours->bucket[theirs->bucket] != theirs->balance)
        matrix_fail (run, "the end: %s %s is %" G_GINT64_FORMAT " here, %" G_GINT64_FORMAT " at the venue", theirs->asset, cd_bucket_name (theirs->bucket), ours ? ours->bucket[theirs->bucket] : -1, theirs->balance);
    }
}

/* Returns: (nullable) (transfer full): what does not agree */
static char *
look_at_books (MatrixRun *run)
{
  GListModel *quotes = cd_desk_get_quotes (run->w.desk);

  for (guint i = 0; i < g_list_model_get_n_items (quotes); i++)
    {
      g_autoptr (CdQuote) quote = g_list_model_get_item (quotes, i);
      const CdBook *book = cd_venue_book (run->w.venue, quote->code);

      if (!book)
        continue;
      if (quote->fresh != CD_FRESH_LIVE)
        return g_strdup_printf ("%s is not live again", quote->code);
      if (quote->feed.seq != cd_book_seq (book))
        return g_strdup_printf ("%s is at %" G_GUINT64_FORMAT ", the venue at %" G_GUINT64_FORMAT, quote->code, quote->feed.seq, cd_book_seq (book));
    }
  return NULL;
}

/* What has just changed there is on its way. */
static void
agree_books (MatrixRun *run)
{
  g_autofree char *differs = look_at_books (run);

  for (guint i = 0; i < 40 && differs; i++)
    {
      g_free (differs);
      sim_advance (&run->w, 50);
      differs = look_at_books (run);
    }
  if (differs)
    matrix_fail (run, "the end: %s", differs);
}

static void
judge_truth (MatrixRun *run)
{
  MatrixKnown known = matrix_known (run);
  guint effects = matrix_effects (run);
  gboolean may_stay = run->op == MATRIX_REGISTRY || (run->op == MATRIX_CHANGE && run->variant == 0);

  if (run->op > MATRIX_APPROVE || !run->command_key)
    return;
  if (effects == 1 && known != MATRIX_DONE)
    matrix_fail (run, "the end: %s, and the venue has done it", matrix_known_name (known));
  else if (effects == 0 && known == MATRIX_DONE)
    matrix_fail (run, "the end: done, and the venue has not done it");
  /* Without deadline or fence it stays UNKNOWN, and stands in the queue. */
  else if (effects == 0 && known == MATRIX_UNKNOWN && !may_stay)
    matrix_fail (run, "the end: still unknown");
  else if (known == MATRIX_UNKNOWN && cd_desk_count_differences (run->w.desk) == 0)
    matrix_fail (run, "the end: unknown, and in no queue");
  else if (known == MATRIX_PENDING)
    matrix_fail (run, "the end: still pending");
}

/* What never left may be meant again: as another intent. */
static void
judge_again (MatrixRun *run)
{
  g_autofree char *old = g_strdup (run->command_key);

  matrix_press (run);
  sim_advance (&run->w, 1500);
  if (!run->started)
    matrix_fail (run, "the end: it cannot be meant again: %s", run->said ? run->said->message : "");
  else if (g_strcmp0 (old, run->command_key) == 0)
    matrix_fail (run, "the end: the old key once more");
  else if (matrix_known (run) != MATRIX_DONE)
    matrix_fail (run, "the end: meant again, and %s", matrix_known_name (matrix_known (run)));
}

void
matrix_judge_end (MatrixRun *run, const char *codes)
{
  sim_check_quiet (&run->w);
  if (run->w.broken || !run->w.desk)
    return;
  judge_always (run);
  judge_truth (run);
  agree_instructions (run);
  agree_holdings (run);
  agree_books (run);
  if (strchr (codes, 'Q') && run->gets == 0)
    matrix_fail (run, "Q: nobody asked");
  if (!run->failed && strchr (codes, 'J'))
    judge_again (run);
}
