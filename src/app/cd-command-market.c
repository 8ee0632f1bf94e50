/* cd-command-market.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calendar and band: what a market's pack says about days and prices.
 */
#include "cd-command-private.h"

/* --- calendar ------------------------------------------------------------------------------------------------------------ */

/* The first day whose year has no calendar, else CD_DATE_NONE. */
static CdDate
first_unknown (const CdCalendar *calendar, CdDate from, CdDate to)
{
  CdDate day = from;

  while (day <= to && cd_calendar_day_kind (calendar, day) != CD_DAY_UNKNOWN)
    day++;
  return day <= to ? day : CD_DATE_NONE;
}

static void
say_days (CdCommandIo *io, const CdCalendar *calendar, CdDate from, CdDate to)
{
  CdJsonWriter *json = cd_command_json (io);
  guint n = 0;

  if (json)
    cd_json_writer_begin_array (json, "days");
  for (CdDate day = from; day <= to; day++)
    {
      char text[CD_DATE_BUF];

      if (!cd_calendar_is_trading (calendar, day))
        continue;
      n++;
      cd_command_print (io, "%s\n", cd_date_print (day, text));
      if (json)
        cd_json_writer_date (json, NULL, day);
    }
  if (!json)
    return;
  cd_json_writer_end_array (json);
  cd_json_writer_int (json, "trading_days", n);
}

CdCommandStatus
cd_command_calendar (CdCommandIo *io, const CdCommandArgs *args)
{
  g_autoptr (CdPack) pack = cd_command_pack (io, args);
  CdJsonWriter *json = cd_command_json (io);
  CdDate from, to, unknown;
  char text[CD_DATE_BUF];

  if (!pack || !cd_command_date (io, "--from", args->from, &from) || !cd_command_date (io, "--to", args->to, &to))
    return CD_COMMAND_USAGE;
  if (to < from)
    return cd_command_usage (io, "--to", "%s: expected a day not before --from", args->to);
  if (json)
    {
      cd_json_writer_string (json, "market", pack->id);
      cd_json_writer_date (json, "from", from);
      cd_json_writer_date (json, "to", to);
    }
  unknown = first_unknown (pack->market->calendar, from, to);
  if (unknown != CD_DATE_NONE)
    return cd_command_no (io, pack->id, "calendar", "%s is in a year that the pack does not cover: its trading days are not known, expected days of covered years only", cd_date_print (unknown, text));
  say_days (io, pack->market->calendar, from, to);
  return CD_COMMAND_DONE;
}

/* --- band ------------------------------------------------------------------------------------------------------------------- */

/* The tick of --instrument, else of the first instrument that trades. */
static gint64
find_tick (CdCommandIo *io, const CdPack *pack, const CdCommandArgs *args)
{
  const CdInstrument *instrument = args->instrument ? cd_market_instrument (pack->market, args->instrument) : NULL;

  for (guint i = 0; !args->instrument && !instrument && i < pack->market->instruments->len; i++)
    {
      const CdInstrument *candidate = g_ptr_array_index (pack->market->instruments, i);

      if (candidate->kind != CD_INSTRUMENT_COMPOSITE)
        instrument = candidate;
    }
  if (instrument && instrument->kind != CD_INSTRUMENT_COMPOSITE)
    return instrument->tick_e4;
  cd_command_usage (io, "--instrument", "“%.40s”: expected an instrument of %s that trades", args->instrument ? args->instrument : "", pack->id);
  return 0;
}

static CdCommandStatus
say_band (CdCommandIo *io, const CdPack *pack, const CdModeRule *mode, CdDate day, gint64 reference, gint64 tick)
{
  const CdRuleValue *binding = cd_rule_series_at (mode->band_bp, day, CD_DATE_NONE);
  const CdRuleValue *any = cd_rule_series_at_practice (mode->band_bp, day);
  CdJsonWriter *json = cd_command_json (io);
  char low_text[CD_DECIMAL_BUF], high_text[CD_DECIMAL_BUF], pct[CD_DECIMAL_BUF], date[CD_DATE_BUF];
  gboolean computed;
  CdPrice low, high;

  cd_date_print (day, date);
  if (!any)
    return cd_command_no (io, pack->id, cd_mode_name (mode->mode), "no price band on %s: prices of this mode are free as far as the pack knows", date);
  if (any->has_value)
    cd_decimal_print (any->value, 2, 0, pct);
  computed = cd_market_band (mode, day, (CdPrice){ reference, pack->market->ccy }, tick, &low, &high);
  if (any->has_value && !computed)
    return cd_command_usage (io, "--reference", "expected a price whose limits fit");
  if (computed)
    {
      cd_decimal_print (low.e4, 4, pack->price_decimals, low_text);
      cd_decimal_print (high.e4, 4, pack->price_decimals, high_text);
    }
  if (!binding && computed)
    return cd_command_no (io, pack->id, cd_mode_name (mode->mode), "the price band on %s is not verified; the practice market assumes %s %%, which would give %s %s (%s)", date, pct, low_text, high_text, any->source);
  if (!binding)
    return cd_command_no (io, pack->id, cd_mode_name (mode->mode), "the price band on %s is not verified (%s)", date, any->source);
  cd_command_print (io, "%s %s\n", low_text, high_text);
  if (!json)
    return CD_COMMAND_DONE;
  cd_json_writer_string (json, "low", low_text);
  cd_json_writer_string (json, "high", high_text);
  cd_json_writer_string (json, "band_pct", pct);
  cd_json_writer_string (json, "status", cd_rule_status_name (binding->status));
  cd_json_writer_string (json, "source", binding->source);
  return CD_COMMAND_DONE;
}

CdCommandStatus
cd_command_band (CdCommandIo *io, const CdCommandArgs *args)
{
  g_autoptr (CdPack) pack = cd_command_pack (io, args);
  CdJsonWriter *json = cd_command_json (io);
  const CdModeRule *rule;
  gint64 reference, tick;
  char date[CD_DATE_BUF];
  CdMode mode;
  CdDate day;

  if (!pack || !cd_command_day (io, args, pack->scheme->zone, &day))
    return CD_COMMAND_USAGE;
  if (!cd_mode_parse (args->mode, &mode))
    return cd_command_usage (io, "--mode", "“%.40s”: expected list, block or auction", args->mode);
  if (!cd_decimal_parse (args->reference, -1, 4, &reference, NULL) || reference <= 0)
    return cd_command_usage (io, "--reference", "“%.40s”: expected a price above 0 such as 97.05", args->reference);
  tick = find_tick (io, pack, args);
  if (tick == 0)
    return CD_COMMAND_USAGE;
  if (json)
    {
      cd_json_writer_string (json, "market", pack->id);
      cd_json_writer_string (json, "mode", cd_mode_name (mode));
      cd_json_writer_date (json, "date", day);
      cd_json_writer_decimal (json, "reference", reference, 4, pack->price_decimals);
    }
  rule = cd_market_mode (pack->market, mode, day);
  if (!rule)
    return cd_command_no (io, pack->id, cd_mode_name (mode), "the market has no such mode on %s", cd_date_print (day, date));
  return say_band (io, pack, rule, day, reference, tick);
}
