/* cd-format-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shared by cd-format-*.c only.
 */
#pragma once

#include "cd-format.h"

G_BEGIN_DECLS

/* A table of codes: the text is marked for translation, looked up at run time. */
typedef struct
{
  const char *code;
  const char *text;
} CdFormatWord;

/* Returns: the words, translated; @code itself where the table has none, "" for %NULL. */
const char *cd_format_lookup (const CdFormatWord *words, gsize n, const char *code);

G_END_DECLS
