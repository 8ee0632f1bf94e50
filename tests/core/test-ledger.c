/* test-ledger.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Double entry against a plain array: nothing comes from nowhere, nothing falls below nought, refused is refused whole.
 */
#include "cd-ledger.h"

#include <string.h>

#define POSTINGS 100000

static const char *const accounts[] = { "HD-POWER", "HD-CEMENT", "WORLD", "a" };
static const char *const assets[] = { "CEA24", "CEA25", "CNY" };
static const CdBucket buckets[] = {
  CD_BUCKET_WORLD, CD_BUCKET_TRADING, CD_BUCKET_REGISTRY, CD_BUCKET_ORDER_LOCKED, CD_BUCKET_BOUGHT_TODAY, CD_BUCKET_SOLD_TODAY, CD_BUCKET_JUDICIAL, CD_BUCKET_SUBMITTED, CD_BUCKET_CARRY_FROZEN, CD_BUCKET_PLEDGED,
  CD_BUCKET_PENDING_OFFSET, CD_BUCKET_REGULATOR, CD_BUCKET_SURRENDERED, CD_BUCKET_CANCELLED, CD_BUCKET_IN_TRANSFER, CD_BUCKET_CASH_AVAILABLE, CD_BUCKET_CASH_FROZEN, CD_BUCKET_CASH_UNSETTLED, CD_BUCKET_CASH_PENDING_OUT
};

#define N_ACCOUNTS G_N_ELEMENTS (accounts)
#define N_ASSETS G_N_ELEMENTS (assets)
#define N_BUCKETS G_N_ELEMENTS (buckets)

typedef struct
{
  __int128 at[N_ACCOUNTS][N_ASSETS][N_BUCKETS];
} Naive;

typedef struct
{
  gsize account, asset, bucket;
  gint64 delta;
} NaiveLeg;

static gboolean
fits (__int128 value)
{
  return value >= G_MININT64 && value <= G_MAXINT64;
}

/* What a posting must answer: 0 or a code. Small numbers only, so that the order of additions plays no part. */
static int
naive_post (Naive *naive, const NaiveLeg *legs, gsize n)
{
  Naive after = *naive;
  __int128 sum[N_ASSETS] = { 0 };

  for (gsize i = 0; i < n; i++)
    {
      sum[legs[i].asset] += legs[i].delta;
      after.at[legs[i].account][legs[i].asset][legs[i].bucket] += legs[i].delta;
    }
  for (gsize s = 0; s < N_ASSETS; s++)
    if (sum[s] != 0)
      return CD_LEDGER_ERROR_UNBALANCED;
  for (gsize i = 0; i < n; i++)
    {
      __int128 balance = after.at[legs[i].account][legs[i].asset][legs[i].bucket];

      g_assert_true (fits (balance));
      if (balance < 0 && buckets[legs[i].bucket] != CD_BUCKET_WORLD)
        return CD_LEDGER_ERROR_INSUFFICIENT;
    }
  *naive = after;
  return 0;
}

/* Transfers mostly, often too large, sometimes not balanced, sometimes several legs on one cell. */
static gsize
random_legs (NaiveLeg legs[6])
{
  gsize n = (gsize)g_test_rand_int_range (1, 4), asset = (gsize)g_test_rand_int_range (0, N_ASSETS), k = 0;

  for (gsize i = 0; i < n; i++)
    {
      gint64 qty = g_test_rand_int_range (-300, 1000);

      legs[k++] = (NaiveLeg){ (gsize)g_test_rand_int_range (0, N_ACCOUNTS), asset, g_test_rand_int_range (0, 3) ? (gsize)g_test_rand_int_range (0, 4) : (gsize)g_test_rand_int_range (0, N_BUCKETS), -qty };
      legs[k++] = (NaiveLeg){ (gsize)g_test_rand_int_range (0, N_ACCOUNTS), asset, (gsize)g_test_rand_int_range (0, g_test_rand_bit () ? 4 : (gint32)N_BUCKETS), qty };
    }
  if (g_test_rand_int_range (0, 10) == 0)
    legs[g_test_rand_int_range (0, (gint32)k)].delta += g_test_rand_int_range (-2, 3);
  if (g_test_rand_int_range (0, 20) == 0)
    legs[g_test_rand_int_range (0, (gint32)k)].asset = (gsize)g_test_rand_int_range (0, N_ASSETS);
  return k;
}

static int
post (CdLedger *ledger, const NaiveLeg *naive_legs, gsize n)
{
  CdLeg legs[6];
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < n; i++)
    legs[i] = (CdLeg){ accounts[naive_legs[i].account], assets[naive_legs[i].asset], buckets[naive_legs[i].bucket], naive_legs[i].delta };
  if (cd_ledger_post (ledger, legs, n, &error))
    {
      g_assert_no_error (error);
      return 0;
    }
  g_assert_nonnull (error);
  g_assert_true (error->domain == CD_LEDGER_ERROR);
  return error->code;
}

static void
compare (const CdLedger *ledger, const Naive *naive)
{
  for (gsize s = 0; s < N_ASSETS; s++)
    {
      for (gsize a = 0; a < N_ACCOUNTS; a++)
        for (gsize b = 0; b < N_BUCKETS; b++)
          {
            gint64 balance = cd_ledger_balance (ledger, accounts[a], assets[s], buckets[b]);

            g_assert_true (balance == naive->at[a][s][b]);
            g_assert_true (balance >= 0 || buckets[b] == CD_BUCKET_WORLD);
          }
      g_assert_cmpint (cd_ledger_sum (ledger, assets[s]), ==, 0);
    }
}

static void
test_random (void)
{
  g_autoptr (CdLedger) ledger = cd_ledger_new ();
  Naive naive = { 0 };
  int answers[4] = { 0 };

  for (int i = 0; i < POSTINGS; i++)
    {
      NaiveLeg legs[6];
      gsize n = random_legs (legs);
      guint64 before = cd_ledger_hash (ledger);
      int want = naive_post (&naive, legs, n);
      int got = post (ledger, legs, n);

      g_assert_cmpint (got, ==, want);
      answers[got]++;
      if (want)
        g_assert_cmpuint (cd_ledger_hash (ledger), ==, before);
      for (gsize k = 0; k < n; k++)
        {
          g_assert_true (cd_ledger_balance (ledger, accounts[legs[k].account], assets[legs[k].asset], buckets[legs[k].bucket]) == naive.at[legs[k].account][legs[k].asset][legs[k].bucket]);
          g_assert_cmpint (cd_ledger_sum (ledger, assets[legs[k].asset]), ==, 0);
        }
      if (i % 1000 == 0)
        compare (ledger, &naive);
    }
  compare (ledger, &naive);
  g_assert_cmpint (answers[0], >, POSTINGS / 10);
  g_assert_cmpint (answers[CD_LEDGER_ERROR_UNBALANCED], >, POSTINGS / 100);
  g_assert_cmpint (answers[CD_LEDGER_ERROR_INSUFFICIENT], >, POSTINGS / 10);
}

/* What does not fit is refused, before anything is touched. */
static void
test_range (void)
{
  g_autoptr (CdLedger) ledger = cd_ledger_new ();
  g_autoptr (GError) error = NULL;
  const CdLeg fill[] = { { "w", "CEA25", CD_BUCKET_WORLD, -G_MAXINT64 }, { "a", "CEA25", CD_BUCKET_TRADING, G_MAXINT64 } };
  const CdLeg one[] = { { "v", "CEA25", CD_BUCKET_WORLD, -1 }, { "a", "CEA25", CD_BUCKET_TRADING, 1 } };
  const CdLeg wide[] = { { "v", "CEA25", CD_BUCKET_WORLD, G_MININT64 }, { "u", "CEA25", CD_BUCKET_WORLD, -1 }, { "a", "CEA25", CD_BUCKET_REGISTRY, G_MAXINT64 } };
  guint64 before;

  g_assert_true (cd_ledger_post (ledger, fill, G_N_ELEMENTS (fill), &error));
  before = cd_ledger_hash (ledger);
  g_assert_false (cd_ledger_post (ledger, one, G_N_ELEMENTS (one), &error));
  g_assert_error (error, CD_LEDGER_ERROR, CD_LEDGER_ERROR_RANGE);
  g_clear_error (&error);
  g_assert_false (cd_ledger_post (ledger, wide, G_N_ELEMENTS (wide), &error));
  g_assert_error (error, CD_LEDGER_ERROR, CD_LEDGER_ERROR_RANGE);
  g_assert_cmpuint (cd_ledger_hash (ledger), ==, before);
  g_assert_cmpint (cd_ledger_sum (ledger, "CEA25"), ==, 0);
}

/* Two legs that cancel each other out are not a way below nought, and one cell is judged by all its legs. */
static void
test_same_cell (void)
{
  g_autoptr (CdLedger) ledger = cd_ledger_new ();
  g_autoptr (GError) error = NULL;
  const CdLeg issue[] = { { "w", "CEA25", CD_BUCKET_WORLD, -100 }, { "a", "CEA25", CD_BUCKET_REGISTRY, 100 } };
  const CdLeg twice[] = { { "a", "CEA25", CD_BUCKET_REGISTRY, -60 }, { "a", "CEA25", CD_BUCKET_REGISTRY, -60 }, { "a", "CEA25", CD_BUCKET_TRADING, 120 } };
  const CdLeg through[] = { { "a", "CEA25", CD_BUCKET_REGISTRY, -150 }, { "a", "CEA25", CD_BUCKET_REGISTRY, 150 } };

  g_assert_true (cd_ledger_post (ledger, issue, G_N_ELEMENTS (issue), &error));
  g_assert_false (cd_ledger_post (ledger, twice, G_N_ELEMENTS (twice), &error));
  g_assert_error (error, CD_LEDGER_ERROR, CD_LEDGER_ERROR_INSUFFICIENT);
  /* The place, what is there and what would be. */
  g_assert_nonnull (strstr (error->message, "a CEA25 registry"));
  g_assert_nonnull (strstr (error->message, "100"));
  g_assert_nonnull (strstr (error->message, "-20"));
  g_assert_true (cd_ledger_post (ledger, through, G_N_ELEMENTS (through), NULL));
  g_assert_cmpint (cd_ledger_balance (ledger, "a", "CEA25", CD_BUCKET_REGISTRY), ==, 100);
}

typedef struct
{
  GString *text;
  int n;
} Visit;

static void
visit (const char *account, const char *asset, CdBucket bucket, gint64 balance, gpointer data)
{
  Visit *v = data;

  g_assert_cmpint (balance, !=, 0);
  v->n++;
  g_string_append_printf (v->text, "%s %s %s %" G_GINT64_FORMAT "\n", account, asset, cd_bucket_name (bucket), balance);
}

/* The same end by other ways: same content, same order of visits, same hash; the least difference, another hash. */
static void
test_hash (void)
{
  g_autoptr (CdLedger) one = cd_ledger_new ();
  g_autoptr (CdLedger) other = cd_ledger_new ();
  Visit x = { g_string_new (NULL), 0 }, y = { g_string_new (NULL), 0 };

  g_assert_cmpuint (cd_ledger_hash (one), ==, cd_ledger_hash (other));
  for (int i = 0; i < 50; i++)
    {
      const char *account = accounts[i % N_ACCOUNTS], *back = accounts[(49 - i) % N_ACCOUNTS];
      const CdLeg there[] = { { account, "CEA25", buckets[i % N_BUCKETS], i + 1 }, { "w", "CEA25", CD_BUCKET_WORLD, -i - 1 } };
      const CdLeg reverse[] = { { "w", "CEA25", CD_BUCKET_WORLD, i - 50 }, { back, "CEA25", buckets[(49 - i) % N_BUCKETS], 50 - i } };

      g_assert_true (cd_ledger_post (one, there, 2, NULL));
      g_assert_true (cd_ledger_post (other, reverse, 2, NULL));
    }
  cd_ledger_foreach (one, visit, &x);
  cd_ledger_foreach (other, visit, &y);
  g_assert_cmpstr (x.text->str, ==, y.text->str);
  g_assert_cmpint (x.n, >, 30);
  g_assert_cmpuint (cd_ledger_hash (one), ==, cd_ledger_hash (other));
  {
    const CdLeg moved[] = { { "a", "CEA25", CD_BUCKET_CANCELLED, 1 }, { "w", "CEA25", CD_BUCKET_WORLD, -1 } };
    const CdLeg undone[] = { { "a", "CEA25", CD_BUCKET_CANCELLED, -1 }, { "w", "CEA25", CD_BUCKET_WORLD, 1 } };

    g_assert_true (cd_ledger_post (one, moved, 2, NULL));
    g_assert_cmpuint (cd_ledger_hash (one), !=, cd_ledger_hash (other));
    g_assert_true (cd_ledger_post (one, undone, 2, NULL));
    g_assert_cmpuint (cd_ledger_hash (one), ==, cd_ledger_hash (other));
  }
  g_string_free (x.text, TRUE);
  g_string_free (y.text, TRUE);
}

/* To sell, to surrender and held are three numbers. */
static void
test_figures (void)
{
  g_autoptr (CdLedger) ledger = cd_ledger_new ();
  gint64 all = 0, qty = 1;
  CdHoldingFigures figures;

  for (gsize i = 1; i < N_BUCKETS && buckets[i] < CD_BUCKET_CASH_AVAILABLE; i++, qty *= 2)
    {
      const CdLeg legs[] = { { "w", "CEA25", CD_BUCKET_WORLD, -qty }, { "a", "CEA25", buckets[i], qty } };

      g_assert_true (cd_ledger_post (ledger, legs, 2, NULL));
      if (buckets[i] != CD_BUCKET_SURRENDERED && buckets[i] != CD_BUCKET_CANCELLED)
        all += qty;
    }
  figures = cd_ledger_figures (ledger, "a", "CEA25");
  g_assert_cmpint (figures.total.n, ==, all);
  g_assert_cmpint (figures.to_sell.n, ==, 1);
  g_assert_cmpint (figures.to_surrender.n, ==, 2);
  g_assert_cmpint (figures.to_pledge.n, ==, 2);
  figures = cd_ledger_figures (ledger, "nobody", "CEA25");
  g_assert_cmpint (figures.total.n, ==, 0);
}

static void
test_bucket_names (void)
{
  CdBucket out = CD_BUCKET_PLEDGED;

  for (gsize i = 0; i < N_BUCKETS; i++)
    {
      g_assert_true (cd_bucket_parse (cd_bucket_name (buckets[i]), &out));
      g_assert_cmpint (out, ==, buckets[i]);
    }
  out = CD_BUCKET_PLEDGED;
  g_assert_false (cd_bucket_parse ("unknown", &out));
  g_assert_false (cd_bucket_parse ("", &out));
  g_assert_false (cd_bucket_parse (NULL, &out));
  g_assert_cmpint (out, ==, CD_BUCKET_PLEDGED);
  g_assert_cmpstr (cd_bucket_name ((CdBucket)99), ==, "unknown");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ledger/random", test_random);
  g_test_add_func ("/ledger/range", test_range);
  g_test_add_func ("/ledger/same-cell", test_same_cell);
  g_test_add_func ("/ledger/hash", test_hash);
  g_test_add_func ("/ledger/figures", test_figures);
  g_test_add_func ("/ledger/bucket-names", test_bucket_names);
  return g_test_run ();
}
