/* cd-ticket-preview.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the order would do, and the list of checks below the ticket.
 */
#include "cd-format.h"
#include "cd-ticket-private.h"

#include <glib/gi18n.h>

static GtkWidget *
line_label (const char *css_class, gboolean right)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), right ? 1 : 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, right);
  gtk_widget_add_css_class (label, css_class);
  gtk_widget_set_visible (label, FALSE);
  return label;
}

void
cd_ticket_lines_init (CdTicketLines *lines, GtkGrid *preview, GtkBox *checks)
{
  for (int i = 0; i < CD_TICKET_PREVIEW_ROWS; i++)
    {
      lines->name[i] = line_label ("field", FALSE);
      lines->value[i] = line_label ("number", TRUE);
      gtk_grid_attach (preview, lines->name[i], 0, i, 1, 1);
      gtk_grid_attach (preview, lines->value[i], 1, i, 1, 1);
    }
  for (int i = 0; i < CD_TICKET_CHECKS_MAX; i++)
    {
      lines->check[i] = line_label ("check", FALSE);
      gtk_box_append (checks, lines->check[i]);
    }
}

static void
show_line (CdTicketLines *lines, int *row, const char *name, const char *value, const char *tone)
{
  static const char *const tones[] = { "warn-text", "block-text", NULL };
  int i = *row;

  if (i >= CD_TICKET_PREVIEW_ROWS)
    return;
  gtk_label_set_text (GTK_LABEL (lines->name[i]), name);
  gtk_label_set_text (GTK_LABEL (lines->value[i]), value);
  for (int t = 0; tones[t]; t++)
    {
      if (tone && g_str_equal (tone, tones[t]))
        gtk_widget_add_css_class (lines->value[i], tones[t]);
      else
        gtk_widget_remove_css_class (lines->value[i], tones[t]);
    }
  gtk_widget_set_visible (lines->name[i], TRUE);
  gtk_widget_set_visible (lines->value[i], TRUE);
  *row = i + 1;
}

static void
show_obligation (CdTicketLines *lines, int *row, CdDesk *desk, const CdOrderDraft *draft, const CdPreview *p)
{
  char a[CD_FORMAT_BUF], b[CD_FORMAT_BUF];
  g_autofree char *coverage = NULL;
  g_autofree char *deadline = NULL;
  g_autofree char *when = NULL;

  if (!p->has_obligation)
    return;
  coverage = g_strdup_printf ("%s → %s", cd_format_bp (p->coverage_before_bp, a), cd_format_bp (p->coverage_after_bp, b));
  show_line (lines, row, _ ("Coverage after"), coverage, p->coverage_after_bp < p->coverage_before_bp ? "warn-text" : NULL);
  when = cd_format_date_time (NULL, p->last_safe_buy_us);
  if (p->deadline_us == 0)
    deadline = g_strdup (_ ("deadline not verified"));
  else if (draft->side == CD_SIDE_BUY && !p->settles_in_time)
    deadline = g_strdup_printf (_ ("settles too late (%s)"), when);
  else if (p->shortfall_after > 0)
    deadline = g_strdup_printf (_ ("%s t short, safe until %s"), cd_format_units (p->shortfall_after, a), when);
  else
    deadline = g_strdup_printf (_ ("covered, safe until %s"), when);
  show_line (lines, row, _ ("Deadline"), deadline, p->settles_in_time ? NULL : "warn-text");
  if (p->is_credit && p->eligible == CD_ELIGIBLE)
    {
      g_autofree char *room = g_strdup_printf ("%s → %s t", cd_format_units (p->offset_room_before, a), cd_format_units (p->offset_room_after, b));

      show_line (lines, row, _ ("Offset room"), room, NULL);
      if (p->stranded_after > 0)
        {
          g_autofree char *stranded = g_strdup_printf (_ ("%s t"), cd_format_units (p->stranded_after, a));

          show_line (lines, row, _ ("Stranded"), stranded, "block-text");
        }
    }
  else if (p->is_credit)
    show_line (lines, row, _ ("Offset"), cd_format_eligibility (p->eligible), "block-text");
}

void
cd_ticket_lines_show_preview (CdTicketLines *lines, CdDesk *desk, const CdOrderDraft *draft, const CdPreview *p)
{
  char a[CD_FORMAT_BUF], b[CD_FORMAT_BUF];
  int row = 0;

  if (p->has_amount)
    {
      g_autofree char *amount = g_strdup_printf ("¥%s", cd_format_money (p->amount.e4, a));
      g_autofree char *cash = g_strdup_printf ("¥%s", cd_format_money (p->cash_after_e4, b));

      show_line (lines, &row, _ ("Amount"), amount, NULL);
      show_line (lines, &row, _ ("Cash after"), cash, p->cash_after_e4 < 0 ? "block-text" : NULL);
    }
  if (draft->qty > 0)
    {
      g_autofree char *holding = g_strdup_printf (_ ("%s t, %s t sellable"), cd_format_units (p->holding_after, a), cd_format_units (MAX (p->sellable_after, 0), b));

      show_line (lines, &row, _ ("Holding after"), holding, NULL);
      show_obligation (lines, &row, desk, draft, p);
    }
  if (p->visible_depth > 0)
    {
      gint64 share = 0;
      g_autofree char *text = NULL;

      if (!cd_i64_mul_div (draft->qty, 10000, p->visible_depth, CD_ROUND_HALF_UP, &share))
        share = 0;
      text = g_strdup_printf (_ ("%s of %s t"), cd_format_bp (share, a), cd_format_units (p->visible_depth, b));
      show_line (lines, &row, _ ("Visible depth"), text, share > 10000 ? "warn-text" : NULL);
    }
  for (; row < CD_TICKET_PREVIEW_ROWS; row++)
    {
      gtk_widget_set_visible (lines->name[row], FALSE);
      gtk_widget_set_visible (lines->value[row], FALSE);
    }
}

void
cd_ticket_lines_show_checks (CdTicketLines *lines, const CdCheckResult *results, gsize n)
{
  static const char *const classes[] = { "pass-text", "warn-text", "block-text" };
  static const char *const marks[] = { "✓", "!", "✗" };
  guint row = 0;

  /* What stops the order stands first. */
  for (int verdict = CD_CHECK_BLOCK; verdict >= CD_CHECK_PASS; verdict--)
    for (gsize i = 0; i < n && row < CD_TICKET_CHECKS_MAX; i++)
      {
        g_autofree char *sentence = NULL;
        g_autofree char *text = NULL;

        if ((int)results[i].verdict != verdict)
          continue;
        sentence = cd_format_check (&results[i]);
        text = g_strdup_printf ("%s  %s", marks[verdict], sentence);
        gtk_label_set_text (GTK_LABEL (lines->check[row]), text);
        for (int c = 0; c < 3; c++)
          {
            if (c == verdict)
              gtk_widget_add_css_class (lines->check[row], classes[c]);
            else
              gtk_widget_remove_css_class (lines->check[row], classes[c]);
          }
        gtk_widget_set_visible (lines->check[row], TRUE);
        row++;
      }
  for (; row < CD_TICKET_CHECKS_MAX; row++)
    gtk_widget_set_visible (lines->check[row], FALSE);
}
