/* cd-wire-registry-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to wire/: the content of an instruction inside a row of a list.
 */
#pragma once

#include "cd-wire-fields.h"
#include "cd-wire-registry.h"

G_BEGIN_DECLS

/* The content members of an instruction of a known kind, without braces. */
void cd_wire_instruction_write_content (GString *out, const CdWireInstruction *instruction);
void cd_wire_instruction_read_content (const CdJson *object, CdWireInstruction *instruction, CdJsonFaults *faults);

G_END_DECLS
