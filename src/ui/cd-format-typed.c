/* cd-format-typed.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Why a typed figure is refused (reliability E1), in the reader's language.
 */
#include "cd-format.h"
#include "cd-ticket.h"

#include <glib/gi18n.h>

#define SHOWN_MAX 24

/* What was pasted may be of any length; the message is one line. */
static char *
cut (const char *typed)
{
  g_autofree char *start = NULL;

  if (g_utf8_strlen (typed, -1) <= SHOWN_MAX)
    return g_strdup (typed);
  start = g_utf8_substring (typed, 0, SHOWN_MAX);
  return g_strconcat (start, "…", NULL);
}

/* Full-width digits as an input method leaves them: what they would be in ASCII; NULL when there are none. */
static char *
narrow (const char *typed)
{
  for (const char *p = typed; *p; p = g_utf8_next_char (p))
    if (g_utf8_get_char (p) >= 0xff10 && g_utf8_get_char (p) <= 0xff19)
      return g_utf8_normalize (typed, -1, G_NORMALIZE_ALL_COMPOSE);
  return NULL;
}

static char *
number_error (int code, const char *whole)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *typed = NULL;
  g_autofree char *ascii = NULL;
  gunichar hidden = cd_ticket_hidden (whole);

  if (hidden)
    return g_strdup_printf (_ ("A hidden character (U+%04X) stands in the number. Type it again."), hidden);
  typed = cut (whole);
  ascii = narrow (typed);
  if (ascii)
    return g_strdup_printf (_ ("“%1$s” has full-width digits. Type %2$s."), typed, ascii);
  switch (code)
    {
    case CD_NUM_ERROR_AMBIGUOUS:
      cd_ticket_readings (whole, &first, &second);
      return g_strdup_printf (_ ("“%1$s” can be read as %2$s or as %3$s. Type it without separators."), typed, first, second);
    case CD_NUM_ERROR_SCALE:
      return g_strdup_printf (_ ("“%s” has more decimals than this field takes."), typed);
    case CD_NUM_ERROR_RANGE:
      return g_strdup_printf (_ ("“%s” is too large."), typed);
    default:
      return g_strdup_printf (_ ("“%s” is no number here: digits 0–9 and at most one decimal mark."), typed);
    }
}

char *
cd_format_typed_error (const GError *error, const char *whole)
{
  g_autofree char *typed = cut (whole);

  if (error->domain == CD_NUM_ERROR)
    return number_error (error->code, whole);
  if (error->domain != CD_TICKET_ERROR)
    return g_strdup (error->message);
  switch ((CdTicketError)error->code)
    {
    case CD_TICKET_ERROR_NOT_POSITIVE:
      return g_strdup (_ ("more than 0 is expected"));
    case CD_TICKET_ERROR_BOTH:
      return g_strdup (_ ("Type a quantity or an amount, not both: one follows from the other."));
    case CD_TICKET_ERROR_NO_PRICE:
      return g_strdup (_ ("An amount needs a price."));
    case CD_TICKET_ERROR_TOO_LITTLE:
      return g_strdup (_ ("The amount does not buy one lot."));
    case CD_TICKET_ERROR_UNTIL:
      return g_strdup_printf (_ ("“%s”: expected a day and time that exist, as YYYY-MM-DD HH:MM."), typed);
    case CD_TICKET_ERROR_UNTIL_PAST:
      return g_strdup_printf (_ ("“%s” has passed in market time."), typed);
    }
  return g_strdup (error->message);
}
