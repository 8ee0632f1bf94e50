/* cd-replay-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "cd-replay.h"

G_BEGIN_DECLS

/* One comparison; of the first that fails the place is kept. */
void cd_replay_count (CdReplayResult *result, gboolean matched, const char *format, ...) G_GNUC_PRINTF (3, 4);

G_END_DECLS
