/* cd-wire-md-write.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The writers of the public stream. Each makes room for the largest it can become and then writes without looking back.
 */
#include "cd-id.h"
#include "cd-wire-fields.h"
#include "cd-wire-md.h"
#include "cd-wire-put.h"

#define LEVEL_MAX (CD_PUT_E4_MAX + 2 * CD_PUT_I64_MAX + 12)
#define HEAD_MAX (2 * CD_MD_EPOCH_MAX + 4 * CD_PUT_I64_MAX + 128)
#define STATS_MEMBER_MAX (CD_PUT_E4_MAX + 24)

static char *
put_levels (char *p, const CdLevel *levels, guint n)
{
  *p++ = '[';
  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        *p++ = ',';
      p = cd_put_literal (p, "[\"");
      p = cd_put_e4 (p, levels[i].price);
      p = cd_put_literal (p, "\",\"");
      p = cd_put_i64 (p, levels[i].qty);
      p = cd_put_literal (p, "\",");
      p = cd_put_i64 (p, levels[i].orders);
      *p++ = ']';
    }
  *p++ = ']';
  return p;
}

static char *
put_book (char *p, guint64 seq, guint32 crc, const CdLevel *bids, guint n_bids, const CdLevel *asks, guint n_asks)
{
  p = cd_put_literal (p, ",\"seq\":");
  p = cd_put_u64 (p, seq);
  p = cd_put_literal (p, ",\"crc\":");
  p = cd_put_u64 (p, crc);
  p = cd_put_literal (p, ",\"b\":");
  p = put_levels (p, bids, n_bids);
  p = cd_put_literal (p, ",\"a\":");
  p = put_levels (p, asks, n_asks);
  *p++ = '}';
  return p;
}

void
cd_md_write_snapshot (GString *out, const char *code, const char *epoch, guint64 seq, guint32 crc, const CdLevel *bids, guint n_bids, const CdLevel *asks, guint n_asks)
{
  char *p = cd_put_begin (out, HEAD_MAX + ((gsize)n_bids + n_asks) * LEVEL_MAX);

  p = cd_put_literal (p, "{\"type\":\"snapshot\",\"i\":");
  p = cd_put_plain (p, code);
  p = cd_put_literal (p, ",\"epoch\":");
  p = cd_put_plain (p, epoch);
  cd_put_end (out, put_book (p, seq, crc, bids, n_bids, asks, n_asks));
}

void
cd_md_write_depth (GString *out, const char *code, guint64 prev_seq, guint64 seq, guint32 crc, const CdLevel *bids, guint n_bids, const CdLevel *asks, guint n_asks)
{
  char *p = cd_put_begin (out, HEAD_MAX + ((gsize)n_bids + n_asks) * LEVEL_MAX);

  p = cd_put_literal (p, "{\"type\":\"depth\",\"i\":");
  p = cd_put_plain (p, code);
  p = cd_put_literal (p, ",\"prev_seq\":");
  p = cd_put_u64 (p, prev_seq);
  cd_put_end (out, put_book (p, seq, crc, bids, n_bids, asks, n_asks));
}

void
cd_md_write_trade (GString *out, const char *code, guint64 seq, const CdMdTrade *trade)
{
  char *p = cd_put_begin (out, HEAD_MAX + 2 * CD_MD_ID_MAX + CD_PUT_E4_MAX + CD_PUT_INSTANT_MAX);

  p = cd_put_literal (p, "{\"type\":\"trade\",\"i\":");
  p = cd_put_plain (p, code);
  p = cd_put_literal (p, ",\"seq\":");
  p = cd_put_u64 (p, seq);
  p = cd_put_literal (p, ",\"id\":");
  p = cd_put_plain (p, trade->id);
  p = cd_put_literal (p, ",\"px\":\"");
  p = cd_put_e4 (p, trade->price_e4);
  p = cd_put_literal (p, "\",\"qty\":\"");
  p = cd_put_i64 (p, trade->qty);
  p = cd_put_literal (p, "\",\"side\":");
  p = cd_put_plain (p, cd_side_name (trade->side));
  p = cd_put_literal (p, ",\"mode\":");
  p = cd_put_plain (p, cd_mode_name (trade->mode));
  p = cd_put_literal (p, ",\"at\":");
  p = cd_put_instant (p, trade->at_us);
  *p++ = '}';
  cd_put_end (out, p);
}

static char *
put_price_or_null (char *p, const char *name, gsize len, gint64 e4)
{
  p = cd_put_bytes (p, name, len);
  if (e4 == 0)
    return cd_put_literal (p, "null");
  *p++ = '"';
  p = cd_put_e4 (p, e4);
  *p++ = '"';
  return p;
}
#define PRICE_OR_NULL(p, name, e4) put_price_or_null ((p), ",\"" name "\":", sizeof (name) + 3, (e4))

static char *
put_quoted_i64 (char *p, gint64 value)
{
  *p++ = '"';
  p = cd_put_i64 (p, value);
  *p++ = '"';
  return p;
}

static char *
put_quoted_e4 (char *p, gint64 value)
{
  *p++ = '"';
  p = cd_put_e4 (p, value);
  *p++ = '"';
  return p;
}

void
cd_md_write_stats (GString *out, const char *code, const CdMdStats *stats)
{
  char *p = cd_put_begin (out, HEAD_MAX + 16 * STATS_MEMBER_MAX);

  p = cd_put_literal (p, "{\"type\":\"stats\",\"i\":");
  p = cd_put_plain (p, code);
  p = PRICE_OR_NULL (p, "prev_close", stats->prev_close_e4);
  p = PRICE_OR_NULL (p, "open", stats->open_e4);
  p = PRICE_OR_NULL (p, "high", stats->high_e4);
  p = PRICE_OR_NULL (p, "low", stats->low_e4);
  p = PRICE_OR_NULL (p, "last", stats->last_e4);
  p = PRICE_OR_NULL (p, "close", stats->close_e4);
  p = cd_put_literal (p, ",\"list_qty\":");
  p = put_quoted_i64 (p, stats->list_qty);
  p = cd_put_literal (p, ",\"list_amount\":");
  p = put_quoted_e4 (p, stats->list_amount_e4);
  p = cd_put_literal (p, ",\"block_qty\":");
  p = put_quoted_i64 (p, stats->block_qty);
  p = cd_put_literal (p, ",\"block_amount\":");
  p = put_quoted_e4 (p, stats->block_amount_e4);
  p = cd_put_literal (p, ",\"trades\":");
  p = cd_put_i64 (p, stats->trades);
  p = PRICE_OR_NULL (p, "limit_low", stats->limit_low_e4);
  p = PRICE_OR_NULL (p, "limit_high", stats->limit_high_e4);
  p = PRICE_OR_NULL (p, "block_low", stats->block_low_e4);
  p = PRICE_OR_NULL (p, "block_high", stats->block_high_e4);
  *p++ = '}';
  cd_put_end (out, p);
}

static void
put_times (GString *out, gint64 server_time_us, gint64 market_time_us)
{
  char *p = cd_put_begin (out, 2 * CD_PUT_INSTANT_MAX + 40);

  p = cd_put_literal (p, ",\"server_time\":");
  p = cd_put_instant (p, server_time_us);
  p = cd_put_literal (p, ",\"market_time\":");
  p = cd_put_instant (p, market_time_us);
  cd_put_end (out, p);
}

static void
put_rate (GString *out, gint64 rate_e3, gboolean paused)
{
  char buf[CD_DECIMAL_BUF];

  g_string_append (out, ",\"rate\":\"");
  g_string_append (out, cd_decimal_print (rate_e3, 3, 0, buf));
  g_string_append (out, paused ? "\",\"paused\":true" : "\",\"paused\":false");
}

void
cd_md_write_hello (GString *out, const CdMdHello *hello)
{
  g_string_append (out, "{\"type\":\"hello\",\"api\":\"1\",\"epoch\":");
  cd_put_string (out, hello->epoch);
  put_times (out, hello->server_time_us, hello->market_time_us);
  put_rate (out, hello->rate_e3, hello->paused);
  g_string_append (out, ",\"markets\":[");
  for (guint i = 0; i < hello->n_markets; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      cd_put_string (out, hello->markets[i]);
    }
  g_string_append (out, hello->practice ? "],\"practice\":true}" : "],\"practice\":false}");
}

/* The sessions of one market stand together. */
void
cd_md_write_clock (GString *out, const CdMdClock *clock)
{
  g_string_append (out, "{\"type\":\"clock\"");
  put_times (out, clock->server_time_us, clock->market_time_us);
  put_rate (out, clock->rate_e3, clock->paused);
  g_string_append (out, ",\"sessions\":{");
  for (guint i = 0; i < clock->n_sessions; i++)
    {
      const CdMdSession *session = &clock->sessions[i];
      gboolean is_first = i == 0 || strcmp (clock->sessions[i - 1].market, session->market) != 0;
      gboolean is_last = i + 1 == clock->n_sessions || strcmp (clock->sessions[i + 1].market, session->market) != 0;

      if (is_first)
        {
          cd_fields_key (out, session->market);
          g_string_append_c (out, '{');
        }
      cd_fields_key (out, cd_mode_name (session->mode));
      g_string_append (out, "{\"state\":");
      cd_put_string (out, cd_session_state_name (session->state));
      g_string_append (out, ",\"next\":");
      if (session->next_us != 0)
        cd_put_end (out, cd_put_instant (cd_put_begin (out, CD_PUT_INSTANT_MAX), session->next_us));
      else
        g_string_append (out, "null");
      g_string_append (out, is_last ? "}}" : "}");
    }
  g_string_append (out, "}}");
}

void
cd_md_write_hb (GString *out, const CdMdHb *hb)
{
  char *p = cd_put_begin (out, 48);

  p = cd_put_literal (p, "{\"type\":\"hb\",\"n\":");
  cd_put_end (out, cd_put_u64 (p, hb->n));
  put_times (out, hb->server_time_us, hb->market_time_us);
  p = cd_put_begin (out, 16 + hb->n_seqs * (CD_MD_CODE_MAX + CD_PUT_I64_MAX + 4));
  p = cd_put_literal (p, ",\"seqs\":{");
  for (guint i = 0; i < hb->n_seqs; i++)
    {
      if (i > 0)
        *p++ = ',';
      p = cd_put_plain (p, hb->seqs[i].code);
      *p++ = ':';
      p = cd_put_u64 (p, hb->seqs[i].seq);
    }
  p = cd_put_literal (p, "}}");
  cd_put_end (out, p);
}

void
cd_md_write_block (GString *out, const char *code, const CdMdBlock *block)
{
  char *p = cd_put_begin (out, HEAD_MAX + 2 * CD_MD_ID_MAX + CD_MD_CODE_MAX + CD_PUT_E4_MAX);

  p = cd_put_literal (p, "{\"type\":\"block\",\"id\":");
  p = cd_put_plain (p, block->id);
  p = cd_put_literal (p, ",\"i\":");
  p = cd_put_plain (p, code);
  p = cd_put_literal (p, ",\"side\":");
  p = cd_put_plain (p, cd_side_name (block->side));
  p = cd_put_literal (p, ",\"px\":");
  p = put_quoted_e4 (p, block->price_e4);
  p = cd_put_literal (p, ",\"qty\":");
  p = put_quoted_i64 (p, block->qty);
  p = cd_put_literal (p, ",\"state\":");
  p = cd_put_plain (p, cd_md_block_state_name (block->state));
  p = cd_put_literal (p, ",\"party\":");
  p = cd_put_plain (p, block->party);
  *p++ = '}';
  cd_put_end (out, p);
}

void
cd_md_write_msg (GString *out, const CdMdMsg *msg)
{
  switch (msg->type)
    {
    case CD_MD_UNKNOWN:
      break;
    case CD_MD_HELLO:
      cd_md_write_hello (out, msg->hello);
      break;
    case CD_MD_SNAPSHOT:
      cd_md_write_snapshot (out, msg->code, msg->epoch, msg->seq, msg->crc, msg->bids, msg->n_bids, msg->asks, msg->n_asks);
      break;
    case CD_MD_DEPTH:
      cd_md_write_depth (out, msg->code, msg->prev_seq, msg->seq, msg->crc, msg->bids, msg->n_bids, msg->asks, msg->n_asks);
      break;
    case CD_MD_TRADE:
      cd_md_write_trade (out, msg->code, msg->seq, &msg->trade);
      break;
    case CD_MD_STATS:
      cd_md_write_stats (out, msg->code, msg->stats);
      break;
    case CD_MD_CLOCK:
      cd_md_write_clock (out, msg->clock);
      break;
    case CD_MD_HB:
      cd_md_write_hb (out, msg->hb);
      break;
    case CD_MD_BLOCK:
      cd_md_write_block (out, msg->code, msg->block);
      break;
    }
}

void
cd_md_write_request (GString *out, gboolean subscribe, const char *const *codes)
{
  g_string_append (out, subscribe ? "{\"op\":\"subscribe\",\"instruments\":[" : "{\"op\":\"unsubscribe\",\"instruments\":[");
  for (guint i = 0; codes[i]; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      cd_put_string (out, codes[i]);
    }
  g_string_append (out, "]}");
}

void
cd_md_batch_begin (CdMdBatch *batch)
{
  g_string_assign (batch->text, "[");
  batch->n = 0;
}

gboolean
cd_md_batch_next (CdMdBatch *batch)
{
  if (batch->n == CD_MD_BATCH_MAX)
    return FALSE;
  if (batch->n > 0)
    g_string_append_c (batch->text, ',');
  batch->n++;
  return TRUE;
}

const char *
cd_md_batch_end (CdMdBatch *batch, gsize *len)
{
  if (batch->n == 0)
    {
      *len = 0;
      return NULL;
    }
  if (batch->n == 1)
    {
      *len = batch->text->len - 1;
      return batch->text->str + 1;
    }
  g_string_append_c (batch->text, ']');
  *len = batch->text->len;
  return batch->text->str;
}

const char *
cd_session_state_name (CdSessionState state)
{
  const char *name = cd_field_name_of (cd_wire_session_state_names, (int)state);

  return name ? name : "unknown";
}

gboolean
cd_session_state_parse (const char *text, CdSessionState *out)
{
  for (const CdFieldName *n = cd_wire_session_state_names; n->name; n++)
    if (strcmp (n->name, text) == 0)
      {
        *out = (CdSessionState)n->value;
        return TRUE;
      }
  return FALSE;
}

const char *
cd_md_block_state_name (CdMdBlockState state)
{
  const char *name = cd_field_name_of (cd_wire_block_state_names, (int)state);

  return name ? name : "unknown";
}
