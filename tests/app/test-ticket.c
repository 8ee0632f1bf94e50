/* test-ticket.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is typed into the ticket (reliability E1): the cases that concern more than the number itself, first as pure figures, then
 * against the checks of a desk with the real venue. The numbers by themselves are in tests/core/test-typed.c; held keys, double
 * clicks and confirmations in tests/ui/test-typed-ticket.c.
 */
#include "cd-ticket.h"
#include "desk-fixture.h"

#include <string.h>

/* 2026-12-14 13:20 in Shanghai. */
#define NOW_US (G_GINT64_CONSTANT (1797225600) * CD_USEC_PER_SEC)
#define FINE 0
#define NUM(code) (1000 + CD_NUM_ERROR_##code)

typedef struct
{
  int number; /* OT number, 0 = beside the list */
  const char *locale, *price, *qty, *amount, *until;
  int code; /* FINE, NUM (…) or a CdTicketError */
  CdTicketField field;
  gint64 price_e4, units;
} Case;

static const Case cases[] = {
  { 1, "zh_CN", "97.05", "", "", "", FINE, 0, 970500, 0 }, /* empty: no order yet, the button stays dead */
  { 2, "zh_CN", "97.05", "0", "", "", CD_TICKET_ERROR_NOT_POSITIVE, CD_TICKET_QTY, 0, 0 },
  { 2, "zh_CN", "-0.00", "100", "", "", CD_TICKET_ERROR_NOT_POSITIVE, CD_TICKET_PRICE, 0, 0 },
  { 2, "zh_CN", "-0", "100", "", "", CD_TICKET_ERROR_NOT_POSITIVE, CD_TICKET_PRICE, 0, 0 },
  { 3, "zh_CN", "97.05", "-1000", "", "", CD_TICKET_ERROR_NOT_POSITIVE, CD_TICKET_QTY, 0, 0 },
  { 4, "zh_CN", "97.05", "−1000", "", "", NUM (SYNTAX), CD_TICKET_QTY, 0, 0 },
  { 6, "en_US", "97.05", "1,000", "", "", FINE, 0, 970500, 1000 },
  { 7, "de_DE", "97,05", "1,000", "", "", NUM (AMBIGUOUS), CD_TICKET_QTY, 0, 0 },
  { 9, "en_US", "97.05", "1.000", "", "", NUM (SCALE), CD_TICKET_QTY, 0, 0 },
  { 10, "de_DE", "8,41", "100", "", "", FINE, 0, 84100, 100 },
  { 11, "en_US", "8,41", "100", "", "", NUM (AMBIGUOUS), CD_TICKET_PRICE, 0, 0 },
  { 23, "zh_CN", "97.05", "9223372036854775808", "", "", NUM (RANGE), CD_TICKET_QTY, 0, 0 },
  { 24, "zh_CN", "\t97.05", "1000\xc2\xa0", "", "", FINE, 0, 970500, 1000 },
  { 30, "zh_CN", "€97.05", "100", "", "", NUM (SYNTAX), CD_TICKET_PRICE, 0, 0 },
  { 30, "zh_CN", "97.05 EUR", "100", "", "", NUM (SYNTAX), CD_TICKET_PRICE, 0, 0 },
  { 30, "zh_CN", "￥97.05", "100", "", "", NUM (SYNTAX), CD_TICKET_PRICE, 0, 0 },
  { 42, "zh_CN", "97.05", "100", "", "2026-12-13", CD_TICKET_ERROR_UNTIL_PAST, CD_TICKET_UNTIL, 0, 0 },
  { 42, "zh_CN", "97.05", "100", "", "2026-12-14 13:20", CD_TICKET_ERROR_UNTIL_PAST, CD_TICKET_UNTIL, 0, 0 },
  { 42, "zh_CN", "97.05", "100", "", "09:30", CD_TICKET_ERROR_UNTIL_PAST, CD_TICKET_UNTIL, 0, 0 },
  { 42, "zh_CN", "97.05", "100", "", "2027-02-30", CD_TICKET_ERROR_UNTIL, CD_TICKET_UNTIL, 0, 0 },
  { 42, "zh_CN", "97.05", "100", "", "10000-01-01", CD_TICKET_ERROR_UNTIL, CD_TICKET_UNTIL, 0, 0 },
  { 42, "zh_CN", "97.05", "100", "", "2026-12-15 25:00", CD_TICKET_ERROR_UNTIL, CD_TICKET_UNTIL, 0, 0 },
  { 42, "zh_CN", "97.05", "100", "", "15/12/2026", CD_TICKET_ERROR_UNTIL, CD_TICKET_UNTIL, 0, 0 },
  { 0, "zh_CN", "97.05", "100", "", "2026-12-15 15:00", FINE, 0, 970500, 100 },
  { 0, "zh_CN", "97.05", "100", "", "15:00", FINE, 0, 970500, 100 },
  { 0, "zh_CN", "97.05", "100", "", "2028-02-29", FINE, 0, 970500, 100 },
  { 47, "zh_CN", "97.05", "1000\n2000", "", "", NUM (SYNTAX), CD_TICKET_QTY, 0, 0 },
  { 48, "zh_CN", "97.05", "\xe2\x80\xae"
                          "1000",
    "", "", NUM (SYNTAX), CD_TICKET_QTY, 0, 0 },
  { 49, "zh_CN", "97.05", "100", "9705", "", CD_TICKET_ERROR_BOTH, CD_TICKET_AMOUNT, 0, 0 },
  { 0, "zh_CN", "97.05", "", "1,000,000", "", FINE, 0, 970500, 10303 }, /* 999,906.15: the next tonne would be beyond it */
  { 0, "zh_CN", "", "", "1,000,000", "", CD_TICKET_ERROR_NO_PRICE, CD_TICKET_AMOUNT, 0, 0 },
  { 0, "zh_CN", "97.05", "", "97.04", "", CD_TICKET_ERROR_TOO_LITTLE, CD_TICKET_AMOUNT, 0, 0 },
  { 0, "zh_CN", "97.05", "", "-5", "", CD_TICKET_ERROR_NOT_POSITIVE, CD_TICKET_AMOUNT, 0, 0 },
};

static void
test_typed (void)
{
  g_autoptr (CdZone) zone = cd_zone_new ("Asia/Shanghai", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *c = &cases[i];
      const CdTicketTexts texts = { { c->price, c->qty, c->amount, c->until } };
      g_autoptr (GError) error = NULL;
      CdTicketFigures figures;
      CdTicketField field;
      gboolean ok = cd_ticket_read (&texts, cd_number_style_for_locale (c->locale), 1, zone, NOW_US, &figures, &field, &error);
      int code = ok ? FINE : error->domain == CD_NUM_ERROR ? 1000 + error->code
                                                           : error->code;

      g_test_message ("OT%d “%s” “%s” “%s” “%s”", c->number, c->price, c->qty, c->amount, c->until);
      g_assert_cmpint (code, ==, c->code);
      if (!ok)
        {
          g_assert_cmpint (field, ==, c->field);
          continue;
        }
      g_assert_cmpint (figures.price_e4, ==, c->price_e4);
      g_assert_cmpint (figures.qty, ==, c->units);
      g_assert_cmpint (figures.qty_derived, ==, *c->amount != 0);
      g_assert_cmpint (figures.until_us != 0, ==, *c->until != 0);
    }
}

static void
test_lots (void)
{
  g_autoptr (CdZone) zone = cd_zone_new ("Asia/Shanghai", NULL);

  for (int i = 0; i < 20000; i++)
    {
      gint64 lot = g_test_rand_int_range (1, 200);
      gint64 price = g_test_rand_int_range (1, 2000000), amount = (gint64)g_test_rand_int_range (1, G_MAXINT32) * g_test_rand_int_range (1, 2000);
      char price_text[CD_DECIMAL_BUF], amount_text[CD_DECIMAL_BUF];
      const CdTicketTexts texts = { { cd_decimal_print (price, 4, 0, price_text), NULL, cd_decimal_print (amount, 4, 0, amount_text), NULL } };
      g_autoptr (GError) error = NULL;
      CdTicketFigures figures;
      CdTicketField field;

      if (!cd_ticket_read (&texts, cd_number_style_for_locale ("en"), lot, zone, NOW_US, &figures, &field, &error))
        {
          g_assert_error (error, CD_TICKET_ERROR, CD_TICKET_ERROR_TOO_LITTLE);
          g_assert_cmpint (lot * price, >, amount);
          continue;
        }
      g_assert_cmpint (figures.qty % lot, ==, 0);
      g_assert_cmpint (figures.qty * price, <=, amount);
      g_assert_cmpint ((figures.qty + lot) * price, >, amount);
    }
}

static void
test_readings (void)
{
  g_autofree char *first = NULL, *second = NULL;

  cd_ticket_readings ("8,41", &first, &second);
  g_assert_cmpstr (first, ==, "8.41");
  g_assert_cmpstr (second, ==, "841");
  g_assert_cmpuint (cd_ticket_hidden ("1\xe2\x80\x8b"
                                      "000"),
                    ==, 0x200b);
  g_assert_cmpuint (cd_ticket_hidden ("1000\n"), ==, '\n');
  g_assert_cmpuint (cd_ticket_hidden ("1000\t"), ==, 0);
  g_assert_cmpuint (cd_ticket_hidden ("１０００"), ==, 0);
}

/* --- Against a desk -------------------------------------------------------------------------------------------------- */

static CdCheckResult
find (Fixture *f, const CdOrderDraft *draft, CdCheckId id)
{
  CdCheckResult results[32];
  gsize n = cd_desk_check (f->desk, draft, "", results, G_N_ELEMENTS (results), NULL);

  for (gsize i = 0; i < n; i++)
    if (results[i].id == id)
      return results[i];
  return (CdCheckResult){ .verdict = CD_CHECK_NOT_APPLICABLE };
}

static void
test_limits (Fixture *f, gconstpointer data)
{
  const CdFeedStats *s = &cd_desk_get_quote (f->desk, "CEA25")->feed.stats;
  CdOrderDraft draft = { .account = cd_desk_get_entity (f->desk)->id, .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = s->limit_high_e4, .qty = 100 };
  CdCheckResult r;

  g_assert_cmpint (find (f, &draft, CD_CHECK_BAND).verdict, ==, CD_CHECK_PASS); /* OT28 */
  draft.price_e4 += 100;
  g_assert_cmpint (find (f, &draft, CD_CHECK_BAND).verdict, ==, CD_CHECK_BLOCK); /* OT27 */
  draft.price_e4 = s->limit_low_e4;
  g_assert_cmpint (find (f, &draft, CD_CHECK_BAND).verdict, ==, CD_CHECK_PASS);
  draft.price_e4 += 50;
  r = find (f, &draft, CD_CHECK_TICK); /* OT29: both neighbours are offered */
  g_assert_cmpint (r.verdict, ==, CD_CHECK_BLOCK);
  g_assert_cmpint (r.a, ==, s->limit_low_e4);
  g_assert_cmpint (r.b, ==, s->limit_low_e4 + 100);
  draft.price_e4 = s->limit_low_e4;
  draft.qty = 0;
  g_assert_cmpint (find (f, &draft, CD_CHECK_LOT).verdict, ==, CD_CHECK_BLOCK); /* OT31, with a lot of one tonne only nought is none */
  draft.qty = 100000;
  g_assert_cmpint (find (f, &draft, CD_CHECK_MAX_QTY).verdict, ==, CD_CHECK_BLOCK); /* OT32 */
  draft.qty = 99999;
  g_assert_cmpint (find (f, &draft, CD_CHECK_MAX_QTY).verdict, ==, CD_CHECK_PASS);
  draft.qty = 900000;
  g_assert_cmpint (find (f, &draft, CD_CHECK_CASH).verdict, ==, CD_CHECK_BLOCK); /* OT33: the money is what limits it */
  draft.qty = G_MAXINT64 / 2;
  g_assert_cmpint (find (f, &draft, CD_CHECK_OVERFLOW).verdict, ==, CD_CHECK_BLOCK); /* OT34 */
  draft.qty = 100;
  draft.kind = CD_KIND_LIMIT;
  g_assert_cmpint (find (f, &draft, CD_CHECK_KIND).verdict, ==, CD_CHECK_BLOCK); /* OT41: only what the market has */
  draft.kind = CD_KIND_LIST;
  draft.account = "HD-CEMENT";
  g_assert_cmpint (find (f, &draft, CD_CHECK_RIGHTS).verdict, ==, CD_CHECK_BLOCK); /* OT43 */
}

static gboolean
is_working (Fixture *f, gconstpointer data)
{
  const CdOrderRow *row = data;

  return row->order->state == CD_ORDER_WORKING;
}

static gboolean
has_just (Fixture *f, gconstpointer data)
{
  const CdOrderDraft *draft = data;

  return holding (f, "CEA25")->bucket[CD_BUCKET_TRADING] == draft->qty && find (f, draft, CD_CHECK_UNITS).verdict == CD_CHECK_PASS;
}

static void
test_own_orders (Fixture *f, gconstpointer data)
{
  const CdFeedStats *s = &cd_desk_get_quote (f->desk, "CEA25")->feed.stats;
  gint64 free_units = holding (f, "CEA25")->bucket[CD_BUCKET_TRADING];
  CdOrderDraft sell = { .account = cd_desk_get_entity (f->desk)->id, .instrument = "CEA25", .side = CD_SIDE_SELL, .kind = CD_KIND_LIST, .price_e4 = s->limit_high_e4, .qty = 700 };
  CdOrderDraft buy = sell;
  g_autoptr (GError) error = NULL;
  CdOrderRow *row = cd_desk_submit (f->desk, &sell, "", &error);

  g_assert_no_error (error);
  /* OT44: what is on the way is not free, although no balance of the venue says it yet. */
  g_assert_false (cd_order_is_working (row->order) || cd_order_is_final (row->order));
  sell.qty = free_units - 699;
  g_assert_cmpint (find (f, &sell, CD_CHECK_UNITS).verdict, ==, CD_CHECK_BLOCK);
  sell.qty = free_units - 700;
  g_assert_cmpint (find (f, &sell, CD_CHECK_UNITS).verdict, ==, CD_CHECK_PASS);
  /* OT46: the same once more is asked about, and may be meant. */
  sell.qty = 700;
  g_assert_null (cd_desk_submit (f->desk, &sell, "", &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_REFUSED);
  g_assert_cmpstr (error->message, ==, "order.duplicate");
  g_clear_error (&error);
  WAIT_FOR (f, is_working, row);
  /* It works, and the balances on screen are from before. */
  g_assert_cmpint (holding (f, "CEA25")->bucket[CD_BUCKET_TRADING], ==, free_units);
  sell.qty = free_units - 699;
  g_assert_cmpint (find (f, &sell, CD_CHECK_UNITS).verdict, ==, CD_CHECK_BLOCK);
  sell.qty = free_units - 700;
  WAIT_FOR (f, has_just, &sell); /* once balances came that were asked for since */
  sell.qty = free_units - 699;
  g_assert_cmpint (find (f, &sell, CD_CHECK_UNITS).verdict, ==, CD_CHECK_BLOCK);
  sell.qty = 700;
  g_assert_nonnull (cd_desk_submit_again (f->desk, &sell, "", &error));
  g_assert_no_error (error);
  /* OT45 */
  buy.side = CD_SIDE_BUY;
  buy.kind = CD_KIND_PICK;
  g_assert_cmpint (find (f, &buy, CD_CHECK_SELF).verdict, ==, CD_CHECK_BLOCK);
}

static void
test_preview (Fixture *f, gconstpointer data)
{
  CdOrderDraft draft = { .account = cd_desk_get_entity (f->desk)->id, .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = 970000 };
  CdCheckResult results[32];
  CdPreview p;

  /* Before a quantity is typed the preview says what there is now. */
  cd_desk_check (f->desk, &draft, "", results, G_N_ELEMENTS (results), &p);
  g_assert_true (p.has_obligation);
  g_assert_cmpint (p.coverage_before_bp, ==, p.coverage_after_bp);
  g_assert_cmpint (p.holding_after, ==, holding (f, "CEA25")->total);
  g_assert_cmpint (p.cash_now_e4, >, 0);
  /* No fee is published: it is not nought, it is not known. */
  g_assert_false (p.has_fee);
  g_assert_nonnull (p.fee_source);
  draft.qty = 1000;
  cd_desk_check (f->desk, &draft, "", results, G_N_ELEMENTS (results), &p);
  g_assert_cmpint (p.cash_after_e4, ==, p.cash_now_e4 - 970000 * 1000);
  g_assert_cmpint (p.coverage_after_bp, >=, p.coverage_before_bp);
}

int
main (int argc, char **argv)
{
  desk_tests_init (&argc, &argv);
  g_test_add_func ("/ticket/typed", test_typed);
  g_test_add_func ("/ticket/lots", test_lots);
  g_test_add_func ("/ticket/readings", test_readings);
  g_test_add ("/ticket/limits", Fixture, NULL, setup, test_limits, teardown);
  g_test_add ("/ticket/own-orders", Fixture, NULL, setup, test_own_orders, teardown);
  g_test_add ("/ticket/preview", Fixture, NULL, setup, test_preview, teardown);
  return g_test_run ();
}
