/* cd-replay.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Recorded feeds of other venues rebuilt into a #CdBook and compared with what the venue itself says. Any thread.
 */
#pragma once

#include "cd-book.h"
#include "cd-wire-error.h"

G_BEGIN_DECLS

#define CD_REPLAY_LEVELS_DEFAULT 10

/**
 * CdReplayRowFunc:
 * @row: one rebuilt state as comma-separated text without a line end
 */
typedef void (*CdReplayRowFunc) (const char *row, gpointer data);

/**
 * CdReplayResult: @checked rows (states, checksums or sequence steps), @matched of them.
 * @first_mismatch: (nullable): where the first difference is, to be freed
 * @row: (nullable): set by the caller: receives each rebuilt state. Of LOBSTER files in the column form of the order-book file; of feeds the
 *   number of the line, receive time, symbol, then ask price, ask size, bid price, bid size a level, best first, empty beyond the book
 * @row_levels: set by the caller: levels of a row; 0 = those of the order-book file, else %CD_REPLAY_LEVELS_DEFAULT
 */
typedef struct
{
  guint64 checked, matched;
  char *first_mismatch;
  CdReplayRowFunc row;
  gpointer row_data;
  guint row_levels;
} CdReplayResult;

void cd_replay_result_clear (CdReplayResult *result);

/**
 * cd_replay_lobster:
 * @messages: the message file
 * @states: the order-book file: row k is the state right after message k
 *
 * Starts from the first state. A level is compared when the file determines it: one that comes into view from below is taken
 * over, one that leaves the view is forgotten.
 */
gboolean cd_replay_lobster (const char *messages, const char *states, CdReplayResult *result, GError **error);

/**
 * cd_replay_lobster_messages:
 *
 * Without an order-book file: the book begins empty and only orders that the file itself enters are known; what happens to others changes
 * nothing. Nothing is compared, @result counts no row.
 */
gboolean cd_replay_lobster_messages (const char *messages, CdReplayResult *result, GError **error);

/* Kraken WebSocket v1, one recorded line each: the CRC-32 of every update (decimal text as sent, dots and leading zeros cut). */
gboolean cd_replay_kraken (const char *lines, CdReplayResult *result, GError **error);

/* Binance diffs: the first id of each message is the last one of the message before, plus one. */
gboolean cd_replay_binance (const char *diffs, CdReplayResult *result, GError **error);

/**
 * cd_replay_binance_book:
 * @snapshots: lines of receive time, symbol and the answer of the depth request
 * @diffs: as above, with best prices (bookTicker) between them
 *
 * Snapshot and diffs become a #CdBook; after each diff its best prices and quantities are compared with the last ones that the venue
 * itself sent, where a later message shows that those still held. A gap counts as a mismatch, and nothing more of that symbol is
 * compared.
 */
gboolean cd_replay_binance_book (const char *snapshots, const char *diffs, CdReplayResult *result, GError **error);

/**
 * cd_replay_okx:
 * @lines: receive time and message; channel "books" with instId, or the older depth tables with instrument_id
 *
 * The signed CRC-32 of every message that has one, over the best 25 levels, bid and ask in turn, text as sent; and where messages carry
 * seqId and prevSeqId, that they follow each other.
 */
gboolean cd_replay_okx (const char *lines, CdReplayResult *result, GError **error);

G_END_DECLS
