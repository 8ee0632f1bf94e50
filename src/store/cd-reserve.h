/* cd-reserve.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file of 16 MB that holds room on the disk. When the journal meets a full disk the file goes, and what must still be written
 * (cancels, answers, fills) has room until every open state is closed. It is made again when there is space.
 *
 * Synchronous; on the store thread.
 */
#pragma once

#include "cd-env.h"

G_BEGIN_DECLS

#define CD_RESERVE_BYTES (16 * 1000 * 1000)
#define CD_SPACE_LOW_BYTES (64 * 1000 * 1000)   /* below: no new orders */
#define CD_SPACE_WARN_BYTES (500 * 1000 * 1000) /* below: a warning */

/* Frozen: appears in logs. */
typedef enum
{
  CD_SPACE_OK = 0,
  CD_SPACE_WARN = 1,
  CD_SPACE_LOW = 2,
} CdSpace;

/* What may still be written to the file system of @dir; CD_SPACE_OK when that is not known. */
CdSpace cd_space_look (CdEnv *env, const char *dir);

/* TRUE when the file is there in its full size afterwards. Blocks are allocated, not only promised. */
gboolean cd_reserve_make (const char *path);
/* TRUE when there was one: space has become free. */
gboolean cd_reserve_release (const char *path);

G_END_DECLS
