/* cd-ticket-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "cd-ticket-view.h"

G_BEGIN_DECLS

#define CD_TICKET_CHECKS_MAX 32
#define CD_TICKET_PREVIEW_ROWS 8

/* cd-ticket-preview.c: pooled labels, so that a tick does not build widgets. */
typedef struct
{
  GtkWidget *name[CD_TICKET_PREVIEW_ROWS]; /* borrowed from the grid */
  GtkWidget *value[CD_TICKET_PREVIEW_ROWS];
  GtkWidget *check[CD_TICKET_CHECKS_MAX]; /* borrowed from the box */
} CdTicketLines;

void cd_ticket_lines_init (CdTicketLines *lines, GtkGrid *preview, GtkBox *checks);
void cd_ticket_lines_show_preview (CdTicketLines *lines, CdDesk *desk, const CdOrderDraft *draft, const CdPreview *preview);
void cd_ticket_lines_show_checks (CdTicketLines *lines, const CdCheckResult *results, gsize n);

G_END_DECLS
