/* cd-split.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two panes with a divider. Until a hand has moved it, the divider stands where the content wants it: a short table takes what it
 * needs and a long one the rest. Moved by hand, it keeps its share of whatever room there is. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * CdSplitRule:
 * @CD_SPLIT_SHARE_START: the first pane gets @share of the room
 * @CD_SPLIT_SHARE_END: the second one does
 * @CD_SPLIT_FIT_START: the first pane gets its natural size, at most @share of the room
 * @CD_SPLIT_FIT_END: the second one does
 */
typedef enum
{
  CD_SPLIT_SHARE_START,
  CD_SPLIT_SHARE_END,
  CD_SPLIT_FIT_START,
  CD_SPLIT_FIT_END,
} CdSplitRule;

/**
 * CdSplitDefault:
 * @share: in thousandths
 * @min: in pixels, of the pane that the rule is about; 0 = what it asks for
 * @max: in pixels; 0 = none
 */
typedef struct
{
  CdSplitRule rule;
  int share;
  int min, max;
} CdSplitDefault;

#define CD_TYPE_SPLIT (cd_split_get_type ())
G_DECLARE_FINAL_TYPE (CdSplit, cd_split, CD, SPLIT, GtkWidget)

/**
 * cd_split_new:
 * @id: stable name in layout.json, and the name of the widget
 *
 * Signal "moved" when a hand has moved the divider.
 */
GtkWidget *cd_split_new (const char *id, GtkOrientation orientation, GtkWidget *start, GtkWidget *end, const CdSplitDefault *wanted);
void cd_split_set_children (CdSplit *self, GtkWidget *start, GtkWidget *end); /* (nullable) each */

/* Of the first pane, in thousandths of the room; -1: as the content wants it. */
int cd_split_get_share (CdSplit *self);
void cd_split_set_share (CdSplit *self, int share);
/* Where the divider stands, in pixels, and where it may. */
int cd_split_get_position (CdSplit *self);
/* As a hand would. */
void cd_split_move (CdSplit *self, int position);

G_END_DECLS
