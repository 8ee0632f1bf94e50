/* cd-desk-requests.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Work of two persons over the server: orders that wait for the second one, deputies of approvers, and the veto that stops new orders
 * of an account. What is approved is the exact bytes of one version (its hash); every edit makes a new version that nobody has
 * approved. Approving places nothing: the maker's desk sends the order as its own intent. Main thread.
 */
#pragma once

#include "cd-desk.h"

G_BEGIN_DECLS

GListModel *cd_desk_get_requests (CdDesk *self); /* CdRequestRow, newest first (transfer none) */
GListModel *cd_desk_get_deputies (CdDesk *self); /* CdDeputyRow (transfer none) */

/**
 * cd_desk_request_approval:
 * @staged: stays staged, and cannot be sent or changed, until the server has the request
 *
 * Leaves the bytes and the key of the order to be with the server. Returns: (transfer full) (nullable): id of the request
 */
char *cd_desk_request_approval (CdDesk *self, CdStagedRow *staged, GError **error);

/* Another price or quantity: a new version, and every approval of the one before is void. */
gboolean cd_desk_request_edit (CdDesk *self, CdRequestRow *row, gint64 price_e4, gint64 qty, GError **error);
gboolean cd_desk_request_withdraw (CdDesk *self, CdRequestRow *row, const char *reason, GError **error);

/**
 * cd_desk_request_approve:
 * @version, @hash: of what the person has read; the server refuses when another version stands there by now
 */
gboolean cd_desk_request_approve (CdDesk *self, CdRequestRow *row, int version, const char *hash, GError **error);
/* @reason: compulsory; %CD_DESK_ERROR_INPUT without it */
gboolean cd_desk_request_refuse (CdDesk *self, CdRequestRow *row, int version, const char *reason, GError **error);

/* Sends what was approved, after its checks of now, under the approved key. (transfer none) (nullable) */
CdOrderRow *cd_desk_request_send (CdDesk *self, CdRequestRow *row, GError **error);

/* The draft of a readable row; its strings are borrowed from it. */
CdOrderDraft cd_desk_request_draft (const CdRequestRow *row);
gsize cd_desk_request_check (CdDesk *self, CdRequestRow *row, CdCheckResult *results, gsize n_max, CdPreview *preview);

/* By the own right, or as a deputy of today's date. */
gboolean cd_desk_may_approve (CdDesk *self, const char *account);

/* Deputies: both days included; the server takes at most a year, and nobody for himself. */
gboolean cd_desk_appoint_deputy (CdDesk *self, const char *account, const char *person, CdDate from, CdDate to, GError **error);
gboolean cd_desk_end_deputy (CdDesk *self, CdDeputyRow *row, const char *reason, GError **error);
gboolean cd_desk_deputy_is_active (CdDesk *self, const CdDeputyRow *row);

/**
 * CdVeto: strings are the desk's until the next event.
 * @by, @reason: "" where the server said only that it stands
 */
typedef struct
{
  gboolean stopped;
  const char *by, *reason;
  gint64 at_us; /* market time; 0 = not known */
} CdVeto;

void cd_desk_get_veto (CdDesk *self, const char *account, CdVeto *out);
/* Stops new orders and changes of the account on every desk, or lets them go again. It never cancels. @reason: compulsory */
gboolean cd_desk_set_veto (CdDesk *self, const char *account, gboolean stop, const char *reason, GError **error);

G_END_DECLS
