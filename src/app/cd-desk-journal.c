/* cd-desk-journal.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The start from the journal: the same events through the same table as when they happened. What was sent and not answered is
 * UNKNOWN; what never left is closed with that evidence. Records of another incarnation of the venue stay in the journal and are
 * not shown.
 */
#include "cd-desk-private.h"
#include "cd-order-lives.h"

#include <string.h>

typedef struct
{
  CdDesk *desk;
  CdOrderLives *lives;
  GHashTable *steps; /* see cd_desk_instruction_replay() */
} Replay;

static void
remember_seq (CdDesk *self, const CdWireEvent *event)
{
  /* The last one that was told, which may be lower than one before it: see cd_desk_journal_behind(). */
  g_hash_table_insert (self->last_seq, g_strdup (event->account), g_memdup2 (&event->seq, sizeof event->seq));
}

static gboolean
record_func (const CdJournalRow *record, gpointer data)
{
  Replay *replay = data;
  CdDesk *self = replay->desk;
  g_autoptr (CdWireEvent) event = NULL;
  CdOrder *order;

  /* Files and the own rules of the house belong to the profile, not to one start of the venue. */
  if (g_str_equal (record->kind, CD_JOURNAL_IMPORT))
    cd_desk_imports_replay (self, record);
  else if (g_str_equal (record->kind, CD_JOURNAL_OWN_RULE))
    cd_desk_own_replay (self, record);
  cd_order_lives_take (replay->lives, record, &event);
  if (!cd_order_lives_is_current (replay->lives))
    return TRUE;
  if (g_str_equal (record->kind, CD_JOURNAL_ORDER_STAGED) || g_str_equal (record->kind, CD_JOURNAL_ORDER_UNSTAGED))
    cd_desk_staged_replay (self, record);
  else if (g_str_equal (record->kind, CD_JOURNAL_DIFFERENCE) || g_str_equal (record->kind, CD_JOURNAL_LEDGER))
    cd_desk_differences_replay (self, record);
  else if (g_str_equal (record->kind, CD_JOURNAL_COVER_REPEAT))
    cd_desk_own_replay (self, record);
  else if (g_str_has_prefix (record->kind, "request."))
    cd_desk_files_replay (self, record);
  cd_desk_instruction_replay (self, record, event, replay->steps);
  if (!event)
    return TRUE;
  if (g_str_equal (record->kind, CD_JOURNAL_ORDER_EVENT))
    remember_seq (self, event);
  cd_desk_requests_event (self, event, FALSE);
  order = cd_order_lives_get (replay->lives, event->key, event->order_id);
  if (order && event->kind == CD_WIRE_EVENT_ORDER_FILL)
    cd_desk_add_fill (self, event, order);
  return TRUE;
}

static void
decided (const CdOrder *order, CdOrderEventKind kind, gpointer data)
{
  cd_desk_note (data, order, kind, NULL);
}

void
cd_desk_note (CdDesk *self, const CdOrder *order, CdOrderEventKind kind, const char *code)
{
  g_autoptr (GBytes) body = cd_order_local_body (kind, code);

  cd_store_append (self->store, CD_JOURNAL_ORDER_LOCAL, order->key, body);
}

/* The orders move from the lives into rows of the desk. */
static void
show_orders (CdDesk *self, CdOrderLives *lives)
{
  GPtrArray *all = cd_order_lives_all (lives);

  for (guint i = 0; i < all->len; i++)
    {
      CdOrderLife *life = g_ptr_array_index (all, i);
      CdOrderRow *row = cd_desk_add_order (self, g_steal_pointer (&life->order), life->purpose, life->by);

      cd_desk_order_changed (self, row);
    }
}

gboolean
cd_desk_is_of_now (CdDesk *self, const CdOrder *order)
{
  return !order->epoch || !self->ready || g_strcmp0 (order->epoch, self->ready->epoch) == 0;
}

/* A number above @told says no longer what came before what. */
static void
forget_fills (CdDesk *self, const char *account, guint64 told)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->fills)); i++)
    {
      g_autoptr (CdFillRow) fill = g_list_model_get_item (G_LIST_MODEL (self->fills), i);

      if (fill->seq > told && (!account || g_str_equal (fill->account, account)))
        fill->seq = 0;
    }
}

/* What the venue has lost it counts anew, so its lists bear lower numbers than what is shown, and an order may bear the number of another one
 * of ours. Everything that was newer is forgotten; what is not listed any more is in doubt (T28). */
void
cd_desk_journal_behind (CdTradeClient *client, const char *account, guint64 told, guint64 known, gpointer data)
{
  CdDesk *self = data;

  /* Of another database: the state that comes next says so. */
  if (g_strcmp0 (cd_trade_client_get_epoch (client), self->ready->epoch) != 0)
    return;
  g_hash_table_insert (self->last_seq, g_strdup (account), g_memdup2 (&told, sizeof told));
  cd_desk_newest_forget (self);
  forget_fills (self, account, told);
  g_hash_table_remove_all (self->order_by_id);
  cd_desk_alert (self, 2, "orders", "venue.behind", "%s %" G_GUINT64_FORMAT " < %" G_GUINT64_FORMAT, account, told, known);
}

/* T29. What follows in the journal belongs to another database: without this record the next start would not read it, and with the
 * old numbers the new events would be taken for known. */
void
cd_desk_journal_epoch (CdDesk *self, const char *epoch)
{
  g_autoptr (GBytes) body = g_bytes_new (epoch, strlen (epoch));
  const CdOrderEvent other = { .kind = CD_EVENT_OTHER_EPOCH };

  if (g_strcmp0 (self->ready->epoch, epoch) == 0)
    return;
  g_free (self->ready->epoch);
  self->ready->epoch = g_strdup (epoch);
  cd_store_append (self->store, CD_JOURNAL_SESSION, "", body);
  g_hash_table_remove_all (self->last_seq);
  cd_desk_newest_forget (self);
  cd_desk_requests_forget (self);
  g_hash_table_remove_all (self->order_by_id); /* the new database counts its orders from the beginning */
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->orders)); i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (G_LIST_MODEL (self->orders), i);

      if (!cd_order_is_final (row->order) && !cd_desk_is_of_now (self, row->order))
        cd_desk_apply (self, row, &other);
    }
  forget_fills (self, NULL, 0);
  cd_desk_alert (self, 2, "reconcile", "difference", "%s", epoch);
}

void
cd_desk_journal_replay (CdDesk *self)
{
  g_autoptr (CdOrderLives) lives = cd_order_lives_new (self->ready->epoch);
  g_autoptr (GHashTable) steps = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Replay replay = { self, lives, steps };
  g_autoptr (GBytes) epoch = g_bytes_new (self->ready->epoch, strlen (self->ready->epoch));

  cd_store_replay (self->store, record_func, &replay);
  cd_store_forget_replay (self->store);
  cd_store_append (self->store, CD_JOURNAL_SESSION, "", epoch);
  cd_order_lives_recover (lives, self->restored, decided, self);
  show_orders (self, lives);
  if (self->restored)
    cd_desk_instructions_restored (self);
  cd_desk_imports_start (self);
  cd_desk_statement_recall (self);
}
