/* cd-desk-statement.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The statement of the chosen account, read while somebody looks at it. What was read last stays on the screen when the line is gone,
 * with its age.
 */
#include "cd-desk-private.h"

static CdMovementRow *
row_new (const CdWireMovementRow *item)
{
  CdMovementRow *row = g_object_new (CD_TYPE_MOVEMENT_ROW, NULL);

  row->seq = item->seq;
  row->at_us = item->at_us;
  row->account = g_strdup (item->account);
  row->asset = g_strdup (item->asset);
  row->bucket = item->bucket;
  row->change = item->change;
  row->balance = item->balance;
  row->cause = g_strdup (item->cause);
  row->ref = g_strdup (item->ref ? item->ref : "");
  row->what = g_strdup (item->what ? item->what : "");
  return row;
}

/* Lines are never changed once they are written: what is known stays, and new ones come on top. */
void
cd_desk_statement_apply (CdDesk *self, const char *account, const CdWireList *list, gint64 asked_us)
{
  g_autoptr (CdMovementRow) newest = g_list_model_get_item (G_LIST_MODEL (self->movements), 0);
  guint64 last = newest ? newest->seq : 0;

  if (g_strcmp0 (account, self->entity) != 0)
    return;
  if (newest && (!g_str_equal (newest->account, account) || g_strcmp0 (self->statement_epoch, list->epoch) != 0))
    {
      g_list_store_remove_all (self->movements);
      last = 0;
    }
  g_free (self->statement_epoch);
  self->statement_epoch = g_strdup (list->epoch);
  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireMovementRow *item = &g_array_index (list->items, CdWireMovementRow, i);

      if (item->seq > last)
        {
          g_autoptr (CdMovementRow) row = row_new (item);

          g_list_store_insert (self->movements, 0, row);
        }
    }
  self->statement_boot_us = asked_us;
}

void
cd_desk_statement_forget (CdDesk *self)
{
  g_list_store_remove_all (self->movements);
  self->statement_boot_us = 0;
}

void
cd_desk_watch_statement (CdDesk *self, gboolean watch)
{
  gboolean news = watch && !self->statement_watched;

  self->statement_watched = watch;
  if (news)
    cd_desk_refresh_soon (self);
}

GListModel *
cd_desk_get_statement (CdDesk *self)
{
  return G_LIST_MODEL (self->movements);
}

CdFreshness
cd_desk_get_statement_freshness (CdDesk *self, gint64 *age_us)
{
  CdLinkState link = self->client ? cd_trade_client_get_state (self->client) : CD_LINK_IDLE;

  return cd_desk_freshness (self, link, self->statement_boot_us, CD_HOLDINGS_AGE_US_MAX, age_us);
}
