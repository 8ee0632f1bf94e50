/* cd-desk-gaps.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Holes in what we heard: the private line was gone, or a number was missing on it. Each is a row that stands in the blotter at its
 * time, says from when to when nothing was heard, and what became of it: a whole reconcile reads again what was missed.
 */
#include "cd-desk-private.h"

#define GAP_ROWS_MAX 50

static guint64
events_taken (CdDesk *self)
{
  GHashTableIter iter;
  gpointer seq;
  guint64 sum = 0;

  g_hash_table_iter_init (&iter, self->last_seq);
  while (g_hash_table_iter_next (&iter, NULL, &seq))
    sum += *(guint64 *)seq;
  return sum;
}

static CdGapRow *
gap_begin (CdDesk *self)
{
  CdGapRow *row = g_object_new (CD_TYPE_GAP_ROW, NULL);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->gaps));

  row->from_us = cd_desk_get_market_time (self);
  row->from_real_us = cd_env_real_us (self->env);
  row->from_boot_us = cd_env_boot_us (self->env);
  row->taken = events_taken (self);
  g_list_store_insert (self->gaps, 0, row);
  g_object_unref (row);
  if (n >= GAP_ROWS_MAX)
    g_list_store_splice (self->gaps, GAP_ROWS_MAX, n + 1 - GAP_ROWS_MAX, NULL, 0);
  return row;
}

/* Of the line; (nullable). */
static CdGapRow *
open_gap (CdDesk *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->gaps)); i++)
    {
      g_autoptr (CdGapRow) row = g_list_model_get_item (G_LIST_MODEL (self->gaps), i);

      if (row->state != CD_GAP_READ && !row->account)
        return row;
    }
  return NULL;
}

void
cd_desk_gap_lost (CdDesk *self)
{
  CdGapRow *row = open_gap (self);
  gint64 heard = self->client ? cd_trade_client_get_last_rx_us (self->client) : 0;

  cd_desk_alert (self, 1, "orders", "disconnected", "%s", "");
  if (row)
    {
      row->state = CD_GAP_OPEN;
      cd_row_changed (CD_ROW (row));
      return;
    }
  row = gap_begin (self);
  row->epoch = g_strdup (self->client ? cd_trade_client_get_epoch (self->client) : NULL);
  /* It was found out later than it happened. */
  if (heard > 0 && heard < row->from_boot_us)
    {
      gint64 late = row->from_boot_us - heard;

      row->from_boot_us -= late;
      row->from_real_us -= late;
    }
  cd_row_changed (CD_ROW (row));
}

void
cd_desk_gap_found (CdDesk *self)
{
  CdGapRow *row = open_gap (self);

  if (!row)
    return;
  row->state = CD_GAP_READING;
  cd_row_changed (CD_ROW (row));
}

void
cd_desk_gap_numbers (CdDesk *self, const char *account, guint64 expected, guint64 got)
{
  CdGapRow *row = gap_begin (self);
  guint64 missing = got > expected ? got - expected : 0;

  row->account = g_strdup (account);
  row->missed = (gint64)MIN (missing, (guint64)G_MAXINT64);
  row->state = CD_GAP_READING;
  cd_row_changed (CD_ROW (row));
  cd_desk_alert (self, 1, "orders", "difference", "%s %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, account, expected, got);
}

void
cd_desk_gaps_read (CdDesk *self)
{
  gint64 now = cd_env_boot_us (self->env);
  guint64 taken = events_taken (self);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->gaps)); i++)
    {
      g_autoptr (CdGapRow) row = g_list_model_get_item (G_LIST_MODEL (self->gaps), i);

      if (row->state == CD_GAP_READ)
        continue;
      row->state = CD_GAP_READ;
      row->to_us = cd_desk_get_market_time (self);
      row->lasted_us = now - row->from_boot_us;
      if (!row->account)
        {
          row->other_epoch = self->client && row->epoch && g_strcmp0 (row->epoch, cd_trade_client_get_epoch (self->client)) != 0;
          row->missed = taken > row->taken ? (gint64)(taken - row->taken) : 0;
        }
      cd_row_changed (CD_ROW (row));
    }
}

GListModel *
cd_desk_get_gaps (CdDesk *self)
{
  return G_LIST_MODEL (self->gaps);
}
