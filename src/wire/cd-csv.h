/* cd-csv.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tables as text (RFC 4180): a header, and rows with as many cells. Comma, semicolon or tab, whichever parts the header; quoted cells may
 * hold separators, line ends and doubled quotes. Any thread.
 */
#pragma once

#include "cd-import.h"

G_BEGIN_DECLS

#define CD_CSV_COLUMNS_MAX 512
#define CD_CSV_ROWS_MAX 2000000
#define CD_CSV_CELL_MAX (64 * 1024)

typedef struct _CdCsv CdCsv;

/**
 * cd_csv_parse:
 * @faults: (element-type CdImportFault): a row with another number of cells is one; it is left out
 * @error: a %CD_IMPORT_ERROR; a quote that is not closed names its line
 *
 * Empty lines are passed over. Names of columns are without blanks around them.
 *
 * Returns: (transfer full) (nullable)
 */
CdCsv *cd_csv_parse (const void *bytes, gsize len, GPtrArray *faults, GError **error);
void cd_csv_free (CdCsv *csv);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdCsv, cd_csv_free)

const char *cd_csv_encoding (const CdCsv *csv); /* as cd_import_text() has it */
char cd_csv_separator (const CdCsv *csv);
guint cd_csv_n_columns (const CdCsv *csv);
guint cd_csv_n_rows (const CdCsv *csv); /* without the header */
const char *cd_csv_name (const CdCsv *csv, guint column);
const char *cd_csv_cell (const CdCsv *csv, guint row, guint column);
guint cd_csv_line (const CdCsv *csv, guint row); /* of the file, from 1 */

/**
 * cd_csv_inert:
 * A text as a cell that no spreadsheet takes for a formula: one that begins with = + - @, a tab, a line end or a full-width form of them gets
 * an apostrophe in front. Numbers that are meant as numbers are not texts and do not come here.
 *
 * Returns: (transfer full)
 */
char *cd_csv_inert (const char *text);
/* The reverse; (transfer none): points into @cell. */
const char *cd_csv_plain (const char *cell);
/* Appends a cell, quoted where it has to be. */
void cd_csv_append (GString *out, const char *cell);

G_END_DECLS
