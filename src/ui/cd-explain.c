/* cd-explain.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-explain.h"

#include <adwaita.h>
#include <glib/gi18n.h>

static GtkWidget *
line (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
step_row (const CdTraceStep *step)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  g_autofree char *head = g_strdup_printf ("%s  =  %s", step->rule, step->result);
  g_autofree char *source = g_strdup_printf (_ ("Source: %s"), *step->source ? step->source : "–");

  gtk_box_append (GTK_BOX (box), line (head, "heading"));
  gtk_box_append (GTK_BOX (box), line (step->inputs, "monospace"));
  gtk_box_append (GTK_BOX (box), line (source, "dim-label"));
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_widget_set_margin_start (box, 8);
  gtk_widget_set_margin_end (box, 8);
  return box;
}

static gboolean
escape_cb (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

CdTrace *
cd_explain_filter (const CdTrace *trace, const char *rules)
{
  g_auto (GStrv) prefixes = g_strsplit (rules ? rules : "", "|", -1);
  g_autoptr (CdTrace) chosen = cd_trace_new ();

  for (guint i = 0; i < trace->steps->len; i++)
    {
      const CdTraceStep *step = g_ptr_array_index (trace->steps, i);
      gboolean wanted = FALSE;

      for (guint k = 0; prefixes[k] && !wanted; k++)
        wanted = *prefixes[k] && g_str_has_prefix (step->rule, prefixes[k]);
      if (wanted)
        cd_trace_add (chosen, step->rule, step->source, step->result, "%s", step->inputs);
    }
  return chosen->steps->len ? g_steal_pointer (&chosen) : cd_trace_copy (trace);
}

void
cd_explain_show (GtkWindow *parent, const char *title, const CdTrace *trace)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *list = gtk_list_box_new ();
  GtkEventController *keys = gtk_shortcut_controller_new ();

  for (guint i = 0; i < trace->steps->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (list), step_row (g_ptr_array_index (trace->steps, i)));
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), list);
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_box_append (GTK_BOX (content), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (content), scrolled);
  adw_window_set_content (ADW_WINDOW (window), content);
  gtk_window_set_title (GTK_WINDOW (window), title);
  gtk_window_set_default_size (GTK_WINDOW (window), 720, 560);
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys), gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0), gtk_callback_action_new (escape_cb, NULL, NULL)));
  gtk_widget_add_controller (window, keys);
  gtk_window_present (GTK_WINDOW (window));
}
