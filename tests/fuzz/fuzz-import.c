/* fuzz-import.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a file that people have: a table, daily quotes. Whole or not at all, with a message that can be shown.
 */
#include "cd-csv.h"
#include "cd-quotes-import.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_import_fault_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (CdCsv) csv = cd_csv_parse (data, size, faults, &error);
  g_autoptr (CdQuotes) quotes = NULL;

  if (!csv && (!error || !g_utf8_validate (error->message, -1, NULL)))
    fuzz_fail ("a table is refused without a message that can be shown");
  for (guint row = 0; csv && row < cd_csv_n_rows (csv); row++)
    for (guint column = 0; column < cd_csv_n_columns (csv); column++)
      g_assert (g_utf8_validate (cd_csv_cell (csv, row, column), -1, NULL));
  g_clear_error (&error);
  g_ptr_array_set_size (faults, 0);
  quotes = cd_quotes_import (data, size, "CEA", faults, &error);
  if (!quotes && (!error || !g_utf8_validate (error->message, -1, NULL)))
    fuzz_fail ("quotes are refused without a message that can be shown");
  return 0;
}
