/* test-venue.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "cd-id.h"
#include "cd-venue.h"

typedef struct
{
  CdPack *packs[2];
  gsize n;
  CdVenue *venue;
  guint64 key;
  guint trades;
} Fixture;

static void
trade_cb (const char *code, guint64 seq, const CdMdTrade *trade, gpointer data)
{
  ((Fixture *)data)->trades++;
}

static void
setup (Fixture *f, gconstpointer data)
{
  static const CdVenueSink sink = { .trade = trade_cb };
  g_autoptr (GError) error = NULL;
  const char *scenario = data ? data : "main";

  f->packs[0] = cd_pack_load_builtin (g_str_equal (scenario, "beijing-2021") ? "cn-bj" : "cn-cea", &error);
  g_assert_no_error (error);
  f->n = 1;
  if (!g_str_equal (scenario, "beijing-2021"))
    {
      f->packs[1] = cd_pack_load_builtin ("cn-ccer", &error);
      g_assert_no_error (error);
      f->n = 2;
    }
  f->venue = cd_venue_new (f->packs, f->n, scenario, 7, 0, "e1", &error);
  g_assert_no_error (error);
  cd_venue_set_sink (f->venue, &sink, f);
}

static void
teardown (Fixture *f, gconstpointer data)
{
  cd_venue_free (f->venue);
  for (gsize i = 0; i < f->n; i++)
    cd_pack_free (f->packs[i]);
}

static CdWireAnswer *
send (Fixture *f, const char *person, CdWireOp op, const char *account, const char *body)
{
  guint8 random[16] = { 0 };
  char key[CD_KEY_BUF];
  g_autoptr (CdWireCommand) command = NULL;

  f->key++;
  memcpy (random, &f->key, sizeof f->key);
  command = cd_wire_command_new (op, cd_key_make (CD_KEY_PRACTICE, random, key), account, 0, body);
  return cd_venue_command (f->venue, person, command, 0);
}

#define ASSERT_ACCEPTED(answer) g_assert_cmpstr ((answer)->verdict == CD_WIRE_ACCEPTED ? "accepted" : (answer)->code, ==, "accepted")

static gint64
holding (Fixture *f, const char *account, const char *asset, CdBucket bucket)
{
  g_autoptr (CdWireList) list = cd_venue_list (f->venue, bucket >= CD_BUCKET_CASH_AVAILABLE ? CD_WIRE_LIST_CASH : CD_WIRE_LIST_HOLDINGS, account, "province", FALSE, 0, 0);

  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireBalanceRow *row = &g_array_index (list->items, CdWireBalanceRow, i);

      if (row->bucket == bucket && g_str_equal (row->asset, asset))
        return row->balance;
    }
  return 0;
}

/* Buys what stands at the best ask, in several picks, until @qty is there. */
static void
buy (Fixture *f, const char *code, gint64 qty)
{
  for (int tries = 0; qty > 0 && tries < 2000; tries++)
    {
      CdLevel best;
      char price[CD_DECIMAL_BUF];
      g_autofree char *body = NULL;
      g_autoptr (CdWireAnswer) answer = NULL;
      gint64 take;

      if (!cd_book_level (cd_venue_book (f->venue, code), CD_SIDE_SELL, 0, &best))
        {
          cd_venue_advance (f->venue, cd_venue_market_time (f->venue) + 30 * CD_USEC_PER_SEC);
          continue;
        }
      take = MIN (best.qty, qty);
      body = g_strdup_printf ("{\"instrument\":\"%s\",\"side\":\"buy\",\"kind\":\"pick\",\"price\":\"%s\",\"qty\":\"%" G_GINT64_FORMAT "\",\"by\":\"power-trader\"}", code, cd_decimal_print (best.price, 4, 2, price), take);
      answer = send (f, "power-trader", CD_WIRE_OP_ORDER_NEW, "HD-POWER", body);
      if (answer->verdict == CD_WIRE_ACCEPTED)
        qty -= take;
      cd_venue_advance (f->venue, cd_venue_market_time (f->venue) + 10 * CD_USEC_PER_SEC);
    }
  g_assert_cmpint (qty, ==, 0);
}

static void
test_believable (Fixture *f, gconstpointer data)
{
  CdMdStats stats;
  gint64 target = cd_venue_skip_target (f->venue, "next_day");

  g_assert_cmpint (target, >, 0);
  cd_venue_advance (f->venue, target);
  f->trades = 0;
  cd_venue_advance (f->venue, cd_venue_skip_target (f->venue, "close"));
  g_assert_true (cd_venue_stats (f->venue, "CEA25", &stats));
  g_test_message ("one day: %u trades, listed %" G_GINT64_FORMAT " t, block %" G_GINT64_FORMAT " t, close %" G_GINT64_FORMAT, f->trades, stats.list_qty, stats.block_qty, stats.close_e4);
  g_assert_cmpuint (f->trades, >, 100);
  g_assert_cmpuint (f->trades, <, 2000);
  g_assert_cmpint (stats.block_qty, >, 0);
  g_assert_cmpint (stats.close_e4, >=, stats.limit_low_e4);
  g_assert_cmpint (stats.close_e4, <=, stats.limit_high_e4);
  /* The close is the volume-weighted average of the listed trades. */
  {
    gint64 fen;

    g_assert_true (cd_i64_mul_div (stats.list_amount_e4, 1, stats.list_qty * 100, CD_ROUND_HALF_UP, &fen));
    g_assert_cmpint (stats.close_e4, ==, fen * 100);
  }
}

/* What a newcomer sees at any moment of ten days: five levels on both sides, several listings in them, prices near what they were,
 * most of the volume in blocks, the older vintage thin. */
static void
count_cb (const char *code, guint64 seq, const CdMdTrade *trade, gpointer data)
{
  gint64 *sums = data;

  if (g_str_equal (code, "CEA25"))
    sums[trade->mode == CD_MODE_BLOCK ? 1 : 0] += trade->qty;
  else if (g_str_equal (code, "CEA24"))
    sums[2] += trade->qty;
}

static void
test_ten_days (Fixture *f, gconstpointer data)
{
  static const CdVenueSink sink = { .trade = count_cb };
  gint64 sums[3] = { 0 }, share;
  guint listings = 0, looks = 0;

  cd_venue_set_sink (f->venue, &sink, sums);
  for (int day = 0; day < 10; day++)
    {
      CdMdStats stats;

      cd_venue_advance (f->venue, cd_venue_skip_target (f->venue, "next_day"));
      for (int minute = 0; minute < 110; minute += 10)
        {
          cd_venue_advance (f->venue, cd_venue_market_time (f->venue) + 600 * CD_USEC_PER_SEC);
          looks += 2;
          for (int s = CD_SIDE_BUY; s <= CD_SIDE_SELL; s++)
            for (gsize i = 0; i < 5; i++)
              {
                CdLevel level;

                g_assert_true (cd_book_level (cd_venue_book (f->venue, "CEA25"), (CdSide)s, i, &level));
                listings += (guint)level.orders;
              }
        }
      cd_venue_advance (f->venue, cd_venue_skip_target (f->venue, "close"));
      g_assert_true (cd_venue_stats (f->venue, "CEA25", &stats));
      g_assert_cmpint (stats.close_e4, >, 900000);
      g_assert_cmpint (stats.close_e4, <, 1040000);
      g_assert_true (cd_venue_stats (f->venue, "CCER-OW-2501", &stats));
      g_assert_cmpint (stats.close_e4, >, 850000);
      g_assert_cmpint (stats.close_e4, <, 1010000);
    }
  share = sums[1] * 100 / (sums[0] + sums[1]);
  g_test_message ("blocks %d %%, %u listings in five levels", (int)share, listings / looks);
  g_assert_cmpint (share, >=, 60);
  g_assert_cmpint (share, <=, 80);
  g_assert_cmpuint (listings, >=, looks * 8);
  g_assert_cmpint (sums[2] * 10, <, sums[0]);
  cd_venue_set_sink (f->venue, NULL, NULL);
}

/* Down to the lower limit before noon, up to the upper one before the close. */
static void
test_both_limits (void)
{
  Fixture f = { 0 };
  CdMdStats stats;

  setup (&f, "2025-12-23");
  cd_venue_advance (f.venue, cd_venue_skip_target (f.venue, "close"));
  g_assert_true (cd_venue_stats (f.venue, "CEA24", &stats));
  g_assert_cmpint (stats.low_e4, ==, stats.limit_low_e4);
  g_assert_cmpint (stats.high_e4, ==, stats.limit_high_e4);
  teardown (&f, NULL);
}

/* Advancing in one stride or in many small ones is the same. */
static void
test_deterministic (Fixture *f, gconstpointer data)
{
  CdVenue *other = cd_venue_new (f->packs, f->n, "main", 7, 0, "e1", NULL);
  gint64 end = cd_venue_skip_target (f->venue, "next_day") + 1800 * CD_USEC_PER_SEC;

  cd_venue_advance (f->venue, end);
  while (cd_venue_market_time (other) < end)
    cd_venue_advance (other, MIN (end, cd_venue_market_time (other) + 3700001));
  g_assert_cmpuint (cd_venue_hash (f->venue), ==, cd_venue_hash (other));
  cd_venue_free (other);
}

static void
confirm (Fixture *f, const char *id, const char *body_of_proposal)
{
  g_autofree char *hash = cd_sha256_hex (body_of_proposal, strlen (body_of_proposal));
  g_autofree char *body = g_strdup_printf ("{\"id\":\"%s\",\"version\":1,\"hash\":\"%s\"}", id, hash);
  g_autoptr (CdWireAnswer) own = send (f, "power-trader", CD_WIRE_OP_INSTRUCTION_CONFIRM, "HD-POWER", body);
  g_autoptr (CdWireAnswer) answer = NULL;

  /* Nobody confirms his own proposal. */
  g_assert_cmpstr (own->code, ==, "instruction.same_person");
  answer = send (f, "power-second", CD_WIRE_OP_INSTRUCTION_CONFIRM, "HD-POWER", body);
  ASSERT_ACCEPTED (answer);
}

static char *
propose (Fixture *f, CdWireInstruction *content)
{
  g_autofree char *body = NULL;
  g_autoptr (CdWireAnswer) answer = NULL;

  content->version = 1;
  body = cd_wire_instruction_print (CD_WIRE_OP_INSTRUCTION_PROPOSE, content);
  answer = send (f, "power-trader", CD_WIRE_OP_INSTRUCTION_PROPOSE, "HD-POWER", body);
  ASSERT_ACCEPTED (answer);
  confirm (f, answer->id, body);
  return g_strdup (answer->id);
}

/* The main job of design 2 in the engine: buy, close, settle, transfer, reserve, surrender with two persons, review, closed. */
static void
test_main_job (Fixture *f, gconstpointer data)
{
  g_autoptr (CdWireInstruction) surrender = cd_wire_instruction_new ();
  g_autoptr (CdWireAnswer) answer = NULL;
  g_autofree char *id = NULL;
  g_autofree char *review = NULL;
  gint64 before = holding (f, "HD-POWER", "CEA25", CD_BUCKET_TRADING);
  gint64 close;

  buy (f, "CEA25", 5000);
  g_assert_cmpint (holding (f, "HD-POWER", "CEA25", CD_BUCKET_BOUGHT_TODAY), ==, 5000);
  /* T+1: what was bought today is not in the tradable balance. */
  g_assert_cmpint (holding (f, "HD-POWER", "CEA25", CD_BUCKET_TRADING), ==, before);
  close = cd_venue_skip_target (f->venue, "close");
  cd_venue_advance (f->venue, close);
  g_assert_cmpint (holding (f, "HD-POWER", "CEA25", CD_BUCKET_TRADING), ==, before);
  for (int day = 0; day < 12; day++)
    {
      gint64 left;

      cd_venue_advance (f->venue, cd_venue_skip_target (f->venue, "next_day"));
      left = 140000 - holding (f, "HD-POWER", "CCER-OW-2501", CD_BUCKET_TRADING);
      if (left == 0)
        break;
      buy (f, "CCER-OW-2501", MIN (20000, left));
      cd_venue_advance (f->venue, cd_venue_skip_target (f->venue, "close"));
    }
  g_assert_cmpint (holding (f, "HD-POWER", "CEA25", CD_BUCKET_TRADING), ==, before + 5000);
  g_assert_cmpint (holding (f, "HD-POWER", "CCER-OW-2501", CD_BUCKET_TRADING), ==, 140000);
  g_free (propose (f, &(CdWireInstruction){ .kind = CD_WIRE_INSTRUCTION_TRANSFER, .from = (char *)"trading", .to = (char *)"registry", .asset = (char *)"CCER-OW-2501", .qty = 140000 }));
  g_free (propose (f, &(CdWireInstruction){ .kind = CD_WIRE_INSTRUCTION_RESERVE, .asset = (char *)"CCER-OW-2501", .qty = 140000, .year = 2025 }));
  g_assert_cmpint (holding (f, "HD-POWER", "CCER-OW-2501", CD_BUCKET_PENDING_OFFSET), ==, 140000);
  surrender->kind = CD_WIRE_INSTRUCTION_SURRENDER;
  surrender->year = 2025;
  cd_wire_instruction_add_allowance (surrender, "CEA25", 2546000);
  cd_wire_instruction_add_credit (surrender, "CCER-OW-2501", 140000);
  id = propose (f, surrender);
  review = g_strdup_printf ("{\"id\":\"%s\",\"verdict\":\"pass\",\"reason\":\"\"}", id);
  answer = send (f, "province", CD_WIRE_OP_INSTRUCTION_REVIEW, "HD-POWER", review);
  ASSERT_ACCEPTED (answer);
  g_assert_cmpint (holding (f, "HD-POWER", "CEA25", CD_BUCKET_SURRENDERED), ==, 2546000);
}

/* Beyond 5 % of the verified emissions nothing is reserved; a lot registered too early never. */
static void
test_offset_room (Fixture *f, gconstpointer data)
{
  g_autoptr (CdWireAnswer) early = NULL;
  g_autoptr (CdWireAnswer) twice = NULL;

  buy (f, "CCER-AF-1601", 100);
  cd_venue_advance (f->venue, cd_venue_skip_target (f->venue, "next_day"));
  g_free (propose (f, &(CdWireInstruction){ .kind = CD_WIRE_INSTRUCTION_TRANSFER, .from = (char *)"trading", .to = (char *)"registry", .asset = (char *)"CCER-AF-1601", .qty = 100 }));
  early = send (f, "power-trader", CD_WIRE_OP_INSTRUCTION_PROPOSE, "HD-POWER", "{\"kind\":\"reserve\",\"asset\":\"CCER-AF-1601\",\"qty\":\"100\",\"year\":2025,\"version\":1}");
  g_assert_cmpstr (early->code, ==, "offset.ineligible");
  twice = send (f, "power-trader", CD_WIRE_OP_INSTRUCTION_PROPOSE, "HD-POWER", "{\"kind\":\"reserve\",\"asset\":\"CCER-OW-2501\",\"qty\":\"1\",\"year\":2025,\"version\":1}");
  g_assert_cmpstr (twice->code, ==, "balance.insufficient");
}

/* One key is one effect: the same bytes get the stored answer, other bytes a mismatch, a fenced key nothing ever. */
static void
test_keys (Fixture *f, gconstpointer data)
{
  const char *body = "{\"instrument\":\"CEA25\",\"side\":\"buy\",\"kind\":\"list\",\"price\":\"90.00\",\"qty\":\"10\",\"by\":\"power-trader\"}";
  g_autoptr (CdWireAnswer) first = send (f, "power-trader", CD_WIRE_OP_ORDER_NEW, "HD-POWER", body);
  g_autoptr (CdWireAnswer) again = NULL;
  g_autoptr (CdWireAnswer) other = NULL;
  g_autoptr (CdWireAnswer) fence = NULL;
  g_autoptr (CdWireAnswer) late = NULL;
  g_autofree char *fence_body = NULL;
  guint8 random[16] = { 9, 9, 9 };
  char key[CD_KEY_BUF];
  g_autoptr (CdWireCommand) command = NULL;
  gint64 frozen;

  ASSERT_ACCEPTED (first);
  frozen = holding (f, "HD-POWER", "CNY", CD_BUCKET_CASH_FROZEN);
  f->key--;
  again = send (f, "power-trader", CD_WIRE_OP_ORDER_NEW, "HD-POWER", body);
  g_assert_true (again->replayed);
  g_assert_cmpstr (again->order_id, ==, first->order_id);
  g_assert_cmpint (holding (f, "HD-POWER", "CNY", CD_BUCKET_CASH_FROZEN), ==, frozen);
  f->key--;
  other = send (f, "power-trader", CD_WIRE_OP_ORDER_NEW, "HD-POWER", "{\"instrument\":\"CEA25\",\"side\":\"buy\",\"kind\":\"list\",\"price\":\"90.00\",\"qty\":\"20\",\"by\":\"power-trader\"}");
  g_assert_cmpstr (other->code, ==, "key.mismatch");
  cd_key_make (CD_KEY_PRACTICE, random, key);
  fence_body = g_strdup_printf ("{\"key\":\"%s\"}", key);
  fence = send (f, "power-trader", CD_WIRE_OP_FENCE, "HD-POWER", fence_body);
  ASSERT_ACCEPTED (fence);
  command = cd_wire_command_new (CD_WIRE_OP_ORDER_NEW, key, "HD-POWER", 0, body);
  late = cd_venue_command (f->venue, "power-trader", command, 0);
  g_assert_cmpstr (late->code, ==, "key.fenced");
}

/* Resting orders lapse at the close and give back what they locked. */
static void
test_lapse (Fixture *f, gconstpointer data)
{
  gint64 cash = holding (f, "HD-POWER", "CNY", CD_BUCKET_CASH_AVAILABLE);
  g_autoptr (CdWireAnswer) answer = send (f, "power-trader", CD_WIRE_OP_ORDER_NEW, "HD-POWER", "{\"instrument\":\"CEA25\",\"side\":\"buy\",\"kind\":\"list\",\"price\":\"88.00\",\"qty\":\"1000\",\"by\":\"power-trader\"}");

  ASSERT_ACCEPTED (answer);
  g_assert_cmpint (holding (f, "HD-POWER", "CNY", CD_BUCKET_CASH_FROZEN), ==, 88000 * CD_E4);
  cd_venue_advance (f->venue, cd_venue_skip_target (f->venue, "close"));
  g_assert_cmpint (holding (f, "HD-POWER", "CNY", CD_BUCKET_CASH_FROZEN), ==, 0);
  g_assert_cmpint (holding (f, "HD-POWER", "CNY", CD_BUCKET_CASH_AVAILABLE), ==, cash);
}

static void
test_refusals (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *body, *code;
  } cases[] = {
    { "{\"instrument\":\"CEA25\",\"side\":\"buy\",\"kind\":\"list\",\"price\":\"97.405\",\"qty\":\"10\",\"by\":\"x\"}", "price.tick" },
    { "{\"instrument\":\"CEA25\",\"side\":\"buy\",\"kind\":\"list\",\"price\":\"120.00\",\"qty\":\"10\",\"by\":\"x\"}", "price.band" },
    { "{\"instrument\":\"CEA25\",\"side\":\"sell\",\"kind\":\"list\",\"price\":\"97.00\",\"qty\":\"100000\",\"by\":\"x\"}", "qty.max" },
    { "{\"instrument\":\"CEA25\",\"side\":\"sell\",\"kind\":\"list\",\"price\":\"97.00\",\"qty\":\"30001\",\"by\":\"x\"}", "units.insufficient" },
    { "{\"instrument\":\"CEA25\",\"side\":\"sell\",\"kind\":\"block\",\"price\":\"97.00\",\"qty\":\"99999\",\"by\":\"x\"}", "qty.min" },
    { "{\"instrument\":\"COMCEA\",\"side\":\"buy\",\"kind\":\"list\",\"price\":\"97.00\",\"qty\":\"10\",\"by\":\"x\"}", "instrument.not_tradable" },
    { "{\"instrument\":\"CEA25\",\"side\":\"buy\",\"kind\":\"pick\",\"price\":\"90.01\",\"qty\":\"10\",\"by\":\"x\"}", "pick.gone" },
    { "not json", "request.malformed" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint64 hash = cd_venue_hash (f->venue);
      g_autoptr (CdWireAnswer) answer = send (f, "power-trader", CD_WIRE_OP_ORDER_NEW, "HD-POWER", cases[i].body);

      g_assert_cmpstr (answer->code, ==, cases[i].code);
      g_assert_cmpuint (cd_venue_hash (f->venue), ==, hash);
    }
}

static void
test_scenarios (void)
{
  for (const char *const *id = cd_venue_scenarios (); *id; id++)
    {
      Fixture f = { 0 };

      setup (&f, *id);
      cd_venue_advance (f.venue, cd_venue_market_time (f.venue) + 3600 * CD_USEC_PER_SEC);
      g_assert_cmpuint (f.trades, >, 0);
      teardown (&f, NULL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/venue/" name, Fixture, NULL, setup, func, teardown)
  ADD ("believable", test_believable);
  ADD ("ten-days", test_ten_days);
  ADD ("deterministic", test_deterministic);
  ADD ("main-job", test_main_job);
  ADD ("offset-room", test_offset_room);
  ADD ("keys", test_keys);
  ADD ("lapse", test_lapse);
  ADD ("refusals", test_refusals);
  g_test_add_func ("/venue/both-limits", test_both_limits);
  g_test_add_func ("/venue/scenarios", test_scenarios);
  return g_test_run ();
}
