/* test-typed.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Typed numbers by locale: the cases OT1–OT26, OT47 and OT48 of reliability E1, and the same keystrokes never two numbers.
 */
#include "cd-num.h"

#include <string.h>

#define OK 0
#define REJ CD_NUM_ERROR_SYNTAX
#define DEC CD_NUM_ERROR_SCALE
#define LIM CD_NUM_ERROR_RANGE
#define ASK CD_NUM_ERROR_AMBIGUOUS

#define NBSP "\xc2\xa0"
#define NNBSP "\xe2\x80\xaf"
#define QTY 0
#define PRICE 4

typedef struct
{
  int number; /* OT number, 0 = beside the list */
  const char *locale;
  int scale;
  const char *text;
  int code;
  gint64 value;
} Case;

static const Case cases[] = {
  { 1, "en_US", QTY, "", REJ, 0 },
  { 1, "zh_CN", QTY, "   ", REJ, 0 },
  /* Zero and negative numbers are numbers; that no order has them is the ticket's to say. */
  { 2, "zh_CN", QTY, "0", OK, 0 },
  { 3, "zh_CN", QTY, "-1000", OK, -1000 },
  { 4, "zh_CN", QTY, "−1000", REJ, 0 },
  { 5, "zh_CN", QTY, "+1000", REJ, 0 },
  { 6, "en_US", QTY, "1,000", OK, 1000 },
  { 6, "zh_CN", QTY, "1,000", OK, 1000 },
  { 7, "de_DE", QTY, "1,000", ASK, 0 },
  { 7, "de_DE", PRICE, "1,000", ASK, 0 },
  { 8, "de_DE", QTY, "1.000", ASK, 0 },
  { 8, "de_DE", PRICE, "1.000", ASK, 0 },
  { 9, "en_US", QTY, "1.000", DEC, 0 },
  { 9, "zh_CN", QTY, "1.000", DEC, 0 },
  { 10, "de_DE", PRICE, "8,41", OK, 84100 },
  { 11, "en_US", PRICE, "8,41", ASK, 0 },
  { 11, "zh_CN", PRICE, "8,41", ASK, 0 },
  { 12, "en_IN", QTY, "1,00,000", OK, 100000 },
  { 12, "hi_IN", QTY, "12,34,56,789", OK, 123456789 },
  { 13, "en_US", QTY, "1,00,000", REJ, 0 },
  { 13, "zh_CN", QTY, "1,00,000", REJ, 0 },
  { 13, "en_IN", QTY, "100,000", REJ, 0 },
  { 14, "en_US", QTY, "10,00", ASK, 0 },
  { 14, "zh_CN", PRICE, "10,00", ASK, 0 },
  { 14, "de_DE", QTY, "10,00", ASK, 0 },
  { 14, "fr_FR", QTY, "10,00", ASK, 0 },
  { 14, "en_IN", QTY, "10,00", ASK, 0 },
  { 14, "de_CH", QTY, "10,00", ASK, 0 },
  { 15, "fr_FR", QTY, "1" NBSP "000", OK, 1000 },
  { 15, "fr_FR", QTY, "1" NNBSP "000", OK, 1000 },
  { 15, "fr_FR", QTY, "1" NNBSP "000" NBSP "000", REJ, 0 },
  { 16, "fr_FR", QTY, "1 000", OK, 1000 },
  { 16, "en_US", QTY, "1 000", REJ, 0 },
  { 17, "de_CH", QTY, "1'000", OK, 1000 },
  { 17, "de_CH", QTY, "1’000", OK, 1000 },
  { 17, "de_DE", QTY, "1'000", REJ, 0 },
  { 18, "zh_CN", QTY, "１０００", REJ, 0 },
  { 18, "zh_CN", QTY, "1０00", REJ, 0 },
  { 19, "ar_EG", QTY, "١٠٠٠", OK, 1000 },
  { 19, "ar_EG", QTY, "1000", OK, 1000 },
  { 19, "ar_EG", QTY, "1٠00", REJ, 0 },
  { 19, "en_US", QTY, "١٠٠٠", REJ, 0 },
  { 20, "zh_CN", QTY, "1e3", REJ, 0 },
  { 20, "zh_CN", QTY, "1E3", REJ, 0 },
  { 20, "zh_CN", QTY, "1k", REJ, 0 },
  { 20, "zh_CN", QTY, "1 t", REJ, 0 },
  { 20, "fr_FR", QTY, "1 t", REJ, 0 },
  { 20, "zh_CN", QTY, "1万", REJ, 0 },
  { 21, "zh_CN", QTY, "0x10", REJ, 0 },
  { 21, "zh_CN", QTY, "010", OK, 10 },
  { 23, "zh_CN", QTY, "9223372036854775808", LIM, 0 },
  { 23, "zh_CN", QTY, "9223372036854775807", OK, G_MAXINT64 },
  { 23, "zh_CN", QTY, "9,223,372,036,854,775,808", LIM, 0 },
  { 24, "zh_CN", QTY, "\t1000", OK, 1000 },
  { 24, "zh_CN", QTY, "1000\t ", OK, 1000 },
  { 24, "zh_CN", PRICE, NBSP "97.05" NBSP, OK, 970500 },
  { 25, "zh_CN", QTY, "5-10", REJ, 0 },
  { 25, "zh_CN", QTY, "=5+5", REJ, 0 },
  { 26, "zh_CN", PRICE, "NaN", REJ, 0 },
  { 26, "zh_CN", PRICE, "inf", REJ, 0 },
  { 26, "zh_CN", PRICE, "nan(1)", REJ, 0 },
  { 47, "zh_CN", QTY, "1000\n2000", REJ, 0 },
  { 47, "zh_CN", QTY, "1000\n", REJ, 0 },
  { 47, "zh_CN", QTY, "1000\r\n", REJ, 0 },
  { 48, "zh_CN", QTY, "1\xe2\x80\x8b"
                      "000",
    REJ, 0 },
  { 48, "zh_CN", QTY, "\xe2\x80\xae"
                      "1000",
    REJ, 0 },
  { 48, "zh_CN", QTY, "\xef\xbb\xbf"
                      "1000",
    REJ, 0 },
  /* A group cannot begin with nought: who types 0,500 means a half. */
  { 0, "en_US", PRICE, "0,500", ASK, 0 },
  { 0, "zh_CN", QTY, "0,500", ASK, 0 },
  { 0, "zh_CN", PRICE, "-0,500", ASK, 0 },
  { 0, "zh_CN", QTY, "0,500,000", REJ, 0 },
  { 0, "fr_FR", QTY, "0 500", REJ, 0 },
  { 0, "ar_EG", PRICE, "٠,٥٠٠", ASK, 0 },
  { 0, "zh_CN", PRICE, "97.05", OK, 970500 },
  { 0, "zh_CN", PRICE, "97.050", OK, 970500 },
  { 0, "zh_CN", PRICE, "97.05001", DEC, 0 },
  { 0, "zh_CN", PRICE, "1,234,567.89", OK, G_GINT64_CONSTANT (12345678900) },
  { 0, "de_DE", PRICE, "1.234.567,89", OK, G_GINT64_CONSTANT (12345678900) },
  { 0, "fr_FR", PRICE, "1" NNBSP "234,5", OK, 12345000 },
  { 0, "de_CH", PRICE, "1'234.5", OK, 12345000 },
  { 0, "zh_CN", QTY, "1,0000", ASK, 0 },
  { 0, "zh_CN", QTY, ",000", REJ, 0 },
  { 0, "zh_CN", QTY, "1,", ASK, 0 },
  { 0, "zh_CN", QTY, "1,,000", REJ, 0 },
  { 0, "zh_CN", QTY, "1000,000", REJ, 0 },
  { 0, "zh_CN", PRICE, "97.", REJ, 0 },
  { 0, "zh_CN", PRICE, ".5", REJ, 0 },
  { 0, "zh_CN", PRICE, "97.0.5", REJ, 0 },
  { 0, "zh_CN", PRICE, "1.000,50", REJ, 0 },
  { 0, "zh_CN", QTY, "-", REJ, 0 },
  /* Nought has no sign, with decimals or without. */
  { 0, "zh_CN", QTY, "-0", OK, 0 },
  { 0, "zh_CN", PRICE, "-0.00", OK, 0 },
  { 0, "de_DE", PRICE, "-0,0", OK, 0 },
  { 0, "zh_CN", PRICE, "-00.0000", OK, 0 },
  { 0, "zh_CN", PRICE, "-0.01", OK, -100 },
  { 0, "zh_CN", QTY, "--1", REJ, 0 },
  { 0, "zh_CN", QTY, "1-", REJ, 0 },
  { 0, "zh_CN", QTY, "(1000)", REJ, 0 },
  { 0, "zh_CN", PRICE, "¥97.05", REJ, 0 },
  { 0, "zh_CN", PRICE, "5%", REJ, 0 },
};

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *c = &cases[i];
      g_autoptr (GError) error = NULL;
      gint64 out = 77;
      gboolean ok = cd_number_parse_typed (c->text, cd_number_style_for_locale (c->locale), c->scale, &out, &error);

      g_test_message ("OT%d %s scale %d “%s”: %s", c->number, c->locale, c->scale, c->text, error ? error->message : "accepted");
      if (c->code == OK)
        {
          g_assert_no_error (error);
          g_assert_true (ok);
          g_assert_cmpint (out, ==, c->value);
          continue;
        }
      g_assert_false (ok);
      g_assert_error (error, CD_NUM_ERROR, c->code);
      g_assert_cmpint (out, ==, 77);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

/* "Both readings" means both stand in the message. */
static void
test_readings (void)
{
  static const struct
  {
    const char *locale, *text, *first, *second;
    int scale;
  } shown[] = {
    { "en_US", "8,41", "8.41", "841", PRICE },
    { "en_US", "10,00", "10.00", "1000", QTY },
    { "de_DE", "1.000", "1.000", "1000", QTY },
    { "de_DE", "1,000", "1.000", "1000", PRICE },
    { "zh_CN", "0,500", "0.500", "0500", PRICE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (shown); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 out;

      g_assert_false (cd_number_parse_typed (shown[i].text, cd_number_style_for_locale (shown[i].locale), shown[i].scale, &out, &error));
      g_assert_error (error, CD_NUM_ERROR, ASK);
      g_assert_nonnull (strstr (error->message, shown[i].first));
      g_assert_nonnull (strstr (error->message, shown[i].second));
    }
}

/* OT48: the sign nobody sees is named. OT18: the message says which digits are meant. */
static void
test_messages (void)
{
  const CdNumberStyle *zh = cd_number_style_for_locale ("zh_CN");
  g_autoptr (GError) hidden = NULL;
  g_autoptr (GError) wide = NULL;
  gint64 out;

  g_assert_false (cd_number_parse_typed ("1\xe2\x80\x8b"
                                         "000",
                                         zh, QTY, &out, &hidden));
  g_assert_nonnull (strstr (hidden->message, "U+200B"));
  g_assert_false (cd_number_parse_typed ("１０００", zh, QTY, &out, &wide));
  g_assert_nonnull (strstr (wide->message, "ASCII"));
}

/* OT22: what is far too long is refused by its length. 41 characters are too many, 40 are not. */
static void
test_long (void)
{
  const CdNumberStyle *zh = cd_number_style_for_locale ("zh_CN");

  for (gsize len = 38; len <= 400; len++)
    {
      g_autofree char *nines = g_strnfill (len, '9');
      g_autofree char *zeros = g_strnfill (len, '0');
      g_autofree char *commas = g_strnfill (len, ',');
      g_autoptr (GError) error = NULL;
      gint64 out = 77;

      g_assert_false (cd_number_parse_typed (nines, zh, QTY, &out, &error));
      g_assert_true (g_error_matches (error, CD_NUM_ERROR, (int)(len > 40 ? REJ : LIM)));
      g_assert_false (cd_number_parse_typed (commas, zh, QTY, &out, NULL));
      g_assert_cmpint (out, ==, 77);
      g_assert_cmpint (cd_number_parse_typed (zeros, zh, QTY, &out, NULL), ==, len <= 40);
    }
}

/* --- Properties -------------------------------------------------------------------------------------------------------- */

static const char *const locales[] = { "en_US", "zh_CN.UTF-8", "ko_KR", "ja_JP", "en_IN", "hi_IN", "de_DE", "es_ES", "it_IT", "nl_NL", "fr_FR", "pl_PL", "de_CH", "ar_EG", "C", "xx_YY" };

/* A number as a person of the locale writes it, with all groups. */
static char *
write_in (gint64 value, int scale, const CdNumberStyle *style)
{
  char buf[CD_DECIMAL_BUF];
  GString *out = g_string_new (NULL);
  const char *whole = cd_decimal_print (value, scale, scale, buf);
  const char *point = strchr (whole, '.');
  int left = (int)(point ? point - whole : (long)strlen (whole));

  if (*whole == '-')
    {
      g_string_append_c (out, '-');
      whole++;
      left--;
    }
  for (; left > 0; left--, whole++)
    {
      g_string_append_c (out, *whole);
      if (left > 1 && (left == 4 || (left > 4 && (left - 4) % (style->indian_groups ? 2 : 3) == 0)))
        g_string_append (out, style->groups[0]);
    }
  if (point)
    g_string_append_printf (out, "%s%s", style->decimal, point + 1);
  return g_string_free (out, FALSE);
}

static void
test_written_is_read (void)
{
  for (int i = 0; i < 100000; i++)
    {
      const CdNumberStyle *style = cd_number_style_for_locale (locales[g_test_rand_int_range (0, G_N_ELEMENTS (locales))]);
      gint64 value = (gint64)((guint64)(guint32)g_test_rand_int () << 32 | (guint32)g_test_rand_int ()) >> g_test_rand_int_range (1, 64);
      int scale = g_test_rand_int_range (0, 7);
      g_autofree char *text = write_in (value, scale, style);
      g_autoptr (GError) error = NULL;
      gint64 out = 77;

      if (cd_number_parse_typed (text, style, scale, &out, &error))
        g_assert_cmpint (out, ==, value);
      else if (error->code == ASK)
        /* Only one lonely sign with three digits behind it is asked about, and only where the comma is the decimal mark. */
        g_assert_true (style->decimal[0] == ',' && strpbrk (text, ",.") && strlen (strpbrk (text, ",.")) == 4);
      else
        g_error ("“%s” in %s: %s", text, style->locale, error->message);
    }
}

/* No keystrokes are one number here and another one there. */
static void
test_never_two_numbers (void)
{
  static const char *const parts[] = { "0", "1", "2", "7", "00", "000", "123", ",", ".", " ", "'", "-", NBSP };
  int read = 0;

  for (int i = 0; i < 100000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      gboolean known = FALSE;
      gint64 first = 0;

      for (int n = g_test_rand_int_range (1, 7); n > 0; n--)
        g_string_append (text, parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))]);
      for (gsize k = 0; k < G_N_ELEMENTS (locales); k++)
        {
          gint64 out = 0;

          if (!cd_number_parse_typed (text->str, cd_number_style_for_locale (locales[k]), 6, &out, NULL))
            continue;
          if (known && out != first)
            g_error ("“%s” is %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT, text->str, first, out);
          known = TRUE;
          first = out;
          read++;
        }
    }
  g_assert_cmpint (read, >, 10000);
}

static void
test_noise (void)
{
  for (int i = 0; i < 100000; i++)
    {
      char text[64];
      g_autoptr (GError) error = NULL;
      int len = g_test_rand_int_range (0, 48);
      gint64 out = 77;

      for (int k = 0; k < len; k++)
        text[k] = (char)g_test_rand_int_range (1, 256);
      text[len] = 0;
      if (!cd_number_parse_typed (text, cd_number_style_for_locale (locales[i % G_N_ELEMENTS (locales)]), 4, &out, &error))
        {
          g_assert_nonnull (error);
          g_assert_cmpint (out, ==, 77);
          g_assert_true (g_utf8_validate (error->message, -1, NULL));
        }
    }
}

static void
test_styles (void)
{
  static const struct
  {
    const char *locale, *style;
  } chosen[] = {
    { "zh_CN", "zh" },
    { "zh_CN.UTF-8", "zh" },
    { "zh", "zh" },
    { "en_US", "en" },
    { "en_IN.UTF-8", "en_IN" },
    { "de_DE@euro", "de" },
    { "de_CH", "de_CH" },
    { "de_CHX", "de" },
    { "dexter", "en" },
    { "", "en" },
    { "C", "en" },
    { NULL, "en" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (chosen); i++)
    g_assert_cmpstr (cd_number_style_for_locale (chosen[i].locale)->locale, ==, chosen[i].style);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/typed/table", test_table);
  g_test_add_func ("/typed/readings", test_readings);
  g_test_add_func ("/typed/messages", test_messages);
  g_test_add_func ("/typed/long", test_long);
  g_test_add_func ("/typed/written-is-read", test_written_is_read);
  g_test_add_func ("/typed/never-two-numbers", test_never_two_numbers);
  g_test_add_func ("/typed/noise", test_noise);
  g_test_add_func ("/typed/styles", test_styles);
  return g_test_run ();
}
