/* cd-keyring.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The passphrase of a key file in the desktop's keyring (the Secret Service; inside a sandbox libsecret takes the portal): the one place
 * where a secret may be kept, and only when the user asked for it. A PIN never is. What is stored is found by the fingerprint of the
 * certificate. Main thread.
 */
#pragma once

#include <gio/gio.h>

#include "cd-secret.h"

G_BEGIN_DECLS

/* @label: what the keyring's own program shows */
void cd_keyring_store_async (const char *fingerprint, const char *label, const CdSecret *secret, GAsyncReadyCallback callback, gpointer data);
gboolean cd_keyring_store_finish (GAsyncResult *result, GError **error);

void cd_keyring_lookup_async (const char *fingerprint, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/* Returns: (nullable) (transfer full): %NULL without @error when nothing is stored */
CdSecret *cd_keyring_lookup_finish (GAsyncResult *result, GError **error);

/* Forgets; nobody waits for it. */
void cd_keyring_clear (const char *fingerprint);

G_END_DECLS
