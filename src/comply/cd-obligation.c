/* cd-obligation.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The evaluation in steps: what is owed, what is there, what of it counts, what is missing, until when, and what then.
 */
#include "cd-obligation.h"

#include <string.h>

GQuark
cd_obligation_error_quark (void)
{
  return g_quark_from_static_string ("cd-obligation-error-quark");
}

typedef struct
{
  const CdObligationInput *in;
  const CdComplianceYear *year;
  const CdOffsetRule *rule; /* (nullable): no offset rule for the year */
  CdDate today;
  CdObligation *out;
} Eval;

static void
lot_free (gpointer data)
{
  CdLotVerdict *lot = data;

  g_free (lot->code);
  g_free (lot->sub_cap);
  g_free (lot);
}

static void
sub_room_free (gpointer data)
{
  CdSubRoom *room = data;

  g_free (room->id);
  g_free (room);
}

static void
penalty_free (gpointer data)
{
  CdPenaltyEstimate *penalty = data;

  g_free (penalty->text_zh);
  g_free (penalty->text_en);
  g_free (penalty->source);
  g_free (penalty);
}

static void
deadline_free (gpointer data)
{
  CdDeadline *deadline = data;

  g_free (deadline->id);
  g_free (deadline->source);
  g_free (deadline);
}

static CdObligation *
obligation_new (void)
{
  CdObligation *o = g_new0 (CdObligation, 1);

  o->lots = g_ptr_array_new_with_free_func (lot_free);
  o->sub_rooms = g_ptr_array_new_with_free_func (sub_room_free);
  o->penalties = g_ptr_array_new_with_free_func (penalty_free);
  o->deadlines = g_ptr_array_new_with_free_func (deadline_free);
  o->trace = cd_trace_new ();
  o->sessions_left = -1;
  return o;
}

void
cd_obligation_free (CdObligation *o)
{
  if (!o)
    return;
  g_ptr_array_unref (o->lots);
  g_ptr_array_unref (o->sub_rooms);
  g_ptr_array_unref (o->penalties);
  g_ptr_array_unref (o->deadlines);
  cd_trace_free (o->trace);
  g_free (o);
}

static void
trace_units (Eval *e, const char *rule, const char *source, gint64 result, const char *inputs)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT " t", result);

  cd_trace_add (e->out->trace, rule, source, text, "%s", inputs);
}

/* --- Owed and held --------------------------------------------------------------------------------------------------- */

static gboolean
count_owed (Eval *e, GError **error)
{
  g_autofree char *inputs = g_strdup_printf ("verified=%" G_GINT64_FORMAT " kg%s", e->in->verified.e3, e->in->verified_final ? "" : " (not final)");

  if (e->in->verified.e3 < 0 || !cd_i64_mul_div (e->in->verified.e3, 1, 1000, CD_ROUND_CEIL, &e->out->owed))
    {
      g_set_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_INPUT, "verified emissions: expected 0 or more");
      return FALSE;
    }
  trace_units (e, "owed", e->year->vintages_source, e->out->owed, inputs);
  return TRUE;
}

static void
count_allowances (Eval *e)
{
  CdObligation *o = e->out;

  for (gsize i = 0; i < e->in->n_vintages; i++)
    {
      const CdVintageHolding *v = &e->in->vintages[i];
      gboolean usable = cd_compliance_year_accepts (e->year, v->vintage);
      g_autofree char *inputs = g_strdup_printf ("code=%s; vintage=%d; trading=%" G_GINT64_FORMAT "; registry=%" G_GINT64_FORMAT "; bought today=%" G_GINT64_FORMAT "; submitted=%" G_GINT64_FORMAT,
                                                 v->code, v->vintage, v->trading, v->registry, v->bought_today, v->submitted);

      o->surrendered += v->surrendered;
      if (!usable)
        {
          o->unusable_vintage += v->trading + v->registry + v->bought_today + v->order_locked;
          trace_units (e, "vintage.not_usable", e->year->vintages_source, v->trading + v->registry + v->bought_today, inputs);
          continue;
        }
      o->usable_registry += v->registry + v->submitted;
      o->usable_trading += v->trading + v->bought_today;
      trace_units (e, "vintage.usable", e->year->vintages_source, v->registry + v->submitted + v->trading + v->bought_today, inputs);
    }
}

/* --- Offsets --------------------------------------------------------------------------------------------------------- */

static CdSubRoom *
sub_room_of (Eval *e, const CdCreditHolding *lot)
{
  for (guint i = 0; i < e->rule->sub_caps->len; i++)
    {
      const CdOffsetSubCap *cap = g_ptr_array_index (e->rule->sub_caps, i);

      if (cap->origin_not && g_strcmp0 (cap->origin_not, lot->origin) == 0)
        continue;
      if (cap->type_only && g_strcmp0 (cap->type_only, lot->type) != 0)
        continue;
      return g_ptr_array_index (e->out->sub_rooms, i);
    }
  return NULL;
}

static gboolean
open_rooms (Eval *e, GError **error)
{
  CdObligation *o = e->out;
  g_autofree char *inputs = NULL;

  if (!cd_offset_cap (e->rule, e->rule->cap_bp, e->in, &o->offset_cap, error))
    return FALSE;
  inputs = g_strdup_printf ("cap=%d bp; base=%d; verified=%" G_GINT64_FORMAT " kg; issued=%" G_GINT64_FORMAT " t", e->rule->cap_bp, e->rule->base, e->in->verified.e3, e->in->issued);
  trace_units (e, "offset.cap", e->rule->source, o->offset_cap, inputs);
  for (guint i = 0; i < e->rule->sub_caps->len; i++)
    {
      const CdOffsetSubCap *cap = g_ptr_array_index (e->rule->sub_caps, i);
      CdSubRoom *room = g_new0 (CdSubRoom, 1);

      room->id = g_strdup (cap->id);
      g_ptr_array_add (o->sub_rooms, room);
      if (!cd_offset_cap (e->rule, cap->cap_bp, e->in, &room->cap, error))
        return FALSE;
      room->room = room->cap;
      trace_units (e, "offset.sub_cap", cap->source, room->cap, cap->id);
    }
  return TRUE;
}

/* What was used, reserved or submitted takes room before anything that is only held. */
static void
take_used (Eval *e)
{
  CdObligation *o = e->out;

  for (gsize i = 0; i < e->in->n_credits; i++)
    {
      const CdCreditHolding *lot = &e->in->credits[i];
      CdSubRoom *room = sub_room_of (e, lot);
      gint64 used = lot->used + lot->submitted + lot->reserved;

      o->offset_used += used;
      o->surrendered += lot->used;
      if (room)
        {
          room->used += used;
          room->room = MAX (0, room->cap - room->used);
        }
    }
  o->offset_room = MAX (0, o->offset_cap - o->offset_used);
}

static void
judge_lots (Eval *e)
{
  CdObligation *o = e->out;
  gint64 room = o->offset_room;

  for (gsize i = 0; i < e->in->n_credits; i++)
    {
      const CdCreditHolding *lot = &e->in->credits[i];
      CdLotVerdict *verdict = g_new0 (CdLotVerdict, 1);
      CdSubRoom *sub = sub_room_of (e, lot);
      gint64 held = lot->trading + lot->registry + lot->bought_today;
      gint64 counted = 0;

      verdict->code = g_strdup (lot->code);
      verdict->sub_cap = sub ? g_strdup (sub->id) : NULL;
      verdict->eligible = cd_offset_eligibility (e->rule, lot, e->today, o->trace);
      if (verdict->eligible == CD_ELIGIBLE)
        {
          counted = MIN (held, room);
          if (sub)
            counted = MIN (counted, sub->room);
          room -= counted;
          if (sub)
            sub->room -= counted;
        }
      verdict->counted = counted + lot->reserved + lot->submitted;
      verdict->stranded = held - counted;
      o->offset_countable += counted;
      o->offset_stranded += verdict->stranded;
      g_ptr_array_add (o->lots, verdict);
    }
  trace_units (e, "offset.room", e->rule->source, o->offset_room, "cap - used - reserved - submitted");
}

static gboolean
count_offsets (Eval *e, GError **error)
{
  if (!e->rule || e->rule->status == CD_RULE_UNVERIFIED)
    {
      cd_trace_add (e->out->trace, "offset.cap", e->rule ? e->rule->source : "", "not verified", "no offset is counted without a verified rule");
      return TRUE;
    }
  if (!open_rooms (e, error))
    return FALSE;
  take_used (e);
  judge_lots (e);
  return TRUE;
}

/* --- Balance --------------------------------------------------------------------------------------------------------- */

static gint64
pending_offsets (Eval *e)
{
  gint64 sum = 0;

  for (gsize i = 0; i < e->in->n_credits; i++)
    sum += e->in->credits[i].reserved + e->in->credits[i].submitted;
  return sum;
}

static void
balance (Eval *e)
{
  CdObligation *o = e->out;
  gint64 have = o->usable_registry + o->usable_trading + o->offset_countable + (e->rule ? pending_offsets (e) : 0);
  gint64 bp = 0;
  g_autofree char *inputs = NULL;

  o->remaining = MAX (0, o->owed - o->surrendered);
  o->shortfall = MAX (0, o->remaining - have);
  o->surplus = MAX (0, have - o->remaining);
  if (o->owed == 0)
    bp = 10000;
  else if (!cd_i64_mul_div (o->surrendered + have, 10000, o->owed, CD_ROUND_FLOOR, &bp))
    bp = 0;
  o->coverage_bp = (int)MIN (bp, 1000000);
  inputs = g_strdup_printf ("owed=%" G_GINT64_FORMAT "; surrendered=%" G_GINT64_FORMAT "; register=%" G_GINT64_FORMAT "; trading=%" G_GINT64_FORMAT "; offsets=%" G_GINT64_FORMAT,
                            o->owed, o->surrendered, o->usable_registry, o->usable_trading, have - o->usable_registry - o->usable_trading);
  trace_units (e, o->shortfall > 0 ? "shortfall" : "surplus", e->year->vintages_source, o->shortfall > 0 ? o->shortfall : o->surplus, inputs);
  if (o->shortfall > 0 && e->in->cover_price_e4 > 0 && cd_price_times ((CdPrice){ e->in->cover_price_e4, e->in->market->ccy }, CD_UNITS (o->shortfall), &o->cover_cost))
    o->has_cover_cost = TRUE;
}

/* --- Deadlines ------------------------------------------------------------------------------------------------------- */

static void
add_deadline (Eval *e, const char *id, gint64 at_us, CdDutyOwner owner, CdRuleStatus status, const char *source)
{
  CdDeadline *deadline = g_new0 (CdDeadline, 1);

  deadline->id = g_strdup (id);
  deadline->at_us = at_us;
  deadline->owner = owner;
  deadline->status = status;
  deadline->source = g_strdup (source ? source : "");
  g_ptr_array_add (e->out->deadlines, deadline);
}

static gint64
last_close (const CdMarket *market, CdDate day)
{
  const CdModeRule *rule = cd_market_mode (market, CD_MODE_LIST, day);

  if (!rule || rule->sessions->len == 0)
    return 0;
  return cd_zone_to_us (cd_calendar_zone (market->calendar), day, g_array_index (rule->sessions, CdSession, rule->sessions->len - 1).close_s);
}

/* A purchase settles after the close of its day and must then be transferred and submitted: the last safe day is the trading
 * day before the deadline's (china-rules 3.4). */
static void
find_last_buy (Eval *e, const CdTask *surrender)
{
  CdObligation *o = e->out;
  CdDate day = cd_calendar_prev_trading (e->in->market->calendar, surrender->due);
  char text[CD_DATE_BUF];

  if (day == CD_DATE_NONE)
    return;
  o->last_safe_buy_us = last_close (e->in->market, day);
  if (o->last_safe_buy_us == 0)
    return;
  if (o->last_safe_buy_us >= e->in->now_us)
    {
      o->sessions_left = cd_calendar_count_trading (e->in->market->calendar, e->today, day);
    }
  else
    o->sessions_left = 0;
  cd_trace_add (o->trace, "deadline.last_buy", surrender->source, cd_date_print (day, text), "settles after the close of its day; transfer and surrender on the deadline day at the latest");
  add_deadline (e, "last_buy_list", o->last_safe_buy_us, CD_OWNER_OURS, surrender->status, surrender->source);
  add_deadline (e, "last_transfer", cd_zone_to_us (e->in->scheme->zone, surrender->due, 0), CD_OWNER_OURS, surrender->status, surrender->source);
}

static void
find_deadlines (Eval *e)
{
  const CdTask *surrender = cd_compliance_year_task (e->year, "surrender");

  for (guint i = 0; i < e->year->tasks->len; i++)
    {
      const CdTask *task = g_ptr_array_index (e->year->tasks, i);
      gint64 at = task->due == CD_DATE_NONE ? 0 : cd_zone_to_us (e->in->scheme->zone, task->due, task->due_s);

      add_deadline (e, task->id, at, task->owner, task->status, task->source);
    }
  e->out->deadline_status = CD_RULE_UNVERIFIED;
  if (!surrender || surrender->due == CD_DATE_NONE)
    {
      cd_trace_add (e->out->trace, "deadline.surrender", surrender ? surrender->source : "", "not verified", "%s", e->year->label_en);
      return;
    }
  e->out->deadline_status = surrender->status;
  e->out->deadline_us = cd_zone_to_us (e->in->scheme->zone, surrender->due, surrender->due_s);
  find_last_buy (e, surrender);
}

/* --- Penalties ------------------------------------------------------------------------------------------------------- */

static void
estimate (Eval *e, const CdPenalty *rule)
{
  CdPenaltyEstimate *p = g_new0 (CdPenaltyEstimate, 1);
  CdCurrency ccy = e->in->market->ccy;
  CdMoney value;

  p->stage = rule->stage;
  p->verified_rule = rule->status != CD_RULE_UNVERIFIED;
  p->deduct_next_year = rule->deduct_next_year;
  p->text_zh = g_strdup (rule->text_zh);
  p->text_en = g_strdup (rule->text_en);
  p->source = g_strdup (rule->source);
  if (rule->kind == CD_PENALTY_FIXED_RANGE)
    {
      p->low = (CdMoney){ rule->low, ccy };
      p->high = (CdMoney){ rule->high, ccy };
      p->has_amount = TRUE;
    }
  else if (e->in->price_e4 > 0 && cd_price_times ((CdPrice){ e->in->price_e4, ccy }, CD_UNITS (e->out->shortfall), &value))
    {
      p->low.ccy = p->high.ccy = ccy;
      p->has_amount = cd_i64_mul_div (value.e4, rule->low, 100, CD_ROUND_HALF_UP, &p->low.e4) && cd_i64_mul_div (value.e4, rule->high, 100, CD_ROUND_HALF_UP, &p->high.e4);
    }
  cd_trace_add (e->out->trace, "penalty", rule->source, rule->text_en, "stage=%d; shortfall=%" G_GINT64_FORMAT " t; price=%" G_GINT64_FORMAT " e-4; low=%" G_GINT64_FORMAT "; high=%" G_GINT64_FORMAT, rule->stage, e->out->shortfall, e->in->price_e4, rule->low, rule->high);
  g_ptr_array_add (e->out->penalties, p);
}

static void
find_penalties (Eval *e)
{
  CdDate day = e->out->deadline_us ? cd_zone_date_of (e->in->scheme->zone, e->out->deadline_us - 1, NULL) : e->today;

  if (e->out->shortfall == 0)
    return;
  for (guint i = 0; i < e->in->scheme->penalties->len; i++)
    {
      const CdPenalty *rule = g_ptr_array_index (e->in->scheme->penalties, i);

      if (day >= rule->from && (rule->to == CD_DATE_NONE || day <= rule->to))
        estimate (e, rule);
    }
}

CdObligation *
cd_obligation_evaluate (const CdObligationInput *input, GError **error)
{
  g_autoptr (CdObligation) o = obligation_new ();
  Eval e = { .in = input, .out = o };

  e.year = cd_scheme_year (input->scheme, input->year, input->sector);
  if (!e.year)
    {
      g_set_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_RULE, "%s: no rules for the compliance year %d of the sector %s", input->scheme->id, input->year, input->sector);
      return NULL;
    }
  e.rule = cd_scheme_offset_rule (input->scheme, input->year);
  e.today = cd_zone_date_of (input->scheme->zone, input->now_us, NULL);
  if (!count_owed (&e, error))
    return NULL;
  count_allowances (&e);
  if (!count_offsets (&e, error))
    return NULL;
  balance (&e);
  find_deadlines (&e);
  find_penalties (&e);
  return g_steal_pointer (&o);
}
