/* cd-wire-md-fast.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The short path: exactly the bytes our own writer makes. It gives up at the first other byte.
 */
#include <string.h>

#include "cd-wire-md-private.h"

#define EXPECT(p, end, literal) ((gsize)((end) - (p)) >= sizeof (literal) - 1 && memcmp ((p), (literal), sizeof (literal) - 1) == 0 ? (p) + (sizeof (literal) - 1) : NULL)
#define STEP(expression)       \
  do                           \
    {                          \
      if (!(p = (expression))) \
        return NULL;           \
    }                          \
  while (0)

static const char *
fast_levels (const char *p, const char *end, CdLevel *levels, guint max, guint *n)
{
  guint count = 0;

  if (p < end && *p == ']')
    {
      *n = 0;
      return p + 1;
    }
  for (;;)
    {
      CdLevel *level = &levels[count];
      guint64 orders;

      if (count == max || p >= end || *p != '[')
        return NULL;
      STEP (cd_md_price (p + 1, end, &level->price));
      if (p >= end || *p != ',')
        return NULL;
      STEP (cd_md_qty (p + 1, end, &level->qty));
      if (p >= end || *p != ',')
        return NULL;
      STEP (cd_md_u64 (p + 1, end, &orders));
      if (orders > G_MAXINT32 || end - p < 2 || p[0] != ']')
        return NULL;
      level->orders = (gint32)orders;
      count++;
      if (p[1] == ']')
        {
          *n = count;
          return p + 2;
        }
      if (p[1] != ',')
        return NULL;
      p += 2;
    }
}

static const char *
fast_book (CdMdReader *reader, const char *p, const char *end, guint max)
{
  CdMdMsg *msg = &reader->msg;
  guint64 crc;

  STEP (cd_md_u64 (p, end, &msg->seq));
  STEP (EXPECT (p, end, ",\"crc\":"));
  STEP (cd_md_u64 (p, end, &crc));
  if (crc > G_MAXUINT32)
    return NULL;
  msg->crc = (guint32)crc;
  STEP (EXPECT (p, end, ",\"b\":["));
  STEP (fast_levels (p, end, reader->bids, max, &msg->n_bids));
  STEP (EXPECT (p, end, ",\"a\":["));
  STEP (fast_levels (p, end, reader->asks, max, &msg->n_asks));
  return EXPECT (p, end, "}");
}

static const char *
fast_depth (CdMdReader *reader, const char *p, const char *end)
{
  CdMdMsg *msg = &reader->msg;

  STEP (cd_md_code (p, end, msg->code, sizeof msg->code, &msg->code_len));
  STEP (EXPECT (p, end, ",\"prev_seq\":"));
  STEP (cd_md_u64 (p, end, &msg->prev_seq));
  STEP (EXPECT (p, end, ",\"seq\":"));
  STEP (fast_book (reader, p, end, CD_MD_LEVELS_MAX));
  msg->type = CD_MD_DEPTH;
  return msg->prev_seq < msg->seq ? p : NULL;
}

static const char *
fast_snapshot (CdMdReader *reader, const char *p, const char *end)
{
  CdMdMsg *msg = &reader->msg;

  STEP (cd_md_code (p, end, msg->code, sizeof msg->code, &msg->code_len));
  STEP (EXPECT (p, end, ",\"epoch\":"));
  STEP (cd_md_code (p, end, msg->epoch, sizeof msg->epoch, NULL));
  STEP (EXPECT (p, end, ",\"seq\":"));
  STEP (fast_book (reader, p, end, CD_MD_SNAPSHOT_LEVELS_MAX));
  msg->type = CD_MD_SNAPSHOT;
  return cd_md_complete (reader, G_MAXUINT) ? p : NULL;
}

static const char *
fast_trade (CdMdReader *reader, const char *p, const char *end)
{
  CdMdMsg *msg = &reader->msg;
  const char *q;

  STEP (cd_md_code (p, end, msg->code, sizeof msg->code, &msg->code_len));
  STEP (EXPECT (p, end, ",\"seq\":"));
  STEP (cd_md_u64 (p, end, &msg->seq));
  STEP (EXPECT (p, end, ",\"id\":"));
  STEP (cd_md_code (p, end, msg->trade.id, sizeof msg->trade.id, NULL));
  STEP (EXPECT (p, end, ",\"px\":"));
  STEP (cd_md_price (p, end, &msg->trade.price_e4));
  STEP (EXPECT (p, end, ",\"qty\":"));
  STEP (cd_md_qty (p, end, &msg->trade.qty));
  if ((q = EXPECT (p, end, ",\"side\":\"buy\",\"mode\":")))
    msg->trade.side = CD_SIDE_BUY;
  else if ((q = EXPECT (p, end, ",\"side\":\"sell\",\"mode\":")))
    msg->trade.side = CD_SIDE_SELL;
  else
    return NULL;
  p = q;
  if ((q = EXPECT (p, end, "\"list\",\"at\":")))
    msg->trade.mode = CD_MODE_LIST;
  else if ((q = EXPECT (p, end, "\"block\",\"at\":")))
    msg->trade.mode = CD_MODE_BLOCK;
  else
    return NULL;
  STEP (cd_md_instant (q, end, &msg->trade.at_us));
  msg->type = CD_MD_TRADE;
  msg->n_bids = msg->n_asks = 0;
  return msg->trade.qty > 0 ? EXPECT (p, end, "}") : NULL;
}

CdScanResult
cd_md_fast (CdMdReader *reader, const char **place, const char *end)
{
  const char *p = *place;
  const char *q;

  if ((q = EXPECT (p, end, "{\"type\":\"depth\",\"i\":")))
    q = fast_depth (reader, q, end);
  else if ((q = EXPECT (p, end, "{\"type\":\"trade\",\"i\":")))
    q = fast_trade (reader, q, end);
  else if ((q = EXPECT (p, end, "{\"type\":\"snapshot\",\"i\":")))
    q = fast_snapshot (reader, q, end);
  if (!q)
    return CD_SCAN_DEFER;
  reader->msg.bids = reader->bids;
  reader->msg.asks = reader->asks;
  *place = q;
  return CD_SCAN_DONE;
}
