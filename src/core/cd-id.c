/* cd-id.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-id.h"

#include <string.h>

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const char *
cd_key_make (CdKeyKind kind, const guint8 random[16], char buf[CD_KEY_BUF])
{
  guint bits = 0, acc = 0;
  int n = 0;

  buf[n++] = kind == CD_KEY_LIVE ? 'L' : 'P';
  buf[n++] = 'X';
  for (int i = 0; i < 16; i++)
    {
      acc = acc << 8 | random[i];
      bits += 8;
      while (bits >= 5)
        {
          bits -= 5;
          buf[n++] = base32[acc >> bits & 31];
        }
    }
  buf[n++] = base32[acc << (5 - bits) & 31];
  buf[n] = 0;
  return buf;
}

gboolean
cd_key_valid (const char *text, CdKeyKind *kind)
{
  if (!text || strlen (text) != CD_KEY_LEN || (text[0] != 'P' && text[0] != 'L') || text[1] != 'X' || strspn (text + 2, base32) != CD_KEY_LEN - 2)
    return FALSE;
  if (kind)
    *kind = text[0] == 'L' ? CD_KEY_LIVE : CD_KEY_PRACTICE;
  return TRUE;
}

gboolean
cd_uscc_valid (const char *text)
{
  static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  int weight = 1, sum = 0;

  if (!text || strlen (text) != 18)
    return FALSE;
  for (int i = 0; i < 18; i++)
    {
      const char *at = strchr (alphabet, text[i]);

      if (!at)
        return FALSE;
      if (i == 17)
        return (int)(at - alphabet) == (31 - sum % 31) % 31;
      sum += (int)(at - alphabet) * weight;
      weight = weight * 3 % 31;
    }
  return FALSE;
}

gboolean
cd_ident_valid (const char *text)
{
  gsize len = text ? strlen (text) : 0;

  if (len < 1 || len > 64)
    return FALSE;
  for (gsize i = 0; i < len; i++)
    if (!g_ascii_isalnum (text[i]) && !strchr ("._:-", text[i]))
      return FALSE;
  return TRUE;
}

/* Eight tables take eight bytes a step: a book's checksum stands in every message of the feed. */
static guint32 crc_table[8][256];

static void
make_crc_tables (void)
{
  for (guint32 i = 0; i < 256; i++)
    {
      guint32 c = i;

      for (int k = 0; k < 8; k++)
        c = c & 1 ? 0xedb88320u ^ c >> 1 : c >> 1;
      crc_table[0][i] = c;
    }
  for (guint32 i = 0; i < 256; i++)
    for (int k = 1; k < 8; k++)
      crc_table[k][i] = crc_table[0][crc_table[k - 1][i] & 0xff] ^ crc_table[k - 1][i] >> 8;
}

guint32
cd_crc32 (guint32 crc, const void *data, gsize len)
{
  static gsize ready = 0;
  const guint8 *p = data;

  if (g_once_init_enter (&ready))
    {
      make_crc_tables ();
      g_once_init_leave (&ready, 1);
    }
  crc = ~crc;
  for (; len >= 8; len -= 8, p += 8)
    {
      guint32 low = crc ^ ((guint32)p[0] | (guint32)p[1] << 8 | (guint32)p[2] << 16 | (guint32)p[3] << 24);

      crc = crc_table[7][low & 0xff] ^ crc_table[6][low >> 8 & 0xff] ^ crc_table[5][low >> 16 & 0xff] ^ crc_table[4][low >> 24]
            ^ crc_table[3][p[4]] ^ crc_table[2][p[5]] ^ crc_table[1][p[6]] ^ crc_table[0][p[7]];
    }
  for (; len > 0; len--, p++)
    crc = crc_table[0][(crc ^ *p) & 0xff] ^ crc >> 8;
  return ~crc;
}

char *
cd_sha256_hex (const void *data, gsize len)
{
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, len);
}
