/* cd-command-sheet-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A table that goes out, as CSV and as JSON at once.
 */
#pragma once

#include "cd-command-private.h"
#include "cd-journal.h"

G_BEGIN_DECLS

/**
 * CdSheet: a table under way: cells are put in the order of the columns.
 */
typedef struct
{
  CdCommandIo *io;
  CdPaths *paths;
  CdJournal *journal;
  const char *what;
  const char *const *columns;
  GString *csv;
  CdJsonWriter *json; /* a list of rows */
  guint column, rows;
} CdSheet;

/* A record of the journal; @seq 0: none, but known since. */
typedef struct
{
  gint64 seq, at_us;
} CdSheetKnown;

void cd_sheet_begin_row (CdSheet *sheet);
/* @text: (nullable): made inert: no spreadsheet takes it for a formula */
void cd_sheet_put_text (CdSheet *sheet, const char *text);
void cd_sheet_put_number (CdSheet *sheet, gint64 value, int scale);
void cd_sheet_put_time (CdSheet *sheet, gint64 at_us); /* 0 = not known */
/* The last three columns: "source", "record", "known_at". @known: (nullable) */
void cd_sheet_end_row (CdSheet *sheet, const char *source, const CdSheetKnown *known);

G_END_DECLS
