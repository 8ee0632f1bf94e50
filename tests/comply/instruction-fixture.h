/* instruction-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Events that carry all they must, for the tests of the instruction table.
 */
#pragma once

#include "cd-instruction-table.h"

#define INSTRUCTION_KEY "PXAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define INSTRUCTION_HASHES 3

extern const char *const instruction_hashes[INSTRUCTION_HASHES];

/* Everything that counts but the mark of a conflict, as text. (transfer full) */
char *instruction_digest (const CdInstruction *in);

/* What this instruction accepts as an event of @kind, if its state does: ANNA proposes, BO approves. */
CdInstructionEvent instruction_event (const CdInstruction *in, CdInstructionEventKind kind);
