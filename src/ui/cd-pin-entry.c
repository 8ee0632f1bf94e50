/* cd-pin-entry.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-pin-entry.h"

#include <glib/gi18n.h>

#include "cd-keyring.h"
#include "cd-pin-field.h"

struct _CdPinEntry
{
  GtkWidget parent_instance;

  CdIdentity *identity;      /* (owned) */
  GCancellable *cancellable; /* (owned): of looking into the keyring */
  GtkWidget *root, *entry, *button, *remember, *message;
  gboolean recalled; /* what is being tried came from the keyring */
  CdSecret *kept;    /* (owned) (nullable): to be remembered if it is right */
};

G_DEFINE_FINAL_TYPE (CdPinEntry, cd_pin_entry, GTK_TYPE_WIDGET)

static guint opened_signal;

static gboolean
is_token (CdPinEntry *self)
{
  return cd_identity_get_guard (self->identity) == CD_GUARD_PIN;
}

/* --- Words ----------------------------------------------------------------------------------------------------------- */

static const char *
wrong_words (CdPinEntry *self, CdTokenTries tries)
{
  if (!is_token (self))
    return self->recalled ? _ ("The passphrase in the keyring does not open this key and was removed from it.") : _ ("Wrong passphrase.");
  switch (tries)
    {
    case CD_TOKEN_TRIES_UNSAID:
      return _ ("Wrong PIN. The token does not say how many tries are left.");
    case CD_TOKEN_TRIES_FEWER:
      return _ ("Wrong PIN. Fewer tries are left; the token does not say how many.");
    case CD_TOKEN_TRIES_LAST:
      return _ ("Wrong PIN. One try is left: another wrong PIN blocks the token.");
    case CD_TOKEN_TRIES_NONE:
      return _ ("Wrong PIN. No try is left: the token is blocked. Its issuer can unblock it.");
    }
  return "";
}

static const char *
result_words (CdPinEntry *self, CdTokenResult result, CdTokenTries tries)
{
  switch (result)
    {
    case CD_TOKEN_OK:
      return "";
    case CD_TOKEN_ABSENT:
      return is_token (self) ? _ ("The token is not there: plug it in and enter the PIN again.") : _ ("The key file cannot be read.");
    case CD_TOKEN_PIN_WRONG:
      return wrong_words (self, tries);
    case CD_TOKEN_PIN_SIGNS:
      return _ ("A PIN has no spaces and only signs of a plain keyboard. The token was not asked, and no try is gone.");
    case CD_TOKEN_SEVERAL:
      return _ ("More than one token or key fits. Pull out those that are not meant, or name the one by its serial number in the address.");
    case CD_TOKEN_SIGNS_WRONG:
      return _ ("What the token signs does not fit the certificate, so it is not used: it is another certificate’s key, or the token’s software is faulty.");
    case CD_TOKEN_PIN_BLOCKED:
      return _ ("The token is blocked or its PIN has expired. Its issuer can unblock it.");
    case CD_TOKEN_NO_KEY:
      return _ ("The token is there, but the key is not on it.");
    case CD_TOKEN_FAULT:
      return is_token (self) ? _ ("The token does not answer as it should. Plug it in again; if that does not help, start the program again.") : _ ("The key file does not fit the certificate.");
    }
  return "";
}

static void
say (CdPinEntry *self, const char *text)
{
  gtk_label_set_text (GTK_LABEL (self->message), text);
  gtk_widget_set_visible (self->message, *text != '\0');
}

static void
set_busy (CdPinEntry *self, gboolean busy)
{
  cd_pin_field_set_busy (CD_PIN_FIELD (self->entry), busy);
  gtk_widget_set_sensitive (self->button, !busy);
}

/* --- Trying ---------------------------------------------------------------------------------------------------------- */

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  /* It opened all the same; next time it will be asked for again. */
  if (!cd_keyring_store_finish (result, &error))
    g_message ("keyring: not stored");
}

static void
remember (CdPinEntry *self)
{
  if (!self->kept)
    return;
  cd_keyring_store_async (cd_identity_get_fingerprint (self->identity), _ ("Carbondesk key"), self->kept, stored_cb, NULL);
  g_clear_pointer (&self->kept, cd_secret_free);
}

static void
tried_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CdPinEntry) self = data;
  CdTokenTries tries;
  CdTokenResult what = cd_identity_open_finish (CD_IDENTITY (source), result, &tries);

  if (!self->root)
    return;
  set_busy (self, FALSE);
  if (what == CD_TOKEN_OK)
    {
      remember (self);
      say (self, "");
      g_signal_emit (self, opened_signal, 0);
      return;
    }
  g_clear_pointer (&self->kept, cd_secret_free);
  say (self, result_words (self, what, tries));
  if (self->recalled && what == CD_TOKEN_PIN_WRONG)
    cd_keyring_clear (cd_identity_get_fingerprint (self->identity));
  self->recalled = FALSE;
  gtk_widget_grab_focus (self->entry);
}

static void
try (CdPinEntry *self, CdSecret *secret)
{
  set_busy (self, TRUE);
  cd_identity_open_async (self->identity, secret, tried_cb, g_object_ref (self));
}

static void
submit_cb (CdPinEntry *self)
{
  CdSecret *secret;

  /* An empty PIN would cost a try. */
  if (cd_pin_field_is_empty (CD_PIN_FIELD (self->entry)) || cd_pin_field_get_busy (CD_PIN_FIELD (self->entry)))
    return;
  secret = cd_pin_field_take (CD_PIN_FIELD (self->entry));
  if (self->remember && gtk_check_button_get_active (GTK_CHECK_BUTTON (self->remember)))
    self->kept = cd_secret_copy (secret);
  try (self, secret);
}

static void
recalled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CdPinEntry) self = data;
  g_autoptr (GError) error = NULL;
  CdSecret *secret = cd_keyring_lookup_finish (result, &error);

  if (!self->root || !secret || cd_pin_field_get_busy (CD_PIN_FIELD (self->entry)))
    {
      cd_secret_free (secret);
      return;
    }
  self->recalled = TRUE;
  try (self, secret);
}

/* --- Building -------------------------------------------------------------------------------------------------------- */

static void
build (CdPinEntry *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  const char *name = is_token (self) ? _ ("PIN of the token") : _ ("Passphrase of the key");

  self->entry = cd_pin_field_new (name);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (submit_cb), self);
  self->button = gtk_button_new_with_label (_ ("Unlock"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Unlock"), -1);
  gtk_widget_add_css_class (self->button, "suggested-action");
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (submit_cb), self);
  gtk_box_append (GTK_BOX (line), self->entry);
  gtk_box_append (GTK_BOX (line), self->button);
  gtk_widget_set_halign (line, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->root), line);
  if (!is_token (self))
    {
      self->remember = gtk_check_button_new_with_label (_ ("Keep it in the desktop keyring for the next start"));
      gtk_widget_set_halign (self->remember, GTK_ALIGN_CENTER);
      gtk_box_append (GTK_BOX (self->root), self->remember);
    }
  self->message = gtk_label_new ("");
  gtk_label_set_wrap (GTK_LABEL (self->message), TRUE);
  gtk_label_set_justify (GTK_LABEL (self->message), GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars (GTK_LABEL (self->message), 60);
  gtk_widget_add_css_class (self->message, "lock");
  gtk_widget_set_visible (self->message, FALSE);
  gtk_box_append (GTK_BOX (self->root), self->message);
}

static gboolean
cd_pin_entry_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (CD_PIN_ENTRY (widget)->entry);
}

static void
cd_pin_entry_dispose (GObject *object)
{
  CdPinEntry *self = CD_PIN_ENTRY (object);

  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->kept, cd_secret_free);
  g_clear_pointer (&self->root, gtk_widget_unparent);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->identity);
  G_OBJECT_CLASS (cd_pin_entry_parent_class)->dispose (object);
}

static void
cd_pin_entry_class_init (CdPinEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_pin_entry_dispose;
  GTK_WIDGET_CLASS (klass)->grab_focus = cd_pin_entry_grab_focus;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "pinentry");
  opened_signal = g_signal_new ("opened", CD_TYPE_PIN_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cd_pin_entry_init (CdPinEntry *self)
{
  self->cancellable = g_cancellable_new ();
  self->root = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
}

GtkWidget *
cd_pin_entry_new (CdIdentity *identity, gboolean may_recall)
{
  CdPinEntry *self = g_object_new (CD_TYPE_PIN_ENTRY, NULL);

  self->identity = g_object_ref (identity);
  build (self);
  if (may_recall && !is_token (self))
    cd_keyring_lookup_async (cd_identity_get_fingerprint (identity), self->cancellable, recalled_cb, g_object_ref (self));
  return GTK_WIDGET (self);
}
