/* cd-venue-lists.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the HTTP routes read.
 */
#include "cd-venue-private.h"

#include <string.h>

const GPtrArray *
cd_venue_codes (const CdVenue *venue)
{
  return venue->codes;
}

const CdBook *
cd_venue_book (const CdVenue *venue, const char *code)
{
  CdVenueBook *book = cd_venue_find_book (venue, code);

  /* An index has an empty book: it is subscribed for its figures. */
  return book ? book->book : NULL;
}

void
cd_venue_write_snapshot (const CdVenue *venue, GString *out, const char *code)
{
  const CdBook *book = cd_venue_book (venue, code);
  g_autofree CdLevel *levels = NULL;
  gsize n_bids, n_asks;

  if (!book)
    return;
  n_bids = MIN (cd_book_depth (book, CD_SIDE_BUY), CD_MD_SNAPSHOT_LEVELS_MAX);
  n_asks = MIN (cd_book_depth (book, CD_SIDE_SELL), CD_MD_SNAPSHOT_LEVELS_MAX);
  levels = g_new (CdLevel, n_bids + n_asks + 1);
  for (gsize i = 0; i < n_bids; i++)
    cd_book_level (book, CD_SIDE_BUY, i, &levels[i]);
  for (gsize i = 0; i < n_asks; i++)
    cd_book_level (book, CD_SIDE_SELL, i, &levels[n_bids + i]);
  cd_md_write_snapshot (out, code, cd_venue_epoch (venue), cd_book_seq (book), cd_book_crc (book), levels, (guint)n_bids, levels + n_bids, (guint)n_asks);
}

guint64
cd_venue_trade_seq (const CdVenue *venue, const char *code)
{
  CdVenueBook *book = cd_venue_find_book (venue, code);

  return book ? book->trade_seq : 0;
}

gboolean
cd_venue_stats (const CdVenue *venue, const char *code, CdMdStats *out)
{
  CdVenueBook *book = cd_venue_find_book (venue, code);

  if (book)
    cd_venue_book_stats (venue, book, out);
  return book != NULL;
}

void
cd_venue_clock (const CdVenue *venue, CdMdClock *out)
{
  *out = (CdMdClock){ .market_time_us = venue->now_us };
  for (gsize p = 0; p < venue->n_packs; p++)
    for (int mode = CD_MODE_LIST; mode <= CD_MODE_BLOCK && out->n_sessions < CD_MD_SESSIONS_MAX; mode++)
      {
        CdMdSession *session = &out->sessions[out->n_sessions];

        if (!cd_market_mode (venue->packs[p]->market, (CdMode)mode, cd_venue_today (venue)))
          continue;
        g_strlcpy (session->market, venue->packs[p]->id, sizeof session->market);
        session->mode = (CdMode)mode;
        session->state = cd_market_session_at (venue->packs[p]->market, (CdMode)mode, venue->now_us, &session->next_us);
        out->n_sessions++;
      }
}

CdWireSession *
cd_venue_session (const CdVenue *venue, const char *person)
{
  static const char *const capabilities[] = { "idem_key", "query_by_key", "fence", "deadline", "exec_seq", "stored_refusal" };
  const CdVenueDemoPerson *p = cd_venue_person (venue, person);
  CdWireSession *session = cd_wire_session_new ();

  session->epoch = g_strdup (venue->epoch);
  session->person = g_strdup (person);
  session->person_name = g_strdup (p ? p->name : "");
  session->person_name_zh = g_strdup (p ? p->name_zh : "");
  for (const CdVenueRoleName *r = cd_venue_role_names; p && r->name; r++)
    if (p->roles & r->role)
      g_ptr_array_add (session->roles, g_strdup (r->name));
  for (gsize i = 0; i < G_N_ELEMENTS (capabilities); i++)
    g_ptr_array_add (session->capabilities, g_strdup (capabilities[i]));
  for (guint i = 0; i < venue->accounts->len; i++)
    {
      const CdVenueAccount *a = g_ptr_array_index (venue->accounts, i);

      if (!cd_venue_may_see (venue, person, a->id))
        continue;
      cd_wire_session_add_account (session, a->id, a->name, a->name_zh, a->market, a->sector, a->seq);
      g_array_index (session->accounts, CdWireAccount, session->accounts->len - 1).stopped = a->stopped;
    }
  session->market_time_us = venue->now_us;
  return session;
}

/* --- Rows ------------------------------------------------------------------------------------------------------------ */

static void
order_row (const CdVenueOrder *o, CdWireOrderRow *row)
{
  gboolean live = g_str_equal (o->state, "working") || g_str_equal (o->state, "partial");

  *row = (CdWireOrderRow){
    .order_id = g_strdup (o->order_id),
    .key = g_strdup (o->key),
    .account = g_strdup (o->account),
    .instrument = g_strdup (o->instrument),
    .side = o->side,
    .kind = o->kind,
    .price_e4 = o->price_e4,
    .qty = o->qty,
    .cum = o->cum,
    .leaves = live ? cd_venue_leaves (o) : 0,
    .state = g_strdup (o->state),
    .purpose = g_strdup (o->purpose),
    .by = g_strdup (o->by),
    .code = g_strdup (o->code),
    .reason = g_strdup (o->reason),
    .at_us = o->at_us,
  };
}

static void
add_orders (const CdVenue *venue, CdWireList *list, const char *account, gboolean open_only)
{
  for (guint i = 0; i < venue->orders->len; i++)
    {
      const CdVenueOrder *o = g_ptr_array_index (venue->orders, i);
      CdWireOrderRow row;

      if (!g_str_equal (o->account, account))
        continue;
      if (open_only && !g_str_equal (o->state, "working") && !g_str_equal (o->state, "partial"))
        continue;
      order_row (o, &row);
      g_array_append_val (list->items, row);
    }
}

static void
add_executions (const CdVenue *venue, CdWireList *list, const char *account, gint64 since)
{
  for (guint i = 0; i < venue->execs->len; i++)
    {
      const CdVenueExec *e = g_ptr_array_index (venue->execs, i);
      CdWireExecutionRow row;

      if (!g_str_equal (e->account, account) || (gint64)e->seq <= since)
        continue;
      row = (CdWireExecutionRow){
        .exec_id = g_strdup (e->exec_id),
        .order_id = g_strdup (e->order_id),
        .key = g_strdup (e->key),
        .account = g_strdup (e->account),
        .instrument = g_strdup (e->instrument),
        .side = e->side,
        .mode = e->mode,
        .price_e4 = e->price_e4,
        .qty = e->qty,
        .cum = e->cum,
        .leaves = e->leaves,
        .amount_e4 = e->amount_e4,
        .seq = (gint64)e->seq,
        .at_us = e->at_us,
      };
      g_array_append_val (list->items, row);
    }
}

typedef struct
{
  CdWireList *list;
  const char *account;
  gboolean cash;
} Balances;

static void
add_balance (const char *account, const char *asset, CdBucket bucket, gint64 balance, gpointer data)
{
  Balances *b = data;
  CdWireBalanceRow row = { .bucket = bucket, .balance = balance };

  if (!g_str_equal (account, b->account) || bucket == CD_BUCKET_WORLD || (bucket >= CD_BUCKET_CASH_AVAILABLE) != b->cash)
    return;
  row.account = g_strdup (account);
  row.asset = g_strdup (asset);
  g_array_append_val (b->list->items, row);
}

static void
add_settlements (const CdVenue *venue, CdWireList *list, const char *account)
{
  for (guint i = 0; i < venue->settlements->len; i++)
    {
      const CdVenueSettlement *s = g_ptr_array_index (venue->settlements, i);
      CdWireSettlementRow row = {
        .date = s->day,
        .trades = s->trades,
        .bought = s->bought,
        .sold = s->sold,
        .amount_bought_e4 = s->amount_bought_e4,
        .amount_sold_e4 = s->amount_sold_e4,
      };

      if (!g_str_equal (s->account, account))
        continue;
      row.account = g_strdup (s->account);
      row.state = g_strdup (s->state);
      row.reason = g_strdup (s->reason);
      g_array_append_val (list->items, row);
    }
}

static void
add_listings (const CdVenue *venue, CdWireList *list, const char *code, const char *person, CdSide side)
{
  CdVenueBook *book = cd_venue_find_book (venue, code);

  for (int s = 0; book && s < 2; s++)
    for (guint i = 0; i < book->listings[s]->len; i++)
      {
        const CdVenueOrder *o = g_ptr_array_index (book->listings[s], i);
        CdWireListingRow row = { .side = o->side, .price_e4 = o->price_e4, .qty = cd_venue_leaves (o), .at_us = o->at_us };

        if (side != 0 && o->side != side)
          continue;
        row.id = g_strdup (o->order_id);
        row.party = g_strdup (o->account);
        row.mine = cd_venue_may_see (venue, person, o->account);
        g_array_append_val (list->items, row);
      }
}

static void
add_trades (const CdVenue *venue, CdWireList *list, const char *code)
{
  CdVenueBook *book = cd_venue_find_book (venue, code);

  for (guint i = 0; book && i < book->trades->len; i++)
    {
      CdWireTradeRow row = g_array_index (book->trades, CdWireTradeRow, i);

      row.id = g_strdup (row.id);
      g_array_append_val (list->items, row);
    }
}

static void
add_bars (const CdVenue *venue, CdWireList *list, const char *code)
{
  CdVenueBook *book = cd_venue_find_book (venue, code);

  for (guint i = 0; book && i < book->bars->len; i++)
    {
      const CdBar *bar = &g_array_index (book->bars, CdBar, i);
      const CdWireBarRow row = { bar->day, bar->open_e4, bar->high_e4, bar->low_e4, bar->close_e4, bar->volume, bar->amount_e4 };

      g_array_append_val (list->items, row);
    }
}

static void
add_blocks (const CdVenue *venue, CdWireList *list)
{
  for (guint i = 0; i < venue->blocks->len; i++)
    {
      const CdVenueBlock *b = g_ptr_array_index (venue->blocks, i);
      const CdWireBlockRow row = { g_strdup (b->id), g_strdup (b->code), b->side, b->price_e4, b->qty, g_strdup ("open"), g_strdup (b->party) };

      g_array_append_val (list->items, row);
    }
}

static void
add_instruments (const CdVenue *venue, CdWireList *list)
{
  for (guint i = 0; i < venue->books->len; i++)
    {
      CdVenueBook *book = g_ptr_array_index (venue->books, i);
      CdWireInstrumentRow row = { .code = g_strdup (book->instrument->code), .market = g_strdup (book->pack->id), .tradable = book->instrument->kind != CD_INSTRUMENT_COMPOSITE };
      CdMdStats s;

      cd_venue_book_stats (venue, book, &s);
      row.prev_close_e4 = s.prev_close_e4;
      row.open_e4 = s.open_e4;
      row.high_e4 = s.high_e4;
      row.low_e4 = s.low_e4;
      row.last_e4 = s.last_e4;
      row.close_e4 = s.close_e4;
      row.list_qty = s.list_qty;
      row.list_amount_e4 = s.list_amount_e4;
      row.block_qty = s.block_qty;
      row.block_amount_e4 = s.block_amount_e4;
      row.trades = s.trades;
      row.limit_low_e4 = s.limit_low_e4;
      row.limit_high_e4 = s.limit_high_e4;
      row.block_low_e4 = s.block_low_e4;
      row.block_high_e4 = s.block_high_e4;
      g_array_append_val (list->items, row);
    }
}

static void
add_instructions (const CdVenue *venue, CdWireList *list, const char *account)
{
  for (guint i = 0; i < venue->instructions->len; i++)
    {
      const CdVenueInstruction *in = g_ptr_array_index (venue->instructions, i);
      const CdInstruction *life = in->life;
      CdWireInstructionRow row = { .received_us = life->received_at_us, .at_us = in->at_us };

      if (!g_str_equal (life->account, account))
        continue;
      row.id = g_strdup (life->key);
      row.account = g_strdup (life->account);
      row.state = g_strdup (cd_venue_instruction_state (in));
      row.hash = g_strdup (life->hash);
      row.by = g_strdup (life->maker);
      row.confirmed_by = g_strdup (life->approved_version ? life->checker : NULL);
      row.deputy_for = g_strdup (in->deputy_for);
      row.reason = g_strdup (life->reason);
      row.receipt = g_strdup (life->receipt);
      row.zone = life->receipt ? g_strdup (cd_zone_name (cd_venue_zone (venue))) : NULL;
      row.deadline_us = life->receipt ? in->deadline_us : 0;
      row.in_time = g_strdup (cd_venue_instruction_in_time (in));
      row.tx_id = g_strdup (life->tx_id);
      row.content = cd_wire_instruction_copy (in->content);
      g_array_append_val (list->items, row);
    }
}

static void
add_requests (const CdVenue *venue, CdWireList *list, const char *account)
{
  for (guint i = 0; i < venue->requests->len; i++)
    {
      const CdVenueRequest *r = g_ptr_array_index (venue->requests, i);
      CdWireRequestRow row = { .version = r->version, .at_us = r->at_us };

      if (!g_str_equal (r->account, account))
        continue;
      row.id = g_strdup (r->id);
      row.account = g_strdup (r->account);
      row.state = g_strdup (r->state);
      row.hash = g_strdup (r->hash);
      row.by = g_strdup (r->by);
      row.decided_by = g_strdup (r->decided_by);
      row.deputy_for = g_strdup (r->deputy_for);
      row.reason = g_strdup (r->reason);
      row.order_key = g_strdup (r->order_key);
      row.order = g_strdup (r->order);
      row.order_id = g_strdup (r->order_id);
      g_array_append_val (list->items, row);
    }
}

static void
add_deputies (const CdVenue *venue, CdWireList *list, const char *account)
{
  for (guint i = 0; i < venue->deputies->len; i++)
    {
      const CdVenueDeputy *d = g_ptr_array_index (venue->deputies, i);
      CdWireDeputyRow row = { .from = d->from, .to = d->to, .ended = d->ended };

      if (!g_str_equal (d->account, account))
        continue;
      row.id = g_strdup (d->id);
      row.account = g_strdup (d->account);
      row.by = g_strdup (d->by);
      row.person = g_strdup (d->person);
      row.reason = g_strdup (d->reason);
      g_array_append_val (list->items, row);
    }
}

static void
add_obligations (const CdVenue *venue, CdWireList *list, const char *account)
{
  for (guint i = 0; i < venue->obligations->len; i++)
    {
      const CdVenueObligation *o = g_ptr_array_index (venue->obligations, i);
      CdWireObligationRow row = {
        .year = o->year,
        .verified_e3 = o->verified_e3,
        .verified_final = TRUE,
        .approved = o->approved,
        .issued = o->issued,
        .owed = o->owed,
        .surrendered = o->surrendered,
        .offset = o->offset,
        .closed = o->closed,
      };

      if (!g_str_equal (o->account, account))
        continue;
      row.account = g_strdup (o->account);
      row.sector = g_strdup (o->sector);
      g_array_append_val (list->items, row);
    }
}

CdWireList *
cd_venue_list (const CdVenue *venue, CdWireListKind kind, const char *account, const char *person, gboolean open_only, CdSide side, gint64 since)
{
  CdWireList *list = cd_wire_list_new (kind);
  Balances balances = { list, account, kind == CD_WIRE_LIST_CASH };

  list->epoch = g_strdup (venue->epoch);
  list->market_time_us = venue->now_us;
  list->as_of_seq = cd_venue_last_seq (venue, account);
  switch (kind)
    {
    case CD_WIRE_LIST_ORDERS:
      add_orders (venue, list, account, open_only);
      break;
    case CD_WIRE_LIST_EXECUTIONS:
      add_executions (venue, list, account, since);
      break;
    case CD_WIRE_LIST_HOLDINGS:
    case CD_WIRE_LIST_CASH:
      cd_ledger_foreach (venue->ledger, add_balance, &balances);
      break;
    case CD_WIRE_LIST_SETTLEMENTS:
      add_settlements (venue, list, account);
      break;
    case CD_WIRE_LIST_LISTINGS:
      add_listings (venue, list, account, person, side);
      break;
    case CD_WIRE_LIST_TRADES:
      add_trades (venue, list, account);
      break;
    case CD_WIRE_LIST_BARS:
      add_bars (venue, list, account);
      break;
    case CD_WIRE_LIST_BLOCKS:
      add_blocks (venue, list);
      break;
    case CD_WIRE_LIST_INSTRUMENTS:
      add_instruments (venue, list);
      break;
    case CD_WIRE_LIST_INSTRUCTIONS:
      add_instructions (venue, list, account);
      break;
    case CD_WIRE_LIST_OBLIGATIONS:
      add_obligations (venue, list, account);
      break;
    case CD_WIRE_LIST_REQUESTS:
      add_requests (venue, list, account);
      break;
    case CD_WIRE_LIST_DEPUTIES:
      add_deputies (venue, list, account);
      break;
    case CD_WIRE_LIST_STATEMENT:
      cd_venue_add_statement (venue, list, account);
      break;
    }
  return list;
}

/* A stored refusal is a final answer too. There is no order behind it: the key stands for its id, and "-" for what nobody can read. */
static void
refused_row (const char *key, const CdVenueKey *known, CdWireByKey *answer)
{
  g_autoptr (CdWireBody) body = known->refused ? cd_wire_body_parse (CD_WIRE_OP_ORDER_NEW, known->refused, strlen (known->refused), NULL) : NULL;

  answer->found = TRUE;
  answer->order = (CdWireOrderRow){
    .order_id = g_strdup (key),
    .key = g_strdup (key),
    .account = g_strdup (known->answer->account),
    .instrument = g_strdup (body ? body->instrument : "-"),
    .side = body ? body->side : CD_SIDE_BUY,
    .kind = body ? body->kind : CD_KIND_LIST,
    .price_e4 = body ? body->price_e4 : 0,
    .qty = body ? body->qty : 0,
    .state = g_strdup ("rejected"),
    .by = g_strdup (body && body->by ? body->by : "-"),
    .code = g_strdup (known->answer->code),
    .at_us = known->answer->market_time_us,
  };
}

CdWireByKey *
cd_venue_by_key (const CdVenue *venue, const char *key)
{
  CdWireByKey *answer = cd_wire_by_key_new ();
  const CdVenueKey *known = g_hash_table_lookup (venue->keys, key);

  answer->epoch = g_strdup (venue->epoch);
  answer->market_time_us = venue->now_us;
  answer->fenced = known && known->fenced;
  for (guint i = venue->orders->len; i-- > 0;)
    {
      const CdVenueOrder *o = g_ptr_array_index (venue->orders, i);

      if (!g_str_equal (o->key, key))
        continue;
      answer->found = TRUE;
      order_row (o, &answer->order);
      return answer;
    }
  if (known && known->answer && known->answer->op == CD_WIRE_OP_ORDER_NEW && known->answer->verdict == CD_WIRE_REJECTED)
    refused_row (key, known, answer);
  return answer;
}
