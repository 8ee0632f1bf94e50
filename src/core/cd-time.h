/* cd-time.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Instants are UTC microseconds; civil dates are year, month, day and become an instant only with a market's time zone.
 * Nothing here reads a clock.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CD_TIME_ERROR (cd_time_error_quark ())
GQuark cd_time_error_quark (void);
typedef enum
{
  CD_TIME_ERROR_SYNTAX = 1,
  CD_TIME_ERROR_RANGE = 2,
  CD_TIME_ERROR_ZONE = 3,
} CdTimeError;

#define CD_USEC_PER_SEC G_GINT64_CONSTANT (1000000)
#define CD_USEC_PER_DAY (G_GINT64_CONSTANT (86400) * CD_USEC_PER_SEC)

/**
 * CdDate: a civil date as days since 1970-01-01, so that it compares and counts as an integer.
 * %CD_DATE_NONE means "not known"; it never compares as a day.
 */
typedef gint32 CdDate;
#define CD_DATE_NONE G_MININT32
#define CD_DATE_MAX 2932896 /* 9999-12-31 */

CdDate cd_date_from_ymd (int year, int month, int day); /* CD_DATE_NONE when there is no such day */
void cd_date_to_ymd (CdDate date, int *year, int *month, int *day);
int cd_date_year (CdDate date);
int cd_date_weekday (CdDate date);                                      /* 1 = Monday … 7 = Sunday */
gboolean cd_date_parse (const char *text, CdDate *out, GError **error); /* strict YYYY-MM-DD */
#define CD_DATE_BUF 16
const char *cd_date_print (CdDate date, char buf[CD_DATE_BUF]);

/* Time of day in seconds 0 … 86400 (24:00 allowed as an end). "HH:MM" or "HH:MM:SS". */
gboolean cd_time_of_day_parse (const char *text, int *out_s, GError **error);
const char *cd_time_of_day_print (int seconds, char buf[CD_DATE_BUF]);

/**
 * CdZone: an IANA zone, immutable, safe in every thread.
 */
typedef struct _CdZone CdZone;
CdZone *cd_zone_new (const char *iana, GError **error) G_GNUC_WARN_UNUSED_RESULT; /* unknown names, paths and offsets are an error, never UTC */
CdZone *cd_zone_ref (CdZone *zone);
void cd_zone_unref (CdZone *zone);
const char *cd_zone_name (const CdZone *zone);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdZone, cd_zone_unref)

/* A civil time in @zone as an instant. In a gap the instant after it, in a fold the first one. */
gint64 cd_zone_to_us (const CdZone *zone, CdDate date, int second_of_day);
CdDate cd_zone_date_of (const CdZone *zone, gint64 at_us, int *second_of_day); /* @second_of_day: (out) (nullable) */

/* RFC 3339 in UTC, always six decimals and 'Z': "2026-12-14T05:20:00.000000Z". Parsing accepts 0–6 decimals and Z only. */
#define CD_INSTANT_BUF 32
const char *cd_instant_print (gint64 at_us, char buf[CD_INSTANT_BUF]);
gboolean cd_instant_parse (const char *text, gint64 *out_us, GError **error);

G_END_DECLS
