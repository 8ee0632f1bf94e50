/* test-pack.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Packs: the built-in ones load and prove themselves; every bad one is refused at the place and for the reason named in the manifest.
 */
#include "cd-pack.h"

#include <glib/gstdio.h>
#include <string.h>

static char *
fixture (const char *name)
{
  return g_build_filename (g_getenv ("CARBONDESK_SRCDIR"), "tests", "fixtures", "bad-packs", name, NULL);
}

static char *
read_fixture (const char *name)
{
  g_autofree char *path = fixture (name);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

/* The good pack with one piece of text exchanged; it has to be there. */
static CdPack *
load_changed (const char *what, const char *with, CdJsonFaults *faults)
{
  g_autofree char *text = read_fixture ("good.json");
  g_auto (GStrv) parts = g_strsplit (text, what, 2);
  g_autofree char *changed = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  changed = g_strjoinv (with, parts);
  bytes = g_bytes_new (changed, strlen (changed));
  return cd_pack_load_bytes (bytes, "test", NULL, faults, NULL);
}

static void
run_examples (const CdPack *pack)
{
  g_autoptr (GPtrArray) results = cd_pack_run_examples (pack);

  g_assert_cmpuint (results->len, >, 0);
  for (guint i = 0; i < results->len; i++)
    {
      const CdPackExampleResult *result = g_ptr_array_index (results, i);

      g_test_message ("%s %s: expected %s, got %s", pack->id, result->id, result->expected, result->got);
      g_assert_true (result->passed);
    }
}

static void
test_builtin (void)
{
  g_auto (GStrv) ids = cd_pack_list_builtin ();

  g_assert_true (g_strv_contains ((const char *const *)ids, "cn-cea"));
  g_assert_true (g_strv_contains ((const char *const *)ids, "cn-ccer"));
  g_assert_true (g_strv_contains ((const char *const *)ids, "cn-bj"));
  for (char **id = ids; *id; id++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CdPack) pack = cd_pack_load_builtin (*id, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (pack->id, ==, *id);
      g_assert_cmpstr (pack->market->id, ==, *id);
      g_assert_cmpstr (pack->scheme->id, ==, *id);
      g_assert_cmpuint (strlen (pack->sha256), ==, 64);
      run_examples (pack);
    }
}

static void
test_unknown (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdPack) pack = cd_pack_load_builtin ("../cn-cea", &error);

  g_assert_null (pack);
  g_assert_error (error, CD_PACK_ERROR, CD_PACK_ERROR_UNKNOWN);
}

/* What is not known stays without a figure; what practice assumes says so. */
static void
test_unverified (void)
{
  g_autoptr (CdPack) ccer = cd_pack_load_builtin ("cn-ccer", NULL);
  CdDate day = cd_date_from_ymd (2026, 12, 14);
  const CdModeRule *list = cd_market_mode (ccer->market, CD_MODE_LIST, day);
  const CdRuleValue *band = cd_rule_series_at_practice (list->band_bp, day);
  const CdRuleValue *fee = cd_rule_series_at_practice (ccer->market->fee_bp, day);
  const CdRuleSeries *figure = cd_pack_figure (ccer, "market.modes[0].band_pct");

  g_assert_null (cd_rule_series_at (list->band_bp, day, CD_DATE_NONE));
  g_assert_true (band->is_assumption);
  g_assert_cmpint (band->status, ==, CD_RULE_UNVERIFIED);
  g_assert_cmpint (band->value, ==, 3000);
  g_assert_false (fee->has_value);
  g_assert_cmpint (fee->status, ==, CD_RULE_UNVERIFIED);
  g_assert_nonnull (figure);
  g_assert_cmpuint (figure->values->len, ==, 2);
  g_assert_cmpint (cd_market_instrument (ccer->market, "CCER-OW-2501")->status, ==, CD_RULE_UNVERIFIED);
  g_assert_cmpint (cd_market_instrument (ccer->market, "CCER-AF-1601")->registered, ==, cd_date_from_ymd (2016, 11, 18));
}

/* Every figure of every built-in pack names a source, and what is unverified has no value of its own. */
static void
test_every_figure (void)
{
  g_auto (GStrv) ids = cd_pack_list_builtin ();
  guint n = 0;

  for (char **id = ids; *id; id++)
    {
      g_autoptr (CdPack) pack = cd_pack_load_builtin (*id, NULL);

      for (guint i = 0; i < pack->figures->len; i++)
        {
          const CdRuleSeries *series = g_ptr_array_index (pack->figures, i);

          for (guint k = 0; k < series->values->len; k++)
            {
              const CdRuleValue *value = g_ptr_array_index (series->values, k);

              g_assert_cmpuint (strlen (value->source), >, 0);
              g_assert_true (value->has_value == (value->is_assumption || value->status != CD_RULE_UNVERIFIED));
              n++;
            }
        }
    }
  g_assert_cmpuint (n, >, 300);
}

static gboolean
has_fault (const CdJsonFaults *faults, const char *path, const char *code)
{
  for (guint i = 0; i < cd_json_faults_count (faults); i++)
    {
      const CdJsonFault *fault = cd_json_faults_get (faults, i);

      if (strcmp (fault->path, path) == 0 && strcmp (fault->code, code) == 0 && strlen (fault->expected) > 0)
        return TRUE;
      g_test_message ("  %s [%s] %s", fault->path, fault->code, fault->expected);
    }
  return FALSE;
}

static void
test_bad_packs (void)
{
  g_autofree char *text = read_fixture ("manifest.json");
  g_autoptr (CdJsonDoc) doc = cd_json_parse (text, -1, 0, NULL);
  CdJson root = cd_json_root (doc), list;

  g_assert_true (cd_json_get_array (&root, "bad", &list, NULL));
  g_assert_cmpuint (cd_json_length (&list), >=, 30);
  for (guint i = 0; i < cd_json_length (&list); i++)
    {
      CdJson item = cd_json_at (&list, i);
      const char *file = NULL, *path = NULL, *code = NULL;
      g_autofree char *full = NULL;
      g_autoptr (CdJsonFaults) faults = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (CdPack) pack = NULL;

      g_assert_true (cd_json_get_string (&item, "file", &file, NULL));
      g_assert_true (cd_json_get_string (&item, "path", &path, NULL));
      g_assert_true (cd_json_get_string (&item, "code", &code, NULL));
      full = fixture (file);
      g_test_message ("%s: %s [%s]", file, path, code);
      faults = cd_pack_check_file (full, NULL);
      g_assert_nonnull (faults);
      g_assert_true (has_fault (faults, path, code));
      pack = cd_pack_load_file (full, NULL, NULL, &error);
      g_assert_null (pack);
      g_assert_error (error, CD_PACK_ERROR, CD_PACK_ERROR_INVALID);
    }
}

static void
test_good_pack (void)
{
  g_autofree char *path = fixture ("good.json");
  g_autoptr (CdJsonFaults) faults = cd_pack_check_file (path, NULL);
  g_autoptr (CdPack) pack = cd_pack_load_file (path, NULL, NULL, NULL);

  g_assert_cmpuint (cd_json_faults_count (faults), ==, 0);
  g_assert_nonnull (pack);
  run_examples (pack);
}

/* Several faults are all told, not only the first. */
static void
test_all_faults (void)
{
  g_autoptr (CdJsonFaults) faults = cd_json_faults_new ();
  g_autofree char *text = read_fixture ("good.json");
  g_autoptr (GString) many = g_string_new (text);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (CdPack) pack = NULL;

  g_string_replace (many, "\"quote_pick\"", "\"nonsense\"", 0);
  g_string_replace (many, "\"Asia/Shanghai\"", "\"Mars/Phobos\"", 0);
  g_string_replace (many, "\"ours\"", "\"somebody\"", 0);
  bytes = g_bytes_new (many->str, many->len);
  pack = cd_pack_load_bytes (bytes, "test", NULL, faults, NULL);
  g_assert_null (pack);
  g_assert_cmpuint (cd_json_faults_count (faults), ==, 3);
  g_assert_true (has_fault (faults, "$.zone", "zone"));
  g_assert_true (has_fault (faults, "$.market.modes[0].match[0].value", "word"));
  g_assert_true (has_fault (faults, "$.scheme.years[0].tasks[0].duty_owner", "word"));
}

/* An example that the engine does not agree with is reported, with what it says instead. */
static void
test_wrong_example (void)
{
  g_autoptr (CdPack) pack = load_changed ("\"low\": \"45.00\"", "\"low\": \"45.01\"", NULL);
  g_autoptr (GPtrArray) results = NULL;
  const CdPackExampleResult *result;

  g_assert_nonnull (pack);
  results = cd_pack_run_examples (pack);
  result = g_ptr_array_index (results, 0);
  g_assert_false (result->passed);
  g_assert_nonnull (strstr (result->got, "\"45.00\""));
}

/* MP1, MP22: only the announced bytes; the pack keeps exactly what was checked. */
static void
test_hash (void)
{
  g_autofree char *text = read_fixture ("good.json");
  g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (CdPack) pack = cd_pack_load_bytes (bytes, "test", sha256, NULL, NULL);
  CdPack *other;

  g_assert_nonnull (pack);
  g_assert_cmpstr (pack->sha256, ==, sha256);
  g_assert_true (g_bytes_equal (pack->bytes, bytes));
  sha256[0] = sha256[0] == '0' ? '1' : '0';
  other = cd_pack_load_bytes (bytes, "test", sha256, NULL, &error);
  g_assert_null (other);
  g_assert_error (error, CD_PACK_ERROR, CD_PACK_ERROR_HASH);
}

/* MP3 */
static void
test_older (void)
{
  g_autoptr (CdPack) installed = load_changed ("\"1.0.0\"", "\"1.10.0\"", NULL);
  g_autoptr (CdPack) older = load_changed ("\"1.0.0\"", "\"1.9.9\"", NULL);
  g_autoptr (CdPack) newer = load_changed ("\"1.0.0\"", "\"1.10.1\"", NULL);
  g_autoptr (CdPack) other = load_changed ("\"xx-test\"", "\"yy-test\"", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (cd_pack_may_replace (installed, newer, NULL));
  g_assert_true (cd_pack_may_replace (installed, installed, NULL));
  g_assert_false (cd_pack_may_replace (installed, other, NULL));
  g_assert_false (cd_pack_may_replace (installed, older, &error));
  g_assert_error (error, CD_PACK_ERROR, CD_PACK_ERROR_OLDER);
}

/* MP4, MP5, MP13 */
static void
test_state (void)
{
  g_autoptr (CdPack) pack = load_changed ("\"valid_from\": null,\n  \"valid_to\": null", "\"valid_from\": \"2026-02-01\",\n  \"valid_to\": \"2027-06-30\"", NULL);

  g_assert_nonnull (pack);
  g_assert_cmpint (cd_pack_state_on (pack, cd_date_from_ymd (2026, 1, 31)), ==, CD_PACK_NOT_YET);
  g_assert_cmpint (cd_pack_state_on (pack, cd_date_from_ymd (2026, 2, 1)), ==, CD_PACK_USABLE);
  g_assert_cmpint (cd_pack_state_on (pack, cd_date_from_ymd (2027, 1, 1)), ==, CD_PACK_CALENDAR_GAP);
  g_assert_cmpint (cd_pack_state_on (pack, cd_date_from_ymd (2027, 7, 1)), ==, CD_PACK_EXPIRED);
}

/* MP20: a file of any size costs no more than the cap. */
static void
test_size (void)
{
  g_autofree char *dir = g_dir_make_tmp ("pack-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "huge.json", NULL);
  g_autofree char *blanks = g_malloc (CD_PACK_SIZE_MAX + 100);
  g_autoptr (CdJsonFaults) faults = NULL;

  memset (blanks, ' ', CD_PACK_SIZE_MAX + 100);
  g_assert_true (g_file_set_contents (path, blanks, CD_PACK_SIZE_MAX + 100, NULL));
  faults = cd_pack_check_file (path, NULL);
  g_assert_nonnull (faults);
  g_assert_true (has_fault (faults, "$", "size"));
  g_unlink (path);
  g_rmdir (dir);
}

static void
test_unreadable (void)
{
  g_autoptr (GError) error = NULL;
  CdJsonFaults *faults = cd_pack_check_file ("/nonexistent/pack.json", &error);

  g_assert_null (faults);
  g_assert_error (error, CD_PACK_ERROR, CD_PACK_ERROR_READ);
}

/* The Beijing scheme as a struct: owners, gate, leavers, sub-limit. */
static void
test_beijing (void)
{
  g_autoptr (CdPack) pack = cd_pack_load_builtin ("cn-bj", NULL);
  const CdScheme *scheme = pack->scheme;
  const CdOffsetRule *rule = cd_scheme_offset_rule (scheme, 2020);
  const CdOffsetSubCap *sub = g_ptr_array_index (rule->sub_caps, 0);

  g_assert_true (scheme->auto_collect);
  g_assert_cmpint (scheme->leaver_until, ==, cd_date_from_ymd (2023, 12, 31));
  g_assert_cmpint (scheme->verify_gate_mass_e3, ==, 1000000);
  g_assert_cmpint (scheme->verify_gate_bp, ==, 1000);
  g_assert_cmpint (rule->base, ==, CD_CAP_ISSUED_ALLOWANCES);
  g_assert_cmpint (rule->cap_bp, ==, 500);
  g_assert_cmpint (sub->cap_bp, ==, 250);
  g_assert_cmpstr (sub->origin_not, ==, "CN-11");
  g_assert_cmpint (cd_scheme_offset_rule (scheme, 2024)->status, ==, CD_RULE_UNVERIFIED);
  g_assert_cmpuint (scheme->report_only_sources->len, ==, 2);
  g_assert_cmpint (cd_market_instrument (pack->market, "BEA")->tick_e4, ==, 100);
}

/* End of the value that starts with @token: behind its last byte. */
static gsize
value_end (const char *text, gsize offset)
{
  g_autoptr (CdJsonTokenizer) tokenizer = cd_json_tokenizer_new (text + offset, strlen (text + offset), CD_JSON_RULES_HOUSE);
  CdJsonToken token;
  int depth = 0;

  do
    {
      CdJsonTokenKind kind = cd_json_tokenizer_next (tokenizer, &token, NULL);

      g_assert_cmpint (kind, !=, CD_JSON_TOKEN_ERROR);
      if (kind == CD_JSON_TOKEN_OBJECT || kind == CD_JSON_TOKEN_ARRAY)
        depth++;
      if (kind == CD_JSON_TOKEN_OBJECT_END || kind == CD_JSON_TOKEN_ARRAY_END)
        depth--;
    }
  while (depth > 0);
  return offset + token.offset + token.raw_len + (token.kind == CD_JSON_TOKEN_STRING ? 2 : 0);
}

static void
try_instead (const char *text, gsize from, gsize to, const char *with)
{
  g_autoptr (GString) changed = g_string_new_len (text, (gssize)from);
  g_autoptr (CdJsonFaults) faults = cd_json_faults_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (CdPack) pack = NULL;

  g_string_append (changed, with);
  g_string_append (changed, text + to);
  bytes = g_bytes_new (changed->str, changed->len);
  pack = cd_pack_load_bytes (bytes, "test", NULL, faults, NULL);
  g_assert_true ((pack != NULL) == (cd_json_faults_count (faults) == 0));
  if (pack)
    {
      g_autoptr (GPtrArray) results = cd_pack_run_examples (pack);

      g_assert_cmpuint (results->len, ==, pack->examples->len);
    }
}

/* Every value of the good pack exchanged for values of other kinds: always an answer, a pack only without a fault. */
static void
test_every_value_exchanged (void)
{
  static const char *const others[] = { "null", "0", "-1", "true", "\"\"", "\"x\"", "\"-1\"", "\"99999999999999\"", "\"2026-06-01\"", "[]", "[[]]", "{}", "{\"x\":1}" };
  g_autofree char *text = read_fixture ("good.json");
  g_autoptr (CdJsonTokenizer) tokenizer = cd_json_tokenizer_new (text, strlen (text), CD_JSON_RULES_HOUSE);
  CdJsonTokenKind kind;
  CdJsonToken token;
  guint n = 0;

  while ((kind = cd_json_tokenizer_next (tokenizer, &token, NULL)) != CD_JSON_TOKEN_END)
    {
      if (kind == CD_JSON_TOKEN_MEMBER || kind == CD_JSON_TOKEN_OBJECT_END || kind == CD_JSON_TOKEN_ARRAY_END)
        continue;
      for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
        try_instead (text, token.offset, value_end (text, token.offset), others[i]);
      n++;
    }
  g_assert_cmpuint (n, >, 300);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pack/builtin", test_builtin);
  g_test_add_func ("/pack/unknown", test_unknown);
  g_test_add_func ("/pack/unverified", test_unverified);
  g_test_add_func ("/pack/every-figure", test_every_figure);
  g_test_add_func ("/pack/good", test_good_pack);
  g_test_add_func ("/pack/bad-packs", test_bad_packs);
  g_test_add_func ("/pack/every-value-exchanged", test_every_value_exchanged);
  g_test_add_func ("/pack/all-faults", test_all_faults);
  g_test_add_func ("/pack/wrong-example", test_wrong_example);
  g_test_add_func ("/pack/hash", test_hash);
  g_test_add_func ("/pack/older", test_older);
  g_test_add_func ("/pack/state", test_state);
  g_test_add_func ("/pack/size", test_size);
  g_test_add_func ("/pack/unreadable", test_unreadable);
  g_test_add_func ("/pack/beijing", test_beijing);
  return g_test_run ();
}
