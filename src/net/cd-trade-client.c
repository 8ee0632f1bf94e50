/* cd-trade-client.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-trade-client.h"

#include "cd-trade-client-private.h"
#include "cd-ws-connect.h"

#define CHECK_MS 500
#define STALE_US (5 * CD_USEC_PER_SEC / 2)
#define DEAD_US (10 * CD_USEC_PER_SEC)

G_DEFINE_FINAL_TYPE (CdTradeClient, cd_trade_client, G_TYPE_OBJECT)

static void connect_now (CdTradeClient *self);

static void
set_state (CdTradeClient *self, CdLinkState state, const char *error)
{
  if (self->state == state)
    return;
  self->state = state;
  g_free (self->error);
  self->error = g_strdup (error);
  if (self->funcs.state)
    self->funcs.state (self, state, self->data);
}

/* --- Events ---------------------------------------------------------------------------------------------------------- */

static guint64 *
last_seq_of (CdTradeClient *self, const char *account)
{
  guint64 *seq = g_hash_table_lookup (self->last_seq, account);

  if (!seq)
    {
      seq = g_new0 (guint64, 1);
      g_hash_table_insert (self->last_seq, g_strdup (account), seq);
    }
  return seq;
}

static void
take_event (CdTradeClient *self, const CdWireEvent *event)
{
  guint64 *last = last_seq_of (self, event->account);

  if (event->seq <= *last)
    return;
  if (*last != 0 && event->seq != *last + 1 && self->funcs.gap)
    self->funcs.gap (self, event->account, *last + 1, event->seq, self->data);
  *last = event->seq;
  if (self->funcs.event)
    self->funcs.event (self, event, self->data);
}

/* A heartbeat says what the venue told last: an event that was lost is missed although nothing follows it. */
static void
take_last_seqs (CdTradeClient *self, const CdWireHello *hello)
{
  for (guint i = 0; i < hello->last_seq->len; i++)
    {
      const CdWireSeq *told = &g_array_index (hello->last_seq, CdWireSeq, i);
      guint64 *last = g_hash_table_lookup (self->last_seq, told->account);
      guint64 expected = last ? *last + 1 : 0;

      if (!last || *last == 0 || told->seq <= *last)
        continue;
      *last = told->seq;
      if (self->funcs.gap)
        self->funcs.gap (self, told->account, expected, told->seq + 1, self->data);
    }
}

/* The same database with fewer events than it told us: a venue that lost the end of its log. It gives their numbers away once more, so
 * what is told under them is heard again, on a line that asks from there. */
static gboolean
has_forgotten (CdTradeClient *self, const CdWireHello *hello, GError **error)
{
  const char *forgotten = NULL;

  for (guint i = 0; i < hello->last_seq->len; i++)
    {
      const CdWireSeq *told = &g_array_index (hello->last_seq, CdWireSeq, i);
      guint64 *last = g_hash_table_lookup (self->last_seq, told->account);

      if (!last || told->seq >= *last)
        continue;
      if (self->funcs.behind)
        self->funcs.behind (self, told->account, told->seq, *last, self->data);
      *last = told->seq;
      forgotten = told->account;
    }
  if (forgotten)
    g_set_error (error, CD_NET_ERROR, CD_NET_ERROR_CONNECT, "the venue does not know events of %s any more that it told", forgotten);
  return forgotten != NULL;
}

static gboolean
take_hello (CdTradeClient *self, const char *text, gsize len, GError **error)
{
  g_autoptr (CdWireHello) hello = cd_wire_hello_parse (text, len, error);

  if (!hello)
    return FALSE;
  if (hello->type != CD_WIRE_PRIVATE_HELLO)
    {
      take_last_seqs (self, hello);
      return TRUE;
    }
  if (g_strcmp0 (self->epoch, hello->epoch) != 0)
    {
      /* Another incarnation: its events count from the beginning. */
      if (self->epoch)
        g_hash_table_remove_all (self->last_seq);
      g_free (self->epoch);
      self->epoch = g_strdup (hello->epoch);
    }
  /* At the first line what we had stands in the journal, whichever database it came from. */
  if (has_forgotten (self, hello, error))
    return FALSE;
  self->attempt = 0;
  cd_env_probe (self->env, "client.hello");
  set_state (self, CD_LINK_LIVE, NULL);
  return TRUE;
}

static gboolean
take_unknown (const char *text, gsize len, GError **error)
{
  gsize at = strspn (text, " \t\r\n");

  if (!cd_json_check (text, (gssize)len, CD_WIRE_MESSAGE_MAX, CD_JSON_RULES_HOUSE, error))
    return FALSE;
  if (text[at] == '{')
    return TRUE;
  g_set_error (error, CD_NET_ERROR, CD_NET_ERROR_BODY, "a message that is no object");
  return FALSE;
}

static gboolean
take_message (CdTradeClient *self, const char *text, gsize len, GError **error)
{
  switch (cd_wire_private_type (text, len))
    {
    case CD_WIRE_PRIVATE_HELLO:
    case CD_WIRE_PRIVATE_HB:
      return take_hello (self, text, len, error);
    case CD_WIRE_PRIVATE_ANSWER:
      {
        g_autoptr (CdWireAnswer) answer = cd_wire_answer_parse (text, len, error);

        if (!answer)
          return FALSE;
        cd_env_probe (self->env, "client.answer");
        cd_trade_client_take_answer (self, answer);
        return TRUE;
      }
    case CD_WIRE_PRIVATE_EVENT:
      {
        g_autoptr (CdWireEvent) event = cd_wire_event_parse (text, len, error);

        if (!event)
          return FALSE;
        cd_env_probe (self->env, "client.event");
        take_event (self, event);
        return TRUE;
      }
    case CD_WIRE_PRIVATE_UNKNOWN:
      /* A type of a later version is passed over. What is no JSON at all may have been our answer: the line is worth nothing. */
      return cd_json_check (text, (gssize)len, CD_WIRE_LIST_BYTES_MAX, CD_JSON_RULES_HOUSE, error);
    }
  /* Of a later version of the contract, or no word of it at all. */
  return take_unknown (text, len, error);
}

/* --- Connection ------------------------------------------------------------------------------------------------------ */

static void
drop_connection (CdTradeClient *self)
{
  guint64 exposed = self->link ? cd_link_bytes_exposed (self->link) : 0;

  g_clear_pointer (&self->link, cd_link_close);
  cd_trade_client_classify_lost (self, exposed);
}

static gboolean
retry_cb (gpointer data)
{
  CdTradeClient *self = data;

  self->retry_timer = 0;
  connect_now (self);
  return G_SOURCE_REMOVE;
}

static void
lose_connection (CdTradeClient *self, const GError *error)
{
  g_autofree char *why = g_strdup (error ? error->message : "the line was closed");
  gboolean is_final = error && cd_net_error_is_final (error);

  drop_connection (self);
  cd_env_probe (self->env, "client.lost");
  if (self->closed)
    return;
  set_state (self, is_final ? CD_LINK_FAILED : CD_LINK_BACKOFF, why);
  if (!is_final && self->retry_timer == 0)
    self->retry_timer = cd_env_timer_add (self->env, NULL, cd_net_backoff_ms (self->env, self->attempt++), retry_cb, self);
}

static void
link_message_cb (const char *text, gsize len, gpointer data)
{
  g_autoptr (CdTradeClient) self = g_object_ref (data);
  g_autoptr (GError) error = NULL;

  self->last_rx_us = cd_env_boot_us (self->env);
  if (!take_message (self, text, len, &error))
    {
      lose_connection (self, error);
      return;
    }
  if (self->state == CD_LINK_STALE)
    set_state (self, CD_LINK_LIVE, NULL);
}

static void
link_closed_cb (const GError *error, gpointer data)
{
  g_autoptr (CdTradeClient) self = g_object_ref (data);

  lose_connection (self, error);
}

static void
link_opened_cb (gpointer data)
{
  CdTradeClient *self = data;

  self->last_rx_us = cd_env_boot_us (self->env);
}

/* The stream replays every account from one number: the smallest that is still needed. Known events are dropped by number. */
static guint64
from_seq (CdTradeClient *self)
{
  GHashTableIter iter;
  gpointer value;
  guint64 smallest = G_MAXUINT64;

  g_hash_table_iter_init (&iter, self->last_seq);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    smallest = MIN (smallest, *(guint64 *)value);
  return smallest == G_MAXUINT64 ? 1 : smallest + 1;
}

static void
connect_now (CdTradeClient *self)
{
  static const CdTransportFuncs funcs = { link_opened_cb, link_message_cb, link_closed_cb };
  g_autofree char *path = g_strdup_printf ("/v1/private?from_seq=%" G_GUINT64_FORMAT, from_seq (self));

  set_state (self, CD_LINK_CONNECTING, NULL);
  self->link = cd_link_open (self->env, self->endpoint, path, &funcs, self);
}

static gboolean
check_cb (gpointer data)
{
  CdTradeClient *self = data;
  gint64 now = cd_env_boot_us (self->env);
  gint64 age = now - self->last_rx_us;
  g_autoptr (GError) error = NULL;

  if (!cd_link_check (self->link, &error))
    {
      lose_connection (self, error);
      return G_SOURCE_CONTINUE;
    }
  if (cd_link_is_open (self->link) && age > DEAD_US)
    lose_connection (self, NULL);
  else if (self->state == CD_LINK_LIVE && age > STALE_US)
    set_state (self, CD_LINK_STALE, "no heartbeat");
  return G_SOURCE_CONTINUE;
}

/* --- Public ---------------------------------------------------------------------------------------------------------- */

void
cd_trade_client_open (CdTradeClient *self)
{
  g_return_if_fail (!self->opened);

  self->opened = TRUE;
  self->check_timer = cd_env_timer_add_full (self->env, NULL, CHECK_MS, TRUE, check_cb, self, NULL);
  connect_now (self);
}

void
cd_trade_client_reconnect (CdTradeClient *self, const char *why)
{
  g_autoptr (CdTradeClient) alive = g_object_ref (self);
  g_autoptr (GError) error = g_error_new (CD_NET_ERROR, CD_NET_ERROR_CONNECT, "%s", why);

  /* A line that is being waited for, or that is refused for good, is no older for a sleep. */
  if (self->closed || self->retry_timer != 0 || self->state == CD_LINK_FAILED || !self->opened)
    return;
  lose_connection (self, error);
}

void
cd_trade_client_close (CdTradeClient *self)
{
  self->closed = TRUE;
  cd_env_clear_timer (self->env, &self->check_timer);
  cd_env_clear_timer (self->env, &self->retry_timer);
  cd_env_probe (self->env, "client.close");
  drop_connection (self);
  cd_trade_client_classify_rest (self);
  while (self->reads->len > 0)
    cd_trade_client_drop_read (g_ptr_array_index (self->reads, self->reads->len - 1));
}

CdLinkState
cd_trade_client_get_state (CdTradeClient *self)
{
  return self->state;
}

const char *
cd_trade_client_get_epoch (CdTradeClient *self)
{
  return self->epoch;
}

const char *
cd_trade_client_get_error (CdTradeClient *self)
{
  return self->error;
}

gint64
cd_trade_client_get_last_rx_us (CdTradeClient *self)
{
  return self->last_rx_us;
}

void
cd_trade_client_set_last_seq (CdTradeClient *self, const char *account, guint64 seq)
{
  *last_seq_of (self, account) = seq;
}

void
cd_trade_client_set_funcs (CdTradeClient *self, const CdTradeClientFuncs *funcs, gpointer data)
{
  self->funcs = funcs ? *funcs : (CdTradeClientFuncs){ NULL };
  self->data = data;
}

static void
cd_trade_client_dispose (GObject *object)
{
  CdTradeClient *self = CD_TRADE_CLIENT (object);

  if (!self->closed)
    cd_trade_client_close (self);
  G_OBJECT_CLASS (cd_trade_client_parent_class)->dispose (object);
}

static void
cd_trade_client_finalize (GObject *object)
{
  CdTradeClient *self = CD_TRADE_CLIENT (object);

  cd_trade_client_pending_free (self);
  cd_http_free (self->http);
  g_ptr_array_unref (self->reads);
  g_hash_table_unref (self->last_seq);
  cd_endpoint_free (self->endpoint);
  g_free (self->epoch);
  g_free (self->error);
  cd_env_unref (self->env);
  G_OBJECT_CLASS (cd_trade_client_parent_class)->finalize (object);
}

static void
cd_trade_client_class_init (CdTradeClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cd_trade_client_dispose;
  object_class->finalize = cd_trade_client_finalize;
}

static void
cd_trade_client_init (CdTradeClient *self)
{
  cd_trade_client_pending_init (self);
  self->reads = g_ptr_array_new ();
  self->last_seq = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

CdTradeClient *
cd_trade_client_new (CdEnv *env, const CdEndpoint *endpoint)
{
  CdTradeClient *self = g_object_new (CD_TYPE_TRADE_CLIENT, NULL);

  self->env = cd_env_ref (env);
  self->endpoint = cd_endpoint_copy (endpoint);
  self->http = cd_http_new (env, endpoint);
  return self;
}
