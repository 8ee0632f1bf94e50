/* cd-approval-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-approval-file.h"

#include <string.h>

#include "cd-id.h"
#include "cd-json.h"

#define FORM "1"
#define SIGNATURE_KEY "\"signature\":\""
#define SIGNATURE_MIN 64 /* hex digits; the longest is that of RSA with 8192 bits */
#define SIGNATURE_MAX 2048
#define CERTIFICATE_MAX 8192
#define HASH_LEN 64
#define VERSION_MAX 1000000
#define TEXT_MAX 128

static const char *const form_member[] = { "carbondesk_request", "carbondesk_decision" };
static const char *const what_name[] = { "order", "instruction" };

CdApprovalFile *
cd_approval_file_new (CdApprovalKind kind)
{
  CdApprovalFile *file = g_new0 (CdApprovalFile, 1);

  file->kind = kind;
  file->version = 1;
  file->certificates = g_ptr_array_new_with_free_func (g_free);
  return file;
}

CdApprovalFile *
cd_approval_file_decide (const CdApprovalFile *request, gboolean approve, const char *reason, const char *by, gint64 at_us)
{
  CdApprovalFile *file = cd_approval_file_new (CD_APPROVAL_DECISION);

  file->live = request->live;
  file->market = g_strdup (request->market);
  file->epoch = g_strdup (request->epoch);
  file->account = g_strdup (request->account);
  file->what = request->what;
  file->id = g_strdup (request->id);
  file->version = request->version;
  file->hash = g_strdup (request->hash);
  file->request = g_strdup (request->digest);
  file->approve = approve;
  file->reason = g_strdup (reason);
  file->by = g_strdup (by);
  file->at_us = MIN (at_us, request->expires_us - 1);
  file->expires_us = request->expires_us;
  return file;
}

void
cd_approval_file_free (CdApprovalFile *file)
{
  if (!file)
    return;
  g_free (file->market);
  g_free (file->epoch);
  g_free (file->account);
  g_free (file->id);
  g_free (file->key);
  g_free (file->content);
  g_free (file->hash);
  g_free (file->request);
  g_free (file->reason);
  g_free (file->deputy_for);
  g_free (file->by);
  g_ptr_array_unref (file->certificates);
  g_free (file->signature);
  g_free (file->signed_text);
  g_free (file->digest);
  g_free (file);
}

const char *
cd_approval_what_name (CdApprovalWhat what)
{
  return what_name[what];
}

/* --- Writing --------------------------------------------------------------------------------------------------------- */

static void
write_common (CdJsonWriter *w, const CdApprovalFile *file)
{
  cd_json_writer_string (w, form_member[file->kind], FORM);
  cd_json_writer_string (w, "profile", file->live ? "live" : "practice");
  cd_json_writer_string (w, "market", file->market);
  cd_json_writer_string (w, "epoch", file->epoch);
  cd_json_writer_string (w, "account", file->account);
  cd_json_writer_string (w, "what", what_name[file->what]);
  cd_json_writer_string (w, "id", file->id);
  cd_json_writer_int (w, "version", file->version);
}

const char *
cd_approval_file_text (CdApprovalFile *file)
{
  g_autoptr (CdJsonWriter) w = cd_json_writer_new ();
  g_autofree char *text = NULL;

  cd_json_writer_begin_object (w, NULL);
  write_common (w, file);
  if (file->kind == CD_APPROVAL_REQUEST)
    {
      cd_json_writer_string (w, "key", file->key);
      cd_json_writer_string (w, "content", file->content);
    }
  cd_json_writer_string (w, "hash", file->hash);
  if (file->kind == CD_APPROVAL_DECISION)
    {
      cd_json_writer_string (w, "request", file->request);
      cd_json_writer_string (w, "decision", file->approve ? "approve" : "refuse");
      cd_json_writer_string (w, "reason", file->reason);
    }
  cd_json_writer_string (w, "by", file->by);
  if (file->kind == CD_APPROVAL_DECISION)
    cd_json_writer_string (w, "deputy_for", file->deputy_for);
  cd_json_writer_instant (w, "at", file->at_us);
  cd_json_writer_instant (w, "expires", file->expires_us);
  cd_json_writer_begin_array (w, "certificates");
  for (guint i = 0; i < file->certificates->len; i++)
    cd_json_writer_string (w, NULL, g_ptr_array_index (file->certificates, i));
  cd_json_writer_end_array (w);
  cd_json_writer_end_object (w);
  text = cd_json_writer_finish (w);
  text[strlen (text) - 1] = ','; /* the brace: the signature follows */
  g_free (file->signed_text);
  file->signed_text = g_steal_pointer (&text);
  return file->signed_text;
}

GBytes *
cd_approval_file_finish (CdApprovalFile *file, const char *signature)
{
  char *line = g_strconcat (file->signed_text ? file->signed_text : cd_approval_file_text (file), SIGNATURE_KEY, signature, "\"}\n", NULL);
  gsize len = strlen (line);

  if (file->signature != signature)
    {
      g_free (file->signature);
      file->signature = g_strdup (signature);
    }
  g_free (file->digest);
  file->digest = cd_sha256_hex (line, len);
  return g_bytes_new_take (line, len);
}

/* --- Reading --------------------------------------------------------------------------------------------------------- */

static gboolean
is_hex (const char *text, gsize min, gsize max)
{
  gsize len = strlen (text);

  if (len < min || len > max || len % 2)
    return FALSE;
  for (gsize i = 0; i < len; i++)
    if (!g_ascii_isdigit (text[i]) && (text[i] < 'a' || text[i] > 'f'))
      return FALSE;
  return TRUE;
}

static void
read_text (const CdJson *at, const char *member, gsize max, char **out, CdJsonFaults *faults)
{
  const char *text;

  if (!cd_json_get_string (at, member, &text, faults))
    return;
  if (strlen (text) > max)
    cd_json_fault (faults, at, member, "range", "expected at most %" G_GSIZE_FORMAT " bytes", max);
  else
    *out = g_strdup (text);
}

static void
read_name (const CdJson *at, const char *member, char **out, CdJsonFaults *faults)
{
  read_text (at, member, TEXT_MAX, out, faults);
  if (*out && !cd_ident_valid (*out))
    cd_json_fault (faults, at, member, "syntax", "expected a name of at most 64 letters, digits and . _ : -");
}

static void
read_hash (const CdJson *at, const char *member, char **out, CdJsonFaults *faults)
{
  read_text (at, member, TEXT_MAX, out, faults);
  if (*out && !is_hex (*out, HASH_LEN, HASH_LEN))
    cd_json_fault (faults, at, member, "syntax", "expected a SHA-256 of 64 lower-case hex digits");
}

/* One of two words. */
static gboolean
read_choice (const CdJson *at, const char *member, const char *no, const char *yes, CdJsonFaults *faults)
{
  const char *text = no;

  if (cd_json_get_string (at, member, &text, faults) && !g_str_equal (text, no) && !g_str_equal (text, yes))
    cd_json_fault (faults, at, member, "unknown", "expected \"%s\" or \"%s\"", no, yes);
  return g_str_equal (text, yes);
}

static void
read_certificates (const CdJson *at, GPtrArray *out, CdJsonFaults *faults)
{
  CdJson array;

  if (!cd_json_get_array (at, "certificates", &array, faults))
    return;
  if (cd_json_length (&array) < 1 || cd_json_length (&array) > CD_APPROVAL_CERTIFICATES_MAX)
    {
      cd_json_fault (faults, at, "certificates", "range", "expected 1 to %d certificates", CD_APPROVAL_CERTIFICATES_MAX);
      return;
    }
  for (guint i = 0; i < cd_json_length (&array); i++)
    {
      CdJson item = cd_json_at (&array, i);
      char *text = NULL;

      read_text (&item, NULL, CERTIFICATE_MAX, &text, faults);
      if (text)
        g_ptr_array_add (out, text);
    }
}

static void
read_members (const CdJson *root, CdApprovalFile *file, CdJsonFaults *faults)
{
  gboolean request = file->kind == CD_APPROVAL_REQUEST;
  gint64 version = 0;

  if (request)
    cd_json_only_members (root, faults, form_member[0], "profile", "market", "epoch", "account", "what", "id", "version", "key", "content", "hash", "by", "at", "expires", "certificates", "signature", NULL);
  else
    cd_json_only_members (root, faults, form_member[1], "profile", "market", "epoch", "account", "what", "id", "version", "hash", "request", "decision", "reason", "by", "deputy_for", "at", "expires", "certificates", "signature", NULL);
  file->live = read_choice (root, "profile", "practice", "live", faults);
  read_name (root, "market", &file->market, faults);
  read_name (root, "epoch", &file->epoch, faults);
  read_name (root, "account", &file->account, faults);
  file->what = read_choice (root, "what", what_name[0], what_name[1], faults) ? CD_APPROVAL_INSTRUCTION : CD_APPROVAL_ORDER;
  read_name (root, "id", &file->id, faults);
  cd_json_get_int (root, "version", 1, VERSION_MAX, &version, faults);
  file->version = (int)version;
  read_hash (root, "hash", &file->hash, faults);
  read_name (root, "by", &file->by, faults);
  cd_json_get_instant (root, "at", &file->at_us, faults);
  cd_json_get_instant (root, "expires", &file->expires_us, faults);
  read_certificates (root, file->certificates, faults);
  read_text (root, "signature", SIGNATURE_MAX, &file->signature, faults);
  if (file->signature && !is_hex (file->signature, SIGNATURE_MIN, SIGNATURE_MAX))
    cd_json_fault (faults, root, "signature", "syntax", "expected a signature in lower-case hex digits");
  if (request)
    {
      read_name (root, "key", &file->key, faults);
      read_text (root, "content", CD_APPROVAL_CONTENT_MAX, &file->content, faults);
      return;
    }
  read_hash (root, "request", &file->request, faults);
  file->approve = read_choice (root, "decision", "refuse", "approve", faults);
  read_text (root, "reason", CD_APPROVAL_REASON_MAX, &file->reason, faults);
  if (!cd_json_present (root, "deputy_for"))
    cd_json_fault (faults, root, "deputy_for", "missing", "expected a person, or null");
  else if (cd_json_has (root, "deputy_for"))
    read_name (root, "deputy_for", &file->deputy_for, faults);
}

/* What only holds between members. */
static void
check_members (const CdJson *root, const CdApprovalFile *file, CdJsonFaults *faults)
{
  g_autofree char *hash = file->content ? cd_sha256_hex (file->content, strlen (file->content)) : NULL;
  g_autofree char *reason = g_strstrip (g_strdup (file->reason ? file->reason : ""));

  if (hash && !g_str_equal (hash, file->hash))
    cd_json_fault (faults, root, "hash", "reference", "expected the SHA-256 of the content, %s", hash);
  if (file->expires_us <= file->at_us)
    cd_json_fault (faults, root, "expires", "range", "expected a time after “at”");
  if (file->kind == CD_APPROVAL_DECISION && !file->approve && !*reason)
    cd_json_fault (faults, root, "reason", "missing", "expected a reason: a refusal needs one");
}

/* TRUE when @root says that it is one of the two forms, and of a version that this program knows. */
static gboolean
read_form (const CdJson *root, CdApprovalKind *kind, GError **error)
{
  const char *version = NULL;

  for (*kind = CD_APPROVAL_REQUEST; *kind <= CD_APPROVAL_DECISION; (*kind)++)
    if (cd_json_is_object (root) && cd_json_has (root, form_member[*kind]))
      {
        if (cd_json_get_string (root, form_member[*kind], &version, NULL) && g_str_equal (version, FORM))
          return TRUE;
        g_set_error (error, CD_JSON_ERROR, CD_JSON_ERROR_CONTENT, "$.%s: expected version \"%s\", the only one that this program knows", form_member[*kind], FORM);
        return FALSE;
      }
  g_set_error (error, CD_JSON_ERROR, CD_JSON_ERROR_CONTENT, "$: expected a request or a decision: an object with \"%s\" or \"%s\"", form_member[0], form_member[1]);
  return FALSE;
}

static gboolean
check_spelling (CdApprovalFile *file, const char *text, gsize len, GError **error)
{
  g_autoptr (GBytes) again = NULL;
  const char *own;
  gsize own_len, at = 0;

  cd_approval_file_text (file);
  again = cd_approval_file_finish (file, file->signature);
  own = g_bytes_get_data (again, &own_len);
  if (own_len == len && memcmp (own, text, len) == 0)
    return TRUE;
  while (at < len && at < own_len && own[at] == text[at])
    at++;
  g_set_error (error, CD_JSON_ERROR, CD_JSON_ERROR_CONTENT, "byte %" G_GSIZE_FORMAT ": expected the one spelling that this program writes: was the file edited?", at);
  return FALSE;
}

CdApprovalFile *
cd_approval_file_parse (GBytes *bytes, GError **error)
{
  gsize len;
  const char *text = g_bytes_get_data (bytes, &len);
  g_autoptr (CdJsonDoc) doc = NULL;
  g_autoptr (CdJsonFaults) faults = cd_json_faults_new ();
  g_autoptr (CdApprovalFile) file = NULL;
  CdApprovalKind kind;
  CdJson root;

  if (len > CD_APPROVAL_FILE_MAX)
    {
      g_set_error (error, CD_JSON_ERROR, CD_JSON_ERROR_SIZE, "%" G_GSIZE_FORMAT " bytes: expected at most %d", len, CD_APPROVAL_FILE_MAX);
      return NULL;
    }
  doc = cd_json_parse (text ? text : "", (gssize)len, CD_APPROVAL_FILE_MAX, error);
  if (!doc)
    return NULL;
  root = cd_json_root (doc);
  if (!read_form (&root, &kind, error))
    return NULL;
  file = cd_approval_file_new (kind);
  read_members (&root, file, faults);
  if (cd_json_faults_count (faults) == 0)
    check_members (&root, file, faults);
  if (!cd_json_faults_to_error (faults, error) || !check_spelling (file, text, len, error))
    return NULL;
  return g_steal_pointer (&file);
}
