/* cd-identity.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The user's own certificate and its key: in files, the key plain or under a passphrase, or in a PKCS#11 token behind a PIN. A
 * guarded one is opened by its secret, which is used once and wiped; what stays is the open key. Opening it again asks anew, so that
 * the same call unlocks a locked window. A token is looked at each second: pulled, the identity is closed and says "gone".
 *
 * The certificate itself is public and read when the identity is made: whose it is, and until when.
 *
 * Main thread; token and passphrase are worked at on a worker of #CdEnv.
 */
#pragma once

#include "cd-env.h"
#include "cd-token.h"

G_BEGIN_DECLS

typedef enum
{
  CD_GUARD_NONE,
  CD_GUARD_PASSPHRASE,
  CD_GUARD_PIN,
} CdGuard;

/**
 * CdIdentity: signals "opened"; "gone" after the token was pulled, does not answer, or signs what does not fit.
 */
#define CD_TYPE_IDENTITY (cd_identity_get_type ())
G_DECLARE_FINAL_TYPE (CdIdentity, cd_identity, CD, IDENTITY, GObject)

/**
 * cd_identity_new:
 * @certificate: a PEM file, or the pkcs11: address of a certificate
 * @key: (nullable): a PEM file, or the pkcs11: address of a private key; %NULL = in the file, or on the token, of @certificate
 * @person: (nullable): whose certificate it must be; chooses among several in tokens (net/cd-card.h)
 * @error: names the file or address and what was expected
 */
CdIdentity *cd_identity_new (CdEnv *env, const char *certificate, const char *key, const char *person, GError **error);

CdGuard cd_identity_get_guard (CdIdentity *self);
const char *cd_identity_get_person (CdIdentity *self);      /* common name of the subject */
const char *cd_identity_get_fingerprint (CdIdentity *self); /* SHA-256 of the certificate, lower-case hex */
gint64 cd_identity_get_from_us (CdIdentity *self);          /* UTC: from when and until when the certificate is good */
gint64 cd_identity_get_until_us (CdIdentity *self);

/* (nullable) (transfer none): for a TLS connection; %NULL while closed. */
GTlsCertificate *cd_identity_get_certificate (CdIdentity *self);

/**
 * cd_identity_check:
 * Where a line failed: lets the token sign once more, and closes the identity with "gone" if that does not fit the certificate. Nothing
 * to do for a key out of a file, or while one is closed or being looked at.
 */
void cd_identity_check (CdIdentity *self);
gboolean cd_identity_is_faulty (CdIdentity *self); /* the last signature did not fit */

/**
 * cd_identity_open_async:
 * @secret: (transfer full) (nullable): wiped when it has been tried
 */
void cd_identity_open_async (CdIdentity *self, CdSecret *secret, GAsyncReadyCallback callback, gpointer data);

/**
 * cd_identity_open_finish:
 * @tries: (out) (optional): of a token
 *
 * %CD_TOKEN_OK: open, or still; the key has signed once, and it fitted the certificate. After %CD_TOKEN_PIN_SIGNS all is as before.
 * After any other answer for a PIN the token is logged out, and the identity closed.
 */
CdTokenResult cd_identity_open_finish (CdIdentity *self, GAsyncResult *result, CdTokenTries *tries);

G_END_DECLS
