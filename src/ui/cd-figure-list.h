/* cd-figure-list.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A small table of names and values, kept row by row so that the focus stays while figures change.
 */
#pragma once

#include "cd-grid-view.h"
#include "cd-rows.h"

G_BEGIN_DECLS

#define CD_TYPE_FIGURE_LIST (cd_figure_list_get_type ())
G_DECLARE_FINAL_TYPE (CdFigureList, cd_figure_list, CD, FIGURE_LIST, GtkWidget)

GtkWidget *cd_figure_list_new (const char *label);
/* begin, add…, end: rows beyond the last one added are removed. */
void cd_figure_list_begin (CdFigureList *self);
void cd_figure_list_add (CdFigureList *self, const char *name, const char *value, CdTone tone);
void cd_figure_list_end (CdFigureList *self);

G_END_DECLS
