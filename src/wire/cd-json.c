/* cd-json.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Documents and reading. json-glib builds the tree, but only of what the strict check has let through.
 */
#include "cd-json.h"

#include <string.h>

struct _CdJsonDoc
{
  JsonNode *root;
};

struct _CdJsonFaults
{
  GPtrArray *list; /* (element-type CdJsonFault) */
};

CdJsonDoc *
cd_json_parse (const char *text, gssize len, gsize max_bytes, GError **error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) local = NULL;
  CdJsonDoc *doc;
  gsize n = len < 0 ? strlen (text) : (gsize)len;

  if (!cd_json_check (text, (gssize)n, max_bytes, CD_JSON_RULES_HOUSE, error))
    return NULL;
  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, text, (gssize)n, &local))
    {
      g_set_error (error, CD_JSON_ERROR, CD_JSON_ERROR_SYNTAX, "%s", local->message);
      return NULL;
    }
  doc = g_new0 (CdJsonDoc, 1);
  doc->root = json_parser_steal_root (parser);
  return doc;
}

void
cd_json_doc_free (CdJsonDoc *doc)
{
  if (!doc)
    return;
  json_node_unref (doc->root);
  g_free (doc);
}

CdJson
cd_json_root (const CdJsonDoc *doc)
{
  return (CdJson){ doc->root, NULL, NULL, -1 };
}

static void
append_path (GString *out, const CdJson *node)
{
  if (!node->parent)
    {
      g_string_append_c (out, '$');
      return;
    }
  append_path (out, node->parent);
  if (node->member)
    g_string_append_printf (out, ".%s", node->member);
  else
    g_string_append_printf (out, "[%d]", node->index);
}

char *
cd_json_path (const CdJson *node)
{
  GString *out = g_string_new (NULL);

  append_path (out, node);
  return g_string_free (out, FALSE);
}

/* ---- faults ---- */

static void
fault_free (gpointer data)
{
  CdJsonFault *fault = data;

  g_free (fault->path);
  g_free (fault->code);
  g_free (fault->expected);
  g_free (fault);
}

CdJsonFaults *
cd_json_faults_new (void)
{
  CdJsonFaults *faults = g_new0 (CdJsonFaults, 1);

  faults->list = g_ptr_array_new_with_free_func (fault_free);
  return faults;
}

void
cd_json_faults_free (CdJsonFaults *faults)
{
  if (!faults)
    return;
  g_ptr_array_unref (faults->list);
  g_free (faults);
}

guint
cd_json_faults_count (const CdJsonFaults *faults)
{
  return faults->list->len;
}

const CdJsonFault *
cd_json_faults_get (const CdJsonFaults *faults, guint i)
{
  return g_ptr_array_index (faults->list, i);
}

void
cd_json_fault (CdJsonFaults *faults, const CdJson *at, const char *member, const char *code, const char *format, ...)
{
  g_autofree char *path = NULL;
  CdJsonFault *fault;
  va_list args;

  if (!faults)
    return;
  path = at ? cd_json_path (at) : g_strdup ("$");
  fault = g_new0 (CdJsonFault, 1);
  fault->path = member ? g_strconcat (path, ".", member, NULL) : g_steal_pointer (&path);
  fault->code = g_strdup (code);
  va_start (args, format);
  fault->expected = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (faults->list, fault);
}

gboolean
cd_json_faults_to_error (const CdJsonFaults *faults, GError **error)
{
  const CdJsonFault *first;

  if (faults->list->len == 0)
    return TRUE;
  first = g_ptr_array_index (faults->list, 0);
  if (faults->list->len == 1)
    g_set_error (error, CD_JSON_ERROR, CD_JSON_ERROR_CONTENT, "%s: %s", first->path, first->expected);
  else
    g_set_error (error, CD_JSON_ERROR, CD_JSON_ERROR_CONTENT, "%s: %s, and %u more", first->path, first->expected, faults->list->len - 1);
  return FALSE;
}

/* ---- reading ---- */

gboolean
cd_json_is_object (const CdJson *at)
{
  return JSON_NODE_HOLDS_OBJECT (at->node);
}

gboolean
cd_json_is_array (const CdJson *at)
{
  return JSON_NODE_HOLDS_ARRAY (at->node);
}

gboolean
cd_json_find (const CdJson *at, const char *member, CdJson *out)
{
  JsonNode *node;

  if (!member)
    {
      *out = *at;
      return TRUE;
    }
  node = cd_json_is_object (at) ? json_object_get_member (json_node_get_object (at->node), member) : NULL;
  if (!node)
    return FALSE;
  *out = (CdJson){ node, at, member, -1 };
  return TRUE;
}

gboolean
cd_json_present (const CdJson *at, const char *member)
{
  CdJson node;

  return cd_json_find (at, member, &node);
}

gboolean
cd_json_has (const CdJson *at, const char *member)
{
  CdJson node;

  return cd_json_find (at, member, &node) && !JSON_NODE_HOLDS_NULL (node.node);
}

static gboolean
need (const CdJson *at, const char *member, CdJson *out, const char *expected, CdJsonFaults *faults)
{
  if (cd_json_find (at, member, out))
    return TRUE;
  cd_json_fault (faults, at, member, "missing", "expected %s", expected);
  return FALSE;
}

static gboolean
holds (const CdJson *at, GType type)
{
  return JSON_NODE_HOLDS_VALUE (at->node) && json_node_get_value_type (at->node) == type;
}

static gboolean
get_text (const CdJson *at, const char *member, const char *expected, const char **out, CdJson *node, CdJsonFaults *faults)
{
  if (!need (at, member, node, expected, faults))
    return FALSE;
  if (!holds (node, G_TYPE_STRING))
    {
      cd_json_fault (faults, at, member, "type", "expected %s", expected);
      return FALSE;
    }
  *out = json_node_get_string (node->node);
  return TRUE;
}

gboolean
cd_json_get_string (const CdJson *at, const char *member, const char **out, CdJsonFaults *faults)
{
  CdJson node;

  return get_text (at, member, "a string", out, &node, faults);
}

gboolean
cd_json_get_decimal (const CdJson *at, const char *member, int scale, gint64 *out, CdJsonFaults *faults)
{
  g_autoptr (GError) error = NULL;
  const char *text;
  CdJson node;
  gint64 value;

  if (!get_text (at, member, "a decimal number in a string", &text, &node, faults))
    return FALSE;
  if (!cd_decimal_parse (text, -1, scale, &value, &error))
    {
      cd_json_fault (faults, at, member, "syntax", "expected a decimal number with at most %d decimals in a string: %s", scale, error->message);
      return FALSE;
    }
  *out = value;
  return TRUE;
}

gboolean
cd_json_get_i64 (const CdJson *at, const char *member, gint64 *out, CdJsonFaults *faults)
{
  return cd_json_get_decimal (at, member, 0, out, faults);
}

gboolean
cd_json_get_int (const CdJson *at, const char *member, gint64 min, gint64 max, gint64 *out, CdJsonFaults *faults)
{
  CdJson node;
  gint64 value;

  if (!need (at, member, &node, "a whole number", faults))
    return FALSE;
  if (!holds (&node, G_TYPE_INT64))
    {
      cd_json_fault (faults, at, member, "type", "expected a whole number without quotes");
      return FALSE;
    }
  value = json_node_get_int (node.node);
  if (value < min || value > max)
    {
      cd_json_fault (faults, at, member, "range", "expected a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, min, max);
      return FALSE;
    }
  *out = value;
  return TRUE;
}

gboolean
cd_json_get_bool (const CdJson *at, const char *member, gboolean *out, CdJsonFaults *faults)
{
  CdJson node;

  if (!need (at, member, &node, "true or false", faults))
    return FALSE;
  if (!holds (&node, G_TYPE_BOOLEAN))
    {
      cd_json_fault (faults, at, member, "type", "expected true or false");
      return FALSE;
    }
  *out = json_node_get_boolean (node.node);
  return TRUE;
}

gboolean
cd_json_get_date (const CdJson *at, const char *member, CdDate *out, CdJsonFaults *faults)
{
  const char *text;
  CdJson node;
  CdDate value;

  if (!get_text (at, member, "a date YYYY-MM-DD", &text, &node, faults))
    return FALSE;
  if (!cd_date_parse (text, &value, NULL))
    {
      cd_json_fault (faults, at, member, "syntax", "expected a date YYYY-MM-DD, found “%.40s”", text);
      return FALSE;
    }
  *out = value;
  return TRUE;
}

gboolean
cd_json_get_instant (const CdJson *at, const char *member, gint64 *out_us, CdJsonFaults *faults)
{
  const char *text;
  CdJson node;
  gint64 value;

  if (!get_text (at, member, "an instant in UTC", &text, &node, faults))
    return FALSE;
  if (!cd_instant_parse (text, &value, NULL))
    {
      cd_json_fault (faults, at, member, "syntax", "expected an instant such as 2026-12-14T05:20:00.000000Z, found “%.40s”", text);
      return FALSE;
    }
  *out_us = value;
  return TRUE;
}

gboolean
cd_json_get_object (const CdJson *at, const char *member, CdJson *out, CdJsonFaults *faults)
{
  CdJson node;

  if (!need (at, member, &node, "an object", faults))
    return FALSE;
  if (!cd_json_is_object (&node))
    {
      cd_json_fault (faults, at, member, "type", "expected an object");
      return FALSE;
    }
  *out = node;
  return TRUE;
}

gboolean
cd_json_get_array (const CdJson *at, const char *member, CdJson *out, CdJsonFaults *faults)
{
  CdJson node;

  if (!need (at, member, &node, "an array", faults))
    return FALSE;
  if (!cd_json_is_array (&node))
    {
      cd_json_fault (faults, at, member, "type", "expected an array");
      return FALSE;
    }
  *out = node;
  return TRUE;
}

guint
cd_json_length (const CdJson *array)
{
  return cd_json_is_array (array) ? json_array_get_length (json_node_get_array (array->node)) : 0;
}

CdJson
cd_json_at (const CdJson *array, guint i)
{
  g_assert (i < cd_json_length (array));
  return (CdJson){ json_array_get_element (json_node_get_array (array->node), i), array, NULL, (int)i };
}

GList *
cd_json_members (const CdJson *object)
{
  return cd_json_is_object (object) ? json_object_get_members (json_node_get_object (object->node)) : NULL;
}

void
cd_json_only_members (const CdJson *object, CdJsonFaults *faults, const char *first, ...)
{
  g_autoptr (GPtrArray) known = g_ptr_array_new ();
  g_autoptr (GList) members = cd_json_members (object);
  va_list args;

  va_start (args, first);
  for (const char *name = first; name; name = va_arg (args, const char *))
    g_ptr_array_add (known, (gpointer)name);
  va_end (args);
  for (GList *l = members; l; l = l->next)
    if (!g_ptr_array_find_with_equal_func (known, l->data, g_str_equal, NULL))
      cd_json_fault (faults, object, l->data, "unknown", "expected no member of this name");
}
