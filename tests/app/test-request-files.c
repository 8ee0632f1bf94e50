/* test-request-files.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The way to the second person without a server: two desks, two persons with a certificate each, and files that pass between them. Files
 * that no desk would make are signed here with the real keys of the market's persons.
 */
#include <string.h>

#include "cd-desk-files.h"
#include "cd-desk-requests.h"
#include "cd-id.h"
#include "cd-seal.h"
#include "cd-time.h"
#include "cd-ws-connect.h"
#include "two-fixture.h"

#define HOUR_US (3600 * CD_USEC_PER_SEC)

/* --- Steps ----------------------------------------------------------------------------------------------------------- */

typedef struct
{
  gboolean done;
  GBytes *bytes;
  GError *error;
} Got;

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Got *got = data;

  got->bytes = cd_desk_export_request_finish (CD_DESK (source), result, &got->error);
  got->done = TRUE;
}

static void
decided_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Got *got = data;

  got->bytes = cd_desk_decide_file_finish (CD_DESK (source), result, &got->error);
  got->done = TRUE;
}

static CdStagedRow *
stage (Two *two, gint64 qty)
{
  CdQuote *quote = cd_desk_get_quote (two->maker.desk, "CEA25");
  const CdOrderDraft draft = { .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = quote->feed.bids[0].price, .qty = qty };
  g_autoptr (GError) error = NULL;
  CdStagedRow *row = cd_desk_stage (two->maker.desk, &draft, "cover", "", 0, &error);

  g_assert_no_error (error);
  return row;
}

static Got
try_export (Two *two, gpointer row, gint64 valid_us)
{
  Got got = { FALSE };

  cd_desk_export_request_async (two->maker.desk, row, valid_us, exported_cb, &got);
  WAIT_FOR (&two->maker, flag_set, &got.done);
  return got;
}

static GBytes *
export_row (Two *two, gpointer row)
{
  Got got = try_export (two, row, CD_FILE_VALID_US);

  g_assert_no_error (got.error);
  g_assert_cmpint (cd_desk_get_file_state (two->maker.desk, row, NULL), ==, CD_FILE_STATE_WAITING);
  return got.bytes;
}

static CdOpenedFile *
open_file (Fixture *f, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  CdOpenedFile *opened = cd_desk_open_file (f->desk, bytes, &error);

  g_assert_no_error (error);
  return opened;
}

static void
refused (Fixture *f, GBytes *bytes, int code, const char *says)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdOpenedFile) opened = cd_desk_open_file (f->desk, bytes, &error);

  g_assert_null (opened);
  g_assert_error (error, CD_FILE_ERROR, code);
  if (says && !strstr (error->message, says))
    g_error ("expected “%s” in “%s”", says, error->message);
}

static Got
try_decide (Two *two, GBytes *request, gboolean approve, const char *reason)
{
  g_autoptr (CdOpenedFile) opened = open_file (&two->checker, request);
  Got got = { FALSE };

  cd_desk_decide_file_async (two->checker.desk, opened, approve, reason, decided_cb, &got);
  WAIT_FOR (&two->checker, flag_set, &got.done);
  return got;
}

static GBytes *
decide (Two *two, GBytes *request, gboolean approve, const char *reason)
{
  Got got = try_decide (two, request, approve, reason);

  g_assert_no_error (got.error);
  return got.bytes;
}

static gboolean
take (Two *two, GBytes *decision, gboolean *again, GError **error)
{
  g_autoptr (CdOpenedFile) opened = open_file (&two->maker, decision);

  return cd_desk_take_decision (two->maker.desk, opened, again, error);
}

static void
take_well (Two *two, GBytes *decision)
{
  g_autoptr (GError) error = NULL;
  gboolean again = TRUE;

  g_assert_true (take (two, decision, &again, &error));
  g_assert_no_error (error);
  g_assert_false (again);
}

static gboolean
is_working (Fixture *f, gconstpointer data)
{
  return ((const CdOrderRow *)data)->is_working;
}

static guint
n_orders (Fixture *f)
{
  return g_list_model_get_n_items (cd_desk_get_orders (f->desk));
}

/* --- Files of a stranger's making ------------------------------------------------------------------------------------- */

static GTlsCertificate *
certificate_of (Two *two, const char *person)
{
  g_autofree char *dir = g_build_filename (g_get_user_data_dir (), "carbondesk", "practice", two->maker.profile, "venue", "main", "certs", NULL);
  g_autofree char *cert = g_strdup_printf ("%s/person-%s.pem", dir, person), *key = g_strdup_printf ("%s/person-%s.key", dir, person);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_files (cert, key, &error);

  g_assert_no_error (error);
  return certificate;
}

/* Signs @file anew by @person, whatever it says. */
static GBytes *
seal (Two *two, CdApprovalFile *file, const char *person)
{
  g_autoptr (GTlsCertificate) certificate = certificate_of (two, person);
  g_autoptr (GError) error = NULL;
  g_autofree char *signature = NULL;
  const char *text;

  g_ptr_array_unref (file->certificates);
  file->certificates = cd_seal_certificates (certificate);
  text = cd_approval_file_text (file);
  signature = cd_seal_sign (certificate, text, strlen (text), &error);
  g_assert_no_error (error);
  return cd_approval_file_finish (file, signature);
}

static void
set_text (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

static CdApprovalFile *
read_file (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  CdApprovalFile *file = cd_approval_file_parse (bytes, &error);

  g_assert_no_error (error);
  return file;
}

/* --- Cases ----------------------------------------------------------------------------------------------------------- */

/* Asked for in a file, approved in a file, sent under the key and with the bytes of the file; once. */
static void
test_approved (Two *two, gconstpointer data)
{
  CdStagedRow *row = g_object_ref (stage (two, 1200));
  g_autoptr (GBytes) request = export_row (two, row);
  g_autoptr (CdApprovalFile) asked = read_file (request);
  g_autoptr (CdOpenedFile) opened = open_file (&two->checker, request);
  g_autoptr (GBytes) decision = NULL;
  g_autoptr (GError) error = NULL;
  const CdApprovalFile *taken;
  gboolean again = FALSE;
  CdOrderRow *order;
  CdCheckResult results[32];

  /* Everything he needs to decide, worked out on his own desk. */
  g_assert_cmpstr (opened->file->by, ==, "power-trader");
  g_assert_null (opened->decided);
  g_assert_cmpint (CD_REQUEST_ROW (opened->row)->qty, ==, 1200);
  g_assert_cmpuint (cd_desk_request_check (two->checker.desk, CD_REQUEST_ROW (opened->row), results, G_N_ELEMENTS (results), NULL), >, 0);
  /* Not sent while it waits. */
  g_assert_null (cd_desk_staged_send (two->maker.desk, row, &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE);
  g_assert_cmpstr (error->message, ==, "file.waiting");
  g_clear_error (&error);
  decision = decide (two, request, TRUE, NULL);
  take_well (two, decision);
  g_assert_cmpint (cd_desk_get_file_state (two->maker.desk, row, &taken), ==, CD_FILE_STATE_APPROVED);
  g_assert_cmpstr (taken->by, ==, "power-second");
  g_assert_cmpuint (n_orders (&two->maker), ==, 0); /* approving places nothing */
  /* The same decision again: nothing more happens. */
  g_assert_true (take (two, decision, &again, &error));
  g_assert_true (again);
  order = cd_desk_staged_send (two->maker.desk, row, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (order->order->key, ==, asked->key);
  WAIT_FOR (&two->maker, is_working, order);
  again = FALSE;
  g_assert_true (take (two, decision, &again, &error));
  g_assert_true (again);
  g_assert_null (cd_desk_staged_send (two->maker.desk, row, &error));
  g_assert_cmpuint (n_orders (&two->maker), ==, 1);
  g_object_unref (row);
}

/* An edit voids the approval; the bytes that were approved count again when they stand there again. */
static void
test_changed (Two *two, gconstpointer data)
{
  CdStagedRow *row = stage (two, 500);
  gint64 price = row->price_e4;
  g_autoptr (GBytes) request = export_row (two, row);
  g_autoptr (GBytes) decision = decide (two, request, TRUE, "within the plan");
  g_autoptr (GBytes) newer = NULL;
  g_autoptr (GError) error = NULL;

  /* Before the decision came back. */
  g_assert_true (cd_desk_staged_change (two->maker.desk, row, price, 90000, &error));
  g_assert_cmpint (cd_desk_get_file_state (two->maker.desk, row, NULL), ==, CD_FILE_STATE_CHANGED);
  g_assert_false (take (two, decision, NULL, &error));
  g_assert_error (error, CD_FILE_ERROR, CD_FILE_ERROR_CHANGED);
  g_clear_error (&error);
  g_assert_true (cd_desk_staged_change (two->maker.desk, row, price, 500, &error));
  take_well (two, decision);
  /* After it. */
  g_assert_true (cd_desk_staged_change (two->maker.desk, row, price, 501, &error));
  g_assert_null (cd_desk_staged_send (two->maker.desk, row, &error));
  g_assert_cmpstr (error->message, ==, "file.changed");
  g_clear_error (&error);
  /* Asked for again: only the newest request counts. */
  newer = export_row (two, row);
  refused (&two->maker, decision, CD_FILE_ERROR_UNKNOWN, "request: expected");
}

/* A refusal needs a reason, which comes back with it; it stands over a restart, as an approval does. */
static void
test_refused (Two *two, gconstpointer data)
{
  CdStagedRow *row = stage (two, 300), *other = stage (two, 400);
  g_autofree char *id = g_strdup (row->id), *other_id = g_strdup (other->id);
  g_autoptr (GBytes) request = export_row (two, row), other_request = export_row (two, other);
  g_autoptr (GBytes) decision = NULL, other_decision = NULL;
  const CdApprovalFile *taken;
  Got got = try_decide (two, request, FALSE, " \t");

  g_assert_error (got.error, CD_FILE_ERROR, CD_FILE_ERROR_REASON);
  g_clear_error (&got.error);
  decision = decide (two, request, FALSE, "too dear before the auction");
  take_well (two, decision);
  other_decision = decide (two, other_request, TRUE, NULL);
  take_well (two, other_decision);
  /* Decided once: not otherwise afterwards, and what was decided is shown; also after a restart. */
  for (int run = 0; run < 2; run++)
    {
      g_autoptr (CdOpenedFile) opened = open_file (&two->checker, request);

      g_assert_nonnull (opened->decided);
      g_assert_false (opened->decided->approve);
      got = try_decide (two, request, TRUE, NULL);
      g_assert_error (got.error, CD_FILE_ERROR, CD_FILE_ERROR_DECIDED);
      g_clear_error (&got.error);
      close_desk (&two->checker);
      open_checker (two, "power-second");
    }
  close_desk (&two->checker);
  close_desk (&two->maker);
  open_desk (&two->maker);
  WAIT_FOR (&two->maker, is_live, NULL);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (CdStagedRow) kept = g_list_model_get_item (cd_desk_get_staged (two->maker.desk), i);
      gboolean approved = g_str_equal (kept->id, other_id);
      g_autoptr (GError) error = NULL;

      g_assert_true (approved || g_str_equal (kept->id, id));
      g_assert_cmpint (cd_desk_get_file_state (two->maker.desk, kept, &taken), ==, approved ? CD_FILE_STATE_APPROVED : CD_FILE_STATE_REFUSED);
      g_assert_cmpstr (taken->reason, ==, approved ? "" : "too dear before the auction");
      if (approved)
        continue;
      g_assert_null (cd_desk_staged_send (two->maker.desk, kept, &error));
      g_assert_cmpstr (error->message, ==, "file.refused");
    }
  open_checker (two, "power-second");
}

static gboolean
has_content (Fixture *f, gconstpointer data)
{
  CdInstructionRow *row = instruction (f, data);

  return row && g_str_equal (row->state, "proposed") && row->content;
}

/* An instruction of the registry: the file is the evidence of the house; the registry wants the second person's own session. */
static void
test_instruction (Two *two, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = cd_desk_propose_transfer (two->maker.desk, "HD-POWER", "CEA25", 100, TRUE, &error);
  g_autoptr (GBytes) request = NULL, decision = NULL;
  g_autoptr (CdOpenedFile) opened = NULL;
  CdInstructionRow *row, *theirs;
  const CdApprovalFile *taken;
  Got got;

  g_assert_no_error (error);
  WAIT_FOR (&two->maker, has_content, id);
  WAIT_FOR (&two->checker, has_content, id);
  row = instruction (&two->maker, id);
  request = export_row (two, row);
  opened = open_file (&two->checker, request);
  g_assert_true (CD_IS_INSTRUCTION_ROW (opened->row));
  g_assert_cmpstr (CD_INSTRUCTION_ROW (opened->row)->summary, ==, row->summary);
  g_assert_cmpstr (CD_INSTRUCTION_ROW (opened->row)->hash, ==, row->hash);
  decision = decide (two, request, TRUE, "plan of the week");
  take_well (two, decision);
  g_assert_cmpint (cd_desk_get_file_state (two->maker.desk, row, &taken), ==, CD_FILE_STATE_APPROVED);
  g_assert_cmpstr (row->state, ==, "proposed"); /* no file moves the registry */
  theirs = instruction (&two->checker, id);
  g_assert_cmpstr (theirs->hash, ==, taken->hash);
  g_assert_true (cd_desk_confirm_instruction_seen (two->checker.desk, theirs, theirs->version, taken->hash, &error));
  WAIT_FOR (&two->maker, in_state, (&(InState){ id, "executed" }));
  /* Only what is still to be decided. */
  got = try_export (two, row, HOUR_US);
  g_assert_error (got.error, CD_FILE_ERROR, CD_FILE_ERROR_STATE);
  g_clear_error (&got.error);
}

static gboolean
has_deputy (Fixture *f, gconstpointer data)
{
  return g_list_model_get_n_items (cd_desk_get_deputies (f->desk)) == 1;
}

/* A deputy decides on his days and on no others; the desk that asked judges by its own day again. */
static void
test_deputy (Two *two, gconstpointer data)
{
  const CdPack *pack = cd_desk_get_pack (two->maker.desk, "cn-cea");
  CdDate day = cd_zone_date_of (cd_calendar_zone (pack->market->calendar), cd_desk_get_market_time (two->maker.desk), NULL);
  CdStagedRow *row = stage (two, 400), *late = stage (two, 600);
  g_autoptr (GBytes) request = export_row (two, row), late_request = export_row (two, late);
  g_autoptr (GBytes) decision = NULL, late_decision = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (cd_desk_appoint_deputy (two->checker.desk, "HD-POWER", "cement-second", day, day, &error));
  WAIT_FOR (&two->checker, has_deputy, NULL);
  WAIT_FOR (&two->maker, has_deputy, NULL);
  close_desk (&two->checker);
  open_checker (two, "cement-second");
  WAIT_FOR (&two->checker, has_deputy, NULL);
  decision = decide (two, request, TRUE, NULL);
  late_decision = decide (two, late_request, TRUE, NULL);
  take_well (two, decision);
  {
    g_autoptr (CdApprovalFile) file = read_file (decision);

    g_assert_cmpstr (file->deputy_for, ==, "power-second");
  }
  cd_desk_clock_skip (two->maker.desk, "next_day");
  for (;;)
    {
      g_autoptr (CdOpenedFile) opened = cd_desk_open_file (two->maker.desk, late_decision, &error);

      if (!opened)
        break;
      g_main_context_iteration (NULL, TRUE);
    }
  g_assert_error (error, CD_FILE_ERROR, CD_FILE_ERROR_DEPUTY);
  g_assert_nonnull (strstr (error->message, "by: expected a person who may approve"));
  refused (&two->maker, late_decision, CD_FILE_ERROR_DEPUTY, NULL);
}

/* Everything that must not be taken for a request, each with what it is said to lack. */
static void
test_bad_requests (Two *two, gconstpointer data)
{
  CdStagedRow *row = stage (two, 700);
  g_autoptr (GBytes) request = export_row (two, row);
  g_autoptr (CdApprovalFile) file = read_file (request);
  g_autofree char *hash = g_strdup (file->hash), *content = g_strdup (file->content);
  gint64 at = file->at_us, until = file->expires_us;

#define SEALED(by, code, says)                     \
  G_STMT_START                                     \
  {                                                \
    g_autoptr (GBytes) bad = seal (two, file, by); \
    refused (&two->checker, bad, code, says);      \
  }                                                \
  G_STMT_END
#define PLAIN(text, len, code, says)                  \
  G_STMT_START                                        \
  {                                                   \
    g_autoptr (GBytes) bad = g_bytes_new (text, len); \
    refused (&two->checker, bad, code, says);         \
  }                                                   \
  G_STMT_END
  /* Its own maker does not decide on it. */
  refused (&two->maker, request, CD_FILE_ERROR_SELF, "nobody approves his own request");
  /* Another person's seal under the name. */
  SEALED ("cement-trader", CD_FILE_ERROR_SIGNATURE, "by: expected \"cement-trader\"");
  set_text (&file->account, "HD-CEMENT");
  SEALED ("power-trader", CD_FILE_ERROR_ACCOUNT, "account: expected one that this desk works for, found \"HD-CEMENT\"");
  set_text (&file->account, "NOBODY");
  SEALED ("power-trader", CD_FILE_ERROR_ACCOUNT, "account: expected one that this desk works for");
  set_text (&file->account, "HD-POWER");
  file->live = TRUE;
  SEALED ("power-trader", CD_FILE_ERROR_PROFILE, "profile: expected \"practice\"");
  file->live = FALSE;
  set_text (&file->market, "eu-ets");
  SEALED ("power-trader", CD_FILE_ERROR_MARKET, "market: expected");
  set_text (&file->market, "cn-cea");
  {
    g_autofree char *epoch = g_strdup (file->epoch);

    set_text (&file->epoch, "EOTHER");
    SEALED ("power-trader", CD_FILE_ERROR_MARKET, "epoch: expected");
    set_text (&file->epoch, epoch);
  }
  file->at_us = at - 2 * CD_FILE_VALID_US;
  file->expires_us = at - 1;
  SEALED ("power-trader", CD_FILE_ERROR_EXPIRED, "expires: expected a time after now");
  file->at_us = at + HOUR_US;
  file->expires_us = until;
  SEALED ("power-trader", CD_FILE_ERROR_EXPIRED, "at: expected a time before now");
  file->at_us = at;
  /* A hash that is not that of the content; a content that is no order of his. */
  set_text (&file->hash, "00000000000000000000000000000000000000000000000000000000000000ff");
  SEALED ("power-trader", CD_FILE_ERROR_FORM, "$.hash: expected the SHA-256 of the content");
  set_text (&file->content, "{\"by\":\"power-trader\"}");
  g_free (file->hash);
  file->hash = cd_sha256_hex (file->content, strlen (file->content));
  SEALED ("power-trader", CD_FILE_ERROR_FORM, "content: expected an order");
  set_text (&file->content, content);
  set_text (&file->hash, hash);
  /* Not such a file at all. */
  PLAIN ("", 0, CD_FILE_ERROR_FORM, "byte 0");
  PLAIN ("%PDF-1.7", 8, CD_FILE_ERROR_FORM, "byte 0");
  PLAIN ("{}", 2, CD_FILE_ERROR_FORM, "$: expected a request or a decision");
  PLAIN ("[]", 2, CD_FILE_ERROR_FORM, "$: expected a request or a decision");
  PLAIN ("{\"carbondesk_request\":\"2\"}", 26, CD_FILE_ERROR_FORM, "$.carbondesk_request: expected version \"1\"");
  PLAIN ("{\"carbondesk_request\":1}", 24, CD_FILE_ERROR_FORM, "$.carbondesk_request: expected version \"1\"");
  PLAIN ("{\"carbondesk_request\":\"1\"}", 26, CD_FILE_ERROR_FORM, "$.profile");
  {
    g_autofree char *big = g_strnfill (CD_APPROVAL_FILE_MAX + 1, ' ');

    PLAIN (big, CD_APPROVAL_FILE_MAX + 1, CD_FILE_ERROR_FORM, "expected at most 65536");
  }
#undef PLAIN
#undef SEALED
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
  gint64 at = file->at_us, until = file->expires_us;
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

#define SEALED(by, code, says)                     \
  G_STMT_START                                     \
  {                                                \
    g_autoptr (GBytes) bad = seal (two, file, by); \
    refused (&two->maker, bad, code, says);        \
  }                                                \
  G_STMT_END
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *kept = g_strdup (*texts[i].field);

      set_text (texts[i].field, texts[i].value);
      SEALED ("power-second", texts[i].code, texts[i].says);
      set_text (texts[i].field, kept);
    }
  SEALED ("cement-second", CD_FILE_ERROR_SIGNATURE, "by: expected \"cement-second\"");
  file->live = TRUE;
  SEALED ("power-second", CD_FILE_ERROR_PROFILE, "profile: expected \"practice\"");
  file->live = FALSE;
  file->version = 2;
  SEALED ("power-second", CD_FILE_ERROR_CHANGED, "version");
  file->version = 1;
  file->expires_us = until + HOUR_US;
  SEALED ("power-second", CD_FILE_ERROR_CHANGED, "expires: expected those of the request");
  file->at_us = at - 2 * CD_FILE_VALID_US;
  file->expires_us = at - HOUR_US;
  SEALED ("power-second", CD_FILE_ERROR_CHANGED, "expires");
  file->at_us = at;
  file->expires_us = until;
  /* The maker for himself, and a person without the right. */
  set_text (&file->by, "power-trader");
  SEALED ("power-trader", CD_FILE_ERROR_SELF, "by: expected another person");
  set_text (&file->by, "cement-second");
  SEALED ("cement-second", CD_FILE_ERROR_RIGHTS, "who may approve for HD-POWER");
  set_text (&file->by, "power-second");
  /* A refusal without a reason, made by hand. */
  file->approve = FALSE;
  SEALED ("power-second", CD_FILE_ERROR_FORM, "$.reason: expected a reason");
  file->approve = TRUE;
#undef SEALED
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

/* A request past its time is not decided on, its decision not taken, its approval not sent. */
static void
test_expired (Two *two, gconstpointer data)
{
  CdStagedRow *row = stage (two, 250);
  Got got = try_export (two, row, 2 * CD_USEC_PER_SEC);
  g_autoptr (GBytes) request = got.bytes, decision = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_no_error (got.error);
  decision = decide (two, request, TRUE, NULL);
  take_well (two, decision);
  while (cd_desk_get_file_state (two->maker.desk, row, NULL) == CD_FILE_STATE_APPROVED)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (cd_desk_get_file_state (two->maker.desk, row, NULL), ==, CD_FILE_STATE_EXPIRED);
  g_assert_null (cd_desk_staged_send (two->maker.desk, row, &error));
  g_assert_cmpstr (error->message, ==, "file.expired");
  refused (&two->maker, decision, CD_FILE_ERROR_EXPIRED, "expires: expected a time after now");
  refused (&two->checker, request, CD_FILE_ERROR_EXPIRED, "expires: expected a time after now");
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
#define ADD(name, func) g_test_add ("/request-files/" name, Two, NULL, two_setup, func, two_teardown)
  ADD ("approved", test_approved);
  ADD ("changed", test_changed);
  ADD ("refused", test_refused);
  ADD ("instruction", test_instruction);
  ADD ("deputy", test_deputy);
  ADD ("bad-requests", test_bad_requests);
  ADD ("bad-decisions", test_bad_decisions);
  ADD ("expired", test_expired);
  ADD ("every-byte", test_every_byte);
  return g_test_run ();
}
