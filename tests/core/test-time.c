/* test-time.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Dates against GDate, zones against GDateTime and against a search by hand, instants there and back.
 */
#include "cd-time.h"

#include <string.h>

/* --- Dates ------------------------------------------------------------------------------------------------------------- */

/* Every day from 1600 to 2400: number, parts, weekday and text. */
static void
test_every_day (void)
{
  GDate *day = g_date_new_dmy (1, G_DATE_JANUARY, 1600);
  GDate *epoch = g_date_new_dmy (1, G_DATE_JANUARY, 1970);
  CdDate date = cd_date_from_ymd (1600, 1, 1);
  int days = 0;

  g_assert_cmpint (cd_date_from_ymd (1970, 1, 1), ==, 0);
  for (; g_date_get_year (day) <= 2400; g_date_add_days (day, 1), date++, days++)
    {
      int y = g_date_get_year (day), m = g_date_get_month (day), d = g_date_get_day (day), year, month, dom;
      char buf[CD_DATE_BUF], text[CD_DATE_BUF];
      CdDate back = CD_DATE_NONE;

      g_assert_cmpint (date, ==, g_date_days_between (epoch, day));
      g_assert_cmpint (cd_date_from_ymd (y, m, d), ==, date);
      cd_date_to_ymd (date, &year, &month, &dom);
      g_assert_true (year == y && month == m && dom == d);
      g_assert_cmpint (cd_date_year (date), ==, y);
      g_assert_cmpint (cd_date_weekday (date), ==, g_date_get_weekday (day));
      g_snprintf (text, sizeof text, "%04d-%02d-%02d", y, m, d);
      g_assert_cmpstr (cd_date_print (date, buf), ==, text);
      g_assert_true (cd_date_parse (text, &back, NULL));
      g_assert_cmpint (back, ==, date);
    }
  g_assert_cmpint (days, ==, 292560);
  g_date_free (day);
  g_date_free (epoch);
}

static void
test_no_such_day (void)
{
  static const int bad[][3] = { { 2026, 2, 29 }, { 1900, 2, 29 }, { 2100, 2, 29 }, { 2026, 2, 30 }, { 2026, 4, 31 }, { 2026, 0, 1 }, { 2026, 13, 1 }, { 2026, 1, 0 }, { 2026, 1, 32 }, { 0, 1, 1 }, { -1, 1, 1 }, { 10000, 1, 1 }, { 2026, -1, 1 }, { 2026, 1, -1 } };
  char buf[CD_DATE_BUF] = "x";

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_cmpint (cd_date_from_ymd (bad[i][0], bad[i][1], bad[i][2]), ==, CD_DATE_NONE);
  g_assert_cmpint (cd_date_from_ymd (2000, 2, 29), !=, CD_DATE_NONE);
  g_assert_cmpint (cd_date_from_ymd (2028, 2, 29), !=, CD_DATE_NONE);
  g_assert_cmpint (cd_date_from_ymd (9999, 12, 31), ==, CD_DATE_MAX);
  g_assert_cmpint (cd_date_from_ymd (1, 1, 1), ==, -719162);
  g_assert_cmpstr (cd_date_print (CD_DATE_NONE, buf), ==, "");
}

static void
test_date_strict (void)
{
  static const char *const bad[] = { "", "2026", "2026-12", "2026-1-1", "26-12-14", "2026-12-14 ", " 2026-12-14", "2026/12/14", "20261214", "2026-13-01", "2026-02-29", "2026-02-30", "0000-01-01", "10000-01-01", "2026-12-1x", "+026-12-14", "-026-12-14", "2026-12-14T00:00:00Z", "２０２６-12-14", "14-12-2026", "2026-12-00" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      CdDate out = 77;

      g_assert_false (cd_date_parse (bad[i], &out, &error));
      g_assert_error (error, CD_TIME_ERROR, CD_TIME_ERROR_SYNTAX);
      g_assert_cmpint (out, ==, 77);
    }
}

static void
test_time_of_day (void)
{
  static const char *const bad[] = { "", "9:30", "09:3", "24:01", "24:00:01", "25:00", "09:60", "09:30:60", "09:30:0", "09-30", "09:30 ", "0930", "-9:30", "09:30:00.0", "９:３０" };

  for (int s = 0; s <= 86400; s++)
    {
      char buf[CD_DATE_BUF];
      int back = 77;

      g_assert_true (cd_time_of_day_parse (cd_time_of_day_print (s, buf), &back, NULL));
      g_assert_cmpint (back, ==, s);
      if (s % 60 == 0)
        {
          buf[5] = 0;
          g_assert_true (cd_time_of_day_parse (buf, &back, NULL));
          g_assert_cmpint (back, ==, s);
        }
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      int out = 77;

      g_assert_false (cd_time_of_day_parse (bad[i], &out, &error));
      g_assert_error (error, CD_TIME_ERROR, CD_TIME_ERROR_SYNTAX);
      g_assert_cmpint (out, ==, 77);
    }
}

/* A message repeats its input and stays text, wherever the input is cut. */
static void
test_messages (void)
{
  for (int lead = 0; lead < 4; lead++)
    {
      g_autofree char *text = g_strdup_printf ("%.*s碳碳碳碳碳碳碳碳碳碳碳碳碳碳碳碳碳碳碳碳碳碳碳碳", lead, "abc");
      g_autoptr (GError) date_error = NULL;
      g_autoptr (GError) time_error = NULL;
      g_autoptr (GError) instant_error = NULL;
      g_autoptr (GError) zone_error = NULL;
      CdDate date;
      gint64 us;
      int s;

      g_assert_false (cd_date_parse (text, &date, &date_error));
      g_assert_false (cd_time_of_day_parse (text, &s, &time_error));
      g_assert_false (cd_instant_parse (text, &us, &instant_error));
      g_assert_null (cd_zone_new (text, &zone_error));
      g_assert_true (g_utf8_validate (date_error->message, -1, NULL));
      g_assert_true (g_utf8_validate (time_error->message, -1, NULL));
      g_assert_true (g_utf8_validate (instant_error->message, -1, NULL));
      g_assert_true (g_utf8_validate (zone_error->message, -1, NULL));
    }
}

/* --- Zones ------------------------------------------------------------------------------------------------------------- */

static void
test_zone_names (void)
{
  static const char *const bad[] = { "Asia/Peking2", "Nowhere/City", "asia/", "Beijing", "", " ", "Asia/Shanghai ", "../../etc/hostname", "/etc/hostname", "碳/席", "+08:00", "-03", "Z", "CST-8", "ABC5", "EST5EDT4,M3.2.0,M11.1.0", "leapseconds", "zone.tab", "localtime", "right/Asia/Shanghai", ":Asia/Shanghai", "Asia", "Asia/", "Asia/../Europe/Berlin", "Asia//Shanghai/" };
  static const char *const good[] = { "Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("“%s”", bad[i]);
      g_assert_null (cd_zone_new (bad[i], &error));
      g_assert_error (error, CD_TIME_ERROR, CD_TIME_ERROR_ZONE);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CdZone) zone = cd_zone_new (good[i], &error);

      g_assert_no_error (error);
      g_assert_cmpstr (cd_zone_name (zone), ==, good[i]);
    }
}

static gint64
us_of (const char *text)
{
  g_autoptr (GError) error = NULL;
  gint64 us = 0;

  cd_instant_parse (text, &us, &error);
  g_assert_no_error (error);
  return us;
}

/* Figures that stand in the law gazettes: gap, fold, and the last summer time of Shanghai. */
static void
test_zone_known (void)
{
  static const struct
  {
    const char *zone;
    int y, m, d, s;
    const char *instant;
  } cases[] = {
    { "Asia/Shanghai", 2026, 12, 14, 13 * 3600 + 20 * 60, "2026-12-14T05:20:00Z" },
    { "Asia/Shanghai", 2026, 12, 31, 86400, "2026-12-31T16:00:00Z" },
    { "Asia/Shanghai", 1991, 7, 1, 12 * 3600, "1991-07-01T03:00:00Z" },
    /* 1991-04-14 02:00 became 03:00: half past two did not exist. */
    { "Asia/Shanghai", 1991, 4, 14, 2 * 3600 + 1800, "1991-04-13T18:00:00Z" },
    /* 1991-09-15 02:00 became 01:00: half past one was twice, the first is meant. */
    { "Asia/Shanghai", 1991, 9, 15, 3600 + 1800, "1991-09-14T16:30:00Z" },
    { "Asia/Shanghai", 1991, 9, 15, 2 * 3600, "1991-09-14T18:00:00Z" },
    { "Asia/Shanghai", 1992, 7, 1, 12 * 3600, "1992-07-01T04:00:00Z" },
    { "Europe/Berlin", 2026, 3, 29, 3600 + 3599, "2026-03-29T00:59:59Z" },
    { "Europe/Berlin", 2026, 3, 29, 2 * 3600, "2026-03-29T01:00:00Z" },
    { "Europe/Berlin", 2026, 3, 29, 2 * 3600 + 1800, "2026-03-29T01:00:00Z" },
    { "Europe/Berlin", 2026, 3, 29, 3 * 3600, "2026-03-29T01:00:00Z" },
    { "Europe/Berlin", 2026, 10, 25, 2 * 3600, "2026-10-25T00:00:00Z" },
    { "Europe/Berlin", 2026, 10, 25, 2 * 3600 + 1800, "2026-10-25T00:30:00Z" },
    { "Europe/Berlin", 2026, 10, 25, 3 * 3600, "2026-10-25T02:00:00Z" },
    { "America/New_York", 2026, 3, 8, 2 * 3600 + 1800, "2026-03-08T07:00:00Z" },
    { "America/New_York", 2026, 11, 1, 3600 + 1800, "2026-11-01T05:30:00Z" },
    { "America/Los_Angeles", 2026, 11, 1, 3600 + 1800, "2026-11-01T08:30:00Z" },
    { "Pacific/Auckland", 2026, 4, 5, 2 * 3600 + 1800, "2026-04-04T13:30:00Z" },
    /* Summer time counts as the standard one there. */
    { "Europe/Dublin", 2026, 10, 25, 3600 + 1800, "2026-10-25T00:30:00Z" },
    /* Folds without any summer time. */
    { "Europe/Moscow", 2014, 10, 26, 3600 + 1800, "2014-10-25T21:30:00Z" },
    { "America/Caracas", 2007, 12, 9, 2 * 3600 + 2700, "2007-12-09T06:45:00Z" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CdZone) zone = cd_zone_new (cases[i].zone, NULL);
      CdDate date = cd_date_from_ymd (cases[i].y, cases[i].m, cases[i].d);
      char got[CD_INSTANT_BUF], want[CD_INSTANT_BUF];

      g_assert_nonnull (zone);
      g_test_message ("%s %d-%d-%d %d", cases[i].zone, cases[i].y, cases[i].m, cases[i].d, cases[i].s);
      g_assert_cmpstr (cd_instant_print (cd_zone_to_us (zone, date, cases[i].s), got), ==, cd_instant_print (us_of (cases[i].instant), want));
    }
}

static const char *const zones[] = { "Asia/Shanghai", "Europe/Berlin", "Europe/London", "Europe/Dublin", "America/New_York", "America/Los_Angeles", "America/Caracas", "America/Sao_Paulo", "Pacific/Auckland", "Asia/Tokyo", "Asia/Seoul", "Europe/Moscow", "Asia/Kolkata", "Australia/Lord_Howe", "UTC" };

/* What a clock on the wall shows, by GLib. */
static gint64
wall_of (GTimeZone *zone, gint64 utc_s)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (utc_s);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);

  return utc_s + g_date_time_get_utc_offset (local) / G_USEC_PER_SEC;
}

/* The first instant whose wall clock shows @wall; where no clock shows it, the first whose clock is past it. */
static gint64
first_instant (GTimeZone *zone, gint64 wall)
{
  gint64 low = wall - 26 * 3600, high = wall + 26 * 3600;

  /* Quarters of an hour are fine enough to find every jump of these years; then to the second. */
  for (gint64 u = low; u < high; u += 900)
    {
      gint64 a = wall_of (zone, u), b = wall_of (zone, u + 900);

      if (a == wall)
        return u;
      if (a < wall && b >= wall)
        {
          gint64 under = u, over = u + 900;

          while (over - under > 1)
            {
              gint64 middle = under + (over - under) / 2;

              if (wall_of (zone, middle) >= wall)
                over = middle;
              else
                under = middle;
            }
          return over;
        }
    }
  g_assert_not_reached ();
}

/* Around every change of every zone since 1985, and at random times besides. */
static void
test_zone_search (void)
{
  int gaps = 0, folds = 0;

  for (gsize z = 0; z < G_N_ELEMENTS (zones); z++)
    {
      g_autoptr (CdZone) zone = cd_zone_new (zones[z], NULL);
      g_autoptr (GTimeZone) glib = g_time_zone_new_identifier (zones[z]);
      gint64 from = us_of ("1985-01-01T00:00:00Z") / CD_USEC_PER_SEC, to = us_of ("2037-01-01T00:00:00Z") / CD_USEC_PER_SEC;
      gint64 before = wall_of (glib, from) - from;

      for (gint64 u = from; u < to; u += 86400)
        {
          gint64 offset = wall_of (glib, u) - u;
          gboolean change = offset != before;

          gaps += offset > before;
          folds += offset < before;
          before = offset;
          for (gint64 wall = u - 2 * 86400; change && wall < u + 2 * 86400; wall += 1201)
            {
              gint64 day = wall / 86400;

              g_assert_cmpint (cd_zone_to_us (zone, (CdDate)day, (int)(wall - day * 86400)), ==, first_instant (glib, wall) * CD_USEC_PER_SEC);
            }
        }
      for (int i = 0; i < 200; i++)
        {
          gint64 wall = from + (gint64)g_test_rand_int_range (0, (gint32)((to - from) / 86400)) * 86400 + g_test_rand_int_range (0, 86400);

          g_assert_cmpint (cd_zone_to_us (zone, (CdDate)(wall / 86400), (int)(wall % 86400)), ==, first_instant (glib, wall) * CD_USEC_PER_SEC);
        }
    }
  g_assert_cmpint (gaps, >, 200);
  g_assert_cmpint (folds, >, 200);
}

/* The civil date of an instant, against GDateTime, before and after 1970. */
static void
test_zone_date_of (void)
{
  for (gsize z = 0; z < G_N_ELEMENTS (zones); z++)
    {
      g_autoptr (CdZone) zone = cd_zone_new (zones[z], NULL);
      g_autoptr (GTimeZone) glib = g_time_zone_new_identifier (zones[z]);

      for (int i = 0; i < 3000; i++)
        {
          gint64 us = (gint64)g_test_rand_int_range (-40000, 40000) * CD_USEC_PER_DAY + (gint64)g_test_rand_int_range (0, 86400) * CD_USEC_PER_SEC + g_test_rand_int_range (0, 1000000);
          gint64 wall = wall_of (glib, us / CD_USEC_PER_SEC - (us % CD_USEC_PER_SEC < 0));
          int second = -1;
          CdDate day = cd_zone_date_of (zone, us, &second);

          g_assert_true (second >= 0 && second < 86400);
          g_assert_cmpint ((gint64)day * 86400 + second, ==, wall);
          g_assert_cmpint (cd_zone_date_of (zone, us, NULL), ==, day);
        }
    }
}

/* --- Instants ---------------------------------------------------------------------------------------------------------- */

static void
test_instant_round_trip (void)
{
  char buf[CD_INSTANT_BUF];

  for (int i = 0; i < 100000; i++)
    {
      gint64 us = (gint64)g_test_rand_int_range (-719162, CD_DATE_MAX + 1) * CD_USEC_PER_DAY + (gint64)g_test_rand_int_range (0, 86400) * CD_USEC_PER_SEC + g_test_rand_int_range (0, 1000000);
      gint64 back = 77;

      g_assert_true (cd_instant_parse (cd_instant_print (us, buf), &back, NULL));
      g_assert_cmpint (back, ==, us);
      g_assert_cmpuint (strlen (buf), ==, 27);
    }
  g_assert_cmpstr (cd_instant_print (0, buf), ==, "1970-01-01T00:00:00.000000Z");
  g_assert_cmpstr (cd_instant_print (-1, buf), ==, "1969-12-31T23:59:59.999999Z");
  g_assert_cmpint (us_of ("2026-12-14T05:20:00.5Z"), ==, us_of ("2026-12-14T05:20:00.500000Z"));
  g_assert_cmpint (us_of ("2026-12-14T05:20:00.000001Z") - us_of ("2026-12-14T05:20:00Z"), ==, 1);
  /* Instants beyond any calendar are printed in some way and harm nothing. */
  g_assert_cmpuint (strlen (cd_instant_print (G_MAXINT64, buf)), <, CD_INSTANT_BUF);
  g_assert_cmpuint (strlen (cd_instant_print (G_MININT64, buf)), <, CD_INSTANT_BUF);
}

static void
test_instant_strict (void)
{
  static const char *const bad[] = {
    "",
    "Z",
    "2026-12-14",
    "2026-12-14T05:20:00",
    "2026-12-14T05:20Z",
    "2026-12-14 05:20:00Z",
    "2026-12-14t05:20:00Z",
    "2026-12-14T05:20:00z",
    "2026-12-14T05:20:00+00:00",
    "2026-12-14T13:20:00+08:00",
    "2026-12-14T05:20:00.Z",
    "2026-12-14T05:20:00,5Z",
    "2026-12-14T05:20:00.0000000Z",
    "2026-12-14T05:20:00.1234567Z",
    "2026-12-14T24:00:00Z",
    "2026-12-14T05:60:00Z",
    "2026-12-14T05:20:60Z",
    "2026-02-30T05:20:00Z",
    "2026-13-01T05:20:00Z",
    "0000-01-01T00:00:00Z",
    " 2026-12-14T05:20:00Z",
    "2026-12-14T05:20:00Z ",
    "2026-12-14T05:20:00ZZ",
    "2026-12-14T05:20:00.12x4Z",
    "2026-12-14T-5:20:00Z",
    "2026-12-14T05:20:00.+1Z",
    "2026-12-14T05:20:00.-1Z",
    "20261214T052000Z",
    "2026-12-14T5:20:00Z",
    "１026-12-14T05:20:00Z",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 out = 77;

      g_test_message ("“%s”", bad[i]);
      g_assert_false (cd_instant_parse (bad[i], &out, &error));
      g_assert_error (error, CD_TIME_ERROR, CD_TIME_ERROR_SYNTAX);
      g_assert_cmpint (out, ==, 77);
    }
}

/* One wrong byte anywhere is never accepted as another instant of another form. */
static void
test_instant_noise (void)
{
  for (int i = 0; i < 100000; i++)
    {
      char text[] = "2026-12-14T05:20:00.123456Z", printed[CD_INSTANT_BUF];
      gint64 out;

      text[g_test_rand_int_range (0, (gint32)sizeof text - 1)] = (char)g_test_rand_int_range (1, 256);
      if (cd_instant_parse (text, &out, NULL))
        g_assert_cmpstr (cd_instant_print (out, printed), ==, text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time/date/every-day", test_every_day);
  g_test_add_func ("/time/date/no-such-day", test_no_such_day);
  g_test_add_func ("/time/date/strict", test_date_strict);
  g_test_add_func ("/time/of-day", test_time_of_day);
  g_test_add_func ("/time/messages", test_messages);
  g_test_add_func ("/time/zone/names", test_zone_names);
  g_test_add_func ("/time/zone/known", test_zone_known);
  g_test_add_func ("/time/zone/search", test_zone_search);
  g_test_add_func ("/time/zone/date-of", test_zone_date_of);
  g_test_add_func ("/time/instant/round-trip", test_instant_round_trip);
  g_test_add_func ("/time/instant/strict", test_instant_strict);
  g_test_add_func ("/time/instant/noise", test_instant_noise);
  return g_test_run ();
}
