/* fuzz-time.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any text as a date, a time of day and an instant. What is read is printed to the very same text.
 */
#include <string.h>

#include "cd-time.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  CdDate date;
  gint64 at, again;
  int second;

  if (cd_date_parse (text, &date, NULL))
    {
      char buf[CD_DATE_BUF];

      g_assert (strcmp (cd_date_print (date, buf), text) == 0);
    }
  if (cd_time_of_day_parse (text, &second, NULL))
    g_assert (second >= 0 && second <= 86400);
  if (cd_instant_parse (text, &at, NULL))
    {
      char buf[CD_INSTANT_BUF];

      g_assert (cd_instant_parse (cd_instant_print (at, buf), &again, NULL) && again == at);
    }
  return 0;
}
