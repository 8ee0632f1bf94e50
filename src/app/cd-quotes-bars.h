/* cd-quotes-bars.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Imported daily quotes as bars: what the window and the command line both do with a file. Any thread.
 */
#pragma once

#include "cd-bars.h"
#include "cd-quotes-import.h"

G_BEGIN_DECLS

/* The bar of one quote; the volume of the whole day where it is given, else what is given of the modes. */
CdBar cd_quotes_bar (const CdDailyQuote *quote, const CdZone *zone);

/**
 * cd_quotes_name_from_file:
 * "cea_daily_2023.csv" holds CEA: the name up to the first mark, for files that do not name their instrument.
 * Returns: (transfer full) (nullable)
 */
char *cd_quotes_name_from_file (const char *file);

/* Rows come by instrument: calls @func for each run of one until it returns %FALSE. */
typedef gboolean (*CdQuotesRunFunc) (const CdQuotes *quotes, guint first, guint end, gpointer data);
gboolean cd_quotes_each_instrument (const CdQuotes *quotes, CdQuotesRunFunc func, gpointer data);

/* What the journal keeps of the import: (transfer full). @file: as the person named it; any bytes */
GBytes *cd_quotes_about (const CdQuotes *quotes, const char *file);

G_END_DECLS
