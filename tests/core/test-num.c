/* test-num.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Exact numbers against 128-bit arithmetic that takes another way, and decimals there and back.
 */
#include "cd-num.h"

#include <string.h>

#define ROUNDS 100000

/* --- Random values that like the edges --------------------------------------------------------------------------------- */

static guint64
random_bits (void)
{
  return (guint64)(guint32)g_test_rand_int () << 32 | (guint32)g_test_rand_int ();
}

static gint64
random_i64 (void)
{
  static const gint64 edges[] = { 0, 1, -1, 2, -2, 5, 10, -10, 9999, 10000, G_MAXINT32, G_MININT32, G_MAXINT64, G_MAXINT64 - 1, G_MININT64, G_MININT64 + 1 };

  if (g_test_rand_int_range (0, 8) == 0)
    return edges[g_test_rand_int_range (0, G_N_ELEMENTS (edges))];
  /* Any length of number is as likely as any other. */
  return (gint64)random_bits () >> g_test_rand_int_range (0, 64);
}

/* --- Checked arithmetic ------------------------------------------------------------------------------------------------ */

static void
check_one (gboolean ok, gint64 got, __int128 exact)
{
  gboolean fits = exact >= G_MININT64 && exact <= G_MAXINT64;

  g_assert_cmpint (ok, ==, fits);
  /* 77 stood there before: what does not fit leaves it alone. */
  g_assert_cmpint (got, ==, fits ? (gint64)exact : 77);
}

static void
test_checked (void)
{
  int refused = 0;

  for (int i = 0; i < ROUNDS; i++)
    {
      gint64 a = random_i64 (), b = random_i64 (), out;
      gboolean ok;

      out = 77;
      ok = cd_i64_add (a, b, &out);
      check_one (ok, out, (__int128)a + b);
      out = 77;
      ok = cd_i64_sub (a, b, &out);
      check_one (ok, out, (__int128)a - b);
      out = 77;
      ok = cd_i64_mul (a, b, &out);
      check_one (ok, out, (__int128)a * b);
      refused += !ok;
    }
  g_assert_cmpint (refused, >, ROUNDS / 20);
  g_assert_cmpint (refused, <, ROUNDS);
}

/* --- a × num ÷ den ----------------------------------------------------------------------------------------------------- */

/* The quotient below, whatever the signs: the one place from which the four roundings are told apart by twice the rest. */
static __int128
oracle (gint64 a, gint64 num, gint64 den, CdRounding rounding)
{
  __int128 n = (__int128)a * num, d = den, below, rest;

  if (d < 0)
    {
      n = -n;
      d = -d;
    }
  below = n / d;
  if (below * d > n)
    below--;
  rest = n - below * d;
  g_assert_true (rest >= 0 && rest < d);
  switch (rounding)
    {
    case CD_ROUND_FLOOR:
      return below;
    case CD_ROUND_CEIL:
      return below + (rest > 0);
    case CD_ROUND_HALF_UP:
      return below + (2 * rest > d || (2 * rest == d && n > 0));
    case CD_ROUND_HALF_EVEN:
      return below + (2 * rest > d || (2 * rest == d && (below & 1)));
    }
  g_assert_not_reached ();
}

static void
check_mul_div (gint64 a, gint64 num, gint64 den)
{
  for (int rounding = CD_ROUND_FLOOR; rounding <= CD_ROUND_HALF_EVEN; rounding++)
    {
      gint64 out = 77;
      gboolean ok = cd_i64_mul_div (a, num, den, (CdRounding)rounding, &out);

      if (den == 0)
        {
          g_assert_false (ok);
          g_assert_cmpint (out, ==, 77);
        }
      else
        check_one (ok, out, oracle (a, num, den, (CdRounding)rounding));
    }
}

static void
test_mul_div_random (void)
{
  for (int i = 0; i < ROUNDS; i++)
    check_mul_div (random_i64 (), random_i64 (), random_i64 ());
}

/* Small numbers are mostly ties and exact quotients: all of them. */
static void
test_mul_div_small (void)
{
  for (int a = -12; a <= 12; a++)
    for (int num = -5; num <= 5; num++)
      for (int den = -12; den <= 12; den++)
        check_mul_div (a, num, den);
}

static void
test_mul_div_ties (void)
{
  static const struct
  {
    gint64 half; /* of two */
    gint64 floor, ceil, half_up, half_even;
  } cases[] = {
    { 1, 0, 1, 1, 0 },
    { 3, 1, 2, 2, 2 },
    { 5, 2, 3, 3, 2 },
    { 7, 3, 4, 4, 4 },
    { -1, -1, 0, -1, 0 },
    { -3, -2, -1, -2, -2 },
    { -5, -3, -2, -3, -2 },
    { -7, -4, -3, -4, -4 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (int sign = -1; sign <= 1; sign += 2)
      {
        gint64 a = sign * cases[i].half, out;

        g_assert_true (cd_i64_mul_div (a, 1, sign * 2, CD_ROUND_FLOOR, &out));
        g_assert_cmpint (out, ==, cases[i].floor);
        g_assert_true (cd_i64_mul_div (a, 1, sign * 2, CD_ROUND_CEIL, &out));
        g_assert_cmpint (out, ==, cases[i].ceil);
        g_assert_true (cd_i64_mul_div (a, 1, sign * 2, CD_ROUND_HALF_UP, &out));
        g_assert_cmpint (out, ==, cases[i].half_up);
        g_assert_true (cd_i64_mul_div (a, 1, sign * 2, CD_ROUND_HALF_EVEN, &out));
        g_assert_cmpint (out, ==, cases[i].half_even);
      }
}

/* Ties at the edge: the rounding step itself leads out of the range. */
static void
test_mul_div_edges (void)
{
  gint64 out = 77;

  g_assert_true (cd_i64_mul_div (G_MAXINT64, G_MAXINT64, G_MAXINT64, CD_ROUND_FLOOR, &out));
  g_assert_cmpint (out, ==, G_MAXINT64);
  g_assert_true (cd_i64_mul_div (G_MININT64, G_MININT64, G_MININT64, CD_ROUND_HALF_EVEN, &out));
  g_assert_cmpint (out, ==, G_MININT64);
  out = 77;
  g_assert_false (cd_i64_mul_div (G_MININT64, 1, -1, CD_ROUND_FLOOR, &out));
  g_assert_cmpint (out, ==, 77);
  /* (2⁶³ − 1) × (2⁶³ − 1) ÷ (2⁶³ − 2) = 2⁶³ and a little: out of range whichever way it is rounded. */
  g_assert_false (cd_i64_mul_div (G_MAXINT64, G_MAXINT64, G_MAXINT64 - 1, CD_ROUND_FLOOR, &out));
  /* 2⁶² × (2⁶³ − 1) ÷ 2⁶² is exact; with one more in the numerator's half the tie is at 2⁶³ − ½. */
  g_assert_true (cd_i64_mul_div (G_MAXINT64, 1, 1, CD_ROUND_CEIL, &out));
  g_assert_cmpint (out, ==, G_MAXINT64);
  check_mul_div (G_MAXINT64, 3, 2);
  check_mul_div (G_MAXINT64, 1, 2);
  check_mul_div (G_MININT64, 1, 2);
  check_mul_div (G_MININT64, 1, G_MAXINT64);
}

/* --- Decimals ---------------------------------------------------------------------------------------------------------- */

static void
check_round_trip (gint64 value, int scale, int min_decimals)
{
  char buf[CD_DECIMAL_BUF], again[CD_DECIMAL_BUF];
  g_autoptr (GError) error = NULL;
  const char *point;
  gint64 back = 77;
  gsize decimals;

  g_assert_true (cd_decimal_print (value, scale, min_decimals, buf) == buf);
  g_assert_true (cd_decimal_parse (buf, -1, scale, &back, &error));
  g_assert_no_error (error);
  g_assert_cmpint (back, ==, value);
  /* Its promise: at least so many decimals, none beyond the scale, no zero that nobody asked for. */
  point = strchr (buf, '.');
  decimals = point ? strlen (point + 1) : 0;
  g_assert_cmpuint (decimals, >=, (guint)min_decimals);
  g_assert_cmpuint (decimals, <=, (guint)scale);
  if (decimals > (gsize)min_decimals)
    g_assert_cmpint (buf[strlen (buf) - 1], !=, '0');
  g_assert_cmpstr (cd_decimal_print (back, scale, min_decimals, again), ==, buf);
}

static void
test_decimal_round_trip (void)
{
  for (int scale = 0; scale <= 9; scale++)
    {
      for (int i = 0; i < ROUNDS; i++)
        check_round_trip (random_i64 (), scale, g_test_rand_int_range (0, scale + 1));
      check_round_trip (G_MAXINT64, scale, scale);
      check_round_trip (G_MININT64, scale, scale);
      check_round_trip (0, scale, scale);
    }
}

static void
test_decimal_print (void)
{
  static const struct
  {
    gint64 value;
    int scale, min_decimals;
    const char *text;
  } cases[] = {
    { 970500, 4, 2, "97.05" },
    { 970500, 4, 0, "97.05" },
    { 970000, 4, 2, "97.00" },
    { 970000, 4, 0, "97" },
    { 970501, 4, 2, "97.0501" },
    { -5, 4, 2, "-0.0005" },
    { 0, 4, 2, "0.00" },
    { 0, 0, 0, "0" },
    { 1, 9, 0, "0.000000001" },
    { G_MAXINT64, 0, 0, "9223372036854775807" },
    { G_MININT64, 0, 0, "-9223372036854775808" },
    { G_MININT64, 4, 4, "-922337203685477.5808" },
    { G_MININT64, 9, 9, "-9223372036.854775808" },
  };
  char buf[CD_DECIMAL_BUF];

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (cd_decimal_print (cases[i].value, cases[i].scale, cases[i].min_decimals, buf), ==, cases[i].text);
}

static void
test_decimal_refused (void)
{
  static const struct
  {
    const char *text;
    int scale;
    int code;
  } cases[] = {
    { "", 4, CD_NUM_ERROR_SYNTAX },
    { "-", 4, CD_NUM_ERROR_SYNTAX },
    { ".", 4, CD_NUM_ERROR_SYNTAX },
    { "+1", 4, CD_NUM_ERROR_SYNTAX },
    { " 1", 4, CD_NUM_ERROR_SYNTAX },
    { "1 ", 4, CD_NUM_ERROR_SYNTAX },
    { "01", 4, CD_NUM_ERROR_SYNTAX },
    { "00", 4, CD_NUM_ERROR_SYNTAX },
    { "-01", 4, CD_NUM_ERROR_SYNTAX },
    { ".5", 4, CD_NUM_ERROR_SYNTAX },
    { "1.", 4, CD_NUM_ERROR_SYNTAX },
    { "-.5", 4, CD_NUM_ERROR_SYNTAX },
    { "1.2.3", 4, CD_NUM_ERROR_SYNTAX },
    { "--1", 4, CD_NUM_ERROR_SYNTAX },
    { "-0", 4, CD_NUM_ERROR_SYNTAX },
    { "-0.0000", 4, CD_NUM_ERROR_SYNTAX },
    { "1e3", 4, CD_NUM_ERROR_SYNTAX },
    { "1,000", 4, CD_NUM_ERROR_SYNTAX },
    { "0x10", 4, CD_NUM_ERROR_SYNTAX },
    { "NaN", 4, CD_NUM_ERROR_SYNTAX },
    { "inf", 4, CD_NUM_ERROR_SYNTAX },
    { "１", 4, CD_NUM_ERROR_SYNTAX },
    { "97.05001", 4, CD_NUM_ERROR_SCALE },
    { "1.5", 0, CD_NUM_ERROR_SCALE },
    { "9223372036854775808", 0, CD_NUM_ERROR_RANGE },
    { "-9223372036854775809", 0, CD_NUM_ERROR_RANGE },
    { "922337203685477.5808", 4, CD_NUM_ERROR_RANGE },
    { "9223372036854775807", 1, CD_NUM_ERROR_RANGE },
    { "18446744073709551616", 0, CD_NUM_ERROR_RANGE },
    { "99999999999999999999999999999999999999999", 4, CD_NUM_ERROR_RANGE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 out = 77;

      g_test_message ("“%s” at %d", cases[i].text, cases[i].scale);
      g_assert_false (cd_decimal_parse (cases[i].text, -1, cases[i].scale, &out, &error));
      g_assert_error (error, CD_NUM_ERROR, cases[i].code);
      g_assert_cmpint (out, ==, 77);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

/* A length is a length: what stands behind it is not read, a zero byte inside is no digit. */
static void
test_decimal_length (void)
{
  gint64 out = 0;

  g_assert_true (cd_decimal_parse ("97.0512", 5, 4, &out, NULL));
  g_assert_cmpint (out, ==, 970500);
  g_assert_true (cd_decimal_parse ("97.05000", -1, 2, &out, NULL));
  g_assert_cmpint (out, ==, 9705);
  g_assert_false (cd_decimal_parse ("1\0002", 3, 4, &out, NULL));
  g_assert_false (cd_decimal_parse ("12", 0, 4, &out, NULL));
}

/* The message repeats what it was given, and stays text whatever that was. */
static void
test_decimal_message (void)
{
  static const char *const texts[] = { "1ééééééééééééééééééééééééééééééééééééé", "碳碳碳碳碳碳碳碳碳碳碳碳碳碳碳碳碳碳碳", "\xff\xfe\x80" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    for (gsize len = 0; len <= strlen (texts[i]); len++)
      {
        g_autoptr (GError) error = NULL;
        gint64 out;

        if (cd_decimal_parse (texts[i], (gssize)len, 4, &out, &error))
          continue;
        g_assert_error (error, CD_NUM_ERROR, CD_NUM_ERROR_SYNTAX);
        g_assert_true (g_utf8_validate (error->message, -1, NULL));
      }
}

/* Whatever bytes come: an answer or an error, and what is accepted is the canonical form but for zeros at the end. */
static void
test_decimal_noise (void)
{
  static const char alphabet[] = "0123456789..--+ ,eE";
  int accepted = 0;

  for (int i = 0; i < ROUNDS; i++)
    {
      char text[24], buf[CD_DECIMAL_BUF];
      g_autoptr (GError) error = NULL;
      int len = g_test_rand_int_range (0, 12), scale = g_test_rand_int_range (0, 10);
      gint64 out = 77;

      for (int k = 0; k < len; k++)
        text[k] = alphabet[g_test_rand_int_range (0, (gint32)sizeof alphabet - 1)];
      text[len] = 0;
      if (!cd_decimal_parse (text, -1, scale, &out, &error))
        {
          g_assert_nonnull (error);
          g_assert_cmpint (out, ==, 77);
          continue;
        }
      accepted++;
      g_assert_no_error (error);
      if (strchr (text, '.'))
        {
          while (text[len - 1] == '0')
            text[--len] = 0;
          if (text[len - 1] == '.')
            text[--len] = 0;
        }
      g_assert_cmpstr (cd_decimal_print (out, scale, 0, buf), ==, text);
    }
  g_assert_cmpint (accepted, >, 1000);
}

/* --- Money ------------------------------------------------------------------------------------------------------------- */

static void
test_money (void)
{
  const CdCurrency eur = CD_CURRENCY ('E', 'U', 'R');
  CdMoney out = { 77, 0 };

  g_assert_true (cd_money_add (CD_MONEY_CNY (970500), CD_MONEY_CNY (-500), &out));
  g_assert_cmpint (out.e4, ==, 970000);
  g_assert_cmpuint (out.ccy, ==, CD_CURRENCY_CNY);
  g_assert_true (cd_money_sub (CD_MONEY_CNY (1), CD_MONEY_CNY (3), &out));
  g_assert_cmpint (out.e4, ==, -2);
  out.e4 = 77;
  g_assert_false (cd_money_add (CD_MONEY_CNY (1), ((CdMoney){ 1, eur }), &out));
  g_assert_false (cd_money_sub (CD_MONEY_CNY (1), ((CdMoney){ 1, eur }), &out));
  g_assert_false (cd_money_add (CD_MONEY_CNY (G_MAXINT64), CD_MONEY_CNY (1), &out));
  g_assert_false (cd_money_sub (CD_MONEY_CNY (G_MININT64), CD_MONEY_CNY (1), &out));
  g_assert_cmpint (out.e4, ==, 77);
  /* 140,000 t at 97.05: 13,587,000.00. */
  g_assert_true (cd_price_times (CD_PRICE_CNY (970500), CD_UNITS (140000), &out));
  g_assert_cmpint (out.e4, ==, G_GINT64_CONSTANT (135870000000));
  out.e4 = 77;
  /* OT34: a product that does not fit is refused, never wrapped. */
  g_assert_false (cd_price_times (CD_PRICE_CNY (970500), CD_UNITS (G_MAXINT64 / 970500 + 1), &out));
  g_assert_cmpint (out.e4, ==, 77);
  g_assert_true (cd_price_times (CD_PRICE_CNY (970500), CD_UNITS (G_MAXINT64 / 970500), &out));
}

static void
test_currency (void)
{
  static const char *const bad[] = { "", "C", "CN", "CNYY", "cny", "CN1", " CNY", "CN ", "ＣＮＹ" };
  CdCurrency ccy = 5;
  char buf[CD_CURRENCY_BUF];

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_false (cd_currency_parse (bad[i], &ccy));
      g_assert_cmpuint (ccy, ==, 5);
    }
  g_assert_true (cd_currency_parse ("CNY", &ccy));
  g_assert_cmpuint (ccy, ==, CD_CURRENCY_CNY);
  for (int i = 0; i < 26 * 26 * 26; i++)
    {
      const char text[4] = { (char)('A' + i / 676), (char)('A' + i / 26 % 26), (char)('A' + i % 26), 0 };

      g_assert_true (cd_currency_parse (text, &ccy));
      g_assert_cmpstr (cd_currency_print (ccy, buf), ==, text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/num/checked", test_checked);
  g_test_add_func ("/num/mul-div/random", test_mul_div_random);
  g_test_add_func ("/num/mul-div/small", test_mul_div_small);
  g_test_add_func ("/num/mul-div/ties", test_mul_div_ties);
  g_test_add_func ("/num/mul-div/edges", test_mul_div_edges);
  g_test_add_func ("/num/decimal/round-trip", test_decimal_round_trip);
  g_test_add_func ("/num/decimal/print", test_decimal_print);
  g_test_add_func ("/num/decimal/refused", test_decimal_refused);
  g_test_add_func ("/num/decimal/length", test_decimal_length);
  g_test_add_func ("/num/decimal/message", test_decimal_message);
  g_test_add_func ("/num/decimal/noise", test_decimal_noise);
  g_test_add_func ("/num/money", test_money);
  g_test_add_func ("/num/currency", test_currency);
  return g_test_run ();
}
