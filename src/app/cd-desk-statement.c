/* cd-desk-statement.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The statement of the chosen account, read while somebody looks at it. What was read last stays on the screen when the line is gone,
 * with its age, and is kept in the cache for a start without a line.
 */
#include "cd-desk-kept.h"
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
static void
take (CdDesk *self, const char *account, const CdWireList *list, gint64 at_boot_us)
{
  g_autoptr (CdMovementRow) newest = g_list_model_get_item (G_LIST_MODEL (self->movements), 0);
  guint64 last = newest ? newest->seq : 0;

  /* A database that was put back has lost lines, and counts anew. */
  if (newest && (!g_str_equal (newest->account, account) || g_strcmp0 (self->statement_epoch, list->epoch) != 0 || list->as_of_seq < last))
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
  self->statement_boot_us = at_boot_us ? at_boot_us : -1; /* 0 is never */
  self->statement_until_us = list->market_time_us;
}

void
cd_desk_statement_apply (CdDesk *self, const char *account, const CdWireList *list, gint64 asked_us)
{
  if (g_strcmp0 (account, self->entity) != 0)
    return;
  take (self, account, list, asked_us);
  self->statement_kept = FALSE;
  cd_desk_store_keep (self, CD_DESK_STATEMENT_VALUE, account, list);
}

void
cd_desk_statement_forget (CdDesk *self)
{
  g_list_store_remove_all (self->movements);
  self->statement_boot_us = 0;
  self->statement_until_us = 0;
  self->statement_kept = FALSE;
}

/* --- What was kept ------------------------------------------------------------------------------------------------------------ */

typedef struct
{
  GBytes *text; /* (nullable): nothing was kept */
  gint64 at_us;
} Kept;

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  g_clear_pointer (&kept->text, g_bytes_unref);
  g_free (kept);
}

static gpointer
read_func (CdJournal *journal, CdCache *cache, gpointer data, GError **error)
{
  g_autofree char *name = g_strconcat (CD_DESK_STATEMENT_VALUE, data, NULL);
  Kept *kept = g_new0 (Kept, 1);

  kept->text = cd_cache_get_value (cache, name, &kept->at_us, error);
  return kept;
}

typedef struct
{
  CdDesk *desk; /* (owned) */
  char *account;
} Recall;

/* What the venue has listed meanwhile is newer; and of another database of the venue nothing is shown. */
static void
kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Recall *recall = data;
  CdDesk *self = recall->desk;
  Kept *kept = cd_store_run_finish (self->store, result, NULL);
  g_autoptr (CdWireList) list = NULL;

  if (kept && kept->text && self->statement_boot_us == 0 && g_strcmp0 (recall->account, self->entity) == 0)
    {
      gsize len;
      const char *text = g_bytes_get_data (kept->text, &len);

      list = cd_wire_list_parse (CD_WIRE_LIST_STATEMENT, text, len, NULL);
      if (list && self->ready && g_strcmp0 (list->epoch, self->ready->epoch) == 0)
        {
          self->statement_kept = TRUE;
          take (self, recall->account, list, cd_env_boot_us (self->env) - MAX (cd_env_real_us (self->env) - kept->at_us, 0));
        }
    }
  g_clear_pointer (&kept, kept_free);
  g_object_unref (self);
  g_free (recall->account);
  g_free (recall);
}

void
cd_desk_statement_recall (CdDesk *self)
{
  Recall *recall;

  if (!self->store || !self->entity || !*self->entity || self->stop_task)
    return;
  recall = g_new0 (Recall, 1);
  recall->desk = g_object_ref (self);
  recall->account = g_strdup (self->entity);
  cd_store_run_async (self->store, read_func, g_strdup (self->entity), g_free, kept_free, self->cancellable, kept_cb, recall);
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

  CdFreshness fresh = cd_desk_freshness (self, link, self->statement_boot_us, CD_HOLDINGS_AGE_US_MAX, age_us);

  return self->statement_kept && fresh == CD_FRESH_LIVE ? CD_FRESH_STALE : fresh;
}
