/* fuzz-http.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as what a venue says over TLS: head and body of an answer to a command, or the answer to the handshake of a stream and what
 * follows on it. The real client over a real connection on this machine: one copy of a command, one report of it, a body only when nothing
 * is wrong with it, texts that are UTF-8, and an end of every line.
 */
#include <gio/gio.h>

#include "cd-http.h"
#include "cd-link.h"
#include "cert-fixture.h"
#include "fuzz.h"

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

#define REQUEST_MAX 4096
#define KEY_HEADER "Sec-WebSocket-Key: "
#define ACCEPT_MARK "@ACCEPT@" /* in the input: the right proof of the handshake */

static CdEndpoint endpoint;
static GTlsCertificate *own;

/* The venue: one connection an input. */
static struct
{
  const guint8 *say;
  gsize len;
  gboolean abrupt; /* no goodbye of TLS */
  guint requests;  /* of which a byte came in */
} venue;

typedef struct
{
  GIOStream *plain, *tls;
  char request[REQUEST_MAX + 1];
  gsize have;
  GBytes *answer;
} Peer;

static void
peer_end (Peer *peer)
{
  g_io_stream_close (peer->plain, NULL, NULL);
  g_clear_object (&peer->tls);
  g_clear_object (&peer->plain);
  g_clear_pointer (&peer->answer, g_bytes_unref);
  g_free (peer);
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_io_stream_close_finish (G_IO_STREAM (object), result, NULL);
  peer_end (data);
}

static void
said_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Peer *peer = data;

  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, NULL) && !venue.abrupt)
    g_io_stream_close_async (peer->tls, G_PRIORITY_DEFAULT, NULL, closed_cb, peer);
  else
    peer_end (peer);
}

/* The input with the mark exchanged for what the handshake of this connection asks for. */
static GBytes *
answer (const char *request)
{
  const char *key = strstr (request, KEY_HEADER);
  const guint8 *mark = memmem (venue.say, venue.len, ACCEPT_MARK, strlen (ACCEPT_MARK));
  g_autoptr (GChecksum) sha1 = g_checksum_new (G_CHECKSUM_SHA1);
  g_autofree char *proof = NULL;
  GByteArray *out = g_byte_array_new ();
  guint8 digest[20];
  gsize digest_len = sizeof digest, at;

  if (!key || !mark)
    return g_bytes_new (venue.say, venue.len);
  key += strlen (KEY_HEADER);
  g_checksum_update (sha1, (const guchar *)key, (gssize)strcspn (key, "\r\n"));
  g_checksum_update (sha1, (const guchar *)"258EAFA5-E914-47DA-95CA-C5AB0DC85B11", -1);
  g_checksum_get_digest (sha1, digest, &digest_len);
  proof = g_base64_encode (digest, digest_len);
  at = (gsize)(mark - venue.say);
  g_byte_array_append (out, venue.say, (guint)at);
  g_byte_array_append (out, (const guint8 *)proof, (guint)strlen (proof));
  at += strlen (ACCEPT_MARK);
  g_byte_array_append (out, venue.say + at, (guint)(venue.len - at));
  return g_byte_array_free_to_bytes (out);
}

static gboolean
is_whole (const Peer *peer)
{
  const char *end = strstr (peer->request, "\r\n\r\n");
  const char *length = strstr (peer->request, "Content-Length: ");

  return end && (!length || strlen (end + 4) >= strtoul (length + strlen ("Content-Length: "), NULL, 10));
}

static void
heard_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Peer *peer = data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (object), result, NULL);

  if (n <= 0)
    {
      peer_end (peer);
      return;
    }
  venue.requests += peer->have == 0;
  peer->have += (gsize)n;
  peer->request[peer->have] = '\0';
  if (peer->have < REQUEST_MAX && !is_whole (peer))
    {
      g_input_stream_read_async (G_INPUT_STREAM (object), peer->request + peer->have, REQUEST_MAX - peer->have, G_PRIORITY_DEFAULT, NULL, heard_cb, peer);
      return;
    }
  peer->answer = answer (peer->request);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (peer->tls), g_bytes_get_data (peer->answer, NULL), g_bytes_get_size (peer->answer), G_PRIORITY_DEFAULT, NULL, said_cb, peer);
}

static void
shaken_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Peer *peer = data;

  if (!g_tls_connection_handshake_finish (G_TLS_CONNECTION (object), result, NULL))
    {
      peer_end (peer);
      return;
    }
  g_input_stream_read_async (g_io_stream_get_input_stream (peer->tls), peer->request, REQUEST_MAX, G_PRIORITY_DEFAULT, NULL, heard_cb, peer);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  Peer *peer = g_new0 (Peer, 1);

  peer->plain = g_object_ref (G_IO_STREAM (connection));
  peer->tls = g_tls_server_connection_new (peer->plain, own, NULL);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (peer->tls), G_PRIORITY_DEFAULT, NULL, shaken_cb, peer);
  return TRUE;
}

static void
set_up (void)
{
  const char *dir = fuzz_dir ();
  g_autofree char *server = g_build_filename (dir, "server.crt", NULL), *server_key = g_build_filename (dir, "server.key", NULL);
  GSocketService *service = g_socket_service_new ();
  g_autoptr (GError) error = NULL;
  Certs *certs = certs_new (dir);
  guint16 port;

  certs_make (certs, &(CertSpec){ .name = "server", .dns = "localhost", .purpose = CERT_SERVER });
  certs_make (certs, &(CertSpec){ .name = "person", .purpose = CERT_CLIENT });
  certs_write_crl (certs, NULL, -3600, 86400, FALSE);
  certs_free (certs);
  own = g_tls_certificate_new_from_files (server, server_key, &error);
  if (!own)
    fuzz_fail ("%s", error->message);
  port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, &error);
  if (!port)
    fuzz_fail ("%s", error->message);
  g_signal_connect (service, "incoming", G_CALLBACK (incoming_cb), NULL);
  endpoint.url = g_strdup_printf ("https://localhost:%u", port);
  endpoint.ca_path = g_build_filename (dir, "ca.crt", NULL);
  endpoint.crl_path = g_build_filename (dir, "ca.crl", NULL);
  endpoint.cert_path = g_build_filename (dir, "person.crt", NULL);
  endpoint.key_path = g_build_filename (dir, "person.key", NULL);
}

typedef struct
{
  guint reports, opened, closed;
} Seen;

static void
result_cb (const CdHttpResult *result, gpointer data)
{
  ((Seen *)data)->reports++;
  if (result->copies > 1)
    fuzz_fail ("%u copies, %u came in: %s", result->copies, venue.requests, result->error ? result->error->message : "");
  if (result->body && (result->error || g_bytes_get_size (result->body) > CD_HTTP_BODY_MAX))
    fuzz_fail ("a body in spite of: %s", result->error ? result->error->message : "its length");
  if (!result->body && !result->error)
    fuzz_fail ("no body and no word why");
}

static void
opened_cb (gpointer data)
{
  ((Seen *)data)->opened++;
}

static void
message_cb (const char *text, gsize len, gpointer data)
{
  const Seen *seen = data;

  if (seen->opened != 1 || seen->closed || !g_utf8_validate (text, (gssize)len, NULL))
    fuzz_fail ("a message that must not be there");
}

static void
line_closed_cb (const GError *error, gpointer data)
{
  ((Seen *)data)->closed++;
}

static void
run_until (const guint *what)
{
  gint64 end = g_get_monotonic_time () + 9 * G_USEC_PER_SEC;

  while (*what == 0)
    {
      g_main_context_iteration (NULL, TRUE);
      if (g_get_monotonic_time () > end)
        fuzz_fail ("no end of it");
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
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
  Seen seen = { 0 };

  if (size < 1)
    return 0;
  venue.say = data + 1;
  venue.len = size - 1;
  venue.abrupt = data[0] & 2;
  venue.requests = 0;
  if (data[0] & 1)
    {
      static const CdTransportFuncs funcs = { opened_cb, message_cb, line_closed_cb };
      CdLink *link = cd_link_open (cd_env_default (), &endpoint, "/v1/md", &funcs, &seen);

      run_until (&seen.closed);
      cd_link_close (link);
    }
  else
    {
      g_autoptr (CdHttp) http = cd_http_new (cd_env_default (), &endpoint);
      const CdHttpRequest request = { .path = "commands", .body = "{}", .key = "PXABCDEFGHIJKLMNOPQRSTUVWXYZ", .limit_ms = 3000 };

      cd_http_start (http, &request, result_cb, &seen);
      run_until (&seen.reports);
      if (venue.requests > 1)
        fuzz_fail ("%u copies came in", venue.requests);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  if (seen.reports > 1 || seen.closed > 1)
    fuzz_fail ("reported twice");
  return 0;
}
