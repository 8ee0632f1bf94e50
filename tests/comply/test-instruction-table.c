/* test-instruction-table.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every cell of the table of reliability D9 by its names, and every guard by one wrong field.
 */
#include "instruction-fixture.h"

#include <string.h>

#define BOTH (CD_INSTRUCTION_MAY_ENTER | CD_INSTRUCTION_MAY_APPROVE)
#define N_STATES CD_INSTRUCTION_N_STATES
#define N_EVENTS CD_INSTRUCTION_N_EVENTS

/* "event state": one row per state; what stands nowhere is refused. "=" is the state itself. */
static const struct
{
  const char *state;
  const char *cells;
} expected[] = {
#define FENCE "request_withdrawal =|fenced withdrawn|fence_refused =|other_epoch ="
#define SENT FENCE "|scheduled scheduled|executed executed|refused refused|lapsed lapsed"
  { "draft", "propose proposed" },
  { "proposed", FENCE "|edit =|open_review review" },
  { "review", FENCE "|edit proposed|approve approved|reject refused" },
  { "approved", FENCE "|edit proposed|commit_intent intent" },
  { "intent", FENCE "|commit_sending sending" },
  { "sending", SENT "|not_written intent|ambiguous unknown|received received" },
  { "unknown", SENT "|ambiguous =|received received|resend =|manual =|not_listed =" },
  { "received", SENT "|received =|not_listed =" },
  { "scheduled", SENT "|received =|not_listed =" },
  { "executed", "received =|scheduled =|executed =|fence_refused =|not_listed =|other_epoch =" },
  { "refused", "refused =|fence_refused =|not_listed =|other_epoch =" },
  { "withdrawn", "fenced =|not_listed =|other_epoch =" },
  { "lapsed", "lapsed =|fence_refused =|not_listed =|other_epoch =" },
};

static void
take (CdInstruction *in, CdInstructionEventKind kind)
{
  const CdInstructionEvent event = instruction_event (in, kind);
  g_autoptr (GError) error = NULL;

  cd_instruction_apply (in, &event, &error);
  g_assert_no_error (error);
}

/* Refused with this code; nothing else moved. */
static void
refused (CdInstruction *in, const CdInstructionEvent *event, int code)
{
  g_autofree char *before = instruction_digest (in);
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;
  gboolean check = in->check;

  g_assert_false (cd_instruction_apply (in, event, &error));
  g_assert_error (error, CD_INSTRUCTION_ERROR, code);
  g_assert_nonnull (strstr (error->message, INSTRUCTION_KEY));
  g_assert_nonnull (strstr (error->message, cd_instruction_event_name (event->kind)));
  after = instruction_digest (in);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpint (in->check, ==, check || code == CD_INSTRUCTION_ERROR_QUARANTINE);
}

/* One in each state, by the shortest way there. */
static CdInstruction *
in_state (CdInstructionState state)
{
  static const struct
  {
    CdInstructionState before;
    CdInstructionEventKind event;
  } ways[N_STATES] = {
    [CD_INSTRUCTION_PROPOSED] = { CD_INSTRUCTION_DRAFT, CD_INSTRUCTION_EVENT_PROPOSE },
    [CD_INSTRUCTION_REVIEW] = { CD_INSTRUCTION_PROPOSED, CD_INSTRUCTION_EVENT_OPEN_REVIEW },
    [CD_INSTRUCTION_APPROVED] = { CD_INSTRUCTION_REVIEW, CD_INSTRUCTION_EVENT_APPROVE },
    [CD_INSTRUCTION_INTENT] = { CD_INSTRUCTION_APPROVED, CD_INSTRUCTION_EVENT_COMMIT_INTENT },
    [CD_INSTRUCTION_SENDING] = { CD_INSTRUCTION_INTENT, CD_INSTRUCTION_EVENT_COMMIT_SENDING },
    [CD_INSTRUCTION_UNKNOWN] = { CD_INSTRUCTION_SENDING, CD_INSTRUCTION_EVENT_AMBIGUOUS },
    [CD_INSTRUCTION_RECEIVED] = { CD_INSTRUCTION_SENDING, CD_INSTRUCTION_EVENT_RECEIVED },
    [CD_INSTRUCTION_SCHEDULED] = { CD_INSTRUCTION_RECEIVED, CD_INSTRUCTION_EVENT_SCHEDULED },
    [CD_INSTRUCTION_EXECUTED] = { CD_INSTRUCTION_SCHEDULED, CD_INSTRUCTION_EVENT_EXECUTED },
    [CD_INSTRUCTION_REFUSED] = { CD_INSTRUCTION_RECEIVED, CD_INSTRUCTION_EVENT_REFUSED },
    [CD_INSTRUCTION_WITHDRAWN] = { CD_INSTRUCTION_APPROVED, CD_INSTRUCTION_EVENT_FENCED },
    [CD_INSTRUCTION_LAPSED] = { CD_INSTRUCTION_SCHEDULED, CD_INSTRUCTION_EVENT_LAPSED },
  };
  CdInstruction *in;

  if (state == CD_INSTRUCTION_DRAFT)
    return cd_instruction_new (INSTRUCTION_KEY, "HD-POWER");
  in = in_state (ways[state].before);
  take (in, ways[state].event);
  g_assert_cmpint (in->state, ==, state);
  g_assert_false (in->check);
  return in;
}

/* --- The table ---------------------------------------------------------------------------------------------------------- */

static CdInstructionCell
expected_cell (int state, int event)
{
  g_auto (GStrv) cells = g_strsplit (expected[state].cells, "|", -1);

  g_assert_cmpstr (cd_instruction_state_name ((CdInstructionState)state), ==, expected[state].state);
  for (int i = 0; cells[i]; i++)
    {
      g_auto (GStrv) words = g_strsplit (cells[i], " ", -1);

      if (!g_str_equal (words[0], cd_instruction_event_name ((CdInstructionEventKind)event)))
        continue;
      for (int to = 0; to < N_STATES; to++)
        if (g_str_equal (words[1], "=") ? to == state : g_str_equal (words[1], expected[to].state))
          return (CdInstructionCell){ TRUE, (CdInstructionState)to };
      g_assert_not_reached ();
    }
  return (CdInstructionCell){ FALSE, (CdInstructionState)state };
}

static void
count_cell (CdInstructionState state, CdInstructionEventKind event, CdInstructionState to, gpointer data)
{
  guint *n = data;

  g_assert_true (expected_cell (state, event).listed);
  g_assert_cmpint (expected_cell (state, event).to, ==, to);
  (*n)++;
}

static void
test_cells (void)
{
  guint listed = 0, visited = 0, written = 0;

  g_assert_cmpuint (G_N_ELEMENTS (expected), ==, N_STATES);
  for (int s = 0; s < N_STATES; s++)
    {
      g_auto (GStrv) cells = g_strsplit (expected[s].cells, "|", -1);

      written += g_strv_length (cells);
      for (int e = 0; e < N_EVENTS; e++)
        {
          CdInstructionCell want = expected_cell (s, e), got = cd_instruction_cell ((CdInstructionState)s, (CdInstructionEventKind)e);

          g_assert_cmpint (got.listed, ==, want.listed);
          g_assert_cmpint (got.to, ==, want.to);
          listed += got.listed;
        }
    }
  cd_instruction_table_foreach (count_cell, &visited);
  g_assert_cmpuint (visited, ==, listed);
  /* No row names an event that does not exist. */
  g_assert_cmpuint (written, ==, listed);
}

/* Each of the 273 cells, walked: the listed ones lead where they say, the others change nothing. */
static void
test_walk (void)
{
  for (int s = 0; s < N_STATES; s++)
    for (int e = 0; e < N_EVENTS; e++)
      {
        g_autoptr (CdInstruction) in = in_state ((CdInstructionState)s);
        const CdInstructionEvent event = instruction_event (in, (CdInstructionEventKind)e);
        CdInstructionCell want = expected_cell (s, e);
        gboolean final = cd_instruction_is_final (in);

        if (!want.listed)
          {
            refused (in, &event, e <= CD_INSTRUCTION_EVENT_COMMIT_SENDING ? CD_INSTRUCTION_ERROR_STATE : CD_INSTRUCTION_ERROR_QUARANTINE);
            continue;
          }
        take (in, (CdInstructionEventKind)e);
        g_assert_cmpint (in->state, ==, e == CD_INSTRUCTION_EVENT_MANUAL ? CD_INSTRUCTION_EXECUTED : want.to);
        g_assert_true (!final || (int)in->state == s); /* an end is an end */
      }
}

static void
test_names (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (int s = 0; s < N_STATES; s++)
    g_assert_true (g_hash_table_add (seen, (char *)cd_instruction_state_name ((CdInstructionState)s)));
  g_hash_table_remove_all (seen);
  for (int e = 0; e < N_EVENTS; e++)
    g_assert_true (g_hash_table_add (seen, (char *)cd_instruction_event_name ((CdInstructionEventKind)e)));
  g_assert_cmpstr (cd_instruction_state_name ((CdInstructionState)N_STATES), ==, "");
  g_assert_cmpstr (cd_instruction_event_name ((CdInstructionEventKind)N_EVENTS), ==, "");
}

/* --- Guards --------------------------------------------------------------------------------------------------------------- */

/* Everyone with every set of rights tries every step of a person in every state. */
static void
test_persons (void)
{
  static const char *const persons[] = { "ANNA", "BO", "CARL", "", NULL };
  guint taken = 0;

  for (int s = 0; s < N_STATES; s++)
    for (int e = CD_INSTRUCTION_EVENT_PROPOSE; e <= CD_INSTRUCTION_EVENT_REQUEST_WITHDRAWAL; e++)
      for (gsize p = 0; p < G_N_ELEMENTS (persons); p++)
        for (int rights = 0; rights <= BOTH; rights++)
          {
            g_autoptr (CdInstruction) in = in_state ((CdInstructionState)s);
            CdInstructionEvent event = instruction_event (in, (CdInstructionEventKind)e);
            gboolean checkers = e == CD_INSTRUCTION_EVENT_OPEN_REVIEW || e == CD_INSTRUCTION_EVENT_APPROVE || e == CD_INSTRUCTION_EVENT_REJECT;
            gboolean may = rights & (checkers ? CD_INSTRUCTION_MAY_APPROVE : CD_INSTRUCTION_MAY_ENTER);
            gboolean right_one = p < 3;

            event.by = persons[p];
            event.rights = (CdInstructionRights)rights;
            if (e == CD_INSTRUCTION_EVENT_EDIT)
              right_one = p == 0;
            else if (e == CD_INSTRUCTION_EVENT_OPEN_REVIEW)
              right_one = p == 1 || p == 2;
            else if (checkers)
              right_one = p == 1;
            if (!expected_cell (s, e).listed)
              refused (in, &event, CD_INSTRUCTION_ERROR_STATE);
            else if (p >= 3)
              refused (in, &event, CD_INSTRUCTION_ERROR_INCOMPLETE);
            else if (!may)
              refused (in, &event, CD_INSTRUCTION_ERROR_RIGHTS);
            else if (!right_one)
              refused (in, &event, CD_INSTRUCTION_ERROR_SAME_PERSON);
            else
              {
                g_assert_true (cd_instruction_apply (in, &event, NULL));
                taken++;
              }
          }
  g_assert_cmpuint (taken, >, 50);
}

/* One field other than it must be. */
static void
test_bound (void)
{
  g_autoptr (CdInstruction) in = in_state (CD_INSTRUCTION_REVIEW);
  CdInstructionEvent event = instruction_event (in, CD_INSTRUCTION_EVENT_APPROVE);

  event.version = 2;
  refused (in, &event, CD_INSTRUCTION_ERROR_STALE);
  event = instruction_event (in, CD_INSTRUCTION_EVENT_APPROVE);
  event.hash = instruction_hashes[1];
  refused (in, &event, CD_INSTRUCTION_ERROR_STALE);
  event.hash = NULL;
  refused (in, &event, CD_INSTRUCTION_ERROR_STALE);
  event = instruction_event (in, CD_INSTRUCTION_EVENT_REJECT);
  event.reason = "";
  refused (in, &event, CD_INSTRUCTION_ERROR_INCOMPLETE);
  event = instruction_event (in, CD_INSTRUCTION_EVENT_EDIT);
  event.hash = "abc";
  refused (in, &event, CD_INSTRUCTION_ERROR_INCOMPLETE);
  event.hash = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
  refused (in, &event, CD_INSTRUCTION_ERROR_INCOMPLETE);
  take (in, CD_INSTRUCTION_EVENT_APPROVE);
  for (int e = CD_INSTRUCTION_EVENT_COMMIT_INTENT; e <= CD_INSTRUCTION_EVENT_COMMIT_SENDING; e++)
    {
      event = instruction_event (in, (CdInstructionEventKind)e);
      event.version = 9;
      refused (in, &event, CD_INSTRUCTION_ERROR_STALE);
      event = instruction_event (in, (CdInstructionEventKind)e);
      event.hash = instruction_hashes[1];
      refused (in, &event, CD_INSTRUCTION_ERROR_STALE);
      take (in, (CdInstructionEventKind)e);
    }
  g_assert_cmpuint (in->copies, ==, 1);
}

/* What was approved is approved no more once it is edited, in every state that can be edited. */
static void
test_edit_voids (void)
{
  for (int s = CD_INSTRUCTION_PROPOSED; s < N_STATES; s++)
    {
      g_autoptr (CdInstruction) in = in_state ((CdInstructionState)s);
      CdInstructionEvent approve = instruction_event (in, CD_INSTRUCTION_EVENT_APPROVE);
      g_autofree char *old_hash = g_strdup (in->hash);

      approve.hash = old_hash;
      g_assert_cmpint (cd_instruction_is_editable (in), ==, s <= CD_INSTRUCTION_APPROVED);
      if (!cd_instruction_is_editable (in))
        continue;
      take (in, CD_INSTRUCTION_EVENT_EDIT);
      g_assert_cmpint (in->state, ==, CD_INSTRUCTION_PROPOSED);
      g_assert_cmpuint (in->version, ==, 2);
      g_assert_cmpstr (in->hash, ==, instruction_hashes[1]);
      g_assert_cmpuint (in->approved_version, ==, 0);
      g_assert_cmpstr (in->approved_hash, ==, "");
      g_assert_null (in->checker);
      /* The other workstation still looks at version 1. */
      take (in, CD_INSTRUCTION_EVENT_OPEN_REVIEW);
      refused (in, &approve, CD_INSTRUCTION_ERROR_STALE);
      approve.version = 2;
      refused (in, &approve, CD_INSTRUCTION_ERROR_STALE);
      approve.hash = instruction_hashes[1];
      g_assert_true (cd_instruction_apply (in, &approve, NULL));
      g_assert_cmpuint (in->approved_version, ==, 2);
    }
}

static void
test_withdrawal (void)
{
  for (int s = CD_INSTRUCTION_PROPOSED; s <= CD_INSTRUCTION_SCHEDULED; s++)
    {
      g_autoptr (CdInstruction) in = in_state ((CdInstructionState)s);

      take (in, CD_INSTRUCTION_EVENT_REQUEST_WITHDRAWAL);
      /* Asked for is not done. */
      g_assert_cmpint (in->state, ==, s);
      g_assert_cmpint (cd_instruction_label (in), ==, s == CD_INSTRUCTION_UNKNOWN ? CD_INSTRUCTION_LABEL_UNKNOWN : CD_INSTRUCTION_LABEL_WITHDRAWAL_REQUESTED);
      if (s == CD_INSTRUCTION_APPROVED || s == CD_INSTRUCTION_INTENT)
        {
          const CdInstructionEvent commit = instruction_event (in, s == CD_INSTRUCTION_APPROVED ? CD_INSTRUCTION_EVENT_COMMIT_INTENT : CD_INSTRUCTION_EVENT_COMMIT_SENDING);

          refused (in, &commit, CD_INSTRUCTION_ERROR_STATE);
        }
      take (in, CD_INSTRUCTION_EVENT_FENCE_REFUSED);
      g_assert_false (in->withdrawal_requested);
      take (in, CD_INSTRUCTION_EVENT_REQUEST_WITHDRAWAL);
      take (in, CD_INSTRUCTION_EVENT_FENCED);
      g_assert_cmpint (in->state, ==, CD_INSTRUCTION_WITHDRAWN);
      g_assert_cmpint (cd_instruction_label (in), ==, CD_INSTRUCTION_LABEL_STATE);
    }
}

/* The registry's word must carry its evidence and fit what was approved. */
static void
test_evidence (void)
{
  static const CdInstructionEventKind kinds[] = { CD_INSTRUCTION_EVENT_RECEIVED, CD_INSTRUCTION_EVENT_SCHEDULED, CD_INSTRUCTION_EVENT_EXECUTED };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    for (int wrong = 0; wrong < 8; wrong++)
      {
        g_autoptr (CdInstruction) in = in_state (CD_INSTRUCTION_RECEIVED);
        CdInstructionEvent event = instruction_event (in, kinds[i]);
        CdInstructionEventKind kind = kinds[i];
        gboolean applies = TRUE;

        if (wrong == 0)
          event.receipt = NULL;
        else if (wrong == 1)
          event.receipt = "R2";
        else if (wrong == 2)
          event.hash = instruction_hashes[2];
        else if (wrong == 3)
          event.hash = NULL;
        else if (wrong == 4)
          event.at_us = 0;
        else if (wrong == 5)
          {
            event.effective_us = 0;
            applies = kind == CD_INSTRUCTION_EVENT_SCHEDULED;
          }
        else if (wrong == 6)
          {
            event.tx_id = "";
            applies = kind == CD_INSTRUCTION_EVENT_EXECUTED;
          }
        else
          {
            g_free (in->epoch);
            in->epoch = g_strdup ("E1");
            event.epoch = "E2";
          }
        if (applies)
          refused (in, &event, CD_INSTRUCTION_ERROR_QUARANTINE);
        else
          g_assert_true (cd_instruction_apply (in, &event, NULL));
        g_assert_cmpint (cd_instruction_label (in), ==, applies ? CD_INSTRUCTION_LABEL_CHECK : CD_INSTRUCTION_LABEL_STATE);
      }
  {
    g_autoptr (CdInstruction) in = in_state (CD_INSTRUCTION_EXECUTED);
    CdInstructionEvent other = instruction_event (in, CD_INSTRUCTION_EVENT_EXECUTED);

    other.tx_id = "T2";
    refused (in, &other, CD_INSTRUCTION_ERROR_QUARANTINE);
  }
}

/* Absence ends nothing, another epoch freezes, two copies are never called unwritten. */
static void
test_no_guesses (void)
{
  g_autoptr (CdInstruction) received = in_state (CD_INSTRUCTION_RECEIVED);
  g_autoptr (CdInstruction) unknown = in_state (CD_INSTRUCTION_UNKNOWN);
  g_autoptr (CdInstruction) sending = in_state (CD_INSTRUCTION_SENDING);
  CdInstructionEvent event;

  take (received, CD_INSTRUCTION_EVENT_NOT_LISTED);
  g_assert_cmpint (received->state, ==, CD_INSTRUCTION_RECEIVED);
  g_assert_true (received->check);
  take (unknown, CD_INSTRUCTION_EVENT_NOT_LISTED);
  g_assert_cmpint (unknown->state, ==, CD_INSTRUCTION_UNKNOWN);
  g_assert_false (unknown->check);
  take (unknown, CD_INSTRUCTION_EVENT_RESEND);
  g_assert_cmpuint (unknown->copies, ==, 2);
  take (unknown, CD_INSTRUCTION_EVENT_OTHER_EPOCH);
  event = instruction_event (unknown, CD_INSTRUCTION_EVENT_RESEND);
  refused (unknown, &event, CD_INSTRUCTION_ERROR_STATE);
  take (sending, CD_INSTRUCTION_EVENT_NOT_WRITTEN);
  g_assert_cmpuint (sending->copies, ==, 0);
  take (sending, CD_INSTRUCTION_EVENT_COMMIT_SENDING);
  sending->copies = 2;
  event = instruction_event (sending, CD_INSTRUCTION_EVENT_NOT_WRITTEN);
  refused (sending, &event, CD_INSTRUCTION_ERROR_QUARANTINE);
}

/* RESEND and MANUAL: these two and no others, in either order. */
static void
test_both (void)
{
  static const char *const persons[] = { "ANNA", "BO", "CARL", "", NULL };

  for (int e = CD_INSTRUCTION_EVENT_RESEND; e <= CD_INSTRUCTION_EVENT_MANUAL; e++)
    for (gsize a = 0; a < G_N_ELEMENTS (persons); a++)
      for (gsize b = 0; b < G_N_ELEMENTS (persons); b++)
        {
          g_autoptr (CdInstruction) in = in_state (CD_INSTRUCTION_UNKNOWN);
          CdInstructionEvent event = instruction_event (in, (CdInstructionEventKind)e);

          event.by = persons[a];
          event.second = persons[b];
          if (a >= 3 || b >= 3)
            refused (in, &event, CD_INSTRUCTION_ERROR_INCOMPLETE);
          else if (a + b != 1)
            refused (in, &event, CD_INSTRUCTION_ERROR_SAME_PERSON);
          else
            g_assert_true (cd_instruction_apply (in, &event, NULL));
        }
  for (int to = 0; to < N_STATES; to++)
    {
      g_autoptr (CdInstruction) in = in_state (CD_INSTRUCTION_UNKNOWN);
      CdInstructionEvent event = instruction_event (in, CD_INSTRUCTION_EVENT_MANUAL);

      event.manual_to = (CdInstructionState)to;
      if (to < CD_INSTRUCTION_EXECUTED)
        refused (in, &event, CD_INSTRUCTION_ERROR_INCOMPLETE);
      else
        g_assert_true (cd_instruction_apply (in, &event, NULL));
      g_assert_cmpint (in->state, ==, to < CD_INSTRUCTION_EXECUTED ? CD_INSTRUCTION_UNKNOWN : to);
    }
}

/* P14: by the date of the first receipt, to the microsecond; later words do not move it. */
static void
test_in_time (void)
{
  g_autoptr (CdInstruction) in = in_state (CD_INSTRUCTION_SENDING);
  CdInstructionEvent event;

  g_assert_false (cd_instruction_in_time (in, G_MAXINT64));
  take (in, CD_INSTRUCTION_EVENT_RECEIVED);
  g_assert_true (cd_instruction_in_time (in, 1000));
  g_assert_false (cd_instruction_in_time (in, 999));
  event = instruction_event (in, CD_INSTRUCTION_EVENT_SCHEDULED);
  event.at_us = 5000;
  g_assert_true (cd_instruction_apply (in, &event, NULL));
  g_assert_cmpint (in->effective_us, ==, 2000);
  g_assert_cmpint (in->last_answer_us, ==, 5000);
  g_assert_true (cd_instruction_in_time (in, 1000));
  event = instruction_event (in, CD_INSTRUCTION_EVENT_EXECUTED);
  event.at_us = 500;
  g_assert_true (cd_instruction_apply (in, &event, NULL));
  g_assert_true (cd_instruction_in_time (in, 1000));
  g_assert_false (cd_instruction_in_time (in, 999));
  g_assert_cmpint (in->last_answer_us, ==, 5000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/instruction-table/names", test_names);
  g_test_add_func ("/instruction-table/cells", test_cells);
  g_test_add_func ("/instruction-table/walk", test_walk);
  g_test_add_func ("/instruction-table/persons", test_persons);
  g_test_add_func ("/instruction-table/bound", test_bound);
  g_test_add_func ("/instruction-table/edit-voids", test_edit_voids);
  g_test_add_func ("/instruction-table/withdrawal", test_withdrawal);
  g_test_add_func ("/instruction-table/evidence", test_evidence);
  g_test_add_func ("/instruction-table/no-guesses", test_no_guesses);
  g_test_add_func ("/instruction-table/both", test_both);
  g_test_add_func ("/instruction-table/in-time", test_in_time);
  return g_test_run ();
}
