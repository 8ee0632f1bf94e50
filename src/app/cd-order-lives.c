/* cd-order-lives.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-order-lives.h"

#include <string.h>

/* A cancel or a change that was asked for, by the key of its own command. */
typedef struct
{
  char *order_key;
  CdWireOp op;
  gboolean sent; /* COMMIT 2 was made */
} Request;

struct _CdOrderLives
{
  char *epoch; /* (nullable) */
  gboolean current;
  GPtrArray *lives;     /* (element-type CdOrderLife) */
  GHashTable *by_key;   /* (element-type utf8 CdOrder) borrowed */
  GHashTable *by_id;    /* (element-type utf8 CdOrder) borrowed */
  GHashTable *requests; /* (element-type utf8 Request) by the key of the command */
};

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->order_key);
  g_free (request);
}

static void
life_free (gpointer data)
{
  CdOrderLife *life = data;

  cd_order_free (life->order);
  g_free (life->purpose);
  g_free (life->by);
  g_free (life);
}

CdOrderLives *
cd_order_lives_new (const char *epoch)
{
  CdOrderLives *lives = g_new0 (CdOrderLives, 1);

  lives->epoch = g_strdup (epoch);
  lives->current = epoch == NULL;
  lives->lives = g_ptr_array_new_with_free_func (life_free);
  lives->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  lives->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  lives->requests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, request_free);
  return lives;
}

void
cd_order_lives_free (CdOrderLives *lives)
{
  if (!lives)
    return;
  g_free (lives->epoch);
  g_hash_table_unref (lives->by_key);
  g_hash_table_unref (lives->by_id);
  g_hash_table_unref (lives->requests);
  g_ptr_array_unref (lives->lives);
  g_free (lives);
}

gboolean
cd_order_lives_is_current (CdOrderLives *lives)
{
  return lives->current;
}

GPtrArray *
cd_order_lives_all (CdOrderLives *lives)
{
  return lives->lives;
}

gboolean
cd_order_is_of (const CdOrder *order, const char *key, const char *order_id)
{
  /* One that was adopted without its key bears its number for a key. */
  return g_strcmp0 (order->order_id, order_id) == 0 && (!key || g_str_equal (order->key, key) || g_str_equal (order->key, order_id));
}

CdOrder *
cd_order_lives_get (CdOrderLives *lives, const char *key, const char *order_id)
{
  CdOrder *order = key ? g_hash_table_lookup (lives->by_key, key) : NULL;

  if (order || !order_id)
    return order;
  order = g_hash_table_lookup (lives->by_id, order_id);
  return order && cd_order_is_of (order, key, order_id) ? order : NULL;
}

static void
remember_id (CdOrderLives *lives, CdOrder *order)
{
  if (order->order_id && !g_hash_table_contains (lives->by_id, order->order_id))
    g_hash_table_insert (lives->by_id, g_strdup (order->order_id), order);
}

static void
add (CdOrderLives *lives, CdOrder *order, const char *purpose, const char *by)
{
  CdOrderLife *life = g_new0 (CdOrderLife, 1);

  life->order = order;
  life->purpose = g_strdup (purpose ? purpose : "");
  life->by = g_strdup (by ? by : "");
  g_ptr_array_add (lives->lives, life);
  g_hash_table_insert (lives->by_key, g_strdup (order->key), order);
  remember_id (lives, order);
}

/* Quarantine leaves its mark on the order; there is nobody to tell. */
static void
apply (CdOrderLives *lives, CdOrder *order, const CdOrderEvent *event)
{
  if (!order)
    return;
  cd_order_apply (order, event, NULL, NULL);
  remember_id (lives, order);
}

static void
apply_kind (CdOrderLives *lives, CdOrder *order, CdOrderEventKind kind, const char *code)
{
  const CdOrderEvent event = { .kind = kind, .code = code };

  apply (lives, order, &event);
}

/* --- Intents ---------------------------------------------------------------------------------------------------------- */

static void
take_new (CdOrderLives *lives, const CdJournalRow *record, const CdWireCommand *command, const CdWireBody *body)
{
  CdOrder *order;

  if (g_hash_table_contains (lives->by_key, command->key))
    return; /* one key, one intent: a second one is not an order */
  order = cd_order_new (command->key, command->account, body->instrument, body->side, body->kind, body->price_e4, body->qty);
  order->created_at_us = record->at_us;
  order->deadline_us = command->deadline_us;
  add (lives, order, body->purpose, body->by);
  apply_kind (lives, order, CD_EVENT_CHECKS_PASS, NULL);
  apply_kind (lives, order, CD_EVENT_COMMIT_INTENT, NULL);
}

static void
take_request (CdOrderLives *lives, const CdWireCommand *command, const CdWireBody *body)
{
  gboolean fence = command->op == CD_WIRE_OP_FENCE;
  CdOrder *order = cd_order_lives_get (lives, fence ? body->key : NULL, body->order_id);
  CdOrderEvent event = { .kind = CD_EVENT_CANCEL_SENT };
  Request *request;

  if (!order)
    return;
  if (command->op == CD_WIRE_OP_ORDER_REPLACE)
    event = (CdOrderEvent){ .kind = CD_EVENT_REPLACE_SENT, .price_e4 = body->price_e4, .qty = body->qty };
  request = g_new0 (Request, 1);
  request->order_key = g_strdup (order->key);
  request->op = command->op;
  g_hash_table_replace (lives->requests, g_strdup (command->key), request);
  if (!fence)
    apply (lives, order, &event);
  if (command->op == CD_WIRE_OP_ORDER_REPLACE)
    order->req_deadline_us = command->deadline_us;
}

static void
take_intent (CdOrderLives *lives, const CdJournalRow *record)
{
  gsize len;
  const char *text = g_bytes_get_data (record->body, &len);
  g_autoptr (CdWireCommand) command = cd_wire_command_parse (text, len, NULL);
  g_autoptr (CdWireBody) body = NULL;

  if (!command || command->op < CD_WIRE_OP_ORDER_NEW || command->op > CD_WIRE_OP_FENCE)
    return;
  body = cd_wire_body_parse (command->op, command->body, strlen (command->body), NULL);
  if (!body)
    return;
  if (command->op == CD_WIRE_OP_ORDER_NEW)
    take_new (lives, record, command, body);
  else
    take_request (lives, command, body);
}

static void
take_sending (CdOrderLives *lives, const char *key)
{
  Request *request = g_hash_table_lookup (lives->requests, key);

  if (request)
    request->sent = TRUE;
  else
    {
      const CdOrderEvent event = { .kind = CD_EVENT_COMMIT_SENDING, .epoch = lives->epoch };

      apply (lives, cd_order_lives_get (lives, key, NULL), &event);
    }
}

/* --- What the venue said ---------------------------------------------------------------------------------------------- */

static void
take_answer (CdOrderLives *lives, const CdWireAnswer *answer)
{
  Request *request = g_hash_table_lookup (lives->requests, answer->key);
  CdOrder *order = cd_order_lives_get (lives, request ? request->order_key : answer->key, NULL);
  gboolean rejected = answer->verdict == CD_WIRE_REJECTED;
  CdOrderEvent event = { .kind = rejected ? CD_EVENT_REFUSED : CD_EVENT_ACK, .order_id = answer->order_id, .epoch = answer->epoch, .code = answer->code };

  if (!order || answer->verdict == CD_WIRE_IN_PROGRESS)
    return;
  if (g_strcmp0 (answer->account, order->account) != 0 || (lives->epoch && g_strcmp0 (answer->epoch, lives->epoch) != 0))
    apply_kind (lives, order, CD_EVENT_OTHER_EPOCH, NULL);
  else if (answer->op == CD_WIRE_OP_ORDER_NEW && (order->state == CD_ORDER_SENDING || order->state == CD_ORDER_UNKNOWN))
    apply (lives, order, &event);
  else if (request && request->op == CD_WIRE_OP_FENCE)
    {
      if (!rejected && order->state == CD_ORDER_UNKNOWN)
        apply_kind (lives, order, CD_EVENT_FENCED, NULL);
    }
  else if (rejected && request)
    apply_kind (lives, order, request->op == CD_WIRE_OP_ORDER_CANCEL ? CD_EVENT_CANCEL_REJECTED : CD_EVENT_REPLACE_REJECTED, answer->code);
}

gboolean
cd_order_event_of_wire (const CdWireEvent *event, gint64 at_us, CdOrderEvent *out)
{
  *out = (CdOrderEvent){ .order_id = event->order_id, .epoch = event->epoch, .exec_id = event->exec_id, .qty = event->qty, .price_e4 = event->price_e4, .at_us = at_us };
  switch (event->kind)
    {
    case CD_WIRE_EVENT_ORDER_NEW:
      out->kind = CD_EVENT_ACK;
      return TRUE;
    case CD_WIRE_EVENT_ORDER_FILL:
      out->kind = CD_EVENT_FILL;
      return TRUE;
    case CD_WIRE_EVENT_ORDER_CANCELLED:
      out->kind = CD_EVENT_CANCELLED;
      return TRUE;
    case CD_WIRE_EVENT_ORDER_EXPIRED:
      out->kind = CD_EVENT_EXPIRED;
      return TRUE;
    case CD_WIRE_EVENT_ORDER_REPLACED:
      out->kind = CD_EVENT_REPLACED;
      return TRUE;
    default:
      return FALSE;
    }
}

CdOrder *
cd_order_adopt (const CdWireEvent *event, gint64 at_us)
{
  CdOrder *order = cd_order_new (event->key ? event->key : event->order_id, event->account, event->instrument, event->side, event->order_kind, event->price_e4, event->qty);

  order->external = TRUE;
  order->state = CD_ORDER_WORKING;
  order->created_at_us = at_us;
  order->order_id = g_strdup (event->order_id);
  order->epoch = g_strdup (event->epoch);
  return order;
}

gboolean
cd_order_was_adopted_by (const CdOrder *order, const CdWireEvent *event)
{
  return event->kind == CD_WIRE_EVENT_ORDER_NEW && order->external && order->state == CD_ORDER_WORKING && order->cum == 0;
}

static void
take_event (CdOrderLives *lives, const CdWireEvent *event, gint64 at_us)
{
  CdOrder *order = cd_order_lives_get (lives, event->key, event->order_id);
  CdOrderEvent e;

  if (!cd_order_event_of_wire (event, at_us, &e))
    return;
  if (!order && event->kind == CD_WIRE_EVENT_ORDER_NEW)
    add (lives, cd_order_adopt (event, at_us), NULL, NULL);
  else if (!order || !cd_order_was_adopted_by (order, event))
    apply (lives, order, &e);
}

static void
take_said (CdOrderLives *lives, const CdJournalRow *record, CdWireEvent **out)
{
  gsize len;
  const char *text = g_bytes_get_data (record->body, &len);

  if (cd_wire_private_type (text, len) == CD_WIRE_PRIVATE_EVENT)
    {
      g_autoptr (CdWireEvent) event = cd_wire_event_parse (text, len, NULL);

      if (!event)
        return;
      take_event (lives, event, record->at_us);
      if (out)
        *out = g_steal_pointer (&event);
    }
  else
    {
      g_autoptr (CdWireAnswer) answer = cd_wire_answer_parse (text, len, NULL);

      if (answer)
        take_answer (lives, answer);
    }
}

/* --- What we decided -------------------------------------------------------------------------------------------------- */

GBytes *
cd_order_local_body (CdOrderEventKind kind, const char *code)
{
  char *text = code && *code ? g_strdup_printf ("%s %s", cd_order_event_name (kind), code) : g_strdup (cd_order_event_name (kind));

  return g_bytes_new_take (text, strlen (text));
}

static void
take_local (CdOrderLives *lives, const CdJournalRow *record)
{
  gsize len;
  const char *data = g_bytes_get_data (record->body, &len);
  g_autofree char *text = g_strndup (data, len);
  g_auto (GStrv) words = g_strsplit (text, " ", 2);

  for (int kind = 0; words[0] && kind < CD_ORDER_N_EVENTS; kind++)
    if (g_str_equal (cd_order_event_name ((CdOrderEventKind)kind), words[0]))
      apply_kind (lives, cd_order_lives_get (lives, record->key, NULL), (CdOrderEventKind)kind, words[1]);
}

void
cd_order_lives_take (CdOrderLives *lives, const CdJournalRow *record, CdWireEvent **event)
{
  if (event)
    *event = NULL;
  if (g_str_equal (record->kind, CD_JOURNAL_SESSION))
    {
      gsize len;
      const char *epoch = g_bytes_get_data (record->body, &len);

      lives->current = !lives->epoch || (len == strlen (lives->epoch) && memcmp (epoch, lives->epoch, len) == 0);
      return;
    }
  if (!lives->current)
    return;
  if (g_str_equal (record->kind, CD_JOURNAL_ORDER_INTENT))
    take_intent (lives, record);
  else if (g_str_equal (record->kind, CD_JOURNAL_ORDER_SENDING))
    take_sending (lives, record->key);
  else if (g_str_equal (record->kind, CD_JOURNAL_ORDER_EVENT) || g_str_equal (record->kind, CD_JOURNAL_ORDER_LISTED))
    take_said (lives, record, event);
  else if (g_str_equal (record->kind, CD_JOURNAL_ORDER_LOCAL))
    take_local (lives, record);
}

/* --- Recovery --------------------------------------------------------------------------------------------------------- */

static gboolean
request_was_sent (CdOrderLives *lives, const CdOrder *order)
{
  GHashTableIter iter;
  const Request *request;
  CdWireOp op = order->req == CD_REQ_CANCEL ? CD_WIRE_OP_ORDER_CANCEL : CD_WIRE_OP_ORDER_REPLACE;

  g_hash_table_iter_init (&iter, lives->requests);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&request))
    if (request->op == op && request->sent && g_str_equal (request->order_key, order->key))
      return TRUE;
  return FALSE;
}

void
cd_order_lives_recover (CdOrderLives *lives, gboolean restored, CdOrderLivesFunc func, gpointer data)
{
  for (guint i = 0; i < lives->lives->len; i++)
    {
      CdOrder *order = ((CdOrderLife *)g_ptr_array_index (lives->lives, i))->order;
      CdOrderEventKind kind;

      if (cd_order_is_final (order))
        continue;
      if (restored)
        kind = CD_EVENT_RESTORED;
      else if (order->state == CD_ORDER_INTENT)
        kind = CD_EVENT_NEVER_SENT;
      else if (order->state == CD_ORDER_SENDING)
        kind = CD_EVENT_AMBIGUOUS;
      else if (order->req != CD_REQ_NONE && !order->req_unknown && request_was_sent (lives, order))
        kind = order->req == CD_REQ_CANCEL ? CD_EVENT_CANCEL_AMBIGUOUS : CD_EVENT_REPLACE_AMBIGUOUS;
      else if (order->req != CD_REQ_NONE && !order->req_unknown)
        kind = order->req == CD_REQ_CANCEL ? CD_EVENT_CANCEL_REJECTED : CD_EVENT_REPLACE_REJECTED;
      else
        continue;
      apply_kind (lives, order, kind, NULL);
      if (func)
        func (order, kind, data);
    }
}
