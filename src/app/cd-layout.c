/* cd-layout.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-layout.h"

#include <string.h>

#include "cd-json.h"
#include "cd-paths.h"

#define TABLES_MAX 64
#define PANES_MAX 64

G_DEFINE_QUARK (cd - layout - error - quark, cd_layout_error)

CdLayout *
cd_layout_new (void)
{
  CdLayout *layout = g_new0 (CdLayout, 1);

  layout->tables = g_array_new (FALSE, TRUE, sizeof (CdLayoutTable));
  layout->panes = g_array_new (FALSE, TRUE, sizeof (CdLayoutPane));
  return layout;
}

void
cd_layout_free (CdLayout *layout)
{
  g_array_unref (layout->tables);
  g_array_unref (layout->panes);
  g_free (layout);
}

const CdLayoutTable *
cd_layout_table (const CdLayout *layout, const char *id)
{
  for (guint i = 0; i < layout->tables->len; i++)
    {
      const CdLayoutTable *table = &g_array_index (layout->tables, CdLayoutTable, i);

      if (g_str_equal (table->id, id))
        return table;
    }
  return NULL;
}

void
cd_layout_set_table (CdLayout *layout, const CdLayoutTable *table)
{
  CdLayoutTable *old = (CdLayoutTable *)cd_layout_table (layout, table->id);

  if (old)
    *old = *table;
  else if (layout->tables->len < TABLES_MAX)
    g_array_append_val (layout->tables, *table);
}

static CdLayoutPane *
find_pane (const CdLayout *layout, const char *id)
{
  for (guint i = 0; i < layout->panes->len; i++)
    {
      CdLayoutPane *pane = &g_array_index (layout->panes, CdLayoutPane, i);

      if (g_str_equal (pane->id, id))
        return pane;
    }
  return NULL;
}

int
cd_layout_pane (const CdLayout *layout, const char *id)
{
  const CdLayoutPane *pane = find_pane (layout, id);

  return pane ? pane->share : -1;
}

void
cd_layout_set_pane (CdLayout *layout, const char *id, int share)
{
  CdLayoutPane *pane = find_pane (layout, id);
  CdLayoutPane fresh = { .share = share };

  if (pane)
    {
      pane->share = share;
      return;
    }
  if (layout->panes->len >= PANES_MAX)
    return;
  g_strlcpy (fresh.id, id, sizeof fresh.id);
  g_array_append_val (layout->panes, fresh);
}

/* --- Reading --------------------------------------------------------------------------------------------------------- */

/* Ids are ours: short, and nothing that could not stand in a name of a widget. */
static gboolean
read_id (const CdJson *at, const char *member, char *out, CdJsonFaults *faults)
{
  const char *text = NULL;

  if (!cd_json_get_string (at, member, &text, faults))
    return FALSE;
  if (*text == 0 || strlen (text) >= CD_LAYOUT_ID_MAX)
    {
      cd_json_fault (faults, at, member, "range", "a name of 1 to %d bytes", CD_LAYOUT_ID_MAX - 1);
      return FALSE;
    }
  g_strlcpy (out, text, CD_LAYOUT_ID_MAX);
  return TRUE;
}

static void
read_int (const CdJson *at, const char *member, int min, int max, int *out, CdJsonFaults *faults)
{
  gint64 value = 0;

  if (cd_json_get_int (at, member, min, max, &value, faults))
    *out = (int)value;
}

static void
read_sort (const CdJson *at, int version, CdLayoutTable *table, CdJsonFaults *faults)
{
  CdJson keys;

  if (version == 1)
    {
      if (!cd_json_has (at, "sort"))
        return;
      if (read_id (at, "sort", table->sort[0].id, faults))
        table->n_sort = 1;
      cd_json_get_bool (at, "descending", &table->sort[0].descending, faults);
      return;
    }
  if (!cd_json_get_array (at, "sort", &keys, faults))
    return;
  if (cd_json_length (&keys) > CD_LAYOUT_SORT_MAX)
    cd_json_fault (faults, at, "sort", "range", "at most %d keys", CD_LAYOUT_SORT_MAX);
  for (guint i = 0; i < MIN (cd_json_length (&keys), CD_LAYOUT_SORT_MAX); i++)
    {
      CdJson key = cd_json_at (&keys, i);

      if (read_id (&key, "id", table->sort[i].id, faults) && cd_json_get_bool (&key, "descending", &table->sort[i].descending, faults))
        table->n_sort++;
    }
}

static void
read_table (const CdJson *at, int version, CdLayout *layout, CdJsonFaults *faults)
{
  CdLayoutTable table = { .zoom = 100 };
  CdJson columns;

  if (!read_id (at, "id", table.id, faults))
    return;
  read_int (at, "zoom", 60, 200, &table.zoom, faults);
  read_sort (at, version, &table, faults);
  if (!cd_json_get_array (at, "columns", &columns, faults))
    return;
  if (cd_json_length (&columns) > CD_LAYOUT_COLUMNS_MAX)
    cd_json_fault (faults, at, "columns", "range", "at most %d columns", CD_LAYOUT_COLUMNS_MAX);
  for (guint i = 0; i < MIN (cd_json_length (&columns), CD_LAYOUT_COLUMNS_MAX); i++)
    {
      CdJson item = cd_json_at (&columns, i);
      CdLayoutColumn *column = &table.columns[table.n_columns];

      if (!read_id (&item, "id", column->id, faults))
        continue;
      read_int (&item, "width", 16, 2000, &column->width, faults);
      cd_json_get_bool (&item, "shown", &column->shown, faults);
      table.n_columns++;
    }
  cd_layout_set_table (layout, &table);
}

/* Version 1 kept pixels of a window whose size it also kept: the share follows from both. */
static int
share_of (const CdLayout *layout, int pixels)
{
  return layout->width > 0 ? CLAMP (pixels * 1000 / layout->width, 20, 980) : 500;
}

static void
read_pane (const CdJson *at, int version, CdLayout *layout, CdJsonFaults *faults)
{
  char id[CD_LAYOUT_ID_MAX];
  int value = -1;

  if (!read_id (at, "id", id, faults))
    return;
  if (version == 1)
    read_int (at, "position", 0, 32767, &value, faults);
  else
    read_int (at, "share", 0, 1000, &value, faults);
  if (value >= 0)
    cd_layout_set_pane (layout, id, version == 1 ? share_of (layout, value) : value);
}

static void
read_all (const CdJson *root, int version, CdLayout *layout, CdJsonFaults *faults)
{
  CdJson list;

  read_int (root, "width", 0, 32767, &layout->width, faults);
  read_int (root, "height", 0, 32767, &layout->height, faults);
  cd_json_get_bool (root, "maximized", &layout->maximized, faults);
  read_int (root, "workspace", 0, 9, &layout->workspace, faults);
  if (cd_json_has (root, "instrument"))
    read_id (root, "instrument", layout->instrument, faults);
  if (cd_json_get_array (root, "panes", &list, faults))
    for (guint i = 0; i < cd_json_length (&list); i++)
      {
        CdJson item = cd_json_at (&list, i);

        read_pane (&item, version, layout, faults);
      }
  if (cd_json_get_array (root, "tables", &list, faults))
    for (guint i = 0; i < cd_json_length (&list); i++)
      {
        CdJson item = cd_json_at (&list, i);

        read_table (&item, version, layout, faults);
      }
}

CdLayout *
cd_layout_parse (const char *text, gssize len, GError **error)
{
  g_autoptr (GError) fault = NULL;
  g_autoptr (CdJsonDoc) doc = cd_json_parse (text, len, CD_LAYOUT_BYTES_MAX, &fault);
  g_autoptr (CdJsonFaults) faults = cd_json_faults_new ();
  g_autoptr (CdLayout) layout = cd_layout_new ();
  gint64 version = 0;
  CdJson root;

  if (!doc)
    {
      g_set_error (error, CD_LAYOUT_ERROR, CD_LAYOUT_ERROR_CONTENT, "%s", fault->message);
      return NULL;
    }
  root = cd_json_root (doc);
  if (cd_json_is_object (&root) && cd_json_get_int (&root, "version", 1, G_MAXINT32, &version, faults) && version > CD_LAYOUT_VERSION)
    {
      g_set_error (error, CD_LAYOUT_ERROR, CD_LAYOUT_ERROR_NEWER, "$.version: %d, expected at most %d", (int)version, CD_LAYOUT_VERSION);
      return NULL;
    }
  if (version > 0)
    read_all (&root, (int)version, layout, faults);
  else if (cd_json_faults_count (faults) == 0)
    cd_json_fault (faults, &root, NULL, "type", "an object");
  if (!cd_json_faults_to_error (faults, &fault))
    {
      g_set_error (error, CD_LAYOUT_ERROR, CD_LAYOUT_ERROR_CONTENT, "%s", fault->message);
      return NULL;
    }
  return g_steal_pointer (&layout);
}

/* --- Writing --------------------------------------------------------------------------------------------------------- */

static void
write_table (CdJsonWriter *writer, const CdLayoutTable *table)
{
  cd_json_writer_begin_object (writer, NULL);
  cd_json_writer_string (writer, "id", table->id);
  cd_json_writer_int (writer, "zoom", table->zoom);
  cd_json_writer_begin_array (writer, "sort");
  for (guint i = 0; i < table->n_sort; i++)
    {
      cd_json_writer_begin_object (writer, NULL);
      cd_json_writer_string (writer, "id", table->sort[i].id);
      cd_json_writer_bool (writer, "descending", table->sort[i].descending);
      cd_json_writer_end_object (writer);
    }
  cd_json_writer_end_array (writer);
  cd_json_writer_begin_array (writer, "columns");
  for (guint i = 0; i < table->n_columns; i++)
    {
      cd_json_writer_begin_object (writer, NULL);
      cd_json_writer_string (writer, "id", table->columns[i].id);
      cd_json_writer_int (writer, "width", table->columns[i].width);
      cd_json_writer_bool (writer, "shown", table->columns[i].shown);
      cd_json_writer_end_object (writer);
    }
  cd_json_writer_end_array (writer);
  cd_json_writer_end_object (writer);
}

char *
cd_layout_print (const CdLayout *layout)
{
  g_autoptr (CdJsonWriter) writer = cd_json_writer_new ();

  cd_json_writer_begin_object (writer, NULL);
  cd_json_writer_int (writer, "version", CD_LAYOUT_VERSION);
  cd_json_writer_int (writer, "width", layout->width);
  cd_json_writer_int (writer, "height", layout->height);
  cd_json_writer_bool (writer, "maximized", layout->maximized);
  cd_json_writer_int (writer, "workspace", layout->workspace);
  cd_json_writer_string (writer, "instrument", *layout->instrument ? layout->instrument : NULL);
  cd_json_writer_begin_array (writer, "panes");
  for (guint i = 0; i < layout->panes->len; i++)
    {
      const CdLayoutPane *pane = &g_array_index (layout->panes, CdLayoutPane, i);

      cd_json_writer_begin_object (writer, NULL);
      cd_json_writer_string (writer, "id", pane->id);
      cd_json_writer_int (writer, "share", pane->share);
      cd_json_writer_end_object (writer);
    }
  cd_json_writer_end_array (writer);
  cd_json_writer_begin_array (writer, "tables");
  for (guint i = 0; i < layout->tables->len; i++)
    write_table (writer, &g_array_index (layout->tables, CdLayoutTable, i));
  cd_json_writer_end_array (writer);
  cd_json_writer_end_object (writer);
  return cd_json_writer_finish (writer);
}

/* --- File ------------------------------------------------------------------------------------------------------------ */

CdLayout *
cd_layout_load (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) fault = NULL;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE, NULL, &fault);
  CdLayout *layout;
  gsize len = 0;

  if (!info && g_error_matches (fault, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return cd_layout_new ();
  if (info && (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR || g_file_info_get_size (info) > CD_LAYOUT_BYTES_MAX))
    {
      g_set_error (error, CD_LAYOUT_ERROR, CD_LAYOUT_ERROR_CONTENT, "%s: expected a file of at most %d bytes", path, CD_LAYOUT_BYTES_MAX);
      return NULL;
    }
  if (!info || !g_file_get_contents (path, &text, &len, (g_clear_error (&fault), &fault)))
    {
      g_set_error (error, CD_LAYOUT_ERROR, CD_LAYOUT_ERROR_FILE, "%s: %s", path, fault->message);
      return NULL;
    }
  layout = cd_layout_parse (text, (gssize)len, error);
  if (!layout)
    g_prefix_error (error, "%s: ", path);
  return layout;
}

gboolean
cd_layout_save (const CdLayout *layout, const char *path, GError **error)
{
  g_autofree char *text = cd_layout_print (layout);
  g_autoptr (GError) fault = NULL;
  g_autoptr (CdLayout) there = cd_layout_load (path, &fault);

  if (g_error_matches (fault, CD_LAYOUT_ERROR, CD_LAYOUT_ERROR_NEWER))
    {
      g_propagate_error (error, g_steal_pointer (&fault));
      return FALSE;
    }
  g_clear_error (&fault);
  if (cd_paths_write_file (path, text, strlen (text), &fault))
    return TRUE;
  g_set_error (error, CD_LAYOUT_ERROR, CD_LAYOUT_ERROR_FILE, "%s", fault->message);
  return FALSE;
}
