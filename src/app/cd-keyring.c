/* cd-keyring.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-keyring.h"

#include <libsecret/secret.h>

#define FINGERPRINT "fingerprint"

static const SecretSchema schema = {
  .name = "io.github.carbondesk.Carbondesk.Key",
  .flags = SECRET_SCHEMA_NONE,
  .attributes = { { FINGERPRINT, SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
};

void
cd_keyring_store_async (const char *fingerprint, const char *label, const CdSecret *secret, GAsyncReadyCallback callback, gpointer data)
{
  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, cd_secret_peek (secret, NULL), NULL, callback, data, FINGERPRINT, fingerprint, NULL);
}

gboolean
cd_keyring_store_finish (GAsyncResult *result, GError **error)
{
  return secret_password_store_finish (result, error);
}

void
cd_keyring_lookup_async (const char *fingerprint, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  secret_password_lookup (&schema, cancellable, callback, data, FINGERPRINT, fingerprint, NULL);
}

CdSecret *
cd_keyring_lookup_finish (GAsyncResult *result, GError **error)
{
  char *text = secret_password_lookup_nonpageable_finish (result, error);
  CdSecret *secret = text ? cd_secret_new (text) : NULL;

  if (text)
    secret_password_free (text);
  return secret;
}

void
cd_keyring_clear (const char *fingerprint)
{
  secret_password_clear (&schema, NULL, NULL, NULL, FINGERPRINT, fingerprint, NULL);
}
