/* cd-order-lives.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every order's life out of the journal alone: the records in their order through the same table as when they happened. The desk
 * starts from it, and so does whoever audits. Nothing here reads a clock or asks anybody.
 */
#pragma once

#include "cd-journal.h"
#include "cd-order-table.h"
#include "cd-wire-order.h"

G_BEGIN_DECLS

/**
 * CdOrderLife: one order, and what its intent said besides.
 */
typedef struct
{
  CdOrder *order; /* (owned): a reader may take it out and leave %NULL */
  char *purpose;  /* (owned) "" = none */
  char *by;       /* (owned) "" = not ours */
} CdOrderLife;

/* --- What the venue says, for the desk and for its journal alike ------------------------------------------------------------ */

/**
 * cd_order_event_of_wire:
 * @at_us: real time of the receipt
 * @out: (out): borrows the strings of @event
 *
 * Returns: %FALSE when @event speaks of no order
 */
gboolean cd_order_event_of_wire (const CdWireEvent *event, gint64 at_us, CdOrderEvent *out);

/* T30: an order we did not send, or whose record was lost, as the venue announces it. (transfer full) */
CdOrder *cd_order_adopt (const CdWireEvent *event, gint64 at_us);

/* Whether @event is the announcement by which @order was adopted: it says nothing new. */
gboolean cd_order_was_adopted_by (const CdOrder *order, const CdWireEvent *event);

/* --- Lives ----------------------------------------------------------------------------------------------------------------- */

typedef struct _CdOrderLives CdOrderLives;

/**
 * cd_order_lives_new:
 * @epoch: (nullable): only what happened under this incarnation of the venue; %NULL = all
 */
CdOrderLives *cd_order_lives_new (const char *epoch) G_GNUC_WARN_UNUSED_RESULT;
void cd_order_lives_free (CdOrderLives *lives);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdOrderLives, cd_order_lives_free)

/* Whether records are of the incarnation asked for, after those taken so far. */
gboolean cd_order_lives_is_current (CdOrderLives *lives);

/**
 * cd_order_lives_take:
 * @event: (out) (optional) (transfer full) (nullable): the event of the venue that this record holds
 * The next record, whatever its kind.
 */
void cd_order_lives_take (CdOrderLives *lives, const CdJournalRow *record, CdWireEvent **event);

/* Of two orders with one number, which a database that was put back has given twice, the key tells which one is meant. */
gboolean cd_order_is_of (const CdOrder *order, const char *key, const char *order_id);
CdOrder *cd_order_lives_get (CdOrderLives *lives, const char *key, const char *order_id); /* (nullable) (transfer none): by either */
GPtrArray *cd_order_lives_all (CdOrderLives *lives);                                      /* (element-type CdOrderLife) (transfer none): oldest first */

/**
 * CdOrderLivesFunc: one decision of the recovery, already applied: for the journal.
 */
typedef void (*CdOrderLivesFunc) (const CdOrder *order, CdOrderEventKind kind, gpointer data);

/**
 * cd_order_lives_recover:
 * @restored: the journal is older than what it once was: nothing that is open can be believed
 *
 * After the last record: what never left is closed with that evidence (T5), what may have left is UNKNOWN (T6), and so is a
 * request that was under way. Of a restored journal everything open is UNKNOWN: the lost records may have sent it, or ended it.
 */
void cd_order_lives_recover (CdOrderLives *lives, gboolean restored, CdOrderLivesFunc func, gpointer data);

/* A decision of our own as the body of a record %CD_JOURNAL_ORDER_LOCAL: the name of the event, then after a blank its code. */
GBytes *cd_order_local_body (CdOrderEventKind kind, const char *code); /* @code: (nullable) */

G_END_DECLS
