/* cd-trade-filters.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the chips above blotter and tape let through.
 */
#include "cd-chips.h"
#include "cd-tables.h"
#include "cd-trade-page-private.h"

/* One of the two sides: that side. Both or none: both. */
static gboolean
passes (CdTradePage *self, CdSide side, const char *instrument)
{
  CdChips *chips = CD_CHIPS (self->chips);
  gboolean buy = cd_chips_get (chips, CHIP_BUY);

  if (buy != cd_chips_get (chips, CHIP_SELL) && (side == CD_SIDE_BUY) != buy)
    return FALSE;
  return !cd_chips_get (chips, CHIP_INSTRUMENT) || g_strcmp0 (instrument, self->code) == 0;
}

static gboolean
is_today (CdTradePage *self, gint64 market_us)
{
  const CdPack *pack = cd_desk_get_pack_of (self->desk, self->code);
  const CdZone *zone = pack ? cd_calendar_zone (pack->market->calendar) : NULL;
  gint64 now = cd_desk_get_market_time (self->desk);

  return !zone || now == 0 || cd_zone_date_of (zone, market_us, NULL) == cd_zone_date_of (zone, now, NULL);
}

gboolean
cd_trade_order_passes (gpointer item, gpointer data)
{
  const CdOrderRow *row = item;
  CdTradePage *self = data;

  /* What was not heard may concern any of them. */
  if (CD_IS_GAP_ROW (item))
    return TRUE;
  if (!passes (self, row->order->side, row->order->instrument))
    return FALSE;
  /* What is not settled is shown whatever its day. */
  return !cd_chips_get (CD_CHIPS (self->chips), CHIP_TODAY) || !cd_order_is_final (row->order) || (row->market_us && is_today (self, row->market_us));
}

gboolean
cd_trade_fill_passes (gpointer item, gpointer data)
{
  const CdFillRow *row = item;

  if (CD_IS_GAP_ROW (item))
    return TRUE;
  return passes (data, row->side, row->instrument) && (!cd_chips_get (CD_CHIPS (((CdTradePage *)data)->chips), CHIP_TODAY) || is_today (data, row->at_us));
}

gboolean
cd_trade_block_passes (gpointer item, gpointer data)
{
  const CdFeedBlock *block = &((CdBlockRow *)item)->block;

  return passes (data, block->side, block->code);
}

gboolean
cd_trade_trade_passes (gpointer item, gpointer data)
{
  const CdTapeRow *row = item;
  CdChips *chips = CD_CHIPS (((CdTradePage *)data)->tape_chips);

  /* What is missing may be any of them. */
  if (row->trade.gap)
    return TRUE;
  return (!cd_chips_get (chips, TAPE_CHIP_MINE) || row->mine) && (!cd_chips_get (chips, TAPE_CHIP_BLOCKS) || row->trade.mode == CD_MODE_BLOCK);
}

void
cd_trade_filter_blotter (CdTradePage *self)
{
  GtkWidget *const tables[] = { self->working, self->fills, self->all, self->blocks };

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    cd_grid_view_refilter (CD_GRID_VIEW (tables[i]));
}

void
cd_trade_offer_chips (CdTradePage *self)
{
  gboolean intents = gtk_stack_get_visible_child (GTK_STACK (self->blotter_stack)) == self->blocks;

  /* An intent is of now: days mean nothing to it. */
  cd_chips_offer (CD_CHIPS (self->chips), intents ? (1u << N_CHIPS) - 1 - (1u << CHIP_TODAY) : (1u << N_CHIPS) - 1);
}
