/* cd-ticket-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The inside of the ticket, shared by cd-ticket-*.c only:
 *
 *   cd-ticket-view.c     the object, its fields as a draft, what is shown
 *   cd-ticket-input.c    tabs, steps, chips
 *   cd-ticket-send.c     the way from a press to an order: slips, stalls, confirmation, staging
 *   cd-ticket-preview.c  preview and check list
 */
#pragma once

#include "cd-ticket-view.h"
#include "cd-ticket.h"

G_BEGIN_DECLS

#define CD_TICKET_CHECKS_MAX 32
#define CD_TICKET_PREVIEW_ROWS 11

/* cd-ticket-preview.c: pooled labels, so that a tick does not build widgets. */
typedef struct
{
  GtkWidget *name[CD_TICKET_PREVIEW_ROWS]; /* borrowed from the grid */
  GtkWidget *value[CD_TICKET_PREVIEW_ROWS];
  GtkWidget *wide[CD_TICKET_CHECKS_MAX]; /* what stops or warns: a line each */
  GtkWidget *pass[CD_TICKET_CHECKS_MAX]; /* the others: two columns */
} CdTicketLines;

/* What a check still waits for. */
typedef enum
{
  CD_TICKET_HAS_PRICE = 1 << 0,
  CD_TICKET_HAS_QTY = 1 << 1,
} CdTicketTyped;

/* @stops stands above the preview: in a low window it is what is seen first. */
void cd_ticket_lines_init (CdTicketLines *lines, GtkBox *stops, GtkGrid *preview, GtkBox *checks);
void cd_ticket_lines_show_preview (CdTicketLines *lines, const CdOrderDraft *draft, const CdTicketFigures *figures, gint64 close_us, const CdPreview *preview);
/* @typed: which figures there are; checks that need another one say what would hold. */
void cd_ticket_lines_show_checks (CdTicketLines *lines, const CdCheckResult *results, gsize n, CdTicketTyped typed, gint64 cash_e4);

typedef enum
{
  CD_TICKET_TAB_BUY,
  CD_TICKET_TAB_SELL,
  CD_TICKET_TAB_BLOCK,
  CD_TICKET_TAB_AUCTION,
  CD_TICKET_N_TABS,
} CdTicketTab;

struct _CdTicketView
{
  GtkWidget parent_instance;

  CdDesk *desk;      /* (owned) */
  char *instrument;  /* (owned) (nullable) */
  char *listing;     /* (owned) (nullable): the one that a pick names */
  CdOrderRow *amend; /* (owned) (nullable): the order that is being changed */
  gboolean filling;  /* fields are being set by us */
  CdOrderKind kinds[3];
  gsize n_kinds;
  CdTicketLines lines;
  CdCheckResult results[CD_TICKET_CHECKS_MAX];
  gsize n_results;

  /* cd-ticket-send.c */
  CdTicketConfirm confirm;
  gint64 focus_us;
  gboolean armed; /* a press has been taken, the second one sends */
  gint64 armed_us;
  CdOrderDraft armed_draft; /* strings not used */
  char *armed_text;         /* (owned): what the button said */

  /* Template widgets */
  GtkWidget *root;
  GtkWidget *title;
  GtkWidget *lock_label;
  GtkWidget *buy_toggle, *sell_toggle, *block_toggle, *auction_toggle;
  GtkWidget *side_box, *block_buy, *block_sell;
  GtkWidget *pages;
  GtkWidget *auction_text;
  GtkWidget *kind;
  GtkWidget *purpose;
  GtkWidget *price;
  GtkWidget *qty;
  GtkWidget *amount;
  GtkWidget *until;
  GtkWidget *chips;
  GtkWidget *input_error;
  GtkWidget *again_box, *again;
  GtkWidget *buttons;
  GtkWidget *stage;
  GtkWidget *send;
  GtkWidget *send_label;
  GtkWidget *stops;
  GtkWidget *preview;
  GtkWidget *checks;
};

/* cd-ticket-view.c */
const char *cd_ticket_view_purpose (CdTicketView *self);
gboolean cd_ticket_view_draft (CdTicketView *self, CdOrderDraft *draft, CdTicketFigures *figures);
void cd_ticket_view_set_price (CdTicketView *self, gint64 price_e4);
void cd_ticket_view_set_qty (CdTicketView *self, gint64 qty);
void cd_ticket_view_say (CdTicketView *self, const char *text); /* (nullable): below the fields */

/* cd-ticket-input.c */
CdTicketTab cd_ticket_view_tab (CdTicketView *self);
CdSide cd_ticket_view_side (CdTicketView *self);
CdOrderKind cd_ticket_view_kind (CdTicketView *self);
void cd_ticket_view_choose_kind (CdTicketView *self, CdOrderKind kind);
void cd_ticket_view_update_kinds (CdTicketView *self);
void cd_ticket_view_update_tabs (CdTicketView *self);
void cd_ticket_view_add_input (CdTicketView *self);
const CdMarket *cd_ticket_view_market (CdTicketView *self); /* (nullable) */
CdDate cd_ticket_view_today (CdTicketView *self, const CdMarket *market);

/* cd-ticket-send.c */
void cd_ticket_view_add_guards (CdTicketView *self);
void cd_ticket_view_show_buttons (CdTicketView *self, const CdOrderDraft *draft, const CdTicketFigures *figures, gboolean complete);
void cd_ticket_view_disarm (CdTicketView *self);
void cd_ticket_send_clicked_cb (CdTicketView *self);
void cd_ticket_stage_clicked_cb (CdTicketView *self);

G_END_DECLS
