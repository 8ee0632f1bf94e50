/* cd-wire-md-scan.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The scanner: depth, trade and snapshot in any order of members.
 */
#include <string.h>

#include "cd-time.h"
#include "cd-wire-md-private.h"

#define UNKNOWN_MAX 8
#define SKIP_DEPTH_MAX 16
#define TWO(p) (((p)[0] - '0') * 10 + ((p)[1] - '0'))

const guint8 cd_md_ident[256] = {
  ['-'] = 1, ['.'] = 1, ['_'] = 1, [':'] = 1, ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1, ['A'] = 1, ['B'] = 1, ['C'] = 1, ['D'] = 1, ['E'] = 1, ['F'] = 1, ['G'] = 1, ['H'] = 1, ['I'] = 1, ['J'] = 1, ['K'] = 1, ['L'] = 1, ['M'] = 1, ['N'] = 1, ['O'] = 1, ['P'] = 1, ['Q'] = 1, ['R'] = 1, ['S'] = 1, ['T'] = 1, ['U'] = 1, ['V'] = 1, ['W'] = 1, ['X'] = 1, ['Y'] = 1, ['Z'] = 1, ['a'] = 1, ['b'] = 1, ['c'] = 1, ['d'] = 1, ['e'] = 1, ['f'] = 1, ['g'] = 1, ['h'] = 1, ['i'] = 1, ['j'] = 1, ['k'] = 1, ['l'] = 1, ['m'] = 1, ['n'] = 1, ['o'] = 1, ['p'] = 1, ['q'] = 1, ['r'] = 1, ['s'] = 1, ['t'] = 1, ['u'] = 1, ['v'] = 1, ['w'] = 1, ['x'] = 1, ['y'] = 1, ['z'] = 1
};

static inline const char *
blank (const char *p, const char *end)
{
  while (p < end && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r'))
    p++;
  return p;
}

/* A string without escapes, of printable ASCII; NULL when it is another one. */
static inline const char *
plain_string (const char *p, const char *end, const char **text, gsize *len)
{
  if (p >= end || *p != '"')
    return NULL;
  *text = ++p;
  while (p < end && *p != '"')
    {
      guint8 c = (guint8)*p;

      if (c < 0x20 || c > 0x7e || c == '\\')
        return NULL;
      p++;
    }
  if (p >= end)
    return NULL;
  *len = (gsize)(p - *text);
  return p + 1;
}

static const char *
skip_number (const char *p, const char *end)
{
  const char *digits;

  if (p < end && *p == '-')
    p++;
  digits = p;
  while (p < end && (guint8)(*p - '0') < 10)
    p++;
  /* Beyond 18 digits the slow path decides whether it fits. */
  if (p == digits || p - digits > 18 || (*digits == '0' && p - digits > 1))
    return NULL;
  if (p < end && (*p == '.' || *p == 'e' || *p == 'E'))
    return NULL;
  return p;
}

/* A value we do not know: scalars and arrays of such. Objects inside are left to the slow path, which also finds duplicates. */
static const char *
skip_value (const char *p, const char *end, int depth)
{
  const char *text;
  gsize len;

  if (p >= end || depth > SKIP_DEPTH_MAX)
    return NULL;
  if (*p == '"')
    return plain_string (p, end, &text, &len);
  if (*p == 't' && end - p >= 4 && memcmp (p, "true", 4) == 0)
    return p + 4;
  if (*p == 'f' && end - p >= 5 && memcmp (p, "false", 5) == 0)
    return p + 5;
  if (*p == 'n' && end - p >= 4 && memcmp (p, "null", 4) == 0)
    return p + 4;
  if (*p != '[')
    return skip_number (p, end);
  p = blank (p + 1, end);
  if (p < end && *p == ']')
    return p + 1;
  for (;;)
    {
      if (!(p = skip_value (p, end, depth + 1)))
        return NULL;
      p = blank (p, end);
      if (p < end && *p == ']')
        return p + 1;
      if (p >= end || *p != ',')
        return NULL;
      p = blank (p + 1, end);
    }
}

const char *
cd_md_instant (const char *p, const char *end, gint64 *out)
{
  static const char form[] = "\"0000-00-00T00:00:00.000000Z\"";
  CdDate date;
  gint64 us = 0;
  int hour, minute, second;

  if (end - p < (gssize)sizeof form - 1)
    return NULL;
  for (guint i = 0; i < sizeof form - 1; i++)
    if (form[i] == '0' ? (guint8)(p[i] - '0') > 9 : p[i] != form[i])
      return NULL;
  date = cd_date_from_ymd (TWO (p + 1) * 100 + TWO (p + 3), TWO (p + 6), TWO (p + 9));
  hour = TWO (p + 12);
  minute = TWO (p + 15);
  second = TWO (p + 18);
  if (date == CD_DATE_NONE || hour > 23 || minute > 59 || second > 59)
    return NULL;
  for (guint i = 21; i < 27; i++)
    us = us * 10 + (p[i] - '0');
  *out = (gint64)date * CD_USEC_PER_DAY + ((gint64)hour * 3600 + minute * 60 + second) * CD_USEC_PER_SEC + us;
  return p + sizeof form - 1;
}

static const char *
scan_levels (const char *p, const char *end, CdLevel *levels, guint *n)
{
  *n = 0;
  if (p >= end || *p != '[')
    return NULL;
  p = blank (p + 1, end);
  if (p < end && *p == ']')
    return p + 1;
  for (;;)
    {
      CdLevel *level = &levels[*n];
      guint64 orders = 0;

      if (*n == CD_MD_SNAPSHOT_LEVELS_MAX || p >= end || *p != '[')
        return NULL;
      if (!(p = cd_md_price (blank (p + 1, end), end, &level->price)))
        return NULL;
      p = blank (p, end);
      if (p >= end || *p != ',' || !(p = cd_md_qty (blank (p + 1, end), end, &level->qty)))
        return NULL;
      p = blank (p, end);
      if (p < end && *p == ',')
        {
          if (!(p = cd_md_u64 (blank (p + 1, end), end, &orders)) || orders > G_MAXINT32)
            return NULL;
          p = blank (p, end);
        }
      if (p >= end || *p != ']')
        return NULL;
      level->orders = (gint32)orders;
      ++*n;
      p = blank (p + 1, end);
      if (p < end && *p == ']')
        return p + 1;
      if (p >= end || *p != ',')
        return NULL;
      p = blank (p + 1, end);
    }
}

static const char *
scan_word (const char *p, const char *end, const char *const *words, const int *values, int *out)
{
  const char *text;
  gsize len;

  if (!(p = plain_string (p, end, &text, &len)))
    return NULL;
  for (guint i = 0; words[i]; i++)
    if (strlen (words[i]) == len && memcmp (words[i], text, len) == 0)
      {
        *out = values[i];
        return p;
      }
  return NULL;
}

static const char *
scan_type (const char *p, const char *end, CdMdMsg *msg)
{
  static const char *const words[] = { "depth", "trade", "snapshot", NULL };
  static const int values[] = { CD_MD_DEPTH, CD_MD_TRADE, CD_MD_SNAPSHOT };
  int value = 0;

  if ((p = scan_word (p, end, words, values, &value)))
    msg->type = (CdMdType)value;
  return p;
}

static const char *
scan_side (const char *p, const char *end, CdMdMsg *msg)
{
  static const char *const words[] = { "buy", "sell", NULL };
  static const int values[] = { CD_SIDE_BUY, CD_SIDE_SELL };
  int value = 0;

  if ((p = scan_word (p, end, words, values, &value)))
    msg->trade.side = (CdSide)value;
  return p;
}

static const char *
scan_mode (const char *p, const char *end, CdMdMsg *msg)
{
  static const char *const words[] = { "list", "block", "auction", NULL };
  static const int values[] = { CD_MODE_LIST, CD_MODE_BLOCK, CD_MODE_AUCTION };
  int value = 0;

  if ((p = scan_word (p, end, words, values, &value)))
    msg->trade.mode = (CdMode)value;
  return p;
}

/* Which member of the contract a name is; 0 = none. */
static guint
member_of (const char *name, gsize len)
{
  switch (len)
    {
    case 1:
      return *name == 'i' ? CD_MD_HAS_CODE : *name == 'b' ? CD_MD_HAS_BIDS
                                         : *name == 'a'   ? CD_MD_HAS_ASKS
                                                          : 0;
    case 2:
      if (name[0] == 'p' && name[1] == 'x')
        return CD_MD_HAS_PRICE;
      if (name[0] == 'i' && name[1] == 'd')
        return CD_MD_HAS_ID;
      return name[0] == 'a' && name[1] == 't' ? CD_MD_HAS_AT : 0;
    case 3:
      return memcmp (name, "seq", 3) == 0 ? CD_MD_HAS_SEQ : memcmp (name, "crc", 3) == 0 ? CD_MD_HAS_CRC
                                                        : memcmp (name, "qty", 3) == 0   ? CD_MD_HAS_QTY
                                                                                         : 0;
    case 4:
      return memcmp (name, "type", 4) == 0 ? CD_MD_HAS_TYPE : memcmp (name, "side", 4) == 0 ? CD_MD_HAS_SIDE
                                                          : memcmp (name, "mode", 4) == 0   ? CD_MD_HAS_MODE
                                                                                            : 0;
    case 5:
      return memcmp (name, "epoch", 5) == 0 ? CD_MD_HAS_EPOCH : 0;
    case 8:
      return memcmp (name, "prev_seq", 8) == 0 ? CD_MD_HAS_PREV_SEQ : 0;
    default:
      return 0;
    }
}

static const char *
scan_member (CdMdReader *reader, guint member, const char *p, const char *end)
{
  CdMdMsg *msg = &reader->msg;
  guint64 value = 0;

  switch (member)
    {
    case CD_MD_HAS_TYPE:
      return scan_type (p, end, msg);
    case CD_MD_HAS_CODE:
      return cd_md_code (p, end, msg->code, sizeof msg->code, &msg->code_len);
    case CD_MD_HAS_PREV_SEQ:
      return cd_md_u64 (p, end, &msg->prev_seq);
    case CD_MD_HAS_SEQ:
      return cd_md_u64 (p, end, &msg->seq);
    case CD_MD_HAS_CRC:
      if (!(p = cd_md_u64 (p, end, &value)) || value > G_MAXUINT32)
        return NULL;
      msg->crc = (guint32)value;
      return p;
    case CD_MD_HAS_BIDS:
      return scan_levels (p, end, reader->bids, &msg->n_bids);
    case CD_MD_HAS_ASKS:
      return scan_levels (p, end, reader->asks, &msg->n_asks);
    case CD_MD_HAS_EPOCH:
      return cd_md_code (p, end, msg->epoch, sizeof msg->epoch, NULL);
    case CD_MD_HAS_ID:
      return cd_md_code (p, end, msg->trade.id, sizeof msg->trade.id, NULL);
    case CD_MD_HAS_PRICE:
      return cd_md_price (p, end, &msg->trade.price_e4);
    case CD_MD_HAS_QTY:
      return cd_md_qty (p, end, &msg->trade.qty);
    case CD_MD_HAS_SIDE:
      return scan_side (p, end, msg);
    case CD_MD_HAS_MODE:
      return scan_mode (p, end, msg);
    case CD_MD_HAS_AT:
      return cd_md_instant (p, end, &msg->trade.at_us);
    default:
      return NULL;
    }
}

typedef struct
{
  guint n;
  const char *name[UNKNOWN_MAX];
  gsize len[UNKNOWN_MAX];
} Unknown;

static gboolean
remember (Unknown *unknown, const char *name, gsize len)
{
  for (guint i = 0; i < unknown->n; i++)
    if (unknown->len[i] == len && memcmp (unknown->name[i], name, len) == 0)
      return FALSE;
  /* An empty name and too many names are for the slow path. */
  if (len == 0 || unknown->n == UNKNOWN_MAX)
    return FALSE;
  unknown->name[unknown->n] = name;
  unknown->len[unknown->n++] = len;
  return TRUE;
}

static const char *
scan_object (CdMdReader *reader, const char *p, const char *end, guint *present)
{
  Unknown unknown = { .n = 0 };

  if (p >= end || *p != '{')
    return NULL;
  p = blank (p + 1, end);
  for (;;)
    {
      const char *name;
      gsize len;
      guint member;

      if (!(p = plain_string (p, end, &name, &len)))
        return NULL;
      p = blank (p, end);
      if (p >= end || *p != ':')
        return NULL;
      p = blank (p + 1, end);
      member = member_of (name, len);
      if (member ? (*present & member) != 0 : !remember (&unknown, name, len))
        return NULL;
      *present |= member;
      p = member ? scan_member (reader, member, p, end) : skip_value (p, end, 0);
      if (!p)
        return NULL;
      p = blank (p, end);
      if (p < end && *p == '}')
        return p + 1;
      if (p >= end || *p != ',')
        return NULL;
      p = blank (p + 1, end);
    }
}

gboolean
cd_md_complete (CdMdReader *reader, guint present)
{
  static const guint depth = CD_MD_HAS_TYPE | CD_MD_HAS_CODE | CD_MD_HAS_PREV_SEQ | CD_MD_HAS_SEQ | CD_MD_HAS_CRC | CD_MD_HAS_BIDS | CD_MD_HAS_ASKS;
  static const guint snapshot = CD_MD_HAS_TYPE | CD_MD_HAS_CODE | CD_MD_HAS_EPOCH | CD_MD_HAS_SEQ | CD_MD_HAS_CRC | CD_MD_HAS_BIDS | CD_MD_HAS_ASKS;
  static const guint trade = CD_MD_HAS_TYPE | CD_MD_HAS_CODE | CD_MD_HAS_SEQ | CD_MD_HAS_ID | CD_MD_HAS_PRICE | CD_MD_HAS_QTY | CD_MD_HAS_SIDE | CD_MD_HAS_MODE | CD_MD_HAS_AT;
  CdMdMsg *msg = &reader->msg;

  msg->bids = reader->bids;
  msg->asks = reader->asks;
  if (msg->type == CD_MD_DEPTH)
    return (present & depth) == depth && msg->n_bids <= CD_MD_LEVELS_MAX && msg->n_asks <= CD_MD_LEVELS_MAX && msg->prev_seq < msg->seq;
  if (msg->type == CD_MD_TRADE)
    return (present & trade) == trade && msg->trade.qty > 0;
  if (msg->type != CD_MD_SNAPSHOT || (present & snapshot) != snapshot)
    return FALSE;
  for (guint i = 0; i < msg->n_bids; i++)
    if (reader->bids[i].qty == 0)
      return FALSE;
  for (guint i = 0; i < msg->n_asks; i++)
    if (reader->asks[i].qty == 0)
      return FALSE;
  return TRUE;
}

CdScanResult
cd_md_scan (CdMdReader *reader, const char **p, const char *end)
{
  guint present = 0;
  const char *q;

  reader->msg.n_bids = reader->msg.n_asks = 0;
  q = scan_object (reader, *p, end, &present);
  if (!q || !cd_md_complete (reader, present))
    return CD_SCAN_DEFER;
  *p = q;
  return CD_SCAN_DONE;
}
