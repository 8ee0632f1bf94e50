/* cd-desk-files.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Asking and deciding in files, and what became of it. The journal holds every file whole: the request that went out, the decision that
 * was made here, the decision that came back. Each is its own evidence, since it is signed.
 */
#include "cd-desk-files-private.h"

#include <string.h>

#include "cd-seal.h"
#include "cd-ws-connect.h"

#define WORKER "token"

void
cd_desk_file_free (gpointer data)
{
  CdDeskFile *file = data;

  cd_approval_file_free (file->request);
  cd_approval_file_free (file->decision);
  g_free (file);
}

CdApprovalFile *
cd_desk_file_copy (const CdApprovalFile *file)
{
  g_autofree char *text = g_strconcat (file->signed_text, "\"signature\":\"", file->signature, "\"}\n", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return cd_approval_file_parse (bytes, NULL);
}

/* --- What became of a row -------------------------------------------------------------------------------------------- */

/* The bytes that would be decided on now. (transfer full) (nullable) */
static char *
content_of (CdDesk *self, gpointer row)
{
  CdOrderDraft draft;

  if (CD_IS_INSTRUCTION_ROW (row))
    return g_strdup (CD_INSTRUCTION_ROW (row)->content);
  draft = cd_desk_staged_draft (row);
  return cd_desk_print_order (self, &draft, CD_STAGED_ROW (row)->purpose);
}

static const char *
id_of (gpointer row)
{
  return CD_IS_INSTRUCTION_ROW (row) ? CD_INSTRUCTION_ROW (row)->id : CD_STAGED_ROW (row)->id;
}

CdFileState
cd_desk_get_file_state (CdDesk *self, gpointer row, const CdApprovalFile **decision)
{
  const CdDeskFile *file = g_hash_table_lookup (self->files, id_of (row));
  g_autofree char *content = NULL;

  if (decision)
    *decision = file ? file->decision : NULL;
  if (!file)
    return CD_FILE_STATE_NONE;
  content = content_of (self, row);
  if (g_strcmp0 (content, file->request->content) != 0)
    return CD_FILE_STATE_CHANGED;
  if (file->decision && !file->decision->approve)
    return CD_FILE_STATE_REFUSED;
  if (cd_desk_file_now (self) >= file->request->expires_us)
    return CD_FILE_STATE_EXPIRED;
  return file->decision ? CD_FILE_STATE_APPROVED : CD_FILE_STATE_WAITING;
}

gboolean
cd_desk_file_gate (CdDesk *self, CdStagedRow *row, const char **key, const char **body, GError **error)
{
  static const char *const why[] = { "", "file.waiting", "", "file.refused", "file.changed", "file.expired" };
  CdFileState state = cd_desk_get_file_state (self, row, NULL);
  const CdDeskFile *file = g_hash_table_lookup (self->files, row->id);

  *key = *body = NULL;
  if (state == CD_FILE_STATE_NONE)
    return TRUE;
  if (state != CD_FILE_STATE_APPROVED)
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE, "%s", why[state]);
      return FALSE;
    }
  if (!cd_desk_file_check_seal (self, file->decision, error))
    return FALSE;
  *key = file->request->key;
  *body = file->request->content;
  return TRUE;
}

/* --- The journal ----------------------------------------------------------------------------------------------------- */

static void
keep_request (CdDesk *self, CdApprovalFile *request)
{
  CdDeskFile *file = g_new0 (CdDeskFile, 1);

  file->request = request;
  g_hash_table_insert (self->files, g_strdup (request->id), file);
}

void
cd_desk_files_replay (CdDesk *self, const CdJournalRow *record)
{
  g_autoptr (CdApprovalFile) file = cd_approval_file_parse (record->body, NULL);
  CdDeskFile *asked;

  if (!file)
    {
      cd_desk_alert (self, 2, "store", "difference", "%s %s", record->kind, record->key);
      return;
    }
  if (g_str_equal (record->kind, CD_JOURNAL_REQUEST_FILE))
    keep_request (self, g_steal_pointer (&file));
  else if (g_str_equal (record->kind, CD_JOURNAL_REQUEST_DECIDED))
    {
      char *digest = g_strdup (file->request);

      g_hash_table_insert (self->decided, digest, g_steal_pointer (&file));
    }
  else if ((asked = g_hash_table_lookup (self->files, file->id)) && g_str_equal (asked->request->digest, file->request))
    {
      g_clear_pointer (&asked->decision, cd_approval_file_free);
      asked->decision = g_steal_pointer (&file);
    }
}

/* --- Signing --------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CdDesk *desk;                 /* (owned) */
  GTask *task;                  /* (owned) */
  CdApprovalFile *file;         /* (owned) (nullable): until it is kept */
  GTlsCertificate *certificate; /* (owned) */
  char *text, *signature;
  GError *error;
  GBytes *bytes; /* (nullable) */
  gpointer row;  /* (owned) (nullable) */
  GMainContext *context;
} Signing;

static void
signing_free (gpointer data)
{
  Signing *s = data;

  g_clear_object (&s->desk);
  g_clear_object (&s->task);
  g_clear_object (&s->certificate);
  g_clear_object (&s->row);
  cd_approval_file_free (s->file);
  g_clear_error (&s->error);
  g_clear_pointer (&s->bytes, g_bytes_unref);
  g_clear_pointer (&s->context, g_main_context_unref);
  g_free (s->text);
  g_free (s->signature);
  g_free (s);
}

static void
recorded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Signing *s = data;
  GError *error = NULL;

  if (cd_store_append_finish (s->desk->store, result, &error) == 0)
    {
      cd_desk_set_state (s->desk, CD_DESK_FAILED, error->message);
      g_task_return_error (s->task, error);
    }
  else
    g_task_return_pointer (s->task, g_bytes_ref (s->bytes), (GDestroyNotify)g_bytes_unref);
  signing_free (s);
}

/* The record first: no file leaves of which this desk would know nothing after a crash. */
static gboolean
signed_cb (gpointer data)
{
  Signing *s = data;
  gboolean request = s->file->kind == CD_APPROVAL_REQUEST;
  g_autofree char *key = g_strdup (request ? s->file->id : s->file->request);

  if (!s->signature)
    g_task_return_error (s->task, g_error_new (CD_FILE_ERROR, CD_FILE_ERROR_SIGNATURE, "%s", s->error->message));
  else if (!request && g_hash_table_contains (s->desk->decided, s->file->request))
    g_task_return_error (s->task, g_error_new (CD_FILE_ERROR, CD_FILE_ERROR_DECIDED, "expected a request that was not decided yet"));
  else
    {
      s->bytes = cd_approval_file_finish (s->file, s->signature);
      if (request)
        keep_request (s->desk, g_steal_pointer (&s->file));
      else
        g_hash_table_insert (s->desk->decided, g_strdup (key), g_steal_pointer (&s->file));
      if (s->row)
        cd_row_changed (s->row);
      cd_store_append_async (s->desk->store, request ? CD_JOURNAL_REQUEST_FILE : CD_JOURNAL_REQUEST_DECIDED, key, s->bytes, NULL, recorded_cb, s);
      return G_SOURCE_REMOVE;
    }
  signing_free (s);
  return G_SOURCE_REMOVE;
}

static void
sign_now (gpointer data)
{
  Signing *s = data;
  g_autoptr (GSource) source = g_idle_source_new ();

  s->signature = cd_seal_sign (s->certificate, s->text, strlen (s->text), &s->error);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, signed_cb, s, NULL);
  g_source_attach (source, s->context);
}

static GTlsCertificate *
own_certificate (CdDesk *self, GError **error)
{
  g_autoptr (CdEndpoint) endpoint = NULL;
  g_autoptr (GError) local = NULL;
  GTlsCertificate *certificate;
  const char *hold = cd_desk_hold_reason (self);

  if (!self->ready || !self->person || hold)
    {
      g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_STATE, "%s", hold ? hold : "expected a desk that is connected to its market");
      return NULL;
    }
  if (self->identity && g_strcmp0 (cd_identity_get_person (self->identity), self->person) == 0)
    return g_object_ref (cd_identity_get_certificate (self->identity)); /* open: else that is why it is held */
  endpoint = cd_venue_ready_endpoint (self->ready, self->person);
  certificate = cd_endpoint_certificate (endpoint, &local);
  if (!certificate)
    g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_SIGNATURE, "%s", local ? local->message : "expected a certificate to sign with");
  return certificate;
}

/* Takes @task and @file. */
static void
sign (CdDesk *self, GTask *task, CdApprovalFile *file, gpointer row)
{
  g_autoptr (CdApprovalFile) owned = file;
  GError *error = NULL;
  g_autoptr (GTlsCertificate) certificate = own_certificate (self, &error);
  Signing *s;

  if (!certificate)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  s = g_new0 (Signing, 1);
  s->desk = g_object_ref (self);
  s->task = task;
  s->file = g_steal_pointer (&owned);
  s->certificate = g_steal_pointer (&certificate);
  s->row = row ? g_object_ref (row) : NULL;
  s->context = g_main_context_ref_thread_default ();
  g_ptr_array_unref (file->certificates);
  file->certificates = cd_seal_certificates (s->certificate);
  s->text = g_strdup (cd_approval_file_text (file));
  cd_env_run_task (self->env, WORKER, sign_now, s);
}

/* --- Asking ---------------------------------------------------------------------------------------------------------- */

static gboolean
check_askable (CdDesk *self, gpointer row, const char *content, GError **error)
{
  const char *why = NULL;

  if (CD_IS_STAGED_ROW (row))
    {
      const CdStagedRow *staged = row;

      if (staged->request_key)
        why = "staged.asked";
      else if (staged->expired)
        why = "staged.expired";
      else if (staged->sent || g_strcmp0 (staged->by, self->person) != 0)
        why = staged->sent ? "staged.gone" : "instruction.same_person";
    }
  else
    {
      const CdInstructionRow *instruction = row;

      if (!content || g_strcmp0 (instruction->state, "proposed") != 0)
        why = "instruction.state";
      else if (g_strcmp0 (instruction->by, self->person) != 0)
        why = "rights.missing";
    }
  if (!why)
    return TRUE;
  g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_STATE, "%s", why);
  return FALSE;
}

static const char *
market_of (CdDesk *self, const char *account)
{
  for (guint i = 0; i < self->entities->len; i++)
    {
      const CdEntity *entity = g_ptr_array_index (self->entities, i);

      if (g_str_equal (entity->id, account))
        return entity->market;
    }
  return "";
}

void
cd_desk_export_request_async (CdDesk *self, gpointer row, gint64 valid_us, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, NULL, callback, data);
  gboolean order = CD_IS_STAGED_ROW (row);
  g_autofree char *content = content_of (self, row);
  CdApprovalFile *file;
  GError *error = NULL;

  if (!check_askable (self, row, content, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  file = cd_approval_file_new (CD_APPROVAL_REQUEST);
  file->live = cd_paths_kind (self->paths) == CD_PROFILE_LIVE;
  file->account = g_strdup (order ? CD_STAGED_ROW (row)->account : CD_INSTRUCTION_ROW (row)->account);
  file->market = g_strdup (market_of (self, file->account));
  file->epoch = g_strdup (self->ready ? self->ready->epoch : "");
  file->what = order ? CD_APPROVAL_ORDER : CD_APPROVAL_INSTRUCTION;
  file->id = g_strdup (id_of (row));
  file->version = order ? 1 : CD_INSTRUCTION_ROW (row)->version;
  file->key = order ? cd_desk_new_key (self) : g_strdup (file->id);
  file->hash = cd_sha256_hex (content, strlen (content));
  file->content = g_steal_pointer (&content);
  file->by = g_strdup (self->person);
  file->at_us = cd_env_real_us (self->env) + cd_desk_server_offset (self);
  file->expires_us = file->at_us + MAX (valid_us, CD_USEC_PER_SEC);
  sign (self, task, file, row);
}

GBytes *
cd_desk_export_request_finish (CdDesk *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- Deciding -------------------------------------------------------------------------------------------------------- */

static gboolean
check_decidable (CdDesk *self, const CdApprovalFile *request, gboolean approve, const char *reason, char **deputy_for, GError **error)
{
  const CdApprovalFile *before = g_hash_table_lookup (self->decided, request->digest);

  if (before)
    g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_DECIDED, "expected a request that was not decided yet: \"%s\" decided \"%s\"", before->by, before->approve ? "approve" : "refuse");
  else if (!approve && !*reason)
    g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_REASON, "reason: expected one: a refusal needs it");
  else if (strlen (reason) > CD_APPROVAL_REASON_MAX || !g_utf8_validate (reason, -1, NULL))
    g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_REASON, "reason: expected text of at most %d bytes", CD_APPROVAL_REASON_MAX);
  else
    return cd_desk_file_check_seal (self, request, error) && cd_desk_file_check_request (self, request, deputy_for, error);
  return FALSE;
}

void
cd_desk_decide_file_async (CdDesk *self, const CdOpenedFile *opened, gboolean approve, const char *reason, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, NULL, callback, data);
  const CdApprovalFile *request = opened->file;
  g_autofree char *text = g_strstrip (g_strdup (reason ? reason : ""));
  g_autofree char *deputy_for = NULL;
  CdApprovalFile *file;
  GError *error = NULL;

  if (!check_decidable (self, request, approve, text, &deputy_for, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  file = cd_approval_file_decide (request, approve, text, self->person, cd_env_real_us (self->env) + cd_desk_server_offset (self));
  file->deputy_for = g_steal_pointer (&deputy_for);
  sign (self, task, file, NULL);
}

GBytes *
cd_desk_decide_file_finish (CdDesk *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- Taking a decision ----------------------------------------------------------------------------------------------- */

static gpointer
find_row (CdDesk *self, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->staged)); i++)
    {
      g_autoptr (CdStagedRow) row = g_list_model_get_item (G_LIST_MODEL (self->staged), i);

      if (g_str_equal (row->id, id))
        return row;
    }
  return g_hash_table_lookup (self->instruction_by_id, id);
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CdDesk) self = data;
  g_autoptr (GError) error = NULL;

  if (cd_store_append_finish (self->store, result, &error) == 0 && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    cd_desk_set_state (self, CD_DESK_FAILED, error->message);
}

gboolean
cd_desk_take_decision (CdDesk *self, const CdOpenedFile *opened, gboolean *again, GError **error)
{
  const CdApprovalFile *file = opened->file;
  CdDeskFile *asked = g_hash_table_lookup (self->files, file->id);
  gpointer row = find_row (self, file->id);
  g_autoptr (CdApprovalFile) copy = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (again)
    *again = FALSE;
  if (!cd_desk_file_check_seal (self, file, error) || !cd_desk_file_check_decision (self, file, error))
    return FALSE;
  if (asked->decision)
    {
      if (again)
        *again = TRUE;
      if (g_str_equal (asked->decision->digest, file->digest))
        return TRUE;
      g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_DECIDED, "expected the decision that was taken before: \"%s\" decided \"%s\"", asked->decision->by, asked->decision->approve ? "approve" : "refuse");
      return FALSE;
    }
  if (!row || cd_desk_get_file_state (self, row, NULL) != CD_FILE_STATE_WAITING)
    {
      g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_CHANGED, "hash: expected that of what stands here now: it was %s after it was asked for; ask again", row ? "changed" : "sent or discarded");
      return FALSE;
    }
  copy = cd_desk_file_copy (file);
  bytes = cd_approval_file_finish (copy, copy->signature);
  asked->decision = g_steal_pointer (&copy);
  cd_store_append_async (self->store, CD_JOURNAL_REQUEST_DECISION, file->id, bytes, NULL, kept_cb, g_object_ref (self));
  cd_desk_alert (self, file->approve ? 0 : 1, file->what == CD_APPROVAL_ORDER ? "orders" : "registry", file->approve ? "file.approved" : "file.refused", "%s%s%s", file->by, *file->reason ? ": " : "", file->reason);
  cd_row_changed (row);
  return TRUE;
}
