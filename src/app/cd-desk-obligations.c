/* cd-desk-obligations.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The obligations of our entities, evaluated from the registry's figures, the holdings and the pack of the market. What covering
 * would cost is taken from the live book.
 */
#include "cd-desk-private.h"

#include <string.h>

typedef struct
{
  CdObligationInput input;
  GArray *vintages; /* (owned) (element-type CdVintageHolding) */
  GArray *credits;  /* (owned) (element-type CdCreditHolding) */
} Input;

static void
input_clear (Input *in)
{
  g_clear_pointer (&in->vintages, g_array_unref);
  g_clear_pointer (&in->credits, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Input, input_clear)

/* The instrument of a code in any loaded pack: credits are traded under a pack of their own. */
static const CdInstrument *
find_instrument (CdDesk *self, const char *code)
{
  for (guint i = 0; i < self->packs->len; i++)
    {
      const CdPack *pack = g_ptr_array_index (self->packs, i);
      const CdInstrument *instrument = cd_market_instrument (pack->market, code);

      if (instrument)
        return instrument;
    }
  return NULL;
}

/* --- What balances are bound for ------------------------------------------------------------------------------------- */

static gint64
sum_of (const GArray *lines, const char *asset)
{
  gint64 sum = 0;

  for (guint i = 0; lines && i < lines->len; i++)
    if (g_str_equal (g_array_index (lines, CdWireLine, i).asset, asset))
      sum += g_array_index (lines, CdWireLine, i).qty;
  return sum;
}

/* What one instruction has bound for something else than the surrender for @year. */
static void
take_off (const CdInstructionRow *row, int year, const char *asset, gint64 *bucket)
{
  const CdWireInstruction *about = row->about;
  gboolean done = g_str_equal (row->state, "executed");
  gboolean waits = g_str_equal (row->state, "proposed") || g_str_equal (row->state, "in_review");
  gint64 credits, all;

  if (!about || (!done && !waits))
    return;
  if (about->kind == CD_WIRE_INSTRUCTION_CANCEL && waits && g_strcmp0 (about->asset, asset) == 0)
    bucket[CD_BUCKET_SUBMITTED] -= about->qty;
  if (about->year == year)
    return;
  if (about->kind == CD_WIRE_INSTRUCTION_SURRENDER)
    {
      credits = sum_of (about->credits, asset);
      all = credits + sum_of (about->allowances, asset);
      bucket[done ? CD_BUCKET_SURRENDERED : CD_BUCKET_SUBMITTED] -= all;
      bucket[CD_BUCKET_PENDING_OFFSET] += credits;
    }
  else if (about->kind == CD_WIRE_INSTRUCTION_RESERVE && done && g_strcmp0 (about->asset, asset) == 0)
    bucket[CD_BUCKET_PENDING_OFFSET] -= about->qty;
  else if (about->kind == CD_WIRE_INSTRUCTION_RELEASE && g_strcmp0 (about->asset, asset) == 0)
    bucket[CD_BUCKET_PENDING_OFFSET] += about->qty;
}

void
cd_desk_bound_for (CdDesk *self, const CdHoldingRow *holding, int year, gint64 bucket[CD_HOLDING_BUCKETS])
{
  static const CdBucket buckets[] = { CD_BUCKET_SUBMITTED, CD_BUCKET_SURRENDERED, CD_BUCKET_PENDING_OFFSET };

  memcpy (bucket, holding->bucket, sizeof holding->bucket);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->instructions)); i++)
    {
      g_autoptr (CdInstructionRow) row = g_list_model_get_item (G_LIST_MODEL (self->instructions), i);

      if (g_strcmp0 (row->account, holding->account) == 0)
        take_off (row, year, holding->asset, bucket);
    }
  for (guint i = 0; i < G_N_ELEMENTS (buckets); i++)
    bucket[buckets[i]] = CLAMP (bucket[buckets[i]], 0, holding->bucket[buckets[i]]);
}

/* --- Input ----------------------------------------------------------------------------------------------------------- */

static void
add_vintage (GArray *vintages, const CdInstrument *instrument, const gint64 *bucket, gint64 delta)
{
  CdVintageHolding v = {
    .code = instrument->code,
    .vintage = instrument->vintage,
    .trading = bucket[CD_BUCKET_TRADING] + MIN (delta, 0),
    .registry = bucket[CD_BUCKET_REGISTRY],
    .bought_today = bucket[CD_BUCKET_BOUGHT_TODAY] + MAX (delta, 0),
    .order_locked = bucket[CD_BUCKET_ORDER_LOCKED],
    .submitted = bucket[CD_BUCKET_SUBMITTED],
    .other_frozen = bucket[CD_BUCKET_JUDICIAL] + bucket[CD_BUCKET_PLEDGED] + bucket[CD_BUCKET_REGULATOR] + bucket[CD_BUCKET_CARRY_FROZEN] + bucket[CD_BUCKET_IN_TRANSFER],
    .surrendered = bucket[CD_BUCKET_SURRENDERED],
  };

  v.trading = MAX (v.trading, 0);
  g_array_append_val (vintages, v);
}

static void
add_credit (GArray *credits, const CdInstrument *instrument, const gint64 *bucket, gint64 delta)
{
  CdCreditHolding c = {
    .code = instrument->code,
    .type = "CCER",
    .project_type = instrument->project_type,
    .origin = instrument->origin,
    .registered = instrument->registered,
    .generated = CD_DATE_NONE,
    .trading = MAX (bucket[CD_BUCKET_TRADING] + MIN (delta, 0), 0),
    .registry = bucket[CD_BUCKET_REGISTRY],
    .bought_today = bucket[CD_BUCKET_BOUGHT_TODAY] + MAX (delta, 0),
    .reserved = bucket[CD_BUCKET_PENDING_OFFSET],
    .submitted = bucket[CD_BUCKET_SUBMITTED],
    .used = bucket[CD_BUCKET_SURRENDERED],
  };

  g_array_append_val (credits, c);
}

static void
add_asset (CdDesk *self, Input *in, const char *asset, const gint64 *bucket, gint64 delta)
{
  const CdInstrument *instrument = find_instrument (self, asset);

  if (!instrument)
    return;
  if (instrument->kind == CD_INSTRUMENT_ALLOWANCE)
    add_vintage (in->vintages, instrument, bucket, delta);
  else if (instrument->kind == CD_INSTRUMENT_CREDIT)
    add_credit (in->credits, instrument, bucket, delta);
}

/* Best ask of the allowances that may be surrendered for the year. */
static gint64
cheapest_usable (CdDesk *self, const CdComplianceYear *year)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->quotes));
  gint64 best = 0;

  for (guint i = 0; year && i < n; i++)
    {
      g_autoptr (CdQuote) quote = g_list_model_get_item (G_LIST_MODEL (self->quotes), i);

      if (!quote->instrument || quote->instrument->kind != CD_INSTRUMENT_ALLOWANCE || quote->feed.n_asks == 0)
        continue;
      if (!cd_compliance_year_accepts (year, quote->instrument->vintage))
        continue;
      if (best == 0 || quote->feed.asks[0].price < best)
        best = quote->feed.asks[0].price;
    }
  return best;
}

static void
fill_input (CdDesk *self, CdObligationRow *row, const CdPack *pack, const char *asset, gint64 delta, Input *in)
{
  static const gint64 nothing[CD_HOLDING_BUCKETS] = { 0 };
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->holdings));
  gboolean seen = FALSE;
  gint64 price = 0;
  const CdComplianceYear *year = cd_scheme_year (pack->scheme, row->year, row->sector);

  in->vintages = g_array_new (FALSE, FALSE, sizeof (CdVintageHolding));
  in->credits = g_array_new (FALSE, FALSE, sizeof (CdCreditHolding));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdHoldingRow) holding = g_list_model_get_item (G_LIST_MODEL (self->holdings), i);
      gboolean meant = g_strcmp0 (holding->asset, asset) == 0;
      gint64 bucket[CD_HOLDING_BUCKETS];

      if (g_strcmp0 (holding->account, row->account) != 0)
        continue;
      seen |= meant;
      cd_desk_bound_for (self, holding, row->year, bucket);
      add_asset (self, in, holding->asset, bucket, meant ? delta : 0);
    }
  if (asset && !seen)
    add_asset (self, in, asset, nothing, delta);
  /* Every credit that trades is judged, held or not: what to buy is the question. */
  n = g_list_model_get_n_items (G_LIST_MODEL (self->quotes));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdQuote) quote = g_list_model_get_item (G_LIST_MODEL (self->quotes), i);

      if (quote->instrument && quote->instrument->kind == CD_INSTRUMENT_CREDIT && g_strcmp0 (quote->code, asset) != 0 && !cd_desk_holding (self, row->account, quote->code))
        add_asset (self, in, quote->code, nothing, 0);
    }
  if (pack->market->composite_code)
    cd_desk_price_of (self, pack->market->composite_code, &price);
  in->input = (CdObligationInput){
    .scheme = pack->scheme,
    .market = pack->market,
    .year = row->year,
    .sector = row->sector,
    .verified = row->verified,
    .verified_final = TRUE,
    .approved = row->approved,
    .issued = row->issued,
    .vintages = (const CdVintageHolding *)in->vintages->data,
    .n_vintages = in->vintages->len,
    .credits = (const CdCreditHolding *)in->credits->data,
    .n_credits = in->credits->len,
    .now_us = cd_desk_get_market_time (self),
    .as_of = CD_DATE_NONE,
    .price_e4 = price,
    .cover_price_e4 = cheapest_usable (self, year),
  };
}

/* The same obligation under other figures. Emissions are assumed, so they are not final. */
static gboolean
assume (CdObligationInput *in, const CdWhatIf *what_if, GError **error)
{
  if (what_if->emissions_bp != 0)
    {
      in->verified_final = FALSE;
      if (!cd_i64_mul_div (in->verified.e3, 10000 + what_if->emissions_bp, 10000, CD_ROUND_CEIL, &in->verified.e3))
        {
          g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_INPUT, "the assumed emissions do not fit");
          return FALSE;
        }
    }
  if (what_if->price_bp != 0)
    {
      gint64 *prices[] = { &in->price_e4, &in->cover_price_e4 };

      for (guint i = 0; i < G_N_ELEMENTS (prices); i++)
        if (!cd_i64_mul_div (*prices[i], 10000 + what_if->price_bp, 10000, CD_ROUND_HALF_UP, prices[i]))
          *prices[i] = 0;
    }
  if (what_if->at_us != 0)
    in->now_us = what_if->at_us;
  return TRUE;
}

static CdObligation *
evaluate (CdDesk *self, CdObligationRow *row, const char *asset, gint64 delta, const CdWhatIf *what_if, GError **error)
{
  const CdPack *pack = cd_desk_get_pack (self, row->market);
  g_auto (Input) in = { 0 };

  if (!pack || !pack->scheme)
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE, "no rules are loaded for the market %s", row->market);
      return NULL;
    }
  fill_input (self, row, pack, asset, delta, &in);
  if (!cd_what_if_is_present (what_if) && !assume (&in.input, what_if, error))
    return NULL;
  return cd_obligation_evaluate (&in.input, error);
}

CdObligation *
cd_desk_evaluate (CdDesk *self, CdObligationRow *row, const char *asset, gint64 delta, GError **error)
{
  return evaluate (self, row, asset, delta, NULL, error);
}

CdObligation *
cd_desk_evaluate_if (CdDesk *self, CdObligationRow *row, const CdWhatIf *what_if, GError **error)
{
  return evaluate (self, row, NULL, 0, what_if, error);
}

gboolean
cd_desk_check_surrender (CdDesk *self, CdObligationRow *row, const CdSurrenderLine *allowances, gsize n_allowances, const CdSurrenderLine *credits, gsize n_credits, GError **error)
{
  const CdPack *pack = cd_desk_get_pack (self, row->market);
  g_auto (Input) in = { 0 };

  if (row->closed || !pack || !pack->scheme)
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE, "year.closed");
      return FALSE;
    }
  fill_input (self, row, pack, NULL, 0, &in);
  return cd_surrender_check (&in.input, allowances, n_allowances, credits, n_credits, error);
}

CdObligationRow *
cd_desk_current_obligation (CdDesk *self, const char *account)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->obligations));
  CdObligationRow *best = NULL;

  for (guint i = 0; account && i < n; i++)
    {
      g_autoptr (CdObligationRow) row = g_list_model_get_item (G_LIST_MODEL (self->obligations), i);

      if (g_strcmp0 (row->account, account) != 0)
        continue;
      /* Open ones before closed ones, then the earliest year. */
      if (!best || (best->closed && !row->closed) || (best->closed == row->closed && row->year < best->year))
        best = row;
    }
  return best;
}

GListModel *
cd_desk_get_obligations (CdDesk *self)
{
  return G_LIST_MODEL (self->obligations);
}
