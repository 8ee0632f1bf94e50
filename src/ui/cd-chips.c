/* cd-chips.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-chips.h"

#include <glib/gi18n.h>

struct _CdChips
{
  GtkWidget parent_instance;

  GtkWidget *box;    /* child */
  GtkWidget *button; /* (owned): stands in the head of the pane */
  GtkWidget *chip[CD_CHIPS_MAX];
  guint n, offered;
};

G_DEFINE_FINAL_TYPE (CdChips, cd_chips, GTK_TYPE_WIDGET)

static guint changed_signal;

static void
update (CdChips *self)
{
  gboolean shown = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->button));

  for (guint i = 0; i < self->n; i++)
    {
      gtk_widget_set_visible (self->chip[i], (self->offered & 1u << i) != 0);
      shown |= cd_chips_get (self, i);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), shown && self->offered != 0);
  gtk_widget_set_sensitive (self->button, self->offered != 0);
}

static void
toggled_cb (CdChips *self)
{
  update (self);
  g_signal_emit (self, changed_signal, 0);
}

gboolean
cd_chips_get (CdChips *self, guint chip)
{
  return chip < self->n && self->offered & 1u << chip && gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->chip[chip]));
}

void
cd_chips_set (CdChips *self, guint chip, gboolean on)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->chip[chip]), on);
}

void
cd_chips_set_label (CdChips *self, guint chip, const char *label)
{
  gtk_button_set_label (GTK_BUTTON (self->chip[chip]), label);
}

void
cd_chips_offer (CdChips *self, guint offered)
{
  self->offered = offered;
  update (self);
}

GtkWidget *
cd_chips_get_button (CdChips *self)
{
  return self->button;
}

static void
cd_chips_dispose (GObject *object)
{
  CdChips *self = CD_CHIPS (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->button);
  G_OBJECT_CLASS (cd_chips_parent_class)->dispose (object);
}

static void
cd_chips_class_init (CdChipsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_chips_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
  changed_signal = g_signal_new ("changed", CD_TYPE_CHIPS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cd_chips_init (CdChips *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  gtk_widget_add_css_class (self->box, "chip-bar");
  gtk_widget_add_css_class (self->box, "compact");
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Filters"), -1);
  self->button = g_object_ref_sink (gtk_toggle_button_new ());
  gtk_button_set_icon_name (GTK_BUTTON (self->button), "view-more-horizontal-symbolic");
  gtk_widget_set_tooltip_text (self->button, _ ("Show the filters"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Show the filters"), -1);
  gtk_widget_add_css_class (self->button, "chip-button");
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (self->button, "toggled", G_CALLBACK (update), self);
}

GtkWidget *
cd_chips_new (const char *const *labels, guint n)
{
  CdChips *self = g_object_new (CD_TYPE_CHIPS, NULL);

  g_return_val_if_fail (n <= CD_CHIPS_MAX, GTK_WIDGET (self));

  self->n = n;
  self->offered = (1u << n) - 1;
  for (guint i = 0; i < n; i++)
    {
      self->chip[i] = gtk_toggle_button_new_with_label (labels[i]);
      g_signal_connect_swapped (self->chip[i], "toggled", G_CALLBACK (toggled_cb), self);
      gtk_box_append (GTK_BOX (self->box), self->chip[i]);
    }
  update (self);
  return GTK_WIDGET (self);
}
