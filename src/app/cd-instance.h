/* cd-instance.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One window to a profile. The lock in the profile's folder (cd-paths.h) keeps a second program out; this says to the person who
 * started it where the first one is: every workstation owns a name on the session bus for its profile and raises its window
 * when another start asks for it there.
 */
#pragma once

#include <gio/gio.h>

#include "cd-env.h"

G_BEGIN_DECLS

typedef struct _CdInstance CdInstance;

/**
 * CdInstanceRaise:
 * @token: the activation token or startup id of the start that asks, "" when it has none
 *
 * Shows the window. Called in the main context that cd_instance_claim() was called in.
 */
typedef void (*CdInstanceRaise) (const char *token, gpointer data);

typedef enum
{
  CD_INSTANCE_FIRST,  /* nobody else has the profile's name */
  CD_INSTANCE_RAISED, /* another one has it, and has shown its window */
  CD_INSTANCE_SILENT, /* another one has it and did not answer, or the bus failed: the lock of the profile decides */
} CdInstanceClaim;

/**
 * cd_instance_claim:
 * @bus: (nullable): the session bus; without one the answer is %CD_INSTANCE_SILENT
 * @app_id: the application's id: a sandbox may own names below it and no others
 * @profile: name of a practice profile
 *
 * Asks for the profile's name, at most 5 s. A first one that is about to end is waited for, at most 10 s more.
 *
 * Returns: (transfer full): holds the name until it is freed; also when the claim failed, for the same call to end it
 */
CdInstance *cd_instance_claim (CdEnv *env, GDBusConnection *bus, const char *app_id, const char *profile, CdInstanceRaise raise, gpointer data, CdInstanceClaim *claim) G_GNUC_WARN_UNUSED_RESULT;

/**
 * cd_instance_close:
 * The program ends: who asks now waits for the name instead of being shown a window that is gone in a moment.
 */
void cd_instance_close (CdInstance *self);
void cd_instance_free (CdInstance *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdInstance, cd_instance_free)

/**
 * cd_instance_dup_name:
 * Returns: (transfer full) (nullable): the name on the bus of that profile, by the folder it lives in; %NULL without a home
 */
char *cd_instance_dup_name (CdEnv *env, const char *app_id, const char *profile);

G_END_DECLS
