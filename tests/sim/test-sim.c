/* test-sim.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   test-sim --part K N      part K (from 0) of N of CARBONDESK_SIM_SEEDS seeds (200), beginning with seed 1
 *   test-sim FIRST COUNT     runs the seeds FIRST … FIRST+COUNT-1 as TAP, and says what they did
 *   test-sim --soak SECONDS WHICH  seeds from the clock on, for that long; WHICH of several at once
 *   test-sim --plan FILE     one plan
 *   test-sim --print SEED    the plan of a seed
 *   test-sim --seeds FOLDER  every plan that once broke an invariant
 *   test-sim --twice COUNT   the same seed gives the same history
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "sim.h"

#define SEEDS 120
#define SHRINK_TRIES 300

static SimCount total;
static guint n_broken;

gboolean __real_cd_order_apply (CdOrder *order, const CdOrderEvent *event, CdTransition *transition, GError **error);
gboolean __wrap_cd_order_apply (CdOrder *order, const CdOrderEvent *event, CdTransition *transition, GError **error);

/* The linker sends every event through here: which cells of the table the simulator reaches. */
gboolean
__wrap_cd_order_apply (CdOrder *order, const CdOrderEvent *event, CdTransition *transition, GError **error)
{
  total.cells[order->state][event->kind] = 1;
  return __real_cd_order_apply (order, event, transition, error);
}

static void
report_broken (guint64 seed, const GArray *plan, const char *broken)
{
  g_autoptr (GArray) shorter = sim_shrink (seed, plan, broken, SHRINK_TRIES);
  g_autofree char *text = sim_plan_print (seed, shorter);

  n_broken++;
  printf ("# seed %" G_GUINT64_FORMAT " breaks %s\n# %u of %u steps are enough; keep them in tests/sim/seeds:\n%s", seed, broken, shorter->len, plan->len, text);
}

static gboolean
run_seed (guint64 seed)
{
  g_autoptr (GArray) plan = sim_plan_new (seed);
  g_autofree char *broken = sim_run (seed, plan, &total);

  if (broken)
    report_broken (seed, plan, broken);
  return !broken;
}

static void
print_total (guint seeds, gint64 us)
{
  guint reached = 0, listed = 0;
  GHashTableIter iter;
  gpointer name, hits;

  for (guint s = 0; s < CD_ORDER_N_STATES; s++)
    for (guint e = 0; e < CD_ORDER_N_EVENTS; e++)
      if (cd_order_cell (s, e).rule != 31)
        {
          listed++;
          reached += total.cells[s][e];
        }
  printf ("# %u seeds, %" G_GINT64_FORMAT " ms, %u intents, %u faults, %u crashes, %u commands on the wire, %u effects, %u steps of requests, %u of them placed\n", seeds, us / 1000, total.intents, total.faults, total.crashes, total.sent, total.effects, total.requests[0] + total.requests[1], total.requests[1]);
  printf ("# %u of %u cells of the order table reached; %u probe points hit\n", reached, listed, g_hash_table_size (total.probe_hits));
  g_hash_table_iter_init (&iter, total.probe_hits);
  while (g_hash_table_iter_next (&iter, &name, &hits))
    printf ("#   %s %u\n", (char *)name, GPOINTER_TO_UINT (hits));
  printf ("# orders that the desk said no to:\n");
  g_hash_table_iter_init (&iter, total.refusals);
  while (g_hash_table_iter_next (&iter, &name, &hits))
    printf ("#   %u %s\n", GPOINTER_TO_UINT (hits), (char *)name);
}

static void
run_seeds (guint64 first, guint count)
{
  gint64 begin = g_get_monotonic_time ();

  printf ("1..%u\n", count);
  for (guint i = 0; i < count; i++)
    {
      gboolean ok = run_seed (first + i);

      printf ("%s %u seed %" G_GUINT64_FORMAT "\n", ok ? "ok" : "not ok", i + 1, first + i);
      fflush (stdout);
    }
  print_total (count, g_get_monotonic_time () - begin);
}

static void
run_part (guint part, guint parts)
{
  const char *text = g_getenv ("CARBONDESK_SIM_SEEDS");
  guint seeds = text ? (guint)g_ascii_strtoull (text, NULL, 10) : SEEDS;
  guint first = part * seeds / parts;

  run_seeds (first + 1, (part + 1) * seeds / parts - first);
}

static void
soak (guint seconds, guint which)
{
  gint64 begin = g_get_monotonic_time ();
  guint64 seed = (guint64)g_get_real_time () + which * G_GUINT64_CONSTANT (1000000000);
  guint n = 0;

  while (g_get_monotonic_time () - begin < (gint64)seconds * G_USEC_PER_SEC)
    {
      run_seed (seed + n++);
      fflush (stdout);
    }
  print_total (n, g_get_monotonic_time () - begin);
}

static char *
run_file (const char *path)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) plan = NULL;
  guint64 seed;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  plan = sim_plan_parse (text, &seed, &error);
  g_assert_no_error (error);
  return sim_run (seed, plan, &total);
}

static void
run_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *broken = NULL;

      if (!g_str_has_suffix (name, ".plan"))
        continue;
      broken = run_file (path);
      n_broken += broken != NULL;
      printf ("%s %u %s\n", broken ? "not ok" : "ok", ++n, name);
      if (broken)
        printf ("# %s\n", broken);
    }
  printf ("1..%u\n", n);
}

static void
run_twice (guint count)
{
  printf ("1..%u\n", count);
  for (guint i = 0; i < count; i++)
    {
      g_autoptr (GArray) plan = sim_plan_new (i + 1);
      guint64 first;

      g_free (sim_run (i + 1, plan, &total));
      first = total.trace;
      g_free (sim_run (i + 1, plan, &total));
      n_broken += first != total.trace;
      printf ("%s %u seed %u: %016" G_GINT64_MODIFIER "x\n", first == total.trace ? "ok" : "not ok", i + 1, i + 1, total.trace);
    }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  total.probe_hits = g_hash_table_new (g_str_hash, g_str_equal);
  total.refusals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (argc == 4 && strcmp (argv[1], "--soak") == 0)
    soak ((guint)g_ascii_strtoull (argv[2], NULL, 10), (guint)g_ascii_strtoull (argv[3], NULL, 10));
  else if (argc == 3 && strcmp (argv[1], "--seeds") == 0)
    run_folder (argv[2]);
  else if (argc == 3 && strcmp (argv[1], "--twice") == 0)
    run_twice ((guint)g_ascii_strtoull (argv[2], NULL, 10));
  else if (argc == 3 && strcmp (argv[1], "--plan") == 0)
    {
      g_autofree char *broken = run_file (argv[2]);

      n_broken += broken != NULL;
      printf ("%s\n", broken ? broken : "holds");
    }
  else if (argc == 4 && strcmp (argv[1], "--part") == 0)
    run_part ((guint)g_ascii_strtoull (argv[2], NULL, 10), (guint)g_ascii_strtoull (argv[3], NULL, 10));
  else if (argc == 3 && strcmp (argv[1], "--print") == 0)
    {
      guint64 seed = g_ascii_strtoull (argv[2], NULL, 10);
      g_autoptr (GArray) plan = sim_plan_new (seed);
      g_autofree char *text = sim_plan_print (seed, plan);

      fputs (text, stdout);
    }
  else if (argc == 3)
    run_seeds (g_ascii_strtoull (argv[1], NULL, 10), (guint)g_ascii_strtoull (argv[2], NULL, 10));
  else
    {
      fprintf (stderr, "usage: test-sim FIRST COUNT | --part K N | --soak SECONDS WHICH | --plan FILE | --print SEED | --seeds FOLDER | --twice COUNT\n");
      return 2;
    }
  return n_broken ? 1 : 0;
}
