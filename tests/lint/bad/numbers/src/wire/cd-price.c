/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib-2.0/glib.h>
/* a double in a comment, and 1.5 */
static const char *word = "double 1.5";
static double price;
static gdouble other;
static float third = 1.5f;
static long scaled = 1e4;
int
read_price (const char *text, JsonReader *reader)
{
  int floor = 3, doubled = floor + x.y;
  return strtod (text, NULL) + g_ascii_strtod (text, NULL) + json_reader_get_double_value (reader)
         + floor (2) + (G_TYPE_DOUBLE != 0) + .5 + struct_a.b3;
}
