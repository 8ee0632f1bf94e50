/* cd-pin-entry.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Asks for the PIN of a token or the passphrase of a key file, tries it, and says in words what came of it and how many tries the
 * token has left. What was typed is taken out of the field at once and kept nowhere; a passphrase goes to the desktop's keyring when
 * the user ticks that.
 */
#pragma once

#include <adwaita.h>

#include "cd-identity.h"

G_BEGIN_DECLS

#define CD_TYPE_PIN_ENTRY (cd_pin_entry_get_type ())
G_DECLARE_FINAL_TYPE (CdPinEntry, cd_pin_entry, CD, PIN_ENTRY, GtkWidget)

/**
 * cd_pin_entry_new:
 * @may_recall: the keyring may open it without a word. At the start only: what the keyring remembers opens no locked window.
 *
 * Signal "opened".
 */
GtkWidget *cd_pin_entry_new (CdIdentity *identity, gboolean may_recall);

G_END_DECLS
