/* cd-instruction-form.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a new registry instruction is made of: kind, asset, quantity; a surrender is suggested from the obligation.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-desk.h"

G_BEGIN_DECLS

#define CD_TYPE_INSTRUCTION_FORM (cd_instruction_form_get_type ())
G_DECLARE_FINAL_TYPE (CdInstructionForm, cd_instruction_form, CD, INSTRUCTION_FORM, GtkWidget)

GtkWidget *cd_instruction_form_new (CdDesk *desk);
void cd_instruction_form_refresh (CdInstructionForm *self);
void cd_instruction_form_surrender (CdInstructionForm *self);

G_END_DECLS
