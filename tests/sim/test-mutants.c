/* test-mutants.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The simulator against the same program with one rule broken: the mutants of tests/models, chosen at run time.
 *
 *   test-mutants --plans FOLDER     every mutant breaks an invariant in its plan, which holds without it
 *   test-mutants --search N [NAME]  the same over the plans of the seeds 1 … N: which seed finds it
 *   test-mutants --find NAME N      the shortest plan found, to be kept in tests/sim/mutants
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "cd-mutant.h"
#include "sim.h"

#define SHRINK_TRIES 300
#define BIT(name) (1u << CD_MUTANT_##name)

unsigned int cd_mutants;

static const struct
{
  const char *name;
  unsigned int bits;
} mutants[] = {
  { "newkey", BIT (NEWKEY) },
  { "timeout", BIT (TIMEOUT) },
  { "notfound", BIT (NOTFOUND) },
  { "sendfirst", BIT (SENDFIRST) },
  { "nodedup", BIT (NODEDUP) },
  { "fencemem", BIT (FENCEMEM) },
  { "ttl", BIT (TTL) },
  { "softrej", BIT (SOFTREJ) },
  { "keyperversion", BIT (KEYPERVERSION) },
  { "perstation", BIT (PERSTATION) },
  { "sameperson", BIT (SAMEPERSON) },
  { "localwdr", BIT (LOCALWDR) },
  { "nobind+editkeeps", BIT (NOBIND) | BIT (EDITKEEPS) },
  { "nobind+stalereview", BIT (NOBIND) | BIT (STALEREVIEW) },
};

static SimCount total;
static guint n_cases, n_wrong;

static char *
run (unsigned int bits, guint64 seed, const GArray *plan)
{
  char *broken;

  cd_mutants = bits;
  broken = sim_run (seed, plan, &total);
  cd_mutants = 0;
  return broken;
}

static void
say (gboolean ok, const char *name, const char *format, ...) G_GNUC_PRINTF (3, 4);

static void
say (gboolean ok, const char *name, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  n_wrong += !ok;
  printf ("%s %u %s %s\n", ok ? "ok" : "not ok", ++n_cases, name, text);
  fflush (stdout);
}

static void
try_plan (const char *folder, gsize i)
{
  g_autofree char *file = g_strconcat (mutants[i].name, ".plan", NULL);
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autofree char *text = NULL, *broken = NULL, *without = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) plan = NULL;
  guint64 seed;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  plan = sim_plan_parse (text, &seed, &error);
  g_assert_no_error (error);
  broken = run (mutants[i].bits, seed, plan);
  without = run (0, seed, plan);
  say (broken && !without, mutants[i].name, "seed %" G_GUINT64_FORMAT ", %u steps: %s; without it %s", seed, plan->len, broken ? broken : "nothing found", without ? without : "all holds");
}

/* The seed that finds it; 0 = none. */
static guint64
search (gsize i, guint n, char **broken)
{
  for (guint64 seed = 1; seed <= n; seed++)
    {
      g_autoptr (GArray) plan = sim_plan_new (seed);

      *broken = run (mutants[i].bits, seed, plan);
      if (*broken)
        return seed;
    }
  return 0;
}

static void
try_seeds (gsize i, guint n)
{
  g_autofree char *broken = NULL, *without = NULL;
  guint64 seed = search (i, n, &broken);
  g_autoptr (GArray) plan = sim_plan_new (seed);

  without = seed ? run (0, seed, plan) : NULL;
  say (seed && !without, mutants[i].name, "seed %" G_GUINT64_FORMAT " of %u: %s; without it %s", seed, n, broken ? broken : "nothing found", without ? without : "all holds");
}

static void
find (gsize i, guint n)
{
  g_autofree char *broken = NULL, *text = NULL;
  guint64 seed = search (i, n, &broken);
  g_autoptr (GArray) plan = sim_plan_new (seed);
  g_autoptr (GArray) shorter = NULL;

  if (!seed)
    {
      n_wrong++;
      printf ("# %s: nothing found in %u seeds\n", mutants[i].name, n);
      return;
    }
  cd_mutants = mutants[i].bits;
  shorter = sim_shrink (seed, plan, broken, SHRINK_TRIES);
  cd_mutants = 0;
  text = sim_plan_print (seed, shorter);
  printf ("# %s\n%s", broken, text);
}

int
main (int argc, char **argv)
{
  const char *mode = argc > 2 ? argv[1] : "";
  gboolean plans = strcmp (mode, "--plans") == 0, searching = strcmp (mode, "--search") == 0, finding = strcmp (mode, "--find") == 0 && argc == 4;
  const char *only = finding ? argv[2] : searching && argc == 4 ? argv[3]
                                                                : NULL;

  setlocale (LC_ALL, "C.UTF-8");
  total.probe_hits = g_hash_table_new (g_str_hash, g_str_equal);
  if (!plans && !searching && !finding)
    {
      fprintf (stderr, "usage: test-mutants --plans FOLDER | --search N [NAME] | --find NAME N\n");
      return 2;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (mutants); i++)
    {
      if (only && strcmp (only, mutants[i].name) != 0)
        continue;
      if (plans)
        try_plan (argv[2], i);
      else if (searching)
        try_seeds (i, (guint)g_ascii_strtoull (argv[2], NULL, 10));
      else
        find (i, (guint)g_ascii_strtoull (argv[3], NULL, 10));
    }
  if (!finding)
    printf ("1..%u\n", n_cases);
  return n_wrong ? 1 : 0;
}
