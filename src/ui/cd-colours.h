/* cd-colours.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Meaning to colour. A view names a tone; what it looks like depends on the market-colour preference and on dark or light. Block
 * is violet and gauges go flat, warn, block: red is good news on one setting. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  CD_TONE_TEXT,
  CD_TONE_DIM,
  CD_TONE_UP,
  CD_TONE_DOWN,
  CD_TONE_FLAT,
  CD_TONE_BUY,
  CD_TONE_SELL,
  CD_TONE_OWN,
  CD_TONE_STALE,
  CD_TONE_WARN,
  CD_TONE_BLOCK,
  CD_TONE_LINK,
  CD_TONE_VIEW,     /* background of tables */
  CD_TONE_HEADER,   /* background of a table's header */
  CD_TONE_LINE,     /* hairlines */
  CD_TONE_SELECTED, /* background of the selected row */
  CD_N_TONES,
} CdTone;

typedef enum
{
  CD_MARKET_COLOURS_AUTO, /* by language */
  CD_MARKET_COLOURS_MAINLAND,
  CD_MARKET_COLOURS_INTERNATIONAL,
  CD_MARKET_COLOURS_COLOUR_BLIND,
} CdMarketColours;

void cd_colours_set_market (CdMarketColours colours);
CdMarketColours cd_colours_get_market (void); /* never AUTO */
gboolean cd_colours_is_dark (void);
const GdkRGBA *cd_colours_get (CdTone tone);
const GdkRGBA *cd_colours_get_for (CdTone tone, gboolean dark, CdMarketColours market);
/* Tone of a change: last against reference; FLAT when equal or unknown. */
CdTone cd_colours_change (gint64 value, gint64 reference);

G_END_DECLS
