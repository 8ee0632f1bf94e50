/* cd-head.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signed heads of a journal: "at this time the journal ended with this record, of this hash", signed with a key of this profile
 * (Ed25519). The chain alone cannot tell that its end was cut off, nor that all of it was written anew: a head that lies
 * elsewhere can. Two lines of text in FILE.head, the newer written over the older, so that a torn write leaves one; a line is
 * also what is handed out as evidence.
 *
 *   {"journal_head":"1","seq":"…","hash":"<64 hex>","at_us":"…","key":"<64 hex>","signature":"<128 hex>"}
 *
 * The signature is over the ASCII bytes of the line up to and with the comma before "signature"; key is the SHA-256 of the
 * public key as DER SubjectPublicKeyInfo, which lies as PEM in FILE.pub. The private key lies in FILE.key (0600).
 *
 * Synchronous; on the store thread, or the command line.
 */
#pragma once

#include "cd-journal.h"

G_BEGIN_DECLS

#define CD_HEAD_KEY_ID_BUF 65
#define CD_HEAD_LINE_MAX 512

typedef struct
{
  CdJournalAnchor anchor;
  gint64 at_us;                    /* UTC, when it was signed */
  char key_id[CD_HEAD_KEY_ID_BUF]; /* of the key that signed */
} CdHead;

typedef struct _CdSigner CdSigner;

/**
 * cd_signer_open:
 * @journal_path: the key is beside it; made when there is none
 * Errors: %CD_STORE_ERROR_KEY: the key cannot be read or made, is not ours, or others may read it.
 */
CdSigner *cd_signer_open (const char *journal_path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cd_signer_free (CdSigner *signer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdSigner, cd_signer_free)
const char *cd_signer_key_id (CdSigner *signer);

/* (transfer full): the line, without a line feed */
char *cd_signer_sign (CdSigner *signer, const CdJournalAnchor *anchor, gint64 at_us);

/**
 * cd_signer_write:
 * @durable: also wait for the disk: at close. Else the head may lag after a power loss; it never leads, when the records that it
 *   speaks of are durable.
 */
gboolean cd_signer_write (CdSigner *signer, const CdJournalAnchor *anchor, gint64 at_us, gboolean durable, GError **error);

/**
 * cd_head_parse:
 * @public_pem: (nullable): public key that must have signed it; %NULL: only the form is read
 * Errors: %CD_STORE_ERROR_HEAD.
 */
gboolean cd_head_parse (const char *line, const char *public_pem, CdHead *out, GError **error);

/**
 * cd_head_read:
 * @head_path: (nullable): %NULL = @journal_path with ".head"
 * @public_path: (nullable): %NULL = @journal_path with ".pub"
 *
 * The newest head that holds. A missing file is no error: @out->anchor.seq is 0 then. A file without one head that holds is
 * %CD_STORE_ERROR_HEAD: damaged, or signed with another key.
 */
gboolean cd_head_read (const char *journal_path, const char *head_path, const char *public_path, CdHead *out, GError **error);

/**
 * CdJournalReport: what a verification found.
 */
typedef struct
{
  gint64 records;                 /* that hold, from the first one on */
  gint64 first_bad;               /* number of the first record that is not what was written, or is missing; 0 = none */
  gint64 first_at_us, last_at_us; /* of those that hold; 0 = none */
  gint64 head_seq;                /* the signed head reaches to here; 0 = there was none */
  gint64 head_at_us;
  char key_id[CD_HEAD_KEY_ID_BUF]; /* "" = there was no head */
} CdJournalReport;

/**
 * cd_journal_verify_file:
 * @head_path: (nullable): file with a signed head; see cd_head_read()
 * @public_path: (nullable): public key to trust
 * @report: (out): filled also on failure, as far as it came
 *
 * Checks every record of the file, and that it reaches and contains what the newest signed head says. Does not change a byte.
 * Errors: %CD_STORE_ERROR_TAMPERED, _CUT, _HEAD; %CD_DB_ERROR when it is no journal, is in use, or of a newer version.
 */
gboolean cd_journal_verify_file (CdEnv *env, const char *path, const char *head_path, const char *public_path, CdJournalReport *report, GError **error);

G_END_DECLS
