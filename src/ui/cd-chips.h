/* cd-chips.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Filter chips of a table: a row of toggles above it. The row is shown on request, and always while one of them is on, so that no
 * row is missing without a word why. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CD_CHIPS_MAX 8

#define CD_TYPE_CHIPS (cd_chips_get_type ())
G_DECLARE_FINAL_TYPE (CdChips, cd_chips, CD, CHIPS, GtkWidget)

/* @labels: translated by the caller, copied. Signal "changed" when one is turned on or off. */
GtkWidget *cd_chips_new (const char *const *labels, guint n);
gboolean cd_chips_get (CdChips *self, guint chip);
void cd_chips_set (CdChips *self, guint chip, gboolean on);
void cd_chips_set_label (CdChips *self, guint chip, const char *label);
/* Which of them mean something now: bits. The others filter nothing and are not shown. */
void cd_chips_offer (CdChips *self, guint offered);
/* The button that shows the row; for the head of the pane. (transfer none) */
GtkWidget *cd_chips_get_button (CdChips *self);

G_END_DECLS
