/* cd-statement-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-statement-view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cd-format.h"
#include "cd-grid-view.h"
#include "cd-pane.h"
#include "cd-time.h"

#define COPY(cell, value) g_strlcpy ((cell)->text, (value), sizeof (cell)->text)

struct _CdStatementView
{
  GtkWidget parent_instance;

  CdDesk *desk;    /* (owned) */
  GtkWidget *root; /* child */
  GtkWidget *asset, *period, *grid, *age;
  GtkStringList *assets;     /* (owned): "all", then codes */
  GtkFilterListModel *shown; /* (owned) */
  guint ticks;
};

G_DEFINE_FINAL_TYPE (CdStatementView, cd_statement_view, GTK_TYPE_WIDGET)

/* In days; 0 = from the beginning. */
static const int periods[] = { 0, 1, 7, 30 };

static const char *
cause_words (const CdMovementRow *row)
{
  static const struct
  {
    const char *cause, *words;
  } words[] = {
    { "opening", N_ ("opening balance") },
    { "order.new", N_ ("locked for an order") },
    { "order.fill", N_ ("trade") },
    { "order.cancelled", N_ ("order cancelled") },
    { "order.expired", N_ ("order lapsed") },
    { "order.replaced", N_ ("order changed") },
    { "settlement.day", N_ ("settlement") },
    { "release", N_ ("purchase free to sell") },
    { "other", N_ ("other") },
  };

  if (g_str_equal (row->cause, "instruction"))
    return cd_format_instruction_kind (row->what);
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (row->cause, words[i].cause))
      return _ (words[i].words);
  return row->cause;
}

/* Units, or money with its fen. */
static const char *
amount (const CdMovementRow *row, gint64 value, gboolean sign, char *buf)
{
  if (row->bucket < CD_BUCKET_CASH_AVAILABLE)
    return sign ? cd_format_signed_units (value, buf) : cd_format_units (value, buf);
  cd_format_money (value, buf);
  if (sign && value > 0)
    {
      memmove (buf + 1, buf, strlen (buf) + 1);
      buf[0] = '+';
    }
  return buf;
}

static void
cell_func (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  CdStatementView *self = data;
  const CdMovementRow *row = item;
  char buf[CD_FORMAT_BUF + 1];
  g_autofree char *text = NULL;

  if (cd_desk_get_statement_freshness (self->desk, NULL) != CD_FRESH_LIVE)
    cell->tone = CD_TONE_STALE;
  switch (column)
    {
    case 0:
      text = cd_format_date_time (NULL, row->at_us);
      break;
    case 1:
      COPY (cell, cause_words (row));
      return;
    case 2:
      COPY (cell, row->asset);
      cell->bold = TRUE;
      return;
    case 3:
      COPY (cell, cd_format_bucket (row->bucket));
      return;
    case 4:
      COPY (cell, amount (row, row->change, TRUE, buf));
      return;
    case 5:
      COPY (cell, amount (row, row->balance, FALSE, buf));
      return;
    case 6:
      COPY (cell, row->ref);
      return;
    default:
      text = g_strdup_printf ("%" G_GUINT64_FORMAT, row->seq);
      break;
    }
  COPY (cell, text);
}

/* --- Filters --------------------------------------------------------------------------------------------------------- */

static gboolean
is_shown (gpointer item, gpointer data)
{
  CdStatementView *self = data;
  const CdMovementRow *row = item;
  guint asset = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->asset)), period = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->period));

  if (asset > 0 && asset != GTK_INVALID_LIST_POSITION && g_strcmp0 (gtk_string_list_get_string (self->assets, asset), row->asset) != 0)
    return FALSE;
  return period >= G_N_ELEMENTS (periods) || periods[period] == 0 || row->at_us > cd_desk_get_market_time (self->desk) - periods[period] * CD_USEC_PER_DAY;
}

static void
filter (CdStatementView *self)
{
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->shown), GTK_FILTER_CHANGE_DIFFERENT);
}

/* Assets that occur, each once. */
static void
collect_assets (GListModel *rows, guint position, guint removed, guint added, CdStatementView *self)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (CdMovementRow) row = g_list_model_get_item (rows, i);
      gboolean known = FALSE;

      for (guint k = 1; !known && k < g_list_model_get_n_items (G_LIST_MODEL (self->assets)); k++)
        known = g_str_equal (gtk_string_list_get_string (self->assets, k), row->asset);
      if (!known)
        gtk_string_list_append (self->assets, row->asset);
    }
}

static void
update (CdStatementView *self)
{
  gint64 age = 0;
  CdFreshness fresh = cd_desk_get_statement_freshness (self->desk, &age);

  cd_pane_age_show (self->age, fresh, age);
}

static void
clock_cb (CdDesk *desk, CdStatementView *self)
{
  gboolean mapped = gtk_widget_get_mapped (GTK_WIDGET (self));

  cd_desk_watch_statement (desk, mapped);
  if (!mapped || self->ticks++ % 4 != 0)
    return;
  update (self);
  cd_grid_view_refresh (CD_GRID_VIEW (self->grid));
}

/* --- Layout ---------------------------------------------------------------------------------------------------------- */

static GtkWidget *
choice (GtkWidget *bar, GListModel *model, const char *label)
{
  GtkWidget *widget = gtk_drop_down_new (model, NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_box_append (GTK_BOX (bar), widget);
  return widget;
}

static void
build (CdStatementView *self)
{
  const char *const names[] = { _ ("From the beginning"), _ ("The last day"), _ ("The last 7 days"), _ ("The last 30 days"), NULL };
  const CdGridColumn columns[] = {
    { _ ("Time"), 116, FALSE, FALSE, FALSE },
    { _ ("Reason"), 170, FALSE, TRUE, FALSE },
    { _ ("Asset"), 130, FALSE, FALSE, FALSE },
    { _ ("Bucket"), 130, FALSE, FALSE, FALSE },
    { _ ("Movement"), 150, TRUE, FALSE, FALSE },
    { _ ("Balance after"), 150, TRUE, FALSE, FALSE },
    { _ ("Reference"), 250, FALSE, FALSE, FALSE },
    { _ ("Number"), 80, TRUE, FALSE, TRUE },
  };
  GtkWidget *bar = cd_pane_bar_new (), *title = cd_pane_title_new (_ ("Statement: as the venue lists it"));

  gtk_widget_set_hexpand (title, TRUE);
  gtk_box_append (GTK_BOX (bar), title);
  self->age = cd_pane_age_new ("statement-age");
  gtk_box_append (GTK_BOX (bar), self->age);
  self->asset = choice (bar, G_LIST_MODEL (g_object_ref (self->assets)), _ ("Which asset"));
  self->period = choice (bar, G_LIST_MODEL (gtk_string_list_new (names)), _ ("Which period"));
  self->shown = gtk_filter_list_model_new (g_object_ref (cd_desk_get_statement (self->desk)), GTK_FILTER (gtk_custom_filter_new (is_shown, self, NULL)));
  self->grid = cd_grid_view_new (_ ("Statement"), columns, G_N_ELEMENTS (columns), cell_func, self);
  gtk_widget_set_name (self->grid, "statement");
  cd_grid_view_set_model (CD_GRID_VIEW (self->grid), G_LIST_MODEL (self->shown));
  cd_grid_view_set_placeholder (CD_GRID_VIEW (self->grid), _ ("No movements in this period"));
  gtk_widget_set_vexpand (self->grid, TRUE);
  self->root = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->root), bar);
  gtk_box_append (GTK_BOX (self->root), self->grid);
  g_signal_connect_swapped (self->asset, "notify::selected", G_CALLBACK (filter), self);
  g_signal_connect_swapped (self->period, "notify::selected", G_CALLBACK (filter), self);
}

static void
cd_statement_view_dispose (GObject *object)
{
  CdStatementView *self = CD_STATEMENT_VIEW (object);

  g_clear_pointer (&self->root, gtk_widget_unparent);
  g_clear_object (&self->shown);
  g_clear_object (&self->assets);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (cd_statement_view_parent_class)->dispose (object);
}

static void
cd_statement_view_class_init (CdStatementViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_statement_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
cd_statement_view_init (CdStatementView *self)
{
}

GtkWidget *
cd_statement_view_new (CdDesk *desk)
{
  CdStatementView *self = g_object_new (CD_TYPE_STATEMENT_VIEW, NULL);
  const char *const all[] = { _ ("All assets"), NULL };
  GListModel *rows = cd_desk_get_statement (desk);

  self->desk = g_object_ref (desk);
  self->assets = gtk_string_list_new (all);
  build (self);
  collect_assets (rows, 0, 0, g_list_model_get_n_items (rows), self);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
  g_signal_connect_object (rows, "items-changed", G_CALLBACK (collect_assets), self, 0);
  g_signal_connect_object (desk, "clock-changed", G_CALLBACK (clock_cb), self, 0);
  update (self);
  return GTK_WIDGET (self);
}
