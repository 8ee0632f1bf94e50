/* test-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The whole window over a desk with the real venue: how it was left is how it opens, for each person and size class, whatever is
 * wrong with the file; and below 1100 pixels its columns are pages.
 */
#include <glib/gstdio.h>

#include "cd-columns.h"
#include "cd-env.h"
#include "cd-figure-list.h"
#include "cd-grid-row.h"
#include "cd-window.h"
#include "desk-fixture.h"
#include "ui-fixture.h"

#include <string.h>

#define EVERYTHING (CD_WINDOW_RESTORE_SIZE | CD_WINDOW_RESTORE_PLACE)

typedef struct
{
  Fixture f;
  GtkWidget *window;
  char *path;
  gboolean said_damaged; /* right after it was opened: other news come soon */
} Kept;

/* --- Opening and reading --------------------------------------------------------------------------------------------- */

static void
open_window (Kept *k, int width, int height)
{
  k->window = cd_window_new (GTK_APPLICATION (g_application_get_default ()), k->f.desk, NULL, width, height);
  gtk_window_present (GTK_WINDOW (k->window));
  cd_window_keep_layout (CD_WINDOW (k->window), k->path, EVERYTHING);
  k->said_damaged = test_says (k->window, "layout.json.damaged");
  gtk_test_widget_wait_for_draw (k->window);
  test_wait_frames (k->window, 4);
}

static void
close_window (Kept *k)
{
  gtk_window_destroy (GTK_WINDOW (k->window));
  k->window = NULL;
}

static CdGridView *
table (Kept *k, const char *name)
{
  return CD_GRID_VIEW (test_named (k->window, name));
}

static CdSplit *
split (Kept *k, const char *name)
{
  return CD_SPLIT (test_named (k->window, name));
}

static const char *
page (Kept *k, const char *name)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (test_named (k->window, name)));
}

typedef struct
{
  const char *path, *wanted;
} Says;

static gboolean
file_says (gpointer data)
{
  const Says *says = data;
  g_autofree char *text = NULL;

  return g_file_get_contents (says->path, &text, NULL, NULL) && strstr (text, says->wanted);
}

static void
wait_for_file (Kept *k, const char *wanted)
{
  Says says = { k->path, wanted };

  test_wait (file_says, &says, wanted);
}

static gboolean
is_narrow (gpointer data)
{
  return cd_columns_get_narrow (CD_COLUMNS (gtk_widget_get_ancestor (test_named (data, "trade"), CD_TYPE_COLUMNS)));
}

static gboolean
is_wide (gpointer data)
{
  return !is_narrow (data);
}

static void
kept_setup (Kept *k, gconstpointer data)
{
  setup (&k->f, data);
  k->path = cd_desk_dup_layout_file (k->f.desk);
}

static void
kept_teardown (Kept *k, gconstpointer data)
{
  if (k->window)
    close_window (k);
  g_free (k->path);
  teardown (&k->f, data);
}

/* --- Keeping --------------------------------------------------------------------------------------------------------- */

static void
change_everything (Kept *k)
{
  CdGridView *watchlist = table (k, "watchlist");

  cd_grid_view_resize_column (watchlist, 1, 97);
  cd_grid_view_move_column (watchlist, 3, 1);
  cd_grid_view_show_column (watchlist, 2, FALSE);
  cd_grid_view_toggle_sort (watchlist, 1, FALSE);
  cd_grid_view_set_zoom (table (k, "tape"), 130);
  cd_split_move (split (k, "trade-chart"), 333);
  cd_split_move (split (k, "trade-watchlist"), 201);
  gtk_stack_set_visible_child_name (GTK_STACK (test_named (k->window, "blotter")), "fills");
  cd_window_set_workspace (CD_WINDOW (k->window), 3);
}

static void
assert_everything (Kept *k)
{
  guint columns[CD_GRID_COLUMNS_MAX];
  CdGridSort sort[CD_GRID_SORT_MAX];
  CdGridView *watchlist = table (k, "watchlist");

  g_assert_true (gtk_widget_get_mapped (test_named (k->window, "balances")));
  cd_window_set_workspace (CD_WINDOW (k->window), 1);
  test_wait_frames (k->window, 4);
  g_assert_cmpint (cd_grid_view_get_column_width (watchlist, 1), ==, 97);
  g_assert_cmpint (cd_grid_view_get_column_width (watchlist, 2), ==, 0);
  g_assert_cmpuint (cd_grid_view_get_column_order (watchlist, columns), ==, 4);
  g_assert_cmpuint (columns[2], ==, 4);
  g_assert_cmpuint (columns[3], ==, 3);
  g_assert_cmpuint (cd_grid_view_get_sort (watchlist, sort), ==, 1);
  g_assert_cmpuint (sort[0].column, ==, 1);
  g_assert_cmpint (cd_grid_view_get_zoom (table (k, "tape")), ==, 130);
  g_assert_cmpint (ABS (cd_split_get_position (split (k, "trade-chart")) - 333), <=, 2);
  g_assert_cmpint (ABS (cd_split_get_position (split (k, "trade-watchlist")) - 201), <=, 2);
  g_assert_cmpstr (page (k, "blotter"), ==, "fills");
}

static void
test_keeps (Kept *k, gconstpointer data)
{
  int width, height;

  open_window (k, 1600, 900);
  change_everything (k);
  /* Written while it is open, not only at the end: what follows is what a crash leaves. */
  wait_for_file (k, "\"workspace\":3");
  wait_for_file (k, "\"width\":97");
  gtk_window_set_default_size (GTK_WINDOW (k->window), 1520, 860);
  wait_for_file (k, "\"width\":1520");
  close_window (k);
  open_window (k, 1800, 1000);
  gtk_window_get_default_size (GTK_WINDOW (k->window), &width, &height);
  g_assert_cmpint (width, ==, 1520);
  g_assert_cmpint (height, ==, 860);
  /* The share is kept: in another height it is another place. */
  g_assert_cmpint (cd_split_get_share (split (k, "trade-chart")), >, 0);
  g_assert_cmpint (cd_grid_view_get_zoom (table (k, "tape")), ==, 130);
}

/* Two things under one name would overwrite each other. */
static void
collect_names (GtkWidget *widget, gpointer data)
{
  /* A list of figures has no titles: nothing of it can be arranged. */
  if ((!CD_IS_GRID_VIEW (widget) || CD_IS_FIGURE_LIST (gtk_widget_get_parent (widget))) && !CD_IS_SPLIT (widget))
    return;
  g_assert_cmpstr (gtk_widget_get_name (widget), !=, G_OBJECT_TYPE_NAME (widget));
  g_assert_cmpuint (strlen (gtk_widget_get_name (widget)), <, CD_LAYOUT_ID_MAX);
  if (!g_hash_table_add (data, g_strdup (gtk_widget_get_name (widget))))
    g_error ("two widgets are kept as %s", gtk_widget_get_name (widget));
}

static void
test_names (Kept *k, gconstpointer data)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  open_window (k, 1600, 900);
  test_walk (k->window, collect_names, names);
  g_assert_cmpuint (g_hash_table_size (names), >, 20);
}

static void
test_same_after_close (Kept *k, gconstpointer data)
{
  open_window (k, 1600, 900);
  change_everything (k);
  /* At once: what waits is written at the end. */
  close_window (k);
  open_window (k, 1600, 900);
  assert_everything (k);
}

static gboolean
first_chosen (gpointer data)
{
  return test_says (data, "Book · CEA25");
}

static gboolean
second_chosen (gpointer data)
{
  return test_says (data, "Book · CEA24");
}

static void
test_instrument (Kept *k, gconstpointer data)
{
  open_window (k, 1600, 900);
  test_wait (first_chosen, k->window, "an instrument is chosen");
  cd_grid_view_select (table (k, "watchlist"), 1, TRUE);
  wait_for_file (k, "\"instrument\":\"CEA24\"");
  close_window (k);
  open_window (k, 1600, 900);
  test_wait (second_chosen, k->window, "the last instrument is chosen again");
}

static void
test_reset (Kept *k, gconstpointer data)
{
  int before;

  open_window (k, 1600, 900);
  before = cd_split_get_position (split (k, "trade-chart"));
  change_everything (k);
  cd_window_set_workspace (CD_WINDOW (k->window), 1);
  test_wait_frames (k->window, 4);
  gtk_widget_activate_action (k->window, "win.reset-layout", NULL);
  test_wait_frames (k->window, 4);
  g_assert_cmpint (cd_split_get_position (split (k, "trade-chart")), ==, before);
  g_assert_cmpint (cd_split_get_share (split (k, "trade-watchlist")), ==, -1);
  g_assert_cmpint (cd_grid_view_get_column_width (table (k, "watchlist"), 2), >, 0);
  g_assert_cmpint (cd_grid_view_get_zoom (table (k, "tape")), ==, 100);
  g_assert_cmpstr (page (k, "blotter"), ==, "working");
  g_assert_true (test_says (k->window, "The screen is as designed again"));
  close_window (k);
  open_window (k, 1600, 900);
  g_assert_cmpint (cd_split_get_position (split (k, "trade-chart")), ==, before);
}

/* --- Persons and sizes ----------------------------------------------------------------------------------------------- */

static void
test_person (Kept *k, gconstpointer data)
{
  open_window (k, 1600, 900);
  cd_grid_view_set_zoom (table (k, "tape"), 150);
  cd_split_move (split (k, "trade-chart"), 333);
  become (&k->f, "power-second");
  test_wait_frames (k->window, 4);
  g_assert_cmpint (cd_grid_view_get_zoom (table (k, "tape")), ==, 100);
  g_assert_cmpint (cd_split_get_share (split (k, "trade-chart")), ==, -1);
  cd_grid_view_set_zoom (table (k, "tape"), 80);
  become (&k->f, "power-trader");
  test_wait_frames (k->window, 4);
  g_assert_cmpint (cd_grid_view_get_zoom (table (k, "tape")), ==, 150);
  g_assert_cmpint (ABS (cd_split_get_position (split (k, "trade-chart")) - 333), <=, 2);
  become (&k->f, "power-second");
  test_wait_frames (k->window, 4);
  g_assert_cmpint (cd_grid_view_get_zoom (table (k, "tape")), ==, 80);
}

static void
test_size_class (Kept *k, gconstpointer data)
{
  open_window (k, 1600, 900);
  cd_split_move (split (k, "trade-watchlist"), 222);
  cd_grid_view_resize_column (table (k, "watchlist"), 1, 97);
  gtk_window_set_default_size (GTK_WINDOW (k->window), 1200, 800);
  wait_for_file (k, "\"size\":\"middle\"");
  /* The tables are the same, the dividers are not. */
  g_assert_cmpint (cd_split_get_share (split (k, "trade-watchlist")), ==, -1);
  g_assert_cmpint (cd_grid_view_get_column_width (table (k, "watchlist"), 1), ==, 97);
  cd_split_move (split (k, "trade-watchlist"), 180);
  gtk_window_set_default_size (GTK_WINDOW (k->window), 1600, 900);
  wait_for_file (k, "{\"version\":3,\"screens\":[{\"person\":\"power-trader\",\"size\":\"wide\"");
  test_wait_frames (k->window, 4);
  g_assert_cmpint (ABS (cd_split_get_position (split (k, "trade-watchlist")) - 222), <=, 3);
}

/* What keeps the window from becoming narrow, named at its root. */
static void
check_least (GtkWidget *widget, gpointer data)
{
  int least;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  if (least > (g_getenv ("SHOW_WIDTHS") ? 90 : 1000) && (least > 1000 || gtk_widget_get_ancestor (widget, ADW_TYPE_HEADER_BAR)))
    g_test_message ("%s asks for %d pixels", G_OBJECT_TYPE_NAME (widget), least);
  if (GTK_IS_WINDOW (widget) && least > 1000)
    g_test_fail ();
}

static void
test_pages (Kept *k, gconstpointer data)
{
  static const char *const tables[][2] = { { "watchlist", "watchlist" }, { "chart", "orders-working" }, { "book", "tape" } };

  open_window (k, 1000, 700);
  test_walk (k->window, check_least, NULL);
  test_wait (is_narrow, k->window, "the columns become pages");
  test_wait_frames (k->window, 4);
  g_assert_cmpint (gtk_widget_get_width (k->window), <=, 1010);
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      GtkWidget *grid = test_named (k->window, tables[i][1]);
      graphene_rect_t bounds;

      gtk_stack_set_visible_child_name (GTK_STACK (test_named (k->window, "trade")), tables[i][0]);
      test_wait_frames (k->window, 4);
      g_assert_true (gtk_widget_get_mapped (grid));
      g_assert_true (gtk_widget_compute_bounds (grid, k->window, &bounds));
      /* Nothing is cut off. */
      g_assert_cmpfloat (bounds.origin.x, >=, 0);
      g_assert_cmpfloat (bounds.origin.x + bounds.size.width, <=, gtk_widget_get_width (k->window));
      g_assert_cmpfloat (bounds.origin.y + bounds.size.height, <=, gtk_widget_get_height (k->window));
    }
  /* A key that goes to a pane brings its page. */
  gtk_widget_activate_action (k->window, "win.pane", "i", 1);
  test_wait_frames (k->window, 2);
  g_assert_cmpstr (page (k, "trade"), ==, "book");
  gtk_window_set_default_size (GTK_WINDOW (k->window), 1400, 800);
  test_wait (is_wide, k->window, "the pages become columns");
  test_wait_frames (k->window, 4);
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    g_assert_true (gtk_widget_get_mapped (test_named (k->window, tables[i][1])));
}

static void
check_page_fits (Kept *k, const char *stack, const char *const *names)
{
  for (int i = 0; names[i]; i++)
    {
      GtkWidget *shown;
      graphene_rect_t bounds;

      gtk_stack_set_visible_child_name (GTK_STACK (test_named (k->window, stack)), names[i]);
      test_wait_frames (k->window, 4);
      shown = gtk_stack_get_visible_child (GTK_STACK (test_named (k->window, stack)));
      g_assert_true (gtk_widget_get_mapped (shown));
      g_assert_true (gtk_widget_compute_bounds (shown, k->window, &bounds));
      if (bounds.origin.x + bounds.size.width > gtk_widget_get_width (k->window))
        g_error ("%s of %s is cut off: %d of %d pixels", names[i], stack, (int)(bounds.origin.x + bounds.size.width), gtk_widget_get_width (k->window));
    }
}

static void
test_pages_everywhere (Kept *k, gconstpointer data)
{
  open_window (k, 1000, 700);
  test_wait (is_narrow, k->window, "the columns become pages");
  cd_window_set_workspace (CD_WINDOW (k->window), 2);
  test_wait_frames (k->window, 4);
  check_page_fits (k, "comply", (const char *const[]){ "plan", "coverage", "offsets", NULL });
  cd_window_set_workspace (CD_WINDOW (k->window), 3);
  test_wait_frames (k->window, 4);
  check_page_fits (k, "registry", (const char *const[]){ "balances", "instructions", NULL });
  cd_window_set_workspace (CD_WINDOW (k->window), 4);
  test_wait_frames (k->window, 4);
  check_page_fits (k, "recon", (const char *const[]){ "sides", "orders", NULL });
}

/* --- Content decides ------------------------------------------------------------------------------------------------- */

static void
test_heights (Kept *k, gconstpointer data)
{
  open_window (k, 1900, 1050);
  test_wait_frames (k->window, 6);
  /* Two lots need two rows: the tape gets the rest. */
  g_assert_cmpint (gtk_widget_get_height (test_named (k->window, "holdings")), <, 8 * CD_GRID_ROW_HEIGHT);
  g_assert_cmpint (gtk_widget_get_height (test_named (k->window, "tape")), >, 12 * CD_GRID_ROW_HEIGHT);
  cd_window_set_workspace (CD_WINDOW (k->window), 3);
  test_wait_frames (k->window, 4);
  g_assert_cmpint (gtk_widget_get_height (test_named (k->window, "balances")), <, 8 * CD_GRID_ROW_HEIGHT);
  cd_window_set_workspace (CD_WINDOW (k->window), 4);
  test_wait_frames (k->window, 4);
  g_assert_cmpint (gtk_widget_get_height (test_named (k->window, "positions")), <, 10 * CD_GRID_ROW_HEIGHT);
}

/* --- Bad files ------------------------------------------------------------------------------------------------------- */

static void
test_damaged (Kept *k, gconstpointer data)
{
  const char *damaged = "{\"version\":3,\"screens\":[{\"person\":\"power-trader\",\"size\":\"wi";
  g_autofree char *aside = g_strconcat (k->path, ".damaged", NULL);
  g_autofree char *text = NULL;
  g_autoptr (CdLogRow) row = NULL;

  g_assert_true (g_file_set_contents (k->path, damaged, -1, NULL));
  open_window (k, 1600, 900);
  g_assert_cmpint (cd_split_get_share (split (k, "trade-chart")), ==, -1);
  /* Said on the screen and in the log, and nothing is lost. */
  g_assert_true (k->said_damaged);
  row = g_list_model_get_item (cd_desk_get_log (k->f.desk), 0);
  g_assert_cmpstr (row->code, ==, "layout.damaged");
  g_assert_true (g_file_get_contents (aside, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, damaged);
  cd_grid_view_resize_column (table (k, "watchlist"), 1, 97);
  wait_for_file (k, "\"width\":97");
}

static void
test_newer (Kept *k, gconstpointer data)
{
  const char *newer = "{\"version\":99,\"better\":true}";
  g_autofree char *text = NULL;
  g_autoptr (CdLogRow) row = NULL;

  g_assert_true (g_file_set_contents (k->path, newer, -1, NULL));
  open_window (k, 1600, 900);
  row = g_list_model_get_item (cd_desk_get_log (k->f.desk), 0);
  g_assert_cmpstr (row->code, ==, "layout.newer");
  cd_grid_view_resize_column (table (k, "watchlist"), 1, 97);
  close_window (k);
  g_assert_true (g_file_get_contents (k->path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, newer);
}

int
main (int argc, char **argv)
{
  g_autoptr (AdwApplication) application = NULL;

  desk_tests_init (&argc, &argv);
  gtk_init ();
  adw_init ();
  application = test_application_new ();
  g_test_add ("/window/keeps", Kept, NULL, kept_setup, test_keeps, kept_teardown);
  g_test_add ("/window/names", Kept, NULL, kept_setup, test_names, kept_teardown);
  g_test_add ("/window/same-after-close", Kept, NULL, kept_setup, test_same_after_close, kept_teardown);
  g_test_add ("/window/instrument", Kept, NULL, kept_setup, test_instrument, kept_teardown);
  g_test_add ("/window/reset", Kept, NULL, kept_setup, test_reset, kept_teardown);
  g_test_add ("/window/person", Kept, NULL, kept_setup, test_person, kept_teardown);
  g_test_add ("/window/size-class", Kept, NULL, kept_setup, test_size_class, kept_teardown);
  g_test_add ("/window/pages", Kept, NULL, kept_setup, test_pages, kept_teardown);
  g_test_add ("/window/pages-everywhere", Kept, NULL, kept_setup, test_pages_everywhere, kept_teardown);
  g_test_add ("/window/heights", Kept, NULL, kept_setup, test_heights, kept_teardown);
  g_test_add ("/window/damaged", Kept, NULL, kept_setup, test_damaged, kept_teardown);
  g_test_add ("/window/newer", Kept, NULL, kept_setup, test_newer, kept_teardown);
  return g_test_run ();
}
