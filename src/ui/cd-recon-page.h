/* cd-recon-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Workspace 4: what the last reconcile found, orders that need a decision, and the log.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-desk.h"

G_BEGIN_DECLS

#define CD_TYPE_RECON_PAGE (cd_recon_page_get_type ())
G_DECLARE_FINAL_TYPE (CdReconPage, cd_recon_page, CD, RECON_PAGE, GtkWidget)

GtkWidget *cd_recon_page_new (CdDesk *desk);

G_END_DECLS
