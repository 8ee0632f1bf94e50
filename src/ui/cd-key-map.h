/* cd-key-map.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The two key maps as data (features 4.4): A keeps GNOME's keys, B follows mainland trading programs. One table is what the keys do,
 * what menus show, what the hints print and what the help window lists. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "cd-env.h"

G_BEGIN_DECLS

typedef enum
{
  CD_KEY_MAP_AUTO, /* by language */
  CD_KEY_MAP_GNOME,
  CD_KEY_MAP_MAINLAND,
  CD_KEY_N_MAPS = CD_KEY_MAP_MAINLAND,
} CdKeyMap;

typedef enum
{
  CD_KEY_MONEY = 1 << 0,   /* can send: not while the key is held, nor right after a change of focus */
  CD_KEY_HOLD = 1 << 1,    /* takes effect when it has been held for 600 ms */
  CD_KEY_LOCAL = 1 << 2,   /* the pane named by its group does it itself, while it has the focus; no action has this name */
  CD_KEY_BLOTTER = 1 << 3, /* only while the blotter has the focus */
  CD_KEY_TICKET = 1 << 4,  /* also in the number fields of the ticket, where its sign has no meaning */
} CdKeyFlags;

/**
 * CdKeyBinding:
 * @action: detailed action name
 * @title: marked for translation
 * @group: marked for translation
 * @keys: GNOME, mainland; up to two each, none where the map has none. "<Alt>q 1" is two keys one after the other.
 */
typedef struct
{
  const char *action;
  const char *title;
  const char *group;
  const char *keys[CD_KEY_N_MAPS][3];
  CdKeyFlags flags;
} CdKeyBinding;

const CdKeyBinding *cd_key_map_bindings (gsize *n);
CdKeyMap cd_key_map_resolve (CdKeyMap map); /* never AUTO */
CdKeyMap cd_key_map_in_force (void);        /* never AUTO */
/* Puts @map in force, and tells the application so that menus show the keys. */
void cd_key_map_apply (GtkApplication *application, CdKeyMap map);

/* Appends an item to @menu that shows the first key in force of @action, and keeps it when the menu leaves its window. */
void cd_key_map_menu_append (GMenu *menu, const char *label, const char *action);

/* The keys of a binding in @map (never AUTO): (transfer none) (array zero-terminated=1) */
const char *const *cd_key_map_keys_of (const CdKeyBinding *binding, CdKeyMap map);
/* The keys that work now: a person's own in place of those of the map. (transfer none) (array zero-terminated=1) */
const char *const *cd_key_map_keys_in_force (const CdKeyBinding *binding);
/* Whether two keys are the same on the keyboard, or the first of two in a row is the other. */
gboolean cd_key_map_same (const char *a, const char *b);

/* cd-key-own.c: keys that a person chose, kept in the settings for each map apart. What is not valid there is left out with a message. */
void cd_key_own_load (GSettings *settings); /* of the map in force */
gboolean cd_key_own_has (const CdKeyBinding *binding);
/* Why @key cannot be that of @binding, with the name of what has it: (transfer full) (nullable) */
char *cd_key_own_fault (const CdKeyBinding *binding, const char *key);
/* @key: "" for none. Returns as cd_key_own_fault(); then nothing has changed. */
char *cd_key_own_set (GSettings *settings, const CdKeyBinding *binding, const char *key);
char *cd_key_own_unset (GSettings *settings, const CdKeyBinding *binding);
void cd_key_own_clear (GSettings *settings);

/* The first key in force of an action in words, "Ctrl+B": (transfer full) (nullable) */
char *cd_key_map_label (const char *action);

/* The help window of the keys: the map in force first, then the other one. (transfer none) */
GtkWindow *cd_key_map_show (GtkWindow *parent);

/**
 * cd_key_dispatch_install:
 * @typed: what to do with a letter or digit typed outside of text
 * @blotter: the widget that %CD_KEY_BLOTTER speaks of
 *
 * Makes the keys of @window work: by hardware codes and before anything inside it, so that neither an input method nor another
 * layout swallows one.
 */
typedef void (*CdKeyTyped) (const char *text, gpointer data);
void cd_key_dispatch_install (GtkWindow *window, CdEnv *env, GtkWidget *blotter, CdKeyTyped typed, gpointer data);
/* FALSE: no key does anything but reach the focus (a locked window). */
void cd_key_dispatch_set_enabled (GtkWindow *window, gboolean enabled);

/* cd-key-hints.c: prints its key beside every marked control while Ctrl is held for a second. */
void cd_key_hints_mark (GtkWidget *widget, const char *action);
GtkWidget *cd_key_hints_wrap (GtkWindow *window, GtkWidget *content); /* @content below, the hints above */
void cd_key_hints_show (GtkWindow *window, gboolean show);
gboolean cd_key_hints_are_shown (GtkWindow *window);

G_END_DECLS
