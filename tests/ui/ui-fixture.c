/* ui-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui-fixture.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (TestRow, test_row, CD_TYPE_ROW)

static void
test_row_class_init (TestRowClass *klass)
{
}

static void
test_row_init (TestRow *self)
{
}

TestRow *
test_row_new (guint id, gint64 figure, gint64 second)
{
  TestRow *row = g_object_new (TEST_TYPE_ROW, NULL);

  row->id = id;
  row->figure = figure;
  row->second = second;
  return row;
}

GListStore *
test_rows_new (guint n, guint32 seed)
{
  GListStore *store = g_list_store_new (TEST_TYPE_ROW);
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_full (n, g_object_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (rows, test_row_new (i, g_rand_int_range (random, -50, 50), g_rand_int_range (random, 0, 4)));
  g_list_store_splice (store, 0, 0, rows->pdata, n);
  return store;
}

static void
cell_func (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  const TestRow *row = item;

  if (column == TEST_COLUMN_MARKS)
    g_strlcpy (cell->text, "✎ ✕", sizeof cell->text);
  else if (column == TEST_COLUMN_NAME)
    g_snprintf (cell->text, sizeof cell->text, "row %u", row->id);
  else
    g_snprintf (cell->text, sizeof cell->text, "%" G_GINT64_FORMAT, column == TEST_COLUMN_FIGURE ? row->figure : row->second);
}

static gboolean
sort_func (gpointer item, guint column, CdGridKey *key, gpointer data)
{
  const TestRow *row = item;

  if (column != TEST_COLUMN_FIGURE && column != TEST_COLUMN_SECOND)
    return FALSE;
  key->number = column == TEST_COLUMN_FIGURE ? row->figure : row->second;
  return TRUE;
}

void
test_rows_insert_top (GListStore *store, guint id)
{
  g_autoptr (TestRow) row = test_row_new (id, 0, 0);

  g_list_store_insert (store, 0, row);
}

GtkWidget *
test_grid_new (GListModel *model)
{
  const CdGridColumn columns[TEST_N_COLUMNS] = {
    { .title = "Marks", .width = 60, .id = "marks", .actions = 2 },
    { .title = "Name", .width = 120, .id = "name", .help = "What the row is called." },
    { .title = "Figure", .width = 80, .right = TRUE, .id = "figure", .flash = TRUE },
    { .title = "Second", .width = 80, .right = TRUE, .id = "second", .optional = TRUE },
  };
  GtkWidget *grid = cd_grid_view_new ("Rows", columns, TEST_N_COLUMNS, cell_func, NULL);

  cd_grid_view_set_sort_func (CD_GRID_VIEW (grid), sort_func, NULL);
  cd_grid_view_set_model (CD_GRID_VIEW (grid), model);
  return grid;
}

/* Made by the build from ui/. */
GResource *cd_ui_get_resource (void);

AdwApplication *
test_application_new (void)
{
  AdwApplication *application = adw_application_new ("io.github.carbondesk.Test", G_APPLICATION_NON_UNIQUE);
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  g_resources_register (cd_ui_get_resource ());
  g_application_register (G_APPLICATION (application), NULL, NULL);
  g_application_set_default (G_APPLICATION (application));
  gtk_css_provider_load_from_resource (provider, "/io/github/carbondesk/Carbondesk/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  return application;
}

typedef struct
{
  const char *text;
  GtkWidget *found;
} Search;

static void
named_cb (GtkWidget *widget, gpointer data)
{
  Search *search = data;

  if (!search->found && g_str_equal (gtk_widget_get_name (widget), search->text))
    search->found = widget;
}

GtkWidget *
test_named (GtkWidget *root, const char *name)
{
  Search search = { name, NULL };

  test_walk (root, named_cb, &search);
  if (!search.found)
    g_error ("no widget is named %s", name);
  return search.found;
}

static void
says_cb (GtkWidget *widget, gpointer data)
{
  Search *search = data;

  if (!search->found && GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), search->text))
    search->found = widget;
}

gboolean
test_says (GtkWidget *root, const char *part)
{
  Search search = { part, NULL };

  test_walk (root, says_cb, &search);
  return search.found != NULL;
}

GtkWidget *
test_window_new (GtkWidget *child, int width, int height)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_set_child (GTK_WINDOW (window), child);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);
  /* A table makes its rows before the frame after the one in which it got its size. */
  test_wait_frames (window, 3);
  return window;
}

static gboolean
timeout_cb (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_CONTINUE;
}

void
test_wait (gboolean (*condition) (gpointer data), gpointer data, const char *what)
{
  gboolean late = FALSE;
  guint source = g_timeout_add_seconds (20, timeout_cb, &late);

  while (!condition (data))
    {
      g_main_context_iteration (NULL, TRUE);
      if (late)
        g_error ("not within 20 s: %s", what);
    }
  g_source_remove (source);
}

typedef struct
{
  guint left;
} Frames;

static gboolean
frame_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Frames *frames = data;

  gtk_widget_queue_draw (widget);
  if (frames->left > 0)
    frames->left--;
  return frames->left > 0;
}

static gboolean
no_frames_left (gpointer data)
{
  return ((Frames *)data)->left == 0;
}

void
test_wait_frames (GtkWidget *widget, guint n)
{
  Frames frames = { n };

  gtk_widget_add_tick_callback (widget, frame_cb, &frames, NULL);
  test_wait (no_frames_left, &frames, "frames");
}

static GtkEventController *
controller_of (GtkWidget *widget, GType type)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (G_TYPE_CHECK_INSTANCE_TYPE (controller, type))
        return controller;
    }
  g_error ("no controller of type %s", g_type_name (type));
}

gboolean
test_key (GtkWidget *grid, guint keyval, GdkModifierType state)
{
  gboolean handled = FALSE;

  g_signal_emit_by_name (controller_of (grid, GTK_TYPE_EVENT_CONTROLLER_KEY), "key-pressed", keyval, 0u, state, &handled);
  return handled;
}

void
test_press (GtkWidget *grid, int x, int y, int n_press)
{
  g_signal_emit_by_name (controller_of (grid, GTK_TYPE_GESTURE_CLICK), "pressed", n_press, (gdouble)x, (gdouble)y);
}

void
test_release (GtkWidget *grid, int x, int y)
{
  g_signal_emit_by_name (controller_of (grid, GTK_TYPE_GESTURE_CLICK), "released", 1, (gdouble)x, (gdouble)y);
}

guint
test_fresh_rows (GtkWidget *grid)
{
  g_autofree char *csv = cd_grid_view_dup_csv (CD_GRID_VIEW (grid));
  g_auto (GStrv) lines = g_strsplit (g_strchomp (csv), "\r\n", -1);
  guint n = 0;

  for (guint i = 1; lines[0] && lines[i]; i++)
    n += !g_str_has_suffix (lines[i], ",old figures");
  return n;
}

void
test_walk (GtkWidget *widget, void (*visit) (GtkWidget *widget, gpointer data), gpointer data)
{
  visit (widget, data);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    test_walk (child, visit, data);
}

char *
test_drawn (GtkWidget *widget)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GBytes) bytes = NULL;

  gdk_paintable_snapshot (paintable, GDK_SNAPSHOT (snapshot), gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  node = gtk_snapshot_free_to_node (snapshot);
  if (!node)
    return g_strdup ("");
  bytes = gsk_render_node_serialize (node);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

gboolean
test_uses (const char *drawn, CdTone tone, float alpha)
{
  GdkRGBA rgba = *cd_colours_get (tone);
  g_autofree char *colour = NULL;

  rgba.alpha = alpha;
  colour = gdk_rgba_to_string (&rgba);
  return strstr (drawn, colour) != NULL;
}
