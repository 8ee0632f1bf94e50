/* cd-secret.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A PIN or a passphrase in memory: in a page of its own that is not swapped and not in a core dump, and that is wiped when freed
 * (reliability P32, T31). It is written nowhere. Any thread, one at a time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CD_SECRET_LEN_MAX 1024

typedef struct _CdSecret CdSecret;

/* Returns: (nullable): longer than CD_SECRET_LEN_MAX bytes */
CdSecret *cd_secret_new (const char *text) G_GNUC_WARN_UNUSED_RESULT;
const char *cd_secret_peek (const CdSecret *secret, gsize *len); /* @len: (out) (optional) */
gboolean cd_secret_append (CdSecret *secret, const char *utf8);  /* %FALSE: no room, nothing changed */
void cd_secret_drop_last (CdSecret *secret);                     /* one character */
CdSecret *cd_secret_copy (const CdSecret *secret) G_GNUC_WARN_UNUSED_RESULT;
void cd_secret_free (CdSecret *secret);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdSecret, cd_secret_free)

G_END_DECLS
