/* cd-send-class.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-send-class.h"

#include <string.h>

#define ENVELOPE (CD_FACT_ANSWER | CD_FACT_PROBLEM)

/* Whose answer it is comes first; only then what it says. */
static const CdSendRow rows[] = {
  { "not-written", NULL, 0, CD_FACT_WRITTEN, CD_SEND_NOT_WRITTEN },
  { "no-envelope", NULL, 0, ENVELOPE, CD_SEND_AMBIGUOUS }, /* silence, cut, no JSON, another schema */
  { "other-key", NULL, CD_FACT_OTHER_KEY, 0, CD_SEND_FOREIGN },
  { "other-account", NULL, CD_FACT_OTHER_ACCOUNT, 0, CD_SEND_FOREIGN },
  { "other-op", NULL, CD_FACT_OTHER_OP, 0, CD_SEND_FOREIGN },
  { "other-epoch", NULL, CD_FACT_OTHER_EPOCH, 0, CD_SEND_EPOCH },
  { "mismatch", NULL, CD_FACT_MISMATCH, 0, CD_SEND_DEFECT },
  { "other-body", NULL, CD_FACT_OTHER_BODY, 0, CD_SEND_FOREIGN },
  { "contradiction", NULL, CD_FACT_CONTRADICTS, 0, CD_SEND_DEFECT },
  { "in-progress", "200 409", CD_FACT_ANSWER | CD_FACT_IN_PROGRESS, 0, CD_SEND_POLL },
  { "accepted", "200 201", CD_FACT_ANSWER | CD_FACT_ACCEPTED, 0, CD_SEND_ANSWERED },
  { "rejected", "200 201 400 422", CD_FACT_ANSWER | CD_FACT_REJECTED | CD_FACT_ONE_COPY, 0, CD_SEND_ANSWERED },
  { "rejected-stored", "200 201 400 422", CD_FACT_ANSWER | CD_FACT_REJECTED | CD_FACT_STORED, 0, CD_SEND_ANSWERED },
  { "before-intake", "401 403 404 429", CD_FACT_POST | CD_FACT_ONE_COPY | CD_FACT_BEFORE_INTAKE, CD_FACT_ACCEPTED, CD_SEND_REFUSED },
  { "anything-else", NULL, 0, 0, CD_SEND_AMBIGUOUS }, /* 3xx, 408, 421, 425, 5xx … */
};

static gboolean
status_fits (const char *statuses, guint status)
{
  char number[16];
  const char *at;

  if (!statuses || status == 0)
    return TRUE;
  g_snprintf (number, sizeof number, "%u", status);
  at = strstr (statuses, number);
  return at && strlen (number) == 3;
}

const CdSendRow *
cd_send_classify (guint facts, guint status)
{
  guint i = 0;

  while ((facts & rows[i].need) != rows[i].need || (facts & rows[i].forbid) != 0 || !status_fits (rows[i].statuses, status))
    i++;
  return &rows[i];
}

const CdSendRow *
cd_send_rows (guint *n)
{
  *n = G_N_ELEMENTS (rows);
  return rows;
}

static guint
answer_facts (const CdSent *sent, const CdWireAnswer *answer)
{
  guint facts = CD_FACT_ANSWER;

  facts |= g_strcmp0 (answer->key, sent->key) != 0 ? CD_FACT_OTHER_KEY : 0;
  facts |= g_strcmp0 (answer->account, sent->account) != 0 ? CD_FACT_OTHER_ACCOUNT : 0;
  facts |= answer->op != sent->op ? CD_FACT_OTHER_OP : 0;
  facts |= g_strcmp0 (answer->body_sha256, sent->body_sha256) != 0 ? CD_FACT_OTHER_BODY : 0;
  facts |= sent->epoch && g_strcmp0 (answer->epoch, sent->epoch) != 0 ? CD_FACT_OTHER_EPOCH : 0;
  facts |= g_strcmp0 (answer->code, "key.mismatch") == 0 ? CD_FACT_MISMATCH : 0;
  facts |= answer->verdict == CD_WIRE_ACCEPTED ? CD_FACT_ACCEPTED : 0;
  facts |= answer->verdict == CD_WIRE_REJECTED ? CD_FACT_REJECTED : 0;
  facts |= answer->verdict == CD_WIRE_IN_PROGRESS ? CD_FACT_IN_PROGRESS : 0;
  /* "In progress" contradicts nothing, before or after. */
  if (sent->verdict && sent->verdict != CD_WIRE_IN_PROGRESS && answer->verdict != CD_WIRE_IN_PROGRESS && answer->verdict != sent->verdict)
    facts |= CD_FACT_CONTRADICTS;
  return facts;
}

/* A problem may be of the edge, which knows of no key; then it says nothing about ours. */
static guint
problem_facts (const CdSent *sent, const CdWireProblem *problem)
{
  guint facts = CD_FACT_PROBLEM;

  facts |= problem->key && g_strcmp0 (problem->key, sent->key) != 0 ? CD_FACT_OTHER_KEY : 0;
  facts |= sent->epoch && problem->epoch && g_strcmp0 (problem->epoch, sent->epoch) != 0 ? CD_FACT_OTHER_EPOCH : 0;
  facts |= problem->key && g_strcmp0 (problem->key, sent->key) == 0 && g_strcmp0 (problem->code, "key.mismatch") == 0 ? CD_FACT_MISMATCH : 0;
  return facts;
}

guint
cd_send_facts (const CdSent *sent, const CdWireAnswer *answer, const CdWireProblem *problem)
{
  g_return_val_if_fail (!answer || !problem, 0);

  return answer ? answer_facts (sent, answer) : problem ? problem_facts (sent, problem)
                                                        : 0;
}
