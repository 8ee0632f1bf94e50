/* cd-feed-box.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-feed-box.h"

#include <string.h>

struct _CdFeedBox
{
  gatomicrefcount refs;
  GMutex mutex;
  CdFeedStatus status;    /* (mutex) */
  GPtrArray *instruments; /* (mutex) (element-type CdFeedInstrument) */
  GHashTable *by_code;    /* (mutex): code -> CdFeedInstrument, borrowed */
  GArray *trades;         /* (mutex) */
  GArray *blocks;         /* (mutex) */
  GSource *pending;       /* (mutex) (owned) (nullable): the wake-up under way */
  GMainContext *context;  /* (mutex) (owned) */
  GSourceFunc wake;
  gpointer wake_data;
};

const char *
cd_link_state_name (CdLinkState state)
{
  static const char *const names[] = { "idle", "connecting", "live", "stale", "backoff", "failed" };

  g_return_val_if_fail ((guint)state < G_N_ELEMENTS (names), "idle");
  return names[state];
}

static void
drop_pending_locked (CdFeedBox *box)
{
  if (!box->pending)
    return;
  g_source_destroy (box->pending);
  g_clear_pointer (&box->pending, g_source_unref);
}

CdFeedBox *
cd_feed_box_new (void)
{
  CdFeedBox *box = g_new0 (CdFeedBox, 1);

  g_atomic_ref_count_init (&box->refs);
  g_mutex_init (&box->mutex);
  box->instruments = g_ptr_array_new_with_free_func (g_free);
  box->by_code = g_hash_table_new (g_str_hash, g_str_equal);
  box->trades = g_array_new (FALSE, FALSE, sizeof (CdFeedTrade));
  box->blocks = g_array_new (FALSE, FALSE, sizeof (CdFeedBlock));
  return box;
}

CdFeedBox *
cd_feed_box_ref (CdFeedBox *box)
{
  g_atomic_ref_count_inc (&box->refs);
  return box;
}

void
cd_feed_box_unref (CdFeedBox *box)
{
  if (!g_atomic_ref_count_dec (&box->refs))
    return;
  drop_pending_locked (box);
  g_hash_table_unref (box->by_code);
  g_ptr_array_unref (box->instruments);
  g_array_unref (box->trades);
  g_array_unref (box->blocks);
  g_clear_pointer (&box->context, g_main_context_unref);
  g_mutex_clear (&box->mutex);
  g_free (box);
}

void
cd_feed_box_set_wake (CdFeedBox *box, GMainContext *context, GSourceFunc wake, gpointer data)
{
  g_mutex_lock (&box->mutex);
  drop_pending_locked (box); /* so that nothing is called with the old data after this returns */
  g_clear_pointer (&box->context, g_main_context_unref);
  box->context = context ? g_main_context_ref (context) : NULL;
  box->wake = wake;
  box->wake_data = data;
  g_mutex_unlock (&box->mutex);
}

/* With the lock held. One wake-up for any number of writes until the next take. */
static void
wake_locked (CdFeedBox *box)
{
  if (box->pending || !box->wake)
    return;
  box->pending = g_idle_source_new ();
  g_source_set_priority (box->pending, G_PRIORITY_DEFAULT);
  g_source_set_callback (box->pending, box->wake, box->wake_data, NULL);
  g_source_attach (box->pending, box->context);
}

static CdFeedInstrument *
find_locked (CdFeedBox *box, const char *code)
{
  CdFeedInstrument *instrument = g_hash_table_lookup (box->by_code, code);

  if (instrument || box->instruments->len >= CD_FEED_INSTRUMENTS_MAX || strlen (code) >= CD_FEED_CODE_MAX)
    return instrument;
  instrument = g_new0 (CdFeedInstrument, 1);
  g_strlcpy (instrument->code, code, sizeof instrument->code);
  g_ptr_array_add (box->instruments, instrument);
  g_hash_table_insert (box->by_code, instrument->code, instrument);
  return instrument;
}

static guint32
copy_levels (const CdBook *book, CdSide side, CdLevel *out)
{
  guint32 n = 0;

  while (n < CD_FEED_LEVELS && cd_book_level (book, side, n, &out[n]))
    n++;
  return n;
}

void
cd_feed_box_put_book (CdFeedBox *box, const char *code, const CdBook *book, gint64 boot_us, gboolean synced, guint32 gaps)
{
  CdFeedInstrument *instrument;

  g_mutex_lock (&box->mutex);
  instrument = find_locked (box, code);
  if (instrument)
    {
      instrument->n_bids = copy_levels (book, CD_SIDE_BUY, instrument->bids);
      instrument->n_asks = copy_levels (book, CD_SIDE_SELL, instrument->asks);
      instrument->seq = cd_book_seq (book);
      instrument->synced = synced;
      instrument->gaps = gaps;
      instrument->book_boot_us = boot_us;
      instrument->dirty |= CD_FEED_DIRTY_BOOK;
      wake_locked (box);
    }
  g_mutex_unlock (&box->mutex);
}

void
cd_feed_box_put_stats (CdFeedBox *box, const char *code, const CdFeedStats *stats, gint64 boot_us)
{
  CdFeedInstrument *instrument;

  g_mutex_lock (&box->mutex);
  instrument = find_locked (box, code);
  if (instrument)
    {
      instrument->stats = *stats;
      instrument->stats_boot_us = boot_us;
      instrument->dirty |= CD_FEED_DIRTY_STATS;
      wake_locked (box);
    }
  g_mutex_unlock (&box->mutex);
}

void
cd_feed_box_put_trade (CdFeedBox *box, const CdFeedTrade *trade)
{
  g_mutex_lock (&box->mutex);
  if (box->trades->len >= CD_FEED_TRADES_MAX)
    {
      /* The oldest half goes at once: the cost of moving stays constant a trade. */
      box->status.trades_dropped += CD_FEED_TRADES_MAX / 2;
      g_array_remove_range (box->trades, 0, CD_FEED_TRADES_MAX / 2);
    }
  g_array_append_val (box->trades, *trade);
  wake_locked (box);
  g_mutex_unlock (&box->mutex);
}

void
cd_feed_box_put_block (CdFeedBox *box, const CdFeedBlock *block)
{
  g_mutex_lock (&box->mutex);
  if (box->blocks->len < CD_FEED_TRADES_MAX)
    g_array_append_val (box->blocks, *block);
  wake_locked (box);
  g_mutex_unlock (&box->mutex);
}

void
cd_feed_box_put_status (CdFeedBox *box, const CdFeedStatus *status)
{
  guint64 dropped;

  g_mutex_lock (&box->mutex);
  dropped = box->status.trades_dropped;
  box->status = *status;
  box->status.trades_dropped = dropped;
  wake_locked (box);
  g_mutex_unlock (&box->mutex);
}

gboolean
cd_feed_box_take (CdFeedBox *box, CdFeedUpdate *update)
{
  g_array_set_size (update->instruments, 0);
  g_array_set_size (update->trades, 0);
  g_array_set_size (update->blocks, 0);

  g_mutex_lock (&box->mutex);
  drop_pending_locked (box);
  update->status = box->status;
  for (guint i = 0; i < box->instruments->len; i++)
    {
      CdFeedInstrument *instrument = g_ptr_array_index (box->instruments, i);

      if (!instrument->dirty)
        continue;
      g_array_append_val (update->instruments, *instrument);
      instrument->dirty = 0;
    }
  if (box->trades->len)
    g_array_append_vals (update->trades, box->trades->data, box->trades->len);
  g_array_set_size (box->trades, 0);
  if (box->blocks->len)
    g_array_append_vals (update->blocks, box->blocks->data, box->blocks->len);
  g_array_set_size (box->blocks, 0);
  g_mutex_unlock (&box->mutex);

  return update->instruments->len || update->trades->len || update->blocks->len;
}

CdFeedUpdate *
cd_feed_update_new (void)
{
  CdFeedUpdate *update = g_new0 (CdFeedUpdate, 1);

  update->instruments = g_array_new (FALSE, FALSE, sizeof (CdFeedInstrument));
  update->trades = g_array_new (FALSE, FALSE, sizeof (CdFeedTrade));
  update->blocks = g_array_new (FALSE, FALSE, sizeof (CdFeedBlock));
  return update;
}

void
cd_feed_update_free (CdFeedUpdate *update)
{
  g_array_unref (update->instruments);
  g_array_unref (update->trades);
  g_array_unref (update->blocks);
  g_free (update);
}
