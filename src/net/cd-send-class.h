/* cd-send-class.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is known of a command after a copy of it was handed to a line: the table of reliability D6, one for frames and for POST.
 * Pure. Business truth is in the envelope, not in the status: a row that says "yes" or "no" asks for an envelope that repeats our
 * op, key, account, body hash and epoch. What no row names is ambiguous.
 */
#pragma once

#include "cd-wire-list.h"

G_BEGIN_DECLS

/* What is known of one command after it was handed to the line. Frozen. */
typedef enum
{
  CD_SEND_NOT_WRITTEN = 1, /* provably no byte left */
  CD_SEND_ANSWERED = 2,    /* an answer with our key, account, body hash and epoch */
  CD_SEND_AMBIGUOUS = 3,   /* bytes left and no valid answer came: UNKNOWN */
  CD_SEND_FOREIGN = 4,     /* an answer that is not ours: lock */
  CD_SEND_EPOCH = 5,       /* answered by another epoch: lock */
  CD_SEND_POLL = 6,        /* the venue is at it: UNKNOWN, ask for the key */
  CD_SEND_DEFECT = 7,      /* the key stands for another body, or two answers contradict each other: lock */
  CD_SEND_REFUSED = 8,     /* refused before intake, and only one copy ever left */
} CdSendOutcome;

/* Facts of one answer, or of silence. */
typedef enum
{
  CD_FACT_WRITTEN = 1 << 0,       /* a byte of the command may have left */
  CD_FACT_POST = 1 << 1,          /* by HTTP; else a frame */
  CD_FACT_ANSWER = 1 << 2,        /* a whole, strictly parsed answer */
  CD_FACT_PROBLEM = 1 << 3,       /* a whole, strictly parsed problem document */
  CD_FACT_OTHER_KEY = 1 << 4,     /* the envelope names another key (an answer: or none) */
  CD_FACT_OTHER_ACCOUNT = 1 << 5, /* the same of the account */
  CD_FACT_OTHER_OP = 1 << 6,
  CD_FACT_OTHER_BODY = 1 << 7,
  CD_FACT_OTHER_EPOCH = 1 << 8,
  CD_FACT_MISMATCH = 1 << 9, /* code "key.mismatch" for our key */
  CD_FACT_ACCEPTED = 1 << 10,
  CD_FACT_REJECTED = 1 << 11,
  CD_FACT_IN_PROGRESS = 1 << 12,
  CD_FACT_CONTRADICTS = 1 << 13,   /* an earlier answer for this key had another verdict */
  CD_FACT_ONE_COPY = 1 << 14,      /* no more than one copy can have left, on all lines */
  CD_FACT_STORED = 1 << 15,        /* the venue declares that its refusals are stored */
  CD_FACT_BEFORE_INTAKE = 1 << 16, /* the venue declares that 401, 403, 404 and 429 come before a command is looked at */
} CdSendFact;

/**
 * CdSendRow:
 * @statuses: (nullable): blank-separated; %NULL = any, and frames, which have none, fit every row
 * @need, @forbid: of #CdSendFact
 * The first row whose conditions hold decides.
 */
typedef struct
{
  const char *name;
  const char *statuses;
  guint need;
  guint forbid;
  CdSendOutcome outcome;
} CdSendRow;

/**
 * cd_send_rows:
 * Returns: (transfer none): the table; the last row holds always.
 */
const CdSendRow *cd_send_rows (guint *n);

/**
 * cd_send_classify:
 * @facts: of #CdSendFact
 * @status: of HTTP; 0 = none came, or a frame
 * Returns: (transfer none): the row that decided
 */
const CdSendRow *cd_send_classify (guint facts, guint status);

/**
 * CdSent: what an envelope must repeat.
 * @epoch: (nullable): none is known yet
 * @verdict: of the answer that was taken before; 0 = none
 */
typedef struct
{
  CdWireOp op;
  const char *key;
  const char *account;
  const char *body_sha256;
  const char *epoch;
  CdWireVerdict verdict;
} CdSent;

/**
 * cd_send_facts:
 * @answer, @problem: (nullable): at most one of them
 * Returns: what the envelope tells, of #CdSendFact; the facts of the line and of the venue are the caller's to add.
 */
guint cd_send_facts (const CdSent *sent, const CdWireAnswer *answer, const CdWireProblem *problem);

G_END_DECLS
