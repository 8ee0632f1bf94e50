/* cd-rules.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Values of rules by date. A rule is never edited in place: every value carries from when to when it holds, since when it
 * is known, how sure it is and where it stands written.
 */
#pragma once

#include "cd-num.h"
#include "cd-time.h"

G_BEGIN_DECLS

typedef enum
{
  CD_RULE_IN_FORCE,
  CD_RULE_ADOPTED_FUTURE,
  CD_RULE_PROPOSED,
  CD_RULE_UNVERIFIED, /* never used silently, never shown as zero */
} CdRuleStatus;

/**
 * CdRuleValue: one value of one rule over one period.
 * @has_value: %FALSE for an unverified rule without a figure
 * @from: first day it holds, %CD_DATE_NONE = since ever
 * @to: last day it holds, %CD_DATE_NONE = until replaced
 * @known_from: the day it was published (a figure computed as of an earlier day must not use it)
 * @is_assumption: a practice_assumption that stands in where the practice venue needs a value; shown as that
 */
typedef struct
{
  gint64 value; /* scaled by the series' scale; enums as their number */
  gboolean has_value;
  char *text; /* (nullable): for textual values */
  CdDate from;
  CdDate to;
  CdDate known_from;
  CdRuleStatus status;
  gboolean is_assumption;
  char *source; /* text source, never NULL */
} CdRuleValue;

/**
 * CdRuleSeries: the values of one rule through time, sorted by from, non-overlapping per status class.
 */
typedef struct
{
  char *id; /* e.g. "modes.list.band_pct" */
  int scale;
  GPtrArray *values; /* (element-type CdRuleValue) */
} CdRuleSeries;

CdRuleSeries *cd_rule_series_new (const char *id, int scale);
void cd_rule_series_free (CdRuleSeries *series);
void cd_rule_value_free (CdRuleValue *value);
/* Takes @value. FALSE + error when it overlaps another one of the same status class. */
gboolean cd_rule_series_add (CdRuleSeries *series, CdRuleValue *value, GError **error);

/**
 * cd_rule_series_at:
 * @series: (nullable): a series
 * @day: the day the rule is applied to
 * @as_of: what was known on that day; %CD_DATE_NONE = everything known today
 *
 * The value that binds on @day: in force (or adopted and begun). Proposed and unverified values are never returned here.
 *
 * Returns: (nullable) (transfer none)
 */
const CdRuleValue *cd_rule_series_at (const CdRuleSeries *series, CdDate day, CdDate as_of);
/* As above, but falls back to a practice assumption, then to an unverified value; look at its status. */
const CdRuleValue *cd_rule_series_at_practice (const CdRuleSeries *series, CdDate day);

const char *cd_rule_status_name (CdRuleStatus status); /* "in_force" … */
gboolean cd_rule_status_parse (const char *text, CdRuleStatus *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdRuleSeries, cd_rule_series_free)

/**
 * CdTrace: why a figure is what it is: one line per step. Filled by every check and computation; shown by "Explain".
 */
typedef struct
{
  char *rule;   /* rule id, e.g. "offset.cap" */
  char *source; /* text source */
  char *inputs; /* "verified=2800000 t; cap=5 %" */
  char *result; /* "140000 t" */
} CdTraceStep;

typedef struct
{
  GPtrArray *steps; /* (element-type CdTraceStep) */
} CdTrace;

CdTrace *cd_trace_new (void);
void cd_trace_free (CdTrace *trace);
CdTrace *cd_trace_copy (const CdTrace *trace);
/* All strings are copied; @trace may be NULL (then nothing happens). */
void cd_trace_add (CdTrace *trace, const char *rule, const char *source, const char *result, const char *inputs_format, ...) G_GNUC_PRINTF (5, 6);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdTrace, cd_trace_free)

G_END_DECLS
