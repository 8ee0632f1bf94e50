/* desk-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A desk with a profile of its own and the real practice venue behind it, and the steps that several tests take.
 */
#pragma once

#include "cd-desk.h"

G_BEGIN_DECLS

typedef struct
{
  CdDesk *desk;
  char profile[16];
} Fixture;

typedef gboolean (*Condition) (Fixture *f, gconstpointer data);

/* Runs the loop until @condition holds; never a fixed time. */
#define WAIT_FOR(f, condition, data) g_assert_true (wait_for (f, condition, data))
gboolean wait_for (Fixture *f, Condition condition, gconstpointer data);

void open_desk (Fixture *f);
void close_desk (Fixture *f);
void setup (Fixture *f, gconstpointer data);
void teardown (Fixture *f, gconstpointer data);

/* Conditions. */
typedef struct
{
  const char *asset;
  CdBucket bucket;
  gint64 qty;
} Want;
typedef struct
{
  const char *id, *state;
} InState;
gboolean is_live (Fixture *f, gconstpointer data);
gboolean has_book (Fixture *f, gconstpointer data);     /* instrument */
gboolean holds (Fixture *f, gconstpointer data);        /* Want */
gboolean is_final (Fixture *f, gconstpointer data);     /* CdOrderRow */
gboolean in_state (Fixture *f, gconstpointer data);     /* InState of an instruction */
gboolean closed_today (Fixture *f, gconstpointer data); /* CEA25 has its close */
gboolean person_is (Fixture *f, gconstpointer data);    /* person id */
gboolean flag_set (Fixture *f, gconstpointer data);     /* gboolean */

/* Rows of the chosen entity; (nullable). */
CdHoldingRow *holding (Fixture *f, const char *asset);
CdInstructionRow *instruction (Fixture *f, const char *id);

/* Picks at the best ask until @qty is bought; a quote that somebody else took is a normal outcome. */
void buy (Fixture *f, const char *code, gint64 qty, const char *purpose);
void become (Fixture *f, const char *person);
/* Proposed by the trader, confirmed by the second person. */
void confirm_as_second (Fixture *f, const char *id, const char *then);

/* A home of its own, then g_test_init(). */
void desk_tests_init (int *argc, char ***argv);

G_END_DECLS
