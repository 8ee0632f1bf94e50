/* cd-market.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-market.h"

void
cd_instrument_free (CdInstrument *instrument)
{
  g_free (instrument->code);
  g_free (instrument->name_zh);
  g_free (instrument->name_en);
  cd_rule_series_free (instrument->first_ref_price);
  g_free (instrument->project);
  g_free (instrument->project_type);
  g_free (instrument->origin);
  g_free (instrument->source);
  g_free (instrument);
}

void
cd_mode_rule_free (CdModeRule *rule)
{
  g_free (rule->name_zh);
  g_free (rule->name_en);
  cd_rule_series_free (rule->min_qty);
  cd_rule_series_free (rule->max_qty_exclusive);
  cd_rule_series_free (rule->band_bp);
  g_clear_pointer (&rule->sessions, g_array_unref);
  g_free (rule->source);
  g_free (rule);
}

void
cd_composite_period_free (CdCompositePeriod *period)
{
  g_clear_pointer (&period->codes, g_ptr_array_unref);
  g_clear_pointer (&period->weights, g_array_unref);
  g_free (period->source);
  g_free (period);
}

void
cd_market_free (CdMarket *market)
{
  if (!market)
    return;
  g_free (market->id);
  g_free (market->name_zh);
  g_free (market->name_en);
  g_clear_pointer (&market->calendar, cd_calendar_unref);
  g_clear_pointer (&market->instruments, g_ptr_array_unref);
  g_clear_pointer (&market->modes, g_ptr_array_unref);
  g_clear_pointer (&market->composite, g_ptr_array_unref);
  g_free (market->composite_code);
  cd_rule_series_free (market->t_plus);
  cd_rule_series_free (market->sale_cash_reusable);
  cd_rule_series_free (market->position_limit);
  cd_rule_series_free (market->position_own);
  cd_rule_series_free (market->fee_bp);
  cd_rule_series_free (market->collar_above);
  cd_rule_series_free (market->collar_below);
  cd_rule_series_free (market->collar_days);
  g_free (market->eligible_zh);
  g_free (market->eligible_en);
  g_free (market);
}

const CdInstrument *
cd_market_instrument (const CdMarket *market, const char *code)
{
  for (guint i = 0; i < market->instruments->len; i++)
    {
      const CdInstrument *instrument = g_ptr_array_index (market->instruments, i);

      if (g_str_equal (instrument->code, code))
        return instrument;
    }
  return NULL;
}

const CdModeRule *
cd_market_mode (const CdMarket *market, CdMode mode, CdDate day)
{
  for (guint i = 0; i < market->modes->len; i++)
    {
      const CdModeRule *rule = g_ptr_array_index (market->modes, i);

      if (rule->mode == mode && day >= rule->from && (rule->to == CD_DATE_NONE || day <= rule->to))
        return rule;
    }
  return NULL;
}

static gboolean
within (const CdSession *session, int s)
{
  return s >= session->open_s && (s < session->close_s || (session->close_inclusive && s == session->close_s));
}

/* First opening on a trading day after @day, 0 when the calendar does not know. */
static gint64
next_day_open (const CdMarket *market, const CdModeRule *rule, CdDate day)
{
  CdDate next = cd_calendar_next_trading (market->calendar, day);

  if (next == CD_DATE_NONE || rule->sessions->len == 0)
    return 0;
  return cd_zone_to_us (cd_calendar_zone (market->calendar), next, g_array_index (rule->sessions, CdSession, 0).open_s);
}

CdSessionState
cd_market_session_at (const CdMarket *market, CdMode mode, gint64 at_us, gint64 *next_change_us)
{
  const CdZone *zone = cd_calendar_zone (market->calendar);
  int s;
  CdDate day = cd_zone_date_of (zone, at_us, &s);
  const CdModeRule *rule = cd_market_mode (market, mode, day);
  CdDayKind kind = cd_calendar_day_kind (market->calendar, day);
  gint64 next = 0;
  CdSessionState state = CD_SESSION_CLOSED;

  if (next_change_us)
    *next_change_us = 0;
  if (kind == CD_DAY_UNKNOWN)
    return CD_SESSION_UNKNOWN;
  if (!rule)
    return CD_SESSION_CLOSED;
  if (kind == CD_DAY_TRADING)
    for (guint i = 0; i < rule->sessions->len && next == 0; i++)
      {
        const CdSession *session = &g_array_index (rule->sessions, CdSession, i);

        if (within (session, s))
          {
            state = CD_SESSION_OPEN;
            next = cd_zone_to_us (zone, day, session->close_s);
          }
        else if (s < session->open_s)
          {
            state = i > 0 ? CD_SESSION_BREAK : CD_SESSION_CLOSED;
            next = cd_zone_to_us (zone, day, session->open_s);
          }
      }
  if (next == 0)
    next = next_day_open (market, rule, day);
  if (next_change_us)
    *next_change_us = next;
  return state;
}

gboolean
cd_market_band (const CdModeRule *rule, CdDate day, CdPrice reference, gint64 tick_e4, CdPrice *low, CdPrice *high)
{
  const CdRuleValue *band = cd_rule_series_at_practice (rule->band_bp, day);
  gint64 up, down;

  if (!band || !band->has_value || reference.e4 <= 0 || tick_e4 <= 0)
    return FALSE;
  /* One rounding only, straight to the tick: reference × (10000 ± bp) ÷ (10000 × tick). */
  if (!cd_i64_mul_div (reference.e4, 10000 + band->value, 10000 * tick_e4, rule->band_rounding, &up) || !cd_i64_mul_div (reference.e4, 10000 - band->value, 10000 * tick_e4, rule->band_rounding, &down) || !cd_i64_mul (up, tick_e4, &up) || !cd_i64_mul (down, tick_e4, &down))
    return FALSE;
  *high = (CdPrice){ up, reference.ccy };
  *low = (CdPrice){ down, reference.ccy };
  return TRUE;
}

CdCollar
cd_market_collar (const CdMarket *market, CdDate day, const gint64 *averages_e4, gsize n)
{
  const CdRuleValue *above = cd_rule_series_at (market->collar_above, day, CD_DATE_NONE);
  const CdRuleValue *below = cd_rule_series_at (market->collar_below, day, CD_DATE_NONE);
  const CdRuleValue *days = cd_rule_series_at (market->collar_days, day, CD_DATE_NONE);
  gsize high = 0, low = 0;

  if (!above || !below || !days || !above->has_value || !below->has_value || !days->has_value)
    return CD_COLLAR_UNKNOWN;
  while (high < n && averages_e4[n - 1 - high] > above->value)
    high++;
  while (low < n && averages_e4[n - 1 - low] < below->value)
    low++;
  if (high >= (gsize)days->value)
    return CD_COLLAR_AUCTION;
  return low >= (gsize)days->value ? CD_COLLAR_BUY_BACK : CD_COLLAR_NONE;
}

gboolean
cd_market_composite (const CdMarket *market, CdDate day, CdPriceOf price_of, gpointer data, CdPrice *out)
{
  for (guint i = 0; i < market->composite->len; i++)
    {
      const CdCompositePeriod *period = g_ptr_array_index (market->composite, i);
      gint64 sum = 0, weights = 0, fen;

      if (day < period->from || (period->to != CD_DATE_NONE && day > period->to))
        continue;
      for (guint k = 0; k < period->codes->len; k++)
        {
          gint64 weight = g_array_index (period->weights, gint64, k);
          gint64 part;
          CdPrice price;

          if (weight == 0)
            continue;
          if (!price_of (g_ptr_array_index (period->codes, k), &price, data) || !cd_i64_mul (price.e4, weight, &part) || !cd_i64_add (sum, part, &sum))
            return FALSE;
          weights += weight;
        }
      if (weights == 0 || !cd_i64_mul_div (sum, 1, weights * 100, CD_ROUND_HALF_UP, &fen))
        return FALSE;
      *out = (CdPrice){ fen * 100, market->ccy };
      return TRUE;
    }
  return FALSE;
}

/* --- Names ----------------------------------------------------------------------------------------------------------- */

static const char *const side_names[] = { NULL, "buy", "sell" };
static const char *const mode_names[] = { NULL, "list", "block", "auction" };
static const char *const kind_names[] = { NULL, "list", "pick", "limit", "block", "auction_bid" };

static int
find_name (const char *const *names, gsize n, const char *text)
{
  for (gsize i = 1; i < n; i++)
    if (g_strcmp0 (names[i], text) == 0)
      return (int)i;
  return 0;
}

const char *
cd_side_name (CdSide side)
{
  return (guint)side < G_N_ELEMENTS (side_names) && side ? side_names[side] : "";
}

const char *
cd_mode_name (CdMode mode)
{
  return (guint)mode < G_N_ELEMENTS (mode_names) && mode ? mode_names[mode] : "";
}

const char *
cd_order_kind_name (CdOrderKind kind)
{
  return (guint)kind < G_N_ELEMENTS (kind_names) && kind ? kind_names[kind] : "";
}

gboolean
cd_side_parse (const char *text, CdSide *out)
{
  int i = find_name (side_names, G_N_ELEMENTS (side_names), text);

  if (i)
    *out = (CdSide)i;
  return i != 0;
}

gboolean
cd_mode_parse (const char *text, CdMode *out)
{
  int i = find_name (mode_names, G_N_ELEMENTS (mode_names), text);

  if (i)
    *out = (CdMode)i;
  return i != 0;
}

gboolean
cd_order_kind_parse (const char *text, CdOrderKind *out)
{
  int i = find_name (kind_names, G_N_ELEMENTS (kind_names), text);

  if (i)
    *out = (CdOrderKind)i;
  return i != 0;
}
