/* test-wire-md.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Market data: what the writers make is read back by every path; what one path says of a mutated frame, all of them say.
 */
#include <string.h>

#include "cd-wire-md-private.h"
#include "cd-wire-md.h"

#define ROUNDS 4000
#define SNAPSHOT_TEST_LEVELS 120

typedef struct
{
  GString *text;
  guint n;
} Seen;

/* Everything that was understood, written again: two readings agree when these texts are equal. */
static gboolean
note_cb (const CdMdMsg *msg, gpointer data)
{
  Seen *seen = data;

  seen->n++;
  g_string_append_printf (seen->text, "%d/%u ", msg->type, msg->code_len);
  cd_md_write_msg (seen->text, msg);
  g_string_append_c (seen->text, '\n');
  return TRUE;
}

static char *
read_with (CdMdReader *reader, const char *text, gsize len, GError **error)
{
  Seen seen = { g_string_new (NULL), 0 };
  /* A copy of exactly the bytes: reading beyond is found by the sanitizer. */
  g_autofree char *copy = g_memdup2 (text, MAX (len, 1));
  gboolean ok = cd_md_reader_read (reader, copy, len, note_cb, &seen, error);

  g_assert_true (ok || !error || *error);
  if (!ok)
    g_string_append (seen.text, "FAULT");
  return g_string_free (seen.text, FALSE);
}

/* What the strict reader alone says. */
static char *
read_slow (CdMdReader *reader, const char *text, gsize len)
{
  g_autofree char *copy = g_memdup2 (text, MAX (len, 1));
  GString *out = g_string_new (NULL);

  if (cd_md_slow (reader, copy, len, NULL))
    {
      Seen seen = { out, 0 };

      if (reader->msg.type != CD_MD_UNKNOWN)
        note_cb (&reader->msg, &seen);
    }
  else
    g_string_append (out, "FAULT");
  return g_string_free (out, FALSE);
}

static gint64
random_price (GRand *rand)
{
  static const gint64 steps[] = { 1, 10, 100, 10000 };

  return (gint64)g_rand_int_range (rand, 1, 2000000) * steps[g_rand_int_range (rand, 0, 4)];
}

static guint
random_levels (GRand *rand, CdLevel *levels, guint max, gboolean may_delete)
{
  guint n = (guint)g_rand_int_range (rand, 0, (gint32)max + 1);

  for (guint i = 0; i < n; i++)
    {
      levels[i].price = random_price (rand);
      levels[i].qty = may_delete && g_rand_int_range (rand, 0, 4) == 0 ? 0 : g_rand_int_range (rand, 1, G_MAXINT32);
      levels[i].orders = g_rand_int_range (rand, 0, 50);
    }
  return n;
}

static const char *const codes[] = { "CEA25", "CEA24", "CCER-2024-0001", "a", "X._:-9" };

static void
write_random_book (GRand *rand, GString *out, gboolean is_depth)
{
  CdLevel bids[SNAPSHOT_TEST_LEVELS], asks[SNAPSHOT_TEST_LEVELS];
  const char *code = codes[g_rand_int_range (rand, 0, G_N_ELEMENTS (codes))];
  guint max = is_depth ? CD_MD_LEVELS_MAX : SNAPSHOT_TEST_LEVELS;
  guint n_bids = random_levels (rand, bids, g_rand_boolean (rand) ? 3 : max, is_depth);
  guint n_asks = random_levels (rand, asks, g_rand_boolean (rand) ? 3 : max, is_depth);
  guint64 seq = g_rand_int (rand);

  if (is_depth)
    cd_md_write_depth (out, code, seq, seq + 1, g_rand_int (rand), bids, n_bids, asks, n_asks);
  else
    cd_md_write_snapshot (out, code, "01J9-epoch", seq, g_rand_int (rand), bids, n_bids, asks, n_asks);
}

static void
write_random_trade (GRand *rand, GString *out)
{
  CdMdTrade trade = {
    .id = "T20261214-17",
    .price_e4 = random_price (rand),
    .qty = g_rand_int_range (rand, 1, G_MAXINT32),
    .side = g_rand_boolean (rand) ? CD_SIDE_BUY : CD_SIDE_SELL,
    .mode = (CdMode)g_rand_int_range (rand, CD_MODE_LIST, CD_MODE_AUCTION + 1),
    .at_us = (gint64)g_rand_int_range (rand, 0, G_MAXINT32) * CD_USEC_PER_SEC + g_rand_int_range (rand, 0, 1000000),
  };

  cd_md_write_trade (out, codes[g_rand_int_range (rand, 0, G_N_ELEMENTS (codes))], g_rand_int (rand), &trade);
}

static void
write_random_rare (GRand *rand, GString *out)
{
  const CdMdStats stats = { .prev_close_e4 = 970000, .open_e4 = 970500, .list_qty = g_rand_int_range (rand, 0, 1000), .trades = 3, .limit_low_e4 = random_price (rand) };
  const CdMdBlock block = { .id = "B1", .side = CD_SIDE_SELL, .price_e4 = random_price (rand), .qty = 150000, .state = CD_MD_BLOCK_DONE, .party = "M-07" };
  CdMdClock clock = { .server_time_us = 1, .market_time_us = 2, .rate_e3 = 1500, .paused = TRUE, .n_sessions = 3 };
  CdMdHb hb = { .n = g_rand_int (rand), .server_time_us = 3, .market_time_us = 4, .n_seqs = 2 };
  CdMdHello hello = { .epoch = "E-1", .server_time_us = 5, .market_time_us = 6, .rate_e3 = 1000, .practice = TRUE, .n_markets = 2 };

  clock.sessions[0] = (CdMdSession){ "cn-cea", CD_MODE_LIST, CD_SESSION_OPEN, 7 };
  clock.sessions[1] = (CdMdSession){ "cn-cea", CD_MODE_BLOCK, CD_SESSION_CLOSED, 0 };
  clock.sessions[2] = (CdMdSession){ "cn-bj", CD_MODE_LIST, CD_SESSION_UNKNOWN, 0 };
  hb.seqs[0] = (CdMdSeq){ "CEA25", 12 };
  hb.seqs[1] = (CdMdSeq){ "CEA24", 0 };
  g_strlcpy (hello.markets[0], "cn-cea", CD_MD_CODE_MAX);
  g_strlcpy (hello.markets[1], "cn-bj", CD_MD_CODE_MAX);
  switch (g_rand_int_range (rand, 0, 5))
    {
    case 0:
      cd_md_write_stats (out, "CEA25", &stats);
      break;
    case 1:
      cd_md_write_block (out, "CEA25", &block);
      break;
    case 2:
      cd_md_write_clock (out, &clock);
      break;
    case 3:
      cd_md_write_hb (out, &hb);
      break;
    default:
      cd_md_write_hello (out, &hello);
    }
}

static void
write_random (GRand *rand, GString *out)
{
  switch (g_rand_int_range (rand, 0, 8))
    {
    case 0:
      write_random_book (rand, out, FALSE);
      break;
    case 1:
    case 2:
    case 3:
      write_random_book (rand, out, TRUE);
      break;
    case 4:
    case 5:
      write_random_trade (rand, out);
      break;
    default:
      write_random_rare (rand, out);
    }
}

static void
test_round_trip (void)
{
  g_autoptr (CdMdReader) fast = cd_md_reader_new ();
  g_autoptr (CdMdReader) scan = cd_md_reader_new ();
  g_autoptr (CdMdReader) slow = cd_md_reader_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261214);
  CdMdReaderStats stats;

  cd_md_reader_set_fast (scan, FALSE);
  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      g_autofree char *by_fast = NULL;
      g_autofree char *by_scan = NULL;
      g_autofree char *by_slow = NULL;
      const char *body;

      write_random (rand, text);
      by_fast = read_with (fast, text->str, text->len, &error);
      g_assert_no_error (error);
      by_scan = read_with (scan, text->str, text->len, &error);
      g_assert_no_error (error);
      by_slow = read_slow (slow, text->str, text->len);
      g_assert_cmpstr (by_fast, ==, by_scan);
      g_assert_cmpstr (by_fast, ==, by_slow);
      /* And what was understood is what was written. */
      body = strchr (by_fast, ' ') + 1;
      g_assert_cmpint (strlen (body), ==, text->len + 1);
      g_assert_true (strncmp (body, text->str, text->len) == 0);
    }
  cd_md_reader_get_stats (fast, &stats);
  g_assert_cmpint (stats.messages, ==, ROUNDS);
  g_assert_cmpint (stats.fast, >, ROUNDS / 2);
  cd_md_reader_get_stats (scan, &stats);
  g_assert_cmpint (stats.fast, ==, 0);
}

/* Bytes that make JSON almost right. */
static void
mutate (GRand *rand, GString *text)
{
  static const char *const pieces[] = { "\"", "\\", ",", ":", "[", "]", "{", "}", "0", "-", ".", "e5", "null", "true", " ", "\n", "\t", "\xc3\xa9", "\xff",
                                        "\"seq\":1,", "\"x\":[1,\"y\",null],", "\"x\":{\"a\":1,\"a\":2},", "\\u0069", "9999999999999999999", "00", "\x01", "\"i\":\"CEA25\"," };
  guint times = (guint)g_rand_int_range (rand, 1, 4);

  while (times-- > 0)
    {
      gsize at = (gsize)g_rand_int_range (rand, 0, (gint32)text->len + 1);

      switch (g_rand_int_range (rand, 0, 5))
        {
        case 0:
          g_string_insert (text, (gssize)at, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
          break;
        case 1:
          {
            gssize some = g_rand_int_range (rand, 1, 6);

            if (at < text->len)
              g_string_erase (text, (gssize)at, MIN (some, (gssize)(text->len - at)));
            break;
          }
        case 2:
          g_string_truncate (text, at);
          break;
        case 3:
          {
            /* After a comma a new member may stand: the likeliest place for a lawful change. */
            const char *comma = strchr (text->str + MIN (at, text->len), ',');

            if (comma)
              g_string_insert (text, comma - text->str + 1, pieces[g_rand_int_range (rand, 19, G_N_ELEMENTS (pieces))]);
            break;
          }
        default:
          if (at < text->len)
            text->str[at] = (char)g_rand_int_range (rand, 1, 256);
        }
    }
}

static void
test_mutations_agree (void)
{
  g_autoptr (CdMdReader) fast = cd_md_reader_new ();
  g_autoptr (CdMdReader) slow = cd_md_reader_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  guint faults = 0;
  guint good = 0;

  for (guint i = 0; i < ROUNDS * 10; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *by_fast = NULL;
      g_autofree char *by_slow = NULL;
      const char *p;

      write_random (rand, text);
      mutate (rand, text);
      /* The strict reader takes one object; leading and trailing blanks are the frame's business. */
      p = text->str;
      if (*p != '{' || text->str[text->len - 1] != '}')
        continue;
      cd_md_reader_set_fast (fast, g_rand_boolean (rand));
      by_fast = read_with (fast, text->str, text->len, NULL);
      by_slow = read_slow (slow, text->str, text->len);
      if (g_str_has_suffix (by_fast, "FAULT"))
        {
          faults++;
          g_assert_cmpstr (by_slow, ==, "FAULT");
        }
      else
        {
          good++;
          g_assert_cmpstr (by_fast, ==, by_slow);
        }
    }
  g_assert_cmpint (faults, >, 1000);
  g_assert_cmpint (good, >, 1000);
}

static void
test_any_order_and_blanks (void)
{
  static const char text[] = " { \"a\" : [ ] ,\n\"later\":[1,[\"x\"],true,null,-5], \"b\":[ [ \"97.05\" , \"1200\" ] , [\"97\",\"0\",3]],\"crc\":4294967295 ,"
                             "\"seq\":8,\"i\":\"CEA25\",\"prev_seq\":7,\t\"type\":\"depth\" } ";
  g_autoptr (CdMdReader) reader = cd_md_reader_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *seen = read_with (reader, text, strlen (text), &error);
  CdMdReaderStats stats;

  g_assert_no_error (error);
  g_assert_cmpstr (seen, ==, "3/5 {\"type\":\"depth\",\"i\":\"CEA25\",\"prev_seq\":7,\"seq\":8,\"crc\":4294967295,\"b\":[[\"97.05\",\"1200\",0],[\"97.00\",\"0\",3]],\"a\":[]}\n");
  cd_md_reader_get_stats (reader, &stats);
  g_assert_cmpint (stats.messages, ==, 1);
}

static void
test_refused (void)
{
  static const struct
  {
    const char *text;
    CdWireError code;
  } cases[] = {
    { "", CD_WIRE_ERROR_SYNTAX },
    { "[]", CD_WIRE_ERROR_SYNTAX },
    { "null", CD_WIRE_ERROR_SYNTAX },
    { "{\"type\":\"depth\"", CD_WIRE_ERROR_SYNTAX },
    { "{\"type\":\"depth\"}", CD_WIRE_ERROR_MISSING },
    { "{\"type\":\"hb\",\"n\":1}{}", CD_WIRE_ERROR_MISSING },
    { "{\"type\":7}", CD_WIRE_ERROR_TYPE },
    { "{\"type\":\"depth\",\"i\":\"CEA25\",\"prev_seq\":1,\"seq\":2,\"crc\":0,\"b\":[[97.05,\"1\",0]],\"a\":[]}", CD_WIRE_ERROR_TYPE },
    { "{\"type\":\"depth\",\"i\":\"CEA25\",\"prev_seq\":1,\"seq\":2,\"crc\":0,\"b\":[[\"97.05\",1,0]],\"a\":[]}", CD_WIRE_ERROR_TYPE },
    { "{\"type\":\"depth\",\"i\":\"CEA25\",\"prev_seq\":1,\"seq\":2,\"crc\":0,\"b\":[[\"97.05\",\"-1\",0]],\"a\":[]}", CD_WIRE_ERROR_RANGE },
    { "{\"type\":\"depth\",\"i\":\"CEA25\",\"prev_seq\":1,\"seq\":2,\"crc\":0,\"b\":[[\"0\",\"1\",0]],\"a\":[]}", CD_WIRE_ERROR_RANGE },
    { "{\"type\":\"depth\",\"i\":\"CEA25\",\"prev_seq\":1,\"seq\":2,\"crc\":0,\"b\":[],\"a\":[],\"seq\":2}", CD_WIRE_ERROR_DUPLICATE },
    { "{\"type\":\"depth\",\"i\":\"CEA25\",\"prev_seq\":2,\"seq\":2,\"crc\":0,\"b\":[],\"a\":[]}", CD_WIRE_ERROR_RANGE },
    { "{\"type\":\"depth\",\"i\":\"CEA25\",\"prev_seq\":1,\"seq\":2,\"crc\":4294967296,\"b\":[],\"a\":[]}", CD_WIRE_ERROR_RANGE },
    { "{\"type\":\"snapshot\",\"i\":\"CEA25\",\"epoch\":\"e\",\"seq\":2,\"crc\":0,\"b\":[[\"97.05\",\"0\",0]],\"a\":[]}", CD_WIRE_ERROR_RANGE },
    { "{\"type\":\"trade\",\"i\":\"CEA25\",\"seq\":1,\"id\":\"T1\",\"px\":\"97.05\",\"qty\":\"0\",\"side\":\"buy\",\"mode\":\"list\",\"at\":\"2026-12-14T05:20:00.000000Z\"}", CD_WIRE_ERROR_RANGE },
    { "{\"type\":\"trade\",\"i\":\"CEA25\",\"seq\":1,\"id\":\"T1\",\"px\":\"97.05\",\"qty\":\"5\",\"side\":\"Buy\",\"mode\":\"list\",\"at\":\"2026-12-14T05:20:00.000000Z\"}", CD_WIRE_ERROR_VALUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CdMdReader) reader = cd_md_reader_new ();
      g_autoptr (GError) error = NULL;
      g_autofree char *seen = read_with (reader, cases[i].text, strlen (cases[i].text), &error);

      g_test_message ("%s -> %s", cases[i].text, error ? error->message : seen);
      g_assert_error (error, CD_WIRE_ERROR, (int)cases[i].code);
      g_assert_cmpstr (seen, ==, "FAULT");
    }
}

static void
test_numbers_that_do_not_fit (void)
{
  static const char *const prices[] = { "922337203685477.5808", "9223372036854775808", "1e5", "0x10", "010", "97.05001", "+1", " 1", "1.", ".5", "NaN", "" };

  for (guint i = 0; i < G_N_ELEMENTS (prices); i++)
    {
      g_autoptr (CdMdReader) reader = cd_md_reader_new ();
      g_autoptr (GError) error = NULL;
      g_autofree char *text = g_strdup_printf ("{\"type\":\"depth\",\"i\":\"CEA25\",\"prev_seq\":1,\"seq\":2,\"crc\":0,\"b\":[[\"%s\",\"1\",0]],\"a\":[]}", prices[i]);
      g_autofree char *seen = read_with (reader, text, strlen (text), &error);

      g_assert_nonnull (error);
      g_assert_cmpstr (seen, ==, "FAULT");
    }
}

static void
test_batch (void)
{
  g_autoptr (CdMdReader) reader = cd_md_reader_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  CdMdBatch batch = { text, 0 };
  Seen seen = { g_string_new (NULL), 0 };
  const char *frame;
  gsize len;

  cd_md_batch_begin (&batch);
  g_assert_null (cd_md_batch_end (&batch, &len));
  cd_md_batch_begin (&batch);
  while (cd_md_batch_next (&batch))
    cd_md_write_depth (text, "CEA25", batch.n, batch.n + 1, 0, NULL, 0, NULL, 0);
  g_assert_cmpint (batch.n, ==, CD_MD_BATCH_MAX);
  frame = cd_md_batch_end (&batch, &len);
  g_assert_true (cd_md_reader_read (reader, frame, len, note_cb, &seen, &error));
  g_assert_no_error (error);
  g_assert_cmpint (seen.n, ==, CD_MD_BATCH_MAX);

  cd_md_batch_begin (&batch);
  g_assert_true (cd_md_batch_next (&batch));
  cd_md_write_depth (text, "CEA25", 1, 2, 0, NULL, 0, NULL, 0);
  frame = cd_md_batch_end (&batch, &len);
  g_assert_cmpint (frame[0], ==, '{');
  g_assert_true (cd_md_reader_read (reader, frame, len, note_cb, &seen, &error));

  /* One too many. */
  g_string_assign (text, "[");
  for (guint i = 0; i <= CD_MD_BATCH_MAX; i++)
    {
      if (i > 0)
        g_string_append_c (text, ',');
      cd_md_write_depth (text, "CEA25", 1, 2, 0, NULL, 0, NULL, 0);
    }
  g_string_append_c (text, ']');
  g_assert_false (cd_md_reader_read (reader, text->str, text->len, note_cb, &seen, &error));
  g_assert_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_LIMIT);
  g_string_free (seen.text, TRUE);
}

static void
test_unknown_type_is_counted (void)
{
  static const char text[] = "[{\"type\":\"weather\",\"x\":{}},{\"type\":\"hb\",\"n\":1,\"server_time\":\"2026-12-14T05:20:00.000000Z\",\"market_time\":\"2026-12-14T05:20:00Z\",\"seqs\":{}}]";
  g_autoptr (CdMdReader) reader = cd_md_reader_new ();
  g_autoptr (GError) error = NULL;
  Seen seen = { g_string_new (NULL), 0 };
  CdMdReaderStats stats;

  g_assert_true (cd_md_reader_read (reader, text, strlen (text), note_cb, &seen, &error));
  g_assert_no_error (error);
  cd_md_reader_get_stats (reader, &stats);
  g_assert_cmpint (seen.n, ==, 1);
  g_assert_cmpint (stats.unknown_types, ==, 1);
  g_string_free (seen.text, TRUE);
}

static void
test_request (void)
{
  static const char *const some[] = { "CEA25", "CEA24", NULL };
  static const char *const all[] = { "*", NULL };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (CdMdRequest) request = NULL;

  cd_md_write_request (text, TRUE, some);
  g_assert_cmpstr (text->str, ==, "{\"op\":\"subscribe\",\"instruments\":[\"CEA25\",\"CEA24\"]}");
  request = cd_md_request_parse (text->str, text->len, &error);
  g_assert_no_error (error);
  g_assert_true (request->subscribe && !request->all);
  g_assert_cmpint (request->codes->len, ==, 2);
  g_clear_pointer (&request, cd_md_request_free);
  g_string_truncate (text, 0);
  cd_md_write_request (text, FALSE, all);
  request = cd_md_request_parse (text->str, text->len, &error);
  g_assert_no_error (error);
  g_assert_true (!request->subscribe && request->all);
  g_assert_null (cd_md_request_parse ("{\"op\":\"subscribe\",\"instruments\":[]}", 35, NULL));
  g_assert_null (cd_md_request_parse ("{\"op\":\"order\",\"instruments\":[\"*\"]}", 34, NULL));
  g_assert_null (cd_md_request_parse ("{\"op\":\"subscribe\",\"instruments\":[\"a/b\"]}", 40, NULL));
}

/* The buffer is grown once and then reused. */
static void
test_writer_keeps_its_buffer (void)
{
  const CdLevel levels[3] = { { 970500, 1200, 3 }, { 970000, G_MAXINT64, 1 }, { G_MAXINT64, 1, G_MAXINT32 } };
  g_autoptr (GString) text = g_string_new (NULL);
  gsize allocated;

  cd_md_write_depth (text, "CEA25", 1, G_MAXUINT64, G_MAXUINT32, levels, 3, levels, 3);
  allocated = text->allocated_len;
  for (guint i = 0; i < 1000; i++)
    {
      g_string_truncate (text, 0);
      cd_md_write_depth (text, "CEA25", 1, G_MAXUINT64, G_MAXUINT32, levels, 3, levels, 3);
      g_assert_cmpint (text->allocated_len, ==, allocated);
    }
  g_assert_nonnull (strstr (text->str, "[\"97.05\",\"1200\",3],[\"97.00\",\"9223372036854775807\",1],[\"922337203685477.5807\",\"1\",2147483647]"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/md/round-trip", test_round_trip);
  g_test_add_func ("/wire/md/mutations-agree", test_mutations_agree);
  g_test_add_func ("/wire/md/any-order-and-blanks", test_any_order_and_blanks);
  g_test_add_func ("/wire/md/refused", test_refused);
  g_test_add_func ("/wire/md/numbers-that-do-not-fit", test_numbers_that_do_not_fit);
  g_test_add_func ("/wire/md/batch", test_batch);
  g_test_add_func ("/wire/md/unknown-type", test_unknown_type_is_counted);
  g_test_add_func ("/wire/md/request", test_request);
  g_test_add_func ("/wire/md/writer-keeps-its-buffer", test_writer_keeps_its_buffer);
  return g_test_run ();
}
