/* ui-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Windows, frames, keys and clicks for the tests of the widgets. Keys and clicks go to the very controllers that GTK would call.
 */
#pragma once

#include <adwaita.h>

#include "cd-colours.h"
#include "cd-grid-view.h"
#include "cd-rows.h"

G_BEGIN_DECLS

#define TEST_TYPE_ROW (test_row_get_type ())
G_DECLARE_FINAL_TYPE (TestRow, test_row, TEST, ROW, CdRow)
struct _TestRow
{
  CdRow parent_instance;
  guint id;
  gint64 figure, second;
};

typedef enum
{
  TEST_COLUMN_MARKS,
  TEST_COLUMN_NAME,
  TEST_COLUMN_FIGURE,
  TEST_COLUMN_SECOND,
  TEST_N_COLUMNS
} TestColumn;

TestRow *test_row_new (guint id, gint64 figure, gint64 second);
GListStore *test_rows_new (guint n, guint32 seed);
void test_rows_insert_top (GListStore *store, guint id);
GtkWidget *test_grid_new (GListModel *model); /* CdGridView of the four columns */

/* An application to put windows in, with the program's resources and style; once in a program. */
AdwApplication *test_application_new (void);
/* The first widget below @root (itself included) that has this name; fails when there is none. */
GtkWidget *test_named (GtkWidget *root, const char *name);
/* A mapped label below @root whose text holds @part. */
gboolean test_says (GtkWidget *root, const char *part);
/* A window with @child, drawn and with the rows of its tables; destroy it with gtk_window_destroy(). */
GtkWidget *test_window_new (GtkWidget *child, int width, int height);
/* Runs the loop until @condition holds; fails after 20 s. */
void test_wait (gboolean (*condition) (gpointer data), gpointer data, const char *what);
void test_wait_frames (GtkWidget *widget, guint n);
gboolean test_key (GtkWidget *grid, guint keyval, GdkModifierType state);
void test_press (GtkWidget *grid, int x, int y, int n_press);
void test_release (GtkWidget *grid, int x, int y);
/* How many rows of @grid the exported table does not call old. */
guint test_fresh_rows (GtkWidget *grid);
/* The colours of all texts and areas that @widget draws, as the renderer gets them; "" while it waits to be drawn anew. */
char *test_drawn (GtkWidget *widget);
gboolean test_uses (const char *drawn, CdTone tone, float alpha);
/* Calls @visit for @widget and everything below it. */
void test_walk (GtkWidget *widget, void (*visit) (GtkWidget *widget, gpointer data), gpointer data);

G_END_DECLS
