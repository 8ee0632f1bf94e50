/* test-id.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keys, credit codes, identifiers and sums against other people's arithmetic: RFC 4648, GB 32100, zlib.
 */
#include "cd-id.h"

#include <string.h>
#include <zlib.h>

static void
random_bytes (guint8 *out, gsize len)
{
  for (gsize i = 0; i < len; i++)
    out[i] = (guint8)g_test_rand_int_range (0, 256);
}

/* --- Keys -------------------------------------------------------------------------------------------------------------- */

/* Base32 read back by RFC 4648; the bits left over are nought. */
static void
decode (const char *text, guint8 out[16])
{
  guint64 acc = 0;
  guint bits = 0;
  int n = 0;

  for (; *text; text++)
    {
      guint value = g_ascii_isupper (*text) ? (guint)(*text - 'A') : (guint)(*text - '2') + 26;

      g_assert_cmpuint (value, <, 32);
      acc = acc << 5 | value;
      bits += 5;
      if (bits >= 8)
        {
          bits -= 8;
          g_assert_cmpint (n, <, 16);
          out[n++] = (guint8)(acc >> bits);
          acc &= (G_GUINT64_CONSTANT (1) << bits) - 1;
        }
    }
  g_assert_cmpint (n, ==, 16);
  g_assert_cmpuint (acc, ==, 0);
}

static void
test_key_round_trip (void)
{
  for (int i = 0; i < 100000; i++)
    {
      guint8 random[16], back[16];
      char buf[CD_KEY_BUF];
      CdKeyKind kind = i % 2 ? CD_KEY_LIVE : CD_KEY_PRACTICE, read = CD_KEY_PRACTICE;

      random_bytes (random, sizeof random);
      g_assert_true (cd_key_make (kind, random, buf) == buf);
      g_assert_cmpuint (strlen (buf), ==, CD_KEY_LEN);
      g_assert_true (g_str_has_prefix (buf, kind == CD_KEY_LIVE ? "LX" : "PX"));
      g_assert_true (cd_key_valid (buf, &read));
      g_assert_cmpint (read, ==, kind);
      decode (buf + 2, back);
      g_assert_cmpmem (back, 16, random, 16);
    }
}

static void
test_key_known (void)
{
  static const guint8 zero[16] = { 0 };
  static const guint8 ones[16] = { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 };
  /* "foobarfoobarfoob": the test vectors of RFC 4648 strung together. */
  static const guint8 text[16] = { 'f', 'o', 'o', 'b', 'a', 'r', 'f', 'o', 'o', 'b', 'a', 'r', 'f', 'o', 'o', 'b' };
  char buf[CD_KEY_BUF];

  g_assert_cmpstr (cd_key_make (CD_KEY_PRACTICE, zero, buf), ==, "PXAAAAAAAAAAAAAAAAAAAAAAAAAA");
  g_assert_cmpstr (cd_key_make (CD_KEY_LIVE, ones, buf), ==, "LX77777777777777777777777774");
  g_assert_cmpstr (cd_key_make (CD_KEY_PRACTICE, text, buf), ==, "PXMZXW6YTBOJTG633CMFZGM33PMI");
}

static void
test_key_refused (void)
{
  static const char *const bad[] = { "", "PX", "PXAAAAAAAAAAAAAAAAAAAAAAAAA", "PXAAAAAAAAAAAAAAAAAAAAAAAAAAA", "QXAAAAAAAAAAAAAAAAAAAAAAAAAA", "PYAAAAAAAAAAAAAAAAAAAAAAAAAA", "pxAAAAAAAAAAAAAAAAAAAAAAAAAA", "PXAAAAAAAAAAAAAAAAAAAAAAAAA0", "PXAAAAAAAAAAAAAAAAAAAAAAAAA1", "PXAAAAAAAAAAAAAAAAAAAAAAAAAa", "PXAAAAAAAAAAAAAAAAAAAAAAAAA=", "PXAAAAAAAAAAAA AAAAAAAAAAAAA" };
  CdKeyKind kind;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (cd_key_valid (bad[i], &kind));
  g_assert_false (cd_key_valid (NULL, &kind));
  g_assert_true (cd_key_valid ("PXAAAAAAAAAAAAAAAAAAAAAAAAAA", NULL));
}

/* --- Unified social credit codes --------------------------------------------------------------------------------------- */

#define USCC_ALPHABET "0123456789ABCDEFGHJKLMNPQRTUWXY"

/* The weights as the standard prints them. */
static char
uscc_check (const char *code)
{
  static const int weights[17] = { 1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28 };
  int sum = 0;

  for (int i = 0; i < 17; i++)
    sum += (int)(strchr (USCC_ALPHABET, code[i]) - USCC_ALPHABET) * weights[i];
  return USCC_ALPHABET[(31 - sum % 31) % 31];
}

static void
random_uscc (char code[19])
{
  for (int i = 0; i < 17; i++)
    code[i] = USCC_ALPHABET[g_test_rand_int_range (0, 31)];
  code[17] = uscc_check (code);
  code[18] = 0;
}

/* What the check digit is for: one wrong character, or two neighbours changed over, never pass. */
static void
test_uscc_faults (void)
{
  for (int round = 0; round < 300; round++)
    {
      char code[19];

      random_uscc (code);
      g_assert_true (cd_uscc_valid (code));
      for (int i = 0; i < 18; i++)
        {
          char was = code[i];

          for (const char *c = USCC_ALPHABET; *c; c++)
            {
              code[i] = *c;
              g_assert_cmpint (cd_uscc_valid (code), ==, *c == was);
            }
          code[i] = was;
        }
      for (int i = 0; i < 16; i++)
        {
          char left = code[i], right = code[i + 1];

          code[i] = right;
          code[i + 1] = left;
          g_assert_cmpint (cd_uscc_valid (code), ==, left == right);
          code[i] = left;
          code[i + 1] = right;
        }
    }
}

static void
test_uscc_form (void)
{
  static const char *const bad[] = { "", "91350100M000100Y4", "91350100M000100Y433", "91350100m000100y43", "91350100M000100Y4 ", " 91350100M000100Y43", "9135O100M000100Y43", "91350100M000100I43", "91350100M000100S43", "91350100M000100Z43", "91350100M000100V43" };

  /* The example of GB 32100-2015. */
  g_assert_true (cd_uscc_valid ("91350100M000100Y43"));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (cd_uscc_valid (bad[i]));
  g_assert_false (cd_uscc_valid (NULL));
}

/* --- Identifiers ------------------------------------------------------------------------------------------------------- */

static void
test_ident (void)
{
  g_autofree char *longest = g_strnfill (64, 'a');
  g_autofree char *longer = g_strnfill (65, 'a');

  g_assert_true (cd_ident_valid ("CEA25"));
  g_assert_true (cd_ident_valid ("a.b_c:d-e"));
  g_assert_true (cd_ident_valid (longest));
  g_assert_false (cd_ident_valid (longer));
  g_assert_false (cd_ident_valid (""));
  g_assert_false (cd_ident_valid (NULL));
  for (int c = 1; c < 256; c++)
    {
      const char text[] = { 'x', (char)c, 0 };
      gboolean good = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '_' || c == ':' || c == '-';

      g_assert_cmpint (cd_ident_valid (text), ==, good);
      g_assert_cmpint (cd_ident_valid (text + 1), ==, good);
    }
}

/* --- Sums -------------------------------------------------------------------------------------------------------------- */

static void
test_crc32 (void)
{
  guint8 data[2048];

  g_assert_cmpuint (cd_crc32 (0, "123456789", 9), ==, 0xcbf43926);
  g_assert_cmpuint (cd_crc32 (0, NULL, 0), ==, 0);
  for (int i = 0; i < 10000; i++)
    {
      gsize len = (gsize)g_test_rand_int_range (0, i % 50 ? 64 : (gint32)sizeof data), cut = (gsize)g_test_rand_int_range (0, (gint32)len + 1);
      guint32 whole;

      random_bytes (data, len);
      whole = cd_crc32 (0, data, len);
      g_assert_cmpuint (whole, ==, crc32 (0, data, (uInt)len));
      g_assert_cmpuint (cd_crc32 (cd_crc32 (0, data, cut), data + cut, len - cut), ==, whole);
    }
}

static void
test_sha256 (void)
{
  g_autofree char *empty = cd_sha256_hex ("", 0);
  g_autofree char *abc = cd_sha256_hex ("abc", 3);

  g_assert_cmpstr (empty, ==, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  g_assert_cmpstr (abc, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/id/key/round-trip", test_key_round_trip);
  g_test_add_func ("/id/key/known", test_key_known);
  g_test_add_func ("/id/key/refused", test_key_refused);
  g_test_add_func ("/id/uscc/faults", test_uscc_faults);
  g_test_add_func ("/id/uscc/form", test_uscc_form);
  g_test_add_func ("/id/ident", test_ident);
  g_test_add_func ("/id/crc32", test_crc32);
  g_test_add_func ("/id/sha256", test_sha256);
  return g_test_run ();
}
