/* cd-bars.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Price bars: one-minute … daily, built from trades, or imported. Plain arrays.
 */
#pragma once

#include "cd-market.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 start_us; /* start of the bar; for daily bars the instant of 00:00 in the market's zone */
  CdDate day;
  gint64 open_e4, high_e4, low_e4, close_e4; /* high = low = 0 on a day without trades */
  gint64 volume;
  gint64 amount_e4;
} CdBar;

typedef struct _CdBars CdBars;

CdBars *cd_bars_new (gint64 span_us); /* 60 s, 5 min …; 0 = daily by market date */
void cd_bars_free (CdBars *bars);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdBars, cd_bars_free)
/* Trades in time order; an earlier one than the last bar's start is added to its own bar. */
void cd_bars_add_trade (CdBars *bars, const CdZone *zone, gint64 at_us, gint64 price_e4, gint64 qty);
void cd_bars_put (CdBars *bars, const CdBar *bar); /* imported; replaces the bar of the same start */
gsize cd_bars_count (const CdBars *bars);
const CdBar *cd_bars_get (const CdBars *bars, gsize index); /* oldest first; valid until the next change */
gboolean cd_bars_last (const CdBars *bars, CdBar *out);

/* The day's figures of one instrument. */
typedef struct
{
  gint64 prev_close_e4, open_e4, high_e4, low_e4, last_e4;
  gint64 list_volume, list_amount_e4; /* listed agreement: enters the close */
  gint64 block_volume, block_amount_e4;
  gint64 trades;
} CdDayStats;

void cd_day_stats_begin (CdDayStats *stats, gint64 prev_close_e4);
gboolean cd_day_stats_add (CdDayStats *stats, CdMode mode, gint64 price_e4, gint64 qty); /* FALSE on overflow */
/* VWAP of the listed trades, half-up to 0.01; previous close when there were none (china-rules 2.1). */
gint64 cd_day_stats_close_e4 (const CdDayStats *stats, gint64 min_qty_for_vwap);

G_END_DECLS
