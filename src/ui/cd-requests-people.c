/* cd-requests-people.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-requests-view.h"

#include <glib/gi18n.h>

#include "cd-format.h"
#include "cd-pane.h"
#include "cd-text-table.h"

#define TABLE_HEIGHT 94

struct _CdRequestsPeople
{
  GtkWidget parent_instance;

  CdDesk *desk;    /* (owned) */
  GtkWidget *root; /* child */
  GtkWidget *table, *person, *from, *to, *appoint, *end;
  GtkWidget *veto, *why, *stop, *release, *message;
  GPtrArray *choices; /* char*: ids behind the drop-down */
};

G_DEFINE_FINAL_TYPE (CdRequestsPeople, cd_requests_people, GTK_TYPE_WIDGET)

static const char *
account (CdRequestsPeople *self)
{
  const CdEntity *entity = cd_desk_get_entity (self->desk);

  return entity ? entity->id : NULL;
}

char *
cd_requests_veto_words (CdDesk *desk, const char *id)
{
  CdVeto veto;

  cd_desk_get_veto (desk, id, &veto);
  if (!veto.stopped)
    return g_strdup ("");
  if (!*veto.by)
    return g_strdup_printf (_ ("Veto: new orders of %s are stopped; cancels pass"), id);
  return g_strdup_printf (_ ("Veto: new orders of %1$s are stopped by %2$s: %3$s; cancels pass"), id, cd_format_person (desk, veto.by), veto.reason);
}

/* --- Showing --------------------------------------------------------------------------------------------------------- */

static void
show_deputies (CdRequestsPeople *self)
{
  GListModel *rows = cd_desk_get_deputies (self->desk);

  cd_text_table_begin (CD_TEXT_TABLE (self->table));
  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdDeputyRow) row = g_list_model_get_item (rows, i);
      gboolean active = cd_desk_deputy_is_active (self->desk, row);
      char from[CD_DATE_BUF], to[CD_DATE_BUF];
      CdTone tone = active ? CD_TONE_TEXT : CD_TONE_DIM;

      if (g_strcmp0 (row->account, account (self)) != 0)
        continue;
      cd_text_table_add_row (CD_TEXT_TABLE (self->table));
      cd_text_table_cell (CD_TEXT_TABLE (self->table), 0, cd_format_person (self->desk, row->person), tone);
      cd_text_table_cell (CD_TEXT_TABLE (self->table), 1, cd_format_person (self->desk, row->by), tone);
      cd_text_table_cell (CD_TEXT_TABLE (self->table), 2, cd_date_print (row->from, from), tone);
      cd_text_table_cell (CD_TEXT_TABLE (self->table), 3, cd_date_print (row->to, to), tone);
      cd_text_table_cell (CD_TEXT_TABLE (self->table), 4, row->ended ? _ ("ended") : active ? _ ("stands in")
                                                                                            : _ ("not today"),
                          active ? CD_TONE_WARN : CD_TONE_DIM);
    }
  cd_text_table_end (CD_TEXT_TABLE (self->table));
}

static void
fill_choices (CdRequestsPeople *self)
{
  const GPtrArray *persons = cd_desk_get_persons (self->desk);
  const CdPerson *me = cd_desk_get_person (self->desk);
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);

  if (self->choices->len > 0 || persons->len == 0)
    return;
  for (guint i = 0; i < persons->len; i++)
    {
      const CdPerson *p = g_ptr_array_index (persons, i);

      /* The authority stands in for nobody. */
      if (!*p->account || (me && g_str_equal (p->id, me->id)))
        continue;
      gtk_string_list_append (list, cd_format_pick (p->name_zh, p->name));
      g_ptr_array_add (self->choices, g_strdup (p->id));
    }
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->person), G_LIST_MODEL (list));
}

static void
suggest_dates (CdRequestsPeople *self)
{
  gint64 now = cd_desk_get_market_time (self->desk);
  const CdEntity *entity = cd_desk_get_entity (self->desk);
  const CdPack *pack = entity ? cd_desk_get_pack (self->desk, entity->market) : NULL;
  char buf[CD_DATE_BUF];
  CdDate day;

  if (!pack || now == 0 || *gtk_editable_get_text (GTK_EDITABLE (self->from)))
    return;
  day = cd_zone_date_of (cd_calendar_zone (pack->market->calendar), now, NULL);
  gtk_editable_set_text (GTK_EDITABLE (self->from), cd_date_print (day, buf));
  gtk_editable_set_text (GTK_EDITABLE (self->to), cd_date_print (day + 6, buf));
}

void
cd_requests_people_refresh (CdRequestsPeople *self)
{
  const CdPerson *me = cd_desk_get_person (self->desk);
  gboolean own = me && me->may_approve && g_strcmp0 (me->account, account (self)) == 0;
  gboolean may = cd_desk_may_approve (self->desk, account (self));
  g_autofree char *words = cd_requests_veto_words (self->desk, account (self));
  CdVeto veto;

  cd_desk_get_veto (self->desk, account (self), &veto);
  show_deputies (self);
  fill_choices (self);
  suggest_dates (self);
  gtk_widget_set_sensitive (self->appoint, own);
  gtk_widget_set_sensitive (self->end, may);
  gtk_label_set_text (GTK_LABEL (self->veto), veto.stopped ? words : _ ("No veto stands"));
  gtk_widget_remove_css_class (self->veto, veto.stopped ? "pass-text" : "warn-text");
  gtk_widget_add_css_class (self->veto, veto.stopped ? "warn-text" : "pass-text");
  gtk_widget_set_visible (self->stop, !veto.stopped);
  gtk_widget_set_visible (self->release, veto.stopped);
  gtk_widget_set_sensitive (self->stop, may);
  gtk_widget_set_sensitive (self->release, may);
}

/* --- Verbs ----------------------------------------------------------------------------------------------------------- */

static void
report (CdRequestsPeople *self, const GError *error)
{
  g_autofree char *words = error ? cd_format_code (error->message, 0, 0) : g_strdup ("");

  gtk_label_set_text (GTK_LABEL (self->message), words);
}

static CdDate
typed_date (GtkWidget *entry)
{
  CdDate day = CD_DATE_NONE;

  return cd_date_parse (gtk_editable_get_text (GTK_EDITABLE (entry)), &day, NULL) ? day : CD_DATE_NONE;
}

static CdDeputyRow *
active_deputy (CdRequestsPeople *self)
{
  GListModel *rows = cd_desk_get_deputies (self->desk);
  guint at = cd_grid_view_get_selected_position (CD_GRID_VIEW (cd_text_table_get_grid (CD_TEXT_TABLE (self->table))));
  guint shown = 0;

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdDeputyRow) row = g_list_model_get_item (rows, i);

      if (g_strcmp0 (row->account, account (self)) != 0)
        continue;
      if (shown++ == at || (at == GTK_INVALID_LIST_POSITION && !row->ended))
        return row;
    }
  return NULL;
}

static void
clicked_cb (GtkWidget *button, CdRequestsPeople *self)
{
  const char *why = gtk_editable_get_text (GTK_EDITABLE (self->why));
  guint chosen = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->person));
  g_autoptr (GError) error = NULL;
  CdDeputyRow *row;

  if (button == self->appoint)
    cd_desk_appoint_deputy (self->desk, account (self), chosen < self->choices->len ? g_ptr_array_index (self->choices, chosen) : NULL, typed_date (self->from), typed_date (self->to), &error);
  else if (button == self->end)
    {
      row = active_deputy (self);
      if (row)
        cd_desk_end_deputy (self->desk, row, why, &error);
    }
  else
    cd_desk_set_veto (self->desk, account (self), button == self->stop, why, &error);
  if (!error && button != self->appoint)
    gtk_editable_set_text (GTK_EDITABLE (self->why), "");
  report (self, error);
  if (error && g_str_equal (error->message, "reason.missing"))
    gtk_widget_grab_focus (self->why);
}

/* --- Layout ---------------------------------------------------------------------------------------------------------- */

static GtkWidget *
bar_new (CdRequestsPeople *self)
{
  GtkWidget *bar = cd_pane_bar_new ();

  gtk_box_append (GTK_BOX (self->root), bar);
  return bar;
}

static GtkWidget *
ellipsized (const char *text, const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (label, css);
  return label;
}

static void
build (CdRequestsPeople *self)
{
  const CdGridColumn columns[] = {
    { _ ("Deputy"), 130, FALSE, TRUE, FALSE },
    { _ ("for"), 120, FALSE, FALSE, FALSE },
    { _ ("From"), 90, FALSE, FALSE, FALSE },
    { _ ("To, included"), 90, FALSE, FALSE, FALSE },
    { _ ("State"), 90, FALSE, FALSE, FALSE },
  };
  GtkWidget *bar = bar_new (self);
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  gtk_box_append (GTK_BOX (bar), ellipsized (_ ("Deputies"), "pane-title-text"));
  self->person = gtk_drop_down_new (NULL, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->person), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Deputy"), -1);
  gtk_box_append (GTK_BOX (bar), self->person);
  self->from = cd_pane_entry (bar, _ ("From"), 10);
  self->to = cd_pane_entry (bar, _ ("To, included"), 10);
  self->appoint = cd_pane_button (bar, _ ("Appoint"), G_CALLBACK (clicked_cb), self);
  self->table = cd_text_table_new (_ ("Deputies"), columns, G_N_ELEMENTS (columns));
  gtk_widget_set_name (cd_text_table_get_grid (CD_TEXT_TABLE (self->table)), "deputies");
  cd_grid_view_set_placeholder (CD_GRID_VIEW (cd_text_table_get_grid (CD_TEXT_TABLE (self->table))), _ ("Nobody stands in"));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_EXTERNAL);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled), TABLE_HEIGHT);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), TABLE_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->table);
  gtk_box_append (GTK_BOX (self->root), scrolled);
  self->veto = ellipsized ("", "pass-text");
  bar = bar_new (self);
  gtk_box_append (GTK_BOX (bar), self->veto);
  self->message = gtk_label_new ("");
  gtk_widget_add_css_class (self->message, "block-text");
  gtk_box_append (GTK_BOX (bar), self->message);
  bar = bar_new (self);
  self->why = cd_pane_entry (bar, _ ("Reason of the veto, or of the end of a deputy"), 20);
  gtk_widget_set_hexpand (self->why, TRUE);
  self->end = cd_pane_button (bar, _ ("End the deputy"), G_CALLBACK (clicked_cb), self);
  self->stop = cd_pane_button (bar, _ ("Stop new orders"), G_CALLBACK (clicked_cb), self);
  self->release = cd_pane_button (bar, _ ("Let new orders go again"), G_CALLBACK (clicked_cb), self);
}

static void
cd_requests_people_dispose (GObject *object)
{
  CdRequestsPeople *self = CD_REQUESTS_PEOPLE (object);

  g_clear_pointer (&self->root, gtk_widget_unparent);
  g_clear_pointer (&self->choices, g_ptr_array_unref);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (cd_requests_people_parent_class)->dispose (object);
}

static void
cd_requests_people_class_init (CdRequestsPeopleClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_requests_people_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
cd_requests_people_init (CdRequestsPeople *self)
{
}

GtkWidget *
cd_requests_people_new (CdDesk *desk)
{
  CdRequestsPeople *self = g_object_new (CD_TYPE_REQUESTS_PEOPLE, NULL);

  self->desk = g_object_ref (desk);
  self->choices = g_ptr_array_new_with_free_func (g_free);
  self->root = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  build (self);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}
