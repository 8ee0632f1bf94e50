/* cd-trade-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Workspace 1: watchlist and ticket, chart and blotter, book, tape and holdings.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-desk.h"
#include "cd-ticket-view.h"

G_BEGIN_DECLS

#define CD_TYPE_TRADE_PAGE (cd_trade_page_get_type ())
G_DECLARE_FINAL_TYPE (CdTradePage, cd_trade_page, CD, TRADE_PAGE, GtkWidget)

typedef enum
{
  CD_PANE_BOOK = 1,
  CD_PANE_BLOTTER = 2,
  CD_PANE_HOLDINGS = 3,
  CD_PANE_CHART = 4,
  CD_PANE_TICKET = 5,
  CD_PANE_WATCHLIST = 6,
} CdTradePane;

/* Signal "chosen" when the instrument changes. */
GtkWidget *cd_trade_page_new (CdDesk *desk);
CdTicketView *cd_trade_page_get_ticket (CdTradePage *self);
void cd_trade_page_focus (CdTradePage *self, CdTradePane pane);
void cd_trade_page_step_instrument (CdTradePage *self, int by);
void cd_trade_page_cancel_selected (CdTradePage *self);
/* Puts the chosen order into the ticket to be changed. Returns: (transfer none) (nullable): why it cannot be. */
const char *cd_trade_page_amend_selected (CdTradePage *self);
/* (nullable): the instrument that everything shows; choosing one puts the focus into its book. */
const char *cd_trade_page_get_instrument (CdTradePage *self);
/* As soon as it is quoted, instead of the first one. */
void cd_trade_page_set_instrument (CdTradePage *self, const char *code);
gboolean cd_trade_page_open_instrument (CdTradePage *self, const char *code);
/* By its number at the venue; shows it in the blotter. */
gboolean cd_trade_page_open_order (CdTradePage *self, const char *order_id);
GtkWidget *cd_trade_page_get_blotter (CdTradePage *self);
void cd_trade_page_show_blotter (CdTradePage *self, const char *tab); /* "working", "fills", "all", "blocks" */
void cd_trade_page_toggle_book_form (CdTradePage *self);
void cd_trade_page_next_chart (CdTradePage *self);
G_END_DECLS
