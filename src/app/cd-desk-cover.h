/* cd-desk-cover.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Covering a shortfall from the live books at the least cost: the plan, what it is compared with, until when each step is safe, what
 * if the figures were others, and the way from the plan to staged orders. Main thread.
 */
#pragma once

#include "cd-cover.h"
#include "cd-desk.h"

G_BEGIN_DECLS

#define CD_WHAT_IF_BP_MAX 5000 /* ±50 % */

/**
 * CdWhatIf: an assumption; all 0 is the present.
 * @emissions_bp: on the verified emissions, rounded up to the kg
 * @price_bp: on every ask and on the average price of the penalty, rounded to 0.01 half up
 * @at_us: market time as of which deadlines and countdowns are seen; 0 = now
 */
typedef struct
{
  int emissions_bp;
  int price_bp;
  gint64 at_us;
} CdWhatIf;

gboolean cd_what_if_is_present (const CdWhatIf *what_if); /* (nullable) */

/**
 * CdCoverStep: one step on the way from the purchase to the receipt, and when it is due by whom.
 * @id: "last_buy_list", "last_transfer", "offset_apply", "surrender"
 * @statutory_us: by rule, or worked back from a rule's date; 0 = not verified
 * @provincial_us: set by the province, where the pack knows it; 0 = not verified
 * @internal_us: the house's own date, some trading days earlier; 0 = not known
 */
typedef struct
{
  const char *id;
  gint64 statutory_us, provincial_us, internal_us;
  CdRuleStatus status;
  char *source;
} CdCoverStep;

/**
 * CdDeskCover:
 * @figures: the obligation under the assumption
 * @plan: the least-cost plan over the asks that are live now
 * @one_book: what the same units would cost when each book is swept before the next one is looked at, best top first
 * @stale_books: books left out because they are not live
 * @own_units: units on the ask side left out because they are our own
 * @staged_units, @working_units: already staged, or resting as bids, for this obligation
 * @penalty_low, @penalty_high: of the first stage, if nothing is done
 */
typedef struct
{
  CdWhatIf what_if;
  CdObligation *figures;
  CdCoverPlan *plan;
  gboolean has_one_book;
  CdMoney one_book;
  CdMoney saving; /* against the dearer of the two that are known */
  guint stale_books;
  gint64 own_units;
  gint64 staged_units, working_units;
  gint64 cash_e4, cash_after_e4; /* available now, and after the plan */
  GArray *steps;                 /* CdCoverStep */
  int internal_days;             /* trading days by which the house is earlier */
} CdDeskCover;

/**
 * cd_desk_cover:
 * @what_if: (nullable)
 *
 * Returns: (transfer full) (nullable): %NULL with @error where the obligation cannot be evaluated
 */
CdDeskCover *cd_desk_cover (CdDesk *self, CdObligationRow *row, const CdWhatIf *what_if, GError **error);
void cd_desk_cover_free (CdDeskCover *cover);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdDeskCover, cd_desk_cover_free)

/**
 * cd_desk_stage_cover:
 * @number: (out) (optional) (transfer full): of the plan
 *
 * Plans again over the books of this moment, without any assumption, and stages each order with its purpose and the number of the
 * plan. What an earlier plan staged for the same account and was not sent is discarded, so that nothing is covered twice.
 *
 * Returns: how many were staged; 0 with @error
 */
guint cd_desk_stage_cover (CdDesk *self, CdObligationRow *row, char **number, GError **error);

/**
 * CdEncumbrance: units of one holding that are not free now.
 * @until_us: market time at which they come back; 0 = the end is not known
 * @counts: they count for the obligation although they are not free (reserved, submitted)
 */
typedef struct
{
  const char *asset; /* borrowed from the row of the holding */
  CdBucket bucket;
  gint64 qty;
  gint64 until_us;
  gboolean counts;
} CdEncumbrance;

/* (transfer full) (element-type CdEncumbrance): of the account of @row, in the order of the holdings */
GArray *cd_desk_dup_encumbrances (CdDesk *self, CdObligationRow *row);

/* Trading days by which the house's own dates are earlier than the last safe ones; 0 to 60. */
void cd_desk_set_internal_days (CdDesk *self, int days);
int cd_desk_get_internal_days (CdDesk *self);

G_END_DECLS
