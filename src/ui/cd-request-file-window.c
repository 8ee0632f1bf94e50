/* cd-request-file-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A request that came in a file: what holds of it, what it says, and the decision.
 */
#include <glib/gi18n.h>
#include <string.h>

#include "cd-figure-list.h"
#include "cd-file-writer.h"
#include "cd-format.h"
#include "cd-pane.h"
#include "cd-requests-files.h"
#include "cd-requests-sheet.h"
#include "cd-text-table.h"

struct _CdRequestFileWindow
{
  GtkWindow parent_instance;

  CdDesk *desk; /* (owned) */
  CdOpenedFile *opened;
  GFile *file; /* (owned) (nullable): where the answer goes */
  GtkWidget *figures, *checks, *message, *reason, *approve, *refuse, *again;
  gboolean busy;
};

G_DEFINE_FINAL_TYPE (CdRequestFileWindow, cd_request_file_window, GTK_TYPE_WINDOW)

/* --- Showing --------------------------------------------------------------------------------------------------------- */

static void
figure_func (const char *name, const char *value, CdTone tone, gpointer data)
{
  cd_figure_list_add (CD_FIGURE_LIST (((CdRequestFileWindow *)data)->figures), name, value, tone);
}

static void
check_func (const char *mark, const char *text, CdTone tone, gpointer data)
{
  CdTextTable *table = CD_TEXT_TABLE (((CdRequestFileWindow *)data)->checks);

  cd_text_table_add_row (table);
  cd_text_table_cell (table, 0, mark, tone);
  cd_text_table_cell (table, 1, text, tone == CD_TONE_DIM ? CD_TONE_TEXT : tone);
}

/* What was found to hold before this window came up. */
static void
show_proofs (CdRequestFileWindow *self)
{
  const CdApprovalFile *file = self->opened->file;
  g_autofree char *until = cd_format_date_time (NULL, file->expires_us);
  g_autofree char *signed_by = g_strdup_printf (_ ("The signature of %s holds, and so does the certificate"), cd_format_person (self->desk, file->by));
  g_autofree char *where = g_strdup_printf (_ ("For %1$s, market %2$s, %3$s"), file->account, file->market, file->live ? _ ("live") : _ ("practice"));
  g_autofree char *time = g_strdup_printf (_ ("To be decided before %s, real time"), until);

  check_func ("✓", signed_by, CD_TONE_DIM, self);
  check_func ("✓", where, CD_TONE_DIM, self);
  check_func ("✓", time, CD_TONE_DIM, self);
  if (file->what == CD_APPROVAL_INSTRUCTION)
    check_func ("!", _ ("The registry takes no file: after this, confirm it in your own session as well"), CD_TONE_WARN, self);
}

static void
refresh (CdRequestFileWindow *self)
{
  const CdApprovalFile *decided = self->opened->decided;

  /* An order has no other state than what was decided here; an instruction has that of the registry. */
  if (decided && CD_IS_REQUEST_ROW (self->opened->row))
    {
      CdRequestRow *row = CD_REQUEST_ROW (self->opened->row);

      g_free (row->state);
      row->state = g_strdup (decided->approve ? "approved" : "refused");
    }
  cd_figure_list_begin (CD_FIGURE_LIST (self->figures));
  if (decided)
    {
      figure_func (_ ("Decided by"), cd_format_person (self->desk, decided->by), CD_TONE_TEXT, self);
      figure_func (_ ("Decision"), decided->approve ? _ ("approved") : _ ("refused"), decided->approve ? CD_TONE_TEXT : CD_TONE_WARN, self);
      if (*decided->reason)
        figure_func (_ ("Reason"), decided->reason, CD_TONE_TEXT, self);
    }
  cd_requests_each_figure (self->desk, self->opened->row, FALSE, figure_func, self);
  cd_figure_list_end (CD_FIGURE_LIST (self->figures));
  cd_text_table_begin (CD_TEXT_TABLE (self->checks));
  show_proofs (self);
  cd_requests_each_check (self->desk, self->opened->row, check_func, self);
  cd_text_table_end (CD_TEXT_TABLE (self->checks));
  gtk_widget_set_visible (self->again, decided != NULL);
  gtk_widget_set_visible (self->approve, !decided);
  gtk_widget_set_visible (self->refuse, !decided);
  gtk_widget_set_visible (self->reason, !decided);
  gtk_widget_set_sensitive (self->approve, !self->busy);
  gtk_widget_set_sensitive (self->refuse, !self->busy);
}

/* --- Deciding -------------------------------------------------------------------------------------------------------- */

static void
say (CdRequestFileWindow *self, const char *words)
{
  gtk_label_set_text (GTK_LABEL (self->message), words);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CdRequestFileWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_file_get_basename (G_FILE (source));
  g_autofree char *words = NULL;

  if (cd_file_write_finish (G_FILE (source), result, &error))
    words = g_strdup_printf (_ ("Saved as %s: give it back to who asked"), name);
  else
    {
      g_autofree char *why = cd_format_write_error (G_FILE (source), error);

      words = g_strdup_printf (_ ("Decided, but the file could not be written (%s): save the decision again"), why);
    }
  self->busy = FALSE;
  if (!self->opened)
    return; /* closed meanwhile */
  say (self, words);
  refresh (self);
}

/* Takes the reference; the window may have been closed. */
static void
write_answer (CdRequestFileWindow *self, CdDesk *desk, GBytes *bytes)
{
  cd_file_write_async (cd_desk_get_env (desk), self->file, bytes, written_cb, self);
}

static void
decided_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CdRequestFileWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = cd_desk_decide_file_finish (CD_DESK (source), result, &error);
  g_autofree char *words = NULL;

  if (bytes)
    {
      if (self->opened)
        self->opened->decided = cd_approval_file_parse (bytes, NULL);
      write_answer (g_steal_pointer (&self), CD_DESK (source), bytes);
      return;
    }
  self->busy = FALSE;
  if (!self->opened)
    return;
  words = cd_requests_file_error (error);
  say (self, words);
  refresh (self);
}

void
cd_request_file_window_decide_to (CdRequestFileWindow *self, gboolean approve, GFile *file)
{
  const CdApprovalFile *decided = self->opened->decided;

  g_set_object (&self->file, file);
  self->busy = TRUE;
  if (decided)
    {
      g_autofree char *text = g_strconcat (decided->signed_text, "\"signature\":\"", decided->signature, "\"}\n", NULL);
      g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

      write_answer (g_object_ref (self), self->desk, bytes);
    }
  else
    cd_desk_decide_file_async (self->desk, self->opened, approve, gtk_editable_get_text (GTK_EDITABLE (self->reason)), decided_cb, g_object_ref (self));
  refresh (self);
}

static void
decide_there (GtkWidget *owner, GFile *file, gpointer data)
{
  cd_request_file_window_decide_to (CD_REQUEST_FILE_WINDOW (owner), GPOINTER_TO_INT (data), file);
}

static void
clicked_cb (GtkWidget *button, CdRequestFileWindow *self)
{
  g_autofree char *reason = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->reason))));
  gboolean approve = button == self->approve;

  if (button == self->refuse && !*reason)
    {
      say (self, _ ("Write the reason first: it goes on record"));
      gtk_widget_grab_focus (self->reason);
      return;
    }
  cd_requests_files_ask_where (GTK_WIDGET (self), _ ("Save the decision"), "decision.json", decide_there, GINT_TO_POINTER (approve));
}

/* --- Layout ---------------------------------------------------------------------------------------------------------- */

static void
build (CdRequestFileWindow *self)
{
  const CdGridColumn checks[] = {
    { "", 26, FALSE, FALSE, FALSE },
    { _ ("What was found to hold"), 300, FALSE, TRUE, FALSE },
  };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  const char *label = _ ("Reason, compulsory for a refusal");

  self->figures = cd_figure_list_new_wide (_ ("Figures of the request"), 300);
  self->checks = cd_text_table_new (_ ("Checks"), checks, G_N_ELEMENTS (checks));
  gtk_widget_set_vexpand (self->figures, TRUE);
  gtk_widget_set_size_request (self->checks, -1, 210);
  self->message = gtk_label_new ("");
  gtk_label_set_xalign (GTK_LABEL (self->message), 0);
  gtk_label_set_wrap (GTK_LABEL (self->message), TRUE);
  gtk_widget_add_css_class (self->message, "block-text");
  gtk_widget_set_margin_start (self->message, 8);
  gtk_widget_set_margin_end (self->message, 8);
  gtk_widget_set_margin_top (self->message, 4);
  gtk_widget_set_margin_bottom (self->message, 4);
  gtk_widget_add_css_class (bar, "pane-title");
  gtk_widget_add_css_class (bar, "rest");
  self->approve = cd_pane_button (bar, _ ("Approve and save…"), G_CALLBACK (clicked_cb), self);
  self->reason = gtk_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->reason), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->reason), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_entry_set_max_length (GTK_ENTRY (self->reason), 200);
  gtk_widget_set_hexpand (self->reason, TRUE);
  gtk_box_append (GTK_BOX (bar), self->reason);
  self->refuse = cd_pane_button (bar, _ ("Refuse and save…"), G_CALLBACK (clicked_cb), self);
  self->again = cd_pane_button (bar, _ ("Save the decision again…"), G_CALLBACK (clicked_cb), self);
  gtk_box_append (GTK_BOX (box), self->figures);
  gtk_box_append (GTK_BOX (box), self->checks);
  gtk_box_append (GTK_BOX (box), self->message);
  gtk_box_append (GTK_BOX (box), bar);
  gtk_window_set_child (GTK_WINDOW (self), box);
}

static void
cd_request_file_window_dispose (GObject *object)
{
  CdRequestFileWindow *self = CD_REQUEST_FILE_WINDOW (object);

  g_clear_pointer (&self->opened, cd_opened_file_free);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (cd_request_file_window_parent_class)->dispose (object);
}

/* What was decided is written even if the window is closed meanwhile, so the file outlives it. */
static void
cd_request_file_window_finalize (GObject *object)
{
  g_clear_object (&CD_REQUEST_FILE_WINDOW (object)->file);
  G_OBJECT_CLASS (cd_request_file_window_parent_class)->finalize (object);
}

static void
cd_request_file_window_class_init (CdRequestFileWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_request_file_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = cd_request_file_window_finalize;
}

static void
cd_request_file_window_init (CdRequestFileWindow *self)
{
}

GtkWidget *
cd_request_file_window_new (GtkWindow *parent, CdDesk *desk, CdOpenedFile *opened)
{
  CdRequestFileWindow *self = g_object_new (CD_TYPE_REQUEST_FILE_WINDOW, NULL);
  g_autofree char *content = cd_requests_content (opened->row);
  g_autofree char *title = g_strdup_printf (_ ("Request in a file: %s"), content);

  self->desk = g_object_ref (desk);
  self->opened = opened;
  gtk_window_set_title (GTK_WINDOW (self), title);
  gtk_window_set_default_size (GTK_WINDOW (self), 640, 720);
  gtk_window_set_transient_for (GTK_WINDOW (self), parent);
  gtk_window_set_modal (GTK_WINDOW (self), TRUE);
  build (self);
  refresh (self);
  return GTK_WIDGET (self);
}
