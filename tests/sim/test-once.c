/* test-once.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A shortfall is covered once: whatever is on its way to cover it, in whatever step, is not planned again, and credits on their way take room.
 */
#include <locale.h>

#include "cd-desk-cover.h"
#include "late-fixture.h"

static gint64 expected;

static CdObligationRow *
obligation (Late *late)
{
  CdObligationRow *row = cd_desk_current_obligation (late->w.desk, LATE_ACCOUNT);

  g_assert_nonnull (row);
  return row;
}

static CdDeskCover *
cover_of (Late *late)
{
  g_autoptr (GError) error = NULL;
  CdDeskCover *cover = cd_desk_cover (late->w.desk, obligation (late), NULL, &error);

  g_assert_no_error (error);
  return cover;
}

static gint64
open_units (Late *late)
{
  g_autoptr (CdDeskCover) cover = cover_of (late);

  return cover->open_units;
}

/* From the press to the last list there is no moment at which the plan is for more or for less. */
static gboolean
as_expected (gpointer data)
{
  Late *late = data;
  gint64 units = late->w.desk ? open_units (late) : expected;

  if (late->held && units != expected)
    g_test_message ("open for the plan: %" G_GINT64_FORMAT ", expected %" G_GINT64_FORMAT, units, expected);
  return units == expected;
}

static void
expect (Late *late, gint64 units)
{
  expected = units;
  g_assert_cmpint (open_units (late), ==, units);
  late->holds = as_expected;
  late->held = TRUE;
}

static CdOrderDraft
draft_of (Late *late, const char *code, CdOrderKind kind, gint64 qty)
{
  CdQuote *quote = cd_desk_get_quote (late->w.desk, code);

  g_assert_nonnull (quote);
  g_assert_cmpuint (quote->feed.n_asks, >, 0);
  return (CdOrderDraft){ .account = LATE_ACCOUNT, .instrument = code, .side = CD_SIDE_BUY, .kind = kind, .price_e4 = kind == CD_KIND_PICK ? quote->feed.asks[0].price : quote->feed.stats.limit_low_e4, .qty = qty };
}

/* On its way to the venue, taken, filled, and only then in the balances. */
static void
test_pick (void)
{
  Late late;
  g_autoptr (GError) error = NULL;
  gint64 before;
  CdOrderDraft draft;
  CdOrderRow *row;

  late_open (&late);
  before = open_units (&late);
  g_assert_cmpint (before, >, 0);
  draft = draft_of (&late, LATE_CODE, CD_KIND_PICK, 10);
  /* The balances come late, and after that the desk has them all the same. */
  late.slow = "/holdings";
  late.slow_ms = 3000;
  late.n_slow = 2;
  row = cd_desk_submit (late.w.desk, &draft, "cover", &error);
  g_assert_no_error (error);
  sim_pressed (&late.w, row->order->key);
  expect (&late, before - 10);
  g_assert_true (late_pass (&late, 1000));
  g_assert_cmpint (row->order->state, ==, CD_ORDER_FILLED);
  g_assert_true (late_pass (&late, 8000));
  late_close (&late);
}

static CdRequestRow *
request (Late *late)
{
  g_autoptr (CdRequestRow) row = g_list_model_get_item (cd_desk_get_requests (late->w.desk), 0);

  return row;
}

/* Left with a second person, approved, sent, working. */
static void
test_request (gconstpointer data)
{
  Late late;
  gint64 before;
  const CdOrderKind kind = (CdOrderKind)GPOINTER_TO_INT (data);
  CdOrderDraft draft;
  CdStagedRow *staged;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  CdWireBody body = { .op = CD_WIRE_OP_REQUEST_APPROVE };
  g_autofree char *text = NULL;
  CdOrderRow *row;

  late_open (&late);
  before = open_units (&late);
  draft = draft_of (&late, LATE_CODE, kind, 10);
  staged = cd_desk_stage (late.w.desk, &draft, "cover", "P261214-9", 0, &error);
  g_assert_no_error (error);
  id = cd_desk_request_approval (late.w.desk, staged, &error);
  g_assert_no_error (error);
  expect (&late, before - 10);
  /* What a second person was asked for is not planned again, and no plan takes its place. */
  g_assert_cmpuint (cd_desk_stage_cover (late.w.desk, obligation (&late), NULL, &error), >, 0);
  g_assert_true (late_pass (&late, 1500));
  g_assert_nonnull (request (&late));
  g_assert_cmpstr (request (&late)->state, ==, "proposed");
  body.id = request (&late)->id;
  body.version = request (&late)->version;
  body.hash = request (&late)->hash;
  text = cd_wire_body_print (&body);
  sim_requests_read_by (&late.w, "power-second", body.id, body.version, body.hash);
  g_free (late_act (&late, "power-second", LATE_ACCOUNT, CD_WIRE_OP_REQUEST_APPROVE, text));
  g_assert_true (late_pass (&late, 1500));
  g_assert_cmpstr (request (&late)->state, ==, "approved");
  row = cd_desk_request_send (late.w.desk, request (&late), &error);
  if (!row)
    g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_REFUSED); /* somebody else picked it: it is asked for still */
  else
    sim_pressed (&late.w, row->order->key);
  g_assert_true (late_pass (&late, 5000));
  late_close (&late);
}

/* Credits that are bid for take room: no second lot is bought into the same room. */
static void
test_room (void)
{
  Late late;
  g_autoptr (GError) error = NULL;
  gint64 room;

  late_open (&late);
  {
    g_autoptr (CdDeskCover) cover = cover_of (&late);

    room = cover->figures->offset_room - cover->figures->offset_countable;
    g_assert_cmpint (cover->plan->offset_units, >, 0);
  }
  for (gint64 left = room; left > 0;)
    {
      CdOrderDraft draft = draft_of (&late, "CCER-OW-2501", CD_KIND_LIST, MIN (left, 90000));
      CdOrderRow *row = cd_desk_submit (late.w.desk, &draft, "offset", &error);

      g_assert_no_error (error);
      sim_pressed (&late.w, row->order->key);
      left -= draft.qty;
      g_assert_true (late_pass (&late, 1000));
      g_assert_true (row->is_working);
    }
  {
    g_autoptr (CdDeskCover) cover = cover_of (&late);
    CdOrderDraft draft = draft_of (&late, "CCER-OW-2501", CD_KIND_LIST, 1);
    CdCheckResult results[32];
    const CdCheckResult *block;

    g_assert_cmpint (cover->plan->offset_units, ==, 0);
    block = cd_checks_first_block (results, cd_desk_check (late.w.desk, &draft, "offset", results, G_N_ELEMENTS (results), NULL));
    g_assert_nonnull (block);
    g_assert_cmpstr (block->code, ==, "offset.room");
  }
  late_close (&late);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/once/pick", test_pick);
  g_test_add_data_func ("/once/request/list", GINT_TO_POINTER (CD_KIND_LIST), test_request);
  g_test_add_data_func ("/once/request/pick", GINT_TO_POINTER (CD_KIND_PICK), test_request);
  g_test_add_func ("/once/room", test_room);
  return g_test_run ();
}
