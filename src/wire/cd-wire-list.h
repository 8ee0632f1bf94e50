/* cd-wire-list.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The answers of the HTTP routes. A list is `{"items":[…],"count":n,"as_of_seq":n,"digest":"…","next":null|"…"}` plus the
 * members every answer has. The digest is the SHA-256 over each item in the canonical form of our own writer, followed by a
 * line feed: it is computed from what was understood, so that a list read wrongly is noticed too.
 *
 * The same rules as in cd-wire-order.h.
 */
#pragma once

#include "cd-json.h"
#include "cd-wire-order.h"

G_BEGIN_DECLS

#define CD_WIRE_LIST_BYTES_MAX (4 * 1024 * 1024)
#define CD_WIRE_RATE_MAX_E3 G_GINT64_CONSTANT (100000000)

typedef enum
{
  CD_WIRE_LIST_ORDERS,       /* CdWireOrderRow */
  CD_WIRE_LIST_EXECUTIONS,   /* CdWireExecutionRow */
  CD_WIRE_LIST_HOLDINGS,     /* CdWireBalanceRow */
  CD_WIRE_LIST_CASH,         /* CdWireBalanceRow */
  CD_WIRE_LIST_SETTLEMENTS,  /* CdWireSettlementRow */
  CD_WIRE_LIST_LISTINGS,     /* CdWireListingRow */
  CD_WIRE_LIST_TRADES,       /* CdWireTradeRow */
  CD_WIRE_LIST_BARS,         /* CdWireBarRow */
  CD_WIRE_LIST_BLOCKS,       /* CdWireBlockRow */
  CD_WIRE_LIST_INSTRUMENTS,  /* CdWireInstrumentRow */
  CD_WIRE_LIST_INSTRUCTIONS, /* CdWireInstructionRow */
  CD_WIRE_LIST_OBLIGATIONS,  /* CdWireObligationRow */
  CD_WIRE_LIST_REQUESTS,     /* CdWireRequestRow */
  CD_WIRE_LIST_DEPUTIES,     /* CdWireDeputyRow */
  CD_WIRE_LIST_STATEMENT,    /* CdWireMovementRow */
} CdWireListKind;

/* An order as the venue sees it. */
typedef struct
{
  char *order_id;
  char *key;
  char *account;
  char *instrument;
  CdSide side;
  CdOrderKind kind;
  gint64 price_e4;
  gint64 qty;
  gint64 cum;
  gint64 leaves;
  char *state;   /* "working", "partial", "filled", "cancelled", "expired", "rejected" */
  char *purpose; /* (nullable) */
  char *by;      /* person */
  char *code;    /* (nullable): why rejected */
  char *reason;  /* (nullable): why cancelled or expired */
  gint64 at_us;  /* market time of entry */
} CdWireOrderRow;

typedef struct
{
  char *exec_id;
  char *order_id;
  char *key;
  char *account;
  char *instrument;
  CdSide side;
  CdMode mode;
  gint64 price_e4;
  gint64 qty;
  gint64 cum;
  gint64 leaves;
  gint64 amount_e4;
  gint64 seq;   /* of the event */
  gint64 at_us; /* market time */
} CdWireExecutionRow;

/* One bucket of one asset; cash uses the currency as asset. Every bucket that is not 0. */
typedef struct
{
  char *account;
  char *asset;
  CdBucket bucket;
  gint64 balance; /* units as an integer string; e4 as a decimal string in the cash list */
} CdWireBalanceRow;

/**
 * CdWireMovementRow: one change of one bucket, in the order of @seq.
 * @seq: number of the account's event
 * @change, @balance: units, or 10⁻⁴ of the currency; what came or went, and what stood there afterwards
 * @cause: kind of the event that it belongs to, "opening", "release" or "other"
 * @ref: (nullable): of the trade, order, instruction or settlement day
 * @what: (nullable): instrument, or kind of the instruction
 */
typedef struct
{
  guint64 seq;
  gint64 at_us;
  char *account;
  char *asset;
  CdBucket bucket;
  gint64 change;
  gint64 balance;
  char *cause, *ref, *what;
} CdWireMovementRow;

typedef struct
{
  char *account;
  CdDate date;
  char *state; /* "pending", "settled", "confirmed", "deemed", "objected" */
  gint64 trades;
  gint64 bought;
  gint64 sold;
  gint64 amount_bought_e4;
  gint64 amount_sold_e4;
  char *reason; /* (nullable): of the objection */
} CdWireSettlementRow;

typedef struct
{
  char *id;
  CdSide side;
  gint64 price_e4;
  gint64 qty;
  gint64 at_us;
  char *party;
  gboolean mine;
} CdWireListingRow;

typedef struct
{
  char *id;
  guint64 seq;
  gint64 price_e4;
  gint64 qty;
  CdSide side;
  CdMode mode;
  gint64 at_us;
} CdWireTradeRow;

typedef struct
{
  CdDate day;
  gint64 open_e4, high_e4, low_e4, close_e4;
  gint64 qty;
  gint64 amount_e4;
} CdWireBarRow;

typedef struct
{
  char *id;
  char *instrument;
  CdSide side;
  gint64 price_e4;
  gint64 qty;
  char *state;
  char *party;
} CdWireBlockRow;

/* 0 = not known (null on the wire). */
typedef struct
{
  char *code;
  char *market;
  gboolean tradable;
  gint64 prev_close_e4, open_e4, high_e4, low_e4, last_e4, close_e4;
  gint64 list_qty, list_amount_e4, block_qty, block_amount_e4;
  gint64 trades;
  gint64 limit_low_e4, limit_high_e4, block_low_e4, block_high_e4;
} CdWireInstrumentRow;

/**
 * CdWireList: @items holds structs of the kind's row type; g_array_index (list->items, CdWireOrderRow, i).
 */
typedef struct
{
  CdWireListKind kind;
  GArray *items;
  guint64 as_of_seq;
  char *next; /* (nullable): cursor */
  char *epoch;
  gint64 server_time_us;
  gint64 market_time_us;
} CdWireList;

CdWireList *cd_wire_list_new (CdWireListKind kind) G_GNUC_WARN_UNUSED_RESULT;
void cd_wire_list_free (CdWireList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdWireList, cd_wire_list_free)
/* Count and digest are written from the items. */
void cd_wire_list_write (GString *out, const CdWireList *list);
/* Count and digest are checked: %CD_WIRE_ERROR_DIGEST. */
CdWireList *cd_wire_list_parse (CdWireListKind kind, const char *text, gsize len, GError **error);
/* The same from a document that has been parsed already. */
CdWireList *cd_wire_list_read (CdWireListKind kind, const CdJson *root, GError **error);

/* GET /v1/orders/by-key/{key} */
typedef struct
{
  gboolean found;
  gboolean fenced;
  CdWireOrderRow order; /* when found */
  char *epoch;
  gint64 server_time_us;
  gint64 market_time_us;
} CdWireByKey;

CdWireByKey *cd_wire_by_key_new (void) G_GNUC_WARN_UNUSED_RESULT;
void cd_wire_by_key_free (CdWireByKey *by_key);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdWireByKey, cd_wire_by_key_free)
void cd_wire_by_key_write (GString *out, const CdWireByKey *by_key);
CdWireByKey *cd_wire_by_key_parse (const char *text, gsize len, GError **error);
CdWireByKey *cd_wire_by_key_read (const CdJson *root, GError **error);

/* GET /v1/session */
typedef struct
{
  char *id;
  char *name;
  char *name_zh;
  char *market;
  char *sector; /* (nullable) */
  guint64 last_seq;
  gboolean stopped; /* no new orders: a veto stands */
} CdWireAccount;

typedef struct
{
  char *epoch;
  char *person;
  char *person_name;
  char *person_name_zh;
  GPtrArray *roles;        /* (element-type utf8): "view", "enter", "approve", "cash", "review" */
  GArray *accounts;        /* (element-type CdWireAccount) */
  GPtrArray *capabilities; /* (element-type utf8): "idem_key", "query_by_key", "fence", "deadline", "exec_seq", "stored_refusal" */
  gint64 server_time_us;
  gint64 market_time_us;
  gint64 rate_e3;
  gboolean paused;
} CdWireSession;

CdWireSession *cd_wire_session_new (void) G_GNUC_WARN_UNUSED_RESULT;
void cd_wire_session_free (CdWireSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdWireSession, cd_wire_session_free)
void cd_wire_session_add_account (CdWireSession *session, const char *id, const char *name, const char *name_zh, const char *market, const char *sector, guint64 last_seq);
void cd_wire_session_write (GString *out, const CdWireSession *session);
CdWireSession *cd_wire_session_parse (const char *text, gsize len, GError **error);
CdWireSession *cd_wire_session_read (const CdJson *root, GError **error);

/* RFC 9457. */
typedef struct
{
  int status;
  char *code; /* stable */
  char *title;
  char *detail; /* (nullable) */
  char *key;    /* (nullable) */
  gboolean retryable;
  char *epoch;
  gint64 server_time_us;
  gint64 market_time_us;
} CdWireProblem;

void cd_wire_problem_free (CdWireProblem *problem);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdWireProblem, cd_wire_problem_free)
void cd_wire_problem_write (GString *out, const CdWireProblem *problem);
CdWireProblem *cd_wire_problem_parse (const char *text, gsize len, GError **error);

/* GET and POST /v1/practice/clock */
typedef struct
{
  gboolean has_pause;
  gboolean pause;
  char *rate; /* (nullable) */
  char *skip; /* (nullable): "close", "next_day", "deadline", "session" */
} CdWireClockRequest;

void cd_wire_clock_request_clear (CdWireClockRequest *request);
char *cd_wire_clock_request_print (const CdWireClockRequest *request); /* (transfer full) */
gboolean cd_wire_clock_request_parse (const char *text, gsize len, CdWireClockRequest *out, GError **error);

/* "1" = 1000, "60" = 60000, "0.5" = 500. */
gboolean cd_wire_rate_parse (const char *text, gint64 *rate_e3);
const char *cd_wire_rate_print (gint64 rate_e3, char buf[32]);

G_END_DECLS
