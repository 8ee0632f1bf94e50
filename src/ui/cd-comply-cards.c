/* cd-comply-cards.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-comply-cards.h"

#include <glib/gi18n.h>

#include "cd-desk-cover.h"
#include "cd-figure-list.h"
#include "cd-format.h"
#include "cd-gauge-view.h"
#include "cd-text-table.h"
#include "cd-timeline-view.h"

#define RIBBON_HEIGHT 132
#define ENCUMBRANCES_HEIGHT 104

char *
cd_comply_nothing_words (const CdObligation *o)
{
  if (o->shortfall == 0)
    return g_strdup (_ ("nothing"));
  for (guint i = 0; i < o->penalties->len; i++)
    {
      const CdPenaltyEstimate *p = g_ptr_array_index (o->penalties, i);
      g_autofree char *low = cd_format_money_short (p->low);
      g_autofree char *high = cd_format_money_short (p->high);

      if (p->has_amount)
        return g_strdup_printf ("%s – %s", low, high);
    }
  return g_strdup (_ ("not verified"));
}

/* --- Deadlines ------------------------------------------------------------------------------------------------------- */

static const char *
owner_glyph (CdDutyOwner owner)
{
  switch (owner)
    {
    case CD_OWNER_OURS:
      return "●";
    case CD_OWNER_AUTHORITY:
      return "◆";
    case CD_OWNER_VERIFIER:
      return "▲";
    case CD_OWNER_REGISTER:
      return "■";
    }
  return "";
}

static CdTone
deadline_tone (const CdDeadline *d, gint64 now)
{
  if (d->at_us < now)
    return CD_TONE_DIM;
  if (d->owner != CD_OWNER_OURS)
    return CD_TONE_FLAT;
  return d->at_us - now < 3 * CD_USEC_PER_DAY ? CD_TONE_BLOCK : d->at_us - now < 21 * CD_USEC_PER_DAY ? CD_TONE_WARN
                                                                                                      : CD_TONE_TEXT;
}

static void
show_ribbon (CdComplyCards *cards, CdDesk *desk, const CdObligationRow *row)
{
  const CdPack *pack = cd_desk_get_pack (desk, row->market);
  const CdZone *zone = pack ? cd_calendar_zone (pack->market->calendar) : NULL;
  gint64 now = cd_desk_get_market_time (desk), first = now, last = now;
  g_autoptr (GString) unverified = g_string_new (NULL);

  for (guint i = 0; i < row->figures->deadlines->len; i++)
    {
      const CdDeadline *d = g_ptr_array_index (row->figures->deadlines, i);

      first = d->at_us ? MIN (first, d->at_us) : first;
      last = MAX (last, d->at_us);
    }
  cd_timeline_view_begin (CD_TIMELINE_VIEW (cards->ribbon), zone, first - 10 * CD_USEC_PER_DAY, now, last + 3 * CD_USEC_PER_DAY);
  for (guint i = 0; i < row->figures->deadlines->len; i++)
    {
      const CdDeadline *d = g_ptr_array_index (row->figures->deadlines, i);
      g_autofree char *name = cd_format_deadline_name (d->id);
      g_autofree char *text = NULL;
      char date[CD_DATE_BUF];

      if (d->at_us == 0 || d->status == CD_RULE_UNVERIFIED)
        {
          g_string_append_printf (unverified, "%s%s %s", unverified->len ? ", " : "", owner_glyph (d->owner), name);
          continue;
        }
      /* 24:00 belongs to the day that ends with it. */
      cd_date_print (cd_zone_date_of (zone, d->at_us - 1, NULL), date);
      text = g_strdup_printf ("%s %s %s", owner_glyph (d->owner), name, date + 5);
      cd_timeline_view_add_mark (CD_TIMELINE_VIEW (cards->ribbon), d->at_us, text, deadline_tone (d, now), d->owner == CD_OWNER_OURS && d->at_us >= now);
    }
  cd_timeline_view_end (CD_TIMELINE_VIEW (cards->ribbon));
  if (unverified->len)
    {
      g_autofree char *text = g_strdup_printf (_ ("date not verified: %s"), unverified->str);

      gtk_label_set_text (GTK_LABEL (cards->unverified), text);
    }
  else
    gtk_label_set_text (GTK_LABEL (cards->unverified), "");
}

/* --- Coverage and consequences --------------------------------------------------------------------------------------- */

static void
add_units (GtkWidget *list, const char *name, gint64 units, CdTone tone, const char *rule)
{
  char buf[CD_FORMAT_BUF];
  g_autofree char *text = g_strdup_printf (_ ("%s t"), cd_format_units (units, buf));

  cd_figure_list_add_explained (CD_FIGURE_LIST (list), name, text, tone, rule);
}

static void
show_dates (CdComplyCards *cards, const CdObligationRow *row, gint64 now)
{
  const CdObligation *o = row->figures;
  g_autofree char *deadline = cd_format_deadline (NULL, o->deadline_us);
  g_autofree char *left = cd_format_countdown (o->deadline_us - now);
  g_autofree char *buy = cd_format_date_time (NULL, o->last_safe_buy_us);
  g_autofree char *sessions = g_strdup_printf ("%d", o->sessions_left);
  gboolean known = o->deadline_us != 0 && o->deadline_status != CD_RULE_UNVERIFIED;

  cd_figure_list_add_explained (CD_FIGURE_LIST (cards->coverage), _ ("Deadline"), known ? deadline : _ ("not verified"), known ? CD_TONE_TEXT : CD_TONE_WARN, "deadline.surrender");
  if (known)
    cd_figure_list_add_explained (CD_FIGURE_LIST (cards->coverage), _ ("Time left"), left, o->deadline_us - now < 14 * CD_USEC_PER_DAY ? CD_TONE_WARN : CD_TONE_TEXT, "deadline.surrender");
  cd_figure_list_add_explained (CD_FIGURE_LIST (cards->coverage), _ ("Last safe purchase"), o->last_safe_buy_us ? buy : _ ("not verified"), o->last_safe_buy_us ? CD_TONE_TEXT : CD_TONE_WARN, "deadline.last_buy");
  if (o->sessions_left >= 0)
    cd_figure_list_add_explained (CD_FIGURE_LIST (cards->coverage), _ ("Sessions left to buy"), sessions, CD_TONE_TEXT, "deadline.last_buy");
}

static void
show_coverage (CdComplyCards *cards, CdDesk *desk, const CdObligationRow *row)
{
  const CdObligation *o = row->figures;
  char bp[CD_FORMAT_BUF];
  g_autofree char *gauge = g_strdup_printf (_ ("%s covered"), cd_format_bp (o->coverage_bp, bp));

  cd_gauge_view_set (CD_GAUGE_VIEW (cards->coverage_gauge), o->coverage_bp, o->shortfall > 0 ? CD_TONE_WARN : CD_TONE_FLAT, gauge);
  cd_figure_list_begin (CD_FIGURE_LIST (cards->coverage));
  add_units (cards->coverage, _ ("Owed"), o->owed, CD_TONE_TEXT, "owed");
  add_units (cards->coverage, _ ("Surrendered and offset"), o->surrendered, CD_TONE_TEXT, "remaining");
  add_units (cards->coverage, _ ("Still owed"), o->remaining, CD_TONE_TEXT, "remaining");
  add_units (cards->coverage, _ ("Usable in the register"), o->usable_registry, CD_TONE_TEXT, "vintage.usable");
  add_units (cards->coverage, _ ("Usable, to be transferred"), o->usable_trading, CD_TONE_TEXT, "vintage.usable");
  add_units (cards->coverage, _ ("Offsets that count"), o->offset_pending + o->offset_countable, CD_TONE_TEXT, "offset.counted");
  if (o->unusable_vintage)
    add_units (cards->coverage, _ ("Held, not usable for the year"), o->unusable_vintage, CD_TONE_WARN, "vintage.not_usable");
  if (o->shortfall)
    add_units (cards->coverage, _ ("Short"), o->shortfall, CD_TONE_BLOCK, "shortfall|remaining|vintage.usable|offset.counted");
  else
    add_units (cards->coverage, _ ("Surplus"), o->surplus, CD_TONE_TEXT, "surplus|remaining|vintage.usable|offset.counted");
  if (row->has_cover_now)
    {
      g_autofree char *money = cd_format_money_short (row->cover_now);

      cd_figure_list_add_explained (CD_FIGURE_LIST (cards->coverage), _ ("Cover now, from the live books"), money, CD_TONE_TEXT, "cover.");
      if (row->cover_missing)
        add_units (cards->coverage, _ ("The visible books lack"), row->cover_missing, CD_TONE_WARN, "cover.");
    }
  show_dates (cards, row, cd_desk_get_market_time (desk));
  cd_figure_list_end (CD_FIGURE_LIST (cards->coverage));
}

static void
show_consequences (CdComplyCards *cards, const CdObligationRow *row)
{
  const CdObligation *o = row->figures;
  CdFigureList *list = CD_FIGURE_LIST (cards->consequences);
  g_autoptr (GString) words = g_string_new (NULL);

  cd_figure_list_begin (list);
  if (o->shortfall == 0)
    cd_figure_list_add (list, _ ("Nothing is short"), "", CD_TONE_TEXT);
  for (guint i = 0; i < o->penalties->len; i++)
    {
      const CdPenaltyEstimate *p = g_ptr_array_index (o->penalties, i);
      const CdPenaltyEstimate *next = i + 1 < o->penalties->len ? g_ptr_array_index (o->penalties, i + 1) : NULL;
      g_autofree char *low = cd_format_money_short (p->low);
      g_autofree char *high = cd_format_money_short (p->high);
      g_autofree char *name = g_strdup_printf (_ ("Stage %d"), p->stage);
      g_autofree char *value = p->has_amount && p->verified_rule ? g_strdup_printf ("%s – %s", low, high) : g_strdup (_ ("not verified"));

      cd_figure_list_add_explained (list, name, value, p->has_amount ? CD_TONE_BLOCK : CD_TONE_WARN, "penalty");
      g_string_append_printf (words, "%s%s", words->len ? "\n" : "", cd_format_pick (p->text_zh, p->text_en));
      if (!next || g_strcmp0 (next->source, p->source) != 0 || next->verified_rule != p->verified_rule)
        {
          g_string_append_printf (words, "\n%s", p->verified_rule ? "" : _ ("rule not verified; "));
          g_string_append_printf (words, _ ("source: %s"), p->source && *p->source ? p->source : _ ("not known"));
        }
      if (p->deduction_unverified)
        cd_figure_list_add_explained (list, _ ("Whether next year is cut"), _ ("not verified"), CD_TONE_WARN, "penalty");
      else if (p->deduct_next_year)
        cd_figure_list_add_explained (list, _ ("and deducted next year"), "", CD_TONE_WARN, "penalty");
    }
  cd_figure_list_end (list);
  gtk_label_set_text (GTK_LABEL (cards->words), words->str);
}

/* --- Offsets and encumbrances ---------------------------------------------------------------------------------------- */

static const CdHoldingRow *
find_holding (CdDesk *desk, const char *account, const char *asset)
{
  GListModel *rows = cd_desk_get_holdings (desk);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdHoldingRow) row = g_list_model_get_item (rows, i);

      if (g_str_equal (row->account, account) && g_str_equal (row->asset, asset))
        return row;
    }
  return NULL;
}

static void
show_lots (CdComplyCards *cards, CdDesk *desk, const CdObligationRow *row)
{
  CdTextTable *table = CD_TEXT_TABLE (cards->lots);
  char buf[CD_FORMAT_BUF];

  cd_text_table_begin (table);
  for (guint i = 0; i < row->figures->lots->len; i++)
    {
      const CdLotVerdict *lot = g_ptr_array_index (row->figures->lots, i);
      const CdHoldingRow *holding = find_holding (desk, row->account, lot->code);
      CdQuote *quote = cd_desk_get_quote (desk, lot->code);
      gboolean live = quote && quote->fresh == CD_FRESH_LIVE && quote->feed.n_asks > 0;
      gint64 reserved = holding ? holding->bucket[CD_BUCKET_PENDING_OFFSET] : 0;

      cd_text_table_add_row (table);
      cd_text_table_cell (table, 0, lot->code, CD_TONE_TEXT);
      cd_text_table_bold (table, 0);
      cd_text_table_cell (table, 1, cd_format_eligibility (lot->eligible), lot->eligible == CD_ELIGIBLE ? CD_TONE_TEXT : CD_TONE_WARN);
      cd_text_table_cell (table, 2, cd_format_units (holding ? holding->total - reserved : 0, buf), CD_TONE_TEXT);
      cd_text_table_cell (table, 3, cd_format_units (reserved, buf), CD_TONE_TEXT);
      cd_text_table_cell (table, 4, cd_format_units (lot->counted, buf), CD_TONE_TEXT);
      cd_text_table_cell (table, 5, cd_format_units (lot->stranded, buf), lot->stranded ? CD_TONE_WARN : CD_TONE_DIM);
      cd_text_table_cell (table, 6, live ? cd_format_price (quote->feed.asks[0].price, buf) : "–", live ? CD_TONE_TEXT : CD_TONE_DIM);
    }
  cd_text_table_end (table);
}

static void
show_offsets (CdComplyCards *cards, CdDesk *desk, const CdObligationRow *row)
{
  const CdObligation *o = row->figures;
  char used[CD_FORMAT_BUF], cap[CD_FORMAT_BUF];
  gboolean known = o->offset_status != CD_RULE_UNVERIFIED;
  gint64 bp = 0;
  g_autofree char *gauge = known ? g_strdup_printf (_ ("%1$s of %2$s t used or reserved"), cd_format_units (o->offset_used, used), cd_format_units (o->offset_cap, cap)) : g_strdup (_ ("not verified"));

  if (o->offset_cap > 0 && !cd_i64_mul_div (o->offset_used, 10000, o->offset_cap, CD_ROUND_FLOOR, &bp))
    bp = 0;
  cd_gauge_view_set (CD_GAUGE_VIEW (cards->offset_gauge), (int)bp, bp >= 10000 ? CD_TONE_BLOCK : bp >= 9000 ? CD_TONE_WARN
                                                                                                            : CD_TONE_FLAT,
                     gauge);
  cd_figure_list_begin (CD_FIGURE_LIST (cards->offsets));
  if (known)
    {
      add_units (cards->offsets, _ ("Room"), o->offset_room, CD_TONE_TEXT, "offset.");
      add_units (cards->offsets, _ ("Held and countable"), o->offset_countable, CD_TONE_TEXT, "offset.counted");
      add_units (cards->offsets, _ ("Held beyond the room (stranded)"), o->offset_stranded, o->offset_stranded ? CD_TONE_WARN : CD_TONE_TEXT, "offset.counted");
    }
  for (guint i = 0; known && i < o->sub_rooms->len; i++)
    {
      const CdSubRoom *room = g_ptr_array_index (o->sub_rooms, i);
      g_autofree char *name = g_strdup_printf (_ ("Room: %s"), g_str_equal (room->id, "ccer_outside_beijing") ? _ ("CCER from outside Beijing") : room->id);

      add_units (cards->offsets, name, room->room, CD_TONE_TEXT, "offset.sub_cap");
    }
  cd_figure_list_end (CD_FIGURE_LIST (cards->offsets));
  show_lots (cards, desk, row);
}

static void
show_encumbrances (CdComplyCards *cards, CdDesk *desk, CdObligationRow *row)
{
  const CdPack *pack = cd_desk_get_pack (desk, row->market);
  CdTimelineView *view = CD_TIMELINE_VIEW (cards->encumbrances);
  gint64 now = cd_desk_get_market_time (desk), deadline = row->figures->deadline_us;
  g_autoptr (GArray) list = cd_desk_dup_encumbrances (desk, row);
  char buf[CD_FORMAT_BUF];

  cd_timeline_view_begin (view, pack ? cd_calendar_zone (pack->market->calendar) : NULL, now, now, MAX (deadline, now) + 4 * CD_USEC_PER_DAY);
  for (guint i = 0; i < list->len; i++)
    {
      const CdEncumbrance *e = &g_array_index (list, CdEncumbrance, i);
      g_autofree char *text = g_strdup_printf (_ ("%1$s · %2$s · %3$s t"), e->asset, cd_format_bucket (e->bucket), cd_format_units (e->qty, buf));
      gint64 until = e->until_us;

      /* What is reserved or submitted is bound until the surrender, and counts. */
      if (until == 0 && e->counts)
        until = deadline;
      cd_timeline_view_add_bar (view, until, text, until == 0 ? CD_TONE_WARN : deadline && until > deadline ? CD_TONE_BLOCK
                                                                                                            : CD_TONE_FLAT);
    }
  if (list->len == 0)
    cd_timeline_view_add_bar (view, now, _ ("Nothing is bound"), CD_TONE_FLAT);
  if (deadline)
    cd_timeline_view_add_line (view, deadline, _ ("deadline"), CD_TONE_WARN);
  cd_timeline_view_end (view);
}

/* --- Together -------------------------------------------------------------------------------------------------------- */

/* Figures of another entity must not stay on the screen. */
static void
show_nothing (CdComplyCards *cards)
{
  GtkWidget *lists[] = { cards->coverage, cards->offsets, cards->consequences };
  GtkWidget *timelines[] = { cards->ribbon, cards->encumbrances };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      cd_figure_list_begin (CD_FIGURE_LIST (lists[i]));
      cd_figure_list_end (CD_FIGURE_LIST (lists[i]));
    }
  for (guint i = 0; i < G_N_ELEMENTS (timelines); i++)
    {
      cd_timeline_view_begin (CD_TIMELINE_VIEW (timelines[i]), NULL, 0, 0, 0);
      cd_timeline_view_end (CD_TIMELINE_VIEW (timelines[i]));
    }
  cd_text_table_begin (CD_TEXT_TABLE (cards->lots));
  cd_text_table_end (CD_TEXT_TABLE (cards->lots));
  gtk_label_set_text (GTK_LABEL (cards->unverified), "");
  gtk_label_set_text (GTK_LABEL (cards->words), "");
  cd_gauge_view_set (CD_GAUGE_VIEW (cards->coverage_gauge), 0, CD_TONE_DIM, _ ("not known"));
  cd_gauge_view_set (CD_GAUGE_VIEW (cards->offset_gauge), 0, CD_TONE_DIM, _ ("not known"));
}

void
cd_comply_cards_update (CdComplyCards *cards, CdDesk *desk, CdObligationRow *row)
{
  if (!row || !row->figures)
    {
      show_nothing (cards);
      return;
    }
  show_ribbon (cards, desk, row);
  show_coverage (cards, desk, row);
  show_consequences (cards, row);
  show_offsets (cards, desk, row);
  show_encumbrances (cards, desk, row);
}

const char *
cd_comply_cards_get_focused_rule (CdComplyCards *cards)
{
  GtkWidget *lists[] = { cards->coverage, cards->consequences, cards->offsets };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      const char *rule = cd_figure_list_get_focused_rule (CD_FIGURE_LIST (lists[i]));

      if (rule)
        return rule;
    }
  return gtk_widget_get_state_flags (cards->lots) & GTK_STATE_FLAG_FOCUS_WITHIN ? "offset." : NULL;
}

void
cd_comply_cards_connect (CdComplyCards *cards, GCallback explain, gpointer data)
{
  g_signal_connect_swapped (cards->coverage, "activate", explain, data);
  g_signal_connect_swapped (cards->consequences, "activate", explain, data);
  g_signal_connect_swapped (cards->offsets, "activate", explain, data);
}

/* --- Layout ---------------------------------------------------------------------------------------------------------- */

static void
append_card (GtkWidget *box, const char *title, GtkWidget *gauge, GtkWidget *content, int height)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *label = gtk_label_new (title);

  gtk_widget_add_css_class (bar, "pane-title");
  gtk_widget_add_css_class (label, "pane-title-text");
  gtk_box_append (GTK_BOX (bar), label);
  gtk_box_append (GTK_BOX (box), bar);
  if (gauge)
    {
      gtk_widget_add_css_class (gauge, "card-gauge");
      gtk_box_append (GTK_BOX (box), gauge);
    }
  if (height > 0)
    {
      /* Not its natural height: what is below needs the room more, and every table scrolls by itself. */
      GtkWidget *scrolled = gtk_scrolled_window_new ();

      gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_EXTERNAL);
      gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled), height);
      gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), height);
      gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), content);
      gtk_box_append (GTK_BOX (box), scrolled);
      return;
    }
  gtk_widget_set_vexpand (content, TRUE);
  gtk_box_append (GTK_BOX (box), content);
}

void
cd_comply_cards_build (CdComplyCards *cards)
{
  const CdGridColumn lots[] = {
    { _ ("Lot"), 132, FALSE, FALSE, FALSE },
    { _ ("Eligibility"), 90, FALSE, TRUE, FALSE },
    { _ ("Held t"), 62, TRUE, FALSE, FALSE },
    { _ ("Reserved t"), 86, TRUE, FALSE, TRUE },
    { _ ("Counts t"), 74, TRUE, FALSE, FALSE },
    { _ ("Stranded t"), 86, TRUE, FALSE, TRUE },
    { _ ("Best ask"), 72, TRUE, FALSE, FALSE },
  };

  cards->ribbon = cd_timeline_view_new (_ ("Deadlines"), RIBBON_HEIGHT);
  cards->unverified = gtk_label_new ("");
  gtk_label_set_ellipsize (GTK_LABEL (cards->unverified), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (cards->unverified, "warn-text");
  gtk_widget_add_css_class (cards->unverified, "strip-name");
  cards->coverage_gauge = cd_gauge_view_new (_ ("Coverage"));
  cards->offset_gauge = cd_gauge_view_new (_ ("Offset limit"));
  gtk_widget_set_name (cards->coverage_gauge, "coverage-gauge");
  gtk_widget_set_name (cards->offset_gauge, "offset-gauge");
  cards->coverage = cd_figure_list_new (_ ("Coverage figures"));
  cards->offsets = cd_figure_list_new (_ ("Offset figures"));
  cards->consequences = cd_figure_list_new_wide (_ ("Consequences"), 200);
  cards->lots = cd_text_table_new (_ ("Offset lots"), lots, G_N_ELEMENTS (lots));
  cd_grid_view_set_placeholder (CD_GRID_VIEW (cd_text_table_get_grid (CD_TEXT_TABLE (cards->lots))), _ ("No credits known"));
  gtk_widget_set_name (cd_text_table_get_grid (CD_TEXT_TABLE (cards->lots)), "offset-lots");
  cards->encumbrances = cd_timeline_view_new (_ ("Encumbrances"), ENCUMBRANCES_HEIGHT);
  cards->middle = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  cards->right = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  append_card (cards->middle, _ ("Coverage"), cards->coverage_gauge, cards->coverage, 0);
  append_card (cards->middle, _ ("If nothing is done"), NULL, cards->consequences, 68);
  cards->words = gtk_label_new ("");
  gtk_label_set_wrap (GTK_LABEL (cards->words), TRUE);
  gtk_label_set_xalign (GTK_LABEL (cards->words), 0);
  gtk_label_set_yalign (GTK_LABEL (cards->words), 0);
  gtk_widget_add_css_class (cards->words, "plan-summary");
  gtk_widget_add_css_class (cards->words, "dim-label");
  gtk_box_append (GTK_BOX (cards->middle), cards->words);
  append_card (cards->right, _ ("Offsets"), cards->offset_gauge, cards->offsets, 90);
  append_card (cards->right, _ ("Lots"), NULL, cards->lots, 0);
  append_card (cards->right, _ ("Encumbrances up to the deadline"), NULL, cards->encumbrances, ENCUMBRANCES_HEIGHT);
}

void
cd_comply_cards_set_stale (CdComplyCards *cards, gboolean stale)
{
  cd_figure_list_set_stale (CD_FIGURE_LIST (cards->coverage), stale);
  cd_figure_list_set_stale (CD_FIGURE_LIST (cards->consequences), stale);
  cd_figure_list_set_stale (CD_FIGURE_LIST (cards->offsets), stale);
  cd_gauge_view_set_stale (CD_GAUGE_VIEW (cards->coverage_gauge), stale);
  cd_gauge_view_set_stale (CD_GAUGE_VIEW (cards->offset_gauge), stale);
  cd_grid_view_set_stale (CD_GRID_VIEW (cd_text_table_get_grid (CD_TEXT_TABLE (cards->lots))), stale);
}
