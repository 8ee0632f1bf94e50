/* cd-desk-files-check.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What must hold of a file from another person before anything is done with it.
 */
#include "cd-desk-files-private.h"

#include <string.h>

#include "cd-seal.h"
#include "cd-time.h"

#define SKEW_US (5 * 60 * CD_USEC_PER_SEC) /* a clock a little ahead of ours */

G_DEFINE_QUARK (cd - file - error - quark, cd_file_error)

void
cd_opened_file_free (CdOpenedFile *opened)
{
  if (!opened)
    return;
  cd_approval_file_free (opened->file);
  cd_approval_file_free (opened->decided);
  g_clear_object (&opened->row);
  g_free (opened);
}

gint64
cd_desk_file_now (CdDesk *self)
{
  return cd_env_real_us (self->env) + MAX (cd_desk_server_offset (self), 0);
}

/* --- Whose it is, and of where --------------------------------------------------------------------------------------- */

static gboolean
check_origin (CdDesk *self, const CdApprovalFile *file, GError **error)
{
  gboolean live = cd_paths_kind (self->paths) == CD_PROFILE_LIVE;

  if (file->live != live)
    g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_PROFILE, "profile: expected \"%s\", as this desk is, found \"%s\"", live ? "live" : "practice", file->live ? "live" : "practice");
  else if (!cd_desk_get_pack (self, file->market))
    g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_MARKET, "market: expected one of this desk, found \"%s\"", file->market);
  else if (!g_str_equal (file->epoch, self->ready->epoch))
    g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_MARKET, "epoch: expected \"%s\", found \"%s\": the file is of another market of the same name", self->ready->epoch, file->epoch);
  else
    return TRUE;
  return FALSE;
}

gboolean
cd_desk_file_check_seal (CdDesk *self, const CdApprovalFile *file, GError **error)
{
  g_autoptr (CdEndpoint) endpoint = self->ready ? cd_venue_ready_endpoint (self->ready, NULL) : NULL;
  g_autoptr (CdTrust) trust = endpoint ? cd_trust_new (self->env, endpoint) : NULL;
  g_autoptr (GError) local = NULL;

  if (!trust)
    {
      g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_STATE, "expected a desk that is connected to its market");
      return FALSE;
    }
  if (cd_seal_verify_file (trust, file, &local))
    return TRUE;
  g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_SIGNATURE, "%s", local->message);
  return FALSE;
}

static gboolean
check_dates (CdDesk *self, const CdApprovalFile *file, GError **error)
{
  char at[CD_INSTANT_BUF], now[CD_INSTANT_BUF];
  gint64 now_us = cd_desk_file_now (self);

  cd_instant_print (now_us, now);
  if (now_us >= file->expires_us)
    g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_EXPIRED, "expires: expected a time after now, %s, found %s: ask again", now, cd_instant_print (file->expires_us, at));
  else if (file->at_us > now_us + SKEW_US)
    g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_EXPIRED, "at: expected a time before now, %s, found %s", now, cd_instant_print (file->at_us, at));
  else
    return TRUE;
  return FALSE;
}

/* --- Rights ---------------------------------------------------------------------------------------------------------- */

static gboolean
has_right (CdDesk *self, const char *person, const char *account)
{
  for (guint i = 0; i < self->persons->len; i++)
    {
      const CdPerson *p = g_ptr_array_index (self->persons, i);

      if (g_strcmp0 (p->id, person) == 0)
        return p->may_approve && g_strcmp0 (p->account, account) == 0;
    }
  return FALSE;
}

static gboolean
is_account (CdDesk *self, const char *account)
{
  for (guint i = 0; i < self->entities->len; i++)
    if (g_str_equal (((const CdEntity *)g_ptr_array_index (self->entities, i))->id, account))
      return TRUE;
  return FALSE;
}

gboolean
cd_desk_file_right (CdDesk *self, const char *person, const char *account, char **deputy_for, GError **error)
{
  g_autoptr (CdDeputyRow) outside = NULL;
  char from[CD_DATE_BUF], to[CD_DATE_BUF];

  if (!is_account (self, account))
    {
      g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_ACCOUNT, "account: expected one that this desk works for, found \"%s\"", account);
      return FALSE;
    }
  if (has_right (self, person, account))
    return TRUE;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->deputies)); i++)
    {
      g_autoptr (CdDeputyRow) row = g_list_model_get_item (G_LIST_MODEL (self->deputies), i);

      /* A deputy has what he has whom he stands in for, today. */
      if (!g_str_equal (row->person, person) || !g_str_equal (row->account, account) || !has_right (self, row->by, account))
        continue;
      if (cd_desk_deputy_is_active (self, row))
        {
          if (deputy_for)
            *deputy_for = g_strdup (row->by);
          return TRUE;
        }
      g_set_object (&outside, row);
    }
  if (outside)
    g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_DEPUTY, "by: expected a person who may approve for %s today; \"%s\" is a deputy from %s to %s%s", account, person, cd_date_print (outside->from, from), cd_date_print (outside->to, to), outside->ended ? ", and was ended" : "");
  else
    g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_RIGHTS, "by: expected a person who may approve for %s, found \"%s\"", account, person);
  return FALSE;
}

/* --- A request ------------------------------------------------------------------------------------------------------- */

static GObject *
read_order (const CdApprovalFile *file, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CdWireBody) body = cd_wire_body_parse (CD_WIRE_OP_ORDER_NEW, file->content, strlen (file->content), &local);
  CdRequestRow *row;

  if (!body || !g_str_equal (body->by, file->by))
    {
      g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_FORM, "content: expected an order%s%s", body ? " by the person who signed" : ": ", body ? "" : local->message);
      return NULL;
    }
  row = g_object_new (CD_TYPE_REQUEST_ROW, NULL);
  row->id = g_strdup (file->id);
  row->account = g_strdup (file->account);
  row->state = g_strdup ("proposed");
  row->version = file->version;
  row->hash = g_strdup (file->hash);
  row->by = g_strdup (file->by);
  row->order_key = g_strdup (file->key);
  row->order = g_strdup (file->content);
  row->at_us = file->at_us;
  row->readable = TRUE;
  row->instrument = g_strdup (body->instrument);
  row->listing = g_strdup (body->listing);
  row->purpose = g_strdup (body->purpose ? body->purpose : "");
  row->side = body->side;
  row->kind = body->kind;
  row->price_e4 = body->price_e4;
  row->qty = body->qty;
  return G_OBJECT (row);
}

static GObject *
read_instruction (const CdApprovalFile *file, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CdWireInstruction) body = cd_wire_instruction_parse (CD_WIRE_OP_INSTRUCTION_PROPOSE, file->content, strlen (file->content), &local);
  CdInstructionRow *row;

  if (!body)
    body = cd_wire_instruction_parse (CD_WIRE_OP_INSTRUCTION_EDIT, file->content, strlen (file->content), NULL);
  if (!body || body->version != file->version || (body->id && !g_str_equal (body->id, file->id)))
    {
      g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_FORM, "content: expected version %d of the instruction%s%s", file->version, body ? "" : ": ", body ? "" : local->message);
      return NULL;
    }
  row = g_object_new (CD_TYPE_INSTRUCTION_ROW, NULL);
  row->id = g_strdup (file->id);
  row->account = g_strdup (file->account);
  row->kind = g_strdup (cd_wire_instruction_kind_name (body->kind));
  row->summary = cd_desk_instruction_summary (body);
  row->state = g_strdup ("proposed");
  row->version = file->version;
  row->hash = g_strdup (file->hash);
  row->by = g_strdup (file->by);
  row->year = body->year;
  row->at_us = file->at_us;
  return G_OBJECT (row);
}

gboolean
cd_desk_file_check_request (CdDesk *self, const CdApprovalFile *file, char **deputy_for, GError **error)
{
  if (!check_dates (self, file, error))
    return FALSE;
  if (g_strcmp0 (file->by, self->person) == 0)
    {
      g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_SELF, "by: expected another person than you, \"%s\": nobody approves his own request", self->person);
      return FALSE;
    }
  return cd_desk_file_right (self, self->person, file->account, deputy_for, error);
}

/* --- A decision ------------------------------------------------------------------------------------------------------ */

static gboolean
check_same (const char *member, const char *expected, const char *found, CdFileError code, GError **error)
{
  if (g_strcmp0 (expected, found) == 0)
    return TRUE;
  g_set_error (error, CD_FILE_ERROR, code, "%s: expected \"%s\", as in the request, found \"%s\"", member, expected, found);
  return FALSE;
}

gboolean
cd_desk_file_check_decision (CdDesk *self, const CdApprovalFile *file, GError **error)
{
  const CdDeskFile *asked = g_hash_table_lookup (self->files, file->id);
  const CdApprovalFile *request = asked ? asked->request : NULL;

  if (!request)
    {
      g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_UNKNOWN, "id: expected something that this desk asked for in a file, found \"%s\"", file->id);
      return FALSE;
    }
  if (!check_same ("account", request->account, file->account, CD_FILE_ERROR_ACCOUNT, error) || !check_same ("market", request->market, file->market, CD_FILE_ERROR_MARKET, error))
    return FALSE;
  if (!check_same ("request", request->digest, file->request, CD_FILE_ERROR_UNKNOWN, error) || !check_same ("hash", request->hash, file->hash, CD_FILE_ERROR_CHANGED, error))
    return FALSE;
  if (file->what != request->what || file->version != request->version || file->expires_us != request->expires_us)
    {
      g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_CHANGED, "what, version, expires: expected those of the request");
      return FALSE;
    }
  if (!check_dates (self, file, error))
    return FALSE;
  if (g_str_equal (file->by, request->by))
    {
      g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_SELF, "by: expected another person than \"%s\", who asked", request->by);
      return FALSE;
    }
  return cd_desk_file_right (self, file->by, file->account, NULL, error);
}

/* --- Opening --------------------------------------------------------------------------------------------------------- */

CdOpenedFile *
cd_desk_open_file (CdDesk *self, GBytes *bytes, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CdOpenedFile) opened = g_new0 (CdOpenedFile, 1);
  const CdApprovalFile *decided;

  if (!self->ready || !self->paths || !self->person)
    {
      g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_STATE, "expected a desk that is connected to its market");
      return NULL;
    }
  opened->file = cd_approval_file_parse (bytes, &local);
  if (!opened->file)
    {
      g_set_error (error, CD_FILE_ERROR, CD_FILE_ERROR_FORM, "%s", local->message);
      return NULL;
    }
  if (!check_origin (self, opened->file, error) || !cd_desk_file_check_seal (self, opened->file, error))
    return NULL;
  if (opened->file->kind == CD_APPROVAL_DECISION)
    return cd_desk_file_check_decision (self, opened->file, error) ? g_steal_pointer (&opened) : NULL;
  if (!cd_desk_file_check_request (self, opened->file, NULL, error))
    return NULL;
  opened->row = opened->file->what == CD_APPROVAL_ORDER ? read_order (opened->file, error) : read_instruction (opened->file, error);
  if (!opened->row)
    return NULL;
  decided = g_hash_table_lookup (self->decided, opened->file->digest);
  opened->decided = decided ? cd_desk_file_copy (decided) : NULL;
  return g_steal_pointer (&opened);
}
