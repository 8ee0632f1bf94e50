/* test-replay.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Recorded feeds of other venues, on messages small enough to be worked out by hand. The real recordings are the external suite's.
 */
#include "cd-replay.h"

typedef gboolean (*ReplayFunc) (const char *lines, CdReplayResult *result, GError **error);

static void
assert_replay (ReplayFunc replay, const char *lines, guint64 checked, guint64 matched)
{
  CdReplayResult result = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (replay (lines, &result, &error));
  g_assert_no_error (error);
  g_test_message ("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT ", %s", result.matched, result.checked, result.first_mismatch);
  g_assert_cmpuint (result.checked, ==, checked);
  g_assert_cmpuint (result.matched, ==, matched);
  g_assert_cmpint (result.first_mismatch != NULL, ==, matched < checked);
  cd_replay_result_clear (&result);
}

static void
assert_refused (ReplayFunc replay, const char *lines)
{
  CdReplayResult result = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (replay (lines, &result, &error));
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  cd_replay_result_clear (&result);
}

/* --- OKX: both checksums are the examples of the venue's own documentation ------------------------------------------------ */

#define OKX(action, rest) "1.5\t{\"arg\":{\"channel\":\"books\",\"instId\":\"BTC-USDT\"},\"action\":\"" action "\",\"data\":[{" rest "}]}\n"
#define ALIGNED "\"asks\":[[\"3366.8\",\"9\",\"10\",\"3\"],[\"3368\",\"8\",\"3\",\"4\"]],\"bids\":[[\"3366.1\",\"7\",\"0\",\"3\"],[\"3366\",\"6\",\"3\",\"4\"]]"

static void
test_okx (void)
{
  /* Level 3366 goes, 3372 comes: bid:ask:ask:ask. */
  const char *update = "\"asks\":[[\"3372\",\"8\",\"0\",\"1\"]],\"bids\":[[\"3366\",\"0\",\"0\",\"0\"]]";
  g_autofree char *good = g_strdup_printf ("%s%s", OKX ("snapshot", ALIGNED ",\"checksum\":-1881014294"), "1.6\t{\"event\":\"subscribe\"}\n");
  g_autofree char *both = g_strdup_printf ("%s1.7\t{\"arg\":{\"channel\":\"books\",\"instId\":\"BTC-USDT\"},\"action\":\"update\",\"data\":[{%s,\"checksum\":831078360}]}\n", good, update);

  assert_replay (cd_replay_okx, good, 1, 1);
  assert_replay (cd_replay_okx, both, 2, 2);
  assert_replay (cd_replay_okx, OKX ("snapshot", ALIGNED ",\"checksum\":1881014294"), 1, 0);
  /* A second snapshot begins anew. */
  assert_replay (cd_replay_okx, OKX ("snapshot", "\"asks\":[[\"1\",\"1\"]],\"bids\":[]") OKX ("snapshot", ALIGNED ",\"checksum\":-1881014294"), 1, 1);
}

/* Trailing zeros belong to the text: "9.0" is another checksum than "9", though the same size. */
static void
test_okx_text (void)
{
  assert_replay (cd_replay_okx, OKX ("snapshot", "\"asks\":[[\"3366.8\",\"9.0\"],[\"3368\",\"8\"]],\"bids\":[[\"3366.1\",\"7\"],[\"3366\",\"6\"]],\"checksum\":-1881014294"), 1, 0);
  assert_replay (cd_replay_okx, OKX ("snapshot", "\"asks\":[[\"3366.80\",\"2\"],[\"3368\",\"8\"]],\"bids\":[[\"3366.1\",\"7\"],[\"3366\",\"6\"]]") OKX ("update", "\"asks\":[[\"3366.8\",\"9\"]],\"bids\":[],\"checksum\":-1881014294"), 1, 1);
}

static void
test_okx_older (void)
{
  assert_replay (cd_replay_okx, "1.5\t{\"table\":\"spot/depth\",\"action\":\"partial\",\"data\":[{\"instrument_id\":\"ACOIN-USDT\",\"asks\":[[\"3366.8\",\"9\",10],[\"3368\",\"8\",3]],\"bids\":[[\"3366.1\",\"7\",0],[\"3366\",\"6\",3]],\"timestamp\":\"2018-12-04T09:38:36.300Z\",\"checksum\":-1881014294}]}\n", 1, 1);
}

static void
test_okx_sequence (void)
{
  assert_replay (cd_replay_okx, OKX ("snapshot", "\"seqId\":10,\"prevSeqId\":-1") OKX ("update", "\"seqId\":15,\"prevSeqId\":10") OKX ("update", "\"seqId\":15,\"prevSeqId\":15"), 2, 2);
  assert_replay (cd_replay_okx, OKX ("snapshot", "\"seqId\":10,\"prevSeqId\":-1") OKX ("update", "\"seqId\":17,\"prevSeqId\":15") OKX ("update", "\"seqId\":18,\"prevSeqId\":17"), 2, 1);
}

static void
test_okx_bad (void)
{
  assert_refused (cd_replay_okx, "1.5\t{\n");
  assert_refused (cd_replay_okx, OKX ("snapshot", "\"asks\":[[1,2]],\"bids\":[]"));
  assert_refused (cd_replay_okx, OKX ("snapshot", "\"asks\":[[\"1\"]],\"bids\":[]"));
  assert_refused (cd_replay_okx, OKX ("snapshot", "\"asks\":[[\"x\",\"1\"]],\"bids\":[]"));
  assert_refused (cd_replay_okx, "1.5\t{\"action\":\"update\",\"data\":[{\"asks\":[]}]}\n");
  assert_replay (cd_replay_okx, "", 0, 0);
}

/* --- Binance ---------------------------------------------------------------------------------------------------------------- */

#define SNAPSHOT "1.0\tAB\t{\"lastUpdateId\":10,\"bids\":[[\"0.99000000\",\"5.00000000\"],[\"0.98\",\"1\"]],\"asks\":[[\"1.01\",\"4\"]]}\n"
#define DIFF(first, last, bids, asks) "1.1\t{\"stream\":\"ab@depth\",\"data\":{\"e\":\"depthUpdate\",\"s\":\"AB\",\"U\":" first ",\"u\":" last ",\"b\":[" bids "],\"a\":[" asks "]}}\n"
#define BEST(id, b, bq, a, aq) "1.1\t{\"stream\":\"ab@bookTicker\",\"data\":{\"u\":" id ",\"s\":\"AB\",\"b\":\"" b "\",\"B\":\"" bq "\",\"a\":\"" a "\",\"A\":\"" aq "\"}}\n"

static gboolean
binance_book (const char *diffs, CdReplayResult *result, GError **error)
{
  return cd_replay_binance_book (SNAPSHOT, diffs, result, error);
}

static void
test_binance_book (void)
{
  /* Older news is passed over; the first diff may begin before the snapshot. */
  const char *good = DIFF ("7", "9", "[\"0.995\",\"9\"]", "") DIFF ("10", "12", "[\"0.99\",\"6\"]", "") BEST ("12", "0.99", "6.00000000", "1.01", "4") DIFF ("13", "13", "[\"0.99\",\"0\"]", "[\"1.005\",\"2\"]") BEST ("13", "0.98", "1", "1.005", "2") BEST ("14", "0.98", "1", "1.005", "3");
  const char *wrong = DIFF ("11", "12", "[\"0.99\",\"6\"]", "") BEST ("12", "0.99", "7", "1.01", "4") BEST ("14", "0.99", "7", "1.01", "4");
  /* A later message is needed: without it nobody knows what held at 12. */
  const char *open_end = DIFF ("11", "12", "[\"0.99\",\"6\"]", "") BEST ("12", "0.99", "7", "1.01", "4");
  const char *gap = DIFF ("12", "13", "[\"0.99\",\"6\"]", "") DIFF ("14", "14", "", "") BEST ("14", "0.99", "6", "1.01", "4") BEST ("15", "0.99", "6", "1.01", "4");

  assert_replay (binance_book, good, 2, 2);
  assert_replay (binance_book, wrong, 1, 0);
  assert_replay (binance_book, open_end, 0, 0);
  assert_replay (binance_book, gap, 1, 0);
  assert_refused (binance_book, DIFF ("11", "12", "[\"0.99\"]", ""));
  assert_refused (binance_book, DIFF ("11", "12", "[0.99,\"1\"]", ""));
  assert_refused (binance_book, "1.1\tnothing\n");
}

static void
test_binance_snapshot (void)
{
  CdReplayResult result = { 0 };
  static const char *const bad[] = { "1.0\tAB\n", "1.0\tAB\t{}\n", "1.0\tAB\t{\"lastUpdateId\":\"10\",\"bids\":[],\"asks\":[]}\n", "1.0\tAB\t{\"lastUpdateId\":10,\"bids\":[]}\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (cd_replay_binance_book (bad[i], "", &result, &error));
      g_assert_nonnull (error);
    }
}

/* --- LOBSTER and Kraken: by hand ----------------------------------------------------------------------------------------------- */

static gboolean
lobster (const char *states, CdReplayResult *result, GError **error)
{
  /* A bid comes, half of it goes, an ask trades away, a hidden order trades. */
  return cd_replay_lobster ("1,1,1,10,100,1\n2,1,2,5,99,1\n3,2,2,2,99,1\n4,4,3,7,101,-1\n5,5,0,1,100,1\n", states, result, error);
}

static void
test_lobster (void)
{
  assert_replay (lobster, "101,7,100,10,102,3,-9999999999,0\n101,7,100,10,102,3,99,5\n101,7,100,10,102,3,99,3\n102,3,100,10,9999999999,0,99,3\n102,3,100,10,9999999999,0,99,3\n", 4, 4);
  assert_replay (lobster, "101,7,100,10,102,3,-9999999999,0\n101,7,100,10,102,3,99,5\n101,7,100,10,102,3,99,4\n102,3,100,10,9999999999,0,99,4\n102,3,100,10,9999999999,0,99,4\n", 4, 3);
  assert_refused (lobster, "101,7,100\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/replay/okx", test_okx);
  g_test_add_func ("/wire/replay/okx-text", test_okx_text);
  g_test_add_func ("/wire/replay/okx-older", test_okx_older);
  g_test_add_func ("/wire/replay/okx-sequence", test_okx_sequence);
  g_test_add_func ("/wire/replay/okx-bad", test_okx_bad);
  g_test_add_func ("/wire/replay/binance-book", test_binance_book);
  g_test_add_func ("/wire/replay/binance-snapshot", test_binance_snapshot);
  g_test_add_func ("/wire/replay/lobster", test_lobster);
  return g_test_run ();
}
