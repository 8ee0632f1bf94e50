/* cd-trade-page-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of the trade page share.
 */
#pragma once

#include "cd-trade-page.h"

G_BEGIN_DECLS

typedef enum
{
  AGE_WATCHLIST,
  AGE_BOOK,
  AGE_TAPE,
  AGE_BLOTTER,
  AGE_HOLDINGS,
  N_AGES
} Age;

typedef enum
{
  CHIP_BUY,
  CHIP_SELL,
  CHIP_INSTRUMENT,
  CHIP_TODAY,
  N_CHIPS
} Chip;

typedef enum
{
  TAPE_CHIP_MINE,
  TAPE_CHIP_BLOCKS,
  N_TAPE_CHIPS
} TapeChip;

struct _CdTradePage
{
  GtkWidget parent_instance;

  CdDesk *desk;    /* (owned) */
  char *code;      /* (owned) (nullable): the chosen instrument */
  char *wanted;    /* (owned) (nullable): to be chosen when it is quoted */
  GtkWidget *root; /* child */
  GtkWidget *watchlist, *ticket, *chart, *ladder, *tape, *holdings, *blocks;
  GtkWidget *working, *fills, *all, *blotter_stack;
  GtkWidget *book_title, *cash_label;
  GtkWidget *chips, *tape_chips;
  GtkWidget *age[N_AGES];
  GtkFilterListModel *working_model;               /* (owned) */
  GtkFilterListModel *own_holdings;                /* (owned) */
  GListStore *block_rows;                          /* (owned) */
  GListModel *working_rows, *all_rows, *fill_rows; /* (owned): with the gaps among them */
  guint ticks;
};

/* cd-trade-filters.c: filters of the tables, with the page as data. */
gboolean cd_trade_order_passes (gpointer item, gpointer page);
gboolean cd_trade_fill_passes (gpointer item, gpointer page);
gboolean cd_trade_block_passes (gpointer item, gpointer page);
gboolean cd_trade_trade_passes (gpointer item, gpointer page);
void cd_trade_filter_blotter (CdTradePage *self);
void cd_trade_offer_chips (CdTradePage *self); /* those that mean something in the tab that is shown */

G_END_DECLS
