/* cd-recon-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Differences on top, to be worked through one by one; below, what exchange, register and our own ledger say side by side, how old each
 * source is, the orders whose fate is not known, and the log.
 */
#include "cd-recon-page.h"

#include <glib/gi18n.h>

#include "cd-columns.h"
#include "cd-desk-differences.h"
#include "cd-format.h"
#include "cd-pane.h"
#include "cd-tables.h"
#include "cd-text-table.h"

struct _CdReconPage
{
  GtkWidget parent_instance;

  CdDesk *desk;    /* (owned) */
  GtkWidget *root; /* child */
  GtkWidget *summary, *message, *differences, *words, *take, *resolve, *with_resolved;
  GtkWidget *positions, *positions_age, *sources, *orders, *log, *fence;
  GtkFilterListModel *shown; /* (owned): differences */
  GtkFilterListModel *open;  /* (owned): orders UNKNOWN or CHECK */
  guint ticks;
};

G_DEFINE_FINAL_TYPE (CdReconPage, cd_recon_page, GTK_TYPE_WIDGET)

#define COPY(cell, value) g_strlcpy ((cell)->text, (value), sizeof (cell)->text)
#define CELL(table, column, text, tone) cd_text_table_cell (CD_TEXT_TABLE (table), column, text, tone)

/* --- Differences ----------------------------------------------------------------------------------------------------- */

static const char *
kind_words (const char *kind)
{
  if (g_str_equal (kind, "holding"))
    return _ ("Holding");
  if (g_str_equal (kind, "order"))
    return _ ("Filled quantity");
  if (g_str_equal (kind, "order.unknown"))
    return _ ("Order UNKNOWN");
  if (g_str_equal (kind, "instruction.unknown"))
    return _ ("Instruction UNKNOWN");
  return _ ("Settlement of the day");
}

static gboolean
is_shown (gpointer item, gpointer data)
{
  CdReconPage *self = data;

  return !((const CdDifferenceRow *)item)->resolved || gtk_check_button_get_active (GTK_CHECK_BUTTON (self->with_resolved));
}

static void
units_cell (CdGridCell *cell, gboolean has, gint64 units)
{
  char buf[CD_FORMAT_BUF];

  COPY (cell, has ? cd_format_units (units, buf) : "–");
}

static void
state_cell (const CdDifferenceRow *row, CdGridCell *cell)
{
  if (!row->resolved)
    {
      COPY (cell, *row->owner ? _ ("being worked on") : _ ("open"));
      cell->tone = *row->owner ? CD_TONE_WARN : CD_TONE_BLOCK;
    }
  else if (!*row->resolved_by)
    COPY (cell, _ ("agrees again"));
  else
    g_snprintf (cell->text, sizeof cell->text, "%s · %s", row->resolved_by, row->reason);
}

static void
difference_func (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  CdReconPage *self = data;
  const CdDifferenceRow *row = item;
  gint64 theirs = (row->has_exchange ? row->exchange : 0) + (row->has_registry ? row->registry : 0);
  char buf[CD_FORMAT_BUF];

  cell->tone = row->resolved ? CD_TONE_DIM : CD_TONE_TEXT;
  if (column == 0)
    {
      g_autofree char *age = cd_format_countdown (MAX (cd_desk_get_market_time (self->desk) - row->first_us, 0));

      COPY (cell, age);
    }
  else if (column == 1)
    {
      COPY (cell, kind_words (row->kind));
      cell->bold = TRUE;
    }
  else if (column == 2)
    g_snprintf (cell->text, sizeof cell->text, "%s · %s", row->account, row->subject);
  else if (column == 3)
    units_cell (cell, row->has_exchange, row->exchange);
  else if (column == 4)
    units_cell (cell, row->has_registry, row->registry);
  else if (column == 5)
    units_cell (cell, row->has_ledger, row->ledger);
  else if (column == 6 && row->has_exchange && row->has_ledger)
    {
      COPY (cell, cd_format_signed_units (theirs - row->ledger, buf));
      cell->tone = row->resolved ? CD_TONE_DIM : CD_TONE_BLOCK;
      cell->bold = TRUE;
    }
  else if (column == 7)
    COPY (cell, row->owner);
  else if (column == 8)
    COPY (cell, row->note);
  else if (column == 9)
    state_cell (row, cell);
}

static void
report (CdReconPage *self, const GError *error)
{
  g_autofree char *words = error ? cd_format_code (error->message, 0, 0) : g_strdup ("");

  gtk_label_set_text (GTK_LABEL (self->message), words);
}

static void
difference_clicked_cb (GtkWidget *button, CdReconPage *self)
{
  CdDifferenceRow *row = cd_grid_view_get_selected (CD_GRID_VIEW (self->differences));
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->words));
  g_autoptr (GError) error = NULL;
  gboolean done;

  if (!row)
    return;
  done = button == self->take ? cd_desk_difference_take (self->desk, row, text, &error) : cd_desk_difference_resolve (self->desk, row, text, &error);
  report (self, error);
  if (done)
    gtk_editable_set_text (GTK_EDITABLE (self->words), "");
  else
    gtk_widget_grab_focus (self->words);
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->shown), GTK_FILTER_CHANGE_DIFFERENT);
}

/* --- Side by side ---------------------------------------------------------------------------------------------------- */

static void
show_positions (CdReconPage *self)
{
  GListModel *rows = cd_desk_get_holdings (self->desk);
  gboolean old = cd_pane_age_show_holdings (self->positions_age, self->desk);
  char buf[CD_FORMAT_BUF];

  cd_grid_view_set_stale (CD_GRID_VIEW (cd_text_table_get_grid (CD_TEXT_TABLE (self->positions))), old);
  cd_text_table_begin (CD_TEXT_TABLE (self->positions));
  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdHoldingRow) row = g_list_model_get_item (rows, i);
      gint64 exchange, registry, ledger = 0;
      gboolean known = cd_desk_ledger_units (self->desk, row->account, row->asset, &ledger);

      cd_desk_listed_units (row, &exchange, &registry);
      cd_text_table_add_row (CD_TEXT_TABLE (self->positions));
      CELL (self->positions, 0, row->account, CD_TONE_DIM);
      CELL (self->positions, 1, row->asset, CD_TONE_TEXT);
      cd_text_table_bold (CD_TEXT_TABLE (self->positions), 1);
      CELL (self->positions, 2, cd_format_units (exchange, buf), CD_TONE_TEXT);
      CELL (self->positions, 3, cd_format_units (registry, buf), CD_TONE_TEXT);
      CELL (self->positions, 4, cd_format_units (exchange + registry, buf), CD_TONE_TEXT);
      CELL (self->positions, 5, known ? cd_format_units (ledger, buf) : "–", known ? CD_TONE_TEXT : CD_TONE_DIM);
      if (known && exchange + registry != ledger)
        CELL (self->positions, 6, cd_format_signed_units (exchange + registry - ledger, buf), CD_TONE_BLOCK);
      else
        CELL (self->positions, 6, known ? _ ("agrees ✓") : _ ("not known"), CD_TONE_DIM);
    }
  cd_text_table_end (CD_TEXT_TABLE (self->positions));
}

static void
source_row (CdReconPage *self, const char *name, const char *state, gint64 age_us, const char *limit, gboolean late)
{
  g_autofree char *age = age_us >= 0 ? cd_format_age (age_us) : g_strdup ("–");

  cd_text_table_add_row (CD_TEXT_TABLE (self->sources));
  CELL (self->sources, 0, name, CD_TONE_TEXT);
  CELL (self->sources, 1, state, late ? CD_TONE_WARN : CD_TONE_DIM);
  CELL (self->sources, 2, age, late ? CD_TONE_WARN : CD_TONE_TEXT);
  CELL (self->sources, 3, limit, CD_TONE_DIM);
}

static void
show_sources (CdReconPage *self, const CdReconcileSummary *s)
{
  const char *const names[CD_N_LINES] = { _ ("Market data"), _ ("Orders line"), _ ("Registry lists") };
  const char *const limits[CD_N_LINES] = { _ ("2 s"), _ ("2 s"), _ ("15 min") };

  cd_text_table_begin (CD_TEXT_TABLE (self->sources));
  for (int i = 0; i < CD_N_LINES; i++)
    {
      gint64 age = 0;
      CdLinkState state = cd_desk_get_line (self->desk, (CdLine)i, &age);

      source_row (self, names[i], cd_format_link (state), age, limits[i], cd_desk_get_line_freshness (self->desk, (CdLine)i, NULL) != CD_FRESH_LIVE);
    }
  source_row (self, _ ("Open orders"), _ ("every 30 s"), s->orders_age_us, _ ("30 s"), s->orders_age_us > 45 * CD_USEC_PER_SEC);
  source_row (self, _ ("Holdings and cash"), _ ("every 50 s"), s->holdings_age_us, _ ("60 s"), s->holdings_age_us > 60 * CD_USEC_PER_SEC);
  source_row (self, _ ("Everything"), _ ("every 15 min and before the close"), s->full_age_us, _ ("15 min"), s->full_age_us > 16 * 60 * CD_USEC_PER_SEC);
  cd_text_table_end (CD_TEXT_TABLE (self->sources));
}

/* --- Orders, log, summary -------------------------------------------------------------------------------------------- */

static gboolean
needs_decision (gpointer item, gpointer data)
{
  const CdOrderRow *row = item;

  return cd_order_is_unknown (row->order) || row->order->check;
}

static void
log_func (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  const CdLogRow *row = item;
  char buf[CD_FORMAT_BUF];

  if (column == 0)
    COPY (cell, row->market_us ? cd_format_time (NULL, row->market_us, buf) : "–");
  else if (column == 1)
    COPY (cell, cd_format_source (row->source));
  else if (column == 2)
    {
      g_autofree char *text = cd_format_log (row);

      COPY (cell, text);
    }
  cell->tone = row->level == 2 ? CD_TONE_BLOCK : row->level == 1 ? CD_TONE_WARN
                                             : column < 2        ? CD_TONE_DIM
                                                                 : CD_TONE_TEXT;
}

/* "2 orders, 1 fill, …": each count has its own plural, so no one sentence can hold all six. */
static char *
what_was_read (const CdReconcileSummary *s)
{
  g_autofree char *orders = g_strdup_printf (ngettext ("%u order", "%u orders", s->orders), s->orders);
  g_autofree char *fills = g_strdup_printf (ngettext ("%u fill", "%u fills", s->executions), s->executions);
  g_autofree char *balances = g_strdup_printf (ngettext ("%u balance", "%u balances", s->balances), s->balances);
  g_autofree char *settlements = g_strdup_printf (ngettext ("%u settlement", "%u settlements", s->settlements), s->settlements);
  g_autofree char *instructions = g_strdup_printf (ngettext ("%u instruction", "%u instructions", s->instructions), s->instructions);
  g_autofree char *obligations = g_strdup_printf (ngettext ("%u obligation", "%u obligations", s->obligations), s->obligations);

  return g_strdup_printf (_ ("%1$s, %2$s, %3$s, %4$s, %5$s, %6$s"), orders, fills, balances, settlements, instructions, obligations);
}

static void
show_summary (CdReconPage *self, const CdReconcileSummary *s)
{
  guint n = cd_desk_count_differences (self->desk);
  g_autofree char *text = NULL;
  char at[CD_FORMAT_BUF], took[CD_DECIMAL_BUF];

  if (cd_desk_is_locked (self->desk))
    text = g_strdup_printf (_ ("Not reconciled: new orders are locked. %s"), cd_desk_get_problem (self->desk) ? cd_desk_get_problem (self->desk) : "");
  else
    {
      g_autofree char *open = g_strdup_printf (ngettext ("%u difference open", "%u differences open", n), n);
      g_autofree char *read = what_was_read (s);

      text = g_strdup_printf (_ ("Reconciled at %1$s in %2$s s · %3$s · %4$u UNKNOWN · %5$s"), cd_format_time (NULL, s->at_us, at),
                              cd_decimal_print (s->took_us / 10000, 2, 2, took), read, s->unknown, open);
    }
  gtk_label_set_text (GTK_LABEL (self->summary), text);
}

static void
update (CdReconPage *self)
{
  CdReconcileSummary s;
  CdDifferenceRow *row = cd_grid_view_get_selected (CD_GRID_VIEW (self->differences));

  cd_desk_get_reconcile_summary (self->desk, &s);
  cd_grid_view_set_stale (CD_GRID_VIEW (self->orders), cd_desk_get_line_freshness (self->desk, CD_LINE_ORDERS, NULL) != CD_FRESH_LIVE);
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->open), GTK_FILTER_CHANGE_DIFFERENT);
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->shown), GTK_FILTER_CHANGE_DIFFERENT);
  gtk_widget_set_sensitive (self->take, row && !row->resolved);
  gtk_widget_set_sensitive (self->resolve, row && !row->resolved && !g_str_has_suffix (row->kind, ".unknown"));
  gtk_widget_set_sensitive (self->fence, cd_grid_view_get_selected (CD_GRID_VIEW (self->orders)) != NULL);
  show_summary (self, &s);
  show_positions (self);
  show_sources (self, &s);
}

static void
clock_cb (CdDesk *desk, CdReconPage *self)
{
  if (self->ticks++ % 4 == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    update (self);
}

static void
fence_cb (GtkButton *button, CdReconPage *self)
{
  CdOrderRow *row = cd_grid_view_get_selected (CD_GRID_VIEW (self->orders));
  g_autoptr (GError) error = NULL;

  if (row)
    cd_desk_fence (self->desk, row, &error);
  report (self, error);
}

static void
filter_cb (CdReconPage *self)
{
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->shown), GTK_FILTER_CHANGE_DIFFERENT);
}

/* --- Layout ---------------------------------------------------------------------------------------------------------- */

static GtkWidget *
bar_new (const char *title, GtkWidget **out_label)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *label = gtk_label_new (title);

  gtk_widget_add_css_class (bar, "pane-title");
  gtk_widget_add_css_class (bar, "compact");
  gtk_widget_add_css_class (label, "pane-title-text");
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (bar), label);
  if (out_label)
    *out_label = label;
  return bar;
}

static GtkWidget *
build_differences (CdReconPage *self)
{
  const CdGridColumn columns[] = {
    { _ ("Age"), 84, TRUE, FALSE, FALSE },
    { _ ("Kind"), 140, FALSE, FALSE, FALSE },
    { _ ("About"), 190, FALSE, TRUE, FALSE },
    { _ ("Exchange"), 90, TRUE, FALSE, FALSE },
    { _ ("Register"), 90, TRUE, FALSE, FALSE },
    { _ ("Our ledger"), 90, TRUE, FALSE, FALSE },
    { _ ("Difference"), 90, TRUE, FALSE, FALSE },
    { _ ("Owner"), 110, FALSE, FALSE, FALSE },
    { _ ("Note"), 150, FALSE, TRUE, TRUE },
    { _ ("State"), 170, FALSE, TRUE, FALSE },
  };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = bar_new (_ ("Differences"), NULL);

  self->with_resolved = gtk_check_button_new_with_label (_ ("Resolved too"));
  self->words = gtk_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->words), _ ("Note or reason: it goes on record"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->words), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Note or reason"), -1);
  gtk_entry_set_max_length (GTK_ENTRY (self->words), 200);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->words), 34);
  self->message = gtk_label_new ("");
  gtk_widget_add_css_class (self->message, "block-text");
  gtk_box_append (GTK_BOX (bar), self->message);
  gtk_box_append (GTK_BOX (bar), self->with_resolved);
  gtk_box_append (GTK_BOX (bar), self->words);
  self->take = cd_pane_button (bar, _ ("Take it over"), G_CALLBACK (difference_clicked_cb), self);
  self->resolve = cd_pane_button (bar, _ ("Resolve"), G_CALLBACK (difference_clicked_cb), self);
  self->shown = gtk_filter_list_model_new (g_object_ref (cd_desk_get_differences (self->desk)), GTK_FILTER (gtk_custom_filter_new (is_shown, self, NULL)));
  self->differences = cd_grid_view_new (_ ("Differences"), columns, G_N_ELEMENTS (columns), difference_func, self);
  cd_grid_view_set_model (CD_GRID_VIEW (self->differences), G_LIST_MODEL (self->shown));
  cd_grid_view_set_placeholder (CD_GRID_VIEW (self->differences), _ ("Exchange, register and our ledger agree"));
  gtk_widget_set_name (self->differences, "differences");
  cd_grid_view_set_fit (CD_GRID_VIEW (self->differences), 3, 14);
  gtk_widget_set_vexpand (self->differences, TRUE);
  gtk_box_append (GTK_BOX (box), bar);
  gtk_box_append (GTK_BOX (box), self->differences);
  g_signal_connect_swapped (self->with_resolved, "toggled", G_CALLBACK (filter_cb), self);
  g_signal_connect_swapped (self->differences, "selected", G_CALLBACK (update), self);
  return box;
}

static GtkWidget *
build_sides (CdReconPage *self)
{
  const CdGridColumn positions[] = {
    { _ ("Account"), 110, FALSE, FALSE, FALSE },
    { _ ("Asset"), 118, FALSE, TRUE, FALSE },
    { _ ("Exchange"), 92, TRUE, FALSE, FALSE },
    { _ ("Register"), 92, TRUE, FALSE, FALSE },
    { _ ("Both"), 92, TRUE, FALSE, FALSE },
    { _ ("Our ledger"), 92, TRUE, FALSE, FALSE },
    { _ ("Difference"), 92, TRUE, FALSE, FALSE },
  };
  const CdGridColumn sources[] = {
    { _ ("Source"), 130, FALSE, TRUE, FALSE },
    { _ ("State"), 190, FALSE, TRUE, FALSE },
    { _ ("Age"), 80, TRUE, FALSE, FALSE },
    { _ ("Limit"), 80, TRUE, FALSE, FALSE },
  };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar;

  self->positions = cd_text_table_new (_ ("Exchange, register, ledger"), positions, G_N_ELEMENTS (positions));
  cd_grid_view_set_placeholder (CD_GRID_VIEW (cd_text_table_get_grid (CD_TEXT_TABLE (self->positions))), _ ("No holdings known yet"));
  self->sources = cd_text_table_new (_ ("Sources"), sources, G_N_ELEMENTS (sources));
  gtk_widget_set_name (cd_text_table_get_grid (CD_TEXT_TABLE (self->positions)), "positions");
  gtk_widget_set_name (cd_text_table_get_grid (CD_TEXT_TABLE (self->sources)), "sources");
  cd_grid_view_set_fit (CD_GRID_VIEW (cd_text_table_get_grid (CD_TEXT_TABLE (self->positions))), 3, 14);
  gtk_widget_set_vexpand (self->sources, TRUE);
  self->positions_age = cd_pane_age_new ("positions-age");
  bar = bar_new (_ ("Units: exchange, register and our ledger side by side"), NULL);
  gtk_box_append (GTK_BOX (bar), self->positions_age);
  gtk_box_append (GTK_BOX (box), bar);
  gtk_box_append (GTK_BOX (box), self->positions);
  gtk_box_append (GTK_BOX (box), bar_new (_ ("Sources and their age"), NULL));
  gtk_box_append (GTK_BOX (box), self->sources);
  return box;
}

static GtkWidget *
build_orders (CdReconPage *self)
{
  const CdGridColumn columns[] = { { _ ("Time"), 80, FALSE, FALSE, FALSE }, { _ ("Source"), 100, FALSE, FALSE, FALSE }, { _ ("Event"), 300, FALSE, TRUE, FALSE } };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = bar_new (_ ("Orders UNKNOWN or in doubt"), NULL);

  self->fence = cd_pane_button (bar, _ ("Fence unknown order"), G_CALLBACK (fence_cb), self);
  self->open = gtk_filter_list_model_new (g_object_ref (cd_desk_get_orders (self->desk)), GTK_FILTER (gtk_custom_filter_new (needs_decision, NULL, NULL)));
  self->orders = cd_working_table_new (self->desk, G_LIST_MODEL (self->open));
  cd_grid_view_set_placeholder (CD_GRID_VIEW (self->orders), _ ("No order is unknown or in doubt"));
  self->log = cd_grid_view_new (_ ("Log"), columns, G_N_ELEMENTS (columns), log_func, self);
  cd_grid_view_set_model (CD_GRID_VIEW (self->log), cd_desk_get_log (self->desk));
  cd_grid_view_set_placeholder (CD_GRID_VIEW (self->log), _ ("Nothing has happened yet"));
  gtk_widget_set_vexpand (self->log, TRUE);
  gtk_box_append (GTK_BOX (box), bar);
  gtk_widget_set_name (self->orders, "orders-unknown");
  gtk_widget_set_name (self->log, "log");
  cd_grid_view_set_fit (CD_GRID_VIEW (self->orders), 3, 8);
  gtk_box_append (GTK_BOX (box), self->orders);
  gtk_box_append (GTK_BOX (box), bar_new (_ ("Log"), NULL));
  gtk_box_append (GTK_BOX (box), self->log);
  return box;
}

static void
cd_recon_page_dispose (GObject *object)
{
  CdReconPage *self = CD_RECON_PAGE (object);

  g_clear_pointer (&self->root, gtk_widget_unparent);
  g_clear_object (&self->shown);
  g_clear_object (&self->open);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (cd_recon_page_parent_class)->dispose (object);
}

static void
cd_recon_page_class_init (CdReconPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_recon_page_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
cd_recon_page_init (CdReconPage *self)
{
}

GtkWidget *
cd_recon_page_new (CdDesk *desk)
{
  CdReconPage *self = g_object_new (CD_TYPE_RECON_PAGE, NULL);
  GtkWidget *bar = bar_new ("", &self->summary);
  GtkWidget *again = gtk_button_new_with_label (_ ("Reconcile now"));
  GtkWidget *differences, *sides, *split;

  self->desk = g_object_ref (desk);
  self->root = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (again), "win.reconcile");
  gtk_box_append (GTK_BOX (bar), again);
  gtk_box_append (GTK_BOX (self->root), bar);
  differences = build_differences (self);
  sides = build_sides (self);
  sides = cd_columns_new ("recon", (CdColumn[]){
                                       { "sides", _ ("Units and sources"), sides, { CD_SPLIT_SHARE_START, 500, 480, 0 } },
                                       { "orders", _ ("Orders in doubt and log"), build_orders (self), { CD_SPLIT_SHARE_START, 0, 0, 0 } },
                                   },
                          2);
  split = cd_split_new ("recon-differences", GTK_ORIENTATION_VERTICAL, differences, sides, &(CdSplitDefault){ CD_SPLIT_FIT_START, 500, 0, 0 });
  gtk_widget_set_vexpand (split, TRUE);
  gtk_box_append (GTK_BOX (self->root), split);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
  g_signal_connect_object (desk, "state-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "account-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "clock-changed", G_CALLBACK (clock_cb), self, 0);
  update (self);
  return GTK_WIDGET (self);
}
