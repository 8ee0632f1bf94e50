/* bench.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Measuring two ways of the same work against each other: in one process, in turns, medians. One line a figure:
 *
 *   name value unit ratio-to-bound bound-name
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BENCH_ROUNDS 15

/**
 * BenchFunc: does @ops operations and returns a digest of what they produced, so that no work can be left out unseen.
 */
typedef guint64 (*BenchFunc) (gpointer data, guint ops);

typedef struct
{
  const char *name; /* "bound" names of the others refer to it */
  BenchFunc func;
  gpointer data;
} BenchWay;

gint64 bench_now_ns (void);
/* Sorts @values; the middle one. */
gint64 bench_median (gint64 *values, gsize n);

/**
 * bench_compare:
 * @bound: what the others are measured against
 * @ways: the others
 * @same_digest: every way must produce the bound's digest
 *
 * BENCH_ROUNDS rounds, each way once a round, begun with another one each time. Prints a line for each way, and one for the bound
 * itself. Values are nanoseconds an operation with one decimal.
 */
void bench_compare (const BenchWay *bound, const BenchWay *ways, gsize n_ways, guint ops, gboolean same_digest);

/* Prints one figure. @value_e1 and @ratio_e2 carry one and two decimals. */
void bench_print (const char *name, gint64 value_e1, const char *unit, gint64 ratio_e2, const char *bound);

/* Calls of malloc, calloc and realloc in this process so far. */
guint64 bench_allocations (void);

/* A seeded generator of its own, so that every run measures the same stream. */
guint32 bench_random (guint32 *state);

G_END_DECLS
