/* cd-key-map.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The two key maps as data (features 4.4): A keeps GNOME's keys, B follows mainland trading programs.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  CD_KEY_MAP_AUTO, /* by language */
  CD_KEY_MAP_GNOME,
  CD_KEY_MAP_MAINLAND,
} CdKeyMap;

typedef struct
{
  const char *action;     /* detailed action name */
  const char *title;      /* marked for translation */
  const char *group;      /* marked for translation */
  const char *keys[2][3]; /* GNOME, mainland; up to two accelerators */
} CdKeyBinding;

const CdKeyBinding *cd_key_map_bindings (gsize *n);
void cd_key_map_apply (GtkApplication *application, CdKeyMap map);
/* The shortcuts window of the map in force. */
void cd_key_map_show (GtkWindow *parent, CdKeyMap map);
CdKeyMap cd_key_map_resolve (CdKeyMap map);

G_END_DECLS
