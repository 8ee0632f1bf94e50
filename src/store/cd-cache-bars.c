/* cd-cache-bars.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Quotes in the cache: batches in, keyset pages out, each row with a check of its own figures, so that a damaged page is
 * never drawn.
 */
#include "cd-cache-private.h"

#include <string.h>

#define COLUMNS "start_us, day, open_e4, high_e4, low_e4, close_e4, volume, amount_e4, checksum, at"

static gint64
key_of (const CdBar *bar, gint64 span_us)
{
  return span_us == 0 ? (gint64)bar->day : bar->start_us;
}

/* FNV-1a over instrument, key and figures: finds every flipped bit, and costs nothing against the insert. */
static gint64
checksum_of (const char *instrument, gint64 span_us, const CdBar *bar)
{
  const gint64 figures[] = { span_us, bar->start_us, bar->day, bar->open_e4, bar->high_e4, bar->low_e4, bar->close_e4, bar->volume, bar->amount_e4 };
  guint64 sum = G_GUINT64_CONSTANT (14695981039346656037);

  for (const char *p = instrument; *p != '\0'; p++)
    sum = (sum ^ (guint8)*p) * G_GUINT64_CONSTANT (1099511628211);
  for (gsize i = 0; i < G_N_ELEMENTS (figures); i++)
    for (guint shift = 0; shift < 64; shift += 8)
      sum = (sum ^ (((guint64)figures[i] >> shift) & 0xff)) * G_GUINT64_CONSTANT (1099511628211);
  return (gint64)(sum >> 1);
}

static int
compare_bars (gconstpointer a, gconstpointer b, gpointer data)
{
  gint64 span_us = *(const gint64 *)data;
  gint64 x = key_of (a, span_us), y = key_of (b, span_us);
  return x < y ? -1 : x > y;
}

static gboolean
write_bars (CdCache *cache, const char *instrument, gint64 span_us, const CdBar *bars, gsize n, GError **error)
{
  static const char sql[] = "INSERT OR REPLACE INTO bar (instrument, span_us, at, " /* then as COLUMNS */
                            "start_us, day, open_e4, high_e4, low_e4, close_e4, volume, amount_e4, checksum) "
                            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
  for (gsize i = 0; i < n; i++)
    {
      sqlite3_stmt *stmt = cd_cache_statement (cache, sql, error);
      const CdBar *bar = &bars[i];

      if (stmt == NULL)
        return FALSE;
      cd_db_bind_text (stmt, 1, instrument);
      sqlite3_bind_int64 (stmt, 2, span_us);
      sqlite3_bind_int64 (stmt, 3, key_of (bar, span_us));
      sqlite3_bind_int64 (stmt, 4, bar->start_us);
      sqlite3_bind_int64 (stmt, 5, bar->day);
      sqlite3_bind_int64 (stmt, 6, bar->open_e4);
      sqlite3_bind_int64 (stmt, 7, bar->high_e4);
      sqlite3_bind_int64 (stmt, 8, bar->low_e4);
      sqlite3_bind_int64 (stmt, 9, bar->close_e4);
      sqlite3_bind_int64 (stmt, 10, bar->volume);
      sqlite3_bind_int64 (stmt, 11, bar->amount_e4);
      sqlite3_bind_int64 (stmt, 12, checksum_of (instrument, span_us, bar));
      if (!cd_db_run (cache->db, stmt, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
cd_cache_put_bars (CdCache *cache, const char *instrument, gint64 span_us, const CdBar *bars, gsize n, GError **error)
{
  g_autofree CdBar *sorted = NULL;
  gboolean alone;

  g_return_val_if_fail (instrument != NULL && span_us >= 0, FALSE);
  if (n > G_MAXINT)
    {
      g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_ARGUMENT, "%" G_GSIZE_FORMAT " bars in one call, expected at most %d", n, G_MAXINT);
      return FALSE;
    }
  /* In the order of the key every insert lands on the page of the one before. Stable: of two with one key the last stays. */
  sorted = g_memdup2 (bars, n * sizeof *bars);
  if (n > 1)
    g_qsort_with_data (sorted, (gint)n, sizeof *sorted, compare_bars, &span_us);
  return cd_cache_enter (cache, &alone, error) && cd_cache_leave (cache, alone, write_bars (cache, instrument, span_us, sorted, n, error), error);
}

static gboolean
read_bar (CdCache *cache, sqlite3_stmt *stmt, const char *instrument, gint64 span_us, CdBar *bar, GError **error)
{
  gint64 day = sqlite3_column_int64 (stmt, 1);

  memset (bar, 0, sizeof *bar);
  bar->start_us = sqlite3_column_int64 (stmt, 0);
  bar->day = (CdDate)day;
  bar->open_e4 = sqlite3_column_int64 (stmt, 2);
  bar->high_e4 = sqlite3_column_int64 (stmt, 3);
  bar->low_e4 = sqlite3_column_int64 (stmt, 4);
  bar->close_e4 = sqlite3_column_int64 (stmt, 5);
  bar->volume = sqlite3_column_int64 (stmt, 6);
  bar->amount_e4 = sqlite3_column_int64 (stmt, 7);
  if (sqlite3_column_int64 (stmt, 8) == checksum_of (instrument, span_us, bar) && sqlite3_column_int64 (stmt, 9) == key_of (bar, span_us) && day == bar->day)
    return TRUE;
  g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_DAMAGED, "%s: bar %" G_GINT64_FORMAT " of %s fails its check",
               cd_db_path (cache->db), (gint64)sqlite3_column_int64 (stmt, 9), instrument);
  return FALSE;
}

static GArray *
read_page (CdCache *cache, const char *sql, const char *instrument, gint64 span_us, gint64 key, guint limit, GError **error)
{
  sqlite3_stmt *stmt = cd_cache_statement (cache, sql, error);
  g_autoptr (GArray) bars = g_array_new (FALSE, FALSE, sizeof (CdBar));
  CdDbStep step;

  if (stmt == NULL)
    return NULL;
  cd_db_bind_text (stmt, 1, instrument);
  sqlite3_bind_int64 (stmt, 2, span_us);
  sqlite3_bind_int64 (stmt, 3, key);
  sqlite3_bind_int64 (stmt, 4, limit);
  while ((step = cd_db_step (cache->db, stmt, error)) == CD_DB_STEP_ROW)
    {
      CdBar bar;
      if (!read_bar (cache, stmt, instrument, span_us, &bar, error))
        {
          sqlite3_reset (stmt);
          return NULL;
        }
      g_array_append_val (bars, bar);
    }
  return step == CD_DB_STEP_DONE ? g_steal_pointer (&bars) : NULL;
}

GArray *
cd_cache_get_bars (CdCache *cache, const char *instrument, gint64 span_us, gint64 after, guint limit, GError **error)
{
  static const char sql[] = "SELECT " COLUMNS " FROM bar WHERE instrument = ?1 AND span_us = ?2 AND at > ?3 ORDER BY at LIMIT ?4";
  return read_page (cache, sql, instrument, span_us, after, limit, error);
}

GArray *
cd_cache_get_last_bars (CdCache *cache, const char *instrument, gint64 span_us, guint limit, GError **error)
{
  static const char sql[] = "SELECT " COLUMNS " FROM bar WHERE instrument = ?1 AND span_us = ?2 AND at <= ?3 ORDER BY at DESC LIMIT ?4";
  GArray *bars = read_page (cache, sql, instrument, span_us, G_MAXINT64, limit, error);

  if (bars == NULL)
    return NULL;
  for (guint i = 0, j = bars->len; i + 1 < j; i++)
    {
      CdBar *a = &g_array_index (bars, CdBar, i);
      CdBar *b = &g_array_index (bars, CdBar, --j);
      CdBar swap = *a;
      *a = *b;
      *b = swap;
    }
  return bars;
}
