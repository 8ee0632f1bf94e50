/* cd-columns.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The columns of a workspace: side by side with dividers where there is room, one a page with a switcher above where there is not.
 * Main thread.
 */
#pragma once

#include "cd-split.h"

G_BEGIN_DECLS

#define CD_COLUMNS_WIDE 1100 /* pixels: below it, pages; also above it where the columns ask for more than there is */
#define CD_COLUMNS_MAX 3

/**
 * CdColumn:
 * @id: stable name of the page; the divider on its right is called "COLUMNS-after-ID"
 * @title: of the page, translated by the caller
 * @wanted: of the divider on its right; of the last column: unused
 */
typedef struct
{
  const char *id;
  const char *title;
  GtkWidget *child;
  CdSplitDefault wanted;
} CdColumn;

#define CD_TYPE_COLUMNS (cd_columns_get_type ())
G_DECLARE_FINAL_TYPE (CdColumns, cd_columns, CD, COLUMNS, GtkWidget)

/* @id: of the page switcher in layout.json. @n: 2 or 3. */
GtkWidget *cd_columns_new (const char *id, const CdColumn *columns, guint n);
gboolean cd_columns_get_narrow (CdColumns *self);
/* Makes sure that @widget, which is in one of the columns, can be seen. */
void cd_columns_reveal (CdColumns *self, GtkWidget *widget);

G_END_DECLS
