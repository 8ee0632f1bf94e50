/* file-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Steps with files that pass between two desks; and files that no desk would make, signed with the real keys of the market's persons.
 */
#pragma once

#include "cd-desk-files.h"
#include "cd-time.h"
#include "two-fixture.h"

G_BEGIN_DECLS

#define HOUR_US (3600 * CD_USEC_PER_SEC)

/* What an asynchronous step gave; the receiver owns both. */
typedef struct
{
  gboolean done;
  GBytes *bytes;
  GError *error;
} Got;

CdStagedRow *stage (Two *two, gint64 qty);
Got try_export (Two *two, gpointer row, gint64 valid_us);
GBytes *export_row (Two *two, gpointer row);
CdOpenedFile *open_file (Fixture *f, GBytes *bytes);
void refused (Fixture *f, GBytes *bytes, int code, const char *says);
void decided_cb (GObject *source, GAsyncResult *result, gpointer data); /* @data is a Got */
Got try_decide (Two *two, GBytes *request, gboolean approve, const char *reason);
GBytes *decide (Two *two, GBytes *request, gboolean approve, const char *reason);
gboolean take (Two *two, GBytes *decision, gboolean *again, GError **error);
void take_well (Two *two, GBytes *decision);
GBytes *seal (Two *two, CdApprovalFile *file, const char *person);
void set_text (char **field, const char *value);
CdApprovalFile *read_file (GBytes *bytes);

G_END_DECLS
