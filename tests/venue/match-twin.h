/* match-twin.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The twin of every matcher: one array of orders, and all of it looked through for each question.
 */
#pragma once

#include "cd-match.h"

G_BEGIN_DECLS

typedef struct
{
  CdMatchOrder order;
  guint64 place; /* in its queue */
  CdMatchRef ref;
} Entry;

typedef struct
{
  CdMatchKind kind;
  CdMatchConfig config;
  GArray *entries; /* Entry */
  GArray *execs;   /* CdMatchExec */
  guint64 next_place;
} Twin;

Entry *twin_find (Twin *twin, CdMatchRef ref);
gboolean better (CdSide side, guint32 a, guint32 b);
CdSide other_side (CdSide side);
CdMatchResult twin_enter (Twin *twin, const CdMatchOrder *order, gboolean *rested);
CdMatchResult twin_take (Twin *twin, const CdMatchOrder *taker, CdMatchRef named);
CdMatchResult twin_cancel (Twin *twin, CdMatchRef ref);
CdMatchResult twin_replace (Twin *twin, CdMatchRef *ref, guint32 tick, gint64 qty);

G_END_DECLS
