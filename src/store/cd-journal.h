/* cd-journal.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * journal.db: what this workstation did and was told, in order, for ever. A record is durable when its append has been
 * reported, and is never changed or deleted. Each carries the hash of the one before it, so that a change, a gap, an insertion
 * or an exchange is found, and named by its number. A cut at the end is found against an anchor (number and hash of a record)
 * kept elsewhere: in the cache, or in evidence handed out.
 *
 *   hash = SHA-256 (prev ‖ seq ‖ at_us ‖ len (kind) ‖ kind ‖ len (key) ‖ key ‖ len (body) ‖ body ‖ more)
 *   more = boot_us ‖ offset_us ‖ len (source) ‖ source; nothing in records that a version before 2 wrote
 *
 * with prev of the first record 32 zero bytes, seq and times as 8 bytes, lengths as 4 bytes, all big-endian. An unknown offset
 * counts as the smallest number.
 *
 * These functions are synchronous: for the store thread, the command line and tests. Elsewhere use cd-store.h.
 */
#pragma once

#include "cd-db.h"
#include "cd-worker.h"

G_BEGIN_DECLS

#define CD_JOURNAL_APPLICATION_ID 0x43444a31 /* "CDJ1" */
#define CD_JOURNAL_HASH_LEN 32
#define CD_JOURNAL_BODY_MAX (16 * 1024 * 1024)
#define CD_JOURNAL_KEY_MAX 128

/* Kinds are frozen: they are stored. Append only. A kind is 1–48 of [a-z0-9._-]. */
#define CD_JOURNAL_ORDER_INTENT "order.intent"   /* COMMIT 1: key and the exact bytes to send */
#define CD_JOURNAL_ORDER_SENDING "order.sending" /* COMMIT 2: about to write */
#define CD_JOURNAL_ORDER_EVENT "order.event"     /* a transition, with its evidence */
/* A trade that a list told, in the form of its event. Its number does not say what has come on the stream. */
#define CD_JOURNAL_ORDER_LISTED "order.listed.event"
/* An answer that proves nothing of ours (foreign, another epoch, a contradiction, the wrong status): kept, and never taken for evidence. */
#define CD_JOURNAL_ORDER_DOUBTED "order.doubted.event"
#define CD_JOURNAL_ORDER_DENIED "order.denied"     /* refused here before COMMIT 1 */
#define CD_JOURNAL_ORDER_LOCAL "order.local"       /* what we concluded ourselves: never sent, no answer, gone by its deadline … */
#define CD_JOURNAL_ORDER_STAGED "order.staged"     /* a draft that waits for a person; nothing was committed */
#define CD_JOURNAL_ORDER_UNSTAGED "order.unstaged" /* sent (with the order's key) or discarded */
#define CD_JOURNAL_INSTRUCTION_INTENT "instruction.intent"
#define CD_JOURNAL_INSTRUCTION_SENDING "instruction.sending"
#define CD_JOURNAL_INSTRUCTION_EVENT "instruction.event"
#define CD_JOURNAL_INSTRUCTION_DENIED "instruction.denied"
#define CD_JOURNAL_DIFFERENCE "difference"     /* key = id of the difference; the last record says what it is */
#define CD_JOURNAL_LEDGER "ledger.opening"     /* key = account/asset: units before the first fill that we know */
#define CD_JOURNAL_OWN_RULE "own.rule"         /* key = account: by how many trading days the house is earlier */
#define CD_JOURNAL_COVER_REPEAT "cover.repeat" /* key = account: up to which price the plan is staged again */
#define CD_JOURNAL_STATEMENT "statement"
#define CD_JOURNAL_IMPORT "import" /* key = SHA-256 of the raw bytes in imports/ */
#define CD_JOURNAL_SESSION "session"
#define CD_JOURNAL_ALERT "alert"
#define CD_JOURNAL_MANUAL "manual" /* a resolution by two people */
/* Signed files between two persons (wire/cd-approval-file.h), whole. */
#define CD_JOURNAL_REQUEST_FILE "request.file"         /* asked for here; key = id of what is asked for */
#define CD_JOURNAL_REQUEST_DECIDED "request.decided"   /* decided here; key = SHA-256 of the request file */
#define CD_JOURNAL_REQUEST_DECISION "request.decision" /* came back; key = id of what was asked for */

#define CD_JOURNAL_NO_TIME G_MININT64

/* Sources are frozen: they are stored. Given by the kind of the record. */
#define CD_JOURNAL_SOURCE_HERE "here"     /* this workstation */
#define CD_JOURNAL_SOURCE_VENUE "venue"   /* an answer, event or list of the other side */
#define CD_JOURNAL_SOURCE_FILE "file"     /* an imported file */
#define CD_JOURNAL_SOURCE_PEOPLE "people" /* two persons and a document */

typedef struct
{
  gint64 seq;       /* 1, 2, 3 … without gaps */
  gint64 at_us;     /* UTC: when this was known here (known_from) */
  gint64 boot_us;   /* the clock that never goes back, at the same moment; %CD_JOURNAL_NO_TIME in old records */
  gint64 offset_us; /* venue clock minus ours as last measured; %CD_JOURNAL_NO_TIME = not known */
  char *kind;       /* (owned) */
  char *key;        /* (owned): intent key, instruction id, hash …; may be "" */
  char *source;     /* (owned) (nullable): who said it, see %CD_JOURNAL_SOURCE_*; NULL in old records */
  GBytes *body;     /* (owned): the exact bytes */
  guint8 prev[CD_JOURNAL_HASH_LEN];
  guint8 hash[CD_JOURNAL_HASH_LEN];
} CdJournalRow;

void cd_journal_row_free (CdJournalRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdJournalRow, cd_journal_row_free)

/**
 * CdJournalAnchor: proof that the journal once reached @seq with @hash. seq = 0: nothing is known.
 */
typedef struct
{
  gint64 seq;
  guint8 hash[CD_JOURNAL_HASH_LEN];
} CdJournalAnchor;

typedef struct _CdJournal CdJournal;

/**
 * CdJournalFunc:
 * @row: (transfer none)
 * Returns: %FALSE to stop
 */
typedef gboolean (*CdJournalFunc) (const CdJournalRow *row, gpointer data);

CdJournal *cd_journal_open (CdEnv *env, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
CdJournal *cd_journal_open_read_only (CdEnv *env, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cd_journal_close (CdJournal *journal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdJournal, cd_journal_close)

/**
 * cd_journal_append:
 * Inside cd_journal_begin() and cd_journal_commit() part of that commit; outside a durable commit of its own.
 * Returns: the number of the record, 0 on error. Errors: %CD_STORE_ERROR_ARGUMENT, %CD_DB_ERROR.
 */
gint64 cd_journal_append (CdJournal *journal, const char *kind, const char *key, const void *body, gsize len, GError **error);
gboolean cd_journal_begin (CdJournal *journal, GError **error);
gboolean cd_journal_commit (CdJournal *journal, GError **error); /* when it fails, none of its records exists */
void cd_journal_rollback (CdJournal *journal);

/**
 * cd_journal_set_offset:
 * @offset_us: venue clock minus ours, kept with every record from now on; %CD_JOURNAL_NO_TIME = not known
 */
void cd_journal_set_offset (CdJournal *journal, gint64 offset_us);

gint64 cd_journal_last_seq (CdJournal *journal);
void cd_journal_head (CdJournal *journal, CdJournalAnchor *head); /* of the last durable record */

/**
 * cd_journal_foreach:
 * Delivers records from @from_seq on, in order, each checked against its hash and the one before it: nothing unproven is
 * delivered. Errors: %CD_STORE_ERROR_TAMPERED naming the first bad record.
 */
gboolean cd_journal_foreach (CdJournal *journal, gint64 from_seq, CdJournalFunc func, gpointer data, GError **error);

/**
 * cd_journal_bad_seq: number of the first record that the last failed reading or verification found bad or missing, 0 when none.
 */
gint64 cd_journal_bad_seq (CdJournal *journal);

/**
 * cd_journal_verify:
 * Checks all records, and that the journal still holds what @anchor says. @anchor: (nullable)
 * Errors: %CD_STORE_ERROR_TAMPERED, %CD_STORE_ERROR_CUT.
 */
gboolean cd_journal_verify (CdJournal *journal, const CdJournalAnchor *anchor, GError **error);

/**
 * cd_journal_verify_tail: the same for the last @n records: before the first send.
 */
gboolean cd_journal_verify_tail (CdJournal *journal, gint64 n, const CdJournalAnchor *anchor, GError **error);

/* The rule of the hash above, for whoever holds records without their file. @row->prev and @row->hash are not looked at. */
void cd_journal_row_hash (const guint8 prev[CD_JOURNAL_HASH_LEN], const CdJournalRow *row, guint8 out[CD_JOURNAL_HASH_LEN]);

CdDb *cd_journal_db (CdJournal *journal);

G_END_DECLS
