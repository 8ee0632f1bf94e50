/* cd-feed.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-feed.h"

#include <string.h>

#include "cd-http.h"
#include "cd-link.h"
#include "cd-wire-md.h"
#include "cd-ws-connect.h"

#define CHECK_MS 500
#define STALE_US (5 * CD_USEC_PER_SEC / 2)
#define DEAD_US (10 * CD_USEC_PER_SEC)

/* One book on the feed thread. */
typedef struct
{
  char code[CD_MD_CODE_MAX];
  CdBook *book;
  guint64 trade_seq;
  gint64 trade_at_us; /* market time of the last one */
  gboolean line_lost; /* since then */
  guint32 gaps;
  gboolean resync_asked;
  gboolean changed; /* since it was last put into the box */
} FeedBook;

struct _CdFeed
{
  CdEnv *env;           /* (owned) */
  CdEndpoint *endpoint; /* (owned), read only after start */
  CdFeedBox *box;       /* (owned) */
  CdEnvLoop *loop;      /* (owned): the feed thread */

  /* Feed thread only */
  CdLink *link; /* (owned) (nullable) */
  CdMdReader *reader;
  GHashTable *books; /* code -> FeedBook */
  gboolean foreign;  /* a book of another database came on this line */
  CdFeedStatus status;
  guint64 check_timer;
  guint64 retry_timer;
  guint attempt;
  guint64 heartbeat; /* number of the last one on this line, 0 = none yet */
  char epoch[CD_MD_EPOCH_MAX];
};

static void connect_now (CdFeed *self);

static void
feed_book_free (gpointer data)
{
  FeedBook *book = data;

  cd_book_free (book->book);
  g_free (book);
}

static void
publish_status (CdFeed *self)
{
  cd_feed_box_put_status (self->box, &self->status);
}

static void
set_link (CdFeed *self, CdLinkState link, const char *error)
{
  if (self->status.link == link)
    return;
  self->status.link = link;
  g_strlcpy (self->status.error, error ? error : "", sizeof self->status.error);
  publish_status (self);
}

static FeedBook *
book_of (CdFeed *self, const char *code)
{
  FeedBook *book = g_hash_table_lookup (self->books, code);

  if (book || g_hash_table_size (self->books) >= CD_FEED_INSTRUMENTS_MAX)
    return book;
  book = g_new0 (FeedBook, 1);
  g_strlcpy (book->code, code, sizeof book->code);
  book->book = cd_book_new (4, 0);
  g_hash_table_insert (self->books, book->code, book);
  return book;
}

static void
send_request (CdFeed *self, gboolean subscribe, const char *code)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *codes[] = { code, NULL };

  if (!cd_link_is_open (self->link))
    return;
  cd_md_write_request (text, subscribe, codes);
  cd_link_send (self->link, text->str);
}

/* --- Messages -------------------------------------------------------------------------------------------------------- */

static void
put_book (CdFeed *self, FeedBook *book)
{
  book->changed = FALSE;
  cd_feed_box_put_book (self->box, book->code, book->book, self->status.last_rx_boot_us, cd_book_synced (book->book), book->gaps);
}

/* Once a frame, however many of its messages speak of the book. */
static void
put_changed_books (CdFeed *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->books);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((FeedBook *)value)->changed)
      put_book (self, value);
}

/* Nothing of a book is live across a gap: it is marked, and a fresh snapshot is asked for once. */
static void
lose_book (CdFeed *self, FeedBook *book)
{
  cd_book_mark_gap (book->book);
  book->gaps++;
  self->status.gaps++;
  put_book (self, book);
  if (book->resync_asked)
    return;
  book->resync_asked = TRUE;
  send_request (self, FALSE, book->code);
  send_request (self, TRUE, book->code);
}

static void
set_levels (CdBook *book, CdSide side, const CdLevel *levels, guint n)
{
  for (guint i = 0; i < n; i++)
    cd_book_set (book, side, levels[i].price, levels[i].qty, levels[i].orders);
}

/* FALSE when a level goes away that we never had: then ours is not the venue's book, below the ten that the checksum covers. */
static gboolean
change_levels (CdBook *book, CdSide side, const CdLevel *levels, guint n)
{
  CdLevel level;

  for (guint i = 0; i < n; i++)
    {
      if (levels[i].qty == 0 && !cd_book_find (book, side, levels[i].price, &level))
        return FALSE;
      cd_book_set (book, side, levels[i].price, levels[i].qty, levels[i].orders);
    }
  return TRUE;
}

static void
take_snapshot (CdFeed *self, FeedBook *book, const CdMdMsg *msg)
{
  /* To ask again on a line that gives books of two databases leads nowhere: a new one tells which it is. */
  self->foreign |= strcmp (msg->epoch, self->epoch) != 0;
  self->status.foreign = self->foreign;
  if (self->foreign)
    {
      cd_book_mark_gap (book->book);
      return;
    }
  cd_book_begin_snapshot (book->book, msg->epoch, msg->seq);
  set_levels (book->book, CD_SIDE_BUY, msg->bids, msg->n_bids);
  set_levels (book->book, CD_SIDE_SELL, msg->asks, msg->n_asks);
  book->resync_asked = FALSE;
  if (cd_book_crc (book->book) != msg->crc)
    lose_book (self, book);
  else
    book->changed = TRUE;
}

static void
take_depth (CdFeed *self, FeedBook *book, const CdMdMsg *msg)
{
  switch (cd_book_begin_delta (book->book, msg->prev_seq, msg->seq))
    {
    case CD_BOOK_SKIPPED:
      /* The last change once more is harmless. Another one under its number, or an older number: the venue has another book. */
      if (msg->seq != cd_book_seq (book->book) || msg->crc != cd_book_crc (book->book))
        lose_book (self, book);
      return;
    case CD_BOOK_RESYNC:
      lose_book (self, book);
      return;
    case CD_BOOK_APPLIED:
      break;
    }
  if (!change_levels (book->book, CD_SIDE_BUY, msg->bids, msg->n_bids) || !change_levels (book->book, CD_SIDE_SELL, msg->asks, msg->n_asks) || cd_book_crc (book->book) != msg->crc)
    lose_book (self, book);
  else
    book->changed = TRUE;
}

static void
take_trade (CdFeed *self, FeedBook *book, const CdMdMsg *msg)
{
  CdFeedTrade trade = {
    .seq = msg->seq,
    .price_e4 = msg->trade.price_e4,
    .qty = msg->trade.qty,
    .side = msg->trade.side,
    .mode = msg->trade.mode,
    .at_us = msg->trade.at_us,
  };

  if (msg->seq <= book->trade_seq)
    return;
  g_strlcpy (trade.code, msg->code, sizeof trade.code);
  g_strlcpy (trade.id, msg->trade.id, sizeof trade.id);
  if (book->trade_seq != 0 && (book->line_lost || msg->seq != book->trade_seq + 1))
    {
      CdFeedTrade gap = { .gap = TRUE, .seq = book->trade_seq + 1, .qty = (gint64)(msg->seq - book->trade_seq - 1), .since_us = book->trade_at_us, .at_us = trade.at_us };

      g_strlcpy (gap.code, msg->code, sizeof gap.code);
      cd_feed_box_put_trade (self->box, &gap);
    }
  book->trade_seq = msg->seq;
  book->trade_at_us = trade.at_us;
  book->line_lost = FALSE;
  cd_feed_box_put_trade (self->box, &trade);
}

static void
take_stats (CdFeed *self, const CdMdMsg *msg)
{
  const CdMdStats *s = msg->stats;
  const CdFeedStats stats = {
    .prev_close_e4 = s->prev_close_e4,
    .open_e4 = s->open_e4,
    .high_e4 = s->high_e4,
    .low_e4 = s->low_e4,
    .last_e4 = s->last_e4,
    .close_e4 = s->close_e4,
    .list_qty = s->list_qty,
    .list_amount_e4 = s->list_amount_e4,
    .block_qty = s->block_qty,
    .block_amount_e4 = s->block_amount_e4,
    .trades = s->trades,
    .limit_low_e4 = s->limit_low_e4,
    .limit_high_e4 = s->limit_high_e4,
    .block_low_e4 = s->block_low_e4,
    .block_high_e4 = s->block_high_e4,
  };

  cd_feed_box_put_stats (self->box, msg->code, &stats, self->status.last_rx_boot_us);
}

static void
take_block (CdFeed *self, const CdMdMsg *msg)
{
  CdFeedBlock block = { .side = msg->block->side, .price_e4 = msg->block->price_e4, .qty = msg->block->qty, .open = msg->block->state == CD_MD_BLOCK_OPEN };

  g_strlcpy (block.id, msg->block->id, sizeof block.id);
  g_strlcpy (block.code, msg->code, sizeof block.code);
  g_strlcpy (block.party, msg->block->party, sizeof block.party);
  cd_feed_box_put_block (self->box, &block);
}

static void
take_time (CdFeed *self, gint64 server_time_us, gint64 market_time_us)
{
  self->status.server_time_us = server_time_us;
  self->status.market_time_us = market_time_us;
  self->status.market_boot_us = self->status.last_rx_boot_us;
}

static void
take_hello (CdFeed *self, const CdMdHello *hello)
{
  take_time (self, hello->server_time_us, hello->market_time_us);
  self->status.rate_e3 = hello->rate_e3;
  self->status.paused = hello->paused;
  self->status.practice = hello->practice;
  g_strlcpy (self->status.epoch, hello->epoch, sizeof self->status.epoch);
  /* Another incarnation of the venue's database: sequences start anew. */
  if (strcmp (self->epoch, hello->epoch) != 0)
    {
      g_strlcpy (self->epoch, hello->epoch, sizeof self->epoch);
      g_hash_table_remove_all (self->books);
    }
  self->attempt = 0;
  self->status.proof_boot_us = self->status.last_rx_boot_us;
  send_request (self, TRUE, "*");
  set_link (self, CD_LINK_LIVE, NULL);
}

static void
take_clock (CdFeed *self, const CdMdClock *clock)
{
  take_time (self, clock->server_time_us, clock->market_time_us);
  self->status.rate_e3 = clock->rate_e3;
  self->status.paused = clock->paused;
  self->status.n_sessions = MIN (clock->n_sessions, CD_FEED_SESSIONS_MAX);
  for (guint i = 0; i < self->status.n_sessions; i++)
    {
      CdFeedSession *session = &self->status.sessions[i];

      g_strlcpy (session->market, clock->sessions[i].market, sizeof session->market);
      session->mode = clock->sessions[i].mode;
      session->state = clock->sessions[i].state;
      session->next_us = clock->sessions[i].next_us;
    }
}

static void
lose_every_book (CdFeed *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->books);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    lose_book (self, value);
}

/* A heartbeat says what the venue sent last: an idle book that missed something is found out too, or one of a venue that counts from
 * the beginning again. Where a heartbeat is missing, anything may be. */
static void
take_hb (CdFeed *self, const CdMdHb *hb)
{
  take_time (self, hb->server_time_us, hb->market_time_us);
  if (self->heartbeat != 0 && hb->n != self->heartbeat + 1)
    lose_every_book (self);
  self->heartbeat = hb->n;
  self->status.proof_boot_us = self->status.last_rx_boot_us;
  for (guint i = 0; i < hb->n_seqs; i++)
    {
      FeedBook *book = g_hash_table_lookup (self->books, hb->seqs[i].code);

      if (book && cd_book_synced (book->book) && cd_book_seq (book->book) != hb->seqs[i].seq)
        lose_book (self, book);
    }
}

static gboolean
message_func (const CdMdMsg *msg, gpointer data)
{
  CdFeed *self = data;
  FeedBook *book;

  self->status.messages++;
  switch (msg->type)
    {
    case CD_MD_HELLO:
      take_hello (self, msg->hello);
      break;
    case CD_MD_SNAPSHOT:
    case CD_MD_DEPTH:
    case CD_MD_TRADE:
      book = book_of (self, msg->code);
      if (!book)
        break;
      if (msg->type == CD_MD_SNAPSHOT)
        take_snapshot (self, book, msg);
      else if (msg->type == CD_MD_DEPTH)
        take_depth (self, book, msg);
      else
        take_trade (self, book, msg);
      break;
    case CD_MD_STATS:
      take_stats (self, msg);
      break;
    case CD_MD_CLOCK:
      take_clock (self, msg->clock);
      break;
    case CD_MD_HB:
      take_hb (self, msg->hb);
      break;
    case CD_MD_BLOCK:
      take_block (self, msg);
      break;
    case CD_MD_UNKNOWN:
      break;
    }
  return TRUE;
}

/* --- Connection ------------------------------------------------------------------------------------------------------ */

static gboolean
retry_cb (gpointer data)
{
  CdFeed *self = data;

  self->retry_timer = 0;
  connect_now (self);
  return G_SOURCE_REMOVE;
}

static void
lose_connection (CdFeed *self, const GError *error)
{
  GHashTableIter iter;
  gpointer value;

  g_clear_pointer (&self->link, cd_link_close);
  g_hash_table_iter_init (&iter, self->books);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      FeedBook *book = value;

      cd_book_mark_gap (book->book);
      book->line_lost = TRUE;
      book->resync_asked = FALSE;
      put_book (self, book);
    }
  if (error && cd_net_error_is_final (error))
    {
      set_link (self, CD_LINK_FAILED, error->message);
      return;
    }
  set_link (self, CD_LINK_BACKOFF, error ? error->message : "the line was closed");
  if (self->retry_timer == 0)
    self->retry_timer = cd_env_timer_add (self->env, cd_env_loop_context (self->loop), cd_net_backoff_ms (self->env, self->attempt++), retry_cb, self);
}

static void
link_message_cb (const char *text, gsize len, gpointer data)
{
  CdFeed *self = data;
  g_autoptr (GError) error = NULL;

  self->status.bytes += len;
  self->status.last_rx_boot_us = cd_env_boot_us (self->env);
  if (!cd_md_reader_read (self->reader, text, len, message_func, self, &error))
    {
      self->status.malformed++;
      lose_connection (self, error);
      return;
    }
  if (self->foreign)
    {
      g_set_error (&error, CD_NET_ERROR, CD_NET_ERROR_BODY, "a book of another database");
      lose_connection (self, error);
      return;
    }
  put_changed_books (self);
  if (self->status.link == CD_LINK_STALE && self->status.proof_boot_us == self->status.last_rx_boot_us)
    set_link (self, CD_LINK_LIVE, NULL);
  publish_status (self);
}

static void
link_closed_cb (const GError *error, gpointer data)
{
  lose_connection (data, error);
}

static void
link_opened_cb (gpointer data)
{
  CdFeed *self = data;

  self->status.last_rx_boot_us = self->status.proof_boot_us = cd_env_boot_us (self->env);
}

static void
connect_now (CdFeed *self)
{
  static const CdTransportFuncs funcs = { link_opened_cb, link_message_cb, link_closed_cb };

  self->heartbeat = 0;
  self->foreign = FALSE;
  self->status.lines++;
  set_link (self, CD_LINK_CONNECTING, NULL);
  self->link = cd_link_open (self->env, self->endpoint, "/v1/md", &funcs, self);
}

/* Only a heartbeat tells of a change that was lost in a book that is quiet since: changes of other books prove nothing of it. */
static gboolean
check_cb (gpointer data)
{
  CdFeed *self = data;
  gint64 now = cd_env_boot_us (self->env);
  gint64 age = now - self->status.proof_boot_us;
  g_autoptr (GError) error = NULL;

  if (!cd_link_check (self->link, &error))
    {
      lose_connection (self, error);
      return G_SOURCE_CONTINUE;
    }
  if (cd_link_is_open (self->link) && age > DEAD_US)
    lose_connection (self, NULL);
  else if (self->status.link == CD_LINK_LIVE && age > STALE_US)
    set_link (self, CD_LINK_STALE, "no heartbeat");
  return G_SOURCE_CONTINUE;
}

/* --- Thread ---------------------------------------------------------------------------------------------------------- */

static void
feed_start (gpointer data)
{
  CdFeed *self = data;

  self->reader = cd_md_reader_new ();
  self->books = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, feed_book_free);
  self->check_timer = cd_env_timer_add_full (self->env, cd_env_loop_context (self->loop), CHECK_MS, TRUE, check_cb, self, NULL);
  connect_now (self);
}

static void
feed_stop (gpointer data)
{
  CdFeed *self = data;

  cd_env_clear_timer (self->env, &self->check_timer);
  cd_env_clear_timer (self->env, &self->retry_timer);
  g_clear_pointer (&self->link, cd_link_close);
  /* What was under way ends on this context before it goes. */
  while (cd_env_has_threads (self->env) && g_main_context_iteration (cd_env_loop_context (self->loop), FALSE))
    ;
  cd_md_reader_free (self->reader);
  g_hash_table_unref (self->books);
}

CdFeed *
cd_feed_new (CdEnv *env, const CdEndpoint *endpoint, CdFeedBox *box)
{
  CdFeed *self = g_new0 (CdFeed, 1);

  cd_http_prepare ();
  self->env = cd_env_ref (env);
  self->endpoint = cd_endpoint_copy (endpoint);
  self->box = cd_feed_box_ref (box);
  self->loop = cd_env_loop_new (env, feed_start, feed_stop, self);
  self->status.rate_e3 = 1000;
  cd_env_loop_run (self->loop, "feed");
  return self;
}

static gboolean
reconnect_cb (gpointer data)
{
  CdFeed *self = data;

  /* Refused for good stays so. */
  if (self->status.link != CD_LINK_FAILED)
    lose_connection (self, NULL);
  return G_SOURCE_REMOVE;
}

void
cd_feed_free (CdFeed *self)
{
  if (!self)
    return;
  cd_env_loop_free (self->loop);
  cd_feed_box_unref (self->box);
  cd_endpoint_free (self->endpoint);
  cd_env_unref (self->env);
  g_free (self);
}

void
cd_feed_reconnect (CdFeed *self)
{
  cd_env_loop_invoke (self->loop, reconnect_cb, self);
}
