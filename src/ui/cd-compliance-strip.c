/* cd-compliance-strip.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-compliance-strip.h"

#include <glib/gi18n.h>

#include "cd-format.h"

#define NARROW 1600
#define SPACING 14

enum
{
  ITEM_YEAR,
  ITEM_DUE,
  ITEM_COVERED,
  ITEM_SHORT,
  ITEM_ROOM,
  ITEM_COVER,
  ITEM_NOTHING,
  ITEM_DEADLINE,
  ITEM_LAST_BUY,
  N_ITEMS,
};

struct _CdComplianceStrip
{
  GtkWidget parent_instance;

  CdDesk *desk;   /* (owned) */
  GtkWidget *box; /* child */
  GtkWidget *item[N_ITEMS], *name[N_ITEMS], *value[N_ITEMS];
  guint ticks;
};

G_DEFINE_FINAL_TYPE (CdComplianceStrip, cd_compliance_strip, GTK_TYPE_WIDGET)

CdObligationRow *
cd_compliance_strip_get_row (CdComplianceStrip *self)
{
  const CdEntity *entity = cd_desk_get_entity (self->desk);
  GListModel *rows = cd_desk_get_obligations (self->desk);

  for (guint i = 0; entity && i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdObligationRow) row = g_list_model_get_item (rows, i);

      if (g_str_equal (row->account, entity->id))
        return row;
    }
  return NULL;
}

static void
set_item (CdComplianceStrip *self, int item, const char *text, const char *tone)
{
  static const char *const tones[] = { "warn-text", "block-text", "pass-text", NULL };

  gtk_label_set_text (GTK_LABEL (self->value[item]), text);
  for (int i = 0; tones[i]; i++)
    {
      if (tone && g_str_equal (tone, tones[i]))
        gtk_widget_add_css_class (self->value[item], tones[i]);
      else
        gtk_widget_remove_css_class (self->value[item], tones[i]);
    }
}

static void
show_nothing (CdComplianceStrip *self, const CdObligation *o)
{
  g_autofree char *low = NULL;
  g_autofree char *high = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i < o->penalties->len; i++)
    {
      const CdPenaltyEstimate *p = g_ptr_array_index (o->penalties, i);

      if (!p->has_amount || p->stage != 1)
        continue;
      low = cd_format_money_short (p->low);
      high = cd_format_money_short (p->high);
      text = g_strdup_printf ("%s – %s", low, high);
      break;
    }
  set_item (self, ITEM_NOTHING, text ? text : o->shortfall == 0 ? _ ("nothing")
                                                                : _ ("not verified"),
            text ? "block-text" : NULL);
}

static void
show_deadline (CdComplianceStrip *self, const CdObligationRow *row)
{
  const CdObligation *o = row->figures;
  gint64 now = cd_desk_get_market_time (self->desk);
  g_autofree char *date = cd_format_deadline (NULL, o->deadline_us);
  g_autofree char *left = cd_format_countdown (o->deadline_us - now);
  g_autofree char *deadline = NULL;
  g_autofree char *buy = NULL;
  g_autofree char *text = NULL;

  if (o->deadline_us == 0)
    {
      set_item (self, ITEM_DEADLINE, _ ("not verified"), "warn-text");
      set_item (self, ITEM_LAST_BUY, "–", NULL);
      return;
    }
  deadline = g_strdup_printf ("%s · %s", date, left);
  set_item (self, ITEM_DEADLINE, deadline, o->deadline_us - now < 3 * CD_USEC_PER_DAY ? "block-text" : o->deadline_us - now < 14 * CD_USEC_PER_DAY ? "warn-text"
                                                                                                                                                   : NULL);
  buy = cd_format_date_time (NULL, o->last_safe_buy_us);
  if (o->sessions_left >= 0)
    text = g_strdup_printf (ngettext ("%1$s (%2$d session)", "%1$s (%2$d sessions)", (gulong)o->sessions_left), buy, o->sessions_left);
  else
    text = g_strdup (buy);
  set_item (self, ITEM_LAST_BUY, text, o->last_safe_buy_us && now > o->last_safe_buy_us ? "block-text" : NULL);
}

static void
show_figures (CdComplianceStrip *self, const CdObligationRow *row)
{
  const CdObligation *o = row->figures;
  char a[CD_FORMAT_BUF], b[CD_FORMAT_BUF];
  g_autofree char *room = NULL;
  g_autofree char *cover = NULL;
  g_autofree char *due = g_strdup_printf (_ ("%s t"), cd_format_units (o->owed, a));

  set_item (self, ITEM_DUE, due, NULL);
  set_item (self, ITEM_COVERED, row->closed ? _ ("closed ✓") : cd_format_bp (o->coverage_bp, a), row->closed || o->shortfall == 0 ? "pass-text" : "warn-text");
  if (o->shortfall > 0)
    {
      g_autofree char *text = g_strdup_printf (_ ("%s t"), cd_format_units (o->shortfall, a));

      gtk_label_set_text (GTK_LABEL (self->name[ITEM_SHORT]), _ ("Short"));
      set_item (self, ITEM_SHORT, text, "block-text");
    }
  else
    {
      g_autofree char *text = g_strdup_printf (_ ("%s t"), cd_format_units (o->surplus, a));

      gtk_label_set_text (GTK_LABEL (self->name[ITEM_SHORT]), _ ("Surplus"));
      set_item (self, ITEM_SHORT, text, NULL);
    }
  room = g_strdup_printf (_ ("%1$s / %2$s t"), cd_format_units (o->offset_room, a), cd_format_units (o->offset_cap, b));
  set_item (self, ITEM_ROOM, room, NULL);
  if (row->has_cover_now)
    {
      g_autofree char *money = cd_format_money_short (row->cover_now);

      cover = row->cover_missing > 0 ? g_strdup_printf (_ ("%1$s, book lacks %2$s t"), money, cd_format_units (row->cover_missing, a)) : g_strdup (money);
    }
  set_item (self, ITEM_COVER, cover ? cover : "–", NULL);
  show_nothing (self, o);
  show_deadline (self, row);
}

/* Where all have no room, what the others imply goes first: what to do until when always stands there. */
static void
drop_items (CdComplianceStrip *self)
{
  static const int order[] = { ITEM_ROOM, ITEM_DUE, ITEM_YEAR, ITEM_COVERED, ITEM_NOTHING };
  int room = gtk_widget_get_width (self->box), needed = -SPACING;
  int width[N_ITEMS];
  gboolean shown[N_ITEMS];

  for (int i = 0; i < N_ITEMS; i++)
    {
      int name, value;

      gtk_widget_measure (self->name[i], GTK_ORIENTATION_HORIZONTAL, -1, NULL, &name, NULL, NULL);
      gtk_widget_measure (self->value[i], GTK_ORIENTATION_HORIZONTAL, -1, NULL, &value, NULL, NULL);
      width[i] = MAX (name, value) + SPACING;
      needed += width[i];
      shown[i] = TRUE;
    }
  for (gsize k = 0; room > 0 && k < G_N_ELEMENTS (order) && needed > room; k++)
    {
      needed -= width[order[k]];
      shown[order[k]] = FALSE;
    }
  for (int i = 0; i < N_ITEMS; i++)
    gtk_widget_set_visible (self->item[i], shown[i]);
}

static void
update (CdComplianceStrip *self)
{
  CdObligationRow *row = cd_compliance_strip_get_row (self);

  if (!row)
    {
      set_item (self, ITEM_YEAR, _ ("no obligation known"), NULL);
      return;
    }
  /* The label names the deadline, which has an item of its own: where the room is short, the year is enough. */
  if (gtk_widget_get_width (GTK_WIDGET (self)) < NARROW)
    {
      g_autofree char *year = g_strdup_printf ("%d", row->year);

      set_item (self, ITEM_YEAR, year, NULL);
    }
  else
    set_item (self, ITEM_YEAR, cd_format_pick (row->label_zh, row->label_en), NULL);
  if (row->figures)
    show_figures (self, row);
  else
    set_item (self, ITEM_DUE, row->problem ? row->problem : "–", "warn-text");
  drop_items (self);
}

static void
clock_cb (CdDesk *desk, CdComplianceStrip *self)
{
  if (self->ticks++ % 4 == 0)
    update (self);
}

static void
cd_compliance_strip_dispose (GObject *object)
{
  CdComplianceStrip *self = CD_COMPLIANCE_STRIP (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (cd_compliance_strip_parent_class)->dispose (object);
}

static void
cd_compliance_strip_class_init (CdComplianceStripClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_compliance_strip_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "strip");
}

static void
cd_compliance_strip_init (CdComplianceStrip *self)
{
  const char *const names[N_ITEMS] = { _ ("Obligation"), _ ("Due"), _ ("Covered"), _ ("Short"), _ ("Offset room"), _ ("Cover now"), _ ("Do nothing"), _ ("Deadline"), _ ("Last safe buy") };
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SPACING);

  for (int i = 0; i < N_ITEMS; i++)
    {
      GtkWidget *item = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

      self->item[i] = item;
      self->name[i] = gtk_label_new (names[i]);
      self->value[i] = gtk_label_new ("–");
      gtk_label_set_xalign (GTK_LABEL (self->name[i]), 0);
      gtk_label_set_xalign (GTK_LABEL (self->value[i]), 0);
      gtk_widget_add_css_class (self->name[i], "strip-name");
      gtk_widget_add_css_class (self->value[i], "strip-value");
      gtk_box_append (GTK_BOX (item), self->name[i]);
      gtk_box_append (GTK_BOX (item), self->value[i]);
      gtk_box_append (GTK_BOX (line), item);
    }
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_EXTERNAL, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), line);
  gtk_widget_set_hexpand (scrolled, TRUE);
  self->box = scrolled;
  gtk_widget_set_parent (scrolled, GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Compliance"), -1);
}

GtkWidget *
cd_compliance_strip_new (CdDesk *desk)
{
  CdComplianceStrip *self = g_object_new (CD_TYPE_COMPLIANCE_STRIP, NULL);

  self->desk = g_object_ref (desk);
  g_signal_connect_object (desk, "clock-changed", G_CALLBACK (clock_cb), self, 0);
  g_signal_connect_object (desk, "account-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
