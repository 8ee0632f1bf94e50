/* test-bad-feed.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a venue may say wrongly on the public stream, by the numbers of the catalogue (reliability E4), said to the real feed: whatever it
 * is, no book is shown as live that is not the venue's, and what stays is asked for anew.
 */
#include "cd-feed.h"

#include <string.h>

#include "cd-wire-md.h"
#include "fake-line.h"

typedef struct
{
  FakeLine fake;
  CdFeedBox *box;
  CdFeed *feed;
  CdFeedUpdate *update;
  CdBook *truth;
  CdFeedInstrument book; /* CEA25 as it was last shown */
} Fixture;

static void
say (Fixture *f, const char *text)
{
  fake_line_say (&f->fake, text, -1);
}

/* What the main thread would show now. */
static const CdFeedStatus *
look (Fixture *f)
{
  cd_feed_box_take (f->box, f->update);
  for (guint i = 0; i < f->update->instruments->len; i++)
    {
      const CdFeedInstrument *shown = &g_array_index (f->update->instruments, CdFeedInstrument, i);

      if (g_str_equal (shown->code, "CEA25"))
        f->book = *shown;
    }
  return &f->update->status;
}

static void
say_hello (Fixture *f, const char *epoch)
{
  CdMdHello hello = { .server_time_us = FAKE_START_US, .market_time_us = FAKE_START_US, .rate_e3 = 1000, .practice = TRUE };
  g_autoptr (GString) text = g_string_new (NULL);

  g_strlcpy (hello.epoch, epoch, sizeof hello.epoch);
  cd_md_write_hello (text, &hello);
  say (f, text->str);
}

static void
say_hb (Fixture *f, guint64 n, guint64 seq)
{
  CdMdHb hb = { .n = n, .server_time_us = FAKE_START_US, .market_time_us = FAKE_START_US, .n_seqs = 1 };
  g_autoptr (GString) text = g_string_new (NULL);

  hb.seqs[0] = (CdMdSeq){ "CEA25", seq };
  cd_md_write_hb (text, &hb);
  say (f, text->str);
}

static char *
snapshot_text (Fixture *f, guint64 seq)
{
  GString *text = g_string_new (NULL);
  const CdLevel bids[] = { { 970000, 100, 1 }, { 969900, 200, 2 } };
  const CdLevel asks[] = { { 970500, 300, 1 }, { 970600, 400, 2 }, { 970700, 500, 3 } };

  cd_book_begin_snapshot (f->truth, "e1", seq);
  for (guint i = 0; i < G_N_ELEMENTS (bids); i++)
    cd_book_set (f->truth, CD_SIDE_BUY, bids[i].price, bids[i].qty, bids[i].orders);
  for (guint i = 0; i < G_N_ELEMENTS (asks); i++)
    cd_book_set (f->truth, CD_SIDE_SELL, asks[i].price, asks[i].qty, asks[i].orders);
  cd_md_write_snapshot (text, "CEA25", "e1", seq, cd_book_crc (f->truth), bids, G_N_ELEMENTS (bids), asks, G_N_ELEMENTS (asks));
  return g_string_free (text, FALSE);
}

/* The next true change: the best ask gets another quantity. */
static char *
depth_text (Fixture *f, guint64 prev, guint64 seq, gint64 qty)
{
  GString *text = g_string_new (NULL);
  const CdLevel asks[] = { { 970500, qty, 1 } };

  cd_book_set (f->truth, CD_SIDE_SELL, 970500, qty, 1);
  cd_md_write_depth (text, "CEA25", prev, seq, cd_book_crc (f->truth), NULL, 0, asks, 1);
  return g_string_free (text, FALSE);
}

static void
say_depth (Fixture *f, guint64 prev, guint64 seq, gint64 qty)
{
  g_autofree char *text = depth_text (f, prev, seq, qty);

  say (f, text);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *snapshot = NULL;

  fake_line_init (&f->fake);
  f->box = cd_feed_box_new ();
  f->update = cd_feed_update_new ();
  f->truth = cd_book_new (4, 0);
  f->feed = cd_feed_new (f->fake.env, &f->fake.endpoint, f->box);
  fake_line_opened (&f->fake);
  say_hello (f, "e1");
  snapshot = snapshot_text (f, 5);
  say (f, snapshot);
  say_hb (f, 1, 5);
  g_assert_cmpint (look (f)->link, ==, CD_LINK_LIVE);
  g_assert_true (f->book.synced);
  g_assert_cmpuint (f->book.n_asks, ==, 3);
  g_assert_cmpuint (fake_line_count (&f->fake, "\"*\""), ==, 1);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  cd_feed_free (f->feed);
  cd_feed_update_free (f->update);
  cd_feed_box_unref (f->box);
  cd_book_free (f->truth);
  fake_line_clear (&f->fake);
}

/* The line was given up: no book is live, the reason names the place, and another attempt follows. */
static void
assert_line_lost (Fixture *f, const char *named)
{
  const CdFeedStatus *status = look (f);

  g_test_message ("%s", status->error);
  g_assert_cmpint (status->link, ==, CD_LINK_BACKOFF);
  g_assert_false (f->book.synced);
  if (named)
    g_assert_nonnull (strstr (status->error, named));
  g_assert_cmpuint (f->fake.lines, ==, 1);
  cd_env_test_advance (f->fake.env, 31 * CD_USEC_PER_SEC);
  g_assert_cmpuint (f->fake.lines, >=, 2);
}

/* Only this book was given up, and asked for anew on the same line. */
static void
assert_resync (Fixture *f)
{
  g_autofree char *snapshot = NULL;

  g_assert_cmpint (look (f)->link, ==, CD_LINK_LIVE);
  g_assert_false (f->book.synced);
  g_assert_cmpuint (f->book.gaps, >=, 1);
  g_assert_cmpuint (fake_line_count (&f->fake, "\"unsubscribe\""), ==, 1);
  g_assert_cmpuint (fake_line_count (&f->fake, "[\"CEA25\"]"), ==, 2);
  /* And the fresh snapshot heals it. */
  snapshot = snapshot_text (f, 90);
  say (f, snapshot);
  look (f);
  g_assert_true (f->book.synced);
  g_assert_cmpuint (f->book.seq, ==, 90);
}

static void
assert_untouched (Fixture *f, guint64 seq, gint64 best_ask_qty)
{
  g_assert_cmpint (look (f)->link, ==, CD_LINK_LIVE);
  g_assert_true (f->book.synced);
  g_assert_cmpuint (f->book.gaps, ==, 0);
  g_assert_cmpuint (f->book.seq, ==, seq);
  g_assert_cmpint (f->book.asks[0].qty, ==, best_ask_qty);
  g_assert_cmpuint (fake_line_count (&f->fake, "\"unsubscribe\""), ==, 0);
}

/* --- Frames that are none ----------------------------------------------------------------------------------------------------- */

static void
test_ws9 (Fixture *f, gconstpointer data)
{
  g_autofree char *good = depth_text (f, 5, 6, 250);
  g_autofree char *bad = fake_exchange (good, "CEA25", "CEA\xff"
                                                       "5");

  say (f, bad);
  assert_line_lost (f, "i");
}

static void
test_ws12 (Fixture *f, gconstpointer data)
{
  cd_env_test_advance (f->fake.env, 3 * CD_USEC_PER_SEC);
  g_assert_cmpint (look (f)->link, ==, CD_LINK_STALE);
  g_assert_nonnull (strstr (look (f)->error, "heartbeat"));
  cd_env_test_advance (f->fake.env, 9 * CD_USEC_PER_SEC);
  g_assert_cmpint (look (f)->link, !=, CD_LINK_LIVE);
  g_assert_false (f->book.synced);
}

/* The heartbeat says that the book has moved on, the data do not. */
static void
test_ws13 (Fixture *f, gconstpointer data)
{
  say_hb (f, 2, 8);
  assert_resync (f);
}

static void
test_ws15 (Fixture *f, gconstpointer data)
{
  fake_line_close (&f->fake, "closed by the venue: 1013 try again later");
  assert_line_lost (f, "1013 try again later");
}

/* --- Sequence ------------------------------------------------------------------------------------------------------------------ */

static void
test_ws18 (Fixture *f, gconstpointer data)
{
  say_depth (f, 6, 7, 250);
  assert_resync (f);
}

static void
test_ws19 (Fixture *f, gconstpointer data)
{
  g_autofree char *change = depth_text (f, 5, 6, 250);

  say (f, change);
  say (f, change);
  assert_untouched (f, 6, 250);
}

/* One number for two different changes: one of them is a lie. */
static void
test_ws20 (Fixture *f, gconstpointer data)
{
  say_depth (f, 5, 6, 250);
  say_depth (f, 5, 6, 251);
  assert_resync (f);
}

/* The venue counts from the beginning again, under the same epoch. */
static void
test_ws21 (Fixture *f, gconstpointer data)
{
  if (GPOINTER_TO_INT (data) == 0)
    say_depth (f, 1, 2, 250);
  else
    say_hb (f, 2, 2);
  assert_resync (f);
}

static void
test_ws22 (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const CdLevel bids[] = { { 500000, 5, 1 } };

  cd_md_write_depth (text, "CEA24", 3, 4, 0, bids, 1, NULL, 0);
  say (f, text->str);
  look (f);
  for (guint i = 0; i < f->update->instruments->len; i++)
    {
      const CdFeedInstrument *shown = &g_array_index (f->update->instruments, CdFeedInstrument, i);

      g_assert_true (!g_str_equal (shown->code, "CEA24") || !shown->synced);
    }
  g_assert_cmpuint (fake_line_count (&f->fake, "[\"CEA24\"]"), ==, 2);
  g_assert_true (f->book.synced);
  g_assert_cmpuint (f->book.seq, ==, 5);
}

static void
test_ws23 (Fixture *f, gconstpointer data)
{
  g_autofree char *old = NULL;

  say_depth (f, 5, 6, 250);
  say_depth (f, 6, 7, 260);
  old = snapshot_text (f, 6);
  say (f, old);
  say_hb (f, 2, 7); /* the venue is further than what it gave */
  assert_resync (f);
}

static void
test_ws24 (Fixture *f, gconstpointer data)
{
  g_autofree char *good = depth_text (f, 5, 6, 250);
  g_autofree char *crc = g_strdup_printf ("\"crc\":%u", cd_book_crc (f->truth));
  g_autofree char *bad = fake_exchange (good, crc, "\"crc\":1");

  say (f, bad);
  assert_resync (f);
}

static void
test_ws30 (Fixture *f, gconstpointer data)
{
  say_hb (f, 3, 5);
  assert_resync (f);
}

/* --- Levels --------------------------------------------------------------------------------------------------------------------- */

/* Bids above asks may rest where quotes are picked: that is a book, not an error. */
static void
test_ws25 (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const CdLevel bids[] = { { 980000, 70, 1 } };

  cd_book_set (f->truth, CD_SIDE_BUY, 980000, 70, 1);
  cd_md_write_depth (text, "CEA25", 5, 6, cd_book_crc (f->truth), bids, 1, NULL, 0);
  say (f, text->str);
  assert_untouched (f, 6, 300);
  g_assert_cmpint (f->book.bids[0].price, ==, 980000);
}

typedef struct
{
  const char *from, *to, *named;
} Exchange;

static void
test_bad_level (Fixture *f, gconstpointer data)
{
  const Exchange *x = data;
  g_autofree char *good = depth_text (f, 5, 6, 250);
  g_autofree char *bad = fake_exchange (good, x->from, x->to);

  say (f, bad);
  assert_line_lost (f, x->named);
}

static void
test_ws28 (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree CdLevel *bids = g_new0 (CdLevel, CD_MD_SNAPSHOT_LEVELS_MAX);
  g_autofree char *many = NULL;

  for (guint i = 0; i < CD_MD_SNAPSHOT_LEVELS_MAX; i++)
    bids[i] = (CdLevel){ 5000000 - 100 * (gint64)i, 1, 1 };
  cd_md_write_snapshot (text, "CEA25", "e1", 90, 0, bids, CD_MD_SNAPSHOT_LEVELS_MAX, NULL, 0);
  many = fake_exchange (text->str, "\"b\":[", "\"b\":[[\"600\",\"1\",1],");
  say (f, many);
  assert_line_lost (f, "b");
}

/* A product that nobody offers costs a place, and no more places than there are. */
static void
test_ws29 (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 2 * CD_FEED_INSTRUMENTS_MAX; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *code = g_strdup_printf ("X%u", i);
      const CdLevel bids[] = { { 500000, 5, 1 } };

      cd_md_write_snapshot (text, code, "e1", 1, 0, bids, 1, NULL, 0);
      say (f, text->str);
    }
  g_assert_cmpint (look (f)->link, ==, CD_LINK_LIVE);
  g_assert_cmpuint (f->update->instruments->len, <=, CD_FEED_INSTRUMENTS_MAX);
  g_assert_true (f->book.synced);
  g_assert_cmpuint (f->book.seq, ==, 5);
}

/* Nothing is known of the level that goes away: this book is another one. */
static void
test_ws33 (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const CdLevel asks[] = { { 990000, 0, 0 } };

  cd_md_write_depth (text, "CEA25", 5, 6, cd_book_crc (f->truth), NULL, 0, asks, 1);
  say (f, text->str);
  assert_resync (f);
}

/* Our contract has no such order: a type that nobody knows is passed over, and what is shown depends on numbers and sums alone. */
static void
test_ws34 (Fixture *f, gconstpointer data)
{
  say (f, "{\"type\":\"resync_required\",\"i\":\"CEA25\"}");
  g_assert_cmpint (look (f)->link, ==, CD_LINK_LIVE);
  g_assert_true (f->book.synced);
  say_depth (f, 5, 6, 250);
  look (f);
  g_assert_true (f->book.synced);
  g_assert_cmpuint (f->book.seq, ==, 6);
}

int
main (int argc, char **argv)
{
  static const Exchange ws26[] = { { "\"97.05\"", "\"0\"", "a" }, { "\"97.05\"", "\"-97.05\"", "a" }, { "\"97.05\"", "\"97.05001\"", "a" } };
  static const Exchange ws27[] = { { "\"250\"", "\"-250\"", "a" }, { "\"250\"", "250", "a" } };

  g_test_init (&argc, &argv, NULL);
#define ADD(number, func) g_test_add ("/badinput/" number, Fixture, NULL, set_up, func, tear_down)
#define ADD_DATA(number, func, data) g_test_add ("/badinput/" number, Fixture, data, set_up, func, tear_down)
  ADD ("WS9", test_ws9);
  ADD ("WS12", test_ws12);
  ADD ("WS13", test_ws13);
  ADD ("WS15", test_ws15);
  ADD ("WS18", test_ws18);
  ADD ("WS19", test_ws19);
  ADD ("WS20", test_ws20);
  ADD_DATA ("WS21/change", test_ws21, GINT_TO_POINTER (0));
  ADD_DATA ("WS21/heartbeat", test_ws21, GINT_TO_POINTER (1));
  ADD ("WS22", test_ws22);
  ADD ("WS23", test_ws23);
  ADD ("WS24", test_ws24);
  ADD ("WS25", test_ws25);
  ADD_DATA ("WS26/zero", test_bad_level, &ws26[0]);
  ADD_DATA ("WS26/negative", test_bad_level, &ws26[1]);
  ADD_DATA ("WS26/decimals", test_bad_level, &ws26[2]);
  ADD_DATA ("WS27/negative", test_bad_level, &ws27[0]);
  ADD_DATA ("WS27/number", test_bad_level, &ws27[1]);
  ADD ("WS28", test_ws28);
  ADD ("WS29", test_ws29);
  ADD ("WS30", test_ws30);
  ADD ("WS33", test_ws33);
  ADD ("WS34", test_ws34);
  return g_test_run ();
}
