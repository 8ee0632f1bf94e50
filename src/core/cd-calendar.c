/* cd-calendar.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-calendar.h"

/* No market pauses longer than this; beyond it the calendar simply does not know. */
#define SEARCH_DAYS_MAX 60

struct _CdCalendar
{
  gatomicrefcount refs;
  CdZone *zone;      /* (owned) */
  GHashTable *years; /* set of covered years */
  GHashTable *days;  /* CdDate -> CdDayKind of the exceptions */
};

CdCalendar *
cd_calendar_new (CdZone *zone)
{
  CdCalendar *cal = g_new0 (CdCalendar, 1);

  g_atomic_ref_count_init (&cal->refs);
  cal->zone = cd_zone_ref (zone);
  cal->years = g_hash_table_new (NULL, NULL);
  cal->days = g_hash_table_new (NULL, NULL);
  return cal;
}

CdCalendar *
cd_calendar_ref (CdCalendar *cal)
{
  g_atomic_ref_count_inc (&cal->refs);
  return cal;
}

void
cd_calendar_unref (CdCalendar *cal)
{
  if (!g_atomic_ref_count_dec (&cal->refs))
    return;
  cd_zone_unref (cal->zone);
  g_hash_table_unref (cal->years);
  g_hash_table_unref (cal->days);
  g_free (cal);
}

void
cd_calendar_cover_year (CdCalendar *cal, int year)
{
  g_hash_table_add (cal->years, GINT_TO_POINTER (year));
}

static void
set_day (CdCalendar *cal, CdDate day, CdDayKind kind)
{
  g_hash_table_insert (cal->days, GINT_TO_POINTER (day), GINT_TO_POINTER (kind + 1));
}

void
cd_calendar_add_holiday (CdCalendar *cal, CdDate day)
{
  set_day (cal, day, CD_DAY_HOLIDAY);
}

void
cd_calendar_add_closure (CdCalendar *cal, CdDate day, const char *reason)
{
  set_day (cal, day, CD_DAY_CLOSURE);
}

void
cd_calendar_add_extra_session (CdCalendar *cal, CdDate day)
{
  set_day (cal, day, CD_DAY_TRADING);
}

const CdZone *
cd_calendar_zone (const CdCalendar *cal)
{
  return cal->zone;
}

CdDayKind
cd_calendar_day_kind (const CdCalendar *cal, CdDate day)
{
  int kind;

  if (day == CD_DATE_NONE || !g_hash_table_contains (cal->years, GINT_TO_POINTER (cd_date_year (day))))
    return CD_DAY_UNKNOWN;
  kind = GPOINTER_TO_INT (g_hash_table_lookup (cal->days, GINT_TO_POINTER (day)));
  if (kind)
    return (CdDayKind)(kind - 1);
  return cd_date_weekday (day) > 5 ? CD_DAY_WEEKEND : CD_DAY_TRADING;
}

gboolean
cd_calendar_is_trading (const CdCalendar *cal, CdDate day)
{
  return cd_calendar_day_kind (cal, day) == CD_DAY_TRADING;
}

static CdDate
search (const CdCalendar *cal, CdDate day, int step)
{
  for (int i = 1; i <= SEARCH_DAYS_MAX; i++)
    {
      CdDayKind kind = cd_calendar_day_kind (cal, day + i * step);

      if (kind == CD_DAY_TRADING)
        return day + i * step;
      if (kind == CD_DAY_UNKNOWN)
        return CD_DATE_NONE;
    }
  return CD_DATE_NONE;
}

CdDate
cd_calendar_next_trading (const CdCalendar *cal, CdDate day)
{
  return search (cal, day, 1);
}

CdDate
cd_calendar_prev_trading (const CdCalendar *cal, CdDate day)
{
  return search (cal, day, -1);
}

int
cd_calendar_count_trading (const CdCalendar *cal, CdDate from, CdDate to)
{
  int n = 0;

  for (CdDate day = from; day <= to; day++)
    {
      CdDayKind kind = cd_calendar_day_kind (cal, day);

      if (kind == CD_DAY_UNKNOWN)
        return -1;
      n += kind == CD_DAY_TRADING;
    }
  return n;
}
