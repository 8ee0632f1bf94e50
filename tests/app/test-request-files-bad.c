/* test-request-files-bad.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files that are not taken for a request or a decision: each is refused at its place, and nothing has changed.
 */
#include <string.h>

#include "cd-id.h"
#include "file-fixture.h"

/* Sealed by @person, whatever it says, and refused at @f. */
static void
sealed (Two *two, Fixture *f, CdApprovalFile *file, const char *person, int code, const char *says)
{
  g_autoptr (GBytes) bad = seal (two, file, person);

  refused (f, bad, code, says);
}

static void
plain (Two *two, const char *text, gsize len, int code, const char *says)
{
  g_autoptr (GBytes) bad = g_bytes_new (text, len);

  refused (&two->checker, bad, code, says);
}

/* Everything that must not be taken for a request, each with what it is said to lack. */
static void
test_bad_requests (Two *two, gconstpointer data)
{
  CdStagedRow *row = stage (two, 700);
  g_autoptr (GBytes) request = export_row (two, row);
  g_autoptr (CdApprovalFile) file = read_file (request);
  gint64 at = file->at_us, until = file->expires_us;

  /* Its own maker does not decide on it. */
  refused (&two->maker, request, CD_FILE_ERROR_SELF, "nobody approves his own request");
  /* Another person's seal under the name. */
  sealed (two, &two->checker, file, "cement-trader", CD_FILE_ERROR_SIGNATURE, "by: expected \"cement-trader\"");
  set_text (&file->account, "HD-CEMENT");
  sealed (two, &two->checker, file, "power-trader", CD_FILE_ERROR_ACCOUNT, "account: expected one that this desk works for, found \"HD-CEMENT\"");
  set_text (&file->account, "NOBODY");
  sealed (two, &two->checker, file, "power-trader", CD_FILE_ERROR_ACCOUNT, "account: expected one that this desk works for");
  set_text (&file->account, "HD-POWER");
  file->live = TRUE;
  sealed (two, &two->checker, file, "power-trader", CD_FILE_ERROR_PROFILE, "profile: expected \"practice\"");
  file->live = FALSE;
  set_text (&file->market, "eu-ets");
  sealed (two, &two->checker, file, "power-trader", CD_FILE_ERROR_MARKET, "market: expected");
  set_text (&file->market, "cn-cea");
  {
    g_autofree char *epoch = g_strdup (file->epoch);

    set_text (&file->epoch, "EOTHER");
    sealed (two, &two->checker, file, "power-trader", CD_FILE_ERROR_MARKET, "epoch: expected");
    set_text (&file->epoch, epoch);
  }
  file->at_us = at - 2 * CD_FILE_VALID_US;
  file->expires_us = at - 1;
  sealed (two, &two->checker, file, "power-trader", CD_FILE_ERROR_EXPIRED, "expires: expected a time after now");
  file->at_us = at + HOUR_US;
  file->expires_us = until;
  sealed (two, &two->checker, file, "power-trader", CD_FILE_ERROR_EXPIRED, "at: expected a time before now");
  file->at_us = at;
}

static void
test_bad_content (Two *two, gconstpointer data)
{
  CdStagedRow *row = stage (two, 700);
  g_autoptr (GBytes) request = export_row (two, row);
  g_autoptr (CdApprovalFile) file = read_file (request);

  /* A hash that is not that of the content; a content that is no order of his. */
  set_text (&file->hash, "00000000000000000000000000000000000000000000000000000000000000ff");
  sealed (two, &two->checker, file, "power-trader", CD_FILE_ERROR_FORM, "$.hash: expected the SHA-256 of the content");
  set_text (&file->content, "{\"by\":\"power-trader\"}");
  g_free (file->hash);
  file->hash = cd_sha256_hex (file->content, strlen (file->content));
  sealed (two, &two->checker, file, "power-trader", CD_FILE_ERROR_FORM, "content: expected an order");
  /* Not such a file at all. */
  plain (two, "", 0, CD_FILE_ERROR_FORM, "byte 0");
  plain (two, "%PDF-1.7", 8, CD_FILE_ERROR_FORM, "byte 0");
  plain (two, "{}", 2, CD_FILE_ERROR_FORM, "$: expected a request or a decision");
  plain (two, "[]", 2, CD_FILE_ERROR_FORM, "$: expected a request or a decision");
  plain (two, "{\"carbondesk_request\":\"2\"}", 26, CD_FILE_ERROR_FORM, "$.carbondesk_request: expected version \"1\"");
  plain (two, "{\"carbondesk_request\":1}", 24, CD_FILE_ERROR_FORM, "$.carbondesk_request: expected version \"1\"");
  plain (two, "{\"carbondesk_request\":\"1\"}", 26, CD_FILE_ERROR_FORM, "$.profile");
  {
    g_autofree char *big = g_strnfill (CD_APPROVAL_FILE_MAX + 1, ' ');

    plain (two, big, CD_APPROVAL_FILE_MAX + 1, CD_FILE_ERROR_FORM, "expected at most 65536");
  }
  /* None of them left a trace. */
  {
    g_autoptr (CdOpenedFile) opened = open_file (&two->checker, request);

    g_assert_null (opened->decided);
  }
}

static void
test_bad_decisions (Two *two, gconstpointer data)
{
  CdStagedRow *row = stage (two, 700);
  g_autoptr (GBytes) request = export_row (two, row);
  g_autoptr (GBytes) decision = decide (two, request, TRUE, NULL);
  g_autoptr (CdApprovalFile) file = read_file (decision);
  const struct
  {
    const char *value;
    char **field;
    int code;
    const char *says;
  } texts[] = {
    { "PX00000000000000000000000000", &file->id, CD_FILE_ERROR_UNKNOWN, "id: expected something that this desk asked for" },
    { "HD-CEMENT", &file->account, CD_FILE_ERROR_ACCOUNT, "account: expected \"HD-POWER\"" },
    { "cn-bj", &file->market, CD_FILE_ERROR_MARKET, "market: expected" },
    { "00000000000000000000000000000000000000000000000000000000000000ff", &file->request, CD_FILE_ERROR_UNKNOWN, "request: expected" },
    { "00000000000000000000000000000000000000000000000000000000000000ff", &file->hash, CD_FILE_ERROR_CHANGED, "hash: expected" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *kept = g_strdup (*texts[i].field);

      set_text (texts[i].field, texts[i].value);
      sealed (two, &two->maker, file, "power-second", texts[i].code, texts[i].says);
      set_text (texts[i].field, kept);
    }
  sealed (two, &two->maker, file, "cement-second", CD_FILE_ERROR_SIGNATURE, "by: expected \"cement-second\"");
}

static void
test_bad_deciders (Two *two, gconstpointer data)
{
  CdStagedRow *row = stage (two, 700);
  g_autoptr (GBytes) request = export_row (two, row);
  g_autoptr (GBytes) decision = decide (two, request, TRUE, NULL);
  g_autoptr (CdApprovalFile) file = read_file (decision);
  gint64 at = file->at_us, until = file->expires_us;

  file->live = TRUE;
  sealed (two, &two->maker, file, "power-second", CD_FILE_ERROR_PROFILE, "profile: expected \"practice\"");
  file->live = FALSE;
  file->version = 2;
  sealed (two, &two->maker, file, "power-second", CD_FILE_ERROR_CHANGED, "version");
  file->version = 1;
  file->expires_us = until + HOUR_US;
  sealed (two, &two->maker, file, "power-second", CD_FILE_ERROR_CHANGED, "expires: expected those of the request");
  file->at_us = at - 2 * CD_FILE_VALID_US;
  file->expires_us = at - HOUR_US;
  sealed (two, &two->maker, file, "power-second", CD_FILE_ERROR_CHANGED, "expires");
  file->at_us = at;
  file->expires_us = until;
  /* The maker for himself, and a person without the right. */
  set_text (&file->by, "power-trader");
  sealed (two, &two->maker, file, "power-trader", CD_FILE_ERROR_SELF, "by: expected another person");
  set_text (&file->by, "cement-second");
  sealed (two, &two->maker, file, "cement-second", CD_FILE_ERROR_RIGHTS, "who may approve for HD-POWER");
  set_text (&file->by, "power-second");
  /* A refusal without a reason, made by hand. */
  file->approve = FALSE;
  sealed (two, &two->maker, file, "power-second", CD_FILE_ERROR_FORM, "$.reason: expected a reason");
  file->approve = TRUE;
  g_assert_cmpint (cd_desk_get_file_state (two->maker.desk, row, NULL), ==, CD_FILE_STATE_WAITING);
  take_well (two, decision);
  /* Another decision on the same request, by whomever: the first one stands. */
  {
    g_autoptr (GBytes) other = NULL;
    g_autoptr (GError) error = NULL;

    file->approve = FALSE;
    set_text (&file->reason, "second thoughts");
    other = seal (two, file, "power-second");
    g_assert_false (take (two, other, NULL, &error));
    g_assert_error (error, CD_FILE_ERROR, CD_FILE_ERROR_DECIDED);
    g_assert_cmpint (cd_desk_get_file_state (two->maker.desk, row, NULL), ==, CD_FILE_STATE_APPROVED);
  }
}

/* Every bit of every byte turned, every byte left out or doubled, every shorter file: none is taken. */
static void
mutate (Fixture *f, GBytes *bytes)
{
  gsize len;
  const guint8 *good = g_bytes_get_data (bytes, &len);
  guint tried = 0;

  for (gsize i = 0; i < len; i++)
    for (int how = 0; how < 11; how++)
      {
        g_autofree guint8 *bad = g_malloc (len + 1);
        g_autoptr (GBytes) file = NULL;
        g_autoptr (GError) error = NULL;
        g_autoptr (CdOpenedFile) opened = NULL;
        gsize n = len;

        memcpy (bad, good, len);
        if (how < 8)
          bad[i] ^= (guint8)(1 << how);
        else if (how == 8)
          memmove (bad + i, good + i + 1, --n - i);
        else if (how == 9)
          memmove (bad + i + 1, good + i, n++ - i);
        else
          n = i;
        file = g_bytes_new (bad, n);
        opened = cd_desk_open_file (f->desk, file, &error);
        if (opened)
          g_error ("byte %" G_GSIZE_FORMAT ", change %d: taken", i, how);
        g_assert_true (error->domain == CD_FILE_ERROR && *error->message);
        tried++;
      }
  g_test_message ("%u damaged files refused", tried);
}

static void
test_every_byte (Two *two, gconstpointer data)
{
  CdStagedRow *row = stage (two, 900);
  g_autoptr (GBytes) request = export_row (two, row);
  g_autoptr (GBytes) decision = NULL;

  mutate (&two->checker, request);
  decision = decide (two, request, TRUE, "价格在计划之内");
  mutate (&two->maker, decision);
  g_assert_cmpint (cd_desk_get_file_state (two->maker.desk, row, NULL), ==, CD_FILE_STATE_WAITING);
  take_well (two, decision);
}

int
main (int argc, char **argv)
{
  desk_tests_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/request-files-bad/" name, Two, NULL, two_setup, func, two_teardown)
  ADD ("bad-requests", test_bad_requests);
  ADD ("bad-content", test_bad_content);
  ADD ("bad-decisions", test_bad_decisions);
  ADD ("bad-deciders", test_bad_deciders);
  ADD ("every-byte", test_every_byte);
  return g_test_run ();
}
