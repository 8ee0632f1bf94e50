/* keys-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The real window with the real venue behind its desk, and a keyboard: every key goes through the X server.
 */
#pragma once

#include "cd-key-map.h"
#include "cd-lock.h"
#include "cd-ticket-private.h"
#include "cd-trade-page.h"
#include "ticket-fixture.h"

G_BEGIN_DECLS

typedef struct
{
  Fixture f;
  GtkApplication *application;
  GtkWidget *window;
  CdLock *lock; /* (owned) */
} Keys;
void keys_setup (Keys *k, gconstpointer data);
void keys_teardown (Keys *k, gconstpointer data);
CdTradePage *page (Keys *k);
CdTicketView *ticket (Keys *k);

/* A command of the shell; the loop runs on meanwhile, so that the window takes what is pressed. */
void run (const char *command);
void press (const char *keys); /* as xdotool names them */

/* What the actions of the same names were asked for, once they stand in for the real ones. */
extern char *reached; /* detailed name of the action that a key reached last */
extern guint n_reached;
void stand_in (GActionMap *map, const char *group);
gboolean close_cb (GtkWindow *window, gpointer data);
gboolean one_more (gpointer before);
/* Fails unless @key reaches the action of @binding, once. */
void press_binding (Keys *k, const CdKeyBinding *binding, const char *key);

G_END_DECLS
