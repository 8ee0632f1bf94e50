/* cd-requests-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What waits for a second person: on the left the list and one's own staged orders, on the right the sheet to decide on, below it
 * deputies and the veto. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-desk-requests.h"

G_BEGIN_DECLS

#define CD_TYPE_REQUESTS_VIEW (cd_requests_view_get_type ())
G_DECLARE_FINAL_TYPE (CdRequestsView, cd_requests_view, CD, REQUESTS_VIEW, GtkWidget)

GtkWidget *cd_requests_view_new (CdDesk *desk);
/* How many wait for the decision of the person who sits here. */
guint cd_requests_count (CdDesk *desk);

/* The title of page "requests" of @stack, with how many wait, and the words of a veto in @veto. */
void cd_requests_show_waiting (CdDesk *desk, GtkWidget *stack, GtkWidget *veto);

/* cd-requests-people.c: deputies with their dates, and the veto. */
#define CD_TYPE_REQUESTS_PEOPLE (cd_requests_people_get_type ())
G_DECLARE_FINAL_TYPE (CdRequestsPeople, cd_requests_people, CD, REQUESTS_PEOPLE, GtkWidget)

GtkWidget *cd_requests_people_new (CdDesk *desk);
void cd_requests_people_refresh (CdRequestsPeople *self);
/* "New orders of … are stopped by …: …", or "" (transfer full) */
char *cd_requests_veto_words (CdDesk *desk, const char *account);

G_END_DECLS
