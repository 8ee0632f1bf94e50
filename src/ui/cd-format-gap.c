/* cd-format-gap.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sentences of gap rows: from when to when, how long, what was missed and what became of it.
 */
#include <glib/gi18n.h>

#include "cd-format.h"

/* "13:20:05–13:20:17 (12 s)" */
static char *
span_words (gint64 from_us, gint64 to_us, gint64 lasted_us)
{
  char from[CD_FORMAT_BUF], to[CD_FORMAT_BUF];
  g_autofree char *age = cd_format_age (lasted_us);

  cd_format_time (NULL, from_us, from);
  cd_format_time (NULL, to_us, to);
  return g_strdup_printf ("%s–%s (%s)", from, to, age);
}

static char *
line_words (const CdGapRow *row, const char *when)
{
  if (row->other_epoch)
    return g_strdup_printf (_ ("— %s orders line lost: the venue came back with another database, everything was read again —"), when);
  if (row->missed == 0)
    return g_strdup_printf (_ ("— %s orders line lost: nothing happened meanwhile, read again —"), when);
  return g_strdup_printf (ngettext ("— %1$s orders line lost: %2$d event missed and read again —", "— %1$s orders line lost: %2$d events missed and read again —", (gulong)row->missed), when, (int)row->missed);
}

char *
cd_format_gap (const CdGapRow *row, gint64 now_boot_us)
{
  char from[CD_FORMAT_BUF];
  g_autofree char *age = cd_format_age (MAX (now_boot_us - row->from_boot_us, 0));
  g_autofree char *when = NULL;

  cd_format_time (NULL, row->from_us, from);
  if (row->state == CD_GAP_OPEN)
    return g_strdup_printf (_ ("— orders line lost at %1$s, for %2$s: nothing newer is known, connecting again —"), from, age);
  if (row->state == CD_GAP_READING && row->account)
    return g_strdup_printf (ngettext ("— %1$s: %2$d event of %3$s missing, reading again —", "— %1$s: %2$d events of %3$s missing, reading again —", (gulong)row->missed), from, (int)row->missed, row->account);
  if (row->state == CD_GAP_READING)
    return g_strdup_printf (_ ("— orders line lost at %1$s, for %2$s: it is back, reading again what was missed —"), from, age);
  when = span_words (row->from_us, row->to_us, row->lasted_us);
  if (row->account)
    return g_strdup_printf (ngettext ("— %1$s %2$d event of %3$s missing, read again —", "— %1$s %2$d events of %3$s missing, read again —", (gulong)row->missed), when, (int)row->missed, row->account);
  return line_words (row, when);
}

char *
cd_format_tape_gap (const CdTapeRow *row)
{
  const CdFeedTrade *t = &row->trade;
  g_autofree char *when = t->since_us ? span_words (t->since_us, t->at_us, t->at_us - t->since_us) : g_strdup ("");

  if (t->qty == 0)
    return g_strdup_printf (_ ("— %s line lost, no trade missing —"), when);
  if (row->refilled >= t->qty)
    return g_strdup_printf (ngettext ("— %1$s %2$d trade read again —", "— %1$s %2$d trades read again —", (gulong)t->qty), when, (int)t->qty);
  if (row->refilled > 0)
    return g_strdup_printf (_ ("— %1$s %2$d of %3$d missing trades read again —"), when, (int)row->refilled, (int)t->qty);
  return g_strdup_printf (ngettext ("— %1$s %2$d trade missing —", "— %1$s %2$d trades missing —", (gulong)t->qty), when, (int)t->qty);
}
