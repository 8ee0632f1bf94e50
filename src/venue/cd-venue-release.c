/* cd-venue-release.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When what was bought may be sold again: so many trading days of the market later as its pack says (t_plus), at the opening. It
 * is the market's own calendar that counts, so a purchase before a holiday waits over it.
 */
#include "cd-venue-private.h"

void
cd_venue_purchase_free (gpointer data)
{
  CdVenuePurchase *purchase = data;

  if (!purchase)
    return;
  g_free (purchase->account);
  g_free (purchase->asset);
  g_free (purchase);
}

/* Trading days from the purchase on @day to the first one on which it may be sold. A rule that nobody knows holds the units until
 * the next opening: title is not final before. */
static int
days_held (const CdMarket *market, CdDate day)
{
  const CdRuleValue *rule = cd_rule_series_at_practice (market->t_plus, day);

  return rule && rule->has_value ? (int)CLAMP (rule->value, 0, 366) : 1;
}

CdBucket
cd_venue_bought_bucket (const CdVenue *venue, const CdVenueBook *book)
{
  return days_held (book->pack->market, cd_venue_today (venue)) > 0 ? CD_BUCKET_BOUGHT_TODAY : CD_BUCKET_TRADING;
}

void
cd_venue_bought (CdVenue *venue, const CdVenueBook *book, const char *account, gint64 qty)
{
  CdDate today = cd_venue_today (venue);
  CdVenuePurchase *purchase;

  if (days_held (book->pack->market, today) == 0)
    return;
  for (guint i = venue->purchases->len; i-- > 0;)
    {
      purchase = g_ptr_array_index (venue->purchases, i);
      if (purchase->day != today)
        break;
      if (g_str_equal (purchase->account, account) && g_str_equal (purchase->asset, book->instrument->code))
        {
          purchase->qty += qty;
          return;
        }
    }
  purchase = g_new0 (CdVenuePurchase, 1);
  purchase->account = g_strdup (account);
  purchase->asset = g_strdup (book->instrument->code);
  purchase->day = today;
  purchase->qty = qty;
  g_ptr_array_add (venue->purchases, purchase);
}

static gboolean
is_free (const CdMarket *market, CdDate bought, CdDate today)
{
  CdDate day = bought;

  for (int left = days_held (market, bought); left > 0; left--)
    {
      day = cd_calendar_next_trading (market->calendar, day);
      if (day == CD_DATE_NONE || day > today)
        return FALSE;
    }
  return TRUE;
}

void
cd_venue_release (CdVenue *venue)
{
  g_autoptr (GPtrArray) held = g_steal_pointer (&venue->purchases);
  CdDate today = cd_venue_today (venue);

  venue->purchases = g_ptr_array_new_with_free_func (cd_venue_purchase_free);
  for (guint i = 0; i < held->len; i++)
    {
      const CdVenuePurchase *p = g_ptr_array_index (held, i);

      if (is_free (cd_venue_find_book (venue, p->asset)->pack->market, p->day, today))
        cd_venue_move (venue, p->asset, p->account, CD_BUCKET_BOUGHT_TODAY, p->account, CD_BUCKET_TRADING, p->qty);
      else
        g_ptr_array_add (venue->purchases, g_steal_pointer (&held->pdata[i]));
    }
}
