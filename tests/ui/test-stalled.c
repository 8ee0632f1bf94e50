/* test-stalled.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The window stands still (F51): keys and clicks that come by the X server meanwhile send nothing, and what is pressed after it does; the
 * first picture behind it shows no price as live. The standstill is real: the main loop is kept from turning.
 */
#include <string.h>

#include "../app/desk-fixture.h"
#include "cd-registry-page.h"
#include "cd-ui-resources.h"
#include "cd-window-private.h"
#include "keys-fixture.h"

#define SHORT_MS 700
#define LONG_MS 3200
#define CASH_IN 6 /* of the kinds of instructions */

/* The command of the shell runs while nothing turns; what it pressed waits in the queue of the X server. */
static void
stand_still (const char *command, guint ms)
{
  g_autoptr (GError) error = NULL;
  gint64 until = g_get_monotonic_time () + (gint64)ms * 1000;
  int status = 0;

  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, &status, &error));
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  /* It is the fault itself, no waiting for something. */
  while (g_get_monotonic_time () < until)
    ;
}

static guint
count_log (Keys *k, const char *code)
{
  GListModel *log = cd_desk_get_log (k->f.desk);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (log); i++)
    {
      g_autoptr (CdLogRow) row = g_list_model_get_item (log, i);

      n += g_str_equal (row->code, code);
    }
  return n;
}

typedef struct
{
  Keys *k;
  guint told;
} Dropped;

static gboolean
is_dropped (gpointer data)
{
  const Dropped *d = data;

  return count_log (d->k, "window.stood") > d->told && !cd_desk_has_stood (d->k->f.desk);
}

/* @command is run in a standstill; what it presses is told as dropped, once the queue is empty. */
static void
dropped (Keys *k, const char *command)
{
  Dropped d = { k, count_log (k, "window.stood") };

  stand_still (command, SHORT_MS);
  test_wait (is_dropped, &d, "it is told that the press was dropped");
}

static CdOrderRow *
listed (Keys *k)
{
  CdQuote *quote = cd_desk_get_quote (k->f.desk, "CEA25");
  const CdOrderDraft draft = { .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = quote->feed.stats.limit_low_e4 + 100, .qty = 10 };
  g_autoptr (GError) error = NULL;
  CdOrderRow *row = cd_desk_submit (k->f.desk, &draft, "cover", &error);

  g_assert_no_error (error);
  return row;
}

static gboolean
is_working (Fixture *f, gconstpointer row)
{
  return ((const CdOrderRow *)row)->is_working && ((const CdOrderRow *)row)->order->order_id;
}

static void
ready (Keys *k)
{
  WAIT_FOR (&k->f, is_live, NULL);
  WAIT_FOR (&k->f, has_book, "CEA25");
  cd_key_map_apply (k->application, CD_KEY_MAP_GNOME);
}

/* --- A new order --------------------------------------------------------------------------------------------------------- */

static gboolean
may_send (gpointer data)
{
  return gtk_widget_get_sensitive (ticket (data)->send);
}

static gboolean
has_left (gpointer data)
{
  return n_orders (&((Keys *)data)->f) > 0;
}

static void
test_new (Keys *k, gconstpointer data)
{
  CdQuote *quote;

  ready (k);
  quote = cd_desk_get_quote (k->f.desk, "CEA25");
  cd_trade_page_open_instrument (page (k), "CEA25");
  cd_ticket_view_fill (ticket (k), CD_SIDE_BUY, CD_KIND_LIST, quote->feed.stats.limit_low_e4 + 100, 10, NULL);
  cd_trade_page_focus (page (k), CD_PANE_BLOTTER);
  test_wait (may_send, k, "the ticket may be sent");
  let_guards_pass ();
  /* Twice: an order that is asked about would go with the second. */
  dropped (k, "xdotool key --clearmodifiers --delay 400 ctrl+shift+Return ctrl+shift+Return");
  g_assert_cmpuint (n_orders (&k->f), ==, 0);
  for (guint i = 0; i < 6 && n_orders (&k->f) == 0; i++)
    {
      let_guards_pass ();
      press ("ctrl+shift+Return");
    }
  test_wait (has_left, k, "pressed after it, it leaves");
  g_assert_cmpuint (n_orders (&k->f), ==, 1);
}

/* --- A cancel ------------------------------------------------------------------------------------------------------------ */

static gboolean
is_cancelled (Fixture *f, gconstpointer row)
{
  return ((const CdOrderRow *)row)->order->state == CD_ORDER_CANCELLED;
}

static void
choose_order (Keys *k)
{
  CdGridView *working = CD_GRID_VIEW (test_named (k->window, "orders-working"));

  cd_trade_page_focus (page (k), CD_PANE_BLOTTER);
  cd_grid_view_select (working, 0, TRUE);
  gtk_widget_child_focus (GTK_WIDGET (working), GTK_DIR_TAB_FORWARD);
  let_guards_pass ();
}

static void
test_cancel (Keys *k, gconstpointer data)
{
  CdOrderRow *row;

  ready (k);
  row = listed (k);
  WAIT_FOR (&k->f, is_working, row);
  choose_order (k);
  dropped (k, "xdotool key --clearmodifiers Delete");
  g_assert_true (row->is_working && row->order->req == CD_REQ_NONE);
  choose_order (k);
  press ("Delete");
  WAIT_FOR (&k->f, is_cancelled, row);
}

/* A key that is to be held acts after its time: not when it went down in a standstill. */
static void
test_hold (Keys *k, gconstpointer data)
{
  CdOrderRow *row;

  ready (k);
  row = listed (k);
  WAIT_FOR (&k->f, is_working, row);
  let_guards_pass ();
  stand_still ("xdotool keydown ctrl keydown shift keydown 3", SHORT_MS);
  for (int i = 0; i < 3; i++)
    let_guards_pass (); /* twice the time that a key is held for */
  g_assert_true (row->is_working && row->order->req == CD_REQ_NONE);
  run ("xdotool keyup 3 keyup shift keyup ctrl");
  run ("xdotool keydown ctrl keydown shift keydown 3");
  WAIT_FOR (&k->f, is_cancelled, row);
  run ("xdotool keyup 3 keyup shift keyup ctrl");
}

/* --- Registry and approval: buttons -------------------------------------------------------------------------------------- */

/* Puts the pointer over the middle of @widget: the window stands in the corner of the screen. */
static void
point_at (Keys *k, GtkWidget *widget)
{
  double x, y, left = 0, top = 0;
  g_autofree char *command = NULL;

  g_assert_true (gtk_widget_translate_coordinates (widget, k->window, gtk_widget_get_width (widget) / 2.0, gtk_widget_get_height (widget) / 2.0, &x, &y));
  gtk_native_get_surface_transform (GTK_NATIVE (k->window), &left, &top);
  command = g_strdup_printf ("xdotool mousemove %d %d", (int)(x + left), (int)(y + top));
  run (command);
  test_wait_frames (k->window, 4);
}

typedef struct
{
  Keys *k;
  GtkWidget *button;
} Button;

static gboolean
is_clickable (gpointer data)
{
  const Button *b = data;

  return gtk_widget_get_mapped (b->button) && gtk_widget_get_sensitive (b->button) && gtk_widget_get_width (b->button) > 0;
}

static gboolean
is_confirmed (Fixture *f, gconstpointer id)
{
  CdInstructionRow *row = instruction (f, id);

  return row && !g_str_equal (row->state, "proposed");
}

static void
test_approve (Keys *k, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  Button b = { .k = k };

  ready (k);
  buy (&k->f, "CEA25", 100, "cover");
  id = cd_desk_propose_cash (k->f.desk, "HD-POWER", 1000 * CD_E4, TRUE, &error);
  g_assert_no_error (error);
  WAIT_FOR (&k->f, in_state, (&(InState){ id, "proposed" }));
  become (&k->f, "power-second");
  cd_window_set_workspace (CD_WINDOW (k->window), 3);
  b.button = named (k->window, "Confirm instruction");
  test_wait (is_clickable, &b, "the instruction may be confirmed");
  test_wait_frames (k->window, 4);
  point_at (k, b.button);
  dropped (k, "xdotool click 1");
  g_assert_cmpstr (instruction (&k->f, id)->state, ==, "proposed");
  /* By key as well: a button acts a quarter of a second after it, when nothing tells any more that it was pressed in a standstill. */
  gtk_widget_grab_focus (b.button);
  test_wait_frames (k->window, 4);
  dropped (k, "xdotool key space");
  for (int i = 0; i < 2; i++)
    let_guards_pass ();
  g_assert_cmpstr (instruction (&k->f, id)->state, ==, "proposed");
  press ("space");
  WAIT_FOR (&k->f, is_confirmed, id);
}

static guint
n_instructions (Keys *k)
{
  return g_list_model_get_n_items (cd_desk_get_instructions (k->f.desk));
}

static gboolean
is_proposed (gpointer data)
{
  return n_instructions (data) > 0;
}

static void
test_propose (Keys *k, gconstpointer data)
{
  Button b = { .k = k };

  ready (k);
  cd_window_set_workspace (CD_WINDOW (k->window), 3);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (named (k->window, "Instruction kind")), CASH_IN);
  gtk_editable_set_text (GTK_EDITABLE (named (k->window, "Instruction quantity")), "1000");
  b.button = named (k->window, "Propose");
  test_wait (is_clickable, &b, "the instruction may be proposed");
  test_wait_frames (k->window, 4);
  point_at (k, b.button);
  dropped (k, "xdotool click 1");
  gtk_widget_grab_focus (b.button);
  test_wait_frames (k->window, 4);
  dropped (k, "xdotool key space");
  for (int i = 0; i < 2; i++)
    let_guards_pass ();
  g_assert_cmpuint (n_instructions (k), ==, 0);
  press ("space");
  test_wait (is_proposed, k, "pressed after it, it is proposed");
  g_assert_cmpuint (n_instructions (k), ==, 1);
}

/* --- Prices ---------------------------------------------------------------------------------------------------------------- */

static gboolean
is_live_again (Fixture *f, gconstpointer code)
{
  return cd_desk_get_quote (f->desk, code)->fresh == CD_FRESH_LIVE;
}

typedef struct
{
  Keys *k;
  guint frames, live;
} Seen;

static void
painted_cb (GdkFrameClock *clock, gpointer data)
{
  Seen *seen = data;

  if (seen->frames++ == 0)
    seen->live += cd_desk_get_quote (seen->k->f.desk, "CEA25")->fresh == CD_FRESH_LIVE;
}

static gboolean
has_painted (gpointer data)
{
  return ((Seen *)data)->frames > 0;
}

static void
test_feed (Keys *k, gconstpointer data)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (k->window);
  Seen seen = { .k = k };
  gulong handler;

  ready (k);
  WAIT_FOR (&k->f, is_live_again, "CEA25");
  handler = g_signal_connect (clock, "after-paint", G_CALLBACK (painted_cb), &seen);
  gtk_widget_queue_draw (k->window);
  stand_still ("true", LONG_MS);
  test_wait (has_painted, &seen, "a picture behind the standstill");
  g_signal_handler_disconnect (clock, handler);
  g_assert_cmpuint (seen.live, ==, 0);
  WAIT_FOR (&k->f, is_live_again, "CEA25");
}

int
main (int argc, char **argv)
{
  g_assert_true (g_setenv ("LANGUAGE", "en_US", TRUE));
  desk_tests_init (&argc, &argv);
  gtk_init ();
  adw_init ();
  g_resources_register (cd_ui_get_resource ());
  g_test_add ("/stalled/new", Keys, NULL, keys_setup, test_new, keys_teardown);
  g_test_add ("/stalled/cancel", Keys, NULL, keys_setup, test_cancel, keys_teardown);
  g_test_add ("/stalled/hold", Keys, NULL, keys_setup, test_hold, keys_teardown);
  g_test_add ("/stalled/approve", Keys, NULL, keys_setup, test_approve, keys_teardown);
  g_test_add ("/stalled/propose", Keys, NULL, keys_setup, test_propose, keys_teardown);
  g_test_add ("/stalled/feed", Keys, NULL, keys_setup, test_feed, keys_teardown);
  return g_test_run ();
}
