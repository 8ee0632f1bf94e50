/* test-grid-shown.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table as it is shown and told: flashes, rows that always have their place, and what assistive tools read.
 */
#include "cd-grid-private.h"
#include "ui-fixture.h"

/* --- Flash ----------------------------------------------------------------------------------------------------------- */

static gboolean
is_dark_again (gpointer data)
{
  return !cd_grid_row_is_flashing (data, TEST_COLUMN_FIGURE);
}

static void
change_first (GListStore *store)
{
  g_autoptr (TestRow) row = g_list_model_get_item (G_LIST_MODEL (store), 0);

  row->figure++;
  cd_row_changed (CD_ROW (row));
}

static void
test_flash (void)
{
  g_autoptr (GListStore) store = test_rows_new (5, 13);
  GtkWidget *grid = test_grid_new (G_LIST_MODEL (store));
  GtkWidget *window = test_window_new (grid, 420, 300);
  CdGridRow *row = g_ptr_array_index (CD_GRID_VIEW (grid)->rows, 0);
  GtkSettings *settings = gtk_settings_get_default ();

  g_object_set (settings, "gtk-enable-animations", TRUE, NULL);
  change_first (store);
  g_assert_true (cd_grid_row_is_flashing (row, TEST_COLUMN_FIGURE));
  g_assert_false (cd_grid_row_is_flashing (row, TEST_COLUMN_NAME));
  test_wait (is_dark_again, row, "the flash ends");
  /* Another row in the same place is no change. */
  test_rows_insert_top (store, 77);
  g_assert_false (cd_grid_row_is_flashing (row, TEST_COLUMN_FIGURE));
  /* Reduced motion, by the system or by preference. */
  g_object_set (settings, "gtk-enable-animations", FALSE, NULL);
  change_first (store);
  g_assert_false (cd_grid_row_is_flashing (row, TEST_COLUMN_FIGURE));
  g_object_set (settings, "gtk-enable-animations", TRUE, NULL);
  cd_grid_view_set_flashes (FALSE);
  change_first (store);
  g_assert_false (cd_grid_row_is_flashing (row, TEST_COLUMN_FIGURE));
  cd_grid_view_set_flashes (TRUE);
  change_first (store);
  g_assert_true (cd_grid_row_is_flashing (row, TEST_COLUMN_FIGURE));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* --- What assistive tools are told ----------------------------------------------------------------------------------- */

static guint
count_role (GtkWidget *widget, GtkAccessibleRole role)
{
  guint n = gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (widget)) == role;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    n += count_role (child, role);
  return n;
}

static void
test_accessible (void)
{
  g_autoptr (GListStore) store = test_rows_new (5, 14);
  GtkWidget *grid = test_grid_new (G_LIST_MODEL (store));
  GtkWidget *window = test_window_new (grid, 420, 300);
  CdGridView *view = CD_GRID_VIEW (grid);
  g_autoptr (TestRow) first = g_list_model_get_item (G_LIST_MODEL (store), 0);
  g_autofree char *cell = g_strdup_printf ("Figure %d, row 0, row 1 of 5", (int)first->figure);
  g_autofree char *row = g_strdup_printf ("Name row 0, Figure %d, Second %d", (int)first->figure, (int)first->second);

  test_wait_frames (grid, 3);
  gtk_test_accessible_assert_role (grid, GTK_ACCESSIBLE_ROLE_TABLE);
  gtk_test_accessible_assert_property (grid, GTK_ACCESSIBLE_PROPERTY_LABEL, "Rows");
  g_assert_cmpuint (count_role (grid, GTK_ACCESSIBLE_ROLE_COLUMN_HEADER), ==, TEST_N_COLUMNS);
  g_assert_cmpuint (count_role (grid, GTK_ACCESSIBLE_ROLE_GRID_CELL), ==, 1);
  gtk_test_accessible_assert_role (g_ptr_array_index (view->rows, 0), GTK_ACCESSIBLE_ROLE_ROW);
  gtk_test_accessible_assert_property (g_ptr_array_index (view->rows, 0), GTK_ACCESSIBLE_PROPERTY_LABEL, row);
  cd_grid_focus_changed (view, TRUE);
  view->column = TEST_COLUMN_NAME;
  test_key (grid, GDK_KEY_Right, 0);
  gtk_test_accessible_assert_property (view->cell, GTK_ACCESSIBLE_PROPERTY_LABEL, cell);
  gtk_test_accessible_assert_state (g_ptr_array_index (view->rows, 0), GTK_ACCESSIBLE_STATE_SELECTED, TRUE);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A holder that knows when it gives its child a place. */
#define TEST_TYPE_HOLDER (test_holder_get_type ())
G_DECLARE_FINAL_TYPE (TestHolder, test_holder, TEST, HOLDER, GtkWidget)
struct _TestHolder
{
  GtkWidget parent_instance;
  GtkWidget *child;
  gboolean placing;
  guint added_while_placing, added;
};
G_DEFINE_FINAL_TYPE (TestHolder, test_holder, GTK_TYPE_WIDGET)

static void
test_holder_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  TestHolder *self = TEST_HOLDER (widget);

  self->placing = TRUE;
  gtk_widget_measure (self->child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_allocate (self->child, width, height, -1, NULL);
  self->placing = FALSE;
}

static void
test_holder_dispose (GObject *object)
{
  g_clear_pointer (&TEST_HOLDER (object)->child, gtk_widget_unparent);
  G_OBJECT_CLASS (test_holder_parent_class)->dispose (object);
}

static void
test_holder_class_init (TestHolderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = test_holder_dispose;
  GTK_WIDGET_CLASS (klass)->size_allocate = test_holder_size_allocate;
}

static void
test_holder_init (TestHolder *self)
{
}

static void
children_cb (GListModel *children, guint place, guint removed, guint added, TestHolder *holder)
{
  holder->added += added;
  holder->added_while_placing += holder->placing ? added + removed : 0;
}

/* GTK leaves out of the frame whatever has no place when it is drawn, with everything around it: a child that comes or goes while
 * places are given out makes the whole page blank. */
static void
test_always_placed (void)
{
  g_autoptr (GListStore) model = test_rows_new (1, 7);
  TestHolder *holder = g_object_new (TEST_TYPE_HOLDER, NULL);
  GtkWidget *grid = test_grid_new (G_LIST_MODEL (model));
  GtkWidget *window;

  holder->child = grid;
  gtk_widget_set_parent (grid, GTK_WIDGET (holder));
  g_autoptr (GListModel) children = gtk_widget_observe_children (grid);
  g_signal_connect (children, "items-changed", G_CALLBACK (children_cb), holder);
  window = test_window_new (GTK_WIDGET (holder), 420, 300);
  test_wait_frames (grid, 3);
  /* Rows come until a bar is needed; the window grows and narrows; rows wait behind a selection. */
  for (guint i = 0; i < 40; i++)
    {
      g_autoptr (TestRow) row = test_row_new (1000 + i, i, i);

      g_list_store_insert (model, 0, row);
      test_wait_frames (grid, 2);
    }
  gtk_window_set_default_size (GTK_WINDOW (window), 160, 700);
  test_wait_frames (grid, 6);
  gtk_widget_grab_focus (grid);
  test_key (grid, GDK_KEY_Down, 0);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (TestRow) row = test_row_new (2000 + i, i, i);

      g_list_store_insert (model, 0, row);
      test_wait_frames (grid, 2);
    }
  g_assert_cmpuint (holder->added, >, 20); /* it did grow */
  g_assert_cmpuint (holder->added_while_placing, ==, 0);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* --- Width ----------------------------------------------------------------------------------------------------------- */

static int
text_width (GtkWidget *grid, const char *text)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (grid, text);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  int width;

  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_get_pixel_size (layout, &width, NULL);
  return width;
}

/* Whether each figure that is drawn has room, whatever is left for the words. */
static gboolean
figures_fit (gpointer grid)
{
  CdGridView *view = grid;
  gboolean fit = TRUE;

  for (guint r = 0; r < view->rows->len; r++)
    for (guint i = TEST_COLUMN_FIGURE; i <= TEST_COLUMN_SECOND; i++)
      fit &= view->layout.width[i] == 0 || view->layout.width[i] >= text_width (grid, cd_grid_row_get_cell (g_ptr_array_index (view->rows, r), i)->text) + 2 * CD_GRID_PAD;
  return fit;
}

/* A figure without its last digits is another figure: its column grows, words give way, and then columns scroll. */
static void
test_figures_whole (void)
{
  g_autoptr (GListStore) store = test_rows_new (5, 15);
  GtkWidget *grid = test_grid_new (G_LIST_MODEL (store));
  GtkWidget *window = test_window_new (grid, 420, 300);
  CdGridView *view = CD_GRID_VIEW (grid);
  g_autoptr (TestRow) row = g_list_model_get_item (G_LIST_MODEL (store), 2);

  test_wait (figures_fit, grid, "all figures have room");
  row->figure = G_MAXINT64 / 10;
  row->second = -row->figure;
  cd_row_changed (CD_ROW (row));
  g_assert_false (figures_fit (grid));
  test_wait (figures_fit, grid, "long figures have room");
  g_assert_cmpint (view->content, <=, gtk_widget_get_width (grid)); /* an optional column went, nothing has to be scrolled */
  gtk_window_set_default_size (GTK_WINDOW (window), 200, 300);
  test_wait_frames (grid, 6);
  test_wait (figures_fit, grid, "long figures have room in a narrow window");
  g_assert_cmpint (view->content, >, gtk_widget_get_width (grid)); /* to be scrolled to */
  /* What a person has set stays. */
  cd_grid_view_resize_column (view, TEST_COLUMN_FIGURE, 50);
  test_wait_frames (grid, 6);
  g_assert_cmpint (view->layout.width[TEST_COLUMN_FIGURE], ==, 50);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/grid/flash", test_flash);
  g_test_add_func ("/grid/always-placed", test_always_placed);
  g_test_add_func ("/grid/accessible", test_accessible);
  g_test_add_func ("/grid/figures-whole", test_figures_whole);
  return g_test_run ();
}
