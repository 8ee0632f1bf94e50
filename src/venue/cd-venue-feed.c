/* cd-venue-feed.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the engine says in a turn becomes text once; every line is then sent pieces of the same text. A line that listens to
 * everything shares its frames with the others that do.
 */
#include "cd-venue-server-private.h"

static CdVenueMessage *
add_message (CdVenueServer *self, const char *code)
{
  CdVenueFeed *feed = &self->feed;
  CdVenueMessage message = { .offset = feed->text->len };

  g_strlcpy (message.code, code, sizeof message.code);
  g_array_append_val (feed->messages, message);
  cd_venue_server_mark (self);
  return &g_array_index (feed->messages, CdVenueMessage, feed->messages->len - 1);
}

/* How often a public message of this turn leaves; cuts and delays fall on every public line. */
static int
copies_of (CdVenueServer *self, const char *what)
{
  const CdVenueFault fault = cd_venue_faults_hit (self->faults, CD_VENUE_POINT_MD, what);

  self->feed.cut |= fault.kind == CD_VENUE_FAULT_CUT;
  self->restart_due |= fault.kind == CD_VENUE_FAULT_RESTART;
  if (fault.kind == CD_VENUE_FAULT_DELAY)
    self->feed.held_ms = MAX (self->feed.held_ms, fault.number);
  return fault.kind == CD_VENUE_FAULT_DROP ? 0 : fault.kind == CD_VENUE_FAULT_DUPLICATE ? 2
                                                                                        : 1;
}

static void
end_message (CdVenueServer *self, CdVenueMessage *message, const char *what)
{
  CdVenueMessage copy;
  int copies = copies_of (self, what);

  message->len = self->feed.text->len - message->offset;
  copy = *message;
  if (copies == 0)
    g_array_set_size (self->feed.messages, self->feed.messages->len - 1);
  else if (copies == 2)
    g_array_append_val (self->feed.messages, copy);
}

/* Of one line alone: greeting and whole books. */
static void
send_alone (CdVenueLine *line, const char *what, const GString *text)
{
  for (int copies = cd_venue_line_copies (line, CD_VENUE_POINT_MD, what); copies > 0; copies--)
    cd_venue_line_send (line, text->str, text->len);
}

/* What faults of this turn do to every public line. */
static void
apply_faults (CdVenueServer *self)
{
  for (guint k = 0; k < self->lines->len && (self->feed.cut || self->feed.held_ms > 0); k++)
    {
      CdVenueLine *line = g_ptr_array_index (self->lines, k);

      if (line->dead || line->is_private)
        continue;
      if (self->feed.cut)
        cd_venue_line_cut (line);
      else
        cd_venue_line_hold (line, self->feed.held_ms);
    }
  self->feed.cut = FALSE;
  self->feed.held_ms = 0;
}

static void
event_cb (const CdWireEvent *event, gpointer data)
{
  /* The engine keeps it by number; the private lines read it there at the end of the turn. */
  cd_venue_server_mark (data);
}

static void
depth_cb (const char *code, guint64 prev_seq, guint64 seq, guint32 crc, const CdLevel *bids, guint n_bids, const CdLevel *asks, guint n_asks, gpointer data)
{
  CdVenueServer *self = data;
  CdVenueMessage *message;

  if (self->feed.messages->len >= CD_VENUE_TURN_MESSAGES_MAX || n_bids > CD_MD_LEVELS_MAX || n_asks > CD_MD_LEVELS_MAX)
    {
      /* Too much for a change: whoever is subscribed gets the whole book. */
      g_hash_table_add (self->feed.books, g_strdup (code));
      cd_venue_server_mark (self);
      return;
    }
  message = add_message (self, code);
  message->is_depth = TRUE;
  cd_md_write_depth (self->feed.text, code, prev_seq, seq, crc, bids, n_bids, asks, n_asks);
  end_message (self, message, "depth");
}

static void
trade_cb (const char *code, guint64 seq, const CdMdTrade *trade, gpointer data)
{
  CdVenueServer *self = data;
  CdVenueMessage *message = add_message (self, code);

  cd_md_write_trade (self->feed.text, code, seq, trade);
  end_message (self, message, "trade");
}

static void
stats_cb (const char *code, const CdMdStats *stats, gpointer data)
{
  CdVenueServer *self = data;
  CdVenueMessage *message = add_message (self, code);

  cd_md_write_stats (self->feed.text, code, stats);
  end_message (self, message, "stats");
}

static void
block_cb (const char *code, const CdMdBlock *block, gpointer data)
{
  CdVenueServer *self = data;
  CdVenueMessage *message = add_message (self, code);

  cd_md_write_block (self->feed.text, code, block);
  end_message (self, message, "block");
}

static void
clock_cb (gpointer data)
{
  CdVenueServer *self = data;

  self->feed.clock = TRUE;
  cd_venue_server_mark (self);
}

const CdVenueSink cd_venue_feed_sink = { event_cb, depth_cb, trade_cb, stats_cb, block_cb, clock_cb };

void
cd_venue_feed_init (CdVenueFeed *feed)
{
  feed->text = g_string_sized_new (64 * 1024);
  feed->frame = g_string_sized_new (64 * 1024);
  feed->messages = g_array_new (FALSE, TRUE, sizeof (CdVenueMessage));
  feed->books = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
cd_venue_feed_clear (CdVenueFeed *feed)
{
  if (!feed->text)
    return;
  g_string_free (feed->text, TRUE);
  g_string_free (feed->frame, TRUE);
  g_array_unref (feed->messages);
  g_hash_table_unref (feed->books);
}

void
cd_venue_server_fill_clock (CdVenueServer *self, CdMdClock *clock)
{
  cd_venue_clock (self->venue, clock);
  clock->server_time_us = cd_venue_server_now (self);
  clock->market_time_us = cd_venue_server_market_now (self);
  clock->rate_e3 = self->rate_e3;
  clock->paused = self->paused;
}

static gboolean
wants (const CdVenueLine *line, const char *code)
{
  return line->all || *code == '\0' || g_hash_table_contains (line->codes, code);
}

/* @line: NULL builds the frames of everything and sends them to all lines that listen to everything. */
static void
send_to (CdVenueServer *self, CdVenueLine *line)
{
  CdVenueFeed *feed = &self->feed;
  CdMdBatch batch = { feed->frame, 0 };
  gsize len;

  cd_md_batch_begin (&batch);
  for (guint i = 0; i <= feed->messages->len; i++)
    {
      const CdVenueMessage *message = i < feed->messages->len ? &g_array_index (feed->messages, CdVenueMessage, i) : NULL;
      const char *frame;

      if (message && message->is_depth && g_hash_table_contains (feed->books, message->code))
        continue; /* superseded by the whole book */
      if (message && line && !wants (line, message->code))
        continue;
      if (message && cd_md_batch_next (&batch))
        {
          g_string_append_len (batch.text, feed->text->str + message->offset, (gssize)message->len);
          continue;
        }
      frame = cd_md_batch_end (&batch, &len);
      if (frame)
        {
          g_autoptr (GBytes) bytes = line ? NULL : g_bytes_new (frame, len);

          if (line)
            cd_venue_line_send (line, frame, len);
          for (guint k = 0; bytes && k < self->lines->len; k++)
            {
              CdVenueLine *other = g_ptr_array_index (self->lines, k);

              if (!other->dead && !other->is_private && other->all)
                cd_venue_line_send_bytes (other, bytes);
            }
        }
      cd_md_batch_begin (&batch);
      if (message)
        i--; /* it did not fit: once more */
    }
}

/* Books that changed too much: whole, once. */
static void
send_whole_books (CdVenueServer *self)
{
  GHashTableIter iter;
  gpointer code;

  g_hash_table_iter_init (&iter, self->feed.books);
  while (g_hash_table_iter_next (&iter, &code, NULL))
    {
      g_autoptr (GString) text = g_string_new (NULL);

      cd_venue_write_snapshot (self->venue, text, code);
      for (guint k = 0; k < self->lines->len && text->len > 0; k++)
        {
          CdVenueLine *line = g_ptr_array_index (self->lines, k);

          if (!line->dead && !line->is_private && wants (line, code))
            send_alone (line, "snapshot", text);
        }
    }
}

void
cd_venue_feed_send (CdVenueServer *self)
{
  CdVenueFeed *feed = &self->feed;

  if (feed->clock)
    {
      CdMdClock clock = { .n_sessions = 0 };
      CdVenueMessage *message = add_message (self, "");

      cd_venue_server_fill_clock (self, &clock);
      cd_md_write_clock (feed->text, &clock);
      end_message (self, message, "clock");
    }
  apply_faults (self);
  if (feed->messages->len > 0)
    send_to (self, NULL);
  for (guint k = 0; k < self->lines->len; k++)
    {
      CdVenueLine *line = g_ptr_array_index (self->lines, k);

      if (!line->dead && !line->is_private && !line->all && feed->messages->len > 0)
        send_to (self, line);
    }
  send_whole_books (self);
  for (guint k = 0; k < self->lines->len; k++)
    {
      CdVenueLine *line = g_ptr_array_index (self->lines, k);

      if (!line->dead && !line->is_private && line->fresh && g_hash_table_size (line->fresh) > 0)
        cd_venue_feed_snapshots (self, line);
    }
  g_string_truncate (feed->text, 0);
  g_array_set_size (feed->messages, 0);
  g_hash_table_remove_all (feed->books);
  feed->clock = FALSE;
}

void
cd_venue_feed_hello (CdVenueServer *self, CdVenueLine *line)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree CdMdHello *hello = g_new0 (CdMdHello, 1);
  g_autofree CdMdClock *clock = g_new0 (CdMdClock, 1);

  cd_venue_server_fill_clock (self, clock);
  g_strlcpy (hello->epoch, cd_venue_epoch (self->venue), sizeof hello->epoch);
  hello->server_time_us = clock->server_time_us;
  hello->market_time_us = clock->market_time_us;
  hello->rate_e3 = clock->rate_e3;
  hello->paused = clock->paused;
  hello->practice = TRUE;
  for (guint i = 0; i < clock->n_sessions; i++)
    {
      gboolean seen = FALSE;

      for (guint k = 0; k < hello->n_markets; k++)
        seen |= strcmp (hello->markets[k], clock->sessions[i].market) == 0;
      if (!seen && hello->n_markets < CD_MD_MARKETS_MAX)
        g_strlcpy (hello->markets[hello->n_markets++], clock->sessions[i].market, CD_MD_CODE_MAX);
    }
  cd_md_write_hello (text, hello);
  send_alone (line, "hello", text);
  g_string_truncate (text, 0);
  cd_md_write_clock (text, clock);
  cd_venue_line_send (line, text->str, text->len);
}

/* Book, figures of the day and open blocks of what was just subscribed. */
void
cd_venue_feed_snapshots (CdVenueServer *self, CdVenueLine *line)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (CdWireList) blocks = cd_venue_list (self->venue, CD_WIRE_LIST_BLOCKS, NULL, NULL, TRUE, 0, 0);
  GHashTableIter iter;
  gpointer code;

  g_hash_table_iter_init (&iter, line->fresh);
  while (g_hash_table_iter_next (&iter, &code, NULL))
    {
      CdMdStats stats;

      g_string_truncate (text, 0);
      cd_venue_write_snapshot (self->venue, text, code);
      if (text->len > 0)
        send_alone (line, "snapshot", text);
      g_string_truncate (text, 0);
      if (cd_venue_stats (self->venue, code, &stats))
        {
          cd_md_write_stats (text, code, &stats);
          cd_venue_line_send (line, text->str, text->len);
        }
    }
  for (guint i = 0; i < blocks->items->len; i++)
    {
      const CdWireBlockRow *row = &g_array_index (blocks->items, CdWireBlockRow, i);
      CdMdBlock block = { .side = row->side, .price_e4 = row->price_e4, .qty = row->qty, .state = CD_MD_BLOCK_OPEN };

      if (!g_hash_table_contains (line->fresh, row->instrument))
        continue;
      g_strlcpy (block.id, row->id, sizeof block.id);
      g_strlcpy (block.party, row->party, sizeof block.party);
      g_string_truncate (text, 0);
      cd_md_write_block (text, row->instrument, &block);
      cd_venue_line_send (line, text->str, text->len);
    }
  g_hash_table_iter_init (&iter, line->fresh);
  while (g_hash_table_iter_next (&iter, &code, NULL))
    g_hash_table_add (line->codes, g_strdup (code));
  g_hash_table_remove_all (line->fresh);
  line->all |= line->wants_all;
}

void
cd_venue_feed_heartbeat (CdVenueServer *self)
{
  const GPtrArray *codes = cd_venue_codes (self->venue);
  g_autofree CdMdHb *hb = g_new0 (CdMdHb, 1);
  g_autoptr (GString) text = g_string_new (NULL);
  int copies;

  hb->n = self->n_heartbeat;
  hb->server_time_us = cd_venue_server_now (self);
  hb->market_time_us = cd_venue_server_market_now (self);
  for (guint i = 0; i < codes->len && hb->n_seqs < CD_MD_SEQS_MAX; i++)
    {
      const CdBook *book = cd_venue_book (self->venue, g_ptr_array_index (codes, i));

      if (!book)
        continue;
      g_strlcpy (hb->seqs[hb->n_seqs].code, g_ptr_array_index (codes, i), CD_MD_CODE_MAX);
      hb->seqs[hb->n_seqs++].seq = cd_book_seq (book);
    }
  cd_md_write_hb (text, hb);
  copies = copies_of (self, "hb");
  apply_faults (self);
  if (self->restart_due)
    cd_venue_server_restart (self);
  for (guint k = 0; k < self->lines->len && !self->is_failed; k++)
    {
      CdVenueLine *line = g_ptr_array_index (self->lines, k);

      for (int i = 0; i < copies && !line->dead && !line->is_private; i++)
        cd_venue_line_send (line, text->str, text->len);
    }
}
