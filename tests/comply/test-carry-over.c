/* test-carry-over.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Carry-over against the worked figures of china-rules 6.2 and 13.3, and the best sale against trying every sale.
 */
#include "cd-obligation.h"

static const CdCarryOver national = { .to_year = 2025, .base_units = 10000, .ratio_num = 3, .ratio_den = 2, .source = (char *)"A3" };

static void
test_worked (void)
{
  gint64 kept;

  g_assert_cmpint (cd_carry_over_amount (&national, 120000, 40000, 300000, NULL), ==, 130000);
  g_assert_cmpint (cd_carry_over_amount (&national, 0, 50000, 8000, NULL), ==, 8000);
  g_assert_cmpint (cd_carry_over_amount (&national, 33333, 0, 500000, NULL), ==, 59999);
  g_assert_cmpint (cd_carry_over_best_sale (&national, 0, 0, 380000, &kept), ==, 148000);
  g_assert_cmpint (kept, ==, 232000);
  g_assert_cmpint (cd_carry_over_best_sale (&national, 0, 0, 9000, &kept), ==, 0);
  g_assert_cmpint (kept, ==, 9000);
}

static void
test_holding (void)
{
  g_assert_cmpint (cd_carry_over_holding (3000, 2000, 1500, 500), ==, 6000);
  g_assert_cmpint (cd_carry_over_holding (0, 5, 0, 9), ==, 0);
  g_assert_cmpint (cd_carry_over_holding (G_MAXINT64, 1, 0, 0), ==, G_MAXINT64);
}

/* Every sale tried: none keeps more, and no smaller one keeps as much. */
static void
test_best_sale (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20251231);

  for (int round = 0; round < 3000; round++)
    {
      CdCarryOver rule = { .base_units = g_rand_int_range (rand, 0, 60), .ratio_num = g_rand_int_range (rand, 0, 7), .ratio_den = g_rand_int_range (rand, 1, 4), .source = (char *)"test" };
      gint64 sold = g_rand_int_range (rand, 0, 80), bought = g_rand_int_range (rand, 0, 80), holding = g_rand_int_range (rand, 0, 300);
      gint64 best = -1, at = -1, kept;
      gint64 found = cd_carry_over_best_sale (&rule, sold, bought, holding, &kept);

      for (gint64 x = 0; x <= holding; x++)
        {
          gint64 left = cd_carry_over_amount (&rule, sold + x, bought, holding - x, NULL);

          if (left > best)
            {
              best = left;
              at = x;
            }
        }
      g_assert_cmpint (kept, ==, best);
      g_assert_cmpint (found, ==, at);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/comply/carry-over/worked", test_worked);
  g_test_add_func ("/comply/carry-over/holding", test_holding);
  g_test_add_func ("/comply/carry-over/best-sale", test_best_sale);
  return g_test_run ();
}
