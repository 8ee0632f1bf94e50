/* test-refused.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the venue does not let a person do: a session (401), and one list beside the others (403).
 */
#include <locale.h>
#include <string.h>

#include "late-fixture.h"

static const char *path_part; /* (nullable): of the paths that are refused */
static guint as_status, n_asked;

static gboolean
reply_cb (SimWorld *w, const char *method, const char *path, guint *status, gint64 *announced, GString *text, gpointer data)
{
  if (!path_part || !strstr (path, path_part))
    return TRUE;
  n_asked++;
  *status = as_status;
  g_string_printf (text, "{\"status\":%u,\"title\":\"no\",\"code\":\"%s\"}", as_status, as_status == 401 ? "certificate.missing" : "rights.missing");
  *announced = (gint64)text->len;
  return TRUE;
}

static void
refuse (Late *late, const char *part, guint status)
{
  path_part = part;
  as_status = status;
  n_asked = 0;
  late->script.reply = reply_cb;
}

/* --- A session ---------------------------------------------------------------------------------------------------------- */

static void
test_session (void)
{
  Late late;

  late_open (&late);
  refuse (&late, "session", 401);
  sim_lines_cut (&late.w, "cut");
  sim_advance (&late.w, 600000);
  g_assert_true (cd_desk_is_locked (late.w.desk));
  g_assert_nonnull (strstr (cd_desk_get_problem (late.w.desk), "401"));
  g_assert_cmpuint (n_asked, >, 3);
  g_assert_cmpuint (n_asked, <=, 30); /* it asks to be let in, it does not hammer */
  path_part = NULL;
  sim_advance (&late.w, 31000);
  late_live (&late);
  late_close (&late);
}

/* --- One list ----------------------------------------------------------------------------------------------------------- */

static guint
n_lines (Late *late)
{
  return g_list_model_get_n_items (cd_desk_get_statement (late->w.desk));
}

static CdFreshness
fresh (Late *late)
{
  return cd_desk_get_statement_freshness (late->w.desk, NULL);
}

/* Nothing stands there as if the account had no movement, and nothing else stops. */
static void
test_statement (void)
{
  Late late;

  late_open (&late);
  refuse (&late, "/statement", 403);
  cd_desk_watch_statement (late.w.desk, TRUE);
  sim_advance (&late.w, 5000);
  g_assert_cmpuint (n_asked, >, 0);
  g_assert_cmpuint (n_lines (&late), ==, 0);
  g_assert_cmpint (fresh (&late), ==, CD_FRESH_NONE);
  g_assert_cmpint (cd_desk_get_state (late.w.desk), ==, CD_DESK_LIVE);
  g_assert_false (cd_desk_is_locked (late.w.desk));
  n_asked = 0;
  sim_advance (&late.w, 600000);
  g_assert_cmpuint (n_asked, <=, 30);
  g_assert_false (cd_desk_is_locked (late.w.desk));
  path_part = NULL;
  sim_advance (&late.w, 60000);
  g_assert_cmpuint (n_lines (&late), >, 0);
  g_assert_cmpint (fresh (&late), ==, CD_FRESH_LIVE);
  late_close (&late);
}

/* What was read before the right was lost grows old, and says so. */
static void
test_statement_lost (void)
{
  Late late;
  guint before;

  late_open (&late);
  cd_desk_watch_statement (late.w.desk, TRUE);
  sim_advance (&late.w, 5000);
  before = n_lines (&late);
  g_assert_cmpuint (before, >, 0);
  g_assert_cmpint (fresh (&late), ==, CD_FRESH_LIVE);
  refuse (&late, "/statement", 403);
  sim_advance (&late.w, 120000);
  g_assert_cmpuint (n_asked, >, 0);
  g_assert_cmpuint (n_lines (&late), ==, before);
  g_assert_cmpint (fresh (&late), ==, CD_FRESH_STALE);
  g_assert_false (cd_desk_is_locked (late.w.desk));
  late_close (&late);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/refused/session", test_session);
  g_test_add_func ("/refused/statement", test_statement);
  g_test_add_func ("/refused/statement/lost", test_statement_lost);
  return g_test_run ();
}
