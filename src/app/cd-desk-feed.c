/* cd-desk-feed.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the feed thread left in the box becomes quotes, tape, blocks and the market clock.
 */
#include "cd-desk-private.h"

#include <string.h>

#define MINUTE_US (60 * CD_USEC_PER_SEC)
#define SPAN_US (5 * MINUTE_US)

void
cd_desk_series_free (CdDeskSeries *series)
{
  g_clear_object (&series->tape);
  g_clear_pointer (&series->minutes, cd_bars_free);
  g_clear_pointer (&series->days, cd_bars_free);
  g_clear_pointer (&series->imported, g_array_unref);
  g_clear_pointer (&series->imported_days, g_array_unref);
  g_free (series->source);
  g_free (series);
}

CdDeskSeries *
cd_desk_series (CdDesk *self, const char *code)
{
  CdDeskSeries *series = g_hash_table_lookup (self->series, code);

  if (series)
    return series;
  series = g_new0 (CdDeskSeries, 1);
  series->tape = g_list_store_new (CD_TYPE_TAPE_ROW);
  series->minutes = cd_bars_new (SPAN_US);
  series->days = cd_bars_new (0);
  series->imported = g_array_new (FALSE, FALSE, sizeof (CdBar));
  series->imported_days = g_array_new (FALSE, FALSE, sizeof (CdDate));
  g_hash_table_insert (self->series, g_strdup (code), series);
  return series;
}

/* An age on the boot clock; a link that is not live makes everything behind it offline. */
CdFreshness
cd_desk_freshness (CdDesk *self, CdLinkState link, gint64 at_boot_us, gint64 max_us, gint64 *age_us)
{
  gint64 age = at_boot_us ? cd_env_boot_us (self->env) - at_boot_us : 0;

  if (age_us)
    *age_us = age;
  if (at_boot_us == 0)
    return CD_FRESH_NONE;
  if (link != CD_LINK_LIVE)
    return CD_FRESH_OFFLINE;
  return age <= max_us ? CD_FRESH_LIVE : CD_FRESH_STALE;
}

CdFreshness
cd_desk_get_line_freshness (CdDesk *self, CdLine line, gint64 *age_us)
{
  static const gint64 limits[CD_N_LINES] = { CD_BOOK_AGE_US_MAX, CD_BOOK_AGE_US_MAX, CD_REGISTRY_AGE_US_MAX };
  gint64 age = 0;
  CdLinkState state = cd_desk_get_line (self, line, &age);

  if (age_us)
    *age_us = age;
  if (state == CD_LINK_LIVE && age <= limits[line])
    return CD_FRESH_LIVE;
  if (age == 0)
    return CD_FRESH_NONE;
  return state == CD_LINK_LIVE ? CD_FRESH_STALE : CD_FRESH_OFFLINE;
}

/* Prices and orders come by two lines: of two databases they are two markets. */
static gboolean
is_foreign (CdDesk *self)
{
  const char *ours = self->client ? cd_trade_client_get_epoch (self->client) : NULL;

  if (self->status.link != CD_LINK_LIVE && self->status.link != CD_LINK_STALE)
    return FALSE;
  return self->status.foreign || (ours && *self->status.epoch && strcmp (ours, self->status.epoch) != 0);
}

/* A market whose certificate is not accepted shows no prices, and none are traded on. */
const char *
cd_desk_feed_reason (CdDesk *self)
{
  if (self->status.link == CD_LINK_FAILED)
    return self->status.error;
  return is_foreign (self) ? "feed.foreign" : NULL;
}

/* The feed's thread drops the line of before a sleep when it comes to it; until then it is none. */
CdLinkState
cd_desk_feed_link (CdDesk *self)
{
  if (is_foreign (self))
    return CD_LINK_BACKOFF;
  return self->status.link == CD_LINK_LIVE && self->status.lines <= self->lines_slept ? CD_LINK_BACKOFF : self->status.link;
}

void
cd_desk_feed_slept (CdDesk *self)
{
  if (!self->feed)
    return;
  cd_desk_feed_take (self); /* what came before */
  self->lines_slept = self->status.lines;
  cd_feed_reconnect (self->feed);
  cd_desk_feed_tick (self);
}

/* A book is as fresh as the line: without a change it stays right for as long as heartbeats say that nothing was missed. */
static void
update_freshness (CdDesk *self, CdQuote *quote)
{
  gint64 at = quote->feed.book_boot_us ? self->status.proof_boot_us : 0;
  CdFreshness fresh = cd_desk_freshness (self, cd_desk_feed_link (self), at, CD_BOOK_AGE_US_MAX, &quote->age_us);

  if (fresh == CD_FRESH_LIVE && !quote->feed.synced)
    fresh = CD_FRESH_STALE;
  if (fresh == quote->fresh)
    return;
  quote->fresh = fresh;
  cd_row_changed (CD_ROW (quote));
  cd_desk_emit_quote (self, quote);
}

/* For which year a vintage that trades can no longer be surrendered: the year that is due next. */
static void
describe_usability (CdDesk *self, CdQuote *quote)
{
  const CdPack *pack = cd_desk_get_pack_of (self, quote->code);
  CdObligationRow *due = cd_desk_current_obligation (self, self->entity);
  const CdComplianceYear *year = NULL;
  int not_usable;

  if (!pack || !quote->instrument || !due || quote->instrument->kind != CD_INSTRUMENT_ALLOWANCE)
    return;
  if (pack->scheme)
    year = cd_scheme_year (pack->scheme, due->year, due->sector);
  not_usable = year && !cd_compliance_year_accepts (year, quote->instrument->vintage) ? due->year : 0;
  if (not_usable == quote->not_usable_year)
    return;
  quote->not_usable_year = not_usable;
  cd_row_changed (CD_ROW (quote));
}

static CdQuote *
ensure_quote (CdDesk *self, const char *code)
{
  CdQuote *quote = g_hash_table_lookup (self->quote_by_code, code);
  const CdPack *pack;

  if (quote)
    return quote;
  quote = g_object_new (CD_TYPE_QUOTE, NULL);
  quote->code = g_strdup (code);
  pack = cd_desk_get_pack_of (self, code);
  if (pack)
    {
      quote->instrument = cd_market_instrument (pack->market, code);
      quote->market = g_strdup (pack->market->id);
      quote->name_zh = g_strdup (quote->instrument->name_zh);
      quote->name_en = g_strdup (quote->instrument->name_en);
      quote->tradable = quote->instrument->kind != CD_INSTRUMENT_COMPOSITE;
    }
  quote->fresh = CD_FRESH_NONE;
  g_list_store_append (self->quotes, quote);
  g_hash_table_insert (self->quote_by_code, quote->code, quote);
  g_object_unref (quote);
  describe_usability (self, quote);
  return quote;
}

static void
take_instrument (CdDesk *self, const CdFeedInstrument *instrument)
{
  CdQuote *quote = ensure_quote (self, instrument->code);

  quote->feed = *instrument;
  update_freshness (self, quote);
  cd_row_changed (CD_ROW (quote));
  cd_desk_emit_quote (self, quote);
}

static gboolean
is_own_trade (CdDesk *self, const CdFeedTrade *trade)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->fills));

  /* Own fills arrive on the private line at the same time: only the newest few can be meant. */
  for (guint i = 0; i < MIN (n, 20); i++)
    {
      g_autoptr (CdFillRow) fill = g_list_model_get_item (G_LIST_MODEL (self->fills), i);

      if (g_str_equal (fill->exec_id, trade->id))
        return TRUE;
    }
  return FALSE;
}

static void
take_trade (CdDesk *self, const CdFeedTrade *trade)
{
  CdDeskSeries *series = cd_desk_series (self, trade->code);
  const CdPack *pack = cd_desk_get_pack_of (self, trade->code);
  CdTapeRow *row = g_object_new (CD_TYPE_TAPE_ROW, NULL);
  guint n;

  row->trade = *trade;
  row->mine = !trade->gap && is_own_trade (self, trade);
  g_list_store_insert (series->tape, 0, row);
  g_object_unref (row);
  n = g_list_model_get_n_items (G_LIST_MODEL (series->tape));
  if (n > CD_TAPE_ROWS_MAX)
    g_list_store_splice (series->tape, CD_TAPE_ROWS_MAX, n - CD_TAPE_ROWS_MAX, NULL, 0);
  if (trade->gap && trade->qty > 0)
    cd_desk_tape_refill (self, trade->code);
  if (trade->gap || trade->mode != CD_MODE_LIST || !pack)
    return;
  cd_bars_add_trade (series->minutes, cd_calendar_zone (pack->market->calendar), trade->at_us, trade->price_e4, trade->qty);
}

static void
take_block (CdDesk *self, const CdFeedBlock *block)
{
  for (guint i = 0; i < self->blocks->len; i++)
    {
      if (!g_str_equal (g_array_index (self->blocks, CdFeedBlock, i).id, block->id))
        continue;
      if (block->open)
        g_array_index (self->blocks, CdFeedBlock, i) = *block;
      else
        g_array_remove_index (self->blocks, i);
      return;
    }
  if (block->open)
    g_array_append_val (self->blocks, *block);
}

void
cd_desk_feed_take (CdDesk *self)
{
  CdLinkState before = self->status.link;
  gint64 market_before = cd_desk_get_market_time (self);

  cd_feed_box_take (self->box, self->update);
  self->status = self->update->status;
  for (guint i = 0; i < self->update->instruments->len; i++)
    take_instrument (self, &g_array_index (self->update->instruments, CdFeedInstrument, i));
  for (guint i = 0; i < self->update->trades->len; i++)
    take_trade (self, &g_array_index (self->update->trades, CdFeedTrade, i));
  for (guint i = 0; i < self->update->blocks->len; i++)
    take_block (self, &g_array_index (self->update->blocks, CdFeedBlock, i));
  if (before != self->status.link)
    {
      cd_desk_feed_tick (self);
      cd_desk_emit (self, CD_DESK_SIGNAL_STATE);
    }
  /* A skip of the practice clock changes what is due: do not wait for the next tick. */
  if (ABS (cd_desk_get_market_time (self) - market_before) > 5 * MINUTE_US)
    {
      cd_desk_obligations_update (self);
      cd_desk_refresh_soon (self);
      cd_desk_emit (self, CD_DESK_SIGNAL_CLOCK);
    }
}

void
cd_desk_feed_tick (CdDesk *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->quotes));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdQuote) quote = g_list_model_get_item (G_LIST_MODEL (self->quotes), i);

      update_freshness (self, quote);
      describe_usability (self, quote);
    }
}

static gboolean
wake_cb (gpointer data)
{
  cd_desk_feed_take (CD_DESK (data));
  return G_SOURCE_REMOVE;
}

static void
add_quotes (CdDesk *self, CdInstrumentKind kind)
{
  for (guint i = 0; i < self->packs->len; i++)
    {
      const CdPack *pack = g_ptr_array_index (self->packs, i);

      for (guint k = pack->market->instruments->len; k-- > 0;)
        {
          const CdInstrument *instrument = g_ptr_array_index (pack->market->instruments, k);

          if (instrument->kind == kind && instrument->first_trade != CD_DATE_NONE)
            ensure_quote (self, instrument->code);
        }
    }
}

void
cd_desk_feed_start (CdDesk *self)
{
  g_autoptr (CdEndpoint) endpoint = cd_venue_ready_endpoint (self->ready, NULL);

  /* The watchlist stands before the first message, so that nothing jumps: the newest allowances, then credits, then indices. */
  add_quotes (self, CD_INSTRUMENT_ALLOWANCE);
  add_quotes (self, CD_INSTRUMENT_CREDIT);
  add_quotes (self, CD_INSTRUMENT_COMPOSITE);
  cd_feed_box_set_wake (self->box, NULL, wake_cb, self);
  self->feed = cd_feed_new (self->env, endpoint, self->box);
}

/* --- Clock ----------------------------------------------------------------------------------------------------------- */

gint64
cd_desk_get_market_time (CdDesk *self)
{
  gint64 elapsed, moved;

  if (self->status.market_time_us == 0)
    return 0;
  if (self->status.paused)
    return self->status.market_time_us;
  elapsed = cd_env_boot_us (self->env) - self->status.market_boot_us;
  /* Not further than the venue could have told: a lost line stops the clock instead of guessing. */
  elapsed = CLAMP (elapsed, 0, 3 * CD_USEC_PER_SEC);
  if (!cd_i64_mul_div (elapsed, self->status.rate_e3, 1000, CD_ROUND_FLOOR, &moved))
    moved = 0;
  return self->status.market_time_us + moved;
}

gint64
cd_desk_get_rate_e3 (CdDesk *self)
{
  return self->status.rate_e3;
}

gboolean
cd_desk_get_paused (CdDesk *self)
{
  return self->status.paused;
}

CdSessionState
cd_desk_get_session (CdDesk *self, const char *market, CdMode mode, gint64 *next_us)
{
  if (next_us)
    *next_us = 0;
  for (guint i = 0; i < self->status.n_sessions; i++)
    {
      const CdFeedSession *session = &self->status.sessions[i];

      if (!g_str_equal (session->market, market) || session->mode != mode)
        continue;
      if (next_us)
        *next_us = session->next_us;
      return session->state;
    }
  return CD_SESSION_UNKNOWN;
}

/* --- Prices ---------------------------------------------------------------------------------------------------------- */

CdBook *
cd_desk_book_of (CdQuote *quote)
{
  CdBook *book = cd_book_new (4, 0);

  cd_book_begin_snapshot (book, "view", quote->feed.seq);
  for (guint i = 0; i < quote->feed.n_bids; i++)
    cd_book_set (book, CD_SIDE_BUY, quote->feed.bids[i].price, quote->feed.bids[i].qty, quote->feed.bids[i].orders);
  for (guint i = 0; i < quote->feed.n_asks; i++)
    cd_book_set (book, CD_SIDE_SELL, quote->feed.asks[i].price, quote->feed.asks[i].qty, quote->feed.asks[i].orders);
  return book;
}

/* Last trade, else the previous close. */
gboolean
cd_desk_price_of (CdDesk *self, const char *code, gint64 *price_e4)
{
  CdQuote *quote = g_hash_table_lookup (self->quote_by_code, code);

  if (!quote)
    return FALSE;
  *price_e4 = quote->feed.stats.last_e4 ? quote->feed.stats.last_e4 : quote->feed.stats.prev_close_e4;
  return *price_e4 != 0;
}

GListModel *
cd_desk_get_quotes (CdDesk *self)
{
  return G_LIST_MODEL (self->quotes);
}

CdQuote *
cd_desk_get_quote (CdDesk *self, const char *code)
{
  return code ? g_hash_table_lookup (self->quote_by_code, code) : NULL;
}

GListModel *
cd_desk_get_tape (CdDesk *self, const char *code)
{
  return G_LIST_MODEL (cd_desk_series (self, code)->tape);
}

const GArray *
cd_desk_get_blocks (CdDesk *self)
{
  return self->blocks;
}
