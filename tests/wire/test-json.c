/* test-json.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-json.h"

#include <string.h>

typedef struct
{
  const char *text;
  gssize len; /* -1 = terminated */
  int rfc;    /* expected error code, 0 = accepted */
  int house;
} Case;

/* Each is a thing that json-glib alone, or a careless reader, lets through. */
static const Case cases[] = {
  { "{}", -1, 0, 0 },
  { " [1, -0, 0.5, 1e5, 1E-2] ", -1, 0, 0 },
  { "\"\"", -1, 0, 0 },
  { "{\"a\":{\"b\":[true,false,null]}}", -1, 0, 0 },
  { "\"\\ud83d\\ude00\"", -1, 0, 0 },
  { "\"\x7f\"", -1, 0, 0 },
  { "", 0, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "  ", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "01", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "0x10", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "+1", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { ".5", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "1.", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "- 1", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "1e", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "NaN", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "'a'", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "/* */ 1", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "var x = 1;", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "1 2", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "{} {}", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "[1,]", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "[,1]", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "{\"a\":1,}", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "{\"a\"}", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "{1:2}", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "[1}", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "[", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "]", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "\"a", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "\"\\", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "\"\\x41\"", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "\"\\101\"", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "\"\\u12\"", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "\"\n\"", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "\xef\xbb\xbf{}", -1, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "[1]\0", 4, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "\"a\0b\"", 5, CD_JSON_ERROR_SYNTAX, CD_JSON_ERROR_SYNTAX },
  { "\"\xff\"", -1, CD_JSON_ERROR_UTF8, CD_JSON_ERROR_UTF8 },
  { "\"\xc0\xaf\"", -1, CD_JSON_ERROR_UTF8, CD_JSON_ERROR_UTF8 },
  { "\"\xed\xa0\x80\"", -1, CD_JSON_ERROR_UTF8, CD_JSON_ERROR_UTF8 },
  { "\"\\ud800\"", -1, CD_JSON_ERROR_UTF8, CD_JSON_ERROR_UTF8 },
  { "\"\\udc00\"", -1, CD_JSON_ERROR_UTF8, CD_JSON_ERROR_UTF8 },
  { "\"\\ud800\\u0041\"", -1, CD_JSON_ERROR_UTF8, CD_JSON_ERROR_UTF8 },
  { "{\"a\":1,\"a\":2}", -1, 0, CD_JSON_ERROR_DUPLICATE },
  { "{\"a\":1,\"\\u0061\":2}", -1, 0, CD_JSON_ERROR_DUPLICATE },
  { "{\"a\":{\"a\":1},\"b\":{\"a\":1}}", -1, 0, 0 },
  { "\"a\\u0000b\"", -1, 0, CD_JSON_ERROR_CONTENT },
  { "{\"\":1}", -1, 0, CD_JSON_ERROR_CONTENT },
  { "9223372036854775807", -1, 0, 0 },
  { "9223372036854775808", -1, 0, CD_JSON_ERROR_CONTENT },
  { "-9223372036854775809", -1, 0, CD_JSON_ERROR_CONTENT },
};

static void
check_code (const Case *c, CdJsonRules rules, int expected)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = cd_json_check (c->text, c->len, 0, rules, &error);
  g_autofree char *shown = g_strescape (c->text, NULL);

  g_test_message ("%s", shown);
  g_assert_cmpint (ok, ==, expected == 0);
  if (expected)
    g_assert_error (error, CD_JSON_ERROR, expected);
}

static void
test_verdicts (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CdJsonDoc) doc = NULL;
      g_autofree char *copy = g_memdup2 (cases[i].text, cases[i].len < 0 ? strlen (cases[i].text) + 1 : (gsize)MAX (cases[i].len, 1));

      check_code (&cases[i], CD_JSON_RULES_RFC, cases[i].rfc);
      check_code (&cases[i], CD_JSON_RULES_HOUSE, cases[i].house);
      doc = cd_json_parse (copy, cases[i].len, 0, NULL);
      g_assert_cmpint (doc != NULL, ==, cases[i].house == 0);
    }
}

static void
test_depth_and_size (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < CD_JSON_DEPTH_MAX; i++)
    g_string_append_c (text, '[');
  for (int i = 0; i < CD_JSON_DEPTH_MAX; i++)
    g_string_append_c (text, ']');
  g_assert_true (cd_json_check (text->str, -1, 0, CD_JSON_RULES_HOUSE, NULL));
  g_string_prepend_c (text, '[');
  g_string_append_c (text, ']');
  g_assert_false (cd_json_check (text->str, -1, 0, CD_JSON_RULES_HOUSE, &error));
  g_assert_error (error, CD_JSON_ERROR, CD_JSON_ERROR_DEPTH);
  g_clear_error (&error);
  g_string_assign (text, "");
  for (int i = 0; i < 100000; i++)
    g_string_append_c (text, i % 2 ? '{' : '[');
  g_assert_false (cd_json_check (text->str, -1, 0, CD_JSON_RULES_RFC, NULL));
  g_assert_false (cd_json_check ("[1,2,3]", -1, 6, CD_JSON_RULES_RFC, &error));
  g_assert_error (error, CD_JSON_ERROR, CD_JSON_ERROR_SIZE);
  g_assert_true (cd_json_check ("[1,2,3]", -1, 7, CD_JSON_RULES_RFC, NULL));
}

static void
test_position (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (cd_json_check ("{\n  \"a\": 01\n}", -1, 0, CD_JSON_RULES_RFC, &error));
  g_assert_nonnull (strstr (error->message, "byte 10 (line 2, column 9)"));
}

static void
test_tokens (void)
{
  const char *text = "{\"a\\n\":[-1.50e+3,\"\\u78b3\"]}";
  g_autoptr (CdJsonTokenizer) tokenizer = cd_json_tokenizer_new (text, strlen (text), CD_JSON_RULES_HOUSE);
  CdJsonToken token;

  g_assert_cmpint (cd_json_tokenizer_next (tokenizer, &token, NULL), ==, CD_JSON_TOKEN_OBJECT);
  g_assert_cmpint (cd_json_tokenizer_next (tokenizer, &token, NULL), ==, CD_JSON_TOKEN_MEMBER);
  g_assert_cmpstr (token.text, ==, "a\n");
  g_assert_cmpmem (token.raw, token.raw_len, "a\\n", 3);
  g_assert_cmpint (cd_json_tokenizer_next (tokenizer, &token, NULL), ==, CD_JSON_TOKEN_ARRAY);
  g_assert_cmpint (cd_json_tokenizer_next (tokenizer, &token, NULL), ==, CD_JSON_TOKEN_NUMBER);
  g_assert_cmpmem (token.raw, token.raw_len, "-1.50e+3", 8);
  g_assert_cmpuint (token.offset, ==, 8);
  g_assert_cmpint (cd_json_tokenizer_next (tokenizer, &token, NULL), ==, CD_JSON_TOKEN_STRING);
  g_assert_cmpstr (token.text, ==, "碳");
  g_assert_cmpint (cd_json_tokenizer_next (tokenizer, &token, NULL), ==, CD_JSON_TOKEN_ARRAY_END);
  g_assert_cmpint (cd_json_tokenizer_next (tokenizer, &token, NULL), ==, CD_JSON_TOKEN_OBJECT_END);
  g_assert_cmpint (cd_json_tokenizer_next (tokenizer, &token, NULL), ==, CD_JSON_TOKEN_END);
  g_assert_cmpint (cd_json_tokenizer_next (tokenizer, &token, NULL), ==, CD_JSON_TOKEN_END);
}

/* Every prefix of a valid text is refused, and no single byte exchanged makes it crash. */
static void
test_cut_and_flipped (void)
{
  const char *text = "{\"px\":\"97.05\",\"n\":[1,2.5,{\"zh\":\"\xe7\xa2\xb3\\u78b3\\n\"}],\"t\":true,\"z\":null}";
  gsize len = strlen (text);

  g_assert_true (cd_json_check (text, -1, 0, CD_JSON_RULES_HOUSE, NULL));
  for (gsize n = 0; n < len; n++)
    {
      g_autofree char *cut = g_memdup2 (text, MAX (n, 1));

      g_assert_false (cd_json_check (cut, (gssize)n, 0, CD_JSON_RULES_RFC, NULL));
    }
  for (gsize i = 0; i < len; i++)
    for (int b = 0; b < 256; b++)
      {
        g_autofree char *copy = g_memdup2 (text, len);
        g_autoptr (CdJsonDoc) doc = NULL;

        copy[i] = (char)b;
        doc = cd_json_parse (copy, (gssize)len, 0, NULL);
        g_assert_true (!doc || cd_json_check (copy, (gssize)len, 0, CD_JSON_RULES_RFC, NULL));
      }
}

static void
expect_fault (const CdJsonFaults *faults, guint i, const char *path, const char *code)
{
  g_assert_cmpuint (i, <, cd_json_faults_count (faults));
  g_assert_cmpstr (cd_json_faults_get (faults, i)->path, ==, path);
  g_assert_cmpstr (cd_json_faults_get (faults, i)->code, ==, code);
}

static void
test_reading (void)
{
  const char *text = "{\"s\":\"x\",\"d\":\"97.05\",\"n\":97,\"f\":1.5,\"b\":true,\"day\":\"2026-12-14\",\"at\":\"2026-12-14T05:20:00.000000Z\",\"z\":null,\"l\":[{\"q\":1}]}";
  g_autoptr (CdJsonDoc) doc = cd_json_parse (text, -1, 0, NULL);
  g_autoptr (CdJsonFaults) faults = cd_json_faults_new ();
  g_autoptr (GError) error = NULL;
  CdJson root = cd_json_root (doc), list, item;
  const char *s = NULL;
  gint64 v = 0;
  gboolean b = FALSE;
  CdDate day = 0;

  g_assert_true (cd_json_get_string (&root, "s", &s, faults));
  g_assert_cmpstr (s, ==, "x");
  g_assert_true (cd_json_get_decimal (&root, "d", 4, &v, faults));
  g_assert_cmpint (v, ==, 970500);
  g_assert_true (cd_json_get_int (&root, "n", 0, 100, &v, faults));
  g_assert_true (cd_json_get_bool (&root, "b", &b, faults));
  g_assert_true (b);
  g_assert_true (cd_json_get_date (&root, "day", &day, faults));
  g_assert_cmpint (day, ==, cd_date_from_ymd (2026, 12, 14));
  g_assert_true (cd_json_get_instant (&root, "at", &v, faults));
  g_assert_true (cd_json_present (&root, "z"));
  g_assert_false (cd_json_has (&root, "z"));
  g_assert_true (cd_json_get_array (&root, "l", &list, faults));
  g_assert_cmpuint (cd_json_length (&list), ==, 1);
  g_assert_cmpuint (cd_json_faults_count (faults), ==, 0);
  g_assert_true (cd_json_faults_to_error (faults, &error));

  /* A number where a string is due is an error, and so is the reverse. */
  item = cd_json_at (&list, 0);
  g_assert_false (cd_json_get_decimal (&item, "q", 0, &v, faults));
  g_assert_false (cd_json_get_decimal (&root, "n", 4, &v, faults));
  g_assert_false (cd_json_get_int (&root, "d", 0, 100, &v, faults));
  g_assert_false (cd_json_get_int (&root, "f", 0, 100, &v, faults));
  g_assert_false (cd_json_get_int (&root, "n", 0, 96, &v, faults));
  g_assert_false (cd_json_get_string (&root, "z", &s, faults));
  g_assert_false (cd_json_get_string (&root, "missing", &s, faults));
  g_assert_false (cd_json_get_decimal (&root, "d", 1, &v, faults));
  cd_json_only_members (&item, faults, "px", NULL);
  expect_fault (faults, 0, "$.l[0].q", "type");
  expect_fault (faults, 1, "$.n", "type");
  expect_fault (faults, 2, "$.d", "type");
  expect_fault (faults, 3, "$.f", "type");
  expect_fault (faults, 4, "$.n", "range");
  expect_fault (faults, 5, "$.z", "type");
  expect_fault (faults, 6, "$.missing", "missing");
  expect_fault (faults, 7, "$.d", "syntax");
  expect_fault (faults, 8, "$.l[0].q", "unknown");
  g_assert_false (cd_json_faults_to_error (faults, &error));
  g_assert_error (error, CD_JSON_ERROR, CD_JSON_ERROR_CONTENT);
}

static void
test_writing (void)
{
  g_autoptr (CdJsonWriter) writer = cd_json_writer_new ();
  g_autofree char *text = NULL;
  g_autoptr (CdJsonDoc) doc = NULL;

  cd_json_writer_begin_object (writer, NULL);
  cd_json_writer_string (writer, "s", "a\"\\\n\x01碳");
  cd_json_writer_decimal (writer, "px", 970500, 4, 2);
  cd_json_writer_i64 (writer, "qty", G_MAXINT64);
  cd_json_writer_int (writer, "n", -3);
  cd_json_writer_begin_array (writer, "l");
  cd_json_writer_bool (writer, NULL, TRUE);
  cd_json_writer_null (writer, NULL);
  cd_json_writer_begin_object (writer, NULL);
  cd_json_writer_end_object (writer);
  cd_json_writer_end_array (writer);
  cd_json_writer_date (writer, "d", cd_date_from_ymd (2026, 12, 31));
  cd_json_writer_date (writer, "none", CD_DATE_NONE);
  cd_json_writer_instant (writer, "at", 0);
  cd_json_writer_raw (writer, "raw", "[1]");
  cd_json_writer_string (writer, "null", NULL);
  cd_json_writer_end_object (writer);
  text = cd_json_writer_finish (writer);
  g_assert_cmpstr (text, ==,
                   "{\"s\":\"a\\\"\\\\\\n\\u0001碳\",\"px\":\"97.05\",\"qty\":\"9223372036854775807\",\"n\":-3,\"l\":[true,null,{}],"
                   "\"d\":\"2026-12-31\",\"none\":null,\"at\":\"1970-01-01T00:00:00.000000Z\",\"raw\":[1],\"null\":null}");
  doc = cd_json_parse (text, -1, 0, NULL);
  g_assert_nonnull (doc);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/verdicts", test_verdicts);
  g_test_add_func ("/json/depth-and-size", test_depth_and_size);
  g_test_add_func ("/json/position", test_position);
  g_test_add_func ("/json/tokens", test_tokens);
  g_test_add_func ("/json/cut-and-flipped", test_cut_and_flipped);
  g_test_add_func ("/json/reading", test_reading);
  g_test_add_func ("/json/writing", test_writing);
  return g_test_run ();
}
