/* cd-carry-over.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Units taken from one period into the next (结转), and units of a later year used early (预支).
 */
#include "cd-obligation.h"

/* T = B + NS × R, floored; applied at most min(T, H) (china-rules 6.2). */
static gint64
limit_of (const CdCarryOver *rule, gint64 sold, gint64 bought, gint64 *net_out)
{
  gint64 net = 0, scaled = 0, total = 0;

  if (!cd_i64_sub (sold, bought, &net))
    net = sold < bought ? 0 : G_MAXINT64;
  net = MAX (0, net);
  *net_out = net;
  if (!cd_i64_mul_div (net, rule->ratio_num, rule->ratio_den, CD_ROUND_FLOOR, &scaled) || !cd_i64_add (scaled, rule->base_units, &total))
    total = G_MAXINT64;
  return total;
}

gint64
cd_carry_over_amount (const CdCarryOver *rule, gint64 sold, gint64 bought, gint64 holding, CdTrace *trace)
{
  g_autofree char *result = NULL;
  gint64 net, total = limit_of (rule, sold, bought, &net);
  gint64 amount = MAX (0, MIN (total, holding));

  result = g_strdup_printf ("%" G_GINT64_FORMAT " t", amount);
  cd_trace_add (trace, "carry_over", rule->source, result,
                "sold=%" G_GINT64_FORMAT "; bought=%" G_GINT64_FORMAT "; net sale=%" G_GINT64_FORMAT "; B=%" G_GINT64_FORMAT "; R=%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "; holding=%" G_GINT64_FORMAT,
                sold, bought, net, rule->base_units, rule->ratio_num, rule->ratio_den, holding);
  return amount;
}

gint64
cd_carry_over_holding (gint64 trading, gint64 registry, gint64 judicial, gint64 submitted)
{
  gint64 sum;

  if (!cd_i64_add (trading, registry, &sum) || !cd_i64_add (sum, judicial, &sum))
    return G_MAXINT64;
  return MAX (0, sum - submitted);
}

/* What is kept after selling @x more. */
static gint64
kept_after (const CdCarryOver *rule, gint64 sold, gint64 bought, gint64 holding, gint64 x)
{
  gint64 all;

  return cd_i64_add (sold, x, &all) ? cd_carry_over_amount (rule, all, bought, holding - x, NULL) : 0;
}

/* The limit rises with each unit sold and the holding falls: the most is kept where the two meet, or one before. */
gint64
cd_carry_over_best_sale (const CdCarryOver *rule, gint64 sold, gint64 bought, gint64 holding, gint64 *kept)
{
  gint64 low = 0, high = MAX (0, holding);

  while (low < high)
    {
      gint64 middle = low + (high - low) / 2;

      if (kept_after (rule, sold, bought, holding, middle) == holding - middle)
        high = middle;
      else
        low = middle + 1;
    }
  *kept = kept_after (rule, sold, bought, holding, low);
  if (low > 0)
    *kept = MAX (*kept, kept_after (rule, sold, bought, holding, low - 1));
  /* Up to the meeting point what is kept never falls: the smallest sale that keeps so much is found by halving again. */
  high = low;
  low = 0;
  while (low < high)
    {
      gint64 middle = low + (high - low) / 2;

      if (kept_after (rule, sold, bought, holding, middle) >= *kept)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

/* The gap rate is (verified − approved) ÷ verified; "10 % or more" includes 10 %. */
gint64
cd_borrowing_amount (const CdBorrowing *rule, CdMass verified, gint64 approved, CdTrace *trace)
{
  gint64 gap_e3 = 0, rate_bp = 0, units = 0, approved_e3;
  g_autofree char *result = NULL;

  if (cd_i64_mul (approved, 1000, &approved_e3) && cd_i64_sub (verified.e3, approved_e3, &gap_e3))
    gap_e3 = MAX (0, gap_e3);
  if (verified.e3 > 0 && !cd_i64_mul_div (gap_e3, 10000, verified.e3, CD_ROUND_FLOOR, &rate_bp))
    rate_bp = 0;
  if (rule->allowed && rate_bp >= rule->min_gap_bp && !cd_i64_mul_div (gap_e3, rule->max_share_bp, 10000 * 1000, CD_ROUND_FLOOR, &units))
    units = 0;
  result = g_strdup_printf ("%" G_GINT64_FORMAT " t", units);
  cd_trace_add (trace, "borrowing", rule->source, result, "verified=%" G_GINT64_FORMAT " kg; approved=%" G_GINT64_FORMAT " t; gap=%" G_GINT64_FORMAT " bp; at least=%d bp; share=%d bp; allowed=%d", verified.e3, approved, rate_bp, rule->min_gap_bp, rule->max_share_bp, rule->allowed);
  return units;
}
