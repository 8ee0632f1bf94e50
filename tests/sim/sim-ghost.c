/* sim-ghost.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What really happened, counted where it happened, and the invariants of reliability D10 held against what the desk says.
 */
#include <string.h>

#include "sim.h"

SimGhost *
sim_ghost (SimWorld *w, const char *key)
{
  SimGhost *ghost = g_hash_table_lookup (w->ghosts, key);

  if (!ghost)
    {
      ghost = g_new0 (SimGhost, 1);
      ghost->epoch = w->epoch_number;
      g_hash_table_insert (w->ghosts, g_strdup (key), ghost);
    }
  return ghost;
}

void
sim_ghost_event (SimWorld *w, const CdWireEvent *event)
{
  SimGhost *ghost;

  sim_requests_event (w, event);
  if (event->kind == CD_WIRE_EVENT_INSTRUCTION && event->confirmed_by && *event->confirmed_by && g_strcmp0 (event->confirmed_by, event->by) == 0)
    sim_break (w, "I13", "%s was made and confirmed by %s", event->id, event->by);
  if (event->kind != CD_WIRE_EVENT_ORDER_NEW && event->kind != CD_WIRE_EVENT_ORDER_FILL)
    return;
  if (!event->key || !g_hash_table_contains (w->ghosts, event->key))
    return;
  ghost = sim_ghost (w, event->key);
  if (event->kind == CD_WIRE_EVENT_ORDER_NEW)
    {
      w->count->effects++;
      if (++ghost->effects > 1)
        sim_break (w, "I1", "%s took effect %u times", event->key, ghost->effects);
    }
  else
    ghost->cum += event->qty;
}

static CdOrderRow *
row_of (SimWorld *w, const char *key)
{
  return w->desk && w->desk->order_by_key ? g_hash_table_lookup (w->desk->order_by_key, key) : NULL;
}

void
sim_ghost_send (SimWorld *w, const char *text)
{
  g_autoptr (CdWireCommand) command = cd_wire_command_parse (text, strlen (text), NULL);
  const CdOrderRow *row = command ? row_of (w, command->key) : NULL;

  if (!command || (command->op != CD_WIRE_OP_ORDER_NEW && command->op != CD_WIRE_OP_ORDER_REPLACE))
    return;
  if (command->op == CD_WIRE_OP_ORDER_NEW && row && row->order->state != CD_ORDER_SENDING)
    sim_break (w, "I2", "%s leaves in state %s", command->key, cd_order_state_name (row->order->state));
  sim_requests_send (w, command);
  if (cd_desk_is_locked (w->desk))
    sim_break (w, "I10", "%s left while new orders are locked", command->key);
}

/* A first byte is on the wire. */
void
sim_ghost_frame (SimWorld *w, const char *text)
{
  g_autoptr (CdWireCommand) command = cd_wire_command_parse (text, strlen (text), NULL);
  SimGhost *ghost;

  if (!command)
    {
      sim_break (w, "I8", "no command: %s", text);
      return;
    }
  sim_requests_frame (w, command);
  ghost = sim_ghost (w, command->key);
  w->count->sent++;
  ghost->frames++;
  if (!g_str_has_prefix (command->key, "PX"))
    sim_break (w, "I15", "key %s on a practice line", command->key);
  if (!ghost->wire_body)
    {
      ghost->wire_body = g_strdup (command->body);
      ghost->epoch = w->epoch_number;
    }
  else if (strcmp (ghost->wire_body, command->body) != 0)
    sim_break (w, "I8", "%s left with two bodies: %s and %s", command->key, ghost->wire_body, command->body);
}

void
sim_ghost_died (SimWorld *w)
{
  GHashTableIter iter;
  const char *key;

  g_hash_table_iter_init (&iter, w->pressed);
  while (g_hash_table_iter_next (&iter, (gpointer *)&key, NULL))
    {
      const SimGhost *ghost = g_hash_table_lookup (w->ghosts, key);

      if (!ghost || ghost->frames == 0)
        g_hash_table_iter_remove (&iter);
    }
}

/* --- At every step ---------------------------------------------------------------------------------------------------- */

static void
check_sums (SimWorld *w, const CdOrder *order)
{
  gint64 sum = 0;
  gint64 *before = g_hash_table_lookup (w->cum, order->key);

  for (guint i = 0; i < order->execs->len; i++)
    {
      const CdOrderExec *exec = g_ptr_array_index (order->execs, i);

      sum += exec->busted ? 0 : exec->qty;
    }
  if (sum != order->cum || order->cum > order->qty)
    sim_break (w, "I6", "%s: fills make %" G_GINT64_FORMAT ", cum %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT, order->key, sum, order->cum, order->qty);
  if (before && *before > order->cum)
    sim_break (w, "I7", "%s: cum fell from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, order->key, *before, order->cum);
  if (!before)
    {
      before = g_new (gint64, 1);
      g_hash_table_insert (w->cum, g_strdup (order->key), before);
    }
  *before = order->cum;
}

static void
check_order (SimWorld *w, const CdOrder *order)
{
  const SimGhost *ghost = g_hash_table_lookup (w->ghosts, order->key);
  gboolean negative = order->state == CD_ORDER_REJECTED || order->state == CD_ORDER_NOT_PLACED || order->state == CD_ORDER_DENIED;
  gboolean positive = order->state >= CD_ORDER_PENDING_NEW;

  check_sums (w, order);
  if (order->external)
    return;
  if (negative && ghost && ghost->effects > 0)
    sim_break (w, "I3", "%s is %s and took effect", order->key, cd_order_state_name (order->state));
  if (positive && (!ghost || ghost->effects != 1))
    sim_break (w, "I4", "%s is %s and took effect %u times", order->key, cd_order_state_name (order->state), ghost ? ghost->effects : 0);
  if (order->state == CD_ORDER_NOT_PLACED && ghost && ghost->frames > 0 && g_strcmp0 (order->code, "never") == 0)
    sim_break (w, "I2", "%s left and is called never sent", order->key);
  if (order->req == CD_REQ_NONE && order->req_unknown)
    sim_break (w, "I9", "%s: a request that is none is unknown", order->key);
}

static gboolean
line_lives (SimWorld *w)
{
  for (guint i = 0; i < w->lines->len; i++)
    {
      const SimLine *line = g_ptr_array_index (w->lines, i);

      if (!line->is_private && line->open && !line->closed)
        return TRUE;
    }
  return FALSE;
}

/* Live only over an open line, synced, and young: by the last heartbeat, without which nobody knows of a change that was lost. */
static void
check_quotes (SimWorld *w)
{
  GListModel *quotes = cd_desk_get_quotes (w->desk);
  gint64 now = cd_env_boot_us (w->env);

  for (guint i = 0; i < g_list_model_get_n_items (quotes); i++)
    {
      g_autoptr (CdQuote) quote = g_list_model_get_item (quotes, i);
      gint64 age = now - w->desk->status.proof_boot_us;

      if (quote->fresh != CD_FRESH_LIVE)
        continue;
      if (age > 3500000 || !quote->feed.synced)
        sim_break (w, "I11", "%s is live at an age of %" G_GINT64_FORMAT " µs, synced %d", quote->code, age, quote->feed.synced);
      if (!line_lives (w) && age > 1000000)
        sim_break (w, "I11", "%s is live without a line", quote->code);
    }
}

void
sim_check (SimWorld *w)
{
  GListModel *orders;

  if (!w->desk || w->dead || w->broken)
    return;
  orders = cd_desk_get_orders (w->desk);
  for (guint i = 0; i < g_list_model_get_n_items (orders); i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (orders, i);

      check_order (w, row->order);
    }
  check_quotes (w);
  sim_requests_check (w);
}

/* --- When it is quiet again ------------------------------------------------------------------------------------------- */

/* An order of another incarnation of the venue cannot be asked for any more. */
static gboolean
is_of_now (SimWorld *w, const char *key)
{
  const SimGhost *ghost = g_hash_table_lookup (w->ghosts, key);

  return !ghost || ghost->epoch == w->epoch_number;
}

static void
check_listed (SimWorld *w)
{
  GHashTableIter iter;
  const char *key;

  g_hash_table_iter_init (&iter, w->pressed);
  while (g_hash_table_iter_next (&iter, (gpointer *)&key, NULL))
    if (is_of_now (w, key) && !row_of (w, key) && !g_hash_table_contains (w->desk->instruction_by_id, key))
      sim_break (w, "P2", "%s was pressed and is listed nowhere", key);
  g_hash_table_iter_init (&iter, w->ghosts);
  while (g_hash_table_iter_next (&iter, (gpointer *)&key, NULL))
    if (((SimGhost *)g_hash_table_lookup (w->ghosts, key))->effects > 0 && is_of_now (w, key) && !row_of (w, key))
      sim_break (w, "I5", "%s took effect and is not shown", key);
}

static void
compare_with_venue (SimWorld *w)
{
  g_autoptr (CdWireList) theirs = cd_venue_list (w->venue, CD_WIRE_LIST_ORDERS, "HD-POWER", "power-trader", FALSE, 0, 0);

  for (guint i = 0; i < theirs->items->len; i++)
    {
      const CdWireOrderRow *row = &g_array_index (theirs->items, CdWireOrderRow, i);
      const CdOrderRow *ours = row_of (w, row->key);
      gboolean open = g_strcmp0 (row->state, "working") == 0 || g_strcmp0 (row->state, "partial") == 0;

      if (!ours)
        {
          if (g_strcmp0 (row->state, "rejected") != 0)
            sim_break (w, "I5", "the venue has %s (%s), the desk does not", row->key, row->state);
          continue;
        }
      if (ours->order->state >= CD_ORDER_PENDING_NEW && ours->order->cum != row->cum)
        sim_break (w, "D7", "%s: cum %" G_GINT64_FORMAT ", the venue says %" G_GINT64_FORMAT, row->key, ours->order->cum, row->cum);
      if (open != cd_order_is_working (ours->order))
        sim_break (w, "D7", "%s is %s, the venue says %s", row->key, cd_order_state_name (ours->order->state), row->state);
    }
}

void
sim_check_quiet (SimWorld *w)
{
  GListModel *orders;

  sim_check (w);
  if (w->broken || !w->desk)
    return;
  if (cd_desk_get_state (w->desk) != CD_DESK_LIVE || !w->desk->reconciled)
    {
      sim_break (w, "liveness", "state %d after the faults: %s", cd_desk_get_state (w->desk), cd_desk_get_problem (w->desk));
      return;
    }
  orders = cd_desk_get_orders (w->desk);
  for (guint i = 0; i < g_list_model_get_n_items (orders); i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (orders, i);
      const CdOrder *order = row->order;

      if (order->state <= CD_ORDER_SENDING && order->state != CD_ORDER_DENIED)
        sim_break (w, "P2", "%s stands as %s", order->key, cd_order_state_name (order->state));
      /* A cancel has neither deadline nor fence: it stays UNKNOWN while the order works, and may be sent again (T22). */
      if (cd_order_is_unknown (order) && order->req != CD_REQ_CANCEL && is_of_now (w, order->key))
        sim_break (w, "liveness", "%s is still unknown (%s, request %d)", order->key, cd_order_state_name (order->state), order->req);
    }
  check_listed (w);
  compare_with_venue (w);
  if (g_strcmp0 (w->desk->person, "cement-second") != 0)
    sim_requests_quiet (w);
}
