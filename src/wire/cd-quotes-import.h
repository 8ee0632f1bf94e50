/* cd-quotes-import.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Daily quotes from a file that the user brings; the exchange forbids handing them on, so none come with the program. Two forms:
 *
 * A table (cd-csv.h) with a column for the day and any of: instrument, open, high, low, close, previous close, volumes and turnovers; names in
 * English or Chinese, prefixes listed_, block_ and all_ where a file keeps the modes apart.
 *
 * The exchange's own JSON (china-rules 12), answers of queryMarketByDate and querySubStat as saved: one, or an array of them. Some of its
 * members do not hold what their names say (china-rules 13.4): limiUpPric and limiDownPric are volume and turnover of the year so far,
 * averPric and updaTime those of all time. They are read as that and never as prices.
 */
#pragma once

#include "cd-import.h"

G_BEGIN_DECLS

/**
 * CdDailyQuote: prices in 10⁻⁴ currency units, 0 = none given; quantities in units and turnovers in 10⁻⁴, -1 = not given.
 * @row: where it stands in the file; of two JSON items that were joined the first
 * @high_e4: 0 with @low_e4 on a day without trades, also where the file says "0.00"
 * @change_bp: as the file gives it; %CD_QUOTE_NO_CHANGE = not given
 */
typedef struct
{
  guint row;
  char *instrument;
  CdDate day;
  gint64 open_e4, high_e4, low_e4, close_e4, prev_close_e4;
  gint64 list_qty, list_amount_e4;
  gint64 block_qty, block_amount_e4;
  gint64 auction_qty, auction_amount_e4;
  gint64 all_qty, all_amount_e4;
  gint64 year_qty, year_amount_e4;   /* this year so far, listed */
  gint64 total_qty, total_amount_e4; /* since the first day, listed */
  gint64 change_bp;
} CdDailyQuote;

#define CD_QUOTE_NO_CHANGE G_MININT64

/**
 * CdQuotes:
 * @rows: (element-type CdDailyQuote): by instrument, then by day; each pair once
 * @warnings: (element-type CdImportFault): rows that were taken although their figures do not fit together
 */
typedef struct
{
  GPtrArray *rows;
  GPtrArray *warnings;
  const char *encoding;
} CdQuotes;

void cd_quotes_free (CdQuotes *quotes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdQuotes, cd_quotes_free)

/**
 * cd_quotes_import:
 * @instrument: (nullable): the instrument of a file that does not name it
 * @faults: (element-type CdImportFault): receives every bad row with its number and what was expected
 * @error: a %CD_IMPORT_ERROR
 *
 * All or nothing: with a single fault nothing is returned. Told apart by the first character: JSON begins with a bracket.
 *
 * Returns: (transfer full) (nullable)
 */
CdQuotes *cd_quotes_import (const void *bytes, gsize len, const char *instrument, GPtrArray *faults, GError **error);

G_END_DECLS
