/* test-match.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every matcher against a twin that keeps one array and looks through all of it: 100,000 seeded commands, equal answers, equal
 * executions, equal state.
 */
#include "match-twin.h"

#include <string.h>

#define COMMANDS 100000
#define MAX_ORDERS 60

/* --- Comparing ------------------------------------------------------------------------------------------------------- */

static int
by_queue (gconstpointer a, gconstpointer b)
{
  const Entry *x = a, *y = b;

  if (x->order.side != y->order.side)
    return x->order.side == CD_SIDE_BUY ? -1 : 1;
  if (x->order.tick != y->order.tick)
    return better (x->order.side, x->order.tick, y->order.tick) ? -1 : 1;
  return x->place < y->place ? -1 : 1;
}

static void
read_entry (CdMatchRef ref, const CdMatchOrder *order, gpointer data)
{
  const Entry entry = { *order, 0, ref };

  g_array_append_val ((GArray *)data, entry);
}

static void
compare_state (CdMatch *match, Twin *twin)
{
  g_autoptr (GArray) got = g_array_new (FALSE, FALSE, sizeof (Entry));

  cd_match_foreach (match, CD_SIDE_BUY, read_entry, got);
  cd_match_foreach (match, CD_SIDE_SELL, read_entry, got);
  g_array_sort (twin->entries, by_queue);
  g_assert_cmpuint (got->len, ==, twin->entries->len);
  g_assert_cmpuint (cd_match_count (match, CD_SIDE_BUY) + cd_match_count (match, CD_SIDE_SELL), ==, got->len);
  for (guint i = 0; i < got->len; i++)
    {
      const Entry *a = &g_array_index (got, Entry, i), *b = &g_array_index (twin->entries, Entry, i);

      g_assert_cmpuint (a->ref, ==, b->ref);
      g_assert_cmpuint (a->order.tag, ==, b->order.tag);
      g_assert_cmpint (a->order.qty, ==, b->order.qty);
      g_assert_cmpuint (a->order.tick, ==, b->order.tick);
      g_assert_cmpuint (a->order.account, ==, b->order.account);
      g_assert_cmpint (a->order.side, ==, b->order.side);
    }
}

static void
compare_levels (CdMatch *match, Twin *twin)
{
  for (int s = CD_SIDE_BUY; s <= CD_SIDE_SELL; s++)
    {
      guint index = 0;
      CdMatchLevel level;

      for (guint i = 0; i < twin->entries->len;)
        {
          const Entry *e = &g_array_index (twin->entries, Entry, i);
          gint64 qty = 0;
          guint32 orders = 0, tick = e->order.tick;

          if ((int)e->order.side != s)
            {
              i++;
              continue;
            }
          for (; i < twin->entries->len && e->order.tick == tick && (int)e->order.side == s; e = &g_array_index (twin->entries, Entry, ++i))
            {
              qty += e->order.qty;
              orders++;
              if (i + 1 >= twin->entries->len)
                {
                  i++;
                  break;
                }
            }
          g_assert_true (cd_match_level (match, (CdSide)s, index++, &level));
          g_assert_cmpuint (level.tick, ==, tick);
          g_assert_cmpint (level.qty, ==, qty);
          g_assert_cmpuint (level.orders, ==, orders);
        }
      g_assert_false (cd_match_level (match, (CdSide)s, index, &level));
    }
}

static void
compare_execs (CdMatch *match, Twin *twin)
{
  CdMatchExec got;

  for (guint i = 0; i < twin->execs->len; i++)
    {
      const CdMatchExec *want = &g_array_index (twin->execs, CdMatchExec, i);

      g_assert_true (cd_match_next_exec (match, &got));
      g_assert_cmpuint (got.maker_tag, ==, want->maker_tag);
      g_assert_cmpuint (got.taker_tag, ==, want->taker_tag);
      g_assert_cmpint (got.qty, ==, want->qty);
      g_assert_cmpint (got.maker_leaves, ==, want->maker_leaves);
      g_assert_cmpuint (got.tick, ==, want->tick);
      g_assert_cmpint (got.taker_side, ==, want->taker_side);
    }
  g_assert_false (cd_match_next_exec (match, &got));
  g_array_set_size (twin->execs, 0);
}

/* --- Commands -------------------------------------------------------------------------------------------------------- */

static CdMatchOrder
random_order (const Twin *twin, guint64 tag)
{
  /* Mostly a few prices close together; sometimes anywhere, which is what the bitmap is for. */
  int where = g_test_rand_int_range (0, 200);
  guint32 tick = where < 197 ? (guint32)g_test_rand_int_range (4090, 4103) : (guint32)g_test_rand_int_range (0, (gint32)twin->config.n_ticks);
  gint64 qty = twin->kind == CD_MATCH_NEGOTIATED ? g_test_rand_int_range (99999, 100004) : g_test_rand_int_range (1, 60);

  if (g_test_rand_int_range (0, 500) == 0)
    tick = twin->config.n_ticks;
  if (g_test_rand_int_range (0, 500) == 0)
    qty = -qty + 1;
  return (CdMatchOrder){ tag, qty, tick, (guint32)g_test_rand_int_range (0, 6), g_test_rand_bit () ? CD_SIDE_BUY : CD_SIDE_SELL, g_test_rand_int_range (0, 8) == 0 };
}

/* One at rest, or one that is not. */
static CdMatchRef
random_ref (const Twin *twin)
{
  if (twin->entries->len == 0 || g_test_rand_int_range (0, 20) == 0)
    return (CdMatchRef)g_test_rand_int_range (0, MAX_ORDERS + 5);
  return g_array_index (twin->entries, Entry, g_test_rand_int_range (0, (gint32)twin->entries->len)).ref;
}

static CdMatchResult
do_enter (CdMatch *match, Twin *twin, guint64 tag)
{
  CdMatchOrder order = random_order (twin, tag);
  CdMatchRef ref = 12345;
  gboolean rested;
  CdMatchResult want = twin_enter (twin, &order, &rested);

  g_assert_cmpint (cd_match_enter (match, &order, &ref), ==, want);
  g_assert_cmpint (ref != 0, ==, rested);
  if (rested)
    {
      g_assert_null (twin_find (twin, ref));
      g_array_index (twin->entries, Entry, twin->entries->len - 1).ref = ref;
    }
  return want;
}

static CdMatchResult
do_take (CdMatch *match, Twin *twin, guint64 tag)
{
  CdMatchOrder taker = random_order (twin, tag);
  CdMatchRef named = twin->kind == CD_MATCH_NEGOTIATED || g_test_rand_bit () ? random_ref (twin) : 0;
  Entry *e = named ? twin_find (twin, named) : NULL;
  CdMatchResult want, probed;
  guint64 before;

  /* Most who take have read what they take. */
  if (e && g_test_rand_int_range (0, 8) != 0)
    {
      taker.tick = e->order.tick;
      taker.side = other_side (e->order.side);
      taker.qty = g_test_rand_bit () ? e->order.qty : MAX (1, e->order.qty - 1);
    }
  before = cd_match_hash (match);
  probed = cd_match_probe (match, &taker, named);
  g_assert_cmpuint (cd_match_hash (match), ==, before);
  want = twin_take (twin, &taker, named);
  g_assert_cmpint (probed, ==, want);
  g_assert_cmpint (cd_match_take (match, &taker, named), ==, want);
  return want;
}

static CdMatchResult
do_replace (CdMatch *match, Twin *twin)
{
  CdMatchOrder to = random_order (twin, 0);
  CdMatchRef ref = random_ref (twin), twin_ref = ref;
  Entry *e = twin_find (twin, ref);
  CdMatchResult want;

  if (e && ref && g_test_rand_int_range (0, 3) == 0)
    to.tick = e->order.tick;
  want = twin_replace (twin, &twin_ref, to.tick, to.qty);
  g_assert_cmpint (cd_match_replace (match, &ref, to.tick, to.qty), ==, want);
  g_assert_cmpuint (ref, ==, twin_ref);
  return want;
}

typedef struct
{
  CdMatchKind kind;
  gboolean keeps;
  guint visible;
  guint results; /* bits of CdMatchResult that must have occurred */
} Case;

#define BIT(result) (1u << (result))

static void
test_twin (gconstpointer data)
{
  const Case *c = data;
  /* What does not rest long needs less room to run out of it. */
  Twin twin = { .kind = c->kind, .config = { 8192, c->kind == CD_MATCH_PRICE_TIME ? MAX_ORDERS / 4 : MAX_ORDERS, c->visible, 100000, c->keeps } };
  g_autoptr (CdMatch) match = cd_match_new (c->kind, &twin.config);
  guint seen = 0;
  guint64 execs = 0;

  if (c->kind != CD_MATCH_NEGOTIATED)
    twin.config.min_qty = 0;
  twin.entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  twin.execs = g_array_new (FALSE, FALSE, sizeof (CdMatchExec));
  for (guint64 i = 1; i <= COMMANDS; i++)
    {
      /* Tides: now the book fills up, now it empties. */
      int bias = i / 2000 % 2 ? 4 : 9;
      int what = g_test_rand_int_range (0, 16);
      CdMatchRef ref;

      if (what < bias)
        seen |= BIT (do_enter (match, &twin, i));
      else if (what < 11 && (c->kind != CD_MATCH_PRICE_TIME || what == 10))
        seen |= BIT (do_take (match, &twin, i));
      else if (what < 13)
        seen |= BIT (do_replace (match, &twin));
      else
        {
          CdMatchResult want;

          ref = random_ref (&twin);
          want = twin_cancel (&twin, ref);
          g_assert_cmpint (cd_match_cancel (match, ref), ==, want);
          seen |= BIT (want);
        }
      execs += twin.execs->len;
      compare_execs (match, &twin);
      if (i % 16 == 0)
        {
          compare_state (match, &twin);
          compare_levels (match, &twin);
        }
    }
  g_test_message ("%s: %d commands, %" G_GUINT64_FORMAT " executions, answers seen %x", cd_match_ops (c->kind)->name, COMMANDS, execs, seen);
  g_assert_cmphex (seen & c->results, ==, c->results);
  g_assert_cmpuint (execs, >, 1000);
  g_array_unref (twin.entries);
  g_array_unref (twin.execs);
}

/* A ring that nobody reads refuses what could overrun it, and nothing is lost. */
static void
test_ring (void)
{
  const CdMatchConfig config = { 100, 16, 0, 0, TRUE };
  g_autoptr (CdMatch) match = cd_match_new (CD_MATCH_PRICE_TIME, &config);
  CdMatchRef ref;
  CdMatchExec exec;
  guint64 done = 0, full = 0, read = 0;

  for (guint64 i = 0; i < 40; i++)
    {
      CdMatchOrder sell = { i, 1, 50, 1, CD_SIDE_SELL, FALSE }, buy = { 1000 + i, 1, 50, 2, CD_SIDE_BUY, TRUE };
      guint64 before = cd_match_hash (match);

      g_assert_cmpint (cd_match_enter (match, &sell, &ref), ==, CD_MATCH_OK);
      if (cd_match_enter (match, &buy, &ref) == CD_MATCH_OK)
        {
          done++;
          continue;
        }
      full++;
      g_assert_cmpuint (cd_match_count (match, CD_SIDE_SELL), ==, 1);
      for (; cd_match_next_exec (match, &exec); read++)
        g_assert_cmpuint (exec.taker_tag, ==, 1000 + exec.maker_tag);
      g_assert_cmpint (cd_match_enter (match, &buy, &ref), ==, CD_MATCH_OK);
      done++;
      g_assert_cmpuint (cd_match_hash (match), ==, before);
    }
  while (cd_match_next_exec (match, &exec))
    read++;
  g_assert_cmpuint (full, ==, 2);
  g_assert_cmpuint (done, ==, 40);
  g_assert_cmpuint (read, ==, 40);
}

/* The hash tells queues apart, not references. */
static void
test_hash (void)
{
  const CdMatchConfig config = { 100, 16, 0, 0, TRUE };
  g_autoptr (CdMatch) a = cd_match_new (CD_MATCH_QUOTE_PICK, &config);
  g_autoptr (CdMatch) b = cd_match_new (CD_MATCH_QUOTE_PICK, &config);
  const CdMatchOrder one = { 1, 5, 50, 1, CD_SIDE_SELL, FALSE }, two = { 2, 5, 50, 2, CD_SIDE_SELL, FALSE };
  CdMatchRef ref, gone;

  g_assert_cmpuint (cd_match_hash (a), ==, cd_match_hash (b));
  g_assert_cmpint (cd_match_enter (a, &one, &ref), ==, CD_MATCH_OK);
  g_assert_cmpint (cd_match_enter (a, &two, &ref), ==, CD_MATCH_OK);
  g_assert_cmpint (cd_match_enter (b, &two, &gone), ==, CD_MATCH_OK);
  g_assert_cmpint (cd_match_enter (b, &one, &ref), ==, CD_MATCH_OK);
  g_assert_cmpuint (cd_match_hash (a), !=, cd_match_hash (b));
  g_assert_cmpint (cd_match_cancel (b, gone), ==, CD_MATCH_OK);
  g_assert_cmpint (cd_match_enter (b, &two, &gone), ==, CD_MATCH_OK);
  g_assert_cmpuint (cd_match_hash (a), ==, cd_match_hash (b));
}

/* The last tick, the first, and words of the bitmap far apart. */
static void
test_edges (void)
{
  const CdMatchConfig config = { 65536, 16, 0, 0, TRUE };
  static const guint32 ticks[] = { 0, 63, 64, 4095, 4096, 40000, 65535 };
  g_autoptr (CdMatch) match = cd_match_new (CD_MATCH_QUOTE_PICK, &config);
  CdMatchLevel level;

  for (gsize i = 0; i < G_N_ELEMENTS (ticks); i++)
    for (int s = CD_SIDE_BUY; s <= CD_SIDE_SELL; s++)
      {
        const CdMatchOrder order = { i, (gint64)i + 1, ticks[i], 1, (CdSide)s, FALSE };
        CdMatchRef ref;

        g_assert_cmpint (cd_match_enter (match, &order, &ref), ==, CD_MATCH_OK);
      }
  for (gsize i = 0; i < G_N_ELEMENTS (ticks); i++)
    {
      g_assert_true (cd_match_level (match, CD_SIDE_SELL, (guint)i, &level));
      g_assert_cmpuint (level.tick, ==, ticks[i]);
      g_assert_true (cd_match_level (match, CD_SIDE_BUY, (guint)i, &level));
      g_assert_cmpuint (level.tick, ==, ticks[G_N_ELEMENTS (ticks) - 1 - i]);
    }
  g_assert_false (cd_match_level (match, CD_SIDE_SELL, G_N_ELEMENTS (ticks), &level));
  g_assert_false (cd_match_level (match, CD_SIDE_BUY, G_N_ELEMENTS (ticks), &level));
  g_assert_null (cd_match_ops (CD_MATCH_AUCTION));
}

int
main (int argc, char **argv)
{
  static const Case cases[] = {
    { CD_MATCH_QUOTE_PICK, TRUE, 5, BIT (CD_MATCH_OK) | BIT (CD_MATCH_GONE) | BIT (CD_MATCH_LEVEL) | BIT (CD_MATCH_SELF) | BIT (CD_MATCH_RANGE) | BIT (CD_MATCH_FULL) | BIT (CD_MATCH_UNKNOWN) },
    { CD_MATCH_QUOTE_PICK, FALSE, 0, BIT (CD_MATCH_OK) | BIT (CD_MATCH_GONE) | BIT (CD_MATCH_SELF) | BIT (CD_MATCH_RANGE) | BIT (CD_MATCH_UNKNOWN) },
    { CD_MATCH_PRICE_TIME, TRUE, 0, BIT (CD_MATCH_FULL) | BIT (CD_MATCH_OK) | BIT (CD_MATCH_SELF) | BIT (CD_MATCH_RANGE) | BIT (CD_MATCH_UNKNOWN) | BIT (CD_MATCH_NOT_HERE) },
    { CD_MATCH_PRICE_TIME, FALSE, 0, BIT (CD_MATCH_OK) | BIT (CD_MATCH_SELF) | BIT (CD_MATCH_RANGE) | BIT (CD_MATCH_UNKNOWN) | BIT (CD_MATCH_NOT_HERE) },
    { CD_MATCH_NEGOTIATED, TRUE, 0, BIT (CD_MATCH_OK) | BIT (CD_MATCH_GONE) | BIT (CD_MATCH_SELF) | BIT (CD_MATCH_RANGE) | BIT (CD_MATCH_FULL) | BIT (CD_MATCH_UNKNOWN) },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strdup_printf ("/match/twin/%s%s", cd_match_ops (cases[i].kind)->name, cases[i].keeps ? "" : "-new-place");

      g_test_add_data_func (name, &cases[i], test_twin);
    }
  g_test_add_func ("/match/ring", test_ring);
  g_test_add_func ("/match/hash", test_hash);
  g_test_add_func ("/match/edges", test_edges);
  return g_test_run ();
}
