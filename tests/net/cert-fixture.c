/* cert-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cert-fixture.h"

#include <gio/gio.h>
#include <gnutls/x509-ext.h>
#include <gnutls/x509.h>
#include <string.h>
#include <time.h>

#define YEAR_S (365 * 86400)
#define CHAIN_CROSSED 3 /* the leaf and both */
#define OK(call) g_assert_cmpint ((call), >=, 0)

typedef struct _Pair
{
  gnutls_x509_crt_t crt;
  gnutls_x509_privkey_t key;
  const struct _Pair *above; /* (nullable): its issuer, unless that is one of the two CAs */
} Pair;

struct _Certs
{
  char *dir;
  Pair ca, other;
  GHashTable *pairs; /* name -> Pair */
  guint serial;
};

static void
pair_free (gpointer data)
{
  Pair *pair = data;

  gnutls_x509_crt_deinit (pair->crt);
  gnutls_x509_privkey_deinit (pair->key);
  g_free (pair);
}

static void
write_file (Certs *certs, const char *name, const char *suffix, gnutls_datum_t *pem)
{
  g_autofree char *base = g_strconcat (name, suffix, NULL);
  g_autofree char *path = g_build_filename (certs->dir, base, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, (const char *)pem->data, pem->size, &error);
  g_assert_no_error (error);
  gnutls_free (pem->data);
}

static void
key_id (gnutls_x509_crt_t crt, guint8 *id, gsize *len)
{
  *len = 20;
  OK (gnutls_x509_crt_get_key_id (crt, 0, id, len));
}

static void
describe (Certs *certs, Pair *pair, const CertSpec *spec)
{
  gint64 now = time (NULL);
  guint32 serial = GUINT32_TO_BE (++certs->serial);
  const char *cn = spec->cn ? spec->cn : spec->name;
  guint8 id[20];
  gsize len;

  OK (gnutls_x509_crt_init (&pair->crt));
  OK (gnutls_x509_privkey_init (&pair->key));
  if (spec->rsa_1024)
    OK (gnutls_x509_privkey_generate (pair->key, GNUTLS_PK_RSA, 1024, 0));
  else
    OK (gnutls_x509_privkey_generate (pair->key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0));
  OK (gnutls_x509_crt_set_version (pair->crt, 3));
  OK (gnutls_x509_crt_set_serial (pair->crt, &serial, sizeof serial));
  OK (gnutls_x509_crt_set_activation_time (pair->crt, (time_t)(now + (spec->from_s || spec->to_s ? spec->from_s : -86400))));
  OK (gnutls_x509_crt_set_expiration_time (pair->crt, (time_t)(now + (spec->from_s || spec->to_s ? spec->to_s : YEAR_S))));
  OK (gnutls_x509_crt_set_dn_by_oid (pair->crt, GNUTLS_OID_X520_COMMON_NAME, 0, cn, (unsigned)strlen (cn)));
  OK (gnutls_x509_crt_set_key (pair->crt, pair->key));
  key_id (pair->crt, id, &len);
  OK (gnutls_x509_crt_set_subject_key_id (pair->crt, id, len));
  OK (gnutls_x509_crt_set_basic_constraints (pair->crt, spec->is_ca, -1));
  OK (gnutls_x509_crt_set_key_usage (pair->crt, spec->is_ca ? GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN : spec->no_signing ? GNUTLS_KEY_KEY_AGREEMENT
                                                                                                                                : GNUTLS_KEY_DIGITAL_SIGNATURE));
}

static void
add_names (Pair *pair, const CertSpec *spec)
{
  if (spec->purpose)
    OK (gnutls_x509_crt_set_key_purpose_oid (pair->crt, spec->purpose, 0));
  if (spec->dns)
    OK (gnutls_x509_crt_set_subject_alt_name (pair->crt, GNUTLS_SAN_DNSNAME, spec->dns, (unsigned)strlen (spec->dns), GNUTLS_FSAN_SET));
  if (spec->ip)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (spec->ip);

      OK (gnutls_x509_crt_set_subject_alt_name (pair->crt, GNUTLS_SAN_IPADDRESS, g_inet_address_to_bytes (address), (unsigned)g_inet_address_get_native_size (address), spec->dns ? GNUTLS_FSAN_APPEND : GNUTLS_FSAN_SET));
    }
  if (spec->permits)
    {
      const gnutls_datum_t name = { (guchar *)spec->permits, (unsigned)strlen (spec->permits) };
      gnutls_x509_name_constraints_t constraints;

      OK (gnutls_x509_name_constraints_init (&constraints));
      OK (gnutls_x509_name_constraints_add_permitted (constraints, GNUTLS_SAN_DNSNAME, &name));
      OK (gnutls_x509_crt_set_name_constraints (pair->crt, constraints, 1));
      gnutls_x509_name_constraints_deinit (constraints);
    }
  if (spec->must_staple)
    {
      gnutls_x509_tlsfeatures_t features;

      OK (gnutls_x509_tlsfeatures_init (&features));
      OK (gnutls_x509_tlsfeatures_add (features, 5));
      OK (gnutls_x509_crt_set_tlsfeatures (pair->crt, features));
      gnutls_x509_tlsfeatures_deinit (features);
    }
}

/* The certificate and what stands above it, at most @most of them. */
static void
write_pair (Certs *certs, const char *name, const Pair *pair, guint most)
{
  g_autoptr (GString) chain = g_string_new (NULL);
  gnutls_datum_t pem;

  for (const Pair *at = pair; at && most > 0; at = at->above, most--)
    {
      OK (gnutls_x509_crt_export2 (at->crt, GNUTLS_X509_FMT_PEM, &pem));
      g_string_append_len (chain, (const char *)pem.data, pem.size);
      gnutls_free (pem.data);
    }
  pem = (gnutls_datum_t){ (guchar *)gnutls_strdup (chain->str), (unsigned)chain->len };
  write_file (certs, name, ".crt", &pem);
  OK (gnutls_x509_privkey_export2 (pair->key, GNUTLS_X509_FMT_PEM, &pem));
  write_file (certs, name, ".key", &pem);
}

static void
sign (Pair *pair, const Pair *signer, gnutls_digest_algorithm_t digest)
{
  guint8 id[20];
  gsize len;

  key_id (signer->crt, id, &len);
  OK (gnutls_x509_crt_set_authority_key_id (pair->crt, id, len));
  OK (gnutls_x509_crt_sign2 (pair->crt, signer->crt, signer->key, digest, 0));
}

void
certs_make (Certs *certs, const CertSpec *spec)
{
  Pair *pair = g_new0 (Pair, 1);

  pair->above = spec->issuer ? g_hash_table_lookup (certs->pairs, spec->issuer) : NULL;
  describe (certs, pair, spec);
  add_names (pair, spec);
  sign (pair, pair->above ? pair->above : spec->other_ca  ? &certs->other
                                      : spec->self_signed ? pair
                                                          : &certs->ca,
        spec->sha1 ? GNUTLS_DIG_SHA1 : GNUTLS_DIG_SHA256);
  write_pair (certs, spec->name, pair, G_MAXUINT);
  g_hash_table_replace (certs->pairs, g_strdup (spec->name), pair);
}

void
certs_make_crossed (Certs *certs, const char *name, const char *dns)
{
  const CertSpec one = { .name = "crossed-1", .is_ca = TRUE }, two = { .name = "crossed-2", .is_ca = TRUE }, leaf = { .name = name, .dns = dns, .purpose = CERT_SERVER };
  Pair *first = g_new0 (Pair, 1), *second = g_new0 (Pair, 1), *pair = g_new0 (Pair, 1);

  describe (certs, first, &one);
  describe (certs, second, &two);
  describe (certs, pair, &leaf);
  add_names (pair, &leaf);
  sign (first, second, GNUTLS_DIG_SHA256);
  sign (second, first, GNUTLS_DIG_SHA256);
  sign (pair, first, GNUTLS_DIG_SHA256);
  pair->above = first;
  first->above = second;
  second->above = first;
  write_pair (certs, name, pair, CHAIN_CROSSED);
  g_hash_table_replace (certs->pairs, g_strdup (one.name), first);
  g_hash_table_replace (certs->pairs, g_strdup (two.name), second);
  g_hash_table_replace (certs->pairs, g_strdup (name), pair);
}

void
certs_write_crl (Certs *certs, const char *const *names, gint64 from_s, gint64 to_s, gboolean by_other_ca)
{
  const Pair *signer = by_other_ca ? &certs->other : &certs->ca;
  gint64 now = time (NULL);
  gnutls_x509_crl_t crl;
  gnutls_datum_t pem;
  guint8 id[20];
  gsize len;

  OK (gnutls_x509_crl_init (&crl));
  OK (gnutls_x509_crl_set_version (crl, 2));
  OK (gnutls_x509_crl_set_this_update (crl, (time_t)(now + from_s)));
  OK (gnutls_x509_crl_set_next_update (crl, (time_t)(now + to_s)));
  OK (gnutls_x509_crl_set_number (crl, "\x01", 1));
  for (guint i = 0; names && names[i]; i++)
    {
      const Pair *pair = g_hash_table_lookup (certs->pairs, names[i]);

      g_assert_nonnull (pair);
      OK (gnutls_x509_crl_set_crt (crl, pair->crt, (time_t)now));
    }
  key_id (signer->crt, id, &len);
  OK (gnutls_x509_crl_set_authority_key_id (crl, id, len));
  OK (gnutls_x509_crl_sign2 (crl, signer->crt, signer->key, GNUTLS_DIG_SHA256, 0));
  OK (gnutls_x509_crl_export2 (crl, GNUTLS_X509_FMT_PEM, &pem));
  gnutls_x509_crl_deinit (crl);
  write_file (certs, "ca", ".crl", &pem);
}

static void
make_ca (Certs *certs, Pair *pair, const char *name)
{
  const CertSpec spec = { .name = name, .cn = name, .is_ca = TRUE };

  describe (certs, pair, &spec);
  OK (gnutls_x509_crt_sign2 (pair->crt, pair->crt, pair->key, GNUTLS_DIG_SHA256, 0));
  write_pair (certs, name, pair, 1);
}

Certs *
certs_new (const char *dir)
{
  Certs *certs = g_new0 (Certs, 1);

  certs->dir = g_strdup (dir);
  certs->pairs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, pair_free);
  make_ca (certs, &certs->ca, "ca");
  make_ca (certs, &certs->other, "other");
  certs_write_crl (certs, NULL, -3600, YEAR_S, FALSE);
  return certs;
}

void
certs_free (Certs *certs)
{
  g_hash_table_unref (certs->pairs);
  gnutls_x509_crt_deinit (certs->ca.crt);
  gnutls_x509_privkey_deinit (certs->ca.key);
  gnutls_x509_crt_deinit (certs->other.crt);
  gnutls_x509_privkey_deinit (certs->other.key);
  g_free (certs->dir);
  g_free (certs);
}
