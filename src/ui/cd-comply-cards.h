/* cd-comply-cards.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts of the Comply page that show one obligation: ribbon of deadlines, coverage and consequences, offsets and encumbrances.
 * The widgets belong to whoever puts them into a container.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-desk.h"

G_BEGIN_DECLS

typedef struct
{
  GtkWidget *ribbon, *unverified; /* for the head and below it */
  GtkWidget *middle, *right;      /* columns */
  GtkWidget *coverage_gauge, *offset_gauge;
  GtkWidget *coverage, *consequences, *offsets; /* CdFigureList */
  GtkWidget *words;                             /* of the rules on consequences */
  GtkWidget *lots;                              /* CdTextTable */
  GtkWidget *encumbrances;                      /* CdTimelineView */
} CdComplyCards;

void cd_comply_cards_build (CdComplyCards *cards);
void cd_comply_cards_connect (CdComplyCards *cards, GCallback explain, gpointer data);  /* Enter or double click on a figure */
void cd_comply_cards_update (CdComplyCards *cards, CdDesk *desk, CdObligationRow *row); /* @row: (nullable) */
/* The figures are worked out from what is old. */
void cd_comply_cards_set_stale (CdComplyCards *cards, gboolean stale);
const char *cd_comply_cards_get_focused_rule (CdComplyCards *cards); /* (nullable) */
/* What doing nothing costs at the first stage: "nothing", a range, or "not verified". (transfer full) */
char *cd_comply_nothing_words (const CdObligation *o);

G_END_DECLS
