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
  book->fair_e4 = book->anchor_e4 = prev_close_e4;
  cd_day_stats_begin (&book->stats, prev_close_e4);
  cd_venue_book_begin_day (venue, book);
  g_ptr_array_add (venue->books, book);
  g_ptr_array_add (venue->codes, instrument->code);
}

void
cd_venue_book_free (gpointer data)
{
  CdVenueBook *book = data;

  cd_match_free (book->match);
  cd_match_free (book->blocks);
  g_ptr_array_unref (book->listings[0]);
  g_ptr_array_unref (book->listings[1]);
  cd_book_free (book->book);
  g_array_unref (book->trades);
  g_array_unref (book->bars);
  g_free (book);
}

/* --- Today's matchers ------------------------------------------------------------------------------------------------ */

#define TICKS_MIN 65536
#define TICKS_MAX (1 << 24)
#define ORDERS_MAX 16384 /* at rest in one instrument */
#define BLOCKS_MAX 1024

/* Ladders are large: an empty one that still fits the rules is used on. */
static void
renew (CdMatch **match, const CdVenueBook *book, CdMode mode, CdDate day)
{
  const CdModeRule *rule = cd_market_mode (book->pack->market, mode, day);
  const CdRuleValue *min = rule ? cd_rule_series_at_practice (rule->min_qty, day) : NULL;
  CdMatchKind kind = rule && cd_match_ops (rule->match) ? rule->match : CD_MATCH_QUOTE_PICK;
  /* No band is wider than to three times the last close. */
  gint64 ticks = CLAMP (book->stats.prev_close_e4 / book->instrument->tick_e4 * 4, TICKS_MIN, TICKS_MAX);
  const CdMatchConfig config = {
    .n_ticks = (guint32)ticks,
    .max_orders = mode == CD_MODE_BLOCK ? BLOCKS_MAX : ORDERS_MAX,
    .visible_levels = rule && rule->visible_levels > 0 ? (guint)rule->visible_levels : 0,
    .min_qty = min && min->has_value ? min->value : 0,
    .reduce_keeps_place = TRUE,
  };

  if (*match && rule && cd_match_is_like (*match, kind, &config))
    return;
  cd_match_free (*match);
  /* A market without blocks has no place for intents. */
  *match = rule || mode == CD_MODE_LIST ? cd_match_new (kind, &config) : NULL;
}

void
cd_venue_book_begin_day (CdVenue *venue, CdVenueBook *book)
{
  CdDate today = cd_venue_today (venue);

  if (book->listings[0]->len + book->listings[1]->len > 0)
    g_error ("%s: orders rest from the day before", book->instrument->code);
  if (book->instrument->kind == CD_INSTRUMENT_COMPOSITE)
    return;
  renew (&book->match, book, CD_MODE_LIST, today);
  renew (&book->blocks, book, CD_MODE_BLOCK, today);
}

gboolean
cd_venue_book_holds (const CdVenueBook *book, gint64 price_e4)
{
  return price_e4 > 0 && price_e4 / book->instrument->tick_e4 < CLAMP (book->stats.prev_close_e4 / book->instrument->tick_e4 * 4, TICKS_MIN, TICKS_MAX);
}

static int
side_index (CdSide side)
{
  return side == CD_SIDE_BUY ? 0 : 1;
}

CdMatchOrder
cd_venue_match_order (const CdVenue *venue, const CdVenueBook *book, const CdVenueDraft *draft, gconstpointer tag)
{
  return (CdMatchOrder){
    .tag = (guintptr)tag,
    .qty = draft->qty,
    .tick = (guint32)(draft->price_e4 / book->instrument->tick_e4),
    .account = cd_venue_account (venue, draft->account)->number,
    .side = draft->side,
  };
}

static CdMatchOrder
rest_of (const CdVenue *venue, const CdVenueBook *book, const CdVenueOrder *order)
{
  const CdVenueDraft draft = { .account = order->account, .side = order->side, .price_e4 = order->price_e4, .qty = cd_venue_leaves (order) };

  return cd_venue_match_order (venue, book, &draft, order);
}

/* Tells the world what the level holds now. */
static void
level_changed (CdVenue *venue, CdVenueBook *book, CdSide side, gint64 price_e4)
{
  const CdMatchLevel now = cd_match_level_at (book->match, side, (guint32)(price_e4 / book->instrument->tick_e4));
  const CdLevel level = { price_e4, now.qty, (gint32)now.orders };
  guint64 prev = book->seq;

  book->seq++;
  cd_book_begin_delta (book->book, prev, book->seq);
  cd_book_set (book->book, side, price_e4, level.qty, level.orders);
  if (venue->sink.depth)
    venue->sink.depth (book->instrument->code, prev, book->seq, cd_book_crc (book->book), &level, side == CD_SIDE_BUY ? 1 : 0, &level, side == CD_SIDE_SELL ? 1 : 0, venue->sink_data);
}

/* What the matcher executed becomes fills; a price that changed is told once. */
static void
drain (CdVenue *venue, CdVenueBook *book, CdVenueOrder *taker)
{
  CdSide makers = taker->side == CD_SIDE_BUY ? CD_SIDE_SELL : CD_SIDE_BUY;
  gint64 price_e4 = 0;
  CdMatchExec exec;

  while (cd_match_next_exec (book->match, &exec))
    {
      CdVenueOrder *maker = (CdVenueOrder *)(guintptr)exec.maker_tag;

      if (price_e4 != 0 && price_e4 != maker->price_e4)
        level_changed (venue, book, makers, price_e4);
      price_e4 = maker->price_e4;
      if (exec.maker_leaves == 0)
        {
          maker->ref = 0;
          /* The order of arrival is the order of the array: nothing may be swapped. */
          g_ptr_array_remove (book->listings[side_index (makers)], maker);
        }
      cd_venue_fill (venue, book, maker, taker, exec.qty);
    }
  if (price_e4 != 0)
    level_changed (venue, book, makers, price_e4);
}

CdMatchResult
cd_venue_book_enter (CdVenue *venue, CdVenueBook *book, CdVenueOrder *order)
{
  const CdMatchOrder m = rest_of (venue, book, order);
  CdMatchResult result = cd_match_enter (book->match, &m, &order->ref);

  drain (venue, book, order);
  if (order->ref == 0)
    return result;
  g_ptr_array_add (book->listings[side_index (order->side)], order);
  level_changed (venue, book, order->side, order->price_e4);
  return result;
}

/* The listing that a pick names. %FALSE when there is no such listing here. */
static gboolean
find_named (const CdVenue *venue, const CdVenueBook *book, const char *listing, CdMatchRef *ref)
{
  const CdVenueOrder *order = listing ? g_hash_table_lookup (venue->order_by_id, listing) : NULL;

  *ref = 0;
  if (!listing)
    return TRUE;
  if (!order || order->ref == 0 || !g_str_equal (order->instrument, book->instrument->code))
    return FALSE;
  *ref = order->ref;
  return TRUE;
}

CdMatchResult
cd_venue_book_probe (CdVenue *venue, CdVenueBook *book, const CdVenueDraft *draft)
{
  const CdMatchOrder m = cd_venue_match_order (venue, book, draft, NULL);
  CdMatchRef named;

  return find_named (venue, book, draft->listing, &named) ? cd_match_probe (book->match, &m, named) : CD_MATCH_GONE;
}

CdMatchResult
cd_venue_book_take (CdVenue *venue, CdVenueBook *book, CdVenueOrder *taker, const char *listing)
{
  const CdMatchOrder m = rest_of (venue, book, taker);
  CdMatchResult result;
  CdMatchRef named;

  if (!find_named (venue, book, listing, &named))
    return CD_MATCH_GONE;
  result = cd_match_take (book->match, &m, named);
  drain (venue, book, taker);
  return result;
}

void
cd_venue_book_remove (CdVenue *venue, CdVenueBook *book, CdVenueOrder *order)
{
  if (order->ref == 0)
    return;
  if (cd_match_cancel (book->match, order->ref) != CD_MATCH_OK)
    g_error ("order %s: it should rest in the book", order->order_id);
  order->ref = 0;
  g_ptr_array_remove (book->listings[side_index (order->side)], order);
  level_changed (venue, book, order->side, order->price_e4);
}

CdMatchResult
cd_venue_book_replace (CdVenue *venue, CdVenueBook *book, CdVenueOrder *order, gint64 old_price_e4, gboolean keeps)
{
  GPtrArray *listings = book->listings[side_index (order->side)];
  const CdMatchOrder m = rest_of (venue, book, order);
  CdMatchResult result = cd_match_replace (book->match, &order->ref, m.tick, m.qty);

  if (!keeps)
    g_ptr_array_remove (listings, order);
  drain (venue, book, order);
  if (!keeps && order->ref != 0)
    g_ptr_array_add (listings, order);
  level_changed (venue, book, order->side, old_price_e4);
  if (order->ref != 0 && order->price_e4 != old_price_e4)
    level_changed (venue, book, order->side, order->price_e4);
  return result;
}

/* --- Figures --------------------------------------------------------------------------------------------------------- */

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
