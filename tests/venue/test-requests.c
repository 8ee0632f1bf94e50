/* test-requests.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Orders that wait for a second person, and the veto that stops new ones.
 */
#include "venue-fixture.h"

#include <string.h>

#include "cd-id.h"

#define POWER "HD-POWER"
#define MAKER "power-trader"
#define CHECKER "power-second"
#define ORDER(qty) "{\\\"instrument\\\":\\\"CEA25\\\",\\\"side\\\":\\\"buy\\\",\\\"kind\\\":\\\"list\\\",\\\"price\\\":\\\"90.00\\\",\\\"qty\\\":\\\"" #qty "\\\",\\\"by\\\":\\\"power-trader\\\"}"
#define PLAIN(qty) "{\"instrument\":\"CEA25\",\"side\":\"buy\",\"kind\":\"list\",\"price\":\"90.00\",\"qty\":\"" #qty "\",\"by\":\"power-trader\"}"
#define KEY "PXAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define KEY2 "PXBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define KEY3 "PXCCCCCCCCCCCCCCCCCCCCCCCCCC"

typedef VenueFixture Fixture;

#define request(f, person, op, code, ...) venue_fixture_try (f, person, CD_WIRE_OP_REQUEST_##op, POWER, code, __VA_ARGS__)

static char *
stage_as (Fixture *f, const char *key, const char *code)
{
  return request (f, MAKER, PROPOSE, code, "{\"order_key\":\"%s\",\"order\":\"%s\"}", key, ORDER (10));
}

static char *
stage (Fixture *f)
{
  return stage_as (f, KEY, NULL);
}

static void
decide (Fixture *f, const char *person, const char *code, const char *id, int version, const char *order)
{
  g_autofree char *hash = cd_sha256_hex (order, strlen (order));

  g_free (request (f, person, APPROVE, code, "{\"id\":\"%s\",\"version\":%d,\"hash\":\"%s\"}", id, version, hash));
}

static void
place (Fixture *f, const char *person, const char *code, const char *key, const char *order)
{
  g_autoptr (CdWireCommand) command = cd_wire_command_new (CD_WIRE_OP_ORDER_NEW, key, POWER, 0, order);
  g_autoptr (CdWireAnswer) answer = cd_venue_command (f->venue, person, command, 0);

  g_assert_cmpstr (answer->code, ==, code);
}

static void
give (Fixture *f, const char *person, const char *roles)
{
  g_free (venue_fixture_try (f, "province", CD_WIRE_OP_PRACTICE_ROLES, POWER, NULL, "{\"person\":\"%s\",\"roles\":\"%s\"}", person, roles));
}

static void
assert_state (Fixture *f, const char *id, const char *state)
{
  g_autoptr (CdWireList) list = cd_venue_list (f->venue, CD_WIRE_LIST_REQUESTS, POWER, MAKER, FALSE, 0, 0);

  for (guint i = 0; i < list->items->len; i++)
    if (g_str_equal (g_array_index (list->items, CdWireRequestRow, i).id, id))
      {
        g_assert_cmpstr (g_array_index (list->items, CdWireRequestRow, i).state, ==, state);
        return;
      }
  g_assert_not_reached ();
}

/* Approved bytes under the approved key become an order, once; nothing else does. */
static void
test_approved (Fixture *f, gconstpointer data)
{
  g_autofree char *id = NULL;

  give (f, MAKER, "view stage");
  place (f, MAKER, "request.not_approved", KEY2, PLAIN (10));
  id = stage (f);
  decide (f, MAKER, "instruction.same_person", id, 1, PLAIN (10));
  decide (f, "cement-second", "rights.missing", id, 1, PLAIN (10));
  decide (f, CHECKER, "instruction.stale", id, 1, PLAIN (11));
  decide (f, CHECKER, "instruction.stale", id, 2, PLAIN (10));
  decide (f, CHECKER, NULL, id, 1, PLAIN (10));
  decide (f, CHECKER, "instruction.state", id, 1, PLAIN (10));
  place (f, MAKER, NULL, KEY, PLAIN (10));
  assert_state (f, id, "placed");
  /* The key is used up with it. */
  place (f, MAKER, "key.mismatch", KEY, PLAIN (11));
  g_free (request (f, MAKER, WITHDRAW, "instruction.state", "{\"id\":\"%s\",\"version\":1,\"reason\":\"late\"}", id));
}

/* A refusal before the approval is stored for the key like every other one: the key is asked for again in an edit. */
static void
test_too_early (Fixture *f, gconstpointer data)
{
  g_autofree char *id = NULL;

  give (f, MAKER, "view stage");
  id = stage (f);
  place (f, MAKER, "request.not_approved", KEY, PLAIN (10));
  decide (f, CHECKER, NULL, id, 1, PLAIN (10));
  /* One key, one fate. */
  place (f, MAKER, "request.not_approved", KEY, PLAIN (10));
  g_free (request (f, MAKER, EDIT, NULL, "{\"id\":\"%s\",\"version\":1,\"order_key\":\"%s\",\"order\":\"%s\"}", id, KEY2, ORDER (10)));
  assert_state (f, id, "proposed");
  decide (f, CHECKER, "instruction.stale", id, 1, PLAIN (10));
  decide (f, CHECKER, NULL, id, 2, PLAIN (10));
  place (f, MAKER, NULL, KEY2, PLAIN (10));
}

static void
test_bound (Fixture *f, gconstpointer data)
{
  g_autofree char *id = stage (f);

  /* A key that waits is bound, even for somebody who may enter. */
  place (f, MAKER, "request.not_approved", KEY, PLAIN (10));
  g_free (id);
  id = request (f, MAKER, PROPOSE, NULL, "{\"order_key\":\"%s\",\"order\":\"%s\"}", KEY2, ORDER (20));
  g_free (request (f, MAKER, PROPOSE, "key.mismatch", "{\"order_key\":\"%s\",\"order\":\"%s\"}", KEY2, ORDER (30)));
  g_free (request (f, MAKER, PROPOSE, "request.malformed", "{\"order_key\":\"PXC\",\"order\":\"{}\"}"));
  g_free (request (f, MAKER, PROPOSE, "request.malformed", "{\"order_key\":\"PXC\",\"order\":\""
                                                           "{\\\"instrument\\\":\\\"CEA25\\\",\\\"side\\\":\\\"buy\\\",\\\"kind\\\":\\\"list\\\",\\\"price\\\":\\\"90.00\\\",\\\"qty\\\":\\\"1\\\",\\\"by\\\":\\\"power-second\\\"}"
                                                           "\"}"));
  g_free (request (f, CHECKER, PROPOSE, "rights.missing", "{\"order_key\":\"PXC\",\"order\":\"%s\"}", ORDER (1)));
  decide (f, CHECKER, NULL, id, 1, PLAIN (20));
  place (f, MAKER, "instruction.stale", KEY2, PLAIN (21));
}

/* Roles count when the order comes in: the checker's too. */
static void
test_roles (Fixture *f, gconstpointer data)
{
  g_autofree char *id = stage (f);

  decide (f, CHECKER, NULL, id, 1, PLAIN (10));
  give (f, CHECKER, "view");
  place (f, MAKER, "rights.missing", KEY, PLAIN (10));
  give (f, CHECKER, "view approve");
}

/* A new version may have a key of its own; then nothing comes in under the old one. */
static void
test_new_key (Fixture *f, gconstpointer data)
{
  g_autofree char *id = stage (f);

  decide (f, CHECKER, NULL, id, 1, PLAIN (10));
  g_free (request (f, MAKER, EDIT, NULL, "{\"id\":\"%s\",\"version\":1,\"order_key\":\"%s\",\"order\":\"%s\"}", id, KEY2, ORDER (20)));
  place (f, MAKER, "key.fenced", KEY, PLAIN (10));
  place (f, MAKER, "request.not_approved", KEY2, PLAIN (20));
}

static void
test_ends (Fixture *f, gconstpointer data)
{
  g_autofree char *refused = stage (f);
  g_autofree char *withdrawn = NULL;
  g_autofree char *lapsed = NULL;

  g_free (request (f, CHECKER, REFUSE, "reason.missing", "{\"id\":\"%s\",\"version\":1,\"reason\":\" \"}", refused));
  g_free (request (f, CHECKER, REFUSE, NULL, "{\"id\":\"%s\",\"version\":1,\"reason\":\"too much\"}", refused));
  assert_state (f, refused, "refused");
  /* What was sent before and arrives only now is not placed, although its maker may enter orders; nor does its key come back. */
  place (f, MAKER, "key.fenced", KEY, PLAIN (10));
  g_free (stage_as (f, KEY, "key.mismatch"));
  withdrawn = stage_as (f, KEY2, NULL);
  decide (f, CHECKER, NULL, withdrawn, 1, PLAIN (10));
  g_free (request (f, CHECKER, WITHDRAW, "rights.missing", "{\"id\":\"%s\",\"version\":1,\"reason\":\"r\"}", withdrawn));
  g_free (request (f, MAKER, WITHDRAW, NULL, "{\"id\":\"%s\",\"version\":1,\"reason\":\"r\"}", withdrawn));
  assert_state (f, withdrawn, "withdrawn");
  place (f, MAKER, "key.fenced", KEY2, PLAIN (10));
  lapsed = stage_as (f, KEY3, NULL);
  cd_venue_advance (f->venue, cd_venue_skip_target (f->venue, "close"));
  assert_state (f, lapsed, "lapsed");
  place (f, MAKER, "key.fenced", KEY3, PLAIN (10));
  decide (f, CHECKER, "instruction.state", lapsed, 1, PLAIN (10));
}

/* New orders and changes stop, what rests goes on resting and can be taken back; nothing is cancelled by itself. */
static void
test_veto (Fixture *f, gconstpointer data)
{
  g_autofree char *order = venue_fixture_try (f, MAKER, CD_WIRE_OP_ORDER_NEW, POWER, NULL, "%s", PLAIN (10));
  g_autofree char *other = venue_fixture_try (f, MAKER, CD_WIRE_OP_ORDER_NEW, POWER, NULL, "%s", PLAIN (20));
  gint64 frozen = venue_fixture_balance (f, POWER, "CNY", CD_BUCKET_CASH_FROZEN);

#define VETO(person, op, code, reason) g_free (venue_fixture_try (f, person, CD_WIRE_OP_ACCOUNT_##op, POWER, code, "{\"reason\":\"%s\"}", reason))
  VETO (MAKER, STOP, "rights.missing", "mine");
  VETO ("cement-second", STOP, "rights.missing", "theirs");
  VETO (CHECKER, STOP, "reason.missing", " ");
  VETO (CHECKER, RELEASE, "account.state", "none");
  VETO (CHECKER, STOP, NULL, "limit");
  VETO (CHECKER, STOP, "account.state", "again");
  g_free (venue_fixture_try (f, MAKER, CD_WIRE_OP_ORDER_NEW, POWER, "account.stopped", "%s", PLAIN (30)));
  g_free (venue_fixture_try (f, MAKER, CD_WIRE_OP_ORDER_REPLACE, POWER, "account.stopped", "{\"order_id\":\"%s\",\"price\":\"90.00\",\"qty\":\"5\",\"cum\":\"0\"}", order));
  g_assert_cmpint (venue_fixture_balance (f, POWER, "CNY", CD_BUCKET_CASH_FROZEN), ==, frozen);
  g_free (venue_fixture_try (f, MAKER, CD_WIRE_OP_ORDER_CANCEL, POWER, NULL, "{\"order_id\":\"%s\"}", order));
  {
    g_autoptr (CdWireSession) session = cd_venue_session (f->venue, MAKER);

    g_assert_true (g_array_index (session->accounts, CdWireAccount, 0).stopped);
  }
  VETO (CHECKER, RELEASE, NULL, "sorted");
  g_free (venue_fixture_try (f, MAKER, CD_WIRE_OP_ORDER_NEW, POWER, NULL, "%s", PLAIN (40)));
#undef VETO
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/requests/" name, Fixture, NULL, venue_fixture_setup, func, venue_fixture_teardown)
  ADD ("approved", test_approved);
  ADD ("too-early", test_too_early);
  ADD ("bound", test_bound);
  ADD ("roles", test_roles);
  ADD ("new-key", test_new_key);
  ADD ("ends", test_ends);
  ADD ("veto", test_veto);
  return g_test_run ();
}
