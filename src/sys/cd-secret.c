/* cd-secret.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-secret.h"

#include <string.h>
#include <sys/mman.h>

/* The page begins with this; the text follows. */
struct _CdSecret
{
  gsize len;
  char text[CD_SECRET_LEN_MAX + 1];
};

CdSecret *
cd_secret_new (const char *text)
{
  gsize len = strlen (text);
  CdSecret *secret;

  if (len > CD_SECRET_LEN_MAX)
    return NULL;
  secret = mmap (NULL, sizeof *secret, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  g_assert (secret != MAP_FAILED);
  /* Where locking is not allowed the rest still holds. */
  (void)mlock (secret, sizeof *secret);
  madvise (secret, sizeof *secret, MADV_DONTDUMP);
  madvise (secret, sizeof *secret, MADV_WIPEONFORK);
  secret->len = len;
  memcpy (secret->text, text, len + 1);
  return secret;
}

const char *
cd_secret_peek (const CdSecret *secret, gsize *len)
{
  if (len)
    *len = secret->len;
  return secret->text;
}

gboolean
cd_secret_append (CdSecret *secret, const char *utf8)
{
  gsize len = strlen (utf8);

  if (len > CD_SECRET_LEN_MAX - secret->len)
    return FALSE;
  memcpy (secret->text + secret->len, utf8, len + 1);
  secret->len += len;
  return TRUE;
}

void
cd_secret_drop_last (CdSecret *secret)
{
  const char *last = g_utf8_find_prev_char (secret->text, secret->text + secret->len);
  gsize len = last ? (gsize)(last - secret->text) : 0;

  explicit_bzero (secret->text + len, secret->len - len);
  secret->len = len;
}

CdSecret *
cd_secret_copy (const CdSecret *secret)
{
  return cd_secret_new (secret->text);
}

void
cd_secret_free (CdSecret *secret)
{
  if (!secret)
    return;
  explicit_bzero (secret, sizeof *secret);
  munmap (secret, sizeof *secret);
}
