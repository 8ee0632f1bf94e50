/* cd-desk-encumbrance.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What of a holding is not free, and until when. A time is given only where a rule of the pack gives one.
 */
#include "cd-desk-cover.h"
#include "cd-desk-private.h"

/* The opening of the next trading day, or the close of this one's last session; 0 where the calendar does not say. */
static gint64
session_edge (const CdMarket *market, CdDate day, gboolean close)
{
  const CdModeRule *rule = day == CD_DATE_NONE ? NULL : cd_market_mode (market, CD_MODE_LIST, day);
  const CdSession *session;

  if (!rule || rule->sessions->len == 0 || !cd_calendar_is_trading (market->calendar, day))
    return 0;
  session = &g_array_index (rule->sessions, CdSession, close ? rule->sessions->len - 1 : 0);
  return cd_zone_to_us (cd_calendar_zone (market->calendar), day, close ? session->close_s : session->open_s);
}

static gint64
until (CdDesk *self, const CdMarket *market, CdBucket bucket)
{
  gint64 now = cd_desk_get_market_time (self);
  CdDate today = cd_zone_date_of (cd_calendar_zone (market->calendar), now, NULL);

  /* Purchases of today can be sold from the next opening on; resting orders lapse at the close. */
  if (bucket == CD_BUCKET_BOUGHT_TODAY)
    return session_edge (market, cd_calendar_next_trading (market->calendar, today), FALSE);
  if (bucket == CD_BUCKET_ORDER_LOCKED)
    return session_edge (market, today, TRUE);
  return 0;
}

static void
add (CdDesk *self, const CdMarket *market, const char *asset, CdBucket bucket, gint64 qty, gboolean counts, GArray *list)
{
  const CdEncumbrance e = { .asset = asset, .bucket = bucket, .qty = qty, .until_us = until (self, market, bucket), .counts = counts };

  if (e.qty > 0)
    g_array_append_val (list, e);
}

GArray *
cd_desk_dup_encumbrances (CdDesk *self, CdObligationRow *row)
{
  static const CdBucket buckets[] = { CD_BUCKET_BOUGHT_TODAY, CD_BUCKET_ORDER_LOCKED, CD_BUCKET_IN_TRANSFER, CD_BUCKET_PENDING_OFFSET, CD_BUCKET_SUBMITTED, CD_BUCKET_PLEDGED, CD_BUCKET_JUDICIAL, CD_BUCKET_REGULATOR, CD_BUCKET_CARRY_FROZEN };
  GArray *list = g_array_new (FALSE, FALSE, sizeof (CdEncumbrance));
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->holdings));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdHoldingRow) holding = g_list_model_get_item (G_LIST_MODEL (self->holdings), i);
      const CdPack *pack = cd_desk_get_pack_of (self, holding->asset);
      gint64 ours[CD_HOLDING_BUCKETS];

      if (!pack || g_strcmp0 (holding->account, row->account) != 0)
        continue;
      cd_desk_bound_for (self, holding, row->year, ours);
      for (guint k = 0; k < G_N_ELEMENTS (buckets); k++)
        {
          CdBucket b = buckets[k];
          /* Of a bucket that knows no year and no purpose only a part may count. */
          gint64 counted = b == CD_BUCKET_PENDING_OFFSET || b == CD_BUCKET_SUBMITTED || b == CD_BUCKET_BOUGHT_TODAY ? ours[b] : 0;

          add (self, pack->market, holding->asset, b, counted, TRUE, list);
          add (self, pack->market, holding->asset, b, holding->bucket[b] - counted, FALSE, list);
        }
    }
  return list;
}
