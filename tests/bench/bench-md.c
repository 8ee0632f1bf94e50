/* bench-md.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading and writing market data (goals J1, J2, J4). Reading: message to book, against simdjson on demand filling the same book.
 * Writing: against a writer that knows this one message and checks nothing.
 */
#include "bench-simdjson.h"
#include "bench.h"
#include "cd-wire-md.h"

#include <string.h>

#define MESSAGES 512

typedef struct
{
  CdMdReader *reader;
  BenchSimdjson *simdjson;
  CdBook *book;
  GPtrArray *texts; /* GString */
  GString *out;
  CdLevel bids[64], asks[64];
  guint64 digest;
  guint levels; /* of a side */
} Bench;

static void
draw_levels (CdLevel *levels, guint n, gint64 best, int step, guint32 *seed)
{
  for (guint i = 0; i < n; i++)
    levels[i] = (CdLevel){ best + step * 100 * (gint64)i, 1 + bench_random (seed) % 99999, 1 + (gint32)(bench_random (seed) % 9) };
}

/* @shuffled: members in an order that the writer never uses, with blanks. */
static GString *
draw_text (Bench *b, gboolean snapshot, gboolean shuffled, guint i, guint32 *seed)
{
  gint64 mid = 970000 + 100 * (gint64)(bench_random (seed) % 50);
  GString *text = g_string_new (NULL);
  const char *rest;

  draw_levels (b->bids, b->levels, mid - 100, -1, seed);
  draw_levels (b->asks, b->levels, mid, 1, seed);
  if (snapshot)
    cd_md_write_snapshot (text, "CEA25", "e1", i + 1, bench_random (seed), b->bids, b->levels, b->asks, b->levels);
  else
    cd_md_write_depth (text, "CEA25", i, i + 1, bench_random (seed), b->bids, b->levels, b->asks, b->levels);
  if (!shuffled)
    return text;
  rest = strstr (text->str, ",\"i\":");
  {
    g_autofree char *tail = g_strdup (rest + 1);
    g_autofree char *head = g_strndup (text->str + 1, (gsize)(rest - text->str - 1));

    tail[strlen (tail) - 1] = 0;
    g_string_printf (text, "{ %s, %s }", tail, head);
  }
  return text;
}

static void
bench_begin (Bench *b, gboolean snapshot, gboolean shuffled)
{
  guint32 seed = 20261214;

  b->reader = cd_md_reader_new ();
  b->simdjson = bench_simdjson_new ();
  b->book = cd_book_new (4, 0);
  b->out = g_string_sized_new (64 * 1024);
  b->texts = g_ptr_array_new ();
  b->levels = snapshot ? 50 : 3;
  for (guint i = 0; i < MESSAGES; i++)
    g_ptr_array_add (b->texts, draw_text (b, snapshot, shuffled, i, &seed));
}

static void
bench_end (Bench *b)
{
  for (guint i = 0; i < b->texts->len; i++)
    g_string_free (b->texts->pdata[i], TRUE);
  g_ptr_array_unref (b->texts);
  g_string_free (b->out, TRUE);
  cd_book_free (b->book);
  bench_simdjson_free (b->simdjson);
  cd_md_reader_free (b->reader);
}

/* The best level of each side: what the next message builds on. */
static guint64
mix (guint64 digest, const CdBook *book, guint64 seq, guint32 crc)
{
  CdLevel bid = { 0 }, ask = { 0 };

  cd_book_level (book, CD_SIDE_BUY, 0, &bid);
  cd_book_level (book, CD_SIDE_SELL, 0, &ask);
  digest = digest * 31 + seq + crc;
  return digest * 31 + (guint64)(bid.price + bid.qty * 3 + bid.orders * 7 + ask.price * 5 + ask.qty + ask.orders);
}

/* --- Reading --------------------------------------------------------------------------------------------------------------- */

static gboolean
apply (const CdMdMsg *msg, gpointer data)
{
  Bench *b = data;

  if (msg->type == CD_MD_SNAPSHOT)
    cd_book_clear (b->book);
  for (guint i = 0; i < msg->n_bids; i++)
    cd_book_set (b->book, CD_SIDE_BUY, msg->bids[i].price, msg->bids[i].qty, msg->bids[i].orders);
  for (guint i = 0; i < msg->n_asks; i++)
    cd_book_set (b->book, CD_SIDE_SELL, msg->asks[i].price, msg->asks[i].qty, msg->asks[i].orders);
  b->digest = mix (b->digest, b->book, msg->seq, msg->crc);
  return TRUE;
}

static guint64
read_ours (gpointer data, guint ops)
{
  Bench *b = data;

  b->digest = 0;
  cd_book_clear (b->book);
  for (guint i = 0; i < ops; i++)
    {
      const GString *text = b->texts->pdata[i % MESSAGES];

      if (!cd_md_reader_read (b->reader, text->str, text->len, apply, b, NULL))
        g_error ("our reader refuses its own message");
    }
  return b->digest;
}

static guint64
read_ours_scan (gpointer data, guint ops)
{
  Bench *b = data;
  guint64 digest;

  cd_md_reader_set_fast (b->reader, FALSE);
  digest = read_ours (data, ops);
  cd_md_reader_set_fast (b->reader, TRUE);
  return digest;
}

static void
apply_simdjson (Bench *b, const BenchBook *read, gboolean snapshot)
{
  if (snapshot)
    cd_book_clear (b->book);
  for (guint i = 0; i < read->n_bids; i++)
    cd_book_set (b->book, CD_SIDE_BUY, read->bids[i].price, read->bids[i].qty, read->bids[i].orders);
  for (guint i = 0; i < read->n_asks; i++)
    cd_book_set (b->book, CD_SIDE_SELL, read->asks[i].price, read->asks[i].qty, read->asks[i].orders);
  b->digest = mix (b->digest, b->book, read->seq, read->crc);
}

static guint64
read_simdjson (gpointer data, guint ops)
{
  Bench *b = data;
  static BenchBook read;

  b->digest = 0;
  cd_book_clear (b->book);
  for (guint i = 0; i < ops; i++)
    {
      const GString *text = b->texts->pdata[i % MESSAGES];

      if (!bench_simdjson_read (b->simdjson, text->str, text->len, &read))
        g_error ("simdjson refuses a message");
      apply_simdjson (b, &read, b->levels == 50);
    }
  return b->digest;
}

/* --- Writing --------------------------------------------------------------------------------------------------------------- */

static guint64
write_ours (gpointer data, guint ops)
{
  Bench *b = data;
  guint64 digest = 0;

  for (guint i = 0; i < ops; i++)
    {
      g_string_truncate (b->out, 0);
      b->bids[0].qty = 1 + i % 1000;
      cd_md_write_depth (b->out, "CEA25", i, i + 1, i * 2654435761u, b->bids, b->levels, b->asks, b->levels);
      digest = digest * 31 + b->out->len + (guchar)b->out->str[b->out->len / 2];
    }
  return digest;
}

static inline char *
bare_integer (char *p, guint64 value)
{
  char digits[20];
  guint n = 0;

  do
    {
      digits[n++] = (char)('0' + value % 10);
      value /= 10;
    }
  while (value);
  while (n)
    *p++ = digits[--n];
  return p;
}

#define BARE(p, literal) (memcpy (p, literal, sizeof literal - 1), (p) + sizeof literal - 1)

/* As our writer prints a price: at least two decimals, further ones only when there are any. */
static inline char *
bare_price (char *p, guint64 e4)
{
  guint decimals = (guint)(e4 % 10000);

  p = bare_integer (p, e4 / 10000);
  *p++ = '.';
  *p++ = (char)('0' + decimals / 1000);
  *p++ = (char)('0' + decimals / 100 % 10);
  if (decimals % 100)
    {
      *p++ = (char)('0' + decimals / 10 % 10);
      if (decimals % 10)
        *p++ = (char)('0' + decimals % 10);
    }
  return p;
}

static inline char *
bare_levels (char *p, const CdLevel *levels, guint n)
{
  *p++ = '[';
  for (guint i = 0; i < n; i++)
    {
      if (i)
        *p++ = ',';
      p = BARE (p, "[\"");
      p = bare_price (p, (guint64)levels[i].price);
      p = BARE (p, "\",\"");
      p = bare_integer (p, (guint64)levels[i].qty);
      p = BARE (p, "\",");
      p = bare_integer (p, (guint64)levels[i].orders);
      *p++ = ']';
    }
  *p++ = ']';
  return p;
}

static guint64
write_bare (gpointer data, guint ops)
{
  Bench *b = data;
  guint64 digest = 0;

  for (guint i = 0; i < ops; i++)
    {
      char *p = b->out->str;
      gsize len;

      b->bids[0].qty = 1 + i % 1000;
      p = BARE (p, "{\"type\":\"depth\",\"i\":\"CEA25\",\"prev_seq\":");
      p = bare_integer (p, i);
      p = BARE (p, ",\"seq\":");
      p = bare_integer (p, i + 1);
      p = BARE (p, ",\"crc\":");
      p = bare_integer (p, (guint32)(i * 2654435761u));
      p = BARE (p, ",\"b\":");
      p = bare_levels (p, b->bids, b->levels);
      p = BARE (p, ",\"a\":");
      p = bare_levels (p, b->asks, b->levels);
      *p++ = '}';
      *p = 0;
      len = (gsize)(p - b->out->str);
      digest = digest * 31 + len + (guchar)b->out->str[len / 2];
    }
  return digest;
}

/* --- Allocations ------------------------------------------------------------------------------------------------------------ */

static void
count_allocations (const char *name, BenchFunc func, Bench *b)
{
  guint64 before;

  func (b, MESSAGES); /* buffers find their size */
  before = bench_allocations ();
  func (b, 10000);
  bench_print (name, (gint64)(bench_allocations () - before) * 10 / 10000, "allocations", 100, "none");
}

int
main (void)
{
  Bench b = { 0 };
  const BenchWay depth[] = { { "J1.depth.to-book", read_ours, &b }, { "J1.depth.to-book.scanner", read_ours_scan, &b } };
  const BenchWay shuffled[] = { { "J1.depth.to-book.any-order", read_ours, &b } };
  const BenchWay snapshot[] = { { "J2.snapshot.to-book", read_ours, &b }, { "J2.snapshot.to-book.scanner", read_ours_scan, &b } };
  const BenchWay write[] = { { "J4.depth.write", write_ours, &b } };

  bench_begin (&b, FALSE, FALSE);
  bench_compare (&(BenchWay){ "simdjson-on-demand", read_simdjson, &b }, depth, G_N_ELEMENTS (depth), 100000, TRUE);
  bench_compare (&(BenchWay){ "bare-writer", write_bare, &b }, write, G_N_ELEMENTS (write), 200000, TRUE);
  count_allocations ("J4.depth.read.allocations", read_ours, &b);
  count_allocations ("J4.depth.write.allocations", write_ours, &b);
  bench_end (&b);
  bench_begin (&b, FALSE, TRUE);
  bench_compare (&(BenchWay){ "simdjson-on-demand.any-order", read_simdjson, &b }, shuffled, G_N_ELEMENTS (shuffled), 100000, TRUE);
  bench_end (&b);
  bench_begin (&b, TRUE, FALSE);
  bench_compare (&(BenchWay){ "simdjson-on-demand.snapshot", read_simdjson, &b }, snapshot, G_N_ELEMENTS (snapshot), 5000, TRUE);
  bench_end (&b);
  return 0;
}
