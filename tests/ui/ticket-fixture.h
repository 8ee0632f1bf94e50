/* ticket-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A window with a ticket and the real venue behind it, read and worked as a person does: by accessible names.
 */
#pragma once

#include "cd-ticket-view.h"
#include "desk-fixture.h"
#include "ui-fixture.h"

G_BEGIN_DECLS

/* Whether a label that can be seen holds @part. */
gboolean says (GtkWidget *root, const char *part);
/* By its accessible name, as a screen reader finds it; fails when nothing has it. */
GtkWidget *named (GtkWidget *root, const char *name);
void type_in (GtkWidget *root, const char *name, const char *text);
/* Longer than the guards against slips, and no stall meanwhile: the loop runs. */
void let_guards_pass (void);
guint n_orders (Fixture *f);

typedef struct
{
  Fixture f;
  GtkWidget *window, *ticket;
} Ticket;
void ticket_setup (Ticket *t, gconstpointer data);
void ticket_teardown (Ticket *t, gconstpointer data);

G_END_DECLS
