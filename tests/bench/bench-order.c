/* bench-order.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An order to the venue and its answer (goal W3), over loopback and TLS, the venue a process of its own with its folder in memory:
 * on the private stream against the same bytes sent to and back from a bare libsoup WebSocket, and by POST on a new connection
 * against the same bytes posted on a new connection to a bare libsoup server. Connections and copies of the posts are counted.
 *
 * "bench-order VENUE"; "bench-order echo CA CERT KEY" is the bare server.
 */
#include <gio/gio.h>
#include <libsoup/soup.h>
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "cd-id.h"
#include "cd-json.h"
#include "cd-paths.h"

#define ORDERS 2000
#define POSTS 120
#define WARM 50

/* --- The bare server ---------------------------------------------------------------------------------------------------------- */

static void
echo_message_cb (SoupWebsocketConnection *connection, int type, GBytes *message, gpointer data)
{
  soup_websocket_connection_send_message (connection, type, message);
}

static void
echo_open_cb (SoupServer *server, SoupServerMessage *msg, const char *path, SoupWebsocketConnection *connection, gpointer data)
{
  g_signal_connect (g_object_ref (connection), "message", G_CALLBACK (echo_message_cb), NULL);
}

static void
echo_post_cb (SoupServer *server, SoupServerMessage *msg, const char *path, GHashTable *query, gpointer data)
{
  g_autoptr (GBytes) body = soup_message_body_flatten (soup_server_message_get_request_body (msg));

  soup_server_message_set_response (msg, "application/json", SOUP_MEMORY_COPY, g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  soup_server_message_set_status (msg, SOUP_STATUS_OK, NULL);
}

static gboolean
accept_cb (SoupServerMessage *msg, GTlsCertificate *certificate, GTlsCertificateFlags errors, gpointer data)
{
  return errors == 0;
}

static void
started_cb (SoupServer *server, SoupServerMessage *msg, gpointer data)
{
  g_signal_connect (msg, "accept-certificate", G_CALLBACK (accept_cb), NULL);
}

static int
run_echo (char **argv)
{
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_files (argv[3], argv[4], NULL);
  g_autoptr (GTlsDatabase) trust = g_tls_file_database_new (argv[2], NULL);
  g_autoptr (SoupServer) server = soup_server_new ("tls-certificate", certificate, "tls-database", trust, "tls-auth-mode", G_TLS_AUTHENTICATION_REQUESTED, NULL);

  g_signal_connect (server, "request-started", G_CALLBACK (started_cb), NULL);
  soup_server_add_websocket_handler (server, "/ws", NULL, NULL, echo_open_cb, NULL, NULL);
  soup_server_add_handler (server, "/post", echo_post_cb, NULL, NULL);
  if (!soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_HTTPS, NULL))
    return 1;
  printf ("%d\n", g_uri_get_port (soup_server_get_uris (server)->data));
  fflush (stdout);
  g_main_loop_run (g_main_loop_new (NULL, FALSE));
  return 0;
}

/* --- The other processes ------------------------------------------------------------------------------------------------------- */

typedef struct
{
  GSubprocess *process;
  char *line; /* the first it said */
} Child;

static Child
start (const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  Child child = { g_subprocess_newv (arguments, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error), NULL };
  g_autoptr (GDataInputStream) out = NULL;

  if (!child.process)
    g_error ("%s", error->message);
  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child.process));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (out), FALSE);
  child.line = g_data_input_stream_read_line (out, NULL, NULL, &error);
  if (!child.line)
    g_error ("%s: no line", arguments[0]);
  return child;
}

typedef struct
{
  char *url, *ca, *server_cert, *server_key;
  GTlsDatabase *trust;
  GTlsCertificate *person;
} Place;

static Place
read_ready (const char *line, const char *dir)
{
  g_autoptr (CdJsonDoc) doc = cd_json_parse (line, -1, 0, NULL);
  CdJson root = cd_json_root (doc);
  g_autofree char *cert = g_build_filename (dir, "certs", "person-power-trader.pem", NULL);
  g_autofree char *key = g_build_filename (dir, "certs", "person-power-trader.key", NULL);
  const char *url = NULL;
  Place place = { 0 };

  cd_json_get_string (&root, "listening", &url, NULL);
  place.url = g_strdup (url);
  place.ca = g_build_filename (dir, "certs", "ca.pem", NULL);
  place.server_cert = g_build_filename (dir, "certs", "server.pem", NULL);
  place.server_key = g_build_filename (dir, "certs", "server.key", NULL);
  place.trust = g_tls_file_database_new (place.ca, NULL);
  place.person = g_tls_certificate_new_from_files (cert, key, NULL);
  if (!place.url || !place.trust || !place.person)
    g_error ("the ready line: %s", line);
  return place;
}

/* --- Requests -------------------------------------------------------------------------------------------------------------------- */

static char *
next_key (void)
{
  static guint64 number;
  guint8 random[16] = { 0xbe };
  char key[CD_KEY_BUF];

  number++;
  memcpy (random + 8, &number, sizeof number);
  return g_strdup (cd_key_make (CD_KEY_PRACTICE, random, key));
}

static char *
order_frame (const char *key)
{
  return g_strdup_printf ("{\"op\":\"order.new\",\"key\":\"%s\",\"account\":\"HD-POWER\",\"body\":\"{\\\"instrument\\\":\\\"CEA25\\\",\\\"side\\\":\\\"buy\\\",\\\"kind\\\":\\\"list\\\",\\\"price\\\":\\\"90.00\\\",\\\"qty\\\":\\\"1\\\",\\\"by\\\":\\\"power-trader\\\"}\"}", key);
}

typedef struct
{
  SoupWebsocketConnection *connection;
  const char *wanted; /* what the frame that is waited for holds */
  gboolean came;
} Line;

static void
line_message_cb (SoupWebsocketConnection *connection, int type, GBytes *message, gpointer data)
{
  Line *line = data;

  line->came |= line->wanted && g_strstr_len (g_bytes_get_data (message, NULL), (gssize)g_bytes_get_size (message), line->wanted) != NULL && g_strstr_len (g_bytes_get_data (message, NULL), 18, "event") == NULL;
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  Line *line = data;

  line->connection = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  if (!line->connection)
    g_error ("%s", error->message);
  g_signal_connect (line->connection, "message", G_CALLBACK (line_message_cb), line);
}

static SoupSession *
session_of (const Place *place)
{
  return soup_session_new_with_options ("tls-database", place->trust, NULL);
}

static void
connect_line (Line *line, const Place *place, SoupSession *session, const char *base, const char *path)
{
  g_autofree char *url = g_strconcat ("wss", base + strlen ("https"), path, NULL);
  g_autoptr (SoupMessage) msg = soup_message_new ("GET", url);

  soup_message_set_tls_client_certificate (msg, place->person);
  soup_session_websocket_connect_async (session, msg, NULL, NULL, G_PRIORITY_DEFAULT, NULL, connected_cb, line);
  while (!line->connection)
    g_main_context_iteration (NULL, TRUE);
}

/* From the first byte until the answer with the key is there. */
static gint64
round_trip (Line *line)
{
  g_autofree char *key = next_key ();
  g_autofree char *frame = order_frame (key);
  gint64 begin = bench_now_ns ();

  line->wanted = key;
  line->came = FALSE;
  soup_websocket_connection_send_text (line->connection, frame);
  while (!line->came)
    g_main_context_iteration (NULL, TRUE);
  line->wanted = NULL;
  return bench_now_ns () - begin;
}

static void
event_cb (SoupMessage *msg, GSocketClientEvent event, GIOStream *connection, gpointer data)
{
  *(guint *)data += event == G_SOCKET_CLIENT_CONNECTED;
}

/* A session of its own: nothing is kept, nothing is repeated. */
static gint64
post_once (const Place *place, const char *url, const char *key, guint *connections)
{
  g_autofree char *frame = order_frame (key);
  g_autoptr (GBytes) body = g_bytes_new (frame, strlen (frame));
  g_autoptr (SoupSession) session = session_of (place);
  g_autoptr (SoupMessage) msg = soup_message_new ("POST", url);
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;
  gint64 begin = bench_now_ns ();

  soup_message_set_tls_client_certificate (msg, place->person);
  soup_message_set_request_body_from_bytes (msg, "application/json", body);
  soup_message_headers_append (soup_message_get_request_headers (msg), "Idempotency-Key", key);
  g_signal_connect (msg, "network-event", G_CALLBACK (event_cb), connections);
  answer = soup_session_send_and_read (session, msg, NULL, &error);
  if (!answer || soup_message_get_status (msg) != 200)
    g_error ("%s: %s", url, error ? error->message : soup_message_get_reason_phrase (msg));
  return bench_now_ns () - begin;
}

/* How often each key stands among the orders of the venue, at most. */
static guint
copies_at_most (const Place *place, GHashTable *keys, guint *found)
{
  g_autofree char *url = g_strconcat (place->url, "/v1/accounts/HD-POWER/orders?state=all", NULL);
  g_autoptr (SoupSession) session = session_of (place);
  g_autoptr (SoupMessage) msg = soup_message_new ("GET", url);
  g_autoptr (GBytes) answer = NULL;
  g_auto (GStrv) parts = NULL;
  g_autofree char *text = NULL;
  guint most = 0;

  soup_message_set_tls_client_certificate (msg, place->person);
  answer = soup_session_send_and_read (session, msg, NULL, NULL);
  text = g_strndup (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer));
  parts = g_strsplit (text, "\"key\":\"", -1);
  for (guint i = 1; parts[i]; i++)
    {
      g_autofree char *key = g_strndup (parts[i], strcspn (parts[i], "\""));
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (keys, key));

      if (!g_hash_table_contains (keys, key))
        continue;
      *found += n == 0;
      g_hash_table_insert (keys, g_strdup (key), GUINT_TO_POINTER (n + 1));
      most = MAX (most, n + 1);
    }
  return most;
}

static void
compare_streams (const Place *place, const char *echo)
{
  static gint64 ours[ORDERS], bare[ORDERS];
  g_autoptr (SoupSession) session = session_of (place);
  Line order = { 0 }, plain = { 0 };
  gint64 a, z;

  connect_line (&order, place, session, place->url, "/v1/private");
  connect_line (&plain, place, session, echo, "/ws");
  for (guint i = 0; i < WARM; i++)
    {
      round_trip (&order);
      round_trip (&plain);
    }
  for (guint i = 0; i < ORDERS; i++)
    {
      if (i % 2)
        ours[i] = round_trip (&order);
      bare[i] = round_trip (&plain);
      if (i % 2 == 0)
        ours[i] = round_trip (&order);
    }
  a = bench_median (ours, ORDERS);
  z = bench_median (bare, ORDERS);
  bench_print ("W3.order-on-the-stream", a / 100, "us", a * 100 / MAX (z, 1), "libsoup.websocket-echo");
  bench_print ("libsoup.websocket-echo", z / 100, "us", 100, "libsoup.websocket-echo");
}

static void
compare_posts (const Place *place, const char *echo)
{
  static gint64 ours[POSTS], bare[POSTS];
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *order = g_strconcat (place->url, "/v1/commands", NULL);
  g_autofree char *plain = g_strconcat (echo, "/post", NULL);
  guint connections = 0, others = 0, found = 0, most;
  gint64 a, z;

  for (guint i = 0; i < POSTS; i++)
    {
      g_autofree char *key = next_key ();

      if (i % 2)
        ours[i] = post_once (place, order, key, &connections);
      bare[i] = post_once (place, plain, key, &others);
      if (i % 2 == 0)
        ours[i] = post_once (place, order, key, &connections);
      g_hash_table_insert (keys, g_steal_pointer (&key), NULL);
    }
  most = copies_at_most (place, keys, &found);
  a = bench_median (ours, POSTS);
  z = bench_median (bare, POSTS);
  bench_print ("W3.order-by-post", a / 100, "us", a * 100 / MAX (z, 1), "libsoup.post-on-a-new-connection");
  bench_print ("libsoup.post-on-a-new-connection", z / 100, "us", 100, "libsoup.post-on-a-new-connection");
  bench_print ("W3.connections-a-post", connections * 10 / POSTS, "connections", connections * 100 / POSTS, "one");
  bench_print ("W3.copies-a-post", found == POSTS ? most * 10 : 0, "orders", found * 100 / POSTS, "one");
}

int
main (int argc, char **argv)
{
  /* What the disk costs is another figure (S1). */
  g_autofree char *memory = g_strdup ("/dev/shm/bench-order-XXXXXX");
  g_autofree char *echo = NULL;
  Child venue, bare;
  Place place;

  if (argc == 5 && g_str_equal (argv[1], "echo"))
    return run_echo (argv);
  if (argc != 2)
    {
      fprintf (stderr, "bench-order: expected the path of carbondesk-venue\n");
      return 2;
    }
  if (!g_mkdtemp (memory))
    g_error ("%s: cannot be made", memory);
  venue = start ((const char *const[]){ argv[1], "--listen", "localhost:0", "--pack", "cn-cea", "--pack", "cn-ccer", "--data", memory, NULL });
  place = read_ready (venue.line, memory);
  bare = start ((const char *const[]){ argv[0], "echo", place.ca, place.server_cert, place.server_key, NULL });
  echo = g_strdup_printf ("https://localhost:%s", bare.line);
  compare_streams (&place, echo);
  compare_posts (&place, echo);
  g_subprocess_force_exit (venue.process);
  g_subprocess_force_exit (bare.process);
  return cd_paths_remove_tree (memory, NULL) ? 0 : 1;
}
