/* cd-desk-look.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The last look before a step that lets something out. Between the press and the first byte lie two commits of the disk, and a slow disk
 * takes seconds: what was locked, stopped, or taken from the person in the meantime does not leave. Cancels and fences always may.
 */
#include "cd-desk-private.h"

#include <string.h>

/* Not started when less than this is left of the order's deadline (T4). */
#define DEADLINE_MARGIN_US (2 * CD_USEC_PER_SEC)

enum
{
  RIGHT_ENTER = 1 << 0,
  RIGHT_APPROVE = 1 << 1,
  RIGHT_CASH = 1 << 2,
  RIGHT_REVIEW = 1 << 3,
};

static guint
rights_of_now (CdDesk *self, const char *account)
{
  const CdPerson *person = cd_desk_get_person (self);

  if (!person)
    return 0;
  return (person->may_enter ? RIGHT_ENTER : 0) | (cd_desk_may_approve (self, account) ? RIGHT_APPROVE : 0) | (person->may_cash ? RIGHT_CASH : 0) | (person->may_review ? RIGHT_REVIEW : 0);
}

static guint
right_for_kind (CdWireInstructionKind kind)
{
  return kind == CD_WIRE_INSTRUCTION_CASH_IN || kind == CD_WIRE_INSTRUCTION_CASH_OUT ? RIGHT_CASH : RIGHT_ENTER;
}

static guint
right_to_propose (const CdWireCommand *command)
{
  g_autoptr (CdWireInstruction) body = cd_wire_instruction_parse (command->op, command->body, strlen (command->body), NULL);

  return body ? right_for_kind (body->kind) : RIGHT_ENTER;
}

gboolean
cd_desk_check_may_propose (CdDesk *self, const char *account, CdWireInstructionKind kind, GError **error)
{
  if (rights_of_now (self, account) & right_for_kind (kind))
    return TRUE;
  g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_REFUSED, "rights.missing");
  return FALSE;
}

/* One of these is enough; 0 = none is needed. */
static guint
rights_for (const CdWireCommand *command)
{
  switch (command->op)
    {
    case CD_WIRE_OP_ORDER_NEW:
    case CD_WIRE_OP_ORDER_REPLACE:
    case CD_WIRE_OP_REQUEST_PROPOSE:
    case CD_WIRE_OP_REQUEST_EDIT:
      return RIGHT_ENTER;
    case CD_WIRE_OP_INSTRUCTION_PROPOSE:
    case CD_WIRE_OP_INSTRUCTION_EDIT:
      return right_to_propose (command);
    case CD_WIRE_OP_REQUEST_WITHDRAW:
    case CD_WIRE_OP_INSTRUCTION_WITHDRAW:
      return RIGHT_ENTER | RIGHT_CASH | RIGHT_APPROVE;
    case CD_WIRE_OP_INSTRUCTION_REVIEW:
      return RIGHT_REVIEW;
    case CD_WIRE_OP_INSTRUCTION_CONFIRM:
    case CD_WIRE_OP_INSTRUCTION_REFUSE:
    case CD_WIRE_OP_REQUEST_APPROVE:
    case CD_WIRE_OP_REQUEST_REFUSE:
    case CD_WIRE_OP_ACCOUNT_STOP:
    case CD_WIRE_OP_ACCOUNT_RELEASE:
    case CD_WIRE_OP_DEPUTY_APPOINT:
    case CD_WIRE_OP_DEPUTY_END:
      return RIGHT_APPROVE;
    default:
      return 0;
    }
}

void
cd_desk_look_pressed (CdDesk *self, CdDeskRequest *request)
{
  g_free (request->person);
  request->person = g_strdup (self->person);
  request->rights = rights_of_now (self, request->command->account);
}

/* Whoever never had the right was let through for another reason (an approved order of one who may only stage): the venue decides. */
static gboolean
right_is_gone (CdDesk *self, const CdDeskRequest *request)
{
  guint needed = rights_for (request->command);

  return (request->rights & needed) && !(rights_of_now (self, request->command->account) & needed);
}

const char *
cd_desk_last_look (CdDesk *self, const CdDeskRequest *request)
{
  const CdOrderRow *row = request->order_key ? g_hash_table_lookup (self->order_by_key, request->order_key) : NULL;
  CdVeto veto;

  if (request->command->deadline_us && cd_desk_venue_now (self) > request->command->deadline_us - DEADLINE_MARGIN_US)
    return "deadline.passed";
  if (request->kind == CD_REQUEST_CANCEL || request->kind == CD_REQUEST_FENCE)
    return NULL;
  /* A right that is gone locks too: the order says which it was. */
  if (g_strcmp0 (request->person, self->person) == 0 && right_is_gone (self, request))
    return "rights.missing";
  if (cd_desk_is_locked (self))
    return "desk.locked";
  if (g_strcmp0 (request->person, self->person) != 0)
    return "person.changed";
  if (request->kind != CD_REQUEST_NEW && request->kind != CD_REQUEST_REPLACE)
    return NULL;
  cd_desk_get_veto (self, request->command->account, &veto);
  if (veto.stopped)
    return "account.stopped";
  if (request->kind == CD_REQUEST_NEW && row && cd_desk_difference_locks (self, request->command->account, row->order->instrument))
    return "difference.open";
  return NULL;
}
