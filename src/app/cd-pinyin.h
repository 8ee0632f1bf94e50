/* cd-pinyin.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Initials of Chinese names, as people type them into trading programs: "tpfpe" finds 碳排放配额. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * cd_pinyin_initials:
 * @c: a character
 *
 * Returns: (transfer none): capital letters with which its readings begin; "" when it is not one of the 3,755 common characters
 */
const char *cd_pinyin_initials (gunichar c);

/**
 * cd_pinyin_match:
 * @typed: letters and digits, in either case
 *
 * Whether @typed spells the initials of @text from some character on; either reading of a character with two will do. Letters and
 * digits of @text stand for themselves, anything else is passed over.
 *
 * Returns: 0 = from the first character on, more = later; -1 = not at all
 */
int cd_pinyin_match (const char *text, const char *typed);

G_END_DECLS
