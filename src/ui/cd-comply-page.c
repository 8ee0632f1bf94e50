/* cd-comply-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-comply-page.h"

#include <glib/gi18n.h>

#include "cd-explain.h"
#include "cd-figure-list.h"
#include "cd-format.h"
#include "cd-gauge-view.h"

struct _CdComplyPage
{
  GtkWidget parent_instance;

  CdDesk *desk;    /* (owned) */
  GtkWidget *root; /* child */
  GtkWidget *table, *title;
  GtkWidget *coverage_gauge, *offset_gauge;
  GtkWidget *coverage, *offsets, *consequences, *deadlines;
  guint ticks;
};

G_DEFINE_FINAL_TYPE (CdComplyPage, cd_comply_page, GTK_TYPE_WIDGET)

#define COPY(cell, value) g_strlcpy ((cell)->text, (value), sizeof (cell)->text)

/* --- Table ----------------------------------------------------------------------------------------------------------- */

static void
state_cell (const CdObligationRow *row, CdGridCell *cell)
{
  if (row->closed)
    {
      COPY (cell, _ ("closed ✓"));
      cell->tone = CD_TONE_LINK;
    }
  else if (row->figures && row->figures->shortfall > 0)
    {
      COPY (cell, _ ("buy or offset"));
      cell->tone = CD_TONE_WARN;
    }
  else
    COPY (cell, row->figures && row->figures->usable_registry < row->figures->remaining ? _ ("transfer, then surrender") : _ ("surrender"));
}

static void
obligation_func (gpointer item, guint column, CdGridCell *cell, gpointer data)
{
  const CdObligationRow *row = item;
  const CdObligation *o = row->figures;
  char buf[CD_FORMAT_BUF];

  if (column == 0)
    {
      COPY (cell, cd_format_pick (row->name_zh, row->name_en));
      cell->bold = TRUE;
      return;
    }
  if (column == 1)
    {
      COPY (cell, cd_format_pick (row->label_zh, row->label_en));
      return;
    }
  if (column == 2)
    {
      COPY (cell, cd_format_mass (row->verified, buf));
      return;
    }
  if (column == 3)
    {
      COPY (cell, cd_format_units (row->approved, buf));
      return;
    }
  if (!o)
    {
      if (column == 9)
        COPY (cell, row->problem ? row->problem : "");
      cell->tone = CD_TONE_WARN;
      return;
    }
  if (column == 4)
    COPY (cell, cd_format_units (o->usable_registry + o->usable_trading, buf));
  else if (column == 5)
    {
      char cap[CD_FORMAT_BUF];

      g_snprintf (cell->text, sizeof cell->text, "%s / %s", cd_format_units (o->offset_used, buf), cd_format_units (o->offset_cap, cap));
    }
  else if (column == 6)
    {
      COPY (cell, cd_format_signed_units (o->shortfall > 0 ? -o->shortfall : o->surplus, buf));
      cell->tone = o->shortfall > 0 ? CD_TONE_BLOCK : CD_TONE_TEXT;
      cell->bold = TRUE;
    }
  else if (column == 7)
    {
      COPY (cell, cd_format_bp (o->coverage_bp, buf));
      cell->bar_bp = MIN (o->coverage_bp, 10000);
      cell->bar_tone = o->shortfall > 0 ? CD_TONE_WARN : CD_TONE_FLAT;
    }
  else if (column == 8 && o->deadline_us && o->deadline_status != CD_RULE_UNVERIFIED)
    {
      g_autofree char *left = cd_format_countdown (o->deadline_us - row->now_us);

      COPY (cell, left);
    }
  else if (column == 8)
    COPY (cell, _ ("not verified"));
  else if (column == 9)
    state_cell (row, cell);
}

/* --- Cards ----------------------------------------------------------------------------------------------------------- */

static void
add_units (GtkWidget *list, const char *name, gint64 units, CdTone tone)
{
  char buf[CD_FORMAT_BUF];
  g_autofree char *text = g_strdup_printf (_ ("%s t"), cd_format_units (units, buf));

  cd_figure_list_add (CD_FIGURE_LIST (list), name, text, tone);
}

static void
show_coverage (CdComplyPage *self, const CdObligationRow *row)
{
  const CdObligation *o = row->figures;
  char bp[CD_FORMAT_BUF];
  g_autofree char *buy = cd_format_date_time (NULL, o->last_safe_buy_us);
  g_autofree char *gauge = g_strdup_printf (_ ("%s covered"), cd_format_bp (o->coverage_bp, bp));

  cd_gauge_view_set (CD_GAUGE_VIEW (self->coverage_gauge), o->coverage_bp, o->shortfall > 0 ? CD_TONE_WARN : CD_TONE_FLAT, gauge);
  cd_figure_list_begin (CD_FIGURE_LIST (self->coverage));
  add_units (self->coverage, _ ("Owed"), o->owed, CD_TONE_TEXT);
  add_units (self->coverage, _ ("Surrendered and offset"), o->surrendered, CD_TONE_TEXT);
  add_units (self->coverage, _ ("Still owed"), o->remaining, CD_TONE_TEXT);
  add_units (self->coverage, _ ("Usable in the register"), o->usable_registry, CD_TONE_TEXT);
  add_units (self->coverage, _ ("Usable, to be transferred"), o->usable_trading, CD_TONE_TEXT);
  if (o->unusable_vintage)
    add_units (self->coverage, _ ("Held, not usable for the year"), o->unusable_vintage, CD_TONE_WARN);
  if (o->shortfall)
    add_units (self->coverage, _ ("Short"), o->shortfall, CD_TONE_BLOCK);
  else
    add_units (self->coverage, _ ("Surplus"), o->surplus, CD_TONE_TEXT);
  if (row->has_cover_now)
    {
      g_autofree char *money = cd_format_money_short (row->cover_now);

      cd_figure_list_add (CD_FIGURE_LIST (self->coverage), _ ("Cover now, from the live books"), money, CD_TONE_TEXT);
      if (row->cover_missing)
        add_units (self->coverage, _ ("The visible books lack"), row->cover_missing, CD_TONE_WARN);
    }
  cd_figure_list_add (CD_FIGURE_LIST (self->coverage), _ ("Last safe purchase"), o->last_safe_buy_us ? buy : _ ("not verified"), CD_TONE_TEXT);
  cd_figure_list_end (CD_FIGURE_LIST (self->coverage));
}

static void
show_offsets (CdComplyPage *self, const CdObligationRow *row)
{
  const CdObligation *o = row->figures;
  char used[CD_FORMAT_BUF], cap[CD_FORMAT_BUF];
  gint64 bp = 0;
  g_autofree char *gauge = g_strdup_printf (_ ("%1$s of %2$s t used or reserved"), cd_format_units (o->offset_used, used), cd_format_units (o->offset_cap, cap));

  if (o->offset_cap > 0 && !cd_i64_mul_div (o->offset_used, 10000, o->offset_cap, CD_ROUND_FLOOR, &bp))
    bp = 0;
  cd_gauge_view_set (CD_GAUGE_VIEW (self->offset_gauge), (int)bp, bp >= 10000 ? CD_TONE_BLOCK : bp >= 9000 ? CD_TONE_WARN
                                                                                                           : CD_TONE_FLAT,
                     gauge);
  cd_figure_list_begin (CD_FIGURE_LIST (self->offsets));
  add_units (self->offsets, _ ("Room"), o->offset_room, CD_TONE_TEXT);
  add_units (self->offsets, _ ("Held and countable"), o->offset_countable, CD_TONE_TEXT);
  add_units (self->offsets, _ ("Held beyond the room (stranded)"), o->offset_stranded, o->offset_stranded ? CD_TONE_WARN : CD_TONE_TEXT);
  for (guint i = 0; i < o->sub_rooms->len; i++)
    {
      const CdSubRoom *room = g_ptr_array_index (o->sub_rooms, i);
      g_autofree char *name = g_strdup_printf (_ ("Room: %s"), g_str_equal (room->id, "ccer_outside_beijing") ? _ ("CCER from outside Beijing") : room->id);

      add_units (self->offsets, name, room->room, CD_TONE_TEXT);
    }
  for (guint i = 0; i < o->lots->len; i++)
    {
      const CdLotVerdict *lot = g_ptr_array_index (o->lots, i);

      cd_figure_list_add (CD_FIGURE_LIST (self->offsets), lot->code, cd_format_eligibility (lot->eligible), lot->eligible == CD_ELIGIBLE ? CD_TONE_TEXT : CD_TONE_WARN);
    }
  cd_figure_list_end (CD_FIGURE_LIST (self->offsets));
}

static void
show_consequences (CdComplyPage *self, const CdObligationRow *row)
{
  const CdObligation *o = row->figures;

  cd_figure_list_begin (CD_FIGURE_LIST (self->consequences));
  if (o->shortfall == 0)
    cd_figure_list_add (CD_FIGURE_LIST (self->consequences), _ ("Nothing is short"), "", CD_TONE_TEXT);
  for (guint i = 0; i < o->penalties->len; i++)
    {
      const CdPenaltyEstimate *p = g_ptr_array_index (o->penalties, i);
      g_autofree char *low = cd_format_money_short (p->low);
      g_autofree char *high = cd_format_money_short (p->high);
      g_autofree char *name = g_strdup_printf (_ ("Stage %d"), p->stage);
      g_autofree char *value = p->has_amount && p->verified_rule ? g_strdup_printf ("%s – %s", low, high) : g_strdup (_ ("not verified"));

      cd_figure_list_add (CD_FIGURE_LIST (self->consequences), name, value, CD_TONE_BLOCK);
      cd_figure_list_add (CD_FIGURE_LIST (self->consequences), cd_format_pick (p->text_zh, p->text_en), "", CD_TONE_DIM);
      if (p->deduct_next_year)
        cd_figure_list_add (CD_FIGURE_LIST (self->consequences), _ ("and deducted next year"), "", CD_TONE_WARN);
    }
  cd_figure_list_end (CD_FIGURE_LIST (self->consequences));
}

static void
show_deadlines (CdComplyPage *self, const CdObligationRow *row)
{
  const CdObligation *o = row->figures;

  cd_figure_list_begin (CD_FIGURE_LIST (self->deadlines));
  for (guint i = 0; i < o->deadlines->len; i++)
    {
      const CdDeadline *d = g_ptr_array_index (o->deadlines, i);
      g_autofree char *what = cd_format_deadline_name (d->id);
      g_autofree char *name = g_strdup_printf ("%s · %s", what, cd_format_owner (d->owner));
      g_autofree char *date = d->at_us ? cd_format_date (NULL, d->at_us - 1) : NULL;

      cd_figure_list_add (CD_FIGURE_LIST (self->deadlines), name, date && d->status != CD_RULE_UNVERIFIED ? date : _ ("not verified"), d->at_us == 0 ? CD_TONE_WARN : d->at_us < row->now_us ? CD_TONE_DIM
                                                                                                                                                                                             : CD_TONE_TEXT);
    }
  cd_figure_list_end (CD_FIGURE_LIST (self->deadlines));
}

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

/* Figures of another entity must not stay on the screen: an obligation that cannot be worked out shows why, and nothing else. */
static void
show_nothing (CdComplyPage *self, const CdObligationRow *row)
{
  GtkWidget *lists[] = { self->coverage, self->offsets, self->consequences, self->deadlines };
  g_autofree char *title = row ? g_strdup_printf ("%s · %s", cd_format_pick (row->name_zh, row->name_en), row->problem ? row->problem : _ ("not known")) : g_strdup (_ ("No obligation"));

  gtk_label_set_text (GTK_LABEL (self->title), title);
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      cd_figure_list_begin (CD_FIGURE_LIST (lists[i]));
      cd_figure_list_end (CD_FIGURE_LIST (lists[i]));
    }
  cd_gauge_view_set (CD_GAUGE_VIEW (self->coverage_gauge), 0, CD_TONE_DIM, _ ("not known"));
  cd_gauge_view_set (CD_GAUGE_VIEW (self->offset_gauge), 0, CD_TONE_DIM, _ ("not known"));
}

static void
update (CdComplyPage *self)
{
  CdObligationRow *row = chosen (self);
  g_autofree char *title = NULL;

  if (!row || !row->figures)
    {
      show_nothing (self, row);
      return;
    }
  title = g_strdup_printf ("%s · %s", cd_format_pick (row->name_zh, row->name_en), cd_format_pick (row->label_zh, row->label_en));
  gtk_label_set_text (GTK_LABEL (self->title), title);
  show_coverage (self, row);
  show_offsets (self, row);
  show_consequences (self, row);
  show_deadlines (self, row);
}

void
cd_comply_page_explain (CdComplyPage *self)
{
  CdObligationRow *row = chosen (self);

  if (row && row->figures)
    cd_explain_show (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), _ ("Why these figures"), row->figures->trace);
}

static void
clock_cb (CdDesk *desk, CdComplyPage *self)
{
  if (self->ticks++ % 4 == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    update (self);
}

/* --- Layout ---------------------------------------------------------------------------------------------------------- */

static GtkWidget *
card (const char *title, GtkWidget *gauge, GtkWidget *list)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *label = gtk_label_new (title);

  gtk_widget_add_css_class (box, "pane");
  gtk_widget_add_css_class (label, "card-title");
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (GTK_BOX (box), label);
  if (gauge)
    {
      gtk_widget_set_margin_start (gauge, 8);
      gtk_widget_set_margin_end (gauge, 8);
      gtk_box_append (GTK_BOX (box), gauge);
    }
  gtk_widget_set_vexpand (list, TRUE);
  gtk_widget_set_hexpand (box, TRUE);
  gtk_box_append (GTK_BOX (box), list);
  return box;
}

static void
build (CdComplyPage *self)
{
  const CdGridColumn columns[] = {
    { _ ("Entity"), 210, FALSE, TRUE, FALSE },
    { _ ("Year"), 220, FALSE, FALSE, FALSE },
    { _ ("Emissions t"), 100, TRUE, FALSE, FALSE },
    { _ ("Allocation t"), 100, TRUE, FALSE, TRUE },
    { _ ("Usable t"), 100, TRUE, FALSE, FALSE },
    { _ ("Offsets used / limit"), 150, TRUE, FALSE, FALSE },
    { _ ("Short (−) / long"), 120, TRUE, FALSE, FALSE },
    { _ ("Coverage"), 100, TRUE, FALSE, FALSE },
    { _ ("Time left"), 100, TRUE, FALSE, FALSE },
    { _ ("Next step"), 190, FALSE, TRUE, FALSE },
  };
  GtkWidget *cards = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *explain = gtk_button_new_with_label (_ ("Explain"));

  self->root = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->table = cd_grid_view_new (_ ("Obligations"), columns, G_N_ELEMENTS (columns), obligation_func, self);
  cd_grid_view_set_model (CD_GRID_VIEW (self->table), cd_desk_get_obligations (self->desk));
  cd_grid_view_set_placeholder (CD_GRID_VIEW (self->table), _ ("No obligations known yet"));
  gtk_widget_set_size_request (self->table, -1, 140);
  self->title = gtk_label_new ("");
  gtk_label_set_xalign (GTK_LABEL (self->title), 0);
  gtk_widget_set_hexpand (self->title, TRUE);
  gtk_widget_add_css_class (self->title, "heading");
  gtk_widget_add_css_class (head, "pane-title");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (explain), "win.explain");
  gtk_widget_add_css_class (head, "compact");
  gtk_box_append (GTK_BOX (head), self->title);
  gtk_box_append (GTK_BOX (head), explain);
  self->coverage_gauge = cd_gauge_view_new (_ ("Coverage"));
  self->offset_gauge = cd_gauge_view_new (_ ("Offset limit"));
  self->coverage = cd_figure_list_new (_ ("Coverage figures"));
  self->offsets = cd_figure_list_new (_ ("Offset figures"));
  self->consequences = cd_figure_list_new (_ ("Consequences"));
  self->deadlines = cd_figure_list_new (_ ("Deadlines"));
  gtk_box_append (GTK_BOX (cards), card (_ ("Coverage"), self->coverage_gauge, self->coverage));
  gtk_box_append (GTK_BOX (cards), card (_ ("Offsets"), self->offset_gauge, self->offsets));
  gtk_box_append (GTK_BOX (cards), card (_ ("If nothing is done"), NULL, self->consequences));
  gtk_box_append (GTK_BOX (cards), card (_ ("Deadlines"), NULL, self->deadlines));
  gtk_widget_set_vexpand (cards, TRUE);
  gtk_box_append (GTK_BOX (self->root), self->table);
  gtk_box_append (GTK_BOX (self->root), head);
  gtk_box_append (GTK_BOX (self->root), cards);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
  g_signal_connect_swapped (self->table, "selected", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->table, "activate", G_CALLBACK (cd_comply_page_explain), self);
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
  build (self);
  g_signal_connect_object (desk, "clock-changed", G_CALLBACK (clock_cb), self, 0);
  g_signal_connect_object (desk, "account-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
