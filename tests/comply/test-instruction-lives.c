/* test-instruction-lives.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Long random lives of instructions in which persons, line and registry do whatever they like.
 */
#include "instruction-fixture.h"

#include <string.h>

#define N_STATES CD_INSTRUCTION_N_STATES
#define N_EVENTS CD_INSTRUCTION_N_EVENTS

/* What really happened, written down beside the machine. */
typedef struct
{
  guint versions;
  const char *hash, *maker;      /* of the last version */
  const char *approved, *passed; /* hash and person of the last approval, NULL once edited */
} Witness;

static CdInstructionEvent
random_event (const CdInstruction *in)
{
  static const char *const persons[] = { "ANNA", "BO", "CARL" };
  CdInstructionEventKind kind = (CdInstructionEventKind)g_test_rand_int_range (0, N_EVENTS);
  CdInstructionEvent event;

  /* Early ends are rare, or hardly a life would come to its execution. */
  if ((kind == CD_INSTRUCTION_EVENT_FENCED || kind == CD_INSTRUCTION_EVENT_REJECT || kind == CD_INSTRUCTION_EVENT_REQUEST_WITHDRAWAL) && g_test_rand_int_range (0, 20))
    kind = (CdInstructionEventKind)g_test_rand_int_range (0, N_EVENTS);
  if (kind == CD_INSTRUCTION_EVENT_FENCED && g_test_rand_int_range (0, 8))
    kind = CD_INSTRUCTION_EVENT_FENCE_REFUSED;
  event = instruction_event (in, kind);
  if (g_test_rand_int_range (0, 3) == 0)
    event.by = persons[g_test_rand_int_range (0, 3)];
  if (g_test_rand_int_range (0, 3) == 0)
    event.hash = instruction_hashes[g_test_rand_int_range (0, 3)];
  else if (event.kind >= CD_INSTRUCTION_EVENT_COMMIT_INTENT || event.kind == CD_INSTRUCTION_EVENT_RESEND)
    event.hash = in->hash;
  if (g_test_rand_int_range (0, 6) == 0)
    event.version += (guint)g_test_rand_int_range (0, 3) - 1;
  if (g_test_rand_int_range (0, 6) == 0)
    event.rights = (CdInstructionRights)g_test_rand_int_range (0, 4);
  event.manual_to = (CdInstructionState)g_test_rand_int_range (0, N_STATES);
  return event;
}

static const char *
known (const char *hash)
{
  for (gsize i = 0; i < INSTRUCTION_HASHES; i++)
    if (g_str_equal (instruction_hashes[i], hash))
      return instruction_hashes[i];
  g_assert_not_reached ();
}

static void
witness (Witness *w, const CdInstructionEvent *event)
{
  if (event->kind == CD_INSTRUCTION_EVENT_PROPOSE || event->kind == CD_INSTRUCTION_EVENT_EDIT)
    *w = (Witness){ w->versions + 1, known (event->hash), event->by, NULL, NULL };
  if (event->kind == CD_INSTRUCTION_EVENT_APPROVE)
    {
      w->approved = known (event->hash);
      w->passed = event->by;
    }
}

static void
check_life (const CdInstruction *in, const Witness *w, const CdInstructionEvent *last)
{
  g_assert_cmpuint (in->version, ==, w->versions);
  if (in->version)
    g_assert_cmpstr (in->hash, ==, w->hash);
  /* From the first byte on: two persons, and the very hash that the second one saw. */
  if ((in->state >= CD_INSTRUCTION_INTENT && !cd_instruction_is_final (in)) || in->state == CD_INSTRUCTION_EXECUTED || in->copies > 0)
    {
      g_assert_nonnull (w->passed);
      g_assert_cmpstr (w->passed, !=, w->maker);
      g_assert_cmpstr (w->approved, ==, w->hash);
      g_assert_cmpstr (in->approved_hash, ==, w->hash);
    }
  if (in->state == CD_INSTRUCTION_EXECUTED && last->kind == CD_INSTRUCTION_EVENT_EXECUTED)
    {
      g_assert_cmpstr (last->hash, ==, w->approved);
      g_assert_nonnull (in->tx_id);
    }
}

static void
test_random_lives (void)
{
  guint ends[N_STATES] = { 0 }, cells = 0;
  static gboolean walked[N_STATES][N_EVENTS];

  for (int life = 0; life < 10000; life++)
    {
      g_autoptr (CdInstruction) in = cd_instruction_new (INSTRUCTION_KEY, "HD-POWER");
      Witness w = { 0 };

      for (int i = 0; i < 120; i++)
        {
          const CdInstructionEvent event = random_event (in);
          CdInstructionState from = in->state;
          gboolean was_final = cd_instruction_is_final (in), was_checked = in->check;
          g_autofree char *before = instruction_digest (in);
          g_autoptr (GError) error = NULL;

          if (!cd_instruction_apply (in, &event, &error))
            {
              g_autofree char *after = instruction_digest (in);

              g_assert_cmpstr (after, ==, before);
              g_assert_cmpint (in->check, ==, was_checked || error->code == CD_INSTRUCTION_ERROR_QUARANTINE);
              /* Somebody reconciles it, so that the life goes on. */
              in->check = FALSE;
              continue;
            }
          in->check = FALSE;
          walked[from][event.kind] = TRUE;
          g_assert_true (!was_final || in->state == from);
          g_assert_true (in->state != CD_INSTRUCTION_WITHDRAWN || was_final || event.kind == CD_INSTRUCTION_EVENT_FENCED || event.kind == CD_INSTRUCTION_EVENT_MANUAL);
          witness (&w, &event);
          check_life (in, &w, &event);
        }
      ends[in->state]++;
    }
  for (int s = 0; s < N_STATES; s++)
    for (int e = 0; e < N_EVENTS; e++)
      {
        g_assert_true (!walked[s][e] || cd_instruction_cell ((CdInstructionState)s, (CdInstructionEventKind)e).listed);
        cells += walked[s][e];
      }
  g_test_message ("%u executed, %u refused, %u withdrawn, %u lapsed; %u cells walked", ends[CD_INSTRUCTION_EXECUTED], ends[CD_INSTRUCTION_REFUSED], ends[CD_INSTRUCTION_WITHDRAWN], ends[CD_INSTRUCTION_LAPSED], cells);
  for (int s = CD_INSTRUCTION_EXECUTED; s <= CD_INSTRUCTION_LAPSED; s++)
    g_assert_cmpuint (ends[s], >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/instruction-lives/random", test_random_lives);
  return g_test_run ();
}
