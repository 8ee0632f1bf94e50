/* cd-book.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A price-level book rebuilt from absolute quantities. Raw integers at the instrument's own scales (0–9). No allocation after
 * creation until it grows; used on the feed thread. In a quote-picking market bids at or above asks may rest: crossed is no error here.
 */
#pragma once

#include "cd-market.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 price;
  gint64 qty;
  gint32 orders; /* listings at the level, 0 when the source does not say */
} CdLevel;

typedef enum
{
  CD_BOOK_APPLIED,
  CD_BOOK_SKIPPED, /* old news */
  CD_BOOK_RESYNC,  /* gap, checksum or epoch: nothing of it may be shown as live */
} CdBookResult;

typedef struct _CdBook CdBook;

CdBook *cd_book_new (int price_scale, int size_scale);
void cd_book_free (CdBook *book);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdBook, cd_book_free)

int cd_book_price_scale (const CdBook *book);
int cd_book_size_scale (const CdBook *book);
void cd_book_clear (CdBook *book);
/* qty 0 deletes the level. */
void cd_book_set (CdBook *book, CdSide side, gint64 price, gint64 qty, gint32 orders);
gsize cd_book_depth (const CdBook *book, CdSide side);
/* Level 0 is the best. FALSE beyond the depth. */
gboolean cd_book_level (const CdBook *book, CdSide side, gsize index, CdLevel *out);
gboolean cd_book_find (const CdBook *book, CdSide side, gint64 price, CdLevel *out);
void cd_book_truncate (CdBook *book, CdSide side, gsize depth); /* drops everything deeper */

/* Sequence state: epoch text, seq. A snapshot replaces; a delta applies only when prev_seq == seq. */
void cd_book_begin_snapshot (CdBook *book, const char *epoch, guint64 seq);
CdBookResult cd_book_begin_delta (CdBook *book, guint64 prev_seq, guint64 seq);
guint64 cd_book_seq (const CdBook *book);
gboolean cd_book_synced (const CdBook *book);
void cd_book_mark_gap (CdBook *book);

/**
 * cd_book_crc:
 *
 * CRC-32 over integers of the top ten: asks best first then bids best first, each level "price:qty:" in decimal digits of
 * the raw integers. Our own venue's rule; other venues' rules live in wire.
 */
guint32 cd_book_crc (const CdBook *book);

/* Cost of taking @qty from @side's opposite of a buyer/seller: fills best prices first over at most @max_levels (0 = all).
 * Returns the quantity that can be had; *amount_e4 (price scale 4, size scale 0 only) what it costs; *worst the last price touched. */
gint64 cd_book_cost (const CdBook *book, CdSide taker, gint64 qty, gsize max_levels, gint64 *amount_e4, gint64 *worst);

G_END_DECLS
