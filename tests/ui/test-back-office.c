/* test-back-office.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Comply, Registry, its requests and Reconcile over a real desk whose line is lost: no table and no gauge goes on looking live, each
 * pane says how old it is, and a file that is exported from it says so too.
 */
#include <string.h>

#include "../app/desk-fixture.h"
#include "cd-comply-page.h"
#include "cd-recon-page.h"
#include "cd-registry-page.h"
#include "cd-requests-view.h"
#include "ui-fixture.h"

typedef struct
{
  GtkWidget *(*page) (CdDesk *desk);
  const char *const tables[4]; /* those that hold rows here */
  const char *const ages[4];
  const char *const gauges[2];
  const char *all; /* (nullable): where everything is chosen */
} Office;

#define ALL 2 /* "All" of the requests */

static const Office offices[] = {
  { cd_registry_page_new, { "balances", "settlements", "instructions" }, { "balances-age", "settlements-age", "instructions-age" } },
  { cd_comply_page_new, { "obligations" }, { "comply-age" }, { "coverage-gauge", "offset-gauge" } },
  { cd_requests_view_new, { "requests" }, { "requests-age" }, .all = "requests-which" },
  { cd_recon_page_new, { "positions" }, { "positions-age" } },
};

typedef struct
{
  const Office *office;
  GtkWidget *window;
} View;

/* Bar and words are in the tone of what is old, or neither is. */
static gboolean
gauge_looks (GtkWidget *gauge, gboolean live)
{
  g_autofree char *drawn = test_drawn (gauge);

  return *drawn && test_uses (drawn, CD_TONE_STALE, 1) == !live && test_uses (drawn, CD_TONE_TEXT, 1) == live && test_uses (drawn, CD_TONE_STALE, 0.45f) == !live;
}

/* Every table has rows and none of them is old; or every row of all of them is. */
static gboolean
looks (const View *v, gboolean live)
{
  for (gsize i = 0; i < G_N_ELEMENTS (v->office->tables) && v->office->tables[i]; i++)
    {
      GtkWidget *table = test_named (v->window, v->office->tables[i]);
      guint n = cd_grid_view_n_rows (CD_GRID_VIEW (table));

      if (n == 0 || test_fresh_rows (table) != (live ? n : 0))
        return FALSE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (v->office->ages) && v->office->ages[i]; i++)
    {
      GtkWidget *age = test_named (v->window, v->office->ages[i]);

      if (gtk_widget_has_css_class (age, "pane-stale") == live || g_str_has_prefix (gtk_label_get_text (GTK_LABEL (age)), "STALE for ") == live)
        return FALSE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (v->office->gauges) && v->office->gauges[i]; i++)
    if (!gauge_looks (test_named (v->window, v->office->gauges[i]), live))
      return FALSE;
  return TRUE;
}

static gboolean
looks_live (gpointer view)
{
  return looks (view, TRUE);
}

static gboolean
looks_old (gpointer view)
{
  return looks (view, FALSE);
}

static gboolean
is_cut (Fixture *f, gconstpointer data)
{
  return cd_desk_get_holdings_freshness (f->desk, cd_desk_get_entity (f->desk)->id, NULL) == CD_FRESH_OFFLINE && cd_desk_get_line_freshness (f->desk, CD_LINE_REGISTRY, NULL) == CD_FRESH_OFFLINE;
}

static gboolean
has_settlement (Fixture *f, gconstpointer data)
{
  return cd_desk_get_settlements (f->desk)->len > 0;
}

static void
test_cut (Fixture *f, gconstpointer data)
{
  g_autofree char *transfer = NULL;
  g_autoptr (GError) error = NULL;
  View views[G_N_ELEMENTS (offices)];
  GtkWidget *cash;

  buy (f, "CEA25", 100, "cover");
  WAIT_FOR (f, has_settlement, NULL);
  transfer = cd_desk_propose_transfer (f->desk, "HD-POWER", "CEA25", 1, TRUE, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (offices); i++)
    {
      views[i] = (View){ .office = &offices[i], .window = test_window_new (offices[i].page (f->desk), 1366, 700) };
      if (offices[i].all)
        gtk_drop_down_set_selected (GTK_DROP_DOWN (test_named (views[i].window, offices[i].all)), ALL);
    }
  cash = test_named (views[0].window, "registry-cash");
  for (gsize i = 0; i < G_N_ELEMENTS (offices); i++)
    test_wait (looks_live, &views[i], offices[i].tables[0]);
  g_assert_false (gtk_widget_has_css_class (cash, "pane-stale"));
  cd_desk_kill_venue_for_test (f->desk);
  WAIT_FOR (f, is_cut, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (offices); i++)
    test_wait (looks_old, &views[i], offices[i].tables[0]);
  g_assert_true (gtk_widget_has_css_class (cash, "pane-stale"));
  for (gsize i = 0; i < G_N_ELEMENTS (offices); i++)
    gtk_window_destroy (GTK_WINDOW (views[i].window));
}

int
main (int argc, char **argv)
{
  g_autoptr (AdwApplication) application = NULL;

  desk_tests_init (&argc, &argv);
  gtk_init ();
  adw_init ();
  application = test_application_new ();
  g_test_add ("/back-office/cut", Fixture, NULL, setup, test_cut, teardown);
  return g_test_run ();
}
