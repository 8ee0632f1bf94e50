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

/* Signal: "activate" on Enter or double click. */
GtkWidget *cd_figure_list_new (const char *label);
/* @value_width: in pixels, for values longer than a quantity */
GtkWidget *cd_figure_list_new_wide (const char *label, int value_width);
/* begin, add…, end: rows beyond the last one added are removed. */
void cd_figure_list_begin (CdFigureList *self);
void cd_figure_list_add (CdFigureList *self, const char *name, const char *value, CdTone tone);
/* The same with the prefix of the rules that explain it, see cd_explain_filter(). @rule: static */
void cd_figure_list_add_explained (CdFigureList *self, const char *name, const char *value, CdTone tone, const char *rule);
void cd_figure_list_end (CdFigureList *self);
void cd_figure_list_set_stale (CdFigureList *self, gboolean stale); /* see cd_grid_view_set_stale() */
/* Of the selected row, when the list has the focus; (nullable) */
const char *cd_figure_list_get_focused_rule (CdFigureList *self);

G_END_DECLS
