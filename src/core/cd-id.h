/* cd-id.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Identifiers. An intent key is a two-letter prefix (L live, P practice, by position) and 128 random bits in base32: 28
 * characters, sent as client order id and Idempotency-Key (reliability D2).
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CD_KEY_LEN 28
#define CD_KEY_BUF (CD_KEY_LEN + 1)

typedef enum
{
  CD_KEY_PRACTICE, /* "PX" */
  CD_KEY_LIVE,     /* "LX" */
} CdKeyKind;

/* @random: 16 bytes from CdEnv. */
const char *cd_key_make (CdKeyKind kind, const guint8 random[16], char buf[CD_KEY_BUF]);
gboolean cd_key_valid (const char *text, CdKeyKind *kind);

/* Unified social credit code (统一社会信用代码), 18 characters, check digit by GB 32100-2015. */
gboolean cd_uscc_valid (const char *text);

/* Identifiers that come from outside (instrument codes, accounts, persons): 1–64 of [A-Za-z0-9._:-]. */
gboolean cd_ident_valid (const char *text);

/* CRC-32 (IEEE, as zlib) — of the book checksum. Start with 0. */
guint32 cd_crc32 (guint32 crc, const void *data, gsize len);

/* SHA-256 as 64 lower-case hex digits. (transfer full) */
char *cd_sha256_hex (const void *data, gsize len);

G_END_DECLS
