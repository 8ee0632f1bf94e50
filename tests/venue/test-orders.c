/* test-orders.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The exchange side of the venue: picks, changes of orders, blocks, cash of the day, price-time markets.
 */
#include "venue-fixture.h"

#include <string.h>

#define ME "power-trader"
#define POWER "HD-POWER"
#define CEMENT "HD-CEMENT"
#define LIST "{\"instrument\":\"CEA25\",\"side\":\"%s\",\"kind\":\"list\",\"price\":\"%s\",\"qty\":\"%d\",\"by\":\"x\"}"
#define LIMIT "{\"instrument\":\"CEA25\",\"side\":\"%s\",\"kind\":\"limit\",\"price\":\"%s\",\"qty\":\"%d\",\"by\":\"x\"}"
#define PICK "{\"instrument\":\"CEA25\",\"side\":\"%s\",\"kind\":\"pick\",\"price\":\"%s\",\"qty\":\"%d\",\"by\":\"x\"}"
#define PICK_ID "{\"instrument\":\"CEA25\",\"side\":\"%s\",\"kind\":\"pick\",\"price\":\"%s\",\"qty\":\"%d\",\"listing\":\"%s\",\"by\":\"x\"}"
#define BLOCK "{\"instrument\":\"CEA25\",\"side\":\"%s\",\"kind\":\"block\",\"price\":\"%s\",\"qty\":\"%d\",\"by\":\"x\"}"
#define BLOCK_ID "{\"instrument\":\"CEA25\",\"side\":\"%s\",\"kind\":\"block\",\"price\":\"%s\",\"qty\":\"%d\",\"listing\":\"%s\",\"by\":\"x\"}"
#define REPLACE "{\"order_id\":\"%s\",\"price\":\"%s\",\"qty\":\"%d\",\"cum\":\"%d\"}"

typedef VenueFixture Fixture;

/* Person and account in one: each account has one trader here. */
static const char *
trader_of (const char *account)
{
  return g_str_equal (account, POWER) ? ME : "cement-trader";
}

#define new_order(f, account, code, ...) venue_fixture_try (f, trader_of (account), CD_WIRE_OP_ORDER_NEW, account, code, __VA_ARGS__)
#define replace(f, account, code, ...) g_free (venue_fixture_try (f, trader_of (account), CD_WIRE_OP_ORDER_REPLACE, account, code, REPLACE, __VA_ARGS__))
#define cancel(f, account, code, id) g_free (venue_fixture_try (f, trader_of (account), CD_WIRE_OP_ORDER_CANCEL, account, code, "{\"order_id\":\"%s\"}", id))

static CdWireOrderRow
order_row (Fixture *f, const char *account, const char *id)
{
  g_autoptr (CdWireList) list = cd_venue_list (f->venue, CD_WIRE_LIST_ORDERS, account, ME, FALSE, 0, 0);
  CdWireOrderRow found = { 0 };

  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireOrderRow *row = &g_array_index (list->items, CdWireOrderRow, i);

      if (g_str_equal (row->order_id, id))
        {
          found = *row;
          found.state = (char *)g_intern_string (row->state);
        }
    }
  g_assert_nonnull (found.state);
  return found;
}

static void
check_order (Fixture *f, const char *account, const char *id, const char *state, gint64 cum, gint64 leaves)
{
  CdWireOrderRow row = order_row (f, account, id);

  g_assert_cmpstr (row.state, ==, state);
  g_assert_cmpint (row.cum, ==, cum);
  g_assert_cmpint (row.leaves, ==, leaves);
}

/* The listings of one price, in the order in which they stand. */
static char *
ids_at (Fixture *f, CdSide side, gint64 price_e4)
{
  g_autoptr (CdWireList) list = cd_venue_list (f->venue, CD_WIRE_LIST_LISTINGS, "CEA25", ME, FALSE, side, 0);
  GString *ids = g_string_new (NULL);

  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireListingRow *row = &g_array_index (list->items, CdWireListingRow, i);

      if (row->price_e4 == price_e4)
        g_string_append_printf (ids, "%s%s", ids->len ? " " : "", row->id);
    }
  return g_string_free (ids, FALSE);
}

static gint64
cash (Fixture *f, CdBucket bucket)
{
  return venue_fixture_balance (f, POWER, "CNY", bucket);
}

/* Prices below what the participants list, so that nothing but the orders of the test stands there: 92.00 for sale. */
static void
test_pick_named (Fixture *f, gconstpointer data)
{
  g_autofree char *first = new_order (f, CEMENT, NULL, LIST, "sell", "92.00", 300);
  g_autofree char *second = new_order (f, CEMENT, NULL, LIST, "sell", "92.00", 500);
  g_autofree char *pick = NULL;

  /* Two makers at one price: the later one may be picked. */
  pick = new_order (f, POWER, NULL, PICK_ID, "buy", "92.00", 200, second);
  check_order (f, CEMENT, first, "working", 0, 300);
  check_order (f, CEMENT, second, "partial", 200, 300);
  check_order (f, POWER, pick, "filled", 200, 0);
  g_assert_cmpint (venue_fixture_balance (f, POWER, "CEA25", CD_BUCKET_BOUGHT_TODAY), ==, 200);
  /* More than the named listing has left is gone, although the level has it. */
  g_free (new_order (f, POWER, "pick.gone", PICK_ID, "buy", "92.00", 301, second));
  /* A listing of another price is gone too: the picker saw something else. */
  g_free (new_order (f, POWER, "pick.gone", PICK_ID, "buy", "91.99", 1, second));
  /* From the level: in the order of arrival. */
  g_free (pick);
  pick = new_order (f, POWER, NULL, PICK, "buy", "92.00", 400);
  check_order (f, CEMENT, first, "filled", 300, 0);
  check_order (f, CEMENT, second, "partial", 300, 200);
  g_free (new_order (f, POWER, "pick.level", PICK, "buy", "92.00", 201));
  cancel (f, CEMENT, NULL, second);
  g_free (new_order (f, POWER, "pick.gone", PICK, "buy", "92.00", 1));
}

/* Nothing of the own is ever taken, and the refusal says why. */
static void
test_pick_own (Fixture *f, gconstpointer data)
{
  g_autofree char *own = new_order (f, CEMENT, NULL, LIST, "sell", "92.00", 300);
  g_autofree char *other = new_order (f, POWER, NULL, LIST, "sell", "92.00", 100);
  guint64 hash = cd_venue_hash (f->venue);

  g_free (new_order (f, CEMENT, "self.trade", PICK_ID, "buy", "92.00", 1, own));
  g_free (new_order (f, CEMENT, "self.trade", PICK, "buy", "92.00", 1));
  g_assert_cmpuint (cd_venue_hash (f->venue), ==, hash);
  /* Free choice within a level: the named listing of somebody else is no trade with oneself. */
  g_free (new_order (f, CEMENT, NULL, PICK_ID, "buy", "92.00", 60, other));
  check_order (f, CEMENT, own, "working", 0, 300);
  check_order (f, POWER, other, "partial", 60, 40);
}

/* A bid above an ask rests: in this market somebody has to pick. */
static void
test_crossed (Fixture *f, gconstpointer data)
{
  g_autofree char *ask = new_order (f, CEMENT, NULL, LIST, "sell", "92.00", 300);
  g_autofree char *bid = new_order (f, POWER, NULL, LIST, "buy", "105.00", 200);

  check_order (f, CEMENT, ask, "working", 0, 300);
  check_order (f, POWER, bid, "working", 0, 200);
  g_assert_cmpint (venue_fixture_best (f, "CEA25", CD_SIDE_BUY), ==, 1050000);
  g_assert_cmpint (venue_fixture_best (f, "CEA25", CD_SIDE_SELL), ==, 920000);
  g_free (new_order (f, CEMENT, NULL, PICK, "sell", "105.00", 200));
  check_order (f, POWER, bid, "filled", 200, 0);
}

static void
test_sixth_level (Fixture *f, gconstpointer data)
{
  for (int i = 0; i < 6; i++)
    {
      g_autofree char *price = g_strdup_printf ("91.%02d", i);

      g_free (new_order (f, CEMENT, NULL, LIST, "sell", price, 100));
    }
  g_free (new_order (f, POWER, "pick.gone", PICK, "buy", "91.05", 100));
  g_free (new_order (f, POWER, NULL, PICK, "buy", "91.04", 100));
  /* The fifth is empty now, so the sixth has become the fifth. */
  g_free (new_order (f, POWER, NULL, PICK, "buy", "91.05", 100));
}

static void
test_replace (Fixture *f, gconstpointer data)
{
  g_autofree char *first = new_order (f, CEMENT, NULL, LIST, "sell", "92.00", 300);
  g_autofree char *second = new_order (f, CEMENT, NULL, LIST, "sell", "92.00", 500);
  g_autofree char *both = g_strdup_printf ("%s %s", first, second);
  g_autofree char *ids = NULL;
  gint64 free_units = venue_fixture_balance (f, CEMENT, "CEA25", CD_BUCKET_TRADING);
  guint64 hash;

  /* Refused: nothing moved, not even in the queue. */
  hash = cd_venue_hash (f->venue);
  replace (f, CEMENT, "price.tick", first, "92.005", 300, 0);
  replace (f, CEMENT, "price.band", first, "60.00", 300, 0);
  replace (f, CEMENT, "units.insufficient", first, "92.00", 300 + (int)free_units + 1, 0);
  replace (f, CEMENT, "instruction.stale", first, "92.00", 300, 1);
  replace (f, CEMENT, "order.unknown", "O999999", "92.00", 300, 0);
  replace (f, POWER, "order.unknown", first, "92.00", 300, 0);
  g_assert_cmpuint (cd_venue_hash (f->venue), ==, hash);
  /* Everything that is free plus what the order itself holds may be used. */
  replace (f, CEMENT, NULL, second, "92.00", 500 + (int)free_units, 0);
  g_assert_cmpint (venue_fixture_balance (f, CEMENT, "CEA25", CD_BUCKET_TRADING), ==, 0);
  replace (f, CEMENT, NULL, second, "92.00", 500, 0);
  /* Less at the same price keeps the place. */
  replace (f, CEMENT, NULL, first, "92.00", 250, 0);
  ids = ids_at (f, CD_SIDE_SELL, 920000);
  g_assert_cmpstr (ids, ==, both);
  g_free (new_order (f, POWER, NULL, PICK_ID, "buy", "92.00", 50, first));
  /* More is a new place; the total counts what is filled. */
  replace (f, CEMENT, NULL, first, "92.00", 350, 50);
  check_order (f, CEMENT, first, "partial", 50, 300);
  g_free (ids);
  ids = ids_at (f, CD_SIDE_SELL, 920000);
  g_assert_cmpstr (ids, !=, both);
  g_assert_cmpint (venue_fixture_balance (f, CEMENT, "CEA25", CD_BUCKET_ORDER_LOCKED), ==, 800);
  replace (f, CEMENT, NULL, first, "92.10", 350, 50);
  g_assert_cmpint (venue_fixture_best (f, "CEA25", CD_SIDE_SELL), ==, 920000);
  cancel (f, CEMENT, NULL, second);
  g_assert_cmpint (venue_fixture_best (f, "CEA25", CD_SIDE_SELL), ==, 921000);
  replace (f, CEMENT, "instruction.stale", first, "92.00", 50, 50);
  cancel (f, CEMENT, NULL, first);
  replace (f, CEMENT, "order.final", first, "92.00", 350, 50);
  g_assert_cmpint (venue_fixture_balance (f, CEMENT, "CEA25", CD_BUCKET_ORDER_LOCKED), ==, 0);
}

static guint
open_blocks (Fixture *f, const char *party, char **id)
{
  g_autoptr (CdWireList) list = cd_venue_list (f->venue, CD_WIRE_LIST_BLOCKS, NULL, NULL, TRUE, 0, 0);
  guint n = 0;

  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireBlockRow *row = &g_array_index (list->items, CdWireBlockRow, i);

      if (!g_str_equal (row->party, party))
        continue;
      n++;
      g_free (*id);
      *id = g_strdup (row->id);
    }
  return n;
}

/* An intent stands apart from the book, also after it was changed; a counterparty takes it whole or not at all. */
static void
test_block (Fixture *f, gconstpointer data)
{
  g_autofree char *in = NULL;
  g_autofree char *order = NULL;
  g_autofree char *id = NULL;
  g_autofree char *old_id = NULL;
  gint64 amount = G_GINT64_CONSTANT (93) * CD_E4 * 150000;
  CdLevel level;

  in = venue_fixture_instruct (f, CEMENT, "cement-trader", "cement-second", "{\"kind\":\"transfer\",\"from\":\"registry\",\"to\":\"trading\",\"asset\":\"CEA25\",\"qty\":\"400000\",\"version\":1}");
  g_free (venue_fixture_instruct (f, POWER, ME, "power-second", "{\"kind\":\"transfer\",\"from\":\"registry\",\"to\":\"trading\",\"asset\":\"CEA25\",\"qty\":\"200000\",\"version\":1}"));
  order = new_order (f, POWER, NULL, BLOCK, "buy", "93.50", 120000);
  g_assert_cmpuint (open_blocks (f, POWER, &old_id), ==, 1);
  replace (f, POWER, "qty.min", order, "93.50", 99999, 0);
  replace (f, POWER, "price.band", order, "60.00", 120000, 0);
  replace (f, POWER, NULL, order, "93.00", 150000, 0);
  g_assert_cmpuint (open_blocks (f, POWER, &id), ==, 1);
  g_assert_cmpstr (id, !=, old_id);
  g_assert_false (cd_book_find (cd_venue_book (f->venue, "CEA25"), CD_SIDE_BUY, 930000, &level) && level.qty >= 150000);
  g_assert_cmpint (cash (f, CD_BUCKET_CASH_FROZEN), ==, amount);
  /* Not the old intent, not another price, not a part, not one's own. */
  g_free (new_order (f, CEMENT, "pick.gone", BLOCK_ID, "sell", "93.50", 120000, old_id));
  g_free (new_order (f, CEMENT, "pick.gone", BLOCK_ID, "sell", "93.01", 150000, id));
  g_free (new_order (f, CEMENT, "pick.gone", BLOCK_ID, "sell", "93.00", 100000, id));
  g_free (new_order (f, POWER, "self.trade", BLOCK_ID, "sell", "93.00", 150000, id));
  g_free (new_order (f, CEMENT, NULL, BLOCK_ID, "sell", "93.00", 150000, id));
  check_order (f, POWER, order, "filled", 150000, 0);
  g_assert_cmpint (cash (f, CD_BUCKET_CASH_FROZEN), ==, 0);
  g_assert_cmpint (venue_fixture_balance (f, POWER, "CEA25", CD_BUCKET_BOUGHT_TODAY), ==, 150000);
  g_assert_cmpint (venue_fixture_balance (f, CEMENT, "CNY", CD_BUCKET_CASH_UNSETTLED), ==, amount);
  g_assert_cmpuint (open_blocks (f, POWER, &id), ==, 0);
  /* Withdrawn with its order. */
  g_free (order);
  order = new_order (f, CEMENT, NULL, BLOCK, "sell", "95.00", 100000);
  g_assert_cmpuint (open_blocks (f, CEMENT, &id), ==, 1);
  cancel (f, CEMENT, NULL, order);
  g_assert_cmpuint (open_blocks (f, CEMENT, &id), ==, 0);
  g_free (new_order (f, POWER, "pick.gone", BLOCK_ID, "buy", "95.00", 100000, id));
}

/* The cash of a sale buys the same day but cannot be taken out; what was bought is not for sale before tomorrow. */
static void
test_same_day (Fixture *f, gconstpointer data)
{
  gint64 available = cash (f, CD_BUCKET_CASH_AVAILABLE);
  g_autofree char *bid = NULL;
  g_autofree char *amount = NULL;
  gint64 all;

  g_free (new_order (f, CEMENT, NULL, LIST, "buy", "98.50", 1000));
  g_free (new_order (f, POWER, NULL, PICK, "sell", "98.50", 1000));
  g_assert_cmpint (cash (f, CD_BUCKET_CASH_UNSETTLED), ==, 98500 * CD_E4);
  g_assert_cmpint (cash (f, CD_BUCKET_CASH_AVAILABLE), ==, available);
  amount = g_strdup_printf ("{\"kind\":\"cash_out\",\"amount\":\"%" G_GINT64_FORMAT "\",\"version\":1}", available / CD_E4 + 1);
  g_free (venue_fixture_try (f, ME, CD_WIRE_OP_INSTRUCTION_PROPOSE, POWER, "balance.insufficient", "%s", amount));
  /* All of both kinds of cash in one listing; cancelled, each comes back as what it was. */
  all = (available + 98500 * CD_E4) / (90 * CD_E4);
  for (int i = 0; i < 7; i++)
    g_free (new_order (f, POWER, NULL, LIST, "buy", "90.00", 90000));
  all -= 7 * 90000;
  bid = new_order (f, POWER, NULL, LIST, "buy", "90.00", (int)all);
  g_assert_cmpint (cash (f, CD_BUCKET_CASH_AVAILABLE), ==, 0);
  g_assert_cmpint (cash (f, CD_BUCKET_CASH_UNSETTLED), <, 90 * CD_E4);
  g_free (new_order (f, POWER, "cash.insufficient", LIST, "buy", "90.00", 1));
  cancel (f, POWER, NULL, bid);
  g_assert_cmpint (cash (f, CD_BUCKET_CASH_UNSETTLED), ==, 98500 * CD_E4);
  /* The seller of the morning is short now; the buyer cannot resell today. */
  g_free (new_order (f, CEMENT, "units.insufficient", LIST, "sell", "105.00", 20001));
  g_free (new_order (f, CEMENT, NULL, LIST, "sell", "105.00", 20000));
  cd_venue_advance (f->venue, cd_venue_skip_target (f->venue, "close"));
  g_assert_cmpint (cash (f, CD_BUCKET_CASH_UNSETTLED), ==, 0);
  g_assert_cmpint (cash (f, CD_BUCKET_CASH_FROZEN), ==, 0);
  g_assert_cmpint (cash (f, CD_BUCKET_CASH_AVAILABLE), ==, available + 98500 * CD_E4);
  cd_venue_advance (f->venue, cd_venue_skip_target (f->venue, "next_day"));
  g_free (new_order (f, CEMENT, NULL, LIST, "sell", "105.00", 21000));
}

/* --- Settlement ------------------------------------------------------------------------------------------------------ */

static char *
settlement_state (Fixture *f, const char *account)
{
  g_autoptr (CdWireList) list = cd_venue_list (f->venue, CD_WIRE_LIST_SETTLEMENTS, account, ME, FALSE, 0, 0);
  const CdWireSettlementRow *row;

  g_assert_cmpuint (list->items->len, ==, 1);
  row = &g_array_index (list->items, CdWireSettlementRow, 0);
  return g_strdup_printf ("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, row->state, row->trades, row->bought, row->sold);
}

static void
test_settlement (Fixture *f, gconstpointer data)
{
  static const char confirm[] = "{\"date\":\"2026-12-14\"}", object[] = "{\"date\":\"2026-12-14\",\"reason\":\"one trade too many\"}";
  g_autofree char *pending = NULL;
  g_autofree char *power = NULL;
  g_autofree char *cement = NULL;

  g_free (new_order (f, CEMENT, NULL, LIST, "buy", "98.50", 1000));
  g_free (new_order (f, POWER, NULL, PICK, "sell", "98.50", 400));
  g_free (new_order (f, POWER, NULL, PICK, "sell", "98.50", 600));
  pending = settlement_state (f, POWER);
  g_assert_cmpstr (pending, ==, "pending 2 0 1000");
  g_free (venue_fixture_try (f, ME, CD_WIRE_OP_SETTLEMENT_CONFIRM, POWER, "instruction.state", confirm));
  cd_venue_advance (f->venue, cd_venue_skip_target (f->venue, "close"));
  g_free (venue_fixture_try (f, ME, CD_WIRE_OP_SETTLEMENT_OBJECT, POWER, NULL, object));
  g_free (venue_fixture_try (f, ME, CD_WIRE_OP_SETTLEMENT_CONFIRM, POWER, "instruction.state", confirm));
  cd_venue_advance (f->venue, cd_venue_skip_target (f->venue, "next_day"));
  power = settlement_state (f, POWER);
  cement = settlement_state (f, CEMENT);
  g_assert_cmpstr (power, ==, "objected 2 0 1000");
  /* Nobody objected until the next opening. */
  g_assert_cmpstr (cement, ==, "deemed 2 1000 0");
  g_free (venue_fixture_try (f, "cement-trader", CD_WIRE_OP_SETTLEMENT_OBJECT, CEMENT, "instruction.state", object));
}

/* --- Price and time -------------------------------------------------------------------------------------------------- */

static void
test_price_time (Fixture *f, gconstpointer data)
{
  g_autofree char *early = NULL;
  g_autofree char *late = NULL;
  g_autofree char *worse = NULL;
  g_autofree char *buy = NULL;
  gint64 available = cash (f, CD_BUCKET_CASH_AVAILABLE);

  /* Choosing a counterparty is for other markets. */
  g_free (new_order (f, POWER, "kind.not_allowed", LIST, "sell", "92.00", 10));
  worse = new_order (f, CEMENT, NULL, LIMIT, "sell", "105.10", 100);
  early = new_order (f, CEMENT, NULL, LIMIT, "sell", "105.00", 100);
  late = new_order (f, CEMENT, NULL, LIMIT, "sell", "105.00", 100);
  replace (f, CEMENT, NULL, early, "105.00", 80, 0);
  /* A sale to oneself is refused, not skipped. */
  g_free (new_order (f, CEMENT, "self.trade", LIMIT, "buy", "105.00", 10));
  /* Empty the participants' side first, then price before time. */
  for (int i = 0; i < 500 && venue_fixture_best (f, "CEA25", CD_SIDE_SELL) < 1050000; i++)
    {
      CdLevel level;
      char price[CD_DECIMAL_BUF];

      g_assert_true (cd_book_level (cd_venue_book (f->venue, "CEA25"), CD_SIDE_SELL, 0, &level));
      g_free (new_order (f, POWER, NULL, LIMIT, "buy", cd_decimal_print (level.price, 4, 2, price), (int)level.qty));
    }
  check_order (f, CEMENT, early, "working", 0, 80);
  buy = new_order (f, POWER, NULL, LIMIT, "buy", "105.10", 200);
  check_order (f, CEMENT, early, "filled", 80, 0);
  check_order (f, CEMENT, late, "filled", 100, 0);
  check_order (f, CEMENT, worse, "partial", 20, 80);
  check_order (f, POWER, buy, "filled", 200, 0);
  /* Bought at better prices than the limit: nothing stays frozen. */
  g_assert_cmpint (cash (f, CD_BUCKET_CASH_FROZEN), ==, 0);
  g_assert_cmpint (cash (f, CD_BUCKET_CASH_AVAILABLE), <, available);
  /* A change that crosses trades at once. */
  g_free (buy);
  buy = new_order (f, POWER, NULL, LIMIT, "buy", "90.00", 50);
  check_order (f, POWER, buy, "working", 0, 50);
  replace (f, POWER, NULL, buy, "105.10", 50, 0);
  check_order (f, POWER, buy, "filled", 50, 0);
  check_order (f, CEMENT, worse, "partial", 70, 30);
}

/* --- Keys ------------------------------------------------------------------------------------------------------------ */

static CdWireAnswer *
send_key (Fixture *f, const char *person, CdWireOp op, const char *key, const char *account, const char *body)
{
  g_autoptr (CdWireCommand) command = cd_wire_command_new (op, key, account, 0, body);

  return cd_venue_command (f->venue, person, command, 0);
}

/* A stranger neither reads a stored answer nor uses up somebody's key; the op belongs to what a key stands for. */
static void
test_foreign_keys (Fixture *f, gconstpointer data)
{
  static const char key[] = "PXAAAAAAAAAAAAAAAAAAAAAAAAAB", other[] = "PXAAAAAAAAAAAAAAAAAAAAAAAAAC";
  g_autofree char *body = g_strdup_printf (LIST, "buy", "90.00", 10);
  g_autoptr (CdWireAnswer) burned = send_key (f, "cement-trader", CD_WIRE_OP_ORDER_NEW, key, POWER, body);
  g_autoptr (CdWireAnswer) own = send_key (f, ME, CD_WIRE_OP_ORDER_NEW, key, POWER, body);
  g_autoptr (CdWireAnswer) peek = send_key (f, "cement-trader", CD_WIRE_OP_ORDER_NEW, key, POWER, body);
  g_autoptr (CdWireAnswer) same_body = send_key (f, ME, CD_WIRE_OP_ORDER_CANCEL, key, POWER, body);
  g_autofree char *fence = g_strdup_printf ("{\"key\":\"%s\"}", other);
  g_autoptr (CdWireAnswer) by_second = send_key (f, "power-second", CD_WIRE_OP_FENCE, "PXAAAAAAAAAAAAAAAAAAAAAAAAAD", POWER, fence);
  g_autoptr (CdWireAnswer) late = send_key (f, ME, CD_WIRE_OP_ORDER_NEW, other, POWER, body);

  g_assert_cmpstr (burned->code, ==, "rights.missing");
  g_assert_null (own->code);
  g_assert_cmpstr (peek->code, ==, "rights.missing");
  g_assert_null (peek->order_id);
  g_assert_false (peek->replayed);
  g_assert_cmpstr (same_body->code, ==, "key.mismatch");
  /* Whoever can confirm can fence too: his own commands can be of unknown fate. */
  g_assert_null (by_second->code);
  g_assert_cmpstr (late->code, ==, "key.fenced");
}

static void
test_deadline (Fixture *f, gconstpointer data)
{
  g_autofree char *body = g_strdup_printf (LIST, "buy", "90.00", 10);

  for (int late = -1; late <= 1; late++)
    {
      g_autofree char *key = g_strdup_printf ("PXAAAAAAAAAAAAAAAAAAAAAAAAB%c", 'A' + late + 1);
      g_autoptr (CdWireCommand) command = cd_wire_command_new (CD_WIRE_OP_ORDER_NEW, key, POWER, 1000, body);
      g_autoptr (CdWireAnswer) answer = cd_venue_command (f->venue, ME, command, 1000 + late);

      g_assert_cmpstr (answer->code, ==, late > 0 ? "deadline.passed" : NULL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/orders/" name, Fixture, NULL, venue_fixture_setup, func, venue_fixture_teardown)
  ADD ("pick-named", test_pick_named);
  ADD ("pick-own", test_pick_own);
  ADD ("crossed", test_crossed);
  ADD ("sixth-level", test_sixth_level);
  ADD ("replace", test_replace);
  ADD ("block", test_block);
  ADD ("same-day", test_same_day);
  ADD ("settlement", test_settlement);
  ADD ("foreign-keys", test_foreign_keys);
  ADD ("deadline", test_deadline);
  g_test_add ("/orders/price-time", Fixture, NULL, venue_fixture_setup_price_time, test_price_time, venue_fixture_teardown);
  return g_test_run ();
}
