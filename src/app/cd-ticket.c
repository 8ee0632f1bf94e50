/* cd-ticket.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-ticket.h"

#include <string.h>

G_DEFINE_QUARK (cd - ticket - error - quark, cd_ticket_error)

static gboolean
is_empty (const char *text)
{
  return text == NULL || *text == 0;
}

static gboolean
read_number (const char *text, const CdNumberStyle *style, int scale, gint64 *out, GError **error)
{
  *out = 0;
  if (is_empty (text))
    return TRUE;
  if (!cd_number_parse_typed (text, style, scale, out, error))
    return FALSE;
  if (*out <= 0)
    {
      g_set_error_literal (error, CD_TICKET_ERROR, CD_TICKET_ERROR_NOT_POSITIVE, "expected more than 0");
      return FALSE;
    }
  return TRUE;
}

/* "2026-12-14 15:00", "2026-12-14" (its end) or "15:00" (today). */
static gboolean
read_until (const char *text, const CdZone *zone, gint64 now_us, gint64 *out, GError **error)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  char *space = strchr (trimmed, ' ');
  CdDate day = cd_zone_date_of (zone, now_us, NULL);
  int second = 86400;
  gboolean ok;

  if (space)
    {
      *space = 0;
      ok = cd_date_parse (trimmed, &day, NULL) && cd_time_of_day_parse (g_strchug (space + 1), &second, NULL);
    }
  else if (strchr (trimmed, ':'))
    ok = cd_time_of_day_parse (trimmed, &second, NULL);
  else
    ok = cd_date_parse (trimmed, &day, NULL);
  if (!ok)
    {
      g_set_error (error, CD_TICKET_ERROR, CD_TICKET_ERROR_UNTIL, "“%s”: expected a day and time that exist, as YYYY-MM-DD HH:MM", text);
      return FALSE;
    }
  *out = cd_zone_to_us (zone, day, second);
  if (*out <= now_us)
    {
      g_set_error (error, CD_TICKET_ERROR, CD_TICKET_ERROR_UNTIL_PAST, "“%s”: expected a time to come", text);
      return FALSE;
    }
  return TRUE;
}

static gboolean
derive_qty (gint64 amount_e4, gint64 price_e4, gint64 lot, gint64 *qty, GError **error)
{
  gint64 units;

  if (price_e4 <= 0)
    {
      g_set_error_literal (error, CD_TICKET_ERROR, CD_TICKET_ERROR_NO_PRICE, "expected a price with the amount");
      return FALSE;
    }
  units = amount_e4 / price_e4;
  if (lot > 1)
    units -= units % lot;
  if (units <= 0)
    {
      g_set_error_literal (error, CD_TICKET_ERROR, CD_TICKET_ERROR_TOO_LITTLE, "expected an amount for at least one lot");
      return FALSE;
    }
  *qty = units;
  return TRUE;
}

gboolean
cd_ticket_read (const CdTicketTexts *texts, const CdNumberStyle *style, gint64 lot, const CdZone *zone, gint64 now_us, CdTicketFigures *out, CdTicketField *field, GError **error)
{
  gint64 amount_e4 = 0;

  *out = (CdTicketFigures){ 0 };
  *field = CD_TICKET_PRICE;
  if (!read_number (texts->text[CD_TICKET_PRICE], style, 4, &out->price_e4, error))
    return FALSE;
  *field = CD_TICKET_QTY;
  if (!read_number (texts->text[CD_TICKET_QTY], style, 0, &out->qty, error))
    return FALSE;
  *field = CD_TICKET_AMOUNT;
  if (!read_number (texts->text[CD_TICKET_AMOUNT], style, 4, &amount_e4, error))
    return FALSE;
  if (amount_e4 > 0 && out->qty > 0)
    {
      g_set_error_literal (error, CD_TICKET_ERROR, CD_TICKET_ERROR_BOTH, "expected either a quantity or an amount; one follows from the other");
      return FALSE;
    }
  if (amount_e4 > 0 && !derive_qty (amount_e4, out->price_e4, lot, &out->qty, error))
    return FALSE;
  out->qty_derived = amount_e4 > 0;
  *field = CD_TICKET_UNTIL;
  return is_empty (texts->text[CD_TICKET_UNTIL]) || read_until (texts->text[CD_TICKET_UNTIL], zone, now_us, &out->until_us, error);
}

void
cd_ticket_readings (const char *typed, char **first, char **second)
{
  const char *mark = strpbrk (typed, ",.");
  gsize at = mark ? (gsize)(mark - typed) : strlen (typed);

  *first = g_strdup (typed);
  if (mark)
    (*first)[at] = '.';
  *second = g_strdup_printf ("%.*s%s", (int)at, typed, mark ? mark + 1 : "");
}

gunichar
cd_ticket_hidden (const char *typed)
{
  if (!g_utf8_validate (typed, -1, NULL))
    return 0xfffd;
  for (const char *p = typed; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_type (c) == G_UNICODE_FORMAT || (g_unichar_iscntrl (c) && c != '\t'))
        return c;
    }
  return 0;
}

gsize
cd_ticket_kinds (const CdMarket *market, CdMode mode, CdDate day, CdOrderKind kinds[3])
{
  const CdModeRule *rule = market ? cd_market_mode (market, mode, day) : NULL;

  if (!rule)
    return 0;
  switch (rule->match)
    {
    case CD_MATCH_QUOTE_PICK:
      kinds[0] = CD_KIND_LIST;
      kinds[1] = CD_KIND_PICK;
      return 2;
    case CD_MATCH_PRICE_TIME:
      kinds[0] = CD_KIND_LIMIT;
      return 1;
    case CD_MATCH_NEGOTIATED:
      kinds[0] = CD_KIND_BLOCK;
      return 1;
    case CD_MATCH_AUCTION:
      kinds[0] = CD_KIND_AUCTION_BID;
      return 1;
    }
  return 0;
}

gint64
cd_ticket_close_us (const CdMarket *market, CdMode mode, gint64 now_us)
{
  const CdZone *zone = cd_calendar_zone (market->calendar);
  CdDate day = cd_zone_date_of (zone, now_us, NULL);
  const CdModeRule *rule = cd_market_mode (market, mode, day);
  gint64 close;

  if (!rule || rule->sessions->len == 0 || !cd_calendar_is_trading (market->calendar, day))
    return 0;
  close = cd_zone_to_us (zone, day, g_array_index (rule->sessions, CdSession, rule->sessions->len - 1).close_s);
  return close > now_us ? close : 0;
}
