/* cd-pinyin.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The common characters stand in GB 2312 in the order of their reading, so where a letter begins is all that is needed. Characters
 * with a second reading are in a table of their own.
 */
#include "cd-pinyin.h"

#include <string.h>

typedef struct
{
  guint16 from;
  char letter[2];
} Begin;

static const Begin begins[] = {
  { 0xb0a1, "A" }, { 0xb0c5, "B" }, { 0xb2c1, "C" }, { 0xb4ee, "D" }, { 0xb6ea, "E" }, { 0xb7a2, "F" }, { 0xb8c1, "G" }, { 0xb9fe, "H" }, { 0xbbf7, "J" }, { 0xbfa6, "K" }, { 0xc0ac, "L" }, { 0xc2e8, "M" }, { 0xc4c3, "N" }, { 0xc5b6, "O" }, { 0xc5be, "P" }, { 0xc6da, "Q" }, { 0xc8bb, "R" }, { 0xc8f6, "S" }, { 0xcbfa, "T" }, { 0xcdda, "W" }, { 0xcef4, "X" }, { 0xd1b9, "Y" }, { 0xd4d1, "Z" }
};
#define COMMON_END 0xd7fa

typedef struct
{
  gunichar c;
  const char *letters;
} Both;

static const Both both[] = {
  { 0x91cd /* 重 */, "CZ" },
  { 0x957f /* 长 */, "CZ" },
  { 0x884c /* 行 */, "XH" },
  { 0x8c03 /* 调 */, "DT" },
  { 0x85cf /* 藏 */, "CZ" },
  { 0x53a6 /* 厦 */, "XS" },
  { 0x7701 /* 省 */, "SX" },
  { 0x671d /* 朝 */, "CZ" },
  { 0x5355 /* 单 */, "DS" },
  { 0x4f1a /* 会 */, "HK" },
  { 0x7387 /* 率 */, "LS" },
  { 0x77f3 /* 石 */, "SD" },
  { 0x4f20 /* 传 */, "CZ" },
  { 0x964d /* 降 */, "JX" },
  { 0x53c2 /* 参 */, "CS" },
  { 0x8fd8 /* 还 */, "HX" },
  { 0x89e3 /* 解 */, "JX" },
  { 0x76db /* 盛 */, "SC" },
  { 0x4e50 /* 乐 */, "LY" },
  { 0x66fe /* 曾 */, "ZC" },
  { 0x6821 /* 校 */, "XJ" },
  { 0x5f39 /* 弹 */, "DT" },
  { 0x671f /* 期 */, "QJ" },
};

const char *
cd_pinyin_initials (gunichar c)
{
  char utf8[8] = { 0 };
  g_autofree char *gb = NULL;
  gsize len = 0;
  guint code;
  const char *letter = "";

  for (gsize i = 0; i < G_N_ELEMENTS (both); i++)
    if (both[i].c == c)
      return both[i].letters;
  if (c < 0x4e00 || c > 0x9fff)
    return "";
  g_unichar_to_utf8 (c, utf8);
  gb = g_convert (utf8, -1, "GB2312", "UTF-8", NULL, &len, NULL);
  if (!gb || len != 2)
    return "";
  code = ((guint)(guchar)gb[0] << 8) | (guchar)gb[1];
  if (code >= COMMON_END)
    return "";
  for (gsize i = 0; i < G_N_ELEMENTS (begins) && begins[i].from <= code; i++)
    letter = begins[i].letter;
  return letter;
}

/* Whether @typed runs along from @text. */
static gboolean
runs (const char *text, const char *typed)
{
  for (; *typed; text = g_utf8_next_char (text))
    {
      gunichar c;

      if (!*text)
        return FALSE;
      c = g_utf8_get_char (text);
      if (c < 0x80 && !g_ascii_isalnum ((char)c))
        continue;
      if (c < 0x80 ? g_ascii_toupper ((char)c) == g_ascii_toupper (*typed) : strchr (cd_pinyin_initials (c), g_ascii_toupper (*typed)) != NULL)
        typed++;
      else if (c >= 0x80 && *cd_pinyin_initials (c) == 0)
        continue;
      else
        return FALSE;
    }
  return TRUE;
}

int
cd_pinyin_match (const char *text, const char *typed)
{
  int at = 0;

  if (!*typed)
    return -1;
  for (const char *p = text; *p; p = g_utf8_next_char (p), at++)
    if (runs (p, typed))
      return at;
  return -1;
}
