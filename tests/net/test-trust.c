/* test-trust.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whom the client talks to (P29, E9): a real TLS server with every kind of certificate, asked by stream and by HTTP; the same with the
 * list of revoked ones old, missing or of somebody else; and a certificate that ends or is revoked while the line is open.
 */
#include "net-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "cd-feed.h"
#include "cd-trust.h"
#include "cd-ws-connect.h"

#define YEAR_S (365 * 86400)

static char *dir;
static Certs *certs;
static Hostile *hostile;

/* What the server shows, and the words of the refusal; %NULL = accepted. */
typedef struct
{
  CertSpec spec;
  const char *refusal;
} Server;

static const Server servers[] = {
  { { .name = "right", .dns = "localhost", .purpose = CERT_SERVER }, NULL },
  { { .name = "right-with-address", .dns = "localhost", .ip = "127.0.0.1", .purpose = CERT_SERVER }, NULL },
  { { .name = "expired", .dns = "localhost", .purpose = CERT_SERVER, .from_s = -YEAR_S, .to_s = -5 }, "ended at" },
  { { .name = "not-yet", .dns = "localhost", .purpose = CERT_SERVER, .from_s = 3600, .to_s = YEAR_S }, "does not hold before" },
  { { .name = "other-name", .dns = "venue.example", .purpose = CERT_SERVER }, "another name than localhost" },
  { { .name = "wildcard", .dns = "*", .purpose = CERT_SERVER }, "another name than localhost" },
  { { .name = "name-in-cn", .cn = "localhost", .purpose = CERT_SERVER }, "another name than localhost" },
  { { .name = "address-only", .ip = "127.0.0.1", .purpose = CERT_SERVER }, "another name than localhost" },
  { { .name = "other-ca", .dns = "localhost", .purpose = CERT_SERVER, .other_ca = TRUE }, "does not end at the pinned CA" },
  { { .name = "self-signed", .dns = "localhost", .purpose = CERT_SERVER, .self_signed = TRUE }, "does not end at the pinned CA" },
  { { .name = "revoked", .dns = "localhost", .purpose = CERT_SERVER, .revoked = TRUE }, "was revoked" },
  { { .name = "client-purpose", .dns = "localhost", .purpose = CERT_CLIENT }, "another purpose" },
  { { .name = "no-purpose", .dns = "localhost" }, "another purpose" },
  { { .name = "must-staple", .dns = "localhost", .purpose = CERT_SERVER, .must_staple = TRUE }, "stapled" },
  { { .name = "below-a-leaf", .dns = "localhost", .purpose = CERT_SERVER, .issuer = "right" }, "pinned CA" },
  { { .name = "star-of-two", .dns = "*.venue.localhost", .purpose = CERT_SERVER }, "another name than localhost" },
  { { .name = "sha-1", .dns = "localhost", .purpose = CERT_SERVER, .sha1 = TRUE }, "weak key or signature" },
  { { .name = "rsa-1024", .dns = "localhost", .purpose = CERT_SERVER, .rsa_1024 = TRUE }, "weak key or signature" },
  { { .name = "issuer-of-others", .is_ca = TRUE, .permits = "venue.example" }, "another purpose" },
  { { .name = "outside-its-names", .dns = "localhost", .purpose = CERT_SERVER, .issuer = "issuer-of-others" }, "a chain that does not hold" },
};

/* Chains of some length below the pinned CA, and one that leads round. */
#define CHAIN_LONG 50

static void
write_list (gint64 from_s, gint64 to_s, gboolean by_other)
{
  static const char *const revoked[] = { "revoked", NULL };

  certs_write_crl (certs, revoked, from_s, to_s, by_other);
}

/* --- Once ---------------------------------------------------------------------------------------------------------------- */

static gboolean
settled (gconstpointer data)
{
  CdLinkState state = cd_trade_client_get_state ((CdTradeClient *)data);

  return state == CD_LINK_LIVE || state == CD_LINK_FAILED || state == CD_LINK_BACKOFF;
}

typedef struct
{
  gboolean done;
  GError *error;
} Got;

static void
got_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Got *got = data;
  g_autoptr (GBytes) body = cd_trade_client_get_finish (CD_TRADE_CLIENT (source), result, &got->error);

  got->done = TRUE;
}

static gboolean
is_got (gconstpointer data)
{
  return ((const Got *)data)->done;
}

/* By both ways; a refused certificate is final: nothing tries again by itself. */
static void
check_server (const CdEndpoint *endpoint, const char *what, const char *refusal)
{
  g_autoptr (CdTradeClient) client = cd_trade_client_new (cd_env_default (), endpoint);
  Got got = { 0 };

  cd_trade_client_open (client);
  run_until (settled, client, 30);
  cd_trade_client_get_async (client, "hostile/right/0", NULL, got_cb, &got);
  run_until (is_got, &got, 30);
  g_test_message ("%s: stream: %s; HTTP: %s", what, cd_trade_client_get_error (client) ? cd_trade_client_get_error (client) : "accepted", got.error ? got.error->message : "accepted");
  if (!refusal)
    {
      g_assert_cmpint (cd_trade_client_get_state (client), ==, CD_LINK_LIVE);
      g_assert_no_error (got.error);
    }
  else
    {
      g_assert_cmpint (cd_trade_client_get_state (client), ==, CD_LINK_FAILED);
      g_assert_nonnull (strstr (cd_trade_client_get_error (client), refusal));
      g_assert_error (got.error, CD_NET_ERROR, CD_NET_ERROR_CERTIFICATE);
      g_assert_nonnull (strstr (got.error->message, refusal));
    }
  g_clear_error (&got.error);
  cd_trade_client_close (client);
}

static void
test_servers (void)
{
  write_list (-3600, YEAR_S, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (servers); i++)
    {
      g_autoptr (CdEndpoint) endpoint = hostile_endpoint (hostile, servers[i].spec.name);

      check_server (endpoint, servers[i].spec.name, servers[i].refusal);
    }
}

static void
make_chains (GPtrArray *names)
{
  char name[2][32] = { "", "" };

  for (guint i = 1; i < CHAIN_LONG; i++)
    {
      g_snprintf (name[i % 2], sizeof name[0], "link-%u", i);
      certs_make (certs, &(CertSpec){ .name = name[i % 2], .is_ca = TRUE, .issuer = i > 1 ? name[1 - i % 2] : NULL });
    }
  certs_make (certs, &(CertSpec){ .name = "end-of-50", .dns = "localhost", .purpose = CERT_SERVER, .issuer = name[(CHAIN_LONG - 1) % 2] });
  certs_make_crossed (certs, "crossed", "localhost");
  g_ptr_array_add (names, (gpointer) "end-of-50");
  g_ptr_array_add (names, (gpointer) "crossed");
}

/* CE19, CE20: refused, and at once. */
static void
test_chains (void)
{
  g_autoptr (CdEndpoint) lasting = hostile_endpoint (hostile, "end-of-50");
  g_autoptr (CdEndpoint) round = hostile_endpoint (hostile, "crossed");
  gint64 begin = g_get_monotonic_time ();

  write_list (-3600, YEAR_S, FALSE);
  check_server (lasting, "a chain of 50", "more than 5 certificates");
  /* The TLS library leads such a chain round and round. */
  check_server (round, "two authorities that sign each other", "more than 5 certificates");
  g_test_message ("both refused within %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - begin) / 1000);
}

/* The list decides nothing in our favour when it is not there, old, early, somebody else's or no list. */
static void
test_lists (void)
{
  g_autoptr (CdEndpoint) endpoint = hostile_endpoint (hostile, "right");
  g_autofree char *path = g_strdup (endpoint->crl_path);

  write_list (-YEAR_S, -5, FALSE);
  check_server (endpoint, "an old list", "no current revocation list");
  write_list (3600, YEAR_S, FALSE);
  check_server (endpoint, "a list of tomorrow", "no current revocation list");
  write_list (-3600, YEAR_S, TRUE);
  check_server (endpoint, "a list of another CA", "no current revocation list");
  g_assert_true (g_file_set_contents (path, "no list", -1, NULL));
  check_server (endpoint, "no list at all", "expected a revocation list in PEM form");
  g_assert_true (g_file_set_contents (path, "", -1, NULL));
  check_server (endpoint, "an empty file", "has 0 bytes");
  g_unlink (path);
  check_server (endpoint, "no file", "the revocation list cannot be read");
  g_clear_pointer (&endpoint->crl_path, g_free);
  check_server (endpoint, "none configured", "no revocation list is configured");
  write_list (-3600, YEAR_S, FALSE);
  endpoint->crl_path = g_steal_pointer (&path);
  check_server (endpoint, "a good one again", NULL);
  g_free (endpoint->ca_path);
  endpoint->ca_path = g_build_filename (dir, "other.crt", NULL);
  check_server (endpoint, "another CA pinned", "does not end at the pinned CA");
}

/* --- Our own ---------------------------------------------------------------------------------------------------------------- */

static void
test_own (void)
{
  static const struct
  {
    CertSpec spec;
    const char *refusal;
  } own[] = {
    { { .name = "own-expired", .purpose = CERT_CLIENT, .from_s = -YEAR_S, .to_s = -5 }, "ended at" },
    { { .name = "own-not-yet", .purpose = CERT_CLIENT, .from_s = 3600, .to_s = YEAR_S }, "does not hold before" },
    { { .name = "own-for-servers", .purpose = CERT_SERVER }, "another purpose" },
  };

  write_list (-3600, YEAR_S, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    {
      g_autoptr (CdEndpoint) endpoint = hostile_endpoint (hostile, "right");
      g_autofree char *crt = g_strconcat (own[i].spec.name, ".crt", NULL), *key = g_strconcat (own[i].spec.name, ".key", NULL);

      certs_make (certs, &own[i].spec);
      g_free (endpoint->cert_path);
      g_free (endpoint->key_path);
      endpoint->cert_path = g_build_filename (dir, crt, NULL);
      endpoint->key_path = g_build_filename (dir, key, NULL);
      check_server (endpoint, own[i].spec.name, own[i].refusal);
    }
}

/* --- In the middle of a session ------------------------------------------------------------------------------------------------ */

static gboolean
has_failed (gconstpointer data)
{
  return cd_trade_client_get_state ((CdTradeClient *)data) == CD_LINK_FAILED;
}

/* The line falls within seconds, and afterwards not even a POST leaves. */
static void
check_falls (const char *name, const char *refusal, void (*then) (void))
{
  static const CdTradeClientFuncs funcs = { .outcome = outcome_cb };
  g_autoptr (CdEndpoint) endpoint = hostile_endpoint (hostile, name);
  g_autoptr (CdTradeClient) client = cd_trade_client_new (cd_env_default (), endpoint);
  g_autoptr (CdWireCommand) command = cd_wire_command_new (CD_WIRE_OP_ORDER_NEW, "PXAAAAAAAAAAAAAAAAAAAAAAAAAA", "HD-POWER", 0, "{\"s\":\"right\",\"n\":0}");
  Outcome seen = { 0 };

  cd_trade_client_set_funcs (client, &funcs, &seen);
  cd_trade_client_open (client);
  run_until (settled, client, 30);
  g_assert_cmpint (cd_trade_client_get_state (client), ==, CD_LINK_LIVE);
  if (then)
    then ();
  run_until (has_failed, client, 60);
  g_assert_nonnull (strstr (cd_trade_client_get_error (client), refusal));
  cd_trade_client_send (client, command, 1);
  run_until (has_outcome, &seen, 30);
  g_assert_cmpint (seen.outcome, ==, CD_SEND_NOT_WRITTEN);
  cd_trade_client_close (client);
}

static void
revoke_right (void)
{
  static const char *const revoked[] = { "right", NULL };

  certs_write_crl (certs, revoked, -3600, YEAR_S, FALSE);
}

static void
revoke_person (void)
{
  static const char *const revoked[] = { "person", NULL };

  certs_write_crl (certs, revoked, -3600, YEAR_S, FALSE);
}

static void
test_revoked_meanwhile (void)
{
  write_list (-3600, YEAR_S, FALSE);
  check_falls ("right", "was revoked", revoke_right);
  write_list (-3600, YEAR_S, FALSE);
  check_falls ("right", "was revoked", revoke_person);
}

static void
test_ends_meanwhile (void)
{
  write_list (-3600, YEAR_S, FALSE);
  check_falls ("short", "ended at", NULL);
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  dir = certs_folder (&certs);
  for (guint i = 0; i < G_N_ELEMENTS (servers); i++)
    {
      certs_make (certs, &servers[i].spec);
      g_ptr_array_add (names, (gpointer)servers[i].spec.name);
    }
  certs_make (certs, &(CertSpec){ .name = "short", .dns = "localhost", .purpose = CERT_SERVER, .from_s = -60, .to_s = 30 });
  g_ptr_array_add (names, (gpointer) "short");
  make_chains (names);
  g_ptr_array_add (names, NULL);
  hostile = hostile_new (dir, (const char *const *)names->pdata);
  g_test_add_func ("/trust/ends-meanwhile", test_ends_meanwhile);
  g_test_add_func ("/trust/servers", test_servers);
  g_test_add_func ("/trust/chains", test_chains);
  g_test_add_func ("/trust/lists", test_lists);
  g_test_add_func ("/trust/own", test_own);
  g_test_add_func ("/trust/revoked-meanwhile", test_revoked_meanwhile);
  result = g_test_run ();
  hostile_free (hostile);
  certs_free (certs);
  g_free (dir);
  return result;
}
