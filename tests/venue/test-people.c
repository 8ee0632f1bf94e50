/* test-people.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two persons behind everything that moves title: every cell of users, roles, states and actions (reliability P12), two
 * workstations at once (P13), deputies, roles at the moment of execution, receipts and deadlines (P14), vetoes.
 */
#include "venue-fixture.h"

#include <string.h>

#include "cd-id.h"

#define POWER "HD-POWER"
#define CEMENT "HD-CEMENT"
#define MAKER "power-trader"
#define CHECKER "power-second"
#define DEPUTY "cement-second"
#define OUTSIDER "cement-trader"
#define PROVINCE "province"
#define CANCEL(qty) "{\"version\":1,\"kind\":\"cancel\",\"asset\":\"CEA25\",\"qty\":\"" #qty "\",\"reason\":\"r\"}"

typedef VenueFixture Fixture;

static void
give (Fixture *f, const char *person, const char *account, const char *roles)
{
  g_free (venue_fixture_try (f, PROVINCE, CD_WIRE_OP_PRACTICE_ROLES, account, NULL, "{\"person\":\"%s\",\"roles\":\"%s\"}", person, roles));
}

static char *
appoint (Fixture *f, const char *code, const char *by, const char *person, const char *from, const char *to)
{
  return venue_fixture_try (f, by, CD_WIRE_OP_DEPUTY_APPOINT, POWER, code, "{\"person\":\"%s\",\"from\":\"%s\",\"to\":\"%s\"}", person, from, to);
}

static char *
propose (Fixture *f, const char *body)
{
  return venue_fixture_try (f, MAKER, CD_WIRE_OP_INSTRUCTION_PROPOSE, POWER, NULL, "%s", body);
}

static void
confirm (Fixture *f, const char *person, const char *code, const char *id, int version, const char *hashed)
{
  g_autofree char *body = venue_fixture_confirm_body (id, version, hashed);

  g_free (venue_fixture_try (f, person, CD_WIRE_OP_INSTRUCTION_CONFIRM, POWER, code, "%s", body));
}

static void
review (Fixture *f, const char *code, const char *id, const char *verdict)
{
  g_free (venue_fixture_try (f, PROVINCE, CD_WIRE_OP_INSTRUCTION_REVIEW, POWER, code, "{\"id\":\"%s\",\"verdict\":\"%s\",\"reason\":\"seen\"}", id, verdict));
}

/* --- P12: 4 users x 5 roles x 7 states x 9 actions --------------------------------------------------------------------- */

enum
{
  USER_MAKER,
  USER_CHECKER,
  USER_DEPUTY,
  USER_OUTSIDER,
  N_USERS
};
static const char *const users[] = { MAKER, CHECKER, DEPUTY, OUTSIDER };
static const char *const homes[] = { POWER, POWER, CEMENT, CEMENT };
static const char *const usual[] = { "view enter cash", "view approve", "view approve", "view enter cash" };
static const char *const roles[] = { "view", "enter", "approve", "cash", "review" };

enum
{
  STATE_NONE,
  STATE_PROPOSED,
  STATE_EDITED,
  STATE_IN_REVIEW,
  STATE_EXECUTED,
  STATE_REFUSED,
  STATE_WITHDRAWN,
  N_STATES
};

enum
{
  DO_PROPOSE,
  DO_EDIT,
  DO_CONFIRM,
  DO_CONFIRM_STALE,
  DO_REFUSE,
  DO_REFUSE_MUTE,
  DO_WITHDRAW,
  DO_PASS,
  DO_FAIL,
  N_ACTIONS
};

/* What the text of P12, D9 and the registry's rules say, written without looking at the code. NULL = allowed. */
static const char *
expected (int user, int role, int state, int action)
{
  gboolean open = state == STATE_PROPOSED || state == STATE_EDITED;
  gboolean enters = user <= USER_CHECKER && role == 1;
  gboolean approves = user <= USER_CHECKER ? role == 2 : user == USER_DEPUTY;
  gboolean reviews = user <= USER_CHECKER && role == 4;

  if (user == USER_OUTSIDER)
    return "rights.missing";
  if (action == DO_PROPOSE)
    return enters ? NULL : "rights.missing";
  if (state == STATE_NONE)
    return "instruction.state";
  switch (action)
    {
    case DO_EDIT:
      return !open ? "instruction.state" : !enters          ? "rights.missing"
                                       : user != USER_MAKER ? "instruction.same_person"
                                                            : NULL;
    case DO_CONFIRM:
    case DO_CONFIRM_STALE:
      if (!open)
        return "instruction.state";
      if (user == USER_MAKER)
        return "instruction.same_person";
      return !approves ? "rights.missing" : action == DO_CONFIRM_STALE ? "instruction.stale"
                                                                       : NULL;
    case DO_REFUSE:
    case DO_REFUSE_MUTE:
      if (!open)
        return "instruction.state";
      if (!approves)
        return "rights.missing";
      return action == DO_REFUSE_MUTE ? "reason.missing" : user == USER_MAKER ? "instruction.same_person"
                                                                              : NULL;
    case DO_WITHDRAW:
      return !open && state != STATE_IN_REVIEW ? "instruction.state" : enters ? NULL
                                                                              : "rights.missing";
    default:
      if (!reviews)
        return "rights.missing";
      return state != STATE_IN_REVIEW ? "instruction.state" : "instruction.same_person";
    }
}

typedef struct
{
  char *id, *hashed;
  int version;
} Case;

static void
bring_to (Fixture *f, int state, Case *c)
{
  c->id = g_strdup ("PXNONE");
  c->version = 1;
  c->hashed = g_strdup (CANCEL (1));
  if (state == STATE_NONE)
    return;
  g_free (c->id);
  c->id = propose (f, c->hashed);
  if (state == STATE_EDITED)
    {
      g_free (c->hashed);
      c->hashed = g_strdup_printf ("{\"id\":\"%s\",\"version\":1,\"kind\":\"cancel\",\"asset\":\"CEA25\",\"qty\":\"2\",\"reason\":\"r\"}", c->id);
      g_free (venue_fixture_try (f, MAKER, CD_WIRE_OP_INSTRUCTION_EDIT, POWER, NULL, "%s", c->hashed));
      c->version = 2;
    }
  if (state == STATE_IN_REVIEW || state == STATE_EXECUTED)
    confirm (f, CHECKER, NULL, c->id, 1, c->hashed);
  if (state == STATE_EXECUTED)
    review (f, NULL, c->id, "pass");
  if (state == STATE_REFUSED)
    g_free (venue_fixture_try (f, CHECKER, CD_WIRE_OP_INSTRUCTION_REFUSE, POWER, NULL, "{\"id\":\"%s\",\"version\":1,\"reason\":\"no\"}", c->id));
  if (state == STATE_WITHDRAWN)
    g_free (venue_fixture_try (f, MAKER, CD_WIRE_OP_INSTRUCTION_WITHDRAW, POWER, NULL, "{\"id\":\"%s\",\"version\":1,\"reason\":\"no\"}", c->id));
}

static CdWireAnswer *
act (Fixture *f, const char *person, int action, const Case *c)
{
  static const CdWireOp ops[] = { CD_WIRE_OP_INSTRUCTION_PROPOSE, CD_WIRE_OP_INSTRUCTION_EDIT, CD_WIRE_OP_INSTRUCTION_CONFIRM, CD_WIRE_OP_INSTRUCTION_CONFIRM, CD_WIRE_OP_INSTRUCTION_REFUSE, CD_WIRE_OP_INSTRUCTION_REFUSE, CD_WIRE_OP_INSTRUCTION_WITHDRAW, CD_WIRE_OP_INSTRUCTION_REVIEW, CD_WIRE_OP_INSTRUCTION_REVIEW };
  g_autofree char *body = NULL;

  switch (action)
    {
    case DO_PROPOSE:
      body = g_strdup (CANCEL (1));
      break;
    case DO_EDIT:
      body = g_strdup_printf ("{\"id\":\"%s\",\"version\":%d,\"kind\":\"cancel\",\"asset\":\"CEA25\",\"qty\":\"3\",\"reason\":\"r\"}", c->id, c->version);
      break;
    case DO_CONFIRM:
      body = venue_fixture_confirm_body (c->id, c->version, c->hashed);
      break;
    case DO_CONFIRM_STALE:
      body = venue_fixture_confirm_body (c->id, c->version, "what was read before");
      break;
    case DO_REFUSE:
    case DO_WITHDRAW:
      body = g_strdup_printf ("{\"id\":\"%s\",\"version\":%d,\"reason\":\"no\"}", c->id, c->version);
      break;
    case DO_REFUSE_MUTE:
      body = g_strdup_printf ("{\"id\":\"%s\",\"version\":%d,\"reason\":\"  \"}", c->id, c->version);
      break;
    default:
      body = g_strdup_printf ("{\"id\":\"%s\",\"verdict\":\"%s\",\"reason\":\"no\"}", c->id, action == DO_PASS ? "pass" : "refuse");
      break;
    }
  return venue_fixture_send (f, person, ops[action], POWER, body);
}

static void
test_cells (Fixture *f, gconstpointer data)
{
  guint cells = 0, allowed = 0;

  g_free (appoint (f, NULL, CHECKER, DEPUTY, "2026-12-14", "2026-12-31"));
  for (int user = 0; user < N_USERS; user++)
    for (gsize role = 0; role < G_N_ELEMENTS (roles); role++)
      for (int state = 0; state < N_STATES; state++)
        for (int action = 0; action < N_ACTIONS; action++)
          {
            const char *code = expected (user, (int)role, state, action);
            g_autoptr (CdWireAnswer) answer = NULL;
            Case c;
            guint64 before;

            bring_to (f, state, &c);
            give (f, users[user], homes[user], roles[role]);
            before = cd_venue_last_seq (f->venue, POWER);
            answer = act (f, users[user], action, &c);
            if (g_strcmp0 (answer->code, code) != 0)
              g_error ("user %s role %s state %d action %d: %s, expected %s", users[user], roles[role], state, action, answer->code, code);
            /* What is refused leaves no trace. */
            g_assert_true (code == NULL || cd_venue_last_seq (f->venue, POWER) == before);
            give (f, users[user], homes[user], usual[user]);
            cells++;
            allowed += code == NULL;
            g_free (c.id);
            g_free (c.hashed);
          }
  g_test_message ("%u cells, %u allowed", cells, allowed);
  g_assert_cmpuint (cells, ==, 1260);
}

/* --- P13: two workstations at once ------------------------------------------------------------------------------------- */

typedef struct
{
  int version;
  char hash[65];
} Seen;

typedef struct
{
  char *id;
  Seen now;          /* at the registry */
  char state[16];    /* at the registry, from its events */
  char approved[65]; /* what the registry took from a confirmation */
  gint64 qty[16];    /* by version */
  guint executed;
  gint64 done;
} Life;

static void
event_cb (const CdWireEvent *event, gpointer data)
{
  Life *life = data;

  if (event->kind != CD_WIRE_EVENT_INSTRUCTION || g_strcmp0 (event->id, life->id) != 0)
    return;
  /* What has ended stays ended. */
  g_assert_true (strcmp (life->state, "executed") != 0 && strcmp (life->state, "refused") != 0 && strcmp (life->state, "withdrawn") != 0);
  /* Once confirmed nothing can be edited. */
  g_assert_true (strcmp (life->state, "in_review") != 0 || event->version == life->now.version);
  g_strlcpy (life->state, event->state, sizeof life->state);
  life->now.version = event->version;
  g_strlcpy (life->now.hash, event->hash, sizeof life->now.hash);
  if (g_str_equal (event->state, "executed"))
    {
      life->executed++;
      life->done = life->qty[event->version];
      g_assert_cmpstr (event->hash, ==, life->approved);
      g_assert_cmpstr (event->by, !=, event->confirmed_by);
    }
}

static CdWireCommand *
make (Fixture *f, CdWireOp op, const char *body)
{
  guint8 random[16] = { 0 };
  char key[CD_KEY_BUF];

  f->key++;
  memcpy (random, &f->key, sizeof f->key);
  return cd_wire_command_new (op, cd_key_make (CD_KEY_PRACTICE, random, key), POWER, 0, body);
}

/* One step of either workstation, from what it has seen so far; now and then an older copy comes again. */
static void
one_step (Fixture *f, GRand *rand, Life *life, Seen seen[2], GPtrArray *sent)
{
  static const char *const persons[] = { MAKER, CHECKER, PROVINCE };
  int what = g_rand_int_range (rand, 0, 9);
  int who = what < 3 ? 0 : what < 6 ? 1
                                    : 2;
  g_autofree char *body = NULL;
  g_autoptr (CdWireAnswer) answer = NULL;
  CdWireCommand *command;
  gint64 qty = g_rand_int_range (rand, 1, 50);
  CdWireOp op = CD_WIRE_OP_INSTRUCTION_CONFIRM;

  if (sent->len > 0 && g_rand_int_range (rand, 0, 6) == 0)
    {
      command = g_ptr_array_index (sent, g_rand_int_range (rand, 0, (gint32)sent->len));
      who = command->op <= CD_WIRE_OP_INSTRUCTION_EDIT || command->op == CD_WIRE_OP_INSTRUCTION_WITHDRAW ? 0 : command->op == CD_WIRE_OP_INSTRUCTION_REVIEW ? 2
                                                                                                                                                            : 1;
      answer = cd_venue_command (f->venue, persons[who], command, 0);
      g_assert_true (answer->replayed);
      return;
    }
  if (what < 2)
    {
      op = CD_WIRE_OP_INSTRUCTION_EDIT;
      body = g_strdup_printf ("{\"id\":\"%s\",\"version\":%d,\"kind\":\"cancel\",\"asset\":\"CEA25\",\"qty\":\"%d\",\"reason\":\"r\"}", life->id, seen[0].version, (int)qty);
      if (life->now.version < 15)
        life->qty[life->now.version + 1] = qty;
    }
  else if (what == 2)
    op = CD_WIRE_OP_INSTRUCTION_WITHDRAW;
  else if (what < 5)
    {
      body = g_strdup_printf ("{\"id\":\"%s\",\"version\":%d,\"hash\":\"%s\"}", life->id, seen[1].version, seen[1].hash);
      g_strlcpy (life->approved, strcmp (life->state, "proposed") == 0 ? seen[1].hash : life->approved, sizeof life->approved);
    }
  else if (what == 5)
    op = CD_WIRE_OP_INSTRUCTION_REFUSE;
  else
    {
      op = CD_WIRE_OP_INSTRUCTION_REVIEW;
      body = g_strdup_printf ("{\"id\":\"%s\",\"version\":%d,\"hash\":\"%s\",\"verdict\":\"%s\",\"reason\":\"r\"}", life->id, seen[1].version, seen[1].hash, what < 8 ? "pass" : "refuse");
    }
  if (!body)
    body = g_strdup_printf ("{\"id\":\"%s\",\"version\":%d,\"reason\":\"r\"}", life->id, seen[who == 0 ? 0 : 1].version);
  command = make (f, op, body);
  g_ptr_array_add (sent, command);
  answer = cd_venue_command (f->venue, persons[who], command, 0);
  if (op == CD_WIRE_OP_INSTRUCTION_CONFIRM && answer->verdict == CD_WIRE_ACCEPTED)
    g_assert_cmpstr (life->approved, ==, life->now.hash);
}

static void
test_interleavings (Fixture *f, gconstpointer data)
{
  static const CdVenueSink sink = { .event = event_cb };
  guint ends[4] = { 0 };

  for (guint seed = 0; seed < 10000; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr (GPtrArray) sent = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_wire_command_free);
      Life life = { .qty = { 0, 7 } };
      Seen seen[2] = { 0 };
      CdWireCommand *first = make (f, CD_WIRE_OP_INSTRUCTION_PROPOSE, CANCEL (7));
      gint64 cancelled = venue_fixture_balance (f, POWER, "CEA25", CD_BUCKET_CANCELLED);
      gint64 waiting = venue_fixture_balance (f, POWER, "CEA25", CD_BUCKET_SUBMITTED);

      life.id = first->key;
      g_ptr_array_add (sent, first);
      cd_venue_set_sink (f->venue, &sink, &life);
      cd_wire_answer_free (cd_venue_command (f->venue, MAKER, first, 0));
      seen[0] = seen[1] = life.now;
      for (int step = 0; step < 12; step++)
        {
          one_step (f, rand, &life, seen, sent);
          for (int k = 0; k < 2; k++)
            if (g_rand_boolean (rand))
              seen[k] = life.now;
        }
      cd_venue_set_sink (f->venue, NULL, NULL);
      g_assert_cmpuint (life.executed, <=, 1);
      g_assert_cmpint (venue_fixture_balance (f, POWER, "CEA25", CD_BUCKET_CANCELLED), ==, cancelled + life.done);
      ends[g_str_equal (life.state, "executed") ? 0 : g_str_equal (life.state, "refused") ? 1
                                                  : g_str_equal (life.state, "withdrawn") ? 2
                                                                                          : 3]++;
      if (strcmp (life.state, "proposed") == 0 || strcmp (life.state, "in_review") == 0)
        g_free (venue_fixture_try (f, MAKER, CD_WIRE_OP_INSTRUCTION_WITHDRAW, POWER, NULL, "{\"id\":\"%s\",\"version\":%d,\"reason\":\"end\"}", life.id, life.now.version));
      g_assert_cmpint (venue_fixture_balance (f, POWER, "CEA25", CD_BUCKET_SUBMITTED), ==, waiting);
    }
  g_test_message ("10000 interleavings: %u executed, %u refused, %u withdrawn, %u open at the end", ends[0], ends[1], ends[2], ends[3]);
  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    g_assert_cmpuint (ends[i], >, 100);
}

/* --- Deputies, roles, receipts, preconditions --------------------------------------------------------------------------- */

static void
test_deputy (Fixture *f, gconstpointer data)
{
  g_autofree char *first = propose (f, CANCEL (10));
  g_autofree char *second = propose (f, CANCEL (20));
  g_autofree char *third = propose (f, CANCEL (30));
  g_autofree char *term = NULL;

  confirm (f, DEPUTY, "rights.missing", first, 1, CANCEL (10));
  g_free (appoint (f, "rights.missing", MAKER, DEPUTY, "2026-12-14", "2026-12-15"));
  g_free (appoint (f, "instruction.same_person", CHECKER, CHECKER, "2026-12-14", "2026-12-15"));
  g_free (appoint (f, "person.unknown", CHECKER, "nobody", "2026-12-14", "2026-12-15"));
  g_free (appoint (f, "person.unknown", CHECKER, PROVINCE, "2026-12-14", "2026-12-15"));
  g_free (appoint (f, "deputy.dates", CHECKER, DEPUTY, "2026-12-16", "2026-12-15"));
  g_free (appoint (f, "deputy.dates", CHECKER, DEPUTY, "2026-12-01", "2026-12-02"));
  g_free (appoint (f, "deputy.dates", CHECKER, DEPUTY, "2026-12-14", "2028-12-15"));
  term = appoint (f, NULL, CHECKER, DEPUTY, "2026-12-15", "2026-12-16");
  /* Not before its first day, on all its days, not after its last; and no right is handed on. */
  confirm (f, DEPUTY, "rights.missing", first, 1, CANCEL (10));
  cd_venue_advance (f->venue, cd_venue_skip_target (f->venue, "next_day"));
  g_free (appoint (f, "rights.missing", DEPUTY, OUTSIDER, "2026-12-15", "2026-12-16"));
  confirm (f, DEPUTY, NULL, first, 1, CANCEL (10));
  g_assert_true (cd_venue_may_see (f->venue, DEPUTY, POWER));
  {
    g_autoptr (CdWireList) list = cd_venue_list (f->venue, CD_WIRE_LIST_INSTRUCTIONS, POWER, MAKER, FALSE, 0, 0);
    const CdWireInstructionRow *row = &g_array_index (list->items, CdWireInstructionRow, 0);

    g_assert_cmpstr (row->confirmed_by, ==, DEPUTY);
    g_assert_cmpstr (row->deputy_for, ==, CHECKER);
  }
  /* Without the right of the one who is stood in for there is none to lend. */
  give (f, CHECKER, POWER, "view");
  confirm (f, DEPUTY, "rights.missing", second, 1, CANCEL (20));
  review (f, "rights.missing", first, "pass");
  give (f, CHECKER, POWER, "view approve");
  confirm (f, DEPUTY, NULL, second, 1, CANCEL (20));
  cd_venue_advance (f->venue, cd_venue_skip_target (f->venue, "next_day"));
  cd_venue_advance (f->venue, cd_venue_skip_target (f->venue, "next_day"));
  confirm (f, DEPUTY, "rights.missing", third, 1, CANCEL (30));
  g_assert_false (cd_venue_may_see (f->venue, DEPUTY, POWER));
  /* What was confirmed in time stays confirmed. */
  review (f, NULL, first, "pass");
  g_free (term);
  term = appoint (f, NULL, CHECKER, DEPUTY, "2026-12-17", "2026-12-31");
  g_free (venue_fixture_try (f, MAKER, CD_WIRE_OP_DEPUTY_END, POWER, "rights.missing", "{\"id\":\"%s\",\"reason\":\"back\"}", term));
  g_free (venue_fixture_try (f, CHECKER, CD_WIRE_OP_DEPUTY_END, POWER, NULL, "{\"id\":\"%s\",\"reason\":\"back\"}", term));
  g_free (venue_fixture_try (f, CHECKER, CD_WIRE_OP_DEPUTY_END, POWER, "instruction.state", "{\"id\":\"%s\",\"reason\":\"back\"}", term));
  confirm (f, DEPUTY, "rights.missing", third, 1, CANCEL (30));
}

/* AP16: the right counts when something is executed, that of both. */
static void
test_roles_at_execution (Fixture *f, gconstpointer data)
{
  g_autofree char *id = propose (f, CANCEL (10));

  give (f, MAKER, POWER, "view");
  confirm (f, CHECKER, "rights.missing", id, 1, CANCEL (10));
  give (f, MAKER, POWER, "view enter cash");
  confirm (f, CHECKER, NULL, id, 1, CANCEL (10));
  give (f, CHECKER, POWER, "view");
  review (f, "rights.missing", id, "pass");
  give (f, CHECKER, POWER, "view approve");
  give (f, MAKER, POWER, "view");
  review (f, "rights.missing", id, "pass");
  give (f, MAKER, POWER, "view enter cash");
  g_free (venue_fixture_try (f, PROVINCE, CD_WIRE_OP_INSTRUCTION_REVIEW, POWER, "instruction.stale", "{\"id\":\"%s\",\"version\":2,\"verdict\":\"pass\",\"reason\":\"\"}", id));
  g_free (venue_fixture_try (f, PROVINCE, CD_WIRE_OP_INSTRUCTION_REVIEW, POWER, "instruction.stale", "{\"id\":\"%s\",\"version\":1,\"hash\":\"00\",\"verdict\":\"pass\",\"reason\":\"\"}", id));
  g_free (venue_fixture_try (f, PROVINCE, CD_WIRE_OP_INSTRUCTION_REVIEW, POWER, "reason.missing", "{\"id\":\"%s\",\"version\":1,\"verdict\":\"refuse\",\"reason\":\"\"}", id));
  review (f, NULL, id, "pass");
  /* Nobody but the authority plays the administrator. */
  g_free (venue_fixture_try (f, MAKER, CD_WIRE_OP_PRACTICE_ROLES, POWER, "rights.missing", "{\"person\":\"power-trader\",\"roles\":\"view enter approve\"}"));
  g_free (venue_fixture_try (f, PROVINCE, CD_WIRE_OP_PRACTICE_ROLES, POWER, "person.unknown", "{\"person\":\"cement-trader\",\"roles\":\"view\"}"));
  g_free (venue_fixture_try (f, PROVINCE, CD_WIRE_OP_PRACTICE_ROLES, POWER, "request.malformed", "{\"person\":\"power-trader\",\"roles\":\"view king\"}"));
}

/* A withdrawal is a fence: under review too; after the execution the receipt says that it is too late (AP18). */
static void
test_withdrawal (Fixture *f, gconstpointer data)
{
  gint64 before = venue_fixture_balance (f, POWER, "CEA25", CD_BUCKET_REGISTRY);
  g_autofree char *one = propose (f, CANCEL (10));
  g_autofree char *two = propose (f, CANCEL (20));
  g_autofree char *body = g_strdup_printf ("{\"id\":\"%s\",\"version\":1,\"reason\":\"no\"}", two);
  g_autoptr (CdWireAnswer) late = NULL;

  confirm (f, CHECKER, NULL, one, 1, CANCEL (10));
  g_free (venue_fixture_try (f, MAKER, CD_WIRE_OP_INSTRUCTION_WITHDRAW, POWER, NULL, "{\"id\":\"%s\",\"version\":1,\"reason\":\"no\"}", one));
  review (f, "instruction.state", one, "pass");
  g_assert_cmpint (venue_fixture_balance (f, POWER, "CEA25", CD_BUCKET_REGISTRY), ==, before - 20);
  confirm (f, CHECKER, NULL, two, 1, CANCEL (20));
  review (f, NULL, two, "pass");
  late = venue_fixture_send (f, MAKER, CD_WIRE_OP_INSTRUCTION_WITHDRAW, POWER, body);
  g_assert_cmpstr (late->code, ==, "instruction.state");
  g_assert_nonnull (strstr (late->detail, "receipt R"));
}

static CdWireInstructionRow *
cement_row (CdWireList *list, const char *id)
{
  for (guint i = 0; i < list->items->len; i++)
    if (g_str_equal (g_array_index (list->items, CdWireInstructionRow, i).id, id))
      return &g_array_index (list->items, CdWireInstructionRow, i);
  g_assert_not_reached ();
}

/* P14: only the receipt says "in time", by the registry's own clock and zone; a review after the deadline does not change it. */
static void
test_receipts (Fixture *f, gconstpointer data)
{
  static const char part[] = "{\"version\":1,\"kind\":\"surrender\",\"year\":2025,\"allowances\":[{\"asset\":\"CEA25\",\"qty\":\"10\"}],\"credits\":[]}";
  g_autofree char *early = venue_fixture_try (f, OUTSIDER, CD_WIRE_OP_INSTRUCTION_PROPOSE, CEMENT, NULL, part);
  g_autofree char *body = venue_fixture_confirm_body (early, 1, part);
  g_autofree char *late = NULL;
  g_autofree char *late_body = NULL;
  g_autoptr (CdWireList) list = cd_venue_list (f->venue, CD_WIRE_LIST_INSTRUCTIONS, CEMENT, OUTSIDER, FALSE, 0, 0);
  CdWireInstructionRow *row = cement_row (list, early);
  g_autoptr (CdZone) zone = cd_zone_new ("Asia/Shanghai", NULL);
  gint64 deadline = cd_zone_to_us (zone, cd_date_from_ymd (2026, 12, 31), 86400), received;

  g_assert_null (row->receipt);
  g_assert_null (row->in_time);
  cd_venue_advance (f->venue, deadline - 1);
  received = cd_venue_market_time (f->venue);
  g_free (venue_fixture_try (f, DEPUTY, CD_WIRE_OP_INSTRUCTION_CONFIRM, CEMENT, NULL, "%s", body));
  cd_venue_advance (f->venue, deadline);
  late = venue_fixture_try (f, OUTSIDER, CD_WIRE_OP_INSTRUCTION_PROPOSE, CEMENT, NULL, part);
  late_body = venue_fixture_confirm_body (late, 1, part);
  g_free (venue_fixture_try (f, DEPUTY, CD_WIRE_OP_INSTRUCTION_CONFIRM, CEMENT, NULL, "%s", late_body));
  g_free (venue_fixture_try (f, PROVINCE, CD_WIRE_OP_INSTRUCTION_REVIEW, CEMENT, NULL, "{\"id\":\"%s\",\"verdict\":\"pass\",\"reason\":\"\"}", early));
  g_free (venue_fixture_try (f, PROVINCE, CD_WIRE_OP_INSTRUCTION_REVIEW, CEMENT, NULL, "{\"id\":\"%s\",\"verdict\":\"pass\",\"reason\":\"\"}", late));
  cd_wire_list_free (g_steal_pointer (&list));
  list = cd_venue_list (f->venue, CD_WIRE_LIST_INSTRUCTIONS, CEMENT, OUTSIDER, FALSE, 0, 0);
  row = cement_row (list, early);
  g_assert_cmpstr (row->in_time, ==, "yes");
  g_assert_cmpstr (row->zone, ==, "Asia/Shanghai");
  g_assert_cmpint (row->received_us, ==, received);
  g_assert_cmpint (row->deadline_us, ==, deadline);
  g_assert_nonnull (row->tx_id);
  g_assert_cmpstr (cement_row (list, late)->in_time, ==, "no");
}

/* D9: what the sender took for granted must still be so. */
static void
test_expectations (Fixture *f, gconstpointer data)
{
  guint64 seq = cd_venue_last_seq (f->venue, POWER);
  g_autofree char *id = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *body = g_strdup_printf ("{\"version\":1,\"balance_seq\":%" G_GUINT64_FORMAT ",\"kind\":\"cancel\",\"asset\":\"CEA25\",\"qty\":\"5\",\"reason\":\"r\"}", MAX (seq, 1));

  g_free (propose (f, CANCEL (1)));
  g_free (venue_fixture_try (f, MAKER, CD_WIRE_OP_INSTRUCTION_PROPOSE, POWER, "balance.stale", "%s", body));
  seq = cd_venue_last_seq (f->venue, POWER);
  g_free (body);
  body = g_strdup_printf ("{\"version\":1,\"balance_seq\":%" G_GUINT64_FORMAT ",\"kind\":\"cancel\",\"asset\":\"CEA25\",\"qty\":\"5\",\"reason\":\"r\"}", seq);
  id = propose (f, body);
  hash = cd_sha256_hex (body, strlen (body));
  g_free (venue_fixture_try (f, CHECKER, CD_WIRE_OP_INSTRUCTION_CONFIRM, POWER, "balance.stale", "{\"id\":\"%s\",\"version\":1,\"hash\":\"%s\",\"balance_seq\":%" G_GUINT64_FORMAT "}", id, hash, seq));
  g_free (venue_fixture_try (f, CHECKER, CD_WIRE_OP_INSTRUCTION_CONFIRM, POWER, NULL, "{\"id\":\"%s\",\"version\":1,\"hash\":\"%s\",\"balance_seq\":%" G_GUINT64_FORMAT "}", id, hash, cd_venue_last_seq (f->venue, POWER)));
  g_free (venue_fixture_try (f, MAKER, CD_WIRE_OP_INSTRUCTION_PROPOSE, POWER, "obligation.changed", "{\"version\":1,\"verified\":\"2700000000\",\"kind\":\"surrender\",\"year\":2025,\"allowances\":[{\"asset\":\"CEA25\",\"qty\":\"10\"}],\"credits\":[]}"));
  g_free (venue_fixture_try (f, MAKER, CD_WIRE_OP_INSTRUCTION_PROPOSE, POWER, NULL, "{\"version\":1,\"verified\":\"2800000000\",\"kind\":\"surrender\",\"year\":2025,\"allowances\":[{\"asset\":\"CEA25\",\"qty\":\"10\"}],\"credits\":[]}"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, scenario, func) g_test_add ("/people/" name, Fixture, scenario, venue_fixture_setup, func, venue_fixture_teardown)
  ADD ("cells", NULL, test_cells);
  ADD ("interleavings", NULL, test_interleavings);
  ADD ("deputy", NULL, test_deputy);
  ADD ("roles-at-execution", NULL, test_roles_at_execution);
  ADD ("withdrawal", NULL, test_withdrawal);
  ADD ("receipts", "deadline-week", test_receipts);
  ADD ("expectations", NULL, test_expectations);
  return g_test_run ();
}
