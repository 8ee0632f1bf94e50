/* cd-seal.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signatures on files, with the key that a person signs in with: out of a file, or in a token, where the key never leaves it. A seal
 * counts when the certificate behind it holds today: chain to the pinned CA, its dates, its purpose, the current revocation list
 * (net/cd-trust.h).
 */
#pragma once

#include "cd-approval-file.h"
#include "cd-trust.h"

G_BEGIN_DECLS

/* (element-type utf8) (transfer full): DER in base64 of @own and its issuers, @own first */
GPtrArray *cd_seal_certificates (GTlsCertificate *own);

/**
 * cd_seal_sign:
 * @own: a certificate with its key, as cd_identity_get_certificate() and cd_endpoint_certificate() give it
 *
 * May block for as long as a card takes: on a worker. Any thread, one at a time for a key.
 *
 * Returns: (transfer full) (nullable): lower-case hex, held against @own. Errors: %CD_NET_ERROR_CERTIFICATE.
 */
char *cd_seal_sign (GTlsCertificate *own, const char *text, gsize len, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * cd_seal_verify:
 * @certificates: (element-type utf8): as from cd_seal_certificates()
 * @signature: lower-case hex
 *
 * Returns: (transfer full) (nullable): whose seal it is, the common name of the subject; else @error is %CD_NET_ERROR_CERTIFICATE
 *   and names the first thing that does not hold. Reads the files of @trust. Any thread.
 */
char *cd_seal_verify (CdTrust *trust, const GPtrArray *certificates, const char *text, gsize len, const char *signature, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The seal of a file that was read, and that it is of the person whom "by" names; errors as above. */
gboolean cd_seal_verify_file (CdTrust *trust, const CdApprovalFile *file, GError **error);

G_END_DECLS
