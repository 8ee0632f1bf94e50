/* token-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A token with the key of a demo person: SoftHSM behind the shim of token-shim.c, in a folder of the test.
 */
#pragma once

#include "desk-fixture.h"

G_BEGIN_DECLS

#define TOKEN_PIN "4093-canary-7716"
#define TOKEN_CERTIFICATE "pkcs11:token=carbondesk-test;object=trader;type=cert"
#define TOKEN_KEY "pkcs11:token=carbondesk-test;object=trader;type=private"
#define TOKEN_PERSON "power-trader"

/* Before anything of GnuTLS is used. @shim: path of the built module. */
void token_init (const char *shim);
/* Makes the token and puts the key of TOKEN_PERSON from @cert_dir into it. */
void token_fill (const char *cert_dir);
/* A token of its own, and certificate and key of @person on it, both called @object. */
void token_make (const char *label, const char *pin);
void token_put (const char *label, const char *pin, const char *cert_dir, const char *person, const char *object, const char *id);
void token_pull (gboolean pulled);
void token_lie (gboolean lies); /* what it signs is wrong */
/* Folder with the certificates of the venue of the open, or once open, desk of @f. (transfer full) */
char *token_cert_dir (Fixture *f);
/* Runs @argv and asserts that it ended well. */
void token_run (const char *const *argv);

G_END_DECLS
