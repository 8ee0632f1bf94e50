/* cd-desk-periodic.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is read again although nothing happened (reliability D7): open orders every 30 s, holdings every 60 s, everything every 15
 * minutes and shortly before the close. On the timer of the desk and the boot clock of its CdEnv: a hidden window does not stop it,
 * and after a suspend all of it is due at once.
 */
#include "cd-desk-differences.h"
#include "cd-desk-private.h"

#define ORDERS_US (30 * CD_USEC_PER_SEC)
#define HOLDINGS_US (50 * CD_USEC_PER_SEC) /* asked and answered before they count as old */
#define FULL_US (15 * 60 * CD_USEC_PER_SEC)
#define SOON_US CD_USEC_PER_SEC
#define BEFORE_CLOSE_US (2 * 60 * CD_USEC_PER_SEC)

void
cd_desk_periodic_init (CdDesk *self)
{
  cd_desk_set_periods_for_test (self, ORDERS_US, HOLDINGS_US, FULL_US);
}

void
cd_desk_set_periods_for_test (CdDesk *self, gint64 orders_us, gint64 holdings_us, gint64 full_us)
{
  self->periodic.orders_us = orders_us;
  self->periodic.holdings_us = holdings_us;
  self->periodic.full_us = full_us;
}

/* A whole reconcile has read everything. */
void
cd_desk_periodic_reconciled (CdDesk *self)
{
  gint64 now = cd_env_boot_us (self->env);

  self->periodic.orders_at = self->periodic.holdings_at = self->periodic.full_at = now;
  self->periodic.soon_at = 0;
  self->summary.at_us = cd_desk_get_market_time (self);
  self->summary.took_us = self->periodic.began_at ? now - self->periodic.began_at : 0;
}

/* A second look at what did not agree. */
void
cd_desk_periodic_soon (CdDesk *self)
{
  if (self->periodic.soon_at == 0)
    self->periodic.soon_at = cd_env_boot_us (self->env) + SOON_US;
}

/* Once for each close, while there is still time to act on what is found. */
static gboolean
before_close (CdDesk *self)
{
  const CdEntity *entity = cd_desk_get_entity (self);
  const CdPack *pack = entity ? cd_desk_get_pack (self, entity->market) : NULL;
  gint64 now = cd_desk_get_market_time (self), close = 0;
  /* A practice clock that runs fast steps over two minutes in less than a tick: a second of real time at least. */
  gint64 lead = MAX (BEFORE_CLOSE_US, cd_desk_get_rate_e3 (self) * (CD_USEC_PER_SEC / 1000));

  if (!pack || now == 0 || cd_market_session_at (pack->market, CD_MODE_LIST, now, &close) != CD_SESSION_OPEN)
    return FALSE;
  if (close == 0 || close - now > lead || self->periodic.close_us == close)
    return FALSE;
  self->periodic.close_us = close;
  return TRUE;
}

void
cd_desk_periodic_tick (CdDesk *self)
{
  gint64 now = cd_env_boot_us (self->env);
  gboolean soon = self->periodic.soon_at != 0 && now >= self->periodic.soon_at;

  if (self->state != CD_DESK_LIVE || !self->reconciled || self->stop_task || self->reconcile_pending > 0 || self->asking_again)
    return;
  if (now - self->periodic.full_at >= self->periodic.full_us || before_close (self))
    {
      self->summary.periodic_full++;
      cd_desk_reconcile_start (self);
      return;
    }
  if (now - self->periodic.holdings_at >= self->periodic.holdings_us || soon)
    {
      self->periodic.holdings_at = now;
      self->summary.periodic_holdings++;
      cd_desk_refresh_soon (self);
    }
  if (now - self->periodic.orders_at >= self->periodic.orders_us || soon)
    {
      self->periodic.orders_at = now;
      self->summary.periodic_orders++;
      cd_desk_ask_orders (self);
    }
  if (soon)
    self->periodic.soon_at = 0;
}

void
cd_desk_get_reconcile_summary (CdDesk *self, CdReconcileSummary *out)
{
  gint64 now = cd_env_boot_us (self->env);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->orders));

  *out = self->summary;
  out->unknown = 0;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (G_LIST_MODEL (self->orders), i);

      out->unknown += cd_order_is_unknown (row->order);
    }
  out->orders_age_us = self->periodic.orders_at ? now - self->periodic.orders_at : -1;
  out->holdings_age_us = self->holdings_boot_us ? now - self->holdings_boot_us : -1;
  out->full_age_us = self->periodic.full_at ? now - self->periodic.full_at : -1;
}
