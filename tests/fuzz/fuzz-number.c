/* fuzz-number.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any text as a number of the wire, and as one that a person in some locale typed. What is read from the wire is printed and read
 * to the same again; what is not understood is said so in a text that can be shown.
 */
#include <string.h>

#include "cd-num.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static const char *const locales[] = { "en_US", "zh_CN", "de_DE", "fr_FR", "de_CH", "en_IN", "ar_EG" };

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *text = NULL;
  int scale;
  gint64 value, again;

  if (size < 1)
    return 0;
  scale = data[0] % 10;
  text = g_strndup ((const char *)data + 1, size - 1);
  if (cd_decimal_parse ((const char *)data + 1, (gssize)size - 1, scale, &value, NULL))
    {
      char buf[CD_DECIMAL_BUF];

      cd_decimal_print (value, scale, 0, buf);
      if (!cd_decimal_parse (buf, -1, scale, &again, NULL) || again != value)
        fuzz_fail ("%s is read and printed as %s", text, buf);
    }
  for (guint i = 0; i < G_N_ELEMENTS (locales); i++)
    {
      g_autoptr (GError) error = NULL;
      const CdNumberStyle *style = cd_number_style_for_locale (locales[i]);

      if (cd_number_parse_typed (text, style, scale, &value, &error))
        continue;
      if (!error || !g_utf8_validate (error->message, -1, NULL))
        fuzz_fail ("%s: no message in %s that can be shown", text, locales[i]);
    }
  return 0;
}
