/* cd-participants.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Seeded participants. They list around a price of their own that walks slowly, pick now and then, withdraw what has drifted away,
 * and in the afternoon agree on blocks, which make about seven tenths of the volume. They trade by the same functions and under
 * the same locks as everybody else.
 */
#include "cd-venue-private.h"

#define N_PARTICIPANTS 8
#define LEVELS_WANTED 6
#define LISTINGS_MAX 26

static const char *const ids[N_PARTICIPANTS] = { "PX-NORTH", "PX-EAST", "PX-DELTA", "PX-RIVER", "PX-STEEL", "PX-SOLAR", "PX-COAST", "PX-GRID" };

/* How lively an instrument is: picks in 1,000 steps, size of a listing, blocks in 10,000 steps. */
typedef struct
{
  int picks;
  gint64 size_low, size_high;
  int blocks;
  int levels;
} Mood;

static Mood
mood_of (const CdVenue *venue, const CdVenueBook *book)
{
  CdDate today = cd_venue_today (venue);
  const CdInstrument *i = book->instrument;
  int current = cd_date_year (today) - 1;

  if (i->kind == CD_INSTRUMENT_CREDIT)
    return (Mood){ 50, 300, 6000, 0, LEVELS_WANTED };
  if (i->vintage >= current || book->pack->market->composite_code == NULL)
    return (Mood){ 190, 200, 5200, 80, LEVELS_WANTED };
  if (i->vintage == current - 1)
    return (Mood){ 8, 100, 1500, 0, 3 };
  return (Mood){ 1, 100, 900, 0, 2 };
}

static const char *
somebody (CdVenue *venue)
{
  return ids[cd_venue_random_range (venue, 0, N_PARTICIPANTS - 1)];
}

static gint64
to_tick (const CdVenueBook *book, gint64 price_e4)
{
  gint64 tick = book->instrument->tick_e4;

  return MAX (price_e4 - price_e4 % tick, tick);
}

static gboolean
clamp_to_band (const CdVenue *venue, const CdVenueBook *book, gint64 *price_e4)
{
  CdMdStats stats;

  cd_venue_book_stats (venue, book, &stats);
  if (stats.limit_low_e4)
    *price_e4 = CLAMP (*price_e4, stats.limit_low_e4, stats.limit_high_e4);
  return *price_e4 > 0;
}

static CdOrderKind
resting_kind (const CdVenue *venue, const CdVenueBook *book)
{
  const CdModeRule *rule = cd_market_mode (book->pack->market, CD_MODE_LIST, cd_venue_today (venue));

  return rule && rule->match == CD_MATCH_PRICE_TIME ? CD_KIND_LIMIT : CD_KIND_LIST;
}

/* By the same door as everybody else. Whether it came to something is nobody's business. */
static void
place (CdVenue *venue, CdVenueBook *book, const char *who, CdSide side, CdOrderKind kind, gint64 price_e4, gint64 qty, const char *listing)
{
  const CdVenueDraft draft = { .account = who, .by = "auto", .listing = listing, .side = side, .kind = kind, .price_e4 = price_e4, .qty = qty };
  CdVenueOrder *order;

  cd_venue_place (venue, book, &draft, &order);
}

static void
list_one (CdVenue *venue, CdVenueBook *book, const Mood *mood, CdSide side)
{
  gint64 tick = book->instrument->tick_e4;
  gint64 spread = MAX (tick, book->fair_e4 / 1500);
  gint64 away = cd_venue_random_range (venue, 1, mood->levels + 1);
  gint64 price = side == CD_SIDE_BUY ? book->fair_e4 - away * spread : book->fair_e4 + away * spread;
  gint64 qty = cd_venue_random_range (venue, mood->size_low, mood->size_high);
  CdLevel best;

  /* Round numbers are what people type. */
  qty = qty > 1000 ? qty - qty % 100 : qty - qty % 10;
  price = to_tick (book, price);
  /* That is why several stand at one price. */
  if (cd_venue_random_range (venue, 0, 99) < 85)
    price -= price % (5 * tick);
  if (!clamp_to_band (venue, book, &price))
    return;
  if (cd_book_level (book->book, side == CD_SIDE_BUY ? CD_SIDE_SELL : CD_SIDE_BUY, 0, &best) && (side == CD_SIDE_BUY ? price >= best.price : price <= best.price))
    return;
  place (venue, book, somebody (venue), side, resting_kind (venue, book), price, qty, NULL);
}

static void
pick_one (CdVenue *venue, CdVenueBook *book)
{
  CdSide side = cd_venue_random (venue) & 1 ? CD_SIDE_BUY : CD_SIDE_SELL;
  CdLevel best;
  gint64 qty;

  if (!cd_book_level (book->book, side == CD_SIDE_BUY ? CD_SIDE_SELL : CD_SIDE_BUY, 0, &best))
    return;
  qty = MIN (best.qty, cd_venue_random_range (venue, 50, 2400));
  place (venue, book, somebody (venue), side, resting_kind (venue, book) == CD_KIND_LIMIT ? CD_KIND_LIMIT : CD_KIND_PICK, best.price, qty, NULL);
  /* The price follows who was in a hurry. */
  book->fair_e4 += (side == CD_SIDE_BUY ? 1 : -1) * cd_venue_random_range (venue, 0, 3) * MAX (book->instrument->tick_e4, book->fair_e4 / 9000);
}

/* A listing that the price has run over: whoever left it there gives money away. */
static CdVenueOrder *
run_over (const CdVenue *venue, const CdVenueBook *book, int s)
{
  for (guint i = 0; i < book->listings[s]->len; i++)
    {
      CdVenueOrder *order = g_ptr_array_index (book->listings[s], i);

      if ((s == 0 ? order->price_e4 > book->fair_e4 : order->price_e4 < book->fair_e4) && cd_venue_account (venue, order->account)->participant)
        return order;
    }
  return NULL;
}

static void
withdraw_some (CdVenue *venue, CdVenueBook *book, const Mood *mood)
{
  for (int s = 0; s < 2; s++)
    {
      GPtrArray *listings = book->listings[s];
      CdVenueOrder *order = run_over (venue, book, s);
      gint64 far = MAX (book->instrument->tick_e4, book->fair_e4 / 1500) * (mood->levels + 4);
      gboolean leaves = order != NULL || listings->len > LISTINGS_MAX;

      if (listings->len == 0)
        continue;
      if (!order)
        order = g_ptr_array_index (listings, (guint)cd_venue_random_range (venue, 0, listings->len - 1));
      if (!cd_venue_account (venue, order->account)->participant)
        continue;
      if (leaves || ABS (order->price_e4 - book->fair_e4) > far)
        cd_venue_end_order (venue, order, "cancelled", CD_WIRE_EVENT_ORDER_CANCELLED, "requested");
    }
}

/* --- Blocks ---------------------------------------------------------------------------------------------------------- */

static void
accept_block (CdVenue *venue, CdVenueBook *book)
{
  for (guint i = 0; i < venue->blocks->len; i++)
    {
      CdVenueBlock *block = g_ptr_array_index (venue->blocks, i);
      CdSide side = block->side == CD_SIDE_BUY ? CD_SIDE_SELL : CD_SIDE_BUY;
      g_autofree char *id = NULL;
      const char *who = somebody (venue);

      if (!g_str_equal (block->code, book->instrument->code) || g_str_equal (block->party, who) || cd_venue_random_range (venue, 0, 2) != 0)
        continue;
      id = g_strdup (block->id);
      place (venue, book, who, side, CD_KIND_BLOCK, block->price_e4, block->qty, id);
      return;
    }
}

static void
open_block (CdVenue *venue, CdVenueBook *book)
{
  gint64 price = to_tick (book, book->fair_e4 * cd_venue_random_range (venue, 940, 1010) / 1000);
  gint64 qty = cd_venue_random_range (venue, 10, 20) * 10000;
  CdMdStats stats;

  cd_venue_book_stats (venue, book, &stats);
  if (stats.block_low_e4)
    price = CLAMP (price, stats.block_low_e4, stats.block_high_e4);
  if (venue->blocks->len < 6)
    {
      const char *who = somebody (venue);
      const CdVenueDraft draft = { .account = who, .side = cd_venue_random (venue) & 1 ? CD_SIDE_BUY : CD_SIDE_SELL, .price_e4 = price, .qty = qty };

      cd_venue_block_open (venue, book, &draft, NULL);
    }
}

static void
step_blocks (CdVenue *venue, CdVenueBook *book, const Mood *mood)
{
  if (mood->blocks == 0 || cd_market_session_at (book->pack->market, CD_MODE_BLOCK, venue->now_us, NULL) != CD_SESSION_OPEN)
    return;
  if (cd_venue_random_range (venue, 0, 9999) < 2 * mood->blocks)
    open_block (venue, book);
  if (cd_venue_random_range (venue, 0, 9999) < mood->blocks)
    accept_block (venue, book);
}

/* --- Steps ----------------------------------------------------------------------------------------------------------- */

static void
step_book (CdVenue *venue, CdVenueBook *book)
{
  Mood mood = mood_of (venue, book);
  gint64 target = cd_scenario_push (venue, book);
  gint64 reversion = (book->stats.prev_close_e4 - book->fair_e4) / 4000 + (book->anchor_e4 - book->fair_e4) / 4000;

  book->fair_e4 += reversion + cd_venue_random_range (venue, -1, 1) * MAX (book->instrument->tick_e4, book->fair_e4 / 12000);
  book->fair_e4 = MAX (book->fair_e4, book->instrument->tick_e4 * 20);
  /* Ten steps bring it most of the way. */
  if (target != 0)
    book->fair_e4 += ABS (target - book->fair_e4) < 4 * book->instrument->tick_e4 ? target - book->fair_e4 : (target - book->fair_e4) / 4;
  clamp_to_band (venue, book, &book->fair_e4);
  if (cd_venue_random_range (venue, 0, 999) < mood.picks)
    pick_one (venue, book);
  for (int s = 0; s < 2; s++)
    {
      CdSide side = s == 0 ? CD_SIDE_BUY : CD_SIDE_SELL;

      if (cd_book_depth (book->book, side) < (gsize)mood.levels || cd_venue_random_range (venue, 0, 99) < 12)
        list_one (venue, book, &mood, side);
    }
  if (cd_venue_random_range (venue, 0, 99) < 30)
    withdraw_some (venue, book, &mood);
  step_blocks (venue, book, &mood);
}

void
cd_venue_silence (CdVenue *venue)
{
  if (venue->silent)
    return;
  venue->silent = TRUE;
  for (guint b = 0; b < venue->books->len; b++)
    for (int s = 0; s < 2; s++)
      {
        g_autoptr (GPtrArray) resting = g_ptr_array_copy (((CdVenueBook *)g_ptr_array_index (venue->books, b))->listings[s], NULL, NULL);

        for (guint i = 0; i < resting->len; i++)
          if (cd_venue_account (venue, ((CdVenueOrder *)g_ptr_array_index (resting, i))->account)->participant)
            cd_venue_end_order (venue, g_ptr_array_index (resting, i), "cancelled", CD_WIRE_EVENT_ORDER_CANCELLED, "requested");
      }
  for (guint i = venue->blocks->len; i-- > 0;)
    if (!((CdVenueBlock *)g_ptr_array_index (venue->blocks, i))->order)
      cd_venue_block_done (venue, g_ptr_array_index (venue->blocks, i), CD_MD_BLOCK_WITHDRAWN);
}

static gboolean
is_traded (const CdVenue *venue, const CdVenueBook *book)
{
  return !venue->silent && book->instrument->kind != CD_INSTRUMENT_COMPOSITE && book->instrument->first_trade != CD_DATE_NONE && book->instrument->first_trade <= cd_venue_today (venue) && cd_market_session_at (book->pack->market, CD_MODE_LIST, venue->now_us, NULL) == CD_SESSION_OPEN;
}

void
cd_participants_step (CdVenue *venue)
{
  for (guint i = 0; i < venue->books->len; i++)
    {
      CdVenueBook *book = g_ptr_array_index (venue->books, i);

      if (is_traded (venue, book))
        step_book (venue, book);
    }
}

void
cd_participants_open (CdVenue *venue)
{
  for (guint i = 0; i < venue->books->len; i++)
    {
      CdVenueBook *book = g_ptr_array_index (venue->books, i);
      Mood mood;

      if (!is_traded (venue, book))
        continue;
      mood = mood_of (venue, book);
      for (int n = 0; n < 3 * mood.levels; n++)
        {
          list_one (venue, book, &mood, CD_SIDE_BUY);
          list_one (venue, book, &mood, CD_SIDE_SELL);
        }
    }
}

void
cd_participants_setup (CdVenue *venue)
{
  char ccy[CD_CURRENCY_BUF];
  const char *cash = cd_currency_print (venue->packs[0]->market->ccy, ccy);

  for (int p = 0; p < N_PARTICIPANTS; p++)
    {
      cd_venue_add_account (venue, ids[p], ids[p], ids[p], venue->packs[0]->id, "all", TRUE);
      /* Deep pockets: a participant never has to stop because of its means. */
      cd_venue_move (venue, cash, "world", CD_BUCKET_WORLD, ids[p], CD_BUCKET_CASH_AVAILABLE, G_GINT64_CONSTANT (50000000000) * CD_E4);
      for (guint i = 0; i < venue->books->len; i++)
        {
          const CdVenueBook *book = g_ptr_array_index (venue->books, i);

          if (book->instrument->kind != CD_INSTRUMENT_COMPOSITE)
            cd_venue_move (venue, book->instrument->code, "world", CD_BUCKET_WORLD, ids[p], CD_BUCKET_TRADING, 200000000);
        }
    }
}
