/* test-workspaces.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Comply, Registry and Reconcile over a real desk: what a person presses there does what it says, and no more.
 */
#include <string.h>

#include "../app/desk-fixture.h"
#include "cd-comply-page.h"
#include "cd-cover-view.h"
#include "cd-desk-cover.h"
#include "cd-desk-differences.h"
#include "cd-explain.h"
#include "cd-recon-page.h"
#include "cd-registry-page.h"
#include "cd-requests-print.h"
#include "cd-requests-view.h"
#include "cd-timeline-place.h"
#include "ui-fixture.h"

/* --- Finding --------------------------------------------------------------------------------------------------------- */

typedef struct
{
  GType type;
  const char *text; /* label of a button, start of a label, accessible or placeholder text */
  GPtrArray *found;
} Search;

static void
visit (GtkWidget *widget, gpointer data)
{
  Search *search = data;
  const char *text = NULL;

  if (!G_TYPE_CHECK_INSTANCE_TYPE (widget, search->type))
    return;
  if (GTK_IS_BUTTON (widget))
    text = gtk_button_get_label (GTK_BUTTON (widget));
  else if (GTK_IS_LABEL (widget))
    text = gtk_label_get_text (GTK_LABEL (widget));
  else if (GTK_IS_ENTRY (widget))
    text = gtk_entry_get_placeholder_text (GTK_ENTRY (widget));
  if (!search->text || (text && strstr (text, search->text)))
    g_ptr_array_add (search->found, widget);
}

static GPtrArray *
find_all (GtkWidget *root, GType type, const char *text)
{
  Search search = { type, text, g_ptr_array_new () };

  test_walk (root, visit, &search);
  return search.found;
}

static GtkWidget *
find (GtkWidget *root, GType type, const char *text)
{
  g_autoptr (GPtrArray) found = find_all (root, type, text);

  return found->len ? g_ptr_array_index (found, 0) : NULL;
}

static gboolean
is_found (GtkWidget *root, GType type, const char *text)
{
  return find (root, type, text) != NULL;
}

static void
click (GtkWidget *root, const char *label)
{
  GtkWidget *button = find (root, GTK_TYPE_BUTTON, label);

  g_assert_nonnull (button);
  g_assert_true (gtk_widget_get_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

static gboolean
has_books (Fixture *f, gconstpointer data)
{
  return has_book (f, "CEA25") && has_book (f, "CCER-OW-2501");
}

/* --- Comply ---------------------------------------------------------------------------------------------------------- */

static gboolean
shows (Fixture *f, gconstpointer data)
{
  const gconstpointer *args = data;

  return is_found ((GtkWidget *)args[0], GTK_TYPE_LABEL, args[1]);
}

/* The spin buttons in their order: own rule, then emissions. */
static GtkWidget *
nth_spin (GtkWidget *page, guint n)
{
  g_autoptr (GPtrArray) found = find_all (page, GTK_TYPE_SPIN_BUTTON, NULL);

  g_assert_cmpuint (found->len, >, n);
  return g_ptr_array_index (found, n);
}

static GtkWidget *
own_spin (GtkWidget *page)
{
  return nth_spin (page, 0);
}

static GtkWidget *
what_if_spin (GtkWidget *page)
{
  return nth_spin (page, 1);
}

static void
test_comply (Fixture *f, gconstpointer data)
{
  GtkWidget *page = cd_comply_page_new (f->desk);
  GtkWidget *window = test_window_new (page, 1366, 640);
  g_autoptr (CdStagedRow) staged = NULL;
  GtkWidget *spin, *entry;

  WAIT_FOR (f, has_books, NULL);
  cd_desk_clock_set_paused (f->desk, TRUE);
  WAIT_FOR (f, shows, ((const gconstpointer[]){ page, "Cost ¥" }));
  g_assert_true (is_found (page, GTK_TYPE_LABEL, "Huading Power · 2025"));
  /* What the rulebook does not know is said, not left out. */
  g_assert_true (is_found (page, GTK_TYPE_LABEL, "date not verified: ● Offset application"));
  click (page, "Stage these orders");
  g_assert_true (is_found (page, GTK_TYPE_LABEL, "staged, none sent; "));
  g_assert_true (is_found (page, GTK_TYPE_LABEL, "Books lack "));
  g_assert_cmpuint (g_list_model_get_n_items (cd_desk_get_staged (f->desk)), >, 0);
  g_assert_cmpuint (g_list_model_get_n_items (cd_desk_get_orders (f->desk)), ==, 0);
  staged = g_list_model_get_item (cd_desk_get_staged (f->desk), 0);
  g_assert_cmpstr (staged->plan, ==, "P261214-1");
  /* The rest at a price: no number, then one. */
  entry = find (page, GTK_TYPE_ENTRY, NULL);
  gtk_editable_set_text (GTK_EDITABLE (entry), "9x");
  click (page, "Stage bids for the rest");
  g_assert_false (is_found (page, GTK_TYPE_LABEL, "bids staged for"));
  gtk_editable_set_text (GTK_EDITABLE (entry), "97.00");
  click (page, "Stage bids for the rest");
  g_assert_true (is_found (page, GTK_TYPE_LABEL, "bids staged for"));
  /* The law's source stands beside what follows, and the house's own beside its days. */
  g_assert_true (is_found (page, GTK_TYPE_LABEL, "source: 全国碳市场发展报告（2026）"));
  g_assert_true (is_found (page, GTK_TYPE_LABEL, "source: own rule, start value"));
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (own_spin (page)), 7);
  g_assert_true (is_found (page, GTK_TYPE_LABEL, "source: own rule, Power trader, "));
  {
    CdOwnRule rule;

    cd_desk_get_own_rule (f->desk, "HD-POWER", &rule);
    g_assert_cmpint (rule.days, ==, 7);
  }
  /* The plan by the keyboard: the what-if has the focus, and an assumption changes nothing that is real. */
  cd_comply_page_show_cover (CD_COMPLY_PAGE (page), TRUE);
  spin = what_if_spin (page);
  g_assert_nonnull (spin);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (spin), 3);
  test_wait_frames (page, 2);
  {
    g_autoptr (CdObligationRow) row = g_list_model_get_item (cd_desk_get_obligations (f->desk), 0);

    g_assert_cmpint (row->figures->owed, ==, 2800000);
  }
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Every figure is explained by its own rules; what names none is explained by all. */
static void
test_explain (void)
{
  g_autoptr (CdTrace) trace = cd_trace_new ();
  g_autoptr (CdTrace) one = NULL;
  g_autoptr (CdTrace) two = NULL;
  g_autoptr (CdTrace) all = NULL;

  cd_trace_add (trace, "owed", "A", "1 t", "%s", "100 % of it");
  cd_trace_add (trace, "offset.cap", "B", "2 t", "%s", "x");
  cd_trace_add (trace, "offset.room", "C", "3 t", "%s", "y");
  one = cd_explain_filter (trace, "owed");
  two = cd_explain_filter (trace, "nothing|offset.");
  all = cd_explain_filter (trace, NULL);
  g_assert_cmpuint (one->steps->len, ==, 1);
  g_assert_cmpstr (((CdTraceStep *)g_ptr_array_index (one->steps, 0))->inputs, ==, "100 % of it");
  g_assert_cmpuint (two->steps->len, ==, 2);
  g_assert_cmpuint (all->steps->len, ==, 3);
}

/* No text of a timeline stands across a line: the year of the demo group as it is, and many made-up ones. */
static guint
crossings (const CdTimelineLabel *labels, guint n, double width, double now_x)
{
  guint count = 0;

  for (guint i = 0; i < n; i++)
    {
      count += cd_timeline_covers (&labels[i], now_x, 0) || labels[i].from < 0 || labels[i].from + labels[i].width > width;
      for (guint k = 0; k < n; k++)
        count += k != i && cd_timeline_covers (&labels[i], labels[k].x, labels[k].lane);
    }
  return count;
}

static int
compare_labels (gconstpointer a, gconstpointer b)
{
  const CdTimelineLabel *x = a, *y = b;

  return x->x < y->x ? -1 : x->x > y->x;
}

static void
test_timeline (void)
{
  /* Marks close before today's line: what stood across it before. */
  CdTimelineLabel near_today[] = { { 60, 130 }, { 190, 120 }, { 330, 140 }, { 500, 150 }, { 540, 140 }, { 548, 90 }, { 900, 150 }, { 1290, 110 }, { 1300, 120 }, { 1310, 60 } };
  guint placed = 0;

  g_assert_true (cd_timeline_place (near_today, G_N_ELEMENTS (near_today), 6, 1366, 552));
  g_assert_cmpuint (crossings (near_today, G_N_ELEMENTS (near_today), 1366, 552), ==, 0);
  /* Four of one week at the right edge, the longest too long for the right of its mark; a crowd before today does not spoil them. */
  {
    CdTimelineLabel edge[] = { { 370, 210 }, { 372, 210 }, { 374, 210 }, { 376, 210 }, { 378, 210 }, { 380, 210 }, { 382, 210 }, { 384, 210 }, { 386, 380 }, { 388, 380 }, { 390, 380 }, { 392, 380 }, { 394, 380 }, { 1655, 170 }, { 1731, 125 }, { 1731, 170 }, { 1731, 185 } };

    g_assert_false (cd_timeline_place (edge, G_N_ELEMENTS (edge), 6, 1906, 768));
    g_assert_cmpuint (crossings (edge + 13, 4, 1906, 768), ==, 0);
  }
  for (int round = 0; round < 500; round++)
    {
      CdTimelineLabel labels[8];
      double now = g_test_rand_double_range (100, 1200);

      for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
        labels[i] = (CdTimelineLabel){ .x = g_test_rand_double_range (10, 1350), .width = g_test_rand_int_range (40, 200) };
      qsort (labels, G_N_ELEMENTS (labels), sizeof *labels, compare_labels);
      if (cd_timeline_place (labels, G_N_ELEMENTS (labels), 6, 1366, now))
        {
          placed++;
          g_assert_cmpuint (crossings (labels, G_N_ELEMENTS (labels), 1366, now), ==, 0);
        }
    }
  g_test_message ("%u of 500 without a crossing", placed);
  g_assert_cmpuint (placed, >, 400); /* the rest are crowds that no arrangement fits */
}

/* --- Registry -------------------------------------------------------------------------------------------------------- */

static GtkWidget *
line_entry (GtkWidget *page, const char *asset)
{
  GtkWidget *label = find (page, GTK_TYPE_LABEL, asset);
  GtkWidget *entry = label ? gtk_widget_get_next_sibling (label) : NULL;

  g_assert_true (GTK_IS_ENTRY (entry));
  return entry;
}

/* A surrender is suggested, can be edited line by line, and what the registry would refuse is stopped here with its reason. */
static void
test_surrender (Fixture *f, gconstpointer data)
{
  GtkWidget *page = cd_registry_page_new (f->desk);
  GtkWidget *window = test_window_new (page, 1366, 640);
  GtkWidget *propose, *entry;

  cd_desk_clock_set_paused (f->desk, TRUE);
  cd_registry_page_surrender (CD_REGISTRY_PAGE (page));
  propose = find (page, GTK_TYPE_BUTTON, "Propose");
  g_assert_true (is_found (page, GTK_TYPE_LABEL, "CEA25 2,546,000 t"));
  g_assert_true (gtk_widget_get_sensitive (propose));
  entry = line_entry (page, "CEA25 — 2,546,000 t free in the register");
  gtk_editable_set_text (GTK_EDITABLE (entry), "2546001");
  g_assert_false (gtk_widget_get_sensitive (propose));
  g_assert_true (is_found (page, GTK_TYPE_LABEL, "not enough free units"));
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  g_assert_false (gtk_widget_get_sensitive (propose));
  g_assert_true (is_found (page, GTK_TYPE_LABEL, "Nothing in the register can be surrendered yet"));
  gtk_editable_set_text (GTK_EDITABLE (entry), "1000");
  g_assert_true (gtk_widget_get_sensitive (propose));
  click (page, "Propose");
  {
    g_autoptr (CdInstructionRow) row = g_list_model_get_item (cd_desk_get_instructions (f->desk), 0);

    g_assert_cmpstr (row->kind, ==, "surrender");
    g_assert_cmpstr (row->summary, ==, "CEA25 1000");
    WAIT_FOR (f, in_state, (&(InState){ row->id, "proposed" }));
  }
  gtk_window_destroy (GTK_WINDOW (window));
}

/* The same at the desk: nothing, and a vintage of the wrong year, never leave. */
static void
test_surrender_refused (Fixture *f, gconstpointer data)
{
  const CdSurrenderLine wrong = { "CEA24", 10 };
  const CdSurrenderLine much = { "CEA25", 2800001 };
  g_autoptr (GError) error = NULL;

  g_assert_null (cd_desk_propose_surrender (f->desk, "HD-POWER", 2025, NULL, 0, NULL, 0, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_null (cd_desk_propose_surrender (f->desk, "HD-POWER", 2025, &wrong, 1, NULL, 0, &error));
  g_assert_true (g_str_has_prefix (error->message, "vintage.not_usable"));
  g_clear_error (&error);
  g_assert_null (cd_desk_propose_surrender (f->desk, "HD-POWER", 2025, &much, 1, NULL, 0, &error));
  g_assert_true (g_str_has_prefix (error->message, "balance.insufficient"));
  g_assert_cmpuint (g_list_model_get_n_items (cd_desk_get_instructions (f->desk)), ==, 0);
}

/* --- Reconcile ------------------------------------------------------------------------------------------------------- */

static gboolean
has_open (Fixture *f, gconstpointer data)
{
  return cd_desk_count_differences (f->desk) == *(const guint *)data;
}

static GtkWidget *
differences_grid (GtkWidget *page)
{
  g_autoptr (GPtrArray) grids = find_all (page, CD_TYPE_GRID_VIEW, NULL);

  return g_ptr_array_index (grids, 0);
}

static void
test_reconcile (Fixture *f, gconstpointer data)
{
  const guint one = 1;
  GtkWidget *page = cd_recon_page_new (f->desk);
  GtkWidget *window = test_window_new (page, 1366, 640);
  GtkWidget *words = find (page, GTK_TYPE_ENTRY, "Note or reason");
  g_autoptr (CdDifferenceRow) row = NULL;
  CdReconcileSummary summary;

  g_assert_true (is_found (page, GTK_TYPE_LABEL, "Reconciled at "));
  cd_desk_get_reconcile_summary (f->desk, &summary);
  g_assert_cmpuint (summary.obligations, ==, 1);
  g_assert_true (test_says (page, "1 obligation · "));
  g_assert_false (gtk_widget_get_sensitive (find (page, GTK_TYPE_BUTTON, "Resolve")));
  cd_desk_set_periods_for_test (f->desk, CD_USEC_PER_SEC / 4, CD_USEC_PER_SEC / 4, 3600 * CD_USEC_PER_SEC);
  cd_desk_ledger_bend_for_test (f->desk, "HD-POWER", "CEA25", 17);
  WAIT_FOR (f, has_open, &one);
  cd_grid_view_select (CD_GRID_VIEW (differences_grid (page)), 0, FALSE);
  row = g_list_model_get_item (cd_desk_get_differences (f->desk), 0);
  gtk_editable_set_text (GTK_EDITABLE (words), "calling the register");
  click (page, "Take it over");
  g_assert_cmpstr (row->owner, ==, "power-trader");
  g_assert_cmpstr (row->note, ==, "calling the register");
  /* Without a reason nothing is closed. */
  click (page, "Resolve");
  g_assert_false (row->resolved);
  g_assert_true (is_found (page, GTK_TYPE_LABEL, "write the reason first"));
  gtk_editable_set_text (GTK_EDITABLE (words), "a fill was booked twice by hand");
  click (page, "Resolve");
  g_assert_true (row->resolved);
  g_assert_cmpstr (row->reason, ==, "a fill was booked twice by hand");
  gtk_window_destroy (GTK_WINDOW (window));
}

/* --- Requests: two desks, one market --------------------------------------------------------------------------------- */

static gboolean
has_request (Fixture *f, gconstpointer data)
{
  g_autoptr (CdRequestRow) row = g_list_model_get_item (cd_desk_get_requests (f->desk), 0);

  return row && g_str_equal (row->state, data);
}

static gboolean
has_version (Fixture *f, gconstpointer data)
{
  g_autoptr (CdRequestRow) row = g_list_model_get_item (cd_desk_get_requests (f->desk), 0);

  return row && row->version == *(const int *)data;
}

static gboolean
is_offered (Fixture *f, gconstpointer data)
{
  const gconstpointer *args = data;
  GtkWidget *button = find ((GtkWidget *)args[0], GTK_TYPE_BUTTON, args[1]);

  return button && gtk_widget_get_visible (button) && gtk_widget_get_sensitive (button);
}

static gboolean
is_not_offered (Fixture *f, gconstpointer data)
{
  return !is_offered (f, data);
}

typedef struct
{
  GtkWidget *view;
  guint grid;
} InGrid;

static gboolean
has_rows (Fixture *f, gconstpointer data)
{
  const InGrid *in = data;
  g_autoptr (GPtrArray) grids = find_all (in->view, CD_TYPE_GRID_VIEW, NULL);

  return cd_grid_view_n_rows (CD_GRID_VIEW (g_ptr_array_index (grids, in->grid))) > 0;
}

static void
choose_first (GtkWidget *view, guint grid)
{
  g_autoptr (GPtrArray) grids = find_all (view, CD_TYPE_GRID_VIEW, NULL);

  cd_grid_view_select (CD_GRID_VIEW (g_ptr_array_index (grids, grid)), 0, FALSE);
}

/* The words of a PDF, as a reader has them. */
static char *
pdf_words (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) reader = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "pdftotext", "-layout", path, "-", NULL);
  char *words = NULL;

  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (reader, NULL, NULL, &words, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (reader));
  return words;
}

/* On paper stands what was asked for, by whom, and the whole hash. */
static void
check_paper (Fixture *f, CdRequestRow *row)
{
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "sheet.pdf", NULL);
  g_autofree char *version = g_strdup_printf ("%d", row->version);
  g_autofree char *words = NULL;
  const char *const wanted[] = { "Approval sheet", "HD-POWER", "CEA25", "900", row->hash, "Power trader", "Price band", "Asked by: Power trader", "Second person:", version };
  g_autoptr (GError) error = NULL;

  g_assert_true (cd_requests_print_pdf (f->desk, row, path, &error));
  g_assert_no_error (error);
  words = pdf_words (path);
  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (!strstr (words, wanted[i]))
      g_error ("not on paper: %s\n%s", wanted[i], words);
  g_assert_false (cd_requests_print_pdf (f->desk, row, "/nowhere/at/all.pdf", &error));
  g_assert_nonnull (error);
}

/* The maker asks, the checker reads, the maker edits: what was read cannot be approved. Then it is, and is sent; a veto is shown on
 * both desks. */
static void
test_requests (Fixture *f, gconstpointer data)
{
  Fixture other = { 0 };
  const CdDeskConfig config = { .profile = "second-desk", .join = f->profile, .person = "power-second" };
  CdQuote *quote = cd_desk_get_quote (f->desk, "CEA25");
  const CdOrderDraft draft = { .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = quote->feed.bids[0].price, .qty = 800 };
  GtkWidget *mine = cd_requests_view_new (f->desk), *theirs, *window, *window2;
  g_autoptr (GError) error = NULL;
  g_autoptr (CdRequestRow) row = NULL;
  const int two = 2;

  other.desk = cd_desk_new (cd_env_default (), &config);
  cd_desk_start (other.desk);
  WAIT_FOR (&other, is_live, NULL);
  WAIT_FOR (&other, has_book, "CEA25");
  cd_desk_clock_set_paused (f->desk, TRUE);
  theirs = cd_requests_view_new (other.desk);
  window = test_window_new (mine, 1366, 640);
  window2 = test_window_new (theirs, 1366, 640);
  g_assert_nonnull (cd_desk_stage (f->desk, &draft, "cover", "", 0, &error));
  choose_first (mine, 1);
  WAIT_FOR (f, is_offered, ((const gconstpointer[]){ mine, "Ask for approval" }));
  click (mine, "Ask for approval");
  WAIT_FOR (f, has_request, "proposed");
  WAIT_FOR (&other, has_request, "proposed");
  g_assert_cmpuint (cd_requests_count (other.desk), ==, 1);
  g_assert_cmpuint (cd_requests_count (f->desk), ==, 0);
  WAIT_FOR (&other, has_rows, (&(InGrid){ theirs, 0 }));
  choose_first (theirs, 0);
  WAIT_FOR (&other, is_offered, ((const gconstpointer[]){ theirs, "Approve" }));
  g_assert_true (is_found (theirs, GTK_TYPE_LABEL, "CEA25 800 t at"));
  row = g_list_model_get_item (cd_desk_get_requests (f->desk), 0);
  g_assert_true (cd_desk_request_edit (f->desk, row, row->price_e4, 900, &error));
  WAIT_FOR (&other, has_version, &two);
  WAIT_FOR (&other, is_not_offered, ((const gconstpointer[]){ theirs, "Approve" }));
  WAIT_FOR (&other, is_offered, ((const gconstpointer[]){ theirs, "Read the new version" }));
  click (theirs, "Read the new version");
  {
    g_autoptr (CdRequestRow) seen = g_list_model_get_item (cd_desk_get_requests (other.desk), 0);

    check_paper (&other, seen);
  }
  /* A refusal needs words. */
  click (theirs, "Refuse");
  g_assert_true (is_found (theirs, GTK_TYPE_LABEL, "Write the reason first"));
  click (theirs, "Approve");
  WAIT_FOR (f, has_request, "approved");
  g_assert_nonnull (cd_desk_request_send (f->desk, row, &error));
  WAIT_FOR (&other, has_request, "placed");
  g_assert_true (cd_desk_set_veto (other.desk, "HD-POWER", TRUE, "limit of the day", &error));
  WAIT_FOR (f, shows, ((const gconstpointer[]){ mine, "stopped by Power second: limit of the day" }));
  WAIT_FOR (&other, shows, ((const gconstpointer[]){ theirs, "stopped by Power second: limit of the day" }));
  gtk_window_destroy (GTK_WINDOW (window2));
  gtk_window_destroy (GTK_WINDOW (window));
  close_desk (&other);
}

int
main (int argc, char **argv)
{
  desk_tests_init (&argc, &argv);
  adw_init ();
#define ADD(name, func) g_test_add ("/workspaces/" name, Fixture, NULL, setup, func, teardown)
  ADD ("comply", test_comply);
  g_test_add_func ("/workspaces/explain", test_explain);
  g_test_add_func ("/workspaces/timeline", test_timeline);
  ADD ("surrender", test_surrender);
  ADD ("surrender-refused", test_surrender_refused);
  ADD ("reconcile", test_reconcile);
  ADD ("requests", test_requests);
  return g_test_run ();
}
