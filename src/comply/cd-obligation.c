/* cd-obligation.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The evaluation in steps: what is owed, what is there, what of it counts, what is missing, until when, and what then.
 */
#include "cd-obligation-private.h"

GQuark
cd_obligation_error_quark (void)
{
  return g_quark_from_static_string ("cd-obligation-error-quark");
}

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

void
cd_obligation_trace_units (CdObligationEval *e, const char *rule, const char *source, gint64 result, const char *inputs)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT " t", result);

  cd_trace_add (e->out->trace, rule, source, text, "%s", inputs);
}

/* --- Input ----------------------------------------------------------------------------------------------------------- */

static gboolean
check_units (const char *name, const char *field, gint64 value, GError **error)
{
  if (value >= 0 && value <= CD_OBLIGATION_UNITS_MAX)
    return TRUE;
  g_set_error (error, CD_OBLIGATION_ERROR, value < 0 ? CD_OBLIGATION_ERROR_INPUT : CD_OBLIGATION_ERROR_RANGE,
               "%s, %s: %" G_GINT64_FORMAT ", expected 0 to %" G_GINT64_FORMAT, name, field, value, CD_OBLIGATION_UNITS_MAX);
  return FALSE;
}

static gboolean
check_vintage (const CdVintageHolding *v, GError **error)
{
  return check_units (v->code, "trading", v->trading, error) && check_units (v->code, "registry", v->registry, error) && check_units (v->code, "bought today", v->bought_today, error) && check_units (v->code, "order locked", v->order_locked, error) && check_units (v->code, "submitted", v->submitted, error) && check_units (v->code, "other frozen", v->other_frozen, error) && check_units (v->code, "surrendered", v->surrendered, error);
}

static gboolean
check_credit (const CdCreditHolding *c, GError **error)
{
  return check_units (c->code, "trading", c->trading, error) && check_units (c->code, "registry", c->registry, error) && check_units (c->code, "bought today", c->bought_today, error) && check_units (c->code, "reserved", c->reserved, error) && check_units (c->code, "submitted", c->submitted, error) && check_units (c->code, "used", c->used, error);
}

gboolean
cd_obligation_check_input (const CdObligationInput *in, GError **error)
{
  if (in->n_vintages > CD_OBLIGATION_LINES_MAX || in->n_credits > CD_OBLIGATION_LINES_MAX)
    {
      g_set_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_RANGE, "holdings: expected at most %d lines", CD_OBLIGATION_LINES_MAX);
      return FALSE;
    }
  if (in->verified.e3 < 0 || in->verified.e3 / 1000 > CD_OBLIGATION_UNITS_MAX)
    {
      g_set_error (error, CD_OBLIGATION_ERROR, in->verified.e3 < 0 ? CD_OBLIGATION_ERROR_INPUT : CD_OBLIGATION_ERROR_RANGE,
                   "verified emissions: %" G_GINT64_FORMAT " kg, expected 0 to %" G_GINT64_FORMAT " t", in->verified.e3, CD_OBLIGATION_UNITS_MAX);
      return FALSE;
    }
  if (!check_units ("allocation", "approved", in->approved, error) || !check_units ("allocation", "issued", in->issued, error))
    return FALSE;
  for (gsize i = 0; i < in->n_vintages; i++)
    if (!check_vintage (&in->vintages[i], error))
      return FALSE;
  for (gsize i = 0; i < in->n_credits; i++)
    if (!check_credit (&in->credits[i], error))
      return FALSE;
  return TRUE;
}

/* --- Owed and held --------------------------------------------------------------------------------------------------- */

static gboolean
count_owed (CdObligationEval *e, GError **error)
{
  g_autofree char *inputs = g_strdup_printf ("verified=%" G_GINT64_FORMAT " kg%s; approved=%" G_GINT64_FORMAT " t", e->in->verified.e3, e->in->verified_final ? "" : " (not final)", e->in->approved);

  if (!cd_i64_mul_div (e->in->verified.e3, 1, 1000, CD_ROUND_CEIL, &e->out->owed))
    {
      g_set_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_RANGE, "verified emissions: %" G_GINT64_FORMAT " kg do not fit", e->in->verified.e3);
      return FALSE;
    }
  cd_obligation_trace_units (e, "owed", e->year->vintages_source, e->out->owed, inputs);
  return TRUE;
}

static void
count_allowances (CdObligationEval *e)
{
  CdObligation *o = e->out;

  for (gsize i = 0; i < e->in->n_vintages; i++)
    {
      const CdVintageHolding *v = &e->in->vintages[i];
      gboolean usable = cd_compliance_year_accepts (e->year, v->vintage);
      gint64 held = v->trading + v->registry + v->bought_today;
      g_autofree char *inputs = g_strdup_printf ("code=%s; vintage=%d; trading=%" G_GINT64_FORMAT "; registry=%" G_GINT64_FORMAT "; bought today=%" G_GINT64_FORMAT "; in sell orders=%" G_GINT64_FORMAT "; submitted=%" G_GINT64_FORMAT "; surrendered=%" G_GINT64_FORMAT,
                                                 v->code, v->vintage, v->trading, v->registry, v->bought_today, v->order_locked, v->submitted, v->surrendered);

      o->surrendered += v->surrendered;
      if (usable)
        {
          o->usable_registry += v->registry + v->submitted;
          o->usable_trading += v->trading + v->bought_today;
          cd_obligation_trace_units (e, "vintage.usable", e->year->vintages_source, held + v->submitted, inputs);
        }
      else
        {
          o->unusable_vintage += held + v->order_locked;
          cd_obligation_trace_units (e, "vintage.not_usable", e->year->vintages_source, held + v->order_locked, inputs);
        }
    }
}

/* --- Balance --------------------------------------------------------------------------------------------------------- */

static void
trace_balance (CdObligationEval *e, gint64 have)
{
  const CdObligation *o = e->out;
  g_autofree char *inputs = g_strdup_printf ("owed=%" G_GINT64_FORMAT "; surrendered=%" G_GINT64_FORMAT "; register=%" G_GINT64_FORMAT "; trading=%" G_GINT64_FORMAT "; offsets=%" G_GINT64_FORMAT,
                                             o->owed, o->surrendered, o->usable_registry, o->usable_trading, o->offset_pending + o->offset_countable);
  g_autofree char *still = g_strdup_printf ("owed=%" G_GINT64_FORMAT "; surrendered=%" G_GINT64_FORMAT, o->owed, o->surrendered);
  g_autofree char *covered = g_strdup_printf ("surrendered=%" G_GINT64_FORMAT "; at hand=%" G_GINT64_FORMAT "; owed=%" G_GINT64_FORMAT, o->surrendered, have, o->owed);
  g_autofree char *bp = g_strdup_printf ("%d bp", o->coverage_bp);

  cd_obligation_trace_units (e, "remaining", e->year->vintages_source, o->remaining, still);
  cd_obligation_trace_units (e, o->shortfall > 0 ? "shortfall" : "surplus", e->year->vintages_source, o->shortfall > 0 ? o->shortfall : o->surplus, inputs);
  cd_trace_add (o->trace, "coverage", e->year->vintages_source, bp, "%s", covered);
}

static void
cost_cover (CdObligationEval *e)
{
  CdObligation *o = e->out;
  char amount[CD_DECIMAL_BUF], price[CD_DECIMAL_BUF];

  if (o->shortfall == 0 || e->in->cover_price_e4 <= 0 || !cd_price_times ((CdPrice){ e->in->cover_price_e4, e->in->market->ccy }, CD_UNITS (o->shortfall), &o->cover_cost))
    return;
  o->has_cover_cost = TRUE;
  cd_trace_add (o->trace, "cover.cost", e->in->market->id, cd_decimal_print (o->cover_cost.e4, 4, 2, amount), "shortfall=%" G_GINT64_FORMAT " t; best ask of a usable allowance=%s", o->shortfall, cd_decimal_print (e->in->cover_price_e4, 4, 2, price));
}

static void
balance (CdObligationEval *e)
{
  CdObligation *o = e->out;
  gint64 have = o->usable_registry + o->usable_trading + o->offset_pending + o->offset_countable;
  gint64 bp = 10000;

  o->remaining = MAX (0, o->owed - o->surrendered);
  o->shortfall = MAX (0, o->remaining - have);
  o->surplus = MAX (0, have - o->remaining);
  /* What does not fit is far above any full coverage. */
  if (o->owed > 0 && !cd_i64_mul_div (o->surrendered + have, 10000, o->owed, CD_ROUND_FLOOR, &bp))
    bp = G_MAXINT64;
  o->coverage_bp = (int)MIN (bp, CD_COVERAGE_BP_MAX);
  trace_balance (e, have);
  cost_cover (e);
}

/* An obligation for which nobody knows what may be surrendered has no figures: 0 usable units would be one. */
static gboolean
find_rules (CdObligationEval *e, GError **error)
{
  const CdObligationInput *in = e->in;

  e->year = cd_scheme_year (in->scheme, in->year, in->sector);
  if (!e->year)
    {
      g_set_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_RULE, "%s: no rules for the compliance year %d of the sector %s", in->scheme->id, in->year, in->sector);
      return FALSE;
    }
  if (e->year->vintages_status == CD_RULE_UNVERIFIED)
    {
      g_set_error (error, CD_OBLIGATION_ERROR, CD_OBLIGATION_ERROR_RULE, "%s: which allowances may be surrendered for %d by the sector %s is not verified (%s)", in->scheme->id, in->year, in->sector, e->year->vintages_source);
      return FALSE;
    }
  e->out->vintages_status = e->year->vintages_status;
  e->rule = cd_scheme_offset_rule (in->scheme, in->year);
  e->today = cd_zone_date_of (in->scheme->zone, in->now_us, NULL);
  return TRUE;
}

CdObligation *
cd_obligation_evaluate (const CdObligationInput *input, GError **error)
{
  g_autoptr (CdObligation) o = obligation_new ();
  CdObligationEval e = { .in = input, .out = o };

  if (!find_rules (&e, error) || !cd_obligation_check_input (input, error) || !count_owed (&e, error))
    return NULL;
  count_allowances (&e);
  if (!cd_obligation_count_offsets (&e, error))
    return NULL;
  balance (&e);
  cd_obligation_find_deadlines (&e);
  cd_obligation_find_penalties (&e);
  return g_steal_pointer (&o);
}
