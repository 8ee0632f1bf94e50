/* cd-feed-box.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The crossing from the feed thread to the main thread: last values under one lock, taken once a frame. Books conflate to the
 * last state (nothing is lost); the ring of trades may drop its oldest, and says how many.
 */
#pragma once

#include <gio/gio.h>

#include "cd-book.h"
#include "cd-market.h"

G_BEGIN_DECLS

#define CD_FEED_LEVELS 20
#define CD_FEED_INSTRUMENTS_MAX 256
#define CD_FEED_TRADES_MAX 4096
#define CD_FEED_CODE_MAX 32
#define CD_FEED_SESSIONS_MAX 16

typedef enum
{
  CD_FEED_DIRTY_BOOK = 1 << 0,
  CD_FEED_DIRTY_STATS = 1 << 1,
} CdFeedDirty;

/**
 * CdFeedStats: the day's figures as the venue says them; e4, units; has_* where a value may be missing.
 */
typedef struct
{
  gint64 prev_close_e4, open_e4, high_e4, low_e4, last_e4, close_e4; /* 0 = none yet */
  gint64 list_qty, list_amount_e4, block_qty, block_amount_e4;
  gint64 trades;
  gint64 limit_low_e4, limit_high_e4, block_low_e4, block_high_e4; /* 0 = no band known */
} CdFeedStats;

typedef struct
{
  char code[CD_FEED_CODE_MAX];
  guint dirty;     /* CdFeedDirty since the last take */
  gboolean synced; /* FALSE: a gap or no snapshot yet; nothing of the book may be drawn as live */
  guint64 seq;
  gint64 book_boot_us; /* boot time of the last message of this book */
  gint64 stats_boot_us;
  guint32 n_bids, n_asks;
  CdLevel bids[CD_FEED_LEVELS]; /* e4 and units */
  CdLevel asks[CD_FEED_LEVELS];
  CdFeedStats stats;
  guint32 gaps; /* how many times this book lost its sequence or checksum */
} CdFeedInstrument;

typedef struct
{
  char code[CD_FEED_CODE_MAX];
  char id[24];
  gboolean gap; /* a row that stands for @qty trades from @seq on that we did not see, between @since_us and @at_us */
  gint64 since_us;
  guint64 seq;
  gint64 price_e4, qty;
  CdSide side; /* of the taker */
  CdMode mode;
  gint64 at_us; /* market time */
} CdFeedTrade;

typedef struct
{
  char market[CD_FEED_CODE_MAX];
  CdMode mode;
  CdSessionState state;
  gint64 next_us; /* market time, 0 = unknown */
} CdFeedSession;

typedef enum
{
  CD_LINK_IDLE,
  CD_LINK_CONNECTING,
  CD_LINK_LIVE,
  CD_LINK_STALE,   /* connected, but heartbeats are missing */
  CD_LINK_BACKOFF, /* lost; trying again */
  CD_LINK_FAILED,  /* refused for good: wrong certificate, wrong venue */
} CdLinkState;
const char *cd_link_state_name (CdLinkState state);

typedef struct
{
  CdLinkState link;
  guint lines; /* opened so far: what came by an earlier one proves nothing of now */
  char epoch[64];
  gboolean foreign;       /* a book said that it is of another database than the line */
  gint64 last_rx_boot_us; /* last byte that made sense */
  gint64 proof_boot_us;   /* last heartbeat or opening: up to then nothing of any book is missing unnoticed */
  gint64 server_time_us;  /* venue's real time, as of market_boot_us */
  gint64 market_time_us;  /* as of market_boot_us */
  gint64 market_boot_us;
  gint64 rate_e3; /* market seconds per real second × 1000 */
  gboolean paused;
  gboolean practice;
  guint n_sessions;
  CdFeedSession sessions[CD_FEED_SESSIONS_MAX];
  guint64 messages, bytes, malformed, gaps, trades_dropped;
  char error[200]; /* why BACKOFF or FAILED; "" */
} CdFeedStatus;

typedef struct
{
  char id[32];
  char code[CD_FEED_CODE_MAX];
  CdSide side;
  gint64 price_e4, qty;
  char party[CD_FEED_CODE_MAX];
  gboolean open;
} CdFeedBlock;

/**
 * CdFeedUpdate: what one take yields; owned by the taker and reused (no allocation per frame once warm).
 */
typedef struct
{
  CdFeedStatus status;
  GArray *instruments; /* (element-type CdFeedInstrument): only the dirty ones */
  GArray *trades;      /* (element-type CdFeedTrade), oldest first */
  GArray *blocks;      /* (element-type CdFeedBlock): changes */
} CdFeedUpdate;

CdFeedUpdate *cd_feed_update_new (void);
void cd_feed_update_free (CdFeedUpdate *update);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdFeedUpdate, cd_feed_update_free)

typedef struct _CdFeedBox CdFeedBox;
CdFeedBox *cd_feed_box_new (void);
CdFeedBox *cd_feed_box_ref (CdFeedBox *box);
void cd_feed_box_unref (CdFeedBox *box);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdFeedBox, cd_feed_box_unref)

/* Main thread. The first write after a take calls @wake once in @context. */
void cd_feed_box_set_wake (CdFeedBox *box, GMainContext *context, GSourceFunc wake, gpointer data);
/* Main thread: moves what is dirty into @update. FALSE = nothing but the status. */
gboolean cd_feed_box_take (CdFeedBox *box, CdFeedUpdate *update);

/* Feed thread. */
void cd_feed_box_put_book (CdFeedBox *box, const char *code, const CdBook *book, gint64 boot_us, gboolean synced, guint32 gaps);
void cd_feed_box_put_stats (CdFeedBox *box, const char *code, const CdFeedStats *stats, gint64 boot_us);
void cd_feed_box_put_trade (CdFeedBox *box, const CdFeedTrade *trade);
void cd_feed_box_put_block (CdFeedBox *box, const CdFeedBlock *block);
void cd_feed_box_put_status (CdFeedBox *box, const CdFeedStatus *status);

G_END_DECLS
