/* test-seal.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signatures on files: by every kind of certificate, right and wrong, under lists of revoked ones that are right, old and missing. The
 * same by a key in a token stands in tests/app/test-identity.c.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "cd-seal.h"
#include "cert-fixture.h"

#define YEAR_S (365 * 86400)
#define TEXT "{\"what\":\"is signed\","

typedef struct
{
  CertSpec spec;
  const char *refusal; /* (nullable): none */
} Signer;

static const Signer signers[] = {
  { { .name = "right", .cn = "power-second", .purpose = CERT_CLIENT }, NULL },
  { { .name = "expired", .cn = "power-second", .purpose = CERT_CLIENT, .from_s = -YEAR_S, .to_s = -5 }, "ended at" },
  { { .name = "not-yet", .cn = "power-second", .purpose = CERT_CLIENT, .from_s = 3600, .to_s = YEAR_S }, "does not hold before" },
  { { .name = "other-ca", .cn = "power-second", .purpose = CERT_CLIENT, .other_ca = TRUE }, "does not end at the pinned CA" },
  { { .name = "self-signed", .cn = "power-second", .purpose = CERT_CLIENT, .self_signed = TRUE }, "does not end at the pinned CA" },
  { { .name = "revoked", .cn = "power-second", .purpose = CERT_CLIENT, .revoked = TRUE }, "was revoked" },
  { { .name = "server-purpose", .cn = "power-second", .purpose = CERT_SERVER }, "another purpose" },
  { { .name = "no-purpose", .cn = "power-second" }, "another purpose" },
  { { .name = "may-not-sign", .cn = "power-second", .purpose = CERT_CLIENT, .no_signing = TRUE }, "may not sign" },
  { { .name = "below-a-leaf", .cn = "power-second", .purpose = CERT_CLIENT, .issuer = "right" }, "pinned CA" },
};

static char *dir;
static Certs *certs;

static void
write_list (gint64 from_s, gint64 to_s, gboolean by_other)
{
  static const char *const revoked[] = { "revoked", NULL };

  certs_write_crl (certs, revoked, from_s, to_s, by_other);
}

static GTlsCertificate *
certificate_of (const char *name)
{
  g_autofree char *cert = g_strdup_printf ("%s/%s.crt", dir, name), *key = g_strdup_printf ("%s/%s.key", dir, name);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_files (cert, key, &error);

  g_assert_no_error (error);
  return certificate;
}

static char *
verify (const GPtrArray *certificates, const char *text, const char *signature, GError **error)
{
  g_autofree char *ca = g_build_filename (dir, "ca.crt", NULL), *crl = g_build_filename (dir, "ca.crl", NULL);
  const CdEndpoint endpoint = { .ca_path = ca, .crl_path = crl };
  g_autoptr (CdTrust) trust = cd_trust_new (cd_env_default (), &endpoint);

  return cd_seal_verify (trust, certificates, text, strlen (text), signature, error);
}

static void
refused (const GPtrArray *certificates, const char *text, const char *signature, const char *says)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *person = verify (certificates, text, signature, &error);

  g_assert_null (person);
  if (!strstr (error->message, says))
    g_error ("expected “%s” in “%s”", says, error->message);
}

static void
test_signers (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (signers); i++)
    {
      g_autoptr (GTlsCertificate) own = certificate_of (signers[i].spec.name);
      g_autoptr (GPtrArray) certificates = cd_seal_certificates (own);
      g_autoptr (GError) error = NULL;
      g_autofree char *signature = cd_seal_sign (own, TEXT, strlen (TEXT), &error);
      g_autofree char *person = NULL;

      g_assert_no_error (error);
      if (signers[i].refusal)
        {
          refused (certificates, TEXT, signature, signers[i].refusal);
          continue;
        }
      person = verify (certificates, TEXT, signature, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (person, ==, "power-second");
    }
}

/* What nobody can decide is refused. */
static void
test_lists (void)
{
  g_autoptr (GTlsCertificate) own = certificate_of ("right");
  g_autoptr (GPtrArray) certificates = cd_seal_certificates (own);
  g_autofree char *signature = cd_seal_sign (own, TEXT, strlen (TEXT), NULL);
  g_autofree char *crl = g_build_filename (dir, "ca.crl", NULL);

  write_list (-YEAR_S, -5, FALSE);
  refused (certificates, TEXT, signature, "no current revocation list");
  write_list (-60, YEAR_S, TRUE);
  refused (certificates, TEXT, signature, "no current revocation list");
  g_assert_cmpint (g_remove (crl), ==, 0);
  refused (certificates, TEXT, signature, "revocation list cannot be read");
  write_list (-60, YEAR_S, FALSE);
}

static void
test_damage (void)
{
  g_autoptr (GTlsCertificate) own = certificate_of ("right"), other = certificate_of ("revoked");
  g_autoptr (GPtrArray) certificates = cd_seal_certificates (own), none = g_ptr_array_new (), bad = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *signature = cd_seal_sign (own, TEXT, strlen (TEXT), NULL);
  g_autofree char *others = cd_seal_sign (other, TEXT, strlen (TEXT), NULL);
  g_autofree char *longer = g_strconcat (signature, "00", NULL), *upper = g_ascii_strup (signature, -1);
  g_autoptr (GError) error = NULL;
  g_autofree char *cert = g_build_filename (dir, "right.crt", NULL);
  g_autoptr (GTlsCertificate) public = g_tls_certificate_new_from_file (cert, &error);

  refused (certificates, "{\"what\":\"Is signed\",", signature, "signature: it is not that of this text");
  refused (certificates, TEXT, others, "signature: it is not that of this text");
  refused (certificates, TEXT, longer, "signature: it is not that of this text");
  refused (certificates, TEXT, upper, "signature: expected lower-case hex");
  refused (certificates, TEXT, "", "signature: expected lower-case hex");
  refused (certificates, TEXT, "abc", "signature: expected lower-case hex");
  refused (none, TEXT, signature, "certificates: expected a certificate");
  g_ptr_array_add (bad, g_strdup ("bm8gY2VydGlmaWNhdGU="));
  refused (bad, TEXT, signature, "certificates: expected a certificate");
  g_free (bad->pdata[0]);
  bad->pdata[0] = g_strdup ("not base64 at all");
  refused (bad, TEXT, signature, "certificates[0]: expected a certificate in base64");
  g_assert_null (cd_seal_sign (public, TEXT, strlen (TEXT), &error));
  g_assert_nonnull (strstr (error->message, "no key with it"));
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  dir = g_dir_make_tmp ("carbondesk-seal-XXXXXX", &error);
  g_assert_no_error (error);
  certs = certs_new (dir);
  for (gsize i = 0; i < G_N_ELEMENTS (signers); i++)
    certs_make (certs, &signers[i].spec);
  write_list (-60, YEAR_S, FALSE);
  g_test_add_func ("/seal/signers", test_signers);
  g_test_add_func ("/seal/lists", test_lists);
  g_test_add_func ("/seal/damage", test_damage);
  status = g_test_run ();
  certs_free (certs);
  g_spawn_sync (NULL, (char *[]){ (char *)"rm", (char *)"-rf", dir, NULL }, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  g_free (dir);
  return status;
}
