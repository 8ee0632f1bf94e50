/* venued.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * carbondesk-venue: the practice exchange and registry as a process of its own. Prints one line when it is ready and ends when
 * its standard input closes.
 */
#include <gio/gunixinputstream.h>
#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cd-paths.h"
#include "cd-venue-server.h"
#include "cd-venue.h"
#include "cd-wire-list.h"

typedef struct
{
  char *listen;
  char **packs;
  char *data;
  char *scenario;
  char *market_time;
  char *speed;
  char *seed;
  char *faults;
  char *replay;
} Options;

typedef struct
{
  GMainLoop *loop;
  int status;
  gboolean restart;
  char drain[256];
} Program;

static int
wrong_use (const char *format, ...) G_GNUC_PRINTF (1, 2);
static void
note (gpointer data, const char *format, ...) G_GNUC_PRINTF (2, 3);

static int
wrong_use (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  fputs ("carbondesk-venue: ", stderr);
  vfprintf (stderr, format, args);
  fputc ('\n', stderr);
  va_end (args);
  return 2;
}

static void
failed_cb (const GError *error, gpointer data)
{
  Program *program = data;

  program->restart = g_error_matches (error, CD_VENUE_SERVER_ERROR, CD_VENUE_SERVER_ERROR_RESTART);
  fprintf (stderr, "carbondesk-venue: %s\n", error->message);
  program->status = program->restart ? 0 : 1;
  g_main_loop_quit (program->loop);
}

static void
note (gpointer data, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  fputs ("carbondesk-venue: ", stderr);
  vfprintf (stderr, format, args);
  fputc ('\n', stderr);
  va_end (args);
}

static gboolean
signal_cb (gpointer data)
{
  g_main_loop_quit (((Program *)data)->loop);
  return G_SOURCE_CONTINUE;
}

static void
input_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Program *program = data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  /* Whoever started us has gone, or wants us to go. */
  if (n <= 0)
    g_main_loop_quit (program->loop);
  else
    g_input_stream_read_async (G_INPUT_STREAM (source), program->drain, sizeof program->drain, G_PRIORITY_DEFAULT, NULL, input_cb, program);
}

static gboolean
parse_port (const char *listen, guint16 *port)
{
  gint64 value;
  const char *colon = strrchr (listen, ':');

  if (!colon || !cd_decimal_parse (colon + 1, -1, 0, &value, NULL) || value < 0 || value > G_MAXUINT16)
    return FALSE;
  if (strncmp (listen, "localhost", (gsize)(colon - listen)) != 0 || colon - listen != 9)
    return FALSE;
  *port = (guint16)value;
  return TRUE;
}

static int
check_options (const Options *options, int argc, CdVenueServerConfig *config)
{
  const char *const *scenarios = cd_venue_scenarios ();

  if (argc > 1)
    return wrong_use ("expected options only");
  if (!options->listen || !parse_port (options->listen, &config->port))
    return wrong_use ("--listen: expected localhost:PORT, PORT from 0 to 65535");
  if (!options->data || !*options->data)
    return wrong_use ("--data: expected a folder");
  if (!options->packs || !options->packs[0])
    return wrong_use ("--pack: expected at least one pack id or file");
  if (options->speed && !cd_wire_rate_parse (options->speed, &config->rate_e3))
    return wrong_use ("--speed %s: expected a decimal from 0.001 to 100000", options->speed);
  if (options->seed && (!cd_decimal_parse (options->seed, -1, 0, &config->seed, NULL) || config->seed < 0))
    return wrong_use ("--seed %s: expected a whole number from 0", options->seed);
  if (options->scenario && !g_strv_contains (scenarios, options->scenario))
    {
      g_autofree char *list = g_strjoinv (", ", (char **)scenarios);

      return wrong_use ("--scenario %s: expected one of %s", options->scenario, list);
    }
  config->data_dir = options->data;
  config->scenario = options->scenario;
  config->market_time = options->market_time;
  config->faults = options->faults;
  config->replay = options->replay;
  config->note = note;
  return 0;
}

/* A pack is named by its id, or by a path when there is a slash or ".json" in it. */
static CdPack *
load_pack (const char *name, GError **error)
{
  g_autoptr (CdJsonFaults) faults = NULL;

  if (!strchr (name, '/') && !g_str_has_suffix (name, ".json"))
    return cd_pack_load_builtin (name, error);
  faults = cd_json_faults_new ();
  return cd_pack_load_file (name, NULL, faults, error);
}

/* As a crash and a new start would be, at once and on the same port: nothing is said or tidied up before. Comes back only when that
 * cannot be done. */
static void
start_again (char **arguments, guint16 port, const char *faults)
{
  g_autoptr (GPtrArray) again = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; arguments[i]; i++)
    g_ptr_array_add (again, g_strdup (arguments[i]));
  /* Of an option that is given twice the last counts. */
  g_ptr_array_add (again, g_strdup ("--listen"));
  g_ptr_array_add (again, g_strdup_printf ("localhost:%u", port));
  g_ptr_array_add (again, g_strdup ("--fault"));
  g_ptr_array_add (again, g_strdup (faults));
  g_ptr_array_add (again, NULL);
  execv ("/proc/self/exe", (char **)again->pdata);
  fprintf (stderr, "carbondesk-venue: --fault: restart: %s\n", g_strerror (errno));
}

static int
run (CdVenueServerConfig *config, char **names, char **arguments)
{
  g_autoptr (GPtrArray) packs = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_pack_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) input = g_unix_input_stream_new (0, FALSE);
  g_autofree char *ready = NULL, *path = NULL;
  Program program = { NULL, 0, FALSE, { 0 } };
  CdVenueServer *server;

  for (guint i = 0; names[i]; i++)
    {
      CdPack *pack = load_pack (names[i], &error);

      if (!pack)
        {
          fprintf (stderr, "carbondesk-venue: --pack %s: %s\n", names[i], error->message);
          return 1;
        }
      g_ptr_array_add (packs, pack);
    }
  config->packs = (CdPack *const *)packs->pdata;
  config->n_packs = packs->len;
  program.loop = g_main_loop_new (NULL, FALSE);
  server = cd_venue_server_new (cd_env_default (), config, failed_cb, &program, &error);
  if (!server)
    {
      fprintf (stderr, "carbondesk-venue: %s\n", error->message);
      g_main_loop_unref (program.loop);
      return g_error_matches (error, CD_VENUE_SERVER_ERROR, CD_VENUE_SERVER_ERROR_OPTION) ? 2 : 1;
    }
  ready = cd_venue_server_ready_line (server);
  path = g_build_filename (config->data_dir, "ready.json", NULL);
  if (!cd_paths_write_file (path, ready, strlen (ready), &error))
    {
      fprintf (stderr, "carbondesk-venue: %s\n", error->message);
      cd_venue_server_free (server);
      g_main_loop_unref (program.loop);
      return 1;
    }
  printf ("%s\n", ready);
  fflush (stdout);
  g_unix_signal_add (SIGTERM, signal_cb, &program);
  g_unix_signal_add (SIGINT, signal_cb, &program);
  g_input_stream_read_async (input, program.drain, sizeof program.drain, G_PRIORITY_DEFAULT, NULL, input_cb, &program);
  g_main_loop_run (program.loop);
  g_unlink (path); /* nobody joins what has ended */
  if (program.restart)
    {
      g_autofree char *left = cd_venue_server_faults_left (server);

      start_again (arguments, cd_venue_server_port (server), left);
      program.status = 1;
    }
  cd_venue_server_free (server);
  g_main_loop_unref (program.loop);
  return program.status;
}

static const char help[] = "FILE of --replay is the venue.db of another practice folder (the same packs; scenario, seed and start are its own), or text with one JSON\n"
                           "object a line: {\"format\":\"carbondesk-session/1\",\"scenario\":…,\"market_time\":…,\"seed\":…,\"participants\":\"on\" or \"off\"} first, then\n"
                           "  {\"at\":INSTANT,\"person\":ID,\"op\":…,\"key\":…,\"account\":…,\"body\":…}    what a person sent\n"
                           "  {\"at\":INSTANT,\"party\":ID,\"instrument\":…,\"side\":…,\"kind\":…,\"price\":…,\"qty\":…}    an order of a participant\n"
                           "  {\"at\":INSTANT,\"party\":ID,\"withdraws\":LINE}    takes it back\n"
                           "Each happens when market time comes to it; the folder stays with its session and can be started again in the middle of it.\n"
                           "\n"
                           "PLAN is entries with a comma between them, each KIND@POINT, with (WHAT) and #WHICH after it where wanted:\n"
                           "  KIND   drop, delay=MILLISECONDS, duplicate, cut, status=500 to 599, restart\n"
                           "  POINT  command (comes in), answer (executed and durable, not sent), event, md (public), get (HTTP and upgrades)\n"
                           "  WHAT   op, kind, type or first part of the route: order.new, order.fill, depth, session\n"
                           "  WHICH  N the N-th that matches, N+ it and all after it, /K every K-th; without it the first\n"
                           "Example: --fault 'cut@answer(order.new)#2,delay=500@md(depth)#/10,restart@command#40'\n"
                           "\n"
                           "Exit status: 0 ended as asked, 1 it could not start or go on, 2 wrong use.\n";

int
main (int argc, char *argv[])
{
  Options options = { NULL };
  const GOptionEntry entries[] = {
    { "listen", 0, 0, G_OPTION_ARG_STRING, &options.listen, "Where to listen; port 0 is any free one", "localhost:PORT" },
    { "pack", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.packs, "Market pack; may be given several times", "ID" },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &options.data, "Folder of the practice market", "DIR" },
    { "scenario", 0, 0, G_OPTION_ARG_STRING, &options.scenario, "Scenario of a new folder", "ID" },
    { "market-time", 0, 0, G_OPTION_ARG_STRING, &options.market_time, "Market time of a new folder", "2026-12-14T13:20:00" },
    { "speed", 0, 0, G_OPTION_ARG_STRING, &options.speed, "Market seconds in a real second", "N" },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &options.seed, "Seed of the participants of a new folder", "N" },
    { "replay", 0, 0, G_OPTION_ARG_FILENAME, &options.replay, "Plays a session again in a new folder, see below", "FILE" },
    { "fault", 0, 0, G_OPTION_ARG_STRING, &options.faults, "Faults to happen, see below", "PLAN" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- practice exchange and registry");
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) arguments = NULL;
  CdVenueServerConfig config = { .seed = -1 };
  int status;

  /* A resumed TLS session carries no client certificate: it would be nobody, or the one who sat there before. Read by the TLS
   * library when it starts; without tickets nothing is resumed. */
  if (!g_setenv ("G_TLS_GNUTLS_PRIORITY", "NORMAL:%COMPAT:%NO_TICKETS", TRUE))
    g_printerr ("carbondesk-venue: the environment cannot be set\n");

  arguments = g_strdupv (argv);
  g_option_context_set_description (context, help);
  /* Standard output is for the ready line alone; GLib would print debug messages there too. */
  g_log_writer_default_set_use_stderr (TRUE);
  setlocale (LC_ALL, "");
  signal (SIGPIPE, SIG_IGN);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return wrong_use ("%s", error->message);
  status = check_options (&options, argc, &config);
  if (status == 0)
    status = run (&config, options.packs, arguments);
  g_free (options.listen);
  g_free (options.data);
  g_free (options.scenario);
  g_free (options.market_time);
  g_free (options.speed);
  g_free (options.seed);
  g_free (options.faults);
  g_free (options.replay);
  g_strfreev (options.packs);
  return status;
}
