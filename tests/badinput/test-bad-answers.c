/* test-bad-answers.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Wrong answers to a command, by the numbers of the catalogue (reliability E3), given to the real client: whatever comes instead of the
 * answer, the command is reported as not known once, never as done or refused, and is never sent again. And wrong lists.
 */
#include "cd-trade-client.h"

#include <string.h>

#include "cd-id.h"
#include "cd-wire-list.h"
#include "fake-line.h"

#define KEY "PXABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define BODY "{\"instrument\":\"CEA25\",\"side\":\"buy\",\"kind\":\"list\",\"price\":\"97.05\",\"qty\":\"10\",\"by\":\"p1\"}"

typedef struct
{
  FakeLine fake;
  CdTradeClient *client;
  char *good; /* the right answer */
  guint outcomes;
  CdSendOutcome outcome;
  guint events;
  gint64 event_qty;
  guint gaps;
} Fixture;

static void
outcome_cb (CdTradeClient *client, const char *key, CdSendOutcome outcome, const CdWireAnswer *answer, gpointer data)
{
  Fixture *f = data;

  if (!g_str_equal (key, KEY))
    return;
  f->outcomes++;
  f->outcome = outcome;
}

static void
event_cb (CdTradeClient *client, const CdWireEvent *event, gpointer data)
{
  Fixture *f = data;

  f->events++;
  f->event_qty = event->qty;
}

static void
gap_cb (CdTradeClient *client, const char *account, guint64 expected, guint64 got, gpointer data)
{
  ((Fixture *)data)->gaps++;
}

static char *
good_answer (void)
{
  GString *text = g_string_new (NULL);
  g_autofree char *sha256 = cd_sha256_hex (BODY, strlen (BODY));
  CdWireAnswer answer = {
    .op = CD_WIRE_OP_ORDER_NEW,
    .key = (char *)KEY,
    .account = (char *)"HD-POWER",
    .body_sha256 = sha256,
    .epoch = (char *)"e1",
    .verdict = CD_WIRE_ACCEPTED,
    .order_id = (char *)"O1",
    .has_ab = TRUE,
    .a = 10,
    .b = 20,
    .server_time_us = FAKE_START_US,
    .market_time_us = FAKE_START_US,
  };

  cd_wire_answer_write (text, &answer);
  return g_string_free (text, FALSE);
}

static char *
event_text (guint64 seq)
{
  GString *text = g_string_new (NULL);
  CdWireEvent event = {
    .kind = CD_WIRE_EVENT_ORDER_FILL,
    .account = (char *)"HD-POWER",
    .seq = seq,
    .epoch = (char *)"e1",
    .at_us = FAKE_START_US,
    .order_id = (char *)"O1",
    .key = (char *)KEY,
    .instrument = (char *)"CEA25",
    .side = CD_SIDE_BUY,
    .price_e4 = 970500,
    .qty = 4,
    .cum = 4,
    .leaves = 6,
    .exec_id = (char *)"X1",
    .amount_e4 = 3882000,
    .date = CD_DATE_NONE,
  };

  cd_wire_event_write (text, &event);
  return g_string_free (text, FALSE);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const CdTradeClientFuncs funcs = { NULL, outcome_cb, event_cb, gap_cb };
  g_autoptr (CdWireHello) hello = cd_wire_hello_new (CD_WIRE_PRIVATE_HELLO);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (CdWireCommand) command = cd_wire_command_new (CD_WIRE_OP_ORDER_NEW, KEY, "HD-POWER", 0, BODY);

  fake_line_init (&f->fake);
  f->client = cd_trade_client_new (f->fake.env, &f->fake.endpoint);
  cd_trade_client_set_funcs (f->client, &funcs, f);
  cd_trade_client_open (f->client);
  fake_line_opened (&f->fake);
  hello->epoch = g_strdup ("e1");
  hello->person = g_strdup ("p1");
  hello->server_time_us = hello->market_time_us = FAKE_START_US;
  cd_wire_hello_add_seq (hello, "HD-POWER", 7);
  cd_wire_hello_write (text, hello);
  fake_line_say (&f->fake, text->str, -1);
  cd_trade_client_set_last_seq (f->client, "HD-POWER", 7);
  g_assert_cmpint (cd_trade_client_get_state (f->client), ==, CD_LINK_LIVE);
  cd_trade_client_send (f->client, command, 1);
  g_assert_cmpuint (fake_line_count (&f->fake, KEY), ==, 1);
  f->good = good_answer ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_free (f->good);
  cd_trade_client_close (f->client);
  g_object_unref (f->client);
  fake_line_clear (&f->fake);
}

/* One outcome whatever else happens in a minute, and one copy on the wire. */
static void
assert_outcome (Fixture *f, CdSendOutcome outcome)
{
  cd_env_test_advance (f->fake.env, 6 * CD_USEC_PER_SEC);
  if (!f->fake.open)
    fake_line_opened (&f->fake);
  cd_env_test_advance (f->fake.env, 60 * CD_USEC_PER_SEC);
  g_assert_cmpuint (f->outcomes, ==, 1);
  g_assert_cmpint (f->outcome, ==, outcome);
  g_assert_cmpuint (fake_line_count (&f->fake, KEY), ==, 1);
}

static void
test_good (Fixture *f, gconstpointer data)
{
  fake_line_say (&f->fake, f->good, -1);
  g_assert_cmpint (f->outcome, ==, CD_SEND_ANSWERED);
  assert_outcome (f, CD_SEND_ANSWERED);
}

/* --- An answer with one thing wrong --------------------------------------------------------------------------------------- */

typedef struct
{
  const char *number;
  const char *from; /* (nullable): NULL = @to is the whole frame */
  const char *to;
  const char *named; /* stands in the reason */
} Case;

static const Case cases[] = {
  { "AR1/empty", NULL, "", "expected" },
  { "AR1/blanks", NULL, " \r\n", "expected" },
  { "AR2/page", NULL, "<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", "expected" },
  { "AR2/text", NULL, "OK", "expected" },
  { "AR9/gzip", NULL, "\x1f\x8b\x08", "expected" },
  { "AR19/octal", "\"a\":\"10\"", "\"a\":010", "column" },
  { "AR19/hex", "\"a\":\"10\"", "\"a\":0x10", "column" },
  { "AR19/dollar", "\"a\":\"10\"", "\"a\":$10", "column" },
  { "AR20/2^63", "\"a\":\"10\"", "\"a\":\"9223372036854775808\"", "a" },
  { "AR20/2^64-1", "\"a\":\"10\"", "\"a\":\"18446744073709551615\"", "a" },
  { "AR20/below", "\"a\":\"10\"", "\"a\":\"-9223372036854775809\"", "a" },
  { "AR20/number", "\"a\":\"10\"", "\"a\":9223372036854775808", "64 bits" },
  { "AR21/same", "\"a\":\"10\"", "\"a\":\"10\",\"a\":\"10\"", "a" },
  { "AR21/escaped", "\"a\":\"10\"", "\"a\":\"10\",\"\\u0061\":\"11\"", "a" },
  { "AR22/single", "\"epoch\":\"e1\"", "'epoch':'e1'", "column" },
  { "AR22/comment", "\"epoch\":", "/* who */\"epoch\":", "column" },
  { "AR22/two", "\"market_time\"", "\"x\":1}{\"market_time\"", "column" },
  { "AR23/surrogate", "\"order_id\":\"O1\"", "\"order_id\":\"O1\\udc00\"", "surrogates" },
  { "AR23/nul", "\"order_id\":\"O1\"", "\"order_id\":\"O1\\u0000\"", "U+0000" },
  { "AR23/overlong", "\"order_id\":\"O1\"", "\"order_id\":\"O1\xc0\xaf\"", "UTF-8" },
  { "AR23/mark", "{", "\xef\xbb\xbf{", "expected" },
  { "AR24/exponent", "\"a\":\"10\"", "\"a\":\"1e3\"", "a" },
  { "AR24/number", "\"a\":\"10\"", "\"a\":1e3", "a" },
  { "AR25/a", "\"a\":\"10\"", "\"a\":10", "a" },
  { "AR25/key", "\"account\":\"HD-POWER\"", "\"account\":7", "account" },
  { "AR26/account", "\"account\":\"HD-POWER\"", "\"account\":null", "account" },
  { "AR26/verdict", "\"verdict\":\"accepted\"", "\"verdict\":null", "verdict" },
  { "AR26/missing", "\"verdict\":\"accepted\",", "", "verdict" },
  { "AR28/verdict", "\"verdict\":\"accepted\"", "\"verdict\":\"maybe\"", "verdict" },
  { "AR28/op", "\"op\":\"order.new\"", "\"op\":\"order.amend\"", "op" },
  { "AR29/zone", "00Z\"", "00\"", "server_time" },
  { "AR29/offset", "00Z\"", "00+00:00\"", "server_time" },
};

static void
test_case (Fixture *f, gconstpointer data)
{
  const Case *c = data;
  g_autofree char *bad = c->from ? fake_exchange (f->good, c->from, c->to) : g_strdup (c->to);

  fake_line_say (&f->fake, bad, -1);
  g_test_message ("%s", cd_trade_client_get_error (f->client));
  g_assert_cmpint (cd_trade_client_get_state (f->client), ==, CD_LINK_BACKOFF);
  g_assert_nonnull (strstr (cd_trade_client_get_error (f->client), c->named));
  g_assert_cmpint (f->outcome, ==, CD_SEND_AMBIGUOUS);
  assert_outcome (f, CD_SEND_AMBIGUOUS);
}

/* Times in other forms; a microsecond is the smallest unit of our contract, and it has no leap second. */
static void
test_times (Fixture *f, gconstpointer data)
{
  g_autofree char *time = g_strdup_printf ("\"server_time\":\"%s\"", (const char *)data);
  g_autofree char *bad = fake_exchange (f->good, "\"server_time\":\"2026-12-14T05:20:00.000000Z\"", time);

  fake_line_say (&f->fake, bad, -1);
  g_assert_nonnull (strstr (cd_trade_client_get_error (f->client), "server_time"));
  assert_outcome (f, CD_SEND_AMBIGUOUS);
}

/* AR3: the answer cut at every byte. */
static void
test_ar3 (Fixture *f, gconstpointer data)
{
  gsize len = strlen (f->good);

  for (gsize n = 0; n < len; n++)
    {
      Fixture g = { .outcomes = 0 };

      set_up (&g, NULL);
      fake_line_say (&g.fake, f->good, (gssize)n);
      g_assert_cmpint (g.outcome, ==, CD_SEND_AMBIGUOUS);
      assert_outcome (&g, CD_SEND_AMBIGUOUS);
      tear_down (&g, NULL);
    }
  g_test_message ("%" G_GSIZE_FORMAT " cuts", len);
}

static void
test_ar27 (Fixture *f, gconstpointer data)
{
  g_autofree char *more = fake_exchange (f->good, "{", "{\"colour\":{\"deep\":[1,2,{}]},");

  fake_line_say (&f->fake, more, -1);
  assert_outcome (f, CD_SEND_ANSWERED);
}

static void
test_ar34 (Fixture *f, gconstpointer data)
{
  guint depth = GPOINTER_TO_UINT (data);
  g_autofree char *open = g_strnfill (depth, '[');
  g_autofree char *close = g_strnfill (depth, ']');
  g_autofree char *member = g_strdup_printf ("{\"x\":%s%s,", open, close);
  g_autofree char *deep = fake_exchange (f->good, "{", member);

  fake_line_say (&f->fake, deep, -1);
  g_assert_nonnull (strstr (cd_trade_client_get_error (f->client), "64"));
  assert_outcome (f, CD_SEND_AMBIGUOUS);
}

/* --- An answer that is not ours -------------------------------------------------------------------------------------------- */

static void
test_ar42 (Fixture *f, gconstpointer data)
{
  g_autofree char *other = fake_exchange (f->good, KEY, "PXZZZZZZZZZZZZZZZZZZZZZZZZZZ");
  g_autofree char *body = NULL;

  fake_line_say (&f->fake, other, -1);
  g_assert_cmpuint (f->outcomes, ==, 0);
  /* Our key, and the hash of other bytes. */
  body = fake_exchange (f->good, "\"body_sha256\":\"60", "\"body_sha256\":\"06");
  fake_line_say (&f->fake, body, -1);
  assert_outcome (f, CD_SEND_FOREIGN);
}

static void
test_ar43 (Fixture *f, gconstpointer data)
{
  g_autofree char *other = fake_exchange (f->good, "HD-POWER", "HD-CEMENT");

  fake_line_say (&f->fake, other, -1);
  assert_outcome (f, CD_SEND_FOREIGN);
}

static void
test_ar45 (Fixture *f, gconstpointer data)
{
  g_autofree char *other = fake_exchange (f->good, "\"epoch\":\"e1\"", "\"epoch\":\"e2\"");

  fake_line_say (&f->fake, other, -1);
  assert_outcome (f, CD_SEND_EPOCH);
}

/* --- Events ------------------------------------------------------------------------------------------------------------------- */

static void
test_event (Fixture *f, gconstpointer data)
{
  const Case *c = data;
  g_autofree char *good = event_text (8);
  g_autofree char *bad = fake_exchange (good, c->from, c->to);

  fake_line_say (&f->fake, bad, -1);
  g_test_message ("%s", cd_trade_client_get_error (f->client));
  g_assert_cmpuint (f->events, ==, 0);
  g_assert_cmpint (cd_trade_client_get_state (f->client), ==, CD_LINK_BACKOFF);
  g_assert_nonnull (strstr (cd_trade_client_get_error (f->client), c->named));
}

static const Case events[] = {
  { "AR40/negative", "\"cum\":\"4\"", "\"cum\":\"-4\"", "cum" },
  { "AR41/leaves", "\"leaves\":\"6\"", "\"leaves\":\"-6\"", "leaves" },
  { "AR41/qty", "\"qty\":\"4\"", "\"qty\":\"-4\"", "qty" },
  { "AR31/week", "\"at\":\"2026-12-14", "\"at\":\"2026-W51-1", "at" },
};

/* A private event is never lost: one that was doubled counts once, and one that is missing is said. */
static void
test_ws14 (Fixture *f, gconstpointer data)
{
  for (guint64 seq = 8; seq < 5008; seq++)
    {
      g_autofree char *text = event_text (seq);

      fake_line_say (&f->fake, text, -1);
      fake_line_say (&f->fake, text, -1);
    }
  g_assert_cmpuint (f->events, ==, 5000);
  g_assert_cmpuint (f->gaps, ==, 0);
  {
    g_autofree char *text = event_text (5010);

    fake_line_say (&f->fake, text, -1);
  }
  g_assert_cmpuint (f->gaps, ==, 1);
}

/* --- Lists ------------------------------------------------------------------------------------------------------------------ */

/* @n orders under @n_ids ids in turn. */
static char *
orders_text (guint n, guint n_ids)
{
  g_autoptr (CdWireList) list = cd_wire_list_new (CD_WIRE_LIST_ORDERS);
  GString *text = g_string_new (NULL);

  list->epoch = g_strdup ("e1");
  list->server_time_us = list->market_time_us = FAKE_START_US;
  list->as_of_seq = 9;
  for (guint i = 0; i < n; i++)
    {
      CdWireOrderRow row = { g_strdup_printf ("O%u", i % n_ids), g_strdup (KEY), g_strdup ("HD-POWER"), g_strdup ("CEA25"), CD_SIDE_BUY, CD_KIND_LIST, 970500, 10, 3, 7, g_strdup ("partial"), NULL, g_strdup ("p1"), NULL, NULL, FAKE_START_US };

      g_array_append_val (list->items, row);
    }
  cd_wire_list_write (text, list);
  return g_string_free (text, FALSE);
}

static char *
list_text (guint n)
{
  return orders_text (n, MAX (n, 1));
}

static void
assert_list_refused (const char *text, gsize len, int code, const char *named)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (cd_wire_list_parse (CD_WIRE_LIST_ORDERS, text, len, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, CD_WIRE_ERROR, code);
  g_assert_nonnull (strstr (error->message, named));
}

static void
test_list_cut (void)
{
  g_autofree char *text = list_text (3);
  gsize len = strlen (text);

  for (gsize n = 0; n < len; n++)
    {
      g_autofree char *cut = g_memdup2 (text, MAX (n, 1));
      g_autoptr (GError) error = NULL;

      g_assert_null (cd_wire_list_parse (CD_WIRE_LIST_ORDERS, cut, n, &error));
      g_assert_nonnull (error);
    }
}

static void
test_ar35 (void)
{
  g_autofree char *text = list_text (0);
  g_autoptr (GString) items = g_string_new ("\"items\":[0");
  g_autofree char *many = NULL;

  for (guint i = 1; i < 1000000; i++)
    g_string_append (items, ",0");
  g_string_append_c (items, ']');
  many = fake_exchange (text, "\"items\":[]", items->str);
  assert_list_refused (many, strlen (many), CD_WIRE_ERROR_LIMIT, "values");
}

static void
test_ar36 (void)
{
  g_autofree char *text = list_text (3);
  g_autofree char *count = fake_exchange (text, "\"count\":3", "\"count\":4");
  g_autofree char *figure = fake_exchange (text, "\"qty\":\"10\"", "\"qty\":\"90\"");
  g_autofree char *digest = g_strdup (text);

  *(strstr (digest, "\"digest\":\"") + 10) ^= 1;

  assert_list_refused (count, strlen (count), CD_WIRE_ERROR_DIGEST, "expected 4");
  assert_list_refused (figure, strlen (figure), CD_WIRE_ERROR_DIGEST, "items");
  assert_list_refused (digest, strlen (digest), CD_WIRE_ERROR_DIGEST, "items");
}

/* Which of two rows holds cannot be told: the list is asked for again. */
static void
test_ar38 (void)
{
  g_autofree char *text = orders_text (3, 1);

  assert_list_refused (text, strlen (text), CD_WIRE_ERROR_DUPLICATE, "$.items[1].order_id");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(number, func, data) g_test_add ("/badinput/" number, Fixture, data, set_up, func, tear_down)
  ADD ("good", test_good, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases) + G_N_ELEMENTS (events); i++)
    {
      const Case *c = i < G_N_ELEMENTS (cases) ? &cases[i] : &events[i - G_N_ELEMENTS (cases)];
      g_autofree char *path = g_strconcat ("/badinput/", c->number, NULL);

      g_test_add (path, Fixture, c, set_up, i < G_N_ELEMENTS (cases) ? test_case : test_event, tear_down);
    }
  ADD ("AR3/answer", test_ar3, NULL);
  g_test_add_func ("/badinput/AR3/list", test_list_cut);
  ADD ("AR27", test_ar27, NULL);
  ADD ("AR30", test_times, "2026-12-14T23:59:60Z");
  ADD ("AR31/day", test_times, "2026-W51-1T00:00:00Z");
  ADD ("AR32", test_times, "2026-12-14T00:00:00.12345678901234567890Z");
  ADD ("AR33", test_times, "2026-12-14T00:00:00.123456789Z");
  ADD ("AR34/65", test_ar34, GUINT_TO_POINTER (65));
  ADD ("AR34/100000", test_ar34, GUINT_TO_POINTER (100000));
  g_test_add_func ("/badinput/AR35", test_ar35);
  g_test_add_func ("/badinput/AR36", test_ar36);
  g_test_add_func ("/badinput/AR38", test_ar38);
  ADD ("AR42", test_ar42, NULL);
  ADD ("AR43", test_ar43, NULL);
  ADD ("AR45", test_ar45, NULL);
  ADD ("WS14/private", test_ws14, NULL);
  return g_test_run ();
}
