/* cd-wizard.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The keyboard wizard (键盘精灵): what a few typed letters may mean. Instruments, entities, orders and commands are found by code,
 * order number, name, or the initials of the Chinese name. Main thread.
 */
#pragma once

#include "cd-desk.h"

G_BEGIN_DECLS

typedef enum
{
  CD_WIZARD_INSTRUMENT,
  CD_WIZARD_ENTITY,
  CD_WIZARD_ORDER,
  CD_WIZARD_COMMAND,
} CdWizardKind;

/**
 * CdWizardItem:
 * @id: code, account, order number or detailed action name
 * @text: what is shown
 * @rank: 0 = the best kind of match
 */
typedef struct
{
  CdWizardKind kind;
  char *id;
  char *text;
  int rank;
} CdWizardItem;

/* A command as the window offers it; @text in the reader's language, @other in the other one (nullable). */
typedef struct
{
  const char *action;
  const char *text;
  const char *other;
} CdWizardCommand;

/**
 * cd_wizard_rank:
 * How well @typed fits: 0 the whole code, 1 its beginning, 2 the beginning of a name, 3 initials from the first character, 4 inside
 * code or name, 5 initials further on; -1 not at all. @code: (nullable); @names: (nullable) %NULL-terminated
 */
int cd_wizard_rank (const char *typed, const char *code, const char *const *names);

/**
 * cd_wizard_search:
 * Returns: (transfer full) (element-type CdWizardItem): best first, at most @max
 */
GPtrArray *cd_wizard_search (CdDesk *desk, const char *typed, const CdWizardCommand *commands, gsize n_commands, guint max);

G_END_DECLS
