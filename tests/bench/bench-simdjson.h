/* bench-simdjson.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bound of reading: simdjson on demand, with the numbers taken out of their strings.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gint64 price, qty;
  gint32 orders;
} BenchLevel;

typedef struct
{
  guint64 seq;
  guint32 crc;
  guint n_bids, n_asks;
  BenchLevel bids[64], asks[64];
} BenchBook;

typedef struct _BenchSimdjson BenchSimdjson;

BenchSimdjson *bench_simdjson_new (void);
void bench_simdjson_free (BenchSimdjson *parser);
/* A depth or snapshot. @text has no padding: it is copied, as a reader of a socket would have to. */
gboolean bench_simdjson_read (BenchSimdjson *parser, const char *text, gsize len, BenchBook *out);

G_END_DECLS
