/* cd-desk-files.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The way to the second person without a server: a signed file with a staged order or a registry instruction goes to him, he opens it,
 * decides and returns a signed decision, which is opened here. Form of both: wire/cd-approval-file.h.
 *
 * What such a decision is worth: four eyes in the house. A staged order that was asked for in a file is not sent, by this desk, without
 * an approval of its very bytes, under the key that stands in the file, once. The server asks for more: of a person who may only stage,
 * and of every instruction of the registry, it wants the approval in the second person's own session, and takes no file.
 *
 * Every error is a #CdFileError whose message names the member and what was expected; nothing has changed then. Main thread.
 */
#pragma once

#include "cd-approval-file.h"
#include "cd-desk.h"

G_BEGIN_DECLS

#define CD_FILE_ERROR (cd_file_error_quark ())
GQuark cd_file_error_quark (void);

/* Frozen: scripts and words depend on them. Append only. */
typedef enum
{
  CD_FILE_ERROR_FORM = 1,      /* not the form of such a file, or of another version, or edited */
  CD_FILE_ERROR_SIGNATURE = 2, /* signature or certificate does not hold, or is another person's */
  CD_FILE_ERROR_PROFILE = 3,   /* practice for live, or live for practice */
  CD_FILE_ERROR_MARKET = 4,    /* another market, or another incarnation of it */
  CD_FILE_ERROR_ACCOUNT = 5,   /* another account */
  CD_FILE_ERROR_EXPIRED = 6,   /* past its time, or before it */
  CD_FILE_ERROR_SELF = 7,      /* maker and checker must be two */
  CD_FILE_ERROR_RIGHTS = 8,    /* may not approve for the account */
  CD_FILE_ERROR_DEPUTY = 9,    /* a deputy, but not on this day */
  CD_FILE_ERROR_DECIDED = 10,  /* was decided otherwise before */
  CD_FILE_ERROR_UNKNOWN = 11,  /* no request of this desk, or not its newest */
  CD_FILE_ERROR_CHANGED = 12,  /* what was asked for is something else now, or was not approved */
  CD_FILE_ERROR_REASON = 13,   /* a refusal needs one */
  CD_FILE_ERROR_STATE = 14,    /* cannot be asked for: sent, expired, locked, or of somebody else */
} CdFileError;

#define CD_FILE_VALID_US (24 * 60 * 60 * G_GINT64_CONSTANT (1000000)) /* of a request, when nobody says otherwise */

/* Of a staged order or an instruction of this desk. Only NONE and APPROVED may be sent. */
typedef enum
{
  CD_FILE_STATE_NONE,     /* never asked for in a file */
  CD_FILE_STATE_WAITING,  /* no decision yet */
  CD_FILE_STATE_APPROVED, /* these very bytes */
  CD_FILE_STATE_REFUSED,
  CD_FILE_STATE_CHANGED, /* edited since: the request, and any approval of it, is void */
  CD_FILE_STATE_EXPIRED,
} CdFileState;

/**
 * cd_desk_get_file_state:
 * @row: a #CdStagedRow or #CdInstructionRow
 * @decision: (out) (optional) (nullable) (transfer none): until the next decision of the row
 */
CdFileState cd_desk_get_file_state (CdDesk *self, gpointer row, const CdApprovalFile **decision);

/**
 * cd_desk_export_request_async:
 * @row: a #CdStagedRow, or a #CdInstructionRow of one's own that is "proposed"
 * @valid_us: of real time
 *
 * Signs on a worker and answers when the record is durable. The newest request of a row is the one that counts.
 */
void cd_desk_export_request_async (CdDesk *self, gpointer row, gint64 valid_us, GAsyncReadyCallback callback, gpointer data);
GBytes *cd_desk_export_request_finish (CdDesk *self, GAsyncResult *result, GError **error);

/**
 * CdOpenedFile: a file of which everything held.
 * @row: of a request: a #CdRequestRow or #CdInstructionRow with what it says, in no list
 * @decided: (nullable): what was decided on it at this desk before
 */
typedef struct
{
  CdApprovalFile *file;
  GObject *row;
  CdApprovalFile *decided;
} CdOpenedFile;
void cd_opened_file_free (CdOpenedFile *opened);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdOpenedFile, cd_opened_file_free)

/**
 * cd_desk_open_file:
 *
 * Checks a request as the one who is to decide on it, and a decision as the one who asked: form, signature, certificate, practice or
 * live, market, account, dates, persons, rights of today.
 *
 * Returns: (transfer full) (nullable)
 */
CdOpenedFile *cd_desk_open_file (CdDesk *self, GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * cd_desk_decide_file_async:
 * @request: of cd_desk_open_file(); checked again
 * @reason: (nullable): compulsory for a refusal
 */
void cd_desk_decide_file_async (CdDesk *self, const CdOpenedFile *request, gboolean approve, const char *reason, GAsyncReadyCallback callback, gpointer data);
GBytes *cd_desk_decide_file_finish (CdDesk *self, GAsyncResult *result, GError **error);

/**
 * cd_desk_take_decision:
 * @decision: of cd_desk_open_file()
 * @again: (out) (optional): it was taken before; nothing happened
 */
gboolean cd_desk_take_decision (CdDesk *self, const CdOpenedFile *decision, gboolean *again, GError **error);

G_END_DECLS
