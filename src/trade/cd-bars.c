/* cd-bars.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-bars.h"

struct _CdBars
{
  gint64 span_us;
  GArray *bars; /* CdBar, by start */
};

CdBars *
cd_bars_new (gint64 span_us)
{
  CdBars *bars = g_new0 (CdBars, 1);

  bars->span_us = span_us;
  bars->bars = g_array_new (FALSE, TRUE, sizeof (CdBar));
  return bars;
}

void
cd_bars_free (CdBars *bars)
{
  if (!bars)
    return;
  g_array_unref (bars->bars);
  g_free (bars);
}

/* The bar that starts at @start, made when missing; most of the time it is the last one. */
static CdBar *
ensure (CdBars *bars, gint64 start)
{
  guint i = bars->bars->len;
  CdBar empty = { .start_us = start };

  while (i > 0 && g_array_index (bars->bars, CdBar, i - 1).start_us > start)
    i--;
  if (i > 0 && g_array_index (bars->bars, CdBar, i - 1).start_us == start)
    return &g_array_index (bars->bars, CdBar, i - 1);
  g_array_insert_val (bars->bars, i, empty);
  return &g_array_index (bars->bars, CdBar, i);
}

void
cd_bars_add_trade (CdBars *bars, const CdZone *zone, gint64 at_us, gint64 price_e4, gint64 qty)
{
  CdDate day = cd_zone_date_of (zone, at_us, NULL);
  gint64 start = bars->span_us ? at_us - at_us % bars->span_us : cd_zone_to_us (zone, day, 0);
  CdBar *bar = ensure (bars, start);
  gint64 amount;

  if (bar->volume == 0)
    {
      bar->day = day;
      bar->open_e4 = bar->high_e4 = bar->low_e4 = price_e4;
    }
  bar->high_e4 = MAX (bar->high_e4, price_e4);
  bar->low_e4 = MIN (bar->low_e4, price_e4);
  bar->close_e4 = price_e4;
  if (cd_i64_mul (price_e4, qty, &amount) && cd_i64_add (bar->amount_e4, amount, &amount))
    bar->amount_e4 = amount;
  bar->volume += qty;
}

void
cd_bars_put (CdBars *bars, const CdBar *bar)
{
  *ensure (bars, bar->start_us) = *bar;
}

gsize
cd_bars_count (const CdBars *bars)
{
  return bars->bars->len;
}

const CdBar *
cd_bars_get (const CdBars *bars, gsize index)
{
  g_return_val_if_fail (index < bars->bars->len, NULL);
  return &g_array_index (bars->bars, CdBar, index);
}

gboolean
cd_bars_last (const CdBars *bars, CdBar *out)
{
  if (bars->bars->len == 0)
    return FALSE;
  *out = g_array_index (bars->bars, CdBar, bars->bars->len - 1);
  return TRUE;
}

void
cd_day_stats_begin (CdDayStats *stats, gint64 prev_close_e4)
{
  *stats = (CdDayStats){ .prev_close_e4 = prev_close_e4 };
}

gboolean
cd_day_stats_add (CdDayStats *stats, CdMode mode, gint64 price_e4, gint64 qty)
{
  gint64 amount, total;

  if (!cd_i64_mul (price_e4, qty, &amount))
    return FALSE;
  if (mode != CD_MODE_LIST)
    {
      if (!cd_i64_add (stats->block_amount_e4, amount, &total))
        return FALSE;
      stats->block_amount_e4 = total;
      stats->block_volume += qty;
      stats->trades++;
      return TRUE;
    }
  if (!cd_i64_add (stats->list_amount_e4, amount, &total))
    return FALSE;
  if (stats->list_volume == 0)
    stats->open_e4 = stats->high_e4 = stats->low_e4 = price_e4;
  stats->list_amount_e4 = total;
  stats->list_volume += qty;
  stats->trades++;
  stats->high_e4 = MAX (stats->high_e4, price_e4);
  stats->low_e4 = MIN (stats->low_e4, price_e4);
  stats->last_e4 = price_e4;
  return TRUE;
}

gint64
cd_day_stats_close_e4 (const CdDayStats *stats, gint64 min_qty_for_vwap)
{
  gint64 fen;

  if (stats->list_volume == 0 || stats->list_volume < min_qty_for_vwap)
    return stats->prev_close_e4;
  if (!cd_i64_mul_div (stats->list_amount_e4, 1, stats->list_volume * 100, CD_ROUND_HALF_UP, &fen))
    return stats->prev_close_e4;
  return fen * 100;
}
