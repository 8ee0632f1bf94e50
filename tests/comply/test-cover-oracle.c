/* test-cover-oracle.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The cover plan against GLPK: the same books as a linear program, solved by glpsol in exact arithmetic. Units and cost must be equal,
 * to the 10⁻⁴ of a currency unit, in every random case. What the plan is compared with on screen can only be dearer.
 */
#include "comply-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#define CASES 300
#define ASKS_MAX 60
#define SUBS_MAX 3

typedef struct
{
  CdCoverAsk asks[ASKS_MAX];
  gint64 sub_rooms[SUBS_MAX];
  CdCoverInput input;
} Case;

static const char *const codes[] = { "CEA25", "CEA26", "CCER-1", "CCER-2", "CCER-3" };

static void
make_case (GRand *rand, Case *c)
{
  gsize n_subs = (gsize)g_rand_int_range (rand, 0, SUBS_MAX + 1);
  gint64 scale = g_rand_boolean (rand) ? 10 : 20000;
  gsize n = 0;

  memset (c, 0, sizeof *c);
  for (guint b = 0; b < G_N_ELEMENTS (codes); b++)
    {
      gint64 price = g_rand_int_range (rand, 9000, 9800) * 100;
      guint levels = (guint)g_rand_int_range (rand, 0, 8);
      gboolean credit = g_str_has_prefix (codes[b], "CCER");
      int sub = credit && n_subs > 0 ? g_rand_int_range (rand, -1, (gint32)n_subs) : CD_COVER_NO_SUB_CAP;

      for (guint k = 0; k < levels && n < ASKS_MAX; k++)
        {
          c->asks[n++] = (CdCoverAsk){ .code = codes[b], .price_e4 = price, .qty = g_rand_int_range (rand, 0, (gint32)scale), .level = k, .credit = credit, .sub_cap = sub };
          price += g_rand_int_range (rand, 1, 50) * 100;
        }
    }
  for (gsize i = 0; i < n_subs; i++)
    c->sub_rooms[i] = g_rand_int_range (rand, 0, (gint32)scale * 4);
  c->input = (CdCoverInput){
    .asks = c->asks,
    .n_asks = n,
    .shortfall = g_rand_int_range (rand, 1, (gint32)scale * 10),
    .offset_room = g_rand_int_range (rand, 0, (gint32)scale * 8),
    .sub_rooms = c->sub_rooms,
    .n_sub_rooms = n_subs,
    .best_levels = g_rand_boolean (rand) ? 5 : 0,
    .ccy = CD_CURRENCY_CNY,
  };
}

static gint64
penalty_of (const Case *c)
{
  gint64 most = 1;

  for (gsize i = 0; i < c->input.n_asks; i++)
    most = MAX (most, c->asks[i].price_e4);
  return most + 1;
}

/* One row of the program; a row without variables would be none. */
static void
add_row (GString *lp, const char *name, const Case *c, int sub, gint64 limit)
{
  gboolean any = FALSE;

  for (gsize i = 0; i < c->input.n_asks; i++)
    if (c->asks[i].credit && (sub < 0 || c->asks[i].sub_cap == sub))
      {
        g_string_append_printf (lp, "%s x%" G_GSIZE_FORMAT, any ? " +" : name, i);
        any = TRUE;
      }
  if (any)
    g_string_append_printf (lp, " <= %" G_GINT64_FORMAT "\n", limit);
}

/* Every unit short costs more than the dearest ask, so the most units come first and then the least cost. */
static char *
program_of (const Case *c)
{
  GString *lp = g_string_new ("Minimize\n cost:");
  const CdCoverInput *in = &c->input;

  g_string_append_printf (lp, " %" G_GINT64_FORMAT " m", penalty_of (c));
  for (gsize i = 0; i < in->n_asks; i++)
    g_string_append_printf (lp, "\n + %" G_GINT64_FORMAT " x%" G_GSIZE_FORMAT, c->asks[i].price_e4, i);
  g_string_append (lp, "\nSubject To\n need: m");
  for (gsize i = 0; i < in->n_asks; i++)
    g_string_append_printf (lp, "\n + x%" G_GSIZE_FORMAT, i);
  g_string_append_printf (lp, " = %" G_GINT64_FORMAT "\n", in->shortfall);
  add_row (lp, " room:", c, -1, in->offset_room);
  for (gsize k = 0; k < in->n_sub_rooms; k++)
    {
      g_autofree char *name = g_strdup_printf (" sub%" G_GSIZE_FORMAT ":", k);

      add_row (lp, name, c, (int)k, in->sub_rooms[k]);
    }
  g_string_append (lp, "Bounds\n");
  for (gsize i = 0; i < in->n_asks; i++)
    g_string_append_printf (lp, " 0 <= x%" G_GSIZE_FORMAT " <= %" G_GINT64_FORMAT "\n", i, in->best_levels && c->asks[i].level >= in->best_levels ? 0 : c->asks[i].qty);
  g_string_append (lp, "End\n");
  return g_string_free (lp, FALSE);
}

/* The objective as glpsol writes it: "s bas ROWS COLUMNS f f OBJECTIVE". */
static gint64
solve (const char *dir, const char *program)
{
  g_autofree char *lp = g_build_filename (dir, "cover.lp", NULL);
  g_autofree char *answer = g_build_filename (dir, "cover.sol", NULL);
  const char *argv[] = { "glpsol", "--lp", lp, "--exact", "-w", answer, NULL };
  g_autofree char *out = NULL, *text = NULL;
  g_autoptr (GError) error = NULL;
  const char *line;
  char primal, dual, objective[64] = "";
  int status = -1;
  char *end = NULL;
  gint64 value;

  g_assert_true (g_file_set_contents (lp, program, -1, &error));
  g_assert_true (g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL, &status, &error));
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error));
  g_assert_true (g_file_get_contents (answer, &text, NULL, &error));
  line = g_str_has_prefix (text, "s ") ? text : strstr (text, "\ns ");
  g_assert_nonnull (line);
  g_assert_cmpint (sscanf (*line == '\n' ? line + 1 : line, "s bas %*d %*d %c %c %63s", &primal, &dual, objective), ==, 3);
  g_assert_cmpint (primal, ==, 'f');
  g_assert_cmpint (dual, ==, 'f');
  value = g_ascii_strtoll (objective, &end, 10);
  g_assert_true (*end == 0);
  return value;
}

static gint64
count_units (const CdCoverPlan *plan, gboolean credit)
{
  gint64 units = 0;

  for (guint i = 0; i < plan->orders->len; i++)
    {
      const CdCoverOrder *order = g_ptr_array_index (plan->orders, i);

      if (order->credit == credit)
        units += order->qty;
    }
  return units;
}

static void
test_against_glpk (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261214);
  g_autofree char *dir = g_dir_make_tmp ("carbondesk-cover-XXXXXX", NULL);
  g_autofree char *lp = g_build_filename (dir, "cover.lp", NULL);
  g_autofree char *answer = g_build_filename (dir, "cover.sol", NULL);
  guint with_saving = 0, with_missing = 0;

  for (guint n = 0; n < CASES; n++)
    {
      Case c;
      g_autoptr (GError) error = NULL;
      g_autoptr (CdCoverPlan) plan = NULL;
      g_autofree char *program = NULL;

      make_case (rand, &c);
      plan = cd_cover_plan (&c.input, &error);
      g_assert_no_error (error);
      program = program_of (&c);
      g_test_message ("case %u: %" G_GSIZE_FORMAT " asks, short %" G_GINT64_FORMAT, n, c.input.n_asks, c.input.shortfall);
      g_assert_cmpint (plan->cost.e4 + plan->missing * penalty_of (&c), ==, solve (dir, program));
      g_assert_cmpint (plan->units + plan->missing, ==, c.input.shortfall);
      g_assert_cmpint (count_units (plan, TRUE), ==, plan->offset_units);
      g_assert_cmpint (count_units (plan, TRUE) + count_units (plan, FALSE), ==, plan->units);
      g_assert_cmpint (plan->offset_units, <=, c.input.offset_room);
      if (plan->has_allowances_only)
        {
          g_assert_cmpint (plan->allowances_only.e4, >=, plan->cost.e4);
          with_saving += plan->allowances_only.e4 > plan->cost.e4;
        }
      with_missing += plan->missing > 0;
    }
  g_test_message ("%u of %u cases save against allowances alone, %u lack units", with_saving, CASES, with_missing);
  g_assert_cmpuint (with_saving, >, 0);
  g_assert_cmpuint (with_missing, >, 0);
  g_remove (lp);
  g_remove (answer);
  g_rmdir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cover-oracle/glpk", test_against_glpk);
  return g_test_run ();
}
