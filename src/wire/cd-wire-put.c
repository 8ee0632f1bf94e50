/* cd-wire-put.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-wire-put.h"

const char cd_put_pairs[200] = {
  '0', '0', '0', '1', '0', '2', '0', '3', '0', '4', '0', '5', '0', '6', '0', '7', '0', '8', '0', '9',
  '1', '0', '1', '1', '1', '2', '1', '3', '1', '4', '1', '5', '1', '6', '1', '7', '1', '8', '1', '9',
  '2', '0', '2', '1', '2', '2', '2', '3', '2', '4', '2', '5', '2', '6', '2', '7', '2', '8', '2', '9',
  '3', '0', '3', '1', '3', '2', '3', '3', '3', '4', '3', '5', '3', '6', '3', '7', '3', '8', '3', '9',
  '4', '0', '4', '1', '4', '2', '4', '3', '4', '4', '4', '5', '4', '6', '4', '7', '4', '8', '4', '9',
  '5', '0', '5', '1', '5', '2', '5', '3', '5', '4', '5', '5', '5', '6', '5', '7', '5', '8', '5', '9',
  '6', '0', '6', '1', '6', '2', '6', '3', '6', '4', '6', '5', '6', '6', '6', '7', '6', '8', '6', '9',
  '7', '0', '7', '1', '7', '2', '7', '3', '7', '4', '7', '5', '7', '6', '7', '7', '7', '8', '7', '9',
  '8', '0', '8', '1', '8', '2', '8', '3', '8', '4', '8', '5', '8', '6', '8', '7', '8', '8', '8', '9',
  '9', '0', '9', '1', '9', '2', '9', '3', '9', '4', '9', '5', '9', '6', '9', '7', '9', '8', '9', '9'
};

static char *
put_two (char *p, gint64 value)
{
  memcpy (p, cd_put_pairs + value * 2, 2);
  return p + 2;
}

char *
cd_put_instant (char *p, gint64 at_us)
{
  gint64 day = at_us / CD_USEC_PER_DAY;
  gint64 rest = at_us % CD_USEC_PER_DAY;
  gint64 second;
  int year, month, dom;

  if (rest < 0)
    {
      rest += CD_USEC_PER_DAY;
      day--;
    }
  second = rest / CD_USEC_PER_SEC;
  rest %= CD_USEC_PER_SEC;
  cd_date_to_ymd ((CdDate)day, &year, &month, &dom);
  g_assert (year >= 0 && year <= 9999);
  *p++ = '"';
  p = put_two (p, year / 100);
  p = put_two (p, year % 100);
  *p++ = '-';
  p = put_two (p, month);
  *p++ = '-';
  p = put_two (p, dom);
  *p++ = 'T';
  p = put_two (p, second / 3600);
  *p++ = ':';
  p = put_two (p, second / 60 % 60);
  *p++ = ':';
  p = put_two (p, second % 60);
  *p++ = '.';
  p = put_two (p, rest / 10000);
  p = put_two (p, rest / 100 % 100);
  p = put_two (p, rest % 100);
  *p++ = 'Z';
  *p++ = '"';
  return p;
}

void
cd_put_string (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (const char *p = text; *p; p++)
    {
      guchar c = (guchar)*p;

      if (c == '"' || c == '\\')
        {
          g_string_append_c (out, '\\');
          g_string_append_c (out, (char)c);
        }
      else if (c == '\n')
        g_string_append (out, "\\n");
      else if (c < 0x20)
        {
          static const char hex[] = "0123456789abcdef";
          const char escape[] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15], '\0' };

          g_string_append (out, escape);
        }
      else
        g_string_append_c (out, (char)c);
    }
  g_string_append_c (out, '"');
}
