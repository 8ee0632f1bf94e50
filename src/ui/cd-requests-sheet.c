/* cd-requests-sheet.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-requests-sheet.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cd-figure-list.h"
#include "cd-format.h"
#include "cd-pane.h"
#include "cd-requests-files.h"
#include "cd-requests-print.h"
#include "cd-text-table.h"

struct _CdRequestsSheet
{
  GtkWidget parent_instance;

  CdDesk *desk;    /* (owned) */
  GtkWidget *root; /* child */
  GtkWidget *title, *changed, *read, *figures, *checks, *reason, *message;
  GtkWidget *approve, *refuse, *withdraw, *send, *print, *export;
  GtkWidget *change_bar, *price, *qty, *change;
  gpointer row; /* (owned) (nullable) */
  int seen_version;
  char *seen_hash; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (CdRequestsSheet, cd_requests_sheet, GTK_TYPE_WIDGET)

/* --- Showing --------------------------------------------------------------------------------------------------------- */

static void
figure_func (const char *name, const char *value, CdTone tone, gpointer data)
{
  cd_figure_list_add (CD_FIGURE_LIST (((CdRequestsSheet *)data)->figures), name, value, tone);
}

static void
check_func (const char *mark, const char *text, CdTone tone, gpointer data)
{
  CdTextTable *table = CD_TEXT_TABLE (((CdRequestsSheet *)data)->checks);

  cd_text_table_add_row (table);
  cd_text_table_cell (table, 0, mark, tone);
  cd_text_table_cell (table, 1, text, tone == CD_TONE_DIM ? CD_TONE_TEXT : tone);
}

static void
update_buttons (CdRequestsSheet *self)
{
  const CdRequestRow *r = CD_IS_REQUEST_ROW (self->row) ? self->row : NULL;
  const CdInstructionRow *in = CD_IS_INSTRUCTION_ROW (self->row) ? self->row : NULL;
  const CdPerson *person = cd_desk_get_person (self->desk);
  gboolean same = self->row && cd_requests_version (self->row) == self->seen_version && g_strcmp0 (cd_requests_hash (self->row), self->seen_hash) == 0;
  gboolean decide = (r && r->may_decide) || (in && (in->may_confirm || in->may_review));

  gtk_widget_set_visible (self->read, self->row && !same);
  gtk_widget_set_visible (self->changed, self->row && !same);
  gtk_widget_set_sensitive (self->approve, same && decide && (!r || g_str_equal (r->state, "proposed")));
  gtk_widget_set_sensitive (self->refuse, same && decide);
  gtk_widget_set_sensitive (self->reason, self->row != NULL);
  gtk_widget_set_sensitive (self->print, self->row != NULL);
  gtk_widget_set_visible (self->export, in && in->content && g_str_equal (in->state, "proposed") && person && g_strcmp0 (in->by, person->id) == 0);
  gtk_widget_set_sensitive (self->withdraw, (r && r->may_change) || (in && in->may_withdraw));
  gtk_widget_set_visible (self->send, r && r->may_send);
  gtk_widget_set_visible (self->change_bar, r && r->may_change && r->readable);
}

void
cd_requests_sheet_refresh (CdRequestsSheet *self)
{
  g_autofree char *content = self->row ? cd_requests_content (self->row) : g_strdup (_ ("Choose what to decide on"));

  gtk_label_set_text (GTK_LABEL (self->title), content);
  cd_figure_list_begin (CD_FIGURE_LIST (self->figures));
  cd_text_table_begin (CD_TEXT_TABLE (self->checks));
  if (self->row)
    {
      cd_requests_each_figure (self->desk, self->row, FALSE, figure_func, self);
      cd_requests_each_check (self->desk, self->row, check_func, self);
    }
  cd_figure_list_end (CD_FIGURE_LIST (self->figures));
  cd_text_table_end (CD_TEXT_TABLE (self->checks));
  update_buttons (self);
}

void
cd_requests_sheet_set_row (CdRequestsSheet *self, gpointer row)
{
  char buf[CD_FORMAT_BUF];

  g_set_object ((GObject **)&self->row, row);
  g_free (self->seen_hash);
  self->seen_hash = row ? g_strdup (cd_requests_hash (row)) : NULL;
  self->seen_version = row ? cd_requests_version (row) : 0;
  cd_pane_say (self->message, "");
  if (CD_IS_REQUEST_ROW (row))
    {
      gtk_editable_set_text (GTK_EDITABLE (self->price), cd_format_price (((CdRequestRow *)row)->price_e4, buf));
      gtk_editable_set_text (GTK_EDITABLE (self->qty), cd_format_units (((CdRequestRow *)row)->qty, buf));
    }
  cd_requests_sheet_refresh (self);
}

/* --- Verbs ----------------------------------------------------------------------------------------------------------- */

static gboolean
decide (CdRequestsSheet *self, gboolean yes, const char *reason, GError **error)
{
  if (CD_IS_REQUEST_ROW (self->row))
    return yes ? cd_desk_request_approve (self->desk, self->row, self->seen_version, self->seen_hash, error) : cd_desk_request_refuse (self->desk, self->row, self->seen_version, reason, error);
  if (((CdInstructionRow *)self->row)->may_review)
    return cd_desk_review_instruction (self->desk, self->row, yes, yes ? NULL : reason, error);
  if (yes)
    return cd_desk_confirm_instruction_seen (self->desk, self->row, self->seen_version, self->seen_hash, error);
  return cd_desk_refuse_instruction (self->desk, self->row, reason, error);
}

static gboolean
typed (GtkWidget *entry, int scale, gint64 *value, char **why)
{
  const char *const *names = g_get_language_names ();
  const char *text = gtk_editable_get_text (GTK_EDITABLE (entry));
  g_autoptr (GError) error = NULL;

  if (cd_number_parse_typed (text, cd_number_style_for_locale (names[0]), scale, value, &error))
    return TRUE;
  *why = cd_format_typed_error (error, text);
  gtk_widget_grab_focus (entry);
  return FALSE;
}

static void
clicked_cb (GtkWidget *button, CdRequestsSheet *self)
{
  g_autofree char *reason = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->reason))));
  g_autofree char *words = NULL;
  g_autoptr (GError) error = NULL;
  gint64 price, qty;

  if (!self->row)
    return;
  if (button == self->print)
    {
      cd_requests_print (GTK_WINDOW (gtk_widget_get_root (button)), self->desk, self->row);
      return;
    }
  if (button == self->export)
    {
      cd_requests_files_export (GTK_WIDGET (self), self->desk, self->row);
      return;
    }
  if (button == self->read)
    {
      cd_requests_sheet_set_row (self, self->row);
      return;
    }
  if ((button == self->refuse || button == self->withdraw) && !*reason)
    {
      cd_pane_say (self->message, _ ("Write the reason first: it goes on record"));
      gtk_widget_grab_focus (self->reason);
      return;
    }
  if (button == self->approve || button == self->refuse)
    decide (self, button == self->approve, reason, &error);
  else if (button == self->withdraw && CD_IS_REQUEST_ROW (self->row))
    cd_desk_request_withdraw (self->desk, self->row, reason, &error);
  else if (button == self->withdraw)
    cd_desk_withdraw_instruction (self->desk, self->row, &error);
  else if (button == self->send)
    cd_desk_request_send (self->desk, self->row, &error);
  else if (typed (self->price, 4, &price, &words) && typed (self->qty, 0, &qty, &words))
    cd_desk_request_edit (self->desk, self->row, price, qty, &error);
  if (error)
    words = cd_format_code (error->message, 0, 0);
  else if (!words)
    gtk_editable_set_text (GTK_EDITABLE (self->reason), "");
  cd_pane_say (self->message, words ? words : "");
  cd_requests_sheet_refresh (self);
}

/* --- Layout ---------------------------------------------------------------------------------------------------------- */

static GtkWidget *
bar_new (GtkWidget *box)
{
  GtkWidget *bar = cd_pane_bar_new ();

  gtk_box_append (GTK_BOX (box), bar);
  return bar;
}

static void
build (CdRequestsSheet *self)
{
  const CdGridColumn checks[] = {
    { "", 26, FALSE, FALSE, FALSE },
    { _ ("Checks of this moment"), 300, FALSE, TRUE, FALSE },
  };
  GtkWidget *bar = bar_new (self->root);

  self->title = gtk_label_new ("");
  gtk_label_set_xalign (GTK_LABEL (self->title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->title, TRUE);
  gtk_widget_add_css_class (self->title, "pane-title-text");
  gtk_box_append (GTK_BOX (bar), self->title);
  self->changed = gtk_label_new (_ ("changed since you read it"));
  gtk_widget_add_css_class (self->changed, "block-text");
  gtk_box_append (GTK_BOX (bar), self->changed);
  self->read = cd_pane_button (bar, _ ("Read the new version"), G_CALLBACK (clicked_cb), self);
  self->export = cd_pane_button (bar, _ ("Ask in a file…"), G_CALLBACK (clicked_cb), self);
  self->print = cd_pane_button (bar, _ ("Approval sheet…"), G_CALLBACK (clicked_cb), self);
  self->figures = cd_figure_list_new_wide (_ ("Figures of the request"), 260);
  self->checks = cd_text_table_new (_ ("Checks"), checks, G_N_ELEMENTS (checks));
  gtk_widget_set_name (cd_text_table_get_grid (CD_TEXT_TABLE (self->checks)), "request-checks");
  gtk_widget_set_vexpand (self->figures, TRUE);
  gtk_widget_set_size_request (self->checks, -1, 120);
  gtk_box_append (GTK_BOX (self->root), self->figures);
  gtk_box_append (GTK_BOX (self->root), self->checks);
  self->change_bar = bar_new (self->root);
  gtk_box_append (GTK_BOX (self->change_bar), gtk_label_new (_ ("Change it; it must then be approved anew:")));
  self->price = cd_pane_entry (self->change_bar, _ ("Price ¥"), 7);
  self->qty = cd_pane_entry (self->change_bar, _ ("Quantity t"), 8);
  self->change = cd_pane_button (self->change_bar, _ ("Change"), G_CALLBACK (clicked_cb), self);
  self->message = gtk_label_new ("");
  gtk_widget_set_visible (self->message, FALSE);
  gtk_label_set_xalign (GTK_LABEL (self->message), 0);
  gtk_label_set_wrap (GTK_LABEL (self->message), TRUE);
  gtk_widget_add_css_class (self->message, "block-text");
  gtk_box_append (GTK_BOX (self->root), self->message);
  bar = bar_new (self->root);
  self->approve = cd_pane_button (bar, _ ("Approve"), G_CALLBACK (clicked_cb), self);
  self->reason = cd_pane_entry (bar, _ ("Reason, compulsory for a refusal"), 24);
  gtk_widget_set_hexpand (self->reason, TRUE);
  self->refuse = cd_pane_button (bar, _ ("Refuse"), G_CALLBACK (clicked_cb), self);
  self->withdraw = cd_pane_button (bar, _ ("Take back"), G_CALLBACK (clicked_cb), self);
  self->send = cd_pane_button (bar, _ ("Send the approved order"), G_CALLBACK (clicked_cb), self);
}

static void
cd_requests_sheet_dispose (GObject *object)
{
  CdRequestsSheet *self = CD_REQUESTS_SHEET (object);

  g_clear_pointer (&self->root, gtk_widget_unparent);
  g_clear_object ((GObject **)&self->row);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->seen_hash, g_free);
  G_OBJECT_CLASS (cd_requests_sheet_parent_class)->dispose (object);
}

static void
cd_requests_sheet_class_init (CdRequestsSheetClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_requests_sheet_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
cd_requests_sheet_init (CdRequestsSheet *self)
{
}

GtkWidget *
cd_requests_sheet_new (CdDesk *desk)
{
  CdRequestsSheet *self = g_object_new (CD_TYPE_REQUESTS_SHEET, NULL);

  self->desk = g_object_ref (desk);
  self->root = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  build (self);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
  cd_requests_sheet_refresh (self);
  return GTK_WIDGET (self);
}
