/* cd-desk-under-way.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is on its way to cover an obligation, in every step from the draft to the balance: what is counted in none of them is bought twice,
 * what is counted in two is not bought at all.
 */
#include "cd-desk-cover.h"
#include "cd-desk-private.h"

static gboolean
is_cover_purpose (const char *purpose)
{
  return g_str_equal (purpose, "cover") || g_str_equal (purpose, "offset");
}

static void
each_staged (CdDesk *self, const char *account, CdUnderWayFunc func, gpointer data)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->staged)); i++)
    {
      g_autoptr (CdStagedRow) row = g_list_model_get_item (G_LIST_MODEL (self->staged), i);
      CdUnderWay step = CD_UNDER_WAY_STAGED;

      if (row->side != CD_SIDE_BUY || !is_cover_purpose (row->purpose) || !g_str_equal (row->account, account) || (row->expired && !row->request_key))
        continue;
      if (row->request_key)
        step = CD_UNDER_WAY_ASKED;
      else if (row->kind != CD_KIND_PICK && cd_desk_is_cover_rest (row))
        step = CD_UNDER_WAY_BID;
      func (row->instrument, row->qty, step, data);
    }
}

static void
each_request (CdDesk *self, const char *account, CdUnderWayFunc func, gpointer data)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->approvals)); i++)
    {
      g_autoptr (CdRequestRow) row = g_list_model_get_item (G_LIST_MODEL (self->approvals), i);
      gboolean waits = g_str_equal (row->state, "proposed") || g_str_equal (row->state, "approved");

      /* Once sent it is an order, whatever the list still calls it. */
      if (!waits || !row->readable || row->side != CD_SIDE_BUY || !is_cover_purpose (row->purpose) || !g_str_equal (row->account, account) || g_hash_table_contains (self->order_by_key, row->order_key))
        continue;
      func (row->instrument, row->qty, CD_UNDER_WAY_ASKED, data);
    }
}

static void
each_order (CdDesk *self, const char *account, CdUnderWayFunc func, gpointer data)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->orders)); i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (G_LIST_MODEL (self->orders), i);
      const CdOrder *o = row->order;

      if (o->side == CD_SIDE_BUY && !cd_order_is_final (o) && cd_desk_is_of_now (self, o) && is_cover_purpose (row->purpose) && g_strcmp0 (o->account, account) == 0)
        func (o->instrument, o->qty - o->cum, CD_UNDER_WAY_ORDER, data);
    }
}

/* Bought, and younger than the balances that are known. */
static void
each_purchase (CdDesk *self, const char *account, CdUnderWayFunc func, gpointer data)
{
  guint64 seen = cd_desk_newest_seq (self, CD_WIRE_LIST_HOLDINGS, account);

  for (guint i = 0; seen > 0 && i < g_list_model_get_n_items (G_LIST_MODEL (self->fills)); i++)
    {
      g_autoptr (CdFillRow) fill = g_list_model_get_item (G_LIST_MODEL (self->fills), i);

      if (fill->side == CD_SIDE_BUY && fill->seq > seen && g_str_equal (fill->account, account))
        func (fill->instrument, fill->qty, CD_UNDER_WAY_BOUGHT, data);
    }
}

void
cd_desk_each_under_way (CdDesk *self, const char *account, CdUnderWayFunc func, gpointer data)
{
  each_staged (self, account, func, data);
  each_request (self, account, func, data);
  each_order (self, account, func, data);
  each_purchase (self, account, func, data);
}

typedef struct
{
  CdDesk *desk;
  gint64 units;
} Credits;

static void
add_credit (const char *code, gint64 qty, CdUnderWay step, gpointer data)
{
  Credits *credits = data;
  const CdPack *pack = cd_desk_get_pack_of (credits->desk, code);
  const CdInstrument *instrument = pack ? cd_market_instrument (pack->market, code) : NULL;

  if ((step == CD_UNDER_WAY_ORDER || step == CD_UNDER_WAY_BOUGHT) && instrument && instrument->kind == CD_INSTRUMENT_CREDIT)
    credits->units += qty;
}

gint64
cd_desk_credits_under_way (CdDesk *self, const char *account)
{
  Credits credits = { self, 0 };

  cd_desk_each_under_way (self, account, add_credit, &credits);
  return credits.units;
}
