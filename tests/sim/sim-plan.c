/* sim-plan.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A plan is a list of steps. A seed makes one; a text holds one; one that breaks an invariant is shortened for as long as it still
 * breaks the same.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "cd-json.h"
#include "sim.h"

#define STEPS_MIN 70
#define STEPS_MAX 130

static const char *const names[SIM_N_KINDS] = {
  "list-buy",
  "list-sell",
  "pick-buy",
  "pick-sell",
  "block",
  "cancel",
  "replace",
  "cancel-all",
  "fence",
  "transfer",
  "cash",
  "confirm",
  "withdraw",
  "person",
  "stage",
  "staged-send",
  "ask",
  "ask-edit",
  "ask-withdraw",
  "approve",
  "refuse",
  "approved-send",
  "veto",
  "deputy",
  "skip",
  "ready",
  "cut-private",
  "cut-now",
  "partition",
  "delay",
  "lose-command",
  "lose-answer",
  "twice-command",
  "twice-event",
  "lose-event",
  "late-answer",
  "garbage",
  "foreign",
  "md-lose",
  "md-garbage",
  "http-status",
  "http-cut",
  "http-lose",
  "restart",
  "new-epoch",
  "crash",
  "clock",
  "suspend",
  "disk",
  "disk-heal",
  "reopen",
  "hold-command",
  "hold-copy",
};

const char *
sim_kind_name (SimKind kind)
{
  return names[kind];
}

guint64
sim_next (guint64 *state)
{
  guint64 z = (*state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));
  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

static gint64
between (guint64 *state, gint64 low, gint64 high)
{
  return low + (gint64)(sim_next (state) % (guint64)(high - low + 1));
}

/* --- From a seed ------------------------------------------------------------------------------------------------------ */

static void
fill_in (guint64 *r, SimStep *step)
{
  static const guint statuses[] = { 301, 302, 400, 401, 403, 404, 408, 421, 425, 429, 500, 502, 503 };

  step->a = between (r, 0, 1000);
  step->b = between (r, 0, 1000);
  switch (step->kind)
    {
    case SIM_CUT_PRIVATE:
      step->a = between (r, 0, 3) == 0 ? 0 : between (r, 1, 600);
      break;
    case SIM_PARTITION:
      step->a = between (r, 100, 20000);
      break;
    case SIM_DELAY:
      step->a = between (r, 0, 3) == 0 ? between (r, 1000, 7000) : between (r, 0, 300);
      break;
    case SIM_HOLD_COMMAND:
    case SIM_HOLD_COPY:
      step->a = between (r, 1500, 9500);
      break;
    case SIM_LATE_ANSWER:
      step->a = between (r, 3000, 20000);
      break;
    case SIM_MD_LOSE:
      step->a = between (r, 1, 10);
      break;
    case SIM_HTTP_STATUS:
      step->a = statuses[step->a % G_N_ELEMENTS (statuses)];
      break;
    case SIM_HTTP_CUT:
      step->a = between (r, 0, 3000);
      step->b = between (r, 0, 1);
      break;
    case SIM_CRASH:
      step->a = between (r, 0, 3) == 0 ? between (r, 0, 400) : between (r, 0, 40);
      step->b = between (r, 0, 1);
      break;
    case SIM_CLOCK:
      step->a = between (r, -86400, 86400);
      break;
    case SIM_SUSPEND:
      step->a = between (r, 1, 8 * 3600);
      break;
    case SIM_DISK:
      step->a = (gint64[]){ FAULT_WRITE, FAULT_FULL, FAULT_SYNC }[step->a % 3];
      step->b = between (r, 1, 60);
      break;
    case SIM_SKIP:
      step->a = between (r, 0, 2);
      break;
    case SIM_READY:
      step->a = between (r, 1000, 20000);
      break;
    default:
      break;
    }
}

/* What ends the trading of a desk at once; what only waits for the next message does not. */
static gboolean
disturbs (SimKind kind)
{
  switch (kind)
    {
    case SIM_PERSON:
    case SIM_VETO:
    case SIM_SKIP:
    case SIM_READY:
    case SIM_CUT_NOW:
    case SIM_PARTITION:
    case SIM_GARBAGE:
    case SIM_FOREIGN:
    case SIM_MD_LOSE:
    case SIM_MD_GARBAGE:
    case SIM_RESTART:
    case SIM_NEW_EPOCH:
    case SIM_CLOCK:
    case SIM_SUSPEND:
    case SIM_DISK:
    case SIM_REOPEN:
      return TRUE;
    default:
      return FALSE;
    }
}

/* @calm: only what leaves a desk that trades alone until its next message. */
static SimKind
choose (guint64 *r, gboolean calm)
{
  /* what is common, is common; what ends a line or a program, is rarer */
  static const guint8 weights[SIM_N_KINDS] = {
    [SIM_LIST_BUY] = 12,
    [SIM_LIST_SELL] = 8,
    [SIM_PICK_BUY] = 10,
    [SIM_PICK_SELL] = 5,
    [SIM_BLOCK] = 2,
    [SIM_CANCEL] = 8,
    [SIM_REPLACE] = 8,
    [SIM_CANCEL_ALL] = 1,
    [SIM_FENCE] = 4,
    [SIM_TRANSFER] = 4,
    [SIM_CASH] = 3,
    [SIM_CONFIRM] = 4,
    [SIM_WITHDRAW] = 2,
    [SIM_PERSON] = 3,
    [SIM_STAGE] = 2,
    [SIM_STAGED_SEND] = 2,
    [SIM_ASK] = 1,
    [SIM_ASK_EDIT] = 3,
    [SIM_ASK_WITHDRAW] = 2,
    [SIM_APPROVE] = 2,
    [SIM_REFUSE] = 2,
    [SIM_APPROVED_SEND] = 2,
    [SIM_VETO] = 1,
    [SIM_DEPUTY] = 1,
    [SIM_SKIP] = 2,
    [SIM_READY] = 24,
    [SIM_CUT_PRIVATE] = 6,
    [SIM_CUT_NOW] = 3,
    [SIM_PARTITION] = 3,
    [SIM_DELAY] = 4,
    [SIM_LOSE_COMMAND] = 5,
    [SIM_LOSE_ANSWER] = 5,
    [SIM_TWICE_COMMAND] = 5,
    [SIM_TWICE_EVENT] = 5,
    [SIM_LOSE_EVENT] = 4,
    [SIM_LATE_ANSWER] = 4,
    [SIM_GARBAGE] = 2,
    [SIM_FOREIGN] = 2,
    [SIM_MD_LOSE] = 4,
    [SIM_MD_GARBAGE] = 2,
    [SIM_HTTP_STATUS] = 4,
    [SIM_HTTP_CUT] = 4,
    [SIM_HTTP_LOSE] = 2,
    [SIM_RESTART] = 2,
    [SIM_NEW_EPOCH] = 1,
    [SIM_CRASH] = 7,
    [SIM_CLOCK] = 2,
    [SIM_SUSPEND] = 1,
    [SIM_DISK] = 2,
    [SIM_DISK_HEAL] = 2,
    [SIM_REOPEN] = 1,
    [SIM_HOLD_COMMAND] = 2,
    [SIM_HOLD_COPY] = 2,
  };
  guint sum = 0;
  gint64 at;

  for (guint i = 0; i < SIM_N_KINDS; i++)
    sum += calm && disturbs (i) ? 0 : weights[i];
  at = between (r, 0, sum - 1);
  for (guint i = 0; i < SIM_N_KINDS; i++)
    if ((at -= calm && disturbs (i) ? 0 : weights[i]) < 0)
      return i;
  g_assert_not_reached ();
}

#define LINKS 9
typedef struct
{
  SimKind kind;
  gint64 a, b; /* -1 = by chance */
} Link;
#define END           \
  {                   \
    SIM_N_KINDS, 0, 0 \
  }

/* Some things do not happen by chance alone: of a chain that has begun every third step is the next of it. */
static const Link chains[][LINKS] = {
  { END },
  /* asked, approved, sent, and pressed once more */
  { { SIM_PERSON, 0, -1 }, { SIM_STAGE, -1, -1 }, { SIM_ASK, -1, -1 }, { SIM_PERSON, 1, -1 }, { SIM_APPROVE, -1, 1 }, { SIM_PERSON, 0, -1 }, { SIM_APPROVED_SEND, -1, -1 }, { SIM_APPROVED_SEND, -1, -1 } },
  /* on its way for long, fenced meanwhile, and the venue starts again */
  { { SIM_PERSON, 0, -1 }, { SIM_HOLD_COMMAND, 8500, -1 }, { SIM_LIST_BUY, -1, -1 }, { SIM_CUT_NOW, -1, -1 }, { SIM_FENCE, -1, -1 }, { SIM_RESTART, -1, -1 }, END },
  /* read, and changed before the press */
  { { SIM_PERSON, 0, -1 }, { SIM_STAGE, -1, -1 }, { SIM_ASK, -1, -1 }, { SIM_PERSON, 1, -1 }, { SIM_APPROVE, -1, 0 }, { SIM_PERSON, 0, -1 }, { SIM_ASK_EDIT, -1, -1 }, { SIM_PERSON, 1, -1 }, { SIM_APPROVE, -1, 1 } },
  /* a deputy who asks for himself */
  { { SIM_PERSON, 1, -1 }, { SIM_DEPUTY, -1, 0 }, { SIM_PERSON, 0, -1 }, { SIM_STAGE, -1, -1 }, { SIM_ASK, -1, -1 }, { SIM_APPROVE, -1, 1 }, { SIM_ASK_WITHDRAW, -1, 1 }, END },
  /* approved and changed while it is on its way */
  { { SIM_STAGE, -1, -1 }, { SIM_ASK, -1, -1 }, { SIM_PERSON, 1, -1 }, { SIM_APPROVE, -1, 1 }, { SIM_PERSON, 0, -1 }, { SIM_HOLD_COMMAND, 9000, -1 }, { SIM_APPROVED_SEND, -1, -1 }, { SIM_ASK_EDIT, -1, -1 }, END },
};

GArray *
sim_plan_new (guint64 seed)
{
  GArray *plan = g_array_new (FALSE, TRUE, sizeof (SimStep));
  guint64 r = seed;
  gint64 n = between (&r, STEPS_MIN, STEPS_MAX);
  const Link *chain = chains[seed % G_N_ELEMENTS (chains)];
  gsize link = 0;
  gint64 calm = 0; /* steps left of a person who waited until the desk could trade */

  for (gint64 i = 0; i < n; i++)
    {
      gboolean linked = link < LINKS && chain[link].kind != SIM_N_KINDS && between (&r, 0, 2) == 0;
      SimStep step = { .kind = linked ? chain[link].kind : choose (&r, calm > 0), .after_ms = (gint32)(between (&r, 0, linked ? 1 : 4) == 0 ? between (&r, 0, 5000) : between (&r, 0, 300)) };

      calm = step.kind == SIM_READY ? between (&r, 1, 5) : calm > 0 ? calm - 1
                                                                    : 0;
      fill_in (&r, &step);
      if (linked && chain[link].a >= 0)
        step.a = chain[link].a;
      if (linked && chain[link].b >= 0)
        step.b = chain[link].b;
      if (linked && ++link < LINKS && chain[link].kind == SIM_N_KINDS && between (&r, 0, 1))
        link = 0;
      g_array_append_val (plan, step);
    }
  return plan;
}

/* --- As text ---------------------------------------------------------------------------------------------------------- */

char *
sim_plan_print (guint64 seed, const GArray *plan)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "seed %" G_GUINT64_FORMAT "\n", seed);
  for (guint i = 0; i < plan->len; i++)
    {
      const SimStep *step = &g_array_index (plan, SimStep, i);

      g_string_append_printf (text, "%d %s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", step->after_ms, names[step->kind], step->a, step->b);
    }
  return g_string_free (text, FALSE);
}

GArray *
sim_plan_parse (const char *text, guint64 *seed, GError **error)
{
  g_autoptr (GArray) plan = g_array_new (FALSE, TRUE, sizeof (SimStep));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  *seed = 0;
  for (guint i = 0; lines[i]; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);
      guint n = g_strv_length (words);
      SimStep step = { .kind = SIM_N_KINDS };

      if (n == 0 || *lines[i] == '#' || *lines[i] == '\0')
        continue;
      if (n == 2 && strcmp (words[0], "seed") == 0)
        {
          *seed = g_ascii_strtoull (words[1], NULL, 10);
          continue;
        }
      for (guint k = 0; n == 4 && k < SIM_N_KINDS; k++)
        if (strcmp (words[1], names[k]) == 0)
          step.kind = k;
      if (step.kind == SIM_N_KINDS)
        {
          g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "line %u: expected \"MS KIND A B\", not \"%s\"", i + 1, lines[i]);
          return NULL;
        }
      step.after_ms = (gint32)g_ascii_strtoll (words[0], NULL, 10);
      step.a = g_ascii_strtoll (words[2], NULL, 10);
      step.b = g_ascii_strtoll (words[3], NULL, 10);
      g_array_append_val (plan, step);
    }
  return g_steal_pointer (&plan);
}

/* --- Shrinking -------------------------------------------------------------------------------------------------------- */

static gboolean
breaks_same (guint64 seed, const GArray *plan, const char *broken)
{
  SimCount count = { .probe_hits = g_hash_table_new (g_str_hash, g_str_equal) };
  g_autofree char *got = sim_run (seed, plan, &count);
  const char *colon = strchr (broken, ':');

  g_hash_table_unref (count.probe_hits);
  return got && strncmp (got, broken, (gsize)(colon - broken) + 1) == 0;
}

/* Delta debugging: leaves out halves, quarters … for as long as the rest still breaks the same invariant. */
GArray *
sim_shrink (guint64 seed, const GArray *plan, const char *broken, guint tries_max)
{
  GArray *best = g_array_copy ((GArray *)plan);
  guint tries = 0;

  for (guint chunk = MAX (best->len / 2, 1); tries < tries_max; chunk = MAX (chunk / 2, 1))
    {
      gboolean smaller = FALSE;

      for (guint at = 0; at < best->len && tries < tries_max;)
        {
          g_autoptr (GArray) shorter = g_array_copy (best);

          g_array_remove_range (shorter, at, MIN (chunk, best->len - at));
          tries++;
          if (breaks_same (seed, shorter, broken))
            {
              g_array_unref (best);
              best = g_steal_pointer (&shorter);
              smaller = TRUE;
            }
          else
            at += chunk;
        }
      if (chunk == 1 && !smaller)
        break;
    }
  return best;
}
