/* bench-ui.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the main thread spends on a frame (goals U1-U3), and how long it takes to the first one (U4). The table of the program
 * against GtkColumnView filled by signals, and against a widget that draws one moving rectangle: the least that a frame can cost.
 * Processor time of the main thread, medians over frames; ways in turns. Needs a display: ./dev bench gives one.
 *
 * "bench-ui empty" is the other side of U4: an AdwApplication with an empty window, which says when its first frame was painted.
 */
#include "bench.h"
#include "cd-grid-view.h"
#include "cd-rows.h"

#include <adwaita.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define COLUMNS_MAX 8
#define WARM_UP 20
#define FRAMES 100
#define ROUNDS 5
#define STARTS 11
#define LIMIT_NS G_GINT64_CONSTANT (60000000000)

/* --- Rows: a ladder's, and a million ---------------------------------------------------------------------------------------- */

#define BENCH_TYPE_ROW (bench_row_get_type ())
G_DECLARE_FINAL_TYPE (BenchRow, bench_row, BENCH, ROW, CdRow)
struct _BenchRow
{
  CdRow parent_instance;
  guint place, step;
};
G_DEFINE_FINAL_TYPE (BenchRow, bench_row, CD_TYPE_ROW)

static void
bench_row_class_init (BenchRowClass *klass)
{
}

static void
bench_row_init (BenchRow *self)
{
}

static void
write_cell (const BenchRow *row, guint column, char *text, gsize size)
{
  guint value = row->place * 7919 + row->step * 104729 + column * 613;

  if (column == 0)
    g_snprintf (text, size, "%u.%02u", 90 + value % 20, value % 100);
  else
    g_snprintf (text, size, "%u,%03u", 1 + value % 99, value % 1000);
}

/* A model that makes an object only when it is asked for one. */
#define BENCH_TYPE_LAZY (bench_lazy_get_type ())
G_DECLARE_FINAL_TYPE (BenchLazy, bench_lazy, BENCH, LAZY, GObject)
struct _BenchLazy
{
  GObject parent_instance;
  guint n;
};

static GType
lazy_get_item_type (GListModel *model)
{
  return BENCH_TYPE_ROW;
}

static guint
lazy_get_n_items (GListModel *model)
{
  return BENCH_LAZY (model)->n;
}

static gpointer
lazy_get_item (GListModel *model, guint position)
{
  BenchRow *row;

  if (position >= BENCH_LAZY (model)->n)
    return NULL;
  row = g_object_new (BENCH_TYPE_ROW, NULL);
  row->place = position;
  return row;
}

static void
lazy_model_init (GListModelInterface *iface)
{
  iface->get_item_type = lazy_get_item_type;
  iface->get_n_items = lazy_get_n_items;
  iface->get_item = lazy_get_item;
}
G_DEFINE_FINAL_TYPE_WITH_CODE (BenchLazy, bench_lazy, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, lazy_model_init))

static void
bench_lazy_class_init (BenchLazyClass *klass)
{
}

static void
bench_lazy_init (BenchLazy *self)
{
}

static GListModel *
make_rows (guint n)
{
  GListStore *store = g_list_store_new (BENCH_TYPE_ROW);

  if (n > 1000)
    {
      BenchLazy *lazy = g_object_new (BENCH_TYPE_LAZY, NULL);

      g_object_unref (store);
      lazy->n = n;
      return G_LIST_MODEL (lazy);
    }
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (BenchRow) row = g_object_new (BENCH_TYPE_ROW, NULL);

      row->place = i;
      g_list_store_append (store, row);
    }
  return G_LIST_MODEL (store);
}

/* --- The three ways --------------------------------------------------------------------------------------------------------- */

#define BENCH_TYPE_FLOOR (bench_floor_get_type ())
G_DECLARE_FINAL_TYPE (BenchFloor, bench_floor, BENCH, FLOOR, GtkWidget)
struct _BenchFloor
{
  GtkWidget parent_instance;
  guint step;
};
G_DEFINE_FINAL_TYPE (BenchFloor, bench_floor, GTK_TYPE_WIDGET)

static void
bench_floor_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  guint step = BENCH_FLOOR (widget)->step;

  gtk_snapshot_append_color (snapshot, &(GdkRGBA){ 0.5f, 0.5f, 0.5f, 1 }, &GRAPHENE_RECT_INIT (step % 100, 10, 40, 20));
}

static void
bench_floor_class_init (BenchFloorClass *klass)
{
  GTK_WIDGET_CLASS (klass)->snapshot = bench_floor_snapshot;
}

static void
bench_floor_init (BenchFloor *self)
{
}

static void
grid_cell (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  write_cell (item, column, cell->text, sizeof cell->text);
}

static void
label_text (GtkListItem *item)
{
  BenchRow *row = gtk_list_item_get_item (item);
  guint column = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (item), "column"));
  char text[CD_GRID_TEXT_MAX];

  write_cell (row, column, text, sizeof text);
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), text);
}

static void
label_changed_cb (GObject *row, GParamSpec *pspec, GtkListItem *item)
{
  label_text (item);
}

static void
label_setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 1);
  g_object_set_data (G_OBJECT (item), "column", column);
  gtk_list_item_set_child (item, label);
}

static void
label_bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
  g_signal_connect (gtk_list_item_get_item (item), "notify::revision", G_CALLBACK (label_changed_cb), item);
  label_text (item);
}

static void
label_unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (item), label_changed_cb, item);
}

static GtkWidget *
make_column_view (GListModel *rows, guint n_columns)
{
  GtkWidget *view = gtk_column_view_new (GTK_SELECTION_MODEL (gtk_single_selection_new (g_object_ref (rows))));
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  for (guint i = 0; i < n_columns; i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      GtkColumnViewColumn *column;

      g_signal_connect (factory, "setup", G_CALLBACK (label_setup_cb), GUINT_TO_POINTER (i));
      g_signal_connect (factory, "bind", G_CALLBACK (label_bind_cb), GUINT_TO_POINTER (i));
      g_signal_connect (factory, "unbind", G_CALLBACK (label_unbind_cb), GUINT_TO_POINTER (i));
      column = gtk_column_view_column_new ("Figure", factory);
      gtk_column_view_column_set_fixed_width (column, 90);
      gtk_column_view_append_column (GTK_COLUMN_VIEW (view), column);
      g_object_unref (column);
    }
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);
  return scrolled;
}

static GtkWidget *
make_grid (GListModel *rows, guint n_columns)
{
  CdGridColumn columns[COLUMNS_MAX];
  GtkWidget *grid;

  for (guint i = 0; i < n_columns; i++)
    columns[i] = (CdGridColumn){ .title = "Figure", .width = 90, .right = TRUE };
  grid = cd_grid_view_new ("Figures", columns, n_columns, grid_cell, NULL);
  cd_grid_view_set_model (CD_GRID_VIEW (grid), rows);
  return grid;
}

/* --- Frames ----------------------------------------------------------------------------------------------------------------- */

typedef enum
{
  GRID,
  COLUMN_VIEW,
  FLOOR,
  N_WAYS
} Way;

typedef struct
{
  guint n_rows, n_columns;
  guint n_changed; /* rows a frame */
  int scroll;      /* pixels a frame */
} Load;

typedef struct
{
  Way way;
  const Load *load;
  GListModel *rows;
  GtkWidget *widget;
  guint frame;
  guint64 position;
  guint32 seed;
  gint64 last_ns;
  gint64 spent[FRAMES];
  gboolean done;
} Scene;

static gint64
thread_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64)now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

static void
change_rows (Scene *scene)
{
  for (guint i = 0; i < scene->load->n_changed; i++)
    {
      guint place = scene->load->n_changed == scene->load->n_rows ? i : bench_random (&scene->seed) % scene->load->n_rows;
      g_autoptr (BenchRow) row = g_list_model_get_item (scene->rows, place);

      row->step++;
      cd_row_changed (CD_ROW (row));
    }
}

static void
scroll_on (Scene *scene)
{
  enum
  {
    ROW_HEIGHT = 22
  };

  scene->position += (guint64)scene->load->scroll;
  if (scene->way == GRID)
    cd_grid_view_select (CD_GRID_VIEW (scene->widget), (guint)(scene->position / ROW_HEIGHT) + 50, TRUE);
  else
    gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scene->widget)), (double)scene->position);
}

static gboolean
frame_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Scene *scene = data;
  gint64 now = thread_ns ();

  if (scene->frame > WARM_UP)
    scene->spent[scene->frame - WARM_UP - 1] = now - scene->last_ns;
  if (scene->frame == WARM_UP + FRAMES)
    {
      scene->done = TRUE;
      return G_SOURCE_REMOVE;
    }
  scene->frame++;
  scene->last_ns = now;
  if (scene->way == FLOOR)
    {
      BENCH_FLOOR (scene->widget)->step++;
      gtk_widget_queue_draw (scene->widget);
    }
  else if (scene->load->scroll)
    scroll_on (scene);
  else
    change_rows (scene);
  return G_SOURCE_CONTINUE;
}

/* Median nanoseconds of one frame. */
static gint64
play (Way way, const Load *load)
{
  static GtkWidget *(*const make[]) (GListModel *, guint) = { make_grid, make_column_view };
  Scene scene = { .way = way, .load = load, .rows = make_rows (load->n_rows), .seed = 7 };
  GtkWidget *window = gtk_window_new ();
  gint64 begin = bench_now_ns ();

  scene.widget = way == FLOOR ? g_object_new (BENCH_TYPE_FLOOR, NULL) : make[way](scene.rows, load->n_columns);
  gtk_window_set_default_size (GTK_WINDOW (window), 90 * (int)load->n_columns + 20, 920);
  gtk_window_set_child (GTK_WINDOW (window), scene.widget);
  gtk_window_present (GTK_WINDOW (window));
  gtk_widget_add_tick_callback (scene.widget, frame_cb, &scene, NULL);
  while (!scene.done)
    {
      g_main_context_iteration (NULL, TRUE);
      if (bench_now_ns () - begin > LIMIT_NS)
        g_error ("no frames: is there a display?");
    }
  gtk_window_destroy (GTK_WINDOW (window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (scene.rows);
  return bench_median (scene.spent, FRAMES);
}

static void
compare_ways (const char *name, const Load *load)
{
  static const char *const bounds[] = { "", "column-view", "one-rectangle" };
  gint64 taken[N_WAYS][ROUNDS], median[N_WAYS];

  for (guint round = 0; round < ROUNDS; round++)
    for (guint k = 0; k < N_WAYS; k++)
      taken[(k + round) % N_WAYS][round] = play ((k + round) % N_WAYS, load);
  for (guint way = 0; way < N_WAYS; way++)
    median[way] = bench_median (taken[way], ROUNDS);
  for (guint way = COLUMN_VIEW; way < N_WAYS; way++)
    {
      g_autofree char *bound = g_strdup_printf ("%s.%s", name, bounds[way]);

      bench_print (name, median[GRID] / 100, "us", median[GRID] * 100 / MAX (median[way], 1), bound);
      bench_print (bound, median[way] / 100, "us", 100, bound);
    }
}

/* --- A still table ---------------------------------------------------------------------------------------------------------- */

static void
count_cb (GdkFrameClock *clock, guint *frames)
{
  (*frames)++;
}

static gboolean
timeout_cb (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
spin_for (guint ms)
{
  gboolean over = FALSE;

  g_timeout_add (ms, timeout_cb, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

/* Frames of a table in which nothing changes, once it has settled. */
static void
count_still_frames (void)
{
  g_autoptr (GListModel) rows = make_rows (40);
  GtkWidget *window = gtk_window_new ();
  guint frames = 0;

  gtk_window_set_child (GTK_WINDOW (window), make_grid (rows, 5));
  gtk_window_present (GTK_WINDOW (window));
  spin_for (2000);
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (count_cb), &frames);
  spin_for (10000);
  gtk_window_destroy (GTK_WINDOW (window));
  bench_print ("U2.still.frames-in-10s", frames * 10, "frames", frames * 100, "none");
}

/* --- The first frame -------------------------------------------------------------------------------------------------------- */

static void
first_frame_cb (GdkFrameClock *clock, GApplication *application)
{
  g_signal_handlers_disconnect_by_func (clock, first_frame_cb, application);
  g_print ("first-frame\n");
  g_application_quit (application);
}

static void
activate_cb (GApplication *application, gpointer data)
{
  GtkWidget *window = adw_application_window_new (GTK_APPLICATION (application));

  gtk_window_set_default_size (GTK_WINDOW (window), 1200, 800);
  gtk_window_present (GTK_WINDOW (window));
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (first_frame_cb), application);
}

static int
run_empty (void)
{
  g_autoptr (AdwApplication) application = adw_application_new ("io.github.carbondesk.Bench", G_APPLICATION_NON_UNIQUE);

  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), NULL);
  return g_application_run (G_APPLICATION (application), 0, NULL);
}

/* Nanoseconds from just before the program is started to the line that says that a frame was painted. */
static gint64
start_once (const char *const *command)
{
  g_autoptr (GError) error = NULL;
  gint64 begin = bench_now_ns ();
  g_autoptr (GSubprocess) child = g_subprocess_newv (command, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  gint64 taken;

  if (!child)
    g_error ("%s: %s", command[0], error->message);
  g_autoptr (GDataInputStream) said = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));
  g_autofree char *line = g_data_input_stream_read_line (said, NULL, NULL, &error);
  taken = bench_now_ns () - begin;
  if (g_strcmp0 (line, "first-frame") != 0)
    g_error ("%s: expected first-frame, not %s", command[0], line ? line : "an end");
  if (!g_subprocess_wait_check (child, NULL, &error))
    g_error ("%s: %s", command[0], error->message);
  return taken;
}

static void
compare_starts (const char *self)
{
  g_autofree char *program = g_build_filename (g_getenv ("CARBONDESK_BUILDDIR"), "src", "carbondesk", NULL);
  const char *const ours[] = { program, "--size", "1200x800", "--first-frame", NULL };
  const char *const empty[] = { self, "empty", NULL };
  gint64 a[STARTS], b[STARTS], ms, bound;

  start_once (ours);
  start_once (empty);
  for (guint i = 0; i < STARTS; i++)
    {
      a[i] = start_once (ours);
      b[i] = start_once (empty);
    }
  ms = bench_median (a, STARTS);
  bound = bench_median (b, STARTS);
  bench_print ("U4.first-frame", ms / 100000, "ms", ms * 100 / MAX (bound, 1), "empty-AdwApplication");
  bench_print ("empty-AdwApplication", bound / 100000, "ms", 100, "empty-AdwApplication");
}

int
main (int argc, char **argv)
{
  if (argc > 1 && strcmp (argv[1], "empty") == 0)
    return run_empty ();
  compare_starts (argv[0]);
  adw_init ();
  compare_ways ("U1.40-rows-change", &(Load){ .n_rows = 40, .n_columns = 5, .n_changed = 40 });
  compare_ways ("U2.6-rows-change", &(Load){ .n_rows = 40, .n_columns = 5, .n_changed = 6 });
  compare_ways ("U3.scroll-60-px", &(Load){ .n_rows = 1000000, .n_columns = 8, .scroll = 60 });
  compare_ways ("U3.scroll-3000-px", &(Load){ .n_rows = 1000000, .n_columns = 8, .scroll = 3000 });
  count_still_frames ();
  return 0;
}
