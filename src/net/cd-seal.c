/* cd-seal.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-seal.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <string.h>

#include "cd-ws-connect.h"

#define SIGNATURE_MAX 1024 /* bytes */
#define NAME_MAX_LEN 256

static gboolean
fail (GError **error, const char *what, int rc)
{
  g_set_error (error, CD_NET_ERROR, CD_NET_ERROR_CERTIFICATE, "%s%s%s", what, rc < 0 ? ": " : "", rc < 0 ? gnutls_strerror (rc) : "");
  return FALSE;
}

/* One algorithm a kind of key, so that nobody chooses a weak one. */
static gnutls_sign_algorithm_t
algorithm_of (gnutls_pk_algorithm_t pk)
{
  switch (pk)
    {
    case GNUTLS_PK_EDDSA_ED25519:
      return GNUTLS_SIGN_EDDSA_ED25519;
    case GNUTLS_PK_ECDSA:
    case GNUTLS_PK_RSA:
      return gnutls_pk_to_sign (pk, GNUTLS_DIG_SHA256);
    default:
      return GNUTLS_SIGN_UNKNOWN;
    }
}

/* --- Signing --------------------------------------------------------------------------------------------------------- */

GPtrArray *
cd_seal_certificates (GTlsCertificate *own)
{
  GPtrArray *out = g_ptr_array_new_with_free_func (g_free);

  for (GTlsCertificate *at = own; at; at = g_tls_certificate_get_issuer (at))
    {
      g_autoptr (GByteArray) der = NULL;

      g_object_get (at, "certificate", &der, NULL);
      if (der)
        g_ptr_array_add (out, g_base64_encode (der->data, der->len));
    }
  return out;
}

/* A token keeps its log-in for the process (sys/cd-token.h): the library signs with its key and asks nobody. */
static gboolean
import_key (gnutls_privkey_t key, GTlsCertificate *own, GError **error)
{
  g_autofree char *uri = NULL;
  char *pem = NULL;
  int rc;

  g_object_get (own, "private-key-pkcs11-uri", &uri, NULL);
  if (uri)
    {
      rc = gnutls_privkey_import_url (key, uri, 0);
      return rc >= 0 || fail (error, "the key in the token cannot be used", rc);
    }
  g_object_get (own, "private-key-pem", &pem, NULL);
  if (!pem)
    return fail (error, "the certificate has no key with it, so nothing can be signed", 0);
  rc = gnutls_privkey_import_x509_raw (key, &(gnutls_datum_t){ (unsigned char *)pem, (unsigned)strlen (pem) }, GNUTLS_X509_FMT_PEM, NULL, 0);
  gnutls_memset (pem, 0, strlen (pem));
  g_free (pem);
  return rc >= 0 || fail (error, "the key cannot be used", rc);
}

static char *
to_hex (const guint8 *bytes, gsize len)
{
  GString *text = g_string_sized_new (2 * len);

  for (gsize i = 0; i < len; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  return g_string_free (text, FALSE);
}

static gboolean check_signature (gnutls_x509_crt_t crt, const char *text, gsize len, const char *hex, GError **error);

/* What came out of a token is looked at before it is handed on: its module is not ours. */
static gboolean
fits_certificate (GTlsCertificate *own, const char *text, gsize len, const char *hex)
{
  g_autoptr (GByteArray) der = NULL;
  gnutls_x509_crt_t crt = NULL;
  gboolean ok;

  g_object_get (own, "certificate", &der, NULL);
  if (!der || gnutls_x509_crt_init (&crt) < 0)
    return FALSE;
  ok = gnutls_x509_crt_import (crt, &(gnutls_datum_t){ der->data, der->len }, GNUTLS_X509_FMT_DER) >= 0 && check_signature (crt, text, len, hex, NULL);
  gnutls_x509_crt_deinit (crt);
  return ok;
}

char *
cd_seal_sign (GTlsCertificate *own, const char *text, gsize len, GError **error)
{
  gnutls_datum_t data = { (unsigned char *)text, (unsigned)len }, signature = { NULL, 0 };
  gnutls_privkey_t key = NULL;
  char *hex = NULL;
  int rc = gnutls_privkey_init (&key);

  if (rc < 0)
    {
      fail (error, "the key cannot be used", rc);
      return NULL;
    }
  if (import_key (key, own, error))
    {
      rc = gnutls_privkey_sign_data2 (key, algorithm_of ((gnutls_pk_algorithm_t)gnutls_privkey_get_pk_algorithm (key, NULL)), 0, &data, &signature);
      if (rc >= 0)
        hex = to_hex (signature.data, signature.size);
      else
        fail (error, "the key does not sign", rc);
    }
  gnutls_free (signature.data);
  gnutls_privkey_deinit (key);
  if (hex && !fits_certificate (own, text, len, hex))
    {
      fail (error, "what the key signed does not fit the certificate: it is the key of another one, or the token's module is faulty", 0);
      g_clear_pointer (&hex, g_free);
    }
  return hex;
}

/* --- Verifying ------------------------------------------------------------------------------------------------------- */

/* The chain in PEM form, which is what GIO builds chains from. */
static GTlsCertificate *
read_chain (const GPtrArray *certificates, GError **error)
{
  g_autoptr (GString) pem = g_string_new (NULL);
  g_autoptr (GError) local = NULL;
  GTlsCertificate *chain;

  for (guint i = 0; i < certificates->len; i++)
    {
      const char *text = g_ptr_array_index (certificates, i);
      gsize len;
      g_autofree guint8 *der = g_base64_decode (text, &len);
      g_autofree char *again = g_base64_encode (der, len);

      if (len == 0 || !g_str_equal (again, text))
        {
          g_set_error (error, CD_NET_ERROR, CD_NET_ERROR_CERTIFICATE, "certificates[%u]: expected a certificate in base64", i);
          return NULL;
        }
      g_string_append (pem, "-----BEGIN CERTIFICATE-----\n");
      for (gsize at = 0; at < strlen (text); at += 64)
        g_string_append_printf (pem, "%.64s\n", text + at);
      g_string_append (pem, "-----END CERTIFICATE-----\n");
    }
  chain = g_tls_certificate_new_from_pem (pem->str, (gssize)pem->len, &local);
  if (!chain)
    g_set_error (error, CD_NET_ERROR, CD_NET_ERROR_CERTIFICATE, "certificates: expected a certificate and its issuers: %s", local->message);
  return chain;
}

static gboolean
from_hex (const char *hex, guint8 *out, gsize *len)
{
  gsize n = strlen (hex);

  if (n == 0 || n % 2 || n / 2 > SIGNATURE_MAX)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (!g_ascii_isxdigit (hex[i]) || g_ascii_isupper (hex[i]))
      return FALSE;
  *len = n / 2;
  for (gsize i = 0; i < *len; i++)
    out[i] = (guint8)(g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]));
  return TRUE;
}

/* A signature by elliptic curve is two numbers in DER, of which the library also takes other spellings. */
static gboolean
is_one_spelling (gnutls_pk_algorithm_t pk, gnutls_datum_t *signature)
{
  gnutls_datum_t r = { NULL, 0 }, s = { NULL, 0 }, again = { NULL, 0 };
  gboolean same;

  if (pk != GNUTLS_PK_ECDSA)
    return TRUE;
  same = gnutls_decode_rs_value (signature, &r, &s) >= 0 && gnutls_encode_rs_value (&again, &r, &s) >= 0 && again.size == signature->size && memcmp (again.data, signature->data, again.size) == 0;
  gnutls_free (r.data);
  gnutls_free (s.data);
  gnutls_free (again.data);
  return same;
}

static gboolean
check_signature (gnutls_x509_crt_t crt, const char *text, gsize len, const char *hex, GError **error)
{
  gnutls_datum_t data = { (unsigned char *)text, (unsigned)len };
  guint8 bytes[SIGNATURE_MAX];
  gnutls_datum_t signature = { bytes, 0 };
  gnutls_pk_algorithm_t pk;
  gnutls_pubkey_t key = NULL;
  gsize n = 0;
  int rc;

  if (!from_hex (hex, bytes, &n))
    return fail (error, "signature: expected lower-case hex digits", 0);
  signature.size = (unsigned)n;
  if (gnutls_pubkey_init (&key) < 0)
    return fail (error, "out of memory", 0);
  rc = gnutls_pubkey_import_x509 (key, crt, 0);
  pk = rc >= 0 ? (gnutls_pk_algorithm_t)gnutls_pubkey_get_pk_algorithm (key, NULL) : GNUTLS_PK_UNKNOWN;
  if (rc >= 0)
    rc = gnutls_pubkey_verify_data2 (key, algorithm_of (pk), 0, &data, &signature);
  gnutls_pubkey_deinit (key);
  if (rc >= 0 && is_one_spelling (pk, &signature))
    return TRUE;
  return fail (error, "signature: it is not that of this text by this certificate: expected the file as it was signed", 0);
}

char *
cd_seal_verify (CdTrust *trust, const GPtrArray *certificates, const char *text, gsize len, const char *signature, GError **error)
{
  g_autoptr (GTlsCertificate) chain = read_chain (certificates, error);
  g_autoptr (GByteArray) der = NULL;
  gnutls_x509_crt_t crt = NULL;
  char name[NAME_MAX_LEN];
  size_t name_len = sizeof name;
  char *person = NULL;

  if (!chain)
    return NULL;
  g_object_get (chain, "certificate", &der, NULL);
  if (!der || gnutls_x509_crt_init (&crt) < 0)
    {
      fail (error, "certificates[0]: it cannot be read", 0);
      return NULL;
    }
  /* The text first: of a file that was edited it is of no use to know whose it was. */
  if (gnutls_x509_crt_import (crt, &(gnutls_datum_t){ der->data, der->len }, GNUTLS_X509_FMT_DER) < 0 || gnutls_x509_crt_get_dn_by_oid (crt, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name, &name_len) < 0)
    fail (error, "certificates[0]: expected a subject with a common name", 0);
  else if (check_signature (crt, text, len, signature, error) && cd_trust_check_signer (trust, chain, error))
    person = g_strndup (name, name_len);
  gnutls_x509_crt_deinit (crt);
  return person;
}

gboolean
cd_seal_verify_file (CdTrust *trust, const CdApprovalFile *file, GError **error)
{
  g_autofree char *signer = cd_seal_verify (trust, file->certificates, file->signed_text, strlen (file->signed_text), file->signature, error);

  if (!signer)
    return FALSE;
  if (g_str_equal (signer, file->by))
    return TRUE;
  g_set_error (error, CD_NET_ERROR, CD_NET_ERROR_CERTIFICATE, "by: expected \"%s\", whose certificate signed, found \"%s\"", signer, file->by);
  return FALSE;
}
