/* test-bound.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What units are bound for: only what is submitted or surrendered for a year counts for it.
 */
#include <locale.h>

#include "cd-desk-cover.h"
#include "cd-venue-private.h"
#include "late-fixture.h"

#define UNITS 10

static CdObligationRow *
obligation (Late *late, int year)
{
  GListModel *rows = cd_desk_get_obligations (late->w.desk);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdObligationRow) row = g_list_model_get_item (rows, i);

      if (row->year == year && g_str_equal (row->account, LATE_ACCOUNT))
        return row;
    }
  return NULL;
}

static const CdObligation *
figures (Late *late, int year)
{
  g_assert_nonnull (obligation (late, year));
  g_assert_nonnull (obligation (late, year)->figures);
  return obligation (late, year)->figures;
}

static CdInstructionRow *
instruction (Late *late, const char *id)
{
  CdInstructionRow *row = g_hash_table_lookup (late->w.desk->instruction_by_id, id);

  g_assert_nonnull (row);
  return row;
}

/* Units in the bucket of what is submitted that count for the obligation, or do not. */
static gint64
submitted (Late *late, gboolean counting)
{
  g_autoptr (GArray) list = cd_desk_dup_encumbrances (late->w.desk, obligation (late, 2025));
  gint64 sum = 0;

  for (guint i = 0; i < list->len; i++)
    {
      const CdEncumbrance *e = &g_array_index (list, CdEncumbrance, i);

      sum += e->bucket == CD_BUCKET_SUBMITTED && e->counts == counting ? e->qty : 0;
    }
  return sum;
}

/* By the second person, then by the authority. */
static void
confirm (Late *late, const char *id)
{
  const CdWireInstruction body = { .id = (char *)id, .version = 1, .hash = instruction (late, id)->hash };
  const CdWireInstruction pass = { .id = (char *)id, .verdict = (char *)"pass", .reason = (char *)"" };
  g_autofree char *text = cd_wire_instruction_print (CD_WIRE_OP_INSTRUCTION_CONFIRM, &body);
  g_autofree char *verdict = cd_wire_instruction_print (CD_WIRE_OP_INSTRUCTION_REVIEW, &pass);

  g_free (late_act (late, "power-second", LATE_ACCOUNT, CD_WIRE_OP_INSTRUCTION_CONFIRM, text));
  g_assert_true (late_pass (late, 1000));
  g_assert_cmpstr (instruction (late, id)->state, ==, "in_review");
  g_free (late_act (late, "province", LATE_ACCOUNT, CD_WIRE_OP_INSTRUCTION_REVIEW, verdict));
  g_assert_true (late_pass (late, 1000));
  g_assert_cmpstr (instruction (late, id)->state, ==, "executed");
}

/* Units that wait for their voluntary cancellation will never be surrendered: they cover nothing from the proposal on. */
static void
test_cancellation (void)
{
  Late late;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  gint64 before;

  late_open (&late);
  before = figures (&late, 2025)->shortfall;
  id = cd_desk_propose_cancellation (late.w.desk, LATE_ACCOUNT, LATE_CODE, UNITS, "for the climate", &error);
  g_assert_no_error (error);
  sim_pressed (&late.w, id);
  g_assert_true (late_pass (&late, 1500));
  g_assert_cmpstr (instruction (&late, id)->state, ==, "proposed");
  g_assert_cmpint (figures (&late, 2025)->shortfall, ==, before + UNITS);
  g_assert_cmpint (submitted (&late, FALSE), ==, UNITS);
  g_assert_cmpint (submitted (&late, TRUE), ==, 0);
  confirm (&late, id);
  g_assert_cmpint (figures (&late, 2025)->shortfall, ==, before + UNITS);
  g_assert_cmpint (figures (&late, 2025)->surrendered, ==, 0);
  late_close (&late);
}

/* What is submitted for the year itself does count, as before. */
static void
test_surrender (void)
{
  Late late;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  const CdSurrenderLine line = { LATE_CODE, UNITS };
  gint64 before;

  late_open (&late);
  before = figures (&late, 2025)->shortfall;
  id = cd_desk_propose_surrender (late.w.desk, LATE_ACCOUNT, 2025, &line, 1, NULL, 0, &error);
  g_assert_no_error (error);
  sim_pressed (&late.w, id);
  g_assert_true (late_pass (&late, 1500));
  g_assert_cmpint (figures (&late, 2025)->shortfall, ==, before);
  g_assert_cmpint (submitted (&late, TRUE), ==, UNITS);
  g_assert_cmpint (submitted (&late, FALSE), ==, 0);
  confirm (&late, id);
  g_assert_cmpint (figures (&late, 2025)->surrendered, ==, UNITS);
  g_assert_cmpint (figures (&late, 2025)->shortfall, ==, before);
  late_close (&late);
}

/* What was surrendered for one year is gone, and covers nothing of another. */
static void
test_other_year (void)
{
  Late late;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  const CdSurrenderLine line = { LATE_CODE, UNITS };
  CdVenueObligation *o = g_new0 (CdVenueObligation, 1);
  gint64 before;

  late_open (&late);
  *o = (CdVenueObligation){ .account = g_strdup (LATE_ACCOUNT), .sector = g_strdup ("power"), .market = g_strdup ("cn-cea"), .year = 2026, .verified_e3 = 1000 * 1000, .approved = 900, .issued = 900, .owed = 1000 };
  g_ptr_array_add (late.w.venue->obligations, o);
  cd_desk_reconcile (late.w.desk);
  late_live (&late);
  before = figures (&late, 2025)->shortfall;
  id = cd_desk_propose_surrender (late.w.desk, LATE_ACCOUNT, 2026, &line, 1, NULL, 0, &error);
  g_assert_no_error (error);
  sim_pressed (&late.w, id);
  g_assert_true (late_pass (&late, 1500));
  g_assert_cmpint (figures (&late, 2025)->shortfall, ==, before + UNITS);
  confirm (&late, id);
  g_assert_cmpint (figures (&late, 2025)->surrendered, ==, 0);
  g_assert_cmpint (figures (&late, 2025)->shortfall, ==, before + UNITS);
  g_assert_cmpint (figures (&late, 2026)->surrendered, ==, UNITS);
  late_close (&late);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bound/cancellation", test_cancellation);
  g_test_add_func ("/bound/surrender", test_surrender);
  g_test_add_func ("/bound/other-year", test_other_year);
  return g_test_run ();
}
