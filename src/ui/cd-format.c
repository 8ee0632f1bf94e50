/* cd-format.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-format.h"

#include <glib/gi18n.h>
#include <string.h>

#define DASH "–"

gboolean
cd_format_is_chinese (void)
{
  const char *const *names = g_get_language_names ();

  for (guint i = 0; names[i]; i++)
    {
      if (g_str_has_prefix (names[i], "zh"))
        return TRUE;
      if (g_str_has_prefix (names[i], "en"))
        return FALSE;
    }
  return FALSE;
}

const char *
cd_format_pick (const char *zh, const char *en)
{
  const char *first = cd_format_is_chinese () ? zh : en;
  const char *second = cd_format_is_chinese () ? en : zh;

  if (first && *first)
    return first;
  return second ? second : "";
}

/* Groups the integer part of a canonical decimal in threes, as both of our languages do. */
static const char *
group (const char *decimal, char *buf)
{
  const char *digits = decimal;
  const char *dot;
  gsize whole, n = 0;

  if (*digits == '-')
    {
      /* U+2212 is as wide as a digit, a hyphen is not. */
      memcpy (buf, "−", strlen ("−"));
      n = strlen ("−");
      digits++;
    }
  dot = strchr (digits, '.');
  whole = dot ? (gsize)(dot - digits) : strlen (digits);
  for (gsize i = 0; i < whole; i++)
    {
      if (i && (whole - i) % 3 == 0)
        buf[n++] = ',';
      buf[n++] = digits[i];
    }
  if (dot)
    while (*dot)
      buf[n++] = *dot++;
  buf[n] = 0;
  return buf;
}

const char *
cd_format_price (gint64 e4, char *buf)
{
  char text[CD_DECIMAL_BUF];

  if (e4 == 0)
    return strcpy (buf, DASH);
  return group (cd_decimal_print (e4, 4, 2, text), buf);
}

const char *
cd_format_units (gint64 n, char *buf)
{
  char text[CD_DECIMAL_BUF];

  return group (cd_decimal_print (n, 0, 0, text), buf);
}

const char *
cd_format_signed_units (gint64 n, char *buf)
{
  if (n <= 0)
    return cd_format_units (n, buf);
  buf[0] = '+';
  cd_format_units (n, buf + 1);
  return buf;
}

const char *
cd_format_bp (gint64 bp, char *buf)
{
  gint64 tenths;

  if (!cd_i64_mul_div (bp, 1, 10, CD_ROUND_FLOOR, &tenths))
    tenths = 0;
  g_snprintf (buf, CD_FORMAT_BUF, "%s%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT " %%", tenths < 0 ? "−" : "", ABS (tenths) / 10, ABS (tenths) % 10);
  return buf;
}

const char *
cd_format_change (gint64 last_e4, gint64 prev_e4, char *buf)
{
  gint64 diff;
  char text[CD_DECIMAL_BUF];

  if (last_e4 == 0 || prev_e4 == 0 || !cd_i64_sub (last_e4, prev_e4, &diff))
    return strcpy (buf, DASH);
  buf[0] = '+';
  group (cd_decimal_print (diff, 4, 2, text), diff > 0 ? buf + 1 : buf);
  return buf;
}

const char *
cd_format_change_bp (gint64 last_e4, gint64 prev_e4, char *buf)
{
  gint64 bp;

  if (last_e4 == 0 || prev_e4 == 0 || !cd_i64_mul_div (last_e4 - prev_e4, 10000, prev_e4, CD_ROUND_HALF_UP, &bp))
    return strcpy (buf, DASH);
  g_snprintf (buf, CD_FORMAT_BUF, "%s%" G_GINT64_FORMAT ".%02d %%", bp < 0 ? "−" : bp > 0 ? "+"
                                                                                          : "",
              ABS (bp) / 100, (int)(ABS (bp) % 100));
  return buf;
}

const char *
cd_format_money (gint64 e4, char *buf)
{
  char text[CD_DECIMAL_BUF];
  gint64 fen;

  if (!cd_i64_mul_div (e4, 1, 100, CD_ROUND_HALF_UP, &fen))
    return strcpy (buf, DASH);
  return group (cd_decimal_print (fen, 2, 2, text), buf);
}

char *
cd_format_money_short (CdMoney money)
{
  char text[CD_DECIMAL_BUF];
  char grouped[CD_FORMAT_BUF];
  gint64 value;

  if (ABS (money.e4) < 100000 * CD_E4)
    return g_strdup_printf ("¥%s", cd_format_money (money.e4, grouped));
  if (cd_format_is_chinese ())
    {
      gboolean hundred_millions = ABS (money.e4) >= 100000000 * CD_E4;

      if (!cd_i64_mul_div (money.e4, 1, hundred_millions ? 10000000000 : 1000000, CD_ROUND_HALF_UP, &value))
        return g_strdup (DASH);
      if (hundred_millions)
        return g_strdup_printf ("%s 亿元", group (cd_decimal_print (value, 2, 2, text), grouped));
      return g_strdup_printf ("%s 万元", group (cd_decimal_print (value, 2, 1, text), grouped));
    }
  if (!cd_i64_mul_div (money.e4, 1, 100000000, CD_ROUND_HALF_UP, &value))
    return g_strdup (DASH);
  return g_strdup_printf ("¥%s m", group (cd_decimal_print (value, 2, 2, text), grouped));
}

const char *
cd_format_mass (CdMass mass, char *buf)
{
  char text[CD_DECIMAL_BUF];

  return group (cd_decimal_print (mass.e3, 3, 0, text), buf);
}

/* --- Times ----------------------------------------------------------------------------------------------------------- */

static CdDate
civil (const CdZone *zone, gint64 at_us, int *second)
{
  static CdZone *shanghai;

  if (!zone && !shanghai)
    shanghai = cd_zone_new ("Asia/Shanghai", NULL);
  return cd_zone_date_of (zone ? zone : shanghai, at_us, second);
}

const char *
cd_format_time (const CdZone *zone, gint64 at_us, char *buf)
{
  int s;

  if (at_us == 0)
    return strcpy (buf, DASH);
  civil (zone, at_us, &s);
  g_snprintf (buf, CD_FORMAT_BUF, "%02d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  return buf;
}

static const char *
weekday (CdDate date)
{
  const char *const names[] = { N_ ("Mon"), N_ ("Tue"), N_ ("Wed"), N_ ("Thu"), N_ ("Fri"), N_ ("Sat"), N_ ("Sun") };

  return _ (names[cd_date_weekday (date) - 1]);
}

char *
cd_format_date (const CdZone *zone, gint64 at_us)
{
  char text[CD_DATE_BUF];
  CdDate date;

  if (at_us == 0)
    return g_strdup (DASH);
  date = civil (zone, at_us, NULL);
  return g_strdup_printf ("%s %s", cd_date_print (date, text), weekday (date));
}

char *
cd_format_date_time (const CdZone *zone, gint64 at_us)
{
  const char *const months[] = { N_ ("Jan"), N_ ("Feb"), N_ ("Mar"), N_ ("Apr"), N_ ("May"), N_ ("Jun"),
                                 N_ ("Jul"), N_ ("Aug"), N_ ("Sep"), N_ ("Oct"), N_ ("Nov"), N_ ("Dec") };
  int s, year, month, day;

  if (at_us == 0)
    return g_strdup (DASH);
  cd_date_to_ymd (civil (zone, at_us, &s), &year, &month, &day);
  if (cd_format_is_chinese ())
    return g_strdup_printf ("%d月%d日 %02d:%02d", month, day, s / 3600, s / 60 % 60);
  return g_strdup_printf ("%d %s %02d:%02d", day, _ (months[month - 1]), s / 3600, s / 60 % 60);
}

char *
cd_format_deadline (const CdZone *zone, gint64 at_us)
{
  g_autofree char *text = NULL;
  int s;

  if (at_us == 0)
    return g_strdup (DASH);
  civil (zone, at_us, &s);
  if (s != 0)
    return cd_format_date_time (zone, at_us);
  text = cd_format_date_time (zone, at_us - 60 * CD_USEC_PER_SEC);
  text[strlen (text) - 5] = 0;
  return g_strconcat (text, "24:00", NULL);
}

char *
cd_format_countdown (gint64 us)
{
  gint64 s = us / CD_USEC_PER_SEC;

  if (s < 0)
    return g_strdup (_ ("passed"));
  if (s >= 86400)
    /* Translators: days, hours and minutes that are left */
    return g_strdup_printf (_ ("%d d %02d:%02d"), (int)(s / 86400), (int)(s / 3600 % 24), (int)(s / 60 % 60));
  return g_strdup_printf ("%" G_GINT64_FORMAT ":%02d:%02d", s / 3600, (int)(s / 60 % 60), (int)(s % 60));
}

char *
cd_format_age (gint64 us)
{
  gint64 s = MAX (us, 0) / CD_USEC_PER_SEC;

  if (s < 120)
    return g_strdup_printf (_ ("%d s"), (int)s);
  if (s < 7200)
    return g_strdup_printf (_ ("%d min"), (int)(s / 60));
  if (s < 172800)
    return g_strdup_printf (_ ("%d h"), (int)(s / 3600));
  return g_strdup_printf (_ ("%d d"), (int)(s / 86400));
}

const char *
cd_format_person (CdDesk *desk, const char *id)
{
  const GPtrArray *persons = cd_desk_get_persons (desk);

  for (guint i = 0; id && i < persons->len; i++)
    {
      const CdPerson *person = g_ptr_array_index (persons, i);

      if (g_str_equal (person->id, id))
        return cd_format_pick (person->name_zh, person->name);
    }
  return id ? id : "";
}
