/* test-colours.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Contrast by the formula of WCAG 2.1: every tone of text on every ground it stands on, and every colour that style.css names,
 * for dark and light, is at least 4.5 to 1. And the market colours are mirrored whole.
 */
#include <adwaita.h>
#include <math.h>
#include <string.h>

#include "cd-colours.h"

#define AA 4.5

static double
linear (double c)
{
  return c <= 0.03928 ? c / 12.92 : pow ((c + 0.055) / 1.055, 2.4);
}

static double
luminance (const GdkRGBA *c)
{
  return 0.2126 * linear (c->red) + 0.7152 * linear (c->green) + 0.0722 * linear (c->blue);
}

static double
contrast (const GdkRGBA *a, const GdkRGBA *b)
{
  double x = luminance (a), y = luminance (b);

  return (MAX (x, y) + 0.05) / (MIN (x, y) + 0.05);
}

static GdkRGBA
rgba (const char *text)
{
  GdkRGBA colour;

  if (!gdk_rgba_parse (&colour, text))
    g_error ("not a colour: %s", text);
  return colour;
}

/* Figures known from the specification itself. */
static void
test_formula (void)
{
  const GdkRGBA black = rgba ("#000000"), white = rgba ("#ffffff"), grey = rgba ("#767676");

  g_assert_cmpfloat_with_epsilon (contrast (&black, &white), 21.0, 0.001);
  g_assert_cmpfloat_with_epsilon (contrast (&white, &white), 1.0, 0.001);
  g_assert_cmpfloat_with_epsilon (contrast (&grey, &white), 4.54, 0.01);
}

static void
test_tones (void)
{
  static const CdTone texts[] = { CD_TONE_TEXT, CD_TONE_DIM, CD_TONE_UP, CD_TONE_DOWN, CD_TONE_FLAT, CD_TONE_BUY, CD_TONE_SELL, CD_TONE_OWN, CD_TONE_STALE, CD_TONE_WARN, CD_TONE_BLOCK, CD_TONE_LINK };
  static const CdTone grounds[] = { CD_TONE_VIEW, CD_TONE_HEADER, CD_TONE_SELECTED };
  guint bad = 0;

  for (int dark = 0; dark < 2; dark++)
    for (int market = CD_MARKET_COLOURS_MAINLAND; market <= CD_MARKET_COLOURS_COLOUR_BLIND; market++)
      for (gsize t = 0; t < G_N_ELEMENTS (texts); t++)
        for (gsize g = 0; g < G_N_ELEMENTS (grounds); g++)
          {
            double c = contrast (cd_colours_get_for (texts[t], dark, market), cd_colours_get_for (grounds[g], dark, market));

            if (c >= AA)
              continue;
            bad++;
            g_test_message ("tone %d on %d, %s, colours %d: %.2f", texts[t], grounds[g], dark ? "dark" : "light", market, c);
          }
  g_assert_cmpuint (bad, ==, 0);
}

/* --- style.css ------------------------------------------------------------------------------------------------------- */

static char *
load_style (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "ui", "style.css", NULL);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

/* The value of @property in the rule's body, when it is a colour of its own. */
static gboolean
colour_of (const char *body, const char *property, GdkRGBA *out)
{
  g_autofree char *pattern = g_strdup_printf ("(?:^|[;{ ])%s: *(#[0-9a-f]{6}|white|black)", property);
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *text = NULL;

  if (!g_regex_match (regex, body, 0, &match))
    return FALSE;
  text = g_match_info_fetch (match, 1);
  *out = rgba (text);
  return TRUE;
}

static void
check (const char *selector, const GdkRGBA *text, const GdkRGBA *ground, guint *bad)
{
  double c = contrast (text, ground);

  if (c >= AA)
    return;
  (*bad)++;
  g_test_message ("%s: %.2f", selector, c);
}

static void
test_style (void)
{
  /* Tables, window, bars of the platform's two themes. */
  static const char *const grounds[2][3] = { { "#ffffff", "#fafafa", "#ebebeb" }, { "#1d1d20", "#242424", "#303030" } };
  g_autofree char *style = load_style ();
  g_autoptr (GRegex) rule = g_regex_new ("([^{}]+)\\{([^}]*)\\}", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint bad = 0, seen = 0;

  g_regex_match (rule, style, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *selector = g_strstrip (g_match_info_fetch (match, 1));
      g_autofree char *body = g_match_info_fetch (match, 2);
      GdkRGBA text, ground;

      if (!colour_of (body, "color", &text))
        continue;
      seen++;
      if (colour_of (body, "background", &ground))
        {
          check (selector, &text, &ground, &bad);
          continue;
        }
      for (int dark = 0; dark < 2; dark++)
        for (int i = 0; i < 3; i++)
          {
            /* A rule without a theme is of the dark one, with another for light beside it. */
            if (strstr (selector, dark ? ".light" : ".dark") || (!dark && !strstr (selector, ".light")))
              continue;
            ground = rgba (grounds[dark][i]);
            check (selector, &text, &ground, &bad);
          }
    }
  g_assert_cmpuint (seen, >, 10);
  g_assert_cmpuint (bad, ==, 0);
}

static void
test_accent (void)
{
  g_autofree char *style = load_style ();
  g_autoptr (GRegex) regex = g_regex_new ("accent_(bg|fg)_color (#[0-9a-f]{6})", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  GdkRGBA colours[2];
  guint n = 0;

  g_regex_match (regex, style, 0, &match);
  for (; g_match_info_matches (match) && n < 2; g_match_info_next (match, NULL))
    {
      g_autofree char *text = g_match_info_fetch (match, 2);

      colours[n++] = rgba (text);
    }
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpfloat (contrast (&colours[0], &colours[1]), >=, AA);
}

/* What is a rise on one setting is a fall on the other, everywhere; and what has nothing to do with prices stays. */
static void
test_mirror (void)
{
  for (int dark = 0; dark < 2; dark++)
    {
      g_assert_true (gdk_rgba_equal (cd_colours_get_for (CD_TONE_UP, dark, CD_MARKET_COLOURS_MAINLAND), cd_colours_get_for (CD_TONE_DOWN, dark, CD_MARKET_COLOURS_INTERNATIONAL)));
      g_assert_true (gdk_rgba_equal (cd_colours_get_for (CD_TONE_BUY, dark, CD_MARKET_COLOURS_MAINLAND), cd_colours_get_for (CD_TONE_SELL, dark, CD_MARKET_COLOURS_INTERNATIONAL)));
      for (int market = CD_MARKET_COLOURS_MAINLAND; market <= CD_MARKET_COLOURS_COLOUR_BLIND; market++)
        for (int tone = 0; tone < CD_N_TONES; tone++)
          if (tone != CD_TONE_UP && tone != CD_TONE_DOWN && tone != CD_TONE_BUY && tone != CD_TONE_SELL)
            g_assert_true (gdk_rgba_equal (cd_colours_get_for (tone, dark, market), cd_colours_get_for (tone, dark, CD_MARKET_COLOURS_MAINLAND)));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/colours/formula", test_formula);
  g_test_add_func ("/colours/tones", test_tones);
  g_test_add_func ("/colours/style", test_style);
  g_test_add_func ("/colours/accent", test_accent);
  g_test_add_func ("/colours/mirror", test_mirror);
  return g_test_run ();
}
