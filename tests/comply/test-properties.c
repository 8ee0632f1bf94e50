/* test-properties.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What must hold for every obligation, over random ones: nothing appears or vanishes, no cap is passed, one unit more never hurts.
 */
#include "comply-fixture.h"

#define LOTS 4
#define VINTAGES 4
#define ROUNDS 4000

typedef struct
{
  CdScheme *scheme;
  CdMarket *market;
  CdVintageHolding vintages[VINTAGES];
  CdCreditHolding credits[LOTS];
  CdObligationInput input;
} Case;

static gint64
some (int most)
{
  return g_test_rand_int_range (0, 3) == 0 ? 0 : g_test_rand_int_range (0, most);
}

static void
set_up (Case *c, gconstpointer data)
{
  c->scheme = scheme_fixture_national ();
  c->market = scheme_fixture_market ();
}

static void
tear_down (Case *c, gconstpointer data)
{
  cd_scheme_free (c->scheme);
  cd_market_free (c->market);
}

static void
draw (Case *c)
{
  static const char *const codes[] = { "CEA23", "CEA24", "CEA25", "CEA26" };
  static const char *const lots[] = { "A", "B", "C", "D" };
  static const char *const origins[] = { "CN-11", "CN-13", NULL };
  static const char *const types[] = { "CCER", "CCER", "PCER" };

  for (int i = 0; i < VINTAGES; i++)
    c->vintages[i] = (CdVintageHolding){ codes[i], 2023 + i, some (400), some (400), some (50), some (50), some (100), some (50), some (100) };
  for (int i = 0; i < LOTS; i++)
    c->credits[i] = (CdCreditHolding){ .code = lots[i], .type = types[g_test_rand_int_range (0, 3)], .origin = origins[g_test_rand_int_range (0, 3)], .registered = market_fixture_day (g_test_rand_int_range (0, 5) ? "2025-01-01" : "2020-01-01"), .generated = CD_DATE_NONE, .trading = some (30), .registry = some (30), .bought_today = some (5), .reserved = some (20), .submitted = some (20), .used = some (10) };
  c->input = (CdObligationInput){ .scheme = c->scheme, .market = c->market, .year = 2025, .sector = "power", .verified = { g_test_rand_int_range (0, 2000000) }, .approved = some (2000), .issued = some (2000), .vintages = c->vintages, .n_vintages = VINTAGES, .credits = c->credits, .n_credits = (gsize)g_test_rand_int_range (0, LOTS + 1), .now_us = market_fixture_at (c->market, "2026-12-14", "13:20"), .as_of = CD_DATE_NONE, .price_e4 = some (1000000), .cover_price_e4 = some (1000000) };
}

/* Sub-caps that share no credit, so that the order of the lots can make no difference. */
static void
draw_sub_caps (Case *c)
{
  CdOffsetRule *rule = scheme_fixture_offset (c->scheme, 2025);

  g_ptr_array_set_size (rule->sub_caps, 0);
  if (rule->types->len == 1)
    g_ptr_array_add (rule->types, g_strdup ("PCER"));
  if (g_test_rand_int_range (0, 2))
    scheme_fixture_add_sub_cap (rule, "outside", "CN-11", "CCER", g_test_rand_int_range (0, 400));
  if (g_test_rand_int_range (0, 2))
    scheme_fixture_add_sub_cap (rule, "local", NULL, "PCER", g_test_rand_int_range (0, 400));
}

static gint64
have_of (const CdObligation *o)
{
  return o->usable_registry + o->usable_trading + o->offset_pending + o->offset_countable;
}

static void
test_conservation (Case *c, gconstpointer data)
{
  for (int i = 0; i < ROUNDS; i++)
    {
      g_autoptr (CdObligation) o = NULL;
      gint64 accepted, covered;

      draw (c);
      draw_sub_caps (c);
      o = obligation_fixture_evaluate (&c->input);
      accepted = MIN (o->surrendered, o->owed);
      covered = MIN (have_of (o), o->owed - accepted);
      g_assert_cmpint (o->owed, ==, accepted + covered + o->shortfall);
      g_assert_cmpint (o->remaining, ==, o->owed - accepted);
      g_assert_cmpint (o->surplus - o->shortfall, ==, have_of (o) - o->remaining);
      g_assert_true (o->surplus == 0 || o->shortfall == 0);
    }
}

static void
check_sub_cap (const Case *c, const CdObligation *o, guint k)
{
  const CdOffsetRule *rule = cd_scheme_offset_rule (c->scheme, 2025);
  const CdOffsetSubCap *cap = g_ptr_array_index (rule->sub_caps, k);
  const CdSubRoom *room = g_ptr_array_index (o->sub_rooms, k);
  gint64 counted = 0, used = 0;

  for (gsize i = 0; i < c->input.n_credits; i++)
    {
      const CdCreditHolding *lot = &c->credits[i];

      if ((cap->origin_not && g_strcmp0 (cap->origin_not, lot->origin) == 0) || g_strcmp0 (cap->type_only, lot->type) != 0)
        continue;
      counted += ((CdLotVerdict *)g_ptr_array_index (o->lots, (guint)i))->counted;
      used += lot->used;
    }
  g_assert_cmpint (counted, <=, MAX (0, room->cap - used));
  g_assert_cmpint (room->room, <=, room->cap);
}

static void
test_caps (Case *c, gconstpointer data)
{
  for (int i = 0; i < ROUNDS; i++)
    {
      g_autoptr (CdObligation) o = NULL;
      gint64 used = 0, counted = 0, stranded = 0;

      draw (c);
      draw_sub_caps (c);
      o = obligation_fixture_evaluate (&c->input);
      for (gsize k = 0; k < c->input.n_credits; k++)
        {
          const CdCreditHolding *lot = &c->credits[k];
          const CdLotVerdict *verdict = g_ptr_array_index (o->lots, (guint)k);

          used += lot->used;
          counted += verdict->counted;
          stranded += verdict->stranded;
          g_assert_cmpint (verdict->counted + verdict->stranded, ==, lot->trading + lot->registry + lot->bought_today + lot->reserved + lot->submitted);
          g_assert_true (verdict->eligible == CD_ELIGIBLE || verdict->counted == 0);
        }
      g_assert_cmpint (counted, ==, o->offset_pending + o->offset_countable);
      g_assert_cmpint (stranded, ==, o->offset_stranded);
      g_assert_cmpint (counted, <=, MAX (0, o->offset_cap - used));
      for (guint k = 0; k < o->sub_rooms->len; k++)
        check_sub_cap (c, o, k);
    }
}

/* Every quantity that a unit more can be put into. */
static gint64 *
field_of (Case *c, guint i)
{
  CdVintageHolding *v = &c->vintages[i % VINTAGES];
  CdCreditHolding *l = &c->credits[i % LOTS];
  gint64 *const fields[] = { &v->trading, &v->registry, &v->bought_today, &v->submitted, &v->surrendered, &l->trading, &l->registry, &l->bought_today, &l->reserved, &l->submitted, &l->used };

  return fields[(i / 4) % G_N_ELEMENTS (fields)];
}

static void
test_monotone (Case *c, gconstpointer data)
{
  for (int i = 0; i < ROUNDS; i++)
    {
      g_autoptr (CdObligation) before = NULL;
      g_autoptr (CdObligation) after = NULL;

      draw (c);
      draw_sub_caps (c);
      before = obligation_fixture_evaluate (&c->input);
      *field_of (c, (guint)g_test_rand_int_range (0, 44)) += g_test_rand_int_range (1, 60);
      after = obligation_fixture_evaluate (&c->input);
      g_assert_cmpint (after->shortfall, <=, before->shortfall);
      g_assert_cmpint (after->coverage_bp, >=, before->coverage_bp);
      g_assert_cmpint (after->owed, ==, before->owed);
    }
}

/* Also where a credit stands under two sub-caps at once: what is held is chosen so that most of it counts. */
static void
test_monotone_overlapping (Case *c, gconstpointer data)
{
  CdOffsetRule *rule = scheme_fixture_offset (c->scheme, 2025);

  g_ptr_array_add (rule->types, g_strdup ("PCER"));
  for (int i = 0; i < ROUNDS; i++)
    {
      g_autoptr (CdObligation) before = NULL;
      g_autoptr (CdObligation) after = NULL;

      draw (c);
      g_ptr_array_set_size (rule->sub_caps, 0);
      scheme_fixture_add_sub_cap (rule, "outside", "CN-11", NULL, g_test_rand_int_range (0, 400));
      scheme_fixture_add_sub_cap (rule, "ccer", NULL, "CCER", g_test_rand_int_range (0, 400));
      for (int k = 0; k < LOTS; k++)
        c->credits[k].reserved = c->credits[k].submitted = c->credits[k].used = 0;
      before = obligation_fixture_evaluate (&c->input);
      c->credits[g_test_rand_int_range (0, LOTS)].registry += g_test_rand_int_range (1, 60);
      after = obligation_fixture_evaluate (&c->input);
      g_assert_cmpint (after->shortfall, <=, before->shortfall);
      g_assert_cmpint (after->offset_countable, >=, before->offset_countable);
    }
}

/* More emissions never leave less to be covered. */
static void
test_emissions (Case *c, gconstpointer data)
{
  for (int i = 0; i < ROUNDS; i++)
    {
      g_autoptr (CdObligation) before = NULL;
      g_autoptr (CdObligation) after = NULL;

      draw (c);
      before = obligation_fixture_evaluate (&c->input);
      c->input.verified.e3 += g_test_rand_int_range (1, 100000);
      after = obligation_fixture_evaluate (&c->input);
      g_assert_cmpint (after->owed, >=, before->owed);
      g_assert_cmpint (after->shortfall, >=, before->shortfall);
    }
}

static void
test_pure (Case *c, gconstpointer data)
{
  for (int i = 0; i < ROUNDS / 8; i++)
    {
      g_autoptr (CdObligation) one = NULL;
      g_autoptr (CdObligation) two = NULL;
      g_autofree char *first = NULL;
      g_autofree char *second = NULL;

      draw (c);
      draw_sub_caps (c);
      one = obligation_fixture_evaluate (&c->input);
      two = obligation_fixture_evaluate (&c->input);
      first = obligation_fixture_dump (one);
      second = obligation_fixture_dump (two);
      g_assert_cmpstr (first, ==, second);
    }
}

#define ADD(name, function) g_test_add ("/comply/properties/" name, Case, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("conservation", test_conservation);
  ADD ("caps", test_caps);
  ADD ("monotone", test_monotone);
  ADD ("monotone-overlapping", test_monotone_overlapping);
  ADD ("emissions", test_emissions);
  ADD ("pure", test_pure);
  return g_test_run ();
}
