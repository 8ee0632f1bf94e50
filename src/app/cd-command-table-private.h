/* cd-command-table-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tables that commands read and print: a header, cells by the name of their column, and every bad cell said with its row and column.
 */
#pragma once

#include "cd-command-private.h"
#include "cd-csv.h"

G_BEGIN_DECLS

typedef struct _CdCommandTable CdCommandTable;

/**
 * cd_command_table_read:
 * @path: a table as cd_csv_parse() takes it
 * @required: (array zero-terminated=1): columns that must be there
 * @optional: (array zero-terminated=1): columns that may be there
 * @extra: (nullable): TRUE for a further name that may be one
 *
 * Returns: (transfer full) (nullable): %NULL after saying everything that is wrong with the header or the form
 */
CdCommandTable *cd_command_table_read (CdCommandIo *io, const char *path, const char *const *required, const char *const *optional, gboolean (*extra) (const char *name, gpointer data), gpointer data);
void cd_command_table_free (CdCommandTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdCommandTable, cd_command_table_free)

const char *cd_command_table_file (const CdCommandTable *table);
guint cd_command_table_n_rows (const CdCommandTable *table);
guint cd_command_table_line (const CdCommandTable *table, guint row);
const CdCsv *cd_command_table_csv (const CdCommandTable *table);

/* Each returns %FALSE for an absent column and an empty cell; a bad cell is a fault and reads as empty. */
gboolean cd_command_table_text (CdCommandTable *table, guint row, const char *column, const char **out);
gboolean cd_command_table_number (CdCommandTable *table, guint row, const char *column, int scale, gint64 *out); /* 0 and above */
gboolean cd_command_table_date (CdCommandTable *table, guint row, const char *column, CdDate *out);
gboolean cd_command_table_yes (CdCommandTable *table, guint row, const char *column, gboolean *out); /* yes, no, 是, 否, 1, 0 */
/* One of @words; %FALSE also for another word, which is a fault. */
gboolean cd_command_table_word (CdCommandTable *table, guint row, const char *column, const char *const *words, int *out);
gboolean cd_command_table_cell_number (CdCommandTable *table, guint row, guint column, int scale, gint64 *out);

/* A fault of one cell: what was expected. */
void cd_command_table_fault (CdCommandTable *table, guint row, const char *column, const char *format, ...) G_GNUC_PRINTF (4, 5);
/* Says every fault; %FALSE when there is one. */
gboolean cd_command_table_finish (CdCommandTable *table);

/* One cell of the answer, quoted where it has to be. */
void cd_command_cell (CdCommandIo *io, const char *text);
/* Member "trace" of the object that is open: [{rule, source, inputs, result}]; without JSON nothing. */
void cd_command_trace (CdCommandIo *io, const CdTrace *trace);

G_END_DECLS
