/* cd-statement.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Statements that people bring as tables: what the authority allotted, what the registry says is held, what the exchange says was traded
 * (china-rules 12.1). All of a file or nothing of it. Any thread; nothing is kept.
 */
#pragma once

#include "cd-csv.h"

G_BEGIN_DECLS

/* Frozen: the names are stored. */
typedef enum
{
  CD_STATEMENT_ALLOCATION = 1, /* account, year, quantity; instrument, sector, document */
  CD_STATEMENT_HOLDINGS = 2,   /* account, asset, quantity, as_of; bucket ("registry") */
  CD_STATEMENT_FILLS = 3,      /* exec_id, account, instrument, side, price, quantity, date; order_id, amount */
} CdStatementKind;

const char *cd_statement_kind_name (CdStatementKind kind); /* "allocation", "holdings", "fills" */
gboolean cd_statement_kind_parse (const char *text, CdStatementKind *out);
/* Names of the columns in canonical order, %NULL at the end; static. */
const char *const *cd_statement_columns (CdStatementKind kind);

/**
 * CdStatementRow:
 * @key: what must be there once: the cells of the key columns with a slash between them
 * @cells: (array): a canonical text for each column, "" = not given: decimals as cd_decimal_print() has them, days as YYYY-MM-DD
 */
typedef struct
{
  guint line; /* of the file, from 1 */
  char *key;
  char **cells;
} CdStatementRow;

/**
 * CdStatement: @rows: (element-type CdStatementRow): in the order of the file
 */
typedef struct
{
  CdStatementKind kind;
  GPtrArray *rows;
  const char *encoding;
} CdStatement;

void cd_statement_free (CdStatement *statement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdStatement, cd_statement_free)

/**
 * cd_statement_parse:
 * @faults: (element-type CdImportFault): every bad row with its number, column and what was expected
 * @error: a %CD_IMPORT_ERROR
 *
 * Returns: (transfer full) (nullable): %NULL with a single fault
 */
CdStatement *cd_statement_parse (CdStatementKind kind, const void *bytes, gsize len, GPtrArray *faults, GError **error);

/* The cell of one column; "" = not given. */
const char *cd_statement_cell (const CdStatement *statement, const CdStatementRow *row, const char *column);

G_END_DECLS
