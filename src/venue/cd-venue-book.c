/* cd-venue-book.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One instrument: who stands where. The levels that the world sees are kept beside the listings and every change is told as a
 * delta with its sequence number and checksum.
 */
#include "cd-venue-private.h"

CdVenueBook *
cd_venue_find_book (const CdVenue *venue, const char *code)
{
  for (guint i = 0; code && i < venue->books->len; i++)
    {
      CdVenueBook *book = g_ptr_array_index (venue->books, i);

      if (g_str_equal (book->instrument->code, code))
        return book;
    }
  return NULL;
}

static void
trade_clear (gpointer data)
{
  CdWireTradeRow *trade = data;

  g_free (trade->id);
}

void
cd_venue_add_book (CdVenue *venue, const CdPack *pack, const CdInstrument *instrument, gint64 prev_close_e4)
{
  CdVenueBook *book = g_new0 (CdVenueBook, 1);

  book->pack = pack;
  book->instrument = instrument;
  book->listings[0] = g_ptr_array_new ();
  book->listings[1] = g_ptr_array_new ();
  book->book = cd_book_new (4, 0);
  cd_book_begin_snapshot (book->book, venue->epoch, 0);
  book->trades = g_array_new (FALSE, TRUE, sizeof (CdWireTradeRow));
  g_array_set_clear_func (book->trades, trade_clear);
  book->bars = g_array_new (FALSE, TRUE, sizeof (CdBar));
  book->fair_e4 = prev_close_e4;
  cd_day_stats_begin (&book->stats, prev_close_e4);
  g_ptr_array_add (venue->books, book);
  g_ptr_array_add (venue->codes, instrument->code);
}

void
cd_venue_book_free (gpointer data)
{
  CdVenueBook *book = data;

  g_ptr_array_unref (book->listings[0]);
  g_ptr_array_unref (book->listings[1]);
  cd_book_free (book->book);
  g_array_unref (book->trades);
  g_array_unref (book->bars);
  g_free (book);
}

static int
side_index (CdSide side)
{
  return side == CD_SIDE_BUY ? 0 : 1;
}

/* Sums the level again and tells the world. */
static void
level_changed (CdVenue *venue, CdVenueBook *book, CdSide side, gint64 price_e4)
{
  const GPtrArray *listings = book->listings[side_index (side)];
  CdLevel level = { price_e4, 0, 0 };
  guint64 prev = book->seq;

  for (guint i = 0; i < listings->len; i++)
    {
      const CdVenueOrder *order = g_ptr_array_index (listings, i);

      if (order->price_e4 != price_e4)
        continue;
      level.qty += cd_venue_leaves (order);
      level.orders++;
    }
  book->seq++;
  cd_book_begin_delta (book->book, prev, book->seq);
  cd_book_set (book->book, side, price_e4, level.qty, level.orders);
  if (venue->sink.depth)
    venue->sink.depth (book->instrument->code, prev, book->seq, cd_book_crc (book->book),
                       &level, side == CD_SIDE_BUY ? 1 : 0, &level, side == CD_SIDE_SELL ? 1 : 0, venue->sink_data);
}

void
cd_venue_book_add (CdVenue *venue, CdVenueBook *book, CdVenueOrder *order)
{
  g_ptr_array_add (book->listings[side_index (order->side)], order);
  level_changed (venue, book, order->side, order->price_e4);
}

void
cd_venue_book_remove (CdVenue *venue, CdVenueBook *book, CdVenueOrder *order)
{
  /* Order of arrival is the order of the array: nothing may be swapped. */
  if (g_ptr_array_remove (book->listings[side_index (order->side)], order))
    level_changed (venue, book, order->side, order->price_e4);
}

void
cd_venue_book_reduced (CdVenue *venue, CdVenueBook *book, CdVenueOrder *order)
{
  level_changed (venue, book, order->side, order->price_e4);
}

void
cd_venue_book_stats (const CdVenue *venue, const CdVenueBook *book, CdMdStats *out)
{
  const CdMarket *market = book->pack->market;
  CdDate today = cd_venue_today (venue);
  CdPrice reference = { book->stats.prev_close_e4, market->ccy };
  const CdModeRule *list = cd_market_mode (market, CD_MODE_LIST, today);
  const CdModeRule *block = cd_market_mode (market, CD_MODE_BLOCK, today);
  CdPrice low, high;

  *out = (CdMdStats){
    .prev_close_e4 = book->stats.prev_close_e4,
    .open_e4 = book->stats.open_e4,
    .high_e4 = book->stats.high_e4,
    .low_e4 = book->stats.low_e4,
    .last_e4 = book->stats.last_e4,
    .close_e4 = book->close_e4,
    .list_qty = book->stats.list_volume,
    .list_amount_e4 = book->stats.list_amount_e4,
    .block_qty = book->stats.block_volume,
    .block_amount_e4 = book->stats.block_amount_e4,
    .trades = book->stats.trades,
  };
  if (book->instrument->kind == CD_INSTRUMENT_COMPOSITE)
    return;
  if (list && cd_market_band (list, today, reference, book->instrument->tick_e4, &low, &high))
    {
      out->limit_low_e4 = low.e4;
      out->limit_high_e4 = high.e4;
    }
  if (block && cd_market_band (block, today, reference, book->instrument->tick_e4, &low, &high))
    {
      out->block_low_e4 = low.e4;
      out->block_high_e4 = high.e4;
    }
}

void
cd_venue_publish_stats (CdVenue *venue, CdVenueBook *book)
{
  CdMdStats stats;

  if (!venue->sink.stats)
    return;
  cd_venue_book_stats (venue, book, &stats);
  venue->sink.stats (book->instrument->code, &stats, venue->sink_data);
}

void
cd_venue_trade (CdVenue *venue, CdVenueBook *book, CdVenueOrder *maker, CdVenueOrder *taker, gint64 price_e4, gint64 qty)
{
  CdMdTrade trade = { .price_e4 = price_e4, .qty = qty, .side = taker->side, .mode = taker->mode, .at_us = venue->now_us };
  CdWireTradeRow row = { .price_e4 = price_e4, .qty = qty, .side = taker->side, .mode = taker->mode, .at_us = venue->now_us };

  book->trade_seq++;
  g_snprintf (trade.id, sizeof trade.id, "T%" G_GUINT64_FORMAT, venue->next_exec);
  row.id = g_strdup (trade.id);
  row.seq = book->trade_seq;
  g_array_append_val (book->trades, row);
  /* Sizes are capped and prices banded: the sums of a day fit. */
  if (!cd_day_stats_add (&book->stats, taker->mode, price_e4, qty))
    g_error ("the day's statistics of %s do not fit", book->instrument->code);
  if (venue->sink.trade)
    venue->sink.trade (book->instrument->code, book->trade_seq, &trade, venue->sink_data);
  cd_venue_publish_stats (venue, book);
  cd_venue_composite (venue, FALSE);
}
