/* cd-chart-pane.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-chart-pane.h"

#include <glib/gi18n.h>

#include "cd-format.h"

#define SPAN_US (5 * 60 * CD_USEC_PER_SEC)

struct _CdChartPane
{
  GtkWidget parent_instance;

  CdDesk *desk;    /* (owned) */
  char *code;      /* (owned) (nullable) */
  GtkWidget *root; /* child */
  GtkWidget *title, *source, *view;
  GtkWidget *tabs[CD_CHART_N_TABS];
};

G_DEFINE_FINAL_TYPE (CdChartPane, cd_chart_pane, GTK_TYPE_WIDGET)

CdChartTab
cd_chart_pane_get_tab (CdChartPane *self)
{
  for (int i = 0; i < CD_CHART_N_TABS; i++)
    if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->tabs[i])))
      return (CdChartTab)i;
  return CD_CHART_MINUTES;
}

void
cd_chart_pane_set_tab (CdChartPane *self, CdChartTab tab)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->tabs[tab]), TRUE);
}

static void
show_title (CdChartPane *self, const CdQuote *quote)
{
  const CdFeedStats *s = &quote->feed.stats;
  char low[CD_FORMAT_BUF], high[CD_FORMAT_BUF], volume[CD_FORMAT_BUF], block[CD_FORMAT_BUF], prev[CD_FORMAT_BUF];
  g_autofree char *text = g_strdup_printf (_ ("%1$s · prev %2$s · limits %3$s – %4$s · listed %5$s t · block %6$s t"),
                                           quote->code,
                                           cd_format_price (s->prev_close_e4, prev),
                                           cd_format_price (s->limit_low_e4, low),
                                           cd_format_price (s->limit_high_e4, high),
                                           cd_format_units (s->list_qty, volume),
                                           cd_format_units (s->block_qty, block));

  gtk_label_set_text (GTK_LABEL (self->title), text);
}

static void
show_source (CdChartPane *self, gboolean daily)
{
  const GArray *days = cd_desk_get_imported_days (self->desk, self->code);
  g_autofree char *text = NULL;

  cd_chart_view_set_imported (CD_CHART_VIEW (self->view), days);
  gtk_widget_set_visible (self->source, daily && days && days->len > 0);
  if (!daily || !days || days->len == 0)
    return;
  text = g_strdup_printf (_ ("hollow: %1$u days imported from %2$s"), days->len, cd_desk_get_import_source (self->desk, self->code));
  gtk_label_set_text (GTK_LABEL (self->source), text);
  gtk_widget_set_tooltip_text (self->source, text);
}

void
cd_chart_pane_refresh (CdChartPane *self)
{
  CdChartTab tab = cd_chart_pane_get_tab (self);
  CdQuote *quote = cd_desk_get_quote (self->desk, self->code);
  CdChartView *view = CD_CHART_VIEW (self->view);

  if (!quote)
    return;
  show_title (self, quote);
  show_source (self, tab == CD_CHART_DAYS);
  cd_chart_view_set_show_depth (view, tab == CD_CHART_DEPTH);
  cd_chart_view_set_levels (view, quote->feed.stats.prev_close_e4, quote->feed.stats.limit_low_e4, quote->feed.stats.limit_high_e4);
  if (tab == CD_CHART_DEPTH)
    cd_chart_view_set_depth (view, quote->feed.bids, quote->feed.n_bids, quote->feed.asks, quote->feed.n_asks, quote->fresh != CD_FRESH_LIVE);
  else
    {
      g_autoptr (GArray) bars = cd_desk_dup_bars (self->desk, self->code, tab == CD_CHART_DAYS ? 0 : SPAN_US);

      cd_chart_view_set_bars (view, bars, tab == CD_CHART_DAYS);
    }
}

static void
tab_cb (GtkToggleButton *toggle, CdChartPane *self)
{
  if (!gtk_toggle_button_get_active (toggle) || !self->desk)
    return;
  cd_chart_view_fit (CD_CHART_VIEW (self->view));
  cd_chart_pane_refresh (self);
}

void
cd_chart_pane_set_instrument (CdChartPane *self, const char *code)
{
  g_free (self->code);
  self->code = g_strdup (code);
  cd_chart_view_fit (CD_CHART_VIEW (self->view));
  cd_chart_pane_refresh (self);
}

CdChartView *
cd_chart_pane_get_view (CdChartPane *self)
{
  return CD_CHART_VIEW (self->view);
}

static void
zoom_cb (GtkButton *button, CdChartPane *self)
{
  int by = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "by"));

  if (by == 0)
    cd_chart_view_fit (CD_CHART_VIEW (self->view));
  else
    cd_chart_view_zoom (CD_CHART_VIEW (self->view), by);
}

static GtkWidget *
zoom_buttons (CdChartPane *self)
{
  const char *const icons[] = { "zoom-out-symbolic", "zoom-in-symbolic", "zoom-fit-best-symbolic" };
  const char *const names[] = { _ ("Show more bars (−)"), _ ("Show fewer bars (+)"), _ ("Fit the chart (0)") };
  const int by[] = { -1, 1, 0 };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_add_css_class (box, "linked");
  gtk_widget_add_css_class (box, "compact");
  for (gsize i = 0; i < G_N_ELEMENTS (icons); i++)
    {
      GtkWidget *button = gtk_button_new_from_icon_name (icons[i]);

      g_object_set_data (G_OBJECT (button), "by", GINT_TO_POINTER (by[i]));
      gtk_widget_set_tooltip_text (button, names[i]);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, names[i], -1);
      g_signal_connect (button, "clicked", G_CALLBACK (zoom_cb), self);
      gtk_box_append (GTK_BOX (box), button);
    }
  return box;
}

static GtkWidget *
tab_buttons (CdChartPane *self)
{
  const char *const names[CD_CHART_N_TABS] = { _ ("5 min"), _ ("Day"), _ ("Depth") };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_add_css_class (box, "linked");
  gtk_widget_add_css_class (box, "compact");
  for (int i = 0; i < CD_CHART_N_TABS; i++)
    {
      self->tabs[i] = gtk_toggle_button_new_with_label (names[i]);
      if (i > 0)
        gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (self->tabs[i]), GTK_TOGGLE_BUTTON (self->tabs[0]));
      g_signal_connect (self->tabs[i], "toggled", G_CALLBACK (tab_cb), self);
      gtk_box_append (GTK_BOX (box), self->tabs[i]);
    }
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->tabs[0]), TRUE);
  return box;
}

static GtkWidget *
head_label (const char *css_class, gboolean expand)
{
  GtkWidget *label = gtk_label_new ("");

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, expand);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static gboolean
focus_view (GtkWidget *widget)
{
  return gtk_widget_grab_focus (CD_CHART_PANE (widget)->view);
}

static void
cd_chart_pane_dispose (GObject *object)
{
  CdChartPane *self = CD_CHART_PANE (object);

  g_clear_pointer (&self->root, gtk_widget_unparent);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->code, g_free);
  G_OBJECT_CLASS (cd_chart_pane_parent_class)->dispose (object);
}

static void
cd_chart_pane_class_init (CdChartPaneClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_chart_pane_dispose;
  GTK_WIDGET_CLASS (klass)->grab_focus = focus_view;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
cd_chart_pane_init (CdChartPane *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->root = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->view = cd_chart_view_new ();
  self->title = head_label ("pane-title-text", TRUE);
  self->source = head_label ("warn-text", FALSE);
  cd_chart_view_set_placeholder (CD_CHART_VIEW (self->view), _ ("No trades yet today"));
  gtk_widget_add_css_class (self->root, "pane");
  gtk_widget_add_css_class (head, "pane-title");
  gtk_box_append (GTK_BOX (head), self->title);
  gtk_box_append (GTK_BOX (head), self->source);
  gtk_box_append (GTK_BOX (head), zoom_buttons (self));
  gtk_box_append (GTK_BOX (head), tab_buttons (self));
  gtk_widget_set_vexpand (self->view, TRUE);
  gtk_box_append (GTK_BOX (self->root), head);
  gtk_box_append (GTK_BOX (self->root), self->view);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
}

GtkWidget *
cd_chart_pane_new (CdDesk *desk)
{
  CdChartPane *self = g_object_new (CD_TYPE_CHART_PANE, NULL);

  self->desk = g_object_ref (desk);
  return GTK_WIDGET (self);
}
