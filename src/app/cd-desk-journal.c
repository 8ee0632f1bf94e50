/* cd-desk-journal.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The start from the journal: the same events through the same table as when they happened. What was sent and not answered is
 * UNKNOWN; what never left is closed with that evidence. Records of another incarnation of the venue stay in the journal and are
 * not shown.
 */
#include "cd-desk-private.h"

#include <string.h>

typedef struct
{
  CdDesk *desk;
  gboolean current; /* records belong to the venue's present epoch */
} Replay;

static void
apply (CdDesk *self, const char *key, CdOrderEventKind kind)
{
  CdOrderRow *row = g_hash_table_lookup (self->order_by_key, key);
  const CdOrderEvent event = { .kind = kind };

  if (row)
    cd_order_apply (row->order, &event, NULL, NULL);
}

static void
replay_intent (CdDesk *self, const CdJournalRow *record)
{
  gsize len;
  const char *text = g_bytes_get_data (record->body, &len);
  g_autoptr (CdWireCommand) command = cd_wire_command_parse (text, len, NULL);
  g_autoptr (CdWireBody) body = NULL;
  CdOrder *order;

  if (!command || command->op != CD_WIRE_OP_ORDER_NEW)
    return;
  body = cd_wire_body_parse (command->op, command->body, strlen (command->body), NULL);
  if (!body)
    return;
  order = cd_order_new (command->key, command->account, body->instrument, body->side, body->kind, body->price_e4, body->qty);
  order->created_at_us = record->at_us;
  order->deadline_us = command->deadline_us;
  cd_desk_add_order (self, order, body->purpose, body->by);
  apply (self, command->key, CD_EVENT_CHECKS_PASS);
  apply (self, command->key, CD_EVENT_COMMIT_INTENT);
}

static void
remember_seq (CdDesk *self, const CdWireEvent *event)
{
  guint64 *seq = g_hash_table_lookup (self->last_seq, event->account);

  if (seq && *seq >= event->seq)
    return;
  seq = g_new (guint64, 1);
  *seq = event->seq;
  g_hash_table_insert (self->last_seq, g_strdup (event->account), seq);
}

static void
replay_event (CdDesk *self, const CdJournalRow *record)
{
  gsize len;
  const char *text = g_bytes_get_data (record->body, &len);

  if (cd_wire_private_type (text, len) == CD_WIRE_PRIVATE_EVENT)
    {
      g_autoptr (CdWireEvent) event = cd_wire_event_parse (text, len, NULL);

      if (!event)
        return;
      remember_seq (self, event);
      cd_desk_orders_apply_event (self, event, FALSE);
    }
  else
    {
      g_autoptr (CdWireAnswer) answer = cd_wire_answer_parse (text, len, NULL);

      if (answer)
        cd_desk_orders_outcome_replayed (self, answer);
    }
}

static gboolean
record_func (const CdJournalRow *record, gpointer data)
{
  Replay *replay = data;
  CdDesk *self = replay->desk;

  if (g_str_equal (record->kind, CD_JOURNAL_SESSION))
    {
      gsize len;
      const char *epoch = g_bytes_get_data (record->body, &len);

      replay->current = len == strlen (self->ready->epoch) && memcmp (epoch, self->ready->epoch, len) == 0;
      return TRUE;
    }
  if (!replay->current)
    return TRUE;
  if (g_str_equal (record->kind, CD_JOURNAL_ORDER_STAGED) || g_str_equal (record->kind, CD_JOURNAL_ORDER_UNSTAGED))
    cd_desk_staged_replay (self, record);
  else if (g_str_equal (record->kind, CD_JOURNAL_ORDER_INTENT))
    replay_intent (self, record);
  else if (g_str_equal (record->kind, CD_JOURNAL_ORDER_SENDING))
    apply (self, record->key, CD_EVENT_COMMIT_SENDING);
  else if (g_str_equal (record->kind, CD_JOURNAL_ORDER_EVENT))
    replay_event (self, record);
  return TRUE;
}

/* Crash recovery of the table: T5 for what never left, T6 for what may have. */
static void
close_open_ends (CdDesk *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->orders));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (G_LIST_MODEL (self->orders), i);

      if (row->order->state == CD_ORDER_INTENT)
        apply (self, row->order->key, CD_EVENT_NEVER_SENT);
      else if (row->order->state == CD_ORDER_SENDING)
        apply (self, row->order->key, CD_EVENT_AMBIGUOUS);
      row->is_working = cd_order_is_working (row->order);
    }
}

void
cd_desk_journal_replay (CdDesk *self)
{
  Replay replay = { self, FALSE };
  g_autoptr (GBytes) epoch = g_bytes_new (self->ready->epoch, strlen (self->ready->epoch));

  cd_store_replay (self->store, record_func, &replay);
  cd_store_forget_replay (self->store);
  close_open_ends (self);
  cd_store_append (self->store, CD_JOURNAL_SESSION, "", epoch);
}
