/* cd-scenario.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The demo group and where each scenario begins. All figures are practice: the plants do not exist, prices are near what the
 * market was.
 */
#include "cd-venue-private.h"

#define HISTORY_DAYS 40

typedef struct
{
  const char *code;
  gint64 prev_close_e4;
} Price;

typedef struct
{
  const char *account, *asset;
  gint64 trading, registry;
} Holding;

typedef struct
{
  const char *id, *name, *name_zh, *market, *sector;
  gint64 cash_e4;
} Entity;

typedef struct
{
  const char *account;
  int year;
  gint64 verified_t, approved;
} Due;

typedef struct
{
  const char *id;
  const char *packs[3];
  CdDate (*day) (void);
  int second;
  const CdVenueDemoPerson *persons;
  gsize n_persons;
  const Price *prices;
  const Entity *entities;
  const Holding *holdings;
  const Due *dues;
} Scenario;

#define TRADER (CD_ROLE_VIEW | CD_ROLE_ENTER | CD_ROLE_CASH)
#define SECOND (CD_ROLE_VIEW | CD_ROLE_APPROVE)

static const CdVenueDemoPerson national_persons[] = {
  { "power-trader", "Power trader", "电厂交易员", TRADER, "HD-POWER" },
  { "power-second", "Power second", "电厂复核人", SECOND, "HD-POWER" },
  { "cement-trader", "Cement trader", "水泥厂交易员", TRADER, "HD-CEMENT" },
  { "cement-second", "Cement second", "水泥厂复核人", SECOND, "HD-CEMENT" },
  { "province", "Province", "省级主管部门", CD_ROLE_VIEW | CD_ROLE_REVIEW, "" },
};
static const CdVenueDemoPerson beijing_persons[] = {
  { "heat-trader", "Heat trader", "供热公司交易员", TRADER, "BJ-HEAT" },
  { "heat-second", "Heat second", "供热公司复核人", SECOND, "BJ-HEAT" },
  { "city", "City", "市级主管部门", CD_ROLE_VIEW | CD_ROLE_REVIEW, "" },
};

static const Entity national_entities[] = {
  { "HD-POWER", "Huading Power", "华鼎煤电", "cn-cea", "power", G_GINT64_CONSTANT (60000000) * CD_E4 },
  { "HD-CEMENT", "Huading Cement", "华鼎水泥", "cn-cea", "cement", G_GINT64_CONSTANT (5000000) * CD_E4 },
  { NULL },
};
static const Entity beijing_entities[] = {
  { "BJ-HEAT", "Jingnuan Heating", "京暖供热", "cn-bj", "heat", G_GINT64_CONSTANT (500000) * CD_E4 },
  { NULL },
};

static const Holding national_holdings[] = {
  { "HD-POWER", "CEA25", 30000, 2546000 },
  { "HD-POWER", "CEA24", 6000, 0 },
  { "HD-CEMENT", "CEA25", 20000, 1001000 },
  { NULL },
};
static const Holding last_year_holdings[] = {
  { "HD-POWER", "CEA24", 30000, 2546000 },
  { "HD-CEMENT", "CEA24", 20000, 1001000 },
  { NULL },
};
static const Holding beijing_holdings[] = {
  { "BJ-HEAT", "BEA", 500, 10500 },
  { NULL },
};

static const Due national_dues[] = {
  { "HD-POWER", 2025, 2800000, 2576000 },
  { "HD-CEMENT", 2025, 1000000, 1021000 },
  { NULL },
};
static const Due last_year_dues[] = {
  { "HD-POWER", 2024, 2800000, 2576000 },
  { "HD-CEMENT", 2024, 1000000, 1021000 },
  { NULL },
};
static const Due beijing_dues[] = {
  { "BJ-HEAT", 2020, 12000, 11000 },
  { NULL },
};

static const Price national_prices[] = {
  { "CEA", 741800 },
  { "CEA21", 746000 },
  { "CEA22", 752000 },
  { "CEA23", 763000 },
  { "CEA24", 778000 },
  { "CEA25", 971200 },
  { "COMCEA", 971200 },
  { "CCER-OW-2501", 932000 },
  { "CCER-SP-2502", 941000 },
  { "CCER-AF-1601", 418000 },
  { NULL },
};
static const Price last_year_prices[] = {
  { "CEA", 712000 },
  { "CEA21", 708000 },
  { "CEA22", 654000 },
  { "CEA23", 669000 },
  { "CEA24", 675600 },
  { "COMCEA", 683700 },
  { "CCER-OW-2501", 712000 },
  { "CCER-SP-2502", 735000 },
  { "CCER-AF-1601", 320000 },
  { NULL },
};
static const Price beijing_prices[] = {
  { "BEA", 726000 },
  { "CCER-BJ-2001", 382000 },
  { "CCER-HE-2002", 298000 },
  { NULL },
};

static CdDate
main_day (void)
{
  return cd_date_from_ymd (2026, 12, 14);
}

static CdDate
deadline_day (void)
{
  return cd_date_from_ymd (2026, 12, 28);
}

static CdDate
limits_day (void)
{
  return cd_date_from_ymd (2025, 12, 23);
}

static CdDate
beijing_day (void)
{
  return cd_date_from_ymd (2021, 9, 6);
}

static const Scenario scenarios[] = {
  { "main", { "cn-cea", "cn-ccer" }, main_day, 13 * 3600 + 20 * 60, national_persons, G_N_ELEMENTS (national_persons), national_prices, national_entities, national_holdings, national_dues },
  { "deadline-week", { "cn-cea", "cn-ccer" }, deadline_day, 13 * 3600 + 20 * 60, national_persons, G_N_ELEMENTS (national_persons), national_prices, national_entities, national_holdings, national_dues },
  { "2025-12-23", { "cn-cea", "cn-ccer" }, limits_day, 13 * 3600 + 20 * 60, national_persons, G_N_ELEMENTS (national_persons), last_year_prices, national_entities, last_year_holdings, last_year_dues },
  { "beijing-2021", { "cn-bj" }, beijing_day, 13 * 3600 + 20 * 60, beijing_persons, G_N_ELEMENTS (beijing_persons), beijing_prices, beijing_entities, beijing_holdings, beijing_dues },
};

/* The one day on which a vintage touched both its limits (china-rules 11.3): down in the morning, up in the afternoon. */
static const struct
{
  const char *scenario, *code;
  int from_s, to_s;
  gboolean up;
} pushes[] = {
  { "2025-12-23", "CEA24", 9 * 3600 + 1800, 9 * 3600 + 3000, FALSE },
  { "2025-12-23", "CEA24", 14 * 3600, 14 * 3600 + 1800, TRUE },
};

gint64
cd_scenario_push (const CdVenue *venue, const CdVenueBook *book)
{
  for (gsize i = 0; i < G_N_ELEMENTS (pushes); i++)
    {
      CdMdStats stats;
      int second;

      if (!g_str_equal (pushes[i].scenario, venue->scenario) || !g_str_equal (pushes[i].code, book->instrument->code))
        continue;
      if (cd_zone_date_of (cd_venue_zone (venue), venue->now_us, &second) != limits_day () || second < pushes[i].from_s || second >= pushes[i].to_s)
        continue;
      cd_venue_book_stats (venue, book, &stats);
      return pushes[i].up ? stats.limit_high_e4 : stats.limit_low_e4;
    }
  return 0;
}

const char *const *
cd_venue_scenarios (void)
{
  static const char *const ids[] = { "main", "beijing-2021", "2025-12-23", "deadline-week", NULL };

  return ids;
}

static const CdPack *
find_pack (const CdVenue *venue, const char *id)
{
  for (gsize i = 0; i < venue->n_packs; i++)
    if (g_str_equal (venue->packs[i]->id, id))
      return venue->packs[i];
  return NULL;
}

static gboolean
check_packs (const CdVenue *venue, const Scenario *s, GError **error)
{
  for (int i = 0; i < 3 && s->packs[i]; i++)
    if (!find_pack (venue, s->packs[i]))
      {
        g_set_error (error, CD_VENUE_ERROR, CD_VENUE_ERROR_SCENARIO, "scenario %s: expected --pack %s", s->id, s->packs[i]);
        return FALSE;
      }
  return TRUE;
}

static void
add_books (CdVenue *venue, const Scenario *s)
{
  for (const Price *price = s->prices; price->code; price++)
    for (gsize p = 0; p < venue->n_packs; p++)
      {
        const CdInstrument *instrument = cd_market_instrument (venue->packs[p]->market, price->code);

        if (instrument && !cd_venue_find_book (venue, price->code))
          cd_venue_add_book (venue, venue->packs[p], instrument, price->prev_close_e4);
      }
}

static void
add_holdings (CdVenue *venue, const Scenario *s)
{
  char ccy[CD_CURRENCY_BUF];
  const char *cash = cd_currency_print (venue->packs[0]->market->ccy, ccy);

  for (const Entity *e = s->entities; e->id; e++)
    {
      cd_venue_add_account (venue, e->id, e->name, e->name_zh, e->market, e->sector, FALSE);
      cd_venue_move (venue, cash, "world", CD_BUCKET_WORLD, e->id, CD_BUCKET_CASH_AVAILABLE, e->cash_e4);
    }
  for (const Holding *h = s->holdings; h->account; h++)
    {
      cd_venue_move (venue, h->asset, "world", CD_BUCKET_WORLD, h->account, CD_BUCKET_TRADING, h->trading);
      cd_venue_move (venue, h->asset, "world", CD_BUCKET_WORLD, h->account, CD_BUCKET_REGISTRY, h->registry);
    }
  for (const Due *d = s->dues; d->account; d++)
    {
      CdVenueObligation *o = g_new0 (CdVenueObligation, 1);
      const CdVenueAccount *account = cd_venue_account (venue, d->account);

      o->account = g_strdup (d->account);
      o->sector = g_strdup (account->sector);
      o->market = g_strdup (account->market);
      o->year = d->year;
      o->verified_e3 = d->verified_t * 1000;
      o->approved = d->approved;
      o->issued = d->approved;
      o->owed = d->verified_t;
      g_ptr_array_add (venue->obligations, o);
    }
}

/* Some trading days before the scenario are played without anybody looking: the chart has candles, the tape has trades. */
static gint64
history_start (const CdVenue *venue)
{
  const CdMarket *market = venue->packs[0]->market;
  CdDate day = cd_zone_date_of (cd_venue_zone (venue), venue->start_us, NULL);
  const CdModeRule *rule;

  for (int i = 0; i < HISTORY_DAYS; i++)
    {
      CdDate before = cd_calendar_prev_trading (market->calendar, day);

      if (before == CD_DATE_NONE)
        break;
      day = before;
    }
  rule = cd_market_mode (market, CD_MODE_LIST, day);
  if (!rule || rule->sessions->len == 0 || !cd_calendar_is_trading (market->calendar, day))
    return venue->start_us;
  return MIN (venue->start_us, cd_zone_to_us (cd_venue_zone (venue), day, g_array_index (rule->sessions, CdSession, 0).open_s));
}

gboolean
cd_scenario_setup (CdVenue *venue, const char *scenario, gint64 start_us, GError **error)
{
  const Scenario *s = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (scenarios); i++)
    if (g_strcmp0 (scenarios[i].id, scenario) == 0)
      s = &scenarios[i];
  if (!s)
    {
      g_autofree char *known = g_strjoinv (", ", (char **)cd_venue_scenarios ());

      g_set_error (error, CD_VENUE_ERROR, CD_VENUE_ERROR_SCENARIO, "scenario “%s”: expected one of %s", scenario, known);
      return FALSE;
    }
  if (!check_packs (venue, s, error))
    return FALSE;
  venue->persons = g_memdup2 (s->persons, s->n_persons * sizeof *s->persons);
  venue->n_persons = s->n_persons;
  venue->start_us = start_us ? start_us : cd_zone_to_us (cd_venue_zone (venue), s->day (), s->second);
  venue->now_us = history_start (venue);
  add_books (venue, s);
  add_holdings (venue, s);
  cd_participants_setup (venue);
  return TRUE;
}

void
cd_scenario_begin (CdVenue *venue)
{
  if (cd_market_session_at (venue->packs[0]->market, CD_MODE_LIST, venue->now_us, NULL) == CD_SESSION_OPEN)
    {
      venue->open_day = cd_venue_today (venue);
      cd_participants_open (venue);
    }
  else
    {
      venue->open_day = CD_DATE_NONE;
      venue->day_closed = TRUE;
    }
}
