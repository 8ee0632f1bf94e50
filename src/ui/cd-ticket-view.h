/* cd-ticket-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The order ticket: side, kind, purpose, price, quantity; live checks and preview of every change; one button that says what it
 * sends. A send empties the quantity, so that a held key or a double click is one intent at most.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-desk.h"

G_BEGIN_DECLS

#define CD_TYPE_TICKET_VIEW (cd_ticket_view_get_type ())
G_DECLARE_FINAL_TYPE (CdTicketView, cd_ticket_view, CD, TICKET_VIEW, GtkWidget)

GtkWidget *cd_ticket_view_new (CdDesk *desk);
void cd_ticket_view_set_instrument (CdTicketView *self, const char *code);
const char *cd_ticket_view_get_instrument (CdTicketView *self);
void cd_ticket_view_set_side (CdTicketView *self, CdSide side);
/* From a row of the book: what would take it. @listing: (nullable): one listing; @qty 0 keeps the field. */
void cd_ticket_view_fill (CdTicketView *self, CdSide side, CdOrderKind kind, gint64 price_e4, gint64 qty, const char *listing);
void cd_ticket_view_focus (CdTicketView *self);
/* The verbs of the keyboard. */
void cd_ticket_view_send (CdTicketView *self);
void cd_ticket_view_chip (CdTicketView *self, guint index); /* 0–5: 25, 50, 75, 100 %, usable, shortage */
void cd_ticket_view_join (CdTicketView *self, CdSide side); /* price of the best bid or ask */
/* Runs the checks again: the clock, the book or the account changed. */
void cd_ticket_view_refresh (CdTicketView *self);
/* Why the chosen check says what it says. (transfer full) (nullable) */
CdTrace *cd_ticket_view_explain (CdTicketView *self);

G_END_DECLS
