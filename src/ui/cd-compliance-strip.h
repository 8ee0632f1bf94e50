/* cd-compliance-strip.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The line under the header that is always there: what is due, how much of it is covered, what is short, the offset room, what
 * covering costs now and what doing nothing costs, and until when a purchase is in time.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-desk.h"

G_BEGIN_DECLS

#define CD_TYPE_COMPLIANCE_STRIP (cd_compliance_strip_get_type ())
G_DECLARE_FINAL_TYPE (CdComplianceStrip, cd_compliance_strip, CD, COMPLIANCE_STRIP, GtkWidget)

GtkWidget *cd_compliance_strip_new (CdDesk *desk);
/* The obligation that the strip shows; (nullable) (transfer none). */
CdObligationRow *cd_compliance_strip_get_row (CdComplianceStrip *self);

G_END_DECLS
