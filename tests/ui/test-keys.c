/* test-keys.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Both key maps in the real window: every key goes through the X server, as from a keyboard. First what each key reaches, then what
 * some of them do, with the real venue behind the desk.
 */
#include "cd-ladder-view.h"
#include "cd-ui-resources.h"
#include "cd-window-private.h"
#include "cd-wizard-view.h"
#include "keys-fixture.h"

#include <string.h>

/* --- Every key ------------------------------------------------------------------------------------------------------- */

static void
test_every_key (Keys *k, gconstpointer data)
{
  const CdKeyMap map = (CdKeyMap)GPOINTER_TO_INT (data);
  const GActionEntry quit[] = { { .name = "quit" } };
  gsize n;
  const CdKeyBinding *bindings = cd_key_map_bindings (&n);

  g_action_map_add_action_entries (G_ACTION_MAP (k->application), quit, 1, NULL);
  stand_in (G_ACTION_MAP (k->window), "win");
  stand_in (G_ACTION_MAP (k->application), "app");
  g_signal_connect (k->window, "close-request", G_CALLBACK (close_cb), NULL);
  cd_key_map_apply (k->application, map);
  for (gsize i = 0; i < n; i++)
    for (int j = 0; cd_key_map_keys_of (&bindings[i], map)[j]; j++)
      if (!(bindings[i].flags & CD_KEY_LOCAL))
        press_binding (k, &bindings[i], cd_key_map_keys_of (&bindings[i], map)[j]);
}

/* A key that is held sends once, whatever the keyboard repeats. */
static void
test_held (Keys *k, gconstpointer data)
{
  guint before;

  stand_in (G_ACTION_MAP (k->window), "win");
  cd_key_map_apply (k->application, CD_KEY_MAP_GNOME);
  cd_trade_page_focus (page (k), CD_PANE_BLOTTER);
  let_guards_pass ();
  before = n_reached;
  run ("xdotool keydown ctrl keydown shift keydown Return");
  test_wait (one_more, &before, "the order is sent");
  /* The keyboard begins to repeat after 660 ms. */
  for (int i = 0; i < 3; i++)
    let_guards_pass ();
  run ("xdotool keyup Return keyup shift keyup ctrl");
  g_assert_cmpuint (n_reached, ==, before + 1);
}

/* --- The table itself ------------------------------------------------------------------------------------------------ */

/* "<Alt>q" begins "<Alt>q 1": as one key it could not be told from it. */
static gboolean
collide (const char *a, const char *b)
{
  gsize n = MIN (strlen (a), strlen (b));

  return g_ascii_strncasecmp (a, b, n) == 0 && (a[n] == 0 || a[n] == ' ') && (b[n] == 0 || b[n] == ' ');
}

static void
assert_once (const CdKeyBinding *bindings, gsize n, gsize i, const char *key, CdKeyMap map)
{
  for (gsize k = 0; k < n; k++)
    for (int j = 0; k != i && cd_key_map_keys_of (&bindings[k], map)[j]; j++)
      {
        /* Panes of their own may have the same key: only one of them has the focus. */
        if (bindings[i].flags & bindings[k].flags & CD_KEY_LOCAL && !g_str_equal (bindings[i].group, bindings[k].group))
          continue;
        if (collide (key, cd_key_map_keys_of (&bindings[k], map)[j]))
          g_error ("%s is bound to %s and to %s", key, bindings[i].action, bindings[k].action);
      }
}

static void
test_table (Keys *k, gconstpointer data)
{
  gsize n;
  const CdKeyBinding *bindings = cd_key_map_bindings (&n);

  for (int map = CD_KEY_MAP_GNOME; map <= CD_KEY_MAP_MAINLAND; map++)
    for (gsize i = 0; i < n; i++)
      {
        g_autoptr (GVariant) target = NULL;
        g_autofree char *name = NULL;

        for (int j = 0; cd_key_map_keys_of (&bindings[i], (CdKeyMap)map)[j]; j++)
          {
            const char *key = cd_key_map_keys_of (&bindings[i], (CdKeyMap)map)[j];
            g_auto (GStrv) steps = g_strsplit (key, " ", 2);
            guint keyval;
            GdkModifierType mods;

            for (int s = 0; steps[s]; s++)
              if (!gtk_accelerator_parse (steps[s], &keyval, &mods) || !keyval)
                g_error ("%s is no key", steps[s]);
            assert_once (bindings, n, i, key, (CdKeyMap)map);
          }
        if (bindings[i].flags & CD_KEY_LOCAL || !g_str_has_prefix (bindings[i].action, "win."))
          continue;
        g_assert_true (g_action_parse_detailed_name (bindings[i].action, &name, &target, NULL));
        if (!g_action_group_has_action (G_ACTION_GROUP (k->window), name + 4))
          g_error ("no action %s", name);
      }
}

static void
shortcut_cb (GtkWidget *widget, gpointer data)
{
  g_autofree char *title = NULL, *accelerator = NULL;
  g_autofree char *line = NULL;
  GHashTable *seen = data;

  /* The window keeps copies for its search. */
  if (!GTK_IS_SHORTCUTS_SHORTCUT (widget) || !gtk_widget_get_ancestor (widget, GTK_TYPE_SHORTCUTS_SECTION))
    return;
  g_object_get (widget, "title", &title, "accelerator", &accelerator, NULL);
  line = g_strdup_printf ("%s|%s", title, accelerator);
  g_hash_table_insert (seen, g_strdup (line), GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (seen, line)) + 1));
}

/* What the help window must say of a binding, in the words of the table. */
static char *
help_line (const CdKeyBinding *binding, const char *const *keys)
{
  g_autofree char *all = g_strjoinv (" ", (char **)keys);
  g_auto (GStrv) steps = g_strsplit (keys[0], " ", 2);

  if (!steps[1])
    return g_strdup_printf ("%s|%s", binding->title, all);
  return g_strdup_printf ("%s (Alt+Q %s)|%s", binding->title, steps[1], steps[0]);
}

static void
test_help (Keys *k, gconstpointer data)
{
  gsize n;
  const CdKeyBinding *bindings = cd_key_map_bindings (&n);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GtkWindow *help;
  /* The toolkit's own window warns of a label of its own. */
  const GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);

  cd_key_map_apply (k->application, CD_KEY_MAP_MAINLAND);
  help = cd_key_map_show (GTK_WINDOW (k->window));
  test_walk (GTK_WIDGET (help), shortcut_cb, seen);
  for (int map = CD_KEY_MAP_GNOME; map <= CD_KEY_MAP_MAINLAND; map++)
    for (gsize i = 0; i < n; i++)
      {
        const char *const *keys = cd_key_map_keys_of (&bindings[i], (CdKeyMap)map);
        g_autofree char *line = keys[0] ? help_line (&bindings[i], keys) : NULL;
        guint count = line ? GPOINTER_TO_UINT (g_hash_table_lookup (seen, line)) : 1;

        if (count == 0)
          g_error ("the help does not say “%s”", line);
        if (line && count == 1)
          g_hash_table_remove (seen, line);
        else if (line)
          g_hash_table_insert (seen, g_strdup (line), GUINT_TO_POINTER (count - 1));
      }
  g_assert_cmpuint (g_hash_table_size (seen), ==, 0);
  gtk_window_destroy (help);
  g_log_set_always_fatal (fatal);
}

/* --- What keys do ---------------------------------------------------------------------------------------------------- */

typedef struct
{
  Keys *k;
  const char *text;
} Shown;

static gboolean
is_instrument (gpointer data)
{
  const Shown *s = data;

  return g_strcmp0 (cd_trade_page_get_instrument (page (s->k)), s->text) == 0;
}

static gboolean
is_shown (gpointer data)
{
  const Shown *s = data;

  return says (s->k->window, s->text);
}

static void
wait_shown (Keys *k, const char *text)
{
  Shown s = { k, text };

  test_wait (is_shown, &s, text);
}

static gboolean
wizard_is_open (gpointer k)
{
  return cd_wizard_view_is_open (CD_WIZARD_VIEW (CD_WINDOW (((Keys *)k)->window)->wizard));
}

static gboolean
wizard_is_closed (gpointer k)
{
  return !wizard_is_open (k);
}

static void
find (Keys *k, const char *keys, const char *first, const char *instrument)
{
  Shown chosen = { k, instrument };

  g_autofree char *what = g_strdup_printf ("%s opens the wizard", keys);

  press (keys);
  test_wait (wizard_is_open, k, what);
  wait_shown (k, first);
  press ("Return");
  test_wait (wizard_is_closed, k, "the wizard closes");
  test_wait (is_instrument, &chosen, instrument);
}

typedef struct
{
  GtkWidget *entry;
  const char *text; /* NULL = anything */
} Holds;

static gboolean
holds_text (gpointer data)
{
  const Holds *h = data;
  const char *text = gtk_editable_get_text (GTK_EDITABLE (h->entry));

  return h->text ? g_str_equal (text, h->text) : *text != 0;
}

static void
wait_text (GtkWidget *entry, const char *text)
{
  Holds h = { entry, text };

  test_wait (holds_text, &h, text ? text : "a text");
}

static void
test_wizard (Keys *k, gconstpointer data)
{
  CdWindow *window = CD_WINDOW (k->window);
  GtkWidget *qty = ticket (k)->qty;

  cd_key_map_apply (k->application, CD_KEY_MAP_MAINLAND);
  cd_trade_page_focus (page (k), CD_PANE_BLOTTER);
  find (k, "2 4", "CEA24", "CEA24");                   /* inside the code */
  find (k, "h s f d", "CCER-OW-2501", "CCER-OW-2501"); /* initials of a Chinese name */
  find (k, "c e a 2 5", "CEA25", "CEA25");
  /* From another workspace too. */
  press ("alt+2");
  find (k, "c e a 2 4", "CEA24", "CEA24");
  g_assert_true (gtk_stack_get_visible_child (GTK_STACK (window->stack)) == window->trade);
  /* Where text is entered, letters and digits are text. */
  gtk_widget_grab_focus (qty);
  press ("1 2");
  wait_text (qty, "12");
  g_assert_true (wizard_is_closed (k));
  /* Escape leaves everything as it was. */
  cd_trade_page_focus (page (k), CD_PANE_BLOTTER);
  press ("2 5");
  test_wait (wizard_is_open, k, "the wizard opens");
  press ("Escape");
  test_wait (wizard_is_closed, k, "the wizard closes");
  g_assert_cmpstr (cd_trade_page_get_instrument (page (k)), ==, "CEA24");
  /* In the other map typing finds in tables only, and Ctrl+K everywhere. */
  cd_key_map_apply (k->application, CD_KEY_MAP_GNOME);
  find (k, "2 5", "CEA25", "CEA25");
  gtk_widget_grab_focus (ticket (k)->buy_toggle);
  press ("2 4");
  test_wait_frames (k->window, 3);
  g_assert_true (wizard_is_closed (k));
  find (k, "ctrl+k c e a 2 4", "CEA24", "CEA24");
}

static gboolean
is_held_open (gpointer k)
{
  return cd_key_hints_are_shown (GTK_WINDOW (((Keys *)k)->window));
}

static gboolean
is_not_held (gpointer k)
{
  return !is_held_open (k);
}

typedef struct
{
  Keys *k;
  CdSide side;
} Side;

static gboolean
is_side (gpointer data)
{
  const Side *s = data;

  return cd_ticket_view_side (ticket (s->k)) == s->side;
}

/* A locked window has no keys, and nothing is found by typing. */
static void
test_locked (Keys *k, gconstpointer data)
{
  cd_key_map_apply (k->application, CD_KEY_MAP_MAINLAND);
  cd_ticket_view_set_side (ticket (k), CD_SIDE_BUY);
  gtk_widget_activate_action (k->window, "win.lock", NULL);
  wait_shown (k, "Locked by hand");
  press ("F2 c e a");
  test_wait_frames (k->window, 3);
  g_assert_cmpint (cd_ticket_view_side (ticket (k)), ==, CD_SIDE_BUY);
  g_assert_true (wizard_is_closed (k));
  cd_lock_open (k->lock);
  press ("F2");
  test_wait (is_side, (&(Side){ k, CD_SIDE_SELL }), "F2 sells again");
}

static gboolean
in_book (gpointer k)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (((Keys *)k)->window));

  return focus && gtk_widget_get_ancestor (focus, CD_TYPE_LADDER_VIEW);
}

static gboolean
is_pair (gpointer ladder)
{
  return cd_ladder_view_get_pair (ladder);
}

static void
test_panes (Keys *k, gconstpointer data)
{
  GtkWidget *ladder;

  cd_key_map_apply (k->application, CD_KEY_MAP_MAINLAND);
  cd_trade_page_open_instrument (page (k), "CEA25");
  press ("F2");
  test_wait (is_side, (&(Side){ k, CD_SIDE_SELL }), "F2 sells");
  press ("F1");
  test_wait (is_side, (&(Side){ k, CD_SIDE_BUY }), "F1 buys");
  /* The keypad's signs take the best prices, in the fields of the ticket too. */
  gtk_editable_set_text (GTK_EDITABLE (ticket (k)->price), "");
  gtk_widget_grab_focus (ticket (k)->price);
  press ("KP_Subtract");
  wait_text (ticket (k)->price, NULL);
  g_assert_null (strpbrk (gtk_editable_get_text (GTK_EDITABLE (ticket (k)->price)), "+-"));
  press ("alt+q 3");
  wait_text (ticket (k)->qty, NULL);
  /* The book in two columns; Space fills the ticket and stays there. */
  press ("ctrl+1");
  test_wait (in_book, k, "the book has the focus");
  ladder = gtk_widget_get_ancestor (gtk_root_get_focus (GTK_ROOT (k->window)), CD_TYPE_LADDER_VIEW);
  press ("shift+F8");
  test_wait (is_pair, ladder, "two columns");
  g_assert_true (in_book (k));
  gtk_editable_set_text (GTK_EDITABLE (ticket (k)->price), "");
  press ("Down space");
  wait_text (ticket (k)->price, NULL);
  test_wait (in_book, k, "the book has the focus again");
  press ("F4");
  named (k->window, "Orders");
  run ("xdotool keydown ctrl");
  test_wait (is_held_open, k, "the hints are shown");
  run ("xdotool keyup ctrl");
  test_wait (is_not_held, k, "the hints are gone");
}

/* --- Orders ---------------------------------------------------------------------------------------------------------- */

static gboolean
is_resting (Fixture *f, gconstpointer data)
{
  return ((const CdOrderRow *)data)->order->state == CD_ORDER_WORKING;
}

typedef struct
{
  CdOrderRow *row;
  gint64 price_e4, qty;
} Terms;

static gboolean
has_terms (Fixture *f, gconstpointer data)
{
  const Terms *t = data;

  return t->row->order->qty == t->qty && t->row->order->price_e4 == t->price_e4 && t->row->order->req == CD_REQ_NONE;
}

static CdOrderRow *
rest (Keys *k, gint64 qty)
{
  const CdFeedStats *s = &cd_desk_get_quote (k->f.desk, "CEA25")->feed.stats;
  const CdOrderDraft draft = { .account = cd_desk_get_entity (k->f.desk)->id, .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = s->limit_low_e4, .qty = qty };
  g_autoptr (GError) error = NULL;
  CdOrderRow *row = cd_desk_submit (k->f.desk, &draft, "", &error);

  g_assert_no_error (error);
  WAIT_FOR (&k->f, is_resting, row);
  return row;
}

static const char *
button (Keys *k)
{
  return gtk_label_get_text (GTK_LABEL (ticket (k)->send_label));
}

/* Presses until the order has left: one press asks, and one right after a stall is dropped. */
static void
send_change (Keys *k, CdOrderRow *row)
{
  for (int i = 0; i < 20 && row->order->req == CD_REQ_NONE && *gtk_editable_get_text (GTK_EDITABLE (ticket (k)->qty)); i++)
    {
      let_guards_pass ();
      press ("ctrl+shift+Return");
      test_wait_frames (k->window, 3);
    }
}

static gboolean
is_hidden (gpointer data)
{
  return !is_shown (data);
}

static void
wait_hidden (Keys *k, const char *text)
{
  Shown s = { k, text };

  test_wait (is_hidden, &s, text);
}

static void
test_amend (Keys *k, gconstpointer data)
{
  CdOrderRow *row = rest (k, 500);
  gint64 low = row->order->price_e4;
  g_autofree char *id = g_strdup (row->order->order_id);
  g_autofree char *title = g_strdup_printf ("Change order %s", id);
  g_autofree char *words = NULL;

  cd_key_map_apply (k->application, CD_KEY_MAP_GNOME);
  cd_trade_page_open_instrument (page (k), "CEA24");
  press ("ctrl+2 Home ctrl+m");
  wait_shown (k, title);
  g_assert_cmpstr (cd_trade_page_get_instrument (page (k)), ==, "CEA25");
  g_assert_true (strstr (button (k), "nothing is changed") != NULL);
  g_assert_false (gtk_widget_get_sensitive (ticket (k)->send));
  gtk_editable_set_text (GTK_EDITABLE (ticket (k)->qty), "400");
  words = g_strdup_printf ("Change %s CEA25: 500 → 400 t, ", id);
  g_assert_true (g_str_has_prefix (button (k), words));
  g_assert_false (gtk_widget_get_sensitive (ticket (k)->stage));
  send_change (k, row);
  WAIT_FOR (&k->f, has_terms, (&(Terms){ row, low, 400 }));
  g_assert_cmpstr (row->order->order_id, ==, id);
  wait_hidden (k, "Change order");
  /* The price, one step up by key. */
  press ("ctrl+2 Home ctrl+m");
  wait_shown (k, title);
  {
    char up[CD_DECIMAL_BUF];

    gtk_widget_grab_focus (ticket (k)->price);
    press ("Up");
    wait_text (ticket (k)->price, cd_decimal_print (low + 100, 4, 2, up));
  }
  send_change (k, row);
  WAIT_FOR (&k->f, has_terms, (&(Terms){ row, low + 100, 400 }));
  /* A price that the venue would refuse does not leave. */
  press ("ctrl+2 Home ctrl+m");
  wait_shown (k, title);
  gtk_editable_set_text (GTK_EDITABLE (ticket (k)->price), "1.00");
  g_assert_false (gtk_widget_get_sensitive (ticket (k)->send));
  /* What is filled is said, and less than that cannot be asked for. */
  gtk_editable_set_text (GTK_EDITABLE (ticket (k)->qty), "300");
  row->order->cum = 150;
  cd_ticket_view_refresh (ticket (k));
  g_assert_true (strstr (button (k), "; 150 t filled, 150 t stay") != NULL);
  gtk_editable_set_text (GTK_EDITABLE (ticket (k)->qty), "150");
  g_assert_true (strstr (button (k), "as much is filled already") != NULL);
  g_assert_false (gtk_widget_get_sensitive (ticket (k)->send));
  row->order->cum = 0;
  /* It ends meanwhile: what is typed is no new order. */
  g_assert_true (cd_desk_cancel (k->f.desk, row, NULL));
  WAIT_FOR (&k->f, is_final, row);
  cd_ticket_view_refresh (ticket (k));
  g_assert_false (says (k->window, "Change order"));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (ticket (k)->qty)), ==, "");
}

typedef struct
{
  const char *label;
  GtkWidget *found;
} Table;

static void
table_cb (GtkWidget *widget, gpointer data)
{
  Table *t = data;
  g_autofree char *wrong = CD_IS_GRID_VIEW (widget) && gtk_widget_get_mapped (widget) ? gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, t->label) : g_strdup ("no");

  if (!wrong)
    t->found = widget;
}

static void
test_by_hand (Keys *k, gconstpointer data)
{
  CdOrderRow *row = rest (k, 600);
  Table table = { "Orders", NULL };

  test_wait_frames (k->window, 3);
  test_walk (k->window, table_cb, &table);
  g_assert_nonnull (table.found);
  test_press (table.found, 8, 36, 1);
  test_release (table.found, 8, 36);
  wait_shown (k, "Change order");
  gtk_widget_grab_focus (ticket (k)->qty);
  press ("Escape");
  wait_hidden (k, "Change order");
  /* Of what it is not known what became, nothing can be changed. */
  row->order->state = CD_ORDER_UNKNOWN;
  g_assert_false (cd_desk_may_change (k->f.desk, row));
  press ("ctrl+2 Home ctrl+m");
  wait_shown (k, "It is not known what became of this order");
  g_assert_false (says (k->window, "Change order"));
  row->order->state = CD_ORDER_WORKING;
  /* Delete cancels in the blotter, and nowhere else. */
  cd_trade_page_focus (page (k), CD_PANE_HOLDINGS);
  let_guards_pass ();
  press ("Delete");
  test_wait_frames (k->window, 3);
  g_assert_cmpint (row->order->req, ==, CD_REQ_NONE);
  cd_trade_page_focus (page (k), CD_PANE_BLOTTER);
  for (int i = 0; i < 20 && row->order->req == CD_REQ_NONE && !cd_order_is_final (row->order); i++)
    {
      let_guards_pass ();
      press ("Delete");
      test_wait_frames (k->window, 3);
    }
  WAIT_FOR (&k->f, is_final, row);
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
  g_test_add ("/keys/table", Keys, NULL, keys_setup, test_table, keys_teardown);
  g_test_add ("/keys/help", Keys, NULL, keys_setup, test_help, keys_teardown);
  g_test_add ("/keys/every/gnome", Keys, GINT_TO_POINTER (CD_KEY_MAP_GNOME), keys_setup, test_every_key, keys_teardown);
  g_test_add ("/keys/every/mainland", Keys, GINT_TO_POINTER (CD_KEY_MAP_MAINLAND), keys_setup, test_every_key, keys_teardown);
  g_test_add ("/keys/held", Keys, NULL, keys_setup, test_held, keys_teardown);
  g_test_add ("/keys/wizard", Keys, NULL, keys_setup, test_wizard, keys_teardown);
  g_test_add ("/keys/locked", Keys, NULL, keys_setup, test_locked, keys_teardown);
  g_test_add ("/keys/panes", Keys, NULL, keys_setup, test_panes, keys_teardown);
  g_test_add ("/keys/amend", Keys, NULL, keys_setup, test_amend, keys_teardown);
  g_test_add ("/keys/by-hand", Keys, NULL, keys_setup, test_by_hand, keys_teardown);
  return g_test_run ();
}
