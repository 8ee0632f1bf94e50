/* test-line.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One line and one exchange below the clients, against the hostile server: what they promise is kept by themselves, not only because
 * the clients close at the first word. A proxy in the environment and a TLS of the past change nothing.
 */
#include "net-fixture.h"

#include <string.h>

#include "cd-http.h"
#include "cd-id.h"
#include "cd-link.h"
#include "cd-ws-connect.h"

#define KEY "PXABCDEFGHIJKLMNOPQRSTUVWXYZ"

static Hostile *hostile;

typedef struct
{
  CdLink *link;
  const char *script;
  gboolean opened;
  guint closed, late; /* messages after the end */
  char *why;
} Line;

static void
opened_cb (gpointer data)
{
  ((Line *)data)->opened = TRUE;
}

static void
message_cb (const char *text, gsize len, gpointer data)
{
  Line *line = data;

  line->late += line->closed > 0;
}

static void
closed_cb (const GError *error, gpointer data)
{
  Line *line = data;

  if (line->closed++ == 0)
    line->why = g_strdup (error ? error->message : "");
}

static const CdTransportFuncs funcs = { opened_cb, message_cb, closed_cb };

static gboolean
is_open (gconstpointer data)
{
  return ((const Line *)data)->opened;
}

static gboolean
is_closed (gconstpointer data)
{
  return ((const Line *)data)->closed > 0;
}

static void
line_open (Line *line, const char *name)
{
  g_autoptr (CdEndpoint) endpoint = hostile_endpoint (hostile, name);

  line->link = cd_link_open (cd_env_default (), endpoint, "/v1/private", &funcs, line);
}

static void
line_close (Line *line)
{
  cd_link_close (line->link);
  g_free (line->why);
}

static void
send_command (Line *line)
{
  g_autofree char *body = g_strdup_printf ("{\"s\":\"%s\",\"n\":0}", line->script);
  g_autoptr (CdWireCommand) command = cd_wire_command_new (CD_WIRE_OP_ORDER_NEW, KEY, "HD-POWER", 0, body);
  g_autoptr (GString) text = g_string_new (NULL);

  cd_wire_command_write (text, command);
  cd_link_send (line->link, text->str);
}

/* Whatever breaks a line, it ends once and is silent then, although the library reads on and says an error and an end. */
static void
test_ends_once (void)
{
  GPtrArray *scripts = hostile_scripts (hostile, "frame");
  guint n = 0;

  hostile_set (hostile, "stream", "live");
  for (guint i = 0; i < scripts->len; i++)
    {
      const Script *script = g_ptr_array_index (scripts, i);
      Line line = { .script = script->name }, next = { 0 };
      /* What the client refuses by its contents, a line below it carries. */
      gboolean illegal = g_str_has_prefix (script->name, "bad-") && !strstr ("bad-not-json bad-empty bad-two-roots bad-deep bad-duplicate-type bad-hb-without-members", script->name);

      if (!illegal && !g_str_has_prefix (script->name, "close"))
        continue;
      line_open (&line, "good");
      run_until (is_open, &line, 20);
      send_command (&line);
      run_until (is_closed, &line, 20);
      /* Until another line stands, everything that was left of this one has been read. */
      line_open (&next, "good");
      run_until (is_open, &next, 20);
      if (line.closed != 1 || line.late > 0)
        g_error ("%s: ended %u times, %u messages after it", script->name, line.closed, line.late);
      line_close (&line);
      line_close (&next);
      n++;
    }
  g_test_message ("%u lines broken, each ended once", n);
  g_assert_cmpuint (n, >, 35);
}

/* --- One exchange -------------------------------------------------------------------------------------------------------- */

typedef struct
{
  guint n, copies, status;
  gboolean written, has_body;
} Exchange;

static void
result_cb (const CdHttpResult *result, gpointer data)
{
  Exchange *x = data;

  g_assert_true (!result->body == (result->error != NULL));
  x->n++;
  x->copies = result->copies;
  x->status = result->status;
  x->written = result->written;
  x->has_body = result->body != NULL;
}

static gboolean
is_answered (gconstpointer data)
{
  return ((const Exchange *)data)->n > 0;
}

static Exchange
post (const char *key, const char *script, guint n)
{
  g_autoptr (CdEndpoint) endpoint = hostile_endpoint (hostile, "good");
  g_autoptr (CdHttp) http = cd_http_new (cd_env_default (), endpoint);
  g_autofree char *body = g_strdup_printf ("{\"s\":\"%s\",\"n\":%u}", script, n);
  g_autoptr (CdWireCommand) command = cd_wire_command_new (CD_WIRE_OP_ORDER_NEW, key, "HD-POWER", 0, body);
  g_autoptr (GString) text = g_string_new (NULL);
  Exchange x = { 0 };

  cd_wire_command_write (text, command);
  cd_http_start (http, &(CdHttpRequest){ .path = "commands", .body = text->str, .key = key, .limit_ms = 10000 }, result_cb, &x);
  g_assert_cmpuint (x.n, ==, 0);
  run_until (is_answered, &x, 20);
  return x;
}

/* The library wants to send a command again that was answered 421. Told to stop, it announces the copy all the same, and sends none: what
 * is counted is what can have left. */
static void
test_counts_what_left (void)
{
  for (guint status = 400; status < 460; status++)
    {
      char key[CD_KEY_BUF];
      guint8 random[16];
      Exchange x;

      cd_env_random_bytes (cd_env_default (), random, sizeof random);
      cd_key_make (CD_KEY_PRACTICE, random, key);
      x = post (key, "status-without-body", status - 400 + 20);
      g_assert_true (x.written);
      g_assert_cmpuint (x.copies, ==, 1);
      g_assert_cmpuint (hostile_copies (hostile, key), ==, 1);
      if (status == 421)
        g_assert_false (x.has_body);
      else
        g_assert_cmpuint (x.status, ==, status);
    }
}

/* --- Surroundings -------------------------------------------------------------------------------------------------------- */

/* ST8. Nothing here asks a proxy: the variables stand since main() and lead to a port that nobody hears. */
static void
test_proxy (void)
{
  Line line = { .script = "right" };
  Exchange x;

  g_assert_nonnull (g_getenv ("https_proxy"));
  hostile_set (hostile, "stream", "live");
  line_open (&line, "good");
  run_until (is_open, &line, 20);
  line_close (&line);
  x = post (KEY, "right", 0);
  g_assert_true (x.has_body);
  g_assert_cmpuint (x.status, ==, 200);
}

/* ST6, ST7. An address that hides its host, leads elsewhere or looks like another is none: nobody is asked, by either way. */
static void
test_addresses (void)
{
  static const char *const urls[] = {
    "https://registry.example@evil.test:443",
    "https://localhost:1@evil.test:443",
    "https://user:secret@localhost:443",
    "https://@localhost:443",
    "https://lоcalhost:443", /* a Cyrillic o */
    "https://xn--lcalhost-bqf:443",
    "https://venue.xn--p1ai:443",
    "https://。localhost:443",
    "https://localhost",
    "https://localhost:443/elsewhere",
    "https://localhost:443?x",
    "https://localhost:443#x",
    "https://:443",
    "http://localhost:443",
    "localhost:443",
    "",
  };

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_autoptr (CdEndpoint) endpoint = hostile_endpoint (hostile, "good");
      g_autoptr (GError) error = NULL;
      g_autoptr (CdHttp) http = NULL;
      g_autoptr (GUri) uri = NULL;
      Line line = { 0 };
      Exchange x = { 0 };

      g_free (endpoint->url);
      endpoint->url = g_strdup (urls[i]);
      uri = cd_endpoint_uri (endpoint, &error);
      if (uri)
        g_error ("%s is taken", urls[i]);
      g_assert_error (error, CD_NET_ERROR, CD_NET_ERROR_URL);
      line.link = cd_link_open (cd_env_default (), endpoint, "/v1/private", &funcs, &line);
      run_until (is_closed, &line, 20);
      g_assert_cmpstr (line.why, ==, error->message);
      line_close (&line);
      http = cd_http_new (cd_env_default (), endpoint);
      cd_http_start (http, &(CdHttpRequest){ .path = "commands", .body = "{}", .key = KEY, .limit_ms = 10000 }, result_cb, &x);
      run_until (is_answered, &x, 20);
      g_assert_false (x.written || x.has_body);
    }
}

/* CE29. A server that knows nothing newer than TLS 1.1: no line, and not a byte of a command. */
static void
test_old_tls (void)
{
  g_autoptr (CdEndpoint) endpoint = hostile_endpoint (hostile, "old-tls");
  g_autoptr (CdHttp) http = cd_http_new (cd_env_default (), endpoint);
  Line line = { .script = "right" };
  Exchange x = { 0 };

  line_open (&line, "old-tls");
  run_until (is_closed, &line, 20);
  g_assert_false (line.opened);
  g_test_message ("old TLS: %s", line.why);
  line_close (&line);
  cd_http_start (http, &(CdHttpRequest){ .path = "commands", .body = "{}", .key = KEY, .limit_ms = 10000 }, result_cb, &x);
  run_until (is_answered, &x, 20);
  g_assert_false (x.written);
  g_assert_cmpuint (x.copies, ==, 0);
}

int
main (int argc, char **argv)
{
  static const char *const names[] = { "good", "old-tls", NULL };
  static const char *const proxies[] = { "http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY" };
  g_autofree char *dir = NULL;
  Certs *certs;
  int result;

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (proxies); i++)
    g_setenv (proxies[i], "http://127.0.0.1:9", TRUE);
  g_unsetenv ("no_proxy");
  dir = certs_folder (&certs);
  certs_make (certs, &(CertSpec){ .name = "old-tls", .dns = "localhost", .purpose = CERT_SERVER });
  hostile = hostile_new (dir, names);
  g_test_add_func ("/line/ends-once", test_ends_once);
  g_test_add_func ("/line/counts-what-left", test_counts_what_left);
  g_test_add_func ("/line/proxy", test_proxy);
  g_test_add_func ("/line/addresses", test_addresses);
  g_test_add_func ("/line/old-tls", test_old_tls);
  result = g_test_run ();
  hostile_free (hostile);
  certs_free (certs);
  return result;
}
