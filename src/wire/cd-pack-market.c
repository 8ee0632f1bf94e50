/* cd-pack-market.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The market half of a pack: calendar, modes, composite and what holds for every order. Instruments: cd-pack-instruments.c.
 */
#include "cd-pack-private.h"

#include <string.h>

/* Nothing tighter is known of any carbon market than these; a pack that asks for more is wrong or hostile. */
#define BAND_BP_MAX 5000
#define QTY_MAX G_GINT64_CONSTANT (1000000000000)

static const CdFigureSpec qty_spec = { CD_FIGURE_DECIMAL, 0, 1, QTY_MAX, NULL, "a quantity" };
static const CdFigureSpec band_spec = { CD_FIGURE_DECIMAL, 2, 1, BAND_BP_MAX, NULL, "a price band in percent" };
static const CdFigureSpec fee_spec = { CD_FIGURE_DECIMAL, 2, 0, 500, NULL, "a fee in percent" };
static const CdFigureSpec days_spec = { CD_FIGURE_DECIMAL, 0, 0, 10, NULL, "a number of days" };
static const CdFigureSpec levels_spec = { CD_FIGURE_DECIMAL, 0, 0, 1000, NULL, "a number of levels (0 = all)" };
static const CdFigureSpec close_qty_spec = { CD_FIGURE_DECIMAL, 0, 0, QTY_MAX, NULL, "a quantity" };
static const CdFigureSpec bool_spec = { CD_FIGURE_BOOL, 0, 0, 0, NULL, "true or false" };
static const CdFigureSpec text_spec = { CD_FIGURE_TEXT, 0, 0, 0, NULL, "a text in zh and en" };
static const CdFigureSpec list_spec = { CD_FIGURE_LIST, 0, 0, 0, NULL, "a list" };
static const char *const roundings[] = { "floor", "ceil", "half_up", "half_even", NULL };
static const CdFigureSpec rounding_spec = { CD_FIGURE_WORD, 0, 0, 0, roundings, "a rounding" };
static const char *const modes[] = { "list", "block", "auction", NULL };
static const char *const matches[] = { "quote_pick", "price_time", "negotiated", "auction", NULL };
static const CdFigureSpec match_spec = { CD_FIGURE_WORD, 0, 0, 0, matches, "a kind of matching" };
static const char *const confirms[] = { "none", "deemed_at_next_open", NULL };
static const CdFigureSpec confirm_spec = { CD_FIGURE_WORD, 0, 0, 0, confirms, "how a settlement is confirmed" };

/* --- Calendar ---------------------------------------------------------------------------------------------------------- */

static void
read_days (CdPackReader *reader, const CdJson *year, const char *member, gboolean weekend, gint64 number, CdCalendar *cal)
{
  CdJson list;

  if (!cd_json_get_array (year, member, &list, reader->faults))
    return;
  for (guint i = 0; i < cd_json_length (&list); i++)
    {
      CdJson item = cd_json_at (&list, i);
      CdDate day;

      if (!cd_json_get_date (&item, NULL, &day, reader->faults))
        continue;
      if (cd_date_year (day) != number)
        cd_json_fault (reader->faults, &item, NULL, "range", "expected a day of %" G_GINT64_FORMAT, number);
      else if ((cd_date_weekday (day) > 5) != weekend)
        cd_json_fault (reader->faults, &item, NULL, "range", weekend ? "expected a Saturday or Sunday" : "expected a day from Monday to Friday");
      else if (!weekend)
        cd_calendar_add_holiday (cal, day);
    }
}

static void
read_year (CdPackReader *reader, const CdJson *at, CdCalendar *cal)
{
  g_autofree char *source = NULL;
  CdRuleStatus status = CD_RULE_UNVERIFIED;
  CdDate known_from;
  gint64 number;

  cd_json_only_members (at, reader->faults, "year", "known_from", "status", "source", "clause", "holidays", "makeup_workdays", NULL);
  cd_pack_read_date_or_null (reader, at, "known_from", &known_from);
  source = cd_pack_read_source (reader, at);
  if (!cd_pack_read_status (reader, at, &status) || !cd_json_get_int (at, "year", 2000, 2100, &number, reader->faults))
    return;
  if (cd_calendar_day_kind (cal, cd_date_from_ymd ((int)number, 7, 1)) != CD_DAY_UNKNOWN)
    cd_json_fault (reader->faults, at, "year", "duplicate", "expected each year once");
  /* A year without a notice stays unknown: it has no trading days, and every question about it says so. */
  if (status == CD_RULE_UNVERIFIED || status == CD_RULE_PROPOSED)
    {
      g_autofree char *warning = g_strdup_printf ("calendar %d: no notice yet, the year has no trading days", (int)number);

      if (cd_json_has (at, "holidays"))
        cd_json_fault (reader->faults, at, "holidays", "status", "expected null: an unverified year has no list of days");
      g_ptr_array_add (reader->pack->warnings, g_steal_pointer (&warning));
      return;
    }
  cd_calendar_cover_year (cal, (int)number);
  read_days (reader, at, "holidays", FALSE, number, cal);
  read_days (reader, at, "makeup_workdays", TRUE, number, cal);
}

/* Closures of the exchange's own, and days that trade although they would not. */
static void
read_exceptions (CdPackReader *reader, const CdJson *calendar, const char *member, gboolean closure, CdCalendar *cal)
{
  CdJson list;

  if (!cd_json_get_array (calendar, member, &list, reader->faults))
    return;
  for (guint i = 0; i < cd_json_length (&list); i++)
    {
      g_autofree char *zh = NULL, *en = NULL, *source = NULL;
      CdJson item = cd_json_at (&list, i);
      CdRuleStatus status;
      CdDate day;

      cd_json_only_members (&item, reader->faults, "date", "reason", "status", "source", "clause", NULL);
      cd_pack_read_name (reader, &item, "reason", &zh, &en);
      source = cd_pack_read_source (reader, &item);
      cd_pack_read_status (reader, &item, &status);
      if (!cd_json_get_date (&item, "date", &day, reader->faults))
        continue;
      if (cd_calendar_day_kind (cal, day) == CD_DAY_UNKNOWN)
        cd_json_fault (reader->faults, &item, "date", "reference", "expected a day of a year that the calendar covers");
      else if ((cd_calendar_day_kind (cal, day) == CD_DAY_TRADING) != closure)
        cd_json_fault (reader->faults, &item, "date", "range", closure ? "expected a day that would trade otherwise" : "expected a day that would not trade otherwise");
      else if (closure)
        cd_calendar_add_closure (cal, day, zh ? zh : "");
      else
        cd_calendar_add_extra_session (cal, day);
    }
}

static const CdFigureSpec collar_spec = { CD_FIGURE_DECIMAL, 4, 1, G_GINT64_CONSTANT (100000) * CD_E4, NULL, "a price" };
static const CdFigureSpec collar_days_spec = { CD_FIGURE_DECIMAL, 0, 1, 250, NULL, "a number of trading days" };

static void
read_collar (CdPackReader *reader, const CdJson *market)
{
  CdMarket *out = reader->pack->market;
  CdJson at;

  if (!cd_json_present (market, "price_collar") || !cd_json_get_object (market, "price_collar", &at, reader->faults))
    return;
  cd_json_only_members (&at, reader->faults, "above", "below", "days", NULL);
  out->collar_above = cd_pack_read_series (reader, &at, "above", &collar_spec, TRUE);
  out->collar_below = cd_pack_read_series (reader, &at, "below", &collar_spec, TRUE);
  out->collar_days = cd_pack_read_series (reader, &at, "days", &collar_days_spec, TRUE);
}

static void
read_calendar (CdPackReader *reader, const CdJson *market)
{
  CdJson calendar, years;
  CdCalendar *cal = reader->pack->market->calendar;

  if (!cd_json_get_object (market, "calendar", &calendar, reader->faults))
    return;
  cd_json_only_members (&calendar, reader->faults, "years", "extra_closures", "extra_sessions", NULL);
  if (cd_json_get_array (&calendar, "years", &years, reader->faults))
    {
      if (cd_json_length (&years) == 0)
        cd_json_fault (reader->faults, &years, NULL, "empty", "expected at least one year");
      for (guint i = 0; i < cd_json_length (&years); i++)
        {
          CdJson year = cd_json_at (&years, i);

          read_year (reader, &year, cal);
        }
    }
  read_exceptions (reader, &calendar, "extra_closures", TRUE, cal);
  read_exceptions (reader, &calendar, "extra_sessions", FALSE, cal);
}

/* --- Modes --------------------------------------------------------------------------------------------------------------- */

static gboolean
read_time (CdPackReader *reader, const CdJson *at, const char *member, int *out)
{
  const char *text;

  if (!cd_json_get_string (at, member, &text, reader->faults))
    return FALSE;
  if (!cd_time_of_day_parse (text, out, NULL))
    {
      cd_json_fault (reader->faults, at, member, "syntax", "expected a time of day HH:MM or HH:MM:SS up to 24:00");
      return FALSE;
    }
  return TRUE;
}

static void
read_sessions (CdPackReader *reader, const CdJson *mode, CdModeRule *rule)
{
  g_auto (CdFigure) figure = { 0 };
  g_auto (CdFigure) inclusive = { 0 };
  CdJson holder, list;
  int last = -1;

  cd_pack_read_figure (reader, mode, "close_inclusive", &bool_spec, TRUE, &inclusive);
  if (!cd_pack_read_figure (reader, mode, "sessions", &list_spec, TRUE, &figure) || !cd_figure_node (&figure, &holder, &list))
    return;
  for (guint i = 0; i < cd_json_length (&list); i++)
    {
      CdJson item = cd_json_at (&list, i);
      CdSession session = { .close_inclusive = inclusive.has_value && inclusive.value };

      cd_json_only_members (&item, reader->faults, "open", "close", NULL);
      if (!((int)read_time (reader, &item, "open", &session.open_s) & (int)read_time (reader, &item, "close", &session.close_s)))
        continue;
      if (session.close_s <= session.open_s)
        cd_json_fault (reader->faults, &item, "close", "period", "expected a close after the open, on the same day");
      else if (session.open_s <= last)
        cd_json_fault (reader->faults, &item, "open", "overlap", "expected sessions in order that do not overlap");
      last = session.close_s;
      g_array_append_val (rule->sessions, session);
    }
}

static void
read_sizes (CdPackReader *reader, const CdJson *mode, CdModeRule *rule)
{
  rule->min_qty = cd_pack_read_series (reader, mode, "min_qty", &qty_spec, FALSE);
  rule->max_qty_exclusive = cd_pack_read_series (reader, mode, "max_qty_exclusive", &qty_spec, FALSE);
  rule->band_bp = cd_pack_read_series (reader, mode, "band_pct", &band_spec, TRUE);
  if (!rule->min_qty || !rule->max_qty_exclusive)
    return;
  for (guint i = 0; i < rule->min_qty->values->len; i++)
    {
      const CdRuleValue *min = g_ptr_array_index (rule->min_qty->values, i);
      const CdRuleValue *max = cd_rule_series_at_practice (rule->max_qty_exclusive, min->from == CD_DATE_NONE ? 0 : min->from);

      if (min->has_value && max && max->has_value && min->value >= max->value)
        cd_json_fault (reader->faults, mode, "min_qty", "range", "expected a smallest quantity below max_qty_exclusive");
    }
}

static void
read_mode (CdPackReader *reader, const CdJson *at)
{
  g_auto (CdFigure) rounding = { 0 };
  g_auto (CdFigure) match = { 0 };
  g_auto (CdFigure) levels = { 0 };
  g_auto (CdFigure) close = { 0 };
  CdModeRule *rule = g_new0 (CdModeRule, 1);
  int word = 0;

  cd_json_only_members (at, reader->faults, "mode", "name", "from", "to", "source", "clause", "match", "min_qty", "max_qty_exclusive", "band_pct", "band_rounding", "sessions", "close_inclusive", "visible_levels", "enters_close", NULL);
  rule->sessions = g_array_new (FALSE, FALSE, sizeof (CdSession));
  g_ptr_array_add (reader->pack->market->modes, rule);
  if (cd_pack_read_word (reader, at, "mode", modes, &word))
    rule->mode = (CdMode)(word + 1);
  cd_pack_read_name (reader, at, "name", &rule->name_zh, &rule->name_en);
  cd_pack_read_date_or_null (reader, at, "from", &rule->from);
  cd_pack_read_date_or_null (reader, at, "to", &rule->to);
  if (rule->from != CD_DATE_NONE && rule->to != CD_DATE_NONE && rule->to < rule->from)
    cd_json_fault (reader->faults, at, "to", "period", "expected a last day not before the first");
  rule->source = cd_pack_read_source (reader, at);
  if (cd_pack_read_figure (reader, at, "match", &match_spec, TRUE, &match) && match.has_value)
    rule->match = (CdMatchKind)(match.value + 1);
  read_sizes (reader, at, rule);
  if (cd_pack_read_figure (reader, at, "band_rounding", &rounding_spec, TRUE, &rounding) && rounding.has_value)
    rule->band_rounding = (CdRounding)rounding.value;
  read_sessions (reader, at, rule);
  if (cd_pack_read_figure (reader, at, "visible_levels", &levels_spec, TRUE, &levels) && levels.has_value)
    rule->visible_levels = (int)levels.value;
  if (cd_pack_read_figure (reader, at, "enters_close", &bool_spec, TRUE, &close) && close.has_value)
    rule->enters_close = close.value != 0;
}

static gboolean
modes_overlap (const CdModeRule *a, const CdModeRule *b)
{
  return a->mode == b->mode && (a->to == CD_DATE_NONE || a->to >= b->from) && (b->to == CD_DATE_NONE || b->to >= a->from);
}

void
cd_pack_read_modes (CdPackReader *reader, const CdJson *market)
{
  GPtrArray *rules = reader->pack->market->modes;
  CdJson list;

  if (!cd_json_get_array (market, "modes", &list, reader->faults))
    return;
  if (cd_json_length (&list) == 0)
    cd_json_fault (reader->faults, &list, NULL, "empty", "expected at least one trading mode");
  for (guint i = 0; i < cd_json_length (&list); i++)
    {
      CdJson item = cd_json_at (&list, i);

      read_mode (reader, &item);
      for (guint k = 0; k < i; k++)
        if (modes_overlap (g_ptr_array_index (rules, k), g_ptr_array_index (rules, i)))
          cd_json_fault (reader->faults, &item, "mode", "overlap", "expected one rule a mode on any day");
    }
}

/* --- Composite ------------------------------------------------------------------------------------------------------------ */

static void
read_weights (CdPackReader *reader, const CdJson *at, CdCompositePeriod *period)
{
  CdJson list;
  gint64 sum = 0;

  if (!cd_json_get_array (at, "weights", &list, reader->faults))
    return;
  for (guint i = 0; i < cd_json_length (&list); i++)
    {
      CdJson item = cd_json_at (&list, i);
      g_autofree char *code = NULL;
      gint64 weight;

      cd_json_only_members (&item, reader->faults, "code", "weight", NULL);
      if (!cd_pack_read_id (reader, &item, "code", &code) || !cd_json_get_i64 (&item, "weight", &weight, reader->faults))
        continue;
      if (!cd_market_instrument (reader->pack->market, code))
        cd_json_fault (reader->faults, &item, "code", "reference", "expected an instrument of this pack");
      if (weight < 1 || weight > 1000000)
        cd_json_fault (reader->faults, &item, "weight", "range", "expected parts from 1 to 1000000");
      else
        sum += weight;
      g_ptr_array_add (period->codes, g_steal_pointer (&code));
      g_array_append_val (period->weights, weight);
    }
  if (sum == 0)
    cd_json_fault (reader->faults, &list, NULL, "empty", "expected at least one weight");
}

static void
read_composite (CdPackReader *reader, const CdJson *market)
{
  CdMarket *out = reader->pack->market;
  CdDate last = CD_DATE_NONE;
  CdJson at, list;

  if (!cd_json_has (market, "composite"))
    return;
  if (!cd_json_get_object (market, "composite", &at, reader->faults))
    return;
  cd_json_only_members (&at, reader->faults, "code", "periods", NULL);
  if (cd_pack_read_id (reader, &at, "code", &out->composite_code))
    {
      const CdInstrument *instrument = cd_market_instrument (out, out->composite_code);

      if (!instrument || instrument->kind != CD_INSTRUMENT_COMPOSITE)
        cd_json_fault (reader->faults, &at, "code", "reference", "expected an instrument of the kind composite");
    }
  if (!cd_json_get_array (&at, "periods", &list, reader->faults))
    return;
  for (guint i = 0; i < cd_json_length (&list); i++)
    {
      CdJson item = cd_json_at (&list, i);
      CdCompositePeriod *period = g_new0 (CdCompositePeriod, 1);
      CdRuleStatus status;

      cd_json_only_members (&item, reader->faults, "from", "to", "weights", "status", "source", "clause", NULL);
      period->codes = g_ptr_array_new_with_free_func (g_free);
      period->weights = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_ptr_array_add (out->composite, period);
      cd_pack_read_date_or_null (reader, &item, "from", &period->from);
      cd_pack_read_date_or_null (reader, &item, "to", &period->to);
      period->source = cd_pack_read_source (reader, &item);
      cd_pack_read_status (reader, &item, &status);
      if (i > 0 && (last == CD_DATE_NONE || period->from <= last))
        cd_json_fault (reader->faults, &item, "from", "overlap", "expected periods in order that do not overlap");
      last = period->to;
      read_weights (reader, &item, period);
    }
}

/* --- The whole half ---------------------------------------------------------------------------------------------------------- */

static void
read_accounts (CdPackReader *reader, const CdJson *market)
{
  CdMarket *out = reader->pack->market;
  g_auto (CdFigure) persons = { 0 };
  g_auto (CdFigure) eligible = { 0 };
  CdJson at, holder, text;

  if (!cd_json_get_object (market, "accounts", &at, reader->faults))
    return;
  cd_json_only_members (&at, reader->faults, "natural_persons", "eligible", NULL);
  if (cd_pack_read_figure (reader, &at, "natural_persons", &bool_spec, TRUE, &persons) && persons.has_value)
    out->natural_persons = persons.value != 0;
  if (cd_pack_read_figure (reader, &at, "eligible", &text_spec, TRUE, &eligible) && cd_figure_node (&eligible, &holder, &text))
    {
      cd_pack_read_text (reader, &text, "zh", &out->eligible_zh);
      cd_pack_read_text (reader, &text, "en", &out->eligible_en);
    }
}

void
cd_pack_read_market (CdPackReader *reader, const CdJson *root)
{
  CdMarket *out = reader->pack->market;
  g_auto (CdFigure) close = { 0 };
  g_auto (CdFigure) confirm = { 0 };
  CdJson market;

  if (!cd_json_get_object (root, "market", &market, reader->faults))
    return;
  cd_json_only_members (&market, reader->faults, "tick", "lot", "instruments", "modes", "composite", "calendar", "t_plus", "sale_cash_reusable", "position_limit", "position_own_allocation", "fee_pct", "price_collar", "close_min_qty", "settlement_confirm", "accounts", NULL);
  read_calendar (reader, &market);
  cd_pack_read_instruments (reader, &market);
  cd_pack_read_modes (reader, &market);
  read_composite (reader, &market);
  read_collar (reader, &market);
  out->t_plus = cd_pack_read_series (reader, &market, "t_plus", &days_spec, TRUE);
  out->sale_cash_reusable = cd_pack_read_series (reader, &market, "sale_cash_reusable", &bool_spec, TRUE);
  out->position_limit = cd_pack_read_series (reader, &market, "position_limit", &qty_spec, TRUE);
  out->position_own = cd_pack_read_series (reader, &market, "position_own_allocation", &bool_spec, FALSE);
  out->fee_bp = cd_pack_read_series (reader, &market, "fee_pct", &fee_spec, TRUE);
  if (cd_pack_read_figure (reader, &market, "close_min_qty", &close_qty_spec, TRUE, &close) && close.has_value)
    out->close_min_qty = close.value;
  if (cd_pack_read_figure (reader, &market, "settlement_confirm", &confirm_spec, TRUE, &confirm) && confirm.has_value)
    out->settlement_confirm = (int)confirm.value;
  read_accounts (reader, &market);
}
