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
 * @limit_e4: asks above this price are left out; 0 = none are
 */
typedef struct
{
  int emissions_bp;
  int price_bp;
  gint64 at_us;
  gint64 limit_e4;
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
 * CdOwnRule: by how many trading days the house wants each step done before the last safe time. No law asks for it.
 * @by: (owned by the desk): who set it; "" = the program's own start value
 * @at_us: real time at which it was set; 0 = never
 */
#define CD_OWN_DAYS_MAX 60
#define CD_OWN_DAYS_START 5
typedef struct
{
  int days;
  const char *by;
  gint64 at_us;
} CdOwnRule;

void cd_desk_get_own_rule (CdDesk *self, const char *account, CdOwnRule *out);
/* Kept in the journal, with person and time; it holds for one entity. */
gboolean cd_desk_set_own_days (CdDesk *self, const char *account, int days, GError **error);

/**
 * CdUnderWay: how far a purchase for the obligation has come.
 * @CD_UNDER_WAY_STAGED: taken from the books by a plan, and planned anew with every plan
 * @CD_UNDER_WAY_BID: staged as a bid for what the books did not hold; it stands until a person changes it
 * @CD_UNDER_WAY_ASKED: left with a second person
 * @CD_UNDER_WAY_ORDER: an order from the press on, of unknown fate too
 * @CD_UNDER_WAY_BOUGHT: bought, and in no balance that is known yet
 */
typedef enum
{
  CD_UNDER_WAY_STAGED,
  CD_UNDER_WAY_BID,
  CD_UNDER_WAY_ASKED,
  CD_UNDER_WAY_ORDER,
  CD_UNDER_WAY_BOUGHT,
} CdUnderWay;

typedef void (*CdUnderWayFunc) (const char *code, gint64 qty, CdUnderWay step, gpointer data);

/* Every purchase to cover or to offset of @account, each in one step. */
void cd_desk_each_under_way (CdDesk *self, const char *account, CdUnderWayFunc func, gpointer data);
/* Credits of orders and of purchases that no balance shows yet: they will take offset room. */
gint64 cd_desk_credits_under_way (CdDesk *self, const char *account);

/**
 * CdDeskCover:
 * @figures: the obligation under the assumption
 * @plan: the least-cost plan over the asks that are live now
 * @one_book: what the same units would cost when each book is swept before the next one is looked at, best top first
 * @stale_books: books left out because they are not live
 * @own_units: units on the ask side left out because they are our own
 * @staged_units, @working_units: already staged, or on their way as orders or just bought, for this obligation
 * @bid_units: of @staged_units, bids for what the books did not hold
 * @asked_units: left with a second person
 * @open_units: what the plan is for: the shortfall without what is on its way or is staged as a bid
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
  gint64 staged_units, working_units, bid_units, asked_units, open_units;
  gint64 cash_e4, cash_after_e4; /* available now, and after the plan */
  GArray *steps;                 /* CdCoverStep */
  CdOwnRule own_rule;
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
 * plan. What an earlier plan took from the books for the same account and was not sent is discarded, so that nothing is covered
 * twice. What the books do not hold is not staged: see cd_desk_stage_rest() and cd_desk_set_cover_repeat().
 *
 * Returns: how many were staged; 0 with @error
 */
guint cd_desk_stage_cover (CdDesk *self, CdObligationRow *row, char **number, GError **error);

/**
 * CdCoverRest: what the live books do not hold, and the bid that would ask for it.
 * @code: the allowance of the year itself, or the newest that it accepts; "" = none is tradable
 * @units: shortfall without the plan, the working bids and the bids staged already
 * @orders: how many orders that is: one may not reach the size of a block
 * @low_e4, @high_e4: the day's limits; 0 = not known
 * @suggested_e4: the dearest price of the plan, else the last close, within the limits
 */
typedef struct
{
  char code[CD_FEED_CODE_MAX];
  gint64 units;
  guint orders;
  gint64 low_e4, high_e4, suggested_e4;
} CdCoverRest;

void cd_desk_cover_rest (CdDesk *self, CdObligationRow *row, const CdDeskCover *cover, CdCoverRest *out);
/* Stages listed bids for the rest at @price_e4, in place of the bids staged before. Returns: how many; 0 with @error */
guint cd_desk_stage_rest (CdDesk *self, CdObligationRow *row, gint64 price_e4, char **number, GError **error);
gboolean cd_desk_is_cover_rest (const CdStagedRow *row);

/**
 * cd_desk_set_cover_repeat:
 * @limit_e4: no ask above this price is staged; 0 = repeat no more
 *
 * While it is on, and nothing of the last plan waits or is on its way, what the books offer up to the limit is planned and staged
 * again until nothing is short. It stages and never sends. Discarding an order of the plan is a person's no: it ends. Kept in the
 * journal.
 */
gboolean cd_desk_set_cover_repeat (CdDesk *self, const char *account, gint64 limit_e4, GError **error);
gint64 cd_desk_get_cover_repeat (CdDesk *self, const char *account); /* the limit; 0 = off */

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

G_END_DECLS
