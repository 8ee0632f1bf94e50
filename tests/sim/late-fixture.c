/* late-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "late-fixture.h"

#include <string.h>

static guint
slow_cb (SimWorld *w, const char *path, gpointer data)
{
  Late *late = data;

  if (!late->slow || !strstr (path, late->slow))
    return 0;
  late->looked++;
  if (late->n_slow == 0)
    return 0;
  late->n_slow--;
  return late->slow_ms;
}

static char *
down_cb (SimWorld *w, SimLine *line, const char *text, gpointer data)
{
  Late *late = data;

  if (!line->is_private || late->n_lose == 0 || !strstr (text, late->lose))
    return g_strdup (text);
  late->n_lose--;
  return NULL;
}

static gint64
up_cb (SimWorld *w, SimLine *line, const char *text, gpointer data)
{
  Late *late = data;

  if (!line->is_private)
    return SIM_UP_PASS;
  late->n_commands++;
  return late->swallow && strstr (text, late->swallow) ? SIM_UP_LOSE : SIM_UP_PASS;
}

static void
settled_cb (SimWorld *w, gpointer data)
{
  Late *late = data;

  if (!late->holds)
    return;
  if (late->holds (late))
    late->held = TRUE;
  else if (late->held)
    sim_break (w, "newest", "an older state is shown after a newer one");
}

static void
probe_cb (SimWorld *w, const char *name, gpointer data)
{
  Late *late = data;

  if (late->at_probe && g_strcmp0 (late->wanted, name) == 0)
    late->at_probe (late, name);
}

void
late_live (Late *late)
{
  for (guint i = 0; i < 400 && !(cd_desk_get_state (late->w.desk) == CD_DESK_LIVE && !cd_desk_is_locked (late->w.desk)); i++)
    sim_advance (&late->w, 50);
  g_assert_cmpint (cd_desk_get_state (late->w.desk), ==, CD_DESK_LIVE);
  g_assert_false (cd_desk_is_locked (late->w.desk));
  sim_advance (&late->w, 700);
}

void
late_open (Late *late)
{
  static guint number;

  *late = (Late){ .count = { .probe_hits = g_hash_table_new (g_str_hash, g_str_equal) } };
  late->script = (SimScript){ .data = late, .up = up_cb, .down = down_cb, .slow = slow_cb, .settled = settled_cb, .probe = probe_cb };
  late->w.script = &late->script;
  late->w.posts = TRUE;
  /* Seeds of worlds without the days before, which take long to play. */
  sim_world_open (&late->w, ++number * 8 + 1, &late->count);
  late_live (late);
}

void
late_close (Late *late)
{
  g_assert_cmpstr (late->w.broken, ==, NULL);
  late->script = (SimScript){ .data = late };
  sim_world_close (&late->w);
  g_free (late->w.broken);
  g_hash_table_unref (late->count.probe_hits);
}

char *
late_act (Late *late, const char *person, const char *account, CdWireOp op, const char *body)
{
  static guint n;
  guint8 random[16] = { 0 };
  char key[CD_KEY_BUF];
  g_autoptr (CdWireCommand) command = NULL;
  g_autoptr (CdWireAnswer) answer = NULL;

  n++;
  memcpy (random, &n, sizeof n);
  random[15] = 0x77;
  cd_key_make (CD_KEY_PRACTICE, random, key);
  command = cd_wire_command_new (op, key, account, 0, body);
  answer = cd_venue_command (late->w.venue, person, command, sim_venue_now (&late->w));
  if (answer->verdict != CD_WIRE_ACCEPTED)
    g_test_message ("%s: %s", answer->code, answer->detail);
  g_assert_cmpint (answer->verdict, ==, CD_WIRE_ACCEPTED);
  sim_venue_turn (&late->w);
  return g_strdup (key);
}

CdOrderRow *
late_working (Late *late, gint64 below)
{
  CdQuote *quote = cd_desk_get_quote (late->w.desk, LATE_CODE);
  const CdOrderDraft draft = { .account = LATE_ACCOUNT, .instrument = LATE_CODE, .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = quote->feed.bids[0].price - below, .qty = 100 };
  g_autoptr (GError) error = NULL;
  CdOrderRow *row = cd_desk_submit_again (late->w.desk, &draft, "cover", &error);

  g_assert_no_error (error);
  sim_pressed (&late->w, row->order->key);
  sim_advance (&late->w, 500);
  g_assert_true (row->is_working);
  return row;
}

gboolean
late_pass (Late *late, gint64 ms)
{
  sim_advance (&late->w, ms);
  if (late->w.broken)
    g_test_message ("%s", late->w.broken);
  return !late->w.broken;
}
