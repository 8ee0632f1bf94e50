/* cd-requests-files.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Requests and decisions as signed files: asking in one, opening what came from another person, deciding, taking what came back. Where
 * the answer goes is chosen before anything is signed, so that no decision is made and then lost. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-desk-files.h"

G_BEGIN_DECLS

/* Asks where, then signs and writes. @row: a #CdStagedRow or #CdInstructionRow */
void cd_requests_files_export (GtkWidget *widget, CdDesk *desk, gpointer row);
void cd_requests_files_export_to (GtkWidget *widget, CdDesk *desk, gpointer row, GFile *file);

/* Asks which, then opens: a request in a window of its own; a decision is taken, and a message says what it was. */
void cd_requests_files_choose (GtkWidget *widget, CdDesk *desk);
void cd_requests_files_open (GtkWidget *widget, CdDesk *desk, GFile *file);

/* "waits for a decision in a file", "approved by … in a file", or "". (transfer full) */
char *cd_requests_file_words (CdDesk *desk, gpointer row);

/* The window of a request that was opened. */
#define CD_TYPE_REQUEST_FILE_WINDOW (cd_request_file_window_get_type ())
G_DECLARE_FINAL_TYPE (CdRequestFileWindow, cd_request_file_window, CD, REQUEST_FILE_WINDOW, GtkWindow)

/* @opened: (transfer full) */
GtkWidget *cd_request_file_window_new (GtkWindow *parent, CdDesk *desk, CdOpenedFile *opened);
/* Decides with the reason that stands in the entry, and writes the answer to @file; of a request that was decided before it writes
 * that decision again. */
void cd_request_file_window_decide_to (CdRequestFileWindow *self, gboolean approve, GFile *file);

/* Why a file was refused: words for its kind, and the place in it. (transfer full) */
char *cd_requests_file_error (const GError *error);
/* Asks where to save under @name; @then gets the file. @owner: nothing is called after it is gone */
void cd_requests_files_ask_where (GtkWidget *owner, const char *title, const char *name, void (*then) (GtkWidget *owner, GFile *file, gpointer data), gpointer data);

G_END_DECLS
