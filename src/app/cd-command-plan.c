/* cd-command-plan.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plan: the least-cost cover of a shortfall from the offers that the input lists (features 3.1).
 */
#include "cd-command-table-private.h"

#include <string.h>

#include "cd-cover.h"

static const char *const required[] = { "instrument", "price", "quantity", NULL };
static const char *const optional[] = { "entity", "shortfall", "offset_room", "kind", NULL };
static const char *const kinds[] = { "allowance", "credit", "group", NULL };
enum
{
  KIND_ALLOWANCE,
  KIND_CREDIT,
  KIND_GROUP,
};

typedef struct
{
  const char *instrument;
  int kind;
  gint64 price_e4, qty;
} Offer;

typedef struct
{
  const char *entity;
  gint64 shortfall, offset_room;
  gboolean has_shortfall, has_room;
  GArray *offers; /* Offer */
  guint line;
} Need;

typedef struct
{
  CdCommandIo *io;
  const CdPack *pack;
  CdCommandTable *table;
  const CdComplianceYear *accepting; /* (nullable): of --year */
  int year;
  guint best_levels;
  gint64 max_order_exclusive;
  GPtrArray *needs; /* Need */
} Plan;

static void
need_free (gpointer data)
{
  Need *need = data;

  g_array_unref (need->offers);
  g_free (need);
}

static Need *
find_need (Plan *p, guint row)
{
  const char *entity = "";
  Need *need;

  cd_command_table_text (p->table, row, "entity", &entity);
  for (guint i = 0; i < p->needs->len; i++)
    if (g_str_equal (((Need *)g_ptr_array_index (p->needs, i))->entity, entity))
      return g_ptr_array_index (p->needs, i);
  need = g_new0 (Need, 1);
  need->entity = entity;
  need->offers = g_array_new (FALSE, FALSE, sizeof (Offer));
  need->line = cd_command_table_line (p->table, row);
  g_ptr_array_add (p->needs, need);
  return need;
}

/* A figure of the entity: on one of its rows, or the same on several. */
static void
take_figure (Plan *p, guint row, const char *column, gint64 *value, gboolean *has)
{
  gint64 found;

  if (!cd_command_table_number (p->table, row, column, 0, &found))
    return;
  if (*has && found != *value)
    cd_command_table_fault (p->table, row, column, "expected the same figure as in the entity's rows above");
  *value = found;
  *has = TRUE;
}

/* What the pack knows of the instrument, unless the row says it. */
static void
take_kind (Plan *p, guint row, Offer *offer)
{
  const CdInstrument *instrument = cd_market_instrument (p->pack->market, offer->instrument);

  if (!cd_command_table_word (p->table, row, "kind", kinds, &offer->kind))
    {
      if (!instrument || instrument->kind == CD_INSTRUMENT_COMPOSITE)
        cd_command_table_fault (p->table, row, "instrument", "expected an instrument of %s that trades, or a kind beside it: allowance, credit or group", p->pack->id);
      offer->kind = instrument && instrument->kind == CD_INSTRUMENT_CREDIT ? KIND_CREDIT : KIND_ALLOWANCE;
    }
  if (p->accepting && offer->kind != KIND_CREDIT && (!instrument || !cd_compliance_year_accepts (p->accepting, instrument->vintage)))
    cd_command_table_fault (p->table, row, "instrument", "expected an allowance that may be surrendered for %d (%s)", p->year, p->accepting->vintages_source);
}

static void
read_row (Plan *p, guint row)
{
  Need *need = find_need (p, row);
  Offer offer = { 0 };

  take_figure (p, row, "shortfall", &need->shortfall, &need->has_shortfall);
  take_figure (p, row, "offset_room", &need->offset_room, &need->has_room);
  if (!cd_command_table_text (p->table, row, "instrument", &offer.instrument))
    {
      cd_command_table_fault (p->table, row, "instrument", "expected an instrument");
      return;
    }
  if (!cd_command_table_number (p->table, row, "price", 4, &offer.price_e4) || offer.price_e4 == 0)
    cd_command_table_fault (p->table, row, "price", "expected a price above 0");
  if (!cd_command_table_number (p->table, row, "quantity", 0, &offer.qty))
    cd_command_table_fault (p->table, row, "quantity", "expected units");
  take_kind (p, row, &offer);
  g_array_append_val (need->offers, offer);
}

/* --- Planning ------------------------------------------------------------------------------------------------------------- */

static int
compare_offers (gconstpointer a, gconstpointer b)
{
  const Offer *x = a, *y = b;
  int names = strcmp (x->instrument, y->instrument);

  if (names != 0 || x->kind != y->kind)
    return names != 0 ? names : x->kind - y->kind;
  return (x->price_e4 > y->price_e4) - (x->price_e4 < y->price_e4);
}

/* Offers as levels of books, the best at 0. Units of the group stand in no book: each of theirs is a best level. */
static GArray *
levels_of (GArray *offers, GPtrArray *names, gboolean market_only)
{
  GArray *asks = g_array_new (FALSE, TRUE, sizeof (CdCoverAsk));
  guint level = 0;

  g_array_sort (offers, compare_offers);
  for (guint i = 0; i < offers->len; i++)
    {
      const Offer *offer = &g_array_index (offers, Offer, i), *before = i > 0 ? offer - 1 : NULL;
      CdCoverAsk ask = { .price_e4 = offer->price_e4, .qty = offer->qty, .credit = offer->kind == KIND_CREDIT, .sub_cap = CD_COVER_NO_SUB_CAP };
      char *code = g_strdup_printf ("%s\t%s", kinds[offer->kind], offer->instrument);

      if (!before || strcmp (before->instrument, offer->instrument) != 0 || before->kind != offer->kind)
        level = 0;
      else if (before->price_e4 != offer->price_e4)
        level++;
      g_ptr_array_add (names, code);
      ask.code = code;
      ask.level = offer->kind == KIND_GROUP ? 0 : level;
      if (!market_only || offer->kind == KIND_ALLOWANCE)
        g_array_append_val (asks, ask);
    }
  return asks;
}

static CdCoverPlan *
make_plan (Plan *p, const Need *need, gboolean market_only, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) asks = levels_of (need->offers, names, market_only);
  CdCoverInput input = {
    .asks = (const CdCoverAsk *)(gpointer)asks->data,
    .n_asks = asks->len,
    .shortfall = need->shortfall,
    .offset_room = need->offset_room,
    .best_levels = p->best_levels,
    .max_order_exclusive = p->max_order_exclusive,
    .ccy = p->pack->market->ccy,
  };

  return cd_cover_plan (&input, error);
}

static void
say_row (CdCommandIo *io, const Need *need, const char *what, const char *instrument, const char *price, gint64 qty, const char *amount)
{
  CdJsonWriter *json = cd_command_json (io);

  cd_command_cell (io, need->entity);
  cd_command_print (io, ",%s,", what);
  cd_command_cell (io, instrument);
  cd_command_print (io, ",%s,%" G_GINT64_FORMAT ",%s\n", price, qty, amount);
  if (!json || !*price)
    return;
  cd_json_writer_begin_object (json, NULL);
  cd_json_writer_string (json, "what", what);
  cd_json_writer_string (json, "instrument", instrument);
  cd_json_writer_string (json, "price", price);
  cd_json_writer_i64 (json, "quantity", qty);
  cd_json_writer_string (json, "amount", amount);
  cd_json_writer_end_object (json);
}

static void
say_orders (Plan *p, const Need *need, const CdCoverPlan *plan)
{
  char price[CD_DECIMAL_BUF], amount[CD_DECIMAL_BUF];

  for (guint i = 0; i < plan->orders->len; i++)
    {
      const CdCoverOrder *order = g_ptr_array_index (plan->orders, i);
      const char *tab = strchr (order->code, '\t');
      g_autofree char *what = g_strndup (order->code, (gsize)(tab - order->code));

      say_row (p->io, need, what, tab + 1, cd_decimal_print (order->price_e4, 4, p->pack->price_decimals, price), order->qty, cd_decimal_print (order->amount.e4, 4, 2, amount));
    }
}

static void
say_sums (Plan *p, const Need *need, const CdCoverPlan *plan, const CdCoverPlan *market)
{
  CdJsonWriter *json = cd_command_json (p->io);
  gboolean comparable = market->units == plan->units;
  CdMoney saving = { 0 };
  char text[CD_DECIMAL_BUF], other[CD_DECIMAL_BUF];

  comparable = comparable && cd_money_sub (market->cost, plan->cost, &saving);
  cd_decimal_print (plan->cost.e4, 4, 2, text);
  say_row (p->io, need, "total", "", "", plan->units, text);
  say_row (p->io, need, "missing", "", "", plan->missing, "");
  say_row (p->io, need, "at_market", "", "", market->units, cd_decimal_print (market->cost.e4, 4, 2, other));
  if (comparable)
    say_row (p->io, need, "saving", "", "", 0, cd_decimal_print (saving.e4, 4, 2, other));
  if (!json)
    return;
  cd_json_writer_string (json, "cost", text);
  cd_json_writer_i64 (json, "units", plan->units);
  cd_json_writer_i64 (json, "offset_units", plan->offset_units);
  cd_json_writer_i64 (json, "missing", plan->missing);
  cd_json_writer_i64 (json, "at_market_units", market->units);
  cd_json_writer_decimal (json, "at_market_cost", market->cost.e4, 4, 2);
  if (comparable)
    cd_json_writer_decimal (json, "saving", saving.e4, 4, 2);
  else
    cd_json_writer_null (json, "saving");
  cd_command_trace (p->io, plan->trace);
}

static CdCommandStatus
plan_need (Plan *p, const Need *need)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdCoverPlan) plan = make_plan (p, need, FALSE, &error);
  g_autoptr (CdCoverPlan) market = plan ? make_plan (p, need, TRUE, &error) : NULL;
  CdJsonWriter *json = cd_command_json (p->io);
  g_autofree char *place = g_strdup_printf ("row %u", need->line);

  if (!market)
    return cd_command_no (p->io, cd_command_table_file (p->table), place, "%s: %s", need->entity, error->message);
  if (json)
    {
      cd_json_writer_begin_object (json, NULL);
      cd_json_writer_string (json, "entity", need->entity);
      cd_json_writer_i64 (json, "shortfall", need->shortfall);
      cd_json_writer_i64 (json, "offset_room", need->offset_room);
      cd_json_writer_begin_array (json, "orders");
    }
  say_orders (p, need, plan);
  if (json)
    cd_json_writer_end_array (json);
  say_sums (p, need, plan, market);
  if (json)
    cd_json_writer_end_object (json);
  return CD_COMMAND_DONE;
}

/* --- The command ------------------------------------------------------------------------------------------------------------- */

static gboolean
find_year (Plan *p, const CdCommandArgs *args)
{
  gint64 year;

  if (!args->year)
    return TRUE;
  if (!cd_decimal_parse (args->year, -1, 0, &year, NULL) || year < 2000 || year > 2100)
    {
      cd_command_usage (p->io, "--year", "“%.40s”: expected a compliance year such as 2025", args->year);
      return FALSE;
    }
  for (guint i = 0; !p->accepting && i < p->pack->scheme->years->len; i++)
    {
      const CdComplianceYear *row = g_ptr_array_index (p->pack->scheme->years, i);

      if (row->year == year && row->vintages_status != CD_RULE_UNVERIFIED)
        p->accepting = row;
    }
  p->year = (int)year;
  if (!p->accepting)
    cd_command_usage (p->io, "--year", "%s: expected a year for which the pack says what may be surrendered", args->year);
  return p->accepting != NULL;
}

static void
find_limits (Plan *p, CdDate day)
{
  const CdModeRule *mode = cd_market_mode (p->pack->market, CD_MODE_LIST, day);
  const CdRuleValue *most = mode ? cd_rule_series_at (mode->max_qty_exclusive, day, CD_DATE_NONE) : NULL;

  p->best_levels = mode ? (guint)mode->visible_levels : 0;
  p->max_order_exclusive = most && most->has_value ? most->value : 0;
}

static gboolean
check_needs (Plan *p)
{
  gboolean good = TRUE;

  for (guint i = 0; i < p->needs->len; i++)
    {
      const Need *need = g_ptr_array_index (p->needs, i);
      g_autofree char *place = g_strdup_printf ("row %u, column shortfall", need->line);

      if (!need->has_shortfall)
        good = cd_command_no (p->io, cd_command_table_file (p->table), place, "%s: expected the units that are short on one of the entity's rows", need->entity) == CD_COMMAND_DONE;
    }
  return good;
}

CdCommandStatus
cd_command_plan (CdCommandIo *io, const CdCommandArgs *args)
{
  g_autoptr (CdPack) pack = cd_command_pack (io, args);
  g_autoptr (CdCommandTable) table = NULL;
  g_autoptr (GPtrArray) needs = g_ptr_array_new_with_free_func (need_free);
  CdJsonWriter *json = cd_command_json (io);
  CdCommandStatus status = CD_COMMAND_DONE;
  Plan p = { .io = io, .pack = pack, .needs = needs };
  CdDate day;

  if (!pack || !cd_command_day (io, args, pack->scheme->zone, &day) || !find_year (&p, args))
    return CD_COMMAND_USAGE;
  find_limits (&p, day);
  p.table = table = cd_command_table_read (io, args->input, required, optional, NULL, NULL);
  if (!table)
    return CD_COMMAND_NO;
  for (guint i = 0; i < cd_command_table_n_rows (table); i++)
    read_row (&p, i);
  if (!cd_command_table_finish (table) || !check_needs (&p))
    return CD_COMMAND_NO;
  cd_command_print (io, "entity,what,instrument,price,quantity,amount\n");
  if (json)
    cd_json_writer_begin_array (json, "entities");
  for (guint i = 0; i < needs->len; i++)
    status = cd_command_worse (status, plan_need (&p, g_ptr_array_index (needs, i)));
  if (json)
    cd_json_writer_end_array (json);
  return status;
}
