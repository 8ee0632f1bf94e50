/* cd-ledger.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Double-entry ledger of units and cash over balance buckets (china-rules 3.2). A posting is a list of legs whose sum per
 * asset is zero; issuance and cancellation post against the outside world (%CD_BUCKET_WORLD). After every posting the sum of
 * all balances of an asset is zero; a posting that would make a bucket other than WORLD negative is refused whole.
 */
#pragma once

#include "cd-num.h"

G_BEGIN_DECLS

#define CD_LEDGER_ERROR (cd_ledger_error_quark ())
GQuark cd_ledger_error_quark (void);
typedef enum
{
  CD_LEDGER_ERROR_UNBALANCED = 1,
  CD_LEDGER_ERROR_INSUFFICIENT = 2,
  CD_LEDGER_ERROR_RANGE = 3,
} CdLedgerError;

/* Frozen numbers: stored and sent. Append only. */
typedef enum
{
  CD_BUCKET_WORLD = 0,           /* counterpart of issuance, cancellation, cash in and out */
  CD_BUCKET_TRADING = 1,         /* 交易可用 */
  CD_BUCKET_REGISTRY = 2,        /* 登记可用 */
  CD_BUCKET_ORDER_LOCKED = 3,    /* 委托锁定 */
  CD_BUCKET_BOUGHT_TODAY = 4,    /* 当日买入 */
  CD_BUCKET_SOLD_TODAY = 5,      /* 当日卖出, leaves at settlement */
  CD_BUCKET_JUDICIAL = 6,        /* 司法冻结 */
  CD_BUCKET_SUBMITTED = 7,       /* 已提交履约/注销, not yet reviewed */
  CD_BUCKET_CARRY_FROZEN = 8,    /* 结转冻结 */
  CD_BUCKET_PLEDGED = 9,         /* 质押冻结 */
  CD_BUCKET_PENDING_OFFSET = 10, /* 待抵销 */
  CD_BUCKET_REGULATOR = 11,      /* 主管部门暂时冻结 */
  CD_BUCKET_SURRENDERED = 12,    /* 已清缴 */
  CD_BUCKET_CANCELLED = 13,      /* 已注销 */
  CD_BUCKET_IN_TRANSFER = 14,    /* 划转中 */
  /* cash */
  CD_BUCKET_CASH_AVAILABLE = 20,
  CD_BUCKET_CASH_FROZEN = 21,    /* locked by buy orders */
  CD_BUCKET_CASH_UNSETTLED = 22, /* proceeds of today's sales: may buy today, withdrawable after settlement */
  CD_BUCKET_CASH_PENDING_OUT = 23,
} CdBucket;

typedef struct
{
  const char *account; /* account id; for WORLD any */
  const char *asset;   /* instrument or lot code, or a currency code for cash */
  CdBucket bucket;
  gint64 delta; /* units, or 10⁻⁴ of the currency */
} CdLeg;

typedef struct _CdLedger CdLedger;

CdLedger *cd_ledger_new (void);
void cd_ledger_free (CdLedger *ledger);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdLedger, cd_ledger_free)

gboolean cd_ledger_post (CdLedger *ledger, const CdLeg *legs, gsize n_legs, GError **error); /* all or nothing */
gint64 cd_ledger_balance (const CdLedger *ledger, const char *account, const char *asset, CdBucket bucket);
/* Sum of one asset over all accounts and buckets: always 0. */
gint64 cd_ledger_sum (const CdLedger *ledger, const char *asset);

typedef void (*CdLedgerFunc) (const char *account, const char *asset, CdBucket bucket, gint64 balance, gpointer data);
/* Visits every balance that is not 0, in a stable order (account, asset, bucket). */
void cd_ledger_foreach (const CdLedger *ledger, CdLedgerFunc func, gpointer data);
/* Order-independent content hash for determinism tests. */
guint64 cd_ledger_hash (const CdLedger *ledger);

/* Every bucket with its name on the wire, as rows of a table: { CdBucket, name }. The only list of these names. */
#define CD_BUCKET_NAMES                               \
  { CD_BUCKET_WORLD, "world" },                       \
      { CD_BUCKET_TRADING, "trading" },               \
      { CD_BUCKET_REGISTRY, "registry" },             \
      { CD_BUCKET_ORDER_LOCKED, "order_locked" },     \
      { CD_BUCKET_BOUGHT_TODAY, "bought_today" },     \
      { CD_BUCKET_SOLD_TODAY, "sold_today" },         \
      { CD_BUCKET_JUDICIAL, "judicial" },             \
      { CD_BUCKET_SUBMITTED, "submitted" },           \
      { CD_BUCKET_CARRY_FROZEN, "carry_frozen" },     \
      { CD_BUCKET_PLEDGED, "pledged" },               \
      { CD_BUCKET_PENDING_OFFSET, "pending_offset" }, \
      { CD_BUCKET_REGULATOR, "regulator" },           \
      { CD_BUCKET_SURRENDERED, "surrendered" },       \
      { CD_BUCKET_CANCELLED, "cancelled" },           \
      { CD_BUCKET_IN_TRANSFER, "in_transfer" },       \
      { CD_BUCKET_CASH_AVAILABLE, "cash_available" }, \
      { CD_BUCKET_CASH_FROZEN, "cash_frozen" },       \
      { CD_BUCKET_CASH_UNSETTLED, "cash_unsettled" }, \
  {                                                   \
    CD_BUCKET_CASH_PENDING_OUT, "cash_pending_out"    \
  }
const char *cd_bucket_name (CdBucket bucket); /* wire name: "trading", "registry", "order_locked", … */
gboolean cd_bucket_parse (const char *name, CdBucket *out);

/* Derived figures, three different numbers (design 5). */
typedef struct
{
  CdUnits total;        /* title held, all buckets but surrendered, cancelled */
  CdUnits to_sell;      /* trading-available */
  CdUnits to_surrender; /* registry-available */
  CdUnits to_pledge;    /* registry-available (pledge registration works on the register) */
} CdHoldingFigures;
CdHoldingFigures cd_ledger_figures (const CdLedger *ledger, const char *account, const char *asset);

G_END_DECLS
