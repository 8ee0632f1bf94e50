/* cd-quotes-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the two forms of daily quotes share.
 */
#pragma once

#include "cd-quotes-import.h"

G_BEGIN_DECLS

typedef struct
{
  GPtrArray *rows; /* (element-type CdDailyQuote) */
  GPtrArray *faults;
  GPtrArray *warnings;
} CdQuotesReader;

CdDailyQuote *cd_daily_quote_new (guint row);
void cd_daily_quote_free (CdDailyQuote *quote);

/* Whether the figures of one row fit together; a fault or a warning says where they do not. */
void cd_quotes_check_row (CdQuotesReader *reader, const CdDailyQuote *quote);

/* Takes an instrument code; a fault when it is none. */
gboolean cd_quotes_take_code (CdQuotesReader *reader, CdDailyQuote *quote, const char *column, const char *text);
/* A price or turnover (scale 4) or a quantity (scale 0), not below 0; empty leaves @out alone. */
void cd_quotes_take_figure (CdQuotesReader *reader, guint row, const char *column, const char *text, int scale, gint64 *out);

gboolean cd_quotes_read_table (CdQuotesReader *reader, const void *bytes, gsize len, const char *instrument, const char **encoding, GError **error);
gboolean cd_quotes_read_json (CdQuotesReader *reader, const char *text, GError **error);

G_END_DECLS
