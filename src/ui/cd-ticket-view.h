/* cd-ticket-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The order ticket: side, kind, purpose, price, quantity; live checks and preview of every change, in words also before anything is
 * typed; one button that says what it sends, one that stages. A send empties the quantity, and a press that may be a slip (a held
 * key, a double click, right after a change of focus, after the window stood still) does nothing.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-desk.h"

G_BEGIN_DECLS

#define CD_TYPE_TICKET_VIEW (cd_ticket_view_get_type ())
G_DECLARE_FINAL_TYPE (CdTicketView, cd_ticket_view, CD, TICKET_VIEW, GtkWidget)

/* Which orders are asked about before they leave; values as in the settings. */
typedef enum
{
  CD_TICKET_CONFIRM_ALWAYS,
  CD_TICKET_CONFIRM_LARGE, /* from the size of a block on */
  CD_TICKET_CONFIRM_NEVER,
} CdTicketConfirm;

GtkWidget *cd_ticket_view_new (CdDesk *desk);
void cd_ticket_view_set_instrument (CdTicketView *self, const char *code);
const char *cd_ticket_view_get_instrument (CdTicketView *self);
void cd_ticket_view_set_side (CdTicketView *self, CdSide side);
void cd_ticket_view_set_confirm (CdTicketView *self, CdTicketConfirm confirm);
/* From a row of the book: what would take it. @listing: (nullable): one listing; @qty 0 keeps the field. */
void cd_ticket_view_fill (CdTicketView *self, CdSide side, CdOrderKind kind, gint64 price_e4, gint64 qty, const char *listing);
/* Changes an order of ours in place, from its present values; shows old → new. NULL ends it. */
void cd_ticket_view_amend (CdTicketView *self, CdOrderRow *row);
void cd_ticket_view_focus (CdTicketView *self);
/* The verbs of the keyboard. */
void cd_ticket_view_send (CdTicketView *self);
void cd_ticket_view_stage (CdTicketView *self);
void cd_ticket_view_chip (CdTicketView *self, guint index); /* 0–5: 25, 50, 75, 100 %, usable, shortage */
void cd_ticket_view_join (CdTicketView *self, CdSide side); /* price of the best bid or ask */
void cd_ticket_view_focus_purpose (CdTicketView *self);
/* Runs the checks again: the clock, the book or the account changed. */
void cd_ticket_view_refresh (CdTicketView *self);
/* Why the chosen check says what it says. (transfer full) (nullable) */
CdTrace *cd_ticket_view_explain (CdTicketView *self);

G_END_DECLS
