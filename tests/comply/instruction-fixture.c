/* instruction-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "instruction-fixture.h"

const char *const instruction_hashes[INSTRUCTION_HASHES] = {
  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "0000000000000000000000000000000000000000000000000000000000000000",
};

char *
instruction_digest (const CdInstruction *in)
{
  return g_strdup_printf ("%d v%u %s m=%s c=%s a%u %s n%u r=%s t=%s why=%s e=%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " w%d", in->state, in->version, in->hash, in->maker, in->checker, in->approved_version, in->approved_hash, in->copies, in->receipt, in->tx_id, in->reason, in->epoch, in->received_at_us, in->effective_us, in->last_answer_us, in->withdrawal_requested);
}

CdInstructionEvent
instruction_event (const CdInstruction *in, CdInstructionEventKind kind)
{
  CdInstructionEvent event = { .kind = kind, .rights = CD_INSTRUCTION_MAY_ENTER | CD_INSTRUCTION_MAY_APPROVE, .by = "ANNA", .version = in->version, .hash = instruction_hashes[0], .at_us = 1000 };

  switch (kind)
    {
    case CD_INSTRUCTION_EVENT_OPEN_REVIEW:
    case CD_INSTRUCTION_EVENT_APPROVE:
    case CD_INSTRUCTION_EVENT_REJECT:
      event.by = "BO";
      event.hash = in->hash;
      event.reason = "not the year";
      break;
    case CD_INSTRUCTION_EVENT_EDIT:
      event.hash = instruction_hashes[1];
      break;
    case CD_INSTRUCTION_EVENT_RESEND:
    case CD_INSTRUCTION_EVENT_MANUAL:
      event.second = "BO";
      event.receipt = "letter 7";
      event.manual_to = CD_INSTRUCTION_EXECUTED;
      break;
    case CD_INSTRUCTION_EVENT_RECEIVED:
    case CD_INSTRUCTION_EVENT_SCHEDULED:
    case CD_INSTRUCTION_EVENT_EXECUTED:
      event.receipt = "R1";
      event.tx_id = "T1";
      event.effective_us = 2000;
      break;
    case CD_INSTRUCTION_EVENT_REFUSED:
    case CD_INSTRUCTION_EVENT_LAPSED:
      event.reason = "year.closed";
      break;
    default:
      break;
    }
  return event;
}
