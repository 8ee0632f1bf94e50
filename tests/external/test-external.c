/* test-external.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The product against data that others recorded: order books, prices, sessions, JSON. Every file is found by pattern, every
 * property counted and printed as "name: N of M", so that the same test serves data that nobody here has seen. Where the data
 * is absent the test is skipped; on the build server (CI set) it fails instead.
 */
#include "cd-bars.h"
#include "cd-json.h"
#include "cd-pack.h"
#include "cd-replay.h"
#include "external-data.h"

#include <glib/gstdio.h>
#include <string.h>

/* --- Order books ----------------------------------------------------------------------------------------------------- */

static void
test_lobster (void)
{
  g_autoptr (GPtrArray) books = external_find ("lobster", "", "_orderbook.csv");

  if (external_absent (books, "order books"))
    return;
  for (guint i = 0; i < books->len; i++)
    {
      const char *path = books->pdata[i];
      g_autofree char *stem = g_strndup (path, (gsize)(g_strrstr (path, "_orderbook.csv") - path));
      g_autofree char *plain = g_strconcat (stem, "_message.csv", NULL);
      g_autofree char *packed = g_strconcat (plain, ".xz", NULL);
      g_autofree char *messages = external_text (g_file_test (plain, G_FILE_TEST_EXISTS) ? plain : packed);
      g_autofree char *states = external_text (path);
      CdReplayResult result = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_true (cd_replay_lobster (messages, states, &result, &error));
      g_assert_no_error (error);
      external_print ("lobster", path, result.matched, result.checked);
      if (result.first_mismatch)
        g_test_message ("first difference: %s", result.first_mismatch);
      /* Fifty levels hold everything that comes into view; a shallower file leaves out orders below its last level. */
      if (strstr (path, "_L50_"))
        g_assert_cmpuint (result.matched, ==, result.checked);
      g_assert_cmpuint (result.checked, >, 0);
      cd_replay_result_clear (&result);
    }
}

typedef gboolean (*ReplayFunc) (const char *lines, CdReplayResult *result, GError **error);

/* The whole recording matches; without one of its updates it must not. */
static void
check_feed (const char *prefix, const char *suffix, const char *update, ReplayFunc replay)
{
  g_autoptr (GPtrArray) files = external_find ("l2_checksum", prefix, suffix);

  if (external_absent (files, prefix))
    return;
  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *text = external_text (files->pdata[i]);
      g_autoptr (GString) gap = g_string_new (NULL);
      g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
      guint middle = g_strv_length (lines) / 2;
      CdReplayResult result = { 0 }, broken = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_true (replay (text, &result, &error));
      g_assert_no_error (error);
      external_print (prefix, files->pdata[i], result.matched, result.checked);
      g_assert_cmpuint (result.checked, >, 0);
      g_assert_cmpuint (result.matched, ==, result.checked);
      while (lines[middle] && !strstr (lines[middle], update))
        middle++;
      for (guint k = 0; lines[k]; k++)
        if (k != middle && lines[k][0])
          g_string_append_printf (gap, "%s\n", lines[k]);
      g_assert_true (replay (gap->str, &broken, NULL));
      external_print ("with one line left out", files->pdata[i], broken.matched, broken.checked);
      g_assert_cmpuint (broken.matched, <, broken.checked);
      cd_replay_result_clear (&result);
      cd_replay_result_clear (&broken);
    }
}

static void
test_kraken (void)
{
  check_feed ("kraken", ".xz", "\"c\":", cd_replay_kraken);
}

static void
test_binance (void)
{
  check_feed ("binance_diffs", ".tsv", "depthUpdate", cd_replay_binance);
}

/* --- JSON ------------------------------------------------------------------------------------------------------------ */

static void
test_json (void)
{
  g_autoptr (GPtrArray) archives = external_find ("json", "json_test_parsing", ".tar.xz");
  g_autofree char *folder = NULL;
  guint good = 0, all = 0;
  const char *name;

  if (external_absent (archives, "JSON files"))
    return;
  folder = g_dir_make_tmp ("carbondesk-json-XXXXXX", NULL);
  {
    const char *argv[] = { "tar", "-xJf", archives->pdata[0], "-C", folder, NULL };

    g_assert_true (g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
  }
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *text = NULL;
      gsize len = 0;

      if (g_file_get_contents (path, &text, &len, NULL) && (name[0] == 'y' || name[0] == 'n'))
        {
          gboolean valid = cd_json_check (text, (gssize)len, 0, CD_JSON_RULES_RFC, NULL);

          all++;
          good += valid == (name[0] == 'y');
          if (valid != (name[0] == 'y'))
            g_test_message ("wrong verdict on %s", name);
        }
      g_unlink (path);
    }
  g_rmdir (folder);
  external_print ("json verdicts", NULL, good, all);
  g_assert_cmpuint (all, >, 0);
  g_assert_cmpuint (good, ==, all);
}

/* --- The national market's prices ------------------------------------------------------------------------------------- */

enum
{
  COL_DATE,
  COL_CLOSE,
  COL_HIGH,
  COL_LOW,
  COL_VOLUME,
  COL_TURNOVER,
  N_COLS,
};

static gboolean
cell (char **row, const int *at, int col, gint64 *out)
{
  return row[at[col]][0] && cd_decimal_parse (row[at[col]], -1, 4, out, NULL);
}

static void
check_prices (const char *path, const CdModeRule *rule)
{
  const char *names[N_COLS] = { "date", "listed_close", "listed_high", "listed_low", "listed_volume_t", "listed_turnover_cny" };
  g_autofree char *text = external_text (path);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_auto (GStrv) head = g_strsplit (lines[0], ",", -1);
  CdDate last_vwap = cd_date_from_ymd (2023, 8, 14), day;
  guint64 in_band = 0, bands = 0, closes = 0, vwaps = 0;
  gint64 prev = 0;
  int at[N_COLS];

  for (int c = 0; c < N_COLS; c++)
    {
      for (at[c] = 0; head[at[c]] && !g_str_equal (g_strstrip (head[at[c]]), names[c]);)
        at[c]++;
      g_assert_nonnull (head[at[c]]);
    }
  for (guint i = 1; lines[i]; i++)
    {
      g_auto (GStrv) row = g_strsplit (g_strstrip (lines[i]), ",", -1);
      gint64 close, high, low, volume, turnover;
      CdPrice floor, cap;

      if (g_strv_length (row) != g_strv_length (head) || !cd_date_parse (row[at[COL_DATE]], &day, NULL))
        continue;
      if (prev && cell (row, at, COL_HIGH, &high) && cell (row, at, COL_LOW, &low) && cd_market_band (rule, day, CD_PRICE_CNY (prev), 100, &floor, &cap))
        {
          bands++;
          in_band += low >= floor.e4 && high <= cap.e4;
        }
      if (!cell (row, at, COL_CLOSE, &close))
        continue;
      if (day <= last_vwap && cell (row, at, COL_VOLUME, &volume) && volume > 0 && cell (row, at, COL_TURNOVER, &turnover))
        {
          CdDayStats stats;

          cd_day_stats_begin (&stats, prev);
          stats.list_volume = volume / 10000;
          stats.list_amount_e4 = turnover;
          vwaps++;
          closes += cd_day_stats_close_e4 (&stats, 0) == close;
        }
      prev = close;
    }
  external_print ("prices within the day's band", path, in_band, bands);
  external_print ("closes that are the day's average", path, closes, vwaps);
  g_assert_cmpuint (bands, >, 100);
  g_assert_cmpuint (in_band, ==, bands);
  g_assert_cmpuint (closes * 100, >=, vwaps * 99); /* two days of the source differ */
}

static void
test_prices (void)
{
  g_autoptr (GPtrArray) files = external_find ("cn_carbon", "cea_daily", ".csv");
  g_autoptr (GError) error = NULL;
  g_autoptr (CdPack) pack = NULL;

  if (external_absent (files, "daily prices"))
    return;
  pack = cd_pack_load_builtin ("cn-cea", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < files->len; i++)
    {
      const CdModeRule *rule = cd_market_mode (pack->market, CD_MODE_LIST, cd_date_from_ymd (2022, 6, 1));

      g_assert_nonnull (rule);
      check_prices (files->pdata[i], rule);
    }
}

/* --- Sessions -------------------------------------------------------------------------------------------------------- */

static void
test_sessions (void)
{
  g_autoptr (GPtrArray) files = external_find ("calendars", "xshg", ".csv");
  g_autoptr (GHashTable) sessions = g_hash_table_new (NULL, NULL);
  g_autoptr (CdPack) pack = NULL;
  guint same = 0, days = 0, unknown = 0;
  CdDate first = CD_DATE_MAX, last = 0;

  if (external_absent (files, "sessions"))
    return;
  pack = cd_pack_load_builtin ("cn-cea", NULL);
  g_assert_nonnull (pack);
  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *text = external_text (files->pdata[i]);
      g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

      for (guint k = 1; lines[k]; k++)
        {
          g_autofree char *iso = g_strndup (lines[k], 10);
          CdDate day;

          if (!cd_date_parse (iso, &day, NULL))
            continue;
          g_hash_table_add (sessions, GINT_TO_POINTER (day));
          first = MIN (first, day);
          last = MAX (last, day);
        }
    }
  for (CdDate day = first; day <= last; day++)
    {
      CdDayKind kind = cd_calendar_day_kind (pack->market->calendar, day);

      if (kind == CD_DAY_UNKNOWN)
        {
          unknown++;
          continue;
        }
      days++;
      if (cd_calendar_is_trading (pack->market->calendar, day) == g_hash_table_contains (sessions, GINT_TO_POINTER (day)))
        same++;
      else
        {
          char buf[CD_DATE_BUF];

          g_test_message ("differs on %s", cd_date_print (day, buf));
        }
    }
  external_print ("days that trade as at the stock exchange", NULL, same, days);
  g_test_message ("days of years that the pack does not cover: %u", unknown);
  g_assert_cmpuint (same, ==, days);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/external/lobster", test_lobster);
  g_test_add_func ("/external/kraken", test_kraken);
  g_test_add_func ("/external/binance", test_binance);
  g_test_add_func ("/external/json", test_json);
  g_test_add_func ("/external/prices", test_prices);
  g_test_add_func ("/external/sessions", test_sessions);
  return g_test_run ();
}
