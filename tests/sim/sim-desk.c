/* sim-desk.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The desk and what a person does with it. A crash is a program that does not know yet that it is dead: from that step on nothing
 * it does reaches the wire or the disk; then it is taken away, and another one starts on what the disk holds.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "sim.h"

/* --- Life ------------------------------------------------------------------------------------------------------------- */

static void
remember_small_files (SimWorld *w)
{
  g_autofree char *folder = g_build_filename (w->dir, "data", "carbondesk", "practice", "sim", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_clear_pointer (&w->small_files, g_hash_table_unref);
  w->small_files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  while (dir && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      char *text;
      gsize len;

      if (g_str_has_prefix (name, "journal.db.") && g_file_get_contents (path, &text, &len, NULL))
        g_hash_table_insert (w->small_files, g_steal_pointer (&path), g_bytes_new_take (text, len));
    }
}

static void
put_small_files_back (SimWorld *w)
{
  GHashTableIter iter;
  const char *path;
  GBytes *bytes;

  g_hash_table_iter_init (&iter, w->small_files);
  while (g_hash_table_iter_next (&iter, (gpointer *)&path, (gpointer *)&bytes))
    g_assert_true (g_file_set_contents_full (path, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes), G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  g_clear_pointer (&w->small_files, g_hash_table_unref);
}

static void
probe_cb (const char *name, gpointer data)
{
  SimWorld *w = data;
  guint hits;

  if (w->dead)
    return;
  hits = GPOINTER_TO_UINT (g_hash_table_lookup (w->count->probe_hits, name));
  g_hash_table_insert (w->count->probe_hits, (gpointer)name, GUINT_TO_POINTER (hits + 1));
  if (w->script && w->script->probe)
    w->script->probe (w, name, w->script->data);
  if (w->crash_in < 0 || w->crash_in-- > 0)
    return;
  fault_vfs_stop (w->crash_power, w->crash_seed);
  remember_small_files (w);
  w->dead = TRUE;
  w->crash_due = TRUE;
  w->count->crashes++;
}

void
sim_desk_open (SimWorld *w)
{
  const CdDeskConfig config = { .profile = "sim" };

  g_assert (!w->desk);
  /* What the venue said while the journal could not be written was shown, and is learned again only after the start. What was pressed
   * then was refused with that reason, and never left. */
  if (w->disk_failed || fault_vfs.hit)
    {
      g_hash_table_remove_all (w->cum);
      sim_ghost_died (w);
    }
  w->disk_failed = fault_vfs.hit = FALSE;
  cd_env_set_probe (w->env, probe_cb, w);
  w->opened++;
  w->desk = cd_desk_new (w->env, &config);
  cd_desk_start (w->desk);
}

static void
take_away (SimWorld *w)
{
  CdDesk *desk = g_steal_pointer (&w->desk);

  /* Weak pointers are cleared by the disposal already, long before the last reference goes. */
  g_object_run_dispose (G_OBJECT (desk));
  for (guint i = 0; i < 100 && G_OBJECT (desk)->ref_count > 1; i++)
    {
      sim_wire_drop (w);
      sim_pump (w);
    }
  if (G_OBJECT (desk)->ref_count > 1)
    g_error ("the desk is held by something that has no end (%u references)", G_OBJECT (desk)->ref_count);
  g_object_unref (desk);
}

void
sim_desk_crash (SimWorld *w)
{
  w->crash_due = FALSE;
  w->crash_in = -1;
  fault_vfs.kind = FAULT_NONE;
  sim_ghost_died (w);
  if (w->desk)
    take_away (w);
  fault_vfs_restore ();
  put_small_files_back (w);
  sim_lines_cut (w, "the client is dead");
  w->dead = FALSE;
  sim_desk_open (w);
}

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  cd_desk_stop_finish (CD_DESK (source), result, NULL);
  *(gboolean *)data = TRUE;
}

void
sim_desk_stop (SimWorld *w)
{
  gboolean stopped = FALSE;

  cd_desk_stop_async (w->desk, stopped_cb, &stopped);
  for (guint i = 0; i < 100 && !stopped; i++)
    {
      sim_wire_drop (w);
      sim_pump (w);
    }
  g_assert_true (stopped);
  if (w->crash_due)
    return;
  take_away (w);
}

/* --- What a person does ----------------------------------------------------------------------------------------------- */

void
sim_pressed (SimWorld *w, const char *key)
{
  g_hash_table_add (w->pressed, g_strdup (key));
  sim_ghost (w, key);
}

/* What a desk says no to tests only that it does: how much of a plan that is must be seen. */
static void
sim_refused (SimWorld *w, const GError *error)
{
  guint n;

  if (!w->count->refusals || !error)
    return;
  n = GPOINTER_TO_UINT (g_hash_table_lookup (w->count->refusals, error->message));
  g_hash_table_insert (w->count->refusals, g_strdup (error->message), GUINT_TO_POINTER (n + 1));
}

static gint64
price_near (SimWorld *w, const char *code, CdSide side, gint64 ticks)
{
  CdQuote *quote = cd_desk_get_quote (w->desk, code);
  gint64 at = 0;

  if (!quote)
    return 970000;
  if (side == CD_SIDE_BUY && quote->feed.n_asks > 0)
    at = quote->feed.asks[0].price;
  else if (side == CD_SIDE_SELL && quote->feed.n_bids > 0)
    at = quote->feed.bids[0].price;
  else
    at = quote->feed.stats.prev_close_e4;
  return at ? at + ticks * 100 : 970000;
}

static void
submit (SimWorld *w, CdOrderKind kind, CdSide side, const SimStep *step)
{
  gboolean pick = kind == CD_KIND_PICK;
  const CdOrderDraft draft = {
    .account = "HD-POWER",
    .instrument = "CEA25",
    .side = side,
    .kind = kind,
    /* a pick goes to the best of the other side; a listing stands a little away, or crosses nobody */
    .price_e4 = price_near (w, "CEA25", side, pick ? 0 : side == CD_SIDE_BUY ? -(step->a % 40)
                                                                             : step->a % 40),
    .qty = kind == CD_KIND_BLOCK ? 100000 + step->b : 1 + step->b % 500,
  };
  g_autoptr (GError) error = NULL;
  CdOrderRow *row = cd_desk_submit (w->desk, &draft, side == CD_SIDE_SELL ? "sell" : "cover", &error);

  if (row)
    sim_pressed (w, row->order->key);
  else
    sim_refused (w, error);
}

/* The n-th order for which @want holds; (transfer none). */
static CdOrderRow *
pick_order (SimWorld *w, gint64 n, gboolean unknown)
{
  GListModel *orders = cd_desk_get_orders (w->desk);
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (orders); i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (orders, i);

      if (unknown ? row->order->state == CD_ORDER_UNKNOWN : cd_order_is_working (row->order))
        g_ptr_array_add (rows, row);
    }
  return rows->len ? g_ptr_array_index (rows, (guint)(n % rows->len)) : NULL;
}

static void
with_instruction (SimWorld *w, const SimStep *step)
{
  GListModel *rows = cd_desk_get_instructions (w->desk);
  guint n = g_list_model_get_n_items (rows);
  g_autoptr (CdInstructionRow) row = n ? g_list_model_get_item (rows, (guint)(step->a % n)) : NULL;

  if (!row)
    return;
  if (step->kind == SIM_CONFIRM)
    cd_desk_confirm_instruction (w->desk, row, NULL);
  else
    cd_desk_withdraw_instruction (w->desk, row, NULL);
}

static void
staged (SimWorld *w, const SimStep *step)
{
  GListModel *rows = cd_desk_get_staged (w->desk);
  g_autoptr (CdStagedRow) row = g_list_model_get_item (rows, 0);
  const CdOrderDraft draft = { .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = price_near (w, "CEA25", CD_SIDE_BUY, -5 - step->a % 20), .qty = 1 + step->b % 300 };
  CdOrderRow *order;

  if (step->kind == SIM_STAGE)
    cd_desk_stage (w->desk, &draft, "cover", NULL, 0, NULL);
  else if (row && (order = cd_desk_staged_send (w->desk, row, NULL)) != NULL)
    sim_pressed (w, order->order->key);
}

static void
instruct (SimWorld *w, const SimStep *step)
{
  g_autofree char *id = NULL;

  if (step->kind == SIM_TRANSFER)
    id = cd_desk_propose_transfer (w->desk, "HD-POWER", "CEA25", 1 + step->b % 200, step->a % 2 == 0, NULL);
  else
    id = cd_desk_propose_cash (w->desk, "HD-POWER", (1 + step->b % 1000) * CD_E4, step->a % 2 == 0, NULL);
  if (id)
    sim_pressed (w, id);
}

/* A trader whose market is closed goes on to the next session; one who sees the desk of somebody without the right takes his own. */
gboolean
sim_desk_is_ready (SimWorld *w)
{
  const CdPerson *person = cd_desk_get_person (w->desk);

  if (cd_desk_get_state (w->desk) != CD_DESK_LIVE || cd_desk_is_locked (w->desk))
    return FALSE;
  if (person && !person->may_enter && sim_random_in (w, 0, 3) == 0)
    cd_desk_switch_person (w->desk, "power-trader");
  if (cd_market_session_at (w->packs[0]->market, CD_MODE_LIST, sim_market_now (w), NULL) != CD_SESSION_OPEN)
    {
      sim_venue_skip (w, "session");
      return FALSE;
    }
  return TRUE;
}

void
sim_desk_do (SimWorld *w, const SimStep *step)
{
  CdOrderRow *row;

  switch (step->kind)
    {
    case SIM_LIST_BUY:
    case SIM_LIST_SELL:
      submit (w, CD_KIND_LIST, step->kind == SIM_LIST_BUY ? CD_SIDE_BUY : CD_SIDE_SELL, step);
      break;
    case SIM_PICK_BUY:
    case SIM_PICK_SELL:
      submit (w, CD_KIND_PICK, step->kind == SIM_PICK_BUY ? CD_SIDE_BUY : CD_SIDE_SELL, step);
      break;
    case SIM_BLOCK:
      submit (w, CD_KIND_BLOCK, CD_SIDE_BUY, step);
      break;
    case SIM_CANCEL:
      if ((row = pick_order (w, step->a, FALSE)) != NULL)
        cd_desk_cancel (w->desk, row, NULL);
      break;
    case SIM_REPLACE:
      if ((row = pick_order (w, step->a, FALSE)) != NULL)
        cd_desk_replace (w->desk, row, row->order->price_e4 - 100 * (step->b % 3), row->order->cum + 1 + step->b % 400, NULL);
      break;
    case SIM_CANCEL_ALL:
      cd_desk_cancel_all (w->desk, NULL);
      break;
    case SIM_FENCE:
      if ((row = pick_order (w, step->a, TRUE)) != NULL)
        cd_desk_fence (w->desk, row, NULL);
      break;
    case SIM_TRANSFER:
    case SIM_CASH:
      instruct (w, step);
      break;
    case SIM_CONFIRM:
    case SIM_WITHDRAW:
      with_instruction (w, step);
      break;
    case SIM_PERSON:
      cd_desk_switch_person (w->desk, step->a % 16 == 15 ? "cement-second" : step->a % 2 ? "power-second"
                                                                                         : "power-trader");
      break;
    case SIM_STAGE:
    case SIM_STAGED_SEND:
      staged (w, step);
      break;
    default:
      sim_requests_do (w, step);
      break;
    }
}
