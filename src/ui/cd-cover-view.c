/* cd-cover-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-cover-view.h"

#include <glib/gi18n.h>

#include "cd-cover-private.h"
#include "cd-format.h"
#include "cd-text-table.h"

#define BELOW_HEIGHT 134

G_DEFINE_FINAL_TYPE (CdCoverView, cd_cover_view, GTK_TYPE_WIDGET)

#define CELL(table, column, text, tone) cd_text_table_cell (CD_TEXT_TABLE (table), column, text, tone)

/* --- The plan -------------------------------------------------------------------------------------------------------- */

static const char *
why (CdCoverView *self, const CdCoverOrder *order, char *buf)
{
  char room[CD_FORMAT_BUF];
  const CdObligation *o = self->cover->figures;

  if (order->credit)
    g_snprintf (buf, CD_GRID_TEXT_MAX, _ ("offset, within room of %s t"), cd_format_units (MAX (o->offset_room - o->offset_countable, 0), room));
  else
    g_strlcpy (buf, _ ("next cheapest usable allowance"), CD_GRID_TEXT_MAX);
  return buf;
}

static void
show_orders (CdCoverView *self)
{
  const CdCoverPlan *plan = self->cover->plan;
  gint64 sum = 0;
  char a[CD_FORMAT_BUF], text[CD_GRID_TEXT_MAX];

  cd_text_table_begin (CD_TEXT_TABLE (self->orders));
  for (guint i = 0; i < plan->orders->len; i++)
    {
      const CdCoverOrder *order = g_ptr_array_index (plan->orders, i);
      g_autofree char *number = g_strdup_printf ("%u", i + 1);
      g_autofree char *level = g_strdup_printf (_ ("ask %u"), order->level + 1);

      sum += order->amount.e4;
      cd_text_table_add_row (CD_TEXT_TABLE (self->orders));
      CELL (self->orders, 0, number, CD_TONE_DIM);
      CELL (self->orders, 1, order->code, CD_TONE_TEXT);
      cd_text_table_bold (CD_TEXT_TABLE (self->orders), 1);
      CELL (self->orders, 2, level, CD_TONE_DIM);
      CELL (self->orders, 3, cd_format_price (order->price_e4, a), CD_TONE_TEXT);
      CELL (self->orders, 4, cd_format_units (order->qty, a), CD_TONE_TEXT);
      CELL (self->orders, 5, cd_format_money (order->amount.e4, a), CD_TONE_TEXT);
      CELL (self->orders, 6, cd_format_money (sum, a), CD_TONE_TEXT);
      CELL (self->orders, 7, why (self, order, text), CD_TONE_DIM);
    }
  cd_text_table_end (CD_TEXT_TABLE (self->orders));
}

static void
show_summary (CdCoverView *self)
{
  const CdDeskCover *c = self->cover;
  g_autoptr (GString) text = g_string_new (NULL);
  char buf[CD_FORMAT_BUF];
  gint64 average = 0;

  if (c->figures->shortfall == 0)
    g_string_append (text, _ ("Nothing is short: there is nothing to buy."));
  else if (c->open_units == 0)
    g_string_append (text, _ ("Bids that rest or are staged ask for all that is short."));
  else if (c->plan->units == 0)
    g_string_append (text, c->stale_books ? _ ("No live book: the plan waits for prices.") : _ ("The live books offer nothing that covers."));
  else
    {
      g_autofree char *cost = cd_format_money_short (c->plan->cost);
      g_autofree char *saving = cd_format_money_short (c->saving);

      cd_cover_add_part (text, g_strdup_printf (_ ("Cost %s"), cost));
      if (cd_i64_mul_div (c->plan->cost.e4, 1, c->plan->units, CD_ROUND_HALF_UP, &average))
        cd_cover_add_part (text, g_strdup_printf (_ ("average %s"), cd_format_price (average, buf)));
      cd_cover_add_part (text, g_strdup_printf (_ ("buys %s t"), cd_format_units (c->plan->units, buf)));
      cd_cover_add_part (text, g_strdup_printf (_ ("of them offsets %s t"), cd_format_units (c->plan->offset_units, buf)));
      if (c->saving.e4 > 0)
        cd_cover_add_part (text, g_strdup_printf (_ ("saves %s against buying book by book"), saving));
      if (c->cash_after_e4 < 0)
        cd_cover_add_part (text, g_strdup_printf (_ ("cash lacks ¥%s"), cd_format_money (-c->cash_after_e4, buf)));
      if (c->staged_units)
        cd_cover_add_part (text, g_strdup_printf (_ ("staged already %s t"), cd_format_units (c->staged_units, buf)));
      if (c->working_units)
        cd_cover_add_part (text, g_strdup_printf (_ ("in orders %s t"), cd_format_units (c->working_units, buf)));
      if (c->asked_units)
        cd_cover_add_part (text, g_strdup_printf (_ ("left with a second person %s t"), cd_format_units (c->asked_units, buf)));
      if (c->own_units)
        cd_cover_add_part (text, g_strdup_printf (_ ("without own listings of %s t"), cd_format_units (c->own_units, buf)));
    }
  gtk_label_set_text (GTK_LABEL (self->summary), text->str);
  gtk_widget_set_sensitive (self->stage, c->plan->orders->len > 0);
}

/* --- Until when ------------------------------------------------------------------------------------------------------ */

static void
date_cell (CdCoverView *self, guint column, gint64 at_us, gint64 now)
{
  g_autofree char *text = at_us ? cd_format_deadline (NULL, at_us) : g_strdup (_ ("not verified"));

  CELL (self->steps, column, text, at_us == 0 ? CD_TONE_WARN : at_us < now ? CD_TONE_BLOCK
                                                                           : CD_TONE_TEXT);
}

static void
show_steps (CdCoverView *self)
{
  gint64 now = cd_desk_get_market_time (self->desk);

  cd_text_table_begin (CD_TEXT_TABLE (self->steps));
  for (guint i = 0; i < self->cover->steps->len; i++)
    {
      const CdCoverStep *step = &g_array_index (self->cover->steps, CdCoverStep, i);
      g_autofree char *name = cd_format_deadline_name (step->id);
      g_autofree char *left = step->statutory_us ? cd_format_countdown (step->statutory_us - now) : g_strdup ("–");

      cd_text_table_add_row (CD_TEXT_TABLE (self->steps));
      CELL (self->steps, 0, name, CD_TONE_TEXT);
      date_cell (self, 1, step->statutory_us, now);
      date_cell (self, 2, step->provincial_us, now);
      if (step->internal_us)
        date_cell (self, 3, step->internal_us, now);
      else
        CELL (self->steps, 3, "–", CD_TONE_DIM);
      CELL (self->steps, 4, left, step->statutory_us && step->statutory_us < now ? CD_TONE_BLOCK : CD_TONE_TEXT);
      CELL (self->steps, 5, step->source, CD_TONE_DIM);
    }
  cd_text_table_end (CD_TEXT_TABLE (self->steps));
}

/* --- What if --------------------------------------------------------------------------------------------------------- */

static void
compare_row (CdCoverView *self, const char *name, const char *now, const char *then)
{
  gboolean same = g_strcmp0 (now, then) == 0;

  cd_text_table_add_row (CD_TEXT_TABLE (self->compare));
  CELL (self->compare, 0, name, CD_TONE_DIM);
  CELL (self->compare, 1, now, CD_TONE_TEXT);
  CELL (self->compare, 2, then, same ? CD_TONE_DIM : CD_TONE_WARN);
  if (!same)
    cd_text_table_bold (CD_TEXT_TABLE (self->compare), 2);
}

static void
compare_units (CdCoverView *self, const char *name, gint64 now, gint64 then)
{
  char a[CD_FORMAT_BUF], b[CD_FORMAT_BUF];

  compare_row (self, name, cd_format_units (now, a), cd_format_units (then, b));
}

static char *
nothing_words (const CdObligation *o, int stage)
{
  for (guint i = 0; i < o->penalties->len; i++)
    {
      const CdPenaltyEstimate *p = g_ptr_array_index (o->penalties, i);
      g_autofree char *low = cd_format_money_short (p->low);
      g_autofree char *high = cd_format_money_short (p->high);

      if (p->stage == stage)
        return p->has_amount ? g_strdup_printf ("%s – %s", low, high) : g_strdup (_ ("not verified"));
    }
  return g_strdup ("–");
}

static CdWhatIf
assumption (CdCoverView *self)
{
  int days = gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (self->spins[2]));

  return (CdWhatIf){
    .emissions_bp = (int)(gtk_spin_button_get_value (GTK_SPIN_BUTTON (self->spins[0])) * 100),
    .price_bp = (int)(gtk_spin_button_get_value (GTK_SPIN_BUTTON (self->spins[1])) * 100),
    .at_us = days ? cd_desk_get_market_time (self->desk) + days * CD_USEC_PER_DAY : 0,
  };
}

static void
show_compare (CdCoverView *self)
{
  const CdWhatIf what_if = assumption (self);
  g_autoptr (CdDeskCover) then = cd_desk_cover (self->desk, self->row, &what_if, NULL);
  const CdDeskCover *now = self->cover;

  cd_text_table_begin (CD_TEXT_TABLE (self->compare));
  if (then)
    {
      g_autofree char *cost_now = cd_format_money_short (now->plan->cost);
      g_autofree char *cost_then = cd_format_money_short (then->plan->cost);
      g_autofree char *sessions_now = now->figures->sessions_left >= 0 ? g_strdup_printf ("%d", now->figures->sessions_left) : g_strdup (_ ("not verified"));
      g_autofree char *sessions_then = then->figures->sessions_left >= 0 ? g_strdup_printf ("%d", then->figures->sessions_left) : g_strdup (_ ("not verified"));

      compare_units (self, _ ("Owed t"), now->figures->owed, then->figures->owed);
      compare_units (self, _ ("Short t"), now->figures->shortfall, then->figures->shortfall);
      compare_units (self, _ ("Offset room t"), now->figures->offset_room, then->figures->offset_room);
      compare_row (self, _ ("Cover now"), cost_now, cost_then);
      compare_units (self, _ ("Not in the books t"), now->plan->missing, then->plan->missing);
      for (int stage = 1; stage <= 2; stage++)
        {
          g_autofree char *name = g_strdup_printf (_ ("Do nothing, stage %d"), stage);
          g_autofree char *a = nothing_words (now->figures, stage);
          g_autofree char *b = nothing_words (then->figures, stage);

          compare_row (self, name, a, b);
        }
      compare_row (self, _ ("Sessions left to buy"), sessions_now, sessions_then);
    }
  cd_text_table_end (CD_TEXT_TABLE (self->compare));
}

/* --- Together -------------------------------------------------------------------------------------------------------- */

static void
show_nothing (CdCoverView *self)
{
  GtkWidget *tables[] = { self->orders, self->steps, self->compare };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      cd_text_table_begin (CD_TEXT_TABLE (tables[i]));
      cd_text_table_end (CD_TEXT_TABLE (tables[i]));
    }
  gtk_label_set_text (GTK_LABEL (self->summary), self->row && self->row->problem ? self->row->problem : _ ("not known"));
  gtk_widget_set_sensitive (self->stage, FALSE);
  gtk_widget_set_visible (self->rest, FALSE);
  gtk_label_set_text (GTK_LABEL (self->own_source), "");
}

void
cd_cover_view_update (CdCoverView *self, CdObligationRow *row)
{
  g_autoptr (GError) error = NULL;

  if (g_set_object (&self->row, row))
    {
      gtk_label_set_text (GTK_LABEL (self->message), "");
      gtk_editable_set_text (GTK_EDITABLE (self->price), "");
    }
  g_clear_pointer (&self->cover, cd_desk_cover_free);
  if (row && row->figures)
    self->cover = cd_desk_cover (self->desk, row, NULL, &error);
  if (!self->cover)
    {
      show_nothing (self);
      return;
    }
  show_orders (self);
  show_summary (self);
  cd_cover_show_rest (self);
  show_steps (self);
  cd_cover_show_own (self);
  show_compare (self);
}

void
cd_cover_view_focus (CdCoverView *self, gboolean what_if)
{
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), what_if ? "what-if" : "steps");
  gtk_widget_grab_focus (what_if ? self->spins[0] : cd_text_table_get_grid (CD_TEXT_TABLE (self->orders)));
}

CdTrace *
cd_cover_view_dup_focused_trace (CdCoverView *self)
{
  if (!self->cover || !(gtk_widget_get_state_flags (self->orders) & GTK_STATE_FLAG_FOCUS_WITHIN))
    return NULL;
  return cd_trace_copy (self->cover->plan->trace);
}

static void
spin_cb (CdCoverView *self)
{
  if (self->cover)
    show_compare (self);
}

static void
stage_cb (CdCoverView *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *number = NULL;
  guint n = self->row ? cd_desk_stage_cover (self->desk, self->row, &number, &error) : 0;

  cd_cover_view_update (self, self->row);
  cd_cover_say_staged (self, number, n, self->cover ? self->cover->plan->missing : 0, error);
}

/* --- Layout ---------------------------------------------------------------------------------------------------------- */

static GtkWidget *
build_what_if (CdCoverView *self)
{
  const char *const names[CD_COVER_SPINS] = { _ ("Emissions ± %"), _ ("Prices ± %"), _ ("Days later") };
  static const double limits[CD_COVER_SPINS][3] = { { -50, 50, 0.5 }, { -50, 50, 1 }, { 0, 60, 1 } };
  const CdGridColumn columns[] = {
    { _ ("Figure"), 150, FALSE, TRUE, FALSE },
    { _ ("Now"), 150, TRUE, FALSE, FALSE },
    { _ ("What if"), 150, TRUE, FALSE, FALSE },
  };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  for (int i = 0; i < CD_COVER_SPINS; i++)
    {
      self->spins[i] = cd_cover_named (gtk_spin_button_new_with_range (limits[i][0], limits[i][1], limits[i][2]), names[i]);
      gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->spins[i]), 0);
      gtk_spin_button_set_digits (GTK_SPIN_BUTTON (self->spins[i]), i == 0 ? 1 : 0);
      gtk_editable_set_width_chars (GTK_EDITABLE (self->spins[i]), 4);
      gtk_widget_add_css_class (self->spins[i], "dense-spin");
      g_signal_connect_swapped (self->spins[i], "value-changed", G_CALLBACK (spin_cb), self);
      gtk_box_append (GTK_BOX (line), gtk_label_new (names[i]));
      gtk_box_append (GTK_BOX (line), self->spins[i]);
    }
  gtk_widget_add_css_class (line, "what-if");
  self->compare = cd_text_table_new (_ ("What if"), columns, G_N_ELEMENTS (columns));
  gtk_widget_set_name (cd_text_table_get_grid (CD_TEXT_TABLE (self->compare)), "what-if");
  gtk_widget_set_vexpand (self->compare, TRUE);
  gtk_box_append (GTK_BOX (box), line);
  gtk_box_append (GTK_BOX (box), self->compare);
  return box;
}

static void
build_tables (CdCoverView *self)
{
  const CdGridColumn orders[] = {
    { "#", 30, TRUE, FALSE, FALSE },
    { _ ("Instrument"), 124, FALSE, TRUE, FALSE },
    { _ ("Level"), 52, FALSE, FALSE, TRUE },
    { _ ("Price"), 66, TRUE, FALSE, FALSE },
    { _ ("Quantity t"), 80, TRUE, FALSE, FALSE },
    { _ ("Amount ¥"), 112, TRUE, FALSE, FALSE },
    { _ ("Cum. cost ¥"), 118, TRUE, FALSE, TRUE },
    { _ ("Why here"), 150, FALSE, TRUE, TRUE },
  };
  const CdGridColumn steps[] = {
    { _ ("Step"), 140, FALSE, FALSE, FALSE },
    { _ ("Statutory"), 104, TRUE, FALSE, FALSE },
    { _ ("Provincial"), 104, TRUE, FALSE, FALSE },
    { _ ("Own rule"), 104, TRUE, FALSE, FALSE },
    { _ ("Time left"), 84, TRUE, FALSE, FALSE },
    { _ ("Source"), 60, FALSE, TRUE, TRUE },
  };

  self->orders = cd_text_table_new (_ ("Cover plan"), orders, G_N_ELEMENTS (orders));
  cd_grid_view_set_placeholder (CD_GRID_VIEW (cd_text_table_get_grid (CD_TEXT_TABLE (self->orders))), _ ("Nothing to buy"));
  self->steps = cd_text_table_new (_ ("Last safe times"), steps, G_N_ELEMENTS (steps));
  gtk_widget_set_name (cd_text_table_get_grid (CD_TEXT_TABLE (self->orders)), "plan");
  gtk_widget_set_name (cd_text_table_get_grid (CD_TEXT_TABLE (self->steps)), "last-safe-times");
  gtk_widget_set_vexpand (self->orders, TRUE);
}

static void
cd_cover_view_dispose (GObject *object)
{
  CdCoverView *self = CD_COVER_VIEW (object);

  g_clear_pointer (&self->root, gtk_widget_unparent);
  g_clear_pointer (&self->cover, cd_desk_cover_free);
  g_clear_object (&self->row);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (cd_cover_view_parent_class)->dispose (object);
}

static void
cd_cover_view_class_init (CdCoverViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_cover_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
cd_cover_view_init (CdCoverView *self)
{
}

GtkWidget *
cd_cover_view_new (CdDesk *desk)
{
  CdCoverView *self = g_object_new (CD_TYPE_COVER_VIEW, NULL);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *title = gtk_label_new (_ ("Cover plan, least cost over the live books"));
  GtkWidget *tabs = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *switcher = gtk_stack_switcher_new ();
  GtkWidget *below;

  self->desk = g_object_ref (desk);
  build_tables (self);
  self->root = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->stage = gtk_button_new_with_label (_ ("Stage these orders"));
  self->message = gtk_label_new ("");
  self->summary = gtk_label_new ("");
  self->stack = gtk_stack_new ();
  gtk_widget_set_name (self->stack, "plan-below");
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (title, "pane-title-text");
  gtk_widget_add_css_class (head, "pane-title");
  gtk_widget_add_css_class (head, "compact");
  gtk_label_set_ellipsize (GTK_LABEL (self->message), PANGO_ELLIPSIZE_END);
  gtk_label_set_wrap (GTK_LABEL (self->summary), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->summary), 0);
  gtk_widget_add_css_class (self->summary, "plan-summary");
  gtk_stack_add_titled (GTK_STACK (self->stack), self->steps, "steps", _ ("Last safe times"));
  gtk_stack_add_titled (GTK_STACK (self->stack), build_what_if (self), "what-if", _ ("What if"));
  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (switcher), GTK_STACK (self->stack));
  gtk_widget_add_css_class (switcher, "compact");
  gtk_widget_add_css_class (tabs, "pane-title");
  below = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (below), GTK_POLICY_NEVER, GTK_POLICY_EXTERNAL);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (below), BELOW_HEIGHT);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (below), BELOW_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (below), self->stack);
  gtk_widget_set_vexpand (below, FALSE);
  gtk_box_append (GTK_BOX (head), title);
  gtk_box_append (GTK_BOX (head), self->message);
  gtk_box_append (GTK_BOX (head), self->stage);
  gtk_box_append (GTK_BOX (tabs), switcher);
  cd_cover_append_own (self, tabs);
  gtk_box_append (GTK_BOX (self->root), head);
  gtk_box_append (GTK_BOX (self->root), self->summary);
  gtk_box_append (GTK_BOX (self->root), cd_cover_build_rest (self));
  gtk_box_append (GTK_BOX (self->root), self->orders);
  gtk_box_append (GTK_BOX (self->root), tabs);
  gtk_box_append (GTK_BOX (self->root), below);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
  g_signal_connect_swapped (self->stage, "clicked", G_CALLBACK (stage_cb), self);
  return GTK_WIDGET (self);
}
