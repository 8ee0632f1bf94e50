/* desk-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "desk-fixture.h"
#include "cd-paths.h"

#define LIMIT_S 60

static gboolean
late_cb (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
nudge_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

gboolean
wait_for (Fixture *f, Condition condition, gconstpointer data)
{
  gboolean late = FALSE;
  guint timer = g_timeout_add_seconds (LIMIT_S, late_cb, &late);
  guint nudge = g_timeout_add (20, nudge_cb, NULL);

  while (!late && !condition (f, data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (nudge);
  if (!late)
    g_source_remove (timer);
  else
    g_test_message ("state %d, problem %s", f->desk ? (int)cd_desk_get_state (f->desk) : -1, f->desk ? cd_desk_get_problem (f->desk) : "closed");
  return !late;
}

gboolean
is_live (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (cd_desk_get_state (f->desk), !=, CD_DESK_FAILED);
  return cd_desk_get_state (f->desk) == CD_DESK_LIVE && !cd_desk_is_locked (f->desk);
}

gboolean
has_book (Fixture *f, gconstpointer data)
{
  CdQuote *quote = cd_desk_get_quote (f->desk, data);

  return quote && quote->fresh == CD_FRESH_LIVE && quote->feed.n_asks >= 3 && quote->feed.n_bids >= 3;
}

static void
alert_cb (CdDesk *desk, int level, const char *code, const char *text, Fixture *f)
{
  g_test_message ("alert %d %s: %s", level, code, text);
}

void
open_desk (Fixture *f)
{
  const CdDeskConfig config = { .profile = f->profile };

  f->desk = cd_desk_new (cd_env_default (), &config);
  g_signal_connect (f->desk, "alert", G_CALLBACK (alert_cb), f);
  cd_desk_start (f->desk);
}

void
setup (Fixture *f, gconstpointer data)
{
  static int number;

  g_snprintf (f->profile, sizeof f->profile, "test-%d", ++number);
  open_desk (f);
  WAIT_FOR (f, is_live, NULL);
  WAIT_FOR (f, has_book, "CEA25");
}

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  cd_desk_stop_finish (CD_DESK (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *)data = TRUE;
}

gboolean
flag_set (Fixture *f, gconstpointer data)
{
  return *(const gboolean *)data;
}

static gboolean
is_gone (Fixture *f, gconstpointer data)
{
  return *(CdDesk *const *)data == NULL;
}

/* Requests that were cancelled hold the desk until their callbacks have run; then nothing may. */
void
close_desk (Fixture *f)
{
  gboolean stopped = FALSE;
  CdDesk *desk;

  cd_desk_stop_async (f->desk, stopped_cb, &stopped);
  WAIT_FOR (f, flag_set, &stopped);
  desk = g_steal_pointer (&f->desk);
  g_object_add_weak_pointer (G_OBJECT (desk), (gpointer *)&desk);
  g_object_unref (desk);
  WAIT_FOR (f, is_gone, &desk);
}

void
teardown (Fixture *f, gconstpointer data)
{
  close_desk (f);
}

/* --- Conditions ------------------------------------------------------------------------------------------------------ */

CdHoldingRow *
holding (Fixture *f, const char *asset)
{
  GListModel *rows = cd_desk_get_holdings (f->desk);
  const CdEntity *entity = cd_desk_get_entity (f->desk);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdHoldingRow) row = g_list_model_get_item (rows, i);

      if (g_str_equal (row->asset, asset) && g_str_equal (row->account, entity->id))
        return row;
    }
  return NULL;
}

gboolean
holds (Fixture *f, gconstpointer data)
{
  const Want *want = data;
  CdHoldingRow *row = holding (f, want->asset);

  return row && row->bucket[want->bucket] == want->qty;
}

gboolean
is_final (Fixture *f, gconstpointer data)
{
  return cd_order_is_final (((const CdOrderRow *)data)->order);
}

CdInstructionRow *
instruction (Fixture *f, const char *id)
{
  GListModel *rows = cd_desk_get_instructions (f->desk);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdInstructionRow) row = g_list_model_get_item (rows, i);

      if (g_str_equal (row->id, id))
        return row;
    }
  return NULL;
}

gboolean
in_state (Fixture *f, gconstpointer data)
{
  const InState *want = data;
  CdInstructionRow *row = instruction (f, want->id);

  return row && g_str_equal (row->state, want->state) && is_live (f, NULL) && (!g_str_equal (want->state, "proposed") || row->hash);
}

gboolean
closed_today (Fixture *f, gconstpointer data)
{
  CdQuote *quote = cd_desk_get_quote (f->desk, "CEA25");

  return quote->feed.stats.close_e4 != 0;
}

gboolean
person_is (Fixture *f, gconstpointer data)
{
  const CdPerson *person = cd_desk_get_person (f->desk);

  return person && g_str_equal (person->id, data) && is_live (f, NULL);
}

/* --- Steps ----------------------------------------------------------------------------------------------------------- */

/* Picks at the best ask until @qty is bought; a quote that somebody else took is a normal outcome. */
void
buy (Fixture *f, const char *code, gint64 qty, const char *purpose)
{
  for (int tries = 0; qty > 0 && tries < 400; tries++)
    {
      CdQuote *quote = cd_desk_get_quote (f->desk, code);
      g_autoptr (GError) error = NULL;
      CdOrderDraft draft;
      CdOrderRow *row;

      WAIT_FOR (f, has_book, code);
      WAIT_FOR (f, is_live, NULL);
      draft = (CdOrderDraft){ .account = "HD-POWER", .instrument = code, .side = CD_SIDE_BUY, .kind = CD_KIND_PICK, .price_e4 = quote->feed.asks[0].price, .qty = MIN (quote->feed.asks[0].qty, qty) };
      row = cd_desk_submit (f->desk, &draft, purpose, &error);
      if (!row)
        {
          g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_REFUSED);
          g_main_context_iteration (NULL, TRUE);
          continue;
        }
      WAIT_FOR (f, is_final, row);
      qty -= row->order->cum;
    }
  g_assert_cmpint (qty, ==, 0);
}

void
become (Fixture *f, const char *person)
{
  cd_desk_switch_person (f->desk, person);
  WAIT_FOR (f, person_is, person);
}

/* Proposed by the trader, confirmed by the second person. */
void
confirm_as_second (Fixture *f, const char *id, const char *then)
{
  g_autoptr (GError) error = NULL;

  WAIT_FOR (f, in_state, (&(InState){ id, "proposed" }));
  g_assert_false (instruction (f, id)->may_confirm);
  become (f, "power-second");
  WAIT_FOR (f, in_state, (&(InState){ id, "proposed" }));
  cd_desk_confirm_instruction (f->desk, instruction (f, id), &error);
  g_assert_no_error (error);
  WAIT_FOR (f, in_state, (&(InState){ id, then }));
}

static char *home;

static void
remove_home (void)
{
  cd_paths_remove_tree (home, NULL);
}

void
desk_tests_init (int *argc, char ***argv)
{
  home = g_dir_make_tmp ("carbondesk-desk-XXXXXX", NULL);
  g_assert_cmpint (atexit (remove_home), ==, 0);
  g_assert_true (g_setenv ("XDG_DATA_HOME", home, TRUE) && g_setenv ("XDG_CACHE_HOME", home, TRUE));
  /* As g_application_run() does, for good: between two turns a thread of the TLS library that asks for a PIN would run our sources. */
  g_assert_true (g_main_context_acquire (NULL));
  g_test_init (argc, argv, NULL);
}
