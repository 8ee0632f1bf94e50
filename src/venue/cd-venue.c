/* cd-venue.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-mutant.h"
#include "cd-venue-private.h"

#include <string.h>

GQuark
cd_venue_error_quark (void)
{
  return g_quark_from_static_string ("cd-venue-error-quark");
}

static void
account_free (gpointer data)
{
  CdVenueAccount *account = data;

  g_free (account->id);
  g_free (account->name);
  g_free (account->name_zh);
  g_free (account->market);
  g_free (account->sector);
  g_ptr_array_unref (account->events);
  g_hash_table_unref (account->balance_seq);
  g_free (account);
}

static void
key_free (gpointer data)
{
  CdVenueKey *key = data;

  g_free (key->body_sha256);
  g_free (key->refused);
  g_clear_pointer (&key->answer, cd_wire_answer_free);
  g_free (key);
}

/* The demo group, and nothing has happened yet. */
static CdVenue *
make (CdPack *const *packs, gsize n_packs, const char *scenario, gint64 start_us, const char *epoch, GError **error)
{
  g_autoptr (CdVenue) venue = g_new0 (CdVenue, 1);

  venue->packs = packs;
  venue->n_packs = n_packs;
  venue->epoch = g_strdup (epoch);
  venue->scenario = g_strdup (scenario);
  venue->accounts = g_ptr_array_new_with_free_func (account_free);
  venue->account_by_id = g_hash_table_new (g_str_hash, g_str_equal);
  venue->books = g_ptr_array_new_with_free_func (cd_venue_book_free);
  venue->codes = g_ptr_array_new ();
  venue->orders = g_ptr_array_new_with_free_func (cd_venue_order_free);
  venue->order_by_id = g_hash_table_new (g_str_hash, g_str_equal);
  venue->execs = g_ptr_array_new_with_free_func (cd_venue_exec_free);
  venue->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, key_free);
  venue->instructions = g_ptr_array_new_with_free_func (cd_venue_instruction_free);
  venue->instruction_by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  venue->requests = g_ptr_array_new_with_free_func (cd_venue_request_free);
  venue->deputies = g_ptr_array_new_with_free_func (cd_venue_deputy_free);
  venue->obligations = g_ptr_array_new_with_free_func (cd_venue_obligation_free);
  venue->settlements = g_ptr_array_new_with_free_func (cd_venue_settlement_free);
  venue->purchases = g_ptr_array_new_with_free_func (cd_venue_purchase_free);
  venue->blocks = g_ptr_array_new_with_free_func (cd_venue_block_free);
  venue->ledger = cd_ledger_new ();
  if (!cd_scenario_setup (venue, scenario, start_us, error))
    return NULL;
  return g_steal_pointer (&venue);
}

CdVenue *
cd_venue_new (CdPack *const *packs, gsize n_packs, const char *scenario, guint64 seed, gint64 start_us, const char *epoch, GError **error)
{
  CdVenue *venue = make (packs, n_packs, scenario, start_us, epoch, error);

  if (!venue)
    return NULL;
  venue->rng = seed * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) + 1;
  cd_scenario_begin (venue);
  venue->step_us = venue->now_us - venue->now_us % CD_PARTICIPANT_STEP_US;
  venue->day_event_us = cd_venue_next_day_event (venue);
  cd_venue_advance (venue, venue->start_us);
  return venue;
}

CdVenue *
cd_venue_restore (CdPack *const *packs, gsize n_packs, const char *scenario, const char *epoch, GBytes *state, guint64 hash, GError **error)
{
  g_autoptr (CdVenue) venue = make (packs, n_packs, scenario, 0, epoch, error);

  if (!venue || !cd_venue_state_read (venue, state, error))
    return NULL;
  if (cd_venue_hash (venue) != hash)
    {
      g_set_error (error, CD_VENUE_ERROR, CD_VENUE_ERROR_STATE, "the state does not have the hash it was written with");
      return NULL;
    }
  venue->close_state = g_bytes_ref (state);
  venue->close_us = venue->now_us;
  venue->close_hash = hash;
  venue->day_event_us = cd_venue_next_day_event (venue);
  cd_venue_advance (venue, venue->start_us);
  return g_steal_pointer (&venue);
}

GBytes *
cd_venue_close_state (const CdVenue *venue, gint64 *at_us, guint64 *hash)
{
  *at_us = venue->close_us;
  *hash = venue->close_hash;
  return venue->close_state;
}

void
cd_venue_free (CdVenue *venue)
{
  if (!venue)
    return;
  g_free (venue->epoch);
  g_free (venue->scenario);
  g_free (venue->persons);
  g_clear_pointer (&venue->books, g_ptr_array_unref);
  g_clear_pointer (&venue->codes, g_ptr_array_unref);
  g_clear_pointer (&venue->order_by_id, g_hash_table_unref);
  g_clear_pointer (&venue->orders, g_ptr_array_unref);
  g_clear_pointer (&venue->execs, g_ptr_array_unref);
  g_clear_pointer (&venue->keys, g_hash_table_unref);
  g_clear_pointer (&venue->instruction_by_id, g_hash_table_unref);
  g_clear_pointer (&venue->instructions, g_ptr_array_unref);
  g_clear_pointer (&venue->requests, g_ptr_array_unref);
  g_clear_pointer (&venue->deputies, g_ptr_array_unref);
  g_clear_pointer (&venue->obligations, g_ptr_array_unref);
  g_clear_pointer (&venue->settlements, g_ptr_array_unref);
  g_clear_pointer (&venue->purchases, g_ptr_array_unref);
  g_clear_pointer (&venue->blocks, g_ptr_array_unref);
  g_clear_pointer (&venue->account_by_id, g_hash_table_unref);
  g_clear_pointer (&venue->accounts, g_ptr_array_unref);
  g_clear_pointer (&venue->ledger, cd_ledger_free);
  g_clear_pointer (&venue->close_state, g_bytes_unref);
  g_free (venue);
}

void
cd_venue_set_sink (CdVenue *venue, const CdVenueSink *sink, gpointer data)
{
  venue->sink = sink ? *sink : (CdVenueSink){ NULL };
  venue->sink_data = data;
}

const char *
cd_venue_epoch (const CdVenue *venue)
{
  return venue->epoch;
}

/* --- Chance: splitmix64, so that a seed means the same market everywhere ---------------------------------------------- */

guint64
cd_venue_random (CdVenue *venue)
{
  guint64 z = venue->rng += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ z >> 30) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ z >> 31;
}

gint64
cd_venue_random_range (CdVenue *venue, gint64 low, gint64 high)
{
  return low + (gint64)(cd_venue_random (venue) % (guint64)(high - low + 1));
}

/* --- Accounts and events --------------------------------------------------------------------------------------------- */

CdVenueAccount *
cd_venue_account (const CdVenue *venue, const char *id)
{
  return id ? g_hash_table_lookup (venue->account_by_id, id) : NULL;
}

CdVenueAccount *
cd_venue_add_account (CdVenue *venue, const char *id, const char *name, const char *name_zh, const char *market, const char *sector, gboolean participant)
{
  CdVenueAccount *account = g_new0 (CdVenueAccount, 1);

  account->id = g_strdup (id);
  account->name = g_strdup (name);
  account->name_zh = g_strdup (name_zh);
  account->market = g_strdup (market);
  account->sector = g_strdup (sector);
  account->participant = participant;
  account->number = venue->accounts->len;
  account->balance_seq = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  account->events = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_wire_event_free);
  g_ptr_array_add (venue->accounts, account);
  g_hash_table_insert (venue->account_by_id, account->id, account);
  return account;
}

const CdVenueDemoPerson *
cd_venue_person (const CdVenue *venue, const char *id)
{
  for (gsize i = 0; i < venue->n_persons; i++)
    if (g_strcmp0 (venue->persons[i].id, id) == 0)
      return &venue->persons[i];
  return NULL;
}

const CdVenueDemoPerson *
cd_venue_persons (const CdVenue *venue, gsize *n)
{
  *n = venue->n_persons;
  return venue->persons;
}

guint64
cd_venue_last_seq (const CdVenue *venue, const char *account)
{
  const CdVenueAccount *a = cd_venue_account (venue, account);

  return a ? a->seq : 0;
}

const GPtrArray *
cd_venue_events (const CdVenue *venue, const char *account)
{
  const CdVenueAccount *a = cd_venue_account (venue, account);

  return a ? a->events : NULL;
}

CdWireEvent *
cd_venue_event_new (CdVenue *venue, CdWireEventKind kind, const char *account)
{
  CdWireEvent *event = g_new0 (CdWireEvent, 1);

  event->kind = kind;
  event->account = g_strdup (account);
  event->epoch = g_strdup (venue->epoch);
  event->at_us = venue->now_us;
  event->date = CD_DATE_NONE;
  return event;
}

void
cd_venue_emit (CdVenue *venue, CdWireEvent *event)
{
  CdVenueAccount *account = cd_venue_account (venue, event->account);

  /* Nobody listens to the participants: their events would only fill the memory. */
  if (!account || account->participant)
    {
      cd_wire_event_free (event);
      return;
    }
  event->seq = ++account->seq;
  g_ptr_array_add (account->events, event);
  if (venue->sink.event)
    venue->sink.event (event, venue->sink_data);
}

static void
emit_balance (CdVenue *venue, const char *account, const char *asset, CdBucket bucket)
{
  CdVenueAccount *a = cd_venue_account (venue, account);
  CdWireEvent *event;

  if (!a || a->participant || bucket == CD_BUCKET_WORLD)
    return;
  event = cd_venue_event_new (venue, CD_WIRE_EVENT_BALANCE, account);
  event->asset = g_strdup (asset);
  event->bucket = g_strdup (cd_bucket_name (bucket));
  event->balance = cd_ledger_balance (venue->ledger, account, asset, bucket);
  cd_venue_emit (venue, event);
  g_hash_table_replace (a->balance_seq, g_strdup (asset), GSIZE_TO_POINTER (a->seq));
}

void
cd_venue_move (CdVenue *venue, const char *asset, const char *from, CdBucket from_bucket, const char *to, CdBucket to_bucket, gint64 amount)
{
  const CdLeg legs[] = {
    { from, asset, from_bucket, -amount },
    { to, asset, to_bucket, amount },
  };
  g_autoptr (GError) error = NULL;

  if (amount == 0)
    return;
  if (!cd_ledger_post (venue->ledger, legs, G_N_ELEMENTS (legs), &error))
    g_error ("ledger: %s", error->message); /* a broken promise of ours, not of a client */
  emit_balance (venue, from, asset, from_bucket);
  emit_balance (venue, to, asset, to_bucket);
}

/* --- Time ------------------------------------------------------------------------------------------------------------ */

const CdZone *
cd_venue_zone (const CdVenue *venue)
{
  return cd_calendar_zone (venue->packs[0]->market->calendar);
}

CdDate
cd_venue_today (const CdVenue *venue)
{
  return cd_zone_date_of (cd_venue_zone (venue), venue->now_us, NULL);
}

gint64
cd_venue_market_time (const CdVenue *venue)
{
  return venue->now_us;
}

gint64
cd_venue_start_time (const CdVenue *venue)
{
  return venue->start_us;
}

static void
day_event (CdVenue *venue)
{
  cd_venue_day_event (venue);
  venue->day_event_us = cd_venue_next_day_event (venue);
  if (!venue->is_closing)
    return;
  venue->is_closing = FALSE;
  g_clear_pointer (&venue->close_state, g_bytes_unref);
  venue->close_state = cd_venue_state_write (venue);
  venue->close_us = venue->now_us;
  venue->close_hash = cd_venue_hash (venue);
}

void
cd_venue_advance (CdVenue *venue, gint64 market_time_us)
{
  while (venue->now_us < market_time_us)
    {
      gint64 step = venue->step_us + CD_PARTICIPANT_STEP_US;
      gint64 next = MIN (step, market_time_us);

      if (venue->day_event_us != 0 && venue->day_event_us <= next)
        next = venue->day_event_us;
      venue->now_us = MAX (next, venue->now_us);
      if (venue->day_event_us != 0 && venue->now_us >= venue->day_event_us)
        day_event (venue);
      if (venue->now_us >= step)
        {
          venue->step_us = step;
          /* Nights and holidays are passed in one stride: nobody trades. */
          if (cd_market_session_at (venue->packs[0]->market, CD_MODE_LIST, venue->now_us, NULL) == CD_SESSION_OPEN)
            cd_participants_step (venue);
          else if (venue->day_event_us > venue->now_us)
            {
              gint64 until = MIN (venue->day_event_us, market_time_us);

              venue->step_us = MAX (venue->step_us, until - until % CD_PARTICIPANT_STEP_US - CD_PARTICIPANT_STEP_US);
              venue->now_us = MAX (venue->now_us, MIN (until, venue->step_us));
            }
        }
    }
}

/* --- Commands -------------------------------------------------------------------------------------------------------- */

static CdWireAnswer *
answer_new (CdVenue *venue, const CdWireCommand *command, const char *sha)
{
  CdWireAnswer *answer = g_new0 (CdWireAnswer, 1);

  answer->op = command->op;
  answer->key = g_strdup (command->key);
  answer->account = g_strdup (command->account);
  answer->body_sha256 = g_strdup (sha);
  answer->epoch = g_strdup (venue->epoch);
  answer->verdict = CD_WIRE_ACCEPTED;
  answer->server_time_us = 0;
  answer->market_time_us = venue->now_us;
  return answer;
}

static void
fence (CdVenue *venue, const CdWireBody *body, CdWireAnswer *answer)
{
  CdVenueKey *key = g_hash_table_lookup (venue->keys, body->key);

  if (key && key->answer && key->answer->verdict == CD_WIRE_ACCEPTED)
    {
      /* Too late to fence: it was executed, and the answer says so. */
      cd_venue_reject (answer, "order.final");
      return;
    }
  if (!key)
    {
      key = g_new0 (CdVenueKey, 1);
      g_hash_table_insert (venue->keys, g_strdup (body->key), key);
    }
  key->fenced = TRUE;
}

/* A veto stands in the way of what makes or changes an order, never of taking one back. */
static void
enter_order (CdVenue *venue, const char *person, const CdWireCommand *command, const CdWireBody *body, CdWireAnswer *answer)
{
  if (command->op == CD_WIRE_OP_ORDER_NEW && !cd_venue_request_allows (venue, person, command, answer))
    return;
  if (cd_venue_account (venue, command->account)->stopped)
    {
      cd_venue_reject (answer, "account.stopped");
      return;
    }
  if (command->op == CD_WIRE_OP_ORDER_REPLACE)
    {
      cd_venue_order_replace (venue, command, body, answer);
      return;
    }
  cd_venue_order_new (venue, person, command, body, answer);
  cd_venue_request_placed (venue, command, answer);
}

/* Whoever can act can also make sure that an act of unknown fate never happens. */
static guint
roles_for (CdWireOp op)
{
  switch (op)
    {
    case CD_WIRE_OP_FENCE:
      return ~(guint)CD_ROLE_VIEW;
    case CD_WIRE_OP_ORDER_NEW:
    case CD_WIRE_OP_ORDER_CANCEL:
      return CD_ROLE_ENTER | CD_ROLE_STAGE;
    case CD_WIRE_OP_ORDER_REPLACE:
    case CD_WIRE_OP_SETTLEMENT_CONFIRM:
    case CD_WIRE_OP_SETTLEMENT_OBJECT:
      return CD_ROLE_ENTER;
    default:
      return ~(guint)0;
    }
}

static void
execute_body (CdVenue *venue, const char *person, const CdWireCommand *command, const CdWireBody *body, CdWireAnswer *answer)
{
  switch (command->op)
    {
    case CD_WIRE_OP_ORDER_NEW:
    case CD_WIRE_OP_ORDER_REPLACE:
      enter_order (venue, person, command, body, answer);
      break;
    case CD_WIRE_OP_ORDER_CANCEL:
      cd_venue_order_cancel (venue, command, body, answer);
      break;
    case CD_WIRE_OP_FENCE:
      fence (venue, body, answer);
      break;
    case CD_WIRE_OP_SETTLEMENT_CONFIRM:
    case CD_WIRE_OP_SETTLEMENT_OBJECT:
      cd_venue_settle_answer (venue, command, body, answer);
      break;
    case CD_WIRE_OP_REQUEST_PROPOSE:
    case CD_WIRE_OP_REQUEST_EDIT:
    case CD_WIRE_OP_REQUEST_APPROVE:
    case CD_WIRE_OP_REQUEST_REFUSE:
    case CD_WIRE_OP_REQUEST_WITHDRAW:
      cd_venue_request (venue, person, command, body, answer);
      break;
    default:
      cd_venue_people (venue, person, command, body, answer);
      break;
    }
}

static void
execute (CdVenue *venue, const char *person, const CdWireCommand *command, gint64 server_now_us, CdWireAnswer *answer)
{
  g_autoptr (CdWireBody) body = NULL;
  g_autoptr (GError) error = NULL;

  if (command->deadline_us && server_now_us > command->deadline_us)
    {
      cd_venue_reject (answer, "deadline.passed");
      return;
    }
  if (command->op >= CD_WIRE_OP_INSTRUCTION_PROPOSE && command->op <= CD_WIRE_OP_INSTRUCTION_REVIEW)
    {
      cd_venue_instruct (venue, person, command, answer);
      return;
    }
  body = cd_wire_body_parse (command->op, command->body, strlen (command->body), &error);
  if (!body)
    {
      cd_venue_reject (answer, "request.malformed");
      answer->detail = g_strdup (error->message);
      return;
    }
  if (!(cd_venue_roles (venue, person, command->account, NULL) & roles_for (command->op)))
    {
      cd_venue_reject (answer, "rights.missing");
      return;
    }
  execute_body (venue, person, command, body, answer);
}

CdWireAnswer *
cd_venue_command (CdVenue *venue, const char *person, const CdWireCommand *command, gint64 server_now_us)
{
  g_autofree char *sha = cd_sha256_hex (command->body, strlen (command->body));
  CdVenueKey *known = g_hash_table_lookup (venue->keys, command->key);
  CdWireAnswer *answer = answer_new (venue, command, sha);

  /* A stranger neither reads a stored answer nor uses up a key. */
  if (!cd_venue_may_see (venue, person, command->account))
    {
      cd_venue_reject (answer, "rights.missing");
      return answer;
    }
  if (CD_MUTANT (NODEDUP) || (CD_MUTANT (TTL) && known && known->answer && venue->now_us - known->answer->market_time_us > G_USEC_PER_SEC))
    known = NULL;
  if (known && known->answer)
    {
      if (known->answer->op == command->op && g_str_equal (known->body_sha256, sha) && g_str_equal (known->answer->account, command->account))
        {
          cd_wire_answer_free (answer);
          answer = cd_wire_answer_copy (known->answer);
          answer->replayed = TRUE;
          answer->market_time_us = venue->now_us;
        }
      else
        cd_venue_reject (answer, "key.mismatch");
      return answer;
    }
  if (known && known->fenced)
    {
      cd_venue_reject (answer, "key.fenced");
      return answer;
    }
  if (CD_MUTANT (SOFTREJ) && command->op == CD_WIRE_OP_ORDER_NEW && server_now_us / G_USEC_PER_SEC % 4 == 0)
    {
      cd_venue_reject (answer, "venue.full"); /* and forgotten */
      return answer;
    }
  execute (venue, person, command, server_now_us, answer);
  known = g_new0 (CdVenueKey, 1);
  known->body_sha256 = g_strdup (sha);
  known->answer = cd_wire_answer_copy (answer);
  if (command->op == CD_WIRE_OP_ORDER_NEW && answer->verdict == CD_WIRE_REJECTED)
    known->refused = g_strdup (command->body);
  g_hash_table_insert (venue->keys, g_strdup (command->key), known);
  return answer;
}
