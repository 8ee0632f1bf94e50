/* cd-desk.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one place that joins store, net and the rules: every intention of the user is one function here. No GTK. Main thread.
 *
 * Nothing new leaves before the start (or reconnect) reconcile is done; cancels always may. Orders follow the table of
 * trade/cd-order-table.h: COMMIT 1 and COMMIT 2 are in the journal before the first byte leaves.
 */
#pragma once

#include "cd-checks.h"
#include "cd-identity.h"
#include "cd-env.h"
#include "cd-pack.h"
#include "cd-rows.h"

G_BEGIN_DECLS

#define CD_DESK_ERROR (cd_desk_error_quark ())
GQuark cd_desk_error_quark (void);
typedef enum
{
  CD_DESK_ERROR_LOCKED = 1,  /* not reconciled, or stopped by the user */
  CD_DESK_ERROR_REFUSED = 2, /* a check blocks; look at the results */
  CD_DESK_ERROR_VENUE = 3,   /* the practice venue cannot be started */
  CD_DESK_ERROR_STORE = 4,
  CD_DESK_ERROR_STATE = 5,
  CD_DESK_ERROR_INPUT = 6,
} CdDeskError;

#define CD_DESK_PROFILE "default"

/**
 * CdDeskConfig: all strings are copied; %NULL or 0 = default.
 */
typedef struct
{
  const char *profile;     /* (nullable): %CD_DESK_PROFILE */
  const char *scenario;    /* "main", "beijing-2021", "2025-12-23", "deadline-week" */
  const char *market_time; /* "2026-12-14T13:20:00" in the market's zone */
  const char *speed;       /* "1" */
  const char *seed;        /* "1" */
  const char *venue_path;  /* program; (nullable): found in libexecdir or CARBONDESK_VENUE */
  const char *certificate; /* (nullable): PEM file or pkcs11: address of the user's own; its subject says who sits here */
  const char *key;         /* (nullable): the same of its key; NULL = in the file of the certificate */
  const char *join;        /* (nullable): profile whose practice market, running already, this desk joins instead of starting one */
  const char *person;      /* (nullable): who sits here at the start; with a certificate, whose it must be */
} CdDeskConfig;

typedef enum
{
  CD_DESK_STARTING,
  CD_DESK_CONNECTING,
  CD_DESK_RECONCILING,
  CD_DESK_LIVE,
  CD_DESK_OFFLINE, /* line lost; figures are old; new orders locked */
  CD_DESK_FAILED,  /* see "problem" */
} CdDeskState;

/**
 * CdDesk:
 *
 * Signals: "state-changed"; "clock-changed" (market clock, sessions, ages: about four times a second and at every change);
 * "quote-changed" (CdQuote): book or stats; "account-changed": cash, person or account;
 * "alert" (level: int, code: string, text: string): fills, refusals, approvals; "book-levels-changed" after listings arrive.
 */
#define CD_TYPE_DESK (cd_desk_get_type ())
G_DECLARE_FINAL_TYPE (CdDesk, cd_desk, CD, DESK, GObject)

CdDesk *cd_desk_new (CdEnv *env, const CdDeskConfig *config);
void cd_desk_start (CdDesk *self); /* answers by "state-changed" */
/* Ends the lines, the venue and the store; @callback when all is on disk. */
void cd_desk_stop_async (CdDesk *self, GAsyncReadyCallback callback, gpointer data);
gboolean cd_desk_stop_finish (CdDesk *self, GAsyncResult *result, GError **error);

CdEnv *cd_desk_get_env (CdDesk *self); /* (transfer none) */
CdDeskState cd_desk_get_state (CdDesk *self);
const char *cd_desk_get_problem (CdDesk *self);            /* (nullable): why FAILED, OFFLINE or locked */
gboolean cd_desk_is_locked (CdDesk *self);                 /* new orders may not leave */
void cd_desk_set_stopped (CdDesk *self, gboolean stopped); /* kill switch: new orders stop, cancels pass */
gboolean cd_desk_get_stopped (CdDesk *self);
/* @why: code of the refusal, "desk.locked", "token.gone" …; NULL lets go. Nothing new is sent; lines, journal and reconcile go on. */
void cd_desk_set_held (CdDesk *self, const char *why);
/* The main loop did not turn for more than half a second, and what was pressed meanwhile may still wait in the queue: FALSE again when nothing
 * waits, and while the desk is not started. */
gboolean cd_desk_has_stood (CdDesk *self);
/* @late: what is being pressed had to wait while the window stood still. Whatever would be sent for it is refused, cancels too. */
void cd_desk_set_input_late (CdDesk *self, gboolean late);
/* FALSE, with "window.stood", while late input is handled; told in the log once a standstill. Whatever sends asks it; forms that ask back do too. */
gboolean cd_desk_check_seen (CdDesk *self, GError **error);
CdIdentity *cd_desk_get_identity (CdDesk *self); /* (nullable) (transfer none): the user's own key, when one was given */
int cd_desk_get_certificate_days (CdDesk *self); /* begun days that the certificate is good for yet; -1 = not known */

/* Connections: what the header shows. */
typedef enum
{
  CD_LINE_MARKET,
  CD_LINE_ORDERS,
  CD_LINE_REGISTRY,
  CD_N_LINES
} CdLine;
CdLinkState cd_desk_get_line (CdDesk *self, CdLine line, gint64 *age_us);
/* The same as one word: live only while the line is and what came by it is younger than its limit (two heartbeats of prices and
 * orders, 15 minutes of the registry's lists). */
CdFreshness cd_desk_get_line_freshness (CdDesk *self, CdLine line, gint64 *age_us);

/* Clock. */
gint64 cd_desk_get_market_time (CdDesk *self); /* interpolated; 0 = not known yet */
gint64 cd_desk_get_rate_e3 (CdDesk *self);
gboolean cd_desk_get_paused (CdDesk *self);
CdSessionState cd_desk_get_session (CdDesk *self, const char *market, CdMode mode, gint64 *next_us);
void cd_desk_clock_set_paused (CdDesk *self, gboolean paused);
void cd_desk_clock_set_rate (CdDesk *self, const char *rate);
void cd_desk_clock_skip (CdDesk *self, const char *to); /* "session", "close", "next_day", "deadline" */
const char *cd_desk_get_scenario (CdDesk *self);
/* Tests: the practice venue dies as by kill -9. */
void cd_desk_kill_venue_for_test (CdDesk *self);

/* Packs, people, accounts. */
const CdPack *cd_desk_get_pack (CdDesk *self, const char *market);        /* (nullable) */
const CdPack *cd_desk_get_pack_of (CdDesk *self, const char *instrument); /* (nullable) */
typedef struct
{
  char *id, *name, *name_zh, *account; /* account: home account; "" for the authority */
  gboolean may_enter, may_approve, may_cash, may_review;
} CdPerson;
const GPtrArray *cd_desk_get_persons (CdDesk *self); /* (element-type CdPerson): practice only */
const CdPerson *cd_desk_get_person (CdDesk *self);   /* (nullable) */
/* Practice only: opens a second session under the other person's certificate. */
void cd_desk_switch_person (CdDesk *self, const char *person_id);
typedef struct
{
  char *id, *name, *name_zh, *market, *sector;
} CdEntity;
const GPtrArray *cd_desk_get_entities (CdDesk *self); /* (element-type CdEntity) */
const CdEntity *cd_desk_get_entity (CdDesk *self);    /* the chosen one; (nullable) */
void cd_desk_set_entity (CdDesk *self, const char *account);

typedef struct
{
  gint64 available_e4, frozen_e4, unsettled_e4, pending_out_e4, withdrawable_e4;
  CdFreshness fresh;
  gint64 age_us;
} CdCash;
void cd_desk_get_cash (CdDesk *self, const char *account, CdCash *out);
/* Of units and cash of @account, (nullable), together: two lists, live when both are, for 60 s at most; @age_us since the one that
 * decides was asked for. */
CdFreshness cd_desk_get_holdings_freshness (CdDesk *self, const char *account, gint64 *age_us);

/* layout.json of the open profile: (transfer full) (nullable): %NULL when no profile is open. */
char *cd_desk_dup_layout_file (CdDesk *self);
/* Into the log, for what happens on the screen: see #CdLogRow. */
void cd_desk_tell (CdDesk *self, int level, const char *code, const char *text);

/* Models. (transfer none) */
GListModel *cd_desk_get_quotes (CdDesk *self);                 /* CdQuote */
CdQuote *cd_desk_get_quote (CdDesk *self, const char *code);   /* (nullable) (transfer none) */
GListModel *cd_desk_get_orders (CdDesk *self);                 /* CdOrderRow, newest first, UNKNOWN before all */
GListModel *cd_desk_get_staged (CdDesk *self);                 /* CdStagedRow, newest first */
GListModel *cd_desk_get_gaps (CdDesk *self);                   /* CdGapRow, newest first */
GListModel *cd_desk_get_fills (CdDesk *self);                  /* CdFillRow, newest first */
GListModel *cd_desk_get_tape (CdDesk *self, const char *code); /* CdTapeRow, newest first */
GListModel *cd_desk_get_holdings (CdDesk *self);               /* CdHoldingRow */
GListModel *cd_desk_get_instructions (CdDesk *self);           /* CdInstructionRow */
GListModel *cd_desk_get_obligations (CdDesk *self);            /* CdObligationRow */
GListModel *cd_desk_get_log (CdDesk *self);                    /* CdLogRow */

/* Bars for the chart: (element-type CdBar), oldest first; imported days, then the live bar. (transfer full) */
GArray *cd_desk_dup_bars (CdDesk *self, const char *code, gint64 span_us); /* 0 = daily */

/**
 * cd_desk_import_quotes_async:
 * @bytes: a whole file of daily quotes; see cd_quotes_import()
 * @name: the file's name, for the journal and the chart
 * @instrument: (nullable): the instrument of a file that does not name it; else the file's own name is tried
 *
 * All of the file or nothing of it. It is read beside the window; then its bytes are kept under their hash with a journal record,
 * and its days go to the cache. Cancelled before that record, nothing is kept.
 */
void cd_desk_import_quotes_async (CdDesk *self, GBytes *bytes, const char *name, const char *instrument, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
typedef struct
{
  guint rows, instruments, warnings;
  char code[64]; /* of the first instrument */
  CdDate from, to;
} CdDeskImported;
/* @faults: (out) (optional) (transfer full) (element-type CdImportFault): every bad row */
gboolean cd_desk_import_quotes_finish (CdDesk *self, GAsyncResult *result, CdDeskImported *imported, GPtrArray **faults, GError **error);
/* Days of @code that came from files: (nullable) (element-type CdDate), sorted. */
const GArray *cd_desk_get_imported_days (CdDesk *self, const char *code);
const char *cd_desk_get_import_source (CdDesk *self, const char *code); /* name of the newest file; "" = none */

/* Listings of one level: fetched; "book-levels-changed" tells when they are there. */
typedef struct
{
  char id[32];
  gint64 price_e4, qty, at_us;
  char party[CD_FEED_CODE_MAX];
  gboolean mine;
} CdListing;
void cd_desk_open_level (CdDesk *self, const char *code, CdSide side, gint64 price_e4);
void cd_desk_close_level (CdDesk *self, const char *code);
const GArray *cd_desk_get_listings (CdDesk *self, const char *code, CdSide *side, gint64 *price_e4); /* (nullable) (element-type CdListing) */
/* Units of own resting orders at a price. */
gint64 cd_desk_own_at (CdDesk *self, const char *code, CdSide side, gint64 price_e4);
/* Open block intents: (element-type CdFeedBlock) (transfer none) */
const GArray *cd_desk_get_blocks (CdDesk *self);

/* The ticket. */
typedef struct
{
  gboolean has_amount;
  CdMoney amount;
  gint64 cash_now_e4, cash_after_e4;
  gboolean has_fee; /* FALSE: no rate is in force that we know of; never shown as nought */
  gint64 fee_e4;
  const char *fee_source; /* (nullable): where the rate, or that it is not known, is from */
  gint64 holding_after, sellable_after;
  gboolean has_obligation;
  int year;
  int coverage_before_bp, coverage_after_bp;
  gint64 shortfall_after;
  gint64 deadline_us, last_safe_buy_us;
  gboolean settles_in_time;
  gboolean is_credit;
  CdEligibility eligible;
  gint64 offset_room_before, offset_room_after, stranded_after;
  gint64 visible_depth; /* units on the other side in the visible levels */
} CdPreview;

/**
 * cd_desk_check:
 * @purpose: "cover", "offset", "sell" or ""
 *
 * Live checks and preview of a draft; nothing is stored or sent.
 *
 * Returns: number of results
 */
gsize cd_desk_check (CdDesk *self, const CdOrderDraft *draft, const char *purpose, CdCheckResult *results, gsize n_max, CdPreview *preview);

/* Rule, source, inputs and result of a check, as a trace for "Explain". (transfer full) */
CdTrace *cd_desk_explain_check (CdDesk *self, const CdOrderDraft *draft, const CdCheckResult *result);

/**
 * cd_desk_submit:
 *
 * Checks again, then COMMIT 1, COMMIT 2 and the line. The row is in the orders model when this returns.
 *
 * Returns: (transfer none) (nullable): the row, or %NULL with @error (nothing was stored, or a denial record was)
 */
CdOrderRow *cd_desk_submit (CdDesk *self, const CdOrderDraft *draft, const char *purpose, GError **error);
/* The same once more: a person said that the same order within ten seconds is meant. An UNKNOWN one still blocks. */
CdOrderRow *cd_desk_submit_again (CdDesk *self, const CdOrderDraft *draft, const char *purpose, GError **error);

/**
 * cd_desk_stage:
 * @purpose: "cover", "offset", "sell" or ""
 * @plan: (nullable): number of the cover plan, see cd_desk_new_plan_number()
 * @expires_us: market time after which it cannot be sent; 0 = the next close of its market
 * @error: %CD_DESK_ERROR_INPUT naming the field, or %CD_DESK_ERROR_STORE
 *
 * Keeps a draft in the journal, with author, purpose, plan and expiry. It may be staged at any time, also without a line or out of
 * session: what is checked here is only that it is an order at all. It survives a restart, its checks run again while it waits,
 * and it is never sent by itself.
 *
 * Returns: (transfer none) (nullable): the row, first of cd_desk_get_staged()
 */
CdStagedRow *cd_desk_stage (CdDesk *self, const CdOrderDraft *draft, const char *purpose, const char *plan, gint64 expires_us, GError **error);

/**
 * cd_desk_staged_send:
 *
 * Checks again as cd_desk_submit() does. The record that it is staged no more and COMMIT 1 are one commit, so that a crash can
 * neither lose the order nor leave a draft behind that was sent. The row leaves the model.
 *
 * Returns: (transfer none) (nullable): the order, or %NULL with @error: it stays staged
 */
CdOrderRow *cd_desk_staged_send (CdDesk *self, CdStagedRow *row, GError **error);
/* Sends the chosen ones in the given order. A refused one stays, with its reason in "Checks now". Returns: how many left. */
guint cd_desk_staged_send_all (CdDesk *self, CdStagedRow *const *rows, gsize n);
gboolean cd_desk_staged_discard (CdDesk *self, CdStagedRow *row, GError **error);
/* Undo of a discard: the same draft under its old id, journaled again. */
gboolean cd_desk_staged_restore (CdDesk *self, CdStagedRow *row, GError **error);
/* Another price or quantity of a staged order; the draft before stays in the journal. */
gboolean cd_desk_staged_change (CdDesk *self, CdStagedRow *row, gint64 price_e4, gint64 qty, GError **error);
/* The draft of a row; its strings are borrowed from it. */
CdOrderDraft cd_desk_staged_draft (const CdStagedRow *row);
/* All checks of a staged order now; see cd_desk_check(). */
gsize cd_desk_staged_check (CdDesk *self, CdStagedRow *row, CdCheckResult *results, gsize n_max, CdPreview *preview);
/* A number that no plan in the journal has: "P261214-3". (transfer full) */
char *cd_desk_new_plan_number (CdDesk *self);

gboolean cd_desk_cancel (CdDesk *self, CdOrderRow *row, GError **error);
/* Whether it works at the venue and nothing asked of it is still open: then it can be changed or cancelled. */
gboolean cd_desk_may_change (CdDesk *self, CdOrderRow *row);
/* @qty: in all, with what is filled. At the venue the order keeps its number; what is filled in the meantime counts. */
gboolean cd_desk_replace (CdDesk *self, CdOrderRow *row, gint64 price_e4, gint64 qty, GError **error);
guint cd_desk_cancel_all (CdDesk *self, const char *instrument);  /* NULL = all; how many cancels left */
guint cd_desk_cancel_account (CdDesk *self, const char *account); /* of one entity; how many cancels left */
/* Resolves an UNKNOWN order by a durable fence at the venue. */
gboolean cd_desk_fence (CdDesk *self, CdOrderRow *row, GError **error);
void cd_desk_reconcile (CdDesk *self); /* operator's button */

/* Registry instructions. Each returns the instruction id (transfer full) or NULL with @error. */
char *cd_desk_propose_transfer (CdDesk *self, const char *account, const char *asset, gint64 qty, gboolean to_registry, GError **error);
char *cd_desk_propose_reserve (CdDesk *self, const char *account, const char *lot, gint64 qty, int year, GError **error);
char *cd_desk_propose_release (CdDesk *self, const char *account, const char *lot, gint64 qty, int year, GError **error);
char *cd_desk_propose_surrender (CdDesk *self, const char *account, int year, const CdSurrenderLine *allowances, gsize n_allowances, const CdSurrenderLine *credits, gsize n_credits, GError **error);
/**
 * cd_desk_check_surrender:
 * @error: says in words which line is wrong, by which limit and source; its first word is the wire code of the refusal
 *
 * What the registry would refuse, before it is proposed: nothing at all, a vintage of the wrong year, more than is free, beyond the
 * offset room, more than is owed. cd_desk_propose_surrender() asks the same.
 */
gboolean cd_desk_check_surrender (CdDesk *self, CdObligationRow *row, const CdSurrenderLine *allowances, gsize n_allowances, const CdSurrenderLine *credits, gsize n_credits, GError **error);
char *cd_desk_propose_cancellation (CdDesk *self, const char *account, const char *asset, gint64 qty, const char *reason, GError **error);
char *cd_desk_propose_cash (CdDesk *self, const char *account, gint64 amount_e4, gboolean in, GError **error);
gboolean cd_desk_confirm_instruction (CdDesk *self, CdInstructionRow *row, GError **error);
/* The same for what was read: refused by the registry when another version stands there by now. */
gboolean cd_desk_confirm_instruction_seen (CdDesk *self, CdInstructionRow *row, int version, const char *hash, GError **error);
gboolean cd_desk_refuse_instruction (CdDesk *self, CdInstructionRow *row, const char *reason, GError **error);
gboolean cd_desk_withdraw_instruction (CdDesk *self, CdInstructionRow *row, GError **error);
gboolean cd_desk_review_instruction (CdDesk *self, CdInstructionRow *row, gboolean pass, const char *reason, GError **error);
/* What to surrender now: own year's vintages first, never the next year's unless asked; reserved credits. Fills arrays of
 * CdSurrenderLine whose codes are borrowed from the desk's rows. */
void cd_desk_suggest_surrender (CdDesk *self, CdObligationRow *row, GArray *allowances, GArray *credits);

/* Settlement of the last closed day. */
typedef struct
{
  CdDate day;
  char state[16]; /* "pending", "settled", "confirmed", "deemed", "objected" */
  gint64 trades, bought, sold, amount_bought_e4, amount_sold_e4;
} CdSettlement;
/* The statement of the chosen entity, as the venue lists it: CdMovementRow, newest first. Read while somebody watches; after a start
 * without a line as it was kept, which is never live. */
GListModel *cd_desk_get_statement (CdDesk *self);
void cd_desk_watch_statement (CdDesk *self, gboolean watch);
CdFreshness cd_desk_get_statement_freshness (CdDesk *self, gint64 *age_us);
const GArray *cd_desk_get_settlements (CdDesk *self); /* (element-type CdSettlement), newest first, of the chosen entity */
gboolean cd_desk_confirm_settlement (CdDesk *self, CdDate day, GError **error);
gboolean cd_desk_object_settlement (CdDesk *self, CdDate day, const char *reason, GError **error);

G_END_DECLS
