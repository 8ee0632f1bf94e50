/* cd-instruction-table.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-instruction-table.h"

#include <string.h>

GQuark
cd_instruction_error_quark (void)
{
  return g_quark_from_static_string ("cd-instruction-error-quark");
}

#define S(state) CD_INSTRUCTION_##state
#define E(event) CD_INSTRUCTION_EVENT_##event

/* 0 = not listed, else the state plus one. */
#define TO(state) (S (state) + 1)

/* A withdrawal is a fence at the registry: asked for in every live state, and only its acknowledgement ends the instruction. */
#define FENCE_CELLS(self)               \
  [E (REQUEST_WITHDRAWAL)] = TO (self), \
     [E (FENCED)] = TO (WITHDRAWN),     \
     [E (FENCE_REFUSED)] = TO (self),   \
     [E (OTHER_EPOCH)] = TO (self)

/* Every edit leads back to a proposal that nobody has approved. */
#define OPEN_CELLS(self) FENCE_CELLS (self), [E (EDIT)] = TO (PROPOSED)

/* What the registry may say of something that it has, or may have. */
#define SENT_CELLS(self)                 \
  FENCE_CELLS (self),                    \
      [E (SCHEDULED)] = TO (SCHEDULED),  \
         [E (EXECUTED)] = TO (EXECUTED), \
         [E (REFUSED)] = TO (REFUSED),   \
         [E (LAPSED)] = TO (LAPSED)

static const guint8 table[CD_INSTRUCTION_N_STATES][CD_INSTRUCTION_N_EVENTS] = {
  [S (DRAFT)] = { [E (PROPOSE)] = TO (PROPOSED) },
  [S (PROPOSED)] = { OPEN_CELLS (PROPOSED), [E (OPEN_REVIEW)] = TO (REVIEW) },
  [S (REVIEW)] = { OPEN_CELLS (REVIEW), [E (APPROVE)] = TO (APPROVED), [E (REJECT)] = TO (REFUSED) },
  [S (APPROVED)] = { OPEN_CELLS (APPROVED), [E (COMMIT_INTENT)] = TO (INTENT) },
  [S (INTENT)] = { FENCE_CELLS (INTENT), [E (COMMIT_SENDING)] = TO (SENDING) },
  [S (SENDING)] = { SENT_CELLS (SENDING), [E (NOT_WRITTEN)] = TO (INTENT), [E (AMBIGUOUS)] = TO (UNKNOWN), [E (RECEIVED)] = TO (RECEIVED) },
  [S (UNKNOWN)] = { SENT_CELLS (UNKNOWN), [E (AMBIGUOUS)] = TO (UNKNOWN), [E (RECEIVED)] = TO (RECEIVED), [E (RESEND)] = TO (UNKNOWN), [E (MANUAL)] = TO (UNKNOWN), [E (NOT_LISTED)] = TO (UNKNOWN) },
  [S (RECEIVED)] = { SENT_CELLS (RECEIVED), [E (RECEIVED)] = TO (RECEIVED), [E (NOT_LISTED)] = TO (RECEIVED) },
  [S (SCHEDULED)] = { SENT_CELLS (SCHEDULED), [E (RECEIVED)] = TO (SCHEDULED), [E (NOT_LISTED)] = TO (SCHEDULED) },
  /* An end that is told again is the same end; any other word about it is a conflict. A late answer to a fence is none. */
  [S (EXECUTED)] = { [E (RECEIVED)] = TO (EXECUTED), [E (SCHEDULED)] = TO (EXECUTED), [E (EXECUTED)] = TO (EXECUTED), [E (FENCE_REFUSED)] = TO (EXECUTED), [E (NOT_LISTED)] = TO (EXECUTED), [E (OTHER_EPOCH)] = TO (EXECUTED) },
  [S (REFUSED)] = { [E (REFUSED)] = TO (REFUSED), [E (FENCE_REFUSED)] = TO (REFUSED), [E (NOT_LISTED)] = TO (REFUSED), [E (OTHER_EPOCH)] = TO (REFUSED) },
  [S (WITHDRAWN)] = { [E (FENCED)] = TO (WITHDRAWN), [E (NOT_LISTED)] = TO (WITHDRAWN), [E (OTHER_EPOCH)] = TO (WITHDRAWN) },
  [S (LAPSED)] = { [E (LAPSED)] = TO (LAPSED), [E (FENCE_REFUSED)] = TO (LAPSED), [E (NOT_LISTED)] = TO (LAPSED), [E (OTHER_EPOCH)] = TO (LAPSED) },
};

CdInstructionCell
cd_instruction_cell (CdInstructionState state, CdInstructionEventKind event)
{
  g_return_val_if_fail ((guint)state < CD_INSTRUCTION_N_STATES && (guint)event < CD_INSTRUCTION_N_EVENTS, ((CdInstructionCell){ FALSE, CD_INSTRUCTION_DRAFT }));

  if (table[state][event] == 0)
    return (CdInstructionCell){ FALSE, state };
  return (CdInstructionCell){ TRUE, (CdInstructionState)(table[state][event] - 1) };
}

void
cd_instruction_table_foreach (CdInstructionCellFunc func, gpointer data)
{
  for (int state = 0; state < CD_INSTRUCTION_N_STATES; state++)
    for (int event = 0; event < CD_INSTRUCTION_N_EVENTS; event++)
      if (table[state][event] != 0)
        func ((CdInstructionState)state, (CdInstructionEventKind)event, (CdInstructionState)(table[state][event] - 1), data);
}

CdInstruction *
cd_instruction_new (const char *key, const char *account)
{
  CdInstruction *instruction = g_new0 (CdInstruction, 1);

  g_strlcpy (instruction->key, key, sizeof instruction->key);
  instruction->account = g_strdup (account);
  return instruction;
}

void
cd_instruction_free (CdInstruction *instruction)
{
  if (!instruction)
    return;
  g_free (instruction->account);
  g_free (instruction->maker);
  g_free (instruction->checker);
  g_free (instruction->receipt);
  g_free (instruction->tx_id);
  g_free (instruction->reason);
  g_free (instruction->epoch);
  g_free (instruction);
}

static gboolean
is_final_state (CdInstructionState state)
{
  return state == CD_INSTRUCTION_EXECUTED || state == CD_INSTRUCTION_REFUSED || state == CD_INSTRUCTION_WITHDRAWN || state == CD_INSTRUCTION_LAPSED;
}

gboolean
cd_instruction_is_final (const CdInstruction *instruction)
{
  return is_final_state (instruction->state);
}

gboolean
cd_instruction_is_editable (const CdInstruction *instruction)
{
  return cd_instruction_cell (instruction->state, CD_INSTRUCTION_EVENT_EDIT).listed;
}

gboolean
cd_instruction_in_time (const CdInstruction *instruction, gint64 deadline_us)
{
  return instruction->receipt && instruction->received_at_us > 0 && instruction->received_at_us <= deadline_us;
}

static gboolean
refuse (CdInstruction *instruction, const CdInstructionEvent *event, CdInstructionError code, const char *why, GError **error)
{
  if (code == CD_INSTRUCTION_ERROR_QUARANTINE)
    instruction->check = TRUE;
  g_set_error (error, CD_INSTRUCTION_ERROR, (int)code, "instruction %s in state %s: event %s: %s", instruction->key, cd_instruction_state_name (instruction->state), cd_instruction_event_name (event->kind), why);
  return FALSE;
}

static gboolean
is_text (const char *text)
{
  return text && *text;
}

static gboolean
is_hash (const char *text)
{
  return text && strlen (text) == CD_INSTRUCTION_HASH_BUF - 1 && strspn (text, "0123456789abcdef") == CD_INSTRUCTION_HASH_BUF - 1;
}

static gboolean
is_persons (CdInstructionEventKind kind)
{
  return kind <= CD_INSTRUCTION_EVENT_COMMIT_SENDING;
}

/* --- Guards: they look, they change nothing ---------------------------------------------------------------------------- */

static gboolean
check_maker (CdInstruction *self, const CdInstructionEvent *event, GError **error)
{
  if (!is_text (event->by))
    return refuse (self, event, CD_INSTRUCTION_ERROR_INCOMPLETE, "expected a person", error);
  if (!(event->rights & CD_INSTRUCTION_MAY_ENTER))
    return refuse (self, event, CD_INSTRUCTION_ERROR_RIGHTS, "expected the right to enter", error);
  if (event->kind != CD_INSTRUCTION_EVENT_REQUEST_WITHDRAWAL && !is_hash (event->hash))
    return refuse (self, event, CD_INSTRUCTION_ERROR_INCOMPLETE, "expected the SHA-256 of the version", error);
  if (event->kind == CD_INSTRUCTION_EVENT_EDIT && g_strcmp0 (event->by, self->maker) != 0)
    return refuse (self, event, CD_INSTRUCTION_ERROR_SAME_PERSON, "only the person who proposed it may edit it", error);
  if (event->kind == CD_INSTRUCTION_EVENT_EDIT && event->version != self->version)
    return refuse (self, event, CD_INSTRUCTION_ERROR_STALE, "expected the current version", error);
  return TRUE;
}

static gboolean
check_checker (CdInstruction *self, const CdInstructionEvent *event, GError **error)
{
  gboolean opening = event->kind == CD_INSTRUCTION_EVENT_OPEN_REVIEW;

  if (!is_text (event->by))
    return refuse (self, event, CD_INSTRUCTION_ERROR_INCOMPLETE, "expected a person", error);
  if (!(event->rights & CD_INSTRUCTION_MAY_APPROVE))
    return refuse (self, event, CD_INSTRUCTION_ERROR_RIGHTS, "expected the right to approve", error);
  if (g_strcmp0 (event->by, self->maker) == 0)
    return refuse (self, event, CD_INSTRUCTION_ERROR_SAME_PERSON, "expected another person than the one who proposed it", error);
  if (!opening && g_strcmp0 (event->by, self->checker) != 0)
    return refuse (self, event, CD_INSTRUCTION_ERROR_SAME_PERSON, "expected the person who opened the review", error);
  if (event->version != self->version)
    return refuse (self, event, CD_INSTRUCTION_ERROR_STALE, "expected the current version", error);
  if (event->kind == CD_INSTRUCTION_EVENT_APPROVE && g_strcmp0 (event->hash, self->hash) != 0)
    return refuse (self, event, CD_INSTRUCTION_ERROR_STALE, "expected the hash of the current version", error);
  if (event->kind == CD_INSTRUCTION_EVENT_REJECT && !is_text (event->reason))
    return refuse (self, event, CD_INSTRUCTION_ERROR_INCOMPLETE, "expected a reason", error);
  return TRUE;
}

/* RESEND and MANUAL take both: the maker and the checker of the approved version, in either order. */
static gboolean
check_both (CdInstruction *self, const CdInstructionEvent *event, GError **error)
{
  gboolean straight = g_strcmp0 (event->by, self->maker) == 0 && g_strcmp0 (event->second, self->checker) == 0;
  gboolean crossed = g_strcmp0 (event->second, self->maker) == 0 && g_strcmp0 (event->by, self->checker) == 0;

  if (!is_text (event->by) || !is_text (event->second))
    return refuse (self, event, CD_INSTRUCTION_ERROR_INCOMPLETE, "expected two persons", error);
  if (!straight && !crossed)
    return refuse (self, event, CD_INSTRUCTION_ERROR_SAME_PERSON, "expected the person who proposed it and the one who approved it", error);
  if (event->kind == CD_INSTRUCTION_EVENT_RESEND && (event->version != self->approved_version || g_strcmp0 (event->hash, self->approved_hash) != 0))
    return refuse (self, event, CD_INSTRUCTION_ERROR_STALE, "expected the approved version and hash", error);
  if (event->kind == CD_INSTRUCTION_EVENT_RESEND && self->check)
    return refuse (self, event, CD_INSTRUCTION_ERROR_STATE, "expected the conflict to be cleared first", error);
  if (event->kind == CD_INSTRUCTION_EVENT_MANUAL && (!is_text (event->receipt) || !is_final_state (event->manual_to)))
    return refuse (self, event, CD_INSTRUCTION_ERROR_INCOMPLETE, "expected the reference of a document and an end state", error);
  return TRUE;
}

/* COMMIT 1 and 2: what leaves is what was approved, by two persons (I12, I13). */
static gboolean
check_commit (CdInstruction *self, const CdInstructionEvent *event, GError **error)
{
  if (self->approved_version != self->version || strcmp (self->approved_hash, self->hash) != 0 || !is_hash (self->approved_hash))
    return refuse (self, event, CD_INSTRUCTION_ERROR_STALE, "expected an approval of the current version", error);
  if (event->version != self->approved_version || g_strcmp0 (event->hash, self->approved_hash) != 0)
    return refuse (self, event, CD_INSTRUCTION_ERROR_STALE, "expected the approved version and hash", error);
  if (!is_text (self->maker) || !is_text (self->checker) || g_str_equal (self->maker, self->checker))
    return refuse (self, event, CD_INSTRUCTION_ERROR_SAME_PERSON, "expected two persons", error);
  if (self->withdrawal_requested || self->check)
    return refuse (self, event, CD_INSTRUCTION_ERROR_STATE, self->check ? "expected the conflict to be cleared first" : "its withdrawal was asked for", error);
  return TRUE;
}

/* Two words of the registry about one thing must agree; a first word agrees with nothing said. */
static gboolean
conflicts (const char *known, const char *said)
{
  return known && is_text (said) && !g_str_equal (known, said);
}

static gboolean
check_registry (CdInstruction *self, const CdInstructionEvent *event, GError **error)
{
  gboolean receipted = event->kind == CD_INSTRUCTION_EVENT_RECEIVED || event->kind == CD_INSTRUCTION_EVENT_SCHEDULED || event->kind == CD_INSTRUCTION_EVENT_EXECUTED;

  if (receipted)
    {
      if (!is_text (event->receipt) || event->at_us <= 0)
        return refuse (self, event, CD_INSTRUCTION_ERROR_QUARANTINE, "expected a receipt with its date", error);
      if (conflicts (self->receipt, event->receipt))
        return refuse (self, event, CD_INSTRUCTION_ERROR_QUARANTINE, "another receipt than before", error);
      if (!is_hash (event->hash) || strcmp (event->hash, self->approved_hash) != 0)
        return refuse (self, event, CD_INSTRUCTION_ERROR_QUARANTINE, "not what was approved", error);
    }
  if (event->kind == CD_INSTRUCTION_EVENT_SCHEDULED && event->effective_us <= 0)
    return refuse (self, event, CD_INSTRUCTION_ERROR_QUARANTINE, "expected the time when it takes effect", error);
  if (event->kind == CD_INSTRUCTION_EVENT_EXECUTED && (!is_text (event->tx_id) || conflicts (self->tx_id, event->tx_id)))
    return refuse (self, event, CD_INSTRUCTION_ERROR_QUARANTINE, is_text (event->tx_id) ? "another transaction than before" : "expected the number of the transaction", error);
  if ((event->kind == CD_INSTRUCTION_EVENT_REFUSED || event->kind == CD_INSTRUCTION_EVENT_LAPSED) && !is_text (event->reason))
    return refuse (self, event, CD_INSTRUCTION_ERROR_QUARANTINE, "expected a reason", error);
  if (event->kind == CD_INSTRUCTION_EVENT_NOT_WRITTEN && self->copies != 1)
    return refuse (self, event, CD_INSTRUCTION_ERROR_QUARANTINE, "more than one copy was written", error);
  if (event->kind != CD_INSTRUCTION_EVENT_OTHER_EPOCH && conflicts (self->epoch, event->epoch))
    return refuse (self, event, CD_INSTRUCTION_ERROR_QUARANTINE, "another epoch of the registry", error);
  return TRUE;
}

static gboolean
check_event (CdInstruction *self, const CdInstructionEvent *event, GError **error)
{
  switch (event->kind)
    {
    case CD_INSTRUCTION_EVENT_PROPOSE:
    case CD_INSTRUCTION_EVENT_EDIT:
    case CD_INSTRUCTION_EVENT_REQUEST_WITHDRAWAL:
      return check_maker (self, event, error);
    case CD_INSTRUCTION_EVENT_OPEN_REVIEW:
    case CD_INSTRUCTION_EVENT_APPROVE:
    case CD_INSTRUCTION_EVENT_REJECT:
      return check_checker (self, event, error);
    case CD_INSTRUCTION_EVENT_RESEND:
    case CD_INSTRUCTION_EVENT_MANUAL:
      return check_both (self, event, error);
    case CD_INSTRUCTION_EVENT_COMMIT_INTENT:
    case CD_INSTRUCTION_EVENT_COMMIT_SENDING:
      return check_commit (self, event, error);
    default:
      return check_registry (self, event, error);
    }
}

/* --- What an event leaves behind; nothing can fail any more ------------------------------------------------------------- */

static void
keep (char **field, const char *text)
{
  if (!is_text (text) || g_strcmp0 (*field, text) == 0)
    return;
  g_free (*field);
  *field = g_strdup (text);
}

static void
void_approval (CdInstruction *self)
{
  self->approved_version = 0;
  self->approved_hash[0] = 0;
  g_clear_pointer (&self->checker, g_free);
}

static void
take_persons (CdInstruction *self, const CdInstructionEvent *event)
{
  switch (event->kind)
    {
    case CD_INSTRUCTION_EVENT_PROPOSE:
    case CD_INSTRUCTION_EVENT_EDIT:
      keep (&self->maker, event->by);
      self->version++;
      g_strlcpy (self->hash, event->hash, sizeof self->hash);
      void_approval (self);
      break;
    case CD_INSTRUCTION_EVENT_OPEN_REVIEW:
      keep (&self->checker, event->by);
      break;
    case CD_INSTRUCTION_EVENT_APPROVE:
      self->approved_version = self->version;
      g_strlcpy (self->approved_hash, self->hash, sizeof self->approved_hash);
      break;
    case CD_INSTRUCTION_EVENT_REJECT:
      keep (&self->reason, event->reason);
      break;
    case CD_INSTRUCTION_EVENT_REQUEST_WITHDRAWAL:
      self->withdrawal_requested = TRUE;
      break;
    case CD_INSTRUCTION_EVENT_RESEND:
    case CD_INSTRUCTION_EVENT_COMMIT_SENDING:
      self->copies++;
      break;
    case CD_INSTRUCTION_EVENT_MANUAL:
      keep (&self->reason, event->receipt);
      break;
    default:
      break;
    }
}

static void
take_registry (CdInstruction *self, const CdInstructionEvent *event)
{
  switch (event->kind)
    {
    case CD_INSTRUCTION_EVENT_RECEIVED:
    case CD_INSTRUCTION_EVENT_SCHEDULED:
    case CD_INSTRUCTION_EVENT_EXECUTED:
      /* The date of the receipt is the first one said: later words do not move it. */
      if (!self->receipt)
        self->received_at_us = event->at_us;
      keep (&self->receipt, event->receipt);
      if (event->kind == CD_INSTRUCTION_EVENT_SCHEDULED && !cd_instruction_is_final (self))
        self->effective_us = event->effective_us;
      if (event->kind == CD_INSTRUCTION_EVENT_EXECUTED)
        keep (&self->tx_id, event->tx_id);
      break;
    case CD_INSTRUCTION_EVENT_REFUSED:
    case CD_INSTRUCTION_EVENT_LAPSED:
      keep (&self->reason, event->reason);
      break;
    case CD_INSTRUCTION_EVENT_FENCE_REFUSED:
      self->withdrawal_requested = FALSE;
      break;
    case CD_INSTRUCTION_EVENT_NOT_WRITTEN:
      self->copies = 0;
      break;
    case CD_INSTRUCTION_EVENT_NOT_LISTED:
      self->check |= self->state == CD_INSTRUCTION_RECEIVED || self->state == CD_INSTRUCTION_SCHEDULED;
      return;
    case CD_INSTRUCTION_EVENT_OTHER_EPOCH:
      self->check |= !cd_instruction_is_final (self);
      return;
    default:
      break;
    }
  keep (&self->epoch, event->epoch);
  if (event->at_us > self->last_answer_us)
    self->last_answer_us = event->at_us;
}

gboolean
cd_instruction_apply (CdInstruction *self, const CdInstructionEvent *event, GError **error)
{
  CdInstructionCell cell = cd_instruction_cell (self->state, event->kind);

  if (!cell.listed)
    return refuse (self, event, is_persons (event->kind) ? CD_INSTRUCTION_ERROR_STATE : CD_INSTRUCTION_ERROR_QUARANTINE, "not in the table", error);
  if (!check_event (self, event, error))
    return FALSE;
  if (is_persons (event->kind))
    take_persons (self, event);
  else
    take_registry (self, event);
  self->state = event->kind == CD_INSTRUCTION_EVENT_MANUAL ? event->manual_to : cell.to;
  if (cd_instruction_is_final (self))
    self->withdrawal_requested = FALSE;
  g_assert (self->state < CD_INSTRUCTION_INTENT || is_final_state (self->state) || (self->approved_version == self->version && g_strcmp0 (self->maker, self->checker) != 0));
  g_assert (self->state != CD_INSTRUCTION_EXECUTED || strcmp (self->approved_hash, self->hash) == 0);
  return TRUE;
}

CdInstructionLabel
cd_instruction_label (const CdInstruction *instruction)
{
  if (instruction->check)
    return CD_INSTRUCTION_LABEL_CHECK;
  if (instruction->state == CD_INSTRUCTION_UNKNOWN)
    return CD_INSTRUCTION_LABEL_UNKNOWN;
  if (instruction->withdrawal_requested)
    return CD_INSTRUCTION_LABEL_WITHDRAWAL_REQUESTED;
  if (instruction->state == CD_INSTRUCTION_INTENT || instruction->state == CD_INSTRUCTION_SENDING)
    return CD_INSTRUCTION_LABEL_SENDING;
  return CD_INSTRUCTION_LABEL_STATE;
}

const char *
cd_instruction_state_name (CdInstructionState state)
{
  static const char *const names[] = { "draft", "proposed", "review", "approved", "intent", "sending", "unknown", "received", "scheduled", "executed", "refused", "withdrawn", "lapsed" };

  return (guint)state < G_N_ELEMENTS (names) ? names[state] : "";
}

const char *
cd_instruction_event_name (CdInstructionEventKind event)
{
  static const char *const names[] = { "propose", "edit", "open_review", "approve", "reject", "request_withdrawal", "resend", "manual", "commit_intent", "commit_sending", "not_written", "ambiguous", "received", "scheduled", "executed", "refused", "fenced", "fence_refused", "lapsed", "not_listed", "other_epoch" };

  return (guint)event < G_N_ELEMENTS (names) ? names[event] : "";
}
