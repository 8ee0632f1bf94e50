/* cd-key-own.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keys that a person chose in place of those of the map in force. Kept for each map apart: what is free in one is taken in the other.
 */
#include <glib/gi18n.h>
#include <string.h>

#include "cd-key-map.h"

static GHashTable *own; /* action -> (array zero-terminated=1) keys, "" alone for none; of the map in force */

static const char *const none[] = { NULL };

static const char *
settings_key (void)
{
  return cd_key_map_in_force () == CD_KEY_MAP_MAINLAND ? "own-keys-mainland" : "own-keys-gnome";
}

const char *const *
cd_key_map_keys_in_force (const CdKeyBinding *binding)
{
  char **keys = own ? g_hash_table_lookup (own, binding->action) : NULL;

  if (!keys)
    return cd_key_map_keys_of (binding, cd_key_map_in_force ());
  return keys[0] ? (const char *const *)keys : none;
}

gboolean
cd_key_own_has (const CdKeyBinding *binding)
{
  return own && g_hash_table_contains (own, binding->action);
}

/* --- What a key may be ------------------------------------------------------------------------------------------------ */

/* Keys that write or move in text, in tables and from field to field. */
static gboolean
is_bare (guint keyval, GdkModifierType mods)
{
  if (mods & ~GDK_SHIFT_MASK)
    return FALSE;
  if ((keyval >= GDK_KEY_F1 && keyval <= GDK_KEY_F35) || keyval == GDK_KEY_Delete || keyval == GDK_KEY_KP_Delete || keyval == GDK_KEY_Page_Up || keyval == GDK_KEY_Page_Down || keyval == GDK_KEY_KP_Add || keyval == GDK_KEY_KP_Subtract || keyval == GDK_KEY_Insert || keyval == GDK_KEY_Pause)
    return FALSE;
  return TRUE;
}

static char *
unfit (const CdKeyBinding *binding, const char *key)
{
  g_autofree char *label = NULL;
  GdkModifierType mods;
  guint keyval;

  if (!gtk_accelerator_parse (key, &keyval, &mods) || !keyval)
    return g_strdup_printf (_ ("“%s” is no key, expected one such as <Control>b or F7"), key);
  label = gtk_accelerator_get_label (keyval, mods);
  if (is_bare (keyval, mods))
    return g_strdup_printf (_ ("%s is for text and for moving about: hold Ctrl or Alt with it"), label);
  if (binding->flags & (CD_KEY_MONEY | CD_KEY_HOLD) && !(binding->flags & CD_KEY_BLOTTER) && !(mods & (GDK_CONTROL_MASK | GDK_ALT_MASK)))
    return g_strdup_printf (_ ("%s alone is pressed too easily for what sends or cancels: hold Ctrl or Alt with it"), label);
  return NULL;
}

static const CdKeyBinding *
taken_by (const CdKeyBinding *binding, const char *key)
{
  gsize n;
  const CdKeyBinding *bindings = cd_key_map_bindings (&n);

  for (gsize i = 0; i < n; i++)
    {
      const char *const *keys = cd_key_map_keys_in_force (&bindings[i]);

      for (int k = 0; &bindings[i] != binding && keys[k]; k++)
        if (cd_key_map_same (key, keys[k]))
          return &bindings[i];
    }
  return NULL;
}

char *
cd_key_own_fault (const CdKeyBinding *binding, const char *key)
{
  char *fault = unfit (binding, key);
  const CdKeyBinding *other = fault ? NULL : taken_by (binding, key);
  g_autofree char *label = NULL;
  GdkModifierType mods;
  guint keyval;

  if (!other)
    return fault;
  gtk_accelerator_parse (key, &keyval, &mods);
  label = gtk_accelerator_get_label (keyval, mods);
  return g_strdup_printf (_ ("%s is taken: %s"), label, _ (other->title));
}

/* --- Kept -------------------------------------------------------------------------------------------------------------- */

static const CdKeyBinding *
binding_of (const char *action)
{
  gsize n;
  const CdKeyBinding *bindings = cd_key_map_bindings (&n);

  for (gsize i = 0; i < n; i++)
    if (g_str_equal (bindings[i].action, action) && !(bindings[i].flags & CD_KEY_LOCAL))
      return &bindings[i];
  return NULL;
}

/* A file that somebody wrote by hand: what does not hold is left out, and the map's own key works instead. */
static void
drop_faulty (void)
{
  gsize n;
  const CdKeyBinding *bindings = cd_key_map_bindings (&n);

  for (gsize i = 0; i < n; i++)
    {
      char **keys = g_hash_table_lookup (own, bindings[i].action);

      for (int k = 0; keys && keys[k]; k++)
        {
          g_autofree char *fault = cd_key_own_fault (&bindings[i], keys[k]);

          if (!fault)
            continue;
          g_message ("%s, %s: %s; the key of the map holds", settings_key (), bindings[i].action, fault);
          g_hash_table_remove (own, bindings[i].action);
          break;
        }
    }
}

void
cd_key_own_load (GSettings *settings)
{
  g_autoptr (GVariant) kept = g_settings_get_value (settings, settings_key ());
  GVariantIter iter;
  const char *action;
  char **keys;

  g_clear_pointer (&own, g_hash_table_unref);
  own = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_strfreev);
  g_variant_iter_init (&iter, kept);
  while (g_variant_iter_next (&iter, "{&s^as}", &action, &keys))
    if (binding_of (action))
      g_hash_table_insert (own, g_strdup (action), keys);
    else
      {
        g_message ("%s: “%s” is no action whose key can be changed", settings_key (), action);
        g_strfreev (keys);
      }
  drop_faulty ();
}

static void
keep (GSettings *settings)
{
  GVariantBuilder builder;
  GHashTableIter iter;
  gpointer action, keys;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sas}"));
  g_hash_table_iter_init (&iter, own);
  while (g_hash_table_iter_next (&iter, &action, &keys))
    g_variant_builder_add (&builder, "{s^as}", action, keys);
  g_settings_set_value (settings, settings_key (), g_variant_builder_end (&builder));
}

char *
cd_key_own_set (GSettings *settings, const CdKeyBinding *binding, const char *key)
{
  char *fault = key && *key ? cd_key_own_fault (binding, key) : NULL;

  if (fault)
    return fault;
  if (!own)
    cd_key_own_load (settings);
  g_hash_table_insert (own, g_strdup (binding->action), g_strsplit (key ? key : "", " ", 1));
  keep (settings);
  return NULL;
}

char *
cd_key_own_unset (GSettings *settings, const CdKeyBinding *binding)
{
  const char *const *keys = cd_key_map_keys_of (binding, cd_key_map_in_force ());

  if (!cd_key_own_has (binding))
    return NULL;
  /* Somebody else may have got the key meanwhile. */
  for (int k = 0; keys[k]; k++)
    {
      const CdKeyBinding *other = taken_by (binding, keys[k]);

      if (other)
        return g_strdup_printf (_ ("The usual key is taken: %s"), _ (other->title));
    }
  g_hash_table_remove (own, binding->action);
  keep (settings);
  return NULL;
}

void
cd_key_own_clear (GSettings *settings)
{
  g_clear_pointer (&own, g_hash_table_unref);
  g_settings_reset (settings, settings_key ());
}
