/* cd-trust.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whom we talk to. A GTlsDatabase that knows one pinned CA and its revocation list and nothing else: no CA of the system, no name in
 * the CN, no wildcard, no unknown status. It is asked by the TLS library before a handshake ends, on every connection and
 * for resumed sessions too, and again by the clients while a line is open. Whatever cannot be decided is refused (reliability P29, E9).
 *
 * The rules, in the order of asking: the files can be read; the chain is short; each certificate is in its time; the chain ends at the
 * pinned CA, signed with algorithms of today; it is for a server, not a CA, and allows signing; no stapled answer is demanded that we
 * could not see; the name stands among the DNS names; every certificate below the CA has a list of its issuer that is current, properly
 * signed and does not name it.
 */
#pragma once

#include "cd-transport.h"

G_BEGIN_DECLS

#define CD_TYPE_TRUST (cd_trust_get_type ())
G_DECLARE_FINAL_TYPE (CdTrust, cd_trust, CD, TRUST, GTlsDatabase)

#define CD_TRUST_CHAIN_MAX 5            /* certificates, the CA not counted */
#define CD_TRUST_FILE_MAX (1024 * 1024) /* bytes of the CA file and of the list */

/**
 * cd_trust_new:
 * @endpoint: its CA and list are read at each question, so a list that is replaced counts at once
 */
CdTrust *cd_trust_new (CdEnv *env, const CdEndpoint *endpoint) G_GNUC_WARN_UNUSED_RESULT;

/**
 * cd_trust_check:
 * @chain: the peer's certificate with its issuers, as it was sent
 * @host: the name in the address
 *
 * Returns: %TRUE if every rule holds; else @error is %CD_NET_ERROR_CERTIFICATE and names the first rule that does not. Any thread.
 */
gboolean cd_trust_check (CdTrust *self, GTlsCertificate *chain, const char *host, GError **error);

/**
 * cd_trust_check_own:
 * The certificate we are about to show: in its time, for a client, not on the list. Spares the venue, and us, a certain refusal.
 */
gboolean cd_trust_check_own (CdTrust *self, GTlsCertificate *certificate, GError **error);

/**
 * cd_trust_check_signer:
 * @chain: of a person who signed a file, with its issuers
 *
 * As cd_trust_check(), for a person: chain to the pinned CA, dates of now, purpose of a client, current lists. Any thread.
 */
gboolean cd_trust_check_signer (CdTrust *self, GTlsCertificate *chain, GError **error);

/**
 * cd_trust_check_line:
 * @base: of an open stream, a #GTlsConnection
 *
 * Asks again for the line that is open: a certificate ends or is revoked in the middle of a session (fault F44).
 */
gboolean cd_trust_check_line (CdTrust *self, GIOStream *base, const char *host, GError **error);

/* Why a handshake was refused last: the TLS library says only that it was. (transfer full) (nullable). Any thread. */
char *cd_trust_dup_reason (CdTrust *self);

G_END_DECLS
