/* bench.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "bench.h"

#include <stdlib.h>
#include <time.h>

#define WAYS_MAX 8

/* --- Counting allocations: the C library's own functions stand behind these ------------------------------------------------ */

extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t n, size_t size);
extern void *__libc_realloc (void *old, size_t size);

static guint64 allocations;

void *
malloc (size_t size)
{
  allocations++;
  return __libc_malloc (size);
}

void *
calloc (size_t n, size_t size)
{
  allocations++;
  return __libc_calloc (n, size);
}

void *
realloc (void *old, size_t size)
{
  allocations++;
  return __libc_realloc (old, size);
}

guint64
bench_allocations (void)
{
  return allocations;
}

/* --- Time ------------------------------------------------------------------------------------------------------------------ */

gint64
bench_now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (gint64)now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

static int
compare (const void *a, const void *b)
{
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

  return x < y ? -1 : x > y;
}

gint64
bench_median (gint64 *values, gsize n)
{
  qsort (values, n, sizeof *values, compare);
  return values[n / 2];
}

guint32
bench_random (guint32 *state)
{
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state;
}

/* --- Figures --------------------------------------------------------------------------------------------------------------- */

void
bench_print (const char *name, gint64 value_e1, const char *unit, gint64 ratio_e2, const char *bound)
{
  g_print ("%s %" G_GINT64_FORMAT ".%" G_GINT64_FORMAT " %s %" G_GINT64_FORMAT ".%02" G_GINT64_FORMAT " %s\n", name, value_e1 / 10, value_e1 % 10, unit, ratio_e2 / 100, ratio_e2 % 100, bound);
}

static gint64
run (const BenchWay *way, guint ops, guint64 *digest)
{
  gint64 begin = bench_now_ns ();

  *digest = way->func (way->data, ops);
  return bench_now_ns () - begin;
}

void
bench_compare (const BenchWay *bound, const BenchWay *ways, gsize n_ways, guint ops, gboolean same_digest)
{
  gint64 taken[WAYS_MAX + 1][BENCH_ROUNDS];
  gint64 median[WAYS_MAX + 1];

  g_assert (n_ways <= WAYS_MAX);
  for (guint round = 0; round < BENCH_ROUNDS; round++)
    {
      guint64 digest[WAYS_MAX + 1];

      for (gsize k = 0; k <= n_ways; k++)
        {
          gsize i = (k + round) % (n_ways + 1);

          taken[i][round] = run (i < n_ways ? &ways[i] : bound, ops, &digest[i]);
        }
      for (gsize i = 0; same_digest && i < n_ways; i++)
        if (digest[i] != digest[n_ways])
          g_error ("%s and %s do not produce the same", ways[i].name, bound->name);
    }
  for (gsize i = 0; i <= n_ways; i++)
    median[i] = bench_median (taken[i], BENCH_ROUNDS);
  for (gsize i = 0; i < n_ways; i++)
    bench_print (ways[i].name, median[i] * 10 / ops, "ns", median[i] * 100 / MAX (median[n_ways], 1), bound->name);
  bench_print (bound->name, median[n_ways] * 10 / ops, "ns", 100, bound->name);
}
