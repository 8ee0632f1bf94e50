/* cd-rules.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-rules.h"

#include <string.h>

static const char *const status_names[] = { "in_force", "adopted_future", "proposed", "unverified" };

void
cd_rule_value_free (CdRuleValue *value)
{
  g_free (value->text);
  g_free (value->source);
  g_free (value);
}

CdRuleSeries *
cd_rule_series_new (const char *id, int scale)
{
  CdRuleSeries *series = g_new0 (CdRuleSeries, 1);

  series->id = g_strdup (id);
  series->scale = scale;
  series->values = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_rule_value_free);
  return series;
}

void
cd_rule_series_free (CdRuleSeries *series)
{
  if (!series)
    return;
  g_free (series->id);
  g_ptr_array_unref (series->values);
  g_free (series);
}

/* Values that could answer the same question: binding ones, assumptions, and the two kinds that bind nobody. */
static int
value_class (const CdRuleValue *value)
{
  if (value->is_assumption)
    return 3;
  switch (value->status)
    {
    case CD_RULE_IN_FORCE:
    case CD_RULE_ADOPTED_FUTURE:
      return 0;
    case CD_RULE_PROPOSED:
      return 1;
    case CD_RULE_UNVERIFIED:
      return 2;
    }
  return 2;
}

/* CD_DATE_NONE is the smallest integer: right for an open start, wrong for an open end. */
static CdDate
end_of (const CdRuleValue *value)
{
  return value->to == CD_DATE_NONE ? G_MAXINT32 : value->to;
}

static int
compare_from (gconstpointer a, gconstpointer b)
{
  const CdRuleValue *x = *(const CdRuleValue *const *)a;
  const CdRuleValue *y = *(const CdRuleValue *const *)b;

  return x->from < y->from ? -1 : x->from > y->from;
}

gboolean
cd_rule_series_add (CdRuleSeries *series, CdRuleValue *value, GError **error)
{
  char a[CD_DATE_BUF], b[CD_DATE_BUF];

  if (end_of (value) < value->from)
    {
      g_set_error (error, CD_TIME_ERROR, CD_TIME_ERROR_RANGE, "%s: a period from %s to %s: expected an end after the start", series->id, cd_date_print (value->from, a), cd_date_print (value->to, b));
      cd_rule_value_free (value);
      return FALSE;
    }
  for (guint i = 0; i < series->values->len; i++)
    {
      const CdRuleValue *other = g_ptr_array_index (series->values, i);

      if (value_class (other) != value_class (value) || end_of (other) < value->from || end_of (value) < other->from)
        continue;
      g_set_error (error, CD_TIME_ERROR, CD_TIME_ERROR_RANGE, "%s: the value from %s overlaps the one from %s", series->id, cd_date_print (value->from, a), cd_date_print (other->from, b));
      cd_rule_value_free (value);
      return FALSE;
    }
  g_ptr_array_add (series->values, value);
  g_ptr_array_sort (series->values, compare_from);
  return TRUE;
}

static const CdRuleValue *
find (const CdRuleSeries *series, CdDate day, CdDate as_of, int wanted)
{
  for (guint i = 0; series && i < series->values->len; i++)
    {
      const CdRuleValue *value = g_ptr_array_index (series->values, i);

      if (value_class (value) != wanted || day < value->from || day > end_of (value))
        continue;
      if (as_of != CD_DATE_NONE && value->known_from > as_of)
        continue;
      return value;
    }
  return NULL;
}

const CdRuleValue *
cd_rule_series_at (const CdRuleSeries *series, CdDate day, CdDate as_of)
{
  return find (series, day, as_of, 0);
}

const CdRuleValue *
cd_rule_series_at_practice (const CdRuleSeries *series, CdDate day)
{
  const CdRuleValue *value = find (series, day, CD_DATE_NONE, 0);

  if (!value)
    value = find (series, day, CD_DATE_NONE, 3);
  if (!value)
    value = find (series, day, CD_DATE_NONE, 2);
  return value;
}

const char *
cd_rule_status_name (CdRuleStatus status)
{
  return (guint)status < G_N_ELEMENTS (status_names) ? status_names[status] : "unverified";
}

gboolean
cd_rule_status_parse (const char *text, CdRuleStatus *out)
{
  for (guint i = 0; i < G_N_ELEMENTS (status_names); i++)
    if (g_strcmp0 (text, status_names[i]) == 0)
      {
        *out = (CdRuleStatus)i;
        return TRUE;
      }
  return FALSE;
}

static void
trace_step_free (gpointer data)
{
  CdTraceStep *step = data;

  g_free (step->rule);
  g_free (step->source);
  g_free (step->inputs);
  g_free (step->result);
  g_free (step);
}

CdTrace *
cd_trace_new (void)
{
  CdTrace *trace = g_new0 (CdTrace, 1);

  trace->steps = g_ptr_array_new_with_free_func (trace_step_free);
  return trace;
}

void
cd_trace_free (CdTrace *trace)
{
  if (!trace)
    return;
  g_ptr_array_unref (trace->steps);
  g_free (trace);
}

static void
add_step (CdTrace *trace, const char *rule, const char *source, const char *result, char *inputs)
{
  CdTraceStep *step = g_new0 (CdTraceStep, 1);

  step->rule = g_strdup (rule);
  step->source = g_strdup (source ? source : "");
  step->result = g_strdup (result);
  step->inputs = inputs;
  g_ptr_array_add (trace->steps, step);
}

CdTrace *
cd_trace_copy (const CdTrace *trace)
{
  CdTrace *copy = cd_trace_new ();

  for (guint i = 0; trace && i < trace->steps->len; i++)
    {
      const CdTraceStep *step = g_ptr_array_index (trace->steps, i);

      add_step (copy, step->rule, step->source, step->result, g_strdup (step->inputs));
    }
  return copy;
}

void
cd_trace_add (CdTrace *trace, const char *rule, const char *source, const char *result, const char *inputs_format, ...)
{
  va_list args;

  if (!trace)
    return;
  va_start (args, inputs_format);
  add_step (trace, rule, source, result, g_strdup_vprintf (inputs_format, args));
  va_end (args);
}
