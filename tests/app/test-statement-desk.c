/* test-statement-desk.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The statement at the desk, with the real venue: it adds up to the holdings and the cash beside it, comes whole over several pages, stays with
 * its age when the line is cut, is there after a start without a line, and is never live then.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "desk-fixture.h"

#define PAGE 5000 /* rows that the venue puts on one page */

static guint
n_lines (Fixture *f)
{
  return g_list_model_get_n_items (cd_desk_get_statement (f->desk));
}

static CdMovementRow *
line (Fixture *f, guint i)
{
  g_autoptr (CdMovementRow) row = g_list_model_get_item (cd_desk_get_statement (f->desk), i);

  return row; /* the model holds it */
}

static gboolean
is_fresh (Fixture *f, gconstpointer data)
{
  return n_lines (f) > 0 && cd_desk_get_statement_freshness (f->desk, NULL) == CD_FRESH_LIVE;
}

/* --- Adding up ---------------------------------------------------------------------------------------------------------- */

/* The newest balance of each bucket, oldest line first; what every line says must follow from the one before. */
static GHashTable *
add_up (Fixture *f)
{
  GHashTable *sums = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  guint64 last = 0;

  for (guint i = n_lines (f); i-- > 0;)
    {
      const CdMovementRow *row = line (f, i);
      g_autofree char *name = g_strdup_printf ("%s/%s", row->asset, cd_bucket_name (row->bucket));
      gint64 *sum = g_hash_table_lookup (sums, name);

      if (!sum)
        g_hash_table_insert (sums, g_strdup (name), sum = g_new0 (gint64, 1));
      *sum += row->change;
      g_assert_cmpint (*sum, ==, row->balance);
      g_assert_cmpuint (row->seq, >, last);
      last = row->seq;
    }
  return sums;
}

static gint64
sum (GHashTable *sums, const char *asset, CdBucket bucket)
{
  g_autofree char *name = g_strdup_printf ("%s/%s", asset, cd_bucket_name (bucket));
  const gint64 *value = g_hash_table_lookup (sums, name);

  return value ? *value : 0;
}

static gboolean
agrees (Fixture *f, gconstpointer data)
{
  g_autoptr (GHashTable) sums = add_up (f);
  GListModel *rows = cd_desk_get_holdings (f->desk);
  const CdEntity *entity = cd_desk_get_entity (f->desk);
  guint compared = 0;
  CdCash cash;

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdHoldingRow) row = g_list_model_get_item (rows, i);

      for (CdBucket b = 0; g_str_equal (row->account, entity->id) && b < CD_BUCKET_CASH_AVAILABLE; b++)
        {
          if (row->bucket[b] != sum (sums, row->asset, b))
            return FALSE;
          compared += row->bucket[b] != 0;
        }
    }
  cd_desk_get_cash (f->desk, entity->id, &cash);
  return compared > 1 && cash.available_e4 > 0 && cash.available_e4 == sum (sums, "CNY", CD_BUCKET_CASH_AVAILABLE) && cash.frozen_e4 == sum (sums, "CNY", CD_BUCKET_CASH_FROZEN);
}

static gboolean
has_cause (Fixture *f, gconstpointer cause)
{
  for (guint i = 0; i < n_lines (f); i++)
    if (g_str_equal (line (f, i)->cause, cause))
      return TRUE;
  return FALSE;
}

static void
test_adds_up (Fixture *f, gconstpointer data)
{
  cd_desk_watch_statement (f->desk, TRUE);
  WAIT_FOR (f, is_fresh, NULL);
  WAIT_FOR (f, agrees, NULL);
  buy (f, "CEA25", 500, "");
  WAIT_FOR (f, has_cause, "order.fill");
  WAIT_FOR (f, agrees, NULL);
  cd_desk_clock_skip (f->desk, "close");
  WAIT_FOR (f, closed_today, NULL);
  WAIT_FOR (f, agrees, NULL);
  cd_desk_clock_skip (f->desk, "next_day");
  WAIT_FOR (f, has_cause, "release");
  WAIT_FOR (f, agrees, NULL);
}

/* --- Pages -------------------------------------------------------------------------------------------------------------- */

static gboolean
none_working (Fixture *f, gconstpointer data)
{
  GListModel *orders = cd_desk_get_orders (f->desk);

  for (guint i = 0; i < g_list_model_get_n_items (orders); i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (orders, i);

      if (!cd_order_is_final (row->order))
        return FALSE;
    }
  return TRUE;
}

static gboolean
all_working (Fixture *f, gconstpointer data)
{
  GListModel *orders = cd_desk_get_orders (f->desk);

  for (guint i = 0; i < g_list_model_get_n_items (orders); i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (orders, i);

      if (!cd_order_is_final (row->order) && !row->is_working)
        return FALSE;
    }
  return TRUE;
}

static gboolean
more_than_a_page (Fixture *f, gconstpointer data)
{
  return n_lines (f) > PAGE;
}

/* Bids that cannot be met, and their end: four lines each. */
static void
test_pages (Fixture *f, gconstpointer data)
{
  CdQuote *quote = cd_desk_get_quote (f->desk, "CEA25");

  for (int n = 0; n * 4 <= PAGE;)
    {
      for (int i = 0; i < 50; i++, n++)
        {
          const CdOrderDraft draft = { .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = quote->feed.stats.limit_low_e4, .qty = 1 + n };
          g_autoptr (GError) error = NULL;

          cd_desk_submit (f->desk, &draft, "", &error);
          g_assert_no_error (error);
        }
      WAIT_FOR (f, all_working, NULL);
      cd_desk_cancel_all (f->desk, NULL);
      WAIT_FOR (f, none_working, NULL);
    }
  cd_desk_watch_statement (f->desk, TRUE);
  WAIT_FOR (f, more_than_a_page, NULL);
  WAIT_FOR (f, agrees, NULL);
  g_test_message ("%u lines", n_lines (f));
}

/* --- Without a line ------------------------------------------------------------------------------------------------------- */

static gboolean
is_offline (Fixture *f, gconstpointer data)
{
  return cd_desk_get_state (f->desk) == CD_DESK_OFFLINE;
}

static void
test_cut (Fixture *f, gconstpointer data)
{
  gint64 age = 0, later = 0;
  guint n;

  cd_desk_watch_statement (f->desk, TRUE);
  WAIT_FOR (f, is_fresh, NULL);
  n = n_lines (f);
  cd_desk_kill_venue_for_test (f->desk);
  WAIT_FOR (f, is_offline, NULL);
  g_assert_cmpint (cd_desk_get_statement_freshness (f->desk, &age), ==, CD_FRESH_OFFLINE);
  g_assert_cmpuint (n_lines (f), ==, n);
  while (later <= age)
    {
      g_main_context_iteration (NULL, TRUE);
      g_assert_cmpint (cd_desk_get_statement_freshness (f->desk, &later), ==, CD_FRESH_OFFLINE);
    }
  g_autoptr (GHashTable) sums = add_up (f);
}

/* A market that says where it is, and is not there: the ready line of a venue that has ended. */
static char *
dead_venue (const char *profile)
{
  g_autofree char *ready = g_build_filename (g_getenv ("XDG_DATA_HOME"), "carbondesk", "practice", profile, "venue", "main", "ready.json", NULL);
  char *program = g_build_filename (g_getenv ("XDG_DATA_HOME"), "dead-venue", NULL);
  g_autofree char *line = NULL, *script = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (ready, &line, NULL, &error);
  g_assert_no_error (error);
  script = g_strdup_printf ("#!/bin/sh\ncat <<'END'\n%s\nEND\ncat >/dev/null\n", g_strchomp (line));
  g_assert_true (g_file_set_contents (program, script, -1, NULL) && g_chmod (program, 0700) == 0);
  return program;
}

static gboolean
has_lines (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (cd_desk_get_statement_freshness (f->desk, NULL), !=, CD_FRESH_LIVE);
  return n_lines (f) > 0;
}

/* The command line prints what was kept: the same lines, in the order of their numbers, none of them overtaken. */
static void
check_command (Fixture *f, GPtrArray *before)
{
  const char *const argv[] = { g_getenv ("CARBONDESK_CLI"), "statement", "--profile", f->profile, NULL };
  g_autofree char *out = NULL, *err = NULL;
  g_auto (GStrv) rows = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &err, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (err, ==, "");
  g_assert_cmpint (status, ==, 0);
  rows = g_strsplit (g_strchomp (out), "\n", -1);
  g_assert_true (g_str_has_prefix (rows[0], "number,at,account,asset,bucket,movement,balance,cause,"));
  g_assert_cmpuint (g_strv_length (rows), ==, before->len + 1);
  for (guint i = 0; i < before->len; i++)
    {
      const CdMovementRow *was = g_ptr_array_index (before, before->len - 1 - i);
      int scale = was->bucket < CD_BUCKET_CASH_AVAILABLE ? 0 : 4;
      char change[CD_DECIMAL_BUF], balance[CD_DECIMAL_BUF];
      g_autofree char *start = g_strdup_printf ("%" G_GUINT64_FORMAT ",", was->seq);
      g_autofree char *middle = g_strdup_printf (",%s,%s,%s,%s,%s,", was->asset, cd_bucket_name (was->bucket), cd_decimal_print (was->change, scale, scale ? 2 : 0, change), cd_decimal_print (was->balance, scale, scale ? 2 : 0, balance), was->cause);

      g_assert_true (g_str_has_prefix (rows[i + 1], start));
      g_assert_nonnull (strstr (rows[i + 1], middle));
      g_assert_nonnull (strstr (rows[i + 1], ",no,venue,,"));
    }
}

static void
check_overtaken (Fixture *f)
{
  const char *const argv[] = { g_getenv ("CARBONDESK_CLI"), "statement", "--json", "--profile", f->profile, NULL };
  g_autofree char *out = NULL;

  g_assert_true (g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, NULL, NULL));
  g_assert_nonnull (strstr (out, "\"old\":\"yes\""));
  g_assert_null (strstr (out, "\"old\":\"no\""));
}

static void
test_kept (Fixture *f, gconstpointer data)
{
  CdDeskConfig config = { .profile = f->profile };
  g_autofree char *program = dead_venue (f->profile);
  g_autoptr (GPtrArray) before = g_ptr_array_new_with_free_func (g_object_unref);
  gint64 age = 0;

  cd_desk_watch_statement (f->desk, TRUE);
  WAIT_FOR (f, is_fresh, NULL);
  WAIT_FOR (f, agrees, NULL);
  for (guint i = 0; i < n_lines (f); i++)
    g_ptr_array_add (before, g_object_ref (line (f, i)));
  close_desk (f);
  check_command (f, before);

  config.venue_path = program;
  f->desk = cd_desk_new (cd_env_default (), &config);
  cd_desk_start (f->desk);
  WAIT_FOR (f, has_lines, NULL);
  WAIT_FOR (f, is_offline, NULL);
  g_assert_cmpint (cd_desk_get_statement_freshness (f->desk, &age), ==, CD_FRESH_OFFLINE);
  g_assert_cmpint (age, >, 0);
  g_assert_cmpuint (n_lines (f), ==, before->len);
  for (guint i = 0; i < before->len; i++)
    {
      const CdMovementRow *was = g_ptr_array_index (before, i), *is = line (f, i);

      g_assert_cmpuint (is->seq, ==, was->seq);
      g_assert_cmpint (is->at_us, ==, was->at_us);
      g_assert_cmpint (is->change, ==, was->change);
      g_assert_cmpint (is->balance, ==, was->balance);
      g_assert_cmpstr (is->cause, ==, was->cause);
    }
  /* Of an account of which nothing was kept nothing is shown, least of all another one's. */
  cd_desk_set_entity (f->desk, "HD-CEMENT");
  g_assert_cmpuint (n_lines (f), ==, 0);
  g_assert_cmpint (cd_desk_get_statement_freshness (f->desk, NULL), ==, CD_FRESH_NONE);
  cd_desk_set_entity (f->desk, "HD-POWER");
  WAIT_FOR (f, has_lines, NULL);
  close_desk (f);

  /* Back on the line: read anew, each line once. */
  open_desk (f);
  cd_desk_watch_statement (f->desk, TRUE);
  WAIT_FOR (f, is_fresh, NULL);
  WAIT_FOR (f, agrees, NULL);
  /* What happens while nobody looks at it is known to the journal alone: the kept lines are old then. */
  cd_desk_watch_statement (f->desk, FALSE);
  buy (f, "CEA25", 10, "");
  close_desk (f);
  check_overtaken (f);
  open_desk (f);
}

/* An account that this person may not see: it is not asked for, and the lines of the one before are gone. */
static void
test_refused (Fixture *f, gconstpointer data)
{
  cd_desk_watch_statement (f->desk, TRUE);
  WAIT_FOR (f, is_fresh, NULL);
  cd_desk_set_entity (f->desk, "NOBODY");
  g_assert_cmpuint (n_lines (f), ==, 0);
  cd_desk_clock_skip (f->desk, "close");
  WAIT_FOR (f, closed_today, NULL);
  g_assert_cmpuint (n_lines (f), ==, 0);
  g_assert_cmpint (cd_desk_get_statement_freshness (f->desk, NULL), ==, CD_FRESH_NONE);
}

int
main (int argc, char **argv)
{
  desk_tests_init (&argc, &argv);
  g_test_add ("/statement/adds-up", Fixture, NULL, setup, test_adds_up, teardown);
  g_test_add ("/statement/pages", Fixture, NULL, setup, test_pages, teardown);
  g_test_add ("/statement/cut", Fixture, NULL, setup, test_cut, teardown);
  g_test_add ("/statement/kept", Fixture, NULL, setup, test_kept, teardown);
  g_test_add ("/statement/refused", Fixture, NULL, setup, test_refused, teardown);
  return g_test_run ();
}
