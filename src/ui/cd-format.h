/* cd-format.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The only place that turns numbers, codes and times into localised text. Main thread. All texts are (transfer full) unless a
 * buffer is passed.
 */
#pragma once

#include "cd-desk.h"

G_BEGIN_DECLS

#define CD_FORMAT_BUF 64

gboolean cd_format_is_chinese (void);
/* The Chinese or the English one of two texts of a pack or a scenario. */
const char *cd_format_pick (const char *zh, const char *en);

/* Into @buf of CD_FORMAT_BUF bytes; grouped in threes; "–" where a value is missing (0 of a price). */
const char *cd_format_price (gint64 e4, char *buf);
const char *cd_format_units (gint64 n, char *buf);
const char *cd_format_signed_units (gint64 n, char *buf);
const char *cd_format_bp (gint64 bp, char *buf);                             /* "87.2 %" */
const char *cd_format_change (gint64 last_e4, gint64 prev_e4, char *buf);    /* "+1.23" */
const char *cd_format_change_bp (gint64 last_e4, gint64 prev_e4, char *buf); /* "+1.27 %" */
const char *cd_format_money (gint64 e4, char *buf);                          /* "1,234,567.80" to the fen */
char *cd_format_money_short (CdMoney money);                                 /* "¥11.10 m", "1110.00 万元", "1.09 亿元" */
const char *cd_format_mass (CdMass mass, char *buf);                         /* t, up to three decimals */

/* Times in the market's zone (Asia/Shanghai when @zone is NULL). */
const char *cd_format_time (const CdZone *zone, gint64 at_us, char *buf); /* 14:03:22 */
char *cd_format_date (const CdZone *zone, gint64 at_us);                  /* 2026-12-24, with weekday */
char *cd_format_date_time (const CdZone *zone, gint64 at_us);             /* 24 Dec 15:00 */
/* An end of a day is 24:00 of that day, not 00:00 of the next. */
char *cd_format_deadline (const CdZone *zone, gint64 at_us);
char *cd_format_countdown (gint64 us); /* "17 d 03:12", "0:57:12" */
char *cd_format_age (gint64 us);       /* "2 s", "3 min", in words for old ones */

/* Words. */
const char *cd_format_side (CdSide side);
const char *cd_format_kind (CdOrderKind kind);
const char *cd_format_mode (CdMode mode);
const char *cd_format_order_label (const CdOrder *order);
const char *cd_format_session (CdSessionState state);
const char *cd_format_link (CdLinkState state);
const char *cd_format_bucket (CdBucket bucket);
const char *cd_format_instruction_kind (const char *kind);
const char *cd_format_instruction_state (const char *state);
const char *cd_format_settlement_state (const char *state);
const char *cd_format_owner (CdDutyOwner owner);
const char *cd_format_eligibility (CdEligibility eligibility);
char *cd_format_settle_step (const CdFillRow *fill); /* "●●○ settled" */
char *cd_format_deadline_name (const char *id);

/* The name behind a person id, where the practice market tells it, else the id; "" for none. */
const char *cd_format_person (CdDesk *desk, const char *id);

/* Sentences. */
char *cd_format_check (const CdCheckResult *result);         /* the line of the check list */
char *cd_format_code (const char *code, gint64 a, gint64 b); /* a refusal by its wire code */
/* A refusal in words: its wire code stands first, up to a colon; figures and source that follow are kept. */
char *cd_format_refusal (const char *message);
/* Why @typed was refused: a CD_NUM_ERROR or CD_TICKET_ERROR. Shows both readings, or the sign that cannot be seen. */
char *cd_format_typed_error (const GError *error, const char *typed);
/* Why @file was not written: a CD_FILE_WRITE_ERROR, or one of GIO. Names the file. */
char *cd_format_write_error (GFile *file, const GError *error);
char *cd_format_alert (const char *code, const char *text);
char *cd_format_log (const CdLogRow *row);
const char *cd_format_source (const char *source); /* of a log row */

/* A gap row of the blotter (@now_boot_us: of the environment) and of the tape. */
char *cd_format_gap (const CdGapRow *row, gint64 now_boot_us);
char *cd_format_tape_gap (const CdTapeRow *row);

G_END_DECLS
