/* cd-desk-checks.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ticket's live checks and preview: the venue's own checks run here first, then what only the client knows: the obligation,
 * its deadline, the offset room.
 */
#include "cd-desk-cover.h"
#include "cd-desk-private.h"

#define DUPLICATE_US (10 * CD_USEC_PER_SEC)

static gboolean
is_duplicate (CdDesk *self, const CdOrderDraft *draft, gint64 within_us)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->orders));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (G_LIST_MODEL (self->orders), i);
      const CdOrder *o = row->order;
      gboolean same = g_strcmp0 (o->account, draft->account) == 0 && g_strcmp0 (o->instrument, draft->instrument) == 0 && o->side == draft->side && o->kind == draft->kind && o->qty == draft->qty && o->price_e4 == draft->price_e4;

      /* An UNKNOWN order may have been executed: the same again needs a decision, however old it is. */
      if (same && (cd_order_is_unknown (o) || cd_desk_order_age_us (self, row) < within_us))
        return TRUE;
    }
  return FALSE;
}

static gint64
own_opposite_best (CdDesk *self, const CdOrderDraft *draft)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->orders));
  gint64 best = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (G_LIST_MODEL (self->orders), i);
      const CdOrder *o = row->order;

      if (!row->is_working || o->side == draft->side || g_strcmp0 (o->account, draft->account) != 0 || g_strcmp0 (o->instrument, draft->instrument) != 0)
        continue;
      if (best == 0 || (o->side == CD_SIDE_SELL ? o->price_e4 < best : o->price_e4 > best))
        best = o->price_e4;
    }
  return best;
}

/* How much of the order is in no balance that was asked for at @asked_us. */
static gint64
not_in_balances (const CdOrderRow *row, gint64 asked_us)
{
  const CdOrder *o = row->order;

  if (row->took_boot_us != 0 && row->took_boot_us >= asked_us)
    return cd_order_is_final (o) ? o->cum : o->qty; /* what it traded since is in none either */
  return !cd_order_is_final (o) && (cd_order_is_unknown (o) || o->state <= CD_ORDER_SENDING) ? o->qty - o->cum : 0;
}

/* What orders of unknown fate, on their way, or taken after the balances were asked for, have or may have used of them. */
static void
on_the_way (CdDesk *self, const CdOrderDraft *draft, gint64 *units, gint64 *cash_e4)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->orders));
  const gint64 *asked = draft->account ? g_hash_table_lookup (self->holdings_asked, draft->account) : NULL;
  const CdDeskCash *cash = draft->account ? g_hash_table_lookup (self->cash, draft->account) : NULL;

  *units = *cash_e4 = 0;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (G_LIST_MODEL (self->orders), i);
      const CdOrder *o = row->order;
      gboolean buys = o->side == CD_SIDE_BUY;
      gint64 used = not_in_balances (row, buys ? (cash ? cash->asked_boot_us : 0) : (asked ? *asked : 0));
      gint64 amount;

      if (g_strcmp0 (o->account, draft->account) != 0)
        continue;
      if (buys)
        *cash_e4 = cd_i64_mul (used, o->price_e4, &amount) && cd_i64_add (*cash_e4, amount, &amount) ? amount : G_MAXINT64 / 2;
      else if (g_strcmp0 (o->instrument, draft->instrument) == 0 && !cd_i64_add (*units, used, units))
        *units = G_MAXINT64 / 2;
    }
}

/* As the venue counts it: allowances of the market in every bucket, and own bids that may still be filled, those of unknown fate too. */
static gint64
position (CdDesk *self, const CdOrderDraft *draft, const CdMarket *market)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->orders));
  gint64 sum = 0;

  for (guint i = 0; market && i < market->instruments->len; i++)
    {
      const CdInstrument *instrument = g_ptr_array_index (market->instruments, i);
      const CdHoldingRow *holding = instrument->kind == CD_INSTRUMENT_ALLOWANCE ? cd_desk_holding (self, draft->account, instrument->code) : NULL;

      if (holding && !cd_i64_add (sum, holding->total, &sum))
        return G_MAXINT64;
    }
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (G_LIST_MODEL (self->orders), i);
      const CdOrder *o = row->order;
      const CdInstrument *instrument = market ? cd_market_instrument (market, o->instrument) : NULL;

      if (o->side != CD_SIDE_BUY || cd_order_is_final (o) || g_strcmp0 (o->account, draft->account) != 0 || !instrument || instrument->kind != CD_INSTRUMENT_ALLOWANCE)
        continue;
      if (!cd_i64_add (sum, o->qty - o->cum, &sum))
        return G_MAXINT64;
    }
  return sum;
}

static gint64
own_allocation (CdDesk *self, const char *account)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->obligations));
  gint64 issued = 0;
  int year = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdObligationRow) row = g_list_model_get_item (G_LIST_MODEL (self->obligations), i);

      if (g_strcmp0 (row->account, account) != 0 || row->year <= year)
        continue;
      year = row->year;
      issued = row->issued;
    }
  return issued;
}

static void
fill_input (CdDesk *self, const CdOrderDraft *draft, CdQuote *quote, CdBook *book, gint64 duplicate_us, CdCheckInput *input)
{
  const CdPack *pack = cd_desk_get_pack_of (self, draft->instrument);
  CdHoldingRow *holding = cd_desk_holding (self, draft->account, draft->instrument);
  const CdPerson *person = cd_desk_get_person (self);
  gint64 units_gone, cash_gone_e4;
  CdCash cash;

  cd_desk_get_cash (self, draft->account, &cash);
  on_the_way (self, draft, &units_gone, &cash_gone_e4);
  *input = (CdCheckInput){
    .market = pack ? pack->market : NULL,
    .draft = draft,
    .market_time_us = cd_desk_get_market_time (self),
    .reference_e4 = quote ? quote->feed.stats.prev_close_e4 : 0,
    .book = book,
    .book_stale = !quote || quote->fresh != CD_FRESH_LIVE,
    .cash_available_e4 = MAX (cash.available_e4 + cash.unsettled_e4 - cash_gone_e4, 0),
    .units_trading = MAX ((holding ? holding->bucket[CD_BUCKET_TRADING] : 0) - units_gone, 0),
    .units_bought_today = holding ? holding->bucket[CD_BUCKET_BOUGHT_TODAY] : 0,
    .position = position (self, draft, pack ? pack->market : NULL),
    .own_allocation = own_allocation (self, draft->account),
    .own_opposite_best_e4 = own_opposite_best (self, draft),
    /* A person enters orders for the account of the own entity only, whatever the window shows. */
    .may_enter = person && person->may_enter && g_strcmp0 (person->account, draft->account) == 0,
    .duplicate_recent = is_duplicate (self, draft, duplicate_us),
  };
}

/* --- Client-side checks ---------------------------------------------------------------------------------------------- */

static void
add_result (CdCheckResult *results, gsize *n, gsize n_max, CdCheckId id, CdCheckVerdict verdict, gint64 a, gint64 b, const char *source)
{
  if (*n < n_max)
    results[(*n)++] = (CdCheckResult){ id, verdict, cd_check_code (id), a, b, source };
}

static const CdLotVerdict *
find_lot (const CdObligation *figures, const char *code)
{
  for (guint i = 0; figures && i < figures->lots->len; i++)
    {
      const CdLotVerdict *lot = g_ptr_array_index (figures->lots, i);

      if (g_str_equal (lot->code, code))
        return lot;
    }
  return NULL;
}

static void
check_credit (CdDesk *self, CdObligationRow *row, const CdOrderDraft *draft, const char *purpose, const CdObligation *after, CdPreview *preview, CdCheckResult *results, gsize *n, gsize n_max)
{
  const CdLotVerdict *lot = find_lot (after, draft->instrument);
  gboolean for_offset = g_strcmp0 (purpose, "offset") == 0;
  gint64 coming = cd_desk_credits_under_way (self, row->account);

  preview->is_credit = TRUE;
  preview->eligible = lot ? lot->eligible : CD_INELIGIBLE_UNKNOWN;
  preview->offset_room_before = MAX (row->figures->offset_room - row->figures->offset_countable - coming, 0);
  preview->offset_room_after = MAX (after->offset_room - after->offset_countable - coming, 0);
  preview->stranded_after = after->offset_stranded;
  if (draft->side != CD_SIDE_BUY)
    return;
  /* Buying more than the room is lawful; only the purpose "offset" is refused (design 2). */
  if (preview->eligible != CD_ELIGIBLE)
    add_result (results, n, n_max, CD_CHECK_ELIGIBLE, for_offset ? CD_CHECK_BLOCK : CD_CHECK_WARN, row->year, 0, NULL);
  else
    {
      gint64 excess = MAX (draft->qty - preview->offset_room_before, 0);
      CdCheckVerdict verdict = excess == 0 ? CD_CHECK_PASS : for_offset ? CD_CHECK_BLOCK
                                                                        : CD_CHECK_WARN;

      add_result (results, n, n_max, CD_CHECK_OFFSET_ROOM, verdict, preview->offset_room_before, excess, NULL);
    }
}

static void
check_obligation (CdDesk *self, const CdOrderDraft *draft, const char *purpose, CdQuote *quote, CdPreview *preview, CdCheckResult *results, gsize *n, gsize n_max)
{
  CdObligationRow *row = cd_desk_current_obligation (self, draft->account);
  g_autoptr (CdObligation) after = NULL;
  gint64 delta = draft->side == CD_SIDE_BUY ? draft->qty : -draft->qty;

  if (!row || !row->figures || row->closed)
    return;
  after = cd_desk_evaluate (self, row, draft->instrument, delta, NULL);
  if (!after)
    return;
  preview->has_obligation = TRUE;
  preview->year = row->year;
  preview->coverage_before_bp = row->figures->coverage_bp;
  preview->coverage_after_bp = after->coverage_bp;
  preview->shortfall_after = after->shortfall;
  preview->deadline_us = after->deadline_us;
  preview->last_safe_buy_us = after->last_safe_buy_us;
  preview->settles_in_time = after->last_safe_buy_us == 0 || cd_desk_get_market_time (self) <= after->last_safe_buy_us;
  if (quote && quote->instrument && quote->instrument->kind == CD_INSTRUMENT_CREDIT)
    check_credit (self, row, draft, purpose, after, preview, results, n, n_max);
  else if (quote && quote->not_usable_year && draft->side == CD_SIDE_BUY)
    add_result (results, n, n_max, CD_CHECK_ELIGIBLE, g_strcmp0 (purpose, "cover") == 0 ? CD_CHECK_BLOCK : CD_CHECK_WARN, quote->not_usable_year, 0, NULL);
  if (draft->side == CD_SIDE_SELL)
    add_result (results, n, n_max, CD_CHECK_DEADLINE, after->shortfall > row->figures->shortfall ? CD_CHECK_WARN : CD_CHECK_PASS, 0, after->shortfall, NULL);
  else if (after->deadline_us)
    add_result (results, n, n_max, CD_CHECK_DEADLINE, preview->settles_in_time ? CD_CHECK_PASS : CD_CHECK_WARN, 0, preview->settles_in_time ? 0 : after->shortfall, NULL);
}

/* --- Preview --------------------------------------------------------------------------------------------------------- */

/* Most fees are not published: a rate that is not in force is not a fee of nought. */
static void
fill_fee (const CdMarket *market, gint64 now_us, CdPreview *preview)
{
  CdDate day = cd_zone_date_of (cd_calendar_zone (market->calendar), now_us, NULL);
  const CdRuleValue *rate = cd_rule_series_at (market->fee_bp, day, CD_DATE_NONE);
  const CdRuleValue *shown = cd_rule_series_at_practice (market->fee_bp, day);

  preview->fee_source = shown ? shown->source : NULL;
  preview->has_fee = rate && rate->has_value && preview->has_amount && cd_i64_mul_div (preview->amount.e4, rate->value, 10000, CD_ROUND_HALF_UP, &preview->fee_e4);
}

static void
fill_preview (CdDesk *self, const CdOrderDraft *draft, CdQuote *quote, const CdCheckInput *input, CdPreview *preview)
{
  const CdHoldingRow *holding = cd_desk_holding (self, draft->account, draft->instrument);
  const CdLevel *levels = NULL;
  guint n = 0;

  if (draft->qty > 0 && draft->price_e4 > 0 && input->market)
    preview->has_amount = cd_price_times ((CdPrice){ draft->price_e4, input->market->ccy }, CD_UNITS (draft->qty), &preview->amount);
  if (preview->has_amount && !(draft->side == CD_SIDE_BUY ? cd_i64_sub (input->cash_available_e4, preview->amount.e4, &preview->cash_after_e4) : cd_i64_add (input->cash_available_e4, preview->amount.e4, &preview->cash_after_e4)))
    preview->has_amount = FALSE;
  preview->cash_now_e4 = input->cash_available_e4;
  if (input->market)
    fill_fee (input->market, input->market_time_us, preview);
  /* Of this instrument; the position of the checks is that of the whole market. */
  preview->holding_after = (holding ? holding->total : 0) + (draft->side == CD_SIDE_BUY ? draft->qty : -draft->qty);
  preview->sellable_after = input->units_trading - (draft->side == CD_SIDE_SELL ? draft->qty : 0);
  if (!quote)
    return;
  levels = draft->side == CD_SIDE_BUY ? quote->feed.asks : quote->feed.bids;
  n = draft->side == CD_SIDE_BUY ? quote->feed.n_asks : quote->feed.n_bids;
  for (guint i = 0; i < MIN (n, 5); i++)
    preview->visible_depth += levels[i].qty;
}

/* @duplicate_us: the same order within this time counts as a second press of the button. */
gsize
cd_desk_check_within (CdDesk *self, const CdOrderDraft *draft, const char *purpose, gint64 duplicate_us, CdCheckResult *results, gsize n_max, CdPreview *preview)
{
  CdQuote *quote = cd_desk_get_quote (self, draft->instrument);
  g_autoptr (CdBook) book = quote ? cd_desk_book_of (quote) : NULL;
  CdCheckInput input;
  CdPreview local = { 0 };
  gsize n = 0;

  fill_input (self, draft, quote, book, duplicate_us, &input);
  if (!input.market)
    add_result (results, &n, n_max, CD_CHECK_INSTRUMENT, CD_CHECK_BLOCK, 0, 0, NULL);
  else
    n = cd_checks_run (&input, results, n_max);
  fill_preview (self, draft, quote, &input, &local);
  if (draft->qty >= 0)
    check_obligation (self, draft, purpose, quote, &local, results, &n, n_max);
  if (preview)
    *preview = local;
  return n;
}

gsize
cd_desk_check (CdDesk *self, const CdOrderDraft *draft, const char *purpose, CdCheckResult *results, gsize n_max, CdPreview *preview)
{
  return cd_desk_check_within (self, draft, purpose, DUPLICATE_US, results, n_max, preview);
}

CdTrace *
cd_desk_explain_check (CdDesk *self, const CdOrderDraft *draft, const CdCheckResult *result)
{
  const CdPack *pack = cd_desk_get_pack_of (self, draft->instrument);
  CdObligationRow *row = cd_desk_current_obligation (self, draft->account);
  static const char *const verdicts[] = { "pass", "warn", "block", "not applicable" };
  CdTrace *trace;
  char price[CD_DECIMAL_BUF];

  if ((result->id == CD_CHECK_OFFSET_ROOM || result->id == CD_CHECK_ELIGIBLE || result->id == CD_CHECK_DEADLINE) && row && row->figures)
    trace = cd_trace_copy (row->figures->trace);
  else
    trace = cd_trace_new ();
  cd_trace_add (trace, result->code, result->source ? result->source : pack ? pack->market->id
                                                                            : "",
                verdicts[result->verdict],
                "instrument=%s; side=%s; kind=%s; price=%s; qty=%" G_GINT64_FORMAT "; a=%" G_GINT64_FORMAT "; b=%" G_GINT64_FORMAT,
                draft->instrument,
                cd_side_name (draft->side),
                cd_order_kind_name (draft->kind),
                cd_decimal_print (draft->price_e4, 4, 2, price),
                draft->qty,
                result->a,
                result->b);
  return trace;
}
