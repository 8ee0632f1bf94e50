/* cd-token.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A private key in a PKCS#11 token, reached through p11-kit. PKCS#11 keeps the log-in for the whole process: once cd_token_login()
 * has passed, the TLS library signs with the key and asks nobody, and nobody has to keep the PIN.
 *
 * Every call may block for as long as the card takes: from a worker, one at a time. In a sandbox p11-kit reaches the host's tokens over
 * P11_KIT_SERVER_ADDRESS; a module that must not live in our process is put behind "remote:" in its p11-kit file.
 */
#pragma once

#include <gio/gio.h>

#include "cd-secret.h"

G_BEGIN_DECLS

typedef enum
{
  CD_TOKEN_OK,
  CD_TOKEN_ABSENT,      /* not there, or pulled */
  CD_TOKEN_PIN_WRONG,   /* see CdTokenTries */
  CD_TOKEN_PIN_SIGNS,   /* holds signs that no token takes: the token was not asked, nothing has changed */
  CD_TOKEN_PIN_BLOCKED, /* only the issuer can help */
  CD_TOKEN_NO_KEY,      /* the token is there, the key is not */
  CD_TOKEN_SEVERAL,     /* more than one token or key fits the address; no PIN was given to any of several tokens */
  CD_TOKEN_SIGNS_WRONG, /* what it signs does not fit the certificate: another one's key, or a faulty module */
  CD_TOKEN_FAULT,       /* the module says something else */
} CdTokenResult;

/* What a token says of the tries that are left: no number, PKCS#11 has none. */
typedef enum
{
  CD_TOKEN_TRIES_UNSAID,
  CD_TOKEN_TRIES_FEWER, /* at least one wrong PIN since the last right one */
  CD_TOKEN_TRIES_LAST,  /* the next wrong PIN blocks the token */
  CD_TOKEN_TRIES_NONE,
} CdTokenTries;

typedef struct _CdToken CdToken;

/**
 * cd_token_new:
 * @uri: RFC 7512, of the private key. One that holds a PIN or names a file with it is refused: it would be a stored PIN.
 */
CdToken *cd_token_new (const char *uri, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * cd_token_login:
 * @tries: (out): said in every case
 *
 * Asks the token itself, also when it is logged in already: it is logged out first, for a token that is logged in takes any PIN. With a
 * wrong PIN it stays logged out. What can be no PIN is looked at before (reliability CE25): a wrong one costs one of few tries.
 */
CdTokenResult cd_token_login (CdToken *token, const CdSecret *pin, CdTokenTries *tries);

void cd_token_logout (CdToken *token);
/* The token is there, logged in, and holds the key. */
gboolean cd_token_is_ready (CdToken *token);
void cd_token_free (CdToken *token); /* logs out */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdToken, cd_token_free)

G_END_DECLS
