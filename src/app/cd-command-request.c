/* cd-command-request.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * request show, request decide: a request in a file, for an approver without a window. The decision goes into the journal of his own
 * profile before it goes out. What only the market knows (rights and deputies of the day, its incarnation) the desk that asked checks
 * when it takes the decision.
 */
#include "cd-command-statement-private.h"

#include <string.h>

#include "cd-approval-file.h"
#include "cd-identity.h"
#include "cd-journal.h"
#include "cd-seal.h"
#include "cd-ws-connect.h"

typedef struct
{
  CdCommandIo *io;
  const CdCommandArgs *args;
  char *shown; /* (owned): name of the file */
  CdApprovalFile *file;
} Request;

static void
request_clear (Request *r)
{
  g_free (r->shown);
  cd_approval_file_free (r->file);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Request, request_clear)

static gboolean
check_seal (Request *r)
{
  const CdEndpoint endpoint = { .ca_path = (char *)r->args->ca, .crl_path = (char *)r->args->crl };
  g_autoptr (CdTrust) trust = cd_trust_new (cd_command_env (r->io), &endpoint);
  g_autoptr (GError) error = NULL;

  if (cd_seal_verify_file (trust, r->file, &error))
    return TRUE;
  cd_command_no (r->io, r->shown, NULL, "%s", error->message);
  return FALSE;
}

static gboolean
check_dates (Request *r)
{
  gint64 now_us = cd_env_real_us (cd_command_env (r->io));
  char now[CD_INSTANT_BUF], until[CD_INSTANT_BUF];

  if (now_us < r->file->expires_us)
    return TRUE;
  cd_command_no (r->io, r->shown, "$.expires", "expected a time after now, %s, found %s: ask again", cd_instant_print (now_us, now), cd_instant_print (r->file->expires_us, until));
  return FALSE;
}

static gboolean
read_file (Request *r)
{
  g_autoptr (GBytes) bytes = cd_command_read_settled (r->io, r->args->files[0], CD_APPROVAL_FILE_MAX);
  g_autoptr (GError) error = NULL;

  if (!bytes)
    return FALSE;
  r->file = cd_approval_file_parse (bytes, &error);
  if (!r->file)
    cd_command_no (r->io, r->shown, NULL, "%s", error->message);
  return r->file && check_seal (r);
}

static void
say (Request *r)
{
  const CdApprovalFile *f = r->file;
  gboolean request = f->kind == CD_APPROVAL_REQUEST;
  CdJsonWriter *json = cd_command_json (r->io);
  char at[CD_INSTANT_BUF], until[CD_INSTANT_BUF];

  cd_instant_print (f->at_us, at);
  cd_instant_print (f->expires_us, until);
  cd_command_print (r->io, "%s of %s, %s, %s %s, version %d: signature and certificate hold\n", request ? "request" : "decision", f->by, f->live ? "live" : "practice", f->market, f->account, f->version);
  if (request)
    cd_command_print (r->io, "%s\n", f->content);
  else
    cd_command_print (r->io, "%s%s%s\n", f->approve ? "approve" : "refuse", *f->reason ? ": " : "", f->reason);
  cd_command_print (r->io, "SHA-256 %s, at %s, until %s\n", f->hash, at, until);
  if (!json)
    return;
  cd_json_writer_string (json, "kind", request ? "request" : "decision");
  cd_json_writer_string (json, "profile", f->live ? "live" : "practice");
  cd_json_writer_string (json, "market", f->market);
  cd_json_writer_string (json, "account", f->account);
  cd_json_writer_string (json, "what", cd_approval_what_name (f->what));
  cd_json_writer_string (json, "id", f->id);
  cd_json_writer_int (json, "version", f->version);
  cd_json_writer_string (json, "hash", f->hash);
  cd_json_writer_string (json, "content", f->content);
  cd_json_writer_string (json, "decision", request ? NULL : f->approve ? "approve"
                                                                       : "refuse");
  cd_json_writer_string (json, "reason", f->reason);
  cd_json_writer_string (json, "by", f->by);
  cd_json_writer_string (json, "at", at);
  cd_json_writer_string (json, "expires", until);
}

CdCommandStatus
cd_command_request_show (CdCommandIo *io, const CdCommandArgs *args)
{
  g_auto (Request) r = { .io = io, .args = args, .shown = cd_command_display_name (args->files[0]) };

  if (!read_file (&r) || !check_dates (&r))
    return CD_COMMAND_NO;
  say (&r);
  return CD_COMMAND_DONE;
}

/* --- Deciding -------------------------------------------------------------------------------------------------------- */

typedef struct
{
  const char *digest;
  GBytes *body; /* (owned) (nullable): the decision of before */
} Before;

static gboolean
before_func (const CdJournalRow *record, gpointer data)
{
  Before *before = data;

  if (!g_str_equal (record->kind, CD_JOURNAL_REQUEST_DECIDED) || !g_str_equal (record->key, before->digest))
    return TRUE;
  g_clear_pointer (&before->body, g_bytes_unref);
  before->body = g_bytes_ref (record->body);
  return TRUE;
}

/* The key must be open: a PIN or a passphrase is never typed into a command line, where a script would keep it. */
static GTlsCertificate *
open_key (Request *r, CdIdentity **identity)
{
  g_autoptr (GError) error = NULL;

  *identity = cd_identity_new (cd_command_env (r->io), r->args->certificate, r->args->private_key, NULL, &error);
  if (!*identity)
    cd_command_no (r->io, r->args->certificate, NULL, "%s", error->message);
  else if (!cd_identity_get_certificate (*identity))
    cd_command_no (r->io, r->args->private_key ? r->args->private_key : r->args->certificate, NULL, "expected a key without passphrase or PIN: with one, decide in the workstation");
  else if (g_str_equal (cd_identity_get_person (*identity), r->file->by))
    cd_command_no (r->io, r->shown, "$.by", "expected another person than you, \"%s\": nobody approves his own request", r->file->by);
  else
    return cd_identity_get_certificate (*identity);
  return NULL;
}

/* A record first, then the file. The same decision again is written again; another one is refused. */
static CdCommandStatus
decide (Request *r, CdPaths *paths, gboolean approve, const char *reason)
{
  const char *path = cd_paths_journal_file (paths);
  g_autoptr (GError) error = NULL;
  g_autoptr (CdIdentity) identity = NULL;
  GTlsCertificate *certificate = open_key (r, &identity);
  g_autoptr (CdJournal) journal = certificate ? cd_journal_open (cd_command_env (r->io), path, &error) : NULL;
  Before before = { r->file->digest, NULL };
  g_autofree char *signature = NULL;
  g_autoptr (CdApprovalFile) file = NULL;
  g_autoptr (GBytes) known = NULL, bytes = NULL;
  const char *text;

  if (!certificate)
    return CD_COMMAND_NO;
  if (!journal || !cd_journal_foreach (journal, 1, before_func, &before, &error))
    return cd_command_no (r->io, path, NULL, "%s", error->message);
  known = before.body;
  if (known)
    {
      file = cd_approval_file_parse (known, &error);
      if (!file)
        return cd_command_no (r->io, path, NULL, "the decision of before: %s", error->message);
      if (file->approve != approve)
        return cd_command_no (r->io, r->shown, NULL, "was decided otherwise before, expected the same decision");
      return cd_command_write_output (r->io, r->args->output, g_bytes_get_data (known, NULL), g_bytes_get_size (known)) ? CD_COMMAND_DONE : CD_COMMAND_NO;
    }
  file = cd_approval_file_decide (r->file, approve, reason, cd_identity_get_person (identity), cd_env_real_us (cd_command_env (r->io)));
  g_ptr_array_unref (file->certificates);
  file->certificates = cd_seal_certificates (certificate);
  text = cd_approval_file_text (file);
  signature = cd_seal_sign (certificate, text, strlen (text), &error);
  if (!signature)
    return cd_command_no (r->io, r->args->certificate, NULL, "%s", error->message);
  bytes = cd_approval_file_finish (file, signature);
  if (!cd_journal_append (journal, CD_JOURNAL_REQUEST_DECIDED, r->file->digest, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error))
    return cd_command_no (r->io, path, NULL, "%s: nothing was decided", error->message);
  return cd_command_write_output (r->io, r->args->output, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) ? CD_COMMAND_DONE : CD_COMMAND_NO;
}

CdCommandStatus
cd_command_request_decide (CdCommandIo *io, const CdCommandArgs *args)
{
  g_auto (Request) r = { .io = io, .args = args, .shown = cd_command_display_name (args->files[0]) };
  g_autofree char *reason = g_strstrip (g_strdup (args->reason ? args->reason : ""));
  gboolean approve = g_str_equal (args->decision, "approve");
  g_autoptr (CdPaths) paths = NULL;
  CdCommandStatus status;

  if (!approve && !g_str_equal (args->decision, "refuse"))
    return cd_command_usage (io, "--decision", "expected approve or refuse");
  if (!approve && !*reason)
    return cd_command_usage (io, "--reason", "expected one: a refusal needs it");
  if (strlen (reason) > CD_APPROVAL_REASON_MAX || !g_utf8_validate (reason, -1, NULL))
    return cd_command_usage (io, "--reason", "expected UTF-8 of at most %d bytes", CD_APPROVAL_REASON_MAX);
  if (!read_file (&r) || !check_dates (&r))
    return CD_COMMAND_NO;
  if (r.file->kind != CD_APPROVAL_REQUEST)
    return cd_command_no (io, r.shown, NULL, "expected a request, found a decision");
  paths = cd_command_profile (io, args->profile, TRUE, &status);
  if (!paths)
    return status;
  if (r.file->live != (cd_paths_kind (paths) == CD_PROFILE_LIVE))
    return cd_command_no (io, r.shown, "$.profile", "expected \"%s\", as the profile is, found \"%s\"", cd_profile_kind_name (cd_paths_kind (paths)), r.file->live ? "live" : "practice");
  status = decide (&r, paths, approve, reason);
  if (status != CD_COMMAND_DONE)
    return status;
  cd_command_print (io, "%s: %s\n", args->output, approve ? "approved" : "refused");
  cd_command_note (io, "whether you may approve for %s today is checked by the desk that asked", r.file->account);
  if (cd_command_json (io))
    {
      cd_json_writer_string (cd_command_json (io), "file", args->output);
      cd_json_writer_string (cd_command_json (io), "decision", args->decision);
      cd_json_writer_string (cd_command_json (io), "request", r.file->digest);
    }
  return CD_COMMAND_DONE;
}
