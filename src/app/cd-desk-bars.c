/* cd-desk-bars.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bars for the chart, the listings behind a level, and the practice clock's levers.
 */
#include "cd-desk-private.h"

#include <string.h>

static gint64
today_start (CdDesk *self, const CdPack *pack, CdDate *day)
{
  const CdZone *zone = cd_calendar_zone (pack->market->calendar);

  *day = cd_zone_date_of (zone, cd_desk_get_market_time (self), NULL);
  return cd_zone_to_us (zone, *day, 0);
}

/* The venue's own day stands before one of a file; what a file knows of days to come in market time is not shown. */
static void
append_days (CdDesk *self, const char *code, const CdDeskSeries *series, GArray *out)
{
  const CdPack *pack = cd_desk_get_pack_of (self, code);
  CdQuote *quote = cd_desk_get_quote (self, code);
  gsize own = 0, n_own = cd_bars_count (series->days);
  guint from_file = 0;
  CdDate today;
  gint64 start_us;

  if (!pack)
    return;
  start_us = today_start (self, pack, &today);
  while (own < n_own || from_file < series->imported->len)
    {
      const CdBar *a = own < n_own ? cd_bars_get (series->days, own) : NULL;
      const CdBar *b = from_file < series->imported->len ? &g_array_index (series->imported, CdBar, from_file) : NULL;
      const CdBar *next = !b || (a && a->day <= b->day) ? a : b;

      own += a && a->day == next->day;
      from_file += b && b->day == next->day;
      if (next->day < today || next == a)
        g_array_append_vals (out, next, 1);
    }
  if (quote && quote->feed.stats.open_e4 && (out->len == 0 || g_array_index (out, CdBar, out->len - 1).day < today))
    {
      const CdFeedStats *s = &quote->feed.stats;
      const CdBar live = { .start_us = start_us, .day = today, .open_e4 = s->open_e4, .high_e4 = s->high_e4, .low_e4 = s->low_e4, .close_e4 = s->last_e4, .volume = s->list_qty, .amount_e4 = s->list_amount_e4 };

      g_array_append_val (out, live);
    }
}

/* Whether trading could have been in the bar that starts at @at_us: only then it is a bar without trades, not a break. */
static gboolean
in_session (CdDesk *self, const char *code, gint64 at_us)
{
  const CdPack *pack = cd_desk_get_pack_of (self, code);

  return pack && cd_market_session_at (pack->market, CD_MODE_LIST, at_us, NULL) == CD_SESSION_OPEN;
}

/* Minutes without a trade are bars too: the axis does not skip them. */
static void
append_minutes (CdDesk *self, const char *code, const CdDeskSeries *series, gint64 span_us, GArray *out)
{
  for (gsize i = 0; i < cd_bars_count (series->minutes); i++)
    {
      const CdBar *bar = cd_bars_get (series->minutes, i);
      CdBar last = out->len ? g_array_index (out, CdBar, out->len - 1) : *bar;

      for (gint64 at = last.start_us + span_us; out->len && last.day == bar->day && at < bar->start_us; at += span_us)
        if (in_session (self, code, at))
          {
            const CdBar quiet = { .start_us = at, .day = bar->day, .open_e4 = last.close_e4, .close_e4 = last.close_e4 };

            g_array_append_val (out, quiet);
          }
      g_array_append_vals (out, bar, 1);
    }
}

GArray *
cd_desk_dup_bars (CdDesk *self, const char *code, gint64 span_us)
{
  const CdDeskSeries *series = cd_desk_series (self, code);
  GArray *out = g_array_new (FALSE, FALSE, sizeof (CdBar));

  if (span_us == 0)
    append_days (self, code, series, out);
  else
    append_minutes (self, code, series, span_us, out);
  return out;
}

/* --- What the venue made before we came -------------------------------------------------------------------------------- */

typedef struct
{
  CdDesk *desk; /* (owned) */
  CdWireListKind kind;
  gboolean refill;
  char *code;
} History;

static void
take_day_bars (CdDesk *self, const char *code, const CdWireList *list)
{
  CdDeskSeries *series = cd_desk_series (self, code);
  const CdPack *pack = cd_desk_get_pack_of (self, code);

  for (guint i = 0; pack && i < list->items->len; i++)
    {
      const CdWireBarRow *row = &g_array_index (list->items, CdWireBarRow, i);
      const CdBar bar = {
        .start_us = cd_zone_to_us (cd_calendar_zone (pack->market->calendar), row->day, 0),
        .day = row->day,
        .open_e4 = row->open_e4,
        .high_e4 = row->high_e4,
        .low_e4 = row->low_e4,
        .close_e4 = row->close_e4,
        .volume = row->qty,
        .amount_e4 = row->amount_e4,
      };

      cd_bars_put (series->days, &bar);
    }
}

static CdTapeRow *
tape_row_new (const char *code, const CdWireTradeRow *t)
{
  CdTapeRow *row = g_object_new (CD_TYPE_TAPE_ROW, NULL);

  g_strlcpy (row->trade.code, code, sizeof row->trade.code);
  g_strlcpy (row->trade.id, t->id, sizeof row->trade.id);
  row->trade.seq = t->seq;
  row->trade.price_e4 = t->price_e4;
  row->trade.qty = t->qty;
  row->trade.side = t->side;
  row->trade.mode = t->mode;
  row->trade.at_us = t->at_us;
  return row;
}

/* Only what is older than the oldest trade the stream has brought. */
static void
take_old_trades (CdDesk *self, const char *code, const CdWireList *list)
{
  CdDeskSeries *series = cd_desk_series (self, code);
  const CdPack *pack = cd_desk_get_pack_of (self, code);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (series->tape));
  g_autoptr (CdTapeRow) oldest = n ? g_list_model_get_item (G_LIST_MODEL (series->tape), n - 1) : NULL;

  /* Bars are made from the oldest on, the tape stands newest first. */
  for (guint i = 0; pack && i < list->items->len; i++)
    {
      const CdWireTradeRow *t = &g_array_index (list->items, CdWireTradeRow, i);

      if (t->mode == CD_MODE_LIST && (!oldest || t->seq < oldest->trade.seq))
        cd_bars_add_trade (series->minutes, cd_calendar_zone (pack->market->calendar), t->at_us, t->price_e4, t->qty);
    }
  for (guint i = list->items->len; pack && i-- > 0;)
    {
      const CdWireTradeRow *t = &g_array_index (list->items, CdWireTradeRow, i);
      CdTapeRow *row;

      if (oldest && t->seq >= oldest->trade.seq)
        continue;
      if (g_list_model_get_n_items (G_LIST_MODEL (series->tape)) >= CD_TAPE_ROWS_MAX)
        continue;
      row = tape_row_new (code, t);
      g_list_store_append (series->tape, row);
      g_object_unref (row);
    }
}

static gboolean
stands_for (const CdTapeRow *gap, guint64 seq)
{
  return gap->trade.gap && seq >= gap->trade.seq && seq - gap->trade.seq < (guint64)gap->trade.qty;
}

/* Right behind each gap row, newest first, the trades that it stands for. The row stays: what was not seen when it happened. */
static void
take_missing_trades (CdDesk *self, const char *code, const CdWireList *list)
{
  CdDeskSeries *series = cd_desk_series (self, code);

  for (guint at = 0; at < g_list_model_get_n_items (G_LIST_MODEL (series->tape)); at++)
    {
      g_autoptr (CdTapeRow) gap = g_list_model_get_item (G_LIST_MODEL (series->tape), at);
      guint place = at;

      if (!gap->trade.gap || gap->refilled > 0)
        continue;
      for (guint i = 0; i < list->items->len; i++)
        {
          const CdWireTradeRow *t = &g_array_index (list->items, CdWireTradeRow, i);
          g_autoptr (CdTapeRow) row = NULL;

          if (!stands_for (gap, t->seq))
            continue;
          row = tape_row_new (code, t);
          /* The list is oldest first: each later one pushes the earlier ones down. */
          g_list_store_insert (series->tape, at + 1, row);
          gap->refilled++;
          place++;
        }
      if (gap->refilled > 0)
        cd_row_changed (CD_ROW (gap));
      at = place;
    }
}

static void
history_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  History *history = data;
  g_autoptr (CdWireList) list = cd_trade_client_list_finish (CD_TRADE_CLIENT (source), result, NULL);

  if (list && history->refill)
    take_missing_trades (history->desk, history->code, list);
  else if (list && history->kind == CD_WIRE_LIST_BARS)
    take_day_bars (history->desk, history->code, list);
  else if (list)
    take_old_trades (history->desk, history->code, list);
  g_object_unref (history->desk);
  g_free (history->code);
  g_free (history);
}

static void
ask_history (CdDesk *self, const char *code, CdWireListKind kind, gboolean refill)
{
  g_autofree char *path = g_strdup_printf (kind == CD_WIRE_LIST_BARS ? "instruments/%s/bars?span=day" : "instruments/%s/trades?limit=500", code);
  History *history = g_new0 (History, 1);

  history->desk = g_object_ref (self);
  history->kind = kind;
  history->refill = refill;
  history->code = g_strdup (code);
  cd_trade_client_list_async (self->client, kind, path, self->cancellable, history_cb, history);
}

void
cd_desk_history_start (CdDesk *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->quotes));

  if (self->history_asked)
    return;
  self->history_asked = TRUE;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdQuote) quote = g_list_model_get_item (G_LIST_MODEL (self->quotes), i);

      ask_history (self, quote->code, CD_WIRE_LIST_BARS, FALSE);
      ask_history (self, quote->code, CD_WIRE_LIST_TRADES, FALSE);
    }
}

/* While the private line is gone, nothing can be asked: the reconcile that follows asks for what is still missing. */
void
cd_desk_tape_refill (CdDesk *self, const char *code)
{
  if (self->client && self->reconciled && cd_trade_client_get_state (self->client) == CD_LINK_LIVE)
    ask_history (self, code, CD_WIRE_LIST_TRADES, TRUE);
}

void
cd_desk_tapes_refill (CdDesk *self)
{
  GHashTableIter iter;
  gpointer code, series;

  g_hash_table_iter_init (&iter, self->series);
  while (g_hash_table_iter_next (&iter, &code, &series))
    {
      GListModel *tape = G_LIST_MODEL (((CdDeskSeries *)series)->tape);
      gboolean missing = FALSE;

      for (guint i = 0; i < g_list_model_get_n_items (tape) && !missing; i++)
        {
          g_autoptr (CdTapeRow) row = g_list_model_get_item (tape, i);

          missing = row->trade.gap && row->trade.qty > 0 && row->refilled == 0;
        }
      if (missing)
        cd_desk_tape_refill (self, code);
    }
}

/* --- Listings of a level --------------------------------------------------------------------------------------------- */

static void
take_listings (CdDesk *self, const CdWireList *list)
{
  g_array_set_size (self->listings, 0);
  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireListingRow *row = &g_array_index (list->items, CdWireListingRow, i);
      CdListing listing = { .price_e4 = row->price_e4, .qty = row->qty, .at_us = row->at_us, .mine = row->mine };

      if (row->side != self->level_side || row->price_e4 != self->level_price_e4)
        continue;
      g_strlcpy (listing.id, row->id, sizeof listing.id);
      g_strlcpy (listing.party, row->party, sizeof listing.party);
      g_array_append_val (self->listings, listing);
    }
  cd_desk_emit (self, CD_DESK_SIGNAL_LEVELS);
}

static void
listings_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CdDesk) self = data;
  g_autoptr (CdWireList) list = cd_trade_client_list_finish (CD_TRADE_CLIENT (source), result, NULL);

  if (list && self->level_code)
    take_listings (self, list);
}

void
cd_desk_open_level (CdDesk *self, const char *code, CdSide side, gint64 price_e4)
{
  g_autofree char *path = g_strdup_printf ("instruments/%s/listings?side=%s", code, cd_side_name (side));

  g_free (self->level_code);
  self->level_code = g_strdup (code);
  self->level_side = side;
  self->level_price_e4 = price_e4;
  g_array_set_size (self->listings, 0);
  if (self->client)
    cd_trade_client_list_async (self->client, CD_WIRE_LIST_LISTINGS, path, self->cancellable, listings_cb, g_object_ref (self));
}

void
cd_desk_close_level (CdDesk *self, const char *code)
{
  if (g_strcmp0 (self->level_code, code) != 0)
    return;
  g_clear_pointer (&self->level_code, g_free);
  g_array_set_size (self->listings, 0);
  cd_desk_emit (self, CD_DESK_SIGNAL_LEVELS);
}

const GArray *
cd_desk_get_listings (CdDesk *self, const char *code, CdSide *side, gint64 *price_e4)
{
  if (g_strcmp0 (self->level_code, code) != 0)
    return NULL;
  *side = self->level_side;
  *price_e4 = self->level_price_e4;
  return self->listings;
}

gint64
cd_desk_own_at (CdDesk *self, const char *code, CdSide side, gint64 price_e4)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->orders));
  gint64 sum = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (G_LIST_MODEL (self->orders), i);

      if (row->is_working && row->order->side == side && row->order->price_e4 == price_e4 && g_strcmp0 (row->order->instrument, code) == 0)
        sum += row->order->leaves;
    }
  return sum;
}

/* --- Practice clock -------------------------------------------------------------------------------------------------- */

static void
clock_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CdDesk) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = cd_trade_client_post_practice_finish (CD_TRADE_CLIENT (source), result, &error);

  if (!body)
    cd_desk_alert (self, 1, "clock", "clock", "%s", error->message);
  else
    cd_desk_refresh_soon (self);
}

static void
post_clock (CdDesk *self, CdWireClockRequest *request)
{
  g_autofree char *body = cd_wire_clock_request_print (request);

  if (self->client)
    cd_trade_client_post_practice_async (self->client, "practice/clock", body, self->cancellable, clock_cb, g_object_ref (self));
}

void
cd_desk_clock_set_paused (CdDesk *self, gboolean paused)
{
  CdWireClockRequest request = { .has_pause = TRUE, .pause = paused };

  post_clock (self, &request);
}

void
cd_desk_clock_set_rate (CdDesk *self, const char *rate)
{
  CdWireClockRequest request = { .rate = (char *)rate };

  post_clock (self, &request);
}

void
cd_desk_clock_skip (CdDesk *self, const char *to)
{
  CdWireClockRequest request = { .skip = (char *)to };

  post_clock (self, &request);
}
