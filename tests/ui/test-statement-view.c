/* test-statement-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The statement on the screen, over a real desk: reasons in words, figures with sign and unit, what the filters leave, and what a cut line
 * makes of it, on the screen and in the file that is exported from it.
 */
#include <string.h>

#include "../app/desk-fixture.h"
#include "cd-statement-view.h"
#include "cd-time.h"
#include "ui-fixture.h"

typedef struct
{
  Fixture *f;
  GtkWidget *window, *grid;
} View;

static char **
rows (View *v)
{
  g_autofree char *csv = cd_grid_view_dup_csv (CD_GRID_VIEW (v->grid));
  char **lines = g_strsplit (g_strchomp (csv), "\r\n", -1);

  return lines;
}

static guint
count (View *v, const char *part)
{
  g_auto (GStrv) lines = rows (v);
  guint n = 0;

  for (guint i = 1; lines[0] && lines[i]; i++)
    n += strstr (lines[i], part) != NULL;
  return n;
}

static GtkWidget *
nth_drop (GtkWidget *root, guint *left)
{
  if (GTK_IS_DROP_DOWN (root) && (*left)-- == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = nth_drop (child, left);

      if (found)
        return found;
    }
  return NULL;
}

static void
choose (View *v, guint drop, guint item)
{
  GtkWidget *widget = nth_drop (v->window, &drop);

  g_assert_nonnull (widget);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (widget), item);
}

static gboolean
is_listed (Fixture *f, gconstpointer data)
{
  return g_list_model_get_n_items (cd_desk_get_statement (f->desk)) > 0 && cd_desk_get_statement_freshness (f->desk, NULL) == CD_FRESH_LIVE;
}

static gboolean
has_fill (Fixture *f, gconstpointer data)
{
  g_autoptr (CdMovementRow) row = g_list_model_get_item (cd_desk_get_statement (f->desk), 0);

  return row && g_str_equal (row->cause, "order.fill");
}

static gboolean
is_later (Fixture *f, gconstpointer than)
{
  return cd_desk_get_market_time (f->desk) > *(const gint64 *)than;
}

static gboolean
is_cut (Fixture *f, gconstpointer data)
{
  return cd_desk_get_statement_freshness (f->desk, NULL) == CD_FRESH_OFFLINE;
}

static gboolean
says_old (gpointer data)
{
  View *v = data;
  GtkWidget *age = test_named (v->window, "statement-age");

  return *gtk_label_get_text (GTK_LABEL (age)) && gtk_widget_get_visible (age) && count (v, "old figures") > 0;
}

static void
test_view (Fixture *f, gconstpointer data)
{
  View v = { .f = f, .window = test_window_new (cd_statement_view_new (f->desk), 1366, 600) };
  guint all, asset;
  gint64 day;

  v.grid = test_named (v.window, "statement");
  WAIT_FOR (f, is_listed, NULL); /* the view itself asks for it, since it is seen */
  g_assert_cmpuint (count (&v, "opening balance"), >, 1);
  g_assert_cmpuint (count (&v, "old figures"), ==, 0);
  buy (f, "CEA25", 50, "");
  WAIT_FOR (f, has_fill, NULL);
  g_assert_cmpuint (count (&v, "trade,CEA25,"), ==, 1);
  g_assert_cmpuint (count (&v, ",+50,50,"), ==, 1);
  g_assert_cmpuint (count (&v, "locked for an order"), >, 0);

  all = count (&v, ",");
  choose (&v, 0, 1);
  asset = count (&v, ",");
  g_assert_cmpuint (asset, >, 0);
  g_assert_cmpuint (asset, <, all);
  choose (&v, 0, 0);
  cd_desk_clock_skip (f->desk, "close");
  WAIT_FOR (f, closed_today, NULL);
  day = cd_desk_get_market_time (f->desk) + CD_USEC_PER_DAY / 2;
  cd_desk_clock_skip (f->desk, "next_day");
  WAIT_FOR (f, is_later, &day);
  cd_desk_clock_skip (f->desk, "close");
  day += CD_USEC_PER_DAY / 2;
  cd_desk_clock_skip (f->desk, "next_day");
  WAIT_FOR (f, is_later, &day);
  choose (&v, 1, 1);
  g_assert_cmpuint (count (&v, "opening balance"), ==, 0);
  choose (&v, 1, 0);
  g_assert_cmpuint (count (&v, "opening balance"), >, 1);

  all = count (&v, ",");
  cd_desk_kill_venue_for_test (f->desk);
  WAIT_FOR (f, is_cut, NULL);
  test_wait (says_old, &v, "the age of the statement");
  g_assert_cmpuint (count (&v, ",old figures"), ==, all);
  gtk_window_destroy (GTK_WINDOW (v.window));
}

int
main (int argc, char **argv)
{
  g_autoptr (AdwApplication) application = NULL;

  desk_tests_init (&argc, &argv);
  gtk_init ();
  adw_init ();
  application = test_application_new ();
  g_test_add ("/statement-view/lines", Fixture, NULL, setup, test_view, teardown);
  return g_test_run ();
}
