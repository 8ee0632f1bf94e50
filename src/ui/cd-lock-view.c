/* cd-lock-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-lock-view.h"

#include <glib/gi18n.h>

#include "cd-pin-entry.h"

struct _CdLockView
{
  GtkWidget parent_instance;

  CdLock *lock;                    /* (owned) */
  GtkWidget *root, *page, *button; /* @button: what has the keys */
};

G_DEFINE_FINAL_TYPE (CdLockView, cd_lock_view, GTK_TYPE_WIDGET)

static guint unlock_signal;

static const char *
reason_words (CdLockReason reason)
{
  switch (reason)
    {
    case CD_LOCK_NOT:
    case CD_LOCK_HAND:
      return _ ("Locked by hand.");
    case CD_LOCK_IDLE:
      return _ ("Locked because nobody used keyboard or mouse.");
    case CD_LOCK_SESSION:
      return _ ("Locked because the screen was locked.");
    case CD_LOCK_SLEEP:
      return _ ("Locked because the computer went to sleep.");
    case CD_LOCK_START:
      return _ ("Nobody has signed in yet.");
    case CD_LOCK_TOKEN:
      return _ ("Locked because the token was removed. Nothing new is sent.");
    }
  return "";
}

static void
changed_cb (CdLockView *self)
{
  gboolean start = cd_lock_get_reason (self->lock) == CD_LOCK_START;
  g_autofree char *text = start ? g_strdup (reason_words (CD_LOCK_START)) : g_strdup_printf ("%s\n%s", reason_words (cd_lock_get_reason (self->lock)), _ ("Working orders stay in the market, are followed and reconciled; nothing new can be sent."));

  adw_status_page_set_description (ADW_STATUS_PAGE (self->page), text);
}

static void
clicked_cb (CdLockView *self)
{
  g_signal_emit (self, unlock_signal, 0);
}

static GtkWidget *
build_header (void)
{
  GtkWidget *bar = adw_header_bar_new ();
  GtkWidget *banner = gtk_label_new (_ ("PRACTICE"));

  gtk_widget_add_css_class (banner, "practice-banner");
  gtk_widget_set_valign (banner, GTK_ALIGN_CENTER);
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), banner);
  return bar;
}

static GtkWidget *
note (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 60);
  return label;
}

static GtkWidget *
build_guarded (CdLockView *self, CdIdentity *identity)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gboolean pin = cd_identity_get_guard (identity) == CD_GUARD_PIN;

  self->button = cd_pin_entry_new (identity, cd_lock_get_reason (self->lock) == CD_LOCK_START);
  g_signal_connect_swapped (self->button, "opened", G_CALLBACK (clicked_cb), self);
  gtk_box_append (GTK_BOX (box), self->button);
  gtk_box_append (GTK_BOX (box), note (pin ? _ ("The PIN goes to the token alone and is kept nowhere.") : _ ("The passphrase opens the key file. It is written nowhere but into the desktop keyring, and there only if you ask for it.")));
  return box;
}

static GtkWidget *
build_open (CdLockView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->button = gtk_button_new_with_label (_ ("Unlock"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Unlock"), -1);
  gtk_widget_add_css_class (self->button, "suggested-action");
  gtk_widget_add_css_class (self->button, "pill");
  gtk_widget_set_halign (self->button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (clicked_cb), self);
  gtk_box_append (GTK_BOX (box), self->button);
  gtk_box_append (GTK_BOX (box), note (_ ("Practice has no secret: anyone at this computer can unlock. The lock hides the figures and stops the keys, no more.")));
  return box;
}

static gboolean
cd_lock_view_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (CD_LOCK_VIEW (widget)->button);
}

static void
cd_lock_view_dispose (GObject *object)
{
  CdLockView *self = CD_LOCK_VIEW (object);

  g_clear_pointer (&self->root, gtk_widget_unparent);
  g_clear_object (&self->lock);
  G_OBJECT_CLASS (cd_lock_view_parent_class)->dispose (object);
}

static void
cd_lock_view_class_init (CdLockViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_lock_view_dispose;
  GTK_WIDGET_CLASS (klass)->grab_focus = cd_lock_view_grab_focus;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "lockview");
  unlock_signal = g_signal_new ("unlock", CD_TYPE_LOCK_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cd_lock_view_init (CdLockView *self)
{
  self->root = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->page = adw_status_page_new ();
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (self->page), "system-lock-screen-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (self->page), _ ("Locked"));
  gtk_widget_set_vexpand (self->page, TRUE);
  gtk_box_append (GTK_BOX (self->root), build_header ());
  gtk_box_append (GTK_BOX (self->root), self->page);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
}

GtkWidget *
cd_lock_view_new (CdLock *lock, CdIdentity *identity)
{
  CdLockView *self = g_object_new (CD_TYPE_LOCK_VIEW, NULL);

  self->lock = g_object_ref (lock);
  adw_status_page_set_child (ADW_STATUS_PAGE (self->page), identity && cd_identity_get_guard (identity) != CD_GUARD_NONE ? build_guarded (self, identity) : build_open (self));
  g_signal_connect_object (lock, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  changed_cb (self);
  return GTK_WIDGET (self);
}
