/* matrix-checks.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What cells say in words, as checks.
 */
#include "matrix.h"

#include <string.h>

#define CODE "CEA25"

void
matrix_never_stale (MatrixRun *run)
{
  if (run->stale)
    matrix_fail (run, "I: a price was stale");
}

void
matrix_same_figures (MatrixRun *run)
{
  g_autofree char *now = matrix_figures (run);

  if (strcmp (now, run->before) != 0 || cd_desk_get_state (run->w.desk) != CD_DESK_LIVE)
    matrix_fail (run, "I: %s, before %s", now, run->before);
  if (cd_desk_count_differences (run->w.desk) != 0)
    matrix_fail (run, "I: a difference");
}

void
matrix_one_fill_each (MatrixRun *run)
{
  GListModel *fills = cd_desk_get_fills (run->w.desk);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (fills); i++)
    {
      g_autoptr (CdFillRow) row = g_list_model_get_item (fills, i);

      if (!g_hash_table_add (seen, g_strdup (row->exec_id)))
        matrix_fail (run, "I: %s twice", row->exec_id);
    }
}

/* What was sent to another database is not sent to this one, and nothing is concluded from its silence. */
void
matrix_not_resent (MatrixRun *run)
{
  const SimGhost *ghost = run->command_key ? g_hash_table_lookup (run->w.ghosts, run->command_key) : NULL;

  if (ghost && ghost->frames > 1)
    matrix_fail (run, "sent %u times", ghost->frames);
  if (run->commands > 0)
    matrix_fail (run, "%u other commands", run->commands);
  if (g_strcmp0 (cd_venue_epoch (run->w.venue), run->w.desk->ready->epoch) != 0)
    matrix_fail (run, "the desk is in another epoch");
}

/* The venue of now knows nothing of it. */
void
matrix_of_another_time (MatrixRun *run)
{
  g_clear_pointer (&run->command_key, g_free);
}

void
matrix_locked_in_between (MatrixRun *run)
{
  if (!run->locked)
    matrix_fail (run, "P: figures were shown as whole over a gap");
}

void
matrix_signed_in_again (MatrixRun *run)
{
  if (!run->locked || cd_desk_get_state (run->w.desk) != CD_DESK_LIVE)
    matrix_fail (run, "not signed in again, or never locked");
}

void
matrix_refused_as_closed (MatrixRun *run)
{
  if (run->last == MATRIX_DONE || run->last == MATRIX_PENDING || run->last == MATRIX_UNKNOWN)
    matrix_fail (run, "closed, and %s", matrix_known_name (run->last));
  if (!run->said && run->worst < 1)
    matrix_fail (run, "no reason is told");
}

void
matrix_truth_only (MatrixRun *run)
{
  guint effects = matrix_effects (run);

  if (run->last == MATRIX_DONE && effects == 0)
    matrix_fail (run, "done, and the venue has not done it");
  if (run->last == MATRIX_UNKNOWN || run->last == MATRIX_PENDING)
    matrix_fail (run, "%s", matrix_known_name (run->last));
}

/* An order that waits for a second person lapses with the day; what the registry holds is confirmed at any time. */
void
matrix_allowed_or_lapsed (MatrixRun *run)
{
  const CdRequestRow *request = matrix_request (run);

  if (request && g_str_equal (request->state, "lapsed"))
    return;
  if (matrix_effects (run) != 1 || run->last != MATRIX_DONE)
    matrix_fail (run, "not done: %s", run->said ? run->said->message : matrix_known_name (run->last));
}

void
matrix_labelled_closed (MatrixRun *run)
{
  CdSessionState state = cd_desk_get_session (run->w.desk, "cn-cea", CD_MODE_LIST, NULL);

  if (state == CD_SESSION_OPEN || state == CD_SESSION_UNKNOWN)
    matrix_fail (run, "the session is shown as %d", state);
}

void
matrix_nothing_happens (MatrixRun *run)
{
  if (cd_desk_get_state (run->w.desk) != CD_DESK_LIVE || cd_desk_is_locked (run->w.desk))
    matrix_fail (run, "not live: %s", cd_desk_get_problem (run->w.desk));
}

void
matrix_never_too_late (MatrixRun *run)
{
  if (run->last != MATRIX_NEVER || matrix_effects (run) != 0)
    matrix_fail (run, "known as %s, expected never sent", matrix_known_name (run->last));
}

void
matrix_filled_all_the_same (MatrixRun *run)
{
  const CdOrderRow *row = matrix_order (run);

  if (!row || row->order->state != CD_ORDER_CANCELLED || row->order->cum != 5)
    matrix_fail (run, "%s with %" G_GINT64_FORMAT " filled, expected cancelled with 5", row ? cd_order_state_name (row->order->state) : "nowhere", row ? row->order->cum : -1);
  matrix_one_fill_each (run);
}

void
matrix_adopted (MatrixRun *run)
{
  GListModel *orders = cd_desk_get_orders (run->w.desk);
  guint external = 0;

  for (guint i = 0; i < g_list_model_get_n_items (orders); i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (orders, i);

      external += row->order->external && row->is_working && row->order->qty == 7;
    }
  if (external != 1)
    matrix_fail (run, "%u orders were adopted", external);
}

/* A line of the log. */
gboolean
matrix_was_told (MatrixRun *run, const char *code, const char *text)
{
  GListModel *log = cd_desk_get_log (run->w.desk);

  for (guint i = 0; i < g_list_model_get_n_items (log); i++)
    {
      g_autoptr (CdLogRow) row = g_list_model_get_item (log, i);

      if (g_str_equal (row->code, code) && g_strcmp0 (row->text, text) == 0)
        return TRUE;
    }
  return FALSE;
}
