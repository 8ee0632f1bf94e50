/* cd-desk-differences.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What we have and what they have, side by side: the queue of differences that a person works through, and the summary of the last
 * reconcile (reliability D7). A difference of figures is opened when two readings in a row show the same one, because a list and the
 * events that follow it travel by two ways; it closes by itself when the figures agree again. Main thread.
 */
#pragma once

#include "cd-desk.h"

G_BEGIN_DECLS

#define CD_TYPE_DIFFERENCE_ROW (cd_difference_row_get_type ())
G_DECLARE_FINAL_TYPE (CdDifferenceRow, cd_difference_row, CD, DIFFERENCE_ROW, CdRow)

/**
 * CdDifferenceRow:
 * @id: stable: kind, account and subject
 * @kind: "holding", "order", "order.unknown", "instruction.unknown", "settlement"
 * @asset: (nullable): the instrument that it locks
 * @exchange, @registry, @ledger: units; which of them mean something depends on the kind
 * @first_us: market time at which it was opened
 * @owner, @note: of whoever works on it; "" = nobody, nothing
 * @reason, @resolved_by, @resolved_us: when @resolved; @reason "agrees" and @resolved_by "": it closed by itself
 */
struct _CdDifferenceRow
{
  CdRow parent_instance;
  char *id, *kind, *account, *subject, *asset;
  gboolean has_exchange, has_registry, has_ledger;
  gint64 exchange, registry, ledger;
  gint64 first_us, resolved_us;
  char *owner, *note, *reason, *resolved_by;
  gboolean resolved;
};

GListModel *cd_desk_get_differences (CdDesk *self); /* CdDifferenceRow, newest first; resolved ones stay */
guint cd_desk_count_differences (CdDesk *self);     /* open ones */
/* Takes it over: the person at the desk becomes its owner. Journaled. */
gboolean cd_desk_difference_take (CdDesk *self, CdDifferenceRow *row, const char *note, GError **error);

/**
 * cd_desk_difference_resolve:
 * @reason: what was found out; it goes into the journal with the person
 *
 * Closes a difference of figures; a holding is taken over into our ledger as they say it is. What is UNKNOWN can only be closed by
 * evidence: %CD_DESK_ERROR_STATE.
 */
gboolean cd_desk_difference_resolve (CdDesk *self, CdDifferenceRow *row, const char *reason, GError **error);

/* Units of the account by our own books: what was there when it was first read, and every fill since. FALSE = not known yet. */
gboolean cd_desk_ledger_units (CdDesk *self, const char *account, const char *asset, gint64 *units);
/* The same units as the exchange and the register list them. */
void cd_desk_listed_units (const CdHoldingRow *row, gint64 *exchange, gint64 *registry);

/**
 * CdReconcileSummary: of the last whole reconcile, and what goes on since.
 * @at_us: market time, 0 = none yet; @took_us: real time it took
 * @periodic_orders, @periodic_holdings, @periodic_full: rounds since the start that nobody asked for
 */
typedef struct
{
  gint64 at_us, took_us;
  guint orders, executions, balances, settlements, instructions, obligations, unknown;
  guint periodic_orders, periodic_holdings, periodic_full;
  gint64 orders_age_us, holdings_age_us, full_age_us; /* of the last reading; -1 = none */
} CdReconcileSummary;
void cd_desk_get_reconcile_summary (CdDesk *self, CdReconcileSummary *out);

/* Open orders 30 s, holdings 60 s, everything 15 min and before the close (D7). Tests shorten them. */
/* Tests: a fault in our own books, of so many units. */
void cd_desk_ledger_bend_for_test (CdDesk *self, const char *account, const char *asset, gint64 units);
void cd_desk_set_periods_for_test (CdDesk *self, gint64 orders_us, gint64 holdings_us, gint64 full_us);

G_END_DECLS
