/* bench-chain.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The whole way of a price (goals E1, E3, E4): a venue process sends deltas over TLS at a given rate, the feed thread checks, parses
 * and applies them, and the main thread shows forty levels at the rate of the display. Beside it the bare line: the same frames
 * over the same connection to a client that counts and drops them. Needs a display: ./dev bench gives one.
 *
 * The venue is bench-chain-venue.c: another program, as in life.
 */
#include "bench.h"
#include "cd-feed.h"
#include "cd-grid-view.h"
#include "cd-rows.h"
#include "cd-ws-connect.h"

#include <adwaita.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define LEVELS 20
#define SECONDS 4
#define FRAMES_MAX (SECONDS * 200)

/* --- The venue ---------------------------------------------------------------------------------------------------------- */

/* The program beside this one. Says its port and its CA in one line, and ends with us. */
static GSubprocess *
start_venue (const char *self, guint batch, gint64 per_s, CdEndpoint *endpoint)
{
  g_autofree char *folder = g_path_get_dirname (self), *program = g_build_filename (folder, "bench-chain-venue", NULL);
  g_autofree char *frame = g_strdup_printf ("%u", batch), *rate = g_strdup_printf ("%" G_GINT64_FORMAT, per_s);
  g_autoptr (GError) error = NULL;
  GSubprocess *child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, frame, rate, NULL);

  if (!child)
    g_error ("%s", error->message);
  g_autoptr (GDataInputStream) said = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));
  g_autofree char *line = g_data_input_stream_read_line (said, NULL, NULL, &error);
  g_auto (GStrv) words = g_strsplit (line ? line : "", " ", 3);
  if (g_strv_length (words) != 3)
    g_error ("the venue did not start");
  endpoint->url = g_strdup_printf ("https://localhost:%s", words[0]);
  endpoint->ca_path = g_strdup (words[1]);
  endpoint->crl_path = g_strdup (words[2]);
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
measure_chain (const char *name, const CdEndpoint *endpoint, gint64 per_s)
{
  g_autofree char *bound = g_strconcat (name, ".bare-line", NULL);
  g_autofree char *cpu = g_strconcat (name, ".process-cpu", NULL), *own = g_strconcat (name, ".main-thread-cpu", NULL), *taken = g_strconcat (name, ".applied", NULL), *lost = g_strconcat (name, ".gaps", NULL);
  Screen screen = { 0 };
  gint64 bare = measure_bare_line (endpoint), rate;
  CdFeed *feed;
  guint64 before;
  Use use;

  screen.box = cd_feed_box_new ();
  open_screen (&screen);
  feed = cd_feed_new (cd_env_default (), endpoint, screen.box);
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

  adw_init ();
  for (guint i = 0; i < G_N_ELEMENTS (loads); i++)
    {
      CdEndpoint *endpoint = g_new0 (CdEndpoint, 1);
      g_autoptr (GSubprocess) venue = start_venue (argv[0], loads[i].batch, loads[i].per_s, endpoint);

      measure_chain (loads[i].name, endpoint, loads[i].per_s);
      g_subprocess_force_exit (venue);
      cd_endpoint_free (endpoint);
    }
  return 0;
}
