/* cd-comply-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Obligations on top over the whole width; the year of the chosen one as a ribbon; below, the plan on the left, what counts and what
 * follows in the middle, offsets and encumbrances on the right.
 */
#include "cd-comply-page.h"

#include <glib/gi18n.h>

#include "cd-columns.h"
#include "cd-comply-cards.h"
#include "cd-cover-view.h"
#include "cd-explain.h"
#include "cd-figure-list.h"
#include "cd-format.h"
#include "cd-pane.h"

struct _CdComplyPage
{
  GtkWidget parent_instance;

  CdDesk *desk;    /* (owned) */
  GtkWidget *root; /* child */
  GtkWidget *table, *title, *age;
  CdComplyCards cards;
  GtkWidget *cover;
  guint ticks;
};

G_DEFINE_FINAL_TYPE (CdComplyPage, cd_comply_page, GTK_TYPE_WIDGET)

#define COPY(cell, value) g_strlcpy ((cell)->text, (value), sizeof (cell)->text)

enum
{
  COL_LEFT,
  COL_ENTITY,
  COL_YEAR,
  COL_EMISSIONS,
  COL_ALLOCATION,
  COL_DUE,
  COL_USABLE,
  COL_OFFSETS,
  COL_SHORT,
  COL_COVERAGE,
  COL_COVER,
  COL_NOTHING,
  COL_SURRENDERED,
  COL_LAST_BUY,
  COL_NEXT,
  COL_WHO,
  N_COLS,
};

/* --- Table ----------------------------------------------------------------------------------------------------------- */

static void
next_cell (const CdObligationRow *row, CdGridCell *cell)
{
  const CdObligation *o = row->figures;

  if (row->closed)
    {
      COPY (cell, _ ("closed ✓"));
      cell->tone = CD_TONE_LINK;
    }
  else if (o->shortfall > 0)
    {
      COPY (cell, _ ("buy or offset"));
      cell->tone = CD_TONE_WARN;
    }
  else
    COPY (cell, o->usable_registry < o->remaining ? _ ("transfer, then surrender") : _ ("surrender"));
}

static void
left_cell (const CdObligationRow *row, CdGridCell *cell)
{
  const CdObligation *o = row->figures;
  gint64 left = o->deadline_us - row->now_us;

  if (o->deadline_us == 0 || o->deadline_status == CD_RULE_UNVERIFIED)
    {
      COPY (cell, _ ("not verified"));
      cell->tone = CD_TONE_WARN;
    }
  else
    {
      g_autofree char *text = cd_format_countdown (left);

      COPY (cell, text);
      cell->tone = row->closed ? CD_TONE_DIM : left < 3 * CD_USEC_PER_DAY ? CD_TONE_BLOCK
                                           : left < 14 * CD_USEC_PER_DAY  ? CD_TONE_WARN
                                                                          : CD_TONE_TEXT;
    }
}

static void
figure_cell (const CdObligationRow *row, guint column, CdGridCell *cell)
{
  const CdObligation *o = row->figures;
  char a[CD_FORMAT_BUF], b[CD_FORMAT_BUF];
  g_autofree char *text = NULL;

  switch (column)
    {
    case COL_DUE:
      COPY (cell, cd_format_units (o->owed, a));
      break;
    case COL_USABLE:
      COPY (cell, cd_format_units (o->usable_registry + o->usable_trading, a));
      break;
    case COL_OFFSETS:
      if (o->offset_status == CD_RULE_UNVERIFIED)
        COPY (cell, _ ("not verified"));
      else
        g_snprintf (cell->text, sizeof cell->text, "%s / %s", cd_format_units (o->offset_used, a), cd_format_units (o->offset_cap, b));
      break;
    case COL_SHORT:
      COPY (cell, cd_format_signed_units (o->shortfall > 0 ? -o->shortfall : o->surplus, a));
      cell->tone = o->shortfall > 0 ? CD_TONE_BLOCK : CD_TONE_TEXT;
      cell->bold = TRUE;
      break;
    case COL_COVERAGE:
      COPY (cell, cd_format_bp (o->coverage_bp, a));
      cell->bar_bp = MIN (o->coverage_bp, 10000);
      cell->bar_tone = o->shortfall > 0 ? CD_TONE_WARN : CD_TONE_FLAT;
      break;
    case COL_COVER:
      text = row->has_cover_now ? cd_format_money_short (row->cover_now) : g_strdup ("–");
      COPY (cell, text);
      break;
    case COL_NOTHING:
      text = cd_comply_nothing_words (o);
      COPY (cell, text);
      break;
    case COL_SURRENDERED:
      COPY (cell, cd_format_units (o->surrendered, a));
      break;
    case COL_LAST_BUY:
      text = o->last_safe_buy_us ? cd_format_date_time (NULL, o->last_safe_buy_us) : g_strdup (_ ("not verified"));
      COPY (cell, text);
      break;
    case COL_NEXT:
      next_cell (row, cell);
      break;
    case COL_WHO:
      COPY (cell, cd_format_owner (row->closed ? CD_OWNER_REGISTER : CD_OWNER_OURS));
      break;
    default:
      break;
    }
}

static void
obligation_func (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  const CdObligationRow *row = item;
  char buf[CD_FORMAT_BUF];

  if (column == COL_ENTITY)
    {
      COPY (cell, cd_format_pick (row->name_zh, row->name_en));
      cell->bold = TRUE;
    }
  else if (column == COL_YEAR)
    COPY (cell, cd_format_pick (row->label_zh, row->label_en));
  else if (column == COL_EMISSIONS)
    COPY (cell, cd_format_mass (row->verified, buf));
  else if (column == COL_ALLOCATION)
    COPY (cell, cd_format_units (row->approved, buf));
  else if (!row->figures)
    {
      if (column == COL_NEXT)
        COPY (cell, row->problem ? row->problem : "");
      cell->tone = CD_TONE_WARN;
    }
  else if (column == COL_LEFT)
    left_cell (row, cell);
  else
    figure_cell (row, column, cell);
}

/* --- The chosen one -------------------------------------------------------------------------------------------------- */

static CdObligationRow *
chosen (CdComplyPage *self)
{
  CdObligationRow *row = cd_grid_view_get_selected (CD_GRID_VIEW (self->table));
  const CdEntity *entity = cd_desk_get_entity (self->desk);
  GListModel *rows = cd_desk_get_obligations (self->desk);

  for (guint i = 0; !row && entity && i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdObligationRow) item = g_list_model_get_item (rows, i);

      if (g_str_equal (item->account, entity->id))
        row = item;
    }
  return row;
}

/* What is owed comes from the registry's lists, what there is for it from the units: as old as the older. */
static void
show_age (CdComplyPage *self)
{
  const CdEntity *entity = cd_desk_get_entity (self->desk);
  gint64 age = 0;
  CdFreshness fresh = cd_desk_get_holdings_freshness (self->desk, entity ? entity->id : NULL, &age);

  if (fresh == CD_FRESH_LIVE)
    fresh = cd_desk_get_line_freshness (self->desk, CD_LINE_REGISTRY, &age);
  cd_pane_age_show (self->age, fresh, age);
  cd_grid_view_set_stale (CD_GRID_VIEW (self->table), fresh != CD_FRESH_LIVE);
  cd_comply_cards_set_stale (&self->cards, fresh != CD_FRESH_LIVE);
}

static void
update (CdComplyPage *self)
{
  CdObligationRow *row = chosen (self);
  g_autofree char *title = NULL;

  show_age (self);
  if (!row)
    title = g_strdup (_ ("No obligation"));
  else if (row->figures)
    title = g_strdup_printf ("%s · %s", cd_format_pick (row->name_zh, row->name_en), cd_format_pick (row->label_zh, row->label_en));
  else
    title = g_strdup_printf ("%s · %s", cd_format_pick (row->name_zh, row->name_en), row->problem ? row->problem : _ ("not known"));
  gtk_label_set_text (GTK_LABEL (self->title), title);
  cd_comply_cards_update (&self->cards, self->desk, row);
  cd_cover_view_update (CD_COVER_VIEW (self->cover), row);
}

void
cd_comply_page_explain (CdComplyPage *self)
{
  CdObligationRow *row = chosen (self);
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  g_autoptr (CdTrace) plan = cd_cover_view_dup_focused_trace (CD_COVER_VIEW (self->cover));
  g_autoptr (CdTrace) trace = NULL;

  if (plan)
    {
      cd_explain_show (window, _ ("Why this plan"), plan);
      return;
    }
  if (!row || !row->figures)
    return;
  trace = cd_explain_filter (row->figures->trace, cd_comply_cards_get_focused_rule (&self->cards));
  cd_explain_show (window, _ ("Why these figures"), trace);
}

void
cd_comply_page_show_cover (CdComplyPage *self, gboolean what_if)
{
  cd_cover_view_focus (CD_COVER_VIEW (self->cover), what_if);
}

static void
clock_cb (CdDesk *desk, CdComplyPage *self)
{
  if (self->ticks++ % 4 == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    update (self);
}

/* --- Layout ---------------------------------------------------------------------------------------------------------- */

static GtkWidget *
build_table (CdComplyPage *self)
{
  const CdGridColumn columns[N_COLS] = {
    [COL_LEFT] = { _ ("Time left"), 88, TRUE, FALSE, FALSE },
    [COL_ENTITY] = { _ ("Entity"), 124, FALSE, TRUE, FALSE },
    [COL_YEAR] = { _ ("Year"), 240, FALSE, FALSE, FALSE },
    [COL_EMISSIONS] = { _ ("Emissions t"), 94, TRUE, FALSE, TRUE },
    [COL_ALLOCATION] = { _ ("Allocation t"), 94, TRUE, FALSE, TRUE },
    [COL_DUE] = { _ ("Due t"), 80, TRUE, FALSE, FALSE },
    [COL_USABLE] = { _ ("Usable t"), 80, TRUE, FALSE, FALSE },
    [COL_OFFSETS] = { _ ("Offsets used / limit"), 146, TRUE, FALSE, FALSE },
    [COL_SHORT] = { _ ("Short (−) / long"), 116, TRUE, FALSE, FALSE },
    [COL_COVERAGE] = { _ ("Coverage"), 76, TRUE, FALSE, FALSE },
    [COL_COVER] = { _ ("Cover now"), 92, TRUE, FALSE, FALSE },
    [COL_NOTHING] = { _ ("Do nothing"), 150, TRUE, FALSE, TRUE },
    [COL_SURRENDERED] = { _ ("Surrendered t"), 106, TRUE, FALSE, TRUE },
    [COL_LAST_BUY] = { _ ("Last safe buy"), 104, TRUE, FALSE, TRUE },
    [COL_NEXT] = { _ ("Next step"), 152, FALSE, FALSE, FALSE },
    [COL_WHO] = { _ ("Who"), 64, FALSE, FALSE, TRUE },
  };

  self->table = cd_grid_view_new (_ ("Obligations"), columns, N_COLS, obligation_func, self);
  cd_grid_view_set_model (CD_GRID_VIEW (self->table), cd_desk_get_obligations (self->desk));
  cd_grid_view_set_placeholder (CD_GRID_VIEW (self->table), _ ("No obligations known yet"));
  gtk_widget_set_name (self->table, "obligations");
  cd_grid_view_set_fit (CD_GRID_VIEW (self->table), 2, 6);
  return self->table;
}

static GtkWidget *
build_head (CdComplyPage *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *legend = gtk_label_new (_ ("● we   ◆ authority   ▲ verifier   ■ register"));
  GtkWidget *explain = gtk_button_new_with_label (_ ("Explain"));

  self->age = cd_pane_age_new ("comply-age");
  self->title = gtk_label_new ("");
  gtk_label_set_xalign (GTK_LABEL (self->title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->title, TRUE);
  gtk_widget_add_css_class (self->title, "heading");
  gtk_widget_add_css_class (legend, "strip-name");
  gtk_widget_add_css_class (head, "pane-title");
  gtk_widget_add_css_class (head, "compact");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (explain), "win.explain");
  gtk_box_append (GTK_BOX (head), self->title);
  gtk_box_append (GTK_BOX (head), self->age);
  gtk_box_append (GTK_BOX (head), self->cards.unverified);
  gtk_box_append (GTK_BOX (head), legend);
  gtk_box_append (GTK_BOX (head), explain);
  return head;
}

static GtkWidget *
build_body (CdComplyPage *self)
{
  GtkWidget *columns;

  self->cover = cd_cover_view_new (self->desk);
  columns = cd_columns_new ("comply", (CdColumn[]){
                                          { "plan", _ ("Cover plan"), self->cover, { CD_SPLIT_SHARE_START, 415, 480, 0 } },
                                          { "coverage", _ ("Coverage"), self->cards.middle, { CD_SPLIT_SHARE_START, 340, 324, 0 } },
                                          { "offsets", _ ("Offsets"), self->cards.right, { CD_SPLIT_SHARE_START, 0, 0, 0 } },
                                      },
                            3);
  gtk_widget_set_vexpand (columns, TRUE);
  return columns;
}

static void
cd_comply_page_dispose (GObject *object)
{
  CdComplyPage *self = CD_COMPLY_PAGE (object);

  g_clear_pointer (&self->root, gtk_widget_unparent);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (cd_comply_page_parent_class)->dispose (object);
}

static void
cd_comply_page_class_init (CdComplyPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_comply_page_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
cd_comply_page_init (CdComplyPage *self)
{
}

GtkWidget *
cd_comply_page_new (CdDesk *desk)
{
  CdComplyPage *self = g_object_new (CD_TYPE_COMPLY_PAGE, NULL);

  self->desk = g_object_ref (desk);
  cd_comply_cards_build (&self->cards);
  self->root = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->root), build_table (self));
  gtk_box_append (GTK_BOX (self->root), build_head (self));
  gtk_box_append (GTK_BOX (self->root), self->cards.ribbon);
  gtk_box_append (GTK_BOX (self->root), build_body (self));
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
  g_signal_connect_swapped (self->table, "selected", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->table, "activate", G_CALLBACK (cd_comply_page_explain), self);
  cd_comply_cards_connect (&self->cards, G_CALLBACK (cd_comply_page_explain), self);
  g_signal_connect_object (desk, "clock-changed", G_CALLBACK (clock_cb), self, 0);
  g_signal_connect_object (desk, "account-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "state-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
