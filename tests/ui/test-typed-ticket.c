/* test-typed-ticket.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The 49 cases of numbers typed into the ticket (reliability E1), by number, in the real fields with the real venue behind them:
 * what is typed, what the window then says, and what leaves. The numbers by themselves are in tests/core/test-typed.c.
 */
#include "cd-ticket-private.h"
#include "cd-ui-resources.h"
#include "ticket-fixture.h"

#include <string.h>

#define N_CASES 49
#define NBSP "\xc2\xa0"
#define NNBSP "\xe2\x80\xaf"

static gboolean done[N_CASES + 1];

static void
begin (int number)
{
  g_test_message ("OT%d", number);
  done[number] = TRUE;
}

/* --- Working the ticket ---------------------------------------------------------------------------------------------- */

static CdTicketView *
view (Ticket *t)
{
  return CD_TICKET_VIEW (t->ticket);
}

static const CdFeedStats *
stats (Ticket *t)
{
  return &cd_desk_get_quote (t->f.desk, "CEA25")->feed.stats;
}

/* @e4 as a person of this language types it. */
static char *
typed_price (gint64 e4, const char *language)
{
  const CdNumberStyle *style = cd_number_style_for_locale (language);
  char plain[CD_DECIMAL_BUF];
  g_auto (GStrv) parts = g_strsplit (cd_decimal_print (e4, 4, 2, plain), ".", 2);

  return g_strjoinv (style->decimal, parts);
}

static void
type_all (Ticket *t, const char *price, const char *qty, const char *amount, const char *until)
{
  type_in (t->ticket, "Price", price);
  type_in (t->ticket, "Quantity", qty);
  type_in (t->ticket, "Amount instead of a quantity", amount ? amount : "");
  type_in (t->ticket, "Valid until", until ? until : "");
  test_wait_frames (t->ticket, 2);
}

static void
type_units (Ticket *t, gint64 price_e4, gint64 qty)
{
  g_autofree char *price = typed_price (price_e4, "en");
  char units[CD_DECIMAL_BUF];

  type_all (t, price, cd_decimal_print (qty, 0, 0, units), NULL, NULL);
}

static void
click (Ticket *t)
{
  g_signal_emit_by_name (view (t)->send, "clicked");
}

/* A click after a stall is dropped, as it should be; under load there may be some. */
static void
click_until_sent (Ticket *t)
{
  guint before = n_orders (&t->f);

  for (int i = 0; i < 20 && n_orders (&t->f) == before; i++)
    {
      let_guards_pass ();
      click (t);
    }
  g_assert_cmpuint (n_orders (&t->f), ==, before + 1);
}

static gboolean
can_send (Ticket *t)
{
  return gtk_widget_get_sensitive (view (t)->send);
}

static const char *
button_text (Ticket *t)
{
  return gtk_label_get_text (GTK_LABEL (view (t)->send_label));
}

/* Nothing leaves, and the window says why. */
static void
assert_refused (Ticket *t, const char *shows)
{
  guint before = n_orders (&t->f);

  if (!says (t->ticket, shows))
    g_error ("the ticket does not say “%s”; button “%s”, field “%s”", shows, button_text (t), gtk_label_get_text (GTK_LABEL (view (t)->input_error)));
  g_assert_false (can_send (t));
  cd_ticket_view_send (view (t));
  g_assert_cmpuint (n_orders (&t->f), ==, before);
}

static void
assert_sends (Ticket *t, const char *shows, gint64 price_e4, gint64 qty)
{
  guint before = n_orders (&t->f);
  gboolean found = FALSE;

  if (!strstr (button_text (t), shows) || !can_send (t))
    g_error ("the button says “%s”, expected “%s”; field “%s”", button_text (t), shows, gtk_label_get_text (GTK_LABEL (view (t)->input_error)));
  click_until_sent (t);
  for (guint i = 0; i <= before; i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (cd_desk_get_orders (t->f.desk), i);

      found = found || (row->order->price_e4 == price_e4 && row->order->qty == qty);
    }
  g_assert_true (found);
}

/* --- Numbers --------------------------------------------------------------------------------------------------------- */

typedef enum
{
  REFUSED, /* at its field: the button waits for figures */
  STOPPED, /* a number, and a check stops it */
  SENDS,
  STAGES, /* an order that only may wait here */
} Outcome;

typedef struct
{
  int number;
  const char *language;
  const char *price; /* NULL = the lowest that may be bid, written in the language */
  const char *qty, *amount, *until;
  Outcome outcome;
  const char *shows;
  gint64 sent; /* units */
} Case;

static const Case cases[] = {
  { 1, "en_US", NULL, "", NULL, NULL, REFUSED, "Enter price and quantity", 0 },
  { 2, "en_US", NULL, "0", NULL, NULL, REFUSED, "more than 0 is expected", 0 },
  { 3, "en_US", NULL, "-1000", NULL, NULL, REFUSED, "more than 0 is expected", 0 },
  { 4, "en_US", NULL, "−1000", NULL, NULL, REFUSED, "“−1000” is no number here", 0 },
  { 5, "en_US", NULL, "+1000", NULL, NULL, REFUSED, "“+1000” is no number here", 0 },
  { 6, "en_US", NULL, "1,000", NULL, NULL, SENDS, "1,000 t CEA25", 1000 },
  { 7, "de_DE", NULL, "1,000", NULL, NULL, REFUSED, "“1,000” can be read as 1.000 or as 1000", 0 },
  { 8, "de_DE", NULL, "1.000", NULL, NULL, REFUSED, "“1.000” can be read as 1.000 or as 1000", 0 },
  { 9, "en_US", NULL, "1.000", NULL, NULL, REFUSED, "more decimals than this field takes", 0 },
  { 10, "de_DE", "8,41", "100", NULL, NULL, STOPPED, "100 t CEA25 @ 8.41", 0 },
  { 10, "de_DE", NULL, "101", NULL, NULL, SENDS, "101 t CEA25", 101 },
  { 11, "en_US", "8,41", "100", NULL, NULL, REFUSED, "“8,41” can be read as 8.41 or as 841", 0 },
  { 12, "en_IN", NULL, "1,00,000", NULL, NULL, STOPPED, "100,000 t CEA25", 0 }, /* read; one tonne too many for a listing */
  { 12, "en_IN", NULL, "12,345", NULL, NULL, SENDS, "12,345 t CEA25", 12345 },
  { 13, "en_US", NULL, "1,00,000", NULL, NULL, REFUSED, "is no number here", 0 },
  { 14, "en_US", NULL, "10,00", NULL, NULL, REFUSED, "can be read as 10.00 or as 1000", 0 },
  { 14, "de_DE", NULL, "10,00", NULL, NULL, REFUSED, "can be read as 10.00 or as 1000", 0 },
  { 14, "zh_CN", NULL, "10,00", NULL, NULL, REFUSED, "can be read as 10.00 or as 1000", 0 },
  { 15, "fr_FR", NULL, "1" NBSP "001", NULL, NULL, SENDS, "1,001 t CEA25", 1001 },
  { 15, "fr_FR", NULL, "1" NNBSP "002", NULL, NULL, SENDS, "1,002 t CEA25", 1002 },
  { 16, "fr_FR", NULL, "1 003", NULL, NULL, SENDS, "1,003 t CEA25", 1003 },
  { 17, "de_CH", NULL, "1'004", NULL, NULL, SENDS, "1,004 t CEA25", 1004 },
  { 18, "zh_CN", NULL, "１０００", NULL, NULL, REFUSED, "“１０００” has full-width digits. Type 1000.", 0 },
  { 19, "ar_EG", NULL, "١٠٠٥", NULL, NULL, SENDS, "1,005 t CEA25", 1005 },
  { 19, "ar_EG", NULL, "1٠00", NULL, NULL, REFUSED, "is no number here", 0 },
  { 20, "en_US", NULL, "1e3", NULL, NULL, REFUSED, "“1e3” is no number here", 0 },
  { 20, "en_US", NULL, "1E3", NULL, NULL, REFUSED, "“1E3” is no number here", 0 },
  { 20, "en_US", NULL, "1k", NULL, NULL, REFUSED, "“1k” is no number here", 0 },
  { 20, "en_US", NULL, "1 t", NULL, NULL, REFUSED, "“1 t” is no number here", 0 },
  { 21, "en_US", NULL, "0x10", NULL, NULL, REFUSED, "“0x10” is no number here", 0 },
  { 21, "en_US", NULL, "010", NULL, NULL, SENDS, "Buy 10 t CEA25", 10 },
  { 23, "en_US", NULL, "9223372036854775808", NULL, NULL, REFUSED, "“9223372036854775808” is too large.", 0 },
  { 24, "en_US", NULL, "\t1006" NBSP, NULL, NULL, SENDS, "1,006 t CEA25", 1006 },
  { 25, "en_US", NULL, "5-10", NULL, NULL, REFUSED, "“5-10” is no number here", 0 },
  { 25, "en_US", NULL, "=5+5", NULL, NULL, REFUSED, "“=5+5” is no number here", 0 },
  { 26, "en_US", "NaN", "100", NULL, NULL, REFUSED, "“NaN” is no number here", 0 },
  { 26, "en_US", "inf", "100", NULL, NULL, REFUSED, "“inf” is no number here", 0 },
  { 26, "en_US", "nan(1)", "100", NULL, NULL, REFUSED, "“nan(1)” is no number here", 0 },
  { 30, "en_US", "€97.05", "100", NULL, NULL, REFUSED, "“€97.05” is no number here", 0 },
  { 30, "en_US", "97.05 EUR", "100", NULL, NULL, REFUSED, "“97.05 EUR” is no number here", 0 },
  { 41, "zh_CN", "市价", "100", NULL, NULL, REFUSED, "“市价” is no number here", 0 },
  { 42, "en_US", NULL, "100", NULL, "2026-12-13", REFUSED, "“2026-12-13” has passed", 0 },
  { 42, "en_US", NULL, "100", NULL, "2027-02-30", REFUSED, "expected a day and time that exist", 0 },
  { 42, "en_US", NULL, "100", NULL, "10000-01-01", REFUSED, "expected a day and time that exist", 0 },
  { 42, "en_US", NULL, "100", NULL, "2026-12-15 15:00", STAGES, "stage it", 0 },
  { 49, "en_US", NULL, "100", "9705", NULL, REFUSED, "Type a quantity or an amount, not both", 0 },
};

static void
check_case (Ticket *t, const Case *c, guint nth)
{
  /* Another price for each: the same order within ten seconds is asked about. */
  gint64 low = stats (t)->limit_low_e4 + (gint64)nth * 100;
  g_autofree char *price = c->price ? g_strdup (c->price) : typed_price (low, c->language);

  begin (c->number);
  g_assert_true (g_setenv ("LANGUAGE", c->language, TRUE));
  type_all (t, price, c->qty, c->amount, c->until);
  switch (c->outcome)
    {
    case REFUSED:
      assert_refused (t, c->shows);
      g_assert_cmpstr (button_text (t), ==, "Enter price and quantity");
      break;
    case STOPPED:
    case STAGES:
      assert_refused (t, c->shows);
      g_assert_true (strstr (button_text (t), "CEA25") != NULL);
      g_assert_cmpint (gtk_widget_get_sensitive (view (t)->stage), ==, TRUE);
      break;
    case SENDS:
      assert_sends (t, c->shows, low, c->sent);
      break;
    }
}

static void
test_numbers (Ticket *t, gconstpointer data)
{
  cd_ticket_view_set_confirm (view (t), CD_TICKET_CONFIRM_NEVER);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    check_case (t, &cases[i], i);
  g_assert_true (g_setenv ("LANGUAGE", "en_US", TRUE));
}

/* OT22: a text of any length is refused at once, in one line. */
static void
test_length (Ticket *t, gconstpointer data)
{
  g_autofree char *digits = g_strnfill (400, '7');
  gint64 start;

  begin (22);
  start = g_get_monotonic_time ();
  type_in (t->ticket, "Quantity", digits);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
  test_wait_frames (t->ticket, 2);
  assert_refused (t, "“777777777777777777777777…” is no number here");
  /* Nothing is cut off: what follows a long blank is part of what was typed. */
  type_in (t->ticket, "Quantity", "1000                                            500");
  test_wait_frames (t->ticket, 2);
  assert_refused (t, "is no number here");
}

static gboolean
has_text (gpointer data)
{
  return *gtk_editable_get_text (data) != 0;
}

static void
paste (Ticket *t, const char *text)
{
  GtkWidget *qty = view (t)->qty;

  gtk_editable_set_text (GTK_EDITABLE (qty), "");
  gdk_clipboard_set_text (gtk_widget_get_clipboard (qty), text);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (qty))), "clipboard.paste", NULL));
  test_wait (has_text, qty, "the text is pasted");
  test_wait_frames (t->ticket, 2);
}

/* OT47 and OT48: through the clipboard, where such characters come from. */
static void
test_pasted (Ticket *t, gconstpointer data)
{
  begin (47);
  type_units (t, stats (t)->limit_low_e4, 100);
  paste (t, "1000\n2000");
  assert_refused (t, "A hidden character (U+000A) stands in the number");
  begin (48);
  paste (t, "1\xe2\x80\x8b"
            "000");
  assert_refused (t, "U+200B");
  paste (t, "\xe2\x80\xae"
            "1000");
  assert_refused (t, "U+202E");
  paste (t, "\xef\xbb\xbf"
            "1000");
  assert_refused (t, "U+FEFF");
  paste (t, "1000");
  g_assert_true (can_send (t));
}

/* --- Limits ---------------------------------------------------------------------------------------------------------- */

static void
test_limits (Ticket *t, gconstpointer data)
{
  gint64 high = stats (t)->limit_high_e4, low = stats (t)->limit_low_e4;
  CdInstrument *instrument = (CdInstrument *)cd_desk_get_quote (t->f.desk, "CEA25")->instrument;
  const gint64 lot = instrument->lot;
  g_autofree char *below = typed_price (low + 200, "en"), *above = typed_price (low + 300, "en");
  g_autofree char *between = g_strdup_printf ("%s5", below);
  g_autofree char *both = g_strdup_printf ("Price step: %s or %s", below, above);

  cd_ticket_view_set_confirm (view (t), CD_TICKET_CONFIRM_NEVER);
  begin (27);
  type_units (t, high + 100, 100);
  assert_refused (t, "✗  Price band");
  type_units (t, low - 100, 100);
  assert_refused (t, "✗  Price band");
  begin (28);
  type_units (t, high, 110);
  assert_sends (t, "110 t CEA25", high, 110);
  type_units (t, low, 120);
  assert_sends (t, "120 t CEA25", low, 120);
  begin (29);
  type_all (t, between, "100", NULL, NULL);
  assert_refused (t, both);
  begin (31);
  instrument->lot = 100;
  type_units (t, low, 150);
  assert_refused (t, "✗  Quantity step");
  type_units (t, low, 200);
  g_assert_true (can_send (t));
  instrument->lot = lot;
  begin (32);
  type_units (t, low, 100000);
  assert_refused (t, "✗  Largest order: less than 100,000 t");
  type_units (t, low, 99999);
  g_assert_true (can_send (t));
}

/* OT33 and OT34: a block has no largest size; what it costs is what stops it. */
static void
test_amounts (Ticket *t, gconstpointer data)
{
  begin (33);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (named (t->ticket, "Block ticket")), TRUE);
  type_units (t, stats (t)->limit_low_e4, 5000000);
  assert_refused (t, "✗  Cash: needs ¥");
  begin (34);
  type_units (t, stats (t)->limit_low_e4, G_MAXINT64 / 2);
  assert_refused (t, "✗  Amount");
  g_assert_false (says (t->ticket, "¥-"));
}

/* --- Slips and confirmations ----------------------------------------------------------------------------------------- */

static gboolean
press_enter (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  gboolean handled = FALSE;

  for (guint i = 0; !handled && i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", GDK_KEY_Return, 36u, 0, &handled);
    }
  return handled;
}

static gboolean
is_armed (Ticket *t)
{
  return strstr (button_text (t), "Press again") != NULL;
}

/* The first press, which only asks. */
static void
arm (Ticket *t)
{
  guint before = n_orders (&t->f);

  for (int i = 0; i < 20 && !is_armed (t); i++)
    {
      let_guards_pass ();
      click (t);
    }
  g_assert_true (is_armed (t));
  g_assert_cmpuint (n_orders (&t->f), ==, before);
}

static void
test_slips (Ticket *t, gconstpointer data)
{
  begin (35);
  type_units (t, stats (t)->limit_low_e4, 300);
  let_guards_pass ();
  for (int i = 0; i < 50; i++)
    if (!press_enter (view (t)->send))
      arm (t);
  g_assert_true (is_armed (t));
  g_assert_cmpuint (n_orders (&t->f), ==, 0);
  begin (36);
  cd_ticket_view_set_confirm (view (t), CD_TICKET_CONFIRM_NEVER);
  click_until_sent (t);
  click (t);
  g_assert_cmpuint (n_orders (&t->f), ==, 1);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (view (t)->qty)), ==, "");
  begin (37);
  type_units (t, stats (t)->limit_low_e4 + 100, 300);
  let_guards_pass ();
  g_usleep (600 * 1000);
  click (t);
  g_assert_cmpuint (n_orders (&t->f), ==, 1);
  click_until_sent (t);
  g_assert_cmpuint (n_orders (&t->f), ==, 2);
}

static gboolean
is_closed (Fixture *f, gconstpointer data)
{
  return cd_desk_get_session (f->desk, "cn-cea", CD_MODE_LIST, NULL) != CD_SESSION_OPEN;
}

/* What was asked about is no more what would be sent: the question is void. */
static void
test_confirmation (Ticket *t, gconstpointer data)
{
  CdInstrument *instrument = (CdInstrument *)cd_desk_get_quote (t->f.desk, "CEA25")->instrument;
  const CdDate first = instrument->first_trade;

  begin (38);
  type_units (t, stats (t)->limit_low_e4, 300);
  arm (t);
  cd_ticket_view_set_side (view (t), CD_SIDE_SELL);
  g_assert_false (is_armed (t));
  cd_ticket_view_set_side (view (t), CD_SIDE_BUY);
  g_assert_false (is_armed (t));
  begin (39);
  arm (t);
  instrument->first_trade = CD_DATE_NONE;
  cd_ticket_view_refresh (view (t));
  g_assert_false (is_armed (t));
  test_wait_frames (t->ticket, 2);
  assert_refused (t, "✗  Instrument tradable");
  instrument->first_trade = first;
  cd_ticket_view_refresh (view (t));
  begin (40);
  arm (t);
  cd_desk_set_stopped (t->f.desk, TRUE);
  cd_ticket_view_refresh (view (t));
  g_assert_false (is_armed (t));
  cd_desk_set_stopped (t->f.desk, FALSE);
  cd_ticket_view_refresh (view (t));
  arm (t); /* again a question, not an order */
  cd_desk_clock_skip (t->f.desk, "close");
  WAIT_FOR (&t->f, is_closed, NULL);
  cd_ticket_view_refresh (view (t));
  g_assert_false (is_armed (t));
  test_wait_frames (t->ticket, 2);
  assert_refused (t, "✗  Session open");
}

static gboolean
is_stale (Fixture *f, gconstpointer data)
{
  return cd_desk_is_locked (f->desk) && cd_desk_get_quote (f->desk, "CEA25")->fresh != CD_FRESH_LIVE;
}

static void
test_stale (Ticket *t, gconstpointer data)
{
  type_units (t, stats (t)->limit_low_e4, 300);
  arm (t);
  cd_desk_kill_venue_for_test (t->f.desk);
  WAIT_FOR (&t->f, is_stale, NULL);
  cd_ticket_view_refresh (view (t));
  g_assert_false (is_armed (t));
  test_wait_frames (t->ticket, 2);
  assert_refused (t, "Sending is locked");
  assert_refused (t, "✗  Fresh prices");
}

/* --- Account and own orders ------------------------------------------------------------------------------------------ */

static void
test_kinds (Ticket *t, gconstpointer data)
{
  GListModel *kinds = gtk_drop_down_get_model (GTK_DROP_DOWN (view (t)->kind));

  begin (41);
  g_assert_cmpuint (g_list_model_get_n_items (kinds), ==, 2);
  g_assert_cmpstr (gtk_string_list_get_string (GTK_STRING_LIST (kinds), 0), ==, "List");
  g_assert_cmpstr (gtk_string_list_get_string (GTK_STRING_LIST (kinds), 1), ==, "Pick");
}

static void
test_account (Ticket *t, gconstpointer data)
{
  begin (43);
  type_units (t, stats (t)->limit_low_e4, 100);
  cd_desk_set_entity (t->f.desk, "HD-CEMENT");
  cd_ticket_view_refresh (view (t));
  test_wait_frames (t->ticket, 2);
  assert_refused (t, "✗  Right to enter orders");
}

static void
test_own (Ticket *t, gconstpointer data)
{
  gint64 high = stats (t)->limit_high_e4;
  gint64 units = holding (&t->f, "CEA25")->bucket[CD_BUCKET_TRADING];

  cd_ticket_view_set_confirm (view (t), CD_TICKET_CONFIRM_NEVER);
  cd_ticket_view_set_side (view (t), CD_SIDE_SELL);
  type_units (t, high, 700);
  assert_sends (t, "Sell 700 t CEA25", high, 700);
  begin (44); /* its fate is not known yet, and it counts */
  type_units (t, high, units - 699);
  assert_refused (t, "✗  Free units: needs");
  type_units (t, high, units - 700);
  g_assert_true (can_send (t));
  begin (46);
  type_units (t, high, 700);
  assert_refused (t, "Sent just now");
  type_in (t->ticket, "Quantity once more", "7OO");
  g_assert_false (can_send (t));
  type_in (t->ticket, "Quantity once more", "700");
  g_assert_true (can_send (t));
  click_until_sent (t);
  begin (45);
  cd_ticket_view_set_side (view (t), CD_SIDE_BUY);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (view (t)->kind), 1);
  type_units (t, high, 100);
  assert_refused (t, "✗  Own quote opposite");
}

static void
test_all_done (void)
{
  for (int i = 1; i <= N_CASES; i++)
    if (!done[i])
      g_error ("OT%d has no case", i);
}

int
main (int argc, char **argv)
{
  g_assert_true (g_setenv ("LANGUAGE", "en_US", TRUE));
  desk_tests_init (&argc, &argv);
  gtk_init ();
  adw_init ();
  g_resources_register (cd_ui_get_resource ());
  cd_colours_set_market (CD_MARKET_COLOURS_INTERNATIONAL);
  g_test_add ("/typed-ticket/numbers", Ticket, NULL, ticket_setup, test_numbers, ticket_teardown);
  g_test_add ("/typed-ticket/length", Ticket, NULL, ticket_setup, test_length, ticket_teardown);
  g_test_add ("/typed-ticket/pasted", Ticket, NULL, ticket_setup, test_pasted, ticket_teardown);
  g_test_add ("/typed-ticket/limits", Ticket, NULL, ticket_setup, test_limits, ticket_teardown);
  g_test_add ("/typed-ticket/amounts", Ticket, NULL, ticket_setup, test_amounts, ticket_teardown);
  g_test_add ("/typed-ticket/slips", Ticket, NULL, ticket_setup, test_slips, ticket_teardown);
  g_test_add ("/typed-ticket/confirmation", Ticket, NULL, ticket_setup, test_confirmation, ticket_teardown);
  g_test_add ("/typed-ticket/stale", Ticket, NULL, ticket_setup, test_stale, ticket_teardown);
  g_test_add ("/typed-ticket/kinds", Ticket, NULL, ticket_setup, test_kinds, ticket_teardown);
  g_test_add ("/typed-ticket/account", Ticket, NULL, ticket_setup, test_account, ticket_teardown);
  g_test_add ("/typed-ticket/own-orders", Ticket, NULL, ticket_setup, test_own, ticket_teardown);
  g_test_add_func ("/typed-ticket/all-49", test_all_done);
  return g_test_run ();
}
