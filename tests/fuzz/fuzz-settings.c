/* fuzz-settings.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as what the program keeps of itself or is told at the start: the screens, the ready line of a venue, the head of a journal. Taken as a whole or refused in words; screens that are taken are written and read to the same again.
 */
#include "cd-head.h"
#include "cd-layout.h"
#include "cd-venue-process.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static void
layouts (const char *text, gsize len, GError **error)
{
  g_autoptr (CdLayouts) all = cd_layouts_parse (text, (gssize)len, error);
  g_autoptr (CdLayouts) again = NULL;
  g_autofree char *first = NULL, *second = NULL;

  if (!all)
    return;
  first = cd_layouts_print (all);
  again = cd_layouts_parse (first, -1, error);
  if (!again)
    fuzz_fail ("not read again: %s: %s", first, (*error)->message);
  second = cd_layouts_print (again);
  if (strcmp (first, second) != 0)
    fuzz_fail ("%s is read to %s", first, second);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  CdHead head;

  if (size < 1)
    return 0;
  text = g_strndup ((const char *)data + 1, size - 1);
  switch (data[0] % 3)
    {
    case 0:
      layouts ((const char *)data + 1, size - 1, &error);
      break;
    case 1:
      {
        g_autoptr (CdVenueReady) ready = cd_venue_ready_parse (text, &error);

        if (!ready == !error)
          fuzz_fail ("neither taken nor refused");
        break;
      }
    default:
      if (!cd_head_parse (text, NULL, &head, &error) == !error)
        fuzz_fail ("neither taken nor refused");
      break;
    }
  if (error && !g_utf8_validate (error->message, -1, NULL))
    fuzz_fail ("refused without a message that can be shown");
  return 0;
}
