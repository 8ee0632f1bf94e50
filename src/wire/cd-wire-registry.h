/* cd-wire-registry.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Registry instructions and obligations on the wire. The same rules as in cd-wire-order.h.
 *
 * The hash of a version of an instruction is the SHA-256 (64 lower-case hex digits) of the body of the command that made the
 * version: instruction.propose for version 1, instruction.edit for the later ones. Whoever confirms repeats it.
 */
#pragma once

#include "cd-time.h"
#include "cd-wire-error.h"

G_BEGIN_DECLS

/* Frozen: stored. Append only. */
typedef enum
{
  CD_WIRE_INSTRUCTION_NONE = 0,
  CD_WIRE_INSTRUCTION_TRANSFER = 1,
  CD_WIRE_INSTRUCTION_SURRENDER = 2,
  CD_WIRE_INSTRUCTION_RESERVE = 3,
  CD_WIRE_INSTRUCTION_RELEASE = 4,
  CD_WIRE_INSTRUCTION_CANCEL = 5,
  CD_WIRE_INSTRUCTION_CASH_IN = 6,
  CD_WIRE_INSTRUCTION_CASH_OUT = 7,
} CdWireInstructionKind;
const char *cd_wire_instruction_kind_name (CdWireInstructionKind kind); /* "transfer" … */
gboolean cd_wire_instruction_kind_parse (const char *text, CdWireInstructionKind *out);

typedef struct
{
  char *asset;
  gint64 qty;
} CdWireLine;

/**
 * CdWireInstruction: the body of instruction.propose and instruction.edit (content), and of the steps after them.
 */
typedef struct
{
  CdWireInstructionKind kind; /* propose, edit */
  char *id;                   /* edit, confirm, refuse, withdraw, review */
  int version;                /* review: 0 = not said */
  char *from;                 /* transfer: "trading" | "registry" */
  char *to;
  char *asset; /* transfer, reserve, release, cancel */
  gint64 qty;
  int year;         /* reserve, release, surrender */
  gint64 amount_e4; /* cash_in, cash_out */
  char *reason;     /* cancel, refuse, withdraw, review */
  char *hash;       /* confirm; review: (nullable) */
  /* What the sender takes for granted; 0 = not said. The registry refuses when it is not so. */
  guint64 balance_seq; /* propose, edit, confirm: no balance of the assets named has changed after this event */
  gint64 verified_e3;  /* propose, edit of a surrender */
  char *verdict;       /* review: "pass" | "refuse" */
  GArray *allowances;  /* (element-type CdWireLine): surrender */
  GArray *credits;     /* (element-type CdWireLine): surrender */
} CdWireInstruction;

CdWireInstruction *cd_wire_instruction_new (void) G_GNUC_WARN_UNUSED_RESULT;
CdWireInstruction *cd_wire_instruction_copy (const CdWireInstruction *instruction);
void cd_wire_instruction_free (CdWireInstruction *instruction);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdWireInstruction, cd_wire_instruction_free)
void cd_wire_instruction_add_allowance (CdWireInstruction *instruction, const char *asset, gint64 qty);
void cd_wire_instruction_add_credit (CdWireInstruction *instruction, const char *asset, gint64 qty);

/**
 * cd_wire_instruction_print:
 * @op: one of the instruction ops (a #CdWireOp; int here because cd-wire-order.h includes this header)
 *
 * The canonical body of @op: members the op and kind have, in a fixed order. (transfer full)
 */
char *cd_wire_instruction_print (int op, const CdWireInstruction *instruction);
/* Everything the op and kind need must be there, and nothing may be there that belongs to another kind. */
CdWireInstruction *cd_wire_instruction_parse (int op, const char *text, gsize len, GError **error);

/**
 * CdWireInstructionState: a row of GET /v1/registry/accounts/{a}/instructions.
 * @content: what the current version says
 */
typedef struct
{
  char *id;
  char *account;
  char *state; /* "proposed", "approved", "received", "in_review", "executed", "refused", "withdrawn", "lapsed" */
  char *hash;
  char *by;
  char *confirmed_by; /* (nullable) */
  char *reason;       /* (nullable): why refused or withdrawn; "note" on the wire, where "reason" is that of a cancellation */
  char *receipt;      /* (nullable) */
  gint64 received_us; /* "received_at": market time of the receipt, 0 = none */
  char *zone;         /* (nullable): the registry's */
  gint64 deadline_us; /* "deadline": last instant that is in time, 0 = none */
  char *in_time;      /* (nullable): "yes", "no"; only with receipt and deadline */
  char *tx_id;        /* (nullable) */
  char *deputy_for;   /* (nullable): for whom @confirmed_by stood in */
  gint64 at_us;       /* market time of the last change */
  CdWireInstruction *content;
} CdWireInstructionRow;

/* A row of GET /v1/registry/accounts/{a}/obligations. */
typedef struct
{
  char *account;
  char *sector;
  int year;
  gint64 verified_e3; /* "verified": thousandths of the pack's mass unit, as an integer string */
  gboolean verified_final;
  gint64 approved;
  gint64 issued;
  gint64 owed;
  gint64 surrendered; /* allowances accepted */
  gint64 offset;      /* credits accepted */
  gboolean closed;
} CdWireObligationRow;

/* A row of GET /v1/accounts/{a}/requests: an order that a person wants and another one decides on. */
typedef struct
{
  char *id;
  char *account;
  char *state; /* "proposed", "approved", "placed", "refused", "withdrawn", "lapsed" */
  int version;
  char *hash; /* SHA-256 of @order */
  char *by;
  char *decided_by; /* (nullable) */
  char *deputy_for; /* (nullable) */
  char *reason;     /* (nullable) */
  char *order_key;
  char *order;    /* the body of order.new, byte for byte */
  char *order_id; /* (nullable): once placed */
  gint64 at_us;   /* market time of the last change */
} CdWireRequestRow;

/* A row of GET /v1/accounts/{a}/deputies. */
typedef struct
{
  char *id;
  char *account;
  char *by;     /* who is stood in for */
  char *person; /* who stands in */
  CdDate from, to;
  gboolean ended;
  char *reason; /* (nullable): of the end */
} CdWireDeputyRow;

void cd_wire_instruction_row_clear (CdWireInstructionRow *row);
void cd_wire_obligation_row_clear (CdWireObligationRow *row);

G_END_DECLS
