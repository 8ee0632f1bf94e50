/* cd-obligation-dates.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Until when, and what then: the deadlines of a year with who must act, the last purchase that is still in time, and the penalties
 * by stage.
 */
#include "cd-obligation-private.h"

/* --- Deadlines ------------------------------------------------------------------------------------------------------- */

static void
add_deadline (CdObligationEval *e, const char *id, gint64 at_us, CdDutyOwner owner, CdRuleStatus status, const char *source)
{
  CdDeadline *deadline = g_new0 (CdDeadline, 1);

  deadline->id = g_strdup (id);
  deadline->at_us = at_us;
  deadline->owner = owner;
  deadline->status = status;
  deadline->source = g_strdup (source ? source : "");
  g_ptr_array_add (e->out->deadlines, deadline);
}

static void
add_task (CdObligationEval *e, const CdTask *task)
{
  static const char *const owners[] = { "ours", "authority", "verifier", "register" };
  gint64 at = task->due == CD_DATE_NONE ? 0 : cd_zone_to_us (e->in->scheme->zone, task->due, task->due_s);
  g_autofree char *rule = g_strdup_printf ("deadline.%s", task->id);
  char day[CD_DATE_BUF], time[CD_DATE_BUF];

  add_deadline (e, task->id, at, task->owner, task->status, task->source);
  cd_trace_add (e->out->trace, rule, task->source, at ? cd_date_print (task->due, day) : "not verified",
                "time=%s; owner=%s; status=%s", cd_time_of_day_print (task->due_s, time), owners[task->owner], cd_rule_status_name (task->status));
}

static gint64
last_close (const CdMarket *market, CdDate day)
{
  const CdModeRule *rule = cd_market_mode (market, CD_MODE_LIST, day);

  if (!rule || rule->sessions->len == 0)
    return 0;
  return cd_zone_to_us (cd_calendar_zone (market->calendar), day, g_array_index (rule->sessions, CdSession, rule->sessions->len - 1).close_s);
}

/* Trading days on which one can still buy in time: today counts until its close. */
static int
count_sessions (CdObligationEval *e, CdDate last_day)
{
  const CdMarket *market = e->in->market;
  CdDate from = e->today;

  if (e->in->now_us > e->out->last_safe_buy_us)
    return 0;
  if (cd_calendar_is_trading (market->calendar, from) && e->in->now_us > last_close (market, from))
    from++;
  return cd_calendar_count_trading (market->calendar, from, last_day);
}

/* A purchase settles after the close of its day and must then be transferred and submitted (china-rules 3.4). The register works
 * on trading days as far as is known: where the deadline is none, the transfer has to be made on the last one before it. */
static void
find_last_buy (CdObligationEval *e, const CdTask *surrender)
{
  CdObligation *o = e->out;
  const CdCalendar *calendar = e->in->market->calendar;
  CdDate transfer = cd_calendar_is_trading (calendar, surrender->due) ? surrender->due : cd_calendar_prev_trading (calendar, surrender->due);
  CdDate buy = transfer == CD_DATE_NONE ? CD_DATE_NONE : cd_calendar_prev_trading (calendar, transfer);
  char transfer_text[CD_DATE_BUF], buy_text[CD_DATE_BUF];

  if (cd_calendar_day_kind (calendar, surrender->due) == CD_DAY_UNKNOWN || buy == CD_DATE_NONE || last_close (e->in->market, buy) == 0)
    {
      cd_trace_add (o->trace, "deadline.last_buy", surrender->source, "not known", "the calendar or the trading mode does not cover the days before the deadline");
      return;
    }
  o->last_safe_buy_us = last_close (e->in->market, buy);
  o->sessions_left = count_sessions (e, buy);
  cd_trace_add (o->trace, "deadline.last_buy", surrender->source, cd_date_print (buy, buy_text), "settles after the close of its day; transfer on %s; sessions left=%d", cd_date_print (transfer, transfer_text), o->sessions_left);
  add_deadline (e, "last_buy_list", o->last_safe_buy_us, CD_OWNER_OURS, surrender->status, surrender->source);
  add_deadline (e, "last_transfer", MIN (o->deadline_us, cd_zone_to_us (e->in->scheme->zone, transfer, 86400)), CD_OWNER_OURS, surrender->status, surrender->source);
}

void
cd_obligation_find_deadlines (CdObligationEval *e)
{
  const CdTask *surrender = cd_compliance_year_task (e->year, "surrender");

  for (guint i = 0; i < e->year->tasks->len; i++)
    add_task (e, g_ptr_array_index (e->year->tasks, i));
  e->out->deadline_status = CD_RULE_UNVERIFIED;
  if (!surrender || surrender->due == CD_DATE_NONE || surrender->status == CD_RULE_UNVERIFIED)
    {
      cd_trace_add (e->out->trace, "deadline.last_buy", surrender ? surrender->source : e->in->scheme->id, "not verified", "the day of the surrender is not verified; year=%d", e->in->year);
      return;
    }
  e->out->deadline_status = surrender->status;
  e->out->deadline_us = cd_zone_to_us (e->in->scheme->zone, surrender->due, surrender->due_s);
  find_last_buy (e, surrender);
}

/* --- Penalties ------------------------------------------------------------------------------------------------------- */

static void
trace_penalty (CdObligationEval *e, const CdPenalty *rule, const CdPenaltyEstimate *p)
{
  char low[CD_DECIMAL_BUF], high[CD_DECIMAL_BUF], price[CD_DECIMAL_BUF];
  g_autofree char *result = NULL;

  if (p->has_amount)
    result = g_strdup_printf ("%s – %s", cd_decimal_print (p->low.e4, 4, 2, low), cd_decimal_print (p->high.e4, 4, 2, high));
  else
    result = g_strdup (p->verified_rule ? "no price is known" : "not verified");
  if (rule->kind == CD_PENALTY_FIXED_RANGE)
    cd_trace_add (e->out->trace, "penalty", rule->source, result, "stage=%d; fixed range; shortfall=%" G_GINT64_FORMAT " t", rule->stage, e->out->shortfall);
  else
    cd_trace_add (e->out->trace, "penalty", rule->source, result, "stage=%d; shortfall=%" G_GINT64_FORMAT " t; average price=%s; factors in hundredths=%" G_GINT64_FORMAT " to %" G_GINT64_FORMAT "; window=%s",
                  rule->stage, e->out->shortfall, e->in->price_e4 > 0 ? cd_decimal_print (e->in->price_e4, 4, 2, price) : "not known", rule->low, rule->high, rule->price_window ? rule->price_window : "none");
}

/* A figure that no verified rule gives is left out, so that it is never shown as 0. */
static void
price_penalty (CdObligationEval *e, const CdPenalty *rule, CdPenaltyEstimate *p)
{
  CdCurrency ccy = e->in->market->ccy;
  CdMoney value;
  gint64 low, high;

  if (!p->verified_rule)
    return;
  if (rule->kind == CD_PENALTY_FIXED_RANGE)
    {
      low = rule->low;
      high = rule->high;
    }
  else if (e->in->price_e4 <= 0 || !cd_price_times ((CdPrice){ e->in->price_e4, ccy }, CD_UNITS (e->out->shortfall), &value) || !cd_i64_mul_div (value.e4, rule->low, 100, CD_ROUND_HALF_UP, &low) || !cd_i64_mul_div (value.e4, rule->high, 100, CD_ROUND_HALF_UP, &high))
    return;
  p->low = (CdMoney){ low, ccy };
  p->high = (CdMoney){ high, ccy };
  p->has_amount = TRUE;
}

static void
estimate (CdObligationEval *e, const CdPenalty *rule)
{
  CdPenaltyEstimate *p = g_new0 (CdPenaltyEstimate, 1);

  p->stage = rule->stage;
  p->verified_rule = rule->status != CD_RULE_UNVERIFIED;
  p->deduct_next_year = rule->deduct_next_year;
  p->deduction_unverified = rule->deduction_status_unverified;
  p->text_zh = g_strdup (rule->text_zh);
  p->text_en = g_strdup (rule->text_en);
  p->source = g_strdup (rule->source);
  price_penalty (e, rule, p);
  trace_penalty (e, rule, p);
  g_ptr_array_add (e->out->penalties, p);
}

/* The rule that binds is the one in force on the day of the deadline, not the one of today. */
void
cd_obligation_find_penalties (CdObligationEval *e)
{
  CdDate day = e->out->deadline_us ? cd_zone_date_of (e->in->scheme->zone, e->out->deadline_us - 1, NULL) : e->today;

  if (e->out->shortfall == 0)
    return;
  for (guint i = 0; i < e->in->scheme->penalties->len; i++)
    {
      const CdPenalty *rule = g_ptr_array_index (e->in->scheme->penalties, i);

      if (rule->act == CD_ACT_SURRENDER && !rule->person && day >= rule->from && (rule->to == CD_DATE_NONE || day <= rule->to))
        estimate (e, rule);
    }
}
