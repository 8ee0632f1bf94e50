/* cd-order-table.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The life of an order as data: reliability D4. Two facts stand side by side: what the venue said (state, quantities) and what we
 * have outstanding (request, certainty). A pair of state and event that is not in the table is quarantined (T31): nothing changes.
 */
#pragma once

#include "cd-id.h"
#include "cd-market.h"

#define CD_ORDER_KEY_BUF 65

G_BEGIN_DECLS

#define CD_ORDER_ERROR (cd_order_error_quark ())
GQuark cd_order_error_quark (void);
typedef enum
{
  CD_ORDER_ERROR_QUARANTINE = 1, /* T31 */
} CdOrderError;

/* Frozen. */
typedef enum
{
  CD_ORDER_DRAFT = 0,
  CD_ORDER_CHECKED = 1,
  CD_ORDER_DENIED = 2,
  CD_ORDER_INTENT = 3,
  CD_ORDER_SENDING = 4,
  CD_ORDER_UNKNOWN = 5,
  CD_ORDER_REJECTED = 6,
  CD_ORDER_NOT_PLACED = 7,
  CD_ORDER_PENDING_NEW = 8,
  CD_ORDER_WORKING = 9,
  CD_ORDER_PARTIAL = 10,
  CD_ORDER_SUSPENDED = 11,
  CD_ORDER_FILLED = 12,
  CD_ORDER_CANCELLED = 13,
  CD_ORDER_EXPIRED = 14,
  CD_ORDER_N_STATES = 15,
} CdOrderState;

/* Frozen. */
typedef enum
{
  CD_EVENT_CHECKS_PASS = 0,
  CD_EVENT_COMMIT_INTENT = 1, /* COMMIT 1 is on disk */
  CD_EVENT_DENY = 2,
  CD_EVENT_COMMIT_SENDING = 3, /* COMMIT 2 is on disk */
  CD_EVENT_NEVER_SENT = 4,     /* crash before COMMIT 2, deadline near, withdrawn */
  CD_EVENT_AMBIGUOUS = 5,      /* a byte may have left and no valid answer came */
  CD_EVENT_NOT_WRITTEN = 6,    /* provably no byte left */
  CD_EVENT_ACK_PENDING = 7,
  CD_EVENT_ACK = 8,     /* accepted, in the book */
  CD_EVENT_REFUSED = 9, /* stored refusal, or one copy only */
  CD_EVENT_RESEND = 10,
  CD_EVENT_FENCED = 11,
  CD_EVENT_EXPIRY = 12, /* not found, asked strongly after the deadline */
  CD_EVENT_FILL = 13,   /* new exec_id */
  CD_EVENT_FILL_KNOWN = 14,
  CD_EVENT_BUST = 15,
  CD_EVENT_CANCEL_SENT = 16,
  CD_EVENT_CANCELLED = 17,
  CD_EVENT_CANCEL_REJECTED = 18,
  CD_EVENT_CANCEL_AMBIGUOUS = 19,
  CD_EVENT_REPLACE_SENT = 20,
  CD_EVENT_REPLACED = 21,
  CD_EVENT_REPLACE_REJECTED = 22,
  CD_EVENT_REPLACE_AMBIGUOUS = 23,
  CD_EVENT_EXPIRED = 24,
  CD_EVENT_NOT_LISTED = 25,
  CD_EVENT_OTHER_EPOCH = 26,
  CD_EVENT_MANUAL = 27, /* two people and a document; names the end state */
  CD_EVENT_SUSPENDED = 28,
  CD_EVENT_RESUMED = 29,
  CD_EVENT_RESTORED = 30, /* our own records are older than the order: whatever they say may have gone on */
  CD_ORDER_N_EVENTS = 31,
} CdOrderEventKind;

typedef enum
{
  CD_REQ_NONE = 0,
  CD_REQ_CANCEL = 1,
  CD_REQ_REPLACE = 2,
} CdOrderReq;

/**
 * CdOrderEvent: one event with what it carries.
 */
typedef struct
{
  CdOrderEventKind kind;
  const char *order_id; /* ack */
  const char *epoch;
  const char *exec_id; /* fill, bust */
  gint64 qty;          /* of the fill; new total of a replace */
  gint64 price_e4;
  CdOrderState manual_to;
  const char *code; /* why it was refused, or never sent; (nullable) */
  gint64 at_us;     /* real time of the answer */
} CdOrderEvent;

typedef struct
{
  char *exec_id;
  gint64 qty, price_e4;
  gboolean busted;
} CdOrderExec;

/**
 * CdOrder: cum + leaves = qty while live, leaves = 0 at the end.
 */
typedef struct
{
  char key[CD_ORDER_KEY_BUF];
  char *account, *instrument;
  CdSide side;
  CdOrderKind kind;
  gint64 price_e4, qty, cum, leaves;
  gint64 filled_amount_e4;
  CdOrderState state;
  CdOrderReq req;
  gboolean req_unknown;
  gint64 replace_price_e4, replace_qty; /* the other parameter set while a replace is outstanding */
  gint64 req_deadline_us;               /* of that replace; 0 = none is known */
  char *order_id, *epoch;
  char *code; /* why it was refused, or never sent */
  gint64 deadline_us;
  gint64 created_at_us, last_answer_us;
  guint copies;       /* written to the wire */
  gboolean check;     /* evidence conflict */
  gboolean external;  /* not ours (T30) */
  gboolean late_fill; /* filled after a cancel (T17) */
  GPtrArray *execs;   /* CdOrderExec */
} CdOrder;

CdOrder *cd_order_new (const char *key, const char *account, const char *instrument, CdSide side, CdOrderKind kind, gint64 price_e4, gint64 qty);
void cd_order_free (CdOrder *order);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdOrder, cd_order_free)

/**
 * CdTransition: one cell of the table. @rule is the T number; 31 = quarantine.
 */
typedef struct
{
  guint8 rule;
  guint8 to;
} CdTransition;

/* The cell as data. */
CdTransition cd_order_cell (CdOrderState state, CdOrderEventKind event);

/**
 * cd_order_apply:
 * @transition: (out) (nullable)
 *
 * Applies one event by the table, keeps the invariants I6, I7 and I9. On quarantine nothing changes but @order->check.
 */
gboolean cd_order_apply (CdOrder *order, const CdOrderEvent *event, CdTransition *transition, GError **error);

gboolean cd_order_is_final (const CdOrder *order);
gboolean cd_order_is_unknown (const CdOrder *order); /* new, cancel or replace */
gboolean cd_order_is_working (const CdOrder *order); /* in the book as far as the venue said */
const char *cd_order_state_name (CdOrderState state);
const char *cd_order_event_name (CdOrderEventKind event);

/* D5: one label, in this precedence. */
typedef enum
{
  CD_LABEL_CHECK,
  CD_LABEL_UNKNOWN_NEW,
  CD_LABEL_UNKNOWN_REPLACE,
  CD_LABEL_UNKNOWN_CANCEL,
  CD_LABEL_CANCELLING,
  CD_LABEL_REPLACING,
  CD_LABEL_SENDING,
  CD_LABEL_STATE, /* the state itself */
} CdOrderLabel;
CdOrderLabel cd_order_label (const CdOrder *order);

G_END_DECLS
