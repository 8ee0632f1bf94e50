/* cd-venue-certs.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-venue-certs.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <sys/stat.h>
#include <time.h>

#include "cd-id.h"
#include "cd-paths.h"
#include "cd-time.h"

#define DAY_S G_GINT64_CONSTANT (86400)
#define VALID_DAYS 825 /* longer ones are refused by some TLS stacks */
#define RENEW_DAYS 30

GQuark
cd_venue_certs_error_quark (void)
{
  return g_quark_from_static_string ("cd-venue-certs-error-quark");
}

typedef enum
{
  ROLE_CA,
  ROLE_SERVER,
  ROLE_CLIENT,
} Role;

typedef struct
{
  gnutls_x509_crt_t crt;
  gnutls_x509_privkey_t key;
} Pair;

static void
pair_clear (Pair *pair)
{
  if (pair->crt)
    gnutls_x509_crt_deinit (pair->crt);
  if (pair->key)
    gnutls_x509_privkey_deinit (pair->key);
  pair->crt = NULL;
  pair->key = NULL;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, pair_clear)

static void
person_free (gpointer data)
{
  CdVenueCertPerson *person = data;

  g_free (person->id);
  g_free (person->cert_path);
  g_free (person->key_path);
  g_free (person->fingerprint);
  g_free (person);
}

void
cd_venue_certs_free (CdVenueCerts *certs)
{
  if (!certs)
    return;
  g_free (certs->ca_path);
  g_free (certs->crl_path);
  g_free (certs->server_cert_path);
  g_free (certs->server_key_path);
  g_ptr_array_unref (certs->persons);
  g_free (certs->revoked_path);
  g_clear_pointer (&certs->revoked, g_hash_table_unref);
  g_free (certs);
}

static gboolean
check (int result, const char *what, GError **error)
{
  if (result >= 0)
    return TRUE;
  g_set_error (error, CD_VENUE_CERTS_ERROR, CD_VENUE_CERTS_ERROR_MAKE, "%s: %s", what, gnutls_strerror (result));
  return FALSE;
}

static gboolean
describe (CdEnv *env, Pair *pair, Role role, const char *name, GError **error)
{
  gint64 now_s = cd_env_real_us (env) / CD_USEC_PER_SEC;
  guint8 serial[16];
  guint8 id[20];
  gsize id_len = sizeof id;

  cd_env_random_bytes (env, serial, sizeof serial);
  serial[0] &= 0x7f; /* a serial number is positive */
  return check (gnutls_x509_crt_set_version (pair->crt, 3), "version", error) && check (gnutls_x509_crt_set_serial (pair->crt, serial, sizeof serial), "serial", error) && check (gnutls_x509_crt_set_activation_time (pair->crt, (time_t)(now_s - DAY_S)), "activation", error) && check (gnutls_x509_crt_set_expiration_time (pair->crt, (time_t)(now_s + VALID_DAYS * DAY_S)), "expiration", error) && check (gnutls_x509_crt_set_dn_by_oid (pair->crt, GNUTLS_OID_X520_COMMON_NAME, 0, name, (unsigned)strlen (name)), "name", error) && check (gnutls_x509_crt_set_dn_by_oid (pair->crt, GNUTLS_OID_X520_ORGANIZATION_NAME, 0, "Carbondesk practice", 19), "organisation", error) && check (gnutls_x509_crt_set_key (pair->crt, pair->key), "key", error) && check (gnutls_x509_crt_get_key_id (pair->crt, 0, id, &id_len), "key id", error) && check (gnutls_x509_crt_set_subject_key_id (pair->crt, id, id_len), "subject key id", error) && check (gnutls_x509_crt_set_basic_constraints (pair->crt, role == ROLE_CA, role == ROLE_CA ? 0 : -1), "constraints", error) && check (gnutls_x509_crt_set_key_usage (pair->crt, role == ROLE_CA ? GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN : GNUTLS_KEY_DIGITAL_SIGNATURE), "usage", error);
}

static gboolean
add_purpose (Pair *pair, Role role, GError **error)
{
  static const guint8 loopback[4] = { 127, 0, 0, 1 };

  if (role == ROLE_CLIENT)
    return check (gnutls_x509_crt_set_key_purpose_oid (pair->crt, GNUTLS_KP_TLS_WWW_CLIENT, 0), "purpose", error);
  if (role != ROLE_SERVER)
    return TRUE;
  return check (gnutls_x509_crt_set_key_purpose_oid (pair->crt, GNUTLS_KP_TLS_WWW_SERVER, 0), "purpose", error) && check (gnutls_x509_crt_set_subject_alt_name (pair->crt, GNUTLS_SAN_DNSNAME, "localhost", 9, GNUTLS_FSAN_SET), "alternative name", error) && check (gnutls_x509_crt_set_subject_alt_name (pair->crt, GNUTLS_SAN_IPADDRESS, loopback, sizeof loopback, GNUTLS_FSAN_APPEND), "alternative address", error);
}

/* @ca: NULL = signed by itself. */
static gboolean
make_pair (CdEnv *env, Pair *pair, Role role, const char *name, const Pair *ca, GError **error)
{
  const Pair *signer = ca ? ca : pair;
  guint8 id[20];
  gsize id_len = sizeof id;

  if (!check (gnutls_x509_crt_init (&pair->crt), "certificate", error) || !check (gnutls_x509_privkey_init (&pair->key), "key", error) || !check (gnutls_x509_privkey_generate (pair->key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0), "key", error) || !describe (env, pair, role, name, error) || !add_purpose (pair, role, error) || !check (gnutls_x509_crt_get_key_id (signer->crt, 0, id, &id_len), "key id", error) || !check (gnutls_x509_crt_set_authority_key_id (pair->crt, id, id_len), "authority key id", error))
    return FALSE;
  return check (gnutls_x509_crt_sign2 (pair->crt, signer->crt, signer->key, GNUTLS_DIG_SHA256, 0), "signature", error);
}

static gboolean
write_pem (const char *path, gnutls_datum_t *pem, GError **error)
{
  gboolean ok = cd_paths_write_file (path, pem->data, pem->size, error);

  gnutls_memset (pem->data, 0, pem->size);
  gnutls_free (pem->data);
  return ok;
}

static gboolean
write_pair (const Pair *pair, const char *cert_path, const char *key_path, GError **error)
{
  gnutls_datum_t pem;

  if (!check (gnutls_x509_crt_export2 (pair->crt, GNUTLS_X509_FMT_PEM, &pem), cert_path, error) || !write_pem (cert_path, &pem, error))
    return FALSE;
  if (!key_path)
    return TRUE;
  return check (gnutls_x509_privkey_export2_pkcs8 (pair->key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &pem), key_path, error) && write_pem (key_path, &pem, error);
}

/* An empty list: nobody is revoked; a client that insists on one has it. */
static gboolean
write_crl (CdEnv *env, const Pair *ca, const char *path, GError **error)
{
  gint64 now_s = cd_env_real_us (env) / CD_USEC_PER_SEC;
  gnutls_x509_crl_t crl = NULL;
  gnutls_datum_t pem;
  guint8 id[20];
  gsize id_len = sizeof id;
  gboolean ok;

  if (!check (gnutls_x509_crl_init (&crl), path, error))
    return FALSE;
  ok = check (gnutls_x509_crl_set_version (crl, 2), path, error) && check (gnutls_x509_crl_set_this_update (crl, (time_t)(now_s - DAY_S)), path, error) && check (gnutls_x509_crl_set_next_update (crl, (time_t)(now_s + VALID_DAYS * DAY_S)), path, error) && check (gnutls_x509_crl_set_number (crl, "\x01", 1), path, error) && check (gnutls_x509_crt_get_key_id (ca->crt, 0, id, &id_len), path, error) && check (gnutls_x509_crl_set_authority_key_id (crl, id, id_len), path, error) && check (gnutls_x509_crl_sign2 (crl, ca->crt, ca->key, GNUTLS_DIG_SHA256, 0), path, error) && check (gnutls_x509_crl_export2 (crl, GNUTLS_X509_FMT_PEM, &pem), path, error) && write_pem (path, &pem, error);
  gnutls_x509_crl_deinit (crl);
  return ok;
}

static gboolean
make_all (CdEnv *env, const CdVenueCerts *certs, GError **error)
{
  g_auto (Pair) ca = { NULL, NULL };
  g_auto (Pair) server = { NULL, NULL };

  if (!make_pair (env, &ca, ROLE_CA, "Carbondesk practice CA", NULL, error) || !make_pair (env, &server, ROLE_SERVER, "localhost", &ca, error) || !write_pair (&server, certs->server_cert_path, certs->server_key_path, error) || !write_crl (env, &ca, certs->crl_path, error))
    return FALSE;
  for (guint i = 0; i < certs->persons->len; i++)
    {
      const CdVenueCertPerson *person = g_ptr_array_index (certs->persons, i);
      g_auto (Pair) pair = { NULL, NULL };

      if (!make_pair (env, &pair, ROLE_CLIENT, person->id, &ca, error) || !write_pair (&pair, person->cert_path, person->key_path, error))
        return FALSE;
    }
  /* Last: a folder that was left half made lacks it and is made again. */
  return write_pair (&ca, certs->ca_path, NULL, error);
}

static char *
fingerprint_of (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;

  g_object_get (certificate, "certificate", &der, NULL);
  return der ? cd_sha256_hex (der->data, der->len) : NULL;
}

static gboolean
is_usable (CdEnv *env, const char *cert_path, const char *key_path, GTlsCertificate *ca, char **fingerprint)
{
  g_autoptr (GTlsCertificate) certificate = key_path ? g_tls_certificate_new_from_files (cert_path, key_path, NULL) : g_tls_certificate_new_from_file (cert_path, NULL);
  g_autoptr (GDateTime) end = NULL;
  struct stat st;

  if (!certificate || !(end = g_tls_certificate_get_not_valid_after (certificate)))
    return FALSE;
  if (key_path && (g_stat (key_path, &st) != 0 || (st.st_mode & 077) != 0))
    return FALSE;
  if (g_date_time_to_unix (end) < cd_env_real_us (env) / CD_USEC_PER_SEC + RENEW_DAYS * DAY_S)
    return FALSE;
  /* The library looks at the machine's clock; ours has been asked above. */
  if (ca && (g_tls_certificate_verify (certificate, NULL, ca) & (GTlsCertificateFlags) ~(G_TLS_CERTIFICATE_NOT_ACTIVATED | G_TLS_CERTIFICATE_EXPIRED)) != 0)
    return FALSE;
  if (fingerprint)
    {
      g_free (*fingerprint);
      *fingerprint = fingerprint_of (certificate);
    }
  return TRUE;
}

static gboolean
read_all (CdEnv *env, CdVenueCerts *certs)
{
  g_autoptr (GTlsCertificate) ca = g_tls_certificate_new_from_file (certs->ca_path, NULL);

  if (!ca || !is_usable (env, certs->ca_path, NULL, NULL, NULL) || !g_file_test (certs->crl_path, G_FILE_TEST_IS_REGULAR) || !is_usable (env, certs->server_cert_path, certs->server_key_path, ca, NULL))
    return FALSE;
  for (guint i = 0; i < certs->persons->len; i++)
    {
      CdVenueCertPerson *person = g_ptr_array_index (certs->persons, i);

      if (!is_usable (env, person->cert_path, person->key_path, ca, &person->fingerprint))
        return FALSE;
    }
  return TRUE;
}

/* A list that is there but cannot be read opens nothing: the venue does not start. */
static gboolean
read_revoked (CdVenueCerts *certs, GError **error)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) rows = NULL;
  g_autoptr (GError) local = NULL;

  certs->revoked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!g_file_get_contents (certs->revoked_path, &text, NULL, &local))
    {
      if (g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  rows = g_strsplit (text, "\n", -1);
  for (guint i = 0; rows[i]; i++)
    if (*rows[i])
      g_hash_table_add (certs->revoked, g_strdup (rows[i]));
  return TRUE;
}

gboolean
cd_venue_certs_revoke (CdVenueCerts *certs, const char *id, const char *fingerprint, GError **error)
{
  g_autoptr (GPtrArray) now = g_ptr_array_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, certs->revoked);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    g_string_append_printf (text, "%s\n", (const char *)row);
  for (guint i = 0; i < certs->persons->len; i++)
    {
      const CdVenueCertPerson *person = g_ptr_array_index (certs->persons, i);

      if (strcmp (person->id, id) != 0 || (fingerprint && strcmp (person->fingerprint, fingerprint) != 0))
        continue;
      g_ptr_array_add (now, person->fingerprint);
      g_string_append_printf (text, "%s\n", person->fingerprint);
    }
  if (now->len == 0)
    {
      g_set_error (error, CD_VENUE_CERTS_ERROR, CD_VENUE_CERTS_ERROR_MAKE, fingerprint ? "fingerprint: expected one of a certificate of the person" : "person: expected one who has a certificate");
      return FALSE;
    }
  if (!cd_paths_write_file (certs->revoked_path, (const guint8 *)text->str, text->len, error))
    return FALSE;
  for (guint i = 0; i < now->len; i++)
    g_hash_table_add (certs->revoked, g_strdup (g_ptr_array_index (now, i)));
  return TRUE;
}

static void
add_person (CdVenueCerts *certs, const char *dir, const char *id, int number)
{
  CdVenueCertPerson *person = g_new0 (CdVenueCertPerson, 1);
  /* The first has the name it always had. */
  g_autofree char *name = number == 1 ? g_strdup_printf ("person-%s", id) : g_strdup_printf ("person-%s.%d", id, number);
  g_autofree char *cert = g_strconcat (name, ".pem", NULL);
  g_autofree char *key = g_strconcat (name, ".key", NULL);

  person->id = g_strdup (id);
  person->cert_path = g_build_filename (dir, cert, NULL);
  person->key_path = g_build_filename (dir, key, NULL);
  g_ptr_array_add (certs->persons, person);
}

/* One bool a certificate, in the order of @certs->persons: whether what stands in its place now is revoked. */
static gboolean *
read_places (const CdVenueCerts *certs)
{
  gboolean *revoked = g_new0 (gboolean, certs->persons->len);

  for (guint i = 0; i < certs->persons->len; i++)
    {
      const CdVenueCertPerson *person = g_ptr_array_index (certs->persons, i);
      g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (person->cert_path, NULL);
      g_autofree char *fingerprint = certificate ? fingerprint_of (certificate) : NULL;

      revoked[i] = fingerprint && g_hash_table_contains (certs->revoked, fingerprint);
    }
  return revoked;
}

/* A new certificate in the place of a revoked one is revoked too: its making is no pardon. */
static gboolean
make_again (CdEnv *env, CdVenueCerts *certs, const char *dir, GError **error)
{
  g_autofree gboolean *revoked = read_places (certs);

  g_remove (certs->ca_path);
  if (!make_all (env, certs, error))
    return FALSE;
  if (!read_all (env, certs))
    {
      g_set_error (error, CD_VENUE_CERTS_ERROR, CD_VENUE_CERTS_ERROR_MAKE, "%s: the certificates just made cannot be read back", dir);
      return FALSE;
    }
  for (guint i = 0; i < certs->persons->len; i++)
    {
      const CdVenueCertPerson *person = g_ptr_array_index (certs->persons, i);

      if (revoked[i] && !cd_venue_certs_revoke (certs, person->id, person->fingerprint, error))
        return FALSE;
    }
  return TRUE;
}

CdVenueCerts *
cd_venue_certs_ensure (CdEnv *env, const char *data_dir, const char *const *ids, GError **error)
{
  g_autofree char *dir = g_build_filename (data_dir, "certs", NULL);
  g_autoptr (CdVenueCerts) certs = g_new0 (CdVenueCerts, 1);

  certs->persons = g_ptr_array_new_with_free_func (person_free);
  if (g_mkdir_with_parents (dir, 0700) != 0 || g_chmod (dir, 0700) != 0)
    {
      g_set_error (error, CD_VENUE_CERTS_ERROR, CD_VENUE_CERTS_ERROR_FOLDER, "%s: expected a folder of our own: %s", dir, g_strerror (errno));
      return NULL;
    }
  certs->ca_path = g_build_filename (dir, "ca.pem", NULL);
  certs->crl_path = g_build_filename (dir, "crl.pem", NULL);
  certs->server_cert_path = g_build_filename (dir, "server.pem", NULL);
  certs->server_key_path = g_build_filename (dir, "server.key", NULL);
  certs->revoked_path = g_build_filename (dir, "revoked", NULL);
  if (!read_revoked (certs, error))
    return NULL;
  for (guint i = 0; ids[i]; i++)
    {
      g_return_val_if_fail (cd_ident_valid (ids[i]), NULL);
      for (int number = 1; number <= CD_VENUE_CERTS_EACH; number++)
        add_person (certs, dir, ids[i], number);
    }
  if (!read_all (env, certs) && !make_again (env, certs, dir, error))
    return NULL;
  return g_steal_pointer (&certs);
}

const char *
cd_venue_certs_person (const CdVenueCerts *certs, CdEnv *env, GTlsCertificate *certificate)
{
  g_autofree char *fingerprint = fingerprint_of (certificate);
  g_autoptr (GDateTime) end = g_tls_certificate_get_not_valid_after (certificate);

  /* The handshake looked once; a connection may live for longer than its certificate. */
  if (!fingerprint || !end || g_date_time_to_unix (end) <= cd_env_real_us (env) / CD_USEC_PER_SEC || g_hash_table_contains (certs->revoked, fingerprint))
    return NULL;
  for (guint i = 0; i < certs->persons->len; i++)
    {
      const CdVenueCertPerson *person = g_ptr_array_index (certs->persons, i);

      if (strcmp (person->fingerprint, fingerprint) == 0)
        return person->id;
    }
  return NULL;
}
