/* bench-chain.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The whole way of a price (goals E1, E3, E4): a venue process sends deltas over TLS at a given rate, the feed thread checks, parses
 * and applies them, and the main thread shows forty levels at the rate of the display. Beside it the bare line: the same frames
 * over the same connection to a client that counts and drops them. Needs a display: ./dev bench gives one.
 *
 * The venue sends one cycle of prepared frames again and again, each begun by a snapshot, so that writing costs it nothing.
 */
#include "bench.h"
#include "cd-feed.h"
#include "cd-grid-view.h"
#include "cd-paths.h"
#include "cd-rows.h"
#include "cd-venue-certs.h"
#include "cd-wire-md.h"
#include "cd-ws-connect.h"

#include <adwaita.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

#define LEVELS 20
#define CYCLE 50000
#define SECONDS 4
#define FRAMES_MAX (SECONDS * 200)

/* --- The venue: a process of its own ---------------------------------------------------------------------------------------- */

typedef struct
{
  CdEnv *env;
  SoupWebsocketConnection *connection;
  CdStream *stream;
  GPtrArray *frames; /* of one cycle; the first holds the snapshot */
  guint batch;       /* deltas in a frame */
  gint64 per_s;
  gint64 begin_us, sent; /* deltas */
  guint next;
} Venue;

static void
change_book (CdBook *book, guint32 *seed, CdLevel *bids, CdLevel *asks)
{
  for (guint i = 0; i < 3; i++)
    {
      gint64 step = bench_random (seed) % LEVELS;

      bids[i] = (CdLevel){ .price = 970000 - step * 100, .qty = 1 + bench_random (seed) % 9999, .orders = 1 };
      asks[i] = (CdLevel){ .price = 970100 + step * 100, .qty = 1 + bench_random (seed) % 9999, .orders = 1 };
      cd_book_set (book, CD_SIDE_BUY, bids[i].price, bids[i].qty, 1);
      cd_book_set (book, CD_SIDE_SELL, asks[i].price, asks[i].qty, 1);
    }
}

static void
write_snapshot (GString *text, CdBook *book)
{
  CdLevel bids[LEVELS], asks[LEVELS];

  for (guint i = 0; i < LEVELS; i++)
    {
      cd_book_level (book, CD_SIDE_BUY, i, &bids[i]);
      cd_book_level (book, CD_SIDE_SELL, i, &asks[i]);
    }
  cd_md_write_snapshot (text, "CEA25", "bench", 1, cd_book_crc (book), bids, LEVELS, asks, LEVELS);
}

static GPtrArray *
make_cycle (guint batch)
{
  GPtrArray *frames = g_ptr_array_new ();
  g_autoptr (CdBook) book = cd_book_new (4, 0);
  g_autoptr (GString) text = g_string_new (NULL);
  CdMdBatch frame = { .text = text };
  guint32 seed = 7;
  gsize len;

  for (gint64 i = 0; i < LEVELS; i++)
    {
      cd_book_set (book, CD_SIDE_BUY, 970000 - i * 100, 1000, 1);
      cd_book_set (book, CD_SIDE_SELL, 970100 + i * 100, 1000, 1);
    }
  write_snapshot (text, book);
  g_ptr_array_add (frames, g_strdup (text->str));
  for (guint64 seq = 2; seq < CYCLE + 2;)
    {
      cd_md_batch_begin (&frame);
      for (guint i = 0; i < batch && seq < CYCLE + 2; i++, seq++)
        {
          CdLevel bids[3], asks[3];

          change_book (book, &seed, bids, asks);
          cd_md_batch_next (&frame);
          cd_md_write_depth (text, "CEA25", seq - 1, seq, cd_book_crc (book), bids, 3, asks, 3);
        }
      g_ptr_array_add (frames, g_strdup (cd_md_batch_end (&frame, &len)));
    }
  return frames;
}

static gboolean
pace_cb (gpointer data)
{
  Venue *venue = data;
  gint64 due;

  if (!venue->connection || soup_websocket_connection_get_state (venue->connection) != SOUP_WEBSOCKET_STATE_OPEN)
    return G_SOURCE_CONTINUE;
  if (!venue->begin_us)
    venue->begin_us = cd_env_boot_us (venue->env);
  due = (cd_env_boot_us (venue->env) - venue->begin_us) * venue->per_s / G_USEC_PER_SEC;
  /* A client that does not keep up gets what it can take: its queue stays bounded. */
  while (venue->sent < due && cd_stream_get_queued (venue->stream) < 1024 * 1024)
    {
      soup_websocket_connection_send_text (venue->connection, g_ptr_array_index (venue->frames, venue->next));
      venue->sent += venue->next ? venue->batch : 0;
      venue->next = (venue->next + 1) % venue->frames->len;
    }
  return G_SOURCE_CONTINUE;
}

static void
upgraded_cb (SoupServerMessage *message, gpointer data)
{
  Venue *venue = data;
  g_autoptr (GUri) uri = g_uri_parse ("wss://localhost/v1/md", G_URI_FLAGS_NONE, NULL);
  g_autoptr (GIOStream) base = NULL;
  g_autoptr (GString) hello = g_string_new (NULL);
  const CdMdHello said = { .epoch = "bench", .server_time_us = cd_env_real_us (venue->env), .market_time_us = 1, .rate_e3 = 1000, .practice = TRUE };

  g_object_ref (message);
  base = soup_server_message_steal_connection (message);
  venue->stream = cd_stream_new (venue->env, base);
  venue->begin_us = venue->sent = venue->next = 0;
  cd_stream_set_guard (venue->stream, CD_STREAM_GUARD_SERVER);
  venue->connection = soup_websocket_connection_new (G_IO_STREAM (venue->stream), uri, SOUP_WEBSOCKET_CONNECTION_SERVER, NULL, NULL, NULL);
  cd_md_write_hello (hello, &said);
  soup_websocket_connection_send_text (venue->connection, hello->str);
}

static void
request_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  if (soup_websocket_server_process_handshake (message, NULL, NULL, NULL, NULL))
    g_signal_connect (message, "wrote-informational", G_CALLBACK (upgraded_cb), data);
  else
    soup_server_message_set_status (message, SOUP_STATUS_BAD_REQUEST, NULL);
}

/* "bench-chain DIR BATCH RATE": says its port and serves until its parent ends. */
static int
run_venue (const char *dir, guint batch, gint64 per_s)
{
  static const char *const persons[] = { "bench", NULL };
  Venue venue = { .env = cd_env_default (), .batch = batch, .per_s = per_s };
  g_autoptr (GError) error = NULL;
  g_autoptr (CdVenueCerts) certs = cd_venue_certs_ensure (venue.env, dir, persons, &error);
  g_autoptr (GTlsCertificate) certificate = certs ? g_tls_certificate_new_from_files (certs->server_cert_path, certs->server_key_path, &error) : NULL;
  SoupServer *server = soup_server_new ("tls-certificate", certificate, NULL);

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  venue.frames = make_cycle (batch);
  soup_server_add_early_handler (server, NULL, request_cb, &venue, NULL);
  if (!certificate || !soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY | SOUP_SERVER_LISTEN_HTTPS, &error))
    g_error ("%s", error->message);
  g_timeout_add (1, pace_cb, &venue);
  g_print ("%d\n", g_uri_get_port (soup_server_get_uris (server)->data));
  g_main_loop_run (g_main_loop_new (NULL, FALSE));
  return 0;
}

static GSubprocess *
start_venue (const char *self, const char *dir, guint batch, gint64 per_s, guint16 *port)
{
  g_autofree char *frame = g_strdup_printf ("%u", batch), *rate = g_strdup_printf ("%" G_GINT64_FORMAT, per_s);
  g_autoptr (GError) error = NULL;
  GSubprocess *child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, self, dir, frame, rate, NULL);

  if (!child)
    g_error ("%s", error->message);
  g_autoptr (GDataInputStream) said = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));
  g_autofree char *line = g_data_input_stream_read_line (said, NULL, NULL, &error);
  if (!line)
    g_error ("the venue did not start");
  *port = (guint16)g_ascii_strtoull (line, NULL, 10);
  return child;
}

/* --- What is shown ---------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CdFeedBox *box;
  CdFeedUpdate *update;
  CdFeedInstrument shown;
  GListStore *rows;
  GtkWidget *window;
  gint64 last_ns;
  gint64 gaps[FRAMES_MAX];
  guint n_frames;
} Screen;

#define BENCH_TYPE_LEVEL (bench_level_get_type ())
G_DECLARE_FINAL_TYPE (BenchLevel, bench_level, BENCH, LEVEL, CdRow)
struct _BenchLevel
{
  CdRow parent_instance;
  CdLevel level;
};
G_DEFINE_FINAL_TYPE (BenchLevel, bench_level, CD_TYPE_ROW)

static void
bench_level_class_init (BenchLevelClass *klass)
{
}

static void
bench_level_init (BenchLevel *self)
{
}

static void
level_cell (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  const CdLevel *level = &BENCH_LEVEL (item)->level;

  if (column == 0)
    g_snprintf (cell->text, sizeof cell->text, "%" G_GINT64_FORMAT ".%02" G_GINT64_FORMAT, level->price / 10000, level->price / 100 % 100);
  else
    g_snprintf (cell->text, sizeof cell->text, "%" G_GINT64_FORMAT, level->qty);
}

static void
show_level (Screen *screen, guint place, const CdLevel *level)
{
  g_autoptr (BenchLevel) row = g_list_model_get_item (G_LIST_MODEL (screen->rows), place);

  if (row->level.price == level->price && row->level.qty == level->qty)
    return;
  row->level = *level;
  cd_row_changed (CD_ROW (row));
}

static gboolean
frame_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Screen *screen = data;
  gint64 now = bench_now_ns ();

  if (screen->last_ns && screen->n_frames < FRAMES_MAX)
    screen->gaps[screen->n_frames++] = now - screen->last_ns;
  screen->last_ns = now;
  if (screen->box && cd_feed_box_take (screen->box, screen->update) && screen->update->instruments->len)
    {
      screen->shown = g_array_index (screen->update->instruments, CdFeedInstrument, 0);
      for (guint i = 0; i < screen->shown.n_asks; i++)
        show_level (screen, LEVELS - 1 - i, &screen->shown.asks[i]);
      for (guint i = 0; i < screen->shown.n_bids; i++)
        show_level (screen, LEVELS + i, &screen->shown.bids[i]);
    }
  return G_SOURCE_CONTINUE;
}

static void
open_screen (Screen *screen)
{
  static const CdGridColumn columns[] = { { .title = "Price", .width = 90, .right = TRUE }, { .title = "Quantity", .width = 90, .right = TRUE } };
  GtkWidget *grid = cd_grid_view_new ("Book", columns, G_N_ELEMENTS (columns), level_cell, NULL);

  screen->rows = g_list_store_new (BENCH_TYPE_LEVEL);
  for (guint i = 0; i < 2 * LEVELS; i++)
    {
      g_autoptr (BenchLevel) row = g_object_new (BENCH_TYPE_LEVEL, NULL);

      g_list_store_append (screen->rows, row);
    }
  screen->update = cd_feed_update_new ();
  cd_grid_view_set_model (CD_GRID_VIEW (grid), G_LIST_MODEL (screen->rows));
  screen->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (screen->window), 420, 920);
  gtk_window_set_child (GTK_WINDOW (screen->window), grid);
  gtk_window_present (GTK_WINDOW (screen->window));
  gtk_widget_add_tick_callback (grid, frame_cb, screen, NULL);
}

/* --- Measuring -------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  gint64 wall_ns, process_us, main_ns;
} Use;

static void
take_use (Use *use)
{
  struct rusage total;
  struct timespec own;

  getrusage (RUSAGE_SELF, &total);
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &own);
  use->wall_ns = bench_now_ns ();
  use->process_us = (total.ru_utime.tv_sec + total.ru_stime.tv_sec) * G_USEC_PER_SEC + total.ru_utime.tv_usec + total.ru_stime.tv_usec;
  use->main_ns = (gint64)own.tv_sec * G_GINT64_CONSTANT (1000000000) + own.tv_nsec;
}

static gboolean
over_cb (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Runs for SECONDS; what it took in *use. */
static void
watch (Use *use)
{
  gboolean over = FALSE;
  Use begin;

  take_use (&begin);
  g_timeout_add_seconds (SECONDS, over_cb, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
  take_use (use);
  use->wall_ns -= begin.wall_ns;
  use->process_us -= begin.process_us;
  use->main_ns -= begin.main_ns;
}

/* Tenths of a percent of one processor. */
static gint64
percent_e1 (gint64 ns, const Use *use)
{
  return ns * 1000 / MAX (use->wall_ns, 1);
}

static void
report_frames (const char *name, Screen *screen, const Use *use)
{
  g_autofree char *fps = g_strconcat (name, ".frames", NULL), *p99 = g_strconcat (name, ".frame-gap-p99", NULL), *late = g_strconcat (name, ".frames-over-20-ms", NULL);
  gint64 per_s_e1 = (gint64)screen->n_frames * 10 * G_GINT64_CONSTANT (1000000000) / use->wall_ns;
  guint over = 0;

  for (guint i = 0; i < screen->n_frames; i++)
    over += screen->gaps[i] > 20000000;
  bench_median (screen->gaps, screen->n_frames); /* sorts */
  bench_print (fps, per_s_e1, "frames/s", per_s_e1 * 10 / 60, "60-frames/s");
  bench_print (p99, screen->n_frames ? screen->gaps[screen->n_frames * 99 / 100] / 100000 : 0, "ms", screen->n_frames ? screen->gaps[screen->n_frames * 99 / 100] * 100 / 16666667 : 0, "one-frame");
  bench_print (late, over * 10, "frames", over * 100 / MAX (screen->n_frames, 1), "frames");
}

static void
count_cb (SoupWebsocketConnection *connection, int type, GBytes *message, guint64 *bytes)
{
  *bytes += g_bytes_get_size (message);
}

static void
keep_result_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

/* The bound: what the same line costs a client that drops what it reads. */
static gint64
measure_bare_line (const CdEndpoint *endpoint)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (CdStream) stream = NULL;
  guint64 bytes = 0;
  Use use;

  cd_ws_connect_async (cd_env_default (), endpoint, "/v1/md", NULL, keep_result_cb, &result);
  while (!result)
    g_main_context_iteration (NULL, TRUE);
  g_autoptr (SoupWebsocketConnection) line = cd_ws_connect_finish (result, &stream, &error);
  if (!line)
    g_error ("%s", error->message);
  g_signal_connect (line, "message", G_CALLBACK (count_cb), &bytes);
  watch (&use);
  soup_websocket_connection_close (line, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  while (soup_websocket_connection_get_state (line) != SOUP_WEBSOCKET_STATE_CLOSED)
    g_main_context_iteration (NULL, TRUE);
  return percent_e1 (use.process_us * 1000, &use);
}

static void
measure_chain (const char *name, const CdVenueCerts *certs, guint16 port, gint64 per_s)
{
  g_autofree char *url = g_strdup_printf ("https://localhost:%u", port), *bound = g_strconcat (name, ".bare-line", NULL);
  g_autofree char *cpu = g_strconcat (name, ".process-cpu", NULL), *own = g_strconcat (name, ".main-thread-cpu", NULL), *taken = g_strconcat (name, ".applied", NULL), *lost = g_strconcat (name, ".gaps", NULL);
  const CdEndpoint endpoint = { .url = url, .ca_path = certs->ca_path, .crl_path = certs->crl_path };
  Screen screen = { 0 };
  gint64 bare = measure_bare_line (&endpoint), rate;
  CdFeed *feed;
  guint64 before;
  Use use;

  screen.box = cd_feed_box_new ();
  open_screen (&screen);
  feed = cd_feed_new (cd_env_default (), &endpoint, screen.box);
  while (!screen.shown.synced)
    g_main_context_iteration (NULL, TRUE);
  screen.n_frames = 0;
  before = screen.update->status.messages;
  watch (&use);
  rate = (gint64)(screen.update->status.messages - before) * 1000 * 1000000 / MAX (use.wall_ns / 1000, 1) / 1000;
  report_frames (name, &screen, &use);
  bench_print (taken, rate * 10, "deltas/s", rate * 100 / per_s, "offered");
  bench_print (cpu, percent_e1 (use.process_us * 1000, &use), "%", percent_e1 (use.process_us * 1000, &use) * 100 / MAX (bare, 1), bound);
  bench_print (bound, bare, "%", 100, bound);
  bench_print (own, percent_e1 (use.main_ns, &use), "%", percent_e1 (use.main_ns, &use) * 100 / MAX (percent_e1 (use.process_us * 1000, &use), 1), cpu);
  bench_print (lost, (gint64)screen.update->status.gaps * 10, "gaps", 100, "none");
  cd_feed_free (feed);
  gtk_window_destroy (GTK_WINDOW (screen.window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (screen.rows);
  cd_feed_update_free (screen.update);
  cd_feed_box_unref (screen.box);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    guint batch;
    gint64 per_s;
  } loads[] = {
    { "E3.100k-single", 1, 100000 },
    { "E1.1M-in-fifties", 50, 1000000 },
    { "E4.4M-in-fifties", 50, 4000000 },
  };
  static const char *const persons[] = { "bench", NULL };
  g_autofree char *dir = NULL;
  g_autoptr (GError) error = NULL;

  if (argc == 4)
    return run_venue (argv[1], (guint)g_ascii_strtoull (argv[2], NULL, 10), g_ascii_strtoll (argv[3], NULL, 10));
  dir = g_dir_make_tmp ("carbondesk-bench-XXXXXX", NULL);
  g_autoptr (CdVenueCerts) certs = cd_venue_certs_ensure (cd_env_default (), dir, persons, &error);
  if (!certs)
    g_error ("%s", error->message);
  adw_init ();
  for (guint i = 0; i < G_N_ELEMENTS (loads); i++)
    {
      guint16 port;
      g_autoptr (GSubprocess) venue = start_venue (argv[0], dir, loads[i].batch, loads[i].per_s, &port);

      measure_chain (loads[i].name, certs, port, loads[i].per_s);
      g_subprocess_force_exit (venue);
    }
  cd_paths_remove_tree (dir, NULL);
  return 0;
}
