/* cd-wire-md-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to wire/: the three ways to read one market data object. The scanner and the short path accept only what they are
 * sure of and leave the rest (escapes, text beyond ASCII, odd numbers, every fault) to the slow path, which decides.
 */
#pragma once

#include "cd-wire-md.h"

G_BEGIN_DECLS

typedef enum
{
  CD_SCAN_DONE,  /* @msg is filled, *@p is behind the object */
  CD_SCAN_DEFER, /* not ours; *@p untouched */
} CdScanResult;

struct _CdMdReader
{
  CdMdMsg msg;
  CdMdReaderStats stats;
  gboolean fast;
  CdMdHello hello;
  CdMdStats day;
  CdMdClock clock;
  CdMdHb hb;
  CdMdBlock block;
  CdLevel bids[CD_MD_SNAPSHOT_LEVELS_MAX];
  CdLevel asks[CD_MD_SNAPSHOT_LEVELS_MAX];
};

CdScanResult cd_md_fast (CdMdReader *reader, const char **p, const char *end);
CdScanResult cd_md_scan (CdMdReader *reader, const char **p, const char *end);
/* One object, exactly @len bytes. */
gboolean cd_md_slow (CdMdReader *reader, const char *text, gsize len, GError **error);

/* Steps of both fast readers: each returns the place behind what it read, or NULL. */

/* Letters of the codes and ids of the contract. */
extern const guint8 cd_md_ident[256];

static inline const char *
cd_md_u64 (const char *p, const char *end, guint64 *out)
{
  guint64 value = 0;
  const char *start = p;

  while (p < end && (guint8)(*p - '0') < 10)
    value = value * 10 + (guint64)(*p++ - '0');
  /* At most 18 digits: cannot have wrapped. No leading zero. */
  if (p == start || p - start > 18 || (*start == '0' && p - start > 1))
    return NULL;
  *out = value;
  return p;
}

/* "97.05" with its quotes, from 0.0001 on. */
static inline const char *
cd_md_price (const char *p, const char *end, gint64 *out)
{
  static const guint16 scale[5] = { 10000, 1000, 100, 10, 1 };
  guint64 whole;
  guint64 fraction = 0;
  const char *start;

  if (p >= end || *p != '"' || !(p = cd_md_u64 (p + 1, end, &whole)) || whole > G_GUINT64_CONSTANT (100000000000000))
    return NULL;
  start = p + 1;
  if (p < end && *p == '.')
    {
      for (p++; p < end && (guint8)(*p - '0') < 10; p++)
        fraction = fraction * 10 + (guint64)(*p - '0');
      if (p == start || p - start > 4)
        return NULL;
      fraction *= scale[p - start];
    }
  if (p >= end || *p != '"')
    return NULL;
  *out = (gint64)(whole * 10000 + fraction);
  return *out > 0 ? p + 1 : NULL;
}

/* "1200" with its quotes. */
static inline const char *
cd_md_qty (const char *p, const char *end, gint64 *out)
{
  guint64 value;

  if (p >= end || *p != '"' || !(p = cd_md_u64 (p + 1, end, &value)) || p >= end || *p != '"')
    return NULL;
  *out = (gint64)value;
  return p + 1;
}

/* A code or id with its quotes into a small buffer. */
static inline const char *
cd_md_code (const char *p, const char *end, char *out, gsize size, guint *out_len)
{
  const char *start;
  gsize len;

  if (p >= end || *p != '"')
    return NULL;
  start = ++p;
  while (p < end && cd_md_ident[(guint8)*p])
    p++;
  len = (gsize)(p - start);
  if (p >= end || *p != '"' || len == 0 || len >= size)
    return NULL;
  memcpy (out, start, len);
  out[len] = '\0';
  if (out_len)
    *out_len = (guint)len;
  return p + 1;
}

/* "2026-12-14T05:20:00.000000Z" with its quotes: always 29 bytes. */
const char *cd_md_instant (const char *p, const char *end, gint64 *out);

/* Presence and limits that hold for a type, however it was read; fills what follows from the rest. */
gboolean cd_md_complete (CdMdReader *reader, guint present);

enum
{
  CD_MD_HAS_TYPE = 1 << 0,
  CD_MD_HAS_CODE = 1 << 1,
  CD_MD_HAS_PREV_SEQ = 1 << 2,
  CD_MD_HAS_SEQ = 1 << 3,
  CD_MD_HAS_CRC = 1 << 4,
  CD_MD_HAS_BIDS = 1 << 5,
  CD_MD_HAS_ASKS = 1 << 6,
  CD_MD_HAS_EPOCH = 1 << 7,
  CD_MD_HAS_ID = 1 << 8,
  CD_MD_HAS_PRICE = 1 << 9,
  CD_MD_HAS_QTY = 1 << 10,
  CD_MD_HAS_SIDE = 1 << 11,
  CD_MD_HAS_MODE = 1 << 12,
  CD_MD_HAS_AT = 1 << 13,
};

G_END_DECLS
