/* test-calendar.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The trading days of 2021–2026 from the published closures (china-rules 10), against the exchange's own counts.
 */
#include "cd-calendar.h"

#include <string.h>

/* Closed weekdays as the notices name them; "a-b" is a run of days of one month. */
static const struct
{
  int year;
  const char *closed;
  const char *closure; /* the exchange's own, in no notice of the State Council */
  const char *make_up; /* weekends on which others work */
  int days;
} years[] = {
  { 2021, "01-01 02-11 02-12 02-15-17 04-05 05-03-05 06-14 09-20 09-21 10-01 10-04-07", "", "02-07 02-20 04-25 05-08 09-18 09-26 10-09", 243 },
  { 2022, "01-03 01-31 02-01-04 04-04 04-05 05-02-04 06-03 09-12 10-03-07", "", "01-29 01-30 04-02 04-24 05-07 10-08 10-09", 242 },
  { 2023, "01-02 01-23-27 04-05 05-01-03 06-22 06-23 09-29 10-02-06", "", "01-28 01-29 04-23 05-06 06-25 10-07 10-08", 242 },
  { 2024, "01-01 02-12-16 04-04 04-05 05-01-03 06-10 09-16 09-17 10-01-04 10-07", "02-09", "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12", 242 },
  { 2025, "01-01 01-28-31 02-03 02-04 04-04 05-01 05-02 05-05 06-02 10-01-03 10-06-08", "", "01-26 02-08 04-27 09-28 10-11", 243 },
  { 2026, "01-01 01-02 02-16-20 02-23 04-06 05-01 05-04 05-05 06-19 09-25 10-01 10-02 10-05-07", "", "01-04 02-14 02-28 05-09 09-20 10-10", 242 },
};

typedef void (*DayFunc) (CdCalendar *cal, CdDate day);

static void
each_day (CdCalendar *cal, int year, const char *text, DayFunc func)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  for (int i = 0; words[i]; i++)
    {
      g_auto (GStrv) parts = g_strsplit (words[i], "-", -1);
      int month, first, last;

      if (!parts[0])
        continue;
      month = (int)g_ascii_strtoll (parts[0], NULL, 10);
      first = (int)g_ascii_strtoll (parts[1], NULL, 10);
      last = parts[2] ? (int)g_ascii_strtoll (parts[2], NULL, 10) : first;
      for (int day = first; day <= last; day++)
        func (cal, cd_date_from_ymd (year, month, day));
    }
}

static void
add_closure (CdCalendar *cal, CdDate day)
{
  cd_calendar_add_closure (cal, day, "closed by the exchange");
}

static CdCalendar *
national (void)
{
  g_autoptr (CdZone) zone = cd_zone_new ("Asia/Shanghai", NULL);
  CdCalendar *cal = cd_calendar_new (zone);

  for (gsize i = 0; i < G_N_ELEMENTS (years); i++)
    {
      cd_calendar_cover_year (cal, years[i].year);
      each_day (cal, years[i].year, years[i].closed, cd_calendar_add_holiday);
      each_day (cal, years[i].year, years[i].closure, add_closure);
    }
  return cal;
}

static int
count_year (CdCalendar *cal, int year)
{
  return cd_calendar_count_trading (cal, cd_date_from_ymd (year, 1, 1), cd_date_from_ymd (year, 12, 31));
}

static void
test_counts (void)
{
  g_autoptr (CdCalendar) cal = national ();

  for (gsize i = 0; i < G_N_ELEMENTS (years); i++)
    g_assert_cmpint (count_year (cal, years[i].year), ==, years[i].days);
  /* The national market opened on 16 July 2021. */
  g_assert_cmpint (cd_calendar_count_trading (cal, cd_date_from_ymd (2021, 7, 16), cd_date_from_ymd (2021, 12, 31)), ==, 114);
  g_assert_cmpint (cd_calendar_count_trading (cal, cd_date_from_ymd (2021, 7, 16), cd_date_from_ymd (2025, 12, 31)), ==, 114 + 242 + 242 + 242 + 243);
  g_assert_cmpint (cd_calendar_count_trading (cal, cd_date_from_ymd (2026, 1, 5), cd_date_from_ymd (2026, 1, 5)), ==, 1);
  g_assert_cmpint (cd_calendar_count_trading (cal, cd_date_from_ymd (2026, 1, 5), cd_date_from_ymd (2026, 1, 4)), ==, 0);
}

static void
assert_weekend (CdCalendar *cal, CdDate day)
{
  g_assert_cmpint (cd_date_weekday (day), >=, 6);
  g_assert_cmpint (cd_calendar_day_kind (cal, day), ==, CD_DAY_WEEKEND);
}

static void
assert_holiday (CdCalendar *cal, CdDate day)
{
  g_assert_cmpint (cd_date_weekday (day), <=, 5);
  g_assert_cmpint (cd_calendar_day_kind (cal, day), ==, CD_DAY_HOLIDAY);
}

static void
test_kinds (void)
{
  g_autoptr (CdCalendar) cal = national ();

  for (gsize i = 0; i < G_N_ELEMENTS (years); i++)
    {
      each_day (cal, years[i].year, years[i].closed, assert_holiday);
      each_day (cal, years[i].year, years[i].make_up, assert_weekend);
    }
  g_assert_cmpint (cd_calendar_day_kind (cal, cd_date_from_ymd (2024, 2, 9)), ==, CD_DAY_CLOSURE);
  g_assert_cmpint (cd_calendar_day_kind (cal, cd_date_from_ymd (2024, 2, 8)), ==, CD_DAY_TRADING);
  g_assert_cmpint (cd_calendar_day_kind (cal, cd_date_from_ymd (2026, 12, 14)), ==, CD_DAY_TRADING);
  g_assert_cmpstr (cd_zone_name (cd_calendar_zone (cal)), ==, "Asia/Shanghai");
}

/* A year nobody has told it about has no trading days and no others: it is unknown. */
static void
test_unknown_year (void)
{
  g_autoptr (CdCalendar) cal = national ();
  CdDate last = cd_date_from_ymd (2026, 12, 31), next = cd_date_from_ymd (2027, 1, 4);

  g_assert_cmpint (cd_calendar_day_kind (cal, next), ==, CD_DAY_UNKNOWN);
  g_assert_false (cd_calendar_is_trading (cal, next));
  g_assert_cmpint (cd_calendar_day_kind (cal, CD_DATE_NONE), ==, CD_DAY_UNKNOWN);
  g_assert_cmpint (cd_calendar_count_trading (cal, last, next), ==, -1);
  g_assert_cmpint (cd_calendar_count_trading (cal, cd_date_from_ymd (2020, 12, 31), cd_date_from_ymd (2021, 1, 4)), ==, -1);
  g_assert_cmpint (cd_calendar_next_trading (cal, last), ==, CD_DATE_NONE);
  g_assert_cmpint (cd_calendar_next_trading (cal, last - 1), ==, last);
  g_assert_cmpint (cd_calendar_prev_trading (cal, cd_date_from_ymd (2021, 1, 4)), ==, CD_DATE_NONE);
}

/* Steps forward and back against a walk day by day. */
static void
test_steps (void)
{
  g_autoptr (CdCalendar) cal = national ();
  CdDate from = cd_date_from_ymd (2021, 1, 4), to = cd_date_from_ymd (2026, 12, 31), before = from;

  g_assert_cmpint (cd_calendar_next_trading (cal, cd_date_from_ymd (2026, 9, 30)), ==, cd_date_from_ymd (2026, 10, 8));
  g_assert_cmpint (cd_calendar_prev_trading (cal, cd_date_from_ymd (2024, 2, 19)), ==, cd_date_from_ymd (2024, 2, 8));
  for (CdDate day = from + 1; day <= to; day++)
    {
      g_assert_cmpint (cd_calendar_prev_trading (cal, day), ==, before);
      if (!cd_calendar_is_trading (cal, day))
        continue;
      for (CdDate between = before; between < day; between++)
        g_assert_cmpint (cd_calendar_next_trading (cal, between), ==, day);
      g_assert_cmpint (cd_calendar_count_trading (cal, before, day), ==, 2);
      before = day;
    }
  g_assert_cmpint (before, ==, to);
}

/* What is said later holds: a session that is put in trades although the day would not, and the other way round. */
static void
test_extra (void)
{
  g_autoptr (CdCalendar) cal = national ();
  CdDate sunday = cd_date_from_ymd (2026, 12, 20), holiday = cd_date_from_ymd (2026, 10, 1), monday = cd_date_from_ymd (2026, 12, 21);

  cd_calendar_add_extra_session (cal, sunday);
  cd_calendar_add_extra_session (cal, holiday);
  cd_calendar_add_closure (cal, monday, "works on the hall");
  g_assert_true (cd_calendar_is_trading (cal, sunday));
  g_assert_true (cd_calendar_is_trading (cal, holiday));
  g_assert_cmpint (cd_calendar_day_kind (cal, monday), ==, CD_DAY_CLOSURE);
  g_assert_cmpint (count_year (cal, 2026), ==, 243);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/calendar/counts", test_counts);
  g_test_add_func ("/calendar/kinds", test_kinds);
  g_test_add_func ("/calendar/unknown-year", test_unknown_year);
  g_test_add_func ("/calendar/steps", test_steps);
  g_test_add_func ("/calendar/extra", test_extra);
  return g_test_run ();
}
