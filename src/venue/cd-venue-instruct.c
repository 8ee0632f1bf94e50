/* cd-venue-instruct.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The life of a registry instruction at the registry: proposed by one person, confirmed by another one with version and hash of
 * what was read, reviewed by the authority where the rule says so. Which step leads where is the table of
 * comply/cd-instruction-table.c and nothing else; a command is a few of its events, all or none.
 *
 * On the wire "proposed" is the table's PROPOSED, "in_review" its RECEIVED (the registry has it and gave a receipt).
 */
#include "cd-venue-private.h"

#include <string.h>

void
cd_venue_instruction_free (gpointer data)
{
  CdVenueInstruction *in = data;

  g_clear_pointer (&in->life, cd_instruction_free);
  g_clear_pointer (&in->content, cd_wire_instruction_free);
  g_free (in->deputy_for);
  g_free (in);
}

const char *
cd_venue_instruction_state (const CdVenueInstruction *in)
{
  return in->life->state == CD_INSTRUCTION_RECEIVED ? "in_review" : cd_instruction_state_name (in->life->state);
}

const char *
cd_venue_instruction_in_time (const CdVenueInstruction *in)
{
  if (in->deadline_us == 0 || !in->life->receipt)
    return NULL;
  return cd_instruction_in_time (in->life, in->deadline_us - 1) ? "yes" : "no";
}

static void
tell (CdVenue *venue, CdVenueInstruction *in)
{
  const CdInstruction *life = in->life;
  CdWireEvent *event = cd_venue_event_new (venue, CD_WIRE_EVENT_INSTRUCTION, life->account);

  in->at_us = venue->now_us;
  event->id = g_strdup (life->key);
  event->instruction_kind = g_strdup (cd_wire_instruction_kind_name (in->content->kind));
  event->state = g_strdup (cd_venue_instruction_state (in));
  event->version = (int)life->version;
  event->hash = g_strdup (life->hash);
  event->by = g_strdup (life->maker);
  event->confirmed_by = g_strdup (life->approved_version ? life->checker : NULL);
  event->deputy_for = g_strdup (in->deputy_for);
  event->reason = g_strdup (life->reason);
  event->receipt = g_strdup (life->receipt);
  event->received_us = life->received_at_us;
  event->zone = life->receipt ? g_strdup (cd_zone_name (cd_venue_zone (venue))) : NULL;
  event->deadline_us = life->receipt ? in->deadline_us : 0;
  event->in_time = g_strdup (cd_venue_instruction_in_time (in));
  event->tx_id = g_strdup (life->tx_id);
  cd_venue_emit (venue, event);
}

/* --- The table --------------------------------------------------------------------------------------------------------- */

static CdInstruction *
copy_life (const CdInstruction *life)
{
  CdInstruction *copy = g_memdup2 (life, sizeof *life);

  copy->account = g_strdup (life->account);
  copy->maker = g_strdup (life->maker);
  copy->checker = g_strdup (life->checker);
  copy->receipt = g_strdup (life->receipt);
  copy->tx_id = g_strdup (life->tx_id);
  copy->reason = g_strdup (life->reason);
  copy->epoch = g_strdup (life->epoch);
  return copy;
}

static const char *
code_of (int error)
{
  switch (error)
    {
    case CD_INSTRUCTION_ERROR_STALE:
      return "instruction.stale";
    case CD_INSTRUCTION_ERROR_SAME_PERSON:
      return "instruction.same_person";
    case CD_INSTRUCTION_ERROR_RIGHTS:
      return "rights.missing";
    case CD_INSTRUCTION_ERROR_INCOMPLETE:
      return "request.malformed";
    default:
      return "instruction.state";
    }
}

/* All events or none. (nullable) (transfer full): the life after them; else @answer says why not. */
static CdInstruction *
after (const CdInstruction *life, const CdInstructionEvent *events, gsize n, CdWireAnswer *answer)
{
  g_autoptr (CdInstruction) next = copy_life (life);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < n; i++)
    if (!cd_instruction_apply (next, &events[i], &error))
      {
        cd_venue_reject (answer, code_of (error->code));
        g_free (answer->detail);
        answer->detail = g_strdup (error->message);
        return NULL;
      }
  return g_steal_pointer (&next);
}

static void
become (CdVenueInstruction *in, CdInstruction *life)
{
  cd_instruction_free (in->life);
  in->life = life;
}

static CdInstructionRights
rights_of (const CdVenue *venue, const char *person, const char *account, const CdWireInstruction *content)
{
  gboolean cash = content->kind == CD_WIRE_INSTRUCTION_CASH_IN || content->kind == CD_WIRE_INSTRUCTION_CASH_OUT;
  guint roles = cd_venue_roles (venue, person, account, NULL);

  return ((roles & (cash ? CD_ROLE_CASH : CD_ROLE_ENTER)) ? CD_INSTRUCTION_MAY_ENTER : 0) | ((roles & CD_ROLE_APPROVE) ? CD_INSTRUCTION_MAY_APPROVE : 0);
}

/* --- Execution --------------------------------------------------------------------------------------------------------- */

static gboolean
needs_review (const CdVenueInstruction *in)
{
  return in->content->kind == CD_WIRE_INSTRUCTION_SURRENDER || in->content->kind == CD_WIRE_INSTRUCTION_CANCEL;
}

/* Whoever has lost the right since does not stand behind it any more: roles count when something is executed. A deputy stood in
 * for somebody, so that one's right counts. */
static gboolean
still_entitled (const CdVenue *venue, const CdVenueInstruction *in, const char *checker, const char *deputy_for, CdWireAnswer *answer)
{
  const char *approver = deputy_for ? deputy_for : checker;
  const char *lost = NULL;

  if (!(rights_of (venue, in->life->maker, in->life->account, in->content) & CD_INSTRUCTION_MAY_ENTER))
    lost = in->life->maker;
  else if (!(rights_of (venue, approver, in->life->account, in->content) & CD_INSTRUCTION_MAY_APPROVE))
    lost = approver;
  if (!lost)
    return TRUE;
  cd_venue_reject (answer, "rights.missing");
  g_free (answer->detail);
  answer->detail = g_strdup_printf ("%s has no such right any more", lost);
  return FALSE;
}

static CdInstruction *
executed (CdVenue *venue, const CdInstruction *life, CdWireAnswer *answer)
{
  g_autofree char *tx_id = g_strdup_printf ("X%08" G_GUINT64_FORMAT, venue->next_receipt + 1);
  const CdInstructionEvent event = { .kind = CD_INSTRUCTION_EVENT_EXECUTED, .receipt = life->receipt, .hash = life->approved_hash, .tx_id = tx_id, .epoch = venue->epoch, .at_us = venue->now_us };
  CdInstruction *next = after (life, &event, 1, answer);

  if (next)
    venue->next_receipt++;
  return next;
}

static void
finish (CdVenue *venue, CdVenueInstruction *in, CdInstruction *life)
{
  become (in, life);
  cd_venue_move_content (venue, life->account, in->content, CD_VENUE_STEP_DONE);
  tell (venue, in);
  if (in->content->kind == CD_WIRE_INSTRUCTION_SURRENDER)
    cd_venue_count_surrender (venue, in);
}

/* Until when a receipt counts as in time: the first instant that is too late; 0 = no day is verified. */
static gint64
deadline_of (const CdVenue *venue, const char *account, const CdWireInstruction *content)
{
  const CdVenueObligation *o = content->kind == CD_WIRE_INSTRUCTION_SURRENDER ? cd_venue_find_obligation (venue, account, content->year) : NULL;
  const CdComplianceYear *year = NULL;
  const CdTask *task;

  for (gsize p = 0; o && p < venue->n_packs && !year; p++)
    if (g_strcmp0 (venue->packs[p]->id, o->market) == 0 && venue->packs[p]->scheme)
      year = cd_scheme_year (venue->packs[p]->scheme, o->year, o->sector);
  task = year ? cd_compliance_year_task (year, "surrender") : NULL;
  return task && task->due != CD_DATE_NONE ? cd_zone_to_us (cd_venue_zone (venue), task->due, 86400) : 0;
}

/* --- Steps ----------------------------------------------------------------------------------------------------------- */

static void
propose (CdVenue *venue, const char *person, const CdWireCommand *command, const CdWireInstruction *body, CdWireAnswer *answer)
{
  g_autofree char *hash = cd_sha256_hex (command->body, strlen (command->body));
  g_autoptr (CdInstruction) draft = cd_instruction_new (command->key, command->account);
  const CdInstructionEvent event = { .kind = CD_INSTRUCTION_EVENT_PROPOSE, .by = person, .rights = rights_of (venue, person, command->account, body), .hash = hash };
  g_autoptr (CdInstruction) life = after (draft, &event, 1, answer);
  CdVenueInstruction *in;

  if (!life || !cd_venue_check_content (venue, command->account, body, answer) || !cd_venue_as_expected (venue, command->account, body, body, answer))
    return;
  in = g_new0 (CdVenueInstruction, 1);
  in->life = g_steal_pointer (&life);
  in->content = cd_wire_instruction_copy (body);
  in->content->version = 1;
  in->deadline_us = deadline_of (venue, command->account, body);
  g_ptr_array_add (venue->instructions, in);
  g_hash_table_insert (venue->instruction_by_id, g_strdup (in->life->key), in);
  answer->id = g_strdup (in->life->key);
  cd_venue_move_content (venue, command->account, in->content, CD_VENUE_STEP_LOCK);
  tell (venue, in);
}

/* A new version: the old locks go back, the new ones are made, and every approval of the old one is void. */
static void
edit (CdVenue *venue, const char *person, CdVenueInstruction *in, const CdWireCommand *command, const CdWireInstruction *body, CdWireAnswer *answer)
{
  const char *account = in->life->account;
  g_autofree char *hash = cd_sha256_hex (command->body, strlen (command->body));
  const CdInstructionEvent event = { .kind = CD_INSTRUCTION_EVENT_EDIT, .by = person, .rights = rights_of (venue, person, account, in->content), .version = (guint)body->version, .hash = hash };
  g_autoptr (CdInstruction) life = after (in->life, &event, 1, answer);

  if (!life)
    return;
  /* Another kind needs other rights: that is another instruction. */
  if (body->kind != in->content->kind)
    {
      cd_venue_reject (answer, "request.malformed");
      answer->detail = g_strdup ("kind: expected that of the first version");
      return;
    }
  if (!cd_venue_as_expected (venue, account, in->content, body, answer))
    return;
  cd_venue_move_content (venue, account, in->content, CD_VENUE_STEP_BACK);
  if (!cd_venue_check_content (venue, account, body, answer))
    {
      cd_venue_move_content (venue, account, in->content, CD_VENUE_STEP_LOCK);
      return;
    }
  cd_wire_instruction_free (in->content);
  in->content = cd_wire_instruction_copy (body);
  become (in, g_steal_pointer (&life));
  in->content->version = (int)in->life->version;
  in->deadline_us = deadline_of (venue, in->life->account, body);
  cd_venue_move_content (venue, in->life->account, in->content, CD_VENUE_STEP_LOCK);
  tell (venue, in);
}

/* The second person: the registry takes it in with a receipt, and executes what needs no review at once. */
static void
confirm (CdVenue *venue, const char *person, CdVenueInstruction *in, const CdWireInstruction *body, CdWireAnswer *answer)
{
  const char *deputy_for = NULL;
  g_autofree char *receipt = g_strdup_printf ("R%08" G_GUINT64_FORMAT, venue->next_receipt + 1);
  const CdInstructionRights rights = rights_of (venue, person, in->life->account, in->content);
  const guint version = (guint)body->version;
  const CdInstructionEvent events[] = {
    { .kind = CD_INSTRUCTION_EVENT_OPEN_REVIEW, .by = person, .rights = rights, .version = version },
    { .kind = CD_INSTRUCTION_EVENT_APPROVE, .by = person, .rights = rights, .version = version, .hash = body->hash },
    { .kind = CD_INSTRUCTION_EVENT_COMMIT_INTENT, .version = version, .hash = body->hash },
    { .kind = CD_INSTRUCTION_EVENT_COMMIT_SENDING, .version = version, .hash = body->hash },
    { .kind = CD_INSTRUCTION_EVENT_RECEIVED, .receipt = receipt, .hash = body->hash, .epoch = venue->epoch, .at_us = venue->now_us },
  };
  g_autoptr (CdInstruction) life = NULL;
  CdInstruction *done;

  if (in->life->state == CD_INSTRUCTION_PROPOSED && g_str_equal (in->life->maker, person))
    {
      /* Said first: whoever may do both must know that it is not a matter of rights. */
      cd_venue_reject (answer, "instruction.same_person");
      return;
    }
  life = after (in->life, events, G_N_ELEMENTS (events), answer);
  cd_venue_roles (venue, person, in->life->account, &deputy_for);
  if (!life || !still_entitled (venue, in, person, deputy_for, answer) || !cd_venue_as_expected (venue, life->account, in->content, body, answer) || !cd_venue_still_possible (venue, in, answer))
    return;
  venue->next_receipt++;
  in->deputy_for = g_strdup (deputy_for);
  if (needs_review (in))
    {
      become (in, g_steal_pointer (&life));
      tell (venue, in);
      return;
    }
  done = executed (venue, life, answer);
  g_assert (done);
  finish (venue, in, done);
}

static void
give_back (CdVenue *venue, CdVenueInstruction *in, CdInstruction *life)
{
  become (in, life);
  cd_venue_move_content (venue, life->account, in->content, CD_VENUE_STEP_BACK);
  tell (venue, in);
}

static gboolean
has_reason (const CdWireInstruction *body, CdWireAnswer *answer)
{
  g_autofree char *text = g_strstrip (g_strdup (body->reason ? body->reason : ""));

  if (*text)
    return TRUE;
  cd_venue_reject (answer, "reason.missing");
  return FALSE;
}

static void
refuse (CdVenue *venue, const char *person, CdVenueInstruction *in, const CdWireInstruction *body, CdWireAnswer *answer)
{
  const CdInstructionRights rights = rights_of (venue, person, in->life->account, in->content);
  const CdInstructionEvent events[] = {
    { .kind = CD_INSTRUCTION_EVENT_OPEN_REVIEW, .by = person, .rights = rights, .version = (guint)body->version },
    { .kind = CD_INSTRUCTION_EVENT_REJECT, .by = person, .rights = rights, .version = (guint)body->version, .reason = body->reason },
  };
  CdInstruction *life;

  if (in->life->state == CD_INSTRUCTION_PROPOSED && (rights & CD_INSTRUCTION_MAY_APPROVE) && !has_reason (body, answer))
    return;
  life = after (in->life, events, G_N_ELEMENTS (events), answer);
  if (life)
    give_back (venue, in, life);
}

/* A fence: from the answer on it can never be executed. Possible until it has been, under review too. */
static void
withdraw (CdVenue *venue, const char *person, CdVenueInstruction *in, const CdWireInstruction *body, CdWireAnswer *answer)
{
  const CdInstructionEvent events[] = {
    { .kind = CD_INSTRUCTION_EVENT_REQUEST_WITHDRAWAL, .by = person, .rights = rights_of (venue, person, in->life->account, in->content) },
    { .kind = CD_INSTRUCTION_EVENT_FENCED, .epoch = venue->epoch, .at_us = venue->now_us },
  };
  CdInstruction *life = after (in->life, events, G_N_ELEMENTS (events), answer);

  if (!life)
    {
      /* Too late: the receipt says what happened instead. */
      if (in->life->state == CD_INSTRUCTION_EXECUTED)
        {
          g_free (answer->detail);
          answer->detail = g_strdup_printf ("executed; receipt %s", in->life->receipt);
        }
      return;
    }
  if ((guint)body->version != life->version)
    {
      cd_instruction_free (life);
      cd_venue_reject (answer, "instruction.stale");
      return;
    }
  g_free (life->reason);
  life->reason = g_strdup (body->reason);
  give_back (venue, in, life);
}

/* The authority judges one version: the one that two persons stand behind. */
static void
review (CdVenue *venue, const char *person, CdVenueInstruction *in, const CdWireInstruction *body, CdWireAnswer *answer)
{
  const CdInstructionEvent event = { .kind = CD_INSTRUCTION_EVENT_REFUSED, .reason = body->reason, .epoch = venue->epoch, .at_us = venue->now_us };
  gboolean pass = g_strcmp0 (body->verdict, "pass") == 0;
  CdInstruction *life;

  if (!(cd_venue_roles (venue, person, in->life->account, NULL) & CD_ROLE_REVIEW))
    cd_venue_reject (answer, "rights.missing");
  else if (in->life->state != CD_INSTRUCTION_RECEIVED)
    cd_venue_reject (answer, "instruction.state");
  else if (g_str_equal (in->life->maker, person) || g_strcmp0 (in->life->checker, person) == 0)
    cd_venue_reject (answer, "instruction.same_person");
  else if ((body->version != 0 && (guint)body->version != in->life->approved_version) || (body->hash && strcmp (body->hash, in->life->approved_hash) != 0))
    cd_venue_reject (answer, "instruction.stale");
  else if (!pass && has_reason (body, answer))
    {
      life = after (in->life, &event, 1, answer);
      if (life)
        give_back (venue, in, life);
    }
  else if (pass && still_entitled (venue, in, in->life->checker, in->deputy_for, answer) && cd_venue_still_possible (venue, in, answer))
    {
      life = executed (venue, in->life, answer);
      if (life)
        finish (venue, in, life);
    }
}

static void
later_step (CdVenue *venue, const char *person, const CdWireCommand *command, const CdWireInstruction *body, CdWireAnswer *answer)
{
  CdVenueInstruction *in = g_hash_table_lookup (venue->instruction_by_id, body->id);

  if (!in || !g_str_equal (in->life->account, command->account))
    {
      cd_venue_reject (answer, "instruction.state");
      return;
    }
  answer->id = g_strdup (in->life->key);
  if (command->op == CD_WIRE_OP_INSTRUCTION_EDIT)
    edit (venue, person, in, command, body, answer);
  else if (command->op == CD_WIRE_OP_INSTRUCTION_CONFIRM)
    confirm (venue, person, in, body, answer);
  else if (command->op == CD_WIRE_OP_INSTRUCTION_REFUSE)
    refuse (venue, person, in, body, answer);
  else if (command->op == CD_WIRE_OP_INSTRUCTION_WITHDRAW)
    withdraw (venue, person, in, body, answer);
  else
    review (venue, person, in, body, answer);
}

void
cd_venue_instruct (CdVenue *venue, const char *person, const CdWireCommand *command, CdWireAnswer *answer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdWireInstruction) body = cd_wire_instruction_parse ((int)command->op, command->body, strlen (command->body), &error);

  if (!body)
    {
      cd_venue_reject (answer, "request.malformed");
      answer->detail = g_strdup (error->message);
      return;
    }
  if (command->op == CD_WIRE_OP_INSTRUCTION_PROPOSE)
    propose (venue, person, command, body, answer);
  else
    later_step (venue, person, command, body, answer);
}
