/* test-wire-order.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Commands, bodies, answers, events and lists: written, read, written again to the same bytes; and every way to be wrong refused.
 */
#include <string.h>

#include "cd-id.h"
#include "cd-wire-list.h"
#include "cd-wire-order.h"

#define AT G_GINT64_CONSTANT (1797225600123456)

static void
test_command (void)
{
  static const char body[] = "{\"instrument\":\"CEA25\",\"note\":\"\\u4f60\xe4\xbd\xa0 \\\"q\\\" \\n\"}";
  g_autoptr (CdWireCommand) command = cd_wire_command_new (CD_WIRE_OP_ORDER_NEW, "PXABCDEFGHIJKLMNOPQRSTUVWXYZ", "HD-POWER", AT, body);
  g_autoptr (CdWireCommand) back = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) again = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  cd_wire_command_write (text, command);
  back = cd_wire_command_parse (text->str, text->len, &error);
  g_assert_no_error (error);
  g_assert_cmpint (back->op, ==, CD_WIRE_OP_ORDER_NEW);
  /* Byte for byte: this is what is hashed. */
  g_assert_cmpstr (back->body, ==, body);
  g_assert_cmpint (back->deadline_us, ==, AT);
  cd_wire_command_write (again, back);
  g_assert_cmpstr (again->str, ==, text->str);
}

static void
test_command_refused (void)
{
  static const struct
  {
    const char *text;
    CdWireError code;
  } cases[] = {
    { "", CD_WIRE_ERROR_SYNTAX },
    { "[]", CD_WIRE_ERROR_TYPE },
    { "{}", CD_WIRE_ERROR_MISSING },
    { "{\"op\":\"order.new\",\"key\":\"K\",\"account\":\"A\"}", CD_WIRE_ERROR_MISSING },
    { "{\"op\":\"order.new\",\"key\":\"K\",\"account\":\"A\",\"body\":{}}", CD_WIRE_ERROR_TYPE },
    { "{\"op\":\"order.newer\",\"key\":\"K\",\"account\":\"A\",\"body\":\"{}\"}", CD_WIRE_ERROR_VALUE },
    { "{\"op\":\"order.new\",\"key\":\"K K\",\"account\":\"A\",\"body\":\"{}\"}", CD_WIRE_ERROR_VALUE },
    { "{\"op\":\"order.new\",\"key\":\"K\",\"account\":\"../A\",\"body\":\"{}\"}", CD_WIRE_ERROR_VALUE },
    { "{\"op\":\"order.new\",\"op\":\"fence\",\"key\":\"K\",\"account\":\"A\",\"body\":\"{}\"}", CD_WIRE_ERROR_DUPLICATE },
    { "{\"op\":\"order.new\",\"key\":\"K\",\"account\":\"A\",\"body\":\"{}\"} ,", CD_WIRE_ERROR_SYNTAX },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (cd_wire_command_parse (cases[i].text, strlen (cases[i].text), &error));
      g_test_message ("%s -> %s", cases[i].text, error->message);
      g_assert_error (error, CD_WIRE_ERROR, (int)cases[i].code);
    }
}

static void
check_body (CdWireOp op, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdWireBody) body = cd_wire_body_parse (op, text, strlen (text), &error);
  g_autofree char *again = NULL;

  g_assert_no_error (error);
  again = cd_wire_body_print (body);
  g_assert_cmpstr (again, ==, text);
}

static void
test_bodies (void)
{
  g_autoptr (CdWireBody) body = NULL;
  g_autoptr (GError) error = NULL;

  check_body (CD_WIRE_OP_ORDER_NEW, "{\"instrument\":\"CEA25\",\"side\":\"buy\",\"kind\":\"pick\",\"price\":\"97.05\",\"qty\":\"1200\",\"listing\":\"L7\",\"purpose\":\"cover\",\"by\":\"p1\"}");
  check_body (CD_WIRE_OP_ORDER_NEW, "{\"instrument\":\"CEA25\",\"side\":\"sell\",\"kind\":\"list\",\"price\":\"97.00\",\"qty\":\"9223372036854775807\",\"by\":\"p1\"}");
  check_body (CD_WIRE_OP_ORDER_CANCEL, "{\"order_id\":\"O1\"}");
  check_body (CD_WIRE_OP_ORDER_REPLACE, "{\"order_id\":\"O1\",\"price\":\"97.05\",\"qty\":\"10\",\"cum\":\"3\"}");
  check_body (CD_WIRE_OP_FENCE, "{\"key\":\"PXABCDEFGHIJKLMNOPQRSTUVWXYZ\"}");
  check_body (CD_WIRE_OP_SETTLEMENT_CONFIRM, "{\"date\":\"2026-12-14\"}");
  check_body (CD_WIRE_OP_SETTLEMENT_OBJECT, "{\"date\":\"2026-12-14\",\"reason\":\"\xe5\xa4\x9a\xe4\xba\x86\"}");

  body = cd_wire_body_parse (CD_WIRE_OP_ORDER_CANCEL, "{}", 2, &error);
  g_assert_null (body);
  g_assert_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_MISSING);
  g_assert_nonnull (strstr (error->message, "order_id"));
}

static void
test_numbers_are_strings (void)
{
  static const char *const texts[] = {
    "{\"instrument\":\"CEA25\",\"side\":\"buy\",\"kind\":\"pick\",\"price\":97.05,\"qty\":\"1\",\"by\":\"p\"}",
    "{\"instrument\":\"CEA25\",\"side\":\"buy\",\"kind\":\"pick\",\"price\":\"97.05\",\"qty\":1,\"by\":\"p\"}",
    "{\"instrument\":\"CEA25\",\"side\":\"buy\",\"kind\":\"pick\",\"price\":\"97.05\",\"qty\":\"1e3\",\"by\":\"p\"}",
    "{\"instrument\":\"CEA25\",\"side\":\"buy\",\"kind\":\"pick\",\"price\":\"97.05\",\"qty\":\"-1\",\"by\":\"p\"}",
    "{\"instrument\":\"CEA25\",\"side\":\"buy\",\"kind\":\"pick\",\"price\":\"97.05001\",\"qty\":\"1\",\"by\":\"p\"}",
    "{\"instrument\":\"CEA25\",\"side\":\"buy\",\"kind\":\"pick\",\"price\":\"97.05\",\"qty\":\"9223372036854775808\",\"by\":\"p\"}",
    "{\"instrument\":\"CEA25\",\"side\":\"buy\",\"kind\":\"pick\",\"price\":\"97.05\",\"qty\":\"010\",\"by\":\"p\"}",
    "{\"instrument\":\"CEA25\",\"side\":null,\"kind\":\"pick\",\"price\":\"97.05\",\"qty\":\"1\",\"by\":\"p\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (cd_wire_body_parse (CD_WIRE_OP_ORDER_NEW, texts[i], strlen (texts[i]), &error));
      g_assert_nonnull (error);
      g_assert_true (error->domain == CD_WIRE_ERROR);
    }
}

static void
test_answer (void)
{
  static const char text[] = "{\"type\":\"answer\",\"op\":\"order.new\",\"key\":\"PXA\",\"account\":\"HD-POWER\",\"body_sha256\":\"00ff\",\"epoch\":\"e1\",\"verdict\":\"rejected\","
                             "\"code\":\"cash.insufficient\",\"detail\":\"has 1, needs 2\",\"replayed\":true,\"server_time\":\"2026-12-14T05:20:00.123456Z\","
                             "\"market_time\":\"2026-12-14T05:20:00.000000Z\",\"a\":\"-5\",\"b\":\"0\"}";
  g_autoptr (GError) error = NULL;
  g_autoptr (CdWireAnswer) answer = cd_wire_answer_parse (text, strlen (text), &error);
  g_autoptr (CdWireAnswer) copy = NULL;
  g_autoptr (GString) out = g_string_new (NULL);

  g_assert_no_error (error);
  g_assert_cmpint (answer->verdict, ==, CD_WIRE_REJECTED);
  g_assert_cmpint (answer->a, ==, -5);
  copy = cd_wire_answer_copy (answer);
  cd_wire_answer_write (out, copy);
  g_assert_cmpstr (out->str, ==, text);
  g_assert_null (cd_wire_event_parse (text, strlen (text), NULL));
  g_assert_cmpint (cd_wire_private_type (text, strlen (text)), ==, CD_WIRE_PRIVATE_ANSWER);
}

static void
check_event (const char *members, CdWireEventKind kind)
{
  g_autofree char *text = g_strdup_printf ("{\"type\":\"event\",\"account\":\"HD-POWER\",\"seq\":17,\"epoch\":\"e1\",\"kind\":\"%s\",\"at\":\"2026-12-14T05:20:00.000000Z\"%s}", cd_wire_event_kind_name (kind), members);
  g_autoptr (GError) error = NULL;
  g_autoptr (CdWireEvent) event = cd_wire_event_parse (text, strlen (text), &error);
  g_autoptr (CdWireEvent) copy = NULL;
  g_autoptr (GString) out = g_string_new (NULL);

  g_assert_no_error (error);
  g_assert_cmpint (event->kind, ==, kind);
  g_assert_cmpint (event->seq, ==, 17);
  copy = cd_wire_event_copy (event);
  cd_wire_event_write (out, copy);
  g_assert_cmpstr (out->str, ==, text);
}

static void
test_events (void)
{
  static const char unknown[] = "{\"type\":\"event\",\"account\":\"A\",\"seq\":3,\"epoch\":\"e\",\"kind\":\"margin\",\"at\":\"2026-12-14T05:20:00Z\"}";
  static const char zero[] = "{\"type\":\"event\",\"account\":\"A\",\"seq\":0,\"epoch\":\"e\",\"kind\":\"margin\"}";
  g_autoptr (CdWireEvent) event = NULL;
  g_autoptr (GError) error = NULL;

  check_event (",\"order_id\":\"O1\",\"key\":\"K\",\"instrument\":\"CEA25\",\"side\":\"buy\",\"order_kind\":\"list\",\"price\":\"97.05\",\"qty\":\"10\",\"leaves\":\"10\"", CD_WIRE_EVENT_ORDER_NEW);
  check_event (",\"order_id\":\"O1\",\"key\":\"K\",\"exec_id\":\"X1\",\"instrument\":\"CEA25\",\"side\":\"sell\",\"px\":\"97.05\",\"qty\":\"4\",\"cum\":\"4\",\"leaves\":\"6\",\"amount\":\"388.20\"", CD_WIRE_EVENT_ORDER_FILL);
  check_event (",\"order_id\":\"O1\",\"key\":\"K\",\"instrument\":\"CEA25\",\"side\":\"sell\",\"cum\":\"4\",\"leaves\":\"0\",\"reason\":\"asked\"", CD_WIRE_EVENT_ORDER_CANCELLED);
  check_event (",\"order_id\":\"O1\",\"key\":\"K\",\"instrument\":\"CEA25\",\"side\":\"sell\",\"cum\":\"4\",\"leaves\":\"0\"", CD_WIRE_EVENT_ORDER_EXPIRED);
  check_event (",\"order_id\":\"O1\",\"key\":\"K\",\"instrument\":\"CEA25\",\"side\":\"sell\",\"price\":\"97.05\",\"qty\":\"4\",\"cum\":\"0\",\"leaves\":\"4\"", CD_WIRE_EVENT_ORDER_REPLACED);
  check_event (",\"date\":\"2026-12-14\",\"state\":\"settled\"", CD_WIRE_EVENT_SETTLEMENT_DAY);
  check_event (",\"id\":\"I1\",\"instruction_kind\":\"surrender\",\"state\":\"proposed\",\"version\":1,\"hash\":\"ab\",\"by\":\"p1\"", CD_WIRE_EVENT_INSTRUCTION);
  check_event (",\"asset\":\"CEA25\",\"bucket\":\"trading\",\"balance\":\"-3\"", CD_WIRE_EVENT_BALANCE);
  check_event (",\"year\":2025,\"owed\":\"9\",\"surrendered\":\"8\",\"offset\":\"1\",\"closed\":true", CD_WIRE_EVENT_OBLIGATION);

  event = cd_wire_event_parse (unknown, strlen (unknown), &error);
  g_assert_no_error (error);
  g_assert_cmpint (event->kind, ==, CD_WIRE_EVENT_UNKNOWN);
  g_assert_cmpint (event->seq, ==, 3);
  g_assert_null (cd_wire_event_parse (zero, strlen (zero), &error));
  g_assert_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_RANGE);
}

static void
check_instruction (CdWireOp op, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdWireInstruction) instruction = cd_wire_instruction_parse (op, text, strlen (text), &error);
  g_autoptr (CdWireInstruction) copy = NULL;
  g_autofree char *again = NULL;

  g_assert_no_error (error);
  copy = cd_wire_instruction_copy (instruction);
  again = cd_wire_instruction_print (op, copy);
  g_assert_cmpstr (again, ==, text);
}

static void
test_instructions (void)
{
  static const char foreign[] = "{\"version\":1,\"kind\":\"cash_in\",\"amount\":\"1.00\",\"qty\":\"5\"}";
  g_autoptr (GError) error = NULL;

  check_instruction (CD_WIRE_OP_INSTRUCTION_PROPOSE, "{\"version\":1,\"kind\":\"transfer\",\"from\":\"trading\",\"to\":\"registry\",\"asset\":\"CEA25\",\"qty\":\"84000\"}");
  check_instruction (CD_WIRE_OP_INSTRUCTION_PROPOSE, "{\"version\":1,\"kind\":\"surrender\",\"year\":2025,\"allowances\":[{\"asset\":\"CEA25\",\"qty\":\"2660000\"}],\"credits\":[{\"asset\":\"CCER-1\",\"qty\":\"140000\"}]}");
  check_instruction (CD_WIRE_OP_INSTRUCTION_PROPOSE, "{\"version\":1,\"kind\":\"reserve\",\"asset\":\"CCER-1\",\"qty\":\"5\",\"year\":2025}");
  check_instruction (CD_WIRE_OP_INSTRUCTION_PROPOSE, "{\"version\":1,\"kind\":\"cancel\",\"asset\":\"CCER-1\",\"qty\":\"5\",\"reason\":\"voluntary\"}");
  check_instruction (CD_WIRE_OP_INSTRUCTION_PROPOSE, "{\"version\":1,\"kind\":\"cash_out\",\"amount\":\"12345678.90\"}");
  check_instruction (CD_WIRE_OP_INSTRUCTION_EDIT, "{\"id\":\"I1\",\"version\":2,\"kind\":\"release\",\"asset\":\"CCER-1\",\"qty\":\"5\",\"year\":2025}");
  check_instruction (CD_WIRE_OP_INSTRUCTION_CONFIRM, "{\"id\":\"I1\",\"version\":2,\"hash\":\"abcd\"}");
  check_instruction (CD_WIRE_OP_INSTRUCTION_REFUSE, "{\"id\":\"I1\",\"version\":2,\"reason\":\"wrong year\"}");
  check_instruction (CD_WIRE_OP_INSTRUCTION_WITHDRAW, "{\"id\":\"I1\",\"version\":2,\"reason\":\"\"}");
  check_instruction (CD_WIRE_OP_INSTRUCTION_REVIEW, "{\"id\":\"I1\",\"verdict\":\"pass\",\"reason\":\"\"}");

  g_assert_null (cd_wire_instruction_parse (CD_WIRE_OP_INSTRUCTION_PROPOSE, foreign, strlen (foreign), &error));
  g_assert_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "qty"));
}

static void
test_list_and_its_digest (void)
{
  g_autoptr (CdWireList) list = cd_wire_list_new (CD_WIRE_LIST_ORDERS);
  g_autoptr (CdWireList) back = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) again = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  char *qty;

  list->epoch = g_strdup ("e1");
  list->server_time_us = list->market_time_us = AT;
  list->as_of_seq = 99;
  for (guint i = 0; i < 3; i++)
    {
      CdWireOrderRow row = { g_strdup_printf ("O%u", i), g_strdup ("K"), g_strdup ("A"), g_strdup ("CEA25"), CD_SIDE_BUY, CD_KIND_LIST, 970500, 10, 3, 7, g_strdup ("partial"), NULL, g_strdup ("p1"), NULL, NULL, AT };

      g_array_append_val (list->items, row);
    }
  cd_wire_list_write (text, list);
  back = cd_wire_list_parse (CD_WIRE_LIST_ORDERS, text->str, text->len, &error);
  g_assert_no_error (error);
  g_assert_cmpint (back->items->len, ==, 3);
  g_assert_cmpint (g_array_index (back->items, CdWireOrderRow, 2).leaves, ==, 7);
  cd_wire_list_write (again, back);
  g_assert_cmpstr (again->str, ==, text->str);

  /* One figure changed on the way, still lawful JSON: the digest notices. */
  qty = strstr (text->str, "\"qty\":\"10\"");
  qty[7] = '9';
  g_assert_null (cd_wire_list_parse (CD_WIRE_LIST_ORDERS, text->str, text->len, &error));
  g_assert_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_DIGEST);
}

static void
test_list_cut_everywhere (void)
{
  g_autoptr (CdWireList) list = cd_wire_list_new (CD_WIRE_LIST_INSTRUCTIONS);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (CdWireList) back = NULL;
  g_autoptr (GError) error = NULL;
  CdWireInstructionRow row = { .id = g_strdup ("I1"), .account = g_strdup ("A"), .state = g_strdup ("proposed"), .hash = g_strdup ("ab"), .by = g_strdup ("p1"), .at_us = AT, .content = cd_wire_instruction_new () };

  row.content->kind = CD_WIRE_INSTRUCTION_SURRENDER;
  row.content->version = 1;
  row.content->year = 2025;
  cd_wire_instruction_add_allowance (row.content, "CEA25", 5);
  list->epoch = g_strdup ("e1");
  list->server_time_us = list->market_time_us = AT;
  g_array_append_val (list->items, row);
  cd_wire_list_write (text, list);
  back = cd_wire_list_parse (CD_WIRE_LIST_INSTRUCTIONS, text->str, text->len, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_array_index (g_array_index (back->items, CdWireInstructionRow, 0).content->allowances, CdWireLine, 0).qty, ==, 5);
  for (gsize len = 0; len < text->len; len++)
    {
      g_autofree char *cut = g_memdup2 (text->str, MAX (len, 1));

      g_assert_null (cd_wire_list_parse (CD_WIRE_LIST_INSTRUCTIONS, cut, len, NULL));
    }
}

static void
test_session_problem_clock (void)
{
  g_autoptr (CdWireSession) session = cd_wire_session_new ();
  g_autoptr (CdWireSession) back = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) again = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (CdWireProblem) problem = NULL;
  CdWireClockRequest clock;
  gint64 rate = 0;

  session->epoch = g_strdup ("e1");
  session->person = g_strdup ("p1");
  session->person_name = g_strdup ("Trader");
  session->person_name_zh = g_strdup ("\xe4\xba\xa4\xe6\x98\x93\xe5\x91\x98");
  session->server_time_us = session->market_time_us = AT;
  session->rate_e3 = 1500;
  g_ptr_array_add (session->roles, g_strdup ("enter"));
  g_ptr_array_add (session->capabilities, g_strdup ("fence"));
  cd_wire_session_add_account (session, "HD-POWER", "Power", "\xe7\x94\xb5", "cn-cea", "power", 12);
  cd_wire_session_write (text, session);
  back = cd_wire_session_parse (text->str, text->len, &error);
  g_assert_no_error (error);
  cd_wire_session_write (again, back);
  g_assert_cmpstr (again->str, ==, text->str);
  g_assert_cmpint (g_array_index (back->accounts, CdWireAccount, 0).last_seq, ==, 12);

  problem = g_new0 (CdWireProblem, 1);
  problem->status = 404;
  problem->code = g_strdup ("order.unknown");
  problem->title = g_strdup ("No such order");
  problem->epoch = g_strdup ("e1");
  problem->server_time_us = problem->market_time_us = AT;
  g_string_truncate (text, 0);
  cd_wire_problem_write (text, problem);
  g_clear_pointer (&problem, cd_wire_problem_free);
  problem = cd_wire_problem_parse (text->str, text->len, &error);
  g_assert_no_error (error);
  g_assert_cmpint (problem->status, ==, 404);

  g_assert_true (cd_wire_clock_request_parse ("{\"pause\":true,\"rate\":\"60\"}", 26, &clock, &error));
  g_assert_true (clock.has_pause && clock.pause && cd_wire_rate_parse (clock.rate, &rate));
  g_assert_cmpint (rate, ==, 60000);
  cd_wire_clock_request_clear (&clock);
  g_assert_false (cd_wire_clock_request_parse ("{\"skip\":\"tomorrow\"}", 19, &clock, NULL));
  g_assert_false (cd_wire_clock_request_parse ("{}", 2, &clock, NULL));
  g_assert_false (cd_wire_clock_request_parse ("{\"rate\":60}", 11, &clock, NULL));
}

static void
test_hello (void)
{
  g_autoptr (CdWireHello) hello = cd_wire_hello_new (CD_WIRE_PRIVATE_HELLO);
  g_autoptr (CdWireHello) back = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  hello->epoch = g_strdup ("e1");
  hello->person = g_strdup ("p1");
  hello->server_time_us = hello->market_time_us = AT;
  cd_wire_hello_add_seq (hello, "A", 5);
  cd_wire_hello_add_seq (hello, "B", 0);
  cd_wire_hello_write (text, hello);
  g_assert_cmpint (cd_wire_private_type (text->str, text->len), ==, CD_WIRE_PRIVATE_HELLO);
  back = cd_wire_hello_parse (text->str, text->len, &error);
  g_assert_no_error (error);
  g_assert_cmpint (back->last_seq->len, ==, 2);
  g_assert_cmpint (g_array_index (back->last_seq, CdWireSeq, 0).seq, ==, 5);
  g_assert_cmpint (cd_wire_private_type ("{ \"x\":1, \"type\":\"hb\"}", 21), ==, CD_WIRE_PRIVATE_HB);
  g_assert_cmpint (cd_wire_private_type ("{\"type\":\"hbx\"}", 14), ==, CD_WIRE_PRIVATE_UNKNOWN);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/order/command", test_command);
  g_test_add_func ("/wire/order/command-refused", test_command_refused);
  g_test_add_func ("/wire/order/bodies", test_bodies);
  g_test_add_func ("/wire/order/numbers-are-strings", test_numbers_are_strings);
  g_test_add_func ("/wire/order/answer", test_answer);
  g_test_add_func ("/wire/order/events", test_events);
  g_test_add_func ("/wire/order/instructions", test_instructions);
  g_test_add_func ("/wire/order/list-digest", test_list_and_its_digest);
  g_test_add_func ("/wire/order/list-cut", test_list_cut_everywhere);
  g_test_add_func ("/wire/order/session-problem-clock", test_session_problem_clock);
  g_test_add_func ("/wire/order/hello", test_hello);
  return g_test_run ();
}
