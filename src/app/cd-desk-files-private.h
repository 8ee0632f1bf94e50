/* cd-desk-files-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shared by cd-desk-files*.c and the desk.
 */
#pragma once

#include "cd-desk-files.h"
#include "cd-desk-private.h"

G_BEGIN_DECLS

/* What this desk asked for in a file, by the id of the row. */
typedef struct
{
  CdApprovalFile *request;
  CdApprovalFile *decision; /* (nullable) */
} CdDeskFile;

gint64 cd_desk_file_now (CdDesk *self); /* UTC; the later of our clock and the venue's */
CdApprovalFile *cd_desk_file_copy (const CdApprovalFile *file);

/* @deputy_for: (out) (optional) (nullable): when by the right of another */
gboolean cd_desk_file_right (CdDesk *self, const char *person, const char *account, char **deputy_for, GError **error);
/* The signature, and that the certificate behind it holds now: looked at whenever a file is used, for it may have been revoked since. */
gboolean cd_desk_file_check_seal (CdDesk *self, const CdApprovalFile *file, GError **error);
/* Dates, persons and rights: what may change while a file lies open. */
gboolean cd_desk_file_check_request (CdDesk *self, const CdApprovalFile *file, char **deputy_for, GError **error);
gboolean cd_desk_file_check_decision (CdDesk *self, const CdApprovalFile *file, GError **error);

G_END_DECLS
