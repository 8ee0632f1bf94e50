/* cd-trade-client.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-trade-client.h"

#include <string.h>

#include "cd-id.h"
#include "cd-trade-client-private.h"
#include "cd-ws-connect.h"

#define ANSWER_MS_MAX 5000
#define CHECK_MS 500
#define STALE_US (5 * CD_USEC_PER_SEC / 2)
#define DEAD_US (10 * CD_USEC_PER_SEC)
#define PENDING_MAX 1000

/* A command that was handed to the line and is not classified yet. */
typedef struct
{
  CdTradeClient *client; /* borrowed */
  char *key;
  char *account;
  char *body_sha256;
  CdWireOp op;
  guint64 position; /* bytes accepted by the stream before it */
  guint64 timer;
} Pending;

G_DEFINE_FINAL_TYPE (CdTradeClient, cd_trade_client, G_TYPE_OBJECT)

static void connect_now (CdTradeClient *self);

static void
pending_free (gpointer data)
{
  Pending *pending = data;

  cd_env_clear_timer (pending->client->env, &pending->timer);
  g_free (pending->key);
  g_free (pending->account);
  g_free (pending->body_sha256);
  g_free (pending);
}

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

/* --- Outcomes -------------------------------------------------------------------------------------------------------- */

static void
report (CdTradeClient *self, const char *key, CdSendOutcome outcome, const CdWireAnswer *answer)
{
  g_autofree char *copy = g_strdup (key);

  g_hash_table_remove (self->pending, key);
  if (self->funcs.outcome)
    self->funcs.outcome (self, copy, outcome, answer, self->data);
}

/* Every command that lost its line: provably unwritten when the stream never offered its first byte to the base. */
static void
classify_lost (CdTradeClient *self, guint64 exposed)
{
  g_autoptr (GPtrArray) lost = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) unwritten = g_array_new (FALSE, FALSE, sizeof (gboolean));
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->pending);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Pending *pending = value;
      gboolean none = exposed <= pending->position;

      g_ptr_array_add (lost, g_strdup (pending->key));
      g_array_append_val (unwritten, none);
    }
  for (guint i = 0; i < lost->len; i++)
    report (self, g_ptr_array_index (lost, i), g_array_index (unwritten, gboolean, i) ? CD_SEND_NOT_WRITTEN : CD_SEND_AMBIGUOUS, NULL);
}

static gboolean
answer_late_cb (gpointer data)
{
  Pending *pending = data;

  pending->timer = 0;
  report (pending->client, pending->key, CD_SEND_AMBIGUOUS, NULL);
  return G_SOURCE_REMOVE;
}

static void
take_answer (CdTradeClient *self, const CdWireAnswer *answer)
{
  Pending *pending = g_hash_table_lookup (self->pending, answer->key);
  CdSendOutcome outcome = CD_SEND_ANSWERED;

  /* An answer that comes after its five seconds is still evidence: the desk gets it for the key. */
  if (pending && (g_strcmp0 (pending->account, answer->account) != 0 || g_strcmp0 (pending->body_sha256, answer->body_sha256) != 0))
    outcome = CD_SEND_FOREIGN;
  else if (self->epoch && g_strcmp0 (answer->epoch, self->epoch) != 0)
    outcome = CD_SEND_EPOCH;
  if (outcome == CD_SEND_ANSWERED && answer->verdict == CD_WIRE_IN_PROGRESS)
    return;
  report (self, answer->key, outcome, answer);
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

static gboolean
take_hello (CdTradeClient *self, const char *text, gsize len, GError **error)
{
  g_autoptr (CdWireHello) hello = cd_wire_hello_parse (text, len, error);

  if (!hello)
    return FALSE;
  if (hello->type != CD_WIRE_PRIVATE_HELLO)
    return TRUE;
  if (g_strcmp0 (self->epoch, hello->epoch) != 0)
    {
      /* Another incarnation: its events count from the beginning. */
      if (self->epoch)
        g_hash_table_remove_all (self->last_seq);
      g_free (self->epoch);
      self->epoch = g_strdup (hello->epoch);
    }
  self->attempt = 0;
  cd_env_probe (self->env, "client.hello");
  set_state (self, CD_LINK_LIVE, NULL);
  return TRUE;
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
        take_answer (self, answer);
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
      break;
    }
  return TRUE;
}

/* --- Connection ------------------------------------------------------------------------------------------------------ */

static void
drop_connection (CdTradeClient *self)
{
  guint64 exposed = self->link ? cd_link_bytes_exposed (self->link) : 0;

  g_clear_pointer (&self->link, cd_link_close);
  classify_lost (self, exposed);
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
  gint64 age = cd_env_boot_us (self->env) - self->last_rx_us;

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
cd_trade_client_close (CdTradeClient *self)
{
  self->closed = TRUE;
  cd_env_clear_timer (self->env, &self->check_timer);
  cd_env_clear_timer (self->env, &self->retry_timer);
  cd_env_probe (self->env, "client.close");
  drop_connection (self);
  if (self->session)
    soup_session_abort (self->session);
}

void
cd_trade_client_send (CdTradeClient *self, const CdWireCommand *command)
{
  g_autoptr (GString) text = NULL;
  Pending *pending;

  g_return_if_fail (!g_hash_table_contains (self->pending, command->key));

  if (!cd_link_is_open (self->link) || g_hash_table_size (self->pending) >= PENDING_MAX)
    {
      /* Reported from the main loop, never from inside this call. */
      cd_trade_client_report_later (self, command->key);
      return;
    }
  pending = g_new0 (Pending, 1);
  pending->client = self;
  pending->key = g_strdup (command->key);
  pending->account = g_strdup (command->account);
  pending->op = command->op;
  pending->body_sha256 = cd_sha256_hex (command->body, strlen (command->body));
  pending->position = cd_link_bytes_accepted (self->link);
  pending->timer = cd_env_timer_add (self->env, NULL, ANSWER_MS_MAX, answer_late_cb, pending);
  g_hash_table_insert (self->pending, pending->key, pending);
  text = g_string_new (NULL);
  cd_wire_command_write (text, command);
  cd_env_probe (self->env, "client.send.before");
  cd_link_send (self->link, text->str);
  cd_env_probe (self->env, "client.send.after");
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
  g_clear_object (&self->session);
  G_OBJECT_CLASS (cd_trade_client_parent_class)->dispose (object);
}

static void
cd_trade_client_finalize (GObject *object)
{
  CdTradeClient *self = CD_TRADE_CLIENT (object);

  g_hash_table_unref (self->pending);
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
  self->pending = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, pending_free);
  self->last_seq = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

CdTradeClient *
cd_trade_client_new (CdEnv *env, const CdEndpoint *endpoint)
{
  CdTradeClient *self = g_object_new (CD_TYPE_TRADE_CLIENT, NULL);

  self->env = cd_env_ref (env);
  self->endpoint = cd_endpoint_copy (endpoint);
  return self;
}
