/* cd-layout-json.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * layout.json as text: every version is read, the newest is written.
 */
#include "cd-layout.h"

#include <string.h>

#include "cd-json.h"

static const char *const size_names[CD_LAYOUT_N_SIZES] = { "narrow", "middle", "wide" };

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
read_page (const CdJson *at, CdLayout *layout, CdJsonFaults *faults)
{
  char id[CD_LAYOUT_ID_MAX], page[CD_LAYOUT_ID_MAX];

  if (read_id (at, "id", id, faults) && read_id (at, "page", page, faults))
    cd_layout_set_page (layout, id, page);
}

static void
read_screen (const CdJson *at, int version, CdLayout *layout, CdJsonFaults *faults)
{
  CdJson list;

  read_int (at, "width", 0, 32767, &layout->width, faults);
  read_int (at, "height", 0, 32767, &layout->height, faults);
  cd_json_get_bool (at, "maximized", &layout->maximized, faults);
  read_int (at, "workspace", 0, 9, &layout->workspace, faults);
  if (cd_json_has (at, "instrument"))
    read_id (at, "instrument", layout->instrument, faults);
  if (cd_json_get_array (at, "panes", &list, faults))
    for (guint i = 0; i < cd_json_length (&list); i++)
      {
        CdJson item = cd_json_at (&list, i);

        read_pane (&item, version, layout, faults);
      }
  if (version >= 3 && cd_json_get_array (at, "pages", &list, faults))
    for (guint i = 0; i < cd_json_length (&list); i++)
      {
        CdJson item = cd_json_at (&list, i);

        read_page (&item, layout, faults);
      }
  if (cd_json_get_array (at, "tables", &list, faults))
    for (guint i = 0; i < cd_json_length (&list); i++)
      {
        CdJson item = cd_json_at (&list, i);

        read_table (&item, version, layout, faults);
      }
}

static CdLayoutSize
read_size (const CdJson *at, CdJsonFaults *faults)
{
  const char *text = NULL;

  if (!cd_json_get_string (at, "size", &text, faults))
    return CD_LAYOUT_WIDE;
  for (int i = 0; i < CD_LAYOUT_N_SIZES; i++)
    if (g_str_equal (text, size_names[i]))
      return (CdLayoutSize)i;
  cd_json_fault (faults, at, "size", "value", "narrow, middle or wide");
  return CD_LAYOUT_WIDE;
}

static void
read_all (const CdJson *root, int version, CdLayouts *layouts, CdJsonFaults *faults)
{
  CdLayout *screen;
  CdJson list;

  /* Before version 3 there was one, of whoever sat there. */
  if (version < 3)
    {
      screen = cd_layout_new (NULL, CD_LAYOUT_WIDE);
      read_screen (root, version, screen, faults);
      screen->size = cd_layout_size_of (screen->width);
      g_ptr_array_add (layouts->screens, screen);
      return;
    }
  if (!cd_json_get_array (root, "screens", &list, faults))
    return;
  if (cd_json_length (&list) > CD_LAYOUT_SCREENS_MAX)
    cd_json_fault (faults, root, "screens", "range", "at most %d screens", CD_LAYOUT_SCREENS_MAX);
  for (guint i = 0; i < MIN (cd_json_length (&list), CD_LAYOUT_SCREENS_MAX); i++)
    {
      CdJson item = cd_json_at (&list, i);
      char person[CD_LAYOUT_ID_MAX] = "";

      if (cd_json_has (&item, "person"))
        read_id (&item, "person", person, faults);
      screen = cd_layout_new (person, read_size (&item, faults));
      read_screen (&item, version, screen, faults);
      if (cd_layouts_find (layouts, person, screen->size))
        cd_layout_free (screen);
      else
        g_ptr_array_add (layouts->screens, screen);
    }
}

CdLayouts *
cd_layouts_parse (const char *text, gssize len, GError **error)
{
  g_autoptr (GError) fault = NULL;
  g_autoptr (CdJsonDoc) doc = cd_json_parse (text, len, CD_LAYOUT_BYTES_MAX, &fault);
  g_autoptr (CdJsonFaults) faults = cd_json_faults_new ();
  g_autoptr (CdLayouts) layouts = cd_layouts_new ();
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
    read_all (&root, (int)version, layouts, faults);
  else if (cd_json_faults_count (faults) == 0)
    cd_json_fault (faults, &root, NULL, "type", "an object");
  if (!cd_json_faults_to_error (faults, &fault))
    {
      g_set_error (error, CD_LAYOUT_ERROR, CD_LAYOUT_ERROR_CONTENT, "%s", fault->message);
      return NULL;
    }
  return g_steal_pointer (&layouts);
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

static void
write_screen (CdJsonWriter *writer, const CdLayout *layout)
{
  cd_json_writer_begin_object (writer, NULL);
  cd_json_writer_string (writer, "person", *layout->person ? layout->person : NULL);
  cd_json_writer_string (writer, "size", size_names[layout->size]);
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
  cd_json_writer_begin_array (writer, "pages");
  for (guint i = 0; i < layout->pages->len; i++)
    {
      const CdLayoutPage *page = &g_array_index (layout->pages, CdLayoutPage, i);

      cd_json_writer_begin_object (writer, NULL);
      cd_json_writer_string (writer, "id", page->id);
      cd_json_writer_string (writer, "page", page->page);
      cd_json_writer_end_object (writer);
    }
  cd_json_writer_end_array (writer);
  cd_json_writer_begin_array (writer, "tables");
  for (guint i = 0; i < layout->tables->len; i++)
    write_table (writer, &g_array_index (layout->tables, CdLayoutTable, i));
  cd_json_writer_end_array (writer);
  cd_json_writer_end_object (writer);
}

char *
cd_layouts_print (const CdLayouts *layouts)
{
  g_autoptr (CdJsonWriter) writer = cd_json_writer_new ();

  cd_json_writer_begin_object (writer, NULL);
  cd_json_writer_int (writer, "version", CD_LAYOUT_VERSION);
  cd_json_writer_begin_array (writer, "screens");
  for (guint i = 0; i < layouts->screens->len; i++)
    write_screen (writer, g_ptr_array_index (layouts->screens, i));
  cd_json_writer_end_array (writer);
  cd_json_writer_end_object (writer);
  return cd_json_writer_finish (writer);
}
