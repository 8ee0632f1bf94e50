/* cd-replay-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "cd-replay.h"

G_BEGIN_DECLS

/* One comparison; of the first that fails the place is kept. */
void cd_replay_count (CdReplayResult *result, gboolean matched, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* A row of a feed begun: number of the line, receive time (up to the first tab of @time) and symbol. */
GString *cd_replay_row_begin (guint line, const char *time, const char *symbol);
guint cd_replay_row_levels (const CdReplayResult *result);
/* ",ask price,ask size,bid price,bid size" a level; empty cells beyond the book. */
void cd_replay_row_book (GString *out, const CdBook *book, guint levels, int scale);

G_END_DECLS
