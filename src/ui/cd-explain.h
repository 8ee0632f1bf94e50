/* cd-explain.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Why a figure is what it is: rule, inputs, result and text source of every step.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-rules.h"

G_BEGIN_DECLS

/* The steps whose rule begins with one of the prefixes of @rules ("shortfall|vintage."); all of them when none does. (transfer full) */
CdTrace *cd_explain_filter (const CdTrace *trace, const char *rules);
void cd_explain_show (GtkWindow *parent, const char *title, const CdTrace *trace);

G_END_DECLS
