/* market-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "market-fixture.h"

#define HOUR 3600

CdDate
market_fixture_day (const char *date)
{
  g_autoptr (GError) error = NULL;
  CdDate day;

  cd_date_parse (date, &day, &error);
  g_assert_no_error (error);
  return day;
}

CdRuleSeries *
market_fixture_series (const char *id, gint64 value)
{
  g_autoptr (GError) error = NULL;
  CdRuleSeries *series = cd_rule_series_new (id, 0);
  CdRuleValue *v = g_new0 (CdRuleValue, 1);

  v->value = value;
  v->has_value = TRUE;
  v->from = v->to = v->known_from = CD_DATE_NONE;
  v->status = CD_RULE_IN_FORCE;
  v->source = g_strdup_printf ("test: %s", id);
  cd_rule_series_add (series, v, &error);
  g_assert_no_error (error);
  return series;
}

static CdInstrument *
instrument (const char *code, CdInstrumentKind kind, int vintage, CdDate first_trade)
{
  CdInstrument *i = g_new0 (CdInstrument, 1);

  i->code = g_strdup (code);
  i->name_zh = g_strdup (code);
  i->name_en = g_strdup (code);
  i->kind = kind;
  i->vintage = i->vintage_from = vintage;
  i->first_trade = first_trade;
  i->tick_e4 = 100;
  i->lot = 1;
  i->ccy = CD_CURRENCY_CNY;
  i->registered = CD_DATE_NONE;
  i->source = g_strdup ("test: instrument");
  return i;
}

static void
add_session (CdModeRule *rule, int open_s, int close_s)
{
  const CdSession session = { open_s, close_s, FALSE };

  g_array_append_val (rule->sessions, session);
}

static CdModeRule *
mode (CdMode kind, CdMatchKind match, gint64 band_bp)
{
  CdModeRule *rule = g_new0 (CdModeRule, 1);

  rule->mode = kind;
  rule->match = match;
  rule->min_qty = cd_rule_series_new ("min_qty", 0);
  rule->max_qty_exclusive = cd_rule_series_new ("max_qty_exclusive", 0);
  rule->band_bp = market_fixture_series ("band_bp", band_bp);
  rule->band_rounding = CD_ROUND_HALF_UP;
  rule->sessions = g_array_new (FALSE, FALSE, sizeof (CdSession));
  rule->from = market_fixture_day ("2021-07-16");
  rule->to = CD_DATE_NONE;
  rule->source = g_strdup ("test: mode");
  return rule;
}

static void
add_modes (CdMarket *market)
{
  CdModeRule *list = mode (CD_MODE_LIST, CD_MATCH_QUOTE_PICK, 1000);
  CdModeRule *block = mode (CD_MODE_BLOCK, CD_MATCH_NEGOTIATED, 3000);

  g_clear_pointer (&list->max_qty_exclusive, cd_rule_series_free);
  list->max_qty_exclusive = market_fixture_series ("max_qty_exclusive", 100000);
  list->visible_levels = 5;
  list->enters_close = TRUE;
  add_session (list, 9 * HOUR + 1800, 11 * HOUR + 1800);
  add_session (list, 13 * HOUR, 15 * HOUR);
  g_clear_pointer (&block->min_qty, cd_rule_series_free);
  block->min_qty = market_fixture_series ("min_qty", 100000);
  add_session (block, 13 * HOUR, 15 * HOUR);
  g_ptr_array_add (market->modes, list);
  g_ptr_array_add (market->modes, block);
}

static void
add_composite (CdMarket *market)
{
  CdCompositePeriod *period = g_new0 (CdCompositePeriod, 1);
  const gint64 weights[] = { 3, 1 };

  period->from = market_fixture_day ("2026-01-01");
  period->to = market_fixture_day ("2026-12-31");
  period->codes = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (period->codes, g_strdup ("CEA25"));
  g_ptr_array_add (period->codes, g_strdup ("CEA24"));
  period->weights = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_vals (period->weights, weights, G_N_ELEMENTS (weights));
  period->source = g_strdup ("test: composite");
  g_ptr_array_add (market->composite, period);
}

CdMarket *
market_fixture_new (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdZone) zone = cd_zone_new ("Asia/Shanghai", &error);
  CdMarket *market = g_new0 (CdMarket, 1);

  g_assert_no_error (error);
  market->id = g_strdup ("test");
  market->ccy = CD_CURRENCY_CNY;
  market->calendar = cd_calendar_new (zone);
  cd_calendar_cover_year (market->calendar, 2024);
  cd_calendar_cover_year (market->calendar, 2026);
  cd_calendar_add_closure (market->calendar, market_fixture_day ("2024-02-09"), "New Year's Eve");
  cd_calendar_add_holiday (market->calendar, market_fixture_day ("2026-10-01"));
  market->instruments = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_instrument_free);
  g_ptr_array_add (market->instruments, instrument ("CEA24", CD_INSTRUMENT_ALLOWANCE, 2024, market_fixture_day ("2025-04-29")));
  g_ptr_array_add (market->instruments, instrument ("CEA25", CD_INSTRUMENT_ALLOWANCE, 2025, market_fixture_day ("2026-01-05")));
  g_ptr_array_add (market->instruments, instrument ("CEA26", CD_INSTRUMENT_ALLOWANCE, 2026, CD_DATE_NONE));
  g_ptr_array_add (market->instruments, instrument ("COMCEA", CD_INSTRUMENT_COMPOSITE, 0, market_fixture_day ("2021-07-16")));
  market->modes = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_mode_rule_free);
  add_modes (market);
  market->composite = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_composite_period_free);
  add_composite (market);
  market->composite_code = g_strdup ("COMCEA");
  market->t_plus = market_fixture_series ("t_plus", 1);
  market->sale_cash_reusable = market_fixture_series ("sale_cash_reusable", 1);
  market->position_limit = market_fixture_series ("position_limit", 2000000);
  market->fee_bp = cd_rule_series_new ("fee_bp", 0);
  return market;
}

gint64
market_fixture_at (const CdMarket *market, const char *date, const char *time)
{
  g_autoptr (GError) error = NULL;
  int second;

  cd_time_of_day_parse (time, &second, &error);
  g_assert_no_error (error);
  return cd_zone_to_us (cd_calendar_zone (market->calendar), market_fixture_day (date), second);
}

CdModeRule *
market_fixture_mode (CdMarket *market, CdMode wanted)
{
  for (guint i = 0; i < market->modes->len; i++)
    {
      CdModeRule *rule = g_ptr_array_index (market->modes, i);

      if (rule->mode == wanted)
        return rule;
    }
  g_assert_not_reached ();
}
