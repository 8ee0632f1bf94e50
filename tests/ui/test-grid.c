/* test-grid.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table: order against a naive twin, rows that stand still under the hand, columns, copying.
 */
#include "cd-grid-private.h"
#include "ui-fixture.h"

#include <string.h>

/* --- Order ----------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CdGridSort sort[2];
  guint n;
} Wish;

static int
naive_compare (gconstpointer a, gconstpointer b, gpointer data)
{
  const TestRow *x = *(TestRow *const *)a, *y = *(TestRow *const *)b;
  const Wish *wish = data;

  for (guint k = 0; k < wish->n; k++)
    {
      gint64 p = wish->sort[k].column == TEST_COLUMN_FIGURE ? x->figure : x->second;
      gint64 q = wish->sort[k].column == TEST_COLUMN_FIGURE ? y->figure : y->second;

      if (p != q)
        return (p < q) != (wish->sort[k].descending != 0) ? -1 : 1;
    }
  return 0;
}

static gboolean
is_even (gpointer item, gpointer data)
{
  return ((TestRow *)item)->figure % 2 == 0;
}

/* Rows in the order of the model, filtered, sorted by a sort that is stable: what the table must show. */
static GPtrArray *
naive_rows (GListModel *model, const Wish *wish, gboolean filtered)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      TestRow *row = g_list_model_get_item (model, i);

      if (!filtered || is_even (row, NULL))
        g_ptr_array_add (rows, row);
      else
        g_object_unref (row);
    }
  /* g_ptr_array_sort_with_data() is a merge sort. */
  g_ptr_array_sort_with_data (rows, naive_compare, (gpointer)wish);
  return rows;
}

static void
assert_same (CdGridView *grid, GListModel *model, const Wish *wish, gboolean filtered)
{
  g_autoptr (GPtrArray) rows = naive_rows (model, wish, filtered);

  g_assert_cmpuint (cd_grid_view_n_rows (grid), ==, rows->len);
  for (guint i = 0; i < rows->len; i++)
    {
      g_autoptr (TestRow) row = cd_grid_view_dup_row (grid, i);

      g_assert_true (row == g_ptr_array_index (rows, i));
    }
}

static void
change_once (GRand *random, GListStore *store, guint *next)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (store));
  guint place = n ? (guint)g_rand_int_range (random, 0, (gint32)n) : 0;
  guint many = (guint)g_rand_int_range (random, 1, 5);

  if (n > 0 && g_rand_int_range (random, 0, 3) == 0)
    g_list_store_splice (store, place, MIN (n - place, many), NULL, 0);
  else
    for (; many > 0; many--)
      {
        g_autoptr (TestRow) row = test_row_new ((*next)++, g_rand_int_range (random, -9, 9), g_rand_int_range (random, 0, 4));

        g_list_store_insert (store, place, row);
      }
}

static void
test_order (void)
{
  const Wish wishes[] = {
    { { { 0 } }, 0 },
    { { { TEST_COLUMN_FIGURE, FALSE } }, 1 },
    { { { TEST_COLUMN_SECOND, TRUE } }, 1 },
    { { { TEST_COLUMN_SECOND, FALSE }, { TEST_COLUMN_FIGURE, TRUE } }, 2 },
  };

  for (guint w = 0; w < G_N_ELEMENTS (wishes) * 2; w++)
    {
      const Wish *wish = &wishes[w / 2];
      gboolean filtered = w % 2;
      g_autoptr (GRand) random = g_rand_new_with_seed (100 + w);
      g_autoptr (GListStore) store = test_rows_new (60, w);
      g_autoptr (GtkWidget) grid = g_object_ref_sink (test_grid_new (G_LIST_MODEL (store)));
      guint next = 1000;

      cd_grid_order_set_sort (CD_GRID_VIEW (grid)->order, wish->sort, wish->n);
      cd_grid_view_set_filter (CD_GRID_VIEW (grid), filtered ? is_even : NULL, NULL);
      for (int i = 0; i < 200; i++)
        {
          change_once (random, store, &next);
          assert_same (CD_GRID_VIEW (grid), G_LIST_MODEL (store), wish, filtered);
        }
    }
}

/* A title goes round: ascending, descending, as the model; with Shift it becomes the second key. */
static void
test_titles (void)
{
  g_autoptr (GListStore) store = test_rows_new (30, 3);
  g_autoptr (GtkWidget) grid = g_object_ref_sink (test_grid_new (G_LIST_MODEL (store)));
  CdGridView *view = CD_GRID_VIEW (grid);
  CdGridSort sort[CD_GRID_SORT_MAX];

  cd_grid_view_toggle_sort (view, TEST_COLUMN_SECOND, FALSE);
  cd_grid_view_toggle_sort (view, TEST_COLUMN_FIGURE, TRUE);
  cd_grid_view_toggle_sort (view, TEST_COLUMN_FIGURE, TRUE);
  g_assert_cmpuint (cd_grid_view_get_sort (view, sort), ==, 2);
  g_assert_cmpuint (sort[0].column, ==, TEST_COLUMN_SECOND);
  g_assert_true (sort[1].column == TEST_COLUMN_FIGURE && sort[1].descending);
  assert_same (view, G_LIST_MODEL (store), &(Wish){ { { TEST_COLUMN_SECOND, FALSE }, { TEST_COLUMN_FIGURE, TRUE } }, 2 }, FALSE);
  cd_grid_view_toggle_sort (view, TEST_COLUMN_FIGURE, FALSE);
  g_assert_cmpuint (cd_grid_view_get_sort (view, sort), ==, 1);
  cd_grid_view_toggle_sort (view, TEST_COLUMN_MARKS, FALSE);
  g_assert_cmpuint (cd_grid_view_get_sort (view, sort), ==, 1);
  /* Words are sorted as words: "row 10" before "row 2". */
  cd_grid_view_toggle_sort (view, TEST_COLUMN_NAME, FALSE);
  {
    g_autoptr (TestRow) third = cd_grid_view_dup_row (view, 2);

    g_assert_cmpuint (third->id, ==, 10);
  }
}

static gboolean
first_has_figure (gpointer data)
{
  g_autoptr (TestRow) row = cd_grid_view_dup_row (data, 0);

  return row->figure == 999;
}

/* A figure that changes moves its row, also when the row is not on the screen. */
static void
test_follows_figures (void)
{
  g_autoptr (GListStore) store = test_rows_new (300, 4);
  GtkWidget *grid = test_grid_new (G_LIST_MODEL (store));
  GtkWidget *window = test_window_new (grid, 400, 200);
  g_autoptr (TestRow) row = g_list_model_get_item (G_LIST_MODEL (store), 200);

  cd_grid_view_toggle_sort (CD_GRID_VIEW (grid), TEST_COLUMN_FIGURE, FALSE);
  cd_grid_view_toggle_sort (CD_GRID_VIEW (grid), TEST_COLUMN_FIGURE, FALSE);
  row->figure = 999;
  cd_row_changed (CD_ROW (row));
  test_wait (first_has_figure, grid, "the row moves to the top");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_million (void)
{
  g_autoptr (GListStore) store = test_rows_new (1000000, 5);
  GtkWidget *grid = test_grid_new (G_LIST_MODEL (store));
  GtkWidget *window = test_window_new (grid, 400, 600);
  CdGridView *view = CD_GRID_VIEW (grid);
  gint64 last = G_MININT64;

  g_assert_cmpuint (cd_grid_view_n_realised (view), <, 40);
  cd_grid_view_toggle_sort (view, TEST_COLUMN_FIGURE, FALSE);
  for (guint i = 0; i < 1000000; i += 997)
    {
      g_autoptr (TestRow) row = cd_grid_view_dup_row (view, i);

      g_assert_cmpint (row->figure, >=, last);
      last = row->figure;
    }
  /* One row more is put into its place, not everything sorted again. */
  {
    g_autoptr (TestRow) row = test_row_new (1, -1000, 0);
    g_autoptr (TestRow) first = NULL;

    g_list_store_append (store, row);
    first = cd_grid_view_dup_row (view, 0);
    g_assert_true (first == row);
  }
  cd_grid_view_set_filter (view, is_even, NULL);
  g_assert_cmpuint (cd_grid_view_n_rows (view), <, 520000);
  test_key (grid, GDK_KEY_End, 0);
  test_wait_frames (grid, 2);
  g_assert_cmpuint (cd_grid_view_get_selected_position (view), ==, cd_grid_view_n_rows (view) - 1);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* --- Rows stand still ------------------------------------------------------------------------------------------------ */

static guint
id_at (GtkWidget *grid, guint place)
{
  g_autoptr (TestRow) row = cd_grid_view_dup_row (CD_GRID_VIEW (grid), place);

  return row ? row->id : G_MAXUINT;
}

/* Chosen by keyboard: new rows wait and are counted, the place of one that left stays empty, Esc lets everything in. */
static void
test_freeze_by_keyboard (void)
{
  g_autoptr (GListStore) store = test_rows_new (10, 6);
  GtkWidget *grid = test_grid_new (G_LIST_MODEL (store));
  GtkWidget *window = test_window_new (grid, 400, 600);
  CdGridView *view = CD_GRID_VIEW (grid);

  cd_grid_focus_changed (view, TRUE);
  test_rows_insert_top (store, 100);
  g_assert_cmpuint (id_at (grid, 0), ==, 100);
  test_key (grid, GDK_KEY_Down, 0);
  test_key (grid, GDK_KEY_Down, 0);
  g_assert_true (cd_grid_view_is_frozen (view));
  test_rows_insert_top (store, 101);
  test_rows_insert_top (store, 102);
  test_rows_insert_top (store, 103);
  g_assert_cmpuint (cd_grid_view_n_waiting (view), ==, 3);
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (view->news)), ==, "3 new");
  g_assert_true (gtk_widget_get_visible (view->news));
  g_assert_cmpuint (id_at (grid, 0), ==, 100);
  g_list_store_remove (store, 4);
  g_assert_cmpuint (cd_grid_view_n_rows (view), ==, 11);
  g_assert_cmpuint (id_at (grid, 1), ==, G_MAXUINT);
  g_assert_cmpuint (id_at (grid, 2), ==, 1);
  g_assert_cmpuint (((TestRow *)cd_grid_view_get_selected (view))->id, ==, id_at (grid, cd_grid_view_get_selected_position (view)));
  test_key (grid, GDK_KEY_Escape, 0);
  g_assert_false (cd_grid_view_is_frozen (view));
  g_assert_cmpuint (cd_grid_view_n_waiting (view), ==, 0);
  g_assert_cmpuint (id_at (grid, 0), ==, 103);
  g_assert_cmpuint (cd_grid_view_n_rows (view), ==, 13);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* The selection belongs to the row, wherever it goes. */
static void
test_selection_follows (void)
{
  g_autoptr (GListStore) store = test_rows_new (20, 7);
  GtkWidget *grid = test_grid_new (G_LIST_MODEL (store));
  GtkWidget *window = test_window_new (grid, 400, 600);
  CdGridView *view = CD_GRID_VIEW (grid);
  g_autoptr (TestRow) chosen = g_list_model_get_item (G_LIST_MODEL (store), 7);
  g_autoptr (GRand) random = g_rand_new_with_seed (8);
  guint next = 500;

  cd_grid_view_select (view, 7, FALSE);
  for (int i = 0; i < 300; i++)
    {
      if (i % 50 == 10)
        cd_grid_view_toggle_sort (view, i % 100 < 50 ? TEST_COLUMN_FIGURE : TEST_COLUMN_SECOND, FALSE);
      change_once (random, store, &next);
      if (!cd_grid_view_get_selected (view))
        {
          g_assert_false (g_list_store_find (store, chosen, NULL));
          g_assert_cmpuint (cd_grid_view_get_selected_position (view), ==, GTK_INVALID_LIST_POSITION);
          g_list_store_append (store, chosen);
          for (guint k = 0; k < cd_grid_view_n_rows (view); k++)
            if (id_at (grid, k) == chosen->id)
              cd_grid_view_select (view, k, FALSE);
        }
      g_assert_true (cd_grid_view_get_selected (view) == chosen);
      g_assert_cmpuint (id_at (grid, cd_grid_view_get_selected_position (view)), ==, chosen->id);
    }
  gtk_window_destroy (GTK_WINDOW (window));
}

typedef struct
{
  guint n, id, slot;
} Heard;

static void
action_cb (CdGridView *grid, GObject *item, const char *column, guint slot, Heard *heard)
{
  g_assert_cmpstr (column, ==, "marks");
  heard->n++;
  heard->id = TEST_ROW (item)->id;
  heard->slot = slot;
}

static void
activate_cb (CdGridView *grid, GObject *item, Heard *heard)
{
  heard->n++;
  heard->id = TEST_ROW (item)->id;
}

/* What is pressed is what is meant: rows come in between press and release. */
static void
test_press_binds (void)
{
  g_autoptr (GListStore) store = test_rows_new (10, 9);
  GtkWidget *grid = test_grid_new (G_LIST_MODEL (store));
  GtkWidget *window = test_window_new (grid, 400, 600);
  Heard action = { 0 }, activate = { 0 };
  int y = 22 + 22 * 3 + 10;

  g_signal_connect (grid, "action", G_CALLBACK (action_cb), &action);
  g_signal_connect (grid, "activate", G_CALLBACK (activate_cb), &activate);
  test_press (grid, 45, y, 1);
  test_rows_insert_top (store, 200);
  test_rows_insert_top (store, 201);
  g_assert_cmpuint (id_at (grid, 3), ==, 3);
  test_release (grid, 45, y);
  g_assert_cmpuint (action.n, ==, 1);
  g_assert_cmpuint (action.id, ==, 3);
  g_assert_cmpuint (action.slot, ==, 1);
  g_assert_cmpuint (id_at (grid, 0), ==, 201);
  /* Released elsewhere: nothing. */
  test_press (grid, 45, y, 1);
  test_release (grid, 45, y + 22);
  test_press (grid, 45, y, 1);
  test_release (grid, 15, y);
  g_assert_cmpuint (action.n, ==, 1);
  /* A double click on two different rows opens neither. */
  test_press (grid, 120, y, 1);
  test_release (grid, 120, y);
  test_rows_insert_top (store, 202);
  test_press (grid, 120, y, 2);
  test_release (grid, 120, y);
  g_assert_cmpuint (activate.n, ==, 0);
  test_press (grid, 120, y, 1);
  test_release (grid, 120, y);
  test_press (grid, 120, y, 2);
  test_release (grid, 120, y);
  g_assert_cmpuint (activate.n, ==, 1);
  g_assert_cmpuint (activate.id, ==, 0);
  g_assert_cmpuint (action.n, ==, 1);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* --- Columns --------------------------------------------------------------------------------------------------------- */

static void
test_columns (void)
{
  g_autoptr (GListStore) store = test_rows_new (10, 10);
  GtkWidget *grid = test_grid_new (G_LIST_MODEL (store));
  GtkWidget *window = test_window_new (grid, 420, 300);
  CdGridView *view = CD_GRID_VIEW (grid);
  guint columns[CD_GRID_COLUMNS_MAX];
  CdLayoutTable layout = { .id = "rows" };

  cd_grid_view_resize_column (view, TEST_COLUMN_NAME, 200);
  test_wait_frames (grid, 2);
  g_assert_cmpint (cd_grid_view_get_column_width (view, TEST_COLUMN_NAME), ==, 200);
  /* By keyboard: Shift+Alt+Right on the focused cell's column. */
  cd_grid_focus_changed (view, TRUE);
  view->column = TEST_COLUMN_FIGURE;
  g_assert_true (test_key (grid, GDK_KEY_Right, GDK_SHIFT_MASK | GDK_ALT_MASK));
  test_wait_frames (grid, 2);
  g_assert_cmpint (cd_grid_view_get_column_width (view, TEST_COLUMN_FIGURE), ==, 88);
  g_assert_true (test_key (grid, GDK_KEY_Left, GDK_SHIFT_MASK | GDK_CONTROL_MASK));
  g_assert_cmpuint (cd_grid_view_get_column_order (view, columns), ==, 4);
  g_assert_cmpuint (columns[1], ==, TEST_COLUMN_FIGURE);
  cd_grid_view_show_column (view, TEST_COLUMN_SECOND, FALSE);
  cd_grid_view_toggle_sort (view, TEST_COLUMN_FIGURE, FALSE);
  cd_grid_view_set_zoom (view, 130);
  cd_grid_view_get_layout (view, &layout);
  cd_grid_view_reset_columns (view);
  g_assert_cmpuint (cd_grid_view_get_column_order (view, columns), ==, 4);
  g_assert_cmpuint (columns[1], ==, TEST_COLUMN_NAME);
  g_assert_cmpint (cd_grid_view_get_zoom (view), ==, 100);
  cd_grid_view_set_layout (view, &layout);
  g_assert_cmpuint (cd_grid_view_get_column_order (view, columns), ==, 3);
  g_assert_cmpuint (columns[1], ==, TEST_COLUMN_FIGURE);
  g_assert_cmpint (cd_grid_view_get_zoom (view), ==, 130);
  test_wait_frames (grid, 2);
  g_assert_cmpint (cd_grid_view_get_column_width (view, TEST_COLUMN_NAME), ==, 260);
  /* The last column cannot be hidden. */
  for (guint i = 0; i < TEST_N_COLUMNS; i++)
    cd_grid_view_show_column (view, i, FALSE);
  g_assert_cmpuint (cd_grid_view_get_column_order (view, columns), ==, 1);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Too narrow: optional columns go; when the user has arranged them, they scroll instead. */
static void
test_narrow (void)
{
  g_autoptr (GListStore) store = test_rows_new (10, 11);
  GtkWidget *grid = test_grid_new (G_LIST_MODEL (store));
  GtkWidget *window = test_window_new (grid, 290, 300);
  CdGridView *view = CD_GRID_VIEW (grid);

  g_assert_cmpint (cd_grid_view_get_column_width (view, TEST_COLUMN_SECOND), ==, 0);
  cd_grid_view_show_column (view, TEST_COLUMN_SECOND, TRUE);
  test_wait_frames (grid, 2);
  g_assert_cmpint (cd_grid_view_get_column_width (view, TEST_COLUMN_SECOND), ==, 80);
  g_assert_true (view->has_hbar);
  cd_grid_focus_changed (view, TRUE);
  for (guint i = 0; i < TEST_N_COLUMNS; i++)
    test_key (grid, GDK_KEY_Right, 0);
  test_wait_frames (grid, 2);
  g_assert_cmpuint (view->column, ==, TEST_COLUMN_SECOND);
  g_assert_cmpint (view->layout.x[TEST_COLUMN_SECOND] + 80, <=, gtk_widget_get_width (grid));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_sizes (void)
{
  g_autoptr (GListStore) store = test_rows_new (100, 12);
  GtkWidget *grid = test_grid_new (G_LIST_MODEL (store));
  GtkWidget *window = test_window_new (grid, 420, 600);
  guint before = cd_grid_view_n_realised (CD_GRID_VIEW (grid));

  cd_grid_view_set_row_height (CD_GRID_VIEW (grid), 36);
  test_wait_frames (grid, 2);
  g_assert_cmpuint (cd_grid_view_n_realised (CD_GRID_VIEW (grid)), <, before * 2 / 3);
  cd_grid_view_set_row_height (CD_GRID_VIEW (grid), 22);
  test_key (grid, GDK_KEY_plus, GDK_CONTROL_MASK);
  test_key (grid, GDK_KEY_plus, GDK_CONTROL_MASK);
  g_assert_cmpint (cd_grid_view_get_zoom (CD_GRID_VIEW (grid)), ==, 120);
  test_wait_frames (grid, 2);
  g_assert_cmpuint (cd_grid_view_n_realised (CD_GRID_VIEW (grid)), <, before);
  test_key (grid, GDK_KEY_0, GDK_CONTROL_MASK);
  test_wait_frames (grid, 2);
  g_assert_cmpuint (cd_grid_view_n_realised (CD_GRID_VIEW (grid)), ==, before);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_copy (void)
{
  g_autoptr (GListStore) store = g_list_store_new (TEST_TYPE_ROW);
  GtkWidget *grid, *window;

  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (TestRow) row = test_row_new (i, i * 10, i);

      g_list_store_append (store, row);
    }
  grid = test_grid_new (G_LIST_MODEL (store));
  window = test_window_new (grid, 420, 300);
  cd_grid_focus_changed (CD_GRID_VIEW (grid), TRUE);
  test_key (grid, GDK_KEY_Down, 0);
  test_key (grid, GDK_KEY_Down, GDK_SHIFT_MASK);
  test_key (grid, GDK_KEY_c, GDK_CONTROL_MASK);
  {
    GdkContentProvider *content = gdk_clipboard_get_content (gtk_widget_get_clipboard (grid));
    g_auto (GValue) value = G_VALUE_INIT;

    g_value_init (&value, G_TYPE_STRING);
    g_assert_true (content && gdk_content_provider_get_value (content, &value, NULL));
    g_assert_cmpstr (g_value_get_string (&value), ==, "Name\tFigure\tSecond\nrow 1\t10\t1\nrow 2\t20\t2");
  }
  test_key (grid, GDK_KEY_a, GDK_CONTROL_MASK);
  {
    g_autofree char *all = cd_grid_view_dup_text (CD_GRID_VIEW (grid));

    g_assert_cmpstr (all, ==, "Name\tFigure\tSecond\nrow 0\t0\t0\nrow 1\t10\t1\nrow 2\t20\t2\nrow 3\t30\t3");
  }
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/grid/order", test_order);
  g_test_add_func ("/grid/titles", test_titles);
  g_test_add_func ("/grid/follows-figures", test_follows_figures);
  g_test_add_func ("/grid/million", test_million);
  g_test_add_func ("/grid/freeze-by-keyboard", test_freeze_by_keyboard);
  g_test_add_func ("/grid/selection-follows", test_selection_follows);
  g_test_add_func ("/grid/press-binds", test_press_binds);
  g_test_add_func ("/grid/columns", test_columns);
  g_test_add_func ("/grid/narrow", test_narrow);
  g_test_add_func ("/grid/sizes", test_sizes);
  g_test_add_func ("/grid/copy", test_copy);
  return g_test_run ();
}
