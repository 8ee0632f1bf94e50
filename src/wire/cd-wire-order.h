/* cd-wire-order.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The private side of the contract, shared by client and venue: command frames, canonical bodies, answers, events and the
 * lists of the HTTP routes. Plain structs: strings are owned and freed by the function of the struct; members of the contract
 * that may be missing are NULL or 0.
 *
 * Every read is strict: duplicates, JSON numbers where a string is due, malformed decimals, instants or names are errors of
 * %CD_WIRE_ERROR that name the member. Unknown members are skipped.
 *
 * Prices and money are 10⁻⁴ currency units, quantities whole units, instants UTC microseconds (0 = none), dates #CdDate.
 * No state: any thread.
 */
#pragma once

#include "cd-ledger.h"
#include "cd-market.h"
#include "cd-wire-error.h"
#include "cd-wire-registry.h"

G_BEGIN_DECLS

#define CD_WIRE_BODY_MAX (64 * 1024)     /* bytes of a command's body */
#define CD_WIRE_COMMAND_MAX (160 * 1024) /* bytes of a command frame */
#define CD_WIRE_MESSAGE_MAX (64 * 1024)  /* bytes of an answer, an event, a hello or a heartbeat */
#define CD_WIRE_LIST_MAX 100000          /* items of one list */

/* Frozen: stored in the venue's command log. Append only. */
typedef enum
{
  CD_WIRE_OP_NONE = 0,
  CD_WIRE_OP_ORDER_NEW = 1,
  CD_WIRE_OP_ORDER_CANCEL = 2,
  CD_WIRE_OP_ORDER_REPLACE = 3,
  CD_WIRE_OP_FENCE = 4,
  CD_WIRE_OP_SETTLEMENT_CONFIRM = 5,
  CD_WIRE_OP_SETTLEMENT_OBJECT = 6,
  CD_WIRE_OP_INSTRUCTION_PROPOSE = 7,
  CD_WIRE_OP_INSTRUCTION_EDIT = 8,
  CD_WIRE_OP_INSTRUCTION_CONFIRM = 9,
  CD_WIRE_OP_INSTRUCTION_REFUSE = 10,
  CD_WIRE_OP_INSTRUCTION_WITHDRAW = 11,
  CD_WIRE_OP_INSTRUCTION_REVIEW = 12,
  CD_WIRE_OP_REQUEST_PROPOSE = 13,
  CD_WIRE_OP_REQUEST_EDIT = 14,
  CD_WIRE_OP_REQUEST_APPROVE = 15,
  CD_WIRE_OP_REQUEST_REFUSE = 16,
  CD_WIRE_OP_REQUEST_WITHDRAW = 17,
  CD_WIRE_OP_ACCOUNT_STOP = 18,
  CD_WIRE_OP_ACCOUNT_RELEASE = 19,
  CD_WIRE_OP_DEPUTY_APPOINT = 20,
  CD_WIRE_OP_DEPUTY_END = 21,
  CD_WIRE_OP_PRACTICE_ROLES = 22,
} CdWireOp;
const char *cd_wire_op_name (CdWireOp op); /* "order.new" … */
gboolean cd_wire_op_parse (const char *text, CdWireOp *out);

/* --- Commands -------------------------------------------------------------------------------------------------------- */

/**
 * CdWireCommand: one command as it travels. @body is the canonical JSON text, byte for byte what is hashed, stored and resent.
 */
typedef struct
{
  CdWireOp op;
  char *key; /* 28 characters, see cd-id.h; for instruction.propose the instruction id */
  char *account;
  gint64 deadline_us; /* 0 = none */
  char *body;
} CdWireCommand;

CdWireCommand *cd_wire_command_new (CdWireOp op, const char *key, const char *account, gint64 deadline_us, const char *body) G_GNUC_WARN_UNUSED_RESULT;
CdWireCommand *cd_wire_command_copy (const CdWireCommand *command);
void cd_wire_command_free (CdWireCommand *command);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdWireCommand, cd_wire_command_free)
void cd_wire_command_write (GString *out, const CdWireCommand *command);
CdWireCommand *cd_wire_command_parse (const char *text, gsize len, GError **error);

/**
 * CdWireBody: what a body says, for every op but the instructions (those are #CdWireInstruction).
 */
typedef struct
{
  CdWireOp op;
  /* order.new */
  char *instrument;
  CdSide side;
  CdOrderKind kind;
  gint64 price_e4; /* also order.replace */
  gint64 qty;      /* also order.replace: the total */
  char *listing;   /* (nullable) */
  char *purpose;   /* (nullable): "cover", "offset", "sell" */
  char *by;        /* person id */
  /* order.cancel, order.replace */
  char *order_id;
  gint64 cum; /* order.replace: what the sender believes is filled */
  /* fence */
  char *key;
  /* settlement.confirm, settlement.object */
  CdDate date;
  char *reason; /* also request.refuse, request.withdraw, account.stop, account.release, deputy.end */
  /* request.*: an order that waits for a second person */
  char *id; /* also deputy.end: what the key of the first command was */
  int version;
  char *hash;      /* request.approve: SHA-256 of @order */
  char *order_key; /* the key that the order will have */
  char *order;     /* the body of order.new, byte for byte */
  /* deputy.appoint, practice.roles */
  char *person;
  CdDate from, to; /* first and last day */
  char *roles;     /* names with a blank between them */
} CdWireBody;

void cd_wire_body_free (CdWireBody *body);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdWireBody, cd_wire_body_free)
/* Canonical: fixed order of members, no blanks, missing members left out. (transfer full) */
char *cd_wire_body_print (const CdWireBody *body);
CdWireBody *cd_wire_body_parse (CdWireOp op, const char *text, gsize len, GError **error);

/* --- Answers --------------------------------------------------------------------------------------------------------- */

typedef enum
{
  CD_WIRE_ACCEPTED = 1,
  CD_WIRE_REJECTED = 2,
  CD_WIRE_IN_PROGRESS = 3,
} CdWireVerdict;

/**
 * CdWireAnswer: the unnumbered answer to a command. @a and @b are the figures of the refusal, as in #CdCheckResult.
 */
typedef struct
{
  CdWireOp op;
  char *key;
  char *account;
  char *body_sha256;
  char *epoch;
  CdWireVerdict verdict;
  char *order_id; /* (nullable) */
  char *id;       /* (nullable): instruction */
  char *code;     /* (nullable): refusal */
  char *detail;   /* (nullable) */
  gboolean has_ab;
  gint64 a;
  gint64 b;
  gboolean replayed; /* the verdict was stored before */
  gint64 server_time_us;
  gint64 market_time_us;
} CdWireAnswer;

CdWireAnswer *cd_wire_answer_copy (const CdWireAnswer *answer);
void cd_wire_answer_free (CdWireAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdWireAnswer, cd_wire_answer_free)
void cd_wire_answer_write (GString *out, const CdWireAnswer *answer);
CdWireAnswer *cd_wire_answer_parse (const char *text, gsize len, GError **error);

/* --- Events ---------------------------------------------------------------------------------------------------------- */

/* Frozen: stored by both sides. Append only. */
typedef enum
{
  CD_WIRE_EVENT_UNKNOWN = 0, /* of a later version: @seq counts, the rest is not used */
  CD_WIRE_EVENT_ORDER_NEW = 1,
  CD_WIRE_EVENT_ORDER_FILL = 2,
  CD_WIRE_EVENT_ORDER_CANCELLED = 3,
  CD_WIRE_EVENT_ORDER_EXPIRED = 4,
  CD_WIRE_EVENT_ORDER_REPLACED = 5,
  CD_WIRE_EVENT_SETTLEMENT_DAY = 6,
  CD_WIRE_EVENT_INSTRUCTION = 7,
  CD_WIRE_EVENT_BALANCE = 8,
  CD_WIRE_EVENT_OBLIGATION = 9,
  CD_WIRE_EVENT_REQUEST = 10,
  CD_WIRE_EVENT_ACCOUNT = 11,
  CD_WIRE_EVENT_DEPUTY = 12,
  CD_WIRE_EVENT_RIGHTS = 13, /* what a person may do was changed: the session tells it anew */
} CdWireEventKind;
const char *cd_wire_event_kind_name (CdWireEventKind kind);

/**
 * CdWireEvent: one numbered private event. Which members are set depends on @kind; see src/DESIGN.md.
 */
typedef struct
{
  CdWireEventKind kind;
  char *account;
  guint64 seq; /* dense per account, from 1 */
  char *epoch;
  gint64 at_us; /* market time */
  /* order.* */
  char *order_id;
  char *key;
  char *instrument;
  CdSide side;
  CdOrderKind order_kind; /* "order_kind" on the wire */
  gint64 price_e4;        /* order.new, order.replaced; order.fill: of the fill */
  gint64 qty;             /* order.new, order.replaced: total; order.fill: of the fill */
  gint64 cum;
  gint64 leaves;
  char *exec_id;    /* order.fill */
  gint64 amount_e4; /* order.fill */
  char *reason;     /* order.cancelled, order.expired, instruction; (nullable) */
  /* settlement.day */
  CdDate date;
  char *state; /* settlement.day, instruction, request, account, deputy */
  /* instruction, request, deputy */
  char *id;
  char *instruction_kind;
  int version;
  char *hash;
  char *by;
  char *confirmed_by; /* (nullable) */
  char *receipt;      /* (nullable) */
  /* with a receipt: when the registry gave it, in whose zone, and until when it counts as in time */
  gint64 received_us; /* "received_at"; 0 = none */
  char *zone;         /* (nullable): IANA name */
  gint64 deadline_us; /* "deadline": last instant in time, 0 = none */
  char *in_time;      /* (nullable): "yes", "no"; only with receipt and deadline */
  char *tx_id;        /* (nullable): of the execution */
  char *deputy_for;   /* (nullable): for whom @confirmed_by stood in */
  /* deputy */
  char *person; /* who stands in; @by for whom */
  CdDate from, to;
  /* balance */
  char *asset;
  char *bucket;   /* cd_bucket_name() */
  gint64 balance; /* units, or e4 of the currency */
  /* obligation */
  int year;
  gint64 owed;
  gint64 surrendered;
  gint64 offset;
  gboolean closed;
} CdWireEvent;

CdWireEvent *cd_wire_event_copy (const CdWireEvent *event);
void cd_wire_event_free (CdWireEvent *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdWireEvent, cd_wire_event_free)
void cd_wire_event_write (GString *out, const CdWireEvent *event);
CdWireEvent *cd_wire_event_parse (const char *text, gsize len, GError **error);

/* --- What else comes on the private stream --------------------------------------------------------------------------- */

typedef enum
{
  CD_WIRE_PRIVATE_UNKNOWN,
  CD_WIRE_PRIVATE_HELLO,
  CD_WIRE_PRIVATE_HB,
  CD_WIRE_PRIVATE_ANSWER,
  CD_WIRE_PRIVATE_EVENT,
} CdWirePrivateType;

typedef struct
{
  char *account;
  guint64 seq;
} CdWireSeq;

/* hello and hb: "last_seq" is an object account -> number. */
typedef struct
{
  CdWirePrivateType type;
  guint64 n;    /* hb */
  char *epoch;  /* hello */
  char *person; /* hello */
  gint64 server_time_us;
  gint64 market_time_us;
  GArray *last_seq; /* (element-type CdWireSeq) */
} CdWireHello;

void cd_wire_hello_free (CdWireHello *hello);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdWireHello, cd_wire_hello_free)
CdWireHello *cd_wire_hello_new (CdWirePrivateType type);
void cd_wire_hello_add_seq (CdWireHello *hello, const char *account, guint64 seq);
void cd_wire_hello_write (GString *out, const CdWireHello *hello);
CdWireHello *cd_wire_hello_parse (const char *text, gsize len, GError **error);

/* Looks at "type" only; the rest must still be parsed. */
CdWirePrivateType cd_wire_private_type (const char *text, gsize len);

G_END_DECLS
