/* cd-command-profile.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The profile a command works on. Practice is never taken for live: a live profile is named as one, and is never made here.
 */
#include "cd-command-private.h"

#include <string.h>

static gboolean
exists (CdEnv *env, CdProfileKind kind, const char *name)
{
  g_auto (GStrv) names = cd_paths_list (env, kind);

  return g_strv_contains ((const char *const *)names, name);
}

CdPaths *
cd_command_profile (CdCommandIo *io, const char *given, gboolean make, CdCommandStatus *status)
{
  CdProfileKind kind = g_str_has_prefix (given, "live/") ? CD_PROFILE_LIVE : CD_PROFILE_PRACTICE;
  const char *name = g_str_has_prefix (given, "live/") || g_str_has_prefix (given, "practice/") ? strchr (given, '/') + 1 : given;
  CdEnv *env = cd_command_env (io);
  g_autoptr (GError) error = NULL;
  CdPaths *paths;

  if (!cd_profile_name_check (name, &error))
    {
      *status = cd_command_usage (io, "--profile", "%s", error->message);
      return NULL;
    }
  *status = CD_COMMAND_DONE;
  if ((kind == CD_PROFILE_LIVE || !make) && !exists (env, kind, name))
    {
      *status = cd_command_no (io, given, NULL, "no such %s profile, expected one that exists", cd_profile_kind_name (kind));
      return NULL;
    }
  paths = cd_paths_open (env, kind, name, &error);
  if (!paths && g_error_matches (error, CD_SYS_ERROR, CD_SYS_ERROR_IN_USE))
    *status = cd_command_no (io, given, NULL, "in use: the profile is open in another program (%s)", error->message);
  else if (!paths)
    *status = cd_command_no (io, given, NULL, "%s", error->message);
  return paths;
}
