/* cd-ticket-preview.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the order would do, and the list of checks below the ticket. Both are there before anything is typed: then they say what
 * there is now and what would hold.
 */
#include "cd-format.h"
#include "cd-ticket-private.h"

#include <glib/gi18n.h>

static GtkWidget *
line_label (const char *css_class, gboolean right)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), right ? 1 : 0);
  gtk_widget_set_hexpand (label, right);
  gtk_widget_add_css_class (label, css_class);
  gtk_widget_set_visible (label, FALSE);
  return label;
}

void
cd_ticket_lines_init (CdTicketLines *lines, GtkBox *stops, GtkGrid *preview, GtkBox *checks)
{
  GtkWidget *grid = gtk_grid_new ();

  for (int i = 0; i < CD_TICKET_PREVIEW_ROWS; i++)
    {
      lines->name[i] = line_label ("field", FALSE);
      lines->value[i] = line_label ("number", TRUE);
      gtk_label_set_wrap (GTK_LABEL (lines->value[i]), TRUE);
      gtk_widget_set_valign (lines->name[i], GTK_ALIGN_START);
      gtk_grid_attach (preview, lines->name[i], 0, i, 1, 1);
      gtk_grid_attach (preview, lines->value[i], 1, i, 1, 1);
    }
  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 8);
  for (int i = 0; i < CD_TICKET_CHECKS_MAX; i++)
    {
      lines->wide[i] = line_label ("check", FALSE);
      gtk_label_set_wrap (GTK_LABEL (lines->wide[i]), TRUE);
      gtk_box_append (stops, lines->wide[i]);
      lines->pass[i] = line_label ("check", FALSE);
      gtk_label_set_ellipsize (GTK_LABEL (lines->pass[i]), PANGO_ELLIPSIZE_END);
      gtk_grid_attach (GTK_GRID (grid), lines->pass[i], i % 2, i / 2, 1, 1);
    }
  gtk_box_append (checks, grid);
}

/* --- Preview --------------------------------------------------------------------------------------------------------- */

static void
show_line (CdTicketLines *lines, int *row, const char *name, const char *value, const char *tone)
{
  static const char *const tones[] = { "warn-text", "block-text", NULL };
  int i = *row;

  if (i >= CD_TICKET_PREVIEW_ROWS)
    return;
  gtk_label_set_text (GTK_LABEL (lines->name[i]), name);
  gtk_label_set_text (GTK_LABEL (lines->value[i]), value);
  gtk_widget_set_tooltip_text (lines->value[i], NULL);
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
show_money (CdTicketLines *lines, int *row, const CdOrderDraft *draft, const CdTicketFigures *figures, const CdPreview *p)
{
  char a[CD_FORMAT_BUF], b[CD_FORMAT_BUF];
  g_autofree char *fee = NULL;
  g_autofree char *cash = NULL;

  if (p->has_amount)
    {
      g_autofree char *amount = figures->qty_derived ? g_strdup_printf (_ ("¥%1$s for %2$s t"), cd_format_money (p->amount.e4, a), cd_format_units (draft->qty, b)) : g_strdup_printf ("¥%s", cd_format_money (p->amount.e4, a));

      show_line (lines, row, _ ("Amount"), amount, NULL);
    }
  if (p->has_fee)
    fee = g_strdup_printf ("¥%s", cd_format_money (p->fee_e4, a));
  else
    fee = g_strdup (p->fee_source ? _ ("rate not verified") : _ ("rate not known"));
  show_line (lines, row, _ ("Fee"), fee, NULL);
  gtk_widget_set_tooltip_text (lines->value[*row - 1], p->fee_source);
  if (p->has_amount)
    cash = g_strdup_printf ("¥%s → ¥%s", cd_format_money (p->cash_now_e4, a), cd_format_money (p->cash_after_e4, b));
  else
    cash = g_strdup_printf ("¥%s", cd_format_money (p->cash_now_e4, a));
  show_line (lines, row, p->has_amount ? _ ("Cash after") : _ ("Cash now"), cash, p->has_amount && p->cash_after_e4 < 0 ? "block-text" : NULL);
}

static void
show_offset (CdTicketLines *lines, int *row, const CdOrderDraft *draft, const CdPreview *p)
{
  char a[CD_FORMAT_BUF], b[CD_FORMAT_BUF];

  if (p->eligible == CD_ELIGIBLE)
    {
      g_autofree char *room = draft->qty > 0 ? g_strdup_printf (_ ("%1$s → %2$s t"), cd_format_units (p->offset_room_before, a), cd_format_units (p->offset_room_after, b)) : g_strdup_printf (_ ("%s t"), cd_format_units (p->offset_room_before, a));

      show_line (lines, row, _ ("Offset room"), room, NULL);
      if (p->stranded_after > 0)
        {
          g_autofree char *stranded = g_strdup_printf (_ ("%s t"), cd_format_units (p->stranded_after, a));

          show_line (lines, row, _ ("Stranded"), stranded, "block-text");
        }
    }
  else
    show_line (lines, row, _ ("Offset"), cd_format_eligibility (p->eligible), "block-text");
}

static void
show_obligation (CdTicketLines *lines, int *row, const CdOrderDraft *draft, const CdPreview *p)
{
  char a[CD_FORMAT_BUF], b[CD_FORMAT_BUF];
  g_autofree char *coverage = NULL;
  g_autofree char *deadline = NULL;
  g_autofree char *when = NULL;

  if (!p->has_obligation)
    {
      show_line (lines, row, _ ("Obligation"), _ ("none is open"), NULL);
      return;
    }
  if (draft->qty > 0)
    coverage = g_strdup_printf ("%s → %s", cd_format_bp (p->coverage_before_bp, a), cd_format_bp (p->coverage_after_bp, b));
  else
    coverage = g_strdup (cd_format_bp (p->coverage_before_bp, a));
  show_line (lines, row, draft->qty > 0 ? _ ("Coverage after") : _ ("Coverage now"), coverage, p->coverage_after_bp < p->coverage_before_bp ? "warn-text" : NULL);
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
  if (p->is_credit)
    show_offset (lines, row, draft, p);
}

static void
show_depth (CdTicketLines *lines, int *row, const CdOrderDraft *draft, const CdPreview *p)
{
  char a[CD_FORMAT_BUF], b[CD_FORMAT_BUF];
  g_autofree char *text = NULL;
  gint64 share = 0;

  if (p->visible_depth <= 0)
    text = g_strdup (_ ("nothing on the other side"));
  else if (draft->qty <= 0)
    text = g_strdup_printf (_ ("%s t in five levels"), cd_format_units (p->visible_depth, b));
  else if (cd_i64_mul_div (draft->qty, 10000, p->visible_depth, CD_ROUND_HALF_UP, &share))
    text = g_strdup_printf (_ ("%s of %s t"), cd_format_bp (share, a), cd_format_units (p->visible_depth, b));
  if (text)
    show_line (lines, row, _ ("Visible depth"), text, share > 10000 ? "warn-text" : NULL);
}

static void
show_until (CdTicketLines *lines, int *row, const CdOrderDraft *draft, const CdTicketFigures *figures, gint64 close_us)
{
  g_autofree char *text = NULL;
  g_autofree char *when = NULL;

  if (figures->until_us)
    {
      when = cd_format_date_time (NULL, figures->until_us);
      text = g_strdup_printf (_ ("%s, when staged"), when);
    }
  else if (draft->kind == CD_KIND_PICK)
    text = g_strdup (_ ("at once or not at all"));
  else if (close_us)
    {
      when = cd_format_date_time (NULL, close_us);
      text = g_strdup_printf (_ ("lapses at the close, %s"), when);
    }
  else
    text = g_strdup (_ ("no session left today"));
  show_line (lines, row, _ ("Valid"), text, NULL);
}

void
cd_ticket_lines_show_preview (CdTicketLines *lines, const CdOrderDraft *draft, const CdTicketFigures *figures, gint64 close_us, const CdPreview *p)
{
  char a[CD_FORMAT_BUF], b[CD_FORMAT_BUF];
  g_autofree char *holding = g_strdup_printf (_ ("%s t, %s t sellable"), cd_format_units (p->holding_after, a), cd_format_units (MAX (p->sellable_after, 0), b));
  int row = 0;

  show_money (lines, &row, draft, figures, p);
  show_line (lines, &row, draft->qty > 0 ? _ ("Holding after") : _ ("Holding now"), holding, NULL);
  show_obligation (lines, &row, draft, p);
  show_depth (lines, &row, draft, p);
  show_until (lines, &row, draft, figures, close_us);
  for (; row < CD_TICKET_PREVIEW_ROWS; row++)
    {
      gtk_widget_set_visible (lines->name[row], FALSE);
      gtk_widget_set_visible (lines->value[row], FALSE);
    }
}

/* --- Checks ---------------------------------------------------------------------------------------------------------- */

/* What a check looks at: it cannot be passed or failed before that is typed. */
static CdTicketTyped
needs (CdCheckId id)
{
  switch (id)
    {
    case CD_CHECK_TICK:
    case CD_CHECK_BAND:
    case CD_CHECK_SELF:
      return CD_TICKET_HAS_PRICE;
    case CD_CHECK_LOT:
    case CD_CHECK_MAX_QTY:
    case CD_CHECK_MIN_QTY:
    case CD_CHECK_UNITS:
    case CD_CHECK_T_PLUS:
    case CD_CHECK_POSITION:
    case CD_CHECK_OFFSET_ROOM:
      return CD_TICKET_HAS_QTY;
    case CD_CHECK_CASH:
    case CD_CHECK_LEVEL:
    case CD_CHECK_LIMIT:
    case CD_CHECK_DUPLICATE:
    case CD_CHECK_OVERFLOW:
      return CD_TICKET_HAS_PRICE | CD_TICKET_HAS_QTY;
    case CD_CHECK_SESSION:
    case CD_CHECK_INSTRUMENT:
    case CD_CHECK_KIND:
    case CD_CHECK_RIGHTS:
    case CD_CHECK_STALE:
    case CD_CHECK_DEADLINE:
    case CD_CHECK_ELIGIBLE:
      break;
    }
  return 0;
}

/* The sentence of a check that waits: what would hold. */
static char *
waiting_sentence (const CdCheckResult *r, gint64 cash_e4)
{
  char a[CD_FORMAT_BUF], b[CD_FORMAT_BUF];

  if (r->id == CD_CHECK_CASH)
    return g_strdup_printf (_ ("Cash: ¥%s"), cd_format_money (cash_e4, a));
  if (r->id == CD_CHECK_UNITS)
    return g_strdup_printf (_ ("Free units: %s t"), cd_format_units (r->b, b));
  if (r->id == CD_CHECK_LOT)
    return g_strdup_printf (_ ("Quantity step: %s t"), cd_format_units (r->a, a));
  if (r->id == CD_CHECK_LEVEL)
    return g_strdup (_ ("Quote to pick"));
  {
    CdCheckResult quiet = *r;

    quiet.verdict = CD_CHECK_PASS;
    return cd_format_check (&quiet);
  }
}

static void
show_check (GtkWidget *label, int verdict, const char *mark, const char *sentence)
{
  static const char *const classes[] = { "pass-text", "warn-text", "block-text" };
  g_autofree char *text = g_strdup_printf ("%s  %s", mark, sentence);

  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_tooltip_text (label, text);
  for (int c = 0; c < 3; c++)
    {
      if (c == verdict)
        gtk_widget_add_css_class (label, classes[c]);
      else
        gtk_widget_remove_css_class (label, classes[c]);
    }
  gtk_widget_set_visible (label, TRUE);
}

void
cd_ticket_lines_show_checks (CdTicketLines *lines, const CdCheckResult *results, gsize n, CdTicketTyped typed, gint64 cash_e4)
{
  static const char *const marks[] = { "✓", "!", "✗" };
  guint wide = 0, pass = 0;

  /* What stops the order stands first. */
  for (int verdict = CD_CHECK_BLOCK; verdict >= CD_CHECK_PASS; verdict--)
    for (gsize i = 0; i < n; i++)
      {
        gboolean waits = (needs (results[i].id) & ~typed) != 0;
        g_autofree char *sentence = NULL;

        if (waits ? verdict != CD_CHECK_PASS : (int)results[i].verdict != verdict)
          continue;
        sentence = waits ? waiting_sentence (&results[i], cash_e4) : cd_format_check (&results[i]);
        if (verdict == CD_CHECK_PASS && pass < CD_TICKET_CHECKS_MAX)
          show_check (lines->pass[pass++], 0, waits ? "○" : marks[0], sentence);
        else if (verdict != CD_CHECK_PASS && wide < CD_TICKET_CHECKS_MAX)
          show_check (lines->wide[wide++], verdict, marks[verdict], sentence);
      }
  for (; wide < CD_TICKET_CHECKS_MAX; wide++)
    gtk_widget_set_visible (lines->wide[wide], FALSE);
  for (; pass < CD_TICKET_CHECKS_MAX; pass++)
    gtk_widget_set_visible (lines->pass[pass], FALSE);
}
