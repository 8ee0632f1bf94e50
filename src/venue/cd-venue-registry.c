/* cd-venue-registry.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Registry instructions: proposed, confirmed by another person with version and hash of what was read, reviewed by the authority
 * where the rule says so. What is proposed is locked at once; a refusal or withdrawal gives it back.
 */
#include "cd-venue-private.h"

#include <string.h>

void
cd_venue_instruction_free (gpointer data)
{
  CdVenueInstruction *in = data;

  g_free (in->id);
  g_free (in->account);
  g_free (in->hash);
  g_free (in->by);
  g_free (in->confirmed_by);
  g_free (in->reason);
  g_free (in->receipt);
  g_clear_pointer (&in->content, cd_wire_instruction_free);
  g_free (in);
}

void
cd_venue_obligation_free (gpointer data)
{
  CdVenueObligation *o = data;

  g_free (o->account);
  g_free (o->sector);
  g_free (o->market);
  g_free (o);
}

CdVenueObligation *
cd_venue_find_obligation (const CdVenue *venue, const char *account, int year)
{
  for (guint i = 0; i < venue->obligations->len; i++)
    {
      CdVenueObligation *o = g_ptr_array_index (venue->obligations, i);

      if (o->year == year && g_str_equal (o->account, account))
        return o;
    }
  return NULL;
}

static void
tell (CdVenue *venue, CdVenueInstruction *in, const char *state)
{
  CdWireEvent *event = cd_venue_event_new (venue, CD_WIRE_EVENT_INSTRUCTION, in->account);

  in->state = state;
  in->at_us = venue->now_us;
  event->id = g_strdup (in->id);
  event->instruction_kind = g_strdup (cd_wire_instruction_kind_name (in->content->kind));
  event->state = g_strdup (state);
  event->version = in->content->version;
  event->hash = g_strdup (in->hash);
  event->by = g_strdup (in->by);
  event->confirmed_by = g_strdup (in->confirmed_by);
  event->reason = g_strdup (in->reason);
  event->receipt = g_strdup (in->receipt);
  cd_venue_emit (venue, event);
}

static gint64
balance (const CdVenue *venue, const char *account, const char *asset, CdBucket bucket)
{
  return cd_ledger_balance (venue->ledger, account, asset, bucket);
}

/* --- Locking, giving back, executing ----------------------------------------------------------------------------------- */

typedef enum
{
  STEP_LOCK,
  STEP_BACK,
  STEP_DONE,
} Step;

/* One lot through the steps of its kind: where it is taken from, where it waits, where it ends. */
static void
move_lot (CdVenue *venue, const char *account, const char *asset, gint64 qty, CdBucket from, CdBucket wait, CdBucket to, Step step)
{
  if (step == STEP_LOCK)
    cd_venue_move (venue, asset, account, from, account, wait, qty);
  else
    cd_venue_move (venue, asset, account, wait, account, step == STEP_BACK ? from : to, qty);
}

static void
move_lines (CdVenue *venue, const char *account, const GArray *lines, CdBucket from, Step step)
{
  for (guint i = 0; lines && i < lines->len; i++)
    {
      const CdWireLine *line = &g_array_index (lines, CdWireLine, i);

      move_lot (venue, account, line->asset, line->qty, from, CD_BUCKET_SUBMITTED, CD_BUCKET_SURRENDERED, step);
    }
}

static const char *
cash_asset (const CdVenue *venue, char buf[CD_CURRENCY_BUF])
{
  return cd_currency_print (venue->packs[0]->market->ccy, buf);
}

static void
move_content (CdVenue *venue, const char *account, const CdWireInstruction *c, Step step)
{
  char ccy[CD_CURRENCY_BUF];
  gboolean to_registry = g_strcmp0 (c->to, "registry") == 0;

  switch (c->kind)
    {
    case CD_WIRE_INSTRUCTION_TRANSFER:
      move_lot (venue, account, c->asset, c->qty, to_registry ? CD_BUCKET_TRADING : CD_BUCKET_REGISTRY, CD_BUCKET_IN_TRANSFER, to_registry ? CD_BUCKET_REGISTRY : CD_BUCKET_TRADING, step);
      break;
    case CD_WIRE_INSTRUCTION_RESERVE:
      move_lot (venue, account, c->asset, c->qty, CD_BUCKET_REGISTRY, CD_BUCKET_IN_TRANSFER, CD_BUCKET_PENDING_OFFSET, step);
      break;
    case CD_WIRE_INSTRUCTION_RELEASE:
      move_lot (venue, account, c->asset, c->qty, CD_BUCKET_PENDING_OFFSET, CD_BUCKET_IN_TRANSFER, CD_BUCKET_REGISTRY, step);
      break;
    case CD_WIRE_INSTRUCTION_CANCEL:
      move_lot (venue, account, c->asset, c->qty, CD_BUCKET_REGISTRY, CD_BUCKET_SUBMITTED, CD_BUCKET_CANCELLED, step);
      break;
    case CD_WIRE_INSTRUCTION_SURRENDER:
      move_lines (venue, account, c->allowances, CD_BUCKET_REGISTRY, step);
      move_lines (venue, account, c->credits, CD_BUCKET_PENDING_OFFSET, step);
      break;
    case CD_WIRE_INSTRUCTION_CASH_IN:
      if (step == STEP_DONE)
        cd_venue_move (venue, cash_asset (venue, ccy), "world", CD_BUCKET_WORLD, account, CD_BUCKET_CASH_AVAILABLE, c->amount_e4);
      break;
    case CD_WIRE_INSTRUCTION_CASH_OUT:
      if (step == STEP_LOCK)
        cd_venue_move (venue, cash_asset (venue, ccy), account, CD_BUCKET_CASH_AVAILABLE, account, CD_BUCKET_CASH_PENDING_OUT, c->amount_e4);
      else if (step == STEP_BACK)
        cd_venue_move (venue, cash_asset (venue, ccy), account, CD_BUCKET_CASH_PENDING_OUT, account, CD_BUCKET_CASH_AVAILABLE, c->amount_e4);
      else
        cd_venue_move (venue, cash_asset (venue, ccy), account, CD_BUCKET_CASH_PENDING_OUT, "world", CD_BUCKET_WORLD, c->amount_e4);
      break;
    case CD_WIRE_INSTRUCTION_NONE:
      break;
    }
}

static gint64
free_for (const CdVenue *venue, const char *account, const CdWireInstruction *c)
{
  char ccy[CD_CURRENCY_BUF];

  switch (c->kind)
    {
    case CD_WIRE_INSTRUCTION_TRANSFER:
      return balance (venue, account, c->asset, g_strcmp0 (c->from, "trading") == 0 ? CD_BUCKET_TRADING : CD_BUCKET_REGISTRY);
    case CD_WIRE_INSTRUCTION_RESERVE:
    case CD_WIRE_INSTRUCTION_CANCEL:
      return balance (venue, account, c->asset, CD_BUCKET_REGISTRY);
    case CD_WIRE_INSTRUCTION_RELEASE:
      return cd_venue_reserved (venue, account, c->asset, c->year);
    case CD_WIRE_INSTRUCTION_CASH_OUT:
      return balance (venue, account, cash_asset (venue, ccy), CD_BUCKET_CASH_AVAILABLE);
    default:
      return G_MAXINT64;
    }
}

/* What the reader of the wire cannot know: names of sub-balances, and figures that mean nothing. */
static const char *
content_fault (const CdWireInstruction *c)
{
  gboolean trading = g_strcmp0 (c->from, "trading") == 0 && g_strcmp0 (c->to, "registry") == 0;
  gboolean registry = g_strcmp0 (c->from, "registry") == 0 && g_strcmp0 (c->to, "trading") == 0;

  if (c->kind == CD_WIRE_INSTRUCTION_TRANSFER && !trading && !registry)
    return "expected from \"trading\" to \"registry\" or the other way";
  if (c->asset && c->qty <= 0)
    return "qty: expected more than 0";
  if ((c->kind == CD_WIRE_INSTRUCTION_CASH_IN || c->kind == CD_WIRE_INSTRUCTION_CASH_OUT) && c->amount_e4 <= 0)
    return "amount: expected more than 0";
  return NULL;
}

/* All cash there is must stay far from what an integer holds. */
static gboolean
cash_fits (const CdVenue *venue, const CdWireInstruction *c)
{
  char ccy[CD_CURRENCY_BUF];
  gint64 outside = balance (venue, "world", cash_asset (venue, ccy), CD_BUCKET_WORLD);

  return c->kind != CD_WIRE_INSTRUCTION_CASH_IN || c->amount_e4 <= G_MAXINT64 / 4 + outside;
}

static gboolean
check_content (CdVenue *venue, const char *account, const CdWireInstruction *c, CdWireAnswer *answer)
{
  gint64 need = c->kind == CD_WIRE_INSTRUCTION_CASH_OUT ? c->amount_e4 : c->qty;
  gint64 have = free_for (venue, account, c);
  const char *fault = content_fault (c);

  if (fault)
    {
      cd_venue_reject (answer, "request.malformed");
      answer->detail = g_strdup (fault);
      return FALSE;
    }
  if (!cash_fits (venue, c))
    {
      cd_venue_reject (answer, "amount.overflow");
      return FALSE;
    }
  if (c->asset && !cd_venue_find_book (venue, c->asset))
    {
      cd_venue_reject (answer, "instrument.not_tradable");
      return FALSE;
    }
  if (need > have)
    {
      cd_venue_reject (answer, "balance.insufficient");
      answer->has_ab = TRUE;
      answer->a = need;
      answer->b = have;
      return FALSE;
    }
  if (c->kind == CD_WIRE_INSTRUCTION_RESERVE)
    return cd_venue_check_reserve (venue, account, c, answer);
  if (c->kind == CD_WIRE_INSTRUCTION_SURRENDER)
    return cd_venue_check_surrender (venue, account, c, answer);
  return TRUE;
}

/* What may have changed between proposal and execution although the means are locked. */
static gboolean
still_possible (CdVenue *venue, const CdVenueInstruction *in, CdWireAnswer *answer)
{
  const CdWireInstruction *c = in->content;
  const CdVenueObligation *o = cd_venue_find_obligation (venue, in->account, c->year);

  if ((c->kind == CD_WIRE_INSTRUCTION_RESERVE || c->kind == CD_WIRE_INSTRUCTION_SURRENDER) && (!o || o->closed))
    cd_venue_reject (answer, "year.closed");
  else if (!cash_fits (venue, c))
    cd_venue_reject (answer, "amount.overflow");
  return answer->verdict != CD_WIRE_REJECTED;
}

static gint64
sum_lines (const GArray *lines)
{
  gint64 sum = 0;

  for (guint i = 0; lines && i < lines->len; i++)
    sum += g_array_index (lines, CdWireLine, i).qty;
  return sum;
}

static void
count_surrender (CdVenue *venue, CdVenueInstruction *in)
{
  CdVenueObligation *o = cd_venue_find_obligation (venue, in->account, in->content->year);
  CdWireEvent *event;

  if (!o)
    return;
  o->surrendered += sum_lines (in->content->allowances);
  o->offset += sum_lines (in->content->credits);
  o->closed = o->surrendered + o->offset >= o->owed;
  event = cd_venue_event_new (venue, CD_WIRE_EVENT_OBLIGATION, in->account);
  event->year = o->year;
  event->owed = o->owed;
  event->surrendered = o->surrendered;
  event->offset = o->offset;
  event->closed = o->closed;
  cd_venue_emit (venue, event);
}

static void
execute (CdVenue *venue, CdVenueInstruction *in)
{
  in->receipt = g_strdup_printf ("R%08" G_GUINT64_FORMAT, ++venue->next_receipt);
  move_content (venue, in->account, in->content, STEP_DONE);
  tell (venue, in, "executed");
  if (in->content->kind == CD_WIRE_INSTRUCTION_SURRENDER)
    count_surrender (venue, in);
}

/* --- Steps ----------------------------------------------------------------------------------------------------------- */

static void
propose (CdVenue *venue, const CdVenueDemoPerson *person, const CdWireCommand *command, CdWireInstruction *body, CdWireAnswer *answer)
{
  CdVenueInstruction *in;
  guint needed = body->kind == CD_WIRE_INSTRUCTION_CASH_IN || body->kind == CD_WIRE_INSTRUCTION_CASH_OUT ? CD_ROLE_CASH : CD_ROLE_ENTER;

  if (!(person->roles & needed))
    {
      cd_venue_reject (answer, "rights.missing");
      return;
    }
  if (!check_content (venue, command->account, body, answer))
    return;
  in = g_new0 (CdVenueInstruction, 1);
  in->id = g_strdup (command->key);
  in->account = g_strdup (command->account);
  in->hash = cd_sha256_hex (command->body, strlen (command->body));
  in->by = g_strdup (person->id);
  in->content = cd_wire_instruction_copy (body);
  in->content->version = 1;
  g_ptr_array_add (venue->instructions, in);
  g_hash_table_insert (venue->instruction_by_id, in->id, in);
  answer->id = g_strdup (in->id);
  move_content (venue, in->account, in->content, STEP_LOCK);
  tell (venue, in, "proposed");
}

/* A new version: the old locks go back, the new ones are made, and every approval of the old one is void. */
static void
edit (CdVenue *venue, const CdVenueDemoPerson *person, CdVenueInstruction *in, const CdWireCommand *command, CdWireInstruction *body, CdWireAnswer *answer)
{
  g_autoptr (CdWireInstruction) old = cd_wire_instruction_copy (in->content);

  if (!g_str_equal (in->by, person->id))
    {
      cd_venue_reject (answer, "rights.missing");
      return;
    }
  /* Another kind needs other rights: that is another instruction. */
  if (body->kind != old->kind)
    {
      cd_venue_reject (answer, "request.malformed");
      answer->detail = g_strdup ("kind: expected that of the first version");
      return;
    }
  move_content (venue, in->account, old, STEP_BACK);
  if (!check_content (venue, in->account, body, answer))
    {
      move_content (venue, in->account, old, STEP_LOCK);
      return;
    }
  cd_wire_instruction_free (in->content);
  in->content = cd_wire_instruction_copy (body);
  in->content->version = old->version + 1;
  g_free (in->hash);
  in->hash = cd_sha256_hex (command->body, strlen (command->body));
  move_content (venue, in->account, in->content, STEP_LOCK);
  tell (venue, in, "proposed");
}

static void
confirm (CdVenue *venue, const CdVenueDemoPerson *person, CdVenueInstruction *in, const CdWireInstruction *body, CdWireAnswer *answer)
{
  gboolean reviewed = in->content->kind == CD_WIRE_INSTRUCTION_SURRENDER || in->content->kind == CD_WIRE_INSTRUCTION_CANCEL;

  if (g_str_equal (in->by, person->id))
    cd_venue_reject (answer, "instruction.same_person");
  else if (!(person->roles & CD_ROLE_APPROVE))
    cd_venue_reject (answer, "rights.missing");
  else if (g_strcmp0 (body->hash, in->hash) != 0)
    cd_venue_reject (answer, "instruction.stale");
  else if (still_possible (venue, in, answer))
    {
      in->confirmed_by = g_strdup (person->id);
      if (reviewed)
        tell (venue, in, "in_review");
      else
        execute (venue, in);
    }
}

static void
give_back (CdVenue *venue, CdVenueInstruction *in, const char *state, const char *reason)
{
  g_free (in->reason);
  in->reason = g_strdup (reason);
  move_content (venue, in->account, in->content, STEP_BACK);
  tell (venue, in, state);
}

static void
review (CdVenue *venue, const CdVenueDemoPerson *person, CdVenueInstruction *in, const CdWireInstruction *body, CdWireAnswer *answer)
{
  if (!(person->roles & CD_ROLE_REVIEW))
    cd_venue_reject (answer, "rights.missing");
  else if (!g_str_equal (in->state, "in_review"))
    cd_venue_reject (answer, "instruction.state");
  else if (g_strcmp0 (body->verdict, "pass") == 0)
    {
      if (still_possible (venue, in, answer))
        execute (venue, in);
    }
  else
    give_back (venue, in, "refused", body->reason);
}

static void
later_step (CdVenue *venue, const CdVenueDemoPerson *person, const CdWireCommand *command, CdWireInstruction *body, CdWireAnswer *answer)
{
  CdVenueInstruction *in = g_hash_table_lookup (venue->instruction_by_id, body->id);

  if (!in || !g_str_equal (in->account, command->account))
    {
      cd_venue_reject (answer, "instruction.state");
      return;
    }
  answer->id = g_strdup (in->id);
  if (command->op == CD_WIRE_OP_INSTRUCTION_REVIEW)
    {
      review (venue, person, in, body, answer);
      return;
    }
  if (!g_str_equal (in->state, "proposed"))
    cd_venue_reject (answer, "instruction.state");
  else if (body->version != in->content->version)
    cd_venue_reject (answer, "instruction.stale");
  else if (command->op == CD_WIRE_OP_INSTRUCTION_EDIT)
    edit (venue, person, in, command, body, answer);
  else if (command->op == CD_WIRE_OP_INSTRUCTION_CONFIRM)
    confirm (venue, person, in, body, answer);
  else if (command->op == CD_WIRE_OP_INSTRUCTION_REFUSE ? !(person->roles & CD_ROLE_APPROVE) : !(person->roles & CD_ROLE_ENTER))
    cd_venue_reject (answer, "rights.missing");
  else
    give_back (venue, in, command->op == CD_WIRE_OP_INSTRUCTION_REFUSE ? "refused" : "withdrawn", body->reason);
}

void
cd_venue_instruct (CdVenue *venue, const char *person, const CdWireCommand *command, CdWireAnswer *answer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdWireInstruction) body = cd_wire_instruction_parse ((int)command->op, command->body, strlen (command->body), &error);
  const CdVenueDemoPerson *p = cd_venue_person (venue, person);

  if (!body)
    {
      cd_venue_reject (answer, "request.malformed");
      answer->detail = g_strdup (error->message);
      return;
    }
  if (command->op == CD_WIRE_OP_INSTRUCTION_PROPOSE)
    propose (venue, p, command, body, answer);
  else
    later_step (venue, p, command, body, answer);
}
