/* cd-venue-close.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Openings and closes. After the last session: resting orders lapse, the closing price is the volume-weighted average of the
 * listed trades, trades are settled one by one against cash, and each entity gets its statement. At the next opening statements
 * that nobody answered are deemed confirmed, what was bought may be sold again as the rule says, and the new day begins with
 * yesterday's close as reference.
 */
#include "cd-venue-private.h"

#include <string.h>

#define CD_SETTLEMENT_DEEMED 1 /* CdMarket.settlement_confirm */

void
cd_venue_settlement_free (gpointer data)
{
  CdVenueSettlement *settlement = data;

  g_free (settlement->account);
  g_free (settlement->reason);
  g_free (settlement);
}

CdVenueSettlement *
cd_venue_settlement (CdVenue *venue, const char *account, CdDate day, gboolean create)
{
  CdVenueSettlement *settlement;

  for (guint i = venue->settlements->len; i-- > 0;)
    {
      settlement = g_ptr_array_index (venue->settlements, i);
      if (settlement->day == day && g_str_equal (settlement->account, account))
        return settlement;
    }
  if (!create)
    return NULL;
  settlement = g_new0 (CdVenueSettlement, 1);
  settlement->account = g_strdup (account);
  settlement->day = day;
  settlement->state = "pending";
  g_ptr_array_add (venue->settlements, settlement);
  return settlement;
}

static void
set_state (CdVenue *venue, CdVenueSettlement *settlement, const char *state)
{
  CdWireEvent *event = cd_venue_event_new (venue, CD_WIRE_EVENT_SETTLEMENT_DAY, settlement->account);

  settlement->state = state;
  event->date = settlement->day;
  event->state = g_strdup (state);
  event->reason = g_strdup (settlement->reason);
  cd_venue_emit (venue, event);
}

static gboolean
is_blank (const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text ? text : ""));

  return *stripped == '\0';
}

void
cd_venue_settle_answer (CdVenue *venue, const CdWireCommand *command, const CdWireBody *body, CdWireAnswer *answer)
{
  CdVenueSettlement *settlement = cd_venue_settlement (venue, command->account, body->date, FALSE);

  if (!settlement || !g_str_equal (settlement->state, "settled"))
    {
      cd_venue_reject (answer, "instruction.state");
      return;
    }
  if (command->op == CD_WIRE_OP_SETTLEMENT_OBJECT && is_blank (body->reason))
    {
      cd_venue_reject (answer, "reason.missing");
      return;
    }
  g_free (settlement->reason);
  settlement->reason = g_strdup (body->reason);
  set_state (venue, settlement, command->op == CD_WIRE_OP_SETTLEMENT_CONFIRM ? "confirmed" : "objected");
}

/* --- When ------------------------------------------------------------------------------------------------------------ */

/* First opening and last close of a day over all modes and packs. */
static gboolean
day_bounds (const CdVenue *venue, CdDate day, gint64 *open_us, gint64 *close_us)
{
  int open_s = G_MAXINT, close_s = -1;

  for (gsize p = 0; p < venue->n_packs; p++)
    {
      const CdMarket *market = venue->packs[p]->market;

      if (!cd_calendar_is_trading (market->calendar, day))
        continue;
      for (int mode = CD_MODE_LIST; mode <= CD_MODE_BLOCK; mode++)
        {
          const CdModeRule *rule = cd_market_mode (market, (CdMode)mode, day);

          for (guint i = 0; rule && i < rule->sessions->len; i++)
            {
              const CdSession *session = &g_array_index (rule->sessions, CdSession, i);

              open_s = MIN (open_s, session->open_s);
              close_s = MAX (close_s, session->close_s);
            }
        }
    }
  if (close_s < 0)
    return FALSE;
  *open_us = cd_zone_to_us (cd_venue_zone (venue), day, open_s);
  /* An order at exactly the closing second may be in time: the close is what comes after it. */
  *close_us = cd_zone_to_us (cd_venue_zone (venue), day, close_s) + CD_USEC_PER_SEC;
  return TRUE;
}

/* Every change of a session is an event too, so that its state is told at once. */
static gint64
next_session_change (const CdVenue *venue)
{
  gint64 best = 0;

  for (gsize p = 0; p < venue->n_packs; p++)
    for (int mode = CD_MODE_LIST; mode <= CD_MODE_BLOCK; mode++)
      {
        gint64 next = 0;

        cd_market_session_at (venue->packs[p]->market, (CdMode)mode, venue->now_us, &next);
        if (next > venue->now_us && (best == 0 || next < best))
          best = next;
      }
  return best;
}

gint64
cd_venue_next_day_event (const CdVenue *venue)
{
  gint64 best = next_session_change (venue);
  gint64 open_us, close_us;

  if (day_bounds (venue, cd_venue_today (venue), &open_us, &close_us) && !venue->day_closed && close_us > venue->now_us && (best == 0 || close_us < best))
    best = close_us;
  return best;
}

/* --- Close ----------------------------------------------------------------------------------------------------------- */

static int
by_number (gconstpointer a, gconstpointer b)
{
  const CdVenueOrder *x = *(const CdVenueOrder *const *)a;
  const CdVenueOrder *y = *(const CdVenueOrder *const *)b;

  return x->number < y->number ? -1 : x->number > y->number;
}

/* Whatever rests is a listing or stands behind an intent; in the order of arrival. */
static void
lapse_orders (CdVenue *venue)
{
  g_autoptr (GPtrArray) live = g_ptr_array_new ();

  for (guint i = 0; i < venue->books->len; i++)
    for (int s = 0; s < 2; s++)
      g_ptr_array_extend (live, ((CdVenueBook *)g_ptr_array_index (venue->books, i))->listings[s], NULL, NULL);
  for (guint i = 0; i < venue->blocks->len; i++)
    if (((CdVenueBlock *)g_ptr_array_index (venue->blocks, i))->order)
      g_ptr_array_add (live, ((CdVenueBlock *)g_ptr_array_index (venue->blocks, i))->order);
  while (venue->blocks->len > 0)
    cd_venue_block_done (venue, g_ptr_array_index (venue->blocks, 0), CD_MD_BLOCK_WITHDRAWN);
  g_ptr_array_sort (live, by_number);
  for (guint i = 0; i < live->len; i++)
    cd_venue_end_order (venue, g_ptr_array_index (live, i), "expired", CD_WIRE_EVENT_ORDER_EXPIRED, "session.closed");
}

static gboolean
close_of (const char *code, CdPrice *price, gpointer data)
{
  CdVenueBook *book = cd_venue_find_book (data, code);

  if (!book)
    return FALSE;
  price->e4 = book->close_e4 ? book->close_e4 : book->stats.last_e4 ? book->stats.last_e4
                                                                    : book->stats.prev_close_e4;
  price->ccy = book->pack->market->ccy;
  return price->e4 > 0;
}

/* The composite follows its members; at the close it is made of their closing prices. */
void
cd_venue_composite (CdVenue *venue, gboolean closing)
{
  for (gsize p = 0; p < venue->n_packs; p++)
    {
      const CdMarket *market = venue->packs[p]->market;
      CdVenueBook *book = market->composite_code ? cd_venue_find_book (venue, market->composite_code) : NULL;
      CdPrice price;

      if (!book || !cd_market_composite (market, cd_venue_today (venue), close_of, venue, &price))
        continue;
      if (book->stats.open_e4 == 0)
        book->stats.open_e4 = book->stats.high_e4 = book->stats.low_e4 = price.e4;
      book->stats.high_e4 = MAX (book->stats.high_e4, price.e4);
      book->stats.low_e4 = MIN (book->stats.low_e4, price.e4);
      if (!closing && book->stats.last_e4 == price.e4)
        continue;
      book->stats.last_e4 = price.e4;
      if (closing)
        book->close_e4 = price.e4;
      cd_venue_publish_stats (venue, book);
    }
}

static void
close_prices (CdVenue *venue)
{
  for (guint i = 0; i < venue->books->len; i++)
    {
      CdVenueBook *book = g_ptr_array_index (venue->books, i);

      if (book->instrument->kind == CD_INSTRUMENT_COMPOSITE)
        continue;
      book->close_e4 = cd_day_stats_close_e4 (&book->stats, book->pack->market->close_min_qty);
      cd_venue_publish_stats (venue, book);
    }
  cd_venue_composite (venue, TRUE);
}

typedef struct
{
  char *account, *asset;
  gint64 balance;
} Due;

static void
due_clear (gpointer data)
{
  Due *due = data;

  g_free (due->account);
  g_free (due->asset);
}

static void
collect_due (const char *account, const char *asset, CdBucket bucket, gint64 balance, gpointer data)
{
  Due due = { NULL, NULL, balance };

  if (bucket != CD_BUCKET_CASH_UNSETTLED)
    return;
  due.account = g_strdup (account);
  due.asset = g_strdup (asset);
  g_array_append_val ((GArray *)data, due);
}

/* Delivery against payment (china-rules 3.4): the cash may be withdrawn from now on. The units are the buyer's, too; that they may not
 * be sold yet is another rule (cd-venue-release.c). */
static void
settle (CdVenue *venue)
{
  g_autoptr (GArray) dues = g_array_new (FALSE, FALSE, sizeof (Due));

  g_array_set_clear_func (dues, due_clear);
  cd_ledger_foreach (venue->ledger, collect_due, dues);
  for (guint i = 0; i < dues->len; i++)
    {
      const Due *due = &g_array_index (dues, Due, i);

      cd_venue_move (venue, due->asset, due->account, CD_BUCKET_CASH_UNSETTLED, due->account, CD_BUCKET_CASH_AVAILABLE, due->balance);
    }
  for (guint i = 0; i < venue->settlements->len; i++)
    {
      CdVenueSettlement *settlement = g_ptr_array_index (venue->settlements, i);

      if (g_str_equal (settlement->state, "pending"))
        set_state (venue, settlement, "settled");
    }
}

static gboolean
is_participant (const CdVenue *venue, const char *account)
{
  return cd_venue_account (venue, account)->participant;
}

/* Nobody can ask for what participants did once it is over: books, bars and balances hold what is left of it. */
static void
forget_participants (CdVenue *venue)
{
  g_autoptr (GPtrArray) orders = g_steal_pointer (&venue->orders);
  g_autoptr (GPtrArray) execs = g_steal_pointer (&venue->execs);

  venue->orders = g_ptr_array_new_with_free_func (cd_venue_order_free);
  venue->execs = g_ptr_array_new_with_free_func (cd_venue_exec_free);
  g_ptr_array_set_free_func (orders, NULL);
  g_ptr_array_set_free_func (execs, NULL);
  for (guint i = 0; i < orders->len; i++)
    {
      CdVenueOrder *order = g_ptr_array_index (orders, i);

      if (!is_participant (venue, order->account))
        {
          g_ptr_array_add (venue->orders, order);
          continue;
        }
      g_hash_table_remove (venue->order_by_id, order->order_id);
      cd_venue_order_free (order);
    }
  for (guint i = 0; i < execs->len; i++)
    {
      CdVenueExec *exec = g_ptr_array_index (execs, i);

      if (is_participant (venue, exec->account))
        cd_venue_exec_free (exec);
      else
        g_ptr_array_add (venue->execs, exec);
    }
}

static void
close_day (CdVenue *venue)
{
  lapse_orders (venue);
  cd_venue_requests_lapse (venue);
  close_prices (venue);
  settle (venue);
  forget_participants (venue);
  venue->day_closed = TRUE;
  venue->is_closing = TRUE;
}

/* --- Opening --------------------------------------------------------------------------------------------------------- */

static void
open_book (CdVenue *venue, CdVenueBook *book)
{
  gint64 close = book->close_e4 ? book->close_e4 : book->stats.prev_close_e4;
  CdBar bar = {
    .day = venue->open_day,
    .start_us = cd_zone_to_us (cd_venue_zone (venue), venue->open_day, 0),
    .open_e4 = book->stats.open_e4 ? book->stats.open_e4 : book->stats.prev_close_e4,
    .high_e4 = book->stats.high_e4,
    .low_e4 = book->stats.low_e4,
    .close_e4 = close,
    .volume = book->stats.list_volume,
    .amount_e4 = book->stats.list_amount_e4,
  };

  if (venue->open_day != CD_DATE_NONE)
    g_array_append_val (book->bars, bar);
  cd_day_stats_begin (&book->stats, close);
  book->close_e4 = 0;
  g_array_set_size (book->trades, 0);
  cd_venue_book_begin_day (venue, book);
  cd_venue_publish_stats (venue, book);
}

/* Where the pack of the account's market says so, no objection until its next opening counts as acceptance (china-rules 3.4); where it
 * does not, silence means nothing and the statement waits. */
static void
deem_confirmed (CdVenue *venue)
{
  CdDate today = cd_venue_today (venue);

  for (guint i = 0; i < venue->settlements->len; i++)
    {
      CdVenueSettlement *settlement = g_ptr_array_index (venue->settlements, i);
      const CdMarket *market = NULL;

      if (!g_str_equal (settlement->state, "settled"))
        continue;
      for (gsize p = 0; p < venue->n_packs; p++)
        if (g_str_equal (venue->packs[p]->id, cd_venue_account (venue, settlement->account)->market))
          market = venue->packs[p]->market;
      if (market && market->settlement_confirm == CD_SETTLEMENT_DEEMED && cd_calendar_is_trading (market->calendar, today))
        set_state (venue, settlement, "deemed");
    }
}

static void
open_day (CdVenue *venue)
{
  deem_confirmed (venue);
  for (guint i = 0; i < venue->books->len; i++)
    open_book (venue, g_ptr_array_index (venue->books, i));
  venue->open_day = cd_venue_today (venue);
  venue->day_closed = FALSE;
  cd_venue_release (venue);
  cd_venue_composite (venue, FALSE);
  cd_participants_open (venue);
}

void
cd_venue_day_event (CdVenue *venue)
{
  CdDate today = cd_venue_today (venue);
  gint64 open_us, close_us;

  if (day_bounds (venue, today, &open_us, &close_us))
    {
      if (today != venue->open_day && venue->now_us >= open_us)
        open_day (venue);
      else if (!venue->day_closed && venue->now_us >= close_us)
        close_day (venue);
    }
  if (venue->sink.clock)
    venue->sink.clock (venue->sink_data);
}

gint64
cd_venue_skip_target (const CdVenue *venue, const char *skip)
{
  CdDate today = cd_venue_today (venue);
  gint64 open_us = 0, close_us = 0, best = 0;

  if (g_strcmp0 (skip, "session") == 0)
    return next_session_change (venue);
  if (g_strcmp0 (skip, "close") == 0)
    {
      if (day_bounds (venue, today, &open_us, &close_us) && close_us > venue->now_us)
        return close_us + 60 * CD_USEC_PER_SEC;
      skip = "next_day";
    }
  if (g_strcmp0 (skip, "next_day") == 0)
    {
      CdDate next = cd_calendar_next_trading (venue->packs[0]->market->calendar, today);

      return next != CD_DATE_NONE && day_bounds (venue, next, &open_us, &close_us) ? open_us + 60 * CD_USEC_PER_SEC : 0;
    }
  if (g_strcmp0 (skip, "deadline") != 0)
    return 0;
  /* Ten o'clock of the day of the next surrender deadline. */
  for (guint i = 0; i < venue->obligations->len; i++)
    {
      const CdVenueObligation *o = g_ptr_array_index (venue->obligations, i);
      const CdComplianceYear *year = NULL;
      const CdTask *task;
      gint64 at;

      for (gsize p = 0; p < venue->n_packs && !year; p++)
        if (g_strcmp0 (venue->packs[p]->id, o->market) == 0 && venue->packs[p]->scheme)
          year = cd_scheme_year (venue->packs[p]->scheme, o->year, o->sector);
      task = year ? cd_compliance_year_task (year, "surrender") : NULL;
      if (!task || task->due == CD_DATE_NONE)
        continue;
      at = cd_zone_to_us (cd_venue_zone (venue), task->due, 10 * 3600);
      if (at > venue->now_us && (best == 0 || at < best))
        best = at;
    }
  return best;
}
