/* cd-registry-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Workspace 3: balances by bucket, settlement, and instructions with their two signatures and the review.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-desk.h"

G_BEGIN_DECLS

#define CD_TYPE_REGISTRY_PAGE (cd_registry_page_get_type ())
G_DECLARE_FINAL_TYPE (CdRegistryPage, cd_registry_page, CD, REGISTRY_PAGE, GtkWidget)

GtkWidget *cd_registry_page_new (CdDesk *desk);
void cd_registry_page_surrender (CdRegistryPage *self); /* the form, set to a surrender, with the focus */

/* The tab with what waits for a second person. */
void cd_registry_page_show_requests (CdRegistryPage *self);

G_END_DECLS
