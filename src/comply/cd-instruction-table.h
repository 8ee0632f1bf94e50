/* cd-instruction-table.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The life of a registry instruction (surrender, transfer, offset, cancellation) as data: reliability D9. One person proposes a
 * version, another one approves the hash of just this version, one key sends it, and only the registry's own word ends it.
 * Nothing here reads a clock: every time comes from the registry. Not thread-safe: one instruction, one thread.
 */
#pragma once

#include "cd-id.h"

G_BEGIN_DECLS

#define CD_INSTRUCTION_KEY_BUF 65
#define CD_INSTRUCTION_HASH_BUF 65 /* 64 lower-case hex digits of a SHA-256 */

#define CD_INSTRUCTION_ERROR (cd_instruction_error_quark ())
GQuark cd_instruction_error_quark (void);

/**
 * CdInstructionError:
 * @CD_INSTRUCTION_ERROR_QUARANTINE: a word of the registry that does not fit what we know; @check is set
 * @CD_INSTRUCTION_ERROR_STATE: a person asked for a step that this state does not have
 * @CD_INSTRUCTION_ERROR_STALE: the version or hash named is not the current one, or not the approved one
 * @CD_INSTRUCTION_ERROR_SAME_PERSON: the two persons are one, or the step belongs to the other person
 * @CD_INSTRUCTION_ERROR_RIGHTS: the person lacks the right
 * @CD_INSTRUCTION_ERROR_INCOMPLETE: the event lacks what it must carry
 *
 * Only the first one marks the instruction; the others are refusals of a person's wish and leave it exactly as it was.
 */
typedef enum
{
  CD_INSTRUCTION_ERROR_QUARANTINE = 1,
  CD_INSTRUCTION_ERROR_STATE = 2,
  CD_INSTRUCTION_ERROR_STALE = 3,
  CD_INSTRUCTION_ERROR_SAME_PERSON = 4,
  CD_INSTRUCTION_ERROR_RIGHTS = 5,
  CD_INSTRUCTION_ERROR_INCOMPLETE = 6,
} CdInstructionError;

/* Frozen. */
typedef enum
{
  CD_INSTRUCTION_DRAFT = 0,
  CD_INSTRUCTION_PROPOSED = 1,
  CD_INSTRUCTION_REVIEW = 2,   /* opened by the second person */
  CD_INSTRUCTION_APPROVED = 3, /* bound to version and hash */
  CD_INSTRUCTION_INTENT = 4,   /* COMMIT 1: from here on nothing can be edited */
  CD_INSTRUCTION_SENDING = 5,
  CD_INSTRUCTION_UNKNOWN = 6,
  CD_INSTRUCTION_RECEIVED = 7,
  CD_INSTRUCTION_SCHEDULED = 8,
  CD_INSTRUCTION_EXECUTED = 9,
  CD_INSTRUCTION_REFUSED = 10,
  CD_INSTRUCTION_WITHDRAWN = 11,
  CD_INSTRUCTION_LAPSED = 12,
  CD_INSTRUCTION_N_STATES = 13,
} CdInstructionState;

/* Frozen. The first part is what persons do, the second what the line did, the third what the registry said. */
typedef enum
{
  CD_INSTRUCTION_EVENT_PROPOSE = 0,            /* maker; hash */
  CD_INSTRUCTION_EVENT_EDIT = 1,               /* maker; version it starts from, new hash: approval void */
  CD_INSTRUCTION_EVENT_OPEN_REVIEW = 2,        /* another person; version */
  CD_INSTRUCTION_EVENT_APPROVE = 3,            /* the person of the review; version and hash */
  CD_INSTRUCTION_EVENT_REJECT = 4,             /* the person of the review; reason */
  CD_INSTRUCTION_EVENT_REQUEST_WITHDRAWAL = 5, /* only a request: the fence decides */
  CD_INSTRUCTION_EVENT_RESEND = 6,             /* maker and checker together */
  CD_INSTRUCTION_EVENT_MANUAL = 7,             /* maker and checker together, reference of a document; names the end */

  CD_INSTRUCTION_EVENT_COMMIT_INTENT = 8,
  CD_INSTRUCTION_EVENT_COMMIT_SENDING = 9,
  CD_INSTRUCTION_EVENT_NOT_WRITTEN = 10, /* provably no byte left */
  CD_INSTRUCTION_EVENT_AMBIGUOUS = 11,

  CD_INSTRUCTION_EVENT_RECEIVED = 12,  /* receipt, hash */
  CD_INSTRUCTION_EVENT_SCHEDULED = 13, /* receipt, hash, effective_us */
  CD_INSTRUCTION_EVENT_EXECUTED = 14,  /* receipt, hash, tx_id */
  CD_INSTRUCTION_EVENT_REFUSED = 15,   /* stored verdict: reason */
  CD_INSTRUCTION_EVENT_FENCED = 16,    /* can never be executed from now on */
  CD_INSTRUCTION_EVENT_FENCE_REFUSED = 17,
  CD_INSTRUCTION_EVENT_LAPSED = 18,     /* reason */
  CD_INSTRUCTION_EVENT_NOT_LISTED = 19, /* absence ends nothing */
  CD_INSTRUCTION_EVENT_OTHER_EPOCH = 20,
  CD_INSTRUCTION_N_EVENTS = 21,
} CdInstructionEventKind;

typedef enum
{
  CD_INSTRUCTION_MAY_ENTER = 1 << 0,
  CD_INSTRUCTION_MAY_APPROVE = 1 << 1,
} CdInstructionRights;

/**
 * CdInstructionEvent: one event with what it carries; see the list of kinds. Strings are only read during the call.
 */
typedef struct
{
  CdInstructionEventKind kind;
  const char *by;     /* person id (not the certificate: one person may have several) */
  const char *second; /* the other person of RESEND and MANUAL */
  CdInstructionRights rights;
  guint version;
  const char *hash;
  const char *receipt; /* of the registry; for MANUAL the reference of the document */
  const char *tx_id;
  const char *reason;
  const char *epoch;
  gint64 effective_us; /* registry time */
  gint64 at_us;        /* registry time of its word */
  CdInstructionState manual_to;
} CdInstructionEvent;

/**
 * CdInstruction: one instruction. Read the fields freely, change them only through cd_instruction_apply(); @check alone is
 * taken back by whoever has reconciled it.
 */
typedef struct
{
  char key[CD_INSTRUCTION_KEY_BUF]; /* the instruction id; never the version's, never the workstation's */
  char *account;
  CdInstructionState state;
  guint version; /* 0 = draft */
  char hash[CD_INSTRUCTION_HASH_BUF];
  char *maker;
  char *checker;          /* of the open review or of the approval */
  guint approved_version; /* 0 = none */
  char approved_hash[CD_INSTRUCTION_HASH_BUF];
  guint copies; /* written to the wire */
  char *receipt, *tx_id, *reason, *epoch;
  gint64 received_at_us; /* of the receipt, registry time; 0 = none */
  gint64 effective_us;
  gint64 last_answer_us;
  gboolean withdrawal_requested;
  gboolean check; /* evidence conflict */
} CdInstruction;

CdInstruction *cd_instruction_new (const char *key, const char *account);
void cd_instruction_free (CdInstruction *instruction);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdInstruction, cd_instruction_free)

/* One cell: the state it leads to. @listed FALSE: the pair is not in the table, nothing changes. */
typedef struct
{
  gboolean listed;
  CdInstructionState to;
} CdInstructionCell;

CdInstructionCell cd_instruction_cell (CdInstructionState state, CdInstructionEventKind event);

typedef void (*CdInstructionCellFunc) (CdInstructionState state, CdInstructionEventKind event, CdInstructionState to, gpointer data);
/* Visits every listed cell, by state, then by event. */
void cd_instruction_table_foreach (CdInstructionCellFunc func, gpointer data);

/**
 * cd_instruction_apply:
 * @instruction: an instruction
 * @event: what happened
 * @error: a %CD_INSTRUCTION_ERROR, naming instruction, state, event and what was expected
 *
 * Applies one event by the table and its guards: maker and checker are different persons, the approval names the current
 * version and hash (I13), and what the registry executes has the approved hash (I12).
 *
 * Returns: %FALSE when refused; then nothing changed, except that %CD_INSTRUCTION_ERROR_QUARANTINE sets @check
 */
gboolean cd_instruction_apply (CdInstruction *instruction, const CdInstructionEvent *event, GError **error);

gboolean cd_instruction_is_final (const CdInstruction *instruction);
gboolean cd_instruction_is_editable (const CdInstruction *instruction);
/* P14: a receipt of the registry dated no later than @deadline_us (registry time). Without a receipt never "in time". */
gboolean cd_instruction_in_time (const CdInstruction *instruction, gint64 deadline_us);

/* One label, in this precedence. */
typedef enum
{
  CD_INSTRUCTION_LABEL_CHECK,
  CD_INSTRUCTION_LABEL_UNKNOWN,
  CD_INSTRUCTION_LABEL_WITHDRAWAL_REQUESTED,
  CD_INSTRUCTION_LABEL_SENDING,
  CD_INSTRUCTION_LABEL_STATE, /* the state itself */
} CdInstructionLabel;
CdInstructionLabel cd_instruction_label (const CdInstruction *instruction);

const char *cd_instruction_state_name (CdInstructionState state);
const char *cd_instruction_event_name (CdInstructionEventKind event);

G_END_DECLS
