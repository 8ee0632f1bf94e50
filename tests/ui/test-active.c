/* test-active.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The active half of the trade page in a window, with the real venue behind the desk: ticket, chart and the import of quotes.
 */
#include <glib/gstdio.h>

#include "cd-chart-pane.h"
#include "cd-import-quotes.h"
#include "cd-ladder-view.h"
#include "cd-ui-resources.h"
#include "ticket-fixture.h"

/* --- Ticket ---------------------------------------------------------------------------------------------------------- */

/* A listing far from the market, so that nobody takes it. */
static void
type_order (Ticket *t, const char *qty)
{
  char price[CD_DECIMAL_BUF];

  cd_decimal_print (cd_desk_get_quote (t->f.desk, "CEA25")->feed.stats.limit_low_e4, 4, 2, price);
  type_in (t->ticket, "Price", price);
  type_in (t->ticket, "Quantity", qty);
}

static void
test_before_typing (Ticket *t, gconstpointer data)
{
  cd_ticket_view_refresh (CD_TICKET_VIEW (t->ticket));
  test_wait_frames (t->ticket, 2);
  /* Preview and checks are there in words, and what waits for a figure says what would hold. */
  g_assert_true (says (t->ticket, "Cash now"));
  g_assert_true (says (t->ticket, "Holding now"));
  g_assert_true (says (t->ticket, "Coverage now"));
  g_assert_true (says (t->ticket, "rate not verified"));
  g_assert_true (says (t->ticket, "✓  Session open"));
  g_assert_true (says (t->ticket, "○  Largest order"));
  g_assert_true (says (t->ticket, "lapses at the close"));
  g_assert_true (says (t->ticket, "Enter price and quantity"));
  /* Every control has a name. */
  named (t->ticket, "Buy ticket");
  named (t->ticket, "Sell ticket");
  named (t->ticket, "Block ticket");
  named (t->ticket, "Auction ticket");
  named (t->ticket, "Kind of order");
  named (t->ticket, "Purpose");
  named (t->ticket, "Valid until");
  named (t->ticket, "Amount instead of a quantity");
  named (t->ticket, "Quantity of the shortage");
  g_assert_false (gtk_widget_get_sensitive (named (t->ticket, "Stage the order")));
}

/* OT1–OT3, OT14, OT48, OT49 at the field, with the message below it. */
static void
test_refused_at_field (Ticket *t, gconstpointer data)
{
  GtkWidget *qty = named (t->ticket, "Quantity");

  type_in (t->ticket, "Quantity", "-1000");
  test_wait_frames (t->ticket, 2);
  g_assert_true (says (t->ticket, "more than 0 is expected"));
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (qty), GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);
  type_in (t->ticket, "Quantity", "10,00");
  test_wait_frames (t->ticket, 2);
  g_assert_true (says (t->ticket, "can be read as 10.00 or as 1000"));
  type_in (t->ticket, "Quantity", "1\xe2\x80\x8b"
                                  "000");
  test_wait_frames (t->ticket, 2);
  g_assert_true (says (t->ticket, "U+200B"));
  type_in (t->ticket, "Quantity", "100");
  type_in (t->ticket, "Amount instead of a quantity", "9700");
  test_wait_frames (t->ticket, 2);
  g_assert_true (says (t->ticket, "not both"));
  type_in (t->ticket, "Quantity", "");
  test_wait_frames (t->ticket, 2);
  g_assert_false (says (t->ticket, "not both"));
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (qty), GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_FALSE);
}

static void
test_stage (Ticket *t, gconstpointer data)
{
  g_autoptr (CdStagedRow) row = NULL;
  g_autoptr (CdLogRow) said = NULL;

  type_order (t, "500");
  type_in (t->ticket, "Valid until", "2026-12-15 15:00");
  test_wait_frames (t->ticket, 2);
  /* The venue lets orders lapse at the close: a longer one can only wait here. */
  g_assert_true (says (t->ticket, "stage it"));
  let_guards_pass ();
  cd_ticket_view_send (CD_TICKET_VIEW (t->ticket));
  g_assert_cmpuint (n_orders (&t->f), ==, 0);
  cd_ticket_view_stage (CD_TICKET_VIEW (t->ticket));
  row = g_list_model_get_item (cd_desk_get_staged (t->f.desk), 0);
  said = g_list_model_get_item (cd_desk_get_log (t->f.desk), 0);
  g_assert_nonnull (row);
  g_assert_cmpstr (said->code, ==, "staged.waits");
  g_assert_cmpint (row->qty, ==, 500);
  g_assert_cmpint (row->expires_us, >, cd_desk_get_market_time (t->f.desk));
  g_assert_cmpuint (n_orders (&t->f), ==, 0);
}

static void
test_tabs (Ticket *t, gconstpointer data)
{
  CdTicketView *ticket = CD_TICKET_VIEW (t->ticket);

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (named (t->ticket, "Auction ticket")), TRUE);
  test_wait_frames (t->ticket, 2);
  g_assert_true (says (t->ticket, "None is announced in this market"));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (named (t->ticket, "Block ticket")), TRUE);
  type_in (t->ticket, "Quantity", "150000");
  test_wait_frames (t->ticket, 2);
  g_assert_true (says (t->ticket, "Block Buy 150,000 t CEA25"));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (named (t->ticket, "Sell a block")), TRUE);
  test_wait_frames (t->ticket, 2);
  g_assert_true (says (t->ticket, "Block Sell 150,000 t CEA25"));
  /* A market without auctions has no such tab. */
  cd_ticket_view_set_instrument (ticket, "CCER-OW-2501");
  g_assert_false (gtk_widget_get_visible (named (t->ticket, "Auction ticket")));
  g_assert_false (gtk_widget_get_visible (named (t->ticket, "Block ticket")));
}

static void
test_steps_and_chips (Ticket *t, gconstpointer data)
{
  GtkWidget *price = named (t->ticket, "Price"), *qty = named (t->ticket, "Quantity");

  type_in (t->ticket, "Price", "97.00");
  g_assert_true (test_key (price, GDK_KEY_Up, 0));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (price)), ==, "97.01");
  test_key (price, GDK_KEY_Down, GDK_SHIFT_MASK);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (price)), ==, "96.91");
  cd_ticket_view_set_side (CD_TICKET_VIEW (t->ticket), CD_SIDE_SELL);
  cd_ticket_view_chip (CD_TICKET_VIEW (t->ticket), 3);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (qty)), ==, "30000");
  cd_ticket_view_chip (CD_TICKET_VIEW (t->ticket), 0);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (qty)), ==, "7500");
}

/* --- Chart ----------------------------------------------------------------------------------------------------------- */

static GArray *
days (guint n)
{
  GArray *bars = g_array_new (FALSE, TRUE, sizeof (CdBar));

  for (guint i = 0; i < n; i++)
    {
      const gint64 close = 700000 + (gint64)((i * 7919) % 997) * 100;
      const CdBar bar = { .day = 19000 + (CdDate)i, .start_us = i * CD_USEC_PER_DAY, .open_e4 = close - 500, .high_e4 = close + 900, .low_e4 = close - 900, .close_e4 = close, .volume = 1000 + i };

      g_array_append_val (bars, bar);
    }
  return bars;
}

static void
test_chart_range (void)
{
  GtkWidget *chart = cd_chart_view_new ();
  GtkWidget *window = test_window_new (chart, 900, 400);
  g_autoptr (GArray) bars = days (600);
  guint first, n, was;

  cd_chart_view_set_bars (CD_CHART_VIEW (chart), bars, TRUE);
  test_wait_frames (chart, 2);
  cd_chart_view_get_range (CD_CHART_VIEW (chart), &first, &n);
  g_assert_cmpuint (first + n, ==, 600);
  g_assert_cmpuint (n, ==, 120);
  was = n;
  test_key (chart, GDK_KEY_plus, 0);
  cd_chart_view_get_range (CD_CHART_VIEW (chart), &first, &n);
  g_assert_cmpuint (n, <, was);
  test_key (chart, GDK_KEY_Left, GDK_SHIFT_MASK);
  cd_chart_view_get_range (CD_CHART_VIEW (chart), &first, &was);
  g_assert_cmpuint (first + was, <, 600);
  /* Home reads off the first bar, which comes into sight, and says its values. */
  test_key (chart, GDK_KEY_Home, 0);
  cd_chart_view_get_range (CD_CHART_VIEW (chart), &first, &n);
  g_assert_cmpuint (first, ==, 0);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (chart), GTK_ACCESSIBLE_PROPERTY_LABEL, "Price chart, 2022-01-08  O 69.95  H 70.09  L 69.91  C 70.00  V 1,000 t");
  for (int i = 0; i < 60; i++)
    test_key (chart, GDK_KEY_minus, 0);
  cd_chart_view_get_range (CD_CHART_VIEW (chart), &first, &n);
  g_assert_cmpuint (n, ==, 600);
  test_key (chart, GDK_KEY_0, 0);
  cd_chart_view_get_range (CD_CHART_VIEW (chart), &first, &n);
  g_assert_cmpuint (n, ==, 120);
  gtk_window_destroy (GTK_WINDOW (window));
}

static gboolean
has_history (Fixture *f, gconstpointer data)
{
  g_autoptr (GArray) minutes = cd_desk_dup_bars (f->desk, "CEA25", 5 * 60 * CD_USEC_PER_SEC);
  g_autoptr (GArray) own = cd_desk_dup_bars (f->desk, "CEA25", 0);

  return minutes->len > 20 && own->len > 5;
}

static void
test_chart_pane (Fixture *f, gconstpointer data)
{
  GtkWidget *pane = cd_chart_pane_new (f->desk);
  GtkWidget *window = test_window_new (pane, 900, 400);
  GtkWidget *view = GTK_WIDGET (cd_chart_pane_get_view (CD_CHART_PANE (pane)));
  guint first, n;

  WAIT_FOR (f, has_history, NULL);
  cd_chart_pane_set_instrument (CD_CHART_PANE (pane), "CEA25");
  test_wait_frames (view, 2);
  cd_chart_view_get_range (CD_CHART_VIEW (view), &first, &n);
  g_assert_cmpuint (first, ==, 0);
  g_assert_cmpuint (n, >, 20);
  cd_chart_pane_set_tab (CD_CHART_PANE (pane), CD_CHART_DAYS);
  test_wait_frames (view, 2);
  cd_chart_view_get_range (CD_CHART_VIEW (view), &first, &n);
  g_assert_cmpuint (n, >, 5);
  cd_chart_pane_set_tab (CD_CHART_PANE (pane), CD_CHART_DEPTH);
  test_wait_frames (view, 2);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, "Depth chart, 5 bid levels, 5 ask levels");
  gtk_window_destroy (GTK_WINDOW (window));
}

/* --- Import ---------------------------------------------------------------------------------------------------------- */

static gboolean
outcome_shown (gpointer window)
{
  return says (window, "taken") || says (window, "Taken");
}

static GtkWindow *
import_text (Fixture *f, GtkWidget *parent, const char *text)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "cd-import-test.csv", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GtkWindow *window;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  window = cd_import_quotes_file (GTK_WINDOW (parent), f->desk, file, NULL);
  test_wait (outcome_shown, window, "the import has ended");
  g_unlink (path);
  return window;
}

static void
test_import (Fixture *f, gconstpointer data)
{
  GtkWidget *parent = test_window_new (gtk_label_new (""), 400, 300);
  GtkWindow *window = import_text (f, parent, "date,instrument,close,volume\n2025-12-30,CEA25,70.50,1200\n2025-12-31,CEA25,71.50,oops\n");

  g_assert_true (says (GTK_WIDGET (window), "Nothing was taken: 1 bad rows."));
  g_assert_true (says (GTK_WIDGET (window), "Row 3, column volume: “oops”"));
  named (GTK_WIDGET (window), "Bad rows");
  gtk_window_destroy (window);
  window = import_text (f, parent, "date,instrument,close,volume\n2025-12-30,CEA25,70.50,1200\n2025-12-31,CEA25,71.50,100\n");
  g_assert_true (says (GTK_WIDGET (window), "Taken: 2 days of 1 instruments; CEA25 from 2025-12-30 to 2025-12-31."));
  gtk_window_destroy (window);
  gtk_window_destroy (GTK_WINDOW (parent));
}

int
main (int argc, char **argv)
{
  desk_tests_init (&argc, &argv);
  gtk_init ();
  adw_init ();
  g_resources_register (cd_ui_get_resource ());
  cd_colours_set_market (CD_MARKET_COLOURS_INTERNATIONAL);
  g_test_add ("/active/ticket/before-typing", Ticket, NULL, ticket_setup, test_before_typing, ticket_teardown);
  g_test_add ("/active/ticket/refused-at-field", Ticket, NULL, ticket_setup, test_refused_at_field, ticket_teardown);
  g_test_add ("/active/ticket/stage", Ticket, NULL, ticket_setup, test_stage, ticket_teardown);
  g_test_add ("/active/ticket/tabs", Ticket, NULL, ticket_setup, test_tabs, ticket_teardown);
  g_test_add ("/active/ticket/steps-and-chips", Ticket, NULL, ticket_setup, test_steps_and_chips, ticket_teardown);
  g_test_add_func ("/active/chart/range", test_chart_range);
  g_test_add ("/active/chart/pane", Fixture, NULL, setup, test_chart_pane, teardown);
  g_test_add ("/active/import", Fixture, NULL, setup, test_import, teardown);
  return g_test_run ();
}
