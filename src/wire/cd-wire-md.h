/* cd-wire-md.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Market data: frames of the public stream to structs and back. A frame is one JSON object or an array of up to 50.
 *
 * depth, trade and snapshot are read by a strict scanner of our own: any order of members, unknown members skipped, nothing
 * allocated, every number checked for overflow, a JSON number where a string is due refused. A frame in exactly the order of
 * our own writer takes a shorter path that gives up at the first byte it does not expect. The other types, once a second at
 * most, are read by the field tables.
 *
 * Prices are 10⁻⁴ currency units, quantities whole units, instants UTC microseconds. Threads: a reader belongs to one thread;
 * the writers hold no state.
 */
#pragma once

#include "cd-book.h"
#include "cd-market.h"
#include "cd-wire-error.h"

G_BEGIN_DECLS

#define CD_MD_BATCH_MAX 50
#define CD_MD_CODE_MAX 32 /* instrument, market and party codes, the NUL included */
#define CD_MD_ID_MAX 32   /* trade and block ids */
#define CD_MD_EPOCH_MAX 64
#define CD_MD_LEVELS_MAX 64            /* changed levels of one side in one depth message */
#define CD_MD_SNAPSHOT_LEVELS_MAX 4096 /* levels of one side in a snapshot */
#define CD_MD_MARKETS_MAX 16
#define CD_MD_SESSIONS_MAX 32
#define CD_MD_SEQS_MAX 256
#define CD_MD_FRAME_MAX (1024 * 1024)

typedef enum
{
  CD_MD_UNKNOWN, /* a type of a later version: counted, not used */
  CD_MD_HELLO,
  CD_MD_SNAPSHOT,
  CD_MD_DEPTH,
  CD_MD_TRADE,
  CD_MD_STATS,
  CD_MD_CLOCK,
  CD_MD_HB,
  CD_MD_BLOCK,
} CdMdType;

typedef struct
{
  char id[CD_MD_ID_MAX];
  gint64 price_e4;
  gint64 qty;
  CdSide side; /* of the taker */
  CdMode mode;
  gint64 at_us; /* market time */
} CdMdTrade;

typedef struct
{
  char epoch[CD_MD_EPOCH_MAX];
  gint64 server_time_us;
  gint64 market_time_us;
  gint64 rate_e3; /* market seconds for a real second × 1000 */
  gboolean paused;
  gboolean practice;
  guint n_markets;
  char markets[CD_MD_MARKETS_MAX][CD_MD_CODE_MAX];
} CdMdHello;

/* 0 = null on the wire: not known, or none yet. */
typedef struct
{
  gint64 prev_close_e4, open_e4, high_e4, low_e4, last_e4, close_e4;
  gint64 list_qty, list_amount_e4, block_qty, block_amount_e4;
  gint64 trades;
  gint64 limit_low_e4, limit_high_e4, block_low_e4, block_high_e4;
} CdMdStats;

typedef struct
{
  char market[CD_MD_CODE_MAX];
  CdMode mode;
  CdSessionState state;
  gint64 next_us; /* market time of the next change; 0 = not known */
} CdMdSession;

typedef struct
{
  gint64 server_time_us;
  gint64 market_time_us;
  gint64 rate_e3;
  gboolean paused;
  guint n_sessions;
  CdMdSession sessions[CD_MD_SESSIONS_MAX];
} CdMdClock;

typedef struct
{
  char code[CD_MD_CODE_MAX];
  guint64 seq;
} CdMdSeq;

typedef struct
{
  guint64 n;
  gint64 server_time_us;
  gint64 market_time_us;
  guint n_seqs;
  CdMdSeq seqs[CD_MD_SEQS_MAX];
} CdMdHb;

typedef enum
{
  CD_MD_BLOCK_OPEN,
  CD_MD_BLOCK_DONE,
  CD_MD_BLOCK_WITHDRAWN,
} CdMdBlockState;

typedef struct
{
  char id[CD_MD_ID_MAX];
  CdSide side;
  gint64 price_e4;
  gint64 qty;
  CdMdBlockState state;
  char party[CD_MD_CODE_MAX];
} CdMdBlock;

/**
 * CdMdMsg:
 * @code: instrument, empty where the type has none
 * @epoch: of a snapshot
 * @bids, @asks: (borrowed) of a depth or snapshot; in a snapshot best first, in a depth qty 0 deletes
 * @hello, @stats, @clock, @hb, @block: (borrowed): the one of @type, else %NULL
 *
 * Valid until the function it is given to returns.
 */
typedef struct
{
  CdMdType type;
  guint code_len;
  char code[CD_MD_CODE_MAX];
  guint64 prev_seq; /* depth */
  guint64 seq;      /* depth, snapshot; number of the trade within its instrument */
  guint32 crc;
  guint n_bids;
  guint n_asks;
  const CdLevel *bids;
  const CdLevel *asks;
  CdMdTrade trade;
  char epoch[CD_MD_EPOCH_MAX];
  const CdMdHello *hello;
  const CdMdStats *stats;
  const CdMdClock *clock;
  const CdMdHb *hb;
  const CdMdBlock *block;
} CdMdMsg;

typedef struct
{
  guint64 frames;
  guint64 messages;
  guint64 fast; /* of them on the short path */
  guint64 unknown_types;
} CdMdReaderStats;

/* Returns %FALSE to stop: nothing more of this frame is delivered, and the read succeeds. */
typedef gboolean (*CdMdFunc) (const CdMdMsg *msg, gpointer data);

typedef struct _CdMdReader CdMdReader;

CdMdReader *cd_md_reader_new (void) G_GNUC_WARN_UNUSED_RESULT;
void cd_md_reader_free (CdMdReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdMdReader, cd_md_reader_free)

/**
 * cd_md_reader_read:
 * @text: UTF-8, need not end in NUL
 *
 * Delivers the messages of one frame in order. Nothing is allocated unless there is an error.
 *
 * Errors: %CD_WIRE_ERROR. Messages before the faulty one have been delivered; the line must be resynchronised.
 */
gboolean cd_md_reader_read (CdMdReader *reader, const char *text, gsize len, CdMdFunc func, gpointer data, GError **error);

/* Never takes the short path: for tests and as the bound in bench. */
void cd_md_reader_set_fast (CdMdReader *reader, gboolean fast);
void cd_md_reader_get_stats (const CdMdReader *reader, CdMdReaderStats *stats);

/* --- Client to venue ------------------------------------------------------------------------------------------------- */

typedef struct
{
  gboolean subscribe; /* else unsubscribe */
  gboolean all;       /* ["*"] */
  GPtrArray *codes;   /* (element-type utf8): at most 256 */
} CdMdRequest;

void cd_md_request_free (CdMdRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdMdRequest, cd_md_request_free)
/* @codes: (array zero-terminated=1); { "*", NULL } for all. */
void cd_md_write_request (GString *out, gboolean subscribe, const char *const *codes);
CdMdRequest *cd_md_request_parse (const char *text, gsize len, GError **error);

/* --- Writers: each appends one object to @out; no allocation once @out is large enough ------------------------------- */

void cd_md_write_hello (GString *out, const CdMdHello *hello);
void cd_md_write_snapshot (GString *out, const char *code, const char *epoch, guint64 seq, guint32 crc, const CdLevel *bids, guint n_bids, const CdLevel *asks, guint n_asks);
void cd_md_write_depth (GString *out, const char *code, guint64 prev_seq, guint64 seq, guint32 crc, const CdLevel *bids, guint n_bids, const CdLevel *asks, guint n_asks);
void cd_md_write_trade (GString *out, const char *code, guint64 seq, const CdMdTrade *trade);
void cd_md_write_stats (GString *out, const char *code, const CdMdStats *stats);
void cd_md_write_clock (GString *out, const CdMdClock *clock);
void cd_md_write_hb (GString *out, const CdMdHb *hb);
void cd_md_write_block (GString *out, const char *code, const CdMdBlock *block);
/* Whatever @msg is. */
void cd_md_write_msg (GString *out, const CdMdMsg *msg);

/**
 * CdMdBatch: collects messages of one turn into frames: "[…,…]", or the bare object when there is one.
 * Usage: begin, then before each write cd_md_batch_next(); when it says full, take and begin again.
 */
typedef struct
{
  GString *text; /* owned by the caller, reused */
  guint n;
} CdMdBatch;

void cd_md_batch_begin (CdMdBatch *batch);
gboolean cd_md_batch_next (CdMdBatch *batch); /* %FALSE: full, take it first */
/* (transfer none): NUL-terminated; @len without the NUL. Empty: NULL. Valid until begin. */
const char *cd_md_batch_end (CdMdBatch *batch, gsize *len);

const char *cd_session_state_name (CdSessionState state); /* "closed", "open", "break", "unknown" */
gboolean cd_session_state_parse (const char *text, CdSessionState *out);
const char *cd_md_block_state_name (CdMdBlockState state);

G_END_DECLS
