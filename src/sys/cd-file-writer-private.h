/* cd-file-writer-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cd-file-writer.c writes, cd-file-leftovers.c knows the names that may be left behind.
 */
#pragma once

#include "cd-file-writer.h"

G_BEGIN_DECLS

char *cd_file_temporary_name (void); /* (transfer full): never the same twice in this process */

/* Notes down for the next start that @folder is to hold @name. (transfer full) (nullable): the note, to be given to cd_file_unnote() */
char *cd_file_note (CdEnv *env, const char *folder, const char *name);
void cd_file_unnote (char *note); /* (transfer full) (nullable) */

/* Of the file behind @fd, until it is closed. FALSE: another has it. A file system without locks is no refusal. */
gboolean cd_file_lock (int fd);

/* Whether @name is gone from the folder of @dir_fd, or was never there; what is being written stays. */
gboolean cd_file_sweep_one (int dir_fd, const char *name);

G_END_DECLS
