/* cd-pack-compute-market.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Worked examples of the market half: bands, orders, sessions, days, closing prices.
 */
#include "cd-pack-compute-private.h"

#include "cd-bars.h"
#include "cd-checks.h"

#include <string.h>

#define RESULTS_MAX 32

static gboolean
get_mode (const CdPack *pack, const CdJson *given, CdDate day, const CdModeRule **out, CdJsonFaults *faults)
{
  const char *text;
  CdMode mode;

  if (!cd_json_get_string (given, "mode", &text, faults))
    return FALSE;
  if (!cd_mode_parse (text, &mode) || !(*out = cd_market_mode (pack->market, mode, day)))
    {
      cd_json_fault (faults, given, "mode", "reference", "expected a mode that the pack has on that day");
      return FALSE;
    }
  return TRUE;
}

static gboolean
get_instrument (const CdPack *pack, const CdJson *given, const CdInstrument **out, CdJsonFaults *faults)
{
  const char *code;

  if (!cd_json_get_string (given, "instrument", &code, faults))
    return FALSE;
  *out = cd_market_instrument (pack->market, code);
  if (!*out)
    cd_json_fault (faults, given, "instrument", "reference", "expected an instrument of the pack");
  return *out != NULL;
}

/* A civil time of the market, "2026-12-14T13:20:00". */
static gboolean
get_local (const CdPack *pack, const CdJson *given, const char *member, gint64 *out_us, CdJsonFaults *faults)
{
  g_autofree char *date = NULL;
  const char *text;
  CdDate day;
  int s;

  if (!cd_json_get_string (given, member, &text, faults))
    return FALSE;
  date = g_strndup (text, 10);
  if (strlen (text) != 19 || text[10] != 'T' || !cd_date_parse (date, &day, NULL) || !cd_time_of_day_parse (text + 11, &s, NULL))
    {
      cd_json_fault (faults, given, member, "syntax", "expected a time of the market such as 2026-12-14T13:20:00");
      return FALSE;
    }
  *out_us = cd_zone_to_us (cd_calendar_zone (pack->market->calendar), day, s);
  return TRUE;
}

gboolean
cd_pack_compute_band (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error)
{
  const CdInstrument *instrument;
  const CdModeRule *mode;
  CdPrice low, high;
  gint64 reference;
  CdDate day;

  if (!cd_json_get_date (given, "date", &day, faults) || !get_mode (pack, given, day, &mode, faults) || !get_instrument (pack, given, &instrument, faults) || !cd_json_get_decimal (given, "reference", 4, &reference, faults))
    return FALSE;
  if (!cd_market_band (mode, day, (CdPrice){ reference, instrument->ccy }, instrument->tick_e4, &low, &high))
    {
      cd_json_writer_null (out, "low");
      cd_json_writer_null (out, "high");
      return TRUE;
    }
  cd_json_writer_decimal (out, "low", low.e4, 4, 2);
  cd_json_writer_decimal (out, "high", high.e4, 4, 2);
  return TRUE;
}

/* --- Orders ----------------------------------------------------------------------------------------------------------- */

static gint64
optional (const CdJson *given, const char *member, int scale, gint64 otherwise, CdJsonFaults *faults)
{
  gint64 value = otherwise;

  if (cd_json_present (given, member))
    cd_json_get_decimal (given, member, scale, &value, faults);
  return value;
}

static void
fill_side (CdBook *book, const CdJson *given, const char *member, CdSide side, CdJsonFaults *faults)
{
  CdJson list;

  if (!cd_json_present (given, member) || !cd_json_get_array (given, member, &list, faults))
    return;
  for (guint i = 0; i < cd_json_length (&list); i++)
    {
      CdJson item = cd_json_at (&list, i), price, qty;
      gint64 p, q;

      if (cd_json_length (&item) != 2)
        {
          cd_json_fault (faults, &item, NULL, "type", "expected [price, quantity]");
          continue;
        }
      price = cd_json_at (&item, 0);
      qty = cd_json_at (&item, 1);
      if (cd_json_get_decimal (&price, NULL, 4, &p, faults) && cd_json_get_i64 (&qty, NULL, &q, faults))
        cd_book_set (book, side, p, q, 1);
    }
}

static gboolean
read_draft (const CdJson *given, CdOrderDraft *draft, CdJsonFaults *faults)
{
  const char *side, *kind;

  draft->account = "EXAMPLE";
  if (!((int)cd_json_get_string (given, "instrument", &draft->instrument, faults) & (int)cd_json_get_string (given, "side", &side, faults) & (int)cd_json_get_string (given, "kind", &kind, faults) & (int)cd_json_get_decimal (given, "price", 4, &draft->price_e4, faults) & (int)cd_json_get_i64 (given, "qty", &draft->qty, faults)))
    return FALSE;
  if (!cd_side_parse (side, &draft->side))
    cd_json_fault (faults, given, "side", "word", "expected buy or sell");
  if (!cd_order_kind_parse (kind, &draft->kind))
    cd_json_fault (faults, given, "kind", "word", "expected list, pick, limit, block or auction_bid");
  return cd_json_faults_count (faults) == 0;
}

gboolean
cd_pack_compute_order (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error)
{
  g_autoptr (CdBook) book = cd_book_new (4, 0);
  CdCheckResult results[RESULTS_MAX];
  const CdCheckResult *block;
  CdOrderDraft draft = { 0 };
  CdCheckInput input = { .market = pack->market, .draft = &draft, .may_enter = TRUE };

  if (!read_draft (given, &draft, faults) || !get_local (pack, given, "at", &input.market_time_us, faults))
    return FALSE;
  input.reference_e4 = optional (given, "reference", 4, 0, faults);
  input.cash_available_e4 = optional (given, "cash", 4, G_MAXINT64, faults);
  input.units_trading = optional (given, "units", 0, G_MAXINT64, faults);
  input.units_bought_today = optional (given, "bought_today", 0, 0, faults);
  input.position = optional (given, "position", 0, 0, faults);
  input.own_allocation = optional (given, "own_allocation", 0, 0, faults);
  if (cd_json_present (given, "asks") || cd_json_present (given, "bids"))
    {
      cd_book_begin_snapshot (book, "example", 1);
      fill_side (book, given, "asks", CD_SIDE_SELL, faults);
      fill_side (book, given, "bids", CD_SIDE_BUY, faults);
      input.book = book;
    }
  block = cd_checks_first_block (results, cd_checks_run (&input, results, RESULTS_MAX));
  cd_json_writer_string (out, "verdict", block ? "reject" : "accept");
  cd_json_writer_string (out, "code", block ? block->code : NULL);
  return TRUE;
}

/* --- Days ---------------------------------------------------------------------------------------------------------------- */

gboolean
cd_pack_compute_session (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error)
{
  static const char *const names[] = { "closed", "open", "break", "unknown" };
  const char *text;
  CdMode mode;
  gint64 at_us;

  if (!get_local (pack, given, "at", &at_us, faults) || !cd_json_get_string (given, "mode", &text, faults))
    return FALSE;
  if (!cd_mode_parse (text, &mode))
    {
      cd_json_fault (faults, given, "mode", "word", "expected list, block or auction");
      return FALSE;
    }
  cd_json_writer_string (out, "state", names[cd_market_session_at (pack->market, mode, at_us, NULL)]);
  return TRUE;
}

gboolean
cd_pack_compute_calendar (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error)
{
  static const char *const names[] = { "trading", "weekend", "holiday", "closure", "unknown" };
  const CdCalendar *cal = pack->market->calendar;
  CdDate day, to;
  int n;

  if (cd_json_present (given, "date"))
    {
      if (!cd_json_get_date (given, "date", &day, faults))
        return FALSE;
      cd_json_writer_string (out, "day", names[cd_calendar_day_kind (cal, day)]);
      cd_json_writer_date (out, "next_trading", cd_calendar_next_trading (cal, day));
      return TRUE;
    }
  if (!cd_json_get_date (given, "from", &day, faults) || !cd_json_get_date (given, "to", &to, faults))
    return FALSE;
  n = cd_calendar_count_trading (cal, day, to);
  if (n < 0)
    cd_json_writer_null (out, "trading_days");
  else
    cd_json_writer_int (out, "trading_days", n);
  return TRUE;
}

/* --- Closing prices ---------------------------------------------------------------------------------------------------------- */

gboolean
cd_pack_compute_close (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error)
{
  CdDayStats stats;
  gint64 previous;
  CdJson trades;

  if (!cd_json_get_decimal (given, "previous_close", 4, &previous, faults) || !cd_json_get_array (given, "trades", &trades, faults))
    return FALSE;
  cd_day_stats_begin (&stats, previous);
  for (guint i = 0; i < cd_json_length (&trades); i++)
    {
      CdJson trade = cd_json_at (&trades, i);
      const char *mode_text;
      gint64 price, qty;
      CdMode mode;

      if (!cd_json_get_string (&trade, "mode", &mode_text, faults) || !cd_json_get_decimal (&trade, "price", 4, &price, faults) || !cd_json_get_i64 (&trade, "qty", &qty, faults))
        return FALSE;
      if (!cd_mode_parse (mode_text, &mode) || !cd_day_stats_add (&stats, mode, price, qty))
        {
          cd_json_fault (faults, &trade, NULL, "range", "expected a trade of a known mode that fits");
          return FALSE;
        }
    }
  cd_json_writer_decimal (out, "close", cd_day_stats_close_e4 (&stats, pack->market->close_min_qty), 4, 2);
  return TRUE;
}

typedef struct
{
  CdJson prices;
  CdCurrency ccy;
  CdJsonFaults *faults;
} Prices;

static gboolean
price_of (const char *code, CdPrice *price, gpointer data)
{
  Prices *self = data;

  price->ccy = self->ccy;
  return cd_json_present (&self->prices, code) && cd_json_get_decimal (&self->prices, code, 4, &price->e4, self->faults);
}

gboolean
cd_pack_compute_composite (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error)
{
  Prices prices = { .ccy = pack->market->ccy, .faults = faults };
  CdPrice price;
  CdDate day;

  if (!cd_json_get_date (given, "date", &day, faults) || !cd_json_get_object (given, "prices", &prices.prices, faults))
    return FALSE;
  if (cd_market_composite (pack->market, day, price_of, &prices, &price))
    cd_json_writer_decimal (out, "price", price.e4, 4, 2);
  else
    cd_json_writer_null (out, "price");
  return TRUE;
}

gboolean
cd_pack_compute_first_reference (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error)
{
  const CdInstrument *instrument;
  const CdRuleValue *value;

  if (!get_instrument (pack, given, &instrument, faults))
    return FALSE;
  cd_json_writer_date (out, "first_trade", instrument->first_trade);
  value = instrument->first_trade == CD_DATE_NONE ? NULL : cd_rule_series_at (instrument->first_ref_price, instrument->first_trade, CD_DATE_NONE);
  if (value)
    cd_json_writer_decimal (out, "reference", value->value, 4, 2);
  else
    cd_json_writer_null (out, "reference");
  return TRUE;
}
