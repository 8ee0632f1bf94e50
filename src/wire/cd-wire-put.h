/* cd-wire-put.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to wire/: bytes of JSON straight into a reused buffer. The cd_put_* functions write at a place with room enough and
 * return the place after; nothing here allocates once the buffer has its size.
 */
#pragma once

#include <string.h>

#include "cd-time.h"

G_BEGIN_DECLS

#define CD_PUT_I64_MAX 20 /* bytes of any 64-bit integer */
#define CD_PUT_E4_MAX 24  /* bytes of any price or amount */
#define CD_PUT_INSTANT_MAX 32

/* Makes room for @need more bytes and returns the end of the text. */
static inline char *
cd_put_begin (GString *out, gsize need)
{
  if (G_UNLIKELY (out->allocated_len < out->len + need + 1))
    {
      gsize len = out->len;

      g_string_set_size (out, len + need);
      out->len = len;
    }
  return out->str + out->len;
}

static inline void
cd_put_end (GString *out, char *p)
{
  out->len = (gsize)(p - out->str);
  *p = '\0';
}

static inline char *
cd_put_bytes (char *p, const char *text, gsize len)
{
  memcpy (p, text, len);
  return p + len;
}

#define cd_put_literal(p, text) cd_put_bytes ((p), (text), sizeof (text) - 1)

extern const char cd_put_pairs[200];

static inline char *
cd_put_u64 (char *p, guint64 value)
{
  char buf[CD_PUT_I64_MAX];
  char *q = buf + sizeof buf;

  while (value >= 100)
    {
      guint pair = (guint)(value % 100) * 2;

      value /= 100;
      *--q = cd_put_pairs[pair + 1];
      *--q = cd_put_pairs[pair];
    }
  if (value >= 10)
    {
      *--q = cd_put_pairs[value * 2 + 1];
      *--q = cd_put_pairs[value * 2];
    }
  else
    *--q = (char)('0' + value);
  return cd_put_bytes (p, q, (gsize)(buf + sizeof buf - q));
}

static inline char *
cd_put_i64 (char *p, gint64 value)
{
  if (value >= 0)
    return cd_put_u64 (p, (guint64)value);
  *p++ = '-';
  return cd_put_u64 (p, (guint64)0 - (guint64)value);
}

/* "97.05": two decimals at least, four at most. */
static inline char *
cd_put_e4 (char *p, gint64 value)
{
  guint64 magnitude = value < 0 ? (guint64)0 - (guint64)value : (guint64)value;
  guint fraction = (guint)(magnitude % 10000);

  if (value < 0)
    *p++ = '-';
  p = cd_put_u64 (p, magnitude / 10000);
  *p++ = '.';
  memcpy (p, cd_put_pairs + fraction / 100 * 2, 2);
  p += 2;
  if (fraction % 100 != 0)
    {
      memcpy (p, cd_put_pairs + fraction % 100 * 2, 2);
      p += p[1] == '0' ? 1 : 2;
    }
  return p;
}

/* With quotes. */
char *cd_put_instant (char *p, gint64 at_us);
/* A text known to need no escape (codes, ids): with quotes. */
static inline char *
cd_put_plain (char *p, const char *text)
{
  *p++ = '"';
  p = cd_put_bytes (p, text, strlen (text));
  *p++ = '"';
  return p;
}

/* Any UTF-8 text, with quotes and escapes; grows @out. */
void cd_put_string (GString *out, const char *text);

G_END_DECLS
