/* test-identity.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signing in with a key of one's own at the real venue, over mutual TLS: in a token behind a PIN, in a file under a passphrase; wrong
 * PINs, a token pulled in the middle, a certificate near and past its end.
 */
#include "token-fixture.h"

#include "cd-id.h"
#include "cd-seal.h"

#include <glib/gstdio.h>
#include <string.h>

#define PASSPHRASE "canary-passphrase-5150"

static CdIdentity *
identity (Fixture *f)
{
  return cd_desk_get_identity (f->desk);
}

static void
open_with (Fixture *f, CdEnv *env, const char *certificate, const char *key)
{
  const CdDeskConfig config = { .profile = f->profile, .certificate = certificate, .key = key };

  f->desk = cd_desk_new (env, &config);
  cd_desk_start (f->desk);
}

typedef struct
{
  gboolean done;
  CdTokenResult result;
  CdTokenTries tries;
} Opened;

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Opened *o = data;

  o->result = cd_identity_open_finish (CD_IDENTITY (source), result, &o->tries);
  o->done = TRUE;
}

static Opened
try_secret (Fixture *f, const char *secret)
{
  Opened o = { FALSE };

  cd_identity_open_async (identity (f), cd_secret_new (secret), opened_cb, &o);
  WAIT_FOR (f, flag_set, &o.done);
  return o;
}

static gboolean
waits_for_key (Fixture *f, gconstpointer data)
{
  return g_strcmp0 (cd_desk_get_problem (f->desk), "key.closed") == 0 && cd_desk_get_person (f->desk);
}

static gboolean
says (Fixture *f, gconstpointer code)
{
  return g_strcmp0 (cd_desk_get_problem (f->desk), code) == 0;
}

static gboolean
is_working (Fixture *f, gconstpointer row)
{
  return ((const CdOrderRow *)row)->is_working && ((const CdOrderRow *)row)->order->order_id;
}

static CdOrderRow *
send_far (Fixture *f, gint64 qty, GError **error)
{
  const CdOrderDraft draft = { .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = cd_desk_get_quote (f->desk, "CEA25")->feed.stats.limit_low_e4, .qty = qty };

  return cd_desk_submit (f->desk, &draft, "cover", error);
}

/* The certificates are there once the venue has run. */
static void
prepare (Fixture *f, gconstpointer data)
{
  static int number;

  g_snprintf (f->profile, sizeof f->profile, "key-%d", ++number);
  open_desk (f);
  WAIT_FOR (f, is_live, NULL);
  close_desk (f);
}

/* The same key signs a file for the second person, and never leaves the token. */
static void
check_seal (Fixture *f, const char *dir)
{
  GTlsCertificate *own = cd_identity_get_certificate (identity (f));
  g_autoptr (GPtrArray) certificates = cd_seal_certificates (own);
  g_autofree char *ca = g_build_filename (dir, "ca.pem", NULL), *crl = g_build_filename (dir, "crl.pem", NULL);
  const CdEndpoint endpoint = { .ca_path = ca, .crl_path = crl };
  g_autoptr (CdTrust) trust = cd_trust_new (cd_env_default (), &endpoint);
  g_autoptr (GError) error = NULL;
  g_autofree char *signature = cd_seal_sign (own, "text", 4, &error);
  g_autofree char *person = NULL;

  g_assert_no_error (error);
  person = cd_seal_verify (trust, certificates, "text", 4, signature, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (person, ==, TOKEN_PERSON);
  g_assert_null (cd_seal_verify (trust, certificates, "Text", 4, signature, NULL));
}

static void
test_token (Fixture *f, gconstpointer data)
{
  g_autofree char *dir = token_cert_dir (f);
  g_autoptr (GError) error = NULL;
  CdOrderRow *row, *second;
  Opened o;

  token_fill (dir);
  open_with (f, cd_env_default (), TOKEN_CERTIFICATE, TOKEN_KEY);
  WAIT_FOR (f, waits_for_key, NULL);
  g_assert_cmpint (cd_identity_get_guard (identity (f)), ==, CD_GUARD_PIN);
  g_assert_cmpstr (cd_desk_get_person (f->desk)->id, ==, TOKEN_PERSON);
  g_assert_true (cd_desk_is_locked (f->desk));
  g_assert_null (cd_identity_get_certificate (identity (f)));
  /* Wrong: the token says that tries are fewer, and when the next is the last. */
  o = try_secret (f, "0000");
  g_assert_cmpint (o.result, ==, CD_TOKEN_PIN_WRONG);
  g_assert_cmpint (o.tries, ==, CD_TOKEN_TRIES_FEWER);
  o = try_secret (f, "0001");
  g_assert_cmpint (o.result, ==, CD_TOKEN_PIN_WRONG);
  g_assert_cmpint (o.tries, ==, CD_TOKEN_TRIES_LAST);
  g_assert_cmpint (cd_desk_get_line (f->desk, CD_LINE_ORDERS, NULL), ==, CD_LINK_IDLE);
  o = try_secret (f, TOKEN_PIN);
  g_assert_cmpint (o.result, ==, CD_TOKEN_OK);
  check_seal (f, dir);
  WAIT_FOR (f, is_live, NULL);
  WAIT_FOR (f, has_book, "CEA25");
  row = send_far (f, 700, &error);
  g_assert_no_error (error);
  WAIT_FOR (f, is_working, row);
  /* Pulled: nothing new, what works is followed and may be cancelled. */
  token_pull (TRUE);
  WAIT_FOR (f, says, "token.gone");
  g_assert_true (cd_desk_is_locked (f->desk));
  second = send_far (f, 800, &error);
  g_assert_null (second);
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_LOCKED);
  g_assert_cmpstr (error->message, ==, "token.gone");
  g_clear_error (&error);
  g_assert_true (is_working (f, row));
  o = try_secret (f, TOKEN_PIN);
  g_assert_cmpint (o.result, ==, CD_TOKEN_ABSENT);
  g_assert_true (cd_desk_cancel (f->desk, row, NULL));
  WAIT_FOR (f, is_final, row);
  /* Put back: that alone opens nothing; a wrong PIN does not either, though the process was logged in before. */
  token_pull (FALSE);
  g_assert_true (cd_desk_is_locked (f->desk));
  o = try_secret (f, "wrong-again");
  g_assert_cmpint (o.result, ==, CD_TOKEN_PIN_WRONG);
  g_assert_true (cd_desk_is_locked (f->desk));
  o = try_secret (f, TOKEN_PIN);
  g_assert_cmpint (o.result, ==, CD_TOKEN_OK);
  WAIT_FOR (f, is_live, NULL);
  row = send_far (f, 900, &error);
  g_assert_no_error (error);
  WAIT_FOR (f, is_working, row);
  /* A token that is logged in asks all the same: that is how a locked window is opened. */
  o = try_secret (f, "wrong");
  g_assert_cmpint (o.result, ==, CD_TOKEN_PIN_WRONG);
  o = try_secret (f, "wrong");
  o = try_secret (f, "wrong");
  g_assert_cmpint (o.tries, ==, CD_TOKEN_TRIES_NONE);
  o = try_secret (f, TOKEN_PIN);
  g_assert_cmpint (o.result, ==, CD_TOKEN_PIN_BLOCKED);
  g_assert_true (cd_desk_is_locked (f->desk));
}

static char *
encrypted_key (Fixture *f, const char *dir)
{
  g_autofree char *plain = g_strdup_printf ("%s/person-%s.key", dir, TOKEN_PERSON);
  char *guarded = g_strdup_printf ("%s/guarded.key", dir);
  const char *const argv[] = { "certtool", "--to-p8", "--pkcs-cipher=aes-256", "--password=" PASSPHRASE, "--load-privkey", plain, "--outfile", guarded, NULL };

  token_run (argv);
  return guarded;
}

static void
test_passphrase (Fixture *f, gconstpointer data)
{
  g_autofree char *dir = token_cert_dir (f);
  g_autofree char *cert = g_strdup_printf ("%s/person-%s.pem", dir, TOKEN_PERSON);
  g_autofree char *key = encrypted_key (f, dir);
  Opened o;

  open_with (f, cd_env_default (), cert, key);
  WAIT_FOR (f, waits_for_key, NULL);
  g_assert_cmpint (cd_identity_get_guard (identity (f)), ==, CD_GUARD_PASSPHRASE);
  o = try_secret (f, "wrong");
  g_assert_cmpint (o.result, ==, CD_TOKEN_PIN_WRONG);
  g_assert_cmpint (o.tries, ==, CD_TOKEN_TRIES_UNSAID);
  g_assert_true (cd_desk_is_locked (f->desk));
  o = try_secret (f, PASSPHRASE);
  g_assert_cmpint (o.result, ==, CD_TOKEN_OK);
  WAIT_FOR (f, is_live, NULL);
  /* A wrong one later does not take the open key away. */
  o = try_secret (f, "wrong");
  g_assert_cmpint (o.result, ==, CD_TOKEN_PIN_WRONG);
  g_assert_false (cd_desk_is_locked (f->desk));
}

/* A plain key needs nothing; the subject says who sits here. */
static void
test_plain (Fixture *f, gconstpointer data)
{
  g_autofree char *dir = token_cert_dir (f);
  g_autofree char *cert = g_strdup_printf ("%s/person-power-second.pem", dir);
  g_autofree char *key = g_strdup_printf ("%s/person-power-second.key", dir);

  open_with (f, cd_env_default (), cert, key);
  WAIT_FOR (f, is_live, NULL);
  g_assert_cmpstr (cd_desk_get_person (f->desk)->id, ==, "power-second");
  g_assert_cmpint (cd_desk_get_certificate_days (f->desk), >, 700);
}

static gboolean
has_failed (Fixture *f, gconstpointer part)
{
  return cd_desk_get_state (f->desk) == CD_DESK_FAILED && strstr (cd_desk_get_problem (f->desk), part);
}

/* What is not a key, not ours or would be a stored PIN is refused with what was expected. */
static void
test_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *dir = token_cert_dir (f);
  g_autofree char *cert = g_strdup_printf ("%s/person-%s.pem", dir, TOKEN_PERSON);
  g_autofree char *server = g_strdup_printf ("%s/server.pem", dir);
  g_autofree char *server_key = g_strdup_printf ("%s/server.key", dir);
  const char *const cases[][3] = {
    { "/nowhere/cert.pem", NULL, "expected a certificate in PEM form" },
    { cert, "/nowhere/key.pem", "expected a private key in PEM form" },
    { cert, cert, "expected a private key in PEM form" },
    { cert, "pkcs11:token=x;object=y;type=private?pin-value=1234", "without pin-value" },
    { cert, "pkcs11:token=x;object=y;type=private?pin-source=file:/etc/pin", "without pin-value" },
    { "pkcs11:token=nobody;object=x;type=cert", "pkcs11:token=nobody;object=x;type=private", "plugged in" },
    { server, server_key, "the venue knows nobody called" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      open_with (f, cd_env_default (), cases[i][0], cases[i][1]);
      WAIT_FOR (f, has_failed, cases[i][2]);
      g_assert_null (strstr (cd_desk_get_problem (f->desk), "1234"));
      if (i + 1 < G_N_ELEMENTS (cases))
        close_desk (f);
    }
}

/* --- The end of the certificate --------------------------------------------------------------------------------------- */

/* The real machine with another date. */
static gint64 shift_us;

static gint64
shifted_real_us (gpointer data)
{
  return cd_env_real_us (cd_env_default ()) + shift_us;
}

static gint64
shifted_boot_us (gpointer data)
{
  return cd_env_boot_us (cd_env_default ());
}

static void
shifted_random (gpointer data, void *out, gsize len)
{
  cd_env_random_bytes (cd_env_default (), out, len);
}

static const char *
shifted_string (gpointer data, const char *name)
{
  return cd_env_get_string (cd_env_default (), name);
}

static guint64
shifted_timer_add (gpointer data, GMainContext *context, guint ms, gboolean repeat, GSourceFunc func, gpointer user_data, GDestroyNotify destroy)
{
  return cd_env_timer_add_full (cd_env_default (), context, ms, repeat, func, user_data, destroy);
}

static void
shifted_timer_cancel (gpointer data, guint64 id)
{
  cd_env_timer_cancel (cd_env_default (), id);
}

static gpointer
shifted_worker_new (gpointer data, const char *name)
{
  return cd_env_worker_new (cd_env_default (), name);
}

static void
shifted_worker_push (gpointer data, gpointer worker, CdEnvTaskFunc func, gpointer user_data)
{
  cd_env_worker_push (worker, func, user_data);
}

static gboolean
shifted_worker_is_current (gpointer data, gpointer worker)
{
  return cd_env_worker_is_current (worker);
}

static void
shifted_worker_free (gpointer data, gpointer worker)
{
  cd_env_worker_free (worker);
}

static CdEnv *
shifted_env (void)
{
  static const CdEnvOps ops = {
    .real_us = shifted_real_us,
    .boot_us = shifted_boot_us,
    .random_bytes = shifted_random,
    .get_string = shifted_string,
    .timer_add = shifted_timer_add,
    .timer_cancel = shifted_timer_cancel,
    .worker_new = shifted_worker_new,
    .worker_push = shifted_worker_push,
    .worker_is_current = shifted_worker_is_current,
    .worker_free = shifted_worker_free,
  };

  return cd_env_new (&ops, NULL);
}

static void
count_cb (CdDesk *desk, int level, const char *code, const char *text, GHashTable *alerts)
{
  g_hash_table_insert (alerts, g_strdup (code), GINT_TO_POINTER (GPOINTER_TO_INT (g_hash_table_lookup (alerts, code)) + 1));
}

static int
n_alerts (GHashTable *alerts, const char *code)
{
  return GPOINTER_TO_INT (g_hash_table_lookup (alerts, code));
}

typedef struct
{
  GHashTable *alerts;
  const char *code;
  int n;
} Told;

static gboolean
is_told (Fixture *f, gconstpointer data)
{
  const Told *t = data;

  return n_alerts (t->alerts, t->code) == t->n;
}

static void
test_end (Fixture *f, gconstpointer data)
{
  g_autoptr (CdEnv) env = shifted_env ();
  g_autofree char *dir = token_cert_dir (f);
  g_autofree char *cert = g_strdup_printf ("%s/person-%s.pem", dir, TOKEN_PERSON);
  g_autofree char *key = g_strdup_printf ("%s/person-%s.key", dir, TOKEN_PERSON);
  g_autoptr (GHashTable) alerts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const int days[] = { 31, 30, 20, 7, 5, 1 };
  const int told[] = { 0, 1, 1, 2, 2, 3 };
  g_autoptr (GError) error = NULL;
  gint64 left, from;

  shift_us = 0;
  open_with (f, env, cert, key);
  g_signal_connect (f->desk, "alert", G_CALLBACK (count_cb), alerts);
  WAIT_FOR (f, is_live, NULL);
  WAIT_FOR (f, has_book, "CEA25");
  from = cd_identity_get_from_us (identity (f));
  left = cd_identity_get_until_us (identity (f)) - cd_env_real_us (cd_env_default ());
  for (gsize i = 0; i < G_N_ELEMENTS (days); i++)
    {
      shift_us = left - days[i] * CD_USEC_PER_DAY + 30 * CD_USEC_PER_SEC;
      WAIT_FOR (f, is_told, (&(Told){ alerts, "certificate.soon", told[i] }));
      g_assert_cmpint (cd_desk_get_certificate_days (f->desk), ==, days[i]);
      WAIT_FOR (f, is_live, NULL); /* after a step of the clock all is read again */
      g_assert_null (cd_desk_get_problem (f->desk));
    }
  shift_us = left + CD_USEC_PER_DAY;
  WAIT_FOR (f, is_told, (&(Told){ alerts, "certificate.ended", 1 }));
  g_assert_cmpint (n_alerts (alerts, "certificate.soon"), ==, 3);
  g_assert_true (says (f, "certificate.expired"));
  g_assert_null (send_far (f, 700, &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_LOCKED);
  g_assert_cmpstr (error->message, ==, "certificate.expired");
  /* And not to be opened again with it. */
  close_desk (f);
  open_with (f, env, cert, key);
  WAIT_FOR (f, says, "certificate.expired");
  g_assert_cmpint (cd_desk_get_state (f->desk), ==, CD_DESK_OFFLINE);
  g_assert_cmpint (cd_desk_get_line (f->desk, CD_LINE_ORDERS, NULL), ==, CD_LINK_IDLE);
  close_desk (f);
  /* Nor before its beginning. */
  shift_us = from - cd_env_real_us (cd_env_default ()) - CD_USEC_PER_DAY;
  open_with (f, env, cert, key);
  WAIT_FOR (f, says, "certificate.early");
}

int
main (int argc, char **argv)
{
  token_init (g_getenv ("CARBONDESK_TOKEN_SHIM"));
  desk_tests_init (&argc, &argv);
  g_test_add ("/identity/token", Fixture, NULL, prepare, test_token, teardown);
  g_test_add ("/identity/passphrase", Fixture, NULL, prepare, test_passphrase, teardown);
  g_test_add ("/identity/plain", Fixture, NULL, prepare, test_plain, teardown);
  g_test_add ("/identity/refused", Fixture, NULL, prepare, test_refused, teardown);
  g_test_add ("/identity/end", Fixture, NULL, prepare, test_end, teardown);
  return g_test_run ();
}
