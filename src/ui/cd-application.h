/* cd-application.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "cd-desk.h"

G_BEGIN_DECLS

#define CD_TYPE_APPLICATION (cd_application_get_type ())
G_DECLARE_FINAL_TYPE (CdApplication, cd_application, CD, APPLICATION, AdwApplication)

/**
 * CdShot: a picture for the documentation instead of a session.
 * @path: (nullable): none
 * @first_frame: instead of a picture, say "first-frame" on standard output when one was painted, and end
 */
typedef struct
{
  const char *path;
  int workspace, width, height;
  gboolean first_frame;
} CdShot;

CdApplication *cd_application_new (CdEnv *env, const CdDeskConfig *config, const CdShot *shot);

G_END_DECLS
