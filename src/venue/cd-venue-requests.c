/* cd-venue-requests.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Orders that wait for a second person: the maker leaves the exact bytes and the key that the order will have, the checker decides
 * on their hash, and only then does an order with that key and those bytes come in. Approving places nothing: the maker's
 * workstation sends the order as its own intent, so that it has it in its journal first.
 */
#include "cd-mutant.h"
#include "cd-venue-private.h"

#include <string.h>

void
cd_venue_request_free (gpointer data)
{
  CdVenueRequest *r = data;

  g_free (r->id);
  g_free (r->account);
  g_free (r->hash);
  g_free (r->by);
  g_free (r->decided_by);
  g_free (r->deputy_for);
  g_free (r->reason);
  g_free (r->order_key);
  g_free (r->order);
  g_free (r->order_id);
  g_free (r);
}

static void
tell (CdVenue *venue, CdVenueRequest *r, const char *state)
{
  CdWireEvent *event = cd_venue_event_new (venue, CD_WIRE_EVENT_REQUEST, r->account);

  r->state = state;
  r->at_us = venue->now_us;
  event->id = g_strdup (r->id);
  event->state = g_strdup (state);
  event->version = r->version;
  event->hash = g_strdup (r->hash);
  event->by = g_strdup (r->by);
  event->confirmed_by = g_strdup (r->decided_by);
  event->deputy_for = g_strdup (r->deputy_for);
  event->reason = g_strdup (r->reason);
  event->key = g_strdup (r->order_key);
  event->order_id = g_strdup (r->order_id);
  cd_venue_emit (venue, event);
}

/* What is no longer asked for does not come in either: an order that was sent before, and is still on its way, meets a fence. */
static void
fence_order (CdVenue *venue, const char *order_key)
{
  CdVenueKey *key;

  if (g_hash_table_contains (venue->keys, order_key))
    return;
  key = g_new0 (CdVenueKey, 1);
  key->fenced = TRUE;
  g_hash_table_insert (venue->keys, g_strdup (order_key), key);
}

static CdVenueRequest *
by_order_key (const CdVenue *venue, const char *key)
{
  for (guint i = venue->requests->len; i-- > 0;)
    {
      CdVenueRequest *r = g_ptr_array_index (venue->requests, i);

      if (g_str_equal (r->order_key, key) && (g_str_equal (r->state, "proposed") || g_str_equal (r->state, "approved")))
        return r;
    }
  return NULL;
}

/* The order must be one: what is approved has to be readable. */
static gboolean
check_order (const CdVenue *venue, const CdVenueRequest *self, const char *person, const CdWireBody *body, CdWireAnswer *answer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdWireBody) order = cd_wire_body_parse (CD_WIRE_OP_ORDER_NEW, body->order, strlen (body->order), &error);
  const CdVenueRequest *other = by_order_key (venue, body->order_key);

  if (!order || !g_str_equal (order->by, person))
    {
      cd_venue_reject (answer, "request.malformed");
      answer->detail = g_strdup_printf ("order: %s", order ? "by: expected the person who asks" : error->message);
    }
  else if (!cd_venue_find_book (venue, order->instrument))
    cd_venue_reject (answer, "instrument.not_tradable");
  else if (g_hash_table_contains (venue->keys, body->order_key) || (other && other != self))
    cd_venue_reject (answer, "key.mismatch");
  return answer->verdict != CD_WIRE_REJECTED;
}

static void
take_order (CdVenueRequest *r, const CdWireBody *body)
{
  g_free (r->order);
  g_free (r->order_key);
  g_free (r->hash);
  r->order = g_strdup (body->order);
  r->order_key = g_strdup (body->order_key);
  r->hash = cd_sha256_hex (body->order, strlen (body->order));
  r->version++;
}

static void
propose (CdVenue *venue, const char *person, const CdWireCommand *command, const CdWireBody *body, CdWireAnswer *answer)
{
  CdVenueRequest *r;

  if (!(cd_venue_roles (venue, person, command->account, NULL) & (CD_ROLE_ENTER | CD_ROLE_STAGE)))
    {
      cd_venue_reject (answer, "rights.missing");
      return;
    }
  if (!check_order (venue, NULL, person, body, answer))
    return;
  r = g_new0 (CdVenueRequest, 1);
  r->id = g_strdup (command->key);
  r->account = g_strdup (command->account);
  r->by = g_strdup (person);
  take_order (r, body);
  g_ptr_array_add (venue->requests, r);
  answer->id = g_strdup (r->id);
  tell (venue, r, "proposed");
}

/* A new version waits for a decision again, even after an approval. */
static void
edit (CdVenue *venue, const char *person, CdVenueRequest *r, const CdWireBody *body, CdWireAnswer *answer)
{
  if (!g_str_equal (r->by, person))
    cd_venue_reject (answer, "instruction.same_person");
  else if (!g_str_equal (r->state, "proposed") && !g_str_equal (r->state, "approved"))
    cd_venue_reject (answer, "instruction.state");
  else if (body->version != r->version)
    cd_venue_reject (answer, "instruction.stale");
  else if (check_order (venue, r, person, body, answer))
    {
      gboolean kept = CD_MUTANT (EDITKEEPS) && g_str_equal (r->state, "approved");

      if (!kept)
        {
          g_clear_pointer (&r->decided_by, g_free);
          g_clear_pointer (&r->deputy_for, g_free);
        }
      if (!g_str_equal (r->order_key, body->order_key) && !CD_MUTANT (KEYPERVERSION))
        fence_order (venue, r->order_key);
      take_order (r, body);
      tell (venue, r, kept ? "approved" : "proposed");
    }
}

static void
decide (CdVenue *venue, const char *person, const CdWireCommand *command, CdVenueRequest *r, const CdWireBody *body, CdWireAnswer *answer)
{
  gboolean approve = command->op == CD_WIRE_OP_REQUEST_APPROVE;
  const char *deputy_for = NULL;
  guint roles = cd_venue_roles (venue, person, r->account, &deputy_for);
  g_autofree char *reason = g_strstrip (g_strdup (body->reason ? body->reason : ""));

  if (g_str_equal (r->by, person) && !CD_MUTANT (SAMEPERSON))
    cd_venue_reject (answer, "instruction.same_person");
  else if (!(roles & CD_ROLE_APPROVE))
    cd_venue_reject (answer, "rights.missing");
  else if (!g_str_equal (r->state, "proposed") && (approve || !g_str_equal (r->state, "approved")))
    cd_venue_reject (answer, "instruction.state");
  else if (!CD_MUTANT (STALEREVIEW) && (body->version != r->version || (approve && !g_str_equal (body->hash, r->hash))))
    cd_venue_reject (answer, "instruction.stale");
  else if (!approve && !*reason)
    cd_venue_reject (answer, "reason.missing");
  if (answer->verdict == CD_WIRE_REJECTED)
    return;
  g_free (r->decided_by);
  g_free (r->deputy_for);
  g_free (r->reason);
  r->decided_by = g_strdup (person);
  r->deputy_for = g_strdup (deputy_for);
  r->reason = approve ? NULL : g_strdup (reason);
  if (!approve)
    fence_order (venue, r->order_key);
  tell (venue, r, approve ? "approved" : "refused");
}

static void
withdraw (CdVenue *venue, const char *person, CdVenueRequest *r, const CdWireBody *body, CdWireAnswer *answer)
{
  if (!g_str_equal (r->by, person))
    cd_venue_reject (answer, "rights.missing");
  else if (!g_str_equal (r->state, "proposed") && !g_str_equal (r->state, "approved"))
    cd_venue_reject (answer, "instruction.state");
  else if (body->version != r->version)
    cd_venue_reject (answer, "instruction.stale");
  else
    {
      g_free (r->reason);
      r->reason = g_strdup (body->reason);
      fence_order (venue, r->order_key);
      tell (venue, r, "withdrawn");
    }
}

void
cd_venue_request (CdVenue *venue, const char *person, const CdWireCommand *command, const CdWireBody *body, CdWireAnswer *answer)
{
  CdVenueRequest *found = NULL;

  if (command->op == CD_WIRE_OP_REQUEST_PROPOSE)
    {
      propose (venue, person, command, body, answer);
      return;
    }
  for (guint i = 0; i < venue->requests->len; i++)
    {
      CdVenueRequest *r = g_ptr_array_index (venue->requests, i);

      if (g_str_equal (r->id, body->id) && g_str_equal (r->account, command->account))
        found = r;
    }
  if (!found)
    {
      cd_venue_reject (answer, "instruction.state");
      return;
    }
  answer->id = g_strdup (found->id);
  if (command->op == CD_WIRE_OP_REQUEST_EDIT)
    edit (venue, person, found, body, answer);
  else if (command->op == CD_WIRE_OP_REQUEST_WITHDRAW)
    withdraw (venue, person, found, body, answer);
  else
    decide (venue, person, command, found, body, answer);
}

/* Whether an order may come in at all: by the right to enter, or as the very bytes that a second person approved. A key that was
 * left with a request is bound to it, whoever sends it. */
gboolean
cd_venue_request_allows (CdVenue *venue, const char *person, const CdWireCommand *command, CdWireAnswer *answer)
{
  const CdVenueRequest *r = by_order_key (venue, command->key);
  guint roles = cd_venue_roles (venue, person, command->account, NULL);
  g_autofree char *hash = NULL;

  if (!(roles & (CD_ROLE_ENTER | CD_ROLE_STAGE)) || (!r && !(roles & CD_ROLE_ENTER)))
    {
      cd_venue_reject (answer, r || !(roles & CD_ROLE_STAGE) ? "rights.missing" : "request.not_approved");
      return FALSE;
    }
  if (!r)
    return TRUE;
  hash = cd_sha256_hex (command->body, strlen (command->body));
  if (!g_str_equal (r->account, command->account) || !g_str_equal (r->by, person))
    cd_venue_reject (answer, "rights.missing");
  else if (!g_str_equal (r->state, "approved"))
    cd_venue_reject (answer, "request.not_approved");
  else if (!g_str_equal (hash, r->hash) && !CD_MUTANT (NOBIND))
    cd_venue_reject (answer, "instruction.stale");
  else if (!(cd_venue_roles (venue, r->deputy_for ? r->deputy_for : r->decided_by, r->account, NULL) & CD_ROLE_APPROVE))
    /* Roles count at the moment of execution, that of the checker too. */
    cd_venue_reject (answer, "rights.missing");
  return answer->verdict != CD_WIRE_REJECTED;
}

void
cd_venue_request_placed (CdVenue *venue, const CdWireCommand *command, const CdWireAnswer *answer)
{
  CdVenueRequest *r = by_order_key (venue, command->key);

  if (!r)
    return;
  if (answer->verdict == CD_WIRE_ACCEPTED)
    {
      r->order_id = g_strdup (answer->order_id);
      tell (venue, r, "placed");
      return;
    }
  g_free (r->reason);
  r->reason = g_strdup (answer->code);
  tell (venue, r, "lapsed");
}

/* An order is one of its day, and so is the wish for one. */
void
cd_venue_requests_lapse (CdVenue *venue)
{
  for (guint i = 0; i < venue->requests->len; i++)
    {
      CdVenueRequest *r = g_ptr_array_index (venue->requests, i);

      if (!g_str_equal (r->state, "proposed") && !g_str_equal (r->state, "approved"))
        continue;
      g_free (r->reason);
      r->reason = g_strdup ("session.closed");
      fence_order (venue, r->order_key);
      tell (venue, r, "lapsed");
    }
}
