/* test-send-class.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table of reliability D6 against the text of D6, written here once more as questions one after the other: every combination of
 * way, status, envelope, verdict, copies and what the venue declares. Each row must decide somewhere, and nothing may be read out of
 * a status alone.
 */
#include "cd-send-class.h"

#include <string.h>

#define KEY "PXAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define OTHER "PXBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define SHA "aa11"

typedef enum
{
  BODY_NONE, /* silence, cut, no JSON, another schema: the parser gives nothing */
  BODY_ANSWER,
  BODY_PROBLEM_OURS,
  BODY_PROBLEM_NO_KEY,
  BODY_PROBLEM_OTHER_KEY,
  N_BODIES,
} Body;

typedef enum
{
  FLAW_NONE,
  FLAW_KEY,
  FLAW_NO_KEY,
  FLAW_ACCOUNT,
  FLAW_OP,
  FLAW_EPOCH,
  FLAW_BODY,
  FLAW_MISMATCH,
  N_FLAWS,
} Flaw;

typedef struct
{
  gboolean post, written, one_copy, stored, intake, epoch_known;
  guint status;
  Body body;
  Flaw flaw;
  CdWireVerdict verdict, before;
} Case;

static const guint statuses[] = { 200, 201, 202, 204, 206, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 407, 408, 409, 410, 413, 421, 422, 425, 426, 429, 431, 451, 500, 501, 502, 503, 504, 505, 511, 599, 20, 2000 };

/* D6, line by line. */
static CdSendOutcome
oracle (const Case *c)
{
  gboolean has_answer = c->body == BODY_ANSWER;
  gboolean yes_no = c->verdict == CD_WIRE_ACCEPTED || c->verdict == CD_WIRE_REJECTED;
  gboolean is_200 = !c->post || c->status == 200 || c->status == 201;

  if (!c->written)
    return CD_SEND_NOT_WRITTEN;
  if (c->body == BODY_NONE)
    return CD_SEND_AMBIGUOUS;
  if (c->body == BODY_PROBLEM_OTHER_KEY || (has_answer && (c->flaw == FLAW_KEY || c->flaw == FLAW_NO_KEY || c->flaw == FLAW_ACCOUNT || c->flaw == FLAW_OP)))
    return CD_SEND_FOREIGN;
  if (c->flaw == FLAW_EPOCH && c->epoch_known)
    return CD_SEND_EPOCH;
  if (c->flaw == FLAW_MISMATCH && (has_answer || c->body == BODY_PROBLEM_OURS))
    return CD_SEND_DEFECT;
  if (has_answer && c->flaw == FLAW_BODY)
    return CD_SEND_FOREIGN;
  if (has_answer && yes_no && (c->before == CD_WIRE_ACCEPTED || c->before == CD_WIRE_REJECTED) && c->before != c->verdict)
    return CD_SEND_DEFECT;
  if (has_answer && c->verdict == CD_WIRE_IN_PROGRESS && (!c->post || c->status == 200 || c->status == 409))
    return CD_SEND_POLL;
  if (has_answer && c->verdict == CD_WIRE_ACCEPTED && is_200)
    return CD_SEND_ANSWERED;
  if (has_answer && c->verdict == CD_WIRE_REJECTED && (is_200 || c->status == 400 || c->status == 422) && (c->one_copy || c->stored))
    return CD_SEND_ANSWERED;
  if (c->post && (c->status == 401 || c->status == 403 || c->status == 404 || c->status == 429) && c->one_copy && c->intake && !(has_answer && c->verdict == CD_WIRE_ACCEPTED))
    return CD_SEND_REFUSED;
  return CD_SEND_AMBIGUOUS;
}

static const CdSendRow *
ask (const Case *c)
{
  const CdSent sent = { CD_WIRE_OP_ORDER_NEW, KEY, "HD-POWER", SHA, c->epoch_known ? "e1" : NULL, c->before };
  CdWireAnswer answer = {
    .op = c->flaw == FLAW_OP ? CD_WIRE_OP_FENCE : CD_WIRE_OP_ORDER_NEW,
    .key = c->flaw == FLAW_KEY ? OTHER : c->flaw == FLAW_NO_KEY ? NULL
                                                                : KEY,
    .account = c->flaw == FLAW_ACCOUNT ? "HD-CEMENT" : "HD-POWER",
    .body_sha256 = c->flaw == FLAW_BODY ? "bb22" : SHA,
    .epoch = c->flaw == FLAW_EPOCH ? "e2" : "e1",
    .verdict = c->verdict,
    .code = c->flaw == FLAW_MISMATCH ? "key.mismatch" : NULL,
  };
  CdWireProblem problem = {
    .status = (int)c->status,
    .key = c->body == BODY_PROBLEM_NO_KEY ? NULL : c->body == BODY_PROBLEM_OTHER_KEY ? OTHER
                                                                                     : KEY,
    .code = c->flaw == FLAW_MISMATCH ? "key.mismatch" : "request.malformed",
    .epoch = c->flaw == FLAW_EPOCH ? "e2" : "e1",
  };
  guint facts = cd_send_facts (&sent, c->body == BODY_ANSWER ? &answer : NULL, c->body > BODY_ANSWER ? &problem : NULL);

  facts |= c->written ? CD_FACT_WRITTEN : 0;
  facts |= c->post ? CD_FACT_POST : 0;
  facts |= c->one_copy ? CD_FACT_ONE_COPY : 0;
  facts |= c->stored ? CD_FACT_STORED : 0;
  facts |= c->intake ? CD_FACT_BEFORE_INTAKE : 0;
  return cd_send_classify (facts, c->post && (c->written || c->body != BODY_NONE) ? c->status : 0);
}

typedef void (*EachFunc) (const Case *c, gpointer data);

static void
each_envelope (Case c, EachFunc func, gpointer data)
{
  for (guint i = 0; i < N_BODIES * N_FLAWS * 3 * 4; i++)
    {
      c.body = (Body)(i % N_BODIES);
      c.flaw = (Flaw)(i / N_BODIES % N_FLAWS);
      c.verdict = (CdWireVerdict)(1 + i / N_BODIES / N_FLAWS % 3);
      c.before = (CdWireVerdict)(i / N_BODIES / N_FLAWS / 3);
      /* A frame brings no problem document. */
      if (c.post || c.body <= BODY_ANSWER)
        func (&c, data);
    }
}

static void
each (EachFunc func, gpointer data)
{
  for (guint bits = 0; bits < 64; bits++)
    for (guint s = 0; s < G_N_ELEMENTS (statuses); s++)
      {
        const Case c = { .post = bits & 1, .written = bits & 2, .one_copy = bits & 4, .stored = bits & 8, .intake = bits & 16, .epoch_known = bits & 32, .status = statuses[s] };

        if (c.post || s == 0)
          each_envelope (c, func, data);
      }
}

typedef struct
{
  guint64 asked, by_row[64];
} Count;

static void
compare (const Case *c, gpointer data)
{
  Count *count = data;
  guint n;
  const CdSendRow *rows = cd_send_rows (&n);
  const CdSendRow *row = ask (c);

  if (row->outcome != oracle (c))
    g_error ("row %s says %d, D6 %d: post %d written %d status %u body %d flaw %d verdict %d before %d one %d stored %d intake %d", row->name, row->outcome, oracle (c), c->post, c->written, c->status, c->body, c->flaw, c->verdict, c->before, c->one_copy, c->stored, c->intake);
  count->asked++;
  count->by_row[row - rows]++;
}

static void
test_table (void)
{
  Count count = { 0 };
  guint n;
  const CdSendRow *rows = cd_send_rows (&n);

  each (compare, &count);
  for (guint i = 0; i < n; i++)
    {
      g_test_message ("%s: decided %" G_GUINT64_FORMAT, rows[i].name, count.by_row[i]);
      g_assert_cmpuint (count.by_row[i], >, 0);
    }
  g_test_message ("send-class: %u rows, %" G_GUINT64_FORMAT " answers asked", n, count.asked);
  g_assert_null (rows[n - 1].statuses);
  g_assert_cmpuint (rows[n - 1].need | rows[n - 1].forbid, ==, 0);
}

/* A verdict needs an envelope that is ours in every member. */
static void
never_from_status_alone (const Case *c, gpointer data)
{
  CdSendOutcome outcome = ask (c)->outcome;

  if (c->written && c->body == BODY_NONE && !(c->intake && c->one_copy))
    g_assert_cmpint (outcome, ==, CD_SEND_AMBIGUOUS);
  if (outcome == CD_SEND_ANSWERED)
    g_assert_true (c->body == BODY_ANSWER && (c->flaw == FLAW_NONE || (c->flaw == FLAW_EPOCH && !c->epoch_known)));
  if (outcome == CD_SEND_REFUSED)
    g_assert_true (c->post && c->one_copy && c->intake);
}

static void
test_no_guess (void)
{
  each (never_from_status_alone, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/send-class/every-answer-as-D6-says", test_table);
  g_test_add_func ("/send-class/no-verdict-without-an-envelope", test_no_guess);
  return g_test_run ();
}
