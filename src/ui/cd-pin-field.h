/* cd-pin-field.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A field for a secret. Not GtkPasswordEntry: that shows dots to the eye, but GTK 4.8 tells the typed text to everybody who asks over
 * AT-SPI (GtkEditable), and an input method may see it. Here the keys go straight into a locked page; no text widget, input method,
 * clipboard, undo or drag ever has them.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-secret.h"

G_BEGIN_DECLS

#define CD_TYPE_PIN_FIELD (cd_pin_field_get_type ())
G_DECLARE_FINAL_TYPE (CdPinField, cd_pin_field, CD, PIN_FIELD, GtkWidget)

/**
 * cd_pin_field_new:
 * @name: what a screen reader calls it, and what stands there while it is empty
 *
 * Signal "activate": Enter.
 */
GtkWidget *cd_pin_field_new (const char *name);

gboolean cd_pin_field_is_empty (CdPinField *self);
/* What was typed, and the field is empty. (transfer full) */
CdSecret *cd_pin_field_take (CdPinField *self);
/* Without effect on the keys it has: typing is ignored meanwhile. */
void cd_pin_field_set_busy (CdPinField *self, gboolean busy);
gboolean cd_pin_field_get_busy (CdPinField *self);

G_END_DECLS
