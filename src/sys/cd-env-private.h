/* cd-env-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "cd-env.h"

G_BEGIN_DECLS

gpointer cd_env_get_data (CdEnv *env, const CdEnvOps *ops); /* asserts that @env is of this implementation */
extern const CdEnvOps cd_env_real_ops;
gpointer cd_env_real_data_new (void);

G_END_DECLS
