/* cd-desk-cover.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The cover plan over the live books.
 */
#include "cd-desk-cover.h"

#include <string.h>

#include "cd-desk-private.h"

#define ASKS_MAX 1024

typedef struct
{
  GArray *asks;        /* CdCoverAsk; codes borrowed from the quotes */
  GPtrArray *sub_caps; /* borrowed ids, by index of the sub-rooms */
  guint stale_books;
  gint64 own_units;
  gint64 max_order_exclusive;
} Supply;

gboolean
cd_what_if_is_present (const CdWhatIf *what_if)
{
  return !what_if || (what_if->emissions_bp == 0 && what_if->price_bp == 0 && what_if->at_us == 0 && what_if->limit_e4 == 0);
}

static void
step_clear (gpointer data)
{
  g_free (((CdCoverStep *)data)->source);
}

void
cd_desk_cover_free (CdDeskCover *cover)
{
  if (!cover)
    return;
  cd_obligation_free (cover->figures);
  cd_cover_plan_free (cover->plan);
  g_array_unref (cover->steps);
  g_free (cover);
}

/* --- What is for sale ------------------------------------------------------------------------------------------------ */

static const CdLotVerdict *
find_lot (const CdObligation *figures, const char *code)
{
  for (guint i = 0; i < figures->lots->len; i++)
    {
      const CdLotVerdict *lot = g_ptr_array_index (figures->lots, i);

      if (g_str_equal (lot->code, code))
        return lot;
    }
  return NULL;
}

static int
find_sub_cap (const CdObligation *figures, const char *id)
{
  for (guint i = 0; id && i < figures->sub_rooms->len; i++)
    if (g_str_equal (((const CdSubRoom *)g_ptr_array_index (figures->sub_rooms, i))->id, id))
      return (int)i;
  return CD_COVER_NO_SUB_CAP;
}

/* A price of the assumption; never below the smallest tick. */
static gint64
assumed_price (gint64 price_e4, int bp)
{
  gint64 cents;

  if (bp == 0 || !cd_i64_mul_div (price_e4, 10000 + bp, 10000 * 100, CD_ROUND_HALF_UP, &cents))
    return price_e4;
  return MAX (cents, 1) * 100;
}

/* Which quotes can help at all: allowances of an accepted vintage, and credits that the rule takes. */
static gboolean
is_wanted (const CdObligation *figures, const CdComplianceYear *year, const CdQuote *quote, gboolean *credit, const CdLotVerdict **lot)
{
  if (!quote->instrument || !quote->tradable)
    return FALSE;
  *credit = quote->instrument->kind == CD_INSTRUMENT_CREDIT;
  *lot = *credit ? find_lot (figures, quote->code) : NULL;
  if (*credit)
    return *lot && (*lot)->eligible == CD_ELIGIBLE && figures->offset_status != CD_RULE_UNVERIFIED;
  return quote->instrument->kind == CD_INSTRUMENT_ALLOWANCE && year && cd_compliance_year_accepts (year, quote->instrument->vintage);
}

static void
add_levels (CdDesk *self, Supply *supply, CdQuote *quote, const CdModeRule *mode, gboolean credit, int sub_cap, const CdWhatIf *what_if)
{
  guint n = mode && mode->visible_levels ? MIN (quote->feed.n_asks, (guint)mode->visible_levels) : quote->feed.n_asks;

  for (guint k = 0; k < n && supply->asks->len < ASKS_MAX; k++)
    {
      const CdLevel *level = &quote->feed.asks[k];
      /* One's own listing is no supply: taking it would be a trade with oneself. */
      gint64 own = MIN (cd_desk_own_at (self, quote->code, CD_SIDE_SELL, level->price), level->qty);
      const CdCoverAsk ask = { .code = quote->code, .price_e4 = assumed_price (level->price, what_if->price_bp), .qty = level->qty - own, .level = k, .credit = credit, .sub_cap = sub_cap };

      supply->own_units += own;
      if (ask.qty > 0 && (what_if->limit_e4 == 0 || ask.price_e4 <= what_if->limit_e4))
        g_array_append_val (supply->asks, ask);
    }
}

const CdModeRule *
cd_desk_list_mode (CdDesk *self, const char *code)
{
  const CdPack *pack = cd_desk_get_pack_of (self, code);
  gint64 now = cd_desk_get_market_time (self);

  return pack ? cd_market_mode (pack->market, CD_MODE_LIST, cd_zone_date_of (cd_calendar_zone (pack->market->calendar), now, NULL)) : NULL;
}

gint64
cd_desk_max_order (CdDesk *self, const char *code, const CdModeRule *mode)
{
  const CdPack *pack = cd_desk_get_pack_of (self, code);
  const CdRuleValue *value = pack && mode ? cd_rule_series_at (mode->max_qty_exclusive, cd_zone_date_of (cd_calendar_zone (pack->market->calendar), cd_desk_get_market_time (self), NULL), CD_DATE_NONE) : NULL;

  return value ? value->value : 0;
}

static void
collect (CdDesk *self, const CdObligation *figures, const CdComplianceYear *year, const CdWhatIf *what_if, Supply *supply)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->quotes));

  supply->asks = g_array_new (FALSE, FALSE, sizeof (CdCoverAsk));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdQuote) quote = g_list_model_get_item (G_LIST_MODEL (self->quotes), i);
      const CdLotVerdict *lot = NULL;
      const CdModeRule *mode;
      gboolean credit;
      gint64 most;

      if (!is_wanted (figures, year, quote, &credit, &lot))
        continue;
      if (quote->fresh != CD_FRESH_LIVE)
        {
          supply->stale_books++;
          continue;
        }
      mode = cd_desk_list_mode (self, quote->code);
      most = cd_desk_max_order (self, quote->code, mode);
      /* The strictest limit holds for all: a smaller order than need be is lawful, a larger one is not. */
      if (most && (supply->max_order_exclusive == 0 || most < supply->max_order_exclusive))
        supply->max_order_exclusive = most;
      add_levels (self, supply, quote, mode, credit, lot ? find_sub_cap (figures, lot->sub_cap) : CD_COVER_NO_SUB_CAP, what_if);
    }
}

/* --- What is on its way already -------------------------------------------------------------------------------------- */

typedef struct
{
  CdDesk *desk;
  const CdComplianceYear *year; /* (nullable) */
  CdDeskCover *cover;
  gint64 room;
  gint64 *sub_rooms; /* (owned) */
} Way;

/* Not everything that is bought covers: who trades may buy a vintage that the year does not accept. */
static gboolean
covers (const Way *way, const char *code, const CdLotVerdict *lot)
{
  const CdPack *pack = cd_desk_get_pack_of (way->desk, code);
  const CdInstrument *instrument = pack ? cd_market_instrument (pack->market, code) : NULL;

  if (!instrument || instrument->kind != CD_INSTRUMENT_ALLOWANCE)
    return lot && lot->eligible == CD_ELIGIBLE;
  return way->year && cd_compliance_year_accepts (way->year, instrument->vintage);
}

static void
add_under_way (const char *code, gint64 qty, CdUnderWay step, gpointer data)
{
  Way *way = data;
  CdDeskCover *cover = way->cover;
  const CdLotVerdict *lot = find_lot (cover->figures, code);
  int sub_cap = lot ? find_sub_cap (cover->figures, lot->sub_cap) : CD_COVER_NO_SUB_CAP;

  switch (step)
    {
    case CD_UNDER_WAY_STAGED:
      cover->staged_units += qty;
      return;
    case CD_UNDER_WAY_BID:
      cover->staged_units += qty;
      cover->bid_units += qty;
      break;
    case CD_UNDER_WAY_ASKED:
      cover->asked_units += qty;
      break;
    case CD_UNDER_WAY_BOUGHT:
      if (!covers (way, code, lot))
        return;
      cover->working_units += qty;
      break;
    case CD_UNDER_WAY_ORDER:
      cover->working_units += qty;
      break;
    }
  /* Credits that come take room as those do that are held. */
  if (lot)
    way->room = MAX (way->room - qty, 0);
  if (sub_cap != CD_COVER_NO_SUB_CAP)
    way->sub_rooms[sub_cap] = MAX (way->sub_rooms[sub_cap] - qty, 0);
}

static void
way_begin (Way *way, CdDesk *desk, const CdComplianceYear *year, CdDeskCover *cover)
{
  const CdObligation *figures = cover->figures;

  way->desk = desk;
  way->year = year;
  way->cover = cover;
  way->room = MAX (figures->offset_room - figures->offset_countable, 0);
  way->sub_rooms = g_new0 (gint64, MAX (figures->sub_rooms->len, 1));
  for (guint i = 0; i < figures->sub_rooms->len; i++)
    {
      const CdSubRoom *room = g_ptr_array_index (figures->sub_rooms, i);

      way->sub_rooms[i] = room->room;
      for (guint k = 0; k < figures->lots->len; k++)
        {
          const CdLotVerdict *lot = g_ptr_array_index (figures->lots, k);

          /* Held credits that count take room before bought ones; what is reserved has been taken off already. */
          if (g_strcmp0 (lot->sub_cap, room->id) == 0)
            way->sub_rooms[i] = MAX (way->sub_rooms[i] - lot->held, 0);
        }
    }
}

/* --- The plan -------------------------------------------------------------------------------------------------------- */

static CdCoverPlan *
make_plan (const Way *way, const Supply *supply, CdCurrency ccy, GError **error)
{
  const CdCoverInput input = {
    .asks = (const CdCoverAsk *)supply->asks->data,
    .n_asks = supply->asks->len,
    .shortfall = way->cover->open_units,
    .offset_room = way->room,
    .sub_rooms = way->sub_rooms,
    .n_sub_rooms = way->cover->figures->sub_rooms->len,
    .max_order_exclusive = supply->max_order_exclusive,
    .ccy = ccy,
  };

  return cd_cover_plan (&input, error);
}

typedef struct
{
  const char *code;
  gint64 best;
} Top;

static int
compare_tops (gconstpointer a, gconstpointer b)
{
  const Top *x = a, *y = b;

  return x->best < y->best ? -1 : x->best > y->best;
}

/* What a hand without a plan does: the book with the best top until it is empty or its room is used, then the next one. */
static gboolean
sweep_books (const Supply *supply, gint64 room, gint64 units, CdCurrency ccy, CdMoney *cost)
{
  g_autoptr (GArray) tops = g_array_new (FALSE, FALSE, sizeof (Top));

  *cost = (CdMoney){ 0, ccy };
  for (guint i = 0; i < supply->asks->len; i++)
    {
      const CdCoverAsk *ask = &g_array_index (supply->asks, CdCoverAsk, i);
      const Top top = { ask->code, ask->price_e4 };

      /* The levels of a book follow each other, the best one first. */
      if (i == 0 || ask->code != g_array_index (supply->asks, CdCoverAsk, i - 1).code)
        g_array_append_val (tops, top);
    }
  g_array_sort (tops, compare_tops);
  for (guint t = 0; t < tops->len; t++)
    for (guint i = 0; i < supply->asks->len && units > 0; i++)
      {
        const CdCoverAsk *ask = &g_array_index (supply->asks, CdCoverAsk, i);
        gint64 qty = MIN (ask->credit ? MIN (ask->qty, room) : ask->qty, units);
        CdMoney part;

        if (ask->code != g_array_index (tops, Top, t).code || qty <= 0)
          continue;
        if (!cd_price_times ((CdPrice){ ask->price_e4, ccy }, CD_UNITS (qty), &part) || !cd_money_add (*cost, part, cost))
          return FALSE;
        units -= qty;
        room -= ask->credit ? qty : 0;
      }
  return units == 0;
}

static void
compare (CdDeskCover *cover, const Supply *supply, gint64 room, CdCurrency ccy)
{
  gint64 dearer = 0;

  cover->saving = (CdMoney){ 0, ccy };
  if (cover->plan->units == 0)
    return;
  cover->has_one_book = sweep_books (supply, room, cover->plan->units, ccy, &cover->one_book);
  if (cover->has_one_book)
    dearer = cover->one_book.e4;
  if (cover->plan->has_allowances_only)
    dearer = MAX (dearer, cover->plan->allowances_only.e4);
  cover->saving.e4 = MAX (dearer - cover->plan->cost.e4, 0);
}

/* --- Until when ------------------------------------------------------------------------------------------------------ */

static const CdDeadline *
find_deadline (const CdObligation *figures, const char *id)
{
  for (guint i = 0; i < figures->deadlines->len; i++)
    {
      const CdDeadline *d = g_ptr_array_index (figures->deadlines, i);

      if (g_str_equal (d->id, id))
        return d;
    }
  return NULL;
}

/* The same time of day, so many trading days earlier. */
static gint64
earlier (const CdMarket *market, gint64 at_us, int days)
{
  const CdZone *zone = cd_calendar_zone (market->calendar);
  int second;
  CdDate day;

  if (at_us == 0)
    return 0;
  /* 24:00 belongs to the day that ends with it. */
  day = cd_zone_date_of (zone, at_us - 1, &second);
  if (days > 0 && !cd_calendar_is_trading (market->calendar, day))
    day = cd_calendar_prev_trading (market->calendar, day);
  for (int i = 0; i < days && day != CD_DATE_NONE; i++)
    day = cd_calendar_prev_trading (market->calendar, day);
  return day == CD_DATE_NONE ? 0 : cd_zone_to_us (zone, day, second + 1);
}

static void
add_steps (CdDesk *self, const CdMarket *market, const char *account, CdDeskCover *cover)
{
  static const char *const ids[] = { "last_buy_list", "last_transfer", "offset_apply", "surrender" };

  cd_desk_get_own_rule (self, account, &cover->own_rule);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      const CdDeadline *d = find_deadline (cover->figures, ids[i]);
      g_autofree char *province = g_strdup_printf ("%s_province", ids[i]);
      const CdDeadline *p = find_deadline (cover->figures, province);
      CdCoverStep step = { .id = ids[i], .status = CD_RULE_UNVERIFIED };

      if (d)
        {
          step.status = d->status;
          step.statutory_us = d->status == CD_RULE_UNVERIFIED ? 0 : d->at_us;
          step.internal_us = earlier (market, step.statutory_us, cover->own_rule.days);
        }
      if (p && p->status != CD_RULE_UNVERIFIED)
        step.provincial_us = p->at_us;
      step.source = g_strdup (d ? d->source : "");
      g_array_append_val (cover->steps, step);
    }
}

/* --- Together -------------------------------------------------------------------------------------------------------- */

static gboolean
check_what_if (const CdWhatIf *what_if, GError **error)
{
  if (ABS (what_if->emissions_bp) <= CD_WHAT_IF_BP_MAX && ABS (what_if->price_bp) <= CD_WHAT_IF_BP_MAX && what_if->at_us >= 0 && what_if->limit_e4 >= 0)
    return TRUE;
  g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_INPUT, "expected an assumption from −%d %% to +%d %%", CD_WHAT_IF_BP_MAX / 100, CD_WHAT_IF_BP_MAX / 100);
  return FALSE;
}

CdDeskCover *
cd_desk_cover (CdDesk *self, CdObligationRow *row, const CdWhatIf *what_if, GError **error)
{
  const CdPack *pack = cd_desk_get_pack (self, row->market);
  const CdComplianceYear *year = pack && pack->scheme ? cd_scheme_year (pack->scheme, row->year, row->sector) : NULL;
  g_autoptr (CdDeskCover) cover = g_new0 (CdDeskCover, 1);
  Supply supply = { 0 };
  Way way = { 0 };
  CdCash cash;

  cover->steps = g_array_new (FALSE, TRUE, sizeof (CdCoverStep));
  g_array_set_clear_func (cover->steps, step_clear);
  if (what_if)
    cover->what_if = *what_if;
  if (!check_what_if (&cover->what_if, error))
    return NULL;
  cover->figures = cd_desk_evaluate_if (self, row, &cover->what_if, error);
  if (!cover->figures)
    return NULL;
  collect (self, cover->figures, year, &cover->what_if, &supply);
  cover->stale_books = supply.stale_books;
  cover->own_units = supply.own_units;
  way_begin (&way, self, year, cover);
  cd_desk_each_under_way (self, row->account, add_under_way, &way);
  cover->open_units = MAX (cover->figures->shortfall - cover->working_units - cover->asked_units - cover->bid_units, 0);
  cover->plan = make_plan (&way, &supply, pack->market->ccy, error);
  if (cover->plan)
    compare (cover, &supply, way.room, pack->market->ccy);
  g_array_unref (supply.asks);
  g_free (way.sub_rooms);
  if (!cover->plan)
    return NULL;
  cd_desk_get_cash (self, row->account, &cash);
  cover->cash_e4 = cash.available_e4 + cash.unsettled_e4;
  if (!cd_i64_sub (cover->cash_e4, cover->plan->cost.e4, &cover->cash_after_e4))
    cover->cash_after_e4 = G_MININT64;
  add_steps (self, pack->market, row->account, cover);
  return g_steal_pointer (&cover);
}

/* The strip and the table show the plan's cost: one figure, one computation. */
void
cd_desk_cover_row (CdDesk *self, CdObligationRow *row)
{
  g_autoptr (CdDeskCover) cover = cd_desk_cover (self, row, NULL, NULL);

  row->has_cover_now = cover && row->figures->shortfall > 0 && cover->plan->units > 0;
  row->cover_now = cover ? cover->plan->cost : CD_MONEY_CNY (0);
  row->cover_missing = cover ? cover->plan->missing : row->figures->shortfall;
}
