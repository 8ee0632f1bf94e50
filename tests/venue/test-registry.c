/* test-registry.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The registry side of the venue: who may do what to an instruction, what is locked meanwhile, and what no figure may ever pass.
 */
#include "venue-fixture.h"

#include <string.h>

#define POWER "HD-POWER"
#define MAKER "power-trader"
#define CHECKER "power-second"
#define CANCEL_100 "{\"kind\":\"cancel\",\"asset\":\"CEA25\",\"qty\":\"100\",\"reason\":\"green event\",\"version\":1}"
#define RESERVE "{\"kind\":\"reserve\",\"asset\":\"CCER-OW-2501\",\"qty\":\"%d\",\"year\":2025,\"version\":1}"
#define RELEASE "{\"kind\":\"release\",\"asset\":\"CCER-OW-2501\",\"qty\":\"%d\",\"year\":2025,\"version\":1}"

typedef VenueFixture Fixture;

#define propose(f, code, ...) venue_fixture_try (f, MAKER, CD_WIRE_OP_INSTRUCTION_PROPOSE, POWER, code, __VA_ARGS__)
#define instruct(f, body) g_free (venue_fixture_instruct (f, POWER, MAKER, CHECKER, body))

static gint64
units (Fixture *f, const char *asset, CdBucket bucket)
{
  return venue_fixture_balance (f, POWER, asset, bucket);
}

static void
step (Fixture *f, const char *person, CdWireOp op, const char *code, const char *id, int version)
{
  g_free (venue_fixture_try (f, person, op, POWER, code, "{\"id\":\"%s\",\"version\":%d,\"reason\":\"r\"}", id, version));
}

static void
confirm (Fixture *f, const char *person, const char *code, const char *id, int version, const char *hashed)
{
  g_autofree char *body = venue_fixture_confirm_body (id, version, hashed);

  g_free (venue_fixture_try (f, person, CD_WIRE_OP_INSTRUCTION_CONFIRM, POWER, code, "%s", body));
}

static void
review (Fixture *f, const char *person, const char *code, const char *id, const char *verdict)
{
  g_free (venue_fixture_try (f, person, CD_WIRE_OP_INSTRUCTION_REVIEW, POWER, code, "{\"id\":\"%s\",\"verdict\":\"%s\",\"reason\":\"seen\"}", id, verdict));
}

static CdWireInstructionRow
row_of (Fixture *f, const char *id)
{
  g_autoptr (CdWireList) list = cd_venue_list (f->venue, CD_WIRE_LIST_INSTRUCTIONS, POWER, MAKER, FALSE, 0, 0);

  for (guint i = 0; i < list->items->len; i++)
    {
      CdWireInstructionRow row = g_array_index (list->items, CdWireInstructionRow, i);

      if (!g_str_equal (row.id, id))
        continue;
      row.state = (char *)g_intern_string (row.state);
      row.receipt = (char *)g_intern_string (row.receipt);
      return row;
    }
  g_assert_not_reached ();
}

/* Buys credits of the eligible lot: at most 20,000 a day are on offer. */
static void
buy_credits (Fixture *f, gint64 qty)
{
  for (int tries = 0; qty > 0 && tries < 4000; tries++)
    {
      CdLevel best;
      char price[CD_DECIMAL_BUF];
      g_autofree char *body = NULL;
      g_autoptr (CdWireAnswer) answer = NULL;
      gint64 take;

      cd_venue_advance (f->venue, cd_venue_market_time (f->venue) + 10 * CD_USEC_PER_SEC);
      if (!cd_book_level (cd_venue_book (f->venue, "CCER-OW-2501"), CD_SIDE_SELL, 0, &best))
        continue;
      take = MIN (qty, best.qty);
      body = g_strdup_printf ("{\"instrument\":\"CCER-OW-2501\",\"side\":\"buy\",\"kind\":\"pick\",\"price\":\"%s\",\"qty\":\"%" G_GINT64_FORMAT "\",\"by\":\"x\"}", cd_decimal_print (best.price, 4, 2, price), take);
      answer = venue_fixture_send (f, MAKER, CD_WIRE_OP_ORDER_NEW, POWER, body);
      if (answer->verdict == CD_WIRE_ACCEPTED)
        qty -= take;
    }
  g_assert_cmpint (qty, ==, 0);
}

/* @qty credits in the register. */
static void
own_credits (Fixture *f, gint64 qty)
{
  g_autofree char *transfer = g_strdup_printf ("{\"kind\":\"transfer\",\"from\":\"trading\",\"to\":\"registry\",\"asset\":\"CCER-OW-2501\",\"qty\":\"%" G_GINT64_FORMAT "\",\"version\":1}", qty);

  instruct (f, "{\"kind\":\"cash_in\",\"amount\":\"60000000\",\"version\":1}");
  while (qty > 0)
    {
      gint64 today = MIN (qty, 60000);

      buy_credits (f, today);
      qty -= today;
      cd_venue_advance (f->venue, cd_venue_skip_target (f->venue, "close"));
      cd_venue_advance (f->venue, cd_venue_skip_target (f->venue, "next_day"));
    }
  instruct (f, transfer);
}

/* --- Steps and rights ------------------------------------------------------------------------------------------------ */

static void
test_rights (Fixture *f, gconstpointer data)
{
  g_autofree char *id = NULL;

  g_free (venue_fixture_try (f, CHECKER, CD_WIRE_OP_INSTRUCTION_PROPOSE, POWER, "rights.missing", CANCEL_100));
  g_free (venue_fixture_try (f, "cement-trader", CD_WIRE_OP_INSTRUCTION_PROPOSE, POWER, "rights.missing", CANCEL_100));
  g_free (venue_fixture_try (f, "province", CD_WIRE_OP_INSTRUCTION_PROPOSE, POWER, "rights.missing", CANCEL_100));
  g_free (venue_fixture_try (f, CHECKER, CD_WIRE_OP_INSTRUCTION_PROPOSE, POWER, "rights.missing", "{\"kind\":\"cash_in\",\"amount\":\"1\",\"version\":1}"));
  id = propose (f, NULL, CANCEL_100);
  g_assert_cmpint (units (f, "CEA25", CD_BUCKET_SUBMITTED), ==, 100);
  /* Nobody confirms what he proposed; nobody from elsewhere; not the authority; not with another hash or version. */
  confirm (f, MAKER, "instruction.same_person", id, 1, CANCEL_100);
  confirm (f, "cement-second", "rights.missing", id, 1, CANCEL_100);
  confirm (f, "province", "rights.missing", id, 1, CANCEL_100);
  confirm (f, CHECKER, "instruction.stale", id, 1, "something else");
  confirm (f, CHECKER, "instruction.stale", id, 2, CANCEL_100);
  review (f, "province", "instruction.state", id, "pass");
  /* Withdrawing is for the side that proposes, refusing for the one that confirms. */
  step (f, "province", CD_WIRE_OP_INSTRUCTION_WITHDRAW, "rights.missing", id, 1);
  step (f, CHECKER, CD_WIRE_OP_INSTRUCTION_WITHDRAW, "rights.missing", id, 1);
  step (f, MAKER, CD_WIRE_OP_INSTRUCTION_REFUSE, "rights.missing", id, 1);
  confirm (f, CHECKER, NULL, id, 1, CANCEL_100);
  g_assert_cmpstr (row_of (f, id).state, ==, "in_review");
  confirm (f, CHECKER, "instruction.state", id, 1, CANCEL_100);
  review (f, MAKER, "rights.missing", id, "pass");
  review (f, "province", NULL, id, "pass");
  review (f, "province", "instruction.state", id, "refuse");
  g_assert_cmpstr (row_of (f, id).state, ==, "executed");
  g_assert_cmpstr (row_of (f, id).receipt, !=, "");
  g_assert_cmpint (units (f, "CEA25", CD_BUCKET_SUBMITTED), ==, 0);
  g_assert_cmpint (units (f, "CEA25", CD_BUCKET_CANCELLED), ==, 100);
}

static void
test_give_back (Fixture *f, gconstpointer data)
{
  gint64 before = units (f, "CEA25", CD_BUCKET_REGISTRY);
  g_autofree char *withdrawn = propose (f, NULL, CANCEL_100);
  g_autofree char *refused = propose (f, NULL, CANCEL_100);
  g_autofree char *failed = propose (f, NULL, CANCEL_100);

  g_assert_cmpint (units (f, "CEA25", CD_BUCKET_REGISTRY), ==, before - 300);
  step (f, MAKER, CD_WIRE_OP_INSTRUCTION_WITHDRAW, NULL, withdrawn, 1);
  step (f, CHECKER, CD_WIRE_OP_INSTRUCTION_REFUSE, NULL, refused, 1);
  confirm (f, CHECKER, NULL, failed, 1, CANCEL_100);
  review (f, "province", NULL, failed, "refuse");
  g_assert_cmpint (units (f, "CEA25", CD_BUCKET_REGISTRY), ==, before);
  g_assert_cmpint (units (f, "CEA25", CD_BUCKET_SUBMITTED), ==, 0);
  g_assert_cmpstr (row_of (f, withdrawn).state, ==, "withdrawn");
  g_assert_cmpstr (row_of (f, refused).state, ==, "refused");
  g_assert_cmpstr (row_of (f, failed).state, ==, "refused");
  confirm (f, CHECKER, "instruction.state", withdrawn, 1, CANCEL_100);
}

/* An edit is a new version: what was read before cannot be confirmed any more. */
static void
test_edit (Fixture *f, gconstpointer data)
{
  g_autofree char *id = propose (f, NULL, CANCEL_100);
  g_autofree char *edit = g_strdup_printf ("{\"id\":\"%s\",\"version\":1,\"kind\":\"cancel\",\"asset\":\"CEA25\",\"qty\":\"250\",\"reason\":\"more\"}", id);
  gint64 before = units (f, "CEA25", CD_BUCKET_REGISTRY);

  g_free (venue_fixture_try (f, MAKER, CD_WIRE_OP_INSTRUCTION_EDIT, POWER, "balance.insufficient", "{\"id\":\"%s\",\"version\":1,\"kind\":\"cancel\",\"asset\":\"CEA25\",\"qty\":\"9000000\",\"reason\":\"more\"}", id));
  g_assert_cmpint (units (f, "CEA25", CD_BUCKET_SUBMITTED), ==, 100);
  /* Another kind needs other rights. */
  g_free (venue_fixture_try (f, MAKER, CD_WIRE_OP_INSTRUCTION_EDIT, POWER, "request.malformed", "{\"id\":\"%s\",\"version\":1,\"kind\":\"cash_out\",\"amount\":\"1\"}", id));
  g_free (venue_fixture_try (f, CHECKER, CD_WIRE_OP_INSTRUCTION_EDIT, POWER, "rights.missing", "%s", edit));
  g_free (venue_fixture_try (f, MAKER, CD_WIRE_OP_INSTRUCTION_EDIT, POWER, NULL, "%s", edit));
  g_assert_cmpint (units (f, "CEA25", CD_BUCKET_SUBMITTED), ==, 250);
  g_assert_cmpint (units (f, "CEA25", CD_BUCKET_REGISTRY), ==, before - 150);
  confirm (f, CHECKER, "instruction.stale", id, 1, CANCEL_100);
  confirm (f, CHECKER, "instruction.stale", id, 2, CANCEL_100);
  confirm (f, CHECKER, NULL, id, 2, edit);
  g_free (venue_fixture_try (f, MAKER, CD_WIRE_OP_INSTRUCTION_EDIT, POWER, "instruction.state", "{\"id\":\"%s\",\"version\":2,\"kind\":\"cancel\",\"asset\":\"CEA25\",\"qty\":\"1\",\"reason\":\"less\"}", id));
}

/* --- What no client may bring about ---------------------------------------------------------------------------------- */

static void
test_malformed (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *body, *code;
  } cases[] = {
    { "{\"kind\":\"transfer\",\"from\":\"trading\",\"to\":\"trading\",\"asset\":\"CEA24\",\"qty\":\"1\",\"version\":1}", "request.malformed" },
    { "{\"kind\":\"transfer\",\"from\":\"elsewhere\",\"to\":\"registry\",\"asset\":\"CEA24\",\"qty\":\"1\",\"version\":1}", "request.malformed" },
    { "{\"kind\":\"transfer\",\"from\":\"registry\",\"to\":\"elsewhere\",\"asset\":\"CEA25\",\"qty\":\"1\",\"version\":1}", "request.malformed" },
    { "{\"kind\":\"transfer\",\"from\":\"trading\",\"to\":\"registry\",\"asset\":\"CEA24\",\"qty\":\"0\",\"version\":1}", "request.malformed" },
    { "{\"kind\":\"transfer\",\"from\":\"trading\",\"to\":\"registry\",\"asset\":\"CEA24\",\"qty\":\"-5\",\"version\":1}", "request.malformed" },
    { "{\"kind\":\"transfer\",\"from\":\"trading\",\"to\":\"registry\",\"asset\":\"CNY\",\"qty\":\"5\",\"version\":1}", "instrument.not_tradable" },
    { "{\"kind\":\"transfer\",\"from\":\"trading\",\"to\":\"registry\",\"asset\":\"CEA24\",\"qty\":\"6001\",\"version\":1}", "balance.insufficient" },
    { "{\"kind\":\"cash_in\",\"amount\":\"0\",\"version\":1}", "request.malformed" },
    { "{\"kind\":\"cash_in\",\"amount\":\"900000000000000\",\"version\":1}", "amount.overflow" },
    { "{\"kind\":\"cash_out\",\"amount\":\"0\",\"version\":1}", "request.malformed" },
    { "{\"kind\":\"cash_out\",\"amount\":\"60000000.01\",\"version\":1}", "balance.insufficient" },
    { "{\"kind\":\"reserve\",\"asset\":\"CEA25\",\"qty\":\"5\",\"year\":2025,\"version\":1}", "offset.ineligible" },
    { "{\"kind\":\"reserve\",\"asset\":\"CCER-OW-2501\",\"qty\":\"5\",\"year\":2025,\"version\":1}", "balance.insufficient" },
    { "{\"kind\":\"release\",\"asset\":\"CCER-OW-2501\",\"qty\":\"5\",\"year\":2025,\"version\":1}", "balance.insufficient" },
    { "{\"kind\":\"surrender\",\"year\":2025,\"allowances\":[],\"credits\":[],\"version\":1}", "request.malformed" },
    { "{\"kind\":\"surrender\",\"year\":1999,\"allowances\":[{\"asset\":\"CEA25\",\"qty\":\"1\"}],\"credits\":[],\"version\":1}", "year.closed" },
    { "{\"kind\":\"surrender\",\"year\":2025,\"allowances\":[{\"asset\":\"CEA25\",\"qty\":\"0\"}],\"credits\":[],\"version\":1}", "request.malformed" },
    { "{\"kind\":\"surrender\",\"year\":2025,\"allowances\":[{\"asset\":\"CEA24\",\"qty\":\"1\"}],\"credits\":[],\"version\":1}", "vintage.not_usable" },
    { "{\"kind\":\"surrender\",\"year\":2025,\"allowances\":[{\"asset\":\"NOPE\",\"qty\":\"1\"}],\"credits\":[],\"version\":1}", "balance.insufficient" },
    { "{\"kind\":\"surrender\",\"year\":2025,\"allowances\":[{\"asset\":\"CEA25\",\"qty\":\"2546001\"}],\"credits\":[],\"version\":1}", "balance.insufficient" },
    /* Each line alone could be had, both together not. */
    { "{\"kind\":\"surrender\",\"year\":2025,\"allowances\":[{\"asset\":\"CEA25\",\"qty\":\"1300000\"},{\"asset\":\"CEA25\",\"qty\":\"1300000\"}],\"credits\":[],\"version\":1}", "request.malformed" },
    { "{\"kind\":\"surrender\",\"year\":2025,\"allowances\":[],\"credits\":[{\"asset\":\"CEA25\",\"qty\":\"1\"}],\"version\":1}", "offset.ineligible" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint64 hash = cd_venue_hash (f->venue);

      g_free (propose (f, cases[i].code, "%s", cases[i].body));
      g_assert_cmpuint (cd_venue_hash (f->venue), ==, hash);
    }
}

/* However much cash is announced at once, all of it together fits: checked again when it comes in. */
static void
test_cash (Fixture *f, gconstpointer data)
{
  static const char much[] = "{\"kind\":\"cash_in\",\"amount\":\"200000000000000\",\"version\":1}";
  gint64 before = units (f, "CNY", CD_BUCKET_CASH_AVAILABLE);
  g_autofree char *one = propose (f, NULL, "%s", much);
  g_autofree char *two = propose (f, NULL, "%s", much);
  g_autofree char *out = NULL;

  g_assert_cmpint (units (f, "CNY", CD_BUCKET_CASH_AVAILABLE), ==, before);
  confirm (f, CHECKER, NULL, one, 1, much);
  confirm (f, CHECKER, "amount.overflow", two, 1, much);
  g_assert_cmpint (units (f, "CNY", CD_BUCKET_CASH_AVAILABLE), ==, before + G_GINT64_CONSTANT (200000000000000) * CD_E4);
  out = propose (f, NULL, "{\"kind\":\"cash_out\",\"amount\":\"1000.5\",\"version\":1}");
  g_assert_cmpint (units (f, "CNY", CD_BUCKET_CASH_PENDING_OUT), ==, 10005000);
  step (f, CHECKER, CD_WIRE_OP_INSTRUCTION_REFUSE, NULL, out, 1);
  g_assert_cmpint (units (f, "CNY", CD_BUCKET_CASH_PENDING_OUT), ==, 0);
  instruct (f, "{\"kind\":\"cash_out\",\"amount\":\"1000.5\",\"version\":1}");
  g_assert_cmpint (units (f, "CNY", CD_BUCKET_CASH_AVAILABLE), ==, before + G_GINT64_CONSTANT (200000000000000) * CD_E4 - 10005000);
}

/* --- Offsets and surrender ------------------------------------------------------------------------------------------- */

/* 5 % of 2,800,000 t is 140,000 t, whatever is proposed at the same time. */
static void
test_room (Fixture *f, gconstpointer data)
{
  g_autofree char *body = g_strdup_printf (RESERVE, 90000);
  g_autofree char *first = NULL;
  g_autofree char *release = NULL;
  g_autofree char *release_body = g_strdup_printf (RELEASE, 30000);

  own_credits (f, 180000);
  g_free (propose (f, "offset.room", RESERVE, 140001));
  first = propose (f, NULL, "%s", body);
  /* Not confirmed yet, but it takes its room. */
  g_free (propose (f, "offset.room", RESERVE, 50001));
  g_free (propose (f, NULL, RESERVE, 50000));
  g_free (propose (f, "offset.room", RESERVE, 1));
  confirm (f, CHECKER, NULL, first, 1, body);
  g_free (propose (f, "offset.room", RESERVE, 1));
  /* A release gives its room back only when it is done; what is being released cannot be surrendered. */
  g_free (propose (f, "balance.insufficient", RELEASE, 90001));
  release = propose (f, NULL, "%s", release_body);
  g_free (propose (f, "offset.room", RESERVE, 1));
  g_free (propose (f, "balance.insufficient", RELEASE, 60001));
  g_free (propose (f, "balance.insufficient", "{\"kind\":\"surrender\",\"year\":2025,\"allowances\":[],\"credits\":[{\"asset\":\"CCER-OW-2501\",\"qty\":\"60001\"}],\"version\":1}"));
  confirm (f, CHECKER, NULL, release, 1, release_body);
  g_free (propose (f, "offset.room", RESERVE, 30001));
  g_free (propose (f, NULL, RESERVE, 30000));
}

static gboolean
is_closed (Fixture *f, gint64 *surrendered, gint64 *offset)
{
  g_autoptr (CdWireList) list = cd_venue_list (f->venue, CD_WIRE_LIST_OBLIGATIONS, POWER, MAKER, FALSE, 0, 0);
  const CdWireObligationRow *row = &g_array_index (list->items, CdWireObligationRow, 0);

  *surrendered = row->surrendered;
  *offset = row->offset;
  return row->closed;
}

/* From both sides until nothing is owed: in parts, one of them refused by the province, never more than is owed. */
static void
test_surrender (Fixture *f, gconstpointer data)
{
  static const char part[] = "{\"kind\":\"surrender\",\"year\":2025,\"allowances\":[{\"asset\":\"CEA25\",\"qty\":\"2546000\"}],\"credits\":[{\"asset\":\"CCER-OW-2501\",\"qty\":\"140000\"}],\"version\":1}";
  static const char rest[] = "{\"kind\":\"surrender\",\"year\":2025,\"allowances\":[{\"asset\":\"CEA25\",\"qty\":\"114000\"}],\"credits\":[],\"version\":1}";
  g_autofree char *reserve = g_strdup_printf (RESERVE, 140000);
  g_autofree char *id = NULL;
  gint64 surrendered, offset;

  own_credits (f, 140000);
  instruct (f, reserve);
  id = venue_fixture_instruct (f, POWER, MAKER, CHECKER, part);
  g_assert_cmpint (units (f, "CCER-OW-2501", CD_BUCKET_PENDING_OFFSET), ==, 0);
  g_assert_cmpint (units (f, "CCER-OW-2501", CD_BUCKET_SUBMITTED), ==, 140000);
  review (f, "province", NULL, id, "refuse");
  g_assert_cmpint (units (f, "CCER-OW-2501", CD_BUCKET_PENDING_OFFSET), ==, 140000);
  g_assert_false (is_closed (f, &surrendered, &offset));
  g_assert_cmpint (surrendered + offset, ==, 0);
  g_free (id);
  id = venue_fixture_instruct (f, POWER, MAKER, CHECKER, part);
  /* Still under review: of the 114,000 t that are missing not one more may be proposed. */
  instruct (f, "{\"kind\":\"transfer\",\"from\":\"trading\",\"to\":\"registry\",\"asset\":\"CEA25\",\"qty\":\"30000\",\"version\":1}");
  review (f, "province", NULL, id, "pass");
  g_assert_false (is_closed (f, &surrendered, &offset));
  g_assert_cmpint (surrendered, ==, 2546000);
  g_assert_cmpint (offset, ==, 140000);
  /* The missing ones, bought as a block. */
  {
    g_autofree char *intent = NULL;
    g_autoptr (CdWireList) list = NULL;

    instruct (f, "{\"kind\":\"cash_in\",\"amount\":\"30000000\",\"version\":1}");
    g_free (venue_fixture_instruct (f, "HD-CEMENT", "cement-trader", "cement-second", "{\"kind\":\"transfer\",\"from\":\"registry\",\"to\":\"trading\",\"asset\":\"CEA25\",\"qty\":\"200000\",\"version\":1}"));
    cd_venue_advance (f->venue, cd_venue_skip_target (f->venue, "session"));
    cd_venue_advance (f->venue, cd_venue_skip_target (f->venue, "session"));
    g_free (venue_fixture_try (f, "cement-trader", CD_WIRE_OP_ORDER_NEW, "HD-CEMENT", NULL, "{\"instrument\":\"CEA25\",\"side\":\"sell\",\"kind\":\"block\",\"price\":\"90.00\",\"qty\":\"100000\",\"by\":\"x\"}"));
    list = cd_venue_list (f->venue, CD_WIRE_LIST_BLOCKS, NULL, NULL, TRUE, 0, 0);
    for (guint i = 0; i < list->items->len; i++)
      if (g_str_equal (g_array_index (list->items, CdWireBlockRow, i).party, "HD-CEMENT"))
        intent = g_strdup (g_array_index (list->items, CdWireBlockRow, i).id);
    g_free (venue_fixture_try (f, MAKER, CD_WIRE_OP_ORDER_NEW, POWER, NULL, "{\"instrument\":\"CEA25\",\"side\":\"buy\",\"kind\":\"block\",\"price\":\"90.00\",\"qty\":\"100000\",\"listing\":\"%s\",\"by\":\"x\"}", intent));
    cd_venue_advance (f->venue, cd_venue_skip_target (f->venue, "next_day"));
    instruct (f, "{\"kind\":\"transfer\",\"from\":\"trading\",\"to\":\"registry\",\"asset\":\"CEA25\",\"qty\":\"100000\",\"version\":1}");
  }
  g_free (propose (f, "surrender.more_than_owed", "{\"kind\":\"surrender\",\"year\":2025,\"allowances\":[{\"asset\":\"CEA25\",\"qty\":\"114001\"}],\"credits\":[],\"version\":1}"));
  g_free (id);
  id = venue_fixture_instruct (f, POWER, MAKER, CHECKER, rest);
  g_free (propose (f, "surrender.more_than_owed", "{\"kind\":\"surrender\",\"year\":2025,\"allowances\":[{\"asset\":\"CEA25\",\"qty\":\"1\"}],\"credits\":[],\"version\":1}"));
  review (f, "province", NULL, id, "pass");
  g_assert_true (is_closed (f, &surrendered, &offset));
  g_assert_cmpint (surrendered + offset, ==, 2800000);
  g_free (propose (f, "year.closed", "{\"kind\":\"surrender\",\"year\":2025,\"allowances\":[{\"asset\":\"CEA25\",\"qty\":\"1\"}],\"credits\":[],\"version\":1}"));
}

/* A voluntary cancellation under review is no surrender, although it waits in the same bucket. */
static void
test_cancellation_is_no_surrender (Fixture *f, gconstpointer data)
{
  static const char all[] = "{\"kind\":\"surrender\",\"year\":2025,\"allowances\":[{\"asset\":\"CEA25\",\"qty\":\"1000000\"}],\"credits\":[],\"version\":1}";
  g_autofree char *id = NULL;

  /* The cement works owes 1,000,000 t and has 1,001,000 t in the register. */
  g_free (venue_fixture_try (f, "cement-trader", CD_WIRE_OP_INSTRUCTION_PROPOSE, "HD-CEMENT", NULL, "{\"kind\":\"cancel\",\"asset\":\"CEA25\",\"qty\":\"1000\",\"reason\":\"r\",\"version\":1}"));
  id = venue_fixture_instruct (f, "HD-CEMENT", "cement-trader", "cement-second", all);
  g_free (venue_fixture_try (f, "province", CD_WIRE_OP_INSTRUCTION_REVIEW, "HD-CEMENT", NULL, "{\"id\":\"%s\",\"verdict\":\"pass\",\"reason\":\"\"}", id));
  g_assert_cmpint (venue_fixture_balance (f, "HD-CEMENT", "CEA25", CD_BUCKET_SURRENDERED), ==, 1000000);
}

/* Beijing 2020: 5 % of the 11,000 t issued, half of it from Beijing. */
static void
test_beijing (Fixture *f, gconstpointer data)
{
  static const char *const bodies[] = {
    "{\"kind\":\"cash_in\",\"amount\":\"500000\",\"version\":1}",
    "{\"kind\":\"transfer\",\"from\":\"trading\",\"to\":\"registry\",\"asset\":\"CCER-HE-2002\",\"qty\":\"600\",\"version\":1}",
  };
  CdLevel best;

  g_free (venue_fixture_instruct (f, "BJ-HEAT", "heat-trader", "heat-second", bodies[0]));
  for (gint64 left = 600, tries = 0; left > 0; tries++)
    {
      char price[CD_DECIMAL_BUF];

      g_assert_cmpint (tries, <, 2000);
      cd_venue_advance (f->venue, cd_venue_market_time (f->venue) + 10 * CD_USEC_PER_SEC);
      if (!cd_book_level (cd_venue_book (f->venue, "CCER-HE-2002"), CD_SIDE_SELL, 0, &best))
        continue;
      g_free (venue_fixture_try (f, "heat-trader", CD_WIRE_OP_ORDER_NEW, "BJ-HEAT", NULL, "{\"instrument\":\"CCER-HE-2002\",\"side\":\"buy\",\"kind\":\"pick\",\"price\":\"%s\",\"qty\":\"%d\",\"by\":\"x\"}", cd_decimal_print (best.price, 4, 2, price), (int)MIN (best.qty, left)));
      left -= MIN (best.qty, left);
    }
  cd_venue_advance (f->venue, cd_venue_skip_target (f->venue, "next_day"));
  g_free (venue_fixture_instruct (f, "BJ-HEAT", "heat-trader", "heat-second", bodies[1]));
#define BJ(code, qty) g_free (venue_fixture_try (f, "heat-trader", CD_WIRE_OP_INSTRUCTION_PROPOSE, "BJ-HEAT", code, "{\"kind\":\"reserve\",\"asset\":\"CCER-HE-2002\",\"qty\":\"%d\",\"year\":2020,\"version\":1}", qty))
  BJ ("offset.room", 276);
  BJ (NULL, 200);
  BJ ("offset.room", 76);
  BJ (NULL, 75);
  BJ ("offset.room", 1);
#undef BJ
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, scenario, func) g_test_add ("/registry/" name, Fixture, scenario, venue_fixture_setup, func, venue_fixture_teardown)
  ADD ("rights", NULL, test_rights);
  ADD ("give-back", NULL, test_give_back);
  ADD ("edit", NULL, test_edit);
  ADD ("malformed", NULL, test_malformed);
  ADD ("cash", NULL, test_cash);
  ADD ("room", NULL, test_room);
  ADD ("surrender", NULL, test_surrender);
  ADD ("cancellation-is-no-surrender", NULL, test_cancellation_is_no_surrender);
  ADD ("beijing", "beijing-2021", test_beijing);
  return g_test_run ();
}
