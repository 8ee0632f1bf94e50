/* cd-pin-field.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-pin-field.h"

#define WIDTH 280

struct _CdPinField
{
  GtkWidget parent_instance;

  CdSecret *secret; /* (owned) */
  GtkWidget *label;
  char *name;
  guint letters;
  gboolean busy;
};

G_DEFINE_FINAL_TYPE (CdPinField, cd_pin_field, GTK_TYPE_WIDGET)

static guint activate_signal;

static void
show (CdPinField *self)
{
  g_autoptr (GString) dots = g_string_new (NULL);

  for (guint i = 0; i < self->letters; i++)
    g_string_append (dots, "●");
  gtk_label_set_text (GTK_LABEL (self->label), self->letters ? dots->str : self->name);
  if (self->letters)
    gtk_widget_remove_css_class (self->label, "dim-label");
  else
    gtk_widget_add_css_class (self->label, "dim-label");
}

static void
empty (CdPinField *self)
{
  cd_secret_free (self->secret);
  self->secret = cd_secret_new ("");
  self->letters = 0;
  show (self);
}

static gboolean
key_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, gpointer data)
{
  CdPinField *self = data;
  gunichar c = gdk_keyval_to_unicode (keyval);
  char text[7] = "";

  if (self->busy)
    return keyval != GDK_KEY_Tab && keyval != GDK_KEY_ISO_Left_Tab;
  if (keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter)
    g_signal_emit (self, activate_signal, 0);
  else if (keyval == GDK_KEY_BackSpace && self->letters > 0)
    {
      cd_secret_drop_last (self->secret);
      self->letters--;
      show (self);
    }
  else if (keyval == GDK_KEY_Escape || keyval == GDK_KEY_Delete)
    empty (self);
  else if (c && g_unichar_isprint (c) && !(state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)))
    {
      text[g_unichar_to_utf8 (c, text)] = '\0';
      if (cd_secret_append (self->secret, text))
        self->letters++;
      show (self);
    }
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
pressed_cb (CdPinField *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

gboolean
cd_pin_field_is_empty (CdPinField *self)
{
  return self->letters == 0;
}

CdSecret *
cd_pin_field_take (CdPinField *self)
{
  CdSecret *secret = g_steal_pointer (&self->secret);

  empty (self);
  return secret;
}

void
cd_pin_field_set_busy (CdPinField *self, gboolean busy)
{
  self->busy = busy;
}

gboolean
cd_pin_field_get_busy (CdPinField *self)
{
  return self->busy;
}

static void
cd_pin_field_dispose (GObject *object)
{
  CdPinField *self = CD_PIN_FIELD (object);

  g_clear_pointer (&self->secret, cd_secret_free);
  g_clear_pointer (&self->label, gtk_widget_unparent);
  g_clear_pointer (&self->name, g_free);
  G_OBJECT_CLASS (cd_pin_field_parent_class)->dispose (object);
}

static void
cd_pin_field_class_init (CdPinFieldClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cd_pin_field_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  /* Looks like any other entry. */
  gtk_widget_class_set_css_name (widget_class, "entry");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TEXT_BOX);
  activate_signal = g_signal_new ("activate", CD_TYPE_PIN_FIELD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cd_pin_field_init (CdPinField *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  self->label = gtk_label_new ("");
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_START);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_size_request (GTK_WIDGET (self), WIDTH, -1);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

GtkWidget *
cd_pin_field_new (const char *name)
{
  CdPinField *self = g_object_new (CD_TYPE_PIN_FIELD, NULL);

  self->name = g_strdup (name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  empty (self);
  return GTK_WIDGET (self);
}
