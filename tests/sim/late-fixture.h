/* late-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One world of the simulator for a single case: answers that take as long as the case wants, events that are lost, and what other
 * people do at the venue meanwhile.
 */
#pragma once

#include "sim.h"

G_BEGIN_DECLS

#define LATE_ACCOUNT "HD-POWER"
#define LATE_CODE "CEA25"

typedef struct
{
  SimWorld w;
  SimCount count;
  SimScript script;
  const char *slow; /* (nullable): part of the path of the answers that take @slow_ms more */
  guint slow_ms;
  guint n_slow;     /* so many of them */
  guint looked;     /* how often the venue has looked for one */
  const char *lose; /* (nullable): part of the private messages that are lost */
  guint n_lose;
  const char *swallow; /* (nullable): part of the commands that are lost */
  guint n_commands;    /* that left */
  void (*at_probe) (gpointer late, const char *name);
  const char *wanted;                /* (nullable): name of the probe */
  gboolean (*holds) (gpointer late); /* (nullable): must be true after every step once it was */
  gboolean held;
} Late;

void late_open (Late *late);
void late_close (Late *late);
void late_live (Late *late);
/* What @person does at another workstation; refused = the test fails. Returns: the key */
char *late_act (Late *late, const char *person, const char *account, CdWireOp op, const char *body);
CdOrderRow *late_working (Late *late, gint64 below); /* an order of ours that rests */
gboolean late_pass (Late *late, gint64 ms);          /* time; FALSE: what held does not any more */

G_END_DECLS
