/* cd-num.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-num.h"

#include <string.h>

GQuark
cd_num_error_quark (void)
{
  return g_quark_from_static_string ("cd-num-error-quark");
}

static const gint64 powers[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000 };

gboolean
cd_i64_add (gint64 a, gint64 b, gint64 *out)
{
  gint64 r;

  if (__builtin_add_overflow (a, b, &r))
    return FALSE;
  *out = r;
  return TRUE;
}

gboolean
cd_i64_sub (gint64 a, gint64 b, gint64 *out)
{
  gint64 r;

  if (__builtin_sub_overflow (a, b, &r))
    return FALSE;
  *out = r;
  return TRUE;
}

gboolean
cd_i64_mul (gint64 a, gint64 b, gint64 *out)
{
  gint64 r;

  if (__builtin_mul_overflow (a, b, &r))
    return FALSE;
  *out = r;
  return TRUE;
}

gboolean
cd_i64_mul_div (gint64 a, gint64 num, gint64 den, CdRounding rounding, gint64 *out)
{
  __int128 product, quotient, rest;
  gboolean negative;

  if (den == 0)
    return FALSE;
  product = (__int128)a * num;
  quotient = product / den;
  rest = product % den;
  if (rest != 0)
    {
      __int128 twice = (rest < 0 ? -rest : rest) * 2;
      __int128 size = den < 0 ? -(__int128)den : den;
      gboolean away = FALSE;

      /* C cuts towards zero; what is left decides whether to go one further away from it. */
      negative = (rest < 0) != (den < 0);
      switch (rounding)
        {
        case CD_ROUND_FLOOR:
          away = negative;
          break;
        case CD_ROUND_CEIL:
          away = !negative;
          break;
        case CD_ROUND_HALF_UP:
          away = twice >= size;
          break;
        case CD_ROUND_HALF_EVEN:
          away = twice > size || (twice == size && quotient % 2 != 0);
          break;
        }
      if (away)
        quotient += negative ? -1 : 1;
    }
  if (quotient > G_MAXINT64 || quotient < G_MININT64)
    return FALSE;
  *out = (gint64)quotient;
  return TRUE;
}

gboolean
cd_money_add (CdMoney a, CdMoney b, CdMoney *out)
{
  gint64 sum;

  if (a.ccy != b.ccy || !cd_i64_add (a.e4, b.e4, &sum))
    return FALSE;
  *out = (CdMoney){ sum, a.ccy };
  return TRUE;
}

gboolean
cd_money_sub (CdMoney a, CdMoney b, CdMoney *out)
{
  gint64 diff;

  if (a.ccy != b.ccy || !cd_i64_sub (a.e4, b.e4, &diff))
    return FALSE;
  *out = (CdMoney){ diff, a.ccy };
  return TRUE;
}

gboolean
cd_price_times (CdPrice p, CdUnits q, CdMoney *out)
{
  gint64 product;

  if (!cd_i64_mul (p.e4, q.n, &product))
    return FALSE;
  *out = (CdMoney){ product, p.ccy };
  return TRUE;
}

gboolean
cd_currency_parse (const char *text, CdCurrency *out)
{
  for (int i = 0; i < 3; i++)
    if (!g_ascii_isupper (text[i]))
      return FALSE;
  if (text[3] != 0)
    return FALSE;
  *out = CD_CURRENCY (text[0], text[1], text[2]);
  return TRUE;
}

const char *
cd_currency_print (CdCurrency ccy, char buf[CD_CURRENCY_BUF])
{
  buf[0] = (char)(ccy >> 16 & 0xff);
  buf[1] = (char)(ccy >> 8 & 0xff);
  buf[2] = (char)(ccy & 0xff);
  buf[3] = 0;
  return buf;
}

/* @what: what is wrong; the text before it is cut at 40 bytes and stays text wherever that falls. */
static gboolean
refuse (GError **error, CdNumError code, const char *text, gsize len, const char *what)
{
  g_autofree char *shown = g_utf8_make_valid (text, (gssize)MIN (len, 40));

  g_set_error (error, CD_NUM_ERROR, (int)code, "“%s”: %s", shown, what);
  return FALSE;
}

static gboolean
syntax (GError **error, const char *text, gsize len)
{
  return refuse (error, CD_NUM_ERROR_SYNTAX, text, len, "expected a decimal such as 97.05");
}

static gboolean
too_fine (GError **error, const char *text, gsize len, int scale)
{
  g_autofree char *what = g_strdup_printf ("expected at most %d decimals", scale);

  return refuse (error, CD_NUM_ERROR_SCALE, text, len, what);
}

gboolean
cd_decimal_parse (const char *text, gssize length, int scale, gint64 *out, GError **error)
{
  gsize len = length < 0 ? strlen (text) : (gsize)length;
  gsize i = 0, start;
  gboolean negative = FALSE;
  guint64 value = 0;
  int decimals = 0;

  g_return_val_if_fail (scale >= 0 && scale <= 9, FALSE);

  if (i < len && text[i] == '-')
    {
      negative = TRUE;
      i++;
    }
  start = i;
  for (; i < len && g_ascii_isdigit (text[i]); i++)
    if (__builtin_mul_overflow (value, (guint64)10, &value) || __builtin_add_overflow (value, (guint64)(text[i] - '0'), &value))
      goto range;
  if (i == start || (text[start] == '0' && i - start > 1))
    return syntax (error, text, len);
  if (i < len && text[i] == '.')
    {
      i++;
      start = i;
      for (; i < len && g_ascii_isdigit (text[i]); i++)
        {
          if (decimals >= scale)
            {
              if (text[i] == '0')
                continue;
              return too_fine (error, text, len, scale);
            }
          if (__builtin_mul_overflow (value, (guint64)10, &value) || __builtin_add_overflow (value, (guint64)(text[i] - '0'), &value))
            goto range;
          decimals++;
        }
      if (i == start)
        return syntax (error, text, len);
    }
  if (i != len || (negative && value == 0))
    return syntax (error, text, len);
  if (__builtin_mul_overflow (value, (guint64)powers[scale - decimals], &value) || value > (guint64)G_MAXINT64 + (negative ? 1 : 0))
    goto range;
  *out = negative ? (gint64)(0 - value) : (gint64)value;
  return TRUE;

range:
  return refuse (error, CD_NUM_ERROR_RANGE, text, len, "too large");
}

const char *
cd_decimal_print (gint64 value, int scale, int min_decimals, char *buf)
{
  guint64 magnitude = value < 0 ? 0 - (guint64)value : (guint64)value;
  guint64 whole = magnitude / (guint64)powers[scale];
  guint64 part = magnitude % (guint64)powers[scale];
  int n = g_snprintf (buf, CD_DECIMAL_BUF, "%s%" G_GUINT64_FORMAT, value < 0 ? "-" : "", whole);
  int decimals = scale;

  while (decimals > min_decimals && part % 10 == 0)
    {
      part /= 10;
      decimals--;
    }
  if (decimals > 0)
    g_snprintf (buf + n, (gulong)(CD_DECIMAL_BUF - n), ".%0*" G_GINT64_MODIFIER "u", decimals, part);
  return buf;
}
