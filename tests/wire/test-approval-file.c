/* test-approval-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The form of requests and decisions that travel as files: one spelling, every fault at its place. Signatures: tests/net/test-seal.c;
 * what a desk makes of them: tests/app/test-request-files.c.
 */
#include <string.h>

#include "cd-approval-file.h"

static char *
sample (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fuzz", "fuzz-approval", name, NULL);
  g_autoptr (GError) error = NULL;
  char *text;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static CdApprovalFile *
parse (const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return cd_approval_file_parse (bytes, error);
}

static void
test_round (void)
{
  const char *const names[] = { "request", "decision" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = sample (names[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (CdApprovalFile) file = parse (text, &error);
      g_autoptr (GBytes) again = NULL;

      g_assert_no_error (error);
      g_assert_cmpint (file->kind, ==, i == 0 ? CD_APPROVAL_REQUEST : CD_APPROVAL_DECISION);
      g_assert_true (g_str_has_prefix (text, file->signed_text));
      again = cd_approval_file_finish (file, file->signature);
      g_assert_cmpmem (g_bytes_get_data (again, NULL), g_bytes_get_size (again), text, strlen (text));
    }
}

/* @from is replaced by @to in a good file; @says is what the error must hold. */
typedef struct
{
  const char *name, *from, *to, *says;
} Bad;

static const Bad bad[] = {
  { "request", "\"1\",\"profile\"", "\"2\",\"profile\"", "$.carbondesk_request: expected version \"1\"" },
  { "request", "practice", "play", "$.profile: expected \"practice\" or \"live\"" },
  { "request", "\"version\":1", "\"version\":0", "$.version" },
  { "request", "\"version\":1", "\"version\":\"1\"", "$.version" },
  { "request", "\"version\":1", "\"version\":1.0", "$.version" },
  { "request", "cn-cea", "cn cea", "$.market: expected a name" },
  { "request", "HD-POWER", "", "$.account: expected a name" },
  { "request", "\"what\":\"order\"", "\"what\":\"wish\"", "$.what: expected \"order\" or \"instruction\"" },
  { "request", "1200", "1201", "$.hash: expected the SHA-256 of the content" },
  { "request", "2026-12-15T05", "2026-12-14T05", "$.expires: expected a time after" },
  { "request", "2026-12-15T05:20:00.000000Z", "2026-12-15T05:20:00Z", "expected the one spelling" },
  { "request", "\"key\":", "\"note\":\"\",\"key\":", "$.note: expected no member of this name" },
  { "request", "[\"MIIB\"]", "[]", "$.certificates: expected 1 to 5" },
  { "request", "[\"MIIB\"]", "[1]", "$.certificates[0]" },
  { "request", "\"3030", "\"303", "$.signature: expected a signature" },
  { "request", "\"3030", "\"30AA", "$.signature: expected a signature" },
  { "request", "\"profile\"", " \"profile\"", "byte 26: expected the one spelling" },
  { "request", "\n", "", "expected the one spelling" },
  { "request", "\n", "\n\n", "expected the one spelling" },
  { "request", "\"id\"", "\"id\":\"PX1\",\"id\"", "id" },
  { "decision", "refuse", "later", "$.decision: expected \"refuse\" or \"approve\"" },
  { "decision", "价格 \\\"太高\\\"\\n", " \\t", "$.reason: expected a reason" },
  { "decision", "\"deputy_for\":null,", "", "$.deputy_for: expected a person, or null" },
  { "decision", "价格", "\\u4ef7格", "expected the one spelling" },
  { "decision", "carbondesk_decision", "carbondesk_request", "$." },
};

static void
test_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *good = sample (bad[i].name);
      const char *at = strstr (good, bad[i].from);
      g_autofree char *head = g_strndup (good, (gsize)(at - good));
      g_autofree char *text = g_strconcat (head, bad[i].to, at + strlen (bad[i].from), NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (CdApprovalFile) file = parse (text, &error);

      g_assert_nonnull (at);
      g_assert_null (file);
      if (!strstr (error->message, bad[i].says))
        g_error ("%s → %s: expected “%s” in “%s”", bad[i].from, bad[i].to, bad[i].says, error->message);
    }
}

static void
test_long (void)
{
  g_autofree char *good = sample ("decision");
  g_autofree char *reason = g_strnfill (CD_APPROVAL_REASON_MAX + 1, 'x');
  g_auto (GStrv) parts = g_strsplit (good, "价格", 2);
  g_autofree char *text = g_strconcat (parts[0], reason, parts[1], NULL);
  g_autofree char *big = g_strnfill (CD_APPROVAL_FILE_MAX + 1, ' ');
  g_autoptr (GError) error = NULL;

  g_assert_null (parse (text, &error));
  g_assert_nonnull (strstr (error->message, "$.reason: expected at most 1000 bytes"));
  g_clear_error (&error);
  g_assert_null (parse (big, &error));
  g_assert_nonnull (strstr (error->message, "65537 bytes: expected at most 65536"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/approval-file/round", test_round);
  g_test_add_func ("/approval-file/bad", test_bad);
  g_test_add_func ("/approval-file/long", test_long);
  return g_test_run ();
}
