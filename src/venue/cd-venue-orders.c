/* cd-venue-orders.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Orders: the same checks as the client's ticket, locks of cash and units at acceptance, and matching by the rule kind of the
 * mode. In a quote-picking market nothing crosses by itself; a pick takes what it names, at once or not at all.
 */
#include "cd-venue-private.h"

#include <string.h>

void
cd_venue_order_free (gpointer data)
{
  CdVenueOrder *order = data;

  g_free (order->order_id);
  g_free (order->key);
  g_free (order->account);
  g_free (order->instrument);
  g_free (order->by);
  g_free (order->purpose);
  g_free (order->code);
  g_free (order->reason);
  g_free (order);
}

void
cd_venue_exec_free (gpointer data)
{
  CdVenueExec *exec = data;

  g_free (exec->exec_id);
  g_free (exec->order_id);
  g_free (exec->key);
  g_free (exec->account);
  g_free (exec->instrument);
  g_free (exec);
}

void
cd_venue_block_free (gpointer data)
{
  CdVenueBlock *block = data;

  g_free (block->id);
  g_free (block->code);
  g_free (block->party);
  g_free (block);
}

static const char *
cash_asset (const CdVenueBook *book, char buf[CD_CURRENCY_BUF])
{
  return cd_currency_print (book->pack->market->ccy, buf);
}

/* --- Locks ----------------------------------------------------------------------------------------------------------- */

/* Cash of today's sales buys today; it is used last and given back first, so that it never becomes withdrawable by the way. */
static gboolean
lock_cash (CdVenue *venue, CdVenueBook *book, CdVenueOrder *order, gint64 amount)
{
  char ccy[CD_CURRENCY_BUF];
  const char *asset = cash_asset (book, ccy);
  gint64 available = cd_ledger_balance (venue->ledger, order->account, asset, CD_BUCKET_CASH_AVAILABLE);
  gint64 unsettled = cd_ledger_balance (venue->ledger, order->account, asset, CD_BUCKET_CASH_UNSETTLED);

  if (available + unsettled < amount)
    return FALSE;
  order->cash_available_e4 = MIN (available, amount);
  order->cash_unsettled_e4 = amount - order->cash_available_e4;
  cd_venue_move (venue, asset, order->account, CD_BUCKET_CASH_AVAILABLE, order->account, CD_BUCKET_CASH_FROZEN, order->cash_available_e4);
  cd_venue_move (venue, asset, order->account, CD_BUCKET_CASH_UNSETTLED, order->account, CD_BUCKET_CASH_FROZEN, order->cash_unsettled_e4);
  return TRUE;
}

/* What is left of the order, at its price. */
static gboolean
lock_means (CdVenue *venue, CdVenueBook *book, CdVenueOrder *order)
{
  gint64 leaves = cd_venue_leaves (order);
  gint64 amount;

  if (order->side == CD_SIDE_BUY)
    return cd_i64_mul (order->price_e4, leaves, &amount) && lock_cash (venue, book, order, amount);
  if (cd_ledger_balance (venue->ledger, order->account, order->instrument, CD_BUCKET_TRADING) < leaves)
    return FALSE;
  cd_venue_move (venue, order->instrument, order->account, CD_BUCKET_TRADING, order->account, CD_BUCKET_ORDER_LOCKED, leaves);
  return TRUE;
}

static void
unlock_rest (CdVenue *venue, CdVenueBook *book, CdVenueOrder *order)
{
  char ccy[CD_CURRENCY_BUF];
  const char *asset = cash_asset (book, ccy);

  if (order->side == CD_SIDE_SELL)
    {
      cd_venue_move (venue, order->instrument, order->account, CD_BUCKET_ORDER_LOCKED, order->account, CD_BUCKET_TRADING, cd_venue_leaves (order));
      return;
    }
  cd_venue_move (venue, asset, order->account, CD_BUCKET_CASH_FROZEN, order->account, CD_BUCKET_CASH_AVAILABLE, order->cash_available_e4);
  cd_venue_move (venue, asset, order->account, CD_BUCKET_CASH_FROZEN, order->account, CD_BUCKET_CASH_UNSETTLED, order->cash_unsettled_e4);
  order->cash_available_e4 = order->cash_unsettled_e4 = 0;
}

/* Pays @amount out of what is frozen, and gives back what a price better than the own limit leaves over, where it came from. */
static void
use_cash (CdVenue *venue, CdVenueOrder *buyer, CdVenueOrder *seller, const char *asset, gint64 amount, gint64 over)
{
  gint64 from_available = MIN (buyer->cash_available_e4, amount);
  gint64 unsettled;

  buyer->cash_available_e4 -= from_available;
  buyer->cash_unsettled_e4 -= amount - from_available;
  cd_venue_move (venue, asset, buyer->account, CD_BUCKET_CASH_FROZEN, seller->account, CD_BUCKET_CASH_UNSETTLED, amount);
  unsettled = MIN (buyer->cash_unsettled_e4, over);
  buyer->cash_unsettled_e4 -= unsettled;
  buyer->cash_available_e4 -= over - unsettled;
  cd_venue_move (venue, asset, buyer->account, CD_BUCKET_CASH_FROZEN, buyer->account, CD_BUCKET_CASH_UNSETTLED, unsettled);
  cd_venue_move (venue, asset, buyer->account, CD_BUCKET_CASH_FROZEN, buyer->account, CD_BUCKET_CASH_AVAILABLE, over - unsettled);
}

/* --- Fills ----------------------------------------------------------------------------------------------------------- */

static void
record_fill (CdVenue *venue, CdVenueOrder *order, const char *exec_id, gint64 price_e4, gint64 qty)
{
  CdVenueExec *exec = g_new0 (CdVenueExec, 1);
  CdWireEvent *event = cd_venue_event_new (venue, CD_WIRE_EVENT_ORDER_FILL, order->account);
  CdVenueSettlement *settlement = cd_venue_settlement (venue, order->account, cd_venue_today (venue), TRUE);

  order->cum += qty;
  order->state = order->cum == order->qty ? "filled" : "partial";
  exec->exec_id = g_strdup (exec_id);
  exec->order_id = g_strdup (order->order_id);
  exec->key = g_strdup (order->key);
  exec->account = g_strdup (order->account);
  exec->instrument = g_strdup (order->instrument);
  exec->side = order->side;
  exec->mode = order->mode;
  exec->price_e4 = price_e4;
  exec->qty = qty;
  exec->cum = order->cum;
  exec->leaves = cd_venue_leaves (order);
  exec->amount_e4 = price_e4 * qty;
  exec->at_us = venue->now_us;
  exec->day = cd_venue_today (venue);
  event->order_id = g_strdup (order->order_id);
  event->key = g_strdup (order->key);
  event->instrument = g_strdup (order->instrument);
  event->side = order->side;
  event->order_kind = order->kind;
  event->exec_id = g_strdup (exec_id);
  event->price_e4 = price_e4;
  event->qty = qty;
  event->cum = order->cum;
  event->leaves = exec->leaves;
  event->amount_e4 = exec->amount_e4;
  settlement->trades++;
  if (order->side == CD_SIDE_BUY)
    {
      settlement->bought += qty;
      settlement->amount_bought_e4 += exec->amount_e4;
    }
  else
    {
      settlement->sold += qty;
      settlement->amount_sold_e4 += exec->amount_e4;
    }
  cd_venue_emit (venue, event);
  exec->seq = cd_venue_last_seq (venue, order->account);
  g_ptr_array_add (venue->execs, exec);
}

/* Units and cash change hands now, title is final after the close: the cash is "unsettled", the units are "bought today" until the
 * rule of the market lets them be sold again. */
void
cd_venue_fill (CdVenue *venue, CdVenueBook *book, CdVenueOrder *maker, CdVenueOrder *taker, gint64 qty)
{
  CdVenueOrder *buyer = taker->side == CD_SIDE_BUY ? taker : maker;
  CdVenueOrder *seller = taker->side == CD_SIDE_BUY ? maker : taker;
  gint64 price = maker->price_e4;
  gint64 amount = price * qty;
  gint64 frozen = buyer->price_e4 * qty;
  char ccy[CD_CURRENCY_BUF];
  const char *asset = cash_asset (book, ccy);
  char exec_id[32];

  cd_venue_move (venue, seller->instrument, seller->account, CD_BUCKET_ORDER_LOCKED, buyer->account, cd_venue_bought_bucket (venue, book), qty);
  cd_venue_bought (venue, book, buyer->account, qty);
  use_cash (venue, buyer, seller, asset, amount, frozen - amount);
  venue->next_exec++;
  g_snprintf (exec_id, sizeof exec_id, "T%" G_GUINT64_FORMAT, venue->next_exec);
  record_fill (venue, maker, exec_id, price, qty);
  record_fill (venue, taker, exec_id, price, qty);
  cd_venue_trade (venue, book, maker, taker, price, qty);
}

/* --- Entry ----------------------------------------------------------------------------------------------------------- */

static void
tell_new (CdVenue *venue, CdVenueOrder *order)
{
  CdWireEvent *event = cd_venue_event_new (venue, CD_WIRE_EVENT_ORDER_NEW, order->account);

  event->order_id = g_strdup (order->order_id);
  event->key = g_strdup (order->key);
  event->instrument = g_strdup (order->instrument);
  event->side = order->side;
  event->order_kind = order->kind;
  event->price_e4 = order->price_e4;
  event->qty = order->qty;
  event->leaves = cd_venue_leaves (order);
  cd_venue_emit (venue, event);
}

CdVenueOrder *
cd_venue_announce (CdVenue *venue, CdVenueBook *book, const CdVenueDraft *draft)
{
  CdVenueOrder *order = g_new0 (CdVenueOrder, 1);

  order->number = ++venue->next_order;
  order->order_id = g_strdup_printf ("O%" G_GUINT64_FORMAT, order->number);
  order->key = g_strdup (draft->key ? draft->key : order->order_id);
  order->account = g_strdup (draft->account);
  order->instrument = g_strdup (book->instrument->code);
  order->by = g_strdup (draft->by);
  order->purpose = g_strdup (draft->purpose);
  order->side = draft->side;
  order->kind = draft->kind;
  order->mode = draft->kind == CD_KIND_BLOCK ? CD_MODE_BLOCK : CD_MODE_LIST;
  order->price_e4 = draft->price_e4;
  order->qty = draft->qty;
  order->state = "working";
  order->at_us = venue->now_us;
  if (!lock_means (venue, book, order))
    {
      cd_venue_order_free (order);
      return NULL;
    }
  g_ptr_array_add (venue->orders, order);
  g_hash_table_insert (venue->order_by_id, order->order_id, order);
  tell_new (venue, order);
  return order;
}

void
cd_venue_end_order (CdVenue *venue, CdVenueOrder *order, const char *state, CdWireEventKind kind, const char *reason)
{
  CdVenueBook *book = cd_venue_find_book (venue, order->instrument);
  CdWireEvent *event = cd_venue_event_new (venue, kind, order->account);

  event->order_id = g_strdup (order->order_id);
  event->key = g_strdup (order->key);
  event->instrument = g_strdup (order->instrument);
  event->side = order->side;
  event->order_kind = order->kind;
  event->price_e4 = order->price_e4;
  event->qty = order->qty;
  event->cum = order->cum;
  event->reason = g_strdup (reason);
  order->state = state;
  order->reason = g_strdup (reason);
  cd_venue_book_remove (venue, book, order);
  unlock_rest (venue, book, order);
  cd_venue_emit (venue, event);
}

/* --- Matching -------------------------------------------------------------------------------------------------------- */

static const char *
code_of (CdMatchResult result)
{
  switch (result)
    {
    case CD_MATCH_OK:
      break;
    case CD_MATCH_GONE:
    case CD_MATCH_UNKNOWN:
      return "pick.gone";
    case CD_MATCH_LEVEL:
      return "pick.level";
    case CD_MATCH_SELF:
      return "self.trade";
    case CD_MATCH_RANGE:
      return "price.band";
    case CD_MATCH_FULL:
      return "book.full";
    case CD_MATCH_NOT_HERE:
      return "kind.not_allowed";
    }
  return NULL;
}

const char *
cd_venue_place (CdVenue *venue, CdVenueBook *book, const CdVenueDraft *draft, CdVenueOrder **out)
{
  gboolean takes_block = draft->kind == CD_KIND_BLOCK && draft->listing;
  CdMatchResult result = CD_MATCH_OK;
  CdVenueOrder *order;

  *out = NULL;
  if (!cd_venue_book_holds (book, draft->price_e4))
    return code_of (CD_MATCH_RANGE);
  if (draft->kind == CD_KIND_PICK)
    result = cd_venue_book_probe (venue, book, draft);
  else if (takes_block)
    result = cd_venue_block_probe (venue, book, draft);
  if (result != CD_MATCH_OK)
    return code_of (result);
  order = cd_venue_announce (venue, book, draft);
  if (!order)
    return draft->side == CD_SIDE_BUY ? "cash.insufficient" : "units.insufficient";
  *out = order;
  if (draft->kind == CD_KIND_PICK)
    result = cd_venue_book_take (venue, book, order, draft->listing);
  else if (takes_block)
    result = cd_venue_block_take (venue, book, order, draft->listing);
  else if (draft->kind == CD_KIND_BLOCK)
    result = cd_venue_block_open (venue, book, draft, order);
  else
    result = cd_venue_book_enter (venue, book, order);
  if (result != CD_MATCH_OK)
    cd_venue_end_order (venue, order, "cancelled", CD_WIRE_EVENT_ORDER_CANCELLED, code_of (result));
  return NULL;
}

/* --- Commands -------------------------------------------------------------------------------------------------------- */

/* The own best quote that this order would trade with. A pick that names the listing of somebody else trades with nobody else. */
static gint64
own_opposite_best (const CdVenueBook *book, const char *account, const CdWireBody *body)
{
  const GPtrArray *others = book->listings[body->side == CD_SIDE_BUY ? 1 : 0];
  gint64 best = 0;

  for (guint i = 0; i < others->len && body->kind != CD_KIND_BLOCK; i++)
    {
      const CdVenueOrder *order = g_ptr_array_index (others, i);

      if (!g_str_equal (order->account, account) || (body->listing && !g_str_equal (body->listing, order->order_id)))
        continue;
      if (best == 0 || (body->side == CD_SIDE_BUY ? order->price_e4 < best : order->price_e4 > best))
        best = order->price_e4;
    }
  return best;
}

/* What the limit of holdings counts: allowances of the market in every bucket, and bids that may still be filled. Without @replaced. */
static gint64
position (const CdVenue *venue, const CdVenueBook *of, const char *account, const CdVenueOrder *replaced)
{
  gint64 sum = 0;

  for (guint i = 0; i < venue->books->len; i++)
    {
      const CdVenueBook *book = g_ptr_array_index (venue->books, i);

      if (book->pack != of->pack || book->instrument->kind != CD_INSTRUMENT_ALLOWANCE)
        continue;
      sum += cd_ledger_figures (venue->ledger, account, book->instrument->code).total.n;
      for (guint k = 0; k < book->listings[0]->len; k++)
        {
          const CdVenueOrder *bid = g_ptr_array_index (book->listings[0], k);

          if (bid != replaced && g_str_equal (bid->account, account))
            sum += cd_venue_leaves (bid);
        }
      for (guint k = 0; k < venue->blocks->len; k++)
        {
          const CdVenueBlock *intent = g_ptr_array_index (venue->blocks, k);

          if (intent->order && intent->order != replaced && intent->side == CD_SIDE_BUY && g_str_equal (intent->party, account) && g_str_equal (intent->code, book->instrument->code))
            sum += intent->qty;
        }
    }
  return sum;
}

/* Issued for the newest compliance year there is of the account. */
static gint64
own_allocation (const CdVenue *venue, const char *account)
{
  const CdVenueObligation *newest = NULL;

  for (guint i = 0; i < venue->obligations->len; i++)
    {
      const CdVenueObligation *o = g_ptr_array_index (venue->obligations, i);

      if (g_str_equal (o->account, account) && (!newest || o->year > newest->year))
        newest = o;
    }
  return newest ? newest->issued : 0;
}

/* @replaced: (nullable): the order whose locks become free for the new one. */
static gboolean
run_checks (CdVenue *venue, const CdVenueOrder *replaced, const char *account, const CdWireBody *body, CdVenueBook *book, CdWireAnswer *answer)
{
  CdCheckResult results[32];
  const CdCheckResult *block;
  char ccy[CD_CURRENCY_BUF];
  const char *asset = cash_asset (book, ccy);
  const CdOrderDraft draft = {
    .account = account,
    .instrument = body->instrument,
    .side = body->side,
    .kind = body->kind,
    .price_e4 = body->price_e4,
    .qty = body->qty,
    .listing_id = body->listing,
  };
  CdCheckInput input = {
    .market = book->pack->market,
    .draft = &draft,
    .market_time_us = venue->now_us,
    .reference_e4 = book->stats.prev_close_e4,
    .book = book->book,
    .cash_available_e4 = cd_ledger_balance (venue->ledger, account, asset, CD_BUCKET_CASH_AVAILABLE) + cd_ledger_balance (venue->ledger, account, asset, CD_BUCKET_CASH_UNSETTLED),
    .units_trading = cd_ledger_balance (venue->ledger, account, body->instrument, CD_BUCKET_TRADING),
    .units_bought_today = cd_ledger_balance (venue->ledger, account, body->instrument, CD_BUCKET_BOUGHT_TODAY),
    /* Participants have pockets that no rule was made for. */
    .position = cd_venue_account (venue, account)->participant ? 0 : position (venue, book, account, replaced),
    .own_allocation = own_allocation (venue, account),
    .own_opposite_best_e4 = own_opposite_best (book, account, body),
    .may_enter = TRUE,
  };
  gsize n;

  if (replaced && replaced->side == CD_SIDE_BUY)
    input.cash_available_e4 += replaced->cash_available_e4 + replaced->cash_unsettled_e4;
  else if (replaced)
    input.units_trading += cd_venue_leaves (replaced);
  n = cd_checks_run (&input, results, G_N_ELEMENTS (results));
  block = cd_checks_first_block (results, n);
  if (!block)
    return TRUE;
  /* A level that is not there any more is a normal outcome with a name of its own. */
  cd_venue_reject (answer, block->id == CD_CHECK_LEVEL && block->b == 0 ? "pick.gone" : block->code);
  answer->has_ab = TRUE;
  answer->a = block->a;
  answer->b = block->b;
  return FALSE;
}

void
cd_venue_order_new (CdVenue *venue, const char *person, const CdWireCommand *command, const CdWireBody *body, CdWireAnswer *answer)
{
  CdVenueBook *book = cd_venue_find_book (venue, body->instrument);
  const CdVenueDraft draft = {
    .account = command->account,
    .by = person,
    .key = command->key,
    .purpose = body->purpose,
    .listing = body->listing,
    .side = body->side,
    .kind = body->kind,
    .price_e4 = body->price_e4,
    .qty = body->qty,
  };
  CdVenueOrder *order;
  const char *code;

  if (!book)
    {
      cd_venue_reject (answer, "instrument.not_tradable");
      return;
    }
  if (!run_checks (venue, NULL, command->account, body, book, answer))
    return;
  code = cd_venue_place (venue, book, &draft, &order);
  if (code)
    cd_venue_reject (answer, code);
  else
    answer->order_id = g_strdup (order->order_id);
}

static CdVenueOrder *
find_live (CdVenue *venue, const CdWireCommand *command, const char *order_id, CdWireAnswer *answer)
{
  CdVenueOrder *order = order_id ? g_hash_table_lookup (venue->order_by_id, order_id) : NULL;

  if (!order || !g_str_equal (order->account, command->account))
    {
      cd_venue_reject (answer, "order.unknown");
      return NULL;
    }
  answer->order_id = g_strdup (order_id);
  if (!g_str_equal (order->state, "working") && !g_str_equal (order->state, "partial"))
    {
      cd_venue_reject (answer, "order.final");
      return NULL;
    }
  return order;
}

void
cd_venue_order_cancel (CdVenue *venue, const CdWireCommand *command, const CdWireBody *body, CdWireAnswer *answer)
{
  CdVenueOrder *order = find_live (venue, command, body->order_id, answer);

  if (!order)
    return;
  cd_venue_block_withdraw (venue, order);
  cd_venue_end_order (venue, order, "cancelled", CD_WIRE_EVENT_ORDER_CANCELLED, "requested");
}

static void
change_means (CdVenue *venue, CdVenueBook *book, CdVenueOrder *order, gint64 price_e4, gint64 qty)
{
  unlock_rest (venue, book, order);
  order->price_e4 = price_e4;
  order->qty = qty;
  /* The checks counted what was just unlocked. */
  if (!lock_means (venue, book, order))
    g_error ("order %s: the means that were checked are not there", order->order_id);
}

static void
tell_replaced (CdVenue *venue, CdVenueOrder *order)
{
  CdWireEvent *event = cd_venue_event_new (venue, CD_WIRE_EVENT_ORDER_REPLACED, order->account);

  event->order_id = g_strdup (order->order_id);
  event->key = g_strdup (order->key);
  event->instrument = g_strdup (order->instrument);
  event->side = order->side;
  event->order_kind = order->kind;
  event->price_e4 = order->price_e4;
  event->qty = order->qty;
  event->cum = order->cum;
  event->leaves = cd_venue_leaves (order);
  cd_venue_emit (venue, event);
}

/* A refused change leaves everything as it was, the place in the queue included. Less at the same price keeps its place. */
void
cd_venue_order_replace (CdVenue *venue, const CdWireCommand *command, const CdWireBody *body, CdWireAnswer *answer)
{
  CdVenueOrder *order = find_live (venue, command, body->order_id, answer);
  CdVenueBook *book = order ? cd_venue_find_book (venue, order->instrument) : NULL;
  CdMatchResult result;
  CdVenueDraft draft;
  CdWireBody probe;
  gint64 old_price_e4;
  gboolean keeps;

  if (!order)
    return;
  if (body->cum != order->cum || body->qty <= order->cum)
    {
      cd_venue_reject (answer, "instruction.stale");
      return;
    }
  probe = (CdWireBody){ .instrument = order->instrument, .side = order->side, .kind = order->kind, .price_e4 = body->price_e4, .qty = body->qty - order->cum };
  if (!run_checks (venue, order, order->account, &probe, book, answer))
    return;
  if (!cd_venue_book_holds (book, body->price_e4))
    {
      cd_venue_reject (answer, "price.band");
      return;
    }
  old_price_e4 = order->price_e4;
  keeps = body->price_e4 == old_price_e4 && body->qty <= order->qty;
  cd_venue_block_withdraw (venue, order);
  change_means (venue, book, order, body->price_e4, body->qty);
  tell_replaced (venue, order);
  draft = (CdVenueDraft){ .account = order->account, .side = order->side, .price_e4 = order->price_e4, .qty = order->qty };
  result = order->kind == CD_KIND_BLOCK ? cd_venue_block_open (venue, book, &draft, order) : cd_venue_book_replace (venue, book, order, old_price_e4, keeps);
  if (result != CD_MATCH_OK)
    cd_venue_end_order (venue, order, "cancelled", CD_WIRE_EVENT_ORDER_CANCELLED, code_of (result));
}
