/* fuzz-database.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a cache, and a real one with any bytes written over a part. It opens whatever stands there, begun anew if need be, and never
 * gives a figure that was not put into it.
 */
#include <glib/gstdio.h>

#include "cd-cache.h"
#include "fuzz.h"

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

#define N_BARS 40

static char *cache_path;
static char *good_cache;
static gsize good_cache_len;
static CdBar bars[N_BARS];

static void
make_cache (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdCache) cache = cd_cache_open (cd_env_default (), cache_path, &error);
  CdCacheEvent event = { .account = (char *)"HD-POWER", .epoch = (char *)"e1", .kind = (char *)"order.fill", .key = (char *)"O1" };
  g_autoptr (GBytes) body = g_bytes_new_static ("{}", 2);

  if (!cache)
    fuzz_fail ("%s", error->message);
  for (int i = 0; i < N_BARS; i++)
    bars[i] = (CdBar){ .start_us = G_GINT64_CONSTANT (86400000000) * (20000 + i), .day = 20000 + i, .open_e4 = 970000 + i, .high_e4 = 980000 + i, .low_e4 = 960000 + i, .close_e4 = 975000 + i, .volume = 1000 + i, .amount_e4 = 975000000 + i };
  event.body = body;
  for (event.seq = 1; event.seq <= 5; event.seq++)
    cd_cache_apply_event (cache, &event, NULL);
  if (!cd_cache_put_bars (cache, "CEA25", 0, bars, N_BARS, &error) || !cd_cache_put_value (cache, "book.CEA25", 1, body, &error))
    fuzz_fail ("%s", error->message);
}

static void
write_bytes (const char *path, const void *bytes, gsize len)
{
  static const char *const suffixes[] = { "-wal", "-shm", "-journal", ".bad" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *beside = g_strconcat (path, suffixes[i], NULL);

      g_unlink (beside);
    }
  if (!g_file_set_contents_full (path, bytes, (gssize)len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL))
    fuzz_fail ("cannot write");
}

static void
check_bars (const GArray *got)
{
  for (guint i = 0; i < got->len; i++)
    {
      const CdBar *bar = &g_array_index (got, CdBar, i);
      int n = bar->day - 20000;

      if (n < 0 || n >= N_BARS || bar->close_e4 != bars[n].close_e4 || bar->open_e4 != bars[n].open_e4 || bar->volume != bars[n].volume || bar->amount_e4 != bars[n].amount_e4)
        fuzz_fail ("a quote that nobody gave: day %d, close %" G_GINT64_FORMAT, bar->day, bar->close_e4);
    }
}

static void
try_cache (const void *bytes, gsize len)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdCache) cache = NULL;
  g_autoptr (GArray) got = NULL;
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GBytes) value = NULL;
  CdJournalAnchor anchor;
  gint64 at;

  write_bytes (cache_path, bytes, len);
  cache = cd_cache_open (cd_env_default (), cache_path, &error);
  if (!cache)
    fuzz_fail ("a cache that does not open: %s", error->message);
  got = cd_cache_get_bars (cache, "CEA25", 0, G_MININT64, 200, NULL);
  if (got)
    check_bars (got);
  events = cd_cache_get_events (cache, "HD-POWER", G_MAXINT64, 100, NULL);
  value = cd_cache_get_value (cache, "book.CEA25", &at, NULL);
  cd_cache_get_anchor (cache, &anchor, NULL);
  if ((!got || !events) && !cd_cache_rebuild (cache, &error))
    fuzz_fail ("a cache that cannot be begun anew: %s", error->message);
}

static void
set_up (void)
{
  cache_path = g_build_filename (fuzz_dir (), "cache.db", NULL);
  make_cache ();
  if (!g_file_get_contents (cache_path, &good_cache, &good_cache_len, NULL))
    fuzz_fail ("cannot read");
}

/* Not within the time of an input. */
int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  set_up ();
  return 0;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree guint8 *bytes = NULL;
  gsize len;

  bytes = fuzz_patch (data, size, good_cache, good_cache_len, &len);
  try_cache (bytes, len);
  return 0;
}
