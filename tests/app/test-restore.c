/* test-restore.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An old copy of the journal is put back while the venue has gone on: everything open is UNKNOWN and locked until the venue has
 * been asked; then nothing is doubled and nothing forgotten.
 */
#include "cd-paths.h"
#include "desk-fixture.h"

#include <glib/gstdio.h>

static gboolean
is_working (Fixture *f, gconstpointer data)
{
  return ((const CdOrderRow *)data)->is_working;
}

static char *
post (Fixture *f, gint64 qty)
{
  CdQuote *quote = cd_desk_get_quote (f->desk, "CEA25");
  const CdOrderDraft draft = { .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = quote->feed.stats.limit_low_e4 + 100, .qty = qty };
  g_autoptr (GError) error = NULL;
  CdOrderRow *row = cd_desk_submit (f->desk, &draft, "", &error);

  g_assert_no_error (error);
  WAIT_FOR (f, is_working, row);
  return g_strdup (row->order->key);
}

static CdOrderRow *
find (Fixture *f, const char *key)
{
  GListModel *orders = cd_desk_get_orders (f->desk);
  CdOrderRow *found = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (orders); i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (orders, i);

      if (g_str_equal (row->order->key, key))
        {
          g_assert_null (found); /* once */
          found = row;
        }
    }
  return found;
}

static gboolean
is_listed (Fixture *f, gconstpointer data)
{
  return find (f, data) != NULL;
}

static void
test_old_copy (Fixture *f, gconstpointer data)
{
  g_autofree char *file = g_build_filename (g_getenv ("XDG_DATA_HOME"), "carbondesk", "practice", f->profile, "journal.db", NULL);
  g_autofree char *wal = g_strconcat (file, "-wal", NULL);
  g_autofree char *old_key = post (f, 11), *old = NULL, *new_key = NULL;
  gsize len;

  close_desk (f);
  g_assert_true (g_file_get_contents (file, &old, &len, NULL));
  open_desk (f);
  WAIT_FOR (f, is_live, NULL);
  WAIT_FOR (f, has_book, "CEA25");
  new_key = post (f, 22);
  close_desk (f);

  g_unlink (wal);
  g_assert_true (cd_paths_write_file (file, old, len, NULL));
  open_desk (f);
  WAIT_FOR (f, is_listed, old_key);
  g_assert_cmpint (find (f, old_key)->order->state, ==, CD_ORDER_UNKNOWN);
  g_assert_true (cd_desk_is_locked (f->desk));
  WAIT_FOR (f, is_live, NULL);
  g_assert_cmpint (find (f, old_key)->order->state, ==, CD_ORDER_WORKING);
  WAIT_FOR (f, is_listed, new_key);
  g_assert_true (find (f, new_key)->is_working);
  g_assert_cmpint (find (f, new_key)->order->qty, ==, 22);
}

int
main (int argc, char **argv)
{
  desk_tests_init (&argc, &argv);
  g_test_add ("/restore/old-copy", Fixture, NULL, setup, test_old_copy, teardown);
  return g_test_run ();
}
