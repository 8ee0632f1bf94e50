/* test-lock.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The real window over the real practice venue, locked: no figure in any widget, no other window, no key that does anything; the
 * orders go on below. The clock of the lock is driven.
 */
#include "cd-explain.h"
#include "cd-lock-shade.h"
#include "cd-lock-view.h"
#include "cd-preferences.h"
#include "cd-ui-resources.h"
#include "cd-window.h"
#include "desk-fixture.h"
#include "ui-fixture.h"

#include <string.h>

#define MINUTE_US (60 * CD_USEC_PER_SEC)

typedef struct
{
  Fixture f;
  CdEnv *env; /* of the lock alone */
  CdLock *lock;
  GtkWidget *window;
} Locked;

static AdwApplication *application;

static void
load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/io/github/carbondesk/Carbondesk/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static void
locked_setup (Locked *t, gconstpointer data)
{
  setup (&t->f, data);
  t->env = cd_env_test_new (1781000000 * CD_USEC_PER_SEC, 1);
  t->lock = cd_lock_new (t->env);
  t->window = cd_window_new (GTK_APPLICATION (application), t->f.desk, NULL, 1600, 900);
  cd_lock_shade_attach (ADW_APPLICATION_WINDOW (t->window), t->f.desk, t->lock, NULL);
  gtk_window_present (GTK_WINDOW (t->window));
  gtk_test_widget_wait_for_draw (t->window);
  test_wait_frames (t->window, 3);
}

static void
locked_teardown (Locked *t, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (t->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (t->lock);
  cd_env_unref (t->env);
  teardown (&t->f, data);
}

/* --- Reading everything ---------------------------------------------------------------------------------------------- */

typedef struct
{
  guint widgets, figures;
  GString *said;
} Reading;

static gboolean
has_digit (const char *text)
{
  for (; text && *text; text = g_utf8_next_char (text))
    if (g_unichar_isdigit (g_utf8_get_char (text)))
      return TRUE;
  return FALSE;
}

static void
read_text (Reading *r, const char *text)
{
  if (!text || !*text)
    return;
  g_string_append_printf (r->said, "%s\n", text);
  if (has_digit (text))
    r->figures++;
}

/* What a widget shows, what it tells a screen reader and what its tooltip says. */
static void
read_cb (GtkWidget *widget, gpointer data)
{
  Reading *r = data;
  g_autofree char *spoken = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, "not this");

  r->widgets++;
  if (GTK_IS_LABEL (widget))
    read_text (r, gtk_label_get_text (GTK_LABEL (widget)));
  if (GTK_IS_EDITABLE (widget))
    read_text (r, gtk_editable_get_text (GTK_EDITABLE (widget)));
  read_text (r, gtk_widget_get_tooltip_text (widget));
  if (spoken && gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL))
    read_text (r, spoken);
}

static guint
count_figures (char **said)
{
  GListModel *windows = gtk_window_get_toplevels ();
  Reading r = { 0, 0, g_string_new (NULL) };

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      read_text (&r, gtk_window_get_title (GTK_WINDOW (window)));
      test_walk (window, read_cb, &r);
    }
  *said = g_string_free (r.said, FALSE);
  return r.figures;
}

static guint
n_windows (void)
{
  return g_list_model_get_n_items (gtk_window_get_toplevels ());
}

static gboolean
is_drawn (Locked *t, const char *code)
{
  g_autofree char *said = NULL;

  return count_figures (&said) > 50 && strstr (said, code);
}

static gboolean
shows_market (gpointer data)
{
  return is_drawn (data, "CEA25");
}

static gboolean
is_locked_bare (Locked *t)
{
  g_autofree char *said = NULL;
  guint figures = count_figures (&said);

  if (figures > 0 || n_windows () != 1)
    g_test_message ("%u figures, %u windows:\n%s", figures, n_windows (), said);
  /* Nor names of what is traded or of who trades. */
  return figures == 0 && n_windows () == 1 && strstr (said, "Locked") && strstr (said, "PRACTICE") && !strstr (said, "CEA") && !strstr (said, "Huading");
}

/* --- Tests ----------------------------------------------------------------------------------------------------------- */

static void
test_idle (Locked *t, gconstpointer data)
{
  test_wait (shows_market, t, "the market is on the screen");
  cd_env_test_advance (t->env, 10 * MINUTE_US - 1000);
  g_assert_true (is_drawn (t, "CEA25"));
  cd_env_test_advance (t->env, 1000);
  g_assert_true (is_locked_bare (t));
  test_wait_frames (t->window, 3);
  g_assert_true (is_locked_bare (t));
  cd_lock_open (t->lock);
  g_assert_true (is_drawn (t, "CEA25"));
}

static gboolean
nearly (gpointer popover)
{
  return gtk_widget_get_mapped (popover);
}

static void
find_menu_cb (GtkWidget *widget, gpointer data)
{
  if (GTK_IS_MENU_BUTTON (widget) && !*(GtkWidget **)data)
    *(GtkWidget **)data = widget;
}

/* A question that is open, a popover, an explanation, preferences: all go, and none comes back with the unlock. */
static void
test_other_windows (Locked *t, gconstpointer data)
{
  g_autoptr (CdTrace) trace = cd_trace_new ();
  GtkWidget *menu = NULL, *question = adw_message_dialog_new (GTK_WINDOW (t->window), "Send 4,711 t?", "at 97.05");
  GtkWidget *late;
  guint answered = 0;

  cd_trace_add (trace, "rule", "source", "224,000", "%s", "inputs 1 and 2");
  cd_explain_show (GTK_WINDOW (t->window), "Why 224,000", trace);
  cd_preferences_show (GTK_WINDOW (t->window));
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (question), "close", "No");
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (question), "yes", "Yes");
  g_signal_connect_swapped (question, "response::yes", G_CALLBACK (g_atomic_int_inc), &answered);
  gtk_window_present (GTK_WINDOW (question));
  test_walk (t->window, find_menu_cb, &menu);
  gtk_menu_button_popup (GTK_MENU_BUTTON (menu));
  test_wait (nearly, gtk_menu_button_get_popover (GTK_MENU_BUTTON (menu)), "the menu is open");
  g_assert_cmpuint (n_windows (), ==, 4);
  gtk_widget_activate_action (t->window, "win.lock", NULL);
  g_assert_cmpint (cd_lock_get_reason (t->lock), ==, CD_LOCK_HAND);
  g_assert_true (is_locked_bare (t));
  g_assert_cmpuint (answered, ==, 0);
  /* A window that some work under way opens now does not stay. */
  late = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (late), gtk_label_new ("Taken: 12 days"));
  gtk_window_present (GTK_WINDOW (late));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (is_locked_bare (t));
  cd_lock_open (t->lock);
  test_wait_frames (t->window, 2);
  g_assert_cmpuint (n_windows (), ==, 1);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (menu)))));
}

static guint
n_enabled (GtkWidget *window)
{
  g_auto (GStrv) names = g_action_group_list_actions (G_ACTION_GROUP (window));
  guint n = 0;

  for (guint i = 0; names[i]; i++)
    if (g_action_group_get_action_enabled (G_ACTION_GROUP (window), names[i]))
      n++;
  return n;
}

static guint
n_orders (Locked *t)
{
  return g_list_model_get_n_items (cd_desk_get_orders (t->f.desk));
}

static CdOrderDraft
far_order (Locked *t, gint64 qty)
{
  return (CdOrderDraft){ .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = cd_desk_get_quote (t->f.desk, "CEA25")->feed.stats.limit_low_e4, .qty = qty };
}

static gboolean
is_working (Fixture *f, gconstpointer row)
{
  return ((const CdOrderRow *)row)->is_working && ((const CdOrderRow *)row)->order->order_id;
}

static gboolean
reconciled_again (Fixture *f, gconstpointer data)
{
  return cd_desk_get_state (f->desk) == CD_DESK_LIVE;
}

static gboolean
is_reconciling (Fixture *f, gconstpointer data)
{
  return cd_desk_get_state (f->desk) != CD_DESK_LIVE;
}

/* What was sent goes on: its cancel arrives, the line is lost and reconciled; nothing new leaves. */
static void
test_below (Locked *t, gconstpointer data)
{
  const CdOrderDraft draft = far_order (t, 700);
  g_autoptr (GError) error = NULL;
  CdOrderRow *row = cd_desk_submit (t->f.desk, &draft, "cover", &error);
  guint enabled = n_enabled (t->window);
  guint orders = n_orders (t);

  g_assert_no_error (error);
  WAIT_FOR (&t->f, is_working, row);
  g_assert_cmpuint (enabled, >, 20);
  cd_lock_close (t->lock, CD_LOCK_SESSION);
  g_assert_cmpuint (n_enabled (t->window), ==, 0);
  gtk_widget_activate_action (t->window, "win.cancel-all", NULL);
  gtk_widget_activate_action (t->window, "win.send", NULL);
  g_assert_true (row->is_working && row->order->req == CD_REQ_NONE);
  g_assert_null (cd_desk_submit (t->f.desk, &(CdOrderDraft){ .account = draft.account, .instrument = draft.instrument, .side = draft.side, .kind = draft.kind, .price_e4 = draft.price_e4, .qty = 800 }, "cover", &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_LOCKED);
  g_assert_cmpstr (error->message, ==, "desk.locked");
  g_clear_error (&error);
  g_assert_null (cd_desk_propose_transfer (t->f.desk, "HD-POWER", "CEA25", 10, TRUE, &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_LOCKED);
  g_assert_cmpuint (n_orders (t), ==, orders);
  /* A new session below, and with it a whole reconcile. */
  cd_desk_reconcile (t->f.desk);
  WAIT_FOR (&t->f, is_reconciling, NULL);
  WAIT_FOR (&t->f, reconciled_again, NULL);
  g_assert_true (cd_desk_is_locked (t->f.desk));
  g_assert_true (is_working (&t->f, row));
  /* Cancels always may. */
  g_assert_true (cd_desk_cancel (t->f.desk, row, NULL));
  WAIT_FOR (&t->f, is_final, row);
  g_assert_true (is_locked_bare (t));
  cd_lock_open (t->lock);
  g_assert_cmpuint (n_enabled (t->window), ==, enabled);
  g_assert_false (cd_desk_is_locked (t->f.desk));
}

static void
find_unlock_cb (GtkWidget *widget, gpointer data)
{
  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), "Unlock") == 0)
    *(GtkWidget **)data = widget;
}

static gboolean
is_open (gpointer lock)
{
  return cd_lock_get_reason (lock) == CD_LOCK_NOT;
}

/* The button has the keys, opens, and the keys go back to where they were. */
static void
test_unlock (Locked *t, gconstpointer data)
{
  GtkWidget *before, *button = NULL;
  g_autofree char *said = NULL;

  gtk_widget_activate_action (t->window, "win.buy", NULL);
  before = gtk_window_get_focus (GTK_WINDOW (t->window));
  g_assert_nonnull (before);
  cd_lock_close (t->lock, CD_LOCK_HAND);
  test_walk (t->window, find_unlock_cb, &button);
  g_assert_nonnull (button);
  test_wait_frames (t->window, 2);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (t->window)) == button);
  count_figures (&said);
  g_assert_nonnull (strstr (said, "Practice has no secret"));
  g_signal_emit_by_name (button, "clicked");
  test_wait (is_open, t->lock, "it is open");
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (t->window)) == before);
  test_wait_frames (t->window, 2);
  test_wait (shows_market, t, "the market is back");
}

/* Closed while locked: nothing of what was covered stays behind. */
static void
test_end_locked (Locked *t, gconstpointer data)
{
  cd_lock_close (t->lock, CD_LOCK_TOKEN);
  g_assert_true (is_locked_bare (t));
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  desk_tests_init (&argc, &argv);
  g_resources_register (cd_ui_get_resource ());
  application = adw_application_new ("io.github.carbondesk.Carbondesk.LockTest", G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
  load_style ();
  g_test_add ("/lock/idle", Locked, NULL, locked_setup, test_idle, locked_teardown);
  g_test_add ("/lock/other-windows", Locked, NULL, locked_setup, test_other_windows, locked_teardown);
  g_test_add ("/lock/below", Locked, NULL, locked_setup, test_below, locked_teardown);
  g_test_add ("/lock/unlock", Locked, NULL, locked_setup, test_unlock, locked_teardown);
  g_test_add ("/lock/end-locked", Locked, NULL, locked_setup, test_end_locked, locked_teardown);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
