/* cd-wizard-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-wizard-view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cd-format.h"
#include "cd-key-map.h"

#define MATCHES_MAX 10

struct _CdWizardView
{
  GtkWidget parent_instance;

  CdDesk *desk;      /* (owned) */
  GtkWidget *button; /* child */
  GtkWidget *popover, *entry, *list, *nothing;
  GtkWidget *before; /* weak: what had the focus; gets it back when nothing is chosen */
  GPtrArray *items;  /* (owned) (nullable): as in the list */
};

G_DEFINE_FINAL_TYPE (CdWizardView, cd_wizard_view, GTK_TYPE_WIDGET)

enum
{
  CHOSEN,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

/* --- Matches --------------------------------------------------------------------------------------------------------- */

/* What the keys can do is also found by name; what is guarded or done by a pane itself is not. */
static GArray *
commands (void)
{
  GArray *out = g_array_new (FALSE, FALSE, sizeof (CdWizardCommand));
  gsize n;
  const CdKeyBinding *bindings = cd_key_map_bindings (&n);

  for (gsize i = 0; i < n; i++)
    if (!(bindings[i].flags & (CD_KEY_MONEY | CD_KEY_HOLD | CD_KEY_LOCAL)) && !g_str_equal (bindings[i].action, "win.wizard"))
      {
        const CdWizardCommand command = { bindings[i].action, _ (bindings[i].title), cd_format_is_chinese () ? bindings[i].title : NULL };

        g_array_append_val (out, command);
      }
  return out;
}

static const char *
kind_words (CdWizardKind kind)
{
  switch (kind)
    {
    case CD_WIZARD_INSTRUMENT:
      return _ ("Instrument");
    case CD_WIZARD_ENTITY:
      return _ ("Entity");
    case CD_WIZARD_ORDER:
      return _ ("Order");
    case CD_WIZARD_COMMAND:
      return _ ("Command");
    }
  return "";
}

static GtkWidget *
row_of (const CdWizardItem *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *text = gtk_label_new (item->text);
  GtkWidget *kind = gtk_label_new (kind_words (item->kind));
  g_autofree char *key = item->kind == CD_WIZARD_COMMAND ? cd_key_map_label (item->id) : NULL;

  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_widget_add_css_class (kind, "dim-label");
  if (key)
    gtk_label_set_text (GTK_LABEL (kind), key);
  gtk_box_append (GTK_BOX (box), text);
  gtk_box_append (GTK_BOX (box), kind);
  return box;
}

static void
search (CdWizardView *self)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autoptr (GArray) known = commands ();
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), row);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  self->items = cd_wizard_search (self->desk, typed, (const CdWizardCommand *)(gpointer)known->data, known->len, MATCHES_MAX);
  for (guint i = 0; i < self->items->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->list), row_of (g_ptr_array_index (self->items, i)));
  gtk_list_box_select_row (GTK_LIST_BOX (self->list), gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), 0));
  gtk_widget_set_visible (self->nothing, *typed && self->items->len == 0);
}

static void
choose (CdWizardView *self, GtkListBoxRow *row)
{
  guint i = row ? (guint)gtk_list_box_row_get_index (row) : G_MAXUINT;
  g_autofree char *id = NULL;
  CdWizardKind kind;

  if (!self->items || i >= self->items->len)
    return;
  kind = ((const CdWizardItem *)g_ptr_array_index (self->items, i))->kind;
  id = g_strdup (((const CdWizardItem *)g_ptr_array_index (self->items, i))->id);
  /* First down, so that the focus that the choice asks for stays where it goes. */
  g_clear_weak_pointer (&self->before);
  gtk_popover_popdown (GTK_POPOVER (self->popover));
  g_signal_emit (self, signals[CHOSEN], 0, (int)kind, id);
}

/* --- Input ----------------------------------------------------------------------------------------------------------- */

static void
activate_cb (CdWizardView *self)
{
  choose (self, gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list)));
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, CdWizardView *self)
{
  choose (self, row);
}

static gboolean
key_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, CdWizardView *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));
  int by = keyval == GDK_KEY_Down || keyval == GDK_KEY_KP_Down ? 1 : keyval == GDK_KEY_Up || keyval == GDK_KEY_KP_Up ? -1
                                                                                                                     : 0;

  if (!by)
    return GDK_EVENT_PROPAGATE;
  row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), row ? MAX (gtk_list_box_row_get_index (row) + by, 0) : 0);
  if (row)
    gtk_list_box_select_row (GTK_LIST_BOX (self->list), row);
  return GDK_EVENT_STOP;
}

static void
closed_cb (CdWizardView *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  if (self->before && gtk_widget_get_mapped (self->before))
    gtk_widget_grab_focus (self->before);
  g_clear_weak_pointer (&self->before);
}

void
cd_wizard_view_open (CdWizardView *self, const char *text)
{
  if (!cd_wizard_view_is_open (self))
    {
      gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
      g_set_weak_pointer (&self->before, gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self))));
      gtk_menu_button_popup (GTK_MENU_BUTTON (self->button));
      gtk_widget_grab_focus (self->entry);
    }
  if (text)
    {
      int at = -1;

      gtk_editable_insert_text (GTK_EDITABLE (self->entry), text, -1, &at);
    }
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}

gboolean
cd_wizard_view_is_open (CdWizardView *self)
{
  return gtk_widget_get_visible (self->popover);
}

/* --- Object ---------------------------------------------------------------------------------------------------------- */

static void
cd_wizard_view_dispose (GObject *object)
{
  CdWizardView *self = CD_WIZARD_VIEW (object);

  g_clear_weak_pointer (&self->before);
  g_clear_pointer (&self->button, gtk_widget_unparent);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (cd_wizard_view_parent_class)->dispose (object);
}

static void
cd_wizard_view_class_init (CdWizardViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_wizard_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  signals[CHOSEN] = g_signal_new ("chosen", CD_TYPE_WIZARD_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_STRING);
}

static void
cd_wizard_view_init (CdWizardView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->button = gtk_menu_button_new ();
  self->popover = gtk_popover_new ();
  self->entry = gtk_entry_new ();
  self->list = gtk_list_box_new ();
  self->nothing = gtk_label_new (_ ("Nothing has this code, name or initials"));
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->button), "system-search-symbolic");
  gtk_widget_set_tooltip_text (self->button, _ ("Keyboard wizard"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Keyboard wizard"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Code, initials or name"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Matches"), -1);
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry), _ ("Code, initials or name"));
  gtk_widget_set_size_request (box, 420, -1);
  gtk_widget_set_visible (self->nothing, FALSE);
  gtk_widget_add_css_class (self->nothing, "dim-label");
  gtk_box_append (GTK_BOX (box), self->entry);
  gtk_box_append (GTK_BOX (box), self->list);
  gtk_box_append (GTK_BOX (box), self->nothing);
  gtk_popover_set_child (GTK_POPOVER (self->popover), box);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), self->popover);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (self->entry, keys);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (activate_cb), self);
  g_signal_connect_swapped (self->popover, "closed", G_CALLBACK (closed_cb), self);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (row_activated_cb), self);
}

GtkWidget *
cd_wizard_view_new (CdDesk *desk)
{
  CdWizardView *self = g_object_new (CD_TYPE_WIZARD_VIEW, NULL);

  self->desk = g_object_ref (desk);
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (search), self);
  return GTK_WIDGET (self);
}
