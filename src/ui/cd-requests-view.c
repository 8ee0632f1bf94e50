/* cd-requests-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-requests-view.h"

#include <glib/gi18n.h>

#include "cd-columns.h"
#include "cd-format.h"
#include "cd-grid-view.h"
#include "cd-pane.h"
#include "cd-requests-files.h"
#include "cd-requests-sheet.h"

#define COPY(cell, value) g_strlcpy ((cell)->text, (value), sizeof (cell)->text)

struct _CdRequestsView
{
  GtkWidget parent_instance;

  CdDesk *desk;    /* (owned) */
  GtkWidget *root; /* child */
  GtkWidget *which, *age, *list, *staged, *sheet, *people, *message;
  GtkWidget *ask, *export, *open, *send, *discard;
  GtkFilterListModel *shown;      /* (owned): requests and instructions */
  GtkFilterListModel *own_staged; /* (owned) */
  guint ticks;
};

G_DEFINE_FINAL_TYPE (CdRequestsView, cd_requests_view, GTK_TYPE_WIDGET)

enum
{
  TO_DECIDE,
  OPEN,
  ALL,
};

/* --- What is shown --------------------------------------------------------------------------------------------------- */

static gboolean
needs_me (gpointer item)
{
  if (CD_IS_REQUEST_ROW (item))
    return ((CdRequestRow *)item)->may_decide && g_str_equal (((CdRequestRow *)item)->state, "proposed");
  return ((CdInstructionRow *)item)->may_confirm || ((CdInstructionRow *)item)->may_review;
}

static gboolean
is_open (gpointer item)
{
  const char *state = CD_IS_REQUEST_ROW (item) ? ((CdRequestRow *)item)->state : ((CdInstructionRow *)item)->state;

  return g_str_equal (state, "proposed") || g_str_equal (state, "approved") || g_str_equal (state, "in_review") || g_str_equal (state, "sending");
}

static gboolean
is_shown (gpointer item, gpointer data)
{
  CdRequestsView *self = data;

  switch (gtk_drop_down_get_selected (GTK_DROP_DOWN (self->which)))
    {
    case TO_DECIDE:
      return needs_me (item);
    case OPEN:
      return is_open (item);
    default:
      return TRUE;
    }
}

guint
cd_requests_count (CdDesk *desk)
{
  GListModel *models[] = { cd_desk_get_requests (desk), cd_desk_get_instructions (desk) };
  guint count = 0;

  for (gsize m = 0; m < G_N_ELEMENTS (models); m++)
    for (guint i = 0; i < g_list_model_get_n_items (models[m]); i++)
      {
        g_autoptr (GObject) item = g_list_model_get_item (models[m], i);

        count += needs_me (item);
      }
  return count;
}

/* One must not have to look for what waits, nor for why nothing goes out. */
void
cd_requests_show_waiting (CdDesk *desk, GtkWidget *stack, GtkWidget *veto)
{
  guint n = cd_requests_count (desk);
  const CdEntity *entity = cd_desk_get_entity (desk);
  g_autofree char *title = n ? g_strdup_printf (_ ("Requests (%u)"), n) : g_strdup (_ ("Requests"));
  g_autofree char *words = cd_requests_veto_words (desk, entity ? entity->id : NULL);
  GtkStackPage *page = gtk_stack_get_page (GTK_STACK (stack), gtk_stack_get_child_by_name (GTK_STACK (stack), "requests"));

  if (g_strcmp0 (gtk_stack_page_get_title (page), title) != 0)
    gtk_stack_page_set_title (page, title);
  gtk_stack_page_set_needs_attention (page, n > 0);
  gtk_label_set_text (GTK_LABEL (veto), words);
}

static void
list_func (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  CdRequestsView *self = data;
  gboolean request = CD_IS_REQUEST_ROW (item);
  const CdRequestRow *r = item;
  const CdInstructionRow *in = item;
  g_autofree char *text = NULL;

  switch (column)
    {
    case 0:
      text = cd_format_date_time (NULL, request ? r->at_us : in->at_us);
      cell->tone = CD_TONE_DIM;
      break;
    case 1:
      text = g_strdup (request ? _ ("Order") : cd_format_instruction_kind (in->kind));
      cell->bold = TRUE;
      break;
    case 2:
      text = cd_requests_content (item);
      break;
    case 3:
      text = g_strdup (request ? r->account : in->account);
      break;
    case 4:
      text = g_strdup (cd_format_person (self->desk, request ? r->by : in->by));
      break;
    case 5:
      text = g_strdup (cd_requests_state (item));
      cell->tone = needs_me (item) ? CD_TONE_WARN : CD_TONE_TEXT;
      break;
    default:
      text = g_strdup_printf ("%d", request ? r->version : in->version);
      break;
    }
  COPY (cell, text ? text : "");
}

static gboolean
is_own (gpointer item, gpointer data)
{
  const CdEntity *entity = cd_desk_get_entity (data);

  return entity && g_str_equal (((CdStagedRow *)item)->account, entity->id);
}

static void
staged_func (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  const CdStagedRow *row = item;
  CdFileState file = CD_FILE_STATE_NONE;
  char buf[CD_FORMAT_BUF];
  g_autofree char *text = NULL;

  if (column == 0)
    COPY (cell, cd_format_side (row->side));
  else if (column == 1)
    {
      COPY (cell, row->instrument);
      cell->bold = TRUE;
    }
  else if (column == 2)
    COPY (cell, cd_format_units (row->qty, buf));
  else if (column == 3)
    COPY (cell, cd_format_price (row->price_e4, buf));
  else if (column == 4)
    COPY (cell, row->plan);
  else
    {
      file = cd_desk_get_file_state (((CdRequestsView *)data)->desk, item, NULL);
      if (row->request_key)
        text = g_strdup (_ ("asked for, no answer yet"));
      else if (file != CD_FILE_STATE_NONE)
        text = cd_requests_file_words (((CdRequestsView *)data)->desk, item);
      else if (row->expired)
        text = g_strdup (_ ("expired"));
      else if (row->checked)
        text = row->n_block || row->n_warn ? cd_format_check (&row->worst) : g_strdup (_ ("ready"));
      COPY (cell, text ? text : "");
      cell->tone = row->n_block || row->expired || file == CD_FILE_STATE_REFUSED ? CD_TONE_BLOCK : row->n_warn || row->request_key || (file != CD_FILE_STATE_NONE && file != CD_FILE_STATE_APPROVED) ? CD_TONE_WARN
                                                                                                                                                                                                     : CD_TONE_DIM;
    }
}

/* --- Refreshing and verbs -------------------------------------------------------------------------------------------- */

static void
update (CdRequestsView *self)
{
  const CdStagedRow *staged = cd_grid_view_get_selected (CD_GRID_VIEW (self->staged));
  gboolean free_row = staged && !staged->request_key && !staged->expired;
  CdFileState file = staged ? cd_desk_get_file_state (self->desk, (gpointer)staged, NULL) : CD_FILE_STATE_NONE;

  cd_grid_view_set_stale (CD_GRID_VIEW (self->list), cd_pane_age_show_line (self->age, self->desk, CD_LINE_REGISTRY));
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->shown), GTK_FILTER_CHANGE_DIFFERENT);
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->own_staged), GTK_FILTER_CHANGE_DIFFERENT);
  gtk_widget_set_sensitive (self->ask, free_row);
  gtk_widget_set_sensitive (self->export, free_row);
  gtk_widget_set_sensitive (self->send, free_row && (file == CD_FILE_STATE_NONE || file == CD_FILE_STATE_APPROVED));
  gtk_widget_set_sensitive (self->discard, staged && !staged->request_key);
  cd_requests_sheet_refresh (CD_REQUESTS_SHEET (self->sheet));
  cd_requests_people_refresh (CD_REQUESTS_PEOPLE (self->people));
}

static void
clock_cb (CdDesk *desk, CdRequestsView *self)
{
  if (self->ticks++ % 4 == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    update (self);
}

static void
selected_cb (CdGridView *grid, GObject *item, CdRequestsView *self)
{
  /* The row that leaves the filter after a decision stays on the sheet: one sees what became of it. */
  if (item)
    cd_requests_sheet_set_row (CD_REQUESTS_SHEET (self->sheet), item);
}

static void
staged_clicked_cb (GtkWidget *button, CdRequestsView *self)
{
  CdStagedRow *row = cd_grid_view_get_selected (CD_GRID_VIEW (self->staged));
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (button == self->open)
    cd_requests_files_choose (GTK_WIDGET (self), self->desk);
  if (!row || button == self->open)
    return;
  if (button == self->export)
    cd_requests_files_export (GTK_WIDGET (self), self->desk, row);
  else if (button == self->ask)
    g_free (cd_desk_request_approval (self->desk, row, &error));
  else if (button == self->send)
    cd_desk_staged_send (self->desk, row, &error);
  else
    cd_desk_staged_discard (self->desk, row, &error);
  words = error ? cd_format_code (error->message, 0, 0) : g_strdup ("");
  gtk_label_set_text (GTK_LABEL (self->message), words);
  update (self);
}

/* --- Layout ---------------------------------------------------------------------------------------------------------- */

static GtkWidget *
title_bar (GtkWidget *box, const char *title)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (title);

  gtk_widget_add_css_class (bar, "pane-title");
  gtk_widget_add_css_class (bar, "compact");
  gtk_widget_add_css_class (label, "pane-title-text");
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (bar), label);
  gtk_box_append (GTK_BOX (box), bar);
  return bar;
}

static GtkWidget *
build_left (CdRequestsView *self)
{
  const CdGridColumn columns[] = {
    { _ ("Time"), 104, FALSE, FALSE, FALSE },
    { _ ("Kind"), 110, FALSE, FALSE, FALSE },
    { _ ("Content"), 200, FALSE, TRUE, FALSE },
    { _ ("Account"), 92, FALSE, FALSE, TRUE },
    { _ ("Asked by"), 100, FALSE, FALSE, FALSE },
    { _ ("State"), 190, FALSE, FALSE, FALSE },
    { _ ("Version"), 60, TRUE, FALSE, TRUE },
  };
  const CdGridColumn staged[] = {
    { _ ("Side"), 50, FALSE, FALSE, FALSE },
    { _ ("Instrument"), 124, FALSE, FALSE, FALSE },
    { _ ("Quantity t"), 86, TRUE, FALSE, FALSE },
    { _ ("Price"), 70, TRUE, FALSE, FALSE },
    { _ ("Plan"), 96, FALSE, FALSE, TRUE },
    { _ ("Checks now"), 150, FALSE, TRUE, FALSE },
  };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = title_bar (box, _ ("Requests"));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->which), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Which requests"), -1);
  self->age = cd_pane_age_new ("requests-age");
  gtk_box_append (GTK_BOX (bar), self->age);
  gtk_box_append (GTK_BOX (bar), self->which);
  self->open = cd_pane_button (bar, _ ("Open a file…"), G_CALLBACK (staged_clicked_cb), self);
  self->list = cd_grid_view_new (_ ("Requests"), columns, G_N_ELEMENTS (columns), list_func, self);
  gtk_widget_set_name (self->list, "requests");
  cd_grid_view_set_model (CD_GRID_VIEW (self->list), G_LIST_MODEL (self->shown));
  cd_grid_view_set_placeholder (CD_GRID_VIEW (self->list), _ ("Nothing waits for a decision"));
  gtk_widget_set_vexpand (self->list, TRUE);
  gtk_box_append (GTK_BOX (box), self->list);
  bar = title_bar (box, _ ("Staged here"));
  self->message = gtk_label_new ("");
  gtk_label_set_ellipsize (GTK_LABEL (self->message), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->message, "block-text");
  gtk_box_append (GTK_BOX (bar), self->message);
  self->ask = cd_pane_button (bar, _ ("Ask for approval"), G_CALLBACK (staged_clicked_cb), self);
  self->export = cd_pane_button (bar, _ ("Ask in a file…"), G_CALLBACK (staged_clicked_cb), self);
  self->send = cd_pane_button (bar, _ ("Send"), G_CALLBACK (staged_clicked_cb), self);
  self->discard = cd_pane_button (bar, _ ("Discard"), G_CALLBACK (staged_clicked_cb), self);
  self->staged = cd_grid_view_new (_ ("Staged orders"), staged, G_N_ELEMENTS (staged), staged_func, self);
  gtk_widget_set_name (self->staged, "staged");
  cd_grid_view_set_model (CD_GRID_VIEW (self->staged), G_LIST_MODEL (self->own_staged));
  cd_grid_view_set_placeholder (CD_GRID_VIEW (self->staged), _ ("Nothing is staged: the cover plan of Comply does it"));
  gtk_widget_set_vexpand (self->staged, TRUE);
  gtk_box_append (GTK_BOX (box), self->staged);
  return box;
}

static void
cd_requests_view_dispose (GObject *object)
{
  CdRequestsView *self = CD_REQUESTS_VIEW (object);

  g_clear_pointer (&self->root, gtk_widget_unparent);
  g_clear_object (&self->shown);
  g_clear_object (&self->own_staged);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (cd_requests_view_parent_class)->dispose (object);
}

static void
cd_requests_view_class_init (CdRequestsViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_requests_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
cd_requests_view_init (CdRequestsView *self)
{
}

GtkWidget *
cd_requests_view_new (CdDesk *desk)
{
  const char *const names[] = { _ ("For my decision"), _ ("Open"), _ ("All"), NULL };
  CdRequestsView *self = g_object_new (CD_TYPE_REQUESTS_VIEW, NULL);
  GListStore *models = g_list_store_new (G_TYPE_LIST_MODEL);
  GtkWidget *right = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->desk = g_object_ref (desk);
  g_list_store_append (models, cd_desk_get_requests (desk));
  g_list_store_append (models, cd_desk_get_instructions (desk));
  self->which = gtk_drop_down_new_from_strings (names);
  gtk_widget_set_name (self->which, "requests-which");
  self->shown = gtk_filter_list_model_new (G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (models))), GTK_FILTER (gtk_custom_filter_new (is_shown, self, NULL)));
  self->own_staged = gtk_filter_list_model_new (g_object_ref (cd_desk_get_staged (desk)), GTK_FILTER (gtk_custom_filter_new (is_own, desk, NULL)));
  self->sheet = cd_requests_sheet_new (desk);
  self->people = cd_requests_people_new (desk);
  gtk_widget_set_vexpand (self->sheet, TRUE);
  gtk_box_append (GTK_BOX (right), self->sheet);
  gtk_box_append (GTK_BOX (right), self->people);
  self->root = cd_columns_new ("requests-pages", (CdColumn[]){
                                                     { "list", _ ("Requests"), build_left (self), { CD_SPLIT_SHARE_END, 440, 600, 760 } },
                                                     { "sheet", _ ("Decision"), right, { CD_SPLIT_SHARE_START, 0, 0, 0 } },
                                                 },
                               2);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
  g_signal_connect (self->list, "selected", G_CALLBACK (selected_cb), self);
  g_signal_connect_swapped (self->staged, "selected", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->which, "notify::selected", G_CALLBACK (update), self);
  g_signal_connect_object (desk, "clock-changed", G_CALLBACK (clock_cb), self, 0);
  g_signal_connect_object (desk, "account-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "state-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
