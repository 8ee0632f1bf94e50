/* cd-obligation-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the steps of one evaluation share.
 */
#pragma once

#include "cd-obligation.h"

G_BEGIN_DECLS

/* No holding, allocation or emission is larger: sums of so many of them still fit. */
#define CD_OBLIGATION_UNITS_MAX G_GINT64_CONSTANT (1000000000000)
#define CD_OBLIGATION_LINES_MAX 10000

typedef struct
{
  const CdObligationInput *in;
  const CdComplianceYear *year;
  const CdOffsetRule *rule; /* (nullable): no offset rule for the year */
  CdDate today;
  CdObligation *out;
} CdObligationEval;

void cd_obligation_trace_units (CdObligationEval *e, const char *rule, const char *source, gint64 result, const char *inputs);
/* @error: %CD_OBLIGATION_ERROR_INPUT naming the figure that is below 0, or %CD_OBLIGATION_ERROR_RANGE. */
gboolean cd_obligation_check_input (const CdObligationInput *in, GError **error);
/* Fills the offset figures of @e->out. */
gboolean cd_obligation_count_offsets (CdObligationEval *e, GError **error);
/* Fills deadlines and the last safe purchase of @e->out. */
void cd_obligation_find_deadlines (CdObligationEval *e);
/* Fills the estimates of what happens by stage; shortfall and deadline are known by then. */
void cd_obligation_find_penalties (CdObligationEval *e);

/* Whether the sub-cap binds @lot. */
gboolean cd_offset_sub_cap_covers (const CdOffsetSubCap *cap, const CdCreditHolding *lot);

G_END_DECLS
