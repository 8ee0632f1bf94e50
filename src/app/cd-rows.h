/* cd-rows.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The row objects of the desk's list models. A row stays the same object for as long as what it stands for exists; its fields
 * are read by the views, written only in app/, and every change is announced by notify::revision. Main thread.
 */
#pragma once

#include <gio/gio.h>

#include "cd-checks.h"
#include "cd-feed-box.h"
#include "cd-ledger.h"
#include "cd-obligation.h"
#include "cd-order-table.h"
#include "cd-wire-registry.h"

G_BEGIN_DECLS

/* How much a figure may be trusted as of now. */
typedef enum
{
  CD_FRESH_LIVE,
  CD_FRESH_STALE,   /* source connected but too old, or a gap */
  CD_FRESH_OFFLINE, /* source not connected; the figure is from the cache or the last answer */
  CD_FRESH_NONE,    /* never received */
} CdFreshness;

#define CD_TYPE_ROW (cd_row_get_type ())
G_DECLARE_DERIVABLE_TYPE (CdRow, cd_row, CD, ROW, GObject)
struct _CdRowClass
{
  GObjectClass parent_class;
};
guint cd_row_get_revision (CdRow *self);
void cd_row_changed (CdRow *self); /* app/ only: bumps the revision and notifies */

/* Watchlist. */
#define CD_TYPE_QUOTE (cd_quote_get_type ())
G_DECLARE_FINAL_TYPE (CdQuote, cd_quote, CD, QUOTE, CdRow)
struct _CdQuote
{
  CdRow parent_instance;
  char *code;
  char *name_zh, *name_en;
  char *market;
  const CdInstrument *instrument; /* borrowed from the pack; (nullable) */
  gboolean tradable;
  int not_usable_year;        /* >0: tradable, but cannot be surrendered for that year */
  gboolean offset_ineligible; /* credits: refused by the rule of the current year */
  CdFeedInstrument feed;      /* last state of book and stats */
  CdFreshness fresh;
  gint64 age_us;
};

/* Blotter. */
#define CD_TYPE_ORDER_ROW (cd_order_row_get_type ())
G_DECLARE_FINAL_TYPE (CdOrderRow, cd_order_row, CD, ORDER_ROW, CdRow)
struct _CdOrderRow
{
  CdRow parent_instance;
  CdOrder *order; /* owned; see cd-order-table.h */
  char *purpose;  /* "cover", "offset", "sell", "" */
  char *by;       /* person */
  gboolean is_working;
  gint64 age_us;       /* of the last answer */
  gint64 market_us;    /* market time of its entry; 0 = not known */
  gint64 made_boot_us; /* boot clock when it was pressed or first heard of; 0 = in an earlier start */

  /* What the venue took for this order is in no balance that was asked for before this moment of the boot clock; 0 = in all of them. */
  gint64 took_boot_us;
  gint64 took_qty, took_price_e4; /* as it stood then */
};

/* Staged orders: drafts that wait for a person. None is ever sent by itself. */
#define CD_TYPE_STAGED_ROW (cd_staged_row_get_type ())
G_DECLARE_FINAL_TYPE (CdStagedRow, cd_staged_row, CD, STAGED_ROW, CdRow)
struct _CdStagedRow
{
  CdRow parent_instance;
  char *id; /* of the draft; the order gets a key of its own when it is sent */
  char *account, *instrument, *listing;
  CdSide side;
  CdOrderKind kind;
  gint64 price_e4, qty;
  char *purpose;                 /* "cover", "offset", "sell", "" */
  char *by;                      /* who staged it */
  char *plan;                    /* number of the cover plan that made it, "" = by hand */
  gint64 created_us, expires_us; /* market time; @expires_us 0 = never */
  gboolean expired;              /* cannot be sent any more, only discarded */
  gboolean sent;                 /* became an order: it can never be staged again */
  char *request_key;             /* (nullable): asked for a second person under this key of the order to be; it waits for the answer */
  gint64 request_until_us;       /* venue's real time after which the server takes that question no more */
  /* "Checks now": run again while it waits. */
  CdCheckResult worst; /* the first block, else the first warning, else a pass */
  guint n_block, n_warn;
  gboolean checked;     /* @worst is of now and not of before a restart */
  const char *approval; /* who has to act first: "" = nobody, "enter" = a person who may enter orders */
};

#define CD_TYPE_FILL_ROW (cd_fill_row_get_type ())
G_DECLARE_FINAL_TYPE (CdFillRow, cd_fill_row, CD, FILL_ROW, CdRow)
/* Settlement step of a fill: ●○○ traded, ●●○ settled, ●●● confirmed. */
typedef enum
{
  CD_SETTLE_TRADED = 1,
  CD_SETTLE_SETTLED = 2,
  CD_SETTLE_CONFIRMED = 3,
  CD_SETTLE_OBJECTED = 4,
} CdSettleStep;
struct _CdFillRow
{
  CdRow parent_instance;
  char *exec_id, *order_id, *key, *account, *instrument;
  CdSide side;
  gint64 price_e4, qty, amount_e4;
  gint64 at_us; /* market time */
  guint64 seq;  /* of the account's event in the venue's database as it is; 0 = of another one, or lost there */
  CdDate day;
  CdSettleStep step;
  gboolean deemed; /* confirmed by lapse */
};

/* Holdings: one row an account and asset. */
#define CD_HOLDING_BUCKETS 32
#define CD_TYPE_HOLDING_ROW (cd_holding_row_get_type ())
G_DECLARE_FINAL_TYPE (CdHoldingRow, cd_holding_row, CD, HOLDING_ROW, CdRow)
struct _CdHoldingRow
{
  CdRow parent_instance;
  char *account, *asset;
  int vintage;                       /* 0 = credit */
  gint64 bucket[CD_HOLDING_BUCKETS]; /* by CdBucket */
  gint64 total, to_sell, to_surrender, to_pledge;
  gint64 mark_e4; /* last or previous close; 0 = unknown */
};

/* Registry instructions. */
#define CD_TYPE_INSTRUCTION_ROW (cd_instruction_row_get_type ())
G_DECLARE_FINAL_TYPE (CdInstructionRow, cd_instruction_row, CD, INSTRUCTION_ROW, CdRow)
struct _CdInstructionRow
{
  CdRow parent_instance;
  char *id, *account, *kind; /* "transfer", "surrender", … */
  char *summary;             /* codes and figures: "CEA25 84000; CCER-OW-2501 140000" */
  char *state;               /* wire state: "proposed", "confirmed", "review", "executed", "refused", "withdrawn" … */
  int version;
  char *hash, *by, *confirmed_by, *reason, *receipt;
  char *content;            /* (nullable): the body that @hash is the SHA-256 of, where it is known */
  CdWireInstruction *about; /* (owned) (nullable): what it moves, as last listed */
  int year;                 /* surrender, reserve */
  gint64 at_us;
  gboolean unknown;                               /* sent, no answer */
  gboolean may_confirm, may_review, may_withdraw; /* for the current person */
};

/* Orders that wait for a second person, as the venue keeps them: of this desk and of others. */
#define CD_TYPE_REQUEST_ROW (cd_request_row_get_type ())
G_DECLARE_FINAL_TYPE (CdRequestRow, cd_request_row, CD, REQUEST_ROW, CdRow)
struct _CdRequestRow
{
  CdRow parent_instance;
  char *id, *account;
  char *state; /* "proposed", "approved", "placed", "refused", "withdrawn", "lapsed" */
  int version;
  char *hash; /* SHA-256 of @order, of this version */
  char *by, *decided_by, *deputy_for, *reason, *order_key, *order_id;
  char *order;  /* the body of order.new, byte for byte: what is approved */
  gint64 at_us; /* market time of the last change */
  /* What @order says; @readable FALSE: it could not be read, and must not be approved. */
  gboolean readable;
  char *instrument, *listing, *purpose;
  CdSide side;
  CdOrderKind kind;
  gint64 price_e4, qty;
  gboolean unknown;                          /* a step was sent, no answer */
  gboolean may_decide, may_send, may_change; /* for the current person */
};

/* Who stands in for an approver, both days included. */
#define CD_TYPE_DEPUTY_ROW (cd_deputy_row_get_type ())
G_DECLARE_FINAL_TYPE (CdDeputyRow, cd_deputy_row, CD, DEPUTY_ROW, CdRow)
struct _CdDeputyRow
{
  CdRow parent_instance;
  char *id, *account, *by, *person, *reason;
  CdDate from, to;
  gboolean ended;
};

/* One line of the statement of an account; see CdWireMovementRow. */
#define CD_TYPE_MOVEMENT_ROW (cd_movement_row_get_type ())
G_DECLARE_FINAL_TYPE (CdMovementRow, cd_movement_row, CD, MOVEMENT_ROW, CdRow)
struct _CdMovementRow
{
  CdRow parent_instance;
  guint64 seq;
  gint64 at_us; /* market time */
  char *account, *asset;
  CdBucket bucket;
  gint64 change, balance;   /* units, or 10⁻⁴ of the currency */
  char *cause, *ref, *what; /* "" where there is none */
};

/* Obligations: one row an entity and year. */
#define CD_TYPE_OBLIGATION_ROW (cd_obligation_row_get_type ())
G_DECLARE_FINAL_TYPE (CdObligationRow, cd_obligation_row, CD, OBLIGATION_ROW, CdRow)
struct _CdObligationRow
{
  CdRow parent_instance;
  char *account, *sector;
  char *name_zh, *name_en; /* of the entity */
  char *market;
  int year;
  char *label_zh, *label_en; /* "2025年度（2026-12-31 清缴）" */
  CdMass verified;
  gint64 approved, issued;
  gboolean closed;
  char *receipt;         /* of the surrender that closed it; (nullable) */
  CdObligation *figures; /* (nullable) when it cannot be evaluated */
  char *problem;         /* why not; (nullable) */
  gboolean has_cover_now;
  CdMoney cover_now;    /* against the live book, best five levels */
  gint64 cover_missing; /* units the visible book cannot give */
  gint64 now_us;        /* market time of the figures */
};

/* Tape rows. */
#define CD_TYPE_TAPE_ROW (cd_tape_row_get_type ())
G_DECLARE_FINAL_TYPE (CdTapeRow, cd_tape_row, CD, TAPE_ROW, CdRow)
struct _CdTapeRow
{
  CdRow parent_instance;
  CdFeedTrade trade; /* trade.gap: a gap row */
  gboolean mine;
  gint64 refilled; /* of a gap row: how many of its trades were read again */
};

/* A hole in what the private line told: a row of the blotter. */
#define CD_TYPE_GAP_ROW (cd_gap_row_get_type ())
G_DECLARE_FINAL_TYPE (CdGapRow, cd_gap_row, CD, GAP_ROW, CdRow)
typedef enum
{
  CD_GAP_OPEN,    /* the line is gone */
  CD_GAP_READING, /* it is back, what was missed is being read again */
  CD_GAP_READ,    /* a whole reconcile that began later has ended */
} CdGapState;
struct _CdGapRow
{
  CdRow parent_instance;
  CdGapState state;
  char *account;                     /* (nullable): a number of this account was missing; %NULL: the line was gone */
  gint64 from_us, to_us;             /* market time; @to_us 0 = not over yet */
  gint64 from_real_us, from_boot_us; /* when something was heard last */
  gint64 lasted_us;                  /* real time, when it is over */
  gint64 missed;                     /* events that came afterwards, or are missing */
  gboolean other_epoch;              /* the venue came back with another database */
  guint64 taken;                     /* events taken before */
  char *epoch;                       /* (nullable): of the venue before */
};

/* Log of what happened, newest first. */
#define CD_TYPE_LOG_ROW (cd_log_row_get_type ())
G_DECLARE_FINAL_TYPE (CdLogRow, cd_log_row, CD, LOG_ROW, CdRow)
struct _CdLogRow
{
  CdRow parent_instance;
  gint64 at_us;               /* real time */
  gint64 market_us;           /* market time; 0 = not known yet */
  int level;                  /* 0 info, 1 warning, 2 error */
  char *source, *code, *text; /* codes and ids; the sentence is made in ui/ */
};

/* A text of a row; the same one costs nothing. */
void cd_row_set_text (char **field, const char *value);

G_END_DECLS
