/* cd-desk-executions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Trades as the venue lists them. What the stream lost and a list brings is written before it is shown, as an event is: else a
 * program that dies would come back with less than a person has seen.
 */
#include "cd-desk-private.h"

#include <string.h>

typedef struct
{
  CdDesk *desk; /* (owned) */
  guint pending;
  void (*then) (gpointer data);
  gpointer data;
} Recording;

static void
event_from_execution (const CdWireExecutionRow *row, const char *epoch, CdWireEvent *event)
{
  *event = (CdWireEvent){
    .kind = CD_WIRE_EVENT_ORDER_FILL,
    .account = row->account,
    .seq = (guint64)row->seq,
    .epoch = (char *)epoch,
    .order_id = row->order_id,
    .key = row->key,
    .instrument = row->instrument,
    .exec_id = row->exec_id,
    .side = row->side,
    .price_e4 = row->price_e4,
    .qty = row->qty,
    .cum = row->cum,
    .leaves = row->leaves,
    .amount_e4 = row->amount_e4,
    .date = CD_DATE_NONE,
    .at_us = row->at_us,
  };
}

void
cd_desk_executions_apply (CdDesk *self, const CdWireList *list)
{
  for (guint i = 0; i < list->items->len; i++)
    {
      CdWireEvent event;

      event_from_execution (&g_array_index (list->items, CdWireExecutionRow, i), list->epoch, &event);
      cd_desk_orders_apply_event (self, &event, FALSE);
    }
}

static gboolean
is_new (CdDesk *self, const CdWireExecutionRow *row)
{
  const CdOrderRow *ours = g_hash_table_lookup (self->order_by_key, row->key);

  for (guint i = 0; ours && i < ours->order->execs->len; i++)
    if (strcmp (((const CdOrderExec *)g_ptr_array_index (ours->order->execs, i))->exec_id, row->exec_id) == 0)
      return FALSE;
  return ours != NULL;
}

static void
done (Recording *recording)
{
  if (--recording->pending > 0)
    return;
  recording->then (recording->data);
  g_object_unref (recording->desk);
  g_free (recording);
}

static void
recorded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Recording *recording = data;
  g_autoptr (GError) error = NULL;

  /* Not written: the lock is on, and the next start asks again. */
  if (cd_store_append_finish (recording->desk->store, result, &error) == 0)
    cd_desk_store_tick (recording->desk);
  done (recording);
}

void
cd_desk_executions_record (CdDesk *self, const CdWireList *list, void (*then) (gpointer data), gpointer data)
{
  Recording *recording = g_new0 (Recording, 1);

  *recording = (Recording){ g_object_ref (self), 1, then, data };
  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireExecutionRow *row = &g_array_index (list->items, CdWireExecutionRow, i);
      g_autoptr (GString) text = NULL;
      g_autoptr (GBytes) bytes = NULL;
      CdWireEvent event;

      if (!is_new (self, row))
        continue;
      text = g_string_new (NULL);
      event_from_execution (row, list->epoch, &event);
      cd_wire_event_write (text, &event);
      bytes = g_bytes_new (text->str, text->len);
      recording->pending++;
      cd_store_append_async (self->store, CD_JOURNAL_ORDER_LISTED, row->key, bytes, NULL, recorded_cb, recording);
    }
  done (recording);
}

GListModel *
cd_desk_get_orders (CdDesk *self)
{
  return G_LIST_MODEL (self->orders);
}

GListModel *
cd_desk_get_fills (CdDesk *self)
{
  return G_LIST_MODEL (self->fills);
}
