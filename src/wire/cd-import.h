/* cd-import.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files that people bring: their bytes as text, their cells as numbers and days, and what is wrong with them row by row
 * (china-rules 12.1, 13.4). An import takes all of a file or nothing of it. Any thread; nothing is kept.
 */
#pragma once

#include "cd-num.h"
#include "cd-time.h"

G_BEGIN_DECLS

#define CD_IMPORT_ERROR (cd_import_error_quark ())
GQuark cd_import_error_quark (void);

/* Values are frozen: they appear in logs. Append only. */
typedef enum
{
  CD_IMPORT_ERROR_ENCODING = 1, /* neither UTF-8, UTF-16 with its mark, nor GB 18030 */
  CD_IMPORT_ERROR_SYNTAX = 2,   /* no table, or no JSON */
  CD_IMPORT_ERROR_COLUMNS = 3,  /* a column that is needed is not there, or is there twice */
  CD_IMPORT_ERROR_ROWS = 4,     /* at least one bad row; each is in the list of faults */
  CD_IMPORT_ERROR_SIZE = 5,     /* more bytes, rows, columns or characters in a cell than are read */
} CdImportError;

#define CD_IMPORT_BYTES_MAX (64 * 1024 * 1024)
#define CD_IMPORT_FAULTS_MAX 1000 /* more are counted in the last one's place, not listed */

/**
 * CdImportFault:
 * @row: line of the file, from 1, header included; of a JSON file the number of the item, from 1
 * @column: (nullable): as the file names it
 * @found: what stands there, cut to 80 characters
 * @expected: in words
 */
typedef struct
{
  guint row;
  char *column;
  char *found;
  char *expected;
} CdImportFault;

void cd_import_fault_free (CdImportFault *fault);
/* (element-type CdImportFault) */
GPtrArray *cd_import_faults_new (void);
void cd_import_fault (GPtrArray *faults, guint row, const char *column, const char *found, const char *expected_format, ...) G_GNUC_PRINTF (5, 6);
/* %FALSE with %CD_IMPORT_ERROR_ROWS naming the first fault and their number when there is one. */
gboolean cd_import_faults_to_error (const GPtrArray *faults, GError **error);

/**
 * cd_import_text:
 * @encoding: (out) (nullable): "UTF-8", "UTF-8 with BOM", "UTF-16" or "GB18030"; static
 *
 * Strict: a byte that is no character refuses the file and names its line, also where another encoding would make something of it. U+0000
 * is refused in every encoding.
 *
 * Returns: (transfer full) (nullable): UTF-8 without a mark
 */
char *cd_import_text (const void *bytes, gsize len, const char **encoding, GError **error);

typedef enum
{
  CD_CELL_VALUE,
  CD_CELL_EMPTY, /* "", "-", "--", "—": no value that day */
  CD_CELL_BAD,
} CdCell;

/**
 * cd_import_number:
 * @scale: decimals kept (0–9); further ones that are not zeros are bad
 *
 * As such files write numbers: blanks around (U+3000 and U+00A0 too), full-width digits and marks, thousands separators where every
 * group is right, and a unit in brackets behind ("70,074.00（BEA）"). No exponent, no sign but a minus. "1.000" is bad where whole units are
 * due: it may be one, or a thousand.
 */
CdCell cd_import_number (const char *text, int scale, gint64 *out);

/* "6.73%" as basis points (scale 2 of a percent): 673. The sign is needed. */
CdCell cd_import_percent (const char *text, gint64 *out_bp);

/* 2026-12-14, 2026/12/14, 2026/1/5, 20261214, 2026年12月14日. */
CdCell cd_import_date (const char *text, CdDate *out);

G_END_DECLS
