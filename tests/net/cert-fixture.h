/* cert-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Certificates of every kind, right and wrong, made on the spot. The CA is DIR/ca.crt, its list DIR/ca.crl, another one DIR/other.crt.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CERT_SERVER "1.3.6.1.5.5.7.3.1" /* purposes */
#define CERT_CLIENT "1.3.6.1.5.5.7.3.2"

/**
 * CertSpec:
 * @from_s, @to_s: relative to now; both 0 = a good year
 * @dns, @ip: (nullable): alternative names
 * @purpose: (nullable): OID
 * @permits: (nullable): of an issuer: the only DNS names it may give
 */
typedef struct
{
  const char *name; /* of the files */
  const char *dns;
  const char *ip;
  const char *cn; /* (nullable) */
  const char *purpose;
  gint64 from_s, to_s;
  gboolean other_ca, self_signed, revoked, is_ca, sha1, rsa_1024, must_staple, no_signing;
  const char *issuer; /* (nullable): an intermediate made before, in its place the CA; the file has the chain up to it */
  const char *permits;
} CertSpec;

typedef struct _Certs Certs;

Certs *certs_new (const char *dir);
void certs_free (Certs *certs);
void certs_make (Certs *certs, const CertSpec *spec);
/* Two CAs, each signed by the other, and @name below the first: a chain that leads round and never to ours. */
void certs_make_crossed (Certs *certs, const char *name, const char *dns);
/* Writes DIR/ca.crl. @names: of certificates that are on it, NULL-terminated */
void certs_write_crl (Certs *certs, const char *const *names, gint64 from_s, gint64 to_s, gboolean by_other_ca);

G_END_DECLS
