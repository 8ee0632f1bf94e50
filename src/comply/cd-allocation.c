/* cd-allocation.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-allocation.h"

#define E15 G_GINT64_CONSTANT (1000000000000000)
#define INPUT_MAX G_GINT64_CONSTANT (1000000000000000)
#define TERMS 24

GQuark
cd_allocation_error_quark (void)
{
  return g_quark_from_static_string ("cd-allocation-error-quark");
}

static void
class_free (gpointer data)
{
  CdAllocationClass *class = data;

  g_free (class->id);
  g_free (class);
}

CdAllocationRule *
cd_allocation_rule_new (void)
{
  CdAllocationRule *rule = g_new0 (CdAllocationRule, 1);

  rule->classes = g_ptr_array_new_with_free_func (class_free);
  rule->steps = g_array_new (FALSE, TRUE, sizeof (CdAllocationStep));
  rule->terms = g_array_new (FALSE, TRUE, sizeof (CdAllocationTerm));
  return rule;
}

void
cd_allocation_rule_free (CdAllocationRule *rule)
{
  if (!rule)
    return;
  g_free (rule->sector);
  g_free (rule->unverified);
  g_free (rule->source);
  g_ptr_array_unref (rule->classes);
  g_array_unref (rule->steps);
  g_array_unref (rule->terms);
  g_free (rule);
}

/* --- Fixed point ---------------------------------------------------------------------------------------------------------- */

/* Halve until the series is short, then square as often. */
gboolean
cd_fixed_exp (gint64 x_e15, gint64 *out_e15)
{
  gint64 term = E15, sum = E15, reduced = x_e15;
  int halvings = 0;

  if (x_e15 > 30 * E15 || x_e15 < -30 * E15)
    return FALSE;
  while (ABS (reduced) > E15 / 16)
    {
      reduced = x_e15 / (G_GINT64_CONSTANT (1) << ++halvings);
    }
  for (int n = 1; n < TERMS; n++)
    {
      if (!cd_i64_mul_div (term, reduced, E15 * n, CD_ROUND_HALF_EVEN, &term) || !cd_i64_add (sum, term, &sum))
        return FALSE;
    }
  for (; halvings > 0; halvings--)
    if (!cd_i64_mul_div (sum, sum, E15, CD_ROUND_HALF_EVEN, &sum))
      return FALSE;
  *out_e15 = sum;
  return TRUE;
}

/* 2 × artanh ((b − 1) / (b + 1)) */
gint64
cd_fixed_ln (gint64 base_e6)
{
  gint64 z = 0, square = 0, power, sum = 0, part;

  if (!cd_i64_mul_div (E15, base_e6 - CD_E6, base_e6 + CD_E6, CD_ROUND_HALF_EVEN, &z) || !cd_i64_mul_div (z, z, E15, CD_ROUND_HALF_EVEN, &square))
    return 0;
  power = z;
  for (int n = 1; n < 2 * TERMS; n += 2)
    {
      part = power / n;
      sum += part;
      if (!cd_i64_mul_div (power, square, E15, CD_ROUND_HALF_EVEN, &power))
        break;
    }
  return 2 * sum;
}

static gint64
to_e6 (gint64 value_e15)
{
  gint64 out = 0;

  return cd_i64_mul_div (value_e15, 1, E15 / CD_E6, CD_ROUND_HALF_UP, &out) ? out : 0;
}

/* --- The load factor ------------------------------------------------------------------------------------------------------ */

/* base^(constant − slope × F), F as a fraction. */
static gboolean
load_power (const CdAllocationRule *rule, gint64 load_bp, gint64 *factor_e6)
{
  gint64 exponent_e10 = rule->constant_e6 * 10000 - rule->slope_e6 * load_bp;
  gint64 x, y;

  if (!cd_i64_mul_div (cd_fixed_ln (rule->base_e6), exponent_e10, CD_E6 * 10000, CD_ROUND_HALF_EVEN, &x) || !cd_fixed_exp (x, &y))
    return FALSE;
  *factor_e6 = to_e6 (y);
  return TRUE;
}

static gboolean
load_steps (const CdAllocationRule *rule, gint64 load_bp, gint64 *factor_e6)
{
  for (guint i = 0; i < rule->steps->len; i++)
    {
      const CdAllocationStep *step = &g_array_index (rule->steps, CdAllocationStep, i);

      /* Slopes are per percent point: a hundredth of it is a basis point. */
      if (load_bp >= step->from_bp)
        return cd_i64_mul_div (step->slope_e6, step->at_bp - load_bp, 100, CD_ROUND_HALF_UP, factor_e6) && cd_i64_add (*factor_e6, step->start_e6, factor_e6);
    }
  return load_power (rule, load_bp, factor_e6);
}

static gboolean
load_exponential (const CdAllocationRule *rule, gint64 load_bp, gint64 *factor_e6)
{
  gint64 sum = rule->constant_e6 * (E15 / CD_E6);

  for (guint i = 0; i < rule->terms->len; i++)
    {
      const CdAllocationTerm *term = &g_array_index (rule->terms, CdAllocationTerm, i);
      gint64 x, y, part;

      /* F in percent points is load_bp ÷ 100. */
      if (!cd_i64_mul_div (-load_bp * 10000, E15, term->scale_e6, CD_ROUND_HALF_EVEN, &x) || !cd_fixed_exp (x, &y) || !cd_i64_mul_div (E15 - y, term->factor_e6, CD_E6, CD_ROUND_HALF_EVEN, &part))
        return FALSE;
      sum -= part;
    }
  *factor_e6 = to_e6 (sum);
  return TRUE;
}

/* --- Kinds ------------------------------------------------------------------------------------------------------------------ */

static gboolean
input_error (GError **error, const char *what)
{
  g_set_error (error, CD_ALLOCATION_ERROR, CD_ALLOCATION_ERROR_INPUT, "%s", what);
  return FALSE;
}

static const CdAllocationClass *
find_class (const CdAllocationRule *rule, const CdAllocationUnit *unit, GError **error)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < rule->classes->len; i++)
    {
      const CdAllocationClass *class = g_ptr_array_index (rule->classes, i);

      if (g_strcmp0 (class->id, unit->class_id) == 0)
        return class;
      g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", class->id);
    }
  g_set_error (error, CD_ALLOCATION_ERROR, CD_ALLOCATION_ERROR_INPUT, "class “%.40s”: expected one of %s", unit->class_id ? unit->class_id : "", list->str);
  return NULL;
}

/* floor (a × b × c ÷ den) in 128 bits: every input is bounded, so nothing overflows. */
static gint64
floor3 (gint64 a, gint64 b, gint64 c, gint64 den)
{
  return (gint64)((__int128)a * b * c / den);
}

static gboolean
finish_power (const CdAllocationClass *class, const CdAllocationUnit *unit, CdAllocationResult *result)
{
  result->gas = class->gas;
  result->power = floor3 (unit->output_e3, class->power_e6, result->factor_e6, 1000 * CD_E6 * CD_E6);
  result->heat = floor3 (unit->heat_e3, class->heat_e6, 1, 1000 * CD_E6);
  result->initial = result->power + result->heat;
  return TRUE;
}

static gboolean
find_factor (const CdAllocationRule *rule, const CdAllocationClass *class, const CdAllocationUnit *unit, gboolean (*load) (const CdAllocationRule *, gint64, gint64 *), gint64 *factor_e6, GError **error)
{
  *factor_e6 = CD_E6;
  if (!class->load_adjusted)
    return TRUE;
  if (unit->load_bp < 0 || unit->load_bp > 20000)
    return input_error (error, "load: expected the load factor in percent, 0 to 200");
  if (unit->load_bp >= rule->below_bp)
    return TRUE;
  return load (rule, unit->load_bp, factor_e6) ? TRUE : input_error (error, "load: the factor does not fit");
}

static gboolean
power_supply (const CdAllocationRule *rule, const CdAllocationUnit *unit, CdAllocationResult *result, GError **error)
{
  const CdAllocationClass *class = find_class (rule, unit, error);
  gint64 heat_e6;

  if (!class || !find_factor (rule, class, unit, load_steps, &result->factor_e6, error))
    return FALSE;
  if (unit->heat_ratio_bp < 0 || unit->heat_ratio_bp > 10000)
    return input_error (error, "heat_ratio: expected percent, 0 to 100");
  heat_e6 = CD_E6 - (class->gas ? rule->heat_gas_e6 : rule->heat_coal_e6) * unit->heat_ratio_bp / 10000;
  if (!cd_i64_mul_div (result->factor_e6, heat_e6, CD_E6, CD_ROUND_HALF_UP, &result->factor_e6))
    return input_error (error, "heat_ratio: the factor does not fit");
  if (unit->air_cooled && !cd_i64_mul_div (result->factor_e6, rule->cooling_air_e6, CD_E6, CD_ROUND_HALF_UP, &result->factor_e6))
    return input_error (error, "cooling: the factor does not fit");
  return finish_power (class, unit, result);
}

static gboolean
power_generation (const CdAllocationRule *rule, const CdAllocationUnit *unit, CdAllocationResult *result, GError **error)
{
  const CdAllocationClass *class = find_class (rule, unit, error);

  return class && find_factor (rule, class, unit, load_power, &result->factor_e6, error) && finish_power (class, unit, result);
}

static gboolean
power_exponential (const CdAllocationRule *rule, const CdAllocationUnit *unit, CdAllocationResult *result, GError **error)
{
  const CdAllocationClass *class = find_class (rule, unit, error);

  return class && find_factor (rule, class, unit, load_exponential, &result->factor_e6, error) && finish_power (class, unit, result);
}

/* α in 10⁻⁴ of BP × 10000: exact until the one division. */
static gboolean
intensity (const CdAllocationRule *rule, const CdAllocationUnit *unit, CdAllocationResult *result, GError **error)
{
  gint64 bp = unit->balance_e6, difference = bp - unit->intensity_e6;
  __int128 limit = (__int128)bp * rule->limit_bp;
  __int128 numerator, denominator;

  if (bp <= 0)
    return input_error (error, "balance: expected the balance value; it is published after verification, until then nothing can be said");
  if (unit->intensity_e6 <= 0)
    return input_error (error, "intensity: expected the unit's emission intensity");
  if ((__int128)difference * 10000 >= limit || (__int128)-difference * 10000 >= limit)
    {
      numerator = 10000 + (difference > 0 ? rule->beyond_bp : -rule->beyond_bp);
      denominator = 10000;
    }
  else
    {
      numerator = (__int128)bp * CD_E6 + (__int128)difference * rule->slope_e6;
      denominator = (__int128)bp * CD_E6;
    }
  result->factor_e6 = (gint64)((numerator * CD_E6 * 2 + denominator) / (denominator * 2));
  result->initial = (gint64)((__int128)unit->verified_e3 * numerator / (denominator * 1000));
  return TRUE;
}

static gboolean
verified (const CdAllocationRule *rule, const CdAllocationUnit *unit, CdAllocationResult *result, GError **error)
{
  result->factor_e6 = CD_E6;
  result->initial = unit->verified_e3 / 1000;
  return TRUE;
}

static const struct
{
  const char *name;
  gboolean (*compute) (const CdAllocationRule *rule, const CdAllocationUnit *unit, CdAllocationResult *result, GError **error);
} kinds[CD_ALLOCATION_N_KINDS] = {
  [CD_ALLOCATION_POWER_SUPPLY] = { "power_supply", power_supply },
  [CD_ALLOCATION_POWER_GENERATION] = { "power_generation", power_generation },
  [CD_ALLOCATION_POWER_EXPONENTIAL] = { "power_exponential", power_exponential },
  [CD_ALLOCATION_INTENSITY] = { "intensity", intensity },
  [CD_ALLOCATION_VERIFIED] = { "verified", verified },
};

const char *
cd_allocation_kind_name (CdAllocationKind kind)
{
  return kind > 0 && kind < CD_ALLOCATION_N_KINDS ? kinds[kind].name : "";
}

/* --- One unit --------------------------------------------------------------------------------------------------------------- */

static gboolean
check_input (const CdAllocationRule *rule, const CdAllocationUnit *unit, GError **error)
{
  const gint64 figures[] = { unit->output_e3, unit->heat_e3, unit->verified_e3, unit->balance_e6, unit->intensity_e6 };

  if (rule->unverified)
    {
      g_set_error (error, CD_ALLOCATION_ERROR, CD_ALLOCATION_ERROR_RULE, "%s of the rule for %s is not verified (%s)", rule->unverified, rule->sector, rule->source);
      return FALSE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (figures); i++)
    if (figures[i] < 0 || figures[i] > INPUT_MAX)
      {
        g_set_error (error, CD_ALLOCATION_ERROR, CD_ALLOCATION_ERROR_RANGE, "expected quantities from 0 to 10¹² with three decimals");
        return FALSE;
      }
  return TRUE;
}

gboolean
cd_allocation_unit (const CdAllocationRule *rule, const CdAllocationUnit *unit, CdAllocationResult *result, CdTrace *trace, GError **error)
{
  g_autofree char *text = NULL;
  char factor[CD_DECIMAL_BUF];

  *result = (CdAllocationResult){ 0 };
  if (!check_input (rule, unit, error))
    return FALSE;
  if (!(unit->as_verified ? verified : kinds[rule->kind].compute) (rule, unit, result, error))
    return FALSE;
  text = g_strdup_printf ("%" G_GINT64_FORMAT " t", result->initial);
  cd_trace_add (trace, "allocation", rule->source, text,
                "kind=%s; class=%s; output=%" G_GINT64_FORMAT " kWh; heat=%" G_GINT64_FORMAT " MJ; load=%" G_GINT64_FORMAT " bp; factor=%s; power=%" G_GINT64_FORMAT " t; heat part=%" G_GINT64_FORMAT " t; verified=%" G_GINT64_FORMAT " kg; status=%s",
                unit->as_verified ? "verified" : kinds[rule->kind].name, unit->class_id ? unit->class_id : "", unit->output_e3, unit->heat_e3, unit->load_bp, cd_decimal_print (result->factor_e6, 6, 0, factor), result->power, result->heat, unit->verified_e3, cd_rule_status_name (rule->status));
  return TRUE;
}
