/* cd-paths-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "cd-paths.h"

G_BEGIN_DECLS

/* …/carbondesk below an XDG base directory. (transfer full) (nullable): NULL when neither the variable nor HOME holds an absolute path */
char *cd_paths_base_dir (CdEnv *env, const char *variable, const char *below_home);

G_END_DECLS
