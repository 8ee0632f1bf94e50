/* cd-key-editor.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * cd_key_editor_add:
 *
 * Adds the page "Keys" to the preferences: each key of the table but those of the panes, its change by pressing the new one. A key
 * that does not fit or is taken is refused in words, and nothing changes. @settings must be the one whose changes the main window
 * follows or another of the same schema. Main thread.
 */
void cd_key_editor_add (AdwPreferencesWindow *window, GSettings *settings);

G_END_DECLS
