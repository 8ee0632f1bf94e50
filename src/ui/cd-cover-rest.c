/* cd-cover-rest.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Below the plan: what the books do not hold and what can be done about it; and the house's own rule beside the law's dates.
 */
#include <glib/gi18n.h>

#include "cd-cover-private.h"
#include "cd-format.h"

void
cd_cover_add_part (GString *text, char *part)
{
  g_string_append_printf (text, "%s%s", text->len ? "   ·   " : "", part);
  g_free (part);
}

GtkWidget *
cd_cover_named (GtkWidget *widget, const char *label)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return widget;
}

/* --- What the books do not hold -------------------------------------------------------------------------------------- */

void
cd_cover_show_rest (CdCoverView *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  CdCoverRest rest;
  char a[CD_FORMAT_BUF], b[CD_FORMAT_BUF], c[CD_FORMAT_BUF];
  gint64 limit = cd_desk_get_cover_repeat (self->desk, self->row->account);

  cd_desk_cover_rest (self->desk, self->row, self->cover, &rest);
  gtk_widget_set_visible (self->rest, rest.units > 0 || limit != 0);
  if (rest.units > 0)
    cd_cover_add_part (text, g_strdup_printf (_ ("Books lack %s t"), cd_format_units (rest.units, a)));
  if (self->cover->bid_units)
    cd_cover_add_part (text, g_strdup_printf (_ ("bids staged for %s t"), cd_format_units (self->cover->bid_units, a)));
  if (limit)
    cd_cover_add_part (text, g_strdup_printf (_ ("staged again up to ¥%s"), cd_format_price (limit, c)));
  gtk_label_set_text (GTK_LABEL (self->rest_words), text->str);
  gtk_widget_set_tooltip_text (self->rest_words, text->str);
  gtk_widget_set_sensitive (self->bid, rest.units > 0 && *rest.code);
  if (rest.low_e4 && rest.high_e4)
    {
      g_autofree char *tip = g_strdup_printf (_ ("Bids of %1$s in %2$u parts; limits of the day ¥%3$s to ¥%4$s"), rest.code, rest.orders, cd_format_price (rest.low_e4, a), cd_format_price (rest.high_e4, b));

      gtk_widget_set_tooltip_text (self->bid, tip);
    }
  self->filling = TRUE;
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->repeat), limit != 0);
  /* A price that a person has typed is not suggested over. */
  if (!*gtk_editable_get_text (GTK_EDITABLE (self->price)) && (limit || rest.suggested_e4))
    gtk_editable_set_text (GTK_EDITABLE (self->price), cd_format_price (limit ? limit : rest.suggested_e4, a));
  self->filling = FALSE;
}

/* The typed price, or 0 with the reason shown. */
static gint64
typed_price (CdCoverView *self)
{
  const char *const *names = g_get_language_names ();
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->price));
  g_autoptr (GError) error = NULL;
  gint64 value = 0;

  if (cd_number_parse_typed (typed, cd_number_style_for_locale (names[0]), 4, &value, &error) && value > 0)
    return value;
  if (error)
    {
      g_autofree char *words = cd_format_typed_error (error, typed);

      gtk_label_set_text (GTK_LABEL (self->message), words);
    }
  else
    gtk_label_set_text (GTK_LABEL (self->message), _ ("expected a price above 0"));
  gtk_widget_grab_focus (self->price);
  return 0;
}

void
cd_cover_say_staged (CdCoverView *self, const char *number, guint n, gint64 left, const GError *error)
{
  g_autofree char *text = NULL;
  char buf[CD_FORMAT_BUF];

  if (error)
    text = cd_format_code (error->message, 0, 0);
  else
    {
      g_autofree char *staged = g_strdup_printf (ngettext ("Plan %1$s: %2$u order staged, none sent", "Plan %1$s: %2$u orders staged, none sent", n), number, n);

      text = left > 0 ? g_strdup_printf (_ ("%1$s; %2$s t remain"), staged, cd_format_units (left, buf)) : g_strdup (staged);
    }
  gtk_label_set_text (GTK_LABEL (self->message), text);
  gtk_widget_set_tooltip_text (self->message, text);
}

static void
bid_cb (CdCoverView *self)
{
  gint64 price = typed_price (self);
  g_autoptr (GError) error = NULL;
  g_autofree char *number = NULL;
  guint n;

  if (!price || !self->row)
    return;
  n = cd_desk_stage_rest (self->desk, self->row, price, &number, &error);
  cd_cover_say_staged (self, number, n, 0, error);
  cd_cover_view_update (self, self->row);
}

static void
repeat_cb (CdCoverView *self)
{
  gboolean on = gtk_check_button_get_active (GTK_CHECK_BUTTON (self->repeat));
  gint64 limit;
  g_autoptr (GError) error = NULL;

  if (self->filling || !self->row)
    return;
  limit = on ? typed_price (self) : 0;
  if (!on || limit)
    cd_desk_set_cover_repeat (self->desk, self->row->account, limit, &error);
  if (error)
    cd_cover_say_staged (self, NULL, 0, 0, error);
  cd_cover_show_rest (self);
}

/* --- The house's own rule -------------------------------------------------------------------------------------------- */

void
cd_cover_show_own (CdCoverView *self)
{
  const CdOwnRule *rule = &self->cover->own_rule;
  g_autofree char *text = NULL;

  self->filling = TRUE;
  if (!(gtk_widget_get_state_flags (self->own_days) & GTK_STATE_FLAG_FOCUS_WITHIN))
    gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->own_days), rule->days);
  self->filling = FALSE;
  if (rule->at_us == 0)
    text = g_strdup (_ ("source: own rule, start value"));
  else
    {
      g_autofree char *date = cd_format_date (NULL, rule->at_us);

      text = g_strdup_printf (_ ("source: own rule, %1$s, %2$s"), cd_format_person (self->desk, rule->by), date);
    }
  gtk_label_set_text (GTK_LABEL (self->own_source), text);
  gtk_widget_set_tooltip_text (self->own_source, text);
}

static void
own_cb (CdCoverView *self)
{
  int days = gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (self->own_days));
  g_autoptr (GError) error = NULL;

  if (self->filling || !self->row || !self->cover || days == self->cover->own_rule.days)
    return;
  if (cd_desk_set_own_days (self->desk, self->row->account, days, &error))
    cd_cover_view_update (self, self->row);
  else
    cd_cover_say_staged (self, NULL, 0, 0, error);
}

/* --- Layout ---------------------------------------------------------------------------------------------------------- */

/* A line of its own below the summary: what remains, at which price to bid for it, and whether to stage again. */
GtkWidget *
cd_cover_build_rest (CdCoverView *self)
{
  self->rest = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->rest_words = gtk_label_new ("");
  self->price = cd_cover_named (gtk_entry_new (), _ ("Price of the bids, and the limit of the repeat"));
  self->bid = gtk_button_new_with_label (_ ("Stage bids for the rest"));
  self->repeat = gtk_check_button_new_with_label (_ ("Stage again up to it"));
  gtk_widget_set_tooltip_text (self->repeat, _ ("When the orders of the plan are gone and the books fill again, the plan is staged again up to this price. Nothing is sent by itself; discarding an order ends it."));
  gtk_label_set_xalign (GTK_LABEL (self->rest_words), 0);
  gtk_label_set_wrap (GTK_LABEL (self->rest_words), TRUE);
  gtk_label_set_width_chars (GTK_LABEL (self->rest_words), 10);
  gtk_widget_set_hexpand (self->rest_words, TRUE);
  gtk_widget_add_css_class (self->rest_words, "warn-text");
  gtk_editable_set_width_chars (GTK_EDITABLE (self->price), 7);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->price), 7);
  gtk_editable_set_alignment (GTK_EDITABLE (self->price), 1);
  gtk_widget_add_css_class (self->rest, "plan-summary");
  gtk_widget_add_css_class (self->rest, "rest");
  gtk_widget_add_css_class (self->rest, "compact");
  gtk_box_append (GTK_BOX (self->rest), self->rest_words);
  gtk_box_append (GTK_BOX (self->rest), gtk_label_new ("¥"));
  gtk_box_append (GTK_BOX (self->rest), self->price);
  gtk_box_append (GTK_BOX (self->rest), self->bid);
  gtk_box_append (GTK_BOX (self->rest), self->repeat);
  g_signal_connect_swapped (self->bid, "clicked", G_CALLBACK (bid_cb), self);
  g_signal_connect_swapped (self->repeat, "toggled", G_CALLBACK (repeat_cb), self);
  return self->rest;
}

void
cd_cover_append_own (CdCoverView *self, GtkWidget *bar)
{
  self->own_days = cd_cover_named (gtk_spin_button_new_with_range (0, CD_OWN_DAYS_MAX, 1), _ ("Own rule, trading days earlier"));
  self->own_source = gtk_label_new ("");
  gtk_label_set_ellipsize (GTK_LABEL (self->own_source), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (self->own_source), 0);
  gtk_widget_set_hexpand (self->own_source, TRUE);
  gtk_widget_add_css_class (self->own_source, "strip-name");
  gtk_editable_set_width_chars (GTK_EDITABLE (self->own_days), 2);
  gtk_widget_add_css_class (self->own_days, "dense-spin");
  gtk_widget_add_css_class (bar, "what-if");
  gtk_box_append (GTK_BOX (bar), self->own_days);
  gtk_box_append (GTK_BOX (bar), gtk_label_new (_ ("trading days earlier")));
  gtk_box_append (GTK_BOX (bar), self->own_source);
  g_signal_connect_swapped (self->own_days, "value-changed", G_CALLBACK (own_cb), self);
}
