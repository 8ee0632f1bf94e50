/* cd-colours.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-colours.h"

#include <adwaita.h>

#include "cd-format.h"

typedef enum
{
  RED,
  GREEN,
  FLAT,
  ORANGE,
  BLUE,
  OWN,
  STALE,
  WARN,
  BLOCK,
  LINK,
  TEXT,
  VIEW,
  HEADER,
  LINE,
  SELECTED,
  N_HUES,
} Hue;

/* On #1d1d20 and on #ffffff; every text hue has a contrast above 4.5. */
static const char *const hues[2][N_HUES] = {
  { "#c01c28", "#1b7a43", "#5e5c64", "#9c5400", "#0b5cad", "#8a5a00", "#69676d", "#a84300", "#813d9c", "#1a5fb4", "#241f31", "#ffffff", "#f1f0f2", "#dddbe0", "#edf3fc" },
  { "#ff6b6b", "#2ec27e", "#c0bfbc", "#ffb74d", "#64b5f6", "#f9c440", "#9a9996", "#ffa348", "#dc8add", "#78aeed", "#f6f5f4", "#1d1d20", "#28282c", "#3a3a40", "#1f2f47" },
};

static GdkRGBA cache[2][N_HUES];
static CdMarketColours market_colours = CD_MARKET_COLOURS_AUTO;

static const GdkRGBA *
hue (Hue h, gboolean dark)
{
  GdkRGBA *colour = &cache[dark ? 1 : 0][h];

  if (colour->alpha == 0)
    gdk_rgba_parse (colour, hues[dark ? 1 : 0][h]);
  return colour;
}

void
cd_colours_set_market (CdMarketColours colours)
{
  market_colours = colours;
}

CdMarketColours
cd_colours_get_market (void)
{
  if (market_colours != CD_MARKET_COLOURS_AUTO)
    return market_colours;
  return cd_format_is_chinese () ? CD_MARKET_COLOURS_MAINLAND : CD_MARKET_COLOURS_INTERNATIONAL;
}

gboolean
cd_colours_is_dark (void)
{
  return adw_style_manager_get_dark (adw_style_manager_get_default ());
}

static Hue
direction (gboolean up, CdMarketColours market)
{
  if (market == CD_MARKET_COLOURS_COLOUR_BLIND)
    return up ? ORANGE : BLUE;
  return up == (market == CD_MARKET_COLOURS_MAINLAND) ? RED : GREEN;
}

const GdkRGBA *
cd_colours_get_for (CdTone tone, gboolean dark, CdMarketColours market)
{
  switch (tone)
    {
    case CD_TONE_UP:
    case CD_TONE_BUY:
      return hue (direction (TRUE, market), dark);
    case CD_TONE_DOWN:
    case CD_TONE_SELL:
      return hue (direction (FALSE, market), dark);
    case CD_TONE_FLAT:
    case CD_TONE_DIM:
      return hue (FLAT, dark);
    case CD_TONE_OWN:
      return hue (OWN, dark);
    case CD_TONE_STALE:
      return hue (STALE, dark);
    case CD_TONE_WARN:
      return hue (WARN, dark);
    case CD_TONE_BLOCK:
      return hue (BLOCK, dark);
    case CD_TONE_LINK:
      return hue (LINK, dark);
    case CD_TONE_VIEW:
      return hue (VIEW, dark);
    case CD_TONE_HEADER:
      return hue (HEADER, dark);
    case CD_TONE_LINE:
      return hue (LINE, dark);
    case CD_TONE_SELECTED:
      return hue (SELECTED, dark);
    case CD_TONE_TEXT:
    case CD_N_TONES:
      break;
    }
  return hue (TEXT, dark);
}

const GdkRGBA *
cd_colours_get (CdTone tone)
{
  return cd_colours_get_for (tone, cd_colours_is_dark (), cd_colours_get_market ());
}

CdTone
cd_colours_change (gint64 value, gint64 reference)
{
  if (value == 0 || reference == 0 || value == reference)
    return CD_TONE_FLAT;
  return value > reference ? CD_TONE_UP : CD_TONE_DOWN;
}
