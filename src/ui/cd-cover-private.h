/* cd-cover-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The inside of the cover view, shared by cd-cover-*.c only.
 */
#pragma once

#include "cd-cover-view.h"

G_BEGIN_DECLS

#define CD_COVER_SPINS 3

struct _CdCoverView
{
  GtkWidget parent_instance;

  CdDesk *desk;    /* (owned) */
  GtkWidget *root; /* child */
  GtkWidget *summary, *orders, *steps, *compare, *stage, *message, *stack;
  GtkWidget *rest, *rest_words, *price, *bid, *repeat; /* what the books do not hold */
  GtkWidget *own_days, *own_source;
  gboolean filling;                 /* the program sets a value, not a person */
  GtkWidget *spins[CD_COVER_SPINS]; /* emissions %, price %, days later */
  CdObligationRow *row;             /* (owned) (nullable) */
  CdDeskCover *cover;               /* (owned) (nullable): of the present */
};

/* cd-cover-rest.c */
/* @part: one figure in words; taken */
void cd_cover_add_part (GString *text, char *part);
GtkWidget *cd_cover_named (GtkWidget *widget, const char *label);
GtkWidget *cd_cover_build_rest (CdCoverView *self);
void cd_cover_append_own (CdCoverView *self, GtkWidget *bar);
void cd_cover_show_rest (CdCoverView *self);
void cd_cover_show_own (CdCoverView *self);
/* @left: units that no staged order asks for; 0 = not said */
void cd_cover_say_staged (CdCoverView *self, const char *number, guint n, gint64 left, const GError *error);

G_END_DECLS
