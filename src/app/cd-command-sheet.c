/* cd-command-sheet.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-command-sheet-private.h"

#include "cd-csv.h"

void
cd_sheet_begin_row (CdSheet *sheet)
{
  sheet->column = 0;
  sheet->rows++;
  cd_json_writer_begin_object (sheet->json, NULL);
}

static void
put_raw (CdSheet *sheet, const char *cell, const char *value)
{
  const char *name = sheet->columns[sheet->column++];

  g_assert (name);
  if (sheet->column > 1)
    g_string_append_c (sheet->csv, ',');
  cd_csv_append (sheet->csv, cell);
  cd_json_writer_string (sheet->json, name, value && *value ? value : NULL);
}

void
cd_sheet_put_text (CdSheet *sheet, const char *text)
{
  g_autofree char *inert = cd_csv_inert (text ? text : "");

  put_raw (sheet, inert, text);
}

/* A figure is a figure: a minus in front of it is no formula. */
void
cd_sheet_put_number (CdSheet *sheet, gint64 value, int scale)
{
  char buf[CD_DECIMAL_BUF];

  cd_decimal_print (value, scale, scale ? 2 : 0, buf);
  put_raw (sheet, buf, buf);
}

void
cd_sheet_put_time (CdSheet *sheet, gint64 at_us)
{
  char buf[CD_INSTANT_BUF];

  cd_sheet_put_text (sheet, at_us > 0 ? cd_instant_print (at_us, buf) : "");
}

void
cd_sheet_end_row (CdSheet *sheet, const char *source, const CdSheetKnown *known)
{
  cd_sheet_put_text (sheet, source);
  if (known && known->seq > 0)
    cd_sheet_put_number (sheet, known->seq, 0);
  else
    cd_sheet_put_text (sheet, "");
  cd_sheet_put_time (sheet, known ? known->at_us : 0);
  g_assert (!sheet->columns[sheet->column]);
  g_string_append_c (sheet->csv, '\n');
  cd_json_writer_end_object (sheet->json);
}
