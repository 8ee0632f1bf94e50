/* test-request-files.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Asking in a file, opening it at the other desk, deciding, and taking what came back: the real views over two real desks.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "cd-requests-files.h"
#include "cd-requests-view.h"
#include "two-fixture.h"
#include "ui-fixture.h"

typedef struct
{
  GtkWidget *root;
  const char *part;
  gboolean found;
} Says;

static void
table_visit (GtkWidget *widget, gpointer data)
{
  Says *want = data;
  g_autofree char *csv = CD_IS_GRID_VIEW (widget) ? cd_grid_view_dup_csv (CD_GRID_VIEW (widget)) : NULL;

  want->found |= csv && strstr (csv, want->part);
}

/* In a label, or in a table. */
static gboolean
shown (GtkWidget *root, const char *part)
{
  Says want = { root, part, test_says (root, part) };

  test_walk (root, table_visit, &want);
  return want.found;
}

static gboolean
says (Fixture *f, gconstpointer data)
{
  const Says *want = data;

  return shown (want->root, want->part);
}

/* A window on the screen, of the kind, whose words hold @part. */
static GtkWidget *
find_window (GType type, const char *part)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (g_type_is_a (G_OBJECT_TYPE (window), type) && shown (window, part))
        return window;
    }
  return NULL;
}

typedef struct
{
  GType type;
  const char *part;
} Window;

static gboolean
has_window (Fixture *f, gconstpointer data)
{
  const Window *want = data;

  return find_window (want->type, want->part) != NULL;
}

static gboolean
is_there (Fixture *f, gconstpointer data)
{
  g_autofree char *text = NULL;
  gsize len = 0;

  return g_file_get_contents (data, &text, &len, NULL) && len > 0 && text[len - 1] == '\n';
}

typedef struct
{
  const char *label;
  GtkWidget *found;
} Labelled;

static void
button_visit (GtkWidget *widget, gpointer data)
{
  Labelled *want = data;

  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), want->label) == 0)
    want->found = widget;
}

static GtkWidget *
button (GtkWidget *root, const char *label)
{
  Labelled want = { label, NULL };

  test_walk (root, button_visit, &want);
  g_assert_nonnull (want.found);
  return want.found;
}

static void
close_message (const char *part)
{
  GtkWidget *window = find_window (ADW_TYPE_MESSAGE_DIALOG, part);

  g_assert_nonnull (window);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* The row of the maker's that waits, in the words of its table. */
static char *
words_of (Two *two)
{
  g_autoptr (CdStagedRow) row = g_list_model_get_item (cd_desk_get_staged (two->maker.desk), 0);

  return cd_requests_file_words (two->maker.desk, row);
}

static void
stage (Two *two)
{
  CdQuote *quote = cd_desk_get_quote (two->maker.desk, "CEA25");
  const CdOrderDraft draft = { .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = quote->feed.bids[0].price, .qty = 800 };

  g_assert_nonnull (cd_desk_stage (two->maker.desk, &draft, "cover", "", 0, NULL));
}

static void
check_bad_file (Two *two, GtkWidget *view, const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "holiday.json", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  g_assert_true (g_file_set_contents (path, "{\"holiday\":true}", -1, NULL));
  cd_requests_files_open (view, two->checker.desk, file);
  WAIT_FOR (&two->checker, has_window, (&(Window){ ADW_TYPE_MESSAGE_DIALOG, "The file was not opened" }));
  g_assert_nonnull (find_window (ADW_TYPE_MESSAGE_DIALOG, "expected a request or a decision"));
  close_message ("The file was not opened");
}

static void
test_round (Two *two, gconstpointer data)
{
  GtkWidget *mine = cd_requests_view_new (two->maker.desk), *theirs = cd_requests_view_new (two->checker.desk);
  GtkWidget *window = test_window_new (mine, 1366, 640), *window2 = test_window_new (theirs, 1366, 640), *sheet;
  g_autofree char *dir = g_dir_make_tmp ("carbondesk-files-XXXXXX", NULL);
  g_autofree char *asked = g_build_filename (dir, "order.request.json", NULL), *answered = g_build_filename (dir, "decision.json", NULL);
  g_autofree char *nowhere = g_build_filename (dir, "gone", "decision.json", NULL);
  g_autoptr (GFile) asked_file = g_file_new_for_path (asked), answered_file = g_file_new_for_path (answered), nowhere_file = g_file_new_for_path (nowhere);
  g_autoptr (CdStagedRow) row = NULL;
  g_autofree char *words = NULL, *then = NULL;

  stage (two);
  row = g_list_model_get_item (cd_desk_get_staged (two->maker.desk), 0);
  check_bad_file (two, theirs, dir);
  cd_requests_files_export_to (mine, two->maker.desk, row, asked_file);
  WAIT_FOR (&two->maker, is_there, asked);
  words = words_of (two);
  g_assert_cmpstr (words, ==, "asked for in a file, no decision yet");
  /* Opened at the other desk: what holds, what it says, and a refusal needs words. */
  cd_requests_files_open (theirs, two->checker.desk, asked_file);
  WAIT_FOR (&two->checker, has_window, (&(Window){ CD_TYPE_REQUEST_FILE_WINDOW, "The signature of Power trader holds" }));
  sheet = find_window (CD_TYPE_REQUEST_FILE_WINDOW, "For HD-POWER, market cn-cea, practice");
  g_assert_true (shown (sheet, "800"));
  g_assert_true (shown (sheet, "CEA25"));
  g_signal_emit_by_name (button (sheet, "Refuse and save…"), "clicked");
  g_assert_true (shown (sheet, "Write the reason first"));
  cd_request_file_window_decide_to (CD_REQUEST_FILE_WINDOW (sheet), TRUE, answered_file);
  WAIT_FOR (&two->checker, says, (&(Says){ sheet, "Saved as decision.json" }));
  g_assert_true (gtk_widget_get_visible (button (sheet, "Save the decision again…")));
  g_assert_false (gtk_widget_get_visible (button (sheet, "Approve and save…")));
  cd_request_file_window_decide_to (CD_REQUEST_FILE_WINDOW (sheet), TRUE, nowhere_file);
  WAIT_FOR (&two->checker, says, (&(Says){ sheet, "no file can be made in its folder: choose another (No such file or directory)" }));
  /* Lost on the way: written again, the same. */
  g_assert_cmpint (g_remove (answered), ==, 0);
  cd_request_file_window_decide_to (CD_REQUEST_FILE_WINDOW (sheet), TRUE, answered_file);
  WAIT_FOR (&two->checker, is_there, answered);
  gtk_window_destroy (GTK_WINDOW (sheet));
  /* Back at the first desk, twice. */
  cd_requests_files_open (mine, two->maker.desk, answered_file);
  WAIT_FOR (&two->maker, has_window, (&(Window){ ADW_TYPE_MESSAGE_DIALOG, "The decision is on record" }));
  close_message ("The decision is on record");
  then = words_of (two);
  g_assert_cmpstr (then, ==, "approved in a file by Power second");
  cd_requests_files_open (mine, two->maker.desk, answered_file);
  WAIT_FOR (&two->maker, has_window, (&(Window){ ADW_TYPE_MESSAGE_DIALOG, "nothing has changed" }));
  close_message ("nothing has changed");
  g_assert_nonnull (cd_desk_staged_send (two->maker.desk, row, NULL));
  gtk_window_destroy (GTK_WINDOW (window2));
  gtk_window_destroy (GTK_WINDOW (window));
  g_spawn_sync (NULL, (char *[]){ (char *)"rm", (char *)"-rf", dir, NULL }, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
}

int
main (int argc, char **argv)
{
  desk_tests_init (&argc, &argv);
  adw_init ();
  g_test_add ("/request-files/round", Two, NULL, two_setup, test_round, two_teardown);
  return g_test_run ();
}
