/* cd-calendar.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Trading days and sessions. Monday to Friday except statutory holidays and closures of the exchange's own; make-up working
 * weekends never trade (china-rules 10). A year that the calendar does not cover has no trading days: it is unknown, and says so.
 */
#pragma once

#include "cd-time.h"

G_BEGIN_DECLS

typedef struct
{
  int open_s; /* seconds of the day */
  int close_s;
  gboolean close_inclusive; /* whether an order at exactly close_s is in time */
} CdSession;

typedef struct _CdCalendar CdCalendar;

CdCalendar *cd_calendar_new (CdZone *zone); /* takes a reference */
CdCalendar *cd_calendar_ref (CdCalendar *cal);
void cd_calendar_unref (CdCalendar *cal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdCalendar, cd_calendar_unref)

void cd_calendar_cover_year (CdCalendar *cal, int year);
void cd_calendar_add_holiday (CdCalendar *cal, CdDate day);
void cd_calendar_add_closure (CdCalendar *cal, CdDate day, const char *reason); /* of the exchange's own */
void cd_calendar_add_extra_session (CdCalendar *cal, CdDate day);               /* a day that trades although it would not */
const CdZone *cd_calendar_zone (const CdCalendar *cal);

typedef enum
{
  CD_DAY_TRADING,
  CD_DAY_WEEKEND,
  CD_DAY_HOLIDAY,
  CD_DAY_CLOSURE,
  CD_DAY_UNKNOWN, /* the calendar does not cover the year */
} CdDayKind;

CdDayKind cd_calendar_day_kind (const CdCalendar *cal, CdDate day);
gboolean cd_calendar_is_trading (const CdCalendar *cal, CdDate day);
CdDate cd_calendar_next_trading (const CdCalendar *cal, CdDate day);           /* strictly after; CD_DATE_NONE when unknown */
CdDate cd_calendar_prev_trading (const CdCalendar *cal, CdDate day);           /* strictly before */
int cd_calendar_count_trading (const CdCalendar *cal, CdDate from, CdDate to); /* both included; -1 when a year is unknown */

G_END_DECLS
