/* cd-time.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-time.h"

#include <string.h>

GQuark
cd_time_error_quark (void)
{
  return g_quark_from_static_string ("cd-time-error-quark");
}

/* What was read, cut at @max bytes for a message; the cut may fall inside a character. (transfer full) */
static char *
shown (const char *text, gsize max)
{
  return g_utf8_make_valid (text, (gssize)strnlen (text, max));
}

struct _CdZone
{
  gatomicrefcount refs;
  char *name;
  GTimeZone *zone;
};

/* Days of the civil calendar counted from 1970-01-01 (proleptic Gregorian, eras of 400 years). */
CdDate
cd_date_from_ymd (int year, int month, int day)
{
  int y = month <= 2 ? year - 1 : year;
  int era, year_of_era, day_of_year, day_of_era;

  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > g_date_get_days_in_month ((GDateMonth)month, (GDateYear)year))
    return CD_DATE_NONE;
  era = y / 400;
  year_of_era = y - era * 400;
  day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

void
cd_date_to_ymd (CdDate date, int *year, int *month, int *day)
{
  gint64 z = (gint64)date + 719468;
  gint64 era = z / 146097;
  gint64 doe = z - era * 146097;
  gint64 yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  gint64 doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  gint64 mp = (5 * doy + 2) / 153;

  g_return_if_fail (date != CD_DATE_NONE);

  if (day)
    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
  if (month)
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
  if (year)
    *year = (int)(yoe + era * 400 + (mp >= 10 ? 1 : 0));
}

int
cd_date_year (CdDate date)
{
  int year = 0;

  cd_date_to_ymd (date, &year, NULL, NULL);
  return year;
}

int
cd_date_weekday (CdDate date)
{
  /* 1970-01-01 was a Thursday. */
  gint64 w = ((gint64)date + 3) % 7;

  return (int)(w < 0 ? w + 7 : w) + 1;
}

/* @n digits at @text as a number; FALSE when one is none. */
static gboolean
digits (const char *text, int n, int *out)
{
  int value = 0;

  for (int i = 0; i < n; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      value = value * 10 + (text[i] - '0');
    }
  *out = value;
  return TRUE;
}

gboolean
cd_date_parse (const char *text, CdDate *out, GError **error)
{
  int year, month, day;
  CdDate date = CD_DATE_NONE;

  if (strlen (text) == 10 && text[4] == '-' && text[7] == '-' && digits (text, 4, &year) && digits (text + 5, 2, &month) && digits (text + 8, 2, &day))
    date = cd_date_from_ymd (year, month, day);
  if (date == CD_DATE_NONE)
    {
      g_autofree char *found = shown (text, 40);

      g_set_error (error, CD_TIME_ERROR, CD_TIME_ERROR_SYNTAX, "“%s”: expected a date YYYY-MM-DD", found);
      return FALSE;
    }
  *out = date;
  return TRUE;
}

const char *
cd_date_print (CdDate date, char buf[CD_DATE_BUF])
{
  int year, month, day;

  if (date == CD_DATE_NONE)
    {
      buf[0] = 0;
      return buf;
    }
  cd_date_to_ymd (date, &year, &month, &day);
  g_snprintf (buf, CD_DATE_BUF, "%04d-%02d-%02d", year, month, day);
  return buf;
}

gboolean
cd_time_of_day_parse (const char *text, int *out_s, GError **error)
{
  gsize len = strlen (text);
  int h = 0, m = 0, s = 0;
  gboolean ok = (len == 5 || len == 8) && text[2] == ':' && digits (text, 2, &h) && digits (text + 3, 2, &m);

  if (ok && len == 8)
    ok = text[5] == ':' && digits (text + 6, 2, &s);
  if (!ok || m > 59 || s > 59 || h > 24 || (h == 24 && (m || s)))
    {
      g_autofree char *found = shown (text, 40);

      g_set_error (error, CD_TIME_ERROR, CD_TIME_ERROR_SYNTAX, "“%s”: expected a time HH:MM or HH:MM:SS up to 24:00", found);
      return FALSE;
    }
  *out_s = h * 3600 + m * 60 + s;
  return TRUE;
}

const char *
cd_time_of_day_print (int seconds, char buf[CD_DATE_BUF])
{
  g_snprintf (buf, CD_DATE_BUF, "%02d:%02d:%02d", seconds / 3600 % 100, seconds / 60 % 60, seconds % 60);
  return buf;
}

/* GLib takes more than names: paths of any file, offsets, POSIX rules, and the tables that lie beside the zones. A name of
 * the database begins with a capital; only those of places have more than letters. */
static gboolean
is_zone_name (const char *text)
{
  gboolean place = strchr (text, '/') != NULL;

  if (!g_ascii_isupper (text[0]) || !text[1])
    return FALSE;
  for (; *text; text++)
    if (!g_ascii_isalpha (*text) && !(place && (g_ascii_isdigit (*text) || strchr ("/_+-", *text))))
      return FALSE;
  return TRUE;
}

CdZone *
cd_zone_new (const char *iana, GError **error)
{
  GTimeZone *zone = is_zone_name (iana) ? g_time_zone_new_identifier (iana) : NULL;
  CdZone *self;

  if (!zone)
    {
      g_autofree char *found = shown (iana, 60);

      g_set_error (error, CD_TIME_ERROR, CD_TIME_ERROR_ZONE, "“%s”: expected the name of a time zone such as Asia/Shanghai", found);
      return NULL;
    }
  self = g_new0 (CdZone, 1);
  g_atomic_ref_count_init (&self->refs);
  self->name = g_strdup (iana);
  self->zone = zone;
  return self;
}

CdZone *
cd_zone_ref (CdZone *zone)
{
  g_atomic_ref_count_inc (&zone->refs);
  return zone;
}

void
cd_zone_unref (CdZone *zone)
{
  if (!g_atomic_ref_count_dec (&zone->refs))
    return;
  g_time_zone_unref (zone->zone);
  g_free (zone->name);
  g_free (zone);
}

const char *
cd_zone_name (const CdZone *zone)
{
  return zone->name;
}

static gint64
floor_div (gint64 a, gint64 b)
{
  return a / b - (a % b < 0 ? 1 : 0);
}

static gint64
offset_at (const CdZone *zone, gint64 utc)
{
  return g_time_zone_get_offset (zone->zone, g_time_zone_find_interval (zone->zone, G_TIME_TYPE_UNIVERSAL, utc));
}

/* GLib's own choice in a fold follows the flag of summer time, which says nothing about which one is the first: so the
 * offsets of the day before and of the day after are tried in this order. */
gint64
cd_zone_to_us (const CdZone *zone, CdDate date, int second_of_day)
{
  gint64 local = (gint64)date * 86400 + second_of_day;
  gint64 low = local - 86400, high = local + 86400;
  gint64 before = offset_at (zone, low), after = offset_at (zone, high);

  g_return_val_if_fail (date != CD_DATE_NONE, 0);

  if (offset_at (zone, local - before) == before)
    return (local - before) * CD_USEC_PER_SEC;
  if (offset_at (zone, local - after) == after)
    return (local - after) * CD_USEC_PER_SEC;
  /* In a gap: the first instant whose civil time is behind it. */
  while (high - low > 1)
    {
      gint64 middle = low + (high - low) / 2;

      if (middle + offset_at (zone, middle) >= local)
        high = middle;
      else
        low = middle;
    }
  return high * CD_USEC_PER_SEC;
}

CdDate
cd_zone_date_of (const CdZone *zone, gint64 at_us, int *second_of_day)
{
  gint64 utc = floor_div (at_us, CD_USEC_PER_SEC);
  int interval = g_time_zone_find_interval (zone->zone, G_TIME_TYPE_UNIVERSAL, utc);
  gint64 local = utc + g_time_zone_get_offset (zone->zone, interval);
  gint64 day = floor_div (local, 86400);

  if (second_of_day)
    *second_of_day = (int)(local - day * 86400);
  return (CdDate)day;
}

const char *
cd_instant_print (gint64 at_us, char buf[CD_INSTANT_BUF])
{
  gint64 day = floor_div (at_us, CD_USEC_PER_DAY);
  gint64 rest = (at_us % CD_USEC_PER_DAY + CD_USEC_PER_DAY) % CD_USEC_PER_DAY;
  int s = (int)(rest / CD_USEC_PER_SEC);
  char date[CD_DATE_BUF];

  g_snprintf (buf, CD_INSTANT_BUF, "%sT%02d:%02d:%02d.%06dZ", cd_date_print ((CdDate)day, date), s / 3600, s / 60 % 60, s % 60, (int)(rest % CD_USEC_PER_SEC));
  return buf;
}

gboolean
cd_instant_parse (const char *text, gint64 *out_us, GError **error)
{
  gsize len = strlen (text);
  char date_text[11] = "";
  CdDate date;
  int h, m, s;
  gint64 micros = 0;
  gsize i = 19;

  if (len < 20 || len > 27 || text[10] != 'T' || text[len - 1] != 'Z' || text[13] != ':' || text[16] != ':' || !digits (text + 11, 2, &h) || !digits (text + 14, 2, &m) || !digits (text + 17, 2, &s) || h > 23 || m > 59 || s > 59)
    goto bad;
  memcpy (date_text, text, 10);
  if (!cd_date_parse (date_text, &date, NULL))
    goto bad;
  if (text[i] == '.')
    {
      int n = 0;

      for (i++; i < len - 1; i++, n++)
        {
          if (!g_ascii_isdigit (text[i]) || n >= 6)
            goto bad;
          micros = micros * 10 + (text[i] - '0');
        }
      if (n == 0)
        goto bad;
      for (; n < 6; n++)
        micros *= 10;
    }
  if (i != len - 1)
    goto bad;
  *out_us = (gint64)date * CD_USEC_PER_DAY + ((gint64)h * 3600 + m * 60 + s) * CD_USEC_PER_SEC + micros;
  return TRUE;

bad:
  {
    g_autofree char *found = shown (text, 40);

    g_set_error (error, CD_TIME_ERROR, CD_TIME_ERROR_SYNTAX, "“%s”: expected an instant in UTC such as 2026-12-14T05:20:00.000000Z", found);
  }
  return FALSE;
}
