/* test-certs.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Certificates of persons against a driven clock: when they end, who is whom, what a revocation reaches.
 */
#include <gio/gio.h>
#include <glib/gstdio.h>

#include "cd-venue-certs.h"

#define START_US (G_GINT64_CONSTANT (1797206400) * G_USEC_PER_SEC) /* 2026-12-14 */
#define DAY_US (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC)

typedef struct
{
  CdEnv *env;
  char *dir;
  CdVenueCerts *certs;
} Fixture;

static void
open_certs (Fixture *f)
{
  static const char *const ids[] = { "trader", "second", NULL };
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&f->certs, cd_venue_certs_free);
  f->certs = cd_venue_certs_ensure (f->env, f->dir, ids, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (f->certs->persons->len, ==, 2 * CD_VENUE_CERTS_EACH);
}

static void
setup (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->env = cd_env_test_new (START_US, 1);
  f->dir = g_dir_make_tmp ("cd-certs-XXXXXX", &error);
  g_assert_no_error (error);
  open_certs (f);
}

static void
teardown (Fixture *f, gconstpointer data)
{
  g_autofree char *dir = g_build_filename (f->dir, "certs", NULL);
  g_autoptr (GDir) files = g_dir_open (dir, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (files)))
    {
      g_autofree char *path = g_build_filename (dir, name, NULL);

      g_unlink (path);
    }
  g_rmdir (dir);
  g_rmdir (f->dir);
  g_free (f->dir);
  cd_venue_certs_free (f->certs);
  cd_env_unref (f->env);
}

static GTlsCertificate *
certificate (Fixture *f, guint index)
{
  g_autoptr (GError) error = NULL;
  GTlsCertificate *c = g_tls_certificate_new_from_file (((const CdVenueCertPerson *)g_ptr_array_index (f->certs->persons, index))->cert_path, &error);

  g_assert_no_error (error);
  return c;
}

static const char *
person (Fixture *f, guint index)
{
  g_autoptr (GTlsCertificate) c = certificate (f, index);

  return cd_venue_certs_person (f->certs, f->env, c);
}

/* To the second: the last one counts, the next does not. Nobody is asked again whether the handshake was in time. */
static void
test_end (Fixture *f, gconstpointer data)
{
  g_autoptr (GTlsCertificate) c = certificate (f, 0);
  g_autoptr (GDateTime) end = g_tls_certificate_get_not_valid_after (c);
  gint64 left = g_date_time_to_unix (end) * G_USEC_PER_SEC - START_US;

  g_assert_cmpint (left, ==, 825 * DAY_US);
  cd_env_test_advance (f->env, left - G_USEC_PER_SEC);
  g_assert_cmpstr (cd_venue_certs_person (f->certs, f->env, c), ==, "trader");
  cd_env_test_advance (f->env, G_USEC_PER_SEC);
  g_assert_null (cd_venue_certs_person (f->certs, f->env, c));
}

/* A month before the end all are made anew, and the old ones are nobody's. */
static void
test_renewal (Fixture *f, gconstpointer data)
{
  g_autoptr (GTlsCertificate) old = certificate (f, 0);

  cd_env_test_advance (f->env, 794 * DAY_US);
  open_certs (f);
  g_assert_cmpstr (cd_venue_certs_person (f->certs, f->env, old), ==, "trader");
  cd_env_test_advance (f->env, 2 * DAY_US);
  open_certs (f);
  g_assert_null (cd_venue_certs_person (f->certs, f->env, old));
  g_assert_cmpstr (person (f, 0), ==, "trader");
}

/* New certificates are made when the old ones end, not when somebody wants back in. */
static void
test_renewal_keeps_revocations (Fixture *f, gconstpointer data)
{
  const CdVenueCertPerson *spare = g_ptr_array_index (f->certs->persons, 3);
  g_autoptr (GError) error = NULL;

  g_assert_true (cd_venue_certs_revoke (f->certs, "trader", NULL, &error));
  g_assert_true (cd_venue_certs_revoke (f->certs, "second", spare->fingerprint, &error));
  cd_env_test_advance (f->env, 796 * DAY_US);
  for (int again = 0; again < 2; again++)
    {
      open_certs (f);
      g_assert_null (person (f, 0));
      g_assert_null (person (f, 1));
      g_assert_cmpstr (person (f, 2), ==, "second");
      g_assert_null (person (f, 3));
    }
}

static void
test_two_each (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const CdVenueCertPerson *spare = g_ptr_array_index (f->certs->persons, 1);

  g_assert_cmpstr (person (f, 0), ==, "trader");
  g_assert_cmpstr (person (f, 1), ==, "trader");
  g_assert_cmpstr (person (f, 2), ==, "second");
  /* Of somebody else's certificate nothing is revoked. */
  g_assert_false (cd_venue_certs_revoke (f->certs, "second", spare->fingerprint, &error));
  g_assert_error (error, CD_VENUE_CERTS_ERROR, CD_VENUE_CERTS_ERROR_MAKE);
  g_clear_error (&error);
  g_assert_true (cd_venue_certs_revoke (f->certs, "trader", spare->fingerprint, &error));
  for (int again = 0; again < 2; again++)
    {
      g_assert_cmpstr (person (f, 0), ==, "trader");
      g_assert_null (person (f, 1));
      open_certs (f);
    }
  g_assert_true (cd_venue_certs_revoke (f->certs, "trader", NULL, &error));
  open_certs (f);
  g_assert_null (person (f, 0));
  g_assert_null (person (f, 1));
  g_assert_cmpstr (person (f, 2), ==, "second");
  g_assert_cmpstr (person (f, 3), ==, "second");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/certs/end", Fixture, NULL, setup, test_end, teardown);
  g_test_add ("/certs/renewal", Fixture, NULL, setup, test_renewal, teardown);
  g_test_add ("/certs/renewal-keeps-revocations", Fixture, NULL, setup, test_renewal_keeps_revocations, teardown);
  g_test_add ("/certs/two-each", Fixture, NULL, setup, test_two_each, teardown);
  return g_test_run ();
}
