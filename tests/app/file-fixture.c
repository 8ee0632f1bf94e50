/* file-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "file-fixture.h"

#include <string.h>

#include "cd-seal.h"

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Got *got = data;

  got->bytes = cd_desk_export_request_finish (CD_DESK (source), result, &got->error);
  got->done = TRUE;
}

void
decided_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Got *got = data;

  got->bytes = cd_desk_decide_file_finish (CD_DESK (source), result, &got->error);
  got->done = TRUE;
}

CdStagedRow *
stage (Two *two, gint64 qty)
{
  CdQuote *quote = cd_desk_get_quote (two->maker.desk, "CEA25");
  const CdOrderDraft draft = { .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = quote->feed.bids[0].price, .qty = qty };
  g_autoptr (GError) error = NULL;
  CdStagedRow *row = cd_desk_stage (two->maker.desk, &draft, "cover", "", 0, &error);

  g_assert_no_error (error);
  return row;
}

Got
try_export (Two *two, gpointer row, gint64 valid_us)
{
  Got got = { FALSE };

  cd_desk_export_request_async (two->maker.desk, row, valid_us, exported_cb, &got);
  WAIT_FOR (&two->maker, flag_set, &got.done);
  return got;
}

GBytes *
export_row (Two *two, gpointer row)
{
  Got got = try_export (two, row, CD_FILE_VALID_US);

  g_assert_no_error (got.error);
  g_assert_cmpint (cd_desk_get_file_state (two->maker.desk, row, NULL), ==, CD_FILE_STATE_WAITING);
  return got.bytes;
}

CdOpenedFile *
open_file (Fixture *f, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  CdOpenedFile *opened = cd_desk_open_file (f->desk, bytes, &error);

  g_assert_no_error (error);
  return opened;
}

void
refused (Fixture *f, GBytes *bytes, int code, const char *says)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdOpenedFile) opened = cd_desk_open_file (f->desk, bytes, &error);

  g_assert_null (opened);
  g_assert_error (error, CD_FILE_ERROR, code);
  if (says && !strstr (error->message, says))
    g_error ("expected “%s” in “%s”", says, error->message);
}

Got
try_decide (Two *two, GBytes *request, gboolean approve, const char *reason)
{
  g_autoptr (CdOpenedFile) opened = open_file (&two->checker, request);
  Got got = { FALSE };

  cd_desk_decide_file_async (two->checker.desk, opened, approve, reason, decided_cb, &got);
  WAIT_FOR (&two->checker, flag_set, &got.done);
  return got;
}

GBytes *
decide (Two *two, GBytes *request, gboolean approve, const char *reason)
{
  Got got = try_decide (two, request, approve, reason);

  g_assert_no_error (got.error);
  return got.bytes;
}

gboolean
take (Two *two, GBytes *decision, gboolean *again, GError **error)
{
  g_autoptr (CdOpenedFile) opened = open_file (&two->maker, decision);

  return cd_desk_take_decision (two->maker.desk, opened, again, error);
}

void
take_well (Two *two, GBytes *decision)
{
  g_autoptr (GError) error = NULL;
  gboolean again = TRUE;

  g_assert_true (take (two, decision, &again, &error));
  g_assert_no_error (error);
  g_assert_false (again);
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
GBytes *
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

void
set_text (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

CdApprovalFile *
read_file (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  CdApprovalFile *file = cd_approval_file_parse (bytes, &error);

  g_assert_no_error (error);
  return file;
}
