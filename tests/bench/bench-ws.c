/* bench-ws.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Messages of 250 bytes from a server to a client, two processes over loopback (goals W1, W2): libsoup's WebSocket over CdStream at
 * both ends against libsoup's WebSocket over the bare socket. One message a frame, and ten in one. The client says after every
 * 512 messages how many it has, and the server never runs more than eight such windows ahead: no queue grows.
 */
#include "bench.h"
#include "cd-env.h"
#include "cd-stream.h"

#include <libsoup/soup.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MESSAGE 250
#define WINDOW 512
#define AHEAD (8 * WINDOW)
#define ROUNDS 7

typedef enum
{
  OURS,
  STOCK,
  N_KINDS
} Kind;

typedef struct
{
  gint64 wall_us;
  gint64 cpu_us; /* of the client */
} Run;

/* --- One end of a line ------------------------------------------------------------------------------------------------------ */

static SoupWebsocketConnection *
websocket_over_socket (Kind kind, GSocketConnection *base, SoupWebsocketConnectionType type)
{
  g_autoptr (GUri) uri = g_uri_parse ("ws://localhost/", G_URI_FLAGS_NONE, NULL);
  g_autoptr (GIOStream) stream = NULL;

  g_socket_set_option (g_socket_connection_get_socket (base), 6 /* IPPROTO_TCP */, 1 /* TCP_NODELAY */, 1, NULL);
  if (kind == OURS)
    {
      stream = G_IO_STREAM (cd_stream_new (cd_env_default (), G_IO_STREAM (base)));
      cd_stream_set_guard (CD_STREAM (stream), type == SOUP_WEBSOCKET_CONNECTION_SERVER ? CD_STREAM_GUARD_SERVER : CD_STREAM_GUARD_CLIENT);
    }
  else
    stream = g_object_ref (G_IO_STREAM (base));
  return soup_websocket_connection_new (stream, uri, type, NULL, NULL, NULL);
}

/* --- The server: a process of its own --------------------------------------------------------------------------------------- */

typedef struct
{
  Kind kind;
  SoupWebsocketConnection *connection;
  guint total, sent, confirmed, batch;
  char *frame;
} Server;

static void
pump (Server *server)
{
  while (server->sent < server->total && server->sent < server->confirmed + AHEAD)
    {
      soup_websocket_connection_send_text (server->connection, server->frame);
      server->sent += server->batch;
    }
}

/* "run TOTAL BATCH" begins, a bare number confirms. */
static void
server_message_cb (SoupWebsocketConnection *connection, int type, GBytes *message, Server *server)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (message, NULL), g_bytes_get_size (message));

  if (sscanf (text, "run %u %u", &server->total, &server->batch) == 2)
    {
      server->sent = server->confirmed = 0;
      g_free (server->frame);
      server->frame = g_strnfill ((gsize)MESSAGE * server->batch, 'x');
    }
  else
    server->confirmed = (guint)strtoul (text, NULL, 10);
  pump (server);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  Server *server = data;

  server->connection = websocket_over_socket (server->kind, connection, SOUP_WEBSOCKET_CONNECTION_SERVER);
  g_signal_connect (server->connection, "message", G_CALLBACK (server_message_cb), server);
  return TRUE;
}

/* Returns the port. The child ends with its parent. */
static guint16
start_server (Kind kind)
{
  int pipe_fds[2];
  guint16 port = 0;

  if (pipe (pipe_fds) != 0)
    g_error ("no pipe");
  pid_t child = fork ();
  if (child == 0)
    {
      Server server = { .kind = kind };
      GSocketService *service = g_socket_service_new ();

      prctl (PR_SET_PDEATHSIG, SIGKILL);
      port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);
      g_signal_connect (service, "incoming", G_CALLBACK (incoming_cb), &server);
      if (port == 0 || write (pipe_fds[1], &port, sizeof port) != sizeof port)
        _exit (1);
      g_main_loop_run (g_main_loop_new (NULL, FALSE));
      _exit (0);
    }
  if (child < 0 || read (pipe_fds[0], &port, sizeof port) != sizeof port)
    g_error ("the server did not start");
  close (pipe_fds[0]);
  close (pipe_fds[1]);
  return port;
}

/* --- The client ------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  SoupWebsocketConnection *connection;
  guint batch, received, told;
} Client;

static void
client_message_cb (SoupWebsocketConnection *connection, int type, GBytes *message, Client *client)
{
  if (g_bytes_get_size (message) != (gsize)MESSAGE * client->batch)
    g_error ("a frame of %" G_GSIZE_FORMAT " bytes", g_bytes_get_size (message));
  client->received += client->batch;
  if (client->received - client->told >= WINDOW)
    {
      g_autofree char *text = g_strdup_printf ("%u", client->received);

      client->told = client->received;
      soup_websocket_connection_send_text (connection, text);
    }
}

static void
connect_client (Client *client, Kind kind, guint16 port)
{
  g_autoptr (GSocketClient) socket = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) base = g_socket_client_connect_to_host (socket, "127.0.0.1", port, NULL, &error);

  if (!base)
    g_error ("%s", error->message);
  client->connection = websocket_over_socket (kind, base, SOUP_WEBSOCKET_CONNECTION_CLIENT);
  soup_websocket_connection_set_max_incoming_payload_size (client->connection, 1024 * 1024);
  g_signal_connect (client->connection, "message", G_CALLBACK (client_message_cb), client);
}

static gint64
cpu_us (void)
{
  struct rusage use;

  getrusage (RUSAGE_SELF, &use);
  return (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * G_USEC_PER_SEC + use.ru_utime.tv_usec + use.ru_stime.tv_usec;
}

static Run
run_once (Client *client, guint total, guint batch)
{
  g_autofree char *command = g_strdup_printf ("run %u %u", total, batch);
  gint64 begin = bench_now_ns (), cpu = cpu_us ();

  client->batch = batch;
  client->received = client->told = 0;
  soup_websocket_connection_send_text (client->connection, command);
  while (client->received < total)
    g_main_context_iteration (NULL, TRUE);
  return (Run){ .wall_us = (bench_now_ns () - begin) / 1000, .cpu_us = cpu_us () - cpu };
}

static void
compare_kinds (Client *clients, guint batch, guint total, gint64 *wall, gint64 *cpu)
{
  gint64 walls[N_KINDS][ROUNDS], cpus[N_KINDS][ROUNDS];

  for (guint kind = 0; kind < N_KINDS; kind++)
    run_once (&clients[kind], total / 10, batch);
  for (guint round = 0; round < ROUNDS; round++)
    for (guint k = 0; k < N_KINDS; k++)
      {
        guint kind = (k + round) % N_KINDS;
        Run run = run_once (&clients[kind], total, batch);

        walls[kind][round] = run.wall_us;
        cpus[kind][round] = run.cpu_us;
      }
  for (guint kind = 0; kind < N_KINDS; kind++)
    {
      wall[kind] = bench_median (walls[kind], ROUNDS);
      cpu[kind] = bench_median (cpus[kind], ROUNDS);
    }
}

static void
report (const char *name, const char *bound, guint total, const gint64 *wall, const gint64 *cpu)
{
  g_autofree char *rate = g_strconcat (name, ".rate", NULL);
  g_autofree char *spent = g_strconcat (name, ".client-cpu", NULL);
  gint64 per_s[N_KINDS], ns_e1[N_KINDS];

  for (guint kind = 0; kind < N_KINDS; kind++)
    {
      per_s[kind] = (gint64)total * G_USEC_PER_SEC / MAX (wall[kind], 1);
      ns_e1[kind] = cpu[kind] * 10000 / total;
    }
  bench_print (rate, per_s[OURS] * 10, "messages/s", per_s[OURS] * 100 / MAX (per_s[STOCK], 1), bound);
  bench_print (bound, per_s[STOCK] * 10, "messages/s", 100, bound);
  bench_print (spent, ns_e1[OURS], "ns", ns_e1[OURS] * 100 / MAX (ns_e1[STOCK], 1), bound);
  bench_print (bound, ns_e1[STOCK], "ns", 100, bound);
}

int
main (void)
{
  guint16 ports[N_KINDS];
  Client clients[N_KINDS] = { 0 };
  gint64 wall[N_KINDS], cpu[N_KINDS];

  /* Before GLib starts a thread. */
  for (guint kind = 0; kind < N_KINDS; kind++)
    ports[kind] = start_server (kind);
  for (guint kind = 0; kind < N_KINDS; kind++)
    connect_client (&clients[kind], kind, ports[kind]);
  compare_kinds (clients, 1, 200000, wall, cpu);
  report ("W1.frame-of-one", "libsoup.frame-of-one", 200000, wall, cpu);
  compare_kinds (clients, 10, 1000000, wall, cpu);
  report ("W2.frame-of-ten", "libsoup.frame-of-ten", 1000000, wall, cpu);
  return 0;
}
