/* test-request-files.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The way to the second person without a server: two desks, two persons with a certificate each, and files that pass between them.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>

#include "cd-desk-private.h"
#include "cd-desk-requests.h"
#include "file-fixture.h"

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

/* --- The command line ------------------------------------------------------------------------------------------------ */

typedef struct
{
  Two *two;
  char *dir, *certs;
} Line;

/* The real program; its standard error in @said. Returns its status. */
static int
run (Line *line, const char *words, char **said)
{
  g_autofree char *text = g_strdup_printf ("%s %s --ca %s/ca.pem --crl %s/crl.pem", g_getenv ("CARBONDESK_CLI"), words, line->certs, line->certs);
  g_auto (GStrv) argv = NULL;
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_assert_true (g_shell_parse_argv (text, NULL, &argv, &error));
  g_assert_true (g_spawn_sync (line->dir, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, said, &status, &error));
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

static void
runs (Line *line, const char *words, int status, const char *says)
{
  g_autofree char *said = NULL;
  int got = run (line, words, &said);

  if (got != status || !strstr (said, says))
    g_error ("%s: status %d, expected %d and “%s” in “%s”", words, got, status, says, said);
}

static void
put (Line *line, const char *name, GBytes *bytes)
{
  g_autofree char *path = g_build_filename (line->dir, name, NULL);

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes), NULL));
}

static GBytes *
get (Line *line, const char *name)
{
  g_autofree char *path = g_build_filename (line->dir, name, NULL);
  char *text;
  gsize len;

  g_assert_true (g_file_get_contents (path, &text, &len, NULL));
  return g_bytes_new_take (text, len);
}

/* An approver without a window: the same files, the same refusals, one decision. */
/* A seal counts when it is used, not only when the file was opened. The practice market cannot sign another revocation list, so the list
 * is taken away: nobody can say then whether the certificate of the second person still holds. (What a list says: test-seal.) */
static void
test_no_longer_sealed (Two *two, gconstpointer data)
{
  g_autoptr (CdStagedRow) taken = g_object_ref (stage (two, 700));
  g_autoptr (CdStagedRow) open = g_object_ref (stage (two, 800));
  g_autoptr (GBytes) first = export_row (two, taken);
  g_autoptr (GBytes) second = export_row (two, open);
  g_autoptr (GBytes) decided = decide (two, first, TRUE, NULL);
  g_autoptr (GBytes) decided_too = decide (two, second, TRUE, NULL);
  g_autoptr (CdOpenedFile) opened = open_file (&two->maker, decided_too);
  const char *list = two->maker.desk->ready->crl_path;
  g_autofree char *away = g_strconcat (list, ".away", NULL);
  g_autoptr (GError) error = NULL;

  take_well (two, decided);
  g_assert_cmpint (g_rename (list, away), ==, 0);
  g_assert_false (cd_desk_take_decision (two->maker.desk, opened, NULL, &error));
  g_assert_error (error, CD_FILE_ERROR, CD_FILE_ERROR_SIGNATURE);
  g_clear_error (&error);
  g_assert_null (cd_desk_staged_send (two->maker.desk, taken, &error));
  g_assert_error (error, CD_FILE_ERROR, CD_FILE_ERROR_SIGNATURE);
  g_assert_cmpint (g_rename (away, list), ==, 0);
  g_assert_cmpint (cd_desk_get_file_state (two->maker.desk, open, NULL), ==, CD_FILE_STATE_WAITING);
  g_assert_cmpuint (n_orders (&two->maker), ==, 0);
  g_assert_true (cd_desk_take_decision (two->maker.desk, opened, NULL, NULL));
}

/* The same for him who decides. */
static void
test_no_longer_asked (Two *two, gconstpointer data)
{
  g_autoptr (CdStagedRow) row = g_object_ref (stage (two, 700));
  g_autoptr (GBytes) request = export_row (two, row);
  g_autoptr (CdOpenedFile) opened = open_file (&two->checker, request);
  const char *list = two->checker.desk->ready->crl_path;
  g_autofree char *away = g_strconcat (list, ".away", NULL);
  Got got = { FALSE };

  g_assert_cmpint (g_rename (list, away), ==, 0);
  cd_desk_decide_file_async (two->checker.desk, opened, TRUE, NULL, decided_cb, &got);
  WAIT_FOR (&two->checker, flag_set, &got.done);
  g_assert_cmpint (g_rename (away, list), ==, 0);
  g_assert_error (got.error, CD_FILE_ERROR, CD_FILE_ERROR_SIGNATURE);
  g_clear_error (&got.error);
}

static void
test_command_line (Two *two, gconstpointer data)
{
  g_autofree char *certs = g_build_filename (g_get_user_data_dir (), "carbondesk", "practice", two->maker.profile, "venue", "main", "certs", NULL);
  g_autofree char *dir = g_dir_make_tmp ("carbondesk-cli-XXXXXX", NULL);
  g_autofree char *yes = g_strdup_printf ("request decide r.json --profile office --certificate %s/person-power-second.pem --private-key %s/person-power-second.key --decision approve --output d.json", certs, certs);
  g_autofree char *no = g_strdup_printf ("request decide r.json --profile office --certificate %s/person-power-second.pem --private-key %s/person-power-second.key --decision refuse --output e.json", certs, certs);
  g_autofree char *no_why = g_strconcat (no, " --reason later", NULL);
  g_autofree char *self = g_strdup_printf ("request decide r.json --profile office --certificate %s/person-power-trader.pem --private-key %s/person-power-trader.key --decision approve --output f.json", certs, certs);
  CdStagedRow *row = stage (two, 1500);
  g_autoptr (GBytes) request = export_row (two, row), decision = NULL, again = NULL;
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (request, 0, g_bytes_get_size (request) - 5);
  Line line = { two, dir, certs };

  put (&line, "r.json", request);
  put (&line, "cut.json", cut);
  runs (&line, "request show r.json", 0, "");
  runs (&line, "request show cut.json", 1, "cut.json: ");
  runs (&line, "request show gone.json", 1, "gone.json: cannot be read");
  runs (&line, no, 2, "--reason: expected one");
  runs (&line, self, 1, "nobody approves his own request");
  runs (&line, yes, 0, "checked by the desk that asked");
  runs (&line, no_why, 1, "decided otherwise before");
  decision = get (&line, "d.json");
  runs (&line, yes, 0, "");
  again = get (&line, "d.json");
  g_assert_true (g_bytes_equal (decision, again));
  runs (&line, "request show d.json", 0, "");
  take_well (two, decision);
  g_assert_cmpint (cd_desk_get_file_state (two->maker.desk, row, NULL), ==, CD_FILE_STATE_APPROVED);
  g_spawn_sync (NULL, (char *[]){ (char *)"rm", (char *)"-rf", dir, NULL }, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
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
  ADD ("expired", test_expired);
  ADD ("no-longer-sealed", test_no_longer_sealed);
  ADD ("no-longer-asked", test_no_longer_asked);
  ADD ("command-line", test_command_line);
  return g_test_run ();
}
