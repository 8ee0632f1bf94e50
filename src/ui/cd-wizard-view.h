/* cd-wizard-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The keyboard wizard as a button of the header: a field with the best matches below it. Signal "chosen" (kind: int, id: string)
 * on Enter or a click. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-wizard.h"

G_BEGIN_DECLS

#define CD_TYPE_WIZARD_VIEW (cd_wizard_view_get_type ())
G_DECLARE_FINAL_TYPE (CdWizardView, cd_wizard_view, CD, WIZARD_VIEW, GtkWidget)

GtkWidget *cd_wizard_view_new (CdDesk *desk);
/* Opens it; @text goes on in the field, as it was typed outside of it. */
void cd_wizard_view_open (CdWizardView *self, const char *text);
gboolean cd_wizard_view_is_open (CdWizardView *self);

G_END_DECLS
