/* cd-venue-certs.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The practice venue's own certificates: a CA, a certificate for localhost, a revocation list and two client certificates per
 * demo person (one at the desk, one in the drawer), in DIR/certs with mode 0600. The CA's key is thrown away after use: nobody can add a person later. When anything
 * is missing, unreadable or within 30 days of its end, all of it is made anew.
 */
#pragma once

#include "cd-env.h"

G_BEGIN_DECLS

#define CD_VENUE_CERTS_ERROR (cd_venue_certs_error_quark ())
GQuark cd_venue_certs_error_quark (void);
typedef enum
{
  CD_VENUE_CERTS_ERROR_FOLDER = 1,
  CD_VENUE_CERTS_ERROR_MAKE = 2,
} CdVenueCertsError;

#define CD_VENUE_CERTS_EACH 2

/* One certificate; a person has several. */
typedef struct
{
  char *id; /* of the person */
  char *cert_path;
  char *key_path;
  char *fingerprint; /* SHA-256 of the certificate, lower-case hex */
} CdVenueCertPerson;

typedef struct
{
  char *ca_path;
  char *crl_path;
  char *server_cert_path;
  char *server_key_path;
  GPtrArray *persons; /* (element-type CdVenueCertPerson): %CD_VENUE_CERTS_EACH for each id, in the order of the ids */
  char *revoked_path;
  GHashTable *revoked; /* fingerprints that open nothing any more */
} CdVenueCerts;

/**
 * cd_venue_certs_ensure:
 * @ids: (array zero-terminated=1): persons, each cd_ident_valid()
 *
 * Reads what is there or makes it.
 */
CdVenueCerts *cd_venue_certs_ensure (CdEnv *env, const char *data_dir, const char *const *ids, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cd_venue_certs_free (CdVenueCerts *certs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdVenueCerts, cd_venue_certs_free)

/* Whose certificate this is; (nullable): nobody's, or revoked, or past its end. */
const char *cd_venue_certs_person (const CdVenueCerts *certs, CdEnv *env, GTlsCertificate *certificate);

/**
 * cd_venue_certs_revoke:
 *
 * @fingerprint: (nullable): of one certificate of the person; %NULL = all of them
 *
 * Certificates of the person @id that open nothing from now on, over a restart too: the fingerprints go into DIR/certs/revoked, as the
 * CA's key is gone and nobody can sign another list. %FALSE: no such certificate, or not written; then nothing changed.
 */
gboolean cd_venue_certs_revoke (CdVenueCerts *certs, const char *id, const char *fingerprint, GError **error);

G_END_DECLS
