/* test-panes.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The panes of the trade workspace in the real window, with the real venue: each has a role and a name, says why it is empty, shows
 * what there is and how old it is; after the line is cut no frame shows a figure as live beyond its limit.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cd-chips.h"
#include "cd-grid-row.h"
#include "cd-tables.h"
#include "cd-window.h"
#include "desk-fixture.h"
#include "ui-fixture.h"

typedef struct
{
  Fixture f;
  GtkWidget *window;
} Panes;

static const char *const tables[] = { "watchlist", "book", "tape", "holdings", "orders-working", "orders-all", "fills", "blocks" };
static const char *const ages[] = { "watchlist-age", "book-age", "tape-age", "blotter-age", "holdings-age" };

static GtkWidget *
open_window (CdDesk *desk)
{
  GtkWidget *window = cd_window_new (GTK_APPLICATION (g_application_get_default ()), desk, NULL, 1900, 1000);

  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);
  test_wait_frames (window, 4);
  return window;
}

static gboolean
instrument_chosen (gpointer data)
{
  return test_says (data, "Book · CEA25") && cd_grid_view_n_rows (CD_GRID_VIEW (test_named (data, "tape"))) > 5;
}

static void
panes_setup (Panes *p, gconstpointer data)
{
  setup (&p->f, data);
  p->window = open_window (p->f.desk);
  test_wait (instrument_chosen, p->window, "an instrument is chosen and its tape filled");
}

static void
panes_teardown (Panes *p, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (p->window));
  teardown (&p->f, data);
}

static CdGridView *
table (Panes *p, const char *name)
{
  return CD_GRID_VIEW (test_named (p->window, name));
}

static const char *
age_of (GtkWidget *window, const char *name)
{
  return gtk_label_get_text (GTK_LABEL (test_named (window, name)));
}

/* --- Names, empty, filled -------------------------------------------------------------------------------------------- */

static void
test_names (Panes *p, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      GtkAccessible *grid = GTK_ACCESSIBLE (test_named (p->window, tables[i]));

      g_assert_cmpint (gtk_accessible_get_accessible_role (grid), ==, GTK_ACCESSIBLE_ROLE_TABLE);
      g_assert_true (gtk_test_accessible_has_property (grid, GTK_ACCESSIBLE_PROPERTY_LABEL));
    }
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (test_named (p->window, "watchlist")), GTK_ACCESSIBLE_PROPERTY_LABEL, "Watchlist");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (test_named (p->window, "book")), GTK_ACCESSIBLE_PROPERTY_LABEL, "Order book");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (test_named (p->window, "tape-chips")), GTK_ACCESSIBLE_PROPERTY_LABEL, "Filters");
}

/* A desk that has not begun: nothing is there, and every table says so. */
static void
test_empty (void)
{
  const CdDeskConfig config = { .profile = "never-started" };
  g_autoptr (CdDesk) desk = cd_desk_new (cd_env_default (), &config);
  GtkWidget *window = open_window (desk);

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      CdGridView *grid = CD_GRID_VIEW (test_named (window, tables[i]));

      if (g_str_equal (tables[i], "book"))
        continue;
      g_assert_cmpuint (cd_grid_view_n_rows (grid), ==, 0);
      g_assert_nonnull (cd_grid_view_get_placeholder (grid));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (ages); i++)
    g_assert_cmpstr (age_of (window, ages[i]), ==, "nothing yet");
  g_assert_true (test_says (window, "Cash not known yet"));
  gtk_window_destroy (GTK_WINDOW (window));
}

static gboolean
ages_are_live (gpointer window)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ages); i++)
    if (gtk_widget_has_css_class (test_named (window, ages[i]), "pane-stale"))
      return FALSE;
  return TRUE;
}

static void
test_filled (Panes *p, gconstpointer data)
{
  g_assert_cmpuint (cd_grid_view_n_rows (table (p, "watchlist")), >=, 8);
  g_assert_cmpuint (cd_grid_view_n_rows (table (p, "book")), ==, 11);
  g_assert_cmpuint (cd_grid_view_n_rows (table (p, "holdings")), ==, 2);
  test_wait (ages_are_live, p->window, "every pane is live");
  g_assert_true (g_str_has_suffix (age_of (p->window, "book-age"), " s"));
  g_assert_true (test_says (p->window, "Cash ¥60,000,000.00"));
}

static gboolean
has_fill (gpointer data)
{
  return cd_grid_view_n_rows (CD_GRID_VIEW (test_named (data, "fills"))) > 0;
}

/* Order, fill, and the time in the market's own clock. */
static void
test_order (Panes *p, gconstpointer data)
{
  g_autoptr (CdOrderRow) row = NULL;

  buy (&p->f, "CEA25", 100, "cover");
  test_wait (has_fill, p->window, "the fill is in the blotter");
  row = cd_grid_view_dup_row (table (p, "orders-all"), 0);
  g_assert_nonnull (row);
  g_assert_cmpint (ABS (cd_desk_get_market_time (p->f.desk) - row->market_us), <, 5 * 60 * CD_USEC_PER_SEC);
}

/* --- Filters --------------------------------------------------------------------------------------------------------- */

static void
test_chips (Panes *p, gconstpointer data)
{
  CdChips *chips = CD_CHIPS (test_named (p->window, "blotter-chips"));
  CdChips *tape = CD_CHIPS (test_named (p->window, "tape-chips"));
  guint n = cd_grid_view_n_rows (table (p, "tape"));

  buy (&p->f, "CEA25", 100, "cover");
  test_wait (has_fill, p->window, "the fill is in the blotter");
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (chips)));
  cd_chips_set (chips, 1, TRUE);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (chips)));
  g_assert_cmpuint (cd_grid_view_n_rows (table (p, "fills")), ==, 0);
  cd_chips_set (chips, 0, TRUE);
  g_assert_cmpuint (cd_grid_view_n_rows (table (p, "fills")), >, 0);
  cd_chips_set (chips, 1, FALSE);
  g_assert_cmpuint (cd_grid_view_n_rows (table (p, "fills")), >, 0);
  cd_chips_set (chips, 0, FALSE);
  cd_chips_set (chips, 3, TRUE);
  g_assert_cmpuint (cd_grid_view_n_rows (table (p, "fills")), >, 0);
  cd_chips_set (chips, 3, FALSE);
  /* Another instrument: the chip follows the choice, and says which. */
  cd_chips_set (chips, 2, TRUE);
  cd_grid_view_select (table (p, "watchlist"), 1, TRUE);
  g_assert_cmpuint (cd_grid_view_n_rows (table (p, "fills")), ==, 0);
  g_assert_true (test_says (p->window, "Only CEA24"));
  cd_grid_view_select (table (p, "watchlist"), 0, TRUE);
  g_assert_cmpuint (cd_grid_view_n_rows (table (p, "fills")), >, 0);
  cd_chips_set (chips, 2, FALSE);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (chips)));
  cd_chips_set (tape, 0, TRUE);
  g_assert_cmpuint (cd_grid_view_n_rows (table (p, "tape")), <, n);
  cd_chips_set (tape, 0, FALSE);
  g_assert_cmpuint (cd_grid_view_n_rows (table (p, "tape")), >=, n);
}

/* --- Gaps ------------------------------------------------------------------------------------------------------------ */

static void
test_gap (Panes *p, gconstpointer data)
{
  GListStore *store = G_LIST_STORE (cd_desk_get_tape (p->f.desk, "CEA25"));
  g_autoptr (CdTapeRow) row = g_object_new (CD_TYPE_TAPE_ROW, NULL);
  CdChips *chips = CD_CHIPS (test_named (p->window, "tape-chips"));
  GtkWidget *first;

  row->trade.gap = TRUE;
  row->trade.qty = 7;
  g_list_store_insert (store, 0, row);
  test_wait_frames (p->window, 4);
  g_assert_true (cd_grid_view_dup_row (table (p, "tape"), 0) == row);
  g_object_unref (row);
  for (first = gtk_widget_get_first_child (test_named (p->window, "tape")); first && !CD_IS_GRID_ROW (first); first = gtk_widget_get_next_sibling (first))
    ;
  g_assert_nonnull (first);
  /* What is missing may be one of ours: no filter hides it. */
  cd_chips_set (chips, 0, TRUE);
  g_assert_true (cd_grid_view_dup_row (table (p, "tape"), 0) == row);
  g_object_unref (row);
}

static CdGapRow *
gap (Panes *p)
{
  g_autoptr (CdGapRow) row = g_list_model_get_item (cd_desk_get_gaps (p->f.desk), 0);

  return row;
}

static gboolean
gap_is_open (gpointer data)
{
  return gap (data) && gap (data)->state == CD_GAP_OPEN;
}

static gboolean
gap_is_read (gpointer data)
{
  return gap (data)->state == CD_GAP_READ && is_live (&((Panes *)data)->f, NULL);
}

static gboolean
feed_is_lost (gpointer data)
{
  CdLinkState state = cd_desk_get_line (((Panes *)data)->f.desk, CD_LINE_MARKET, NULL);

  return state != CD_LINK_LIVE && state != CD_LINK_STALE;
}

static CdTapeRow *
tape_gap (Panes *p)
{
  GListModel *tape = cd_desk_get_tape (p->f.desk, "CEA25");

  for (guint i = 0; i < g_list_model_get_n_items (tape); i++)
    {
      g_autoptr (CdTapeRow) row = g_list_model_get_item (tape, i);

      if (row->trade.gap)
        return row;
    }
  return NULL;
}

/* Either nothing was missed, or what was is read again. */
static gboolean
tape_gap_is_filled (gpointer data)
{
  CdTapeRow *row = tape_gap (data);

  return row && row->refilled >= row->trade.qty;
}

/* The practice venue, the only child. */
static GPid
venue_pid (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/children", (int)getpid ());
  g_autofree char *children = NULL;
  GPid pid;

  g_assert_true (g_file_get_contents (path, &children, NULL, NULL));
  pid = atoi (children);
  g_assert_cmpint (pid, >, 0);
  return pid;
}

/* The venue stands still for longer than either line bears, and goes on: the hole is a row in blotter and tape, at its time. */
static void
test_hole (Panes *p, gconstpointer data)
{
  static const char *const blotter[] = { "orders-working", "orders-all", "fills" };
  g_autoptr (GObject) first = NULL;
  g_autoptr (GObject) second = NULL;
  CdOrderDraft draft = { .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = 900000, .qty = 100 };
  g_autoptr (GError) error = NULL;
  GPid pid;

  buy (&p->f, "CEA25", 100, "cover");
  test_wait (has_fill, p->window, "the fill is in the blotter");
  g_assert_cmpuint (g_list_model_get_n_items (cd_desk_get_gaps (p->f.desk)), ==, 0);
  pid = venue_pid ();
  g_assert_cmpint (kill (pid, SIGSTOP), ==, 0);
  test_wait (gap_is_open, p, "the hole is known");
  test_wait (feed_is_lost, p, "the market line is given up");
  g_assert_cmpint (kill (pid, SIGCONT), ==, 0);
  test_wait (gap_is_read, p, "all has been read again");
  g_assert_cmpint (gap (p)->lasted_us, >, 2 * CD_USEC_PER_SEC);
  g_assert_cmpint (gap (p)->to_us, >, 0);
  g_assert_false (gap (p)->other_epoch);
  WAIT_FOR ((&p->f), has_book, "CEA25");
  /* What comes later stands above the row, what was before below it. */
  g_assert_nonnull (cd_desk_submit (p->f.desk, &draft, "cover", &error));
  g_assert_no_error (error);
  test_wait_frames (p->window, 4);
  first = cd_grid_view_dup_row (table (p, "orders-all"), 0);
  second = cd_grid_view_dup_row (table (p, "orders-all"), 1);
  g_assert_true (CD_IS_ORDER_ROW (first));
  g_assert_true (second == (gpointer)gap (p));
  /* No filter hides it: what was not heard may be any of them. */
  cd_chips_set (CD_CHIPS (test_named (p->window, "blotter-chips")), 1, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (blotter); i++)
    {
      g_autoptr (GObject) row = cd_grid_view_dup_row (table (p, blotter[i]), 0);

      g_assert_true (row == (gpointer)gap (p));
    }
  /* The tape knows of its hole by the next trade, and for that the others may take longer than a test waits: it is ours. */
  buy (&p->f, "CEA25", 100, "cover");
  test_wait (tape_gap_is_filled, p, "the hole in the tape is filled");
  g_assert_cmpint (tape_gap (p)->trade.since_us, <=, tape_gap (p)->trade.at_us);
}

/* --- The line is cut ------------------------------------------------------------------------------------------------- */

typedef struct
{
  Panes *p;
  guint frames, live, late, live_after;
} Sample;

#define LIMIT_US (2500 * 1000) /* of a book: see the desk */
#define SLACK_US (400 * 1000)  /* the desk looks four times a second, and a frame has to be drawn */

static gboolean
looks_live (GtkWidget *window, const char *name)
{
  g_autofree char *text = test_drawn (test_named (window, name));

  return test_uses (text, CD_TONE_UP, 1) || test_uses (text, CD_TONE_DOWN, 1);
}

/* Right after a frame: what is drawn now is what is seen. */
static void
sample_cb (GdkFrameClock *clock, gpointer data)
{
  Sample *sample = data;
  GtkWidget *window = sample->p->window;
  gboolean live = looks_live (window, "watchlist") && looks_live (window, "book");
  gint64 age = 0;

  cd_desk_get_line (sample->p->f.desk, CD_LINE_MARKET, &age);
  sample->frames++;
  if (age <= LIMIT_US + SLACK_US)
    {
      sample->live += live;
      return;
    }
  sample->late++;
  if (looks_live (window, "watchlist") || looks_live (window, "book"))
    sample->live_after++;
  /* The words of the head are told once a second. */
  if (!gtk_widget_has_css_class (test_named (window, "book-age"), "pane-stale") && age > LIMIT_US + 1500 * 1000)
    sample->live_after++;
}

static gboolean
redraw_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  gtk_widget_queue_draw (widget);
  return G_SOURCE_CONTINUE;
}

static gboolean
seen_live (gpointer data)
{
  return ((Sample *)data)->live >= 3;
}

static gboolean
enough (gpointer data)
{
  return ((Sample *)data)->late >= 40;
}

/* As the file that is exported says it: by what each row is drawn in. */
static guint
fresh_rows (GtkWidget *window)
{
  guint fresh = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    fresh += test_fresh_rows (test_named (window, tables[i]));
  return fresh;
}

static gboolean
all_is_old (gpointer window)
{
  return fresh_rows (window) == 0;
}

static void
test_cut (Panes *p, gconstpointer data)
{
  Sample sample = { .p = p };
  GdkFrameClock *clock = gtk_widget_get_frame_clock (p->window);
  gulong handler;

  buy (&p->f, "CEA25", 100, "cover");
  test_wait (has_fill, p->window, "the fill is in the blotter");
  test_wait (ages_are_live, p->window, "every pane is live");
  g_assert_cmpuint (test_fresh_rows (test_named (p->window, "fills")), >, 0);
  g_assert_cmpuint (test_fresh_rows (test_named (p->window, "holdings")), >, 0);
  handler = g_signal_connect (clock, "after-paint", G_CALLBACK (sample_cb), &sample);
  gtk_widget_add_tick_callback (p->window, redraw_cb, NULL, NULL);
  /* The sampler can tell: before, they do look live. */
  test_wait (seen_live, &sample, "three live frames");
  cd_desk_kill_venue_for_test (p->f.desk);
  test_wait (enough, &sample, "forty frames after the limit");
  g_signal_handler_disconnect (clock, handler);
  g_test_message ("%u frames, %u after the limit, %u of them live", sample.frames, sample.late, sample.live_after);
  g_assert_cmpuint (sample.live_after, ==, 0);
  g_assert_true (test_says (p->window, "STALE for"));
  test_wait (all_is_old, p->window, "no table has a row that looks live");
  g_assert_true (gtk_widget_has_css_class (test_named (p->window, "cash"), "pane-stale"));
}

int
main (int argc, char **argv)
{
  g_autoptr (AdwApplication) application = NULL;

  desk_tests_init (&argc, &argv);
  gtk_init ();
  adw_init ();
  application = test_application_new ();
  cd_colours_set_market (CD_MARKET_COLOURS_INTERNATIONAL);
  g_test_add_func ("/panes/empty", test_empty);
  g_test_add ("/panes/names", Panes, NULL, panes_setup, test_names, panes_teardown);
  g_test_add ("/panes/filled", Panes, NULL, panes_setup, test_filled, panes_teardown);
  g_test_add ("/panes/order", Panes, NULL, panes_setup, test_order, panes_teardown);
  g_test_add ("/panes/chips", Panes, NULL, panes_setup, test_chips, panes_teardown);
  g_test_add ("/panes/gap", Panes, NULL, panes_setup, test_gap, panes_teardown);
  g_test_add ("/panes/hole", Panes, NULL, panes_setup, test_hole, panes_teardown);
  g_test_add ("/panes/cut", Panes, NULL, panes_setup, test_cut, panes_teardown);
  return g_test_run ();
}
