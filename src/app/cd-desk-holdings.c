/* cd-desk-holdings.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Holdings by bucket, cash and settlements as the venue lists them. Events say that something changed; the lists say what is.
 */
#include "cd-desk-private.h"

#include <string.h>

#include "cd-desk-kept.h"

/* Many events of one close become one reading of the lists. */
#define REFRESH_MS 150

typedef struct
{
  CdDesk *desk; /* (owned) */
  CdWireListKind kind;
  char *account;
  gint64 asked_us;
  guint64 number;
} Ask;

CdHoldingRow *
cd_desk_holding (CdDesk *self, const char *account, const char *asset)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->holdings));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdHoldingRow) row = g_list_model_get_item (G_LIST_MODEL (self->holdings), i);

      if (g_strcmp0 (row->account, account) == 0 && g_strcmp0 (row->asset, asset) == 0)
        return row;
    }
  return NULL;
}

static CdHoldingRow *
ensure_holding (CdDesk *self, const char *account, const char *asset)
{
  CdHoldingRow *row = cd_desk_holding (self, account, asset);
  const CdPack *pack = cd_desk_get_pack_of (self, asset);
  const CdInstrument *instrument = pack ? cd_market_instrument (pack->market, asset) : NULL;

  if (row)
    return row;
  row = g_object_new (CD_TYPE_HOLDING_ROW, NULL);
  row->account = g_strdup (account);
  row->asset = g_strdup (asset);
  row->vintage = instrument && instrument->kind == CD_INSTRUMENT_ALLOWANCE ? instrument->vintage : 0;
  g_list_store_append (self->holdings, row);
  g_object_unref (row);
  return row;
}

static void
sum_up (CdDesk *self, CdHoldingRow *row)
{
  row->total = 0;
  for (int b = CD_BUCKET_TRADING; b < CD_BUCKET_CASH_AVAILABLE; b++)
    if (b != CD_BUCKET_SURRENDERED && b != CD_BUCKET_CANCELLED)
      row->total += row->bucket[b];
  row->to_sell = row->bucket[CD_BUCKET_TRADING];
  row->to_surrender = row->bucket[CD_BUCKET_REGISTRY];
  row->to_pledge = row->bucket[CD_BUCKET_REGISTRY];
  row->mark_e4 = 0;
  cd_desk_price_of (self, row->asset, &row->mark_e4);
  cd_row_changed (CD_ROW (row));
}

void
cd_desk_holdings_apply (CdDesk *self, const char *account, const CdWireList *list, gint64 asked_us)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->holdings));

  cd_desk_store_keep (self, CD_DESK_HOLDINGS_VALUE, account, list);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdHoldingRow) row = g_list_model_get_item (G_LIST_MODEL (self->holdings), i);

      if (g_strcmp0 (row->account, account) == 0)
        memset (row->bucket, 0, sizeof row->bucket);
    }
  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireBalanceRow *balance = &g_array_index (list->items, CdWireBalanceRow, i);

      if ((guint)balance->bucket < G_N_ELEMENTS (((CdHoldingRow *)NULL)->bucket))
        ensure_holding (self, account, balance->asset)->bucket[balance->bucket] = balance->balance;
    }
  n = g_list_model_get_n_items (G_LIST_MODEL (self->holdings));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdHoldingRow) row = g_list_model_get_item (G_LIST_MODEL (self->holdings), i);

      if (g_strcmp0 (row->account, account) == 0)
        sum_up (self, row);
    }
  self->holdings_boot_us = cd_env_boot_us (self->env);
  g_hash_table_insert (self->holdings_asked, g_strdup (account), g_memdup2 (&asked_us, sizeof asked_us));
  cd_desk_obligations_update (self);
}

void
cd_desk_cash_apply (CdDesk *self, const char *account, const CdWireList *list, gint64 asked_us)
{
  CdDeskCash *cash = g_new0 (CdDeskCash, 1);

  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireBalanceRow *balance = &g_array_index (list->items, CdWireBalanceRow, i);

      if (balance->bucket == CD_BUCKET_CASH_AVAILABLE)
        cash->cash.available_e4 = balance->balance;
      else if (balance->bucket == CD_BUCKET_CASH_FROZEN)
        cash->cash.frozen_e4 = balance->balance;
      else if (balance->bucket == CD_BUCKET_CASH_UNSETTLED)
        cash->cash.unsettled_e4 = balance->balance;
      else if (balance->bucket == CD_BUCKET_CASH_PENDING_OUT)
        cash->cash.pending_out_e4 = balance->balance;
    }
  /* Proceeds of today may buy today; they leave the house only after settlement. */
  cash->cash.withdrawable_e4 = cash->cash.available_e4;
  cash->boot_us = cd_env_boot_us (self->env);
  cash->asked_boot_us = asked_us;
  g_hash_table_insert (self->cash, g_strdup (account), cash);
  cd_desk_emit (self, CD_DESK_SIGNAL_ACCOUNT);
}

CdFreshness
cd_desk_get_holdings_freshness (CdDesk *self, const char *account, gint64 *age_us)
{
  const gint64 *asked = account ? g_hash_table_lookup (self->holdings_asked, account) : NULL;
  const CdDeskCash *cash = account ? g_hash_table_lookup (self->cash, account) : NULL;
  CdLinkState link = self->client ? cd_trade_client_get_state (self->client) : CD_LINK_IDLE;

  return cd_desk_freshness (self, link, asked && cash ? MIN (*asked, cash->asked_boot_us) : 0, CD_HOLDINGS_AGE_US_MAX, age_us);
}

void
cd_desk_get_cash (CdDesk *self, const char *account, CdCash *out)
{
  CdDeskCash *cash = account ? g_hash_table_lookup (self->cash, account) : NULL;
  CdLinkState link = self->client ? cd_trade_client_get_state (self->client) : CD_LINK_IDLE;

  *out = cash ? cash->cash : (CdCash){ 0 };
  out->fresh = cd_desk_freshness (self, link, cash ? cash->boot_us : 0, CD_HOLDINGS_AGE_US_MAX, &out->age_us);
}

/* --- Settlement ------------------------------------------------------------------------------------------------------ */

static CdSettleStep
step_of (const char *state)
{
  if (g_str_equal (state, "settled"))
    return CD_SETTLE_SETTLED;
  if (g_str_equal (state, "confirmed") || g_str_equal (state, "deemed"))
    return CD_SETTLE_CONFIRMED;
  if (g_str_equal (state, "objected"))
    return CD_SETTLE_OBJECTED;
  return CD_SETTLE_TRADED;
}

static void
mark_fills (CdDesk *self, const char *account, CdDate day, const char *state)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->fills));
  CdSettleStep step = step_of (state);
  gboolean deemed = g_str_equal (state, "deemed");

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdFillRow) fill = g_list_model_get_item (G_LIST_MODEL (self->fills), i);

      if (fill->day != day || g_strcmp0 (fill->account, account) != 0 || (fill->step == step && fill->deemed == deemed))
        continue;
      fill->step = step;
      fill->deemed = deemed;
      cd_row_changed (CD_ROW (fill));
    }
}

void
cd_desk_settlements_apply (CdDesk *self, const char *account, const CdWireList *list)
{
  gboolean chosen = g_strcmp0 (account, self->entity) == 0;

  if (chosen)
    g_array_set_size (self->settlements, 0);
  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireSettlementRow *row = &g_array_index (list->items, CdWireSettlementRow, i);
      CdSettlement settlement = {
        .day = row->date,
        .trades = row->trades,
        .bought = row->bought,
        .sold = row->sold,
        .amount_bought_e4 = row->amount_bought_e4,
        .amount_sold_e4 = row->amount_sold_e4,
      };

      g_strlcpy (settlement.state, row->state, sizeof settlement.state);
      mark_fills (self, account, row->date, row->state);
      if (chosen)
        g_array_prepend_val (self->settlements, settlement);
    }
  cd_desk_emit (self, CD_DESK_SIGNAL_ACCOUNT);
}

const GArray *
cd_desk_get_settlements (CdDesk *self)
{
  return self->settlements;
}

void
cd_desk_holdings_event (CdDesk *self, const CdWireEvent *event)
{
  if (event->kind == CD_WIRE_EVENT_SETTLEMENT_DAY)
    {
      mark_fills (self, event->account, event->date, event->state);
      cd_desk_alert (self, 0, "registry", "settlement", "%s", event->state);
    }
  else if (event->kind == CD_WIRE_EVENT_OBLIGATION && event->closed)
    cd_desk_alert (self, 0, "registry", "obligation.closed", "%s %d", event->account, event->year);
}

/* --- Reading again --------------------------------------------------------------------------------------------------- */

char *
cd_desk_list_path (CdWireListKind kind, const char *account)
{
  switch (kind)
    {
    case CD_WIRE_LIST_ORDERS:
      return g_strdup_printf ("accounts/%s/orders?state=all", account);
    case CD_WIRE_LIST_EXECUTIONS:
      return g_strdup_printf ("accounts/%s/executions?since=0", account);
    case CD_WIRE_LIST_HOLDINGS:
      return g_strdup_printf ("accounts/%s/holdings", account);
    case CD_WIRE_LIST_CASH:
      return g_strdup_printf ("accounts/%s/cash", account);
    case CD_WIRE_LIST_SETTLEMENTS:
      return g_strdup_printf ("accounts/%s/settlements", account);
    case CD_WIRE_LIST_REQUESTS:
      return g_strdup_printf ("accounts/%s/requests", account);
    case CD_WIRE_LIST_DEPUTIES:
      return g_strdup_printf ("accounts/%s/deputies", account);
    case CD_WIRE_LIST_STATEMENT:
      return g_strdup_printf ("accounts/%s/statement", account);
    case CD_WIRE_LIST_INSTRUCTIONS:
      return g_strdup_printf ("registry/accounts/%s/instructions", account);
    case CD_WIRE_LIST_OBLIGATIONS:
      return g_strdup_printf ("registry/accounts/%s/obligations", account);
    default:
      g_return_val_if_reached (NULL);
    }
}

static void
list_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Ask *ask = data;
  CdDesk *self = ask->desk;
  g_autoptr (CdWireList) list = cd_trade_client_list_finish (CD_TRADE_CLIENT (source), result, NULL);

  if (CD_TRADE_CLIENT (source) != self->client || (list && !cd_desk_newest_list (self, ask->account, list, ask->number)))
    g_clear_pointer (&list, cd_wire_list_free);
  /* A list that could not be read leaves the old figures, which grow old on screen. */
  if (list && ask->kind == CD_WIRE_LIST_HOLDINGS)
    cd_desk_holdings_apply (self, ask->account, list, ask->asked_us);
  else if (list && ask->kind == CD_WIRE_LIST_CASH)
    cd_desk_cash_apply (self, ask->account, list, ask->asked_us);
  else if (list && ask->kind == CD_WIRE_LIST_SETTLEMENTS)
    cd_desk_settlements_apply (self, ask->account, list);
  else if (list && ask->kind == CD_WIRE_LIST_INSTRUCTIONS)
    cd_desk_instructions_apply (self, ask->account, list);
  else if (list && ask->kind == CD_WIRE_LIST_OBLIGATIONS)
    cd_desk_obligations_apply (self, ask->account, list);
  else if (list && ask->kind == CD_WIRE_LIST_REQUESTS)
    cd_desk_requests_apply (self, ask->account, list);
  else if (list && ask->kind == CD_WIRE_LIST_DEPUTIES)
    cd_desk_deputies_apply (self, ask->account, list);
  else if (list && ask->kind == CD_WIRE_LIST_STATEMENT)
    cd_desk_statement_apply (self, ask->account, list, ask->asked_us);
  if (list)
    cd_desk_differences_check (self);
  g_object_unref (self);
  g_free (ask->account);
  g_free (ask);
}

static void
ask_list (CdDesk *self, CdWireListKind kind, const char *account)
{
  g_autofree char *path = cd_desk_list_path (kind, account);
  Ask *ask = g_new0 (Ask, 1);

  ask->desk = g_object_ref (self);
  ask->kind = kind;
  ask->asked_us = cd_env_boot_us (self->env);
  ask->number = cd_desk_newest_ask (self);
  ask->account = g_strdup (account);
  cd_trade_client_list_async (self->client, kind, path, self->cancellable, list_cb, ask);
}

static gboolean
refresh_cb (gpointer data)
{
  static const CdWireListKind kinds[] = { CD_WIRE_LIST_HOLDINGS, CD_WIRE_LIST_CASH, CD_WIRE_LIST_SETTLEMENTS, CD_WIRE_LIST_INSTRUCTIONS, CD_WIRE_LIST_OBLIGATIONS, CD_WIRE_LIST_REQUESTS, CD_WIRE_LIST_DEPUTIES };
  CdDesk *self = data;

  self->refresh_timer = 0;
  if (!self->client || cd_trade_client_get_state (self->client) != CD_LINK_LIVE)
    return G_SOURCE_REMOVE;
  for (guint i = 0; i < self->entities->len; i++)
    {
      const CdEntity *entity = g_ptr_array_index (self->entities, i);

      for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
        ask_list (self, kinds[k], entity->id);
      /* It grows with every day: only while somebody looks at it. */
      if (self->statement_watched && g_strcmp0 (entity->id, self->entity) == 0)
        ask_list (self, CD_WIRE_LIST_STATEMENT, entity->id);
    }
  return G_SOURCE_REMOVE;
}

void
cd_desk_refresh_soon (CdDesk *self)
{
  if (self->refresh_timer == 0 && !self->stop_task)
    self->refresh_timer = cd_env_timer_add (self->env, NULL, REFRESH_MS, refresh_cb, self);
}

GListModel *
cd_desk_get_holdings (CdDesk *self)
{
  return G_LIST_MODEL (self->holdings);
}
