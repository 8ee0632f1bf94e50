/* cd-trade-client-send.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The way of a command: as a frame of the private stream, or, where that stream is not to be had, as one POST. Never both, and
 * never again by itself. Each copy ends in exactly one outcome, whatever becomes of the line or of this client; an answer that
 * comes later still counts as evidence, and is held against what was sent.
 */
#include <string.h>

#include "cd-id.h"
#include "cd-trade-client-private.h"

#define ANSWER_MS_MAX 5000
#define OPEN_MAX 1000     /* commands without an outcome */
#define REPORTED_MAX 4096 /* commands with one that are remembered */

/* A command that was handed to the line. */
typedef struct
{
  CdTradeClient *client; /* borrowed */
  char *key;
  char *account;
  char *body_sha256;
  CdWireOp op;
  CdWireVerdict verdict; /* 0 = no answer was taken yet */
  guint64 position;      /* a frame: bytes accepted by the stream before it */
  guint64 timer;
  guint copies;
  gboolean never;           /* no line at all: only the report is due */
  gboolean reported;        /* the outcome of this copy */
  CdHttpExchange *exchange; /* (nullable): POST under way */
} Pending;

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

void
cd_trade_client_pending_init (CdTradeClient *self)
{
  self->pending = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, pending_free);
  g_queue_init (&self->reported);
}

void
cd_trade_client_pending_free (CdTradeClient *self)
{
  g_hash_table_unref (self->pending);
  g_queue_clear_full (&self->reported, g_free);
}

static guint
line_facts (const CdTradeClient *self, const Pending *pending, gboolean written, gboolean is_post)
{
  return self->venue_facts | (written ? CD_FACT_WRITTEN : 0) | (is_post ? CD_FACT_POST : 0) | (pending->copies <= 1 ? CD_FACT_ONE_COPY : 0);
}

static CdSent
sent_of (const CdTradeClient *self, const Pending *pending)
{
  return (CdSent){
    .op = pending->op,
    .key = pending->key,
    .account = pending->account,
    .body_sha256 = pending->body_sha256,
    .epoch = self->epoch,
    .verdict = pending->verdict,
  };
}

/* The oldest make room: what comes for them after thousands of others is nobody's. */
static void
remember_reported (CdTradeClient *self, const char *key)
{
  g_queue_push_tail (&self->reported, g_strdup (key));
  while (g_queue_get_length (&self->reported) > REPORTED_MAX)
    {
      g_autofree char *oldest = g_queue_pop_head (&self->reported);
      const Pending *pending = g_hash_table_lookup (self->pending, oldest);

      if (pending && pending->reported)
        g_hash_table_remove (self->pending, oldest);
    }
}

static void
report (CdTradeClient *self, Pending *pending, CdSendOutcome outcome, const CdWireAnswer *answer)
{
  g_autofree char *key = g_strdup (pending->key);

  cd_env_clear_timer (self->env, &pending->timer);
  pending->exchange = NULL;
  if (outcome == CD_SEND_ANSWERED)
    pending->verdict = answer->verdict;
  if (!pending->reported)
    {
      pending->reported = TRUE;
      self->n_open--;
      remember_reported (self, key);
    }
  if (self->funcs.outcome)
    self->funcs.outcome (self, key, outcome, answer, self->data);
}

/* Nothing came, and @written says whether something left. */
static void
report_silence (CdTradeClient *self, Pending *pending, gboolean written)
{
  report (self, pending, cd_send_classify (line_facts (self, pending, written, pending->exchange != NULL), 0)->outcome, NULL);
}

static gboolean
pending_late_cb (gpointer data)
{
  Pending *pending = data;
  g_autoptr (CdTradeClient) keep = g_object_ref (pending->client);

  pending->timer = 0;
  report_silence (keep, pending, !pending->never);
  return G_SOURCE_REMOVE;
}

static GPtrArray *
open_keys (CdTradeClient *self)
{
  GPtrArray *keys = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->pending);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (!((Pending *)value)->reported)
      g_ptr_array_add (keys, g_strdup (((Pending *)value)->key));
  return keys;
}

/* Every frame that lost its line: provably unwritten when the stream never offered its first byte to the base. */
void
cd_trade_client_classify_lost (CdTradeClient *self, guint64 exposed)
{
  g_autoptr (GPtrArray) keys = open_keys (self);

  for (guint i = 0; i < keys->len; i++)
    {
      Pending *pending = g_hash_table_lookup (self->pending, g_ptr_array_index (keys, i));

      if (pending && !pending->reported && !pending->exchange && !pending->never)
        report_silence (self, pending, exposed > pending->position);
    }
}

void
cd_trade_client_classify_rest (CdTradeClient *self)
{
  g_autoptr (GPtrArray) keys = open_keys (self);

  for (guint i = 0; i < keys->len; i++)
    {
      Pending *pending = g_hash_table_lookup (self->pending, g_ptr_array_index (keys, i));
      gboolean written;

      if (!pending || pending->reported)
        continue;
      written = pending->exchange ? cd_http_cancel (pending->exchange) : !pending->never;
      report_silence (self, pending, written);
    }
}

void
cd_trade_client_take_answer (CdTradeClient *self, const CdWireAnswer *answer)
{
  Pending *pending = g_hash_table_lookup (self->pending, answer->key);
  CdSendOutcome outcome;
  CdSent sent;

  if (!pending)
    {
      /* Nothing of that key ever left this client. */
      if (self->funcs.outcome)
        self->funcs.outcome (self, answer->key, CD_SEND_FOREIGN, answer, self->data);
      return;
    }
  if (pending->exchange)
    return; /* a POST ends with its own answer */
  sent = sent_of (self, pending);
  outcome = cd_send_classify (cd_send_facts (&sent, answer, NULL) | line_facts (self, pending, TRUE, FALSE), 0)->outcome;
  if (outcome == CD_SEND_POLL)
    return; /* the verdict comes on the same line, or the five seconds end */
  if (outcome == CD_SEND_ANSWERED && pending->verdict == answer->verdict)
    return; /* the same once more */
  report (self, pending, outcome, answer);
}

/* --- POST ------------------------------------------------------------------------------------------------------------ */

static void
posted_cb (const CdHttpResult *result, gpointer data)
{
  Pending *pending = data;
  g_autoptr (CdTradeClient) self = g_object_ref (pending->client);
  g_autoptr (CdWireAnswer) answer = NULL;
  g_autoptr (CdWireProblem) problem = NULL;
  CdSent sent = sent_of (self, pending);
  guint facts;

  if (result->body)
    {
      gsize len;
      const char *text = g_bytes_get_data (result->body, &len);

      answer = cd_wire_answer_parse (text ? text : "", len, NULL);
      problem = answer ? NULL : cd_wire_problem_parse (text ? text : "", len, NULL);
    }
  pending->copies += result->copies > 1 ? result->copies - 1 : 0;
  facts = cd_send_facts (&sent, answer, problem) | line_facts (self, pending, result->written, TRUE);
  report (self, pending, cd_send_classify (facts, result->status)->outcome, answer);
}

/* --- Sending --------------------------------------------------------------------------------------------------------- */

static Pending *
pending_of (CdTradeClient *self, const CdWireCommand *command, guint copies)
{
  Pending *pending = g_hash_table_lookup (self->pending, command->key);

  if (!pending)
    {
      pending = g_new0 (Pending, 1);
      pending->client = self;
      pending->key = g_strdup (command->key);
      pending->account = g_strdup (command->account);
      pending->body_sha256 = cd_sha256_hex (command->body, strlen (command->body));
      pending->op = command->op;
      g_hash_table_insert (self->pending, pending->key, pending);
    }
  pending->copies = copies;
  pending->reported = pending->never = FALSE;
  self->n_open++;
  return pending;
}

void
cd_trade_client_send (CdTradeClient *self, const CdWireCommand *command, guint copies)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const Pending *before = g_hash_table_lookup (self->pending, command->key);
  gpointer data;
  const CdTransportOps *transport = cd_env_transport (self->env, &data);
  Pending *pending;

  g_return_if_fail (copies >= 1 && (!before || before->reported));

  pending = pending_of (self, command, copies);
  cd_wire_command_write (text, command);
  if (!self->closed && self->n_open <= OPEN_MAX && cd_link_is_open (self->link) && self->state == CD_LINK_LIVE)
    {
      pending->position = cd_link_bytes_accepted (self->link);
      pending->timer = cd_env_timer_add (self->env, NULL, ANSWER_MS_MAX, pending_late_cb, pending);
      cd_env_probe (self->env, "client.send.before");
      cd_link_send (self->link, text->str);
      cd_env_probe (self->env, "client.send.after");
    }
  /* A stream that is silent may swallow a frame: the other way is asked. Without an epoch no answer could be judged. */
  else if (!self->closed && self->n_open <= OPEN_MAX && self->epoch && self->state != CD_LINK_FAILED && (!transport || transport->posts))
    {
      const CdHttpRequest request = { .path = "commands", .body = text->str, .key = command->key, .limit_ms = ANSWER_MS_MAX };

      pending->exchange = cd_http_start (self->http, &request, posted_cb, pending);
    }
  else
    {
      /* Reported from the main loop, never from inside this call; and if the client is closed before, then. */
      pending->never = TRUE;
      pending->timer = cd_env_timer_add (self->env, NULL, 0, pending_late_cb, pending);
    }
}

void
cd_trade_client_set_capabilities (CdTradeClient *self, const GPtrArray *capabilities)
{
  self->venue_facts = 0;
  for (guint i = 0; capabilities && i < capabilities->len; i++)
    {
      const char *name = g_ptr_array_index (capabilities, i);

      if (g_strcmp0 (name, "stored_refusal") == 0)
        self->venue_facts |= CD_FACT_STORED;
      else if (g_strcmp0 (name, "refuses_before_intake") == 0)
        self->venue_facts |= CD_FACT_BEFORE_INTAKE;
    }
}
