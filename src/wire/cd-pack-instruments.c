/* cd-pack-instruments.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-pack-private.h"

#include <string.h>

#define PRICE_MAX (G_GINT64_CONSTANT (1000000) * CD_E4)

static const CdFigureSpec tick_spec = { CD_FIGURE_DECIMAL, 4, 1, PRICE_MAX, NULL, "a price step" };
static const CdFigureSpec lot_spec = { CD_FIGURE_DECIMAL, 0, 1, 1000000000, NULL, "a quantity step" };
static const CdFigureSpec price_spec = { CD_FIGURE_DECIMAL, 4, 1, PRICE_MAX, NULL, "a price" };
static const CdFigureSpec date_spec = { CD_FIGURE_DATE, 0, 0, 0, NULL, "a date" };
static const char *const kinds[] = { "allowance", "credit", "composite", NULL };

typedef struct
{
  gint64 tick_e4;
  gint64 lot;
} Steps;

/* What was told of the dates stays told: an assumed date makes the instrument an assumed one. */
static void
take_date (CdPackReader *reader, const CdJson *at, const char *member, CdDate *out, CdInstrument *instrument)
{
  g_auto (CdFigure) figure = { 0 };

  if (!cd_pack_read_figure (reader, at, member, &date_spec, TRUE, &figure))
    return;
  if (figure.has_value)
    *out = (CdDate)figure.value;
  if (figure.status == CD_RULE_UNVERIFIED)
    instrument->status = CD_RULE_UNVERIFIED;
}

static void
read_vintage (CdPackReader *reader, const CdJson *at, CdInstrument *instrument)
{
  gint64 vintage, from;

  if (!cd_json_get_int (at, "vintage", 2000, 2100, &vintage, reader->faults))
    return;
  from = vintage;
  if (cd_json_present (at, "vintage_from") && cd_json_get_int (at, "vintage_from", 2000, 2100, &from, reader->faults) && from > vintage)
    cd_json_fault (reader->faults, at, "vintage_from", "range", "expected a year not after the vintage");
  instrument->vintage = (int)vintage;
  instrument->vintage_from = (int)from;
}

static void
read_credit (CdPackReader *reader, const CdJson *at, CdInstrument *instrument)
{
  cd_pack_read_text (reader, at, "project", &instrument->project);
  cd_pack_read_id (reader, at, "project_type", &instrument->project_type);
  cd_pack_read_id (reader, at, "origin", &instrument->origin);
  take_date (reader, at, "registered", &instrument->registered, instrument);
}

/* Display names change, codes do not: the history is there to be read, today's name is what is shown. */
static void
read_name_history (CdPackReader *reader, const CdJson *at)
{
  CdJson list;

  if (!cd_json_present (at, "name_history") || !cd_json_get_array (at, "name_history", &list, reader->faults))
    return;
  for (guint i = 0; i < cd_json_length (&list); i++)
    {
      CdJson item = cd_json_at (&list, i);
      g_autofree char *zh = NULL, *en = NULL, *source = NULL;
      CdDate from, to;

      cd_json_only_members (&item, reader->faults, "name", "from", "to", "source", "clause", NULL);
      cd_pack_read_name (reader, &item, "name", &zh, &en);
      cd_pack_read_date_or_null (reader, &item, "from", &from);
      cd_pack_read_date_or_null (reader, &item, "to", &to);
      source = cd_pack_read_source (reader, &item);
    }
}

static gint64
read_step (CdPackReader *reader, const CdJson *at, const char *member, const CdFigureSpec *spec, gboolean required, gint64 otherwise)
{
  g_auto (CdFigure) figure = { 0 };

  if (!cd_pack_read_figure (reader, at, member, spec, required, &figure))
    return otherwise;
  if (!figure.has_value)
    {
      cd_json_fault (reader->faults, at, member, "value", "expected %s, at least as a practice_assumption", spec->expected);
      return otherwise;
    }
  return figure.value;
}

static void
read_instrument (CdPackReader *reader, const CdJson *at, const Steps *steps)
{
  CdMarket *market = reader->pack->market;
  CdInstrument *instrument = g_new0 (CdInstrument, 1);
  int kind = 0;

  cd_json_only_members (at, reader->faults, "code", "kind", "name", "name_history", "vintage", "vintage_from", "first_trade", "first_ref_price", "tick", "lot", "project", "project_type", "origin", "registered", "source", "clause", NULL);
  instrument->first_trade = CD_DATE_NONE;
  instrument->registered = CD_DATE_NONE;
  instrument->ccy = market->ccy;
  instrument->status = CD_RULE_IN_FORCE;
  if (!cd_pack_read_id (reader, at, "code", &instrument->code))
    instrument->code = g_strdup ("");
  else if (cd_market_instrument (market, instrument->code))
    cd_json_fault (reader->faults, at, "code", "duplicate", "expected a code that no other instrument has");
  g_ptr_array_add (market->instruments, instrument);
  cd_pack_read_name (reader, at, "name", &instrument->name_zh, &instrument->name_en);
  read_name_history (reader, at);
  instrument->source = cd_pack_read_source (reader, at);
  take_date (reader, at, "first_trade", &instrument->first_trade, instrument);
  instrument->first_ref_price = cd_pack_read_series (reader, at, "first_ref_price", &price_spec, FALSE);
  instrument->tick_e4 = read_step (reader, at, "tick", &tick_spec, FALSE, steps->tick_e4);
  instrument->lot = read_step (reader, at, "lot", &lot_spec, FALSE, steps->lot);
  if (!cd_pack_read_word (reader, at, "kind", kinds, &kind))
    return;
  instrument->kind = (CdInstrumentKind)(kind + 1);
  if (instrument->kind == CD_INSTRUMENT_ALLOWANCE)
    read_vintage (reader, at, instrument);
  else if (cd_json_present (at, "vintage"))
    cd_json_fault (reader->faults, at, "vintage", "unknown", "expected a vintage only of allowances");
  if (instrument->kind == CD_INSTRUMENT_CREDIT)
    read_credit (reader, at, instrument);
}

void
cd_pack_read_instruments (CdPackReader *reader, const CdJson *market)
{
  Steps steps;
  CdJson list;

  steps.tick_e4 = read_step (reader, market, "tick", &tick_spec, TRUE, 1);
  steps.lot = read_step (reader, market, "lot", &lot_spec, TRUE, 1);
  if (!cd_json_get_array (market, "instruments", &list, reader->faults))
    return;
  if (cd_json_length (&list) == 0)
    cd_json_fault (reader->faults, &list, NULL, "empty", "expected at least one instrument");
  for (guint i = 0; i < cd_json_length (&list); i++)
    {
      CdJson item = cd_json_at (&list, i);

      read_instrument (reader, &item, &steps);
    }
}
