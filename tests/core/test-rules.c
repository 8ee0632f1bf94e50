/* test-rules.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Values by date: what binds on a day, what was known then, and what is never used silently.
 */
#include "cd-rules.h"

#include <string.h>

static CdDate
day_of (const char *text)
{
  CdDate date = CD_DATE_NONE;

  if (*text)
    g_assert_true (cd_date_parse (text, &date, NULL));
  return date;
}

static CdRuleValue *
value_new (gint64 number, const char *from, const char *to, const char *known_from, CdRuleStatus status, gboolean is_assumption)
{
  CdRuleValue *value = g_new0 (CdRuleValue, 1);

  value->value = number;
  value->has_value = TRUE;
  value->from = day_of (from);
  value->to = day_of (to);
  value->known_from = day_of (known_from);
  value->status = status;
  value->is_assumption = is_assumption;
  value->source = g_strdup ("a rule");
  return value;
}

static void
add (CdRuleSeries *series, CdRuleValue *value)
{
  g_autoptr (GError) error = NULL;

  cd_rule_series_add (series, value, &error);
  g_assert_no_error (error);
}

static void
add_refused (CdRuleSeries *series, CdRuleValue *value)
{
  g_autoptr (GError) error = NULL;
  guint before = series->values->len;

  g_assert_false (cd_rule_series_add (series, value, &error));
  g_assert_error (error, CD_TIME_ERROR, CD_TIME_ERROR_RANGE);
  g_assert_nonnull (strstr (error->message, series->id));
  g_assert_cmpuint (series->values->len, ==, before);
}

/* -1 = nothing binds. */
static gint64
at (const CdRuleSeries *series, const char *day, const char *as_of)
{
  const CdRuleValue *value = cd_rule_series_at (series, day_of (day), day_of (as_of));

  return value ? value->value : -1;
}

static void
test_by_date (void)
{
  g_autoptr (CdRuleSeries) series = cd_rule_series_new ("modes.list.band_pct", 2);

  /* In any order; sorted inside. */
  add (series, value_new (30, "2026-01-01", "", "2025-12-01", CD_RULE_ADOPTED_FUTURE, FALSE));
  add (series, value_new (10, "", "2022-12-31", "", CD_RULE_IN_FORCE, FALSE));
  add (series, value_new (20, "2023-01-01", "2024-12-31", "2022-11-15", CD_RULE_IN_FORCE, FALSE));
  g_assert_cmpint (at (series, "0001-01-01", ""), ==, 10);
  g_assert_cmpint (at (series, "2022-12-31", ""), ==, 10);
  g_assert_cmpint (at (series, "2023-01-01", ""), ==, 20);
  g_assert_cmpint (at (series, "2024-12-31", ""), ==, 20);
  g_assert_cmpint (at (series, "2025-06-30", ""), ==, -1);
  g_assert_cmpint (at (series, "2026-01-01", ""), ==, 30);
  g_assert_cmpint (at (series, "9999-12-31", ""), ==, 30);
  /* A figure computed as of an earlier day must not use what was published later. */
  g_assert_cmpint (at (series, "2023-06-01", "2022-11-14"), ==, -1);
  g_assert_cmpint (at (series, "2023-06-01", "2022-11-15"), ==, 20);
  g_assert_cmpint (at (series, "2026-06-01", "2025-11-30"), ==, -1);
  g_assert_cmpint (at (series, "2022-06-01", "2000-01-01"), ==, 10);
  g_assert_null (cd_rule_series_at (NULL, 0, CD_DATE_NONE));
  g_assert_null (cd_rule_series_at_practice (NULL, 0));
}

static void
test_overlaps (void)
{
  g_autoptr (CdRuleSeries) series = cd_rule_series_new ("offset.cap", 4);

  add (series, value_new (5, "2021-01-01", "2023-12-31", "", CD_RULE_IN_FORCE, FALSE));
  add_refused (series, value_new (6, "2023-12-31", "", "", CD_RULE_IN_FORCE, FALSE));
  add_refused (series, value_new (6, "", "2021-01-01", "", CD_RULE_IN_FORCE, FALSE));
  add_refused (series, value_new (6, "2022-01-01", "2022-01-01", "", CD_RULE_ADOPTED_FUTURE, FALSE));
  add_refused (series, value_new (6, "", "", "", CD_RULE_IN_FORCE, FALSE));
  add_refused (series, value_new (6, "2025-01-01", "2024-12-31", "", CD_RULE_IN_FORCE, FALSE));
  /* Another class may stand beside it: it answers another question. */
  add (series, value_new (7, "2022-01-01", "", "", CD_RULE_PROPOSED, FALSE));
  add (series, value_new (8, "2022-01-01", "", "", CD_RULE_UNVERIFIED, FALSE));
  add (series, value_new (9, "2022-01-01", "", "", CD_RULE_IN_FORCE, TRUE));
  add (series, value_new (6, "2024-01-01", "", "", CD_RULE_IN_FORCE, FALSE));
  add (series, value_new (4, "", "2020-12-31", "", CD_RULE_IN_FORCE, FALSE));
  g_assert_cmpint (at (series, "2020-12-31", ""), ==, 4);
  g_assert_cmpint (at (series, "2023-12-31", ""), ==, 5);
  g_assert_cmpint (at (series, "2024-01-01", ""), ==, 6);
}

/* Neither a draft nor a guess ever binds; practice sees which of them it was given. */
static void
test_never_silently (void)
{
  g_autoptr (CdRuleSeries) series = cd_rule_series_new ("auction.min_lot", 0);
  const CdRuleValue *value;

  add (series, value_new (1, "2021-01-01", "", "", CD_RULE_PROPOSED, FALSE));
  g_assert_cmpint (at (series, "2026-01-01", ""), ==, -1);
  g_assert_null (cd_rule_series_at_practice (series, day_of ("2026-01-01")));
  add (series, value_new (2, "2021-01-01", "", "", CD_RULE_UNVERIFIED, FALSE));
  g_assert_cmpint (at (series, "2026-01-01", ""), ==, -1);
  value = cd_rule_series_at_practice (series, day_of ("2026-01-01"));
  g_assert_cmpint (value->value, ==, 2);
  g_assert_cmpint (value->status, ==, CD_RULE_UNVERIFIED);
  add (series, value_new (3, "2022-01-01", "", "", CD_RULE_UNVERIFIED, TRUE));
  g_assert_cmpint (at (series, "2026-01-01", ""), ==, -1);
  value = cd_rule_series_at_practice (series, day_of ("2026-01-01"));
  g_assert_cmpint (value->value, ==, 3);
  g_assert_true (value->is_assumption);
  g_assert_cmpint (cd_rule_series_at_practice (series, day_of ("2021-06-01"))->value, ==, 2);
  add (series, value_new (4, "2025-01-01", "", "", CD_RULE_IN_FORCE, FALSE));
  g_assert_cmpint (cd_rule_series_at_practice (series, day_of ("2026-01-01"))->value, ==, 4);
  g_assert_cmpint (cd_rule_series_at_practice (series, day_of ("2024-12-31"))->value, ==, 3);
}

/* Random periods: accepted exactly when no day is taken; each day answers with the value that took it. */
static void
test_random_periods (void)
{
  for (int round = 0; round < 300; round++)
    {
      g_autoptr (CdRuleSeries) series = cd_rule_series_new ("random", 0);
      gint64 taken[400];

      memset (taken, -1, sizeof taken);
      for (int i = 1; i <= 40; i++)
        {
          CdDate from = g_test_rand_int_range (0, 400), to = g_test_rand_int_range (from, MIN (400, from + 30));
          CdRuleValue *value = value_new (i, "", "", "", i % 2 ? CD_RULE_IN_FORCE : CD_RULE_ADOPTED_FUTURE, FALSE);
          gboolean free_days = TRUE;

          value->from = from;
          value->to = to;
          for (CdDate day = from; day <= to; day++)
            free_days &= taken[day] == -1;
          g_assert_cmpint (cd_rule_series_add (series, value, NULL), ==, free_days);
          for (CdDate day = from; free_days && day <= to; day++)
            taken[day] = i;
        }
      for (CdDate day = 0; day < 400; day++)
        {
          const CdRuleValue *value = cd_rule_series_at (series, day, CD_DATE_NONE);

          g_assert_cmpint (value ? value->value : -1, ==, taken[day]);
        }
    }
}

static void
test_status_names (void)
{
  CdRuleStatus out = CD_RULE_PROPOSED;

  for (int status = CD_RULE_IN_FORCE; status <= CD_RULE_UNVERIFIED; status++)
    {
      g_assert_true (cd_rule_status_parse (cd_rule_status_name ((CdRuleStatus)status), &out));
      g_assert_cmpint (out, ==, status);
    }
  out = CD_RULE_PROPOSED;
  g_assert_false (cd_rule_status_parse ("", &out));
  g_assert_false (cd_rule_status_parse ("IN_FORCE", &out));
  g_assert_false (cd_rule_status_parse (NULL, &out));
  g_assert_cmpint (out, ==, CD_RULE_PROPOSED);
}

static void
test_trace (void)
{
  CdTrace *trace = cd_trace_new ();
  g_autoptr (CdTrace) copy = NULL;
  g_autoptr (CdTrace) nothing = cd_trace_copy (NULL);
  const CdTraceStep *step;

  cd_trace_add (trace, "offset.cap", "A2 Art. 23", "140000 t", "verified=%d t; cap=%s", 2800000, "5 %");
  cd_trace_add (trace, "no.source", NULL, "0", "%s", "");
  cd_trace_add (NULL, "nowhere", NULL, "", "%d", 1);
  copy = cd_trace_copy (trace);
  cd_trace_free (trace);
  g_assert_cmpuint (copy->steps->len, ==, 2);
  step = g_ptr_array_index (copy->steps, 0);
  g_assert_cmpstr (step->rule, ==, "offset.cap");
  g_assert_cmpstr (step->source, ==, "A2 Art. 23");
  g_assert_cmpstr (step->inputs, ==, "verified=2800000 t; cap=5 %");
  g_assert_cmpstr (step->result, ==, "140000 t");
  step = g_ptr_array_index (copy->steps, 1);
  g_assert_cmpstr (step->source, ==, "");
  g_assert_cmpuint (nothing->steps->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rules/by-date", test_by_date);
  g_test_add_func ("/rules/overlaps", test_overlaps);
  g_test_add_func ("/rules/never-silently", test_never_silently);
  g_test_add_func ("/rules/random-periods", test_random_periods);
  g_test_add_func ("/rules/status-names", test_status_names);
  g_test_add_func ("/rules/trace", test_trace);
  return g_test_run ();
}
