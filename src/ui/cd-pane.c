/* cd-pane.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-pane.h"

#include <glib/gi18n.h>

#include "cd-format.h"

GtkWidget *
cd_pane_title_new (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (label, "pane-title-text");
  return label;
}

GtkWidget *
cd_pane_below (GtkWidget *head, GtkWidget *content)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_widget_set_vexpand (content, TRUE);
  gtk_box_append (GTK_BOX (box), head);
  gtk_box_append (GTK_BOX (box), content);
  return box;
}

GtkWidget *
cd_pane_new (GtkWidget *title, GtkWidget *extra, GtkWidget *content)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *box = cd_pane_below (head, content);

  gtk_widget_add_css_class (box, "pane");
  gtk_widget_add_css_class (head, "pane-title");
  gtk_box_append (GTK_BOX (head), title);
  if (extra)
    gtk_box_append (GTK_BOX (head), extra);
  return box;
}

GtkWidget *
cd_pane_bar_new (void)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_widget_add_css_class (bar, "pane-title");
  gtk_widget_add_css_class (bar, "compact");
  gtk_widget_add_css_class (bar, "rest");
  return bar;
}

GtkWidget *
cd_pane_button (GtkWidget *bar, const char *label, GCallback clicked, gpointer data)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  if (clicked)
    g_signal_connect (button, "clicked", clicked, data);
  gtk_box_append (GTK_BOX (bar), button);
  return button;
}

GtkWidget *
cd_pane_entry (GtkWidget *bar, const char *label, int width)
{
  GtkWidget *entry = gtk_entry_new ();

  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), width);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (entry), width);
  gtk_entry_set_max_length (GTK_ENTRY (entry), 200);
  gtk_box_append (GTK_BOX (bar), entry);
  return entry;
}

void
cd_pane_say (GtkWidget *label, const char *words)
{
  gtk_label_set_text (GTK_LABEL (label), words);
  gtk_widget_set_visible (label, *words != 0);
}

/* --- Ages ------------------------------------------------------------------------------------------------------------ */

GtkWidget *
cd_pane_age_new (const char *name)
{
  GtkWidget *age = gtk_label_new ("");

  gtk_widget_set_name (age, name);
  gtk_widget_add_css_class (age, "pane-age");
  gtk_widget_set_tooltip_text (age, _ ("How old this is"));
  return age;
}

void
cd_pane_show_stale (GtkWidget *label, gboolean stale)
{
  if (stale)
    gtk_widget_add_css_class (label, "pane-stale");
  else
    gtk_widget_remove_css_class (label, "pane-stale");
}

void
cd_pane_age_show (GtkWidget *age, CdFreshness fresh, gint64 age_us)
{
  g_autofree char *words = cd_format_age (age_us);
  g_autofree char *stale = g_strdup_printf (_ ("STALE for %s"), words);

  cd_pane_show_stale (age, fresh != CD_FRESH_LIVE);
  gtk_label_set_text (GTK_LABEL (age), fresh == CD_FRESH_NONE ? _ ("nothing yet") : fresh == CD_FRESH_LIVE ? words
                                                                                                           : stale);
}

gboolean
cd_pane_age_show_line (GtkWidget *age, CdDesk *desk, CdLine line)
{
  gint64 us = 0;
  CdFreshness fresh = cd_desk_get_line_freshness (desk, line, &us);

  cd_pane_age_show (age, fresh, us);
  return fresh != CD_FRESH_LIVE;
}

gboolean
cd_pane_age_show_holdings (GtkWidget *age, CdDesk *desk)
{
  const CdEntity *entity = cd_desk_get_entity (desk);
  gint64 us = 0;
  CdFreshness fresh = cd_desk_get_holdings_freshness (desk, entity ? entity->id : NULL, &us);

  cd_pane_age_show (age, fresh, us);
  return fresh != CD_FRESH_LIVE;
}
