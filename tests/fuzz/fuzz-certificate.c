/* fuzz-certificate.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as the certificate of a server, as the pinned CA and as its list of revoked certificates; and real ones with any bytes written
 * over a part. A changed certificate is not taken for one with another key or name, and none that is revoked is taken, whatever is done to
 * the list.
 */
#include <gnutls/x509.h>

#include "cd-trust.h"
#include "cert-fixture.h"
#include "fuzz.h"

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

enum
{
  LEAF,
  LIST,
  CA,
  N_PARTS
};
static const char *const files[] = { "server.crt", "ca.crl", "ca.crt" };
static const char *const names[] = { "CERTIFICATE", "X509 CRL", "CERTIFICATE" };
static guint8 *good[N_PARTS]; /* DER */
static gsize good_len[N_PARTS];
static char *good_pem[N_PARTS];
static CdTrust *trust;
static GTlsCertificate *right, *revoked, *foreign;
static guint8 right_key[32];

static GTlsCertificate *
load (const char *dir, const char *name)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_file (path, &error);

  if (!certificate)
    fuzz_fail ("%s: %s", path, error->message);
  return certificate;
}

static gboolean
key_of (const guint8 *der, gsize len, guint8 *id)
{
  gnutls_datum_t datum = { (guchar *)der, (unsigned)len };
  gnutls_x509_crt_t crt;
  gsize id_len = 32;
  gboolean found;

  gnutls_x509_crt_init (&crt);
  found = gnutls_x509_crt_import (crt, &datum, GNUTLS_X509_FMT_DER) >= 0 && gnutls_x509_crt_get_key_id (crt, GNUTLS_KEYID_USE_SHA256, id, &id_len) >= 0;
  gnutls_x509_crt_deinit (crt);
  return found;
}

static void
set_up (void)
{
  static const char *const listed[] = { "revoked", NULL };
  const char *dir = fuzz_dir ();
  CdEndpoint endpoint = { .url = (char *)"https://localhost:1" };
  Certs *certs = certs_new (dir);

  certs_make (certs, &(CertSpec){ .name = "server", .dns = "localhost", .purpose = CERT_SERVER });
  certs_make (certs, &(CertSpec){ .name = "revoked", .dns = "localhost", .purpose = CERT_SERVER });
  certs_make (certs, &(CertSpec){ .name = "foreign", .dns = "localhost", .purpose = CERT_SERVER, .other_ca = TRUE });
  certs_write_crl (certs, listed, -3600, 86400, FALSE);
  certs_free (certs);
  for (guint i = 0; i < N_PARTS; i++)
    {
      g_autofree char *path = g_build_filename (dir, files[i], NULL);
      gnutls_datum_t pem, der;
      gsize len;

      if (!g_file_get_contents (path, &good_pem[i], &len, NULL))
        fuzz_fail ("%s is not there", path);
      pem = (gnutls_datum_t){ (guchar *)good_pem[i], (unsigned)len };
      if (gnutls_pem_base64_decode2 (names[i], &pem, &der) < 0)
        fuzz_fail ("%s cannot be read", path);
      good[i] = g_memdup2 (der.data, der.size);
      good_len[i] = der.size;
      gnutls_free (der.data);
    }
  endpoint.ca_path = g_build_filename (dir, "ca.crt", NULL);
  endpoint.crl_path = g_build_filename (dir, "ca.crl", NULL);
  trust = cd_trust_new (cd_env_default (), &endpoint);
  g_free (endpoint.ca_path);
  g_free (endpoint.crl_path);
  right = load (dir, "server.crt");
  revoked = load (dir, "revoked.crt");
  foreign = load (dir, "foreign.crt");
  if (!key_of (good[LEAF], good_len[LEAF], right_key) || !cd_trust_check (trust, right, "localhost", NULL))
    fuzz_fail ("the right certificate is not taken");
}

static void
write_part (guint part, const char *pem, gssize len)
{
  g_autofree char *path = g_build_filename (fuzz_dir (), files[part], NULL);

  if (!g_file_set_contents_full (path, pem, len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL))
    fuzz_fail ("cannot write");
}

static gboolean
taken (GTlsCertificate *certificate)
{
  g_autoptr (GError) error = NULL;

  if (cd_trust_check (trust, certificate, "localhost", &error))
    return TRUE;
  if (!error || !g_utf8_validate (error->message, -1, NULL))
    fuzz_fail ("refused without a message that can be shown");
  return FALSE;
}

static void
try_leaf (const guint8 *der, gsize der_len, const char *pem, gssize len)
{
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_pem (pem, len, NULL);
  guint8 id[32];

  if (certificate && taken (certificate) && (!der || !key_of (der, der_len, id) || memcmp (id, right_key, sizeof id) != 0))
    fuzz_fail ("a certificate with another key is taken");
}

/* Not within the time of an input. */
int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  set_up ();
  return 0;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  guint part = size > 0 ? data[0] / 2 % N_PARTS : 0;
  gboolean as_pem = size > 0 && data[0] & 0x80;
  g_autofree guint8 *bytes = NULL;
  gnutls_datum_t pem = { NULL, 0 }, der;
  gsize len;

  if (as_pem)
    bytes = fuzz_patch (data, size, good_pem[part], strlen (good_pem[part]), &len);
  else
    bytes = fuzz_patch (data, size, good[part], good_len[part], &len);
  der = (gnutls_datum_t){ bytes, (unsigned)len };
  if (!as_pem && gnutls_pem_base64_encode2 (names[part], &der, &pem) < 0)
    return 0;
  if (part == LEAF)
    {
      if (!as_pem)
        try_leaf (bytes, len, (const char *)pem.data, pem.size);
      else if (memchr (bytes, 0, len) == NULL)
        {
          g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_pem ((const char *)bytes, (gssize)len, NULL);

          if (certificate)
            taken (certificate);
        }
    }
  else
    {
      write_part (part, as_pem ? (const char *)bytes : (const char *)pem.data, as_pem ? (gssize)len : (gssize)pem.size);
      taken (right);
      if (taken (revoked) && part == LIST)
        fuzz_fail ("a revoked certificate is taken");
      if (taken (foreign) && part == LIST)
        fuzz_fail ("a certificate of another CA is taken");
      write_part (part, good_pem[part], -1);
    }
  gnutls_free (pem.data);
  return 0;
}
