/* cd-num.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Exact numbers. Every quantity of money, tonnes or price in the program is one of these integers;
 * the compiler keeps the kinds apart. No function here ever wraps: overflow is reported to the caller.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CD_NUM_ERROR (cd_num_error_quark ())
GQuark cd_num_error_quark (void);

/**
 * CdNumError:
 * @CD_NUM_ERROR_SYNTAX: not a number in the grammar asked for
 * @CD_NUM_ERROR_SCALE: more decimals than the scale allows
 * @CD_NUM_ERROR_RANGE: does not fit, or overflow
 * @CD_NUM_ERROR_AMBIGUOUS: can be read in two ways; the message shows both readings
 * @CD_NUM_ERROR_CURRENCY: unlike currencies
 */
typedef enum
{
  CD_NUM_ERROR_SYNTAX = 1,
  CD_NUM_ERROR_SCALE = 2,
  CD_NUM_ERROR_RANGE = 3,
  CD_NUM_ERROR_AMBIGUOUS = 4,
  CD_NUM_ERROR_CURRENCY = 5,
} CdNumError;

/* An ISO 4217 code as three ASCII letters in one integer: 'C' << 16 | 'N' << 8 | 'Y'. 0 = none. */
typedef guint32 CdCurrency;
#define CD_CURRENCY(a, b, c) ((CdCurrency)(((guint32)(a) << 16) | ((guint32)(b) << 8) | (guint32)(c)))
#define CD_CURRENCY_CNY CD_CURRENCY ('C', 'N', 'Y')

#define CD_E4 G_GINT64_CONSTANT (10000)

/**
 * CdPrice: price per unit in 10⁻⁴ of a currency unit.
 */
typedef struct
{
  gint64 e4;
  CdCurrency ccy;
} CdPrice;

/**
 * CdMoney: an amount in 10⁻⁴ of a currency unit.
 */
typedef struct
{
  gint64 e4;
  CdCurrency ccy;
} CdMoney;

/**
 * CdUnits: whole allowances or credits (1 unit = 1 t CO2e).
 */
typedef struct
{
  gint64 n;
} CdUnits;

/**
 * CdMass: emissions in 10⁻³ of the pack's mass unit (for China: kg CO2e).
 */
typedef struct
{
  gint64 e3;
} CdMass;

/**
 * CdRounding: named rounding; a rule that rounds says which.
 */
typedef enum
{
  CD_ROUND_FLOOR,
  CD_ROUND_CEIL,
  CD_ROUND_HALF_UP, /* ties away from zero */
  CD_ROUND_HALF_EVEN,
} CdRounding;

#define CD_PRICE_CNY(e4_) ((CdPrice){ (e4_), CD_CURRENCY_CNY })
#define CD_MONEY_CNY(e4_) ((CdMoney){ (e4_), CD_CURRENCY_CNY })
#define CD_UNITS(n_) ((CdUnits){ (n_) })

/* Checked 64-bit arithmetic. FALSE = overflow, *out untouched. */
gboolean cd_i64_add (gint64 a, gint64 b, gint64 *out) G_GNUC_WARN_UNUSED_RESULT;
gboolean cd_i64_sub (gint64 a, gint64 b, gint64 *out) G_GNUC_WARN_UNUSED_RESULT;
gboolean cd_i64_mul (gint64 a, gint64 b, gint64 *out) G_GNUC_WARN_UNUSED_RESULT;

/**
 * cd_i64_mul_div:
 * @a: a factor
 * @num: a factor
 * @den: divisor, not 0
 * @rounding: how the quotient is rounded
 * @out: (out): a × num ÷ den
 *
 * The product is formed in 128 bits, so only the result has to fit.
 *
 * Returns: %FALSE when the result does not fit or @den is 0
 */
gboolean cd_i64_mul_div (gint64 a, gint64 num, gint64 den, CdRounding rounding, gint64 *out) G_GNUC_WARN_UNUSED_RESULT;

gboolean cd_money_add (CdMoney a, CdMoney b, CdMoney *out) G_GNUC_WARN_UNUSED_RESULT; /* FALSE: overflow or unlike currencies */
gboolean cd_money_sub (CdMoney a, CdMoney b, CdMoney *out) G_GNUC_WARN_UNUSED_RESULT;
gboolean cd_price_times (CdPrice p, CdUnits q, CdMoney *out) G_GNUC_WARN_UNUSED_RESULT; /* exact: both are 10⁻⁴ */

gboolean cd_currency_parse (const char *text, CdCurrency *out) G_GNUC_WARN_UNUSED_RESULT;
#define CD_CURRENCY_BUF 4
const char *cd_currency_print (CdCurrency ccy, char buf[CD_CURRENCY_BUF]);

/**
 * cd_decimal_parse:
 * @text: canonical decimal: optional '-', no leading zeros, optional '.' and digits; no exponent, no blanks, no '+'
 * @len: bytes, or -1
 * @scale: decimals kept (0–9): "97.05" at 4 is 970500. More decimals than @scale are an error unless they are zeros
 * @out: (out): the scaled integer
 * @error: a %CD_NUM_ERROR
 *
 * The form used on the wire, in packs and in files. "-0" is refused.
 */
gboolean cd_decimal_parse (const char *text, gssize len, int scale, gint64 *out, GError **error);

#define CD_DECIMAL_BUF 32
/**
 * cd_decimal_print:
 * @value: scaled integer
 * @scale: its decimals (0–9)
 * @min_decimals: decimals always shown; further trailing zeros are cut
 * @buf: at least %CD_DECIMAL_BUF bytes
 *
 * The inverse of cd_decimal_parse().
 *
 * Returns: (transfer none): @buf
 */
const char *cd_decimal_print (gint64 value, int scale, int min_decimals, char *buf);

/**
 * CdNumberStyle: how a person in one locale writes numbers (from reliability E1).
 * @decimal: decimal mark, one UTF-8 character ("." or ",")
 * @groups: (array zero-terminated=1): accepted group separators, up to 4 UTF-8 characters
 * @indian_groups: 3 then 2 (1,00,000)
 */
typedef struct
{
  const char *locale;
  const char *decimal;
  const char *groups[5];
  gboolean indian_groups;
  gunichar zero; /* the locale's digit zero, '0' when ASCII only */
} CdNumberStyle;

/**
 * cd_number_style_for_locale:
 * @locale: "zh_CN", "en_US", "de_DE", "fr_FR", "de_CH", "en_IN", "ar_EG" …; unknown ones read as "en"
 *
 * Returns: (transfer none): a constant
 */
const CdNumberStyle *cd_number_style_for_locale (const char *locale);

/**
 * cd_number_parse_typed:
 * @text: what a person typed or pasted
 * @style: the person's locale
 * @scale: decimals allowed (0 for quantities)
 * @out: (out): scaled integer; may be negative or zero: the caller decides what it accepts
 * @error: %CD_NUM_ERROR, the message names what was expected and, when ambiguous, both readings
 *
 * Strict reading of typed numbers (reliability E1): surrounding blanks are cut; group separators only when all groups
 * are right; "1,000" where both readings are possible, or "10,00", is ambiguous; full-width digits, exponents, suffixes, signs other than '-', hidden
 * characters and more than 40 characters are refused.
 */
gboolean cd_number_parse_typed (const char *text, const CdNumberStyle *style, int scale, gint64 *out, GError **error);

G_END_DECLS
