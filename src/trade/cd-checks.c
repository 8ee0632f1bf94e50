/* cd-checks.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-checks.h"

static const char *const codes[] = {
  NULL,
  "session.closed",
  "instrument.not_tradable",
  "kind.not_allowed",
  "price.tick",
  "price.band",
  "qty.lot",
  "qty.max",
  "qty.min",
  "cash.insufficient",
  "units.insufficient",
  "units.bought_today",
  "pick.level",
  "self.trade",
  "rights.missing",
  "limit.notional",
  "order.duplicate",
  "book.stale",
  "position.limit",
  "deadline.uncovered",
  "offset.room",
  "vintage.not_usable",
  "amount.overflow",
};

const char *
cd_check_code (CdCheckId id)
{
  return (guint)id < G_N_ELEMENTS (codes) ? codes[id] : NULL;
}

/* Everything one run works with. */
typedef struct
{
  const CdCheckInput *in;
  const CdInstrument *instrument;
  const CdModeRule *mode;
  CdDate day;
  gint64 amount_e4;
  CdCheckResult *out;
  gsize n, n_max;
} Run;

static void
report (Run *run, CdCheckId id, gboolean ok, gint64 a, gint64 b, const char *source)
{
  if (run->n < run->n_max)
    run->out[run->n++] = (CdCheckResult){ id, ok ? CD_CHECK_PASS : CD_CHECK_BLOCK, codes[id], a, b, source };
}

static void
check_place (Run *run)
{
  const CdOrderDraft *draft = run->in->draft;
  CdMode mode = draft->kind == CD_KIND_BLOCK ? CD_MODE_BLOCK : draft->kind == CD_KIND_AUCTION_BID ? CD_MODE_AUCTION
                                                                                                  : CD_MODE_LIST;
  gboolean tradable;
  gboolean allowed = FALSE;

  run->instrument = cd_market_instrument (run->in->market, draft->instrument);
  run->mode = cd_market_mode (run->in->market, mode, run->day);
  report (run, CD_CHECK_SESSION, cd_market_session_at (run->in->market, mode, run->in->market_time_us, NULL) == CD_SESSION_OPEN, 0, 0, run->mode ? run->mode->source : NULL);
  tradable = run->instrument && run->instrument->kind != CD_INSTRUMENT_COMPOSITE && run->instrument->first_trade != CD_DATE_NONE && run->day >= run->instrument->first_trade;
  report (run, CD_CHECK_INSTRUMENT, tradable, 0, 0, run->instrument ? run->instrument->source : NULL);
  if (run->mode)
    switch (run->mode->match)
      {
      case CD_MATCH_QUOTE_PICK:
        allowed = draft->kind == CD_KIND_LIST || draft->kind == CD_KIND_PICK;
        break;
      case CD_MATCH_PRICE_TIME:
        allowed = draft->kind == CD_KIND_LIMIT;
        break;
      case CD_MATCH_NEGOTIATED:
        allowed = draft->kind == CD_KIND_BLOCK;
        break;
      case CD_MATCH_AUCTION:
        allowed = draft->kind == CD_KIND_AUCTION_BID;
        break;
      }
  report (run, CD_CHECK_KIND, allowed, 0, 0, run->mode ? run->mode->source : NULL);
}

static void
check_price (Run *run)
{
  const CdOrderDraft *draft = run->in->draft;
  gint64 tick = run->instrument->tick_e4;
  CdPrice low, high;
  gint64 below = draft->price_e4 - draft->price_e4 % tick;
  gint64 above;

  if (!cd_i64_add (below, tick, &above))
    above = below;
  report (run, CD_CHECK_TICK, draft->price_e4 > 0 && draft->price_e4 % tick == 0, below, above, run->instrument->source);
  if (run->mode && run->in->reference_e4 > 0 && cd_market_band (run->mode, run->day, (CdPrice){ run->in->reference_e4, run->in->market->ccy }, tick, &low, &high))
    {
      const CdRuleValue *band = cd_rule_series_at_practice (run->mode->band_bp, run->day);

      report (run, CD_CHECK_BAND, draft->price_e4 >= low.e4 && draft->price_e4 <= high.e4, low.e4, high.e4, band->source);
    }
}

static void
check_qty (Run *run)
{
  const CdOrderDraft *draft = run->in->draft;
  const CdRuleValue *min = run->mode ? cd_rule_series_at_practice (run->mode->min_qty, run->day) : NULL;
  const CdRuleValue *max = run->mode ? cd_rule_series_at_practice (run->mode->max_qty_exclusive, run->day) : NULL;

  report (run, CD_CHECK_LOT, draft->qty > 0 && draft->qty % run->instrument->lot == 0, run->instrument->lot, 0, run->instrument->source);
  if (max && max->has_value)
    report (run, CD_CHECK_MAX_QTY, draft->qty < max->value, max->value, draft->qty, max->source);
  if (min && min->has_value && min->value > 1)
    report (run, CD_CHECK_MIN_QTY, draft->qty >= min->value, min->value, draft->qty, min->source);
}

static void
check_means (Run *run)
{
  const CdCheckInput *in = run->in;
  const CdOrderDraft *draft = in->draft;
  const CdRuleValue *t_plus = cd_rule_series_at_practice (in->market->t_plus, run->day);

  if (draft->side == CD_SIDE_BUY)
    report (run, CD_CHECK_CASH, run->amount_e4 <= in->cash_available_e4, run->amount_e4, in->cash_available_e4, NULL);
  else
    {
      report (run, CD_CHECK_UNITS, draft->qty <= in->units_trading, draft->qty, in->units_trading, NULL);
      if (t_plus && t_plus->has_value && t_plus->value > 0 && in->units_bought_today > 0)
        report (run, CD_CHECK_T_PLUS, draft->qty <= in->units_trading, in->units_bought_today, in->units_trading, t_plus->source);
    }
}

static void
check_position (Run *run)
{
  const CdCheckInput *in = run->in;
  const CdRuleValue *limit = cd_rule_series_at (in->market->position_limit, run->day, CD_DATE_NONE);
  const CdRuleValue *own = in->market->position_own ? cd_rule_series_at (in->market->position_own, run->day, CD_DATE_NONE) : NULL;
  gint64 after, most;

  /* The rules speak of allowances; nobody limits credits. */
  if (!limit || !limit->has_value || in->draft->side != CD_SIDE_BUY || run->instrument->kind != CD_INSTRUMENT_ALLOWANCE)
    return;
  most = limit->value;
  if (own && own->has_value && own->value != 0 && !cd_i64_add (most, in->own_allocation, &most))
    most = G_MAXINT64;
  if (!cd_i64_add (in->position, in->draft->qty, &after))
    after = G_MAXINT64;
  report (run, CD_CHECK_POSITION, after <= most, most, after, limit->source);
}

/* A pick takes one level among the best five of the other side, and no more than stands there. */
static void
check_pick (Run *run)
{
  const CdOrderDraft *draft = run->in->draft;
  CdSide other = draft->side == CD_SIDE_BUY ? CD_SIDE_SELL : CD_SIDE_BUY;
  gsize visible = run->mode && run->mode->visible_levels ? (gsize)run->mode->visible_levels : G_MAXSIZE;
  gint64 there = 0;
  CdLevel level;

  if (draft->kind != CD_KIND_PICK || !run->in->book)
    return;
  for (gsize i = 0; i < visible && cd_book_level (run->in->book, other, i, &level); i++)
    if (level.price == draft->price_e4)
      there = level.qty;
  report (run, CD_CHECK_LEVEL, there > 0 && draft->qty <= there, draft->qty, there, run->mode ? run->mode->source : NULL);
}

static void
check_conduct (Run *run)
{
  const CdCheckInput *in = run->in;
  const CdOrderDraft *draft = in->draft;
  gboolean self = draft->kind != CD_KIND_LIST && in->own_opposite_best_e4 != 0 && (draft->side == CD_SIDE_BUY ? draft->price_e4 >= in->own_opposite_best_e4 : draft->price_e4 <= in->own_opposite_best_e4);

  report (run, CD_CHECK_SELF, !self, in->own_opposite_best_e4, draft->price_e4, NULL);
  report (run, CD_CHECK_RIGHTS, in->may_enter, 0, 0, NULL);
  if (in->max_notional_e4 > 0)
    report (run, CD_CHECK_LIMIT, run->amount_e4 <= in->max_notional_e4, run->amount_e4, in->max_notional_e4, NULL);
  report (run, CD_CHECK_DUPLICATE, !in->duplicate_recent, 0, 0, NULL);
  report (run, CD_CHECK_STALE, !in->book_stale, 0, 0, NULL);
}

gsize
cd_checks_run (const CdCheckInput *input, CdCheckResult *results, gsize n_max)
{
  Run run = { .in = input, .out = results, .n_max = n_max };

  run.day = cd_zone_date_of (cd_calendar_zone (input->market->calendar), input->market_time_us, NULL);
  check_place (&run);
  if (!run.instrument)
    return run.n;
  check_price (&run);
  check_qty (&run);
  if (!cd_i64_mul (input->draft->price_e4, input->draft->qty, &run.amount_e4))
    {
      report (&run, CD_CHECK_OVERFLOW, FALSE, input->draft->price_e4, input->draft->qty, NULL);
      return run.n;
    }
  check_means (&run);
  check_pick (&run);
  check_conduct (&run);
  check_position (&run);
  return run.n;
}

const CdCheckResult *
cd_checks_first_block (const CdCheckResult *results, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (results[i].verdict == CD_CHECK_BLOCK)
      return &results[i];
  return NULL;
}
