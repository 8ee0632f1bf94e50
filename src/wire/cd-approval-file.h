/* cd-approval-file.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Requests and decisions that travel as files between two persons, for days on which no server joins them. A file is one line of
 * JSON with a line feed, and has one spelling only: what is read must be what would be written, byte for byte.
 *
 *   {"carbondesk_request":"1","profile","market","epoch","account","what","id","version","key","content","hash","by","at","expires",
 *    "certificates":[…],"signature":"…"}
 *   {"carbondesk_decision":"1","profile","market","epoch","account","what","id","version","hash","request","decision","reason","by",
 *    "deputy_for","at","expires","certificates":[…],"signature":"…"}
 *
 * content is the exact body of the command (order.new, or the version of an instruction) and hash its SHA-256: what is decided is
 * these bytes. A decision names the request by the SHA-256 of its whole file. The signature is over the bytes of the line up to and
 * with the comma before "signature", by the key of the first certificate (net/cd-seal.h); this file knows the form only.
 *
 * No state; any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CD_APPROVAL_FILE_MAX (64 * 1024) /* bytes of a file */
#define CD_APPROVAL_CONTENT_MAX (16 * 1024)
#define CD_APPROVAL_REASON_MAX 1000 /* bytes */
#define CD_APPROVAL_CERTIFICATES_MAX 5

typedef enum
{
  CD_APPROVAL_REQUEST,
  CD_APPROVAL_DECISION,
} CdApprovalKind;

typedef enum
{
  CD_APPROVAL_ORDER,
  CD_APPROVAL_INSTRUCTION,
} CdApprovalWhat;

/**
 * CdApprovalFile:
 * @live: made in a live profile, else in a practice one
 * @epoch: of the venue: another incarnation of the market is another market
 * @id: of the staged order or the instruction
 * @version: of the instruction; of an order 1
 * @key: that the order will have; of an instruction its id
 * @request: SHA-256 of the request file
 * @reason: "" with an approval that gives none
 * @deputy_for: (nullable)
 * @at_us, @expires_us: UTC; after @expires_us neither file counts
 * @certificates: (element-type utf8): DER in base64, the signer's first, then its issuers
 * @signature: lower-case hex
 * @signed_text: what is signed
 * @digest: SHA-256 of the whole file
 *
 * Members of the other kind are %NULL.
 */
typedef struct
{
  CdApprovalKind kind;
  gboolean live;
  char *market, *epoch, *account;
  CdApprovalWhat what;
  char *id;
  int version;
  char *key, *content; /* of a request */
  char *hash;
  char *request; /* of a decision, as the next three */
  gboolean approve;
  char *reason, *deputy_for;
  char *by;
  gint64 at_us, expires_us;
  GPtrArray *certificates;
  char *signature;
  char *signed_text;
  char *digest;
} CdApprovalFile;

CdApprovalFile *cd_approval_file_new (CdApprovalKind kind) G_GNUC_WARN_UNUSED_RESULT;
/* The decision on @request, which has been read from its file; unsigned. @reason: "" for none. (transfer full) */
CdApprovalFile *cd_approval_file_decide (const CdApprovalFile *request, gboolean approve, const char *reason, const char *by, gint64 at_us) G_GNUC_WARN_UNUSED_RESULT;
void cd_approval_file_free (CdApprovalFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdApprovalFile, cd_approval_file_free)

/* "order", "instruction" */
const char *cd_approval_what_name (CdApprovalWhat what);

/* What is to be signed, from the members; also kept as @signed_text. (transfer none) */
const char *cd_approval_file_text (CdApprovalFile *file);
/* The whole file. @signature: lower-case hex; kept, as @digest is. (transfer full) */
GBytes *cd_approval_file_finish (CdApprovalFile *file, const char *signature);

/**
 * cd_approval_file_parse:
 *
 * The form, and that hash is that of content. Nothing is said about who signed.
 *
 * Returns: (transfer full) (nullable): else @error names the JSON path or the byte, and what was expected there
 */
CdApprovalFile *cd_approval_file_parse (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
